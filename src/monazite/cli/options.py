"""Options and the error path that the commands share."""

import errno
import functools
import math
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monazite.terms.days import parse_day
from monazite.terms.faults import BadInput, Fault, near_match

if TYPE_CHECKING:
    from monazite.regime.book import Book


class Day(click.ParamType):
    """A day written YYYY-MM-DD."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day, or wrong use."""
        if isinstance(value, date):
            return value
        try:
            return parse_day(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


class DaySpan(click.ParamType):
    """A day, or two days with `..` between them: every day from the first through the last."""

    name = "day[..day]"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[date, date]:
        """First and last day."""
        if isinstance(value, tuple):
            return value
        first, _, last = value.partition("..")
        try:
            span = parse_day(first), parse_day(last or first)
        except ValueError as error:
            self.fail(str(error), param, ctx)
        if span[1] < span[0]:
            self.fail(f"{last} is before {first}", param, ctx)
        return span


class Number(click.FloatRange):
    """A finite number in a range; `nan` lies in every range and is no number."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number, or wrong use."""
        number: float = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value!r} is not a finite number", param, ctx)
        return number


class OutPath(click.Path):
    """A place to write to, which is named: an empty text is not the folder one stands in."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(path_type=Path, **kwargs)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path, or wrong use."""
        if value == "":
            self.fail("the path is empty. Name a place to write to", param, ctx)
        return super().convert(value, param, ctx)


DAY, DAYS = Day(), DaySpan()

LIST = "monazite law status lists every measure and provision"
"""What to do next where a measure or provision is not found, and nothing comes near."""

on_option = click.option(
    "--on", type=DAY, default=lambda: date.today(), show_default="today", help="Day the question is about."
)
known_on_option = click.option(
    "--known-on", type=DAY, help="Count only law known on that day (all that is known, by default)."
)
regime_option = click.option(
    "--regime",
    "regimes",
    multiple=True,
    metavar="CN|US",
    help="Ask the law of this state, even where nothing stated touches it, and no other; repeatable. By default each "
    "law is asked that something stated touches.",
)
book_option = click.option(
    "--book",
    "book_path",
    type=click.Path(file_okay=False),
    help="Folder of law files (the package's own, by default).",
)


def named_regimes(book: "Book", given: Sequence[str]) -> tuple[str, ...] | None:
    """The regimes named, each once; none where each law is asked that something touches.

    Raises
    ------
    BadInput where the book does not hold one, or holds too little of it to answer
    """
    named = tuple(dict.fromkeys(name.upper() for name in given))
    faults = []
    for name in named:
        if name not in book.regimes:
            faults.append(Fault(where="--regime", what=f"the book holds no regime '{name}'",
                                mend=near_match(name, book.regimes)))  # fmt: skip
        elif name in book.states and book.states[name].is_silent:
            faults.append(
                Fault(
                    where="--regime", what=f"the book cannot answer for '{name}'", mend=book.states[name].says
                )
            )
    if faults:
        raise BadInput(faults)
    return named or None


_WRITTEN = ("out", "page")
"""Parameters of commands that say where to write."""
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS)
"""What a write that was begun may run into; such an error does not name its file."""


def _cannot_be_written(error: OSError, places: Iterator[Path]) -> str:
    """The sentence for an error in writing to one of the places; empty where it is about something else."""
    for place in (path.absolute() for path in places):
        if error.filename is None and error.errno in _FULL:
            return f"{place}: cannot be written: {error.strerror}. Make room, or name another place"
        found = Path(str(error.filename)).absolute()
        if error.filename is not None and (
            found == place or found in place.parents or place in found.parents
        ):
            return f"{error.filename}: cannot be written: {error.strerror}. Name another place"
    return ""


def with_faults(command: Callable[..., Any]) -> Callable[..., Any]:
    """Bad input, and a place that cannot be written to, become sentences on standard error and exit status 1.

    Anything else keeps its traceback.
    """

    @functools.wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except BadInput as bad:
            count = len(bad.faults)
            click.echo(bad.report(), err=True)
            click.echo(
                f"{count} {'thing' if count == 1 else 'things'} to mend; nothing was written.", err=True
            )
            sys.exit(1)
        except OSError as error:
            said = _cannot_be_written(error, (kwargs[name] for name in _WRITTEN if kwargs.get(name)))
            if not said:
                raise
            click.echo(said, err=True)
            sys.exit(1)

    return run
