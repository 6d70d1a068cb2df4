"""The screens of dependence on toys worked by hand, exactly at their thresholds, and side by side."""

from dataclasses import dataclass, replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monazite.leverage.definitions import Comparator
from monazite.leverage.flows import Basis, make_flows
from monazite.leverage.market import INGREDIENTS, Ratio, make_market
from monazite.leverage.production import Stage
from monazite.leverage.screens import (
    CDI2,
    MERICS_LIKE,
    MERICS_PRESETS,
    NO_EXPORTS,
    Rule,
    cdi,
    cepii,
    crma,
    dominated,
    every,
    merics_like,
)
from monazite.leverage.side_by_side import AtHome, screens_side_by_side
from monazite.readers.trade.shipped import BACI, read_shipped_flows
from monazite.terms.faults import BadInput

BASIS = Basis(
    dataset="toy", release="1", side="reconciled", valuation="free on board", unit="thousand USD",
    nomenclature="HS1992", digits=6,
)  # fmt: skip
K = "850511"
UNION = ("DEU", "FRA")
EU = tuple(
    "AUT BEL BGR HRV CYP CZE DNK EST FIN FRA DEU GRC HUN IRL ITA LVA LTU LUX MLT NLD POL PRT ROU SVK SVN ESP SWE".split()
)


def market(*rows, importer="union", members=UNION, year=2024):
    held = [(*row[:2], K, *row[2:]) for row in rows]
    return make_market(make_flows(year, BASIS, held), importer, members)


def figures(screen):
    return {c.definition.name: (c.figure, c.holds) for c in screen.conditions}


# -- the market -------------------------------------------------------------------------------------------------


def test_a_group_buys_as_one_and_its_inner_trade_is_apart():
    # From CHN 60 + 20, from USA 20; DEU to FRA 30; DEU to USA 10.
    m = market(
        ("CHN", "DEU", 60), ("CHN", "FRA", 20), ("USA", "DEU", 20), ("DEU", "FRA", 30), ("DEU", "USA", 10)
    )
    # (80² + 20²) / 100², not the mean of (60² + 20²) / 80² and 1.
    assert m.figure("import-hhi", K) == Ratio(Fraction(6800), Fraction(10_000))
    assert m.figure("share-from-outside", K).value == pytest.approx(100 / 130)
    assert m.figure("imports-over-all-exports", K).value == pytest.approx(100 / 40)
    assert m.figure("imports-over-exports", K).value == 10.0
    # World exports, countries apart: CHN 80, USA 20, DEU 40 of 140.
    assert m.figure("world-export-hhi", K).value == pytest.approx((80**2 + 20**2 + 40**2) / 140**2)
    assert m.supplier(K) == "CHN"


def test_sums_are_exact_in_the_decimals_that_are_printed():
    # In floats 0.1 + 0.2 is more than 0.3, and CHN would hold less than one half.
    m = market(("CHN", "DEU", 0.3), ("USA", "DEU", 0.1), ("JPN", "DEU", 0.2))
    assert m.figure("supplier-share", K) == Ratio(Fraction(300), Fraction(600))
    assert m.scale == 1000


def test_values_with_more_decimals_than_can_be_kept_are_taken_as_they_are():
    m = market(("CHN", "DEU", 1 / 3), ("USA", "DEU", 1 / 3))
    assert (m.scale, m.figure("supplier-share", K).value) == (1, 0.5)


def test_world_exports_without_those_to_the_supplier():
    # Everyone: CHN 80, USA 20, MMR 100 of 200. Without what goes to CHN: CHN 80, USA 20.
    m = market(("CHN", "DEU", 80), ("USA", "DEU", 20), ("MMR", "CHN", 100))
    assert m.figure("world-export-hhi", K).value == pytest.approx((80**2 + 20**2 + 100**2) / 200**2)
    assert m.figure("world-export-hhi-outside", K).value == pytest.approx(0.68)
    assert m.figure("world-export-hhi-outside", K, "USA").value == m.figure("world-export-hhi", K).value


