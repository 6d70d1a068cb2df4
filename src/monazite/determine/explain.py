"""Why: the tree of a provision's condition with the value of every node and the facts it read.

It reads the truths that the evaluation left; it decides nothing.
"""

from fractions import Fraction
from typing import TypeVar

from monazite.catalogue.model import MIXED, NOT_KNOWN, NOT_USED
from monazite.determine.answer import Node
from monazite.determine.kernel import Batch
from monazite.determine.moving import is_stated
from monazite.determine.states import Rule, axis_of, move_tests, settled
from monazite.regime.conditions import (
    Condition,
    ContentTest,
    CountryTest,
    InsideTest,
    ItemTest,
    Known,
    LabelTest,
    ListedTest,
    MadeWithTest,
    NumberTest,
    OwnedTest,
    ReasonTest,
    Test,
    TruthTest,
    ValueTest,
)
from monazite.regime.model import ListLine
from monazite.terms.amounts import Interval
from monazite.terms.facts import (
    ACTIVITIES,
    ELEMENTS,
    FACTS,
    FAMILIES,
    FORMS,
    TECHNOLOGY_ACTIVITIES,
    TECHNOLOGY_SUBJECTS,
    Axis,
    Kind,
)
from monazite.terms.kleene import NO, UNKNOWN, YES, both, either, negate, word
from monazite.terms.owners import Owner

_COMPARE_WORDS = {
    "at_least": "at least",
    "more_than": "more than",
    "at_most": "at most",
    "less_than": "less than",
}
_DEEPEST = 12
_T = TypeVar("_T", bound=Test)


