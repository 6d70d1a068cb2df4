"""The law in time for a terminal and as plain data: a bar per measure or provision, and the days behind the bars.

The bars are plain ASCII, so that a terminal with wide characters keeps its columns.
"""

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from monazite.regime.book import Book
from monazite.regime.events import Event
from monazite.regime.model import Question, Status
from monazite.regime.timeline import Lane, MeasureLane, Mix, Way
from monazite.terms.days import Span
from monazite.writers.words import word

WIDTH = 100
LABEL = 31
"""Columns of the names at the left."""
GLYPHS = {
    Status.IN_FORCE: "#",
    Status.NOT_ENFORCED: "=",
    Status.UNCERTAIN: "?",
    Status.ANNOUNCED: ".",
    Status.STAYED: "~",
    Status.SUSPENDED: "-",
    Status.LAPSED: "L",
    Status.SUPERSEDED: "S",
    Status.REPEALED: "R",
}
IN_PART = "+"
"""Some rules of the measure are in force and others stand otherwise."""
PUBLISHED = "p"
"""The day on which a measure without provisions of its own was published."""
_COLOURS = {"#": 34, "+": 34, "=": 36, "?": 35, ".": 36, "~": 33, "-": 33, "L": 90, "S": 90, "R": 90}
_STEPS = (1, 3, 6, 12, 24, 60, 120)
"""Months between two labels of the axis."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruler:
    """Days on columns: column `i` of `columns` holds the days of `days(i)`; every day is in one column."""

    first: date
    last: date
    columns: int

    def days(self, column: int) -> Span:
        """The days of a column; none where there are more columns than days."""
        count = (self.last - self.first).days + 1
        start, stop = (i * count // self.columns for i in (column, column + 1))
        return Span(self.first + timedelta(start), self.first + timedelta(stop))

    def column(self, day: date) -> int | None:
        """The column of a day; None beside the ruler."""
        if not self.first <= day <= self.last:
            return None
        count = (self.last - self.first).days + 1
        return -(-((day - self.first).days + 1) * self.columns // count) - 1


def timeline_lines(
    book: Book,
    lanes: Sequence[MeasureLane],
    first: date,
    last: date,
    *,
    on: date,
    known_on: date | None = None,
    provisions: bool = False,
    days: bool = False,
    events: Sequence[Event] = (),
    width: int = WIDTH,
    colour: bool = False,
) -> list[str]:
    """Bars for a terminal.

    Parameters
    ----------
    on : day that is marked
    provisions : a bar for each provision under that of its measure
    days : the days behind the bars, provisions that stand alike together
    width : columns of the terminal
    colour : mark statuses with the colour codes of terminals
    """
    ruler = Ruler(first=first, last=last, columns=max(width - LABEL - 1, 12))
    known = f"as known on {known_on}" if known_on else "as known today"
    lines = [*_wrap(f"The law from {first} through {last}, {known}. Book {book.version}.", width), ""]
    marker = _marker(ruler, on)
    lines += [marker] if marker else []
    lines += _axis(ruler)
    used: set[str] = set()

    def row(label: str, bar: str) -> str:
        used.update(bar)
        shown = "".join(_paint(glyph) for glyph in bar) if colour else bar
        return f"{_cut(label, LABEL):<{LABEL}} {shown}".rstrip()

    if events:
        lines.append(row(f"events ({len(events)})", _counts(ruler, events)))
        used.clear()
    for regime in dict.fromkeys(book.measures[lane.measure].regime for lane in lanes):
        mine = [lane for lane in lanes if book.measures[lane.measure].regime == regime]
        reviewed = sorted({book.measures[lane.measure].reviewed_until for lane in mine})
        until = f"{reviewed[0]}" if len(reviewed) == 1 else f"{reviewed[0]} to {reviewed[-1]}"
        lines.append(f"{word(f'regime.{regime}')} (reviewed until {until})")
        for lane in mine:
            bar = _bar(ruler, [(one.span, _mixed(one)) for one in lane.mixes])
            published = book.measures[lane.measure].published
            lines.append(row(f" {lane.measure}", bar if lane.mixes else _one(ruler, published, PUBLISHED)))
            if provisions:
                for one in lane.lanes:
                    clause = one.provision.partition("/")[2]
                    lines.append(row(f"   {clause}", _bar(ruler, [(s.span, GLYPHS[s.way.status]) for s in one.stretches])))  # fmt: skip
    if not lanes:
        lines.append("Nothing of it was known then.")
    lines += [marker] if marker else []
    lines += ["", *_legend(used, width, events=bool(events))]
    if days:
        for lane in lanes:
            lines += ["", *_days(book, lane, width)]
    return [*lines, *_open_questions(book, lanes, ruler, width)]


def way_words(way: Way) -> str:
    """How a provision stands, since when that was known and by whose act, in a line."""
    status = str(way.status)
    if way.readings:
        status += ": " + ", ".join(f"{name} {under}" for name, under in way.readings)
    return f"{status}; known since {way.known}, by {way.by}"


def plain_timeline(
    book: Book,
    lanes: Sequence[MeasureLane],
    first: date,
    last: date,
    *,
    on: date,
    known_on: date | None = None,
    provisions: bool = True,
    knowledge_days: Iterable[date] = (),
    events: Sequence[Event] = (),
) -> dict[str, object]:
    """Everything as plain data; `from` and `through` are inclusive, `through` null has no end."""
    return {
        "book": book.version,
        "from": first,
        "through": last,
        "on": on,
        "known_on": known_on,
        "knowledge_days": list(knowledge_days),
        "measures": [
            {
                "measure": lane.measure,
                "regime": book.measures[lane.measure].regime,
                "number": book.measures[lane.measure].number,
                "title": book.measures[lane.measure].title,
                "published": book.measures[lane.measure].published,
                "reviewed_until": book.measures[lane.measure].reviewed_until,
                "mixes": [_plain_mix(one) for one in lane.mixes],
                **({"provisions": [_plain_lane(book, one) for one in lane.lanes]} if provisions else {}),
            }
            for lane in lanes
        ],
        "questions": {
            name: _plain_question(book.questions[name])
            for name in dict.fromkeys(s.question for lane in lanes for m in lane.mixes for s in m.shares)
            if name
        },
        "events": [_plain_event(event) for event in events],
    }


def _plain_span(span: Span) -> dict[str, object]:
    return {"from": span.start, "through": span.last}


def _plain_mix(one: Mix) -> dict[str, object]:
    shares = [
        {
            "status": share.status,
            "provisions": share.provisions,
            "by": share.by,
            "known": share.known,
            "question": share.question or None,
            "readings": dict(share.readings),
            "unverified": list(share.unverified),
        }
        for share in one.shares
    ]
    return {**_plain_span(one.span), "shares": shares}


def _plain_lane(book: Book, lane: Lane) -> dict[str, object]:
    provision = book.provisions[lane.provision]
    return {
        "provision": provision.id,
        "cite": provision.cite,
        "effect": provision.effect,
        "says": provision.says,
        "unverified": provision.unverified,
        "stretches": [
            {
                **_plain_span(one.span),
                "status": one.way.status,
                "by": one.way.by,
                "known": one.way.known,
                "question": one.way.question or None,
                "readings": dict(one.way.readings),
                "sources": [
                    {"what": source.what, "grade": source.grade, "place": source.url or source.where}
                    for source in (book.source(one.way.by, key) for key in one.way.sources)
                ],
                "unverified": one.way.unverified,
                "note": one.way.note,
            }
            for one in lane.stretches
        ],
    }


def _plain_event(event: Event) -> dict[str, object]:
    return {
        "printed": event.printed,
        **_plain_span(event.span),
        "actors": list(event.actors),
        "lever": event.lever,
        "direction": event.direction,
        "magnitude": event.magnitude,
        "targets": list(event.targets),
        "whom": event.whom,
        "status": event.status,
        "unverified": event.unverified,
        "sources": [str(citation) for citation in event.sources],
    }


def _plain_question(question: Question) -> dict[str, object]:
    return {
        "says": question.says,
        "readings": {r.id: {"is": r.status, "says": r.says} for r in question.readings},
        "settled_by": question.settled_by,
    }


def _mixed(one: Mix) -> str:
    """The sign of a mix: the strongest way, or that only a part is in force."""
    strongest = one.shares[0].status
    if strongest is Status.IN_FORCE and any(share.status is not strongest for share in one.shares):
        return IN_PART
    return GLYPHS[strongest]


def _bar(ruler: Ruler, parts: Sequence[tuple[Span, str]]) -> str:
    """A sign a column: that of most of its days, but every part that is on the ruler keeps a column if it can.

    What is gone shows its letter once.
    """
    held: list[int | None] = []
    for column in range(ruler.columns):
        shares = [(_common(span, ruler.days(column)), -i) for i, (span, _) in enumerate(parts)]
        most = max(shares, default=(0, 0))
        held.append(-most[1] if most[0] else None)
    for i, (span, _) in enumerate(parts):
        if i in held:
            continue
        mine = max(range(ruler.columns), key=lambda c: (_common(span, ruler.days(c)), -c))
        taken = held[mine]
        if _common(span, ruler.days(mine)) and (taken is None or held.count(taken) > 1):
            held[mine] = i
    bar, before = "", None
    for at in held:
        glyph = parts[at][1] if at is not None else " "
        bar += " " if glyph in "LSR" and at == before else glyph
        before = at
    return bar


def _one(ruler: Ruler, day: date, glyph: str) -> str:
    column = ruler.column(day)
    return "" if column is None else " " * column + glyph


def _common(one: Span, other: Span) -> int:
    """Days that both hold; `other` has an end."""
    assert other.stop is not None
    stop = other.stop if one.stop is None else min(one.stop, other.stop)
    return max((stop - max(one.start, other.start)).days, 0)


def _counts(ruler: Ruler, events: Iterable[Event]) -> str:
    """How many events begin in each column; more than nine is a star."""
    counts = [0] * ruler.columns
    for event in events:
        column = ruler.column(max(event.first, ruler.first))
        if column is not None:
            counts[column] += 1
    return "".join(" " if not n else str(n) if n < 10 else "*" for n in counts)


def _marker(ruler: Ruler, on: date) -> str:
    column = ruler.column(on)
    if column is None:
        return ""
    at = LABEL + 1 + column
    text = f"v {on}"
    return f"{on} v".rjust(at + 1) if column + len(text) > ruler.columns else " " * at + text


def _axis(ruler: Ruler) -> list[str]:
    """Labels of years or months, and a tick for each."""
    per_month = ruler.columns / max(((ruler.last - ruler.first).days + 1) / 30.44, 1e-9)
    step = next((s for s in _STEPS if s * per_month >= (5 if s % 12 == 0 else 8)), _STEPS[-1])
    labels, ticks = [" "] * (ruler.columns + 10), [" "] * ruler.columns
    for month in _months(ruler.first, ruler.last, step):
        column = ruler.column(month)
        if column is None:
            continue
        text = f"{month:%Y}" if step % 12 == 0 else f"{month:%Y-%m}"
        ticks[column] = "|"
        if column + len(text) <= ruler.columns:
            labels[column : column + len(text)] = text
    pad = " " * (LABEL + 1)
    return [(pad + "".join(labels)).rstrip(), (pad + "".join(ticks)).rstrip()]


def _months(first: date, last: date, step: int) -> Iterator[date]:
    at = first.year * 12 // step * step
    while at // 12 <= last.year:
        yield date(at // 12, at % 12 + 1, 1)
        at += step


def _paint(glyph: str) -> str:
    return f"\033[{_COLOURS[glyph]}m{glyph}\033[0m" if glyph in _COLOURS else glyph


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 3] + "..."


def _legend(used: Iterable[str], width: int, *, events: bool) -> list[str]:
    used = set(used)
    parts = [f"{glyph} {status}" for status, glyph in GLYPHS.items() if glyph in used]
    if IN_PART in used:
        parts.insert(1, f"{IN_PART} in force in part")
    if PUBLISHED in used:
        parts.append(f"{PUBLISHED} published; no provision of its own")
    says = "   ".join(part.replace(" ", "\0") for part in parts)
    more = (
        "A measure stands as the strongest of its rules does. A letter stands once, where something is gone."
    )
    if events:
        more += " Figures count the events that begin there."
    return [line.replace("\0", " ") for line in _wrap(says, width)] + _wrap(more, width)


def _days(book: Book, lane: MeasureLane, width: int) -> list[str]:
    """The days of a measure's provisions, those that stand alike together."""
    measure = book.measures[lane.measure]
    lines = _wrap(f"{measure.id}  {measure.number}: {measure.title.get('en', '')}", width, "  ")
    if not lane.lanes:
        lines += _wrap("No provision of its own; what it does to others stands with them.", width, "  ", "  ")
    alike: dict[tuple[tuple[Span, str, str], ...], list[str]] = {}
    for one in lane.lanes:
        reading = book.provisions[one.provision].reading
        only = f" [{reading[1]}]" if reading else ""
        days = tuple((s.span, way_words(s.way), s.way.unverified) for s in one.stretches)
        alike.setdefault(days, []).append(one.provision.partition("/")[2] + only)
    if any("[" in clause for clauses in alike.values() for clause in clauses):
        lines += _wrap("[...]: only under that reading of the text.", width, "  ", "  ")
    for found, clauses in alike.items():
        lines += _wrap(", ".join(clauses), width, "  ", "  ")
        if not found:
            lines.append("    not printed on these days")
        for span, words, unverified in found:
            through = f"through {span.last}" if span.last else "open"
            lines += _wrap(f"{span.start} {through:<18} {words}", width, "      ", "    ")
            if unverified:
                lines += _wrap(f"UNVERIFIED: {unverified}", width, "      ", "      ")
    return lines


def _open_questions(book: Book, lanes: Sequence[MeasureLane], ruler: Ruler, width: int) -> Iterator[str]:
    """What is uncertain on the days shown: the question, its readings, and what would settle it."""
    window = Span.between(ruler.first, ruler.last)
    asked = {
        share.question: None
        for lane in lanes
        for one in lane.mixes
        if one.span.meets(window)
        for share in one.shares
        if share.question
    }
    for name in asked:
        question = book.questions[name]
        yield ""
        yield from _wrap(f"{name}: {question.says}", width, "  ")
        for reading in question.readings:
            yield from _wrap(f"{reading.id}: {reading.status} - {reading.says}", width, "     ", "  ")
        yield from _wrap(f"settled by: {question.settled_by}", width, "     ", "  ")


def _wrap(text: str, width: int, indent: str = "", first: str = "") -> list[str]:
    return textwrap.wrap(
        text,
        width,
        initial_indent=first,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
