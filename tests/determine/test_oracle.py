"""The engine beside the slow, obvious evaluator, on made-up worlds under the real book and under made-up books."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monazite.determine.kernel import provision_truths
from monazite.regime.book import Book
from tests.determine.asking import EAST, LIST, REAL_DAYS, batch_of, engine_answer
from tests.determine.oracle import Oracle
from tests.determine.strategies import (
    DAYS,
    FIRST,
    LAST,
    LEARNT,
    TESTS,
    assemble,
    books,
    measure,
    moves,
    parts,
)
from tests.determine.world import Move, Part

NAMED_CONDITION = {"id": "name", "says": "s", "source": "s", "when": {"any": [TESTS[0], {"not": TESTS[11]}]}}
KNOWN = st.sampled_from([None, None, date(2025, 10, 20), date(2025, 11, 8), date(2026, 10, 1)])


def compare_all(
    book: Book, world: Sequence[Part], carried: Sequence[Move], days: Sequence[date], known_on: date | None
) -> None:
    batch = batch_of(book, world, carried, min(days), max(days), known_on)
    oracle = Oracle(book, world, carried)
    for pair, (part, move) in enumerate(zip(batch.node.tolist(), batch.move.tolist(), strict=True)):
        for on in days:
            expected = oracle.answer(part, move, on, known_on)
            assert engine_answer(batch, pair, on) == expected, (part, move, on)


def compare_conditions(
    book: Book, world: Sequence[Part], carried: Sequence[Move], on: date, known_on: date | None
) -> None:
    """The truth of every provision's condition, for every part and move."""
    batch = batch_of(book, world, carried, on, on, known_on)
    oracle, regime = Oracle(book, world, carried), batch.regimes["CN"]
    found = provision_truths(regime.cells[0].state, regime.tests, regime.truths)
    for pair, (part, move) in enumerate(zip(batch.node.tolist(), batch.move.tolist(), strict=True)):
        for name, truths in found.items():
            expected = oracle.truth(book.provisions[name], part, move, on, known_on)
            assert int(truths[regime.pattern[pair]]) == {False: 0, None: 1, True: 2}[expected], (
                part,
                move,
                name,
            )


@settings(max_examples=80)
@given(
    world=parts(),
    carried=st.lists(moves(), min_size=1, max_size=2),
    day=DAYS,
    known_on=st.sampled_from([None, None, *LEARNT[1:]]),
)
def test_every_single_test_is_read_as_the_oracle_reads_it(
    world: list[Part], carried: list[Move], day: date, known_on: date | None
) -> None:
    """One provision for each kind of test, known from the first day."""
    provisions = [
        {"id": f"t{n}", "cite": "c", "says": "s", "effect": "licence", "source": "s", "when": test,
         "status": [{"is": "in force", "from": FIRST}]}
        for n, test in enumerate(TESTS)
    ]  # fmt: skip
    law = assemble([measure("cn-one", provisions=provisions, definitions=[NAMED_CONDITION])], [LIST], [EAST])
    compare_conditions(law, world, carried, day, known_on)


@settings(max_examples=10)
@given(
    world=parts(),
    carried=st.lists(moves(), min_size=1, max_size=2),
    day=st.sampled_from(REAL_DAYS),
    known_on=KNOWN,
)
def test_every_condition_of_the_real_book_is_read_as_the_oracle_reads_it(
    book: Book, world: list[Part], carried: list[Move], day: date, known_on: date | None
) -> None:
    compare_conditions(book, world, carried, day, known_on)


@settings(max_examples=8)
@given(
    world=parts(),
    carried=st.lists(moves(), min_size=1, max_size=2),
    days=st.lists(st.sampled_from(REAL_DAYS), min_size=2, max_size=3, unique=True),
    known_on=KNOWN,
)
def test_the_engine_answers_as_the_oracle_does_under_the_real_book(
    book: Book, world: list[Part], carried: list[Move], days: list[date], known_on: date | None
) -> None:
    compare_all(book, world, carried, days, known_on)


@settings(max_examples=100)
@given(
    law=books([LIST], [EAST]),
    world=parts(most=4),
    carried=st.lists(moves(), min_size=1, max_size=2),
    known_on=st.sampled_from([None, None, *LEARNT[1:]]),
)
def test_the_engine_answers_as_the_oracle_does_under_made_up_books(
    law: Book, world: list[Part], carried: list[Move], known_on: date | None
) -> None:
    days = [FIRST + timedelta(days=n) for n in range(0, (LAST - FIRST).days + 1, 5)]
    compare_all(law, world, carried, days, known_on)


@pytest.mark.parametrize("day", REAL_DAYS)
def test_a_move_of_which_nothing_is_known_is_answered_alike(book: Book, day: date) -> None:
    compare_all(book, [Part()], [{}], [day], None)
