"""Answers about lines, runs by the day and swings of assumptions: as lines of text, as plain values and as CSV."""

import csv
import io
import math
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np

from monazite.disruption.lines.courses import LineCourse, PlanCourse
from monazite.disruption.lines.sensitivity import Range, Swing
from monazite.disruption.lines.setting import SETTLED, Answer

SHOWN = 12
"""So many parts of a line are shown on a terminal; files hold them all."""


PARAMETERS = {
    "median": "median lag",
    "rate": "decisions a day",
    "a_min": "least age",
    "refused": "share refused",
    "destination": "factor of destination",
    "end_use": "factor of end use",
    "customs_hold_share": "share held at customs",
    "customs_hold_days": "days held at customs",
}
"""What a reader is told for the parameters whose names say too little."""


LONG_DAYS = 100_000
"""Cover for so many days is as good as any."""


def cover_text(days: float) -> str:
    """Days of cover."""
    return f"{days:.1f}" if days < LONG_DAYS or math.isinf(days) else f"{days:.0e}"


def day_text(day_0: date, days: float) -> str:
    """The calendar day so many days on; 'none' where it never is."""
    return "none" if math.isinf(days) else (day_0 + timedelta(days=math.floor(days))).isoformat()


def answer_lines(
    answers: Sequence[Answer],
    names: Sequence[str],
    parts: Sequence[str],
    currency: Sequence[str],
    *,
    day_0: date,
) -> list[str]:
    """A block for each line: stop dates, days and money lost, and its parts."""
    lines: list[str] = []
    for answer in answers:
        odds, unit = answer.odds, currency[answer.line]
        first = int(np.argmax(odds.p_first)) if odds.p_first.max(initial=0) > 0 else None
        binds = int(np.argmax(odds.p_binds)) if odds.p_binds.max(initial=0) > 0 else None
        lines += [f"{names[answer.line]} - delay by {answer.model}, {answer.reading}"]
        stops = ", ".join(day_text(day_0, d) for d in odds.first_stop)
        lines += [f"  first stop, 10 / 50 / 90 %      {stops}"]
        lines += [f"  does not stop                   {odds.p_no_stop:.1%}"]
        lines += [f"  stands still on day {odds.horizon_days:<11g} {odds.p_stopped_at_horizon:.1%}"]
        spread = " / ".join(f"{d:.0f}" for d in odds.days_lost)
        lines += [
            f"  days lost                       {odds.mean_days_lost:.1f} expected; {spread} with 10 / 50 / 90 %"
        ]
        money = (
            "not stated" if math.isnan(answer.margin_lost) else f"{answer.margin_lost:,.0f} {unit} expected"
        )
        lines += [f"  margin lost                     {money}"]
        if first is not None and binds is not None:
            lines += [
                f"  stops it first                  {parts[answer.parts[first]]} ({odds.p_first[first]:.1%})"
            ]
            lines += [
                f"  binds                           {parts[answer.parts[binds]]} ({odds.p_binds[binds]:.1%})"
            ]
        lines += ["  part                        cover    late   first   binds   one more day is worth"]
        shown = np.argsort(answer.covers, kind="stable")[:SHOWN]
        margin = answer.margin_lost / odds.mean_days_lost if odds.mean_days_lost > 0 else math.nan
        for place in shown.tolist():
            worth = odds.p_binds[place] * margin
            value = f"{worth:,.0f} {unit}" if not math.isnan(worth) else "-"
            lines += [f"  {parts[answer.parts[place]][:26]:<26} {cover_text(float(answer.covers[place])):>6} {odds.p_late[place]:>7.1%} "
                      f"{odds.p_first[place]:>7.1%} {odds.p_binds[place]:>7.1%}   {value}"]  # fmt: skip
        if len(answer.parts) > SHOWN:
            lines += [f"  and {len(answer.parts) - SHOWN:,} more parts of longer cover"]
        lines += [""]
    return lines


