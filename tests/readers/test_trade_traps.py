"""The eleven traps of trade data, each as a test named after it; loaders, cache and measures together."""

import csv
import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from monazite.leverage.flows import Flows, import_shares, pool, quantity_coverage
from monazite.leverage.groups import pool_groups
from monazite.leverage.production import Base, known_sum, missing, production_shares
from monazite.leverage.shares import dominated_trade, supplier_hhi
from monazite.readers.trade.cache import CacheWriter, read_cached_flows
from monazite.readers.trade.census import is_special
from monazite.readers.trade.loading import Choices, load
from monazite.readers.trade.shipped import (
    baci_countries,
    find_production,
    read_governance,
    read_groups,
    read_shipped_flows,
    shipped_datasets,
)
from monazite.terms.faults import BadInput

HEADER = "t,i,j,k,v,q"


def baci_file(folder: Path, *rows: str, name: str = "BACI_HS92_Y2024_V202601.csv") -> Path:
    path = folder / name
    path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    return path


def loaded(path: Path, cache: Path, year: int = 2024, **said: object) -> Flows:
    found = load([path], cache=cache, choices=Choices(**said))  # type: ignore[arg-type]
    assert found.stored is not None
    return read_cached_flows(cache, found.name, year)


def rows_of(flows: Flows) -> dict[tuple[str, str, str], float]:
    """(exporter, importer, product) -> value."""
    return {
        (flows.countries[i], flows.countries[j], flows.products[k]): v
        for i, j, k, v in zip(
            flows.exporter, flows.importer, flows.product, flows.value.tolist(), strict=True
        )
    }


# -- 1 ----------------------------------------------------------------------------------------------------------


def test_trap_1_country_codes_of_baci_are_not_iso_numeric(tmp_path: Path) -> None:
    path = baci_file(tmp_path, "2024,156,842,280530,1,1", "2024,490,251,280530,2,1", "2024,699,757,280530,3,1",
                     "2024,579,842,280530,4,1")  # fmt: skip
    flows = loaded(path, tmp_path / "cache")
    assert set(rows_of(flows)) == {("CHN", "USA", "280530"), ("TWN", "FRA", "280530"), ("IND", "CHE", "280530"),
                                   ("NOR", "USA", "280530")}  # fmt: skip
    assert any("490" in note and "TWN" in note for note in flows.basis.notes)


@pytest.mark.parametrize("iso", ["840", "250", "356", "756", "578", "158"])
def test_trap_1_an_iso_numeric_code_in_baci_is_a_fault_with_its_row(tmp_path: Path, iso: str) -> None:
    with pytest.raises(BadInput) as raised:
        loaded(
            baci_file(tmp_path, "2024,156,392,280530,1,1", f"2024,156,{iso},280530,1,1"), tmp_path / "cache"
        )
    (fault,) = raised.value.faults
    assert fault.where.endswith("V202601.csv:3")
    assert f"'{iso}' is no country of BACI" in fault.what


def test_trap_1_taiwan_stands_in_the_shipped_extract_and_says_so() -> None:
    flows = read_shipped_flows("baci", 2024)
    taiwan = flows.country("TWN")
    assert (flows.exporter == taiwan).sum() == 480
    assert any("490" in note for note in flows.basis.notes)


def test_trap_1_dissolved_states_have_codes_of_their_own() -> None:
    codes = [country.code for country in baci_countries()]
    assert len(set(codes)) == len(codes) == 233
    own = {country.number: country.code for country in baci_countries()}
    assert (own[56], own[58], own[729], own[736], own[891], own[688]) == (
        "BEL",
        "BLX",
        "SDN",
        "SUD",
        "SCG",
        "SRB",
    )
    # Belgium-Luxembourg trades until 1998, Belgium from 1999 on: never both in a year.
    for year, trading, silent in ((1998, "BLX", "BEL"), (1999, "BEL", "BLX")):
        flows = read_shipped_flows("baci", year)
        assert (flows.importer == flows.country(trading)).any()
        assert not (flows.importer == flows.country(silent)).any()
        assert trading in read_groups()["EU"].members_in(year)


# -- 2 ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("written", ["010121", "10121", "0101.21", '"010121"'])
def test_trap_2_leading_zeros_of_product_codes(tmp_path: Path, written: str) -> None:
    flows = loaded(
        baci_file(tmp_path, f"2024,156,842,{written},1,1", "2024,156,842,970600,1,1"), tmp_path / "cache"
    )
    assert flows.products == ("010121", "970600")


