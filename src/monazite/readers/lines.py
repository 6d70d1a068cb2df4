"""The bill of materials: lines from parents to children, and how many units of a child one parent takes."""

import difflib
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from monazite.catalogue.structure import Circular, find_cycles, levels
from monazite.readers.columns import Columns, Read, Unfit, amounts, distinct_pairs, positions
from monazite.readers.findings import counted_things
from monazite.readers.values import check_one_unit
from monazite.terms.amounts import NOTHING_KNOWN, Amounts, Interval
from monazite.terms.quantities import (
    BASE_UNITS,
    UNITS,
    NotAnAmount,
    find_unit,
    is_unknown,
    parse_amount,
    scaled,
)

_KINDS = ("count", "mass", "length", "area", "volume")
_ONE: Interval = (Fraction(1), Fraction(1))


@dataclass(kw_only=True)
class Lines:
    """m lines between parts."""

    parent: NDArray[np.int32]
    child: NDArray[np.int32]
    quantity: Amounts
    by_mass: NDArray[np.int64]  # parts without a mass of their own that all lines count in kilograms


@dataclass(frozen=True, slots=True)
class _Quantity:
    amount: Interval
    kind: int  # position in _KINDS


def no_lines() -> Lines:
    """A catalogue without a bill of materials."""
    return Lines(
        parent=np.zeros(0, np.int32),
        child=np.zeros(0, np.int32),
        quantity=Amounts.unknown(0),
        by_mass=np.zeros(0, np.int64),
    )


def find_part(columns: Columns, column: str, ids: pa.Array) -> NDArray[np.int64]:
    """(rows,) position of the part that a column names; a fault with the nearest part where there is none."""
    names = columns.ids(column)
    return check_known(columns, column, names, ids)


def check_known(columns: Columns, column: str, names: pa.Array, ids: pa.Array) -> NDArray[np.int64]:
    """(rows,) position of each name that is not empty among the parts, -1 and a fault where it is not there."""
    found = positions(names, ids)
    missing = np.flatnonzero(found < 0)
    if not len(missing):
        return found
    known: list[str] | None = None
    near: dict[str, str] = {}
    shown = 0
    for row in missing.tolist():
        name = names[row].as_py()
        if not name:
            continue
        shown += 1
        if shown > 100:
            left = len(missing) - 100
            columns.findings.fault(
                columns.table,
                row,
                columns.place(column),
                f"{left} more rows from here on name parts that are not in parts",
            )
            break
        if name not in near:
            known = ids.to_pylist() if known is None else known
            near[name] = _nearest(name, known) if len(near) < 20 else ""
        columns.findings.fault(
            columns.table,
            row,
            columns.place(column),
            f"'{name}' is not in parts",
            near[name] or "Add it to parts",
        )
    return found


def _nearest(name: str, known: list[str]) -> str:
    bare = _bare(name)
    alike = [other for other in known if _bare(other) == bare]
    if not alike:
        start = name[:2].casefold()
        candidates = [
            other for other in known if abs(len(other) - len(name)) <= 2 and other[:2].casefold() == start
        ][:5000]
        alike = difflib.get_close_matches(name, candidates, n=1, cutoff=0.6)
    return f"Did you mean '{alike[0]}'?" if alike else ""


