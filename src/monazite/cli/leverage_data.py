"""What the commands of `monazite leverage` have in common: countries, products, groups, data sets, and how they write."""

import functools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monazite.cli.events import terminal_width
from monazite.terms.faults import BadInput, Fault, near_match

if TYPE_CHECKING:
    from monazite.leverage.account import Account, Note, Table
    from monazite.leverage.flows import Flows
    from monazite.leverage.groups import Group

FORMS = ("table", "csv", "xlsx", "parquet", "json")
TO_STDOUT = ("table", "csv", "json")
BACI, US_IMPORTS = "baci", "us-imports"


def shared_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of every command: which data, at which level, and how to write."""
    for option in reversed((
        click.option("--data", "dataset", metavar="NAME", help="Data set: baci, us-imports, or one you have loaded."),
        click.option("--year", type=int, help="Year of the flows. [default: the last one held]"),
        click.option("--digits", type=click.IntRange(2, 10), help="Digits of the product codes. [default: all]"),
        click.option("--group", "groups", multiple=True, metavar="NAME[=A,B]",
                     help="Countries taken as one trader: EU27, G7, or a name with its members; repeatable."),
        click.option("--format", "form", type=click.Choice(FORMS), help="[default: table, or by the name of --out]"),
        click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="File to write."),
    )):  # fmt: skip
        command = option(command)
    return command


html_option = click.option(
    "--html", "page", type=click.Path(dir_okay=False, path_type=Path), help="Write a page as well."
)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The data set asked, its years, and who stands as one trader."""

    name: str  # as commands write it
    years: tuple[int, ...]
    year: int
    digits: int | None
    groups: tuple["Group", ...]
    read: Callable[[int], "Flows"] = field(repr=False)
    products: Mapping[str, str] = field(default_factory=dict)

    def whole(self, year: int | None = None) -> "Flows":
        """The flows of a year as the data set holds them."""
        return self.read(year or self.year)

    def flows(
        self, year: int | None = None, *, digits: int | None = None, importers: Sequence[str] | None = None
    ) -> "Flows":
        """The flows of a year with the groups as one trader, at the level asked; of some importers where they are named."""
        from monazite.leverage.flows import choose, coarsen
        from monazite.leverage.groups import pool_groups

        flows = self.whole(year)
        if importers is not None:
            members = {g.name: g.members_in(flows.year) for g in self.groups}
            wanted = {code for name in importers for code in (name, *members.get(name, ()))}
            flows = choose(flows, importers=wanted & set(flows.countries))
        groups = [group for group in self.groups if group.name not in flows.countries]
        if groups:
            flows = pool_groups(flows, groups)
        level = digits or self.digits
        return coarsen(flows, level) if level is not None and level < flows.basis.digits else flows

    def members(self, name: str) -> tuple[str, ...]:
        """The members of a group in the year; none for a country."""
        return next((g.members_in(self.year) for g in self.groups if g.name == name), ())


# -- what was asked ---------------------------------------------------------------------------------------------


def shipped_groups() -> Mapping[str, "Group"]:
    """The groups of the package by name."""
    from monazite.readers.trade.shipped import read_groups

    return read_groups()


def find_country(text: str, faults: list[Fault], groups: Mapping[str, "Group"]) -> str:
    """The alpha-3 code of a country, or the name of a group; a fault where it is neither."""
    from monazite.readers.reference import read_reference

    countries = read_reference().countries
    for name in groups:
        if text.casefold() == name.casefold():
            return name
    found = countries.find(text)
    if found is None:
        near = near_match(text.upper(), groups)
        mend = countries.near(text)
        if not mend.startswith("Did you mean") and near.startswith("Did you mean"):
            mend = near
        faults.append(
            Fault(where="leverage", what=f"'{text}' is no country and no group of countries", mend=mend)
        )
        return text
    return found


def clean_code(text: str, faults: list[Fault]) -> str:
    """A customs code without dots: two, four, six, eight or ten digits."""
    code = re.sub(r"[.\s]", "", text)
    if not code.isdecimal() or not 2 <= len(code) <= 10 or len(code) % 2:
        mend = "Write two, four, six, eight or ten digits, such as 8505.11 or 850511"
        faults.append(Fault(where="leverage", what=f"'{text}' is no product code", mend=mend))
    return code


def parse_groups(texts: Sequence[str], faults: list[Fault]) -> dict[str, "Group"]:
    """Groups by name: those of the package, or members as given."""
    from monazite.leverage.groups import Group, Membership
    from monazite.terms.days import Span

    known = shipped_groups()
    found: dict[str, Group] = {}
    for text in texts:
        name, given, members = text.partition("=")
        name = name.strip()
        if not given:
            match = next((k for k in known if k.casefold() == name.casefold()), None)
            if match is None:
                mend = near_match(name, known) or "Give its members: --group NAME=DEU,FRA"
                faults.append(Fault(where="--group", what=f"no group '{name}'", mend=mend))
            else:
                found[match] = known[match]
            continue
        codes = [find_country(m.strip(), faults, {}) for m in members.split(",") if m.strip()]
        if not name or not codes:
            mend = "Write --group NAME=DEU,FRA"
            faults.append(Fault(where="--group", what=f"'{text}' names no group with members", mend=mend))
            continue
        always = Span(date.min, None)
        found[name.upper()] = Group(
            name=name.upper(), memberships=tuple(Membership(code, always) for code in codes)
        )
    return found


