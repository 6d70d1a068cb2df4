"""The licence delay: hazard and age alone, what follows for flows and renewals, and the fit to statistics."""

import math
from datetime import date

import numpy as np
import pytest

from monazite.disruption.delay.control import Control
from monazite.disruption.delay.fitting import EVENLY, WEEK_1, Statistic, fit_age, fit_hazard, log_likelihood
from monazite.disruption.delay.lags import NEVER, NO_LAG, Lag, LognormalLag
from monazite.disruption.delay.licences import (
    Application,
    DelayModel,
    Spell,
    Waited,
    World,
    age_lag,
    hazard_lag,
)
from monazite.disruption.delay.waits import AGE, HAZARD, file_by, lag_of, renewal_days
from monazite.readers.disruption.licences import read_delay_model, read_spells, read_statistics
from monazite.regime.book import Book
from monazite.terms.faults import BadInput
from monazite.terms.outcomes import Outcome

START, JUMP = date(2025, 4, 4), date(2025, 6, 12)
MODEL = DelayModel(median_days=74, sigma=0.36, rate_per_day={World.IN_FORCE: 0.01, World.FRAMEWORK: 0.05}, a_min_days=30,
                   refused=0.02, destination={"India": 0.1}, end_use={}, never=frozenset({"military"}))  # fmt: skip
SPELLS = (Spell(first=START, world=World.IN_FORCE), Spell(first=JUMP, world=World.FRAMEWORK))


def at(lag: object, day: float) -> float:
    return float(lag.cdf(np.array([float(day)]))[0])  # type: ignore[attr-defined]


def test_a_six_month_licence_wants_its_successor_48_days_after_grant() -> None:
    lag = LognormalLag(median_days=74, sigma=0.36)
    assert renewal_days(lag) == 134
    assert 182 - 134 == 48
    assert file_by(date(2025, 10, 3), lag) == date(2025, 5, 22)
    assert renewal_days(LognormalLag(median_days=74, sigma=0.36, refused=0.06)) is None


def test_the_hazard_starts_at_the_least_age_and_jumps_with_the_state() -> None:
    lag = hazard_lag(MODEL, Application(filed=START), SPELLS, day_0=START)
    assert at(lag, 30) == 0
    assert at(lag, 69) == pytest.approx(0.98 * (1 - math.exp(-0.39)))
    assert at(lag, 89) == pytest.approx(0.98 * (1 - math.exp(-0.39 - 1.0)))
    slow = hazard_lag(MODEL, Application(filed=START, destination="India"), SPELLS, day_0=START)
    assert at(slow, 69) == pytest.approx(0.98 * (1 - math.exp(-0.039)))


def test_an_application_still_open_on_day_0_has_waited() -> None:
    later = date(2025, 6, 1)
    lag = hazard_lag(MODEL, Application(filed=START), SPELLS, day_0=later)
    assert at(lag, 11) == pytest.approx(0.98 * (1 - math.exp(-0.11)))
    assert at(lag, 21) == pytest.approx(0.98 * (1 - math.exp(-0.11 - 0.5)))
    waited = age_lag(MODEL, Application(filed=START), day_0=later)
    assert isinstance(waited, Waited)
    base = LognormalLag(median_days=74, sigma=0.36)
    assert at(waited, 10) == pytest.approx(0.98 * (at(base, 68) - at(base, 58)) / (1 - at(base, 58)))
    assert waited.refused == pytest.approx(0.02)  # who still waits has not been refused
    assert waited.quantile(at(waited, 25)) == pytest.approx(25)
    assert (waited.draw(np.random.default_rng(0).random(1000)) >= 0).all()


def test_what_is_suspended_is_waited_for_no_longer_and_what_is_blocked_stands_still() -> None:
    off = (*SPELLS, Spell(first=date(2025, 7, 1), world=World.SUSPENDED))
    lag = hazard_lag(MODEL, Application(filed=date(2025, 6, 20)), off, day_0=date(2025, 6, 20))
    assert at(lag, 10.9) == 0
    assert at(lag, 12) == pytest.approx(0.98, abs=0.021)
    blocked = (SPELLS[0], Spell(first=JUMP, world=World.BLOCKED))
    halted = hazard_lag(MODEL, Application(filed=START), blocked, day_0=START)
    assert at(halted, 70) == at(halted, 700)


