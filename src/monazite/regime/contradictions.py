"""Rules of one rank that contradict each other, found before anything is asked.

Two exceptions that clear the same requirement with different outcomes, or two policies of one measure that
answer the same case differently, are an error of the rule set when both can hold at once on a day, unless one
says that it overrides the other. Whether both can hold is decided over the tests they use, taken as free except
where two tests of one fact exclude each other; so a fault may name a case that the world does not know, and
never misses one.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations

from monazite.regime.conditions import Condition, CountryTest, DefinitionTest, Test, TruthTest, ValueTest
from monazite.regime.model import EXCEPTIONS, Definition, Effect, Provision
from monazite.terms.faults import Fault


def contradictions(provisions: Iterable[Provision], definitions: Mapping[str, Definition]) -> list[Fault]:
    """A fault for each pair of rules that can answer one case in two ways."""
    faults = []
    about = [(p, frozenset(p.targets)) for p in provisions if p.targets]
    for (one, of_one), (other, of_other) in combinations(about, 2):
        shared = of_one & of_other
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
    """Is there an assignment of yes and no to the tests under which both conditions are true?

    Definitions are opened only where the two can both hold with every definition taken as free: that is a weaker
    demand, so what fails it fails the whole.
    """
    joint = (_positive(one), _positive(other))
    if not _satisfiable(joint, {}, {}):
        return False
    names = {t.definition for part in joint for t in _literals(part) if isinstance(t, DefinitionTest)}
    return not names or _satisfiable(joint, {}, definitions)


def _positive(condition: Condition, wanted: bool = True) -> Condition:
    """The condition, or its opposite, with `not` over single tests only."""
    if condition.kind == "not":
        return _positive(condition.children[0], not wanted)
    if condition.test is not None:
        return condition if wanted else Condition("not", (condition,))
    kind = condition.kind if wanted else {"all": "any", "any": "all"}[condition.kind]
    return Condition(kind, tuple(_positive(child, wanted) for child in condition.children))


def _literals(condition: Condition) -> Iterator[Test]:
    if condition.test is not None:
        yield condition.test
    for child in condition.children:
        yield from _literals(child)


def _satisfiable(
    demands: Sequence[Condition], given: Mapping[Test, bool], definitions: Mapping[str, Definition]
) -> bool:
    """Can all the demands be met? What a demand forces is taken at once, then the shortest choice is tried out."""
    held = dict(given)
    waiting, choices = list(demands), []
    while waiting:
        demand = waiting.pop()
        if demand.kind == "all":
            waiting += demand.children
            continue
        if demand.kind == "any":
            choices.append(demand)
            continue
        wanted = demand.kind != "not"
        test = demand.test if wanted else demand.children[0].test
        assert test is not None
        if test in held:
            if held[test] != wanted:
                return False
            continue
        if wanted and any(truth and _exclude(test, other) for other, truth in held.items()):
            return False
        held[test] = wanted
        if isinstance(test, DefinitionTest) and test.definition in definitions:
            waiting.append(_positive(definitions[test.definition].condition, wanted))
    choices = [choice for choice in choices if not any(_is_met(child, held) for child in choice.children)]
    if not choices:
        return True
    first = min(choices, key=lambda choice: len(choice.children))
    rest = [choice for choice in choices if choice is not first]
    return any(_satisfiable([child, *rest], held, definitions) for child in first.children)


def _is_met(condition: Condition, held: Mapping[Test, bool]) -> bool:
    """Does what is held already meet the condition?"""
    if condition.kind == "all":
        return all(_is_met(child, held) for child in condition.children)
    if condition.kind == "any":
        return any(_is_met(child, held) for child in condition.children)
    wanted = condition.kind != "not"
    test = condition.test if wanted else condition.children[0].test
    return test is not None and held.get(test) is wanted


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
