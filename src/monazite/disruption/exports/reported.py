"""Exports by month as they were reported: what a row says, which rows a fit can use, and three naive forecasts.

A row gives tonnes, or only a change against another month. Nothing is averaged and no gap is filled: of two reports of
one month the better stands in the fit and the other is named; what no row gives is None, with the reason.
"""

import calendar
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from monazite.disruption.delay.fitting import LAST_DAY
from monazite.terms.faults import BadInput, Fault

CHANGE_ONLY = "change only"
BASES = ("reported", "derived", CHANGE_ONLY, "ranking only")
WORLD = "world"
_PERIOD = re.compile(r"(\d{4})(?:-(?:(\d{2})(?:\.\.(\d{2}))?|H([12])))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One row of a table of exports. `period` is a month, a year, a half (2024-H1) or a run of months (2025-01..05)."""

    where: str
    period: str
    series: str
    destination: str
    tonnes: float | None
    tolerance_t: float
    basis: str
    change: float | None  # share, -0.7 for 70 % less
    change_vs: str
    quality: str = ""
    source: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """ln tonnes of a month; with `against`, less that of another month."""

    month: int
    against: int | None
    log_value: float
    log_sd: float  # of the report itself: its tolerance taken as flat
    report: Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Naive:
    """A naive forecast, or why there is none."""

    tonnes: float | None
    why: str


LAST_KNOWN, LAST_YEAR, MEAN_2024 = "last known month", "same month last year", "mean of 2024"
NAIVES = (LAST_KNOWN, LAST_YEAR, MEAN_2024)


def month_of(day: date) -> int:
    """Months are numbered through: year 0 January is 0."""
    return day.year * 12 + day.month - 1


def first_day(month: int) -> date:
    """The first day of a month."""
    return date(month // 12, month % 12 + 1, 1)


def month_text(month: int) -> str:
    """YYYY-MM."""
    return f"{month // 12:04}-{month % 12 + 1:02}"


def days_in(month: int) -> int:
    """28 to 31."""
    return calendar.monthrange(month // 12, month % 12 + 1)[1]


def find_period(text: str) -> tuple[int, int] | None:
    """First and last month of a period; None where the text is none.

    >>> find_period("2024-H1") == (2024 * 12, 2024 * 12 + 5), find_period("2025-13")
    (True, None)
    """
    found = _PERIOD.fullmatch(text)
    if not found:
        return None
    year, first, last, half = found.groups()
    start, stop = (1, 12) if first is None and half is None else (int(first or 0), int(last or first or 0))
    if half:
        start, stop = (1, 6) if half == "1" else (7, 12)
    if not 1 <= start <= stop <= 12 or int(year) < 1900:
        return None
    return int(year) * 12 + start - 1, int(year) * 12 + stop - 1


def check_reports(reports: Iterable[Report], *, through: date = LAST_DAY) -> None:
    """The cut: nothing of a later month may come near a fit.

    Raises
    ------
    BadInput naming every row of a period that ends after `through`
    """
    cut = month_of(through)
    late = [r for r in reports if (find_period(r.period) or (0, math.inf))[1] > cut]
    if late:
        mend = f"Take it out: a fit knows nothing after {through}"
        raise BadInput(
            [Fault(where=r.where, what=f"'{r.period}' is after {through}", mend=mend) for r in late]
        )


def observations(
    reports: Sequence[Report], destination: str, *, start: date
) -> tuple[list[Observation], list[tuple[Report, str]]]:
    """What a fit can use of a destination, and the rows left out, each with the reason.

    The month in which the control starts is left out: part of it was free, and goods cleared before still left.
    """
    used: dict[int, Observation] = {}
    left: list[tuple[Report, str]] = []
    for report in sorted((r for r in reports if r.destination == destination), key=_rank):
        period = find_period(report.period)
        against = find_period(report.change_vs) if report.basis == CHANGE_ONLY else None
        if period is None or period[0] != period[1]:
            left.append((report, "a sum over several months"))
        elif period[0] == month_of(start):
            left.append((report, "the month in which the control starts"))
        elif period[0] in used:
            held = used[period[0]].report
            left.append((report, f"another report of the month stands before it: {held.where}"))
        elif report.basis == CHANGE_ONLY and (report.change is None or report.change <= -1):
            left.append((report, "no change that has a logarithm"))
        elif report.basis == CHANGE_ONLY and (against is None or against[0] != against[1]):
            left.append((report, "the change is not against one month"))
        elif report.basis == CHANGE_ONLY and against is not None:
            if against[0] >= period[0] or against[0] == month_of(start):
                left.append((report, f"{report.change_vs} is no month that the fit can use"))
                continue
            if period[0] < month_of(start):
                left.append(
                    (report, "a change between months before the control, and the other is not known")
                )
                continue
            used[period[0]] = Observation(month=period[0], against=against[0], log_sd=0.0, report=report,
                                          log_value=math.log1p(report.change or 0.0))  # fmt: skip
        elif not report.tonnes:
            left.append((report, "no tonnes" if report.tonnes is None else "zero has no logarithm"))
        else:
            used[period[0]] = Observation(month=period[0], against=None, log_value=math.log(report.tonnes), report=report,
                                          log_sd=report.tolerance_t / report.tonnes / math.sqrt(3))  # fmt: skip
    return [used[month] for month in sorted(used)], left


def known_tonnes(reports: Sequence[Report], destination: str) -> dict[int, tuple[float, str]]:
    """Tonnes by month with how they are known: reported, derived, or by a change against a month that is known."""
    mine = sorted((r for r in reports if r.destination == destination), key=_rank)
    found: dict[int, tuple[float, str]] = {}
    for report in mine:
        period = find_period(report.period)
        if period is not None and period[0] == period[1] and report.tonnes is not None:
            found.setdefault(period[0], (report.tonnes, report.basis))
    for report in mine:
        period, against = find_period(report.period), find_period(report.change_vs)
        if period is None or period[0] != period[1] or period[0] in found:
            continue
        if (
            report.change is not None
            and against is not None
            and against[0] == against[1]
            and against[0] in found
        ):
            tonnes = found[against[0]][0] * (1 + report.change)
            found[period[0]] = (tonnes, f"derived from {report.change_vs} and {report.change:+.1%}")
    return found


def naive_forecasts(reports: Sequence[Report], destination: str, month: int) -> Mapping[str, Naive]:
    """The three naive forecasts of a month, from the rows given."""
    known = known_tonnes(reports, destination)
    found: dict[str, Naive] = {}
    last = max(known, default=None)
    if last is None:
        found[LAST_KNOWN] = Naive(tonnes=None, why="no month is known")
    else:
        found[LAST_KNOWN] = Naive(tonnes=known[last][0], why=f"{month_text(last)}, {known[last][1]}")
    before = known.get(month - 12)
    if before is None:
        found[LAST_YEAR] = Naive(tonnes=None, why=f"{month_text(month - 12)} is not known")
    else:
        found[LAST_YEAR] = Naive(tonnes=before[0], why=f"{month_text(month - 12)}, {before[1]}")
    year = [
        r for r in reports if r.destination == destination and r.period == "2024" and r.tonnes is not None
    ]
    months = [known[m][0] for m in range(2024 * 12, 2025 * 12) if m in known]
    if year:
        best = min(year, key=_rank)
        note = f"; {best.note}" if best.note else ""
        found[MEAN_2024] = Naive(tonnes=(best.tonnes or 0.0) / 12, why=f"2024 / 12, {best.basis}{note}")
    elif len(months) == 12:
        found[MEAN_2024] = Naive(tonnes=sum(months) / 12, why="mean of its 12 months")
    else:
        found[MEAN_2024] = Naive(
            tonnes=None, why=f"{len(months)} of the 12 months of 2024 are known, and no sum"
        )
    return found


def year_on_year(reports: Sequence[Report], destination: str, *, start: date) -> dict[int, float]:
    """Tonnes over those of the same month a year before, for the months after the one in which the control starts."""
    known = known_tonnes(reports, destination)
    return {
        month: tonnes / known[month - 12][0]
        for month, (tonnes, _) in sorted(known.items())
        if month > month_of(start) and month - 12 in known and known[month - 12][0] > 0
    }


def _rank(report: Report) -> tuple[int, str, float]:
    """The better report first: reported before derived, by quality, by tolerance; else as it stands in the file."""
    place = BASES.index(report.basis) if report.basis in BASES else len(BASES)
    return place, report.quality or "Z", report.tolerance_t
