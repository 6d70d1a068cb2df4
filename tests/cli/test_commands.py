"""Every command by its text: help, answers, faults in sentences, exit statuses."""

import json
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner, Result

from monazite.cli import COMMANDS, LAW, main
from monazite.determine.schema import answer_schema
from monazite.regime.book import Book
from tests.regime.small_book import FILES, changed, write_book

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "ev-traction-motor"
SMALL_EXAMPLE = ROOT / "examples" / "ebike-hub-motor"

FACTS = {
    "on": "2026-01-15",
    "item": {
        "name": "rotor magnet", "form": "magnet", "family": "NdFeB", "elements": {"Dy": "yes"}, "elements_complete": "yes",
        "origin": "JPN", "value": "100.00 USD", "content_complete": "yes",
        "made_with": {"mining": "AUS", "separation": "MYS", "metal": "JPN", "magnet": "JPN", "recycling": "none"},
        "content": [{"name": "Dy metal", "form": "metal", "elements": ["Dy"], "origin": "CHN", "value": "1.00 USD"}],
    },
    "from": "JPN", "to": "DEU", "exporter": {"country": "JPN"},
    "importer": {"country": "DEU", "lists": "none", "military": "no", "listed_owner_share": 0},
    "end_user": {"country": "DEU", "lists": "none", "military": "no", "listed_owner_share": 0},
    "use": {"civil": "yes"},
}  # fmt: skip


def run(*arguments: object, text: str | None = None) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments], input=text)


def test_help_lists_every_command_with_its_sentence() -> None:
    found = run("--help")
    assert found.exit_code == 0
    for name, (_, says) in COMMANDS.items():
        assert re.search(rf"^  {name} +{re.escape(says[:30])}", found.stdout, re.MULTILINE), name
    assert run("-h").stdout == found.stdout


@pytest.mark.parametrize(
    "command", [*([name] for name in COMMANDS), *(["law", name] for name in LAW)], ids=" ".join
)
def test_every_command_has_help_that_begins_with_what_it_does(command: list[str]) -> None:
    found = run(*command, "--help")
    assert found.exit_code == 0
    usage, says = found.stdout.split("\n\n")[:2]
    assert usage.startswith(f"Usage: main {' '.join(command)}")
    assert len(says.split()) >= 5
    assert "Traceback" not in found.output


def test_help_imports_no_library_that_costs_time() -> None:
    """`monazite --help` answers before numpy, scipy, yaml or pyarrow could be read."""
    code = (
        "import sys\nfrom click.testing import CliRunner\nfrom monazite.cli import main\n"
        "assert CliRunner().invoke(main, ['--help']).exit_code == 0\n"
        "assert CliRunner().invoke(main, ['law', '--help']).exit_code == 0\n"
        "print(sorted({m.split('.')[0] for m in sys.modules} & {'numpy', 'scipy', 'yaml', 'pyarrow', 'altair', 'xlsxwriter'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_installed_command_and_the_module_are_the_same() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "monazite", "--version"], capture_output=True, text=True, check=True
    )
    assert re.search(r"\d+\.\d+\.\d+", done.stdout)


