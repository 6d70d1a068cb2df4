"""What network scenarios cost, as lines to read or plain data."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np

from monazite.disruption.network.days import KNOWN_LIMIT
from monazite.disruption.network.losses import Groups, Loss
from monazite.disruption.network.table import SupplyTable

SHOWN = 8
ASSUMPTIONS = (
    "No prices, no behaviour beyond the equations; figures of the model are assumptions with ranges."
)
Plain = dict[str, Any]


def plain_loss(table: SupplyTable, loss: Loss, groups: Groups, day_0: date | None) -> Plain:
    """One scenario as plain data: totals, each industry that lost or gained, every country, the days.

    Gains are losses below zero; losses of industries, and of countries, sum to that of the whole.
    """
    outcome = loss.outcome
    order = np.argsort(-outcome.lost, kind="stable")
    year = outcome.days / 365
    rest = np.bincount(groups.of, weights=table.output, minlength=len(groups.names)) * year
    return {
        "scenario": outcome.name,
        "days": outcome.days,
        "unit": table.unit or "money of the table",
        "production_lost": float(outcome.lost.sum()),
        "production_lost_share": float(outcome.lost.sum() / (table.output.sum() * year)),
        "final_demand_lost": float(outcome.final_lost.sum()),
        "level": loss.level,
        "industries": [
            {
                "industry": table.names[at],
                "lost": float(outcome.lost[at]),
                "lost_share": _part(outcome.lost[at], table.output[at] * year),
                "first_day": _day(outcome.first_day[at]),
                "below_day": _day(loss.below_day[at]),
                "short_day": _day(loss.short_day[at]),
                "below_date": _date(loss.below_day[at], day_0),
                "short_date": _date(loss.short_day[at], day_0),
                "worst_day_share": float(outcome.worst[at]),
            }
            for at in order
            if outcome.lost[at] != 0 or outcome.first_day[at] >= 0
        ],
        "countries": [
            {
                "country": groups.names[at],
                "lost": float(loss.group_lost[at]),
                "lost_share": _part(loss.group_lost[at], rest[at]),
                "below_day": _day(loss.group_below[at]),
                "below_date": _date(loss.group_below[at], day_0),
                "worst_day_share": float(1 - loss.course[:, at].min()),
                "share_by_step": [round(float(share), 6) for share in loss.course[:, at]],
            }
            for at in np.argsort(-loss.group_lost, kind="stable")
        ],
        "lost_share_by_step": [float(share) for share in outcome.by_day],
        "limit": KNOWN_LIMIT,
    }


def network_lines(plain: Sequence[Plain]) -> list[str]:
    """Each scenario with its totals, the industries and countries that lose most, and who falls first."""
    lines = []
    for held in plain:
        lines.append(f"{held['scenario']}: {held['days']:g} days")
        lines.append(
            f"  production lost {held['production_lost']:,.4g} ({held['production_lost_share']:.4%}), final demand not "
            f"served {held['final_demand_lost']:,.4g}, in {held['unit']}"
        )
        lines += _rows(held["industries"], "industry", held["level"])
        countries = {one["country"] for one in held["countries"]}
        if len(countries) > 1 and not {one["industry"] for one in held["industries"]} <= countries:
            lines += _rows(held["countries"], "country", held["level"])
        lines += _first(held)
        lines.append("")
    lines.append(KNOWN_LIMIT)
    lines.append(ASSUMPTIONS)
    return lines


def _first(held: Plain) -> list[str]:
    """Who falls below the level first: of those with orders that they cannot serve, and of those without orders."""
    lines = []
    for key, says in (("short", "for want of inputs or capacity"), ("below", "for want of orders")):
        fallen = [
            one
            for one in held["industries"]
            if one[f"{key}_day"] is not None and (key == "short" or one["short_day"] is None)
        ]
        what = f"  first below {held['level']:.0%} {says}:"
        if not fallen:
            lines.append(f"{what} nobody")
            continue
        first = min(one[f"{key}_day"] for one in fallen)
        who = [one for one in fallen if one[f"{key}_day"] == first]
        named = ", ".join(one["industry"] for one in who[:SHOWN])
        named += f" and {len(who) - SHOWN} more" if len(who) > SHOWN else ""
        calendar = f" ({who[0][f'{key}_date']})" if who[0][f"{key}_date"] else ""
        lines.append(f"{what} {named}, on day {first:g}{calendar}")
    return lines


def _rows(held: Sequence[Plain], name: str, level: float) -> list[str]:
    """The rows that lose most as a table, and the sum of the rest."""
    shown, rest = largest(held, SHOWN)
    if not shown:
        return []
    left = f"the rest ({rest['count']:,}), net" if rest["count"] else ""
    width = max(len(name), len(left), *(len(one[name]) for one in shown))
    below = f"below {level:.0%}"
    lines = [f"  {name:{width}}  {'lost':>11}  {'of its own':>10}  {below:>10}  worst day"]
    for one in shown:
        day = "-" if one["below_day"] is None else f"day {one['below_day']:g}"
        own = "-" if one["lost_share"] is None else f"{one['lost_share']:.3%}"
        lines.append(
            f"  {one[name]:{width}}  {one['lost']:11,.4g}  {own:>10}  {day:>10}  {one['worst_day_share']:.1%}"
        )
    if left:
        lines.append(f"  {left:{width}}  {rest['lost']:11,.4g}")
    return lines


def largest(held: Sequence[Plain], most: int) -> tuple[list[Plain], Plain]:
    """The rows that lose most; and of those that lose less or gain, how many move and their loss together."""
    shown = [one for one in held if one["lost"] > 0][:most]
    rest = [one["lost"] for one in held[len(shown) :] if one["lost"] != 0]
    return shown, {"count": len(rest), "lost": sum(rest)}


# -- ranges -----------------------------------------------------------------------------------------------------


def plain_ranges(
    base: Sequence[Plain], tried: Sequence[tuple[Plain, Sequence[Plain], Sequence[Plain]]]
) -> list[Plain]:
    """For each scenario the effect of each range, widest first.

    Parameters
    ----------
    tried : a range as path, low, high, source; every scenario at its low end; every scenario at its high end
    """
    found = []
    for at, written in enumerate(base):
        rows = [
            {**held, "lost": [low[at]["production_lost"], high[at]["production_lost"]],
             "short_day": [first_short(low[at]), first_short(high[at])]}
            for held, low, high in tried
        ]  # fmt: skip
        rows.sort(key=lambda row: -abs(row["lost"][1] - row["lost"][0]))
        found.append({"scenario": written["scenario"], "unit": written["unit"], "level": written["level"],
                      "lost": written["production_lost"], "short_day": first_short(written),
                      "ranges": rows})  # fmt: skip
    return found


def first_short(held: Plain) -> float | None:
    """The first day on which an industry with orders falls below the level."""
    return min((one["short_day"] for one in held["industries"] if one["short_day"] is not None), default=None)


def has_effect(held: Plain, row: Plain) -> bool:
    """An end of the range moves the loss by more than a thousandth, or the day."""
    moved = max(abs(lost - held["lost"]) for lost in row["lost"])
    return moved > 1e-3 * abs(held["lost"]) or row["short_day"] != [held["short_day"]] * 2


def range_lines(plain: Sequence[Plain]) -> list[str]:
    """One table for each scenario on which some range has an effect."""
    lines: list[str] = []
    for held in plain:
        rows = [row for row in held["ranges"] if has_effect(held, row)]
        idle = [row["path"] for row in held["ranges"] if not has_effect(held, row)]
        if not rows:
            continue
        width = max(len(row["path"]) for row in rows)
        ends = [f"{row['low']} to {row['high']}" for row in rows]
        wide = max(len("ends"), *map(len, ends))
        lines.append(f"one assumption at a time, all else as written: {held['scenario']}")
        lines.append(
            f"  as written: lost {held['lost']:,.4g} {held['unit']}; first below {held['level']:.0%} for want of "
            f"inputs or capacity: {_on(held['short_day'])}"
        )
        lines.append(
            f"  {'assumption':{width}}  {'ends':{wide}}  {'lost at low':>11}  {'at high':>11}  first below"
        )
        for row, end in zip(rows, ends, strict=True):
            low, high = row["lost"]
            days = f"{_on(row['short_day'][0])}; {_on(row['short_day'][1])}"
            lines.append(f"  {row['path']:{width}}  {end:{wide}}  {low:11,.4g}  {high:11,.4g}  {days}")
        lines += [f"  without effect: {', '.join(idle)}"] if idle else []
        lines.append("")
    return lines


def _on(day: float | None) -> str:
    return "never" if day is None else f"day {day:g}"


def _day(day: float) -> float | None:
    return None if day < 0 else float(day)


def _date(day: float, day_0: date | None) -> str | None:
    return None if day < 0 or day_0 is None else (day_0 + timedelta(days=int(day))).isoformat()


def _part(lost: float, whole: float) -> float | None:
    return float(lost / whole) if whole else None
