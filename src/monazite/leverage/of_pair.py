"""The account of a pair: what each of two dominates of the other's purchases, since when, and how robust that is."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from monazite.leverage import power
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
    ground_of,
    maybe,
)
from monazite.leverage.definitions import Definition
from monazite.leverage.flows import Flows, Values, import_totals, quantity_coverage
from monazite.leverage.persistence import find_since
from monazite.leverage.shares import (
    ASYMMETRY,
    DOMINATED_PRODUCTS,
    DOMINATED_TRADE,
    HALF,
    IMPORT_SHARE,
    SUPPLIER_HHI,
    DominatedTrade,
    asymmetry,
    by_quantity,
    cell_coverage,
    dominated_trade,
    supplier_hhi,
)
from monazite.leverage.variants import Denominator, Judged, Special, Variant
from monazite.terms.kleene import NO, UNKNOWN, YES, Truths

NOTHING_SHIPPED = "nothing is shipped that way in these data"
ONE_IMPORTER = "the data hold the imports of one country alone"
NO_QUANTITY = "no quantity is recorded"
NO_TOTAL = "nobody gives the exporter's own total for that way"
RIBBONS, RIVALS = 8, 5
"""So many products are drawn, and so many suppliers of them, the others of each together."""
GROUPS = 8
"""So many products have a row of their own in the table of losses."""

SINCE = Definition(
    name="dominated-since",
    title="Dominated since",
    formula="first year of the run of years with s[i,j,k] > θ that reaches the last one",
    unit="year; a run that reaches the first year of the data may be older",
    source="definition",
    threshold=HALF,
)


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two traders and the flows that show them: of the year, and of the same data over the years."""

    first: str
    second: str
    flows: Flows
    course: Sequence[Flows] = ()

    @cached_property
    def is_one_sided(self) -> bool:
        """The data hold one importer alone."""
        return len(np.unique(self.flows.importer)) <= 1

    @property
    def ways(self) -> tuple[tuple[str, str], tuple[str, str]]:
        """Exporter and importer, there and back."""
        return (self.first, self.second), (self.second, self.first)

    @property
    def why(self) -> str:
        """Why a direction has no figure."""
        return ONE_IMPORTER if self.is_one_sided else NOTHING_SHIPPED

    @cached_property
    def dominated(self) -> tuple[DominatedTrade, DominatedTrade]:
        """There and back."""
        there, back = (dominated_trade(self.flows, *way) for way in self.ways)
        return there, back


def headline_table(pair: Pair) -> Table:
    """The first figures, both ways."""
    flows, rests = pair.flows, ground(pair.flows)
    there, back = pair.dominated
    forward = asymmetry(there.share, back.share)
    needs = power.dependence_of_pair(flows, pair.first, pair.second)
    lean = needs.asymmetry
    covered = [_coverage(flows, *way) for way in pair.ways]
    both = (there, back)
    table: list[tuple[str, Kind, Definition | None, Sequence[float | int | None]]] = [
        ("Dominated-trade share D", Kind.SHARE, DOMINATED_TRADE, [one.share for one in both]),
        ("Asymmetry A = D there less D back", Kind.BALANCE, ASYMMETRY, [forward, None if forward is None else -forward]),
        ("Dominated products N", Kind.COUNT, DOMINATED_PRODUCTS, [len(one.products) if one.shipped else None for one in both]),
        ("Products shipped", Kind.COUNT, None, [one.shipped or None for one in both]),
        ("Value shipped", Kind.VALUE, None, [one.trade or None for one in both]),
        ("Value in dominated products", Kind.VALUE, None, [one.value if one.shipped else None for one in both]),
        ("Dependence of the buyer (Hirschman)", Kind.SHARE, power.DEPENDENCE, [needs.second_on_first, needs.first_on_second]),
        ("Asymmetry of dependence", Kind.BALANCE, power.DEPENDENCE_ASYMMETRY, [lean, None if lean is None else -lean]),
        ("Value whose quantity is recorded", Kind.SHARE, None, covered),
    ]  # fmt: skip
    rows = [
        Row((title, *(maybe(value, pair.why) for value in values)), rests, kind=kind, definition=definition)
        for title, kind, definition, values in table
    ]
    there_says, back_says = (f"{a} → {b}" for a, b in pair.ways)
    columns = (
        Column(key="measure"), Column(key="out", kind=Kind.BY_ROW, label=there_says), Column(key="back", kind=Kind.BY_ROW, label=back_says),
    )  # fmt: skip
    return Table(name="headline", columns=columns, rows=tuple(rows), shown=len(rows))


