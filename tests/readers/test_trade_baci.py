"""A user's own BACI: layouts, archives, tables beside the data, and faults with their rows."""

import gzip
import zipfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monazite.leverage.flows import Flows
from monazite.readers.trade.baci import FileName, parse_name, read_baci
from monazite.readers.trade.gather import MOST, sort_order
from monazite.readers.trade.sources import find_sources, sniff
from monazite.terms.faults import BadInput

NAME = "BACI_HS92_Y2024_V202601.csv"
ROWS = ("2024,156,842,280530,6.5,1", "2024,392,842,280530,3.25,NA", "2024,842,156,010121,1.125,0.5")


def write(path: Path, *rows: str, header: str | None = "t,i,j,k,v,q", encoding: str = "utf-8") -> Path:
    path.write_text("\n".join([*([header] if header else []), *rows]) + "\n", encoding=encoding)
    return path


def read(*paths: Path, **said: object) -> list[Flows]:
    return list(read_baci(find_sources(paths), **said))  # type: ignore[arg-type]


def faults_of(*paths: Path, **said: object) -> list[str]:
    with pytest.raises(BadInput) as raised:
        read(*paths, **said)
    return [str(fault) for fault in raised.value.faults]


def held(flows: Flows) -> list[tuple[str, str, str, float]]:
    return [
        (flows.countries[i], flows.countries[j], flows.products[k], v)
        for i, j, k, v in zip(
            flows.exporter, flows.importer, flows.product, flows.value.tolist(), strict=True
        )
    ]


EXPECTED = [("USA", "CHN", "010121", 1.125), ("CHN", "USA", "280530", 6.5), ("JPN", "USA", "280530", 3.25)]


# -- how the files may be written -------------------------------------------------------------------------------


def test_rows_are_sorted_by_product_importer_and_exporter(tmp_path: Path) -> None:
    (flows,) = read(write(tmp_path / NAME, *ROWS))
    assert held(flows) == EXPECTED
    assert flows.quantity is not None
    assert flows.quantity.tolist()[:2] == [0.5, 1.0]
    assert np.isnan(flows.quantity[2])
    assert (flows.countries, flows.products) == (("CHN", "JPN", "USA"), ("010121", "280530"))
    assert flows.basis.says() == (
        "BACI, release 202601; reconciled from both declarations, free on board, thousand current USD; "
        "HS1992 at 6 digits; groups: none"
    )


@pytest.mark.parametrize(
    ("delimiter", "decimal", "header", "mark"),
    [(",", ".", "t,i,j,k,v,q", ""), (";", ",", "t;i;j;k;v;q", ""), ("\t", ".", "T\tI\tJ\tK\tV\tQ", "\ufeff"), (",", ".", None, ""),
     ("|", ".", '"t"|"i"|"j"|"k"|"v"|"q"', "")],
)  # fmt: skip
def test_delimiter_header_and_decimal_mark_are_found_out(
    tmp_path: Path, delimiter: str, decimal: str, header: str | None, mark: str
) -> None:
    rows = [row.replace(".", decimal).replace(",", delimiter) if delimiter != "," else row for row in ROWS]
    if decimal == ",":
        rows = [row.replace(",", ";").replace(".", ",") for row in ROWS]
    path = write(tmp_path / NAME, *rows, header=header)
    path.write_text(mark + path.read_text(encoding="utf-8"), encoding="utf-8")
    (flows,) = read(path)
    assert held(flows) == EXPECTED


def test_columns_may_stand_in_another_order_and_others_beside_them(tmp_path: Path) -> None:
    path = write(tmp_path / NAME, "x,6.5,280530,842,156,2024,1", header="note,v,k,j,i,t,q")
    assert held(read(path)[0]) == [("CHN", "USA", "280530", 6.5)]