@pytest.mark.parametrize(
    "kind", [pa.int32(), pa.int64(), pa.string(), pa.dictionary(pa.int32(), pa.string())]
)
def test_trap_2_leading_zeros_of_product_codes_in_parquet(tmp_path: Path, kind: pa.DataType) -> None:
    codes = pa.array([10121, 970600] if pa.types.is_integer(kind) else ["010121", "970600"]).cast(kind)
    table = pa.table(
        {"t": [2024, 2024], "i": [156, 156], "j": [842, 842], "k": codes, "v": [1.0, 2.0], "q": [None, 1.0]}
    )
    path = tmp_path / "BACI_HS92_Y2024_V202601.parquet"
    pq.write_table(table, path)
    flows = loaded(path, tmp_path / "cache")
    assert flows.products == ("010121", "970600")
    assert flows.value.tolist() == [1.0, 2.0]


def test_trap_2_a_code_of_four_digits_is_not_padded_to_six(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"csv:2: column k: '2805' is no code of six digits"):
        loaded(baci_file(tmp_path, "2024,156,842,2805,1,1"), tmp_path / "cache")


# -- 3 ----------------------------------------------------------------------------------------------------------


def test_trap_3_na_quantities_are_unknown_and_never_zero(tmp_path: Path) -> None:
    path = baci_file(tmp_path, "2024,156,842,280530,6,           NA", "2024,392,842,280530,3,NA", "2024,410,842,280530,1,0.000",
                     "2024,276,842,280530,2,")  # fmt: skip
    flows = loaded(path, tmp_path / "cache")
    assert flows.quantity is not None
    known = {flows.countries[i]: q for i, q in zip(flows.exporter, flows.quantity.tolist(), strict=True)}
    assert known["KOR"] == 0.0  # a zero that the source prints stays one
    assert all(np.isnan(known[code]) for code in ("CHN", "JPN", "DEU"))
    assert quantity_coverage(flows) == pytest.approx(1 / 12)  # of 6 + 3 + 1 + 2


@pytest.mark.parametrize("code", ["284610", "284690"])
def test_trap_3_whole_years_have_no_quantity(code: str) -> None:
    for year in range(1995, 2000):
        flows = read_shipped_flows("baci", year)
        rows = flows.product == flows.products.index(code)
        assert rows.sum() > 400
        assert flows.quantity is not None
        assert np.isnan(flows.quantity[rows]).all()
        assert quantity_coverage(flows.only(rows)) == 0.0
    flows = read_shipped_flows("baci", 2000)
    assert quantity_coverage(flows.only(flows.product == flows.products.index(code))) > 0.9  # type: ignore[operator]


# -- 4 ----------------------------------------------------------------------------------------------------------


def census_file(folder: Path, *rows: tuple[str, str, str, int]) -> Path:
    """Rows of commodity, partner, name and value for December 2024, as the API answers."""
    path = folder / "imports.json"
    head = ["I_COMMODITY", "CTY_CODE", "CTY_NAME", "CON_VAL_YR", "CAL_DUT_YR", "YEAR", "MONTH"]
    path.write_text(
        json.dumps([head, *([k, c, n, str(v), "0", "2024", "12"] for k, c, n, v in rows)]), encoding="utf-8"
    )
    return path


def test_trap_4_the_european_union_is_one_partner_of_the_united_states() -> None:
    flows = read_shipped_flows("us-imports", 2024)
    assert "EU27" in flows.countries
    assert not set(flows.countries) & set(read_groups()["EU27"].members_in(2024))
    assert set(flows.countries[n] for n in np.unique(flows.importer)) == {"USA"}


def test_trap_4_the_union_beside_all_its_members_is_left_out(tmp_path: Path) -> None:
    path = census_file(tmp_path, ("8505110070", "0003", "EUROPEAN UNION", 30), ("8505110070", "4280", "GERMANY", 20),
                       ("8505110070", "4279", "FRANCE", 10), ("8505110070", "5700", "CHINA", 70))  # fmt: skip
    flows = loaded(path, tmp_path / "cache")
    assert rows_of(flows) == {
        ("CHN", "USA", "8505110070"): 70,
        ("DEU", "USA", "8505110070"): 20,
        ("FRA", "USA", "8505110070"): 10,
    }


def test_trap_4_a_member_beside_the_union_is_left_out_where_the_others_are_missing(tmp_path: Path) -> None:
    path = census_file(tmp_path, ("8505110070", "0003", "EUROPEAN UNION", 30), ("8505110070", "4359", "SLOVAKIA", 2),
                       ("8505110070", "5700", "CHINA", 70))  # fmt: skip
    found = load([path], cache=tmp_path / "cache")
    assert found.stored is not None
    flows = read_cached_flows(tmp_path / "cache", found.name, 2024)
    assert rows_of(flows) == {("CHN", "USA", "8505110070"): 70, ("EU27", "USA", "8505110070"): 30}
    assert found.left_out["members of the European Union beside it as partner"] == (1, 2.0)


