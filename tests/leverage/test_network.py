"""Exposure through third countries, and chokepoints."""

from dataclasses import replace
from itertools import pairwise, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monazite.leverage.flows import choose, make_flows
from monazite.leverage.network import (
    betweenness,
    flow_matrix,
    indirect_exposure,
    largest_flow,
    must_pass,
    net_exports,
    out_strength,
    supply_shares,
    touching,
    trade_only_exposure,
)
from tests.leverage.test_flows import BASIS

matrices = st.integers(0, 2**32).map(lambda seed: np.random.default_rng(seed))


def links(size: int, *rows: tuple[int, int, float]) -> np.ndarray:
    flow = np.zeros((size, size))
    for i, j, v in rows:
        flow[i, j] = v
    return flow


def test_a_chain_shows_what_direct_shares_do_not_see() -> None:
    # China sells 0.4 to Japan's sector, Japan 0.5 to that of the US, which buys 0.1 from China itself.
    coefficients = links(3, (0, 1, 0.4), (1, 2, 0.5), (0, 2, 0.1))
    found = indirect_exposure(coefficients, ["CHN", "JPN", "USA"], "CHN")
    assert found.direct.tolist() == [0, 0.4, 0.1]
    assert found.total.tolist() == pytest.approx([0, 0.4, 0.3])  # 0.1 + 0.5 · 0.4
    assert found.passing.tolist() == pytest.approx([0, 0.4, 0.3])
    assert found.indirect.tolist() == pytest.approx([0, 0, 0.2])


def test_what_crosses_the_border_twice_counts_once_as_passing() -> None:
    # China -> Japan 0.5 -> China 0.5 -> USA 0.8; in China's own sector half is Japan's, made half of China's.
    coefficients = links(3, (0, 1, 0.5), (1, 0, 0.5), (0, 2, 0.8))
    found = indirect_exposure(coefficients, ["CHN", "JPN", "USA"], "CHN")
    # (I − A)⁻¹: China's output for a unit of its own is 1 / (1 − 0.25); the US draws 0.8 of it.
    assert found.total[2] == pytest.approx(0.8 / 0.75)  # over 1: counted at every crossing
    assert found.passing[2] == pytest.approx(0.8)
    assert found.passing[0] == pytest.approx(0.25)


def test_coefficients_that_leave_no_output_are_refused() -> None:
    pair = ["CHN", "USA"]
    with pytest.raises(ValueError, match="no inverse"):
        indirect_exposure(np.eye(2), pair, "CHN")
    with pytest.raises(ValueError, match="no output is left"):
        indirect_exposure(np.array([[0.0, 2.0], [2.0, 0.0]]), pair, "CHN")
    with pytest.raises(ValueError, match="missing or below 0"):
        indirect_exposure(np.array([[0.0, np.nan], [0.0, 0.0]]), pair, "CHN")
    with pytest.raises(ValueError, match="3 sectors"):
        indirect_exposure(np.zeros((2, 2)), [*pair, "JPN"], "CHN")


@given(matrices, st.integers(2, 6))
def test_total_is_the_sum_over_all_paths_and_passing_never_more(rng: np.random.Generator, size: int) -> None:
    coefficients = rng.random((size, size))
    coefficients *= 0.8 / coefficients.sum(axis=0)
    countries = [f"C{n % 3}" for n in range(size)]
    found = indirect_exposure(coefficients, countries, "C0")
    own = np.array([country == "C0" for country in countries])
    power, total = coefficients.copy(), np.zeros(size)
    for _ in range(200):  # 0.8**200 is nothing
        total += power[own].sum(axis=0)
        power = power @ coefficients
    assert np.allclose(found.total, total)
    assert np.all(found.direct <= found.passing + 1e-12)
    assert np.all(found.passing <= found.total + 1e-12)
    assert np.all(found.passing < 1)


