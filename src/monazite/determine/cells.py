"""Cells of the law: spans of days and classes of countries inside which no provision can tell two apart.

The law of a regime cuts time wherever a provision, a party list or a country group changes; on the days of one
cell every question has one answer. On such days, two countries are of one class for a country fact (where a thing
goes, where it leaves, whose law made a party) if every test of that fact holds for both or for neither. To answer
for any day and any country it is enough to answer for the first day of each cell and the first country of each class.

One test does not look at a single country: whether a border is crossed depends on both ends of the move. Where the
law asks that, a country at which the other end lies is a class of its own: give it as `beside`.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from monazite.determine.restanding import is_alike
from monazite.determine.states import Law, LawState
from monazite.regime.book import Standing
from monazite.regime.conditions import (
    ContentTest,
    CountryTest,
    MadeWithTest,
    Test,
    TruthTest,
    tests_of,
)
from monazite.terms.days import ONE_DAY, Span
from monazite.terms.facts import FACTS, Kind

COUNTRY_FACTS = tuple(path for path, fact in FACTS.items() if fact.kind is Kind.COUNTRY)
"""Facts by which countries are classed."""

ENDS = ("from", "to")
"""The two ends of a move, on which together it depends whether a border is crossed."""

REACH = "reach"
"""Stands for the condition by which a regime's law touches a question at all, where a provision would be named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turning:
    """A provision that changes on a day: how it stood and stands, and whether it asks about other countries or parties."""

    provision: str
    before: Standing | None
    after: Standing | None
    asks_otherwise: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeCell:
    """Days on which the law of a regime is one; `start` None has no beginning, `stop` None no end.

    `turning` are the provisions that change on its first day.
    """

    start: date | None
    stop: date | None
    state: LawState
    turning: tuple[Turning, ...]

    @property
    def first(self) -> date:
        """The first of its days: the day that stands for it."""
        return date.min if self.start is None else self.start

    @property
    def last(self) -> date | None:
        """The last of its days; None where it has no end."""
        return None if self.stop is None else self.stop - ONE_DAY

    def __contains__(self, day: date) -> bool:
        return day in Span(self.first, self.stop)


@dataclass(frozen=True, slots=True, kw_only=True)
class CountrySet:
    """Countries that tests of a day tell from all others, some of them perhaps, and the provisions that do."""

    surely: tuple[str, ...]
    perhaps: tuple[str, ...]
    groups: tuple[str, ...]  # country groups with just these members on the day
    provisions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CountryClass:
    """Countries that no test of a day tells apart; `sets` are the positions of the sets they are in, surely or perhaps."""

    members: tuple[str, ...]
    sets: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """How the law of a cell divides the countries that one fact can name. The classes are ordered, the largest last.

    `border` are provisions that ask whether a border is crossed, where the fact is one end of the move.
    """

    path: str
    sets: tuple[CountrySet, ...]
    classes: tuple[CountryClass, ...]
    border: tuple[str, ...]

    def class_of(self, country: str) -> CountryClass:
        """The class of a country."""
        return next(one for one in self.classes if country in one.members)

    def representative(self, country: str) -> str:
        """The first country of its class, which stands for it."""
        return self.class_of(country).members[0]


def time_cells(law: Law, first: date | None = None, last: date | None = None) -> tuple[TimeCell, ...]:
    """The cells of a regime's law in order, over all time or those that have a day from `first` through `last`."""
    cuts = [day for day in law.book.cuts(law.provisions, known_on=law.known_on) if day > date.min]
    found = law.cells(cuts[0] - ONE_DAY, cuts[-1]) if cuts else law.cells(date.min, date.min)
    made: list[TimeCell] = []
    for number, cell in enumerate(found):
        start = cell.span.start if number else None
        stop = cell.span.stop if number + 1 < len(found) else None
        turning = turnings(law, start) if start is not None else ()
        made.append(TimeCell(start=start, stop=stop, state=cell.state, turning=turning))
    asked = Span.between(first or date.min, last)
    return tuple(cell for cell in made if Span(cell.first, cell.stop).meets(asked))


