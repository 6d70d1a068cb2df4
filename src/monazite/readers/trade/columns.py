"""Columns of a CSV, JSON or Parquet file, with their types stated: numbers as numbers, codes as positions in a table.

Texts are never made objects, except the distinct ones. Where a number cannot be read, the file is gone through once more
to say in which rows, with the value.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq
from numpy.typing import NDArray

from monazite.readers.trade.gather import MOST, Coded, Place
from monazite.readers.trade.sources import (
    CSV_SUFFIXES,
    Counted,
    Layout,
    Progress,
    Source,
    read_json_rows,
    sniff,
)
from monazite.terms.faults import BadInput, Fault, near_match

CODE = pa.dictionary(pa.int32(), pa.string())
INTEGER, NUMBER = pa.int32(), pa.float64()
# `NA` is padded with blanks in BACI.
MISSING = ["", *(" " * blanks + "NA" for blanks in range(40)), "NA ", "NaN", "nan", "null", "NULL", ":", "-"]

_BLOCK = 1 << 23
_NUMBER = r"^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$"


def place_in(source: Source, header: bool = True) -> Place:
    """Where a row stands: the line of a text file, the row of any other."""
    if source.suffix in CSV_SUFFIXES:
        return lambda row: f"{source.name}:{row + 1 + header}"
    return lambda row: f"{source.name}, row {row + 1}"


def read_header(source: Source) -> tuple[str, ...]:
    """The names of the columns as written; empty where a text file has no header."""
    if source.suffix == ".parquet":
        try:
            with source.open() as file:
                return tuple(pq.ParquetFile(file).schema_arrow.names)
        except pa.ArrowInvalid as error:
            raise BadInput([Fault(where=source.name, what="is no Parquet file, as its name says",
                                  mend="Name it for what it is, or fetch it again")]) from error  # fmt: skip
    if source.suffix == ".json":
        return read_json_rows(source)[0]
    return sniff(source).columns


def read_columns(
    source: Source,
    wanted: Mapping[str, pa.DataType],
    *,
    names: Mapping[str, str] | None = None,
    unnamed: Sequence[str] = (),
    progress: Progress | None = None,
    only: Mapping[str, int] | None = None,
) -> tuple[pa.Table, Place]:
    """Some columns of a file, each of the type that is stated, and where a row stands.

    Parameters
    ----------
    wanted : column -> CODE, INTEGER or NUMBER
    names : how the file writes a column, where not like `wanted`; without regard to case
    unnamed : the columns in order, for a file without a header
    only : of a Parquet file, the rows with these values in these columns

    Raises
    ------
    BadInput where a column is missing, or with every row whose number cannot be read
    """
    if source.suffix == ".parquet":
        if progress is not None:
            progress(source.base, 0, source.size)
        table = _parquet(source, wanted, names or {}, only or {})
        if progress is not None:
            progress(source.base, source.size, source.size)
        return table, place_in(source)
    if source.suffix == ".json":
        return _json(source, wanted, names or {}), place_in(source)
    return _csv(source, wanted, names or {}, unnamed, progress)


def _match(
    source: Source, columns: Sequence[str], wanted: Mapping[str, pa.DataType], names: Mapping[str, str]
) -> dict[str, str]:
    """wanted -> the column as the file writes it."""
    plain = {column.strip().casefold(): column for column in columns}
    found, faults = {}, []
    for name in wanted:
        column = plain.get(names.get(name, name).casefold())
        if column is None:
            what = f"no column '{names.get(name, name)}'"
            mend = near_match(names.get(name, name), columns) or f"It has {', '.join(columns)}"
            faults.append(Fault(where=source.name, what=what, mend=mend))
        else:
            found[name] = column
    if faults:
        raise BadInput(faults)
    return found


def _parquet(
    source: Source, wanted: Mapping[str, pa.DataType], names: Mapping[str, str], only: Mapping[str, int]
) -> pa.Table:
    """The columns, with texts as codes; of row groups that the statistics rule out nothing is read."""
    given = (
        pa.BufferReader(source.open().read())
        if source.member or source.base.endswith(".gz")
        else str(source.path)
    )
    mapped = isinstance(given, str)
    with pq.ParquetFile(given, memory_map=mapped) as held:
        found = _match(source, held.schema_arrow.names, wanted, names)
        texts = [found[name] for name, kind in wanted.items() if kind == CODE]
        texts = [name for name in texts if pa.types.is_string(held.schema_arrow.field(name).type)]
    with pq.ParquetFile(given, memory_map=mapped, read_dictionary=texts or None) as held:
        groups = [
            n
            for n in range(held.num_row_groups)
            if all(_may_hold(held, n, found[k], v) for k, v in only.items())
        ]
        table = held.read_row_groups(groups, columns=list(found.values()))
    table = _typed(source, table.select(list(found.values())).rename_columns(list(found)), wanted)
    for name, value in only.items():
        table = table.filter(pc.equal(table[name], value))
    return table


def _may_hold(held: pq.ParquetFile, group: int, column: str, value: int) -> bool:
    """Whether a row group may hold a value of a column, by its statistics."""
    said = held.metadata.row_group(group).column(held.schema_arrow.names.index(column)).statistics
    return said is None or not said.has_min_max or said.min <= value <= said.max


def _json(source: Source, wanted: Mapping[str, pa.DataType], names: Mapping[str, str]) -> pa.Table:
    columns, rows = read_json_rows(source)
    found = _match(source, columns, wanted, names)
    place = {column: n for n, column in enumerate(columns)}
    texts = {
        name: pa.array([None if row[place[column]] is None else str(row[place[column]]) for row in rows], type=pa.string())
        for name, column in found.items()
    }  # fmt: skip
    return _typed(source, pa.table(texts), wanted)


def _typed(source: Source, table: pa.Table, wanted: Mapping[str, pa.DataType]) -> pa.Table:
    """The table with numbers as numbers; codes stay as they are, for `coded` takes any kind."""
    faults: list[Fault] = []
    for n, (name, kind) in enumerate(wanted.items()):
        column = table[name]
        if kind == CODE or column.type == kind:
            continue
        if (
            pa.types.is_string(column.type)
            or pa.types.is_large_string(column.type)
            or pa.types.is_dictionary(column.type)
        ):
            column = column.cast(pa.string())
            faults += bad_numbers(column, name, place_in(source), whole=kind == INTEGER)
            column = (
                pc.if_else(pc.is_in(column, value_set=pa.array(MISSING)), None, column)
                if not faults
                else column
            )
            column = pc.utf8_trim_whitespace(column)
        if not faults:
            try:
                table = table.set_column(n, name, column.cast(kind))
            except pa.ArrowInvalid as error:
                faults.append(Fault(where=source.name, what=f"column {name}: {error}"))
    if faults:
        raise BadInput(faults)
    return table


# -- CSV --------------------------------------------------------------------------------------------------------


def _csv(
    source: Source, wanted: Mapping[str, pa.DataType], names: Mapping[str, str], unnamed: Sequence[str], progress: Progress | None
) -> tuple[pa.Table, Place]:  # fmt: skip
    layout = sniff(source)
    columns = layout.columns or tuple(unnamed)
    if len(columns) != layout.width:
        what = f"the file has {layout.width} columns and no header"
        raise BadInput(
            [
                Fault(
                    where=f"{source.name}:1",
                    what=what,
                    mend=f"Begin it with a line that names {', '.join(wanted)}",
                )
            ]
        )
    found = _match(source, columns, wanted, names)
    place = place_in(source, layout.header)
    kinds = {found[name]: kind for name, kind in wanted.items()}
    try:
        with _opened(source, progress) as file:
            table = pyarrow.csv.read_csv(
                file,
                read_options=_reading(layout, columns),
                parse_options=pyarrow.csv.ParseOptions(delimiter=layout.delimiter),
                convert_options=_converting(layout, kinds),
            )
    except pa.ArrowInvalid as error:
        raise BadInput(
            _diagnosed(source, layout, columns, kinds, place) or [Fault(where=source.name, what=str(error))]
        ) from None
    return table.select([found[name] for name in wanted]).rename_columns(list(wanted)), place


def _opened(source: Source, progress: Progress | None) -> pa.NativeFile:
    if progress is not None:
        return pa.PythonFile(Counted(source, progress), mode="r")
    return (
        pa.PythonFile(source.open(), mode="r")
        if source.member or source.base.endswith(".gz")
        else pa.OSFile(str(source.path), "rb")
    )


def _reading(layout: Layout, columns: Sequence[str], threads: bool = True) -> "pyarrow.csv.ReadOptions":
    return pyarrow.csv.ReadOptions(
        use_threads=threads,
        block_size=_BLOCK,
        column_names=list(columns),
        skip_rows=int(layout.header),
        encoding=layout.encoding,
    )


def _converting(layout: Layout, kinds: Mapping[str, pa.DataType]) -> "pyarrow.csv.ConvertOptions":
    return pyarrow.csv.ConvertOptions(
        column_types=dict(kinds), include_columns=list(kinds), null_values=MISSING, strings_can_be_null=False,
        decimal_point=layout.decimal, auto_dict_encode=False,
    )  # fmt: skip


def _diagnosed(
    source: Source, layout: Layout, columns: Sequence[str], kinds: Mapping[str, pa.DataType], place: Place
) -> list[Fault]:
    """The rows that could not be read: too many or too few cells, or text where a number was wanted."""
    uneven: list[Fault] = []

    def note(row: "pyarrow.csv.InvalidRow") -> str:
        if len(uneven) < MOST:
            where = source.name if row.number is None else f"{source.name}:{row.number}"
            what = f"{row.actual_columns} cells in place of {row.expected_columns}: '{(row.text or '')[:60]}'"
            uneven.append(Fault(where=where, what=what))
        return "skip"

    texts = {column: pa.string() for column in kinds}
    strange = _strange_letters(source) if layout.encoding == "utf-8" else None
    plain = layout if strange is None else replace(layout, encoding="latin-1")
    with _opened(source, None) as file:
        try:
            table = pyarrow.csv.read_csv(
                file,
                read_options=_reading(plain, columns, threads=False),
                parse_options=pyarrow.csv.ParseOptions(delimiter=layout.delimiter, invalid_row_handler=note),
                convert_options=_converting(plain, texts),
            )
        except (pa.ArrowInvalid, UnicodeError):
            return uneven
    faults = list(uneven)
    if strange is not None:
        faults.append(
            Fault(
                where=f"{source.name}:{strange}",
                what="a byte of the line is no UTF-8",
                mend="Save the file as UTF-8",
            )
        )
    if not uneven:  # rows are counted right only where none was skipped
        for column, kind in kinds.items():
            if kind in (INTEGER, NUMBER):
                faults += bad_numbers(
                    table[column], column, place, whole=kind == INTEGER, decimal=layout.decimal
                )
    return faults


def _strange_letters(source: Source) -> int | None:
    """The first line that is no UTF-8; None where all is."""
    with source.open() as file:
        for n, line in enumerate(file, start=1):
            try:
                line.decode()
            except UnicodeDecodeError:
                return n
    return None


def bad_numbers(
    column: pa.ChunkedArray, name: str, place: Place, *, whole: bool, decimal: str = "."
) -> list[Fault]:
    """One fault for each row whose text is no number, and none where it says that there is no figure."""
    pattern = r"^\s*[+-]?\d{1,9}\s*$" if whole else _NUMBER.replace(r"\.", re.escape(decimal))
    known = pc.or_(pc.match_substring_regex(column, pattern), pc.is_in(column, value_set=pa.array(MISSING)))
    bad = np.flatnonzero(~np.asarray(pc.fill_null(known, True)))
    faults = [
        Fault(
            where=place(row),
            what=f"column {name}: '{(column[row].as_py() or '').strip()}' is no {'whole ' if whole else ''}number",
        )
        for row in bad[:MOST].tolist()
    ]
    if len(bad) > MOST:
        faults.append(
            Fault(
                where=place(int(bad[-1])),
                what=f"and {len(bad) - MOST:,} rows more of column {name} like those above",
            )
        )
    return faults


# -- arrow to numpy ---------------------------------------------------------------------------------------------
# By the buffers themselves: the conversions of pyarrow import pandas where it is installed, which takes longer than the work.


def _values(chunk: pa.Array) -> NDArray[Any]:
    """The numbers of a chunk where they lie; what stands for a missing one is anything."""
    kind = chunk.type.to_pandas_dtype()
    if len(chunk) == 0:
        return np.empty(0, dtype=kind)
    return np.frombuffer(chunk.buffers()[1], dtype=kind)[chunk.offset : chunk.offset + len(chunk)]


def _missing(chunk: pa.Array) -> NDArray[np.bool_] | None:
    """Where a chunk holds nothing; None where it holds something everywhere."""
    if not chunk.null_count:
        return None
    if chunk.buffers()[0] is None:
        return np.ones(len(chunk), dtype=bool)
    bits = np.unpackbits(np.frombuffer(chunk.buffers()[0], dtype=np.uint8), bitorder="little")
    missing: NDArray[np.bool_] = bits[chunk.offset : chunk.offset + len(chunk)] == 0
    return missing


def coded(column: pa.ChunkedArray, meaning: Callable[[str], str | None]) -> Coded:
    """A column of codes: its distinct texts, what each means, and a position a row. A missing cell is an empty text."""
    texts: dict[str, int] = {}
    at: NDArray[Any] = np.empty(len(column), dtype=np.uint16)
    start = 0
    for chunk in column.chunks:
        held = chunk if pa.types.is_dictionary(chunk.type) else chunk.dictionary_encode()
        own = [
            texts.setdefault("" if text is None else str(text), len(texts))
            for text in held.dictionary.to_pylist()
        ]
        missing = _missing(held.indices)
        if missing is not None:
            own.append(texts.setdefault("", len(texts)))
        if len(texts) > 2**16 and at.dtype == np.uint16:
            at = at.astype(np.int32)
        turn = np.array(own, dtype=at.dtype)
        indices = (
            _values(held.indices)
            if missing is None
            else np.where(missing, len(own) - 1, _values(held.indices))
        )
        np.take(turn, indices, out=at[start : start + len(held)], mode="clip")
        start += len(held)
    return Coded(texts=tuple(texts), codes=tuple(meaning(text.strip()) for text in texts), at=at)


def numbers(column: pa.ChunkedArray) -> NDArray[np.float64]:
    """A column of numbers; NaN where there is none."""
    found = np.empty(len(column), dtype=np.float64)
    start = 0
    for chunk in column.chunks:
        part = found[start : start + len(chunk)]
        part[:] = _values(chunk)
        if (missing := _missing(chunk)) is not None:
            part[missing] = np.nan
        start += len(chunk)
    return found


def whole_numbers(column: pa.ChunkedArray) -> NDArray[np.int32]:
    """A column of whole numbers; -1 where there is none."""
    found = np.empty(len(column), dtype=np.int32)
    start = 0
    for chunk in column.chunks:
        part = found[start : start + len(chunk)]
        part[:] = _values(chunk)
        if (missing := _missing(chunk)) is not None:
            part[missing] = -1
        start += len(chunk)
    return found


def pad(code: str, digits: int = 6) -> str | None:
    """A product code with its leading zeros, without dots and blanks; None where it is none of so many digits.

    >>> pad("10121"), pad("2846.10"), pad("0101", 6), pad("9999AA")
    ('010121', '284610', None, '9999AA')
    """
    plain = code.replace(".", "").replace(" ", "")
    if len(plain) == digits - 1 and plain.isdigit():
        plain = "0" + plain  # a reader that took the code for a number lost the zero of chapters 01 to 09
    special = plain.startswith("99") and plain.isalnum()  # goods that are not specified
    if (
        len(plain) != digits
        or plain.startswith("00")
        or not plain.isascii()
        or not (plain.isdecimal() or special)
    ):
        return None
    return plain