def open_data(
    dataset: str,
    year: int | None,
    digits: int | None,
    groups: Sequence["Group"] = (),
    faults: list[Fault] | None = None,
) -> Asked:
    """A data set by name: one that is shipped, or one that was loaded.

    Raises
    ------
    BadInput with the faults given and its own, where there is no such data set, year or level
    """
    from monazite.readers.trade.cache import cached_names, default_cache, open_year, read_stored
    from monazite.readers.trade.shipped import (
        baci_products,
        read_shipped_flows,
        shipped_datasets,
        shipped_years,
    )

    faults = [] if faults is None else faults
    shipped = shipped_datasets()
    products: Mapping[str, str] = {}
    if dataset in shipped:
        years = shipped_years()[dataset]
        level = shipped[dataset].basis.digits
        read = functools.partial(read_shipped_flows, dataset)
        products = baci_products() if dataset == "baci" else {}
    else:
        cached = cached_names(default_cache())
        if dataset not in cached:
            names = [*shipped, *cached]
            mend = near_match(dataset, names) or "Load it: monazite trade load"
            raise BadInput([*faults, Fault(where="--data", what=f"no data set '{dataset}'", mend=mend)])
        stored = read_stored(default_cache(), dataset)
        years, level = tuple(sorted(stored.years)), stored.basis.digits
        read = functools.partial(open_year, stored)
    if year is not None and year not in years:
        mend = f"It has {years[0]} to {years[-1]}" if len(years) > 1 else f"It has {years[0]}"
        faults.append(Fault(where="--year", what=f"'{dataset}' has no {year}", mend=mend))
    if digits is not None and digits > level:
        faults.append(Fault(where="--digits", what=f"'{dataset}' has codes of {level} digits, not of {digits}",
                            mend=f"Ask for {level} or fewer"))  # fmt: skip
    if faults:
        raise BadInput(faults)
    return Asked(
        name=dataset,
        years=years,
        year=year or years[-1],
        digits=digits,
        groups=tuple(groups),
        read=read,
        products=products,
    )


def groups_of(texts: Sequence[str], named: Sequence[str], faults: list[Fault]) -> dict[str, "Group"]:
    """Groups of --group, and those that stand in the place of a country."""
    found = parse_groups(texts, faults)
    for text in named:
        for name, group in shipped_groups().items():
            if text.casefold() == name.casefold():
                found.setdefault(name, group)
    return found


def traders_of(
    texts: Sequence[str], groups: Sequence[str], faults: list[Fault]
) -> tuple[dict[str, "Group"], list[str]]:
    """Countries and groups by their codes, and every group that was named."""
    known = groups_of(groups, texts, faults)
    return known, [find_country(text, faults, {**shipped_groups(), **known}) for text in texts]


def member_codes(asked: Asked, code: str) -> tuple[str, ...]:
    """The members of a group that stand apart in the data."""
    members = asked.members(code)
    return (
        tuple(m for m in members if m in asked.whole().countries)
        if code not in asked.whole().countries
        else ()
    )


def data_with(
    code: str,
    dataset: str | None,
    year: int | None,
    digits: int | None,
    groups: list["Group"],
    faults: list[Fault],
) -> tuple[Asked, list["Note"]]:
    """The data set that holds a product: the one named, else the first that does; and a sentence where it is not BACI."""
    from monazite.leverage.account import Note

    if faults or dataset is not None:
        asked = open_data(dataset or BACI, year, digits, groups, faults)
        if not _holds(asked, code):
            others = [name for name in data_names() if _holds(open_data(name, None, None), code)]
            raise BadInput([not_held(code, asked.name, others)])
        return asked, []
    # What holds one importer alone comes last.
    in_order = sorted(data_names(), key=lambda name: (name == US_IMPORTS, name != BACI))
    held = {name: open_data(name, None, None) for name in in_order}
    names = [name for name, one in held.items() if _holds(one, code, exactly=True)]
    names += [name for name, one in held.items() if name not in names and _holds(one, code)]
    if not names:
        raise BadInput([not_held(code, "", [])])
    asked = open_data(names[0], year, digits, groups)
    return asked, [] if names[0] == BACI else [Note("not in baci", {"code": code, "dataset": names[0]})]


def _holds(asked: Asked, code: str, *, exactly: bool = False) -> bool:
    """The data hold the product, or at least a coarser one that it is part of."""
    return any(
        name.startswith(code) or (not exactly and code.startswith(name)) for name in asked.whole().products
    )


def not_held(code: str, dataset: str, names: Sequence[str]) -> Fault:
    """That no data hold a product, and what does or is near."""
    from monazite.readers.trade.shipped import baci_products
    from monazite.terms.faults import near_match

    where = f"--data {dataset}" if dataset else "leverage product"
    if names:
        return Fault(where=where, what=f"it does not hold {code}", mend=f"Ask for --data {names[0]}")
    near = near_match(code, baci_products())
    mend = near if near.startswith("Did you mean") else "Load data that hold it: monazite trade load"
    return Fault(where=where, what=f"no data set here holds {code}", mend=mend)


