"""What is shipped while licences are waited for: identities with the lags one by one, backlog, and the fit to exports."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from monazite.disruption.delay.lags import LognormalLag
from monazite.disruption.delay.licences import (
    Application,
    DelayModel,
    Spell,
    World,
    hazard_lag,
)
from monazite.disruption.exports.flow import (
    evenly_by_age,
    evenly_by_hazard,
    fit_flow,
    flow,
    month_shares,
    week_1_by_age,
    week_1_by_hazard,
)
from monazite.disruption.exports.reported import first_day, year_on_year
from monazite.readers.disruption.exports import read_exports
from tests.disruption.filed import shipped, shipped_by

START, JUMP, DAYS = date(2025, 4, 4), date(2025, 6, 12), 150
SPELLS = (Spell(first=START, world=World.IN_FORCE), Spell(first=JUMP, world=World.FRAMEWORK))
WORLDS = [int(START + timedelta(days=day) >= JUMP) for day in range(DAYS)]


def hazard_lags(before: float, after: float, least_age: float, *, filed_days: int) -> list:  # type: ignore[type-arg]
    model = DelayModel(median_days=74, sigma=0.36, rate_per_day={World.IN_FORCE: before, World.FRAMEWORK: after},
                       a_min_days=least_age, refused=0.0, destination={}, end_use={})  # fmt: skip
    return [
        hazard_lag(model, Application(filed=START + timedelta(days=day)), SPELLS, day_0=START)
        for day in range(filed_days)
    ]


def test_flat_orders_ship_the_share_that_does_not_wait_and_what_of_the_rest_is_decided() -> None:
    lag = LognormalLag(median_days=74, sigma=0.36)
    mine = flow(evenly_by_age(74, 0.36, days=DAYS), 0.77)[0]
    assert mine == pytest.approx(1 - 0.77 + 0.77 * lag.cdf(np.arange(1.0, DAYS + 1)), abs=1e-12)
    assert mine == pytest.approx(shipped(np.ones(DAYS), 0.77, lag), abs=1e-12)


def test_the_hazard_by_order_equals_one_lag_for_each_day_of_filing() -> None:
    for least_age in (0.0, 12.5, 30.0):
        lags = hazard_lags(0.01, 0.05, least_age, filed_days=DAYS)
        mine = flow(evenly_by_hazard(np.array([[0.01, 0.05]]), WORLDS, least_age, days=DAYS), 0.77)[0]
        assert mine == pytest.approx(shipped_by(np.ones(DAYS), 0.77, lags), abs=1e-11)


def test_a_faster_regime_frees_a_backlog_and_nothing_is_made() -> None:
    mine = flow(evenly_by_hazard(np.array([[0.001, 0.3]]), WORLDS, 10.0, days=DAYS), 0.9)[0]
    assert mine[: (JUMP - START).days].max() < 0.2
    assert mine.max() > 2
    assert (np.cumsum(mine) <= np.arange(1, DAYS + 1) + 1e-9).all()
    assert (
        week_1_by_hazard(np.array([[0.001, 0.3]]), WORLDS, 10.0, days=DAYS).max() <= 1
    )  # nothing was ordered meanwhile


def test_filed_in_week_1_is_the_mean_of_seven_lags() -> None:
    days = np.arange(1.0, DAYS + 1)
    by_hazard = np.mean([lag.cdf(days) for lag in hazard_lags(0.01, 0.05, 12.5, filed_days=7)], axis=0)
    assert week_1_by_hazard(np.array([[0.01, 0.05]]), WORLDS, 12.5, days=DAYS)[0] == pytest.approx(
        by_hazard, abs=1e-12
    )
    lag = LognormalLag(median_days=74, sigma=0.36)
    by_age = np.mean([lag.cdf(np.maximum(days - filed, 0)) for filed in range(7)], axis=0)
    assert week_1_by_age(74, 0.36, days=DAYS)[0] == pytest.approx(by_age, abs=1e-12)


@settings(max_examples=25)
@example(before=0.4, after=3.0, least_age=53.4, times=3.0)  # a summed hazard of more than 600
@given(st.floats(1e-4, 0.5), st.floats(1e-4, 3.0), st.floats(0, 60), st.floats(1.01, 3))
def test_a_higher_rate_has_decided_no_less_by_any_day(
    before: float, after: float, least_age: float, times: float
) -> None:
    rates = np.array([[before, after], [before * times, after * times]])
    decided = np.cumsum(evenly_by_hazard(rates, WORLDS, [least_age, least_age], days=DAYS), axis=1)
    assert (decided[1] >= decided[0] - 1e-9).all()
    assert (np.diff(decided, axis=1) >= -1e-9).all()
    assert (decided <= np.maximum(np.arange(1, DAYS + 1) - least_age, 0) + 1).all()


def test_days_before_the_control_are_free() -> None:
    held = flow(evenly_by_age(74, 0.36, days=30), 1.0)
    assert month_shares(held, ((-3, 27),))[0, 0] == pytest.approx((3 + held[0, :27].sum()) / 30)


def test_exports_of_may_to_july_2025_give_73_to_78_days_and_some_77_per_cent_that_wait() -> None:
    reports, _ = read_exports()
    ratios = year_on_year(reports, "world", start=START)
    assert list(ratios.values()) == pytest.approx([1238 / 4762, 3188 / 5150, 5577 / 5278])
    spans = [((first_day(m) - START).days, (first_day(m + 1) - START).days) for m in ratios]
    assert spans == [(27, 58), (58, 88), (88, 119)]
    fits = [fit_flow(spans, list(ratios.values()), growth=growth) for growth in (0.0, 0.05, 0.1, 0.15, 0.2)]
    assert all(73 <= fit.median_days <= 78.5 for fit in fits)
    assert all(0.70 <= fit.kappa <= 0.85 for fit in fits)
    assert all(
        0.05 <= fit.sigma <= 0.255 for fit in fits[2:]
    )  # without growth July is above the year before: no spread fits
    assert fits[2].kappa == pytest.approx(0.77, abs=0.005)
