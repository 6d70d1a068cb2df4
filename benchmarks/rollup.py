"""The roll-up against one plain scipy level sweep of the same data, in one run; medians of five.

    python benchmarks/rollup.py [PARTS LINES]

The peer is what a careful engineer would write by hand with scipy alone: number the nodes by level, one sparse
product a level, one column. Ours carries low and high ends, lists, origins and undeclared content. Both start from
the same arrays and include the numbering by level.
"""

import statistics
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

import numpy as np
from made_up import write_catalogue
from scipy import sparse

from monazite.catalogue.rollup import ListedContent, Structure
from monazite.readers.catalogue import read_catalogue
from monazite.readers.reference import read_reference
from monazite.terms.kleene import NO, YES


def plain_sweep(parent, child, quantity, own, level):
    """Content of every node by a level sweep with scipy alone."""
    order = np.argsort(level, kind="stable")
    number = np.empty(len(own), dtype=np.int64)
    number[order] = np.arange(len(own))
    lines = sparse.csr_array((quantity, (number[parent], number[child])), shape=(len(own), len(own)))
    starts = np.searchsorted(level[order], np.arange(level.max() + 2))
    content = own[order].copy()
    for start, stop in pairwise(starts[1:]):
        content[start:stop] += lines[start:stop, :start] @ content[:start]
    return content[number]


def main(parts: int = 100_000, lines: int = 1_000_000) -> None:
    """Print both medians and their ratio."""
    with tempfile.TemporaryDirectory() as folder:
        write_catalogue(Path(folder), parts=parts, lines=lines)
        catalogue = read_catalogue(Path(folder), reference=read_reference()).catalogue
    rng = np.random.default_rng(1)
    level = Structure(catalogue).level
    listed = np.where((rng.random(len(catalogue)) < 0.05) & (level == 0), YES, NO).astype(np.int8)
    share = np.ones(len(catalogue))
    counted = ListedContent(
        listed=listed, share_low=share, share_high=share, may_hold=np.full(len(catalogue), NO)
    )
    own = np.where(listed == YES, catalogue.value.low_float, 0.0)
    ours, peer, found = [], [], (own, own)
    for _ in range(5):
        start = time.perf_counter()
        structure = Structure(catalogue)
        structure.__dict__["level"] = level
        found = structure.content(counted)
        ours.append(time.perf_counter() - start)
        start = time.perf_counter()
        plain = plain_sweep(catalogue.parent, catalogue.child, catalogue.quantity.low_float, own, level)
        peer.append(time.perf_counter() - start)
    apart = np.max(np.abs(found[0] - plain) / np.maximum(plain, 1))
    mine, theirs = statistics.median(ours), statistics.median(peer)
    print(f"{len(catalogue):,} nodes, {len(catalogue.parent):,} lines, {int(level.max()) + 1} levels")
    print(f"roll-up, low and high ends: {mine * 1000:8.1f} ms")
    print(f"plain scipy level sweep:    {theirs * 1000:8.1f} ms")
    print(f"ratio {mine / theirs:.2f} (bar 3); results differ by at most {apart:.1e} of their size")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
