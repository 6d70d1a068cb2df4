"""Persistence: windows of years, runs, since when, churn; and what an unknown year does to each."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monazite.leverage.definitions import Comparator
from monazite.leverage.persistence import (
    Run,
    churn,
    consecutive,
    find_since,
    flag,
    holds_in,
    longest_run,
    run_length,
    runs,
    since,
    years_held,
)
from monazite.terms.kleene import NO, UNKNOWN, YES

Y, N, U = int(YES), int(NO), int(UNKNOWN)
series = st.lists(st.sampled_from([N, U, Y]), min_size=1, max_size=12).map(
    lambda x: np.array(x, dtype=np.int8)
)


def flags(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int8)


def test_a_flag_is_strict_exact_and_unknown_where_there_is_no_figure() -> None:
    figures = np.array([0.4, np.nextafter(0.4, 1), 0.39, np.nan])
    assert Fraction(0.4) > Fraction(2, 5)  # the float is a little over, and still no figure over 0.4
    assert flag(figures, Fraction(2, 5)).tolist() == [N, Y, N, U]
    assert flag(figures, Fraction(2, 5), Comparator.AT_LEAST).tolist() == [Y, Y, N, U]
    assert flag(np.array([0.5, 0.5]), Fraction(1, 2)).tolist() == [N, N]
    assert flag(np.array([0.5]), Fraction(1, 2), Comparator.AT_LEAST).tolist() == [Y]


@pytest.mark.parametrize(
    ("years", "wanted"),
    [
        ((Y, Y, N), Y),
        ((Y, N, N), N),
        ((N, Y, Y), Y),
        ((Y, U, N), U),  # the unknown year decides
        ((Y, Y, U), Y),  # holds whatever it is
        ((N, N, U), N),  # fails whatever it is
        ((U, U, U), U),
    ],
)
def test_two_of_three_years(years: tuple[int, ...], wanted: int) -> None:
    assert holds_in(flags(*years), least=2, of=3).tolist() == [wanted]


def test_a_window_slides_and_a_short_series_has_none() -> None:
    assert holds_in(flags(Y, Y, N, N, Y), least=2, of=3).tolist() == [Y, N, N]
    assert holds_in(flags(Y, Y), least=2, of=3).shape == (0,)
    with pytest.raises(ValueError, match="at least 4 of 3 years"):
        holds_in(flags(Y), least=4, of=3)


def test_flags_of_many_products_at_once() -> None:
    table = np.array([[Y, N], [Y, U], [N, Y]], dtype=np.int8)  # years, products
    assert holds_in(table, least=2, of=3).tolist() == [[Y, U]]
    held = years_held(table)
    assert (held.held.tolist(), held.unknown.tolist(), held.of) == ([2, 1], [0, 1], 3)
    assert since(table, (2022, 2023, 2024)).tolist() == [-1, 2024]
    assert longest_run(table, (2022, 2023, 2024)).tolist() == [2, 1]


def test_runs_and_since_when() -> None:
    years = (2019, 2020, 2021, 2022, 2023, 2024)
    held = flags(Y, Y, N, Y, Y, Y)
    assert runs(held, years) == (Run(first=2019, last=2020), Run(first=2022, last=2024))
    assert runs(held, years)[1].length == 3
    assert find_since(held, years) == 2022
    assert run_length(held, years) == 3
    assert longest_run(held, years) == 3
    assert find_since(flags(Y, Y, N), (2022, 2023, 2024)) is None
    assert runs(flags(N, N), (2023, 2024)) == ()


def test_an_unknown_year_and_a_year_left_out_break_a_run() -> None:
    assert find_since(flags(Y, U, Y), (2022, 2023, 2024)) == 2024
    assert find_since(flags(Y, Y), (2022, 2024)) == 2024
    assert runs(flags(Y, Y), (2022, 2024)) == (Run(first=2022, last=2022), Run(first=2024, last=2024))
    filled, every = consecutive(flags(Y, Y), (2022, 2024))
    assert (filled.tolist(), every) == ([Y, U, Y], (2022, 2023, 2024))
    with pytest.raises(ValueError, match="not in order"):
        consecutive(flags(Y, Y), (2024, 2022))


def test_churn_of_a_toy() -> None:
    # 2018: five hold; in 2019 one does not, one is unknown: 1 of 4 known. In 2020 two of five do not.
    table = np.array([[Y, Y, Y, Y, Y, N], [Y, Y, Y, N, U, Y], [Y, Y, Y, N, N, Y]], dtype=np.int8)
    assert churn(table, (2018, 2019, 2020), 1) == ((2018, 0.25), (2019, 0.0))
    assert churn(table, (2018, 2019, 2020), 2) == ((2018, 0.4),)
    assert churn(table[:, 5:], (2018, 2019, 2020), 1) == ((2018, None), (2019, 0.0))
    assert churn(table, (2018, 2019, 2020), 5) == ()


@given(series, st.integers(1, 4), st.integers(1, 4))
def test_a_window_answers_what_it_would_for_every_way_to_fill_the_unknown(
    held: np.ndarray, one: int, two: int
) -> None:
    least, of = min(one, two), max(one, two)
    for at, answer in enumerate(holds_in(held, least=least, of=of).tolist()):
        window = held[at : at + of]
        low, high = (window == YES).sum(), (window != NO).sum()  # the fewest and the most that can hold
        assert answer == (Y if low >= least else N if high < least else U)


@example(1 / 3, Fraction(1, 3), Comparator.AT_LEAST)  # the float is a little below
@given(
    st.floats(0, 1),
    st.sampled_from([Fraction(1, 2), Fraction(2, 5), Fraction(13, 20)]),
    st.sampled_from(list(Comparator)),
)
def test_a_flag_is_what_the_comparator_says(
    figure: float, threshold: Fraction, comparator: Comparator
) -> None:
    assert bool(flag(np.array([figure]), threshold, comparator)[0] == YES) is comparator.holds(
        figure, threshold
    )


@given(series)
def test_runs_are_what_a_walk_over_the_years_finds(held: np.ndarray) -> None:
    years = tuple(range(2000, 2000 + len(held)))
    covered = {year for run in runs(held, years) for year in range(run.first, run.last + 1)}
    assert covered == {year for year, value in zip(years, held, strict=True) if value == YES}
    last = next((run for run in runs(held, years) if run.last == years[-1]), None)
    assert find_since(held, years) == (last.first if last else None)
    assert longest_run(held, years) == max((run.length for run in runs(held, years)), default=0)
