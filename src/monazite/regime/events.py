"""The trade war as a ledger of dated moves: who pulled which lever, which way, against whom, and who says so.

An event is no law: it decides nothing and stands beside the law in time. A day that nobody knows exactly is a
span: what is printed `2010-09` happened on some day of that month.

>>> parse_span("2026-02"), parse_span("2026-02-24").last
(Span(start=datetime.date(2026, 2, 1), stop=datetime.date(2026, 3, 1)), datetime.date(2026, 2, 24))
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from monazite.regime.model import Source
from monazite.terms.days import DayOutOfRange, Span, parse_day

LEVERS: Mapping[str, str] = {
    "tariff": "an additional import duty, its change or its end",
    "counter-tariff": "an additional duty in return",
    "tariff-threat": "a duty that is announced without an act",
    "tariff-cut": "a mutual cut of duties",
    "tariff-refund": "duties are paid back",
    "export-control": "a licence for the export of listed items, or its suspension",
    "export-ban": "no export to a country, user or use",
    "export-quota": "a ceiling on exports",
    "export-duty": "a duty on exports",
    "export-stop": "shipments stop without a published act",
    "informal-restriction": "shipments are held back without a published act",
    "state-trading": "only named firms may export",
    "technology-ban": "know-how may not leave, or only with a licence",
    "extraterritorial-rule": "a licence for what others do abroad",
    "chip-controls": "rules on chips, chip tools and computing",
    "chip-licence": "a licence for named chips, its grant or its price",
    "chip-guidance": "how the authority reads its chip rules",
    "fdp-rule": "a rule on foreign direct products",
    "licence-letter": "a licence duty by letter to single firms",
    "licence-suspension": "licences that were granted are stopped, or given back",
    "entity-list": "parties are listed, or taken off a list",
    "ownership-rule": "a listing flows to those whom listed parties own",
    "country-group": "a country changes its group",
    "veu": "validated end-user status",
    "regulator-pressure": "a regulator summons, probes or stops at the border",
    "seizure": "a state takes control of a firm",
    "port-fee": "fees on ships",
    "procurement-rule": "what the state may not buy",
    "blocking-order": "foreign sanctions shall not be obeyed",
    "enforcement": "how violations are pursued",
    "legal-base": "a law or rule that later measures rest on",
    "software-threat": "controls on software that are announced without an act",
    "purchase-pledge": "a promise to buy",
    "deal": "an agreement or the outcome of talks",
    "call": "the heads of state speak",
    "truce-extension": "a truce goes on",
    "truce-end": "the announced end of a truce",
    "wto-case": "a step in a WTO dispute",
    "court-ruling": "a court decides on a measure",
}
"""Every lever, and what pulling it means."""

GROUPS: Mapping[str, str] = {
    "world": "every country",
    "EU": "the European Union",
    "WTO": "the World Trade Organization",
    "unknown": "not known",
}
"""Actors and targets that are no country."""


class Direction(StrEnum):
    """Which way a move goes."""

    ESCALATE = "escalate"
    CONCILIATE = "conciliate"
    NEUTRAL = "neutral"


@dataclass(frozen=True, slots=True)
class Citation:
    """A source by its key, and the place in it.

    >>> str(Citation("hts", "9903.91.06, U.S. note 31(g)"))
    'hts, 9903.91.06, U.S. note 31(g)'
    """

    key: str
    place: str = ""

    def __str__(self) -> str:
        return f"{self.key}, {self.place}" if self.place else self.key


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One dated move. Actors and targets are alpha-3 codes or GROUPS; `whom` narrows the target in words."""

    printed: str  # the day or month as its source gives it
    span: Span
    actors: tuple[str, ...]
    lever: str
    direction: Direction
    magnitude: str  # what is done, and how much
    targets: tuple[str, ...]
    whom: str
    status: str  # what has become of it, as far as known
    unverified: str
    sources: tuple[Citation, ...]
    where: str = ""

    @property
    def first(self) -> date:
        """The first day on which it may have happened."""
        return self.span.start

    @property
    def last(self) -> date:
        """The last day on which it may have happened."""
        assert self.span.last is not None
        return self.span.last


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """All events, in the order of their days, and the sources they cite by key."""

    events: tuple[Event, ...]
    sources: Mapping[str, Source]


def parse_span(text: str) -> Span:
    """The days that YYYY-MM-DD or YYYY-MM stands for; ValueError for anything else, and for what `parse_day` refuses."""
    is_month = re.fullmatch(r"[0-9]{4}-[0-9]{2}", text) is not None
    try:
        day = parse_day(f"{text}-01" if is_month else text)
    except DayOutOfRange:
        raise DayOutOfRange(text) from None
    except ValueError as error:
        raise ValueError(f"'{text}' is neither a day nor a month. Write it YYYY-MM-DD or YYYY-MM") from error
    if is_month:
        return Span(day, date(day.year + day.month // 12, day.month % 12 + 1, 1))
    return Span.between(day, day)


def ledger_between(ledger: Ledger, first: date, last: date) -> tuple[Event, ...]:
    """The events that happened, or may have happened, on a day of `first` through `last`."""
    return select(ledger, first=first, last=last)


def select(
    ledger: Ledger,
    *,
    actor: str | None = None,
    lever: str | None = None,
    direction: Direction | None = None,
    target: str | None = None,
    first: date | None = None,
    last: date | None = None,
    search: str | None = None,
) -> tuple[Event, ...]:
    """The events that fit everything asked, in order.

    Parameters
    ----------
    actor : alpha-3 code or one of GROUPS; among the actors
    target : a target of the ledger; else words that occur in `whom`, in any case
    first, last : days, inclusive; an event of a month fits if any of its days does
    search : text that occurs in what is done, whom it hits or what became of it, in any case
    """
    window = Span.between(first or date.min, last)
    named = any(target in event.targets for event in ledger.events)
    return tuple(
        event
        for event in ledger.events
        if (actor is None or actor in event.actors)
        and (lever is None or lever == event.lever)
        and (direction is None or direction == event.direction)
        and (
            target is None
            or (target in event.targets if named else target.casefold() in event.whom.casefold())
        )
        and event.span.meets(window)
        and (search is None or search.casefold() in _text(event))
    )


def _text(event: Event) -> str:
    return " ".join((event.magnitude, event.whom, event.status, event.unverified)).casefold()
