"""Everything a check writes, in one folder: report, tables, workbook, requests, letters."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from monazite.determine.survey import Survey
from monazite.terms.working_days import WorkingDays
from monazite.writers.letters import write_letters
from monazite.writers.report import FileRead, Shown, prepare, write_report
from monazite.writers.tables import write_regimes, write_requests, write_results
from monazite.writers.workbook import write_workbook


def write_folder(
    out: Path,
    survey: Survey,
    *,
    files: Sequence[FileRead] = (),
    notes: Sequence[object] = (),
    title: str = "",
    calendars: Mapping[str, WorkingDays] | None = None,
    regimes: Sequence[str] | None = None,
    shown: Shown | None = None,
) -> list[str]:
    """Write all files of a survey into `out`; a line for each.

    Parameters
    ----------
    files, notes : what was read, and what the readers noted
    calendars : working days by country, for due dates
    shown : what `report.prepare` gave for the survey, where it is at hand
    """
    out.mkdir(parents=True, exist_ok=True)
    shown = shown or prepare(survey, calendars=calendars, regimes=regimes)
    workbook = write_workbook(out / "report.xlsx", survey, shown, files=files, title=title, regimes=regimes)
    tables = write_results(out, survey, lines=shown.picked.lines, explained=shown.explained, regimes=regimes)
    by_regime = write_regimes(out / "regimes.csv", survey, regimes)
    requests = write_requests(out / "requests.csv", shown.requests)
    letters = write_letters(out / "letters", survey, shown.requests)
    write_report(
        out / "report.html", survey, files=files, notes=notes, title=title, regimes=regimes, shown=shown
    )
    lines = [f"Open {out / 'report.html'}"]
    for one in (workbook, *tables, by_regime, requests):
        lines.append(f"  {out / one.file}: {one.rows:,} rows" + (f" ({one.note})" if one.note else ""))
    if letters:
        lines.append(f"  {out / 'letters'}: {len(letters):,} letters")
    return lines
