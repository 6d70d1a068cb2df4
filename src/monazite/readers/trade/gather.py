"""Columns as a file holds them become `Flows`: checked, numbered by sorted tables, sorted by product, importer, exporter.

A country or a product comes as `Coded`: the distinct texts of a column, what each of them means, and a position a row. So
millions of rows are checked by looking at some thousand texts, and no row's text is ever an object.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from monazite.leverage.flows import Basis, Flows, Values
from monazite.terms.faults import Fault

MOST = 100  # faults of one kind that are written out; the rest is counted

Done = TypeVar("Done")
Kind = type[np.uint8] | type[np.uint16]
Positions = NDArray[Any]  # of small whole numbers
Rows = NDArray[np.bool_]
Place = Callable[[int], str]  # row, from 0, to where a person finds it


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded:
    """A column of texts by their positions in a table."""

    texts: tuple[str, ...]  # as the file writes them
    codes: tuple[str | None, ...]  # what each means: alpha-3, six digits; None: nothing known
    at: Positions  # (R,) position in both

    def only(self, rows: Rows) -> "Coded":
        """Some of the rows."""
        return Coded(texts=self.texts, codes=self.codes, at=self.at[rows])

    def unknown(self) -> Rows | None:
        """Rows whose text means nothing; None where all do."""
        bad = np.array([code is None for code in self.codes], dtype=bool)
        return bad[self.at] if bad.any() else None


def unknown_texts(coded: Coded, column: str, what: str, place: Place, mend: str = "") -> list[Fault]:
    """One fault for each text that means nothing: where it first stands, and how often it does; a hundred at most."""
    counts = np.bincount(coded.at, minlength=len(coded.codes))
    bad = [n for n, code in enumerate(coded.codes) if code is None and counts[n]]
    if not bad:
        return []
    first = np.zeros(len(coded.codes), dtype=np.int64)
    first[coded.at[::-1]] = np.arange(len(coded.at) - 1, -1, -1)  # the last that is written is the first row
    bad.sort(key=lambda n: int(first[n]))
    faults = []
    for n in bad[:MOST]:
        often = f" (in {counts[n]:,} rows)" if counts[n] > 1 else ""
        said = f"column {column}: '{coded.texts[n].strip()}' is {what}{often}"
        faults.append(Fault(where=place(int(first[n])), what=said, mend=mend))
    if len(bad) > MOST:
        said = f"column {column}: and {len(bad) - MOST:,} texts more that are {what}"
        faults.append(Fault(where=place(int(first[bad[MOST]])), what=said))
    return faults


def row_faults(rows: Rows, what: Callable[[int], str], place: Place, mend: str = "") -> list[Fault]:
    """One fault for each row that is marked; beyond a hundred, one that counts the rest."""
    marked = np.flatnonzero(rows)
    faults = [Fault(where=place(row), what=what(row), mend=mend) for row in marked[:MOST].tolist()]
    if len(marked) > MOST:
        last = int(marked[-1])
        faults.append(
            Fault(
                where=place(last), what=f"and {len(marked) - MOST:,} rows more with a fault like those above"
            )
        )
    return faults


def check_amounts(
    value: Values, quantity: Values | None, names: tuple[str, str], place: Place
) -> list[Fault]:
    """Rows whose value is not above zero, or whose quantity is below."""
    faults = []
    # The ends tell of most files that all is well: one NaN makes them NaN.
    if len(value) and not (value.min() > 0 and value.max() < np.inf):
        bad = ~(np.isfinite(value) & (value > 0))
        mend = "Leave rows without trade out: no flow is not a flow of nothing"
        faults += row_faults(
            bad, lambda row: f"column {names[0]}: value '{value[row]:g}' is not above zero", place, mend
        )
    if (
        quantity is not None
        and len(quantity)
        and not (np.fmin.reduce(quantity) >= 0 and np.fmax.reduce(quantity) < np.inf)
    ):
        below = (quantity < 0) | np.isinf(quantity)  # NaN is unknown, and no fault
        if below.any():
            faults += row_faults(
                below, lambda row: f"column {names[1]}: quantity '{quantity[row]:g}' is no amount", place
            )
    return faults


def gather(
    *,
    year: int,
    basis: Basis,
    exporter: Coded,
    importer: Coded,
    product: Coded,
    value: Values,
    quantity: Values | None,
    place: Place,
    faults: list[Fault],
    add_up: bool = False,
) -> Flows:
    """The flows of one year, sorted by product, importer and exporter; tables hold the codes in use, sorted.

    Every text must mean something (`unknown_texts` says which do not). What is wrong with the rows goes to `faults`.

    Parameters
    ----------
    value, quantity : (R,)
    add_up : rows of one key are summed, as where a file holds months; else they are faults
    """
    countries = _in_use(exporter, importer)
    products = _in_use(product)
    if len(countries) > 2**8:
        faults.append(
            Fault(where=place(0), what=f"{len(countries)} traders in one year; at most 256 can be told apart")
        )
        return _empty(year, basis, quantity)
    if len(products) > 2**16:
        faults.append(
            Fault(
                where=place(0), what=f"{len(products)} products in one year; at most 65536 can be told apart"
            )
        )
        return _empty(year, basis, quantity)
    shipper, buyer, good = together(
        partial(_numbered, exporter, countries, np.uint8),
        partial(_numbered, importer, countries, np.uint8),
        partial(_numbered, product, products, np.uint16),
    )
    if (own := shipper == buyer).any():
        faults += row_faults(own, lambda row: f"'{countries[shipper[row]]}' ships to itself", place,
                             "Leave a country's trade with itself out")  # fmt: skip
    # Importer and exporter as one number: a sort less, and one column less to fetch row by row.
    n = len(countries)
    pair = buyer.astype(np.int32) * n + shipper
    order = sort_order([(pair, n * n), (good, len(products))])
    pair, value, *known = together(
        *(partial(np.take, c, order) for c in (pair, value, quantity) if c is not None)
    )
    quantity = known[0] if known else None
    good = np.repeat(np.arange(len(products), dtype=np.uint16), np.bincount(good, minlength=len(products)))
    buyer, shipper = together(
        lambda: np.take(np.repeat(np.arange(n, dtype=np.uint8), n), pair),
        lambda: np.take(np.tile(np.arange(n, dtype=np.uint8), n), pair),
    )
    again = (good[1:] == good[:-1]) & (pair[1:] == pair[:-1])
    if again.any() and not add_up:
        twice = np.zeros(len(order), dtype=bool)
        twice[order[1:][again]] = True
        first = dict(zip(order[1:][again].tolist(), order[:-1][again].tolist(), strict=True))
        faults += row_faults(
            twice,
            lambda row: (
                f"{exporter.codes[exporter.at[row]]} to {importer.codes[importer.at[row]]} of "
                f"'{product.codes[product.at[row]]}' stands twice; before, it stands at {place(first[row])}"
            ),
            place,
            "Keep one row for each exporter, importer, product and year",
        )
    if again.any() and add_up:
        starts = np.flatnonzero(np.concatenate([[True], ~again]))
        shipper, buyer, good = shipper[starts], buyer[starts], good[starts]
        value = np.add.reduceat(value, starts)
        quantity = (
            None if quantity is None else np.add.reduceat(quantity, starts)
        )  # unknown where one of them is
    return Flows(
        year=year, basis=basis, countries=countries, products=products, exporter=shipper, importer=buyer, product=good,
        value=value, quantity=quantity,
    )  # fmt: skip


def _in_use(*columns: Coded) -> tuple[str, ...]:
    """The codes that occur, sorted."""
    found: set[str] = set()
    for column in columns:
        seen = np.zeros(len(column.codes), dtype=bool)
        seen[column.at] = True
        found.update(code for n, code in enumerate(column.codes) if code is not None and seen[n])
    return tuple(sorted(found))


def _numbered(column: Coded, table: Sequence[str], kind: Kind) -> Positions:
    place: Mapping[str, int] = {code: n for n, code in enumerate(table)}
    turn = np.array([place.get(code or "", 0) for code in column.codes], dtype=kind)
    found: Positions = np.take(turn, column.at) if len(turn) else np.empty(0, dtype=kind)
    return found


def _empty(year: int, basis: Basis, quantity: Values | None) -> Flows:
    none = np.empty(0)
    return Flows(
        year=year, basis=basis, countries=(), products=(), exporter=none.astype(np.uint8), importer=none.astype(np.uint8),
        product=none.astype(np.uint16), value=none, quantity=None if quantity is None else none,
    )  # fmt: skip


def sort_order(keys: Sequence[tuple[Positions, int]]) -> NDArray[np.int32]:
    """The rows in the order of several keys, the last the most important; each key with how many values it may take.

    Equal rows stay in the order of the file. A counting sort for each key: a tenth of a second for 11 million rows, where
    sorting by comparison takes one or two.

    >>> sort_order([(np.array([1, 0, 1]), 2), (np.array([1, 1, 0]), 2)]).tolist()
    [2, 1, 0]
    """
    order: NDArray[np.int32] | None = None
    for key, width in keys:
        held = key if order is None else np.take(key, order)
        if len(held) > 1 and (held[1:] < held[:-1]).any():
            rows = np.arange(len(held), dtype=np.int32) if order is None else order
            # One row of a sparse matrix turned into its columns: the positions come out sorted by column, equal ones in order.
            ends = np.array([0, len(held)], dtype=np.int32)
            line = sparse.csr_array((rows, held.astype(np.int32, copy=False), ends), shape=(1, width))
            order = line.tocsc().data
    return np.arange(len(keys[0][0]), dtype=np.int32) if order is None else order


def together(*calls: Callable[[], Done]) -> tuple[Done, ...]:
    """What the calls give, two at a time: array work runs beside array work."""
    with ThreadPoolExecutor(2) as pool:
        return tuple(pool.map(lambda call: call(), calls))
