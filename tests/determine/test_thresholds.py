"""Exactly at a threshold, one smallest unit below and above it, with amounts on which floats go wrong."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from monazite.determine.items import ItemFacts, compare
from monazite.regime.book import Book
from monazite.regime.conditions import Condition, ContentTest, ItemTest
from monazite.terms.amounts import Amounts
from tests.determine.asking import ask
from tests.determine.test_properties import CIVIL, MAGNET, METAL, OVERSEAS_RULES
from tests.determine.world import Part, exactly, to_catalogue, to_document

PART_1 = "cn-mofcom-2025-61/annex-1-part-1"
CENT = Fraction(1, 100)
SHARE = ContentTest(PART_1, Condition("test", test=ItemTest(PART_1)), ("CHN",), "at_least", Fraction(1, 1000))
MORE = replace(SHARE, comparator="more_than")
COMPARATORS = ("at_least", "more_than", "at_most", "less_than")


def magnet(value: Fraction, rows: list[Fraction]) -> list[Part]:
    """A magnet with Chinese dysprosium metal inside, in rows."""
    lines = tuple((n + 1, exactly(1)) for n in range(len(rows)))
    inside = [replace(METAL, name=f"metal {n}", value=exactly(row)) for n, row in enumerate(rows)]
    return [replace(MAGNET, value=exactly(value), lines=lines), *inside]


def truths(book: Book, test: ContentTest, worlds: list[list[Part]]) -> list[int]:
    """Truth of the share for the first part of each world, all of them in one catalogue."""
    parts: list[Part] = []
    firsts = []
    for world in worlds:
        firsts.append(len(parts))
        parts += [replace(p, lines=tuple((child + firsts[-1], q) for child, q in p.lines)) for p in world]
    facts = ItemFacts(book, to_catalogue(parts, book.countries))
    return [int(t) for t in facts.truth(test)[firsts]]


rows_of_cents = st.lists(st.integers(1, 400), min_size=1, max_size=8)
scales = st.sampled_from([Fraction(1), Fraction(1, 10**9), Fraction(10**9), Fraction(1, 7), Fraction(10**14)])


@settings(max_examples=40)
@given(several=st.lists(st.tuples(rows_of_cents, scales), min_size=1, max_size=10))
def test_a_share_is_exact_at_one_part_in_a_thousand(
    book: Book, several: list[tuple[list[int], Fraction]]
) -> None:
    """Content of so many cents meets 0.1 % of a thousand times as much, and not of one smallest unit more."""
    worlds, expected, expected_more = [], [], []
    for rows, scale in several:
        content = [Fraction(row, 100) * scale for row in rows]
        whole, unit = sum(content) * 1000, CENT * scale
        for value in (whole - unit, whole, whole + unit):
            worlds.append(magnet(value, content))
        expected += [2, 2, 0]
        expected_more += [2, 0, 0]
    assert truths(book, SHARE, worlds) == expected
    assert truths(book, MORE, worlds) == expected_more


def test_floats_alone_would_miss_what_lies_exactly_on_the_threshold(book: Book) -> None:
    """The same sums in binary floats put some of these cases below 0.1 %; the engine puts none there."""
    rng = np.random.default_rng(7)
    cases = [rng.integers(1, 500, size=size).tolist() for size in (2, 3, 5, 6) for _ in range(60)]
    worlds = [magnet(Fraction(sum(rows), 100) * 1000, [Fraction(row, 100) for row in rows]) for rows in cases]
    assert truths(book, SHARE, worlds) == [2] * len(cases)
    missed = [rows for rows in cases if sum(row / 100 for row in rows) < 0.001 * (sum(rows) / 100 * 1000)]
    assert missed


def test_a_difference_too_small_for_floats_still_decides(book: Book) -> None:
    tiny = Fraction(1, 10**40)
    worlds = [magnet(Fraction(1000) + tiny, [Fraction(1)]), magnet(Fraction(1000) - tiny, [Fraction(1)])]
    assert truths(book, SHARE, worlds) == [0, 2]


@settings(max_examples=25)
@given(rows=rows_of_cents, value=st.integers(1, 2_000_000), factor=st.integers(2, 10**12))
def test_all_amounts_times_an_integer_keep_the_answer(
    book: Book, rows: list[int], value: int, factor: int
) -> None:
    content = [Fraction(row, 100) for row in rows]
    one = magnet(Fraction(value, 100), content)
    other = magnet(Fraction(value, 100) * factor, [row * factor for row in content])
    first, second = truths(book, SHARE, [one, other])
    assert first == second == 2 * (1000 * sum(rows) >= value)


@settings(max_examples=25)
@given(
    content=st.tuples(st.integers(1, 300), st.integers(0, 300)),
    value=st.tuples(st.integers(1, 300_000), st.integers(0, 300_000)),
)
def test_a_share_of_intervals_is_met_surely_only_by_the_worst_ends(
    book: Book, content: tuple[int, int], value: tuple[int, int]
) -> None:
    low, high = (Fraction(n, 100) for n in (content[0], sum(content)))
    worth_low, worth_high = (Fraction(n, 100) for n in (value[0], sum(value)))
    world = magnet(Fraction(0), [low])
    world = [replace(world[0], value=(worth_low, worth_high)), replace(world[1], value=(low, high))]
    surely, perhaps = low * 1000 >= worth_high, high * 1000 >= worth_low
    assert truths(book, SHARE, [world]) == [int(surely) + int(perhaps)]


@settings(max_examples=200)
@given(
    ends=st.lists(st.fractions(0, 20, max_denominator=60), min_size=1, max_size=2).map(sorted),
    limit=st.fractions(0, 20, max_denominator=60),
    unbounded=st.booleans(),
    comparator=st.sampled_from(COMPARATORS),
)
def test_a_number_beside_a_limit_is_decided_only_if_every_value_of_it_agrees(
    ends: list[Fraction], limit: Fraction, unbounded: bool, comparator: str
) -> None:
    low, high = ends[0], None if unbounded else ends[-1]
    holds = {
        "at_least": lambda x: x >= limit,
        "more_than": lambda x: x > limit,
        "at_most": lambda x: x <= limit,
        "less_than": lambda x: x < limit,
    }[comparator]
    top = limit + low + 1 if high is None else high
    inner = [low, top, *(x for x in (limit, limit - CENT / 99, limit + CENT / 99) if low <= x <= top)]
    seen = {holds(x) for x in inner}
    expected = 1 if len(seen) == 2 else 2 * seen.pop()
    assert int(compare(Amounts.of([(low, high)]), comparator, limit)[0]) == expected


# -- break-even -------------------------------------------------------------------------------------------------


def overseas(book: Book, value: Fraction, content: Fraction) -> object:
    return ask(book, to_document(magnet(value, [content]), CIVIL), *OVERSEAS_RULES)


@settings(max_examples=6)
@given(cents=st.integers(1, 500), value=st.integers(1, 900_000))
def test_the_break_even_value_is_where_the_answer_tips(book: Book, cents: int, value: int) -> None:
    content = Fraction(cents, 100)
    found = overseas(book, Fraction(value, 100), content).break_even  # type: ignore[attr-defined]
    assert [b.provision for b in found] == ["cn-mofcom-2025-61/1.1"]
    low, high = found[0].break_even
    assert low == high == content * 1000
    at, above = (overseas(book, low + more, content) for more in (0, CENT))
    assert str(at.outcome) == "licence"  # type: ignore[attr-defined]
    assert "cn-mofcom-2025-61/1.1" in [f.provision for f in at.under]  # type: ignore[attr-defined]
    assert str(above.outcome) == "not controlled"  # type: ignore[attr-defined]


def test_a_break_even_of_an_interval_of_content_runs_from_end_to_end(book: Book) -> None:
    world = magnet(Fraction(500), [Fraction(1)])
    world[1] = replace(world[1], value=(Fraction(1, 4), Fraction(1)))
    answer = ask(book, to_document(world, CIVIL), *OVERSEAS_RULES)
    assert answer.break_even[0].break_even == (250, 1000)
    assert str(answer.outcome) == "needs evidence"


@pytest.mark.parametrize(
    ("share", "refused"), [("1/2", True), ("49.99 %", False), ("50 %", True), ("0.4999999", False)]
)
def test_half_of_the_shares_is_enough_for_the_fifty_per_cent_rule(
    book: Book, share: str, refused: bool
) -> None:
    facts = to_document(magnet(Fraction(100), [Fraction(1)]), CIVIL)
    facts["end_user"]["listed_owner_share"] = share  # type: ignore[index]
    answer = ask(book, facts, *OVERSEAS_RULES)
    assert (str(answer.outcome) == "refused in principle") is refused


@given(st.integers(1, 40))
@settings(max_examples=10)
def test_a_value_of_nothing_is_reached_by_any_content(book: Book, cents: int) -> None:
    assume(cents)
    assert truths(book, SHARE, [magnet(Fraction(0), [Fraction(cents, 100)])]) == [2]


def test_nothing_inside_never_reaches_a_share_of_nothing(book: Book) -> None:
    assert truths(book, SHARE, [magnet(Fraction(0), [Fraction(0)]), magnet(Fraction(1), [])]) == [0, 0]


def test_a_day_is_one_day(book: Book) -> None:
    """The last day of a suspension belongs to it, the next does not."""
    known = date(2026, 9, 1)
    facts = to_document(magnet(Fraction(100), [Fraction(1)]), CIVIL)
    outcomes = [str(ask(book, facts, date(2026, 11, day), known).outcome) for day in (10, 11)]
    assert outcomes == ["not in force", "licence"]
