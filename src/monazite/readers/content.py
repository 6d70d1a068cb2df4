"""Declared content: what is inside a part, by mass, share or value; each row becomes a node of its own."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from monazite.catalogue.locators import Coded
from monazite.catalogue.model import NOT_KNOWN, Strength
from monazite.readers.columns import Columns, Read, Unfit, amounts, distinct_pairs
from monazite.readers.findings import counted_things
from monazite.readers.lines import find_part
from monazite.readers.parts import NOT_NAMED, family_matrix, read_labels, read_origins
from monazite.readers.rates import PriceBook
from monazite.readers.reference import Substance, folded
from monazite.readers.values import (
    Money,
    Named,
    check_one_unit,
    money_reader,
    parse_elements,
    word_reader,
)
from monazite.terms.amounts import NOTHING_KNOWN, Amounts, Interval
from monazite.terms.facts import ELEMENTS, FAMILIES, FORMS
from monazite.terms.kleene import NO, UNKNOWN, YES
from monazite.terms.quantities import (
    UNITS,
    NotAnAmount,
    find_currency,
    find_unit,
    is_unknown,
    parse_amount,
    scaled,
)

_PLACE = {element: number for number, element in enumerate(ELEMENTS)}


@dataclass(frozen=True, slots=True)
class Matter:
    """What a row of content is about, apart from how much of it there is."""

    title: str
    form: int
    family: int
    named: tuple[tuple[str, int], ...]
    pure: bool  # nothing else in it
    bare: bool  # an amount of an element in whatever form
    price: tuple[str, str] | None  # product and form of the price table


@dataclass(frozen=True, slots=True)
class _Amount:
    """How much: a mass in kg, a share of the part's mass, money, or nothing stated."""

    kind: str  # 'mass', 'share', 'money', 'blank', 'unknown'
    interval: Interval = NOTHING_KNOWN
    currency: str = ""


@dataclass(kw_only=True)
class Content:
    """k nodes of declared content, one for each row."""

    columns: Columns
    part: NDArray[np.int64]
    titles: Coded
    form: NDArray[np.int8]
    family: NDArray[np.int8]
    elements: NDArray[np.int8]  # (k, ELEMENTS) truths of the node
    presence: NDArray[np.int8]  # (k, ELEMENTS) what the row says of its part; NO where it says nothing
    origin: NDArray[np.int16]
    mixed_origins: dict[int, dict[str, Interval]]
    complete: NDArray[np.int8]
    strength: NDArray[np.int8]
    matter: Read[Matter]
    amount: Read[_Amount]
    money: Read[Money]
    rows: NDArray[np.int64]  # row of the table of each node
    eccn: dict[int, tuple[str, ...]]  # US classification of each node that states one


def read_content(
    columns: Columns, ids: pa.Array, countries: tuple[str, ...], currency: str | None
) -> Content:
    """The rows of a table of which the part is known."""
    reference = columns.reference
    part = find_part(columns, "part", ids)
    matter = _matters(columns)
    unit = columns.headers["amount"].unit if "amount" in columns else ""
    amount = _amounts(columns, unit, currency)
    value_unit = columns.headers["value"].unit if "value" in columns else ""
    money = columns.read_pair("value", "currency", money_reader(currency, value_unit), None)
    origin, mixed = read_origins(columns, countries)
    words = tuple(strength.name.lower() for strength in Strength)
    strength = columns.read(
        "strength", word_reader(reference, "strength", words, int(Strength.DECLARED)), int(Strength.DECLARED)
    )
    there = _presence(amount, money)
    named = _named_matrix(matter)
    rest = np.where(np.array([m.pure for m in matter.values], dtype=bool)[matter.codes], NO, UNKNOWN).astype(
        np.int8
    )
    elements = np.where(
        named == NOT_NAMED, rest[:, None], np.where(named == YES, there[:, None], named)
    ).astype(np.int8)
    said = np.where(named == YES, there[:, None], np.where(named == UNKNOWN, UNKNOWN, NO)).astype(np.int8)
    closed = [m.pure or (m.bare and m.form == NOT_KNOWN) for m in matter.values]
    keep = np.flatnonzero(part >= 0)
    return Content(
        columns=columns,
        part=part[keep],
        titles=Coded([m.title for m in matter.values], matter.codes[keep]),
        form=Read(matter.codes[keep], [m.form for m in matter.values]).array(np.int8),
        family=Read(matter.codes[keep], [m.family for m in matter.values]).array(np.int8),
        elements=elements[keep],
        presence=said[keep],
        origin=origin[keep],
        mixed_origins={
            int(np.searchsorted(keep, row)): shares for row, shares in mixed.items() if part[row] >= 0
        },
        complete=np.where(np.array(closed, dtype=bool)[matter.codes[keep]], YES, UNKNOWN).astype(np.int8),
        strength=strength.array(np.int8)[keep],
        matter=Read(matter.codes[keep], matter.values),
        amount=Read(amount.codes[keep], amount.values),
        money=Read(money.codes[keep], money.values),
        rows=keep,
        eccn={
            int(np.searchsorted(keep, row)): labels
            for row, labels in (read_labels(columns, "eccn") if "eccn" in columns else {}).items()
            if part[row] >= 0
        },
    )


