"""Days and spans of days: inclusive in files, half open in code."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monazite.terms.days import FIRST_DAY, LAST_DAY, ONE_DAY, Span, parse_day

days = st.dates(date(2020, 1, 1), date(2020, 3, 1))
spans = st.tuples(days, st.none() | st.integers(0, 30)).map(
    lambda pair: Span.between(pair[0], None if pair[1] is None else pair[0] + timedelta(days=pair[1]))
)


def test_the_last_day_belongs_to_a_span_and_the_next_does_not() -> None:
    span = Span.between(date(2025, 11, 7), date(2026, 11, 10))
    assert date(2025, 11, 6) not in span
    assert date(2025, 11, 7) in span
    assert date(2026, 11, 10) in span
    assert date(2026, 11, 11) not in span
    assert span.last == date(2026, 11, 10)


def test_an_open_span_has_no_last_day() -> None:
    span = Span.between(date(2025, 12, 1), None)
    assert date.max in span
    assert span.last is None


@given(one=spans, other=spans)
def test_spans_meet_if_and_only_if_they_share_a_day(one: Span, other: Span) -> None:
    shared = any(
        date(2020, 1, 1) + timedelta(days=n) in one and date(2020, 1, 1) + timedelta(days=n) in other
        for n in range(100)
    )
    assert one.meets(other) == other.meets(one) == shared


@given(first=days, length=st.integers(0, 40), day=days)
def test_a_span_holds_the_days_from_first_through_last(first: date, length: int, day: date) -> None:
    last = first + timedelta(days=length)
    assert (day in Span.between(first, last)) == (first <= day <= last)


@given(st.dates(FIRST_DAY, LAST_DAY))
def test_a_day_reads_back_as_it_is_written(day: date) -> None:
    assert parse_day(day.isoformat()) == day


@pytest.mark.parametrize("text", ["2025-13-01", "2025-02-30", "2025-1-1", "20251201", "2025-W49-1", "1 Dec 2025",
                                  "2025/12/01", "", "2025-12-01T00:00", " 2025-12-0"])  # fmt: skip
def test_what_is_not_year_month_day_is_no_day(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a day\. Write it YYYY-MM-DD"):
        parse_day(text)


@pytest.mark.parametrize("day", [date.min, FIRST_DAY - ONE_DAY, LAST_DAY + ONE_DAY, date.max])
def test_a_day_out_of_range_is_refused_with_the_range(day: date) -> None:
    with pytest.raises(
        ValueError, match=f"'{day}' is out of range. Write a day from 1900-01-01 through 2199-12-31"
    ):
        parse_day(day.isoformat())