# -- wrong use, and input to mend -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["law", "status", "--on", "1 Dec 2025"], "'1 Dec 2025' is not a day. Write it YYYY-MM-DD"),
        (["law", "status", "--on", "2025-02-30"], "'2025-02-30' is not a day. Write it YYYY-MM-DD"),
        (["law", "diff", "2026-11-10"], "Missing argument 'DAY'"),
        (["check", "x", "--on", "2026-11-21..2026-11-01"], "2026-11-01 is before 2026-11-21"),
        (["check", "x", "--on", "2026-11-21..soon"], "'soon' is not a day. Write it YYYY-MM-DD"),
        (["determine", "--known-on", "yesterday"], "'yesterday' is not a day"),
        (["law", "schema", "facst"], "'facst' is not one of 'measure', 'facts', 'cases', 'answer'"),
        (["law", "shw"], "No such command 'shw'"),
        (["chek"], "No such command 'chek'"),
        (["check"], "Missing argument 'CATALOGUE'"),
        (["determine", "--wat"], "No such option"),
    ],
)
def test_wrong_use_exits_with_two_and_says_what_is_wanted(arguments: list[str], said: str) -> None:
    found = run(*arguments)
    assert found.exit_code == 2
    assert said in found.stderr
    assert found.stdout == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["law", "show", "cn-mofcom-2025-6l"], "law show: the book holds no 'cn-mofcom-2025-6l'. Did you mean 'cn-mofcom-2025-6"),
        (["law", "check", "no/such/folder"], "no/such/folder: is no folder of law. Name a folder that holds cn/measures/*.yaml"),
        (["law", "status", "--on", "2026-01-01", "--book", "no/such/folder"], "no/such/folder: is no folder of law"),
        (["determine", "no-such-file.json"], "no-such-file.json: cannot be read: No such file or directory. Check the path"),
        (["law", "test", "no-such-folder"], "no-such-folder: cannot be read: No such file or directory. Check the path"),
        (["check", "no-such-folder", "--out", "nowhere"], "no-such-folder: is not there. Check the path"),
        (["explain", EXAMPLE, "ev-motr", "--on", "2026-11-21"], "no move carries a part 'ev-motr'. Did you mean 'ev-motor'?"),
        (["explain", EXAMPLE, "ev-motor", "--move", "e99"], "there is no move 'e99'. Did you mean 'e09'?"),
    ],
)  # fmt: skip
def test_input_to_mend_exits_with_one_and_says_where_and_how(arguments: list[object], said: str) -> None:
    found = run(*arguments)
    assert found.exit_code == 1
    assert said in found.stderr
    assert "1 thing to mend; nothing was written." in found.stderr
    assert "Traceback" not in found.output
    assert found.stdout == ""
    assert not Path("nowhere").exists()


def test_a_broken_measure_is_reported_with_all_its_faults_at_once(tmp_path: Path) -> None:
    write_book(tmp_path, {
        **changed("cn/measures/one.yaml", "use.humanitarian", "use.humanitarain"),
        **changed("cn/items/annex.csv", "metal|alloy", "metall"),
        **changed("cn/measures/two.yaml", "through: 2030-06-30", "through: 30 June 2030"),
    })  # fmt: skip
    found = run("law", "check", tmp_path)
    assert found.exit_code == 1
    assert found.stdout == ""
    assert found.stderr.splitlines() == [
        "cn/items/annex.csv:2: 'metall' is no form. Did you mean 'metal'?",
        "cn/measures/one.yaml:53:12: 'use.humanitarain' is no predicate. Did you mean 'use.humanitarian'?",
        "cn/measures/two.yaml:11:63: '30 June 2030' is not a day. Write it YYYY-MM-DD",
        "3 things to mend; nothing was written.",
    ]


def test_faults_of_a_question_are_all_said_with_line_and_column() -> None:
    text = "item: {form: magnett}\nfrom: Chian\non: 2026-01-15\nto: [DEU\n"
    assert "standard input:5:1: is not YAML" in run("determine", text=text).stderr
    found = run("determine", text=text.replace("[DEU", "DEU") + "ende_user: {}\n")
    assert found.exit_code == 1
    assert sorted(found.stderr.splitlines()[:-1]) == [
        "standard input:1:14: 'magnett' is not one of its values. Did you mean 'magnet'?",
        "standard input:2:7: 'Chian' is not a country. Did you mean 'CHN'?",
        "standard input:5:1: there is no fact 'ende_user'. Did you mean 'end_user'?",
    ]
    assert found.stderr.splitlines()[-1] == "3 things to mend; nothing was written."


# -- determine --------------------------------------------------------------------------------------------------


def test_a_question_in_json_gets_the_whole_answer_in_json(book: Book) -> None:
    found = run("determine", "--json", text=json.dumps(FACTS))
    assert found.exit_code == 0
    assert found.stderr == ""
    answer = json.loads(found.stdout)
    jsonschema.validate(answer, answer_schema())
    assert answer["law_version"] == book.version
    assert answer["regimes"]["CN"]["outcome"] == "not in force"
    assert answer["regimes"]["CN"]["latent"] == "licence"
    assert run("determine", "--json", "-", text=json.dumps(FACTS)).stdout == found.stdout


def test_the_same_question_in_yaml_and_in_a_file_gets_the_same_bytes(tmp_path: Path) -> None:
    from_json = run("determine", "--json", text=json.dumps(FACTS, indent="\t")).stdout
    plain = json.dumps(FACTS).replace('"yes"', "yes")  # JSON without some of its quotes is YAML
    assert run("determine", "--json", text=plain).stdout == from_json
    file = tmp_path / "facts.yaml"
    file.write_text(plain, encoding="utf-8")
    assert run("determine", "--json", file).stdout == from_json
    backwards = json.dumps(dict(reversed(FACTS.items())))
    assert (
        json.loads(run("determine", "--json", text=backwards).stdout)["input_hash"]
        == json.loads(from_json)["input_hash"]
    )


