"""`monazite disrupt mitigate`: the cheapest remedy of a plan, beside doing nothing."""

import json
import math
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monazite.cli.disrupt_plan import MEASURE, lines_named, plan_notes, states_of
from monazite.cli.options import DAY, OutPath, book_option, with_faults

if TYPE_CHECKING:
    from monazite.disruption.lines.plan import Plan
    from monazite.disruption.lines.setting import Setting
    from monazite.disruption.remedies.offers import Case
    from monazite.readers.disruption.remedies import Remedies
    from monazite.writers.disruption.answers import States


def _money(context: click.Context, option: click.Parameter, value: str | None) -> float | None:
    """An amount of money, or wrong use."""
    if value is None:
        return None
    try:
        found = float(value.replace(",", ""))
    except ValueError:
        found = math.nan
    if not 0 <= found < math.inf:
        raise click.BadParameter(
            f"'{value}' is no amount of money. Write a number such as 250000, zero or more"
        )
    return found


@click.command()
@click.argument("plan", type=click.Path(path_type=Path, file_okay=False))
@click.option("--from", "day_0", type=DAY,
              help="Day 0: the day of the stock figures (with --scenario, by default the day it names).")  # fmt: skip
@click.option(
    "--horizon", type=click.IntRange(1, 3650), default=365, show_default=True, help="Days looked at."
)
@click.option(
    "--budget",
    callback=_money,
    metavar="MONEY",
    help="Spend at most so much on remedies, in the currency of the margins.",
)
@click.option("--remedies", type=click.Path(path_type=Path, dir_okay=False),
              help="Table of remedies (remedies.csv of the plan, by default).")  # fmt: skip
@click.option("--draws", type=click.IntRange(50, 20_000), default=1000, show_default=True,
              help="Draws to choose on; ten times as many fresh ones give the costs.")  # fmt: skip
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Same seed, same draws.")
@click.option("--gap", type=click.FloatRange(0.0, 0.1), default=0.001, show_default=True,
              help="Relative gap at which the search among sources stops; wider is faster.")  # fmt: skip
@click.option("--model", type=click.Choice(["both", "age", "hazard"]), default="both", show_default=True)
@click.option("--determinations", type=click.Path(path_type=Path, dir_okay=False),
              help="Table of outcomes by part, such as results.csv of `monazite check`.")  # fmt: skip
@click.option(
    "--measure", help=f"Control whose standing sets the states of the world ({MEASURE}, by default)."
)
@click.option("--scenario", type=click.Path(path_type=Path, dir_okay=False),
              help="File whose control sets the states of the world, in place of --measure.")  # fmt: skip
@click.option("--delay", type=click.Path(path_type=Path, dir_okay=False),
              help="Parameters of the delay (the package's own, by default).")  # fmt: skip
@click.option("--only", "only", multiple=True, metavar="LINE", help="Weigh this line; repeatable.")
@click.option("--out", type=OutPath(file_okay=False), help="Folder for remedies.html and remedies.json.")
@click.option("--json", "as_json", is_flag=True, help="Every number with its inputs, in place of the table.")
@book_option
@with_faults
def mitigate(
    plan: Path,
    day_0: date | None,
    horizon: int,
    budget: float | None,
    remedies: Path | None,
    draws: int,
    seed: int,
    gap: float,
    model: str,
    determinations: Path | None,
    measure: str | None,
    scenario: Path | None,
    delay: Path | None,
    only: tuple[str, ...],
    out: Path | None,
    as_json: bool,
    book_path: str | None,
) -> None:
    """The cheapest remedy for PLAN: extra stock, second sources and substitutes, beside doing nothing.

    PLAN is a folder as for `monazite disrupt line`, with a table remedies.csv of what can be bought; its columns are
    described in docs/how-to/remedies.md. Both models of the delay are weighed, and where evidence is missing both readings.

    \b
    Examples:
      monazite disrupt mitigate examples/line-stop --from 2025-05-01
      monazite disrupt mitigate examples/line-stop --from 2025-05-01 --budget 300000 --model age
      monazite disrupt mitigate examples/line-stop --from 2025-05-01 --out answers
    """
    import numpy as np

    from monazite.disruption.delay.waits import AGE, HAZARD, MODELS
    from monazite.disruption.remedies.offers import cases, weigh
    from monazite.readers.disruption.licences import read_delay_model
    from monazite.readers.disruption.plan import read_plan
    from monazite.readers.disruption.remedies import find_remedies, read_remedies
    from monazite.readers.law import read_book
    from monazite.writers.disruption.mitigation import RemedyAnswers, plain_remedies, remedy_lines

    if measure is not None and scenario is not None:
        raise click.UsageError(
            "--measure and --scenario both set the states of the world: give one of the two"
        )
    if day_0 is None and scenario is None:
        raise click.UsageError("Missing option '--from': the day of the stock figures, YYYY-MM-DD")
    read = read_plan(plan, determinations=determinations)
    lines, currency, notes = _weighed_lines(read, lines_named(read, only))
    offered = read_remedies(remedies or find_remedies(plan), parts=read.parts, currencies={currency})
    states, day_0, own_delay, files, said = states_of(read_book(book_path), measure, scenario, day_0)
    parameters = own_delay if delay is None and own_delay is not None else read_delay_model(delay)
    setting = read.setting(delay=parameters, control=states.control, day_0=day_0, horizon=horizon)
    chosen = {"both": MODELS, "age": (AGE,), "hazard": (HAZARD,)}[model]
    whole = [offer for offer in offered.offers if not offer.missing]
    asked = cases(setting, whole, lines=lines, models=chosen)
    notes = [*said, *notes, *plan_notes(read, setting), *_notes(read, offered, asked[0])]
    every = (*read.files, *files, offered.file)
    for file, rows, sha in every:
        click.echo(f"read {file}: {f'{rows:,} rows ' if rows else ''}({sha[:12]})", err=True)
    for note in notes:
        click.echo(f"note: {note}", err=True)
    most = math.inf if budget is None else budget
    weighed = weigh(asked, draws=draws, rng=np.random.default_rng(seed), budget=most, gap=gap,
                    say=lambda words: click.echo(f"weighing: {words}", err=True))  # fmt: skip
    held = RemedyAnswers(
        title=plan.resolve().name, line_names=read.lines,
        part_names=read.parts,
        margin_per_day=read.margin_per_day, weighed=weighed, lines=lines, offers=offered.offers,
        notes_of_offers=offered.notes, currency=currency, budget=most, draws=draws, seed=seed,
        inputs=_inputs(setting, states, every, notes),
    )  # fmt: skip
    if out is not None:
        from monazite.writers.disruption.mitigation_page import write_remedies

        for text in write_remedies(out, held):
            click.echo(text, err=True)
    if as_json:
        click.echo(json.dumps(plain_remedies(held), ensure_ascii=False, indent=1))
    elif out is None:
        for text in remedy_lines(held):
            click.echo(text)


