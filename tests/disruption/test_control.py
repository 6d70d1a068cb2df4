"""Controls with rules for classes: calendars, what refusal and blocking do to both models, shares of a day's orders."""

import math
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monazite.disruption.delay.control import Control, Rule, decided_share
from monazite.disruption.delay.lags import NEVER, NO_LAG, Lag, LognormalLag
from monazite.disruption.delay.licences import (
    Application,
    DelayModel,
    Spell,
    World,
    age_lag,
    hazard_lag,
)
from monazite.disruption.delay.waits import file_by, renewals
from monazite.disruption.lines.odds import Line, draw_arrivals, line_odds, mean_capped_days_lost
from monazite.disruption.lines.setting import SETTLED, Setting, Supply, arrivals_of, closed_answers, line_of
from monazite.readers.disruption.control import read_control
from monazite.regime.book import Book
from monazite.terms.faults import BadInput
from monazite.terms.outcomes import Outcome
from tests.disruption.filed import shipped_by

START = date(2025, 4, 4)
MODEL = DelayModel(median_days=74, sigma=0.36, rate_per_day={World.IN_FORCE: 0.01, World.FRAMEWORK: 0.05}, a_min_days=30,
                   refused=0.02, destination={"India": 0.1}, end_use={}, never=frozenset({"military"}))  # fmt: skip
SPELLS = (Spell(first=date.min, world=World.FREE), Spell(first=START, world=World.IN_FORCE))
REFUSAL = Rule(
    first=date(2025, 7, 1), last=date(2025, 12, 31), world=World.REFUSED, end_uses=frozenset({"aerospace"})
)
CONTROL = Control(name="one control", spells=SPELLS, rules=(REFUSAL,))
PLANE, CAR = Application(filed=START, end_use="aerospace"), Application(filed=START, end_use="civil vehicle")


def at(lag: Lag, day: float) -> float:
    return float(lag.cdf(np.array([float(day)]))[0])


def day(on: date) -> int:
    return (on - START).days


# -- calendars ------------------------------------------------------------------------------------------------------


def test_a_rule_holds_for_its_class_and_days_alone() -> None:
    assert CONTROL.spells_for(CAR) == SPELLS
    assert [(s.first, s.world) for s in CONTROL.spells_for(PLANE)[1:]] == [
        (START, World.IN_FORCE),
        (date(2025, 7, 1), World.REFUSED),
        (date(2026, 1, 1), World.IN_FORCE),
    ]


def test_the_rule_written_last_counts_and_words_meet_in_any_case() -> None:
    later = Rule(first=date(2025, 9, 1), world=World.GENERAL, destinations=frozenset({"japan"}))
    both = Control(name="two", spells=SPELLS, rules=(REFUSAL, later))
    asked = Application(filed=START, end_use="Aerospace", destination="Japan")
    assert [s.world for s in both.spells_for(asked)] == [
        World.FREE,
        World.IN_FORCE,
        World.REFUSED,
        World.GENERAL,
    ]
    assert [s.world for s in both.spells_for(PLANE)][-1] is World.IN_FORCE


def test_a_rule_without_any_known_world_under_it_or_that_ends_before_it_begins_is_a_fault() -> None:
    with pytest.raises(BadInput, match="before any state of the world is known"):
        Control(name="early", spells=SPELLS[1:], rules=(Rule(first=date(2025, 1, 1), world=World.BLOCKED),))
    with pytest.raises(BadInput, match="before it begins"):
        Rule(first=START, last=date(2025, 4, 3), world=World.BLOCKED)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 400), st.integers(0, 200), st.sampled_from(list(World)), st.booleans()),
        max_size=5,
    ),
    st.integers(0, 700),
)
def test_on_each_day_the_last_rule_that_meets_it_stands(
    rules: list[tuple[int, int, World, bool]], ahead: int
) -> None:
    first = date(2025, 1, 1)
    made = [Rule(first=date.fromordinal(first.toordinal() + a), last=date.fromordinal(first.toordinal() + a + n), world=w,
                 end_uses=frozenset({"aerospace"} if own else {"medical"})) for a, n, w, own in rules]  # fmt: skip
    on = date.fromordinal(first.toordinal() + ahead)
    control = Control(name="any", spells=SPELLS, rules=tuple(made))
    spells = control.spells_for(PLANE)
    stands = [s.world for s in spells if s.first <= on][-1]
    laid = [r.world for r in made if r.meets(PLANE) and r.holds_on(on)]
    plain = World.IN_FORCE if on >= START else World.FREE
    assert stands is (laid[-1] if laid else plain)
    assert all(a.world is not b.world and a.first < b.first for a, b in pairwise(spells))


