"""`monazite disrupt line` and `calibrate` on the example plan, and on plans with faults."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from monazite.cli import main
from monazite.readers.disruption.plan import read_plan
from monazite.regime.book import Book
from monazite.terms.faults import BadInput


@pytest.fixture(autouse=True)
def read_once(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """The shipped book of law is read once for all commands."""
    monkeypatch.setattr("monazite.readers.law.read_book", lambda path=None: book)


@pytest.fixture
def plan(root: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(root / "examples/line-stop", tmp_path / "plan"))


DAY_0 = ("--from", "2025-05-01")


def failed(*words: str) -> str:
    """What a command says that cannot be followed."""
    done = CliRunner().invoke(main, ["disrupt", "line", *words])
    assert done.exit_code in (1, 2), done.output
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    return done.stderr


def run(*words: str) -> str:
    done = CliRunner().invoke(main, ["disrupt", *words])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_the_part_that_needs_a_licence_stops_the_line_and_open_evidence_is_shown_both_ways(
    plan: Path,
) -> None:
    found = json.loads(run("line", str(plan), "--from", "2025-05-01", "--json"))
    motor = [answer for answer in found["lines"] if answer["line"] == "motor-line"]
    assert {(a["model"], a["reading"].split()[2]) for a in motor} == {
        (model, word) for model in ("age alone", "hazard") for word in ("no", "each")
    }
    for answer in motor:
        assert answer["first_stop"] == ["2025-06-10"] * 3  # 17600 sets at 440 a day
        magnets, shaft = (
            next(p for p in answer["parts"] if p["part"] == name) for name in ("ev-magnets", "ev-shaft")
        )
        assert magnets["p_first"] > 0.9
        assert shaft["p_late"] == 0
    low, high = motor[0]["mean_days_lost"], motor[1]["mean_days_lost"]
    assert low < high
    assert found["inputs"]["delay"]["median_days"] == 74


def test_table_and_csv_say_the_same_and_twice_the_same(plan: Path) -> None:
    words = ("line", str(plan), "--from", "2025-05-01", "--model", "age", "--only", "motor-line")
    assert "stops it first                  ev-magnets" in run(*words)
    csv = run(*words, "--format", "csv")
    assert csv == run(*words, "--format", "csv")
    assert csv.splitlines()[0].startswith("line,model,reading,part")
    assert len(csv.splitlines()) == 9


def test_a_part_that_nobody_determined_is_answered_with_a_licence_and_without(plan: Path) -> None:
    rows = (plan / "determinations.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    words = ("line", str(plan), *DAY_0, "--model", "age", "--only", "rotor-spares", "--json")
    whole = [answer["reading"] for answer in json.loads(run(*words))["lines"]]
    (plan / "determinations.csv").write_text(
        "".join(r for r in rows if "ev-shaft" not in r), encoding="utf-8"
    )
    found = json.loads(run(*words))["lines"]
    assert whole == ["determined"]
    assert [answer["reading"] for answer in found] == [
        "as if no open part needed a licence",
        "as if each open part needed one",
    ]
    assert found[0]["mean_days_lost"] < found[1]["mean_days_lost"]


@pytest.mark.parametrize(
    ("one", "other"), [("Japan", "JPN"), ("Japan", "日本"), ("EU", "Germany"), ("US", "usa")]
)
def test_a_destination_is_the_same_by_any_of_its_names(plan: Path, one: str, other: str) -> None:
    text = (plan / "stock.csv").read_text(encoding="utf-8")
    lost = []
    for name in (one, other):
        (plan / "stock.csv").write_text(text.replace(",Japan,", f",{name},"), encoding="utf-8")
        words = ("line", str(plan), *DAY_0, "--model", "hazard", "--only", "rotor-spares", "--json")
        lost.append(json.loads(run(*words))["lines"][0]["mean_days_lost"])
    assert lost[0] == lost[1]


def test_military_use_is_refused_however_it_is_written(plan: Path) -> None:
    text = (plan / "stock.csv").read_text(encoding="utf-8")
    (plan / "stock.csv").write_text(text.replace("civil vehicle", "Military"), encoding="utf-8")
    found = json.loads(run("line", str(plan), *DAY_0, "--only", "rotor-spares", "--json"))["lines"]
    assert {answer["p_stopped_at_horizon"] for answer in found} == {1.0}


def test_a_licence_for_two_parts_has_a_day_to_file_for_each(plan: Path) -> None:
    rows = "licence,part,through\nL-1,ev-magnets,2025-12-31\nL-1,position-sensor,2026-03-31\n"
    (plan / "licences.csv").write_text(rows, encoding="utf-8")
    found = json.loads(run("line", str(plan), *DAY_0, "--model", "age", "--json"))["file_by"]
    days = {one["part"]: one["day"] for one in found if one["model"] == "age alone"}
    assert days == {"ev-magnets": "2025-08-07", "position-sensor": "2025-11-05"}
    (plan / "licences.csv").write_text(rows + "L-1,ev-magnets,2026-01-31\n", encoding="utf-8")
    assert "licence 'L-1' for the same part begins on the same day in an earlier row" in failed(
        str(plan), *DAY_0
    )


def test_another_calendar_with_odds_is_mixed_in(plan: Path, root: Path) -> None:
    file = root / "scenarios/six-month-refusal.yaml"
    words = (
        "line",
        str(plan),
        "--scenario",
        str(root / "scenarios/april-2025.yaml"),
        "--only",
        "rotor-spares",
        "--json",
    )
    found = json.loads(run(*words, "--or-scenario", f"{file}=0.25"))
    assert [one["odds"] for one in found["inputs"]["otherwise"]] == [0.25]
    assert "gives no odds between 0 and 1" in failed(str(plan), *DAY_0, "--or-scenario", f"{file}=1.5")
    assert "gives no odds between 0 and 1" in failed(str(plan), *DAY_0, "--or-scenario", str(file))


def test_papers_that_came_back_slow_the_decision(plan: Path) -> None:
    words = ("line", str(plan), *DAY_0, "--model", "hazard", "--only", "rotor-spares", "--json")
    before = json.loads(run(*words))["lines"][0]["mean_days_lost"]
    rows = (plan / "stock.csv").read_text(encoding="utf-8").splitlines()
    slow = [
        row + (",papers" if at == 0 else ",0.5" if "ev-magnets" in row else ",")
        for at, row in enumerate(rows)
    ]
    (plan / "stock.csv").write_text("\n".join(slow) + "\n", encoding="utf-8")
    assert json.loads(run(*words))["lines"][0]["mean_days_lost"] > before


def test_all_faults_of_a_plan_come_at_once(plan: Path) -> None:
    (plan / "use.csv").write_text(
        "line,part,use_per_day\nmotor-line,ev-magnet,400\nmotor-line,ev-shaft,-4\n", encoding="utf-8"
    )
    (plan / "stock.csv").write_text("part,stock\nev-magnets,many\nev-shaft,3\nev-shaft,4\n", encoding="utf-8")
    (plan / "determinations.csv").write_text("part,outcome\nev-magnets,licenced\n", encoding="utf-8")
    with pytest.raises(BadInput) as bad:
        read_plan(plan)
    said = bad.value.report()
    assert "'ev-magnet' is not in stock. Did you mean 'ev-magnets'?" in said
    assert "'-4' is below zero" in said
    assert "'many' is not a number" in said
    assert "'ev-shaft' stands at stock.csv:3, column part too" in said
    assert "'licenced' is no outcome. Did you mean 'licence'?" in said


def test_a_missing_table_is_a_fault_and_no_traceback(plan: Path) -> None:
    (plan / "use.csv").unlink()
    assert "holds no use.csv" in failed(str(plan), *DAY_0)
    assert "is no folder" in failed(str(plan / "none"), *DAY_0)
    (plan / "empty").mkdir()
    assert "holds no lines.csv. Columns: line, margin_per_day, currency" in failed(
        str(plan / "empty"), *DAY_0
    )


def test_figures_that_cannot_be_are_named_with_their_place(plan: Path) -> None:
    (plan / "stock.csv").write_text(
        "part,stock\nev-magnets,-5\nev-shaft,nan\nev-bearings,1e308\nposition-sensor,1\n"
    )
    (plan / "deliveries.csv").write_text(
        "part,day,lag,quantity,needs_licence\nev-magnet,,,5,\nev-magnets,2025-13-01,,5,\nev-magnets,2025-06-01,4,5,\n"
        "ev-magnets,,-4,nan,perhaps\n"
    )
    (plan / "licences.csv").write_text(
        "licence,part,through,quantity,first,filed,valid_days\nL,ev-magnets,,5,,,\nL2,ev-magnets,2025-01-01,5,2025-06-01,,\n"
    )
    said = failed(str(plan), *DAY_0)
    for words in (
        "stock.csv:2, column stock: '-5' is below zero",
        "stock.csv:3, column stock: 'nan' is below zero or not finite",
        "stock.csv:4, column stock: '1e308' is larger than any plan holds",
        "deliveries.csv:2, column part: the part is not in stock. Did you mean 'ev-magnets'?",
        "deliveries.csv:3, column day: '2025-13-01' is not a day",
        "deliveries.csv:4, column lag: gives a day and a lag",
        "deliveries.csv:5, column lag: '-4' is below zero",
        "deliveries.csv:5, column needs_licence: 'perhaps' is neither yes nor no",
        "licences.csv:2, column through: through is empty. Write its last day; for one asked for, filed and valid_days",
        "licences.csv:3, column first: begins on 2025-06-01, after its last day 2025-01-01",
        "11 things to mend",
    ):
        assert words in said


def test_wrong_use_is_a_sentence(plan: Path, root: Path) -> None:
    catalogue = str(root / "examples/ev-traction-motor")
    for words, said in (
        (DAY_0[:0], "Missing option '--from'"),
        (
            ("--from", "2020-11-30"),
            "does not hold the law of CN on 2020-11-30. Name a day from 2020-12-01 on",
        ),
        ((*DAY_0, "--only", "motorline"), "'motorline' is no line. Did you mean 'motor-line'?"),
        ((*DAY_0, "--measure", "cn-mofcom-gacc-2025-19"), "Did you mean 'cn-mofcom-gacc-2025-18'?"),
        ((*DAY_0, "--move", "e02"), "give --catalogue too"),
        ((*DAY_0, "--catalogue", catalogue, "--move", "e99"), "'e99' is no move of the catalogue"),
        ((*DAY_0, "--measure", "x", "--scenario", "y"), "both set the states of the world"),
        ((*DAY_0, "--horizon", "0"), "is not in the range"),
        ((*DAY_0, "--draws", "5"), "is not in the range"),
    ):
        assert said in failed(str(plan), *words)


def test_a_plan_that_uses_nothing_never_stops(plan: Path) -> None:
    text = (plan / "use.csv").read_text(encoding="utf-8")
    (plan / "use.csv").write_text(text.replace(",400,", ",0,").replace(",40,", ",0,"), encoding="utf-8")
    words = (str(plan), *DAY_0, "--model", "age", "--simulate", "--draws", "10", "--json")
    done = CliRunner().invoke(main, ["disrupt", "line", *words])
    found = json.loads(done.stdout)
    assert {answer["mean_days_lost"] for answer in found["lines"]} == {0}
    assert {line["p_no_stop"] for one in found["by_the_day"]["runs"] for line in one["lines"]} == {1}
    assert "no line uses 4 parts" in done.stderr


def test_by_the_day_deliveries_count_and_the_same_seed_gives_the_same_bytes(root: Path) -> None:
    words = (
        "line",
        str(root / "examples/line-stop-by-day"),
        *DAY_0,
        "--model",
        "age",
        "--draws",
        "20",
        "--json",
    )
    said = run(*words)
    assert said == run(*words)
    assert said != run(*words, "--seed", "2")
    first, _ = json.loads(said)["by_the_day"]["runs"]
    assert first["priority"] == ["rotor-spares", "motor-line"]
    stock = {one["part"]: one["units"] for one in first["stock_by_day"]}["ev-magnets"]
    assert stock[0] == [17600] * 3
    assert stock[36][:2] == [17600 + 5000 - 36 * 440] * 2  # what the licence in hand covers clears on day 35
    assert [one["licence"] for one in first["licences"]] == ["L-1", "L-2", "L-3"]
    assert json.loads(said)["file_after_grant"][0] == {"licence": "L-2", "model": "age alone", "days": 36}


def test_a_horizon_before_every_delivery_and_stale_filings_are_noted(root: Path) -> None:
    plan = str(root / "examples/line-stop-by-day")
    words = ["disrupt", "line", plan, "--model", "age", "--draws", "10"]
    done = CliRunner().invoke(main, [*words, *DAY_0, "--horizon", "20"])
    assert "the horizon ends before the first dated delivery, 2025-06-05" in done.stderr
    assert "made up, by their own notes: lines.csv 2 of 2 rows" in done.stderr
    assert "deliveries.csv:2, column day: 2025-06-05 is before day 0" in failed(plan, "--from", "2026-01-01")


def test_a_catalogue_gives_the_outcomes_and_says_what_it_joined(plan: Path, root: Path) -> None:
    words = [str(plan), *DAY_0, "--model", "age", "--only", "motor-line", "--json"]
    catalogue = ["--catalogue", str(root / "examples/ev-traction-motor")]
    whole = CliRunner().invoke(main, ["disrupt", "line", *words, *catalogue])
    assert whole.exit_code == 0, whole.output
    assert "the worst of 4; --move chooses" in whole.stderr
    one = CliRunner().invoke(main, ["disrupt", "line", *words, *catalogue, "--move", "e02"])
    for said in (
        "ev-magnets: licence, by move e02 (2025-04-15)",
        "2 parts (ev-shaft, ev-bearings) of the plan in the catalogue, but in no move counted",
        "1 part (position-sensor) of the plan not in the catalogue",
        "6 parts of the catalogue not in the plan",
    ):
        assert said in one.stderr
    stated = json.loads(run("line", *words))
    assert (
        json.loads(one.stdout)["lines"] == stated["lines"]
    )  # the plan states what the catalogue answers for e02
    assert json.loads(whole.stdout)["lines"][1]["p_stopped_at_horizon"] == 1
    files = [file["file"] for file in json.loads(one.stdout)["inputs"]["files"]]
    assert "ev-traction-motor/parts.csv" in files


def test_a_scenario_names_day_0_and_the_states_of_the_world(plan: Path, root: Path) -> None:
    words = (
        "line",
        str(plan),
        "--scenario",
        str(root / "scenarios/april-2025.yaml"),
        "--model",
        "hazard",
        "--json",
    )
    found = json.loads(run(*words))
    inputs = found["inputs"]
    assert inputs["day_0"] == "2025-04-04"
    assert (bool(inputs["scenario"]), inputs["measure"]) == (True, None)
    assert all(one["source"] for one in inputs["states_of_the_world"])
    later = json.loads(run(*words, *DAY_0))["inputs"]
    assert later["day_0"] == "2025-05-01"


def test_one_assumption_at_a_time_says_which_moves_the_answer_most(plan: Path) -> None:
    said = run("line", str(plan), *DAY_0, "--model", "hazard", "--only", "rotor-spares", "--sensitivity")
    table = said[said.index("one assumption at a time in closed form") :].splitlines()
    assert table[3].startswith("  factor of destination, Japan")
    assert "2025-06-02 .. 2025-06-18" in said


def test_calibrate_shows_both_models_and_both_cases_of_filing() -> None:
    said = run("calibrate")
    for words in (
        "age alone, filed all in week 1",
        "age alone, filed evenly",
        "hazard, filed evenly, least age 30 d",
    ):
        assert words in said


def test_the_manual_shows_what_the_commands_say(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import re
    from textwrap import dedent

    monkeypatch.chdir(root)
    page = (root / "docs/how-to/line-stop.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^( *)```console\n(.*?)\n *```$", page, re.DOTALL | re.MULTILINE)
    assert len(blocks) == 4
    for indent, block in blocks:
        command, printed = dedent(indent + block.lstrip()).split("\n", 1)
        said = run(*command.removeprefix("$ monazite disrupt ").split())
        assert said.rstrip() == printed


def test_the_worked_example_shows_what_the_commands_say(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import re

    monkeypatch.chdir(root)
    page = (root / "docs/how-to/catalogue-to-remedy.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```console\n\$ monazite (.*?)\n(.*?)\n```$", page, re.DOTALL | re.MULTILINE)
    assert [command.split()[0] for command, _ in blocks] == ["explain", "disrupt", "disrupt"]
    for command, printed in blocks:
        said = CliRunner(env={"COLUMNS": "100"}).invoke(main, command.split())
        assert said.exit_code == 0, said.stderr
        assert said.stdout.startswith(printed.removesuffix("\n..."))