def data_names() -> tuple[str, ...]:
    """Every data set that can be asked for."""
    from monazite.readers.trade.cache import cached_names, default_cache
    from monazite.readers.trade.shipped import shipped_datasets

    return (*shipped_datasets(), *cached_names(default_cache()))


def check_traders(asked: Asked, codes: Sequence[str]) -> None:
    """That the data hold trade of each of them.

    Raises
    ------
    BadInput where they do not
    """
    held = set(asked.flows().countries)
    faults = [
        Fault(where=f"--data {asked.name}", what=f"{code} has no trade in it in {asked.year}",
              mend="Ask for another data set" if code != "TWN" else "")
        for code in codes
        if code not in held
    ]  # fmt: skip
    if faults:
        raise BadInput(faults)


def country_names(codes: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Names of countries in English and Chinese; of groups where the words have them."""
    from monazite.readers.reference import read_reference
    from monazite.writers.words import word, words

    countries = read_reference().countries
    found = {}
    for code in codes:
        if code in countries.names:
            found[code] = countries.names[code], countries.chinese.get(code, countries.names[code])
        elif f"trader.{code}" in words():
            found[code] = word(f"trader.{code}"), word(f"trader.{code}", "zh")
    return found


def make_account(
    kind: str, subject: Sequence[str], asked: Asked, tables: Iterable["Table | None"], *,
    lead: Sequence["Note"] = (), notes: Sequence["Note"] = (), products: Mapping[str, str] | None = None, year: int | None = None,
) -> "Account":  # fmt: skip
    """The account, with the names of all that stand in it."""
    from monazite.leverage.account import Account, Kind

    kept = tuple(table for table in tables if table is not None)
    codes = dict.fromkeys(subject)
    for table in kept:
        codes |= dict.fromkeys(
            column.key for column in table.columns if len(column.key) in (3, 4) and column.key.isupper()
        )
        for at, column in enumerate(table.columns):
            if column.kind is Kind.COUNTRY:
                codes |= dict.fromkeys(
                    str(row.cells[at]) for row in table.rows if isinstance(row.cells[at], str)
                )
    groups = {name: group for name, group in shipped_groups().items() if name in codes}
    groups |= {group.name: group for group in asked.groups}
    return Account(
        kind=kind, subject=tuple(subject), year=year or asked.year, tables=kept, lead=tuple(lead), notes=tuple(notes),
        countries=country_names(codes), products=asked.products if products is None else products,
        members={name: group.members_in(asked.year) for name, group in groups.items()},
        asked=" ".join(["monazite", *command_line()]),
    )  # fmt: skip


def command_line() -> list[str]:
    """The command as it was typed, without what it was asked to write."""
    context = click.get_current_context(silent=True)
    if context is None:
        return []
    words = context.command_path.split()[1:]
    for parameter in context.command.params:
        value = context.params.get(parameter.name or "")
        if isinstance(parameter, click.Argument):
            words += [str(v) for v in (value if isinstance(value, tuple) else (value,)) if v is not None]
        elif parameter.name not in ("form", "out", "page", "book_path") and value not in (None, (), False):
            if context.get_parameter_source(parameter.name or "") is click.core.ParameterSource.COMMANDLINE:
                for one in value if isinstance(value, tuple) else (value,):
                    words += [parameter.opts[0], one.isoformat() if isinstance(one, date) else str(one)]
    return words


# -- how it is written ------------------------------------------------------------------------------------------


def write(account: "Account", *, form: str | None, out: Path | None, page: Path | None = None) -> None:
    """Print the account, or write it into a file; and the page where one is asked for."""
    from monazite.writers.leverage import account_lines
    from monazite.writers.leverage_files import account_csv, account_json, write_account

    if form is None:
        suffix = out.suffix.removeprefix(".").casefold() if out else ""
        if suffix not in (*FORMS, "", "txt"):
            raise click.UsageError(
                f"--out {out}: '.{suffix}' is no format; {', '.join(FORMS[1:])} and txt are"
            )
        form = suffix if suffix in FORMS else "table"
    if out is None and form not in TO_STDOUT:
        raise click.UsageError(f"--format {form} needs a file: --out NAME.{form}")
    if page is not None:
        from monazite.writers.leverage_page import write_leverage_page

        write_leverage_page(page, account)
    if out is not None and form != "table":
        written = write_account(out, account, form)
        click.echo(f"{out}: {written.rows:,} rows")
    elif form == "table":
        text = "\n".join(account_lines(account, width=terminal_width()))
        if out is not None:
            out.write_text(text + "\n", encoding="utf-8")
            click.echo(f"{out}: {len(text.splitlines()):,} lines")
        elif page is None:
            click.echo(text)
    else:
        click.echo(account_csv(account) if form == "csv" else account_json(account), nl=False)
    if page is not None:
        click.echo(f"Open {page}", err=form != "table" and out is None)
