"""Which line stops, when and for how long: one HTML page that holds everything, with its tables as CSV and JSON.

Bars and curves are drawn in the page itself, so that they read on a phone and in print. The same answers give the same
bytes; nothing is asked of any host.
"""

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from monazite.disruption.delay.lags import Floats
from monazite.disruption.delay.waits import AGE, MODELS
from monazite.disruption.lines.courses import PlanCourse
from monazite.disruption.lines.sensitivity import Swing
from monazite.disruption.lines.setting import Answer, arrivals_of, line_of, renewal_after_grant
from monazite.writers.disruption.answers import (
    LineAnswers,
    csv_text,
    in_use,
    plain_answers,
    rule_words,
    spells_with_sources,
)
from monazite.writers.disruption.lines import (
    LONG_DAYS,
    closed_beside,
    cover_text,
    day_text,
    has_effect,
    swing_groups,
)
from monazite.writers.disruption.report_curves import stock_curves
from monazite.writers.disruption.report_words import (
    Both,
    assumption_words,
    model_words,
    reading_words,
    unit_words,
    world_words,
)
from monazite.writers.markup import environment, resource

SHOWN_PARTS = 12
"""Parts of a line on the page; the files hold them all."""
SHOWN_INPUTS = 60
"""So many parts that may wait are listed; answers.json holds them all."""
SAME_DAYS = 1.0
"""Models whose expected days lost differ by less say the same."""


def write_line_report(out: Path, held: LineAnswers) -> list[str]:
    """Write report.html, answers.csv and answers.json; what was written, a line each."""
    out.mkdir(parents=True, exist_ok=True)
    page, rows = render_line_report(held), csv_text(held)
    plain = json.dumps(plain_answers(held), ensure_ascii=False, indent=1) + "\n"
    for name, text in (("report.html", page), ("answers.csv", rows), ("answers.json", plain)):
        (out / name).write_text(text, encoding="utf-8", newline="\n")
    return [
        f"Open {out / 'report.html'}",
        f"  {out / 'answers.csv'}: {len(rows.splitlines()) - 1:,} rows",
        f"  {out / 'answers.json'}",
    ]


def render_line_report(held: LineAnswers) -> str:
    """The page as text."""
    setting, plan = held.setting, held.plan
    asked = sorted({answer.line for answer in held.answers})
    lines = [_line(held, line) for line in asked]
    most = max((row["value"] for one in lines for row in one["losses"]), default=0.0)
    for one in lines:
        for row in one["losses"]:
            row["share"] = _share(row["value"], most)
    context: dict[str, Any] = {
        "title": held.title,
        "day_0": setting.day_0.isoformat(),
        "last_day": day_text(setting.day_0, setting.horizon - 1),
        "horizon": setting.horizon,
        "css": resource("report.css") + resource("line-stop.css"),
        "script": resource("language.js"),
        "world": held.states.scenario or held.states.measure,
        "is_scenario": bool(held.states.scenario),
        "says": held.states.says,
        "made_up": [(file, count) for file, count in plan.made_up],
        "lines": lines,
        "several_currencies": len({plan.currency[line] for line in asked}) > 1,
        "stocks": stock_curves(held),
        "courses": [_course(held, course) for course in held.courses],
        "permits": _permits(held),
        "draws": held.courses[0].draws if held.courses else 0,
        "seed": held.seed,
        "has_deliveries": bool(plan.deliveries),
        "licences": _licences(held),
        "tornadoes": _tornadoes(held),
        "files": held.files,
        "ranges": [
            {"name": assumption_words(one), "value": _figure(one.value), "low": _figure(one.low), "high": _figure(one.high),
             "unit": unit_words(one.unit), "kind": one.kind, "source": one.source}
            for one in in_use(held.ranges, setting)
        ],
        "worlds": [("–" if spell.first.year == 1 else spell.first.isoformat(), world_words(spell.world), source)
                   for spell, source in spells_with_sources(held.states)],
        "rules": [rule_words(rule) for rule in held.states.control.rules],
        "sources": held.states.sources,
        "waiting": [
            {"part": plan.parts[part], "outcome": words, "filed": plan.asked(part, setting.day_0).filed.isoformat(),
             "carried": _figure(float(plan.carried_days[part])), "destination": plan.destination[part],
             "end_use": plan.end_use[part], "group": plan.item_group[part]}
            for part, words in held.waiting[:SHOWN_INPUTS]
        ],
        "more_waiting": len(held.waiting) - SHOWN_INPUTS,
        "notes": held.notes,
    }  # fmt: skip
    return environment().get_template("line-stop.html").render(context)