def test_a_pooled_group_or_an_unknown_importer_or_product_is_a_fault():
    with pytest.raises(BadInput, match="stands in the data as one trader"):
        market(("CHN", "union", 1), ("CHN", "DEU", 1))
    with pytest.raises(BadInput, match="hold no trade of it"):
        market(("CHN", "USA", 1), importer="NLD", members=())
    with pytest.raises(BadInput, match="the data of 2024 do not hold it"):
        market(("CHN", "DEU", 1)).figure("import-hhi", "999999")


def test_something_over_nothing_passes_and_nothing_over_nothing_is_undefined():
    assert Ratio(Fraction(1), Fraction(0)).value is None
    assert Ratio(Fraction(1), Fraction(0)).passes(Comparator.OVER, Fraction(1)) is True
    assert Ratio(Fraction(0), Fraction(0)).passes(Comparator.OVER, Fraction(1)) is None


trade = st.lists(
    st.tuples(
        st.sampled_from(["CHN", "USA", "JPN", "DEU", "FRA"]),
        st.sampled_from(["CHN", "USA", "DEU", "FRA"]),
        st.integers(1, 1000),
    ).filter(lambda row: row[0] != row[1]),
    min_size=1, unique_by=lambda row: row[:2],
).filter(lambda rows: any({"DEU", "FRA"} & set(row[:2]) for row in rows))  # fmt: skip


@given(trade, st.sampled_from([2, 10, 1000]))
def test_scaling_all_values_changes_no_ratio(rows, factor):
    one, other = market(*rows), market(*((*row[:2], row[2] * factor) for row in rows))
    for name in INGREDIENTS:
        assert one.figure(name, K).value == other.figure(name, K).value


@given(trade)
def test_a_concentration_lies_between_one_nth_and_one(rows):
    m = market(*rows)
    suppliers = int((m.bought > 0).sum())
    index = m.figure("import-hhi", K).value
    assert index is None if suppliers == 0 else 1 / suppliers <= index * (1 + 1e-12) <= 1 + 1e-11


# -- the Commission's indicators --------------------------------------------------------------------------------


def test_the_three_indicators_by_hand():
    # CDI1 0.68; CDI2 100 / (100 + 30); CDI3 100 / (30 + 10).
    screen = cdi(market(("CHN", "DEU", 80), ("USA", "FRA", 20), ("DEU", "FRA", 30), ("DEU", "USA", 10)), K)
    assert figures(screen) == {
        "cdi1": (pytest.approx(0.68), True), "cdi2": (pytest.approx(100 / 130), True), "cdi3": (2.5, True),
    }  # fmt: skip
    assert screen.flagged is True
    assert screen.ingredients["imports of one another"] == 30.0
    assert CDI2.unverified


@pytest.mark.parametrize(
    ("rows", "failing"),
    [
        ((*((c, "DEU", v) for c, v in zip("ABCDE", (6, 1, 1, 1, 1), strict=True)), ("DEU", "FRA", 1)), "cdi1"),  # exactly 0.4
        ((("CHN", "DEU", 10), ("DEU", "FRA", 8), ("FRA", "DEU", 2)), "cdi2"),  # exactly one half, and CDI3 exactly 1
        ((("CHN", "DEU", 10), ("DEU", "FRA", 4), ("DEU", "USA", 6)), "cdi3"),  # exactly 1
    ],
)  # fmt: skip
def test_at_its_threshold_an_indicator_fails(rows, failing):
    screen = cdi(market(*rows), K)
    assert figures(screen)[failing][1] is False
    assert screen.flagged is False


def test_concentration_of_exactly_two_fifths_is_not_over_it():
    # Shares 12, 4, 2, 2 of 20: (144 + 16 + 4 + 4) / 400 = 0.42. Shares 6, 1, 1, 1, 1 of 10: 40 / 100 = 0.4.
    over = market(*((c, "DEU", v) for c, v in zip("ABCD", (12, 4, 2, 2), strict=True)))
    at = market(*((c, "DEU", v) for c, v in zip("ABCDE", (6, 1, 1, 1, 1), strict=True)))
    assert figures(cdi(over, K))["cdi1"] == (pytest.approx(0.42), True)
    assert figures(cdi(at, K))["cdi1"] == (0.4, False)
    # The same at three decimals, where floats would not hit it.
    tenth = market(*((c, "DEU", v) for c, v in zip("ABCDE", (0.6, 0.1, 0.1, 0.1, 0.1), strict=True)))
    assert figures(cdi(tenth, K))["cdi1"] == (0.4, False)