# -- both models ----------------------------------------------------------------------------------------------------


def test_what_is_refused_is_filed_anew_with_its_least_age_again() -> None:
    lag = hazard_lag(MODEL, PLANE, CONTROL.spells_for(PLANE), day_0=START)
    window, end = day(date(2025, 7, 1)), day(date(2026, 1, 1))
    assert at(lag, window) == pytest.approx(0.98 * (1 - math.exp(-0.01 * (window - 30))))
    assert at(lag, end + 30) == pytest.approx(at(lag, window))
    assert at(lag, end + 40) == pytest.approx(0.98 * (1 - math.exp(-0.01 * (window - 30) - 0.1)))


def test_by_age_alone_the_lag_begins_anew_at_the_end_of_a_refusal() -> None:
    lag = age_lag(MODEL, PLANE, CONTROL.spells_for(PLANE), day_0=START)
    base = LognormalLag(median_days=74, sigma=0.36, refused=0.02)
    window, end = day(date(2025, 7, 1)), day(date(2026, 1, 1))
    come = at(base, window)
    assert at(lag, window) == pytest.approx(come)
    assert at(lag, end) == pytest.approx(come)
    undecided = 1 - come / 0.98
    assert at(lag, end + 74) == pytest.approx(come + 0.98 * undecided / 2)
    assert lag.quantile(come + 0.98 * undecided / 2) == pytest.approx(end + 74)
    assert lag.refused == pytest.approx(0.02)  # at the decision, whenever it falls


def test_a_blocked_destination_decides_nothing_and_files_nothing_anew() -> None:
    spells = (
        *SPELLS,
        Spell(first=date(2025, 5, 1), world=World.BLOCKED),
        Spell(first=date(2025, 6, 1), world=World.IN_FORCE),
    )
    age = age_lag(MODEL, CAR, spells, day_0=START)
    base = LognormalLag(median_days=74, sigma=0.36, refused=0.02)
    assert at(age, 74 + 31) == pytest.approx(at(base, 74))
    hazard = hazard_lag(MODEL, CAR, spells, day_0=START)
    assert at(hazard, 58) == 0
    assert at(hazard, 68) == pytest.approx(0.98 * (1 - math.exp(-0.1)))


def test_what_is_blocked_without_end_never_comes_and_what_is_free_comes_at_once() -> None:
    blocked = (SPELLS[0], Spell(first=START, world=World.BLOCKED))
    free = (SPELLS[0],)
    for lag_of in (age_lag, hazard_lag):
        assert lag_of(MODEL, CAR, blocked, day_0=START) is NEVER
        assert lag_of(MODEL, CAR, free, day_0=START) is NO_LAG
    ended = (*SPELLS, Spell(first=date(2025, 5, 14), world=World.SUSPENDED))
    for lag_of in (age_lag, hazard_lag):
        lag = lag_of(MODEL, CAR, ended, day_0=START)
        assert at(lag, 39.9) < 0.1
        assert at(lag, 40.1) == pytest.approx(1)  # even what was refused before


def test_a_general_licence_wants_a_rate_of_its_own() -> None:
    general = (*SPELLS, Spell(first=date(2025, 12, 2), world=World.GENERAL))
    with pytest.raises(BadInput, match=r"general licence available: no rate is given.*Add a row rate"):
        hazard_lag(MODEL, CAR, general, day_0=START)
    rates = {**MODEL.rate_per_day, World.GENERAL: 0.5}
    with_rate = DelayModel(**{**{f: getattr(MODEL, f) for f in MODEL.__slots__}, "rate_per_day": rates})
    filed = Application(filed=date(2025, 12, 2))
    lag = hazard_lag(with_rate, filed, general, day_0=date(2025, 12, 2))
    assert at(lag, 32) == pytest.approx(0.98 * (1 - math.exp(-1)))


