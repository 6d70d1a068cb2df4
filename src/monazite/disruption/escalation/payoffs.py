"""What paths cost: losses of both sides by the rungs that stood, under named assumptions with ranges.

A measure bites once the other's cover is used up and until the lag after its end is over; then the stock is taken to be
full again. Losses add up over measures and days. Where a measure of unknown cost bites, the sum is unknown (nan), and
an order that would rest on it is refused.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from monazite.disruption.escalation.ladder import BreakEven, Loss, Range, Scenario
from monazite.disruption.escalation.paths import Ints, Paths

Floats = NDArray[np.float64]
MOST_CELLS = 20_000_000
"""Rungs that are looked at together, over combinations, pairs, runs, rounds and sides."""
SAME = 1e-9
"""Days and rates that differ by less than this share are the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumption:
    """One number that an order may turn on. `kind`: loss, cover, lag, patience or misperceived."""

    kind: str
    range: Range
    rung: str = ""
    side: str = ""


def assumptions(scenario: Scenario) -> tuple[Assumption, ...]:
    """Everything with a known range, fixed or not: misperception first, then patience, then the rungs' losses."""
    made = [Assumption(kind="misperceived", range=scenario.misperceived)]
    for ladder in scenario.ladders:
        if ladder.patience_days is not None:
            made.append(Assumption(kind="patience", range=ladder.patience_days, side=ladder.side))
    for ladder in scenario.ladders:
        for rung in ladder.rungs:
            for side, loss in rung.losses.items():
                if loss.per_day is None or loss.per_day == Range(0, 0):
                    continue
                for kind, found in (
                    ("loss", loss.per_day),
                    ("cover", loss.cover_days),
                    ("lag", loss.lag_days),
                ):
                    made.append(Assumption(kind=kind, range=found, rung=rung.key, side=side))
    return tuple(made)


def middles(found: Sequence[Assumption]) -> Floats:
    """(assumptions,) the middle of each."""
    return np.array([one.range.middle for one in found])


def ends(found: Sequence[Assumption], *, dear: bool) -> Floats:
    """(assumptions,) the end of each range at which losses are largest (dear) or smallest; misperception in the middle,
    for it moves losses either way. Losses rise with loss a day, lag and patience and fall with cover."""
    return np.array(
        [
            one.range.middle if one.kind == "misperceived"
            else one.range.low if (one.kind == "cover") == dear
            else one.range.high
            for one in found
        ]
    )  # fmt: skip


