"""One assumption at a time: known answers, the hold at customs, and the table of ranges."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from monazite.disruption.delay.control import Control
from monazite.disruption.delay.lags import HazardLag, LognormalLag
from monazite.disruption.delay.licences import Application, DelayModel, Spell, World
from monazite.disruption.delay.waits import AGE, HAZARD
from monazite.disruption.lines.sensitivity import (
    HOLD_SHARE,
    HeldLag,
    Range,
    Swing,
    enters,
    plan_ranges,
    swings,
    varied,
)
from monazite.disruption.lines.setting import Setting, Supply, closed_answers
from monazite.readers.disruption.delay_ranges import read_delay_ranges
from monazite.readers.disruption.licences import read_delay_model
from monazite.terms.faults import BadInput
from monazite.terms.outcomes import Outcome

DAY_0 = date(2025, 5, 1)


def a_range(parameter: str, low: float, value: float, high: float, key: str = "") -> Range:
    return Range(
        parameter=parameter, key=key, value=value, low=low, high=high, unit="", kind="made up", source=""
    )


def asked(**delay: float) -> Setting:
    model = DelayModel(
        **{"median_days": 74, "sigma": 0.36, "a_min_days": 30, "refused": 0.02, **delay},  # type: ignore[arg-type]
        rate_per_day={World.IN_FORCE: 0.02}, destination={"Japan": 0.7, "US": 0.5}, end_use={},
    )  # fmt: skip
    supply = Supply(at_least=Outcome.LICENCE, at_most=Outcome.LICENCE,
                    asked=Application(filed=DAY_0, destination="Japan"))  # fmt: skip
    return Setting(
        margin_per_day=np.array([1.0]), stock=np.array([0.0]), carried_days=np.array([10.0]), supplies=[supply],
        use_line=np.array([0]), use_part=np.array([0]), use_per_day=np.array([1.0]), delay=model,
        control=Control(name="made up", spells=(Spell(first=date.min, world=World.IN_FORCE),)), day_0=DAY_0, horizon=100,
    )  # fmt: skip


def found(setting: Setting, ranges: list[Range], model: str = AGE) -> dict[str, Swing]:
    return {
        f"{one.assumption.parameter}{one.assumption.key}": one
        for one in swings(setting, ranges, models=[model])
    }


def test_hand_worked_days_lost_at_both_ends() -> None:
    # No stock, a sure lag of 10 days and 10 days carried: 20 days lost; refused with 10 % all 100 days.
    sure = asked(median_days=10, sigma=1e-6, refused=0.0)
    swung = found(sure, [a_range("refused", 0, 0, 0.1), a_range("median", 5, 10, 20), *plan_ranges()])
    assert swung["refused"].days_lost == pytest.approx((20, 20, 0.9 * 20 + 0.1 * 100), abs=1e-3)
    assert swung["median"].days_lost == pytest.approx((15, 20, 30), abs=1e-3)
    assert swung["carried_days"].days_lost == pytest.approx((15, 20, 25), abs=1e-3)
    assert swung["stock"].days_lost == pytest.approx((20, 20, 20), abs=1e-3)  # nothing times 1.2 is nothing
    assert list(swung) == ["median", "carried_days", "refused", "stock"]


def test_the_middle_is_the_answer_and_only_what_enters_is_varied() -> None:
    setting, ranges = asked(), [*read_delay_ranges(), *plan_ranges()]
    for model in (AGE, HAZARD):
        (answer,) = closed_answers(setting, models=[model])
        swung = found(setting, ranges, model)
        assert {one.days_lost[1] for one in swung.values()} == {answer.odds.mean_days_lost}
        assert all(enters(one.assumption.parameter, model) for one in swung.values())
    assert "destinationUS" not in swung  # no part goes there
    assert swung["destinationJapan"].days_lost[0] > swung["destinationJapan"].days_lost[2]
    assert not {"validity", "waiting_share", "statutory"} & set(swung)


def test_a_hold_is_a_mixture_of_the_lag_and_the_same_later() -> None:
    lag = HazardLag(days=(30.0, 69.0), rates=(0.01, 0.05), refused=0.1)
    held, days = HeldLag(lag=lag, share=0.2, hold_days=45), np.linspace(0, 250, 60)
    assert held.cdf(days) == pytest.approx(0.8 * lag.cdf(days) + 0.2 * lag.cdf(days - 45))
    assert held.refused == 0.1
    assert held.kinks == (30, 69, 75, 114)
    slope = (held.cdf(days + 1e-5) - held.cdf(days - 1e-5)) / 2e-5
    smooth = np.abs(days[:, None] - np.array(held.kinks)).min(axis=1) > 1e-3
    assert held.pdf(days)[smooth] == pytest.approx(slope[smooth], abs=1e-6)
    assert held.quantile(0.95) == np.inf
    for share in (0.1, 0.5, 0.85):
        assert float(held.cdf(np.array([held.quantile(share)]))[0]) == pytest.approx(share)
    drawn = held.draw(np.random.default_rng(1).random(400))
    assert (drawn <= 100).mean() == pytest.approx(float(held.cdf(np.array([100.0]))[0]), abs=0.08)


def test_a_sure_hold_is_a_longer_lag() -> None:
    lag = LognormalLag(median_days=74, sigma=0.36)
    held = HeldLag(lag=lag, share=1.0, hold_days=30)
    assert held.quantile(0.5) == pytest.approx(104)
    swung = found(asked(median_days=10, sigma=1e-6, refused=0.0), [a_range(HOLD_SHARE, 0, 0.05, 0.2)])
    assert swung[HOLD_SHARE].days_lost == pytest.approx((20, 20, 20 + 0.2 * 45), abs=0.05)


def test_one_parameter_changes_and_the_others_stay() -> None:
    delay = asked().delay
    assert varied(delay, "rate", "control in force", 0.5).rate_per_day == {World.IN_FORCE: 0.5}
    assert varied(delay, "destination", "US", 0.1).destination == {"Japan": 0.7, "US": 0.1}
    assert varied(delay, "a_min", "", 5).a_min_days == 5
    assert varied(delay, "a_min", "", 5).median_days == delay.median_days


def test_the_shipped_ranges_hold_their_values_and_every_row_has_a_source() -> None:
    ranges, delay = read_delay_ranges(), read_delay_model()
    by = {(one.parameter, one.key): one for one in ranges}
    assert (by["median", ""].low, by["median", ""].value, by["median", ""].high) == (
        60,
        delay.median_days,
        90,
    )
    assert (by["customs_hold_share", ""].low, by["customs_hold_share", ""].high) == (0, 0.2)
    assert (by["customs_hold_days", ""].low, by["customs_hold_days", ""].high) == (30, 60)
    assert (by["waiting_share", ""].low, by["waiting_share", ""].high) == (0.7, 0.85)
    assert all(one.source and one.kind for one in ranges)


def test_a_value_outside_its_range_and_no_number_are_named(tmp_path: Path) -> None:
    file = tmp_path / "delay.csv"
    file.write_text("parameter,key,value,low,high\nmedian,,74,80,90\nsigma,,many,,\nrefused,,nan,0,1\n")
    with pytest.raises(BadInput) as bad:
        read_delay_ranges(file)
    said = bad.value.report()
    assert "74 lies outside 80 to 90" in said
    assert "'many' is not a number" in said
    assert "'nan'" in said
