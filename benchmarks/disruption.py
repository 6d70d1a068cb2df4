# ruff: noqa: E402 - threads are set before numpy is read
"""A day of the network and a shock of the structural index, against a read of the table and against BoARIO.

    python benchmarks/disruption.py [network|firms|both] [RUNS]

CPU time on one thread, medians. Tables are made up: 50 sectors, random flows. The read is a sum over an array of the
size of the table's shares, in the same run. BoARIO (GPL-3, never imported by the package) runs where it is installed,
for few days, with orders that follow capacity as ours do.
"""

import os

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import logging
import statistics
import sys
import time
import warnings
from collections.abc import Callable

import numpy as np

from monazite.disruption.network import LostCapacity, Network, NetworkScenario, Parameters, Permission
from monazite.disruption.structural import FirmLinks, Prepared, structural_index
from monazite.disruption.table import SupplyTable

SIZES = (48, 1_000, 2_000, 5_000)
TOGETHER = 64
FIRMS = (1_000, 10_000, 100_000)
LINKS_PER_FIRM = 10
BARS_MS = {1_000: 0.5, 10_000: 3.0, 100_000: 50.0}


def cpu_ms(work: Callable[[], object], times: int) -> float:
    """Median CPU time of a call, milliseconds."""
    taken = []
    for _ in range(times):
        start = time.process_time()
        work()
        taken.append((time.process_time() - start) * 1e3)
    return statistics.median(taken)


def made_up_table(industries: int, rng: np.random.Generator) -> SupplyTable:
    """Random flows between regions of 50 sectors (8 for the small one)."""
    sectors = 8 if industries < 100 else 50
    flows = rng.random((industries, industries)) ** 4
    return SupplyTable(
        flows=flows,
        final_demand=flows.sum(axis=1) * 0.8 + flows.sum(axis=0) * 0.2,
        product=np.tile(np.arange(sectors), industries // sectors),
        names=tuple(map(str, range(industries))),
        products=tuple(map(str, range(sectors))),
    )


def hits(count: int, industries: int, rng: np.random.Generator) -> list[NetworkScenario]:
    """Scenarios that each take capacity from three industries."""
    made = []
    for number in range(count):
        places = rng.integers(0, industries, 3)
        made.append(
            NetworkScenario(
                name=str(number), losses=(LostCapacity(industries=places, share=np.full(60, 0.4)),)
            )
        )
    return made


def network_step(runs: int) -> None:
    """Print the time of a day at each size."""
    print("network, CPU ms a day (bars at 2,000: 7 alone, 1.0 a scenario together)")
    print("industries  one read   GB/s  never switch  at once  30 days  blocked  64 together f32  BoARIO")
    for industries in SIZES:
        rng = np.random.default_rng(1)
        table = made_up_table(industries, rng)
        held = rng.random((industries, industries))
        read = cpu_ms(held.sum, runs * 3)
        rate = held.nbytes / read / 1e6
        del held
        days = max(3, min(200, runs * 20_000 // industries))
        one = hits(1, industries, rng)
        shown = []
        for switch in (np.inf, 1.0, 30.0):
            net = Network(table, one, parameters=Parameters(switch=switch))
            net.step()
            shown.append(cpu_ms(net.step, days))
            del net
        makers = np.flatnonzero(table.product == 3)[:1]
        blocked = Permission(suppliers=makers, buyers=np.arange(industries), share=np.linspace(0, 1, 500))
        net = Network(
            table, [NetworkScenario(name="cut", permissions=(blocked,))], parameters=Parameters(switch=1.0)
        )
        net.step()
        shown.append(cpu_ms(net.step, days))
        del net
        many = Network(
            table, hits(TOGETHER, industries, rng), parameters=Parameters(switch=1.0, dtype=np.float32)
        )
        many.step()
        together = cpu_ms(many.step, max(3, runs)) / TOGETHER
        del many
        peer = peer_day(table) if industries <= 2_000 or "--whole" in sys.argv else None
        peer_text = "-" if peer is None else f"{peer:.2f}"
        print(f"{industries:10,}  {read:8.3f}  {rate:5.1f}  {shown[0]:12.3f}  {shown[1]:7.3f}  {shown[2]:7.3f}  "
              f"{shown[3]:7.3f}  {together:15.3f}  {peer_text:>6}", flush=True)  # fmt: skip


def peer_day(table: SupplyTable) -> float | None:
    """CPU ms a day of BoARIO on the same table; None where it is not installed."""
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    try:
        import pandas as pd
        import pymrio
        from boario.extended_models import ARIOPsiModel
        from boario.simulation import Simulation
    except ImportError:
        return None
    sectors = len(table.products)
    index = pd.MultiIndex.from_tuples(
        [(f"r{at // sectors:03}", f"s{at % sectors:03}") for at in range(len(table))],
        names=["region", "sector"],
    )
    regions = sorted(set(index.get_level_values(0)))
    demand = pd.DataFrame(0.0, index=index, columns=pd.MultiIndex.from_product([regions, ["final"]]))
    demand.columns.names = ["region", "category"]
    demand.iloc[:, 0] = table.final_demand
    system = pymrio.IOSystem(Z=pd.DataFrame(table.flows, index=index, columns=index), Y=demand)
    system.x = pd.DataFrame({"indout": table.output}, index=index)
    system.A = pymrio.calc_A(system.Z, system.x)
    model = ARIOPsiModel(system, order_type="alt")
    simulation = Simulation(model, n_temporal_units_to_sim=12)
    simulation.next_step()
    return cpu_ms(simulation.next_step, 5)


def firm_shocks(runs: int) -> None:
    """Print the time of a shock at each size."""
    print(f"structural index, CPU ms a shocked firm, eps 0.01, {LINKS_PER_FIRM} links a firm")
    for count in FIRMS:
        rng = np.random.default_rng(2)
        links = count * LINKS_PER_FIRM
        product = rng.integers(0, 60, count)
        size = rng.pareto(1.2, count) + 1  # few large firms, many small
        cut = np.cumsum(size) / size.sum()
        seller = np.searchsorted(cut, rng.random(links)).clip(max=count - 1)
        buyer = rng.integers(0, count, links)
        firms = FirmLinks(
            names=tuple(map(str, range(count))), seller=seller, buyer=buyer, value=rng.pareto(1.2, links) + 1,
            product=product, needs=rng.choice([1, 1, 2], (60, 60)), market=product,
        )  # fmt: skip
        revenue, costs = firms.sales * 1.5 + 1, firms.bought * 1.5 + 1
        firms = FirmLinks(
            names=firms.names, seller=seller, buyer=buyer, value=firms.value, product=product,
            needs=firms.needs, market=product, revenue=revenue, costs=costs,
        )  # fmt: skip
        prepared = Prepared(firms)
        shocked = rng.integers(0, count, 40 * runs)
        taken, steps = [], []
        for firm in shocked:
            start = time.process_time()
            steps.append(structural_index(prepared, [int(firm)], eps=0.01).steps)
            taken.append((time.process_time() - start) * 1e3)
        print(f"{count:8,} firms: median {statistics.median(taken):7.3f}, mean {statistics.mean(taken):7.3f} "
              f"(bar {BARS_MS[count]}), steps {statistics.mean(steps):.1f}", flush=True)  # fmt: skip


def main(which: str = "both", runs: str = "5") -> None:
    """Print what was measured."""
    if which in ("network", "both"):
        network_step(int(runs))
    if which in ("firms", "both"):
        firm_shocks(int(runs))


if __name__ == "__main__":
    main(*[argument for argument in sys.argv[1:] if not argument.startswith("--")])
