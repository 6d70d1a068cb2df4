"""`monazite disrupt calibrate`: the licence delay fitted to counts of approvals, with intervals, and to exports."""

import json
import math
from dataclasses import asdict
from datetime import date
from pathlib import Path

import click

from monazite.cli.options import DAY, OutPath, with_faults


@click.command()
@click.option("--statistics", type=click.Path(path_type=Path, dir_okay=False),
              help="Table of licence statistics (the package's own, by default).")  # fmt: skip
@click.option("--exports", type=click.Path(path_type=Path, dir_okay=False),
              help="Table of exports (the package's own, by default).")  # fmt: skip
@click.option(
    "--through", type=DAY, help="Use statistics up to this day. [default: 2025-07-31, and no later day]"
)
@click.option("--destination", default="EU", show_default=True, help="Whose statistics are fitted.")
@click.option(
    "--jump", type=DAY, default="2025-06-12", show_default=True, help="Day on which the hazard may change."
)
@click.option("--least-age", type=click.FloatRange(0, 3650),
              help="Least age of a decision in days, for the hazard. [default: 0, and that of the shipped parameters]")  # fmt: skip
@click.option("--save", "out", type=OutPath(dir_okay=False),
              help="Write the fitted parameters with their ranges, to be read by `disrupt line --delay FILE`.")  # fmt: skip
