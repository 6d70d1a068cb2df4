"""Small made-up catalogues and moves as plain values, and what the engine wants of them.

A world is a list of parts, each with its lines to later parts, and a list of moves, each a mapping of fact paths to
values; a path that is missing was not stated. `oracle.py` reads these plain values and nothing of the engine's arrays.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np

from monazite.catalogue.model import MIXED, NOT_KNOWN, NOT_USED, Catalogue, Strength
from monazite.catalogue.moves import Moves
from monazite.terms.amounts import NOTHING_KNOWN, Amounts, Interval
from monazite.terms.facts import (
    ACTIVITIES,
    ELEMENTS,
    FACTS,
    FAMILIES,
    FORMS,
    SOLID_FORMS,
    TECHNOLOGY_ACTIVITIES,
    TECHNOLOGY_SUBJECTS,
    Absent,
    Kind,
)

YES, NO, UNKNOWN = "yes", "no", "unknown"
CODE = {NO: 0, UNKNOWN: 1, YES: 2}
ONE: Interval = (Fraction(1), Fraction(1))

Share = tuple[Fraction, Fraction]


def exactly(number: object) -> Interval:
    """The interval of one number."""
    return Fraction(number), Fraction(number)  # type: ignore[arg-type]


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part: what is known of it, and its lines to what is inside (position, quantity)."""

    name: str = "item"
    form: str | None = None
    family: str | None = None
    elements: Mapping[str, str] = field(default_factory=dict)
    others: str = UNKNOWN  # elements that are not named: unknown, or no
    origin: str | Mapping[str, Share] | None = None
    made_with: Mapping[str, str] = field(default_factory=dict)  # activity -> country, none or unknown
    technology: tuple[str | None, str | None] = (None, None)
    value: Interval = NOTHING_KNOWN
    complete: str = UNKNOWN
    codes: tuple[str, ...] = ()
    claims: Mapping[str, str] = field(default_factory=dict)  # public_domain ... -> yes, no, unknown
    properties: Mapping[str, Interval] = field(default_factory=dict)
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # eccn, kind, direct_product_of ...
    places: Mapping[str, str] = field(default_factory=dict)  # mined_in, melted_in ... -> country
    lines: tuple[tuple[int, Interval], ...] = ()

    def has(self, element: str) -> str:
        """Whether the element is in it."""
        return self.elements.get(element, self.others)

    @property
    def may_hold_more(self) -> bool:
        """Something that nobody declared may be inside."""
        if self.complete == UNKNOWN:
            return self.form not in SOLID_FORMS
        return self.complete == NO


Move = Mapping[str, object]


def consistent(parts: Sequence[Part]) -> list[Part]:
    """The same parts, each with the elements of what is surely inside it."""
    made = list(parts)
    for number in reversed(range(len(made))):
        part = made[number]
        inside = {
            e for child, (low, _) in part.lines if low > 0 for e in ELEMENTS if made[child].has(e) == YES
        }
        made[number] = replace(part, elements={**part.elements, **dict.fromkeys(sorted(inside), YES)})
    return made


def to_catalogue(parts: Sequence[Part], countries: tuple[str, ...]) -> Catalogue:
    """The engine's columns."""
    n = len(parts)
    country = {name: i for i, name in enumerate(countries)}

    def place(word: str | None, words: Sequence[str]) -> int:
        return NOT_KNOWN if word is None else words.index(word)

    def technology(code: str) -> int:
        return {"none": NOT_USED, UNKNOWN: NOT_KNOWN}.get(code, country.get(code, NOT_KNOWN))

    def origin(given: str | Mapping[str, Share] | None) -> int:
        return NOT_KNOWN if given is None else country[given] if isinstance(given, str) else MIXED

    def unstated(claim: str) -> str:
        return NO if FACTS[f"item.{claim}"].absent is Absent.NOT_STATED else UNKNOWN

    claims = sorted({claim for part in parts for claim in part.claims})
    properties = sorted({name for part in parts for name in part.properties})
    lines = [(i, child, quantity) for i, part in enumerate(parts) for child, quantity in part.lines]
    return Catalogue(
        names=tuple(part.name for part in parts),
        parts=n,
        titles=("",) * n,
        form=np.array([place(p.form, FORMS) for p in parts], dtype=np.int8),
        family=np.array([place(p.family, FAMILIES) for p in parts], dtype=np.int8),
        elements=np.array([[CODE[p.has(e)] for e in ELEMENTS] for p in parts], dtype=np.int8),
        countries=countries,
        origin=np.array([origin(p.origin) for p in parts], dtype=np.int16),
        mixed_origins={i: dict(p.origin) for i, p in enumerate(parts) if isinstance(p.origin, Mapping)},
        made_with=np.array(
            [[technology(p.made_with.get(a, UNKNOWN)) for a in ACTIVITIES] for p in parts], dtype=np.int16
        ),
        technology_activity=np.array(
            [place(p.technology[0], TECHNOLOGY_ACTIVITIES) for p in parts], dtype=np.int8
        ),
        technology_subject=np.array(
            [place(p.technology[1], TECHNOLOGY_SUBJECTS) for p in parts], dtype=np.int8
        ),
        claims={
            f"item.{c}": np.array([CODE[p.claims.get(c, unstated(c))] for p in parts], dtype=np.int8)
            for c in claims
        },
        properties={
            name: Amounts.of([p.properties.get(name, NOTHING_KNOWN) for p in parts]) for name in properties
        },
        codes={i: p.codes for i, p in enumerate(parts) if p.codes},
        labels={
            f"item.{name}": {i: p.labels[name] for i, p in enumerate(parts) if name in p.labels}
            for name in {name for part in parts for name in part.labels}
        },
        places={
            f"item.{name}": np.array(
                [country.get(p.places.get(name, ""), NOT_KNOWN) for p in parts], dtype=np.int16
            )
            for name in {name for part in parts for name in part.places}
        },
        value=Amounts.of([p.value for p in parts]),
        mass_kg=Amounts.unknown(n),
        currency="USD",
        content_complete=np.array([CODE[p.complete] for p in parts], dtype=np.int8),
        strength=np.full(n, Strength.DECLARED, dtype=np.int8),
        supplier=("",) * n,
        where=tuple(f"world:{i}" for i in range(n)),
        parent=np.array([p for p, _, _ in lines], dtype=np.int32),
        child=np.array([c for _, c, _ in lines], dtype=np.int32),
        quantity=Amounts.of([q for _, _, q in lines]) if lines else Amounts.unknown(0),
    )


