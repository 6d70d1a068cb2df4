"""From the truth of conditions to outcomes: what applies, what it clears, and the worst that stands.

For each branch of readings: a requirement that holds asks for its outcome; an exception that holds takes a
requirement away and gives its own; a policy makes a standing requirement worse; a rule without effect on the
day asks for nothing but is named. Truth is three-valued throughout, so an outcome is an interval on the
lattice: the worst that surely stands, and the worst that may.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from monazite.determine.states import Branch, LawState, Rule
from monazite.regime.conditions import Condition, Test
from monazite.regime.model import EXCEPTIONS, REQUIREMENTS, Effect
from monazite.terms.kleene import NO, UNKNOWN, YES, Truths, negate
from monazite.terms.outcomes import Outcome

Ranks = NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one rule adds to the outcome of P cases: how surely it stands, and the outcome it asks for."""

    rule: Rule
    truth: Truths  # (P,)
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Applied:
    """What applies under one branch: every contribution, and how surely each rule stands, by provision id."""

    contributions: tuple[Contribution, ...]
    standing: Mapping[str, Truths]


@dataclass(frozen=True, slots=True)
class Bounds:
    """The worst that surely stands and the worst that may, for P cases; codes of Outcome."""

    at_least: Ranks
    at_most: Ranks


def condition_truth(
    condition: Condition, leaf: Callable[[Test], Truths], cases: int, known: dict[int, Truths] | None = None
) -> Truths:
    """(P,) truth of a resolved condition from the truth of its tests.

    `known` keeps the truth of definitions that several conditions share, by the identity of the condition.
    """
    if condition.kind == "test":
        assert condition.test is not None
        return leaf(condition.test)
    if condition.kind == "definition":
        found = known.get(id(condition)) if known is not None else None
        if found is None:
            found = condition_truth(condition.children[0], leaf, cases, known)
            if known is not None:
                known[id(condition)] = found
        return found
    if condition.kind == "not":
        return negate(condition_truth(condition.children[0], leaf, cases, known))  # type: ignore[no-any-return]
    if not condition.children:
        return np.full(cases, YES if condition.kind == "all" else NO)
    join = np.minimum if condition.kind == "all" else np.maximum
    truth = condition_truth(condition.children[0], leaf, cases, known)
    for child in condition.children[1:]:
        truth = join(truth, condition_truth(child, leaf, cases, known))
    return truth


def apply(state: LawState, truths: Mapping[str, Truths], branch: Branch, *, latent: bool = False) -> Applied:
    """What every rule adds under one branch.

    Parameters
    ----------
    state : the rules
    truths : provision id -> (P,) truth of its condition
    branch : the reading chosen for each question
    latent : count every printed rule as if it had effect; else one that nobody enforces asks for nothing
    """
    asking = state.of(*REQUIREMENTS, *EXCEPTIONS, Effect.POLICY, Effect.DUTY)
    live = {r.provision.id: r for r in asking if r.is_read(branch) and r.status(branch).is_printed}
    effective = {name for name, r in live.items() if latent or r.status(branch).is_enforced}
    exceptions = {name: truths[name] for r in state.of(*EXCEPTIONS) if (name := r.provision.id) in live}
    for name in list(exceptions):
        for other in live[name].provision.overrides:
            if other in exceptions and name in effective:
                exceptions[other] = np.minimum(exceptions[other], negate(truths[name]))
    made: list[Contribution] = []
    standing: dict[str, Truths] = {}
    for rule in state.of(Effect.LICENCE, Effect.BAN):
        name = rule.provision.id
        if name not in live:
            continue
        has_effect = name in effective
        # What an exclusion takes out, a rule without effect does not touch either; an exemption owes a report all the same.
        clearing = [
            exceptions[other.provision.id]
            for other in state.clears.get(name, ())
            if other.provision.id in exceptions
            and (
                other.provision.id in effective if has_effect else other.provision.effect is Effect.EXCLUSION
            )
        ]
        stands = np.minimum.reduce([truths[name], *(negate(truth) for truth in clearing)])
        if has_effect:
            standing[name] = stands
        made.append(Contribution(rule, stands, _gives(rule) if has_effect else Outcome.NOT_IN_FORCE))
    for name, truth in exceptions.items():
        targets = [t for t in live[name].provision.targets if t in standing] if name in effective else []
        if targets:
            standing[name] = np.minimum(truth, np.maximum.reduce([truths[t] for t in targets]))
            made.append(Contribution(live[name], standing[name], _gives(live[name])))
    for rule in state.of(Effect.POLICY):
        name = rule.provision.id
        if name in effective:
            asked = [np.minimum(truths[name], standing[t]) for t in rule.provision.targets if t in standing]
            if asked:
                standing[name] = np.maximum.reduce(asked)
                made.append(Contribution(rule, standing[name], _gives(rule)))
    for rule in state.of(Effect.DUTY):
        name = rule.provision.id
        if name in effective:
            asked = [np.minimum(truths[name], standing[t]) for t in rule.provision.targets if t in standing]
            standing[name] = np.maximum.reduce(asked) if asked else np.zeros_like(truths[name])
    return Applied(tuple(made), standing)


def _gives(rule: Rule) -> Outcome:
    assert rule.provision.gives is not None
    return rule.provision.gives


def bounds(made: Iterable[Contribution], cases: int) -> Bounds:
    """The worst that surely stands, and the worst that may."""
    items = list(made)
    if not items:
        return Bounds(np.zeros(cases, dtype=np.int8), np.zeros(cases, dtype=np.int8))
    truths = np.stack([item.truth for item in items])
    ranks = np.array([[item.outcome] for item in items], dtype=np.int8)
    nothing = np.int8(Outcome.NOT_CONTROLLED)
    return Bounds(
        np.where(truths == YES, ranks, nothing).max(axis=0),
        np.where(truths >= UNKNOWN, ranks, nothing).max(axis=0),
    )


def as_held(state: LawState, found: Bounds) -> Bounds:
    """The bounds as far as the book holds the law of the days: what it does not hold may ask for anything."""
    return found if state.is_held else Bounds(found.at_least, np.full_like(found.at_most, max(Outcome)))


def applied_branches(state: LawState, truths: Mapping[str, Truths], *, latent: bool = False) -> list[Applied]:
    """What applies under each branch of readings, in the order of `state.branches`.

    Branches that differ only in questions whose rules hold in none of the cases share one result.
    """
    open_now = {q for rule in state.questioned for q in rule.questions if truths[rule.provision.id].any()}
    done: dict[tuple[str, ...], Applied] = {}
    found = []
    for branch in state.branches:
        key = tuple(branch[question] for question in state.questions if question in open_now)
        if key not in done:
            done[key] = apply(state, truths, branch, latent=latent)
        found.append(done[key])
    return found


def branch_bounds(
    state: LawState, truths: Mapping[str, Truths], cases: int, *, latent: bool = False
) -> list[Bounds]:
    """The bounds under each branch of readings, in the order of `state.branches`."""
    done: dict[int, Bounds] = {}
    found = []
    for one in applied_branches(state, truths, latent=latent):
        if id(one) not in done:
            done[id(one)] = as_held(state, bounds(one.contributions, cases))
        found.append(done[id(one)])
    return found


def hull(several: list[Bounds]) -> Bounds:
    """The bounds that hold whichever branch is right."""
    return Bounds(
        np.minimum.reduce([b.at_least for b in several]), np.maximum.reduce([b.at_most for b in several])
    )
