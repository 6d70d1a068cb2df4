"""`--regime` on check, determine and explain; and the worked question of two regimes, with the numbers of its page."""

import copy
import json
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from monazite.cli import main
from monazite.determine.answer import Determination
from monazite.determine.determination import determine
from monazite.readers.documents import read_document
from monazite.regime.book import Book
from monazite.terms.outcomes import Verdict
from tests.writers.two_regimes import BOOK, CATALOGUE, write_files

ROOT = Path(__file__).resolve().parents[2]
QUESTION = ROOT / "examples" / "two-regimes.yaml"
PAGE = (ROOT / "docs/how-to/two-regimes.md").read_text(encoding="utf-8")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments])


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A small book of three states, and a catalogue that two of them ask about."""
    folder = tmp_path_factory.mktemp("two")
    return write_files(folder / "law", BOOK), write_files(folder / "catalogue", CATALOGUE)


def test_without_a_name_every_law_is_asked_that_something_touches(
    folders: tuple[Path, Path], tmp_path: Path
) -> None:
    law, catalogue = folders
    found = run("check", catalogue, "--on", "2030-03-01", "--book", law, "--out", tmp_path)
    assert found.exit_code == 0, found.stderr
    assert re.search(r"^CN  Of 3 products on the move", found.stdout, re.MULTILINE)
    assert re.search(r"^US  Of 1 product that its law", found.stdout, re.MULTILINE)
    assert "US  4 of 6 pairs of item and move not asked" in found.stdout
    assert "EU  6 of 6 pairs of item and move not asked" in found.stdout


def test_a_law_asked_by_name_is_answered_for_everything_and_no_other_is(
    folders: tuple[Path, Path], tmp_path: Path
) -> None:
    law, catalogue = folders
    found = run("check", catalogue, "--on", "2030-03-01", "--regime", "US", "--book", law, "--out", tmp_path)
    assert found.exit_code == 0, found.stderr
    assert re.search(r"^US  Of 3 products on the move", found.stdout, re.MULTILINE)
    assert "CN  not asked: the answers wanted were those of US" in found.stdout
    held = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    assert {one["regime"] for one in held["answers"]} == {"US"}
    assert (held["regimes"]["CN"]["asked"], held["regimes"]["US"]["asked"]) == (0, 6)


def test_explain_answers_the_law_that_is_named(folders: tuple[Path, Path]) -> None:
    law, catalogue = folders
    asked = ("explain", catalogue, "shaft", "--move", "jp-vn", "--on", "2030-03-01", "--book", law, "--json")
    [found] = json.loads(run(*asked).stdout)
    assert (list(found["regimes"]), sorted(found["untouched"])) == (["CN"], ["EU", "US"])
    [found] = json.loads(run(*asked, "--regime", "us", "--regime", "CN", "--regime", "US").stdout)
    assert (list(found["regimes"]), found["untouched"]) == (["US", "CN"], {})


def test_a_question_that_nothing_brings_under_a_law_has_gaps_when_that_law_is_named() -> None:
    question = ROOT / "examples" / "question.yaml"
    silent = run("determine", question)
    assert "US  NOT ASKED: nothing stated brings it under this law." in silent.stdout
    found = run("determine", question, "--regime", "US")
    assert found.exit_code == 0, found.stderr
    assert "US  NEEDS EVIDENCE" in found.stdout
    assert "? item.eccn of rotor magnet" in found.stdout
    assert "perhaps also us-" in found.stdout
    assert "CN" not in {line[:2] for line in found.stdout.splitlines()}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("UK", "--regime: the book holds no regime 'UK'. Allowed: CN, EU, US"),
        ("USA", "--regime: the book holds no regime 'USA'. Did you mean 'US'?"),
        ("EU", "--regime: the book cannot answer for 'EU'. The book holds no list of theirs."),
    ],
)
def test_a_law_that_the_book_cannot_answer_for_is_a_fault_with_a_near_match(
    folders: tuple[Path, Path], tmp_path: Path, given: str, said: str
) -> None:
    law, catalogue = folders
    out = tmp_path / "out"
    day = ("--on", "2030-03-01", "--book", law, "--regime", given)
    question = tmp_path / "question.yaml"
    question.write_text("item: {form: magnet}\nfrom: JPN\nto: VNM\n", encoding="utf-8")
    for arguments in (
        ("check", catalogue, *day, "--out", out),
        ("explain", catalogue, "motor", *day),
        ("determine", question, *day),
    ):
        found = run(*arguments)
        assert found.exit_code == 1, arguments
        assert said in found.stderr
        assert found.stdout == ""
    assert not out.exists()


# -- the worked question ----------------------------------------------------------------------------------------


def asked(
    book: Book, *, on: str = "2026-11-21", to: str = "VNM", value: str = "1000.00 USD"
) -> Determination:
    """The worked question with another day, destination or price; the parties move with the destination."""
    facts: dict[str, Any] = copy.deepcopy(read_document(QUESTION, str(QUESTION)).plain())
    facts["on"], facts["to"], facts["item"]["value"] = on, to, value
    for role in ("importer", "end_user"):
        facts[role] |= {key: to for key in ("country", "headquarters", "ultimate_parent")}
    return determine(facts, book)


def share(found: Determination, regime: str) -> tuple[Fraction, str, str] | None:
    """What a regime counts of the item's value, with the limit that the share is held against."""
    for tip in found.regimes[regime].break_even:
        assert tip.content[0] == tip.content[1]
        return tip.content[0] / tip.value[0], tip.comparator, tip.limit
    return None


