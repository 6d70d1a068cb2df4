"""The charts of a report: which pairs they show, their titles and sentences, and the same numbers as tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from monazite.determine.survey import Survey
from monazite.terms.outcomes import Verdict
from monazite.writers import charts
from monazite.writers.drawing import Picture
from monazite.writers.overview import WORST_FIRST, reviewed_until
from monazite.writers.picks import Line, Picked, lines_of
from monazite.writers.words import word

MOST_PAIRS = 24
"""A timeline shows so many pairs of item and move."""

MOST_TABLE_ROWS = 400
WIDE, SLIM = 1120, 358


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A chart with everything that stands around it. `header` holds keys of words."""

    name: str
    title_en: str
    title_zh: str
    says_en: str
    says_zh: str
    spec: Mapping[str, Any]
    wide: Picture
    slim: Picture  # for a narrow page
    header: tuple[str, ...]
    table: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...] = ()  # columns of the table that hold numbers
    left_out: int = 0  # rows of the table that are left out


def figures(survey: Survey, picked: Picked, regimes: Sequence[str]) -> list[Figure]:
    """The timeline, then for each regime the course of the outcomes, or their tally where single days were asked."""
    if not picked.lines:
        return []
    made = [_timeline(survey, picked)]
    for name in regimes:
        rows = survey.rows[name]
        if not len(rows):
            continue
        if bool((rows.stop - rows.start > 1).any()):
            made.append(_course(survey, name))
        else:
            made.append(_tally(survey, name))
    return made


def _timeline(survey: Survey, picked: Picked) -> Figure:
    several = len(survey.rows) > 1
    pairs = list(dict.fromkeys(line.pair for line in picked.lines))
    chosen = set(pairs[: max(MOST_PAIRS // len(survey.rows), 1)])
    if picked.is_whole:
        lines = [line for line in picked.lines if line.pair in chosen]
    else:
        lines = []
        for name, rows in survey.rows.items():
            mine = np.flatnonzero(np.isin(rows.pair, list(chosen)))
            lines += lines_of(survey, [(name, row) for row in mine.tolist()])
    parts = {part: i for i, part in enumerate(dict.fromkeys(line.part for line in picked.lines))}
    lines.sort(key=lambda line: (parts[line.part], line.pair, line.regime, line.first))
    first, last = min(line.first for line in lines), max(line.last for line in lines)
    margin = (
        timedelta(days=max((last - first).days // 40, 3))
        if all(line.first == line.last for line in lines)
        else timedelta(0)
    )
    looked = {day for name in survey.rows if (day := reviewed_until(survey, name))}
    reviewed = min(looked, default=None)
    span: dict[str, Any] = {"first": first - margin, "last": last + margin, "reviewed": reviewed}
    total = len(pairs) if picked.is_whole else len(survey.batch.node)
    en = f"Each line is one item on one move{' under one law' if several else ''}; the colour is the outcome on the day."
    zh = f"每行为一个物项与一次流转{'在一国法律之下' if several else ''}；颜色表示当日的判定结果。"
    if total > len(chosen):
        en += f" The worst {len(chosen)} of {total:,} pairs are shown."
        zh += f"共{total:,}组，仅列最严重的{len(chosen)}组。"
    if reviewed is not None and reviewed < last:
        en += f" Beyond the broken line nobody has reviewed {'all of the law' if len(looked) > 1 else 'the law'}."
        zh += "虚线之后，部分法律未经核对。" if len(looked) > 1 else "虚线之后的法律未经核对。"
    wide, slim = (charts.specification(charts.timeline(lines, width=width, **span)) for width in (WIDE, SLIM))
    return Figure(
        name="timeline",
        title_en="Products in time",
        title_zh="产品时间线",
        says_en=en,
        says_zh=zh,
        spec=wide,
        wide=Picture(spec=wide, title="Products in time", ident="time"),
        slim=Picture(spec=slim, title="Products in time", ident="time-slim"),
        header=(
            "ui.part",
            "ui.move",
            "ui.regime",
            "ui.from",
            "ui.through",
            "ui.outcome",
            "ui.at least",
            "ui.at most",
        ),
        table=tuple(_row(line) for line in lines[:MOST_TABLE_ROWS]),
        left_out=max(len(lines) - MOST_TABLE_ROWS, 0),
    )


def _row(line: Line) -> tuple[str, ...]:
    return (line.part, line.move, line.regime, line.first.isoformat(), line.last.isoformat(), str(line.outcome),
            line.at_least.words, line.at_most.words)  # fmt: skip


def _course(survey: Survey, regime: str) -> Figure:
    found = charts.stretches(survey, regime)
    reviewed = reviewed_until(survey, regime)
    wide, slim = (
        charts.specification(
            charts.course(found, first=survey.first, last=survey.last, reviewed=reviewed, width=width)
        )
        for width in (WIDE, SLIM)
    )
    verdicts = [v for v in WORST_FIRST if any(v in stretch.counts for stretch in found)]
    ident = f"course-{regime.lower()}"
    title = f"Outcomes in time: {word(f'regime.{regime}')}"
    return Figure(
        name=ident,
        title_en=title,
        title_zh=f"各结果数量随时间变化（{word(f'regime.{regime}', 'zh')}）",
        says_en="How many pairs of item and move have which outcome on each day; the worst stand at the bottom.",
        says_zh="每日各判定结果对应的物项与流转组合数；最严重者位于底部。",
        spec=wide,
        wide=Picture(spec=wide, title=title, ident=ident),
        slim=Picture(spec=slim, title=title, ident=f"{ident}-slim"),
        header=("ui.from", "ui.through", *(f"outcome.{verdict}" for verdict in verdicts)),
        table=tuple(_counts(stretch, verdicts) for stretch in found[:MOST_TABLE_ROWS]),
        numbers=tuple(range(2, 2 + len(verdicts))),
        left_out=max(len(found) - MOST_TABLE_ROWS, 0),
    )


def _counts(stretch: charts.Stretch, verdicts: Sequence[Verdict]) -> tuple[str, ...]:
    last: date = stretch.stop - timedelta(days=1)
    return (stretch.start.isoformat(), last.isoformat(), *(f"{stretch.counts.get(v, 0):,}" for v in verdicts))


def _tally(survey: Survey, regime: str) -> Figure:
    counts = survey.counts(regime)
    wide, slim = (charts.specification(charts.tally(counts, width=width)) for width in (WIDE, SLIM))
    ident, title = f"tally-{regime.lower()}", f"Answers by outcome: {word(f'regime.{regime}')}"
    return Figure(
        name=ident,
        title_en=title,
        title_zh=f"各结果的判定数（{word(f'regime.{regime}', 'zh')}）",
        says_en="How many answers have which outcome, worst first.",
        says_zh="各判定结果的数量，最严重者在前。",
        spec=wide,
        wide=Picture(spec=wide, title=title, ident=ident),
        slim=Picture(spec=slim, title=title, ident=f"{ident}-slim"),
        header=("ui.outcome", "ui.answers"),
        table=tuple((str(v), f"{counts[v]:,}") for v in WORST_FIRST if counts[v]),
        numbers=(1,),
    )
