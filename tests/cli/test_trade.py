"""`monazite trade` by its text: what is at hand, what a load says, faults, and the page about it."""

import doctest
import json
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monazite.cli import main
from monazite.readers.trade.cache import cached_names
from monazite.readers.trade.loading import KINDS

PAGE = Path(__file__).resolve().parents[2] / "docs/how-to/trade-data.md"
NAME = "BACI_HS92_Y2024_V202601.csv"
ROWS = [
    "t,i,j,k,v,q",
    "2024,156,842,280530,6.5,1",
    "2024,392,842,280530,3.5,           NA",
    "2024,842,156,010121,10,0.5",
]


def run(cache: Path, *arguments: object) -> Result:
    return CliRunner(env={"COLUMNS": "100", "MONAZITE_CACHE": str(cache)}).invoke(
        main, ["trade", *map(str, arguments)]
    )


def said(cache: Path, *arguments: object) -> str:
    found = run(cache, *arguments)
    assert found.exit_code == 0, found.stderr
    return found.stdout


def told(cache: Path, *arguments: object) -> str:
    """What stands on standard error of a command that could not do it."""
    found = run(cache, *arguments)
    assert found.exit_code == 1, found.output
    assert isinstance(found.exception, SystemExit), found.exception
    assert found.stdout == ""
    return found.stderr


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / NAME
    path.write_text("\n".join(ROWS) + "\n", encoding="utf-8")
    return path


# -- list -------------------------------------------------------------------------------------------------------


def test_list_shows_what_is_shipped_with_release_years_and_rows(cache: Path) -> None:
    lines = said(cache, "list").splitlines()
    assert lines[0].split() == ["name", "holds", "data", "set", "release", "years", "rows"]
    assert [line.split()[0] for line in lines[1:]] == [
        "baci",
        "us-imports",
        "usgs-2025",
        "usgs-2026",
        "governance",
    ]
    assert lines[1].split()[-2:] == ["1995-2024", "1,264,888"]
    assert lines[2].split()[-2:] == ["2024", "206,612"]
    assert all("shipped" in line for line in lines[1:])


def test_list_shows_what_was_loaded_and_where_it_lies(cache: Path, file: Path) -> None:
    said(cache, "load", file)
    found = run(cache, "list")
    assert re.search(
        r"^baci-hs1992-202601 +flows, loaded +BACI +202601 +2024 +3$", found.stdout, re.MULTILINE
    )
    assert str(cache) in found.stderr
    listed = json.loads(said(cache, "list", "--format", "json"))
    assert listed[-1] == {"name": "baci-hs1992-202601", "holds": "flows", "from": "loaded", "dataset": "BACI", "release": "202601",
                          "years": [2024], "rows": 3}  # fmt: skip


def test_a_data_set_that_is_damaged_does_not_hide_the_others(cache: Path, file: Path) -> None:
    said(cache, "load", file)
    (cache / "trade/baci-hs1992-202601/header.json").write_text("{", encoding="utf-8")
    found = run(cache, "list")
    assert found.exit_code == 0
    assert "baci-hs1992-202601" not in found.stdout
    assert "the header is not readable. Load the data again: monazite trade load" in found.stderr


# -- load -------------------------------------------------------------------------------------------------------


def test_load_says_rows_value_and_what_has_no_quantity(cache: Path, file: Path) -> None:
    text = said(cache, "load", file)
    assert re.match(r"baci-hs1992-202601: 3 rows of 2024 in \d+\.\d s\n", text)
    assert re.search(r"^2024 +3 +20 +33\.3% +82\.5%$", text, re.MULTILINE)  # 16.5 of 20 have a quantity
    for words in (
        "release       202601",
        "unit          thousand current USD",
        "nomenclature  HS1992",
        "Etalab Open Licence 2.0",
        NAME,
    ):
        assert words in text


