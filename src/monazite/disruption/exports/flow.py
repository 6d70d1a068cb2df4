"""B4: what is shipped while licences are waited for, by day and for many draws of the parameters at once.

    shipped(t) = d(t) (1 - kappa) + kappa sum_{q <= t} d(q) P(decided on day t | filed on day q)

Orders d are flat here, one a day from the first day of the control (day 0), so that all is a share of d; a day t runs from t to
t + 1. Two cases of filing: `EVENLY`, a licence for each order on the day of the order (what waits is a backlog, and a faster
regime frees it: the share can exceed 1); `WEEK_1`, one licence per buyer in the first week, who orders nothing until he
has it (no backlog). Orders that vary by day take `licences.shipped` and `licences.shipped_by`, which agree with these.

>>> round(float(month_shares(evenly_by_age(74, 0.36, days=120), ((88, 119),))[0, 0]), 3)
0.818
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from monazite.disruption.delay.lags import Floats

WEEK = 7
"""Days over which the filings of the first week are spread."""


def flow(waiting: Floats, kappa: ArrayLike, *, refused: ArrayLike = 0.0) -> Floats:
    """(draws, days) share of orders shipped: (1 - kappa) + kappa (1 - r) times the share of what waits."""
    share = np.asarray(kappa, dtype=np.float64).reshape(-1, 1)
    come = 1 - np.asarray(refused, dtype=np.float64).reshape(-1, 1)
    return np.asarray((1 - share) + share * come * waiting)


def evenly_by_age(median: ArrayLike, sigma: ArrayLike, *, days: int) -> Floats:
    """(draws, days) share of the waiting orders shipped, lag by age alone: the sum over q is F(t + 1)."""
    return _lognormal(median, sigma, np.arange(1.0, days + 1))


def week_1_by_age(median: ArrayLike, sigma: ArrayLike, *, days: int) -> Floats:
    """(draws, days) share of buyers who hold a licence, filed evenly over the first week: the mean of F(t + 1 - q)."""
    summed = np.cumsum(_lognormal(median, sigma, np.arange(1.0 - WEEK, days + 1)), axis=1)
    return np.asarray((summed[:, WEEK:] - summed[:, :-WEEK]) / WEEK)


def evenly_by_hazard(rates: Floats, worlds: Sequence[int], least_age: ArrayLike, *, days: int) -> Floats:
    """(draws, days) share of the waiting orders shipped, decided with the hazard of the day.

    With H the hazard summed from day 0 and a the least age, decided until t are
    sum_{q + a < t} 1 - exp(H(q + a) - H(t)), and what is shipped is its difference by day.

    Parameters
    ----------
    rates : (draws, worlds) hazard per day in each state of the world
    worlds : state of the world of each day, at least `days` of them; the last goes on
    least_age : days, for each draw
    """
    least = np.asarray(least_age, dtype=np.float64).reshape(-1, 1)
    moments = np.arange(days + 1.0)
    passed = summed_hazard(rates, worlds, moments)  # H(t)
    opened = summed_hazard(rates, worlds, moments[:-1] + least)  # (draws, orders) H(q + a)
    open_by = np.clip(np.ceil(moments - least), 0, days).astype(np.intp)  # orders past the least age
    # One order a day comes of age, so that what is left of all goes on from day to day.
    left = np.zeros((len(passed), days + 1))
    rows = np.arange(len(passed))
    for day in range(1, days + 1):
        left[:, day] = left[:, day - 1] * np.exp(passed[:, day - 1] - passed[:, day])
        new = open_by[:, day] > open_by[:, day - 1]
        last = np.maximum(open_by[:, day] - 1, 0)
        left[:, day] += np.where(new, np.exp(np.minimum(opened[rows, last] - passed[:, day], 0.0)), 0.0)
    return np.asarray(np.diff(open_by - left, axis=1))


LARGEST = 600.0
"""Summed hazards above this are as good as sure: e^600 is near the largest float."""


def week_1_by_hazard(rates: Floats, worlds: Sequence[int], least_age: ArrayLike, *, days: int) -> Floats:
    """(draws, days) share of buyers who hold a licence by the hazard, filed evenly over the first week."""
    least = np.asarray(least_age, dtype=np.float64).reshape(-1, 1)
    left = np.exp(-summed_hazard(rates, worlds, np.arange(1.0, days + 1)))
    opens = np.exp(np.minimum(summed_hazard(rates, worlds, np.arange(float(WEEK)) + least), LARGEST))
    open_still = sum(np.minimum(opens[:, filed, None] * left, 1.0) for filed in range(WEEK))
    return np.asarray(1 - open_still / WEEK)


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowFit:
    """The lag by age alone and the share that waits, at a growth of orders; `misfit` is the largest gap in logs."""

    growth: float
    median_days: float
    sigma: float
    kappa: float
    misfit: float
    at_edge: bool = False  # the smallest spread of the grid fits best: no spread is too small


def fit_flow(months: Sequence[tuple[int, int]], ratios: Sequence[float], *, growth: float) -> FlowFit:
    """Least squares in logs of y_m / y_{m-12} = (1 + g) [(1 - kappa) + kappa F], over a grid.

    Parameters
    ----------
    months : first day and the day after the last of each month, from day 0; `ratios` to the same month a year before
    """
    median, sigma, kappa = np.linspace(50, 120, 141), np.linspace(0.02, 0.6, 30), np.linspace(0.5, 1.0, 51)
    every = np.array([(m, s) for m in median for s in sigma])
    waiting = evenly_by_age(every[:, 0], every[:, 1], days=max(stop for _, stop in months))
    shares = month_shares(waiting, months)[:, None, :]
    ahead = np.log1p(growth) + np.log(
        (1 - kappa)[:, None] + kappa[:, None] * shares
    )  # (lags, kappas, months)
    gaps = ahead - np.log(np.asarray(ratios, dtype=np.float64))
    lag, part = np.unravel_index(int(np.argmin((gaps**2).sum(axis=2))), gaps.shape[:2])
    best = every[lag]
    return FlowFit(growth=growth, median_days=float(best[0]), sigma=float(best[1]), kappa=float(kappa[part]),
                   misfit=float(np.abs(gaps[lag, part]).max()), at_edge=bool(best[1] == sigma[0]))  # fmt: skip


def month_shares(shares: Floats, months: Sequence[tuple[int, int]]) -> Floats:
    """(draws, months) mean over the days of each month, first day through the day before the last.

    Days before day 0 are free of the control: their share is 1.
    """
    found = np.empty((len(shares), len(months)))
    for place, (first, stop) in enumerate(months):
        free = max(0, min(stop, 0) - first)
        held = shares[:, max(first, 0) : max(stop, 0)].sum(axis=1)
        found[:, place] = (free + held) / (stop - first)
    return found


def _lognormal(median: ArrayLike, sigma: ArrayLike, days: Floats) -> Floats:
    middle = np.log(np.asarray(median, dtype=np.float64)).reshape(-1, 1)
    spread = np.asarray(sigma, dtype=np.float64).reshape(-1, 1)
    with np.errstate(divide="ignore"):
        return np.asarray(ndtr((np.log(np.maximum(days, 0.0)) - middle) / spread))


def summed_hazard(rates: Floats, worlds: Sequence[int], moments: Floats) -> Floats:
    """H at moments (moments,) or (draws, moments): rate by rate, the days spent in each state until then."""
    longest = max(int(np.ceil(moments.max(initial=0))), len(worlds)) + 1
    of_day = np.array([*worlds, *([worlds[-1]] * (longest - len(worlds)))])
    grid = np.arange(longest + 1.0)
    total: Floats = np.zeros((len(rates), moments.shape[-1]))
    for world in range(rates.shape[1]):
        spent = np.concatenate([[0.0], np.cumsum(of_day == world)])
        total = total + rates[:, world : world + 1] * np.interp(moments, grid, spent)
    return total
