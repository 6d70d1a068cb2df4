"""Options and the error path that the commands share."""

import functools
import sys
from collections.abc import Callable
from datetime import date
from typing import Any

import click

from monazite.terms.days import parse_day
from monazite.terms.faults import BadInput


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
book_option = click.option(
    "--book",
    "book_path",
    type=click.Path(file_okay=False),
    help="Folder of law files (the package's own, by default).",
)


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
