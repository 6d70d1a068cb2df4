"""`monazite leverage` on the shipped data: answers, formats, faults, and the page about it."""

import csv
import doctest
import functools
import io
import json
import re
import shlex
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from monazite.cli import LEVERAGE, main

PAGE = Path(__file__).resolve().parents[2] / "docs/how-to/leverage.md"


@functools.lru_cache(maxsize=32)
def run(*arguments: str, columns: int = 100) -> Result:
    return CliRunner(env={"COLUMNS": str(columns), "MONAZITE_CACHE": "/nowhere"}).invoke(
        main, ["leverage", *arguments]
    )


def said(*arguments: str) -> str:
    found = run(*arguments)
    assert found.exit_code == 0, found.stderr
    return found.stdout


def answer(*arguments: str) -> dict[str, list[dict[str, object]]]:
    """The rows of each table of an account, by its name."""
    found = json.loads(said(*arguments, "--format", "json"))
    return {table["table"]: table["rows"] for table in found["tables"]}


# -- answers ----------------------------------------------------------------------------------------------------


def test_what_ten_digits_say_of_china_and_the_united_states() -> None:
    rows = answer("pair", "CHN", "USA", "--data", "us-imports")["variants"]
    at = {(row["digits"], row["special"], row["denominator"]): row["out"] for row in rows}
    # Finer codes raise the share: the warning that comes with every share by code.
    assert at[4, "kept", "data"] < at[6, "kept", "data"] < at[8, "kept", "data"] < at[10, "kept", "data"]
    assert at[6, "kept", "own"] == pytest.approx(at[6, "kept", "data"] * 429 / 525, rel=0.01)
    assert {row["back"] for row in rows} == {None}


def test_a_pair_is_the_same_seen_from_the_other_side() -> None:
    one, other = (
        answer("pair", "CHN", "JPN", "--year", "2020"),
        answer("pair", "Japan", "China", "--year", "2020"),
    )
    for mine, theirs in zip(one["headline"], other["headline"], strict=True):
        assert (mine["out"], mine["back"]) == (theirs["back"], theirs["out"])


def test_a_group_is_one_trader_and_its_inner_trade_is_gone() -> None:
    rows = answer("country", "EU27")["suppliers"]
    assert not {"DEU", "FRA", "EU27"} & {row["exporter"] for row in rows}
    mine = answer("country", "BENELUX", "--group", "BENELUX=Belgium,NL,LUX", "--year", "2010")["suppliers"]
    assert not {"BEL", "NLD", "LUX"} & {row["exporter"] for row in mine}


def test_magnets_are_in_the_us_imports_alone_and_that_is_said() -> None:
    text = said("product", "8505.11", "--on", "2026-11-21")
    assert "850511 is not among the codes of the BACI extract; used here: us-imports." in text
    assert "Every condition with its figure" in text
    tables = answer("product", "850511", "--on", "2026-11-21")
    stages = [row["stage"] for row in tables["stages"]]
    assert stages[:4] == ["mine", "separation", "metal", "magnet"]
    assert all(row["scope"] for row in tables["stages"])
    assert [row["digits"] for row in tables["levels"]] == [6, 8, 10, 10, 10, 10, 10]
    assert {row["screen_cdi"] for row in tables["screens"]} == {None}


def test_controls_stand_as_the_book_has_them_on_the_day() -> None:
    early, late = (
        answer("product", "280530", "--on", day)["controls"] for day in ("2025-04-03", "2025-04-04")
    )
    named = "cn-mofcom-gacc-2025-18/1"
    assert named not in [row["provision"] for row in early if row["status"] == "in force"]
    assert named in [row["provision"] for row in late if row["status"] == "in force"]


def test_the_sankey_of_a_product_holds_all_of_its_trade() -> None:
    tables = answer("product", "280530", "--on", "2025-04-04")
    traded = next(row["figure"] for row in tables["headline"] if row["measure"] == "Traded value")
    assert sum(row["value"] for row in tables["flows"]) == pytest.approx(traded)  # type: ignore[misc,arg-type]


def test_supply_risk_follows_the_trade_factor_of_the_day() -> None:
    asked = ("compare-screens", "--importer", "EU27", "--product", "280530", "--recycling", "0.01", "--substitution", "1",
             "--factor", "licence=2", "--on")  # fmt: skip
    early, late = (
        next(row["figure"] for row in answer(*asked, day)["measures"] if row["measure"] == "EU supply risk")
        for day in ("2025-04-03", "2025-04-04")
    )
    assert early < late < 2 * early  # type: ignore[operator]


def test_the_matrix_is_the_difference_of_both_ways(tmp_path: Path) -> None:
    file = tmp_path / "matrix.parquet"
    assert f"{file}: 7,593 rows" in said("matrix", "--out", str(file))
    rows = pq.read_table(file).to_pylist()
    share = {(row["exporter"], row["importer"]): row["dominates"] for row in rows}
    assert len(share) == len(rows)
    for row in rows:
        back = share.get((row["importer"], row["exporter"]))
        if back is None:
            assert row["asymmetry"] is None
            assert row["why_undefined"]
        else:
            assert row["asymmetry"] == pytest.approx(row["dominates"] - back)
        assert row["thresholds"].startswith("dominates: s > 1/2")
        assert (row["dataset"], row["data_year"], row["digits"], row["groups"]) == (
            "BACI (74 codes)",
            "2024",
            6,
            "none",
        )


