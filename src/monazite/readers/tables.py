"""A file as a table of texts: CSV, XLSX or Parquet in, the same columns out, each row with its place.

Nothing is interpreted here: a cell is a text, an empty cell is "". Faults are those of the file itself.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from monazite.readers.csv_tables import RawTable, read_csv
from monazite.readers.xlsx_tables import column_letters, read_workbook
from monazite.terms.faults import Fault

SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".parquet")
_MOST_BYTES = 4_000_000_000


@dataclass(frozen=True, kw_only=True)
class Table:
    """Columns of text that line up, and where each row stands."""

    file: str  # as shown in places
    sheet: str  # '' where the file has no sheets
    headers: tuple[str, ...]  # as written
    columns: tuple[pa.Array, ...]  # of strings without nulls
    rows: NDArray[np.int32]  # line, sheet row or record of each row, from 1
    header_row: int
    encoding: str
    sha256: str
    ragged: frozenset[int] = frozenset()  # rows with another number of cells than the header: faults already

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def place(self) -> str:
        """What stands before the row in a place."""
        if self.sheet:
            return f"{self.file}, {self.sheet}!A"
        return f"{self.file}, row " if self.encoding == "Parquet" else f"{self.file}:"

    def where(self, row: int | None = None, column: int | None = None) -> str:
        """The place of a cell, of a row, or of a column's header."""
        number = self.header_row if row is None else int(self.rows[row])
        if self.sheet:
            return f"{self.file}, {self.sheet}!{column_letters(column or 0)}{number}"
        header = "" if column is None else f", column {self.headers[column] or column + 1}"
        if self.encoding == "Parquet":
            return f"{self.file}{'' if row is None else f', row {number}'}{header}"
        return f"{self.file}:{number}{header}"


def read_tables(
    path: Path, shown: str, known: Collection[str]
) -> tuple[dict[str, Table], list[Fault], list[Fault]]:
    """The tables of one file by sheet name ('' for a file of one table), its faults and its notes.

    Parameters
    ----------
    path : the file
    shown : how it is called in places
    known : headers in small letters that help to tell encodings and separators apart
    """
    try:
        size = path.stat().st_size
        if size > _MOST_BYTES:
            return (
                {},
                [Fault(where=shown, what=f"has {size:,} bytes", mend="Split it, or save it as Parquet")],
                [],
            )
        data = path.read_bytes()
    except OSError as error:
        return {}, [Fault(where=shown, what=f"cannot be read: {error.strerror}", mend="Check the path")], []
    if not data:
        return (
            {},
            [Fault(where=shown, what="is empty", mend="Write at least a header row, or remove the file")],
            [],
        )
    digest = hashlib.sha256(data).hexdigest()
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        raws, faults, notes = _read_parquet(data, shown)
    elif suffix == ".xlsx":
        raws, faults, notes = read_workbook(data, shown)
    else:
        raw, faults = read_csv(data, shown, known)
        raws, notes = ({"": raw} if raw is not None else {}), []
    tables = {
        name: Table(file=shown, sheet=name, headers=raw.headers, columns=raw.columns, rows=raw.rows,
                    header_row=raw.header_row, encoding=raw.encoding, sha256=digest, ragged=raw.ragged)
        for name, raw in raws.items()
    }  # fmt: skip
    return tables, faults, notes


def _read_parquet(data: bytes, shown: str) -> tuple[dict[str, RawTable], list[Fault], list[Fault]]:
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(pa.BufferReader(data))
    except (pa.ArrowException, OSError):
        return {}, [Fault(where=shown, what="is no Parquet file, or is damaged", mend="Write it again")], []
    faults: list[Fault] = []
    columns: list[pa.Array] = []
    for name, column in zip(table.column_names, table.columns, strict=True):
        try:
            texts = (
                pc.cast(column, pa.string())
                if not pa.types.is_null(column.type)
                else pa.nulls(len(column), pa.string())
            )
        except pa.ArrowException:
            fault = Fault(
                where=f"{shown}, column {name}",
                what="holds lists or records, not texts or numbers",
                mend="Write one value a cell",
            )
            faults.append(fault)
            texts = pa.nulls(len(column), pa.string())
        if isinstance(texts, pa.ChunkedArray):
            texts = texts.combine_chunks() if texts.num_chunks else pa.array([], pa.string())
        columns.append(pc.fill_null(texts, ""))
    rows = np.arange(1, table.num_rows + 1, dtype=np.int32)
    raw = RawTable(tuple(table.column_names), tuple(columns), rows, 0, "Parquet")
    return {"": raw}, faults, []
