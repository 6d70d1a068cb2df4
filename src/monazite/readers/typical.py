"""What products of a class usually hold, for parts whose inside nobody declared; never proof of anything.

A typical node says: from nothing up to so much of this element may be inside, of unknown origin.
"""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from monazite.catalogue.locators import Coded
from monazite.readers.columns import amounts
from monazite.readers.content import times
from monazite.readers.findings import counted_things
from monazite.readers.parts import Parts
from monazite.readers.rates import PriceBook
from monazite.readers.reference import Typical, folded
from monazite.terms.amounts import NOTHING_KNOWN, Amounts, Interval
from monazite.terms.facts import ELEMENTS
from monazite.terms.kleene import NO, UNKNOWN, YES


@dataclass(kw_only=True)
class TypicalContent:
    """j nodes: the part they may be inside, the element, and how much of it at most."""

    part: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    titles: Coded = field(default_factory=lambda: Coded((), np.zeros(0, np.int32)))
    elements: NDArray[np.int8] = field(default_factory=lambda: np.zeros((0, len(ELEMENTS)), np.int8))
    mass: Amounts = field(default_factory=lambda: Amounts.unknown(0))
    value: Amounts = field(default_factory=lambda: Amounts.unknown(0))
    notes: dict[int, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.part)


def find_typical(parts: Parts, leaf: NDArray[np.bool_], prices: PriceBook) -> TypicalContent:
    """Typical nodes of the parts that are leaves, have a known class, and are not said to be complete."""
    codes, texts = parts.classes
    known = {folded(name): name for name in prices.reference.typical}
    names = [known.get(folded(text)) for text in texts]
    _note_unknown_classes(parts, texts, names, known)
    wanted = (
        leaf
        & (parts.content_complete != YES)
        & np.array([name is not None for name in names], dtype=bool)[codes]
    )
    if not wanted.any():
        return TypicalContent()
    groups = [
        group
        for code, name in enumerate(names)
        if name
        for group in _groups(parts, np.flatnonzero(wanted & (codes == code)), name, prices)
    ]
    part = np.concatenate([group.rows for group in groups])
    order = np.argsort(part, kind="stable")
    number = np.repeat(np.arange(len(groups)), [len(group.rows) for group in groups])[order]
    element = np.array([ELEMENTS.index(group.element) for group in groups])[number]
    matrix = np.full((len(part), len(ELEMENTS)), NO, dtype=np.int8)
    matrix[np.arange(len(part)), element] = UNKNOWN
    columns, first = parts.columns, int(np.flatnonzero(wanted)[0])
    count = counted_things(int(wanted.sum()), "part")
    what = f"{count} without declared content: the typical content of the class is used, of unknown origin"
    columns.findings.note(
        columns.table, first, columns.place("class"), what, "Ask the supplier for a material declaration"
    )
    return TypicalContent(
        part=part[order],
        titles=Coded([group.title for group in groups], number),
        elements=matrix,
        mass=amounts(number, [group.mass for group in groups]),
        value=amounts(number, [group.value for group in groups]),
        notes={row: groups[group].note for row, group in enumerate(number.tolist())},
    )


@dataclass(frozen=True, slots=True)
class _Group:
    """Parts of one class and one mass, and one element that may be inside each."""

    rows: NDArray[np.int64]
    element: str
    title: str
    mass: Interval
    value: Interval
    note: str


def _groups(parts: Parts, rows: NDArray[np.int64], name: str, prices: PriceBook) -> Iterator[_Group]:
    """Groups of parts that get the same typical node, O(elements of the class x distinct masses)."""
    if not len(rows):
        return
    codes = parts.mass.codes[rows]
    by_mass = np.argsort(codes, kind="stable")
    distinct, starts = np.unique(codes[by_mass], return_index=True)
    for code, same in zip(distinct.tolist(), np.split(rows[by_mass], starts[1:]), strict=True):
        _, most = parts.mass.values[code]
        for typical in prices.reference.typical[name]:
            may = same[parts.elements[same, ELEMENTS.index(typical.element)] != NO]
            if not len(may):
                continue
            mass = _mass(typical, most)
            price = prices.find(typical.element, "element")
            worth = NOTHING_KNOWN if price is None else times(mass, price.per_kg)
            says = None if worth[1] is None or price is None else price.says
            yield _Group(
                may,
                typical.element,
                f"{typical.element}, typical of {name}",
                mass,
                worth,
                _note(typical, name, says),
            )


def _mass(typical: Typical, most: Fraction | None) -> Interval:
    """From nothing to the most that is usual; without bound where the size of the product is not known."""
    if typical.per == "piece":
        return Fraction(0), typical.high
    if typical.per == "mass" and most is not None:
        return Fraction(0), typical.high * most
    return NOTHING_KNOWN


def _note(typical: Typical, name: str, price: str | None) -> str:
    how = f"typical of {name} ({typical.note}; {typical.source}), not declared"
    return f"{how}; value from mass and dated prices: {price}" if price else how


def _note_unknown_classes(
    parts: Parts, texts: list[str], names: list[str | None], known: dict[str, str]
) -> None:
    columns = parts.columns
    for code, (text, name) in enumerate(zip(texts, names, strict=True)):
        if name is None and text:
            near = difflib.get_close_matches(folded(text), known, n=1, cutoff=0.75)
            if near:
                row = int(np.flatnonzero(parts.classes[0] == code)[0])
                columns.findings.note(
                    columns.table,
                    row,
                    columns.place("class"),
                    f"nothing is known of the class '{text}'",
                    f"Did you mean '{known[near[0]]}'?",
                )
