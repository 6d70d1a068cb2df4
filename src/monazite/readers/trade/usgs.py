"""USGS Mineral Commodity Summaries: who makes what at which stage, from the world tables of two vintages.

A cell is a number, or says why there is none. `W` (withheld), an empty cell, `s`, a bound (`>540`) and a range are unknown and
never a zero; the dash is the survey's own zero. The printed world total is rounded and stays apart from the rows.

Which table is which mineral and stage stands in `reference/trade/usgs-tables.csv`; what is not named there is not read.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from monazite.leverage.production import Production, Stage
from monazite.readers.reference import Countries, read_reference
from monazite.readers.trade.sources import read_table
from monazite.terms.faults import BadInput, Fault

DATASET = "USGS Mineral Commodity Summaries"
LICENCE = "US Government work, public domain"
ATTRIBUTION = "Source: U.S. Geological Survey, Mineral Commodity Summaries {release} data release."
DASHES = ("—", "–", "-")  # printed for zero

_ROUNDED = re.compile(r"[:,]?\s*\(?rounded\)?$")
_BRACKET = re.compile(r"\s*\(.*\)$")
_NUMBER = re.compile(r"\d[\d,]*(\.\d+)?$")
# Names of the survey that the table of countries does not hold.
_NAMES = {
    "congo (kinshasa)": "COD",
    "congo (brazzaville)": "COG",
    "korea, north": "PRK",
    "trinidad and tobago": "TTO",
}


@dataclass(frozen=True, slots=True)
class Amount:
    """What a cell says: an amount, or the words that stand in its place."""

    value: float | None
    says: str = ""  # W, >540, 330 - 390; empty where the cell is


def read_amount(text: str) -> Amount:
    """What a cell of the tables says.

    >>> read_amount("839,000").value, read_amount("—").value, read_amount("W"), read_amount(">540").value
    (839000.0, 0.0, Amount(value=None, says='W'), None)
    """
    text = text.strip()
    if _NUMBER.match(text):
        return Amount(float(text.replace(",", "")))
    return Amount(0.0) if text in DASHES else Amount(None, text)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cell:
    """One figure of a file, as both vintages hold it."""

    line: int
    commodity: str
    table: str
    of: str  # production, capacity, reserves
    year: int
    country: str
    amount: Amount
    unit: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    mineral: str
    stage: Stage
    scope: str
    of: str
    unit: str  # where the file prints another than the survey's own text; else empty


def read_world_tables(
    path: Path, tables: Path, *, countries: Countries | None = None
) -> tuple[Production, ...]:
    """The production and capacity tables of a world file of the release of 2025 or 2026.

    Parameters
    ----------
    path : `MCS2025_World_Data.csv` or `MCS2026_Commodities_Data.csv`, UTF-8 or Windows-1252
    tables : which table is which mineral and stage: `usgs-tables.csv`

    Raises
    ------
    BadInput where the columns are of no known vintage, a name is no country, or a country stands twice in a table
    """
    countries = countries or read_reference().countries
    release, cells = _cells(path)
    known = _tables(tables, release)
    found: dict[tuple[_Table, int], list[_Cell]] = {}
    for cell in cells:
        table = known.get((cell.commodity, _ROUNDED.sub("", cell.table).casefold(), cell.of))
        if table is not None:
            found.setdefault((table, cell.year), []).append(cell)
    faults: list[Fault] = []
    made = [_production(path, release, *key, rows, countries, faults) for key, rows in found.items()]
    if faults:
        raise BadInput(faults)
    return tuple(made)


def _tables(path: Path, release: str) -> dict[tuple[str, str, str], _Table]:
    with path.open(encoding="utf-8", newline="") as file:
        return {
            (row["commodity"], row["table"].casefold(), row["of"]):
            _Table(mineral=row["mineral"], stage=Stage(row["stage"]), scope=row["scope"], of=row["of"], unit=row["unit"])
            for row in csv.DictReader(file) if row["release"] == release
        }  # fmt: skip


def _cells(path: Path) -> tuple[str, Iterable[_Cell]]:
    names, rows = read_table(path.read_bytes(), str(path))
    columns = set(names)
    if {"Commodity", "Country", "Statistics", "Statistics_detail", "Unit", "Year", "Value"} <= columns:
        return "2026", _long(rows)
    if {"COMMODITY", "COUNTRY", "TYPE", "UNIT_MEAS"} <= columns:
        return "2025", _wide(rows)
    what = "the columns are those of no world table of the Mineral Commodity Summaries"
    raise BadInput(
        [
            Fault(
                where=f"{path}:1",
                what=what,
                mend="Give MCS2025_World_Data.csv or MCS2026_Commodities_Data.csv",
            )
        ]
    )


def _long(rows: Iterable[tuple[int, Mapping[str, str]]]) -> Iterator[_Cell]:
    """The release of 2026: one figure a row. Ranges of years, such as 202124, belong to other sections."""
    for line, row in rows:
        if row["Statistics"] in ("Production", "Capacity") and re.fullmatch(r"\d{4}", row["Year"]):
            yield _Cell(
                line=line, commodity=row["Commodity"].strip(), table=row["Statistics_detail"].strip(), of=row["Statistics"].casefold(),
                year=int(row["Year"]), country=row["Country"], amount=read_amount(row["Value"]), unit=row["Unit"].strip(),
                note=row.get("Notes", "").strip(),
            )  # fmt: skip


def _wide(rows: Iterable[tuple[int, Mapping[str, str]]]) -> Iterator[_Cell]:
    """The release of 2025: a row a country, a column a year."""
    for line, row in rows:
        for column, value in row.items():
            year = re.fullmatch(r"(PROD|CAP)_(?:EST_)?\s*(\d{4})", column)
            if year is None:
                continue
            note = (row.get("PROD_NOTES" if year[1] == "PROD" else "CAP_NOTES", "")).strip()
            estimated = "EST" in column or "estimated" in row["TYPE"] or f"estimated {year[2]}" in note
            amount = read_amount(value)
            if amount.value is None and note.startswith("W for"):
                amount = Amount(None, "W")
            yield _Cell(
                line=line, commodity=row["COMMODITY"].strip(), table=row["TYPE"].strip(), country=row["COUNTRY"], amount=amount,
                of="production" if year[1] == "PROD" else "capacity", year=int(year[2]), unit=row["UNIT_MEAS"].strip(),
                note=f"Estimated. {note}" if estimated else note,
            )  # fmt: skip


def _production(
    path: Path,
    release: str,
    table: _Table,
    year: int,
    cells: list[_Cell],
    countries: Countries,
    faults: list[Fault],
) -> Production:
    amounts: dict[str, float | None] = {}
    sources: dict[str, str] = {}
    rest: float | None = None
    world: float | None = None
    totals = 0
    notes: list[str] = []
    units = {cell.unit for cell in cells if cell.unit}
    if table.unit:
        notes.append(
            f"the file prints the unit as '{', '.join(sorted(units))}'; taken as {table.unit}, as the release after it prints"
        )
    elif len(units) > 1:
        faults.append(
            Fault(
                where=f"{path}:{cells[0].line}",
                what=f"{table.mineral} has more than one unit: {', '.join(sorted(units))}",
            )
        )
    for cell in cells:
        name = _BRACKET.sub("", cell.country.replace("\xa0", " ")).strip()
        key, value = name.casefold(), cell.amount.value
        if value is None and cell.amount.says:
            notes.append(f"{name}: printed as '{cell.amount.says}'")
        if key.startswith("world total"):
            if totals:  # a chapter may print the total of two tables under the second
                notes.append(f"{cell.country.strip()}: {value}")
            else:
                world = value
            totals += 1
        elif key == "other countries":
            rest = value
        else:
            code = (
                _NAMES.get(cell.country.replace("\xa0", " ").strip().casefold())
                or _NAMES.get(key)
                or countries.find(name)
            )
            if code is None:
                faults.append(
                    Fault(
                        where=f"{path}:{cell.line}",
                        what=f"'{cell.country}' is not a country",
                        mend=countries.near(name),
                    )
                )
            elif code not in amounts:
                amounts[code], sources[code] = value, cell.country
            elif sources[code] == cell.country:
                faults.append(
                    Fault(
                        where=f"{path}:{cell.line}",
                        what=f"{name} stands twice in {table.mineral}, {table.scope}, {year}",
                    )
                )
            else:  # one country in two rows, each with what it covers in brackets
                before = amounts[code]
                amounts[code] = None if before is None or value is None else before + value
                notes.append(f"{name} is the sum of {sources[code]} and {cell.country}")
        said = re.sub(r"^Estimated\.?( -- )?\s*", "", cell.note).strip()
        if said and not said.startswith("W for") and said.casefold() not in ("reported", "reported.", "na"):
            notes.append(f"{name}: {said}")
    return Production(
        mineral=table.mineral, scope=table.scope, stage=table.stage, of=table.of, year=year, dataset=DATASET, release=release,
        unit=table.unit or (units.pop() if units else ""), amounts=amounts, rest=rest, world=world,
        estimated=any(cell.note.startswith("Estimated") for cell in cells),
        licence=LICENCE, attribution=ATTRIBUTION.format(release=release), notes=tuple(dict.fromkeys(notes)),
    )  # fmt: skip
