"""The table of parts as columns of a catalogue."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from monazite.catalogue.locators import Coded
from monazite.catalogue.model import MIXED, NOT_KNOWN, NOT_USED
from monazite.readers.columns import Columns, Read, Unfit, amounts
from monazite.readers.values import (
    Money,
    Named,
    Origin,
    mass_reader,
    money_reader,
    parse_country,
    parse_elements,
    parse_list,
    parse_origin,
    parse_word,
    parse_yes_no,
    word_reader,
)
from monazite.terms.amounts import NOTHING_KNOWN, Amounts, Interval
from monazite.terms.control_codes import ECCN
from monazite.terms.facts import (
    ACTIVITIES,
    ELEMENTS,
    FACTS,
    FAMILIES,
    FAMILY_ELEMENTS,
    FORMS,
    TECHNOLOGY_ACTIVITIES,
    TECHNOLOGY_SUBJECTS,
    Axis,
    Kind,
)
from monazite.terms.kleene import NO, UNKNOWN, YES, Truths
from monazite.terms.properties import PROPERTIES
from monazite.terms.quantities import is_unknown, parse_interval

NOT_NAMED = -1
"""In a matrix of elements while it is read: nobody said anything about the element."""
CLAIMS = tuple(
    path.removeprefix("item.")
    for path, fact in FACTS.items()
    if fact.axis is Axis.ITEM
    and fact.kind is Kind.YES_NO
    and "elements" not in path
    and path != "item.content_complete"
)

LABELS = {
    path: "item_kind" if path == "item.kind" else path.removeprefix("item.")
    for path, fact in FACTS.items()
    if fact.axis is Axis.ITEM and fact.kind is Kind.LABELS
}
"""Fact path -> column; the word "kind" alone means the form."""
CODED = ("eccn", "direct_product_of", "plant_product_of", "plant_eccn")
"""Columns that hold US classifications."""
PLACES = tuple(
    path.removeprefix("item.")
    for path, fact in FACTS.items()
    if fact.axis is Axis.ITEM
    and fact.kind is Kind.COUNTRY
    and path != "item.origin"
    and "made_with" not in path
)


@dataclass(kw_only=True)
class Parts:
    """What the table of parts says, row by row; n parts."""

    columns: Columns
    ids: pa.Array
    titles: Coded
    supplier: Coded
    form: NDArray[np.int8]
    family: NDArray[np.int8]
    elements: NDArray[np.int8]  # (n, ELEMENTS) truths; what nobody named is decided by elements_complete
    elements_complete: NDArray[np.int8]  # (n,) truth, unknown where not stated
    origin: NDArray[np.int16]
    mixed_origins: dict[int, dict[str, Interval]]
    made_with: NDArray[np.int16]
    money: Read[Money]
    mass: Read[Interval]
    content_complete: NDArray[np.int8]  # (n,) truth, -1 where not stated
    partial: NDArray[np.bool_]
    shipped: NDArray[np.int8]  # (n,) truth, -1 where not stated
    classes: tuple[NDArray[np.int32], list[str]]
    codes: dict[int, tuple[str, ...]]
    labels: dict[str, dict[int, tuple[str, ...]]]  # fact path -> row -> labels
    places: dict[str, NDArray[np.int16]]  # fact path -> (n,) position in countries
    technology_activity: NDArray[np.int8]
    technology_subject: NDArray[np.int8]
    claims: dict[str, Truths]
    properties: dict[str, Amounts]

    def __len__(self) -> int:
        return len(self.ids)


def read_parts(columns: Columns, countries: tuple[str, ...], currency: str | None) -> Parts:
    """The parts of a table; what does not fit is in the findings of the columns."""
    reference = columns.reference
    ids = columns.ids("part")
    _check_doubled(columns, ids)

    def truth(column: str, absent: int = -1) -> NDArray[np.int8]:
        read = columns.read(column, lambda text: parse_yes_no(reference, text), None)
        return Read(read.codes, [absent if value is None else value for value in read.values]).array(np.int8)

    form = columns.read("form", word_reader(reference, "form", FORMS, NOT_KNOWN), NOT_KNOWN).array(np.int8)
    family = columns.read("family", word_reader(reference, "family", FAMILIES, NOT_KNOWN), NOT_KNOWN).array(
        np.int8
    )
    complete = truth("elements_complete", int(UNKNOWN))
    origin, mixed = read_origins(columns, countries)
    header = columns.headers
    value_unit = header["value"].unit if "value" in header else ""
    mass_unit = header["mass"].unit if "mass" in header else ""
    structure = columns.read("structure", lambda text: parse_word(reference, "structure", text), None)
    return Parts(
        columns=columns,
        ids=ids,
        titles=_coded(columns, "name"),
        supplier=_coded(columns, "supplier"),
        form=form,
        family=family,
        elements=_elements(columns, family, complete),
        elements_complete=complete,
        origin=origin,
        mixed_origins=mixed,
        made_with=_made_with(columns, countries),
        money=columns.read_pair("value", "currency", money_reader(currency, value_unit), None),
        mass=columns.read_pair("mass", "mass_unit", mass_reader(reference, mass_unit), NOTHING_KNOWN),
        content_complete=truth("content_complete"),
        partial=np.array([word == "partial" for word in structure.values], dtype=bool)[structure.codes],
        shipped=truth("shipped"),
        classes=columns.texts("class"),
        codes=_codes(columns),
        labels={path: read_labels(columns, name) for path, name in LABELS.items() if name in columns},
        places={f"item.{name}": _place(columns, name, countries) for name in PLACES if name in columns},
        technology_activity=_enum(columns, "technology_activity", TECHNOLOGY_ACTIVITIES),
        technology_subject=_enum(columns, "technology_subject", TECHNOLOGY_SUBJECTS),
        claims={f"item.{claim}": truth(claim, NOT_KNOWN) for claim in CLAIMS if claim in columns},
        properties={name: _property(columns, name) for name in PROPERTIES if name in columns},
    )


def _check_doubled(columns: Columns, ids: pa.Array) -> None:
    coded = ids.dictionary_encode()
    if len(coded.dictionary) == len(ids):
        return
    codes = coded.indices.to_numpy(zero_copy_only=False)
    first = np.full(len(coded.dictionary), len(ids))
    np.minimum.at(first, codes, np.arange(len(ids)))
    again = np.flatnonzero(first[codes] != np.arange(len(ids)))
    for row in again[:100].tolist():
        name = ids[row].as_py()
        if name:
            what = f"'{name}' is already given at {columns.table.where(int(first[codes[row]]))}"
            columns.findings.fault(
                columns.table, row, columns.place("part"), what, "Keep one row for each part"
            )
    if len(again) > 100:
        columns.findings.fault(
            columns.table,
            int(again[100]),
            columns.place("part"),
            f"{len(again) - 100} more rows from here on repeat a part",
        )


def _coded(columns: Columns, column: str) -> Coded:
    codes, texts = columns.texts(column)
    return Coded(texts, codes)


def element_matrix(read: Read[Named]) -> NDArray[np.int8]:
    """(rows, ELEMENTS) truths as named, NOT_NAMED elsewhere."""
    place = {element: number for number, element in enumerate(ELEMENTS)}
    distinct = np.full((max(len(read.values), 1), len(ELEMENTS)), NOT_NAMED, dtype=np.int8)
    for code, named in enumerate(read.values):
        for element, said in named.truths.items():
            distinct[code, place[element]] = said
    return distinct[read.codes]


def family_matrix() -> NDArray[np.bool_]:
    """(FAMILIES and one more row for none, ELEMENTS) elements a family holds by its name."""
    held = np.zeros((len(FAMILIES) + 1, len(ELEMENTS)), dtype=bool)
    for family, elements in FAMILY_ELEMENTS.items():
        held[FAMILIES.index(family), [ELEMENTS.index(element) for element in elements]] = True
    return held


def _elements(columns: Columns, family: NDArray[np.int8], complete: NDArray[np.int8]) -> NDArray[np.int8]:
    matrix = element_matrix(
        columns.read("elements", lambda text: parse_elements(columns.reference, text), Named({}))
    )
    rest = np.where(complete == YES, NO, UNKNOWN).astype(np.int8)
    matrix = np.where(matrix == NOT_NAMED, rest[:, None], matrix)
    matrix[family_matrix()[family]] = YES
    return matrix


def read_origins(
    columns: Columns, countries: tuple[str, ...]
) -> tuple[NDArray[np.int16], dict[int, dict[str, Interval]]]:
    """Origin of each row, and the shares where it is mixed."""
    place = {country: number for number, country in enumerate(countries)}
    read = columns.read("origin", lambda text: parse_origin(columns.reference, text), Origin())

    def code(origin: Origin) -> int:
        if origin.country:
            return place[origin.country]
        return MIXED if origin.shares and not origin.open_rest else NOT_KNOWN

    codes = [code(origin) for origin in read.values]
    origins = Read(read.codes, codes).array(np.int16)
    mixed = {int(row): dict(read.values[read.codes[row]].shares) for row in np.flatnonzero(origins == MIXED)}
    opened = [number for number, origin in enumerate(read.values) if origin.open_rest]
    if opened:
        row = int(np.flatnonzero(np.isin(read.codes, opened))[0])
        what = "shares of origin stay below 100 %, so the origin counts as unknown"
        columns.findings.note(
            columns.table, row, columns.place("origin"), what, "Give every country its share"
        )
    return origins, mixed


def _made_with(columns: Columns, countries: tuple[str, ...]) -> NDArray[np.int16]:
    place = {country: number for number, country in enumerate(countries)}

    def step(text: str) -> int:
        if text and columns.reference.find_word("origin", text) == "none":
            return NOT_USED
        country = parse_country(columns.reference, text)
        return NOT_KNOWN if country is None else place[country]

    return np.stack(
        [columns.read(f"made_with_{activity}", step, NOT_KNOWN).array(np.int16) for activity in ACTIVITIES],
        axis=1,
    )


def _codes(columns: Columns) -> dict[int, tuple[str, ...]]:
    if "codes" not in columns:
        return {}
    nothing: tuple[str, ...] = ()
    read = columns.read("codes", lambda text: nothing if is_unknown(text) else parse_list(text), nothing)
    coded = np.array([bool(value) for value in read.values], dtype=bool)[read.codes]
    return {int(row): read.values[read.codes[row]] for row in np.flatnonzero(coded)}


def read_labels(columns: Columns, column: str) -> dict[int, tuple[str, ...]]:
    """Labels by row; none of them an empty tuple, rows of which nothing is known are left out."""

    def read(text: str) -> tuple[str, ...] | None:
        if not text or is_unknown(text):
            return None
        if columns.reference.find_word("lists", text) == "none":
            return ()
        labels = parse_list(text)
        for label in labels:
            if column in CODED and not ECCN.match(label):
                raise Unfit(f"'{label}' is no classification", "Write an ECCN such as 3A001.a.5.a, or EAR99")
        return labels

    found = columns.read(column, read, None)
    stated = np.array([value is not None for value in found.values], dtype=bool)[found.codes]
    return {int(row): found.values[found.codes[row]] or () for row in np.flatnonzero(stated)}


def _place(columns: Columns, column: str, countries: tuple[str, ...]) -> NDArray[np.int16]:
    place = {country: number for number, country in enumerate(countries)}

    def read(text: str) -> int:
        country = parse_country(columns.reference, text)
        return NOT_KNOWN if country is None else place[country]

    return columns.read(column, read, NOT_KNOWN).array(np.int16)


def _enum(columns: Columns, column: str, values: tuple[str, ...]) -> NDArray[np.int8]:
    def read(text: str) -> int:
        if not text or is_unknown(text):
            return NOT_KNOWN
        if text.casefold() not in values:
            raise Unfit(f"'{text}' is not one of the values", f"Allowed: {', '.join(values)}")
        return values.index(text.casefold())

    return columns.read(column, read, NOT_KNOWN).array(np.int8)


def _property(columns: Columns, name: str) -> Amounts:
    def read(text: str) -> Interval:
        bare = text.replace("%", "").strip() if name.endswith("percent") else text
        return parse_interval(bare) or NOTHING_KNOWN

    found = columns.read(name, read, NOTHING_KNOWN)
    return amounts(found.codes, found.values)


def counted(money: Read[Money]) -> dict[str, int]:
    """How many rows state money in each currency."""
    times = np.bincount(money.codes, minlength=len(money.values))
    found: dict[str, int] = {}
    for value, count in zip(money.values, times.tolist(), strict=True):
        if value is not None and count:
            found[value[1]] = found.get(value[1], 0) + count
    return found


def has_text(texts: pa.Array) -> NDArray[np.bool_]:
    """(rows,) whether there is any text."""
    return pc.greater(pc.utf8_length(texts), 0).to_numpy(zero_copy_only=False)  # type: ignore[no-any-return]


def exactly(number: int) -> Interval:
    """An interval of one whole number."""
    return Fraction(number), Fraction(number)
