"""National and international statistics of a user: what is a flow, what would count goods twice, and what is told of it."""

import json
from pathlib import Path

import numpy as np
import pytest

from monazite.leverage.flows import Flows
from monazite.readers.trade.cache import read_cached_flows
from monazite.readers.trade.loading import Choices, Loaded, find_kind, load
from monazite.readers.trade.sieve import country_name, eurostat_code, un_code
from monazite.readers.trade.sources import find_sources
from monazite.terms.faults import BadInput


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def loaded(cache: Path, *paths: Path, **said: object) -> tuple[Loaded, Flows]:
    found = load(paths, cache=cache, choices=Choices(**said))  # type: ignore[arg-type]
    assert found.stored is not None
    return found, read_cached_flows(cache, found.name, max(found.stored.years))


def rows_of(flows: Flows) -> dict[tuple[str, str, str], float]:
    return {
        (flows.countries[i], flows.countries[j], flows.products[k]): v
        for i, j, k, v in zip(
            flows.exporter, flows.importer, flows.product, flows.value.tolist(), strict=True
        )
    }


def quantities_of(flows: Flows) -> dict[str, float]:
    """By exporter, where each stands once."""
    assert flows.quantity is not None
    return {flows.countries[i]: q for i, q in zip(flows.exporter, flows.quantity.tolist(), strict=True)}


def faults_of(cache: Path, *paths: Path, **said: object) -> list[str]:
    with pytest.raises(BadInput) as raised:
        loaded(cache, *paths, **said)
    return [str(fault) for fault in raised.value.faults]


# -- UN Comtrade ------------------------------------------------------------------------------------------------

COMTRADE = (
    "typeCode,freqCode,refYear,period,reporterCode,flowCode,partnerCode,partner2Code,classificationCode,cmdCode,customsCode,"
    "motCode,primaryValue,netWgt"
)


def comtrade_row(
    reporter: int = 842, partner: int = 156, value: float = 100.0, *, flow: str = "M", code: str = "850511", weight: str = "2000",
    period: str = "2024", freq: str = "A", partner2: str = "0", customs: str = "C00", mot: str = "0", kind: str = "C", classes: str = "H6",
) -> str:  # fmt: skip
    return f"{kind},{freq},{period[:4]},{period},{reporter},{flow},{partner},{partner2},{classes},{code},{customs},{mot},{value},{weight}"


def test_comtrade_keeps_one_of_the_rows_that_say_the_same(tmp_path: Path) -> None:
    path = write(
        tmp_path / "comtrade.csv", COMTRADE, comtrade_row(),
        comtrade_row(partner=0, value=900), comtrade_row(mot="1000", value=60), comtrade_row(mot="2100", value=40),
        comtrade_row(customs="C01", value=100), comtrade_row(partner2="344", value=30), comtrade_row(code="8505", value=500),
        comtrade_row(code="TOTAL", value=9999), comtrade_row(period="202401", freq="M", value=10), comtrade_row(kind="S", value=7),
        comtrade_row(flow="X", value=55), comtrade_row(flow="RX", value=5), comtrade_row(partner=842, value=3),
        comtrade_row(partner=392, value=0),
    )  # fmt: skip
    found, flows = loaded(tmp_path / "cache", path)
    assert rows_of(flows) == {("CHN", "USA", "850511"): 100.0}
    assert found.left_out == {
        "other flows than M: the other side's report, re-exports, re-imports": (2, 60.0),
        "services": (1, 7.0),
        "parts of a total by month": (1, 10.0),
        "the world as a partner": (1, 900.0),
        "product codes of other than 6 digits": (2, 10_499.0),
        "parts of a total by mode of transport": (2, 100.0),
        "parts of a total by customs procedure": (1, 100.0),
        "parts of a total by second partner": (1, 30.0),
        "a country's trade with itself": (1, 3.0),
        "rows without a value": (1, 0.0),
    }
    assert quantities_of(flows) == {"CHN": 2.0}  # netWgt is in kilograms
    assert (flows.basis.nomenclature, flows.basis.side, flows.basis.unit) == (
        "HS2022",
        "importer-reported",
        "current USD",
    )
    assert "not to be passed on" in flows.basis.licence


