"""Tables of flows between industries or firms as supply tables.

Multi-regional tables come through the pymrio library, which is asked for only when such a table is read: EXIOBASE,
FIGARO, WIOD, Eora, OECD and its own form. A user's own links between firms come from Parquet.
"""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from monazite.disruption.table import SupplyTable
from monazite.terms.faults import BadInput, Fault, near_match

MRIO_FORMATS = {
    "exiobase3": "parse_exiobase3",
    "exiobase2": "parse_exiobase2",
    "exiobase1": "parse_exiobase1",
    "figaro": "parse_figaro_sut",
    "wiod": "parse_wiod",
    "eora26": "parse_eora26",
    "oecd": "parse_oecd",
    "pymrio": "load_all",
}
"""Name of a format -> function of pymrio that reads it."""

MOST_INDUSTRIES = 20_000
"""A dense table of more would not fit most memories: 3.2 GB."""


def read_mrio(path: Path, form: str, *, unit: str = "") -> SupplyTable:
    """A multi-regional table on disk.

    Raises
    ------
    BadInput where pymrio is missing, the format is unknown, or the folder cannot be read
    """
    where = str(path)
    if form not in MRIO_FORMATS:
        mend = near_match(form, MRIO_FORMATS) or f"Allowed: {', '.join(MRIO_FORMATS)}"
        raise BadInput([Fault(where=where, what=f"'{form}' is no format of tables", mend=mend)])
    if not path.exists():
        raise BadInput([Fault(where=where, what="is not there", mend="Check the path")])
    try:
        pymrio = import_module("pymrio")
    except ImportError as error:
        mend = "Install the package with its extra: pip install 'monazite[network]'"
        raise BadInput([Fault(where=where, what="needs the pymrio library", mend=mend)]) from error
    read: Callable[[Path], Any] | None = getattr(pymrio, MRIO_FORMATS[form], None)
    if read is None:
        what = f"pymrio {pymrio.__version__} does not read '{form}'"
        raise BadInput([Fault(where=where, what=what, mend="Install a newer pymrio")])
    try:
        system = read(path)
    except Exception as error:  # the library has no one type for a file it cannot read
        what = f"pymrio cannot read it as {form}: {type(error).__name__}: {error}"
        raise BadInput(
            [Fault(where=where, what=what, mend="Check the format's name and the folder")]
        ) from error
    return table_of_system(system, source=f"{form}: {path.name}", unit=unit)


def read_test_table() -> SupplyTable:
    """The small made-up table that comes with pymrio: 6 regions, 8 sectors."""
    try:
        pymrio = import_module("pymrio")
    except ImportError as error:
        mend = "Install the package with its extra: pip install 'monazite[network]'"
        raise BadInput([Fault(where="pymrio-test", what="needs the pymrio library", mend=mend)]) from error
    return table_of_system(pymrio.load_test(), source="pymrio's own test table, made up")


def table_of_system(system: Any, *, source: str = "", unit: str = "") -> SupplyTable:
    """The table of a pymrio system: flows Z, final demand Y summed over its columns.

    Negative figures of final demand (stocks run down) count as none; the output is what is delivered.
    """
    if getattr(system, "Z", None) is None or getattr(system, "Y", None) is None:
        mend = "Give flows Z and final demand Y, in money"
        raise BadInput([Fault(where=source or "table", what="holds no flows or no final demand", mend=mend)])
    index = system.Z.index
    products = tuple(dict.fromkeys(str(name) for name in index.get_level_values(-1)))
    number = {name: at for at, name in enumerate(products)}
    flows = np.maximum(system.Z.to_numpy(dtype=float), 0)
    demand = np.maximum(system.Y.reindex(index).to_numpy(dtype=float).sum(axis=1), 0)
    return SupplyTable(
        flows=flows,
        final_demand=demand,
        product=np.array([number[str(name)] for name in index.get_level_values(-1)], dtype=np.intp),
        names=tuple("/".join(str(part) for part in name) for name in index),
        products=products,
        unit=unit,
        source=source,
    )


def read_firm_links(links: Path, firms: Path) -> SupplyTable:
    """A user's own firms: `links` with seller, buyer, value; `firms` with firm, product, revenue.

    Both are Parquet; values are money a year. What a firm does not sell in the network is its final demand.

    Raises
    ------
    BadInput with every fault: columns, names that are not firms, revenue below sales
    """
    held, faults = {}, []
    wanted = {links: ("seller", "buyer", "value"), firms: ("firm", "product", "revenue")}
    for path, columns in wanted.items():
        held[path] = _columns(path, columns, faults)
    if faults:
        raise BadInput(faults)
    names = [str(name) for name in held[firms]["firm"]]
    place = {name: at for at, name in enumerate(names)}
    if len(names) > MOST_INDUSTRIES:
        mend = f"Keep at most {MOST_INDUSTRIES:,}, or use the structural index"
        raise BadInput([Fault(where=str(firms), what=f"has {len(names):,} firms", mend=mend)])
    ends = {}
    for end in ("seller", "buyer"):
        texts = [str(name) for name in held[links][end]]
        for row, name in enumerate(texts):
            if name not in place:
                where = f"{links}, row {row + 1}, column {end}"
                faults.append(Fault(where=where, what=f"'{name}' is no firm", mend=near_match(name, place)))
        ends[end] = texts
    values = [
        _number(value, f"{links}, row {row + 1}, column value", faults)
        for row, value in enumerate(held[links]["value"])
    ]
    revenue = [
        _number(value, f"{firms}, row {row + 1}, column revenue", faults)
        for row, value in enumerate(held[firms]["revenue"])
    ]
    if faults:
        raise BadInput(faults)
    flows = np.zeros((len(names), len(names)))
    places = [[place[name] for name in ends[end]] for end in ("seller", "buyer")]
    np.add.at(flows, (places[0], places[1]), values)
    left = np.array(revenue) - flows.sum(axis=1)
    for at in np.flatnonzero(left < -1e-6 * np.maximum(np.array(revenue), 1)):
        what = f"revenue {revenue[at]:g} is below sales in the network {flows[at].sum():g}"
        faults.append(Fault(where=f"{firms}, row {at + 1}", what=what, mend="Give all sales of the year"))
    if faults:
        raise BadInput(faults)
    kinds = [str(name) for name in held[firms]["product"]]
    products = tuple(dict.fromkeys(kinds))
    number = {name: at for at, name in enumerate(products)}
    return SupplyTable(
        flows=flows,
        final_demand=np.maximum(left, 0),
        product=np.array([number[name] for name in kinds], dtype=np.intp),
        names=tuple(names),
        products=products,
        source=f"firm links: {links.name}, {firms.name}",
    )


def _columns(path: Path, wanted: tuple[str, ...], faults: list[Fault]) -> dict[str, list[Any]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowException) as error:
        what = f"cannot be read: {str(error).splitlines()[0]}"
        faults.append(Fault(where=str(path), what=what, mend="Check the path and that it is Parquet"))
        return {}
    for name in wanted:
        if name not in table.column_names:
            mend = near_match(name, table.column_names) or f"It has: {', '.join(table.column_names)}"
            faults.append(Fault(where=str(path), what=f"has no column '{name}'", mend=mend))
    return {name: table.column(name).to_pylist() for name in wanted if name in table.column_names}


def _number(value: Any, where: str, faults: list[Fault]) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < float("inf"):
        return float(value)
    faults.append(Fault(where=where, what=f"'{value}' is no amount", mend="Give a number of at least 0"))
    return 0.0
