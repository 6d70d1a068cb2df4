"""How often the prediction of exports holds on worlds that are made up: the share of months inside the 80 % interval.

    python benchmarks/hindcast.py [--worlds 60]

Each world is drawn from the model itself: parameters from their ranges, the months and approvals of the shipped tables made up from
them. The fit sees what it would see, and is asked for the months ahead. It says that the intervals are what they claim to be
where the model is right; it says nothing of whether the model is right. A line per figure, parted by tabs.
"""

import argparse
import time
from dataclasses import replace
from datetime import date

import numpy as np

from monazite.disruption.delay.fitting import EFFECTIVE, RHO
from monazite.disruption.delay.licences import Spell, World
from monazite.disruption.exports import hindcast
from monazite.disruption.exports.reported import WORLD, month_of, observations
from monazite.readers.disruption.exports import read_exports
from monazite.readers.disruption.licences import read_statistics

SPELLS = (
    Spell(first=date(2025, 4, 4), world=World.IN_FORCE),
    Spell(first=date(2025, 6, 12), world=World.FRAMEWORK),
)
AHEAD = 8
VARIANCE = 0.016  # of ln tonnes from month to month: that of the shipped table, 0.127 squared
DAILY = 167.0  # tonnes a day: that of the shipped table before the control


def main() -> None:
    """Print coverage and error."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=60)
    worlds = parser.parse_args().worlds
    reports, _ = read_exports()
    approvals = tuple(s for s in read_statistics() if s.destination == "EU")
    known = hindcast.Known(
        reports=reports, statistics=approvals, spells=SPELLS, unit_factor=frozenset({WORLD})
    )
    used, _ = observations(reports, WORLD, start=known.start)
    months = [month_of(known.through) + 1 + at for at in range(AHEAD)]
    every = [*(one.month for one in used), *months]
    same = np.equal.outer(np.array(every) % 12, np.array(every) % 12)
    rng, inside, errors, begun = np.random.default_rng(5), [], [], time.process_time()
    for number in range(worlds):
        model, filing = hindcast.CASES[number % len(hindcast.CASES)]
        names = (*hindcast.OF_MODEL[model], "refused", "kappa", "growth", "season")
        drawn = hindcast.values_of(names, rng.standard_normal((1, len(names))))
        cov = VARIANCE * np.where(np.eye(len(every), dtype=bool), 1.0, drawn["season"][0] * same)
        logs = np.log(DAILY) + hindcast.log_expected(known, every, drawn, model, filing)[0]
        tonnes = np.exp(logs + rng.multivariate_normal(np.zeros(len(every)), cov))
        made = [replace(one.report, tonnes=float(tonnes[at]), tolerance_t=0.0) for at, one in enumerate(used)]
        counts = []
        for one in approvals:
            share = float(
                np.clip(hindcast.approved_share(known, one, drawn, model, filing)[0], 1e-4, 1 - 1e-4)
            )
            odds = rng.beta(share * (1 - RHO) / RHO, (1 - share) * (1 - RHO) / RHO)
            counts.append(replace(one, share=rng.binomial(EFFECTIVE, odds) / EFFECTIVE))
        seen = replace(known, reports=tuple(made), statistics=tuple(counts))
        posterior = hindcast.fit_world(seen, months, model, filing, np.random.default_rng(number))
        found = [p for p in hindcast.predict([posterior], months) if p.model == model]
        for one, actual in zip(found, tonnes[-AHEAD:].tolist(), strict=True):
            inside.append(one.low <= actual <= one.high)
            errors.append(abs(one.median - actual) / actual)
    print(
        f"hindcast\tmonths inside the 80 % interval, {worlds} made-up worlds\t{np.mean(inside):.0%}\tshare\t\t"
    )
    print(f"hindcast\tmean absolute error of the median\t{np.mean(errors):.1%}\tshare\t\t")
    print(f"hindcast\tone fit of one case\t{(time.process_time() - begun) / worlds:.2f}\ts CPU\t\t")


if __name__ == "__main__":
    main()
