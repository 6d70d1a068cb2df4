"""`monazite disrupt calibrate`: the licence delay fitted to counts of approvals, with intervals."""

import json
from dataclasses import asdict
from datetime import date
from pathlib import Path

import click

from monazite.cli.options import DAY, with_faults


@click.command()
@click.option("--statistics", type=click.Path(path_type=Path, dir_okay=False),
              help="Table of licence statistics (the package's own, by default).")  # fmt: skip
@click.option(
    "--through", type=DAY, help="Use statistics up to this day. [default: 2025-07-31, and no later day]"
)
@click.option("--destination", default="EU", show_default=True, help="Whose statistics are fitted.")
@click.option(
    "--jump", type=DAY, default="2025-06-12", show_default=True, help="Day on which the hazard may change."
)
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@with_faults
def calibrate(
    statistics: Path | None, through: date | None, destination: str, jump: date, form: str, as_json: bool
) -> None:
    """Fit both models of the licence delay, under both cases of filing, with intervals from 10 to 90 %.

    Statistics of August 2025 and later are never used: they are what the models are tested on.

    \b
    Example:
      monazite disrupt calibrate
    """
    from monazite.disruption.fitting import EVENLY, LAST_DAY, WEEK_1, fit_age, fit_destination, fit_hazard
    from monazite.disruption.lags import LognormalLag
    from monazite.disruption.licences import renewal_days
    from monazite.readers.disruption.licences import read_statistics

    read = read_statistics(statistics)
    last = min(through or LAST_DAY, LAST_DAY)
    early = [s for s in read if s.as_of <= last]
    used = [s for s in early if s.destination == destination]
    others = sorted({s.destination for s in early if s.destination != destination})
    click.echo(f"read {len(read)} statistics: {len(used)} of {destination} used, {len(read) - len(early)} later than "
               f"{last} left out", err=True)  # fmt: skip
    fits = [fit_age(used, filing) for filing in (WEEK_1, EVENLY)]
    fits += [
        fit_hazard(used, filing, jump=jump, a_min_days=a_min)
        for filing in (WEEK_1, EVENLY)
        for a_min in (0, 30)
    ]
    labels = ["", "", *(f"least age {a_min} d" for _ in range(2) for a_min in (0, 30))]
    evenly = fits[4]
    rates = evenly.estimates[0].value, evenly.estimates[1].value
    for place in others:
        mine = [s for s in early if s.destination == place]
        fits.append(fit_destination(mine, EVENLY, jump=jump, rates=rates))
        labels.append(f"{place} against {destination}, least age 0 d")
    days = renewal_days(
        LognormalLag(median_days=fits[0].estimates[0].value, sigma=fits[0].estimates[1].value)
    )
    if form == "json" or as_json:
        plain = [{**asdict(fit), "case": label} for fit, label in zip(fits, labels, strict=True)]
        sources = [s.source for s in early]
        click.echo(
            json.dumps(
                {"through": last.isoformat(), "fits": plain, "renewal_days": days, "sources": sources},
                indent=1,
            )
        )
        return
    for fit, label in zip(fits, labels, strict=True):
        case = f", {label}" if label else ""
        click.echo(
            f"{fit.model}, filed {fit.filing}{case}: {fit.used} statistics, largest misfit {fit.misfit:.1%}"
        )
        for found in fit.estimates:
            value = "at edge" if found.at_edge else f"{found.value:.4g}"
            click.echo(f"  {found.name:<12} {value:>9}   {found.low:.4g} to {found.high:.4g}")
    click.echo(f"\nFile {days} days before the end of a licence for 95 % continuity (age alone, first case).")
