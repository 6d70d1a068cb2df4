"""Requests: missing facts over many answers, by who can supply them and by how many answers hang on each.

Pure; what is missing behind one answer is found by `determine.gaps`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from monazite.determine.answer import Gap
from monazite.terms.facts import FACTS
from monazite.terms.outcomes import NEEDS_EVIDENCE, VERDICTS, Outcome
from monazite.writers.picks import Line

OUTSIDERS = ("exporter", "importer", "intermediate", "end_user")
"""Who supplies facts of a move; every other name is a supplier's."""

LAW = "whoever has the text of the law"
"""What a gap names where the wording of the law is missing; a supplier cannot help."""

NOBODY = "supplier"
"""What a gap names where the catalogue knows no supplier."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A fact to ask for, and what hangs on it."""

    supplier: str
    part: str  # empty for a fact of the move
    title: str
    fact: str
    answers: int  # answers that hang on it
    latent: int  # answers whose latent outcome alone hangs on it
    worst: Outcome  # the worst that any of these answers may turn out to be
    moves: tuple[str, ...]
    provisions: tuple[str, ...]
    regimes: tuple[str, ...] = ()  # whose law asks

    @property
    def values(self) -> tuple[str, ...]:
        """Allowed values, where they are few."""
        return FACTS[self.fact].values if self.fact in FACTS else ()


@dataclass(slots=True)
class _Tally:
    answers: int = 0
    latent: int = 0
    worst: int = 0
    moves: dict[str, None] = field(default_factory=dict)
    provisions: dict[str, None] = field(default_factory=dict)
    regimes: dict[str, None] = field(default_factory=dict)


def requests_of(
    answers: Iterable[tuple[Line, Iterable[Gap]]], titles: dict[str, str] | None = None
) -> tuple[Request, ...]:
    """What to ask for, most answers first, then the worst at stake.

    Parameters
    ----------
    answers : lines, each with its gaps
    titles : names of parts for people
    """
    tallies: dict[tuple[str, str, str], _Tally] = {}
    for line, gaps in answers:
        for gap in gaps:
            tally = tallies.setdefault((gap.supplier, gap.part, gap.fact), _Tally())
            if gap.matters_for == "outcome":
                tally.answers += 1
                tally.worst = max(tally.worst, int(line.at_most))
            else:
                tally.latent += 1
                tally.worst = max(tally.worst, _worst_of(gap))
            tally.moves[line.move] = None
            tally.regimes[line.regime] = None
            tally.provisions.update(dict.fromkeys(gap.provisions))
    made = [
        Request(supplier=supplier, part=part, title=(titles or {}).get(part, ""), fact=fact, answers=tally.answers,
                latent=tally.latent, worst=Outcome(tally.worst), moves=tuple(tally.moves), provisions=tuple(tally.provisions),
                regimes=tuple(sorted(tally.regimes)))
        for (supplier, part, fact), tally in tallies.items()
    ]  # fmt: skip
    return tuple(sorted(made, key=lambda r: (-r.answers, -r.worst, -r.latent, r.supplier, r.part, r.fact)))


def _worst_of(gap: Gap) -> int:
    codes = [VERDICTS.index(verdict) for verdict in (gap.if_no, gap.if_yes)]
    return max((code for code in codes if code != NEEDS_EVIDENCE), default=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Several facts about one part asked of one supplier, on which the same number of answers hangs."""

    supplier: str
    part: str
    title: str
    facts: tuple[str, ...]
    answers: int
    latent: int
    worst: Outcome
    moves: tuple[str, ...]
    provisions: tuple[str, ...]
    regimes: tuple[str, ...] = ()


def asks(requests: Iterable[Request]) -> tuple[Ask, ...]:
    """Requests about one part with the same weight, joined, in the order of the first of each."""
    groups: dict[tuple[str, str, int, int, Outcome], list[Request]] = {}
    for one in requests:
        groups.setdefault((one.supplier, one.part, one.answers, one.latent, one.worst), []).append(one)
    return tuple(
        Ask(supplier=supplier, part=part, title=members[0].title, facts=tuple(m.fact for m in members), answers=answers,
            latent=latent, worst=worst, moves=tuple(dict.fromkeys(move for m in members for move in m.moves)),
            provisions=tuple(dict.fromkeys(p for m in members for p in m.provisions)),
            regimes=tuple(sorted({name for m in members for name in m.regimes})))
        for (supplier, part, answers, latent, worst), members in groups.items()
    )  # fmt: skip


def by_supplier(requests: Iterable[Request]) -> dict[str, list[Request]]:
    """The requests of each supplier, in the order of the first of each."""
    found: dict[str, list[Request]] = {}
    for one in requests:
        found.setdefault(one.supplier, []).append(one)
    return found
