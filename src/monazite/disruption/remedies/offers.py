"""Remedies on offer for a plan, and what each choice among them costs under each model of the delay and each reading.

What a purchaser writes about an offer becomes a stock or a source of `mitigation`; an offer that lacks a figure is left out
and named, for an unknown cost is not zero. All cases are weighed on the same chances, and the choice that is best in one is
also priced in the others: nobody knows which of them holds.
"""

import copy
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from monazite.disruption.delay.lags import Floats
from monazite.disruption.delay.waits import MODELS
from monazite.disruption.lines.setting import Setting, arrivals_of, line_of
from monazite.disruption.remedies.mitigation import (
    Appraisal,
    Choice,
    Kind,
    Lead,
    Problem,
    Source,
    Stock,
    appraise,
    best_cover,
    draw,
    nothing,
)
from monazite.disruption.remedies.programme import GAP, solve

NOTHING, STOCK_ONLY, SOURCE_ONLY, TOGETHER = (
    "do nothing",
    "stock only",
    "second source only",
    "cheapest together",
)
"""What is set side by side; a substitution counts as a second source."""
SHARES = (0.0, 0.125, 0.25, 0.5, 0.75, 1.0)
"""Points of the budget curve, as shares of what the cheapest remedies take without a budget."""
FRESH = 10
"""So many fresh draws for each draw that a choice was made on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A remedy as a purchaser states it; None where a figure is not known."""

    name: str
    part: int
    kind: Kind
    cost_per_unit: (
        float | None
    )  # stock: to keep one more unit up to the horizon; others: above the usual price
    fixed_cost: float | None  # once; not for stock
    lead: Lead | None
    most_days: float | None  # stock: at most so many days of cover
    yield_share: float | None

    @property
    def missing(self) -> tuple[str, ...]:
        """Columns that are wanted and empty."""
        wanted = {"cost_per_unit": self.cost_per_unit}
        if self.kind is Kind.STOCK:
            return tuple(
                name for name, held in {**wanted, "most_days": self.most_days}.items() if held is None
            )
        more = {"fixed_cost": self.fixed_cost, "lead_days": self.lead, "yield_share": self.yield_share}
        return tuple(name for name, held in {**wanted, **more}.items() if held is None)


@dataclass(frozen=True, kw_only=True)
class Case:
    """One model of the delay under one reading, with what can be bought; offers in the order of the problem."""

    model: str
    reading: str
    problem: Problem
    parts: NDArray[np.int64]  # of the plan: the places of the problem
    stocks: tuple[Offer, ...]
    sources: tuple[Offer, ...]


@dataclass(frozen=True, kw_only=True)
class Way:
    """One thing to do, and what it costs on fresh draws."""

    name: str
    choice: Choice
    found: Appraisal


@dataclass(frozen=True, kw_only=True)
class Weighed:
    """A case answered."""

    case: Case
    ways: tuple[Way, ...]  # the first is to do nothing, the last the cheapest within the budget
    curve: tuple[tuple[float, Way], ...]  # budget and the cheapest within it
    crossed: tuple[Appraisal, ...]  # the cheapest of every case, if this case holds

    @property
    def best(self) -> Way:
        """The cheapest of all."""
        return self.ways[-1]

    @property
    def recover(self) -> Floats:
        """(parts, 3) time to recover: days by which each part has come with 10, 50 and 90 %; inf where it never does."""
        return arrivals_of(self.case.problem.parts)


def cases(
    setting: Setting, offers: Sequence[Offer], *, lines: Sequence[int], models: Sequence[str] = MODELS
) -> list[Case]:
    """Each model and reading of a plan, as its lines are answered in closed form: one delivery a part, which lasts.

    Parameters
    ----------
    offers : those without a missing figure
    lines : those that are weighed: their margins are stated, in the currency of the offers
    """
    all_use = setting.all_use
    uses = setting.uses
    of_lines = [
        np.unique(setting.use_part[uses[line]][setting.use_per_day[uses[line]] > 0]) for line in lines
    ]
    used = np.unique(np.concatenate([*of_lines, np.zeros(0, dtype=np.int64)]))
    offered = {offer.part for offer in offers}
    kept = np.array(
        [p for p in used.tolist() if setting.supplies[p] is not None or p in offered], dtype=np.int64
    )
    place = {part: number for number, part in enumerate(kept.tolist())}
    stocks = tuple(offer for offer in offers if offer.part in place and offer.kind is Kind.STOCK)
    sources = tuple(offer for offer in offers if offer.part in place and offer.kind is not Kind.STOCK)
    # All lines as one: a part that several lines use is one place, with one cover, in the programme.
    together = replace(setting, margin_per_day=np.array([math.nan]), use_line=np.zeros(len(kept), dtype=np.int64),
                       use_part=kept, use_per_day=all_use[kept])  # fmt: skip
    found = []
    for model in models:
        for reading in setting.readings_of(used):
            problem = Problem(
                parts=line_of(together, 0, model, reading),
                uses=tuple(
                    np.array([place[p] for p in parts.tolist() if p in place], dtype=np.int64)
                    for parts in of_lines
                ),
                lost_day=setting.margin_per_day[list(lines)],
                horizon=float(setting.horizon),
                stocks=tuple(
                    _stock(offer, place[offer.part], float(all_use[offer.part])) for offer in stocks
                ),
                sources=tuple(
                    _source(offer, place[offer.part], float(all_use[offer.part])) for offer in sources
                ),
            )
            found.append(
                Case(
                    model=model, reading=reading, problem=problem, parts=kept, stocks=stocks, sources=sources
                )
            )
    return found


