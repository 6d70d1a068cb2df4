"""The page of a measure or provision as sections of lines, for whoever prints it: a terminal, or Markdown.

Everything that the book says of a provision stands here once: its sentence, condition, dates and flags,
questions and readings, what comes with it, contradictions, doubts, sources, and the worked cases that
exercise it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from monazite.determine.coverage import Exercise, is_bare
from monazite.determine.explain import say_test
from monazite.regime.book import Book
from monazite.regime.conditions import Condition, ContentTest, DefinitionTest, InsideTest, ItemTest, tests_of
from monazite.regime.model import (
    EXCEPTIONS,
    Due,
    Effect,
    Measure,
    Provision,
    Question,
    Status,
    StatusPeriod,
)
from monazite.terms.days import Span
from monazite.terms.kleene import YES

CASES_SHOWN = 6
"""So many worked cases are listed for a provision; the rest are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a section: how deep it is indented, and where it can be read again, if anywhere."""

    text: str
    depth: int = 0
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading with its lines."""

    title: str
    lines: tuple[Line, ...]


def heading(measure: Measure) -> tuple[Line, ...]:
    """What a measure is, in a few lines."""
    lines = [Line(text=f"{language}: {title}") for language, title in measure.title.items()]
    lines.append(Line(text=f"{measure.number}, {measure.authority}, published {measure.published}"))
    lines.append(Line(text=f"reviewed until {measure.reviewed_until}, {measure.file}"))
    if measure.addressees:
        lines.append(Line(text=f"sent to {', '.join(measure.addressees)}; never published"))
    if measure.note:
        lines.append(Line(text=measure.note))
    return tuple(lines)


def measure_sections(book: Book, measure: Measure) -> tuple[Section, ...]:
    """What a measure says as a whole; its definitions and provisions have pages of their own."""
    return _filled(
        Section(title="Questions", lines=tuple(_questions(measure.questions))),
        Section(title="Contradictions between sources", lines=tuple(_conflicts(measure))),
        Section(title="Lists", lines=tuple(_lists(measure))),
        Section(title="What it does to other provisions", lines=tuple(_acts(measure))),
        Section(title="Named in its acts, not in this book",
                lines=tuple(Line(text=f"{name}: {title}") for name, title in measure.also_on.items())),
        Section(title="Sources", lines=tuple(_sources(measure, measure.sources))),
    )  # fmt: skip


def provision_sections(
    book: Book,
    provision: Provision,
    exercises: Iterable[Exercise] | None = None,
    *,
    alone: bool = True,
) -> tuple[Section, ...]:
    """Everything the book says of a provision.

    Parameters
    ----------
    exercises : the worked cases that exercise it; left out where nobody has looked
    alone : nothing else is printed of its measure, so definitions are opened where they are named first and sources
        are given with their places; otherwise the page of the measure does both
    """
    measure = book.measures[provision.measure]
    return _filled(
        Section(title="What it does", lines=tuple(_effect(book, provision))),
        Section(title="When", lines=tuple(condition_lines(book, provision.condition, open_definitions=alone))),
        Section(title="Status", lines=tuple(line for p in provision.periods for line in _period(book, p))),
        Section(title="Questions", lines=tuple(_questions(_questions_of(book, provision)))),
        Section(title="What comes with it", lines=tuple(_attached(book, provision))),
        Section(title="Contradictions between sources", lines=tuple(_conflicts(measure, provision.id, places=alone))),
        Section(title="Unverified", lines=tuple(_unverified(book, provision))),
        Section(title="Note", lines=(Line(text=provision.note),) if provision.note else ()),
        Section(title="Sources", lines=tuple(_sources_of(book, provision) if alone else _grades_of(book, provision))),
        *(() if exercises is None else (Section(title="Worked cases", lines=tuple(_cases(provision, tuple(exercises)))),)),
    )  # fmt: skip


def _filled(*sections: Section) -> tuple[Section, ...]:
    return tuple(section for section in sections if section.lines)


def condition_lines(
    book: Book,
    condition: Condition,
    *,
    open_definitions: bool = True,
    depth: int = 0,
    opened: set[str] | None = None,
) -> Iterator[Line]:
    """A condition as a tree, line by line; each definition is opened where it is named first, if at all."""
    opened = set() if opened is None else opened

    def below(inner: Condition) -> Iterator[Line]:
        return condition_lines(book, inner, open_definitions=open_definitions, depth=depth + 1, opened=opened)

    test = condition.test
    if isinstance(test, DefinitionTest):
        definition = book.definitions[test.definition]
        yield Line(text=f"{definition.id}: {definition.says}", depth=depth)
        if open_definitions and definition.id not in opened:
            opened.add(definition.id)
            yield from below(definition.condition)
    elif test is not None:
        yield Line(text=say_test(test), depth=depth)
        if isinstance(test, InsideTest):
            yield from below(test.condition)
        elif isinstance(test, ContentTest) and isinstance(test.counted.test, DefinitionTest):
            yield from below(test.counted)
    else:
        words = {"all": "all of", "any": "any of", "not": "not"}
        yield Line(text=words[condition.kind] if condition.children else "always", depth=depth)
        for child in condition.children:
            yield from below(child)


