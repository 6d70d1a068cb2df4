"""Which goods of whose exports stand under which provision on a day, by customs code.

A pure query on the book: provisions that ask for a licence or forbid, over the lines of their item lists.

    controls = controls_on(book, date(2025, 11, 1))
    controls_for(controls, "284690")

A code is a hint. A control list describes goods by what they are; a customs code that stands beside a line holds goods that are
not listed, listed goods may be declared under another, and many lines have none. Nothing here decides whether a licence is
needed; `determine` does.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from monazite.regime.book import Book, Standing
from monazite.regime.conditions import (
    Condition,
    ContentTest,
    CountryTest,
    DefinitionTest,
    InsideTest,
    ItemTest,
    ListedTest,
    OwnedTest,
    Test,
    tests_of,
)
from monazite.regime.model import REQUIREMENTS, Effect, Provision, Status

HINT = (
    "Customs codes are hints: a code beside a listed item also holds goods that are not listed, lines without a code are found "
    "by their form alone, and other editions of the Harmonized System may number the good otherwise."
)

FORMS = {"850511": ("magnet",)}
"""Subheadings that name a form of the control lists whole: 8505.11, permanent magnets of metal."""

ORIGINS = ("from", "exporter.country", "item.origin")
DESTINATIONS = ("to", "importer.country", "end_user.country")
IMPLIED = ("to_foreign_person", "special_leave")
"""Facts of every export or every ban, which narrow nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HintedLine:
    """A line of a control list with the customs codes beside it, as digits; it may have none."""

    line: str
    says: str
    forms: tuple[str, ...]
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """That goods of an item list stand under a provision on a day. Its codes are hints alone: see `HINT`."""

    on: date
    regime: str  # CN
    exporter: str  # alpha-3, of whose exports; of abroad, of whose goods
    measure: str
    provision: str
    effect: Effect  # licence or ban
    status: Status
    by_reading: tuple[tuple[str, Status], ...]  # where the status is uncertain
    abroad: bool  # it binds whoever passes goods of that origin on, outside the exporter's territory
    item_list: str
    lines: tuple[HintedLine, ...]  # of the list; after `controls_for` those that were found
    destinations: tuple[str, ...]  # codes and groups that it is limited to; none: whatever the destination
    narrowed: tuple[str, ...]  # what else it is limited to: listed parties, uses, forms of transfer
    says: str
    unverified: str

    @property
    def code_hints(self) -> tuple[str, ...]:
        """The customs codes of the lines, each once."""
        return tuple(sorted({code for line in self.lines for code in line.codes}))

    @property
    def is_general(self) -> bool:
        """It bears on exports of the goods to every destination, user and use."""
        return not (self.destinations or self.narrowed or self.abroad)


def controls_on(book: Book, on: date, known_on: date | None = None) -> tuple[Control, ...]:
    """Every control that stands in print on a day, as known on a day, in the order of the book.

    Announced, suspended, stayed, uncertain and unenforced ones are among them with their status; those that lapsed, were
    superseded or repealed are not. A provision that no condition ties to exports of some country (a buyer's ban, say) is none.
    """
    found = []
    for provision in book.provisions.values():
        if provision.effect not in REQUIREMENTS:
            continue
        standing = book.standing(provision, on=on, known_on=known_on)
        if standing is None or not standing.period.status.is_printed:
            continue
        status, readings = _status(provision, standing)
        for name, contexts in _uses(provision.condition, book).items():
            exporters, abroad, destinations, narrowed = _context(contexts, book)
            found += [
                Control(
                    on=on, regime=book.measures[provision.measure].regime, exporter=exporter, measure=provision.measure,
                    provision=provision.id, effect=provision.effect, status=status, by_reading=readings, abroad=abroad,
                    item_list=name, lines=_lines(book, name), destinations=destinations, narrowed=narrowed,
                    says=provision.says, unverified="; ".join(filter(None, (provision.unverified, standing.period.unverified))),
                )
                for exporter in exporters
            ]  # fmt: skip
    return tuple(found)


