"""Shares over the years as lines: an Altair chart whose specification a test can read."""

from collections.abc import Mapping, Sequence
from typing import Any

from monazite.writers import charts

INKS: Mapping[str, str] = {
    "#b34331": "c-1", "#2f5d8b": "c-2", "#6d8f3d": "c-3", "#8a6bb1": "c-4", "#c08a2c": "c-5", "#3d8f8b": "c-6",
    "#9aa2ab": "c-rest",
}  # fmt: skip
"""Colours of the lines, each with the name that the page gives it; each occurs nowhere else in a picture."""
DASHES = ((), (6, 3), (2, 2), (8, 3, 2, 3), (4, 4), (1, 3), (10, 4))
"""How a line is broken, so that colour is not all that tells it from the next."""


def series_chart(
    lines: Mapping[str, Sequence[tuple[int, float | None]]], colours: Mapping[str, str], *, width: int = 1120
) -> Any:
    """Lines by name, with the name at the end of each; a year without a figure leaves a gap.

    Parameters
    ----------
    lines : shares from 0 to 1 by year
    colours : the page's name of the colour of each line; grey where it has none
    """
    import altair as alt

    inks = {name: colour for colour, name in INKS.items()}
    narrow = width < 500
    names = list(lines)
    values: list[dict[str, Any]] = []
    ends: list[dict[str, Any]] = []
    for name, points in lines.items():
        # A point where a line begins or ends stands there as a dot, so that a lone year is seen.
        run = 0
        for i, (year, share) in enumerate(points):
            if share is None:
                run += 1
                continue
            alone = (i == 0 or points[i - 1][1] is None) and (
                i + 1 == len(points) or points[i + 1][1] is None
            )
            values.append(
                {"year": year, "share": share, "name": name, "run": f"{name}-{run}", "alone": alone}
            )
        known = [(year, share) for year, share in points if share is not None]
        if known:
            ends.append({"year": known[-1][0], "share": known[-1][1], "name": name})
    _apart(ends, gap=0.062 if narrow else 0.052)
    years = [year for points in lines.values() for year, _ in points]
    x = alt.X(
        "year:Q", title=None, scale=alt.Scale(domain=[min(years), max(years)], nice=False),
        axis=alt.Axis(format="d", tickCount=5 if narrow else 10, grid=False),
    )  # fmt: skip
    y = alt.Y("share:Q", title=None, scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format=".0%", tickCount=5))
    scale = alt.Scale(domain=names, range=[inks[colours.get(name, "c-rest")] for name in names])
    dash = alt.Scale(domain=names, range=[list(DASHES[i % len(DASHES)]) or [1, 0] for i in range(len(names))])
    colour = alt.Color("name:N", scale=scale, legend=None)
    base = alt.Chart(alt.Data(values=values))
    layers = [
        base.mark_line(strokeWidth=2).encode(
            x=x,
            y=y,
            color=colour,
            detail="run:N",
            strokeDash=alt.StrokeDash("name:N", scale=dash, legend=None),
        ),
        base.transform_filter("datum.alone")
        .mark_point(filled=True, size=28, opacity=1)
        .encode(x=x, y=y, color=colour),
        alt.Chart(alt.Data(values=ends))
        .mark_text(align="left", dx=6, fontSize=11, fontWeight=600)
        .encode(x=x, y=alt.Y("at:Q", scale=alt.Scale(domain=[0, 1])), text="name:N", color=colour),
    ]
    room = 50 + 7 * max(map(len, names))
    return charts.dressed(alt.layer(*layers).properties(width=width - room, height=220 if narrow else 280))


def _apart(ends: list[dict[str, Any]], gap: float) -> None:
    """Where the names stand: beside the ends of their lines, but not on each other."""
    by_year: dict[int, list[dict[str, Any]]] = {}
    for end in ends:
        by_year.setdefault(end["year"], []).append(end)
    for found in by_year.values():
        found.sort(key=lambda end: end["share"])
        last = -1.0
        for end in found:
            end["at"] = max(end["share"], last + gap)
            last = end["at"]
        over = last - 1.0
        if over > 0:
            for end in reversed(found):
                end["at"] = min(end["at"], 1.0 - gap * (len(found) - 1 - found.index(end)))
