"""Lines by the day: several deliveries, licences with quantity and validity, parts that lines share.

    morning: arrivals clear customs (a licence is drawn down) and are added; then lines run in order of priority:
    theta_l = min(1, min_i stock_i / use_li);  stock_i -= theta_l use_li;  lost_l += 1 - theta_l

Many draws of the arrivals run side by side. What a licence does not cover waits at customs for the next one; what is
left of a licence after its last day is void. Where lines share one part it goes to the line with the larger margin per unit
of it; where they share several, each day on which one of them is short is a linear program, `shares_of_the_day`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from monazite.disruption.delay.lags import Floats
from monazite.terms.faults import BadInput, Fault

TINY = 1e-9
"""Less than this share of a day's use is nothing."""
IDLE = 1e-6
"""Share of the largest margin that a running day is worth by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """So many units of a part; the day of each draw is given beside it."""

    part: int
    quantity: float
    needs_licence: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Permit:
    """A licence to clear so many units of a part from `first` through `last`, days from day 0, both inclusive."""

    part: int
    quantity: float
    first: float
    last: float


@dataclass(frozen=True, kw_only=True)
class Works:
    """Lines and what they use: use[line, part] units per running day, stock[part] units, margin[line] money per day."""

    use: Floats
    stock: Floats
    margin: Floats
    deliveries: Sequence[Delivery] = ()
    permits: Sequence[Permit] = ()
    with_program: bool = False  # solve days on which a shared part is short as a linear program

    def __post_init__(self) -> None:
        faults = []
        if self.use.shape != (len(self.margin), len(self.stock)):
            faults.append(
                Fault(where="works, use", what=f"has shape {self.use.shape}", mend="Give lines x parts")
            )
        for name, values in (("use", self.use), ("stock", self.stock)):
            if not (np.isfinite(values).all() and (values >= 0).all()):
                faults.append(Fault(where=f"works, {name}", what="holds a value below zero or no number"))
        if any(d.quantity < 0 for d in self.deliveries) or any(p.quantity < 0 for p in self.permits):
            faults.append(Fault(where="works", what="a delivery or licence has a quantity below zero"))
        if faults:
            raise BadInput(faults)


@dataclass(frozen=True, kw_only=True)
class Course:
    """What `simulate_works` gives: what was lost, and where stocks stood."""

    lost: Floats  # (draws, lines) days lost
    first_stop: Floats  # (draws, lines) first day with less than a full run; inf: none
    first_part: NDArray[np.int64]  # (draws, lines) the part that ran out first; -1: none
    stock: Floats  # (days + 1, parts) stock of the first draw, before each morning and after the last evening
    held: Floats  # (draws, parts) units at customs in the end
    void: Floats  # (draws, permits) units of licences that expired unused
    standing: Floats  # (days, lines) share of draws with less than a full run on each day
    curves: Floats  # (days + 1, 3, watched) stock of the watched parts, 10, 50 and 90 % of the draws
    order: tuple[int, ...] = field(default=())  # lines in their order of priority


def priority(works: Works) -> tuple[int, ...]:
    """Lines by margin per unit of the scarcest shared part that they use, largest first; ties as given.

    Scarcest: least days of cover for all lines together. A line that uses no shared part comes last: none waits for it.
    """
    shared = (works.use > 0).sum(axis=0) > 1
    with np.errstate(divide="ignore", invalid="ignore"):
        cover = np.where(shared, works.stock / works.use.sum(axis=0), np.inf)
    scores = []
    for line, use in enumerate(works.use):
        mine = np.flatnonzero((use > 0) & shared)
        with np.errstate(over="ignore"):
            scores.append(works.margin[line] / use[mine[np.argmin(cover[mine])]] if len(mine) else -np.inf)
    return tuple(np.argsort(-np.array(scores), kind="stable").tolist())


def shares_of_the_day(works: Works, stock: Floats) -> Floats:
    """(lines,) theta that maximises the day's margin: max sum m_l theta_l, sum_l use_li theta_l <= stock_i, 0..1.

    Each line's margin counts as `IDLE` of the largest more, so that none without a margin stands still for nothing.
    """
    asked = works.use.sum(axis=0) > stock
    if not asked.any():
        return np.ones(len(works.margin))
    found = linprog(
        -works.margin / (works.margin.max() or 1.0) - IDLE,
        A_ub=works.use[:, asked].T,
        b_ub=stock[asked],
        bounds=(0, 1),
        method="highs",
    )
    assert found.status == 0, found.message
    return np.clip(np.asarray(found.x, dtype=np.float64), 0.0, 1.0)


def simulate_works(
    works: Works, arrivals: Floats, *, days: int, granted: Floats | None = None, watched: Sequence[int] = ()
) -> Course:
    """Run lines through days 0 .. days - 1 for each draw.

    Parameters
    ----------
    arrivals : (draws, deliveries) day of each delivery, inf where it never comes; it is there from the first morning on
        or after that day
    granted : (draws, permits) first day of each licence in each draw, inf where it is never granted; it then holds as
        many days as stated. By default the days stated
    watched : parts whose stock is kept for all draws
    """
    draws, lines = arrivals.shape[0], len(works.margin)
    stock = np.tile(works.stock.astype(np.float64), (draws, 1))
    held = np.zeros_like(stock)
    left = np.tile(np.array([permit.quantity for permit in works.permits], dtype=np.float64), (draws, 1))
    lost, first = np.zeros((draws, lines)), np.full((draws, lines), np.inf)
    part_first = np.full((draws, lines), -1)
    curve, order = np.empty((days + 1, len(works.stock))), priority(works)
    morning = np.ceil(arrivals - TINY).ravel()
    coming = np.argsort(morning, kind="stable")  # (draws x deliveries,) in the order of their days
    starts = np.searchsorted(morning[coming], np.arange(days + 1))
    delivered = np.array([delivery.part for delivery in works.deliveries], dtype=np.int64)
    quantity = np.array([delivery.quantity for delivery in works.deliveries], dtype=np.float64)
    needs = np.array([delivery.needs_licence for delivery in works.deliveries], dtype=bool)
    stated = np.tile(np.array([permit.first for permit in works.permits], dtype=np.float64), (draws, 1))
    spans = np.array([permit.last - permit.first for permit in works.permits], dtype=np.float64)
    opens = np.ceil((stated if granted is None else granted) - TINY)
    closes = opens + spans
    by_expiry = np.argsort(closes, axis=1, kind="stable")
    permitted = np.array([permit.part for permit in works.permits], dtype=np.int64)
    every, standing = np.arange(draws), np.zeros((days, lines))
    watching = np.array(watched, dtype=np.int64)
    curves = np.empty((days + 1, 3, len(watching)))
    solved: dict[bytes, Floats] = {}
    for day in range(days):
        curve[day] = stock[0]
        curves[day] = _spread(stock[:, watching])
        here = coming[starts[day] : starts[day + 1]]
        draw, place = here // max(1, len(works.deliveries)), here % max(1, len(works.deliveries))
        for into, these in ((held, needs[place]), (stock, ~needs[place])):
            np.add.at(into, (draw[these], delivered[place[these]]), quantity[place[these]])
        for place in by_expiry.T:  # of each draw the licence that ends first, then the next
            part = permitted[place]
            holds = (opens[every, place] <= day) & (day <= closes[every, place])
            cleared = np.where(holds, np.minimum(held[every, part], left[every, place]), 0.0)
            held[every, part] -= cleared
            left[every, place] -= cleared
            stock[every, part] += cleared
        theta, blocking = _run(works, stock, order, solved)
        missed = 1 - theta
        new = (missed > TINY) & np.isinf(first)
        first[new], part_first[new] = day, blocking[new]
        lost += missed
        standing[day] = (missed > TINY).mean(axis=0)
    curve[days] = stock[0]
    curves[days] = _spread(stock[:, watching])
    return Course(lost=lost, first_stop=first, first_part=part_first, stock=curve, held=held,
                  void=left * (closes < days), standing=standing, curves=curves, order=order)  # fmt: skip


def _spread(stock: Floats) -> Floats:
    """(3, parts) 10, 50 and 90 % of the draws; each is the stock of some draw."""
    ordered = np.sort(stock, axis=0)
    places = [max(0, int(np.ceil(share * len(stock))) - 1) for share in (0.1, 0.5, 0.9)]
    return np.asarray(ordered[places])


def _run(
    works: Works, stock: Floats, order: Sequence[int], solved: dict[bytes, Floats]
) -> tuple[Floats, NDArray[np.int64]]:
    """Running shares of a day and the part that binds each line (-1: none); `stock` is drawn down in place.

    solved : programmes of earlier days by the stock that they had; those of this day are added
    """
    draws, lines = len(stock), len(works.margin)
    theta, blocking = np.ones((draws, lines)), np.full((draws, lines), -1)
    planned, most = np.zeros(0, dtype=np.int64), np.ones((draws, lines))
    total = works.use.sum(axis=0)
    if works.with_program:
        shared = (works.use > 0).sum(axis=0) > 1
        planned = np.flatnonzero(((total > stock) & shared).any(axis=1))
        for draw in planned.tolist():
            # What exceeds a day's use changes nothing, so most draws and days are the same program.
            within = np.minimum(stock[draw], total)
            key = within.tobytes()
            if key not in solved:
                solved[key] = shares_of_the_day(works, within)
            most[draw] = solved[key]
    for line in order:
        uses = np.flatnonzero(works.use[line] > 0)
        if not len(uses):
            continue
        with np.errstate(over="ignore"):
            ratio = stock[:, uses] / works.use[line, uses]
        least = ratio.argmin(axis=1)
        share = np.minimum(most[:, line], ratio[np.arange(draws), least])
        share[share > 1 - TINY] = 1.0
        theta[:, line] = share
        blocking[:, line] = np.where(share < 1, uses[least], -1)
        stock[:, uses] = np.maximum(stock[:, uses] - share[:, None] * works.use[line, uses], 0.0)
    if len(planned):  # what a programme leaves none of is what binds, whatever each line finds in its turn
        with np.errstate(divide="ignore", invalid="ignore"):
            left = np.where(total > 0, stock[planned] / total, np.inf)
        for line in order:
            uses = np.flatnonzero(works.use[line] > 0)
            if len(uses):
                binds = uses[left[:, uses].argmin(axis=1)]
                blocking[planned, line] = np.where(theta[planned, line] < 1, binds, -1)
    return theta, blocking


def simulate_events(
    covers: Floats, deliveries: Sequence[tuple[float, int, float]], *, horizon: float
) -> tuple[float, float]:
    """Days lost and first stop of one line in continuous time, from event to event.

    Parameters
    ----------
    covers : (parts,) days of cover on day 0
    deliveries : (day, part, days of cover that it brings), any order
    """
    left, clock, lost, first = covers.astype(np.float64).copy(), 0.0, 0.0, np.inf
    for day, part, brings in [*sorted(deliveries), (horizon, -1, 0.0)]:
        until = min(day, horizon)
        if until > clock:
            ran = max(0.0, min(until - clock, float(left.min(initial=np.inf))))
            left -= ran
            missed = until - clock - ran
            if missed > 0 and np.isinf(first):
                first = clock + ran
            lost, clock = lost + missed, until
        if part >= 0 and day <= horizon:
            left[part] += brings
    return lost, first
