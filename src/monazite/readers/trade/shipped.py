"""The trade and production data that the package ships: `reference/trade/`, each table with its source and licence there.

    flows = read_shipped_flows("baci", 2024)
    flows = read_shipped_flows("us-imports", 2024)
    shipped_years()                         {'baci': (1995, ..., 2024), 'us-imports': (2024,)}

Countries are alpha-3 codes. All years of a data set share one table of countries and one of products, so that an array of
one year lines up with that of another.
"""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from monazite.leverage.concentration import Reliance, published_reliance
from monazite.leverage.flows import Basis, Flows
from monazite.leverage.groups import Group, Membership
from monazite.leverage.production import Production, Stage
from monazite.readers.places import find_data
from monazite.readers.trade.governance import Governance, read_governance_file
from monazite.readers.trade.usgs import read_world_tables
from monazite.terms.days import Span, parse_day
from monazite.terms.faults import BadInput, Fault, near_match

BACI, US_IMPORTS = "baci", "us-imports"


def trade_folder() -> Path:
    """Where the shipped data stand."""
    return find_data("reference") / "trade"


def _rows(name: str) -> list[dict[str, str]]:
    with (trade_folder() / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipped:
    """One data set of flows that the package ships."""

    name: str  # as commands write it: baci
    basis: Basis
    files: tuple[Path, ...]


@lru_cache(maxsize=1)
def shipped_datasets() -> Mapping[str, Shipped]:
    """The shipped data sets of flows by name, as `reference/trade/datasets.csv` describes them."""
    found = {}
    for row in _rows("datasets.csv"):
        basis = Basis(
            dataset=row["dataset"], release=row["release"], side=row["side"], valuation=row["valuation"], unit=row["unit"],
            nomenclature=row["nomenclature"], digits=int(row["digits"]), licence=row["licence"],
            attribution=row["attribution"], notes=tuple(row["notes"].split("|")),
        )  # fmt: skip
        found[row["name"]] = Shipped(
            name=row["name"], basis=basis, files=tuple(sorted(trade_folder().glob(row["file"])))
        )
    return MappingProxyType(found)


def shipped_years() -> Mapping[str, tuple[int, ...]]:
    """The years of each shipped data set of flows."""
    return {BACI: tuple(sorted(_baci())), US_IMPORTS: (2024,)}


def read_shipped_flows(dataset: str, year: int) -> Flows:
    """The flows of one shipped data set and year, sorted by product, importer and exporter.

    The whole file is read once, in about a tenth of a second; every year after that is at hand.

    Raises
    ------
    BadInput where no such data set or year is shipped
    """
    if dataset not in shipped_datasets():
        mend = near_match(dataset, shipped_datasets())
        raise BadInput([Fault(where="data set", what=f"no data set '{dataset}' is shipped", mend=mend)])
    years = _baci() if dataset == BACI else _us_imports()
    if year not in years:
        mend = f"It has {min(years)} to {max(years)}" if len(years) > 1 else f"It has {min(years)}"
        raise BadInput(
            [Fault(where="year", what=f"the shipped data set '{dataset}' has no {year}", mend=mend)]
        )
    return years[year]


# -- BACI -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """A trader of BACI: its numeric code is not that of ISO (USA 842, France 251, India 699)."""

    number: int
    code: str  # alpha-3, or a code of its own where the state is dissolved
    name: str
    note: str


@lru_cache(maxsize=1)
def baci_countries() -> tuple[Country, ...]:
    """The traders of BACI by number."""
    return tuple(
        Country(
            number=int(row["country_code"]), code=row["alpha3"], name=row["country_name"], note=row["note"]
        )
        for row in _rows("baci-countries.csv")
    )


@lru_cache(maxsize=1)
def baci_products() -> Mapping[str, str]:
    """The codes of the shipped extract with BACI's descriptions."""
    return MappingProxyType({row["code"]: row["description"] for row in _rows("baci-products-hs92.csv")})


@lru_cache(maxsize=1)
def _baci() -> Mapping[int, Flows]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    shipped = shipped_datasets()[BACI]
    table = pa.concat_tables(pq.read_table(file) for file in shipped.files)
    column = {name: table[name].to_numpy() for name in ("t", "i", "j", "k", "v", "q")}
    countries = sorted(baci_countries(), key=lambda country: country.code)
    place = np.zeros(1000, dtype=np.uint8)
    place[[country.number for country in countries]] = np.arange(len(countries))
    products = tuple(sorted(baci_products()))
    product = np.searchsorted(np.array([int(code) for code in products]), column["k"]).astype(np.uint16)
    exporter, importer = place[column["i"]], place[column["j"]]
    codes = tuple(country.code for country in countries)
    flows = {}
    # The file is sorted by year.
    years, starts = np.unique(column["t"], return_index=True)
    for year, start, stop in zip(years.tolist(), starts, [*starts[1:], len(table)], strict=True):
        order = start + _order(product[start:stop], importer[start:stop], exporter[start:stop])
        flows[year] = Flows(
            year=year, basis=shipped.basis, countries=codes, products=products, exporter=exporter[order],
            importer=importer[order], product=product[order], value=column["v"][order], quantity=column["q"][order],
        )  # fmt: skip
    return flows


def _order(
    product: NDArray[np.uint16], importer: NDArray[np.uint8], exporter: NDArray[np.uint8]
) -> NDArray[np.intp]:
    """The order by product, importer and exporter."""
    key = (product.astype(np.uint32) << 16) | (importer.astype(np.uint32) << 8) | exporter
    return np.argsort(key, kind="stable")


# -- imports of the United States -------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def us_partners() -> Mapping[str, str]:
    """Schedule C code of the Census Bureau -> alpha-3, of the partners in the shipped data; 0003 is the union as one, EU27."""
    return MappingProxyType({row["cty_code"]: row["alpha3"] for row in _rows("us-census-partners.csv")})


@lru_cache(maxsize=1)
def _us_imports() -> Mapping[int, Flows]:
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    shipped = shipped_datasets()[US_IMPORTS]
    table = pq.read_table(shipped.files[0], columns=["hs10", "cty_code", "con_val_usd"])
    table = table.filter(pc.greater(table["con_val_usd"], 0))  # the others are lines with a duty alone
    partners = us_partners()
    countries = tuple(sorted({*partners.values(), "USA"}))
    coded, goods = (
        table["cty_code"].combine_chunks().dictionary_encode(),
        table["hs10"].combine_chunks().dictionary_encode(),
    )
    names = goods.dictionary.to_pylist()
    products = tuple(sorted(names))
    country = {code: n for n, code in enumerate(countries)}
    good = {code: n for n, code in enumerate(products)}
    exporter = np.array([country[partners[code]] for code in coded.dictionary.to_pylist()], dtype=np.uint8)[
        coded.indices.to_numpy()
    ]
    product = np.array([good[code] for code in names], dtype=np.uint16)[goods.indices.to_numpy()]
    importer = np.full(len(table), country["USA"], dtype=np.uint8)
    order = _order(product, importer, exporter)
    flows = Flows(
        year=2024, basis=shipped.basis, countries=countries, products=products, exporter=exporter[order], importer=importer[order],
        product=product[order], value=table["con_val_usd"].to_numpy()[order].astype(np.float64), quantity=None,
    )  # fmt: skip
    return {2024: flows}


# -- production -------------------------------------------------------------------------------------------------

_WORLD_TABLES = ("usgs-mcs2025-world.csv", "usgs-mcs2026-world.csv")


@lru_cache(maxsize=1)
def read_production() -> tuple[Production, ...]:
    """Every production and capacity table of the USGS releases 2025 and 2026 that is a mineral at a stage.

    The same year stands in both releases and differs: choose one by `find_production`, and name it.
    """
    folder = trade_folder()
    return tuple(
        production for name in _WORLD_TABLES for production in read_world_tables(folder / name, folder / "usgs-tables.csv")
    )  # fmt: skip


def find_production(
    mineral: str, stage: Stage | str, year: int, *, release: str | None = None, scope: str | None = None, of: str = "production"
) -> Production | None:  # fmt: skip
    """One table; of the newest release that has it unless one is named. None where there is none.

    Raises
    ------
    ValueError where tables of more than one scope fit (titanium is mined as ilmenite and as rutile) and none is named
    """
    fitting = [
        p for p in read_production()
        if (p.mineral, str(p.stage), p.year, p.of) == (mineral, str(stage), year, of)
        and release in (None, p.release) and scope in (None, p.scope)
    ]  # fmt: skip
    newest = [p for p in fitting if p.release == max(q.release for q in fitting)]
    if len(newest) > 1:
        raise ValueError(
            f"{mineral}, {stage}, {year}: name a scope, one of {', '.join(p.scope for p in newest)}"
        )
    return newest[0] if newest else None


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedReliance:
    """Net import reliance of the United States on a mineral in a year, as the USGS prints it."""

    mineral: str  # as in the tables of production: rare earths
    what: str  # compounds and metals; empty where the mineral has one figure
    year: int
    reliance: Reliance
    estimated: bool
    says: str  # how the survey defines it
    release: str = "2026"


@lru_cache(maxsize=1)
def read_reliance() -> tuple[PrintedReliance, ...]:
    """Net import reliance of the United States, 2021 to 2025, for the 18 chapters that are shipped."""
    found = []
    for row in _rows("usgs-mcs2026-us-strategic.csv"):
        if row["Statistics"] == "Net import reliance":
            mineral = (
                row["Commodity"]
                .casefold()
                .replace("graphite (natural)", "graphite")
                .replace("magnesium metal", "magnesium")
            )
            what = re.search(r"consumption\s*[:,]\s*(.+)$", row["Statistics_detail"])
            notes = row["Notes"].strip()
            found.append(PrintedReliance(
                mineral=mineral, what=what[1].casefold() if what else "", year=int(row["Year"]), reliance=published_reliance(row["Value"]),
                estimated=notes.startswith("Estimated"), says=re.sub(r"^Estimated\.( -- )?", "", notes),
            ))  # fmt: skip
    return tuple(found)


# -- governance and groups --------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def read_governance() -> Governance:
    """The shipped estimates of political stability, 1996 to 2024, by year and alpha-3 code.

    Guyana has two series in the file, of which one is another territory's, and nothing there says which; so it has no
    estimate, and both stand in `doubled`.
    """
    return read_governance_file(
        trade_folder() / "wgi-political-stability.csv",
        indicator="Political Stability and Absence of Violence/Terrorism, estimate",
        release="not named by the intermediary (covers 1996-2024)",
        licence="CC BY 4.0",
        attribution="World Bank, Worldwide Governance Indicators, www.govindicators.org, CC BY 4.0.",
        notes=(
            "Guyana stands twice with two series, one of another territory; it is left without an estimate",
        ),
    )


@lru_cache(maxsize=1)
def read_groups() -> Mapping[str, Group]:
    """The shipped groups of countries by name: EU with its accessions and the exit of 2020, EU27 as one set, G7, NATO, USMCA."""
    members: dict[tuple[str, str], list[Membership]] = {}
    for row in _rows("groups.csv"):
        start = parse_day(row["from"]) if row["from"] else date.min
        span = Span.between(start, parse_day(row["through"]) if row["through"] else None)
        members.setdefault((row["group"], row["title"]), []).append(
            Membership(row["member"], span, row["source"])
        )
    return MappingProxyType(
        {
            name: Group(name=name, title=title, memberships=tuple(held))
            for (name, title), held in members.items()
        }
    )
