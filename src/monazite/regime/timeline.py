"""The law in time: per provision the stretches of days on which it stands in one way, per measure the mix of them.

A lane follows what was known on a day. `versions` gives a lane for every day on which more became known, so that
one can go back to what had to be assumed then. Everything is read off `Book.standing`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest

from monazite.regime.book import Book, Standing
from monazite.regime.model import EXCEPTIONS, REQUIREMENTS, Effect, Measure, Provision, Status, StatusPeriod
from monazite.terms.days import Span

STRONGEST_FIRST = (
    Status.IN_FORCE,
    Status.NOT_ENFORCED,
    Status.UNCERTAIN,
    Status.ANNOUNCED,
    Status.STAYED,
    Status.SUSPENDED,
    Status.LAPSED,
    Status.SUPERSEDED,
    Status.REPEALED,
)
"""Every status, from what binds most to what is gone."""

RULES = frozenset({*REQUIREMENTS, *EXCEPTIONS, Effect.POLICY})
"""Effects that can change an outcome; how a measure stands is read off provisions with these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How a provision stands: its status, by whose act, since when that was known, and what is open or unchecked."""

    status: Status
    by: str  # the measure that says so
    known: date
    question: str = ""
    readings: tuple[tuple[str, Status], ...] = ()  # reading id and the status under it, where uncertain
    sources: tuple[str, ...] = ()  # keys in the measure `by`
    unverified: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Days without a break on which a provision stands in one way."""

    span: Span
    way: Way


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """The provisions of a measure that stand alike on the same days."""

    status: Status
    by: str
    known: date
    question: str
    readings: tuple[tuple[str, Status], ...]
    provisions: int
    unverified: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """Days without a break on which the provisions of a measure stand as on one another of them; strongest first."""

    span: Span
    shares: tuple[Share, ...]

    @property
    def provisions(self) -> int:
        """How many provisions are counted."""
        return sum(share.provisions for share in self.shares)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """A provision in time; stretches in order, none over another, gaps where nothing is printed."""

    provision: str
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureLane:
    """A measure in time, and the lanes of its provisions."""

    measure: str
    mixes: tuple[Mix, ...]
    lanes: tuple[Lane, ...]


def timeline(
    book: Book,
    provisions: Iterable[Provision],
    first: date,
    last: date,
    *,
    known_on: date | None = None,
    measures: Iterable[str] = (),
) -> tuple[MeasureLane, ...]:
    """The lanes of provisions, by measure, as known on a day.

    Stretches that touch no day of `first` through `last` are left out; those that do keep their own first and last day.

    Parameters
    ----------
    known_on : count only what was known on that day; all that is known by default
    measures : measures that get a lane although none of the provisions is theirs
    """
    window = Span.between(first, last)
    found: dict[str, list[Provision]] = {name: [] for name in measures}
    for provision in provisions:
        found.setdefault(provision.measure, []).append(provision)
    return tuple(
        measure_lane(book, measure, found[measure.id], known_on=known_on, window=window)
        for measure in book.measures.values()
        if measure.id in found and (known_on is None or _is_known(measure, found[measure.id], known_on))
    )


def measure_lane(
    book: Book,
    measure: Measure,
    provisions: Sequence[Provision],
    *,
    known_on: date | None = None,
    window: Span | None = None,
) -> MeasureLane:
    """The lane of one measure with the lanes of its provisions."""
    lanes = [stretches(book, provision, known_on=known_on) for provision in provisions]
    counted = counted_for(provisions)
    mixed = mix([lane for provision, lane in zip(provisions, lanes, strict=True) if provision.id in counted])
    return MeasureLane(
        measure=measure.id,
        mixes=tuple(one for one in mixed if window is None or one.span.meets(window)),
        lanes=tuple(
            Lane(
                provision=provision.id,
                stretches=tuple(one for one in lane if window is None or one.span.meets(window)),
            )
            for provision, lane in zip(provisions, lanes, strict=True)
        ),
    )


def stretches(book: Book, provision: Provision, *, known_on: date | None = None) -> tuple[Stretch, ...]:
    """The stretches of a provision over all days, as known on a day; equal neighbours are one."""
    known = [p for p in provision.periods if known_on is None or p.known <= known_on]
    days = sorted({day for p in known for day in (p.span.start, p.span.stop) if day is not None})
    made: list[Stretch] = []
    for day, stop in _runs(days):
        standing = book.standing(provision, on=day, known_on=known_on)
        if standing is None:
            continue
        way = _way(standing.period, standing)
        if made and made[-1].span.stop == day and made[-1].way == way:
            made[-1] = Stretch(span=Span(made[-1].span.start, stop), way=way)
        else:
            made.append(Stretch(span=Span(day, stop), way=way))
    return tuple(made)


