"""What a change of law does, as it is written: for people, as a table, for programs."""

import csv
import io
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from monazite.determine.asked import Asked
from monazite.determine.cases import Case
from monazite.determine.impact import impact
from monazite.determine.question import read_question
from monazite.determine.restanding import Point
from monazite.readers.law import read_book
from monazite.regime.book import Book
from monazite.terms.located import Located
from monazite.writers.impact import (
    COLUMNS,
    FEW,
    WIDTH,
    Section,
    heading,
    impact_csv,
    impact_json,
    impact_lines,
    standing_csv,
    standing_lines,
)
from tests.determine.test_impact import DRAFT, LAST_DAY, SUSPENDED, asked
from tests.regime.small_book import small_book


@pytest.fixture
def law(tmp_path: Path) -> Book:
    """The small book."""
    return small_book(tmp_path / "law")


@pytest.fixture
def drafted(law: Book, tmp_path: Path) -> Book:
    """The small book with a draft over it that suspends cn-one from July through September 2030."""
    (tmp_path / "draft.yaml").write_text(DRAFT, encoding="utf-8")
    return read_book(tmp_path / "law", draft=tmp_path / "draft.yaml")


def points(law: Book, first: date, second: date) -> tuple[Point, Point]:
    return Point(book=law, on=first), Point(book=law, on=second)


def section(law: Book, first: date, second: date, *several: Asked) -> Section:
    return Section(of="some questions", impact=impact(*points(law, first, second), several))


def test_what_is_compared_is_said_in_one_sentence(law: Book, drafted: Book) -> None:
    day, known, then = LAST_DAY, date(2030, 1, 5), date(2030, 1, 6)
    one = Point(book=law, on=day)
    said = [
        heading(one, replace(one, on=SUSPENDED)),
        heading(replace(one, known_on=known), replace(one, known_on=then)),
        heading(replace(one, known_on=known), replace(one, on=SUSPENDED, known_on=None)),
        heading(one, replace(one, book=drafted), "draft.yaml"),
        heading(Point(book=law), Point(book=drafted), "draft.yaml"),
        heading(Point(book=law, known_on=known), Point(book=drafted, known_on=known), "draft.yaml"),
        heading(Point(book=law, known_on=known), Point(book=drafted, known_on=then), "draft.yaml"),
    ]
    book = f". Book {law.version}."
    assert said == [
        f"What changes from 2030-02-28 to 2030-03-01{book}",
        f"What changes from 2030-02-28 as known on 2030-01-05 to 2030-02-28 as known on 2030-01-06{book}",
        f"What changes from 2030-02-28 as known on 2030-01-05 to 2030-03-01 as known today{book}",
        f"What changes on 2030-02-28 with draft.yaml{book}",
        f"What changes with draft.yaml, each question on its own day{book}",
        f"What changes with draft.yaml, each question on its own day, as known on 2030-01-05{book}",
        f"What changes with draft.yaml, each question on its own day, from what was known on 2030-01-05 to what was on 2030-01-06{book}",
    ]


def test_provisions_are_listed_one_by_one_or_as_numbers_of_a_measure(law: Book) -> None:
    before, after = points(law, LAST_DAY, SUSPENDED)
    tail = "in force -> suspended (by cn-two, known since 2030-03-01)"
    assert standing_lines(before, after) == [
        *(f"  cn-one/{clause:<29} {tail}" for clause in "123"),
        "3 of 3 provisions change.",
    ]
    assert standing_lines(before, after, by_measure=True) == [
        f"  {tail}: cn-one 3",
        "3 of 3 provisions change.",
    ]
    assert standing_lines(before, before) == ["0 of 3 provisions change."]


def test_the_days_of_a_draft_are_said(law: Book, drafted: Book) -> None:
    lines = standing_lines(Point(book=law), Point(book=drafted), by_measure=True)
    assert lines == [
        "  measure cn-draft: new",
        "  in force -> suspended, from 2030-07-01 through 2030-09-30 (by cn-draft, known since 2030-06-01):",
        "    cn-one 3",
        "3 of 3 provisions change.",
    ]


