"""Accounts put the measures together without changing them: hand-worked toys, the arithmetic beside each."""

import numpy as np
import pytest

from monazite.leverage import of_country, of_matrix, of_pair, of_product
from monazite.leverage.account import (
    OTHERS,
    UNWEIGHED,
    Account,
    Cell,
    Ground,
    Kind,
    Note,
    Row,
    Table,
    Undefined,
    ground,
    maybe,
)
from monazite.leverage.flows import Basis, Flows, make_flows
from monazite.leverage.market import make_market
from monazite.leverage.of_screens import ONE_IMPORTER, most_exposed, screens_tables, without_exports
from monazite.leverage.production import Production
from monazite.leverage.production import Stage as ProductionStage
from monazite.leverage.shares import all_pairs
from monazite.leverage.side_by_side import screens_side_by_side
from monazite.leverage.stages import production_seen, stage_tables, trade_seen
from monazite.leverage.variants import asymmetry_variants

BASIS = Basis(
    dataset="toy", release="1", side="reconciled", valuation="free on board", unit="thousand current USD",
    nomenclature="HS1992", digits=6,
)  # fmt: skip
ROWS = [
    ("CHN", "USA", "000001", 6.0, 3.0), ("JPN", "USA", "000001", 4.0, 7.0),  # 60 % by value, 30 % by tonnes
    ("CHN", "USA", "000002", 2.0, None), ("JPN", "USA", "000002", 2.0, 1.0),  # exactly one half
    ("USA", "CHN", "000001", 1.0, 1.0), ("JPN", "CHN", "000001", 3.0, 1.0),
]  # fmt: skip


def toy(year: int = 2024, rows: list[tuple[str, str, str, float, float | None]] | None = None) -> Flows:
    return make_flows(year, BASIS, ROWS if rows is None else rows)


@pytest.fixture(scope="module")
def pair() -> of_pair.Pair:
    # In 2022 China has 4 of 10 of the first product, in 2023 and 2024 more than half.
    early = [("CHN", "USA", "000001", 4.0, 1.0), ("JPN", "USA", "000001", 6.0, 1.0)]
    late = [("CHN", "USA", "000001", 6.0, 1.0), ("JPN", "USA", "000001", 4.0, 1.0)]
    course = [toy(2022, early), toy(2023, late), toy()]
    return of_pair.Pair(first="CHN", second="USA", flows=toy(), course=course)


def cells(table: Table, first: Cell) -> dict[str, Cell]:
    row = next(row for row in table.rows if row.cells[0] == first)
    return {column.key: cell for column, cell in zip(table.columns, row.cells, strict=True)}


# -- the model --------------------------------------------------------------------------------------------------


def test_a_row_has_a_cell_for_each_column() -> None:
    with pytest.raises(ValueError, match="2 cells for 0 columns"):
        Table(name="x", columns=(), rows=(Row((1, 2)),))


def test_what_is_not_a_number_has_no_figure_and_zero_has_one() -> None:
    assert maybe(float("nan"), "why") == maybe(None, "why") == Undefined(why="why")
    assert maybe(0, "why") == 0
    assert maybe(float("inf"), "why") == float("inf")


def test_the_ground_of_flows_is_their_basis_and_year() -> None:
    assert ground(toy()).says() == (
        "toy, release 1, 2024; reconciled, free on board, thousand current USD; HS1992 at 6 digits; groups: none"
    )
    assert ground(toy(), year="2022 to 2024").year == "2022 to 2024"


def test_a_table_that_an_account_does_not_have() -> None:
    account = Account(kind="pair", subject=(), year=None, tables=())
    assert account.find("headline") is None
    with pytest.raises(KeyError, match="headline"):
        account.table("headline")


# -- pairs ------------------------------------------------------------------------------------------------------


def test_the_first_figures_of_a_pair(pair: of_pair.Pair) -> None:
    table = of_pair.headline_table(pair)
    # D there: 6 of 6 + 2. D back: the US sells 1 of 4, which is not over one half: 0 of 1.
    assert cells(table, "Dominated-trade share D") == {
        "measure": "Dominated-trade share D",
        "out": 0.75,
        "back": 0.0,
    }
    assert cells(table, "Asymmetry A = D there less D back")["back"] == -0.75
    assert cells(table, "Dominated products N")["out"] == 1
    # The US buys 8 of its 14 from China, China 1 of its 4 from the US.
    needs = cells(table, "Dependence of the buyer (Hirschman)")
    assert needs["out"] == pytest.approx(8 / 14)
    assert needs["back"] == 0.25
    assert cells(table, "Value whose quantity is recorded")["out"] == 0.75


