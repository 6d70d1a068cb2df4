"""Strategies written for ladders: what the other was last seen to do, and both rungs, to a step.

>>> grit = Grit()
>>> [grit.choose(seen, own=1, other=1) for seen in (None, -1, 1, 1, 1)]
[-1, -1, 1, -1, 1]
"""

from typing import Protocol

from monazite.disruption.escalation.ladder import Stated


class Steps(Protocol):
    """A strategy in one match: 1 raises, 0 holds, -1 lowers; `seen` is None before the other has moved."""

    def choose(self, seen: int | None, *, own: int, other: int) -> int:
        """The step."""


class Grit:
    """GRIT: one announced small unilateral step down, repeated, and answered in kind.

    It begins with a step down and goes on while the other does not raise. A raise is answered by one raise, and that by
    the announced step again, whatever was seen meanwhile. After `repeats` announced steps in a row that were not
    returned it only answers in kind, until the other comes down or holds.
    """

    def __init__(self, repeats: int = 3) -> None:
        self.repeats = repeats
        self._left = repeats
        self._answered = False

    def choose(self, seen: int | None, *, own: int, other: int) -> int:
        """See the class; the rungs do not matter to it."""
        if seen is None or seen <= 0:
            self._left, self._answered = self.repeats, False
            return -1
        if self._answered and self._left > 0:
            self._left, self._answered = self._left - 1, False
            return -1
        self._answered = True
        return 1


class RaiseByOne:
    """Stands one rung above the other side: raises while it does not, comes down when it is further up."""

    def choose(self, seen: int | None, *, own: int, other: int) -> int:
        """See the class; what was seen does not matter to it."""
        ahead = own - other
        return 1 if ahead < 1 else 0 if ahead == 1 else -1


class Table:
    """A strategy stated as a table."""

    def __init__(self, stated: Stated) -> None:
        self.stated = stated

    def choose(self, seen: int | None, *, own: int, other: int) -> int:
        """See the table."""
        return self.stated.step(seen, own, other)
