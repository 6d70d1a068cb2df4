"""A control as its applicants meet it: the states of the world by day, and rules for classes of applications.

    control = Control(name="No. 18", spells=spells, rules=(Rule(first=..., last=..., world=World.REFUSED,
                                                                end_uses=frozenset({"aerospace"})),))
    control.spells_for(application)     # the calendar of that class: what `hazard_lag` and `age_lag` take

A rule lays its world over the spells for its class and days. Where several rules meet, the one written last counts.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from monazite.disruption.delay.lags import Floats
from monazite.disruption.delay.licences import Application, DelayModel, Spell, World, age_lag, hazard_lag
from monazite.terms.days import ONE_DAY
from monazite.terms.faults import BadInput, Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A state of the world for one class of applications; an empty set of words stands for all of them."""

    first: date
    last: date | None = None  # inclusive; None has no end
    world: World
    item_groups: frozenset[str] = frozenset()
    end_uses: frozenset[str] = frozenset()
    destinations: frozenset[str] = frozenset()
    source: str = ""

    def __post_init__(self) -> None:
        if self.last is not None and self.last < self.first:
            what = f"ends on {self.last}, before it begins on {self.first}"
            raise BadInput([Fault(where="rule", what=what, mend="Give a last day on or after the first")])

    def meets(self, asked: Application) -> bool:
        """The application is of this class."""
        return (
            _holds(self.item_groups, asked.item_group)
            and _holds(self.end_uses, asked.end_use)
            and _holds(self.destinations, asked.destination)
        )

    def holds_on(self, day: date) -> bool:
        """The day lies within it."""
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """A control: states of the world for all, in order of their days, and rules for classes."""

    name: str
    spells: tuple[Spell, ...]
    rules: tuple[Rule, ...] = ()

    def __post_init__(self) -> None:
        first = min((spell.first for spell in self.spells), default=date.max)
        early = [rule.first for rule in self.rules if rule.first < first]
        if early:
            what = f"a rule begins on {min(early)}, before any state of the world is known"
            raise BadInput([Fault(where=self.name, what=what, mend="Begin the spells on or before that day")])

    def spells_for(self, asked: Application) -> tuple[Spell, ...]:
        """The calendar of the application's class; neighbouring spells differ."""
        rules = [rule for rule in self.rules if rule.meets(asked)]
        ordered = sorted(self.spells, key=lambda spell: spell.first)
        if not rules or not ordered:
            return tuple(ordered)
        days = {spell.first for spell in ordered} | {rule.first for rule in rules}
        days |= {rule.last + ONE_DAY for rule in rules if rule.last is not None}
        found: list[Spell] = []
        for day in sorted(days):
            laid = [rule.world for rule in rules if rule.holds_on(day)]
            under = [spell.world for spell in ordered if spell.first <= day]
            world = laid[-1] if laid else under[-1]
            if not found or found[-1].world is not world:
                found.append(Spell(first=day, world=world))
        return tuple(found)


DAYS_BEFORE = 730
"""Orders filed so long before day 0 are still looked at; what was filed earlier is taken as gone."""


def decided_share(
    model: DelayModel, control: Control, asked: Application, *, day_0: date, days: int, by_hazard: bool = True
) -> Floats:
    """(days,) share g(t) of a day's orders for which licences are decided on day t, orders filed each day (B4).

    g(t) = min(1, sum_{q <= t} F_q(t + 1 - q) - F_q(t - q)), F_q the lag of what is filed on day q of the control's
    calendar, from before day 0 on. Days without control count 1. A faster world frees a backlog and the sum exceeds
    1; a network takes 1, and its buyers order anew what they lack. `asked.filed` is not used.
    """
    spells = control.spells_for(asked)
    lag_of = hazard_lag if by_hazard else age_lag
    found = np.zeros(days)
    for filed in range(-DAYS_BEFORE, days):
        day = day_0 + timedelta(days=filed)
        world = world_on(spells, day)
        if not world.asks:
            if filed >= 0:
                found[filed] += 1.0
            continue
        lag = lag_of(model, replace(asked, filed=day), spells, day_0=day)
        since = np.arange(max(filed, 0), days + 1) - filed
        found[max(filed, 0) :] += np.diff(lag.cdf(since.astype(np.float64)))
    return np.minimum(found, 1.0)


def world_on(spells: tuple[Spell, ...], day: date) -> World:
    """The world of a day; no control before the first spell."""
    return next((spell.world for spell in reversed(spells) if spell.first <= day), World.FREE)


def _holds(words: frozenset[str], word: str) -> bool:
    return not words or word.casefold() in {held.casefold() for held in words}
