"""`monazite law timeline`: the law in time, in the terminal, as JSON or as a page."""

import json
import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monazite.cli.options import DAY, LIST, OutPath, book_option, known_on_option, on_option, with_faults

if TYPE_CHECKING:
    from monazite.regime.events import Ledger

FIRST = date(2020, 12, 1)
"""The Export Control Law of China takes effect; nothing before it is shown unless it is asked for."""


@click.command()
@click.option("--from", "first", type=DAY, default=str(FIRST), show_default=True, help="First day shown.")
@click.option(
    "--through", "last", type=DAY, help="Last day shown. [default: end of the year after the last change]"
)
@on_option
@known_on_option
@click.option("--regime", "regimes", multiple=True, metavar="CN|US", help="Only the law of this state.")
@click.option("--measure", "measures", multiple=True, metavar="ID", help="Only this measure, with its days.")
@click.option("--provisions", is_flag=True, help="A bar for each provision as well.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--html", "page", type=OutPath(dir_okay=False), help="Write a page instead.")
@click.option(
    "--events/--no-events", "with_events", default=True, help="What else happened in the trade war."
)
@click.option(
    "--cases/--no-cases", "with_cases", default=True, help="Worked cases of each provision, on the page."
)
@book_option
@with_faults
def timeline(
    first: date,
    last: date | None,
    on: date,
    known_on: date | None,
    regimes: tuple[str, ...],
    measures: tuple[str, ...],
    provisions: bool,
    form: str,
    page: Path | None,
    with_events: bool,
    with_cases: bool,
    book_path: str | None,
) -> None:
    """The law in time: how every measure and provision stands on every day, as known on a day.

    A lane for each measure, with --provisions for each provision. The page of --html holds every day of knowledge on
    a slider, the provisions with their sources, the open questions and the events; it needs no network.

    \b
    Examples:
      monazite law timeline --regime CN
      monazite law timeline --measure cn-mofcom-2025-61 --provisions --from 2025-09-01 --through 2027-03-31
      monazite law timeline --known-on 2025-10-20
      monazite law timeline --html timeline.html
    """
    from monazite.readers.law import read_book
    from monazite.regime.events import ledger_between
    from monazite.regime.timeline import knowledge_days, last_change
    from monazite.regime.timeline import timeline as lanes_of
    from monazite.terms.faults import BadInput, Fault

    if page is not None and form == "json":
        raise click.UsageError(
            "--html writes a page, --format json prints the same as data: give one of the two"
        )
    book = read_book(book_path)
    _check("regime", regimes, book.regimes)
    _check("measure", measures, tuple(book.measures))
    shown = [
        m.id
        for m in book.measures.values()
        if (not regimes or m.regime in regimes) and (not measures or m.id in measures)
    ]
    if not shown:
        raise BadInput([Fault(where="law timeline", what=f"{' and '.join(measures)} is no law of {' or '.join(regimes)}",
                              mend="Leave out --regime")])  # fmt: skip
    asked = [p for p in book.provisions.values() if p.measure in shown]
    if last is None:
        change = last_change(asked, known_on=known_on) or on
        last = date(max(change, on, first).year + 1, 12, 31)
    if last < first:
        raise BadInput([Fault(where="law timeline", what=f"--through {last} is before --from {first}",
                              mend="Name the earlier day first")])  # fmt: skip
    ledger = _ledger(book_path) if with_events else None
    events = ledger_between(ledger, first, last) if ledger else ()
    if page is not None:
        from monazite.writers.timeline_page import write_timeline_page

        exercises = None
        if with_cases:
            from monazite.determine.coverage import cover
            from monazite.readers.cases import read_cases_of

            exercises = cover(book, read_cases_of(book_path), regimes=regimes or None).exercises
        write_timeline_page(page, book, asked, first, last, on=on, known_on=known_on, measures=shown, events=events,
                            event_sources=ledger.sources if ledger else {}, cases=exercises)  # fmt: skip
        click.echo(
            f"Open {page}: {len(shown)} measures, {len(asked)} provisions, {len(events)} events. Book {book.version}."
        )
        return
    lanes = lanes_of(book, asked, first, last, known_on=known_on, measures=shown)
    events = tuple(event for event in events if known_on is None or event.first <= known_on)
    if form == "json":
        from monazite.writers.plain import plain
        from monazite.writers.timeline import plain_timeline

        made = plain_timeline(book, lanes, first, last, on=on, known_on=known_on, provisions=provisions or bool(measures),
                              knowledge_days=knowledge_days(book, asked), events=events)  # fmt: skip
        click.echo(json.dumps(plain(made), ensure_ascii=False, indent=1))
        return
    from monazite.writers.timeline import WIDTH, timeline_lines

    width = min(max(shutil.get_terminal_size((WIDTH, 24)).columns, 60), 180)
    lines = timeline_lines(book, lanes, first, last, on=on, known_on=known_on, provisions=provisions, days=bool(measures),
                           events=events, width=width, colour=True)  # fmt: skip
    click.echo("\n".join(lines))


def _ledger(book_path: str | None) -> "Ledger | None":
    """The events beside the law of a book; None where it has none."""
    from monazite.readers.events import read_ledger

    if book_path is None:
        return read_ledger()
    folder = Path(book_path) / "trade-war"
    return read_ledger(folder) if folder.is_dir() else None


def _check(what: str, names: Sequence[str], known: Sequence[str]) -> None:
    from monazite.terms.faults import BadInput, Fault, near_match

    faults = [
        Fault(where="law timeline", what=f"the book holds no {what} '{name}'",
              mend=near_match(name, known) or LIST)
        for name in names
        if name not in known
    ]  # fmt: skip
    if faults:
        raise BadInput(faults)
