"""`monazite law diff` and `monazite law cells` by their text, and the page of the manual about them."""

import csv
import io
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monazite.cli import main
from tests.determine.test_impact import DRAFT
from tests.regime.small_book import changed, write_book
from tests.writers.test_impact import ABROAD

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/how-to/compare-two-days.md").read_text(encoding="utf-8")

CASES = """\
given:
  item: {form: metal, elements: {Dy: yes}, value: 100.00 USD}
  from: CHN
  to: JPN
  end_user: {lists: none}
cases:
  - case: Dysprosium leaves China
    turns_on: on
    facts: {on: 2030-07-10}
    expect: {CN: {outcome: licence}}
  - case: Something else leaves China
    turns_on: item.elements
    facts: {on: 2030-07-10, item: {elements: {Dy: no}, elements_complete: yes, value: unknown}}
    expect: {CN: {outcome: not controlled}}
"""
PARTS = "part,name,form,elements,value,currency\nmetal,Metal,metal,Dy,100,USD\nother,Other metal,metal,Dy,,\n"
MOVES = "move,part,from,to,on,end_user\nout,metal,CHN,JPN,2030-02-10,buyer\nalso,other,CHN,JPN,,buyer\n"
PARTIES = "party,name,country,lists\nbuyer,Akiko,JPN,none\n"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments])


@pytest.fixture
def law(tmp_path: Path) -> Path:
    """The folder of the small book, with cases, a draft and a catalogue beside it."""
    folder = write_book(tmp_path / "law")
    (tmp_path / "cases.yaml").write_text(CASES, encoding="utf-8")
    (tmp_path / "draft.yaml").write_text(DRAFT, encoding="utf-8")
    (tmp_path / "things").mkdir()
    (tmp_path / "things/parts.csv").write_text(PARTS, encoding="utf-8")
    (tmp_path / "things/moves.csv").write_text(MOVES, encoding="utf-8")
    (tmp_path / "things/parties.csv").write_text(PARTIES, encoding="utf-8")
    return folder


def test_two_days_alone_show_the_provisions(law: Path) -> None:
    found = run("law", "diff", "2030-02-28", "2030-03-01", "--book", law)
    assert (found.exit_code, found.stderr) == (0, "")
    lines = found.stdout.splitlines()
    assert re.fullmatch(r"What changes from 2030-02-28 to 2030-03-01\. Book \w{12}\.", lines[0])
    assert (
        lines[1]
        == "  cn-one/1                             in force -> suspended (by cn-two, known since 2030-03-01)"
    )
    assert lines[-1] == "3 of 3 provisions change."
    assert len(lines) == 5


@pytest.mark.parametrize(
    ("form", "shown"), [("text", "cn-one/1 "), ("csv", "cn-one/1,"), ("json", '"cn-one/1"')]
)
def test_provisions_of_another_state_are_not_shown(law: Path, form: str, shown: str) -> None:
    write_book(law, {"us/measures/one.yaml": ABROAD})
    asked = ["law", "diff", "2030-02-28", "2030-03-01", "--book", law, "--format", form]
    assert shown in run(*asked, "--regime", "CN").stdout
    found = run(*asked, "--regime", "US")
    assert found.exit_code == 0
    assert "cn-one" not in found.stdout


def test_days_of_one_cell_change_nothing(law: Path) -> None:
    found = run(
        "law", "diff", "2030-02-10", "2030-02-20", "--book", law, "--cases", law.parent / "cases.yaml"
    )
    assert found.exit_code == 0
    assert found.stdout.splitlines()[1:] == [
        "0 of 3 provisions change.", "", "Outcomes of 2 worked cases", "", "CN: nothing changes in 2 answers.",
    ]  # fmt: skip


def test_cases_and_a_catalogue_are_compared_on_the_days_asked(law: Path) -> None:
    found = run("law", "diff", "2030-02-28", "2030-03-01", "--book", law, "--cases", law.parent / "cases.yaml",
                "--catalogue", law.parent / "things")  # fmt: skip
    assert found.exit_code == 0, found.output
    assert "CN: of 2 answers, 1 has another outcome (1 looser)." in found.stdout
    assert "  licence -> not in force  1 answer, worth 100.00 USD\n" in found.stdout
    assert "Outcomes of things" in found.stdout
    assert "  licence -> not in force  2 answers, worth 100.00 USD, and 1 of unknown value\n" in found.stdout
    assert "read parts.csv: 2 rows of parts" in found.stderr


