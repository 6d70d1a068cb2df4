"""Conditions: the small closed language in which a provision says when it applies.

`all`, `any`, `not` over named predicates with typed arguments. Nothing is evaluated as code. Every predicate
tests facts of `terms.facts`; the special ones (`item`, `origin`, `content`, `inside`, `made_with`, `party`,
`definition`) are listed in `SPECIAL`. Thresholds are exact fractions, comparators are data.
"""

from dataclasses import dataclass, field
from fractions import Fraction

from monazite.terms.facts import ACTIVITIES, FACTS, ROLES, Axis, Kind
from monazite.terms.faults import Fault, near_match
from monazite.terms.located import Located

SUMS = ("yes", "no", "unverified")
COMPARATORS = ("at_least", "more_than", "at_most", "less_than")


@dataclass(frozen=True, slots=True)
class CountryTest:
    """A country fact is in, or outside, countries and groups named by id."""

    path: str
    names: tuple[str, ...]
    outside: bool = False
    perhaps: tuple[str, ...] = ()  # countries that may be in the groups on the day, filled in when resolved


@dataclass(frozen=True, slots=True)
class TruthTest:
    """A yes/no fact is yes, or is no."""

    path: str
    wanted: bool


@dataclass(frozen=True, slots=True)
class ValueTest:
    """A one-of fact has one of the values."""

    path: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NumberTest:
    """A number compares with a limit."""

    path: str
    comparator: str
    limit: Fraction


@dataclass(frozen=True, slots=True)
class ItemTest:
    """The item is a line of a control list."""

    item_list: str


@dataclass(frozen=True, slots=True)
class LabelTest:
    """One of the item's labels is among the words; codes fit by paragraph, words as they are."""

    path: str
    words: tuple[str, ...]
    excepted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReasonTest:
    """The item is controlled for a reason in a scope, by a classification list."""

    table: str
    reason: str
    scope: str


@dataclass(frozen=True, slots=True)
class Known:
    """A test whose truth is known already; no file writes it."""

    truth: int


@dataclass(frozen=True, slots=True)
class ContentTest:
    """Content of an origin reaches a share of the item's own value.

    What counts is an item list, or a definition over what is inside and where the whole goes.
    """

    of: str  # id of the item list or definition
    counted: "Condition"
    origin: tuple[str, ...]
    comparator: str
    limit: Fraction
    as_received: bool = (
        False  # what comes from the origin counts as its maker received it, not by what is inside
    )
    once: bool = (
        False  # content of an intermediate of another origin that stays below the limit does not count again
    )


@dataclass(frozen=True, slots=True)
class InsideTest:
    """Something inside the item, at any depth, satisfies a condition on item facts."""

    condition: "Condition"


@dataclass(frozen=True, slots=True)
class MadeWithTest:
    """A step of making used technology from one of the countries."""

    activities: tuple[str, ...]
    countries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ListedTest:
    """A party in one of the roles is on one of the party lists."""

    roles: tuple[str, ...]
    lists: tuple[str, ...]
    names: frozenset[str] = frozenset()  # folded names on those lists on the day, filled in when resolved


@dataclass(frozen=True, slots=True)
class OwnedTest:
    """Parties on the lists hold a share of a party in one of the roles.

    `sums` says whether the shares of several listed owners add up: yes, no, or unverified where no text says so.
    """

    roles: tuple[str, ...]
    lists: tuple[str, ...]
    comparator: str
    limit: Fraction
    share: str = "listed_owner_share"  # the fact that states the share where the owners are not named
    sums: str = "yes"
    names: frozenset[str] = frozenset()  # folded names on those lists on the day, filled in when resolved


@dataclass(frozen=True, slots=True)
class DefinitionTest:
    """A condition defined elsewhere holds."""

    definition: str


Test = (
    CountryTest
    | TruthTest
    | ValueTest
    | NumberTest
    | ItemTest
    | LabelTest
    | ReasonTest
    | Known
    | ContentTest
    | InsideTest
    | MadeWithTest
    | ListedTest
    | OwnedTest
    | DefinitionTest
)


