"""The programme behind the cheapest remedy, written out sparsely and solved by HiGHS.

Rows are left out where a part is in time, and where another part holds the line at least as long whatever is bought. Of
the rest only those that can bind are handed over, and more of them until none is broken: the optimum is that of all rows.
"""

import math
from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from monazite.disruption.delay.lags import Floats
from monazite.disruption.remedies.mitigation import Choice, Kind, Problem, Sample, cost_by_draw, days_lost
from monazite.terms.faults import BadInput, Fault

GAP = 1e-3
"""Relative gap at which the search among sources stops."""
NODES = 5_000
"""So many branches are searched at most; then the gap says how far the bound is off. No clock, so that runs repeat."""
FIRST_ROWS = 2
"""Rows of each line and draw that are handed over first: those of the latest parts."""
INNER = 0.9
"""Share of the gap that a round of whole numbers may leave; the rest is for rows not yet handed over."""
PART = 1e-6
"""A source is taken in part where its share is further than this from none and from whole."""
BROKEN_DAYS = 1e-6
"""A row is broken by more than so many days."""

Places = NDArray[np.int64]


def solve(
    problem: Problem,
    sample: Sample,
    *,
    budget: float = math.inf,
    without: Collection[Kind] = (),
    gap: float = GAP,
) -> Choice:
    """The cheapest choice on the draws of a sample.

    Parameters
    ----------
    budget : cap on sum h x + sum q y, and what the units of the sources are expected to cost on top
    without : kinds of remedies that are left out
    gap : relative gap at which to stop where sources are chosen among

    Raises
    ------
    BadInput where the budget is below zero or no number
    """
    if not budget >= 0:
        fault = Fault(
            where="budget", what=f"'{budget:g}' is below zero or no number", mend="Give zero or more"
        )
        raise BadInput([fault])
    programme = _Programme(problem, sample, budget=budget, without=without, gap=gap)
    made = programme.choose()
    lost, _ = days_lost(problem, sample, made)
    return replace(made, sampled_cost=float(sample.weights @ cost_by_draw(problem, sample, made, lost)[1]))


@dataclass(frozen=True, kw_only=True)
class _Rows:
    """W_ln + x_i + sum_k r_kn y_k >= gap for each row; `place` is the row's W among those that vary."""

    part: Places
    draw: Places
    gap: Floats
    place: Places
    w_line: Places  # of each W that varies: its line, its draw, and the days lost whatever is bought
    w_draw: Places
    w_floor: Floats

    def ranks(self) -> Places:
        """(rows,) how many rows of the same line and draw are later."""
        order = np.lexsort((-self.gap, self.place))
        first = np.searchsorted(self.place[order], np.arange(len(self.w_line)))
        found = np.empty(len(order), dtype=np.int64)
        found[order] = np.arange(len(order)) - np.repeat(first, np.diff(np.append(first, len(order))))
        return found


