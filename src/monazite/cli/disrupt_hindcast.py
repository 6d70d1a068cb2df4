"""`monazite disrupt hindcast`: exports by month foretold from what was known, and scored when the months are there."""

import json
from datetime import date
from pathlib import Path

import click

from monazite.cli.options import DAY, OutPath, book_option, with_faults

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("hindcast")
@click.option(
    "--out", type=OutPath(file_okay=False), help="Write prediction.csv, parameters.csv and README.md."
)
@click.option("--through", type=DAY, default="2025-07-31", show_default=True,
              help="Know nothing after this day. No later day than the default is taken.")  # fmt: skip
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True)
@click.option("--only", multiple=True, metavar="DESTINATION", help="The world and this one; repeatable.")
@click.option("--exports", type=FILE, help="Table of exports (the package's own, by default).")
@click.option("--statistics", type=FILE, help="Table of licence statistics (the package's own, by default).")
@click.option("--measure", default="cn-mofcom-gacc-2025-18", show_default=True,
              help="Control whose standing sets the states of the world.")  # fmt: skip
@click.option(
    "--score", "actuals", type=FILE, help="Score with this table of actual months (columns of --exports)."
)
@click.option(
    "--prediction", type=FILE, help="With --score: the prediction file to score (made anew, by default)."
)
@click.option(
    "--halts", type=FILE, help="Score odds of a stop: firm, cover_days, as_of, stopped_by, stopped."
)
@click.option("--delay", type=FILE, help="With --halts: parameters of the delay.")
@click.option(
    "--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True
)
@book_option
@with_faults
def hindcast(
    out: Path | None, through: date, seed: int, only: tuple[str, ...], exports: Path | None, statistics: Path | None,
    measure: str, actuals: Path | None, prediction: Path | None, halts: Path | None, delay: Path | None, form: str,
    book_path: str | None,
) -> None:  # fmt: skip
    """Foretell exports of magnets from the month after --through to March 2026, with the three naive forecasts beside.

    Both models of the delay are fitted, under both cases of filing, to the months and approvals known by then. The states
    of the world as known on that day go on. The prediction is scored only when you give it the actual months.

    \b
    Examples:
      monazite disrupt hindcast
      monazite disrupt hindcast --only US --format csv
      monazite disrupt hindcast --through 2025-06-30 --score reference/disruption/magnet-exports.csv
      monazite disrupt hindcast --score my-months.csv --prediction docs/hindcast/prediction.csv
    """
    from monazite.disruption.exports.hindcast import predict
    from monazite.disruption.exports.reported import WORLD, naive_forecasts
    from monazite.writers.disruption.hindcast import plain_predictions, prediction_csv, table_lines

    if prediction is not None and actuals is None:
        raise click.UsageError("--prediction goes with --score")
    if delay is not None and halts is None:
        raise click.UsageError("--delay goes with --halts")
    if form == "csv" and (actuals or halts):
        raise click.UsageError("scores come as --format table or json")
    if out is not None and (only or actuals or halts):
        raise click.UsageError(
            "--out writes the whole prediction: it goes with none of --only, --score, --halts"
        )
    if halts is not None:
        _score_halts(halts, delay, measure, through, book_path, form)
        if actuals is None:
            return
    if prediction is not None and actuals is not None:
        from monazite.readers.disruption.exports import read_predictions

        _score(*read_predictions(prediction), actuals, form)
        return
    made = _make(through, seed, only, exports, statistics, measure, book_path)
    known, posteriors = made["known"], made["posteriors"]
    months = made["months"]
    predictions = predict(posteriors, months)
    names = list(dict.fromkeys(p.destination for p in predictions))
    naive = {(n, m): naive_forecasts(known.reports, n, m) for n in names for m in months}
    if actuals is not None:
        _score(predictions, naive, actuals, form)
        return
    if out is not None:
        _write(out, made, predictions, naive, through, seed, measure)
        return
    if form == "csv":
        click.echo(prediction_csv(predictions, naive, through=through, seed=seed), nl=False)
    elif form == "json":
        inputs = [{"file": file, "rows": rows, "sha256": sha} for file, rows, sha in made["files"]]
        held = {"made_on_data_to": through.isoformat(), "seed": seed, "inputs": inputs}
        click.echo(
            json.dumps(
                {**held, "predictions": plain_predictions(predictions, naive)}, ensure_ascii=False, indent=1
            )
        )
    else:
        shown = [n for n in names if n == WORLD or not only or n in only]
        click.echo(f"Made on data to {through}; 80 % intervals; the states of the world known then go on.\n")
        click.echo("\n".join(table_lines(predictions, naive, shown)))