def turnings(law: Law, day: date) -> tuple[Turning, ...]:
    """The provisions that differ on a day from the day before, in the order of the law; REACH last, if that differs."""
    states = law.state(day - ONE_DAY), law.state(day)
    was, now = ({rule.provision.id: rule.condition for rule in state.rules} for state in states)
    made = []
    for provision in law.provisions:
        before, after = (
            law.book.standing(provision, on=on, known_on=law.known_on) for on in (day - ONE_DAY, day)
        )
        both = provision.id in was and provision.id in now
        asks_otherwise = both and was[provision.id] != now[provision.id]
        if asks_otherwise or not is_alike(before, after):
            made.append(
                Turning(provision=provision.id, before=before, after=after, asks_otherwise=asks_otherwise)
            )
    if states[0].touched_by != states[1].touched_by:
        made.append(Turning(provision=REACH, before=None, after=None, asks_otherwise=True))
    return tuple(made)


def division(
    law: Law, cell: TimeCell, path: str, countries: Sequence[str], *, beside: Collection[str] = ()
) -> Division:
    """How the law of a cell divides countries by one country fact.

    Parameters
    ----------
    path : one of COUNTRY_FACTS
    countries : all that can be named, in the order in which classes list their members
    beside : countries that are classes of their own: where the other end of the move lies, if `path` is one end
    """
    asked: dict[tuple[frozenset[str], frozenset[str]], dict[str, None]] = {}
    border: dict[str, None] = {}
    for name, test in _tests(cell.state):
        for surely, perhaps in _sets(test, path):
            asked.setdefault((frozenset(surely), frozenset(perhaps) - frozenset(surely)), {})[name] = None
        if path in ENDS and isinstance(test, TruthTest) and test.path == "crosses_border":
            border[name] = None
    groups = _groups(law, cell)
    sets = tuple(CountrySet(surely=tuple(sorted(surely)), perhaps=tuple(sorted(perhaps)),
                            groups=groups.get((surely, perhaps), ()), provisions=tuple(names))
                 for (surely, perhaps), names in asked.items())  # fmt: skip
    by_mark: dict[tuple[object, ...], list[str]] = {}
    for country in countries:
        mark = tuple(2 if country in surely else 1 if country in perhaps else 0 for surely, perhaps in asked)
        by_mark.setdefault((*mark, country if border and country in beside else None), []).append(country)
    classes = [CountryClass(members=tuple(members), sets=tuple(i for i, held in enumerate(mark[:-1]) if held))
               for mark, members in by_mark.items()]  # fmt: skip
    largest = max(classes, key=lambda one: len(one.members), default=None)
    classes.sort(key=lambda one: (one is largest, one.members))
    return Division(path=path, sets=sets, classes=tuple(classes), border=tuple(border))


def _tests(state: LawState) -> Iterable[tuple[str, Test]]:
    """Every test of the law of a cell with the provision that asks it, and those that say whom the law reaches."""
    for test in tests_of(state.touched_by):
        yield REACH, test
    for rule in state.rules:
        for test in tests_of(rule.condition):
            yield rule.provision.id, test


def _sets(test: Test, path: str) -> Iterable[tuple[Iterable[str], Iterable[str]]]:
    """The countries a test asks about by a fact, surely and perhaps in what it names."""
    match test:
        case CountryTest() if test.path == path:
            yield test.names, test.perhaps
        case ContentTest() if path == "item.origin":
            yield test.origin, ()
        case MadeWithTest() if path in {f"item.made_with.{activity}" for activity in test.activities}:
            yield test.countries, ()


def _groups(law: Law, cell: TimeCell) -> dict[tuple[frozenset[str], frozenset[str]], tuple[str, ...]]:
    """The country groups of the book by their members on the days of a cell, surely and perhaps."""
    found: dict[tuple[frozenset[str], frozenset[str]], tuple[str, ...]] = {}
    for name in law.book.groups:
        surely, perhaps = (
            law.book.members([name], on=cell.first, known_on=law.known_on, perhaps=maybe)
            for maybe in (False, True)
        )
        found[surely, perhaps] = (*found.get((surely, perhaps), ()), name)
    return found
