"""A production network day by day, with permissions on its links (ARIO-psi with licences).

What a day does is written at `Network.step`. Scenarios that share a table run together: every array has a first axis
of scenarios. A day goes through the table once, a tile at a time: what a tile's makers ship arrives, stocks are used
and ordered anew (`stocks`), buyers turn to the makers that can (`shares`), and tomorrow's demand is added up.

    for day in Network(table, scenarios).run(365):
        day.production[scenario, industry]

It has no prices. With sector products a blocked maker is replaced by others of the same sector: split a controlled
item out as a node of its own (`product_node`), or the result says that nothing happens.

Source: Hallegatte 2008 and 2014; Guan et al. 2020; equations and defaults as in the BoARIO documentation.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monazite.disruption.network.shares import MOST_LOST, cut_tiles
from monazite.disruption.network.stocks import Stocks
from monazite.disruption.network.table import Places, SupplyTable, Values
from monazite.terms.faults import BadInput, Fault

DAYS_A_YEAR = 365
REQUIRED = 1e-5
"""An input binds where a year of it is more than this share of a day's output."""
KNOWN_LIMIT = (
    "With sector products a blocked maker is replaced by others of the same sector; "
    "split a controlled item out as a product of its own before reading a small loss as safety."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """Share of what `suppliers` ship to `buyers` that may cross, by day; 1 after the last day given.

    The share is 1 - kappa (1 - g): kappa the part that needs a licence, g the part of it decided by that day.
    """

    suppliers: Places
    buyers: Places
    share: Values  # (days,) 0..1

    @classmethod
    def licensed(cls, *, suppliers: Places, buyers: Places, waiting: float, decided: Values) -> "Permission":
        """From the part `waiting` (kappa) of shipments and the share of licences decided by day (g)."""
        return cls(suppliers=suppliers, buyers=buyers, share=1 - waiting * (1 - np.asarray(decided)))


@dataclass(frozen=True, slots=True, kw_only=True)
class LostCapacity:
    """Share of the capacity of `industries` that is lost, by day; 0 after the last day given."""

    industries: Places
    share: Values  # (days,) 0..1


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkScenario:
    """What is blocked and what is lost. Where two permissions meet on a link the smaller share counts."""

    name: str
    permissions: tuple[Permission, ...] = ()
    losses: tuple[LostCapacity, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """Figures of the model, days unless said otherwise; arrays by product are in the table's order.

    Source of defaults: psi, alpha_max, alpha_tau, restock and cover as in the BoARIO documentation (sectors; for
    firms restock 6, cover 15 in Inoue & Todo). The time to switch suppliers is an assumption.
    """

    psi: float = 0.8  # part of the target stock below which production falls; 0.6-1
    alpha_max: float = 1.25  # most that overproduction reaches; 1-1.5
    alpha_tau: float = 365.0  # 30-365
    restock: float = 60.0  # tau_inv; 6-90
    cover: float | Values = 90.0  # n: one, (products,) or (products, industries)
    switch: float | Values = 30.0  # tau_sub: one or (products,); up to a step = at once, inf = never
    bind: float | Values = (
        1.0  # criticality, (products, industries): 1 critical, 0.5 important, 0 never binds
    )
    step: float = 1.0  # length of a step
    dtype: type[np.floating[Any]] = np.float64

    def __post_init__(self) -> None:
        faults = []
        for name in ("psi", "alpha_tau", "restock", "step"):
            if not getattr(self, name) > 0:
                faults.append(
                    Fault(where="parameters", what=f"{name} is {getattr(self, name)}", mend="Above 0")
                )
        if not self.alpha_max >= 1:
            faults.append(Fault(where="parameters", what=f"alpha_max is {self.alpha_max}", mend="At least 1"))
        if np.any(~(np.asarray(self.switch) >= 0)):
            faults.append(Fault(where="parameters", what="switch is below 0", mend="0 is at once, inf never"))
        if np.any(~(np.asarray(self.cover) * self.psi >= self.step)):
            what = "psi x cover is shorter than a step, so that a step could use more than there is"
            faults.append(
                Fault(where="parameters", what=what, mend="Give more days of cover, or a shorter step")
            )
        if not set(np.unique(np.asarray(self.bind, dtype=float))) <= {0.0, 0.5, 1.0}:
            faults.append(Fault(where="parameters", what="bind has other figures", mend="Allowed: 0, 0.5, 1"))
        if faults:
            raise BadInput(faults)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day of every scenario; arrays (scenarios, industries) in the table's order, money a day."""

    number: int
    production: Values
    demand: Values
    final_served: Values


class Network:
    """A table at rest on day 0, and scenarios that act on it.

    Parameters
    ----------
    scenarios : at least one; they run together

    Raises
    ------
    BadInput where a scenario names an industry that the table does not have, or a share is not in 0..1
    """

    def __init__(
        self,
        table: SupplyTable,
        scenarios: Sequence[NetworkScenario],
        *,
        parameters: Parameters | None = None,
    ) -> None:
        self.table, self.scenarios = table, tuple(scenarios)
        self.parameters = parameters = parameters or Parameters()
        _check(table, self.scenarios)
        count, kinds, runs = len(table), len(table.products), len(self.scenarios)
        dtype = np.dtype(parameters.dtype)
        switch = np.broadcast_to(np.asarray(parameters.switch, dtype=float), (kinds,))
        switch = np.maximum(switch, parameters.step)
        linked = _linked(table, self.scenarios, switch <= parameters.step)

        # Products in an order in which those of a kind and size stand together; industries by product.
        makers = np.bincount(table.product, minlength=kinds)
        apart = np.isin(np.arange(kinds), list(linked))
        self._products = np.lexsort((np.arange(kinds), makers, switch, apart))
        rank = np.empty(kinds, dtype=np.intp)
        rank[self._products] = np.arange(kinds)
        self._order = np.lexsort((np.arange(count), rank[table.product]))
        self._back = np.empty(count, dtype=np.intp)
        self._back[self._order] = np.arange(count)
        starts = np.concatenate([[0], np.cumsum(makers[self._products])])

        per_day = 1 / DAYS_A_YEAR
        self._output: Values = (table.output[self._order] * per_day).astype(dtype)
        self._final: Values = (table.final_demand[self._order] * per_day).astype(dtype)
        self._alpha: Values = np.ones((runs, count), dtype=dtype)
        self._production: Values = self._alpha * self._output
        inputs = table.input_per_output[np.ix_(self._products, self._order)]
        self._stocks = Stocks(
            inputs=inputs,
            required=inputs * DAYS_A_YEAR > REQUIRED,
            target=self._by_product(parameters.cover) * inputs,
            bind=self._by_product(parameters.bind),
            production=self._production,
            psi=parameters.psi,
            restock=parameters.restock,
            step=parameters.step,
        )
        shares = table.flows[np.ix_(self._order, self._order)]
        for first, stop in pairwise(starts.tolist()):
            part = shares[first:stop]
            bought = part.sum(axis=0)
            part[:, bought == 0] = 1  # of nothing; a pool of makers that is never empty
            part /= np.where(bought > 0, bought, stop - first)
        rules = {
            int(rank[product]): {run: self._rules(run, product) for run in sorted(held)}
            for product, held in linked.items()
        }
        pull = parameters.step / switch[self._products]
        self._tiles = list(
            cut_tiles(shares.astype(dtype, copy=False), starts, pull=pull, rules=rules, runs=runs)
        )
        del shares
        self._losses = [
            (run, self._back[loss.industries], np.asarray(loss.share, dtype=float))
            for run, scenario in enumerate(self.scenarios)
            for loss in scenario.losses
        ]
        self._day = 0
        self._demand: Values = self._alpha * self._final
        for tile in self._tiles:
            orders = self._stocks.orders[tile.products, :, tile.buyers]
            self._demand[:, tile.makers] += tile.ask(orders, 0)

    def _by_product(self, given: float | Values) -> Values:
        """(products, industries) in the network's order, of one figure, (products,) or (products, industries)."""
        held = np.asarray(given, dtype=float)
        held = np.broadcast_to(
            held[:, None] if held.ndim == 1 else held, (len(self._products), len(self._order))
        )
        found: Values = held[np.ix_(self._products, self._order)]
        return found

    def _rules(self, run: int, product: int) -> list[tuple[Places, Places, Values]]:
        """Which makers of a product may ship how much to whom by day."""
        found = []
        for permission in self.scenarios[run].permissions:
            suppliers = permission.suppliers[self.table.product[permission.suppliers] == product]
            if len(suppliers):
                share = np.asarray(permission.share, dtype=float)
                found.append((self._back[suppliers], self._back[permission.buyers], share))
        return found

    def run(self, days: int) -> Iterator[Day]:
        """The next `days` steps, one at a time."""
        for _ in range(days):
            yield self.step()

    def step(self) -> Day:
        """One day (f, j industries, s a product, O from the day before).

        D_f = y_f + sum_j lambda_fj w_fj O_s(f)j;   alpha_f moves to alpha_max where D_f > x_f, back to 1 otherwise;
        cap_f = x0_f (1 - Delta_f) alpha_f;   opt_f = min(D_f, cap_f);
        x_j = opt_j min(1, min over required s of S_sj / (psi n_sj opt_j A_sj));
        S_sj += sum_{f of s} lambda_fj w_fj O_sj x_f / D_f - x_j A_sj;
        w_fj += (w*_fj - w_fj) / tau_sub,   w*_fj = Z_fj rho_f lambda_fj / its sum over makers of the product;
        O_sj = max(0, n_sj opt_j A_sj - S_sj) / tau_inv + x_j A_sj.

        alpha falls back only where D_f is x_f to the last digit: where stocks hold an industry just at its demand, a
        rounding decides, and two correct programs can part by some 1e-5 of its output from that day on.
        """
        parameters, demand, stocks = self.parameters, self._demand, self._stocks
        dtype = self._alpha.dtype
        asked = demand > 0
        if self._day:
            gap = demand - self._production
            pull = np.divide(gap, demand, out=np.zeros_like(gap), where=asked)
            move = np.where(gap != 0, pull * (parameters.alpha_max - self._alpha), 1 - self._alpha)
            speed = dtype.type(parameters.step / parameters.alpha_tau)
            self._alpha = np.maximum(self._alpha + move * speed, 1)
        rho: Values = self._alpha.copy()
        if self._losses:
            kept = np.ones_like(rho)
            for run, places, share in self._losses:
                if self._day < len(share):
                    kept[run, places] = np.minimum(kept[run, places], 1 - share[self._day])
            rho *= kept
        best: Values = np.minimum(demand, self._output * rho)
        self._production = made = stocks.allowed(best)
        served: Values = np.divide(made, demand, out=np.zeros_like(made), where=asked)
        self._demand = np.repeat(self._final[None], len(rho), axis=0)
        stocks.clear(made.shape)
        for tile in self._tiles:
            kinds, rows, buyers = tile.products, tile.makers, tile.buyers
            orders = stocks.orders[kinds, :, buyers]
            got = tile.receive(served[:, rows], rho[:, rows], orders, stocks.rooms)
            stocks.restock(kinds, buyers, got, made, best)
            self._demand[:, rows] += tile.turn(orders, self._day + 1)
        day = Day(
            number=self._day,
            production=made[:, self._back],
            demand=demand[:, self._back],
            final_served=(served * self._final)[:, self._back],
        )
        self._day += 1
        return day

    @property
    def stock(self) -> Values:
        """(products, scenarios, industries) in the table's order, after the last day."""
        found: Values = np.empty_like(self._stocks.held)
        found[self._products] = self._stocks.held[:, :, self._back]
        return found

    @property
    def overproduction(self) -> Values:
        """(scenarios, industries): alpha."""
        return self._alpha[:, self._back]


def _linked(
    table: SupplyTable, scenarios: Sequence[NetworkScenario], free: NDArray[np.bool_]
) -> dict[int, set[int]]:
    """By product, the scenarios that keep its shares by link: they block some, or (nearly) stop a maker."""
    found: dict[int, set[int]] = {}
    for run, scenario in enumerate(scenarios):
        products = [table.product[permission.suppliers] for permission in scenario.permissions]
        for loss in scenario.losses:
            most = float(np.max(loss.share, initial=0))
            held = table.product[loss.industries]
            products.append(held[(most >= 1) | (~free[held] & (most > MOST_LOST))])
        for product in np.unique(np.concatenate([*products, np.empty(0, dtype=np.intp)])).tolist():
            found.setdefault(product, set()).add(run)
    return found


def _check(table: SupplyTable, scenarios: Sequence[NetworkScenario]) -> None:
    faults = []
    if not scenarios:
        faults.append(Fault(where="scenarios", what="none is given", mend="Give at least one"))
    for scenario in scenarios:
        places = [held for p in scenario.permissions for held in (p.suppliers, p.buyers)]
        places += [loss.industries for loss in scenario.losses]
        if any(len(held) and (held.min() < 0 or held.max() >= len(table)) for held in places):
            faults.append(Fault(where=scenario.name, what="names an industry that the table does not have"))
        shares = [p.share for p in scenario.permissions] + [loss.share for loss in scenario.losses]
        for share in shares:
            if not np.all((np.asarray(share) >= 0) & (np.asarray(share) <= 1)):
                faults.append(Fault(where=scenario.name, what="a share is not in 0..1", mend="Give 0 to 1"))
    if faults:
        raise BadInput(faults)