def _make(through, seed, only, exports, statistics, measure, book_path):  # type: ignore[no-untyped-def]
    """Everything read, and fitted."""
    import numpy as np

    from monazite.disruption.exports.hindcast import SPEAKS, Known, foretell
    from monazite.disruption.exports.reported import month_of
    from monazite.readers.disruption import exports as reading
    from monazite.readers.disruption.licences import read_statistics
    from monazite.readers.law import read_book
    from monazite.readers.places import find_data
    from monazite.terms.faults import BadInput, Fault, near_match

    path = exports or reading.shipped_exports()
    reports, later = reading.read_exports(path, through=through)
    names = sorted({r.destination for r in reports if r.basis in SPEAKS})
    wrong = [name for name in only if name not in names]
    if wrong:
        raise BadInput([Fault(where="--only", what=f"'{name}' is no destination of the table", mend=near_match(name, names))
                        for name in wrong])  # fmt: skip
    spells, notes = reading.read_spells_known(read_book(book_path), measure, through)
    counts = statistics or find_data("reference") / "disruption" / "licence-statistics.csv"
    every = read_statistics(counts)
    approvals = tuple(s for s in every if s.destination == "EU" and s.as_of <= through)
    for note in notes:
        click.echo(f"note: {note}", err=True)
    files = [
        (path.name, len(reports), reading.sha256_of(path)),
        (counts.name, len(approvals), reading.sha256_of(counts)),
    ]
    for name, rows, sha in files:
        click.echo(f"read {name}: {rows} rows used up to {through} ({sha[:12]})", err=True)
    if later:
        click.echo(f"note: {later} rows after {through} are left out", err=True)
    known = Known(reports=reports, statistics=approvals, spells=spells, through=through,
                  unit_factor=reading.like_the_eu({r.destination for r in reports}, through))  # fmt: skip
    months = list(range(month_of(through) + 1, LAST_MONTH + 1))
    posteriors, unable = foretell(known, months, np.random.default_rng(seed), only=only or None)
    for name, why in unable:
        click.echo(f"note: {name} cannot be foretold: {why}", err=True)
    return {"known": known, "posteriors": posteriors, "unable": unable, "months": months, "files": files}


LAST_MONTH = 2026 * 12 + 2
"""March 2026, the last month that is foretold."""


def _write(out, made, predictions, naive, through, seed, measure):  # type: ignore[no-untyped-def]
    """The three files of a folder."""
    import hashlib

    from monazite.disruption.exports.hindcast import noise_of
    from monazite.disruption.exports.reported import WORLD, observations
    from monazite.writers.disruption import hindcast as writing

    known, posteriors = made["known"], made["posteriors"]
    texts = {
        "prediction.csv": writing.prediction_csv(predictions, naive, through=through, seed=seed),
        "parameters.csv": writing.parameters_csv(posteriors),
    }
    written = [(name, hashlib.sha256(text.encode()).hexdigest()) for name, text in texts.items()]
    used, left = [], []
    for name in dict.fromkeys(r.destination for r in known.reports):
        mine, rest = observations(known.reports, name, start=known.start)
        used += [o.report for o in mine]
        left += rest
    left.sort(key=lambda pair: known.reports.index(pair[0]))
    noise = {"the world": noise_of(known.reports, WORLD, start=known.start),
             "a destination": noise_of(known.reports, "", start=known.start)}  # fmt: skip
    texts["README.md"] = writing.page(
        predictions, posteriors, naive, through=through, seed=seed, files=made["files"], written=written,
        spells=known.spells, measure=measure, noise=noise, used=used, left=left, unable=made["unable"],
    )  # fmt: skip
    out.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (out / name).write_text(text, encoding="utf-8", newline="\n")
        click.echo(f"wrote {out / name}")


