"""Parts of a line that wait for arrivals: when the line stops first, how many days it loses, and by which part.

Part i has cover c_i (running days) and arrival A_i (calendar days from day 0). A line runs only when every part is
there; a stopped line uses nothing. Arrivals are independent given the state of the world, and the states are mixed:
never are unconditional odds multiplied of parts that share an authority.

    W = max(0, max_i (A_i - c_i))             days lost up to the last arrival
    first stop = min {c_i : A_i > c_i}        a calendar day, for up to then the line ran every day
    P(W <= w) = sum_s pi_s prod_i F_i|s(c_i + w)

Days lost within a horizon H are the same with min(A_i, H) for A_i: a day after H is not counted. All of it holds where
one delivery brings enough for the rest of the horizon; else see `monazite.disruption.lines.deliveries`.

>>> float(days_lost(np.array([30.0, 60, 90]), np.array([74.0, 50, 120])))
44.0
>>> float(first_stop(np.array([30.0, 60, 90]), np.array([74.0, 50, 120])))
30.0
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from monazite.disruption.delay.lags import FixedLag, Floats, Lag
from monazite.terms.faults import BadInput, Fault

CELLS = 1 << 20
"""Parts x points worked on at a time: 8 MiB an array."""
NODES = 7
"""Gauss-Legendre nodes a panel."""
PANELS = 43
"""43 panels of 7 nodes: 301 points."""
DROPPED = 1e-10
"""Parts are left out whose odds of being late add up to less than this."""
MANY_PARTS = 20_000
"""With more parts the days lost spread less, and a third of the panels do."""
MOST_BREAKS = 256
"""So many jumps and kinks become ends of panels; with more of them each is small."""
MOST_STOPPERS = 200
"""So many parts are asked whether they hold the line at the horizon; what is left is bounded."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """Parts of one line and their lags in every state of the world.

    covers : (parts,) running days, above zero or inf where the line uses none
    codes : (parts,) which lag of each state the part has
    carried_days : (parts,) fixed days of packing, shipping and customs after the decision
    states : for each state its odds and its lags by code
    """

    covers: Floats
    codes: NDArray[np.int64]
    carried_days: Floats
    states: Sequence[tuple[float, Sequence[Lag]]]

    def __post_init__(self) -> None:
        faults = []
        if not len(self.covers) == len(self.codes) == len(self.carried_days):
            faults.append(Fault(where="line", what="covers, codes and carried days differ in length"))
        elif len(self.covers) and (not (self.covers >= 0).all() or not (self.carried_days >= 0).all()):
            faults.append(
                Fault(
                    where="line", what="a cover or carried day is below zero or no number", mend="Give days"
                )
            )
        if abs(sum(odds for odds, _ in self.states) - 1) > 1e-9 or any(odds < 0 for odds, _ in self.states):
            faults.append(
                Fault(where="line, states", what="their odds do not add up to 1", mend="Scale them")
            )
        if len(self.codes) and any(len(lags) <= int(self.codes.max()) for _, lags in self.states):
            faults.append(Fault(where="line, states", what="a part has a lag that a state does not hold"))
        if faults:
            raise BadInput(faults)


@dataclass(frozen=True, kw_only=True)
class LineOdds:
    """What `line_odds` gives. Days are counted from day 0; arrays line up with the parts."""

    horizon_days: float
    mean_days_lost: float  # within the horizon; inf where the horizon is and a part may never come
    days_lost: tuple[float, float, float]  # 10, 50 and 90 %, within the horizon
    p_no_stop: float  # within the horizon
    first_stop: tuple[float, float, float]  # day by which it has stopped with 10, 50, 90 %; inf: not within H
    p_stopped_at_horizon: float  # stands still just before the horizon
    p_first: Floats  # (parts,) stops the line first
    p_binds: Floats  # (parts,) holds it last: one more day of it gains so many days within the horizon
    p_late: Floats  # (parts,) comes after its own cover has gone


def days_lost(covers: Floats, arrivals: Floats) -> Floats:
    """W = max(0, max_i (A_i - c_i)), days; arrivals (..., parts), inf where a part never comes."""
    late = np.where(np.isinf(covers), -np.inf, arrivals - np.where(np.isinf(covers), 0.0, covers))
    return np.asarray(np.maximum(late.max(axis=-1, initial=0.0), 0.0))


def first_stop(covers: Floats, arrivals: Floats) -> Floats:
    """min {c_i : A_i > c_i}, calendar day; inf where the line never stops. Arrivals (..., parts)."""
    return np.asarray(np.where(arrivals > covers, covers, np.inf).min(axis=-1, initial=np.inf))


def draw_arrivals(line: Line, draws: int, rng: np.random.Generator) -> Floats:
    """(draws, parts) days of arrival: a state for each draw, then the lags given the state."""
    state = rng.choice(len(line.states), size=draws, p=[odds for odds, _ in line.states])
    uniform = rng.random((draws, len(line.covers)))
    arrivals = np.empty_like(uniform)
    for number, (_, lags) in enumerate(line.states):
        rows = np.flatnonzero(state == number)
        for code, parts in _by_code(line.codes):
            arrivals[np.ix_(rows, parts)] = lags[code].draw(uniform[np.ix_(rows, parts)])
    return np.asarray(arrivals + line.carried_days)


def p_lost_at_most(line: Line, days: Floats, *, horizon: float = math.inf) -> Floats:
    """P(W <= w) for each w, with the days lost within the horizon for W; (len(days),)."""
    order = np.argsort(days, kind="stable")
    found = np.zeros(len(days))
    for odds, lags in line.states:
        found[order] += odds * np.exp(_State(line, lags, horizon).log_cdf(days[order]))
    return found


def line_odds(line: Line, *, horizon: float = math.inf) -> LineOdds:
    """First stop, days lost and the parts behind them, exact up to quadrature: O(parts x 301).

    E[W] = integral of 1 - P(W <= w); P(i first) = (1 - F_i(c_i)) prod_{c_j < c_i} F_j(c_j);
    P(i binds) = integral of f_i(c_i + w) prod_{j != i} F_j(c_j + w) = -dE[W]/dc_i. Parts of equal cover run out
    together and each counts as first. Ten thousand parts take about 0.3 s, a million about 17 s on one core.
    """
    states = [_State(line, lags, horizon) for _, lags in line.states]
    odds = np.array([share for share, _ in line.states])
    nodes, weights, low = _grid(states)
    p_binds = np.zeros(len(line.covers))
    below = np.zeros(len(nodes))
    p_stopped = 0.0
    for share, state in zip(odds, states, strict=True):
        logs = state.log_cdf(nodes)
        below += share * np.exp(logs)
        bound = state.binding(nodes, weights, logs)
        held, left = state.holding()
        p_binds += share * (bound + held)
        if math.isfinite(horizon):
            # Some part binds wherever a day is lost: what no arrival before the horizon explains is out at the horizon.
            some = 1 - math.exp(state.log_on_time)
            p_stopped += share * (float(held.sum()) if left == 0 else max(0.0, some - float(bound.sum())))
    never = any(share > 0 and math.isinf(state.floor) for share, state in zip(odds, states, strict=True))
    refusable = any(share > 0 and state.may_never_come() for share, state in zip(odds, states, strict=True))
    mean = math.inf if never or (refusable and math.isinf(horizon)) else low + float(weights @ (1 - below))
    covers = line.covers
    on_time = np.array([state.on_time for state in states])  # (states, parts)
    order = np.argsort(covers, kind="stable")
    stops, p_first = _stops(covers, order, on_time, odds, horizon)
    return LineOdds(
        horizon_days=horizon,
        mean_days_lost=mean,
        days_lost=_lost_quantiles(nodes, below, low, states, odds, horizon),
        p_no_stop=float(odds @ [math.exp(state.log_on_time) for state in states]),
        first_stop=stops,
        p_stopped_at_horizon=float(p_stopped),
        p_first=p_first,
        p_binds=p_binds,
        p_late=np.asarray(odds @ (1 - on_time)),
    )


def _by_code(codes: NDArray[np.int64]) -> list[tuple[int, NDArray[np.int64]]]:
    """The parts of each lag."""
    order = np.argsort(codes, kind="stable")
    starts = np.flatnonzero(np.diff(codes[order], prepend=-1))
    return [(int(codes[part[0]]), part) for part in np.split(order, starts[1:]) if len(part)]


class _State:
    """One line in one state of the world, with every day after the horizon counted as the horizon."""

    def __init__(self, line: Line, lags: Sequence[Lag], horizon: float) -> None:
        self.line, self.lags, self.horizon = line, lags, horizon
        self.groups = _by_code(line.codes)
        covers, carried = line.covers, line.carried_days
        starts = np.zeros(len(covers))
        self.on_time = np.ones(len(covers))
        for code, parts in self.groups:
            starts[parts] = lags[code].starts + carried[parts]
            self.on_time[parts] = self._cdf(lags[code], parts, np.zeros(1))[:, 0]
        with np.errstate(divide="ignore"):
            self.log_on_time = float(np.log(self.on_time).sum())  # ln P(W = 0)
        finite = np.isfinite(covers)
        late = np.full(len(covers), -np.inf)
        late[finite] = np.minimum(starts[finite], horizon) - covers[finite]
        self.late = late
        self.floor = max(0.0, float(late.max(initial=0.0)))  # W is at least this
        self.live = self._live(self.floor)

    def _cdf(self, lag: Lag, parts: NDArray[np.int64], lost: Floats) -> Floats:
        """F_i(c_i + w), (parts, points): 1 from the horizon on."""
        days = self.line.covers[parts, None] + lost
        come = lag.cdf(np.where(np.isinf(days), 1e300, days) - self.line.carried_days[parts, None])
        return np.where((days >= self.horizon) | np.isinf(days), 1.0, come)

    def _live(self, floor: float) -> list[tuple[Lag, NDArray[np.int64]]]:
        """The parts that can still hold the line after `floor` lost days, by lag."""
        if math.isinf(floor):
            return []
        # A fixed lag has its step at or below the floor.
        groups = [(self.lags[code], parts) for code, parts in self.groups]
        return self._late([(lag, parts) for lag, parts in groups if not isinstance(lag, FixedLag)], floor)

    def _late(
        self, live: list[tuple[Lag, NDArray[np.int64]]], lost: float
    ) -> list[tuple[Lag, NDArray[np.int64]]]:
        """Those of the parts that matter after so many lost days: the rest is late with odds of DROPPED together."""
        kept = []
        for lag, parts in live:
            late = 1 - self._cdf(lag, parts, np.array([lost]))[:, 0]
            order = np.argsort(late)
            few = int(np.searchsorted(np.cumsum(late[order]), DROPPED / len(live), side="right"))
            if few < len(parts):
                kept.append((lag, parts[np.sort(order[few:])]))
        return kept

    def blocks(self, lost: Floats) -> Iterator[tuple[Lag, NDArray[np.int64], slice]]:
        """The parts that matter at each stretch of rising lost days, in blocks of at most CELLS parts x points."""
        live = self.live
        many = sum(len(parts) for _, parts in live) > CELLS // 64
        stretch = (
            NODES if many else max(NODES, len(lost))
        )  # many parts are few after a while; few are done at once
        size = max(1, CELLS // stretch)
        for first in range(0, len(lost), stretch):
            here = slice(first, min(first + stretch, len(lost)))
            if first and many:
                live = self._late(live, float(lost[first]))
            for lag, parts in live:
                for start in range(0, len(parts), size):
                    yield lag, parts[start : start + size], here

    def log_cdf(self, lost: Floats) -> Floats:
        """ln P(W <= w) for each w, rising; -inf below the floor."""
        logs = np.zeros(len(lost))
        with np.errstate(divide="ignore"):
            for lag, parts, here in self.blocks(lost):
                logs[here] += np.log(self._cdf(lag, parts, lost[here])).sum(axis=0)
        return np.where(lost >= self.floor, logs, -np.inf)

    def narrow(self, low: float) -> None:
        """Forget the parts that cannot matter once so many days are lost for sure."""
        if low > self.floor:
            self.live = self._live(low)

    @property
    def most(self) -> float:
        """No more days than this are lost before the horizon."""
        waiting = [float(self.horizon - self.line.covers[parts].min()) for _, parts in self.live]
        return max([self.floor, *waiting])

    def may_never_come(self) -> bool:
        """Some part may be refused for good."""
        return math.isinf(self.floor) or any(lag.refused > 0 for lag, _ in self.live)

    def ceiling(self, tiny: float) -> float:
        """A number of lost days that is passed with odds of about `tiny` at most."""
        top = self.floor
        covers, carried = self.line.covers, self.line.carried_days
        for lag, parts in self.live:
            share = (1 - lag.refused) * (1 - max(tiny / max(1, len(covers)), 1e-15))
            days = np.minimum(lag.quantile(share) + carried[parts], self.horizon) - covers[parts]
            if lag.refused:
                days = np.maximum(
                    days, np.where(math.isfinite(self.horizon), self.horizon - covers[parts], days)
                )
            top = max(top, float(days.max()))
        return top

    def breaks(self) -> list[float]:
        """Lost days at which the odds jump or bend."""
        found = [self.floor]
        for lag, parts in self.live:
            covers, carried = self.line.covers[parts], self.line.carried_days[parts]
            if len(parts) > MOST_BREAKS:
                continue
            for kink in lag.kinks:
                found += (kink + carried - covers).tolist()
            if math.isfinite(self.horizon):
                found += (self.horizon - covers).tolist()
        return found

    def binding(self, nodes: Floats, weights: Floats, logs: Floats) -> Floats:
        """(parts,) odds that a part arrives last, relative to its cover, before the horizon."""
        binds = np.zeros(len(self.line.covers))
        use = np.flatnonzero(logs > -45)
        with np.errstate(divide="ignore", invalid="ignore"):
            for lag, parts, here in self.blocks(nodes[use]):
                points = use[here]
                days = self.line.covers[parts, None] + nodes[points]
                since = days - self.line.carried_days[parts, None]
                density = np.where(days < self.horizon, lag.pdf(since), 0.0)
                ratio = density / self._cdf(lag, parts, nodes[points])
                binds[parts] += np.nan_to_num(ratio, posinf=0.0) @ (weights[points] * np.exp(logs[points]))
        # A fixed lag holds the line with its whole weight where all else has come by then.
        for code, parts in self.groups:
            lag = self.lags[code]
            if isinstance(lag, FixedLag) and self.floor > 0 and math.isfinite(self.floor):
                here = parts[self.late[parts] == self.floor]
                before = lag.days + self.line.carried_days[here] < self.horizon
                if before.any():
                    binds[here[before][:1]] += math.exp(float(self.log_cdf(np.array([self.floor]))[0]))
        return binds

    def holding(self) -> tuple[Floats, float]:
        """(parts,) odds that a part not yet there holds the line at the horizon; a bound on what was left out.

        (1 - F_k(H)) prod_{j before k} F_j(H - c_k + c_j), parts in order of cover: k is the first that is out.
        """
        covers, carried, horizon = self.line.covers, self.line.carried_days, self.horizon
        held = np.zeros(len(covers))
        if math.isinf(horizon):
            return held, 0.0
        by_horizon = np.ones(len(covers))  # F(H): come just before it
        for code, parts in self.groups:
            by_horizon[parts] = self.lags[code].cdf(horizon - carried[parts])
        out = np.flatnonzero((by_horizon < 1) & (covers < horizon))
        out = out[np.argsort(covers[out], kind="stable")]
        with np.errstate(divide="ignore"):
            come = np.exp(np.concatenate([[0.0], np.cumsum(np.log(by_horizon[out]))]))
        code_of = self.line.codes
        others = np.flatnonzero(covers < horizon)
        others = others[np.argsort(covers[others], kind="stable")]
        for place, part in enumerate(out):
            if come[place] - come[-1] < 1e-12 or place == MOST_STOPPERS:
                return held, float(come[place] - come[-1])
            before = others[covers[others] < covers[part]]
            same = out[:place][covers[out[:place]] == covers[part]]
            product = float(np.prod(by_horizon[same]))
            if len(before) > MOST_STOPPERS:  # only those that may be late at all
                before = before[self.on_time[before] < 1]
            for code in np.unique(code_of[before]):
                these = before[code_of[before] == code]
                days = horizon - covers[part] + covers[these] - carried[these]
                product *= float(np.prod(self.lags[int(code)].cdf(days)))
            held[part] = (1 - by_horizon[part]) * product
        return held, 0.0


def _grid(states: Sequence[_State]) -> tuple[Floats, Floats, float]:
    """Points and weights over lost days, and the days below which the line has surely lost more."""
    finite = [state for state in states if math.isfinite(state.floor)]
    if not finite:
        return np.zeros(0), np.zeros(0), 0.0
    top = max(state.ceiling(1e-13) for state in finite)
    low = min(_sure(state, top) for state in finite)
    for state in finite:
        state.narrow(low)
    if top <= low:
        return np.zeros(0), np.zeros(0), low
    panels = PANELS if len(states[0].line.covers) <= MANY_PARTS else PANELS // 3
    edges = low + (top - low) * (np.arange(panels + 1) / panels) ** 2
    inside = sorted({day for state in finite for day in state.breaks() if low < day < top})
    if len(inside) <= MOST_BREAKS:
        edges = np.unique(np.concatenate([edges, inside]))
    points, weights = np.polynomial.legendre.leggauss(NODES)
    half = np.diff(edges)[:, None] / 2
    return ((edges[:-1, None] + half) + half * points).ravel(), (half * weights).ravel(), low


def _sure(state: _State, top: float) -> float:
    """Lost days that the line passes but for odds of 1e-16."""
    low, high = state.floor, top
    if float(state.log_cdf(np.array([low]))[0]) > -37:
        return low
    for _ in range(16):
        middle = (low + high) / 2
        if float(state.log_cdf(np.array([middle]))[0]) < -37:
            low = middle
        else:
            high = middle
    return low


def _stops(
    covers: Floats, order: NDArray[np.int64], on_time: Floats, odds: Floats, horizon: float
) -> tuple[tuple[float, float, float], Floats]:
    """Days by which the line has stopped with 10, 50 and 90 %; odds of each part to stop it first."""
    ordered = covers[order]
    with np.errstate(divide="ignore"):
        logs = np.concatenate(
            [np.zeros((len(odds), 1)), np.cumsum(np.log(on_time[:, order]), axis=1)], axis=1
        )
    earlier = np.searchsorted(ordered, ordered, side="left")  # parts of strictly less cover
    p_first = np.empty(len(covers))
    p_first[order] = odds @ (np.exp(logs[:, earlier]) * (1 - on_time[:, order]))
    stopped = 1 - odds @ np.exp(logs)  # after the first k parts
    found = []
    for share in (0.1, 0.5, 0.9):
        place = int(np.searchsorted(stopped, share, side="left"))
        day = float(ordered[place - 1]) if 0 < place <= len(ordered) else math.inf
        found.append(day if day < horizon else math.inf)
    return (found[0], found[1], found[2]), p_first


def _lost_quantiles(
    nodes: Floats, below: Floats, low: float, states: Sequence[_State], odds: Floats, horizon: float
) -> tuple[float, float, float]:
    """Days lost with 10, 50 and 90 %, between the points by straight lines; what lies above them all is at the horizon."""
    most = max((state.most for state in states), default=0.0) if math.isfinite(horizon) else math.inf
    at_low = float(sum(share * math.exp(float(s.log_cdf(np.array([low]))[0]))
                       for share, s in zip(odds, states, strict=True)))  # fmt: skip
    days, shares = np.concatenate([[low], nodes]), np.concatenate([[at_low], below])
    found = []
    for share in (0.1, 0.5, 0.9):
        place = int(np.searchsorted(shares, share, side="left"))
        if place == 0:
            found.append(low)
        elif place == len(days):
            found.append(float(days[-1]) if len(nodes) and shares[-1] > share - 1e-9 else most)
        else:
            gap = shares[place] - shares[place - 1]
            found.append(
                float(days[place - 1] + (days[place] - days[place - 1]) * (share - shares[place - 1]) / gap)
            )
    return found[0], found[1], found[2]


def mean_capped_days_lost(line: Line, horizon: float) -> float:
    """E[min(W, H)]: integral over 0..H of 1 - P(W <= w) with no horizon in the arrivals; defined under refusal too."""
    total = 0.0
    points, weights = np.polynomial.legendre.leggauss(NODES)
    for share, lags in line.states:
        state = _State(line, lags, math.inf)
        if state.floor >= horizon:
            total += share * horizon
            continue
        low = min(_sure(state, horizon), horizon)
        state.narrow(low)
        top = horizon if state.may_never_come() else min(horizon, state.ceiling(1e-13))
        half = (top - low) / PANELS / 2
        nodes = (low + half * (2 * np.arange(PANELS)[:, None] + 1 + points)).ravel()
        inside = 1 - np.exp(state.log_cdf(nodes))
        total += share * (low + half * float(np.tile(weights, PANELS) @ inside))
    return float(total)
