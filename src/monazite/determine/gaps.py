"""Which missing fact could still change the outcome, who can supply it, and what it would change.

A fact is a gap when a rule that could still make the outcome worse, or take a requirement away, depends on it
and nothing else has made it idle. Each is then tried as no and as yes with all else as it stands; the tried
cases go through the same combination as everything else, as one batch.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from monazite.determine.answer import Gap
from monazite.determine.combine import ProvisionTruths, applied_branches, bounds, branch_bounds, hull
from monazite.determine.explain import Explainer, line_facts
from monazite.determine.kernel import provision_truths, verdicts
from monazite.determine.states import Law, LawState, axis_of, leaf_tests, move_tests
from monazite.regime.conditions import (
    Condition,
    ContentTest,
    InsideTest,
    ItemTest,
    Known,
    ListedTest,
    MadeWithTest,
    OwnedTest,
    ReasonTest,
    Test,
)
from monazite.regime.model import EXCEPTIONS
from monazite.terms.facts import FACTS, Axis
from monazite.terms.kleene import NO, UNKNOWN, YES, Truths
from monazite.terms.outcomes import VERDICTS, Outcome, Verdict

_MOST_INSIDE = 40
_LAWYER = "whoever has the text of the law"


@dataclass(frozen=True, slots=True)
class Tried:
    """One test tried both ways: the verdicts, and whether the bounds moved at all."""

    test: Test
    if_no: Verdict
    if_yes: Verdict
    moves: bool


def try_tests(
    state: LawState,
    tests: tuple[Test, ...],
    row: Truths,
    tried: list[int],
    *,
    latent: bool,
) -> list[Tried]:
    """What the outcome would be with each of the tests at positions `tried` set to no and to yes.

    Parameters
    ----------
    row : (tests,) truth of each test
    """
    if not tried:
        return []
    cases = np.repeat(row[None, :], 1 + 2 * len(tried), axis=0)
    for i, position in enumerate(tried):
        cases[1 + 2 * i, position] = NO
        cases[2 + 2 * i, position] = YES
    found = hull(branch_bounds(state, provision_truths(state, tests, cases), latent=latent))
    codes = verdicts(found)
    made = []
    for i, position in enumerate(tried):
        both = (1 + 2 * i, 2 + 2 * i)
        moved = any(
            found.at_least[k] != found.at_least[0] or found.at_most[k] != found.at_most[0] for k in both
        )
        if_no, if_yes = (VERDICTS[codes[k]] for k in both)
        made.append(Tried(tests[position], if_no, if_yes, moved))
    return made


@dataclass(frozen=True, slots=True)
class OpenTest:
    """A test on which the outcome of a pattern still depends, tried both ways."""

    tried: Tried
    matters_for: str  # outcome or latent
    provisions: tuple[str, ...]


def open_tests(
    state: LawState, tests: tuple[Test, ...], row: Truths, *, now: bool, latent: bool
) -> tuple[OpenTest, ...]:
    """The open tests of one pattern: those that matter for the outcome, then those that matter for the latent outcome.

    Parameters
    ----------
    row : (tests,) truth of each test
    now, latent : whether outcome and latent outcome are undecided
    """
    key = "open tests", row[state.columns(tests)].tobytes(), now, latent
    if key not in state.kept:
        position = state.position(tests)
        truths = provision_truths(state, tests, row[None, :])
        found = []
        for word, wanted in (("outcome", now), ("latent", latent)):
            if not wanted:
                continue
            users = _open_tests(state, tests, row, truths, latent=word == "latent")
            tried = try_tests(state, tests, row, [position[t] for t in users], latent=word == "latent")
            found += [OpenTest(one, word, tuple(users[one.test])) for one in tried]
        state.kept[key] = tuple(found)
    return state.kept[key]  # type: ignore[no-any-return]


def gaps_of(explainer: Explainer, law: Law, state: LawState, found: tuple[OpenTest, ...]) -> tuple[Gap, ...]:
    """What is missing of one pair: the law itself where the book does not hold it, and the facts behind its open tests."""
    gaps: dict[tuple[str, str], Gap] = {}
    if not state.is_held:
        path = f"law:{law.regime} before {law.book.states[law.regime].holds_from}"
        gaps[path, ""] = Gap(fact=path, part="", says=_says(path), supplier=_LAWYER, if_no=Verdict.NOT_CONTROLLED,
                             if_yes=Verdict.PROHIBITED, matters_for="outcome", provisions=())  # fmt: skip
    for one in found:
        for path, part, supplier in missing_facts(explainer, one.tried.test, explainer.node):
            gaps.setdefault((path, part), Gap(
                fact=path, part=part, says=_says(path), supplier=supplier,
                if_no=one.tried.if_no, if_yes=one.tried.if_yes, matters_for=one.matters_for, provisions=one.provisions,
            ))  # fmt: skip
    return tuple(gaps.values())


def _says(path: str) -> str:
    if path in FACTS:
        return FACTS[path].says
    law = path.removeprefix("law:")
    if " before " in law:
        return f"the law of {law}, which the book does not hold"
    return f"the wording of {law}, which no source of the book has seen"


def _open_tests(
    state: LawState, tests: tuple[Test, ...], row: Truths, truths: ProvisionTruths, *, latent: bool
) -> dict[Test, list[str]]:
    """The open tests that could still move the bounds, and the rules they are open in.

    A rule matters where it may stand, surely does not yet, and asks for more than what surely stands; within
    it, the tests that no other test has already made idle.
    """
    position, codes = state.position(tests), row.tolist()
    rules = {rule.provision.id: rule for rule in state.rules}
    open_in: dict[str, list[Test]] = {}

    def still_open(name: str) -> list[Test]:
        if name not in open_in:
            is_open = truths[name][0] == UNKNOWN
            residual = (
                _residual(rules[name].condition, lambda test: codes[position[test]]) if is_open else (0, [])
            )
            open_in[name] = residual[1]
        return open_in[name]

    found: dict[Test, dict[str, None]] = {}
    for one in applied_branches(state, truths, latent=latent):
        least = int(bounds(one.contributions, 1).at_least[0])
        for item in one.contributions:
            provision = item.rule.provision
            exception = provision.effect in EXCEPTIONS
            idle = item.outcome <= least and not exception
            if item.truth[0] != UNKNOWN or idle or item.outcome is Outcome.NOT_IN_FORCE:
                continue
            about = [name for name in provision.targets if name in one.standing and name in rules]
            for name in (provision.id, *about):
                for test in still_open(name):
                    found.setdefault(test, {})[provision.id] = None
    return {test: list(users) for test, users in found.items()}


def _residual(condition: Condition, leaf: Callable[[Test], int]) -> tuple[int, list[Test]]:
    """Truth of a condition, and where it is open the tests on which it still depends."""
    if condition.kind == "test":
        assert condition.test is not None
        truth = leaf(condition.test)
        return truth, [condition.test] if truth == UNKNOWN else []
    parts = [_residual(child, leaf) for child in condition.children]
    truths = [truth for truth, _ in parts]
    match condition.kind:
        case "not":
            joined = 2 - truths[0]
        case "any":
            joined = max(truths, default=int(NO))
        case _:
            joined = min(truths, default=int(YES))
    return joined, [test for _, tests in parts for test in tests] if joined == UNKNOWN else []


def missing_facts(explainer: Explainer, test: Test, node: int) -> list[tuple[str, str, str]]:
    """(fact, part, who can supply it) for the facts that leave a test open; part is empty for facts of the move."""
    if axis_of(test) is Axis.MOVE:
        return [(path, "", FACTS[path].supplier) for path in _open_move_facts(explainer, test)]
    catalogue = explainer.batch.catalogue
    asked = _asked_of_the_move(explainer, test)
    of_move = [(path, "", FACTS[path].supplier) for m in asked for path in _open_move_facts(explainer, m)]
    return of_move + [
        (
            path,
            catalogue.names[at],
            _LAWYER if path.startswith("law:") else catalogue.supplier[at] or "supplier",
        )
        for path, at in dict.fromkeys(_open_item_facts(explainer, test, node))
    ]


def _asked_of_the_move(explainer: Explainer, test: Test) -> list[Test]:
    """The open tests of the move on which it still depends what counts as content."""
    if not isinstance(test, ContentTest):
        return []
    leaf = {m: explainer.truth(m) for m in move_tests(test)}
    everything = {t: leaf.get(t, int(UNKNOWN)) for t in leaf_tests(test.counted)}
    return [t for t in dict.fromkeys(_residual(test.counted, everything.__getitem__)[1]) if t in leaf]


def _open_move_facts(explainer: Explainer, test: Test) -> list[str]:
    if isinstance(test, ListedTest | OwnedTest):
        last = "lists" if isinstance(test, ListedTest) else test.share
        found = []
        for role in test.roles:
            alone = type(test)(
                **{**{f: getattr(test, f) for f in test.__dataclass_fields__}, "roles": (role,)}
            )
            if explainer.batch.moving.truth(alone)[explainer.move] == UNKNOWN:
                found.append(f"{role}.{last}")
        return found
    return [test.path]  # type: ignore[union-attr]


def _open_item_facts(explainer: Explainer, test: Test, node: int) -> list[tuple[str, int]]:
    """(fact, node) for each fact that leaves an item test open at a node."""
    catalogue, items = explainer.batch.catalogue, explainer.items
    match test:
        case Known():  # of the move, where its facts are sought
            return []
        case ItemTest():
            found = []
            for line, truth in explainer.lines(test, node):
                if truth == UNKNOWN and not line.certain:
                    found.append((f"law:{test.item_list}#{line.id}", node))
                if truth == UNKNOWN:
                    found += [
                        (f"item.{p}", node)
                        for p in line_facts(line)
                        if explainer.item_value(p, node) == "unknown"
                    ]
            return found
        case ReasonTest():
            stated = catalogue.labels.get("item.eccn", {}).get(node)
            if stated is None:
                return [("item.eccn", node)]
            return [(f"law:{test.table}#{eccn}", node) for eccn in stated] + [("item.reasons", node)]
        case MadeWithTest():
            return [
                (f"item.made_with.{a}", node)
                for a in test.activities
                if explainer.item_value(f"made_with.{a}", node) == "unknown"
            ]
        case ContentTest():
            return _open_content(explainer, test, node)
        case InsideTest():
            own, inside = items.holds(test.condition), items.truth(test)
            found = []
            stack, seen = [node], {node}
            while stack and len(found) < _MOST_INSIDE:
                at = stack.pop()
                for below in items.structure.below(at):
                    if below in seen:
                        continue
                    seen.add(below)
                    if own[below] == UNKNOWN:
                        found += _open_condition(explainer, test.condition, below)
                    if inside[below] == UNKNOWN:
                        stack.append(below)
                if catalogue.may_hold_more[at] and not items.structure.below(at):
                    found.append(("item.content_complete", at))
            return found or [("item.content_complete", node)]
    return [(test.path, node)]  # type: ignore[union-attr]


def _open_condition(explainer: Explainer, condition: Condition, node: int) -> list[tuple[str, int]]:
    """Open facts of a condition at a node, where the condition as a whole is open there."""
    if condition.test is not None and condition.kind == "test":
        if explainer.items.truth(condition.test)[node] != UNKNOWN:
            return []
        return _open_item_facts(explainer, condition.test, node)
    return [fact for child in condition.children for fact in _open_condition(explainer, child, node)]


def _open_content(explainer: Explainer, test: ContentTest, node: int) -> list[tuple[str, int]]:
    """What leaves a share of content open: the item's value, and the materials whose value, origin or kind is open."""
    catalogue, items = explainer.batch.catalogue, explainer.items
    test = explainer.settled(test)
    counted, low, high, _ = items.content(test)
    found: list[tuple[str, int]] = []
    if catalogue.value.low[node] != catalogue.value.high[node]:
        found.append(("item.value", node))
    stack, seen = [node], {node}
    while stack and len(found) < _MOST_INSIDE:
        at = stack.pop()
        if high[at] <= 0 or high[at] == low[at]:
            continue
        share = catalogue.origin_share(at, frozenset(test.origin))
        if counted.listed[at] > NO:
            if share[0] != share[1]:
                found.append(("item.origin", at))
            if share[1] != 0 and catalogue.value.low[at] != catalogue.value.high[at]:
                found.append(("item.value", at))
            if share[1] != 0 and counted.listed[at] == UNKNOWN:
                found += _open_condition(explainer, test.counted, at)
        elif catalogue.may_hold_more[at] and counted.may_hold[at] > NO:
            found.append(("item.content_complete", at))
        if counted.listed[at] != YES or share[0] != 1:
            for below in items.structure.below(at):
                if below not in seen:
                    seen.add(below)
                    stack.append(below)
    return found