def test_without_exports_the_third_indicator_has_no_figure_and_imports_pass_it():
    screen = cdi(market(("CHN", "DEU", 1)), K)
    assert figures(screen)["cdi3"] == (None, True)
    assert (screen.conditions[2].why, screen.flagged) == ("nothing is exported", True)


def test_without_imports_nothing_can_be_said_of_concentration():
    screen = cdi(market(("DEU", "USA", 1)), K)
    assert figures(screen) == {"cdi1": (None, None), "cdi2": (None, None), "cdi3": (0.0, False)}
    assert (
        screen.conditions[0].says() == "CDI1 2024: no figure, needs > 0.4: undefined (no trade is recorded)"
    )
    assert screen.flagged is False  # one condition fails for certain


def test_all_hold_only_where_none_fails_and_none_is_undefined():
    assert [every(t) for t in ([True, True], [True, None], [None, False], [])] == [True, None, False, True]


# -- CEPII ------------------------------------------------------------------------------------------------------

DEPENDENT = (
    ("CHN", "DEU", 9),
    ("USA", "DEU", 1),
    ("DEU", "USA", 2),
)  # C1 0.82, C2 (81 + 1 + 4) / 144 = 0.597, C3 5
SPREAD = (
    ("CHN", "DEU", 5),
    ("USA", "DEU", 5),
    ("JPN", "FRA", 8),
    ("DEU", "USA", 2),
)  # C1 0.5, C2 (25 + 25 + 64 + 4) / 400 = 0.295


def years(*kinds):
    return [market(*rows, importer="DEU", members=(), year=2022 + n) for n, rows in enumerate(kinds)]


def test_two_years_of_three_make_a_dependence():
    screen = cepii(years(DEPENDENT, SPREAD, DEPENDENT), K)
    assert (screen.flagged, screen.years) == (True, (2022, 2023, 2024))
    by_year = [(c.year, c.label, c.holds) for c in screen.conditions]
    assert (2023, "CEPII-C2", False) in by_year
    assert screen.conditions[-1].figure == 2.0


def test_one_year_of_three_does_not():
    assert cepii(years(DEPENDENT, SPREAD, SPREAD), K).flagged is False


def test_a_year_without_imports_but_with_exports_fails_for_certain():
    exporting = (("CHN", "USA", 1), ("DEU", "USA", 1))  # C3 is 0 / 1
    screen = cepii(years(DEPENDENT, exporting, SPREAD), K)
    assert [(c.label, c.figure, c.holds) for c in screen.conditions if c.year == 2023] == [
        ("CEPII-C1", None, None), ("CEPII-C2", 0.5, True), ("CEPII-C3", 0.0, False),
    ]  # fmt: skip
    assert screen.flagged is False


def test_a_year_that_cannot_be_said_leaves_the_window_open():
    # FRA neither imports nor exports the good in the first year, but is in the data for another one.
    flows = make_flows(2022, BASIS, [("CHN", "USA", K, 1), ("CHN", "FRA", "111111", 1)])
    silent = make_market(flows, "FRA")
    for_france = [
        tuple("FRA" if c == "DEU" else "GBR" if c == "FRA" else c for c in row) for row in DEPENDENT
    ]
    spread = [tuple("FRA" if c == "DEU" else "GBR" if c == "FRA" else c for c in row) for row in SPREAD]

    def of(rows, year):
        return market(*rows, importer="FRA", members=(), year=year)

    assert (
        cepii([silent, of(for_france, 2023), of(spread, 2024)], K).flagged is None
    )  # one surely, one perhaps
    assert cepii([silent, of(for_france, 2023), of(for_france, 2024)], K).flagged is True
    assert cepii([silent, of(spread, 2023), of(spread, 2024)], K).flagged is False


