"""Every command by its text: help, answers, faults in sentences, exit statuses."""

import errno
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner, Result

from monazite.cli import COMMANDS, LAW, main
from monazite.cli.check import NOTES_TOLD
from monazite.cli.options import with_faults
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
        (["determine", "--on", "9999-12-31"], "'9999-12-31' is out of range. Write a day from 1900-01-01"),
        (["check", "x", "--on", "2026-11-21..9999-12-31"], "'9999-12-31' is out of range"),
        (["explain", "x", "y", "--on", "0001-01-01"], "'0001-01-01' is out of range"),
        (["demo", "--out", ""], "the path is empty. Name a place to write to"),
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
        (["law", "show", "CN-MOFCOM-2025-61"], "the book holds no 'CN-MOFCOM-2025-61'. Did you mean 'cn-mofcom-2025-61'?"),
        (["law", "show", "nope"], "the book holds no 'nope'. monazite law status lists every measure and provision"),
        (["law", "show", "cn-mofcom-2025-61/annex-1-part-1"], "law show: 'cn-mofcom-2025-61/annex-1-part-1' is a control list, "
         "no measure or provision. monazite law show cn-mofcom-2025-61"),
        (["law", "show", "us-china"], "'us-china' is a group of countries, no measure or provision. monazite law status lists"),
        (["law", "show", "x" * 5000], f"the book holds no '{'x' * 60}... (5,000 characters)'"),
        (["explain", SMALL_EXAMPLE, "nope"], "no move carries a part 'nope'. Allowed: hub-magnet, hub-motor"),
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
    measure = run("law", "show", "cn-mofcom-2025-61")
    clause = run("law", "show", "cn-mofcom-2025-61/1.1", "--no-cases")
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


def test_faults_of_form_and_of_facts_come_in_one_run(tmp_path: Path) -> None:
    text = CASES.replace("facts: {to: USA}", "facts: {to: UAS, itm: {}}")
    text = text.replace("outcome: licence}", "outcome: lisence}")
    law, cases = user_folder(tmp_path, text)
    found = run("law", "test", cases, "--book", law)
    assert found.exit_code == 1
    assert found.stdout == ""
    assert [line.split(":", 1)[1] for line in found.stderr.splitlines()[:-1]] == [
        "10:17: 'UAS' is not a country. Did you mean 'USA'?",
        "10:22: there is no fact 'itm'. Did you mean 'item'?",
        "16:28: 'lisence' is no outcome. Did you mean 'licence'?",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- case: a list at the top\n", "1:1: a case file is a mapping. Write the list under 'cases:'"),
        ("null\n", "1:1: a case file is a mapping. Write the list under 'cases:'"),
        ("cases: []\n", "1:8: a case file wants cases. Write a case under 'cases:'"),
        ("cases:\n", "1:1: a case file wants 'cases'. Write a list of cases under it"),
    ],
)
def test_a_file_from_which_no_case_is_read_does_not_pass(tmp_path: Path, text: str, said: str) -> None:
    law, cases = user_folder(tmp_path, text)
    for arguments in (("law", "test", cases), ("law", "diff", "2030-01-01", "2030-02-01", "--cases", cases)):
        found = run(*arguments, "--book", law)
        assert found.exit_code == 1
        assert found.stderr.splitlines()[0] == f"ours/metal.yaml:{said}"
        assert found.stdout == ""


@pytest.mark.parametrize(
    ("start", "end"), [("{a: ", "}"), ("[", "]"), ("- ", "")], ids=["mappings", "lists", "marks of a list"]
)
@pytest.mark.parametrize("depth", [3000, 100_000])
def test_a_document_that_nests_too_deep_is_a_sentence(
    tmp_path: Path, start: str, end: str, depth: int
) -> None:
    file = tmp_path / "deep.json"
    file.write_text(start * depth + "1" + end * depth + "\n", encoding="utf-8")
    draft = ("law", "diff", "2026-01-01", "--draft", file)
    for arguments in (("determine", file), ("law", "test", file), draft):
        found = run(*arguments)
        assert found.exit_code == 1
        assert f"{file}:" in found.stderr
        assert "nests too deep. At most 100 lists and mappings lie inside one another" in found.stderr
        assert found.stdout == ""


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


