"""Multi-regional tables as their publishers give them: tiny files in each format, made here, and what is read of them.

Two regions with two sectors. One region's second sector delivers nothing, another's stocks ran down by more than it sold.
"""

import json
import zipfile

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from monazite.disruption.network.days import Network, NetworkScenario
from monazite.readers.disruption.tables import read_firm_links, read_mrio
from monazite.terms.faults import BadInput

pytest.importorskip("pymrio")

REGIONS = ("USA", "CHN")
FLOWS = np.array([[10.0, 5.0, 2.0, 1.0], [4.0, 8.0, 0.0, 3.0], [6.0, 1.0, 20.0, 9.0], [0.0, 0.0, 0.0, 0.0]])
HOUSEHOLDS = np.array([[30.0, 4.0], [12.0, 0.0], [3.0, 50.0], [0.0, 0.0]])  # of both regions
STOCKS = np.array([[-2.0, 0.0], [-20.0, 0.0], [0.0, 1.5], [0.0, 0.0]])  # changes in stocks


def look(table, sectors: tuple[str, str], unit: str) -> None:
    """What every format must give of the same figures."""
    assert table.names == tuple(f"{region}/{sector}" for region in REGIONS for sector in sectors)
    assert table.products == sectors
    assert table.product.tolist() == [0, 1, 0, 1]
    assert table.unit == unit
    wanted = FLOWS.copy()
    wanted[:, 3] = 0
    assert table.flows.tolist() == wanted.tolist()
    assert table.final_demand.tolist() == [32 + 1, 0 + 3, 54.5 + 9, 0]
    assert table.notes == (
        "final demand below zero, stocks run down: 1 of 4 industries, 8.47% of all, counted as none "
        f"(USA/{sectors[1]})",
        "industries that deliver nothing: 1 of 4; what they buy, 8.36% of all sales, counts as final demand "
        f"(CHN/{sectors[1]})",
    )
    for day in Network(table, [NetworkScenario(name="rest")]).run(20):
        assert np.allclose(day.production[0], table.output / 365, rtol=1e-12)


def as_text(corner: list[list[str]], labels: list[list[str]], figures: np.ndarray) -> str:
    rows = ["\t".join(row) for row in corner]
    rows += ["\t".join([*label, *map(str, row)]) for label, row in zip(labels, figures.tolist(), strict=True)]
    return "\n".join(rows) + "\n"


@pytest.mark.parametrize("packed", [False, True])
def test_exiobase_3(tmp_path, packed):
    """A folder or a zip of it, as IOT_2020_ixi: tab-separated, two rows and two columns of names, a parameter file."""
    sectors = ("Mining", "Machinery")
    two = {"USA": "US", "CHN": "CN"}
    labels = [[two[region], sector] for region in REGIONS for sector in sectors]
    demands = [[two[region], kind] for region in REGIONS for kind in ("Households", "Changes in inventories")]
    flat = np.stack([HOUSEHOLDS, STOCKS], axis=2).reshape(4, 4)
    texts = {
        "Z.txt": as_text([["region", "", *(r for r, _ in labels)], ["", "sector", *(s for _, s in labels)],
                          ["region", "sector", "", "", "", ""]], labels, FLOWS),
        "Y.txt": as_text([["region", "", *(r for r, _ in demands)], ["", "category", *(s for _, s in demands)],
                          ["region", "sector", "", "", "", ""]], labels, flat),
        "unit.txt": "region\tsector\tunit\n" + "".join(f"{r}\t{s}\tM.EUR\n" for r, s in labels),
    }  # fmt: skip
    files = {
        "Z": {"name": "Z.txt", "nr_header": "2", "nr_index_col": "2"},
        "Y": {"name": "Y.txt", "nr_header": "2", "nr_index_col": "2"},
        "unit": {"name": "unit.txt", "nr_header": "1", "nr_index_col": "2"},
    }
    texts["file_parameters.json"] = json.dumps({"files": files, "systemtype": "IOSystem"})
    about = {"description": "made up", "history": [], "name": "EXIO3", "system": "ixi", "version": "3.8"}
    texts["metadata.json"] = json.dumps(about)
    folder = tmp_path / "IOT_2020_ixi"
    folder.mkdir()
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    path = folder
    if packed:
        path = tmp_path / "IOT_2020_ixi.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name in texts:
                archive.write(folder / name, f"IOT_2020_ixi/{name}")
    table = read_mrio(path, "exiobase3")
    assert table.names[0] == "US/Mining"
    assert table.unit == "M.EUR"
    assert table.flows[:3, :3].tolist() == FLOWS[:3, :3].tolist()
    assert table.final_demand.tolist() == [33, 3, 63.5, 0]
    assert len(table.notes) == 2


