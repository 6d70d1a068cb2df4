"""Plans by the day against the closed form, hand-worked toys, and figures that do not fit."""

import math
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monazite.disruption.delay.control import Control
from monazite.disruption.delay.licences import Application, DelayModel, Spell, World
from monazite.disruption.delay.waits import AGE, HAZARD, MODELS
from monazite.disruption.lines.courses import PlanCourse, runs_quickly, simulate_plan
from monazite.disruption.lines.odds import line_odds
from monazite.disruption.lines.setting import (
    EACH_OPEN,
    NONE_OPEN,
    SETTLED,
    Licence,
    Setting,
    Shipment,
    Supply,
    arrivals_of,
    closed_answers,
    line_of,
    renewal_after_grant,
)
from monazite.terms.faults import BadInput
from monazite.terms.outcomes import Outcome

DAY_0 = date(2025, 5, 1)
DELAY = DelayModel(median_days=74, sigma=0.36, rate_per_day={World.IN_FORCE: 0.03}, a_min_days=30, refused=0.02,
                   destination={}, end_use={})  # fmt: skip
SURE = replace(DELAY, median_days=19.5, sigma=1e-6, refused=0.0)
"""Every decision counts from the morning of day 20, by age alone."""
CONTROL = Control(name="made up", spells=(Spell(first=date.min, world=World.IN_FORCE),))
LICENCE = Supply(at_least=Outcome.LICENCE, at_most=Outcome.LICENCE, asked=Application(filed=DAY_0))
NEVER = Supply(at_least=Outcome.PROHIBITED, at_most=Outcome.PROHIBITED, asked=Application(filed=DAY_0))
OPEN = Supply(at_least=Outcome.NOT_CONTROLLED, at_most=Outcome.LICENCE, asked=Application(filed=DAY_0))


def setting(
    use: list[tuple[int, int, float]],
    stock: list[float],
    supplies: list[Supply | None],
    *,
    margin: tuple[float, ...] = (1.0,),
    **more: object,
) -> Setting:
    lines, parts, per_day = zip(*use, strict=True)
    figures: dict[str, object] = {
        "carried_days": np.zeros(len(stock)),
        "delay": DELAY,
        "horizon": 200,
        **more,
    }
    return Setting(
        margin_per_day=np.array(margin), stock=np.array(stock), supplies=supplies, use_line=np.array(lines),
        use_part=np.array(parts), use_per_day=np.array(per_day, dtype=float), control=CONTROL, day_0=DAY_0, **figures,
    )  # type: ignore[arg-type]  # fmt: skip


def run(
    asked: Setting, *, model: str = AGE, reading: str = SETTLED, draws: int = 10, seed: int = 1
) -> PlanCourse:
    return simulate_plan(asked, model=model, reading=reading, draws=draws, rng=np.random.default_rng(seed))


@pytest.mark.parametrize("model", MODELS)
def test_one_delivery_a_part_by_the_day_equals_the_closed_form(model: str) -> None:
    asked = setting([(0, 0, 2), (0, 1, 1), (0, 2, 1)], [80, 60, 20], [LICENCE, LICENCE, None],
                    carried_days=np.array([10.0, 0, 0]))  # fmt: skip
    (closed,) = closed_answers(asked, models=[model])
    course = run(asked, model=model, draws=800)
    (line,) = course.lines
    assert line.mean_days_lost == pytest.approx(closed.odds.mean_days_lost, abs=1 + 4 * line.error_days)
    assert line.first_stop[1] == closed.odds.first_stop[1] == 40
    assert line.p_no_stop == pytest.approx(closed.odds.p_no_stop, abs=0.03)
    assert line.p_stopped_at_horizon == pytest.approx(closed.odds.p_stopped_at_horizon, abs=0.03)
    first = dict(line.first_parts)
    assert first[0] == pytest.approx(closed.odds.p_first[0], abs=0.05)
    assert 2 not in course.watched  # it waits for nothing and cannot run out


def test_a_line_for_itself_is_the_closed_form_part_by_part() -> None:
    asked = setting([(0, 0, 2), (0, 1, 1), (1, 0, 2)], [80, 60], [LICENCE, OPEN], margin=(1.0, 1.0))
    for answer in closed_answers(asked):
        made = line_of(asked, answer.line, answer.model, answer.reading)
        assert line_odds(made, horizon=200.0).mean_days_lost == answer.odds.mean_days_lost
        assert made.covers.tolist() == answer.covers.tolist()
    assert asked.readings == (NONE_OPEN, EACH_OPEN)
    assert asked.readings_of(np.array([0])) == (SETTLED,)
    days = arrivals_of(line_of(asked, 0, AGE, EACH_OPEN))
    assert days[0, 1] == pytest.approx(
        74 * math.exp(0.36 * 0.02557), rel=1e-3
    )  # 0.5 / 0.98 of those that come


def test_shared_stock_goes_to_the_line_that_earns_most_with_it() -> None:
    # 110 units, 20 a day: five full days; the 10 left run the first line one day more.
    asked = setting([(0, 0, 10), (1, 0, 10)], [110], [NEVER], margin=(5.0, 1.0), horizon=30)
    course = run(asked)
    assert course.order == (0, 1)
    assert [line.mean_days_lost for line in course.lines] == [24, 25]
    assert [line.first_stop[0] for line in course.lines] == [6, 5]
    assert course.lines[0].margin_lost == 24 * 5
    assert [answer.odds.mean_days_lost for answer in closed_answers(asked, models=[AGE])] == [24.5, 24.5]


