"""CSV files as columns of text with the line of each row; a million lines in a second.

Records are found in the bytes first, so that lines can be named exactly; Arrow then reads the columns. A
file that Arrow would read otherwise (ragged rows, quotes inside cells) goes through the slower reader of
the standard library, which gives the same columns and a fault for each row that does not fit.
"""

import csv
import io
import re
from collections.abc import Collection
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.csv
from numpy.typing import NDArray

from monazite.readers.encodings import NAMES, detect
from monazite.terms.faults import Fault
from monazite.terms.quantities import normal

SEPARATORS = ",;\t|"
_SHOWN_RAGGED = 100
_LONGEST_CELL = 1_000_000


class RawTable(NamedTuple):
    """Columns of text as a file holds them."""

    headers: tuple[str, ...]
    columns: tuple[pa.Array, ...]
    rows: NDArray[np.int32]
    header_row: int
    encoding: str
    ragged: frozenset[int] = frozenset()  # rows with another number of cells than the header


class _Records(NamedTuple):
    """Where records start and stop in the bytes, and on which line each starts; blank ones are left out."""

    start: NDArray[np.int64]
    stop: NDArray[np.int64]
    line: NDArray[np.int32]
    fields: NDArray[np.int64]
    quoted_breaks: bool


def read_csv(data: bytes, shown: str, known: Collection[str]) -> tuple[RawTable | None, list[Fault]]:
    """The table of a CSV file and the faults of its form; no table where it cannot be read at all."""
    codec = detect(data, known)
    text = data
    if codec != "utf-8" or not data.isascii():
        try:
            decoded = data.decode(codec)
            text = data if codec == "utf-8" else decoded.encode()
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            return None, [
                Fault(
                    where=f"{shown}:{line}", what=f"is not {NAMES[codec]} text", mend="Save the file as UTF-8"
                )
            ]
    if b"\x00" in text:
        line = text.count(b"\n", 0, text.index(b"\x00")) + 1
        return None, [
            Fault(
                where=f"{shown}:{line}",
                what="holds a NUL byte, so it is not a text file",
                mend="Save it again as CSV in UTF-8",
            )
        ]
    if b"\n" not in text and b"\r" in text:
        text = text.replace(b"\r", b"\n")
    separator, hint = _separator(text, known)
    if not text.strip(b" \t\r\n\x0b\x0c" + separator.encode()):
        return None, [
            Fault(where=shown, what="holds no text", mend="Write at least a header row, or remove the file")
        ]
    records = None if hint else _find_records(np.frombuffer(text, dtype=np.uint8), ord(separator))
    table = None if records is None else _fast(text, records, separator, NAMES[codec])
    if table is not None:
        return table, []
    return _slow(text, shown, separator, NAMES[codec], hint)


def _separator(text: bytes, known: Collection[str]) -> tuple[str, bool]:
    """The separator, and whether the first line is Excel's `sep=;` and no header."""
    first = next((line for line in text[:100_000].decode(errors="ignore").splitlines() if line.strip()), "")
    hint = re.fullmatch(r'"?sep=(.)"?', first.strip())
    if hint and hint[1] in SEPARATORS:
        return hint[1], True
    bare = re.sub(r'"[^"]*"', lambda quoted: quoted[0].translate(dict.fromkeys(map(ord, SEPARATORS))), first)

    def weight(mark: str) -> tuple[int, int]:
        cells = bare.split(mark)
        return sum(normal(cell.strip('" ')).casefold() in known for cell in cells), len(cells)

    return max(SEPARATORS, key=weight), False


def _find_records(buffer: NDArray[np.uint8], separator: int) -> _Records | None:
    """Records of well-formed CSV; None where quotes stand in odd places."""
    breaks = np.flatnonzero(buffer == 10)
    quotes = np.flatnonzero(buffer == 34)
    marks = np.flatnonzero(buffer == separator)
    ends = breaks
    if len(quotes):
        if len(quotes) % 2 or not _quotes_fit(buffer, quotes, separator):
            return None
        ends = breaks[np.searchsorted(quotes, breaks) % 2 == 0]
        marks = marks[np.searchsorted(quotes, marks) % 2 == 0]
    if not len(ends) or ends[-1] != len(buffer) - 1:
        ends = np.append(ends, len(buffer))
    starts = np.concatenate([[0], ends[:-1] + 1])
    stops = ends - ((ends > starts) & (buffer[np.maximum(ends - 1, 0)] == 13))
    fields = np.searchsorted(marks, stops) - np.searchsorted(marks, starts) + 1
    line = (np.searchsorted(breaks, starts) + 1).astype(np.int32)
    full = stops > starts
    return _Records(starts[full], stops[full], line[full], fields[full], len(ends) < len(breaks))