def test_a_zip_holds_years_and_tables(tmp_path: Path) -> None:
    path = tmp_path / "BACI_HS92_V202601.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("BACI_HS92_Y2023_V202601.csv", "t,i,j,k,v,q\n2023,156,842,280530,1,1\n")
        archive.writestr("BACI_HS92_Y2024_V202601.csv", "t,i,j,k,v,q\n2024,156,842,280530,2,1\n")
        archive.writestr(
            "country_codes_V202601.csv",
            "country_code,country_name,country_iso2,country_iso3\n156,China,CN,CHN\n",
        )
        archive.writestr("product_codes_HS92_V202601.csv", "code,description\n280530,Earth-metals\n")
        archive.writestr("Readme.pdf", "not read")
    assert [(flows.year, flows.value.tolist()) for flows in read(path)] == [(2023, [1.0]), (2024, [2.0])]
    assert [flows.year for flows in read(path, years=[2024])] == [2024]


def test_a_folder_a_gzip_and_a_parquet_file_give_the_same(tmp_path: Path) -> None:
    write(tmp_path / NAME, *ROWS)
    (plain,) = read(tmp_path)
    packed = tmp_path / "packed"
    packed.mkdir()
    with gzip.open(packed / (NAME + ".gz"), "wb") as file:
        file.write((tmp_path / NAME).read_bytes())
    table = pa.table({
        "t": pa.array([2024] * 3, pa.int16()), "i": [156, 392, 842], "j": [842, 842, 156], "k": [280530, 280530, 10121],
        "v": [6.5, 3.25, 1.125], "q": [1.0, None, 0.5],
    })  # fmt: skip
    pq.write_table(table, packed / "BACI_HS92_Y2024_V202601.parquet")
    for path in packed.iterdir():
        (flows,) = read(path)
        assert held(flows) == held(plain)
        assert np.array_equal(flows.quantity, plain.quantity, equal_nan=True)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_one_file_may_hold_several_years(tmp_path: Path, kind: str) -> None:
    years, values = [2023, 2024, 2023], [1.0, 2.0, 4.0]
    if kind == "csv":
        path = write(tmp_path / "BACI_HS92_V202601.csv", "2023,156,842,280530,1,1", "2024,156,842,280530,2,1",
                     "2023,156,392,280530,4,1")  # fmt: skip
    else:
        path = tmp_path / "BACI_HS92_V202601.parquet"
        pq.write_table(
            pa.table(
                {
                    "t": years,
                    "i": [156] * 3,
                    "j": [842, 842, 392],
                    "k": [280530] * 3,
                    "v": values,
                    "q": values,
                }
            ),
            path,
        )
    assert [(flows.year, sorted(flows.value.tolist())) for flows in read(path)] == [
        (2023, [1.0, 4.0]),
        (2024, [2.0]),
    ]


def test_progress_tells_bytes_and_file(tmp_path: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    path = write(tmp_path / NAME, *ROWS)
    read(path, progress=lambda *told: seen.append(told))
    assert seen[-1] == (NAME, path.stat().st_size, path.stat().st_size)


# -- what the names say -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "says"),
    [("BACI_HS17_Y2022_V202401b.csv", FileName(nomenclature="HS2017", year=2022, release="202401b")),
     ("BACI_HS02_V202501.zip", FileName(nomenclature="HS2002", year=None, release="202501")),
     ("flows.csv", FileName(nomenclature="", year=None, release=""))],
)  # fmt: skip
def test_revision_year_and_release_stand_in_the_name(name: str, says: FileName) -> None:
    assert parse_name(name) == says


def test_a_file_whose_name_says_no_revision_needs_it_named(tmp_path: Path) -> None:
    path = write(tmp_path / "flows.csv", *ROWS)
    (fault,) = faults_of(path)
    assert "no name says the revision of the Harmonized System. Name it: --hs HS1992" in fault
    (flows,) = read(path, nomenclature="HS2022", release="202601")
    assert (flows.basis.nomenclature, flows.basis.release) == ("HS2022", "202601")


def test_files_of_two_revisions_are_not_mixed(tmp_path: Path) -> None:
    write(tmp_path / NAME, *ROWS)
    write(tmp_path / "BACI_HS17_Y2023_V202601.csv", "2023,156,842,280530,1,1")
    assert any("the files are of HS1992 and HS2017" in fault for fault in faults_of(tmp_path))