def test_without_exports_the_third_condition_is_9999():
    screen = cepii(years(*[(("CHN", "DEU", 1),)] * 3), K)
    assert figures(screen)["cepii-c3"] == (NO_EXPORTS, True)
    assert screen.flagged is True


def test_a_window_is_three_years_in_order():
    with pytest.raises(ValueError, match="three consecutive years"):
        cepii(years(DEPENDENT, DEPENDENT), K)
    with pytest.raises(ValueError, match="three consecutive years"):
        cepii(years(DEPENDENT, DEPENDENT, DEPENDENT)[::-1], K)


# -- MERICS-like, the Critical Raw Materials Act, one supplier --------------------------------------------------


def test_imports_of_exactly_twice_exports_pass():
    assert (
        merics_like(market(("CHN", "DEU", 4), ("DEU", "USA", 2)), K, rules="first condition alone").flagged
        is True
    )
    assert (
        merics_like(
            market(("CHN", "DEU", 3.999), ("DEU", "USA", 2)), K, rules="first condition alone"
        ).flagged
        is False
    )


def test_the_conditions_that_could_not_be_read_are_parameters_and_say_so():
    m = market(("CHN", "DEU", 6), ("USA", "DEU", 4), ("JPN", "GBR", 10), ("KOR", "GBR", 10))
    # HHI 0.52; CHN 0.6; the world's: (36 + 16 + 100 + 100) / 900 = 0.28
    assert merics_like(m, K).flagged is True
    assert merics_like(m, K, supplier="USA").flagged is False  # 0.4 of imports
    assert merics_like(m, K, rules="cut-offs of CEPII").flagged is False
    own = (Rule(ingredient="supplier-share", threshold=Fraction(3, 5), comparator=Comparator.AT_LEAST),)
    assert merics_like(m, K, rules=own).flagged is True
    assert MERICS_LIKE.unverified
    assert all(c.definition.unverified for c in merics_like(m, K).conditions[1:])
    assert set(MERICS_PRESETS) == {"first condition alone", "cut-offs of CDI", "cut-offs of CEPII"}


@pytest.mark.parametrize(("chn", "flagged"), [(65, False), (65.001, True)])
def test_65_per_cent_itself_is_allowed(chn, flagged):
    screen = crma(market(("CHN", "DEU", chn, 1), ("USA", "DEU", 35, 1)), K, stage=Stage.MAGNET)
    assert screen.flagged is flagged
    assert screen.notes[0] == "stage: magnet"


def test_by_quantity_it_is_undefined_while_a_quantity_is_missing():
    screen = crma(market(("CHN", "DEU", 90, 8), ("USA", "DEU", 10, None)), K)
    by_value, by_quantity = screen.conditions
    assert (by_value.figure, by_value.holds) == (0.9, True)
    assert (by_quantity.figure, by_quantity.holds) == (1.0, None)
    assert by_quantity.why == "quantity is recorded for 90.0% of the value"


def test_one_half_itself_does_not_dominate():
    assert (
        dominated(market(("CHN", "DEU", 0.3), ("USA", "DEU", 0.1), ("JPN", "DEU", 0.2)), K).flagged is False
    )
    assert (
        dominated(market(("CHN", "DEU", 0.301), ("USA", "DEU", 0.1), ("JPN", "DEU", 0.2)), K).flagged is True
    )


# -- side by side -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """A control as plain data."""

    provision: str = "toy/1"
    exporter: str = "CHN"
    status: str = "in force"
    says: str = "A licence is needed."


