"""One importer's market, product by product: the amounts that every screen of dependence is made from.

A market is one pass over a year of flows. Its sums are exact where the values are printed with up to six decimals, so that a
share of exactly one half is one half and not a neighbour of it.

    market = make_market(flows, "EU27", members)
    market.figure("import-hhi", "850511")         Ratio(over=..., under=...)
    market.figure("import-hhi", "850511").value   0.83, or None where nothing is imported
"""

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from monazite.leverage.definitions import Comparator
from monazite.leverage.flows import Flows, Values
from monazite.terms.faults import BadInput, Fault

EXACT_BELOW = 2.0**53
"""Sums of whole numbers below it are exact in floats."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """A quotient that is kept exact; without a value where it is divided by nothing."""

    over: Fraction
    under: Fraction

    @property
    def value(self) -> float | None:
        """The quotient; None where it is divided by nothing."""
        return float(self.over / self.under) if self.under else None

    def passes(self, comparator: Comparator, threshold: Fraction) -> bool | None:
        """Whether it passes the threshold: something over nothing passes any, nothing over nothing is undefined.

        >>> Ratio(Fraction(1), Fraction(2)).passes(Comparator.OVER, Fraction(1, 2))
        False
        >>> Ratio(Fraction(1), Fraction(0)).passes(Comparator.OVER, Fraction(9)), Ratio(Fraction(0), Fraction(0)).passes(
        ...     Comparator.OVER, Fraction(9))
        (True, None)
        """
        if not self.under:
            return True if self.over else None
        exact = self.over / self.under
        return exact > threshold if comparator is Comparator.OVER else exact >= threshold


@dataclass(frozen=True, kw_only=True, eq=False)
class Market:
    """What one country or group buys, by supplier and product, and the world's exports beside it; of one year.

    Values are in the unit of the flows' basis times `scale`. Trade between members is apart.
    """

    importer: str
    members: frozenset[str]
    flows: Flows
    scale: int
    bought: Values  # (n, K) from each country outside
    inner: Values  # (K,) of one another
    sold: Values  # (K,) to the outside
    world: Values  # (n, K) exports of each country, members apart, trade between members included
    bought_t: Values | None  # (n, K) tonnes that are recorded; None where the data have none
    unweighed: Values  # (K,) value bought whose quantity is not recorded

    @property
    def year(self) -> int:
        """The year of the flows."""
        return self.flows.year

    def place(self, product: str) -> int:
        """The position of a product code.

        Raises
        ------
        BadInput where the data do not hold it
        """
        if product not in self.flows.products:
            raise BadInput([Fault(where=f"product {product}", what=f"the data of {self.year} do not hold it",
                                  mend=f"They are {self.flows.basis.nomenclature} at {self.flows.basis.digits} digits")])  # fmt: skip
        return self.flows.products.index(product)

    def amount(self, exact: float) -> float:
        """A sum in the unit of the basis."""
        return exact / self.scale

    def supplier(self, product: str) -> str | None:
        """The largest supplier by value, the first by code among equals; None where nothing is imported."""
        return self._largest(self.bought, product)

    def supplier_by_quantity(self, product: str) -> str | None:
        """The largest supplier by recorded quantity; None where no quantity is recorded."""
        return None if self.bought_t is None else self._largest(self.bought_t, product)

    def _largest(self, bought: Values, product: str) -> str | None:
        column = bought[:, self.place(product)]
        if not column.any():
            return None
        return min(self.flows.countries[n] for n in np.flatnonzero(column == column.max()).tolist())

    def figure(self, name: str, product: str, supplier: str | None = None) -> Ratio:
        """An ingredient by its name in `INGREDIENTS`; `supplier` is the largest where none is named."""
        asked = name, product, supplier
        if asked not in self._figures:
            self._figures[asked] = INGREDIENTS[name].ratio(self, self.place(product), supplier)
        return self._figures[asked]

    @cached_property
    def _figures(self) -> dict[tuple[str, str, str | None], Ratio]:
        """Ingredients that somebody asked for: several screens share them."""
        return {}

    @cached_property
    def _by_product(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """The rows in the order of their products, and where each product starts."""
        order = np.argsort(self.flows.product, kind="stable")
        counts = np.bincount(self.flows.product, minlength=len(self.flows.products))
        return order, np.concatenate([[0], np.cumsum(counts)])

    def rows(self, k: int) -> NDArray[np.intp]:
        """The rows of a product by position."""
        order, starts = self._by_product
        return order[starts[k] : starts[k + 1]]

    def quantity_coverage(self, product: str) -> float | None:
        """Share of the value bought whose quantity is recorded; None where nothing is bought."""
        k = self.place(product)
        total = float(self.bought[:, k].sum())
        return None if not total else 1.0 - float(self.unweighed[k]) / total


def make_market(flows: Flows, importer: str, members: Collection[str] = ()) -> Market:
    """The market of a country, or of a group by its members.

    Parameters
    ----------
    flows : with the members of the group apart, else the trade between them is not known

    Raises
    ------
    BadInput where the flows do not hold the importer, or hold none of the members, or are pooled already
    """
    inside = frozenset(members) or frozenset({importer})
    if members:
        said = f"{importer} as one trader, its inner trade removed; world exports by country"
        others = "" if flows.basis.groups == "none" else f"; {flows.basis.groups}"
        flows = replace(flows, basis=replace(flows.basis, groups=said + others))
    at = np.array([code in inside for code in flows.countries])
    if not at.any():
        raise BadInput([Fault(where=f"importer {importer}", what=f"the data of {flows.year} hold no trade of it",
                              mend="Give an alpha-3 code, or the members of a group")])  # fmt: skip
    if len(inside) > 1 and importer in flows.countries:
        raise BadInput([Fault(where=f"importer {importer}", what="stands in the data as one trader",
                              mend="Give flows with its members apart: else trade between them is not known")])  # fmt: skip
    values, scale = _exact(flows.value)
    n, width = len(flows.countries), len(flows.products)
    product, exporter = flows.product.astype(np.int64), flows.exporter.astype(np.int64)
    cell = exporter * width + product
    buys, sells = at[flows.importer], at[flows.exporter]
    outside = buys & ~sells

    def by_supplier(weights: Values) -> Values:
        return _sums(cell[outside], weights[outside], n * width).reshape(n, width)

    def by_product(rows: NDArray[np.bool_]) -> Values:
        return _sums(product[rows], values[rows], width)

    no_quantity = np.ones(len(flows), dtype=bool) if flows.quantity is None else np.isnan(flows.quantity)
    return Market(
        importer=importer, members=inside, flows=flows, scale=scale, bought=by_supplier(values),
        inner=by_product(buys & sells), sold=by_product(sells & ~buys),
        world=_sums(cell, values, n * width).reshape(n, width),
        bought_t=None if flows.quantity is None else by_supplier(np.nan_to_num(flows.quantity)),
        unweighed=by_product(outside & no_quantity),
    )  # fmt: skip


def _sums(cell: NDArray[np.int64], weights: Values, size: int) -> Values:
    return np.bincount(cell, weights=weights, minlength=size).astype(np.float64, copy=False)


def _exact(values: Values) -> tuple[Values, int]:
    """Values as whole numbers by a power of ten, where they are printed so; else as they are."""
    for scale in (1, 1_000, 1_000_000):
        whole = np.rint(values * scale)
        if whole.sum() < EXACT_BELOW and np.array_equal(whole / scale, values):
            return whole, scale
    return values, 1


# -- ingredients ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ingredient:
    """A ratio that screens compare with a threshold."""

    says: str
    ratio: Callable[[Market, int, str | None], Ratio]


def _sum(column: Values) -> Fraction:
    return Fraction(float(column.sum()))


def _squares(column: Values) -> Ratio:
    parts = [Fraction(part) for part in column[column > 0].tolist()]
    return Ratio(sum((part * part for part in parts), Fraction(0)), sum(parts, Fraction(0)) ** 2)


def _share(bought: Values | None, countries: tuple[str, ...], supplier: str | None) -> Ratio:
    if bought is None:
        return Ratio(Fraction(0), Fraction(0))
    if supplier is None:
        part = float(bought.max(initial=0.0))
    else:
        part = float(bought[countries.index(supplier)]) if supplier in countries else 0.0
    return Ratio(Fraction(part), _sum(bought))


def _world_outside(market: Market, k: int, supplier: str | None) -> Ratio:
    """Concentration of what everyone but the supplier buys: what others ship to him is no choice of anybody else."""
    chosen = supplier or market.supplier(market.flows.products[k])
    flows = market.flows
    rows = market.rows(k)
    if chosen in flows.countries:
        rows = rows[flows.importer[rows] != flows.country(chosen)]
    values, _ = _exact(flows.value[rows])
    return _squares(_sums(flows.exporter[rows].astype(np.int64), values, len(flows.countries)))


INGREDIENTS: Mapping[str, Ingredient] = MappingProxyType({
    "import-hhi": Ingredient(
        "HHI of imports from outside, by value", lambda m, k, _: _squares(m.bought[:, k])),
    "import-hhi-quantity": Ingredient(
        "HHI of imports from outside, by quantity",
        lambda m, k, _: Ratio(Fraction(0), Fraction(0)) if m.bought_t is None else _squares(m.bought_t[:, k])),
    "supplier-share": Ingredient(
        "share of the largest or named supplier in imports from outside, by value",
        lambda m, k, s: _share(m.bought[:, k], m.flows.countries, s)),
    "supplier-share-quantity": Ingredient(
        "share of the largest or named supplier in imports from outside, by quantity",
        lambda m, k, s: _share(None if m.bought_t is None else m.bought_t[:, k], m.flows.countries, s)),
    "share-from-outside": Ingredient(
        "imports from outside over all imports of the members",
        lambda m, k, _: Ratio(_sum(m.bought[:, k]), _sum(m.bought[:, k]) + Fraction(float(m.inner[k])))),
    "imports-over-all-exports": Ingredient(
        "imports from outside over all exports of the members, those to one another included",
        lambda m, k, _: Ratio(_sum(m.bought[:, k]), Fraction(float(m.sold[k])) + Fraction(float(m.inner[k])))),
    "imports-over-exports": Ingredient(
        "imports from outside over exports to the outside",
        lambda m, k, _: Ratio(_sum(m.bought[:, k]), Fraction(float(m.sold[k])))),
    "world-export-hhi": Ingredient(
        "HHI of world exports, countries apart", lambda m, k, _: _squares(m.world[:, k])),
    "world-export-hhi-outside": Ingredient(
        "HHI of world exports without those to the largest or named supplier", _world_outside),
})  # fmt: skip
"""What screens are made from, by name."""


def floored(share: float) -> str:
    """A share in per cent with one decimal, rounded down: what is not all is never written as 100 %.

    >>> floored(0.9998), floored(1.0)
    ('99.9%', '100.0%')
    """
    return f"{math.floor(share * 1000) / 10:.1f}%"