def _weighed_lines(read: "Plan", asked: Sequence[int]) -> tuple[tuple[int, ...], str, list[str]]:
    """The lines whose margin is stated, their one currency, and a note on the others."""
    from monazite.terms.faults import BadInput, Fault

    named = asked or tuple(range(len(read.lines)))
    lines = tuple(line for line in named if not math.isnan(read.margin_per_day[line]))
    notes = [f"{read.lines[line]} states no margin and is not weighed" for line in named if line not in lines]
    if not lines:
        raise BadInput([Fault(where="lines, column margin_per_day", what="no line states what a lost day costs",
                              mend="Write a margin: remedies cannot be weighed against an unknown loss")])  # fmt: skip
    found = {read.currency[line] for line in lines}
    if len(found) > 1 or "" in found:
        what = f"margins are in {', '.join(sorted(found - {''})) or 'no currency'}" + (
            " or in none" if "" in found else ""
        )
        raise BadInput([Fault(where="lines, column currency", what=what,
                              mend="Write them in one currency, or weigh lines apart with --only")])  # fmt: skip
    return lines, found.pop(), notes


def _inputs(
    setting: "Setting", states: "States", files: Sequence[tuple[str, int, str]], notes: Sequence[str]
) -> dict[str, Any]:
    """What the answers rest on, as JSON holds it."""
    from monazite.writers.disruption.answers import rule_words, spells_with_sources

    delay = setting.delay
    return {
        "day_0": setting.day_0.isoformat(),
        "horizon_days": setting.horizon,
        "files": [{"file": file, "rows": rows or None, "sha256": sha} for file, rows, sha in files],
        "measure": states.measure or None,
        "scenario": states.scenario or None,
        "sources": list(states.sources),
        "delay": {
            "median_days": delay.median_days,
            "sigma": delay.sigma,
            "rates_per_day": {str(world): rate for world, rate in delay.rate_per_day.items()},
            "a_min_days": delay.a_min_days,
            "refused": delay.refused,
            "destination": delay.destination,
        },
        "states_of_the_world": [
            {"first": spell.first.isoformat(), "world": str(spell.world), "source": source}
            for spell, source in spells_with_sources(states)
        ],
        "rules": [rule_words(rule) for rule in states.control.rules],
        "notes": list(notes),
    }


def _notes(read: "Plan", offered: "Remedies", asked: "Case") -> list[str]:
    """What of the offers is made up or not counted, and that deliveries are not."""
    notes = []
    made_up = sum("made up" in note.casefold() for note in offered.notes)
    if made_up:
        notes.append(
            f"made up, by their own notes: {offered.file[0]} {made_up:,} of {offered.file[1]:,} rows"
        )
    counted = {*asked.stocks, *asked.sources}
    idle = [offer.name for offer in offered.offers if not offer.missing and offer not in counted]
    if idle:
        notes.append(
            f"no line that is weighed uses the part of {', '.join(idle[:5])}{' and more' if len(idle) > 5 else ''}"
        )
    if read.deliveries:
        notes.append(
            "deliveries.csv is not counted here: each part has one delivery that lasts, after its lag"
        )
    return notes
