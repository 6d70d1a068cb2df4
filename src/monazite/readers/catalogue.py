"""A catalogue from a folder of tables or a workbook: parts, structure, declared content, moves, parties, rates.

    parts.csv   bom.csv   content.csv   moves.csv   parties.csv   rates.csv      (or .xlsx, .parquet, or one workbook)

Everything is read before anything is used: either the whole catalogue is right, or all faults come at once.
100,000 parts with a million lines are read in a few seconds.
"""

import gc
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from monazite.catalogue.model import Catalogue
from monazite.catalogue.moves import Moves
from monazite.readers.assembly import assemble
from monazite.readers.columns import Columns, full_rows
from monazite.readers.content import read_content
from monazite.readers.findings import Findings
from monazite.readers.headers import TABLES, find_table, map_headers
from monazite.readers.lines import no_lines, read_lines
from monazite.readers.moves import read_moves
from monazite.readers.parts import Parts, counted, read_parts
from monazite.readers.rates import PriceBook, read_rates
from monazite.readers.reference import Reference
from monazite.readers.tables import SUFFIXES, Table, read_tables
from monazite.terms.faults import BadInput, Fault
from monazite.terms.quantities import CURRENCIES


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRead:
    """One table that was read."""

    file: str
    table: str
    rows: int
    encoding: str
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What was read, from which files, and what is worth knowing about it."""

    catalogue: Catalogue
    moves: Moves
    files: tuple[FileRead, ...]
    notes: tuple[Fault, ...]
    shipped: NDArray[np.bool_] = field(
        default_factory=lambda: np.zeros(0, bool)
    )  # (parts,) goes to customers


def read_catalogue(
    path: Path | str,
    *,
    reference: Reference,
    moves: Path | None = None,
    currency: str | None = None,
    on: date | None = None,
) -> Reading:
    """The catalogue in a folder or a workbook.

    Parameters
    ----------
    path : folder of CSV, XLSX or Parquet files, or one workbook with a sheet for each table
    reference : the tables of `reference/`
    moves : a table of moves to use in place of the catalogue's own
    currency : of all values; the most frequent one by default
    on : the day near which dated prices and rates are taken; the latest by default

    Raises
    ------
    BadInput with every fault, in the order of the places.
    """
    findings = Findings()
    if currency is not None and currency not in CURRENCIES:
        raise BadInput(
            [
                Fault(
                    where="currency",
                    what=f"'{currency}' is not a currency",
                    mend="Write an ISO code, such as USD or CNY",
                )
            ]
        )
    tables = _find_tables(Path(path), reference, findings)
    if moves is not None:
        tables["moves"] = _other_moves(moves, reference, findings)
    columns = {}
    for name in TABLES:
        if name in tables:
            table = full_rows(tables[name])
            columns[name] = Columns(
                table, name, map_headers(table, name, reference, findings), reference, findings
            )
    if "parts" not in columns:
        if not findings.faults:
            findings.extend(
                [
                    Fault(
                        where=Path(path).name or str(path),
                        what="has no table of parts",
                        mend="Name it parts.csv, parts.xlsx, parts.parquet or a sheet 'parts'",
                    )
                ]
            )
        raise BadInput(findings.faults)
    with _without_collection():
        reading = _read(columns, reference, findings, currency, on)
    if findings.faults:
        raise BadInput(findings.faults)
    catalogue, carried, shipped = reading
    files = tuple(
        FileRead(file=table.file + (f", {table.sheet}" if table.sheet else ""), table=name, rows=len(columns[name]),
                 encoding=table.encoding, sha256=table.sha256)
        for name, table in tables.items()
    )  # fmt: skip
    return Reading(
        catalogue=catalogue, moves=carried, files=files, notes=tuple(findings.notes), shipped=shipped
    )


@contextmanager
def _without_collection() -> Iterator[None]:
    """No search for cycles of garbage meanwhile: hundreds of thousands of fractions are made and none is in a cycle.

    Measured: a third of the time of reading.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _read(columns: dict[str, Columns], reference: Reference, findings: Findings, currency: str | None,
          on: date | None) -> tuple[Catalogue, Moves, NDArray[np.bool_]]:  # fmt: skip
    countries = tuple(reference.countries.names)
    parts = read_parts(columns["parts"], countries, currency)
    if "part" not in columns["parts"]:
        columns = {"parts": columns["parts"]}
    whole = {name: one for name, one in columns.items() if all(column in one for column in _joined(name))}
    lines = read_lines(whole["bom"], parts.ids, parts.mass) if "bom" in whole else no_lines()
    content = read_content(whole["content"], parts.ids, countries, currency) if "content" in whole else None
    rates = read_rates(whole.get("rates"), on)
    moves = read_moves(whole.get("moves"), whole.get("parties"), parts.ids, countries)
    frequent = Counter(counted(parts.money))
    if content is not None:
        frequent.update(counted(content.money))
        for amount, times in zip(
            content.amount.values,
            np.bincount(content.amount.codes, minlength=len(content.amount.values)),
            strict=True,
        ):
            if amount.kind == "money":
                frequent[amount.currency] += int(times)
    base = currency or (min(frequent, key=lambda code: (-frequent[code], code)) if frequent else "USD")
    prices = PriceBook(reference=reference, rates=rates, currency=base, on=on)
    catalogue = assemble(parts, lines, content, prices, countries)
    return catalogue, moves, _shipped(parts, lines.child)


