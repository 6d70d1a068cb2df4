# ruff: noqa: E402 - threads are set before numpy is read
"""The cheapest remedy: parts x draws, without and with sources to choose among.

    python benchmarks/mitigation.py [RUNS]

CPU time on one thread, medians over instances that differ by seed. Everything is made up: lognormal lags with medians of
40 to 120 days, covers of 20 to 120 days, a day of cover at 0.01 to 2 % of a lost day, a source at 5 to 100 % of the dearest,
which costs 20 lost days or 1. The time holds the writing of the rows and every call of HiGHS, not the drawing.
"""

import os

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import statistics
import sys
import time

import numpy as np

from monazite.disruption.delay.lags import LognormalLag
from monazite.disruption.lines.odds import Line
from monazite.disruption.remedies.mitigation import Lead, Problem, Source, Stock, draw
from monazite.disruption.remedies.programme import solve

LOST_DAY = 100_000.0
SIZES = (
    ("LP", 200, 2_000, 0.0),
    ("MILP, dear sources", 100, 200, 20.0),
    ("MILP, cheap sources", 100, 200, 1.0),
)
"""Name, parts, draws, and what a source costs at most, in lost days; none where that is zero."""


def made_up(parts: int, dearest: float, seed: int) -> Problem:
    """One line whose parts all wait; a stock remedy for each, and a source for each where asked."""
    rng = np.random.default_rng(seed)
    lags = [LognormalLag(median_days=m, sigma=s) for m, s in
            zip(rng.uniform(40, 120, parts), rng.uniform(0.2, 0.5, parts), strict=True)]  # fmt: skip
    line = Line(covers=rng.uniform(20, 120, parts), codes=np.arange(parts), carried_days=np.zeros(parts),
                states=[(1.0, lags)])  # fmt: skip
    holding = rng.uniform(0.0001, 0.02, parts) * LOST_DAY
    offered = []
    for part in range(parts) if dearest else ():
        days = float(rng.uniform(20, 90))
        offered.append(Source(part=part, fixed=float(rng.uniform(0.05, 1) * dearest * LOST_DAY), per_day=0.0, yield_share=1.0,
                              lead=Lead(low=days * 0.7, median=days, high=days * 1.6)))  # fmt: skip
    return Problem(
        parts=line, uses=(np.arange(parts),), lost_day=np.array([LOST_DAY]), horizon=365.0, sources=tuple(offered),
        stocks=tuple(Stock(part=p, per_day=float(holding[p]), most_days=120.0) for p in range(parts)),
    )  # fmt: skip


def main(runs: str = "5") -> None:
    """Print what was measured."""
    print("mitigation, CPU s (bars: LP 0.6, MILP 3.5 at a gap of 0.1 %)")
    for name, parts, draws, dearest in SIZES:
        taken, gaps, bought = [], [], []
        for seed in range(int(runs)):
            problem = made_up(parts, dearest, seed)
            sample = draw(problem, draws, np.random.default_rng(seed))
            start = time.process_time()
            choice = solve(problem, sample)
            taken.append(time.process_time() - start)
            gaps.append(choice.gap)
            bought.append(int(choice.taken.sum()))
        print(f"{name:20} {parts:4} parts x {draws:5,} draws: median {statistics.median(taken):6.2f}, "
              f"{min(taken):.2f} to {max(taken):.2f}; gap at most {max(gaps):.2%}; sources taken {statistics.median(bought):.0f}",
              flush=True)  # fmt: skip


if __name__ == "__main__":
    main(*sys.argv[1:])
