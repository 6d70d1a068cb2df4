"""`monazite law cells`: the days and countries that no provision tells apart."""

from datetime import date

import click

from monazite.cli.options import DAY, book_option, known_on_option, with_faults


@click.command()
@click.option(
    "--regime", "regimes", multiple=True, help="The state whose law is cut (every one, by default)."
)
@click.option("--on", type=DAY, help="Only the cell of this day.")
@click.option("--from", "first", type=DAY, help="Only cells with a day from this one on.")
@click.option("--through", "last", type=DAY, help="Only cells with a day up to this one.")
@known_on_option
@click.option("--path", "paths", multiple=True, metavar="FACT",
              help="Country fact whose values are classed, such as to, from, end_user.country; repeatable. "
                   "[default: to]")  # fmt: skip
@click.option("--beside", multiple=True, metavar="COUNTRY",
              help="Country at which the other end of the move lies: a class of its own; repeatable.")  # fmt: skip
@click.option("--all", "everything", is_flag=True, help="Name the countries of the largest class too.")
@click.option("--format", "form", type=click.Choice(["text", "csv", "json"]), default="text", show_default=True,
              help="Lines for people, a row a class, or everything for programs.")  # fmt: skip
@book_option
@with_faults
def cells(
    regimes: tuple[str, ...],
    on: date | None,
    first: date | None,
    last: date | None,
    known_on: date | None,
    paths: tuple[str, ...],
    beside: tuple[str, ...],
    everything: bool,
    form: str,
    book_path: str | None,
) -> None:
    """The cells of the law: spans of days, and classes of countries, that no provision tells apart.

    On the days of one cell a question has one answer, and so it has for the countries of one class. Each cell says
    what changed on its first day; each class, which countries it holds and which provisions tell it from the others.

    \b
    Examples:
      monazite law cells --on 2026-01-15
      monazite law cells --regime CN --from 2025-10-01 --through 2025-12-31 --path from
    """
    if on is not None and (first is not None or last is not None):
        raise click.UsageError("--on takes one day, --from and --through a span: give one or the other")
    if first is not None and last is not None and last < first:
        raise click.UsageError(f"--through {last} is before --from {first}")
    from monazite.determine.cells import COUNTRY_FACTS, division, time_cells
    from monazite.determine.states import law_of
    from monazite.readers.law import read_book
    from monazite.readers.reference import read_reference
    from monazite.terms.faults import BadInput, Fault, near_match
    from monazite.writers.cells import ShownCell, ShownCells, cells_csv, cells_json, cells_lines

    book = read_book(book_path)
    near = read_reference().countries.near
    faults = []
    for option, given, known in (("--regime", regimes, book.regimes), ("--path", paths, COUNTRY_FACTS),
                                 ("--beside", beside, book.countries)):  # fmt: skip
        what = {
            "--regime": "is no regime of the book",
            "--path": "is no country fact",
            "--beside": "is no code of a country",
        }[option]
        faults += [Fault(where=option, what=f"'{name}' {what}",
                         mend=near(name) if option == "--beside" else near_match(name, known) or f"Allowed: {', '.join(known)}")
                   for name in given if name not in known]  # fmt: skip
    if faults:
        raise BadInput(faults)
    shown = []
    for regime in regimes or book.regimes:
        law = law_of(book, regime, known_on)
        found = [
            ShownCell(
                cell=cell,
                divisions=tuple(
                    division(law, cell, path, book.countries, beside=beside) for path in paths or ("to",)
                ),
            )
            for cell in time_cells(law, on or first, on or last)
        ]
        shown.append(ShownCells(regime=regime, known_on=known_on, version=book.version, cells=tuple(found)))
    if form == "json":
        click.echo(cells_json(shown), nl=False)
    elif form == "csv":
        click.echo(cells_csv(shown), nl=False)
    else:
        click.echo("\n\n".join("\n".join(cells_lines(one, everything=everything)) for one in shown))
