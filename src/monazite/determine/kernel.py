"""The one evaluator: items x moves against a book, all days at once.

Each test of the law is evaluated once, on the axis it is about: over all nodes, or over all moves; a test of the item
that depends on where it goes, once for each way in which the moves differ for it. Items that
answer every test alike are one pattern, and so are moves; a pair of patterns is decided once for each state
of the law, and every pair of item and move on every day is then a look-up. A single question is a batch of
one; its explanation reads the same truths.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from monazite.catalogue.model import Catalogue
from monazite.catalogue.moves import Moves
from monazite.determine.combine import Bounds, ProvisionTruths, branch_bounds, hull
from monazite.determine.items import ItemFacts
from monazite.determine.moving import MoveFacts
from monazite.determine.programs import Graph, Program
from monazite.determine.states import Cell, Law, LawState, axis_of, law_of, move_tests, settled
from monazite.regime.book import Book
from monazite.regime.conditions import Condition, ContentTest, Test
from monazite.terms.facts import Axis
from monazite.terms.kleene import YES, Truths
from monazite.terms.outcomes import NEEDS_EVIDENCE, Outcome

NOT_TOUCHED = -1
"""Pattern of a pair that nothing stated brings under a law."""


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Outcomes of one regime: (patterns, cells) codes of `terms.outcomes.VERDICTS` and of Outcome."""

    verdict: NDArray[np.int8]
    at_least: NDArray[np.int8]
    at_most: NDArray[np.int8]
    latent: NDArray[np.int8]
    touched: Truths  # does anything stated bring the pattern under this law


@dataclass(frozen=True)
class RegimeBatch:
    """One regime's answers: which pattern each pair is, and what each pattern gets in each cell.

    pairs P, patterns Q, cells C.
    """

    law: Law
    cells: tuple[Cell, ...]
    tests: tuple[Test, ...]
    truths: Truths  # (Q, tests) truth of each test for each pattern
    pattern: NDArray[np.int32]  # (P,) pattern of each pair, NOT_TOUCHED where the law is not asked about it
    outcomes: Outcomes
    asked: bool = False  # asked for by name, so answered whether anything stated touches it or not

    def is_answered(self, pair: int, on: date) -> bool:
        """Something stated brings the pair under this law on the day, or the asker wants it answered all the same."""
        pattern = self.pattern[pair]
        return pattern >= 0 and bool(self.answered[pattern, self.cell_of(on)])

    @property
    def answered(self) -> NDArray[np.bool_]:
        """(Q, C) whether the law is asked about a pattern in a cell."""
        touched: NDArray[np.bool_] = self.outcomes.touched == YES
        return touched | self.asked

    def cell_of(self, on: date) -> int:
        """The cell a day falls in; IndexError outside the days of the batch."""
        for position, cell in enumerate(self.cells):
            if on in cell.span:
                return position
        raise IndexError(f"{on} is outside {self.cells[0].span.start} to {self.cells[-1].span.last}")


@dataclass(frozen=True)
class Batch:
    """Pairs of items and moves with the answers of every regime of the book."""

    book: Book
    catalogue: Catalogue
    moves: Moves
    items: ItemFacts
    moving: MoveFacts
    node: NDArray[np.int32]  # (P,) the item of each pair
    move: NDArray[np.int32]  # (P,) the move of each pair
    known_on: date | None
    regimes: dict[str, RegimeBatch]
    untouched: tuple[str, ...] = ()  # regimes under which nothing stated brings any of the pairs


def evaluate(
    book: Book,
    catalogue: Catalogue,
    moves: Moves,
    *,
    node: NDArray[np.int32],
    move: NDArray[np.int32],
    first: date,
    last: date,
    known_on: date | None = None,
    regimes: Sequence[str] | None = None,
) -> Batch:
    """The answers for every pair on every day from `first` through `last`.

    Parameters
    ----------
    node, move : (P,) the pairs: positions in the catalogue and in the moves
    known_on : count only law that was known on that day
    regimes : the states whose law is asked; all of the book by default
    """
    items, moving = ItemFacts(book, catalogue), MoveFacts(moves)
    answers: dict[str, RegimeBatch] = {}
    untouched: list[str] = []
    for regime in regimes or book.regimes:
        law = law_of(book, regime, known_on)
        touched = _touched(law.touched_by(first, last), items, moving, node, move) | (regimes is not None)
        if len(node) and not touched.any():
            untouched.append(regime)
            continue
        answers[regime] = _evaluate_regime(
            law, law.cells(first, last), items, moving, node, move, touched, regimes is not None
        )
    return Batch(book, catalogue, moves, items, moving, node, move, known_on, answers, tuple(untouched))


