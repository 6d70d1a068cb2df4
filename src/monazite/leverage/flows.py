"""Trade flows: who shipped how much of what to whom in one year, as columns, with what the figures rest on.

A country and a product are positions in tables of codes, one and two bytes wide, so that eleven million rows take
132 MB and a sum by importer and product is one pass. Nothing is filled in: a quantity that nobody recorded is NaN, a
cell without imports has no share.

    totals = import_totals(flows)              (n, K) value imported
    shares = import_shares(flows, totals)      (R,) each row's share of its importer's imports of the product
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
MOST_COUNTRIES, MOST_PRODUCTS = 2**8, 2**16
BLOCK = 2**16
"""Rows at a time, where a whole column of intermediate figures would not stay near the processor."""
STEPS = (1, 10**3, 10**6)
"""Steps to the unit that amounts are looked for in: BACI prints thousandths of a thousand dollars and of a tonne."""
WHOLE = 2.0**53
"""Up to here a float holds every whole number, so that sums of whole numbers are exact in any order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What figures rest on. Every figure that a user sees carries it."""

    dataset: str  # BACI
    release: str  # as the publisher names it, or a sentence that says why it is not named
    side: str  # reconciled, importer-reported or exporter-reported
    valuation: str  # free on board, CIF, customs value
    unit: str  # of the values: thousand current USD
    nomenclature: str  # HS1992
    digits: int  # of the product codes
    licence: str = ""
    attribution: str = ""
    groups: str = "none"  # how groups of countries were treated
    notes: tuple[str, ...] = ()

    def says(self) -> str:
        """One line under a table.

        >>> Basis(dataset="toy", release="1", side="reconciled", valuation="free on board", unit="USD",
        ...       nomenclature="HS1992", digits=6).says()
        'toy, release 1; reconciled, free on board, USD; HS1992 at 6 digits; groups: none'
        """
        return (
            f"{self.dataset}, release {self.release}; {self.side}, {self.valuation}, {self.unit}; "
            f"{self.nomenclature} at {self.digits} digits; groups: {self.groups}"
        )


def usd_per_unit(unit: str) -> int:
    """How many dollars a unit is; ValueError where it is none of dollars.

    >>> usd_per_unit("thousand current USD"), usd_per_unit("current USD")
    (1000, 1)
    """
    words = unit.casefold().split()
    if "usd" not in words:
        raise ValueError(f"'{unit}' is no unit of dollars. Write it 'current USD' or 'thousand current USD'")
    return {"thousand": 10**3, "million": 10**6, "billion": 10**9}.get(words[0], 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flows:
    """The flows of one year: R rows over n countries and K products.

    A row is one exporter, importer and product, with a value above zero; no key stands twice and nobody ships to himself.
    `quantity` is in tonnes, NaN where nobody recorded it, None where the data have none at all.
    """

    year: int
    basis: Basis
    countries: tuple[str, ...]  # alpha-3 code or name of a group, by position
    products: tuple[str, ...]  # codes as text, with leading zeros
    exporter: NDArray[np.uint8]  # (R,)
    importer: NDArray[np.uint8]  # (R,)
    product: NDArray[np.uint16]  # (R,)
    value: Values  # (R,) in `basis.unit`
    quantity: Values | None = None  # (R,) tonnes
    weighed: Values | None = (
        None  # (R,) the part of the value whose quantity is recorded, where rows were summed
    )

    def __len__(self) -> int:
        return len(self.value)

    def country(self, code: str) -> int:
        """The position of a country; ValueError where the data do not hold it."""
        return self.countries.index(code)

    def only(self, rows: NDArray[np.bool_]) -> "Flows":
        """Some of the rows."""
        return replace(
            self, exporter=self.exporter[rows], importer=self.importer[rows], product=self.product[rows],
            value=self.value[rows], quantity=None if self.quantity is None else self.quantity[rows],
            weighed=None if self.weighed is None else self.weighed[rows],
        )  # fmt: skip


def make_flows(
    year: int,
    basis: Basis,
    rows: Iterable[tuple[str, str, str, float] | tuple[str, str, str, float, float | None]],
) -> Flows:
    """Flows from rows of exporter, importer, product, value and perhaps quantity; for small tables and tests.

    >>> basis = Basis(dataset="toy", release="1", side="reconciled", valuation="free on board", unit="USD",
    ...               nomenclature="HS1992", digits=6)
    >>> make_flows(2024, basis, [("CHN", "USA", "850511", 3.0), ("JPN", "USA", "850511", 1.0)]).countries
    ('CHN', 'JPN', 'USA')
    """
    held = [(*row, None)[:5] for row in rows]
    countries = tuple(sorted({c for row in held for c in row[:2]}))
    products = tuple(sorted({row[2] for row in held}))
    country, product = {c: n for n, c in enumerate(countries)}, {k: n for n, k in enumerate(products)}
    quantity = [np.nan if row[4] is None else row[4] for row in held]
    return Flows(
        year=year, basis=basis, countries=countries, products=products,
        exporter=np.array([country[row[0]] for row in held], dtype=np.uint8),
        importer=np.array([country[row[1]] for row in held], dtype=np.uint8),
        product=np.array([product[row[2]] for row in held], dtype=np.uint16),
        value=np.array([row[3] for row in held], dtype=np.float64),
        quantity=np.array(quantity, dtype=np.float64),
    )  # fmt: skip


def blocks(rows: int) -> Iterator[slice]:
    """Spans of at most `BLOCK` rows that together are all of them."""
    return (slice(start, min(start + BLOCK, rows)) for start in range(0, rows, BLOCK))


def whole_steps(amounts: Values) -> tuple[Values, int] | None:
    """Amounts as whole numbers of the step that they are printed in, and the steps to the unit; None where there is no step.

    Three suppliers of 0.1, 0.1 and 0.1 are together 0.30000000000000004 in floats, and a fourth of 0.3 would not be
    found to be one half of all. In steps of 1/1000 they are 100, 100, 100 and 300: nothing is rounded, as long as the sum
    of all stays below 2**53. NaN stays NaN.

    >>> whole_steps(np.array([0.1, 0.3, 1250.0]))
    (array([1.00e+02, 3.00e+02, 1.25e+06]), 1000)
    >>> whole_steps(np.array([1 / 3])) is None
    True
    """
    whole = np.empty(len(amounts))
    for steps in STEPS:
        total = 0.0
        for rows in blocks(len(amounts)):
            scaled = amounts[rows] * float(steps)
            near = np.rint(scaled, out=whole[rows])
            scaled -= near
            np.abs(scaled, out=scaled)
            # A decimal read into a float and multiplied is off by less than two units in its last place.
            if np.any(scaled > near * 2.0**-50):
                break
            total += float(np.nansum(near))
        else:
            return (whole, steps) if total < WHOLE else None
    return None


# -- sums -------------------------------------------------------------------------------------------------------


def import_totals(flows: Flows, amount: Values | None = None) -> Values:
    """(n, K) what each country imports of each product; zero where nothing.

    `amount` is summed in place of the values: quantities, say; what is unknown of it counts as nothing, so give its coverage
    beside it.
    """
    return _totals(flows, flows.importer, amount)


def export_totals(flows: Flows, amount: Values | None = None) -> Values:
    """(n, K) what each country exports of each product; zero where nothing."""
    return _totals(flows, flows.exporter, amount)


def _totals(flows: Flows, country: NDArray[np.uint8], amount: Values | None) -> Values:
    n, width = len(flows.countries), len(flows.products)
    weights = flows.value if amount is None else np.nan_to_num(amount)
    found = np.bincount(cells(country, flows.product, width), weights=weights, minlength=n * width)
    return found.reshape(n, width).astype(np.float64, copy=False)


def cells(first: NDArray[np.uint8], second: NDArray[np.unsignedinteger], width: int) -> NDArray[np.int64]:
    """Positions in a flat table whose rows are `width` wide."""
    cell = first.astype(np.int64)
    cell *= width
    cell += second
    return cell


def import_shares(flows: Flows, totals: Values | None = None) -> Values:
    """(R,) each row's share of its importer's imports of the product: above 0, at most 1."""
    totals = import_totals(flows) if totals is None else totals
    share: Values = flows.value / totals.ravel()[cells(flows.importer, flows.product, len(flows.products))]
    return share


def quantity_coverage(flows: Flows) -> float | None:
    """Share of the value whose quantity is recorded; None where there is no trade."""
    total = float(flows.value.sum())
    if total == 0:
        return None
    return float(weighed_value(flows).sum()) / total


def weighed_value(flows: Flows) -> Values:
    """(R,) the part of each row's value whose quantity is recorded: all or nothing, but for rows that were summed."""
    if flows.weighed is not None:
        return flows.weighed
    if flows.quantity is None:
        return np.zeros(len(flows))
    return np.where(np.isnan(flows.quantity), 0.0, flows.value)


