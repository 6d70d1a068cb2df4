"""Parts and lines: the worked case of the definitions, brute force against closed form, and laws that always hold."""

import heapq
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from monazite.disruption.delay.lags import NEVER, NO_LAG, FixedLag, HazardLag, Lag, LognormalLag
from monazite.disruption.lines.deliveries import (
    Delivery,
    Permit,
    Works,
    priority,
    shares_of_the_day,
    simulate_events,
    simulate_works,
)
from monazite.disruption.lines.odds import (
    Line,
    days_lost,
    draw_arrivals,
    first_stop,
    line_odds,
    mean_capped_days_lost,
    p_lost_at_most,
)
from monazite.terms.faults import BadInput

COVERS = np.array([30.0, 60.0, 90.0])
LONG, SHORT = LognormalLag(median_days=74, sigma=0.36), LognormalLag(median_days=40, sigma=0.5)


def made(covers: np.ndarray, *states: tuple[float, list[Lag]], carried: list[float] | None = None) -> Line:
    """A line whose parts have the lags of each state in order."""
    carried_days = np.zeros(len(covers)) if carried is None else np.array(carried)
    return Line(covers=covers, codes=np.arange(len(covers)), carried_days=carried_days, states=states)


GOLDEN = made(COVERS, (1.0, [LONG, LONG, SHORT]))
SHOCKS = made(
    COVERS,
    (0.7, [LognormalLag(median_days=74, sigma=0.36, refused=0.1), SHORT, LONG]),
    (0.3, [HazardLag(days=(30.0, 69.0), rates=(0.01, 0.05), refused=0.02), FixedLag(days=100), NO_LAG]),
    carried=[5.0, 0.0, 3.0],
)


def test_the_worked_case_of_three_parts_is_met() -> None:
    odds = line_odds(GOLDEN)
    assert odds.mean_days_lost == pytest.approx(54.64596, abs=5e-6)
    assert odds.p_no_stop == pytest.approx(0.00161144, abs=5e-9)
    assert p_lost_at_most(GOLDEN, np.array([60.0, 0, 30])) == pytest.approx(
        [0.64068714, 0.00161144, 0.19516873], abs=5e-9
    )
    assert odds.p_first == pytest.approx([0.99392858, 0.00437084, 0.00008914], abs=5e-9)
    assert odds.p_binds == pytest.approx([0.77937169, 0.21027364, 0.00874323], abs=5e-9)


def test_fixed_arrivals_stop_the_line_on_day_30_for_44_days() -> None:
    arrivals = np.array([74.0, 50, 120])
    assert days_lost(COVERS, arrivals) == 44
    assert first_stop(COVERS, arrivals) == 30
    odds = line_odds(made(COVERS, (1.0, [FixedLag(days=day) for day in (74, 50, 120)])), horizon=365)
    assert odds.mean_days_lost == 44
    assert odds.first_stop == (30, 30, 30)
    assert odds.p_binds.tolist() == [1, 0, 0]


def test_one_more_day_of_a_part_is_worth_the_odds_that_it_binds() -> None:
    for line, horizon in ((GOLDEN, math.inf), (GOLDEN, 120.0), (SHOCKS, 200.0)):
        found = line_odds(line, horizon=horizon)
        for part in range(3):
            step = np.eye(3)[part] * 0.01
            up, down = (
                line_odds(Line(covers=COVERS + s, codes=line.codes, carried_days=line.carried_days, states=line.states),
                          horizon=horizon).mean_days_lost for s in (step, -step)
            )  # fmt: skip
            assert (down - up) / 0.02 == pytest.approx(found.p_binds[part], abs=2e-3)


