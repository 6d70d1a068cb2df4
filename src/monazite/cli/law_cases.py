"""`monazite law test`: worked cases against the book."""

import sys
from pathlib import Path

import click

from monazite.cli.options import book_option, with_faults


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--explain/--no-explain", default=True, help="Print the answer under each difference.")
@book_option
@with_faults
def test(paths: tuple[Path, ...], explain: bool, book_path: str | None) -> None:
    """Run the worked cases in PATHS, files or folders; those of the book by default.

    Prints each difference as expected and got, with the explanation. Exit status 1 if any case differs.
    The form of a case: docs/how-to/write-a-case.md.
    """
    from monazite.determine.running import run_cases
    from monazite.readers.cases import read_cases
    from monazite.readers.law import read_book
    from monazite.writers.answers import answer_lines

    book = read_book(book_path)
    cases = read_cases(paths, book)
    failed = 0
    for result in run_cases(cases, book):
        if result.passed:
            continue
        failed += 1
        case = result.case
        click.echo(f"{case.where}: {case.title}")
        click.echo(f"  turns on {case.turns_on}" + (f" ({case.source})" if case.source else ""))
        for difference in result.differences:
            click.echo(
                f"  {difference.regime} {difference.field}: expected {difference.expected}; got {difference.got}"
            )
        for fault in result.faults:
            click.echo(f"  {fault}")
        if explain and result.answer is not None:
            click.echo("\n".join(f"    | {line}" for line in answer_lines(result.answer)))
        click.echo()
    click.echo(
        f"{len(cases) - failed} of {len(cases)} cases as expected, {failed} differ. Book {book.version}."
    )
    if failed:
        sys.exit(1)
