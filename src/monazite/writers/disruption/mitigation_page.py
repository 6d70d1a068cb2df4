"""Remedies weighed as one HTML page that holds everything: costs beside doing nothing, the budget curve, and what it rests on.

Bars and curve are drawn in the page itself and show the numbers of its tables. The same answers give the same bytes; nothing is
asked of any host.
"""

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from monazite.disruption.remedies.mitigation import Kind
from monazite.disruption.remedies.offers import (
    FRESH,
    NOTHING,
    SOURCE_ONLY,
    STOCK_ONLY,
    TOGETHER,
    Offer,
    Way,
    Weighed,
    least_regret,
)
from monazite.writers.disruption.mitigation import (
    MEANS,
    RULES,
    RemedyAnswers,
    bought,
    day_text,
    letters,
    money,
    part_rows,
    plain_remedies,
    share_text,
)
from monazite.writers.disruption.report_words import Both, model_words, reading_words
from monazite.writers.markup import environment, resource

SHOWN = 40
"""So many parts and remedies of a case are on the page; remedies.json holds them all."""
INKS = ("c-2", "c-1", "c-3", "c-4")
DASHES = ("", "6 3", "2 2", "8 3 2 3")
_WAYS = {
    NOTHING: ("Do nothing", "不采取对策"),
    STOCK_ONLY: ("Stock only", "仅增加库存"),
    SOURCE_ONLY: ("Second source or substitute only", "仅用第二来源或替代"),
    TOGETHER: ("Cheapest together", "组合成本最低"),
}
_KINDS = {
    Kind.STOCK: ("stock", "库存"),
    Kind.SOURCE: ("second source", "第二来源"),
    Kind.SUBSTITUTION: ("substitution", "替代"),
}


def write_remedies(out: Path, held: RemedyAnswers) -> list[str]:
    """Write remedies.html and remedies.json; what was written, a line each."""
    out.mkdir(parents=True, exist_ok=True)
    plain = json.dumps(plain_remedies(held), ensure_ascii=False, indent=1) + "\n"
    for name, text in (("remedies.html", render_remedies(held)), ("remedies.json", plain)):
        (out / name).write_text(text, encoding="utf-8", newline="\n")
    return [f"Open {out / 'remedies.html'}", f"  {out / 'remedies.json'}"]


def render_remedies(held: RemedyAnswers) -> str:
    """The page as text."""
    names = letters(held)
    most = max(way.found.interval[1] for one in held.weighed for way in one.ways)
    within_budget = math.isfinite(held.budget)
    within = (
        f"within a budget of {money(held.budget)} {held.currency}",
        f"预算{money(held.budget)} {held.currency}之内",
    )
    context: dict[str, Any] = {
        "title": (f"Remedies: {held.title}", f"对策：{held.title}"),
        "css": resource("report.css") + resource("leverage.css") + resource("remedies.css"),
        "script": resource("language.js"),
        "currency": held.currency,
        "day_0": held.inputs["day_0"],
        "horizon": held.inputs["horizon_days"],
        "within": within if within_budget else None,
        "lines": [(held.line_names[line], money(float(held.margin_per_day[line]))) for line in held.lines],
        "made_up": held.made_up,
        "cases": [_case(held, name, one, most) for name, one in zip(names, held.weighed, strict=True)],
        "curves": [_curve(held, width) for width in (1120, 358)] if any(one.curve for one in held.weighed) else [],
        "points": _points(held),
        "crossed": _crossed(held),
        "offers": [_offer(held, offer, note) for offer, note in zip(held.offers, held.notes_of_offers, strict=True)],
        "left_out": [(offer.name, held.part_names[offer.part], what) for offer, what in held.left_out],
        "notes": held.inputs["notes"],
        "rules": RULES,
        "means": MEANS,
        "inputs": held.inputs,
        "draws": f"{held.draws:,}",
        "fresh": f"{held.draws * FRESH:,}",
        "seed": held.seed,
        "asked": f"monazite disrupt mitigate {held.title} --from {held.inputs['day_0']} --horizon {held.inputs['horizon_days']} "
        f"--draws {held.draws} --seed {held.seed}" + (f" --budget {held.budget:g}" if within_budget else ""),
    }  # fmt: skip
    return environment().get_template("remedies.html").render(context)


