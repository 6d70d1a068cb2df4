"""Remedies weighed, as lines of text and as plain values."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from monazite.disruption.delay.lags import Floats
from monazite.disruption.remedies.mitigation import Kind
from monazite.disruption.remedies.offers import FRESH, Case, Offer, Way, Weighed, cover_alone, least_regret

SHOWN = 15
"""So many parts and remedies of a case are shown on a terminal; files hold them all."""

RULES: tuple[tuple[str, str, str], ...] = (
    (
        "Time to survive is how long a part lasts without its source (its cover); time to recover is how long until the source "
        "is back (its arrival). A part matters where the second is longer.",
        "生存时间指断供后库存可维持的天数；恢复时间指供应恢复所需的天数。后者长于前者的零件才有影响。",
        "Simchi-Levi and others 2015, Interfaces 45(5), https://doi.org/10.1287/inte.2015.0804",
    ),
    (
        "For the same share of time without supply, a second source gains on stock as interruptions become rarer and longer.",
        "在断供时间占比相同的情况下，断供越少而越长，第二来源相对库存越有利。",
        "Tomlin 2006, Management Science 52(5), https://doi.org/10.1287/mnsc.1060.0515",
    ),
    (
        "Models of one period understate the risk of interruptions and can pick the wrong remedy. This is one: it weighs one wait "
        "up to the horizon, and no interruption after it.",
        "单期模型低估断供风险，可能选错对策。此处亦属单期：只计及期限内的一次等待，不计其后的断供。",
        "Schmitt and Snyder, working paper of 2009, https://papers.ssrn.com/sol3/papers.cfm?abstract_id=1115443",
    ),
    (
        "One part alone: hold cover until the odds of a later arrival are what a day of cover costs against a lost day, "
        "c* = F^-1(1 - h/pi). F counts refusals: where h/pi is no more than their odds no cover is enough, and the horizon is shown.",
        "仅一种零件时：持有库存直至更晚到货的概率等于一天库存成本与一天停线损失之比，c* = F^-1(1 - h/pi)。"
        "F计入拒绝：h/pi不高于拒绝概率时，任何库存均不足，显示为期限。",
        "the newsvendor's condition; computed here",
    ),
    (
        "To do with fewer heavy rare earths took one maker of scooters weeks, under duress and at 50 to 60 % of its plan; otherwise "
        "new magnets and rotors take years.",
        "减少重稀土用量：一家电动两轮车企业在压力下数周完成，但产量仅为计划的50%至60%；一般情况下更换磁材与转子需数年。",
        "Acko Drive on the Bajaj Chetak, 2025, "
        "https://ackodrive.com/news/bajaj-chetak-launch-plans-affected-amid-rare-earth-magnet-crisis",
    ),
)
"""Rules of thumb in English and Chinese, each with its source."""

MEANS = (
    f"Choices are made on drawn lags and priced on {FRESH} times as many fresh draws; intervals are 90 % of the mean's error, not of "
    "the outcome. Each way takes the cheapest, on these fresh draws, of all choices found that it and its budget allow, so no wider "
    "way and no larger budget costs more; the least of several means is slightly too low, which the interval does not count. "
    "A day after the horizon is not counted, and what is refused costs every day up to it. Parts of one case wait "
    "independently given the state of the world; stock is at hand on day 0; a part takes at most one source.",
    f"先在抽样的等待时间上选择，再用{FRESH}倍的新抽样定价；区间为均值误差的90%，不是结果的范围。期限之后的天数不计，被拒者计至期限为止。"
    "各方式取其与预算所允许的、已求得的全部方案中按新抽样成本最低者，故范围更宽的方式或更大的预算成本不会更高；"
    "多个均值取最小会略微偏低，区间未计入此偏差。"
    "给定管制状态，各零件的等待相互独立；库存自第0天可用；每种零件至多采用一个来源。",
)


@dataclass(frozen=True, kw_only=True)
class RemedyAnswers:
    """What one run says, and what it rests on."""

    title: str
    line_names: Sequence[str]  # of the plan
    part_names: Sequence[str]
    margin_per_day: Floats  # (lines,)
    weighed: Sequence[Weighed]
    lines: Sequence[int]  # weighed
    offers: Sequence[Offer]
    notes_of_offers: Sequence[str]
    currency: str
    budget: float
    draws: int
    seed: int
    inputs: Mapping[str, Any]  # files, delay, states of the world, notes

    @property
    def left_out(self) -> list[tuple[Offer, str]]:
        """Offers that lack a figure, and which."""
        return [(offer, ", ".join(offer.missing)) for offer in self.offers if offer.missing]

    @property
    def made_up(self) -> bool:
        """Some figure of a remedy says of itself that it is made up."""
        return any("made up" in note.casefold() for note in self.notes_of_offers)

    def name_of(self, case: Case) -> str:
        """Model and reading."""
        return f"delay by {case.model}, {case.reading}"


def remedy_lines(held: RemedyAnswers) -> list[str]:
    """A block for each case, then what each remedy costs if another case holds, and the rules of thumb."""
    lines: list[str] = []
    for letter, weighed in zip(letters(held), held.weighed, strict=True):
        lines += [f"{letter}: {held.name_of(weighed.case)}", *_ways(held, weighed), *_bought(held, weighed)]
        lines += [*_parts(held, weighed), *_curve(held, weighed), ""]
    lines += _crossed(held)
    for offer, what in held.left_out:
        lines += [f"left out: {offer.name} for {held.part_names[offer.part]}, not stated: {what}"]
    if held.made_up:
        lines += ["figures of remedies whose note says so are made up"]
    lines += ["", "rules of thumb"]
    lines += [f"  - {english} ({source})" for english, _, source in RULES]
    return lines


def letters(held: RemedyAnswers) -> list[str]:
    """A letter for each case."""
    return [chr(ord("A") + number) for number in range(len(held.weighed))]


def _ways(held: RemedyAnswers, weighed: Weighed) -> list[str]:
    unit = held.currency
    lines = [
        f"  {'what is done':<24}{'cost, expected':>16}{'90 % interval':>26}{'remedies':>13}{'margin lost':>13}  {unit}"
    ]
    for way in weighed.ways:
        low, high = way.found.interval
        around = f"{money(low)} to {money(high)}"
        lost = way.found.cost - way.found.remedy_cost
        lines += [f"  {way_name(way, held.budget):<24}{money(way.found.cost):>16}{around:>26}"
                  f"{money(way.found.remedy_cost):>13}{money(lost):>13}"]  # fmt: skip
    best, idle = weighed.best, weighed.ways[0]
    low, high = best.found.saved_interval
    lines += [f"  the cheapest saves {money(best.found.saved)} {unit} ({money(low)} to {money(high)}) against doing nothing; "
              f"gap of the search {best.choice.gap:.2%}"]  # fmt: skip
    days = [f"{held.line_names[line]} {idle.found.days_lost[at]:.1f} -> {best.found.days_lost[at]:.1f}"
            for at, line in enumerate(held.lines)]  # fmt: skip
    more = f"; and {len(days) - SHOWN:,} more lines" if len(days) > SHOWN else ""
    return [*lines, f"  days lost, doing nothing -> cheapest: {'; '.join(days[:SHOWN])}{more}"]


def bought(weighed: Weighed, way: Way) -> list[tuple[Offer, float, float]]:
    """What a way buys, dearest first: the offer, days of cover (nan for a source), and money, units of sources apart."""
    problem, found = weighed.case.problem, []
    for offer, stock, days in zip(
        weighed.case.stocks, problem.stocks, way.choice.extra_days.tolist(), strict=True
    ):
        if days > 0.05:
            found.append((offer, days, days * stock.per_day))
    for offer, source, taken in zip(
        weighed.case.sources, problem.sources, way.choice.taken.tolist(), strict=True
    ):
        if taken:
            found.append((offer, math.nan, source.fixed))
    return sorted(found, key=lambda one: (-one[2], one[0].name))


def _bought(held: RemedyAnswers, weighed: Weighed) -> list[str]:
    taken = bought(weighed, weighed.best)
    if not taken:
        within = " within the budget" if math.isfinite(held.budget) else ""
        return [f"  buy: nothing that is on offer pays{within}"]
    lines = []
    for at, (offer, days, cost) in enumerate(taken[:SHOWN]):
        part = held.part_names[offer.part]
        if offer.kind is Kind.STOCK:
            says = f"{offer.name}: {days:.1f} days of cover of {part}, {money(cost)} {held.currency}"
        else:
            assert offer.lead is not None
            lead = f"{offer.lead.median:g} days"
            if offer.lead.low < offer.lead.high:
                lead += f" ({offer.lead.low:g} to {offer.lead.high:g})"
            units = "" if not offer.cost_per_unit else f", and {offer.cost_per_unit:g} a unit"
            says = (f"{offer.name}: {offer.kind} of {part} after {lead}, {offer.yield_share:.0%} of the need, "
                    f"{money(cost)} {held.currency} once{units}")  # fmt: skip
        lines += [f"  {'buy: ' if at == 0 else '     '}{says}"]
    return [*lines, *([f"       and {len(taken) - SHOWN:,} more"] if len(taken) > SHOWN else [])]


def part_rows(held: RemedyAnswers, weighed: Weighed) -> list[dict[str, Any]]:
    """Each part that may hold a line: time to survive and to recover, worth of a day, cover if it stood alone."""
    case, idle, best = weighed.case, weighed.ways[0], weighed.best
    recover = weighed.recover
    alone: dict[int, tuple[float, float]] = {}
    for number, stock in enumerate(case.problem.stocks):
        share, days = cover_alone(case, number)
        if stock.part not in alone or share < alone[stock.part][0]:
            alone[stock.part] = share, days
    rows = []
    for place, part in enumerate(case.parts.tolist()):
        share, days = alone.get(place, (math.nan, math.nan))
        rows.append({
            "part": held.part_names[part],
            "time_to_survive_days": plain(float(case.problem.parts.covers[place])),
            "time_to_recover_days": [plain(d) for d in recover[place].tolist()],
            "one_more_day_now": float(idle.found.worth[place]),
            "one_more_day_then": float(best.found.worth[place]),
            "holding_share": plain(share),
            "cover_alone_days": plain(days),
        })  # fmt: skip
    return sorted(rows, key=lambda row: (-row["one_more_day_now"], row["part"]))


def _parts(held: RemedyAnswers, weighed: Weighed) -> list[str]:
    rows = part_rows(held, weighed)
    lines = [
        f"  {'part':<22}{'survive':>8}  {'recover, 10 / 50 / 90 %':<24}{'one more day is worth now / then':>33}  stock alone"
    ]
    for row in rows[:SHOWN]:
        worth = f"{money(row['one_more_day_now'])} / {money(row['one_more_day_then'])} {held.currency}"
        back = " / ".join(day_text(d) for d in row["time_to_recover_days"])
        alone = (
            f"h/pi {share_text(row['holding_share'])}: {day_text(row['cover_alone_days'])} days"
            if row["holding_share"] is not None
            else "-"
        )
        lines += [
            f"  {row['part'][:21]:<22}{day_text(row['time_to_survive_days']):>8}  {back:<24}{worth:>33}  {alone}"
        ]
    return [*lines, *([f"  and {len(rows) - SHOWN:,} more parts"] if len(rows) > SHOWN else [])]


def _curve(held: RemedyAnswers, weighed: Weighed) -> list[str]:
    if not weighed.curve:
        return []
    lines = [f"  {'budget':>14}{'cost, expected':>16}{'90 % interval':>26}  {held.currency}"]
    for budget, way in weighed.curve:
        around = " to ".join(money(end) for end in way.found.interval)
        lines += [f"  {money(budget):>14}{money(way.found.cost):>16}{around:>26}"]
    return lines


def _crossed(held: RemedyAnswers) -> list[str]:
    if len(held.weighed) < 2:
        return []
    names = letters(held)
    lines = ["what the cheapest remedies of one case cost if another holds, " + held.currency]
    lines += ["  " + f"{'bought for':<14}" + "".join(f"{f'{name} holds':>16}" for name in names)]
    for number, name in enumerate(names):
        lines += [
            f"  {name:<14}" + "".join(f"{money(holds.crossed[number].cost):>16}" for holds in held.weighed)
        ]
    best, most = least_regret(held.weighed)
    lines += [f"  nobody knows which holds; those of {names[best]} cost at most {money(most)} {held.currency} more than the cheapest, "
              "whichever does", ""]  # fmt: skip
    return lines


def plain_remedies(held: RemedyAnswers) -> dict[str, Any]:
    """All of it as JSON holds it, inputs first; None where a number is unknown or never comes."""
    found: dict[str, Any] = {
        "inputs": {
            **held.inputs,
            "budget": plain(held.budget),
            "draws": held.draws,
            "fresh_draws": held.draws * FRESH,
            "seed": held.seed,
            "currency": held.currency,
            "lines_weighed": [
                {"line": held.line_names[line], "lost_day": float(held.margin_per_day[line])} for line in held.lines
            ],
            "remedies": [_plain_offer(held, offer, note) for offer, note in
                         zip(held.offers, held.notes_of_offers, strict=True)],
        },
        "left_out": [{"remedy": offer.name, "not_stated": list(offer.missing)} for offer, _ in held.left_out],
        "cases": [_plain_case(held, letter, one) for letter, one in zip(letters(held), held.weighed, strict=True)],
        "says": MEANS[0],
        "rules_of_thumb": [{"says": english, "source": source} for english, _, source in RULES],
    }  # fmt: skip
    if len(held.weighed) > 1:
        best, most = least_regret(held.weighed)
        found["least_regret"] = {"case": letters(held)[best], "at_most_above_the_cheapest": most}
    return found


def _plain_case(held: RemedyAnswers, letter: str, weighed: Weighed) -> dict[str, Any]:
    return {
        "case": letter,
        "model": weighed.case.model,
        "reading": weighed.case.reading,
        "ways": [_plain_way(held, weighed, way) for way in weighed.ways],
        "parts": part_rows(held, weighed),
        "budget_curve": [
            {"budget": budget, "cost": way.found.cost, "cost_90": list(way.found.interval),
             "remedies": way.found.remedy_cost} for budget, way in weighed.curve
        ],
        "if_this_holds": [
            {"bought_for": name, "cost": one.cost, "cost_90": list(one.interval)}
            for name, one in zip(letters(held), weighed.crossed, strict=True)
        ],
    }  # fmt: skip


def _plain_way(held: RemedyAnswers, weighed: Weighed, way: Way) -> dict[str, Any]:
    return {
        "way": way.name,
        "cost": way.found.cost,
        "cost_90": list(way.found.interval),
        "remedies": way.found.remedy_cost,
        "margin_lost": way.found.cost - way.found.remedy_cost,
        "saved": way.found.saved,
        "saved_90": list(way.found.saved_interval),
        "days_lost": {held.line_names[line]: float(way.found.days_lost[at]) for at, line in enumerate(held.lines)},
        "gap": way.choice.gap,
        "sampled_cost": plain(way.choice.sampled_cost),
        "buys": [
            {"remedy": offer.name, "part": held.part_names[offer.part], "kind": str(offer.kind),
             "extra_days": plain(days), "cost": cost}
            for offer, days, cost in bought(weighed, way)
        ],
    }  # fmt: skip


def _plain_offer(held: RemedyAnswers, offer: Offer, note: str) -> dict[str, Any]:
    lead = offer.lead
    return {
        "remedy": offer.name,
        "part": held.part_names[offer.part],
        "kind": str(offer.kind),
        "cost_per_unit": offer.cost_per_unit,
        "fixed_cost": offer.fixed_cost,
        "lead_days": None if lead is None else [lead.low, lead.median, lead.high],
        "most_days": offer.most_days,
        "yield_share": offer.yield_share,
        "note": note,
    }


def way_name(way: Way, budget: float) -> str:
    """The name of a way, with the budget where there is one."""
    return (
        way.name.replace("cheapest together", "cheapest within budget") if math.isfinite(budget) else way.name
    )


def money(value: float) -> str:
    """Whole units of money; no minus before a zero."""
    return f"{np.round(value) + 0.0:,.0f}"


def share_text(share: float) -> str:
    """A day of cover against a lost day."""
    return f"{share:.1%}" if share <= 1 else "over 100%"


def day_text(days: float | None) -> str:
    """Days for people; a dash where they never end."""
    return "never" if days is None else f"{days:.0f}"


def plain(value: float) -> float | None:
    """None for what is endless or unknown."""
    return float(value) if math.isfinite(value) else None
