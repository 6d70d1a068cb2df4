"""How the law stands at two points: provisions that stand otherwise, and what says something else.

A point is a book on a day by what was known on a day. Between two days of one book provisions come, go, are
suspended; between a book and the same book with a draft over it their words may be others as well.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from monazite.regime.book import Book, Standing
from monazite.regime.model import Provision
from monazite.terms.days import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One side of a comparison: a book, the day asked about, and the day by whose knowledge.

    Without a day each question is asked on its own day; without knowledge all that is known counts.
    """

    book: Book
    on: date | None = None
    known_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Restanding:
    """A provision that stands otherwise at the second point, or says something else there; None is not printed."""

    provision: str
    before: Standing | None
    after: Standing | None
    is_reworded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewording:
    """Something that one book holds and the other does not, or that says something else there."""

    what: (
        str  # measure, provision, definition, list, classification list, party list, country group, question
    )
    id: str
    how: str  # new, gone, changed


def is_alike(one: Standing | None, other: Standing | None) -> bool:
    """Two standings are of one status, under every reading."""
    if one is None or other is None:
        return one is other
    return one.period.status is other.period.status and dict(one.by_reading) == dict(other.by_reading)


def restanding(before: Point, after: Point, name: str, *, is_reworded: bool = False) -> Restanding | None:
    """How a provision stands at two points that have days, where that is not alike; None where it is."""
    first, second = _standing(before, name), _standing(after, name)
    if is_alike(first, second) and not is_reworded:
        return None
    return Restanding(provision=name, before=first, after=second, is_reworded=is_reworded)


def restandings(before: Point, after: Point) -> tuple[Restanding, ...]:
    """Every provision that stands otherwise at the second of two points that have days, or says something else."""
    reworded = {
        one.id
        for one in rewordings(before.book, after.book)
        if (one.what, one.how) == ("provision", "changed")
    }
    found = (
        restanding(before, after, name, is_reworded=name in reworded)
        for name in _names(before.book, after.book)
    )
    return tuple(one for one in found if one is not None)


def restanding_runs(before: Point, after: Point) -> tuple[tuple[Span, Restanding], ...]:
    """What stands otherwise in the second of two books, with the days, over all time."""
    found: list[tuple[Span, Restanding]] = []
    for name in _names(before.book, after.book):
        days = sorted({day for point in (before, after) if name in point.book.provisions
                       for period in point.book.provisions[name].periods
                       for day in (period.span.start, period.span.stop) if day is not None})  # fmt: skip
        run: tuple[Span, Restanding] | None = None
        for start, stop in zip(days, [*days[1:], None], strict=True):
            one = restanding(replace(before, on=start), replace(after, on=start), name)
            if one is None:
                run = None
            elif run and is_alike(run[1].before, one.before) and is_alike(run[1].after, one.after):
                run = found[-1] = Span(run[0].start, stop), run[1]
            else:
                run = Span(start, stop), one
                found.append(run)
    return tuple(found)


def _standing(point: Point, name: str) -> Standing | None:
    provision = point.book.provisions.get(name)
    if provision is None:
        return None
    if point.on is None:
        raise ValueError("a point without a day has no standing")
    return point.book.standing(provision, on=point.on, known_on=point.known_on)


def _names(before: Book, after: Book) -> Iterable[str]:
    """The provisions of both books, in the order of the second."""
    return dict.fromkeys([*after.provisions, *before.provisions])


def rewordings(before: Book, after: Book) -> tuple[Rewording, ...]:
    """What one book holds and the other does not, or says otherwise; how provisions stand is not part of it."""
    if before is after:
        return ()
    kinds: tuple[tuple[str, Callable[[Book], Mapping[str, Any]], Callable[[Any], object]], ...] = (
        ("measure", lambda book: book.measures, lambda measure: measure.id),
        ("provision", lambda book: book.provisions, _words),
        ("definition", lambda book: book.definitions, lambda one: replace(one, where="")),
        ("list", lambda book: book.lists, lambda one: _rows(one.lines)),
        ("classification list", lambda book: getattr(book, "reasons", {}), lambda one: _rows(one.rows)),
        ("party list", lambda book: book.party_lists, lambda one: one),
        ("country group", lambda book: book.groups, lambda one: one),
        ("question", lambda book: book.questions, lambda one: one),
    )
    found = []
    for what, of, words in kinds:
        first, second = of(before), of(after)
        for name in dict.fromkeys([*second, *first]):
            if name not in first or name not in second:
                how = "new" if name in second else "gone"
            elif words(first[name]) != words(second[name]):
                how = "changed"
            else:
                continue
            found.append(Rewording(what=what, id=name, how=how))
    return tuple(found)


def _words(provision: Provision) -> object:
    return replace(provision, periods=(), where="")


def _rows(rows: Iterable[Any]) -> object:
    return tuple(replace(row, where="") for row in rows)
