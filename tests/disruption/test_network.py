"""The network: identities of the reference, BoARIO's figures, and a hand-worked toy."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monazite.disruption.network.days import LostCapacity, Network, NetworkScenario, Parameters, Permission
from monazite.disruption.network.table import SupplyTable, product_node
from monazite.terms.faults import BadInput

GOLDEN = Path(__file__).parent / "golden" / "boario-made-up-table.json"


def made_up(seed: int = 1, *, regions: int = 4, sectors: int = 3, holes: float = 0.2) -> SupplyTable:
    rng = np.random.default_rng(seed)
    count = regions * sectors
    flows = rng.random((count, count)) * 100 * (rng.random((count, count)) > holes)
    return SupplyTable(
        flows=flows,
        final_demand=rng.random(count) * 50 + flows.sum(axis=0) * 0.5 + 1,
        product=np.tile(np.arange(sectors), regions),
        names=tuple(f"r{at // sectors}/s{at % sectors}" for at in range(count)),
        products=tuple(f"s{at}" for at in range(sectors)),
    )


def cut(table: SupplyTable, maker: int, share: float = 0.0, days: int = 60) -> Permission:
    buyers = np.flatnonzero(np.arange(len(table)) != maker)
    return Permission(suppliers=np.array([maker]), buyers=buyers, share=np.full(days, share))


def loss(*industries: int, share: float = 0.5, days: int = 40) -> LostCapacity:
    return LostCapacity(industries=np.array(industries), share=np.full(days, share))


def made(table, scenario, days, **given):
    net = Network(table, [scenario], parameters=Parameters(**given))
    return np.array([day.production[0] for day in net.run(days)])


def golden_table(held) -> SupplyTable:
    return SupplyTable(
        flows=np.array(held["flows"]), final_demand=np.array(held["final_demand"]),
        product=np.array(held["product"]), names=tuple(held["names"]), products=tuple(held["products"]),
    )  # fmt: skip


def lost_share(days: int, share: float) -> np.ndarray:
    """Nothing until day 6, `share` until day 37, then a line back to nothing in 60 days."""
    at = np.arange(days)
    return np.where(at < 6, 0, share * np.clip(1 - (at - 37) / 60, 0, 1))


def golden_scenario() -> NetworkScenario:
    losses = tuple(
        LostCapacity(industries=np.array([place]), share=lost_share(365, share))
        for place, share in ((2, 0.6), (11, 0.3))
    )
    return NetworkScenario(name="two industries", losses=losses)


@pytest.mark.parametrize(("order", "switch"), [("alt", 1.0), ("noalt", np.inf)])
def test_golden_days_of_boario(order, switch):
    """Some days of all industries as BoARIO 0.7.2 gave them on a made-up table."""
    held = json.loads(GOLDEN.read_text(encoding="utf-8"))
    table = golden_table(held)
    found = made(table, golden_scenario(), 365, switch=switch)
    per_day = table.output / 365
    for day, wanted in held[order].items():
        assert np.max(np.abs(found[int(day)] - np.array(wanted)) / per_day) < 1e-12, day


@pytest.mark.parametrize(("order", "switch"), [("alt", 1.0), ("noalt", np.inf)])
@pytest.mark.filterwarnings("ignore")
def test_equals_boario_on_every_day_and_industry(order, switch):
    pd = pytest.importorskip("pandas")
    pymrio = pytest.importorskip("pymrio")
    pytest.importorskip("progressbar")
    models = pytest.importorskip("boario.extended_models")
    simulation = pytest.importorskip("boario.simulation")
    events = pytest.importorskip("boario.event")
    system = pymrio.load_test().calc_all()
    index = system.Z.index
    peer = simulation.Simulation(models.ARIOPsiModel(system, order_type=order), n_temporal_units_to_sim=365)
    impact = pd.Series([0.6, 0.3], index=index[[2, 11]])
    peer.add_event(
        events.EventArbitraryProd(
            impact=impact, occurrence=5, duration=30, recovery_tau=60, recovery_function="linear"
        )
    )
    peer.loop()
    wanted = peer.production_realised[index].to_numpy()
    from monazite.readers.disruption.tables import table_of_system

    table = table_of_system(system)
    assert list(table.names) == ["/".join(name) for name in index]
    found = made(table, golden_scenario(), 365, switch=switch)
    assert np.max(np.abs(found - wanted) / (table.output / 365)) < 1e-12


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1000), st.sampled_from([1.0, 7.0, np.inf]))
def test_rest_stays_at_rest(seed, switch):
    table = made_up(seed)
    found = made(table, NetworkScenario(name="rest"), 50, switch=switch)
    assert np.max(np.abs(found / (table.output / 365) - 1)) < 1e-15


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 1000), st.sampled_from([1.0, 7.0, np.inf]), st.booleans())
def test_no_negative_stock_and_nothing_is_lost(seed, switch, blocked):
    table = made_up(seed)
    held = NetworkScenario(
        name="both", losses=(loss(1, 5, share=1.0),), permissions=(cut(table, 3, 0.1),) if blocked else ()
    )
    net = Network(table, [held], parameters=Parameters(switch=switch, cover=12.0, restock=6.0))
    before = net.stock.copy()
    for day in net.run(120):
        got = net.stock - before + table.input_per_output[:, None] * day.production
        before = net.stock.copy()
        assert before.min() >= 0
        assert np.all(day.production <= day.demand * (1 + 1e-12))
        shipped = got.sum() + day.final_served.sum()
        assert shipped == pytest.approx(day.production.sum(), rel=2e-15)  # taken from differences of stocks


def test_shares_kept_by_link_give_the_same_as_shares_that_are_not():
    """A permission that lets everything cross sends a product the long way round."""
    table = made_up(3)
    open_links = Permission(suppliers=np.arange(12), buyers=np.arange(12), share=np.ones(3))
    for switch in (1.0, np.inf):
        one = NetworkScenario(name="short", losses=(loss(0, 7),))
        other = NetworkScenario(name="long", losses=one.losses, permissions=(open_links,))
        assert np.allclose(
            made(table, one, 90, switch=switch), made(table, other, 90, switch=switch), rtol=1e-12
        )


def test_many_scenarios_together_equal_each_alone():
    table = made_up(5)
    scenarios = [
        NetworkScenario(name="rest"),
        NetworkScenario(name="lost", losses=(loss(2, share=0.9),)),
        NetworkScenario(name="cut", permissions=(cut(table, 4, 0.0), cut(table, 7, 0.3, days=20))),
    ]
    given = {"switch": np.array([1.0, 10.0, np.inf]), "cover": 10.0, "restock": 6.0}
    together = Network(table, scenarios, parameters=Parameters(**given))
    found = np.array([day.production for day in together.run(100)])
    for at, scenario in enumerate(scenarios):
        assert np.allclose(found[:, at], made(table, scenario, 100, **given), rtol=1e-12)
    short = Network(table, scenarios, parameters=Parameters(dtype=np.float32, **given))
    rough = np.array([day.production for day in short.run(100)])
    assert rough.dtype == np.float32
    assert np.max(np.abs(rough - found) / (table.output / 365)) < 1e-4


def test_permutation_of_industries_and_scale_of_money():
    table = made_up(8)
    order = np.random.default_rng(0).permutation(12)
    moved = SupplyTable(
        flows=table.flows[np.ix_(order, order)], final_demand=table.final_demand[order],
        product=table.product[order], names=tuple(table.names[at] for at in order), products=table.products,
    )  # fmt: skip
    back = np.argsort(order)
    here = NetworkScenario(name="here", losses=(loss(1, 6),), permissions=(cut(table, 3),))
    there = NetworkScenario(
        name="there", losses=(loss(*back[[1, 6]]),), permissions=(cut(moved, int(back[3])),)
    )
    given = {"switch": 5.0, "cover": 10.0}
    found = made(table, here, 80, **given)
    assert np.allclose(made(moved, there, 80, **given), found[:, order], rtol=1e-11)
    richer = SupplyTable(
        flows=table.flows * 1e6, final_demand=table.final_demand * 1e6,
        product=table.product, names=table.names, products=table.products,
    )  # fmt: skip
    assert np.allclose(made(richer, here, 80, **given), found * 1e6, rtol=1e-11)


@pytest.mark.parametrize(("switch", "low"), [(30.0, 1.9), (np.inf, 1.6)])
def test_halving_the_step_about_halves_the_error(switch, low):
    table = made_up(2)
    totals = []
    for step in (0.5, 0.25, 0.125):
        share = np.interp(np.arange(int(100 / step)) * step, [0, 5, 25, 45], [0, 0.4, 0.4, 0])
        held = NetworkScenario(name="lost", losses=(LostCapacity(industries=np.array([0, 4]), share=share),))
        totals.append(made(table, held, len(share), switch=switch, step=step).sum() * step)
    first, second = np.abs(np.diff(totals))
    assert first / totals[-1] < 1e-4
    assert low < first / second < 2.3


def test_sector_products_hide_a_cut():
    """All exports of one product of one region cut for 120 days: what the other regions make hardly falls."""
    pytest.importorskip("pymrio")
    from monazite.readers.disruption.tables import read_test_table

    table = read_test_table()
    fell = []
    for maker in range(0, 48, 7):
        others = np.flatnonzero(np.arange(48) // 8 != maker // 8)
        shut = Permission(suppliers=np.array([maker]), buyers=others, share=np.zeros(120))
        found = made(table, NetworkScenario(name="cut", permissions=(shut,)), 200, switch=1.0)
        fell.append(1 - found[:, others].sum() / (table.output[others] * 200 / 365).sum())
    assert max(fell) < 2e-4


def chain(*, bind: float = 1.0) -> tuple[SupplyTable, Parameters]:
    """A mine ships all to a factory, which ships all to final buyers: 3,650 a year, 10 a day."""
    table = SupplyTable(
        flows=np.array([[0.0, 3650.0], [0.0, 0.0]]), final_demand=np.array([0.0, 7300.0]),
        product=np.array([0, 1]), names=("mine", "factory"), products=("ore", "goods"),
    )  # fmt: skip
    return table, Parameters(cover=10.0, psi=0.5, restock=5.0, bind=bind)


def test_a_cut_link_stops_the_buyer_when_its_stock_is_at_half_its_target():
    """Stock 100, use 10 a day, psi 0.5: full speed through day 5, then x = stock / 5 of the ore a day."""
    table, parameters = chain()
    blocked = Permission(suppliers=np.array([0]), buyers=np.array([1]), share=np.zeros(30))
    net = Network(table, [NetworkScenario(name="cut", permissions=(blocked,))], parameters=parameters)
    found = [float(day.production[0, 1]) for day in net.run(8)]
    assert found[:6] == pytest.approx([20.0] * 6)
    assert found[6:] == pytest.approx([16.0, 12.8])


def test_what_is_not_critical_binds_less():
    totals = []
    for bind in (1.0, 0.5, 0.0):
        table, parameters = chain(bind=bind)
        blocked = Permission.licensed(
            suppliers=np.array([0]), buyers=np.array([1]), waiting=1.0, decided=np.zeros(60)
        )
        net = Network(table, [NetworkScenario(name="cut", permissions=(blocked,))], parameters=parameters)
        totals.append(sum(float(day.production[0, 1]) for day in net.run(60)))
    assert totals[0] < totals[1] < totals[2]
    assert totals[2] == pytest.approx(20 * 60)


def test_a_node_of_its_own_shows_what_a_sector_hides():
    table = made_up(1, holes=0.0)
    node = product_node(table, maker=1, buyers={2: table.flows[1, 2] / 2}, name="magnets", product="magnet")
    assert node.output.sum() == pytest.approx(table.output.sum())
    assert np.allclose(np.delete(node.output, 1)[:11], np.delete(table.output, 1))
    buyers = np.arange(12)
    hidden = NetworkScenario(
        name="sector", permissions=(Permission(suppliers=np.array([1]), buyers=buyers, share=np.zeros(150)),)
    )
    shown = NetworkScenario(
        name="node", permissions=(Permission(suppliers=np.array([12]), buyers=buyers, share=np.zeros(150)),)
    )
    given = {"switch": 1.0, "cover": 20.0}
    sector = made(table, hidden, 150, **given)[:, 2].sum()
    split = made(node, shown, 150, **given)[:, 2].sum()
    assert split < sector / 2
    with pytest.raises(BadInput):
        product_node(table, maker=1, buyers={2: 1e9}, name="magnets", product="magnet")


def test_faults():
    table = made_up()
    with pytest.raises(BadInput) as bad:
        Parameters(psi=0, alpha_max=0.5, switch=0.1, bind=0.3)
    assert len(bad.value.faults) >= 4
    with pytest.raises(BadInput):
        Network(table, [])
    with pytest.raises(BadInput) as bad:
        Network(table, [NetworkScenario(name="x", losses=(loss(99, share=2.0),))])
    assert len(bad.value.faults) == 2
    with pytest.raises(BadInput):
        SupplyTable(flows=-np.ones((1, 1)), final_demand=np.ones(1), product=np.zeros(1, dtype=int),
                    names=("a",), products=("p",))  # fmt: skip
