"""A fact document, as case files and callers write it, into a catalogue of a few nodes and one move.

The keys are the paths of `terms.facts.FACTS`, nested; `content` lists what is inside the item, with the same
keys and a `quantity`. Every fault is found at once, with its place.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import numpy as np

from monazite.catalogue.model import MIXED, NOT_KNOWN, NOT_USED, Catalogue, Strength
from monazite.catalogue.moves import Moves
from monazite.terms.amounts import NOTHING_KNOWN, Amounts, Interval
from monazite.terms.control_codes import ECCN
from monazite.terms.days import parse_day
from monazite.terms.facts import (
    ACTIVITIES,
    CIVIL_USE,
    ELEMENTS,
    FACTS,
    FAMILIES,
    FAMILY_ELEMENTS,
    FORMS,
    ROLES,
    TECHNOLOGY_ACTIVITIES,
    TECHNOLOGY_SUBJECTS,
    Axis,
    Kind,
)
from monazite.terms.faults import BadInput, Fault, near_match
from monazite.terms.kleene import NO, UNKNOWN, WORDS, YES
from monazite.terms.located import Located
from monazite.terms.owners import Owner
from monazite.terms.properties import PROPERTIES
from monazite.terms.quantities import NotAnAmount, parse_interval, parse_mass, parse_money, parse_share

_TRUTHS = {word: code for code, word in enumerate(WORDS)} | {"true": int(YES), "false": int(NO)}
_CLAIMS = tuple(p for p, f in FACTS.items() if f.axis is Axis.ITEM and f.kind is Kind.YES_NO
                and not p.startswith("item.elements") and p != "item.content_complete")  # fmt: skip
_LABELS = tuple(p for p, f in FACTS.items() if f.axis is Axis.ITEM and f.kind is Kind.LABELS)
_PLACES = tuple(p for p, f in FACTS.items() if f.axis is Axis.ITEM and f.kind is Kind.COUNTRY
                and p != "item.origin" and not p.startswith("item.made_with"))  # fmt: skip
_CODED = ("item.eccn", "item.direct_product_of", "item.plant_product_of", "item.plant_eccn")
OTHER_KIND = "other"
"""The kind of an item that is of no kind a list names."""
ITEM_KEYS = (
    "name", "form", "family", "elements", "elements_complete", "origin", "value", "mass", "codes", "made_with",
    "technology", "content_complete", "content", "quantity", "supplier", *PROPERTIES,
    *(p.removeprefix("item.") for p in (*_CLAIMS, *_LABELS, *_PLACES) if p != "item.elements_complete"),
)  # fmt: skip
MOVE_GROUPS = ("use", "knows", *ROLES)
MOVE_PLAIN = tuple(p for p, f in FACTS.items() if f.axis is Axis.MOVE and "." not in p)
TOP_KEYS = ("on", "known_on", "item", *MOVE_PLAIN, *MOVE_GROUPS)
"""Keys of a fact document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question: a catalogue whose node 0 is the item, one move, and the days."""

    catalogue: Catalogue
    moves: Moves
    on: date | None
    known_on: date | None


def read_question(
    document: object, *, countries: tuple[str, ...], kinds: Collection[str] = (), where: str = "facts"
) -> Question:
    """The question a fact document asks.

    Parameters
    ----------
    document : nested mapping of plain data, or a `Located`
    countries : every alpha-3 code
    kinds : the words an item's kind may be; any word where none are given

    Raises
    ------
    BadInput with every fault of the document
    """
    reader = _Reader(countries, kinds)
    node = Located.of(document, where)
    if node.fields is None:
        raise BadInput(
            [
                Fault(
                    where=node.where, what="a fact document is a mapping", mend=f"Keys: {', '.join(TOP_KEYS)}"
                )
            ]
        )
    reader.keys(node, TOP_KEYS)
    if node.find("item") is None:
        reader.fault(node.where, "there is no 'item'", "Say what moves, at least its form")
    for key in ("on", "known_on"):
        reader.day(node.find(key))
    moves = reader.moves(node)
    catalogue = reader.catalogue(node.find("item") or Located(node.where, fields={}))
    if reader.faults or catalogue is None:
        raise BadInput(reader.faults)
    return Question(
        catalogue=catalogue,
        moves=moves,
        on=reader.day(node.find("on")),
        known_on=reader.day(node.find("known_on")),
    )


class _Reader:
    def __init__(self, countries: tuple[str, ...], kinds: Collection[str]) -> None:
        self.countries, self.kinds = countries, (*kinds, OTHER_KIND) if kinds else ()
        self.country_code = {code: i for i, code in enumerate(countries)}
        self.faults: list[Fault] = []
        self.currency: str | None = None

    def fault(self, where: str, what: str, mend: str = "") -> None:
        self.faults.append(Fault(where=where, what=what, mend=mend))

    def keys(self, node: Located, allowed: Iterable[str]) -> None:
        for key in node.fields or {}:
            if key not in allowed:
                self.fault(node.key_place(key), f"there is no fact '{key}'", near_match(key, allowed))

    def day(self, node: Located | None) -> date | None:
        if node is None:
            return None
        try:
            return parse_day(node.text or "")
        except ValueError as error:
            self.fault(node.where, str(error))
            return None

    def truth(self, node: Located | None) -> int | None:
        """0, 1, 2, or None where not stated."""
        if node is None:
            return None
        found = _TRUTHS.get((node.text or "").lower())
        if found is None:
            self.fault(node.where, f"'{node.text}' is not yes, no or unknown", "Allowed: yes, no, unknown")
        return found

    def word(self, node: Located | None, words: tuple[str, ...]) -> int:
        """Position of the word; -1 where not stated, -2 where stated as unknown."""
        if node is None:
            return -1
        if node.text == "unknown":
            return -2
        if node.text not in words:
            self.fault(
                node.where, f"'{node.text}' is not one of its values", near_match(node.text or "", words)
            )
            return -1
        return words.index(node.text)

    def country(self, node: Located | None) -> int:
        """Position of the country; -1 where not stated, -2 where stated as unknown."""
        if node is None:
            return -1
        if node.text == "unknown":
            return -2
        found = self.country_code.get(node.text or "")
        if found is None:
            close = near_match((node.text or "").upper(), self.countries)
            self.fault(
                node.where,
                f"'{node.text}' is not a country",
                close if close.startswith("Did") else "Write its alpha-3 code, such as CHN",
            )
            return -1
        return found

    def amount(self, node: Located | None, parse: Callable[[str], Interval | None]) -> Interval:
        if node is None:
            return NOTHING_KNOWN
        try:
            return parse(node.text or "") or NOTHING_KNOWN
        except NotAnAmount as error:
            self.fault(node.where, error.what, error.mend)
        return NOTHING_KNOWN

    def _money(self, text: str) -> Interval | None:
        found = parse_money(text, self.currency)
        if found is None:
            return None
        if self.currency is not None and found[1] != self.currency:
            raise NotAnAmount(
                f"'{text}' is not in {self.currency}", "Give all values of one question in one currency"
            )
        self.currency = found[1]
        return found[0]

    # -- the item and what is inside ----------------------------------------------------------------------

    def catalogue(self, item: Located) -> Catalogue | None:
        nodes: list[Located] = []
        lines: list[tuple[int, int, Interval]] = []
        waiting: list[tuple[Located, int]] = [(item, -1)]
        while waiting:
            node, parent = waiting.pop(0)
            if node.fields is None:
                self.fault(
                    node.where,
                    "what is inside is a mapping of facts",
                    "Give form, elements, origin, value, quantity",
                )
                continue
            self.keys(node, ITEM_KEYS)
            number = len(nodes)
            nodes.append(node)
            if parent >= 0:
                quantity = (
                    self.amount(node.find("quantity"), parse_interval)
                    if node.find("quantity")
                    else (Fraction(1), Fraction(1))
                )
                lines.append((parent, number, quantity))
            inner = node.find("content")
            if inner is not None and inner.items is None:
                self.fault(inner.where, "'content' is a list", "Write one '- ' item for each thing inside")
            waiting += [(child, number) for child in (inner.items or () if inner else ())]
        columns = [self._node(node) for node in nodes]
        if self.faults:
            return None
        n = len(nodes)
        elements = np.array([c.elements for c in columns], dtype=np.int8).reshape(n, len(ELEMENTS))
        for parent, child, (low, _) in lines:
            if low > 0:  # what is surely inside, the item surely contains
                for element in np.flatnonzero(elements[child] == YES):
                    self._contained(nodes[parent], nodes[child], ELEMENTS[element])
                elements[parent] = np.where(elements[child] == YES, YES, elements[parent])
        if self.faults:
            return None
        mixed = {i: shares for i, column in enumerate(columns) if (shares := column.mixed)}
        return Catalogue(
            names=tuple(column.name or ("item" if i == 0 else f"content {i}") for i, column in enumerate(columns)),
            parts=1,
            titles=tuple(column.name for column in columns),
            form=np.array([c.form for c in columns], dtype=np.int8),
            family=np.array([c.family for c in columns], dtype=np.int8),
            elements=elements,
            countries=self.countries,
            origin=np.array([c.origin for c in columns], dtype=np.int16),
            mixed_origins=mixed,
            made_with=np.array([c.made_with for c in columns], dtype=np.int16).reshape(n, len(ACTIVITIES)),
            technology_activity=np.array([c.activity for c in columns], dtype=np.int8),
            technology_subject=np.array([c.subject for c in columns], dtype=np.int8),
            claims={path: np.array([c.claims.get(path, NOT_KNOWN) for c in columns], dtype=np.int8)
                    for path in _CLAIMS if any(path in c.claims for c in columns)},
            properties={name: Amounts.of([c.properties.get(name, NOTHING_KNOWN) for c in columns])
                        for name in PROPERTIES if any(name in c.properties for c in columns)},
            codes={i: c.codes for i, c in enumerate(columns) if c.codes},
            labels={path: {i: c.labels[path] for i, c in enumerate(columns) if path in c.labels}
                    for path in _LABELS if any(path in c.labels for c in columns)},
            places={path: np.array([c.places.get(path, NOT_KNOWN) for c in columns], dtype=np.int16)
                    for path in _PLACES if any(path in c.places for c in columns)},
            value=Amounts.of([c.value for c in columns]),
            mass_kg=Amounts.of([c.mass for c in columns]),
            currency=self.currency or "USD",
            content_complete=np.array([c.complete for c in columns], dtype=np.int8),
            strength=np.full(n, Strength.DECLARED, dtype=np.int8),
            supplier=tuple(c.supplier for c in columns),
            where=tuple(node.where for node in nodes),
            parent=np.array([p for p, _, _ in lines], dtype=np.int32),
            child=np.array([c for _, c, _ in lines], dtype=np.int32),
            quantity=Amounts.of([q for _, _, q in lines]) if lines else Amounts.unknown(0),
        )  # fmt: skip

    def _contained(self, parent: Located, child: Located, element: str) -> None:
        """A fault where the parent is said to be free of an element that something inside it has."""
        given = parent.find("elements")
        denied = given.find(element) if given is not None and given.fields is not None else None
        if denied is not None and denied.text == "no":
            self.fault(
                denied.where,
                f"'{element}: no' contradicts the content at {child.where}",
                "Mend one of the two",
            )

    def _node(self, node: Located) -> "_Node":
        form = self.word(node.find("form"), FORMS)
        family = self.word(node.find("family"), FAMILIES)
        claims = {path: found for path in _CLAIMS if path != "item.elements_complete"
                  and (found := self.truth(node.find(path.removeprefix("item.")))) is not None}  # fmt: skip
        origin, mixed = self._origin(node.find("origin"))
        complete = self.truth(node.find("content_complete"))
        technology = node.find("technology")
        if technology is not None:
            self.keys(technology, ("activity", "subject"))
        made_with = node.find("made_with")
        if made_with is not None:
            self.keys(made_with, ACTIVITIES)
        activity = self.word(technology.find("activity"), TECHNOLOGY_ACTIVITIES) if technology else -1
        subject = self.word(technology.find("subject"), TECHNOLOGY_SUBJECTS) if technology else -1
        if complete is None:
            complete = int(YES) if form >= 0 and FORMS[form] == "plain part" else int(UNKNOWN)
        return _Node(
            name=(node.find("name") or Located("")).text or "",
            supplier=(node.find("supplier") or Located("")).text or "",
            form=max(form, -1),
            family=max(family, -1),
            elements=self._elements(node, family),
            origin=origin,
            mixed=mixed,
            made_with=[self._technology_from(made_with.find(a) if made_with else None) for a in ACTIVITIES],
            activity=max(activity, -1),
            subject=max(subject, -1),
            claims=claims,
            properties={p: self.amount(node.find(p), parse_interval) for p in PROPERTIES if node.find(p)},
            codes=tuple(item.text or "" for item in (node.find("codes") or Located("")).list()),
            labels={
                p: stated
                for p in _LABELS
                if (stated := self._labels(node.find(p.removeprefix("item.")), p)) is not None
            },
            places={
                p: max(self.country(node.find(p.removeprefix("item."))), NOT_KNOWN)
                for p in _PLACES
                if node.find(p.removeprefix("item.")) is not None
            },
            value=self.amount(node.find("value"), self._money),
            mass=self.amount(node.find("mass"), parse_mass),
            complete=complete,
        )

    def _labels(self, node: Located | None, path: str) -> tuple[str, ...] | None:
        """Labels as stated: none of them an empty tuple, None where unknown."""
        if node is None:
            return None
        labels = tuple(item.text or "" for item in node.list())
        if labels == ("unknown",):
            return None
        if labels == ("none",):
            return ()
        for item in node.list():
            if path == "item.kind" and self.kinds and item.text not in self.kinds:
                self.fault(item.where, f"'{item.text}' is no kind that the book knows",
                           near_match(item.text or "", self.kinds) + "; write other where none of them fits")  # fmt: skip
            if path in _CODED and not ECCN.match(item.text or ""):
                self.fault(
                    item.where,
                    f"'{item.text}' is no classification",
                    "Write an ECCN such as 3A001.a.5.a, or EAR99",
                )
        return labels

    def _elements(self, node: Located, family: int) -> list[int]:
        absent = NO if self.truth(node.find("elements_complete")) == YES else UNKNOWN
        found = [int(absent)] * len(ELEMENTS)
        for element in FAMILY_ELEMENTS.get(FAMILIES[family], ()) if family >= 0 else ():
            found[ELEMENTS.index(element)] = int(YES)
        given = node.find("elements")
        stated: list[tuple[str, str, int | None]] = []
        if given is not None and given.fields is not None:
            stated = [
                (name, given.key_place(name), self.truth(value)) for name, value in given.fields.items()
            ]
        elif given is not None:
            stated = [(item.text or "", item.where, int(YES)) for item in given.list()]
        for name, place, truth in stated:
            if name not in ELEMENTS:
                self.fault(place, f"'{name}' is no element of the book", near_match(name, ELEMENTS))
            elif truth is not None:
                found[ELEMENTS.index(name)] = truth
        return found

    def _origin(self, node: Located | None) -> tuple[int, dict[str, Interval]]:
        if node is None or node.fields is None:
            code = self.country(node)
            return (NOT_KNOWN if code < 0 else code), {}
        shares: dict[str, Interval] = {}
        for name, value in node.fields.items():
            if name not in self.country_code:
                self.fault(
                    node.key_place(name), f"'{name}' is not a country", "Write its alpha-3 code, such as CHN"
                )
                continue
            low, high = self.amount(value, parse_share)
            shares[name] = low, Fraction(1) if high is None else high
        if sum((low for low, _ in shares.values()), Fraction(0)) > 1:
            self.fault(
                node.where,
                "shares of origin come to more than the whole",
                "Give shares that can add up to 100 %",
            )
        return MIXED, shares

    def _technology_from(self, node: Located | None) -> int:
        if node is not None and node.text == "none":
            return NOT_USED
        return max(self.country(node), NOT_KNOWN)

    # -- the move -----------------------------------------------------------------------------------------

    def moves(self, top: Located) -> Moves:
        codes: dict[str, np.ndarray[tuple[int], np.dtype[np.int16]]] = {}
        truths: dict[str, np.ndarray[tuple[int], np.dtype[np.int8]]] = {}
        numbers: dict[str, Amounts] = {}
        texts: dict[str, tuple[str, ...]] = {}
        lists: dict[str, tuple[tuple[str, ...] | None, ...]] = {}
        owners: dict[str, tuple[tuple[Owner, ...] | None, ...]] = {}
        for group in MOVE_GROUPS:
            given = top.find(group)
            if given is None:
                continue
            if given.fields is None:
                self.fault(given.where, f"'{group}' is a mapping of facts", "")
                continue
            extra = ("civil",) if group == "use" else ()
            self.keys(given, [p.split(".")[1] for p in FACTS if p.startswith(f"{group}.")] + list(extra))
        for path, fact in FACTS.items():
            if fact.axis is not Axis.MOVE:
                continue
            node = _at(top, path)
            if node is None and path in CIVIL_USE:
                node = self._civil(top)
            if node is None:
                continue
            match fact.kind:
                case Kind.COUNTRY:
                    codes[path] = np.array([self.country(node)], dtype=np.int16)
                case Kind.ENUM:
                    codes[path] = np.array([self.word(node, fact.values)], dtype=np.int16)
                case Kind.YES_NO:
                    truth = self.truth(node)
                    truths[path] = np.array([-1 if truth is None else truth], dtype=np.int8)
                case Kind.NUMBER:
                    numbers[path] = Amounts.of([self.amount(node, parse_interval)])
                case Kind.SHARE:
                    numbers[path] = Amounts.of([self.amount(node, parse_share)])
                case Kind.TEXT:
                    texts[path] = (node.text or "",)
                case Kind.OWNERS:
                    owners[path] = (self.owners(node),)
                case Kind.LISTS:
                    named = tuple(item.text or "" for item in node.list())
                    lists[path] = (() if named in (("none",), ()) else named,)
        return Moves(names=("move",), countries=self.countries, codes=codes, truths=truths, numbers=numbers, texts=texts,
                     lists=lists, owners=owners, on=(None,), part=(None,), where=(top.where,))  # fmt: skip

    def owners(self, node: Located) -> tuple[Owner, ...] | None:
        """Owners as stated: `none` for nobody, None where unknown."""
        if node.text in ("none", "unknown"):
            return () if node.text == "none" else None
        made = []
        for item in node.list():
            if item.fields is None:
                self.fault(
                    item.where, "an owner is a mapping", "Give name, share, and lists or owners where known"
                )
                continue
            self.keys(item, ("name", "share", "lists", "owners"))
            listed, above = item.find("lists"), item.find("owners")
            named = tuple(one.text or "" for one in listed.list()) if listed is not None else None
            share = self.amount(item.find("share"), parse_share)
            if share[0] > 1 or (share[1] is not None and share[1] > 1):
                self.fault(
                    (item.find("share") or item).where, "a share is more than the whole", "Give at most 100 %"
                )
            made.append(Owner(name=(item.find("name") or Located("")).text or "", share=share,
                              lists=() if named in (("none",), ()) else named,
                              owners=None if above is None else self.owners(above)))  # fmt: skip
        if sum((owner.share[0] for owner in made), Fraction(0)) > 1:
            self.fault(
                node.where,
                "the shares of the owners come to more than the whole",
                "Give shares that can add up to 100 %",
            )
        return tuple(made)

    def _civil(self, top: Located) -> Located | None:
        use = top.find("use")
        civil = use.find("civil") if use is not None and use.fields is not None else None
        if civil is None:
            return None
        if civil.text not in ("yes", "true") and not any(f.where == civil.where for f in self.faults):
            self.fault(
                civil.where,
                "'civil' is either yes or left out",
                "Deny or state each use by its own name instead",
            )
        return Located(civil.where, text="no")


def _at(top: Located, path: str) -> Located | None:
    group, _, name = path.partition(".")
    node = top.find(group)
    if node is None or not name:
        return node
    return node.find(name) if node.fields is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Node:
    name: str
    supplier: str
    form: int
    family: int
    elements: list[int]
    origin: int
    mixed: dict[str, Interval]
    made_with: list[int]
    activity: int
    subject: int
    claims: dict[str, int]
    properties: dict[str, Interval]
    codes: tuple[str, ...]
    labels: dict[str, tuple[str, ...]]
    places: dict[str, int]
    value: Interval
    mass: Interval
    complete: int
