"""Which answers a page or sheet shows: all of a small survey, the worst of a big one; each as a plain line.

A *line* is one row of a survey with its part, move and days looked up.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np

from monazite.determine.combine import branch_bounds
from monazite.determine.kernel import provision_truths
from monazite.determine.survey import SEVERITY, Rows, Survey
from monazite.terms.outcomes import NEEDS_EVIDENCE, VERDICTS, Outcome, Verdict

MOST_SHOWN = 10_000
"""A survey with more answers than this is shown by its worst."""

WORST_SHOWN = 1_000
"""So many of them."""


class Doubt(StrEnum):
    """Why an answer needs evidence."""

    NONE = ""
    FACTS = "facts"
    LAW = "law"  # readings of the law disagree
    BOTH = "both"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One answer: a part, a move, a run of days."""

    regime: str
    row: int  # in the rows of the regime
    pair: int
    part: str
    title: str
    supplier: str
    move: str
    origin: str
    destination: str
    first: date
    last: date
    outcome: Verdict
    at_least: Outcome
    at_most: Outcome
    latent: Verdict
    under: tuple[str, ...]
    doubt: Doubt

    @property
    def rank(self) -> int:
        """How badly it wants looking at."""
        return max(int(SEVERITY[VERDICTS.index(self.outcome)]), int(self.at_least))


@dataclass(frozen=True, slots=True, kw_only=True)
class Picked:
    """The lines shown, worst first, and how many answers there are in all."""

    lines: tuple[Line, ...]
    total: int

    @property
    def is_whole(self) -> bool:
        """Nothing is left out."""
        return len(self.lines) == self.total


def pick(
    survey: Survey, *, regimes: Sequence[str] | None = None, most: int = MOST_SHOWN, worst: int = WORST_SHOWN
) -> Picked:
    """The answers to show, worst first; all of them where there are no more than `most`, else the `worst` ones."""
    names = [name for name in survey.rows if regimes is None or name in regimes]
    total = sum(len(survey.rows[name]) for name in names)
    count = total if total <= most else worst
    ranked: list[tuple[tuple[int, int, int], int, str, int]] = []
    for order, name in enumerate(names):
        rows = survey.rows[name]
        for row in survey.worst(name, count).tolist():
            rank = max(int(SEVERITY[rows.verdict[row]]), int(rows.at_least[row]))
            ranked.append(
                ((-rank, -int(rows.at_most[row]), -int(SEVERITY[rows.latent[row]])), order, name, row)
            )
    ranked.sort(key=lambda one: (one[0], one[1]))
    return Picked(
        lines=tuple(lines_of(survey, [(name, row) for _, _, name, row in ranked[:count]])), total=total
    )


def lines_of(survey: Survey, wanted: Sequence[tuple[str, int]]) -> list[Line]:
    """Lines for rows, given as regime and position."""
    batch = survey.batch
    catalogue, moves = batch.catalogue, batch.moves
    doubts = _doubts(survey, wanted)
    made = []
    for (name, row), doubt in zip(wanted, doubts, strict=True):
        rows = survey.rows[name]
        pair = int(rows.pair[row])
        node, move = int(batch.node[pair]), int(batch.move[pair])
        made.append(
            Line(
                regime=name,
                row=row,
                pair=pair,
                part=catalogue.names[node],
                title=catalogue.titles[node],
                supplier=catalogue.supplier[node],
                move=moves.names[move],
                origin=_country(survey, "from", move),
                destination=_country(survey, "to", move),
                first=date.fromordinal(int(rows.start[row])),
                last=date.fromordinal(int(rows.stop[row]) - 1),
                outcome=VERDICTS[int(rows.verdict[row])],
                at_least=Outcome(int(rows.at_least[row])),
                at_most=Outcome(int(rows.at_most[row])),
                latent=VERDICTS[int(rows.latent[row])],
                under=survey.under(rows, row),
                doubt=doubt,
            )
        )
    return made


def _country(survey: Survey, fact: str, move: int) -> str:
    codes = survey.batch.moves.codes.get(fact)
    code = -1 if codes is None else int(codes[move])
    return survey.batch.moves.countries[code] if code >= 0 else ""


def _doubts(survey: Survey, wanted: Sequence[tuple[str, int]]) -> list[Doubt]:
    """Why each row needs evidence: facts, or readings of the law that disagree."""
    groups: dict[tuple[str, int], list[int]] = {}
    for i, (name, row) in enumerate(wanted):
        rows = survey.rows[name]
        if rows.verdict[row] == NEEDS_EVIDENCE:
            groups.setdefault((name, int(rows.cell[row])), []).append(i)
    found = [Doubt.NONE] * len(wanted)
    for (name, cell), members in groups.items():
        for i, doubt in zip(
            members, _doubts_in(survey, survey.rows[name], cell, [wanted[i][1] for i in members]), strict=True
        ):
            found[i] = doubt
    return found


def _doubts_in(survey: Survey, rows: Rows, cell: int, members: list[int]) -> list[Doubt]:
    regime = survey.batch.regimes[rows.regime]
    state = regime.cells[cell].state
    if len(state.branches) == 1:
        return [Doubt.FACTS] * len(members)
    used, position = np.unique(rows.pattern[members], return_inverse=True)
    truths = regime.truths[used]
    branches = branch_bounds(state, provision_truths(state, regime.tests, truths))
    law = np.zeros(len(used), dtype=bool)
    facts = np.zeros(len(used), dtype=bool)
    for one in branches:
        law |= (one.at_least != branches[0].at_least) | (one.at_most != branches[0].at_most)
        facts |= (one.at_least != one.at_most) & (one.at_most > Outcome.NOT_IN_FORCE)
    by_code = (Doubt.FACTS, Doubt.FACTS, Doubt.LAW, Doubt.BOTH)
    return [by_code[2 * int(law[p]) + int(facts[p])] for p in position]
