"""CEPII's BACI as a user has it: any HS revision; a zip, a folder, CSV or Parquet files; columns t,i,j,k,v,q.

Revision, year and release stand in the names of the files (`BACI_HS92_Y2024_V202601.csv`); the codes must not contradict
the revision. Codes of countries are BACI's own and come from `country_codes_*.csv` beside the data, else from the table that
the package ships.

    for flows in read_baci(find_sources([Path("BACI_HS92_V202601.zip")])):
        flows.year, len(flows)

Source: CEPII, http://www.cepii.fr/DATA_DOWNLOAD/baci/doc/DescriptionBACI.html
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from monazite.leverage.flows import Basis, Flows
from monazite.readers.trade.columns import (
    CODE,
    INTEGER,
    NUMBER,
    coded,
    numbers,
    pad,
    read_columns,
    read_header,
    whole_numbers,
)
from monazite.readers.trade.gather import check_amounts, gather, row_faults, together, unknown_texts
from monazite.readers.trade.shipped import baci_countries
from monazite.readers.trade.sources import Progress, Source, read_table, sniff
from monazite.terms.faults import BadInput, Fault

COLUMNS = {"t": INTEGER, "i": CODE, "j": CODE, "k": CODE, "v": NUMBER, "q": NUMBER}
REVISIONS = {
    "92": "HS1992",
    "96": "HS1996",
    "02": "HS2002",
    "07": "HS2007",
    "12": "HS2012",
    "17": "HS2017",
    "22": "HS2022",
}
LICENCE = "Etalab Open Licence 2.0"
ATTRIBUTION = (
    "Source: CEPII, BACI international trade database. Reference: Gaulier, G. and Zignago, S. (2010), BACI: International Trade "
    "Database at the Product-Level. The 1994-2007 Version, CEPII Working Paper 2010-23."
)
NOTES = (
    "Taiwan (TWN) is what BACI records as 'Other Asia, not elsewhere specified' (490)",
    "Flows are reconciled by CEPII, so they equal neither the importer's nor the exporter's statistics",
    "The shipper is the country that the good came from, which may have passed it on (Hong Kong, Rotterdam): consignment is "
    "not origin everywhere",
)

# Codes that a revision brought: a full table of a later one has them, one of an earlier one cannot.
_BROUGHT = {"852411": 2022, "870380": 2017, "382600": 2012, "854231": 2007}
_FULL = 4000  # products from which on a table is full enough to judge by

_FILE = re.compile(r"HS(\d\d)", re.IGNORECASE)
_YEAR = re.compile(r"_Y(\d{4})", re.IGNORECASE)
_RELEASE = re.compile(r"_V(\d{4,6}[a-z]?)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileName:
    """What the name of a BACI file says; empty or None where it does not."""

    nomenclature: str
    year: int | None
    release: str


def parse_name(name: str) -> FileName:
    """What the name of a BACI file says.

    >>> parse_name("BACI_HS92_Y2024_V202401b.csv")
    FileName(nomenclature='HS1992', year=2024, release='202401b')
    """
    revision, year, release = _FILE.search(name), _YEAR.search(name), _RELEASE.search(name)
    return FileName(
        nomenclature=REVISIONS.get(revision[1], "") if revision else "",
        year=int(year[1]) if year else None,
        release=release[1] if release else "",
    )


def is_baci(source: Source) -> bool:
    """Whether a file looks like BACI's flows: its columns, or six columns of numbers without a header."""
    if source.suffix == ".parquet":
        return set(COLUMNS) <= set(read_header(source))
    if source.suffix not in (".csv", ".txt", ".tsv"):
        return False
    layout = sniff(source)
    return set(COLUMNS) <= {column.casefold() for column in layout.columns} or (
        not layout.columns and layout.width == 6
    )


def read_baci(
    sources: Sequence[Source],
    *,
    nomenclature: str | None = None,
    release: str | None = None,
    years: Collection[int] | None = None,
    progress: Progress | None = None,
) -> Iterator[Flows]:
    """The flows of every year, one after the other; the memory in use is that of one file.

    Parameters
    ----------
    nomenclature, release : where the names of the files do not say them: HS2017, 202601
    years : those to read, all of them without it

    Raises
    ------
    BadInput at the end, with the faults of all files
    """
    tables = [
        source for source in sources if re.match(r"(country|product)_codes", source.base, re.IGNORECASE)
    ]
    files = [source for source in sources if source not in tables and is_baci(source)]
    if not files:
        where = ", ".join(sorted({str(source.path) for source in sources}))
        mend = f"Wanted: columns {','.join(COLUMNS)}"
        raise BadInput([Fault(where=where, what="there are no flows of BACI in it", mend=mend)])
    numbered = _countries(tables)
    described = _products(tables)
    basis = _basis(files, [*files, *tables], nomenclature, release)
    faults: list[Fault] = []
    read: dict[int, str] = {}
    for source in files:
        said = parse_name(source.base).year
        if years is not None and said is not None and said not in years:
            continue
        try:
            for flows in _file(source, basis, numbered, described, years, progress, faults):
                if flows.year in read:
                    what = f"{flows.year} was read from {read[flows.year]} already"
                    faults.append(Fault(where=source.name, what=what, mend="Give one file for each year"))
                elif not faults:
                    yield flows
                read.setdefault(flows.year, source.name)
        except BadInput as bad:
            faults += bad.faults
    if faults:
        raise BadInput(faults)


