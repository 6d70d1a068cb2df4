"""Exports by month as reported, actual months to score with, firms that stopped or did not, and the states known on a day."""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

from monazite.disruption.delay.fitting import LAST_DAY
from monazite.disruption.delay.licences import Spell
from monazite.disruption.exports.hindcast import Prediction
from monazite.disruption.exports.reported import (
    BASES,
    CHANGE_ONLY,
    NAIVES,
    Naive,
    Report,
    find_period,
    month_of,
)
from monazite.disruption.exports.scoring import Firm
from monazite.readers.disruption.licences import read_spells
from monazite.readers.disruption.rows import Row, read_rows
from monazite.readers.places import find_data
from monazite.readers.reference import read_reference
from monazite.readers.trade.shipped import read_groups
from monazite.regime.book import Book
from monazite.terms.days import parse_day
from monazite.terms.faults import BadInput, Fault

COLUMNS = ("month", "series", "destination", "tonnes", "basis")
MORE = ("tolerance_t", "change_pct", "change_vs", "quality", "source_title", "source_url", "note")
HALTS = ("firm", "cover_days", "as_of", "stopped_by", "stopped")
MORE_OF_HALTS = ("filed", "source_url", "note")
MAGNETS = "magnets"
MOST_TONNES = 1e9
"""More than the world moves of anything in a month."""


def shipped_exports() -> Path:
    """The package's own table."""
    return find_data("reference") / "disruption" / "magnet-exports.csv"


def read_exports(
    path: Path | None = None, *, through: date = LAST_DAY, series: str = MAGNETS
) -> tuple[tuple[Report, ...], int]:
    """Rows of a series that a fit may see, and how many lie between `through` and the last day of the calibration.

    Raises
    ------
    BadInput for what cannot be read, and for every row of a period that ends after the last day of the calibration
    """
    faults: list[Fault] = []
    if through > LAST_DAY:
        what, mend = f"{through} is after {LAST_DAY}", "What comes later is what the prediction is tested on"
        raise BadInput([Fault(where="--through", what=what, mend=mend)])
    path = path or shipped_exports()
    reports = _reports(path, series, faults)
    for report in reports:
        period = find_period(report.period)
        if period is not None and period[1] > month_of(LAST_DAY):
            faults.append(Fault(where=f"{report.where}, column month", what=f"'{report.period}' is after {LAST_DAY}",
                                mend="Take it out: a fit knows nothing later. To score with it, give it to --score"))  # fmt: skip
    if not reports and not faults:
        faults.append(Fault(where=path.name, what=f"has no row of the series '{series}'", mend="Add some"))
    if faults:
        raise BadInput(faults)
    early = tuple(r for r in reports if (find_period(r.period) or (0, 0))[1] <= month_of(through))
    return early, len(reports) - len(early)


def read_actuals(path: Path, *, series: str = MAGNETS) -> tuple[Report, ...]:
    """Rows of a series to score with, of any month."""
    faults: list[Fault] = []
    reports = _reports(path, series, faults)
    if not reports and not faults:
        faults.append(Fault(where=path.name, what=f"has no row of the series '{series}'", mend="Add some"))
    if faults:
        raise BadInput(faults)
    return tuple(reports)


NAIVE_COLUMNS = dict(
    zip(("last_known_month_t", "same_month_last_year_t", "mean_2024_t"), NAIVES, strict=True)
)
PREDICTED = ("month", "destination", "model", "filing", "median_t", "low_t", "high_t", *NAIVE_COLUMNS)
MORE_OF_PREDICTED = ("series", "naive_notes", "made_on_data_to", "seed")


def read_predictions(path: Path) -> tuple[list[Prediction], dict[tuple[str, int], dict[str, Naive]]]:
    """A prediction file as it was written, with the naive forecasts beside it."""
    faults: list[Fault] = []
    found, naive = [], {}
    for row in read_rows(path, PREDICTED, faults, optional=MORE_OF_PREDICTED):
        period = find_period(row.text("month", wanted=True))
        if period is None or period[0] != period[1]:
            row.fault("month", f"'{row.text('month')}' is no month", "Write YYYY-MM")
            continue
        name = row.text("destination", wanted=True)
        low, middle, high = (
            row.number(c, least=0, wanted=True) or 0.0 for c in ("low_t", "median_t", "high_t")
        )
        found.append(Prediction(month=period[0], destination=name, model=row.text("model", wanted=True),
                                filing=row.text("filing"), median=middle, low=low, high=high))  # fmt: skip
        naive[name, period[0]] = {
            kind: Naive(tonnes=row.number(column, least=0), why="") for column, kind in NAIVE_COLUMNS.items()
        }
    if not found and not faults:
        faults.append(
            Fault(where=path.name, what="holds no prediction", mend="monazite disrupt hindcast --out")
        )
    if faults:
        raise BadInput(faults)
    return found, naive