@pytest.mark.parametrize("filed", [date(2025, 3, 1), START, date(2025, 8, 1), date(2026, 2, 1)])
@pytest.mark.parametrize("lag_of", [age_lag, hazard_lag])
def test_draws_quantiles_and_densities_agree_with_the_distribution(filed: date, lag_of: object) -> None:
    day_0 = date(2025, 6, 1)
    asked = Application(filed=filed, end_use="aerospace")
    lag: Lag = lag_of(MODEL, asked, CONTROL.spells_for(asked), day_0=day_0)  # type: ignore[operator]
    draws = lag.draw(np.random.default_rng(0).random(20_000))
    for days in (20.0, 60.0, 200.0, 230.0, 300.0, 400.0):
        assert np.mean(draws <= days) == pytest.approx(at(lag, days), abs=0.012)
        if 0 < at(lag, days) < 1 - lag.refused - 1e-9:
            assert at(lag, lag.quantile(at(lag, days))) == pytest.approx(at(lag, days), abs=1e-9)
    grid = np.linspace(0, 2000, 400_001)
    assert np.trapezoid(lag.pdf(grid), grid) == pytest.approx(at(lag, 2000), abs=1e-3)
    assert at(lag, lag.starts) == pytest.approx(0, abs=1e-9)


def test_the_closed_form_of_a_line_takes_a_refusal_as_the_draws_do() -> None:
    lag = age_lag(MODEL, PLANE, CONTROL.spells_for(PLANE), day_0=START)
    line = Line(covers=np.array([60.0]), codes=np.array([0]), carried_days=np.zeros(1), states=[(1.0, [lag])])
    odds = line_odds(line, horizon=365.0)
    lost = np.maximum(draw_arrivals(line, 40_000, np.random.default_rng(0))[:, 0] - 60, 0)
    assert odds.p_no_stop == pytest.approx(np.mean(lost == 0), abs=0.01)
    assert mean_capped_days_lost(line, 365.0) == pytest.approx(np.minimum(lost, 365).mean(), rel=0.02)


def test_a_line_of_the_refused_class_stands_longer() -> None:
    def answers(asked: Application) -> list[float]:
        supply = Supply(at_least=Outcome.LICENCE, at_most=Outcome.LICENCE, asked=asked)
        one, first = np.ones(1), np.zeros(1, dtype=np.int64)
        setting = Setting(
            margin_per_day=one, stock=60 * one, carried_days=0 * one, supplies=[supply], use_line=first, use_part=first,
            use_per_day=one, delay=MODEL, control=CONTROL, day_0=date(2025, 6, 20), horizon=365,
        )  # fmt: skip
        return [answer.mean_capped_days_lost for answer in closed_answers(setting)]

    filed = date(2025, 6, 20)
    refused, plain = (
        answers(Application(filed=filed, end_use=use)) for use in ("aerospace", "civil vehicle")
    )
    assert all(long > short + 100 for long, short in zip(refused, plain, strict=True))


def test_what_waits_is_carried_on_the_day_on_which_the_control_is_lifted_too() -> None:
    lifted = Control(name="lifted", spells=(*SPELLS, Spell(first=date(2025, 8, 1), world=World.SUSPENDED)))
    asked = Application(filed=date(2025, 7, 10))
    one, first = np.ones(1), np.zeros(1, dtype=np.int64)
    for day_0 in (date(2025, 7, 31), date(2025, 8, 1)):
        setting = Setting(
            margin_per_day=one, stock=5 * one, carried_days=20 * one, use_line=first, use_part=first, use_per_day=one,
            supplies=[Supply(at_least=Outcome.LICENCE, at_most=Outcome.LICENCE, asked=asked)], delay=MODEL,
            control=lifted, day_0=day_0, horizon=365,
        )  # fmt: skip
        waits = (date(2025, 8, 1) - day_0).days
        for answer in closed_answers(setting):
            assert answer.mean_capped_days_lost == pytest.approx(15 + waits, abs=0.05)