def test_a_licence_asked_for_is_drawn_down_from_its_grant_and_void_after_its_days() -> None:
    asked = setting(
        [(0, 0, 1)], [10], [LICENCE], delay=SURE, horizon=60,
        shipments=[Shipment(part=0, quantity=50, day=date(2025, 5, 6)), Shipment(part=0, quantity=40, lag_days=35)],
        licences=[Licence(name="L", part=0, quantity=80, filed=DAY_0, valid_days=10)],
    )  # fmt: skip
    course = run(asked)
    # Stock lasts to day 10, the grant falls on day 20: 50 clear. 30 are void after day 29, and 40 stay at customs.
    assert course.lines[0].mean_days_lost == 10
    assert course.lines[0].first_stop == (10, 10, 10)
    assert course.licences == ("L",)
    assert course.void == ((30, 30, 30, 30),)
    assert course.p_granted == (1.0,)
    assert course.held == ((0, 40),)
    assert course.curves[:, 1, 0].tolist()[:3] == [10, 9, 8]


def test_without_need_of_a_licence_the_same_goods_clear_at_once() -> None:
    asked = setting([(0, 0, 1)], [10], [LICENCE], delay=SURE, horizon=60,
                    shipments=[Shipment(part=0, quantity=60, day=date(2025, 5, 6), needs_licence=False)])  # fmt: skip
    assert run(asked).lines[0].mean_days_lost == 0


def test_shipments_that_wait_for_one_application_come_together() -> None:
    one = setting([(0, 0, 1)], [30], [LICENCE], shipments=[Shipment(part=0, quantity=100)])
    two = replace(one, shipments=[Shipment(part=0, quantity=60), Shipment(part=0, quantity=40)])
    assert run(one, draws=50).lines[0].mean_days_lost == run(two, draws=50).lines[0].mean_days_lost
    apart = replace(
        one, shipments=[Shipment(part=0, quantity=60), Shipment(part=0, quantity=40, filed=DAY_0)]
    )
    assert run(one, draws=50).lines[0].mean_days_lost != run(apart, draws=50).lines[0].mean_days_lost


def test_days_with_several_short_shared_parts_make_the_most_of_the_margin() -> None:
    # Two parts of one unit a day; the first line needs both, the others one each: together they earn more.
    uses = [(0, 0, 1.0), (0, 1, 1.0), (1, 0, 1.0), (2, 1, 1.0)]
    asked = setting(uses, [0, 0], [LICENCE, LICENCE], margin=(15.0, 10.0, 10.0), horizon=5, shipments=[
        Shipment(part=part, quantity=1, lag_days=day, needs_licence=False) for part in (0, 1) for day in range(5)
    ])  # fmt: skip
    course = run(asked, draws=3)
    assert course.by_program
    assert [line.mean_days_lost for line in course.lines] == pytest.approx([5, 0, 0])


def test_same_seed_same_course_and_another_seed_another() -> None:
    asked = setting([(0, 0, 1)], [30], [LICENCE])
    first, again, other = (run(asked, model=HAZARD, draws=40, seed=seed) for seed in (3, 3, 4))
    assert first.lines[0].mean_days_lost == again.lines[0].mean_days_lost != other.lines[0].mean_days_lost
    assert (first.curves == again.curves).all()


def test_a_licence_of_182_days_is_filed_anew_48_days_after_its_grant() -> None:
    asked = setting([(0, 0, 1)], [30], [LICENCE], delay=replace(DELAY, refused=0.0))
    licence = Licence(name="L", part=0, quantity=1, filed=DAY_0, valid_days=182)
    assert renewal_after_grant(asked, licence) == 48
    assert renewal_after_grant(asked, replace(licence, valid_days=100)) is None


@settings(max_examples=8)
@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 9)), min_size=1, max_size=4),
    st.integers(1, 80),
    st.integers(0, 10**6),
)
def test_days_lost_stay_within_the_horizon_and_stocks_above_zero(
    parts: list[tuple[int, int]], horizon: int, seed: int
) -> None:
    asked = setting(
        [(line, part, use) for part, (_, use) in enumerate(parts) for line in (0, 1)],
        [stock for stock, _ in parts], [LICENCE] * len(parts), margin=(2.0, 1.0), horizon=horizon,
    )  # fmt: skip
    course = run(asked, seed=seed, model=HAZARD)
    for line in course.lines:
        low, middle, high = line.days_lost
        assert 0 <= low <= middle <= high <= horizon
        assert ((line.standing >= 0) & (line.standing <= 1)).all()
    assert (course.curves >= 0).all()
    assert (np.diff(course.curves, axis=1) >= 0).all()


def test_what_does_not_fit_is_said() -> None:
    early = setting([(0, 0, 1)], [30], [LICENCE],
                    shipments=[Shipment(part=0, quantity=1, day=date(2025, 4, 1), where="deliveries.csv:2")])  # fmt: skip
    with pytest.raises(BadInput, match="2025-04-01 is before day 0"):
        run(early)
    unstated = setting([(0, 0, 1)], [30], [LICENCE], shipments=[Shipment(part=0, quantity=1, lag_days=3)],
                       licences=[Licence(name="L", part=0, quantity=math.nan, through=date(2025, 12, 1))])  # fmt: skip
    with pytest.raises(BadInput, match="L states no quantity"):
        run(unstated)
    assert not runs_quickly(unstated, 10**9)
    with pytest.raises(BadInput, match="too many"):
        run(setting([(0, 0, 1)], [30], [LICENCE]), draws=10**9)