def _bare(name: str) -> str:
    """A part number without what people leave out: case, blanks, strokes and points."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def read_lines(columns: Columns, ids: pa.Array, mass: Read[Interval]) -> Lines:
    """The lines of a table of which both ends are parts."""
    parent, child = find_part(columns, "parent", ids), find_part(columns, "child", ids)
    header_unit = columns.headers["quantity"].unit if "quantity" in columns else ""
    quantity = columns.read_pair(
        "quantity",
        "unit",
        lambda text, unit: _quantity(columns, text, unit or header_unit),
        _Quantity(_ONE, 0),
    )
    good = (parent >= 0) & (child >= 0)
    if len(good) and good.all():
        _check_circles(columns, ids, parent, child)
    elif good.any():
        kept = np.flatnonzero(good)
        _check_circles(columns, ids, parent[kept], child[kept], kept)
    _note_unknown(columns, quantity)
    rows = np.flatnonzero(good)
    child_of, codes = child[rows], quantity.codes[rows]
    counts, by_mass = _in_units_of_child(columns, ids, rows, child_of, Read(codes, quantity.values), mass)
    return Lines(
        parent=parent[rows].astype(np.int32),
        child=child_of.astype(np.int32),
        quantity=counts,
        by_mass=by_mass,
    )


def _quantity(columns: Columns, text: str, unit: str) -> _Quantity:
    if not text:
        raise Unfit("quantity is empty", "Write how many units of the child one parent takes, or unknown")
    amount = parse_amount(text)
    if unit and is_unknown(unit):
        unit = ""
    if unit and amount and amount[1]:
        check_one_unit(columns.reference, text, unit)
    written = (amount[1] if amount else "") or unit or "pcs"
    symbol = find_unit(written, columns.reference.units)
    if symbol is not None and UNITS[symbol].kind == "share":
        raise NotAnAmount(
            f"'{written}' does not say how many",
            "Write pieces or a unit such as kg; shares belong in content",
        )
    if symbol is None:
        close = difflib.get_close_matches(written.casefold(), columns.reference.units, n=1, cutoff=0.6)
        raise NotAnAmount(f"'{written}' is not a unit", f"Did you mean '{columns.reference.units[close[0]]}'?" if close else
                          "Allowed: pcs, kg, g, mg, t, lb, oz, m, cm, mm, m2, l, ml, m3")  # fmt: skip
    found = UNITS[symbol]
    return _Quantity(
        NOTHING_KNOWN if amount is None else scaled(amount[0], found.factor), _KINDS.index(found.kind)
    )


def _note_unknown(columns: Columns, quantity: Read[_Quantity]) -> None:
    unknown = [code for code, value in enumerate(quantity.values) if value.amount == NOTHING_KNOWN]
    if unknown:
        rows = np.flatnonzero(np.isin(quantity.codes, unknown))
        if len(rows):
            columns.findings.note(
                columns.table,
                int(rows[0]),
                columns.place("quantity"),
                f"{counted_things(len(rows), 'line')} without a known quantity",
            )


def _in_units_of_child(
    columns: Columns,
    ids: pa.Array,
    rows: NDArray[np.int64],
    child: NDArray[np.int64],
    quantity: Read[_Quantity],
    mass: Read[Interval],
) -> tuple[Amounts, NDArray[np.int64]]:
    """Quantities as units of the child, and the parts whose unit is a kilogram because nobody says otherwise.

    Pieces are units. A line in kilograms is divided by the mass of one unit where that is known. A part that
    all lines count by mass, length, area or volume has one kilogram, metre ... as its unit.
    """
    kinds = np.array([value.kind for value in quantity.values] or [0], dtype=np.int8)[quantity.codes]
    intervals = [value.amount for value in quantity.values]
    if not kinds.any():
        return amounts(quantity.codes, intervals), np.zeros(0, np.int64)
    used = np.zeros((len(ids), len(_KINDS)), dtype=bool)
    used[child, kinds] = True
    several = used.sum(axis=1) > 1
    mass_known = np.array([low > 0 for low, _ in mass.values], dtype=bool)[mass.codes]
    by_mass = np.flatnonzero(used[:, 1] & ~several & ~mass_known)
    own_unit = np.zeros(len(ids), dtype=bool)
    own_unit[by_mass] = True
    own_unit[np.flatnonzero(used[:, 2:].any(axis=1) & ~several)] = True
    _note_own_units(columns, ids, rows, child, kinds, own_unit)
    # Lines that cannot be counted in one unit: pieces and kilograms of a part whose mass nobody states, metres and pieces.
    unfit = several[child] & (kinds > 0) & ~((kinds == 1) & mass_known[child])
    for row, kind in list(zip(rows[unfit].tolist(), kinds[unfit].tolist(), strict=True))[:100]:
        name = ids[int(child[np.searchsorted(rows, row)])].as_py()
        mend = (
            f"Give the mass of one '{name}' in parts, or count it in one unit"
            if kind == 1
            else "Count it in one unit"
        )
        what = f"'{name}' is counted in {BASE_UNITS[_KINDS[kind]]} here and in another unit elsewhere"
        columns.findings.fault(
            columns.table,
            row,
            columns.place("unit") if "unit" in columns else columns.place("quantity"),
            what,
            mend,
        )
    divide = (kinds == 1) & mass_known[child]
    if not divide.any():
        return amounts(quantity.codes, intervals), by_mass
    first, second, pair = distinct_pairs(quantity.codes, np.where(divide, mass.codes[child] + 1, 0))
    made = []
    for one, other in zip(first.tolist(), second.tolist(), strict=True):
        low, high = intervals[one]
        if other:
            mass_low, mass_high = mass.values[other - 1]
            low = Fraction(0) if mass_high is None else low / mass_high
            high = None if high is None else high / mass_low
        made.append((low, high))
    return amounts(pair, made), by_mass


def _note_own_units(columns: Columns, ids: pa.Array, rows: NDArray[np.int64], child: NDArray[np.int64],
                    kinds: NDArray[np.int8], own_unit: NDArray[np.bool_]) -> None:  # fmt: skip
    for kind in range(1, len(_KINDS)):
        lines = np.flatnonzero((kinds == kind) & own_unit[child])
        if len(lines):
            parts = len(np.unique(child[lines]))
            name, unit = ids[int(child[lines[0]])].as_py(), BASE_UNITS[_KINDS[kind]]
            many = "" if parts == 1 else f" and {counted_things(parts - 1, 'other part')}"
            what = f"'{name}'{many} counted in {unit}: the value in parts is read as that of 1 {unit}"
            columns.findings.note(columns.table, int(rows[lines[0]]), columns.place("quantity"), what)


def _check_circles(columns: Columns, ids: pa.Array, parent: NDArray[np.int64], child: NDArray[np.int64],
                   rows: NDArray[np.int64] | None = None) -> None:  # fmt: skip
    """A fault for each knot, with a shortest circle in part numbers."""
    try:
        levels(parent, child, len(ids))
    except Circular:
        for cycle in find_cycles(parent, child, len(ids))[:20]:
            names = [ids[node].as_py() for node in cycle]
            closing = np.flatnonzero((parent == cycle[0]) & (child == cycle[1 % len(cycle)]))[0]
            row = int(closing if rows is None else rows[closing])
            circle = " > ".join([*names, names[0]])
            what = (
                f"'{names[0]}' contains itself" if len(names) == 1 else f"parts contain one another: {circle}"
            )
            columns.findings.fault(
                columns.table, row, columns.place("child"), what, "Remove the line that is wrong"
            )
