"""UN Comtrade as a user fetched it: the API's JSON or CSV, or bulk files; one side's report at a time.

Columns reporterCode, partnerCode, flowCode, cmdCode, primaryValue, netWgt, and refYear or period. Comtrade prints the same goods
several times: the world (partner 0) beside the partners, chapters beside six digits, and each mode of transport, customs
procedure and second partner beside their totals. One of them is kept.

An importer and an exporter report the same flow differently; so a load takes the importers' word or the exporters', never both.
The terms of Comtrade do not let anybody pass the data on: the cache is the user's own.
"""

from collections.abc import Collection, Iterator, Sequence

import numpy as np
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
from monazite.readers.trade.sieve import (
    LeftOut,
    Sieve,
    month_note,
    only_totals,
    same_country,
    texts_that,
    un_code,
    union_beside_members,
)
from monazite.readers.trade.sources import Progress, Source
from monazite.terms.faults import BadInput, Fault

WANTED = {
    "reporterCode": CODE,
    "partnerCode": CODE,
    "flowCode": CODE,
    "cmdCode": CODE,
    "primaryValue": NUMBER,
}
TOTALS = {"motCode": ("0", "mode of transport"), "customsCode": ("C00", "customs procedure"),
          "partner2Code": ("0", "second partner")}  # fmt: skip
CLASSES = {
    "H0": "HS1992",
    "H1": "HS1996",
    "H2": "HS2002",
    "H3": "HS2007",
    "H4": "HS2012",
    "H5": "HS2017",
    "H6": "HS2022",
}
SIDES = {
    "importer": ("M", "importer-reported", "CIF, as most importers report"),
    "exporter": ("X", "exporter-reported", "FOB"),
}
LICENCE = (
    "UN Comtrade: internal use; not to be passed on without written permission of the UN Statistics Division"
)
ATTRIBUTION = "Source: United Nations, UN Comtrade Database."


def is_comtrade(columns: Collection[str]) -> bool:
    """Whether the columns are those of Comtrade."""
    return {"reportercode", "partnercode", "flowcode", "cmdcode"} <= {column.casefold() for column in columns}


def read_comtrade(
    sources: Sequence[Source],
    *,
    side: str = "importer",
    digits: int = 6,
    release: str | None = None,
    years: Collection[int] | None = None,
    progress: Progress | None = None,
    left_out: LeftOut | None = None,
) -> Iterator[Flows]:
    """The flows of every year that the files hold, by one side's report.

    Parameters
    ----------
    side : 'importer' (flow M) or 'exporter' (flow X)
    digits : of the product codes; rows of other lengths are left out
    left_out : filled with what was left out, by reason

    Raises
    ------
    BadInput with the faults of all files
    """
    flow, said, valuation = SIDES[side]
    left_out = {} if left_out is None else left_out
    faults: list[Fault] = []
    parts = []
    for source in sources:
        try:
            parts.append(_read(source, flow, digits, progress, left_out, faults))
        except BadInput as bad:
            faults += bad.faults
    if faults:
        raise BadInput(faults)
    classes = sorted({name for part in parts for name in part.classes})
    for year in sorted({int(year) for part in parts for year in np.unique(part.year)}):
        if years is not None and year not in years:
            continue
        held = [part for part in parts if (part.year == year).any()]
        if len(held) > 1:
            names = " and ".join(part.source.name for part in held)
            faults.append(
                Fault(where=names, what=f"both hold {year}", mend="Put the rows of one year into one file")
            )
            continue
        part = held[0]
        basis = Basis(
            dataset="UN Comtrade", release=release or "not named", side=said, valuation=valuation, unit="current USD",
            nomenclature=", ".join(CLASSES.get(name, name) for name in classes) or "as reported", digits=digits, licence=LICENCE,
            attribution=ATTRIBUTION, notes=part.notes,
        )  # fmt: skip
        yield part.flows(year, basis, side, faults)
    if faults:
        raise BadInput(faults)


class _Part:
    """What one file holds after the sieve."""

    def __init__(
        self, source: Source, year: NDArray[np.int32], reporter: Coded, partner: Coded, product: Coded,
        value: NDArray[np.float64], weight: NDArray[np.float64], at: NDArray[np.int64], classes: tuple[str, ...], notes: tuple[str, ...],
    ) -> None:  # fmt: skip
        self.source, self.year, self.reporter, self.partner, self.product = (
            source,
            year,
            reporter,
            partner,
            product,
        )
        self.value, self.weight, self.at, self.classes, self.notes = value, weight, at, classes, notes

    def flows(self, year: int, basis: Basis, side: str, faults: list[Fault]) -> Flows:
        rows = self.year == year
        reporter, partner = self.reporter.only(rows), self.partner.only(rows)
        at = self.at[rows]
        return gather(
            year=year, basis=basis, faults=faults, add_up=True, value=self.value[rows], quantity=self.weight[rows],
            exporter=partner if side == "importer" else reporter, importer=reporter if side == "importer" else partner,
            product=self.product.only(rows), place=lambda row: f"{self.source.name}, row {int(at[row]) + 1}",
        )  # fmt: skip