def test_trade_alone_traces_a_supplier_through_an_entrepot() -> None:
    flows = make_flows(
        2024,
        BASIS,
        [
            ("CHN", "NLD", "850511", 8.0),
            ("JPN", "NLD", "850511", 2.0),
            ("NLD", "DEU", "850511", 9.0),
            ("CHN", "DEU", "850511", 1.0),
        ],
    )
    shares, chn, deu = (
        supply_shares(choose(flows, products=["850511"])),
        flows.country("CHN"),
        flows.country("DEU"),
    )
    assert shares[chn, deu] == 0.1
    # two tiers, all passed on: 0.1 + 0.9 · 0.8; half of it: 0.1 + 0.9 · 0.5 · 0.8
    for passed_on, tiers, wanted in ((1.0, 1, 0.1), (1.0, 2, 0.82), (0.5, None, 0.46)):
        found = trade_only_exposure(shares, chn, passed_on=passed_on, tiers=tiers)
        assert found[deu] == pytest.approx(wanted)
    each = np.where(np.array(flows.countries) == "NLD", 0.25, 0.9)
    assert trade_only_exposure(shares, chn, passed_on=each)[deu] == pytest.approx(0.28)
    found = trade_only_exposure(shares, chn, passed_on=0.5)
    assert np.isnan(found[chn])
    assert np.isnan(found[flows.country("JPN")])  # imports nothing
    with pytest.raises(ValueError, match="name the number of tiers"):
        trade_only_exposure(shares, chn, passed_on=1.0)
    with pytest.raises(ValueError, match="lies in"):
        trade_only_exposure(shares, chn, passed_on=1.5, tiers=2)


@given(matrices, st.integers(3, 7), st.floats(0, 0.95))
def test_more_tiers_show_more_up_to_all_of_them(rng: np.random.Generator, size: int, rho: float) -> None:
    bought = rng.random((size, size)) * (rng.random((size, size)) < 0.6)
    np.fill_diagonal(bought, 0)
    with np.errstate(invalid="ignore"):
        shares = bought / bought.sum(axis=0)
    tiers = [np.nan_to_num(trade_only_exposure(shares, 0, passed_on=rho, tiers=n)) for n in (1, 2, 3, 600)]
    for fewer, more in pairwise(tiers):
        assert np.all(more >= fewer - 1e-12)
    assert np.all(tiers[-1] <= 1 + 1e-9)
    assert np.allclose(tiers[-1], np.nan_to_num(trade_only_exposure(shares, 0, passed_on=rho)), atol=1e-9)


def test_strength_and_touching_of_a_toy() -> None:
    flows = make_flows(
        2024,
        BASIS,
        [("CHN", "USA", "850511", 6.0), ("JPN", "CHN", "850511", 2.0), ("DEU", "USA", "841350", 1.0)],
    )
    chn, magnets = flows.country("CHN"), flows.products.index("850511")
    assert out_strength(flows)[chn, magnets] == 0.75
    assert touching(flows)[chn, magnets] == 1  # every flow starts or ends in China
    assert touching(flows)[flows.country("USA"), magnets] == 0.75
    nobody = replace(flows, products=(*flows.products, "999999"))
    assert np.isnan(out_strength(nobody)[:, -1]).all()


def test_betweenness_of_a_star_and_of_a_line() -> None:
    hub = links(4, *((0, n, 5.0) for n in (1, 2, 3)), *((n, 0, 5.0) for n in (1, 2, 3)))
    assert betweenness(hub).tolist() == [1, 0, 0, 0]  # every pair of the others goes through it
    line = links(3, (0, 1, 1.0), (1, 2, 1.0))
    assert betweenness(line).tolist() == [0, 0.5, 0]  # 0 to 2, of the two pairs 0-2 and 2-0
    thin = links(3, (0, 1, 10.0), (1, 2, 10.0), (0, 2, 1.0))
    assert betweenness(thin)[1] == 0.5  # 1/10 + 1/10 is shorter than 1/1
    two = links(4, (0, 1, 2.0), (1, 3, 2.0), (0, 2, 2.0), (2, 3, 2.0))
    assert betweenness(two).tolist() == pytest.approx([0, 0.5 / 6, 0.5 / 6, 0])  # two ways alike: half each
    assert np.isnan(betweenness(np.zeros((2, 2)))).all()