# -- lines --------------------------------------------------------------------------------------------------------


def _line(held: LineAnswers, line: int) -> dict[str, Any]:
    plan, day_0 = held.plan, held.setting.day_0
    answers = [answer for answer in held.answers if answer.line == line]
    readings = list(dict.fromkeys(answer.reading for answer in answers))
    unit = plan.currency[line]
    return {
        "name": plan.lines[line],
        "ident": f"line-{line}",
        "currency": unit,
        "margin": _figure(float(plan.margin_per_day[line])),
        "answers": [
            {
                "model": model_words(one.model),
                "reading": reading_words(one.reading),
                "stops": [day_text(day_0, day) for day in one.odds.first_stop],
                "never": one.odds.p_no_stop,
                "standing": one.odds.p_stopped_at_horizon,
                "mean": one.odds.mean_days_lost,
                "spread": one.odds.days_lost,
                "margin": _figure(one.margin_lost),
                "first": _most(held, one, one.odds.p_first),
                "binds": _most(held, one, one.odds.p_binds),
            }
            for one in answers
        ],
        "differ": [said for reading in readings if (said := _differ(answers, reading))],
        "several": len(readings) > 1,
        "readings": [_reading(held, line, reading, answers) for reading in readings],
        "losses": _losses(held, line, answers),
    }  # fmt: skip


def _losses(held: LineAnswers, line: int, answers: Sequence[Answer]) -> list[dict[str, Any]]:
    """Expected margin lost: by the day where the plan states deliveries, else in closed form."""
    told = [(one.model, one.reading, one.margin_lost) for one in answers]
    if held.plan.deliveries:
        told = [(course.model, course.reading, one.margin_lost)
                for course in held.courses for one in course.lines if one.line == line]  # fmt: skip
    return [
        {"model": model_words(model), "reading": reading_words(reading), "is_age": model == AGE, "value": lost,
         "text": _figure(lost)}
        for model, reading, lost in told if not math.isnan(lost)
    ]  # fmt: skip


def _most(held: LineAnswers, answer: Answer, odds: Floats) -> tuple[str, float] | None:
    """The part with the largest odds."""
    if not odds.max(initial=0) > 0:
        return None
    place = int(np.argmax(odds))
    return held.plan.parts[int(answer.parts[place])], float(odds[place])


def _differ(answers: Sequence[Answer], reading: str) -> Both | None:
    """Where the two models differ under one reading."""
    both = {one.model: one for one in answers if one.reading == reading}
    if len(both) < 2:
        return None
    age, hazard = (both[model].odds for model in MODELS)
    gap = hazard.mean_days_lost - age.mean_days_lost
    lead, vorspann = reading_words(reading)
    if abs(gap) < SAME_DAYS:
        return (f"{lead}: the two models agree to within a day ({age.mean_days_lost:.1f} and {hazard.mean_days_lost:.1f} days lost).",
                f"{vorspann}：两种模型相差不到一天（损失{age.mean_days_lost:.1f}天与{hazard.mean_days_lost:.1f}天）。")  # fmt: skip
    more, longer = ("hazard", "风险率") if gap > 0 else ("age alone", "仅按时长")
    return (f"{lead}: the models differ; by {more} {abs(gap):.1f} days more are lost "
            f"({age.mean_days_lost:.1f} by age alone, {hazard.mean_days_lost:.1f} by hazard). Nobody knows which is right.",
            f"{vorspann}：两种模型不同，按{longer}模型多损失{abs(gap):.1f}天（仅按时长{age.mean_days_lost:.1f}天，"
            f"风险率{hazard.mean_days_lost:.1f}天）。孰是孰非尚无人知。")  # fmt: skip


