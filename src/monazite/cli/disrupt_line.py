"""`monazite disrupt line`: which part stops a line first, on which day, and what it costs."""

import json
from datetime import date
from pathlib import Path

import click

from monazite.cli.options import DAY, book_option, with_faults


@click.command("line")
@click.argument("plan", type=click.Path(path_type=Path, file_okay=False))
@click.option("--from", "day_0", type=DAY, required=True, help="Day 0: the day of the stock figures.")
@click.option(
    "--horizon", type=click.IntRange(1, 3650), default=365, show_default=True, help="Days looked at."
)
@click.option("--determinations", type=click.Path(path_type=Path, dir_okay=False),
              help="Table of outcomes by part, such as results.csv of `monazite check`.")  # fmt: skip
@click.option("--catalogue", type=click.Path(path_type=Path),
              help="Check this catalogue on day 0 in place of a table of outcomes.")  # fmt: skip
@click.option("--move", "moves", multiple=True, help="With --catalogue: count only this move; repeatable.")
@click.option("--model", type=click.Choice(["both", "age", "hazard"]), default="both", show_default=True)
@click.option("--measure", default="cn-mofcom-gacc-2025-18", show_default=True,
              help="Control whose standing sets the states of the world.")  # fmt: skip
@click.option("--delay", type=click.Path(path_type=Path, dir_okay=False),
              help="Parameters of the delay (the package's own, by default).")  # fmt: skip
