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
    Sample,
    Source,
    Stock,
    appraise,
    best_cover,
    cost_by_draw,
    days_lost,
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

    Choices are made on `draws` draws and priced on ten times as many fresh ones, the same chances for every case. Each way
    then takes the cheapest, by those prices, of all choices found that it allows: a wider way or a larger budget never
    costs more. The least of several means on the same draws is slightly too low.
    """
    first, second = rng.spawn(2)

    def price(case: Case, choices: Sequence[Choice]) -> list[Appraisal]:
        return appraise(case.problem, choices, FRESH * draws, copy.deepcopy(second)) if choices else []

    pools, priced, picks = [], [], []
    for case in asked:
        say(f"{case.model}, {case.reading}")
        pools.append(_found(case, draw(case.problem, draws, copy.deepcopy(first)), budget=budget, gap=gap))
        pool, _ = pools[-1]
        priced.append(price(case, [one.choice for one in pool]))
        picks.append(_cheapest(pool, priced[-1], TOGETHER, budget).choice)
    answered = []
    for number, (case, (pool, points)) in enumerate(zip(asked, pools, strict=True)):
        names = dict.fromkeys(one.name for one in pool)
        sample = draw(case.problem, draws, copy.deepcopy(first))
        # What is best in another case is a choice here too.
        guests = [_held(case.problem, sample, pick) for at, pick in enumerate(picks) if at != number]
        pool, prices = [*pool, *guests], [*priced[number], *price(case, [one.choice for one in guests])]
        ways = tuple(_cheapest(pool, prices, name, budget) for name in names)
        answered.append((ways, tuple((most, _cheapest(pool, prices, TOGETHER, most)) for most in points)))
    found = []
    for number, (case, (ways, curve)) in enumerate(zip(asked, answered, strict=True)):
        crossed = price(case, [held[-1].choice for at, (held, _) in enumerate(answered) if at != number])
        crossed.insert(number, ways[-1].found)
        found.append(Weighed(case=case, ways=ways, curve=curve, crossed=tuple(crossed)))
    return found


@dataclass(frozen=True, kw_only=True)
class _Found:
    """A choice, the way and the budget it was found for, and the least budget that allows it."""

    name: str
    budget: float
    choice: Choice
    needs: float

    def fits(self, name: str, budget: float) -> bool:
        """The way buys nothing that this choice would need, and the budget reaches."""
        stock, source = bool(self.choice.extra_days.any()), bool(self.choice.taken.any())
        allowed = {NOTHING: not stock and not source, STOCK_ONLY: not source, SOURCE_ONLY: not stock}
        return allowed.get(name, True) and self.needs <= budget


def _found(case: Case, sample: Sample, *, budget: float, gap: float) -> tuple[list[_Found], list[float]]:
    """What is found for each way, in their order, and for each budget of the curve; and these budgets."""
    problem = case.problem
    made = [_held(problem, sample, nothing(problem), name=NOTHING, budget=math.inf)]

    def look(name: str, most: float, without: Sequence[Kind] = ()) -> float:
        choice = solve(problem, sample, budget=most, gap=gap, without=without)
        made.append(_held(problem, sample, choice, name=name, budget=most))
        return _spent(problem, sample, choice)

    if case.stocks and case.sources:
        look(STOCK_ONLY, budget, (Kind.SOURCE, Kind.SUBSTITUTION))
        look(SOURCE_ONLY, budget, (Kind.STOCK,))
    spent = look(TOGETHER, math.inf)
    if math.isfinite(budget):
        look(TOGETHER, budget)
    points = [share * spent for share in SHARES] if spent > 0 else []
    for most in points[:-1]:
        look(TOGETHER, most)
    return made, points


def _held(
    problem: Problem, sample: Sample, choice: Choice, *, name: str = "", budget: float = math.inf
) -> _Found:
    """A choice among those of this problem, whatever it was found for; a budget that it was found for allows it."""
    lost, _ = days_lost(problem, sample, choice)
    cost = float(sample.weights @ cost_by_draw(problem, sample, choice, lost)[1])
    needs = min(_spent(problem, sample, choice), budget)
    return _Found(name=name, budget=budget, choice=replace(choice, sampled_cost=cost), needs=needs)


def _cheapest(pool: Sequence[_Found], priced: Sequence[Appraisal], name: str, budget: float) -> Way:
    """The best priced choice that fits; its gap is to the bound of the search for this way and budget."""
    place = min((at for at, one in enumerate(pool) if one.fits(name, budget)), key=lambda at: priced[at].cost)
    choice = pool[place].choice
    bound = max(
        (
            one.choice.sampled_cost * (1 - one.choice.gap)
            for one in pool
            if one.name == name and one.budget >= budget
        ),
        default=0.0,
    )
    gap = max(0.0, 1 - bound / choice.sampled_cost) if choice.sampled_cost > 0 else 0.0
    return Way(name=name, choice=replace(choice, gap=gap), found=priced[place])


def least_regret(weighed: Sequence[Weighed]) -> tuple[int, float]:
    """The case whose best choice costs least above the best where another case holds; and that most it costs above."""
    regret = [
        max(holds.crossed[number].cost - holds.crossed[at].cost for at, holds in enumerate(weighed))
        for number in range(len(weighed))
    ]
    best = int(np.argmin(regret))
    return best, max(regret[best], 0.0)


def cover_alone(case: Case, offer: int) -> tuple[float, float]:
    """F1 for one stock offer: h/pi, and the days of cover it would want if its part alone could stop the lines.

    At h/pi of 1, 2, 5, 10 and 20 %, by age, median 74 days, sigma 0.36: 171, 155, 134, 117, 100 without refusal, and
    horizon, horizon, 145, 122, 102 with 2 % refused, for which no cover is enough.
    """
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


def _spent(problem: Problem, sample: Sample, choice: Choice) -> float:
    """What a budget counts: stock, fixed costs, and what the units of the sources are expected to cost."""
    per_day = np.array([source.per_day for source in problem.sources])
    units = (per_day * (sample.weights @ sample.served(problem))) @ choice.taken if len(per_day) else 0.0
    return choice.fixed_cost(problem) + float(units)


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