def test_draws_agree_with_the_closed_form_under_shocks_refusal_and_fixed_lags() -> None:
    arrivals = draw_arrivals(SHOCKS, 200_000, np.random.default_rng(7))
    cut = np.minimum(arrivals, 200.0)
    lost, late = days_lost(COVERS, cut), cut - COVERS
    found = line_odds(SHOCKS, horizon=200)
    assert found.mean_days_lost == pytest.approx(lost.mean(), abs=0.4)
    assert mean_capped_days_lost(SHOCKS, 200) == pytest.approx(
        np.minimum(days_lost(COVERS, arrivals), 200).mean(), abs=0.5
    )
    binds = late.argmax(axis=1)
    assert found.p_binds == pytest.approx(
        [((binds == part) & (lost > 0)).mean() for part in range(3)], abs=4e-3
    )
    out = arrivals[np.arange(len(arrivals)), binds] > 200
    assert found.p_stopped_at_horizon == pytest.approx((out & (lost > 0)).mean(), abs=4e-3)
    assert found.days_lost[1] == pytest.approx(np.median(lost), abs=1)
    assert math.isinf(line_odds(SHOCKS).mean_days_lost)


def test_states_are_mixed_and_not_multiplied() -> None:
    slow, fast = LognormalLag(median_days=200, sigma=0.1), LognormalLag(median_days=10, sigma=0.1)
    line = made(np.array([50.0, 50.0]), (0.5, [slow, slow]), (0.5, [fast, fast]))
    assert line_odds(line).p_no_stop == pytest.approx(0.5, abs=1e-6)  # independence would say a quarter


@given(
    st.lists(st.tuples(st.floats(0.5, 200), st.floats(0, 300)), min_size=1, max_size=8),
    st.floats(20, 400),
)
def test_the_closed_form_is_what_running_the_line_gives(
    parts: list[tuple[float, float]], horizon: float
) -> None:
    covers, arrivals = np.array(parts).T
    deliveries = [(float(day), part, 1e6) for part, day in enumerate(arrivals)]
    lost, stop = simulate_events(covers, deliveries, horizon=horizon)
    assert lost == pytest.approx(float(days_lost(covers, np.minimum(arrivals, horizon))), abs=1e-9)
    expected = float(first_stop(covers, arrivals))
    assert stop == (pytest.approx(expected, abs=1e-9) if expected < horizon - 1e-9 else stop)
    assert brute_force(covers, arrivals, horizon) == pytest.approx(lost, abs=1e-9)


def brute_force(covers: np.ndarray, arrivals: np.ndarray, horizon: float) -> float:
    """The slow and obvious way: a clock that goes from event to event in a queue."""
    queue = [(float(day), part) for part, day in enumerate(arrivals) if day <= horizon]
    heapq.heapify(queue)
    left, clock, lost = list(covers), 0.0, 0.0
    while clock < horizon:
        until = min(queue[0][0] if queue else horizon, horizon)
        run = min(until - clock, *left) if len(left) else until - clock
        left = [cover - run for cover in left]
        lost += (until - clock) - run
        clock = until
        while queue and queue[0][0] <= clock:
            left[heapq.heappop(queue)[1]] = 1e9
    return lost


@given(st.lists(st.tuples(st.integers(1, 60), st.integers(0, 90)), min_size=1, max_size=6))
def test_the_day_simulator_equals_the_closed_form_in_whole_days(parts: list[tuple[int, int]]) -> None:
    covers, arrivals = np.array(parts, dtype=float).T
    works = Works(use=np.ones((1, len(parts))), stock=covers, margin=np.ones(1),
                  deliveries=[Delivery(part=part, quantity=1e6) for part in range(len(parts))])  # fmt: skip
    course = simulate_works(works, arrivals[None, :], days=120)
    assert course.lost[0, 0] == pytest.approx(float(days_lost(covers, arrivals)), abs=1e-9)
    assert course.first_stop[0, 0] == float(first_stop(covers, arrivals))
    assert course.stock.min() >= 0