def test_two_calendars_with_odds_are_mixed_and_hit_all_parts_at_once() -> None:
    parts, zeros = np.arange(2), np.zeros(2, dtype=np.int64)
    asked = Application(filed=START, end_use="aerospace")
    plain = Control(name="plain", spells=SPELLS)
    made = Setting(
        margin_per_day=np.ones(1), stock=np.array([60.0, 80.0]), carried_days=np.zeros(2), use_line=zeros, use_part=parts,
        use_per_day=np.ones(2), supplies=[Supply(at_least=Outcome.LICENCE, at_most=Outcome.LICENCE, asked=asked)] * 2,
        delay=MODEL, control=plain, day_0=START, horizon=365,
    )  # fmt: skip
    both = closed_answers(replace(made, otherwise=((0.25, CONTROL),)))
    alone = [closed_answers(replace(made, control=control)) for control in (plain, CONTROL)]
    for mixed, first, other in zip(both, *alone, strict=True):
        expected = 0.75 * first.odds.mean_days_lost + 0.25 * other.odds.mean_days_lost
        assert mixed.odds.mean_days_lost == pytest.approx(expected, rel=1e-6)
    line = line_of(replace(made, otherwise=((0.25, CONTROL),)), 0, "age alone", SETTLED)
    days = arrivals_of(line)[0]
    come = [sum(odds * float(lags[1].cdf(np.array([day]))[0]) for odds, lags in line.states) for day in days]
    assert come == pytest.approx([0.1, 0.5, 0.9], abs=1e-6)


def test_a_licence_is_filed_for_in_time_for_what_will_stand_then() -> None:
    ends = {
        "in the window": date(2025, 10, 1),
        "long after": date(2027, 1, 1),
        "before the control": date(2025, 4, 1),
    }
    held = [(last, PLANE) for last in ends.values()]
    long_ago = Control(
        name="long ago",
        spells=(SPELLS[0], Spell(first=date(2020, 1, 1), world=World.IN_FORCE)),
        rules=(REFUSAL,),
    )
    by = dict(zip(ends, renewals(held, MODEL, long_ago), strict=True))
    lag = LognormalLag(median_days=74, sigma=0.36, refused=0.02)
    assert by["long after"]["age alone"] == file_by(ends["long after"], lag)
    # What is refused from 1 July on must be there before.
    assert by["in the window"]["age alone"] == file_by(date(2025, 7, 1), lag)
    assert by["in the window"]["hazard"] < by["in the window"]["age alone"]
    soon = dict(zip(ends, renewals(held, MODEL, Control(name="young", spells=SPELLS)), strict=True))
    # 146 days, and no refusal; by the hazard what is filed on the first day of the control is not there with 95 %.
    assert soon["in the window"] == {"age alone": file_by(ends["in the window"], lag), "hazard": None}
    assert soon["before the control"] == dict.fromkeys(("age alone", "hazard"), ends["before the control"])


# -- shares of a day's orders ---------------------------------------------------------------------------------------


def test_by_age_alone_the_share_of_a_steady_flow_is_the_distribution() -> None:
    found = decided_share(
        MODEL, Control(name="plain", spells=SPELLS), CAR, day_0=START, days=200, by_hazard=False
    )
    lag = LognormalLag(median_days=74, sigma=0.36, refused=0.02)
    assert found == pytest.approx(lag.cdf(np.arange(1.0, 201)))


def test_the_share_is_the_flow_of_orders_filed_each_day_and_never_above_one() -> None:
    jump = Control(name="jump", spells=(*SPELLS, Spell(first=date(2025, 6, 12), world=World.FRAMEWORK)))
    found = decided_share(MODEL, jump, CAR, day_0=START, days=120)
    lags = [hazard_lag(MODEL, Application(filed=date.fromordinal(START.toordinal() + q)), jump.spells, day_0=START)
            for q in range(120)]  # fmt: skip
    flow = shipped_by(np.ones(120), 1.0, lags)
    assert flow.max() > 1
    assert found == pytest.approx(np.minimum(flow, 1), abs=1e-9)


