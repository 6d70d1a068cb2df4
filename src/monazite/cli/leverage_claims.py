"""`monazite leverage claims`: figures of the news held against the shipped data."""

import json
from pathlib import Path

import click

from monazite.cli.events import terminal_width
from monazite.cli.options import with_faults


@click.command()
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "md", "json"]),
    help="[default: table, or by the name of --out]",
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="File to write.")
@with_faults
def claims(form: str | None, out: Path | None) -> None:
    """Figures of the news, and what the shipped data say of each under every definition at hand.

    Each is reproduced, reproduced under some definitions only, not reproduced, or cannot be checked here. No variant is chosen
    to fit. The page docs/claims.md is what --format md writes.

    \b
    Examples:
      monazite leverage claims
      monazite leverage claims --format md --out claims.md
      monazite leverage claims --format json
    """
    from monazite.leverage.claim_checks import check_claims
    from monazite.readers.trade.claims import read_claims, shipped_sources
    from monazite.writers.claims import claims_lines, claims_page, plain_claims

    if form is None:
        suffix = out.suffix.removeprefix(".").casefold() if out is not None else ""
        if suffix not in ("md", "json", "", "txt"):
            raise click.UsageError(f"--out {out}: '.{suffix}' is no format; md, json and txt are")
        form = suffix if suffix in ("md", "json") else "table"
    found = check_claims(*read_claims(), shipped_sources())
    if form == "md":
        text = claims_page(found)
    elif form == "json":
        text = json.dumps(plain_claims(found), ensure_ascii=False, indent=2) + "\n"
    else:
        text = "\n".join(claims_lines(found, width=terminal_width())) + "\n"
    if out is None:
        click.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8", newline="\n")
        click.echo(f"{out}: {len(found)} claims")