def _file(
    source: Source,
    basis: Basis,
    numbered: Mapping[str, str],
    described: Mapping[str, str],
    years: Collection[int] | None,
    progress: Progress | None,
    faults: list[Fault],
) -> Iterator[Flows]:
    """The years of one file."""
    if source.suffix == ".parquet":
        held = _parquet_years(source)
        if len(held) > 1:  # a year at a time, for all at once may not fit
            for year in held:
                if years is None or year in years:
                    yield from _part(
                        source, basis, numbered, described, years, progress, faults, only={"t": year}
                    )
            return
    yield from _part(source, basis, numbered, described, years, progress, faults)


def _parquet_years(source: Source) -> tuple[int, ...]:
    """The years of a Parquet file: by its statistics where they name one, else by its column."""
    with source.open() as file:
        held = pq.ParquetFile(file)
        at = held.schema_arrow.names.index("t")
        groups = [held.metadata.row_group(n).column(at).statistics for n in range(held.num_row_groups)]
        if groups and all(group is not None and group.has_min_max for group in groups):
            ends = {group.min for group in groups} | {group.max for group in groups}
            if len(ends) == 1:
                return tuple(ends)
        years = held.read(columns=["t"])["t"].unique().to_pylist()
    return tuple(sorted(int(year) for year in years if year is not None))


def _part(
    source: Source,
    basis: Basis,
    numbered: Mapping[str, str],
    described: Mapping[str, str],
    years: Collection[int] | None,
    progress: Progress | None,
    faults: list[Fault],
    only: Mapping[str, int] | None = None,
) -> Iterator[Flows]:
    table, place = read_columns(source, COLUMNS, unnamed=tuple(COLUMNS), progress=progress, only=only)
    if len(table) == 0:
        faults.append(Fault(where=source.name, what="there are no rows in it"))
        return
    before = len(faults)
    held = {name: table[name] for name in COLUMNS}
    del table  # each column goes once it is turned
    year = whole_numbers(held.pop("t"))

    def country(text: str) -> str | None:
        return numbered.get(text.lstrip("0"))

    exporter, importer, product = together(
        lambda: coded(held.pop("i"), country),
        lambda: coded(held.pop("j"), country),
        lambda: coded(held.pop("k"), lambda text: _product(text, described)),
    )
    value, quantity = together(lambda: numbers(held.pop("v")), lambda: numbers(held.pop("q")))
    pa.default_memory_pool().release_unused()
    known = "BACI has codes of its own, such as 842 (USA), 251 (France), 699 (India); put country_codes beside the file"
    faults += unknown_texts(exporter, "i", "no country of BACI", place, known)
    faults += unknown_texts(importer, "j", "no country of BACI", place, known)
    faults += unknown_texts(
        product, "k", "no product of the nomenclature" if described else "no code of six digits", place
    )
    said = parse_name(source.base).year
    wrong = (year < 1900) | (year > 2200) if said is None else year != said
    if wrong.any():
        want = "is no year" if said is None else f"is not {said}, which the file is named for"
        faults += row_faults(wrong, lambda row: f"column t: '{year[row]}' {want}", place)
    faults += check_amounts(value, quantity, ("v", "q"), place)
    faults += _contradicted(source, basis, product.codes, product.at)
    bad = wrong
    for column in (exporter, importer, product):
        if (unknown := column.unknown()) is not None:
            bad = bad | unknown
    basis = _doubted(basis, product.codes)
    # Rows that mean nothing have been told; the others are still looked through, so that all faults are told at once.
    sound = year if not bad.any() else year[~bad]
    for one in np.unique(sound).tolist() if len(sound) and (sound != sound[0]).any() else sound[:1].tolist():
        if years is not None and one not in years:
            continue
        chosen = (year == one) & ~bad
        own = None if chosen.all() else np.flatnonzero(chosen)
        flows = gather(
            year=one, basis=basis, faults=faults,
            exporter=exporter if own is None else exporter.only(chosen),
            importer=importer if own is None else importer.only(chosen),
            product=product if own is None else product.only(chosen),
            value=value if own is None else value[chosen], quantity=quantity if own is None else quantity[chosen],
            place=place if own is None else _shifted(place, own),
        )  # fmt: skip
        yield flows if len(faults) == before else flows.only(np.zeros(len(flows), dtype=bool))