def test_true_and_false_in_json_are_yes_and_no() -> None:
    """As the schema of facts has it, and as a program that calls `determine` may write."""
    facts = {**FACTS, "use": {"civil": True}, "end_user": {**FACTS["end_user"], "military": False}}  # type: ignore[dict-item]
    found = run("determine", "--json", text=json.dumps(facts))
    assert (found.exit_code, found.stderr) == (0, "")
    assert (
        json.loads(found.stdout)["regimes"]
        == json.loads(run("determine", "--json", text=json.dumps(FACTS)).stdout)["regimes"]
    )


def test_a_command_may_be_called_twice_in_one_process() -> None:
    """As programs and tests do that call `main` themselves."""
    for _ in range(2):
        found = run("law", "show", "cn-mofcom-2025-61")
        assert (found.exit_code, found.exception) == (0, None)


def test_the_answer_in_words_says_outcome_provision_and_that_it_is_no_advice() -> None:
    found = run("determine", "--on", "2025-12-05", "--known-on", "2025-10-30", text=json.dumps(FACTS))
    assert found.exit_code == 0
    text = " ".join(found.stdout.split())
    assert "CN LICENCE" in text
    assert "cn-mofcom-2025-61/1.1" in text
    assert "no legal advice" in text
    assert [line for line in found.stdout.splitlines() if len(line) > 100 and "://" not in line] == []


# -- law --------------------------------------------------------------------------------------------------------


def test_the_status_of_the_law_names_day_knowledge_and_who_made_it_stand_so() -> None:
    found = run("law", "status", "--on", "2026-11-11")
    assert found.exit_code == 0
    assert found.stdout.startswith("The law on 2026-11-11, as known today. Book ")
    section = found.stdout.split("\ncn-mofcom-2025-61  ")[1]
    row = next(line for line in section.splitlines() if line.split()[:1] == ["1.1"])
    assert row.endswith("since 2026-11-11 through 2027-01-10, by cn-kl-ext-2026")
    assert "uncertain: A suspended, B in force" in row
    then = run("law", "status", "--on", "2026-11-11", "--known-on", "2026-09-27").stdout
    assert "as known on 2026-09-27" in then
    section = then.split("\ncn-mofcom-2025-61  ")[1]
    assert "uncertain" not in next(line for line in section.splitlines() if line.split()[:1] == ["1.1"])
    assert len(run("law", "status", "--on", "2026-11-11", "--all").stdout) > len(found.stdout)


def test_a_measure_and_a_provision_are_shown_with_their_sources() -> None:
    measure, clause = (run("law", "show", name) for name in ("cn-mofcom-2025-61", "cn-mofcom-2025-61/1.1"))
    assert measure.exit_code == clause.exit_code == 0
    assert "published 2025-10-09" in measure.stdout
    assert "Sources" in measure.stdout
    text = " ".join(clause.stdout.split())
    for words in (
        "When",
        "Status",
        "suspended [printed, not effective, not enforced]",
        "UNVERIFIED:",
        "settled by:",
        "meets-content-limb",
    ):
        assert words in text, words


def test_the_difference_of_two_days_counts_what_changes() -> None:
    found = run("law", "diff", "2025-11-06", "2025-11-07")
    assert found.exit_code == 0
    lines = found.stdout.splitlines()
    assert any("cn-mofcom-2025-61/1.3" in line and "in force -> suspended" in line for line in lines)
    assert re.fullmatch(rf"{len(lines) - 2} of \d+ provisions change\.", lines[-1])
    assert "0 of" in run("law", "diff", "2025-11-07", "2025-11-07").stdout


def test_the_difference_of_two_days_of_knowledge_shows_what_was_learnt() -> None:
    day = "2026-11-11"
    found = run("law", "diff", day, day, "--known-on", "2026-09-27", "--then-known-on", "2026-09-28")
    assert "in force -> uncertain: A suspended, B in force" in found.stdout