class _Programme:
    """The terms of one programme: columns are x, y and the W that vary."""

    def __init__(
        self, problem: Problem, sample: Sample, *, budget: float, without: Collection[Kind], gap: float
    ) -> None:
        self.problem, self.sample, self.budget, self.gap = problem, sample, budget, gap
        self.most = np.array([0.0 if Kind.STOCK in without else stock.most_days for stock in problem.stocks])
        self.open = np.array([source.kind not in without for source in problem.sources], dtype=bool)
        served = sample.weights @ sample.served(problem)
        self.prices = np.array([stock.per_day for stock in problem.stocks])
        self.prices_of_sources = np.array([source.fixed + source.per_day * days for source, days in
                                           zip(problem.sources, served.tolist(), strict=True)])  # fmt: skip
        self.most = np.minimum(self.most, self._useful())
        self.rows = self._rows()
        waiting = set(np.unique(self.rows.part).tolist())
        self.open &= np.array([source.part in waiting for source in problem.sources], dtype=bool)
        self.active = self.rows.ranks() < FIRST_ROWS

    def _rows(self) -> _Rows:
        """The rows that some choice can make binding."""
        problem, sample = self.problem, self.sample
        draws, parts = sample.late.shape
        reach = np.zeros((draws, parts))  # days that the best remedies can take off a part's gap
        for number in np.flatnonzero(self.open).tolist():
            part = problem.sources[number].part
            np.maximum(reach[:, part], sample.bridged[:, number], out=reach[:, part])
        for stock, days in zip(problem.stocks, self.most.tolist(), strict=True):
            reach[:, stock.part] += days
        floor = np.zeros((len(problem.uses), draws))
        found: list[tuple[Places, Places, Places]] = []
        for line, used in enumerate(problem.uses):
            if len(used) and problem.lost_day[line] > 0:
                late = sample.late[:, used]
                floor[line] = np.maximum((late - reach[:, used]).max(axis=1), 0.0)
                at, place = np.nonzero(late > floor[line][:, None] + BROKEN_DAYS)
                found.append((line * draws + at, at, used[place]))
        none = np.zeros(0, dtype=np.int64)
        key, draw, of = (np.concatenate([none, *(one[at] for one in found)]) for at in range(3))
        varies, w = np.unique(key, return_inverse=True)
        return _Rows(part=of, draw=draw, gap=sample.late[draw, of], place=w, w_line=varies // draws,
                     w_draw=varies % draws, w_floor=floor.ravel()[varies])  # fmt: skip

    def _useful(self) -> Floats:
        """(stocks,) extra days beyond which a day costs more than it can save: h > pi P(A_i > c_i + x)."""
        money = np.zeros(len(self.problem.parts.covers))
        for lost_day, used in zip(self.problem.lost_day.tolist(), self.problem.uses, strict=True):
            money[used] += lost_day
        found = []
        for stock in self.problem.stocks:
            late = self.sample.late[:, stock.part]
            order = np.argsort(-late, kind="stable")
            saved = money[stock.part] * np.cumsum(self.sample.weights[order])
            place = int(np.searchsorted(saved, stock.per_day, side="right"))
            found.append(max(0.0, float(late[order[place]])) if place < len(order) else 0.0)
        return np.array(found)

    def choose(self) -> Choice:
        """Without whole numbers first, which finds most of the rows; then rounds of whole numbers on few rows.

        A round gives a bound that holds for all rows, and sources; with these given, the stock is found on all rows.
        """
        none, each = np.zeros(len(self.open)), self.open.astype(float)
        if not len(self.rows.gap):  # nothing on offer changes a lost day
            return Choice(extra_days=np.zeros(len(self.most)), taken=none > 0, sampled_cost=math.nan)
        extra, taken, _ = self._over_all_rows(none, each)
        if not self.open.any():
            return Choice(extra_days=extra, taken=taken > 0.5, sampled_cost=math.nan)
        start = min(self._with(taken > 0.5), self._with(none > 0), key=lambda one: one[2])
        best, bound = self._turned(start, taken), 0.0
        while True:
            _, taken, _, found = self._solved(none, each, whole=True)
            bound, before = max(bound, found), int(self.active.sum())
            best = min(best, self._with(taken > 0.5), key=lambda one: one[2])
            gap = max(0.0, 1 - bound / best[2]) if best[2] > 0 else 0.0
            if gap <= self.gap or int(self.active.sum()) == before:
                return Choice(extra_days=best[0], taken=best[1], sampled_cost=math.nan, gap=gap)

    def _with(self, taken: NDArray[np.bool_]) -> tuple[Floats, NDArray[np.bool_], float]:
        """The best stock beside these sources, and what both cost; endless where the sources break the budget."""
        given = (taken & self.open).astype(float)
        if self.prices_of_sources @ given > self.budget or self._rivals(given):
            return np.zeros(len(self.most)), taken, math.inf
        extra, _, cost = self._over_all_rows(given, given)
        return extra, given > 0, cost

    def _turned(
        self, best: tuple[Floats, NDArray[np.bool_], float], taken: Floats
    ) -> tuple[Floats, NDArray[np.bool_], float]:
        """Each source that was taken in part turned the other way round, kept where it is cheaper.

        It also finds the rows that matter near the optimum, so that one round of whole numbers is mostly enough.
        """
        for place in np.flatnonzero(self.open & (np.abs(taken - np.round(taken)) > PART)).tolist():
            other = best[1].copy()
            other[place] = not other[place]
            best = min(best, self._with(other), key=lambda one: one[2])
        return best

    def _rivals(self, taken: Floats) -> bool:
        """Two sources of one part."""
        of = [source.part for source, one in zip(self.problem.sources, taken.tolist(), strict=True) if one]
        return len(set(of)) < len(of)

    def _over_all_rows(self, low: Floats, high: Floats) -> tuple[Floats, Floats, float]:
        """x, y and cost without whole numbers, y between two ends: rows are added until none is broken."""
        problem, rows = self.problem, self.rows
        while True:
            extra, taken, lost, cost = self._solved(low, high, whole=False)
            left = self.sample.late.copy()
            for stock, days in zip(problem.stocks, extra.tolist(), strict=True):
                left[:, stock.part] -= days
            for place in np.flatnonzero(taken > 0):
                left[:, problem.sources[place].part] -= self.sample.bridged[:, place] * taken[place]
            over = left[rows.draw, rows.part] - lost[rows.place]
            broken = np.flatnonzero((over > BROKEN_DAYS) & ~self.active)
            if not len(broken):
                return extra, taken, cost
            broken = broken[np.lexsort((-over[broken], rows.place[broken]))]
            self.active[broken[np.flatnonzero(np.diff(rows.place[broken], prepend=-1))]] = True

    def _solved(self, low: Floats, high: Floats, *, whole: bool) -> tuple[Floats, Floats, Floats, float]:
        """x, y, W and a bound on the cost from the active rows, with money in shares of the dearest day of one draw."""
        from scipy.optimize import Bounds, LinearConstraint, milp

        rows, problem = self.rows, self.problem
        stocks, sources = len(problem.stocks), len(problem.sources)
        money = problem.lost_day[rows.w_line] * self.sample.weights[rows.w_draw]
        unit = float(money.max(initial=0.0)) or 1.0
        picked = np.flatnonzero(self.active)
        table, lows, highs = self._table(picked[np.argsort(rows.part[picked], kind="stable")])
        found = milp(
            np.concatenate([self.prices, self.prices_of_sources, money]) / unit,
            integrality=np.concatenate(
                [np.zeros(stocks), np.full(sources, int(whole)), np.zeros(len(money))]
            ),
            bounds=Bounds(
                np.concatenate([np.zeros(stocks), low, rows.w_floor]),
                np.concatenate([self.most, high, np.full(len(money), np.inf)]),
            ),
            constraints=LinearConstraint(table, lows, highs),
            options={"mip_rel_gap": self.gap * INNER, "node_limit": NODES},
        )
        if found.x is None:
            raise RuntimeError(f"HiGHS found no choice, though buying nothing is one: {found.message}")
        x, bound = np.asarray(found.x), found.mip_dual_bound if whole else found.fun
        return (
            np.clip(x[:stocks], 0, self.most),
            x[stocks : stocks + sources],
            x[stocks + sources :],
            float(bound) * unit,
        )

    def _table(self, picked: Places) -> tuple[object, Floats, Floats]:
        """Rows of the programme, those picked in the order of their parts: coefficients, lower and upper ends."""
        from scipy.sparse import csr_array

        rows, problem, sample = self.rows, self.problem, self.sample
        stocks, sources, count = len(problem.stocks), len(problem.sources), len(picked)
        part, gap, draw = rows.part[picked], rows.gap[picked], rows.draw[picked]
        first, last = np.searchsorted(part, np.arange(sample.late.shape[1] + 1)), count
        at = [np.arange(count)]
        column = [stocks + sources + rows.place[picked]]
        value = [np.ones(count)]
        for number, stock in enumerate(problem.stocks):
            mine = np.arange(first[stock.part], first[stock.part + 1])
            at, column, value = (
                [*at, mine],
                [*column, np.full(len(mine), number)],
                [*value, np.ones(len(mine))],
            )
        # More than the gap above the floor does no more than to end the row: the bound is tighter with less.
        need = gap - rows.w_floor[rows.place[picked]]
        for number in np.flatnonzero(self.open).tolist():
            of = problem.sources[number].part
            mine = np.arange(first[of], first[of + 1])
            step = np.minimum(sample.bridged[draw[mine], number], need[mine])
            at, column, value = [*at, mine], [*column, np.full(len(mine), stocks + number)], [*value, step]
        lows, highs = [gap], [np.full(count, np.inf)]
        of_sources = np.array([source.part for source in problem.sources], dtype=np.int64)
        for wanted in np.unique(of_sources):
            rivals = stocks + np.flatnonzero(of_sources == wanted)
            if len(rivals) > 1:
                at, column, value = (
                    [*at, np.full(len(rivals), last)],
                    [*column, rivals],
                    [*value, np.ones(len(rivals))],
                )
                lows, highs, last = [*lows, np.array([-np.inf])], [*highs, np.array([1.0])], last + 1
        if math.isfinite(self.budget):
            spent = np.concatenate([self.prices, self.prices_of_sources])
            scale = float(spent.max(initial=0.0)) or 1.0
            at, column, value = (
                [*at, np.full(len(spent), last)],
                [*column, np.arange(len(spent))],
                [*value, spent / scale],
            )
            lows, highs = [*lows, np.array([-np.inf])], [*highs, np.array([self.budget / scale])]
            last += 1
        shape = (last, stocks + sources + len(rows.w_line))
        table = csr_array((np.concatenate(value), (np.concatenate(at), np.concatenate(column))), shape=shape)
        return table, np.concatenate(lows), np.concatenate(highs)
