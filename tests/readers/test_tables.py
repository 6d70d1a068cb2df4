"""Files as tables of text, each row with its place."""

import hashlib
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monazite.readers.csv_tables import read_csv
from monazite.readers.tables import Table, read_tables

KNOWN = frozenset(
    {"part", "name", "teil", "bezeichnung", "零件号", "名称", "品番", "部品名", "原产地", "原産国"}
)


def only(path: Path, sheet: str = "") -> Table:
    tables, faults, notes = read_tables(path, path.name, KNOWN)
    assert faults == []
    assert notes == []
    return tables[sheet]


def texts(table: Table) -> list[tuple[str, ...]]:
    return [tuple(row) for row in zip(*(column.to_pylist() for column in table.columns), strict=True)]


GERMAN = "Teil;Bezeichnung\nM-1;Läufer, 5 µm Größe\n"
CHINESE = "零件号,名称,原产地\nM-1,烧结钕铁硼磁体,中国\n"
JAPANESE = "品番,部品名,原産国\nM-1,ネオジム磁石（焼結）,日本\n"


@pytest.mark.parametrize(
    ("text", "codec", "name"),
    [
        (GERMAN, "utf-8", "UTF-8"),
        (GERMAN, "utf-8-sig", "UTF-8 with mark"),
        (GERMAN, "utf-16", "UTF-16"),
        ("part,name\nM-1,rotor\n", "utf-16-le", "UTF-16"),
        ("part,name\nM-1,rotor\n", "utf-16-be", "UTF-16"),
        (GERMAN, "cp1252", "Windows-1252"),
        (GERMAN.replace("5", "5\x81"), "latin-1", "Latin-1"),
        (CHINESE, "gb18030", "GB18030"),
        (JAPANESE, "cp932", "Shift-JIS"),
        (CHINESE, "utf-16", "UTF-16"),
        ("part,name\nM-1,烧结钕铁硼磁体\n", "gb18030", "GB18030"),
        ("part,name\nM-1,ネオジム磁石\n", "cp932", "Shift-JIS"),
    ],
)
def test_the_encoding_is_found_and_recorded(tmp_path: Path, text: str, codec: str, name: str) -> None:
    file = tmp_path / "parts.csv"
    file.write_bytes(text.encode(codec))
    table = only(file)
    mark = ";" if ";" in text else ","
    rows = [tuple(line.split(mark)) for line in text.splitlines()]
    assert table.encoding == name
    assert table.headers == rows[0]
    assert texts(table) == rows[1:]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_separator_is_found(tmp_path: Path, mark: str) -> None:
    file = tmp_path / "parts.csv"
    file.write_text(f'part{mark}name\nM-1{mark}"a{mark} b"\n', encoding="utf-8")
    assert texts(only(file)) == [("M-1", f"a{mark} b")]


def test_excels_hint_of_a_separator_is_no_header(tmp_path: Path) -> None:
    file = tmp_path / "parts.csv"
    file.write_text("sep=;\npart;name\nM-1;1,5\n", encoding="utf-8")
    table = only(file)
    assert texts(table) == [("M-1", "1,5")]
    assert table.where(0) == "parts.csv:3"


def test_lines_are_counted_as_an_editor_counts(tmp_path: Path) -> None:
    file = tmp_path / "parts.csv"
    file.write_bytes(b'part,name\r\n\r\nM-1,"two\r\nlines"\r\nM-2,"say ""hi"""\r\n\r\nM-3,x')
    table = only(file)
    assert texts(table) == [("M-1", "two\r\nlines"), ("M-2", 'say "hi"'), ("M-3", "x")]
    assert [table.where(row) for row in range(3)] == ["parts.csv:3", "parts.csv:5", "parts.csv:7"]
    assert table.where(1, 1) == "parts.csv:5, column name"
    assert table.where() == "parts.csv:1"


def test_old_mac_line_ends_are_read(tmp_path: Path) -> None:
    file = tmp_path / "parts.csv"
    file.write_bytes(b"part,name\rM-1,a\rM-2,b\r")
    assert texts(only(file)) == [("M-1", "a"), ("M-2", "b")]


def test_a_quote_inside_a_cell_is_a_letter(tmp_path: Path) -> None:
    file = tmp_path / "parts.csv"
    file.write_text('part,name\nM-1,screen 5" wide\nM-2,6" wide\n', encoding="utf-8")
    assert texts(only(file)) == [("M-1", 'screen 5" wide'), ("M-2", '6" wide')]


def test_a_long_row_of_empty_cells_is_no_fault_and_a_short_row_is() -> None:
    table, faults = read_csv(b"part,name\nM-1,a,,\nM-2\nM-3,b,c\n", "parts.csv", KNOWN)
    assert table is not None
    assert [str(fault) for fault in faults] == [
        "parts.csv:3: has 1 cell where the header has 2. Quote cells that hold a comma, and write empty cells too",
        "parts.csv:4: has 3 cells where the header has 2. Quote cells that hold a comma, and write empty cells too",
    ]


