"""A production network day by day, with permissions on its links (ARIO-psi with licences).

What a day does is written at `Network.step`. Scenarios that share a table run together: every array has a first axis
of scenarios. The shares of suppliers are kept product by product in tiles that fit a processor's cache, so that a day
reads the table once; only products whose links are blocked, or whose buyers switch slowly, keep shares of their own.

    for day in Network(table, scenarios).run(365):
        day.production[scenario, industry]

It has no prices. With sector products a blocked maker is replaced by others of the same sector: split a controlled
item out as a node of its own (`product_node`), or the result says that nothing happens.

Source: Hallegatte 2008 and 2014; Guan et al. 2020; equations and defaults as in the BoARIO documentation.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monazite.disruption.table import Places, SupplyTable, Values
from monazite.terms.faults import BadInput, Fault

DAYS_A_YEAR = 365
REQUIRED = 1e-5
"""An input binds where a year of it is more than this share of a day's output."""
TILE_BYTES = 1_500_000
"""Of shares that are worked on at once: near a core's own cache; smaller ones cost more calls than they save."""
STATE_BYTES = 520_000
"""Of stocks of many scenarios that are worked on at once: several arrays of them stay near."""
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
    switch: float | Values = 30.0  # tau_sub: one or (products,); equal to the step = at once, inf = never
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
        if np.any(~(np.asarray(self.switch) >= self.step)):
            faults.append(
                Fault(where="parameters", what="switch is shorter than a step", mend="At least a step")
            )
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


@dataclass(frozen=True, slots=True)
class _Tile:
    """Makers of some products of equal number of makers, and some buyers."""

    products: slice
    makers: slice
    buyers: slice
    shares: Values  # (products, makers of each, buyers)
    free: bool  # buyers switch at once


@dataclass(slots=True)
class _Slow:
    """A product whose shares are kept by link and scenario."""

    product: int
    makers: slice
    base: Values  # (makers, buyers)
    pull: float  # step / tau_sub; 0 where buyers never switch
    rules: list[tuple[int, Places, Places, Values]]  # scenario, makers, buyers, share by day
    shares: Values = field(default_factory=lambda: np.empty(0))  # (scenarios, makers, buyers)
    crossing: Values = field(default_factory=lambda: np.empty(0))  # lambda w of the day
    passes: Values | None = None  # lambda of the day; None where everything may cross
    key: tuple[float, ...] | None = None