def _case(held: RemedyAnswers, letter: str, weighed: Weighed, most: float) -> dict[str, Any]:
    model, reading = model_words(weighed.case.model), reading_words(weighed.case.reading)
    best, idle = weighed.best, weighed.ways[0]
    rows = part_rows(held, weighed)
    low, high = best.found.saved_interval
    saves = (money(best.found.saved), money(low), money(high))
    return {
        "letter": letter,
        "title": (f"Delay by {model[0]}, {reading[0]}", f"等待模型：{model[1]}；{reading[1]}"),
        "lead": (
            f"Doing nothing costs {money(idle.found.cost)} {held.currency}, expected; the cheapest remedies bring it to "
            f"{money(best.found.cost)} and save {saves[0]} ({saves[1]} to {saves[2]}).",
            f"不采取对策的期望成本为{money(idle.found.cost)} {held.currency}；成本最低的对策降至{money(best.found.cost)}，"
            f"节省{saves[0]}（{saves[1]}至{saves[2]}）。",
        ),
        "gap": f"{best.choice.gap:.2%}",
        "ways": [_way(held, way, most) for way in weighed.ways],
        "buys": [_buy(held, *one) for one in bought(weighed, best)[:SHOWN]],
        "parts": [
            {
                "part": row["part"],
                "survive": day_text(row["time_to_survive_days"]),
                "recover": " / ".join(day_text(d) for d in row["time_to_recover_days"]),
                "now": money(row["one_more_day_now"]),
                "then": money(row["one_more_day_then"]),
                "share": "–" if row["holding_share"] is None else share_text(row["holding_share"]),
                "alone": "–" if row["holding_share"] is None else day_text(row["cover_alone_days"]),
            }
            for row in rows[:SHOWN]
        ],
        "more_parts": max(0, len(rows) - SHOWN),
    }  # fmt: skip


def _way(held: RemedyAnswers, way: Way, most: float) -> dict[str, Any]:
    found = way.found
    days = [f"{held.line_names[line]} {found.days_lost[at]:.1f}" for at, line in enumerate(held.lines)]
    return {
        "name": _WAYS[way.name],
        "is_best": way.name == TOGETHER,
        "cost": money(found.cost),
        "interval": (money(found.interval[0]), money(found.interval[1])),
        "remedies": money(found.remedy_cost),
        "lost": money(found.cost - found.remedy_cost),
        "days": "; ".join(days[:6]) + (" …" if len(days) > 6 else ""),
        "bar": tuple(_share(value, most) for value in (found.remedy_cost, found.cost - found.remedy_cost)),
        "whisker": (_share(found.interval[0], most), _share(found.interval[1] - found.interval[0], most)),
    }


def _share(value: float, most: float) -> float:
    return round(max(value, 0.0) / most * 100, 2) if most > 0 else 0.0


def _buy(held: RemedyAnswers, offer: Offer, days: float, cost: float) -> dict[str, Any]:
    english, chinese = _KINDS[offer.kind]
    if offer.kind is Kind.STOCK:
        detail = (f"{days:.1f} days of cover", f"{days:.1f}天用量")
    else:
        assert offer.lead is not None
        spread = f" ({offer.lead.low:g}–{offer.lead.high:g})" if offer.lead.low < offer.lead.high else ""
        detail = (
            f"after {offer.lead.median:g}{spread} days, {offer.yield_share:.0%} of the need"
            + (f"; {offer.cost_per_unit:g} {held.currency} a unit on top" if offer.cost_per_unit else ""),
            f"{offer.lead.median:g}{spread}天后，满足需求的{offer.yield_share:.0%}"
            + (f"；另加每件{offer.cost_per_unit:g} {held.currency}" if offer.cost_per_unit else ""),
        )
    return {"name": offer.name, "part": held.part_names[offer.part], "kind": (english, chinese), "detail": detail,
            "cost": money(cost)}  # fmt: skip


def _offer(held: RemedyAnswers, offer: Offer, note: str) -> dict[str, Any]:
    lead = offer.lead
    days = (
        ""
        if lead is None
        else " / ".join(dict.fromkeys(f"{day:g}" for day in (lead.low, lead.median, lead.high)))
    )
    unknown = ("not stated", "未注明")

    def said(column: str, value: object, form: str = "{:,g}") -> Both:
        if column in offer.missing:
            return unknown
        text = "" if value is None or value == "" else form.format(value)
        return text, text

    return {
        "name": offer.name, "part": held.part_names[offer.part], "kind": _KINDS[offer.kind], "note": note,
        "unit": said("cost_per_unit", offer.cost_per_unit), "fixed": said("fixed_cost", offer.fixed_cost),
        "lead": said("lead_days", days, "{}"), "most": said("most_days", offer.most_days),
        "share": said("yield_share", offer.yield_share, "{:.0%}"),
    }  # fmt: skip


def _points(held: RemedyAnswers) -> list[dict[str, Any]]:
    """The budget curve as a table."""
    return [
        {"letter": letter, "budget": money(budget), "cost": money(way.found.cost),
         "interval": (money(way.found.interval[0]), money(way.found.interval[1]))}
        for letter, one in zip(letters(held), held.weighed, strict=True)
        for budget, way in one.curve
    ]  # fmt: skip


