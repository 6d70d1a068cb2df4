"""`monazite events` and `monazite tariff` by their text: answers, widths, formats, faults, and the page about them."""

import csv
import doctest
import io
import json
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monazite.cli import main
from monazite.readers.events import read_ledger
from monazite.readers.tariffs import read_ladder
from monazite.regime.events import LEVERS

PAGE = Path(__file__).resolve().parents[2] / "docs/how-to/trade-war.md"


def run(*arguments: object, columns: int = 100) -> Result:
    return CliRunner(env={"COLUMNS": str(columns)}).invoke(main, [str(a) for a in arguments])


def said(*arguments: object) -> str:
    found = run(*arguments)
    assert found.exit_code == 0, found.stderr
    return found.stdout


# -- events -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("columns", [40, 80, 93, 100, 200])
def test_tables_are_80_to_100_columns_wide(columns: int) -> None:
    width = min(max(columns, 80), 100)
    for arguments in (["events", "--sources"], ["tariff", "--list"], ["tariff", "magnets", "--on", "2026-11-21"],
                      ["tariff", "ship-to-shore-cranes", "--from", "2025-01-01", "--through", "2027-02-01"]):  # fmt: skip
        lines = run(*arguments, columns=columns).stdout.splitlines()
        wide = [
            line for line in lines if len(line) > width and "://" not in line and "_" not in line.split()[0]
        ]
        assert wide == []
        assert max(map(len, lines)) > width - 15


def test_the_table_holds_every_event_with_its_sources_in_full() -> None:
    text = said("events", "--sources")
    assert text.startswith("150 of 150 events of the trade war.\n")
    for source in read_ledger().sources.values():
        if any(source.key == c.key for event in read_ledger().events for c in event.sources):
            assert f"  {source.key} ({source.grade}): " in text


@pytest.mark.parametrize(
    ("arguments", "count"),
    [
        (["--actor", "US"], 82),
        (["--actor", "USA"], 82),
        (["--actor", "China"], 76),
        (["--actor", "eu"], 1),
        (["--lever", "counter tariff"], 8),
        (["--lever", "Counter_Tariff"], 8),
        (["--direction", "neutral"], 5),
        (["--target", "Japan"], 5),
        (["--target", "world"], 43),
        (["--target", "nexperia"], 4),
        (["--target", "ARE"], 2),
        (["--target", "amd"], 2),
        (["--from", "2025-04-02", "--through", "2025-04-02"], 2),
        (["--from", "2025-04", "--through", "2025-04"], 13),
        (["--through", "2012"], None),
        (["--search", "graphite"], 3),
        (["--search", "no such words"], 0),
        (["--actor", "CN", "--lever", "export-control", "--search", "graphite"], 2),
    ],
)
def test_filters_take_words_as_people_write_them(arguments: list[str], count: int | None) -> None:
    found = run("events", *arguments)
    if count is None:
        assert found.exit_code == 2
        assert "'2012' is neither a day nor a month. Write it YYYY-MM-DD or YYYY-MM" in found.stderr
    else:
        assert found.stdout.startswith(f"{count} of 150 events")
        assert len(re.findall(r"^\d{4}-\d\d", found.stdout, re.MULTILINE)) == count


def test_csv_and_json_hold_the_same_events_as_the_table() -> None:
    arguments = ["events", "--from", "2025-04", "--through", "2025-05"]
    rows = list(csv.DictReader(io.StringIO(said(*arguments, "--format", "csv"))))
    plain = json.loads(said(*arguments, "--format", "json"))
    assert [row["magnitude"] for row in rows] == [event["magnitude"] for event in plain]
    assert said(*arguments).startswith(f"{len(rows)} of 150 events")
    assert all(source["what"] and source["grade"] for event in plain for source in event["sources"])
    month = next(row for row in rows if row["date"] == "2025-04")
    assert (month["first"], month["last"]) == ("2025-04-01", "2025-04-30")


# -- tariff -----------------------------------------------------------------------------------------------------------


