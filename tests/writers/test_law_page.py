"""The page of a provision says all that the book holds of it, on a terminal and in Markdown."""

from pathlib import Path

import pytest

from monazite.determine.coverage import cover
from monazite.regime.book import Book
from monazite.writers.law import show_lines
from monazite.writers.law_page import CASES_SHOWN, provision_sections
from monazite.writers.law_pages import anchor, law_pages, page_path, provision_heading
from tests.determine.test_coverage import cases_of
from tests.regime.small_book import FILES, SECOND, small_book
from tests.regime.test_conflicts import CONFLICTS

UNCERTAIN = """\
  - act: uncertain
    on: [cn-one/1]
    from: 2030-07-01
    through: 2030-09-30
    known: 2030-06-01
    question: goes-on
    says: Does it go on?
    readings:
      - {id: A, is: suspended, says: it does, source: text}
      - {id: B, is: in force, says: it does not, source: text}
    settled_by: a word of the authority
    source: text
    unverified: nobody has said so
"""
DUTY = """\
  - id: "4"
    cite: clause 4
    says: A report is due.
    effect: duty
    on: ["1"]
    does: Report the export
    due: {working_days: 10, after: export}
    status:
      - {is: in force, from: 2030-02-01}
    source: text
    unverified: the form was not seen
    note: by letter
"""


@pytest.fixture
def full(tmp_path: Path) -> Book:
    measure = FILES["cn/measures/one.yaml"] + DUTY + CONFLICTS
    return small_book(tmp_path, {"cn/measures/one.yaml": measure, "cn/measures/two.yaml": SECOND + UNCERTAIN})


def titles(book: Book, name: str, **more: object) -> dict[str, list[str]]:
    return {
        section.title: [line.text for line in section.lines]
        for section in provision_sections(book, book.provisions[name], **more)  # type: ignore[arg-type]
    }


def test_a_provision_has_a_section_for_everything_the_book_says_of_it(full: Book) -> None:
    exercises = cover(full, cases_of({})).exercises["cn-one/1"]
    said = titles(full, "cn-one/1", exercises=exercises)
    assert said["What it does"] == ["effect: licence, gives: licence"]
    assert said["When"] == [
        "all of", "cn-one/abroad: It goes abroad.", "to outside CHN", "the item is on cn-one/annex"]  # fmt: skip
    assert said["Status"] == [
        "announced [printed, not effective, not enforced]: 2030-01-01 through 2030-01-31; known since 2030-01-01, by cn-one (text)",
        "in force [printed, effective, enforced]: from 2030-02-01 on; known since 2030-01-01, by cn-one (text)",
        "suspended [printed, not effective, not enforced]: 2030-03-01 through 2030-06-30; known since 2030-03-01, by cn-two (text)",
        "uncertain: 2030-07-01 through 2030-09-30; known since 2030-06-01, by cn-two (text)",
        "question: goes-on",
        "UNVERIFIED: nobody has said so",
    ]
    assert said["Questions"] == [
        "goes-on: Does it go on?",
        "reading A: suspended: it does (text)",
        "reading B: in force: it does not (text)",
        "settled by: a word of the authority",
    ]
    assert said["What comes with it"] == [
        "exceptions",
        "cn-one/3 (exempt, report due): Disaster relief is reported",
        "policies",
        "cn-one/2 (refused in principle): Listed parties are refused",
        "duties",
        "cn-one/4: Report the export, within 10 working days after export",
    ]
    assert said["Contradictions between sources"][:4] == [
        "the first day",
        "one: a newspaper gives March",
        "other: the text gives February",
        "we read: the text",
    ]
    assert said["Sources"] == ["text (text): the text", "how it stands, by cn-two", "text (text): the text"]
    assert said["Worked cases"] == ["case 0"]


def test_what_a_provision_lacks_has_no_section(full: Book) -> None:
    said = titles(full, "cn-one/4")
    assert said["Unverified"] == ["the form was not seen"]
    assert said["Note"] == ["by letter"]
    assert said["When"] == ["always"]
    assert "Questions" not in said
    assert "Contradictions between sources" not in said
    assert "Worked cases" not in said


def test_a_provision_that_no_case_exercises_says_so(full: Book) -> None:
    assert titles(full, "cn-one/2", exercises=())["Worked cases"] == ["none"]


def test_the_cases_that_name_a_provision_come_first_and_the_rest_are_counted(full: Book) -> None:
    named = {"CN": {"outcome": "licence", "not_under": ["cn-one/1"]}}
    unnamed = cases_of(*[{}] * (CASES_SHOWN + 3))
    (last,) = cases_of({}, expect=named)
    found = cover(full, [*unnamed, last]).exercises["cn-one/1"]
    said = titles(full, "cn-one/1", exercises=found)["Worked cases"]
    assert len(said) == CASES_SHOWN + 1
    assert said[-1] == "and 4 more"


def test_the_terminal_shows_sentence_flags_and_sources_with_their_places(full: Book) -> None:
    text = "\n".join(show_lines(full, "cn-one/1"))
    for said in (
        "A licence is needed.",
        "[printed, effective, enforced]",
        "http://example.org/1",
        "http://example.org/2",
    ):
        assert said in text
    assert "Worked cases" not in text
    assert "[licence] A licence is needed." in "\n".join(show_lines(full, "cn-one"))


def test_every_page_is_reached_from_the_index_and_holds_every_provision(full: Book) -> None:
    pages = law_pages(cover(full, cases_of({})))
    assert set(pages) == {"index.md", "cn/cn-one.md", "cn/cn-two.md"}
    assert "](cn/cn-one.md)" in pages["index.md"]
    for provision in full.provisions.values():
        assert f"## {provision_heading(provision)}\n" in pages[page_path(full.measures[provision.measure])]


def test_ids_become_links_to_headings_that_are_there(full: Book) -> None:
    page = law_pages(cover(full, cases_of({})))["cn/cn-two.md"]
    assert f"](cn-one.md#{anchor('1: clause 1')})" in page
    assert "<http://example.org/2>" in page
