"""Chokepoints by stage: who makes or ships most of a material when it is mined, separated, made into metal, into magnets.

A stage is seen through production where a source prints it, else through trade, and says which. Of trade the base is what
everyone but the largest supplier buys: what is shipped to him, ore to a refiner say, hides how much others need him.

    seen = production_seen(production)                  or trade_seen(flows, "metal", ("280530",), "metals")
    seen.shares["CHN"]                                  share of that base
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from monazite.leverage.account import (
    OTHERS,
    Cell,
    Column,
    Ground,
    Kind,
    Note,
    Row,
    Table,
    Undefined,
    ground,
    production_ground,
)
from monazite.leverage.concentration import N1_SUPPLY_SHARE, PRODUCTION_HHI, TOP_SHARE, hhi
from monazite.leverage.definitions import Definition
from monazite.leverage.flows import Flows, choose, export_totals, weighed_value
from monazite.leverage.production import Production, missing, production_shares
from monazite.leverage.shares import outside_shares

MOST = 5
"""So many suppliers of a stage are named; the others stand together."""

STAGE_SHARE = Definition(
    name="stage-share",
    title="Share at a stage",
    formula="production: P_c / Σ P of the rows printed; trade: Σ_{j≠top} v[i,j] / Σ_{j≠top} Σ_i v[i,j], top the largest by outside-share",
    unit="share 0..1, by stage and metal scope",
    source="definition; production shares as in production-share, trade shares on the base of outside-share",
)
STAGE_SHARE_QUANTITY = Definition(
    name="stage-share-quantity",
    title="Share at a stage by quantity",
    formula="the same with tonnes; of trade only what has a recorded quantity",
    unit="share 0..1 of the recorded tonnes",
    source="definition",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One stage as one source shows it."""

    stage: str
    what: str  # production, or whose imports
    scope: str  # which metals, in which form
    ground: Ground
    shares: Mapping[str, float | None]  # by country; of value where it is trade
    by_quantity: Mapping[str, float] = field(default_factory=dict)
    coverage: float | None = (
        None  # share of the value whose quantity is recorded; None where nothing is traded
    )
    rest: float | None = None  # share of countries that the source does not name
    beyond: str = ""  # what the shares do not see

    @property
    def top(self) -> tuple[tuple[str, float], ...]:
        """Suppliers by their share, the largest first."""
        known = [(code, share) for code, share in self.shares.items() if share]
        return tuple(sorted(known, key=lambda pair: (-pair[1], pair[0])))


def production_seen(production: Production) -> Seen:
    """A stage through what is produced."""
    beyond = missing(production)
    return Seen(
        stage=str(production.stage), what=f"{production.stage} {production.of}, {production.mineral}",
        scope=production.scope, ground=production_ground(production), shares=production_shares(production),
        by_quantity={c: s for c, s in production_shares(production).items() if s is not None},
        rest=beyond.rest_share, beyond=beyond.says(),
    )  # fmt: skip


def trade_seen(flows: Flows, stage: str, codes: Sequence[str], scope: str) -> Seen | None:
    """A stage through the imports of everyone but the largest exporter; None where the data hold none of the codes."""
    held = choose(flows, products=codes)
    if not len(held):
        return None
    importers = np.unique(held.importer)
    if len(importers) > 1:
        # The largest by what everyone else buys: ore that many ship to one refiner makes none of them the largest.
        one = replace(held, products=("",), product=np.zeros(len(held), dtype=np.uint16))
        largest = int(np.nanargmax(outside_shares(one)[:, 0]))
        held = held.only(held.importer != largest)
        what = f"imports of everyone but {flows.countries[largest]}"
    else:
        what = f"imports of {flows.countries[importers[0]]}"
    sums = export_totals(held).sum(axis=1)
    total = float(sums.sum())
    if not total:
        return None
    tonnes = np.zeros(len(flows.countries))
    known = 0.0
    if held.quantity is not None:
        known = float(weighed_value(held).sum())
        tonnes = export_totals(held, held.quantity).sum(axis=1)
    weighed = float(tonnes.sum())
    return Seen(
        stage=stage, what=f"{what}: {', '.join(codes)}", scope=scope, ground=ground(flows),
        shares={flows.countries[c]: float(sums[c]) / total for c in np.flatnonzero(sums).tolist()},
        by_quantity={flows.countries[c]: float(tonnes[c]) / weighed for c in np.flatnonzero(tonnes).tolist()} if weighed else {},
        coverage=known / total,
    )  # fmt: skip


