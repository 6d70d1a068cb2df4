"""Concentration of production, both kinds of N-1, and net import reliance."""

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from monazite.leverage.concentration import (
    ANTITRUST_SCALE,
    N1_COVERAGE,
    N1_SUPPLY_SHARE,
    PRODUCTION_HHI,
    Spread,
    hhi,
    n1_coverage,
    n1_supply_share,
    net_import_reliance,
    production_hhi,
    published_reliance,
    top_share,
)
from monazite.leverage.production import Base, Production, Stage, production_shares
from monazite.terms.faults import BadInput

TOY = Production(
    mineral="toy", scope="made up", stage=Stage.REFINERY, year=2024, dataset="toy", release="1", unit="t",
    amounts={"CHN": 60.0, "MYS": 25.0, "USA": 15.0}, world=110.0,
)  # fmt: skip


def test_hhi_is_the_sum_of_squares_on_a_named_scale():
    # 0.6² + 0.25² + 0.15² = 0.36 + 0.0625 + 0.0225 = 0.445
    assert hhi(production_shares(TOY)) == pytest.approx(0.445)
    assert pytest.approx(4450) == ANTITRUST_SCALE * 0.445
    assert "0..1" in PRODUCTION_HHI.unit
    assert "10,000" in PRODUCTION_HHI.formula


def test_hhi_of_nothing_known_is_undefined():
    assert hhi({"CHN": None}) is None
    assert hhi({}) is None


def test_without_anything_missing_the_ends_are_the_figure():
    found = production_hhi(TOY)
    assert found.value == found.low == found.high == pytest.approx(0.445)


def test_other_countries_may_be_many_or_one():
    # 50, 30 and 20 by others. Named alone: (2500 + 900) / 80² = 0.53125. All: 0.25 + 0.09 (+ 0.04 if one country made it).
    assert production_hhi(replace(TOY, amounts={"A": 50.0, "B": 30.0}, rest=20.0)) == Spread(
        value=0.53125, low=0.34, high=0.38
    )


def test_a_withheld_amount_is_bound_by_the_printed_total_alone():
    # 60 printed of 100, two withheld: between 20 each, 0.36 + 2 · 0.04, and 40 in one, 0.36 + 0.16.
    held = replace(TOY, amounts={"A": 60.0, "B": None, "C": None}, world=100.0)
    found = production_hhi(held)
    assert (found.low, found.high) == (pytest.approx(0.44), pytest.approx(0.52))
    assert production_hhi(replace(held, world=None)) == Spread(value=1.0, low=0.0, high=1.0)


def test_hhi_where_nothing_is_made_is_undefined():
    assert production_hhi(replace(TOY, amounts={"A": 0.0})) == Spread(value=None, low=None, high=None)


@given(st.lists(st.floats(0.01, 1e6), min_size=1, max_size=12), st.floats(0.01, 100))
def test_hhi_lies_between_one_nth_and_one_and_scaling_changes_nothing(made, factor):
    amounts = {str(n): amount for n, amount in enumerate(made)}
    found = production_hhi(replace(TOY, amounts=amounts)).value
    assert 1 / len(made) - 1e-12 <= found <= 1 + 1e-12
    scaled = production_hhi(replace(TOY, amounts={n: amount * factor for n, amount in amounts.items()})).value
    assert scaled == pytest.approx(found)


@given(
    st.lists(st.one_of(st.none(), st.floats(0.01, 1e6)), min_size=1, max_size=8),
    st.floats(0, 1e6),
    st.floats(0, 1e6),
)
def test_the_true_hhi_lies_within_the_ends(made, rest, hidden):
    """Whatever the withheld and the others really make, as long as it adds up to the printed total."""
    amounts = {str(n): amount for n, amount in enumerate(made)}
    withheld = [n for n, amount in amounts.items() if amount is None]
    known = sum(amount for amount in made if amount is not None)
    total = known + rest + (hidden if withheld else 0.0)
    assume(total > 1)
    found = production_hhi(replace(TOY, amounts=amounts, rest=rest, world=total))
    true = {n: amount or 0.0 for n, amount in amounts.items()}
    if withheld:
        true[withheld[0]] = hidden
    true |= {"other 1": rest / 2, "other 2": rest / 2}
    value = sum(amount**2 for amount in true.values()) / total**2
    assert found.low - 1e-9 <= value <= found.high + 1e-9