def _shifted(place: Callable[[int], str], rows: NDArray[Any]) -> Callable[[int], str]:
    return lambda row: place(int(rows[row]))


def _product(text: str, described: Mapping[str, str]) -> str | None:
    code = pad(text)
    return code if not described or code in described else None


# -- what the names and the tables beside the data say ------------------------------------------------------------


def _basis(
    files: Sequence[Source], named: Sequence[Source], nomenclature: str | None, release: str | None
) -> Basis:
    said = [(source, parse_name(f"{source.path.name} {source.base}")) for source in named]
    faults = []
    revisions = sorted({name.nomenclature for _, name in said if name.nomenclature})
    if nomenclature is not None and nomenclature not in REVISIONS.values():
        faults.append(Fault(where="--hs", what=f"'{nomenclature}' is no revision",
                            mend=f"Allowed: {', '.join(REVISIONS.values())}"))  # fmt: skip
    if nomenclature is None and len(revisions) != 1:
        what = (
            f"the files are of {' and '.join(revisions)}"
            if revisions
            else "no name says the revision of the Harmonized System"
        )
        mend = "Load each revision under a name of its own" if revisions else "Name it: --hs HS1992"
        faults.append(Fault(where=files[0].name, what=what, mend=mend))
    releases = sorted({name.release for _, name in said if name.release})
    if release is None and len(releases) > 1:
        what = f"the files are of the releases {' and '.join(releases)}"
        mend = "The same year differs between releases: load each under a name of its own"
        faults.append(Fault(where=files[0].name, what=what, mend=mend))
    if faults:
        raise BadInput(faults)
    return Basis(
        dataset="BACI", release=release or (releases[0] if releases else "not named"), side="reconciled from both declarations",
        valuation="free on board", unit="thousand current USD", nomenclature=nomenclature or revisions[0], digits=6,
        licence=LICENCE, attribution=ATTRIBUTION, notes=NOTES,
    )  # fmt: skip


def _contradicted(source: Source, basis: Basis, codes: Sequence[str | None], at: NDArray[Any]) -> list[Fault]:
    """A fault where a full table has a code that its revision cannot have."""
    held = set(codes)
    if len(held) < _FULL:
        return []
    revision = int(basis.nomenclature.removeprefix("HS"))
    since = max((year for code, year in _BROUGHT.items() if code in held), default=0)
    if since > revision:
        code = next(code for code, year in _BROUGHT.items() if year == since and code in held)
        row = int(np.argmax(at == list(codes).index(code)))
        what = f"'{code}' was brought by HS{since}, and the file is named for {basis.nomenclature}"
        return [Fault(where=f"{source.name}, row {row + 1}", what=what, mend="Name the revision: --hs")]
    return []


def _doubted(basis: Basis, codes: Sequence[str | None]) -> Basis:
    """The basis, with a note where a full table lacks every code that came with its revision or before."""
    held = set(codes)
    wanted = [code for code, year in _BROUGHT.items() if year <= int(basis.nomenclature.removeprefix("HS"))]
    if len(held) < _FULL or not wanted or held & set(wanted):
        return basis
    note = f"None of the codes {', '.join(wanted)} is there, which {basis.nomenclature} has: is the revision right?"
    return replace(basis, notes=(*basis.notes, note))


def _csv_rows(source: Source) -> list[dict[str, str]]:
    with source.open() as file:
        _, rows = read_table(file.read(), source.name)
    return [{key.strip().casefold(): value for key, value in row.items()} for _, row in rows]


def _countries(tables: Sequence[Source]) -> Mapping[str, str]:
    """BACI's number -> our code: alpha-3, or a code of its own where a state is dissolved."""
    known = {str(country.number): country.code for country in baci_countries()}
    taken = set(known.values())
    for source in tables:
        if not source.base.lower().startswith("country"):
            continue
        for row in _csv_rows(source):
            number = row.get("country_code", "").strip()
            code = next(
                (
                    row[name].strip()
                    for name in ("country_iso3", "iso_3digit_alpha")
                    if row.get(name, "").strip()
                ),
                "",
            )
            if number and number not in known:
                # A code that another country has is that of the state after a dissolved one.
                own = code if re.fullmatch(r"[A-Z][A-Z0-9]{2}", code) and code not in taken else f"#{number}"
                known[number] = own
                taken.add(own)
    return known


def _products(tables: Sequence[Source]) -> Mapping[str, str]:
    """Six-digit code -> description, of the tables beside the data; empty where there is none."""
    found: dict[str, str] = {}
    for source in tables:
        if source.base.lower().startswith("product"):
            for row in _csv_rows(source):
                code = pad(row.get("code", ""))
                if code is not None:
                    found[code] = row.get("description", "").strip()
    return found
