"""The law the package ships: it reads without fault, every worked case passes, and the schemas fit every file."""

from datetime import date
from pathlib import Path

import jsonschema
import pytest
import yaml

from monazite.determine.cases import decode_cases
from monazite.determine.running import CaseResult, run_cases
from monazite.determine.schema import case_schema, facts_schema
from monazite.readers.cases import read_cases
from monazite.readers.law import find_faults
from monazite.readers.yaml import read_yaml
from monazite.regime.book import Book
from monazite.regime.model import Status
from monazite.regime.shapes import measure_schema
from monazite.terms.located import Located

REGIMES = Path(__file__).resolve().parents[2] / "regimes"
CASES = sorted((REGIMES / "cases").rglob("*.yaml"))
MEASURES = sorted(REGIMES.glob("*/measures/*.yaml"))
PIECES = 6
"""Into how many tests the cases are cut, so that several processes share them."""

EARLIEST, LATEST = date(2020, 1, 1), date(2030, 12, 31)


def name(path: Path) -> str:
    return path.relative_to(REGIMES).as_posix()


def told(result: CaseResult) -> str:
    """A case that differs, as `monazite law test` prints it."""
    lines = [f"{result.case.where}: {result.case.title}", f"  turns on {result.case.turns_on}"]
    lines += [f"  {d.regime} {d.field}: expected {d.expected}; got {d.got}" for d in result.differences]
    return "\n".join([*lines, *(f"  {fault}" for fault in result.faults)])


def test_the_book_reads_without_fault() -> None:
    _, faults = find_faults()
    assert "\n".join(map(str, faults)) == ""


def test_there_are_measures_and_cases() -> None:
    assert len(MEASURES) >= 11
    assert len(CASES) >= 12


