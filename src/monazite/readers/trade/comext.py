"""Eurostat's Comext, data set DS-045409 as a CSV from the API, or a bulk file; imports or exports of the members by CN8.

From the API a row is one figure (`indicators` VALUE_IN_EUROS or QUANTITY_IN_100KG, `OBS_VALUE`); in a bulk file a row holds
value and quantity. Months of a year are added up; a year that has not all of them is named. Aggregates of partners and
reporters (WORLD, EXT_EU27_2020, the union beside its members) and codes of other lengths are left out.

Imports are recorded by the country of origin where it is known; between members by consignment, so goods from overseas that pass
Rotterdam come from the Netherlands.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Any

import numpy as np

from monazite.leverage.flows import Basis, Flows
from monazite.readers.trade.columns import CODE, NUMBER, coded, numbers, read_columns, read_header
from monazite.readers.trade.gather import Coded, gather, row_faults, unknown_texts
from monazite.readers.trade.sieve import (
    LeftOut,
    Sieve,
    eurostat_code,
    has_unknown,
    month_note,
    same_country,
    texts_that,
    union_beside_members,
)
from monazite.readers.trade.sources import Progress, Source
from monazite.terms.faults import BadInput, Fault

LICENCE = "Eurostat: free reuse with the source named (not verified here)"
ATTRIBUTION = "Source: Eurostat, Comext, EU trade since 1988 by HS2-4-6 and CN8 (DS-045409)."
SIDES = {"importer": ("1", "importer-reported", "CIF"), "exporter": ("2", "exporter-reported", "FOB")}
VALUES, WEIGHTS = (
    {"VALUE_IN_EUROS", "VALUE_EUR"},
    {"QUANTITY_IN_100KG": 0.1, "QUANTITY_KG": 0.001, "QUANTITY_IN_KG": 0.001},
)
# column -> the names that files give it
NAMES = {"reporter": ("reporter",), "partner": ("partner",), "product": ("product", "product_nc"), "flow": ("flow",),
         "period": ("time_period", "period")}  # fmt: skip
_AGGREGATE = re.compile(r"WORLD|(INT|EXT)_.+|EA\d*|EU(?!27_2020$).*|.*_NS$")


def is_comext(columns: Collection[str]) -> bool:
    """Whether the columns are those of Comext."""
    held = {column.casefold() for column in columns}
    figures = {"indicators", "obs_value"} <= held or any(name.casefold() in held for name in VALUES)
    return figures and all(any(name in held for name in names) for names in NAMES.values())


def read_comext(
    sources: Sequence[Source],
    *,
    side: str = "importer",
    digits: int = 8,
    release: str | None = None,
    years: Collection[int] | None = None,
    progress: Progress | None = None,
    left_out: LeftOut | None = None,
) -> Iterator[Flows]:
    """The flows of every year that the files hold, by one side's report; in euros and tonnes.

    Raises
    ------
    BadInput with the faults of all files
    """
    left_out = {} if left_out is None else left_out
    faults: list[Fault] = []
    found: list[Flows] = []
    for source in sources:
        try:
            found += _read(source, side, digits, release, years, progress, left_out, faults)
        except BadInput as bad:
            faults += bad.faults
    held = [flows.year for flows in found]
    for year in sorted({year for year in held if held.count(year) > 1}):
        faults.append(Fault(where=", ".join(s.name for s in sources), what=f"more than one file holds {year}",
                            mend="Put the months of one year into one file"))  # fmt: skip
    if faults:
        raise BadInput(faults)
    yield from sorted(found, key=lambda flows: flows.year)


def _read(
    source: Source, side: str, digits: int, release: str | None, years: Collection[int] | None, progress: Progress | None,
    left_out: LeftOut, faults: list[Fault],
) -> list[Flows]:  # fmt: skip
    columns = {column.casefold(): column for column in read_header(source)}
    names = {
        name: next(given for given in given_names if given in columns) for name, given_names in NAMES.items()
    }
    long = "indicators" in columns
    wanted = {name: CODE for name in NAMES}
    if long:
        wanted |= {"indicators": CODE, "obs_value": NUMBER}
    else:
        names["value"] = next(name.casefold() for name in VALUES if name.casefold() in columns)
        weight = next((name for name in WEIGHTS if name.casefold() in columns), None)
        wanted |= {"value": NUMBER}
        if weight is not None:
            names["weight"] = weight.casefold()
            wanted |= {"weight": NUMBER}
    freq = "freq" in columns
    wanted |= {"freq": CODE} if freq else {}
    table, place = read_columns(source, wanted, names=names, progress=progress)
    flow, said, valuation = SIDES[side]
    reporter, partner = (coded(table[name], lambda text: "total" if _AGGREGATE.fullmatch(text) else eurostat_code(text))
                         for name in ("reporter", "partner"))  # fmt: skip
    product = coded(table["product"], lambda text: text.replace(" ", "") or None)
    if long:
        indicator = coded(table["indicators"], str)
        figure = numbers(table["obs_value"])
        is_value = texts_that(indicator, lambda text: text in VALUES)
        is_weight = texts_that(indicator, lambda text: text in WEIGHTS)
        factor = np.array([WEIGHTS.get(text.strip(), np.nan) for text in indicator.texts])[indicator.at]
        value, tonnes = np.where(is_value, figure, 0.0), np.where(is_weight, figure * factor, 0.0)
        balance = is_value.astype(float) - is_weight.astype(float)
        other = ~(is_value | is_weight)
    else:
        value = numbers(table["value"])
        tonnes = (
            numbers(table["weight"]) * WEIGHTS[weight] if weight is not None else np.full(len(value), np.nan)
        )
        balance, other = np.zeros(len(value)), np.zeros(len(value), dtype=bool)
    period = coded(table["period"], str)
    when = [re.match(r"(\d{4})-?(\d\d)?$", text.strip()) for text in period.texts]
    if any(found is None for found in when):
        bad = Coded(
            texts=period.texts,
            codes=tuple(t if w else None for t, w in zip(period.texts, when, strict=True)),
            at=period.at,
        )
        raise BadInput(unknown_texts(bad, "period", "no year or month", place, "Write 2024 or 2024-01"))
    year = np.array([int(found[1]) for found in when if found], dtype=np.int32)[period.at]
    month = np.array([int(found[2] or 0) for found in when if found], dtype=np.int32)[period.at]
    month[month > 12] = 0  # 202452 is the whole year in a bulk file
    sieve = Sieve(value, left_out)
    sieve.leave(other, "other indicators")
    sieve.leave(
        ~texts_that(coded(table["flow"], str), lambda text: text == flow),
        f"other flows than {flow}: the other side's report",
    )
    for column, what in ((reporter, "reporter"), (partner, "partner")):
        sieve.leave(
            np.array([code == "total" for code in column.codes])[column.at],
            f"aggregates of countries as {what}",
        )
    fitting = texts_that(product, lambda text: len(text) == digits and text[:2].isdigit())
    sieve.leave(~fitting, f"product codes of other than {digits} digits")
    whole = {int(one) for one in np.unique(year[(month == 0) & sieve.stay])}
    sieve.leave((month > 0) & np.isin(year, list(whole)), "months beside the whole year")
    notes = [
        union_beside_members(sieve, reporter, "reporter"),
        union_beside_members(sieve, partner, "partner"),
    ]
    sieve.leave(same_country(reporter, partner), "a trader's trade with itself, or inside the union")
    notes.append(
        "Between members by consignment: goods from overseas that pass a port of another member come from there"
    )
    stay = np.flatnonzero(sieve.stay)
    reporter, partner, product = (column.only(sieve.stay) for column in (reporter, partner, product))
    value, tonnes, balance, year, month = (column[stay] for column in (value, tonnes, balance, year, month))

    def where(row: int) -> str:
        return place(int(stay[row]))

    faults += unknown_texts(reporter, "reporter", "no country", where)
    faults += unknown_texts(partner, "partner", "no country", where)
    bad_rows = ~(np.isfinite(value) & (value >= 0))
    if bad_rows.any():
        faults += row_faults(bad_rows, lambda row: f"'{value[row]:g}' is no value", where)
    if bad_rows.any() or has_unknown(reporter, partner):
        return []
    made = []
    for one in np.unique(year).tolist():
        if years is not None and one not in years:
            continue
        rows = year == one
        basis = Basis(
            dataset="Eurostat Comext", release=release or "not named", side=said, valuation=valuation, unit="current EUR",
            nomenclature="Combined Nomenclature", digits=digits, licence=LICENCE, attribution=ATTRIBUTION,
            notes=tuple(note for note in (*notes, month_note(one, np.unique(month[rows]).tolist())) if note),
        )  # fmt: skip
        at = stay[rows]
        given: dict[str, Any] = {
            "year": one, "basis": basis, "faults": faults, "add_up": True, "product": product.only(rows),
            "exporter": (partner if side == "importer" else reporter).only(rows),
            "importer": (reporter if side == "importer" else partner).only(rows),
            "place": lambda row, at=at: place(int(at[row])),
        }  # fmt: skip
        flows = gather(**given, value=value[rows], quantity=tonnes[rows])
        if flows.quantity is not None and long:
            # A quantity is known where each value has one beside it.
            uneven = gather(**given, value=balance[rows], quantity=None).value
            flows.quantity[uneven != 0] = np.nan
        made.append(flows.only(flows.value > 0))
    return made
