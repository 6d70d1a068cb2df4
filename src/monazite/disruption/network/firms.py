"""Firms as their tables state them: what is not stated of their needs stays unknown until a reading is chosen.

held.used_unknown()                                   pairs of products whose need the index turns on and nobody states
held.links(ESSENTIAL, replacement=False)              the network with these read as essential
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from monazite.disruption.network.structural import FirmLinks

UNKNOWN = -1
"""A need that no table states."""


@dataclass(frozen=True, kw_only=True)
class Firms:
    """Firms and their links; `needs` holds UNKNOWN where no table states a need."""

    names: tuple[str, ...]
    products: tuple[str, ...]
    seller: NDArray[np.intp]
    buyer: NDArray[np.intp]
    value: NDArray[np.float64]
    product: NDArray[np.intp]  # (N,)
    revenue: NDArray[np.float64] | None
    costs: NDArray[np.float64] | None
    needs: NDArray[np.int8]  # (products, products) [input, maker of]
    files: tuple[tuple[str, int, str], ...]  # file, rows, sha256
    left_out: tuple[str, ...] = ()  # columns that were not read
    made_up: tuple[str, ...] = ()  # files that say of their figures that they are made up

    def used_unknown(self) -> tuple[tuple[str, str], ...]:
        """Pairs of products, input and maker of, that links use and no table states."""
        pair = np.unique(self.product[self.seller] * len(self.products) + self.product[self.buyer])
        rows, columns = pair // len(self.products), pair % len(self.products)
        open_ = self.needs[rows, columns] == UNKNOWN
        return tuple(
            (self.products[i], self.products[j]) for i, j in zip(rows[open_], columns[open_], strict=True)
        )

    def links(self, unknown: int, *, replacement: bool) -> FirmLinks:
        """The network with every unknown need taken as `unknown`; with replacement, makers of one product are a market."""
        return FirmLinks(
            names=self.names, seller=self.seller, buyer=self.buyer, value=self.value, product=self.product,
            needs=np.where(self.needs == UNKNOWN, np.int8(unknown), self.needs), revenue=self.revenue, costs=self.costs,
            market=self.product if replacement else None,
        )  # fmt: skip
