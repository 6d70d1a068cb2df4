"""Shares, concentration and dominated trade: of one pair, and of all pairs of a year at once.

A supplier dominates an importer's product where his share is over a threshold, by default strictly over one half. What
is exactly one half is not over it, and floats must not blur that: amounts are compared in whole steps of what was
printed (`whole_steps`), where sums are exact. Amounts without a step, scaled ones say, are held to be equal where they
differ by less than one part in 2**44, which is more than their sums are rounded by.

    pairs = all_pairs(flows)
    pairs.dominated_share[exporter, importer]     D(i -> j)
    pairs.asymmetry[exporter, importer]           A(i, j) = D(i -> j) - D(j -> i)
    pairs.hhi[importer, product]

By quantity: the same functions on `by_quantity(flows)`, with `cell_coverage(flows)` beside the result.
"""

from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from monazite.leverage.definitions import Comparator, Definition
from monazite.leverage.flows import (
    MOST_COUNTRIES,
    WHOLE,
    Flows,
    Values,
    blocks,
    cells,
    export_totals,
    import_shares,
    import_totals,
    weighed_value,
    whole_steps,
)

HALF = Fraction(1, 2)
SAME = 2.0**-44
"""Relative difference below which amounts without a step are one: 400 summands are rounded by less."""

HHI_UNIT = "0..1, 1/n for n equal suppliers; the antitrust scale is 10,000 times that"

IMPORT_SHARE = Definition(
    name="import-share",
    title="Import share",
    formula="s[i,j,k] = v[i,j,k] / Σ_i v[i,j,k]",
    unit="share 0..1 of importer j's imports of product k",
    source="definition",
)
SUPPLIER_HHI = Definition(
    name="supplier-hhi",
    title="Concentration of suppliers (HHI)",
    formula="HHI[j,k] = Σ_i s[i,j,k]²",
    unit=HHI_UNIT,
    source="Herfindahl-Hirschman index",
)
EXPORT_HHI = Definition(
    name="export-hhi",
    title="Concentration of world exports (HHI)",
    formula="HHI[k] = Σ_i (X[i,k] / ΣX[·,k])²",
    unit=HHI_UNIT,
    source="Herfindahl-Hirschman index",
)
TOP_SUPPLIER = Definition(
    name="top-supplier",
    title="Share of the largest supplier",
    formula="max_i s[i,j,k]",
    unit="share 0..1 of importer j's imports of product k",
    source="definition",
)
OUTSIDE_SHARE = Definition(
    name="outside-share",
    title="Share in the imports of everyone else",
    formula="X[i,k] / Σ_{j≠i} M[j,k]",
    unit="share 0..1",
    source="definition; the base leaves out what is shipped to the supplier itself, ore to a refiner say",
)
DOMINATED_TRADE = Definition(
    name="dominated-trade-share",
    title="Dominated-trade share",
    formula="D(i→j) = Σ_k v[i,j,k] · 1[s[i,j,k] > θ] / Σ_k v[i,j,k]",
    unit="share 0..1 of what i ships to j",
    source="RAND commentary of DiPippo and Lenain, 10 June 2025, as reported; the formula is this project's reading",
    threshold=HALF,
    unverified="which digit level, denominator, year and treatment of special codes the published 40 % and 12 % rest on",
)
DOMINATED_PRODUCTS = Definition(
    name="dominated-products",
    title="Dominated products",
    formula="N(i→j) = number of k with s[i,j,k] > θ",
    unit="products at the digit level of the data",
    source=DOMINATED_TRADE.source,
    threshold=HALF,
)
ASYMMETRY = Definition(
    name="asymmetry",
    title="Market-power asymmetry",
    formula="A(i,j) = D(i→j) − D(j→i)",
    unit="-1..+1; A(i,j) = -A(j,i)",
    source=DOMINATED_TRADE.source,
    threshold=HALF,
    unverified=DOMINATED_TRADE.unverified,
)


