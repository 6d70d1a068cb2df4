"""What scenarios cost: production and final demand lost against the same days at rest, by industry."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from monazite.disruption.network.days import DAYS_A_YEAR, Network, NetworkScenario, Parameters
from monazite.disruption.network.table import SupplyTable, Values

FELT = 0.01
"""An industry counts as hit from the first step on which it makes this much less than at rest."""


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


def simulate(
    table: SupplyTable,
    scenarios: Sequence[NetworkScenario],
    *,
    steps: int,
    parameters: Parameters | None = None,
    say: Callable[[int], None] = lambda day: None,
) -> tuple[Outcome, ...]:
    """Every scenario over the same steps, run together. `say` is told each step that is done."""
    parameters = parameters or Parameters()
    network = Network(table, scenarios, parameters=parameters)
    rest, final = table.output / DAYS_A_YEAR, table.final_demand / DAYS_A_YEAR
    shape = (len(scenarios), len(table))
    lost, final_lost, worst = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    first = np.full(shape, -1.0)
    by_day = np.zeros((len(scenarios), steps))
    safe = np.where(rest > 0, rest, 1)
    for day in network.run(steps):
        gap = rest - day.production
        lost += gap * parameters.step
        final_lost += (final - day.final_served) * parameters.step
        share = gap / safe
        np.maximum(worst, share, out=worst)
        first[(first < 0) & (share >= FELT)] = day.number * parameters.step
        by_day[:, day.number] = gap.sum(axis=1) / rest.sum()
        say(day.number + 1)
    return tuple(
        Outcome(
            name=scenario.name,
            days=steps * parameters.step,
            lost=lost[at],
            final_lost=final_lost[at],
            first_day=first[at],
            worst=worst[at],
            by_day=by_day[at],
        )
        for at, scenario in enumerate(scenarios)
    )
