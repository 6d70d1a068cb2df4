"""An account in a terminal, as rows, and as files, from made-up figures."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest

from monazite.leverage.account import Account, Kind, Undefined
from monazite.writers import leverage_files
from monazite.writers.leverage import account_lines, cell_text, merged
from monazite.writers.leverage_files import account_csv, account_json, write_account
from monazite.writers.leverage_rows import FIGURE, GROUND, long_rows
from monazite.writers.words import word, words
from tests.writers.leverage_account import FINE, made_account

PREFIXES = ("leverage.", "leverage-text.", "leverage-name.", "measure.", "trader.")
ALIKE = {"HHI", "A", "N", "D", "CEPII", "CEPII GeoDep", "CRMA 65 %"}
"""Words that are the same in Chinese."""


@pytest.fixture(scope="module")
def account() -> Account:
    return made_account()


# -- text -------------------------------------------------------------------------------------------------------


def test_the_lines_in_a_terminal(account: Account, golden: Callable[[str, str], None]) -> None:
    golden("leverage.txt", "\n".join(account_lines(account)) + "\n")


@pytest.mark.parametrize("width", [60, 80, 100, 140])
def test_no_line_is_wider_than_the_terminal(account: Account, width: int) -> None:
    lines = account_lines(account, width=width)
    assert max(map(len, lines)) <= width
    if width == 60:
        assert any("No room here for" in line for line in lines)


def test_a_figure_that_does_not_exist_is_a_dash_with_its_reason_and_never_a_zero(account: Account) -> None:
    lines = account_lines(account)
    (at,) = [i for i, line in enumerate(lines) if "Share by quantity" in line]
    assert lines[at].split()[3:] == ["-a", "0.002", "%"]
    assert "  -a no quantity is recorded" in lines[at:]
    assert cell_text(Undefined(why="no imports"), Kind.VALUE, "USD") == "-"


def test_every_table_says_under_it_what_its_figures_rest_on(account: Account) -> None:
    text = "\n".join(account_lines(account, width=400))
    for table in account.tables:
        for one in merged(table.grounds):
            assert f"[{one}]" in text
    assert "[threshold: Dominated-trade share, Dominated products: s > 1/2]" in text
    assert "UNVERIFIED: nobody read the text" in text


def test_years_in_a_row_stand_by_their_ends(account: Account) -> None:
    assert merged(account.table("dominated", "CHN").grounds)[0].startswith(
        "Toys, release 1, 2024; reconciled"
    )


# -- rows -------------------------------------------------------------------------------------------------------


def test_a_row_says_everything_about_its_figure(account: Account) -> None:
    rows = list(long_rows(account))
    asked = [row for row in rows if row["table"] == "dominated" and row["product"] == "000002"]
    by_value = next(row for row in asked if row["value"] == 0.545)
    assert by_value["measure"] == "import-share"
    assert by_value["coverage"] == 0.0
    assert [by_value[name] for name in GROUND] == [
        "Toys", "1", "2024", "reconciled", "free on board", "thousand current USD", "HS1992", 6, "none",
    ]  # fmt: skip
    (missing,) = [row for row in asked if row["measure"] == "import-share" and row["value"] is None]
    assert missing["why_undefined"] == "no quantity is recorded"
    first = next(row for row in rows if row["title"] == "Dominated-trade share")
    assert (first["threshold"], first["unit"], first["licence"]) == ("s > 1/2", "share 0..1", "made up")


def test_every_figure_has_a_row_and_no_text_has_one(account: Account) -> None:
    # First figures, shares at stages, flows, dominated products, years, map, flags, variants, losses
    assert len(list(long_rows(account))) == 4 * 2 + 6 + 4 + 2 * 6 + 7 * 2 + 4 + 2 * 2 + 3 * 3 + 2 * 2


def test_csv_reads_back_with_all_columns(account: Account) -> None:
    rows = list(csv.DictReader(io.StringIO(account_csv(account))))
    assert set(FIGURE) <= set(rows[0])
    assert [row["value"] for row in rows if row["column"] == "loss"] == ["0.0123", "inf"]
    assert {row["column"] for row in rows if row["title"] == "Value shipped"} == {"CHN → USA", "USA → CHN"}
    assert {row["value"] for row in rows if row["measure"] == "cepii-c1"} == {"yes", ""}


def test_json_holds_every_table_with_its_reasons(account: Account) -> None:
    found = json.loads(account_json(account))
    assert [table["table"] for table in found["tables"]] == [table.name for table in account.tables]
    dominated = next(table for table in found["tables"] if table["table"] == "dominated")
    assert dominated["rows"][1]["share_quantity"] is None
    assert dominated["rows"][1]["why_undefined"]["share_quantity"] == "no quantity is recorded"
    assert found["data"][dominated["rows"][1]["data"]]["dataset"] == "Toys"
    assert found["measures"]["cepii-c1"]["unverified"] == "nobody read the text"


# -- files ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["csv", "json", "parquet", "xlsx"])
def test_the_same_account_gives_the_same_bytes(account: Account, tmp_path: Path, form: str) -> None:
    for name in ("one", "two"):
        write_account(tmp_path / f"{name}.{form}", account, form)
    assert (tmp_path / f"one.{form}").read_bytes() == (tmp_path / f"two.{form}").read_bytes()


def test_parquet_keeps_what_does_not_exist_apart_from_zero(account: Account, tmp_path: Path) -> None:
    written = write_account(tmp_path / "a.parquet", account, "parquet")
    table = pq.read_table(tmp_path / "a.parquet")
    assert len(table) == written.rows == len(list(long_rows(account)))
    found = [row for row in table.to_pylist() if row["why_undefined"] == "no trade"]
    assert [(row["year"], row["value"]) for row in found] == [(2020, None)]


def test_a_large_table_is_written_row_for_row(
    account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leverage_files, "LARGE", 6)  # the years are seven
    write_account(tmp_path / "a.csv", account, "csv")
    rows = list(csv.DictReader((tmp_path / "a.csv").open(encoding="utf-8")))
    assert [row["year"] for row in rows] == [str(year) for year in range(2018, 2025)]
    assert rows[2]["USA"] == ""
    assert rows[2]["why_undefined"] == "no trade"
    assert rows[2]["thresholds"] == "CHN: s > 1/2; USA: s > 1/2"
    assert rows[2]["digits"] == "6"


def test_the_workbook_has_a_sheet_for_each_table_and_no_formula(account: Account, tmp_path: Path) -> None:
    write_account(tmp_path / "a.xlsx", account, "xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert len(book.sheetnames) == len(account.tables) + 3
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert "=1+1 is no formula." in {cell.value for cell in cells}
    sheet = book["Products dominated by  China"]
    heads = [cell.value for cell in sheet[1]]
    second = dict(zip(heads, [cell.value for cell in sheet[3]], strict=True))
    assert second["HHI"] == 0.5
    assert second[word("leverage.share_quantity")] is None
    assert second[word("leverage.why undefined")] == "no quantity is recorded"
    assert second[word("leverage.rests on")] == account.table("dominated", "CHN").grounds[0].says()


# -- words ------------------------------------------------------------------------------------------------------


def test_every_word_is_chinese_too() -> None:
    keys = [key for key in words() if key.startswith(PREFIXES)]
    assert len(keys) > 250
    assert [key for key in keys if word(key) == word(key, "zh") and word(key) not in ALIKE] == []


def test_a_sentence_has_the_same_gaps_in_both_languages() -> None:
    import string

    def gaps(text: str) -> set[str | None]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}

    keys = [key for key in words() if key.startswith(("leverage.note.", "leverage.more", "leverage.title."))]
    assert [key for key in keys if gaps(word(key)) != gaps(word(key, "zh"))] == []


def test_what_a_finer_data_set_rests_on_is_said_with_its_level() -> None:
    assert merged([FINE])[0].endswith("HTSUS 2024 at 10 digits; groups: none")
