"""States of the law: spans of days between which no provision, list or group changes, compiled for evaluation.

A condition is resolved for a day (country groups to codes, party lists to names) and its tests become
columns; two days on which everything resolves alike share one state.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, lru_cache
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monazite.determine.programs import Graph, Program
from monazite.parties.names import listed_names
from monazite.regime.book import Book, Standing
from monazite.regime.conditions import (
    ALWAYS,
    Condition,
    ContentTest,
    CountryTest,
    DefinitionTest,
    InsideTest,
    Known,
    ListedTest,
    MadeWithTest,
    OwnedTest,
    Test,
)
from monazite.regime.model import EXCEPTIONS, REQUIREMENTS, Effect, Provision, Status
from monazite.terms.days import Span
from monazite.terms.facts import FACTS, Axis
from monazite.terms.kleene import NO, YES

Branch = dict[str, str]
"""The reading chosen for each question."""
_Named = tuple[str, tuple[str, ...]]
_COUNTRIES, _PARTIES = "countries", "parties"


@dataclass(frozen=True, slots=True)
class Rule:
    """A provision on a day: how it stands, and its condition with everything dated filled in."""

    provision: Provision
    standing: Standing
    condition: Condition

    def status(self, branch: Branch) -> Status:
        """How it stands under the readings of a branch."""
        return self.standing.status(branch)

    def is_read(self, branch: Branch) -> bool:
        """The branch chooses the reading of the text under which it holds, if it needs one."""
        chosen = self.provision.reading
        return chosen is None or branch[chosen[0]] == chosen[1]

    @property
    def questions(self) -> tuple[str, ...]:
        """The questions on which it depends how or whether it stands."""
        status = (self.standing.period.question,) if self.standing.period.status is Status.UNCERTAIN else ()
        return (*status, *((self.provision.reading[0],) if self.provision.reading else ()))


@dataclass(frozen=True, eq=False)
class LawState:
    """The rules of one regime on some days, the questions open on them, and every branch of readings."""

    rules: tuple[Rule, ...]
    touched_by: Condition  # what brings a question under this law at all
    questions: tuple[str, ...]
    branches: tuple[Branch, ...]
    graph: Graph = field(repr=False)
    is_held: bool = True  # the book holds the law of these days; else it may ask for anything
    kept: dict[object, Any] = field(
        default_factory=dict, repr=False
    )  # what was found for patterns, by who found it

    @cached_property
    def tests(self) -> tuple[Test, ...]:
        """Every test that the rules evaluate, each once."""
        return tuple(leaf_tests(self.touched_by, *(r.condition for r in self.rules)))

    @cached_property
    def program(self) -> Program:
        """What answers every rule's condition, in their order, and then whether the law is touched."""
        return Program(self.graph, [*(rule.condition for rule in self.rules), self.touched_by])

    @cached_property
    def place(self) -> dict[str, int]:
        """The place of each rule, by provision id."""
        return {rule.provision.id: place for place, rule in enumerate(self.rules)}

    def position(self, tests: tuple[Test, ...]) -> dict[Test, int]:
        """Where each test stands among `tests`; kept for those asked about last."""
        if "position" not in self.kept or self.kept["position"][0] is not tests:
            self.kept["position"] = tests, {test: i for i, test in enumerate(tests)}
            self.kept.pop("columns", None)
        return self.kept["position"][1]  # type: ignore[no-any-return]

    def columns(self, tests: tuple[Test, ...]) -> NDArray[np.intp]:
        """Where the tests of the program stand among `tests`."""
        position = self.position(tests)
        if "columns" not in self.kept:
            self.kept["columns"] = np.array([position[test] for test in self.program.tests], dtype=np.intp)
        return self.kept["columns"]  # type: ignore[no-any-return]

    @cached_property
    def clears(self) -> dict[str, tuple[Rule, ...]]:
        """The exceptions about each requirement, by provision id."""
        found: dict[str, list[Rule]] = {}
        for rule in self.of(*EXCEPTIONS):
            for target in rule.provision.targets:
                found.setdefault(target, []).append(rule)
        return {target: tuple(rules) for target, rules in found.items()}

    @cached_property
    def questioned(self) -> tuple[Rule, ...]:
        """The rules that depend on a question of law."""
        return tuple(rule for rule in self.rules if rule.questions)

    def of(self, *effects: Effect) -> tuple[Rule, ...]:
        """The rules with one of the effects."""
        if effects not in self.kept:
            self.kept[effects] = tuple(rule for rule in self.rules if rule.provision.effect in effects)
        return self.kept[effects]  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class Cell:
    """A span of days with its state of the law."""

    span: Span
    state: LawState


