"""Flows from left to right as ribbons whose width is their value: who ships to whom, or what comes from where.

The drawing is SVG that a test can read: a bar for each node, a ribbon for each flow, each with its value as a title.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

BAR, GAP = 12, 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """A ribbon from a node of the left column to one of the right."""

    source: str
    target: str
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A bar. `names` in English and Chinese; `colour` is the name of a style."""

    names: tuple[str, str]
    colour: str = ""
    told: str = ""  # what stands behind the name: a value, a share


@dataclass(frozen=True, slots=True)
class _Placed:
    top: float
    height: float


def sankey(
    flows: Sequence[Flow],
    left: Mapping[str, Node],
    right: Mapping[str, Node],
    *,
    title: str,
    values: Mapping[tuple[str, str], str],
    width: int = 1120,
    height: int = 0,
) -> Markup:
    """The drawing; nodes stand in the order given, ribbons take the colour of their source.

    Parameters
    ----------
    values : the value of each flow in words
    width : in pixels; below 500 the names stand over the ribbons
    """
    narrow = width < 500
    rooms = [0 if narrow else _room(side) for side in (left, right)]
    total = sum(flow.value for flow in flows)
    if not total:
        return Markup("")
    most = max(len(left), len(right))
    height = height or max(34 * most, 260)
    scale = (height - GAP * (most - 1)) / total
    first, second = _placed(flows, left, scale, "source"), _placed(flows, right, scale, "target")
    low = max((one.top + one.height for one in (*first.values(), *second.values())), default=0)
    x0, x1 = rooms[0], width - rooms[1] - BAR
    used_left, used_right = dict.fromkeys(left, 0.0), dict.fromkeys(right, 0.0)
    ribbons, order = [], {name: n for n, name in enumerate(right)}
    for source in left:
        for flow in sorted((f for f in flows if f.source == source), key=lambda f: order[f.target]):
            thick = flow.value * scale
            a = first[source].top + used_left[source]
            b = second[flow.target].top + used_right[flow.target]
            used_left[source] += thick
            used_right[flow.target] += thick
            ribbons.append(_ribbon(flow, a, b, max(thick, 0.4), x0 + BAR, x1, left, right, values))
    outer, inner = ("start", "end") if narrow else ("end", "start")
    drawn = [*_bars(left, first, x0, narrow, outer), *_bars(right, second, x1, narrow, inner)]
    return Markup(
        f'<svg class="sankey" viewBox="0 0 {width} {low + 4:.0f}" role="img" aria-label="{escape(title)}">'
        f"<g>{''.join(ribbons)}</g>{''.join(drawn)}</svg>"
    )


def _room(nodes: Mapping[str, Node]) -> int:
    """Room for the names of a side, in pixels; Chinese letters are twice as wide."""
    letters = max(
        (max(len(node.names[0]), 2 * len(node.names[1])) + len(node.told) for node in nodes.values()),
        default=0,
    )
    return min(18 + round(6.6 * letters), 360)


def _placed(flows: Sequence[Flow], nodes: Mapping[str, Node], scale: float, side: str) -> dict[str, _Placed]:
    top, found = 2.0, {}
    for name in nodes:
        tall = max(sum(flow.value for flow in flows if getattr(flow, side) == name) * scale, 1.0)
        found[name] = _Placed(top, tall)
        top += max(tall, 13.0) + GAP
    return found


def _ribbon(
    flow: Flow, a: float, b: float, thick: float, x0: float, x1: float,
    left: Mapping[str, Node], right: Mapping[str, Node], values: Mapping[tuple[str, str], str],
) -> str:  # fmt: skip
    bend = (x0 + x1) / 2
    path = (
        f"M{x0:.0f} {a:.1f}C{bend:.0f} {a:.1f} {bend:.0f} {b:.1f} {x1:.0f} {b:.1f}v{thick:.1f}"
        f"C{bend:.0f} {b + thick:.1f} {bend:.0f} {a + thick:.1f} {x0:.0f} {a + thick:.1f}z"
    )
    says = f"{left[flow.source].names[0]} → {right[flow.target].names[0]}: {values.get((flow.source, flow.target), '')}"
    return f'<path class="ribbon {left[flow.source].colour}" d="{path}"><title>{escape(says)}</title></path>'


def _bars(
    nodes: Mapping[str, Node], placed: Mapping[str, _Placed], x: float, narrow: bool, anchor: str
) -> list[str]:
    made = []
    for name, node in nodes.items():
        one = placed[name]
        made.append(
            f'<rect class="node {node.colour}" x="{x:.0f}" y="{one.top:.1f}" width="{BAR}" height="{one.height:.1f}"/>'
        )
        at = x - 7 if anchor == "end" and not narrow else x + BAR + 7 if anchor == "start" else x - 5
        middle = one.top + max(one.height, 13) / 2 if one.height > 13 else one.top + one.height / 2 + 1
        told = f' <tspan class="told">{escape(node.told)}</tspan>' if node.told else ""
        english, chinese = node.names
        if english == chinese:
            text = str(escape(english))
        else:
            text = f'<tspan class="en">{escape(english)}</tspan><tspan class="zh">{escape(chinese)}</tspan>'
        made.append(
            f'<text class="haloed" x="{at:.0f}" y="{middle:.1f}" text-anchor="{anchor}" dominant-baseline="central">{text}{told}</text>'
        )
    return made
