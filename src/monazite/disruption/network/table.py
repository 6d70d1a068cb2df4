"""The table a network runs on: who ships how much to whom in a year, and what is left for final demand.

An industry is a sector of a region, or a firm. Each makes one product; makers of one product can replace each other.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from monazite.terms.faults import BadInput, Fault

Values = NDArray[np.floating]
Places = NDArray[np.intp]


@dataclass(frozen=True, kw_only=True)
class SupplyTable:
    """Yearly flows in one currency.

    Parameters
    ----------
    flows : (N, N) [supplier, buyer], money a year
    final_demand : (N,) money a year
    product : (N,) number of the product that each industry makes
    names : of the N industries, each once
    products : names of the products
    notes : what had to be changed to read it, a sentence each

    Raises
    ------
    BadInput where shapes differ, a figure is negative or not finite, or a name stands twice
    """

    flows: Values
    final_demand: Values
    product: Places
    names: tuple[str, ...]
    products: tuple[str, ...]
    unit: str = ""
    source: str = ""
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        count, faults = len(self.names), []
        shapes = (self.flows.shape, self.final_demand.shape, self.product.shape)
        if shapes != ((count, count), (count,), (count,)):
            mend = f"Give ({count}, {count}), ({count},) and ({count},) for {count} names"
            faults.append(
                Fault(where="supply table", what=f"flows, demand, product have {shapes}", mend=mend)
            )
        elif count and (self.product.min() < 0 or self.product.max() >= len(self.products)):
            faults.append(Fault(where="supply table", what="a product number names no product"))
        for what, held in (("flows", self.flows), ("final_demand", self.final_demand)):
            bad = int(np.sum(~np.isfinite(held) | (held < 0)))
            if bad:
                mend = "Move negative stock changes out of it, or set them to zero and say so"
                what = f"{what} has {bad} negative or missing figures"
                faults.append(Fault(where="supply table", what=what, mend=mend))
        if len(set(self.names)) != count:
            faults.append(Fault(where="supply table", what="a name stands twice", mend="Name each once"))
        if faults:
            raise BadInput(faults)

    def __len__(self) -> int:
        return len(self.names)

    @cached_property
    def output(self) -> Values:
        """(N,) what each industry delivers in a year: x_f = y_f + sum_j Z_fj."""
        made: Values = self.flows.sum(axis=1) + self.final_demand
        return made

    @cached_property
    def input_per_output(self) -> Values:
        """(products, N): A_sj = sum of Z_fj over makers f of s / x_j; 0 where nothing is made."""
        bought = np.zeros((len(self.products), len(self)))
        np.add.at(bought, self.product, self.flows)
        made = self.output
        return np.divide(bought, made, out=bought, where=made > 0)

    @cached_property
    def place(self) -> dict[str, int]:
        """Position of each industry by name."""
        return {name: at for at, name in enumerate(self.names)}


def product_node(
    table: SupplyTable, *, maker: int, buyers: dict[int, float], name: str, product: str, replace: bool = True
) -> SupplyTable:
    """The table with one controlled item split out of an industry: a new maker of a product of its own.

    A sector product hides that a maker is the only one. The item's sales are taken out of the old maker's flows to
    the same buyers, and the new maker buys its share of the old one's inputs.

    Parameters
    ----------
    maker : the industry that holds the item now
    buyers : yearly sales of the item by buyer, each at most what the old maker ships there
    replace : another maker of `product` in the table can replace this one; else the node's product is its own

    Raises
    ------
    BadInput where a buyer gets less from the maker than the item's sales
    """
    faults = []
    for buyer, sold in buyers.items():
        if not 0 <= sold <= table.flows[maker, buyer]:
            most = table.flows[maker, buyer]
            what = f"sells {sold:g} to {table.names[buyer]}, the table has {most:g}"
            faults.append(Fault(where=name, what=what, mend=f"Give 0 to {most:g}"))
    if faults:
        raise BadInput(faults)
    count = len(table)
    flows = np.zeros((count + 1, count + 1))
    flows[:count, :count] = table.flows
    for buyer, sold in buyers.items():
        flows[count, buyer] = sold
        flows[maker, buyer] -= sold
    part = sum(buyers.values()) / table.output[maker] if table.output[maker] > 0 else 0.0
    flows[:, count] = flows[:, maker] * part
    flows[:, maker] *= 1 - part
    known = replace and product in table.products
    products = table.products if known else (*table.products, product)
    number = products.index(product) if known else len(products) - 1
    return SupplyTable(
        flows=flows,
        final_demand=np.append(table.final_demand, 0.0),
        product=np.append(table.product, number),
        names=(*table.names, name),
        products=products,
        unit=table.unit,
        source=table.source,
        notes=table.notes,
    )