def course_lines(
    course: PlanCourse,
    names: Sequence[str],
    parts: Sequence[str],
    currency: Sequence[str],
    *,
    day_0: date,
    answers: Sequence[Answer] = (),
    only: Sequence[int] = (),
) -> list[str]:
    """A run by the day: each line, with the closed form beside it, and what licences came to."""
    lines = [f"by the day, {course.draws:,} draws - delay by {course.model}, {course.reading}"]
    if len(course.order) > 1:
        order = ", ".join(names[line] for line in course.order)
        lines += [f"  parts that lines share go first to: {order}"]
        if course.by_program:
            lines += [
                "  where lines share several parts, the margin of a day on which one is short is made as large as it can be"
            ]
    for one in course.lines:
        if only and one.line not in only:
            continue
        lines += [f"  {names[one.line]}"]
        stops = ", ".join(day_text(day_0, d) for d in one.first_stop)
        lines += [f"    first stop, 10 / 50 / 90 %    {stops}"]
        lines += [f"    does not stop                 {one.p_no_stop:.1%}"]
        lines += [f"    stands on the last day        {one.p_stopped_at_horizon:.1%}"]
        closed = closed_beside(one, course, answers)
        beside = "" if closed is None else f"; closed form {closed.odds.mean_days_lost:.1f}"
        spread = " / ".join(f"{d:.0f}" for d in one.days_lost)
        lines += [f"    days lost                     {one.mean_days_lost:.1f} expected (+-{one.error_days:.1f}); {spread} "
                  f"with 10 / 50 / 90 %{beside}"]  # fmt: skip
        if not math.isnan(one.margin_lost):
            lines += [
                f"    margin lost                   {one.margin_lost:,.0f} {currency[one.line]} expected"
            ]
        for part, share in one.first_parts[:3]:
            lines += [f"    stops it first                {parts[part]} ({share:.1%})"]
    for name, (mean, *spread_void), granted in zip(
        course.licences, course.void, course.p_granted, strict=True
    ):
        void = " / ".join(f"{units:,.0f}" for units in spread_void)
        lines += [f"  licence {name}: in force within the horizon with {granted:.1%}; void at its end {mean:,.0f} units, "
                  f"{void} with 10 / 50 / 90 %"]  # fmt: skip
    for part, units in course.held[:SHOWN]:
        lines += [f"  {parts[part]}: {units:,.0f} units wait at customs on the last day"]
    return [*lines, ""]


def closed_beside(one: LineCourse, course: PlanCourse, answers: Sequence[Answer]) -> Answer | None:
    """The answer in closed form to the same question."""
    return next((a for a in answers if a.line == one.line and a.model == course.model
                 and a.reading in (course.reading, SETTLED)), None)  # fmt: skip


def swing_lines(swings: Sequence[Swing], names: Sequence[str], *, day_0: date, horizon: float) -> list[str]:
    """A table for each line, model and reading: one assumption at a time, the largest swing first."""
    lines: list[str] = []
    for group in swing_groups(swings):
        one = group[0]
        lines += [
            f"{names[one.line]} - one assumption at a time in closed form, delay by {one.model}, {one.reading}"
        ]
        lines += [
            f"  as assumed: {one.days_lost[1]:.1f} days lost of {horizon:g}, first stop {day_text(day_0, one.first_stop[1])}"
        ]
        lines += [
            "  assumption                            low    high      days lost         first stop reached with 50 %"
        ]
        flat = [swing for swing in group if not has_effect(swing)]
        for swing in group:
            if swing in flat:
                continue
            low, high = swing.assumption.low, swing.assumption.high
            stops = " .. ".join(dict.fromkeys(day_text(day_0, swing.first_stop[end]) for end in (0, 2)))
            lines += [f"  {assumption_name(swing.assumption):<34} {low:>6g}  {high:>6g}   {swing.days_lost[0]:>6.1f} .. "
                      f"{swing.days_lost[2]:<6.1f}  {stops}"]  # fmt: skip
        if flat:
            lines += [f"  no effect: {', '.join(assumption_name(swing.assumption) for swing in flat)}"]
        lines += [""]
    return lines


def swing_groups(swings: Sequence[Swing]) -> list[list[Swing]]:
    """The swings of each line, model and reading."""
    groups: dict[tuple[int, str, str], list[Swing]] = {}
    for swing in swings:
        groups.setdefault((swing.line, swing.model, swing.reading), []).append(swing)
    return list(groups.values())


def has_effect(swing: Swing) -> bool:
    """It moves the days lost or the first stop."""
    return swing.width_days > 0.005 or len(set(swing.first_stop)) > 1


def assumption_name(one: Range) -> str:
    """The parameter in words, with its key."""
    said = PARAMETERS.get(one.parameter, one.parameter.replace("_", " "))
    return f"{said}, {one.key}" if one.key else said


