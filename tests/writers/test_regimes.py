"""Several regimes at once: side by side where they are asked, and a line where they are not."""

import csv
import json
import re
from datetime import date
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from monazite.determine.survey import Survey, survey
from monazite.readers.catalogue import read_catalogue
from monazite.readers.law import read_book
from monazite.readers.reference import read_reference
from monazite.writers.answers import answer_lines
from monazite.writers.folder import write_folder
from monazite.writers.overview import not_asked, overview, together
from monazite.writers.report import Shown, prepare, render
from monazite.writers.terminal import WIDTH, summary_lines
from tests.writers.two_regimes import BOOK, CATALOGUE, write_files


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("two")
    book = read_book(str(write_files(folder / "law", BOOK)))
    read = read_catalogue(write_files(folder / "catalogue", CATALOGUE), reference=read_reference())

    def asked(**options: object) -> Survey:
        days = {"first": date(2030, 3, 1), "last": date(2030, 9, 30)}
        return survey(book, read.catalogue, read.moves, ships=read.shipped, **{**days, **options})

    return asked


@pytest.fixture(scope="module")
def both(ask) -> Survey:
    return ask()


@pytest.fixture(scope="module")
def shown(both: Survey) -> Shown:
    return prepare(both)


def test_a_regime_that_nothing_touches_has_no_rows_but_a_line(both: Survey):
    assert set(both.rows) == {"CN", "US"}
    assert [(one.regime, one.pairs, one.of) for one in not_asked(both)] == [("EU", 6, 6), ("US", 4, 6)]
    us = not_asked(both)[1]
    assert us.says_en == "4 of 6 pairs of item and move not asked: nothing stated brings them under its law"
    assert us.because == "They ask about what is in them."
    assert "6个物项与流转组合中有4个未查询" in us.says_zh


def test_products_are_counted_among_those_that_the_law_is_asked_about(both: Survey):
    here, there = overview(both, "CN"), overview(both, "US")
    assert (here.products, here.surely, here.is_whole) == (3, 1, True)
    assert (there.products, there.surely, there.is_whole) == (1, 1, False)
    assert here.lead_en.startswith("Of 3 products on the move, 1 surely needs")
    assert there.lead_en.startswith("Of 1 product that its law is asked about, 1 surely needs")
    assert there.lead_zh.startswith("依该法查询的1种产品中")


def test_every_pair_is_counted_once_side_by_side_by_its_worst_answer(both: Survey):
    found = together(both, ["CN", "US"])
    assert [(one.outcomes, one.pairs) for one in found] == [
        (("not controlled", "licence"), 2),
        (("licence", ""), 2),
        (("not controlled", ""), 2),
    ]
    assert sum(one.pairs for one in found) == len(both.batch.node)


def test_the_worst_answer_of_a_pair_is_the_worst_of_its_days(both: Survey):
    """The magnet is free from July on, and counts as in need of a licence all the same."""
    rows = both.rows["CN"]
    magnets = both.batch.node[rows.pair] == both.batch.catalogue.names.index("magnet")
    assert len(np.unique(rows.verdict[magnets])) == 2
    assert (("licence", ""), 2) in [(one.outcomes, one.pairs) for one in together(both, ["CN", "US"])]


def test_the_summary_shows_regimes_side_by_side_and_what_was_not_asked(both: Survey, shown: Shown):
    lines = summary_lines(both, shown=shown)
    text = "\n".join(lines)
    assert max(map(len, lines)) <= WIDTH
    assert re.search(r"^CN  Of 3 products", text, re.MULTILINE)
    assert re.search(r"^US  Of 1 product ", text, re.MULTILINE)
    assert re.search(r"^  not controlled +licence +2$", text, re.MULTILINE)
    assert re.search(r"^  licence +not asked +2$", text, re.MULTILINE)
    assert re.search(r"^EU  6 of 6 pairs of item and move not asked", text, re.MULTILINE)
    assert re.search(r"^US  4 of 6 pairs of item and move not asked", text, re.MULTILINE)
    assert "They ask about what is in them." in " ".join(text.split())
    assert re.search(
        r"^  motor\n    US: licence \(jp-vn, .*\)\n    CN: not controlled \(jp-vn", text, re.MULTILINE
    )
    assert re.search(r"^  magnet \(jp-vn, .*\): CN: licence", text, re.MULTILINE)


def test_a_survey_of_one_regime_shows_no_comparison(ask):
    lines = "\n".join(summary_lines(ask(regimes=["CN"])))
    assert "Side by side" not in lines
    assert "US  not asked: the answers wanted were those of CN." in lines