def test_a_full_table_with_a_code_of_a_later_revision_is_a_fault(tmp_path: Path) -> None:
    codes = [*range(100_010, 104_010), 854231]
    rows = [f"2024,156,842,{code},1,1" for code in codes]
    (fault,) = faults_of(write(tmp_path / NAME, *rows))
    assert "row 4001: '854231' was brought by HS2007, and the file is named for HS1992" in fault
    (flows,) = read(write(tmp_path / "BACI_HS22_Y2024_V202601.csv", *rows[:-1]))
    assert "is the revision right?" in flows.basis.notes[-1]


def test_a_year_that_is_not_the_name_s_is_a_fault(tmp_path: Path) -> None:
    assert faults_of(write(tmp_path / NAME, ROWS[0], "2023,156,392,280530,1,1")) == [
        f"{tmp_path / NAME}:3: column t: '2023' is not 2024, which the file is named for"
    ]


# -- tables beside the data -------------------------------------------------------------------------------------


def test_a_country_that_the_shipped_table_lacks_comes_from_the_file_beside(tmp_path: Path) -> None:
    rows = ["2024,80,842,280530,1,1", "2024,230,842,280530,2,1", "2024,156,842,280530,4,1"]
    assert "'80' is no country of BACI" in faults_of(write(tmp_path / NAME, *rows))[0]
    table = tmp_path / "country_codes_V202601.csv"
    table.write_text("country_code,country_name,country_iso2,country_iso3\n80,Antarctica,AQ,ATA\n"
                     "230,Ethiopia (...1992),ET,ETH\n156,Chine,CN,XXX\n", encoding="utf-8")  # fmt: skip
    (flows,) = read(tmp_path)
    # Ethiopia of today has ETH, so the state before it keeps a code of its own; what the shipped table says stands.
    assert {flows.countries[n] for n in flows.exporter} == {"ATA", "#230", "CHN"}


def test_a_product_that_the_table_beside_the_data_lacks_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "product_codes_HS92_V202601.csv").write_text(
        "code,description\n280530,Metals\n10121,Horses\n", encoding="utf-8"
    )
    (flows,) = read(write(tmp_path / NAME, *ROWS), tmp_path / "product_codes_HS92_V202601.csv")
    assert flows.products == ("010121", "280530")
    write(tmp_path / NAME, *ROWS, "2024,156,392,999999,1,1")
    assert faults_of(tmp_path) == [
        f"{tmp_path / NAME}:5: column k: '999999' is no product of the nomenclature"
    ]


# -- faults -----------------------------------------------------------------------------------------------------


def test_every_fault_is_told_with_its_row_and_value_at_once(tmp_path: Path) -> None:
    path = write(tmp_path / NAME, ROWS[0], "2024,999,842,280530,1,1", "2024,156,156,280530,1,1", "2024,392,842,28053x,1,1",
                 "2024,410,842,280530,0,1", "2024,276,842,280530,-2,1", "2024,251,842,280530,1,-3", "2024,156,842,280530,7,1",
                 "2024,999,276,280530,1,1")  # fmt: skip
    told = faults_of(path)
    for line, what in ((3, "column i: '999' is no country of BACI (in 2 rows)"), (5, "column k: '28053x' is no code of six digits"),
                       (6, "column v: value '0' is not above zero"), (7, "column v: value '-2' is not above zero"),
                       (8, "column q: quantity '-3' is no amount")):  # fmt: skip
        assert any(fault.startswith(f"{path}:{line}: {what}") for fault in told), (line, what)


def test_trade_with_oneself_and_a_key_that_stands_twice_are_faults(tmp_path: Path) -> None:
    path = write(tmp_path / NAME, *ROWS, "2024,156,156,280530,1,1", "2024,156,842,280530,7,1")
    told = faults_of(path)
    assert told == [
        f"{path}:5: 'CHN' ships to itself. Leave a country's trade with itself out",
        f"{path}:6: CHN to USA of '280530' stands twice; before, it stands at {path}:2. "
        "Keep one row for each exporter, importer, product and year",
    ]


def test_numbers_that_are_none_are_told_with_their_rows(tmp_path: Path) -> None:
    path = write(tmp_path / NAME, ROWS[0], "2024,392,842,280530,many,1", "2O24,410,842,280530,1,few")
    assert faults_of(path) == [
        f"{path}:4: column t: '2O24' is no whole number",
        f"{path}:3: column v: 'many' is no number",
        f"{path}:4: column q: 'few' is no number",
    ]


