"""`monazite events`: the trade war as dated moves."""

import json
import shutil
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monazite.cli.options import book_option, with_faults

if TYPE_CHECKING:
    from monazite.regime.events import Ledger


class DayOrMonth(click.ParamType):
    """A day, or a month: YYYY-MM-DD or YYYY-MM."""

    name = "day"

    def __init__(self, *, last: bool = False) -> None:
        self.last = last  # a month stands for its last day

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day, or wrong use."""
        from monazite.regime.events import parse_span

        if isinstance(value, date):
            return value
        try:
            span = parse_span(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)
        return (span.last or span.start) if self.last else span.start


@click.command()
@click.option("--actor", metavar="COUNTRY", help="Who moved: US, CHN, Japan, EU, WTO.")
@click.option("--lever", metavar="LEVER", help="Which lever, such as tariff, export-control, port-fee.")
@click.option(
    "--direction", type=click.Choice(["escalate", "conciliate", "neutral"]), help="Which way it goes."
)
@click.option(
    "--target", metavar="COUNTRY|WORDS", help="Whom it hits: a country, world, or words such as Nexperia."
)
@click.option("--from", "first", type=DayOrMonth(), help="First day or month.")
@click.option("--through", "last", type=DayOrMonth(last=True), help="Last day or month, inclusive.")
@click.option("--search", metavar="TEXT", help="Text in what is done, whom it hits or what became of it.")
@click.option("--sources", is_flag=True, help="List the sources under the table, in full.")
@click.option(
    "--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True
)
@book_option
@with_faults
def events(
    actor: str | None,
    lever: str | None,
    direction: str | None,
    target: str | None,
    first: date | None,
    last: date | None,
    search: str | None,
    sources: bool,
    form: str,
    book_path: str | None,
) -> None:
    """The trade war as dated moves: who pulled which lever, against whom, and who says so.

    Filters are joined by and. An event whose day nobody knows exactly fits a span if any of its days does.

    \b
    Examples:
      monazite events --from 2025-04-01 --through 2025-04-12
      monazite events --actor CN --lever export-control --search graphite
      monazite events --target Nexperia --sources
      monazite events --lever tariff --format csv > tariffs.csv
    """
    from monazite.readers.events import read_ledger
    from monazite.regime.events import LEVERS, Direction, select
    from monazite.terms.faults import BadInput, Fault
    from monazite.writers.events import event_lines, events_csv, plain_events

    ledger = read_ledger(trade_war_folder(book_path))
    faults: list[Fault] = []
    if first is not None and last is not None and last < first:
        mend = "Name the earlier day first"
        faults.append(Fault(where="events", what=f"--through {last} is before --from {first}", mend=mend))
    if lever is not None:
        lever = _word("lever", lever.casefold().replace("_", "-").replace(" ", "-"), LEVERS, faults)
    actor = None if actor is None else _party(ledger, "actor", actor, faults)
    target = None if target is None else _party(ledger, "target", target, faults)
    if search is not None and not search.strip():
        faults.append(Fault(where="events", what="--search is empty", mend="Write a text, or leave it out"))
    if faults:
        raise BadInput(faults)
    way = Direction(direction) if direction else None
    found = select(
        ledger, actor=actor, lever=lever, direction=way, target=target, first=first, last=last, search=search
    )
    if form == "csv":
        click.echo(events_csv(found), nl=False)
    elif form == "json":
        click.echo(json.dumps(plain_events(ledger, found), ensure_ascii=False, indent=1))
    else:
        click.echo("\n".join(event_lines(ledger, found, sources=sources, width=terminal_width())))


def trade_war_folder(book_path: str | None) -> Path | None:
    """The folder of the trade war in a folder of law; None for the package's own."""
    return None if book_path is None else Path(book_path) / "trade-war"


def terminal_width() -> int:
    """Columns to write in: 80 to 100."""
    return min(max(shutil.get_terminal_size((100, 24)).columns, 80), 100)


def _word(what: str, given: str, words: Any, faults: list[Any]) -> str:
    from monazite.terms.faults import Fault, near_match

    if given not in words:
        mend = near_match(given, words) or f"Allowed: {', '.join(words)}"
        faults.append(Fault(where="events", what=f"'{given}' is no {what}", mend=mend))
    return given


def _party(ledger: "Ledger", what: str, given: str, faults: list[Any]) -> str:
    """A country or group as the ledger writes it, or for a target words of `whom`; a fault where no event has it."""
    from monazite.readers.reference import read_reference
    from monazite.regime.events import GROUPS
    from monazite.terms.faults import Fault

    if not given.strip():
        faults.append(
            Fault(where="events", what=f"--{what} is empty", mend="Name a country, or leave it out")
        )
        return given
    parties = {name for e in ledger.events for name in (e.actors if what == "actor" else e.targets)}
    groups = {name.casefold(): name for name in GROUPS}
    found = groups.get(given.casefold()) or read_reference().countries.find(given) or given
    if found in parties:
        return found
    if what == "target" and any(given.casefold() in event.whom.casefold() for event in ledger.events):
        return given
    whom = {event.whom for event in ledger.events if event.whom} if what == "target" else set()
    return _word(what, found, sorted(parties) + sorted(whom), faults)
