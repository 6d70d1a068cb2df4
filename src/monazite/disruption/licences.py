"""How long a licence takes: a hazard by calendar day beside a lag by age alone, and what follows for flows and renewals.

    h(t, a | k) = 0                                           for a < a_min
                = lambda_0 m_enduse m_dest m_papers m_regime(t)   otherwise
    P(decided by t | filed at q) = 1 - exp(-integral of h from q + a_min to t);   refused with r_k at the decision

The states of the world come from the caller as dated spells: which law stands on a day is no matter of this module.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import numpy as np

from monazite.disruption.lags import NEVER, NO_LAG, Floats, HazardLag, Lag, LognormalLag
from monazite.terms.faults import BadInput, Fault
from monazite.terms.outcomes import Outcome


class World(StrEnum):
    """A state of the world for licences of one control."""

    FREE = "no control"
    IN_FORCE = "control in force"
    FRAMEWORK = "framework agreed"
    SUSPENDED = "suspended"
    GENERAL = "general licence available"
    BLOCKED = "destination blocked"

    @property
    def asks(self) -> bool:
        """A move needs a licence."""
        return self not in (World.FREE, World.SUSPENDED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spell:
    """A state of the world from a day on, until the next spell."""

    first: date
    world: World


@dataclass(frozen=True, slots=True, kw_only=True)
class DelayModel:
    """Parameters of both models; `lag_of` makes a lag of them. Rates per day by state of the world."""

    median_days: float
    sigma: float
    rate_per_day: dict[World, float]
    a_min_days: float
    refused: float
    destination: dict[str, float]  # m_dest by country or group, 1 where not named
    end_use: dict[str, float]  # m_enduse, 1 where not named
    never: frozenset[str] = frozenset()  # end uses that are refused by policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """A licence asked for: class k = (item group, end use, destination), the day of filing, and papers."""

    filed: date
    item_group: str = ""
    end_use: str = ""
    destination: str = ""
    papers: float = 1.0  # m_papers: below 1 where papers are returned


def hazard_lag(model: DelayModel, asked: Application, spells: Sequence[Spell], *, day_0: date) -> Lag:
    """The lag by the hazard, in days from day 0. Where no licence is asked for any more, the goods go on that day.

    Raises
    ------
    BadInput where no spell covers the day on which review can first end, or a rate is not known
    """
    if asked.end_use in model.never:
        return NEVER
    ordered = sorted(spells, key=lambda spell: spell.first)
    opens = asked.filed + timedelta(days=math.ceil(model.a_min_days))
    if not ordered or ordered[0].first > min(opens, day_0):
        raise BadInput([Fault(where="states of the world", what=f"none is known on {min(opens, day_0)}",
                              mend="Begin earlier")])  # fmt: skip
    unknown = sorted({s.world for s in ordered if s.world not in model.rate_per_day and _decides(s.world)})
    if unknown:
        raise BadInput([Fault(where=f"rates, {name}", what="no rate is given") for name in unknown])
    factor = (
        model.destination.get(asked.destination, 1.0) * model.end_use.get(asked.end_use, 1.0) * asked.papers
    )
    start = (opens - day_0).days - (math.ceil(model.a_min_days) - model.a_min_days)
    pieces: dict[float, float] = {}
    for place, spell in enumerate(ordered):
        stop = (ordered[place + 1].first - day_0).days if place + 1 < len(ordered) else math.inf
        since = float((spell.first - day_0).days)
        if stop <= 0:
            if not spell.world.asks:
                continue
        elif not spell.world.asks:
            # From here on nothing is waited for: all that is left comes at once.
            pieces[max(since, 0.0)] = RELEASED
            pieces = {day: rate for day, rate in pieces.items() if day <= max(since, 0.0)}
            break
        rate = model.rate_per_day.get(spell.world, 0.0) * factor if spell.world is not World.BLOCKED else 0.0
        if stop > start:
            pieces[max(since, start)] = rate
    if any(day < 0 for day in pieces):
        pieces = _from_day_0(pieces)
    days = sorted(pieces)
    if list(pieces.values()) == [RELEASED] and days == [0.0]:
        return NO_LAG
    return HazardLag(days=tuple(days), rates=tuple(pieces[day] for day in days), refused=model.refused)


RELEASED = 1e3
"""Hazard per day from the day on which no licence is asked for: within minutes."""


def age_lag(model: DelayModel, asked: Application, *, day_0: date) -> Lag:
    """The lag by age alone: lognormal from the day of filing; from day 0 where filed then.

    An application filed earlier and still open is one that has waited: the lag is conditioned on it by `Waited`.
    """
    if asked.end_use in model.never:
        return NEVER
    lag = LognormalLag(median_days=model.median_days, sigma=model.sigma, refused=model.refused)
    age = (day_0 - asked.filed).days
    return lag if age == 0 else Waited(lag=lag, age_days=float(age))


@dataclass(frozen=True, slots=True, kw_only=True)
class Waited:
    """What is left of a lag that has run for `age_days` without an end (below zero: begins later).

    F(t) = (F0(t + age) - F0(age)) / (1 - F0(age)).
    """

    lag: LognormalLag
    age_days: float

    @property
    def _gone(self) -> float:
        return float(self.lag.cdf(np.array([max(self.age_days, 0.0)]))[0])

    @property
    def refused(self) -> float:
        """r / (1 - F0(age)): who has waited long is more likely refused."""
        return self.lag.refused / (1 - self._gone) if self._gone < 1 else 1.0

    @property
    def starts(self) -> float:
        """Day 0, or the day of filing where that is later."""
        return max(0.0, -self.age_days)

    @property
    def kinks(self) -> tuple[float, ...]:
        """None but the beginning."""
        return ()

    def cdf(self, days: Floats) -> Floats:
        """The conditional distribution function."""
        gone = self._gone
        return np.asarray(np.where(days < 0, 0.0, (self.lag.cdf(days + self.age_days) - gone) / (1 - gone)))

    def pdf(self, days: Floats) -> Floats:
        """The conditional density."""
        return np.asarray(np.where(days < 0, 0.0, self.lag.pdf(days + self.age_days) / (1 - self._gone)))

    def quantile(self, share: float) -> float:
        """By the lag's own quantile."""
        gone = self._gone
        return self.lag.quantile(gone + share * (1 - gone)) - self.age_days

    def draw(self, uniform: Floats) -> Floats:
        """By inversion."""
        gone = self._gone
        return np.asarray(self.lag.draw(gone + uniform * (1 - gone)) - self.age_days)


