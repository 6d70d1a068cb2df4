"""The macro check: golden values of the formulas, words where they are unbounded, shares from data, and the command."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from monazite.cli import main
from monazite.disruption.economy.macro import (
    TOLERATED,
    Kind,
    Range,
    price_change,
    supplier_power,
    why_unbounded,
)
from monazite.readers.disruption.magnitudes import read_elasticities, read_magnitudes
from monazite.readers.trade.shipped import read_shipped_flows
from monazite.terms.faults import BadInput


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["disrupt", "macro", *words])


def document(*words: str) -> dict:
    done = run(*words, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


@pytest.mark.parametrize(("share", "logs"), [(0.3, 0.18), (0.6, 0.46), (0.9, 1.15), (0.95, 1.50)])
def test_power_has_its_golden_values(share, logs):
    assert round(supplier_power(share, 3.0), 2) == logs


def test_what_is_unbounded_is_said_in_words():
    assert why_unbounded(1.0, 3.0) == "unbounded: nobody else supplies it"
    assert "0.76 (1 or less)" in why_unbounded(0.5, 0.76)
    assert why_unbounded(0.5, 3.0) == ""
    assert supplier_power(0.0, 0.5) == 0
    assert math.isinf(price_change(0.1, Range(0, 0), Range(0, 0)).small.high)
    assert math.isinf(price_change(1.0, Range(0.2, 0.2), Range(0, 0)).constant.high)


def test_the_small_formula_by_hand():
    found = price_change(0.03, Range(0.1, 0.5), Range(0.0, 0.1))
    assert (found.small.low, found.small.high) == pytest.approx((0.03 / 0.6, 0.03 / 0.1))
    assert found.constant.high == pytest.approx(0.97**-10 - 1)
    assert not found.is_small
    assert price_change(0.01, Range(0.1, 0.5), Range(0.0, 0.1)).is_small


@settings(max_examples=40, deadline=None)
@given(st.floats(1e-4, 50), st.floats(0.001, 0.99))
def test_both_formulas_agree_up_to_the_stated_cut_and_no_further(elasticity, part):
    both = Range(elasticity, elasticity)
    largest = price_change(0.5, both, Range(0, 0)).largest_small_cut.low
    inside, outside = (price_change(largest * k, both, Range(0, 0)) for k in (part, 1.01))
    assert inside.constant.low <= (1 + TOLERATED) * inside.small.low * (1 + 1e-9)
    assert outside.constant.low > (1 + TOLERATED) * outside.small.low


@settings(max_examples=40, deadline=None)
@given(st.floats(0.01, 0.98), st.floats(1.05, 20))
def test_the_last_part_of_a_share_weighs_most(share, substitution):
    step = 0.01
    first, second = (supplier_power(share + k * step, substitution) - supplier_power(share + (k - 1) * step, substitution)
                     for k in (0, 1))  # fmt: skip
    assert second > first > 0


@pytest.mark.parametrize("bad", [(-0.1, 3.0), (1.1, 3.0), (math.nan, 3.0), (0.5, -1.0), (0.5, math.nan)])
def test_a_share_or_elasticity_out_of_range_is_refused(bad):
    with pytest.raises(BadInput):
        supplier_power(*bad)


def test_a_range_is_from_low_to_high_and_from_zero_up():
    for low, high in ((-1, 2), (2, 1), (math.nan, 1), (0, math.nan)):
        with pytest.raises(BadInput):
            Range(low, high)


def test_every_published_figure_has_a_source_and_the_known_ones_are_there():
    found = {m.name: m for m in read_magnitudes()}
    assert all(m.source_title and m.quality for m in found.values())
    gallium = found["usgs-ga-gdp"]
    assert (gallium.value, gallium.low, gallium.high, gallium.country) == (-3.1, -8.2, -1.7, "USA")
    assert (found["nomura-jpn-3m"].value, found["nomura-jpn-12m"].value) == (-0.11, -0.43)
    assert found["usgs-ga-price"].low == 150
    assert found["carvalho-2011"].value == -0.47
    assert (found["barrot-suppliers"].value, found["barrot-customers"].value) == (-5, -2)
    assert (found["inoue-nankai-direct"].value, found["inoue-nankai-indirect"].value) == (-0.5, -10.6)
    assert {"samarium", "dysprosium", "terbium"} <= set(found["usgs-six-above-a-billion"].materials)


def test_what_was_estimated_but_not_read_has_no_figure():
    table = read_elasticities()
    assert [e for e in table if e.material == "germanium"]
    assert all(e.value is None for e in table if e.material != "all goods")
    assert all(e.kind is Kind.SUBSTITUTION for e in table if e.value is not None)


def test_the_share_of_magnets_is_that_of_the_trade_data():
    flows = read_shipped_flows("us-imports", 2024)
    magnets = np.array([code.startswith("850511") for code in flows.products])[flows.product]
    whole = flows.value[magnets].sum()
    mine = flows.value[magnets & (flows.exporter == flows.country("CHN"))].sum()
    found = document("magnets", "--substitution", "3")
    assert found["shares"][0]["stage"] == "magnet"
    assert found["shares"][0]["share"] == pytest.approx(mine / whole)
    assert found["power"][0]["log_cost_low"] == pytest.approx(-math.log(1 - mine / whole) / 2)
    assert "imports of 850511" in found["shares"][0]["base"]


def test_without_an_elasticity_the_price_is_asked_for_and_not_invented():
    found = document("gallium")
    assert found["price"] == []
    assert {one["option"] for one in found["asked_for"]} == {"--demand-elasticity", "--supply-elasticity"}
    text = run("gallium").stdout
    assert "no elasticity of demand of gallium is known here: give --demand-elasticity" in text
    assert "Published, to compare with and not to match" in text
    assert "-3.1 bn USD (-8.2 to -1.7)" in text


def test_estimates_at_or_below_one_make_the_power_unbounded_in_the_first_year():
    found = document("magnets", "--share", "0.9")
    by_horizon = {row["horizon"]: row for row in found["power"]}
    assert by_horizon["one year"]["all_of_it"]
    assert by_horizon["one year"]["log_cost_low"] is None
    long = by_horizon["seven to ten years"]
    assert (long["log_cost_low"], long["log_cost_high"]) == pytest.approx(
        (math.log(10) / 1.25, math.log(10) / 0.75)
    )


def test_a_large_cut_is_marked_and_two_runs_give_the_same_bytes():
    words = ("gallium", "--cut", "0.3", "--demand-elasticity", "0.1..0.5", "--supply-elasticity", "0..0.2")
    text = run(*words).stdout
    assert "NOT SMALL" in text
    assert text == run(*words).stdout
    for form in (("--json",), ("--format", "csv")):
        assert run(*words, *form).stdout == run(*words, *form).stdout
    small = document("gallium", "--cut", "0.01", *words[3:])["price"][0]
    assert small["is_small"]
    assert small["small_formula"] == pytest.approx([0.01 / 0.7, 0.01 / 0.1])


def test_elements_are_known_by_symbol_and_name_and_say_what_their_data_are_of():
    one, other = document("Dy", "--buyer", "Japan"), document("dysprosium", "--buyer", "JPN")
    assert one == other
    assert one["data_of"] == "rare earths"
    assert any("of all rare earths together" in note for note in one["notes"])
    assert {row["name"] for row in one["published"]["of_this_material"]} >= {
        "nomura-jpn-12m",
        "daiwa-jpn-12m",
    }
    assert document("magnets", "--buyer", "Japan")["shares"] == []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("galium",), "'galium' is no material known here. Did you mean 'gallium'?"),
        (("gallium", "--buyer", "Chian"), "--buyer: 'Chian' is no country"),
        (("gallium", "--buyer", "China"), "CHN is the supplier too"),
        (("gallium", "--code", "85x"), "'85x' is no product code"),
        (("gallium", "--share", "nan"), "nan is no part of a whole"),
        (("gallium", "--share", "-1"), "-1.0 is not in the range"),
        (("gallium", "--demand-elasticity", "0.5..0.1"), "is no range from 0 up"),
        (("gallium", "--supply-elasticity", "much"), "'much' is no range"),
        (("gallium", "--elasticities", "none.csv"), "none.csv: cannot be read"),
    ],
)
def test_bad_input_gets_a_sentence(words, says):
    done = run(*words)
    assert done.exit_code in (1, 2)
    assert says in done.output
    assert "Traceback" not in done.output


def test_a_table_of_elasticities_of_ones_own_is_used_and_its_faults_come_at_once(tmp_path: Path):
    path = tmp_path / "own.csv"
    head = "material,kind,horizon,low,high,of,quality,source_title\n"
    path.write_text(
        head + "gallium,demand,,0.2,0.3,x,C,mine\ngallium,supply,,0,0.1,x,C,mine\n", encoding="utf-8"
    )
    found = document("gallium", "--cut", "0.01", "--elasticities", str(path), "--substitution", "3")
    assert found["price"][0]["small_formula"] == pytest.approx([0.01 / 0.4, 0.01 / 0.2])
    path.write_text(
        head + "gallium,demands,,0.2,0.3,x,C,mine\ngallium,supply,,1,,x,C,\ntin,supply,,-1,2,x,C,m\n",
        encoding="utf-8",
    )
    with pytest.raises(BadInput) as bad:
        read_elasticities(path)
    report = bad.value.report()
    assert "own.csv:2, column kind: 'demands' is none of demand" in report
    assert "own.csv:3, column high: low and high are no range" in report
    assert "own.csv:3, column source_title: source_title is empty" in report
    assert "own.csv:4, column low: '-1' is out of range" in report
    path.write_text(
        head.replace("horizon", "horizn") + "gallium,demand,,0.2,0.3,x,C,mine\n", encoding="utf-8"
    )
    with pytest.raises(BadInput, match=r"a column 'horizn' is not known. Did you mean 'horizon'\?"):
        read_elasticities(path)