class Explainer:
    """Explains one pair of a batch: an item and a move."""

    def __init__(self, batch: Batch, node: int, move: int) -> None:
        self.batch, self.items, self.node, self.move = batch, batch.items, node, move
        self._opened: dict[tuple[int, int], tuple[Condition, Node]] = {}  # definitions, by identity and item
        self._tested: dict[tuple[Test, int], Node] = {}

    def truth(self, test: Test) -> int:
        """Truth of a test for this item and move."""
        if axis_of(test) is Axis.ITEM:
            return int(self.items.truth(self.settled(test))[self.node])
        return int(self.batch.moving.truth(test)[self.move])

    def settled(self, test: _T) -> _T:
        """The test with what it asks of the move answered for this move."""
        if not move_tests(test):
            return test
        return settled(test, self.truth)  # type: ignore[arg-type, return-value]

    def rule(self, rule: Rule) -> Node:
        """The tree of one provision."""
        inner = self._node(rule.condition, self.node)
        provision = rule.provision
        return Node(
            kind="provision", truth=inner.truth, says=f"{provision.id}: {provision.says}", children=(inner,)
        )

    def _node(self, condition: Condition, node: int) -> Node:
        """A condition at an item; what is asked twice is told by the same node."""
        if condition.kind == "test":
            assert condition.test is not None
            key = condition.test, node
            if key not in self._tested:
                self._tested[key] = self._test(condition.test, node)
            return self._tested[key]
        if condition.kind != "definition":
            return self._joint(condition, node)
        place = id(condition), node
        if place not in self._opened:
            self._opened[place] = condition, self._joint(condition, node)
        return self._opened[place][1]

    def _joint(self, condition: Condition, node: int) -> Node:
        children = tuple(self._node(child, node) for child in condition.children)
        codes = [("no", "unknown", "yes").index(child.truth) for child in children]
        if condition.kind == "definition":
            name = condition.test.definition  # type: ignore[union-attr]
            return Node(
                kind="definition",
                truth=children[0].truth,
                says=f"{name}: {self.batch.book.definitions[name].says}",
                children=children,
            )
        if condition.kind == "not":
            return Node(kind="not", truth=word(negate(codes[0])), says="not", children=children)
        joined = int(YES) if condition.kind == "all" else int(NO)
        for code in codes:
            joined = int(both(joined, code) if condition.kind == "all" else either(joined, code))
        says = ("all of" if condition.kind == "all" else "any of") if children else "always"
        return Node(kind=condition.kind, truth=word(joined), says=says, children=children)

    def _test(self, test: Test, node: int) -> Node:
        if axis_of(test) is Axis.MOVE:
            return Node(
                kind="test", truth=word(self.truth(test)), says=say_test(test), read=self._read_move(test)
            )
        test = self.settled(test)
        truth = int(self.items.truth(test)[node])
        children: tuple[Node, ...] = ()
        read: tuple[tuple[str, str], ...] = ()
        match test:
            case ItemTest():
                read, children = self._on_list(test, node, truth)
            case ContentTest():
                read = self._share(test, node)
            case InsideTest():
                children = self._inside(test, node, truth)
            case MadeWithTest():
                read = tuple(
                    (f"item.made_with.{a}", self.item_value(f"made_with.{a}", node)) for a in test.activities
                )
            case ReasonTest():
                read = tuple((f"item.{p}", self.item_value(p, node)) for p in ("eccn", "reasons"))
            case CountryTest() | TruthTest() | ValueTest() | NumberTest() | LabelTest():
                read = ((test.path, self.item_value(test.path.removeprefix("item."), node)),)
        return Node(kind="test", truth=word(truth), says=say_test(test), read=read, children=children)

    # -- what was read -----------------------------------------------------------------------------------

    def item_value(self, path: str, node: int) -> str:
        """A fact of a node as text."""
        c = self.batch.catalogue
        if path.startswith("elements."):
            return word(c.elements[node, ELEMENTS.index(path.removeprefix("elements."))])
        if path.startswith("made_with."):
            code = int(c.made_with[node, ACTIVITIES.index(path.removeprefix("made_with."))])
            return "none" if code == NOT_USED else "unknown" if code == NOT_KNOWN else c.countries[code]
        match path:
            case "form":
                return FORMS[c.form[node]] if c.form[node] >= 0 else "unknown"
            case "family":
                return FAMILIES[c.family[node]] if c.family[node] >= 0 else "unknown"
            case "origin":
                return self._origin(node)
            case "value":
                return money(c.value[node], c.currency)
            case "technology.activity":
                return (
                    TECHNOLOGY_ACTIVITIES[c.technology_activity[node]]
                    if c.technology_activity[node] >= 0
                    else "unknown"
                )
            case "technology.subject":
                return (
                    TECHNOLOGY_SUBJECTS[c.technology_subject[node]]
                    if c.technology_subject[node] >= 0
                    else "unknown"
                )
            case "content_complete":
                return word(c.content_complete[node])
        if FACTS[f"item.{path}"].kind is Kind.LABELS:
            labels = c.labels.get(f"item.{path}", {}).get(node)
            return "unknown" if labels is None else ", ".join(labels) or "none"
        if f"item.{path}" in c.places:
            code = int(c.places[f"item.{path}"][node])
            return "unknown" if code < 0 else c.countries[code]
        if path in c.properties:
            return interval(c.properties[path][node])
        stated = c.stated(f"item.{path}", node)
        return str(FACTS[f"item.{path}"].absent) if stated is None else word(stated)

    def _origin(self, node: int) -> str:
        c = self.batch.catalogue
        code = int(c.origin[node])
        if code == MIXED:
            return ", ".join(
                f"{country} {percent(share)}" for country, share in sorted(c.mixed_origins[node].items())
            )
        return "unknown" if code == NOT_KNOWN else c.countries[code]

    def _read_move(self, test: Test) -> tuple[tuple[str, str], ...]:
        if isinstance(test, ListedTest):
            paths = [f"{role}.{fact}" for role in test.roles for fact in ("name", "lists")]
        elif isinstance(test, OwnedTest):
            paths = [
                path if self.is_stated(path := f"{role}.owners") else f"{role}.{test.share}"
                for role in test.roles
            ]
        else:
            paths = [test.path]  # type: ignore[union-attr]
        return tuple((path, self.move_value(path)) for path in paths
                     if not (path.endswith(".name") and not self.is_stated(path)))  # fmt: skip

    def is_stated(self, path: str) -> bool:
        """Did somebody state the fact of the move?"""
        return bool(is_stated(self.batch.moves, path)[self.move])

    def move_value(self, path: str) -> str:
        """A fact of the move as text."""
        m, k = self.batch.moves, self.move
        if not self.is_stated(path):
            return str(FACTS[path].absent)
        if path in m.codes:
            code = int(m.codes[path][k])
            words = m.countries if FACTS[path].kind is Kind.COUNTRY else FACTS[path].values
            return "unknown" if code < 0 else words[code]
        if path in m.truths:
            return word(m.truths[path][k])
        if path in m.lists:
            return ", ".join(m.lists[path][k] or ()) or "none"
        if path in m.texts:
            return m.texts[path][k]
        if path in m.owners:
            return _say_owners(m.owners[path][k] or ())
        found = m.numbers[path][k]
        return percent(found) if FACTS[path].kind is Kind.SHARE else interval(found)

    # -- the special tests -------------------------------------------------------------------------------

    def _on_list(
        self, test: ItemTest, node: int, truth: int
    ) -> tuple[tuple[tuple[str, str], ...], tuple[Node, ...]]:
        lines = self.lines(test, node)
        shown = [(line, found) for line, found in lines if found == truth and found != NO]
        children = tuple(
            Node(kind="line", truth=word(found), says=_say_line(line),
                 read=tuple((f"item.{p}", self.item_value(p, node)) for p in line_facts(line)))
            for line, found in shown[:_DEEPEST]
        )  # fmt: skip
        read = [("item.form", self.item_value("form", node))]
        if self.batch.catalogue.form[node] == FORMS.index("magnet"):
            read.append(("item.family", self.item_value("family", node)))
        if node in self.batch.catalogue.codes:
            read.append(("item.codes", ", ".join(self.batch.catalogue.codes[node])))
        return tuple(read), children

    def lines(self, test: ItemTest, node: int) -> list[tuple[ListLine, int]]:
        """Every line of the list with its truth for a node."""
        item_list = self.batch.book.lists[test.item_list]
        return list(zip(item_list.lines, self.items.line_truths(item_list, node), strict=True))

    def _share(self, test: ContentTest, node: int) -> tuple[tuple[str, str], ...]:
        c = self.batch.catalogue
        content = self.items.exact_content([node], test)[node]
        value = c.value[node]
        return (
            (f"value of {test.of} content from {', '.join(test.origin)}", money(content, c.currency)),
            ("item.value", money(value, c.currency)),
            ("share", share(content, value)),
            ("threshold", _say_threshold(test.comparator, test.limit)),
        )

    def _inside(self, test: InsideTest, node: int, truth: int) -> tuple[Node, ...]:
        """The thing inside that decides: down the lines to the deepest node with the same truth."""
        own, inside = self.items.holds(test.condition), self.items.truth(test)
        names = self.batch.catalogue.names
        path = [node]
        while len(path) < 64 and truth != NO:
            below = self.items.structure.below(path[-1])
            deeper = next((n for n in below if inside[n] == truth), None)
            if deeper is not None:
                path.append(deeper)
                continue
            found = next((n for n in below if own[n] == truth), None)
            if found is not None:
                route = " > ".join(names[n] for n in (*path, found))
                return (
                    Node(
                        kind="inside",
                        truth=word(truth),
                        says=route,
                        children=(self._node(test.condition, found),),
                    ),
                )
            break
        if truth == UNKNOWN:
            route = " > ".join(names[n] for n in path)
            return (Node(kind="inside", truth="unknown", says=f"{route}: what is inside is not declared",
                         read=(("item.content_complete", self.item_value("content_complete", path[-1])),)),)  # fmt: skip
        return ()