def _crossed(held: RemedyAnswers) -> dict[str, Any] | None:
    """What the cheapest remedies of each case cost if another holds."""
    if len(held.weighed) < 2:
        return None
    names = letters(held)
    best, most = least_regret(held.weighed)
    return {
        "names": names,
        "rows": [
            {"letter": name, "costs": [(money(holds.crossed[at].cost), at == where) for where, holds in enumerate(held.weighed)]}
            for at, name in enumerate(names)
        ],
        "says": (
            f"Nobody knows which case holds. Bought for {names[best]}, the remedies cost at most {money(most)} {held.currency} more "
            "than the cheapest, whichever does.",
            f"无人知道哪种情形成立。按{names[best]}购置时，无论哪种成立，至多比最低成本高{money(most)} {held.currency}。",
        ),
    }  # fmt: skip


def _curve(held: RemedyAnswers, width: int) -> Markup:
    """Expected cost against budget: a line a case, its letter at the end, the band of its interval."""
    height, left, right, top, bottom = (260 if width > 500 else 230), 64, 26, 12, 26
    drawn = [
        (letter, one.curve) for letter, one in zip(letters(held), held.weighed, strict=True) if one.curve
    ]
    wide = max(budget for _, curve in drawn for budget, _ in curve) or 1.0
    high = max(way.found.interval[1] for _, curve in drawn for _, way in curve) or 1.0

    def x(budget: float) -> float:
        return round(left + (width - left - right) * budget / wide, 1)

    def y(cost: float) -> float:
        return round(top + (height - top - bottom) * (1 - max(cost, 0.0) / high), 1)

    marks: list[str] = []
    for tick in _ticks(high):
        marks.append(f'<line class="grid" x1="{left}" x2="{width - right}" y1="{y(tick)}" y2="{y(tick)}"/>')
        marks.append(f'<text class="end" x="{left - 6}" y="{y(tick) + 4}">{_short(tick)}</text>')
    for tick in _ticks(wide, 5 if width > 500 else 3):
        marks.append(f'<text class="middle" x="{x(tick)}" y="{height - 8}">{_short(tick)}</text>')
    ends = _apart([(x(curve[-1][0]), y(curve[-1][1].found.cost)) for _, curve in drawn])
    for number, (letter, curve) in enumerate(drawn):
        ink, dash = INKS[number % len(INKS)], DASHES[number % len(DASHES)]
        upper = [f"{x(budget)},{y(way.found.interval[1])}" for budget, way in curve]
        lower = [f"{x(budget)},{y(way.found.interval[0])}" for budget, way in reversed(curve)]
        marks.append(f'<polygon class="band" style="fill:var(--{ink})" points="{" ".join(upper + lower)}"/>')
        points = " ".join(f"{x(budget)},{y(way.found.cost)}" for budget, way in curve)
        marks.append(f'<polyline style="stroke:var(--{ink})" stroke-dasharray="{dash}" points="{points}"/>')
        for budget, way in curve:
            marks.append(
                f'<circle style="fill:var(--{ink})" cx="{x(budget)}" cy="{y(way.found.cost)}" r="3"/>'
            )
        marks.append(
            f'<text class="name" x="{x(curve[-1][0]) + 8}" y="{ends[number] + 4}" style="fill:var(--{ink})">{letter}</text>'
        )
    return Markup(
        '<svg class="curve {}" viewBox="0 0 {} {}" role="img" aria-label="cost by budget 各预算下的成本">{}</svg>'
    ).format("wide" if width > 500 else "slim", width, height, Markup("".join(marks)))


def _apart(ends: Sequence[tuple[float, float]], gap: float = 14.0) -> list[float]:
    """Heights of the letters: beside the ends of their lines, but not on each other."""
    found = [height for _, height in ends]
    placed: list[tuple[float, float]] = []
    for number in sorted(range(len(ends)), key=lambda one: ends[one][1]):
        for x, height in placed:
            if abs(x - ends[number][0]) < 2 * gap and height + gap > found[number]:
                found[number] = height + gap
        placed.append((ends[number][0], found[number]))
    return found


def _ticks(most: float, count: int = 4) -> list[float]:
    """Round numbers from zero up to the most."""
    raw = most / count
    power = 10 ** math.floor(math.log10(raw)) if raw > 0 else 1.0
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= raw * 0.999)
    return [step * number for number in range(int(most / step + 1e-9) + 1)]


def _short(value: float) -> str:
    """Money on an axis."""
    for size, letter in ((1e9, " bn"), (1e6, " m"), (1e3, " k")):
        if value >= size:
            return f"{value / size:g}{letter}"
    return f"{value:g}"
