"""`monazite trade`: which trade and production data are at hand, and loading more."""

import json
import sys
import textwrap
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monazite.cli.events import terminal_width
from monazite.cli.options import with_faults

if TYPE_CHECKING:
    from monazite.leverage.flows import Basis
    from monazite.leverage.production import Production
    from monazite.readers.trade.cache import YearCount
    from monazite.readers.trade.governance import Governance
    from monazite.readers.trade.loading import Loaded
    from monazite.readers.trade.sources import Progress

KINDS = ("baci", "comtrade", "us-census", "comext", "world-mining", "usgs", "governance")
REVISIONS = ("HS1992", "HS1996", "HS2002", "HS2007", "HS2012", "HS2017", "HS2022")

cache_option = click.option(
    "--cache",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of loaded data. [default: MONAZITE_CACHE, else the user's cache folder]",
)
form_option = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)


class Years(click.ParamType):
    """A year, or two with `..` between them: every year from the first through the last."""

    name = "year[..year]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> range:
        """The years."""
        if isinstance(value, range):
            return value
        first, _, last = value.partition("..")
        if not (first.isdecimal() and (last or first).isdecimal() and len(first) == len(last or first) == 4):
            self.fail(f"'{value}' is no year and no span of years, such as 2015..2024", param, ctx)
        if int(last or first) < int(first):
            self.fail(f"{last} is before {first}", param, ctx)
        return range(int(first), int(last or first) + 1)


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH...")
@click.option(
    "--dataset", "kind", type=click.Choice(KINDS), help="What the files are. [default: by their columns]"
)
@click.option("--name", help="Name to keep them under. [default: by data set, revision and release]")
@click.option(
    "--side", type=click.Choice(["importer", "exporter"]), default="importer", show_default=True,
    help="Whose report to take, of Comtrade and Comext.",
)  # fmt: skip
@click.option(
    "--digits",
    type=click.IntRange(2, 10),
    help="Digits of the product codes to take, where files hold several.",
)
@click.option(
    "--hs", "nomenclature", type=click.Choice(REVISIONS), help="Revision of BACI, where no file name says it."
)
@click.option("--release", help="Release of the data, where the files do not say it.")
@click.option("--year", type=click.IntRange(1900, 2200), help="Year of a Census file that names none.")
@click.option("--years", type=Years(), help="Years to load. [default: all]")
@cache_option
@form_option
@with_faults
def load(
    paths: Sequence[Path],
    kind: str | None,
    name: str | None,
    side: str,
    digits: int | None,
    nomenclature: str | None,
    release: str | None,
    year: int | None,
    years: range | None,
    cache: Path | None,
    form: str,
) -> None:
    """Load trade or production data from files of your own: BACI, Comtrade, US Census, Comext, World Mining Data, USGS, WGI.

    PATH is a CSV, Parquet, JSON or XLSX file, a zip, or a folder of them. Every row is checked; a file with faults is not
    loaded, and each fault is told with its row. What is loaded once opens at once ever after.

    \b
    Examples:
      monazite trade load BACI_HS92_V202601.zip
      monazite trade load BACI_HS22_Y2024_V202601.csv --name baci-2024
      monazite trade load comtrade/ --side exporter
      monazite trade load imports.json --year 2024
    """
    from monazite.readers.trade.cache import default_cache
    from monazite.readers.trade.loading import Choices, load

    choices = Choices(
        side=side, digits=digits, nomenclature=nomenclature, release=release, year=year, years=years
    )
    begun = time.monotonic()
    with_bar = sys.stderr.isatty()
    try:
        loaded = load(
            paths, cache=cache or default_cache(), kind=kind, name=name, choices=choices,
            progress=_bar() if with_bar else None,
        )  # fmt: skip
    finally:
        if with_bar:
            click.echo("\r\033[K", nl=False, err=True)
    seconds = time.monotonic() - begun
    click.echo(f"Kept in {cache or default_cache()}", err=True)
    if form == "json":
        click.echo(
            json.dumps({**_described(loaded), "seconds": round(seconds, 3)}, ensure_ascii=False, indent=1)
        )
        return
    _echo(_loaded_lines(loaded, seconds))


@click.command("list")
@cache_option
@form_option
@with_faults
def list_data(cache: Path | None, form: str) -> None:
    """The data sets at hand, those shipped and those loaded, with release, years and rows."""
    from monazite.readers.trade.cache import default_cache

    place = cache or default_cache()
    found, broken = _at_hand(place)
    if form == "json":
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        head = ["name", "holds", "data set", "release", "years", "rows"]
        rows = [
            [d["name"], f"{d['holds']}, {d['from']}", d["dataset"], textwrap.shorten(d["release"], 34, placeholder=" ..."),
             _span(d["years"]), f"{d['rows']:,}"]
            for d in found
        ]  # fmt: skip
        _echo(_columns(head, rows))
        click.echo(f"\nLoaded data lie in {place}", err=True)
    if broken:
        click.echo("\n".join(broken), err=True)