@pytest.mark.parametrize("piece", range(PIECES))
def test_every_worked_case_is_answered_as_expected(book: Book, piece: int) -> None:
    """Cases of like days are answered together: a piece is a stretch of days."""
    cases = sorted(read_cases(), key=lambda case: (case.facts.find("on") or Located("")).text or "")
    size = -(-len(cases) // PIECES)
    differing = [told(r) for r in run_cases(cases[piece * size : (piece + 1) * size], book) if not r.passed]
    assert not differing, "\n".join(["", *differing])


def test_no_two_cases_of_the_book_have_one_title() -> None:
    titles = [case.title for path in CASES for case in decode_cases(read_yaml(path)[0])[0]]
    assert sorted({t for t in titles if titles.count(t) > 1}) == []


def test_every_case_names_a_source() -> None:
    lacking = [
        case.where
        for path in CASES
        for case in decode_cases(read_yaml(path, name(path))[0])[0]
        if not case.source
    ]
    assert lacking == []


def test_every_provision_has_a_source_with_a_place(book: Book) -> None:
    for provision in book.provisions.values():
        assert provision.sources, provision.id
        for key in provision.sources:
            source = book.source(provision.measure, key)
            assert source.what, (provision.id, key)
            assert source.url or source.where, (provision.id, key)
        for period in provision.periods:
            assert period.sources, (provision.id, period.where)
            for key in period.sources:
                book.source(period.by, key)


def test_every_provision_has_words_a_citation_and_a_status(book: Book) -> None:
    for provision in book.provisions.values():
        assert provision.says, provision.id
        assert provision.cite, provision.id
        assert provision.periods, provision.id


def test_every_line_of_a_list_has_its_words_and_a_known_source(book: Book) -> None:
    for item_list in book.lists.values():
        assert item_list.lines, item_list.id
        for line in item_list.lines:
            assert line.says, line.where
            assert line.forms or line.code, line.where
            assert set(line.sources) <= set(book.measures[item_list.measure].sources), line.where


def test_days_are_sane(book: Book) -> None:
    for measure in book.measures.values():
        assert EARLIEST <= measure.published <= measure.reviewed_until <= LATEST, measure.id
        for act in measure.acts:
            assert act.known >= measure.published, act.where
    for provision in book.provisions.values():
        published = book.measures[provision.measure].published
        for period in provision.periods:
            assert EARLIEST <= period.span.start <= LATEST, period.where
            assert period.span.stop is None or period.span.start < period.span.stop <= LATEST, period.where
            assert EARLIEST <= period.known <= LATEST, period.where
            # Nothing is known of a provision before it is published, but for the list of the lists it waits for.
            assert period.known >= published or period.by != provision.measure, period.where


def test_a_suspension_ends_where_the_text_says_and_is_followed_by_something(book: Book) -> None:
    """No provision falls out of print on the day after a suspension by mere lack of a row."""
    for provision in book.provisions.values():
        for period in provision.periods:
            if period.status is Status.SUSPENDED and period.span.stop is not None:
                after = book.standing(provision, on=period.span.stop)
                assert after is not None, (provision.id, period.where)


@pytest.mark.parametrize(
    ("question", "first", "through"),
    [
        ("cn-no-70-after-2026-11-10", date(2026, 11, 11), date(2027, 1, 10)),
        ("cn-no-72-after-2026-11-27", date(2026, 11, 28), date(2027, 1, 10)),
    ],
)
def test_the_questions_that_follow_the_suspensions_are_open(
    book: Book, question: str, first: date, through: date
) -> None:
    held = book.questions[question]
    assert {r.id: str(r.status) for r in held.readings} == {"A": "suspended", "B": "in force"}
    assert held.settled_by
    touched = [p for p in book.provisions.values() for x in p.periods if x.question == question]
    assert touched
    for provision in touched:
        (period,) = (x for x in provision.periods if x.question == question)
        assert (period.span.start, period.span.last) == (first, through)
        assert str(book.standing(provision, on=first).period.status) == "uncertain"  # type: ignore[union-attr]
        before = book.standing(provision, on=first, known_on=date(2026, 9, 27))
        assert str(before.period.status) == "in force"  # type: ignore[union-attr]


def test_every_question_has_two_readings_and_what_would_settle_it(book: Book) -> None:
    for question in book.questions.values():
        assert len({r.id for r in question.readings}) == len(question.readings) >= 2, question.id
        assert question.settled_by, question.id
        assert all(reading.says for reading in question.readings), question.id


# -- schemas ----------------------------------------------------------------------------------------------------


def test_the_schemas_are_schemas() -> None:
    for made in (measure_schema(), case_schema(), facts_schema()):
        jsonschema.Draft202012Validator.check_schema(made)


@pytest.mark.parametrize("path", MEASURES, ids=name)
def test_every_measure_fits_the_schema_that_editors_use(path: Path) -> None:
    held = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    faults = jsonschema.Draft202012Validator(measure_schema()).iter_errors(held)
    assert [f"{'/'.join(map(str, f.absolute_path))}: {f.message}" for f in faults] == []


@pytest.mark.parametrize("path", CASES, ids=name)
def test_every_case_file_and_its_facts_fit_the_schemas(path: Path) -> None:
    held = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    faults = list(jsonschema.Draft202012Validator(case_schema()).iter_errors(held))
    shape = jsonschema.Draft202012Validator(facts_schema())
    for case in decode_cases(read_yaml(path, name(path))[0])[0]:
        faults += shape.iter_errors(case.facts.plain())
    assert [f"{'/'.join(map(str, f.absolute_path))}: {f.message}" for f in faults] == []


@pytest.mark.parametrize(
    ("facts", "place"),
    [
        ({"item": {"form": "magnett"}}, "item/form"),
        ({"item": {"frm": "magnet"}}, "item"),
        ({"item": {}, "from": "China"}, "from"),
        ({"item": {}, "on": "1 Dec 2025"}, "on"),
        ({"from": "CHN"}, ""),
    ],
)
def test_the_schema_of_facts_refuses_what_the_reader_refuses(facts: dict, place: str) -> None:
    (fault,) = jsonschema.Draft202012Validator(facts_schema()).iter_errors(facts)
    assert "/".join(map(str, fault.absolute_path)) == place
