"""What scenarios cost against the same days at rest: losses by industry, days on which makers fall, and curves by country.

Who falls has orders that he cannot serve, for want of inputs or capacity, or he has no orders: both are told apart.

    for loss in follow(table, scenarios, steps=365, groups=groups_of(table)):
        loss.below_day[industry], loss.course[step, group]

The country of an industry is what stands before the first `/` of its name; without one, the industry itself.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from monazite.disruption.network.days import DAYS_A_YEAR, Network, NetworkScenario, Parameters
from monazite.disruption.network.table import Places, SupplyTable, Values

FELT = 0.01
"""An industry counts as hit from the first step on which it makes this much less than at rest."""
LEVEL = 0.95
"""Share of a day's production at rest below which an industry counts as fallen."""

SERVED = 1 - 1e-6
"""Orders served to this part are served in full."""
ROUNDING = 1e-9
"""Losses of so small a part of a day's production are rounding in double precision; see `_rounding`."""
MOST_GROUPS = 300
"""More groups than this are firms, not countries: their curves would be kept for every day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One scenario. Arrays (N,) are in the table's order; money as in the table; -1 = on no day."""

    name: str
    days: float
    lost: Values  # production not made
    final_lost: Values  # final demand not served
    first_day: Values  # of `FELT`
    worst: Values  # largest share of a day's production lost
    by_day: Values  # (steps,) share of all production lost


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """Industries by country."""

    names: tuple[str, ...]
    of: Places  # (N,) group of each industry


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """One scenario, with its days; groups in the order of `Groups`."""

    outcome: Outcome
    level: float
    below_day: Values  # (N,) first day below the level; -1 = none
    short_day: Values  # (N,) the same, of days on which there are orders that are not served
    group_lost: Values  # (groups,) money
    group_below: Values  # (groups,) first day on which the group's production is below the level; -1 = none
    course: Values  # (steps, groups) share of production at rest


def groups_of(table: SupplyTable) -> Groups:
    """The countries of a table, in the order in which they stand there; one group where they are too many."""
    found = [name.split("/", 1)[0] for name in table.names]
    if len(set(found)) > MOST_GROUPS:
        found = ["all"] * len(found)
    names = tuple(dict.fromkeys(found))
    place = {name: at for at, name in enumerate(names)}
    return Groups(names=names, of=np.array([place[name] for name in found], dtype=np.intp))


def follow(
    table: SupplyTable,
    scenarios: Sequence[NetworkScenario],
    *,
    steps: int,
    groups: Groups,
    parameters: Parameters | None = None,
    level: float = LEVEL,
    say: Callable[[int], None] = lambda day: None,
) -> tuple[Loss, ...]:
    """Every scenario over the same steps, run together. `say` is told each step that is done."""
    parameters = parameters or Parameters()
    network = Network(table, scenarios, parameters=parameters)
    rest, final = table.output / DAYS_A_YEAR, table.final_demand / DAYS_A_YEAR
    safe = np.where(rest > 0, rest, 1)
    runs, count, length = len(scenarios), len(table), parameters.step
    member: Values = np.zeros((count, len(groups.names)))
    member[np.arange(count), groups.of] = 1
    group_rest = np.maximum(rest @ member, np.finfo(float).tiny)
    lost, final_lost, worst = (np.zeros((runs, count)) for _ in range(3))
    felt, below, short = (np.full((runs, count), -1.0) for _ in range(3))
    course, by_day = np.zeros((runs, steps, len(groups.names))), np.zeros((runs, steps))
    for day in network.run(steps):
        gap = rest - day.production
        share = gap / safe
        lost += gap * length
        final_lost += (final - day.final_served) * length
        np.maximum(worst, share, out=worst)
        felt[(felt < 0) & (share >= FELT)] = day.number * length
        fallen = share > 1 - level
        below[(below < 0) & fallen] = day.number * length
        short[(short < 0) & fallen & (day.production < SERVED * day.demand)] = day.number * length
        by_day[:, day.number] = gap.sum(axis=1) / rest.sum()
        course[:, day.number] = day.production @ member / group_rest
        say(day.number + 1)
    # What is left of days at rest is rounding.
    small = _rounding(parameters, steps) * safe
    lost[np.abs(lost) < small] = 0
    final_lost[np.abs(final_lost) < small] = 0
    under = course < level
    group_below = np.where(under.any(axis=1), under.argmax(axis=1) * length, -1.0)
    return tuple(
        Loss(
            outcome=Outcome(name=scenario.name, days=steps * length, lost=lost[at], final_lost=final_lost[at],
                            first_day=felt[at], worst=worst[at], by_day=by_day[at]),
            level=level, below_day=below[at], short_day=short[at], group_lost=lost[at] @ member, group_below=group_below[at],
            course=course[at],
        )
        for at, scenario in enumerate(scenarios)
    )  # fmt: skip


def _rounding(parameters: Parameters, steps: int) -> float:
    """Part of a day's production that is rounding: a few units in the last place for each step, in its precision."""
    unit = float(np.finfo(parameters.dtype).eps)
    return max(ROUNDING, 4 * unit * steps * parameters.step)