def to_moves(moves: Sequence[Move], countries: tuple[str, ...]) -> Moves:
    """The engine's columns; names, lists and intervals as they are."""
    country = {name: i for i, name in enumerate(countries)}
    codes, truths, numbers, texts, lists = {}, {}, {}, {}, {}
    for path in sorted({path for move in moves for path in move}):
        fact, column = FACTS[path], [move.get(path) for move in moves]
        match fact.kind:
            case Kind.COUNTRY:
                at = {**country, None: -1, UNKNOWN: -2}
                codes[path] = np.array([at[v] for v in column], dtype=np.int16)  # type: ignore[index]
            case Kind.ENUM:
                at = {**{word: i for i, word in enumerate(fact.values)}, None: -1, UNKNOWN: -2}
                codes[path] = np.array([at[v] for v in column], dtype=np.int16)  # type: ignore[index]
            case Kind.YES_NO:
                truths[path] = np.array(
                    [-1 if v is None else CODE[v] for v in column],  # type: ignore[index]
                    dtype=np.int8,
                )
            case Kind.NUMBER | Kind.SHARE:
                numbers[path] = Amounts.of([NOTHING_KNOWN if v is None else v for v in column])  # type: ignore[misc]
            case Kind.TEXT:
                texts[path] = tuple(str(v or "") for v in column)
            case Kind.LISTS:
                lists[path] = tuple(column)
            case _:
                raise ValueError(path)
    n = len(moves)
    return Moves(names=tuple(f"move {i}" for i in range(n)), countries=countries, codes=codes, truths=truths,
                 numbers=numbers, texts=texts, lists=lists, on=(None,) * n, part=(None,) * n,
                 where=tuple(f"world:{i}" for i in range(n)))  # fmt: skip


def written(found: Interval, unit: str = "") -> str:
    """An interval as a document writes it, exactly."""
    low, high = found
    text = f"at least {low}" if high is None else f"{low}" if low == high else f"{low}..{high}"
    return f"{text} {unit}".strip()


def to_document(parts: Sequence[Part], move: Move, *, root: int = 0) -> dict[str, object]:
    """The fact document of one part and one move: what is shared is written out as often as it occurs."""
    document: dict[str, object] = {"item": _item(parts, root)}
    for path, value in move.items():
        kind = FACTS[path].kind
        if kind in (Kind.NUMBER, Kind.SHARE):
            value = written(value)  # type: ignore[arg-type]
        elif kind is Kind.LISTS:
            value = list(value) or "none"  # type: ignore[call-overload]
        group, _, name = path.partition(".")
        if name:
            document.setdefault(group, {})[name] = value  # type: ignore[index]
        else:
            document[path] = value
    return document


def _item(parts: Sequence[Part], number: int) -> dict[str, object]:
    part = parts[number]
    made: dict[str, object] = {
        "name": part.name,
        "elements": {e: part.has(e) for e in ELEMENTS},
        "content_complete": part.complete,
        **part.claims,
        **{name: written(found) for name, found in part.properties.items()},
    }
    if part.form:
        made["form"] = part.form
    if part.family:
        made["family"] = part.family
    if isinstance(part.origin, str):
        made["origin"] = part.origin
    elif part.origin is not None:
        made["origin"] = {name: written(found) for name, found in part.origin.items()}
    if part.made_with:
        made["made_with"] = dict(part.made_with)
    if any(part.technology):
        made["technology"] = {
            k: v for k, v in zip(("activity", "subject"), part.technology, strict=True) if v
        }
    if part.value != NOTHING_KNOWN:
        made["value"] = written(part.value, "USD")
    if part.codes:
        made["codes"] = list(part.codes)
    if part.lines:
        made["content"] = [{**_item(parts, child), "quantity": written(q)} for child, q in part.lines]
    return made