cells = st.text(
    st.characters(codec="utf-8", exclude_characters="\x00\r\x85\u2028\u2029", exclude_categories=("Cs",)),
    max_size=6,
)
rows_of_cells = st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=6)


@settings(max_examples=300)
@given(rows_of_cells)
def test_what_is_quoted_is_read_back(rows: list[tuple[str, str, str]]) -> None:
    def quoted(cell: str) -> str:
        return '"' + cell.replace('"', '""') + '"'

    text = "part,name,note\n" + "".join(",".join(map(quoted, row)) + "\n" for row in rows)
    table, faults = read_csv(text.encode(), "parts.csv", KNOWN)
    assert table is not None
    assert faults == []
    read = [tuple(row) for row in zip(*(column.to_pylist() for column in table.columns), strict=True)]
    if all(any(cell.strip() for cell in row) for row in rows):
        assert read == rows
    lines = [
        2 + sum(cell.count("\n") for row in rows[:place] for cell in row) + place
        for place in range(len(rows))
    ]
    assert set(table.rows.tolist()) <= set(lines)


@settings(max_examples=300)
@given(st.lists(st.sampled_from(["a", ",", '"', "\n", "", " ", "b\r\n", "ä"]), max_size=25))
def test_any_bytes_give_a_table_or_faults(pieces: list[str]) -> None:
    text = "part,name\n" + "".join(pieces)
    table, faults = read_csv(text.encode(), "parts.csv", KNOWN)
    assert (table is None) <= bool(faults)
    if table is not None:
        assert all(len(column) == len(table.rows) for column in table.columns)


def test_a_workbook_keeps_its_row_numbers(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "parts"
    for row, cells in {
        3: ("part", "mass", "day", "ok", "n"),
        5: ("M-1", 0.1, date(2026, 1, 15), True, 1e-7),
        9: ("0805", 12, None, False, 1.0),
    }.items():
        for column, cell in enumerate(cells, 2):
            sheet.cell(row, column, cell)
    book.save(tmp_path / "book.xlsx")
    table = only(tmp_path / "book.xlsx", "parts")
    assert table.headers == ("", "part", "mass", "day", "ok", "n")
    assert texts(table) == [
        ("", "M-1", "0.1", "2026-01-15", "yes", "1e-07"),
        ("", "0805", "12", "", "no", "1"),
    ]
    assert table.where(1, 2) == "book.xlsx, parts!C9"
    assert table.where(None, 1) == "book.xlsx, parts!B3"
    assert table.encoding == "XLSX"


def test_a_formula_with_its_result_is_a_value_and_one_without_is_a_fault(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "parts"
    book.active.append(["part", "value"])
    book.active.append(["M-1", "=1+1"])
    book.save(tmp_path / "book.xlsx")
    _, faults, _ = read_tables(tmp_path / "book.xlsx", "book.xlsx", KNOWN)
    assert [str(fault) for fault in faults] == [
        "book.xlsx, parts!B2: holds a formula without a result. Open it in a spreadsheet program and save it, or write the value"
    ]


def test_a_hidden_sheet_is_left_out_with_a_note(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["part"])
    hidden = book.create_sheet("content")
    hidden.append(["part"])
    hidden.sheet_state = "hidden"
    book.save(tmp_path / "book.xlsx")
    tables, _, notes = read_tables(tmp_path / "book.xlsx", "book.xlsx", KNOWN)
    assert list(tables) == ["Sheet"]
    assert [str(note) for note in notes] == ["book.xlsx, content: is a hidden sheet and was left out"]


def test_parquet_columns_of_any_plain_type_are_texts(tmp_path: Path) -> None:
    table = pa.table({
        "part": ["M-1", None], "mass": [0.1, 12.0], "count": [1, 2], "money": [Decimal("1.50"), None],
        "ok": [True, False], "day": [date(2026, 1, 15), None], "coded": pa.array(["x", "y"]).dictionary_encode(),
        "nothing": pa.nulls(2),
    })  # fmt: skip
    pq.write_table(table, tmp_path / "parts.parquet")
    read = only(tmp_path / "parts.parquet")
    assert texts(read) == [
        ("M-1", "0.1", "1", "1.50", "true", "2026-01-15", "x", ""),
        ("", "12", "2", "", "false", "", "y", ""),
    ]
    assert read.where(1, 1) == "parts.parquet, row 2, column mass"


def test_the_digest_is_that_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "parts.csv"
    file.write_bytes(b"part,name\nM-1,a\n")
    assert only(file).sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