def plain_course(
    course: PlanCourse,
    names: Sequence[str],
    parts: Sequence[str],
    currency: Sequence[str],
    *,
    day_0: date,
) -> dict[str, Any]:
    """A run by the day as JSON holds it."""
    return {
        "model": course.model,
        "reading": course.reading,
        "draws": course.draws,
        "priority": [names[line] for line in course.order],
        "linear_program": course.by_program,
        "lines": [
            {
                "line": names[one.line],
                "first_stop": [None if math.isinf(d) else day_text(day_0, d) for d in one.first_stop],
                "p_no_stop": one.p_no_stop,
                "p_stopped_at_horizon": one.p_stopped_at_horizon,
                "mean_days_lost": one.mean_days_lost,
                "standard_error_days": _plain(one.error_days),
                "days_lost": list(one.days_lost),
                "margin_lost": _plain(one.margin_lost),
                "currency": currency[one.line],
                "stops_first": [{"part": parts[part], "share": share} for part, share in one.first_parts],
                "standing_by_day": [round(float(share), 6) for share in one.standing],
            }
            for one in course.lines
        ],
        "stock_by_day": [
            {"part": parts[part], "shares": [0.1, 0.5, 0.9],
             "units": [[round(float(units), 6) for units in day] for day in course.curves[:, :, at]]}
            for at, part in enumerate(course.watched)
        ],
        "licences": [
            {"licence": name, "p_in_force_within_horizon": granted, "void_mean": mean, "void": list(spread)}
            for name, (mean, *spread), granted in zip(course.licences, course.void, course.p_granted, strict=True)
        ],
        "held_at_customs": [{"part": parts[part], "mean_units": units} for part, units in course.held],
    }  # fmt: skip


def plain_swing(swing: Swing, names: Sequence[str], *, day_0: date) -> dict[str, Any]:
    """A swing as JSON holds it: low end, as assumed, high end."""
    one = swing.assumption
    return {
        "line": names[swing.line],
        "model": swing.model,
        "reading": swing.reading,
        "assumption": assumption_name(one),
        "low": one.low,
        "value": one.value,
        "high": one.high,
        "unit": one.unit,
        "kind": one.kind,
        "source": one.source,
        "mean_days_lost": [_plain(days) for days in swing.days_lost],
        "first_stop_50": [None if math.isinf(d) else day_text(day_0, d) for d in swing.first_stop],
    }


def plain_range(one: Range) -> dict[str, Any]:
    """An assumption as JSON holds it."""
    return {"parameter": one.parameter, "key": one.key, "value": _plain(one.value), "low": _plain(one.low),
            "high": _plain(one.high), "unit": one.unit, "kind": one.kind, "source": one.source}  # fmt: skip


def plain_answer(
    answer: Answer, names: Sequence[str], parts: Sequence[str], currency: Sequence[str], *, day_0: date
) -> dict[str, Any]:
    """An answer as JSON holds it; None where a number is unknown or never comes."""
    odds = answer.odds
    return {
        "line": names[answer.line],
        "model": answer.model,
        "reading": answer.reading,
        "day_0": day_0.isoformat(),
        "horizon_days": odds.horizon_days,
        "first_stop": [None if math.isinf(d) else day_text(day_0, d) for d in odds.first_stop],
        "p_no_stop": odds.p_no_stop,
        "p_stopped_at_horizon": odds.p_stopped_at_horizon,
        "mean_days_lost": _plain(odds.mean_days_lost),
        "days_lost": [_plain(d) for d in odds.days_lost],
        "mean_capped_days_lost": _plain(answer.mean_capped_days_lost),
        "margin_lost": _plain(answer.margin_lost),
        "currency": currency[answer.line],
        "parts": [
            {
                "part": parts[part],
                "cover_days": _plain(float(answer.covers[place])),
                "p_late": float(odds.p_late[place]),
                "p_first": float(odds.p_first[place]),
                "p_binds": float(odds.p_binds[place]),
            }
            for place, part in enumerate(answer.parts.tolist())
        ],
    }


def answers_csv(plain: Sequence[dict[str, Any]]) -> str:
    """A row for each line, model, reading and part."""
    out = io.StringIO()
    names = ["line", "model", "reading", "part", "cover_days", "p_late", "p_first", "p_binds", "first_stop_50",
             "mean_days_lost", "margin_lost", "currency"]  # fmt: skip
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    for answer in plain:
        for part in answer["parts"]:
            row = {**answer, **part, "first_stop_50": answer["first_stop"][1]}
            writer.writerow(["" if row[name] is None else row[name] for name in names])
    return out.getvalue()


def _plain(value: float) -> float | None:
    return value if math.isfinite(value) else None
