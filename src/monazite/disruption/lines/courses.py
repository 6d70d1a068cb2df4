"""A whole plan by the day over sampled lags: several deliveries, licences with a quantity, lines that compete for parts.

Shared stock is exact, where the closed form of `monazite.disruption.lines.setting` splits it in proportion to use. Where each
part has one delivery and one line both say the same to within a day.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from monazite.disruption.delay.lags import Floats
from monazite.disruption.delay.waits import asks
from monazite.disruption.lines.deliveries import Course, Delivery, Permit, Works, simulate_works
from monazite.disruption.lines.odds import draw_arrivals
from monazite.disruption.lines.setting import Lags, Licence, Setting, Shipment, outcome_of
from monazite.terms.faults import BadInput, Fault

MOST_CELLS = 4_000_000_000
"""Draws x parts x lines x days of a run by the day: some minutes."""
QUICK_CELLS = 200_000_000
"""So many are run without being asked for: some seconds."""
WATCHED = 12
"""So many parts keep their stock for all draws: those of least cover."""


@dataclass(frozen=True, kw_only=True)
class LineCourse:
    """One line by the day, over all draws; days within the horizon."""

    line: int
    first_stop: tuple[float, float, float]  # day by which it has stopped with 10, 50, 90 %; inf: not within H
    mean_days_lost: float
    error_days: float  # standard error of the mean
    days_lost: tuple[float, float, float]  # 10, 50, 90 %
    margin_lost: float  # nan where the margin is not stated
    p_no_stop: float
    p_stopped_at_horizon: float  # less than a full run on the last day
    first_parts: tuple[tuple[int, float], ...]  # part and share of draws in which it stops the line first
    standing: Floats  # (days,) share of draws with less than a full run


@dataclass(frozen=True, kw_only=True)
class PlanCourse:
    """All lines by the day under one model and one reading."""

    model: str
    reading: str
    draws: int
    lines: tuple[LineCourse, ...]
    order: tuple[int, ...]  # lines by priority
    by_program: bool  # lines share several parts: days on which one is short are linear programs
    watched: tuple[int, ...]  # parts
    curves: Floats  # (days + 1, 3, watched) stock, 10, 50, 90 %
    licences: tuple[str, ...]  # those of parts that may run out
    void: tuple[
        tuple[float, float, float, float], ...
    ]  # by licence: mean, 10, 50, 90 % of units void at expiry
    p_granted: tuple[float, ...]  # by licence: in force at some time within the horizon
    held: tuple[tuple[int, float], ...]  # part and mean units that wait at customs in the end


def simulate_plan(
    setting: Setting, *, model: str, reading: str, draws: int, rng: np.random.Generator
) -> PlanCourse:
    """Run all lines of the plan through the days for so many draws of the lags.

    A part with no shipment of its own gets one that lasts, after its lag; one that waits for nothing never runs out.

    Raises
    ------
    BadInput where a shipment comes before day 0, a licence that is drawn on has no quantity, or the run is too large
    """
    parts = _moving(setting, reading)
    place = {part: at for at, part in enumerate(parts)}
    shipments = _shipments(setting, parts)
    _check(setting, shipments, len(parts), draws)
    lags = Lags(setting, model, reading)
    drawn_on = {one.part for one in shipments if _needs_licence(setting, one, reading)}
    licences = [one for one in setting.licences if one.part in drawn_on]
    missing = [one.name for one in licences if math.isnan(one.quantity)]
    if missing:
        what = f"licence {', '.join(missing)} states no quantity, and deliveries draw on it"
        raise BadInput([Fault(where="licences, column quantity", what=what, mend="Write its units")])
    # Shipments that wait for one application come together; a licence asked for is an application of its own.
    awaited = [lags.add(one.part, one.filed) if one.waits else -1 for one in shipments]
    asked = [
        lags.add(one.part, one.filed, licence=one.name) if one.through is None else -1 for one in licences
    ]
    drawn = draw_arrivals(lags.line(), draws, rng)
    arrivals, granted = np.empty((draws, len(shipments))), np.empty((draws, len(licences)))
    for at, (shipment, column) in enumerate(zip(shipments, awaited, strict=True)):
        fixed = (shipment.day - setting.day_0).days if shipment.day is not None else shipment.lag_days
        arrivals[:, at] = drawn[:, column] if shipment.waits else fixed
    permits = []
    for at, (one, column) in enumerate(zip(licences, asked, strict=True)):
        opens = 0.0 if one.first is None else float((one.first - setting.day_0).days)
        last = opens + one.valid_days - 1
        if one.through is not None:
            last = float((one.through - setting.day_0).days)
        granted[:, at] = opens if one.through is not None else drawn[:, column]
        permits.append(Permit(part=place[one.part], quantity=one.quantity, first=opens, last=last))
    works = _works(setting, parts, shipments, permits, reading)
    watched = _watched(setting, parts)
    course = simulate_works(
        works, arrivals, days=setting.horizon, granted=granted, watched=[place[part] for part in watched]
    )
    return _summed(setting, model, reading, parts, licences, watched, works, course, granted)


def runs_quickly(setting: Setting, draws: int) -> bool:
    """So many draws of the plan take seconds."""
    parts = max(len(_moving(setting, reading)) for reading in setting.readings)
    return _cells(setting, parts, draws) <= QUICK_CELLS


def _cells(setting: Setting, parts: int, draws: int) -> int:
    return draws * parts * len(setting.margin_per_day) * setting.horizon


def _moving(setting: Setting, reading: str) -> list[int]:
    """Parts that may run out: those with a lag or shipments of their own, and in use."""
    used = set(setting.use_part[setting.use_per_day > 0].tolist())
    shipped = {one.part for one in setting.shipments}
    late = {
        part
        for part, supply in enumerate(setting.supplies)
        if supply is not None and asks(outcome_of(supply, reading))
    }
    return sorted(used & (shipped | late))


def _needs_licence(setting: Setting, shipment: Shipment, reading: str) -> bool:
    """It clears customs only under a licence: as stated, else as determined; what waits for its own brings it along."""
    if shipment.needs_licence is not None:
        return shipment.needs_licence
    return not shipment.waits and asks(outcome_of(setting.supplies[shipment.part], reading))


def _shipments(setting: Setting, parts: Sequence[int]) -> list[Shipment]:
    stated, all_use = {one.part for one in setting.shipments}, setting.all_use
    lasting = [
        Shipment(part=part, quantity=float(all_use[part]) * (setting.horizon + 1), needs_licence=False)
        for part in parts
        if part not in stated
    ]
    return [*(one for one in setting.shipments if one.part in set(parts)), *lasting]


def _check(setting: Setting, shipments: Sequence[Shipment], parts: int, draws: int) -> None:
    faults = [
        Fault(where=one.where or "shipment", what=f"{one.day} is before day 0, {setting.day_0}",
              mend="Count it into stock, or give a later day")
        for one in shipments if one.day is not None and one.day < setting.day_0
    ]  # fmt: skip
    if _cells(setting, parts, draws) > MOST_CELLS:
        what = f"{draws:,} draws of {parts:,} parts on {len(setting.margin_per_day):,} lines are too many"
        faults.append(Fault(where="run by the day", what=what, mend="Take fewer draws, or leave it out"))
    if faults:
        raise BadInput(faults)


def _works(
    setting: Setting,
    parts: Sequence[int],
    shipments: Sequence[Shipment],
    permits: Sequence[Permit],
    reading: str,
) -> Works:
    at = np.full(len(setting.stock), -1)
    at[parts] = np.arange(len(parts))
    use = np.zeros((len(setting.margin_per_day), len(parts)))
    kept = at[setting.use_part] >= 0
    np.add.at(use, (setting.use_line[kept], at[setting.use_part[kept]]), setting.use_per_day[kept])
    deliveries = []
    for one in shipments:
        needs = _needs_licence(setting, one, reading)
        deliveries.append(Delivery(part=int(at[one.part]), quantity=one.quantity, needs_licence=needs))
    several = int(((use > 0).sum(axis=0) > 1).sum()) > 1
    known = not np.isnan(setting.margin_per_day).any()
    return Works(
        use=use, stock=setting.stock[parts], margin=np.nan_to_num(setting.margin_per_day), deliveries=deliveries,
        permits=permits, with_program=several and known,
    )  # fmt: skip


def _watched(setting: Setting, parts: Sequence[int]) -> tuple[int, ...]:
    use = setting.all_use
    return tuple(sorted(parts, key=lambda part: (setting.stock[part] / use[part], part))[:WATCHED])


def _summed(
    setting: Setting, model: str, reading: str, parts: Sequence[int], licences: Sequence[Licence],
    watched: tuple[int, ...], works: Works, course: Course, granted: Floats,
) -> PlanCourse:  # fmt: skip
    draws = len(course.lost)
    made = []
    for line, uses in enumerate(setting.uses):
        if not len(uses):
            continue
        lost, first = course.lost[:, line], course.first_stop[:, line]
        blamed = np.bincount(
            course.first_part[course.first_part[:, line] >= 0, line], minlength=max(1, len(parts))
        )
        made.append(
            LineCourse(
                line=line, first_stop=_shares(first), mean_days_lost=float(lost.mean()),
                error_days=float(lost.std(ddof=1) / math.sqrt(draws)) if draws > 1 else math.nan,
                days_lost=_shares(lost), margin_lost=float(lost.mean() * setting.margin_per_day[line]),
                p_no_stop=float(np.isinf(first).mean()),
                p_stopped_at_horizon=float(course.standing[-1, line]),
                first_parts=tuple((parts[at], float(blamed[at] / draws))
                                  for at in np.argsort(-blamed, kind="stable").tolist() if blamed[at]),
                standing=course.standing[:, line],
            )
        )  # fmt: skip
    held = course.held.mean(axis=0) if len(parts) else np.zeros(0)
    return PlanCourse(
        model=model, reading=reading, draws=draws, lines=tuple(made), order=course.order, by_program=works.with_program,
        watched=watched, curves=course.curves, licences=tuple(one.name for one in licences),
        void=tuple((float(course.void[:, at].mean()), *_shares(course.void[:, at])) for at in range(len(licences))),
        p_granted=tuple(float((granted[:, at] < setting.horizon).mean()) for at in range(len(licences))),
        held=tuple((part, float(held[at])) for at, part in enumerate(parts) if held[at] > 0),
    )  # fmt: skip


def _shares(values: Floats) -> tuple[float, float, float]:
    """10, 50 and 90 %; each is the value of some draw, so that inf stays inf."""
    ordered = np.sort(values)
    low, middle, high = (
        float(ordered[max(0, math.ceil(share * len(values)) - 1)]) for share in (0.1, 0.5, 0.9)
    )
    return low, middle, high
