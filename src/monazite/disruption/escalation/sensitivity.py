"""Orders of strategies by loss, and the assumptions that turn an order round.

An order is one side's: against one strategy of the other, its own strategies by what they cost it. It counts losses and
nothing else: not what a side wants, nor what it does to the other.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec

import numpy as np

from monazite.disruption.escalation.ladder import Scenario
from monazite.disruption.escalation.paths import Paths
from monazite.disruption.escalation.payoffs import Assumption, Floats, assumptions, ends, losses, middles
from monazite.terms.faults import BadInput, Fault

TRAJECTORIES, GRID = 8, 4
"""Morris: paths through the box of assumptions, and levels of each assumption on them."""
SWEEP = 9
"""Values of one assumption, others in the middle, at which an order is looked at."""
SAME = 1e-9
"""Losses that differ by less than this share are the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a strategy costs a side against one of the other: middle and ends of the ranges; nan: unknown."""

    strategy: str
    middle: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Flip:
    """An assumption that alone turns the first place round: `below` or above `at` another strategy costs least."""

    assumption: Assumption
    at: float
    below: bool
    then: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """Morris: how far the lead of the first over the next moves with an assumption, and how unevenly."""

    assumption: Assumption
    mu_star: float
    sigma: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Swing:
    """A tornado's bar: the lead of the first over the next at the low and the high end of one assumption."""

    assumption: Assumption
    at_low: float
    at_high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One side's strategies against one of the other, cheapest first at the middle of every range.

    `refused` names measures (rung, side) of unknown cost that bite on some path; there is no order then. `places` groups
    strategies of the same loss. `lead` is what the next place costs more than the first. `flips_anywhere`: in some
    combination looked at another strategy than the first costs least.
    """

    side: str
    against: str
    costs: tuple[Cost, ...]
    refused: tuple[tuple[str, str], ...] = ()
    places: tuple[tuple[str, ...], ...] = ()
    lead: float = math.nan
    swings: tuple[Swing, ...] = ()
    flips: tuple[Flip, ...] = ()
    effects: tuple[Effect, ...] = ()
    flips_anywhere: bool = False
    combinations: int = 0


def orders(
    scenario: Scenario, walked: Sequence[Paths], *, seed: int, say: Callable[[str], None] = lambda text: None
) -> tuple[Order, ...]:
    """The order of each side's strategies against each of the other's, with what turns it round.

    Raises
    ------
    BadInput where the SALib library is not installed
    """
    found = assumptions(scenario)
    free = [at for at, one in enumerate(found) if not one.range.is_fixed]
    middle = middles(found)
    one_by_one, places = _sweep(found, free, middle)
    screened = _morris_sample(found, free, middle, seed)
    say(f"{len(free)} assumptions with a range; {len(one_by_one) + len(screened) + 3} combinations of them")
    levels = sorted({paths.rate for paths in walked})
    bounds = np.array([ends(found, dear=dear) for dear in (False, True) for _ in levels])
    bounds[:, 0] = levels * 2
    values = np.concatenate([middle[None], bounds, one_by_one, screened])
    total = losses(scenario, walked, found, values, say=say)
    made = []
    pairs = walked[0].pairs
    for place, side in enumerate(scenario.sides):
        mine, theirs = scenario.ladders[place].strategies, scenario.ladders[1 - place].strategies
        for against in theirs:
            rows = [pairs.index((own, against) if place == 0 else (against, own)) for own in mine]
            held = total[rows, :, place]  # (strategies, combinations)
            made.append(
                _order(scenario, side, against, mine, held, len(levels), found, places, free, screened, seed)
            )
            if not made[-1].places:
                refused = _unknown(scenario, walked, rows, side)
                made[-1] = Order(side=side, against=against, costs=made[-1].costs, refused=refused)
        say(f"{side}: {len(theirs)} orders of {len(mine)} strategies")
    return tuple(made)


def _order(
    scenario: Scenario, side: str, against: str, mine: Sequence[str], held: Floats, levels: int,
    found: Sequence[Assumption], places: Sequence[tuple[int, float]], free: Sequence[int], screened: Floats, seed: int,
) -> Order:  # fmt: skip
    """One order; without places where a loss is unknown."""
    cheap, dear = held[:, 1 : 1 + levels], held[:, 1 + levels : 1 + 2 * levels]
    costs = tuple(
        Cost(strategy=name, middle=float(held[at, 0]), low=float(cheap[at].min()), high=float(dear[at].max()))
        for at, name in enumerate(mine)
    )
    if np.isnan(held).any():
        return Order(side=side, against=against, costs=costs)
    groups = _grouped(mine, held[:, 0])
    if len(groups) < 2:
        return Order(side=side, against=against, costs=costs, places=groups)
    first, second = mine.index(groups[0][0]), mine.index(groups[1][0])
    lead = held[second] - held[first]
    after = 1 + 2 * levels
    swept, on_grid = slice(after, after + len(places)), slice(after + len(places), None)
    beaten = held.min(axis=0) < held[first] - SAME * np.abs(held[first])
    return Order(
        side=side,
        against=against,
        costs=costs,
        places=groups,
        lead=float(lead[0]),
        swings=_swings(found, places, lead[swept]),
        flips=_flips(found, places, held[:, swept], mine, first, groups[0]),
        effects=_effects(found, free, screened, lead[on_grid], seed),
        flips_anywhere=bool(beaten.any()),
        combinations=held.shape[1],
    )


def _grouped(names: Sequence[str], loss: Floats) -> tuple[tuple[str, ...], ...]:
    """Names from the least loss to the most; those of the same loss together."""
    groups: list[list[int]] = []
    for at in np.argsort(loss, kind="stable").tolist():
        if groups and loss[at] - loss[groups[-1][0]] <= SAME * max(abs(float(loss[at])), 1e-300):
            groups[-1].append(at)
        else:
            groups.append([at])
    return tuple(tuple(names[at] for at in sorted(group)) for group in groups)


def _sweep(
    found: Sequence[Assumption], free: Sequence[int], middle: Floats
) -> tuple[Floats, list[tuple[int, float]]]:
    """(combinations, assumptions) one assumption at a time over its range; which and its value for each."""
    rows, places = [], []
    for at in free:
        for value in np.linspace(found[at].range.low, found[at].range.high, SWEEP).tolist():
            row = middle.copy()
            row[at] = value
            rows.append(row)
            places.append((at, value))
    return (np.array(rows) if rows else np.zeros((0, len(found)))), places


def _swings(
    found: Sequence[Assumption], places: Sequence[tuple[int, float]], lead: Floats
) -> tuple[Swing, ...]:
    made = [
        Swing(assumption=found[places[at][0]], at_low=float(lead[at]), at_high=float(lead[at + SWEEP - 1]))
        for at in range(0, len(places), SWEEP)
    ]
    moved = [one for one in made if one.at_low != one.at_high]
    return tuple(sorted(moved, key=lambda one: -abs(one.at_high - one.at_low)))


def _flips(
    found: Sequence[Assumption], places: Sequence[tuple[int, float]], held: Floats, mine: Sequence[str], first: int,
    leaders: Sequence[str],
) -> tuple[Flip, ...]:  # fmt: skip
    """Where along one assumption's range another strategy costs less than the first; between two values in a line."""
    made: list[Flip] = []
    for start in range(0, len(places), SWEEP):
        part = held[:, start : start + SWEEP]
        values = [value for _, value in places[start : start + SWEEP]]
        gap = part.min(axis=0) - part[first]
        beaten = gap < -SAME * np.abs(part[first])
        for here, there, below in (
            *((at + 1, at, True) for at in range(SWEEP // 2 - 1, -1, -1)),
            *((at - 1, at, False) for at in range(SWEEP // 2 + 1, SWEEP)),
        ):
            if beaten[there] and not beaten[here]:
                best = int(part[:, there].argmin())
                now, then = (float(part[best, at] - part[first, at]) for at in (here, there))
                share = now / (now - then) if now > then else 0.5
                at = values[here] + (values[there] - values[here]) * share
                assumption = found[places[start][0]]
                if mine[best] not in leaders and not any(
                    f.assumption is assumption and f.below == below for f in made
                ):
                    made.append(Flip(assumption=assumption, at=at, below=below, then=mine[best]))
    return tuple(made)


def _morris_sample(found: Sequence[Assumption], free: Sequence[int], middle: Floats, seed: int) -> Floats:
    """(combinations, assumptions) on TRAJECTORIES paths through the box; none where nothing is free."""
    if len(free) < 2:
        return np.zeros((0, len(found)))
    require_salib()
    from SALib.sample import morris

    drawn = morris.sample(_problem(found, free), TRAJECTORIES, num_levels=GRID, seed=seed)
    values = np.repeat(middle[None], len(drawn), axis=0)
    values[:, list(free)] = drawn
    return values


def _effects(
    found: Sequence[Assumption], free: Sequence[int], screened: Floats, lead: Floats, seed: int
) -> tuple[Effect, ...]:
    if not len(screened) or not lead.any():
        return ()
    from SALib.analyze import morris

    told = morris.analyze(
        _problem(found, free), screened[:, list(free)], lead, num_levels=GRID, num_resamples=2, seed=seed
    )
    made = [
        Effect(assumption=found[at], mu_star=float(told["mu_star"][n]), sigma=float(told["sigma"][n]))
        for n, at in enumerate(free)
    ]
    return tuple(sorted((one for one in made if one.mu_star > 0), key=lambda one: -one.mu_star))


def _problem(found: Sequence[Assumption], free: Sequence[int]) -> dict[str, object]:
    return {
        "num_vars": len(free),
        "names": [f"x{at}" for at in free],
        "bounds": [[found[at].range.low, found[at].range.high] for at in free],
    }


def require_salib() -> None:
    """BadInput where the library is not installed."""
    if find_spec("SALib") is None:
        mend = "Install the package with its extra: pip install 'monazite[escalation]'"
        raise BadInput([Fault(where="escalation", what="needs the SALib library", mend=mend)])


def _unknown(
    scenario: Scenario, walked: Sequence[Paths], rows: Sequence[int], side: str
) -> tuple[tuple[str, str], ...]:
    """The measures that stand on some path of these pairs and whose cost to the side is unknown."""
    made = []
    for owner, ladder in enumerate(scenario.ladders):
        highest = max(int(paths.rungs[rows, ..., owner].max()) for paths in walked)
        made += [(rung.key, side) for rung in ladder.rungs[:highest] if rung.losses[side].per_day is None]
    return tuple(made)