def test_a_licence_is_drawn_down_and_void_after_its_last_day() -> None:
    works = Works(
        use=np.array([[1.0]]), stock=np.array([5.0]), margin=np.array([1.0]),
        deliveries=[Delivery(part=0, quantity=50, needs_licence=True)],
        permits=[Permit(part=0, quantity=10, first=8, last=20), Permit(part=0, quantity=100, first=30, last=200),
                 Permit(part=0, quantity=7, first=0, last=3)],
    )  # fmt: skip
    course = simulate_works(works, np.array([[2.0]]), days=40)
    # 5 in stock; day 2: 7 clear under the third licence; day 8: 10 more; then nothing until day 30.
    assert course.first_stop[0, 0] == 22
    assert course.lost[0, 0] == 8
    assert course.void[0].tolist() == [0, 0, 0]
    late = simulate_works(works, np.array([[25.0]]), days=40)
    assert late.void[0].tolist() == [10, 0, 7]
    assert late.held[0, 0] == 0


def test_a_shared_part_goes_where_a_unit_earns_most() -> None:
    works = Works(use=np.array([[2.0], [1.0]]), stock=np.array([2.0]), margin=np.array([10.0, 9.0]))
    assert priority(works) == (1, 0)
    course = simulate_works(works, np.zeros((1, 0)), days=1)
    assert course.lost[0].tolist() == [0.5, 0.0]
    assert shares_of_the_day(works, works.stock) == pytest.approx([0.5, 1.0])


def test_two_short_shared_parts_are_shared_out_by_the_linear_program() -> None:
    # Two parts of 1; line 0 uses both, lines 1 and 2 one each: together they earn more.
    works = Works(
        use=np.array([[1.0, 1], [1, 0], [0, 1]]),
        stock=np.ones(2),
        margin=np.array([15.0, 10, 10]),
        with_program=True,
    )
    assert simulate_works(works, np.zeros((1, 0)), days=1).lost[0] == pytest.approx([1, 0, 0])


def test_with_two_shared_parts_each_day_earns_what_a_linear_program_can() -> None:
    """Day 0's scarcest shared part is x, which lasts to day 2 and comes again; after that only y is short."""
    use, margin = np.array([[1.0, 4], [3, 1]]), np.array([10.0, 9])
    deliveries = [Delivery(part=0, quantity=100), *(Delivery(part=1, quantity=3) for _ in range(6))]
    works = Works(use=use, stock=np.array([8.0, 15]), margin=margin, deliveries=deliveries, with_program=True)
    arrivals = np.array([[2.0, *range(2, 8)]])
    course = simulate_works(works, arrivals, days=8)
    assert priority(works) == (0, 1)  # by x; by y the second line earns more
    stock, lost = works.stock.copy(), 0.0
    for day in range(8):
        for one, comes in zip(deliveries, arrivals[0], strict=True):
            stock[one.part] += one.quantity * (comes == day)
        best = linprog(-margin, A_ub=use.T, b_ub=stock, bounds=(0, 1))
        lost += margin.sum() + best.fun
        stock -= use.T @ best.x
    assert course.lost[0] @ margin == pytest.approx(lost, rel=1e-6)
    frozen = simulate_works(replace(works, with_program=False), arrivals, days=8)
    assert frozen.lost[0] @ margin > lost + 1


def test_a_line_that_waits_for_another_is_held_by_the_part_they_lack() -> None:
    """On day 1 the first line has 1.1 days of its own part and 1.125 of y, which earns more in the second line."""
    works = Works(use=np.array([[1.0, 4, 1], [3, 1, 0]]), stock=np.array([4.0, 9.5, 2.1]), margin=np.array([10.0, 9]),
                  deliveries=[Delivery(part=0, quantity=100)], with_program=True)  # fmt: skip
    course = simulate_works(works, np.array([[1.0]]), days=2)
    assert course.order == (0, 1)
    assert course.lost[0] == pytest.approx([0.125, 0])
    assert course.first_part[0].tolist() == [1, -1]


def test_a_line_without_a_margin_runs_where_nothing_holds_it() -> None:
    works = Works(use=np.array([[1.0, 1, 0], [1, 1, 0], [0, 1, 1]]), stock=np.array([1.0, 3, 1]), margin=np.array([2.0, 1, 0]),
                  with_program=True)  # fmt: skip
    assert simulate_works(works, np.zeros((1, 0)), days=1).lost[0] == pytest.approx([0, 1, 0])