def _say_owners(owners: tuple[Owner, ...]) -> str:
    """Owners with their shares, and theirs in brackets."""
    said = []
    for owner in owners:
        above = f" ({_say_owners(owner.owners)})" if owner.owners else ""
        said.append(f"{owner.name or 'unnamed'} {percent(owner.share)}{above}")
    return ", ".join(said) or "none"


def line_facts(line: ListLine) -> tuple[str, ...]:
    """The item facts that a line of a control list reads."""
    family = ("family",) if line.family else ()
    return (
        "form",
        *(("kind",) if line.kinds else ()),
        *family,
        *(f"elements.{e}" for e in line.elements),
        *(limit.property for limit in line.limits),
    )


def _say_line(line: ListLine) -> str:
    unverified = f" [unverified: {line.unverified}]" if line.unverified else ""
    return f"{line.code or line.id}: {line.says}{unverified}"


def _say_threshold(comparator: str, limit: Fraction) -> str:
    return f"{_COMPARE_WORDS[comparator]} {percent((limit, limit))}"


def say_test(test: Test) -> str:
    """A test as a short phrase."""
    match test:
        case CountryTest():
            return f"{test.path} {'outside' if test.outside else 'in'} {', '.join(test.names)}"
        case TruthTest():
            return FACTS[test.path].says if test.wanted else f"not: {FACTS[test.path].says}"
        case ValueTest():
            return f"{test.path} is {' or '.join(test.values)}"
        case NumberTest():
            return f"{test.path} {_COMPARE_WORDS[test.comparator]} {decimal(test.limit)}"
        case ItemTest():
            return f"the item is on {test.item_list}"
        case ContentTest():
            threshold = _say_threshold(test.comparator, test.limit)
            return f"content of {test.of} from {', '.join(test.origin)} is {threshold} of the item's value"
        case LabelTest():
            fact = FACTS[test.path].path.removeprefix("item.").replace("_", " ")
            but = f", except {', '.join(test.excepted)}" if test.excepted else ""
            return f"{fact} is {' or '.join(test.words)}{but}"
        case ReasonTest():
            return f"controlled for {test.reason} in {test.scope} by {test.table}"
        case Known():
            return f"known: {word(test.truth)}"
        case InsideTest():
            return "something inside the item"
        case MadeWithTest():
            return f"made with {', '.join(test.activities)} technology from {', '.join(test.countries)}"
        case ListedTest():
            return f"{' or '.join(test.roles)} on {' or '.join(test.lists)}"
        case OwnedTest():
            threshold = _say_threshold(test.comparator, test.limit)
            return f"{' or '.join(test.roles)} held {threshold} by parties on {' or '.join(test.lists)}"
        case _:
            return test.definition