@click.option("--filing", type=click.Choice(["week-1", "evenly"]), default="evenly", show_default=True,
              help="With --save: the case of filing under which the rates were fitted.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@with_faults
def calibrate(
    statistics: Path | None, exports: Path | None, through: date | None, destination: str, jump: date,
    least_age: float | None, out: Path | None, filing: str, form: str, as_json: bool,
) -> None:  # fmt: skip
    """Fit both models of the licence delay, under both cases of filing, with intervals from 10 to 90 %.

    Statistics of August 2025 and later are never used: they are what the models are tested on. A rate of the hazard
    belongs to its least age, and only the pair means something: --save writes a pair that was fitted together, under the case
    of --filing, and the lag by age alone with filing in the first week.

    \b
    Examples:
      monazite disrupt calibrate
      monazite disrupt calibrate --least-age 30 --save my-delay.csv
      monazite disrupt line examples/line-stop --from 2025-05-01 --delay my-delay.csv
    """
    from monazite.disruption.delay.fitting import (
        EVENLY,
        LAST_DAY,
        WEEK_1,
        fit_age,
        fit_destination,
        fit_hazard,
    )
    from monazite.disruption.delay.lags import LognormalLag
    from monazite.disruption.delay.licences import World
    from monazite.disruption.delay.waits import renewal_days
    from monazite.readers.disruption.licences import read_delay_model, read_statistics
    from monazite.terms.faults import BadInput, Fault

    if through is not None and through > LAST_DAY:
        raise BadInput([Fault(where="--through", what=f"{through} is after {LAST_DAY}, up to which a fit may know anything",
                              mend=f"Give {LAST_DAY} or an earlier day: later months are what a fit is tested on")])  # fmt: skip
    read = read_statistics(statistics)
    last = through or LAST_DAY
    early = [s for s in read if s.as_of <= last]
    used = [s for s in early if s.destination == destination]
    others = sorted({s.destination for s in early if s.destination != destination})
    click.echo(f"read {len(read)} statistics: {len(used)} of {destination} used, {len(read) - len(early)} later than "
               f"{last} left out", err=True)  # fmt: skip
    shipped = read_delay_model()
    least = [least_age] if least_age is not None else sorted({0.0, shipped.a_min_days})
    oldest = max(((s.as_of - s.start).days for s in used), default=0)
    if least_age is not None and math.isnan(least_age):
        raise BadInput(
            [Fault(where="--least-age", what="'nan' is no number of days", mend="Give one such as 30")]
        )
    if used and max(least) >= oldest:
        what = f"no application of the statistics is older than {oldest} d"
        raise BadInput(
            [Fault(where=f"--least-age {max(least):g}", what=what, mend=f"Give less than {oldest}")]
        )
    by_age = [fit_age(used, filing) for filing in (WEEK_1, EVENLY)]
    cases = [(filing, age) for filing in (WEEK_1, EVENLY) for age in least]
    hazards = {case: fit_hazard(used, case[0], jump=jump, a_min_days=case[1]) for case in cases}
    fits = [*by_age, *hazards.values()]
    labels = ["", "", *(f"least age {age:g} d" for _, age in cases)]
    rates = {case: (fit.estimates[0].value, fit.estimates[1].value) for case, fit in hazards.items()}
    for place in others:
        mine = [s for s in early if s.destination == place]
        fits.append(
            fit_destination(mine, EVENLY, jump=jump, rates=rates[EVENLY, least[0]], a_min_days=least[0])
        )
        labels.append(f"{place} against {destination}, least age {least[0]:g} d")
    flows = _flows(exports, last, min(s.start for s in used))
    days = renewal_days(
        LognormalLag(median_days=by_age[0].estimates[0].value, sigma=by_age[0].estimates[1].value)
    )
    held = shipped.rate_per_day[World.IN_FORCE], shipped.rate_per_day[World.FRAMEWORK]
    if out is not None:
        _save(out, by_age[0], hazards[EVENLY if filing == "evenly" else WEEK_1, least[-1]], least[-1], last)
    if form == "json" or as_json:
        plain = [{**asdict(fit), "case": label} for fit, label in zip(fits, labels, strict=True)]
        click.echo(
            json.dumps(
                {"through": last.isoformat(), "fits": plain, "renewal_days": days,
                 "flows": [asdict(flow) for flow in flows],
                 "shipped": {"least_age": shipped.a_min_days, "rates": held},
                 "sources": [s.source for s in early]},
                indent=1,
            )
        )  # fmt: skip
        return
    for fit, label in zip(fits, labels, strict=True):
        case = f", {label}" if label else ""
        count = f"{fit.used} statistic{'s' if fit.used > 1 else ''}"
        click.echo(f"{fit.model}, filed {fit.filing}{case}: {count}, largest misfit {fit.misfit:.1%}")
        for found in fit.estimates:
            value = "at edge" if found.at_edge else f"{found.value:.4g}"
            click.echo(f"  {found.name:<12} {value:>9}   {found.low:.4g} to {found.high:.4g}")
    if flows:
        click.echo(
            "exports of the months after the start against the year before, age alone, by growth of orders"
        )
        for flow in flows:
            sigma = "at edge" if flow.at_edge else f"{flow.sigma:.2f}"
            click.echo(f"  growth {flow.growth:>4.0%}: median {flow.median_days:.0f} d, sigma {sigma}, "
                       f"{flow.kappa:.0%} of tonnes wait, largest misfit {flow.misfit:.1%}")  # fmt: skip
    click.echo(f"\nFile {days} days before the end of a licence for 95 % continuity (age alone, first case).")
    click.echo("\nA rate belongs to its least age. Per day, before and after the jump:")
    click.echo(
        f"  as shipped, least age {shipped.a_min_days:g} d (fitted with none): {held[0]:.4f}, {held[1]:.4f}"
    )
    for (case, age), (before, after) in rates.items():
        times = f"{before / held[0]:.1f} and {after / held[1]:.1f} times as shipped"
        click.echo(f"  filed {case}, least age {age:g} d: {before:.4f}, {after:.4f}   {times}")
    click.echo(
        "Where the counts want higher rates than shipped, lines answered with the shipped pair wait too long."
    )
    click.echo("--least-age DAYS --save FILE writes a pair that was fitted together.")


def _flows(exports: Path | None, last: date, start: date):  # type: ignore[no-untyped-def]
    """The lag by age alone and the waiting share that fit the world's exports, for growth of 0, 10 and 20 %."""
    from monazite.disruption.exports.flow import fit_flow
    from monazite.disruption.exports.reported import WORLD, first_day, year_on_year
    from monazite.readers.disruption.exports import read_exports

    reports, _ = read_exports(exports, through=last)
    ratios = year_on_year(reports, WORLD, start=start)
    if len(ratios) < 3:
        click.echo(
            "note: fewer than three months of exports are known with their year before: no flow is fitted",
            err=True,
        )
        return []
    spans = [((first_day(m) - start).days, (first_day(m + 1) - start).days) for m in ratios]
    return [fit_flow(spans, list(ratios.values()), growth=growth) for growth in (0.0, 0.1, 0.2)]


def _save(out: Path, age, hazard, least_age: float, last: date) -> None:  # type: ignore[no-untyped-def]
    """The parameter table with the fitted rows in place."""
    import csv

    from monazite.disruption.delay.fitting import Estimate
    from monazite.readers.places import find_data
    from monazite.terms.faults import BadInput, Fault
    from monazite.writers.disruption.delay import delay_csv

    fitted = [*age.estimates, *hazard.estimates]
    edges = [found.name for found in fitted if found.at_edge]
    if edges:
        what = f"{', '.join(edges)} cannot be told from these statistics"
        raise BadInput(
            [Fault(where=f"--save, least age {least_age:g} d", what=what, mend="Give another --least-age")]
        )
    of_age = f"monazite disrupt calibrate: statistics to {last}, filed {age.filing}"
    of_hazard = (
        f"monazite disrupt calibrate: statistics to {last}, filed {hazard.filing}, least age {least_age:g} d"
    )
    given = Estimate(name="a_min", value=least_age, low=least_age, high=least_age)
    with (find_data("reference") / "disruption" / "licence-delay.csv").open(
        encoding="utf-8", newline=""
    ) as file:
        rows = list(csv.DictReader(file))
    text = delay_csv(rows, {
        ("median", ""): (age.estimates[0], of_age), ("sigma", ""): (age.estimates[1], of_age),
        ("rate", "control in force"): (hazard.estimates[0], of_hazard),
        ("rate", "framework agreed"): (hazard.estimates[1], of_hazard),
        ("a_min", ""): (given, "given with --least-age; the rates were fitted with it"),
    })  # fmt: skip
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(text, encoding="utf-8", newline="\n")
    click.echo(f"wrote {out}", err=True)