@pytest.mark.parametrize("what", ["measure", "facts", "cases", "answer"])
def test_every_schema_is_printed_as_json(what: str) -> None:
    found = run("law", "schema", what)
    assert found.exit_code == 0
    jsonschema.Draft202012Validator.check_schema(json.loads(found.stdout))


def test_the_books_own_law_has_no_fault(book: Book) -> None:
    found = run("law", "check")
    assert found.exit_code == 0
    assert found.stdout.startswith(f"{len(book.measures)} measures, {len(book.provisions)} provisions, ")
    assert found.stdout.endswith(f"no fault. Book {book.version}.\n")


# -- law test ---------------------------------------------------------------------------------------------------

CASES = """\
given:
  on: 2030-05-01
  item: {form: metal, elements: [Dy], elements_complete: yes, origin: JPN}
  from: CHN
  end_user: {lists: none}
cases:
  - case: a metal on the list goes abroad while the rule is suspended
    turns_on: the day
    source: made up
    facts: {to: USA}
    expect: {CN: {outcome: not in force, latent: licence, under: ["cn-one/1"]}}
  - case: the same a day after the suspension
    turns_on: on
    source: made up
    facts: {on: 2030-07-01, to: USA}
    expect: {CN: {outcome: licence}}
"""
WRONG = """\
  - case: a metal that is expected to be free and is not
    turns_on: item.form
    source: made up
    facts: {on: 2030-07-01, to: USA}
    expect: {CN: {outcome: not controlled, gaps: [item.origin]}}
"""


def user_folder(folder: Path, text: str) -> tuple[Path, Path]:
    """A book and a folder of cases as a legal team would keep them."""
    law, cases = folder / "law", folder / "cases" / "ours"
    write_book(law)
    cases.mkdir(parents=True)
    (cases / "metal.yaml").write_text(text, encoding="utf-8")
    return law, cases.parent


def test_a_users_own_cases_are_run_against_a_users_own_book(tmp_path: Path) -> None:
    law, cases = user_folder(tmp_path, CASES)
    found = run("law", "test", cases, "--book", law)
    assert (found.exit_code, found.stderr) == (0, "")
    assert found.stdout.startswith("2 of 2 cases as expected, 0 differ. Book ")


def test_a_case_that_differs_is_shown_with_what_was_expected_and_why_it_came_otherwise(
    tmp_path: Path,
) -> None:
    law, cases = user_folder(tmp_path, CASES + WRONG)
    found = run("law", "test", cases, "--book", law)
    assert found.exit_code == 1
    lines = found.stdout.splitlines()
    assert lines[:4] == [
        "ours/metal.yaml:17:5: a metal that is expected to be free and is not",
        "  turns on item.form (made up)",
        "  CN outcome: expected not controlled; got licence",
        "  CN gaps: expected item.origin; got none",
    ]
    explanation = "\n".join(line for line in lines if line.startswith("    | "))
    assert "CN  LICENCE" in explanation
    assert "cn-one/1" in explanation
    assert lines[-1].startswith("2 of 3 cases as expected, 1 differ.")
    short = run("law", "test", cases, "--book", law, "--no-explain").stdout
    assert "    | " not in short
    assert "expected not controlled; got licence" in short


def test_faults_of_the_form_of_cases_come_all_at_once(tmp_path: Path) -> None:
    text = CASES.replace("turns_on: the day", "turn_on: the day").replace(
        "outcome: licence}", "outcome: lisence}"
    )
    law, cases = user_folder(tmp_path, text + CASES[CASES.index("  - case: the same") :])
    found = run("law", "test", cases, "--book", law)
    assert found.exit_code == 1
    assert found.stderr.splitlines() == [
        "ours/metal.yaml:7:5: a case wants 'turns_on'",
        "ours/metal.yaml:8:5: a case has no 'turn_on'. Did you mean 'turns_on'?",
        "ours/metal.yaml:16:28: 'lisence' is no outcome. Did you mean 'licence'?",
        "ours/metal.yaml:17:5: the title 'the same a day after the suspension' is used twice. "
        "The other stands at ours/metal.yaml:12:5",
        "4 things to mend; nothing was written.",
    ]


def test_faults_in_the_facts_of_a_case_are_shown_under_the_case(tmp_path: Path) -> None:
    law, cases = user_folder(tmp_path, CASES.replace("facts: {to: USA}", "facts: {to: UAS}"))
    found = run("law", "test", cases, "--book", law)
    assert found.exit_code == 1
    assert "  ours/metal.yaml:10:17: 'UAS' is not a country. Did you mean 'USA'?" in found.stdout.splitlines()


