"""The steps that leverage.py times, each run in a process of its own: the package, and the same by pandas, Polars and DuckDB.

python benchmarks/leverage_steps.py once STEP FOLDER CSV PARQUET [RESULTS]
python benchmarks/leverage_steps.py compare RESULTS RESULTS
"""

import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from monazite.leverage.flows import Flows
    from monazite.leverage.shares import AllPairs

DATASET, YEAR, TOLERANCE = "made-up", 2023, 1e-9

Results = Mapping[str, np.ndarray]
"""share with its key i, j, k; hhi with hj, hk; dominated and asymmetry with di, dj: countries and codes as BACI's numbers."""

# A share of exactly one half is not over it. Sums of floats are off in their last digits, so the peers leave that much room;
# the package sums whole thousandths and needs none.
OVER_HALF = 0.5 * (1 + 1e-12)


# -- the package ------------------------------------------------------------------------------------------------


def build(folder: Path, source: Path) -> Callable[[], None]:
    """Load a file into a cache of its own."""
    from monazite.readers.trade.baci import read_baci
    from monazite.readers.trade.cache import CacheWriter
    from monazite.readers.trade.sources import find_sources

    def work() -> None:
        with CacheWriter(folder / "cache", DATASET) as writer:
            for flows in read_baci(find_sources([source])):
                writer.add(flows)
            writer.finish()

    return work


def from_cache(folder: Path) -> Callable[[], Callable[[], Results]]:
    """The measures from the cache."""
    from monazite.leverage.shares import all_pairs
    from monazite.readers.trade.cache import read_cached_flows

    def work() -> Callable[[], Results]:
        flows = read_cached_flows(folder / "cache", DATASET, YEAR)
        pairs = all_pairs(flows)
        return partial(_results, flows, pairs, pairs.dominated_share, pairs.asymmetry)

    return work


def from_file(source: Path) -> Callable[[], Callable[[], Results]]:
    """The measures from a file as a user has it."""
    from monazite.leverage.shares import all_pairs
    from monazite.readers.trade.baci import read_baci
    from monazite.readers.trade.sources import find_sources

    def work() -> Callable[[], Results]:
        (flows,) = read_baci(find_sources([source]))
        pairs = all_pairs(flows)
        return partial(_results, flows, pairs, pairs.dominated_share, pairs.asymmetry)

    return work


def _results(flows: "Flows", pairs: "AllPairs", share: np.ndarray, asymmetry: np.ndarray) -> Results:
    from monazite.readers.trade.shipped import baci_countries

    number = {country.code: country.number for country in baci_countries()}
    country, product = (
        np.array([number[code] for code in flows.countries]),
        np.array([int(code) for code in flows.products]),
    )
    importer, good = np.nonzero(~np.isnan(pairs.hhi))
    i, j = np.nonzero(pairs.trade > 0)
    return {
        "i": country[flows.exporter], "j": country[flows.importer], "k": product[flows.product], "share": pairs.shares,
        "hj": country[importer], "hk": product[good], "hhi": pairs.hhi[importer, good],
        "di": country[i], "dj": country[j], "dominated": share[i, j], "asymmetry": asymmetry[i, j],
    }  # fmt: skip


# -- the peers --------------------------------------------------------------------------------------------------


def with_pandas(source: Path) -> Callable[[], Callable[[], Results]]:
    """As one would write it in pandas."""
    import pandas as pd

    def work() -> Callable[[], Results]:
        flows = pd.read_parquet(source, columns=["i", "j", "k", "v"])
        flows["square"] = flows["v"] ** 2
        bought = flows.groupby(["j", "k"], sort=False)
        sums = bought[["v", "square"]].sum()
        hhi = (sums["square"] / sums["v"] ** 2).rename("hhi").reset_index()
        total = bought["v"].transform("sum")
        flows["share"] = flows["v"] / total
        flows["over"] = flows["v"].where(flows["v"] > OVER_HALF * total, 0.0)
        pairs = flows.groupby(["i", "j"], sort=False)[["v", "over"]].sum()
        matrix = (pairs["over"] / pairs["v"]).unstack()
        everyone = matrix.index.union(matrix.columns)
        matrix = matrix.reindex(index=everyone, columns=everyone)
        asymmetry = matrix - matrix.T

        def results() -> Results:
            i, j = np.nonzero(matrix.notna().to_numpy())
            names = everyone.to_numpy()
            found = {name: flows[name].to_numpy() for name in ("i", "j", "k", "share")}
            found |= {"hj": hhi["j"].to_numpy(), "hk": hhi["k"].to_numpy(), "hhi": hhi["hhi"].to_numpy()}
            found |= {"di": names[i], "dj": names[j], "dominated": matrix.to_numpy()[i, j]}
            return found | {"asymmetry": asymmetry.to_numpy()[i, j]}

        return results

    return work


