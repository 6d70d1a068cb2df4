"""What is waited for: the lag of an application by the outcome of its part and by each model, and when to file for the next."""

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from monazite.disruption.delay.control import Control, world_on
from monazite.disruption.delay.lags import NEVER, NO_LAG, Lag
from monazite.disruption.delay.licences import Application, DelayModel, age_lag, hazard_lag
from monazite.terms.outcomes import Outcome

AGE, HAZARD = "age alone", "hazard"
MODELS = (AGE, HAZARD)
CONTINUITY = 0.95
"""How likely the next licence is to be there in time."""
MOST_DAYS_AHEAD = 3650
"""Nobody is told to file longer before the end than this."""


def asks(outcome: Outcome) -> bool:
    """The part waits for a licence, or never comes. A certificate or report is no licence."""
    return outcome >= Outcome.LICENCE


def lag_of(
    model: str, outcome: Outcome, asked: Application, delay: DelayModel, control: Control, day_0: date
) -> Lag:
    """The lag of a part by its determination: none, that of the licence, or never.

    What is refused in principle or prohibited does not come.
    """
    if outcome >= Outcome.REFUSED_IN_PRINCIPLE:
        return NEVER
    if not asks(outcome):
        return NO_LAG
    lag = age_lag if model == AGE else hazard_lag
    return lag(delay, asked, control.spells_for(asked), day_0=day_0)


def renewal_days(lag: Lag, *, continuity: float = CONTINUITY) -> int | None:
    """B5: file at least so many days before the end; None where no day is early enough.

    >>> from monazite.disruption.delay.lags import LognormalLag
    >>> renewal_days(LognormalLag(median_days=74, sigma=0.36))
    134
    """
    days = lag.quantile(continuity)
    return None if math.isinf(days) else math.ceil(days)


def file_by(through: date, lag: Lag, *, continuity: float = CONTINUITY) -> date | None:
    """The last day on which to file for a licence that takes over after `through`; None where none is early enough.

    >>> from monazite.disruption.delay.lags import LognormalLag
    >>> file_by(date(2025, 7, 1), LognormalLag(median_days=74, sigma=0.36))
    datetime.date(2025, 2, 17)
    """
    days = renewal_days(lag, continuity=continuity)
    return None if days is None else through - timedelta(days=days)


def renewals(
    held: Sequence[tuple[date, Application]], delay: DelayModel, control: Control
) -> list[dict[str, date | None]]:
    """B5 for each licence, its last day and its application: by each model the last day to file for 95 % continuity.

    None where no day is early enough. The lag is that of what is filed on the day itself: a refusal or a faster world in
    between counts.
    """
    return [{model: _file_by(model, last, asked, delay, control) for model in MODELS} for last, asked in held]


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
        lag = lag_of(model, Outcome.LICENCE, replace(asked, filed=filed), delay, control, filed)
        return float(lag.cdf(np.array([float(ahead)]))[0]) >= CONTINUITY

    if not in_time(most):
        return None
    return last - timedelta(days=bisect_left(range(most + 1), True, key=in_time))
