"""Days of law: whole days in the authority's own zone, and spans of them.

Files say `from` and `through`, both inclusive; code holds half-open spans. An open end is `None`. What is written or
asked is a day from FIRST_DAY through LAST_DAY, so that there is always a day before and a day after.

>>> Span.between(date(2025, 11, 7), date(2026, 11, 10)).stop
datetime.date(2026, 11, 11)
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
"""The days that can be written: no export control is older, and none reaches further."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Days from `start` to before `stop`; `stop` None has no end."""

    start: date
    stop: date | None = None

    @classmethod
    def between(cls, first: date, last: date | None) -> "Span":
        """The span of the inclusive days `first` through `last`."""
        return cls(first, None if last is None else last + ONE_DAY)

    def __contains__(self, day: date) -> bool:
        return self.start <= day and (self.stop is None or day < self.stop)

    @property
    def last(self) -> date | None:
        """The last day, inclusive."""
        return None if self.stop is None else self.stop - ONE_DAY

    def meets(self, other: "Span") -> bool:
        """At least one day in common."""
        return (other.stop is None or self.start < other.stop) and (
            self.stop is None or other.start < self.stop
        )

    def shared(self, other: "Span") -> "Span | None":
        """The days in both, or None."""
        if not self.meets(other):
            return None
        stops = [stop for stop in (self.stop, other.stop) if stop is not None]
        return Span(max(self.start, other.start), min(stops, default=None))

    def without(self, others: Iterable["Span"]) -> list["Span"]:
        """The days in none of the others, in order."""
        left: list[Span] = []
        start: date | None = self.start
        for other in sorted((o for o in others if o.meets(self)), key=lambda span: span.start):
            if start is not None and other.start > start:
                left.append(Span(start, other.start))
            start = None if start is None or other.stop is None else max(start, other.stop)
        if start is not None and (self.stop is None or start < self.stop):
            left.append(Span(start, self.stop))
        return left


class DayOutOfRange(ValueError):
    """A day, or a month, before FIRST_DAY or after LAST_DAY."""

    def __init__(self, text: str) -> None:
        super().__init__(f"'{text}' is out of range. Write a day from {FIRST_DAY} through {LAST_DAY}")


def parse_day(text: str) -> date:
    """A day from YYYY-MM-DD and nothing else, from FIRST_DAY through LAST_DAY; ValueError otherwise.

    >>> parse_day("2025-12-01")
    datetime.date(2025, 12, 1)
    """
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise ValueError(f"'{text}' is not a day. Write it YYYY-MM-DD")
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"'{text}' is not a day. Write it YYYY-MM-DD") from error
    if not FIRST_DAY <= day <= LAST_DAY:
        raise DayOutOfRange(text)
    return day
