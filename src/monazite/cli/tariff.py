"""`monazite tariff`: what a good pays on top of the ordinary duty, on a day or as a ladder of rates."""

import json
from datetime import date

import click

from monazite.cli.events import terminal_width, trade_war_folder
from monazite.cli.options import DAY, book_option, known_on_option, with_faults

INTO = {"US": "USA", "USA": "USA", "CN": "CHN", "CHN": "CHN"}


@click.command()
@click.argument("product", required=False)
@click.option("--on", type=DAY, help="Day the question is about. [default: today]")
@click.option("--from", "first", type=DAY, help="First day of a ladder of rates.")
@click.option(
    "--through", "last", type=DAY, help="Last day of a ladder of rates, inclusive. [default: today]"
)
@known_on_option
@click.option(
    "--into", type=click.Choice(list(INTO), case_sensitive=False), metavar="US|CN",
    help="The country that the good enters. [default: the one its group is held for]",
)  # fmt: skip
@click.option("--list", "listed", is_flag=True, help="Show the groups of goods.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@book_option
@with_faults
def tariff(
    product: str | None,
    on: date | None,
    first: date | None,
    last: date | None,
    known_on: date | None,
    into: str | None,
    listed: bool,
    form: str,
    book_path: str | None,
) -> None:
    """What PRODUCT pays on top of the ordinary duty: Chinese goods into the United States, US goods into China.

    PRODUCT is a group of goods (see --list) or a customs code under one. The answer holds every part of the rate with
    its source, what is left out and why, and what is not verified. With --from or --through it is a ladder: one line
    for each change.

    \b
    Examples:
      monazite tariff typical --on 2025-04-09
      monazite tariff typical --on 2025-04-09 --known-on 2025-04-03
      monazite tariff 8505.11 --from 2025-01-01 --through 2026-11-21
      monazite tariff soybeans --into CN --on 2025-10-01
    """
    from monazite.readers.tariffs import read_ladder
    from monazite.regime.tariffs import find_product, ladder_between, rate_on
    from monazite.terms.faults import BadInput, Fault
    from monazite.writers.tariffs import (
        goods_lines,
        ladder_lines,
        plain_goods,
        plain_ladder,
        plain_rate,
        rate_lines,
    )

    given = {
        "PRODUCT": product,
        "--on": on,
        "--from": first,
        "--through": last,
        "--known-on": known_on,
        "--into": into,
    }
    idle = [name for name, value in given.items() if listed and value is not None]
    if idle:
        raise click.UsageError(f"--list shows every group of goods: leave out {' and '.join(idle)}")
    ladder, width = read_ladder(trade_war_folder(book_path)), terminal_width()
    if listed:
        _show(form, plain_goods(ladder), goods_lines(ladder, width=width))
        return
    if product is None:
        raise click.UsageError("Missing argument 'PRODUCT'. monazite tariff --list shows the groups")
    if on is not None and (first is not None or last is not None):
        raise click.UsageError("--on asks for a day, --from and --through for a ladder: give one of the two")
    asked, entered = find_product(ladder, product, INTO[into] if into else None)
    if first is None and last is None:
        rate = rate_on(ladder, asked, into=entered, on=on or date.today(), known_on=known_on)
        _show(form, plain_rate(ladder, rate), rate_lines(ladder, rate, width=width))
        return
    last = last or date.today()
    first = first or ladder.first_day
    if last < first:
        mend = "Name the earlier day first"
        raise BadInput([Fault(where="tariff", what=f"--through {last} is before --from {first}", mend=mend)])
    rungs = ladder_between(ladder, asked, first, last, into=entered, known_on=known_on)
    _show(form, plain_ladder(ladder, rungs), ladder_lines(ladder, rungs, width=width))


def _show(form: str, plain: object, lines: list[str]) -> None:
    click.echo(json.dumps(plain, ensure_ascii=False, indent=1) if form == "json" else "\n".join(lines))