def decimal(number: Fraction, digits: int = 6) -> str:
    """A number for people: exact where it ends within the digits, else marked as rounded."""
    scaled = number * 10**digits
    if scaled.denominator == 1:
        text = f"{scaled.numerator / 10**digits:.{digits}f}" if abs(scaled) < 2**53 else str(float(number))
        return text.rstrip("0").rstrip(".") if "." in text else text
    return f"about {float(number):.6g}"


def interval(found: Interval, unit: str = "") -> str:
    """An interval for people."""
    low, high = found
    tail = f" {unit}" if unit else ""
    if high is None:
        return "unknown" if low == 0 else f"at least {decimal(low)}{tail}"
    return f"{decimal(low)}{tail}" if low == high else f"{decimal(low)}..{decimal(high)}{tail}"


def money(found: Interval, currency: str) -> str:
    """An amount of money for people: to the cent, finer where it is finer."""

    def end(amount: Fraction) -> str:
        cents = amount * 100
        if cents.denominator == 1:
            return f"{cents.numerator // 100}.{cents.numerator % 100:02d}"
        return f"about {float(amount):.2f}" if amount >= 1 else decimal(amount)

    low, high = found
    if high is None:
        return "unknown" if low == 0 else f"at least {end(low)} {currency}"
    return f"{end(low)} {currency}" if low == high else f"{end(low)}..{end(high)} {currency}"


def percent(found: Interval) -> str:
    """A share for people, in per cent."""
    low, high = found
    return interval((low * 100, None if high is None else high * 100), "%")


def share(content: Interval, value: Interval) -> str:
    """content / value as an interval in per cent."""
    low = content[0] / value[1] if value[1] else Fraction(0)
    high = None if content[1] is None or value[0] == 0 else content[1] / value[0]
    if content[1] == 0:
        return "0 %"
    return percent((low, high))
