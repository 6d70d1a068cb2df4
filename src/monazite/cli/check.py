"""`monazite check`: a whole catalogue against the law, with report, tables and letters."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monazite.cli.options import DAYS, OutPath, book_option, known_on_option, regime_option, with_faults

if TYPE_CHECKING:
    from monazite.terms.faults import Fault

NOTES_TOLD = 10
"""So many notes on what was read stand on the terminal; the rest is counted."""


@click.command()
@click.argument("catalogue", type=click.Path(path_type=Path))
@click.option(
    "--moves",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Table of moves, in place of the catalogue's own.",
)
@click.option("--on", "asked", type=DAYS, multiple=True, metavar="DAY[..DAY]",
              help="Day asked about, or every day from one through another; repeatable. Today by default. A move "
                   "that names its own day is answered on that day.")  # fmt: skip
@known_on_option
@regime_option
@click.option("--currency", help="Currency of the answers (the most frequent one, by default).")
@click.option(
    "--out",
    type=OutPath(file_okay=False),
    default=Path("out"),
    show_default=True,
    help="Folder for report, tables and letters.",
)
@book_option
@with_faults
def check(
    catalogue: Path,
    moves: Path | None,
    asked: tuple[tuple[date, date], ...],
    known_on: date | None,
    regimes: tuple[str, ...],
    currency: str | None,
    out: Path,
    book_path: str | None,
) -> None:
    """Check CATALOGUE: which products need whose licence, why, since when, and what is missing to be sure.

    CATALOGUE is a folder of tables (parts, bom, content, moves, parties, rates; CSV, XLSX or Parquet) or one
    workbook with a sheet for each. The columns are described in docs/how-to/catalogue.md.

    \b
    Examples:
      monazite check examples/odri-quadruped
      monazite check parts.xlsx --on 2025-10-20 --on 2026-11-21 --out answers
      monazite check examples/ev-traction-motor --on 2025-01-01..2026-12-31
    """
    for line in run(catalogue, moves=moves, asked=asked, known_on=known_on, regimes=regimes, currency=currency, out=out,
                    book_path=book_path, say=lambda text: click.echo(text, err=True)):  # fmt: skip
        click.echo(line)


def run(
    catalogue: Path,
    *,
    out: Path,
    moves: Path | None = None,
    asked: tuple[tuple[date, date], ...] = (),
    known_on: date | None = None,
    regimes: tuple[str, ...] = (),
    currency: str | None = None,
    book_path: str | None = None,
    say: Callable[[str], None] = lambda text: None,
) -> list[str]:
    """Read, determine, write; the lines of the summary. Progress goes to `say`."""
    from monazite.cli.asked import read_and_survey
    from monazite.writers.folder import write_folder
    from monazite.writers.report import prepare
    from monazite.writers.terminal import summary_lines

    checked = read_and_survey(
        catalogue,
        moves=moves,
        asked=asked,
        known_on=known_on,
        regimes=regimes,
        currency=currency,
        book_path=book_path,
        say=say,
    )
    for line in note_lines(checked.reading.notes, out / "report.html"):
        say(line)
    say(f"writing {out}")
    shown = prepare(checked.survey, calendars=checked.reference.working_days)
    written = write_folder(
        out,
        checked.survey,
        files=checked.reading.files,
        notes=checked.reading.notes,
        title=catalogue.resolve().name,
        shown=shown,
    )
    return [*summary_lines(checked.survey, shown=shown), "", *written]


def note_lines(notes: "Sequence[Fault]", report: Path) -> Iterator[str]:
    """What was left out, filled in or looks odd, a line each; those first that say what to do, such as a misspelt column."""
    told = sorted(notes, key=lambda note: not note.mend)[:NOTES_TOLD]
    for note in told:
        yield f"note: {note}"
    left = len(notes) - len(told)
    if left:
        yield f"... and {left:,} {'note' if left == 1 else 'notes'} more, see {report}"