def test_comtrade_weights_of_nothing_are_unknown(tmp_path: Path) -> None:
    path = write(tmp_path / "comtrade.csv", COMTRADE, comtrade_row(weight="0"), comtrade_row(partner=392, weight=""),
                 comtrade_row(partner=410, weight="500"))  # fmt: skip
    held = quantities_of(loaded(tmp_path / "cache", path)[1])
    assert np.isnan(held["CHN"])
    assert np.isnan(held["JPN"])
    assert held["KOR"] == 0.5


def test_comtrade_areas_that_are_no_country_stay_as_traders_of_their_own(tmp_path: Path) -> None:
    path = write(
        tmp_path / "comtrade.csv",
        COMTRADE,
        comtrade_row(),
        comtrade_row(partner=899, value=50),
        comtrade_row(partner=490, value=25),
    )
    _, flows = loaded(tmp_path / "cache", path)
    assert rows_of(flows) == {
        ("CHN", "USA", "850511"): 100,
        ("#899", "USA", "850511"): 50,
        ("TWN", "USA", "850511"): 25,
    }
    assert any("#899" in note for note in flows.basis.notes)


def test_comtrade_the_union_as_a_reporter_is_left_out_beside_its_members(tmp_path: Path) -> None:
    path = write(tmp_path / "comtrade.csv", COMTRADE, comtrade_row(reporter=276, value=60), comtrade_row(reporter=251, value=40),
                 comtrade_row(reporter=97, value=100))  # fmt: skip
    assert rows_of(loaded(tmp_path / "cache", path)[1]) == {
        ("CHN", "DEU", "850511"): 60,
        ("CHN", "FRA", "850511"): 40,
    }


def test_comtrade_months_are_added_up_and_a_year_that_is_not_whole_is_named(tmp_path: Path) -> None:
    months = [comtrade_row(period=f"2024{month:02}", freq="M", value=10) for month in range(1, 9)]
    found, flows = loaded(tmp_path / "cache", write(tmp_path / "comtrade.csv", COMTRADE, *months))
    assert rows_of(flows) == {("CHN", "USA", "850511"): 80}
    assert "2024 holds 8 of 12 months" in flows.basis.notes
    assert found.left_out == {}


def test_comtrade_reads_the_answer_of_the_api(tmp_path: Path) -> None:
    rows = [{"refYear": 2024, "period": "2024", "reporterCode": 842, "partnerCode": 156, "flowCode": "M", "cmdCode": "010121",
             "primaryValue": 100.5, "netWgt": None}]  # fmt: skip
    path = write(tmp_path / "answer.json", json.dumps({"elapsedTime": "0.1 secs", "count": 1, "data": rows}))
    _, flows = loaded(tmp_path / "cache", path)
    assert rows_of(flows) == {("CHN", "USA", "010121"): 100.5}


def test_comtrade_faults_are_told_with_their_lines(tmp_path: Path) -> None:
    path = write(
        tmp_path / "comtrade.csv",
        COMTRADE,
        comtrade_row(partner=0),
        comtrade_row(partner=777),
        comtrade_row(value=-5),
    )
    assert faults_of(tmp_path / "cache", path) == [
        f"{path}:3: column partnerCode: '777' is no code of a country",
        f"{path}:4: column primaryValue: '-5' is no value",
    ]


@pytest.mark.parametrize(("number", "code"), [("842", "USA"), ("840", "USA"), ("251", "FRA"), ("699", "IND"), ("356", "IND"),
                                              ("97", "EU27"), ("899", "#899"), ("0", None), ("777", None)])  # fmt: skip
def test_numbers_of_the_un(number: str, code: str | None) -> None:
    assert un_code(number) == code


# -- US Census Bureau -------------------------------------------------------------------------------------------


def census(
    path: Path, *rows: tuple[object, ...], head: str = "I_COMMODITY CTY_CODE CTY_NAME CON_VAL_YR YEAR MONTH"
) -> Path:
    return write(path, json.dumps([head.split(), *[[str(cell) for cell in row] for row in rows]]))


def test_census_totals_and_groups_of_countries_are_left_out(tmp_path: Path) -> None:
    path = census(
        tmp_path / "imports.json",
        ("8505110070", "5700", "CHINA", 70, 2024, 12), ("8505110070", "-", "TOTAL FOR ALL COUNTRIES", 100, 2024, 12),
        ("8505110070", "0014", "PACIFIC RIM COUNTRIES", 90, 2024, 12), ("8505110070", "5XXX", "ASIA", 95, 2024, 12),
        ("850511", "5700", "CHINA", 70, 2024, 12), ("-", "5700", "CHINA", 4000, 2024, 12), ("8505110070", "5880", "JAPAN", 0, 2024, 12),
    )  # fmt: skip
    found, flows = loaded(tmp_path / "cache", path)
    assert rows_of(flows) == {("CHN", "USA", "8505110070"): 70}
    assert found.left_out == {
        "totals of all countries, groups of countries and continents": (3, 285.0),
        "product codes of other than 10 digits": (2, 4070.0),
        "rows without a value: a duty alone": (1, 0.0),
    }
    assert (flows.quantity, flows.basis.side, flows.basis.digits) == (None, "importer-reported", 10)