ABROAD = """\
measure: us-one
regime: US
number: Rule 1 of 2030
title: {en: A rule of another state}
authority: us-authority
published: 2030-01-01
reviewed_until: 2030-06-30
sources:
  text: {what: the text, url: "http://example.org/us", grade: text}
questions:
  - id: parts-too
    says: Do parts count?
    readings:
      - {id: "A", says: they do, source: text}
      - {id: "B", says: they do not, source: text}
    settled_by: an answer
provisions:
  - id: "1"
    cite: section 1
    says: Metal needs a licence.
    effect: licence
    reading: {question: parts-too, id: "A"}
    when: {form: {in: [metal]}}
    status:
      - {is: in force, from: 2030-01-01}
    source: text
"""
"""Law of another state that changes on no day."""


def test_only_the_law_asked_about_is_shown_in_every_form(law: Book, tmp_path: Path) -> None:
    book = small_book(tmp_path / "both", {"us/measures/one.yaml": ABROAD})
    before, after = points(book, LAST_DAY, SUSPENDED)
    assert standing_lines(before, after)[-1] == "3 of 4 provisions change."
    assert standing_lines(before, after, regimes=["US"]) == ["0 of 1 provisions of US change."]
    assert standing_lines(before, after, regimes=["CN"])[-1] == "3 of 3 provisions of CN change."
    assert standing_lines(before, after, regimes=["US", "CN"])[-1] == "3 of 4 provisions of CN and US change."
    assert standing_csv(before, after, regimes=["US"]).splitlines() == [
        "provision,before,after,reworded,by,known,from,through"
    ]
    whole = json.loads(impact_json(before, after, [], regimes=["US"]))
    assert whole["provisions"] == []
    assert whole["before"]["reviewed_until"] == {"US": "2030-06-30"}
    drafted = Point(book=law), Point(book=book)
    assert standing_lines(*drafted)[:2] == ["  measure us-one: new", "  question parts-too: new"]
    assert standing_lines(*drafted, regimes=["CN"]) == ["0 of 3 provisions of CN change."]
    assert json.loads(impact_json(*drafted, [], regimes=["CN"]))["reworded"] == []
    assert len(json.loads(impact_json(*drafted, [], regimes=["US"]))["reworded"]) == 3


def test_changes_are_counted_with_their_value_then_spelled_out(law: Book) -> None:
    lines = impact_lines(section(law, LAST_DAY, SUSPENDED, asked(law), asked(law, value="unknown"),
                                 asked(law, elements={"Dy": "no"}, elements_complete="yes")))  # fmt: skip
    assert lines == [
        "Outcomes of some questions",
        "",
        "CN: of 3 answers, 2 have another outcome (2 looser).",
        "  licence -> not in force  2 answers, worth 100.00 USD, and 1 of unknown value",
        "  no other outcome: not controlled 1",
        *(line for value in ("100.00 USD", "unknown") for line in (
            "",
            "  dysprosium (move, CHN to JPN)",
            "    licence -> not in force",
            f"    value: {value}",
            "    in force -> suspended: cn-one/1",
        )),
    ]  # fmt: skip


def test_no_change_is_one_line(law: Book) -> None:
    lines = impact_lines(section(law, date(2030, 2, 10), date(2030, 2, 20), asked(law)))
    assert lines == ["Outcomes of some questions", "", "CN: nothing changes in 1 answer."]


def test_an_unknown_value_is_never_written_as_a_number(law: Book) -> None:
    one = section(law, LAST_DAY, SUSPENDED, asked(law, value="unknown"))
    text = "\n".join(impact_lines(one))
    assert "value unknown" in text
    assert "0.00" not in text
    (row,) = csv.DictReader(io.StringIO(impact_csv([one])))
    assert (row["value_low"], row["value_high"]) == ("", "")
    before, after = points(law, LAST_DAY, SUSPENDED)
    (regime,) = json.loads(impact_json(before, after, [one]))["outcomes"][0]["regimes"].values()
    assert regime["changes"][0]["value"] is None
    assert (regime["flows"][0]["value"], regime["flows"][0]["unknown_value"]) == ([], 1)