def test_a_record_holds_the_figures_the_home_front_the_controls_and_every_screen():
    # By value CHN 80 of 100; by quantity USA 6 of 8.
    m = market(("CHN", "DEU", 80, 2), ("USA", "DEU", 20, 6), ("MMR", "CHN", 100, 1))
    home = AtHome(source="made up", production_weeks=3.0, stocks_weeks=2.5, months_to_replace=18.0)
    record = screens_side_by_side([m], K, stage=Stage.MAGNET, at_home=home, controls=[Told()])
    assert (record.supplier, record.share_value, record.hhi_value) == ("CHN", 0.8, pytest.approx(0.68))
    assert record.left_without_supplier == pytest.approx(0.2)
    assert (record.supplier_by_quantity, record.share_quantity) == ("USA", 0.25)  # of CHN
    assert (record.world_hhi, record.world_hhi_outside) == (pytest.approx(0.42), pytest.approx(0.68))
    assert (record.at_home, record.controls) == (home, (Told(),))
    assert [s.definition.name for s in record.screens] == ["dominated", "cdi", "merics-like", "crma-65"]
    assert record.agree is True
    assert record.disagreements == (
        "By value CHN is the largest supplier with 80%, by quantity USA with 75%.",
    )


def test_disagreement_names_the_conditions_that_fail_and_what_stands_behind_them():
    # CHN 70 of 100 from outside; the members sell one another 300.
    m = market(("CHN", "DEU", 70), ("USA", "DEU", 30), ("DEU", "FRA", 200), ("FRA", "DEU", 100))
    record = screens_side_by_side([m], K)
    assert record.agree is False
    flagging, why, *behind = record.disagreements
    assert flagging.startswith("Dominated by one supplier, MERICS-like")
    assert flagging.endswith("flag it; European Commission: core dependency indicators does not.")
    assert "CDI2 2024: 0.25, needs > 0.5: fails; CDI3 2024: 0.3333, needs > 1: fails" in why
    assert any(
        "All exports are 3.00 times imports from outside, 100% of them between members" in s for s in behind
    )
    assert any("Members buy 75% of it from one another" in s for s in behind)


def test_what_is_shipped_to_the_supplier_is_named_where_it_hides_the_concentration():
    rows = (("CHN", "DEU", 9), ("USA", "DEU", 1), ("MMR", "CHN", 8), ("AUS", "CHN", 8))
    record = screens_side_by_side([market(*rows, year=2022 + n) for n in range(3)], K)
    # World: (81 + 1 + 64 + 64) / 26² = 0.3107; without the 16 shipped to CHN (81 + 1) / 10² = 0.82.
    assert any(
        s
        == "The world's exports are spread over more countries (HHI 0.31) than these imports (HHI 0.82), not least because "
        "others ship to CHN: of what everyone else buys the HHI is 0.82."
        for s in record.disagreements
    )
    assert any(
        "CEPII-C2 fails in 2022 (0.3107), 2023 (0.3107), 2024 (0.3107), needs > 0.4" in s
        for s in record.disagreements
    )


def test_what_cannot_be_said_is_told_apart_from_a_no():
    record = screens_side_by_side([market(("DEU", "USA", 1))], K)
    assert (record.supplier, record.share_value, record.left_without_supplier) == (None, None, None)
    assert [s.flagged for s in record.screens] == [None, False, False, None]
    assert record.disagreements[0].startswith(
        "Dominated by one supplier cannot be said: DOMINATED 2024: no figure"
    )


def test_screens_made_elsewhere_stand_beside_the_others():
    m = market(("CHN", "DEU", 9, 9), ("USA", "DEU", 1, 1))
    other = replace(dominated(m, K), flagged=False)
    record = screens_side_by_side([m], K, more=[other])
    assert record.screens[-1] is other
    assert record.agree is False


def test_the_shipped_rare_earths_of_the_union_disagree_as_the_data_say():
    """2022 to 2024, metals (280530): four screens flag them, CEPII's does not, for world exports are spread."""
    markets = [make_market(read_shipped_flows(BACI, year), "EU27", EU) for year in (2022, 2023, 2024)]
    record = screens_side_by_side(markets, "280530")
    assert (record.supplier, round(record.share_value, 3), round(record.share_quantity, 3)) == (
        "CHN",
        0.722,
        0.926,
    )
    assert {s.definition.name: s.flagged for s in record.screens} == {
        "dominated": True, "cdi": True, "cepii-c4": False, "merics-like": True, "crma-65": True,
    }  # fmt: skip