def test_other_knowledge_of_one_day_is_a_comparison(law: Path) -> None:
    found = run("law", "diff", "2030-04-01", "2030-04-01", "--known-on", "2030-02-15", "--then-known-on", "2030-03-01",
                "--book", law, "--cases", law.parent / "cases.yaml", "--format", "csv")  # fmt: skip
    (row,) = csv.DictReader(io.StringIO(found.stdout))
    assert (row["case"], row["outcome_before"], row["outcome_after"]) == (
        "Dysprosium leaves China", "licence", "not in force",
    )  # fmt: skip
    assert (row["known_before"], row["known_after"]) == ("2030-02-15", "2030-03-01")


def test_a_draft_is_compared_on_one_day(law: Path) -> None:
    found = run("law", "diff", "2030-07-10", "--draft", law.parent / "draft.yaml", "--book", law, "--cases",
                law.parent / "cases.yaml")  # fmt: skip
    assert found.exit_code == 0
    assert found.stdout.splitlines()[0].startswith(
        f"What changes on 2030-07-10 with {law.parent / 'draft.yaml'}. Book "
    )
    assert "  measure cn-draft: new" in found.stdout
    assert "    licence -> not in force\n" in found.stdout


def test_a_draft_without_a_day_is_compared_on_the_own_day_of_each(law: Path) -> None:
    found = run("law", "diff", "--draft", law.parent / "draft.yaml", "--book", law, "--cases", law.parent / "cases.yaml",
                "--catalogue", law.parent / "things", "--format", "json")  # fmt: skip
    assert found.exit_code == 0, found.output
    whole = json.loads(found.stdout)
    assert whole["before"]["on"] is None
    cases, things = (one["regimes"]["CN"]["changes"] for one in whole["outcomes"])
    assert [(one["case"], one["before"]["on"]) for one in cases] == [
        ("Dysprosium leaves China", "2030-07-10")
    ]
    assert all(one["before"]["on"] != "2030-02-10" for one in things)
    assert {(one["from"], one["through"]) for one in whole["provisions"]} == {("2030-07-01", "2030-09-30")}
    assert whole["after"]["law_version"].startswith(whole["before"]["law_version"] + "+")


def test_faults_of_draft_cases_and_catalogue_come_at_once_and_nothing_is_shown(law: Path) -> None:
    folder = law.parent
    (folder / "draft.yaml").write_text(
        DRAFT.replace("act: suspended", "act: suspendet").replace("[cn-one]", "[cn-onne]")
    )
    (folder / "cases.yaml").write_text(CASES.replace("from: CHN", "from: CHNN"))
    (folder / "things/parts.csv").write_text(PARTS.replace("100,USD", "much,USD"))
    found = run("law", "diff", "2030-07-10", "--draft", folder / "draft.yaml", "--book", law, "--cases",
                folder / "cases.yaml", "--catalogue", folder / "things", "--regime", "CNN")  # fmt: skip
    assert (found.exit_code, found.stdout) == (1, "")
    for said in ("draft.yaml:11:11: 'suspendet' is not one of the values", "cases.yaml:3:9: 'CHNN' is not a country",
                 "parts.csv:2, column value: 'much'", "--regime: the book holds no regime 'CNN'",
                 "5 things to mend; nothing was written"):  # fmt: skip
        assert said in found.stderr, found.stderr
    assert "Traceback" not in found.output


def test_a_draft_whose_acts_name_nothing_of_the_book_is_reported(law: Path) -> None:
    (law.parent / "draft.yaml").write_text(DRAFT.replace("[cn-one]", "[cn-onne]"))
    found = run("law", "diff", "2030-07-10", "--draft", law.parent / "draft.yaml", "--book", law)
    assert (found.exit_code, found.stdout) == (1, "")
    assert "there is no provision or measure 'cn-onne'. Did you mean 'cn-one" in found.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["2030-02-28"], "Missing argument 'DAY'. Two days are compared, or with --draft one or none"),
        ([], "Missing argument 'DAY'"),
        (["2030-02-28", "2030-03-01", "2030-03-02"], "3 days were given, and two are compared"),
        (["2030-02-28", "1 March 2030"], "'1 March 2030' is not a day"),
        (
            ["--cases", "2030-02-28", "2030-03-01"],
            "--cases takes '2030-02-28' for its path. Write --cases after the days",
        ),
        (["2030-02-28", "2030-03-01", "--moves", "moves.csv"], "--moves and --currency go with --catalogue"),
    ],
)
def test_wrong_use_says_what_is_wanted(arguments: list[str], said: str) -> None:
    found = run("law", "diff", *arguments)
    assert (found.exit_code, found.stdout) == (2, "")
    assert said in found.stderr


