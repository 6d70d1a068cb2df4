"""The cheapest remedy of a line that waits: extra stock, second sources and substitutes, beside doing nothing.

    min  sum h_i x_i + sum q_k y_k + sum_l pi_l sum_n w_n W_ln
    W_ln >= A_in - c_i - x_i - sum_k r_kn y_k,   W_ln >= 0,   0 <= x_i <= X_i,   y_k in {0, 1}
    r_kn = e_k max(0, A_in - B_kn),   at most one source k a part

x_i days of extra cover of part i, y_k source k of part i with lead time B and yield e (share of the daily need that it
serves), W_ln days that line l loses in draw n, pi_l money a lost day. Arrivals and lead times after the horizon H count as
H: W is then days lost before H, as in `line_odds`, and a refusal costs every day that is left. Draws are made for each
state of the world and weighted by its odds, so that what hits all parts at once stays together.

>>> from monazite.disruption.delay.lags import LognormalLag
>>> [round(best_cover(LognormalLag(median_days=74, sigma=0.36), share)) for share in (0.01, 0.02, 0.05, 0.1, 0.2)]
[171, 155, 134, 117, 100]
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from monazite.disruption.delay.lags import Floats, Lag
from monazite.disruption.lines.odds import Line, draw_arrivals
from monazite.terms.faults import BadInput, Fault

Z_90 = 1.6448536269514722
"""The middle 90 % of a normal lie within so many standard deviations."""
Z_80 = 1.2815515655446004
"""The middle 80 %."""
CELLS = 1 << 21
"""Draws x parts worked on at a time when a choice is appraised."""


class Kind(StrEnum):
    """What a remedy does."""

    STOCK = "stock"
    SOURCE = "second source"
    SUBSTITUTION = "substitution"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """Extra cover of a part, at hand on day 0."""

    part: int
    per_day: float  # h: money for one day of cover, kept up to the horizon
    most_days: float  # X


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """Days from the order to the first good part: median, and points with 10 and 90 % on either side.

    B = median exp(sigma z), z normal, sigma = ln(median / low) / 1.2816 below and ln(high / median) / 1.2816 above.
    """

    low: float
    median: float
    high: float

    def draw(self, uniform: Floats) -> Floats:
        """Days for uniform draws in [0, 1), any shape."""
        if self.low == self.high:
            return np.full_like(uniform, self.median)
        z = ndtri(np.maximum(uniform, 1e-300))
        early, late = math.log(self.median / self.low) / Z_80, math.log(self.high / self.median) / Z_80
        return np.asarray(self.median * np.exp(np.where(z < 0, early, late) * z))


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Another way to get a part, or to do without it: a second source or a substitute."""

    part: int
    fixed: float  # q: money, once
    per_day: float  # money for one day of use that it serves, above that of the usual part
    lead: Lead
    yield_share: float  # e: share of the daily need that it can serve as good parts
    kind: Kind = Kind.SOURCE


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Parts with their lags, the lines that use them, and the remedies on offer.

    parts : covers and lags of all parts; a part is one place in it, whatever the number of its lines
    uses : for each line the places of its parts
    lost_day : (lines,) money that a lost day of each line costs
    """

    parts: Line
    uses: tuple[NDArray[np.int64], ...]
    lost_day: Floats
    stocks: tuple[Stock, ...] = ()
    sources: tuple[Source, ...] = ()
    horizon: float

    def __post_init__(self) -> None:
        faults = []
        if not 0 < self.horizon < math.inf:
            faults.append(Fault(where="horizon", what=f"'{self.horizon}' is not a number of days above zero"))
        if (
            len(self.uses) != len(self.lost_day)
            or not (np.isfinite(self.lost_day) & (self.lost_day >= 0)).all()
        ):
            faults.append(Fault(where="lost days", what="each line wants its money a day, zero or more"))
        for number, stock in enumerate(self.stocks):
            if not (0 <= stock.per_day < math.inf and 0 <= stock.most_days < math.inf):
                faults.append(
                    Fault(where=f"stock {number + 1}", what="money or days below zero or not finite")
                )
        for number, one in enumerate(self.sources):
            if not (0 <= one.fixed < math.inf and 0 <= one.per_day < math.inf and 0 < one.yield_share <= 1):
                faults.append(
                    Fault(where=f"source {number + 1}", what="money below zero, or a yield outside 0 to 1")
                )
            lead = one.lead
            if not (0 < lead.low <= lead.median <= lead.high < math.inf or 0 <= lead.low == lead.high):
                faults.append(
                    Fault(where=f"source {number + 1}", what="lead times are not low, median, high above 0")
                )
        if faults:
            raise BadInput(faults)


@dataclass(frozen=True, kw_only=True)
class Sample:
    """Draws of what comes when, with every day after the horizon counted as the horizon."""

    weights: Floats  # (draws,) sum to 1
    late: Floats  # (draws, parts) A_in - c_i; -inf where the line uses none
    bridged: Floats  # (draws, sources) r_kn, days
    state: NDArray[np.int64]  # (draws,)

    def served(self, problem: Problem) -> Floats:
        """(draws, sources) days of use that a source serves: what it takes off its part's own gap at today's cover.

        min(r_kn, max(0, A_in - c_i)): not less for extra stock or for other parts that hold the line, so never too few.
        """
        parts = [source.part for source in problem.sources]
        return np.asarray(np.minimum(self.bridged, np.maximum(self.late[:, parts], 0.0)))


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What is bought."""

    extra_days: Floats  # (stocks,) x
    taken: NDArray[np.bool_]  # (sources,) y
    sampled_cost: float  # cost on the draws that it was chosen on: too low on average
    gap: float = 0.0  # relative distance to the bound that the solver proved

    def fixed_cost(self, problem: Problem) -> float:
        """sum h x + sum q y: known beforehand."""
        held = sum(stock.per_day * days for stock, days in zip(problem.stocks, self.extra_days, strict=True))
        return float(
            held + sum(s.fixed for s, taken in zip(problem.sources, self.taken, strict=True) if taken)
        )