@dataclass(frozen=True, slots=True)
class Condition:
    """A node of a condition: `all`, `any` or `not` over children, or `test` with a test. `all` of nothing is true."""

    kind: str
    children: tuple["Condition", ...] = ()
    test: Test | None = None
    where: str = field(default="", compare=False)
    _hash: int | None = field(default=None, init=False, repr=False, compare=False)

    def __hash__(self) -> int:
        """Worked out once: conditions are deep and are looked up often."""
        if self._hash is None:
            object.__setattr__(self, "_hash", hash((self.kind, self.children, self.test)))
        return self._hash  # type: ignore[return-value]


ALWAYS = Condition("all")

SPECIAL: dict[str, str] = {
    "item": "{on: list} - the item is a line of the control list",
    "origin": "{in: [..]} or {outside: [..]} - country of origin of the item",
    "content": "{on: list, origin: [..], at_least|more_than: fraction} - listed content over the item's value; "
    "{of: definition, origin: [..], as_received: yes, once: yes, ..} - content that a definition counts",
    "reason": "{on: classification list, is: reason, scope: column} - the item is controlled for the reason",
    "inside": "{condition} - something inside the item, at any depth, satisfies it",
    "made_with": "{activities: [..], technology_from: [..]} - a step used technology from there",
    "party": "{roles: [..], on: [..]} or {roles: [..], owned_by: [..], at_least: fraction, share: fact, "
    "sums: yes|no|unverified}",
    "definition": "id of a definition",
}


def predicate_names() -> tuple[str, ...]:
    """Every word a condition may use as a predicate."""
    names = [path.removeprefix("item.") for path in FACTS]
    return (*SPECIAL, *(n for n in names if not n.startswith(("elements.", "made_with.", "origin", "codes"))))