def _reading(held: LineAnswers, line: int, reading: str, answers: Sequence[Answer]) -> dict[str, Any]:
    """Cover against arrival, and what each part does, of one line under one reading."""
    setting, plan = held.setting, held.plan
    mine = [one for one in answers if one.reading == reading]
    first = mine[0]
    late = np.max([one.odds.p_late for one in mine], axis=0)
    order = np.lexsort((first.covers, late <= 0))[:SHOWN_PARTS].tolist()
    order.sort(key=lambda place: first.covers[place])
    arrivals = {one.model: arrivals_of(line_of(setting, line, one.model, reading)) for one in mine}
    ends = [days[place, end] for days in arrivals.values() for place in order for end in (0, 1, 2)]
    covers = [first.covers[place] for place in order]
    scale = (
        min(max([1.0, *(day for day in (*ends, *covers) if math.isfinite(day))]), float(setting.horizon))
        * 1.04
    )
    money = setting.margin_per_day[line]
    rows = []
    for place in order:
        part = int(first.parts[place])
        cover = float(first.covers[place])
        rows.append(
            {
                "part": plan.parts[part],
                "stock": _figure(float(setting.stock[part])),
                "cover": cover_text(cover) if math.isfinite(cover) else "–",
                "cover_share": _share(cover, scale),
                "runs_out": day_text(setting.day_0, cover if cover < LONG_DAYS else math.inf),
                "waits": any(days[place, 2] > 0 for days in arrivals.values()),
                "arrivals": [
                    {"is_age": model == AGE, "model": model_words(model),
                     "low": _share(days[place, 0], scale), "middle": _share(days[place, 1], scale),
                     "high": _share(days[place, 2], scale), "waits": bool(days[place, 2] > 0),
                     "never": bool(math.isinf(days[place, 1])),
                     "text": " / ".join(f"{day:.0f}" if math.isfinite(day) else "∞" for day in days[place])}
                    for model, days in arrivals.items()
                ],
                "by_model": [
                    {"is_age": one.model == AGE, "late": float(one.odds.p_late[place]), "first": float(one.odds.p_first[place]),
                     "binds": float(one.odds.p_binds[place]), "worth": _figure(float(one.odds.p_binds[place] * money))}
                    for one in mine
                ],
            }
        )  # fmt: skip
    ticks = [day for day in _ticks(scale) if day <= scale]
    return {
        "reading": reading_words(reading),
        "rows": rows,
        "free": [row["part"] for row in rows if not row["waits"]],
        "left_out": len(first.parts) - len(order),
        "ticks": [(_share(day, scale), f"{day:g}") for day in ticks],
    }


# -- by the day ---------------------------------------------------------------------------------------------------


def _course(held: LineAnswers, course: PlanCourse) -> dict[str, Any]:
    plan, day_0 = held.plan, held.setting.day_0
    answers = () if plan.deliveries else held.answers
    return {
        "model": model_words(course.model),
        "reading": reading_words(course.reading),
        "order": [plan.lines[line] for line in course.order],
        "by_program": course.by_program,
        "lines": [
            {
                "name": plan.lines[one.line],
                "stops": [day_text(day_0, day) for day in one.first_stop],
                "never": one.p_no_stop,
                "standing": one.p_stopped_at_horizon,
                "mean": one.mean_days_lost,
                "error": one.error_days,
                "spread": one.days_lost,
                "margin": _figure(one.margin_lost),
                "currency": plan.currency[one.line],
                "first": [(plan.parts[part], share) for part, share in one.first_parts[:3]],
                "closed": found.odds.mean_days_lost if (found := closed_beside(one, course, answers)) else None,
            }
            for one in course.lines if not held.only or one.line in held.only
        ],
    }  # fmt: skip


