"""Events of the trade war as lines for a terminal, as a CSV table, and as plain data with their sources in full."""

import csv
import io
import textwrap
from collections.abc import Iterable, Mapping, Sequence

from monazite.regime.events import Citation, Event, Ledger
from monazite.regime.model import Source

WIDTH = 100
COLUMNS = (
    "date", "first", "last", "actor", "lever", "direction", "magnitude", "target", "whom", "status", "unverified", "source",
)  # fmt: skip
"""Columns of the CSV table; `first` and `last` are the days on which the event may have happened."""
_TEXT = 12


def event_lines(
    ledger: Ledger, events: Sequence[Event], *, sources: bool = False, width: int = WIDTH
) -> list[str]:
    """The events, a block each; with `sources`, where each of them can be read again."""
    total = len(ledger.events)
    lines = [f"{len(events)} of {total} events of the trade war."]
    for event in events:
        hit = ", ".join(event.targets) + (f" ({event.whom})" if event.whom else "")
        head = f"{', '.join(event.actors)} -> {hit}: {event.lever}, {event.direction}"
        lines += ["", *wrap(head, width, first=f"{event.printed:<{_TEXT}}")]
        cited = "; ".join(str(source) for source in event.sources)
        lines += wrap(event.magnitude, width)
        lines += wrap(f"now: {event.status} [{cited}]", width)
        if event.unverified:
            lines += wrap(f"UNVERIFIED: {event.unverified}", width)
    if sources and events:
        lines += ["", "Sources", *source_lines(ledger.sources, (c for e in events for c in e.sources), width)]
    return lines


def source_lines(sources: Mapping[str, Source], cited: Iterable[Citation], width: int = WIDTH) -> list[str]:
    """Each source that is cited once, with its grade and where it can be read again."""
    lines: list[str] = []
    for key in dict.fromkeys(citation.key for citation in cited):
        source = sources[key]
        places = "; ".join(place for place in (source.url, source.where) if place)
        lines += wrap(f"{key} ({source.grade}): {source.what}; {places}", width, indent=4, first="  ")
    return lines


def wrap(text: str, width: int, *, indent: int = _TEXT, first: str = "") -> list[str]:
    """A text as lines that hang under `first`; addresses stay whole."""
    return textwrap.wrap(text, width, initial_indent=first or " " * indent, subsequent_indent=" " * indent,
                         break_long_words=False, break_on_hyphens=False)  # fmt: skip


def events_csv(events: Iterable[Event]) -> str:
    """The events as a CSV table with COLUMNS; lists are joined by `;`."""
    held = io.StringIO()
    table = csv.writer(held, lineterminator="\n")
    table.writerow(COLUMNS)
    for event in events:
        table.writerow(
            [event.printed, event.first, event.last, ";".join(event.actors), event.lever, event.direction, event.magnitude,
             ";".join(event.targets), event.whom, event.status, event.unverified, ";".join(map(str, event.sources))]
        )  # fmt: skip
    return held.getvalue()


def plain_events(ledger: Ledger, events: Iterable[Event]) -> list[dict[str, object]]:
    """The events as plain data."""
    return [
        {
            "date": event.printed,
            "first": event.first.isoformat(),
            "last": event.last.isoformat(),
            "actor": list(event.actors),
            "lever": event.lever,
            "direction": str(event.direction),
            "magnitude": event.magnitude,
            "target": list(event.targets),
            "whom": event.whom,
            "status": event.status,
            "unverified": event.unverified,
            "sources": plain_sources(ledger.sources, event.sources),
        }
        for event in events
    ]


def plain_sources(sources: Mapping[str, Source], cited: Iterable[Citation]) -> list[dict[str, str]]:
    """Citations with their sources in full."""
    return [
        {"key": c.key, "place": c.place, "what": sources[c.key].what, "grade": str(sources[c.key].grade),
         "url": sources[c.key].url, "where": sources[c.key].where}
        for c in cited
    ]  # fmt: skip
