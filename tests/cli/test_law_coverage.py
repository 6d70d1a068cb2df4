"""`monazite law coverage` and the cases in `monazite law show`: what is printed, and the exit status."""

import json
from pathlib import Path

from click.testing import CliRunner, Result

from monazite.cli import main
from tests.regime.small_book import write_book

COVERED = """\
given:
  on: 2030-02-01
  item: {form: metal, elements: {Dy: yes}, elements_complete: yes}
  to: JPN
  end_user: {lists: [cn-list]}
  use: {humanitarian: no}
cases:
  - {case: all is so, turns_on: on, facts: {}, expect: {CN: {outcome: refused in principle}}}
  - case: nothing is so
    turns_on: on
    facts: {to: CHN, item: {elements: {Dy: no}}, end_user: {lists: none}, use: {humanitarian: yes}}
    expect: {CN: {outcome: not controlled}}
  - case: relief
    turns_on: use.humanitarian
    facts: {use: {humanitarian: yes}}
    expect: {CN: {outcome: "exempt, report due"}}
  - case: nothing is known
    turns_on: on
    facts: {to: unknown, item: {elements: {Dy: unknown}}, end_user: {lists: unknown}, use: {humanitarian: unknown}}
    expect: {CN: {outcome: needs evidence}}
"""


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments])


def book_with_cases(folder: Path, cases: str = COVERED) -> Path:
    return write_book(folder, {"cases/cn/all.yaml": cases})


def test_a_book_whose_limbs_are_all_shown_exits_with_nought(tmp_path: Path) -> None:
    found = run("law", "coverage", "--book", book_with_cases(tmp_path))
    assert found.exit_code == 0, found.output
    assert "4 of 4 limbs shown true, false and unknown; 0 provisions without a case. 4 cases" in found.stdout


def test_a_limb_that_is_not_shown_exits_with_one_and_says_what_to_state(tmp_path: Path) -> None:
    fewer = COVERED.replace("use: {humanitarian: unknown}", "use: {humanitarian: no}")
    found = run("law", "coverage", "--book", book_with_cases(tmp_path, fewer))
    assert found.exit_code == 1
    assert "never unknown; state use.humanitarian: unknown" in found.stdout
    assert "cn/measures/one.yaml:" in found.stdout


def test_another_measure_is_not_blamed_for_it(tmp_path: Path) -> None:
    fewer = COVERED.replace("use: {humanitarian: unknown}", "use: {humanitarian: no}")
    book = book_with_cases(tmp_path, fewer)
    assert run("law", "coverage", "--book", book, "--measure", "cn-two").exit_code == 0
    assert run("law", "coverage", "--book", book, "--measure", "cn-one").exit_code == 1
    assert run("law", "coverage", "--book", book, "--regime", "CN").exit_code == 1


def test_a_book_without_cases_has_everything_uncovered(tmp_path: Path) -> None:
    found = run("law", "coverage", "--book", write_book(tmp_path), "--format", "json")
    held = json.loads(found.stdout)
    assert (found.exit_code, held["cases"], len(held["uncovered"]), len(held["without_a_case"])) == (
        1,
        0,
        4,
        3,
    )


def test_a_measure_that_the_book_does_not_hold_is_said_to_be_none(tmp_path: Path) -> None:
    found = run("law", "coverage", "--book", write_book(tmp_path), "--measure", "cn-ome")
    assert found.exit_code == 1
    assert "the book holds no measure 'cn-ome'. Did you mean 'cn-one'?" in found.output


def test_a_measure_of_another_state_is_said_and_not_shown() -> None:
    found = run("law", "coverage", "--measure", "cn-mofcom-2025-61", "--regime", "US")
    assert found.exit_code == 1
    assert found.stderr.startswith("law coverage: cn-mofcom-2025-61 is no law of US. Leave out --regime\n")
    assert found.stdout == ""


def test_a_measure_that_comes_near_to_none_is_told_where_they_stand() -> None:
    found = run("law", "coverage", "--measure", "nope")
    assert found.exit_code == 1
    assert (
        "the book holds no measure 'nope'. monazite law status lists every measure and provision"
        in found.stderr
    )


def test_a_provision_is_shown_with_the_cases_that_exercise_it(tmp_path: Path) -> None:
    book = book_with_cases(tmp_path)
    shown = run("law", "show", "cn-one/2", "--book", book).stdout
    assert "Worked cases\n  all is so cases/cn/all.yaml\n" in shown
    assert "Worked cases" not in run("law", "show", "cn-one/2", "--book", book, "--no-cases").stdout