def test_a_case_without_a_day_cannot_be_asked_on_its_own(law: Path) -> None:
    (law.parent / "cases.yaml").write_text(CASES.replace("facts: {on: 2030-07-10}", "facts: {to: JPN}"))
    found = run(
        "law",
        "diff",
        "--draft",
        law.parent / "draft.yaml",
        "--book",
        law,
        "--cases",
        law.parent / "cases.yaml",
    )
    assert found.exit_code == 1
    assert "cases.yaml:7:5: the case has no day. Give 'on' as YYYY-MM-DD" in found.stderr


# -- cells --------------------------------------------------------------------------------------------------------


def test_the_cell_of_a_day_is_shown_whole(law: Path) -> None:
    found = run("law", "cells", "--on", "2030-04-01", "--book", law)
    assert (found.exit_code, found.stderr) == (0, "")
    assert "2030-03-01 through 2030-06-30\n" in found.stdout
    assert "    1  CHN [1]\n" in found.stdout


def test_cells_of_a_span_by_knowledge_and_fact(law: Path) -> None:
    found = run("law", "cells", "--from", "2030-03-15", "--through", "2030-07-15", "--known-on", "2030-02-15", "--book", law,
                "--path", "from", "--format", "csv")  # fmt: skip
    (row,) = csv.DictReader(io.StringIO(found.stdout))
    assert (row["from"], row["through"], row["path"]) == ("2030-02-01", "", "from")
    found = run("law", "cells", "--regime", "CN", "--book", law, "--format", "json")
    assert len(json.loads(found.stdout)[0]["cells"]) == 5


def test_the_country_of_the_other_end_can_be_a_class_of_its_own(tmp_path: Path) -> None:
    write_book(
        tmp_path,
        changed("cn/measures/one.yaml", "when: {to: {outside: [CHN]}}", "when: {crosses_border: yes}"),
    )
    found = run("law", "cells", "--on", "2030-02-10", "--book", tmp_path, "--beside", "DEU")
    assert "    1  DEU\n" in found.stdout
    assert "and by whether a border is crossed (cn-one/1)" in " ".join(found.stdout.split())


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (
            ["--on", "2030-02-10", "--from", "2030-02-10"],
            2,
            "--on takes one day, --from and --through a span",
        ),
        (
            ["--from", "2030-02-10", "--through", "2030-02-09"],
            2,
            "--through 2030-02-09 is before --from 2030-02-10",
        ),
        (["--path", "too"], 1, "--path: 'too' is no country fact. Did you mean 'to'?"),
        (["--regime", "CNN"], 1, "--regime: 'CNN' is no regime of the book. Did you mean 'CN'?"),
        (["--beside", "GERMANY"], 1, "'GERMANY' is no code of a country. Did you mean 'Germany' (DEU)?"),
        (["--path", "nope"], 1, "--path: 'nope' is no country fact. Allowed: item.origin, "),
        (["--through", "9999-12-31"], 2, "'9999-12-31' is out of range"),
    ],
)
def test_wrong_cells_are_said(law: Path, arguments: list[str], status: int, said: str) -> None:
    found = run("law", "cells", "--book", law, *arguments)
    assert (found.exit_code, found.stdout) == (status, "")
    assert said in found.stderr


# -- the page of the manual ---------------------------------------------------------------------------------------

SHOWN = re.findall(r"^```sh\nmonazite ([^\n]*)\n```\n\n```\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


@contextmanager
def inside(folder: Path) -> Iterator[None]:
    """The folder as the one in which commands are given."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def fits(shown: str, output: str) -> bool:
    """The output is as shown; `...` stands for anything on a line, and alone on a line for any lines."""
    pattern = "".join(
        r"(?:.*\n)*?" if line == "..." else re.escape(line).replace(r"\.\.\.", ".*") + r"\n"
        for line in shown.splitlines()
    )
    return re.fullmatch(pattern, output) is not None


@pytest.mark.parametrize(("command", "shown"), SHOWN, ids=[command for command, _ in SHOWN])
def test_the_manual_shows_what_the_commands_print(command: str, shown: str, tmp_path: Path) -> None:
    for name, text in re.findall(
        r"^`([\w.-]+)`[^\n]*:\n\n```yaml\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    with inside(tmp_path):
        found = run(*command.split())
    assert found.exit_code == 0, found.output
    assert fits(shown, found.stdout), found.stdout


def test_the_manual_shows_every_way_to_compare() -> None:
    assert len(SHOWN) == 6
    for option in ("--cases", "--catalogue", "--draft", "--known-on", "--then-known-on"):
        assert any(option in command for command, _ in SHOWN), option