def test_a_terminal_shows_few_changes_and_says_how_many_are_left(law: Book) -> None:
    many = section(law, LAST_DAY, SUSPENDED, *[asked(law)] * (FEW + 3))
    lines = impact_lines(many)
    assert sum(line.startswith("    licence -> ") for line in lines) == FEW
    assert lines[-1] == "  ... and 3 changes more; --all shows them, --format csv writes them"
    whole = impact_lines(many, everything=True)
    assert sum(line.startswith("    licence -> ") for line in whole) == FEW + 3
    assert len(list(csv.DictReader(io.StringIO(impact_csv([many]))))) == FEW + 3


def test_lines_keep_within_the_width_of_a_terminal(law: Book) -> None:
    lines = impact_lines(section(law, date(2029, 12, 1), date(2030, 2, 10),
                                 asked(law, {"end_user": {}}, elements={"Dy": "unknown"})), everything=True)  # fmt: skip
    assert max(map(len, lines)) <= WIDTH
    assert any(line.startswith("    missing now: ") for line in lines)
    assert "    decides now: cn-one/1, cn-one/2" in lines


def test_days_beyond_the_last_review_are_said_to_be_so(law: Book) -> None:
    lines = impact_lines(section(law, date(2030, 12, 31), date(2031, 1, 1), asked(law)))
    assert (
        "  Law reviewed until 2030-12-31: 2031-01-01 is answered by law that nobody has looked at again."
        in lines
    )
    assert not any("reviewed" in line for line in impact_lines(section(law, LAST_DAY, SUSPENDED, asked(law))))


def test_the_table_has_a_row_a_change_with_every_column(law: Book) -> None:
    one = section(law, LAST_DAY, SUSPENDED, asked(law, value="900..1100 USD"))
    (row,) = csv.DictReader(io.StringIO(impact_csv([one])))
    assert tuple(row) == COLUMNS
    wanted = {
        "of": "some questions", "regime": "CN", "item": "dysprosium", "from": "CHN", "to": "JPN", "change": "outcome",
        "turn": "looser", "day_before": "2030-02-28", "outcome_before": "licence", "at_most_before": "licence",
        "day_after": "2030-03-01", "outcome_after": "not in force", "latent_after": "licence", "value_low": "900",
        "value_high": "1100", "currency": "USD", "provisions_otherwise": "in force -> suspended: cn-one/1",
        "law_before": law.version,
    }  # fmt: skip
    assert {key: row[key] for key in wanted} == wanted


def test_the_same_comparison_gives_the_same_bytes(law: Book) -> None:
    before, after = points(law, LAST_DAY, SUSPENDED)
    texts = [impact_json(before, after, [section(law, LAST_DAY, SUSPENDED, asked(law))]) for _ in range(2)]
    assert texts[0] == texts[1]
    whole = json.loads(texts[0])
    assert whole["before"] == {
        "on": "2030-02-28",
        "known_on": None,
        "law_version": law.version,
        "reviewed_until": {"CN": "2030-12-31"},
    }
    assert [one["provision"] for one in whole["provisions"]] == ["cn-one/1", "cn-one/2", "cn-one/3"]
    assert whole["outcomes"][0]["regimes"]["CN"]["kinds"] == {"outcome": 1, "bounds": 0, "grounds": 0}


def test_provisions_alone_are_a_table_too(law: Book, drafted: Book) -> None:
    rows = list(csv.DictReader(io.StringIO(standing_csv(Point(book=law), Point(book=drafted)))))
    assert [(row["provision"], row["from"], row["through"]) for row in rows] == [
        (f"cn-one/{clause}", "2030-07-01", "2030-09-30") for clause in "123"
    ]
    rows = list(csv.DictReader(io.StringIO(standing_csv(*points(law, LAST_DAY, SUSPENDED)))))
    assert [(row["before"], row["after"], row["from"]) for row in rows] == [("in force", "suspended", "")] * 3


def test_a_case_is_called_by_its_title(law: Book) -> None:
    facts = {"item": {"form": "metal", "elements": ["Dy"]}, "from": "CHN", "to": "JPN"}
    question = read_question(facts, countries=law.countries)
    case = Case(
        title="A metal leaves China",
        turns_on="",
        source="",
        facts=Located.of(facts, "facts"),
        expect={},
        where="here",
    )
    one = Asked(catalogue=question.catalogue, moves=question.moves, cases=(case,))
    assert "  A metal leaves China" in impact_lines(section(law, LAST_DAY, SUSPENDED, one))