def controls_for(
    controls: Iterable[Control], code: str, forms: Iterable[str] | None = None
) -> tuple[Control, ...]:
    """The controls with lines whose customs code lies within `code`, or that `code` lies within; each with those lines alone.

    Hints alone: see `HINT`.

    Parameters
    ----------
    forms : forms of the goods of the code, by which lines without a code are found; those of `FORMS` where none are given

    Raises
    ------
    ValueError where `code` is not two to ten digits
    """
    digits = code.replace(".", "")
    if not (digits.isdecimal() and 2 <= len(digits) <= 10):
        raise ValueError(f"'{code}' is no customs code of two to ten digits")
    wanted = set(FORMS.get(digits[:6], ()) if forms is None else forms)
    found = []
    for control in controls:
        lines = tuple(
            line
            for line in control.lines
            if any(hint.startswith(digits) or digits.startswith(hint) for hint in line.codes)
            or (not line.codes and wanted.intersection(line.forms))
        )
        if lines:
            found.append(replace(control, lines=lines))
    return tuple(found)


def _lines(book: Book, name: str) -> tuple[HintedLine, ...]:
    return tuple(
        HintedLine(line=line.id, says=line.says, forms=line.forms, codes=tuple(code.replace(".", "") for code in line.hs))
        for line in book.lists[name].lines
    )  # fmt: skip


def _status(provision: Provision, standing: Standing) -> tuple[Status, tuple[tuple[str, Status], ...]]:
    """How it stands; in force under one reading alone is uncertain."""
    status = standing.period.status
    if provision.reading is not None and status is Status.IN_FORCE:
        return Status.UNCERTAIN, ((provision.reading[1], Status.IN_FORCE),)
    return status, tuple(sorted(standing.by_reading.items()))


Context = tuple[Condition, ...]
"""What is asked together with a test: the conditions beside it and beside whatever it stands in."""


def _uses(condition: Condition, book: Book) -> dict[str, list[Context]]:
    """The item lists that a condition asks for, each with its contexts; not what it excludes or asks of parts inside."""
    found: dict[str, list[Context]] = {}
    stack: list[tuple[Condition, Context]] = [(condition, ())]
    while stack:
        node, beside = stack.pop()
        if node.kind == "any":
            stack += [(child, beside) for child in reversed(node.children)]
        elif node.kind == "all":
            stack += [
                (child, (*beside, *(other for other in node.children if other is not child)))
                for child in reversed(node.children)
            ]
        elif isinstance(node.test, DefinitionTest):
            stack.append((book.definitions[node.test.definition].condition, beside))
        elif isinstance(node.test, ItemTest):
            found.setdefault(node.test.item_list, []).append(beside)
    return found


def _tests(conditions: Iterable[Condition], book: Book) -> list[Test]:
    """Every test in some conditions, those of their definitions in place of the definitions."""
    found: list[Test] = []
    for test in (test for condition in conditions for test in tests_of(condition)):
        if isinstance(test, DefinitionTest):
            found += _tests([book.definitions[test.definition].condition], book)
        else:
            found.append(test)
    return found


def _context(
    contexts: list[Context], book: Book
) -> tuple[tuple[str, ...], bool, tuple[str, ...], tuple[str, ...]]:
    """Exporters, whether it binds abroad, destinations and other limits; the widest of the contexts of one list."""
    read = [_read(_tests(context, book)) for context in contexts]
    return min(read, key=lambda limits: (limits[1], len(limits[2]) + len(limits[3])))


def _read(tests: list[Test]) -> tuple[tuple[str, ...], bool, tuple[str, ...], tuple[str, ...]]:
    countries = [test for test in tests if isinstance(test, CountryTest)]
    inside: Mapping[str, list[str]] = {
        path: [name for test in countries if test.path == path and not test.outside for name in test.names]
        for path in (*ORIGINS, *DESTINATIONS)
    }
    shipped = dict.fromkeys([*inside["from"], *inside["exporter.country"]])
    exporters = tuple(shipped or dict.fromkeys(inside["item.origin"]))
    destinations = tuple(
        dict.fromkeys(name for path in DESTINATIONS for name in inside[path] if name not in exporters)
    )
    narrowed = dict.fromkeys(word for test in tests if (word := _narrows(test)))
    return exporters, not shipped, destinations, tuple(narrowed)


def _narrows(test: Test) -> str:
    """What a test limits a control to, beside countries; empty for what every export has."""
    if isinstance(test, ListedTest | OwnedTest):
        return f"parties: {', '.join(test.lists)}"
    if isinstance(test, CountryTest | ItemTest | InsideTest | ContentTest):
        return ""
    path = str(getattr(test, "path", ""))
    return "" if path in IMPLIED else path
