"""`monazite determine`: one question in, one answer out."""

import sys
from datetime import date
from pathlib import Path

import click

from monazite.cli.options import (
    DAY,
    book_option,
    known_on_option,
    named_regimes,
    regime_option,
    with_faults,
)


@click.command()
@click.argument("file", type=click.Path(allow_dash=True), default="-")
@click.option("--json", "as_json", is_flag=True, help="Print the whole answer as JSON.")
@click.option("--on", type=DAY, help="Day of the move (that of the document, by default).")
@known_on_option
@regime_option
@book_option
@with_faults
def determine(
    file: str,
    as_json: bool,
    on: date | None,
    known_on: date | None,
    regimes: tuple[str, ...],
    book_path: str | None,
) -> None:
    """Answer the question in FILE, or on standard input: a fact document in JSON or YAML.

    The facts a document can state are listed in docs/how-to/write-a-case.md; `monazite law schema facts` prints
    their JSON Schema.

    \b
    Examples:
      monazite determine --json < facts.json
      monazite determine examples/two-regimes.yaml
    """
    from monazite.determine.determination import determine as answer
    from monazite.readers.documents import read_document
    from monazite.readers.law import read_book
    from monazite.readers.reference import read_reference
    from monazite.writers.answers import answer_lines
    from monazite.writers.plain import to_json

    text = sys.stdin.read() if file == "-" else None
    document = read_document(text, "standard input") if text is not None else read_document(Path(file), file)
    book = read_book(book_path)
    found = answer(document, book, on=on, known_on=known_on, regimes=named_regimes(book, regimes),
                   calendars=read_reference().working_days)  # fmt: skip
    if as_json:
        click.echo(to_json(found), nl=False)
    else:
        click.echo("\n".join(answer_lines(found)))