def counted_for(provisions: Iterable[Provision]) -> frozenset[str]:
    """The provisions by which one says how their measure stands: its rules; all of them where it has none."""
    provisions = tuple(provisions)
    rules = frozenset(p.id for p in provisions if p.effect in RULES)
    return rules or frozenset(p.id for p in provisions)


def mix(lanes: Iterable[Sequence[Stretch]]) -> tuple[Mix, ...]:
    """How the provisions of several lanes stand together, day by day; equal neighbours are one."""
    lanes = tuple(lanes)
    days = sorted(
        {d for lane in lanes for one in lane for d in (one.span.start, one.span.stop) if d is not None}
    )
    made: list[Mix] = []
    for day, stop in _runs(days):
        standing = [one.way for lane in lanes for one in lane if day in one.span]
        if not standing:
            continue
        shares = _shares(standing)
        if made and made[-1].span.stop == day and made[-1].shares == shares:
            made[-1] = Mix(span=Span(made[-1].span.start, stop), shares=shares)
        else:
            made.append(Mix(span=Span(day, stop), shares=shares))
    return tuple(made)


def knowledge_days(book: Book, provisions: Iterable[Provision]) -> tuple[date, ...]:
    """The days on which something became known that changes a lane, or a measure was published; sorted."""
    provisions = tuple(provisions)
    days = {book.measures[p.measure].published for p in provisions}
    for provision in provisions:
        days.update(day for day, _ in versions(book, provision))
    return tuple(sorted(days))


def versions(book: Book, provision: Provision) -> tuple[tuple[date, tuple[Stretch, ...]], ...]:
    """The stretches of a provision for every day on which they became known; each holds until the next."""
    made: list[tuple[date, tuple[Stretch, ...]]] = []
    for day in sorted({period.known for period in provision.periods}):
        lane = stretches(book, provision, known_on=day)
        if not made or made[-1][1] != lane:
            made.append((day, lane))
    return tuple(made)


def mix_versions(book: Book, provisions: Sequence[Provision]) -> tuple[tuple[date, tuple[Mix, ...]], ...]:
    """The mixes of a measure's provisions for every day on which they became known; each holds until the next."""
    counted = counted_for(provisions)
    lanes = {p.id: versions(book, p) for p in provisions if p.id in counted}
    made: list[tuple[date, tuple[Mix, ...]]] = []
    for day in sorted({known for lane in lanes.values() for known, _ in lane}):
        found = mix([_version(lane, day) for lane in lanes.values()])
        if not made or made[-1][1] != found:
            made.append((day, found))
    return tuple(made)


def last_change(provisions: Iterable[Provision], *, known_on: date | None = None) -> date | None:
    """The last day on which a provision begins or ceases to stand in some way; None where nothing is known."""
    days = [
        day
        for provision in provisions
        for period in provision.periods
        if known_on is None or period.known <= known_on
        for day in (period.span.start, period.span.stop)
        if day is not None
    ]
    return max(days, default=None)


def _runs(days: Sequence[date]) -> Iterator[tuple[date, date | None]]:
    """Each day with the next; the last without."""
    yield from zip_longest(days, days[1:])


def _is_known(measure: Measure, provisions: Iterable[Provision], known_on: date) -> bool:
    return measure.published <= known_on or any(
        period.known <= known_on for provision in provisions for period in provision.periods
    )


def _version(versions: Sequence[tuple[date, tuple[Stretch, ...]]], known_on: date) -> tuple[Stretch, ...]:
    return next((lane for day, lane in reversed(versions) if day <= known_on), ())


def _way(period: StatusPeriod, standing: Standing) -> Way:
    uncertain = period.status is Status.UNCERTAIN
    return Way(
        status=period.status,
        by=period.by,
        known=period.known,
        question=period.question if uncertain else "",
        readings=tuple(standing.by_reading.items()) if uncertain else (),
        sources=period.sources,
        unverified=period.unverified,
        note=period.note,
    )


def _shares(ways: Iterable[Way]) -> tuple[Share, ...]:
    alike: dict[tuple[Status, str, date, str], list[Way]] = {}
    for way in ways:
        alike.setdefault((way.status, way.by, way.known, way.question), []).append(way)
    shares = [
        Share(
            status=status,
            by=by,
            known=known,
            question=question,
            readings=mine[0].readings,
            provisions=len(mine),
            unverified=tuple(sorted({way.unverified for way in mine if way.unverified})),
        )
        for (status, by, known, question), mine in alike.items()
    ]
    return tuple(sorted(shares, key=lambda s: (STRONGEST_FIRST.index(s.status), s.known, s.by, s.question)))
