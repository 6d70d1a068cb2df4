"""The licence delay fitted to counts of approvals, with intervals.

Each statistic (as of a day: n filed, k granted, filed between two days) is k ~ BetaBinomial(n, p(theta), rho); where only a
share is known n is an effective size. The likelihood is laid over a grid of log parameters, flat prior: intervals are
those of the grid's marginal. Two cases of filing: all in the first week, or evenly from the start until the day.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from scipy.special import betaln, gammaln, ndtr

from monazite.disruption.delay.lags import Floats
from monazite.terms.faults import BadInput, Fault

EFFECTIVE = 30
"""Size of a statistic of which only a share is known."""
RHO = 0.02
"""Overdispersion between applicants: an assumption; 0 would be independent coins."""
LAST_DAY = date(2025, 7, 31)
"""Statistics of later days are not used in a fit: they are what it is tested on."""
WEEK_1, EVENLY = "all in week 1", "evenly"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistic:
    """Share granted of what was filed since `start`, as of a day; `filed` None where only the share is known."""

    as_of: date
    start: date
    destination: str
    filed: int | None
    share: float
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A parameter: the most likely value and the interval from 10 to 90 %."""

    name: str
    value: float
    low: float
    high: float
    at_edge: bool = (
        False  # the likelihood still rises at the end of the grid: only the interval says anything
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """One model fitted under one case of filing; `misfit` is the largest gap between a share and its fit."""

    model: str
    filing: str
    estimates: tuple[Estimate, ...]
    log_likelihood: float
    misfit: float
    used: int


def ages(statistic: Statistic, filing: str, *, points: int = 200) -> Floats:
    """(points,) days since filing at the day of the statistic, filings spread evenly over their window."""
    days = float((statistic.as_of - statistic.start).days)
    window = 7.0 if filing == WEEK_1 else days
    return np.asarray(days - window * (np.arange(points) + 0.5) / points)


def log_likelihood(share: Floats, statistic: Statistic, *, rho: float = RHO) -> Floats:
    """ln BetaBinomial(k; n, p, rho) for each p, k = n share (it need not be whole)."""
    size = float(statistic.filed if statistic.filed is not None else EFFECTIVE)
    granted, p = statistic.share * size, np.clip(share, 1e-9, 1 - 1e-9)
    choose = gammaln(size + 1) - gammaln(granted + 1) - gammaln(size - granted + 1)
    if rho == 0:
        return np.asarray(choose + granted * np.log(p) + (size - granted) * np.log1p(-p))
    a, b = p * (1 - rho) / rho, (1 - p) * (1 - rho) / rho
    return np.asarray(choose + betaln(granted + a, size - granted + b) - betaln(a, b))


def fit_age(statistics: Sequence[Statistic], filing: str) -> Fit:
    """Median and sigma of the lag by age alone."""
    median, sigma = np.geomspace(20, 400, 160), np.geomspace(0.05, 2.0, 120)

    def share(statistic: Statistic) -> Floats:
        age = np.log(np.maximum(ages(statistic, filing), 1e-9))
        z = (age[:, None, None] - np.log(median)[:, None]) / sigma
        return np.asarray(ndtr(z).mean(axis=0))

    return _fit("age alone", filing, ("median_days", "sigma"), (median, sigma), share, statistics)


def fit_hazard(statistics: Sequence[Statistic], filing: str, *, jump: date, a_min_days: float = 0.0) -> Fit:
    """Hazard per day before and after `jump`, for a least age of review."""
    before, after = np.geomspace(1e-4, 0.2, 140), np.geomspace(1e-4, 1.0, 140)

    def share(statistic: Statistic) -> Floats:
        late = max(0.0, float((statistic.as_of - jump).days))  # days after the jump
        exposed = np.maximum(ages(statistic, filing) - a_min_days, 0.0)
        old, new = np.maximum(exposed - late, 0.0), np.minimum(exposed, late)
        first = np.exp(-old[:, None] * before)  # (points, before)
        second = np.exp(-new[:, None] * after)
        return np.asarray(1 - first.T @ second / len(exposed))

    return _fit("hazard", filing, ("rate_before", "rate_after"), (before, after), share, statistics)


def fit_destination(
    statistics: Sequence[Statistic],
    filing: str,
    *,
    jump: date,
    rates: tuple[float, float],
    a_min_days: float = 0.0,
) -> Fit:
    """Multiplier of the hazard for one destination, the rates given."""
    factor = np.geomspace(1e-3, 10, 400)

    def share(statistic: Statistic) -> Floats:
        late = max(0.0, float((statistic.as_of - jump).days))
        exposed = np.maximum(ages(statistic, filing) - a_min_days, 0.0)
        summed = rates[0] * np.maximum(exposed - late, 0.0) + rates[1] * np.minimum(exposed, late)
        return np.asarray(-np.expm1(-factor[:, None] * summed).mean(axis=1))

    return _fit("destination", filing, ("factor",), (factor,), share, statistics)


def _fit(
    model: str, filing: str, names: Sequence[str], axes: Sequence[Floats],
    share: Callable[[Statistic], Floats], statistics: Sequence[Statistic],
) -> Fit:  # fmt: skip
    late = [s for s in statistics if s.as_of > LAST_DAY]
    if late or not statistics:
        what = f"{len(late)} statistics are later than {LAST_DAY}" if late else "there is no statistic to fit"
        raise BadInput([Fault(where=f"fit, {model}", what=what, mend=f"Give statistics up to {LAST_DAY}")])
    shares = [share(statistic) for statistic in statistics]
    logs = np.sum([log_likelihood(p, s) for p, s in zip(shares, statistics, strict=True)], axis=0)
    best = np.unravel_index(int(np.argmax(logs)), logs.shape)
    weight = np.exp(logs - logs.max())
    estimates = []
    for place, (name, axis) in enumerate(zip(names, axes, strict=True)):
        marginal = weight.sum(axis=tuple(other for other in range(len(axes)) if other != place))
        summed = np.cumsum(marginal) / marginal.sum()
        low, high = (float(np.exp(np.interp(q, summed, np.log(axis)))) for q in (0.1, 0.9))
        value, edge = float(axis[best[place]]), best[place] in (0, len(axis) - 1)
        estimates.append(Estimate(name=name, value=value, low=low, high=high, at_edge=bool(edge)))
    gaps = [abs(float(p[best]) - s.share) for p, s in zip(shares, statistics, strict=True)]
    return Fit(model=model, filing=filing, estimates=tuple(estimates), log_likelihood=float(logs.max()),
               misfit=max(gaps, default=math.nan), used=len(statistics))  # fmt: skip
