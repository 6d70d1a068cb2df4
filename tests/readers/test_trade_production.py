"""Production and governance: USGS in two vintages, World Mining Data, the World Bank; what is shipped and what a user has."""

import csv
from pathlib import Path

import pytest
import xlsxwriter

from monazite.leverage.production import Stage, missing
from monazite.readers.trade.governance import read_governance_file
from monazite.readers.trade.loading import Choices, load
from monazite.readers.trade.shipped import (
    find_production,
    read_governance,
    read_groups,
    read_production,
    read_reliance,
)
from monazite.readers.trade.usgs import Amount, read_amount, read_world_tables
from monazite.readers.trade.world_mining import read_world_mining
from monazite.terms.faults import BadInput

LONG = "MCS chapter,Section,Commodity,Country,Statistics,Statistics_detail,Unit,Year,Value,Notes"
WIDE = "SOURCE,COMMODITY,COUNTRY,TYPE,UNIT_MEAS,PROD_2023,PROD_EST_ 2024,PROD_NOTES,CAP_2023,CAP_EST_ 2024,CAP_NOTES"


@pytest.fixture
def tables(root: Path) -> Path:
    return root / "reference/trade/usgs-tables.csv"


def long_row(
    country: str,
    value: str,
    detail: str = "Mine production",
    year: int = 2025,
    notes: str = "",
    commodity: str = "Tungsten",
) -> str:
    cells = [
        "CHAPTER",
        "World Mine Production and Reserves",
        commodity,
        country,
        "Production",
        detail,
        "metric tons",
        year,
        value,
        notes,
    ]
    return ",".join(f'"{cell}"' for cell in cells)


def write(path: Path, *lines: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(("\n".join(lines) + "\n").encode(encoding))
    return path


# -- cells ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "amount"),
    [("839,000", Amount(839_000.0)), ("1.5", Amount(1.5)), ("\u2014", Amount(0.0)), ("W", Amount(None, "W")), ("", Amount(None)),
     (">540", Amount(None, ">540")), ("330 - 390", Amount(None, "330 - 390")), ("E", Amount(None, "E")), ("s", Amount(None, "s")),
     ("Large", Amount(None, "Large")), ("<200,000", Amount(None, "<200,000"))],
)  # fmt: skip
def test_a_cell_is_an_amount_or_says_why_not(cell: str, amount: Amount) -> None:
    assert read_amount(cell) == amount


# -- USGS -------------------------------------------------------------------------------------------------------


def test_a_withheld_figure_is_unknown_and_a_dash_is_zero(tmp_path: Path, tables: Path) -> None:
    path = write(tmp_path / "mcs.csv", LONG, long_row("United States", "W"), long_row("China", "67,000", notes="Estimated."),
                 long_row("Kazakhstan", "\u2014"), long_row("Other countries", "2,400"),
                 long_row("World total", "85,000", "Mine production: rounded"))  # fmt: skip
    (table,) = read_world_tables(path, tables)
    assert dict(table.amounts) == {"USA": None, "CHN": 67_000.0, "KAZ": 0.0}
    assert (table.rest, table.world, table.estimated, table.unit) == (2_400.0, 85_000.0, True, "metric tons")
    assert table.notes == ("United States: printed as 'W'",)
    assert missing(table).countries == ("USA",)


def test_files_in_letters_of_windows_are_read(tmp_path: Path, tables: Path) -> None:
    path = write(tmp_path / "mcs.csv", LONG, long_row("Kazakhstan", "\u2014"), encoding="cp1252")
    assert read_world_tables(path, tables)[0].amounts == {"KAZ": 0.0}


def test_the_release_of_2025_has_a_column_for_each_year(tmp_path: Path, tables: Path) -> None:
    lines = [
        'MCS2025,Tungsten,China,"Mine production, tungsten content",metric tons,66000,67000,,,,',
        'MCS2025,Tungsten,United States,"Mine production, tungsten content",metric tons,,,W for 23-24,,,',
        'MCS2025,Tungsten,World total (rounded),"Mine production, tungsten content",metric tons,79500,81000,,,,',
    ]
    earlier, later = read_world_tables(write(tmp_path / "mcs.csv", WIDE, *lines), tables)
    assert (earlier.year, earlier.amounts, earlier.world, earlier.estimated) == (
        2023,
        {"CHN": 66_000.0, "USA": None},
        79_500.0,
        False,
    )
    assert (later.year, later.amounts["CHN"], later.estimated) == (2024, 67_000.0, True)
    assert "United States: printed as 'W'" in later.notes


