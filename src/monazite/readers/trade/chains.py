"""Through what a material is seen at each stage, and the totals that states report: two small tables of `reference/trade/`.

[link.stage for link in chains_of("850511")]      ['mine', 'separation', 'metal', 'magnet', ...]
"""

import csv
from dataclasses import dataclass
from functools import lru_cache

from monazite.leverage.variants import ReportedTotal
from monazite.readers.trade.shipped import trade_folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One stage of a chain: a production table by mineral and scope, or trade by data set and codes."""

    chain: str  # rare earths
    stage: str  # mine, separation, metal, magnet
    mineral: str  # of the production table; empty where it is trade
    dataset: str  # of the trade; empty where it is production
    codes: tuple[str, ...]
    scope: str  # which metals, in which form

    @property
    def is_production(self) -> bool:
        """It is seen through what is produced."""
        return not self.dataset

    def touches(self, code: str) -> bool:
        """A customs code lies within it, or it within the code."""
        return any(held.startswith(code) or code.startswith(held) for held in self.codes)


@lru_cache(maxsize=1)
def read_chains() -> tuple[Link, ...]:
    """Every stage of every chain, in order."""
    with (trade_folder() / "chains.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Link(
                chain=row["chain"], stage=row["stage"], mineral=row["mineral"], dataset=row["dataset"],
                codes=tuple(code for code in row["codes"].split(";") if code), scope=row["scope"],
            )
            for row in csv.DictReader(file)
        )  # fmt: skip


def chains_of(code: str) -> tuple[Link, ...]:
    """The stages of every chain that a product belongs to."""
    chains = {link.chain for link in read_chains() if link.touches(code)}
    return tuple(link for link in read_chains() if link.chain in chains)


@lru_cache(maxsize=1)
def read_reported_totals() -> tuple[ReportedTotal, ...]:
    """What exporters say they shipped to an importer in a year, over all goods, each with its source."""
    with (trade_folder() / "reported-totals.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            ReportedTotal(
                exporter=row["exporter"], importer=row["importer"], year=int(row["year"]), amount=float(row["amount"]),
                unit=row["unit"], source=row["source"],
            )
            for row in csv.DictReader(file)
        )  # fmt: skip
