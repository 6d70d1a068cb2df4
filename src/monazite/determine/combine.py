"""From the truth of conditions to outcomes: what applies, what it clears, and the worst that stands.

For each branch of readings: a requirement that holds asks for its outcome; an exception that holds takes a
requirement away and gives its own; a policy makes a standing requirement worse; a rule without effect on the
day asks for nothing but is named. Truth is three-valued throughout, so an outcome is an interval on the
lattice: the worst that surely stands, and the worst that may.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from monazite.determine.states import Branch, LawState, Rule
from monazite.regime.model import EXCEPTIONS, REQUIREMENTS, Effect
from monazite.terms.kleene import UNKNOWN, YES, Truths, negate
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


class ProvisionTruths(Mapping[str, Truths]):
    """Truth of every rule's condition for P cases: provision id -> (P,)."""

    def __init__(self, state: LawState, rows: Truths) -> None:
        self._place, self._rows = state.place, rows  # (rules, P)

    def __getitem__(self, name: str) -> Truths:
        truth: Truths = self._rows[self._place[name]]
        return truth

    def __iter__(self) -> Iterator[str]:
        return iter(self._place)

    def __len__(self) -> int:
        return len(self._place)

    @property
    def cases(self) -> int:
        """P."""
        return int(self._rows.shape[1])

    @cached_property
    def held(self) -> frozenset[str]:
        """The provisions whose condition holds or may hold in some case."""
        any_case = np.any(self._rows, axis=1)
        return frozenset(name for name, place in self._place.items() if any_case[place])


@dataclass(frozen=True, slots=True)
class _Branch:
    """What stands in the book under one branch of readings, whatever the case."""

    live: dict[str, Rule]  # in the text, in force or not
    effective: frozenset[str]  # asks for something
    standing: tuple[str, ...]  # effective, and about something that is


def _branch(state: LawState, branch: Branch, latent: bool) -> _Branch:
    """The same for every case; found once for a state of the law."""
    key = "branch", tuple(branch.items()), latent
    if key not in state.kept:
        asking = state.of(*REQUIREMENTS, *EXCEPTIONS, Effect.POLICY, Effect.DUTY)
        live = {r.provision.id: r for r in asking if r.is_read(branch) and r.status(branch).is_printed}
        effective = frozenset(name for name, r in live.items() if latent or r.status(branch).is_enforced)
        standing: dict[str, None] = {}
        for effects in ((Effect.LICENCE, Effect.BAN), EXCEPTIONS, (Effect.POLICY,), (Effect.DUTY,)):
            for rule in state.of(*effects):
                alone = rule.provision.effect in (*REQUIREMENTS, Effect.DUTY)
                if rule.provision.id in effective and (
                    alone or any(t in standing for t in rule.provision.targets)
                ):
                    standing[rule.provision.id] = None
        state.kept[key] = _Branch(live, effective, tuple(standing))
    return state.kept[key]  # type: ignore[no-any-return]


def apply(state: LawState, truths: ProvisionTruths, branch: Branch, *, latent: bool = False) -> Applied:
    """What every rule adds under one branch; a rule that holds in no case adds nothing.

    Parameters
    ----------
    state : the rules
    branch : the reading chosen for each question
    latent : count every printed rule as if it had effect; else one that nobody enforces asks for nothing
    """
    known, held = _branch(state, branch, latent), truths.held
    live, effective = known.live, known.effective

    def holding(*effects: Effect) -> Iterator[tuple[str, Rule]]:
        for rule in state.of(*effects):
            name = rule.provision.id
            if name in held and name in live:
                yield name, rule

    exceptions = {name: truths[name] for name, _ in holding(*EXCEPTIONS)}
    for name in exceptions:
        for other in live[name].provision.overrides:
            if other in exceptions and name in effective:
                exceptions[other] = np.minimum(exceptions[other], negate(truths[name]))
    made: list[Contribution] = []
    standing = dict.fromkeys(known.standing, np.zeros(truths.cases, dtype=np.int8))
    for name, rule in holding(Effect.LICENCE, Effect.BAN):
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
        if name in standing:
            targets = [truths[target] for target in live[name].provision.targets if target in standing]
            standing[name] = np.minimum(truth, np.maximum.reduce(targets))
            made.append(Contribution(live[name], standing[name], _gives(live[name])))
    for name, rule in chain(holding(Effect.POLICY), holding(Effect.DUTY)):
        if name in standing:
            asked = [np.minimum(truths[name], standing[t]) for t in rule.provision.targets if t in standing]
            if asked:
                standing[name] = np.maximum.reduce(asked)
            if asked and rule.provision.effect is Effect.POLICY:
                made.append(Contribution(rule, standing[name], _gives(rule)))
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


def applied_branches(state: LawState, truths: ProvisionTruths, *, latent: bool = False) -> list[Applied]:
    """What applies under each branch of readings, in the order of `state.branches`.

    Branches that differ only in questions whose rules hold in none of the cases share one result.
    """
    open_now = {q for rule in state.questioned for q in rule.questions if rule.provision.id in truths.held}
    done: dict[tuple[str, ...], Applied] = {}
    found = []
    for branch in state.branches:
        key = tuple(branch[question] for question in state.questions if question in open_now)
        if key not in done:
            done[key] = apply(state, truths, branch, latent=latent)
        found.append(done[key])
    return found


def branch_bounds(state: LawState, truths: ProvisionTruths, *, latent: bool = False) -> list[Bounds]:
    """The bounds under each branch of readings, in the order of `state.branches`."""
    done: dict[int, Bounds] = {}
    found = []
    for one in applied_branches(state, truths, latent=latent):
        if id(one) not in done:
            done[id(one)] = as_held(state, bounds(one.contributions, truths.cases))
        found.append(done[id(one)])
    return found


def hull(several: list[Bounds]) -> Bounds:
    """The bounds that hold whichever branch is right."""
    return Bounds(
        np.minimum.reduce([b.at_least for b in several]), np.maximum.reduce([b.at_most for b in several])
    )
