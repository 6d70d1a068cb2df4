"""One assumption at a time: days lost and first stop of each line at the low and the high end of its range.

The other assumptions stay as they are, so that joint changes are not seen. A range says what could be true, not how
likely it is. The answers themselves hold no goods at customs; the table shows what a hold would do:

    F(t) = (1 - p) F(t) + p F(t - d)        held with probability p for d days
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from monazite.disruption.delay.lags import FixedLag, Floats, Lag
from monazite.disruption.delay.licences import DelayModel, World
from monazite.disruption.delay.waits import AGE, HAZARD, MODELS
from monazite.disruption.lines.odds import Line, line_odds
from monazite.disruption.lines.setting import Setting, line_of

STOCK_STEP, CARRIED_STEP = 0.2, 0.5
"""Plan figures have no published range: these steps are ours."""
HOLD_SHARE, HOLD_DAYS = "customs_hold_share", "customs_hold_days"


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """One assumption: its value and the ends of its range."""

    parameter: str
    key: str  # destination, state of the world or the like; empty where there is one value
    value: float
    low: float
    high: float
    unit: str
    kind: str  # fitted, assumption, policy, reported
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Swing:
    """What one assumption does to one line; days within the horizon, first stop as the day reached with 50 %."""

    line: int
    model: str
    reading: str
    assumption: Range
    days_lost: tuple[float, float, float]  # low end, as assumed, high end
    first_stop: tuple[float, float, float]

    @property
    def width_days(self) -> float:
        """How far the days lost move."""
        return max(self.days_lost) - min(self.days_lost)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldLag:
    """A lag after which customs hold the goods with probability `share` for `hold_days`."""

    lag: Lag
    share: float
    hold_days: float

    @property
    def refused(self) -> float:
        """As without a hold."""
        return self.lag.refused

    @property
    def starts(self) -> float:
        """As without a hold."""
        return self.lag.starts + (self.hold_days if self.share == 1 else 0.0)

    @property
    def kinks(self) -> tuple[float, ...]:
        """Those of the lag, and the same after the hold."""
        own = {self.lag.starts, *self.lag.kinks}
        return tuple(sorted(day for day in own | {day + self.hold_days for day in own} if math.isfinite(day)))

    def cdf(self, days: Floats) -> Floats:
        """(1 - p) F(t) + p F(t - d)."""
        return np.asarray(
            (1 - self.share) * self.lag.cdf(days) + self.share * self._later(days, self.lag.cdf)
        )

    def pdf(self, days: Floats) -> Floats:
        """(1 - p) f(t) + p f(t - d)."""
        return np.asarray(
            (1 - self.share) * self.lag.pdf(days) + self.share * self._later(days, self.lag.pdf)
        )

    def quantile(self, share: float) -> float:
        """As the draws."""
        return float(self._reached(np.array([self.lag.quantile(share)]), np.array([share]))[0])

    def draw(self, uniform: Floats) -> Floats:
        """By inversion."""
        return self._reached(self.lag.draw(uniform), uniform)

    def _reached(self, without: Floats, shares: Floats) -> Floats:
        """By bisection between the day without a hold and the same after it."""
        comes = np.isfinite(without)
        low = np.where(comes, without, 0.0)
        high = low + self.hold_days
        for _ in range(60):
            middle = (low + high) / 2
            reached = self.cdf(middle) >= shares
            low, high = np.where(reached, low, middle), np.where(reached, middle, high)
        return np.where(comes, high, np.inf)

    def _later(self, days: Floats, what: Callable[[Floats], Floats]) -> Floats:
        since = days - self.hold_days
        return np.where(since >= 0, what(np.maximum(since, 0.0)), 0.0)


def plan_ranges() -> tuple[Range, ...]:
    """The steps by which plan figures are varied, as factors."""
    said = "a step chosen here: the plan states no range"
    return (
        Range(parameter="stock", key="", value=1.0, low=1 - STOCK_STEP, high=1 + STOCK_STEP, unit="times",
              kind="step", source=said),
        Range(parameter="carried_days", key="", value=1.0, low=1 - CARRIED_STEP, high=1 + CARRIED_STEP,
              unit="times", kind="step", source=said),
    )  # fmt: skip


def swings(
    setting: Setting, ranges: Sequence[Range], *, models: Sequence[str] = MODELS, only: Sequence[int] = ()
) -> Iterator[Swing]:
    """A swing for each line, model, reading and assumption that enters the model; by line, largest first.

    Parameters
    ----------
    ranges : assumptions; one whose ends are equal or not known is left out
    """
    used = [one for one in ranges if not math.isnan(one.low + one.high) and one.low != one.high]
    asked = {
        setting.delay.place(supply.asked.destination) for supply in setting.supplies if supply is not None
    }
    used = [one for one in used if one.parameter != "destination" or one.key in asked]
    used += [_unknown(name) for name in sorted(asked - setting.delay.destination.keys())]
    for line, uses in enumerate(setting.uses):
        if not len(uses) or (only and line not in only):
            continue
        for model in models:
            for reading in setting.readings_of(setting.use_part[uses]):
                base = _effect(setting, line, model, reading, None, math.nan)
                found = []
                for one in used:
                    if not enters(one.parameter, model):
                        continue
                    ends = [_effect(setting, line, model, reading, one, end) for end in (one.low, one.high)]
                    found.append(
                        Swing(line=line, model=model, reading=reading, assumption=one,
                              days_lost=(ends[0][0], base[0], ends[1][0]), first_stop=(ends[0][1], base[1], ends[1][1]))
                    )  # fmt: skip
                yield from sorted(found, key=lambda swing: -swing.width_days)


def _unknown(destination: str) -> Range:
    """The range of a destination of which no multiplier is known: that of the others."""
    return Range(parameter="destination", key=destination, value=1.0, low=0.1, high=1.0, unit="", kind="assumption",
                 source="no multiplier is known; the range is that of the destinations that have one")  # fmt: skip


def enters(parameter: str, model: str) -> bool:
    """The assumption is one that this model of the delay uses."""
    if parameter in ("median", "sigma"):
        return model == AGE
    if parameter in ("rate", "a_min", "destination", "end_use"):
        return model == HAZARD
    return parameter in ("refused", "stock", "carried_days", HOLD_SHARE, HOLD_DAYS)


def varied(delay: DelayModel, parameter: str, key: str, value: float) -> DelayModel:
    """The model with one parameter changed."""
    if parameter == "rate":
        return replace(delay, rate_per_day={**delay.rate_per_day, World(key): value})
    if parameter == "destination":
        return replace(delay, destination={**delay.destination, key: value})
    if parameter == "end_use":
        return replace(delay, end_use={**delay.end_use, key: value})
    name = {"median": "median_days", "a_min": "a_min_days"}.get(parameter, parameter)
    return replace(delay, **{name: value})  # type: ignore[arg-type]


def _effect(
    setting: Setting, line: int, model: str, reading: str, one: Range | None, value: float
) -> tuple[float, float]:
    """Expected days lost and the day of first stop reached with 50 %."""
    if one is None:
        made = line_of(setting, line, model, reading)
    elif one.parameter == "stock":
        made = line_of(replace(setting, stock=setting.stock * value), line, model, reading)
    elif one.parameter == "carried_days":
        made = line_of(replace(setting, carried_days=setting.carried_days * value), line, model, reading)
    elif one.parameter in (HOLD_SHARE, HOLD_DAYS):
        share, days = (value, HELD_DAYS) if one.parameter == HOLD_SHARE else (HELD_SHARE, value)
        made = _held(line_of(setting, line, model, reading), share, days)
    else:
        delay = varied(setting.delay, one.parameter, one.key, value)
        made = line_of(replace(setting, delay=delay), line, model, reading)
    odds = line_odds(made, horizon=float(setting.horizon))
    return odds.mean_days_lost, odds.first_stop[1]


HELD_SHARE, HELD_DAYS = 0.05, 45.0
"""While one of the two is varied the other stands here: the share assumed, and the middle of one to two months."""


def _held(line: Line, share: float, days: float) -> Line:
    """The line with its sampled lags held at customs."""
    if share == 0 or days == 0:
        return line
    states = [
        (odds, [lag if isinstance(lag, FixedLag) else HeldLag(lag=lag, share=share, hold_days=days) for lag in lags])
        for odds, lags in line.states
    ]  # fmt: skip
    return replace(line, states=states)
