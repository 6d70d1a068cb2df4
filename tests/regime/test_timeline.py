"""The law in time beside `Book.standing`: by hand, on No. 61, and on drawn books."""

from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monazite.regime.book import Book
from monazite.regime.model import Status
from monazite.regime.timeline import (
    STRONGEST_FIRST,
    Stretch,
    knowledge_days,
    last_change,
    measure_lane,
    mix_versions,
    stretches,
    timeline,
    versions,
)
from monazite.terms.days import ONE_DAY, Span
from tests.determine.asking import EAST, LIST
from tests.determine.strategies import FIRST, LAST, books
from tests.regime.small_book import small_book
from tests.regime.test_status import LATER

DAYS = st.integers(-3, (LAST - FIRST).days + 3).map(lambda n: FIRST + timedelta(n))


def shown(found: tuple[Stretch, ...]) -> list[tuple[str, str, str | None]]:
    return [(str(s.way.status), str(s.span.start), s.span.last and str(s.span.last)) for s in found]


# -- No. 61, as the sources have it -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("clause", "before"), [("1.1", "announced"), ("1.2", "announced"), ("1.3", "in force")]
)
def test_the_first_limbs_of_no_61_were_announced_the_third_in_force_until_no_70(
    book: Book, clause: str, before: str
) -> None:
    found = stretches(book, book.provisions[f"cn-mofcom-2025-61/{clause}"])
    assert shown(found) == [
        (before, "2025-10-09", "2025-11-06"),
        ("suspended", "2025-11-07", "2026-11-10"),
        ("uncertain", "2026-11-11", "2027-01-10"),
        ("in force", "2027-01-11", None),
    ]
    assert found[1].way.by == "cn-mofcom-gacc-2025-70"
    assert found[1].way.unverified
    assert dict(found[2].way.readings) == {"A": Status.SUSPENDED, "B": Status.IN_FORCE}
    assert found[2].way.question == "cn-no-70-after-2026-11-10"


def test_on_20_october_2025_nobody_knew_of_a_suspension(book: Book) -> None:
    known_on = date(2025, 10, 20)
    first, third = (
        stretches(book, book.provisions[f"cn-mofcom-2025-61/{clause}"], known_on=known_on)
        for clause in ("1.1", "1.3")
    )
    assert shown(first) == [("announced", "2025-10-09", "2025-11-30"), ("in force", "2025-12-01", None)]
    assert shown(third) == [("in force", "2025-10-09", None)]
    ids = [p.id for p in book.provisions.values() if p.measure == "cn-mofcom-2025-61"]
    lanes = timeline(book, [book.provisions[i] for i in ids], date(2025, 1, 1), date(2027, 1, 1), known_on=known_on)  # fmt: skip
    assert not {s.way.status for lane in lanes[0].lanes for s in lane.stretches} & {Status.SUSPENDED, Status.UNCERTAIN}  # fmt: skip


def test_knowledge_of_no_61_grew_on_the_days_of_its_acts(book: Book) -> None:
    known = [day for day, _ in versions(book, book.provisions["cn-mofcom-2025-61/1.3"])]
    assert known == [date(2025, 10, 9), date(2025, 11, 7), date(2026, 9, 28)]


# -- a small book ----------------------------------------------------------------------------------------------


def test_a_measure_stands_as_the_mix_of_its_rules(tmp_path: Path) -> None:
    book = small_book(tmp_path, {"cn/measures/three.yaml": LATER})
    measure = book.measures["cn-one"]
    lane = measure_lane(book, measure, [book.provisions[p.id] for p in measure.provisions])
    days = {str(m.span.start): {str(s.status): s.provisions for s in m.shares} for m in lane.mixes}
    assert days["2030-01-01"].keys() >= {"announced"}
    assert days["2030-07-01"]["uncertain"] == 1
    uncertain = next(s for m in lane.mixes for s in m.shares if s.status is Status.UNCERTAIN)
    assert uncertain.by == "cn-three"
    assert [name for name, _ in uncertain.readings] == ["A", "B"]