def test_trap_4_a_pooled_union_has_no_inner_trade_and_no_member_beside_it(tmp_path: Path) -> None:
    # DEU buys 5 from FRA and 3 from CHN, FRA buys 2 from DEU: as one trader the union buys 3.
    path = baci_file(
        tmp_path, "2024,251,276,280530,5,1", "2024,156,276,280530,3,1", "2024,276,251,280530,2,1"
    )
    flows = loaded(path, tmp_path / "cache")
    assert rows_of(pool_groups(flows, [read_groups()["EU27"]])) == {("CHN", "EU27", "280530"): 3}
    beside = replace(flows, countries=tuple("EU27" if code == "FRA" else code for code in flows.countries))
    with pytest.raises(ValueError, match="EU27 stands in the data beside its members"):
        pool(beside, {"EU27": ["DEU"]})


# -- 5 ----------------------------------------------------------------------------------------------------------


def test_trap_5_hong_kong_ships_what_it_does_not_make(tmp_path: Path) -> None:
    # 40 from the mainland, 30 through Hong Kong, 30 from Japan: 40 % are no half, 70 % are.
    path = baci_file(
        tmp_path, "2024,156,842,850511,40,1", "2024,344,842,850511,30,1", "2024,392,842,850511,30,1"
    )
    flows = loaded(path, tmp_path / "cache")
    assert any("consignment is not origin" in note and "Hong Kong" in note for note in flows.basis.notes)
    assert not dominated_trade(flows, "CHN", "USA").products
    group = read_groups()["CHN-HKG-MAC"]
    pooled = pool_groups(flows, [group])
    assert dominated_trade(pooled, group.name, "USA").products == ("850511",)
    assert group.name in pooled.basis.groups


# -- 6 ----------------------------------------------------------------------------------------------------------


def test_trap_6_importers_and_exporters_report_other_totals(tmp_path: Path) -> None:
    path = tmp_path / "comtrade.csv"
    path.write_text(
        "refYear,reporterCode,partnerCode,flowCode,cmdCode,primaryValue,netWgt\n"
        "2024,842,156,M,850511,435,1000\n"
        "2024,156,842,X,850511,525,1000\n",
        encoding="utf-8",
    )
    bought = loaded(path, tmp_path / "cache", side="importer")
    sold = loaded(path, tmp_path / "cache", side="exporter")
    assert rows_of(bought) == {("CHN", "USA", "850511"): 435}
    assert rows_of(sold) == {("CHN", "USA", "850511"): 525}
    assert (bought.basis.side, sold.basis.side) == ("importer-reported", "exporter-reported")
    assert "reconciled" in shipped_datasets()["baci"].basis.side


# -- 7 ----------------------------------------------------------------------------------------------------------


def test_trap_7_special_codes_stay_and_are_named(tmp_path: Path) -> None:
    path = census_file(tmp_path, ("8505110070", "5700", "CHINA", 75), ("9801001028", "5700", "CHINA", 20),
                       ("9999950000", "5700", "CHINA", 5))  # fmt: skip
    flows = loaded(path, tmp_path / "cache")
    assert flows.value.sum() == 100
    assert [code for code in flows.products if is_special(code)] == ["9801001028", "9999950000"]
    assert any(note.startswith("Chapters 98 and 99, 25.0% of the value") for note in flows.basis.notes)


def test_trap_7_special_codes_are_a_twenty_fifth_of_the_shipped_imports() -> None:
    flows = read_shipped_flows("us-imports", 2024)
    special = np.array([is_special(code) for code in flows.products])[flows.product]
    assert flows.value[special].sum() / flows.value.sum() == pytest.approx(0.0388, abs=0.0001)
    assert any("98 and 99" in note for note in flows.basis.notes)


# -- 8 ----------------------------------------------------------------------------------------------------------


def test_trap_8_the_same_year_differs_between_releases() -> None:
    older = find_production("rare earths", "mine", 2024, release="2025")
    newer = find_production("rare earths", "mine", 2024, release="2026")
    assert older is not None
    assert newer is not None
    assert (older.amounts["AUS"], newer.amounts["AUS"]) == (13_000, 29_000)
    assert (older.world, newer.world) == (390_000, 380_000)
    assert "release 2025" in older.says()
    assert find_production("rare earths", "mine", 2024) == newer


