"""Where two strategies lead: moves and rungs of both sides, round by round.

Both sides move at once. A side sees the other's last move, or with the given rate its contrary: a raise for a step
down, anything else for a raise. It always knows where the rungs are. A raise at the top and a step down at the foot
change no rung and are seen all the same.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monazite.disruption.escalation.ladder import Range, Scenario
from monazite.disruption.escalation.players import ladder_player, library, player, seen_as
from monazite.terms.faults import BadInput, Fault

Ints = NDArray[np.int8]
LEVELS = 4
"""Rates of misperception between the lowest and the highest at which paths are walked, and their middle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chance:
    """The draws that every pair of strategies shares, so that pairs differ by their strategies alone."""

    uniform: NDArray[np.float64]  # (runs, rounds, sides): a move is misread where this is below the rate
    seeds: NDArray[np.int64]  # (runs, sides): of the players that draw


@dataclass(frozen=True, slots=True, kw_only=True)
class Paths:
    """What was played by each pair (first side's strategy, second side's) in each run."""

    pairs: tuple[tuple[str, str], ...]
    rate: float
    steps: Ints  # (pairs, runs, rounds, sides): 1, 0, -1 as meant
    rungs: Ints  # (pairs, runs, rounds, sides): where the sides stand during the round
    misread: NDArray[np.bool_]  # (runs, rounds, sides): the move of this side was misread by the other


def require_axelrod() -> None:
    """BadInput where the library is not installed."""
    if find_spec("axelrod") is None:
        mend = "Install the package with its extra: pip install 'monazite[escalation]'"
        raise BadInput([Fault(where="escalation", what="needs the axelrod library", mend=mend)])


def draw(scenario: Scenario, rng: np.random.Generator) -> Chance:
    """The draws of a scenario."""
    runs = scenario.runs
    return Chance(
        uniform=rng.random((runs, scenario.rounds, 2)),
        seeds=rng.integers(0, 2**31 - 1, size=(runs, 2)),
    )


def rates(misperceived: Range) -> NDArray[np.float64]:
    """The rates at which paths are walked: LEVELS from low to high and the middle; one where it is fixed."""
    if misperceived.is_fixed:
        return np.array([misperceived.low])
    spread = np.linspace(misperceived.low, misperceived.high, LEVELS)
    return np.append(spread, misperceived.middle)


def walk(
    scenario: Scenario,
    chance: Chance,
    rate: float,
    *,
    say: Callable[[int, int], None] = lambda done, of: None,
) -> Paths:
    """Every pair of the sides' strategies, in every run.

    Raises
    ------
    BadInput where the axelrod library is not installed
    """
    require_axelrod()
    first, second = scenario.ladders
    pairs = tuple((a, b) for a in first.strategies for b in second.strategies)
    shape = (len(pairs), scenario.runs, scenario.rounds, 2)
    steps, rungs = np.zeros(shape, np.int8), np.zeros(shape, np.int8)
    misread = chance.uniform < rate
    for place, pair in enumerate(pairs):
        for run in range(scenario.runs):
            players = [player(name, scenario) for name in pair]
            for one, seed in zip(players, chance.seeds[run], strict=True):
                one.set_seed(int(seed))
            _play(players, scenario, misread[run], steps[place, run], rungs[place, run])
        say(place + 1, len(pairs))
    return Paths(pairs=pairs, rate=rate, steps=steps, rungs=rungs, misread=misread)


def _play(
    players: Sequence[Any], scenario: Scenario, misread: NDArray[np.bool_], steps: Ints, rungs: Ints
) -> None:
    """One match; fills steps and rungs, (rounds, sides)."""
    raises, rests = library().Action.D, library().Action.C
    on_ladder = ladder_player()
    stand = [ladder.start for ladder in scenario.ladders]
    views = [seen_as() for _ in players]  # the other side, as each side sees it
    for t in range(scenario.rounds):
        made, acts = [], []
        for side, one in enumerate(players):
            if isinstance(one, on_ladder):
                one.own, one.other = stand[side], stand[1 - side]
            act = one.strategy(views[side])
            acts.append(act)
            made.append(one.step if isinstance(one, on_ladder) else 1 if act == raises else -1)
        for side, one in enumerate(players):
            true = made[1 - side]
            seen = true if not misread[t, 1 - side] else (-1 if true > 0 else 1)
            shown = raises if seen > 0 else rests
            one.history.append(acts[side], shown)
            views[side].history.append(shown, acts[side])
            if isinstance(one, on_ladder):
                one.seen = seen
        stand = [
            min(max(at + step, 0), ladder.top)
            for at, step, ladder in zip(stand, made, scenario.ladders, strict=True)
        ]
        steps[t], rungs[t] = made, stand