def test_census_takes_the_last_month_of_a_column_that_runs_from_january(tmp_path: Path) -> None:
    rows = [("850511", "5700", "CHINA", 10 * month, 2025, month) for month in range(1, 9)]
    found, flows = loaded(tmp_path / "cache", census(tmp_path / "imports.json", *rows))
    assert rows_of(flows) == {("CHN", "USA", "850511"): 80}
    assert "2025 runs from January through month 8 only" in flows.basis.notes
    assert found.left_out == {"earlier months of a year-to-date column": (7, 280.0)}


def test_census_exports_go_the_other_way(tmp_path: Path) -> None:
    path = tmp_path / "exports.csv"
    write(
        path, "E_COMMODITY,CTY_CODE,ALL_VAL_YR,time", "2805300000,5700,12,2024-12", "2805300000,-,20,2024-12"
    )
    _, flows = loaded(tmp_path / "cache", path)
    assert rows_of(flows) == {("USA", "CHN", "2805300000"): 12}
    assert (flows.basis.dataset, flows.basis.side) == ("US exports", "exporter-reported")


def test_census_a_partner_beyond_the_shipped_table_is_known_by_its_name(tmp_path: Path) -> None:
    rows = [("850511", "4890", "TURKEY", 1, 2024, 12), ("850511", "4279", "FRANCE", 2, 2024, 12)]
    assert rows_of(loaded(tmp_path / "cache", census(tmp_path / "a.json", *rows))[1]) == {
        ("TUR", "USA", "850511"): 1, ("FRA", "USA", "850511"): 2,
    }  # fmt: skip
    path = census(
        tmp_path / "b.json",
        ("850511", "4279", 2, 2024, 12),
        head="I_COMMODITY CTY_CODE CON_VAL_YR YEAR MONTH",
    )
    assert faults_of(tmp_path / "cache", path) == [
        f"{path}, row 1: column CTY_CODE: '4279' is no partner whose country is known. "
        "Ask the API for CTY_NAME too: with the name the code is known"
    ]


def test_census_a_file_without_a_year_needs_it_named(tmp_path: Path) -> None:
    path = census(tmp_path / "imports.json", ("850511", "5700", 7), head="I_COMMODITY CTY_CODE CON_VAL_YR")
    assert "no column names the year" in faults_of(tmp_path / "cache", path)[0]
    _, flows = loaded(tmp_path / "cache", path, year=2024)
    assert (flows.year, flows.value.tolist()) == (2024, [7.0])


# -- Eurostat Comext --------------------------------------------------------------------------------------------

COMEXT = "DATAFLOW,LAST UPDATE,freq,reporter,partner,product,flow,indicators,TIME_PERIOD,OBS_VALUE"


def comext_row(
    value: float, *, reporter: str = "DE", partner: str = "CN", code: str = "85051110", flow: str = "1", month: str = "2024-01",
    indicator: str = "VALUE_IN_EUROS",
) -> str:  # fmt: skip
    return f"ESTAT:DS-045409(1.0),made up,M,{reporter},{partner},{code},{flow},{indicator},{month},{value}"


def test_comext_adds_up_months_and_joins_value_and_quantity(tmp_path: Path) -> None:
    path = write(
        tmp_path / "comext.csv", COMEXT, comext_row(100), comext_row(50, month="2024-02"),
        comext_row(30, indicator="QUANTITY_IN_100KG"), comext_row(10, indicator="QUANTITY_IN_100KG", month="2024-02"),
        comext_row(20, partner="JP"), comext_row(5, partner="EL"), comext_row(1, partner="JP", indicator="SUPPLEMENTARY_QUANTITY"),
    )  # fmt: skip
    _, flows = loaded(tmp_path / "cache", path)
    assert rows_of(flows) == {
        ("CHN", "DEU", "85051110"): 150,
        ("GRC", "DEU", "85051110"): 5,
        ("JPN", "DEU", "85051110"): 20,
    }
    held = quantities_of(flows)
    assert held["CHN"] == pytest.approx(4.0)  # 40 times 100 kg
    assert np.isnan(held["JPN"])
    assert (flows.basis.unit, flows.basis.digits) == ("current EUR", 8)
    assert "2024 holds 2 of 12 months" in flows.basis.notes