class ConditionReader:
    """Reads located conditions; keeps the faults it finds and the references it meets."""

    def __init__(self, measure: str) -> None:
        self.measure = measure
        self.faults: list[Fault] = []
        self.lists: dict[str, str] = {}  # list id -> place
        self.reason_tables: dict[str, str] = {}
        self.party_lists: dict[str, str] = {}
        self.countries: dict[str, str] = {}
        self.definitions: dict[str, str] = {}

    def read(self, node: Located | None, *, axis: Axis | None = None) -> Condition:
        """The condition at `node`; an empty one is always true. With `axis`, only facts of that axis may occur."""
        if node is None or node.is_empty:
            return ALWAYS
        if node.fields is None or len(node.fields) != 1:
            self._fault(node.where, "a condition is one of all, any, not or a predicate with its argument",
                        "Write one key here; join several with 'all'")  # fmt: skip
            return ALWAYS
        (key, value), place = next(iter(node.fields.items())), node.key_place(next(iter(node.fields)))
        if key in ("all", "any"):
            if value.items is None:
                self._fault(
                    value.where, f"'{key}' wants a list of conditions", "Write one '- ' item a condition"
                )
                return ALWAYS
            return Condition(key, tuple(self.read(item, axis=axis) for item in value.items), where=place)
        if key == "not":
            return Condition("not", (self.read(value, axis=axis),), where=place)
        test = self._test(key, value, place, axis)
        return ALWAYS if test is None else Condition("test", test=test, where=place)

    def _fault(self, where: str, what: str, mend: str = "") -> None:
        self.faults.append(Fault(where=where, what=what, mend=mend))

    def _test(self, key: str, value: Located, place: str, axis: Axis | None) -> Test | None:
        if key in SPECIAL:
            if axis is Axis.ITEM and key == "party":
                self._fault(place, "'party' is no fact of an item", "Inside 'inside', test the item only")
                return None
            return getattr(self, f"_{key}")(value, place)  # type: ignore[no-any-return]
        fact = FACTS.get(key) or FACTS.get(f"item.{key}")
        if fact is None:
            self._fault(place, f"'{key}' is no predicate", near_match(key, predicate_names()))
            return None
        if axis is Axis.ITEM and fact.axis is not Axis.ITEM:
            self._fault(place, f"'{key}' is no fact of an item", "Inside 'inside', test the item only")
            return None
        if fact.kind is Kind.YES_NO:
            if value.text in ("yes", "no"):
                return TruthTest(fact.path, value.text == "yes")
            self._fault(value.where, f"'{key}' wants yes or no", "")
        elif fact.kind is Kind.COUNTRY:
            return self._country(fact.path, value)
        elif fact.kind is Kind.ENUM:
            values = self._words(value, "in", fact.values)
            return ValueTest(fact.path, values) if values else None
        elif fact.kind is Kind.LABELS:
            given = self._fields(value, place, "in", "except")
            words = self._texts(given.get("in"), place, "'in' with one or more words or codes")
            excepted = self._texts(given["except"], place, "codes") if "except" in given else ()
            return LabelTest(fact.path, words, excepted) if words else None
        elif fact.kind in (Kind.NUMBER, Kind.SHARE):
            before = len(self.faults)
            self._fields(value, place, *COMPARATORS)
            compared = self._comparison(value, place) if len(self.faults) == before else None
            return NumberTest(fact.path, *compared) if compared else None
        else:
            self._fault(place, f"'{key}' cannot be tested by itself", near_match(key, SPECIAL))
        return None

    def _fields(self, value: Located, place: str, *allowed: str) -> dict[str, Located]:
        if value.fields is None:
            self._fault(value.where, f"wants {{{', '.join(allowed)}}}", "")
            return {}
        for key in value.fields:
            if key not in allowed:
                self._fault(
                    value.key_place(key), f"'{key}' is not an argument here", near_match(key, allowed)
                )
        return {key: item for key, item in value.fields.items() if key in allowed and not item.is_empty}

    def _texts(self, node: Located | None, place: str, what: str) -> tuple[str, ...]:
        texts = tuple(item.text for item in node.list() if item.text is not None) if node else ()
        if not texts:
            self._fault(node.where if node else place, f"wants {what}", "")
        return texts

    def _words(self, value: Located, key: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
        given = self._fields(value, value.where, key).get(key)
        texts = self._texts(given, value.where, f"'{key}' with one or more of its values")
        for text, item in zip(texts, given.list() if given else (), strict=False):
            if text not in allowed:
                self._fault(item.where, f"'{text}' is not one of its values", near_match(text, allowed))
        return texts

    def _country_names(self, node: Located | None, place: str) -> tuple[str, ...]:
        names = self._texts(node, place, "one or more countries (alpha-3) or group ids")
        for name, item in zip(names, node.list() if node else (), strict=False):
            self.countries.setdefault(name, item.where)
        return names

    def _country(self, path: str, value: Located) -> Test | None:
        given = self._fields(value, value.where, "in", "outside")
        if len(given) != 1:
            self._fault(value.where, "wants either 'in' or 'outside' with countries", "")
            return None
        key = next(iter(given))
        return CountryTest(path, self._country_names(given[key], value.where), key == "outside")

    def _comparison(self, value: Located, place: str) -> tuple[str, Fraction] | None:
        given = {key: item for key, item in (value.fields or {}).items() if key in COMPARATORS}
        if len(given) != 1:
            self._fault(
                value.where, "wants one comparator with a limit", f"Allowed: {', '.join(COMPARATORS)}"
            )
            return None
        (comparator, limit) = next(iter(given.items()))
        try:
            if "." in (limit.text or ""):
                raise ValueError
            return comparator, Fraction(limit.text or "")
        except (ValueError, ZeroDivisionError):
            self._fault(
                limit.where,
                f"'{limit.text}' is not a number",
                "Write a whole number or a fraction such as 1/1000",
            )
            return None

    def _item(self, value: Located, place: str) -> Test | None:
        self._fields(value, place, "on")
        return self._listed(value, place)

    def _listed(self, value: Located, place: str) -> ItemTest | None:
        name = self._list_name((value.fields or {}).get("on"), place)
        return ItemTest(name) if name else None

    def _list_name(self, node: Located | None, place: str) -> str | None:
        if node is None or node.text is None:
            self._fault(place, "wants 'on' with the id of an item list", "")
            return None
        name = node.text if "/" in node.text else f"{self.measure}/{node.text}"
        self.lists.setdefault(name, node.where)
        return name

    def _origin(self, value: Located, place: str) -> Test | None:
        return self._country("item.origin", value)

    def _content(self, value: Located, place: str) -> Test | None:
        given = self._fields(value, place, "on", "of", "origin", "as_received", "once", *COMPARATORS)
        if ("on" in given) == ("of" in given):
            self._fault(place, "content wants 'on' with an item list or 'of' with a definition", "")
            return None
        counted = self._listed(value, place) if "on" in given else self._definition(given["of"], place)
        origin = self._country_names(given.get("origin"), place)
        compared = self._comparison(value, place)
        if compared and compared[0] not in ("at_least", "more_than"):
            self._fault(place, "a share of content is at_least or more_than a limit", "")
            return None
        if not (counted and origin and compared):
            return None
        name = counted.item_list if isinstance(counted, ItemTest) else counted.definition  # type: ignore[union-attr]
        flags = [given[key].text == "yes" if key in given else False for key in ("as_received", "once")]
        if flags == [False, True]:
            self._fault(
                place, "'once' wants 'as_received: yes'", "It says how content as received counts further up"
            )
        return ContentTest(name, Condition("test", test=counted), origin, *compared, *flags)

    def _reason(self, value: Located, place: str) -> Test | None:
        given = self._fields(value, place, "on", "is", "scope")
        texts = [(given[key].text or "") if key in given else "" for key in ("on", "is", "scope")]
        if not all(texts):
            self._fault(
                place,
                "a reason wants 'on', 'is' and 'scope'",
                "Name the classification list, the reason and its column",
            )
            return None
        name = texts[0] if "/" in texts[0] else f"{self.measure}/{texts[0]}"
        self.reason_tables.setdefault(name, given["on"].where)
        return ReasonTest(name, texts[1], texts[2])

    def _inside(self, value: Located, place: str) -> Test:
        return InsideTest(self.read(value, axis=Axis.ITEM))

    def _made_with(self, value: Located, place: str) -> Test | None:
        given = self._fields(value, place, "activities", "technology_from")
        activities = self._texts(given.get("activities"), place, "'activities'")
        for activity in activities:
            if activity not in ACTIVITIES:
                self._fault(
                    place, f"'{activity}' is no rare-earth activity", near_match(activity, ACTIVITIES)
                )
        return MadeWithTest(activities, self._country_names(given.get("technology_from"), place))

    def _party(self, value: Located, place: str) -> Test | None:
        given = self._fields(value, place, "roles", "on", "owned_by", "share", "sums", *COMPARATORS)
        roles = self._texts(given.get("roles"), place, "'roles'")
        for role in roles:
            if role not in ROLES:
                self._fault(place, f"'{role}' is no role", near_match(role, ROLES))
        if ("on" in given) == ("owned_by" in given):
            self._fault(place, "a party test wants 'on' or 'owned_by'", "")
            return None
        key = "on" if "on" in given else "owned_by"
        lists = self._texts(given[key], place, "ids of party lists")
        for name, item in zip(lists, given[key].list(), strict=False):
            self.party_lists.setdefault(name, item.where)
        if key == "on":
            return ListedTest(roles, lists)
        compared = self._comparison(value, place)
        share, sums = ((given[k].text or "") if k in given else "" for k in ("share", "sums"))
        if share and not any(f"{role}.{share}" in FACTS for role in ROLES):
            self._fault(
                given["share"].where,
                f"'{share}' is no share of a party",
                "listed_owner_share or us_listed_owner_share",
            )
        if sums and sums not in SUMS:
            self._fault(given["sums"].where, f"'{sums}' is not one of its values", near_match(sums, SUMS))
        return (
            OwnedTest(roles, lists, *compared, share or "listed_owner_share", sums or "yes")
            if compared
            else None
        )

    def _definition(self, value: Located, place: str) -> Test | None:
        if not value.text:
            self._fault(place, "wants the id of a definition", "")
            return None
        name = value.text if "/" in value.text else f"{self.measure}/{value.text}"
        self.definitions.setdefault(name, value.where)
        return DefinitionTest(name)


def tests_of(condition: Condition) -> list[Test]:
    """Every test in a condition, in order, those inside `inside` included."""
    found: list[Test] = []
    stack = [condition]
    while stack:
        node = stack.pop()
        if node.test is not None:
            found.append(node.test)
            if isinstance(node.test, InsideTest):
                stack.append(node.test.condition)
            if isinstance(node.test, ContentTest):
                stack.append(node.test.counted)
        stack.extend(reversed(node.children))
    return found
