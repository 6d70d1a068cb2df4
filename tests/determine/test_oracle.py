"""The engine beside the slow, obvious evaluator, on made-up worlds under the real book and under made-up books."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monazite.regime.book import Book
from tests.determine.asking import EAST, LIST, REAL_DAYS, batch_of, engine_answer
from tests.determine.oracle import Oracle
from tests.determine.strategies import FIRST, LAST, books, moves, parts
from tests.determine.world import Move, Part

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


@settings(max_examples=40)
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


@settings(max_examples=150)
@given(
    law=books([LIST], [EAST]),
    world=parts(most=4),
    carried=st.lists(moves(), min_size=1, max_size=2),
    known_on=st.sampled_from([None, None, FIRST + timedelta(days=10), FIRST + timedelta(days=40)]),
)
def test_the_engine_answers_as_the_oracle_does_under_made_up_books(
    law: Book, world: list[Part], carried: list[Move], known_on: date | None
) -> None:
    days = [FIRST + timedelta(days=n) for n in range(0, (LAST - FIRST).days + 1, 5)]
    compare_all(law, world, carried, days, known_on)


@pytest.mark.parametrize("day", REAL_DAYS)
def test_a_move_of_which_nothing_is_known_is_answered_alike(book: Book, day: date) -> None:
    compare_all(book, [Part()], [{}], [day], None)