def with_polars(source: Path) -> Callable[[], Callable[[], Results]]:
    """As one would write it in Polars: lazily, and for its streaming engine, which is the quickest here."""
    import polars as pl

    def work() -> Callable[[], Results]:
        v, total = pl.col("v"), pl.col("total")
        flows = pl.scan_parquet(source).select("i", "j", "k", "v")
        sums = flows.group_by("j", "k").agg(total=v.sum(), square=(v * v).sum())
        hhi = sums.select("j", "k", hhi=pl.col("square") / (total * total))
        shares = flows.join(sums, on=["j", "k"], how="left").with_columns(share=v / total)
        over = pl.when(v > OVER_HALF * total).then(v).otherwise(0.0)
        pairs = (
            shares.with_columns(over=over).group_by("i", "j").agg(dominated=pl.col("over").sum() / v.sum())
        )
        found = pl.collect_all([shares.select("i", "j", "k", "share"), hhi, pairs], engine="streaming")
        back = found[2].rename({"i": "j", "j": "i", "dominated": "back"})
        asymmetry = pl.col("dominated") - pl.col("back")
        return partial(
            columns,
            *found[:2],
            found[2].join(back, on=["i", "j"], how="left").with_columns(asymmetry=asymmetry),
        )

    def columns(flows: "pl.DataFrame", hhi: "pl.DataFrame", pairs: "pl.DataFrame") -> Results:
        found = {name: flows[name].to_numpy() for name in ("i", "j", "k", "share")}
        found |= {"hj": hhi["j"].to_numpy(), "hk": hhi["k"].to_numpy(), "hhi": hhi["hhi"].to_numpy()}
        found |= {
            "di": pairs["i"].to_numpy(),
            "dj": pairs["j"].to_numpy(),
            "dominated": pairs["dominated"].to_numpy(),
        }
        return found | {"asymmetry": pairs["asymmetry"].fill_null(float("nan")).to_numpy()}

    return work


def with_duckdb(source: Path) -> Callable[[], Callable[[], Results]]:
    """As one would write it in SQL; reading the file twice is quicker than keeping it."""
    import duckdb

    def work() -> Callable[[], Results]:
        database = duckdb.connect()
        database.execute("SET preserve_insertion_order = false")
        file = f"read_parquet('{source}')"
        for name, query in {
            "totals": f"SELECT j, k, sum(v) AS total, sum(v * v) AS square FROM {file} GROUP BY j, k",
            "shares": f"SELECT i, j, k, v, total, v / total AS share FROM {file} JOIN totals USING (j, k)",
            "hhi": "SELECT j, k, square / (total * total) AS hhi FROM totals",
            "pairs": f"""SELECT i, j, coalesce(sum(v) FILTER (v > {OVER_HALF!r} * total), 0) / sum(v) AS dominated
                         FROM shares GROUP BY i, j""",
            "matrix": """SELECT a.i, a.j, a.dominated, a.dominated - b.dominated AS asymmetry
                         FROM pairs a LEFT JOIN pairs b ON a.i = b.j AND a.j = b.i""",
        }.items():
            database.execute(f"CREATE TABLE {name} AS {query}")
        return partial(columns, database)

    def columns(database: "duckdb.DuckDBPyConnection") -> Results:
        found = database.execute("SELECT i, j, k, share FROM shares").fetchnumpy()
        found |= database.execute("SELECT j AS hj, k AS hk, hhi FROM hhi").fetchnumpy()
        found |= database.execute("SELECT i AS di, j AS dj, dominated, asymmetry FROM matrix").fetchnumpy()
        return {name: np.ma.filled(column.astype(np.float64), np.nan) for name, column in found.items()}

    return work


# -- comparing --------------------------------------------------------------------------------------------------


def in_order(found: Results) -> Results:
    """The figures, sorted by their keys, so that those of two runs can be laid on one another."""
    i, j, k, hj, hk, di, dj = (
        found[name].astype(np.int64) for name in ("i", "j", "k", "hj", "hk", "di", "dj")
    )
    keys = ((i * 1000 + j) * 10**6 + k, hj * 10**6 + hk, di * 1000 + dj)
    kept = {}
    for key, names in zip(keys, (("share",), ("hhi",), ("dominated", "asymmetry")), strict=True):
        order = np.argsort(key)
        kept[f"{names[0]}-key"] = key[order]
        kept |= {name: found[name][order] for name in names}
    return kept


def compare(one: Path, other: Path) -> None:
    """Print the largest difference of each figure; fails where one is defined and the other is not, or where it is too large."""
    with np.load(one) as ours, np.load(other) as theirs:
        said, worst = [], 0.0
        for name in ("share", "hhi", "dominated", "asymmetry"):
            key = "dominated-key" if name == "asymmetry" else f"{name}-key"
            if not np.array_equal(ours[key], theirs[key]) or not np.array_equal(
                np.isnan(ours[name]), np.isnan(theirs[name])
            ):
                raise SystemExit(f"{name} is not defined for the same keys")
            apart = float(np.nanmax(np.abs(ours[name] - theirs[name])))
            said.append(f"{name} {apart:.0e} of {np.count_nonzero(~np.isnan(ours[name])):,}")
            worst = max(worst, apart)
    print(", ".join(said))
    if not worst <= TOLERANCE:
        raise SystemExit(f"results differ by more than {TOLERANCE}")


# -- running ----------------------------------------------------------------------------------------------------


def once(step: str, folder: Path, table: Path, plain: Path, keep: str = "") -> None:
    """One step in this process: prints its seconds and, where asked, keeps its results."""
    steps: dict[str, Callable[[], Callable[[], object]]] = {
        "build-csv": lambda: build(folder, table),
        "build-parquet": lambda: build(folder, plain),
        "cache": lambda: from_cache(folder),
        "parquet": lambda: from_file(plain),
        "csv": lambda: from_file(table),
        "pandas": lambda: with_pandas(plain),
        "polars": lambda: with_polars(plain),
        "duckdb": lambda: with_duckdb(plain),
    }
    work = steps[step]()
    start = time.perf_counter()
    results = work()
    print(time.perf_counter() - start, flush=True)
    if keep:
        assert callable(results)
        np.savez(keep, **in_order(results()))


if __name__ == "__main__":
    if sys.argv[1:2] == ["once"]:
        once(sys.argv[2], *(Path(argument) for argument in sys.argv[3:6]), *sys.argv[6:])
    elif sys.argv[1:2] == ["compare"]:
        compare(*(Path(argument) for argument in sys.argv[2:]))