def test_a_regime_asked_by_name_is_answered_where_nothing_touches_it(ask):
    asked = ask(regimes=["US"])
    assert set(asked.rows) == {"US"}
    assert overview(asked, "US").products == 3
    assert [(one.regime, one.says_en) for one in not_asked(asked)] == [
        ("CN", "not asked: the answers wanted were those of US"),
        ("EU", "not asked: the answers wanted were those of US"),
    ]


def test_the_report_has_a_part_for_each_regime_and_a_line_for_what_was_not_asked(both: Survey, shown: Shown):
    page = render(both, shown, title="Two")
    assert page.count('<div class="tiles">') == 2
    assert '<h2><span class="duo"><span lang="en">European Union' not in page
    notes = re.findall(r'<p class="note unasked"><b>.*?</p>', page)
    assert len(notes) == 2
    assert "6 of 6 pairs" in notes[0]
    assert "The book holds no list of theirs." in notes[0]
    assert "4 of 6 pairs" in notes[1]
    assert "未查询" in notes[1]
    assert len(re.findall(r"<tr>.*</tr>", page[page.index('class="together"') : page.index("unasked")])) == 4
    data = json.loads(re.search(r'id="data">(.*?)</script>', page, re.DOTALL)[1])  # type: ignore[index]
    assert data["asked"] == ["CN", "US"]
    assert data["words"]["regime.US"] == ["United States", "美国"]


def test_the_provisions_and_requests_of_the_report_say_whose_law_it_is(both: Survey, shown: Shown):
    page = render(both, shown, title="Two")
    provisions = page[page.index('<section id="provisions">') :]
    assert provisions.index("China") < provisions.index("No. 1 of 2030") < provisions.index("United States")
    assert provisions.index("United States") < provisions.index("Rule 1 of 2030")


def test_a_timeline_keeps_the_regimes_of_a_pair_together(shown: Shown):
    figure = shown.figures[0]
    assert [row[:3] for row in figure.table] == [
        *[("magnet", move, "CN") for move in ("jp-vn", "jp-vn", "jp-de", "jp-de")],
        ("motor", "jp-vn", "CN"),
        ("motor", "jp-vn", "US"),
        ("motor", "jp-de", "CN"),
        ("motor", "jp-de", "US"),
        *[("shaft", move, "CN") for move in ("jp-vn", "jp-de")],
    ]
    assert "under one law" in figure.says_en
    assert "reviewed all of the law" in figure.says_en


def test_the_files_of_a_check_tell_what_was_not_asked(both: Survey, shown: Shown, tmp_path: Path):
    write_folder(tmp_path, both, shown=shown)
    held = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    assert {name: (one["pairs"], one["asked"]) for name, one in held["regimes"].items()} == {
        "CN": (6, 6), "EU": (6, 0), "US": (6, 2),
    }  # fmt: skip
    assert held["regimes"]["CN"]["why_not_asked"] == ""
    assert held["regimes"]["US"]["why_not_asked"].endswith("under its law. They ask about what is in them.")
    with (tmp_path / "regimes.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["regime"], row["asked"], row["not_asked"], row["reviewed_until"]) for row in rows] == [
        ("CN", "6", "0", "2030-12-31"),
        ("EU", "0", "6", "2030-12-31"),
        ("US", "2", "4", "2030-06-15"),
    ]
    assert [int(row["answers"]) for row in rows] == [len(both.rows["CN"]), 0, len(both.rows["US"])]
    sheet = openpyxl.load_workbook(tmp_path / "report.xlsx")["Summary"]
    cells = [[cell for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]
    assert ["not controlled", "licence", 2] in cells
    assert ["licence", "not asked 未查询", 2] in cells
    [line] = [row for row in cells if row[:2] == ["United States 美国", 4]]
    assert "nothing stated brings them under its law. They ask" in line[2]


def test_an_answer_of_two_regimes_begins_with_both(both: Survey):
    pair = 0
    lines = answer_lines(both.explain(pair, date(2030, 3, 1)))
    assert lines[2:5] == ["  CN  not controlled", "  US  licence", "  EU  not asked"]
    assert any(line.startswith("EU  NOT ASKED: nothing stated brings it under this law.") for line in lines)


def test_a_share_that_must_be_exceeded_is_not_met_at_the_limit(both: Survey):
    text = "\n".join(answer_lines(both.explain(0, date(2030, 3, 1))))
    assert "it is more than 1/4 of the\n    item's value where the item is worth less than 120.00 USD" in text
