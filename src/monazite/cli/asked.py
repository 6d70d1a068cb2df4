"""From a catalogue on disk to its survey: what `check` and `explain` have in common."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monazite.cli.options import named_regimes

if TYPE_CHECKING:
    from monazite.determine.survey import Survey
    from monazite.readers.catalogue import Reading
    from monazite.readers.reference import Reference


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A catalogue, what was read, and its answers."""

    reading: "Reading"
    reference: "Reference"
    survey: "Survey"


def read_and_survey(
    catalogue: Path,
    *,
    moves: Path | None = None,
    asked: tuple[tuple[date, date], ...] = (),
    known_on: date | None = None,
    currency: str | None = None,
    regimes: tuple[str, ...] = (),
    book_path: str | None = None,
    say: Callable[[str], None] = lambda text: None,
) -> Checked:
    """Read a catalogue and answer for every item, move and day asked.

    Parameters
    ----------
    regimes : states whose law is asked by name; by default every law that something stated touches

    Raises
    ------
    BadInput with every fault of the catalogue, or where nothing moves
    """
    from monazite.determine.determination import input_digest
    from monazite.determine.survey import survey
    from monazite.readers.catalogue import read_catalogue
    from monazite.readers.law import read_book
    from monazite.readers.reference import read_reference
    from monazite.terms.faults import BadInput, Fault

    days = tuple(sorted({first for first, last in asked if first == last}))
    spans = [(first, last) for first, last in asked if first != last]
    if spans and (days or len(spans) > 1):
        raise click.UsageError("--on takes single days, or one span of days, not both")
    book, reference = read_book(book_path), read_reference()
    named = named_regimes(book, regimes)
    say(f"book {book.version}: {len(book.measures)} measures, {len(book.provisions)} provisions")
    reading = read_catalogue(catalogue, reference=reference, moves=moves, currency=currency)
    for file in reading.files:
        say(f"read {file.file}: {file.rows:,} rows of {file.table} ({file.encoding})")
    if not len(reading.moves):
        raise BadInput(
            [
                Fault(
                    where=str(catalogue),
                    what="nothing moves",
                    mend="Give a table of moves: from, to, end_user",
                )
            ]
        )
    own = [day for day in reading.moves.on if day is not None]
    if not days and not spans and len(own) < len(reading.moves):
        days = (date.today(),)
    first, last = spans[0] if spans else (None, None)
    say("determining")
    digest = input_digest([[file.file, file.sha256] for file in reading.files])
    found = survey(book, reading.catalogue, reading.moves, days=days, first=first, last=last, known_on=known_on,
                   ships=reading.shipped, regimes=named, input_hash=digest)  # fmt: skip
    return Checked(reading=reading, reference=reference, survey=found)