def test_a_measure_is_not_shown_before_it_is_known(tmp_path: Path) -> None:
    book = small_book(tmp_path)
    everything = list(book.provisions.values())
    first, last = date(2029, 1, 1), date(2031, 1, 1)
    assert timeline(book, everything, first, last, known_on=date(2029, 12, 31), measures=book.measures) == ()
    known = timeline(book, everything, first, last, known_on=date(2030, 1, 1), measures=book.measures)
    assert [lane.measure for lane in known] == ["cn-one"]


def test_stretches_beside_the_days_asked_are_left_out_and_the_others_keep_their_ends(tmp_path: Path) -> None:
    book = small_book(tmp_path)
    (lane,) = timeline(book, [book.provisions["cn-one/1"]], date(2030, 2, 10), date(2030, 2, 20))
    assert shown(lane.lanes[0].stretches) == [("in force", "2030-02-01", "2030-02-28")]


def test_the_last_change_follows_knowledge(tmp_path: Path) -> None:
    book = small_book(tmp_path)
    one = [book.provisions["cn-one/1"]]
    assert last_change(one) == date(2030, 7, 1)
    assert last_change(one, known_on=date(2030, 2, 1)) == date(2030, 2, 1)
    assert last_change(one, known_on=date(2029, 2, 1)) is None


def test_every_status_has_its_place_in_the_order() -> None:
    assert sorted(STRONGEST_FIRST) == sorted(Status)


# -- drawn books -----------------------------------------------------------------------------------------------


@given(book=books([LIST], [EAST]), on=DAYS, known_on=DAYS | st.none())
def test_a_lane_says_of_every_day_what_the_book_says(book: Book, on: date, known_on: date | None) -> None:
    for provision in book.provisions.values():
        found = [s for s in stretches(book, provision, known_on=known_on) if on in s.span]
        standing = book.standing(provision, on=on, known_on=known_on)
        assert len(found) == (standing is not None)
        if standing:
            way = found[0].way
            assert (way.status, way.by, way.known) == (standing.period.status, standing.period.by, standing.period.known)  # fmt: skip
            assert dict(way.readings) == (dict(standing.by_reading) if way.status is Status.UNCERTAIN else {})


@given(book=books([LIST], [EAST]), known_on=DAYS | st.none())
def test_stretches_are_in_order_apart_and_unlike_their_neighbours(book: Book, known_on: date | None) -> None:
    for provision in book.provisions.values():
        found = stretches(book, provision, known_on=known_on)
        for one, other in pairwise(found):
            assert one.span.stop is not None
            assert one.span.stop <= other.span.start
            assert one.span.stop < other.span.start or one.way != other.way


@given(book=books([LIST], [EAST]), on=DAYS, known_on=DAYS)
def test_a_mix_counts_every_rule_that_stands(book: Book, on: date, known_on: date) -> None:
    for measure in book.measures.values():
        provisions = [book.provisions[p.id] for p in measure.provisions]
        found = next((m for day, m in reversed(mix_versions(book, provisions)) if day <= known_on), ())
        (mixed,) = [m for m in found if on in m.span] or [None]
        lane = measure_lane(book, measure, provisions, known_on=known_on)
        (now,) = [m for m in lane.mixes if on in m.span] or [None]
        assert (mixed and mixed.shares) == (now and now.shares)
        standing = [book.standing(p, on=on, known_on=known_on) for p in provisions]
        if now:
            assert now.provisions <= sum(s is not None for s in standing)


@given(book=books([LIST], [EAST]), known_on=DAYS)
def test_between_two_days_of_knowledge_nothing_changes(book: Book, known_on: date) -> None:
    provisions = list(book.provisions.values())
    days = knowledge_days(book, provisions)
    before = max((day for day in days if day <= known_on), default=days[0] - ONE_DAY)
    for provision in provisions:
        assert stretches(book, provision, known_on=known_on) == stretches(book, provision, known_on=before)


def test_days_of_a_lane_are_exactly_those_on_which_something_stands(tmp_path: Path) -> None:
    book = small_book(tmp_path, {"cn/measures/three.yaml": LATER})
    window = Span.between(date(2029, 12, 1), date(2031, 2, 1))
    assert window.stop is not None
    for provision in book.provisions.values():
        found = stretches(book, provision)
        day = window.start
        while day < window.stop:
            assert any(day in s.span for s in found) == (book.standing(provision, on=day) is not None)
            day += ONE_DAY