def stage_tables(views: Sequence[Seen], asked: Sequence[str] = ()) -> tuple[Table, ...]:
    """A row for each stage, and the shares of its suppliers; the countries asked about have columns of their own."""
    if not views:
        return ()
    columns = (
        Column(key="stage"), Column(key="scope", quiet=True), Column(key="what", quiet=True), Column(key="supplier", kind=Kind.COUNTRY),
        Column(key="top_share", kind=Kind.SHARE, definition=STAGE_SHARE),
        Column(key="top_share_quantity", kind=Kind.SHARE, definition=STAGE_SHARE_QUANTITY),
        Column(key="coverage", kind=Kind.SHARE, quiet=True),
        Column(key="top_3", kind=Kind.SHARE, definition=TOP_SHARE),
        Column(key="n1_supply", kind=Kind.SHARE, definition=N1_SUPPLY_SHARE),
        Column(key="hhi", kind=Kind.INDEX, definition=PRODUCTION_HHI),
        *(Column(key=code, kind=Kind.SHARE, definition=STAGE_SHARE) for code in asked),
    )  # fmt: skip
    rows, shares = [], []
    for seen in views:
        first, largest = seen.top[0] if seen.top else ("", 0.0)
        none = Undefined(why="no country has a figure")
        quantity: Cell = seen.by_quantity.get(first, Undefined(why="no quantity is recorded"))
        is_trade = seen.ground.side != "production" and seen.ground.digits is not None
        covered: Cell = (
            (seen.coverage or 0.0) if is_trade else Undefined(why="production is a quantity itself")
        )
        index = hhi(seen.shares)
        rows.append(
            Row(
                (
                    seen.stage, seen.scope, seen.what, first,
                    largest if seen.top else none, quantity, covered,
                    sum(share for _, share in seen.top[:3]) if seen.top else none,
                    1.0 - largest if seen.top else none,
                    none if index is None else index,
                    *(_own(seen, code) for code in asked),
                ),
                seen.ground,
            )
        )  # fmt: skip
        named = seen.top[:MOST]
        shares += [Row((seen.stage, seen.scope, seen.what, who, share), seen.ground) for who, share in named]
        left = sum(share for _, share in seen.top[MOST:]) + (seen.rest or 0.0)
        if left > 1e-9:
            shares.append(Row((seen.stage, seen.scope, seen.what, OTHERS, left), seen.ground))
    beyond = [
        Note("beyond", {"what": f"{s.stage}, {s.ground.dataset}", "says": s.beyond})
        for s in views
        if s.beyond
    ]
    notes = [Note("n1 is not the other"), *beyond]
    if any("but" in seen.what for seen in views):
        notes.insert(0, Note("outside base"))
    return (
        Table(name="stages", columns=columns, rows=tuple(rows), notes=tuple(notes)),
        Table(
            name="stage-shares",
            columns=(
                Column(key="stage"), Column(key="scope"), Column(key="what"), Column(key="supplier", kind=Kind.COUNTRY),
                Column(key="share", kind=Kind.SHARE, definition=STAGE_SHARE),
            ),
            rows=tuple(shares),
            shown=0,
        ),
    )  # fmt: skip


def _own(seen: Seen, code: str) -> Cell:
    share = seen.shares.get(code, 0.0 if seen.rest is None and not seen.beyond else None)
    if share is None:
        return Undefined(why="the source has no figure for the country at this stage")
    return share