def _permits(held: LineAnswers) -> dict[str, list[Any]]:
    """What licences come to and what waits at customs; readings that say the same stand once."""
    void: dict[tuple[Any, ...], list[str]] = {}
    customs: dict[tuple[Any, ...], list[str]] = {}
    for course in held.courses:
        for name, spread, granted in zip(course.licences, course.void, course.p_granted, strict=True):
            void.setdefault((course.model, name, granted, spread), []).append(course.reading)
        for part, units in course.held:
            customs.setdefault((course.model, held.plan.parts[part], units), []).append(course.reading)
    return {
        "void": [(model_words(model), [reading_words(one) for one in said], name, granted, spread[0], spread[1:])
                 for (model, name, granted, spread), said in void.items()],
        "customs": [(model_words(model), [reading_words(one) for one in said], part, units)
                    for (model, part, units), said in customs.items()],
    }  # fmt: skip


# -- licences, assumptions ----------------------------------------------------------------------------------------


def _licences(held: LineAnswers) -> list[dict[str, Any]]:
    plan = held.plan
    by = {
        (name, part, last): days for (name, part, last), days in zip(plan.licences, held.file_by, strict=True)
    }
    return [
        {
            "name": one.name,
            "part": plan.parts[one.part],
            "quantity": _figure(one.quantity),
            "through": one.through.isoformat() if one.through else "",
            "filed": one.filed.isoformat() if one.filed else "",
            "valid": _figure(one.valid_days),
            "after": None if one.through is not None else renewal_after_grant(held.setting, one),
            "by": [(model_words(model), day.isoformat() if day else None)
                   for model, day in by.get((one.name, one.part, one.through), {}).items()],
        }
        for one in plan.permits
    ]  # fmt: skip


def _tornadoes(held: LineAnswers) -> list[dict[str, Any]]:
    """A picture for each line and model under the reading in which most waits."""
    found: list[dict[str, Any]] = []
    groups = swing_groups(held.swings)
    last = {group[0].line: group[0].reading for group in groups}
    for group in groups:
        one = group[0]
        moving = [swing for swing in group if has_effect(swing)]
        ends = [day for swing in moving for day in swing.days_lost]
        if not ends:
            continue
        low, high = min(ends), max(ends)
        room = max(high - low, 1e-9)
        found.append(
            {
                "line": held.plan.lines[one.line],
                "model": model_words(one.model),
                "reading": reading_words(one.reading),
                "folded": one.reading != last[one.line],
                "base": f"{one.days_lost[1]:.1f}",
                "base_share": _share(one.days_lost[1] - low, room),
                "low": f"{low:.0f}", "high": f"{high:.0f}",
                "rows": [_swing(held, swing, low, room) for swing in moving],
                "flat": [assumption_words(swing.assumption) for swing in group if swing not in moving],
            }
        )  # fmt: skip
    return found


def _swing(held: LineAnswers, swing: Swing, low: float, room: float) -> dict[str, Any]:
    one, (at_low, _, at_high) = swing.assumption, swing.days_lost
    left, right = min(swing.days_lost), max(swing.days_lost)
    stops = [day_text(held.setting.day_0, swing.first_stop[end]) for end in (0, 2)]
    return {
        "name": assumption_words(one),
        "ends": f"{one.low:g} – {one.high:g}",
        "unit": unit_words(one.unit),
        "left": _share(left - low, room),
        "width": _share(right - left, room),
        "falls": at_low > at_high,
        "days": f"{at_low:.1f} – {at_high:.1f}",
        "stops": " – ".join(dict.fromkeys(stops)),
    }


def _share(value: float, whole: float) -> float:
    """Per cent of the whole, 0 to 100."""
    if not whole > 0 or math.isnan(value):
        return 0.0
    return round(100 * min(max(value / whole, 0.0), 1.0), 3)


def _figure(value: float) -> str:
    """A number as people read it; empty where it is not known."""
    if math.isnan(value):
        return ""
    if math.isinf(value):
        return "∞"
    return f"{value:,.0f}" if abs(value) >= 1000 or value == int(value) else f"{value:,.4g}"


def _ticks(top: float) -> list[float]:
    """Round days on an axis."""
    step = next((s for s in (5, 10, 20, 30, 50, 60, 90, 100, 180, 365, 730) if top / s <= 6), 730)
    return [float(day) for day in range(0, int(top) + step, step)]
