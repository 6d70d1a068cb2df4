"""Assumptions of the licence delay with the ends of their ranges, from their table."""

import math
from pathlib import Path

from monazite.disruption.lines.sensitivity import Range
from monazite.readers.disruption.rows import read_rows
from monazite.readers.places import find_data
from monazite.terms.faults import BadInput, Fault


def read_delay_ranges(path: Path | None = None) -> tuple[Range, ...]:
    """Every row of the table; nan where an end is not stated.

    Raises
    ------
    BadInput with every cell that is no number, and every value outside its own range
    """
    path = path or find_data("reference") / "disruption" / "licence-delay.csv"
    found, faults = [], list[Fault]()
    columns, more = ("parameter", "key", "value", "low", "high"), ("unit", "kind", "source", "note")
    for row in read_rows(path, columns, faults, optional=more):
        value, low, high = (_known(row.number(name)) for name in ("value", "low", "high"))
        if low > value or high < value:
            row.fault("value", f"{value:g} lies outside {low:g} to {high:g}", "Mend the range")
        found.append(
            Range(parameter=row.text("parameter"), key=row.text("key"), value=value, low=low, high=high,
                  unit=row.text("unit"), kind=row.text("kind"), source=row.text("source"))
        )  # fmt: skip
    if faults:
        raise BadInput(faults)
    return tuple(found)


def _known(number: float | None) -> float:
    return math.nan if number is None else number