# -- other tables of the same trade -----------------------------------------------------------------------------


def choose(
    flows: Flows, *, products: Collection[str] | None = None, importers: Collection[str] | None = None
) -> Flows:
    """The rows of some products or importers. A product is given whole or by its first digits."""
    rows = np.ones(len(flows), dtype=bool)
    if products is not None:
        wanted = [any(code.startswith(given) for given in products) for code in flows.products]
        rows &= np.array(wanted, dtype=bool)[flows.product]
    if importers is not None:
        rows &= np.isin(flows.importer, [flows.country(code) for code in importers])
    return flows.only(rows)


def coarsen(flows: Flows, digits: int) -> Flows:
    """The same trade by the first `digits` of the product codes; ValueError where the codes are shorter."""
    if digits > flows.basis.digits:
        raise ValueError(f"codes of {flows.basis.digits} digits cannot be told apart by {digits}")
    heads = [code[:digits] for code in flows.products]
    products = tuple(dict.fromkeys(heads))
    place = {code: n for n, code in enumerate(products)}
    product = np.array([place[head] for head in heads], dtype=np.uint16)[flows.product]
    return _merged(
        replace(flows, products=products, product=product, basis=replace(flows.basis, digits=digits))
    )


def pool(flows: Flows, groups: Mapping[str, Collection[str]]) -> Flows:
    """The same trade with each group as one trader: its members' flows are summed, flows between them are gone.

    A group that the data report as one trader, without its members, stays as they report it.

    Parameters
    ----------
    groups : name -> codes of its members; members that the data do not hold have no flows. No country may be in two.

    Raises
    ------
    ValueError where a country is in two groups, or the data hold a group beside members of it
    """
    of: dict[str, str] = {}
    for name, members in groups.items():
        if name in flows.countries and not {name}.issuperset(set(members) & set(flows.countries)):
            raise ValueError(f"{name} stands in the data beside its members")
        for member in members:
            if of.setdefault(member, name) != name:
                raise ValueError(f"{member} is in {of[member]} and in {name}")
    names = [of.get(code, code) for code in flows.countries]
    countries = tuple(dict.fromkeys(names))
    place = {code: n for n, code in enumerate(countries)}
    turn = np.array([place[name] for name in names], dtype=np.uint8)
    exporter, importer = turn[flows.exporter], turn[flows.importer]
    reported = "as one trader, as the data report it"
    made = "as one trader, its inner trade removed"
    said = "; ".join(f"{name} {reported if name in flows.countries else made}" for name in groups) or "none"
    pooled = replace(
        flows, countries=countries, exporter=exporter, importer=importer,
        basis=replace(flows.basis, groups=said),
    )  # fmt: skip
    return _merged(pooled.only(exporter != importer))


def _merged(flows: Flows) -> Flows:
    """Rows of one key as one row. Sums of printed decimals are exact.

    The quantity is the sum of those recorded, unknown where none is; `weighed` keeps how much of the value it stands for.
    """
    n, width = len(flows.countries), len(flows.products)
    key = (flows.exporter.astype(np.int64) * n + flows.importer) * width + flows.product
    keys, at = np.unique(key, return_inverse=True)

    def summed(amounts: Values) -> Values:
        whole, steps = whole_steps(amounts) or (amounts, 1)
        sums: Values = np.bincount(at, weights=whole, minlength=len(keys)) / steps
        return sums

    quantity, weighed = None, summed(weighed_value(flows))
    if flows.quantity is not None:
        known = np.bincount(at, weights=~np.isnan(flows.quantity), minlength=len(keys)) > 0
        quantity = np.where(known, summed(np.nan_to_num(flows.quantity)), np.nan)
    return replace(
        flows,
        exporter=(keys // (n * width)).astype(np.uint8),
        importer=(keys // width % n).astype(np.uint8),
        product=(keys % width).astype(np.uint16),
        value=summed(flows.value),
        quantity=quantity,
        weighed=weighed,
    )
