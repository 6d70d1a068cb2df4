"""Impact: what a change of law does to answers, which of them change, under which provisions, and worth how much.

Two points are compared. A point is a book on a day by what was known on a day; the points differ in day, in
knowledge or in the book itself, such as a book with a draft laid over it. Worked cases and catalogues are asked
at both points by the one evaluator, and the answers are laid side by side. How provisions stand at the points is
compared in `restanding`.

    impact(Point(book=book, on=date(2025, 11, 6)), Point(book=book, on=date(2025, 11, 7)), [asked])

A value is that of one unit of the item, counted once for each answer. A value that nobody knows is in no sum: it
is counted beside it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from monazite.catalogue.model import Catalogue
from monazite.determine.asked import Asked
from monazite.determine.comparing import KINDS, Change, Compared, Kind, Turn, turn_of
from monazite.determine.restanding import Point, rewordings
from monazite.terms.amounts import NOTHING_KNOWN, Amounts, Interval
from monazite.terms.outcomes import VERDICTS, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """What so many answers are worth together in one currency; open above where one of the values is."""

    currency: str
    answers: int
    value: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """Answers that went from one outcome to another: how many, of how many items, and what they are worth.

    `sums` holds one sum a currency over answers whose item has a value; `unknown` counts the others.
    """

    before: Verdict
    after: Verdict
    answers: int
    items: int
    sums: tuple[Sum, ...]
    unknown: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RegimeImpact:
    """One regime: every flow between outcomes, also those that stay, and what changed, worst first.

    `kinds` counts all changes; `changes` spells them out, all or the worst of them. Answers of a regime that nothing
    stated touches at either point are `untouched` and counted nowhere else.
    """

    regime: str
    answers: int
    untouched: int
    flows: tuple[Flow, ...]
    kinds: dict[Kind, int]
    turns: dict[Turn, int]  # of the answers whose outcome or bounds changed
    changes: tuple[Change, ...]

    @property
    def changed(self) -> int:
        """Answers with another outcome."""
        return self.kinds[Kind.OUTCOME]

    @property
    def is_nothing(self) -> bool:
        """Every answer is the same on the same grounds."""
        return not any(self.kinds.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """What changes from one point to another over all that was asked."""

    before: Point
    after: Point
    regimes: dict[str, RegimeImpact]

    @property
    def is_nothing(self) -> bool:
        """No answer of any regime changes."""
        return all(one.is_nothing for one in self.regimes.values())


def impact(
    before: Point,
    after: Point,
    asked: Iterable[Asked],
    *,
    regimes: Sequence[str] | None = None,
    most: int | None = None,
) -> Impact:
    """Every answer at both points, and what changed.

    Parameters
    ----------
    before, after : the points; where a point has no day, each move is asked on its own
    asked : what is asked, each with as many answers as it has items and moves
    regimes : the states whose law is compared, whether anything stated touches it or not; by default those of both
        books, as far as they are touched
    most : so many changes of a regime are spelled out at most, the worst; counts and sums are of all

    Raises
    ------
    ValueError where a point has no day and a move has none either
    """
    if (before.on is None) != (after.on is None):
        raise ValueError("either both points have a day, or none has")
    names = tuple(regimes or sorted({*before.book.regimes, *after.book.regimes}))
    rewritten = rewordings(before.book, after.book)
    compared = [Compared(before, after, one, regimes, rewritten) for one in asked]
    every = regimes is not None
    return Impact(before=before, after=after,
                  regimes={name: _regime_impact(name, compared, most, every=every) for name in names})  # fmt: skip


def _regime_impact(
    regime: str, compared: Sequence[Compared], most: int | None, *, every: bool
) -> RegimeImpact:
    flows: dict[tuple[int, int], _Tally] = {}
    kinds: dict[Kind, int] = dict.fromkeys(Kind, 0)
    turns: dict[Turn, int] = dict.fromkeys((t for t in Turn if t is not Turn.SAME), 0)
    changed: list[tuple[int, int, int, int]] = []  # kind, worst outcome upside down, what was asked, row
    answers = untouched = 0
    for number, one in enumerate(compared):
        among = one.touched(regime) | every
        answers += int(among.sum())
        untouched += int((~among).sum())
        if not among.any():
            continue
        first, second = one.rows(regime)
        flow = first.verdict.astype(np.int16) * len(VERDICTS) + second.verdict
        node = one.surveys[0].batch.node[first.pair]
        for code in np.unique(flow[among]).tolist():
            tally = flows.setdefault(divmod(code, len(VERDICTS)), _Tally())
            tally.add(node[among & (flow == code)], one.asked.catalogue)
        found = one.kinds(regime, among)
        worst = np.maximum(first.at_most, second.at_most)
        for row in np.flatnonzero(found).tolist():
            kind = KINDS[found[row] - 1]
            kinds[kind] += 1
            changed.append((int(found[row]), -int(worst[row]), number, row))
            turn = turn_of((int(first.at_least[row]), int(first.at_most[row])),
                           (int(second.at_least[row]), int(second.at_most[row])))  # fmt: skip
            if turn is not Turn.SAME:
                turns[turn] += 1
    changed.sort()
    return RegimeImpact(
        regime=regime, answers=answers, untouched=untouched, kinds=kinds, turns=turns,
        flows=tuple(tally.flow(VERDICTS[b], VERDICTS[a]) for (b, a), tally in sorted(flows.items(), key=_worst_first)),
        changes=tuple(compared[number].change(regime, row, KINDS[kind - 1]) for kind, _, number, row in changed[:most]),
    )  # fmt: skip


def _worst_first(flow: tuple[tuple[int, int], object]) -> tuple[bool, int, int]:
    """What changes before what stays, then the worst before, then the worst after."""
    (before, after), _ = flow
    return before == after, -before, -after


class _Tally:
    """Answers of one flow as they are counted."""

    def __init__(self) -> None:
        self.answers = self.items = self.unknown = 0
        self.sums: dict[str, tuple[int, Fraction, Fraction | None]] = {}

    def add(self, nodes: NDArray[np.int32], catalogue: Catalogue) -> None:
        """Count answers of one thing asked: their nodes, one each answer."""
        self.answers += len(nodes)
        self.items += len(np.unique(nodes))
        value: Amounts = catalogue.value
        ends = value.low[nodes].astype(np.int64) * len(value.table) + value.high[nodes]
        codes, counts = np.unique(ends, return_counts=True)
        for code, count in zip(codes.tolist(), counts.tolist(), strict=True):
            low, high = (value.table[end] for end in divmod(code, len(value.table)))
            assert low is not None
            if (low, high) == NOTHING_KNOWN:
                self.unknown += count
                continue
            known, below, above = self.sums.get(catalogue.currency, (0, Fraction(0), Fraction(0)))
            upper = None if above is None or high is None else above + high * count
            self.sums[catalogue.currency] = known + count, below + low * count, upper

    def flow(self, before: Verdict, after: Verdict) -> Flow:
        """What was counted."""
        return Flow(before=before, after=after, answers=self.answers, items=self.items, unknown=self.unknown,
                    sums=tuple(Sum(currency=currency, answers=count, value=(low, high))
                               for currency, (count, low, high) in sorted(self.sums.items())))  # fmt: skip
