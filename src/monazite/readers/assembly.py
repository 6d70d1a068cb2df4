"""Parts, lines and content put together as one catalogue, with the checks that need all of them."""

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from monazite.catalogue.locators import Coded, Places
from monazite.catalogue.model import NOT_KNOWN, Catalogue, Strength
from monazite.readers.columns import amounts
from monazite.readers.content import Content, Valued, masses, value_content
from monazite.readers.findings import counted_things
from monazite.readers.lines import Lines
from monazite.readers.parts import Parts, exactly
from monazite.readers.rates import PriceBook
from monazite.readers.typical import TypicalContent, find_typical
from monazite.terms.amounts import NOTHING_KNOWN, Amounts, Interval
from monazite.terms.facts import ELEMENTS, FORMS, HOLLOW_FORMS, RARE_EARTHS
from monazite.terms.kleene import NO, UNKNOWN, YES

_MORE = 1 + 1e-9
"""Rounding of floats in checks that only give notes."""


def assemble(
    parts: Parts, lines: Lines, content: Content | None, prices: PriceBook, countries: tuple[str, ...]
) -> Catalogue:
    """The catalogue of everything read; notes go to the findings."""
    n = len(parts)
    has_lines = np.zeros(n, dtype=bool)
    has_lines[lines.parent] = True
    has_content = np.zeros(n, dtype=bool)
    elements = parts.elements.copy()
    if content is not None:
        has_content[content.part] = True
        _raise_elements(elements, parts, content)
    complete = _complete(parts, has_lines, has_content)
    typical = find_typical(parts, ~has_lines & ~has_content & (complete != YES), prices)
    value = _part_values(parts, prices)
    mass = _part_masses(parts, lines)
    node_mass = masses(content, parts.mass) if content is not None else None
    valued = (
        value_content(content, node_mass, prices) if content is not None and node_mass is not None else None
    )
    notes: dict[int, tuple[str, ...]] = {
        n + row: (note,) for row, note in (valued.notes if valued else {}).items()
    }
    k = 0 if content is None else len(content.part)
    notes |= {n + k + row: (note,) for row, note in typical.notes.items()}
    j = len(typical)
    inside = k + j
    if content is not None and node_mass is not None and valued is not None:
        _check_content(parts, content, amounts(node_mass.codes, node_mass.values), valued, value, mass)
        _note_prices(content, valued, prices)
    if len(lines.parent):
        _check_lines(parts, lines, value, mass)
    nothing8, nothing16 = np.full(inside, NOT_KNOWN, np.int8), np.full(inside, NOT_KNOWN, np.int16)
    form_inside, family_inside, origin_inside = nothing8.copy(), nothing8.copy(), nothing16.copy()
    strength_inside = np.full(inside, int(Strength.TYPICAL), np.int8)
    complete_inside = np.full(inside, YES, np.int8)
    part_inside = typical.part
    elements_inside = typical.elements
    mixed = dict(parts.mixed_origins)
    if content is not None and valued is not None:
        form_inside[:k], family_inside[:k], origin_inside[:k] = content.form, content.family, content.origin
        strength_inside[:k] = np.where(valued.priced, int(Strength.TYPICAL), content.strength)
        complete_inside[:k] = content.complete
        part_inside = np.concatenate([content.part, typical.part])
        elements_inside = np.concatenate([content.elements, typical.elements])
        mixed |= {n + row: shares for row, shares in content.mixed_origins.items()}
    names, titles, where = _texts(parts, content, typical)
    value_inside = _join(valued.value if valued else None, typical.value)
    mass_inside = _join(amounts(node_mass.codes, node_mass.values) if node_mass else None, typical.mass)
    return Catalogue(
        names=names,
        parts=n,
        titles=titles,
        form=np.concatenate([parts.form, form_inside]),
        family=np.concatenate([parts.family, family_inside]),
        elements=np.concatenate([elements, elements_inside]),
        countries=countries,
        origin=np.concatenate([parts.origin, origin_inside]),
        mixed_origins=mixed,
        made_with=np.concatenate(
            [parts.made_with, np.full((inside, parts.made_with.shape[1]), NOT_KNOWN, np.int16)]
        ),
        technology_activity=np.concatenate([parts.technology_activity, nothing8]),
        technology_subject=np.concatenate([parts.technology_subject, nothing8]),
        claims={
            path: np.concatenate([truths, np.full(inside, NOT_KNOWN, np.int8)])
            for path, truths in parts.claims.items()
        },
        properties={name: column.join(Amounts.unknown(inside)) for name, column in parts.properties.items()},
        codes=parts.codes,
        labels=_labels(parts, content, n),
        places={
            p: np.concatenate([found, np.full(inside, NOT_KNOWN, np.int16)])
            for p, found in parts.places.items()
        },
        value=value.join(value_inside),
        mass_kg=mass.join(mass_inside),
        currency=prices.currency,
        content_complete=np.concatenate([complete, complete_inside]),
        strength=np.concatenate([np.full(n, int(Strength.DECLARED), np.int8), strength_inside]),
        supplier=parts.supplier.join(Coded(parts.supplier.table, parts.supplier.codes[part_inside])),
        where=where,
        parent=np.concatenate([lines.parent, part_inside.astype(np.int32)]),
        child=np.concatenate([lines.child, np.arange(n, n + inside, dtype=np.int32)]),
        quantity=lines.quantity.join(amounts(np.zeros(inside, np.int32), [exactly(1)])),
        notes=notes,
    )


