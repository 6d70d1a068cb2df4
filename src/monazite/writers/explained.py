"""Explanations and gaps for the lines shown: each by itself where they are few, else one for answers alike.

Two answers of one pattern in one cell passed every test alike, so the tree of one is the tree of the other;
the values read and what is missing may differ, and what is missing is found for every line.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from monazite.determine.answer import Gap, RegimeAnswer
from monazite.determine.survey import Survey
from monazite.terms.working_days import WorkingDays
from monazite.writers.picks import Line

EACH_BY_ITSELF = 400
"""Up to so many answers, each has an explanation of its own."""

MOST_EXPLAINED = 24
"""So many different explanations are made where answers share them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One regime's answer for a line, and the line it was made for."""

    line: Line
    answer: RegimeAnswer


@dataclass(frozen=True, kw_only=True)
class Explained:
    """Explanations, and for each line the position of its own (None: not explained) and its gaps."""

    explanations: tuple[Explanation, ...]
    of_line: tuple[int | None, ...]
    gaps: tuple[tuple[Gap, ...], ...]
    is_each: bool  # every line has its own


@dataclass
class _Maker:
    survey: Survey
    calendars: Mapping[str, WorkingDays]

    def explain(self, line: Line) -> Explanation:
        found = self.survey.explain(line.pair, line.first, self.calendars, regimes=(line.regime,))
        return Explanation(line=line, answer=found.regimes[line.regime])


def explain(
    survey: Survey,
    lines: Sequence[Line],
    *,
    calendars: Mapping[str, WorkingDays] | None = None,
    each: int = EACH_BY_ITSELF,
    most: int = MOST_EXPLAINED,
) -> Explained:
    """Explain lines: every one up to `each` of them, else one for each pattern and cell, up to `most`."""
    maker = _Maker(survey, calendars or {})
    if len(lines) <= each:
        own = tuple(maker.explain(line) for line in lines)
        return Explained(
            explanations=own,
            of_line=tuple(range(len(own))),
            gaps=tuple(e.answer.gaps for e in own),
            is_each=True,
        )
    position: dict[tuple[str, int, int], int] = {}
    explanations: list[Explanation] = []
    of_line: list[int | None] = []
    gaps: list[tuple[Gap, ...]] = []
    known: dict[tuple[int, int], tuple[Gap, ...]] = {}
    for line in lines:
        rows = survey.rows[line.regime]
        key = (line.regime, int(rows.pattern[line.row]), int(rows.cell[line.row]))
        if key not in position and len(position) < most:
            position[key] = len(explanations)
            explanations.append(maker.explain(line))
            known[position[key], line.pair] = explanations[-1].answer.gaps
        found = position.get(key)
        of_line.append(found)
        if found is None:
            gaps.append(())
            continue
        if (found, line.pair) not in known:
            known[found, line.pair] = survey.gaps(rows, line.row)
        gaps.append(known[found, line.pair])
    return Explained(
        explanations=tuple(explanations), of_line=tuple(of_line), gaps=tuple(gaps), is_each=False
    )
