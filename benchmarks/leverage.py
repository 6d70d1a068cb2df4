"""All import shares, every supplier HHI and the whole asymmetry matrix of a year of trade, against pandas, Polars and DuckDB.

    python benchmarks/leverage.py [ROWS [RUNS]]

Makes a year of 11 million rows in BACI's schema (made up, seeded: see made_up_trade.py) in the folder for temporary files,
where the next run finds it, and prints in one run, as medians: the cache built from CSV and from Parquet; the measures from
the cache, from Parquet and from CSV; and the same by three peers from the same Parquet file. Every run is a process of its
own. `work` is from opening the file to the results in memory, `process` is all of it with Python's start and imports.

All give the same shares, HHI, dominated-trade shares and asymmetries to 1e-9, or the command fails. The peers
(`pip install 'monazite[peers]'`) are no part of the package; what is not installed is left out and named.
"""

import importlib.util
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROWS, RUNS = 11_000_000, 5
HERE = Path(__file__).parent
PEERS = ("pandas", "polars", "duckdb")
TITLES = {
    "build-csv": "cache built from CSV",
    "build-parquet": "cache built from Parquet",
    "cache": "measures from the cache",
    "parquet": "measures from Parquet",
    "csv": "measures from CSV",
    "pandas": "pandas from Parquet",
    "polars": "Polars from Parquet",
    "duckdb": "DuckDB from Parquet",
    "table": "GeoPolRisk, 49 values",
}
BARS = {"cache": "bar 1.0 s and 700 MiB", "parquet": "bar 3 s", "csv": "bar 6 s", "table": "bar 2 s"}


def run(arguments: list[str]) -> tuple[str, float, float]:
    """What a process prints, its seconds from start to end, and its peak memory in MiB.

    This process stays small: on Linux the peak of a process counts what its parent held when it was started.
    """
    start = time.perf_counter()
    with subprocess.Popen([sys.executable, *arguments], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        said = child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
        taken = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{' '.join(arguments)} ended with status {child.returncode}: {said}")
    return said, taken, usage.ru_maxrss / 1024


def say(step: str, arguments: list[str], runs: int) -> None:
    """Run a step some times and print one line: medians, and the bar where there is one."""
    taken = []
    for _ in range(runs):
        said, seconds, memory = run(arguments)
        taken.append((seconds if step == "table" else float(said), seconds, memory))
    work, whole, memory = (statistics.median(column) for column in zip(*taken, strict=True))
    line = f"{TITLES[step]:25s} {work:6.2f} s work {whole:6.2f} s process {memory:6,.0f} MiB peak   {BARS.get(step, '')}"
    print(line.rstrip(), flush=True)


def main(rows: int = ROWS, runs: int = RUNS) -> None:
    """Make the year, run every step, compare all results with those from the cache."""
    script = str(HERE / "leverage_steps.py")
    folder = Path(tempfile.gettempdir()) / f"monazite-made-up-trade-{rows}"
    table, plain = run([str(HERE / "made_up_trade.py"), str(folder), str(rows)])[0].splitlines()
    sizes = (
        f"CSV {Path(table).stat().st_size / 1e6:,.0f} MB, Parquet {Path(plain).stat().st_size / 1e6:,.0f} MB"
    )
    print(f"{rows:,} rows, made up ({sizes}); medians of {runs} runs; {os.cpu_count()} cores")
    missing = [name for name in (*PEERS, "geopolrisk") if importlib.util.find_spec(name) is None]
    step_arguments = {
        step: [script, "once", step, str(folder), table, plain] for step in TITLES if step not in missing
    }
    step_arguments["table"] = [str(HERE / "peer_geopolrisk.py"), "once"]
    with tempfile.TemporaryDirectory() as kept:
        for step, arguments in step_arguments.items():
            if step == "table" and "geopolrisk" in missing:
                continue
            say(step, arguments, runs)
            if step in ("cache", "parquet", "csv", *PEERS):
                run([*arguments, f"{kept}/{step}.npz"])
                if step != "cache":
                    said = run([script, "compare", f"{kept}/cache.npz", f"{kept}/{step}.npz"])[0]
                    print(f"    largest difference from the cache: {said.strip()}", flush=True)
    if missing:
        print(f"left out, for they are not installed (pip install 'monazite[peers]'): {', '.join(missing)}")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
