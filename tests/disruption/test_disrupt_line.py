"""`monazite disrupt line` and `calibrate` on the example plan, and on plans with faults."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from monazite.cli import main
from monazite.readers.disruption.plan import read_plan
from monazite.terms.faults import BadInput


@pytest.fixture
def plan(root: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(root / "examples/line-stop", tmp_path / "plan"))


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
    done = CliRunner().invoke(main, ["disrupt", "line", str(plan), "--from", "2025-05-01"])
    assert done.exit_code == 1
    assert "holds no use.csv" in done.stderr


def test_calibrate_shows_both_models_and_both_cases_of_filing() -> None:
    said = run("calibrate")
    for words in (
        "age alone, filed all in week 1",
        "age alone, filed evenly",
        "hazard, filed evenly, least age 30 d",
    ):
        assert words in said
    assert json.loads(run("calibrate", "--json"))["through"] == "2025-07-31"


def test_the_manual_shows_what_the_commands_say(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import re

    monkeypatch.chdir(root)
    page = (root / "docs/how-to/line-stop.md").read_text(encoding="utf-8")
    shown = re.findall(r"```console\n\$ monazite disrupt ([^\n]*)\n(.*?)\n```", page, re.DOTALL)
    assert len(shown) == 2
    for words, printed in shown:
        assert run(*words.split()).rstrip() == printed