# -- concentration ----------------------------------------------------------------------------------------------


def supplier_hhi(flows: Flows) -> Values:
    """(n, K) importers, products: `SUPPLIER_HHI`; NaN where nothing is imported."""
    totals = import_totals(flows)
    squares = import_totals(flows, import_shares(flows, totals) ** 2)
    return np.where(totals > 0, squares, np.nan)


def export_hhi(flows: Flows) -> Values:
    """(K,) `EXPORT_HHI`; NaN where nobody exports the product."""
    exports = export_totals(flows)
    found: Values = (_over(exports, exports.sum(axis=0)) ** 2).sum(axis=0)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class TopSuppliers:
    """The largest supplier of each importer and product."""

    supplier: NDArray[np.int16]  # (n, K) position in `flows.countries`; -1 where nothing is imported
    share: Values  # (n, K), NaN there


def top_suppliers(flows: Flows) -> TopSuppliers:
    """The largest supplier and his share: `TOP_SUPPLIER`. Of two equal ones the first in `flows.countries` stands."""
    n, width = len(flows.countries), len(flows.products)
    shares = import_shares(flows)
    cell = cells(flows.importer, flows.product, width)
    share, supplier = np.zeros(n * width), np.full(n * width, MOST_COUNTRIES, dtype=np.int16)
    np.maximum.at(share, cell, shares)
    first = np.flatnonzero(shares == share[cell])
    np.minimum.at(supplier, cell[first], flows.exporter[first].astype(np.int16))
    none = supplier == MOST_COUNTRIES
    supplier[none], share[none] = -1, np.nan
    return TopSuppliers(supplier=supplier.reshape(n, width), share=share.reshape(n, width))


def outside_shares(flows: Flows) -> Values:
    """(n, K) exporters, products: `OUTSIDE_SHARE`; NaN where nobody else imports the product."""
    amounts, _, _ = _summable(flows.value)  # a small rest of large sums is not left to rounding
    imports = import_totals(flows, amounts)
    return _over(export_totals(flows, amounts), imports.sum(axis=0) - imports)


# -- quantity in place of value ---------------------------------------------------------------------------------


def by_quantity(flows: Flows) -> Flows:
    """The flows whose quantity is recorded, with tonnes in place of values: every measure then goes by quantity.

    What is missing is left out, so the shares are those of recorded tonnes: show `cell_coverage` beside them.
    """
    basis = replace(flows.basis, unit="tonnes", valuation="quantity where recorded")
    if flows.quantity is None:
        nothing = np.zeros(len(flows), dtype=bool)
        return replace(flows.only(nothing), basis=basis)
    known = flows.only(flows.quantity > 0)
    assert known.quantity is not None
    return replace(known, value=known.quantity, basis=basis)


def cell_coverage(flows: Flows) -> Values:
    """(n, K) share of the value of each importer's imports of a product whose quantity is recorded; NaN without imports."""
    return _over(import_totals(flows, weighed_value(flows)), import_totals(flows))


# -- dominated trade --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class DominatedTrade:
    """What an exporter ships to an importer, and which part of it the importer has mostly from him."""

    exporter: str
    importer: str
    value: float  # of the dominated products, in the unit of the basis
    trade: float  # what the share is taken of
    products: tuple[str, ...]  # dominated, the largest value first
    shipped: int  # products in all
    threshold: Fraction
    comparator: Comparator

    @property
    def share(self) -> float | None:
        """`DOMINATED_TRADE`; None where nothing is shipped."""
        return self.value / self.trade if self.trade and self.shipped else None