@given(matrices)
def test_betweenness_counts_the_shortest_of_all_walks(rng: np.random.Generator) -> None:
    size = 5
    flow = rng.integers(0, 4, (size, size)).astype(float)  # few values, so that ways are often alike
    np.fill_diagonal(flow, 0)
    wanted = np.zeros(size)
    for s, t in permutations(range(size), 2):
        others = [n for n in range(size) if n not in (s, t)]
        walks = [(s, *middle, t) for r in range(4) for middle in permutations(others, r)]
        lengths = {
            w: sum(1 / flow[a, b] for a, b in pairwise(w))
            for w in walks
            if all(flow[a, b] for a, b in pairwise(w))
        }
        best = [w for w, length in lengths.items() if length <= min(lengths.values()) + 1e-9]
        for walk in best:
            wanted[list(walk[1:-1])] += 1 / len(best)
    assert np.allclose(betweenness(flow), wanted / ((size - 1) * (size - 2)))


def test_the_cut_test_of_a_toy() -> None:
    # From 0 through 1 (5) or 2 (2) to 3: seven in all, five of them through 1. A direct link of 3 leaves 5 of 10.
    flow, supply = links(4, (0, 1, 5.0), (1, 3, 5.0), (0, 2, 3.0), (2, 3, 2.0)), np.array([20.0, 0, 0, 0])
    assert largest_flow(flow, supply, 3) == 7
    assert must_pass(flow, supply, target=3, node=1) == pytest.approx(5 / 7)
    assert must_pass(flow, supply, target=3, node=0) == 1  # the only source
    direct = flow + links(4, (0, 3, 3.0))
    assert must_pass(direct, supply, target=3, node=1) == 0.5
    assert must_pass(flow, np.array([4.0, 0, 0, 0]), target=3, node=1) == 0.5  # 4 can come; without 1 only 2
    assert must_pass(flow, np.zeros(4), target=3, node=1) is None
    with pytest.raises(ValueError, match="on the way to itself"):
        must_pass(flow, supply, target=3, node=3)


def test_a_way_that_was_taken_may_have_to_be_given_back() -> None:
    # The shortest way, 0-1-2-7, blocks both others; the largest flow is 2, over 0-1-3-4-7 and 0-5-6-2-7.
    ways = ((0, 1, 2, 7), (1, 3, 4, 7), (0, 5, 6, 2))
    flow = links(8, *((a, b, 1.0) for way in ways for a, b in pairwise(way)))
    assert largest_flow(flow, np.array([9.0, *[0] * 7]), 7) == 2


def test_the_targets_own_supply_is_not_what_reaches_it() -> None:
    flow = links(2, (0, 1, 3.0))
    assert largest_flow(flow, np.array([9.0, 50.0]), 1) == 3


@given(matrices)
def test_the_largest_flow_is_the_smallest_cut(rng: np.random.Generator) -> None:
    size = 5
    flow, supply = rng.integers(0, 6, (size, size)).astype(float), rng.integers(0, 8, size).astype(float)
    np.fill_diagonal(flow, 0)
    target = 4
    cuts = []
    for side in range(2 ** (size - 1)):  # which of the others stand with the source
        with_source = [n for n in range(size - 1) if side >> n & 1]
        rest = [n for n in range(size) if n not in with_source]
        cuts.append(sum(supply[n] for n in rest if n != target) + flow[np.ix_(with_source, rest)].sum())
    assert largest_flow(flow, supply, target) == min(cuts)


def test_net_exports_stand_in_for_production() -> None:
    flows = make_flows(2024, BASIS, [("CHN", "NLD", "850511", 8.0), ("NLD", "DEU", "850511", 5.0)])
    found = net_exports(flow_matrix(flows))
    assert dict(zip(flows.countries, found.tolist(), strict=True)) == {"CHN": 8, "DEU": 0, "NLD": 0}