def test_military_end_use_never_gets_one() -> None:
    asked = Application(filed=START, end_use="military")
    assert hazard_lag(MODEL, asked, SPELLS, day_0=START) is NEVER
    assert age_lag(MODEL, asked, day_0=START) is NEVER


def test_the_lag_follows_the_determination() -> None:
    control = Control(name="No. 18", spells=SPELLS)
    asked = Application(filed=START, end_use="civil vehicle")

    def lag(outcome: Outcome, model: str = AGE) -> Lag:
        return lag_of(model, outcome, asked, MODEL, control, START)

    assert lag(Outcome.CERTIFICATE) is NO_LAG
    assert lag(Outcome.NOT_IN_FORCE) is NO_LAG
    assert lag(Outcome.LICENCE) == age_lag(MODEL, asked, SPELLS, day_0=START)
    assert lag(Outcome.CASE_BY_CASE, HAZARD) == hazard_lag(MODEL, asked, SPELLS, day_0=START)
    assert lag(Outcome.REFUSED_IN_PRINCIPLE) is NEVER
    assert lag(Outcome.PROHIBITED) is NEVER


def test_the_fit_finds_what_made_the_statistics() -> None:
    """The defaults: median 74 d, sigma 0.36 filed in week 1; 0.0100 and 0.0518 per day filed evenly, no least age."""
    used = [s for s in read_statistics() if s.destination == "EU"]
    age = fit_age(used, WEEK_1)
    assert age.estimates[0].value == pytest.approx(74, rel=0.02)
    assert age.estimates[1].value == pytest.approx(0.36, rel=0.06)
    hazard = fit_hazard(used, EVENLY, jump=JUMP)
    assert hazard.estimates[0].value == pytest.approx(0.0100, rel=0.06)
    assert hazard.estimates[1].value == pytest.approx(0.0518, rel=0.06)
    assert all(e.low < e.value < e.high for e in (*age.estimates, *hazard.estimates))
    assert fit_age(used, EVENLY).misfit > 0.05  # an age-only lag cannot fit if filed evenly; a jump can
    assert hazard.misfit < 0.02


def test_a_fit_uses_nothing_after_july_2025() -> None:
    late = Statistic(as_of=date(2025, 8, 1), start=START, destination="EU", filed=None, share=0.5)
    with pytest.raises(BadInput, match="later than 2025-07-31"):
        fit_age([late], WEEK_1)
    assert all(s.as_of <= date(2025, 7, 31) for s in read_statistics())


def test_the_likelihood_sums_to_one() -> None:
    for rho in (0.0, 0.1):
        each = [math.exp(log_likelihood(np.array([0.3]), Statistic(as_of=JUMP, start=START, destination="EU", filed=12, share=k / 12),
                                        rho=rho)[0]) for k in range(13)]  # fmt: skip
        assert sum(each) == pytest.approx(1)


def test_states_of_the_world_come_from_the_law(book: Book) -> None:
    held, _ = read_spells(book, "cn-mofcom-gacc-2025-18")
    assert [(s.first, s.world) for s in held[1:]] == [(START, World.IN_FORCE), (JUMP, World.FRAMEWORK)]
    off, notes = read_spells(book, "cn-mofcom-gacc-2025-57")
    assert Spell(first=date(2025, 11, 7), world=World.SUSPENDED) in off
    assert notes  # what holds after the suspension is uncertain
    with pytest.raises(BadInput, match="no provision"):
        read_spells(book, "cn-mofcom-2025-99")


def test_the_shipped_parameters_are_within_their_ranges(root: object) -> None:
    import csv
    from pathlib import Path

    assert read_delay_model().median_days == 74
    for row in csv.DictReader(
        (Path(str(root)) / "reference/disruption/licence-delay.csv").open(encoding="utf-8")
    ):
        assert row["source"]
        if row["low"]:
            assert float(row["low"]) <= float(row["value"]) <= float(row["high"])
