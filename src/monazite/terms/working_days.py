"""Working days of an authority: weekdays, less holidays, plus days worked in their place.

A calendar is official up to a day; after it, weekdays are counted and the answer is "not before".

>>> calendar = WorkingDays("CHN", frozenset({date(2026, 10, 1)}), frozenset({date(2026, 10, 10)}), date(2026, 12, 31))
>>> calendar.is_working(date(2026, 10, 1)), calendar.is_working(date(2026, 10, 10))
(False, True)
>>> calendar.after(date(2026, 9, 30), 2)
(datetime.date(2026, 10, 5), True)
"""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """The days of one country that differ from its weekdays, and how far they are official."""

    calendar: str
    holidays: frozenset[date]
    worked: frozenset[date]
    official_through: date

    def is_working(self, day: date) -> bool:
        """Whether offices work on the day."""
        return day in self.worked or (day.weekday() < 5 and day not in self.holidays)

    def after(self, day: date, count: int) -> tuple[date, bool]:
        """The `count`-th working day after `day`, and whether the calendar is official as far as that."""
        while count > 0:
            day += timedelta(days=1)
            count -= self.is_working(day)
        return day, day <= self.official_through
