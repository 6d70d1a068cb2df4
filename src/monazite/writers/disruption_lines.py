"""Answers about lines as lines of text, as plain values and as CSV."""

import csv
import io
import math
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np

from monazite.disruption.planned import Answer

SHOWN = 12
"""So many parts of a line are shown on a terminal; files hold them all."""


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
            lines += [f"  {parts[answer.parts[place]][:26]:<26} {answer.covers[place]:>6.1f} {odds.p_late[place]:>7.1%} "
                      f"{odds.p_first[place]:>7.1%} {odds.p_binds[place]:>7.1%}   {value}"]  # fmt: skip
        if len(answer.parts) > SHOWN:
            lines += [f"  and {len(answer.parts) - SHOWN:,} more parts of longer cover"]
        lines += [""]
    return lines


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
