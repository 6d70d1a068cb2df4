"""One thing asked at two points of the law: both answers to each item and move, side by side.

What is asked is a catalogue with its moves, or some worked cases. It is answered at both points by the one evaluator;
`Compared` says which answers changed, and spells a change out: outcomes, provisions, questions, missing facts.
`impact` counts and sums what it finds here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from monazite.catalogue.moves import Moves
from monazite.determine.asked import Asked
from monazite.determine.combine import branch_bounds, hull
from monazite.determine.gaps import open_tests
from monazite.determine.kernel import NOT_TOUCHED, Batch, RegimeBatch, evaluate, provision_truths
from monazite.determine.restanding import Point, Restanding, Rewording, restanding
from monazite.determine.states import LawState
from monazite.determine.survey import Rows, Survey
from monazite.regime.conditions import Condition, Test, tests_of
from monazite.terms.amounts import Interval
from monazite.terms.kleene import YES, Truths
from monazite.terms.outcomes import VERDICTS, Outcome, Verdict


class Kind(StrEnum):
    """What of an answer is another: its outcome, only its bounds or latent outcome, or only what it rests on."""

    OUTCOME = "outcome"
    BOUNDS = "bounds"
    GROUNDS = "grounds"


KINDS = tuple(Kind)
"""Kinds by position: the gravest first."""


class Turn(StrEnum):
    """Which way the bounds of an answer went."""

    TIGHTER = "tighter"
    LOOSER = "looser"
    SURER = "surer"
    LESS_SURE = "less sure"
    SAME = "same"


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One answer at one point. `questions` are those of law on which the outcome depends."""

    on: date
    known_on: date | None
    outcome: Verdict
    at_least: Outcome
    at_most: Outcome
    latent: Verdict
    under: tuple[str, ...]
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One item and move that a regime answers otherwise at the second point.

    `case` is the title of a worked case, and empty for a catalogue. `appeared` and `went` are provisions that decide at one point
    only, `otherwise` those that decide and stand otherwise or say something else. A gap is a missing fact with the
    part it is about.
    """

    regime: str
    case: str
    item: str
    title: str
    move: str
    origin: str
    destination: str
    kind: Kind
    turn: Turn
    before: Side
    after: Side
    value: Interval
    currency: str
    appeared: tuple[str, ...]
    went: tuple[str, ...]
    otherwise: tuple[Restanding, ...]
    gaps_new: tuple[tuple[str, str], ...]
    gaps_gone: tuple[tuple[str, str], ...]


def _evaluated(point: Point, asked: Asked, regimes: Sequence[str] | None) -> Batch:
    """All pairs of what is asked at one point; regimes that are named are asked whether touched or not."""
    if point.on is None:
        return asked.on_own_days(point.book, known_on=point.known_on, regimes=regimes)
    node, move = asked.pairs
    moves = replace(asked.moves, on=(None,) * len(asked.moves))
    return evaluate(point.book, asked.catalogue, moves, node=node, move=move, first=point.on, last=point.on,
                    known_on=point.known_on, regimes=regimes)  # fmt: skip


def _both(before: Point, after: Point, asked: Asked, regimes: Sequence[str] | None) -> tuple[Batch, Batch]:
    """The batches of both points, with every pair answered in the same regimes.

    Unless regimes are named, those that nothing touches at either point are left out: most questions touch one.
    """
    batches = _evaluated(before, asked, regimes), _evaluated(after, asked, regimes)
    if regimes is not None:
        return batches
    names = [name for name in dict.fromkeys([*batches[0].regimes, *batches[1].regimes])
             if any(_pairs_touched(batch, name).any() for batch in batches)]  # fmt: skip
    if not all(_pairs_touched(batch, name).all() for batch in batches for name in names):
        return _evaluated(before, asked, names), _evaluated(after, asked, names)
    first, second = (
        replace(batch, regimes={name: replace(batch.regimes[name], asked=True) for name in names})
        for batch in batches
    )
    return first, second


def _pairs_touched(batch: Batch, regime: str) -> NDArray[np.bool_]:
    """(P,) whether the law of a regime was evaluated for a pair at all."""
    if regime not in batch.regimes:
        return np.zeros(len(batch.node), dtype=bool)
    touched: NDArray[np.bool_] = batch.regimes[regime].pattern != NOT_TOUCHED
    return touched


def _survey(batch: Batch, point: Point) -> Survey:
    days = (point.on,) if point.on is not None else tuple(day for day in batch.moves.on if day is not None)
    first, last = min(days, default=date.min), max(days, default=date.min)
    return Survey(batch, first, last, days if point.on is not None else (), "")


class Compared:
    """One thing asked, answered at both points."""

    def __init__(
        self,
        before: Point,
        after: Point,
        asked: Asked,
        regimes: Sequence[str] | None,
        rewritten: tuple[Rewording, ...],
    ) -> None:
        self.asked, self.points = asked, (before, after)
        first, second = _both(before, after, asked, regimes)
        self.surveys = _survey(first, before), _survey(second, after)
        self.pairs = len(first.node)
        self.new_words = frozenset(one.id for one in rewritten if one.what == "provision")
        self.new_lines = frozenset(one.id for one in rewritten if one.what in ("list", "classification list"))
        self._alike: dict[tuple[str, int, int, int, int], bool | None] = {}
        self._restood: dict[tuple[str, date, date], Restanding | None] = {}

    def rows(self, regime: str) -> tuple[Rows, Rows]:
        """The rows of a regime at both points; they line up."""
        first, second = (survey.rows[regime] for survey in self.surveys)
        assert np.array_equal(first.pair, second.pair)
        return first, second

    def touched(self, regime: str) -> NDArray[np.bool_]:
        """(P,) something stated brings the pair under the law of a regime, at one point at least."""
        found: NDArray[np.bool_] = np.zeros(self.pairs, dtype=bool)
        if regime not in self.surveys[0].batch.regimes:
            return found
        for survey, rows in zip(self.surveys, self.rows(regime), strict=True):
            found |= survey.batch.regimes[regime].outcomes.touched[rows.pattern, rows.cell] == YES
        return found

    def kinds(self, regime: str, among: NDArray[np.bool_]) -> NDArray[np.int8]:
        """(P,) 0 where nothing changed or the pair is not among those asked about, else 1 + the position of the Kind."""
        first, second = self.rows(regime)
        found = np.zeros(len(first), dtype=np.int8)
        same = np.logical_and.reduce([getattr(first, name) == getattr(second, name)
                                      for name in ("verdict", "at_least", "at_most", "latent")])  # fmt: skip
        for row in np.flatnonzero(same & among).tolist():
            if not self._rests_alike(regime, row):
                found[row] = 1 + KINDS.index(Kind.GROUNDS)
        found[~same] = 1 + KINDS.index(Kind.BOUNDS)
        found[first.verdict != second.verdict] = 1 + KINDS.index(Kind.OUTCOME)
        found[~among] = 0
        return found

    def _rests_alike(self, regime: str, row: int) -> bool:
        """Whether an answer with one outcome rests on the same at both points; mostly a look-up by pattern."""
        first, second = self.rows(regime)
        key = (regime, int(first.pattern[row]), int(first.cell[row]), int(second.pattern[row]),
               int(second.cell[row]))  # fmt: skip
        if key not in self._alike:
            self._alike[key] = self._patterns_alike(regime, row)
        known = self._alike[key]
        return self._gaps(regime, row, 0) == self._gaps(regime, row, 1) if known is None else known

    def _patterns_alike(self, regime: str, row: int) -> bool | None:
        """The same for a whole pattern; None where it depends on what is missing of each item."""
        first, second = (
            survey.under(rows, row) for survey, rows in zip(self.surveys, self.rows(regime), strict=True)
        )
        if first != second or self._otherwise(regime, row, first):
            return False
        missing, then_missing = (self._open_tests(regime, row, side) for side in (0, 1))
        return True if missing == then_missing and not any(map(self._reads_new_lines, missing)) else None

    def _reads_new_lines(self, test: Test) -> bool:
        read = tests_of(Condition("test", test=test))
        return any({getattr(t, "item_list", ""), getattr(t, "table", "")} & self.new_lines for t in read)

    def _open_tests(self, regime: str, row: int, side: int) -> frozenset[Test]:
        rows, batch = self.rows(regime)[side], self.surveys[side].batch.regimes[regime]
        now, latent = (
            VERDICTS[int(codes[row])] is Verdict.NEEDS_EVIDENCE for codes in (rows.verdict, rows.latent)
        )
        state = batch.cells[int(rows.cell[row])].state
        found = open_tests(state, batch.tests, batch.truths[rows.pattern[row]], now=now, latent=latent)
        return frozenset(one.tried.test for one in found)

    def _gaps(self, regime: str, row: int, side: int) -> tuple[tuple[str, str], ...]:
        found = self.surveys[side].gaps(self.rows(regime)[side], row)
        return tuple(dict.fromkeys((gap.fact, gap.part) for gap in found))

    def _days(self, regime: str, row: int) -> tuple[date, date]:
        first, second = (date.fromordinal(int(rows.start[row])) for rows in self.rows(regime))
        return first, second

    def _otherwise(self, regime: str, row: int, names: Iterable[str]) -> tuple[Restanding, ...]:
        """The provisions among some that stand otherwise on the days of a row, or say something else."""
        days = self._days(regime, row)
        found = []
        for name in names:
            key = name, *days
            if key not in self._restood:
                points = [
                    replace(point, on=day, known_on=survey.batch.known_on)
                    for point, day, survey in zip(self.points, days, self.surveys, strict=True)
                ]
                self._restood[key] = restanding(
                    points[0], points[1], name, is_reworded=name in self.new_words
                )
            one = self._restood[key]
            if one is not None:
                found.append(one)
        return tuple(found)

    def change(self, regime: str, row: int, kind: Kind) -> Change:
        """A row spelled out."""
        both = self.rows(regime)
        batch = self.surveys[0].batch
        node, move = int(batch.node[both[0].pair[row]]), int(batch.move[both[0].pair[row]])
        before, after = (self._side(regime, row, side) for side in (0, 1))
        missing, then_missing = (self._gaps(regime, row, side) for side in (0, 1))
        catalogue, moves, cases = self.asked.catalogue, self.asked.moves, self.asked.cases
        return Change(
            regime=regime, case=cases[move].title if cases else "", item=catalogue.names[node], title=catalogue.titles[node],
            move="" if cases else moves.names[move], origin=_country(moves, "from", move),
            destination=_country(moves, "to", move), kind=kind, turn=_turn(before, after), before=before, after=after,
            value=catalogue.value[node], currency=catalogue.currency,
            appeared=tuple(name for name in after.under if name not in before.under),
            went=tuple(name for name in before.under if name not in after.under),
            otherwise=self._otherwise(regime, row, (n for n in before.under if n in after.under)),
            gaps_new=tuple(gap for gap in then_missing if gap not in missing),
            gaps_gone=tuple(gap for gap in missing if gap not in then_missing),
        )  # fmt: skip

    def _side(self, regime: str, row: int, side: int) -> Side:
        survey, rows = self.surveys[side], self.rows(regime)[side]
        return Side(
            on=self._days(regime, row)[side], known_on=survey.batch.known_on,
            outcome=VERDICTS[int(rows.verdict[row])], at_least=Outcome(int(rows.at_least[row])),
            at_most=Outcome(int(rows.at_most[row])), latent=VERDICTS[int(rows.latent[row])],
            under=survey.under(rows, row),
            questions=open_questions(survey.batch.regimes[regime], int(rows.pattern[row]), int(rows.cell[row])),
        )  # fmt: skip


def open_questions(regime: RegimeBatch, pattern: int, cell: int) -> tuple[str, ...]:
    """The questions of law whose readings give a pattern different bounds in a cell."""
    state: LawState = regime.cells[cell].state
    truths: Truths = regime.truths[pattern][None, :]
    found = branch_bounds(state, provision_truths(state, regime.tests, truths))
    made = []
    for question in state.questions:
        by_reading: dict[str, list[int]] = {}
        for position, branch in enumerate(state.branches):
            by_reading.setdefault(branch[question], []).append(position)
        hulls = [hull([found[position] for position in chosen]) for chosen in by_reading.values()]
        if len({(int(one.at_least[0]), int(one.at_most[0])) for one in hulls}) > 1:
            made.append(question)
    return tuple(made)


def _turn(before: Side, after: Side) -> Turn:
    return turn_of((before.at_least, before.at_most), (after.at_least, after.at_most))


def turn_of(before: tuple[int, int], after: tuple[int, int]) -> Turn:
    """Which way bounds went: both ends up, both down, towards each other, or apart.

    >>> turn_of((1, 4), (4, 4)), turn_of((1, 4), (2, 3)), turn_of((4, 4), (0, 8))
    (<Turn.TIGHTER: 'tighter'>, <Turn.SURER: 'surer'>, <Turn.LESS_SURE: 'less sure'>)
    """
    if before == after:
        return Turn.SAME
    if after[0] >= before[0] and after[1] >= before[1]:
        return Turn.TIGHTER
    if after[0] <= before[0] and after[1] <= before[1]:
        return Turn.LOOSER
    return Turn.SURER if after[0] > before[0] else Turn.LESS_SURE


def _country(moves: Moves, path: str, move: int) -> str:
    column = moves.codes.get(path)
    return "" if column is None or column[move] < 0 else moves.countries[column[move]]