@dataclass(frozen=True, slots=True)
class _Bound:
    """What stocks let a buyer make: S / (psi n A); infinite where an input does not bind."""

    reach: Values  # (products, 1, buyers), 0 where free
    free: Values  # infinite where free, else 0
    some_free: NDArray[np.bool_]  # by product

    @classmethod
    def of(cls, reach: Values, binds: NDArray[np.bool_], dtype: type[np.floating[Any]]) -> "_Bound":
        """For the inputs that bind."""
        held: Values = np.where(binds, reach, 0).astype(dtype)[:, None, :]
        free: Values = np.where(binds, 0, np.inf).astype(dtype)[:, None, :]
        return cls(held, free, np.any(~binds, axis=1, keepdims=True)[:, 0])

    def lower(self, limit: Values, stock: Values, kinds: slice, buyers: slice, work: Values) -> None:
        """`limit` (runs, buyers) brought down to what the stocks of some products allow; `work` is written over."""
        np.multiply(stock, self.reach[kinds, :, buyers], out=work)
        if self.some_free[kinds].any():
            work += self.free[kinds, :, buyers]
        np.minimum(limit, work[0] if len(work) == 1 else work.min(axis=0), out=limit)

    def of_all(self, stock: Values) -> Values:
        """(runs, buyers): the limit of all products."""
        limit = np.full(stock.shape[1:], np.inf, dtype=stock.dtype)
        for kind in range(len(stock)):
            here = slice(kind, kind + 1)
            self.lower(limit, stock[here], here, slice(None), np.empty_like(stock[here]))
        return limit


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
        dtype = parameters.dtype
        switch = np.broadcast_to(np.asarray(parameters.switch, dtype=float), (kinds,))
        limited = np.zeros(kinds, dtype=bool)
        for scenario in self.scenarios:
            for permission in scenario.permissions:
                limited[table.product[permission.suppliers]] = True
            for loss in scenario.losses:
                if np.any(np.asarray(loss.share) >= 1):  # where all makers stop, buyers keep their shares
                    limited[table.product[loss.industries]] = True
        slow = limited | ((switch > parameters.step) & np.isfinite(switch))
        free = switch <= parameters.step

        # Products in an order in which those of a kind and size stand together; industries by product.
        makers = np.bincount(table.product, minlength=kinds)
        self._products = np.lexsort((np.arange(kinds), makers, free, slow))
        rank = np.empty(kinds, dtype=np.intp)
        rank[self._products] = np.arange(kinds)
        self._order = np.lexsort((np.arange(count), rank[table.product]))
        self._back = np.empty(count, dtype=np.intp)
        self._back[self._order] = np.arange(count)
        makers, switch = makers[self._products], switch[self._products]
        slow, free = slow[self._products], free[self._products]
        starts = np.concatenate([[0], np.cumsum(makers)])

        per_day = 1 / DAYS_A_YEAR
        self._output: Values = (table.output[self._order] * per_day).astype(dtype)
        self._final: Values = (table.final_demand[self._order] * per_day).astype(dtype)
        inputs = table.input_per_output[np.ix_(self._products, self._order)]
        cover = np.asarray(parameters.cover, dtype=float)
        cover = np.broadcast_to(cover[:, None] if cover.ndim == 1 else cover, (kinds, count))
        cover = cover[np.ix_(self._products, self._order)]
        bind = np.asarray(parameters.bind, dtype=float)
        bind = np.broadcast_to(bind[:, None] if bind.ndim == 1 else bind, (kinds, count))
        bind = bind[np.ix_(self._products, self._order)]
        target = cover * inputs
        required = inputs * DAYS_A_YEAR > REQUIRED
        reach = np.divide(1, parameters.psi * target, out=np.zeros_like(target), where=required)
        self._inputs: Values = inputs.astype(dtype)[:, None, :]
        self._target: Values = target.astype(dtype)[:, None, :]
        self._hard = _Bound.of(reach, required & (bind == 1), dtype)
        half = required & (bind == 0.5)
        self._half = _Bound.of(reach, half, dtype) if half.any() else None
        shares = table.flows[np.ix_(self._order, self._order)]
        held = np.flatnonzero(makers)
        sold = np.add.reduceat(shares, starts[held], axis=0) if count else shares
        for s, bought in zip(held, sold, strict=True):
            part = shares[starts[s] : starts[s + 1]]
            np.divide(part, bought, out=part, where=bought > 0)
        shares = shares.astype(dtype, copy=False)
        self._tiles = list(_tiles(shares, starts, ~slow, free, runs))
        self._slow = []
        for s in held[slow[held]]:
            rows = slice(int(starts[s]), int(starts[s + 1]))
            made = _Slow(
                product=int(s),
                makers=rows,
                base=np.ascontiguousarray(shares[rows]),
                pull=float(parameters.step / switch[s]),
                rules=self._rules(rows),
            )
            made.shares = np.repeat(made.base[None], runs, axis=0)
            made.crossing = made.shares
            self._slow.append(made)
        self._free = np.repeat(free & ~slow, makers)
        self._any_free = bool(self._free.any())
        del shares

        self._day = 0
        self._rooms: dict[tuple[int, ...], tuple[Values, Values]] = {}
        self._alpha: Values = np.ones((runs, count), dtype=dtype)
        self._production: Values = self._alpha * self._output
        self._stock = self._target * self._production
        self._orders = self._inputs * self._production  # O over the sum of weighted shares
        self._weight: Values = np.ones_like(
            self._alpha
        )  # rho when the orders were placed; 1 where shares are fixed
        self._losses = [
            (run, self._back[loss.industries], np.asarray(loss.share, dtype=float))
            for run, scenario in enumerate(self.scenarios)
            for loss in scenario.losses
        ]
        self._demand: Values = self._alpha * self._final
        for tile in self._tiles:
            self._demand[:, tile.makers] += _asked(tile, self._orders[tile.products, :, tile.buyers])
        for product in self._slow:
            self._order_slowly(product, 0)
        self._limit = self._hard.of_all(self._stock)
        self._half_limit = None if self._half is None else self._half.of_all(self._stock)

    def _rules(self, makers: slice) -> list[tuple[int, Places, Places, Values]]:
        found = []
        for run, scenario in enumerate(self.scenarios):
            for permission in scenario.permissions:
                places = self._back[permission.suppliers]
                places = places[(places >= makers.start) & (places < makers.stop)] - makers.start
                if len(places):
                    buyers = self._back[permission.buyers]
                    found.append((run, places, buyers, np.asarray(permission.share, dtype=float)))
        return found

    # -- a day ------------------------------------------------------------------------------------------------------

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
        """
        parameters, demand, step = self.parameters, self._demand, self.parameters.step
        dtype = self._alpha.dtype
        asked = demand > 0
        if self._day:
            gap = demand - self._production
            pull = np.divide(gap, demand, out=np.zeros_like(gap), where=asked)
            move = np.where(gap != 0, pull * (parameters.alpha_max - self._alpha), 1 - self._alpha)
            self._alpha = np.maximum(self._alpha + move * dtype.type(step / parameters.alpha_tau), 1)
        rho: Values = self._alpha.copy()
        if self._losses:
            kept = np.ones_like(rho)
            for run, places, share in self._losses:
                if self._day < len(share):
                    kept[run, places] = np.minimum(kept[run, places], 1 - share[self._day])
            rho *= kept
        best: Values = np.minimum(demand, self._output * rho)
        made: Values = np.minimum(best, self._limit)
        if self._half_limit is not None:
            np.minimum(made, (best + self._half_limit) / 2, out=made)
        self._production = made
        served: Values = np.divide(made, demand, out=np.zeros_like(made), where=asked)
        shipped = served * self._weight
        weight = np.where(self._free, rho, 1).astype(dtype, copy=False) if self._any_free else self._weight
        coming: Values = np.repeat(self._final[None], len(rho), axis=0)
        self._limit = np.full_like(made, np.inf)
        if self._half is not None:
            self._half_limit = np.full_like(made, np.inf)
        for tile in self._tiles:
            self._pass(tile, shipped, weight, made, best, coming)
        self._demand, self._weight = coming, weight
        for product in self._slow:
            self._pass_slowly(product, served, rho, made, best)
        day = Day(
            number=self._day,
            production=made[:, self._back],
            demand=demand[:, self._back],
            final_served=(served * self._final)[:, self._back],
        )
        self._day += 1
        return day

    def _pass(
        self, tile: _Tile, shipped: Values, weight: Values, made: Values, best: Values, coming: Values
    ) -> None:
        """Receive, use, reorder: the shares of the tile are read while they are near."""
        kinds, buyers, runs = tile.products, tile.buyers, len(made)
        shape = (tile.shares.shape[0], runs, tile.shares.shape[1])
        orders = self._orders[kinds, :, buyers]
        got = self._room(shape[0], runs, tile.shares.shape[2])[0]
        np.matmul(_by_product(shipped[:, tile.makers], shape), tile.shares, out=got)
        got *= orders
        self._restock(kinds, buyers, got, made, best)
        if tile.free:
            pooled = np.matmul(_by_product(weight[:, tile.makers], shape), tile.shares, out=got)
            np.maximum(pooled, np.finfo(pooled.dtype).tiny, out=pooled)  # no orders where there is no input
            np.divide(orders, pooled, out=orders)
        coming[:, tile.makers] += _asked(tile, orders) * weight[:, tile.makers]

    def _room(self, *shape: int) -> tuple[Values, Values]:
        """Two arrays of a shape to work in, the same ones again: new memory costs more than a step of the work."""
        if shape not in self._rooms:
            dtype = self._alpha.dtype
            self._rooms[shape] = np.empty(shape, dtype=dtype), np.empty(shape, dtype=dtype)
        return self._rooms[shape]

    def _restock(self, kinds: slice, buyers: slice, got: Values, made: Values, best: Values) -> None:
        """Stocks after the day, the limits they set tomorrow, and orders O; `got` is used up."""
        parameters = self.parameters
        stock, orders = self._stock[kinds, :, buyers], self._orders[kinds, :, buyers]
        used = self._room(*got.shape)[1]
        np.multiply(self._inputs[kinds, :, buyers], made[:, buyers], out=used)
        got -= used
        if parameters.step != 1:
            got *= parameters.step
        stock += got
        if self._hard.some_free[kinds].any():
            np.maximum(stock, 0, out=stock)  # what does not bind is used only while it lasts
        self._hard.lower(self._limit[:, buyers], stock, kinds, buyers, got)
        if self._half is not None and self._half_limit is not None:
            self._half.lower(self._half_limit[:, buyers], stock, kinds, buyers, got)
        np.multiply(self._target[kinds, :, buyers], best[:, buyers], out=got)
        got -= stock
        np.maximum(got, 0, out=got)
        got *= stock.dtype.type(1 / parameters.restock)
        np.add(got, used, out=orders)

    def _pass_slowly(self, product: _Slow, served: Values, rho: Values, made: Values, best: Values) -> None:
        """The same for a product whose shares are kept by link: they move by their pull, and blocked links count."""
        kinds, rows = slice(product.product, product.product + 1), product.makers
        got = np.matmul(served[:, None, rows], product.crossing)[None, :, 0]
        got *= self._orders[kinds]
        self._restock(kinds, slice(None), got, made, best)
        if product.pull:
            wanted = product.base * rho[:, rows, None]
            if product.passes is not None:
                wanted *= product.passes
            pooled = wanted.sum(axis=1, keepdims=True)
            some = pooled > 0  # all blocked: shares stay
            wanted *= np.divide(product.pull, pooled, out=np.zeros_like(pooled), where=some)
            product.shares *= np.where(some, 1 - product.pull, 1).astype(pooled.dtype)
            product.shares += wanted
        self._order_slowly(product, self._day + 1)

    def _order_slowly(self, product: _Slow, day: int) -> None:
        """Orders that may cross on `day` are added to its demand."""
        key = tuple(float(share[day]) if day < len(share) else 1.0 for *_, share in product.rules)
        if key != product.key:
            product.key, product.passes = key, None
            if any(share < 1 for share in key):
                product.passes = np.ones_like(product.shares)
                for (run, makers, buyers, _), share in zip(product.rules, key, strict=True):
                    held = product.passes[run]
                    links = np.ix_(makers, buyers)
                    held[links] = np.minimum(held[links], share)
        passes = product.passes
        product.crossing = product.shares if passes is None else product.shares * passes
        orders = self._orders[product.product][:, :, None]
        self._demand[:, product.makers] += np.matmul(product.crossing, orders)[:, :, 0]

    # -- what one may look at ---------------------------------------------------------------------------------------

    @property
    def stock(self) -> Values:
        """(products, scenarios, industries) in the table's order, after the last day."""
        found: Values = np.empty_like(self._stock)
        found[self._products] = self._stock[:, :, self._back]
        return found

    @property
    def overproduction(self) -> Values:
        """(scenarios, industries): alpha."""
        return self._alpha[:, self._back]