def test_names_that_are_no_country_and_countries_that_stand_twice_are_faults(
    tmp_path: Path, tables: Path
) -> None:
    path = write(
        tmp_path / "mcs.csv", LONG, long_row("Chian", "1"), long_row("China", "2"), long_row("China", "3")
    )
    with pytest.raises(BadInput) as raised:
        read_world_tables(path, tables)
    assert [str(fault) for fault in raised.value.faults] == [
        f"{path}:2: 'Chian' is not a country. Did you mean 'China' (CHN)?",
        f"{path}:4: China stands twice in tungsten, tungsten content, 2025",
    ]


def test_a_file_of_no_known_vintage_is_told(tmp_path: Path, tables: Path) -> None:
    with pytest.raises(BadInput, match="those of no world table"):
        read_world_tables(write(tmp_path / "mcs.csv", "a,b", "1,2"), tables)


def test_every_table_that_is_named_is_in_the_shipped_files(tables: Path) -> None:
    found = {(t.release, t.mineral, t.scope, str(t.stage), t.of) for t in read_production()}
    with tables.open(encoding="utf-8", newline="") as file:
        named = {
            (row["release"], row["mineral"], row["scope"], row["stage"], row["of"])
            for row in csv.DictReader(file)
        }
    assert found == named


def test_no_shipped_table_is_far_from_its_printed_total() -> None:
    """Rounding and withheld figures explain a few per cent; a wrong unit or a row that stands for another does not."""
    far = [
        t.says()
        for t in read_production()
        if t.world and abs(missing(t).world_less_sum or 0) > 0.06 * t.world
    ]
    assert far == []


def test_printed_figures_of_the_survey_are_found() -> None:
    """Mineral Commodity Summaries 2026: rare earths, gallium. 2025: germanium has no amounts by country."""
    rare, gallium = (
        find_production("rare earths", "mine", 2025),
        find_production("gallium", Stage.REFINERY, 2024),
    )
    assert rare is not None
    assert gallium is not None
    assert (rare.release, rare.amounts["USA"], rare.amounts["CHN"], rare.world) == (
        "2026",
        51_000,
        270_000,
        390_000,
    )
    assert (gallium.unit, gallium.amounts["CHN"], gallium.world) == ("kilograms", 839_000, 848_000)
    capacity = find_production("gallium", Stage.REFINERY, 2025, of="capacity")
    assert capacity is not None
    assert capacity.rest == 100_000
    assert find_production("unobtainium", "mine", 2025) is None


def test_titanium_is_mined_as_two_minerals_and_one_must_be_named() -> None:
    with pytest.raises(ValueError, match="name a scope, one of ilmenite, rutile"):
        find_production("titanium", "mine", 2025)
    older, newer = (
        find_production("titanium", "mine", 2024, scope="ilmenite", release=release)
        for release in ("2025", "2026")
    )
    assert older is not None
    assert newer is not None
    assert older.unit == newer.unit == "thousand metric tons"  # the file of 2025 prints metric tons


def test_net_import_reliance_is_read_as_it_is_printed() -> None:
    """Mineral Commodity Summaries 2026: rare-earth compounds 67 %, concentrates net exports, germanium over 50 %."""
    found = {(r.mineral, r.what): r for r in read_reliance() if r.year == 2025}
    compounds, ore = (
        found["rare earths", "compounds and metals"],
        found["rare earths", "mineral concentrates"],
    )
    assert (compounds.reliance.share, compounds.estimated, compounds.says) == (
        0.67,
        True,
        "Defined as imports \u2013 exports.",
    )
    assert (ore.reliance.share, ore.reliance.net_exporter) == (None, True)
    assert (found["germanium", ""].reliance.low, found["germanium", ""].reliance.open) == (0.5, True)
    assert found["yttrium", ""].reliance.share == 1.0
    assert len(read_reliance()) == 95


# -- World Mining Data ------------------------------------------------------------------------------------------


def workbook(path: Path, **sheets: list[list[object]]) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name.replace("_", " "))
            for n, row in enumerate(rows):
                sheet.write_row(n, 0, row)
    return path


HEAD = ["Country", "unit", 2023, "2024", "data source"]


def test_world_mining_data_has_a_sheet_for_each_mineral(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "6.4.xlsx",
        **{
            "Rare Earths (REO)": [["Rare earths"], HEAD, ["China", "metr. t", 255000, "270,000", "r"],
                                  ["Nigeria", "metr. t", "", 4000, "e"], ["Total", "metr. t", 255000, 274000]],
            "Gallium": [["Gallium"], HEAD, ["Korea, South", "metr. t", 3, 0, "e"]],
            "Contents": [["What stands where"]],
        },
    )  # fmt: skip
    earlier, later, gallium, _ = read_world_mining(path, release="2026")
    assert (earlier.mineral, earlier.scope, earlier.stage, earlier.unit) == (
        "rare earths",
        "as REO",
        Stage.MINE,
        "metr. t",
    )
    assert (dict(earlier.amounts), earlier.world) == ({"CHN": 255_000.0, "NGA": None}, 255_000.0)
    assert (dict(later.amounts), later.world, later.release) == (
        {"CHN": 270_000.0, "NGA": 4_000.0},
        274_000.0,
        "2026",
    )
    assert later.notes == ("Estimated by the publisher: NGA",)
    assert (gallium.stage, gallium.amounts, gallium.world) == (Stage.REFINERY, {"KOR": 3.0}, None)


