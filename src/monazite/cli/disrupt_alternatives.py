"""`monazite disrupt alternatives`: capacity outside a country against need, by stage, element, country and year."""

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monazite.cli.options import DAY, with_faults

if TYPE_CHECKING:
    from monazite.disruption.economy.buildout import Need
    from monazite.leverage.production import Production
    from monazite.terms.faults import Fault

CHINA, LAST_YEAR = "CHN", 2030
MAGNET = "sintered NdFeB magnet"
"""The class of reference/typical-content.csv whose content turns a need of magnets into one of an element."""


@click.command("alternatives")
@click.option("--stage", help="Only this stage: magnet, separation, refinery, substitution.")
@click.option("--element", help="Only what has this element: Dy, dysprosium.")
@click.option("--country", help="Only sites in, and needs of, this country or group (EU27).")
@click.option("--year", type=click.IntRange(1990, 2200), default=LAST_YEAR, show_default=True,
              help="The last year of the table, and the year that needs are set against.")  # fmt: skip
@click.option("--begun", type=DAY, help="Say when a plant begun on this day would have first output.")
@click.option(
    "--sites", type=click.Path(path_type=Path, dir_okay=False), help="A table of sites of your own."
)
@click.option(
    "--needs", type=click.Path(path_type=Path, dir_okay=False), help="A table of needs of your own."
)
@click.option(
    "--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@with_faults
def alternatives(
    stage: str | None, element: str | None, country: str | None, year: int, begun: date | None,
    sites: Path | None, needs: Path | None, form: str, as_json: bool,
) -> None:  # fmt: skip
    """Capacity outside China by stage, product, country and year, against need, with the time to build.

    Figures are bands: the low end counts sites that ship, the high end trial, opened and planned ones as well. What a
    source does not state is listed and added nowhere. Columns of tables of your own: docs/how-to/alternatives.md.

    \b
    Examples:
      monazite disrupt alternatives
      monazite disrupt alternatives --stage magnet --country US --year 2028
      monazite disrupt alternatives --element Dy --begun 2026-01-15
      monazite disrupt alternatives --json
    """
    from monazite.disruption.economy.buildout import (
        CapacityOf,
        Status,
        build_time,
        element_need,
        groups,
        met,
        outside,
    )
    from monazite.readers.disruption.alternatives import WORLD, read_needs, read_sites
    from monazite.readers.reference import read_reference
    from monazite.readers.trade.shipped import read_groups
    from monazite.terms.facts import RARE_EARTHS
    from monazite.terms.faults import BadInput, Fault, near_match
    from monazite.writers.disruption.alternatives import (
        alternatives_csv,
        alternatives_document,
        alternatives_lines,
    )

    all_sites, all_needs = read_sites(sites), read_needs(needs)
    faults: list[Fault] = []
    members = {name: group.members_in(year) for name, group in read_groups().items()}
    home = _country(country, faults) if country else None
    symbol = read_reference().find_word("element", element) if element else None
    if element and symbol is None:
        mend = "Write a symbol or a name, such as Dy or dysprosium"
        faults.append(Fault(where="--element", what=f"'{element}' is no element", mend=mend))
    stages = list(
        dict.fromkeys(
            [s.stage for s in all_sites if s.status is not Status.VIEW] + [n.stage for n in all_needs]
        )
    )
    if stage is not None and stage not in stages:
        what = f"no site and no need is of the stage '{stage}'"
        faults.append(Fault(where="--stage", what=what, mend=near_match(stage, stages)))
    if faults:
        raise BadInput(faults)

    def is_here(where: str) -> bool:
        return home is None or where == home or where in members.get(home, ())

    notes: list[str] = []
    typical = {t.element: t for t in read_reference().typical.get(MAGNET, ()) if t.per == "mass"}
    if symbol is not None:
        inside = typical.get(symbol)
        magnets = [n for n in all_needs if n.stage == "magnet" and not n.elements]
        if inside is not None:
            made_at = "separation" if symbol in RARE_EARTHS else "refinery"
            source = f"reference/typical-content.csv, {inside.note}, as if all were {MAGNET}s"
            all_needs += tuple(
                element_need(n, symbol, float(inside.low), float(inside.high), stage=made_at, source=source)
                for n in magnets
            )
        elif magnets:
            notes.append(
                f"How much {symbol} magnets hold is not in reference/typical-content.csv: that need is not known."
            )
    stays = [
        s
        for s in all_sites
        if (stage is None or s.stage == stage) and (symbol is None or symbol in s.elements)
    ]
    chosen = [s for s in outside(stays, CHINA) if is_here(s.country)]
    wanted = [n for n in all_needs if (stage is None or n.stage == stage) and is_here(n.country)
              and (symbol is None or symbol in n.elements)]  # fmt: skip
    if any(n.stage == "magnet" and n.country == "USA" for n in wanted):
        notes += _by_value(CHINA, "USA")
    inside_it = [s for s in stays if s.country == CHINA and s.capacity_t is not None]
    notes += [
        f"For scale, {s.owner} {s.product}: {s.capacity_t:,.0f} t, {s.capacity_from} ({s.source_title})."
        for s in inside_it
    ]
    if not chosen:
        notes.append(
            "No listed site fits what was asked. That is a gap of the list and not a figure of zero."
        )
    held = groups(chosen, year)

    def whose(need: "Need") -> tuple[str, ...] | None:
        return None if need.country == WORLD else (need.country, *members.get(need.country, ()))

    document = alternatives_document(
        without=CHINA,
        asked={"stage": stage, "element": symbol, "country": home, "year": year},
        groups=held,
        needs=[(need, met(need, held, year, whose(need))) for need in wanted],
        ways=[s for s in chosen if s.capacity_of is CapacityOf.NONE],
        times=build_time(chosen),
        views=[s for s in all_sites if s.status is Status.VIEW],
        made=_made(symbol) if stage in (None, "separation", "refinery", "mine") and home in (None, WORLD) else [],
        notes=notes,
        files=[str(path) if path else name for path, name in (
            (sites, "reference/disruption/alternatives-capacity.csv"), (needs, "reference/disruption/need.csv"))],
        begun=begun,
    )  # fmt: skip
    for file in document["files"]:
        click.echo(f"read {file}", err=True)
    form = "json" if as_json else form
    if form == "json":
        click.echo(json.dumps(document, ensure_ascii=False, indent=1))
    elif form == "csv":
        click.echo(alternatives_csv(document), nl=False)
    else:
        click.echo("\n".join(alternatives_lines(document)))


def _country(text: str, faults: "list[Fault]") -> str:
    from monazite.cli.leverage_data import find_country, shipped_groups
    from monazite.terms.faults import Fault

    own: list[Fault] = []
    found = find_country(text, own, shipped_groups())
    faults += [Fault(where="--country", what=fault.what, mend=fault.mend) for fault in own]
    return found


def _by_value(supplier: str, buyer: str) -> list[str]:
    """The supplier's part of the buyer's imports of magnets by value: tonnes are not in those data."""
    from monazite.cli.disrupt_macro import bought
    from monazite.readers.trade.shipped import US_IMPORTS

    notes: list[str] = []
    found = bought(US_IMPORTS, ("850511",), "magnet", "magnets", supplier, buyer, None, notes)
    return [
        f"{supplier} has {one.share:.1%} of {one.base}; tonnes are not in those data." for one in found
    ] + notes


def _made(symbol: str | None) -> "list[Production]":
    """What the survey prints of the mineral: the last year of each table; of all rare earths where the element is one."""
    from monazite.readers.reference import read_reference
    from monazite.readers.trade.shipped import read_production
    from monazite.terms.facts import RARE_EARTHS

    names = {p.mineral for p in read_production()}
    words = {name for name in names if symbol and read_reference().find_word("element", name) == symbol}
    minerals = words or ({"rare earths"} if symbol is None or symbol in RARE_EARTHS else set())
    fitting = [p for p in read_production() if p.mineral in minerals and p.of in ("production", "capacity")]
    last: dict[tuple[str, str, str, str], Production] = {}
    for one in sorted(fitting, key=lambda p: (p.mineral, p.stage, p.of, p.scope, p.year, p.release)):
        last[one.mineral, str(one.stage), one.of, one.scope] = one
    return list(last.values())