def test_comext_a_quantity_that_is_there_for_some_months_only_is_unknown(tmp_path: Path) -> None:
    path = write(
        tmp_path / "comext.csv",
        COMEXT,
        comext_row(100),
        comext_row(50, month="2024-02"),
        comext_row(30, indicator="QUANTITY_IN_100KG"),
    )
    assert np.isnan(quantities_of(loaded(tmp_path / "cache", path)[1])["CHN"])


def test_comext_aggregates_stand_beside_members_and_partners_and_are_left_out(tmp_path: Path) -> None:
    path = write(
        tmp_path / "comext.csv", COMEXT, comext_row(100), comext_row(300, partner="WORLD"), comext_row(250, partner="EXT_EU27_2020"),
        comext_row(50, partner="INT_EU27_2020"), comext_row(100, reporter="EU27_2020"), comext_row(70, code="850511"),
        comext_row(10, flow="2"), comext_row(4, partner="DE"), comext_row(25, partner="QZ"),
    )  # fmt: skip
    found, flows = loaded(tmp_path / "cache", path)
    assert rows_of(flows) == {("CHN", "DEU", "85051110"): 100, ("#QZ", "DEU", "85051110"): 25}
    assert found.left_out == {
        "other flows than 1: the other side's report": (1, 10.0),
        "aggregates of countries as partner": (3, 600.0),
        "product codes of other than 8 digits": (1, 70.0),
        "the European Union as reporter beside its members": (1, 100.0),
        "a trader's trade with itself, or inside the union": (1, 4.0),
    }


def test_comext_the_union_alone_is_one_trader_without_inner_trade(tmp_path: Path) -> None:
    path = write(
        tmp_path / "comext.csv",
        COMEXT,
        comext_row(100, reporter="EU27_2020"),
        comext_row(40, reporter="EU27_2020", partner="FR"),
    )
    found, flows = loaded(tmp_path / "cache", path)
    assert rows_of(flows) == {("CHN", "EU27", "85051110"): 100}
    assert found.left_out == {"a trader's trade with itself, or inside the union": (1, 40.0)}
    assert any("one reporter (EU27)" in note for note in flows.basis.notes)


def test_comext_reads_a_bulk_file(tmp_path: Path) -> None:
    header = "REPORTER,PARTNER,TRADE_TYPE,PRODUCT_NC,FLOW,STAT_PROCEDURE,PERIOD,VALUE_EUR,QUANTITY_KG"
    path = write(tmp_path / "full_v2_202452.dat", header, "DE,CN,E,85051110,1,1,202452,100,2500",
                 "DE,CN,E,85051110,1,4,202452,50,500", "DE,CN,E,85051110,2,1,202452,9,9")  # fmt: skip
    _, flows = loaded(tmp_path / "cache", path)
    assert rows_of(flows) == {("CHN", "DEU", "85051110"): 150}
    assert quantities_of(flows) == {"CHN": 3.0}
    assert not any("of 12 months" in note for note in flows.basis.notes)


def test_comext_exports_are_the_other_side(tmp_path: Path) -> None:
    path = write(tmp_path / "comext.csv", COMEXT, comext_row(100), comext_row(7, flow="2"))
    _, flows = loaded(tmp_path / "cache", path, side="exporter")
    assert rows_of(flows) == {("DEU", "CHN", "85051110"): 7}


def test_comext_faults_are_told_with_their_lines(tmp_path: Path) -> None:
    path = write(
        tmp_path / "comext.csv",
        COMEXT,
        comext_row(1),
        comext_row(1, partner="ZZ"),
        comext_row(1, partner="no"),
        comext_row(-1),
    )
    assert faults_of(tmp_path / "cache", path) == [
        f"{path}:3: column partner: 'ZZ' is no country",
        f"{path}:4: column partner: 'no' is no country",
        f"{path}:5: '-1' is no value",
    ]
    path = write(tmp_path / "comext.csv", COMEXT, comext_row(1, month="Jan 2024"))
    assert faults_of(tmp_path / "cache", path) == [
        f"{path}:2: column period: 'Jan 2024' is no year or month. Write 2024 or 2024-01"
    ]