def test_dominated_products_with_quantity_coverage_and_since_when(pair: of_pair.Pair) -> None:
    table = of_pair.dominated_table(pair, "CHN", "USA")
    (row,) = table.rows
    found = cells(table, "000001")
    assert found["share"] == 0.6
    assert found["share_quantity"] == 0.3
    assert found["coverage"] == 1.0
    assert found["hhi"] == pytest.approx(0.6**2 + 0.4**2)
    assert found["hhi_value"] == pytest.approx(6 * 0.52)
    assert found["since"] == 2023
    assert row.ground == ground(toy())
    assert table.notes[0] == Note("dominated", {"count": "1", "of": "2"})


def test_nothing_dominated_is_an_empty_table_and_nothing_shipped_says_why(pair: of_pair.Pair) -> None:
    assert of_pair.dominated_table(pair, "USA", "CHN").rows == ()
    alone = of_pair.Pair(first="CHN", second="USA", flows=toy(rows=ROWS[:4]))
    back = of_pair.dominated_table(alone, "USA", "CHN")
    assert back.notes == (Note("none that way", {"why": of_pair.ONE_IMPORTER}),)
    assert cells(of_pair.headline_table(alone), "Dominated-trade share D")["back"] == Undefined(
        why=of_pair.ONE_IMPORTER
    )
    assert of_pair.course_table(alone) is None


def test_the_course_is_the_share_of_every_year_the_newest_first(pair: of_pair.Pair) -> None:
    table = of_pair.course_table(pair)
    assert table is not None
    # 2022: 4 of 10 is not over one half.
    assert [(row.cells[0], row.cells[1]) for row in table.rows] == [(2024, 0.75), (2023, 1.0), (2022, 0.0)]
    assert table.rows[1].cells[2] == Undefined(why=of_pair.NOTHING_SHIPPED)


def test_ribbons_hold_all_that_is_bought_of_the_products_drawn(pair: of_pair.Pair) -> None:
    table = of_pair.ribbons_table(pair)
    assert table is not None
    assert [row.cells for row in table.rows] == [("CHN", "000001", 6.0), ("JPN", "000001", 4.0)]


def test_rivals_beyond_the_fifth_stand_together() -> None:
    rows = [("CHN", "USA", "000001", 100.0, None)]
    rivals = ("JPN", "DEU", "FRA", "ITA", "GBR", "KOR", "MEX")
    rows += [(code, "USA", "000001", float(9 - n), None) for n, code in enumerate(rivals)]
    table = of_pair.ribbons_table(of_pair.Pair(first="CHN", second="USA", flows=toy(rows=rows)))  # type: ignore[arg-type]
    assert table is not None
    assert table.rows[-1].cells == (OTHERS, "000001", 4.0 + 3.0)
    assert sum(float(value) for value in table.column("value")) == 142.0  # type: ignore[arg-type]


def test_the_loss_of_a_pair_is_shown_for_every_elasticity(pair: of_pair.Pair) -> None:
    table = of_pair.loss_table(pair, sigmas=(2.0, 3.0))
    assert table is not None
    # The first product is 10 of 14 of what the US buys, of which China holds 60 %: 10/14 · -ln 0.4 / (σ - 1).
    found = cells(table, "000001")
    assert found["σ 2"] == pytest.approx(10 / 14 * -np.log(0.4))
    assert found["σ 3"] == pytest.approx(10 / 14 * -np.log(0.4) / 2)
    together = cells(table, "all products that others supply too")
    assert together["σ 2"] == pytest.approx(10 / 14 * -np.log(0.4) + 4 / 14 * -np.log(0.5))


def test_what_nobody_else_supplies_has_no_bound() -> None:
    flows = toy(
        rows=[
            ("CHN", "USA", "000001", 5.0, None),
            ("CHN", "USA", "000002", 6.0, None),
            ("JPN", "USA", "000002", 4.0, None),
        ]
    )
    table = of_pair.loss_table(of_pair.Pair(first="CHN", second="USA", flows=flows), sigmas=(2.0,))
    assert table is not None
    assert cells(table, "products that nobody else supplies")["σ 2"] == float("inf")
    assert table.notes[0].gaps["sole"] == 1


def test_all_variants_stand_in_one_table_and_a_missing_way_says_why(pair: of_pair.Pair) -> None:
    one_way = toy(rows=ROWS[:4])
    variants = asymmetry_variants([one_way], "CHN", "USA")
    table = of_pair.variants_table(pair, variants, {"toy"})
    assert len(table.rows) == len(variants)
    assert set(table.column("back")) == {Undefined(why=of_pair.ONE_IMPORTER)}
    assert [column.label for column in table.columns if column.key in ("out", "back")] == [
        "CHN → USA",
        "USA → CHN",
    ]


# -- products ---------------------------------------------------------------------------------------------------


