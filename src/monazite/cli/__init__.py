"""The one command, `monazite`. Each subcommand is a module that is imported only when it is called."""

from importlib import import_module

import click


class LazyGroup(click.Group):
    """A group that knows its commands by name and sentence, and imports one when it is used."""

    def __init__(self, *args: object, commands_at: dict[str, tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.commands_at = commands_at  # name -> (module:function, what it does)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of the table: the order in which one meets them."""
        return list(self.commands_at)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now."""
        if cmd_name not in self.commands_at:
            return None
        module, _, name = self.commands_at[cmd_name][0].partition(":")
        found = getattr(import_module(module), name)
        assert isinstance(found, click.Command)
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is called; a near match where there is none of that name."""
        if args and args[0] not in self.commands_at and not args[0].startswith("-"):
            from monazite.terms.faults import near_match

            ctx.fail(f"No such command '{args[0]}'. {near_match(args[0], self.commands_at)}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The table of commands, without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, says) for name, (_, says) in self.commands_at.items()])


LAW = {
    "status": ("monazite.cli.law:status", "How every provision stands on a day."),
    "show": ("monazite.cli.law:show", "A measure or provision with dates, condition and sources."),
    "diff": (
        "monazite.cli.law_diff:diff",
        "What changes between two days, or with a draft: provisions, outcomes.",
    ),
    "timeline": (
        "monazite.cli.law_timeline:timeline",
        "The law in time: bars of days, or a page with a slider.",
    ),
    "cells": ("monazite.cli.law_cells:cells", "Days and countries that the law does not tell apart."),
    "test": ("monazite.cli.law_cases:test", "Run worked cases: the book's own, or yours."),
    "check": ("monazite.cli.law:check", "Read the law files and report every fault."),
    "coverage": ("monazite.cli.law_coverage:coverage", "What no worked case shows of the law."),
    "schema": ("monazite.cli.law:schema", "JSON Schema of measures, cases or fact documents."),
}
LEVERAGE = {
    "pair": ("monazite.cli.leverage:pair", "What each of two dominates of the other's purchases."),
    "product": ("monazite.cli.leverage:product", "Who supplies whom; chokepoints by stage; controls."),
    "country": ("monazite.cli.leverage:country", "Most concentrated imports, suppliers, screens."),
    "matrix": ("monazite.cli.leverage:matrix", "All pairs: dominated-trade share and asymmetry."),
    "compare-screens": (
        "monazite.cli.leverage:compare_screens",
        "All screens side by side: where and why they disagree.",
    ),
    "claims": ("monazite.cli.leverage_claims:claims", "Figures of the news, held against the shipped data."),
}
TRADE = {
    "load": ("monazite.cli.trade:load", "Load data of your own: BACI, Comtrade, Census, Comext and others."),
    "list": ("monazite.cli.trade:list_data", "The data sets at hand, with release, years and rows."),
    "info": ("monazite.cli.trade:info", "What a data set is: basis, licence, counts by year, notes."),
}
DISRUPT = {
    "line": ("monazite.cli.disrupt_line:line", "Which part stops a line, when, and for how many days."),
    "mitigate": ("monazite.cli.disrupt_mitigate:mitigate", "The cheapest remedy, beside doing nothing."),
    "calibrate": (
        "monazite.cli.disrupt_calibrate:calibrate",
        "Fit the licence delay to counts of approvals.",
    ),
    "hindcast": ("monazite.cli.disrupt_hindcast:hindcast", "Exports by month, foretold from what was known."),
    "network": ("monazite.cli.disrupt_network:network", "What blocked links cost industries or firms."),
    "rank": ("monazite.cli.disrupt_rank:rank", "Structural index: what would fail with each firm."),
    "macro": (
        "monazite.cli.disrupt_macro:macro",
        "Price and power of one material, beside published figures.",
    ),
    "alternatives": (
        "monazite.cli.disrupt_alternatives:alternatives",
        "Capacity elsewhere against need, by stage and year.",
    ),
    "escalate": (
        "monazite.cli.disrupt_escalate:escalate",
        "Who answered how, and what strategies would cost.",
    ),
}
COMMANDS = {
    "demo": ("monazite.cli.demo:demo", "Run the example catalogues and say what to open."),
    "check": ("monazite.cli.check:check", "Check a catalogue: which products need whose licence, and why."),
    "explain": ("monazite.cli.explain:explain", "Why one part gets its answer for one move on a day."),
    "determine": ("monazite.cli.determine:determine", "One question as a JSON or YAML document, one answer."),
    "law": ("monazite.cli:law_group", "The law as dated data: status, text, changes, cases."),
    "events": ("monazite.cli.events:events", "The trade war as dated moves, with filters."),
    "tariff": ("monazite.cli.tariff:tariff", "What a good pays on top of the ordinary duty, by day."),
    "trade": ("monazite.cli:trade_group", "The trade and production data at hand, and loading more."),
    "leverage": ("monazite.cli:leverage_group", "Who depends on whom: pairs, products, countries, screens."),
    "disrupt": ("monazite.cli:disrupt_group", "What stops if a licence is late, and when."),
}


@click.group("law", cls=LazyGroup, commands_at=LAW, context_settings={"help_option_names": ["-h", "--help"]})
def law_group() -> None:
    """The law as dated data: how it stands, what it says, what changes, and its worked cases."""


@click.group(
    "leverage", cls=LazyGroup, commands_at=LEVERAGE, context_settings={"help_option_names": ["-h", "--help"]}
)
def leverage_group() -> None:
    """Who depends on whom, in which goods, at which stage, since when, and how robust that is."""


@click.group(
    "trade", cls=LazyGroup, commands_at=TRADE, context_settings={"help_option_names": ["-h", "--help"]}
)
def trade_group() -> None:
    """The trade and production data at hand, those shipped and those loaded, and loading more."""


@click.group(
    "disrupt", cls=LazyGroup, commands_at=DISRUPT, context_settings={"help_option_names": ["-h", "--help"]}
)
def disrupt_group() -> None:
    """What stops if a licence is late or never comes: which line, on which day, by which part."""


@click.group(cls=LazyGroup, commands_at=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="monazite")
def main() -> None:
    """Export-control law as data, and determinations of whole catalogues against it.

    Answers which products need whose licence, on which day, by which clause, and what is missing to be sure.
    No legal advice.
    """