def _by_product(held: Values, shape: tuple[int, int, int]) -> Values:
    """(runs, makers of some products) as (products, runs, makers of each)."""
    kinds, runs, each = shape
    return held.reshape(runs, kinds, each).transpose(1, 0, 2)


def _asked(tile: _Tile, orders: Values) -> Values:
    """(runs, makers): the orders (products, runs, buyers) at each maker of the tile."""
    asked: Values = np.matmul(orders, tile.shares.transpose(0, 2, 1))
    return asked.transpose(1, 0, 2).reshape(orders.shape[1], -1)


def _tiles(
    shares: Values, starts: Places, fast: NDArray[np.bool_], free: NDArray[np.bool_], runs: int
) -> Iterator[_Tile]:
    """Runs of products of one kind and number of makers, cut to `TILE_BYTES` and `STATE_BYTES`."""
    count, makers = len(shares), np.diff(starts)
    first = 0
    while first < len(makers):
        each, last = int(makers[first]), first + 1
        if not each or not fast[first]:
            first += 1
            continue
        row = each * count * shares.itemsize
        state = runs * count * shares.itemsize
        most = max(1, min(TILE_BYTES // row, STATE_BYTES // state))
        while last < len(makers) and last - first < most and makers[last] == each and fast[last]:
            if free[last] != free[first]:
                break
            last += 1
        rows = slice(int(starts[first]), int(starts[last]))
        pieces = max(1, round(row / TILE_BYTES), round(state / STATE_BYTES)) if last - first == 1 else 1
        cuts = np.linspace(0, count, pieces + 1).astype(int)
        for begin, end in pairwise(cuts):
            part = shares[rows, begin:end].reshape(last - first, each, end - begin)
            yield _Tile(slice(first, last), rows, slice(int(begin), int(end)),
                        np.ascontiguousarray(part), bool(free[first]))  # fmt: skip
        first = last


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
