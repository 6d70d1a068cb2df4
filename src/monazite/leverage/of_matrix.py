"""The account of all pairs: D and A of every ordered pair of traders, and the largest asymmetries among those that trade."""

import numpy as np

from monazite.leverage.account import Column, Kind, Note, Row, Table, ground, maybe
from monazite.leverage.flows import Flows, Values, cells, weighed_value
from monazite.leverage.shares import ASYMMETRY, DOMINATED_PRODUCTS, DOMINATED_TRADE, AllPairs

ONE_WAY = "one of the two ships nothing to the other"
LARGEST = 25


def matrix_table(flows: Flows, pairs: AllPairs) -> Table:
    """A row for each ordered pair between which something is shipped."""
    rests = ground(flows)
    share, lean, known = pairs.dominated_share, pairs.asymmetry, _weighed(flows)
    there, back = np.nonzero(pairs.trade > 0)
    names = flows.countries
    rows = tuple(
        Row(
            (
                names[i], names[j], float(share[i, j]), maybe(float(lean[i, j]), ONE_WAY), int(pairs.products[i, j]),
                float(pairs.dominated[i, j]), float(pairs.trade[i, j]), float(known[i, j] / pairs.trade[i, j]),
            ),
            rests,
        )
        for i, j in zip(there.tolist(), back.tolist(), strict=True)
    )  # fmt: skip
    return Table(name="matrix", columns=_columns(), rows=rows, shown=0)


def largest_table(flows: Flows, pairs: AllPairs, least: float) -> Table:
    """The pairs with the largest asymmetry among those whose trade both ways together is at least `least`."""
    rests = ground(flows)
    share, lean, known = pairs.dominated_share, pairs.asymmetry, _weighed(flows)
    both = pairs.trade + pairs.trade.T
    there, back = np.nonzero((both >= least) & (lean > 0))
    names = flows.countries
    order = sorted(
        zip(there.tolist(), back.tolist(), strict=True), key=lambda ij: (-lean[ij], -both[ij], names[ij[0]], names[ij[1]])
    )  # fmt: skip
    rows = tuple(
        Row(
            (
                names[i], names[j], float(lean[i, j]), float(share[i, j]), float(share[j, i]), int(pairs.products[i, j]),
                int(pairs.products[j, i]), float(both[i, j]), float((known[i, j] + known[j, i]) / both[i, j]),
            ),
            rests,
        )
        for i, j in order[:LARGEST]
    )  # fmt: skip
    columns = (
        Column(key="exporter", kind=Kind.COUNTRY), Column(key="importer", kind=Kind.COUNTRY),
        Column(key="asymmetry", kind=Kind.BALANCE, definition=ASYMMETRY),
        Column(key="dominates", kind=Kind.SHARE, definition=DOMINATED_TRADE),
        Column(key="dominated_by", kind=Kind.SHARE, definition=DOMINATED_TRADE),
        Column(key="dominates_count", kind=Kind.COUNT, definition=DOMINATED_PRODUCTS),
        Column(key="back_count", kind=Kind.COUNT, definition=DOMINATED_PRODUCTS, label="N back"),
        Column(key="both_ways", kind=Kind.VALUE), Column(key="coverage", kind=Kind.SHARE),
    )  # fmt: skip
    notes = (Note("largest", {"pairs": f"{len(order):,}"}),)
    return Table(name="largest", columns=columns, rows=rows, notes=notes, shown=LARGEST)


def _weighed(flows: Flows) -> Values:
    """(n, n) exporter, importer: value whose quantity is recorded."""
    n = len(flows.countries)
    at = cells(flows.exporter, flows.importer, n)
    found = np.bincount(at, weights=weighed_value(flows), minlength=n * n)
    return found.reshape(n, n).astype(np.float64)


def _columns() -> tuple[Column, ...]:
    return (
        Column(key="exporter", kind=Kind.COUNTRY), Column(key="importer", kind=Kind.COUNTRY),
        Column(key="dominates", kind=Kind.SHARE, definition=DOMINATED_TRADE),
        Column(key="asymmetry", kind=Kind.BALANCE, definition=ASYMMETRY),
        Column(key="dominates_count", kind=Kind.COUNT, definition=DOMINATED_PRODUCTS),
        Column(key="value_dominated", kind=Kind.VALUE), Column(key="value", kind=Kind.VALUE), Column(key="coverage", kind=Kind.SHARE),
    )  # fmt: skip
