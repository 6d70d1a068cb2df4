"""The Union's supply risk and economic importance by hand, and the trade factor of a day."""

from dataclasses import dataclass
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monazite.leverage.supply_risk import (
    ECONOMIC_IMPORTANCE,
    SUPPLY_RISK,
    TRADE_FACTOR,
    economic_importance,
    import_reliance,
    is_critical,
    scaled_governance,
    supply_risk,
    trade_factors,
    weighted_hhi,
)
from monazite.terms.faults import BadInput

ON = date(2025, 11, 1)
GOVERNANCE = {"CHN": 6.0, "AUS": 2.0}
TOY = {
    "global_supply": {"CHN": 0.7, "AUS": 0.3}, "eu_supply": {"CHN": 0.9, "AUS": 0.1}, "governance": GOVERNANCE,
    "import_reliance": 0.8, "recycling": 0.1, "substitution": 0.9,
}  # fmt: skip


def test_the_score_by_hand():
    # HHI_GS 0.49 · 6 + 0.09 · 2 = 3.12; HHI_EU 0.81 · 6 + 0.01 · 2 = 4.88
    # (3.12 · 0.4 + 4.88 · 0.6) · 0.9 · 0.9 = (1.248 + 2.928) · 0.81 = 3.38256
    found = supply_risk(**TOY)
    assert (found.hhi_global, found.hhi_eu) == (pytest.approx(3.12), pytest.approx(4.88))
    assert found.score == pytest.approx(3.38256)
    assert (found.passes, found.lacking, dict(found.trade)) == (True, (), {})


def test_a_trade_factor_weighs_its_country_alone():
    # CHN by 1.5 (made up): 0.49 · 6 · 1.5 + 0.18 = 4.59; 0.81 · 6 · 1.5 + 0.02 = 7.31; (4.59 · 0.4 + 7.31 · 0.6) · 0.81
    found = supply_risk(**TOY, trade={"CHN": 1.5, "AUS": 1.0}, on=ON)
    assert found.score == pytest.approx((4.59 * 0.4 + 7.31 * 0.6) * 0.81)
    assert (dict(found.trade), found.on) == ({"CHN": 1.5}, ON)


def test_a_missing_part_leaves_no_score_and_is_named():
    found = supply_risk(**{**TOY, "governance": {"AUS": 2.0}})
    assert (found.score, found.hhi_global, found.passes, found.lacking) == (
        None,
        None,
        None,
        ("governance of CHN",),
    )
    assert supply_risk(**{**TOY, "import_reliance": None}).lacking == ("import reliance",)
    assert supply_risk(**{**TOY, "eu_supply": {}}).lacking == ("EU supply",)


def test_a_country_without_a_share_needs_no_governance():
    assert supply_risk(
        **{**TOY, "global_supply": {"CHN": 0.7, "AUS": 0.3, "PRK": 0.0}}
    ).score == pytest.approx(3.38256)


def test_every_figure_out_of_range_is_named_at_once():
    with pytest.raises(BadInput) as caught:
        supply_risk(
            global_supply={"CHN": 0.7, "AUS": 0.7}, eu_supply={"CHN": -0.1}, governance={"CHN": 11.0}, import_reliance=1.2,
            recycling=2.0, substitution=0.5, trade={"CHN": 0.0},
        )  # fmt: skip
    said = caught.value.report()
    for part in ("add up to 1.4", "EU supply, CHN: -0.1", "governance of CHN: 11", "import reliance: 1.2", "recycling: 2",
                 "trade factor of CHN: 0"):  # fmt: skip
        assert part in said


def test_import_reliance_by_hand_and_of_a_net_exporter():
    assert import_reliance(production=20, imports=100, exports=20) == 0.8  # 80 / 100
    assert import_reliance(production=100, imports=10, exports=60) == -1.0  # −50 / 50
    assert import_reliance(production=0, imports=5, exports=5) is None


def test_governance_is_scaled_from_good_to_bad():
    assert [scaled_governance(e) for e in (2.6, 2.5, 0.0, -2.5, -2.9)] == [0.0, 0.0, 5.0, 10.0, 10.0]