def test_load_takes_a_name_years_and_a_folder_of_its_own(cache: Path, file: Path, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere"
    found = json.loads(
        said(
            cache,
            "load",
            file,
            "--name",
            "mine",
            "--years",
            "2023..2025",
            "--cache",
            other,
            "--format",
            "json",
        )
    )
    assert (found["name"], found["rows"], list(found["years"])) == ("mine", 3, ["2024"])
    assert (cached_names(other), cached_names(cache)) == (("mine",), ())


def test_load_tells_what_it_left_out(cache: Path, tmp_path: Path) -> None:
    path = tmp_path / "comtrade.csv"
    path.write_text("refYear,reporterCode,partnerCode,flowCode,cmdCode,primaryValue\n2024,842,156,M,850511,100\n2024,842,0,M,850511,300\n",
                    encoding="utf-8")  # fmt: skip
    text = said(cache, "load", path, "--side", "importer")
    assert "Left out\n- the world as a partner: 1 rows, value 300" in text
    assert "comtrade-importer: 1 rows of 2024" in text


def test_load_with_faults_tells_all_and_keeps_nothing(cache: Path, file: Path) -> None:
    file.write_text(
        "\n".join([*ROWS, "2024,840,156,010121,10,1", "2024,156,156,280530,0,1"]) + "\n", encoding="utf-8"
    )
    text = told(cache, "load", file)
    assert f"{file}:5: column i: '840' is no country of BACI" in text
    assert f"{file}:6: column v: value '0' is not above zero" in text
    assert f"{file}:6: 'CHN' ships to itself" in text
    assert "3 things to mend; nothing was written." in text
    assert cached_names(cache) == ()


def test_load_shows_twenty_faults_and_counts_the_rest(cache: Path, file: Path) -> None:
    rows = [f"2024,156,842,{code},0,1" for code in range(100_000, 100_050)]
    file.write_text("\n".join([ROWS[0], *rows]) + "\n", encoding="utf-8")
    assert told(cache, "load", file).splitlines()[-2:] == [
        "... and 30 more",
        "50 things to mend; nothing was written.",
    ]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["nowhere.zip"], "there is no such file or folder"), ([NAME, "--name", "Mine"], "'Mine' cannot name a data set"),
     ([NAME, "--name", "baci"], "'baci' is the name of a data set that is shipped"), ([NAME, "--years", "1990"], "the years asked"),
     ([NAME, "--dataset", "comext"], "its columns are not those of Eurostat Comext")],
)  # fmt: skip
def test_what_cannot_be_loaded_is_a_sentence(
    cache: Path, file: Path, arguments: list[str], words: str
) -> None:
    given = [str(file) if argument == NAME else argument for argument in arguments]
    found = run(cache, "load", *given)
    assert found.exit_code == 1, found.output
    assert isinstance(found.exception, SystemExit)
    assert words in found.stderr


@pytest.mark.parametrize("years", ["24", "2024..2020", "2020-2024", "all"])
def test_a_span_of_years_that_is_none_is_wrong_use(cache: Path, file: Path, years: str) -> None:
    assert run(cache, "load", file, "--years", years).exit_code == 2


# -- info -------------------------------------------------------------------------------------------------------


def test_info_of_what_is_shipped_has_licence_attribution_and_every_year(cache: Path) -> None:
    found = json.loads(said(cache, "info", "baci", "--format", "json"))
    assert (found["rows"], found["countries"], found["products"], len(found["years"])) == (
        1_264_888,
        233,
        74,
        30,
    )
    assert found["licence"] == "Etalab Open Licence 2.0"
    assert found["attribution"].startswith("Source: CEPII, BACI")
    # 61,682 rows of 1,264,888 have no quantity.
    missing = sum(round(year["without_quantity"] * year["rows"]) for year in found["years"].values())
    assert missing == 61_682
    assert any("490" in note for note in found["notes"])


def test_info_of_the_us_file_has_its_printed_sum(cache: Path) -> None:
    found = json.loads(said(cache, "info", "us-imports", "--format", "json"))
    assert found["years"] == {
        "2024": {
            "rows": 206_612,
            "value": 3_208_820_074_369.0,
            "without_quantity": 1.0,
            "quantity_coverage": 0.0,
        }
    }


@pytest.mark.parametrize("name", ["usgs-2025", "usgs-2026", "governance"])
def test_info_of_tables_has_licence_and_years(cache: Path, name: str) -> None:
    text = said(cache, "info", name)
    assert "licence" in text
    assert "2024" in text
    assert ("Tables\n- aluminium" in text) == name.startswith("usgs")


def test_info_checks_the_bytes_when_asked(cache: Path, file: Path) -> None:
    said(cache, "load", file, "--name", "mine")
    assert "loaded" in said(cache, "info", "mine", "--check")
    path = cache / "trade/mine/2024/value.f8"
    path.write_bytes(bytes(24))
    assert "loaded" in said(cache, "info", "mine")
    assert "value.f8: the column was changed after it was written" in told(cache, "info", "mine", "--check")


def test_info_of_an_unknown_name_offers_the_nearest(cache: Path) -> None:
    assert "no data set 'bacci'. Did you mean 'baci'?" in told(cache, "info", "bacci")


def test_every_kind_can_be_named(cache: Path) -> None:
    assert all(kind in said(cache, "load", "--help") for kind in KINDS)


# -- the page ---------------------------------------------------------------------------------------------------


def blocks(text: str) -> list[tuple[str, str]]:
    """Commands of the page and what stands in the block after each."""
    return re.findall(r"```sh\n(monazite [^\n]+)\n```\n\n```\n(.*?)```", text, re.DOTALL)


def test_the_page_shows_what_the_commands_print(cache: Path, tmp_path: Path) -> None:
    shown = blocks(PAGE.read_text(encoding="utf-8"))
    assert len(shown) >= 4
    (tmp_path / NAME).write_text("\n".join(ROWS) + "\n", encoding="utf-8")
    (tmp_path / "faults.csv").write_text(
        "\n".join([*ROWS, "2024,840,156,010121,10,1", "2024,156,156,280530,0,1"]) + "\n", encoding="utf-8"
    )
    checker, flags = doctest.OutputChecker(), doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path)
        for command, wanted in shown:
            found = run(cache, *shlex.split(command)[2:])
            assert checker.check_output(wanted, found.stdout + found.stderr, flags), (
                f"{command}\n{found.output}"
            )
