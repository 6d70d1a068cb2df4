"""Shares that move slowly, and links that are blocked, against the equations as they stand, link by link."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monazite.disruption.network.days import LostCapacity, Network, NetworkScenario, Parameters, Permission
from monazite.disruption.network.table import SupplyTable
from tests.disruption.direct import production
from tests.disruption.test_network import cut, loss, made_up

NEVER = float("inf")


def ramps(count: int, rng: np.random.Generator, *, most: float) -> tuple[LostCapacity, ...]:
    """Losses of a third of the industries, each with a day, a depth and a way back of its own."""
    found = []
    for place in rng.choice(count, count // 3, replace=False):
        first, depth = rng.integers(0, 60), rng.random() * most
        share = np.interp(np.arange(150), [first, first + 1, first + 30, first + 60], [0, depth, depth, 0])
        found.append(LostCapacity(industries=np.array([place]), share=share))
    return tuple(found)


def gap(table: SupplyTable, scenarios: list[NetworkScenario], steps: int, given: Parameters) -> float:
    """Largest difference from the direct equations, of production at rest, over days, scenarios and industries."""
    net = Network(table, scenarios, parameters=given)
    found = np.array([day.production for day in net.run(steps)])
    rest = np.where(table.output > 0, table.output / 365, 1)
    worst = 0.0
    for at, scenario in enumerate(scenarios):
        wanted, stock = production(table, scenario, steps, given)
        worst = max(worst, float(np.max(np.abs(found[:, at] - wanted) / rest)))
        apart = np.abs(net.stock[:, at] - stock) / rest
        worst = max(worst, float(np.max(apart)) / float(np.max(np.asarray(given.cover))))
    return worst


@pytest.mark.parametrize("switch", [1.0, 2.0, 30.0, 180.0, NEVER, "each"])
def test_every_pull_equals_the_direct_equations(switch):
    rng = np.random.default_rng(4)
    table = made_up(4, regions=6, sectors=4, holes=0.5)
    chance = np.linspace(0, 1, 80)
    waits = Permission(suppliers=np.array([1, 5, 9]), buyers=np.arange(12, 24), share=chance)
    scenarios = [
        NetworkScenario(name="ramps", losses=ramps(24, rng, most=0.9)),
        NetworkScenario(name="stopped", losses=(*ramps(24, rng, most=0.5), loss(3, 7, share=1.0))),
        NetworkScenario(name="blocked", permissions=(cut(table, 2), waits), losses=ramps(24, rng, most=0.6)),
    ]
    pull = np.array([1.0, 5.0, 30.0, NEVER]) if switch == "each" else switch
    assert gap(table, scenarios, 200, Parameters(switch=pull)) < 1e-12


@pytest.mark.parametrize("most", [0.0, 0.2, 9.0])
def test_shares_by_link_or_as_a_sum_of_terms_are_the_same(monkeypatch, most):
    """From the first difference by link, where the terms become many, and never."""
    from monazite.disruption.network import shares

    monkeypatch.setattr(shares, "MOST_TERMS", most)
    table = made_up(5, regions=14, sectors=2, holes=0.5)
    rng = np.random.default_rng(8)
    scenarios = [NetworkScenario(name=str(at), losses=ramps(28, rng, most=0.8)) for at in range(2)]
    assert gap(table, scenarios, 150, Parameters(switch=20.0)) < 1e-12


def test_criticality_short_steps_and_little_cover_equal_the_direct_equations():
    table = made_up(7, regions=6, sectors=4, holes=0.3)
    scenario = NetworkScenario(name="x", losses=ramps(24, np.random.default_rng(1), most=0.8),
                               permissions=(cut(table, 2, 0.2),))  # fmt: skip
    given = Parameters(switch=30.0, cover=10.0, restock=6.0, bind=np.array([1.0, 0.5, 0.0, 1.0]), step=0.5)
    assert gap(table, [scenario], 200, given) < 1e-12


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 10_000), st.floats(1.5, 200), st.floats(0.1, 0.999))
def test_any_table_equals_the_direct_equations(seed, switch, most):
    rng = np.random.default_rng(seed)
    table = made_up(seed, regions=5, sectors=3, holes=0.6)
    scenario = NetworkScenario(name="x", losses=ramps(15, rng, most=most))
    assert gap(table, [scenario, NetworkScenario(name="rest")], 80, Parameters(switch=switch)) < 1e-12


def test_all_makers_blocked_keeps_the_shares():
    """Nothing crosses for 20 days; what buyers turn to afterwards is what they had."""
    table = made_up(2)
    makers = np.flatnonzero(table.product == 1)
    shut = Permission(suppliers=makers, buyers=np.arange(12), share=np.zeros(20))
    scenario = NetworkScenario(name="shut", permissions=(shut,))
    for switch in (1.0, 30.0, NEVER):
        assert gap(table, [scenario], 60, Parameters(switch=switch, cover=15.0, restock=6.0)) < 1e-12


def test_tiles_of_every_cut_give_the_same(monkeypatch):
    from monazite.disruption.network import shares

    table = made_up(6, regions=6, sectors=4)
    rng = np.random.default_rng(3)
    scenarios = [
        NetworkScenario(name=str(at), losses=ramps(24, rng, most=0.7), permissions=rules)
        for at, rules in enumerate([(), (cut(table, 5, 0.3),), ()])
    ]
    found = []
    for size in (300, 1_500, 10**9):
        monkeypatch.setattr(shares, "TILE_BYTES", size)
        monkeypatch.setattr(shares, "STATE_BYTES", size)
        net = Network(table, scenarios, parameters=Parameters(switch=np.array([1.0, 30.0, 30.0, NEVER])))
        found.append(np.array([day.production for day in net.run(120)]))
    rest = table.output / 365
    assert np.max(np.abs(found[0] - found[2]) / rest) < 1e-12
    assert np.max(np.abs(found[1] - found[2]) / rest) < 1e-12


def test_single_precision_stays_near():
    table = made_up(9, regions=6, sectors=4)
    scenario = NetworkScenario(name="x", losses=ramps(24, np.random.default_rng(5), most=0.8))
    wanted, _ = production(table, scenario, 150, Parameters(switch=30.0))
    net = Network(table, [scenario], parameters=Parameters(switch=30.0, dtype=np.float32))
    found = np.array([day.production[0] for day in net.run(150)])
    assert found.dtype == np.float32
    assert np.max(np.abs(found - wanted) / (table.output / 365)) < 1e-4


def test_industries_that_make_or_buy_nothing():
    table = made_up(11, regions=5, sectors=3, holes=0.4)
    flows, final = table.flows.copy(), table.final_demand.copy()
    flows[4], final[4] = 0, 0  # makes nothing, though it buys
    flows[:, 7] = 0  # buys nothing
    flows[table.product == 2] = 0  # a product nobody buys as an input
    held = SupplyTable(flows=flows, final_demand=final, product=table.product, names=table.names,
                       products=table.products)  # fmt: skip
    scenario = NetworkScenario(name="x", losses=ramps(15, np.random.default_rng(2), most=0.8))
    for switch in (1.0, 30.0, NEVER):
        assert gap(held, [scenario], 100, Parameters(switch=switch)) < 1e-12