def _labels(parts: Parts, content: Content | None, n: int) -> dict[str, dict[int, tuple[str, ...]]]:
    """Labels of the parts, and the classifications of what is declared inside them."""
    found = {path: dict(labels) for path, labels in parts.labels.items()}
    if content is not None and content.eccn:
        found.setdefault("item.eccn", {}).update({n + node: labels for node, labels in content.eccn.items()})
    return found


def _join(first: Amounts | None, second: Amounts) -> Amounts:
    if first is None or not len(first):
        return second
    return first.join(second) if len(second) else first


def _texts(parts: Parts, content: Content | None, typical: TypicalContent) -> tuple[Coded, Coded, Places]:
    names = Coded(parts.ids.to_pylist(), np.arange(len(parts), dtype=np.int32))
    titles = parts.titles
    table = parts.columns.table
    places = [(table.place, table.rows)]
    if content is not None:
        names, titles = names.join(content.titles), titles.join(content.titles)
        places.append((content.columns.table.place, content.columns.table.rows[content.rows]))
    if len(typical):
        names, titles = names.join(typical.titles), titles.join(typical.titles)
        places.append((table.place, table.rows[typical.part]))
    return names, titles, Places.of(places)


def _raise_elements(elements: NDArray[np.int8], parts: Parts, content: Content) -> None:
    """What a part's content names is in the part: for sure, or perhaps."""
    order = np.argsort(content.part, kind="stable")
    sorted_parts = content.part[order]
    if not len(order):
        return
    starts = np.flatnonzero(np.concatenate([[True], sorted_parts[1:] != sorted_parts[:-1]]))
    said = np.maximum.reduceat(content.presence[order], starts, axis=0)
    owners = sorted_parts[starts]
    clash = (said == YES) & (elements[owners] == NO)
    if clash.any():
        first = int(np.flatnonzero(clash.any(axis=1))[0])
        element = ELEMENTS[int(np.flatnonzero(clash[first])[0])]
        row, columns = int(owners[first]), parts.columns
        count = counted_things(int(clash.any(axis=1).sum()), "part")
        what = (
            f"content names {element}, which 'elements' rules out; it counts as being there ({count} in all)"
        )
        columns.findings.note(
            columns.table, row, columns.place("elements_complete") or columns.place("elements"), what
        )
    elements[owners] = np.maximum(elements[owners], said)


def _complete(parts: Parts, has_lines: NDArray[np.bool_], has_content: NDArray[np.bool_]) -> NDArray[np.int8]:
    """Do the lines name everything inside that matters? As stated, else what lines, form and elements tell.

    A material whose elements are all named, and none of them a rare earth, has nothing inside that matters. A
    magnet has: of what metal it was made is content, and an element's name is no list of content.
    """
    form_is = {form: number for number, form in enumerate(FORMS)}
    hollow = np.isin(parts.form, [form_is[form] for form in HOLLOW_FORMS])
    bulk = ~hollow & (parts.form >= 0) & (parts.form < form_is["plain part"])
    rare = (parts.elements[:, : len(RARE_EARTHS)] != NO).any(axis=1)
    closed = (parts.form == form_is["plain part"]) | (bulk & (parts.elements_complete == YES) & ~rare)
    derived = np.where((has_lines | closed & ~has_content) & ~parts.partial, YES, UNKNOWN)
    columns = parts.columns
    whole = int((has_lines & ~parts.partial & (parts.content_complete < 0)).sum())
    if whole:
        what = f"{counted_things(whole, 'part')} with lines in bom: the lines are taken as all of them"
        mend = "Write structure = partial where a bill of materials leaves something out"
        columns.findings.note(columns.table, None, None, what, mend)
    return np.where(parts.content_complete >= 0, parts.content_complete, derived).astype(np.int8)


def _part_values(parts: Parts, prices: PriceBook) -> Amounts:
    money = parts.money
    values: list[Interval] = []
    missing: dict[str, int] = {}
    for code, value in enumerate(money.values):
        converted = (
            NOTHING_KNOWN if value is None else prices.rates.convert(value[0], value[1], prices.currency)
        )
        if converted is None and value is not None:
            missing.setdefault(value[1], code)
        values.append(NOTHING_KNOWN if converted is None else converted)
    columns = parts.columns
    for currency, code in missing.items():
        rows = np.flatnonzero(money.codes == code)
        row = int(rows[0]) if len(rows) else None
        same = [c for c, value in enumerate(money.values) if value and value[1] == currency]
        count = counted_things(int(np.isin(money.codes, same).sum()), "value")
        what = f"{count} in {currency} left unknown, for no rate leads to {prices.currency}"
        mend = f"Add a dated rate of {currency} per {prices.currency} to rates"
        columns.findings.note(columns.table, row, columns.place("value"), what, mend)
    return amounts(money.codes, values)