def read_firms(path: Path) -> tuple[tuple[Firm, ...], tuple[str, ...]]:
    """Firms of a stated cover, stopped by a day or not; and those left out because one of the two is not known."""
    faults: list[Fault] = []
    firms: list[Firm] = []
    left: list[str] = []
    for row in read_rows(path, HALTS, faults, optional=MORE_OF_HALTS):
        name = row.text("firm", wanted=True)
        cover = row.number("cover_days", least=0, most=36500)
        days = {column: _day(row, column) for column in ("as_of", "stopped_by")}
        filed = _day(row, "filed") if row.text("filed") else None
        stopped = row.word("stopped", ("yes", "no", "unknown")) if row.text("stopped") else "unknown"
        as_of, by = days["as_of"], days["stopped_by"]
        if as_of is None or by is None:
            continue
        if by < as_of:
            row.fault("stopped_by", f"{by} is before {as_of}", "Give a day after as_of")
        elif cover is None or stopped == "unknown":
            left.append(f"{name}: {'no cover' if cover is None else 'not known whether it stopped'}")
        else:
            firms.append(
                Firm(name=name, cover_days=cover, as_of=as_of, by=by, filed=filed, stopped=stopped == "yes")
            )
    if not firms and not faults:
        faults.append(Fault(where=path.name, what="has no firm with a cover and an outcome", mend="Add some"))
    if faults:
        raise BadInput(faults)
    return tuple(firms), tuple(left)


def read_spells_known(book: Book, measure: str, known_on: date) -> tuple[tuple[Spell, ...], tuple[str, ...]]:
    """States of the world as known on a day: no later law, no later agreement; the last of them goes on."""
    held = {
        name: replace(p, periods=tuple(period for period in p.periods if period.known <= known_on))
        for name, p in book.provisions.items()
    }
    spells, notes = read_spells(replace(book, provisions=held), measure)
    early = tuple(s for s in spells if s.first <= known_on)
    if len(early) < len(spells):
        notes = (*notes, f"changes after {known_on} are not counted, known as they are")
    return early, notes


def like_the_eu(names: Iterable[str], on: date) -> frozenset[str]:
    """Those whose multiplier of the hazard is that of the European Union: it, its members, and the world."""
    countries, members = read_reference().countries, read_groups()["EU"].members(on)
    return frozenset(n for n in names if n in ("EU", "world") or countries.find(n) in members)


def sha256_of(path: Path) -> str:
    """Digest of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _reports(path: Path, series: str, faults: list[Fault]) -> list[Report]:
    found = []
    for row in read_rows(path, COLUMNS, faults, optional=MORE):
        if row.text("series", wanted=True) != series:
            continue
        period = row.text("month", wanted=True)
        if period and find_period(period) is None:
            row.fault("month", f"'{period}' is no month", "Write YYYY-MM, YYYY, YYYY-H1 or YYYY-01..05")
        basis = row.word("basis", BASES)
        change = row.number("change_pct", least=-100, most=1e6)
        if basis == CHANGE_ONLY and change is None:
            row.fault("change_pct", "change_pct is empty", "Write the change, or another basis")
        tonnes = row.number("tonnes", least=0, most=MOST_TONNES)
        if basis in BASES[:2] and tonnes is None and not row.text("tonnes"):
            row.fault("tonnes", "tonnes is empty", f"Write them, or the basis '{CHANGE_ONLY}'")
        found.append(
            Report(where=row.place, period=period, series=series, destination=row.text("destination", wanted=True),
                   tonnes=tonnes, tolerance_t=row.number("tolerance_t", least=0, most=MOST_TONNES) or 0.0, basis=basis,
                   change=None if change is None else change / 100, change_vs=row.text("change_vs"),
                   quality=row.text("quality"), source=row.text("source_url"), note=row.text("note"))
        )  # fmt: skip
    return found


def _day(row: Row, column: str) -> date | None:
    text = row.text(column, wanted=True)
    try:
        return parse_day(text) if text else None
    except ValueError as error:
        row.fault(column, str(error))
        return None