@given(
    st.lists(st.floats(0.01, 1), min_size=1, max_size=6),
    st.lists(st.floats(0, 10), min_size=6, max_size=6),
    st.floats(1, 3),
)
def test_a_factor_above_one_never_lowers_the_concentration(parts, governance, factor):
    shares = {str(n): part / sum(parts) for n, part in enumerate(parts)}
    scores = {str(n): score for n, score in enumerate(governance)}
    plain = weighted_hhi(shares, scores)
    assert weighted_hhi(shares, scores, {"0": factor}) >= plain
    assert weighted_hhi(shares, scores, dict.fromkeys(shares, 1.0)) == plain


def test_economic_importance_by_hand():
    # (0.75 · 4 + 0.25 · 2) · 0.9 = 3.15
    assert economic_importance(
        {"motors": 0.75, "glass": 0.25}, {"motors": 4.0, "glass": 2.0}, 0.9
    ) == pytest.approx(3.15)
    assert economic_importance({"motors": 0.75, "glass": 0.25}, {"motors": 4.0}, 0.9) is None
    assert economic_importance({}, {"motors": 4.0}, 0.9) is None
    with pytest.raises(BadInput, match=r"add up to 1\.5"):
        economic_importance({"motors": 0.75, "glass": 0.75}, {}, 0.9)


@pytest.mark.parametrize(
    ("risk", "importance", "critical"),
    [
        (1.0, 2.8, True),
        (0.999, 2.8, False),
        (1.0, 2.799, False),
        (None, 2.8, None),
        (None, 2.0, False),
        (1.0, None, None),
    ],
)
def test_critical_from_both_thresholds_reached(risk, importance, critical):
    assert is_critical(risk, importance) is critical


def test_what_could_not_be_read_is_marked():
    assert all(d.unverified for d in (SUPPLY_RISK, ECONOMIC_IMPORTANCE, TRADE_FACTOR))


# -- the trade factor of a day ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """A control as plain data."""

    on: date = ON
    exporter: str = "CHN"
    effect: str = "licence"
    status: str = "in force"
    provision: str = "toy/1"
    is_general: bool = True


FACTORS = {"licence": 1.1, "ban": 1.3}  # made up


def test_a_control_in_force_gives_its_exporter_the_factor_of_its_effect():
    found = trade_factors([Told()], ON, by_effect=FACTORS)
    assert (dict(found.factors), dict(found.if_uncertain_holds)) == ({"CHN": 1.1}, {"CHN": 1.1})
    assert dict(found.because) == {"CHN": ("toy/1",)}


def test_of_several_the_largest_counts_once():
    controls = [Told(), Told(effect="ban", provision="toy/2"), Told(provision="toy/3")]
    assert dict(trade_factors(controls, ON, by_effect=FACTORS).factors) == {"CHN": 1.3}


def test_a_suspended_control_changes_nothing():
    found = trade_factors([Told(status="suspended"), Told(status="announced")], ON, by_effect=FACTORS)
    assert (dict(found.factors), dict(found.if_uncertain_holds), dict(found.because)) == ({}, {}, {})


def test_an_uncertain_control_counts_only_if_it_holds():
    found = trade_factors([Told(), Told(status="uncertain", effect="ban")], ON, by_effect=FACTORS)
    assert (dict(found.factors), dict(found.if_uncertain_holds)) == ({"CHN": 1.1}, {"CHN": 1.3})


def test_a_control_of_some_destinations_users_or_uses_is_named_and_not_counted():
    found = trade_factors([Told(is_general=False, effect="ban")], ON, by_effect=FACTORS)
    assert (dict(found.factors), found.narrower) == ({}, ("toy/1",))


def test_an_effect_without_a_factor_is_named_and_stays_at_one():
    found = trade_factors([Told()], ON, by_effect={})
    assert (dict(found.factors), found.without_factor) == ({}, ("toy/1",))


def test_controls_of_another_day_are_refused():
    with pytest.raises(ValueError, match="was found for 2025-11-01, not 2025-11-02"):
        trade_factors([Told()], date(2025, 11, 2), by_effect=FACTORS)
