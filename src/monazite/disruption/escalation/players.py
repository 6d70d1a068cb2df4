"""The strategies as players of the axelrod library. To raise is its D; to hold or to lower is its C.

The library is an extra and takes seconds to come up, so it is asked for only when something is played.
"""

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from monazite.disruption.escalation.ladder import Scenario
from monazite.disruption.escalation.strategies import Grit, RaiseByOne, Steps, Table


@contextmanager
def _sources_read_once() -> Iterator[None]:
    """On import the library reads the source text of 38 functions some 15,000 times: 20 s. Here once each."""
    plain = inspect.getsource
    once = lru_cache(maxsize=None)(plain)

    def read(of: Any) -> str:
        return once(getattr(of, "__func__", of))

    inspect.getsource = read  # type: ignore[assignment]
    try:
        yield
    finally:
        inspect.getsource = plain


@lru_cache(maxsize=1)
def library() -> Any:
    """The axelrod library."""
    with _sources_read_once():
        import axelrod
    return axelrod


@lru_cache(maxsize=1)
def ladder_player() -> Any:
    """The class of players that take `Steps`: they may hold and know both rungs, for these stand in public."""
    axelrod = library()
    base: Any = axelrod.Player

    class LadderPlayer(base):  # type: ignore[misc]
        """A player made by what makes its `Steps`; outside a ladder it sees only C and D."""

        name = "Ladder player"
        classifier = {  # noqa: RUF012
            "memory_depth": float("inf"), "stochastic": False, "long_run_time": False, "inspects_source": False,
            "manipulates_source": False, "manipulates_state": False,
        }  # fmt: skip

        def __init__(self, make: Callable[[], Steps] = Grit) -> None:
            super().__init__()
            self.steps = make()
            self.own = self.other = self.step = 0
            self.seen: int | None = None  # the other's last step as seen; None: by its C and D

        def __repr__(self) -> str:
            return type(self.steps).__name__

        def strategy(self, opponent: Any) -> Any:
            """The step as the library's action."""
            seen = self.seen
            if seen is None and opponent.history:
                seen = 1 if opponent.history[-1] == axelrod.Action.D else -1
            self.step = self.steps.choose(seen, own=self.own, other=self.other)
            return axelrod.Action.D if self.step > 0 else axelrod.Action.C

    return LadderPlayer


def player(name: str, scenario: Scenario) -> Any:
    """A new player of that strategy."""
    axelrod = library()
    stated = {one.name: one for one in scenario.stated}
    if name in stated:
        return ladder_player()(lambda: Table(stated[name]))
    made: dict[str, Callable[[], Any]] = {
        "tit for tat": axelrod.TitForTat,
        "generous tit for tat": lambda: axelrod.GTFT(p=scenario.generosity),
        "two tits for tat": axelrod.TwoTitsForTat,
        "grim": axelrod.Grudger,
        "GRIT": lambda: ladder_player()(Grit),
        "raise by one": lambda: ladder_player()(RaiseByOne),
    }
    return made[name]()


def seen_as() -> Any:
    """A stand-in for the other side that only carries the moves it was seen to make."""
    axelrod = library()
    return axelrod.MockPlayer([axelrod.Action.C])
