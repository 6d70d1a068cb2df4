"""Links between firms for the structural index: CSV, XLSX or Parquet, as many as memory holds.

    links    seller, buyer, value                          money in one year
    firms    firm, product, revenue[, costs]               revenue and costs hold the network's part and all else
    needs    input, maker, need                            essential, non-essential or none

`input` and `maker` of the needs are products: what makers of the one need of the other. A pair that stands nowhere is not
known, and the reader says which of them the links use.
"""

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from monazite.disruption.network.firms import UNKNOWN, Firms
from monazite.disruption.network.structural import ESSENTIAL, NON_ESSENTIAL
from monazite.disruption.network.table import SupplyTable
from monazite.readers.columns import Columns, Unfit, positions
from monazite.readers.findings import Findings
from monazite.readers.headers import Header
from monazite.readers.reference import read_reference
from monazite.readers.tables import read_tables
from monazite.terms.faults import BadInput, Fault, near_match

NEEDS = {"essential": ESSENTIAL, "non-essential": NON_ESSENTIAL, "none": 0}
MOST_PRODUCTS = 20_000
"""Needs are held for every pair of products: 400 MB for so many."""
COLUMNS = {
    "links": (("seller", "buyer", "value"), ("note",)),
    "firms": (("firm", "product"), ("revenue", "costs", "note")),
    "needs": (("input", "maker", "need"), ("source", "note")),
}


def read_firms(links: Path, firms: Path, needs: Path | None = None) -> Firms:
    """Firms from tables.

    Raises
    ------
    BadInput with every fault of all files
    """
    findings = Findings()
    files: list[tuple[str, int, str]] = []
    left_out: list[str] = []
    held = {name: _open(path, name, findings, files, left_out) for name, path in
            (("firms", firms), ("links", links), ("needs", needs)) if path is not None}  # fmt: skip
    if findings.faults:
        raise BadInput(findings.faults)
    of_firms, of_links = held["firms"], held["links"]
    assert of_firms is not None
    assert of_links is not None
    ids = of_firms.ids("firm")
    first = positions(ids, ids)
    again = np.flatnonzero(first != np.arange(len(ids)))
    for row in again[:100].tolist():
        where = of_firms.table.where(int(first[row]), of_firms.place("firm"))
        findings.fault(of_firms.table, row, of_firms.place("firm"), f"stands at {where} too", "Keep one")
    of_rows, texts_of_rows = of_firms.texts("product")
    kinds = list(dict.fromkeys(texts_of_rows))
    number = {kind: at for at, kind in enumerate(kinds)}
    codes = np.array([number[text] for text in texts_of_rows], dtype=np.intp)[of_rows]
    for row in np.flatnonzero(codes == number.get("", UNKNOWN))[:100].tolist():
        findings.fault(
            of_firms.table, row, of_firms.place("product"), "product is empty", "Write what it makes"
        )
    ends = []
    for end in ("seller", "buyer"):
        place = positions(of_links.ids(end), ids)
        end_codes, texts = of_links.texts(end)
        for row in np.flatnonzero(place < 0)[:100].tolist():
            text = texts[end_codes[row]]
            if text:
                near = near_match(text, ids.to_pylist()[:5000])
                findings.fault(of_links.table, row, of_links.place(end), f"'{text}' is not in firms", near)
        ends.append(place.astype(np.intp))
    value = of_links.read("value", _amount("value"), math.nan).array(np.float64)
    of_money = {
        name: of_firms.read(name, _amount(name), math.nan).array(np.float64) if name in of_firms else None
        for name in ("revenue", "costs")
    }
    if len(kinds) > MOST_PRODUCTS:
        what = f"the firms make {len(kinds):,} products"
        raise BadInput(
            [*findings.faults, Fault(where=str(firms), what=what, mend=f"Name at most {MOST_PRODUCTS:,}")]
        )
    table = np.full((len(kinds), len(kinds)), UNKNOWN, dtype=np.int8)
    if held.get("needs") is not None:
        _read_needs(held["needs"], kinds, table, findings)
    if not len(ids):
        findings.add(Fault(where=str(firms), what="holds no firm", mend="Write one a row"))
    if not findings.faults:
        for name, part, end in (("revenue", "sales", ends[0]), ("costs", "purchases", ends[1])):
            _enough(
                of_firms, of_money[name], np.bincount(end, value, minlength=len(ids)), name, part, findings
            )
    weight = of_money["revenue"] if of_money["revenue"] is not None else value
    if not findings.faults and not weight.sum() > 0:
        mend = "Give revenue in the column 'revenue'"
        findings.add(Fault(where=str(firms), what="no firm sells anything", mend=mend))
    if findings.faults:
        raise BadInput(findings.faults)
    return Firms(
        names=tuple(ids.to_pylist()), products=tuple(kinds), seller=ends[0], buyer=ends[1], value=value,
        product=codes, revenue=of_money["revenue"], costs=of_money["costs"], needs=table, files=tuple(files),
        left_out=tuple(left_out),
        made_up=tuple(one.table.file for one in held.values() if one is not None and _is_made_up(one)),
    )  # fmt: skip


