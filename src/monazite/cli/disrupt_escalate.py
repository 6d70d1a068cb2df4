"""`monazite disrupt escalate`: who answered how, where named strategies lead, and what turns their order round."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monazite.cli.events import terminal_width, trade_war_folder
from monazite.cli.options import OutPath, book_option, with_faults

if TYPE_CHECKING:
    from monazite.disruption.escalation.ladder import Scenario
    from monazite.disruption.escalation.sensitivity import Order
    from monazite.writers.disruption.escalation import Account


@click.command()
@click.argument("scenario", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--outside", is_flag=True, help="Count outside events, such as court rulings, as moves.")
@click.option("--json", "as_json", is_flag=True, help="Plain data in place of text.")
@click.option(
    "--out",
    type=OutPath(file_okay=False),
    help="Folder for a page of its own, escalation.html, in English and Chinese.",
)
@book_option
@with_faults
def escalate(
    scenario: Path | None, outside: bool, as_json: bool, out: Path | None, book_path: str | None
) -> None:
    """Who answered how, and what strategies would cost.

    Without a file: how often each side raised, given the other's last move, in two lists of moves of the trade war and
    under several codings.

    With a SCENARIO file (YAML): where named strategies lead on two ladders of measures, what that costs either side,
    which assumption turns the order of strategies round, and after how many days a side has lost more than an amount.
    Where a loss is unknown nothing that rests on it is ranked. It gives no odds of outcomes and no dates.

    \b
    Examples:
      monazite disrupt escalate
      monazite disrupt escalate --outside --json
      monazite disrupt escalate scenarios/escalation-rare-earths.yaml
      monazite disrupt escalate scenarios/escalation-made-up.yaml --out out/escalation
    """
    from monazite.disruption.escalation.ledger import moves_of, side_by_side
    from monazite.readers.disruption.escalation import read_escalation
    from monazite.readers.disruption.headlines import read_headlines
    from monazite.readers.events import read_ledger
    from monazite.writers.disruption.escalation import scenario_lines
    from monazite.writers.disruption.escalation_counts import count_lines, plain_counts
    from monazite.writers.disruption.escalation_plain import plain_scenario

    held = None if scenario is None else read_escalation(scenario)
    ledger = read_ledger(trade_war_folder(book_path))
    codings = side_by_side(read_headlines(), moves_of(ledger.events), outside=outside)
    account = None if held is None else _run(held)
    if out is not None:
        from monazite.writers.disruption.escalation_page import write_escalation_page

        click.echo(f"Open {write_escalation_page(out / 'escalation.html', codings, account)}", err=as_json)
    if as_json:
        document = {
            "counts": plain_counts(codings),
            "scenario": None if account is None else plain_scenario(account),
        }
        click.echo(json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False))
    elif account is not None:
        click.echo("\n".join(scenario_lines(account, terminal_width())))
    else:
        click.echo("\n".join(count_lines(codings, terminal_width())))


def _run(scenario: "Scenario") -> "Account":
    """Paths at each rate of misperception, and the orders where some loss is known; progress on standard error."""
    import numpy as np

    from monazite.disruption.escalation.paths import draw, rates, require_axelrod, walk
    from monazite.disruption.escalation.sensitivity import orders, require_salib
    from monazite.writers.disruption.escalation import Account

    require_axelrod()
    require_salib()
    click.echo("the axelrod library comes up, which takes some seconds", err=True)
    chance = draw(scenario, np.random.default_rng(scenario.seed))
    walked = []
    for rate in rates(scenario.misperceived).tolist():
        walked.append(walk(scenario, chance, rate, say=_progress))
        click.echo(
            f"paths with {rate:.1%} of moves misperceived: {len(walked[-1].pairs)} pairs of strategies",
            err=True,
        )
    found: tuple[Order, ...] = ()
    if scenario.has_losses:
        found = orders(scenario, walked, seed=scenario.seed, say=lambda text: click.echo(text, err=True))
    return Account(scenario=scenario, walked=tuple(walked), orders=found)


def _progress(done: int, of: int) -> None:
    if done % 10 == 0 and done < of:
        click.echo(f"  {done} of {of} pairs", err=True)
