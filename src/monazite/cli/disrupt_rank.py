"""`monazite disrupt rank`: the structural index of firms, what would fail with each of them."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monazite.cli.options import with_faults

if TYPE_CHECKING:
    from monazite.disruption.network.structural import FirmLinks
    from monazite.writers.disruption.rank import ByEps

SHOWN = 20


@click.command("rank")
@click.argument("links", type=click.Path(path_type=Path))
@click.argument("firms", type=click.Path(path_type=Path, dir_okay=False), required=False)
@click.option("--needs", type=click.Path(path_type=Path, dir_okay=False),
              help="Which product is essential to makers of which: input, maker, need.")  # fmt: skip
@click.option("--eps", "several", type=click.FloatRange(0, 1), multiple=True, default=(0.01, 0.0001), show_default=True,
              help="Stop when no firm fell by more in a step; repeatable, to see whether the order holds.")  # fmt: skip
@click.option("--replacement", type=click.Choice(["none", "product", "both"]), default="none", show_default=True,
              help="Whether makers of the same product can take a failed one's place.")  # fmt: skip
@click.option("--unknown", type=click.Choice(["both", "essential", "non-essential", "none"]), default="both",
              show_default=True, help="How needs are read that no table states.")  # fmt: skip
@click.option("--firm", "only", multiple=True, metavar="NAME", help="Only these firms; repeatable.")
@click.option("--top", type=click.IntRange(1), default=SHOWN, show_default=True, help="Rows of a table.")
@click.option("--mrio", "mrio", metavar="FORMAT",
              help="LINKS is a table of industries in this format (pymrio, wiod, figaro, exiobase3 ...).")  # fmt: skip
@click.option(
    "--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@with_faults
def rank(
    links: Path, firms: Path | None, needs: Path | None, several: tuple[float, ...], replacement: str, unknown: str,
    only: tuple[str, ...], top: int, mrio: str | None, form: str, as_json: bool,
) -> None:  # fmt: skip
    """What part of all revenue would fail with each firm: structure alone, no time and no stocks.

    LINKS has seller, buyer, value; FIRMS has firm, product, revenue and may have costs; CSV, XLSX or Parquet. Every value
    carries its eps and its number of steps: eps is a choice and not an accuracy. Rank with it, do not date with it.

    \b
    Examples:
      monazite disrupt rank examples/firm-network/links.csv examples/firm-network/firms.csv --needs examples/firm-network/needs.csv
      monazite disrupt rank links.parquet firms.parquet --replacement both --eps 0.01 --eps 1e-6 --format csv
      monazite disrupt rank tables/wiod --mrio wiod --firm DEU/C29 --json
    """
    from monazite.readers.disruption.firms import NEEDS, firms_of_table, read_firms
    from monazite.readers.disruption.tables import read_mrio, read_test_table
    from monazite.terms.faults import BadInput, Fault, near_match
    from monazite.writers.disruption.rank import Reading, rank_csv, rank_document, rank_lines

    if (firms is None) == (mrio is None):
        raise click.UsageError("Give FIRMS beside LINKS, or a table of industries with --mrio FORMAT")
    if firms is not None:
        held = read_firms(links, firms, needs)
    else:
        table = read_test_table() if mrio == "pymrio-test" else read_mrio(links, str(mrio))
        for note in table.notes:
            click.echo(f"note: {note}", err=True)
        held = firms_of_table(table, needs)
    for file, rows, sha in held.files:
        click.echo(f"read {file}: {rows:,} rows ({sha[:12]})", err=True)
    if held.left_out:
        click.echo(f"columns left out: {', '.join(held.left_out)}", err=True)
    place = {name: at for at, name in enumerate(held.names)}
    wrong = [name for name in only if name not in place]
    if wrong:
        raise BadInput(
            [
                Fault(where="--firm", what=f"'{name}' is no firm", mend=near_match(name, place))
                for name in wrong
            ]
        )
    chosen = [place[name] for name in dict.fromkeys(only)] or list(range(len(held.names)))
    used = held.used_unknown()
    words = ("essential", "non-essential") if unknown == "both" else (unknown,)
    readings = []
    for word in words if used else ("",):
        for replaced in {"none": (False,), "product": (True,), "both": (False, True)}[replacement]:
            found = held.links(NEEDS[word] if word else 0, replacement=replaced)
            readings.append(
                Reading(unknown=word, replacement=replaced, by_eps=_of_eps(found, chosen, several))
            )
    document = rank_document(held, chosen, readings)
    form = "json" if as_json else form
    if form == "json":
        click.echo(json.dumps(document, ensure_ascii=False, indent=1))
    elif form == "csv":
        click.echo(rank_csv(document), nl=False)
    else:
        click.echo("\n".join(rank_lines(document, top)))


def _of_eps(links: "FirmLinks", chosen: list[int], several: tuple[float, ...]) -> "tuple[ByEps, ...]":
    """The indices of the chosen firms for each eps; says how far it is where there are many."""
    from monazite.disruption.network.structural import Prepared, each_firm
    from monazite.writers.disruption.rank import ByEps

    prepared, found = Prepared(links), []
    every = max(len(chosen) // 10, 500)
    for eps in dict.fromkeys(several):
        rows = []
        for count, one in enumerate(each_firm(prepared, eps=eps, firms=chosen), start=1):
            rows.append((one.index, one.downstream, one.upstream, one.steps))
            if count % every == 0:
                click.echo(f"eps {eps:g}: {count:,} of {len(chosen):,} firms", err=True)
        found.append(ByEps(eps=eps, rows=tuple(rows)))
    return tuple(found)