def test_a_folder_without_cases_is_said_to_hold_none(tmp_path: Path) -> None:
    found = run("law", "test", tmp_path)
    assert found.exit_code == 1
    assert "holds no case file. Case files end in .yaml" in found.stderr


def test_one_file_of_the_books_own_cases_passes() -> None:
    file = ROOT / "regimes" / "cases" / "cn" / "no-57.yaml"
    found = run("law", "test", file)
    assert found.exit_code == 0, found.stdout
    assert " differ. Book " in found.stdout


# -- a catalogue ------------------------------------------------------------------------------------------------


def test_one_part_and_one_move_are_explained_with_every_reason() -> None:
    found = run("explain", EXAMPLE, "ev-magnets", "--move", "e02")
    assert found.exit_code == 0, found.stderr
    text = " ".join(found.stdout.split())
    assert "e02 on 2025-04-15" in text
    assert "cn-mofcom-gacc-2025-18/1" in text
    assert len(run("explain", EXAMPLE, "ev-magnets", "--move", "e02", "--no-tree").stdout) < len(found.stdout)
    (answer,) = json.loads(run("explain", EXAMPLE, "ev-magnets", "--move", "e02", "--json").stdout)
    jsonschema.validate(answer, answer_schema())


def test_every_move_that_carries_the_part_is_explained_where_none_is_named() -> None:
    answers = json.loads(run("explain", EXAMPLE, "ev-magnets", "--json").stdout)
    assert [(a["move"], a["on"]) for a in answers] == [
        ("e01", "2025-03-20"),
        ("e02", "2025-04-15"),
        ("e04", "2025-10-10"),
        ("e07", "2026-03-09"),
    ]


def test_a_day_that_is_asked_goes_before_the_day_of_the_move() -> None:
    """The help says: the day asked about, by default the move's own."""
    (answer,) = json.loads(
        run("explain", EXAMPLE, "ev-magnets", "--move", "e02", "--on", "2025-03-01", "--json").stdout
    )
    assert answer["on"] == "2025-03-01"


def test_a_catalogue_is_checked_into_a_folder(tmp_path: Path) -> None:
    out = tmp_path / "answers"
    found = run("check", SMALL_EXAMPLE, "--on", "2026-11-21", "--out", out)
    assert found.exit_code == 0, found.output
    assert "read parts.csv: 3 rows of parts" in found.stderr
    assert "No legal advice" in " ".join(found.stdout.split())
    written = {path.name for path in out.iterdir()}
    assert {
        "report.html",
        "report.xlsx",
        "results.csv",
        "results.json",
        "results.parquet",
        "requests.csv",
    } <= written
    rows = (out / "results.csv").read_text(encoding="utf-8-sig").splitlines()
    moves = (SMALL_EXAMPLE / "moves.csv").read_text(encoding="utf-8").splitlines()
    assert len(rows) == len(moves)


def test_checking_twice_writes_the_same_bytes(tmp_path: Path) -> None:
    outs = [tmp_path / "one", tmp_path / "two"]
    for out in outs:
        assert run("check", SMALL_EXAMPLE, "--on", "2026-11-21", "--out", out).exit_code == 0
    for name in ("results.csv", "results.json", "requests.csv"):
        assert (outs[0] / name).read_bytes() == (outs[1] / name).read_bytes(), name


def test_days_and_a_span_of_days_do_not_go_together(tmp_path: Path) -> None:
    found = run(
        "check",
        SMALL_EXAMPLE,
        "--on",
        "2026-01-01",
        "--on",
        "2026-01-01..2026-02-01",
        "--out",
        tmp_path / "out",
    )
    assert found.exit_code == 2
    assert "--on takes single days, or one span of days, not both" in found.stderr


def test_a_small_book_can_be_named_for_every_question(tmp_path: Path) -> None:
    write_book(tmp_path)
    facts = {"on": "2030-07-01", "item": {"form": "metal", "elements": ["Dy"]}, "from": "CHN", "to": "USA",
             "end_user": {"lists": "none"}}  # fmt: skip
    found = run("determine", "--json", "--book", tmp_path, text=json.dumps(facts))
    assert json.loads(found.stdout)["regimes"]["CN"]["outcome"] == "licence"
    assert set(FILES) == {p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file()}
