"""The account of a product: who supplies whom, how concentrated each importer's purchases are, and since when."""

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from monazite.leverage.account import (
    OTHERS,
    UNWEIGHED,
    Cell,
    Column,
    Kind,
    Note,
    Row,
    Table,
    Undefined,
    ground,
    maybe,
)
from monazite.leverage.flows import (
    Flows,
    choose,
    coarsen,
    export_totals,
    import_totals,
    quantity_coverage,
    weighed_value,
)
from monazite.leverage.shares import (
    DOMINATED_PRODUCTS,
    EXPORT_HHI,
    IMPORT_SHARE,
    OUTSIDE_SHARE,
    SUPPLIER_HHI,
    TOP_SUPPLIER,
    all_pairs,
    by_quantity,
    cell_coverage,
    export_hhi,
    outside_shares,
    supplier_hhi,
    top_suppliers,
)

NO_QUANTITY = "no quantity is recorded"
NO_IMPORTS = "nothing is imported"
ONE_IMPORTER = "the data hold the imports of one country alone"
LINES = 5
"""So many suppliers have a line over the years."""
SIDES = 8
"""So many exporters and importers are drawn apart."""


def one_product(flows: Flows, codes: Collection[str]) -> Flows:
    """The flows of some codes as one product: at the level of the shortest code; no rows where the data hold none."""
    held = choose(flows, products=codes)
    level = min(len(code) for code in codes)
    made = coarsen(held, level) if level < flows.basis.digits else held
    kept = [k for k, code in enumerate(made.products) if code.startswith(tuple(codes))]
    place = np.zeros(len(made.products), dtype=np.uint16)
    place[kept] = np.arange(len(kept))
    return replace(made, products=tuple(made.products[k] for k in kept), product=place[made.product])


def is_one_sided(flows: Flows) -> bool:
    """The flows hold the imports of one country alone."""
    return len(np.unique(flows.importer)) <= 1


def product_headline(flows: Flows) -> Table:
    """The trade of a product in the year, its coverage and its concentration."""
    rests = ground(flows)
    covered = quantity_coverage(flows)
    tonnes = None if flows.quantity is None or not covered else float(np.nansum(flows.quantity))
    exports = export_totals(flows).sum(axis=1)
    total = float(exports.sum())
    index = export_hhi(flows) if len(flows.products) == 1 else None
    one = is_one_sided(flows)
    rows = [
        Row(("Traded value", maybe(total or None, NO_IMPORTS)), rests, kind=Kind.VALUE),
        Row(("Traded quantity where recorded", maybe(tonnes, NO_QUANTITY)), rests, kind=Kind.TONNES),
        Row(("Value whose quantity is recorded", maybe(covered, NO_IMPORTS)), rests, kind=Kind.SHARE),
        Row(("Exporters", int((exports > 0).sum())), rests, kind=Kind.COUNT),
        Row(("Importers", len(np.unique(flows.importer))), rests, kind=Kind.COUNT),
    ]
    if index is not None:
        cell: Cell = Undefined(why=ONE_IMPORTER) if one else maybe(float(index[0]), NO_IMPORTS)
        rows.append(
            Row(("Concentration of world exports (HHI)", cell), rests, kind=Kind.INDEX, definition=EXPORT_HHI)
        )
    columns = (Column(key="measure"), Column(key="figure", kind=Kind.BY_ROW))
    return Table(name="headline", columns=columns, rows=tuple(rows), shown=len(rows))


def largest_supplier(flows: Flows) -> str:
    """Who supplies most of what everyone else buys; of one importer, who sells him most."""
    exports = export_totals(flows)[:, 0]
    outside = exports if is_one_sided(flows) else np.nan_to_num(outside_shares(flows)[:, 0])
    return flows.countries[int(outside.argmax())]


def suppliers_table(flows: Flows) -> Table:
    """Every exporter: what it ships, its share of what everyone else buys, and whose purchases it dominates."""
    rests = ground(flows)
    exports = export_totals(flows).sum(axis=1)
    outside = outside_shares(flows)
    weighed = by_quantity(flows)
    by_tonnes = outside_shares(weighed)
    tonnes = export_totals(weighed).sum(axis=1)
    covered = _coverage_of(flows, flows.exporter)
    pairs = all_pairs(flows)
    dominated = (pairs.products > 0).sum(axis=1)
    value = pairs.dominated.sum(axis=1)
    order = [int(c) for c in np.argsort(-exports, kind="stable") if exports[c] > 0]
    rows = []
    for c in order:
        quantity: Cell = maybe(float(by_tonnes[c, 0]) if tonnes[c] else None, NO_QUANTITY)
        rows.append(
            Row(
                (
                    flows.countries[c], float(exports[c]), maybe(float(outside[c, 0]), NO_IMPORTS),
                    maybe(float(tonnes[c]) or None, NO_QUANTITY), quantity, float(covered[c]),
                    int(dominated[c]), float(value[c]),
                ),
                rests,
            )
        )  # fmt: skip
    columns = (
        Column(key="exporter", kind=Kind.COUNTRY), Column(key="value", kind=Kind.VALUE),
        Column(key="outside_share", kind=Kind.SHARE, definition=OUTSIDE_SHARE),
        Column(key="tonnes", kind=Kind.TONNES),
        Column(key="outside_share_quantity", kind=Kind.SHARE, definition=OUTSIDE_SHARE),
        Column(key="coverage", kind=Kind.SHARE),
        Column(key="importers_dominated", kind=Kind.COUNT, definition=DOMINATED_PRODUCTS),
        Column(key="value_dominated", kind=Kind.VALUE),
    )  # fmt: skip
    return Table(name="suppliers", columns=columns, rows=tuple(rows), notes=(Note("outside base"),), shown=10)


