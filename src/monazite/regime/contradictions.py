"""Rules of one rank that contradict each other, found before anything is asked.

Two exceptions that clear the same requirement with different outcomes, or two policies of one measure that
answer the same case differently, are an error of the rule set when both can hold at once on a day, unless one
says that it overrides the other. Whether both can hold is decided over the tests they use, taken as free except
where two tests of one fact exclude each other; so a fault may name a case that the world does not know, and
never misses one.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations

from monazite.regime.conditions import Condition, CountryTest, DefinitionTest, Test, TruthTest, ValueTest
from monazite.regime.model import EXCEPTIONS, Definition, Effect, Provision
from monazite.terms.faults import Fault


def contradictions(provisions: Iterable[Provision], definitions: Mapping[str, Definition]) -> list[Fault]:
    """A fault for each pair of rules that can answer one case in two ways."""
    faults = []
    for one, other in combinations(provisions, 2):
        shared = set(one.targets) & set(other.targets)
        if not shared or one.gives is other.gives or one.id in other.overrides or other.id in one.overrides:
            continue
        exceptions = one.effect in EXCEPTIONS and other.effect in EXCEPTIONS
        policies = one.effect is other.effect is Effect.POLICY and one.measure == other.measure
        if policies and one.condition != other.condition:
            continue  # the strictest of several policies governs
        if not (exceptions or policies) or not _on_one_day(one, other):
            continue
        if can_both_hold(one.condition, other.condition, definitions):
            gives = (
                f"'{other.gives.words if other.gives else ''}' and '{one.gives.words if one.gives else ''}'"
            )
            faults.append(Fault(where=other.where, what=f"'{other.id}' and '{one.id}' contradict each other on '{min(shared)}': {gives}",
                                mend=f"Say 'overrides' in one of them; the other stands at {one.where}"))  # fmt: skip
    return faults


def _on_one_day(one: Provision, other: Provision) -> bool:
    return any(a.span.meets(b.span) for a in one.periods for b in other.periods
               if a.status.is_printed and b.status.is_printed)  # fmt: skip


def can_both_hold(one: Condition, other: Condition, definitions: Mapping[str, Definition]) -> bool:
    """Is there an assignment of yes and no to the tests under which both conditions are true?"""
    joint = Condition("all", (one, other))
    atoms = list(dict.fromkeys(_atoms(joint, definitions)))
    return _search(joint, atoms, {}, definitions)


def _atoms(condition: Condition, definitions: Mapping[str, Definition]) -> Iterator[Test]:
    if isinstance(condition.test, DefinitionTest):
        yield from _atoms(definitions[condition.test.definition].condition, definitions)
    elif condition.test is not None:
        yield condition.test
    for child in condition.children:
        yield from _atoms(child, definitions)


def _search(
    joint: Condition, atoms: list[Test], given: dict[Test, bool], definitions: Mapping[str, Definition]
) -> bool:
    truth = _truth(joint, given, definitions)
    if truth is not None:
        return truth
    atom = next(a for a in atoms if a not in given)
    for value in (True, False):
        if value and any(held and _exclude(atom, other) for other, held in given.items()):
            continue
        if _search(joint, atoms, {**given, atom: value}, definitions):
            return True
    return False


def _truth(
    condition: Condition, given: Mapping[Test, bool], definitions: Mapping[str, Definition]
) -> bool | None:
    if isinstance(condition.test, DefinitionTest):
        return _truth(definitions[condition.test.definition].condition, given, definitions)
    if condition.test is not None:
        return given.get(condition.test)
    children = [_truth(child, given, definitions) for child in condition.children]
    if condition.kind == "not":
        return None if children[0] is None else not children[0]
    deciding = condition.kind == "any"
    if deciding in children:
        return deciding
    return None if None in children else not deciding


def _exclude(one: Test, other: Test) -> bool:
    """Can the two tests not both be true?"""
    if isinstance(one, TruthTest) and isinstance(other, TruthTest):
        return one.path == other.path and one.wanted != other.wanted
    if isinstance(one, ValueTest) and isinstance(other, ValueTest):
        return one.path == other.path and not set(one.values) & set(other.values)
    if isinstance(one, CountryTest) and isinstance(other, CountryTest) and one.path == other.path:
        if not one.outside and not other.outside:
            return not set(one.names) & set(other.names) and all(
                len(n) == 3 for n in (*one.names, *other.names)
            )
        inner, outer = (one, other) if other.outside else (other, one)
        return not inner.outside and set(inner.names) <= set(outer.names)
    return False