# -- what it is -----------------------------------------------------------------------------------------


def _matters(columns: Columns) -> Read[Matter]:
    """Distinct combinations of name, CAS number, form and elements, each looked up once."""
    reference = columns.reference
    form = columns.read("form", word_reader(reference, "form", FORMS, NOT_KNOWN), NOT_KNOWN)
    elements = columns.read("elements", lambda text: parse_elements(reference, text), Named({}))
    name_codes, names = columns.texts("name")
    columns.read("cas", _check_cas, None)
    cas_codes, cas = columns.texts("cas")
    a, b, pair = distinct_pairs(name_codes, cas_codes)
    c, d, other = distinct_pairs(form.codes, elements.codes)
    e, f, codes = distinct_pairs(pair, other)
    values: list[Matter] = []
    unknown: list[int] = []
    clashing: dict[int, str] = {}
    for code, (one, two) in enumerate(zip(e.tolist(), f.tolist(), strict=True)):
        name, number = names[a[one]], cas[b[one]]
        made = _matter(columns, name, number, form.values[c[two]], elements.values[d[two]].truths)
        values.append(made)
        if made.form == NOT_KNOWN and made.family == NOT_KNOWN and not made.named:
            unknown.append(code)
        clash = _clash(_substance(columns, name, number), elements.values[d[two]].truths)
        if clash:
            clashing[code] = clash
    for code, what in clashing.items():
        columns.findings.faults_at(
            columns.table,
            np.flatnonzero(codes == code),
            columns.place("elements"),
            what,
            "Name the one that is meant",
        )
    _note_unknown(columns, codes, values, unknown)
    return Read(codes.astype(np.int32), values)


def _check_cas(text: str) -> None:
    """A CAS number proves itself: its last digit is the weighted sum of the others."""
    if not text or is_unknown(text):
        return
    match = re.fullmatch(r"([0-9]{2,7})-([0-9]{2})-([0-9])", text)
    digits = match[1] + match[2] if match else ""
    if match is None or sum(
        int(digit) * place for place, digit in enumerate(reversed(digits), 1)
    ) % 10 != int(match[3]):
        raise Unfit(f"'{text}' is not a CAS number", "Write it as on the data sheet, such as 7429-91-6")


def _substance(columns: Columns, name: str, cas: str) -> Substance | None:
    substances = columns.reference.substances
    return substances.get(cas) or substances.get(folded(name))


def _clash(substance: Substance | None, named: Mapping[str, int]) -> str:
    """What is wrong where a pure substance is said to hold an element that it cannot hold."""
    if substance is None or not substance.pure:
        return ""
    other = [
        element for element, truth in named.items() if truth == YES and element not in substance.elements
    ]
    return (
        f"'{substance.name}' holds {', '.join(substance.elements)}, not {', '.join(other)}" if other else ""
    )