def _quotes_fit(buffer: NDArray[np.uint8], quotes: NDArray[np.int64], separator: int) -> bool:
    """Quotes open cells, close cells or are doubled; nothing else."""
    outside = np.array([separator, 10, 13, 34], dtype=np.uint8)
    opening, closing = quotes[0::2], quotes[1::2]
    before = buffer[np.maximum(opening - 1, 0)]
    after = buffer[np.minimum(closing + 1, len(buffer) - 1)]
    return bool(
        (np.isin(before, outside) | (opening == 0)).all()
        and (np.isin(after, outside) | (closing == len(buffer) - 1)).all()
    )


def _fast(text: bytes, records: _Records, separator: str, encoding: str) -> RawTable | None:
    if not len(records.start):
        return None
    headers = _cells(text[records.start[0] : records.stop[0]].decode(), separator)
    width = len(headers)
    if (records.fields != width).any() or width == 1:
        return None
    names = [str(place) for place in range(width)]
    if len(records.start) == 1:
        empty = tuple(pa.array([], pa.string()) for _ in names)
        return RawTable(tuple(headers), empty, np.zeros(0, np.int32), int(records.line[0]), encoding)
    rest = pa.py_buffer(text).slice(int(records.start[1]))
    try:
        table = pyarrow.csv.read_csv(
            pa.BufferReader(rest),
            read_options=pyarrow.csv.ReadOptions(column_names=names, block_size=1 << 24),
            parse_options=pyarrow.csv.ParseOptions(
                delimiter=separator, newlines_in_values=records.quoted_breaks
            ),
            convert_options=pyarrow.csv.ConvertOptions(
                check_utf8=False, column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid:
        return None
    if table.num_rows != len(records.start) - 1:
        return None
    columns = tuple(column.combine_chunks() for column in table.columns)
    return RawTable(tuple(headers), columns, records.line[1:], int(records.line[0]), encoding)


def _cells(line: str, separator: str) -> list[str]:
    return [cell.strip() for cell in next(csv.reader([line], delimiter=separator), [])]


def _slow(
    text: bytes, shown: str, separator: str, encoding: str, hint: bool
) -> tuple[RawTable | None, list[Fault]]:
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(io.StringIO(text.decode(), newline=""), delimiter=separator, strict=False)
    headers: list[str] = []
    header_row, width = 0, 0
    cells: list[list[str]] = []
    rows: list[int] = []
    faults: list[Fault] = []
    ragged: set[int] = set()
    line = 1
    try:
        for record in reader:
            place, line = line, reader.line_num + 1
            if not any(cell.strip() for cell in record) or (hint and place == 1):
                continue
            if not headers:
                headers, header_row, width = [cell.strip() for cell in record], place, len(record)
                continue
            if len(record) != width:
                if len(record) < width or any(cell.strip() for cell in record[width:]):
                    ragged.add(place)
                    if len(ragged) <= _SHOWN_RAGGED:
                        faults.append(Fault(where=f"{shown}:{place}", what=f"has {_count(len(record))} where the header has {width}",
                                            mend=_ragged_mend(record, separator)))  # fmt: skip
                record = (record + [""] * width)[:width]
            cells.append(record)
            rows.append(place)
    except csv.Error as error:
        what = (
            "holds a cell of more than a million letters" if "limit" in str(error) else f"is not CSV: {error}"
        )
        return None, [
            *faults,
            Fault(where=f"{shown}:{line}", what=what, mend="Look for a quote that is opened and not closed"),
        ]
    if len(ragged) > _SHOWN_RAGGED:
        faults.append(
            Fault(
                where=shown,
                what=f"{len(ragged) - _SHOWN_RAGGED} more rows have another number of cells than the header",
            )
        )
    if text.count(b'"') % 2 and rows and line - rows[-1] > 2:
        faults.append(
            Fault(
                where=f"{shown}:{rows[-1]}",
                what="a quote is opened and never closed",
                mend='Write " inside a quoted cell as ""',
            )
        )
    columns = tuple(pa.array(column, pa.string()) for column in zip(*cells, strict=True)) if cells else tuple(
        pa.array([], pa.string()) for _ in headers)  # fmt: skip
    raw = RawTable(
        tuple(headers), columns, np.array(rows, dtype=np.int32), header_row, encoding, frozenset(ragged)
    )
    return raw, faults


def _count(cells: int) -> str:
    return "1 cell" if cells == 1 else f"{cells} cells"


def _ragged_mend(record: list[str], separator: str) -> str:
    mark = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}[separator]
    return f"Quote cells that hold a {mark}, and write empty cells too"
