"""Tables of flows between industries or firms as supply tables.

Multi-regional tables come through the pymrio library, which is asked for only when such a table is read: EXIOBASE,
WIOD, Eora, OECD and its own form; for FIGARO, which it does not read, its system is made from Eurostat's matrix file.
A user's own links between firms come from Parquet. What had to be changed to read a table is told in its `notes`.
"""

import warnings
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from monazite.disruption.network.table import SupplyTable, Values
from monazite.readers.disruption.firms import read_firms
from monazite.terms.faults import BadInput, Fault, near_match

MRIO_FORMATS = {
    "exiobase3": "parse_exiobase3",
    "exiobase2": "parse_exiobase2",
    "exiobase1": "parse_exiobase1",
    "figaro": "",
    "wiod": "parse_wiod",
    "eora26": "parse_eora26",
    "oecd": "parse_oecd",
    "pymrio": "load_all",
}
"""Name of a format -> function of pymrio that reads it; none for what is read here."""

OF_ONE_YEAR = ("wiod", "eora26", "oecd")
"""Formats whose folder may hold several years: their functions ask which one."""

FIGARO_UNIT = "M.EUR"

MOST_MONEY = 1e18
"""A sum above this is a slip of the pen, in whatever currency."""

MOST_INDUSTRIES = 20_000
"""The day model keeps a figure for every pair, and for a while two more: 3 x 8 bytes, 9.6 GB."""


def read_mrio(path: Path, form: str, *, unit: str = "", year: int | None = None) -> SupplyTable:
    """A multi-regional table on disk: a file, an archive or a folder, as its publisher gives it.

    Parameters
    ----------
    unit : in place of the table's own
    year : for a folder with the files of several years (WIOD, Eora, OECD)

    Raises
    ------
    BadInput where pymrio is missing, the format is unknown, or the files cannot be read
    """
    where = str(path)
    if form not in MRIO_FORMATS:
        mend = near_match(form, MRIO_FORMATS) or f"Allowed: {', '.join(MRIO_FORMATS)}"
        raise BadInput([Fault(where=where, what=f"'{form}' is no format of tables", mend=mend)])
    if not path.exists():
        raise BadInput([Fault(where=where, what="is not there", mend="Check the path")])
    if form in OF_ONE_YEAR and path.is_dir() and year is None:
        what = f"is a folder, and one of {form} may hold several years"
        raise BadInput([Fault(where=where, what=what, mend="Name the file of one year, or give the year")])
    pymrio = _pymrio(where)
    read: Callable[..., Any] | None = (
        getattr(pymrio, MRIO_FORMATS[form], None) if MRIO_FORMATS[form] else _figaro
    )
    if read is None:
        what = f"pymrio {pymrio.__version__} does not read '{form}'"
        raise BadInput([Fault(where=where, what=what, mend="Install a newer pymrio")])
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of accounts beside the flows, which nobody asked for
            system = read(path, year=year) if form in OF_ONE_YEAR else read(path)
    except BadInput:
        raise
    except Exception as error:  # the library has no one type for a file it cannot read
        what = f"cannot be read as {form}: {type(error).__name__}: {error}"
        mend = "Check the format's name, and that the files are as published"
        raise BadInput([Fault(where=where, what=what, mend=mend)]) from error
    return table_of_system(system, source=f"{form}: {path.name}", unit=unit)


def read_test_table() -> SupplyTable:
    """The small made-up table that comes with pymrio: 6 regions, 8 sectors."""
    pymrio = _pymrio("pymrio-test")
    return table_of_system(pymrio.load_test(), source="pymrio's own test table, made up")


def table_of_system(system: Any, *, source: str = "", unit: str = "") -> SupplyTable:
    """The table of a pymrio system: flows Z, final demand Y summed over its columns.

    Negative figures count as none, and what goes to an industry that delivers nothing counts as final demand; the notes
    say how much. The output is what is delivered.

    Raises
    ------
    BadInput where it holds no flows, no money, or several units
    """
    where = source or "table"
    if getattr(system, "Z", None) is None or getattr(system, "Y", None) is None:
        mend = "Give flows Z and final demand Y, in money"
        raise BadInput([Fault(where=where, what="holds no flows or no final demand", mend=mend)])
    index = system.Z.index
    kinds = [str(name) for name in index.get_level_values(-1)]
    products = tuple(dict.fromkeys(kinds))
    number = {name: at for at, name in enumerate(products)}
    names = tuple("/".join(str(part) for part in name) for name in index)
    flows = system.Z.reindex(columns=index).to_numpy(dtype=float, copy=True)
    demand = system.Y.reindex(index).to_numpy(dtype=float).sum(axis=1)
    notes = settle(flows, demand, names)
    if not 0 < flows.sum() + demand.sum() < np.inf:
        mend = "Check the file, and the unit of its figures"
        raise BadInput(
            [Fault(where=where, what="its flows and final demand have no finite sum above 0", mend=mend)]
        )
    return SupplyTable(
        flows=flows,
        final_demand=demand,
        product=np.array([number[kind] for kind in kinds], dtype=np.intp),
        names=names,
        products=products,
        unit=unit or _unit(system, where),
        source=source,
        notes=notes,
    )


