"""B4 written out lag by lag: what the flows of the package are held against."""

from collections.abc import Sequence

import numpy as np

from monazite.disruption.delay.lags import Floats, Lag


def shipped(orders: Floats, waiting_share: float, lag: Lag) -> Floats:
    """B4: units shipped on each day of orders d(t) of which a share waits for a licence filed on the day of order.

    shipped(t) = d(t) (1 - kappa) + kappa sum_{q <= t} d(q) (F(t - q) - F(t - q - 1)): what is decided during the day.
    A lag that hangs on the calendar takes `shipped_by` instead.
    """
    decided = np.diff(lag.cdf(np.arange(len(orders) + 1, dtype=np.float64)))
    return np.asarray(
        orders * (1 - waiting_share) + waiting_share * np.convolve(orders, decided)[: len(orders)]
    )


def shipped_by(orders: Floats, waiting_share: float, lags: Sequence[Lag]) -> Floats:
    """B4 with a lag for each day of filing, in days from day 0: a faster regime frees a backlog, so it can exceed d."""
    days = np.arange(len(orders) + 1, dtype=np.float64)
    flow = np.asarray(orders * (1 - waiting_share), dtype=np.float64)
    for amount, lag in zip(orders, lags, strict=True):
        flow += waiting_share * amount * np.diff(lag.cdf(days))
    return flow