def _rows_between(flows: Flows, exporter: str, importer: str) -> Flows:
    if not {exporter, importer} <= set(flows.countries):
        return flows.only(np.zeros(len(flows), dtype=bool))
    return flows.only(
        (flows.exporter == flows.country(exporter)) & (flows.importer == flows.country(importer))
    )


def _coverage(flows: Flows, exporter: str, importer: str) -> float | None:
    return quantity_coverage(_rows_between(flows, exporter, importer))


def _by_product(flows: Flows, exporter: str, importer: str) -> Values:
    """(K,) the exporter's share of the importer's imports of each product; NaN where nothing is imported."""
    if importer not in flows.countries:
        return np.full(len(flows.products), np.nan)
    at = flows.country(importer)
    totals = import_totals(flows.only(flows.importer == at))[at]
    own = _rows_between(flows, exporter, importer)
    held = np.zeros(len(flows.products))
    held[own.product] = own.value
    found: Values = np.divide(held, totals, out=np.full(len(totals), np.nan), where=totals > 0)
    return found


def dominated_table(pair: Pair, exporter: str, importer: str, *, others: Flows | None = None) -> Table:
    """The products that the exporter dominates, by value times concentration, with quantity, coverage and since when."""
    flows = pair.flows
    found = next(one for one in pair.dominated if one.exporter == exporter)
    columns = (
        Column(key="product", kind=Kind.PRODUCT), Column(key="value", kind=Kind.VALUE),
        Column(key="share", kind=Kind.SHARE, definition=IMPORT_SHARE),
        Column(key="share_quantity", kind=Kind.SHARE, definition=IMPORT_SHARE),
        Column(key="coverage", kind=Kind.SHARE), Column(key="tonnes", kind=Kind.TONNES),
        Column(key="hhi", kind=Kind.INDEX, definition=SUPPLIER_HHI),
        Column(key="hhi_value", kind=Kind.VALUE, quiet=True), Column(key="imports", kind=Kind.VALUE, quiet=True),
        Column(key="since", kind=Kind.YEAR, definition=SINCE),
    )  # fmt: skip
    notes = [Note("dominated", {"count": f"{len(found.products):,}", "of": f"{found.shipped:,}"})]
    if not found.shipped:
        return Table(
            name="dominated",
            of=exporter,
            columns=columns,
            rows=(),
            notes=(Note("none that way", {"why": pair.why}),),
        )
    at = flows.country(importer)
    bought = flows.only(flows.importer == at)
    weighed = by_quantity(bought)
    shares, by_tonnes = _by_product(flows, exporter, importer), _by_product(weighed, exporter, importer)
    index, covered, totals = supplier_hhi(bought)[at], cell_coverage(bought)[at], import_totals(bought)[at]
    own = _rows_between(flows, exporter, importer)
    place = {code: k for k, code in enumerate(flows.products)}
    row_of = {int(k): n for n, k in enumerate(own.product)}
    years = [one.year for one in pair.course]
    history = dominated_in(pair.course, exporter, importer)
    rests = ground(flows)
    rows = []
    for code in found.products:
        k = place[code]
        value = float(own.value[row_of[k]])
        tonnes = None if own.quantity is None else float(own.quantity[row_of[k]])
        first = find_since(history[code], years) if len(years) > 1 and code in history else None
        rows.append(
            Row(
                (
                    code, value, float(shares[k]), _weighed(float(by_tonnes[k]), tonnes), float(covered[k]),
                    maybe(tonnes, NO_QUANTITY), float(index[k]), value * float(index[k]), float(totals[k]),
                    maybe(first, "the data hold one year alone" if len(years) < 2 else "not dominated in the last year of the data"),
                ),
                rests,
            )
        )  # fmt: skip
    rows.sort(key=lambda row: (-float(row.cells[7]), str(row.cells[0])))  # type: ignore[arg-type]
    if years[:1] and len(years) > 1:
        notes.append(Note("since", {"first": years[0]}))
    return Table(
        name="dominated", of=exporter, columns=columns, rows=tuple(rows), notes=tuple(notes), shown=12
    )


def _weighed(share: float, tonnes: float | None) -> Cell:
    """A share by quantity; none where the seller's own quantity is not recorded."""
    if tonnes is not None and np.isnan(tonnes) and not np.isnan(share):
        return Undefined(why=UNWEIGHED)
    return maybe(share, NO_QUANTITY)


