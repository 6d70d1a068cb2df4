"""The account of a country: its most concentrated imports, whom it buys from, and who dominates its purchases."""

from collections.abc import Mapping, Sequence

import numpy as np

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
from monazite.leverage.definitions import Definition
from monazite.leverage.flows import Flows, import_totals, quantity_coverage
from monazite.leverage.of_pair import dominated_in
from monazite.leverage.persistence import find_since
from monazite.leverage.power import DEPENDENCE, dependence
from monazite.leverage.shares import (
    ASYMMETRY,
    DOMINATED_PRODUCTS,
    DOMINATED_TRADE,
    HALF,
    IMPORT_SHARE,
    SUPPLIER_HHI,
    TOP_SUPPLIER,
    AllPairs,
    by_quantity,
    cell_coverage,
    dominated_trade,
    supplier_hhi,
    top_suppliers,
)
from monazite.leverage.side_by_side import SideBySide
from monazite.terms.kleene import Truths

NO_QUANTITY = "no quantity is recorded"
NOT_BACK = "nothing is shipped the other way in these data"
RIBBONS, SUPPLIERS = 10, 6

DOMINATED_BY_ANY = Definition(
    name="dominated-imports",
    title="Imports from dominant suppliers",
    formula="Σ_i Σ_k v[i,j,k] · 1[s[i,j,k] > θ] / Σ_i Σ_k v[i,j,k]",
    unit="share 0..1 of what j imports",
    source=DOMINATED_TRADE.source,
    threshold=HALF,
    unverified=DOMINATED_TRADE.unverified,
)


def country_headline(flows: Flows, pairs: AllPairs, country: str) -> Table:
    """What a country imports in the data, and how much of it from suppliers with more than half."""
    at = flows.country(country)
    rests = ground(flows)
    bought = flows.only(flows.importer == at)
    total = float(bought.value.sum())
    index = pairs.hhi[at]
    top = top_suppliers(bought).share[at]
    dominated = float(pairs.dominated[:, at].sum())
    known = ~np.isnan(index)
    rows = (
        Row(("Imports", maybe(total or None, "nothing is imported")), rests, kind=Kind.VALUE),
        Row(("Value whose quantity is recorded", maybe(quantity_coverage(bought), "nothing is imported")), rests, kind=Kind.SHARE),
        Row(("Products imported", int(known.sum())), rests, kind=Kind.COUNT),
        Row(("Products with one supplier over one half", int((pairs.products[:, at]).sum())), rests, kind=Kind.COUNT,
            definition=DOMINATED_PRODUCTS),
        Row(("Imports from a supplier over one half", maybe(dominated / total if total else None, "nothing is imported")), rests,
            kind=Kind.SHARE, definition=DOMINATED_BY_ANY),
        Row(("Products with one supplier alone", int((top[known] >= 1.0).sum())), rests, kind=Kind.COUNT),
    )  # fmt: skip
    columns = (Column(key="measure"), Column(key="figure", kind=Kind.BY_ROW))
    return Table(name="headline", columns=columns, rows=rows, shown=len(rows))


def concentrated_table(
    flows: Flows, country: str, records: Mapping[str, SideBySide], course: Sequence[Flows] = ()
) -> Table:
    """A country's imports by value times concentration, with the largest supplier and what the screens say."""
    at = flows.country(country)
    bought = flows.only(flows.importer == at)
    totals, index = import_totals(bought)[at], supplier_hhi(bought)[at]
    top, covered = top_suppliers(bought), cell_coverage(bought)[at]
    weighed = by_quantity(bought)
    sums = import_totals(weighed)[at]
    tonnes_of = {
        (int(i), int(k)): v for i, k, v in zip(weighed.exporter, weighed.product, weighed.value, strict=True)
    }
    titles = list(
        dict.fromkeys(screen.definition for record in records.values() for screen in record.screens)
    )
    rests = ground(flows)
    weights = np.nan_to_num(totals * index)
    years = [one.year for one in course]
    history: dict[str, dict[str, Truths]] = {}
    rows = []
    for k in [int(k) for k in np.argsort(-weights, kind="stable") if totals[k] > 0]:
        code, who = flows.products[k], int(top.supplier[at, k])
        share = float(top.share[at, k])
        quantity = maybe(
            float(tonnes_of[who, k] / sums[k]) if (who, k) in tonnes_of else None,
            UNWEIGHED if sums[k] else NO_QUANTITY,
        )
        supplier = flows.countries[who]
        since: Cell = Undefined(why="the data hold one year alone")
        if len(years) > 1:
            if supplier not in history:
                history[supplier] = dominated_in(course, supplier, country)
            truths = history[supplier].get(code)
            since = maybe(None if truths is None else find_since(truths, years), "not over one half")
        said = (
            {screen.definition: screen.flagged for screen in records[code].screens} if code in records else {}
        )
        rows.append(
            Row(
                (
                    code, float(totals[k]), float(index[k]), flows.countries[who], share, quantity, float(covered[k]), since,
                    *(_said(said, definition) for definition in titles),
                ),
                rests,
            )
        )  # fmt: skip
    columns = (
        Column(key="product", kind=Kind.PRODUCT), Column(key="value", kind=Kind.VALUE),
        Column(key="hhi", kind=Kind.INDEX, definition=SUPPLIER_HHI), Column(key="supplier", kind=Kind.COUNTRY),
        Column(key="top_share", kind=Kind.SHARE, definition=TOP_SUPPLIER),
        Column(key="top_share_quantity", kind=Kind.SHARE, definition=IMPORT_SHARE), Column(key="coverage", kind=Kind.SHARE),
        Column(key="since", kind=Kind.YEAR),
        *(Column(key=f"screen_{definition.name}", kind=Kind.HOLDS, definition=definition, quiet=True) for definition in titles),
    )  # fmt: skip
    return Table(name="concentrated", columns=columns, rows=tuple(rows), shown=15)


