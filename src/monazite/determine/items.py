"""What a provision's tests say of items: one truth value a node of the catalogue, all nodes at once.

Distinct items are decided once: control lists are matched on the distinct profiles of form, family and
elements, and spread over the nodes. Countries in the tests are already alpha-3 codes here; dated groups were
resolved for the day.
"""

from dataclasses import replace
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from monazite.catalogue.model import MIXED, NOT_KNOWN, NOT_USED, Catalogue
from monazite.catalogue.rollup import Floats, ListedContent, Structure, too_near
from monazite.regime.book import Book
from monazite.regime.conditions import (
    Condition,
    ContentTest,
    CountryTest,
    DefinitionTest,
    InsideTest,
    ItemTest,
    Known,
    LabelTest,
    MadeWithTest,
    NumberTest,
    ReasonTest,
    Test,
    TruthTest,
    ValueTest,
)
from monazite.regime.model import ItemList, ListLine
from monazite.terms.amounts import Amounts, Interval
from monazite.terms.control_codes import among
from monazite.terms.facts import (
    ACTIVITIES,
    ELEMENTS,
    FACTS,
    FAMILIES,
    FORMS,
    PART_FORMS,
    TECHNOLOGY_ACTIVITIES,
    TECHNOLOGY_SUBJECTS,
    Absent,
)
from monazite.terms.kleene import NO, UNKNOWN, YES, Truths, between, negate

_OF_PART_FORM = np.array([form in PART_FORMS for form in FORMS] + [False])
_PACKED = 30
"""So many truths fit into one int64 as digits of base three."""


def country_truths(countries: tuple[str, ...], test: CountryTest) -> Truths:
    """Truth of a country test, before `outside` turns it round, by position in `countries`; the last is the unknown country."""
    inside, perhaps = frozenset(test.names), frozenset(test.perhaps)
    found = [YES if c in inside else UNKNOWN if c in perhaps else NO for c in countries]
    return np.array([*found, UNKNOWN], dtype=np.int8)


def _label_fits(test: LabelTest, label: str) -> int:
    if test.path == "item.kind":
        return int(YES if label in test.words else NO)
    return among(label, test.words, test.excepted)


def _claims(reasons: tuple[str, ...], test: ReasonTest) -> bool:
    """A classifier writes NS2 for column 2 of NS, and RS:MO+D5 where the scope is no column."""
    return test.scope in reasons or f"{test.reason}:{test.scope}" in reasons


def holds(end: Fraction | None, comparator: str, limit: Fraction) -> bool:
    """Does one end of an interval compare so with a limit? None is unbounded."""
    if end is None:
        return comparator in ("at_least", "more_than")
    return {
        "at_least": end >= limit,
        "more_than": end > limit,
        "at_most": end <= limit,
        "less_than": end < limit,
    }[comparator]


def compare(amounts: Amounts, comparator: str, limit: Fraction) -> Truths:
    """Do amounts compare so with a limit? Exact: each distinct end is compared once, as a fraction."""
    table = np.array([holds(end, comparator, limit) for end in amounts.table], dtype=bool)
    low, high = table[amounts.low], table[amounts.high]
    found: Truths = between(low & high, low | high)
    return found


