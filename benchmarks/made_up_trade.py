"""A made-up year of trade in BACI's schema, the same for the same seed, as CSV and as Parquet.

Every figure is made up. The shape follows real years: few countries export most, an exporter is strong in some products,
most cells are empty, values are lognormal over ten orders of magnitude and printed to the thousandth, and 4 % of the
quantities are missing, which the CSV prints as a padded `NA`. Countries are BACI's numbers, codes keep their leading zeros.

    python benchmarks/made_up_trade.py FOLDER ROWS
"""

import os
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from monazite.readers.trade.shipped import baci_countries

COUNTRIES, PRODUCTS, YEAR = 226, 5022, 2023
NAME = f"BACI_HS22_Y{YEAR}_V000000"  # no release of CEPII has that number


def product_codes(count: int = PRODUCTS) -> list[int]:
    """Codes of six digits as numbers, over the chapters 01 to 97 without 77."""
    chapters = [chapter for chapter in range(1, 98) if chapter != 77]
    held = [
        chapter * 10_000 + heading * 100 + 10 * (line + 1)
        for line in range(6)
        for heading in range(1, 11)
        for chapter in chapters
    ]
    return sorted(held[:count])


def made_up_year(
    rows: int, *, countries: int = COUNTRIES, products: int = PRODUCTS, seed: int = 20240611
) -> dict[str, np.ndarray]:
    """(R,) positions i, j, k, values v and quantities q, sorted by exporter, importer and product; q is NaN where missing."""
    rng = np.random.default_rng(seed)
    exporter_size = rng.permuted(np.arange(1, countries + 1.0) ** -1.1)
    importer_size = rng.permuted(np.arange(1, countries + 1.0) ** -0.75)
    product_size = rng.lognormal(0, 1.0, products)
    strength = rng.lognormal(0, 1.2, (countries, products))
    # The chance that a cell has trade, with the rate that gives a little more than the rows wanted.
    sold = (exporter_size[:, None] * product_size * strength) ** 0.75
    bought = importer_size**0.8
    sample = sold[rng.integers(0, countries, 400_000), rng.integers(0, products, 400_000)] * rng.choice(
        bought, 400_000
    )
    wanted = rows * 1.02 / (countries * (countries - 1) * products)
    low, high = 1e-9, 1e9
    for _ in range(80):
        rate = (low * high) ** 0.5
        low, high = (rate, high) if -np.expm1(-rate * sample).mean() < wanted else (low, rate)
    found = []
    for i in range(countries):
        chance = -np.expm1((-high * bought[:, None] * sold[i]).astype(np.float32))
        chance[i] = 0  # nobody ships to himself
        found.append(
            np.flatnonzero(rng.random(chance.shape, dtype=np.float32) < chance) + i * countries * products
        )
    cell = np.concatenate(found)
    if len(cell) < rows:
        raise ValueError(f"{len(cell):,} cells with trade are too few for {rows:,} rows")
    cell = np.delete(cell, rng.choice(len(cell), len(cell) - rows, replace=False))
    i, j, k = cell // (countries * products), cell // products % countries, cell % products
    size = np.log(exporter_size[i] * countries) * 0.7 + np.log(importer_size[j] * countries) * 0.8
    size += np.log(strength[i, k]) * 0.9 + np.log(product_size[k]) * 0.7
    value = np.maximum(np.round(np.exp(size - 1.4 + rng.normal(0, 2.6, rows)), 3), 0.001)
    price = rng.lognormal(1.2, 1.5, products)[k] * rng.lognormal(0, 0.5, rows)
    quantity = np.maximum(np.round(value / price, 3), 0.001)
    quantity[rng.random(rows) < 0.04] = np.nan
    return {"i": i, "j": j, "k": k, "v": value, "q": quantity}


def write_year(folder: Path, rows: int) -> tuple[Path, Path]:
    """Write the year as CSV and as Parquet, unless they are there; gives both paths."""
    table, plain = folder / f"{NAME}.csv", folder / "parquet" / f"{NAME}.parquet"
    if not (table.exists() and plain.exists()):
        plain.parent.mkdir(parents=True, exist_ok=True)
        made = made_up_year(rows)
        numbers = np.array(sorted(country.number for country in baci_countries())[:COUNTRIES])
        codes = np.array(product_codes())
        held = pa.table({
            "t": np.full(rows, YEAR, dtype=np.int16), "i": numbers[made["i"]].astype(np.int16),
            "j": numbers[made["j"]].astype(np.int16), "k": codes[made["k"]].astype(np.int32),
            "v": made["v"], "q": pa.array(made["q"], from_pandas=True),
        })  # fmt: skip
        for path, write in ((plain, pq.write_table), (table, _write_csv)):
            part = path.with_name(f"{path.name}.{os.getpid()}.part")
            write(held, part)
            part.rename(path)
    return table, plain


def _write_csv(table: pa.Table, path: Path) -> None:
    """As BACI prints it: codes of six digits, three decimals, a padded NA."""
    options = pyarrow.csv.WriteOptions(include_header=False, quoting_style="none", batch_size=2**16)
    kind = pa.decimal128(18, 3)
    schema = pa.schema(
        [("t", pa.int16()), ("i", pa.int16()), ("j", pa.int16()), *((name, pa.string()) for name in "kvq")]
    )
    with path.open("wb") as file, pyarrow.csv.CSVWriter(file, schema, write_options=options) as out:
        file.write(b"t,i,j,k,v,q\n")
        for part in table.to_batches(max_chunksize=2**20):
            text = {name: part[name].cast(kind).cast(pa.string()) for name in "vq"}
            out.write_batch(pa.record_batch([
                part["t"], part["i"], part["j"], pc.utf8_lpad(part["k"].cast(pa.string()), 6, "0"), text["v"],
                pc.utf8_lpad(pc.fill_null(text["q"], "NA"), 13),
            ], schema=schema))  # fmt: skip


if __name__ == "__main__" and len(sys.argv) == 3:
    for path in write_year(Path(sys.argv[1]), int(sys.argv[2])):
        print(path)