def _joined(table: str) -> tuple[str, ...]:
    """Columns without which a table cannot be joined to the others; that they are missing is a fault already."""
    return {"bom": ("parent", "child", "quantity"), "content": ("part",), "rates": ("currency", "per", "rate"),
            "moves": ("move", "from", "to"), "parties": ("party",), "parts": ()}[table]  # fmt: skip


def _shipped(parts: Parts, child: NDArray[np.int32]) -> NDArray[np.bool_]:
    """As stated; where no row says so, what is inside nothing else."""
    if (parts.shipped >= 0).any():
        return parts.shipped == 2  # type: ignore[no-any-return]
    top = np.ones(len(parts), dtype=bool)
    top[child] = False
    return top


def _other_moves(path: Path, reference: Reference, findings: Findings) -> Table:
    """The one table of a file of moves."""
    if not path.is_file() or path.suffix.lower() not in SUFFIXES:
        raise BadInput(
            [Fault(where=str(path), what="is no table of moves", mend="Give a .csv, .xlsx or .parquet file")]
        )
    known = frozenset(reference.columns["moves"])
    tables, faults, notes = read_tables(path, path.name, known)
    findings.extend(faults)
    findings.extend(notes, notes=True)
    named = [table for sheet, table in tables.items() if not sheet or find_table(sheet, reference) == "moves"]
    if not named and len(tables) == 1:
        named = list(tables.values())
    if len(named) != 1:
        raise BadInput(
            findings.faults or [Fault(where=path.name, what="has no sheet of moves", mend="Name it moves")]
        )
    return named[0]


def _find_tables(path: Path, reference: Reference, findings: Findings) -> dict[str, Table]:
    """The file or sheet of each table."""
    known = frozenset(header for table in reference.columns.values() for header in table)
    if path.is_dir():
        files = [
            file
            for file in sorted(path.iterdir())
            if file.is_file() and not file.name.startswith((".", "~$"))
        ]
    elif path.is_file():
        files = [path]
        if path.suffix.lower() != ".xlsx":
            raise BadInput(
                [
                    Fault(
                        where=path.name,
                        what="is one table, a catalogue is a folder or a workbook",
                        mend=f"Give the folder {path.parent.name or '.'}/ with parts and bom",
                    )
                ]
            )
    else:
        raise BadInput([Fault(where=str(path), what="is not there", mend="Check the path")])
    found: dict[str, Table] = {}
    for file in files:
        if file.suffix.lower() not in SUFFIXES:
            if file.suffix.lower() in (".xls", ".ods", ".xlsm", ".xlsb", ".json", ".xml"):
                findings.extend(
                    [Fault(where=file.name, what="is not read", mend="Save it as .csv, .xlsx or .parquet")],
                    notes=True,
                )
            continue
        name = find_table(file.stem, reference)
        if name is None and file.suffix.lower() != ".xlsx":
            findings.extend(
                [
                    Fault(
                        where=file.name,
                        what="is no table of a catalogue and was left out",
                        mend=f"Tables: {', '.join(TABLES)}",
                    )
                ],
                notes=True,
            )
            continue
        tables, faults, notes = read_tables(file, file.name, known)
        findings.extend(faults)
        findings.extend(notes, notes=True)
        for sheet, table in _named(tables, name, file.name, reference, findings):
            if sheet in found:
                other = found[sheet]
                what = f"is a second table of {sheet}, after {other.file}{f', {other.sheet}' if other.sheet else ''}"
                findings.extend(
                    [
                        Fault(
                            where=table.file + (f", {table.sheet}" if table.sheet else ""),
                            what=what,
                            mend="Keep one of them",
                        )
                    ]
                )
            else:
                found[sheet] = table
    return found


def _named(
    tables: dict[str, Table], name: str | None, file: str, reference: Reference, findings: Findings
) -> list[tuple[str, Table]]:
    """Table name of each sheet: by the sheet's own name, else by the file's for a workbook of one sheet."""
    named = []
    for sheet, table in tables.items():
        own = find_table(sheet, reference) if sheet else name
        if own is None and name is not None and len(tables) == 1:
            own = name
        if own is None:
            findings.extend(
                [
                    Fault(
                        where=f"{file}, {sheet}",
                        what="is no table of a catalogue and was left out",
                        mend=f"Tables: {', '.join(TABLES)}",
                    )
                ],
                notes=True,
            )
        else:
            named.append((own, table))
    return named