def dominated_trade(
    flows: Flows,
    exporter: str,
    importer: str,
    *,
    threshold: Fraction = HALF,
    comparator: Comparator = Comparator.OVER,
    weights: Values | None = None,
    reported: float | None = None,
) -> DominatedTrade:
    """D(i -> j) and N(i -> j) of one pair: `DOMINATED_TRADE`.

    Parameters
    ----------
    weights : (R,) what a product counts in place of the amounts by which it is judged: value, where it is judged by quantity
    reported : another denominator in the unit of the basis, such as the exporter's own total of what he ships

    >>> from monazite.leverage.flows import Basis, make_flows
    >>> basis = Basis(dataset="toy", release="1", side="reconciled", valuation="free on board", unit="USD",
    ...               nomenclature="HS1992", digits=6)
    >>> toy = make_flows(2024, basis, [("CHN", "USA", "000001", 6.0), ("JPN", "USA", "000001", 4.0),
    ...                                ("CHN", "USA", "000002", 4.0), ("JPN", "USA", "000002", 4.0)])
    >>> found = dominated_trade(toy, "CHN", "USA")       # 60 % of the first, exactly one half of the second
    >>> found.share, found.products
    (0.6, ('000001',))
    """
    absent = {exporter, importer} - set(flows.countries)
    rows = np.zeros(len(flows), bool) if absent else flows.importer == flows.country(importer)
    bought = flows.only(rows)
    sums, steps, whole = _summable(bought.value)
    totals = np.bincount(bought.product, weights=sums, minlength=len(flows.products))
    own = np.zeros(len(bought), bool) if absent else bought.exporter == flows.country(exporter)
    product = bought.product[own]
    over = passes(sums[own], totals[product], threshold, comparator, whole)
    counted = sums[own] / steps if weights is None else weights[rows][own]
    order = np.argsort(-counted[over], kind="stable")
    trade = float(counted.sum()) if reported is None else reported
    return DominatedTrade(
        exporter=exporter, importer=importer, value=float(counted[over].sum()), trade=trade, shipped=len(product),
        products=tuple(flows.products[k] for k in product[over][order]), threshold=threshold, comparator=comparator,
    )  # fmt: skip


def asymmetry(forward: float | None, backward: float | None) -> float | None:
    """A(i, j) = D(i -> j) - D(j -> i): `ASYMMETRY`; None where one of them is not defined."""
    return None if forward is None or backward is None else forward - backward


@dataclass(frozen=True, slots=True, kw_only=True)
class AllPairs:
    """Every share, concentration and pair of a year; n countries, K products, R flows."""

    shares: Values  # (R,) each flow's share of its importer's imports of the product
    totals: Values  # (n, K) importers, products: imports in the unit of the basis
    hhi: Values  # (n, K) `SUPPLIER_HHI`, NaN without imports
    trade: Values  # (n, n) exporter, importer: what is shipped
    dominated: Values  # (n, n) exporter, importer: of it in products that he dominates
    products: NDArray[np.int64]  # (n, n) exporter, importer: N(i -> j)
    threshold: Fraction
    comparator: Comparator
    exact: bool  # sums were made in whole steps, without rounding

    @property
    def dominated_share(self) -> Values:
        """(n, n) exporter, importer: D(i -> j), NaN where nothing is shipped."""
        return _over(self.dominated, self.trade)

    @property
    def asymmetry(self) -> Values:
        """(n, n) A(i, j), NaN where one of the two ships nothing to the other."""
        share = self.dominated_share
        return share - share.T


