"""`monazite disrupt line`: which part stops a line first, on which day, and what it costs."""

import json
import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monazite.cli.options import DAY, OutPath, book_option, with_faults

if TYPE_CHECKING:
    from monazite.disruption.delay.licences import DelayModel
    from monazite.disruption.lines.courses import PlanCourse
    from monazite.disruption.lines.plan import Plan
    from monazite.disruption.lines.setting import Setting
    from monazite.regime.book import Book
    from monazite.writers.disruption.answers import States

    Known = tuple[States, date, DelayModel | None, list[tuple[str, int, str]], list[str]]

MEASURE = "cn-mofcom-gacc-2025-18"
STALE_DAYS = 180
"""An application open for longer than this on day 0 is worth a question."""


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
    from monazite.disruption.lines.courses import runs_quickly
    from monazite.disruption.lines.planned import AGE, HAZARD, MODELS, renewals
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
    lines = _lines(read, only)
    states, day_0, own_delay, files, notes = _states(book, measure, scenario, day_0)
    if catalogue is not None:
        regime = book.measures[states.measure].regime if states.measure else "CN"
        read, more, said = _with_catalogue(read, catalogue, day_0, moves, regime, book_path)
        files, notes = files + more, notes + said
    parameters = own_delay if delay is None and own_delay is not None else read_delay_model(delay)
    ranges = (*read_delay_ranges(delay), *plan_ranges())
    setting = read.setting(delay=parameters, control=states.control, day_0=day_0, horizon=horizon)
    chosen = {"both": MODELS, "age": (AGE,), "hazard": (HAZARD,)}[model]
    for file, rows, sha in (*read.files, *files):
        click.echo(f"read {file}: {f'{rows:,} rows ' if rows else ''}({sha[:12]})", err=True)
    notes += _plan_notes(read, setting)
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
        swings=found, file_by=renewals(*read.renewing(day_0), parameters, states.control),
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


def _lines(read: "Plan", only: Sequence[str]) -> tuple[int, ...]:
    """The lines asked for by name."""
    from monazite.terms.faults import BadInput, Fault, near_match

    wrong = [name for name in only if name not in read.lines]
    if wrong:
        raise BadInput([Fault(where="--only", what=f"'{name}' is no line", mend=near_match(name, read.lines))
                        for name in wrong])  # fmt: skip
    return tuple(read.lines.index(name) for name in dict.fromkeys(only))


def _states(book: "Book", measure: str | None, scenario: Path | None, day_0: date | None) -> "Known":
    """The states of the world, day 0, the scenario's own delay, its file, and notes."""
    from monazite.disruption.delay.control import Control
    from monazite.readers.disruption.control import read_control
    from monazite.readers.disruption.licences import read_spells
    from monazite.terms.faults import BadInput, Fault
    from monazite.writers.disruption.answers import States

    if scenario is not None:
        held = read_control(scenario, book)
        states = States(control=held.control, measure="", scenario=held.name, says=held.says,
                        sources=held.sources, spell_sources=held.spell_sources)  # fmt: skip
        return states, day_0 or held.day_0, held.delay, [(scenario.name, 0, held.digest)], [*held.notes]
    assert day_0 is not None
    name = measure or MEASURE
    spells, notes = read_spells(book, name)
    regime = book.measures[name].regime
    if not book.holds(regime, day_0):
        first = book.states[regime].holds_from
        raise BadInput([Fault(where="--from", what=f"the book of law does not hold the law of {regime} on {day_0}",
                              mend=f"Name a day from {first} on, or give --scenario with spells of your own")])  # fmt: skip
    source = "standing in the book of law, and reference/disruption/worlds.csv for what was agreed"
    states = States(control=Control(name=name, spells=spells), measure=name, scenario="", says="",
                    sources=(), spell_sources=(source,) * len(spells))  # fmt: skip
    return states, day_0, None, [], list(notes)


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


def _plan_notes(read: "Plan", setting: "Setting") -> list[str]:
    """What a reader of the answers should know of the plan."""
    import numpy as np

    from monazite.readers.findings import counted_things

    def some(names: Sequence[str]) -> str:
        return f"{', '.join(names[:5])}{f' and {len(names) - 5:,} more' if len(names) > 5 else ''}"

    notes = [str(note) for note in read.notes]
    if read.made_up:
        files = {file: rows for file, rows, _ in read.files}
        said = ", ".join(f"{file} {count:,} of {files[file]:,} rows" for file, count in read.made_up)
        notes.append(f"made up, by their own notes: {said}")
    undetermined = [name for name in read.parts if name not in read.at_most]
    if undetermined:
        notes.append(
            f"no determination, and so no lag, for {counted_things(len(undetermined), 'part')}: {some(undetermined)}"
        )
    several = setting.shared()
    shared = [read.parts[part] for part in several.tolist()]
    if shared:
        notes.append(f"several lines use {counted_things(len(shared), 'part')}, whose stock is shared in proportion to use"
                     f"{' in the closed form, exactly by the day' if read.deliveries else ''}: {some(shared)}")  # fmt: skip
    sharing = sorted(set(setting.use_line[np.isin(setting.use_part, several)].tolist()))
    if len({read.currency[line] for line in sharing}) > 1:
        notes.append("lines that share parts state margins in several currencies; none is converted, so by the day the "
                     "figures decide as they stand")  # fmt: skip
    silent = [read.lines[line] for line in sharing if math.isnan(setting.margin_per_day[line])]
    if silent:
        notes.append(
            f"lines without a stated margin come last by the day where parts are short: {some(silent)}"
        )
    unused = [read.lines[line] for line, uses in enumerate(setting.uses()) if not len(uses)]
    if unused:
        notes.append(f"these lines use no part: {some(unused)}")
    idle = [read.parts[part] for part in np.flatnonzero(setting.all_use() == 0).tolist()]
    if idle:
        notes.append(f"no line uses {counted_things(len(idle), 'part')}: {some(idle)}")
    strange = sorted(
        {
            s.asked.destination or "(empty)"
            for s in setting.supplies
            if s is not None and s.asked.destination not in setting.delay.destination
        }
    )
    if strange:
        notes.append(f"destinations without a multiplier of their own count as 1: {some(strange)}")
    open_days = [(read.parts[part], (setting.day_0 - supply.asked.filed).days)
                 for part, supply in enumerate(setting.supplies) if supply is not None]  # fmt: skip
    stale = [f"{name} {days} days" for name, days in open_days if days > STALE_DAYS]
    if stale:
        notes.append(
            f"filed long before day 0 and taken as still open: {some(stale)}; mend filed where it is not so"
        )
    ended = [name for name, _, through in read.licences if through < setting.day_0]
    if ended:
        notes.append(f"licences that ended before day 0: {some(ended)}")
    if read.deliveries:
        notes.append("the closed form takes one delivery a part that lasts, after its lag; the run by the day takes "
                     "deliveries.csv")  # fmt: skip
        last = setting.day_0.toordinal() + setting.horizon
        days = [one.day for one in read.deliveries if one.day is not None]
        if days and min(days).toordinal() >= last:
            notes.append(f"the horizon ends before the first dated delivery, {min(days)}")
    return notes
