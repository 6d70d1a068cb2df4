"""How long a licence takes: a hazard by calendar day beside a lag by age alone.

    h(t, a | k) = 0                                           for a < a_min
                = lambda_0 m_enduse m_dest m_papers m_regime(t)   otherwise
    P(decided by t | filed at q) = 1 - exp(-integral of h from q + a_min to t);   refused with r_k at the decision

The states of the world come from the caller as dated spells: which law stands on a day is no matter of this module.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

import numpy as np

from monazite.disruption.delay.lags import NEVER, NO_LAG, Floats, HazardLag, Lag, LognormalLag
from monazite.terms.faults import BadInput, Fault

END_USES = (
    "civil vehicle", "industrial", "energy", "electronics", "semiconductor", "aerospace", "medical", "military",
)  # fmt: skip
"""Classes of end use for which delays are told apart. Only the military is known to differ."""


class World(StrEnum):
    """A state of the world for licences of one control."""

    FREE = "no control"
    IN_FORCE = "control in force"
    FRAMEWORK = "framework agreed"
    SUSPENDED = "suspended"
    GENERAL = "general licence available"
    BLOCKED = "destination blocked"
    REFUSED = "refused"

    @property
    def asks(self) -> bool:
        """A move needs a licence."""
        return self not in (World.FREE, World.SUSPENDED)

    @property
    def decides(self) -> bool:
        """Applications are decided on their merits. Blocked ones lie still; refused ones are filed anew at the end."""
        return self.asks and self not in (World.BLOCKED, World.REFUSED)


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
    known_as: Mapping[str, str] = field(default_factory=dict)  # other names of destinations, in small letters

    def place(self, destination: str) -> str:
        """The destination by the name that the parameters use; as it is where they name none."""
        small = destination.casefold()
        return next((key for key in self.destination if key.casefold() == small), None) or self.known_as.get(
            small, destination
        )

    def factor(self, asked: "Application") -> float:
        """m_enduse m_dest m_papers; what is not named counts 1."""
        by_use = {use.casefold(): factor for use, factor in self.end_use.items()}
        at = self.destination.get(self.place(asked.destination), 1.0)
        return at * by_use.get(asked.end_use.casefold(), 1.0) * asked.papers

    def refuses(self, asked: "Application") -> bool:
        """The end use is refused by policy."""
        return asked.end_use.casefold() in {use.casefold() for use in self.never}


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """A licence asked for: class k = (item group, end use, destination), the day of filing, and papers."""

    filed: date
    item_group: str = ""
    end_use: str = ""
    destination: str = ""
    papers: float = 1.0  # m_papers: below 1 where papers are returned


def hazard_lag(model: DelayModel, asked: Application, spells: Sequence[Spell], *, day_0: date) -> Lag:
    """The lag by the hazard, in days from day 0.

    No decision falls while the destination is blocked. What is refused is filed anew on the day after the spell, so
    that the least age is waited for again. Where no licence is asked for any more, all goods go on that day.

    Raises
    ------
    BadInput where no spell covers the day on which review can first end, or a rate is not known
    """
    if model.refuses(asked):
        return NEVER
    filed = (asked.filed - day_0).days
    opens = asked.filed + timedelta(days=math.ceil(model.a_min_days))
    ordered = _known(spells, min(opens, day_0))
    factor = model.factor(asked)
    start, release, faults = filed + model.a_min_days, math.inf, []
    pieces: dict[float, float] = {}
    for world, since, stop in _days(ordered, day_0):
        if stop <= 0 and not world.asks:
            continue
        if not world.asks:
            release = max(since, 0.0)
            pieces = {day: rate for day, rate in pieces.items() if day < release}
            break
        if world.decides and world not in model.rate_per_day and stop > start:
            mend = f"Add a row rate,{world} to the parameters of the delay"
            faults.append(Fault(where=f"rates, {world}", what="no rate is given", mend=mend))
        if stop > start:
            rate = model.rate_per_day.get(world, 0.0) * factor if world.decides else 0.0
            pieces[max(since, start)] = rate
        if world is World.REFUSED and stop > filed:
            pieces[max(since, float(filed))] = 0.0
            start = max(start, stop + model.a_min_days)
    if faults:
        raise BadInput(list(dict.fromkeys(faults)))
    if release == 0:
        return NO_LAG
    if any(day < 0 for day in pieces):
        pieces = _from_day_0(pieces)
    days = sorted(pieces)
    lag = HazardLag(days=tuple(days) or (0.0,), rates=tuple(pieces[day] for day in days) or (0.0,), refused=model.refused)  # fmt: skip
    if release < math.inf:
        return Waited(lag=lag, stretches=(Stretch(day=0.0, age=0.0), Stretch(day=release, released=True)))
    if lag.rates[-1] == 0:
        return _ended(lag, (Stretch(day=0.0, age=0.0), Stretch(day=days[-1] if days else 0.0)))
    return lag


RELEASED = 1e3
"""Hazard per day from the day on which no licence is asked for: within minutes."""


def age_lag(model: DelayModel, asked: Application, spells: Sequence[Spell] = (), *, day_0: date) -> Lag:
    """The lag by age alone: lognormal from the day of filing, whichever world it is that decides.

    An application filed before day 0 and still open is one that has waited. While the destination is blocked its age
    stands still; after a refusal it is filed anew and its age is 0. Where no licence is asked for, all goods go.

    Raises
    ------
    BadInput where spells are given and none covers day 0
    """
    if model.refuses(asked):
        return NEVER
    base = LognormalLag(median_days=model.median_days, sigma=model.sigma, refused=model.refused)
    filed = float((asked.filed - day_0).days)
    ordered = _known(spells or [Spell(first=date.min, world=World.IN_FORCE)], day_0)
    day, age = filed, 0.0
    stretches = [] if filed <= 0 else [Stretch(day=0.0)]
    for world, since, stop in _days(ordered, day_0):
        if not world.asks and stop > 0:
            if since <= 0:
                return NO_LAG
            stretches = [held for held in stretches if held.day < since]
            stretches.append(Stretch(day=since, released=True))
            break
        if stop <= day:
            continue
        runs = not world.asks or world.decides
        if stop > 0:
            begins = max(day, 0.0)
            stretches.append(Stretch(day=begins, age=age + (begins - day) if runs else None))
        if world is World.REFUSED:
            age = 0.0
        elif runs:
            age += stop - day
        day = stop
    if stretches[0].age == 0 and all(held.age == held.day for held in stretches):
        return base
    return _ended(base, tuple(stretches))


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """From `day` on the age of an application runs, beginning at `age`; None: it stands still; or all is released."""

    day: float
    age: float | None = None
    released: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Waited:
    """What is left of a lag F0 on day 0, along stretches in which the age runs, stands still or begins anew.

    In a stretch from day b with age a_b on, in which the age runs, the share not yet come is

        1 - F(t) = (1 - F(b)) (1 - F0(a_b + t - b)) / (1 - F0(a_b));

    one stretch from day 0 is a lag that has run for a_0 without an end: F(t) = (F0(t + a_0) - F0(a_0)) / (1 - F0(a_0)).
    F0 is the lag of a decision: what is open has not been refused, so that the odds of a refusal stay those at the
    decision, r: what has come by t is (1 - r) F(t), until all is released.
    """

    lag: LognormalLag | HazardLag
    stretches: tuple[Stretch, ...]  # the first from day 0
    _left: tuple[float, ...] = field(init=False, repr=False, compare=False)  # 1 - F at the beginning of each

    def __post_init__(self) -> None:
        left = [1.0]
        for held, after in pairwise(self.stretches):
            left.append(left[-1] * float(self._stay(held, np.array([after.day]))[0]))
        object.__setattr__(self, "_left", tuple(left))

    @property
    def _decision(self) -> LognormalLag | HazardLag:
        """The lag of a decision, whichever it is."""
        return replace(self.lag, refused=0.0)

    def _not_come(self, undecided: Floats) -> Floats:
        """Share that has not come where so much is undecided."""
        return self.lag.refused + (1 - self.lag.refused) * undecided

    def _stay(self, held: Stretch, days: Floats) -> Floats:
        """Share of those not come when the stretch begins that have not come by each day in it."""
        since = np.maximum(days - held.day, 0.0)
        if held.released:
            return np.asarray(np.exp(-RELEASED * since))
        if held.age is None:
            return np.ones_like(since)
        decision = self._decision
        gone = float(decision.cdf(np.array([held.age]))[0])
        return (
            np.asarray((1 - decision.cdf(since + held.age)) / (1 - gone)) if gone < 1 else np.ones_like(since)
        )

    @property
    def refused(self) -> float:
        """What never comes: refused, or never decided."""
        last = self.stretches[-1]
        undecided = self._left[-1] * self._stay(last, np.array([math.inf]))
        return 0.0 if last.released else float(self._not_come(undecided)[0])

    @property
    def starts(self) -> float:
        """The first day on which it may come."""
        for held, after in zip(self.stretches, (*self.stretches[1:], None), strict=True):
            if held.released:
                return held.day
            if held.age is not None:
                day = held.day + max(self.lag.starts - held.age, 0.0)
                if after is None or day < after.day:
                    return day
        return math.inf

    @property
    def kinks(self) -> tuple[float, ...]:
        """The beginnings of stretches, and the kinks of the lag in them."""
        own = {held.day for held in self.stretches}
        for held in self.stretches:
            if held.age is not None:
                own |= {held.day + kink - held.age for kink in self.lag.kinks if kink > held.age}
        return tuple(sorted(own))

    def cdf(self, days: Floats) -> Floats:
        """F."""
        left = np.ones_like(days, dtype=np.float64)
        for held, share in zip(self.stretches, self._left, strict=True):
            stay = self._stay(held, days)
            mine = self._not_come(np.array(share)) * stay if held.released else self._not_come(share * stay)
            left = np.where(days >= held.day, mine, left)
        return np.asarray(1 - left)

    def pdf(self, days: Floats) -> Floats:
        """f: the density of the lag at the age of the day."""
        density = np.zeros_like(days, dtype=np.float64)
        for held, share in zip(self.stretches, self._left, strict=True):
            if held.released:
                mine = RELEASED * self._stay(held, days) * float(self._not_come(np.array(share)))
            elif held.age is None:
                mine = np.zeros_like(density)
            else:
                decision = self._decision
                gone = float(decision.cdf(np.array([held.age]))[0])
                mine = decision.pdf(np.maximum(days - held.day, 0.0) + held.age) / max(1 - gone, 1e-300)
                mine = (1 - self.lag.refused) * share * mine
            density = np.where(days >= held.day, mine, density)
        return density

    def quantile(self, share: float) -> float:
        """By the lag's own quantile in the stretch in which the share is reached."""
        return float(self._reached(np.array([share]))[0])

    def draw(self, uniform: Floats) -> Floats:
        """By inversion."""
        return self._reached(uniform)

    def _reached(self, shares: Floats) -> Floats:
        """The day on which F first reaches each share; inf where it never does."""
        found = np.full_like(shares, np.inf, dtype=np.float64)
        decision, refused = self._decision, self.lag.refused
        ends = (*self._left[1:], 0.0)
        for held, top, end in zip(self.stretches, self._left, ends, strict=True):
            first, last = (float(self._not_come(np.array(left))) for left in (top, end))
            here = (1 - shares <= first) & (1 - shares > (0.0 if held.released else last))
            if not here.any() or not (held.released or held.age is not None):
                continue
            if held.age is None:
                found[here] = held.day - np.log((1 - shares[here]) / first) / RELEASED
            else:
                wanted = (1 - shares[here] - refused) / ((1 - refused) * top)
                gone = float(decision.cdf(np.array([held.age]))[0])
                found[here] = held.day + np.maximum(decision.draw(1 - wanted * (1 - gone)) - held.age, 0.0)
        return found