def all_pairs(
    flows: Flows,
    *,
    threshold: Fraction = HALF,
    comparator: Comparator = Comparator.OVER,
    weights: Values | None = None,
) -> AllPairs:
    """All import shares, every supplier HHI and the whole matrix of dominated trade, in two passes over the flows.

    Eleven million flows take some 0.4 s on one core and 8 bytes a flow beyond the flows themselves. Flows
    sorted by product and importer, as the cache holds them, or by exporter and importer, as BACI prints them, are the
    quickest; any order gives the same.

    Parameters
    ----------
    weights : (R,) what a flow counts in `trade` and `dominated` in place of the amounts by which it is judged
    """
    n, width = len(flows.countries), len(flows.products)
    amounts, steps, whole = _summable(flows.value)
    totals, squares = np.zeros(n * width), np.zeros(n * width)
    trade, dominated, products = np.zeros(n * n), np.zeros(n * n), np.zeros(n * n, dtype=np.int64)
    counted = amounts if weights is None else weights
    for rows in blocks(len(flows)):
        exporter, importer, amount = flows.exporter[rows], flows.importer[rows], amounts[rows]
        cell, pair = cells(importer, flows.product[rows], width), cells(exporter, importer, n)
        starts = _runs(cell)
        _add(totals, cell, starts, amount)
        _add(squares, cell, starts, amount * amount)
        # Rows that stand together by importer and product differ by exporter.
        _add(trade, pair, _runs(pair) if starts is None else None, counted[rows])
    for rows in blocks(len(flows)):
        importer, amount = flows.importer[rows], amounts[rows]
        total = np.take(totals, cells(importer, flows.product[rows], width), mode="clip")
        over = np.flatnonzero(passes(amount, total, threshold, comparator, whole))
        pair = cells(flows.exporter[rows][over], importer[over], n)
        np.add.at(dominated, pair, counted[rows][over])
        products += np.bincount(pair, minlength=n * n)
        np.divide(amount, total, out=amount)  # from here on the amounts of these rows are shares
    if weights is None:
        trade, dominated = trade / steps, dominated / steps
    return AllPairs(
        shares=amounts, totals=(totals / steps).reshape(n, width),
        hhi=_over(squares, totals * totals).reshape(n, width), trade=trade.reshape(n, n),
        dominated=dominated.reshape(n, n), products=products.reshape(n, n),
        threshold=threshold, comparator=comparator, exact=whole,
    )  # fmt: skip


def passes(
    amounts: Values, totals: Values, threshold: Fraction, comparator: Comparator, whole: bool
) -> NDArray[np.bool_]:
    """(R,) which amounts are over the threshold's part of their totals, without dividing.

    Parameters
    ----------
    whole : both are whole numbers, so that the comparison is exact; else what differs by less than one part in 2**44 is equal
    """
    held, wanted = amounts * threshold.denominator, totals * threshold.numerator
    if not whole:
        return held > wanted * (1 + SAME) if comparator is Comparator.OVER else held >= wanted * (1 - SAME)
    found: NDArray[np.bool_] = held > wanted if comparator is Comparator.OVER else held >= wanted
    if max(held.max(initial=0.0), wanted.max(initial=0.0)) >= WHOLE:
        # The products may be rounded: where they are that close, whole numbers of any size decide.
        for at in np.flatnonzero(np.abs(held - wanted) <= wanted * 2.0**-50).tolist():
            exact = Fraction(int(amounts[at]), int(totals[at]))
            found[at] = exact > threshold if comparator is Comparator.OVER else exact >= threshold
    return found


def _summable(amounts: Values) -> tuple[Values, int, bool]:
    """A copy of the amounts to be summed, the steps to the unit, and whether they are whole."""
    whole = whole_steps(amounts)
    return (amounts.copy(), 1, False) if whole is None else (*whole, True)


def _runs(at: NDArray[np.int64]) -> NDArray[np.int64] | None:
    """Where runs of one place start; None where they are too short to be worth it."""
    turns = at[1:] != at[:-1]
    if np.count_nonzero(turns) * 3 > len(at):
        return None
    return np.append(0, np.flatnonzero(turns) + 1)


def _add(sums: Values, at: NDArray[np.int64], starts: NDArray[np.int64] | None, amounts: Values) -> None:
    """Add amounts to the sums that they belong to, each run first to itself."""
    if starts is None:
        np.add.at(sums, at, amounts)
    else:
        np.add.at(sums, at[starts], np.add.reduceat(amounts, starts))


def _over(part: Values, whole: Values) -> Values:
    """The quotient, NaN where there is nothing to divide by."""
    found: Values = np.divide(
        part, whole, out=np.full(np.broadcast(part, whole).shape, np.nan), where=whole > 0
    )
    return found