def dominated_in(course: Sequence[Flows], exporter: str, importer: str) -> dict[str, Truths]:
    """(T,) of each product: was it dominated in each year; unknown where nothing of it was imported. Exact at one half."""
    years = []
    for one in course:
        held: dict[str, np.int8] = {}
        if importer in one.countries:
            bought = one.product[one.importer == one.country(importer)]
            held = {one.products[k]: NO for k in np.unique(bought).tolist()}
            held |= dict.fromkeys(dominated_trade(one, exporter, importer).products, YES)
        years.append(held)
    codes = dict.fromkeys(code for year in years for code in year)
    return {code: np.array([year.get(code, UNKNOWN) for year in years], dtype=np.int8) for code in codes}


def course_table(pair: Pair) -> Table | None:
    """D both ways, year by year; None where there is one year alone."""
    if len(pair.course) < 2:
        return None
    names = [f"{a} → {b}" for a, b in pair.ways]
    rows = [
        Row(
            (one.year, *(maybe(dominated_trade(one, *way).share, NOTHING_SHIPPED) for way in pair.ways)), ground(one)
        )
        for one in pair.course
    ]  # fmt: skip
    columns = (
        Column(key="year", kind=Kind.YEAR), *(Column(key=name, kind=Kind.SHARE, definition=DOMINATED_TRADE) for name in names),
    )  # fmt: skip
    return Table(name="course", columns=columns, rows=tuple(rows[::-1]), shown=6)


def ribbons_table(pair: Pair) -> Table | None:
    """Who else supplies the products that the first dominates: its ribbons and those of its rivals."""
    found = next((one for one in pair.dominated if one.products), None)
    if found is None:
        return None
    flows = pair.flows
    bought = flows.only(flows.importer == flows.country(found.importer))
    place = {code: k for k, code in enumerate(flows.products)}
    drawn = [place[code] for code in found.products[:RIBBONS]]
    held = bought.only(np.isin(bought.product, drawn))
    sums = np.bincount(held.exporter, weights=held.value, minlength=len(flows.countries))
    own = flows.country(found.exporter)
    rivals = [int(c) for c in np.argsort(-sums, kind="stable") if sums[c] > 0 and c != own][:RIVALS]
    named = [own, *rivals]
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
        name="flows",
        columns=columns,
        rows=rows,
        shown=0,
        notes=(Note("ribbons", {"importer": found.importer}),),
    )


def world_table(pair: Pair) -> Table:
    """Whom the second buys from: each supplier's share of its imports in the data."""
    flows = pair.flows
    rests = ground(flows)
    found: list[tuple[str, float, float]] = []
    importer = (
        pair.second
        if not pair.is_one_sided
        else flows.countries[int(flows.importer[0])]
        if len(flows)
        else pair.second
    )
    if importer in flows.countries:
        shares = power.dependence(flows.only(flows.importer == flows.country(importer)))[
            :, flows.country(importer)
        ]
        bought = flows.only(flows.importer == flows.country(importer))
        sums = np.bincount(bought.exporter, weights=bought.value, minlength=len(flows.countries))
        order = [int(c) for c in np.argsort(-sums, kind="stable") if sums[c] > 0]
        found = [(flows.countries[c], float(shares[c]), float(sums[c])) for c in order]
    columns = (
        Column(key="country", kind=Kind.COUNTRY), Column(key="share", kind=Kind.SHARE, definition=power.DEPENDENCE),
        Column(key="value", kind=Kind.VALUE),
    )  # fmt: skip
    return Table(
        name="world", of=importer, columns=columns, rows=tuple(Row(cells, rests) for cells in found), shown=6
    )


_JUDGED = {Judged.VALUE: "value", Judged.QUANTITY: "tonnes", Judged.QUANTITY_VALUE: "t, as value"}
_SPECIAL = {
    Special.ABSENT: "none",
    Special.KEPT: "kept",
    Special.IN_TOTAL: "in base",
    Special.DROPPED: "left out",
}
_BASE = {Denominator.FLOWS: "data", Denominator.REPORTED: "own"}