@dataclass(frozen=True, kw_only=True)
class Appraisal:
    """A choice held against fresh draws; intervals are 90 %."""

    cost: float
    interval: tuple[float, float]
    remedy_cost: float  # of the cost, what the remedies take
    days_lost: Floats  # (lines,)
    worth: Floats  # (parts,) money that one more day of the part's cover saves
    saved: float  # against doing nothing, draw by draw
    saved_interval: tuple[float, float]


def best_cover(lag: Lag, holding_share: float) -> float:
    """One part alone: c* = F^-1(1 - h/pi), days of cover; inf where refusal is likelier than h/pi.

    holding_share : h/pi, what a day of cover costs against a lost day
    """
    return 0.0 if holding_share >= 1 else max(0.0, lag.quantile(1 - holding_share))


def draw(problem: Problem, draws: int, rng: np.random.Generator) -> Sample:
    """Arrivals and lead times: for each state of the world a share of the draws by its odds, at least one."""
    parts = problem.parts
    live = [(odds, lags) for odds, lags in parts.states if odds > 0]
    pieces, weights, state = [], [], []
    for number, (odds, lags) in enumerate(live):
        count = max(1, round(draws * odds))
        pieces.append(draw_arrivals(replace(parts, states=[(1.0, lags)]), count, rng))
        weights.append(np.full(count, odds / count))
        state.append(np.full(count, number))
    arrivals = np.minimum(np.concatenate(pieces), problem.horizon)
    lead = np.empty((len(arrivals), len(problem.sources)))
    for place, source in enumerate(problem.sources):
        lead[:, place] = np.minimum(source.lead.draw(rng.random(len(arrivals))), problem.horizon)
    of = [source.part for source in problem.sources]
    share = np.array([source.yield_share for source in problem.sources])
    finite = np.isfinite(parts.covers)
    return Sample(
        weights=np.concatenate(weights),
        late=np.where(finite, arrivals - np.where(finite, parts.covers, 0.0), -np.inf),
        bridged=share * np.maximum(arrivals[:, of] - lead, 0.0),
        state=np.concatenate(state),
    )


