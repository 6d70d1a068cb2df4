"""A plan as it is answered: its figures, what each part waits for, and its lines in closed form.

Parts whose move needs a licence by their determination get the lag of their item group, end use and destination, the
others none. Where evidence is missing, or nobody determined the part, a line is answered twice.

The closed form takes one delivery a part that lasts, and splits the stock of a part that several lines use in proportion
to use; `monazite.disruption.lines.courses` runs the same plan by the day.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from monazite.disruption.delay.control import Control
from monazite.disruption.delay.lags import NO_LAG, Floats, Lag, LognormalLag
from monazite.disruption.delay.licences import Application, DelayModel
from monazite.disruption.delay.waits import MODELS, asks, lag_of, renewal_days
from monazite.disruption.lines.odds import Line, LineOdds, line_odds, mean_capped_days_lost
from monazite.terms.outcomes import Outcome

NONE_OPEN, EACH_OPEN, SETTLED = (
    "as if no open part needed a licence",
    "as if each open part needed one",
    "determined",
)
"""Readings of what is not determined: where evidence is missing a line is answered twice."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipment:
    """Units of a part on a day, after a fixed lag, or, with neither, when the licence asked for is decided."""

    part: int
    quantity: float
    day: date | None = None
    lag_days: float = math.nan
    filed: date | None = None  # of its own application; None: that of the part
    needs_licence: bool | None = None  # None: as the part is determined
    where: str = ""  # the place it was read from

    @property
    def waits(self) -> bool:
        """For the decision on its licence."""
        return self.day is None and math.isnan(self.lag_days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """A licence held through a day, or asked for on `filed` and good for `valid_days` from its grant on."""

    name: str
    part: int
    quantity: float  # nan: not stated
    first: date | None = None  # None: in hand on day 0
    through: date | None = None
    filed: date | None = None
    valid_days: float = math.nan


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What a plan is answered from; arrays line up by lines, by parts, or by uses (line, part, units a running day)."""

    margin_per_day: Floats  # (lines,) nan: not stated
    stock: Floats  # (parts,) units
    carried_days: Floats  # (parts,)
    supplies: Sequence[Supply | None]  # (parts,) None: waits for nothing
    use_line: NDArray[np.int64]
    use_part: NDArray[np.int64]
    use_per_day: Floats
    delay: DelayModel
    control: Control
    day_0: date
    horizon: int
    shipments: Sequence[Shipment] = ()
    licences: Sequence[Licence] = ()
    otherwise: Sequence[
        tuple[float, Control]
    ] = ()  # other calendars with their odds; `control` has what is left

    @property
    def worlds(self) -> tuple[tuple[float, Control], ...]:
        """Each calendar with its odds: what hits all parts at once is which of them holds."""
        return ((1.0 - sum(odds for odds, _ in self.otherwise), self.control), *self.otherwise)

    @property
    def readings(self) -> tuple[str, ...]:
        """One where all is determined, else both."""
        return _readings(self.supplies)

    def readings_of(self, parts: NDArray[np.int64]) -> tuple[str, ...]:
        """The readings of a line that uses these parts."""
        return _readings([self.supplies[part] for part in parts.tolist()])

    @cached_property
    def uses(self) -> list[NDArray[np.int64]]:
        """The uses of each line."""
        order = np.argsort(self.use_line, kind="stable")
        ends = np.searchsorted(self.use_line[order], np.arange(1, len(self.margin_per_day)))
        return list(np.split(order, ends))

    @cached_property
    def all_use(self) -> Floats:
        """(parts,) units a day of all lines together."""
        used = np.bincount(self.use_part, weights=self.use_per_day, minlength=len(self.stock))
        return used.astype(np.float64)

    def shared(self) -> NDArray[np.int64]:
        """Parts that more than one line uses."""
        used = self.use_part[self.use_per_day > 0]
        return np.flatnonzero(np.bincount(used, minlength=len(self.stock)) > 1)


def _readings(supplies: Sequence[Supply | None]) -> tuple[str, ...]:
    is_open = any(s is not None and asks(s.at_least) != asks(s.at_most) for s in supplies)
    return (NONE_OPEN, EACH_OPEN) if is_open else (SETTLED,)


def closed_answers(
    setting: Setting, *, models: Sequence[str] = MODELS, only: Sequence[int] = ()
) -> list[Answer]:
    """Every line that uses a part under each model and reading; only those lines, where some are named."""
    answers = []
    for line, uses in enumerate(setting.uses):
        parts = setting.use_part[uses]
        if not len(parts) or (only and line not in only):
            continue
        for model in models:
            for reading in setting.readings_of(parts):
                made = line_of(setting, line, model, reading)
                odds = line_odds(made, horizon=float(setting.horizon))
                answers.append(
                    Answer(
                        line=line, model=model, reading=reading, parts=parts, covers=made.covers, odds=odds,
                        mean_capped_days_lost=mean_capped_days_lost(made, float(setting.horizon)),
                        margin_lost=odds.mean_days_lost * float(setting.margin_per_day[line]),
                    )
                )  # fmt: skip
    return answers


def line_of(setting: Setting, line: int, model: str, reading: str) -> Line:
    """The parts of one line with their covers and lags."""
    uses = setting.uses[line]
    parts = setting.use_part[uses]
    use = np.where(setting.use_per_day[uses] > 0, setting.all_use[parts], 0.0)
    lags = Lags(setting, model, reading)
    columns = [lags.add(part, None) for part in parts.tolist()]
    with np.errstate(divide="ignore"):
        covers = np.where(use > 0, setting.stock[parts] / np.where(use > 0, use, 1.0), np.inf)
    made = lags.line()
    return replace(made, covers=covers, codes=made.codes[columns], carried_days=made.carried_days[columns])


def arrivals_of(made: Line) -> Floats:
    """(parts, 3) days by which each part has come with 10, 50 and 90 %; inf where it never does."""
    found = np.empty((len(made.covers), 3))
    for code in np.unique(made.codes).tolist():
        lags = [(odds, lags[code]) for odds, lags in made.states]
        found[made.codes == code] = [_quantile(lags, share) for share in (0.1, 0.5, 0.9)]
    return found + made.carried_days[:, None]


def _quantile(lags: Sequence[tuple[float, Lag]], share: float) -> float:
    """The day by which a mixture of lags has come with these odds: between the least and the most of them."""
    ends = [lag.quantile(share) for _, lag in lags]
    low, high = min(ends), max(ends)
    if low == high:
        return low
    top = min(high, MOST_DAYS)
    if sum(odds * float(lag.cdf(np.array([top]))[0]) for odds, lag in lags) < share:
        return high
    for _ in range(60):
        middle = (low + top) / 2
        come = sum(odds * float(lag.cdf(np.array([middle]))[0]) for odds, lag in lags)
        low, top = (low, middle) if come >= share else (middle, top)
    return top


MOST_DAYS = 1e6
"""What has not come by then never does."""


class Lags:
    """Lags to be drawn together, one an application."""

    def __init__(self, setting: Setting, model: str, reading: str) -> None:
        self.setting, self.model, self.reading = setting, model, reading
        self.lags: list[list[Lag]] = [[NO_LAG] for _ in setting.worlds]  # by calendar
        self.known: dict[tuple[Outcome, Application], int] = {}
        self.columns: dict[tuple[int, date | None, str], int] = {}
        self.codes: list[int] = []
        self.carried: list[float] = []

    def add(self, part: int, filed: date | None, *, licence: str = "") -> int:
        """The column of a part's application, filed on its own day where one is given; a licence is not carried."""
        if (part, filed, licence) in self.columns:
            return self.columns[part, filed, licence]
        supply, setting = self.setting.supplies[part], self.setting
        outcome = outcome_of(supply, self.reading)
        code = 0
        if supply is not None and asks(outcome):
            asked = supply.asked if filed is None else replace(supply.asked, filed=filed)
            if (outcome, asked) not in self.known:
                self.known[outcome, asked] = len(self.lags[0])
                for lags, (_, control) in zip(self.lags, setting.worlds, strict=True):
                    lags.append(lag_of(self.model, outcome, asked, setting.delay, control, setting.day_0))
            code = self.known[outcome, asked]
        self.columns[part, filed, licence] = len(self.codes)
        self.codes.append(code)
        late = code != 0 and not licence  # what waits is carried once it may go, be it on day 0
        self.carried.append(float(setting.carried_days[part]) if late else 0.0)
        return len(self.codes) - 1

    def line(self) -> Line:
        """The lags as a line whose parts are the applications."""
        count = len(self.codes)
        states = [(odds, lags) for (odds, _), lags in zip(self.setting.worlds, self.lags, strict=True)]
        return Line(covers=np.zeros(count), codes=np.array(self.codes, dtype=np.int64),
                    carried_days=np.array(self.carried), states=states)  # fmt: skip


def outcome_of(supply: Supply | None, reading: str) -> Outcome:
    """The outcome of a part under a reading."""
    if supply is None:
        return Outcome.NOT_CONTROLLED
    return supply.at_least if reading == NONE_OPEN else supply.at_most


def renewal_after_grant(setting: Setting, licence: Licence) -> int | None:
    """B5 for a licence asked for, by age alone: file for the next so many days after its grant; None: at once is too late.

    By the hazard it hangs on the day of the grant, which is not known.
    """
    delay = setting.delay
    lag = LognormalLag(median_days=delay.median_days, sigma=delay.sigma, refused=delay.refused)
    days = renewal_days(lag)
    left = -1 if days is None else math.floor(licence.valid_days) - days
    return left if left >= 0 else None