def _read(
    source: Source, flow: str, digits: int, progress: Progress | None, left_out: LeftOut, faults: list[Fault]
) -> _Part:
    columns = {column.casefold(): column for column in read_header(source)}
    time = "period" if "period" in columns else "refYear"
    weight = "netwgt" in columns
    optional = [
        name
        for name in (*TOTALS, "freqCode", "typeCode", "classificationCode", "flowCode")
        if name.casefold() in columns
    ]
    wanted = {
        **WANTED,
        time: INTEGER,
        **({"netWgt": NUMBER} if weight else {}),
        **{name: CODE for name in optional},
    }
    table, place = read_columns(source, wanted, progress=progress)
    value = numbers(table["primaryValue"])
    period = whole_numbers(table[time])
    year = np.where(period > 9999, period // 100, period).astype(np.int32)  # 202401 is a month
    month = np.where(period > 9999, period % 100, 0)
    reporter = coded(table["reporterCode"], un_code)
    partner = coded(table["partnerCode"], lambda text: "WLD" if _world(text) else un_code(text))
    product = coded(table["cmdCode"], lambda text: _code(text, digits))
    sieve = Sieve(value, left_out)
    flows = coded(table["flowCode"], str)
    sieve.leave(
        ~texts_that(flows, lambda text: text == flow),
        f"other flows than {flow}: the other side's report, re-exports, re-imports",
    )
    if "typeCode" in wanted:
        sieve.leave(~texts_that(coded(table["typeCode"], str), lambda text: text == "C"), "services")
    if "freqCode" in wanted:
        only_totals(sieve, coded(table["freqCode"], str), "A", "month")
    sieve.leave(texts_that(partner, _world), "the world as a partner")
    sieve.leave(
        np.array([code is None for code in product.codes], dtype=bool)[product.at],
        f"product codes of other than {digits} digits",
    )
    for name, (total, of) in TOTALS.items():
        if name in wanted:
            only_totals(sieve, coded(table[name], lambda text: text), total, of)
    sieve.leave(same_country(reporter, partner), "a country's trade with itself")
    sieve.leave(value == 0, "rows without a value")
    notes = [
        union_beside_members(sieve, reporter, "reporter"),
        union_beside_members(sieve, partner, "partner"),
    ]
    if any(code is not None and code.startswith("#") for code in partner.codes):
        notes.append(
            "Trade whose partner is not named stays, as traders of its own: #899 and other areas, nes"
        )
    notes.append("Values as reported, not reconciled: the other side's report differs")
    stay = np.flatnonzero(sieve.stay)
    reporter, partner, product = reporter.only(sieve.stay), partner.only(sieve.stay), product.only(sieve.stay)
    value, year, month = value[stay], year[stay], month[stay]

    def where(row: int) -> str:
        return place(int(stay[row]))

    faults += unknown_texts(reporter, "reporterCode", "no code of a country", where)
    faults += unknown_texts(partner, "partnerCode", "no code of a country", where)
    bad = ~(np.isfinite(value) & (value > 0))
    if bad.any():
        faults += row_faults(bad, lambda row: f"column primaryValue: '{value[row]:g}' is no value", where)
    bad = (year < 1900) | (year > 2200)
    if bad.any():
        faults += row_faults(bad, lambda row: f"column {time}: '{year[row]}' is no year", where)
    tonnes = np.full(len(value), np.nan)
    if weight:
        tonnes = numbers(table["netWgt"])[stay] / 1000
        tonnes[~(tonnes > 0)] = np.nan  # Comtrade writes 0 where no weight was reported
    classes = ()
    if "classificationCode" in wanted:
        held = coded(table["classificationCode"], str).only(sieve.stay)
        classes = tuple(held.texts[n].strip() for n in np.unique(held.at))
        if len(classes) > 1:
            held_names = ", ".join(CLASSES.get(name, name) for name in classes)
            notes.append(f"Reporters use different revisions: {held_names}; codes may differ in meaning")
    notes += [month_note(one, np.unique(month[year == one]).tolist()) for one in np.unique(year).tolist()]
    return _Part(
        source,
        year,
        reporter,
        partner,
        product,
        value,
        tonnes,
        stay,
        classes,
        tuple(note for note in notes if note),
    )


def _world(text: str) -> bool:
    return text.removesuffix(".0").lstrip("0") == "" and text != ""


def _code(text: str, digits: int) -> str | None:
    """The code, with the zero that a reader of numbers lost; None where it is of another length."""
    plain = text.removesuffix(".0")
    if plain.isdigit() and len(plain) % 2:
        plain = "0" + plain
    return plain if len(plain) == digits and plain[:2].isdigit() else None
