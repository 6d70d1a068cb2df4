"""Charts as Vega-Lite specifications made with Altair, and their still pictures.

`timeline` shows products over time, `course` how many pairs have which outcome day by day, `tally` how many
answers have which outcome. A specification is data: plain colours, in full. `picture` draws it as SVG and
puts the page's own colours, hatching and both languages in, so that one picture serves light, dark and print.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from typing import Any

import numpy as np

from monazite.determine.survey import Survey
from monazite.terms.outcomes import NEEDS_EVIDENCE, VERDICTS, Verdict
from monazite.writers.overview import WORST_FIRST
from monazite.writers.picks import Doubt, Line
from monazite.writers.words import word

COLOURS: Mapping[str, str] = {
    "prohibited": "#7a1226",
    "refused in principle": "#b02a37",
    "case by case": "#cc5a2b",
    "licence, no clock": "#d9822b",
    "licence": "#e5a532",
    "certificate": "#a9a445",
    "exempt, report due": "#5d9a80",
    "not in force": "#8fa3b8",
    "not controlled": "#d5dade",
    "needs evidence": "#7e6aa8",
}
"""Colours by outcome, worst first. Each must occur nowhere else in a picture."""

HATCHES: Mapping[str, str] = {Doubt.FACTS: "#010101", Doubt.LAW: "#010102", Doubt.BOTH: "#010103"}
"""Stand-ins in a specification for the hatching of answers that need evidence."""

_INK, _GRID, _LATE = "#4a4f55", "#e4e6e8", "#020202"
_FONT = "system-ui, 'Noto Sans CJK SC', 'Noto Sans SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"
_DARK_WORDS = ("licence", "licence, no clock", "certificate", "not controlled", "not in force")
_SYMBOL_DAYS = 1


def shown_outcome(line: Line) -> str:
    """The outcome whose colour a line takes: the most it may be."""
    return line.at_most.words if line.outcome is Verdict.NEEDS_EVIDENCE else str(line.outcome)


def timeline(
    lines: Sequence[Line], *, first: date, last: date, reviewed: date | None = None, width: int = 860
) -> Any:
    """Products and moves from top to bottom, days from left to right; an Altair chart.

    Parameters
    ----------
    lines : every answer of the pairs shown, in the order of the pairs
    reviewed : the last day on which the law was looked at
    width : of the drawing, in pixels; below 500 the labels stand over the bars
    """
    import altair as alt

    narrow = width < 500
    several = len({line.regime for line in lines}) > 1
    labels = list(dict.fromkeys(_label(line, several) for line in lines))
    stop = last + timedelta(days=1)
    scale_days = max((stop - first).days, 1)
    room = (width - (0 if narrow else _LABEL_WIDTH)) / scale_days
    bars: list[dict[str, Any]] = []
    points: list[dict[str, Any]] = []
    for line in lines:
        row: dict[str, Any] = {
            "label": _label(line, several),
            "from": line.first.isoformat(),
            "stop": (line.last + timedelta(days=1)).isoformat(),
            "outcome": str(line.outcome),
            "at least": line.at_least.words,
            "at most": line.at_most.words,
            "shown": shown_outcome(line),
            "doubt": str(line.doubt),
        }
        days = (line.last - line.first).days + 1
        single = days <= _SYMBOL_DAYS
        goes_on = not single and bool(bars) and all(bars[-1][key] == row[key] for key in ("label", "outcome"))
        fits = single or days * room > 6.2 * len(row["outcome"]) + 8
        row["words"] = row["outcome"] if fits and not goes_on else ""
        row["ink"] = "hatched" if line.doubt else "dark" if row["shown"] in _DARK_WORDS else "light"
        row["side"] = (
            "left" if single and (stop - line.first).days * room < 6.2 * len(row["outcome"]) + 14 else "right"
        )
        (points if single else bars).append(row)
    x = alt.X(
        "from:T",
        title=None,
        scale=alt.Scale(type="utc", domain=[first.isoformat(), stop.isoformat()], nice=False),
        axis=alt.Axis(
            format=_tick_format(scale_days),
            grid=True,
            tickCount=4 if narrow else 10,
            labelAngle=0,
            labelOverlap=True,
            labelSeparation=8,
        ),
    )
    y = alt.Y(
        "label:N",
        sort=labels,
        title=None,
        axis=None
        if narrow
        else alt.Axis(labelLimit=_LABEL_WIDTH - 40, labelPadding=8, minExtent=_LABEL_WIDTH - 10),
        scale=alt.Scale(paddingInner=0.62 if narrow else 0.28, paddingOuter=0.2),
    )
    colour = alt.Color(
        "shown:N", scale=alt.Scale(domain=list(COLOURS), range=list(COLOURS.values())), legend=None
    )
    tooltip = [alt.Tooltip(f"{name}:N") for name in ("label", "from", "outcome", "at least", "at most")]
    hatch = alt.Color(
        "doubt:N", scale=alt.Scale(domain=list(HATCHES), range=list(HATCHES.values())), legend=None
    )
    words_scale = alt.Scale(domain=["dark", "light", "hatched"], range=[_DARK_TEXT, _LIGHT_TEXT, _HALOED])
    layers = []
    late = None
    if reviewed is not None and first <= reviewed < last:
        late = alt.Chart(
            alt.Data(values=[{"from": (reviewed + timedelta(days=1)).isoformat(), "stop": stop.isoformat()}])
        )
        layers.append(late.mark_rect(color=_LATE, opacity=0.05).encode(x=x, x2="stop:T"))
    if bars:
        base = alt.Chart(alt.Data(values=bars))
        layers.append(
            base.mark_rect(cornerRadius=1).encode(x=x, x2="stop:T", y=y, color=colour, tooltip=tooltip)
        )
        layers.append(
            base.transform_filter("datum.doubt != ''")
            .mark_rect(opacity=0.18, cornerRadius=1)
            .encode(x=x, x2="stop:T", y=y, color=hatch)
        )
        layers.append(
            base.transform_filter("datum.words != ''")
            .mark_text(align="left", baseline="middle", dx=4, fontSize=10)
            .encode(x=x, y=y, text="words:N", color=alt.Color("ink:N", scale=words_scale, legend=None))
        )
    if points:
        base = alt.Chart(alt.Data(values=points))
        layers.append(
            base.mark_point(shape="square", size=110, filled=True, opacity=1).encode(
                x=x, y=y, color=colour, tooltip=tooltip
            )
        )
        layers.append(
            base.transform_filter("datum.doubt != ''")
            .mark_point(shape="square", size=110, filled=True, opacity=0.18)
            .encode(x=x, y=y, color=hatch)
        )
        for side, align, dx in (("right", "left", 9), ("left", "right", -9)):
            layers.append(
                base.transform_filter(f"datum.side == '{side}'")
                .mark_text(align=align, baseline="middle", dx=dx, fontSize=10, color=_INK)
                .encode(x=x, y=y, text="words:N")
            )
    if narrow:
        over = alt.Chart(alt.Data(values=[{"label": label, "from": first.isoformat()} for label in labels]))
        above = over.mark_text(align="left", baseline="bottom", dy=-9, dx=1, fontSize=10.5, color=_INK)
        layers.append(above.encode(x=x, y=y, text="label:N"))
    if late is not None:
        layers.append(late.mark_rule(color=_LATE, strokeDash=[4, 3], opacity=0.8).encode(x=x))
    chart = alt.layer(*layers).resolve_scale(color="independent")
    step = 34 if narrow else 24
    return dressed(chart.properties(width=width - (0 if narrow else _LABEL_WIDTH), height=alt.Step(step)))


_LABEL_WIDTH = 250
_LIGHT_TEXT, _DARK_TEXT, _HALOED = "#fefefe", "#1d2126", "#030303"


def _label(line: Line, with_regime: bool) -> str:
    way = f" {line.origin}→{line.destination}" if line.origin and line.destination else ""
    return f"{line.part} · {line.move}{way}" + (f" · {line.regime}" if with_regime else "")


def _tick_format(days: int) -> str:
    return "%Y-%m-%d" if days < 90 else "%Y-%m"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """How many pairs have which outcome from one day to the day before another."""

    start: date
    stop: date
    counts: Mapping[Verdict, int]


def stretches(survey: Survey, regime: str) -> list[Stretch]:
    """The days of a survey cut where a count changes. O(rows)."""
    rows = survey.rows[regime]
    cuts = np.unique(np.concatenate([rows.start, rows.stop]))
    table = np.zeros((NEEDS_EVIDENCE + 1, len(cuts) + 1), dtype=np.int64)
    np.add.at(table, (rows.verdict, np.searchsorted(cuts, rows.start)), 1)
    np.add.at(table, (rows.verdict, np.searchsorted(cuts, rows.stop)), -1)
    table = np.cumsum(table, axis=1)
    made = []
    for i in range(len(cuts) - 1):
        counts = {VERDICTS[code]: int(table[code, i]) for code in range(NEEDS_EVIDENCE + 1) if table[code, i]}
        if counts:
            made.append(
                Stretch(
                    start=date.fromordinal(int(cuts[i])),
                    stop=date.fromordinal(int(cuts[i + 1])),
                    counts=counts,
                )
            )
    return made


def course(
    found: Sequence[Stretch], *, first: date, last: date, reviewed: date | None = None, width: int = 860
) -> Any:
    """How many pairs have which outcome day by day, stacked, worst at the bottom; an Altair chart."""
    import altair as alt

    order = [v for v in WORST_FIRST if any(v in s.counts for s in found)]
    values = []
    for stretch in found:
        low = 0
        for verdict in order:
            number = stretch.counts.get(verdict, 0)
            if number:
                values.append({
                    "from": stretch.start.isoformat(), "stop": stretch.stop.isoformat(), "outcome": str(verdict),
                    "low": low, "high": low + number, "pairs": number,
                    "doubt": str(Doubt.FACTS) if verdict is Verdict.NEEDS_EVIDENCE else "",
                })  # fmt: skip
            low += number
    stop = last + timedelta(days=1)
    x = alt.X(
        "from:T",
        title=None,
        scale=alt.Scale(type="utc", domain=[first.isoformat(), stop.isoformat()], nice=False),
        axis=alt.Axis(
            format=_tick_format((stop - first).days),
            tickCount=4 if width < 500 else 10,
            labelAngle=0,
            labelOverlap=True,
            labelSeparation=8,
        ),
    )
    y = alt.Y("low:Q", title=None, axis=alt.Axis(format="~s", tickCount=4))
    base = alt.Chart(alt.Data(values=values))
    colour = alt.Color(
        "outcome:N", scale=alt.Scale(domain=list(COLOURS), range=list(COLOURS.values())), legend=None
    )
    hatch = alt.Color(
        "doubt:N", scale=alt.Scale(domain=list(HATCHES), range=list(HATCHES.values())), legend=None
    )
    tooltip = [alt.Tooltip(f"{name}:N") for name in ("from", "outcome", "pairs")]
    layers = [
        base.mark_rect().encode(x=x, x2="stop:T", y=y, y2="high:Q", color=colour, tooltip=tooltip),
        base.transform_filter("datum.doubt != ''")
        .mark_rect(opacity=0.18)
        .encode(x=x, x2="stop:T", y=y, y2="high:Q", color=hatch),
    ]
    if reviewed is not None and first <= reviewed < last:
        late = alt.Chart(alt.Data(values=[{"from": (reviewed + timedelta(days=1)).isoformat()}]))
        layers.append(late.mark_rule(color=_LATE, strokeDash=[4, 3], opacity=0.7).encode(x=x))
    return dressed(
        alt.layer(*layers).resolve_scale(color="independent").properties(width=width - 40, height=150)
    )


def tally(counts: Mapping[Verdict, int], *, width: int = 860) -> Any:
    """How many answers have which outcome, as bars; an Altair chart."""
    import altair as alt

    order = [v for v in WORST_FIRST if counts.get(v)]
    values = [
        {
            "outcome": str(v),
            "answers": counts[v],
            "doubt": str(Doubt.FACTS) if v is Verdict.NEEDS_EVIDENCE else "",
        }
        for v in order
    ]
    base = alt.Chart(alt.Data(values=values))
    x = alt.X("answers:Q", title=None, axis=None)
    y = alt.Y(
        "outcome:N", sort=[str(v) for v in order], title=None, axis=alt.Axis(labelLimit=150, minExtent=160)
    )
    colour = alt.Color(
        "outcome:N", scale=alt.Scale(domain=list(COLOURS), range=list(COLOURS.values())), legend=None
    )
    hatch = alt.Color(
        "doubt:N", scale=alt.Scale(domain=list(HATCHES), range=list(HATCHES.values())), legend=None
    )
    layers = [
        base.mark_bar().encode(x=x, y=y, color=colour),
        base.transform_filter("datum.doubt != ''").mark_bar(opacity=0.18).encode(x=x, y=y, color=hatch),
        base.mark_text(align="left", dx=5, color=_INK).encode(
            x=x, y=y, text=alt.Text("answers:Q", format=",")
        ),
    ]
    return dressed(
        alt.layer(*layers)
        .resolve_scale(color="independent")
        .properties(width=width - 200, height=alt.Step(20))
    )


def dressed(chart: Any) -> Any:
    """A chart with the fonts and colours of the pages."""
    return (
        chart.configure(font=_FONT, background="transparent", padding=2, aria=False)
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=_INK, titleColor=_INK, gridColor=_GRID, domainColor=_GRID, tickColor=_GRID, labelFontSize=11,
            labelFont=_FONT,
        )
    )  # fmt: skip


def specification(chart: Any) -> dict[str, Any]:
    """A chart as plain data, the same for the same chart."""
    return json.loads(json.dumps(chart.to_dict(validate=False), sort_keys=True))  # type: ignore[no-any-return]


def picture(svg: str, *, title: str, ident: str) -> str:
    """A drawn specification as it stands on a page: colours and hatching by the page's names, words in both languages.

    Parameters
    ----------
    title : what a screen reader says
    ident : prefix of the ids in the picture, unique on the page
    """
    svg = _renumbered(svg, ident)
    for name, colour in COLOURS.items():
        svg = svg.replace(f'"{colour}"', f'"var(--{slug(name)})"')
    for name, colour in HATCHES.items():
        svg = re.sub(f'fill="{colour}"((?:[^>]*?)) opacity="[0-9.]+"', rf'fill="url(#hatch-{name})"\1', svg)
        svg = re.sub(f'opacity="[0-9.]+"((?:[^>]*?)) fill="{colour}"', rf'\1 fill="url(#hatch-{name})"', svg)
        svg = svg.replace(f'fill="{colour}"', f'fill="url(#hatch-{name})"')
    for colour, name in ((_INK, "ink-2"), (_GRID, "line"), (_LATE, "ink")):
        svg = svg.replace(f'"{colour}"', f'"var(--{name})"')
    svg = svg.replace(f'fill="{_HALOED}"', 'class="haloed" fill="var(--ink)"').replace(
        f'"{_DARK_TEXT}"', '"var(--on-light)"'
    )
    svg = re.sub(r">([^<>]+)</text>", _in_both_languages, svg)
    head, _, rest = svg.partition(">")
    head = re.sub(r' (?:width|height|version|xmlns:xlink|xmlns)="[^"]*"', "", head)
    return f'{head} role="img" aria-label="{escape(title)}">{rest}'


def _in_both_languages(found: re.Match[str]) -> str:
    text = found[1]
    if text not in COLOURS:
        return found[0]
    return f'><tspan class="en">{text}</tspan><tspan class="zh">{escape(word(f"outcome.{text}", "zh"))}</tspan></text>'


def _renumbered(svg: str, ident: str) -> str:
    """Ids numbered in the order of the text, since the drawing engine counts on from picture to picture."""
    names = {name: f"{ident}-{i}" for i, name in enumerate(dict.fromkeys(re.findall(r'\bid="([^"]+)"', svg)))}
    for name, new in names.items():
        svg = re.sub(rf'(id="|url\(#|href="#){re.escape(name)}(?=["\)])', rf"\g<1>{new}", svg)
    return svg


def slug(outcome: str) -> str:
    """An outcome as the name of a style.

    >>> slug("exempt, report due")
    'o-exempt-report-due'
    """
    return "o-" + re.sub(r"[^a-z]+", "-", outcome)
