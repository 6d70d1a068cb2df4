"""Concentration and dominated trade: worked by hand, against plain loops, and as laws that hold for all flows."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monazite.leverage import shares
from monazite.leverage.definitions import Comparator
from monazite.leverage.flows import Flows, import_shares, import_totals, make_flows, pool
from monazite.leverage.shares import (
    HALF,
    all_pairs,
    asymmetry,
    by_quantity,
    cell_coverage,
    dominated_trade,
    export_hhi,
    outside_shares,
    passes,
    supplier_hhi,
    top_suppliers,
)
from tests.leverage.test_flows import BASIS, printed_flows

# The US buys magnets from China 6 and Japan 2 (share 3/4), pumps from China 5 and Germany 5 (exactly 1/2), and paper from
# China 1 and Germany 3. China buys soy from the US 4 and Brazil 6, and jets from the US 2.
TOY = make_flows(2024, BASIS, [
    ("CHN", "USA", "850511", 6.0, 1.0),
    ("JPN", "USA", "850511", 2.0, 3.0),
    ("CHN", "USA", "841350", 5.0, None),
    ("DEU", "USA", "841350", 5.0, 2.0),
    ("CHN", "USA", "480100", 1.0, 1.0),
    ("DEU", "USA", "480100", 3.0, 1.0),
    ("USA", "CHN", "120100", 4.0, 8.0),
    ("BRA", "CHN", "120100", 6.0, 9.0),
    ("USA", "CHN", "880240", 2.0, 1.0),
])  # fmt: skip
CHN, USA, JPN, DEU = (TOY.country(code) for code in ("CHN", "USA", "JPN", "DEU"))


def at(product: str) -> int:
    return TOY.products.index(product)


def exact_share_of_dominated(
    flows: Flows, exporter: int, importer: int, threshold: Fraction
) -> Fraction | None:
    """D(i -> j) in fractions of the printed decimals, product by product: slow and plain."""
    printed = [Fraction(str(v)) for v in flows.value.tolist()]
    rows = list(
        zip(flows.exporter.tolist(), flows.importer.tolist(), flows.product.tolist(), printed, strict=True)
    )
    shipped = over = Fraction(0)
    for i, j, k, v in rows:
        if (i, j) == (exporter, importer):
            total = sum(w for _, b, g, w in rows if (b, g) == (j, k))
            shipped += v
            over += v if v > threshold * total else 0
    return over / shipped if shipped else None


# -- worked by hand ---------------------------------------------------------------------------------------------


def test_concentration_of_a_toy() -> None:
    found = supplier_hhi(TOY)
    assert found[USA, at("850511")] == 0.625  # (3/4)² + (1/4)²
    assert found[USA, at("841350")] == 0.5
    assert found[CHN, at("880240")] == 1
    assert np.isnan(found[JPN]).all()  # buys nothing: undefined, not zero
    assert export_hhi(TOY)[at("120100")] == pytest.approx(0.52, abs=1e-15)  # 0.4² + 0.6²


def test_the_largest_supplier_of_a_toy() -> None:
    found = top_suppliers(TOY)
    assert (found.supplier[USA, at("850511")], found.share[USA, at("850511")]) == (CHN, 0.75)
    assert (found.supplier[USA, at("480100")], found.share[USA, at("480100")]) == (DEU, 0.75)
    assert (found.supplier[USA, at("841350")], found.share[USA, at("841350")]) == (CHN, 0.5)  # CHN before DEU
    assert found.supplier[JPN, at("850511")] == -1
    assert np.isnan(found.share[JPN, at("850511")])


def test_dominated_trade_of_a_toy_is_strict_at_one_half() -> None:
    out, back = dominated_trade(TOY, "CHN", "USA"), dominated_trade(TOY, "USA", "CHN")
    assert (out.value, out.trade, out.shipped) == (6, 12, 3)
    assert out.products == ("850511",)  # pumps are exactly one half
    assert (back.value, back.trade, back.products) == (2, 6, ("880240",))  # soy: 4 of 10
    assert asymmetry(out.share, back.share) == pytest.approx(1 / 2 - 1 / 3)
    loose = dominated_trade(TOY, "CHN", "USA", comparator=Comparator.AT_LEAST)
    assert loose.products == ("850511", "841350")
    assert loose.share == 11 / 12
    assert dominated_trade(TOY, "CHN", "USA", threshold=Fraction(3, 4)).products == ()
    assert dominated_trade(TOY, "CHN", "USA", threshold=Fraction(1, 5)).share == 1


def test_the_denominator_may_be_what_the_exporter_reports() -> None:
    assert dominated_trade(TOY, "CHN", "USA", reported=24.0).share == 0.25  # 6 of 24
    assert dominated_trade(TOY, "JPN", "CHN", reported=24.0).share is None  # the data hold no such trade


def test_a_pair_without_trade_has_no_share() -> None:
    found = dominated_trade(TOY, "JPN", "CHN")
    assert (found.share, found.products, found.shipped) == (None, (), 0)
    assert dominated_trade(TOY, "ZZZ", "USA").share is None
    assert asymmetry(None, 0.5) is None


def test_by_quantity_the_answer_differs_and_says_what_it_covers() -> None:
    # Magnets: 1 t of China's, 3 t of Japan's. Pumps: China's tonnes are not recorded, so Germany's are all of the known.
    known = by_quantity(TOY)
    assert known.basis.unit == "tonnes"
    assert len(known) == len(TOY) - 1
    assert supplier_hhi(known)[USA, at("850511")] == 0.625  # (1/4)² + (3/4)²
    assert dominated_trade(known, "CHN", "USA").products == ()
    assert dominated_trade(known, "JPN", "USA").share == 1
    weights = TOY.value[TOY.quantity > 0]
    assert dominated_trade(known, "DEU", "USA", weights=weights).trade == 8  # 5 + 3, in value
    covered = cell_coverage(TOY)
    assert covered[USA, at("841350")] == 0.5
    assert covered[USA, at("850511")] == 1
    assert np.isnan(covered[JPN, at("850511")])
    assert len(by_quantity(replace(TOY, quantity=None))) == 0
    assert cell_coverage(replace(TOY, quantity=None))[USA, at("850511")] == 0


def test_what_is_shipped_to_the_supplier_is_left_out_of_his_base() -> None:
    # China sells 6 of the 10 that others buy; another 10 are ore that it buys itself.
    flows = make_flows(
        2024,
        BASIS,
        [("CHN", "USA", "284610", 6.0), ("AUS", "USA", "284610", 4.0), ("AUS", "CHN", "284610", 10.0)],
    )
    found = outside_shares(flows)
    assert found[flows.country("CHN"), 0] == 0.6
    assert found[flows.country("AUS"), 0] == 0.7  # 14 of 20
    small = make_flows(
        2024,
        BASIS,
        [("CHN", "USA", "284610", 0.001), ("AUS", "USA", "284610", 0.003), ("AUS", "CHN", "284610", 1e9)],
    )
    assert outside_shares(small)[small.country("CHN"), 0] == 0.25  # the small rest of a large sum is exact
    alone = make_flows(2024, BASIS, [("AUS", "CHN", "284610", 10.0)])
    assert np.isnan(outside_shares(alone)[alone.country("CHN"), 0])


@pytest.mark.parametrize(
    "values", [(0.6, 0.3, 0.9), (2.7, 0.5, 1.9, 0.3), (3.6, 0.9, 0.8, 1.9), (0.6, 1.7, 1.3, 3.6)]
)
def test_printed_amounts_that_are_one_half_are_so_though_floats_blur_them(values: tuple[float, ...]) -> None:
    # 0.6 + 0.3 + 0.9 is 1.7999999999999998 in floats, so that 0.9 would be over one half; so with the others.
    assert max(values) > 0.5 * np.bincount([0] * len(values), weights=values)[0]
    flows = make_flows(2024, BASIS, [(c, "Z", "010121", v) for c, v in zip("ABCD", values, strict=False)])
    big = flows.countries[int(np.argmax(values))]
    assert dominated_trade(flows, big, "Z").share == 0
    assert np.nansum(all_pairs(flows).dominated_share) == 0
    assert dominated_trade(flows, big, "Z", comparator=Comparator.AT_LEAST).share == 1


def test_one_thousandth_over_one_half_is_over_it() -> None:
    large = 10**8  # thousand dollars: a product of a hundred billion
    flows = make_flows(2024, BASIS, [("A", "Z", "010121", large + 0.001), ("B", "Z", "010121", float(large))])
    assert dominated_trade(flows, "A", "Z").share == 1
    assert all_pairs(flows).products[0, 2] == 1


def test_amounts_without_a_step_are_one_half_but_for_rounding() -> None:
    rows = [(c, "Z", "010121", v) for c, v in zip("BCDA", (1.4, 1.7, 1.3, 4.4), strict=True)]
    printed = make_flows(2024, BASIS, rows)
    flows = replace(printed, value=printed.value * np.pi)
    total = np.bincount([0] * 4, weights=flows.value)[0]
    assert flows.value.max() > 0.5 * total  # by the last digit of a float
    found = all_pairs(flows)
    assert not found.exact
    assert found.products.sum() == 0
    assert all_pairs(flows, comparator=Comparator.AT_LEAST).products.sum() == 1
    assert dominated_trade(flows, "A", "Z").products == ()
    more = replace(
        flows, value=np.where(flows.value == flows.value.max(), flows.value * (1 + 1e-9), flows.value)
    )
    assert all_pairs(more).products.sum() == 1


def test_whole_numbers_decide_where_their_products_would_be_rounded() -> None:
    total, threshold = 9_000_000_000_000_003, Fraction(13, 20)
    amount = (
        13 * total + 1
    ) // 20  # 20 of it are one more than 13 totals, which floats of that size do not see
    assert 20.0 * amount == 13.0 * total
    for held, over in ((amount, True), (amount - 1, False)):
        found = passes(np.array([float(held)]), np.array([float(total)]), threshold, Comparator.OVER, True)
        assert found.tolist() == [over]


# -- all pairs --------------------------------------------------------------------------------------------------


def test_all_pairs_is_the_toy() -> None:
    found = all_pairs(TOY)
    assert found.dominated_share[CHN, USA] == 0.5
    assert found.products[CHN, USA] == 1
    assert found.asymmetry[CHN, USA] == pytest.approx(1 / 6)
    assert np.isnan(found.dominated_share[JPN, DEU])
    assert np.isnan(found.asymmetry[JPN, USA])  # the US ships nothing to Japan here


@given(printed_flows(), st.sampled_from([HALF, Fraction(1, 3), Fraction(13, 20)]))
def test_the_matrix_is_a_plain_loop_over_pairs(flows: Flows, threshold: Fraction) -> None:
    found = all_pairs(flows, threshold=threshold)
    share = found.dominated_share
    for i, exporter in enumerate(flows.countries):
        for j, importer in enumerate(flows.countries):
            exact = exact_share_of_dominated(flows, i, j, threshold)
            pair = dominated_trade(flows, exporter, importer, threshold=threshold)
            assert (pair.share is None) == (exact is None) == bool(np.isnan(share[i, j]))
            if exact is not None:
                assert share[i, j] == pytest.approx(float(exact), abs=1e-12)
                assert pair.share == pytest.approx(float(exact), abs=1e-12)
                assert len(pair.products) == found.products[i, j]
    assert found.exact


@given(printed_flows(), st.integers(0, 2**32))
def test_all_pairs_holds_in_any_order_of_the_rows(flows: Flows, seed: int) -> None:
    order = np.random.default_rng(seed).permutation(len(flows))
    other = replace(flows, exporter=flows.exporter[order], importer=flows.importer[order], product=flows.product[order],
                    value=flows.value[order], quantity=None)  # fmt: skip
    one, two = all_pairs(flows), all_pairs(other)
    assert np.array_equal(one.dominated, two.dominated)  # to the last bit
    assert np.array_equal(one.trade, two.trade)
    assert np.array_equal(one.shares[order], two.shares)


def test_rows_beyond_one_block_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(7)
    keys = rng.permutation(12 * 12 * 400)[:30_000]
    i, j, k = keys // 4800, keys // 400 % 12, keys % 400
    rows = i != j
    flows = Flows(year=2024, basis=BASIS, countries=tuple("ABCDEFGHIJKL"), products=tuple(f"{n:06}" for n in range(400)),
                  exporter=i[rows].astype(np.uint8), importer=j[rows].astype(np.uint8), product=k[rows].astype(np.uint16),
                  value=np.round(rng.lognormal(0, 3, rows.sum()), 3) + 0.001)  # fmt: skip
    whole = all_pairs(flows)
    monkeypatch.setattr("monazite.leverage.flows.BLOCK", 1000)
    parts = all_pairs(flows)
    assert np.array_equal(whole.dominated, parts.dominated)
    assert np.allclose(whole.hhi, parts.hhi, equal_nan=True, rtol=1e-13)
    assert np.allclose(whole.hhi, supplier_hhi(flows), equal_nan=True, rtol=1e-13)
    assert np.allclose(whole.totals, import_totals(flows), rtol=1e-13)
    assert np.allclose(whole.shares, import_shares(flows), rtol=1e-13)
    assert whole.trade.sum() == pytest.approx(flows.value.sum())
    # by product, importer and exporter, as the cache holds them, where runs are summed first
    order = np.lexsort((flows.exporter, flows.importer, flows.product))
    cached = replace(flows, exporter=flows.exporter[order], importer=flows.importer[order],
                     product=flows.product[order], value=flows.value[order])  # fmt: skip
    assert np.array_equal(all_pairs(cached).dominated, whole.dominated)


def test_by_quantity_trade_may_be_counted_in_value() -> None:
    known = by_quantity(TOY)
    found = all_pairs(known, weights=TOY.value[TOY.quantity > 0])
    assert found.trade[CHN, USA] == 7  # 6 + 1; the pumps have no tonnes
    assert found.dominated[JPN, USA] == 2
    assert found.hhi[USA, at("850511")] == 0.625


def test_no_flows_at_all_is_undefined_everywhere() -> None:
    found = all_pairs(TOY.only(np.zeros(len(TOY), dtype=bool)))
    assert np.isnan(found.dominated_share).all()
    assert np.isnan(found.hhi).all()


# -- laws -------------------------------------------------------------------------------------------------------


@given(printed_flows())
def test_asymmetry_turned_round_is_its_opposite(flows: Flows) -> None:
    found = all_pairs(flows).asymmetry
    assert np.array_equal(found, -found.T, equal_nan=True)
    assert np.all(np.abs(found[~np.isnan(found)]) <= 1)


@given(printed_flows())
def test_concentration_lies_between_equal_shares_and_one(flows: Flows) -> None:
    found = supplier_hhi(flows)
    suppliers = import_totals(flows, np.ones(len(flows)))
    some = suppliers > 0
    assert np.all(found[some] <= 1 + 1e-12)
    assert np.all(found[some] >= 1 / suppliers[some] - 1e-12)
    assert np.isnan(found[~some]).all()


@given(printed_flows(), st.floats(1e-3, 1e6))
def test_scaling_every_value_changes_nothing(flows: Flows, factor: float) -> None:
    one, other = all_pairs(flows), all_pairs(replace(flows, value=flows.value * factor))
    assert np.array_equal(one.products, other.products)
    assert np.allclose(one.dominated_share, other.dominated_share, equal_nan=True, rtol=1e-12)
    assert np.allclose(one.hhi, other.hhi, equal_nan=True, rtol=1e-12)


@given(printed_flows(), st.sets(st.sampled_from("ABCDEF"), min_size=2, max_size=4))
def test_concentration_of_a_group_is_that_of_its_pooled_imports(flows: Flows, members: set[str]) -> None:
    pooled = pool(flows, {"G": members})
    if "G" not in pooled.countries:
        return
    found = supplier_hhi(pooled)[pooled.country("G")]
    inside = {n for n, code in enumerate(flows.countries) if code in members}
    for k, code in enumerate(pooled.products):
        bought: dict[int, float] = {}
        for i, j, g, v in zip(flows.exporter, flows.importer, flows.product, flows.value, strict=True):
            if flows.products[g] == code and j in inside and i not in inside:
                bought[i] = bought.get(i, 0.0) + v
        total = sum(bought.values())
        wanted = sum((v / total) ** 2 for v in bought.values()) if bought else np.nan
        assert found[k] == pytest.approx(wanted, nan_ok=True)


@given(st.integers(1, 10**9), st.integers(2, 5))
def test_exactly_one_half_is_never_dominated(thousandths: int, others: int) -> None:
    # A supplier of n·m thousandths beside m suppliers of n.
    half = (
        ("A", "Z", "010121", thousandths * others / 1000),
        *((c, "Z", "010121", thousandths / 1000) for c in "BCDEF"[:others]),
    )
    more = (("A", "Z", "010121", (thousandths * others + 1) / 1000), *half[1:])
    assert dominated_trade(make_flows(2024, BASIS, half), "A", "Z").products == ()
    assert dominated_trade(make_flows(2024, BASIS, more), "A", "Z").products == ("010121",)


def test_every_definition_says_its_scale() -> None:
    for one in vars(shares).values():
        if type(one).__name__ == "Definition":
            assert one.unit
            assert one.formula
            assert one.source
