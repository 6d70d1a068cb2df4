"""`monazite law coverage`: what the worked cases show of the law, and what they do not."""

import sys
from pathlib import Path

import click

from monazite.cli.options import LIST, book_option, with_faults


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--measure", "measure", metavar="ID", help="One measure alone.")
@click.option("--regime", "regime", metavar="STATE", help="The law of one state alone: CN, US.")
@click.option("--format", "shape", type=click.Choice(["text", "json"]), default="text", show_default=True)
@book_option
@with_faults
def coverage(
    paths: tuple[Path, ...], measure: str | None, regime: str | None, shape: str, book_path: str | None
) -> None:
    """Which limbs of the law no worked case in PATHS (the book's own, by default) shows true, false or unknown.

    A limb is one test of a condition at its place in a measure file. Prints a table of measures, then each
    limb that lacks one of the three with a hint of what to state, each provision without a case, and each
    definition that no provision uses. Exit status 1 if there is any.
    """
    from monazite.determine.coverage import cover
    from monazite.readers.cases import read_cases, read_cases_of
    from monazite.readers.law import read_book
    from monazite.terms.faults import BadInput, Fault, near_match
    from monazite.writers.coverage import coverage_lines, coverage_text

    book = read_book(book_path)
    for given, known, kind in ((measure, book.measures, "measure"), (regime, book.regimes, "law of")):
        if given is not None and given not in known:
            what = f"the book holds no {kind} '{given}'"
            raise BadInput([Fault(where="law coverage", what=what, mend=near_match(given, known) or LIST)])
    if measure and regime not in (None, book.measures[measure].regime):
        what = f"{measure} is no law of {regime}"
        raise BadInput([Fault(where="law coverage", what=what, mend="Leave out --regime")])
    regimes = (book.measures[measure].regime,) if measure else (regime,) if regime else None
    found = cover(book, read_cases(paths, book) if paths else read_cases_of(book_path), regimes=regimes)
    if shape == "json":
        click.echo(coverage_text(found, measure))
    else:
        click.echo("\n".join(coverage_lines(found, measure)))
    lacking = [limb.measure for limb in found.uncovered] + [provision.measure for provision in found.idle]
    lacking += [definition.id.split("/")[0] for definition in found.unused]
    if measure in lacking or (measure is None and lacking):
        sys.exit(1)