# -- what it does, and what comes with it -------------------------------------------------------------------------


def _effect(book: Book, provision: Provision) -> Iterator[Line]:
    gives = f", gives: {provision.gives.words}" if provision.gives is not None else ""
    yield Line(text=f"effect: {provision.effect}{gives}")
    if provision.targets:
        yield Line(text=f"about: {', '.join(provision.targets)}")
    if provision.overrides:
        yield Line(text=f"goes before: {', '.join(provision.overrides)}")
    if provision.reading:
        yield Line(text=f"holds only under reading {provision.reading[1]} of {provision.reading[0]}")
    if provision.does:
        yield Line(text=f"duty of the {provision.who or 'exporter'}: {provision.does}")
    if provision.due:
        yield Line(text=f"due: {due_words(provision.due)}")
    if provision.documents:
        yield Line(text=f"documents: {', '.join(provision.documents)}")
    if provision.about:
        yield Line(text=f"subject: {provision.about}")
    if provision.rebuttable:
        yield Line(text="rebuttable: a case may overturn it")


def due_words(due: Due) -> str:
    """When a duty falls due, in words."""
    if due.working_days is not None:
        return f"within {due.working_days} working days after {due.event}"
    if due.years is not None:
        return f"for {due.years} years after {due.event}"
    return f"{due.when} {due.event}"


def _attached(book: Book, provision: Provision) -> Iterator[Line]:
    """Policies, exceptions, duties and readings about the provision."""
    about = [other for other in book.provisions.values() if provision.id in other.targets]
    for title, effects in (
        ("exceptions", EXCEPTIONS),
        ("policies", (Effect.POLICY,)),
        ("duties", (Effect.DUTY,)),
        ("readings of the authority", (Effect.READING,)),
    ):
        found = [other for other in about if other.effect in effects]
        if found:
            yield Line(text=title)
        for other in found:
            gives = f" ({other.gives.words})" if other.gives is not None else ""
            due = f", {due_words(other.due)}" if other.due else ""
            yield Line(text=f"{other.id}{gives}: {(other.does or other.says).rstrip('.')}{due}", depth=1)


# -- how it stands ------------------------------------------------------------------------------------------------


def flags(status: Status) -> str:
    """The three flags of a status, as words."""
    held = (
        ("printed", status.is_printed),
        ("effective", status.is_effective),
        ("enforced", status.is_enforced),
    )
    return ", ".join(name if yes else f"not {name}" for name, yes in held)


def _period(book: Book, period: StatusPeriod) -> Iterator[Line]:
    shown = "" if period.status is Status.UNCERTAIN else f" [{flags(period.status)}]"
    yield Line(text=f"{period.status}{shown}: {days_words(period.span)}; known since {period.known}, "
                    f"by {period.by} ({', '.join(period.sources)})")  # fmt: skip
    if period.question:
        yield Line(text=f"question: {period.question}", depth=1)
    if period.note:
        yield Line(text=period.note, depth=1)
    if period.unverified:
        yield Line(text=f"UNVERIFIED: {period.unverified}", depth=1)


def _questions_of(book: Book, provision: Provision) -> tuple[Question, ...]:
    names = [period.question for period in provision.periods if period.question]
    names += [provision.reading[0]] if provision.reading else []
    return tuple(book.questions[name] for name in dict.fromkeys(names))


def _questions(questions: Iterable[Question]) -> Iterator[Line]:
    for question in questions:
        yield Line(text=f"{question.id}: {question.says}")
        for reading in question.readings:
            status = f"{reading.status}: " if reading.status else ""
            yield Line(
                text=f"reading {reading.id}: {status}{reading.says} ({', '.join(reading.sources)})", depth=1
            )
        yield Line(text=f"settled by: {question.settled_by}", depth=1)


def _acts(measure: Measure) -> Iterator[Line]:
    for act in measure.acts:
        yield Line(text=f"{act.status}: {', '.join(act.targets)}; {days_words(act.span)}; known since {act.known} "
                        f"({', '.join(act.sources)})")  # fmt: skip
        if act.question:
            yield from _deeper(_questions((act.question,)))
        if act.note:
            yield Line(text=act.note, depth=1)
        if act.unverified:
            yield Line(text=f"UNVERIFIED: {act.unverified}", depth=1)


def days_words(span: Span) -> str:
    """The days of a span, both inclusive."""
    return f"{span.start} through {span.last}" if span.last else f"from {span.start} on"


