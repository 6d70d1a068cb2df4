"""What network scenarios cost, as lines to read or plain data."""

from typing import Any

import numpy as np

from monazite.disruption.network import KNOWN_LIMIT
from monazite.disruption.outcome import Outcome
from monazite.disruption.table import SupplyTable

SHOWN = 8


def plain_outcome(table: SupplyTable, outcome: Outcome) -> dict[str, Any]:
    """One scenario as plain data: totals, each industry that lost, the days."""
    order = np.argsort(-outcome.lost, kind="stable")
    year = outcome.days / 365
    return {
        "scenario": outcome.name,
        "days": outcome.days,
        "unit": table.unit or "money of the table",
        "production_lost": float(outcome.lost.sum()),
        "production_lost_share": float(outcome.lost.sum() / (table.output.sum() * year)),
        "final_demand_lost": float(outcome.final_lost.sum()),
        "industries": [
            {
                "industry": table.names[at],
                "lost": float(outcome.lost[at]),
                "lost_share": float(outcome.lost[at] / (table.output[at] * year))
                if table.output[at]
                else None,
                "first_day": None if outcome.first_day[at] < 0 else float(outcome.first_day[at]),
                "worst_day_share": float(outcome.worst[at]),
            }
            for at in order
            if outcome.lost[at] > 0 or outcome.first_day[at] >= 0
        ],
        "lost_share_by_step": [float(share) for share in outcome.by_day],
        "limit": KNOWN_LIMIT,
    }


def network_lines(plain: list[dict[str, Any]]) -> list[str]:
    """Each scenario with its totals and the industries that lose most."""
    lines = []
    for held in plain:
        lines.append(f"{held['scenario']}: {held['days']:g} days")
        lines.append(
            f"  production lost {held['production_lost']:,.4g} ({held['production_lost_share']:.4%}), final demand not "
            f"served {held['final_demand_lost']:,.4g}, in {held['unit']}"
        )
        hit = [one for one in held["industries"] if one["lost"] > 0][:SHOWN]
        if hit:
            width = max(len(one["industry"]) for one in hit)
            lines.append(
                f"  {'industry':{width}}  {'lost':>11}  {'of its own':>10}  {'hit on day':>10}  worst day"
            )
        for one in hit:
            day = "-" if one["first_day"] is None else f"{one['first_day']:g}"
            own = "-" if one["lost_share"] is None else f"{one['lost_share']:.3%}"
            lines.append(
                f"  {one['industry']:{width}}  {one['lost']:11,.4g}  {own:>10}  {day:>10}  {one['worst_day_share']:.1%}"
            )
        lines.append("")
    lines.append(KNOWN_LIMIT)
    lines.append(
        "No prices, no behaviour beyond the equations; figures of the model are assumptions with ranges."
    )
    return lines