def _score(predictions, naive, actuals, form):  # type: ignore[no-untyped-def]
    """Errors and coverage on the months that are there."""
    from dataclasses import asdict

    from monazite.disruption.exports.reported import known_tonnes, month_text
    from monazite.disruption.exports.scoring import score
    from monazite.readers.disruption.exports import read_actuals
    from monazite.terms.faults import BadInput, Fault
    from monazite.writers.disruption.hindcast import score_lines

    reports = read_actuals(actuals)
    wanted = {(p.destination, p.month) for p in predictions}
    actual, twice, nothing = {}, [], []
    for name in dict.fromkeys(r.destination for r in reports):
        for month, (tonnes, basis) in known_tonnes(reports, name).items():
            if (name, month) in wanted and tonnes == 0:
                nothing.append(f"{name} {month_text(month)}")
            elif (name, month) in wanted:
                actual[name, month] = tonnes
                same = [
                    r for r in reports if r.destination == name and r.period == month_text(month) and r.tonnes
                ]
                if len({r.tonnes for r in same}) > 1:
                    twice.append(f"{name} {month_text(month)}: {tonnes:g} ({basis}) of {len(same)} reports")
    if not actual:
        first, last = (month_text(f(m for _, m in wanted)) for f in (min, max))
        raise BadInput([Fault(where=actuals.name, what="has no month of the prediction with tonnes above zero",
                              mend=f"The prediction is of {first} to {last}")])  # fmt: skip
    click.echo(f"read {actuals.name}: {len(reports)} rows, {len(actual)} months of the prediction", err=True)
    if nothing:
        click.echo(
            f"note: an error in per cent of nothing is not defined, left out: {', '.join(nothing)}", err=True
        )
    for one in twice:
        click.echo(f"note: reports disagree; the better is used: {one}", err=True)
    scores = score(predictions, naive, actual)
    if form == "json":
        click.echo(
            json.dumps(
                [{**asdict(s), "beaten_by": s.beaten_by} for s in scores], ensure_ascii=False, indent=1
            )
        )
    else:
        click.echo("\n".join(score_lines(scores)))


def _score_halts(halts, delay, measure, through, book_path, form):  # type: ignore[no-untyped-def]
    """Brier scores of both models on a user's firms."""
    from monazite.disruption.delay.licences import Application, age_lag, hazard_lag
    from monazite.disruption.delay.waits import AGE, HAZARD
    from monazite.disruption.exports.scoring import brier, stop_odds
    from monazite.readers.disruption.exports import read_firms, read_spells_known
    from monazite.readers.disruption.licences import read_delay_model
    from monazite.readers.law import read_book
    from monazite.writers.disruption.hindcast import brier_lines

    firms, left = read_firms(halts)
    model = read_delay_model(delay)
    spells, _ = read_spells_known(read_book(book_path), measure, through)
    start = min(s.first for s in spells if s.world.decides)
    click.echo(f"read {halts.name}: {len(firms)} firms, {len(left)} left out", err=True)
    for one in left:
        click.echo(f"note: left out, {one}", err=True)
    lags = {
        AGE: lambda day: age_lag(model, Application(filed=day), day_0=day),
        HAZARD: lambda day: hazard_lag(model, Application(filed=day), spells, day_0=day),
    }
    scores = [
        brier(name, firms, [stop_odds(f, lag, start=start) for f in firms]) for name, lag in lags.items()
    ]
    if form == "json":
        from dataclasses import asdict

        click.echo(json.dumps([{**asdict(one), "names": [firm.name for firm in firms]} for one in scores], ensure_ascii=False,
                              indent=1))  # fmt: skip
    else:
        click.echo("\n".join(brier_lines(scores)))