def test_both_laws_count_the_worked_question_each_in_its_own_way(book: Book) -> None:
    """Dysprosium for 3.00 in 1000.00: 0.3 %, at least 0.1 %. One chip of three for 300.00 in 1000.00: 30 %, more than 25 %."""
    found = asked(book)
    assert share(found, "CN") == (Fraction(3, 1000), "at_least", "1/1000")
    assert share(found, "US") == (Fraction(300, 1000), "more_than", "1/4")
    assert found.regimes["US"].outcome is Verdict.LICENCE
    assert found.regimes["CN"].outcome is Verdict.NEEDS_EVIDENCE
    [reading] = found.regimes["CN"].readings
    assert [(name, verdict) for name, _, verdict in reading.outcomes] == [
        ("A", Verdict.NOT_IN_FORCE), ("B", Verdict.LICENCE),
    ]  # fmt: skip
    assert list(found.untouched) == ["EU"]


@pytest.mark.parametrize(
    ("on", "here", "there"),
    [
        ("2025-10-20", Verdict.NOT_IN_FORCE, Verdict.LICENCE),
        ("2025-12-05", Verdict.NOT_IN_FORCE, Verdict.LICENCE),
        ("2026-11-21", Verdict.NEEDS_EVIDENCE, Verdict.LICENCE),
    ],
)
def test_the_days_of_the_page_have_the_outcomes_it_tells(
    book: Book, on: str, here: Verdict, there: Verdict
) -> None:
    found = asked(book, on=on)
    assert (found.regimes["CN"].outcome, found.regimes["US"].outcome) == (here, there)
    assert found.regimes["CN"].latent is Verdict.LICENCE
    assert f"| {on} | {here} | {there} |" in PAGE


@pytest.mark.parametrize(
    ("to", "counted", "limit", "there"),
    [
        ("DEU", "0.00", "", Verdict.NOT_CONTROLLED),  # no mark for NS2, so nothing counts
        ("VNM", "300.00", "1/4", Verdict.LICENCE),  # the chip of 3A001 by NS2
        ("CHN", "300.00", "1/4", Verdict.LICENCE),
        ("IRN", "420.00", "1/10", Verdict.REFUSED_IN_PRINCIPLE),  # and the chip that is there for AT alone
    ],
)
def test_what_the_united_states_count_turns_on_where_the_motor_goes(
    book: Book, to: str, counted: str, limit: str, there: Verdict
) -> None:
    found = asked(book, to=to)
    assert found.regimes["US"].outcome is there
    given = share(found, "US")
    assert given == ((Fraction(counted) / 1000, "more_than", limit) if limit else None)
    says = "none" if to == "DEU" else f"{counted} USD"
    assert re.search(rf"^\| \w+ \({to}\) \| {says} \|.*\| {there} \|$", PAGE, re.MULTILINE)


@pytest.mark.parametrize(
    ("value", "there", "own_share_counts"),
    [
        ("1199.99 USD", Verdict.LICENCE, True),
        ("1200.00 USD", Verdict.NOT_CONTROLLED, True),  # 25 % itself is free
        ("3000.00 USD", Verdict.NOT_CONTROLLED, True),  # 0.1 % itself is caught
        ("3000.01 USD", Verdict.NOT_CONTROLLED, False),
    ],
)
def test_at_its_limit_one_law_lets_go_and_the_other_catches(
    book: Book, value: str, there: Verdict, own_share_counts: bool
) -> None:
    found = asked(book, value=value)
    assert found.regimes["US"].outcome is there
    caught = [f.provision for f in found.regimes["CN"].under]
    assert ("cn-mofcom-2025-61/1.1" in caught) is own_share_counts
    assert "cn-mofcom-2025-61/1.1-inside" in caught  # the magnet by itself holds 3.75 %
    assert f"| {value} |" in PAGE


def test_the_page_shows_the_head_of_the_real_answer() -> None:
    found = run("determine", QUESTION)
    assert found.exit_code == 0, found.stderr
    shown = re.search(
        r"```sh\nmonazite determine examples/two-regimes.yaml\n```\n\n```\n(.*?)```", PAGE, re.DOTALL
    )
    assert shown
    pieces = [piece.strip("\n") for piece in re.split(r"^\.\.\.$", shown[1], flags=re.MULTILINE)]
    assert [piece for piece in pieces if piece and piece not in found.stdout] == []
