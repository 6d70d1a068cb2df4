"""What a provision's tests say of moves: one truth value a move, all moves at once.

A fact of the world that nobody stated is unknown. A statement or claim of the asker that was not made counts
as not made; the answer says so.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from monazite.catalogue.moves import Moves
from monazite.determine.items import compare, country_truths, holds
from monazite.parties.names import same_name
from monazite.parties.ownership import held_truth
from monazite.regime.conditions import (
    CountryTest,
    ListedTest,
    NumberTest,
    OwnedTest,
    Test,
    TruthTest,
    ValueTest,
)
from monazite.terms.facts import FACTS, Absent
from monazite.terms.kleene import NO, UNKNOWN, YES, Truths, negate

Mask = NDArray[np.bool_]
OPTIONAL_ROLES = ("intermediate",)
"""Roles that nobody need play: one of which nothing is stated is not there."""


def is_stated(moves: Moves, path: str) -> Mask:
    """(k,) whether somebody stated the fact, be it as unknown."""
    stated: Mask = np.zeros(len(moves), dtype=bool)
    if path in moves.codes:
        stated = moves.codes[path] != -1
    elif path in moves.truths:
        stated = moves.truths[path] != -1
    elif path in moves.lists:
        stated = np.array([value is not None for value in moves.lists[path]])
    elif path in moves.owners:
        stated = np.array([owners is not None for owners in moves.owners[path]])
    elif path in moves.texts:
        stated = np.array([bool(text) for text in moves.texts[path]])
    elif path in moves.numbers:
        column = moves.numbers[path]
        stated = ~((column.low_float == 0) & np.isinf(column.high_float))
    return stated


class MoveFacts:
    """The moves of one question before the tests of one book."""

    def __init__(self, moves: Moves) -> None:
        self.moves = moves
        self._truths: dict[Test, Truths] = {}

    def truth(self, test: Test) -> Truths:
        """(k,) truth of the test for every move."""
        found = self._truths.get(test)
        if found is None:
            found = self._truths[test] = self._evaluate(test)
        return found

    def _evaluate(self, test: Test) -> Truths:
        match test:
            case CountryTest():
                return self._country(test)
            case TruthTest():
                return self._yes_no(test)
            case ValueTest():
                return self._value(test)
            case NumberTest():
                column = self.moves.numbers.get(test.path)
                if column is None:
                    return self._all(UNKNOWN)
                return compare(column, test.comparator, test.limit)
            case ListedTest():
                return self._any_role(test.roles, lambda role: self._listed(role, test))
            case OwnedTest():
                return self._any_role(test.roles, lambda role: self._owned(role, test))
            case _:
                raise TypeError(f"{type(test).__name__} is no test of a move")

    def _all(self, truth: np.int8) -> Truths:
        return np.full(len(self.moves), truth, dtype=np.int8)

    def _country(self, test: CountryTest) -> Truths:
        column = self.moves.codes.get(test.path)
        if column is None:
            return self._all(self._absent(test.path))
        truth = country_truths(self.moves.countries, test)[np.maximum(column, -1)]
        return negate(truth) if test.outside else truth

    def _absent(self, path: str) -> np.int8:
        return NO if FACTS[path].absent is Absent.NOT_STATED else UNKNOWN

    def _yes_no(self, test: TruthTest) -> Truths:
        column = self.moves.truths.get(test.path)
        absent = self._crosses_border() if test.path == "crosses_border" else self._absent(test.path)
        role = test.path.split(".")[0]
        truth = (
            np.where(column == -1, absent, column).astype(np.int8)
            if column is not None
            else np.zeros(len(self.moves), np.int8) + absent
        )
        if role in OPTIONAL_ROLES:
            truth = np.where(self._plays(role), truth, NO).astype(np.int8)
        return truth if test.wanted else negate(truth)

    def _crosses_border(self) -> Truths:
        """Whether the item leaves the country it is in, from where it leaves and where it goes."""
        origin, destination = (
            self.moves.codes.get(path, np.full(len(self.moves), -1)) for path in ("from", "to")
        )
        known = (origin >= 0) & (destination >= 0)
        return np.where(known, np.where(origin == destination, NO, YES), UNKNOWN).astype(np.int8)

    def _value(self, test: ValueTest) -> Truths:
        fact = FACTS[test.path]
        words = fact.values
        column = self.moves.codes.get(test.path, np.full(len(self.moves), -1, dtype=np.int16))
        none = next((word for word in ("no", "none") if word in words), None)
        if fact.absent is Absent.NOT_STATED:
            absent = YES if none is not None and none in test.values else NO
        else:
            absent = UNKNOWN
        of_word = np.array(
            [YES if word in test.values else NO for word in words] + [UNKNOWN, absent], dtype=np.int8
        )
        return of_word[column]  # -1 takes `absent`, -2 (stated as unknown) takes UNKNOWN

    def _plays(self, role: str) -> Mask:
        stated = [is_stated(self.moves, path) for path in FACTS if path.startswith(f"{role}.")]
        return np.logical_or.reduce(stated)  # type: ignore[no-any-return]

    def _any_role(self, roles: tuple[str, ...], truth_of: Callable[[str], Truths]) -> Truths:
        found = self._all(NO)
        for role in roles:
            truth = truth_of(role)
            if role in OPTIONAL_ROLES:
                truth = np.where(self._plays(role), truth, NO)
            found = np.maximum(found, truth)
        return found

    def _listed(self, role: str, test: ListedTest) -> Truths:
        stated = self.moves.lists.get(f"{role}.lists", (None,) * len(self.moves))
        names = self.moves.texts.get(f"{role}.name", ("",) * len(self.moves))
        return np.array(
            [self._is_listed(lists, name, test) for lists, name in zip(stated, names, strict=True)],
            dtype=np.int8,
        )

    @staticmethod
    def _is_listed(lists: tuple[str, ...] | None, name: str, test: ListedTest) -> np.int8:
        if name and same_name(name) in test.names:
            return YES
        if lists is None or "unknown" in lists:
            return UNKNOWN
        return YES if set(lists) & set(test.lists) else NO

    def _owned(self, role: str, test: OwnedTest) -> Truths:
        column = self.moves.numbers.get(f"{role}.{test.share}")
        truth = self._all(UNKNOWN) if column is None else compare(column, test.comparator, test.limit)
        for k, owners in enumerate(self.moves.owners.get(f"{role}.owners", ())):
            if owners is not None:  # who is named goes before a share that somebody summed up
                truth[k] = held_truth(owners, names=test.names, lists=test.lists, sums=test.sums,
                                      reaches=lambda share: holds(share, test.comparator, test.limit))  # fmt: skip
        return truth