def _matter(columns: Columns, name: str, cas: str, form: int, named: Mapping[str, int]) -> Matter:
    reference = columns.reference
    truths = dict(named)
    substance = _substance(columns, name, cas)
    family = NOT_KNOWN
    if substance is not None:
        form = FORMS.index(substance.form) if form == NOT_KNOWN and substance.form else form
        truths = {**dict.fromkeys(substance.elements, int(YES)), **truths}
    elif name and not truths:
        word = reference.find_word("element", name)
        said = reference.find_word("family", name)
        if word is None and said is not None and said != "other":
            family = FAMILIES.index(said)
        else:
            try:
                truths = dict(parse_elements(reference, name).truths)
            except Unfit:
                truths = {}
    sure = [element for element, truth in truths.items() if truth == YES]
    plain = len(sure) == 1 and form != NOT_KNOWN and FORMS[form] in ("metal", "oxide")
    pure = plain or (substance is not None and substance.pure)
    bare = bool(sure) and substance is None
    title = name or (substance.name if substance else "") or ";".join(sure) or cas or "undeclared content"
    return Matter(title, form, family, tuple(truths.items()), pure, bare, _price_key(substance, form, sure))


def _price_key(substance: Substance | None, form: int, sure: Sequence[str]) -> tuple[str, str] | None:
    """Under which product and form the price table may hold a price for its mass."""
    if set(sure) == {"Nd", "Pr"} and substance is not None:
        return "NdPr", "oxide" if substance.form == "oxide" else "metal"
    if len(sure) != 1:
        return None
    if form == NOT_KNOWN:
        return sure[0], "element"
    return (sure[0], FORMS[form]) if FORMS[form] in ("metal", "oxide") else None


def _note_unknown(
    columns: Columns, codes: NDArray[np.int64], values: list[Matter], unknown: list[int]
) -> None:
    if not unknown:
        return
    rows = np.flatnonzero(np.isin(codes, unknown))
    example = values[unknown[0]].title
    what = f"'{example}' names no element that is known here ({counted_things(len(rows), 'row')} in all)"
    mend = "Fill the column elements or form where a rare earth may be inside"
    columns.findings.note(columns.table, int(rows[0]), columns.place("name"), what, mend)


def _named_matrix(matter: Read[Matter]) -> NDArray[np.int8]:
    distinct = np.full((max(len(matter.values), 1), len(ELEMENTS)), NOT_NAMED, dtype=np.int8)
    held = family_matrix()
    for code, value in enumerate(matter.values):
        for element, truth in value.named:
            distinct[code, _PLACE[element]] = truth
        distinct[code, held[value.family]] = YES
    return distinct[matter.codes]


# -- how much -------------------------------------------------------------------------------------------


def _amounts(columns: Columns, header_unit: str, currency: str | None) -> Read[_Amount]:
    """The amount of each row with its unit; money may take its currency from the currency column."""
    units = columns.reference.units
    in_header = find_currency(header_unit) if header_unit and find_unit(header_unit, units) is None else None

    def read(text: str, unit: str) -> _Amount:
        if not text:
            return _Amount("blank")
        amount = parse_amount(text)
        if amount is None:
            return _Amount("unknown")
        interval, written = amount
        if written and unit and not is_unknown(unit) and find_unit(written, units) is not None:
            check_one_unit(columns.reference, text, unit)
        given = written or ("" if is_unknown(unit) else unit) or header_unit
        if not given:
            if interval[0] == interval[1] == 0:
                return _Amount("mass", interval)
            raise NotAnAmount(f"'{text}' has no unit", "Write %, ppm, g, kg, mg, or a currency such as USD")
        symbol = find_unit(given, units)
        if symbol is not None:
            kind = UNITS[symbol].kind
            if kind not in ("mass", "share"):
                raise NotAnAmount(
                    f"'{given}' measures no content", "Write %, ppm, g, kg, mg, or a currency such as USD"
                )
            interval = scaled(interval, UNITS[symbol].factor)
            if kind == "share" and interval[0] > 1:
                raise NotAnAmount(
                    f"'{text} {unit}'".replace(" '", "'") + " is more than the whole",
                    "A share is at most 100 %",
                )
            return _Amount(kind, interval)
        money = find_currency(given) or in_header
        if money is None:
            raise NotAnAmount(
                f"'{given}' is not a unit", "Write %, ppm, g, kg, mg, or a currency such as USD"
            )
        return _Amount("money", interval, money)

    return columns.read_pair("amount", "unit", read, _Amount("unknown"))


