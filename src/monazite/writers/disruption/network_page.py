"""What network scenarios cost as one HTML page that holds everything: curves by country, tables, assumptions, sources.

Made from the plain data of `network`; the same data give the same bytes, and nothing is asked of any host.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from markupsafe import Markup

from monazite.writers.disruption.network import has_effect, largest
from monazite.writers.markup import environment, in_both, resource

LIMIT_IN_CHINESE = (
    "若只按部门区分产品，受阻的生产者会被同部门的其他生产者替代；"
    "在把小额损失理解为安全之前，应先将受管制物项单列为一种产品。"
)
"""`KNOWN_LIMIT` of the model."""
SHOWN_CURVES = 6
SHOWN_ROWS = 15
WIDTH, HEIGHT = 720, 200
"""Units of a drawing; it is stretched to the room that it has."""
POINTS = 240
"""So many points of a curve are drawn at most."""


def write_network_page(path: Path, document: Mapping[str, Any]) -> Path:
    """Write the page of a run."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(render_network_page(document), encoding="utf-8", newline="\n")
    return path


def render_network_page(document: Mapping[str, Any]) -> str:
    """The page as text."""
    scenarios = document["scenarios"]
    days = max(held["days"] for held in scenarios)
    day_0 = document["day_0"]
    context: dict[str, Any] = {
        "title": document["name"],
        "says": document["says"],
        "day_0": day_0 or "",
        "last_day": _calendar(day_0, days - 1),
        "days": days,
        "css": resource("report.css") + resource("network.css"),
        "script": resource("language.js"),
        "unit": _unit(scenarios[0]["unit"]),
        "level": scenarios[0]["level"],
        "limit": in_both(scenarios[0]["limit"], LIMIT_IN_CHINESE),
        "table": document["table"],
        "sources": document["sources"],
        "notes": document["notes"],
        "made_up": any("made up" in text for text in (*document["sources"], document["table"])),
        "scenarios": [_scenario(held, at, day_0) for at, held in enumerate(scenarios)],
        "tornadoes": [made for held in document["ranges"] if (made := _tornado(held))["rows"]],
    }
    return environment(number=_number).get_template("network.html").render(context)


def _scenario(held: Mapping[str, Any], at: int, day_0: str | None) -> dict[str, Any]:
    losers, other_countries = largest(held["countries"], SHOWN_ROWS)
    losing, other_industries = largest(held["industries"], SHOWN_ROWS)
    countries = losers[:SHOWN_CURVES]
    low = min((min(one["share_by_step"]) for one in countries), default=1.0)
    floor = 0.0 if low < 0.5 else 0.5 if low < 0.9 else 0.9
    short = [one for one in held["industries"] if one["short_day"] is not None]
    first = min((one["short_day"] for one in short), default=None)
    return {
        "name": held["scenario"],
        "ident": f"scenario-{at}",
        "lost": held["production_lost"],
        "share": held["production_lost_share"],
        "final": held["final_demand_lost"],
        "first": [one["industry"] for one in short if one["short_day"] == first][:SHOWN_ROWS],
        "first_day": first,
        "first_date": _calendar(day_0, first) if first is not None else "",
        "curves": [
            {"country": one["country"], "number": place, "points": _points(one["share_by_step"], floor)}
            for place, one in enumerate(countries)
        ],
        "level_at": _height(held["level"], floor) if held["level"] > floor else None,
        "ticks": [(f"{floor + part * (1 - floor):.0%}", _height(floor + part * (1 - floor), floor)) for part in (1, 0.5, 0)],
        "days": held["days"],
        "tables": [("industry", losing, other_industries), ("country", losers, other_countries)],
    }  # fmt: skip


def _points(shares: Sequence[float], floor: float) -> str:
    """A curve as points of a drawing."""
    pace = max(1, -(-len(shares) // POINTS))
    last = max(len(shares) - 1, 1)
    places = sorted({*range(0, len(shares), pace), len(shares) - 1})
    return " ".join(f"{WIDTH * at / last:.1f},{_height(shares[at], floor):.1f}" for at in places)


def _height(share: float, floor: float) -> float:
    return round(HEIGHT * (1 - (min(max(share, floor), 1.0) - floor) / (1 - floor)), 1)


def _tornado(held: Mapping[str, Any]) -> dict[str, Any]:
    """Bars of one scenario: from the loss at the low end to that at the high end."""
    rows = [row for row in held["ranges"] if has_effect(held, row)]
    ends = [held["lost"], *(lost for row in rows for lost in row["lost"])]
    low, high = min(ends), max(ends)
    width = (high - low) or 1.0

    def at(lost: float) -> float:
        return round(100 * (lost - low) / width, 2)

    return {
        "name": held["scenario"],
        "lost": held["lost"],
        "at": at(held["lost"]),
        "rows": [
            {
                **row,
                "from": at(min(row["lost"])),
                "wide": max(abs(at(row["lost"][1]) - at(row["lost"][0])), 0.5),
            }
            for row in rows
        ],
        "idle": [row["path"] for row in held["ranges"] if not has_effect(held, row)],
    }


def _calendar(day_0: str | None, days: float) -> str:
    return (date.fromisoformat(day_0) + timedelta(days=int(days))).isoformat() if day_0 else ""


ENGLISH = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))
CHINESE = ((1e12, "万亿"), (1e8, "亿"), (1e4, "万"))


def _number(value: float) -> Markup:
    """A sum of money with three figures and a word for its size, in both languages."""
    return in_both(_sized(value, ENGLISH), _sized(value, CHINESE))


def _sized(value: float, words: Sequence[tuple[float, str]]) -> str:
    for size, word in words:
        if abs(value) >= size:
            part = value / size
            return f"{part:,.3g} {word}" if abs(part) < 1000 else f"{part:,.0f} {word}"
    return f"{value:,.3g}" if abs(value) < 1000 else f"{value:,.0f}"


def _unit(unit: str) -> Markup:
    return in_both(unit, {"USD": "美元", "money of the table": "表中货币"}.get(unit, unit))