def test_trap_8_files_of_two_releases_are_not_mixed(tmp_path: Path) -> None:
    baci_file(tmp_path, "2023,156,842,280530,1,1", name="BACI_HS92_Y2023_V202501.csv")
    baci_file(tmp_path, "2024,156,842,280530,1,1", name="BACI_HS92_Y2024_V202601.csv")
    with pytest.raises(BadInput, match="the files are of the releases 202501 and 202601"):
        load([tmp_path], cache=tmp_path / "cache")


def test_trap_8_every_data_set_and_table_names_its_release() -> None:
    assert all(shipped.basis.release for shipped in shipped_datasets().values())
    assert read_governance().release


# -- 9 ----------------------------------------------------------------------------------------------------------


def test_trap_9_the_printed_world_total_is_not_the_sum_of_the_rows() -> None:
    table = find_production("rare earths", "mine", 2024, release="2026")
    assert table is not None
    # 45,500 + 29,000 + 560 + 27,000 + 270,000 + 2,900 + 1,400 + 140 + 1,500 + 2,600 + 2,100 + 300 and 1,000 of others
    assert known_sum(table) == 384_000
    assert table.world == 380_000
    assert missing(table).world_less_sum == -4_000
    assert production_shares(table)["CHN"] == pytest.approx(270 / 384)
    assert production_shares(table, Base.PRINTED)["CHN"] == pytest.approx(270 / 380)


# -- 10 ---------------------------------------------------------------------------------------------------------


def test_trap_10_the_concentration_of_a_group_is_that_of_its_pooled_imports(tmp_path: Path) -> None:
    # DEU buys 10 from CHN alone, FRA 10 from USA alone: each has HHI 1, and so has their mean. Pooled, the union buys half
    # from each: 0.25 + 0.25.
    path = baci_file(tmp_path, "2024,156,276,280530,10,1", "2024,842,251,280530,10,1")
    flows = loaded(path, tmp_path / "cache")
    alone = supplier_hhi(flows)
    assert [alone[flows.country(code), 0] for code in ("DEU", "FRA")] == [1.0, 1.0]
    pooled = pool_groups(flows, [read_groups()["EU27"]])
    assert supplier_hhi(pooled)[pooled.country("EU27"), 0] == 0.5


# -- 11 ---------------------------------------------------------------------------------------------------------


def test_trap_11_exactly_one_half_is_not_over_one_half(tmp_path: Path) -> None:
    # In floats 0.1 + 0.1 + 0.1 is a little over 0.3, so that 0.3 would be a little under a half, and the other way round.
    path = baci_file(tmp_path, "2024,156,842,280530,0.300,1", "2024,392,842,280530,0.100,1", "2024,410,842,280530,0.100,1",
                     "2024,276,842,280530,0.100,1", "2024,156,842,850511,0.301,1", "2024,392,842,850511,0.300,1")  # fmt: skip
    flows = loaded(path, tmp_path / "cache")
    assert dominated_trade(flows, "CHN", "USA").products == ("850511",)
    assert dominated_trade(flows, "CHN", "USA", threshold=Fraction(49, 100)).products == ("850511", "280530")
    assert import_shares(flows).max() > 0.5


# -- what the package ships -------------------------------------------------------------------------------------


def test_the_shipped_files_are_those_of_the_list(root: Path) -> None:
    """What must not be shipped is not there, and what is there is described with its licence."""
    folder = root / "reference/trade"
    listed = (folder / "README.md").read_text(encoding="utf-8")
    for path in folder.iterdir():
        name = "baci-hs92-74-codes-*.parquet" if path.name.startswith("baci-hs92-74") else path.name
        assert f"`{name}`" in listed or name == "README.md"
    with (folder / "datasets.csv").open(encoding="utf-8", newline="") as file:
        assert all(row["licence"] and row["attribution"] for row in csv.DictReader(file))


def test_cached_flows_are_the_same_as_the_shipped_ones(tmp_path: Path) -> None:
    flows = read_shipped_flows("baci", 2024)
    with CacheWriter(tmp_path, "again") as writer:
        writer.add(flows)
        writer.finish()
    again = read_cached_flows(tmp_path, "again", 2024)
    assert (again.countries, again.products, again.basis) == (flows.countries, flows.products, flows.basis)
    for name in ("exporter", "importer", "product", "value"):
        assert (getattr(again, name) == getattr(flows, name)).all()
    assert again.quantity is not None
    assert np.array_equal(again.quantity, flows.quantity, equal_nan=True)  # type: ignore[arg-type]