def test_what_the_readers_noted_of_a_catalogue_stands_on_standard_error(tmp_path: Path) -> None:
    things = shutil.copytree(SMALL_EXAMPLE, tmp_path / "things")
    parts = things / "parts.csv"
    rows = [line.split(",", 1) for line in parts.read_text(encoding="utf-8").splitlines()]
    rows[0][1] = rows[0][1].replace("origin", "orgin")
    spare = [f"spare {n}" for n in range(10)]
    lines = [
        ",".join((first, *(spare if n == 0 else [""] * 10), rest)) for n, (first, rest) in enumerate(rows)
    ]
    parts.write_text("\n".join(lines) + "\n", encoding="utf-8")
    out = tmp_path / "answers"
    found = run("check", things, "--on", "2026-11-21", "--out", out)
    assert found.exit_code == 0, found.output
    notes = [line for line in found.stderr.splitlines() if line.startswith("note: ")]
    assert (
        notes[0]
        == "note: parts.csv:1, column orgin: 'orgin' is not a column of parts and was left out. Did you mean 'origin'?"
    )
    assert "typical content of the class is used" in notes[1]
    assert (
        notes[2] == "note: parts.csv:1, column spare 0: 'spare 0' is not a column of parts and was left out"
    )
    assert len(notes) == NOTES_TOLD
    assert f"... and 2 notes more, see {out / 'report.html'}\n" in found.stderr
    assert "note:" not in found.stdout


def test_a_place_that_cannot_be_written_to_is_a_sentence(tmp_path: Path) -> None:
    """A parent that is a file, and a workbook whose name a folder has."""
    file, out = tmp_path / "file", tmp_path / "out"
    file.touch()
    (out / "report.xlsx").mkdir(parents=True)
    for place, named in ((file / "answers", file), (out, out / "report.xlsx")):
        found = run("check", SMALL_EXAMPLE, "--on", "2026-11-21", "--out", place)
        assert found.exit_code == 1
        assert isinstance(found.exception, SystemExit)
        last = found.stderr.splitlines()[-1]
        assert last.startswith(str(named))
        assert ": cannot be written: " in last
        assert found.stdout == ""


def test_an_error_that_is_not_about_the_place_keeps_its_traceback(tmp_path: Path) -> None:
    @with_faults
    def command(out: Path) -> None:
        raise FileNotFoundError(errno.ENOENT, "No such file or directory", "/elsewhere/table.csv")

    with pytest.raises(FileNotFoundError):
        command(out=tmp_path)


def test_a_part_that_is_none_of_many_is_told_the_first_of_them_in_order(tmp_path: Path) -> None:
    names = [f"p{n:02}" for n in range(20, 0, -1)]
    parts = "".join(f"{name},plain part\n" for name in names)
    (tmp_path / "parts.csv").write_text(f"part,form\n{parts}", encoding="utf-8")
    moves = "".join(f"m{name},{name},CHN,DEU,2026-01-15\n" for name in names)
    (tmp_path / "moves.csv").write_text(f"move,part,from,to,on\n{moves}", encoding="utf-8")
    found = run("explain", tmp_path, "rotor")
    assert found.exit_code == 1
    assert "no move carries a part 'rotor'. Parts that move: p01, p02, p03, p04, p05, ..." in found.stderr


def test_days_out_of_range_in_a_table_of_moves_are_faults(tmp_path: Path) -> None:
    moves = tmp_path / "moves.csv"
    moves.write_text("move,part,from,to,on\nm1,hub-magnet,CHN,DEU,9999-12-31\n", encoding="utf-8")
    found = run("check", SMALL_EXAMPLE, "--moves", moves, "--out", tmp_path / "out")
    assert found.exit_code == 1
    assert "moves.csv:2, column on: '9999-12-31' is out of range" in found.stderr
    assert not (tmp_path / "out").exists()


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