@pytest.mark.parametrize(("letters", "code"), [("GR", "GRC"), ("EL", "GRC"), ("GB", "GBR"), ("XI", "GBR"), ("NO", "NOR"), ("XS", "SRB"),
                                               ("XK", "XKX"), ("QA", "QAT"), ("QZ", "#QZ"), ("CHN", None)])  # fmt: skip
def test_letters_of_eurostat(letters: str, code: str | None) -> None:
    assert eurostat_code(letters) == code


@pytest.mark.parametrize(("name", "code"), [("KOREA, SOUTH", "KOR"), ("Congo, D.R.", "COD"), ("Congo (Brazzaville)", "COG"),
                                            ("Burma (Myanmar)", "MMR"), ("Bosnia-Herzegovina", "BIH"), ("Atlantis", None)])  # fmt: skip
def test_names_of_statistical_offices(name: str, code: str | None) -> None:
    assert country_name(name) == code


# -- what the files are -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "kind"),
    [("t,i,j,k,v,q", "baci"), (COMTRADE, "comtrade"), ("I_COMMODITY,CTY_CODE,CON_VAL_YR", "us-census"), (COMEXT, "comext"),
     ("MCS chapter,Section,Commodity,Country,Statistics,Statistics_detail,Unit,Year,Value", "usgs"),
     ("SOURCE,COMMODITY,COUNTRY,TYPE,UNIT_MEAS,PROD_2023", "usgs"), ("iso3,country,year,estimate", "governance")],
)  # fmt: skip
def test_what_a_file_is_stands_in_its_columns(tmp_path: Path, header: str, kind: str) -> None:
    assert find_kind(find_sources([write(tmp_path / "file.csv", header, "1")])) == kind


def test_files_that_nothing_can_read_are_told(tmp_path: Path) -> None:
    path = write(tmp_path / "file.csv", "name,amount", "a,1")
    with pytest.raises(BadInput, match="the columns are those of no data set that can be read"):
        find_kind(find_sources([path]))


@pytest.mark.parametrize("content", ["", "{", "[1, 2]", '{"error": "over quota"}'])
def test_a_json_file_without_rows_is_a_sentence(tmp_path: Path, content: str) -> None:
    with pytest.raises(BadInput, match=r"answer\.json"):
        find_kind(find_sources([write(tmp_path / "answer.json", content)]))


def test_the_names_of_shipped_data_sets_are_taken(tmp_path: Path) -> None:
    path = write(tmp_path / "comext.csv", COMEXT, comext_row(1))
    with pytest.raises(BadInput, match="'baci' is the name of a data set that is shipped"):
        load([path], cache=tmp_path, name="baci")


# -- letters and numbers that nobody expects --------------------------------------------------------------------


@pytest.mark.parametrize("value", ["1e400", "-1", "inf"])
def test_a_value_that_is_no_amount_is_a_fault_in_every_statistic(tmp_path: Path, value: str) -> None:
    files = (
        write(tmp_path / "comtrade.csv", COMTRADE, comtrade_row().replace("100.0", value)),
        write(
            tmp_path / "census.csv", "I_COMMODITY,CTY_CODE,CON_VAL_YR,time", f"850511,5700,{value},2024-12"
        ),
        write(tmp_path / "comext.csv", COMEXT, comext_row(100).replace(",100", f",{value}")),
    )
    for path in files:
        assert any(fault.startswith(f"{path}:2: ") for fault in faults_of(tmp_path / "cache", path)), path


def test_a_byte_that_is_no_utf_8_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "comext.csv"
    rows = [comext_row(1)] * 900  # beyond the lines by which the letters are found out
    path.write_bytes("\n".join([COMEXT, *rows, comext_row(1, partner="C\u00d4")]).encode("latin-1"))
    assert faults_of(tmp_path / "cache", path) == [
        f"{path}:902: a byte of the line is no UTF-8. Save the file as UTF-8"
    ]


def test_a_number_that_no_year_has_room_for_is_a_fault(tmp_path: Path) -> None:
    path = census(tmp_path / "imports.json", ("850511", "5700", "CHINA", 7, "99999999999999999999", 12))
    assert faults_of(tmp_path / "cache", path) == [
        f"{path}, row 1: column YEAR: '99999999999999999999' is no whole number"
    ]
