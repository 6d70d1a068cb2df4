"""Columns of one table, each distinct text read once: codes for the rows, values for the codes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Generic, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from monazite.readers.findings import SHOWN_OF_A_KIND, Findings
from monazite.readers.headers import Header
from monazite.readers.reference import Reference
from monazite.readers.tables import Table
from monazite.terms.amounts import Amounts, Interval
from monazite.terms.quantities import NotAnAmount

V = TypeVar("V")
Codes = NDArray[np.int32]


class Unfit(ValueError):
    """A text that does not fit its column; `what` and `mend` are as in a fault."""

    def __init__(self, what: str, mend: str = "") -> None:
        self.what, self.mend = what, mend
        super().__init__(what)


@dataclass(frozen=True, slots=True)
class Read(Generic[V]):
    """Values of a column: `values[codes[row]]`."""

    codes: Codes
    values: list[V]

    def array(self, dtype: type) -> NDArray:  # type: ignore[type-arg]
        """(rows, ...) the values spread over the rows."""
        if not self.values:
            return np.zeros(len(self.codes), dtype=dtype)
        return np.array(self.values, dtype=dtype)[self.codes]


class Columns:
    """The columns of one table by their names, as texts without blanks at the ends."""

    def __init__(
        self, table: Table, name: str, headers: Mapping[str, Header], reference: Reference, findings: Findings
    ) -> None:
        self.table, self.name, self.headers = table, name, headers
        self.reference, self.findings = reference, findings
        self._texts: dict[str, tuple[Codes, list[str]]] = {}

    def __len__(self) -> int:
        return len(self.table)

    def __contains__(self, column: str) -> bool:
        return column in self.headers

    def place(self, column: str) -> int | None:
        """Where the column stands in the table."""
        header = self.headers.get(column)
        return None if header is None else header.place

    def trimmed(self, column: str) -> pa.Array:
        """(rows,) the texts of a column."""
        if column not in self.headers:
            return pa.array([""] * len(self), pa.string())
        return pc.utf8_trim_whitespace(self.table.columns[self.headers[column].place])

    def texts(self, column: str) -> tuple[Codes, list[str]]:
        """The distinct texts of a column and the text of each row; '' everywhere for a column that is not there."""
        if column not in self._texts:
            if column not in self.headers:
                self._texts[column] = np.zeros(len(self), dtype=np.int32), [""]
            else:
                coded = self.table.columns[self.headers[column].place].dictionary_encode()
                texts = [text.strip() for text in coded.dictionary.to_pylist()]
                codes = coded.indices.to_numpy(zero_copy_only=False).astype(np.int32, copy=False)
                self._texts[column] = codes, texts
        return self._texts[column]

    def read(self, column: str, parse: Callable[[str], V], default: V) -> Read[V]:
        """The column through `parse`, once a distinct text; a text that does not fit is a fault of its rows."""
        codes, texts = self.texts(column)
        values: list[V] = []
        bad: dict[int, tuple[str, str]] = {}
        for code, text in enumerate(texts):
            try:
                _no_formula(text)
                values.append(parse(text))
            except (NotAnAmount, Unfit) as unfit:
                values.append(default)
                bad[code] = unfit.what, unfit.mend
        self._report(bad, codes, column)
        return Read(codes, values)

    def read_pair(self, first: str, second: str, parse: Callable[[str, str], V], default: V) -> Read[V]:
        """Two columns that are read together, such as an amount and its unit."""
        codes_a, texts_a = self.texts(first)
        codes_b, texts_b = self.texts(second)
        if len(texts_b) == 1:
            codes, pairs = codes_a, [(text, texts_b[0]) for text in texts_a]
        else:
            joined = codes_a.astype(np.int64) * len(texts_b) + codes_b
            distinct, codes = np.unique(joined, return_inverse=True)
            pairs = [
                (texts_a[pair // len(texts_b)], texts_b[pair % len(texts_b)]) for pair in distinct.tolist()
            ]
        values: list[V] = []
        bad: dict[int, tuple[str, str]] = {}
        for code, (one, two) in enumerate(pairs):
            try:
                _no_formula(one)
                _no_formula(two)
                values.append(parse(one, two))
            except (NotAnAmount, Unfit) as unfit:
                values.append(default)
                bad[code] = unfit.what, unfit.mend
        self._report(bad, codes, first)
        return Read(codes.astype(np.int32, copy=False), values)

    def _report(self, bad: dict[int, tuple[str, str]], codes: NDArray[np.integer], column: str) -> None:
        """A fault for each row whose code is bad; many are counted."""
        if not bad:
            return
        rows = np.flatnonzero(np.isin(codes, np.fromiter(bad, dtype=np.int64)))
        for row in rows[:SHOWN_OF_A_KIND].tolist():
            what, mend = bad[int(codes[row])]
            self.findings.fault(self.table, row, self.place(column), what, mend)
        left = len(rows) - SHOWN_OF_A_KIND
        if left > 0:
            self.findings.fault(
                self.table,
                int(rows[SHOWN_OF_A_KIND]),
                self.place(column),
                f"{left} more rows from here on do not fit either",
            )

    def ids(self, column: str) -> pa.Array:
        """(rows,) a column of names that must not be empty."""
        texts = self.trimmed(column)
        if column not in self.headers:
            return texts  # that the column is missing is a fault already
        empty = np.flatnonzero(pc.equal(pc.utf8_length(texts), 0).to_numpy(zero_copy_only=False))
        self.findings.faults_at(
            self.table, empty, self.place(column), f"{column} is empty", "Write the number, or remove the row"
        )
        formulas = np.flatnonzero(pc.starts_with(texts, "=").to_numpy(zero_copy_only=False))
        for row in formulas[:100].tolist():
            self.findings.fault(
                self.table,
                row,
                self.place(column),
                f"'{texts[row].as_py()[:40]}' is a formula, not a value",
                "Write the value",
            )
        return texts


def _no_formula(text: str) -> None:
    if text[:1] == "=":
        raise Unfit(f"'{text[:40]}' is a formula, not a value", "Write the value")


def full_rows(table: Table) -> Table:
    """The table without rows in which every cell is blank."""
    if not table.columns or not len(table):
        return table
    blank = np.ones(len(table), dtype=bool)
    for column in table.columns:
        if not blank.any():
            return table
        candidates = np.flatnonzero(blank)
        lengths = pc.utf8_length(pc.utf8_trim_whitespace(column.take(pa.array(candidates))))
        blank[candidates] = lengths.to_numpy(zero_copy_only=False) == 0
    if not blank.any():
        return table
    keep = np.flatnonzero(~blank)
    return replace(
        table, columns=tuple(column.take(pa.array(keep)) for column in table.columns), rows=table.rows[keep]
    )


def positions(wanted: pa.Array, among: pa.Array) -> NDArray[np.int64]:
    """(rows,) where each text stands in `among`, -1 where it does not."""
    found = pc.fill_null(pc.index_in(wanted, value_set=among), -1)
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=np.int64)


def distinct_pairs(
    a: NDArray[np.integer], b: NDArray[np.integer]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Distinct pairs of two columns of codes (each 0 or more): first, second, and the pair of each row."""
    width = int(b.max(initial=0)) + 1
    distinct, codes = np.unique(a.astype(np.int64) * width + b, return_inverse=True)
    return distinct // width, distinct % width, codes


def spread(values: Sequence[V], codes: Codes) -> list[V]:
    """The values of the rows."""
    return [values[code] for code in codes.tolist()]


def amounts(codes: NDArray[np.integer], intervals: Sequence[Interval]) -> Amounts:
    """A column of intervals from codes into distinct ones, as `Amounts.coded`, but fractions are not compared.

    Hashing a fraction takes as long as multiplying two; here ends are told apart by being the same object.
    """
    table: list[Fraction | None] = []
    exact = np.array([low is high for low, high in intervals], dtype=bool)
    for low, high in intervals:
        table.append(low)
        if high is not low:
            table.append(high)
    first = (
        np.concatenate([[0], np.cumsum(2 - exact)[:-1]]).astype(np.int32)
        if len(intervals)
        else np.zeros(0, np.int32)
    )
    second = (first + ~exact).astype(np.int32)
    if not len(codes):
        return Amounts.unknown(0)
    return Amounts(low=first[codes], high=second[codes], table=tuple(table))
