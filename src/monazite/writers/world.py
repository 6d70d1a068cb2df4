"""A map of the world as SVG: which share each country has, in steps; the largest named on the map.

Shapes: Natural Earth 4.1.0, 1:110m admin 0 countries (public domain), made into `page/world.csv` by `tools/world.py`.
They are drawn as Natural Earth draws them; the map says nothing about borders. Places too small for them are circles.

>>> step_of(0.5), step_of(0.51), step_of(0.0), step_of(None)
(3, 4, 0, None)
"""

import csv
from collections.abc import Mapping
from functools import lru_cache

from markupsafe import Markup, escape

from monazite.writers.leverage import share_text
from monazite.writers.markup import PAGE

STEPS = (0.05, 0.1, 0.25, 0.5)
"""Ends of the steps of colour; a share belongs to the step whose end it does not exceed."""
NAMED = 7
"""So many countries have their share written on the map."""
_ROOM = 210, 46
VIEW = "20 0 1960 870"


def step_of(share: float | None) -> int | None:
    """The step of a share, from 0 to 4: the last is what is over one half; None where there is none."""
    if share is None:
        return None
    return sum(share > end for end in STEPS)


def step_text(step: int) -> str:
    """The step in words.

    >>> step_text(0), step_text(4)
    ('0-5 %', '> 50 %')
    """
    ends = [0.0, *STEPS]
    if step == len(STEPS):
        return f"> {ends[-1]:.0%}".replace("%", " %")
    return f"{ends[step] * 100:g}-{ends[step + 1] * 100:g} %"


@lru_cache(maxsize=1)
def places() -> tuple[tuple[str, int, int, str], ...]:
    """Code, place of the name, and outline of each country; no outline where it is too small."""
    with (PAGE / "world.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            (row["alpha3"], int(row["x"]), int(row["y"]), row["path"]) for row in csv.DictReader(file)
        )


def world_map(
    shares: Mapping[str, float | None],
    *,
    weights: Mapping[str, float],
    title: str,
    names: Mapping[str, tuple[str, str]],
    members: Mapping[str, tuple[str, ...]],
    asked: tuple[str, ...] = (),
) -> Markup:
    """The map.

    Parameters
    ----------
    shares : by country or group; None where there is none to tell, which is not zero
    weights : by which the countries are chosen that are named on the map
    names : in English and Chinese
    members : of a group that stands as one; they are coloured as the group
    asked : countries whose outline is drawn strongly
    """
    of = {member: group for group, them in members.items() if group in shares for member in them}
    shapes, points, outlined = [], [], []
    at = {}
    for code, x, y, path in places():
        who = of.get(code, code)
        at[code] = x, y
        share = shares.get(who)
        step = step_of(share)
        marked = "land" if who not in shares else "none" if step is None else f"m{step}"
        english, chinese = names.get(who, (who, who))
        told = f"{share_text(share)}" if share is not None else "-" if who in shares else ""
        held = (
            f' data-en="{escape(english)}" data-zh="{escape(chinese)}" data-share="{told}"'
            if who in shares
            else ""
        )
        if path:
            shapes.append(f'<path class="{marked}"{held} d="{path}"/>')
            if who in asked:
                outlined.append(f'<path class="asked" d="{path}"/>')
        elif who in shares:
            points.append(f'<circle class="{marked}"{held} cx="{x}" cy="{y}" r="7"/>')
    largest = sorted((code for code in shares if shares[code]), key=lambda code: (-weights[code], code))[
        :NAMED
    ]
    texts: list[str] = []
    taken: list[tuple[int, int]] = []
    for code in largest:
        place = at.get(code) or next((at[m] for m in ("DEU", *members.get(code, ())) if m in at), None)
        # Where two names would meet, that of the larger share stands.
        if place and all(abs(place[0] - x) > _ROOM[0] or abs(place[1] - y) > _ROOM[1] for x, y in taken):
            taken.append(place)
            texts.append(
                f'<text x="{place[0]}" y="{place[1]}"><tspan class="code">{escape(code)}</tspan> '
                f"{share_text(shares[code] or 0.0)}</text>"
            )
    return Markup(
        f'<svg class="world" viewBox="{VIEW}" role="img" aria-label="{escape(title)}">'
        f'<g>{"".join(shapes)}{"".join(outlined)}{"".join(points)}</g><g class="said">{"".join(texts)}</g></svg>'
    )