def importers_table(flows: Flows, asked: Collection[str] = ()) -> Table:
    """Every importer: what it buys, its largest supplier by value and by quantity, and its concentration."""
    rests = ground(flows)
    bought = import_totals(flows)[:, 0]
    top, index, covered = top_suppliers(flows), supplier_hhi(flows), cell_coverage(flows)
    weighed = by_quantity(flows)
    tonnes, theirs, tops = import_totals(weighed)[:, 0], _shares(weighed), top_suppliers(weighed)
    rows = []
    for c in [int(c) for c in np.argsort(-bought, kind="stable") if bought[c] > 0]:
        who = int(top.supplier[c, 0])
        code = flows.countries[c]
        same: Cell = float(theirs[who, c]) or Undefined(why=UNWEIGHED if tonnes[c] else NO_QUANTITY)
        other: Cell = flows.countries[int(tops.supplier[c, 0])] if tonnes[c] else Undefined(why=NO_QUANTITY)
        share = float(top.share[c, 0])
        rows.append(
            Row(
                (
                    code, float(bought[c]), flows.countries[who], share, same, other, float(covered[c, 0]),
                    float(index[c, 0]), 1.0 - share,
                ),
                rests, mark="asked" if code in asked else "",
            )
        )  # fmt: skip
    columns = (
        Column(key="importer", kind=Kind.COUNTRY), Column(key="value", kind=Kind.VALUE),
        Column(key="supplier", kind=Kind.COUNTRY),
        Column(key="top_share", kind=Kind.SHARE, definition=TOP_SUPPLIER),
        Column(key="top_share_quantity", kind=Kind.SHARE, definition=IMPORT_SHARE),
        Column(key="supplier_quantity", kind=Kind.COUNTRY),
        Column(key="coverage", kind=Kind.SHARE),
        Column(key="hhi", kind=Kind.INDEX, definition=SUPPLIER_HHI),
        Column(key="left_without", kind=Kind.SHARE),
    )  # fmt: skip
    return Table(name="importers", columns=columns, rows=tuple(rows))


def _shares(flows: Flows) -> NDArray[np.float64]:
    """(n, n) exporter, importer: shares of one product."""
    n = len(flows.countries)
    found = np.zeros((n, n))
    np.add.at(found, (flows.exporter, flows.importer), flows.value)
    totals = found.sum(axis=0)
    shares: NDArray[np.float64] = np.divide(found, totals, out=np.zeros_like(found), where=totals > 0)
    return shares


def _coverage_of(flows: Flows, country: NDArray[np.uint8]) -> NDArray[np.float64]:
    """(n,) share of the value of each country whose quantity is recorded."""
    n = len(flows.countries)
    whole = np.bincount(country, weights=flows.value, minlength=n)
    known = np.bincount(country, weights=weighed_value(flows), minlength=n)
    found: NDArray[np.float64] = np.divide(known, whole, out=np.zeros(n), where=whole > 0)
    return found


def ribbons_table(flows: Flows) -> Table:
    """The largest exporters and importers and what goes between them; the others of each side together."""
    n = len(flows.countries)
    found = np.zeros((n, n))
    np.add.at(found, (flows.exporter, flows.importer), flows.value)
    left, right = _largest(found.sum(axis=1)), _largest(found.sum(axis=0))
    names = flows.countries
    sums: dict[tuple[str, str], float] = {}
    for i, j in zip(*np.nonzero(found), strict=True):
        key = (names[i] if i in left else OTHERS, names[j] if j in right else OTHERS)
        sums[key] = sums.get(key, 0.0) + float(found[i, j])
    order = {name: at for at, name in enumerate([*(names[c] for c in left), OTHERS])}
    order_to = {name: at for at, name in enumerate([*(names[c] for c in right), OTHERS])}
    rests = ground(flows)
    rows = [
        Row((a, b, value), rests) for (a, b), value in sorted(sums.items(), key=lambda kv: (order[kv[0][0]], order_to[kv[0][1]]))
    ]  # fmt: skip
    columns = (
        Column(key="exporter", kind=Kind.COUNTRY), Column(key="importer", kind=Kind.COUNTRY), Column(key="value", kind=Kind.VALUE),
    )  # fmt: skip
    return Table(name="flows", columns=columns, rows=tuple(rows), shown=0)


def _largest(sums: NDArray[np.float64]) -> list[int]:
    return [int(c) for c in np.argsort(-sums, kind="stable")[:SIDES] if sums[c] > 0]


