"""`monazite disrupt line`: which part stops a line first, on which day, and what it costs."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monazite.cli.disrupt_plan import MEASURE, lines_named, others_of, plan_notes, states_of
from monazite.cli.options import DAY, OutPath, book_option, with_faults

if TYPE_CHECKING:
    from monazite.disruption.lines.courses import PlanCourse
    from monazite.disruption.lines.plan import Plan
    from monazite.disruption.lines.setting import Setting


@click.command("line")
@click.argument("plan", type=click.Path(path_type=Path, file_okay=False))
@click.option("--from", "day_0", type=DAY,
              help="Day 0: the day of the stock figures (with --scenario, by default the day it names).")  # fmt: skip
@click.option(
    "--horizon", type=click.IntRange(1, 3650), default=365, show_default=True, help="Days looked at."
)
@click.option("--determinations", type=click.Path(path_type=Path, dir_okay=False),
              help="Table of outcomes by part, such as results.csv of `monazite check`.")  # fmt: skip
@click.option("--catalogue", type=click.Path(path_type=Path),
              help="Check this catalogue on day 0; a part that it determines takes its outcome from there.")  # fmt: skip
@click.option("--move", "moves", multiple=True, help="With --catalogue: count only this move; repeatable.")
@click.option("--model", type=click.Choice(["both", "age", "hazard"]), default="both", show_default=True)
@click.option(
    "--measure", help=f"Control whose standing sets the states of the world ({MEASURE}, by default)."
)
@click.option("--scenario", type=click.Path(path_type=Path, dir_okay=False),
              help="File whose control sets the states of the world, in place of --measure.")  # fmt: skip
@click.option("--or-scenario", "others", multiple=True, metavar="FILE=ODDS",
              help="Another calendar of licences, with the odds you give it; it hits all parts at once. Repeatable.")  # fmt: skip
@click.option("--delay", type=click.Path(path_type=Path, dir_okay=False),
              help="Parameters of the delay (the package's own, by default).")  # fmt: skip
@click.option("--simulate", is_flag=True,
              help="Run all lines by the day over drawn lags; a plan with deliveries.csv always is.")  # fmt: skip
@click.option(
    "--draws", type=click.IntRange(10, 100_000), default=1000, show_default=True, help="Draws of the lags."
)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Same seed, same draws.")
@click.option("--sensitivity", is_flag=True, help="One assumption at a time, over its range.")
@click.option("--only", "only", multiple=True, metavar="LINE", help="Answer for this line; repeatable.")
@click.option("--out", type=OutPath(file_okay=False),
              help="Folder for report.html, answers.csv and answers.json, with the run by the day and the sensitivity table.")  # fmt: skip
@click.option(
    "--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@book_option
@with_faults
def line(
    plan: Path,
    day_0: date | None,
    horizon: int,
    determinations: Path | None,
    catalogue: Path | None,
    moves: tuple[str, ...],
    model: str,
    measure: str | None,
    scenario: Path | None,
    others: tuple[str, ...],
    delay: Path | None,
    simulate: bool,
    draws: int,
    seed: int,
    sensitivity: bool,
    only: tuple[str, ...],
    out: Path | None,
    form: str,
    as_json: bool,
    book_path: str | None,
) -> None:
    """Which part of PLAN stops a line first, on which day, for how long, and what one more day of it is worth.

    PLAN is a folder with lines.csv, use.csv, stock.csv and, where they are known, determinations.csv, deliveries.csv and
    licences.csv. The columns are described in docs/how-to/line-stop.md. Both models of the delay are shown; where they
    differ, nobody knows better.

    \b
    Examples:
      monazite disrupt line examples/line-stop --from 2025-05-01
      monazite disrupt line examples/line-stop --from 2025-05-01 --model age --sensitivity
      monazite disrupt line examples/line-stop --from 2025-05-01 --simulate --out answers
      monazite disrupt line examples/line-stop --from 2025-05-01 --catalogue examples/ev-traction-motor --move e02
    """
    from monazite.disruption.delay.waits import AGE, HAZARD, MODELS, renewals
    from monazite.disruption.lines.courses import runs_quickly
    from monazite.disruption.lines.sensitivity import plan_ranges, swings
    from monazite.disruption.lines.setting import closed_answers
    from monazite.readers.disruption.delay_ranges import read_delay_ranges
    from monazite.readers.disruption.licences import read_delay_model
    from monazite.readers.disruption.plan import read_plan
    from monazite.readers.law import read_book
    from monazite.writers.disruption.answers import LineAnswers, csv_text, plain_answers, text_lines
    from monazite.writers.disruption.report import write_line_report

    if catalogue is not None and determinations is not None:
        raise click.UsageError("--catalogue and --determinations both give outcomes: give one of the two")
    if moves and catalogue is None:
        raise click.UsageError("--move counts moves of a catalogue: give --catalogue too")
    if measure is not None and scenario is not None:
        raise click.UsageError(
            "--measure and --scenario both set the states of the world: give one of the two"
        )
    if day_0 is None and scenario is None:
        raise click.UsageError("Missing option '--from': the day of the stock figures, YYYY-MM-DD")
    read, book = read_plan(plan, determinations=determinations), read_book(book_path)
    lines = lines_named(read, only)
    states, day_0, own_delay, files, notes = states_of(book, measure, scenario, day_0)
    if catalogue is not None:
        regime = book.measures[states.measure].regime if states.measure else "CN"
        read, more, said = _with_catalogue(read, catalogue, day_0, moves, regime, book_path)
        files, notes = files + more, notes + said
    parameters = own_delay if delay is None and own_delay is not None else read_delay_model(delay)
    ranges = (*read_delay_ranges(delay), *plan_ranges())
    otherwise, odds = others_of(others, book)
    notes += odds
    setting = read.setting(
        delay=parameters, control=states.control, day_0=day_0, horizon=horizon, otherwise=otherwise
    )
    chosen = {"both": MODELS, "age": (AGE,), "hazard": (HAZARD,)}[model]
    for file, rows, sha in (*read.files, *files):
        click.echo(f"read {file}: {f'{rows:,} rows ' if rows else ''}({sha[:12]})", err=True)
    notes += plan_notes(read, setting)
    quick = out is not None and runs_quickly(setting, draws)
    by_day = simulate or bool(read.deliveries) or quick
    if out is not None and not by_day:
        notes.append("not run by the day, which would take long: --simulate asks for it")
    for note in notes:
        click.echo(f"note: {note}", err=True)
    found = []
    if sensitivity or out is not None:
        click.echo("varying one assumption at a time", err=True)
        found = list(swings(setting, ranges, models=chosen, only=lines))
    held = LineAnswers(
        title=plan.resolve().name, plan=read, setting=setting, states=states,
        answers=closed_answers(setting, models=chosen, only=lines),
        courses=_courses(setting, chosen, draws, seed) if by_day else [], seed=seed,
        swings=found, file_by=renewals(read.renewing(day_0), parameters, states.control),
        files=(*read.files, *files), ranges=ranges, notes=notes, only=lines,
    )  # fmt: skip
    form = "json" if as_json else form
    if out is not None:
        for text in write_line_report(out, held):
            click.echo(text, err=form != "table")
    if form == "json":
        click.echo(json.dumps(plain_answers(held), ensure_ascii=False, indent=1))
    elif form == "csv":
        click.echo(csv_text(held), nl=False)
    elif out is None:
        for text in text_lines(held):
            click.echo(text)


def _with_catalogue(
    read: "Plan", catalogue: Path, day_0: date, moves: Sequence[str], regime: str, book_path: str | None
) -> "tuple[Plan, list[tuple[str, int, str]], list[str]]":
    """The plan with the outcomes of a catalogue, its files, and how the two meet."""
    from monazite.cli.disrupt_outcomes import catalogue_outcomes

    found = catalogue_outcomes(
        catalogue, parts=read.parts, on=day_0, moves=moves, regime=regime, book_path=book_path,
        say=lambda text: click.echo(text, err=True),
    )  # fmt: skip
    kept = [name for name in read.parts if name in read.at_most and name not in found.at_most]
    notes = list(found.notes)
    if kept:
        notes.append(f"outcome from determinations, not from the catalogue: {', '.join(kept[:5])}")
    joined = replace(
        read,
        at_least={**read.at_least, **found.at_least},
        at_most={**read.at_most, **found.at_most},
    )
    files = [(f"{catalogue.resolve().name}/{file}", rows, sha) for file, rows, sha in found.files]
    return joined, files, notes


def _courses(setting: "Setting", models: Sequence[str], draws: int, seed: int) -> "list[PlanCourse]":
    """A run by the day for each model and reading, all from the same uniform draws."""
    import numpy as np

    from monazite.disruption.lines.courses import simulate_plan

    made = []
    for model in models:
        for reading in setting.readings:
            click.echo(f"by the day: {draws:,} draws, {model}, {reading}", err=True)
            made.append(
                simulate_plan(setting, model=model, reading=reading, draws=draws, rng=np.random.default_rng(seed))
            )  # fmt: skip
    return made