@click.command()
@click.argument("name")
@click.option("--check", is_flag=True, help="Go through all bytes and compare them with the checksums.")
@cache_option
@form_option
@with_faults
def info(name: str, check: bool, cache: Path | None, form: str) -> None:
    """What a data set is: basis, licence, attribution, rows, value total, share of missing quantities by year, notes.

    \b
    Examples:
      monazite trade info baci
      monazite trade info usgs-2026 --format json
    """
    from monazite.readers.trade.cache import cached_names, damage, default_cache, read_stored
    from monazite.readers.trade.kept import kept_names, read_kept
    from monazite.readers.trade.loading import SHIPPED_TABLES
    from monazite.readers.trade.shipped import shipped_datasets
    from monazite.terms.faults import BadInput, Fault, near_match

    place = cache or default_cache()
    if name in shipped_datasets():
        described = _shipped_flows(name)
    elif name in SHIPPED_TABLES:
        described = _shipped_tables(name)
    elif name in cached_names(place):
        stored = read_stored(place, name)
        if check and (faults := damage(stored)):
            raise BadInput(faults)
        described = _flows_info(
            name, "loaded", stored.basis, stored.years, len(stored.countries), len(stored.products)
        )
        described |= {"made_from": list(stored.made_from), "left_out": _left_out(stored.left_out)}
    elif name in kept_names(place):
        described = _tables_info(name, "loaded", read_kept(place, name))
    else:
        names = [*shipped_datasets(), *SHIPPED_TABLES, *cached_names(place), *kept_names(place)]
        mend = near_match(name, names) or "See them all: monazite trade list"
        raise BadInput([Fault(where="trade info", what=f"no data set '{name}'", mend=mend)])
    click.echo(json.dumps(described, ensure_ascii=False, indent=1)) if form == "json" else _echo(
        _info_lines(described)
    )


# -- what is at hand --------------------------------------------------------------------------------------------


def _at_hand(place: Path) -> tuple[list[dict[str, Any]], list[str]]:
    """Every data set, and a line for each that cannot be read."""
    from monazite.readers.trade.cache import cached_names, read_stored
    from monazite.readers.trade.kept import kept_names, read_kept
    from monazite.readers.trade.loading import SHIPPED_TABLES
    from monazite.readers.trade.shipped import shipped_datasets
    from monazite.terms.faults import BadInput

    found = [_shipped_flows(name) for name in shipped_datasets()] + [
        _shipped_tables(name) for name in SHIPPED_TABLES
    ]
    broken: list[str] = []
    for name in cached_names(place):
        try:
            stored = read_stored(place, name)
        except BadInput as bad:
            broken.append(bad.report())
            continue
        found.append(
            _flows_info(
                name, "loaded", stored.basis, stored.years, len(stored.countries), len(stored.products)
            )
        )
    for name in kept_names(place):
        try:
            found.append(_tables_info(name, "loaded", read_kept(place, name)))
        except BadInput as bad:
            broken.append(bad.report())
    keys = ("name", "holds", "from", "dataset", "release", "years", "rows")
    return [
        {key: [int(year) for year in d[key]] if key == "years" else d[key] for key in keys} for d in found
    ], broken


def _shipped_flows(name: str) -> dict[str, Any]:
    from monazite.readers.trade.cache import count_year
    from monazite.readers.trade.shipped import read_shipped_flows, shipped_datasets, shipped_years

    flows = [read_shipped_flows(name, year) for year in shipped_years()[name]]
    counts = {one.year: count_year(one) for one in flows}
    traders = {
        code
        for one in flows
        for n, code in enumerate(one.countries)
        if n in one.exporter or n in one.importer
    }
    return _flows_info(
        name, "shipped", shipped_datasets()[name].basis, counts, len(traders), len(flows[0].products)
    )


def _shipped_tables(name: str) -> dict[str, Any]:
    from monazite.readers.trade.shipped import read_governance, read_production

    if name == "governance":
        return _tables_info(name, "shipped", read_governance())
    release = name.removeprefix("usgs-")
    return _tables_info(
        name, "shipped", tuple(table for table in read_production() if table.release == release)
    )


def _flows_info(
    name: str, origin: str, basis: "Basis", years: "dict[int, YearCount] | Any", countries: int, products: int
) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "name": name, "holds": "flows", "from": origin, **asdict(basis), "notes": list(basis.notes),
        "countries": countries, "products": products, "rows": sum(count.rows for count in years.values()),
        "years": {
            str(year): {"rows": count.rows, "value": count.value, "without_quantity": count.missing_share,
                        "quantity_coverage": count.coverage}
            for year, count in years.items()
        },
    }  # fmt: skip


