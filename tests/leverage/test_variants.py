"""One table of all variants of the asymmetry of a pair."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from monazite.leverage.definitions import Comparator
from monazite.leverage.flows import make_flows
from monazite.leverage.groups import Group, Membership
from monazite.leverage.shares import HALF
from monazite.leverage.variants import (
    Denominator,
    Judged,
    ReportedTotal,
    Special,
    Variant,
    asymmetry_variants,
)
from monazite.terms.days import Span
from tests.leverage.test_flows import BASIS

FINE = replace(BASIS, digits=10, nomenclature="toy tariff", unit="current USD")

# What the US buys. At ten digits China has 8 of 10 sintered magnets and 1 of 5 others; at six 9 of 15; at four, with
# electromagnets of Germany 10, only 9 of 25. Low-value parcels: China 20 of 30.
USA_BUYS = [
    ("CHN", "USA", "8505110070", 8.0), ("JPN", "USA", "8505110070", 2.0),
    ("CHN", "USA", "8505110050", 1.0), ("DEU", "USA", "8505110050", 4.0),
    ("DEU", "USA", "8505200000", 10.0),
    ("CHN", "USA", "9999950000", 20.0), ("DEU", "USA", "9999950000", 10.0),
]  # fmt: skip
CHINA_BUYS = [("USA", "CHN", "1201000000", 3.0), ("BRA", "CHN", "1201000000", 1.0)]
FLOWS = make_flows(2024, FINE, [*USA_BUYS, *CHINA_BUYS])


def one(rows: Sequence[Variant], **wanted: object) -> Variant:
    found = [row for row in rows if all(getattr(row, name) == value for name, value in wanted.items())]
    assert len(found) == 1, f"{len(found)} rows for {wanted}"
    return found[0]


def test_the_digit_level_moves_the_share_both_ways() -> None:
    rows = asymmetry_variants([FLOWS], "CHN", "USA", special_codes=("9999",))
    dropped = {row.digits: row.forward for row in rows if row.special is Special.DROPPED}
    # 10 digits: 8 of the 9 that China sells; 8 and 6: 9 of 15 is over one half, all of it; 4 and 2: 9 of 25 is not
    assert dropped == {10: 8 / 9, 8: 1, 6: 1, 4: 0, 2: 0}
    assert [row.forward_products for row in rows if row.special is Special.DROPPED] == [0, 0, 1, 1, 1]


def test_special_codes_are_products_or_in_the_denominator_or_gone() -> None:
    rows = asymmetry_variants([FLOWS], "CHN", "USA", digits=(10,))
    assert one(rows, special=Special.KEPT).forward == 28 / 29  # 8 + 20 of 9 + 20
    assert one(rows, special=Special.IN_TOTAL).forward == 8 / 29
    assert one(rows, special=Special.DROPPED).forward == 8 / 9
    assert one(rows, special=Special.KEPT).forward_trade == 29
    assert {row.backward for row in rows} == {1.0}  # soy: 3 of 4
    assert one(rows, special=Special.DROPPED).asymmetry == pytest.approx(8 / 9 - 1)


def test_data_without_special_codes_say_so_and_give_one_row() -> None:
    goods = make_flows(2024, FINE, USA_BUYS[:5])
    rows = asymmetry_variants([goods], "CHN", "USA", digits=(10,))
    assert [row.special for row in rows] == [Special.ABSENT]
    assert rows[0].backward is None  # the data hold no imports of China
    assert rows[0].asymmetry is None
    assert rows[0].backward_products is None


def test_no_level_is_finer_than_the_data() -> None:
    six = make_flows(2024, BASIS, [("CHN", "USA", "850511", 1.0)])
    assert {row.digits for row in asymmetry_variants([six], "CHN", "USA")} == {2, 4, 6}


def test_an_exporters_own_total_is_a_denominator_of_its_own_with_its_source() -> None:
    said = ReportedTotal(
        exporter="CHN",
        importer="USA",
        year=2024,
        amount=0.00004,
        unit="million current USD",
        source="made up",
    )
    rows = asymmetry_variants([FLOWS], "CHN", "USA", digits=(10,), reported=[said])
    row = one(rows, special=Special.DROPPED, denominator=Denominator.REPORTED)
    assert row.forward_trade == pytest.approx(40)  # 0.00004 million dollars
    assert row.forward == pytest.approx(8 / 40)
    assert row.sources == ("made up",)
    assert row.backward is None  # nobody says what the US reports
    assert row.asymmetry is None
    assert one(rows, special=Special.DROPPED, denominator=Denominator.FLOWS).forward == 8 / 9
    for elsewhere in (replace(said, year=2023), replace(said, dataset="another")):
        other = asymmetry_variants([FLOWS], "CHN", "USA", reported=[elsewhere])
        assert {row.denominator for row in other} == {Denominator.FLOWS}


def test_a_reported_total_is_brought_to_the_unit_of_the_flows() -> None:
    thousands = make_flows(2024, BASIS, [("CHN", "USA", "850511", 6.0)])
    said = ReportedTotal(
        exporter="CHN", importer="USA", year=2024, amount=0.012, unit="million USD", source="made up"
    )
    rows = asymmetry_variants([thousands], "CHN", "USA", digits=(6,), reported=[said])
    assert one(rows, denominator=Denominator.REPORTED).forward == 0.5  # 6 of 12 thousand


def test_a_reported_total_says_nothing_of_trade_that_the_data_do_not_hold() -> None:
    said = ReportedTotal(exporter="USA", importer="CHN", year=2024, amount=5, unit="USD", source="made up")
    rows = asymmetry_variants([make_flows(2024, FINE, USA_BUYS)], "CHN", "USA", digits=(10,), reported=[said])
    assert {row.backward for row in rows} == {None}


def test_thresholds_are_rows() -> None:
    rows = asymmetry_variants(
        [FLOWS], "CHN", "USA", digits=(10,),
        thresholds=[(HALF, Comparator.OVER), (Fraction(4, 5), Comparator.OVER), (Fraction(4, 5), Comparator.AT_LEAST)],
    )  # fmt: skip
    over = one(rows, special=Special.DROPPED, threshold=Fraction(4, 5), comparator=Comparator.OVER)
    least = one(rows, special=Special.DROPPED, threshold=Fraction(4, 5), comparator=Comparator.AT_LEAST)
    assert (over.forward, least.forward) == (0, 8 / 9)  # exactly 8 of 10
    assert over.backward == 0  # 3 of 4


def test_each_year_and_data_set_is_a_row_on_its_own_basis() -> None:
    earlier = replace(FLOWS, year=2023, basis=replace(FINE, release="0"))
    rows = asymmetry_variants([earlier, FLOWS], "CHN", "USA", digits=(6,))
    assert {(row.year, row.basis.release) for row in rows} == {(2023, "0"), (2024, "1")}
    assert {row.basis.digits for row in rows} == {6}


def test_a_group_stands_as_one_trader_where_it_is_asked_for() -> None:
    span = Span.between(date(1958, 1, 1), None)
    union = Group(name="EU27", memberships=tuple(Membership(code, span) for code in ("DEU", "FRA")))
    flows = make_flows(2024, BASIS, [
        ("DEU", "USA", "841350", 2.0), ("FRA", "USA", "841350", 2.0), ("CHN", "USA", "841350", 3.0),
        ("USA", "DEU", "120100", 2.0), ("BRA", "DEU", "120100", 3.0), ("USA", "FRA", "120100", 2.0), ("DEU", "FRA", "120100", 9.0),
    ])  # fmt: skip
    rows = asymmetry_variants([flows], "EU27", "USA", digits=(6,), groupings=[(), (union,)])
    alone = one(rows, groups="none")
    assert (alone.forward, alone.backward) == (None, None)  # as countries there is no EU27
    pooled = next(row for row in rows if row.groups != "none")
    assert pooled.forward == 1  # 4 of 7, where neither alone has more than 2
    assert pooled.backward == 1  # 4 of 7: what Germany sends to France is inside
    china = asymmetry_variants([flows], "CHN", "USA", digits=(6,), groupings=[(), (union,)])
    assert [row.forward for row in china] == [0, 0]  # who else supplies is no matter
    assert len({row.groups for row in china}) == 2


def test_quantity_stands_beside_value_with_what_it_covers() -> None:
    flows = make_flows(2024, BASIS, [
        ("CHN", "USA", "850511", 6.0, 1.0), ("JPN", "USA", "850511", 2.0, 3.0),
        ("CHN", "USA", "841350", 2.0, 9.0), ("DEU", "USA", "841350", 10.0, None),
    ])  # fmt: skip
    rows = asymmetry_variants([flows], "CHN", "USA", digits=(6,))
    assert one(rows, judged=Judged.VALUE).forward == 6 / 8  # magnets of magnets and pumps
    tonnes = one(rows, judged=Judged.QUANTITY)
    assert tonnes.forward == 9 / 10  # pumps: the only tonnes recorded are China's
    assert tonnes.basis.unit == "tonnes"
    valued = one(rows, judged=Judged.QUANTITY_VALUE)
    assert valued.forward == 2 / 8  # the same pumps by value
    assert valued.basis.unit == BASIS.unit
    assert {row.coverage for row in rows} == {0.5}  # 10 of 20
    unknown = replace(flows, quantity=None)
    assert {row.judged for row in asymmetry_variants([unknown], "CHN", "USA")} == {Judged.VALUE}


def test_turning_the_pair_round_turns_every_row() -> None:
    rows, back = (asymmetry_variants([FLOWS], *pair) for pair in (("CHN", "USA"), ("USA", "CHN")))
    assert len(rows) == len(back) == 15  # five levels, three treatments
    for one_way, other in zip(rows, back, strict=True):
        assert (one_way.forward, one_way.backward) == (other.backward, other.forward)
        assert one_way.asymmetry == -(other.asymmetry or 0.0)