def _ended(lag: LognormalLag | HazardLag, stretches: tuple[Stretch, ...]) -> Lag:
    """The lag along its stretches; NEVER where nothing comes in any."""
    made = Waited(lag=lag, stretches=stretches)
    return NEVER if made.starts == math.inf else made


def _known(spells: Sequence[Spell], day: date) -> list[Spell]:
    """The spells in order, of which one must cover the day."""
    ordered = sorted(spells, key=lambda spell: spell.first)
    if not ordered or ordered[0].first > day:
        raise BadInput(
            [Fault(where="states of the world", what=f"none is known on {day}", mend="Begin earlier")]
        )
    return ordered


def _days(ordered: Sequence[Spell], day_0: date) -> Iterator[tuple[World, float, float]]:
    """World, first day and day after the last, in days from day 0, of each spell in order."""
    for place, spell in enumerate(ordered):
        stop = (ordered[place + 1].first - day_0).days if place + 1 < len(ordered) else math.inf
        yield spell.world, float((spell.first - day_0).days), float(stop)


def _from_day_0(pieces: dict[float, float]) -> dict[float, float]:
    """Pieces from day 0 on: an open application has not been decided before, whatever the hazard was."""
    before = [day for day in pieces if day <= 0]
    later = {day: rate for day, rate in pieces.items() if day > 0}
    return {0.0: pieces[max(before)], **later} if before else later