# -- top n and N-1 ----------------------------------------------------------------------------------------------


def test_the_largest_and_their_share():
    found = top_share(TOY, 2)
    assert (found.countries, found.share) == (("CHN", "MYS"), pytest.approx(0.85))
    assert top_share(TOY, 2, Base.PRINTED).share == pytest.approx(85 / 110)
    assert top_share(TOY, 9).countries == ("CHN", "MYS", "USA")


def test_of_equals_the_first_by_code_is_named():
    assert top_share(replace(TOY, amounts={"USA": 5.0, "CHN": 5.0}), 1).countries == ("CHN",)


def test_a_withheld_country_and_one_that_makes_nothing_are_not_among_the_largest():
    assert top_share(replace(TOY, amounts={"CHN": None, "USA": 0.0, "MYS": 1.0}), 3).countries == ("MYS",)
    assert top_share(replace(TOY, amounts={"CHN": None}), 1).share is None


def test_the_two_kinds_of_n_minus_one_have_different_names_and_numbers():
    # Left without CHN: 40 of 100 supply. Demand 90, of which CHN 40: 40 / (90 − 40) = 0.8.
    assert n1_supply_share(TOY) == pytest.approx(0.4)
    found = n1_coverage(TOY, {"CHN": 40.0}, 90.0)
    assert (found.without, found.supply, found.demand, found.coverage) == ("CHN", 40.0, 50.0, 0.8)
    assert N1_COVERAGE.name != N1_SUPPLY_SHARE.name


def test_coverage_without_the_demand_of_the_largest_is_undefined_and_not_a_supply_share():
    assert n1_coverage(TOY, {"USA": 3.0}, 90.0).coverage is None
    assert n1_coverage(TOY, {"CHN": None}, 90.0).coverage is None
    assert n1_coverage(TOY, {"CHN": 90.0}, 90.0).coverage is None  # nobody else needs any
    assert n1_coverage(replace(TOY, amounts={"CHN": None}), {"CHN": 1.0}, 2.0).without is None


def test_demand_of_one_country_above_the_worlds_is_a_fault():
    with pytest.raises(BadInput, match="91 is more than the world's 90"):
        n1_coverage(TOY, {"CHN": 91.0}, 90.0)


# -- net import reliance ----------------------------------------------------------------------------------------


def test_net_import_reliance_from_its_components():
    # Net imports 100 − 25 + 5 of stocks = 80; consumption 20 + 80 = 100.
    found = net_import_reliance(production=20.0, imports=100.0, exports=25.0, stock_change=5.0)
    assert (found.share, found.net_exporter) == (0.8, False)


def test_a_net_exporter_has_a_reliance_below_nought():
    # (10 − 40) / (60 + 10 − 40) = −1
    found = net_import_reliance(production=60.0, imports=10.0, exports=40.0)
    assert (found.share, found.net_exporter) == (-1.0, True)


def test_reliance_is_undefined_where_a_part_is_unknown_or_nothing_is_consumed():
    assert net_import_reliance(production=None, imports=1.0, exports=0.0).share is None
    assert net_import_reliance(production=1.0, imports=1.0, exports=0.0, stock_change=None).share is None
    assert net_import_reliance(production=5.0, imports=0.0, exports=5.0).share is None


@pytest.mark.parametrize(
    ("text", "share", "low", "high", "net_exporter"),
    [
        ("85", 0.85, 0.85, 0.85, False),
        (" 100 ", 1.0, 1.0, 1.0, False),
        (">50", None, 0.5, 1.0, False),
        ("<25", None, 0.0, 0.25, False),
        ("E", None, None, 0.0, True),
        ("W", None, None, None, None),
        ("—", None, None, None, None),
        ("", None, None, None, None),
    ],
)
def test_reliance_as_the_tables_print_it(text, share, low, high, net_exporter):
    found = published_reliance(text)
    assert (found.share, found.low, found.high, found.net_exporter) == (share, low, high, net_exporter)


def test_a_printed_bound_is_strict():
    assert published_reliance(">50").open
    assert not published_reliance("50").open


@pytest.mark.parametrize("text", ["many", "120", "-3", ">"])
def test_a_text_that_is_no_reliance_is_a_fault(text):
    with pytest.raises(BadInput, match="is no share in per cent"):
        published_reliance(text)
