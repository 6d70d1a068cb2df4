"""The structural index against the golden values of the reference (authors' R package, eps 0.01, weights = sales)."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monazite.disruption.network.structural import FirmLinks, Prepared, each_firm, structural_index
from monazite.terms.faults import BadInput

NET_A = "3>6 4>6 4>7 5>7 6>1 6>2 7>10 7>11 8>1 8>2 9>11"
PRODUCTS_A = [0, 0, 1, 1, 1, 2, 2, 3, 3, 4, 4]
NET_B = "1>4=3 2>4=1 3>4=6 4>5=10 4>6=5 3>5=20 3>6=10 5>3=2"
PRODUCTS_B = [0, 0, 1, 2, 3, 3]

GOLD_A = {
    1: (0.272727, 0, 0.272727, 3),
    2: (0.272727, 0, 0.272727, 3),
    3: (0.181818, 0.181818, 0.090909, 3),
    4: (0.363636, 0.363636, 0.181818, 3),
    5: (0.181818, 0.181818, 0.090909, 3),
    6: (0.363636, 0.181818, 0.363636, 2),
    7: (0.363636, 0.181818, 0.363636, 2),
    8: (0.181818, 0.181818, 0.181818, 2),
    9: (0.090909, 0.090909, 0.090909, 2),
    10: (0.181818, 0, 0.181818, 3),
    11: (0.272727, 0, 0.272727, 3),
}
GOLD_B = {
    1: (0.75, 0.75, 0.052632, 4),
    2: (0.25, 0.25, 0.017544, 4),
    3: (0.888889, 0.812865, 0.888889, 4),
    4: (1, 0.929825, 0.575674, 11),
    5: (0.888889, 0.824561, 0.678363, 3),
    6: (0.960415, 0, 0.960415, 17),
}
REPLACED_A = GOLD_A | {firm: (0.121212, 0.121212, 0.090909, 3) for firm in (3, 5)}
REPLACED_B = GOLD_B | {2: (0.095029, 0.095029, 0.017544, 4)}


def network(links: str, products: list[int], needs: np.ndarray, *, replace: bool = False) -> Prepared:
    seller, buyer, value = [], [], []
    for link in links.split():
        ends, _, sold = link.partition("=")
        one, other = ends.split(">")
        seller.append(int(one) - 1)
        buyer.append(int(other) - 1)
        value.append(float(sold or 1))
    product = np.array(products)
    return Prepared(
        FirmLinks(
            names=tuple(str(n + 1) for n in range(len(products))),
            seller=np.array(seller), buyer=np.array(buyer), value=np.array(value),
            product=product, needs=needs, market=product if replace else None,
        )
    )  # fmt: skip


def net_a(*, replace: bool = False) -> Prepared:
    return network(NET_A, PRODUCTS_A, np.ones((5, 5), dtype=int), replace=replace)


def net_b(*, replace: bool = False) -> Prepared:
    needs = np.zeros((4, 4), dtype=int)
    for k, maker, need in ((1, 3, 2), (2, 3, 1), (3, 4, 2), (2, 4, 1), (4, 2, 1)):
        needs[k - 1, maker - 1] = need
    return network(NET_B, PRODUCTS_B, needs, replace=replace)


@pytest.mark.parametrize(
    ("net", "gold"),
    [
        (net_a(), GOLD_A),
        (net_a(replace=True), REPLACED_A),
        (net_b(), GOLD_B),
        (net_b(replace=True), REPLACED_B),
    ],
    ids=["A", "A replaced", "B", "B replaced"],
)
def test_golden_values(net, gold):
    for firm, found in enumerate(each_firm(net, eps=0.01), start=1):
        index, downstream, upstream, steps = gold[firm]
        assert found.index == pytest.approx(index, abs=6e-7), firm
        assert found.downstream == pytest.approx(downstream, abs=6e-7), firm
        assert found.upstream == pytest.approx(upstream, abs=6e-7), firm
        assert (found.steps, found.eps) == (steps, 0.01), firm


def test_a_smaller_eps_gives_another_index():
    found = structural_index(net_b(), [5], eps=1e-10)
    assert (found.index, found.downstream, found.upstream) == pytest.approx((1, 0, 1), abs=1e-6)
    assert found.steps == 116


def plain(firms: FirmLinks, shocked: int, eps: float) -> tuple[float, int]:
    """The definition with loops and dense matrices."""
    count = len(firms)
    sales = np.zeros((count, count))
    np.add.at(sales, (firms.seller, firms.buyer), firms.value)
    revenue = sales.sum(1) if firms.revenue is None else firms.revenue
    costs = sales.sum(0) if firms.costs is None else firms.costs
    cap = np.ones(count)
    cap[shocked] = 0
    h_d, h_u, steps = cap.copy(), cap.copy(), 0
    while True:
        steps += 1
        sigma = np.ones(count)
        if firms.market is not None:
            for i in range(count):
                left = (h_d * sales.sum(1))[firms.market == firms.market[i]].sum()
                sigma[i] = min(1, sales[i].sum() / (left if left >= 1e-10 else 1))
        new_d, new_u = h_d.copy(), h_u.copy()
        for j in range(count):
            hard, loose = 0.0, 0.0
            for k in set(firms.product):
                makers = np.flatnonzero(firms.product == k)
                need = firms.needs[k, firms.product[j]]
                total = {0: np.inf, 1: costs[j], 2: sales[makers, j].sum()}[need]
                lack = sum(sigma[i] * sales[i, j] / total * (1 - h_d[i]) for i in makers) if total else 0.0
                hard, loose = (max(hard, lack), loose) if need == 2 else (hard, loose + lack)
            new_d[j] = max(0, min(cap[j], 1 - hard, 1 - loose))
            lost = sum(sales[j, b] / revenue[j] * (1 - h_u[b]) for b in range(count)) if revenue[j] else 0.0
            new_u[j] = max(0, min(cap[j], 1 - lost))
        fall = max((h_d - new_d).max(), (h_u - new_u).max())
        h_d, h_u = new_d, new_u
        if fall <= eps:
            return float(revenue @ (1 - np.minimum(h_d, h_u)) / revenue.sum()), steps


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10_000), st.booleans(), st.booleans())
def test_equals_the_definition_in_plain_loops(seed, replace, outside):
    rng = np.random.default_rng(seed)
    count, links = 9, 22
    product = rng.integers(0, 4, count)
    firms = FirmLinks(
        names=tuple(map(str, range(count))),
        seller=rng.integers(0, count, links), buyer=rng.integers(0, count, links),
        value=rng.integers(1, 20, links).astype(float), product=product,
        needs=rng.integers(0, 3, (4, 4)), market=product if replace else None,
    )  # fmt: skip
    if outside:
        more = rng.integers(1, 30, (2, count))
        firms = FirmLinks(
            names=firms.names, seller=firms.seller, buyer=firms.buyer, value=firms.value, product=product,
            needs=firms.needs, market=firms.market,
            revenue=firms.sales + more[0], costs=firms.bought + more[1],
        )  # fmt: skip
    prepared = Prepared(firms)
    for firm in range(count):
        index, steps = plain(firms, firm, 0.013)
        found = structural_index(prepared, [firm], eps=0.013)
        assert found.index == pytest.approx(index, abs=1e-12)
        assert found.steps == steps


def test_reading_only_touched_firms_changes_nothing(monkeypatch):
    rng = np.random.default_rng(4)
    count, links = 300, 1500
    product = rng.integers(0, 12, count)
    prepared = Prepared(
        FirmLinks(
            names=tuple(map(str, range(count))),
            seller=rng.integers(0, count, links), buyer=rng.integers(0, count, links),
            value=rng.random(links), product=product, needs=rng.integers(0, 3, (12, 12)), market=product,
        )
    )  # fmt: skip
    monkeypatch.setattr("monazite.disruption.network.structural.FEW", 0)
    found = {}
    for many in (-1.0, 0.1, 2.0):
        monkeypatch.setattr("monazite.disruption.network.structural.MANY", many)
        found[many] = [
            (one.index, one.steps) for one in each_firm(prepared, eps=0.01, firms=range(0, 300, 30))
        ]
    for many in (-1.0, 2.0):
        assert np.allclose(found[many], found[0.1], atol=1e-12)


def test_revenue_gives_makers_of_final_goods_their_weight():
    firms = net_a().firms
    revenue = firms.sales + 5.0
    found = structural_index(
        Prepared(
            FirmLinks(
                names=firms.names, seller=firms.seller, buyer=firms.buyer, value=firms.value,
                product=firms.product, needs=firms.needs, revenue=revenue,
            )
        ),
        [0],
        eps=0.01,
    )  # fmt: skip
    assert found.by_revenue
    assert found.upstream >= 5 / revenue.sum()


def test_faults_are_named_together():
    with pytest.raises(BadInput) as bad:
        FirmLinks(
            names=("a", "b"), seller=np.array([0]), buyer=np.array([2]), value=np.array([-1.0]),
            product=np.array([0, 0]), needs=np.array([[3]]),
        )  # fmt: skip
    assert len(bad.value.faults) == 3
    with pytest.raises(BadInput):
        structural_index(net_a(), [0], eps=-1)