def _tables_info(name: str, origin: str, tables: "tuple[Production, ...] | Governance") -> dict[str, Any]:
    from monazite.readers.trade.governance import Governance

    if isinstance(tables, Governance):
        return {
            "name": name, "holds": "governance", "from": origin, "dataset": "Worldwide Governance Indicators",
            "release": tables.release, "unit": tables.indicator, "licence": tables.licence, "attribution": tables.attribution,
            "rows": sum(map(len, tables.estimates.values())), "notes": list(tables.notes),
            "years": {str(year): {"rows": len(tables.estimates[year])} for year in tables.years},
        }  # fmt: skip
    first = tables[0]
    years = sorted({table.year for table in tables})
    return {
        "name": name, "holds": "production", "from": origin, "dataset": first.dataset, "release": first.release,
        "licence": first.licence, "attribution": first.attribution, "rows": sum(len(table.amounts) for table in tables),
        "years": {str(year): {"rows": sum(len(t.amounts) for t in tables if t.year == year)} for year in years},
        "tables": [table.says() for table in tables], "notes": [],
    }  # fmt: skip


def _described(loaded: "Loaded") -> dict[str, Any]:
    if loaded.stored is not None:
        stored = loaded.stored
        described = _flows_info(
            loaded.name, "loaded", stored.basis, stored.years, len(stored.countries), len(stored.products)
        )
        return described | {"made_from": list(stored.made_from), "left_out": _left_out(loaded.left_out)}
    return _tables_info(loaded.name, "loaded", loaded.governance or loaded.production)


def _left_out(left_out: "Any") -> list[dict[str, Any]]:
    return [{"why": why, "rows": rows, "value": value} for why, (rows, value) in left_out.items()]


# -- lines for a terminal ---------------------------------------------------------------------------------------


def _loaded_lines(loaded: "Loaded", seconds: float) -> list[str]:
    described = _described(loaded)
    found = f"{loaded.name}: {described['rows']:,} rows of {_span(described['years'])} in {seconds:.1f} s"
    return [found, "", *_info_lines(described)]


def _info_lines(described: dict[str, Any]) -> list[str]:
    words = {
        "name": "name", "from": "from", "dataset": "data set", "release": "release", "side": "side", "valuation": "valuation",
        "unit": "unit", "nomenclature": "nomenclature", "digits": "digits", "countries": "traders", "products": "products",
        "groups": "groups", "licence": "licence", "attribution": "attribution",
    }  # fmt: skip
    lines = []
    for key, word in words.items():
        if key in described:
            lines += _wrap(f"{word:<14}{described[key]}", " " * 14)
    years = described["years"]
    lines.append("")
    if described["holds"] == "flows":
        rows = [
            [year, f"{count['rows']:,}", f"{count['value']:,.0f}", _share(count["without_quantity"]), _share(count["quantity_coverage"])]
            for year, count in years.items()
        ]  # fmt: skip
        head = ["year", "rows", "value", "rows without quantity", "value with quantity"]
        lines += _columns(head, rows, right=(1, 2, 3, 4))
    else:
        lines += _columns(
            ["year", "rows"], [[year, f"{count['rows']:,}"] for year, count in years.items()], right=(1,)
        )
    for title, found in (
        ("Tables", described.get("tables", [])),
        ("Notes", described.get("notes", [])),
        (
            "Left out",
            [
                f"{o['why']}: {o['rows']:,} rows, value {o['value']:,.0f}"
                for o in described.get("left_out", [])
            ],
        ),
        ("Made from", described.get("made_from", [])),
    ):
        if found:
            lines += ["", title, *(line for text in found for line in _wrap(f"- {text}", "  "))]
    return lines


def _columns(head: Sequence[str], rows: Iterable[Sequence[str]], right: Sequence[int] = (5,)) -> list[str]:
    held = [list(head), *map(list, rows)]
    widths = [max(len(row[n]) for row in held) for n in range(len(head))]
    return ["  ".join(cell.rjust(w) if n in right else cell.ljust(w) for n, (cell, w) in enumerate(zip(row, widths, strict=True))).rstrip()
            for row in held]  # fmt: skip


def _span(years: Iterable[Any]) -> str:
    held = sorted(int(year) for year in years)
    if not held:
        return "-"
    return str(held[0]) if len(held) == 1 else f"{held[0]}-{held[-1]}"


def _share(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"


def _wrap(text: str, indent: str) -> list[str]:
    return textwrap.wrap(
        text, max(terminal_width(), 40), subsequent_indent=indent, break_long_words=False
    ) or [""]


def _echo(lines: Sequence[str]) -> None:
    click.echo("\n".join(lines))


def _bar() -> "Progress":
    """Progress on one line of standard error, a few times a second."""
    last = [0.0]

    def show(name: str, done: int, total: int) -> None:
        now = time.monotonic()
        if now - last[0] > 0.1 or done >= total:
            last[0] = now
            share = f"{done / total:.0%}" if total else ""
            click.echo(
                f"\r\033[K{name}  {done / 1e6:,.0f} of {total / 1e6:,.0f} MB  {share}", nl=False, err=True
            )

    return show