def firms_of_table(table: SupplyTable, needs: Path | None = None) -> Firms:
    """The industries of a table of flows as firms: revenue is what each delivers; its costs are its purchases.

    Raises
    ------
    BadInput with every fault of the needs
    """
    seller, buyer = np.nonzero(table.flows > 0)
    found = np.full((len(table.products), len(table.products)), UNKNOWN, dtype=np.int8)
    findings = Findings()
    files: list[tuple[str, int, str]] = []
    left_out: list[str] = []
    if needs is not None:
        held = _open(needs, "needs", findings, files, left_out)
        if held is not None and not findings.faults:
            _read_needs(held, list(table.products), found, findings)
    if findings.faults:
        raise BadInput(findings.faults)
    return Firms(
        names=table.names, products=table.products, seller=seller, buyer=buyer, value=table.flows[seller, buyer],
        product=table.product, revenue=table.output, costs=None, needs=found, files=tuple(files),
        left_out=tuple(left_out),
    )  # fmt: skip


def _open(
    path: Path, name: str, findings: Findings, files: list[tuple[str, int, str]], left_out: list[str]
) -> Columns | None:
    wanted, optional = COLUMNS[name]
    tables, faults, _ = read_tables(path, path.name, (*wanted, *optional))
    findings.extend(faults)
    table = next(iter(tables.values()), None)
    if table is None:
        return None
    headers = {
        text.strip().casefold(): Header(place) for place, text in reversed(list(enumerate(table.headers)))
    }
    known = (*wanted, *optional)
    for text, header in headers.items():
        near = near_match(text, [name for name in known if name not in headers])
        if text not in known and near.startswith("Did you mean"):
            findings.fault(table, None, header.place, f"there is no column '{text}'", near)
    for column in wanted:
        if column not in headers:
            mend = near_match(column, headers)
            mend = mend if mend.startswith("Did you mean") else f"Columns: {', '.join(wanted)}"
            findings.fault(table, None, None, f"there is no column '{column}'", mend)
    left_out += [f"{path.name}: {text}" for text in headers if text not in known]
    files.append((path.name, len(table), table.sha256))
    return Columns(table, name, headers, read_reference(), findings)


def _is_made_up(held: Columns) -> bool:
    """A note of the table says so of a row."""
    return any("made up" in text.casefold() for text in held.texts("note")[1])


def _read_needs(held: Columns | None, kinds: list[str], table: NDArray[np.int8], findings: Findings) -> None:
    assert held is not None
    number = {kind: at for at, kind in enumerate(kinds)}

    def need(text: str) -> int:
        if text not in NEEDS:
            raise Unfit(f"'{text}' is no need" if text else "need is empty", f"Allowed: {', '.join(NEEDS)}")
        return NEEDS[text]

    found = held.read("need", need, 0).array(np.int64)
    ends = []
    for column in ("input", "maker"):
        codes, texts = held.texts(column)
        place = np.array([number.get(text, -1) for text in texts], dtype=np.int64)[codes]
        for row in np.flatnonzero(place < 0)[:100].tolist():
            text = texts[codes[row]]
            what = f"'{text}' is no product of the firms" if text else f"{column} is empty"
            findings.fault(held.table, row, held.place(column), what, near_match(text, kinds))
        ends.append(place)
    if findings.faults:
        return
    seen: dict[tuple[int, int], int] = {}
    for row, (i, j) in enumerate(zip(ends[0].tolist(), ends[1].tolist(), strict=True)):
        if (i, j) in seen:
            where = held.table.where(seen[i, j], held.place("need"))
            findings.fault(held.table, row, held.place("need"), f"the pair stands at {where} too", "Keep one")
        seen[i, j] = row
    table[ends[0], ends[1]] = found


def _amount(what: str) -> Callable[[str], float]:
    def parse(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            raise Unfit(
                f"'{text}' is not a number" if text else f"{what} is empty", "Write an amount such as 12.5"
            ) from None
        if not math.isfinite(value) or value < 0:
            raise Unfit(f"'{text}' is below zero or not finite", "Write zero or more")
        return value

    return parse


def _enough(
    firms: Columns,
    given: NDArray[np.float64] | None,
    least: NDArray[np.float64],
    name: str,
    part: str,
    findings: Findings,
) -> None:
    """A fault for each firm whose whole is below the network's part of it."""
    if given is None:
        return
    for row in np.flatnonzero(given < least * (1 - 1e-9))[:100].tolist():
        what = f"{name} {given[row]:g} is below the {part} in the links, {least[row]:g}"
        findings.fault(firms.table, row, firms.place(name), what, f"Give all {name} of the year")