def _evaluate_regime(
    law: Law,
    cells: tuple[Cell, ...],
    items: ItemFacts,
    moving: MoveFacts,
    node: NDArray[np.int32],
    move: NDArray[np.int32],
    touched: NDArray[np.bool_],
    asked: bool,
) -> RegimeBatch:
    states = list({id(cell.state): cell.state for cell in cells}.values())
    everyone, node, move = np.full(len(node), NOT_TOUCHED, dtype=np.int32), node[touched], move[touched]
    tests = tuple(dict.fromkeys(t for s in states for t in s.tests))
    joint = [t for t in tests if move_tests(t)]
    of_item = [t for t in tests if axis_of(t) is Axis.ITEM and t not in joint]
    of_move = list(dict.fromkeys([*(t for t in tests if axis_of(t) is Axis.MOVE),
                                  *(m for t in joint for m in move_tests(t))]))  # fmt: skip
    move_truths, move_pattern = _distinct([moving.truth(t) for t in of_move], len(moving.moves))
    place = {test: i for i, test in enumerate(of_move)}
    settled_tests, which = _settle(joint, move_truths, place)
    used, position = np.unique(node, return_inverse=True)
    columns = [items.truth(t)[used] for t in (*of_item, *settled_tests)]
    item_truths, item_pattern = _distinct(columns, len(used))
    pair_key = item_pattern[position].astype(np.int64) * max(len(move_truths), 1) + move_pattern[move]
    keys, pattern = np.unique(pair_key, return_inverse=True)
    of_keys, move_keys = keys // max(len(move_truths), 1), keys % max(len(move_truths), 1)
    truths = np.empty((len(keys), len(tests)), dtype=np.int8)
    item_place = {test: i for i, test in enumerate(of_item)}
    for i, test in enumerate(tests):
        if test in which:
            truths[:, i] = item_truths[of_keys, len(of_item) + which[test][move_keys]]
        elif test in item_place:
            truths[:, i] = item_truths[of_keys, item_place[test]]
        else:
            truths[:, i] = move_truths[move_keys, place[test]]
    decided = {id(state): decide(state, tests, truths) for state in states}
    outcomes = Outcomes(*(np.stack([getattr(decided[id(cell.state)], name) for cell in cells], axis=1)
                          for name in ("verdict", "at_least", "at_most", "latent", "touched")))  # fmt: skip
    everyone[touched] = pattern
    return RegimeBatch(law, cells, tests, truths, everyone, outcomes, asked)


def _touched(
    conditions: tuple[Condition, ...],
    items: ItemFacts,
    moving: MoveFacts,
    node: NDArray[np.int32],
    move: NDArray[np.int32],
) -> NDArray[np.bool_]:
    """(P,) does anything stated bring the pair under a law, by one of the conditions?"""

    program = Program(Graph(), conditions)
    leaves = np.empty((len(program.tests), len(node)), dtype=np.int8)
    for row, test in enumerate(program.tests):
        leaves[row] = items.truth(test)[node] if axis_of(test) is Axis.ITEM else moving.truth(test)[move]
    found: NDArray[np.bool_] = (program.run(leaves) == YES).any(axis=0)
    return found


def _settle(
    joint: list[Test], move_truths: Truths, place: dict[Test, int]
) -> tuple[list[Test], dict[Test, NDArray[np.int64]]]:
    """Tests of the item that depend on the move, once for each way the moves differ in what they depend on.

    Returns the settled tests, and for each joint test which of them each pattern of moves takes.
    """
    made: dict[Test, int] = {}
    which: dict[Test, NDArray[np.int64]] = {}
    for test in joint:
        assert isinstance(test, ContentTest)
        asked = move_tests(test)
        rows, of_move = _distinct([move_truths[:, place[m]] for m in asked], len(move_truths))
        ways = [dict(zip(asked, row.tolist(), strict=True)) for row in rows]
        taken = [made.setdefault(settled(test, answers.__getitem__), len(made)) for answers in ways]
        which[test] = np.array(taken, dtype=np.int64)[of_move]
    return list(made), which


def _distinct(columns: list[Truths], count: int) -> tuple[Truths, NDArray[np.int64]]:
    """Distinct rows of truth columns, and which of them each row is."""
    code = np.zeros(count, dtype=np.int64)
    for start in range(0, len(columns), 30):
        packed = np.zeros(count, dtype=np.int64)
        for column in columns[start : start + 30]:
            packed = packed * 3 + column
        _, packed = np.unique(packed, return_inverse=True)
        _, code = np.unique(code * (int(packed.max(initial=0)) + 1) + packed, return_inverse=True)
    _, first = np.unique(code, return_index=True)
    rows = (
        np.stack([column[first] for column in columns], axis=1)
        if columns
        else np.zeros((len(first), 0), np.int8)
    )
    return rows, code


def provision_truths(state: LawState, tests: tuple[Test, ...], truths: Truths) -> ProvisionTruths:
    """Truth of every rule's condition for Q patterns, from the (Q, tests) truths of the tests."""
    return ProvisionTruths(state, _run(state, tests, truths)[:-1])


def _run(state: LawState, tests: tuple[Test, ...], truths: Truths) -> Truths:
    """(rules + 1, Q): of every rule, and whether the law is touched."""
    return state.program.run(truths.T[state.columns(tests)])


def decide(state: LawState, tests: tuple[Test, ...], truths: Truths) -> Outcomes:
    """Outcomes of Q patterns in one state of the law; arrays (Q,)."""
    rows = _run(state, tests, truths)
    conditions = ProvisionTruths(state, rows[:-1])
    now = hull(branch_bounds(state, conditions))
    latent = hull(branch_bounds(state, conditions, latent=True))
    return Outcomes(verdicts(now), now.at_least, now.at_most, verdicts(latent), rows[-1])


def verdicts(found: Bounds) -> NDArray[np.int8]:
    """Codes of `VERDICTS` for bounds, by the rule of `terms.outcomes.outcome_of`."""
    decided = (found.at_least == found.at_most) | (found.at_most <= Outcome.NOT_IN_FORCE)
    return np.where(decided, found.at_most, np.int8(NEEDS_EVIDENCE)).astype(np.int8)
