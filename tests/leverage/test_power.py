"""Who needs whom more: Hirschman's dependence, trade over GDP, and the loss that withholding an input imposes."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monazite.leverage.flows import Flows, import_totals, make_flows
from monazite.leverage.power import (
    SIGMAS,
    Gdp,
    InputGroup,
    ces_loss,
    ces_marginal,
    ces_table,
    criticality_weights,
    dependence,
    dependence_asymmetry,
    dependence_of_pair,
    trade_over_gdp,
)
from tests.leverage.test_flows import BASIS, printed_flows

# The US buys magnets 8 (China 6) and paper 12 (China 2): by value 8 of 20 are China's. China buys soy 10 (US 1).
TOY = make_flows(2024, BASIS, [
    ("CHN", "USA", "850511", 6.0), ("JPN", "USA", "850511", 2.0),
    ("CHN", "USA", "480100", 2.0), ("DEU", "USA", "480100", 10.0),
    ("USA", "CHN", "120100", 1.0), ("BRA", "CHN", "120100", 9.0),
])  # fmt: skip


def test_by_value_dependence_is_the_share_in_all_imports() -> None:
    found = dependence_of_pair(TOY, "CHN", "USA")
    assert found.second_on_first == 0.4
    assert found.first_on_second == 0.1
    assert found.asymmetry == pytest.approx(0.3)
    assert dependence(TOY)[TOY.country("CHN"), TOY.country("USA")] == 0.4


def test_criticality_moves_the_weight_to_what_matters() -> None:
    critical = {"850511": 3.0, "480100": 1.0}
    found = dependence_of_pair(TOY, "CHN", "USA", critical)
    assert found.second_on_first == pytest.approx((3 * 6 / 8 + 1 * 2 / 12) / 4)
    assert found.first_on_second is None  # soy has no weight: nothing that counts is bought
    assert found.asymmetry is None
    only = dependence_of_pair(TOY, "CHN", "USA", {"850511": 1.0, "999999": 5.0})
    assert only.second_on_first == 0.75  # products that the US does not import weigh nothing


def test_who_buys_nothing_depends_on_nobody_that_is_known() -> None:
    assert dependence_of_pair(TOY, "CHN", "JPN").second_on_first is None
    assert dependence_of_pair(TOY, "JPN", "USA").second_on_first == 0.1  # 2 of 20
    assert dependence_of_pair(TOY, "ZZZ", "USA").second_on_first == 0  # sells it nothing
    assert dependence_of_pair(TOY, "CHN", "ZZZ").second_on_first is None
    assert np.isnan(dependence(TOY)[:, TOY.country("JPN")]).all()


def test_weights_are_one_for_each_product_and_not_below_zero() -> None:
    for weights in (np.ones(2), -criticality_weights(TOY, {"850511": 1.0})):
        with pytest.raises(ValueError, match="3 weights of at least 0"):
            dependence(TOY, weights)


@given(printed_flows())
def test_what_an_importer_depends_on_sums_to_one(flows: Flows) -> None:
    buys = import_totals(flows).sum(axis=1) > 0
    for weights in (None, np.arange(1.0, len(flows.products) + 1)):
        found = dependence(flows, weights)
        assert np.allclose(found[:, buys].sum(axis=0), 1)
        assert np.isnan(found[:, ~buys]).all()
        turned = dependence_asymmetry(found)
        assert np.array_equal(turned, -turned.T, equal_nan=True)


def test_trade_over_gdp_of_a_toy() -> None:
    gdp = Gdp(amounts={"CHN": 0.09, "USA": 0.018}, year=2024, unit="million USD", source="made up")
    found = trade_over_gdp(TOY, "CHN", "USA", gdp)
    assert found.trade == 9  # 8 out and 1 back, in thousand dollars
    assert found.over_first == pytest.approx(9 / 90)
    assert found.over_second == pytest.approx(9 / 18)
    assert found.source == "made up"
    assert trade_over_gdp(TOY, "CHN", "JPN", gdp).trade is None  # nothing known of what Japan buys
    assert trade_over_gdp(TOY, "BRA", "CHN", gdp).over_first is None
    with pytest.raises(ValueError, match="GDP of 2023 beside flows of 2024"):
        trade_over_gdp(TOY, "CHN", "USA", replace(gdp, year=2023))
    with pytest.raises(ValueError, match="no unit of dollars"):
        trade_over_gdp(TOY, "CHN", "USA", replace(gdp, unit="euro"))


def test_one_sided_data_know_no_trade_both_ways() -> None:
    gdp = Gdp(amounts={"CHN": 1.0, "USA": 1.0}, year=2024, unit="USD", source="made up")
    usa_alone = TOY.only(TOY.importer == TOY.country("USA"))
    assert trade_over_gdp(usa_alone, "CHN", "USA", gdp).trade is None


def test_loss_of_a_toy() -> None:
    assert ces_loss(0.02, 0.9, 3.0) == pytest.approx(0.01 * math.log(10))  # 0.02 / 2 · ln(1 / 0.1)
    assert ces_loss(0.02, 0.0, 3.0) == 0
    assert ces_marginal(0.02, 0.9, 3.0) == pytest.approx(0.1)  # 0.02 / (2 · 0.1)


def test_the_loss_is_infinite_where_no_substitute_is_left_and_unknown_where_control_is() -> None:
    assert ces_loss(0.001, 1.0, 8.0) == math.inf
    assert ces_marginal(0.001, 1.0, 8.0) == math.inf
    assert ces_loss(0.0, 1.0, 8.0) == 0  # what nothing is spent on costs nothing
    assert math.isnan(ces_loss(0.1, math.nan, 2.0))


@pytest.mark.parametrize(
    "arguments", [(0.1, 0.5, 1.0), (0.1, 0.5, 0.5), (1.1, 0.5, 2.0), (0.1, -0.1, 2.0), (0.1, 0.5, math.nan)]
)
def test_what_is_no_share_or_no_elasticity_over_one_is_refused(arguments: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match=r"lies in 0\.\.1|is over 1"):
        ces_loss(*arguments)


@given(st.floats(0.001, 1), st.floats(0, 0.98), st.floats(1.1, 10))
def test_loss_grows_faster_the_nearer_control_is_to_all_and_falls_with_substitutes(
    a: float, w: float, s: float
) -> None:
    step = 0.005
    low, mid, high = (float(ces_loss(a, w + n * step, s)) for n in range(3))
    assert high - mid >= mid - low > 0
    assert ces_loss(a, w, s) >= ces_loss(a, w, s + 1)
    slope = (ces_loss(a, w + 1e-7, s) - ces_loss(a, w, s)) / 1e-7
    assert slope == pytest.approx(float(ces_marginal(a, w, s)), rel=1e-4)


def test_a_table_names_its_elasticity_in_every_row_and_sums_the_groups() -> None:
    groups = [
        InputGroup(name="magnets", expenditure=0.01, controlled=0.9),
        InputGroup(name="graphite", expenditure=0.02, controlled=0.5),
    ]
    rows = ces_table(groups, (2.0, 3.0))
    assert [(row.name, row.sigma) for row in rows] == [
        ("magnets", 2.0),
        ("graphite", 2.0),
        (None, 2.0),
        ("magnets", 3.0),
        ("graphite", 3.0),
        (None, 3.0),
    ]
    assert rows[2].loss == pytest.approx(0.01 * math.log(10) + 0.02 * math.log(2))
    assert rows[5].loss == pytest.approx(rows[2].loss / 2)
    assert rows[0].marginal == pytest.approx(0.1)
    assert len(ces_table(groups)) == 3 * len(SIGMAS)


def test_one_unknown_share_leaves_the_sum_unknown() -> None:
    rows = ces_table(
        [
            InputGroup(name="a", expenditure=0.1, controlled=math.nan),
            InputGroup(name="b", expenditure=0.1, controlled=1.0),
        ],
        (2.0,),
    )
    assert [row.loss for row in rows] == [None, math.inf, None]