# -- what it rests on ---------------------------------------------------------------------------------------------


def _conflicts(measure: Measure, provision: str | None = None, *, places: bool = False) -> Iterator[Line]:
    """The contradictions of a measure, or those that touch one of its provisions; with the places of their sources."""
    for conflict in measure.conflicts:
        if provision is not None and conflict.about and provision not in conflict.about:
            continue
        yield Line(text=conflict.topic)
        yield Line(text=f"one: {conflict.one}", depth=1)
        yield Line(text=f"other: {conflict.other}", depth=1)
        yield Line(text=f"we read: {conflict.we_read}", depth=1)
        if places:
            yield from _deeper(_sources(measure, conflict.sources))
        else:
            yield Line(text=f"sources: {', '.join(conflict.sources)}", depth=1)
        if provision is None and conflict.about:
            yield Line(text=f"touches: {', '.join(conflict.about)}", depth=1)


def _deeper(lines: Iterable[Line]) -> Iterator[Line]:
    """The lines one step to the right."""
    for line in lines:
        yield replace(line, depth=line.depth + 1)


def _unverified(book: Book, provision: Provision) -> Iterator[Line]:
    if provision.unverified:
        yield Line(text=provision.unverified)
    for test in dict.fromkeys(t for t in _tests(book, provision.condition) if isinstance(t, ItemTest)):
        doubtful = [line for line in book.lists[test.item_list].lines if line.unverified]
        if doubtful:
            count = f"{len(doubtful)} of {len(book.lists[test.item_list].lines)} lines"
            yield Line(text=f"{test.item_list}: {count} hold something that could not be checked")


def _tests(book: Book, condition: Condition) -> Iterator[object]:
    for test in tests_of(condition):
        yield test
        if isinstance(test, DefinitionTest):
            yield from _tests(book, book.definitions[test.definition].condition)


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _lists(measure: Measure) -> Iterator[Line]:
    for item_list in measure.lists:
        table = item_list.lines[0].where.split(":")[0] if item_list.lines else ""
        yield Line(
            text=f"{item_list.id}: {item_list.title}, {_count(len(item_list.lines), 'line')}", place=table
        )
        for line in item_list.lines:
            if line.unverified:
                yield Line(text=f"UNVERIFIED, {line.code or line.id}: {line.unverified}", depth=1)
    for reasons in measure.reasons:
        table = reasons.rows[0].where.split(":")[0] if reasons.rows else ""
        yield Line(text=f"{reasons.id}: {reasons.title}, {_count(len(reasons.rows), 'row')}", place=table)


def _sources_of(book: Book, provision: Provision) -> Iterator[Line]:
    """The sources of a provision, then those of the measures that say how it stands."""
    yield from _sources(book.measures[provision.measure], provision.sources)
    for name, keys in _others(provision).items():
        yield Line(text=f"how it stands, by {name}")
        yield from _deeper(_sources(book.measures[name], keys))


def _grades_of(book: Book, provision: Provision) -> Iterator[Line]:
    """The keys and grades of the same sources."""

    def told(measure: str, keys: Iterable[str]) -> str:
        return ", ".join(f"{key} ({book.source(measure, key).grade})" for key in keys)

    yield Line(text=told(provision.measure, provision.sources))
    for name, keys in _others(provision).items():
        yield Line(text=f"how it stands, by {name}: {told(name, keys)}")


def _others(provision: Provision) -> dict[str, tuple[str, ...]]:
    """The sources of other measures that say how a provision stands, by measure."""
    found: dict[str, tuple[str, ...]] = {}
    for period in provision.periods:
        if period.by != provision.measure:
            found[period.by] = tuple(dict.fromkeys((*found.get(period.by, ()), *period.sources)))
    return found


def _sources(measure: Measure, keys: Mapping[str, object] | Iterable[str]) -> Iterator[Line]:
    for key in keys:
        source = measure.sources[key]
        note = f"; {source.note}" if source.note else ""
        yield Line(text=f"{key} ({source.grade}): {source.what}{note}", place=source.url or source.where)


def _cases(provision: Provision, exercises: tuple[Exercise, ...]) -> Iterator[Line]:
    """The cases that say most of a provision: those that name it, then those in which its condition holds."""
    if not exercises:
        yield Line(text="none")
        return
    if is_bare(provision):
        yield Line(text=f"it has no condition and holds in each of the {len(exercises)} cases of its days")
        return
    told = sorted(exercises, key=lambda one: (not one.named, one.truth != YES))
    for one in told[:CASES_SHOWN]:
        yield Line(text=one.case.title, place=f"cases/{one.case.where.split(':')[0]}")
    if len(told) > CASES_SHOWN:
        yield Line(text=f"and {len(told) - CASES_SHOWN} more")