def test_an_answer_says_what_it_comes_on_top_of_what_is_not_held_and_how_far_it_was_read() -> None:
    for product, base in (
        ("typical", "section 301 duties of 2018"),
        ("soybeans", "duties in return of 2018"),
    ):
        text = said("tariff", product, "--on", "2026-11-21")
        assert f"% on top of the ordinary (MFN) duty and the {base} and 2019\n" in text
        assert "\nNot held: " in text
        assert (
            "Reviewed until 2026-10-05: later days rest on what was known by then. No legal advice." in text
        )
        assert "\nUNVERIFIED\n" in text


def test_an_answer_in_json_has_every_digit_and_every_part() -> None:
    found = json.loads(said("tariff", "polysilicon", "--on", "2026-08-05", "--format", "json"))
    assert found["percent"] == {"low": "50", "high": "62.5"}
    found = json.loads(said("tariff", "polysilicon", "--on", "2026-08-06", "--format", "json"))
    assert found["percent"] == {"low": "50", "high": None}
    named = {part["part"] for part in (*found["parts"], *found["left"])}
    assert named == {part.id for part in read_ladder().parts if part.into == "USA"}
    assert all(one["reason"] for one in found["left"])


def test_the_ladder_in_json_has_the_same_lines_as_the_text() -> None:
    arguments = ["tariff", "8505.11", "--from", "2025-01-01", "--through", "2026-11-21"]
    lines = re.findall(r"^(\d{4}-\d\d-\d\d)  (\d{4}-\d\d-\d\d)  ", said(*arguments), re.MULTILINE)
    rungs = json.loads(said(*arguments, "--format", "json"))
    assert [(rung["from"], rung["through"]) for rung in rungs] == lines


def test_the_groups_can_be_listed_and_every_one_of_them_asked() -> None:
    groups = json.loads(said("tariff", "--list", "--format", "json"))
    text = said("tariff", "--list")
    for group in groups:
        assert re.search(rf"^  {group['id']} ", text, re.MULTILINE)
        assert said("tariff", group["id"], "--on", "2025-06-01")


def test_a_ladder_without_a_first_day_begins_with_the_first_rate_and_today_ends_it() -> None:
    assert "from 2024-09-27 through 2025-02-04" in said(
        "tariff", "typical", "--through", "2025-02-04"
    ).replace("\n", " ")
    assert run("tariff", "typical").exit_code == 0
    assert run("tariff", "typical", "--from", "2025-01-01").exit_code == 0


def test_before_the_first_day_held_the_answer_says_so() -> None:
    early = said("tariff", "typical", "--on", "2017-06-01")
    assert "unknown on top of" in early
    assert "Rates are held from 2024-09-27 on; of earlier days nothing is known here." in early
    unheard = said("tariff", "typical", "--on", "2025-04-09", "--known-on", "2000-01-01")
    assert "No rate that is held was known before 2024-09-18." in unheard
    ladder = said("tariff", "typical", "--from", "2024-09-01", "--through", "2024-10-01")
    assert (
        "2024-09-01  2024-09-26  unknown       not held\n2024-09-27  2024-10-01  0             nothing\n"
        in ladder
    )
    assert "Rates are held from 2024-09-27 on" in ladder
    assert "held from" not in said("tariff", "typical", "--on", "2024-09-27")
    plain = json.loads(said("tariff", "typical", "--on", "2017-06-01", "--format", "json"))
    assert plain["percent"] == {"low": "0", "high": None}
    assert (plain["held_from"], plain["known_from"]) == ("2024-09-27", None)


