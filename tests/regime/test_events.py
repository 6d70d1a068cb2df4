"""The ledger of the trade war: its days, its filters, and what the shipped rows have to hold."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monazite.readers.events import read_ledger
from monazite.regime.events import (
    GROUPS,
    LEVERS,
    Citation,
    Direction,
    Event,
    Ledger,
    ledger_between,
    parse_span,
    select,
)
from monazite.regime.model import Grade, Source
from monazite.terms.days import FIRST_DAY, LAST_DAY

DOCUMENTED_ROWS = 150


def event(printed: str, **given: object) -> Event:
    return Event(**{
        "printed": printed, "span": parse_span(printed), "actors": ("CHN",), "lever": "tariff", "direction": Direction.ESCALATE,
        "magnitude": "made up", "targets": ("USA",), "whom": "", "status": "made up", "unverified": "",
        "sources": (Citation("made-up"),), **given,
    })  # type: ignore[arg-type] # fmt: skip


MADE_UP = Ledger(
    events=(
        event("2030-01", magnitude="a duty of 10 %", actors=("USA", "CHN")),
        event("2030-01-31", lever="port-fee", whom="Ling Shipping", direction=Direction.NEUTRAL),
        event("2030-02-01", targets=("world",), status="Ended soon"),
        event("2030-12", direction=Direction.CONCILIATE, unverified="the day was not checked"),
    ),
    sources={"made-up": Source(key="made-up", what="made up", grade=Grade.DERIVED, where="nowhere")},
)


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    return read_ledger()


# -- days -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("printed", "first", "last"),
    [
        ("2025-04-02", "2025-04-02", "2025-04-02"),
        ("2025-04", "2025-04-01", "2025-04-30"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2026-02", "2026-02-01", "2026-02-28"),
        ("2010-12", "2010-12-01", "2010-12-31"),
        ("2027-01", "2027-01-01", "2027-01-31"),
    ],
)
def test_a_day_is_a_day_and_a_month_is_all_of_its_days(printed: str, first: str, last: str) -> None:
    found = event(printed)
    assert (found.first, found.last) == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    "text", ["2025", "2025-4", "2025-13", "2025-00", "0000-01", "2025-02-30", "4 April 2025", ""]
)
def test_anything_else_is_no_day(text: str) -> None:
    with pytest.raises(ValueError, match=r"neither a day nor a month\. Write it YYYY-MM-DD or YYYY-MM"):
        parse_span(text)


@pytest.mark.parametrize("text", ["0001-01", "1899-12", "1899-12-31", "2200-01", "2200-01-01", "9999-12"])
def test_a_day_or_month_out_of_range_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=f"'{text}' is out of range"):
        parse_span(text)


@given(st.dates(FIRST_DAY, LAST_DAY))
def test_every_day_lies_in_its_month_and_in_no_other(day: date) -> None:
    month = parse_span(f"{day:%Y-%m}")
    assert day in month
    assert month.start.day == 1
    assert month.last is not None
    assert (month.last + timedelta(1)).day == 1
    assert (month.last - month.start).days < 31


# -- filters --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, [0, 1, 2, 3]),
        ({"actor": "USA"}, [0]),
        ({"actor": "JPN"}, []),
        ({"lever": "port-fee"}, [1]),
        ({"direction": Direction.ESCALATE}, [0, 2]),
        ({"target": "USA"}, [0, 1, 3]),
        ({"target": "world"}, [2]),
        ({"target": "ling"}, [1]),
        ({"search": "10 %"}, [0]),
        ({"search": "ENDED"}, [2]),
        ({"search": "not checked"}, [3]),
        ({"first": date(2030, 1, 31)}, [0, 1, 2, 3]),
        ({"first": date(2030, 2, 1)}, [2, 3]),
        ({"first": date(2030, 2, 2)}, [3]),
        ({"last": date(2029, 12, 31)}, []),
        ({"last": date(2030, 1, 1)}, [0]),
        ({"last": date(2030, 1, 30)}, [0]),
        ({"last": date(2030, 1, 31)}, [0, 1]),
        ({"first": date(2030, 1, 5), "last": date(2030, 1, 5)}, [0]),
        ({"actor": "CHN", "target": "USA", "direction": Direction.ESCALATE}, [0]),
    ],
)
def test_filters_are_joined_by_and_and_a_month_fits_if_any_of_its_days_does(
    asked: dict[str, object], found: list[int]
) -> None:
    assert select(MADE_UP, **asked) == tuple(MADE_UP.events[place] for place in found)  # type: ignore[arg-type]


def test_events_between_two_days_are_those_that_may_have_happened_then(ledger: Ledger) -> None:
    first, last = date(2025, 4, 4), date(2025, 4, 9)
    found = ledger_between(ledger, first, last)
    assert found == tuple(e for e in ledger.events if e.first <= last and e.last >= first)
    assert "2025-04" in [e.printed for e in found]
    assert [e.printed for e in found if e.lever == "counter-tariff"] == ["2025-04-04"]


# -- what is shipped ------------------------------------------------------------------------------------------------


def test_the_ledger_holds_as_many_events_as_documented_and_every_one_has_a_source(ledger: Ledger) -> None:
    assert len(ledger.events) == DOCUMENTED_ROWS
    for found in ledger.events:
        assert found.sources, found.where
        assert all(ledger.sources[citation.key].grade in Grade for citation in found.sources)


def test_events_stand_in_the_order_of_their_days_from_2010_to_the_end_of_the_truce(ledger: Ledger) -> None:
    days = [found.first for found in ledger.events]
    assert days == sorted(days)
    assert (days[0], days[-1]) == (date(2010, 7, 1), date(2027, 1, 10))


def test_every_lever_is_pulled_and_every_group_is_named(ledger: Ledger) -> None:
    assert {found.lever for found in ledger.events} == set(LEVERS)
    assert {name for found in ledger.events for name in (*found.actors, *found.targets)} >= set(GROUPS)


def test_what_comes_after_the_last_day_that_was_read_is_marked_or_scheduled(ledger: Ledger) -> None:
    for found in ledger_between(ledger, date(2026, 10, 6), date(2030, 1, 1)):
        assert found.unverified or found.status == "scheduled", found.where


def test_every_us_tariff_of_early_2025_has_an_answer_of_china_within_six_days(ledger: Ledger) -> None:
    window = ledger_between(ledger, date(2025, 2, 1), date(2025, 4, 9))
    moves = [e.first for e in window if e.actors == ("USA",) and e.lever == "tariff"]
    answers = [e.first for e in window if e.actors == ("CHN",) and e.direction is Direction.ESCALATE]
    assert moves
    assert all(any(0 <= (answer - move).days <= 6 for answer in answers) for move in moves)