def test_rows_with_too_many_or_too_few_cells_are_told(tmp_path: Path) -> None:
    path = write(tmp_path / NAME, ROWS[0], "2024,392,842,280530,1", "2024,410,842,280530,1,1,1")
    assert faults_of(path) == [
        f"{path}:3: 5 cells in place of 6: '2024,392,842,280530,1'",
        f"{path}:4: 7 cells in place of 6: '2024,410,842,280530,1,1,1'",
    ]


def test_a_hundred_faults_of_a_kind_are_written_out_and_the_rest_counted(tmp_path: Path) -> None:
    rows = [f"2024,156,842,{code},0,1" for code in range(100_000, 100_250)]
    told = faults_of(write(tmp_path / NAME, *rows))
    assert len(told) == MOST + 1
    assert told[-1] == f"{tmp_path / NAME}:251: and 150 rows more with a fault like those above"


def test_a_missing_column_is_named_with_those_that_are_there(tmp_path: Path) -> None:
    path = write(tmp_path / NAME, "2024,156,842,280530,1", header="t,i,j,k,v")
    assert faults_of(path) == [f"{path}: there are no flows of BACI in it. Wanted: columns t,i,j,k,v,q"]


def test_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    write(tmp_path / "BACI_HS92_Y2023_V202601.csv", "2023,156,842,280530,0,1")
    write(tmp_path / NAME, "2024,156,840,280530,1,1")
    told = faults_of(tmp_path)
    assert len(told) == 2
    assert "Y2023" in told[0]
    assert "Y2024" in told[1]


@pytest.mark.parametrize(
    ("content", "what"),
    [(b"", "the file is empty"), (b"t,i,j,k,v,q\n", "there are no rows in it"),
     (b"PK\x03\x04 cut off", "there are no flows of BACI in it")],
)  # fmt: skip
def test_files_with_nothing_in_them_are_told(tmp_path: Path, content: bytes, what: str) -> None:
    path = tmp_path / NAME
    path.write_bytes(content)
    assert what in faults_of(path)[0]


def test_paths_that_are_not_there_and_broken_archives_are_told(tmp_path: Path) -> None:
    (tmp_path / "cut.zip").write_bytes(b"PK\x03\x04 cut off")
    with pytest.raises(BadInput) as raised:
        find_sources([tmp_path / "nowhere", tmp_path / "cut.zip"])
    told = [str(fault) for fault in raised.value.faults]
    assert told[0].endswith("nowhere: there is no such file or folder")
    assert "cut.zip: this is no zip archive, or only a part of one" in told[1]


def test_letters_of_windows_are_read(tmp_path: Path) -> None:
    path = write(
        tmp_path / "names.csv",
        "384,C\u00f4te d'Ivoire",
        header="country_code,country_name",
        encoding="cp1252",
    )
    (source,) = find_sources([path])
    assert sniff(source).encoding == "cp1252"


# -- the order of rows ------------------------------------------------------------------------------------------


@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 300), st.integers(0, 70_000)), max_size=60))
def test_rows_come_in_the_order_that_sorting_gives(rows: list[tuple[int, int, int]]) -> None:
    keys = [np.array([row[n] for row in rows], dtype=np.int64) for n in range(3)]
    order = sort_order([(keys[0], 6), (keys[1], 301), (keys[2], 70_001)])
    assert order.tolist() == np.lexsort(keys).tolist() if rows else len(order) == 0


def test_a_column_of_something_else_is_told_in_a_hundred_and_one_lines(tmp_path: Path) -> None:
    rows = [f"2024,{number},842,280530,1,1" for number in range(1000, 1500)]
    told = faults_of(write(tmp_path / NAME, *rows))
    assert len(told) == MOST + 1
    assert told[0].startswith(f"{tmp_path / NAME}:2: column i: '1000' is no country of BACI.")
    assert told[-1] == f"{tmp_path / NAME}:102: column i: and 400 texts more that are no country of BACI"