def test_a_product_is_what_its_code_holds_and_nothing_else() -> None:
    flows = of_product.one_product(toy(), ("000002",))
    assert flows.products == ("000002",)
    assert flows.value.tolist() == [2.0, 2.0]
    coarse = of_product.one_product(toy(), ("0000",))
    assert coarse.products == ("0000",)
    assert coarse.value.sum() == 18.0


def test_the_largest_supplier_is_by_what_everyone_else_buys() -> None:
    # MMR ships 100, all of it to CHN; CHN ships 40 of the 60 that all but CHN buy.
    # outside(MMR) = 100 / 160, outside(CHN) = 40 / 60: so CHN, though it ships less.
    flows = toy(
        rows=[
            ("MMR", "CHN", "000001", 100.0, None),
            ("CHN", "USA", "000001", 40.0, None),
            ("JPN", "USA", "000001", 20.0, None),
        ]
    )
    assert of_product.largest_supplier(flows) == "CHN"
    table = of_product.suppliers_table(flows)
    assert cells(table, "MMR")["outside_share"] == pytest.approx(100 / 160)
    assert cells(table, "CHN")["outside_share"] == pytest.approx(40 / 60)
    assert cells(table, "CHN")["importers_dominated"] == 1
    assert cells(table, "CHN")["tonnes"] == Undefined(why=of_product.NO_QUANTITY)


def test_importers_show_the_largest_supplier_by_value_and_by_quantity() -> None:
    table = of_product.importers_table(of_product.one_product(toy(), ("000001",)), ["CHN"])
    found = cells(table, "USA")
    assert (found["supplier"], found["top_share"], found["top_share_quantity"]) == ("CHN", 0.6, 0.3)
    assert found["supplier_quantity"] == "JPN"
    assert found["left_without"] == pytest.approx(0.4)
    assert [row.mark for row in table.rows] == ["", "asked"]


def test_a_finer_level_shows_what_a_coarser_one_adds_up() -> None:
    # At six digits each of two codes has one supplier with all; at four digits each supplier has half.
    flows = toy(rows=[("CHN", "USA", "000001", 5.0, None), ("JPN", "USA", "000002", 5.0, None)])
    table = of_product.levels_table([(flows, ("0000",))], "USA")
    shares = [(row.cells[0], row.cells[1], row.cells[4]) for row in table.rows]
    assert shares == [(4, "0000", 0.5), (6, "000001", 1.0), (6, "000002", 1.0)]


def test_one_importer_alone_has_no_world_concentration_and_no_outside() -> None:
    flows = of_product.one_product(toy(rows=ROWS[:4]), ("000001",))
    assert of_product.is_one_sided(flows)
    assert cells(of_product.product_headline(flows), "Concentration of world exports (HHI)")[
        "figure"
    ] == Undefined(why=of_product.ONE_IMPORTER)
    assert of_product.course_table([flows]) is None


# -- stages -----------------------------------------------------------------------------------------------------


def test_trade_at_a_stage_leaves_out_what_is_shipped_to_the_largest() -> None:
    # outside(MMR) = 60 / 110 is less than outside(CHN) = 30 / 50.
    flows = toy(
        rows=[
            ("MMR", "CHN", "000001", 60.0, None),
            ("CHN", "USA", "000001", 30.0, None),
            ("JPN", "USA", "000001", 20.0, None),
        ]
    )
    seen = trade_seen(flows, "separation", ("000001",), "made up")
    assert seen is not None
    assert seen.what == "imports of everyone but CHN: 000001"
    assert seen.shares == {"CHN": 0.6, "JPN": 0.4}
    assert trade_seen(flows, "metal", ("999999",), "made up") is None


def test_stages_keep_their_scope_and_what_they_do_not_see() -> None:
    mined = Production(
        mineral="toys", scope="all toys", stage=ProductionStage.MINE, year=2024, dataset="toy mines", release="1", unit="t",
        amounts={"CHN": 60.0, "USA": 20.0, "RUS": None}, rest=20.0, world=120.0,
    )  # fmt: skip
    table, shares = stage_tables([production_seen(mined)], ["USA", "RUS"])
    found = cells(table, "mine")
    assert (found["scope"], found["supplier"], found["top_share"], found["n1_supply"]) == (
        "all toys",
        "CHN",
        0.6,
        0.4,
    )
    assert found["top_3"] == pytest.approx(0.8)
    assert found["USA"] == 0.2
    assert isinstance(found["RUS"], Undefined)
    assert sum(float(share) for share in shares.column("share")) == pytest.approx(1)  # type: ignore[arg-type]
    assert any(note.key == "beyond" and "RUS" in str(note.gaps["says"]) for note in table.notes)


# -- countries and all pairs ------------------------------------------------------------------------------------