@pytest.mark.parametrize("packed", [False, True])
def test_figaro(tmp_path, packed):
    """Eurostat's matrix file: labels REGION_CODE, codes with _ of their own, value added below."""
    codes = ("A01", "C31_32")
    rows = [f"{region}_{code}" for region in REGIONS for code in codes]
    demands = [f"{region}_{kind}" for region in REGIONS for kind in ("P3_S14", "P5M")]
    flat = np.stack([HOUSEHOLDS, STOCKS], axis=2).reshape(4, 4)
    lines = [",".join(["rowLabels", *rows, *demands])]
    for row, of_flows, of_demand in zip(rows, FLOWS.tolist(), flat.tolist(), strict=True):
        lines.append(",".join([row, *map(str, of_flows), *map(str, of_demand)]))
    lines += [",".join([name, *["7.0"] * 8]) for name in ("W2_D21X31", "W2_D1", "W2_B2A3G")]
    path = tmp_path / "matrix_eu-ic-io_ind-by-ind_25ed_2022.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    if packed:
        with zipfile.ZipFile(path.with_suffix(".zip"), "w") as archive:
            archive.write(path, path.name)
        path = path.with_suffix(".zip")
    look(read_mrio(path, "figaro"), codes, "M.EUR")


def test_a_figaro_flat_file_is_named(tmp_path):
    path = tmp_path / "flatfile_eu-ic-io_ind-by-ind_2022.csv"
    path.write_text("icioiRow,refArea,rowIi,obsValue\nAR_A01,AR,A01,5.0\n", encoding="utf-8")
    with pytest.raises(BadInput, match="Give the matrix file, not the flat one"):
        read_mrio(path, "figaro")


def test_wiod(tmp_path):
    """The workbook of a year: facts in the first column, four rows and columns of names, a total on the right.

    The library finds the end of the flows by the sector number c35; only the first and the last of 35 sectors are here.
    """
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    sheet = book.active
    kinds = (("c37", "Households"), ("c41", "Stocks"))
    columns = [
        (s, n, r, c) for r in REGIONS for s, n, c in (("AtB", "Farming", "c1"), ("P", "Private", "c35"))
    ]
    demands = [("", name, region, code) for region in REGIONS for code, name in kinds]
    flat = np.stack([HOUSEHOLDS, STOCKS], axis=2).reshape(4, 4)
    heads = [*columns, *demands, ("", "Total output", "TOT", "c62")]
    facts = [
        "Intercountry Input-Output Table, 2009",
        "(made up)",
        "(industry-by-industry)",
        "(millions of US$)",
        None,
        None,
    ]
    for row, fact in enumerate(facts):
        given = [fact, None, None, None]
        given += [None] * len(heads) if row < 2 else [head[row - 2] if row < 6 else None for head in heads]
        sheet.append(given)
    for at, (code, name, region, number) in enumerate(columns):
        total = float(FLOWS[at].sum() + flat[at].sum())
        sheet.append([code, name, region, number, *FLOWS[at].tolist(), *flat[at].tolist(), total])
    for number, name in (("r60", "Total intermediate"), ("r64", "Value added"), ("r69", "Gross output")):
        sheet.append([None, name, "TOT", number, *[1.0] * 9])
    book.save(tmp_path / "wiot09_row_made_up.xlsx")
    look(read_mrio(tmp_path / "wiot09_row_made_up.xlsx", "wiod"), ("AtB", "P"), "millions of US$")
    assert read_mrio(tmp_path, "wiod", year=2009).unit == "millions of US$"
    with pytest.raises(BadInput, match="Name the file of one year, or give the year"):
        read_mrio(tmp_path, "wiod")


