"""How good a prediction was: error and coverage by month beside naive forecasts; Brier score of firms that stopped or not.

    error = mean of |forecast - actual| / actual        coverage = share of the actual months inside the 80 % interval
    Brier = mean of (P(stopped by the day) - outcome)^2, outcome 1 or 0; of the base rate b alone: b (1 - b)

Errors are compared on the same months only. A month with no forecast of a naive kind counts for no one in that comparison.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from monazite.disruption.delay.lags import Lag
from monazite.disruption.exports.hindcast import Prediction
from monazite.disruption.exports.reported import NAIVES, Naive


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One forecaster on the months given; `against` are errors of the naive forecasts on the months both have."""

    destination: str
    forecaster: str
    filing: str
    months: int
    error: float | None
    inside: float | None  # share inside the interval; None for a naive forecast
    against: Mapping[str, tuple[float, float, int]]  # naive -> its error, this one's, months

    @property
    def beaten_by(self) -> tuple[str, ...]:
        """Naive forecasts with a smaller error on the same months."""
        return tuple(name for name, (naive, own, _) in self.against.items() if naive < own)


Key = tuple[str, int]
"""Destination and month."""


def score(
    predictions: Sequence[Prediction], naive: Mapping[Key, Mapping[str, Naive]], actual: Mapping[Key, float]
) -> list[Score]:
    """Every model and filing case, then the naive forecasts, by destination. `actual` in tonnes, above zero."""
    found: list[Score] = []
    cases = list(dict.fromkeys((p.destination, p.model, p.filing) for p in predictions))
    for destination in dict.fromkeys(name for name, _, _ in cases):
        keys = sorted(key for key in actual if key[0] == destination)
        if not keys:
            continue
        simple = {
            kind: {
                key: tonnes
                for key in keys
                if key in naive and (tonnes := naive[key][kind].tonnes) is not None
            }
            for kind in NAIVES
        }
        for _, model, filing in (case for case in cases if case[0] == destination):
            mine = {(p.destination, p.month): p for p in predictions
                    if (p.destination, p.model, p.filing) == (destination, model, filing)}  # fmt: skip
            both = [key for key in keys if key in mine]
            if not both:
                continue
            against = {}
            for kind, held in simple.items():
                shared = [key for key in both if key in held]
                if shared:
                    own = _error({key: mine[key].median for key in shared}, actual)
                    against[kind] = _error({key: held[key] for key in shared}, actual), own, len(shared)
            inside = float(np.mean([mine[key].low <= actual[key] <= mine[key].high for key in both]))
            error = _error({key: mine[key].median for key in both}, actual)
            found.append(Score(destination=destination, forecaster=model, filing=filing, months=len(both), error=error,
                               inside=inside, against=against))  # fmt: skip
        for kind, held in simple.items():
            error_or_none = _error(held, actual) if held else None
            found.append(Score(destination=destination, forecaster=kind, filing="", months=len(held), error=error_or_none,
                               inside=None, against={}))  # fmt: skip
    return found


def _error(forecast: Mapping[Key, float], actual: Mapping[Key, float]) -> float:
    return float(np.mean([abs(tonnes - actual[key]) / actual[key] for key, tonnes in forecast.items()]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Firm:
    """A firm with cover for so many days on a day, and whether it stopped by another day."""

    name: str
    cover_days: float
    as_of: date
    by: date
    filed: date | None
    stopped: bool


def stop_odds(firm: Firm, lag_of: Callable[[date], Lag], *, start: date) -> float:
    """P(stopped by the day) = 1 - F(day on which the cover ends), 0 where that comes later.

    The licence is taken as filed on the day given, else on the first day of the control; `lag_of` gives the lag of a filing
    in days from it.
    """
    filed = firm.filed or start
    ends = (firm.as_of - filed).days + firm.cover_days
    if ends > (firm.by - filed).days:
        return 0.0
    return float(1 - lag_of(filed).cdf(np.array([max(ends, 0.0)]))[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Brier:
    """Brier score of one model, beside that of the base rate."""

    model: str
    firms: int
    score: float
    base_rate: float
    of_base_rate: float
    odds: tuple[float, ...]


def brier(model: str, firms: Sequence[Firm], odds: Sequence[float]) -> Brier:
    """The score of odds given for each firm."""
    outcome = np.array([firm.stopped for firm in firms], dtype=float)
    rate = float(outcome.mean())
    return Brier(model=model, firms=len(firms), score=float(((np.array(odds) - outcome) ** 2).mean()), base_rate=rate,
                 of_base_rate=rate * (1 - rate), odds=tuple(odds))  # fmt: skip
