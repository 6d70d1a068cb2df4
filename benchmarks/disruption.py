# ruff: noqa: E402 - threads are set before numpy is read
"""What is claimed about speed of the disruption part: network, structural index, parts and lines, remedies.

    python benchmarks/disruption.py [--only network,firms,parts,mitigation] [--runs 5] [--sizes 48,1000,2000,5000]

CPU time on one thread, medians; the whole takes some minutes. Everything is made up: tables of 50 sectors with random
flows, networks of firms of very unequal size, parts with random covers. One read of the table is a sum over an array of
the size of its shares, in the same run. BoARIO (GPL-3, never imported by the package) runs where it is installed and
memory allows, for few days, with orders that follow capacity. A line per figure, parted by tabs:

    name    what    value    unit    bar    pass or MISS, empty without a bar
"""

import os

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import argparse
import gc
import logging
import statistics
import time
import warnings
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from monazite.disruption.delay.lags import HazardLag, Lag, LognormalLag
from monazite.disruption.lines.odds import Line, line_odds
from monazite.disruption.network.days import LostCapacity, Network, NetworkScenario, Parameters, Permission
from monazite.disruption.network.structural import FirmLinks, Prepared, structural_index
from monazite.disruption.network.table import SupplyTable

PARTS = ("network", "firms", "parts", "mitigation")
SIZES = (48, 1_000, 2_000, 5_000)
TOGETHER = 64
BAR_DAY_MS, BAR_TOGETHER_MS, BAR_SIZE = 7.0, 1.0, 2_000
FIRMS_BARS_MS = {1_000: 0.5, 10_000: 3.0, 100_000: 50.0}
LINKS_PER_FIRM = 10
PARTS_BARS_S = ((10_000, 20, 0.5), (10_000, 500, 0.5), (1_000_000, 20, 20.0))  # parts, different lags, bar
PEER_BYTES = 140  # for each pair of industries: 3.4 GiB at 5,000
SWITCHES = ((np.inf, "never"), (1.0, "at once"), (30.0, "30 days"))


def tell(name: str, what: str, value: float, unit: str, bar: float | None = None) -> None:
    """One figure, a line."""
    verdict = "" if bar is None else "pass" if value <= bar else "MISS"
    print(f"{name}\t{what}\t{value:.3f}\t{unit}\t{'' if bar is None else f'{bar:g}'}\t{verdict}", flush=True)


def cpu_ms(work: Callable[[], object], times: int) -> float:
    """Median CPU time of a call, milliseconds."""
    taken = []
    for _ in range(times):
        start = time.process_time()
        work()
        taken.append((time.process_time() - start) * 1e3)
    return statistics.median(taken)