@pytest.mark.parametrize("packed", [False, True])
def test_eora26(tmp_path, packed):
    """Tab-separated figures without names, labels beside them; a folder by year or a zip."""
    sectors = ("Agriculture", "Mining and Quarrying")
    flat = np.stack([HOUSEHOLDS, STOCKS], axis=2).reshape(4, 4)

    def written(figures: np.ndarray) -> str:
        return "\n".join("\t".join(map(str, row)) for row in figures.tolist()) + "\n"

    full = {"USA": "United States", "CHN": "China"}
    ends = [(region, name) for region in REGIONS for name in sectors]
    demands = [
        (region, name) for region in REGIONS for name in ("Household final consumption P.3h", "Inventories")
    ]
    texts = {
        "Eora26_2017_bp_T.txt": written(FLOWS),
        "Eora26_2017_bp_FD.txt": written(flat),
        "Eora26_2017_bp_Q.txt": written(np.ones((1, 4))),
        "Eora26_2017_bp_QY.txt": written(np.ones((1, 4))),
        "Eora26_2017_bp_VA.txt": written(np.ones((1, 4))),
        "labels_T.txt": "".join(f"{full[r]}\t{r}\tIndustries\t{name}\t\n" for r, name in ends),
        "labels_FD.txt": "".join(f"{full[r]}\t{r}\tFinal demand\t{name}\t\n" for r, name in demands),
        "labels_Q.txt": "Energy Usage (TJ)\tNatural Gas\t\n",
        "labels_VA.txt": "Primary inputs\tCompensation of employees D.1\t\n",
    }
    path = tmp_path / "Eora26_2017_bp.zip"
    if packed:
        with zipfile.ZipFile(path, "w") as archive:
            for name, text in texts.items():
                archive.writestr(name, text)
        table = read_mrio(path, "eora26")
    else:
        for name, text in texts.items():
            (tmp_path / name).write_text(text, encoding="utf-8")
        table = read_mrio(tmp_path, "eora26", year=2017)
    look(table, sectors, "000 USD")


def test_oecd(tmp_path):
    """One CSV a year: labels REGION_SECTOR, value added and totals below, totals on the right."""
    sectors = ("A01", "B05")
    rows = [f"{region}_{sector}" for region in REGIONS for sector in sectors]
    demands = [f"{region}_{kind}" for region in REGIONS for kind in ("HFCE", "INVNT")]
    flat = np.stack([HOUSEHOLDS, STOCKS], axis=2).reshape(4, 4)
    lines = [",".join(["V1", *rows, *demands, "OUT"])]
    for row, of_flows, of_demand in zip(rows, FLOWS.tolist(), flat.tolist(), strict=True):
        lines.append(",".join([row, *map(str, of_flows), *map(str, of_demand), "0"]))
    lines += [",".join([name, *["7.0"] * 9]) for name in ("TLS", "VA", "OUT")]
    path = tmp_path / "ICIO2023_2019.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    table = read_mrio(path, "oecd")
    assert table.unit == "Million USD"
    assert sorted(table.names) == sorted(f"{r}/{s}" for r in REGIONS for s in sectors)
    assert table.final_demand.sum() == 33 + 3 + 63.5


def test_several_units_and_odd_files_are_named(tmp_path):
    import pymrio

    from monazite.readers.disruption.tables import table_of_system

    system = pymrio.load_test()
    system.unit.iloc[0, 0] = "tonnes"
    with pytest.raises(BadInput, match="in several units: tonnes"):
        table_of_system(system)
    (tmp_path / "wiot09.xlsx").write_text("not a workbook", encoding="utf-8")
    with pytest.raises(BadInput, match="cannot be read as wiod"):
        read_mrio(tmp_path / "wiot09.xlsx", "wiod")
    with pytest.raises(BadInput, match="cannot be read as exiobase3"):
        read_mrio(tmp_path, "exiobase3")


def test_too_many_firms_are_told_the_memory(tmp_path):
    names = [f"f{at}" for at in range(20_001)]
    pq.write_table(
        pa.table({"firm": names, "product": ["p"] * len(names), "revenue": [1.0] * len(names)}),
        tmp_path / "f.parquet",
    )
    pq.write_table(pa.table({"seller": ["f0"], "buyer": ["f1"], "value": [0.5]}), tmp_path / "l.parquet")
    with pytest.raises(
        BadInput, match=r"20,001 firms: a day of every pair would need 10 GB.*monazite disrupt rank"
    ):
        read_firm_links(tmp_path / "l.parquet", tmp_path / "f.parquet")