# -- wrong use, and input to mend -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["events", "--lever", "tarif"], "events: 'tarif' is no lever. Did you mean 'tariff'?"),
        (["events", "--lever", "x"], f"events: 'x' is no lever. Allowed: {', '.join(LEVERS)}"),
        (["events", "--actor", "Chna"], "events: 'Chna' is no actor. Did you mean 'CHN'?"),
        (["events", "--actor", "Mars"], "events: 'Mars' is no actor. Allowed: CHN, EU, JPN, NLD, USA, WTO"),
        (["events", "--actor", ""], "events: --actor is empty. Name a country, or leave it out"),
        (["events", "--target", " "], "events: --target is empty. Name a country, or leave it out"),
        (["events", "--search", ""], "events: --search is empty. Write a text, or leave it out"),
        (["events", "--target", "Nexperai"], "events: 'Nexperai' is no target. Did you mean 'Nexperia'?"),
        (["events", "--from", "2025-05", "--through", "2025-04"], "events: --through 2025-04-30 is before --from 2025-05-01. "
         "Name the earlier day first"),
        (["tariff", "magnet"], "tariff: there is no group of goods 'magnet'. Did you mean 'magnets'?"),
        (["tariff", "soybeans", "--into", "us"], "tariff: 'soybeans' is held for goods into CHN, not into USA. "),
        (["tariff", "8505"], "tariff: '8505' is wider than what is held of it. Ask for magnets or ndfeb-magnets"),
        (["tariff", "typical", "--from", "2026-01-02", "--through", "2026-01-01"],
         "tariff: --through 2026-01-01 is before --from 2026-01-02. Name the earlier day first"),
        (["events", "--book", "no/such/folder"],
         "no/such/folder/trade-war/events.csv: cannot be read: No such file or directory. Check the path"),
        (["tariff", "typical", "--book", "no/such/folder"],
         "no/such/folder/trade-war/tariffs.yaml: cannot be read: No such file or directory."),
    ],
)  # fmt: skip
def test_input_to_mend_exits_with_one_and_says_how(arguments: list[str], fault: str) -> None:
    found = run(*arguments)
    assert found.exit_code == 1
    assert fault in found.stderr
    assert found.stdout == ""


def test_faults_of_several_filters_come_at_once() -> None:
    found = run("events", "--lever", "tarif", "--actor", "Mars", "--target", "Nexperai")
    assert [line.split(".")[0] for line in found.stderr.splitlines()] == [
        "events: 'tarif' is no lever",
        "events: 'Mars' is no actor",
        "events: 'Nexperai' is no target",
        "3 things to mend; nothing was written",
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["tariff"], "Missing argument 'PRODUCT'. monazite tariff --list shows the groups"),
        (
            ["tariff", "typical", "--list", "--into", "CN"],
            "--list shows every group of goods: leave out PRODUCT and --into",
        ),
        (
            ["tariff", "typical", "--through", "9999-12-31"],
            "'9999-12-31' is out of range. Write a day from 1900-01-01",
        ),
        (["events", "--through", "9999-12-31"], "'9999-12-31' is out of range"),
        (["events", "--from", "9999-12"], "'9999-12' is out of range"),
        (["tariff", "typical", "--on", "2026"], "'2026' is not a day. Write it YYYY-MM-DD"),
        (["tariff", "typical", "--on", "2026-01-01", "--from", "2026-01-01"], "give one of the two"),
        (["tariff", "typical", "--into", "DE"], "'DE' is not one of"),
        (["events", "--direction", "up"], "'up' is not one of 'escalate', 'conciliate', 'neutral'"),
    ],
)
def test_wrong_use_exits_with_two(arguments: list[str], said: str) -> None:
    found = run(*arguments)
    assert found.exit_code == 2
    assert said in found.stderr


# -- the page ---------------------------------------------------------------------------------------------------------

CONSOLE = re.findall(
    r"^```console\n\$ monazite (.*?)\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
)


def test_the_page_shows_both_commands() -> None:
    assert {command.split()[0] for command, _ in CONSOLE} == {"events", "tariff"}


@pytest.mark.parametrize(("command", "shown"), CONSOLE, ids=[command for command, _ in CONSOLE])
def test_what_the_page_shows_is_what_the_command_prints(command: str, shown: str) -> None:
    assert doctest.OutputChecker().check_output(shown, said(*shlex.split(command)), doctest.ELLIPSIS)
