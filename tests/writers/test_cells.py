"""Cells of the law as they are written: for people, as a table, for programs."""

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest

from monazite.determine.cells import division, time_cells
from monazite.determine.states import law_of
from monazite.regime.book import Book
from monazite.writers.cells import COLUMNS, WIDTH, ShownCell, ShownCells, cells_csv, cells_json, cells_lines
from tests.regime.small_book import GROUPS, changed, small_book


def shown(book: Book, *paths: str, first: date | None = None, last: date | None = None) -> ShownCells:
    """The Chinese cells of a book with the divisions asked for."""
    law = law_of(book, "CN", None)
    made = [ShownCell(cell=cell, divisions=tuple(division(law, cell, path, book.countries) for path in paths or ("to",)))
            for cell in time_cells(law, first, last)]  # fmt: skip
    return ShownCells(regime="CN", known_on=None, version=book.version, cells=tuple(made))


@pytest.fixture
def law(tmp_path: Path) -> Book:
    """The small book."""
    return small_book(tmp_path)


def test_each_cell_says_its_days_what_changed_and_the_classes(law: Book) -> None:
    count = len(law.countries) - 1
    assert cells_lines(shown(law, last=date(2030, 3, 1))) == [
        f"CN: 4 time cells, as known today. Book {law.version}.",
        "",
        "until 2029-12-31",
        "  to: 1 class of countries",
        "    1  " + cells_lines(shown(law, last=date(2029, 1, 1)))[4].removeprefix("    1  "),
        *cells_lines(shown(law, last=date(2029, 1, 1)))[5:],
        "",
        "2030-01-01 through 2030-01-31",
        "  begins as these change:",
        "    cn-one/1                             not printed -> announced",
        "  to: 2 classes of countries",
        "    1  CHN [1]",
        f"    2  the other {count} countries",
        "    told apart by",
        "      [1] CHN: cn-one/1",
        "",
        "2030-02-01 through 2030-02-28",
        "  begins as these change:",
        "    cn-one/1                             announced -> in force",
        "    cn-one/2                             not printed -> in force",
        "    cn-one/3                             not printed -> in force",
        "  to: 2 classes of countries, as in the cell before",
        "",
        "2030-03-01 through 2030-06-30",
        "  begins as these change:",
        *(f"    cn-one/{clause}                             in force -> suspended" for clause in "123"),
        "  to: 2 classes of countries, as in the cell before",
    ]


def test_everything_names_the_largest_class_too_within_the_width(law: Book) -> None:
    lines = cells_lines(shown(law, first=date(2030, 2, 10), last=date(2030, 2, 10)), everything=True)
    assert max(map(len, lines)) <= WIDTH
    named = set(" ".join(lines).split()) & set(law.countries)
    assert named == set(law.countries)


def test_a_group_is_called_by_its_id_and_uncertain_members_are_said(tmp_path: Path) -> None:
    east = changed("cn/measures/one.yaml", "when: {to: {outside: [CHN]}}", "when: {to: {in: [east]}}")
    perhaps = GROUPS + "      - {country: KOR, from: 2030-01-01, perhaps: yes}\n"
    book = small_book(tmp_path, {**east, "cn/groups.yaml": perhaps})
    lines = cells_lines(shown(book, first=date(2030, 2, 10), last=date(2030, 2, 10)))
    assert "      [1] east: cn-one/1" in lines
    (cell,) = shown(book, first=date(2030, 2, 10), last=date(2030, 2, 10)).cells
    (found,) = cell.divisions
    assert [one.members for one in found.classes[:-1]] == [("JPN",), ("KOR",)]
    assert (found.sets[0].surely, found.sets[0].perhaps) == (("JPN",), ("KOR",))


def test_the_table_has_a_row_a_cell_and_class(law: Book) -> None:
    rows = list(csv.DictReader(io.StringIO(cells_csv([shown(law, "to", "from", first=date(2030, 2, 10))]))))
    assert tuple(rows[0]) == COLUMNS
    assert [(row["from"], row["through"], row["path"], row["class"]) for row in rows[:3]] == [
        ("2030-02-01", "2030-02-28", "to", "1"),
        ("2030-02-01", "2030-02-28", "to", "2"),
        ("2030-02-01", "2030-02-28", "from", "1"),
    ]
    assert (rows[0]["countries"], rows[0]["members"], rows[0]["told_apart_by"]) == ("1", "CHN", "cn-one/1")
    assert rows[-1]["through"] == ""
    assert sum(int(row["countries"]) for row in rows[:2]) == len(law.countries)


def test_everything_is_in_the_json(law: Book) -> None:
    (whole,) = json.loads(cells_json([shown(law)]))
    assert (whole["regime"], whole["law_version"]) == ("CN", law.version)
    assert [cell["from"] for cell in whole["cells"]] == [
        None,
        "2030-01-01",
        "2030-02-01",
        "2030-03-01",
        "2030-07-01",
    ]
    change = whole["cells"][1]["changed"][0]
    assert change == {
        "provision": "cn-one/1",
        "before": "not printed",
        "after": "announced",
        "asks_otherwise": "no",
    }
    classes = whole["cells"][1]["countries"][0]["classes"]
    assert sorted(name for one in classes for name in one["members"]) == sorted(law.countries)


def test_a_change_of_whom_a_law_reaches_begins_a_cell(tmp_path: Path) -> None:
    regime = "regime: CN\nsays: it goes east\ntouched_by: {to: {in: [east]}}\n"
    groups = GROUPS + "      - {country: KOR, from: 2030-02-10}\n"
    book = small_book(tmp_path, {"cn/regime.yaml": regime, "cn/groups.yaml": groups})
    lines = cells_lines(shown(book, first=date(2030, 2, 10), last=date(2030, 2, 10)))
    assert lines[2:5] == ["2030-02-10 through 2030-02-28", "  begins as these change:",
                          "    reach                                of the law, other countries or parties"]  # fmt: skip
