"""`monazite law ...`: the law as dated data."""

import json
from datetime import date
from typing import TYPE_CHECKING

import click

from monazite.cli.options import LIST, book_option, known_on_option, on_option, with_faults

if TYPE_CHECKING:
    from monazite.regime.book import Book
    from monazite.terms.faults import Fault


@click.command()
@on_option
@known_on_option
@click.option("--all", "everything", is_flag=True, help="Duties, readings and notes as well.")
@book_option
@with_faults
def status(on: date, known_on: date | None, everything: bool, book_path: str | None) -> None:
    """How every provision stands on a day, as known on a day."""
    from monazite.readers.law import read_book
    from monazite.writers.law import status_lines

    click.echo("\n".join(status_lines(read_book(book_path), on=on, known_on=known_on, everything=everything)))


@click.command()
@click.argument("name", metavar="ID")
@click.option(
    "--cases/--no-cases", "with_cases", default=True, help="The worked cases that exercise a provision."
)
@book_option
@with_faults
def show(name: str, with_cases: bool, book_path: str | None) -> None:
    """The page of a measure or provision: all that the book says of it.

    For a provision: its sentence, condition, dates and flags, questions and readings, what comes with it,
    contradictions between sources, what could not be verified, sources, and the worked cases that exercise it.

    \b
    Examples:
      monazite law show cn-mofcom-2025-61
      monazite law show cn-mofcom-2025-61/1.1
    """
    from monazite.readers.law import read_book
    from monazite.terms.faults import BadInput
    from monazite.writers.law import show_lines

    book = read_book(book_path)
    if name not in book.measures and name not in book.provisions:
        raise BadInput([_not_shown(book, name)])
    exercises = None
    if with_cases and name in book.provisions:
        from monazite.determine.coverage import cover
        from monazite.readers.cases import read_cases_of

        regime = book.measures[book.provisions[name].measure].regime
        exercises = cover(book, read_cases_of(book_path), regimes=(regime,)).exercises
    click.echo("\n".join(show_lines(book, name, exercises)))


def _not_shown(book: "Book", name: str) -> "Fault":
    """What a name is that is neither a measure nor a provision, or the one that comes nearest."""
    from monazite.terms.faults import Fault, near_match

    kinds = {
        "a control list": book.lists,
        "a table of reasons for control": book.reasons,
        "a definition": book.definitions,
        "a list of parties": book.party_lists,
        "a group of countries": book.groups,
        "an open question": book.questions,
    }
    for kind, things in kinds.items():
        if name in things:
            measure = getattr(things[name], "measure", "") or name.partition("/")[0]
            mend = f"monazite law show {measure}" if measure in book.measures else LIST
            return Fault(where="law show", what=f"'{name}' is {kind}, no measure or provision", mend=mend)
    others = [other for things in kinds.values() for other in things]
    mend = near_match(name, [*book.measures, *book.provisions]) or near_match(name, others) or LIST
    return Fault(where="law show", what=f"the book holds no '{name}'", mend=mend)


@click.command()
@click.argument("folder", type=click.Path(file_okay=False), required=False)
@with_faults
def check(folder: str | None) -> None:
    """Read the law files in FOLDER (the package's own, by default) and report every fault."""
    from monazite.readers.law import read_book

    book = read_book(folder)
    lines = sum(len(item_list.lines) for item_list in book.lists.values())
    click.echo(f"{len(book.measures)} measures, {len(book.provisions)} provisions, {lines} lines of control lists, "
               f"{len(book.questions)} open questions; no fault. Book {book.version}.")  # fmt: skip


@click.command()
@click.argument("what", type=click.Choice(["measure", "facts", "cases", "answer"]), default="measure")
def schema(what: str) -> None:
    """JSON Schema of measure files, fact documents, case files or answers, for editors and programs."""
    from monazite.determine.schema import answer_schema, case_schema, facts_schema
    from monazite.regime.shapes import measure_schema

    made = {"measure": measure_schema, "facts": facts_schema, "cases": case_schema, "answer": answer_schema}[
        what
    ]()
    click.echo(json.dumps(made, indent=2, ensure_ascii=False))