def days_lost(problem: Problem, sample: Sample, choice: Choice) -> tuple[Floats, NDArray[np.int64]]:
    """W and the part that binds, both (draws, lines); -1 where no day is lost."""
    left = sample.late.copy()
    for stock, days in zip(problem.stocks, choice.extra_days, strict=True):
        left[:, stock.part] -= days
    for place in np.flatnonzero(choice.taken):
        left[:, problem.sources[place].part] -= sample.bridged[:, place]
    lost = np.zeros((len(left), len(problem.uses)))
    binds = np.full(lost.shape, -1, dtype=np.int64)
    for line, parts in enumerate(problem.uses):
        if len(parts):
            own = left[:, parts]
            worst = own.argmax(axis=1)
            most = own[np.arange(len(own)), worst]
            lost[:, line] = np.maximum(most, 0.0)
            binds[:, line] = np.where(most > 0, parts[worst], -1)
    return lost, binds


def cost_by_draw(problem: Problem, sample: Sample, choice: Choice, lost: Floats) -> tuple[Floats, Floats]:
    """(draws,) cost of the remedies, and with the lost days."""
    per_day = np.array([source.per_day for source in problem.sources])
    remedies = choice.fixed_cost(problem) + sample.served(problem) @ np.where(choice.taken, per_day, 0.0)
    return remedies, remedies + lost @ problem.lost_day


def nothing(problem: Problem) -> Choice:
    """Buy nothing."""
    count = len(problem.stocks), len(problem.sources)
    return Choice(extra_days=np.zeros(count[0]), taken=np.zeros(count[1], dtype=bool), sampled_cost=math.nan)


def appraise(
    problem: Problem, choices: Sequence[Choice], draws: int, rng: np.random.Generator
) -> list[Appraisal]:
    """Each choice on the same fresh draws.

    Intervals: mean +- 1.645 s / sqrt(draws), by state of the world and weighted: s^2 = sum_s pi_s^2 s_s^2 / N_s.
    """
    idle = nothing(problem)
    costs: list[list[Floats]] = [[] for _ in range(len(choices) + 1)]
    states, weights = [], []
    remedies, lost_days = np.zeros(len(choices)), np.zeros((len(choices), len(problem.uses)))
    worth = np.zeros((len(choices), len(problem.parts.covers)))
    for sample, share in _chunks(problem, draws, rng):
        states.append(sample.state)
        weights.append(sample.weights * share)
        for number, choice in enumerate((*choices, idle)):
            lost, binds = days_lost(problem, sample, choice)
            paid, whole = cost_by_draw(problem, sample, choice, lost)
            costs[number].append(whole)
            if number == len(choices):
                continue
            remedies[number] += weights[-1] @ paid
            lost_days[number] += weights[-1] @ lost
            for line, money in enumerate(problem.lost_day.tolist()):
                held = binds[:, line] >= 0
                np.add.at(worth[number], binds[held, line], weights[-1][held] * money)
    state, weight = np.concatenate(states), np.concatenate(weights)
    none = np.concatenate(costs[-1])
    made = []
    for number in range(len(choices)):
        whole = np.concatenate(costs[number])
        cost, around = _mean(whole, weight, state)
        saved, saved_around = _mean(none - whole, weight, state)
        made.append(
            Appraisal(cost=cost, interval=around, remedy_cost=float(remedies[number]), days_lost=lost_days[number],
                      worth=worth[number], saved=saved, saved_interval=saved_around)
        )  # fmt: skip
    return made


def _chunks(problem: Problem, draws: int, rng: np.random.Generator) -> Iterator[tuple[Sample, float]]:
    """Fresh samples that fit into memory, each with its share of all draws."""
    most = max(100, CELLS // max(1, len(problem.parts.covers)))
    left = draws
    while left > 0:
        count = min(most, left)
        yield draw(problem, count, rng), count / draws
        left -= count


def _mean(values: Floats, weights: Floats, state: NDArray[np.int64]) -> tuple[float, tuple[float, float]]:
    """A weighted mean and its 90 % interval; the states of the world are strata."""
    mean, variance = float(weights @ values), 0.0
    for number in np.unique(state):
        inside = state == number
        odds, count = float(weights[inside].sum()), int(inside.sum())
        if count > 1:
            variance += odds**2 * float(values[inside].var(ddof=1)) / count
    half = Z_90 * math.sqrt(variance)
    return mean, (mean - half, mean + half)