def variants_table(pair: Pair, variants: Sequence[Variant], one_sided: Collection[str] = ()) -> Table:
    """All variants of D both ways and of A; none is chosen.

    Parameters
    ----------
    one_sided : data sets that hold the imports of one country alone
    """
    rows = []
    for one in variants:
        why = ONE_IMPORTER if one.basis.dataset in one_sided else NOTHING_SHIPPED
        if one.denominator is Denominator.REPORTED and not one_sided:
            why = NO_TOTAL
        cells: tuple[Cell, ...] = (
            one.basis.dataset, one.year, one.digits, maybe(one.forward, why), maybe(one.backward, why),
            _BASE[one.denominator], _SPECIAL[one.special], _JUDGED[one.judged], maybe(one.asymmetry, why),
            maybe(one.forward_products, why), maybe(one.backward_products, why), maybe(one.forward_trade, why),
            maybe(one.backward_trade, why), maybe(one.coverage, NO_QUANTITY),
        )  # fmt: skip
        rows.append(Row(cells, ground_of(one.basis, str(one.year))))
    there, back = (f"{a} → {b}" for a, b in pair.ways)
    columns = (
        Column(key="dataset"), Column(key="year", kind=Kind.YEAR), Column(key="digits", kind=Kind.LEVEL),
        Column(key="out", kind=Kind.SHARE, definition=DOMINATED_TRADE, label=there),
        Column(key="back", kind=Kind.SHARE, definition=DOMINATED_TRADE, label=back),
        Column(key="denominator"), Column(key="special"), Column(key="judged"),
        Column(key="asymmetry", kind=Kind.BALANCE, definition=ASYMMETRY),
        Column(key="out_count", kind=Kind.COUNT, definition=DOMINATED_PRODUCTS, label=f"N {there}", quiet=True),
        Column(key="back_count", kind=Kind.COUNT, definition=DOMINATED_PRODUCTS, label=f"N {back}", quiet=True),
        Column(key="out_trade", kind=Kind.VALUE, label=f"base {there}", quiet=True),
        Column(key="back_trade", kind=Kind.VALUE, label=f"base {back}", quiet=True),
        Column(key="coverage", kind=Kind.SHARE),
    )  # fmt: skip
    told = dict.fromkeys(source for one in variants for source in one.sources)
    notes = [Note("variants"), *(Note("own total", {"source": source}) for source in told)]
    return Table(name="variants", columns=columns, rows=tuple(rows), notes=tuple(notes), shown=len(rows))


def loss_table(pair: Pair, sigmas: Sequence[float] = power.SIGMAS) -> Table | None:
    """What the first could cost the second by withholding, for each elasticity, product by product and together."""
    found = next((one for one in pair.dominated if one.products), None)
    if found is None:
        return None
    flows = pair.flows
    at = flows.country(found.importer)
    totals = import_totals(flows.only(flows.importer == at))[at]
    shares = np.nan_to_num(_by_product(flows, found.exporter, found.importer))
    weights = totals / totals.sum()
    place = {code: k for k, code in enumerate(flows.products)}
    named = sorted(found.products, key=lambda code: -float(weights[place[code]] * shares[place[code]]))[
        :GROUPS
    ]
    sole = shares >= 1.0

    def row(name: str, ks: NDArray[np.intp]) -> tuple[Cell, ...]:
        at_two = float(power.ces_marginal(weights[ks], shares[ks], 2.0).sum())
        losses = [float(power.ces_loss(weights[ks], shares[ks], sigma).sum()) for sigma in sigmas]
        spent = float(weights[ks].sum())
        held = float((weights[ks] * shares[ks]).sum()) / spent if spent else 0.0
        return (name, spent, held, *losses, at_two)

    rests = ground(flows)
    rows = [Row(row(code, np.array([place[code]], dtype=np.intp)), rests) for code in named]
    everything = np.flatnonzero((shares > 0) & ~sole)
    rows.append(Row(row("all products that others supply too", everything), rests))
    if sole.any():
        rows.append(Row(row("products that nobody else supplies", np.flatnonzero(sole)), rests))
    columns = (
        Column(key="product", kind=Kind.PRODUCT), Column(key="expenditure", kind=Kind.SHARE),
        Column(key="controlled", kind=Kind.SHARE, definition=IMPORT_SHARE),
        *(Column(key=f"σ {sigma:g}", kind=Kind.NUMBER, definition=power.CES_LOSS) for sigma in sigmas),
        Column(key="marginal", kind=Kind.NUMBER, definition=power.CES_MARGINAL),
    )  # fmt: skip
    gaps = {"exporter": found.exporter, "importer": found.importer, "sole": int(sole.sum())}
    return Table(
        name="loss",
        of=found.exporter,
        columns=columns,
        rows=tuple(rows),
        notes=(Note("loss", gaps),),
        shown=GROUPS + 2,
    )