def test_a_part_that_never_comes_stops_the_line_for_good() -> None:
    found = line_odds(made(np.array([10.0]), (1.0, [NEVER])), horizon=100)
    assert found.mean_days_lost == 90
    assert found.p_stopped_at_horizon == 1
    assert mean_capped_days_lost(made(np.array([10.0]), (1.0, [NEVER])), 100) == 100


def test_parts_without_a_lag_change_nothing() -> None:
    more = made(np.array([*COVERS, 1.0, np.inf]), (1.0, [LONG, LONG, SHORT, NO_LAG, LONG]))
    assert line_odds(more).mean_days_lost == pytest.approx(line_odds(GOLDEN).mean_days_lost, abs=1e-9)


def test_many_parts_agree_with_draws() -> None:
    rng = np.random.default_rng(3)
    covers = rng.uniform(40, 200, 30_000)
    line = Line(
        covers=covers,
        codes=np.zeros(30_000, dtype=np.int64),
        carried_days=np.zeros(30_000),
        states=[(1.0, [LONG])],
    )
    drawn = days_lost(covers, draw_arrivals(line, 200, rng))
    assert line_odds(line).mean_days_lost == pytest.approx(drawn.mean(), abs=4 * drawn.std() / 14)


def test_bad_figures_are_all_named() -> None:
    with pytest.raises(BadInput) as bad:
        Line(covers=np.array([-1.0]), codes=np.array([0]), carried_days=np.zeros(1), states=[(0.5, [LONG])])
    assert len(bad.value.faults) == 2
    with pytest.raises(BadInput, match="above zero"):
        LognormalLag(median_days=0, sigma=0.3)


@pytest.mark.parametrize("lag", [LONG, HazardLag(days=(30.0, 69.0), rates=(0.01, 0.05), refused=0.1), SHORT])
def test_quantile_and_density_belong_to_the_distribution(lag: Lag) -> None:
    days = np.linspace(31, 150, 40)
    back = [lag.quantile(float(share)) for share in lag.cdf(days)]
    assert back == pytest.approx(days.tolist(), rel=1e-9)
    slope = (lag.cdf(days + 1e-5) - lag.cdf(days - 1e-5)) / 2e-5
    assert lag.pdf(days) == pytest.approx(slope, rel=1e-4)
    drawn = lag.draw(np.random.default_rng(1).random(100_000))
    assert (drawn <= 80).mean() == pytest.approx(float(lag.cdf(np.array([80.0]))[0]), abs=5e-3)


def test_what_never_comes_loses_the_rest_of_the_horizon_and_no_more() -> None:
    line = Line(covers=np.array([40.0]), codes=np.array([0]), carried_days=np.array([18.0]),
                states=[(1.0, [LognormalLag(median_days=74, sigma=0.36, refused=1.0)])])  # fmt: skip
    odds = line_odds(line, horizon=365)
    assert odds.days_lost == (325.0, 325.0, 325.0)
    assert odds.mean_days_lost == pytest.approx(325)


def test_many_different_lags_are_worked_out_as_one_by_one() -> None:
    rng = np.random.default_rng(5)
    lags = [
        LognormalLag(median_days=float(days), sigma=0.4, refused=0.01) for days in rng.uniform(50, 90, 40)
    ]
    line = Line(covers=rng.uniform(30, 200, 80), codes=np.arange(80) % 40, carried_days=rng.uniform(0, 9, 80),
                states=[(1.0, lags)])  # fmt: skip
    points = np.linspace(0, 300, 61)
    days = line.covers[:, None] + points - line.carried_days[:, None]
    by_hand = np.prod([lags[code].cdf(row) for code, row in zip(line.codes, days, strict=True)], axis=0)
    assert p_lost_at_most(line, points) == pytest.approx(by_hand, abs=1e-12)
