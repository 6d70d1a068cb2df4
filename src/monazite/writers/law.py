"""The law as lines for a terminal: status tables, and the page of a measure or provision."""

import textwrap
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from monazite.determine.coverage import Exercise
from monazite.regime.book import Book, Standing
from monazite.regime.model import Effect, Status
from monazite.writers.law_page import Line, Section, heading, measure_sections, provision_sections

WIDTH = 100


def status_word(standing: Standing | None) -> str:
    """How a provision stands, in a few words."""
    if standing is None:
        return "not printed"
    if standing.period.status is Status.UNCERTAIN:
        return "uncertain: " + ", ".join(f"{name} {status}" for name, status in standing.by_reading.items())
    return str(standing.period.status)


def status_lines(book: Book, *, on: date, known_on: date | None, everything: bool) -> list[str]:
    """How every requirement, policy and exception stands on a day; with `everything`, duties and notes as well."""
    known = f"as known on {known_on}" if known_on else "as known today"
    lines = [f"The law on {on}, {known}. Book {book.version}."]
    for measure in book.measures.values():
        shown = [
            p
            for p in measure.provisions
            if everything or p.effect not in (Effect.INFORMATION, Effect.READING, Effect.DUTY)
        ]
        rows = [
            (book.provisions[p.id], book.standing(book.provisions[p.id], on=on, known_on=known_on))
            for p in shown
        ]
        if not any(standing for _, standing in rows):
            continue
        stale = "  STALE" if on > measure.reviewed_until else ""
        lines += [
            "",
            f"{measure.id}  {measure.number}: {measure.title.get('en', '')} (reviewed until {measure.reviewed_until}{stale})",
        ]
        for provision, standing in rows:
            clause = provision.id.split("/", 1)[1]
            through = standing.period.span.last if standing else None
            since = (
                f"since {book.stands_since(provision, on=on, known_on=known_on)}"
                + (f" through {through}" if through else "")
                if standing
                else ""
            )
            by = f", by {standing.period.by}" if standing and standing.period.by != provision.measure else ""
            lines.append(f"  {clause:<16} {provision.effect!s:<10} {status_word(standing):<34} {since}{by}")
    return lines


def show_lines(book: Book, name: str, exercises: Mapping[str, Iterable[Exercise]] | None = None) -> list[str]:
    """The page of a measure or a provision; with the worked cases, where `exercises` gives them by provision."""
    if name in book.measures:
        measure = book.measures[name]
        lines = [measure.id, *_printed(heading(measure), 1), ""]
        for provision in measure.provisions:
            lines += _wrap(f"{provision.id.split('/', 1)[1]} [{provision.effect}] {provision.says}", 1, 2)
        return [*lines, *_section_lines(measure_sections(book, measure))]
    provision = book.provisions[name]
    found = None if exercises is None else exercises.get(name, ())
    lines = [provision.id, *_printed(heading(book.measures[provision.measure]), 1), "", f"{provision.cite}"]
    return [*lines, *_wrap(provision.says, 1, 1), *_section_lines(provision_sections(book, provision, found))]


def _section_lines(sections: Iterable[Section]) -> Iterator[str]:
    for section in sections:
        yield ""
        yield section.title
        yield from _printed(section.lines, 1)


def _printed(lines: Iterable[Line], depth: int) -> Iterator[str]:
    for line in lines:
        yield from _wrap(f"{line.text} {line.place}".rstrip(), depth + line.depth, depth + line.depth + 2)


def _wrap(text: str, first: int, rest: int) -> list[str]:
    """A text in lines of the terminal's width; indents count steps of two."""
    return textwrap.wrap(
        text,
        WIDTH,
        break_on_hyphens=False,
        break_long_words=False,
        initial_indent="  " * first,
        subsequent_indent="  " * rest,
    )