def test_screens_are_asked_about_the_products_named() -> None:
    tables = answer("compare-screens", "--importer", "JPN", "--product", "2846")
    assert [row["product"] for row in tables["screens"]] == ["284610", "284690"]
    assert {row["year"] for row in tables["screen-figures"]} == {2022, 2023, 2024}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("compare-screens", "--importer", "EU27", "--factor", "bogus=1"), "'bogus=1' is no factor"),
        (("compare-screens", "--importer", "EU27", "--factor", "licence=-1"), "'licence=-1' is no factor"),
        (("compare-screens", "--importer", "EU27", "--factor", "licence=nan"), "'licence=nan' is no factor"),
        (("matrix", "--least-trade", "nan"), "'nan' is not a finite number"),
        (("pair", "CHN", "USA", "--out", "shares.cvs"), "'.cvs' is no format"),
        (("claims", "--out", "claims.html"), "'.html' is no format"),
    ],
    ids=lambda held: held[-1] if isinstance(held, tuple) else "",
)
def test_what_is_no_answerable_option_gets_a_sentence(arguments: tuple[str, ...], sentence: str) -> None:
    found = run(*arguments)
    assert found.exit_code in (1, 2)
    assert sentence in found.stderr


# -- formats ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("columns", [60, 80, 100, 200])
def test_tables_are_80_to_100_columns_wide(columns: int) -> None:
    width = min(max(columns, 80), 100)
    for arguments in (("pair", "CHN", "USA"), ("country", "DEU"), ("matrix",)):
        assert max(map(len, run(*arguments, columns=columns).stdout.splitlines())) <= width


def test_csv_goes_to_standard_output_and_every_row_says_what_it_rests_on() -> None:
    rows = list(
        csv.DictReader(
            io.StringIO(said("compare-screens", "--importer", "JPN", "--product", "2846", "--format", "csv"))
        )
    )
    assert rows
    for row in rows:
        assert all(
            row[name]
            for name in (
                "dataset",
                "release",
                "data_year",
                "side",
                "valuation",
                "nomenclature",
                "digits",
                "groups",
            )
        )
        assert row["value"] or row["why_undefined"]


def test_the_ending_of_a_file_says_its_form(tmp_path: Path) -> None:
    file = tmp_path / "screens.xlsx"
    said("compare-screens", "--importer", "JPN", "--product", "2846", "--out", str(file))
    assert "Where and why they disagree" in openpyxl.load_workbook(file).sheetnames


def test_a_page_is_written_small_and_tells_its_own_command(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    assert said("product", "280530", "--on", "2025-04-04", "--html", str(file)) == f"Open {file}\n"
    page = file.read_text(encoding="utf-8")
    assert len(page.encode()) < 1_000_000
    assert "<code>monazite leverage product 280530 --on 2025-04-04</code>" in page
    assert "http-equiv" in page
    assert not re.search(r'(?:src|srcset)="', page)


# -- faults -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("pair", "CHN", "Frnace"), "'Frnace' is no country and no group of countries. Did you mean 'France' (FRA)?"),
        (("country", "EU72"), "Did you mean 'EU27'?"),
        (("pair", "CHN", "China"), "CHN and China are one. Name two"),
        (("product", "85.1x"), "'85.1x' is no product code. Write two, four, six, eight or ten digits"),
        (("product", "999999"), "no data set here holds 999999. Load data that hold it: monazite trade load"),
        (("product", "850511", "--data", "baci"), "--data baci: it does not hold 850511. Ask for --data us-imports"),
        (("matrix", "--data", "bacci"), "no data set 'bacci'. Did you mean 'baci'?"),
        (("compare-screens", "--importer", "EU27", "--product", "850511"), "--product: baci holds nothing under 850511"),
        (("compare-screens", "--importer", "EU27", "--rules", "x"), "no preset 'x'. Allowed: first condition alone"),
        (("country", "Antarctica"), "ATA has no trade in it in 2024"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_a_sentence(arguments: tuple[str, ...], says: str) -> None:
    found = run(*arguments)
    assert found.exit_code == 1
    assert says in found.stderr
    assert "1 thing to mend" in found.stderr


def test_all_faults_are_told_at_once() -> None:
    found = run("pair", "CHN", "Frnace", "--year", "1890", "--digits", "8", "--group", "EUU")
    assert "4 things to mend" in found.stderr


def test_a_workbook_needs_a_file() -> None:
    found = run("matrix", "--format", "xlsx")
    assert found.exit_code == 2
    assert "--out NAME.xlsx" in found.stderr


# -- the page ---------------------------------------------------------------------------------------------------

TEXT = PAGE.read_text(encoding="utf-8")
CONSOLE = re.findall(r"^```console\n\$ monazite leverage (.*?)\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)


def test_the_page_names_every_command() -> None:
    assert [name for name in LEVERAGE if f"monazite leverage {name}" not in TEXT and name != "claims"] == []


@pytest.mark.parametrize(("command", "shown"), CONSOLE, ids=[str(n) for n in range(len(CONSOLE))])
def test_what_the_page_shows_is_what_the_command_prints(command: str, shown: str) -> None:
    assert doctest.OutputChecker().check_output(shown, said(*shlex.split(command)), doctest.ELLIPSIS)
