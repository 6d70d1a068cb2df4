"""Options and the error path that the commands share."""

import functools
import sys
from collections.abc import Callable, Sequence
from datetime import date
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


DAY, DAYS = Day(), DaySpan()

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


def with_faults(command: Callable[..., Any]) -> Callable[..., Any]:
    """Bad input becomes its faults on standard error and exit status 1; anything else keeps its traceback."""

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

    return run