def weigh(
    asked: Sequence[Case],
    *,
    draws: int,
    rng: np.random.Generator,
    budget: float = math.inf,
    gap: float = GAP,
    say: Callable[[str], None] = lambda words: None,
) -> list[Weighed]:
    """The ways side by side for each case, the budget curve, and the best of each case under the others.

    Choices are made on `draws` draws and priced on ten times as many fresh ones, the same chances for every case.
    """
    first, second = rng.spawn(2)
    chosen: list[tuple[dict[str, Choice], list[tuple[float, Choice]]]] = []
    for case in asked:
        say(f"{case.model}, {case.reading}")
        problem = case.problem
        sample = draw(problem, draws, copy.deepcopy(first))
        made = {NOTHING: nothing(problem)}
        if case.stocks and case.sources:
            made[STOCK_ONLY] = solve(
                problem, sample, budget=budget, gap=gap, without=(Kind.SOURCE, Kind.SUBSTITUTION)
            )
            made[SOURCE_ONLY] = solve(problem, sample, budget=budget, gap=gap, without=(Kind.STOCK,))
        free = solve(problem, sample, gap=gap)
        both = solve(problem, sample, budget=budget, gap=gap) if math.isfinite(budget) else free
        # Within the gap of the search a part of it can come out ahead of the whole.
        rivals = (both, *(made[name] for name in (STOCK_ONLY, SOURCE_ONLY) if name in made))
        made[TOGETHER] = min(rivals, key=lambda one: one.sampled_cost)
        spent = free.fixed_cost(problem) + _units(problem, sample.weights @ sample.served(problem), free)
        points = [(share * spent, free if share == 1 else solve(problem, sample, budget=share * spent, gap=gap))
                  for share in SHARES] if spent > 0 else []  # fmt: skip
        chosen.append((made, points))
    found = []
    for case, (made, points) in zip(asked, chosen, strict=True):
        crossed = [other[TOGETHER] for other, _ in chosen]
        choices = [*made.values(), *(choice for _, choice in points), *crossed]
        priced = appraise(case.problem, choices, FRESH * draws, copy.deepcopy(second))
        ways = tuple(Way(name=n, choice=c, found=a) for (n, c), a in zip(made.items(), priced, strict=False))
        at = priced[len(ways) : len(ways) + len(points)]
        curve = tuple(
            (most, Way(name=TOGETHER, choice=c, found=a)) for (most, c), a in zip(points, at, strict=True)
        )
        found.append(
            Weighed(case=case, ways=ways, curve=curve, crossed=tuple(priced[len(ways) + len(points) :]))
        )
    return found


def least_regret(weighed: Sequence[Weighed]) -> tuple[int, float]:
    """The case whose best choice costs least above the best where another case holds; and that most it costs above."""
    regret = [
        max(holds.crossed[number].cost - holds.crossed[at].cost for at, holds in enumerate(weighed))
        for number in range(len(weighed))
    ]
    best = int(np.argmin(regret))
    return best, max(regret[best], 0.0)


def cover_alone(case: Case, offer: int) -> tuple[float, float]:
    """F1 for one stock offer: h/pi, and the days of cover it would want if its part alone could stop the lines."""
    stock = case.problem.stocks[offer]
    money = sum(
        m
        for m, used in zip(case.problem.lost_day.tolist(), case.problem.uses, strict=True)
        if stock.part in used
    )
    share = stock.per_day / money if money > 0 else math.inf
    parts = case.problem.parts
    ((_, lags),) = parts.states
    lag = lags[int(parts.codes[stock.part])]
    return share, min(best_cover(lag, share) + float(parts.carried_days[stock.part]), case.problem.horizon)


def _units(problem: Problem, served: Floats, choice: Choice) -> float:
    """What the units of the sources taken are expected to cost."""
    per_day = np.array([source.per_day for source in problem.sources])
    return float((per_day * served) @ choice.taken) if len(per_day) else 0.0


def _stock(offer: Offer, place: int, use: float) -> Stock:
    assert offer.cost_per_unit is not None
    assert offer.most_days is not None
    return Stock(part=place, per_day=offer.cost_per_unit * use, most_days=offer.most_days)


def _source(offer: Offer, place: int, use: float) -> Source:
    assert offer.cost_per_unit is not None
    assert offer.fixed_cost is not None
    assert offer.lead is not None
    assert offer.yield_share is not None
    return Source(part=place, fixed=offer.fixed_cost, per_day=offer.cost_per_unit * use, lead=offer.lead,
                  yield_share=offer.yield_share, kind=offer.kind)  # fmt: skip