def _said(said: Mapping[Definition, bool | None], definition: Definition) -> Cell:
    if definition not in said:
        return Undefined(why="not among the products screened here")
    flagged = said[definition]
    return Undefined(why="the screen cannot be said") if flagged is None else flagged


def country_suppliers(flows: Flows, pairs: AllPairs, country: str) -> Table:
    """Whom a country buys from, what of it each dominates, and the same the other way."""
    at = flows.country(country)
    rests = ground(flows)
    share, needs = pairs.dominated_share, dependence(flows)
    order = [int(c) for c in np.argsort(-pairs.trade[:, at], kind="stable") if pairs.trade[c, at] > 0]
    rows = tuple(
        Row(
            (
                flows.countries[c], float(pairs.trade[c, at]), float(needs[c, at]), float(share[c, at]),
                int(pairs.products[c, at]), float(pairs.dominated[c, at]), maybe(float(share[at, c]), NOT_BACK),
                maybe(float(share[c, at] - share[at, c]), NOT_BACK),
            ),
            rests,
        )
        for c in order
    )  # fmt: skip
    columns = (
        Column(key="exporter", kind=Kind.COUNTRY), Column(key="value", kind=Kind.VALUE),
        Column(key="dependence", kind=Kind.SHARE, definition=DEPENDENCE),
        Column(key="dominates", kind=Kind.SHARE, definition=DOMINATED_TRADE),
        Column(key="dominates_count", kind=Kind.COUNT, definition=DOMINATED_PRODUCTS), Column(key="value_dominated", kind=Kind.VALUE),
        Column(key="dominated_by", kind=Kind.SHARE, definition=DOMINATED_TRADE),
        Column(key="asymmetry", kind=Kind.BALANCE, definition=ASYMMETRY),
    )  # fmt: skip
    return Table(name="suppliers", columns=columns, rows=rows, shown=12)


def country_ribbons(flows: Flows, country: str) -> Table:
    """The largest suppliers of the most concentrated imports."""
    at = flows.country(country)
    bought = flows.only(flows.importer == at)
    weights = np.nan_to_num(import_totals(bought)[at] * supplier_hhi(bought)[at])
    drawn = [int(k) for k in np.argsort(-weights, kind="stable")[:RIBBONS] if weights[k] > 0]
    held = bought.only(np.isin(bought.product, drawn))
    sums = np.bincount(held.exporter, weights=held.value, minlength=len(flows.countries))
    named = [int(c) for c in np.argsort(-sums, kind="stable") if sums[c] > 0][:SUPPLIERS]
    ribbons: dict[tuple[int, int], float] = {}
    for i, k, value in zip(held.exporter.tolist(), held.product.tolist(), held.value.tolist(), strict=True):
        key = named.index(i) if i in named else len(named), drawn.index(k)
        ribbons[key] = ribbons.get(key, 0.0) + value
    names = [*(flows.countries[c] for c in named), OTHERS]
    rests = ground(flows)
    rows = tuple(
        Row((names[i], flows.products[drawn[k]], value), rests) for (i, k), value in sorted(ribbons.items())
    )
    columns = (
        Column(key="exporter", kind=Kind.COUNTRY), Column(key="product", kind=Kind.PRODUCT), Column(key="value", kind=Kind.VALUE),
    )  # fmt: skip
    return Table(
        name="flows", columns=columns, rows=rows, shown=0, notes=(Note("ribbons", {"importer": country}),)
    )


def country_world(flows: Flows, country: str) -> Table:
    """Each supplier's share of what the country imports in the data."""
    at = flows.country(country)
    bought = flows.only(flows.importer == at)
    shares = dependence(bought)[:, at]
    sums = np.bincount(bought.exporter, weights=bought.value, minlength=len(flows.countries))
    rests = ground(flows)
    order = [int(c) for c in np.argsort(-sums, kind="stable") if sums[c] > 0]
    rows = tuple(Row((flows.countries[c], float(shares[c]), float(sums[c])), rests) for c in order)
    columns = (
        Column(key="country", kind=Kind.COUNTRY), Column(key="share", kind=Kind.SHARE, definition=DEPENDENCE),
        Column(key="value", kind=Kind.VALUE),
    )  # fmt: skip
    return Table(name="world", columns=columns, rows=rows, shown=6)


def country_course(course: Sequence[Flows], country: str, exporters: Sequence[str]) -> Table | None:
    """What of each supplier's goods for the country is in products that it dominates, year by year."""
    if len(course) < 2:
        return None
    rows = [
        Row(
            (one.year, *(maybe(dominated_trade(one, exporter, country).share, "nothing is shipped") for exporter in exporters)),
            ground(one),
        )
        for one in course
    ]  # fmt: skip
    columns = (
        Column(key="year", kind=Kind.YEAR), *(Column(key=code, kind=Kind.SHARE, definition=DOMINATED_TRADE) for code in exporters),
    )  # fmt: skip
    return Table(name="course", columns=columns, rows=tuple(rows[::-1]), shown=6)
