"""XLSX workbooks as columns of text, after their size was checked; formulas without a value are faults.

A workbook is a ZIP file: before anything is unpacked its entries are counted and their sizes, as stated and
as unpacked, are held against limits.
"""

import html
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from monazite.readers.csv_tables import RawTable
from monazite.terms.faults import Fault

MOST_ENTRIES = 2_000
MOST_BYTES = 1_500_000_000
MOST_RATIO = 150
_SMALL = 4_000_000
"""Entries below this size may shrink as much as they like."""
_SHOWN = 50
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def column_letters(column: int) -> str:
    """The letters of a column, counted from 0.

    >>> column_letters(4), column_letters(26)
    ('E', 'AA')
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def read_workbook(data: bytes, shown: str) -> tuple[dict[str, RawTable], list[Fault], list[Fault]]:
    """The visible sheets of a workbook by name, its faults and its notes."""
    if data.startswith(_OLE):
        return (
            {},
            [
                Fault(
                    where=shown,
                    what="is an old or a locked workbook",
                    mend="Save it as .xlsx without a password",
                )
            ],
            [],
        )
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, zlib.error, OSError):
        reason = "cut off or damaged" if data.startswith(b"PK") else "not a ZIP file"
        return {}, [Fault(where=shown, what=f"is no workbook ({reason})", mend="Save it again as .xlsx")], []
    fault = _too_large(archive, shown)
    if fault is not None:
        return {}, [fault], []
    if "xl/workbook.xml" not in names:
        return (
            {},
            [Fault(where=shown, what="is a ZIP file and no workbook", mend="Save it again as .xlsx")],
            [],
        )
    odd, fault = _find_odd_cells(archive, shown)
    if fault is not None:
        return {}, [fault], []
    return _read_sheets(data, shown, odd)


def _too_large(archive: zipfile.ZipFile, shown: str) -> Fault | None:
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES:
        return Fault(
            where=shown,
            what=f"has {len(entries):,} entries, at most {MOST_ENTRIES:,} are read",
            mend="Save it again as .xlsx",
        )
    for entry in entries:
        if entry.filename.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", entry.filename):
            return Fault(
                where=shown, what=f"holds the path '{entry.filename}'", mend="Save it again as .xlsx"
            )
        if entry.file_size > _SMALL and entry.file_size > MOST_RATIO * max(entry.compress_size, 1):
            size = f"{entry.file_size:,} bytes, more than {MOST_RATIO} times its size"
            mend = "Save it again as .xlsx, or as Parquet"
            return Fault(where=shown, what=f"unpacks '{entry.filename}' to {size}", mend=mend)
    total = sum(entry.file_size for entry in entries)
    if total > MOST_BYTES:
        return Fault(
            where=shown,
            what=f"unpacks to {total:,} bytes, at most {MOST_BYTES:,} are read",
            mend="Save it as Parquet",
        )
    return None


_CELL = re.compile(rb'<c\b[^>]*?\br="([A-Z]+[0-9]+)"')
_VALUE = re.compile(rb"<v\b[^>]*>[^<]|<is\b")
_ERROR = re.compile(rb'<c\b(?=[^>]*\bt="e")[^>]*?\br="([A-Z]+[0-9]+)"[^>]*>.*?(?:<v>([^<]*)</v>|</c>)')
_SHEET = re.compile(rb"<sheet\b[^>]*?/?>")
_REL = re.compile(rb"<Relationship\b[^>]*?/?>")

OddCells = dict[str, list[tuple[str, str, str]]]
"""Sheet -> cell, what is wrong with it, and what to do."""


def _find_odd_cells(archive: zipfile.ZipFile, shown: str) -> tuple[OddCells, Fault | None]:
    """Cells with an error, or with a formula and no result, which readers of values see as empty.

    Unpacks every sheet once, which proves its size and its check sum.
    """
    found: OddCells = {}
    entry = ""
    try:
        files = _sheet_files(archive)
        for entry in archive.namelist():
            if entry.startswith("xl/worksheets/") and entry.endswith(".xml"):
                odd = sorted(_odd_cells(archive.read(entry)))
                if odd:
                    found[files.get(entry, entry)] = [(cell, what, mend) for _, cell, what, mend in odd]
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError):
        what = f"cannot be unpacked at '{entry}': it is locked, cut off or damaged"
        return {}, Fault(where=shown, what=what, mend="Save it again as .xlsx")
    return found, None


def _odd_cells(xml: bytes) -> Iterator[tuple[int, str, str, str]]:
    """Place in the XML, cell, what is wrong, what to do."""
    place = xml.find(b"<f")
    while place >= 0:
        if xml[place + 2 : place + 3] in (b">", b" ", b"/"):
            start, stop = xml.rfind(b"<c ", 0, place), xml.find(b"</c>", place)
            cell = _CELL.match(xml, start) if start >= 0 else None
            if cell and not _VALUE.search(xml, place, stop):
                mend = "Open it in a spreadsheet program and save it, or write the value"
                yield start, cell[1].decode(), "holds a formula without a result", mend
        place = xml.find(b"<f", place + 2)
    if b't="e"' in xml:
        for error in _ERROR.finditer(xml):
            yield (
                error.start(),
                error[1].decode(),
                f"holds the error {(error[2] or b'').decode()}".rstrip(),
                "Mend the formula or the value",
            )


def _sheet_files(archive: zipfile.ZipFile) -> dict[str, str]:
    """Entry -> sheet name."""

    def attribute(tag: bytes, name: bytes) -> str:
        match = re.search(rb"\b" + name + rb'="([^"]*)"', tag)
        return html.unescape(match[1].decode()) if match else ""

    try:
        targets = {
            attribute(tag, b"Id"): attribute(tag, b"Target")
            for tag in _REL.findall(archive.read("xl/_rels/workbook.xml.rels"))
        }
    except KeyError:
        return {}
    sheets = _SHEET.findall(archive.read("xl/workbook.xml"))
    return {
        "xl/" + targets.get(attribute(tag, b"r:id"), "").removeprefix("/xl/"): attribute(tag, b"name")
        for tag in sheets
    }


def _read_sheets(
    data: bytes, shown: str, odd: OddCells
) -> tuple[dict[str, RawTable], list[Fault], list[Fault]]:
    import python_calamine

    tables: dict[str, RawTable] = {}
    faults: list[Fault] = []
    notes: list[Fault] = []
    try:
        workbook = python_calamine.load_workbook(io.BytesIO(data))
        for sheet in workbook.sheets_metadata:
            if sheet.typ != python_calamine.SheetTypeEnum.WorkSheet:
                continue
            if sheet.visible != python_calamine.SheetVisibleEnum.Visible:
                notes.append(Fault(where=f"{shown}, {sheet.name}", what="is a hidden sheet and was left out"))
                continue
            cells = workbook.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
            table = _table(cells)
            if table is not None:
                tables[sheet.name] = table
                place = f"{shown}, {sheet.name}"
                cells_here = odd.get(sheet.name, [])
                faults += [
                    Fault(where=f"{place}!{cell}", what=what, mend=mend)
                    for cell, what, mend in cells_here[:_SHOWN]
                ]
                if len(cells_here) > _SHOWN:
                    faults.append(
                        Fault(
                            where=place,
                            what=f"{len(cells_here) - _SHOWN} more cells hold an error or a formula without a result",
                        )
                    )
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        return (
            {},
            [
                Fault(
                    where=shown,
                    what=f"is no workbook that can be read ({str(error).splitlines()[0]})",
                    mend="Save it again as .xlsx",
                )
            ],
            notes,
        )
    return tables, faults, notes


def _table(cells: list[list[Any]]) -> RawTable | None:
    """The first row that is not empty is the header; rows without any text are left out."""
    top = next((number for number, row in enumerate(cells) if any(cell != "" for cell in row)), None)
    if top is None:
        return None
    headers = tuple(_text(cell).strip() for cell in cells[top])
    used = [number for number in range(top + 1, len(cells)) if any(cell != "" for cell in cells[number])]
    columns = []
    for column in range(len(headers)):
        columns.append(pa.array([_text(cells[row][column]) for row in used], pa.string()))
    rows = np.array([row + 1 for row in used], dtype=np.int32)
    return RawTable(headers, tuple(columns), rows, top + 1, "XLSX")


def _text(cell: Any) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime) and cell.time() == time(0):
        return cell.date().isoformat()
    if isinstance(cell, (date, time, timedelta)):
        return str(cell)
    return str(cell)