def test_world_mining_data_faults_name_sheet_and_cell(tmp_path: Path) -> None:
    path = workbook(tmp_path / "6.4.xlsx", Tin=[["Tin"], HEAD, ["China", "kg", 1, "many", "r"], ["Chian", "kg", 1, 2, "r"],
                                                ["Peru", "metr. t", 1, -2, "r"]])  # fmt: skip
    with pytest.raises(BadInput) as raised:
        read_world_mining(path)
    assert [str(fault) for fault in raised.value.faults] == [
        f"{path}, Tin!D3: 'many' is no amount",
        f"{path}, Tin!A4: 'Chian' is not a country. Did you mean 'China' (CHN)?",
        f"{path}, Tin!D5: '-2' is no amount",
        f"{path}, Tin: the sheet has more than one unit: kg, metr. t",
    ]


def test_a_workbook_without_tables_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no sheet has the columns Country, unit and years"):
        read_world_mining(workbook(tmp_path / "a.xlsx", Sheet=[["nothing"]]))
    (tmp_path / "b.xlsx").write_bytes(b"no workbook")
    with pytest.raises(BadInput, match="this workbook cannot be read"):
        read_world_mining(tmp_path / "b.xlsx")


def test_a_load_of_production_is_kept_under_a_name(tmp_path: Path) -> None:
    path = workbook(tmp_path / "6.4.xlsx", Tin=[["Tin"], HEAD, ["China", "metr. t", 1, 2, "r"]])
    found = load([path], cache=tmp_path / "cache", choices=Choices(release="2026", years=[2024]))
    assert (found.name, found.kind, len(found.production)) == ("world-mining-2026", "world-mining", 1)


# -- governance and groups --------------------------------------------------------------------------------------


def test_governance_has_taiwan_under_its_own_code_and_guyana_under_none() -> None:
    governance = read_governance()
    assert governance.find("TWN", 2024) == pytest.approx(0.9166715)
    assert governance.find("GUY", 2020) is None
    assert governance.doubled[2020, "GUY"] == pytest.approx((0.31674722, -0.1375806))
    assert len(governance.doubled) == 26
    assert governance.years[:4] == (1996, 1998, 2000, 2002)
    assert min(governance.estimates[2023].values()) == pytest.approx(-2.626, abs=0.001)
    assert max(governance.estimates[2023].values()) == pytest.approx(1.588, abs=0.001)


def test_governance_faults_are_told_with_their_rows(tmp_path: Path) -> None:
    path = write(
        tmp_path / "wgi.csv", "iso3,year,estimate", "CHN,2024,-0.5", "USA,2024,many", "DEU,2024,68.2"
    )
    with pytest.raises(BadInput) as raised:
        read_governance_file(path, indicator="made up")
    assert [fault.where for fault in raised.value.faults] == [f"{path}:3", f"{path}:4"]
    assert "estimate 68.2 is not on the scale of about -2.5 to +2.5" in str(raised.value)


def test_governance_is_read_as_the_world_bank_writes_it(tmp_path: Path) -> None:
    path = write(tmp_path / "wgi.csv", "countryname,code,year,indicator,estimate", "Romania,ROM,2023,pv,0.5", "Romania,ROM,2023,cc,-0.1",
                 "Tuvalu,TUV,2023,pv,..")  # fmt: skip
    governance = read_governance_file(path, indicator="made up")
    assert governance.estimates == {2023: {"ROU": 0.5}}
    assert governance.doubled == {}


def test_the_union_grows_and_the_united_kingdom_leaves() -> None:
    union = read_groups()["EU"]
    sizes = {
        year: len(set(union.members_in(year)) - {"BLX"})
        for year in (1995, 2003, 2004, 2007, 2013, 2019, 2020)
    }
    assert sizes == {1995: 15, 2003: 15, 2004: 25, 2007: 27, 2013: 28, 2019: 28, 2020: 27}
    assert len(read_groups()["EU27"].members_in(2005)) == 27
    assert read_groups()["G7"].members_in(2024) == ("CAN", "DEU", "FRA", "GBR", "ITA", "JPN", "USA")


def test_every_membership_names_its_source() -> None:
    assert all(membership.source for group in read_groups().values() for membership in group.memberships)
