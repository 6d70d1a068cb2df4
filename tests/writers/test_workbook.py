from pathlib import Path

import openpyxl
import pytest

from monazite.determine.survey import Survey
from monazite.writers.report import Shown
from monazite.writers.workbook import write_workbook


@pytest.fixture(scope="module")
def path(awkward: Survey, awkward_shown: Shown, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("workbook") / "report.xlsx"
    write_workbook(file, awkward, awkward_shown, title="=NOW()")
    return file


def test_the_sheets_are_there_with_frozen_headers_and_filters(path: Path, awkward_shown: Shown):
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Summary", "Answers", "Gaps", "Requests", "Provisions", "Sources"]
    for name in book.sheetnames[1:]:
        assert book[name].freeze_panes == "A2", name
        assert book[name].auto_filter.ref, name
    assert book["Answers"].max_row == len(awkward_shown.picked.lines) + 1
    assert book["Requests"].max_row == len(awkward_shown.requests) + 1


def test_the_answers_read_back(path: Path, awkward_shown: Shown):
    sheet = openpyxl.load_workbook(path)["Answers"]
    read = [(row[0], row[4], row[6], row[9].date()) for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert read == [
        (str(line.outcome), line.part, line.move, line.first) for line in awkward_shown.picked.lines
    ]


def test_no_text_becomes_a_formula(path: Path):
    book = openpyxl.load_workbook(path)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    texts = {cell.value for cell in cells if cell.data_type == "s"}
    assert {"=1+1", "@SUM(A1)", "-2+3", "=NOW()"} <= texts


def test_outcomes_have_colours_and_open_ones_a_pattern(path: Path, awkward_shown: Shown):
    sheet = openpyxl.load_workbook(path)["Answers"]
    kinds = {cell.value: cell.fill.patternType for (cell,) in sheet.iter_rows(min_row=2, max_col=1)}
    assert kinds["needs evidence"] not in ("solid", None)
    assert {kind for words, kind in kinds.items() if words != "needs evidence"} == {"solid"}


def test_the_same_survey_gives_the_same_workbook(
    path: Path, awkward: Survey, awkward_shown: Shown, tmp_path: Path
):
    write_workbook(tmp_path / "again.xlsx", awkward, awkward_shown, title="=NOW()")
    assert (tmp_path / "again.xlsx").read_bytes() == path.read_bytes()