def lags_by_outcome(outcome: Outcome, licence: Lag) -> Lag:
    """The lag of a part by its determination: none, that of the licence, or never.

    A certificate or report is no licence. What is refused in principle or prohibited does not come.
    """
    if outcome >= Outcome.REFUSED_IN_PRINCIPLE:
        return NEVER
    return licence if outcome >= Outcome.LICENCE else NO_LAG


def shipped(orders: Floats, waiting_share: float, lag: Lag) -> Floats:
    """B4: units shipped on each day of orders d(t) of which a share waits for a licence filed on the day of order.

    shipped(t) = d(t) (1 - kappa) + kappa sum_{q <= t} d(q) (F(t - q) - F(t - q - 1)): what is decided during the day.
    A lag that hangs on the calendar takes `shipped_by` instead.
    """
    decided = np.diff(lag.cdf(np.arange(len(orders) + 1, dtype=np.float64)))
    return np.asarray(
        orders * (1 - waiting_share) + waiting_share * np.convolve(orders, decided)[: len(orders)]
    )


def shipped_by(orders: Floats, waiting_share: float, lags: Sequence[Lag]) -> Floats:
    """B4 with a lag for each day of filing, in days from day 0: a faster regime frees a backlog, so it can exceed d."""
    days = np.arange(len(orders) + 1, dtype=np.float64)
    flow = np.asarray(orders * (1 - waiting_share), dtype=np.float64)
    for amount, lag in zip(orders, lags, strict=True):
        flow += waiting_share * amount * np.diff(lag.cdf(days))
    return flow


def renewal_days(lag: Lag, *, continuity: float = 0.95) -> int | None:
    """B5: file at least so many days before the end; None where no day is early enough.

    >>> renewal_days(LognormalLag(median_days=74, sigma=0.36))
    134
    """
    days = lag.quantile(continuity)
    return None if math.isinf(days) else math.ceil(days)


def file_by(through: date, lag: Lag, *, continuity: float = 0.95) -> date | None:
    """The last day on which to file for a licence that takes over after `through`; None where none is early enough.

    >>> file_by(date(2025, 7, 1), LognormalLag(median_days=74, sigma=0.36))
    datetime.date(2025, 2, 17)
    """
    days = renewal_days(lag, continuity=continuity)
    return None if days is None else through - timedelta(days=days)


def _decides(world: World) -> bool:
    return world.asks and world is not World.BLOCKED


def _from_day_0(pieces: dict[float, float]) -> dict[float, float]:
    """Pieces from day 0 on: an open application has not been decided before, whatever the hazard was."""
    before = [day for day in pieces if day <= 0]
    later = {day: rate for day, rate in pieces.items() if day > 0}
    return {0.0: pieces[max(before)], **later} if before else later