def settle(flows: Values, demand: Values, names: Sequence[str]) -> tuple[str, ...]:
    """Bring flows (N, N) and final demand (N,) to what a network can run on, in place; a sentence for each change."""
    notes, count = [], len(demand)
    low = flows < 0
    if low.any():
        part = -flows[low].sum() / np.abs(flows).sum()
        notes.append(f"flows below zero: {int(low.sum()):,}, {part:.2%} of all, counted as none")
        flows[low] = 0
    low = demand < 0
    if low.any():
        part = -demand[low].sum() / np.abs(demand).sum()
        notes.append(
            f"final demand below zero, stocks run down: {int(low.sum()):,} of {count:,} industries, {part:.2%} of all, "
            f"counted as none ({_some(names, low)})"
        )
        demand[low] = 0
    idle = flows.sum(axis=1) + demand <= 0
    bought = flows[:, idle].sum()
    if idle.any():
        part = bought / (flows.sum() + demand.sum())
        notes.append(
            f"industries that deliver nothing: {int(idle.sum()):,} of {count:,}; what they buy, {part:.2%} of all sales, "
            f"counts as final demand ({_some(names, idle)})"
        )
        demand += flows[:, idle].sum(axis=1)
        flows[:, idle] = 0
    return tuple(notes)


def _some(names: Sequence[str], chosen: Values) -> str:
    """The first few names, and how many more."""
    held = [names[at] for at in np.flatnonzero(chosen)]
    more = f" and {len(held) - 3:,} more" if len(held) > 3 else ""
    return ", ".join(held[:3]) + more


def _unit(system: Any, where: str) -> str:
    """The unit of the flows, as the system states it; "" where it states none."""
    held = getattr(system, "unit", None)
    if held is None:
        return ""
    units = list(dict.fromkeys(str(unit) for unit in held.to_numpy().ravel()))
    if len(units) > 1:
        what = f"its flows are in several units: {', '.join(units[:5])}"
        raise BadInput([Fault(where=where, what=what, mend="Give the table in money")])
    return "".join(units)


def _figaro(path: Path) -> Any:
    """FIGARO as Eurostat's matrix file: industry by industry or product by product, CSV or zipped, million euro.

    Rows and columns are REGION_CODE; columns that are no row are final demand, rows W2_... are value added and taxes.
    """
    import pandas as pd

    held = pd.read_csv(path, index_col=0)
    held = held[~held.index.astype(str).str.startswith("W2_")]
    wrong = [label for label in (*held.index, *held.columns) if "_" not in str(label)]
    if wrong or not len(held) or not set(held.index) <= set(held.columns):
        what = (
            f"'{wrong[0]}' is no REGION_CODE" if wrong else "rows and columns do not name the same industries"
        )
        raise BadInput([Fault(where=str(path), what=what, mend="Give the matrix file, not the flat one")])
    flows, demand = held[list(held.index)], held[[name for name in held.columns if name not in held.index]]
    ends = [str(label).split("_", 1) for label in held.index]
    flows.index = pd.MultiIndex.from_tuples(ends, names=["region", "sector"])
    flows.columns, demand.index = flows.index, flows.index
    columns = [str(label).split("_", 1) for label in demand.columns]
    demand.columns = pd.MultiIndex.from_tuples(columns, names=["region", "category"])
    unit = pd.DataFrame({"unit": FIGARO_UNIT}, index=flows.index)
    return _pymrio(str(path)).IOSystem(Z=flows, Y=demand, unit=unit)


def _pymrio(where: str) -> Any:
    try:
        return import_module("pymrio")
    except ImportError as error:
        mend = "Install the package with its extra: pip install 'monazite[network]'"
        raise BadInput([Fault(where=where, what="needs the pymrio library", mend=mend)]) from error


def read_firm_links(links: Path, firms: Path) -> SupplyTable:
    """A user's own firms: `links` with seller, buyer, value; `firms` with firm, product, revenue (as `read_firms`).

    Values are money a year. What a firm does not sell in the network is its final demand.

    Raises
    ------
    BadInput with every fault of both files
    """
    held = read_firms(links, firms)
    count = len(held.names)
    if held.revenue is None:
        mend = "Give the sales of the year, in the network and outside"
        raise BadInput([Fault(where=str(firms), what="has no column 'revenue'", mend=mend)])
    for path, column, values in ((links, "value", held.value), (firms, "revenue", held.revenue)):
        if values.max(initial=0) > MOST_MONEY:
            what = f"holds {values.max():g}, above {MOST_MONEY:g}"
            place = f"{path}, row {int(values.argmax()) + 1}, column {column}"
            raise BadInput([Fault(where=place, what=what, mend="Check the amount and its unit")])
    if count > MOST_INDUSTRIES:
        what = f"has {count:,} firms: a day of every pair would need {count**2 * 24 / 1e9:,.0f} GB"
        mend = f"Keep at most {MOST_INDUSTRIES:,} firms, or rank them without days: monazite disrupt rank"
        raise BadInput([Fault(where=str(firms), what=what, mend=mend)])
    flows = np.zeros((count, count))
    np.add.at(flows, (held.seller, held.buyer), held.value)
    demand = np.maximum(held.revenue - flows.sum(axis=1), 0)
    notes = settle(flows, demand, held.names)
    made_up = f" (made up, by their notes: {', '.join(held.made_up)})" if held.made_up else ""
    return SupplyTable(
        flows=flows,
        final_demand=demand,
        product=held.product,
        names=held.names,
        products=held.products,
        source=f"firm links: {links.name}, {firms.name}{made_up}",
        notes=notes,
    )
