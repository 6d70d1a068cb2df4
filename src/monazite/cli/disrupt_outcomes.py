"""The outcome of each part of a plan from the check of a catalogue: the worst over its moves."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from monazite.cli.asked import read_and_survey
from monazite.terms.faults import BadInput, Fault, near_match
from monazite.terms.outcomes import Outcome

NAMED = 5
"""So many parts are named in a sentence; the rest is counted."""


@dataclass(frozen=True, kw_only=True)
class CatalogueOutcomes:
    """Bounds of the outcome by part, the files they come from, and what is worth knowing of the join."""

    at_least: dict[str, Outcome]
    at_most: dict[str, Outcome]
    files: tuple[tuple[str, int, str], ...]  # file, rows, sha256
    notes: tuple[str, ...]


def catalogue_outcomes(
    catalogue: Path,
    *,
    parts: Sequence[str],
    on: date,
    moves: Sequence[str] = (),
    regime: str,
    book_path: str | None = None,
    say: Callable[[str], None] = lambda text: None,
) -> CatalogueOutcomes:
    """Check the catalogue and join its answers to the parts of a plan by name.

    A licence counts by the law of one regime, whose delay is modelled; a prohibition by any.

    Parameters
    ----------
    on : day asked about, for moves that name none of their own
    moves : those that count; by default all

    Raises
    ------
    BadInput with every fault of the catalogue, and for a move that it does not hold
    """
    checked = read_and_survey(catalogue, asked=((on, on),), book_path=book_path, say=say)
    survey, known = checked.survey, checked.reading.moves.names
    wrong = [name for name in moves if name not in known]
    if wrong:
        raise BadInput([Fault(where="--move", what=f"'{name}' is no move of the catalogue",
                              mend=near_match(name, known) or f"Moves: {', '.join(known[:12])}")
                        for name in wrong])  # fmt: skip
    least: dict[str, Outcome] = {}
    most: dict[str, Outcome] = {}
    days: dict[str, dict[str, str]] = {}
    elsewhere: set[str] = set()
    nodes = survey.batch.catalogue.names
    for name, rows in survey.rows.items():
        columns = (rows.pair.tolist(), rows.start.tolist(), rows.at_least.tolist(), rows.at_most.tolist())
        for pair, start, low, high in zip(*columns, strict=True):
            part = nodes[int(survey.batch.node[pair])]
            move = known[int(survey.batch.move[pair])]
            if moves and move not in moves:
                continue
            if name != regime:
                # Another authority's licence has a delay that no model here knows; what it forbids never comes.
                if high >= Outcome.LICENCE:
                    elsewhere.add(part)
                low, high = (
                    bound if bound >= Outcome.REFUSED_IN_PRINCIPLE else Outcome.NOT_CONTROLLED
                    for bound in (low, high)
                )
            least[part] = max(least.get(part, Outcome.NOT_CONTROLLED), Outcome(low))
            most[part] = max(most.get(part, Outcome.NOT_CONTROLLED), Outcome(high))
            days.setdefault(part, {})[move] = date.fromordinal(start).isoformat()
    files = tuple((file.file, file.rows, file.sha256) for file in checked.reading.files)
    return CatalogueOutcomes(
        at_least=least, at_most=most, files=files,
        notes=tuple(_notes(parts, nodes[: len(checked.reading.shipped)], least, most, days, elsewhere, regime)),
    )  # fmt: skip


def _notes(
    parts: Sequence[str],
    nodes: Sequence[str],
    least: dict[str, Outcome],
    most: dict[str, Outcome],
    days: dict[str, dict[str, str]],
    elsewhere: set[str],
    regime: str,
) -> list[str]:
    """How plan and catalogue meet."""
    planned, held = set(parts), set(nodes)
    joined = [part for part in parts if part in most]
    notes = []
    for part in joined[:NAMED]:
        moves = ", ".join(f"{move} ({day})" for move, day in days[part].items())
        several = f", the worst of {len(days[part])}; --move chooses" if len(days[part]) > 1 else ""
        bounds = " to ".join(dict.fromkeys((least[part].words, most[part].words)))
        notes.append(f"{part}: {bounds}, by {'moves' if several else 'move'} {moves}{several}")
    if len(joined) > NAMED:
        notes.append(f"{len(joined) - NAMED:,} more parts have their outcome from the catalogue")
    unmoved = [part for part in parts if part in held and part not in most]
    if unmoved:
        notes.append(f"{_named(unmoved)} of the plan in the catalogue, but in no move counted")
    strange = [part for part in parts if part not in held]
    if strange:
        notes.append(f"{_named(strange)} of the plan not in the catalogue")
    rest = len(held - planned)
    if rest:
        notes.append(f"{rest:,} {'part' if rest == 1 else 'parts'} of the catalogue not in the plan")
    abroad = sorted(elsewhere & planned)
    if abroad:
        notes.append(f"the law of another state than {regime} asks for a licence or more for {', '.join(abroad[:NAMED])}: "
                     "its delay is not known here, only what it forbids counts")  # fmt: skip
    return notes


def _named(parts: Sequence[str]) -> str:
    more = f" and {len(parts) - NAMED:,} more" if len(parts) > NAMED else ""
    return f"{len(parts):,} {'part' if len(parts) == 1 else 'parts'} ({', '.join(parts[:NAMED])}{more})"
