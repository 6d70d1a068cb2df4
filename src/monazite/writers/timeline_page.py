"""The law in time as one HTML page that holds everything and asks no host for anything.

A lane for each measure, opened into its provisions; a slider over the days on which more became known. All texts
stand on the page as text; `page/timeline.js` draws the lanes from compact plain data (`_Data.plain`) and works
without a network. The same book and days give the same bytes.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from markupsafe import Markup

from monazite.determine.coverage import Exercise
from monazite.regime.book import Book
from monazite.regime.events import Citation, Event
from monazite.regime.model import Measure, Provision, Source, Status
from monazite.regime.timeline import (
    STRONGEST_FIRST,
    Mix,
    Stretch,
    Way,
    knowledge_days,
    measure_lane,
    mix_versions,
    versions,
)
from monazite.terms.days import Span
from monazite.writers.markup import environment, resource
from monazite.writers.report_data import script_json
from monazite.writers.words import with_terms, word, words

EPOCH = date(1970, 1, 1)
MOST_CASES = 4
"""So many worked cases stand with a provision; the rest are counted."""
_SCRIPT_WORDS = ("timeline.", "status.", "effect.", "grade.", "regime.", "lever.")


def write_timeline_page(
    path: Path,
    book: Book,
    provisions: Iterable[Provision],
    first: date,
    last: date,
    *,
    on: date,
    known_on: date | None = None,
    measures: Iterable[str] = (),
    events: Sequence[Event] = (),
    event_sources: Mapping[str, Source] | None = None,
    cases: Mapping[str, Sequence[Exercise]] | None = None,
    title: str = "",
) -> Path:
    """Write the page; the parameters are those of `render_timeline_page`."""
    page = render_timeline_page(
        book, provisions, first, last, on=on, known_on=known_on, measures=measures, events=events,
        event_sources=event_sources, cases=cases, title=title
    )  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, encoding="utf-8", newline="\n")
    return path


def render_timeline_page(
    book: Book,
    provisions: Iterable[Provision],
    first: date,
    last: date,
    *,
    on: date,
    known_on: date | None = None,
    measures: Iterable[str] = (),
    events: Sequence[Event] = (),
    event_sources: Mapping[str, Source] | None = None,
    cases: Mapping[str, Sequence[Exercise]] | None = None,
    title: str = "",
) -> str:
    """The page as text.

    Parameters
    ----------
    first, last : days that the page shows when it is opened
    on : day that is marked
    known_on : where the slider stands when the page is opened; at all that is known by default
    measures : measures that get a lane although none of the provisions is theirs
    events, event_sources : what else happened, on a lane of their own, and the sources that it cites by key
    cases : worked cases by the provision that they exercise
    """
    by_measure: dict[str, list[Provision]] = {name: [] for name in measures}
    for provision in provisions:
        by_measure.setdefault(provision.measure, []).append(provision)
    shown = [(m, by_measure[m.id]) for m in book.measures.values() if m.id in by_measure]
    window = Span.between(first, last)
    data = _Data(book, shown, known_on)
    rows = [_measure(book, m, mine, window, known_on, cases or {}) for m, mine in shown]
    regimes = list(dict.fromkeys(m.regime for m, _ in shown))
    context: dict[str, Any] = {
        "title": title or word("timeline.title"),
        "css": resource("report.css") + resource("timeline.css"),
        "script": resource("language.js") + resource("timeline.js"),
        "data": Markup(script_json(data.plain(first, last, on, events))),
        "first": first,
        "last": last,
        "years": _years(first, last),
        "on": on,
        "known_on": known_on,
        "law_version": book.version,
        "regimes": [(name, [row for row in rows if row["measure"].regime == name]) for name in regimes],
        "reviewed": {name: _reviewed(m for m, _ in shown if m.regime == name) for name in regimes},
        "statuses": [s for s in STRONGEST_FIRST if s in data.statuses],
        "measures": rows,
        "provisions": sum(len(mine) for _, mine in shown),
        "questions": [book.questions[name] for name in data.questions],
        "sources": [
            (m.number, source)
            for m in book.measures.values()
            if m.id in by_measure or m.id in data.acts
            for source in m.sources.values()
        ],
        "events": [(event, [_cited(c, event_sources or {}) for c in event.sources]) for event in events],
        "levers": sorted({event.lever for event in events}, key=lambda lever: word(f"lever.{lever}")),
    }
    made = environment(with_terms=with_terms, slug=slug)
    return made.get_template("timeline.html").render(context)


def slug(status: object) -> str:
    """The class that colours a status."""
    return "s-" + str(status).replace(" ", "-")


def _years(first: date, last: date) -> list[tuple[float, int]]:
    """Where years begin, in per cent of the days shown."""
    days = (last - first).days + 1
    begin = [date(year, 1, 1) for year in range(first.year, last.year + 1)]
    return [(round(100 * (day - first).days / days, 3), day.year) for day in begin if day >= first]


def _cited(citation: Citation, sources: Mapping[str, Source]) -> tuple[Source | None, str]:
    """The source of a citation, and the place in it; its key where the source is not given."""
    source = sources.get(citation.key)
    return source, citation.place if source else str(citation)


def _tellingest(exercises: Sequence[Exercise]) -> list[Exercise]:
    """Those cases first that name the provision, then those in which it surely applies."""
    return sorted(exercises, key=lambda one: (not one.named, -one.truth))[:MOST_CASES]


def _reviewed(measures: Iterable[Measure]) -> tuple[date, date]:
    days = sorted(m.reviewed_until for m in measures)
    return days[0], days[-1]


def _measure(
    book: Book,
    measure: Measure,
    provisions: Sequence[Provision],
    window: Span,
    known_on: date | None,
    cases: Mapping[str, Sequence[Exercise]],
) -> dict[str, Any]:
    """What the page says of a measure without scripts: its lane, and its provisions with their days."""
    lane = measure_lane(book, measure, provisions, known_on=known_on)
    return {
        "measure": measure,
        "title": _title(measure),
        "bars": [_bar(one, window) for one in lane.mixes if one.span.meets(window)],
        "provisions": [
            {
                "provision": provision,
                "stretches": one.stretches,
                "sources": [measure.sources[key] for key in provision.sources],
                "cases": [one.case for one in _tellingest(cases.get(provision.id, ()))],
                "more_cases": max(len(cases.get(provision.id, ())) - MOST_CASES, 0),
            }
            for provision, one in zip(provisions, lane.lanes, strict=True)
        ],
    }


def _bar(one: Mix, window: Span) -> dict[str, Any]:
    """A bar in per cent of the days shown, with what it is made of from top to bottom."""
    assert window.stop is not None
    days = (window.stop - window.start).days
    start = max((one.span.start - window.start).days, 0)
    stop = min((one.span.stop - window.start).days, days) if one.span.stop else days
    alike: dict[tuple[Status, tuple[Status, ...]], int] = {}
    for share in one.shares:
        key = share.status, tuple(status for _, status in share.readings)
        alike[key] = alike.get(key, 0) + share.provisions
    return {
        "left": round(100 * start / days, 3),
        "width": round(100 * (stop - start) / days, 3),
        "parts": [(status, count, readings) for (status, readings), count in alike.items()],
    }


class _Kept:
    """Distinct values in the order of their first mention, each named by its position."""

    def __init__(self) -> None:
        self.values: list[Any] = []
        self._position: dict[Hashable, int] = {}

    def add(self, key: Hashable) -> int:
        """Position of a value."""
        if key not in self._position:
            self._position[key] = len(self.values)
            self.values.append(key)
        return self._position[key]


class _Data:
    """The lanes of every knowledge day as compact plain data. Days are numbers: days after 1970-01-01.

    A lane is a list of versions `[day known, bars]`, each of which holds until the next; a bar is
    `[first day, day after the last or 0, what]`. `what` is the position of a way (`ways`) in the lane of a provision,
    and of a list of shares (`mixes`) in that of a measure.
    """

    def __init__(
        self, book: Book, shown: Sequence[tuple[Measure, Sequence[Provision]]], known_on: date | None
    ) -> None:
        self.book = book
        self.known_on = known_on
        self.ways, self.shares, self.mixes, self.sources, self.texts = (_Kept() for _ in range(5))
        self.acts: dict[str, tuple[str, str]] = {}
        self.questions: dict[str, None] = {}
        self.statuses: set[Status] = set()
        provisions = [p for _, mine in shown for p in mine]
        self.days = sorted(
            {
                *knowledge_days(book, provisions),
                *(m.published for m, _ in shown),
                *([known_on] if known_on else []),
            }
        )
        for measure, _ in shown:
            self._name(measure)
        self.measures = [
            [
                m.id, m.number, _title(m), m.regime,
                _number(m.published), _number(m.reviewed_until),
                [[_number(day), [self._mix(one) for one in found]] for day, found in mix_versions(book, mine)],
                [self._provision(p) for p in mine],
            ]
            for m, mine in shown
        ]  # fmt: skip

    def plain(self, first: date, last: date, on: date, events: Sequence[Event]) -> dict[str, Any]:
        """Everything as plain data."""
        start = len(self.days) - 1 if self.known_on is None else self.days.index(self.known_on)
        return {
            "words": {key: [word(key), word(key, "zh")] for key in words() if key.startswith(_SCRIPT_WORDS)},
            "first": _number(first),
            "last": _number(last),
            "on": _number(on),
            "days": [_number(day) for day in self.days],
            "start": start,
            "everything": self.known_on is None or self.known_on >= self.days[-1],
            "statuses": [str(status) for status in Status],
            "measures": self.measures,
            "acts": self.acts,
            "ways": self.ways.values,
            "shares": self.shares.values,
            "mixes": self.mixes.values,
            "sources": self.sources.values,
            "texts": self.texts.values,
            "questions": {name: self._question(name) for name in self.questions},
            "events": [
                [_number(event.first), _number(event.last), event.lever, i, str(event.direction)]
                for i, event in enumerate(events)
            ],
        }

    def _provision(self, provision: Provision) -> list[Any]:
        lane = [
            [_number(day), [self._stretch(one) for one in found]]
            for day, found in versions(self.book, provision)
        ]
        return [provision.id, provision.cite, str(provision.effect), provision.says, lane]

    def _stretch(self, one: Stretch) -> list[int]:
        return [*_ends(one.span), self._way(one.way)]

    def _way(self, way: Way) -> int:
        self._note(way.status, way.by, way.question)
        place = [self.book.source(way.by, key) for key in way.sources]
        return self.ways.add((
            _status(way.status), way.by, _number(way.known), way.question,
            tuple((name, _status(status)) for name, status in way.readings),
            self._text(way.unverified), self._text(way.note), tuple(self._source(source) for source in place),
        ))  # fmt: skip

    def _mix(self, one: Mix) -> list[int]:
        found = []
        for share in one.shares:
            self._note(share.status, share.by, share.question)
            found.append(self.shares.add((
                _status(share.status), share.by, _number(share.known), share.question,
                tuple((name, _status(status)) for name, status in share.readings),
                share.provisions, tuple(self._text(text) for text in share.unverified),
            )))  # fmt: skip
        return [*_ends(one.span), self.mixes.add(tuple(found))]

    def _note(self, status: Status, by: str, question: str) -> None:
        self.statuses.add(status)
        self._name(self.book.measures[by])
        if question:
            self.questions[question] = None

    def _name(self, measure: Measure) -> None:
        """Keep the number of a measure, and its Chinese title or nothing."""
        self.acts[measure.id] = measure.number, measure.title.get("zh", "")

    def _question(self, name: str) -> list[Any]:
        found = self.book.questions[name]
        return [
            found.says,
            {r.id: [_status(r.status) if r.status else -1, r.says] for r in found.readings},
            found.settled_by,
        ]

    def _text(self, text: str) -> int:
        return self.texts.add(text) if text else -1

    def _source(self, source: Source) -> int:
        return self.sources.add((source.what, str(source.grade), source.url or source.where))


def _title(measure: Measure) -> tuple[str, str]:
    """The title in English and in Chinese, where there is one."""
    english = measure.title.get("en", measure.number)
    return english, measure.title.get("zh", english)


def _number(day: date) -> int:
    return (day - EPOCH).days


def _ends(span: Span) -> tuple[int, int]:
    return _number(span.start), _number(span.stop) if span.stop else 0


def _status(status: Status) -> int:
    return list(Status).index(status)