@click.option("--only", "only", multiple=True, metavar="LINE", help="Answer for this line; repeatable.")
@click.option(
    "--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@book_option
@with_faults
def line(
    plan: Path,
    day_0: date,
    horizon: int,
    determinations: Path | None,
    catalogue: Path | None,
    moves: tuple[str, ...],
    model: str,
    measure: str,
    delay: Path | None,
    only: tuple[str, ...],
    form: str,
    as_json: bool,
    book_path: str | None,
) -> None:
    """Which part of PLAN stops a line first, on which day, for how long, and what one more day of it is worth.

    PLAN is a folder with lines.csv, use.csv, stock.csv and determinations.csv. The columns are described in
    docs/how-to/line-stop.md. Both models of the delay are shown; where they differ, nobody knows better.

    \b
    Examples:
      monazite disrupt line examples/line-stop --from 2025-05-01
      monazite disrupt line examples/line-stop --from 2025-05-01 --model age --json
      monazite disrupt line examples/line-stop --from 2025-05-01 --catalogue examples/ev-traction-motor --move e02
    """
    import numpy as np

    from monazite.disruption.licences import Application
    from monazite.disruption.planned import AGE, HAZARD, MODELS, Supply, answer_line, renewals
    from monazite.readers.disruption.licences import read_delay_model, read_spells
    from monazite.readers.disruption.plan import read_plan
    from monazite.readers.law import read_book
    from monazite.terms.faults import BadInput, Fault, near_match
    from monazite.terms.outcomes import Outcome
    from monazite.writers.disruption_lines import answer_lines, answers_csv, plain_answer

    if catalogue is not None and determinations is not None:
        raise click.UsageError("--catalogue and --determinations both give outcomes: give one of the two")
    read = read_plan(plan, determinations=determinations)
    for file, rows, sha in read.files:
        click.echo(f"read {file}: {rows:,} rows ({sha[:12]})", err=True)
    wrong = [name for name in only if name not in read.lines]
    if wrong:
        raise BadInput([Fault(where="--only", what=f"'{name}' is no line", mend=near_match(name, read.lines))
                        for name in wrong])  # fmt: skip
    least, most = read.at_least, read.at_most
    if catalogue is not None:
        checked_least, checked_most = _checked(catalogue, day_0, moves, book_path)
        least, most = {**least, **checked_least}, {**most, **checked_most}
    parameters = read_delay_model(delay)
    spells, notes = read_spells(read_book(book_path), measure)
    for note in notes:
        click.echo(f"note: {note}", err=True)
    undetermined = [name for name in read.parts if name not in most]
    if undetermined:
        count, some = len(undetermined), ", ".join(undetermined[:5])
        click.echo(f"note: {count:,} parts have no determination; they get no lag: {some}", err=True)
    supplies: list[Supply | None] = []
    for place, name in enumerate(read.parts):
        if most.get(name, Outcome.NOT_CONTROLLED) < Outcome.LICENCE:
            supplies.append(None)
            continue
        asked = Application(filed=read.filed[place] or day_0, item_group=read.item_group[place],
                            end_use=read.end_use[place], destination=read.destination[place])  # fmt: skip
        supplies.append(Supply(at_least=least[name], at_most=most[name], asked=asked))
    chosen = {"both": MODELS, "age": (AGE,), "hazard": (HAZARD,)}[model]
    order = np.argsort(read.use_line, kind="stable")
    ends = np.searchsorted(read.use_line[order], np.arange(len(read.lines) + 1))
    all_use = np.bincount(read.use_part, weights=read.use_per_day, minlength=len(read.parts))
    answers = []
    for number, name in enumerate(read.lines):
        if only and name not in only:
            continue
        uses = order[ends[number] : ends[number + 1]]
        parts = read.use_part[uses]
        if not len(parts):
            click.echo(f"note: {name} uses no part", err=True)
            continue
        answers += answer_line(
            number, parts, read.stock[parts], np.where(read.use_per_day[uses] > 0, all_use[parts], 0.0),
            read.carried_days[parts], [supplies[part] for part in parts.tolist()], margin_per_day=float(read.margin_per_day[number]),
            delay=parameters, spells=spells, day_0=day_0, horizon=float(horizon), models=chosen,
        )  # fmt: skip
    form = "json" if as_json else form
    asked_of = {
        name: Application(
            filed=day_0,
            item_group=read.item_group[part],
            end_use=read.end_use[part],
            destination=read.destination[part],
        )
        for name, part, _ in read.licences
    }
    by = renewals({name: last for name, _, last in read.licences}, asked_of, parameters, spells)
    shared = sorted({read.parts[p] for p in np.flatnonzero(np.bincount(read.use_part[read.use_per_day > 0],
                                                                       minlength=len(read.parts)) > 1)})  # fmt: skip
    if shared:
        said = f"{len(shared):,} parts are used by more than one line; their stock is shared in proportion to use: "
        click.echo(f"note: {said}{', '.join(shared[:5])}", err=True)
    if form == "table":
        for text in answer_lines(answers, read.lines, read.parts, read.currency, day_0=day_0):
            click.echo(text)
        for name, part, last in read.licences:
            days = "; ".join(f"{m}: {d or 'no day is early enough'}" for m, d in by[name].items())
            click.echo(f"licence {name} for {read.parts[part]} ends {last}: file by - {days}")
        return
    plain = [plain_answer(answer, read.lines, read.parts, read.currency, day_0=day_0) for answer in answers]
    if form == "csv":
        click.echo(answers_csv(plain), nl=False)
        return
    inputs = {"files": [{"file": f, "rows": r, "sha256": s} for f, r, s in read.files], "measure": measure,
              "delay": {"median_days": parameters.median_days, "sigma": parameters.sigma,
                        "rates_per_day": {str(w): r for w, r in parameters.rate_per_day.items()},
                        "a_min_days": parameters.a_min_days, "refused": parameters.refused,
                        "destination": parameters.destination},
              "states_of_the_world": [{"first": s.first.isoformat(), "world": str(s.world)} for s in spells]}  # fmt: skip
    file_by = [
        {"licence": n, "model": m, "day": None if d is None else d.isoformat()}
        for n, models in by.items()
        for m, d in models.items()
    ]
    click.echo(
        json.dumps({"inputs": inputs, "lines": plain, "file_by": file_by}, ensure_ascii=False, indent=1)
    )


def _checked(catalogue: Path, on: date, moves: tuple[str, ...], book_path: str | None):  # type: ignore[no-untyped-def]
    """Bounds of the outcome of each part of a catalogue: the worst over its moves, days and regimes."""
    import csv
    import tempfile

    from monazite.cli.check import run
    from monazite.terms.outcomes import OUTCOMES_BY_WORDS

    least, most = {}, {}
    with tempfile.TemporaryDirectory() as folder:
        run(
            catalogue,
            out=Path(folder),
            asked=((on, on),),
            book_path=book_path,
            say=lambda t: click.echo(t, err=True),
        )
        with (Path(folder) / "results.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if moves and row["move"] not in moves:
                    continue
                low, high = OUTCOMES_BY_WORDS[row["at_least"]], OUTCOMES_BY_WORDS[row["at_most"]]
                least[row["part"]] = max(least.get(row["part"], low), low)
                most[row["part"]] = max(most.get(row["part"], high), high)
    return least, most