class Law:
    """One regime of a book as known on a day, cut into cells."""

    def __init__(self, book: Book, regime: str, *, known_on: date | None = None) -> None:
        self.book, self.regime, self.known_on = book, regime, known_on
        self.provisions = book.of_regime(regime)
        begins = book.states[regime].holds_from if regime in book.states else None
        self._cuts = tuple(
            sorted({*book.cuts(self.provisions, known_on=known_on), *([begins] if begins else [])})
        )
        self._between: dict[int, LawState] = {}  # position among the cuts -> state
        self._resolved: dict[
            tuple[object, ...], Condition
        ] = {}  # by whose condition it is, and what was filled in
        self._defined: dict[int, Condition] = {}  # by the identity of what is inside, which is kept above
        self._named: dict[str, tuple[_Named, ...]] = {}
        self._meant: dict[tuple[_Named, date], object] = {}
        self._states: dict[object, LawState] = {}
        self.graph = Graph()

    def cells(self, first: date, last: date) -> tuple[Cell, ...]:
        """The cells that cover the days `first` through `last`, in order; equal neighbours are one cell."""
        cuts = [day for day in self._cuts if first < day <= last]
        starts = [first, *cuts]
        stops = [*cuts, Span.between(first, last).stop]
        cells: list[Cell] = []
        for start, stop in zip(starts, stops, strict=True):
            state = self.state(start)
            if cells and cells[-1].state is state:
                cells[-1] = Cell(Span(cells[-1].span.start, stop), state)
            else:
                cells.append(Cell(Span(start, stop), state))
        return tuple(cells)

    def state(self, on: date) -> LawState:
        """The state of the law on a day; the same object for days on which nothing differs."""
        position = bisect_right(self._cuts, on)
        if position not in self._between:
            self._between[position] = self._compile(on)
        return self._between[position]

    def _compile(self, on: date) -> LawState:
        rules = []
        for provision in self.provisions:
            standing = self.book.standing(provision, on=on, known_on=self.known_on)
            if standing is None or not standing.period.status.is_printed:
                continue
            rules.append(Rule(provision, standing, self._resolve(provision, on)))
        touched = self._touched_by(on)
        is_held = self.book.holds(self.regime, on, self.known_on)
        key = (
            *((r.provision.id, id(r.standing.period), id(r.condition)) for r in rules),
            id(touched),
            is_held,
        )
        if key not in self._states:
            questions = _questions(rules)
            choices = [[(q, reading.id) for reading in self.book.questions[q].readings] for q in questions]
            branches = tuple(dict(choice) for choice in product(*choices))
            self._states[key] = LawState(tuple(rules), touched, questions, branches, self.graph, is_held)
        return self._states[key]

    def _resolve(self, provision: Provision, on: date) -> Condition:
        return self._dated(provision.id, provision.condition, on)

    def touched_by(self, first: date, last: date) -> tuple[Condition, ...]:
        """What brings a question under this law on the days `first` through `last`."""
        days = [first, *(day for day in self._cuts if first < day <= last)]
        return tuple({id(c): c for c in map(self._touched_by, days)}.values())

    def _touched_by(self, on: date) -> Condition:
        regime = self.book.states.get(self.regime)
        return self._dated(self.regime, regime.touched_by if regime else ALWAYS, on)

    def _dated(self, name: str, condition: Condition, on: date) -> Condition:
        """The condition on a day: the same object on days on which nothing that it names differs."""
        key = name, *(self._means(named, on) for named in self._names_in(name, condition))
        if key not in self._resolved:
            self._resolved[key] = self._fill(condition, on)
        return self._resolved[key]

    def _names_in(self, name: str, condition: Condition) -> tuple["_Named", ...]:
        """The country groups and party lists that a condition names, those of its definitions among them."""
        if name not in self._named:
            found = dict.fromkeys(self._find_named(condition))
            groups = self.book.groups
            self._named[name] = tuple(n for n in found if n[0] == _PARTIES or any(g in groups for g in n[1]))
        return self._named[name]

    def _find_named(self, condition: Condition) -> Iterator["_Named"]:
        for child in condition.children:
            yield from self._find_named(child)
        match condition.test:
            case DefinitionTest(definition):
                yield from self._names_in(definition, self.book.definitions[definition].condition)
            case CountryTest() as test:
                yield _COUNTRIES, test.names
            case ContentTest() as test:
                yield from self._find_named(test.counted)
                yield _COUNTRIES, test.origin
            case MadeWithTest() as test:
                yield _COUNTRIES, test.countries
            case InsideTest() as test:
                yield from self._find_named(test.condition)
            case ListedTest() | OwnedTest() as test:
                yield _PARTIES, test.lists

    def _means(self, named: _Named, on: date) -> object:
        """What names stand for on a day."""
        if (named, on) not in self._meant:
            kind, names = named
            self._meant[named, on] = (
                self._countries(names, on) if kind == _COUNTRIES else self._parties(names, on)
            )
        return self._meant[named, on]

    def _countries(self, names: tuple[str, ...], on: date) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The countries that codes and groups stand for surely, and perhaps."""
        surely, perhaps = (
            self.book.members(names, on=on, known_on=self.known_on, perhaps=maybe) for maybe in (False, True)
        )
        return tuple(sorted(surely)), tuple(sorted(perhaps))

    def _parties(self, lists: tuple[str, ...], on: date) -> frozenset[str]:
        """The names on party lists."""
        entries = ((e.names, e.periods) for name in lists for e in self.book.party_lists[name].entries)
        return listed_names(entries, on=on, known_on=self.known_on)

    def _fill(self, condition: Condition, on: date) -> Condition:
        """The condition with country groups and party lists as they are on the day."""
        filled: Test
        match condition.test:
            case None:
                return replace(
                    condition, children=tuple(self._fill(child, on) for child in condition.children)
                )
            case DefinitionTest(definition) as test:
                inner = self._dated(definition, self.book.definitions[definition].condition, on)
                return self._defined.setdefault(id(inner), Condition("definition", (inner,), test))
            case CountryTest() as test:
                surely, perhaps = self._countries(test.names, on)
                filled = replace(test, names=surely, perhaps=perhaps)
            case ContentTest() as test:
                counted = self._expand(self._fill(test.counted, on))
                filled = replace(test, counted=counted, origin=self._countries(test.origin, on)[0])
            case MadeWithTest() as test:
                filled = replace(test, countries=self._countries(test.countries, on)[0])
            case InsideTest() as test:
                filled = InsideTest(self._expand(self._fill(test.condition, on)))
            case ListedTest() | OwnedTest() as test:
                filled = replace(test, names=self._parties(test.lists, on))
            case test:
                filled = test
        return replace(condition, test=filled)

    def _expand(self, condition: Condition) -> Condition:
        if condition.kind == "definition":
            return self._expand(condition.children[0])
        return replace(condition, children=tuple(self._expand(child) for child in condition.children))


@lru_cache(maxsize=32)
def law_of(book: Book, regime: str, known_on: date | None) -> Law:
    """The law of a book as known on a day, compiled once and kept for the next question."""
    return Law(book, regime, known_on=known_on)


def _questions(rules: Iterable[Rule]) -> tuple[str, ...]:
    """The questions open among the rules that can change an outcome."""
    found: dict[str, None] = {}
    for rule in rules:
        if rule.provision.effect not in (*REQUIREMENTS, *EXCEPTIONS, Effect.POLICY, Effect.DUTY):
            continue
        found.update(dict.fromkeys(rule.questions))
    return tuple(found)


def leaf_tests(*conditions: Condition) -> list[Test]:
    """The tests that resolved conditions evaluate, definitions opened, each once and in order."""
    found: dict[Test, None] = {}
    waiting, opened = list(reversed(conditions)), set()
    while waiting:
        condition = waiting.pop()
        if condition.kind == "test":
            assert condition.test is not None
            found[condition.test] = None
        elif condition.kind != "definition" or id(condition) not in opened:
            opened.add(id(condition))
            waiting += reversed(condition.children)
    return list(found)


def move_tests(test: Test) -> tuple[Test, ...]:
    """The tests of the move on which a test of the item depends: what counts as content may turn on where it goes."""
    return _move_tests(test.counted) if isinstance(test, ContentTest) else ()


@lru_cache(maxsize=1024)
def _move_tests(counted: Condition) -> tuple[Test, ...]:
    return tuple(t for t in leaf_tests(counted) if axis_of(t) is Axis.MOVE)


def settled(test: ContentTest, truth_of: Callable[[Test], int]) -> ContentTest:
    """The test for one move: what it asks of the move replaced by the answer."""
    answers = tuple(int(truth_of(asked)) for asked in move_tests(test))
    return replace(test, counted=_settled(test.counted, answers))


@lru_cache(maxsize=4096)
def _settled(counted: Condition, answers: tuple[int, ...]) -> Condition:
    """What no longer matters is left out, so that moves which differ only in that share one test."""
    known = dict(zip(_move_tests(counted), answers, strict=True))
    filled: dict[int, Condition] = {}

    def fill(condition: Condition) -> Condition:
        if id(condition) not in filled:
            filled[id(condition)] = fill_in(condition)
        return filled[id(condition)]

    def fill_in(condition: Condition) -> Condition:
        if condition.kind == "test":
            return _known(known[condition.test]) if condition.test in known else condition
        children = tuple(fill(child) for child in condition.children)
        if condition.kind == "not":
            truth = _truth(children[0])
            return replace(condition, children=children) if truth is None else _known(int(YES) - truth)
        if condition.kind == "definition":
            return replace(condition, children=children) if _truth(children[0]) is None else children[0]
        idle, ends = (int(YES), int(NO)) if condition.kind == "all" else (int(NO), int(YES))
        if any(_truth(child) == ends for child in children):
            return _known(ends)
        left = tuple(child for child in children if _truth(child) != idle)
        return replace(condition, children=left) if left else _known(idle)

    return fill(counted)


def _known(truth: int) -> Condition:
    return Condition("test", test=Known(truth))


def _truth(condition: Condition) -> int | None:
    """The truth of a condition that is nothing but known."""
    return condition.test.truth if isinstance(condition.test, Known) else None


def axis_of(test: Test) -> Axis:
    """Whether a test is about the item or about the move."""
    if isinstance(test, ListedTest | OwnedTest):
        return Axis.MOVE
    path = getattr(test, "path", "item.")
    return FACTS[path].axis if path in FACTS else Axis.ITEM
