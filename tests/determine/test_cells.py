"""Cells: the first day and the first country of a cell answer for all of its days and countries."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monazite.catalogue.joining import join_moves
from monazite.catalogue.model import NOT_KNOWN
from monazite.catalogue.moves import Moves
from monazite.determine.cases import Case
from monazite.determine.cells import COUNTRY_FACTS, ENDS, Division, TimeCell, division, time_cells, turnings
from monazite.determine.kernel import evaluate
from monazite.determine.question import Question, read_question
from monazite.determine.states import law_of
from monazite.readers.cases import read_cases
from monazite.regime import conditions
from monazite.regime.book import Book
from monazite.regime.conditions import TruthTest
from monazite.terms.facts import ACTIVITIES, FACTS, Axis
from tests.determine.asking import EAST, LIST, batch_of, engine_answer
from tests.determine.strategies import COUNTRIES, DAYS, FIRST, LAST, LEARNT, books, moves, parts
from tests.determine.world import Move, Part
from tests.regime.small_book import changed, small_book

PATHS = ("to", "from", "to", "from", *COUNTRY_FACTS)
REAL_DAYS = st.dates(date(2024, 6, 1), date(2027, 12, 31)) | st.dates(date(2018, 1, 1), date(2030, 12, 31))
KNOWN = st.sampled_from([None, None, date(2025, 10, 20), date(2025, 11, 8), date(2026, 10, 1)])


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    """Worked cases of every topic of every regime, as documents whose days and countries are drawn anew."""
    found = read_cases()
    return found[:: max(len(found) // 150, 1)]


def question(case: Case, book: Book) -> Question:
    return read_question(case.facts, countries=book.countries, where=case.where)


def with_country(asked: Question, path: str, code: int) -> Question:
    """The same question with another country for a fact: of the move, or of the item itself."""
    catalogue, moves = asked.catalogue, asked.moves
    if FACTS[path].axis is Axis.MOVE:
        return replace(asked, moves=with_end(moves, path, code))
    if path == "item.origin":
        mixed = {node: shares for node, shares in catalogue.mixed_origins.items() if node}
        return replace(
            asked, catalogue=replace(catalogue, origin=of_item(catalogue.origin, code), mixed_origins=mixed)
        )
    if path.startswith("item.made_with."):
        made_with = catalogue.made_with.copy()
        made_with[0, ACTIVITIES.index(path.removeprefix("item.made_with."))] = code
        return replace(asked, catalogue=replace(catalogue, made_with=made_with))
    unknown = np.full(len(catalogue), NOT_KNOWN, dtype=np.int16)
    places = {**catalogue.places, path: of_item(catalogue.places.get(path, unknown), code)}
    return replace(asked, catalogue=replace(catalogue, places=places))


def with_end(moves: Moves, path: str, code: int) -> Moves:
    """The same moves with another country for a fact of theirs."""
    return replace(moves, codes={**moves.codes, path: np.full(len(moves), code, dtype=np.int16)})


def of_item(column: np.ndarray, code: int) -> np.ndarray:  # type: ignore[type-arg]
    """The column with another code for the first node, which is the item."""
    return np.concatenate([np.array([code], dtype=column.dtype), column[1:]])


def other_end(moves: Moves, path: str) -> tuple[str, ...]:
    """The country of the other end of the move, if `path` is one end."""
    if path not in ENDS:
        return ()
    column = moves.codes.get("from" if path == "to" else "to")
    return () if column is None or column[0] < 0 else (moves.countries[column[0]],)


def answers(
    book: Book, asked: Question, on: date, known_on: date | None, *regimes: str
) -> dict[str, list[tuple[int, ...]]]:
    """Outcome, bounds, latent outcome and whether the law is touched: of some or all regimes, for every move."""
    move = np.arange(len(asked.moves), dtype=np.int32)
    batch = evaluate(book, asked.catalogue, asked.moves, node=np.zeros_like(move), move=move, first=on, last=on,
                     known_on=known_on, regimes=regimes or book.regimes)  # fmt: skip
    return {
        name: [
            tuple(int(getattr(one.outcomes, field)[pattern, 0])
                  for field in ("verdict", "at_least", "at_most", "latent", "touched"))
            for pattern in one.pattern
        ]
        for name, one in batch.regimes.items()
    }  # fmt: skip


def cell_of(book: Book, regime: str, on: date, known_on: date | None) -> TimeCell:
    (found,) = time_cells(law_of(book, regime, known_on), on, on)
    assert on in found
    return found


@settings(max_examples=12)
@given(data=st.data(), day=REAL_DAYS, known_on=KNOWN, path=st.sampled_from(PATHS))
def test_what_stands_for_a_cell_answers_for_every_day_and_country_of_it(
    book: Book, cases: list[Case], data: st.DataObject, day: date, known_on: date | None, path: str
) -> None:
    asked = question(data.draw(st.sampled_from(cases)), book)
    country = data.draw(st.sampled_from(book.countries))
    directly = answers(book, with_country(asked, path, book.countries.index(country)), day, known_on)
    for regime, direct in directly.items():
        law, cell = law_of(book, regime, known_on), cell_of(book, regime, day, known_on)
        found = division(law, cell, path, book.countries, beside=other_end(asked.moves, path))
        stands = with_country(asked, path, book.countries.index(found.representative(country)))
        by_cell = answers(book, stands, cell.first, known_on, regime)
        assert by_cell[regime] == direct, (regime, country, found.representative(country), day, cell.first)


@settings(max_examples=5)
@given(data=st.data(), day=REAL_DAYS, path=st.sampled_from(ENDS))
def test_all_countries_of_a_class_are_answered_alike(
    book: Book, cases: list[Case], data: st.DataObject, day: date, path: str
) -> None:
    asked = question(data.draw(st.sampled_from(cases)), book)
    everywhere = join_moves([with_end(asked.moves, path, code) for code in range(len(book.countries))])
    found = answers(book, replace(asked, moves=everywhere), day, None)
    for regime, each in found.items():
        law, cell = law_of(book, regime, None), cell_of(book, regime, day, None)
        classes = division(law, cell, path, book.countries, beside=other_end(asked.moves, path)).classes
        assert sorted(country for one in classes for country in one.members) == sorted(book.countries)
        for one in classes:
            assert len({each[book.countries.index(country)] for country in one.members}) == 1, one.members


@settings(max_examples=60)
@given(law=books([LIST], [EAST]), world=parts(most=3), move=moves(), day=DAYS, known_on=st.sampled_from([None, *LEARNT]),
       path=st.sampled_from(["to", "from"]), country=st.sampled_from(COUNTRIES))  # fmt: skip
def test_the_same_of_made_up_books(
    law: Book, world: list[Part], move: Move, day: date, known_on: date | None, path: str, country: str
) -> None:
    cell = cell_of(law, "CN", day, known_on)
    ends = {"to": "from", "from": "to"}
    beside = tuple(v for v in [move.get(ends[path])] if isinstance(v, str))
    stands = division(law_of(law, "CN", known_on), cell, path, COUNTRIES, beside=beside).representative(
        country
    )
    directly = batch_of(law, world, [{**move, path: country}], day, day, known_on)
    first = max(cell.first, FIRST - timedelta(days=400))
    by_cell = batch_of(law, world, [{**move, path: stands}], first, first, known_on)
    for pair in range(len(world)):
        assert engine_answer(by_cell, pair, first) == engine_answer(directly, pair, day), (
            pair,
            stands,
            first,
        )


@settings(max_examples=60)
@given(law=books([LIST], [EAST]), known_on=st.sampled_from([None, *LEARNT]))
def test_cells_of_time_follow_one_another_and_each_begins_with_a_change(
    law: Book, known_on: date | None
) -> None:
    found = time_cells(law_of(law, "CN", known_on))
    assert (found[0].start, found[-1].stop) == (None, None)
    for before, after in pairwise(found):
        assert before.stop == after.start
        assert before.state is not after.state
    for day in (FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)):
        assert sum(day in cell for cell in found) == 1


# -- small books by hand ------------------------------------------------------------------------------------------

EASTWARD = changed("cn/measures/one.yaml", "when: {to: {outside: [CHN]}}", "when: {to: {in: [east]}}")


def cells(book: Book, first: date | None = None, last: date | None = None) -> tuple[TimeCell, ...]:
    return time_cells(law_of(book, "CN", None), first, last)


def test_a_cell_says_when_it_begins_and_what_changed_there(tmp_path: Path) -> None:
    book = small_book(tmp_path)
    found = cells(book)
    starts = [date(2030, 1, 1), date(2030, 2, 1), date(2030, 3, 1), date(2030, 7, 1)]
    assert [cell.start for cell in found] == [None, *starts]
    assert [cell.last for cell in found] == [*(day - timedelta(days=1) for day in starts), None]
    suspended = found[3].turning
    assert [one.provision for one in suspended] == ["cn-one/1", "cn-one/2", "cn-one/3"]
    assert [str(one.after.period.status) for one in suspended if one.after] == ["suspended"] * 3
    assert found[0].turning == ()
    assert turnings(law_of(book, "CN", None), date(2030, 3, 2)) == ()


def test_only_the_cells_of_a_span_are_given_and_each_of_them_whole(tmp_path: Path) -> None:
    (found,) = cells(small_book(tmp_path), date(2030, 4, 1), date(2030, 4, 2))
    assert (found.start, found.last) == (date(2030, 3, 1), date(2030, 6, 30))


def destinations(book: Book, on: date, path: str = "to") -> Division:
    return division(law_of(book, "CN", None), cell_of(book, "CN", on, None), path, book.countries)


def test_countries_are_classed_by_the_tests_that_hold_for_them(tmp_path: Path) -> None:
    found = destinations(small_book(tmp_path), date(2030, 2, 10))
    assert found.classes[0].members == ("CHN",)
    assert len(found.classes) == 2
    assert found.class_of("JPN").members[0] == found.representative("JPN") == "ABW"
    (china,) = found.sets
    assert (china.surely, china.provisions, china.groups) == (("CHN",), ("cn-one/1",), ())
    assert [one.sets for one in found.classes] == [(0,), ()]
    assert found.border == ()


def test_a_set_that_is_a_group_of_the_book_is_called_by_its_name(tmp_path: Path) -> None:
    (east,) = destinations(small_book(tmp_path, EASTWARD), date(2030, 2, 10)).sets
    assert (east.surely, east.groups) == (("JPN",), ("east",))


def test_a_fact_that_no_provision_asks_about_leaves_one_class(tmp_path: Path) -> None:
    found = destinations(small_book(tmp_path), date(2030, 2, 10), "from")
    assert (len(found.classes), found.sets) == (1, ())


def test_before_any_law_there_is_one_class(tmp_path: Path) -> None:
    assert len(destinations(small_book(tmp_path), date(2029, 6, 1)).classes) == 1


def test_where_the_crossing_of_a_border_counts_the_other_end_is_a_class_of_its_own(tmp_path: Path) -> None:
    book = small_book(
        tmp_path,
        changed("cn/measures/one.yaml", "when: {to: {outside: [CHN]}}", "when: {crosses_border: yes}"),
    )
    law, cell = law_of(book, "CN", None), cell_of(book, "CN", date(2030, 2, 10), None)
    assert len(division(law, cell, "to", book.countries).classes) == 1
    found = division(law, cell, "to", book.countries, beside=("DEU",))
    assert found.border == ("cn-one/1",)
    assert found.class_of("DEU").members == ("DEU",)
    assert len(found.classes) == 2


def test_the_book_asks_of_two_ends_at_once_only_whether_a_border_is_crossed(book: Book) -> None:
    """What else depended on both ends would need a class of its own."""
    facts = {
        t.path
        for p in book.provisions.values()
        for t in conditions.tests_of(p.condition)
        if isinstance(t, TruthTest)
    }
    assert [path for path in facts if "border" in path or "country" in path] in ([], ["crosses_border"])
