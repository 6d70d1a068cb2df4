"""Curves over days for the page on lines: stock of parts, and lines that stand, as points of drawings 100 high."""

from typing import Any

import numpy as np

from monazite.disruption.delay.lags import Floats
from monazite.disruption.delay.waits import AGE
from monazite.writers.disruption.answers import LineAnswers
from monazite.writers.disruption.lines import day_text
from monazite.writers.disruption.report_words import model_words, reading_words


def stock_curves(held: LineAnswers) -> dict[str, Any] | None:
    """Stock of each watched part and lines that stand, by day, under the reading in which most waits."""
    if not held.courses:
        return None
    reading = held.courses[-1].reading
    runs = [course for course in held.courses if course.reading == reading]
    watched = list(dict.fromkeys(part for run in runs for part in run.watched))
    charts, shipped = [], {one.part for one in held.plan.deliveries}
    for part in watched:
        series = [(run, run.curves[:, :, run.watched.index(part)]) for run in runs if part in run.watched]
        top = max(float(curve.max()) for _, curve in series) or 1.0
        if part not in shipped:  # its one delivery is as large as it takes
            top = min(top, 1.5 * float(held.setting.stock[part]) or top)
            series = [(run, np.minimum(curve, top)) for run, curve in series]
        charts.append(
            {"name": held.plan.parts[part], "top": f"{top:,.0f}",
             "series": [{"is_age": run.model == AGE, "band": _band(curve[:, 0], curve[:, 2], top),
                         "middle": _path(curve[:, 1], top)} for run, curve in series]}
        )  # fmt: skip
    standing = [
        {"name": held.plan.lines[one.line],
         "series": [{"is_age": run.model == AGE, "middle": _steps(found.standing)}
                    for run in runs for found in run.lines if found.line == one.line]}
        for one in runs[0].lines if not held.only or one.line in held.only
    ]  # fmt: skip
    days = held.setting.horizon
    middle = day_text(held.setting.day_0, days // 2)
    return {"reading": reading_words(reading), "parts": charts, "lines": standing, "days": days, "middle": middle,
            "clipped": any(part not in shipped for part in watched),
            "models": [(run.model == AGE, model_words(run.model)) for run in runs]}  # fmt: skip


def _path(values: Floats, top: float) -> str:
    """Points of a curve over days, 100 high."""
    return " ".join(f"{day},{100 - 100 * value / top:.2f}" for day, value in _kept(values))


def _band(low: Floats, high: Floats, top: float) -> str:
    upper = [f"{day},{100 - 100 * value / top:.2f}" for day, value in _kept(high)]
    lower = [f"{day},{100 - 100 * value / top:.2f}" for day, value in _kept(low)]
    return " ".join([*upper, *reversed(lower)])


def _steps(shares: Floats) -> str:
    """A share a day as steps, 100 high."""
    points, last = [], None
    for day, share in enumerate(shares.tolist()):
        height = f"{100 - 100 * share:.2f}"
        if height != last:
            points += [f"{day},{last}"] if last is not None else []
            points.append(f"{day},{height}")
            last = height
    return " ".join([*points, f"{len(shares)},{last}"])


def _kept(values: Floats) -> list[tuple[int, float]]:
    """The points at which a curve bends."""
    bends = np.abs(np.diff(values, n=2)) > 1e-9 * (1 + float(np.abs(values).max(initial=0)))
    keep = np.concatenate([[True], bends, [True]]) if len(values) > 2 else np.ones(len(values), dtype=bool)
    return [(day, float(values[day])) for day in np.flatnonzero(keep).tolist()]
