"""Working days of an authority."""

from datetime import date

from monazite.readers.reference import read_reference


def test_a_day_worked_in_place_of_a_holiday_counts() -> None:
    calendar = read_reference().working_days["CHN"]
    assert not calendar.is_working(date(2026, 10, 1))
    assert calendar.is_working(date(2026, 10, 10))  # a Saturday worked for the National Day week


def test_the_tenth_working_day_after_the_first_of_december_2025() -> None:
    assert read_reference().working_days["CHN"].after(date(2025, 12, 1), 10) == (date(2025, 12, 15), True)


def test_a_deadline_beyond_the_notices_is_not_official() -> None:
    day, official = read_reference().working_days["CHN"].after(date(2026, 12, 25), 45)
    assert day > date(2026, 12, 31)
    assert not official
