"""The columnar cache: flows as raw columns on disk, opened by memory map, so that a year is ready before it is read.

    CACHE/trade/NAME/header.json           tables of codes, what the figures rest on, counts, checksums
    CACHE/trade/NAME/2024/exporter.u1      position in the table of countries, 1 byte
                          importer.u1      1 byte
                          product.u2       position in the table of products, 2 bytes, little-endian
                          value.f8         8 bytes, little-endian
                          quantity.f8      8 bytes; no file where the data have no quantities

Rows are sorted by product, importer and exporter. All years share the tables. A data set is written whole or not at all:
into a folder of its own beside its place, which then takes that place.

    with CacheWriter(cache, "baci-hs22") as writer:
        for flows in years:
            writer.add(flows)
        writer.finish()
    flows = read_cached_flows(cache, "baci-hs22", 2024)
"""

import json
import os
import re
import shutil
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from monazite.leverage.flows import Basis, Flows
from monazite.readers.trade.gather import together
from monazite.terms.faults import BadInput, Fault, near_match

FORMAT = "monazite trade cache"
VERSION = 1
COLUMNS = {"exporter": "<u1", "importer": "<u1", "product": "<u2", "value": "<f8", "quantity": "<f8"}
AGAIN = "Load the data again: monazite trade load"

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*\Z")
_CHUNK = 1 << 24


def default_cache(environment: Mapping[str, str] | None = None) -> Path:
    """Where the cache lies unless a command names a place: MONAZITE_CACHE, else the user's cache folder.

    >>> default_cache({"MONAZITE_CACHE": "/data/cache"}).as_posix()
    '/data/cache'
    """
    given = os.environ if environment is None else environment
    if given.get("MONAZITE_CACHE"):
        return Path(given["MONAZITE_CACHE"])
    base = given.get("XDG_CACHE_HOME") or given.get("LOCALAPPDATA")
    return (Path(base) if base else Path.home() / ".cache") / "monazite"


@dataclass(frozen=True, slots=True, kw_only=True)
class YearCount:
    """What one year of a data set holds."""

    rows: int
    value: float  # total, in the unit of the basis
    without_quantity: int  # rows
    value_with_quantity: float

    @property
    def missing_share(self) -> float | None:
        """Share of the rows without a quantity; None where there are no rows."""
        return self.without_quantity / self.rows if self.rows else None

    @property
    def coverage(self) -> float | None:
        """Share of the value whose quantity is recorded; None where there is no value."""
        return self.value_with_quantity / self.value if self.value else None