def _presence(amount: Read[_Amount], money: Read[Money]) -> NDArray[np.int8]:
    """(rows,) whether what the row names is there: YES for more than nothing, or where no amount is asked for."""
    sure = np.array([a.kind == "blank" or a.interval[0] > 0 for a in amount.values] or [False], dtype=bool)[
        amount.codes
    ]
    worth = np.array([m is not None and m[0][0] > 0 for m in money.values] or [False], dtype=bool)[
        money.codes
    ]
    return np.where(sure | worth, YES, UNKNOWN).astype(np.int8)


def masses(content: Content, mass: Read[Interval]) -> Read[Interval]:
    """Mass of each node in kg: as stated, or the share of its part's mass."""
    share = np.array([a.kind == "share" for a in content.amount.values], dtype=bool)[content.amount.codes]
    first, second, codes = distinct_pairs(
        content.amount.codes, np.where(share, mass.codes[content.part] + 1, 0)
    )
    values: list[Interval] = []
    for one, other in zip(first.tolist(), second.tolist(), strict=True):
        amount = content.amount.values[one]
        if amount.kind == "mass":
            values.append(amount.interval)
        elif amount.kind == "share":
            values.append(times(amount.interval, mass.values[other - 1]))
        else:
            values.append(NOTHING_KNOWN)
    return Read(codes.astype(np.int32), values)


def times(a: Interval, b: Interval) -> Interval:
    """The product of two intervals; nothing of something unbounded is nothing."""
    low = a[0] * b[0]
    if a[1] is a[0] and b[1] is b[0]:
        return low, low
    if a[1] is None or b[1] is None:
        return low, Fraction(0) if a[1] == 0 or b[1] == 0 else None
    return low, a[1] * b[1]


@dataclass(kw_only=True)
class Valued:
    """What nodes are worth in the currency of the catalogue."""

    value: Amounts
    priced: NDArray[np.bool_]  # from mass and dated prices
    notes: dict[int, str]


def value_content(content: Content, mass: Read[Interval], prices: PriceBook) -> Valued:
    """Money as stated and converted, else mass times dated prices of both bases, else unknown."""
    stated = [
        None if m is None else prices.rates.convert(m[0], m[1], prices.currency) for m in content.money.values
    ]
    paid = [
        prices.rates.convert(a.interval, a.currency, prices.currency) if a.kind == "money" else None
        for a in content.amount.values
    ]
    found = [None if m.price is None else prices.find(*m.price) for m in content.matter.values]
    # Money from the value column, then from the amount, then from the mass: three columns of codes, 0 for nothing.
    by_value = _usable(stated, content.money.codes)
    by_amount = np.where(by_value > 0, 0, _usable(paid, content.amount.codes))
    by_price = np.where((by_value > 0) | (by_amount > 0), 0, _usable(found, content.matter.codes))
    money_a, money_b, money = distinct_pairs(by_value, by_amount)
    mass_codes = np.where(by_price > 0, mass.codes + 1, 0)
    price_a, price_b, price = distinct_pairs(by_price, mass_codes)
    first, second, codes = distinct_pairs(money, price)
    values: list[Interval] = []
    for one, other in zip(first.tolist(), second.tolist(), strict=True):
        value = stated[money_a[one] - 1] if money_a[one] else paid[money_b[one] - 1] if money_b[one] else None
        rate = found[price_a[other] - 1] if price_a[other] else None
        if value is None and rate is not None:
            value = times(mass.values[price_b[other] - 1], rate.per_kg)
        values.append(NOTHING_KNOWN if value is None else value)
    bounded = np.array([value[1] is not None for value in values] or [False], dtype=bool)[codes]
    priced = (by_price > 0) & bounded
    says = {code: f"value from mass and dated prices: {rate.says}" for code, rate in enumerate(found) if rate}
    notes = {int(row): says[int(content.matter.codes[row])] for row in np.flatnonzero(priced)}
    return Valued(value=amounts(codes, values), priced=priced, notes=notes)


def _usable(values: Sequence[object | None], codes: NDArray[np.int32]) -> NDArray[np.int64]:
    """(rows,) 1 + code where there is a value, else 0."""
    there = np.array([value is not None for value in values] or [False], dtype=bool)[codes]
    return np.where(there, codes.astype(np.int64) + 1, 0)
