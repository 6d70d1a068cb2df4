"""A plan answered: each line under each model of the delay and each reading of what is not yet determined.

Parts whose move needs a licence by their determination get the lag of their item group, end use and destination, the
others none. Where evidence is missing the line is answered twice: as if no such part needed a licence, and as if each did.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from monazite.disruption.delay.control import Control, world_on
from monazite.disruption.delay.lags import NO_LAG, Floats, Lag
from monazite.disruption.delay.licences import (
    Application,
    DelayModel,
    age_lag,
    file_by,
    hazard_lag,
    lags_by_outcome,
)
from monazite.disruption.lines.odds import Line, LineOdds, line_odds, mean_capped_days_lost
from monazite.terms.outcomes import Outcome

AGE, HAZARD = "age alone", "hazard"
MODELS = (AGE, HAZARD)
CONTINUITY = 0.95
"""How likely the next licence is to be there in time."""
NONE_OPEN, EACH_OPEN, SETTLED = (
    "as if no open part needed a licence",
    "as if each open part needed one",
    "determined",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """What decides the lag of one part: the bounds of its outcome and its application."""

    at_least: Outcome
    at_most: Outcome
    asked: Application


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One line under one model and one reading; arrays line up with `parts`."""

    line: int
    model: str
    reading: str
    parts: NDArray[np.int64]
    covers: Floats
    odds: LineOdds
    mean_capped_days_lost: float  # E[min(W, H)]
    margin_lost: float  # nan where the margin is not stated


def answer_line(
    line: int,
    parts: NDArray[np.int64],
    stock: Floats,
    use: Floats,
    carried_days: Floats,
    supplies: Sequence[Supply | None],
    *,
    margin_per_day: float,
    delay: DelayModel,
    control: Control,
    day_0: date,
    horizon: float,
    models: Sequence[str] = MODELS,
) -> list[Answer]:
    """The answers for one line.

    Parameters
    ----------
    parts, stock, use, carried_days, supplies : of each part that the line uses, in units, units per running day and days;
        no supply where the part needs nothing
    """
    with np.errstate(divide="ignore"):
        covers = np.where(use > 0, stock / np.where(use > 0, use, 1.0), np.inf)
    is_open = any(s is not None and _asks(s.at_least) != _asks(s.at_most) for s in supplies)
    answers = []
    for model in models:
        for reading in (NONE_OPEN, EACH_OPEN) if is_open else (SETTLED,):
            lags: list[Lag] = [NO_LAG]
            known: dict[object, int] = {}
            codes = np.zeros(len(parts), dtype=np.int64)
            for place, supply in enumerate(supplies):
                if supply is None:
                    continue
                outcome = supply.at_least if reading == NONE_OPEN else supply.at_most
                key = (outcome, supply.asked)
                if key not in known:
                    known[key] = len(lags)
                    lags.append(_lag(model, outcome, supply.asked, delay, control, day_0))
                codes[place] = 0 if lags[known[key]] is NO_LAG else known[key]
            made = Line(covers=covers, codes=codes, carried_days=np.where(codes > 0, carried_days, 0.0),
                        states=[(1.0, lags)])  # fmt: skip
            odds = line_odds(made, horizon=horizon)
            answers.append(
                Answer(line=line, model=model, reading=reading, parts=parts, covers=covers, odds=odds,
                       mean_capped_days_lost=mean_capped_days_lost(made, horizon),
                       margin_lost=odds.mean_days_lost * margin_per_day)
            )  # fmt: skip
    return answers


def renewals(
    through: Mapping[str, date], asked: Mapping[str, Application], delay: DelayModel, control: Control
) -> dict[str, dict[str, date | None]]:
    """B5 for each licence and model: the last day to file for 95 % continuity; None where no day is early enough.

    The lag is that of what is filed on the day itself: a refusal or a faster world in between counts.
    """
    return {
        name: {model: _file_by(model, last, asked[name], delay, control) for model in MODELS}
        for name, last in through.items()
    }


MOST_DAYS_AHEAD = 3650
"""Nobody is told to file longer before the end than this."""


def _file_by(model: str, last: date, asked: Application, delay: DelayModel, control: Control) -> date | None:
    """The last day q with P(decided by the last day | filed on q) of 95 %; the earlier the filing the likelier it is."""
    spells = control.spells_for(asked)
    if not world_on(spells, last).asks:
        return last  # none is needed any more
    free = [spell.first for spell in spells if spell.first <= last and not spell.world.asks]
    begun = [spell.first for spell in spells if spell.first <= last and (not free or spell.first > free[-1])]
    most = min((last - begun[0]).days, MOST_DAYS_AHEAD)

    def in_time(ahead: int) -> bool:
        filed = last - timedelta(days=ahead)
        lag = _lag(model, Outcome.LICENCE, replace(asked, filed=filed), delay, control, filed)
        return float(lag.cdf(np.array([float(ahead)]))[0]) >= CONTINUITY

    if not in_time(most):
        # The control is too young, or no day is early enough: as if it had always stood as on the last day.
        return file_by(last, _lag(model, Outcome.LICENCE, replace(asked, filed=last), delay, control, last))
    return last - timedelta(days=bisect_left(range(most + 1), True, key=in_time))


def _asks(outcome: Outcome) -> bool:
    return outcome >= Outcome.LICENCE


def _lag(
    model: str, outcome: Outcome, asked: Application, delay: DelayModel, control: Control, day_0: date
) -> Lag:
    if not _asks(outcome) or outcome >= Outcome.REFUSED_IN_PRINCIPLE:
        return lags_by_outcome(outcome, NO_LAG)
    lag = age_lag if model == AGE else hazard_lag
    return lags_by_outcome(outcome, lag(delay, asked, control.spells_for(asked), day_0=day_0))
