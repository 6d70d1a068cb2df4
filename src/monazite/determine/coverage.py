"""Coverage: what the worked cases show of the law, test by test and provision by provision.

A *limb* is a leaf test of a condition at its place in a file, definitions opened; what a test asks of the
things inside an item is a limb too, with its truth over all of them. A case shows a limb to be true, false or
unknown when the test is so for its item and move on its day, while a provision that asks it is printed, as
known on the case's day of knowledge. A case speaks for the regimes it expects an answer of, and for no other.

    found = cover(book, read_cases())
    found.uncovered      limbs that no case shows to be true, or false, or unknown
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from monazite.determine.asked import Asked, asked_cases
from monazite.determine.cases import Case
from monazite.determine.kernel import Batch, RegimeBatch, provision_truths
from monazite.determine.states import LawState, axis_of
from monazite.regime.book import Book
from monazite.regime.conditions import Condition, ContentTest, DefinitionTest, InsideTest, Test, tests_of
from monazite.regime.model import Definition, Measure, Provision
from monazite.terms.facts import Axis
from monazite.terms.kleene import NO, UNKNOWN, YES, Truths

TRUTHS = (int(YES), int(NO), int(UNKNOWN))
"""What each limb is to be shown as, in the order in which a report says it."""

_NAMING = ("under", "duties", "interpretations", "remains", "unverified")
"""Fields of an expectation that name provisions which apply."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limb:
    """A leaf test at its place. `inside`: it is asked of the things inside the item."""

    where: str
    test: Test
    measure: str
    owner: str  # id of the provision or definition that it stands in
    inside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercise:
    """A case that exercises a provision: whether its condition is yes or unknown, and whether the case names it."""

    case: Case
    truth: int
    named: bool


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """What cases show of a book."""

    book: Book
    cases: tuple[Case, ...]
    limbs: tuple[Limb, ...]
    regimes: tuple[str, ...]  # the states whose law was asked about
    seen: Mapping[str, frozenset[int]]  # place of a limb -> truths that some case shows
    exercises: Mapping[str, tuple[Exercise, ...]]  # provision -> cases, in the order of the files

    def missing(self, limb: Limb) -> tuple[int, ...]:
        """The truths that no case shows of a limb, in the order of `TRUTHS`."""
        seen = self.seen.get(limb.where, frozenset())
        return tuple(truth for truth in TRUTHS if truth not in seen)

    @cached_property
    def uncovered(self) -> tuple[Limb, ...]:
        """Limbs that no case shows in one of the three ways."""
        return tuple(limb for limb in self.limbs if self.missing(limb))

    def has_case(self, provision: Provision) -> bool:
        """Does a case show that it applies? One that leaves it open does not."""
        return any(one.truth == YES for one in self.exercises.get(provision.id, ()))

    @cached_property
    def idle(self) -> tuple[Provision, ...]:
        """Provisions that no case shows to apply."""
        return tuple(p for m in self.measures for p in m.provisions if not self.has_case(p))

    @cached_property
    def unused(self) -> tuple[Definition, ...]:
        """Definitions that no provision uses, nor what brings a question under a state's law."""
        used: set[str] = set()
        waiting = [p.condition for p in self.book.provisions.values()]
        waiting += [state.touched_by for state in self.book.states.values()]
        while waiting:
            for test in tests_of(waiting.pop()):
                if isinstance(test, DefinitionTest) and test.definition not in used:
                    used.add(test.definition)
                    waiting.append(self.book.definitions[test.definition].condition)
        return tuple(d for m in self.measures for d in m.definitions if d.id not in used)

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The measures of the states whose law was asked about."""
        return tuple(m for m in self.book.measures.values() if m.regime in self.regimes)


def is_bare(provision: Provision) -> bool:
    """It has no condition and is about no other provision, so every case of its days exercises it."""
    return not (provision.condition.children or provision.condition.test or provision.targets)


def limbs_of(book: Book) -> tuple[Limb, ...]:
    """Every limb of every provision, each place once, in the order of measures and provisions."""
    found: dict[str, Limb] = {}
    opened: set[tuple[str, bool]] = set()

    def walk(condition: Condition, measure: str, owner: str, inside: bool) -> None:
        for test, where, deep in _leaves(condition, inside=inside):
            if isinstance(test, DefinitionTest):
                definition = book.definitions[test.definition]
                if (definition.id, deep) not in opened:
                    opened.add((definition.id, deep))
                    walk(definition.condition, definition.id.split("/")[0], definition.id, deep)
            elif where not in found or found[where].inside > deep:
                found[where] = Limb(where=where, test=test, measure=measure, owner=owner, inside=deep)

    for provision in book.provisions.values():
        walk(provision.condition, provision.measure, provision.id, False)
    order = {name: place for place, name in enumerate(book.measures)}
    return tuple(sorted(found.values(), key=lambda limb: order.get(limb.measure, len(order))))


def _leaves(*conditions: Condition, inside: bool = False) -> Iterator[tuple[Test, str, bool]]:
    """(test, place, asked of what is inside) for each leaf, and for the leaves of what leaves ask in their turn.

    What several conditions share, such as a definition, is walked once.
    """
    waiting, opened = [(condition, inside) for condition in reversed(conditions)], set()
    while waiting:
        condition, deep = waiting.pop()
        if (id(condition), deep) in opened:
            continue
        opened.add((id(condition), deep))
        waiting += [(child, deep) for child in reversed(condition.children)]
        test = condition.test
        if test is None or condition.children:
            continue
        if condition.where:
            yield test, condition.where, deep
        if isinstance(test, InsideTest):
            waiting.append((test.condition, True))
        if isinstance(test, ContentTest):
            waiting.append((test.counted, True))


def cover(book: Book, cases: Iterable[Case], *, regimes: Sequence[str] | None = None) -> Coverage:
    """What the cases show of the book; with `regimes`, of the law of these states alone.

    Raises
    ------
    BadInput with every fault of the facts of every case
    """
    wanted = tuple(regimes or (name for name in book.regimes if book.is_ever_asked(name)))
    chosen = tuple(case for case in cases if set(case.expect) & set(wanted))
    gathering = _Gathering(book)
    for asked in asked_cases(chosen, book, on_own_days=True):
        spoken = [regime for regime in wanted if any(regime in case.expect for case in asked.cases)]
        batch = asked.on_own_days(book, regimes=spoken)
        for regime in batch.regimes.values():
            gathering.add(batch, regime, asked)
    order = {case.where: place for place, case in enumerate(chosen)}
    return Coverage(
        book=book,
        cases=chosen,
        regimes=wanted,
        limbs=tuple(limb for limb in limbs_of(book) if book.measures[limb.measure].regime in wanted),
        seen={where: frozenset(truths) for where, truths in gathering.seen.items()},
        exercises={
            name: tuple(sorted(found, key=lambda exercise: order[exercise.case.where]))
            for name, found in gathering.exercises.items()
        },
    )


class _Gathering:
    """Adds up what batches show."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.seen: dict[str, set[int]] = {}
        self.exercises: dict[str, list[Exercise]] = {}
        self._limbs: dict[int, tuple[LawState, dict[str, tuple[Test, bool]]]] = {}

    def add(self, batch: Batch, regime: RegimeBatch, asked: Asked) -> None:
        """What one regime's answers show of the cases that expect one of it."""
        by_cell: dict[int, list[tuple[Case, int]]] = {}
        for pair, (case, on) in enumerate(zip(asked.cases, asked.moves.on, strict=True)):
            if regime.law.regime in case.expect and on is not None:
                by_cell.setdefault(regime.cell_of(on), []).append((case, pair))
        for cell, speaking in by_cell.items():
            self._add(batch, regime, regime.cells[cell].state, speaking)

    def _add(
        self, batch: Batch, regime: RegimeBatch, state: LawState, speaking: Sequence[tuple[Case, int]]
    ) -> None:
        name = regime.law.regime
        pairs = np.array([pair for _, pair in speaking], dtype=np.int64)
        pattern = regime.pattern[pairs]
        column = {test: regime.truths[:, i][pattern] for i, test in enumerate(regime.tests)}
        for where, (test, inside) in self._limbs_of(state).items():
            shown = _inner_truth(batch, test, pairs) if inside else column[test]
            self.seen.setdefault(where, set()).update(np.unique(shown).tolist())
        truths = provision_truths(state, regime.tests, regime.truths)
        named = [_named(case, name) for case, _ in speaking]
        for rule in state.rules:
            provision = rule.provision
            found = truths[provision.id][pattern]
            about = [truths[target][pattern] for target in provision.targets if target in truths]
            applies = np.minimum(found, np.maximum.reduce(about)) if about else found
            for i, (case, _) in enumerate(speaking):
                is_named = provision.id in named[i]
                if applies[i] > NO or is_named:
                    self.exercises.setdefault(provision.id, []).append(
                        Exercise(case=case, truth=int(found[i]), named=is_named)
                    )

    def _limbs_of(self, state: LawState) -> dict[str, tuple[Test, bool]]:
        """The limbs of the rules of a state as they are asked on its days."""
        if id(state) not in self._limbs:
            found: dict[str, tuple[Test, bool]] = {}
            for test, where, inside in _leaves(*(rule.condition for rule in state.rules)):
                if where not in found or found[where][1] > inside:
                    found[where] = (test, inside)
            self._limbs[id(state)] = (state, found)  # holds the state, so that no other takes its id
        return self._limbs[id(state)][1]


def _inner_truth(batch: Batch, test: Test, pairs: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Truths:
    """Truth of a test over everything inside the items of the pairs; a test of the move is asked of the move."""
    if axis_of(test) is Axis.MOVE:
        return batch.moving.truth(test)[batch.move[pairs]]
    return batch.items.truth(InsideTest(Condition("test", test=test)))[batch.node[pairs]]


def _named(case: Case, regime: str) -> frozenset[str]:
    """The provisions that a case expects to apply, or expects not to."""
    wanted = case.expect[regime].fields or {}
    return frozenset(
        item.text or "" for key in (*_NAMING, "not_under") if key in wanted for item in wanted[key].list()
    )
