"""Counts and a scenario of escalation as one HTML page that holds everything and asks no host for anything.

English and Chinese stand on the page, of which it shows one. The same input gives the same bytes.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from monazite.disruption.escalation.ledger import SIDES, Coding
from monazite.disruption.escalation.sensitivity import Order
from monazite.writers.disruption.escalation import (
    Account,
    break_even_text,
    grouped_orders,
    grouped_paths,
    loss_text,
    path_head,
    range_text,
    turn_texts,
)
from monazite.writers.disruption.escalation_counts import count_notes
from monazite.writers.disruption.escalation_words import (
    LIMITS,
    REFUSED,
    STRATEGY_SAYS,
    Both,
    amount_text,
    assumption_name,
    at_head,
    coding_name,
    given_name,
    refusal,
    side_name,
    strategy_name,
    value_text,
)
from monazite.writers.markup import environment, in_both, resource

MOST_BARS = 8
_WIDE, _STEP = 260, 18
"""A drawing of a path: its width, and the height of a rung."""


def write_escalation_page(path: Path, codings: Sequence[Coding], account: Account | None) -> Path:
    """Write the page of the counts and, where there is one, of a scenario."""
    page = render_escalation_page(codings, account)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, encoding="utf-8", newline="\n")
    return path


def render_escalation_page(codings: Sequence[Coding], account: Account | None) -> str:
    """The page as text."""
    context: dict[str, Any] = {
        "css": resource("report.css") + resource("leverage.css") + resource("escalation.css"),
        "script": resource("language.js"),
        "title": ("How two states answer each other", "两国如何互相应对"),
        "counts": _counts(codings),
        "notes": count_notes(codings)[:-1],
        "limits": LIMITS if account is not None else LIMITS[:2],
        "scenario": None if account is None else _scenario(account),
        "say": in_both,
    }
    return environment().get_template("escalation.html").render(context)


def _counts(codings: Sequence[Coding]) -> list[dict[str, Any]]:
    """A block for each side and move of the other, a row for each coding."""
    return [
        {
            "title": given_name(side, SIDES[1 - place], way),
            "rows": [
                {
                    "name": coding_name(coding),
                    "k": (count := coding.answers[place].after[way]).k,
                    "n": count.n,
                    "share": count.share,
                    "ends": count.interval(),
                }
                for coding in codings
            ],
        }
        for place, side in enumerate(SIDES)
        for way in (True, False)
    ]


def _scenario(account: Account) -> dict[str, Any]:
    scenario = account.scenario
    played = dict.fromkeys(name for ladder in scenario.ladders for name in ladder.strategies)
    return {
        "name": scenario.name,
        "says": scenario.says,
        "made_up": scenario.made_up,
        "sources": [*scenario.sources, *scenario.inputs],
        "ladders": [
            {
                "side": at_head(side_name(ladder.side)),
                "start": ladder.start,
                "patience": (
                    ("every day counts the same", "每天同等计算")
                    if ladder.patience_days is None
                    else (
                        f"a loss counts half after {range_text(ladder.patience_days)} days",
                        f"{range_text(ladder.patience_days).replace(' to ', '至')}天后损失减半计算",
                    )
                ),
                "rungs": [
                    {
                        "says": rung.says,
                        "example": rung.example,
                        "losses": [
                            (side_name(side), loss_text(rung.losses[side], scenario), rung.losses[side].per_day is None)
                            for side in scenario.sides
                        ],
                    }
                    for rung in ladder.rungs
                ],
            }
            for ladder in scenario.ladders
        ],
        "strategies": [(strategy_name(name), STRATEGY_SAYS.get(name, ("a table of the file", "文件中的表"))) for name in played],
        "path_head": path_head(account),
        "sides": [side_name(side) for side in scenario.sides],
        "paths": [
            {
                "pairs": [(strategy_name(a), strategy_name(b)) for a, b in pairs],
                "drawing": _ladder_drawing(account, rungs),
                "told": [" ".join(map(str, row)) for row in rungs],
            }
            for pairs, rungs, _ in grouped_paths(account.shown, account.run)
        ],
        "order_head": (
            f"A side's own losses over {scenario.round_days * scenario.rounds} days in {scenario.currency}, at the middle of "
            "every range; in brackets from the lowest to the highest.",
            f"{scenario.round_days * scenario.rounds}天内一方自身的损失（{scenario.currency}），取各范围中值；括号内为最低至最高。",
        ),
        "refused": None if account.orders else REFUSED,
        "orders": [_orders(account, held) for held in grouped_orders(account.orders)],
        "break_evens": [break_even_text(scenario, asked) for asked in scenario.break_evens],
    }  # fmt: skip


def _orders(account: Account, held: Sequence[Order]) -> dict[str, Any]:
    scenario, order = account.scenario, held[0]
    costs = {cost.strategy: cost for cost in order.costs}
    most = max((cost.high for cost in order.costs), default=0.0) or 1.0
    rows = [
        {
            "place": place,
            "name": strategy_name(name),
            "middle": amount_text(costs[name].middle),
            "low": amount_text(costs[name].low),
            "high": amount_text(costs[name].high),
            "at": costs[name].middle / most,
            "ends": (costs[name].low / most, costs[name].high / most),
        }
        for place, group in enumerate(order.places, start=1)
        for name in group
    ]
    return {
        "side": at_head(side_name(order.side)),
        "against": [strategy_name(one.against) for one in held],
        "refused": None if order.places else refusal(scenario, order.refused),
        "rows": rows,
        "turns": turn_texts(scenario, order) if order.places else [],
        "tornado": _tornado(account, order),
    }


def _tornado(account: Account, order: Order) -> dict[str, Any] | None:
    """Bars of the lead of the first place over the next at both ends of each assumption, widest first."""
    swings = order.swings[:MOST_BARS]
    if not swings:
        return None
    ends = [0.0, order.lead, *(end for one in swings for end in (one.at_low, one.at_high))]
    low, wide = min(ends), (max(ends) - min(ends)) or 1.0
    first, second = (strategy_name(order.places[at][0]) for at in (0, 1))
    return {
        "title": (
            f"By how much {second[0]} costs more than {first[0]}: at the low and the high end of one assumption",
            f"{second[1]}比{first[1]}多损失多少：取单一假设的低端与高端",
        ),
        "zero": (0.0 - low) / wide,
        "lead": (order.lead - low) / wide,
        "bars": [
            {
                "name": assumption_name(account.scenario, one.assumption),
                "from": (min(one.at_low, one.at_high) - low) / wide,
                "wide": abs(one.at_high - one.at_low) / wide,
                "low": (_at(one.assumption.range.low, one), amount_text(one.at_low)),
                "high": (_at(one.assumption.range.high, one), amount_text(one.at_high)),
            }
            for one in swings
        ],
    }


def _at(value: float, swing: Any) -> Both:
    return value_text(swing.assumption, value)


def _ladder_drawing(account: Account, rungs: Sequence[Sequence[int]]) -> Markup:
    """Both sides' rungs by round as two stepped lines, a little apart where they run together."""
    scenario = account.scenario
    top = max(ladder.top for ladder in scenario.ladders)
    rounds = scenario.rounds
    left, width, height = 16, _WIDE, top * _STEP + 30
    across = (width - left - 4) / rounds
    parts = [
        Markup(
            '<line class="rung" x1="{}" x2="{}" y1="{}" y2="{}"/><text x="{}" y="{}" class="scale">{}</text>'
        ).format(left, width - 4, y := height - 18 - rung * _STEP, y, left - 5, y + 4, rung)
        for rung in range(top + 1)
    ]
    for t in dict.fromkeys((1, rounds // 2, rounds)):
        if t:
            parts.append(
                Markup('<text x="{}" y="{}" class="scale mid">{}</text>').format(
                    round(left + (t - 0.5) * across, 1), height - 3, t
                )
            )
    for side, row in enumerate(rungs):
        shift = -1.6 if side == 0 else 1.6
        points = []
        for t, rung in enumerate(row):
            y = round(height - 18 - rung * _STEP + shift, 1)
            points += [f"{round(left + t * across, 1)},{y}", f"{round(left + (t + 1) * across, 1)},{y}"]
        parts.append(Markup('<polyline class="side-{}" points="{}"/>').format(side, " ".join(points)))
    for t, both in enumerate(account.shown.misread[account.run]):
        for side in (0, 1):
            if both[side]:
                x = round(left + (t + 0.5) * across, 1)
                y = round(height - 18 - rungs[side][t] * _STEP, 1)
                parts.append(
                    Markup('<circle class="side-{} misread" cx="{}" cy="{}" r="4"/>').format(side, x, y)
                )
    label = "; ".join(
        f"{side_name(side)[0]}: {' '.join(map(str, row))}"
        for side, row in zip(scenario.sides, rungs, strict=True)
    )
    return Markup('<svg class="ladder" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        width, height, label, Markup("").join(parts)
    )
