"""Headers as people write them, mapped to the columns of a catalogue; the synonyms stand in reference/headers.csv.

A header may carry its unit: "mass [g]", "Wert (EUR)", "weight_kg". What is not known is reported and left out.
"""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from monazite.readers.findings import Findings
from monazite.readers.reference import Reference, folded
from monazite.readers.tables import Table
from monazite.terms.facts import FACTS, Axis
from monazite.terms.quantities import NotAnAmount, find_currency, find_unit

REQUIRED = {
    "parts": ("part",),
    "bom": ("parent", "child", "quantity"),
    "content": ("part",),
    "moves": ("move", "from", "to"),
    "parties": ("party",),
    "rates": ("currency", "per", "rate"),
}
TABLES = tuple(REQUIRED)
_WITH_UNIT = {"mass", "value", "amount", "quantity", "rate"}
_BRACKETS = re.compile(r"(.*?)\s*[\[(](.+)[\])]\s*")


@dataclass(frozen=True, slots=True)
class Header:
    """Where a column stands in its table, and the unit or currency its header names."""

    place: int
    unit: str = ""


@lru_cache(maxsize=1)
def _move_columns() -> Mapping[str, str]:
    """Folded header -> path of a fact of the move axis."""
    columns: dict[str, str] = {}
    for path, fact in FACTS.items():
        if fact.axis is Axis.MOVE and path not in ("from", "to"):
            columns[folded(path)] = columns[folded(path.replace(".", "_"))] = path
            if path.startswith("use."):
                columns.setdefault(folded(path.removeprefix("use.")), path)
    return columns


@lru_cache(maxsize=1)
def _item_columns() -> Mapping[str, str]:
    """Folded header -> column for the facts of the item axis that go by their own name."""
    return {
        folded(name): name
        for path, fact in FACTS.items()
        if fact.axis is Axis.ITEM and path != "item.kind" and "." not in (name := path.removeprefix("item."))
    }


def find_table(name: str, reference: Reference) -> str | None:
    """The table that a file or sheet of this name holds."""
    return reference.tables.get(folded(name))


def map_headers(table: Table, name: str, reference: Reference, findings: Findings) -> dict[str, Header]:
    """Column -> its place in the table; faults for missing and doubled columns, notes for unknown ones."""
    known = dict(reference.columns[name])
    if name == "parts":
        known = {**_item_columns(), **known}
    if name == "moves":
        known = {**_move_columns(), **known}
    found: dict[str, list[tuple[Header, bool]]] = {}
    unknown: list[int] = []
    for place, header in enumerate(table.headers):
        match = _find_column(header, known, reference)
        if match is not None:
            column, unit = match
            found.setdefault(column, []).append((Header(place, unit), folded(header) == folded(column)))
        elif header:
            unknown.append(place)
        elif len(table) and any(text.strip() for text in table.columns[place].unique().to_pylist()):
            findings.fault(
                table, None, place, f"column {place + 1} has texts and no header", "Name it, or remove it"
            )
    mapped = {column: _choose(table, column, headers, findings) for column, headers in found.items()}
    for column in REQUIRED[name]:
        if column not in mapped:
            close = [table.headers[place] for place in unknown if _close(table.headers[place], column, known)]
            mend = (
                f"Is it '{close[0]}'? Call it '{column}'"
                if close
                else f"Add it; columns here: {', '.join(h for h in table.headers if h)}"
            )
            findings.fault(table, None, None, f"there is no column '{column}'", mend)
    for place in unknown:
        near = difflib.get_close_matches(
            folded(table.headers[place]),
            [word for word, column in known.items() if column not in mapped],
            n=1,
            cutoff=0.75,
        )
        mend = f"Did you mean '{known[near[0]]}'?" if near else ""
        findings.note(
            table, None, place, f"'{table.headers[place]}' is not a column of {name} and was left out", mend
        )
    return mapped


def _close(header: str, column: str, known: Mapping[str, str]) -> bool:
    words = [word for word, meant in known.items() if meant == column]
    return bool(difflib.get_close_matches(folded(header), words, n=1, cutoff=0.7))


def _find_column(header: str, known: Mapping[str, str], reference: Reference) -> tuple[str, str] | None:
    name = folded(header)
    if name in known:
        return known[name], ""
    brackets = _BRACKETS.fullmatch(header)
    if brackets:
        base, unit = folded(brackets[1]), brackets[2]
    else:
        base, _, unit = name.rpartition(" ")
    if known.get(base) in _WITH_UNIT and _is_unit(unit, reference):
        return known[base], unit
    # A header in two languages, such as "Part number / 零件号".
    both = {known[folded(half)] for half in re.split(r"[/|\n]", header) if folded(half) in known}
    return (both.pop(), "") if len(both) == 1 else None


def _is_unit(text: str, reference: Reference) -> bool:
    try:
        return find_unit(text, reference.units) is not None or find_currency(text) is not None
    except NotAnAmount:
        return False


def _choose(table: Table, column: str, headers: list[tuple[Header, bool]], findings: Findings) -> Header:
    """The one header of a column: its own name before a synonym; two equals are a fault."""
    own = [header for header, exact in headers if exact]
    if len(headers) == 1:
        return headers[0][0]
    if len(own) == 1:
        for header, exact in headers:
            if not exact:
                findings.note(
                    table,
                    None,
                    header.place,
                    f"'{table.headers[header.place]}' was left out, for '{column}' is there too",
                )
        return own[0]
    first, second = (own or [header for header, _ in headers])[:2]
    findings.fault(table, None, second.place, f"'{table.headers[second.place]}' is column '{column}', as is '{table.headers[first.place]}'",
                   "Keep one, or rename the other")  # fmt: skip
    return first
