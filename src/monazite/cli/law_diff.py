"""`monazite law diff`: what changes between two days, two days of knowledge, or with a draft, also in outcomes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from monazite.cli.options import DAY, book_option, known_on_option, with_faults

if TYPE_CHECKING:
    from monazite.determine.asked import Asked
    from monazite.readers.catalogue import Reading
    from monazite.regime.book import Book
    from monazite.terms.faults import Fault

T = TypeVar("T")
OWN_CASES = ""
"""What `--cases` without a path stands for: the worked cases of the book."""


@click.command()
@click.argument("days", metavar="[DAY [DAY]]", type=DAY, nargs=-1)
@known_on_option
@click.option("--then-known-on", type=DAY, help="Knowledge for the second day, if another.")
@click.option(
    "--draft",
    type=click.Path(),
    help="Measure file or folder of law files laid over the book on the second side.",
)
@click.option("--cases", "cases", multiple=True, is_flag=False, flag_value=OWN_CASES, metavar="[PATH]",
              help="Compare the outcomes of worked cases: those in PATH, or the book's own; repeatable.")  # fmt: skip
@click.option("--catalogue", type=click.Path(path_type=Path), help="Compare the outcomes of a catalogue.")
@click.option("--moves", type=click.Path(path_type=Path, dir_okay=False),
              help="Table of moves, in place of the catalogue's own.")  # fmt: skip
@click.option("--currency", help="Currency of the catalogue's values (the most frequent one, by default).")
@click.option("--regime", "regimes", multiple=True, help="Only the law of this state; repeatable.")
@click.option("--all", "everything", is_flag=True, help="Spell out every change and every provision.")
@click.option("--format", "form", type=click.Choice(["text", "csv", "json"]), default="text", show_default=True,
              help="Lines for people, a table of changes, or everything for programs.")  # fmt: skip
@book_option
@with_faults
def diff(
    days: tuple[date, ...],
    known_on: date | None,
    then_known_on: date | None,
    draft: str | None,
    cases: tuple[str, ...],
    catalogue: Path | None,
    moves: Path | None,
    currency: str | None,
    regimes: tuple[str, ...],
    everything: bool,
    form: str,
    book_path: str | None,
) -> None:
    """The provisions that stand otherwise on the second day than on the first, and the outcomes that change.

    With --draft one DAY is enough: the book on that day against the book with the draft. Without a DAY each worked
    case and each move is answered on its own day, a move without one today. With days, all are answered on these,
    whatever day they name themselves. A value is that of one unit of each item; the unknown is counted apart.

    \b
    Examples:
      monazite law diff 2025-11-06 2025-11-07 --cases
      monazite law diff 2025-12-05 2025-12-05 --known-on 2025-10-20 --then-known-on 2025-11-08
      monazite law diff 2026-11-20 --draft draft.yaml --catalogue examples/ev-traction-motor
    """
    _check_use(days, cases, catalogue, moves, draft, currency)
    from monazite.determine.impact import impact
    from monazite.determine.restanding import Point
    from monazite.writers.impact import (
        FEW,
        Section,
        heading,
        impact_csv,
        impact_json,
        impact_lines,
        standing_csv,
        standing_lines,
    )

    read = _read(book_path, draft, cases, catalogue, moves, currency, regimes, on_own_days=not days)
    first, second = (days[0], days[-1]) if days else (None, None)
    before = Point(book=read.book, on=first, known_on=known_on)
    after = Point(book=read.drafted, on=second, known_on=then_known_on or known_on)
    only = regimes or None
    sections = []
    for name, asked in read.asked:
        click.echo(f"determining {name}", err=True)
        most = FEW if form == "text" and not everything else None
        found = impact(before, after, asked, regimes=only, most=most)
        sections.append(Section(of=name, impact=found))
    if form == "json":
        click.echo(impact_json(before, after, sections, draft=draft or "", regimes=only), nl=False)
    elif form == "csv":
        text = impact_csv(sections) if sections else standing_csv(before, after, regimes=only)
        click.echo(text, nl=False)
    else:
        by_measure = bool(sections) and not everything
        stands = standing_lines(before, after, by_measure=by_measure, regimes=only)
        lines = [heading(before, after, draft or ""), *stands]
        for section in sections:
            lines += ["", *impact_lines(section, everything=everything)]
        click.echo("\n".join(lines))


def _check_use(
    days: Sequence[date],
    cases: Sequence[str],
    catalogue: Path | None,
    moves: Path | None,
    draft: str | None,
    currency: str | None,
) -> None:
    """Wrong use, said before anything is read."""
    from monazite.terms.days import parse_day

    for path in cases:
        try:
            parse_day(path)
        except ValueError:
            continue
        raise click.UsageError(f"--cases takes '{path}' for its path. Write --cases after the days")
    if len(days) > 2:
        raise click.UsageError(f"{len(days)} days were given, and two are compared")
    if len(days) < 2 and draft is None:
        raise click.UsageError("Missing argument 'DAY'. Two days are compared, or with --draft one or none")
    if catalogue is None and (moves is not None or currency is not None):
        raise click.UsageError("--moves and --currency go with --catalogue")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """What was read: the book, the book with the draft, and what is asked of both, by name."""

    book: "Book"
    drafted: "Book"
    asked: tuple[tuple[str, "tuple[Asked, ...]"], ...]


def _read(
    book_path: str | None,
    draft: str | None,
    cases: Sequence[str],
    catalogue: Path | None,
    moves: Path | None,
    currency: str | None,
    regimes: Sequence[str],
    *,
    on_own_days: bool,
) -> _Read:
    """Everything that is compared, read whole or not at all.

    Raises
    ------
    BadInput with the faults of the draft, of the cases and of the catalogue together
    """
    from monazite.determine.asked import Asked, asked_cases
    from monazite.readers.cases import read_cases
    from monazite.readers.law import read_book
    from monazite.terms.faults import BadInput, Fault, near_match

    book = read_book(book_path)
    faults: list[Fault] = []
    drafted = _gather(faults, lambda: read_book(book_path, draft=draft)) if draft is not None else book
    known = (drafted or book).regimes
    faults += [Fault(where="--regime", what=f"the book holds no regime '{name}'", mend=near_match(name, known))
               for name in regimes if name not in known]  # fmt: skip
    asked: list[tuple[str, tuple[Asked, ...]]] = []
    if cases:
        paths = [Path(path) for path in cases if path != OWN_CASES]
        found = _gather(
            faults,
            lambda: asked_cases(read_cases(paths, drafted or book), drafted or book, on_own_days=on_own_days),
        )
        count = sum(len(one.cases) for one in found or ())
        asked.append((f"{count:,} worked {'case' if count == 1 else 'cases'}", found or ()))
    reading = _gather(faults, lambda: _read_catalogue(catalogue, moves, currency)) if catalogue else None
    if faults or drafted is None:
        raise BadInput(faults)
    if catalogue and reading:
        for file in reading.files:
            click.echo(f"read {file.file}: {file.rows:,} rows of {file.table} ({file.encoding})", err=True)
        today = date.today()
        carried = replace(reading.moves, on=tuple(day or today for day in reading.moves.on))
        one = Asked(catalogue=reading.catalogue, moves=carried, ships=reading.shipped)
        asked.append((catalogue.resolve().name, (one,)))
    return _Read(book=book, drafted=drafted, asked=tuple(asked))


def _gather(faults: "list[Fault]", read: Callable[[], T]) -> T | None:
    """What is read; where it is at fault nothing, and its faults join the others."""
    from monazite.terms.faults import BadInput

    try:
        return read()
    except BadInput as bad:
        faults += bad.faults
        return None


def _read_catalogue(path: Path, moves: Path | None, currency: str | None) -> "Reading":
    from monazite.readers.catalogue import read_catalogue
    from monazite.readers.reference import read_reference
    from monazite.terms.faults import BadInput, Fault

    reading = read_catalogue(path, reference=read_reference(), moves=moves, currency=currency)
    if not len(reading.moves):
        what, mend = "nothing moves", "Give a table of moves: from, to, end_user"
        raise BadInput([Fault(where=str(path), what=what, mend=mend)])
    return reading