def test_days_without_control_count_one_and_refused_ones_nothing() -> None:
    first = date(2025, 3, 25)
    found = decided_share(MODEL, CONTROL, PLANE, day_0=first, days=400)
    assert found[:10].tolist() == [1] * 10
    assert found[10] == 0
    window = slice((date(2025, 7, 1) - first).days, (date(2026, 1, 1) - first).days + 30)
    assert found[window].max() < 1e-12
    assert (
        found[(date(2026, 1, 1) - first).days + 31] == 1
    )  # six months of orders come back at once: 1 is taken


# -- files ----------------------------------------------------------------------------------------------------------

FILE = """
name: Six months without licences for one end use
day_0: 2026-01-01
says: A
  test.
control:
  measure: cn-mofcom-gacc-2025-18
  rules:
    - {first: 2026-01-01, last: 2026-06-30, world: refused, end_uses: [aerospace], source: made up}
delay: {median: 60, rates: {general licence available: 0.2}, destinations: {India: 0.3}, rate_factor: 2}
sources: [made up]
"""


def test_a_control_file_takes_its_spells_from_the_law(tmp_path: Path, book: Book) -> None:
    path = tmp_path / "six.yaml"
    path.write_text(FILE, encoding="utf-8")
    held = read_control(path, book)
    assert (held.day_0, held.says, held.sources) == (date(2026, 1, 1), "A test.", ("made up",))
    assert [s.world for s in held.control.spells] == [World.FREE, World.IN_FORCE, World.FRAMEWORK]
    assert len(held.spell_sources) == 3
    assert held.control.rules[0].end_uses == {"aerospace"}
    assert held.delay.median_days == 60
    assert held.delay.rate_per_day[World.GENERAL] == 0.4
    assert held.delay.destination["India"] == 0.3


def test_a_control_file_may_give_spells_of_its_own(tmp_path: Path, book: Book) -> None:
    path = tmp_path / "own.yaml"
    spells = "spells: [{first: 2025-12-01, world: control in force, source: made up}]\n  rules: []"
    path.write_text(FILE.replace("measure: cn-mofcom-gacc-2025-18\n  rules:", spells).replace(
        "    - {first: 2026-01-01, last: 2026-06-30, world: refused, end_uses: [aerospace], source: made up}\n", ""),
        encoding="utf-8")  # fmt: skip
    held = read_control(path, book)
    assert held.control.spells == (SPELLS[0], Spell(first=date(2025, 12, 1), world=World.IN_FORCE))
    assert held.spell_sources[-1] == "made up"


def test_all_faults_of_a_control_file_come_at_once_with_their_places(tmp_path: Path, book: Book) -> None:
    text = FILE.replace("gacc-2025-18", "gacc-2025-81").replace("world: refused", "world: refusd")
    text = text.replace("day_0: 2026-01-01", "day_0: 1 January").replace("median: 60", "median: nan")
    text = text.replace("last: 2026-06-30", "lst: 2026-06-30").replace("sources:", "sauces:")
    path = tmp_path / "bad.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput) as found:
        read_control(path, book)
    said = found.value.report()
    for part in (
        "bad.yaml:11:1: unknown field 'sauces'. Did you mean 'sources'?",
        "names no sources",
        "bad.yaml:3:8: '1 January' is not a day",
        "bad.yaml:7:12: 'cn-mofcom-gacc-2025-81' has no provision",
        "unknown field 'lst'. Did you mean 'last'?",
        "'refusd' is no state of the world. Did you mean 'refused'?",
        "bad.yaml:10:17: 'nan' is no number",
    ):
        assert part in said, said
    path.write_text(
        "day_0: 2026-01-01\nsources: [x]\ncontrol: {rules: [{world: refused}]}\n", encoding="utf-8"
    )
    with pytest.raises(BadInput, match=r"no measure and no spells[\s\S]*a rule needs first, source"):
        read_control(path, book)