def test_a_country_by_what_it_buys() -> None:
    flows = toy()
    pairs = all_pairs(flows)
    headline = of_country.country_headline(flows, pairs, "USA")
    assert cells(headline, "Imports")["figure"] == 14.0
    assert cells(headline, "Imports from a supplier over one half")["figure"] == pytest.approx(6 / 14)
    table = of_country.concentrated_table(flows, "USA", {}, [flows])
    assert [row.cells[0] for row in table.rows] == ["000001", "000002"]  # 10 · 0.52 and 4 · 0.5
    assert cells(table, "000002")["since"] == Undefined(why="the data hold one year alone")
    suppliers = of_country.country_suppliers(flows, pairs, "USA")
    assert cells(suppliers, "CHN")["asymmetry"] == 0.75
    assert isinstance(cells(suppliers, "JPN")["asymmetry"], Undefined)


def test_the_matrix_has_a_row_for_every_pair_that_trades_and_its_largest_lean() -> None:
    flows = toy()
    pairs = all_pairs(flows)
    matrix = of_matrix.matrix_table(flows, pairs)
    assert {(row.cells[0], row.cells[1]) for row in matrix.rows} == {
        ("CHN", "USA"),
        ("JPN", "USA"),
        ("USA", "CHN"),
        ("JPN", "CHN"),
    }
    largest = of_matrix.largest_table(flows, pairs, 0.0)
    assert [row.cells[:3] for row in largest.rows] == [("CHN", "USA", 0.75)]
    assert cells(largest, "CHN")["coverage"] == pytest.approx((6 + 1) / 9)
    assert of_matrix.largest_table(flows, pairs, 10.0).rows == ()


# -- screens ----------------------------------------------------------------------------------------------------


def test_what_asks_for_exports_cannot_be_said_of_one_importer() -> None:
    market = make_market(toy(rows=ROWS[:4]), "USA")
    record = without_exports(screens_side_by_side([market], "000001"), market)
    said = {screen.definition.name: screen.flagged for screen in record.screens}
    assert said["dominated"] is True
    assert said["cdi"] is None
    assert said["merics-like"] is None
    assert any(ONE_IMPORTER in sentence for sentence in record.disagreements)
    table = screens_tables([record])[0]
    assert Undefined(why=ONE_IMPORTER) in table.column("screen_cdi")


def test_products_are_screened_by_value_times_concentration() -> None:
    market = make_market(toy(), "USA")
    assert most_exposed(market) == ["000001", "000002"]
    assert most_exposed(market, 1) == ["000001"]
    tables = screens_tables([screens_side_by_side([market], code) for code in most_exposed(market)])
    assert tables[0].name == "screens"
    assert all(isinstance(row.ground, Ground) for table in tables for row in table.rows)
    assert "importer" not in [column.key for column in tables[0].columns]
    assert Kind.HOLDS in {column.kind for column in tables[0].columns}
    assert screens_tables([]) == ()


def test_a_quantity_that_nobody_recorded_is_no_share_of_nought() -> None:
    # By value China has 3 of 4; only Japan's tonnes are recorded.
    flows = toy(rows=[("CHN", "USA", "000001", 3.0, None), ("JPN", "USA", "000001", 1.0, 5.0)])
    unweighed = Undefined(why=UNWEIGHED)
    pair = of_pair.Pair(first="CHN", second="USA", flows=flows)
    assert cells(of_pair.dominated_table(pair, "CHN", "USA"), "000001")["share_quantity"] == unweighed
    assert cells(of_product.importers_table(flows), "USA")["top_share_quantity"] == unweighed
    assert cells(of_country.concentrated_table(flows, "USA", {}), "000001")["top_share_quantity"] == unweighed
    market = make_market(flows, "USA")
    screens = screens_tables([screens_side_by_side([market], "000001")])[0]
    assert screens.column("top_share_quantity") == [unweighed]


def test_since_is_exact_at_one_half_in_every_year() -> None:
    # In 2023 China has exactly one half; floats make 0.5000000000000001 of it: 0.337 / (0.03 + 0.307 + 0.337).
    half = [
        ("JPN", "USA", "000001", 0.03, None),
        ("KOR", "USA", "000001", 0.307, None),
        ("CHN", "USA", "000001", 0.337, None),
    ]
    assert 0.337 / (0.03 + 0.307 + 0.337) > 0.5
    years = [toy(2022, [("CHN", "USA", "000001", 1.0, None)]), toy(2023, half), toy()]  # type: ignore[list-item,arg-type]
    assert of_pair.dominated_in(years, "CHN", "USA")["000001"].tolist() == [2, 0, 2]
    assert of_pair.dominated_in(years, "CHN", "USA")["000002"].tolist() == [1, 1, 0]