def course_table(years: Sequence[Flows], exporters: Sequence[str] = ()) -> Table | None:
    """The largest exporters' share of what everyone else buys, year by year; None where there is one year alone."""
    held = [flows for flows in years if len(flows)]
    if len(held) < 2:
        return None
    last = np.nan_to_num(outside_shares(held[-1])[:, 0])
    names = held[-1].countries
    chosen = list(
        dict.fromkeys([*exporters, *(names[int(c)] for c in np.argsort(-last, kind="stable")[:LINES])])
    )
    rows = []
    for flows in held:
        outside = outside_shares(flows)
        cells = [
            maybe(
                float(outside[flows.country(code), 0]) if code in flows.countries else None,
                "nobody else imports it",
            )
            for code in chosen
        ]
        rows.append(Row((flows.year, *cells), ground(flows)))
    columns = (
        Column(key="year", kind=Kind.YEAR), *(Column(key=code, kind=Kind.SHARE, definition=OUTSIDE_SHARE) for code in chosen),
    )  # fmt: skip
    return Table(
        name="course", columns=columns, rows=tuple(rows[::-1]), notes=(Note("outside base"),), shown=8
    )


def world_table(flows: Flows, supplier: str) -> Table:
    """The share of one supplier in each importer's purchases."""
    bought = import_totals(flows)[:, 0]
    shares = _shares(flows)[flows.country(supplier)]
    rests = ground(flows)
    order = sorted(
        np.flatnonzero(bought > 0).tolist(), key=lambda c: (-shares[c], -bought[c], flows.countries[c])
    )
    rows = tuple(
        Row((flows.countries[c], float(shares[c]), float(bought[c])), rests) for c in order if flows.countries[c] != supplier
    )  # fmt: skip
    columns = (
        Column(key="country", kind=Kind.COUNTRY), Column(key="share", kind=Kind.SHARE, definition=IMPORT_SHARE),
        Column(key="value", kind=Kind.VALUE),
    )  # fmt: skip
    return Table(name="world", of=supplier, columns=columns, rows=rows, shown=6)


def origins_table(flows: Flows, importer: str) -> Table:
    """Whom one importer buys a product from: for data that hold one importer alone."""
    shares = _shares(flows)[:, flows.country(importer)]
    bought = flows.only(flows.importer == flows.country(importer))
    values = export_totals(bought).sum(axis=1)
    rests = ground(flows)
    order = [int(c) for c in np.argsort(-values, kind="stable") if values[c] > 0]
    rows = tuple(Row((flows.countries[c], float(shares[c]), float(values[c])), rests) for c in order)
    columns = (
        Column(key="country", kind=Kind.COUNTRY), Column(key="share", kind=Kind.SHARE, definition=IMPORT_SHARE),
        Column(key="value", kind=Kind.VALUE),
    )  # fmt: skip
    return Table(name="world", columns=columns, rows=rows, shown=10)


def levels_table(samples: Sequence[tuple[Flows, Sequence[str]]], importer: str | None = None) -> Table:
    """The largest supplier at every level of the codes that the data allow: finer codes raise concentration.

    Parameters
    ----------
    samples : flows and the codes of the product in them
    importer : whose imports; of all importers where none is named, each apart from what is shipped to the supplier
    """
    rows = []
    for flows, codes in samples:
        held = choose(flows, products=codes, importers=None if importer is None else [importer])
        shortest = min(len(code) for code in codes)
        for level in range(max(shortest, 2), flows.basis.digits + 1, 2):
            made = coarsen(held, level) if level < flows.basis.digits else held
            rows += [_level_row(made, k, level, importer) for k in np.unique(made.product).tolist()]
    columns = (
        Column(key="digits", kind=Kind.LEVEL), Column(key="code", kind=Kind.PRODUCT), Column(key="value", kind=Kind.VALUE),
        Column(key="supplier", kind=Kind.COUNTRY),
        Column(key="top_share", kind=Kind.SHARE, definition=TOP_SUPPLIER if importer else OUTSIDE_SHARE),
        Column(key="hhi", kind=Kind.INDEX, definition=SUPPLIER_HHI if importer else EXPORT_HHI),
    )  # fmt: skip
    return Table(name="levels", columns=columns, rows=tuple(rows), notes=(Note("level"),), shown=16)


def _level_row(flows: Flows, product: int, level: int, importer: str | None) -> Row:
    one = flows.only(flows.product == product)
    exports = export_totals(one)[:, product]
    largest = int(exports.argmax())
    if importer is None:
        outside = np.nan_to_num(outside_shares(one)[:, product])
        largest = int(outside.argmax())
        share, index = float(outside[largest]), float(export_hhi(one)[product])
    else:
        at = flows.country(importer)
        share, index = float(top_suppliers(one).share[at, product]), float(supplier_hhi(one)[at, product])
    figures = maybe(share, NO_IMPORTS), maybe(index, NO_IMPORTS)
    return Row(
        (level, flows.products[product], float(exports.sum()), flows.countries[largest], *figures),
        ground(one),
    )