def losses(
    scenario: Scenario,
    walked: Sequence[Paths],
    found: Sequence[Assumption],
    values: Floats,
    *,
    say: Callable[[str], None] = lambda text: None,
) -> Floats:
    """(pairs, combinations, sides) mean loss over the runs; nan where a measure of unknown cost bites.

    Parameters
    ----------
    walked : paths at each of `rates`; each combination takes those of the nearest rate
    values : (combinations, assumptions)
    """
    column = {(one.kind, one.rung, one.side): at for at, one in enumerate(found)}
    level = np.argmin(np.abs(values[:, :1] - np.array([paths.rate for paths in walked])), axis=1)
    rungs = np.stack([paths.rungs for paths in walked])  # (levels, pairs, runs, rounds, sides)
    total = np.zeros((rungs.shape[1], len(values), 2))
    together = max(MOST_CELLS // max(rungs[0].size, 1), 1)
    for start in range(0, len(values), together):
        part = slice(start, start + together)
        chosen = rungs[level[part]]  # (combinations, pairs, runs, rounds, sides)
        for hurt, side in enumerate(scenario.sides):
            half = values[part, column["patience", "", side]] if ("patience", "", side) in column else None
            for owner, ladder in enumerate(scenario.ladders):
                for height, rung in enumerate(ladder.rungs, start=1):
                    loss = rung.losses[side]
                    if loss.per_day == Range(0, 0):
                        continue
                    known = ("loss", rung.key, side) in column
                    if known:
                        a_day, cover, lag = (
                            values[part, column[kind, rung.key, side]] for kind in ("loss", "cover", "lag")
                        )
                    else:
                        count = len(chosen)
                        a_day = np.full(count, math.nan)
                        cover, lag = np.full(count, loss.cover_days.low), np.full(count, loss.lag_days.high)
                    days = bitten_days(
                        chosen[..., owner] >= height, scenario.round_days, cover, lag, half
                    ).mean(axis=2)
                    total[:, part, hurt] += np.where(days > 0, days * a_day[:, None], 0.0).T
        if start + together < len(values):
            say(f"  {start + together} of {len(values)} combinations")
    return total


def bitten_days(
    stands: NDArray[np.bool_], round_days: int, cover: Floats, lag: Floats, half: Floats | None
) -> Floats:
    """(combinations, pairs, runs) days on which a measure bites, each weighed 2^(-day / half).

    Parameters
    ----------
    stands : (combinations, pairs, runs, rounds) the measure stands in the round
    cover, lag, half : (combinations,) days; half None: every day weighs the same
    """
    shape = (-1, 1, 1)
    cover, lag = cover.reshape(shape), lag.reshape(shape)
    used = np.zeros(stands.shape[:3])  # days of cover used so far
    tail = np.zeros(stands.shape[:3])  # days it still bites after its end
    total = np.zeros(stands.shape[:3])
    for t in range(stands.shape[3]):
        on = stands[..., t]
        first = np.where(on, np.clip(cover - used, 0, round_days), 0.0)
        last = np.where(on, float(round_days), np.minimum(tail, round_days))
        total += _weighed(t * round_days + first, t * round_days + last, half)
        used = np.where(on, np.minimum(used + round_days, cover), used)
        dry = on & (used >= cover)
        tail = np.where(dry, lag, np.where(on, tail, np.maximum(tail - round_days, 0)))
        used = np.where(~on & (tail <= 0), 0.0, used)
    return total


def _weighed(first: Floats, last: Floats, half: Floats | None) -> Floats:
    if half is None:
        return last - first
    rate = math.log(2) / half.reshape((-1, 1, 1))
    weighed: Floats = (np.exp(-rate * first) - np.exp(-rate * last)) / rate
    return weighed


def rungs_reached(paths: Paths, pair: int) -> tuple[int, int]:
    """The highest rung of either side on the paths of a pair."""
    highest: Ints = paths.rungs[pair].max(axis=(0, 1))
    return int(highest[0]), int(highest[1])


Spans = tuple[tuple[float, float], ...]
"""Days from and to which a comparison holds; to inf: for good."""


def days_above(losing: Sequence[Loss], other: Sequence[Loss], amount: float | None, *, dear: bool) -> Spans:
    """The days on which the losses of measures that stand from day 0 exceed an amount, or the other side's losses.

    Each loss is a line from its cover on; the comparison can turn back where the other's cover ends later. Spans begin
    first with dear losses and cheap ones of the other, last with the reverse. Empty: never, or a loss is unknown.
    """
    lines = _lines(losing, dear)
    against = _lines(other, not dear) if amount is None else []
    if lines is None or against is None:
        return ()
    knots = sorted({0.0, *(cover for cover, _ in lines), *(cover for cover, _ in against)})
    spans: list[tuple[float, float]] = []
    for start, stop in zip(knots, [*knots[1:], math.inf], strict=True):
        gap = _sum(lines, start) - _sum(against, start) - (amount or 0.0)
        up, down = (sum(rate for cover, rate in held if cover <= start) for held in (lines, against))
        slope = 0.0 if abs(up - down) <= SAME * max(up, down) else up - down
        even = start - gap / slope if slope else start
        first = max(start, even) if slope > 0 else start
        last = min(stop, even) if slope < 0 else stop
        if first >= last or (slope == 0 and gap <= 0):
            continue
        if spans and first - spans[-1][1] <= SAME * first:
            spans[-1] = (spans[-1][0], last)
        else:
            spans.append((first, last))
    return tuple(span for span in spans if span[1] - span[0] > SAME * span[1] or math.isinf(span[1]))


def break_even_spans(scenario: Scenario, asked: BreakEven) -> tuple[Spans, Spans]:
    """All days of the comparison: at the end of the ranges where it comes first, and where it comes last."""
    rungs = {rung.key: rung for ladder in scenario.ladders for rung in ladder.rungs}
    other = next(side for side in scenario.sides if side != asked.side)
    losing = [rungs[key].losses[asked.side] for key in asked.rungs]
    against = [rungs[key].losses[other] for key in asked.rungs]
    low, high = (None, None) if asked.amount is None else (asked.amount.low, asked.amount.high)
    return days_above(losing, against, low, dear=True), days_above(losing, against, high, dear=False)


def break_even(scenario: Scenario, asked: BreakEven) -> tuple[float | None, float | None]:
    """Least and most days until the break-even; None: never under those ends, or not known."""
    first, last = (spans[0][0] if spans else None for spans in break_even_spans(scenario, asked))
    return first, last


def unknown_break_even(scenario: Scenario, asked: BreakEven) -> tuple[tuple[str, str], ...]:
    """The measures and sides whose unknown loss keeps the break-even unknown."""
    sides = scenario.sides if asked.amount is None else (asked.side,)
    return tuple(
        (rung.key, side)
        for ladder in scenario.ladders
        for rung in ladder.rungs
        if rung.key in asked.rungs
        for side in sides
        if rung.losses[side].per_day is None
    )


def _lines(found: Sequence[Loss], dear: bool) -> list[tuple[float, float]] | None:
    """(cover, loss a day) of each; None where one is unknown."""
    made = []
    for loss in found:
        if loss.per_day is None:
            return None
        cover = loss.cover_days.low if dear else loss.cover_days.high
        made.append((cover, loss.per_day.high if dear else loss.per_day.low))
    return made


def _sum(lines: Sequence[tuple[float, float]], day: float) -> float:
    return sum(rate * max(day - cover, 0.0) for cover, rate in lines)
