"""`monazite law timeline` by its text, its JSON, its page and its faults."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monazite.cli import main
from tests.regime.small_book import write_book
from tests.regime.test_status import LATER


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("law")
    write_book(made, {"cn/measures/three.yaml": LATER})
    return made


def run(folder: Path | None, *arguments: object) -> Result:
    where = ["--book", folder] if folder else []
    return CliRunner(env={"COLUMNS": "100"}).invoke(
        main, ["law", "timeline", *map(str, [*where, *arguments])]
    )


def test_the_default_ends_with_the_year_after_the_last_change(folder: Path) -> None:
    found = run(folder, "--on", "2030-08-15")
    assert found.exit_code == 0, found.output
    assert found.stdout.startswith("The law from 2020-12-01 through 2031-12-31, as known today.")
    assert " cn-one " in found.stdout
    assert "   1 " not in found.stdout


def test_a_measure_is_shown_with_its_days_and_a_day_of_knowledge_hides_what_came_later(folder: Path) -> None:
    asked = ["--on", "2030-08-15", "--measure", "cn-one", "--provisions", "--from", "2030-01-01"]
    now, then = run(folder, *asked).stdout, run(folder, *asked, "--known-on", "2030-02-28").stdout
    assert "2030-07-01 through 2030-09-30 uncertain: A suspended, B in force" in now
    assert "cn-two " not in now
    assert "as known on 2030-02-28" in then
    assert "suspended" not in then
    assert "2030-02-01 open               in force" in then


def test_json_holds_the_same_days(folder: Path) -> None:
    found = run(folder, "--on", "2030-08-15", "--format", "json", "--provisions")
    made = json.loads(found.stdout)
    assert [m["measure"] for m in made["measures"]] == ["cn-one", "cn-two", "cn-three"]
    assert made["measures"][0]["provisions"][0]["stretches"][-1]["through"] is None
    assert made["on"] == "2030-08-15"
    assert "provisions" not in json.loads(run(folder, "--format", "json").stdout)["measures"][0]


def test_the_page_is_written_and_says_what_is_in_it(folder: Path, tmp_path: Path) -> None:
    page = tmp_path / "new" / "timeline.html"
    found = run(folder, "--on", "2030-08-15", "--html", page)
    assert found.exit_code == 0, found.output
    assert "3 measures" in found.stdout
    text = page.read_text(encoding="utf-8")
    assert run(folder, "--on", "2030-08-15", "--html", page).stdout == found.stdout
    assert page.read_text(encoding="utf-8") == text
    assert "2030-08-15" in text


def test_events_stand_above_the_law_and_can_be_left_out() -> None:
    asked = ["--on", "2026-11-22", "--regime", "CN", "--from", "2025-01-01", "--through", "2026-12-31"]
    assert "\nevents (" in run(None, *asked).stdout
    assert "\nevents (" not in run(None, *asked, "--no-events").stdout
    early = json.loads(run(None, *asked, "--format", "json", "--known-on", "2025-04-30").stdout)
    assert early["events"]
    assert all(event["from"] <= "2025-04-30" for event in early["events"])


def test_a_measure_of_another_state_is_a_sentence_too() -> None:
    found = run(None, "--measure", "cn-mofcom-2025-61", "--regime", "US")
    assert found.exit_code == 1
    assert "cn-mofcom-2025-61 is no law of US. Leave out --regime" in found.stderr


def test_no_61_in_time(folder: Path) -> None:
    asked = ["--measure", "cn-mofcom-2025-61", "--on", "2026-11-22", "--from", "2025-10-01", "--through", "2027-03-31"]  # fmt: skip
    text = run(None, *asked).stdout
    assert "2025-10-09 through 2025-11-06 announced" in text
    assert (
        "2025-11-07 through 2026-11-10 suspended; known since 2025-11-07, by cn-mofcom-gacc-2025-70" in text
    )
    assert "2026-11-11 through 2027-01-10 uncertain: A suspended, B in force" in text
    assert "suspended" not in run(None, *asked, "--known-on", "2025-10-20").stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--measure", "cn-on"], "the book holds no measure 'cn-on'. Did you mean 'cn-one'?"),
        (["--measure", "CN-ONE"], "the book holds no measure 'CN-ONE'. Did you mean 'cn-one'?"),
        (["--regime", "UK"], "the book holds no regime 'UK'. Allowed: CN"),
        (["--from", "2030-01-02", "--through", "2030-01-01"], "--through 2030-01-01 is before --from 2030-01-02"),
    ],
)  # fmt: skip
def test_what_cannot_be_shown_is_a_sentence(folder: Path, arguments: list[str], said: str) -> None:
    found = run(folder, *arguments)
    assert found.exit_code == 1
    assert said in found.stderr
    assert "Traceback" not in found.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--html", ""], "the path is empty. Name a place to write to"),
        (["--html", "page.html", "--format", "json"], "give one of the two"),
        (["--through", "9999-12-31"], "'9999-12-31' is out of range"),
        (["--from", "0001-01-01"], "'0001-01-01' is out of range"),
        (["--on", "9999-12-31"], "'9999-12-31' is out of range"),
    ],
)
def test_wrong_use_of_the_timeline_exits_with_two(folder: Path, arguments: list[str], said: str) -> None:
    found = run(folder, *arguments)
    assert found.exit_code == 2
    assert said in found.stderr
    assert not Path("page.html").exists()


@pytest.mark.parametrize("option", ["--from", "--through", "--on"])
@pytest.mark.parametrize("day", ["1900-01-01", "2199-12-31"])
def test_the_first_and_the_last_day_of_all_can_be_shown(folder: Path, option: str, day: str) -> None:
    other = {"--from": ["--through", "2199-12-31"], "--through": ["--from", "1900-01-01"], "--on": []}[option]
    found = run(folder, option, day, *other, "--no-events")
    assert found.exit_code == 0, found.output


def test_a_page_that_cannot_be_written_is_a_sentence(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    found = run(folder, "--html", str(file / "page.html"), "--no-events")
    assert found.exit_code == 1
    assert found.stderr.startswith(f"{file}")
    assert "cannot be written: " in found.stderr
    assert "Name another place" in found.stderr
    assert found.stdout == ""