def count_year(flows: Flows) -> YearCount:
    """Rows, value total, and how much of it has a quantity."""
    total = float(flows.value.sum())
    if flows.quantity is None:
        return YearCount(rows=len(flows), value=total, without_quantity=len(flows), value_with_quantity=0.0)
    unknown = np.isnan(flows.quantity)
    known = float(flows.value.sum(where=~unknown))
    return YearCount(
        rows=len(flows), value=total, without_quantity=int(unknown.sum()), value_with_quantity=known
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A data set of the cache, as its header describes it."""

    name: str
    folder: Path
    basis: Basis
    countries: tuple[str, ...]
    products: tuple[str, ...]
    years: Mapping[int, YearCount]
    made_from: tuple[str, ...] = ()  # files and their sizes
    left_out: Mapping[str, tuple[int, float]] = field(default_factory=dict)  # why -> rows, value
    sums: Mapping[int, Mapping[str, int]] = field(default_factory=dict)  # year -> column -> CRC-32

    @property
    def rows(self) -> int:
        """Rows of all years."""
        return sum(count.rows for count in self.years.values())


def check_name(name: str) -> None:
    """BadInput where a name cannot be that of a data set, and so of a folder."""
    if not _NAME.match(name):
        mend = "Use small letters, digits, '.', '-' and '_', and begin with a letter or digit"
        raise BadInput([Fault(where="--name", what=f"'{name}' cannot name a data set", mend=mend)])


# -- writing ----------------------------------------------------------------------------------------------------


class CacheWriter:
    """Writes one data set, year by year; what is not finished leaves nothing behind."""

    def __init__(self, cache: Path, name: str) -> None:
        """BadInput where the name cannot be that of a folder."""
        check_name(name)
        self.name = name
        self.place = _trade(cache) / name
        self.part = _trade(cache) / f".{name}.{os.getpid()}.part"
        self.basis: Basis | None = None
        self.tables: dict[int, tuple[tuple[str, ...], tuple[str, ...]]] = {}
        self.years: dict[int, YearCount] = {}
        self.sums: dict[int, dict[str, int]] = {}
        self.finished = False

    def __enter__(self) -> Self:
        _sweep(self.part.parent, self.name)
        self.part.mkdir(parents=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self.finished:
            shutil.rmtree(self.part, ignore_errors=True)

    def add(self, flows: Flows) -> YearCount:
        """Write one year. Its rows and tables must be sorted, as `gather` gives them.

        Raises
        ------
        ValueError where the year is there already or its figures rest on something else than those before
        """
        if flows.year in self.years:
            raise ValueError(f"{flows.year} is there already")
        if self.basis is not None and replace(flows.basis, notes=()) != replace(self.basis, notes=()):
            raise ValueError(f"{flows.year} rests on {flows.basis.says()}, not on {self.basis.says()}")
        # Notes may differ by year: all are kept.
        before = self.basis.notes if self.basis is not None else ()
        self.basis = replace(flows.basis, notes=tuple(dict.fromkeys([*before, *flows.basis.notes])))
        folder = self.part / str(flows.year)
        folder.mkdir()
        self.tables[flows.year] = flows.countries, flows.products
        held = {name: getattr(flows, name) for name in COLUMNS if getattr(flows, name) is not None}
        sums = together(
            *(
                partial(_write, _column(folder, name), column.astype(COLUMNS[name], copy=False))
                for name, column in held.items()
            )
        )
        self.sums[flows.year] = dict(zip(held, sums, strict=True))
        self.years[flows.year] = count_year(flows)
        return self.years[flows.year]

    def finish(
        self,
        *,
        made_from: Sequence[str] = (),
        left_out: Mapping[str, tuple[int, float]] | None = None,
    ) -> Stored:
        """Put the header beside the columns and the whole in its place, over what stood there under the name."""
        if self.basis is None:
            raise BadInput([Fault(where=self.name, what="there are no flows to store")])
        countries = tuple(sorted({code for table, _ in self.tables.values() for code in table}))
        products = tuple(sorted({code for _, table in self.tables.values() for code in table}))
        faults = _too_many(self.name, countries, products)
        if faults:
            raise BadInput(faults)
        for year, (own_countries, own_products) in self.tables.items():
            self._align(year, "exporter", own_countries, countries)
            self._align(year, "importer", own_countries, countries)
            self._align(year, "product", own_products, products)
        stored = Stored(
            name=self.name, folder=self.place, basis=self.basis, countries=countries, products=products,
            years=dict(sorted(self.years.items())), made_from=tuple(made_from), left_out=dict(left_out or {}), sums=self.sums,
        )  # fmt: skip
        (self.part / "header.json").write_text(_header(stored), encoding="utf-8")
        old = self.part.with_suffix(".old")
        if self.place.exists():
            self.place.rename(old)
        self.part.rename(self.place)
        self.finished = True
        shutil.rmtree(old, ignore_errors=True)
        return stored

    def _align(self, year: int, name: str, own: tuple[str, ...], table: tuple[str, ...]) -> None:
        """Positions of one year's own table become those of the common one; both are sorted, so the rows stay in order."""
        if own == table:
            return
        place = {code: n for n, code in enumerate(table)}
        turn = np.array([place[code] for code in own], dtype=COLUMNS[name])
        path = _column(self.part / str(year), name)
        self.sums[year][name] = _write(path, turn[np.fromfile(path, dtype=COLUMNS[name])])


def _too_many(name: str, countries: Sequence[str], products: Sequence[str]) -> list[Fault]:
    faults = []
    if len(countries) > 2**8:
        faults.append(
            Fault(
                where=name,
                what=f"{len(countries)} traders; the cache numbers them in one byte, so 256 at most",
            )
        )
    if len(products) > 2**16:
        faults.append(Fault(where=name, what=f"{len(products)} products; the cache numbers them in two bytes, so 65536 at most",
                            mend="Load fewer digits or fewer years"))  # fmt: skip
    return faults


def _write(path: Path, column: NDArray[Any]) -> int:
    """Write a column and give its checksum."""
    held = np.ascontiguousarray(column).view(np.uint8).data
    total = 0
    with path.open("wb") as file:
        for start in range(0, len(held), _CHUNK):
            piece = held[start : start + _CHUNK]
            total = zlib.crc32(piece, total)
            file.write(piece)
    return total


def _sweep(folder: Path, name: str) -> None:
    """Remove what earlier loads of this name left half-written; a data set that was put aside is put back."""
    for old in folder.glob(f".{name}.*.old"):
        if (folder / name).exists():
            shutil.rmtree(old, ignore_errors=True)
        else:
            old.rename(folder / name)
    for part in folder.glob(f".{name}.*.part"):
        shutil.rmtree(part, ignore_errors=True)


# -- reading ----------------------------------------------------------------------------------------------------


def cached_names(cache: Path) -> tuple[str, ...]:
    """The data sets of the cache, by name; what is half-written is none."""
    folder = _trade(cache)
    if not folder.is_dir():
        return ()
    return tuple(
        sorted(p.name for p in folder.iterdir() if _NAME.match(p.name) and (p / "header.json").is_file())
    )


def read_stored(cache: Path, name: str) -> Stored:
    """The header of a data set.

    Raises
    ------
    BadInput where there is none of that name, or its header is of another format, damaged or half-written
    """
    folder = _trade(cache) / name
    path = folder / "header.json"
    if not _NAME.match(name) or not path.is_file():
        known = cached_names(cache)
        mend = near_match(name, known) or AGAIN
        raise BadInput([Fault(where=str(_trade(cache)), what=f"no data set '{name}' is loaded", mend=mend)])
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        raise BadInput([Fault(where=str(path), what="the header is not readable", mend=AGAIN)]) from None
    if not isinstance(held, dict) or held.get("format") != FORMAT:
        raise BadInput([Fault(where=str(path), what=f"this is no header of a {FORMAT}", mend=AGAIN)])
    if held.get("version") != VERSION:
        what = f"the cache is of version {held.get('version')}, and this program reads version {VERSION}"
        raise BadInput([Fault(where=str(path), what=what, mend=AGAIN)])
    if held.get("digest") != _digest(held):
        raise BadInput(
            [Fault(where=str(path), what="the header was changed after it was written", mend=AGAIN)]
        )
    basis = Basis(**{**held["basis"], "notes": tuple(held["basis"]["notes"])})
    return Stored(
        name=name, folder=folder, basis=basis, countries=tuple(held["countries"]), products=tuple(held["products"]),
        years={int(year): YearCount(**count) for year, count in held["years"].items()},
        made_from=tuple(held["made_from"]), left_out={why: (rows, value) for why, (rows, value) in held["left_out"].items()},
        sums={int(year): sums for year, sums in held["sums"].items()},
    )  # fmt: skip


def read_cached_flows(cache: Path, name: str, year: int) -> Flows:
    """One year of a data set, as memory maps that cannot be written to.

    The sizes of the columns are checked, their content is not: for that there is `damage`.

    Raises
    ------
    BadInput as `read_stored`, and where the year is not there or a column is missing or too short
    """
    return open_year(read_stored(cache, name), year)


def open_year(stored: Stored, year: int) -> Flows:
    """One year of a data set whose header was read: `read_cached_flows`."""
    if year not in stored.years:
        years = ", ".join(map(str, stored.years))
        raise BadInput([Fault(where=stored.name, what=f"it has no {year}", mend=f"It has {years}")])
    folder, rows = stored.folder / str(year), stored.years[year].rows
    columns: dict[str, NDArray[Any]] = {}
    faults = []
    for name in stored.sums[year]:
        path, kind = _column(folder, name), np.dtype(COLUMNS[name])
        size = path.stat().st_size if path.is_file() else -1
        if size != rows * kind.itemsize:
            what = (
                "the column is missing"
                if size < 0
                else f"the column has {size:,} bytes in place of {rows * kind.itemsize:,}"
            )
            faults.append(Fault(where=str(path), what=what, mend=AGAIN))
        elif rows:
            columns[name] = np.memmap(path, dtype=kind, mode="r").view(np.ndarray)
        else:
            columns[name] = np.empty(0, dtype=kind)
    if faults:
        raise BadInput(faults)
    return Flows(
        year=year, basis=stored.basis, countries=stored.countries, products=stored.products, exporter=columns["exporter"],
        importer=columns["importer"], product=columns["product"], value=columns["value"], quantity=columns.get("quantity"),
    )  # fmt: skip


def damage(stored: Stored) -> list[Fault]:
    """Every column whose content is not what was written: a pass over all bytes."""
    faults = []
    for year, sums in stored.sums.items():
        for name, total in sums.items():
            path = _column(stored.folder / str(year), name)
            if not path.is_file():
                faults.append(Fault(where=str(path), what="the column is missing", mend=AGAIN))
                continue
            found = 0
            with path.open("rb") as file:
                while piece := file.read(_CHUNK):
                    found = zlib.crc32(piece, found)
            if found != total:
                faults.append(
                    Fault(where=str(path), what="the column was changed after it was written", mend=AGAIN)
                )
    return faults


# -- the header -------------------------------------------------------------------------------------------------


def _trade(cache: Path) -> Path:
    return cache / "trade"


def _column(folder: Path, name: str) -> Path:
    return folder / f"{name}.{COLUMNS[name][1:]}"


def _header(stored: Stored) -> str:
    held: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "basis": asdict(stored.basis),
        "countries": stored.countries,
        "products": stored.products,
        "years": {str(year): asdict(count) for year, count in stored.years.items()},
        "made_from": stored.made_from,
        "left_out": {why: list(what) for why, what in stored.left_out.items()},
        "sums": {str(year): sums for year, sums in stored.sums.items()},
    }
    held["digest"] = _digest(json.loads(json.dumps(held)))
    return json.dumps(held, ensure_ascii=False, indent=0)


def _digest(held: Mapping[str, Any]) -> str:
    plain = {key: value for key, value in held.items() if key != "digest"}
    return sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()