class ItemFacts:
    """The nodes of one catalogue before the tests of one book."""

    def __init__(self, book: Book, catalogue: Catalogue) -> None:
        self.book = book
        self.catalogue = catalogue
        self.structure = Structure(catalogue)
        self._truths: dict[Test, Truths] = {}
        self._line_truths: dict[str, Truths] = {}
        self._exact: dict[tuple[ContentTest, bool], dict[int, tuple[Interval, Interval]]] = {}
        self._contents: dict[ContentTest, tuple[ListedContent, Floats, Floats, NDArray[np.bool_]]] = {}

    def truth(self, test: Test) -> Truths:
        """(n,) truth of the test for every node."""
        found = self._truths.get(test)
        if found is None:
            found = self._truths[test] = self._evaluate(test)
        return found

    def holds(self, condition: Condition) -> Truths:
        """(n,) truth of a condition on item facts for every node."""
        if condition.test is not None:
            if isinstance(condition.test, DefinitionTest):
                return self.holds(self.book.definitions[condition.test.definition].condition)
            return self.truth(condition.test)
        children = [self.holds(child) for child in condition.children]
        if condition.kind == "not":
            return negate(children[0])  # type: ignore[no-any-return]
        if not children:
            return np.full(len(self.catalogue), YES if condition.kind == "all" else NO)
        joined: Truths = (np.minimum if condition.kind == "all" else np.maximum).reduce(children)
        return joined

    def _evaluate(self, test: Test) -> Truths:
        match test:
            case ItemTest():
                return self.listed(self.book.lists[test.item_list])
            case CountryTest():
                return self._origin(test)
            case ValueTest():
                return self._value(test)
            case TruthTest():
                return self._truth(test)
            case NumberTest():
                name = test.path.removeprefix("item.")
                amounts = self.catalogue.properties.get(name) or Amounts.unknown(len(self.catalogue))
                return compare(amounts, test.comparator, test.limit)
            case ContentTest():
                return self._content_share(test)
            case LabelTest():
                return self._labelled(test)
            case ReasonTest():
                return self._controlled(test)
            case Known():
                return np.full(len(self.catalogue), test.truth, dtype=np.int8)
            case InsideTest():
                undeclared = np.minimum(self._undeclared.holds(test.condition), UNKNOWN)
                bare = np.where(self.catalogue.may_hold_more, undeclared, NO).astype(np.int8)
                return self.structure.any_inside(self.holds(test.condition), bare)
            case MadeWithTest():
                return self._made_with(test)
            case _:
                raise TypeError(f"{type(test).__name__} is no test of an item")

    # -- simple facts -----------------------------------------------------------------------------------

    def _origin(self, test: CountryTest) -> Truths:
        c = self.catalogue
        of_country = country_truths(c.countries, test)
        if test.path != "item.origin":
            places = c.places.get(test.path)
            truth: Truths = np.full(len(c), UNKNOWN, dtype=np.int8) if places is None else of_country[places]
            return negate(truth) if test.outside else truth
        inside = frozenset(test.names)
        truth = of_country[np.maximum(c.origin, -1)]
        for node in np.flatnonzero(c.origin == MIXED):
            low, high = c.origin_share(int(node), inside)
            truth[node] = YES if low == 1 else NO if high == 0 else UNKNOWN
        return negate(truth) if test.outside else truth

    def _labelled(self, test: LabelTest) -> Truths:
        """Kinds match as words, classifications by paragraph."""
        stated = self.catalogue.labels.get(test.path, {})
        truth: Truths = np.full(len(self.catalogue), UNKNOWN, dtype=np.int8)
        known: dict[tuple[str, ...], int] = {}
        for node, labels in stated.items():
            if labels not in known:
                known[labels] = max((_label_fits(test, label) for label in labels), default=int(NO))
            truth[node] = known[labels]
        return truth

    def _controlled(self, test: ReasonTest) -> Truths:
        truth: Truths = np.full(len(self.catalogue), UNKNOWN, dtype=np.int8)
        stated = self.catalogue.labels.get("item.eccn", {})
        claimed = self.catalogue.labels.get("item.reasons", {})
        known: dict[tuple[str, ...], int] = {}
        for node, labels in stated.items():
            if labels not in known:
                known[labels] = max((self.reason_truth(test, label) for label in labels), default=int(NO))
            truth[node] = known[labels]
        for node, reasons in claimed.items():  # the classifier's own words decide what the table leaves open
            if truth[node] == UNKNOWN:
                truth[node] = YES if _claims(reasons, test) else NO
        return truth

    def reason_truth(self, test: ReasonTest, eccn: str) -> int:
        """Is a classification controlled for the reason? Open where the book does not hold its entry."""
        held = self.book.reasons[test.table].by_entry.get(eccn.split(".")[0])
        if not held:
            return int(UNKNOWN)
        found = int(NO)
        for row in held:
            if (row.reason, row.scope) == (test.reason, test.scope):
                fits = among(eccn, row.paragraphs or (row.entry,), row.excepted)
                found = max(found, fits if row.certain else min(fits, int(UNKNOWN)))
        return found

    def _value(self, test: ValueTest) -> Truths:
        c = self.catalogue
        column, words = {
            "item.form": (c.form, FORMS),
            "item.family": (c.family, FAMILIES),
            "item.technology.activity": (c.technology_activity, TECHNOLOGY_ACTIVITIES),
            "item.technology.subject": (c.technology_subject, TECHNOLOGY_SUBJECTS),
        }[test.path]
        of_word = np.array([YES if word in test.values else NO for word in words] + [UNKNOWN], dtype=np.int8)
        truth: Truths = of_word[column]
        return truth

    def _truth(self, test: TruthTest) -> Truths:
        c = self.catalogue
        name = test.path.removeprefix("item.")
        if name.startswith("elements."):
            truth: Truths = c.elements[:, ELEMENTS.index(name.removeprefix("elements."))]
        elif name == "content_complete":
            truth = c.content_complete
        else:
            absent = NO if FACTS[test.path].absent is Absent.NOT_STATED else UNKNOWN
            stated = c.claims.get(test.path, np.full(len(c), NOT_KNOWN, np.int8))
            truth = np.where(stated == NOT_KNOWN, absent, stated)
        return truth if test.wanted else negate(truth)

    def _made_with(self, test: MadeWithTest) -> Truths:
        c = self.catalogue
        inside = frozenset(test.countries)
        steps = c.made_with[:, [ACTIVITIES.index(a) for a in test.activities]]
        of_country = np.array(
            [YES if country in inside else NO for country in c.countries] + [UNKNOWN], dtype=np.int8
        )
        truth = np.where(steps == NOT_USED, NO, of_country[np.maximum(steps, NOT_KNOWN)])
        joined: Truths = truth.max(axis=1, initial=0).astype(np.int8)
        return joined

    # -- control lists ----------------------------------------------------------------------------------

    @cached_property
    def _profiles(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """One node of each distinct profile, and the profile of every node."""
        c = self.catalogue
        weights = 3 ** np.arange(_PACKED, dtype=np.int64)
        keys = [(c.form.astype(np.int64) + 1) * 64 + c.family + 1]
        for start in range(0, len(ELEMENTS), _PACKED):
            some = c.elements[:, start : start + _PACKED].astype(np.int64)
            keys.append(some @ weights[: some.shape[1]])
        joined = np.zeros(len(c), dtype=np.int64)
        for key in keys:
            _, code = np.unique(key, return_inverse=True)
            _, joined = np.unique(joined * (int(code.max(initial=0)) + 1) + code, return_inverse=True)
        _, first = np.unique(joined, return_index=True)
        return first, joined

    def listed(self, item_list: ItemList) -> Truths:
        """(n,) is each node on the list?"""
        by_profile, profile = self._lines(item_list), self._profiles[1]
        plain = np.array([not line.is_particular for line in item_list.lines], dtype=bool)
        truth: Truths = by_profile[:, plain].max(axis=1, initial=NO)[profile]
        for i in np.flatnonzero(~plain):
            fits = by_profile[:, i][profile]
            nodes = np.flatnonzero(fits > truth)
            truth[nodes] = np.maximum(truth[nodes], self._within(item_list.lines[i], nodes, fits[nodes]))
        for node, codes in self.catalogue.codes.items():
            if any(_code_fits(code, line.code) for line in item_list.lines for code in codes):
                truth[node] = YES
        return truth

    def _lines(self, item_list: ItemList) -> Truths:
        """(profiles, lines) does each profile fit each line, its kinds and limits left aside?"""
        if item_list.id not in self._line_truths:
            first, _ = self._profiles
            columns = [self._fits(line, first) for line in item_list.lines]
            table = np.stack(columns, axis=1) if columns else np.zeros((len(first), 0), np.int8)
            self._line_truths[item_list.id] = table
        return self._line_truths[item_list.id]

    def line_truths(self, item_list: ItemList, node: int) -> list[int]:
        """Truth of every line of a list for one node."""
        fits = self._lines(item_list)[self._profiles[1][node]]
        stated = self.catalogue.codes.get(node, ())
        only = np.array([node])
        return [
            int(YES)
            if any(_code_fits(code, line.code) for code in stated)
            else int(self._within(line, only, fits[i : i + 1])[0])
            for i, line in enumerate(item_list.lines)
        ]

    @cached_property
    def _kinds(self) -> tuple[list[frozenset[str]], NDArray[np.int32]]:
        """The distinct kinds that nodes state, and which each node states; -1 where none."""
        stated = self.catalogue.labels.get("item.kind", {})
        code = {kinds: i for i, kinds in enumerate(dict.fromkeys(map(frozenset, stated.values())))}
        found = np.full(len(self.catalogue), NOT_KNOWN, dtype=np.int32)
        for node, kinds in stated.items():
            found[node] = code[frozenset(kinds)]
        return list(code), found

    def _within(self, line: ListLine, nodes: NDArray[np.int64], fits: Truths) -> Truths:
        """Do nodes that fit a line otherwise fit its kinds and limits too?"""
        truth = fits
        if line.kinds:
            kinds, code = self._kinds
            of_kind = np.array(
                [YES if kind & set(line.kinds) else NO for kind in kinds] + [UNKNOWN], dtype=np.int8
            )
            found: Truths = of_kind[code[nodes]]
            part = _OF_PART_FORM[self.catalogue.form[nodes]] & (code[nodes] == NOT_KNOWN)
            truth = np.minimum(truth, np.where(part, NO, found))
        for limit in line.limits:
            amounts = self.catalogue.properties.get(limit.property)
            within = compare(amounts, limit.comparator, limit.value)[nodes] if amounts else UNKNOWN
            truth = np.minimum(truth, within)
        return truth

    def may_be_kind(self, item_list: ItemList, node: int) -> bool:
        """Would the node be on the list if it were of a kind that a line names? Of parts whose kind nobody states."""
        if node in self.catalogue.labels.get("item.kind", {}) or not _OF_PART_FORM[self.catalogue.form[node]]:
            return False
        fits = self._lines(item_list)[self._profiles[1][node]]
        return any(line.kinds and fits[i] > NO for i, line in enumerate(item_list.lines))

    def _fits(self, line: ListLine, nodes: NDArray[np.int64]) -> Truths:
        """Form, family and elements of one line, for some nodes."""
        c = self.catalogue
        of_form = np.array([YES if form in line.forms else NO for form in FORMS] + [UNKNOWN], dtype=np.int8)
        truth = np.minimum(of_form[c.form[nodes]], self._elements_fit(line, nodes))
        if line.family:
            of_family = np.array(
                [YES if f == line.family else NO for f in FAMILIES] + [UNKNOWN], dtype=np.int8
            )
            truth = np.minimum(truth, of_family[c.family[nodes]])
        return truth if line.certain else np.minimum(truth, UNKNOWN)

    def _elements_fit(self, line: ListLine, nodes: NDArray[np.int64]) -> Truths:
        columns = [ELEMENTS.index(element) for element in line.elements]
        truth: Truths = self.catalogue.elements[nodes][:, columns].min(axis=1, initial=YES)
        return truth

    # -- what is inside ---------------------------------------------------------------------------------

    @cached_property
    def _undeclared(self) -> "ItemFacts":
        """The unknown thing that may be undeclared inside each node: it can hold no element that the node lacks."""
        c = self.catalogue
        n = len(c)
        unknown_form = np.full(n, NOT_KNOWN, dtype=np.int8)
        phantom = replace(
            c, form=unknown_form, family=unknown_form, elements=np.minimum(c.elements, UNKNOWN),
            origin=np.full(n, NOT_KNOWN, dtype=np.int16), mixed_origins={},
            made_with=np.full_like(c.made_with, NOT_KNOWN), technology_activity=unknown_form,
            technology_subject=unknown_form, claims={}, properties={}, codes={}, labels={}, places={}, value=Amounts.unknown(n),
            content_complete=np.full(n, UNKNOWN), parent=np.zeros(0, np.int32), child=np.zeros(0, np.int32),
            quantity=Amounts.unknown(0),
        )  # fmt: skip
        return ItemFacts(self.book, phantom)

    def content(self, test: ContentTest) -> tuple[ListedContent, Floats, Floats, NDArray[np.bool_]]:
        """What counts as content in one unit of each node, its low and high value, and where only fractions can say."""
        key = _content_key(test)
        if key not in self._contents:
            c = self.catalogue
            inside = frozenset(test.origin)
            share = np.array([[float(country in inside)] * 2 for country in c.countries] + [[0.0, 1.0]])[
                np.maximum(c.origin, -1)
            ]
            for node in np.flatnonzero(c.origin == MIXED):
                low, high = c.origin_share(int(node), inside)
                share[node] = float(low), float(high or 0)
            counted = ListedContent(
                listed=self.holds(test.counted), share_low=share[:, 0], share_high=share[:, 1],
                may_hold=np.minimum(self._undeclared.holds(test.counted), UNKNOWN),
                as_received=test.as_received, once=test.limit if test.once else None,
            )  # fmt: skip
            self._contents[key] = (counted, *self.structure.content(counted))
        return self._contents[key]

    def exact_content(
        self, nodes: list[int], test: ContentTest, *, declared: bool = False
    ) -> dict[int, Interval]:
        """The same in exact fractions, for a few nodes; with `declared`, what is declared, were it all of that origin."""
        counted = self.content(test)[0]
        done = self._exact.setdefault((_content_key(test), declared), {})
        return self.structure.exact_content(
            nodes, counted, frozenset(test.origin), declared=declared, done=done
        )

    def _content_share(self, test: ContentTest) -> Truths:
        """Does the content reach the share of each node's own value? Exact where it is near."""
        _, low, high, unsure = self.content(test)
        value = self.catalogue.value
        with np.errstate(invalid="ignore"):
            limit_low, limit_high = float(test.limit) * value.low_float, float(test.limit) * value.high_float
            surely = (low > 0) & (low >= limit_high)
            perhaps = (high > 0) & (high >= limit_low)
        truth: Truths = between(surely, surely | perhaps)
        if test.limit:  # whether there is anything at all, floats say as well
            unsure = unsure | too_near(low, limit_high) | too_near(high, limit_low)
        doubtful = np.flatnonzero(unsure & (high > 0)).tolist()
        exact = self.exact_content(doubtful, test) if doubtful else {}
        for node in doubtful:
            truth[node] = _share_reaches(exact[node], value[node], test.comparator, test.limit)
        return truth


def _content_key(test: ContentTest) -> ContentTest:
    """Tests that differ in their threshold alone share what they count, unless the threshold decides what counts."""
    return test if test.once else replace(test, comparator="", limit=Fraction(0))


def _share_reaches(content: tuple[Fraction, Fraction | None], value: tuple[Fraction, Fraction | None], comparator: str,
                   limit: Fraction) -> np.int8:  # fmt: skip
    """content / value against the limit, cross-multiplied; nothing inside never reaches a share."""

    def reaches(part: Fraction | None, whole: Fraction | None) -> bool:
        if part == 0 or whole is None:
            return False
        if part is None:
            return True
        return part >= limit * whole if comparator == "at_least" else part > limit * whole

    return np.int8(int(reaches(content[0], value[1])) + int(reaches(content[1], value[0])))


def _code_fits(stated: str, line: str) -> bool:
    """A stated control code is the line's, or stands below it."""
    code = stated.split(":")[-1].strip()
    return bool(line) and (code == line or code.startswith(f"{line}."))
