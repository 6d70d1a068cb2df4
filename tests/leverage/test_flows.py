"""Flows: sums, shares, coarser codes, groups as one trader, and sums without rounding."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monazite.leverage.flows import (
    BLOCK,
    Basis,
    Flows,
    blocks,
    choose,
    coarsen,
    export_totals,
    import_shares,
    import_totals,
    make_flows,
    pool,
    quantity_coverage,
    usd_per_unit,
    whole_steps,
)

BASIS = Basis(
    dataset="toy", release="1", side="reconciled", valuation="free on board", unit="thousand current USD",
    nomenclature="HS1992", digits=6,
)  # fmt: skip

TOY = make_flows(2024, BASIS, [
    ("CHN", "USA", "010121", 6.0, 3.0),
    ("JPN", "USA", "010121", 2.0, None),
    ("CHN", "DEU", "010121", 5.0, 1.0),
    ("DEU", "USA", "010129", 4.0, 2.0),
    ("FRA", "DEU", "010129", 1.0, 1.0),
    ("FRA", "USA", "850511", 9.0, 9.0),
])  # fmt: skip


def cell(table: np.ndarray, flows: Flows, country: str, product: str) -> float:
    return float(table[flows.country(country), flows.products.index(product)])


@st.composite
def printed_flows(draw: st.DrawFn) -> Flows:
    """Flows whose values are printed to the thousandth."""
    countries, products = "ABCDEF", ["010121", "010129", "020110", "850511"]
    keys = draw(st.sets(st.tuples(*[st.sampled_from(countries)] * 2, st.sampled_from(products)), min_size=1))
    keys = sorted(key for key in keys if key[0] != key[1]) or [("A", "B", "010121")]
    values = draw(st.lists(st.integers(1, 10**7), min_size=len(keys), max_size=len(keys)))
    return make_flows(2024, BASIS, [(*key, value / 1000) for key, value in zip(keys, values, strict=True)])


def test_totals_and_shares_of_a_toy() -> None:
    assert cell(import_totals(TOY), TOY, "USA", "010121") == 8  # 6 + 2
    assert cell(import_totals(TOY), TOY, "JPN", "010121") == 0
    assert cell(export_totals(TOY), TOY, "CHN", "010121") == 11  # 6 + 5
    rows = list(zip(TOY.exporter, TOY.importer, TOY.product, strict=True))
    at = rows.index((TOY.country("JPN"), TOY.country("USA"), TOY.products.index("010121")))
    assert import_shares(TOY)[at] == 0.25  # 2 / 8


def test_coverage_is_the_share_of_value_with_a_quantity() -> None:
    assert quantity_coverage(TOY) == 25 / 27  # all but Japan's 2
    assert quantity_coverage(replace(TOY, quantity=None)) == 0
    assert quantity_coverage(TOY.only(np.zeros(len(TOY), dtype=bool))) is None


def test_products_are_chosen_whole_or_by_their_first_digits() -> None:
    assert choose(TOY, products=["01"]).value.sum() == 18  # 6 + 2 + 5 + 4 + 1
    assert choose(TOY, products=["850511"]).value.sum() == 9
    assert choose(TOY, products=["01"], importers=["DEU"]).value.sum() == 6  # 5 + 1


def test_coarser_codes_keep_the_trade_and_what_quantity_is_known() -> None:
    found = coarsen(TOY, 2)
    assert found.products == ("01", "85")
    assert found.basis.digits == 2
    assert found.value.sum() == TOY.value.sum()
    usa = replace(TOY, quantity=np.where(TOY.exporter == TOY.country("FRA"), np.nan, TOY.quantity))
    merged = coarsen(choose(usa, importers=["DEU"]), 4)  # CHN 5 with 1 t; FRA 1 without
    known = dict(zip((merged.countries[c] for c in merged.exporter), merged.quantity, strict=True))
    assert known["CHN"] == 1
    assert np.isnan(known["FRA"])


def test_codes_cannot_be_made_finer() -> None:
    with pytest.raises(ValueError, match="6 digits cannot be told apart by 8"):
        coarsen(TOY, 8)


def test_a_group_is_one_trader_without_its_inner_trade() -> None:
    found = pool(TOY, {"EU": ["DEU", "FRA", "ITA"]})
    assert set(found.countries) == {"CHN", "EU", "JPN", "USA"}
    assert found.value.sum() == TOY.value.sum() - 1  # France's 1 to Germany is inside
    assert cell(export_totals(found), found, "EU", "010129") == 4
    assert "EU as one trader" in found.basis.groups


def test_sums_of_printed_amounts_are_not_rounded() -> None:
    # 0.1 + 0.2 is 0.30000000000000004 in floats.
    parts = make_flows(2024, BASIS, [("DEU", "USA", "010121", 0.1), ("FRA", "USA", "010121", 0.2)])
    assert pool(parts, {"EU": ["DEU", "FRA"]}).value.tolist() == [0.3]


def test_a_member_beside_its_group_is_refused() -> None:
    beside = make_flows(2024, BASIS, [("EU", "USA", "010121", 1.0), ("DEU", "USA", "010121", 1.0)])
    with pytest.raises(ValueError, match="EU stands in the data beside its members"):
        pool(beside, {"EU": ["DEU"]})
    with pytest.raises(ValueError, match="DEU is in EU and in G7"):
        pool(TOY, {"EU": ["DEU"], "G7": ["DEU", "USA"]})


def test_a_group_that_the_data_report_as_one_stays_as_it_is() -> None:
    reported = make_flows(2024, BASIS, [("EU27", "USA", "010121", 1.0), ("CHN", "USA", "010121", 2.0)])
    found = pool(reported, {"EU27": ["DEU", "FRA"]})
    assert found.countries == reported.countries
    assert found.value.tolist() == [2.0, 1.0]  # China's, then the Union's
    assert found.basis.groups == "EU27 as one trader, as the data report it"


def test_thousandths_are_whole_steps_and_thirds_are_none() -> None:
    whole, steps = whole_steps(np.array([0.1, 0.2, 12345678.901])) or (None, 0)
    assert (whole.tolist(), steps) == ([100, 200, 12345678901], 1000)
    assert whole_steps(np.array([1.0, 3.0]))[1] == 1
    assert whole_steps(np.array([0.000001, 3.0]))[1] == 10**6
    assert whole_steps(np.array([1 / 3, 1.0])) is None
    assert whole_steps(np.array([1e6 + 1e-7])) is None  # off the millionths by a tenth of one
    assert whole_steps(np.array([2.0**53, 1.0])) is None  # the sum could not be told from its neighbours
    held = whole_steps(np.array([np.nan, 0.5]))
    assert np.isnan(held[0][0])
    assert held[0][1] == 500


def test_what_breaks_the_step_is_found_in_any_block() -> None:
    amounts = np.ones(BLOCK + 2)
    amounts[-1] = 0.001
    assert whole_steps(amounts)[1] == 1000
    amounts[-1] = 1 / 3
    assert whole_steps(amounts) is None
    assert [b.stop - b.start for b in blocks(BLOCK + 2)] == [BLOCK, 2]


@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=200))
def test_a_sum_in_whole_steps_is_that_of_the_printed_decimals(thousandths: list[int]) -> None:
    whole, steps = whole_steps(np.array([n / 1000 for n in thousandths]))
    assert int(whole.sum()) * (1000 // steps) == sum(thousandths)


@given(printed_flows())
def test_shares_sum_to_one_where_there_are_imports(flows: Flows) -> None:
    totals = import_totals(flows)
    sums = import_totals(flows, import_shares(flows))
    assert np.allclose(sums[totals > 0], 1, rtol=1e-12)
    assert np.all(sums[totals == 0] == 0)


@given(printed_flows(), st.sets(st.sampled_from("ABCDEF"), min_size=1, max_size=4))
def test_pooling_a_group_is_summing_its_flows(flows: Flows, members: set[str]) -> None:
    pooled = pool(flows, {"G": members})
    inside = {n for n, code in enumerate(flows.countries) if code in members}
    outward: dict[tuple[str, str], int] = {}
    inward: dict[tuple[str, str], int] = {}
    for i, j, k, v in zip(flows.exporter, flows.importer, flows.product, flows.value, strict=True):
        if i in inside and j not in inside:
            key = (flows.countries[j], flows.products[k])
            outward[key] = outward.get(key, 0) + round(v * 1000)
        if j in inside and i not in inside:
            key = (flows.countries[i], flows.products[k])
            inward[key] = inward.get(key, 0) + round(v * 1000)
    found_out, found_in = {}, {}
    for i, j, k, v in zip(pooled.exporter, pooled.importer, pooled.product, pooled.value, strict=True):
        if pooled.countries[i] == "G":
            found_out[pooled.countries[j], pooled.products[k]] = v
        if pooled.countries[j] == "G":
            found_in[pooled.countries[i], pooled.products[k]] = v
    # Thousandths are summed without rounding, so the sums are those that would be printed.
    assert found_out == {key: n / 1000 for key, n in outward.items()}
    assert found_in == {key: n / 1000 for key, n in inward.items()}


def test_a_unit_is_dollars_or_refused() -> None:
    assert usd_per_unit("thousand current USD") == 1000
    assert usd_per_unit("billion USD") == 10**9
    with pytest.raises(ValueError, match="'tonnes' is no unit of dollars"):
        usd_per_unit("tonnes")


def test_a_group_keeps_the_recorded_quantity_and_the_value_it_stands_for() -> None:
    """One member of two has a quantity: 3 t stand for 6 of 10; coverage as over the members' own rows, 6 / 10."""
    rows = [("CHN", "DEU", "284690", 6.0, 3.0), ("CHN", "FRA", "284690", 4.0, None)]
    apart = make_flows(2024, BASIS, rows)
    pooled = pool(apart, {"EU27": ("DEU", "FRA")})
    assert pooled.quantity is not None
    assert (pooled.value.tolist(), pooled.quantity.tolist()) == ([10.0], [3.0])
    assert quantity_coverage(pooled) == quantity_coverage(apart) == 0.6
    assert quantity_coverage(coarsen(pooled, 2)) == 0.6
    unknown = pool(make_flows(2024, BASIS, [(*row[:4], None) for row in rows]), {"EU27": ("DEU", "FRA")})
    assert unknown.quantity is not None
    assert np.isnan(unknown.quantity).all()
    assert quantity_coverage(unknown) == 0
