"""US Census Bureau, monthly trade by Harmonized System, as the API answers: JSON or CSV; imports or exports.

Imports: I_COMMODITY, CTY_CODE, CON_VAL_YR (imports for consumption, customs value, dollars from January on). Exports:
E_COMMODITY, CTY_CODE, ALL_VAL_YR (free alongside ship). A year-to-date column is the year's only in December, so the last month
of the file is taken, and named where it is not December.

Totals are left out: `-` (all countries), groups of countries (0001 to 0099, but 0003 where its members are not there) and
continents (1XXX). Chapters 98 and 99 hold special provisions and low-value shipments; they stay, and a note says what they
are worth.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from monazite.leverage.flows import Basis, Flows
from monazite.readers.trade.columns import (
    CODE,
    INTEGER,
    NUMBER,
    coded,
    numbers,
    read_columns,
    read_header,
    whole_numbers,
)
from monazite.readers.trade.gather import Coded, gather, row_faults, unknown_texts
from monazite.readers.trade.shipped import us_partners
from monazite.readers.trade.sieve import (
    LeftOut,
    Sieve,
    country_name,
    has_unknown,
    texts_that,
    union_beside_members,
)
from monazite.readers.trade.sources import Progress, Source
from monazite.terms.faults import BadInput, Fault

Whole = NDArray[np.integer[Any]]

LICENCE = "US Government work (public domain in the United States)"
ATTRIBUTION = "Source: U.S. Census Bureau, Economic Indicators Division, USA Trade."
KINDS = {
    "I_COMMODITY": ("CON_VAL_YR", "US imports for consumption", "importer-reported", "customs value"),
    "E_COMMODITY": ("ALL_VAL_YR", "US exports", "exporter-reported", "free alongside ship"),
}
SPECIAL = ("98", "99")


def is_census(columns: Collection[str]) -> bool:
    """Whether the columns are those of the Census Bureau."""
    held = {column.upper() for column in columns}
    return "CTY_CODE" in held and bool(held & set(KINDS))


def is_special(code: str) -> bool:
    """Whether a US code is of chapter 98 or 99: a special provision or a low-value shipment, not a good.

    >>> is_special("9801001028"), is_special("8505110070")
    (True, False)
    """
    return code.startswith(SPECIAL)


def read_census(
    sources: Sequence[Source],
    *,
    digits: int | None = None,
    release: str | None = None,
    year: int | None = None,
    years: Collection[int] | None = None,
    progress: Progress | None = None,
    left_out: LeftOut | None = None,
) -> Iterator[Flows]:
    """The flows of every year that the files hold.

    Parameters
    ----------
    digits : of the codes; the finest that a file holds, by default
    year : of files that do not name it

    Raises
    ------
    BadInput with the faults of all files
    """
    left_out = {} if left_out is None else left_out
    faults: list[Fault] = []
    found: list[Flows] = []
    for source in sources:
        try:
            found += _read(source, digits, release, year, years, progress, left_out, faults)
        except BadInput as bad:
            faults += bad.faults
    for flows in found:
        if sum(other.year == flows.year for other in found) > 1:
            faults.append(Fault(where=", ".join(s.name for s in sources), what=f"more than one file holds {flows.year}",
                                mend="Put the rows of one year into one file"))  # fmt: skip
            break
    if faults:
        raise BadInput(faults)
    yield from sorted(found, key=lambda flows: flows.year)


def _read(
    source: Source, digits: int | None, release: str | None, year: int | None, years: Collection[int] | None,
    progress: Progress | None, left_out: LeftOut, faults: list[Fault],
) -> list[Flows]:  # fmt: skip
    columns = {column.upper() for column in read_header(source)}
    kind = next(name for name in KINDS if name in columns)
    worth, dataset, side, valuation = KINDS[kind]
    wanted = {kind: CODE, "CTY_CODE": CODE, worth: NUMBER}
    wanted |= {name: CODE for name in ("CTY_NAME", "time") if name.upper() in columns}
    wanted |= {name: INTEGER for name in ("YEAR", "MONTH") if name in columns}
    if year is None and "YEAR" not in wanted and "time" not in wanted:
        mend = "Ask the API for YEAR and MONTH too, or name the year: --year 2024"
        raise BadInput([Fault(where=source.name, what="no column names the year", mend=mend)])
    table, place = read_columns(source, wanted, progress=progress)
    value = numbers(table[worth])
    when, month = _time(table, wanted, year)
    product = coded(table[kind], lambda text: text.replace(".", "") or None)
    partner = _partners(table, wanted)
    sieve = Sieve(value, left_out)
    last = {int(one): int(month[when == one].max()) for one in np.unique(when)}
    sieve.leave(month != np.array([last[int(one)] for one in np.unique(when)])[np.searchsorted(np.unique(when), when)],
                "earlier months of a year-to-date column")  # fmt: skip
    sieve.leave(texts_that(partner, _is_total), "totals of all countries, groups of countries and continents")
    digits = digits or max((len(code) for code in product.codes if code and code[:2].isdigit()), default=10)
    sieve.leave(~texts_that(product, lambda text: len(text.replace(".", "")) == digits and text[:2].isdigit()),
                f"product codes of other than {digits} digits")  # fmt: skip
    sieve.leave(value == 0, "rows without a value: a duty alone")
    notes = [union_beside_members(sieve, partner, "partner")]
    stay = np.flatnonzero(sieve.stay)
    value, when, product, partner = (
        value[stay],
        when[stay],
        product.only(sieve.stay),
        partner.only(sieve.stay),
    )

    def where(row: int) -> str:
        return place(int(stay[row]))

    mend = "" if "CTY_NAME" in wanted else "Ask the API for CTY_NAME too: with the name the code is known"
    faults += unknown_texts(partner, "CTY_CODE", "no partner whose country is known", where, mend)
    bad = ~(np.isfinite(value) & (value > 0))
    if bad.any():
        faults += row_faults(bad, lambda row: f"column {worth}: '{value[row]:g}' is no value", where)
    if bad.any() or has_unknown(partner):
        return []
    special = value[texts_that(product, is_special)].sum()
    if special and value.sum():
        notes.append(f"Chapters 98 and 99, {special / value.sum():.1%} of the value, hold special provisions and low-value "
                     "shipments, not goods: leave them out or keep them, but say which")  # fmt: skip
    notes.append("No quantities: the Census Bureau counts each code in a unit of its own")
    found = []
    for one in np.unique(when).tolist():
        if years is not None and one not in years:
            continue
        rows = when == one
        at = stay[rows]
        own = [] if last[one] == 12 else [f"{one} runs from January through month {last[one]} only"]
        basis = Basis(
            dataset=dataset, release=release or "not named", side=side, valuation=valuation, unit="current USD",
            nomenclature="HTSUS" if kind == "I_COMMODITY" else "US Schedule B", digits=digits, licence=LICENCE, attribution=ATTRIBUTION,
            notes=tuple(note for note in (*notes, *own) if note),
        )  # fmt: skip
        home = Coded(texts=("USA",), codes=("USA",), at=np.zeros(int(rows.sum()), dtype=np.uint16))
        other = partner.only(rows)
        found.append(gather(
            year=one, basis=basis, faults=faults, add_up=True, value=value[rows], quantity=None, product=product.only(rows),
            exporter=other if kind == "I_COMMODITY" else home, importer=home if kind == "I_COMMODITY" else other,
            place=lambda row, at=at: place(int(at[row])),  # type: ignore[misc]
        ))  # fmt: skip
    return found


def _time(table: pa.Table, wanted: Collection[str], year: int | None) -> tuple[Whole, Whole]:
    """Year and month of each row; December where no month is named."""
    if "YEAR" in wanted:
        when = whole_numbers(table["YEAR"])
        return when, whole_numbers(table["MONTH"]) if "MONTH" in wanted else np.full(len(when), 12)
    if "time" in wanted:
        held = coded(table["time"], str)
        parts = [re.match(r"(\d{4})(?:-(\d\d))?", text.strip()) for text in held.texts]
        years = np.array([int(part[1]) if part else -1 for part in parts])
        months = np.array([int(part[2] or 12) if part else 12 for part in parts])
        return years[held.at], months[held.at]
    return np.full(len(table), year), np.full(len(table), 12)


def _is_total(text: str) -> bool:
    return text == "-" or "X" in text.upper() or (text.startswith("00") and text != "0003")


def _partners(table: pa.Table, wanted: Collection[str]) -> Coded:
    """Partners by their code, with the country from the shipped table or from the name beside it."""
    known = us_partners()
    partner = coded(
        table["CTY_CODE"], lambda text: known.get(text.zfill(4)) or ("total" if _is_total(text) else None)
    )
    if "CTY_NAME" not in wanted:
        return partner
    names = coded(table["CTY_NAME"], country_name)
    codes = list(partner.codes)
    for n, code in enumerate(codes):
        if code is None:
            codes[n] = names.codes[names.at[int(np.argmax(partner.at == n))]]
    return Coded(texts=partner.texts, codes=tuple(codes), at=partner.at)
