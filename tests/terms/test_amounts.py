"""Columns of exact intervals."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monazite.terms.amounts import NOTHING_KNOWN, Amounts, Interval

ends = st.fractions(0, 1000, max_denominator=1000)
columns = st.lists(
    st.tuples(ends, st.none() | ends).map(lambda p: (p[0], p[1] if p[1] is None else p[0] + p[1]))
)


@settings(max_examples=40)
@given(columns)
def test_a_column_gives_back_what_was_put_in(column: list[Interval]) -> None:
    amounts = Amounts.of(column)
    assert [amounts[row] for row in range(len(amounts))] == column
    assert len(set(amounts.table)) == len(amounts.table)
    assert amounts.low_float.tolist() == [float(low) for low, _ in column]
    assert amounts.high_float.tolist() == [np.inf if high is None else float(high) for _, high in column]


@settings(max_examples=40)
@given(columns, columns)
def test_joined_columns_follow_one_another(one: list[Interval], other: list[Interval]) -> None:
    joined = Amounts.of(one).join(Amounts.of(other))
    assert [joined[row] for row in range(len(joined))] == one + other


def test_a_column_of_codes_points_into_few_intervals() -> None:
    column = Amounts.coded(np.array([1, 0, 1]), [NOTHING_KNOWN, (Fraction(1), Fraction(2))])
    assert [column[row] for row in range(3)] == [(1, 2), NOTHING_KNOWN, (1, 2)]
    assert Amounts.unknown(2)[1] == NOTHING_KNOWN
    assert len(Amounts.unknown(0)) == 0


def test_ends_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError, match="low and high differ in length"):
        Amounts(low=np.zeros(2, np.int32), high=np.zeros(1, np.int32), table=(Fraction(0),))
