"""The law as lines for a terminal: status tables, the page of a measure or provision, what changes between days."""

import textwrap
from collections.abc import Iterator
from datetime import date

from monazite.determine.explain import say_test
from monazite.regime.book import Book, Standing
from monazite.regime.conditions import Condition, DefinitionTest, InsideTest
from monazite.regime.model import Effect, Measure, Provision, Status, StatusPeriod

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


def diff_lines(
    book: Book, first: date, second: date, *, known_on: date | None, then_known_on: date | None
) -> list[str]:
    """The provisions that stand otherwise on the second day than on the first."""
    lines = [f"What changes from {first} to {second}. Book {book.version}."]
    changed = 0
    for provision in book.provisions.values():
        before = book.standing(provision, on=first, known_on=known_on)
        after = book.standing(provision, on=second, known_on=then_known_on)
        if status_word(before) != status_word(after):
            changed += 1
            by = f" (by {after.period.by}, known since {after.period.known})" if after else ""
            lines.append(f"  {provision.id:<36} {status_word(before)} -> {status_word(after)}{by}")
    lines.append(f"{changed} of {len(book.provisions)} provisions change.")
    return lines


def show_lines(book: Book, name: str) -> list[str]:
    """The page of a measure or a provision."""
    if name in book.measures:
        measure = book.measures[name]
        lines = [*_heading(measure), ""]
        for provision in measure.provisions:
            lines += _wrap(
                f"{provision.id.split('/', 1)[1]} [{provision.effect}] {provision.says}", "    ", "  "
            )
        return [*lines, "", "Sources", *_sources(measure, measure.sources)]
    return list(_provision(book, book.provisions[name]))


def _wrap(text: str, indent: str, first: str) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        break_on_hyphens=False,
        break_long_words=False,
        initial_indent=first,
        subsequent_indent=indent,
    )


def _heading(measure: Measure) -> list[str]:
    lines = [
        f"{measure.id}  {measure.number}",
        *(f"  {language}: {title}" for language, title in measure.title.items()),
    ]
    lines.append(
        f"  published {measure.published}, reviewed until {measure.reviewed_until}, {measure.authority}, {measure.file}"
    )
    return lines + (_wrap(measure.note, "  ", "  ") if measure.note else [])


def _provision(book: Book, provision: Provision) -> Iterator[str]:
    measure = book.measures[provision.measure]
    yield from _heading(measure)
    yield ""
    yield f"{provision.id}  {provision.cite}"
    yield from _wrap(provision.says, "  ", "  ")
    gives = f", gives: {provision.gives.words}" if provision.gives is not None else ""
    yield f"  effect: {provision.effect}{gives}"
    if provision.targets:
        yield from _wrap(f"about: {', '.join(provision.targets)}", "    ", "  ")
    yield ""
    yield "When"
    yield from _condition(book, provision.condition, 2, set())
    yield ""
    yield "Status"
    for period in provision.periods:
        yield from _period(book, period)
    if provision.unverified:
        yield ""
        yield from _wrap(f"UNVERIFIED: {provision.unverified}", "  ", "")
    if provision.note:
        yield from _wrap(f"Note: {provision.note}", "  ", "")
    yield ""
    yield "Sources"
    yield from _sources(measure, provision.sources)


def _period(book: Book, period: StatusPeriod) -> Iterator[str]:
    flags = (
        ("printed", period.status.is_printed),
        ("effective", period.status.is_effective),
        ("enforced", period.status.is_enforced),
    )
    shown = (
        ""
        if period.status is Status.UNCERTAIN
        else f" [{', '.join(name for name, held in flags if held) or 'gone'}]"
    )
    through = f"through {period.span.last}" if period.span.last else "open"
    yield from _wrap(
        f"{period.status}{shown}: {period.span.start} {through}; known since {period.known}, by {period.by}",
        "      ",
        "  ",
    )
    if period.question:
        question = book.questions[period.question]
        yield from _wrap(question.says, "      ", "    ")
        for reading in question.readings:
            yield from _wrap(f"{reading.id}: {reading.status} - {reading.says}", "         ", "      ")
        yield from _wrap(f"settled by: {question.settled_by}", "         ", "      ")


def _condition(book: Book, condition: Condition, depth: int, opened: set[str]) -> Iterator[str]:
    """A condition line by line; each definition is opened where it is named first."""
    pad = " " * depth
    if isinstance(condition.test, DefinitionTest):
        name = condition.test.definition
        yield from _wrap(f"{name}: {book.definitions[name].says}", pad + "  ", pad)
        if name not in opened:
            opened.add(name)
            yield from _condition(book, book.definitions[name].condition, depth + 2, opened)
        return
    if condition.test is not None:
        yield from _wrap(say_test(condition.test), pad + "  ", pad)
        if isinstance(condition.test, InsideTest):
            yield from _condition(book, condition.test.condition, depth + 2, opened)
        return
    yield pad + (
        {"all": "all of", "any": "any of", "not": "not"}[condition.kind] if condition.children else "always"
    )
    for child in condition.children:
        yield from _condition(book, child, depth + 2, opened)


def _sources(measure: Measure, keys: object) -> list[str]:
    lines = []
    for key in keys:  # type: ignore[attr-defined]
        source = measure.sources[key]
        lines += _wrap(f"{key} ({source.grade}): {source.what} {source.url or source.where}", "      ", "  ")
    return lines