def free_bytes() -> float:
    """Memory that is free now; endless where the system does not say."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        return next(float(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable"))
    except (OSError, StopIteration):
        return float("inf")


# -- network ------------------------------------------------------------------------------------------------------------


def made_up_table(industries: int, rng: np.random.Generator) -> SupplyTable:
    """Random flows between regions of 50 sectors (8 for the small one)."""
    sectors = 8 if industries < 100 else 50
    flows = rng.random((industries, industries)) ** 4
    return SupplyTable(
        flows=flows,
        final_demand=flows.sum(axis=1) * 0.8 + flows.sum(axis=0) * 0.2,
        product=np.arange(industries) % sectors,
        names=tuple(map(str, range(industries))),
        products=tuple(map(str, range(sectors))),
    )


def hits(count: int, industries: int, rng: np.random.Generator) -> list[NetworkScenario]:
    """Scenarios that each take capacity from three industries."""
    made = []
    for number in range(count):
        lost = LostCapacity(industries=rng.integers(0, industries, 3), share=np.full(60, 0.4))
        made.append(NetworkScenario(name=str(number), losses=(lost,)))
    return made


def ramps(industries: int, rng: np.random.Generator) -> list[NetworkScenario]:
    """One scenario in which twenty industries lose capacity, each from a day of its own and to a depth of its own."""
    losses = []
    for place in rng.integers(0, industries, 20):
        first, depth = rng.integers(0, 60), rng.random() * 0.9
        share = np.interp(np.arange(200), [first, first + 1, first + 30, first + 60], [0, depth, depth, 0])
        losses.append(LostCapacity(industries=np.array([place]), share=share))
    return [NetworkScenario(name="ramps", losses=tuple(losses))]


def day_ms(
    table: SupplyTable, scenarios: list[NetworkScenario], days: int, given: Parameters, *, first: int = 3
) -> float:
    """CPU time of a day, from day `first` on."""
    net = Network(table, scenarios, parameters=given)
    for _ in range(first):
        net.step()
    return cpu_ms(net.step, days)


def network(runs: int, sizes: tuple[int, ...]) -> None:
    """A day at each size: one scenario and many, against one read of the table and against BoARIO."""
    for industries in sizes:
        gc.collect()
        rng = np.random.default_rng(1)
        table = made_up_table(industries, rng)
        at = f"{industries:,} industries"
        held = rng.random((industries, industries))
        read = cpu_ms(held.sum, runs * 5)
        tell("network read", f"{at}, the table once", read, "ms")
        tell("network memory", f"{at}, bandwidth of that read", held.nbytes / read / 1e6, "GB/s")
        del held
        days = max(8, min(200, runs * 8_000 // industries))
        bar = BAR_DAY_MS if industries == BAR_SIZE else None
        one = hits(1, industries, rng)
        for switch, words in SWITCHES:
            found = day_ms(table, one, days, Parameters(switch=switch))
            tell("network day", f"{at}, 1 scenario, buyers switch {words}", found, "ms", bar)
            tell(
                "network reads",
                f"{at}, 1 scenario, buyers switch {words}",
                found / read,
                "reads of the table",
            )
        maker = np.flatnonzero(table.product == 3)[:1]
        share = np.linspace(0, 1, 500)
        cut = Permission(suppliers=maker, buyers=np.arange(industries), share=share)
        blocked = [NetworkScenario(name="cut", permissions=(cut,))]
        found = day_ms(table, blocked, days, Parameters(switch=30.0))
        tell(
            "network day", f"{at}, 1 scenario, a maker's links wait, buyers switch 30 days", found, "ms", bar
        )
        found = day_ms(table, ramps(industries, rng), days, Parameters(switch=30.0), first=90)
        what = f"{at}, 1 scenario, 20 industries hit on days of their own, day 90 on, buyers switch 30 days"
        tell("network day", what, found, "ms", bar)
        bar = BAR_TOGETHER_MS if industries == BAR_SIZE else None
        many = hits(TOGETHER, industries, rng)
        for switch, words in SWITCHES:
            given = Parameters(switch=switch, dtype=np.float32)
            found = day_ms(table, many, max(6, runs), given) / TOGETHER
            what = f"{at}, a scenario of {TOGETHER} in single precision, buyers switch {words}"
            tell("network together", what, found, "ms", bar)
        peer_day(table, at)


def peer_day(table: SupplyTable, at: str) -> None:
    """BoARIO on the same table; a sentence where it cannot run."""
    if not all(find_spec(name) for name in ("boario", "pymrio", "progressbar")):
        print(f"# BoARIO, {at}: not installed")
        return
    needed = len(table) ** 2 * PEER_BYTES * 1.3
    if free_bytes() < needed:
        print(
            f"# BoARIO, {at}: left out, it needs {needed / 2**30:.1f} GiB and {free_bytes() / 2**30:.1f} are free"
        )
        return
    import pandas as pd
    import pymrio
    from boario.extended_models import ARIOPsiModel
    from boario.simulation import Simulation

    sectors = len(table.products)
    names = [(f"r{at // sectors:03}", f"s{at % sectors:03}") for at in range(len(table))]
    index = pd.MultiIndex.from_tuples(names, names=["region", "sector"])
    regions = sorted(set(index.get_level_values(0)))
    columns = pd.MultiIndex.from_product([regions, ["final"]], names=["region", "category"])
    demand = pd.DataFrame(0.0, index=index, columns=columns)
    demand.iloc[:, 0] = table.final_demand
    system = pymrio.IOSystem(Z=pd.DataFrame(table.flows, index=index, columns=index), Y=demand)
    system.x = pd.DataFrame({"indout": table.output}, index=index)
    system.A = pymrio.calc_A(system.Z, system.x)
    simulation = Simulation(ARIOPsiModel(system, order_type="alt"), n_temporal_units_to_sim=30)
    simulation.next_step()
    days = 20 if len(table) <= 1_000 else 5 if len(table) <= 2_000 else 3
    tell("network BoARIO", f"{at}, 1 scenario", cpu_ms(simulation.next_step, days), "ms")


# -- structural index ---------------------------------------------------------------------------------------------------


def made_up_firms(count: int, rng: np.random.Generator, *, replaced: bool) -> Prepared:
    """Few large firms and many small ones, 60 products, a third of the needs essential."""
    links = count * LINKS_PER_FIRM
    product = rng.integers(0, 60, count)
    size = rng.pareto(1.2, count) + 1
    upto = np.cumsum(size) / size.sum()
    seller = np.searchsorted(upto, rng.random(links)).clip(max=count - 1)
    buyer, value = rng.integers(0, count, links), rng.pareto(1.2, links) + 1
    sales, bought = (np.bincount(end, value, minlength=count) for end in (seller, buyer))
    return Prepared(
        FirmLinks(
            names=tuple(map(str, range(count))), seller=seller, buyer=buyer, value=value, product=product,
            needs=rng.choice([1, 1, 2], (60, 60)), market=product if replaced else None,
            revenue=sales * 1.5 + 1, costs=bought * 1.5 + 1,
        )
    )  # fmt: skip


def firms(runs: int) -> None:
    """A shock of one firm at each size, where makers of a product replace each other and where nobody does."""
    for replaced, words in (
        (True, "makers of a product replace each other"),
        (False, "nobody replaces anybody"),
    ):
        for count, bar in FIRMS_BARS_MS.items():
            rng = np.random.default_rng(2)
            prepared = made_up_firms(count, rng, replaced=replaced)
            taken, steps, falls = [], [], []
            for firm in rng.integers(0, count, (10 if count < 100_000 else 6) * runs).tolist():
                start = time.process_time()
                found = structural_index(prepared, [firm], eps=0.01)
                taken.append((time.process_time() - start) * 1e3)
                steps.append(found.steps)
                falls.append(found.index)
            what = (f"{count:,} firms, {LINKS_PER_FIRM} links each, eps 0.01, {words}: {statistics.mean(steps):.0f} steps, "
                    f"{statistics.mean(falls):.1%} falls")  # fmt: skip
            tell("ESRI", what, statistics.median(taken), "ms", bar)


# -- parts and lines ----------------------------------------------------------------------------------------------------


def made_up_line(parts: int, kinds: int, rng: np.random.Generator, *, hazard: bool) -> Line:
    """One line whose parts all wait, with one of some lags each: of their item group, end use and destination."""
    lags: list[Lag] = []
    for _ in range(kinds):
        if hazard:
            days = (30.0, float(rng.uniform(60, 80)))
            lags.append(HazardLag(days=days, rates=(0.01, float(rng.uniform(0.03, 0.07)))))
        else:
            lags.append(
                LognormalLag(median_days=float(rng.uniform(40, 110)), sigma=float(rng.uniform(0.2, 0.6)))
            )
    return Line(
        covers=rng.uniform(20, 400, parts), codes=rng.integers(0, kinds, parts),
        carried_days=rng.uniform(0, 20, parts), states=[(1.0, lags)],
    )  # fmt: skip


def parts(runs: int) -> None:
    """All odds of a line within a year."""
    for hazard, words in ((False, "lognormal lags"), (True, "hazard by calendar day")):
        for count, kinds, bar in PARTS_BARS_S:
            line = made_up_line(count, kinds, np.random.default_rng(3), hazard=hazard)
            found = cpu_ms(lambda held=line: line_odds(held, horizon=365.0), runs if count < 100_000 else 1)
            tell("parts", f"{count:,} parts, {kinds} different lags, {words}", found / 1e3, "s", bar)


# -- all ----------------------------------------------------------------------------------------------------------------


def mitigation(runs: int) -> None:
    """The cheapest remedy, from its own script."""
    if not (Path(__file__).parent / "mitigation.py").exists():
        print("# mitigation: benchmarks/mitigation.py is not there")
        return
    from mitigation import main as remedies

    remedies(str(min(runs, 3)))


def main() -> None:
    """Print what was measured."""
    parser = argparse.ArgumentParser(
        description="Speed of the disruption part: CPU time on one thread, medians."
    )
    parser.add_argument("--only", default=",".join(PARTS), help=f"some of {','.join(PARTS)}")
    parser.add_argument("--runs", type=int, default=5, help="more runs, steadier medians")
    parser.add_argument(
        "--sizes", default=",".join(map(str, SIZES)), help="industries of the network's tables"
    )
    asked = parser.parse_args()
    wrong = sorted(set(asked.only.split(",")) - set(PARTS))
    if wrong or asked.runs < 1:
        parser.error(
            f"no part is called {wrong[0]}: choose from {', '.join(PARTS)}" if wrong else "--runs: 1 or more"
        )
    try:
        sizes = tuple(int(size) for size in asked.sizes.split(","))
    except ValueError:
        parser.error("--sizes: whole numbers parted by commas")
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    start = time.perf_counter()
    print("name\twhat\tvalue\tunit\tbar\tverdict")
    print(
        f"# {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, {free_bytes() / 2**30:.0f} GiB free"
    )
    work = {
        "network": lambda: network(asked.runs, sizes),
        "firms": lambda: firms(asked.runs),
        "parts": lambda: parts(asked.runs),
        "mitigation": lambda: mitigation(asked.runs),
    }
    for name in PARTS:
        if name in asked.only.split(","):
            work[name]()
    print(f"# {time.perf_counter() - start:.0f} s, load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