def _part_masses(parts: Parts, lines: Lines) -> Amounts:
    codes = parts.mass.codes
    if len(lines.by_mass):
        codes = codes.copy()
        codes[lines.by_mass] = len(parts.mass.values)
    return amounts(codes, [*parts.mass.values, exactly(1)])


def _check_content(
    parts: Parts, content: Content, node_mass: Amounts, valued: Valued, value: Amounts, mass: Amounts
) -> None:
    """Notes where content weighs or costs more than its part, or an oxide holds more of an element than it can."""
    n = len(parts)
    table, findings = content.columns.table, content.columns.findings
    checks = (
        (node_mass.low_float, mass.high_float, "amount", "weighs"),
        (valued.value.low_float, value.high_float, "value", "is worth"),
    )
    for low, limit, column, verb in checks:
        total = np.bincount(content.part, weights=low, minlength=n)
        over = np.flatnonzero(total > limit * _MORE)
        if len(over):
            row = int(content.rows[np.flatnonzero(content.part == over[0])[0]])
            name = parts.ids[int(over[0])].as_py()
            what = f"the content of '{name}' {verb} more than the part itself ({counted_things(len(over), 'part')} in all)"
            findings.note(table, row, content.columns.place(column), what, "Look at the units")
    _check_fractions(parts, content)
    _check_shares(parts, content)


def _check_shares(parts: Parts, content: Content) -> None:
    """A note where the shares of a part's mass add up to more than the whole."""
    low = np.array(
        [float(a.interval[0]) if a.kind == "share" else 0.0 for a in content.amount.values] or [0.0]
    )
    total = np.bincount(content.part, weights=low[content.amount.codes], minlength=len(parts))
    over = np.flatnonzero(total > _MORE)
    if len(over):
        row = int(content.rows[np.flatnonzero(content.part == over[0])[0]])
        name, count = parts.ids[int(over[0])].as_py(), counted_things(len(over), "part")
        what = f"the shares in '{name}' add up to {total[over[0]] * 100:.4g} % ({count} in all)"
        columns = content.columns
        columns.findings.note(columns.table, row, columns.place("amount"), what, "Look at the units")


def _check_lines(parts: Parts, lines: Lines, value: Amounts, mass: Amounts) -> None:
    """Notes where what a part is put together from weighs or costs more than the part."""
    columns = parts.columns
    for of, column, verb in ((mass, "mass", "weigh"), (value, "value", "are worth")):
        with np.errstate(invalid="ignore"):
            part = lines.quantity.low_float * of.low_float[lines.child]
        total = np.bincount(lines.parent, weights=part, minlength=len(parts))
        over = np.flatnonzero(total > of.high_float * _MORE)
        if len(over) and columns.place(column) is not None:
            name, count = parts.ids[int(over[0])].as_py(), counted_things(len(over), "part")
            what = f"the lines of '{name}' {verb} more than the part itself ({count} in all)"
            columns.findings.note(
                columns.table, int(over[0]), columns.place(column), what, "Look at quantities and units"
            )


def _check_fractions(parts: Parts, content: Content) -> None:
    greatest = content.columns.reference.greatest_fraction
    for code, matter in enumerate(content.matter.values):
        if not matter.bare or len(matter.named) != 1:
            continue
        element = matter.named[0][0]
        for form in ("oxide", "compound"):
            limit = greatest.get((form, element), Fraction(1))
            over = [
                a
                for a, amount in enumerate(content.amount.values)
                if amount.kind == "share" and amount.interval[0] > limit
            ]
            if not over:
                continue
            rows = np.flatnonzero(
                (content.matter.codes == code)
                & np.isin(content.amount.codes, over)
                & (parts.form[content.part] == FORMS.index(form))
            )
            if len(rows):
                what = f"{form}s hold at most {float(limit * 100):.2f} % {element} by mass"
                content.columns.findings.note(
                    content.columns.table,
                    int(content.rows[rows[0]]),
                    content.columns.place("amount"),
                    what,
                    "Look at the amount",
                )


def _note_prices(content: Content, valued: Valued, prices: PriceBook) -> None:
    table, findings, place = content.columns.table, content.columns.findings, content.columns.place
    if valued.priced.any():
        row = int(content.rows[np.flatnonzero(valued.priced)[0]])
        first = next(iter(valued.notes.values()))
        what = f"{counted_things(int(valued.priced.sum()), 'value')} from mass and dated prices, such as {first.partition(': ')[2]}"
        mend = "State the value where the contract or the customs entry tells it"
        findings.note(table, row, place("amount"), what, mend)
    unknown = ~np.isfinite(valued.value.high_float)
    if unknown.any():
        row = int(content.rows[np.flatnonzero(unknown)[0]])
        mend = "State the value"
        if prices.missing_rates:
            mend += f", or give a dated rate of {', '.join(sorted(prices.missing_rates))} per {prices.currency} so that prices can be used"
        findings.note(
            table,
            row,
            place("amount"),
            f"{counted_things(int(unknown.sum()), 'row')} of content without a known value",
            mend,
        )
