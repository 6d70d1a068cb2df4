"""`monazite check` as a whole process, cold, from CSV to report: seconds and peak memory, medians.

    python benchmarks/check.py [small|large] [RUNS]

small: 10,000 parts x 4 moves x 3 days. large: 100,000 parts with 1,000,000 lines x 4 moves, every day of 2025 and
2026 at once. The catalogues are made up (see made_up.py).
"""

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from made_up import write_catalogue

SIZES = {
    "small": (10_000, 60_000, ["--on", "2025-10-20", "--on", "2025-12-05", "--on", "2026-11-21"], 5),
    "large": (100_000, 1_000_000, ["--on", "2025-01-01..2026-12-31"], 60),
}


def run_once(arguments: list[str]) -> tuple[float, float]:
    """Wall seconds and peak memory in MiB of one run, output thrown away."""
    start = time.perf_counter()
    child = os.fork()
    if child == 0:
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, 1)
        os.dup2(nothing, 2)
        os.execv(sys.executable, [sys.executable, "-m", "monazite", *arguments])
    _, status, usage = os.wait4(child, 0)
    if status:
        raise SystemExit(f"monazite {' '.join(arguments)} ended with status {status}")
    return time.perf_counter() - start, usage.ru_maxrss / 1024


def main(which: str = "both", runs: str = "3") -> None:
    """Print the medians of each size."""
    for name, (parts, lines, days, bar) in SIZES.items():
        if which not in (name, "both"):
            continue
        with tempfile.TemporaryDirectory() as folder:
            write_catalogue(Path(folder) / "catalogue", parts=parts, lines=lines)
            arguments = ["check", str(Path(folder) / "catalogue"), *days, "--out", str(Path(folder) / "out")]
            taken = [run_once(arguments) for _ in range(int(runs))]
            made = sum(file.stat().st_size for file in (Path(folder) / "out").rglob("*") if file.is_file())
        seconds, memory = (statistics.median(column) for column in zip(*taken, strict=True))
        print(f"{name}: {parts:,} parts, {lines:,} lines, 4 moves, {' '.join(days[1:])}: "
              f"{seconds:.1f} s (bar {bar} s), peak {memory:,.0f} MiB, {made / 1e6:,.0f} MB written")  # fmt: skip


if __name__ == "__main__":
    main(*sys.argv[1:])
