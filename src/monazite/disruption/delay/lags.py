"""The lag of a decision or delivery: its distribution in days, which may never come (refusal).

A lag is the time from the day of the plan (day 0) to the next arrival. Distribution functions may be defective: their
limit is 1 - refused. Chance is a generator argument.

>>> round(LognormalLag(median_days=74, sigma=0.36).quantile(0.95))
134
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from monazite.terms.faults import BadInput, Fault

Floats = NDArray[np.float64]


class Lag(Protocol):
    """What every lag can say; all arguments and results in days."""

    @property
    def refused(self) -> float:
        """Probability that nothing ever comes."""
        ...

    @property
    def starts(self) -> float:
        """No arrival before this day; for a fixed lag the day itself."""
        ...

    @property
    def kinks(self) -> tuple[float, ...]:
        """Days on which the density jumps."""
        ...

    def cdf(self, days: Floats) -> Floats:
        """F: probability that it has come by each day, any shape."""
        ...

    def pdf(self, days: Floats) -> Floats:
        """f: density of the day of arrival, any shape, per day."""
        ...

    def quantile(self, share: float) -> float:
        """The day by which it has come with this probability; inf where it never reaches it."""
        ...

    def draw(self, uniform: Floats) -> Floats:
        """Days for uniform draws in [0, 1), any shape; inf where refused."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedLag:
    """A known day of arrival; 0 where nothing is missing, inf where it never comes."""

    days: float = 0.0

    def __post_init__(self) -> None:
        _check("lag", ("days", self.days, self.days >= 0, "zero or more days"))

    @property
    def refused(self) -> float:
        """1 where it never comes."""
        return float(math.isinf(self.days))

    @property
    def starts(self) -> float:
        """The day itself."""
        return self.days

    @property
    def kinks(self) -> tuple[float, ...]:
        """None: there is no density."""
        return ()

    def cdf(self, days: Floats) -> Floats:
        """1 from the day on."""
        return np.where(np.isfinite(self.days) & (days >= self.days), 1.0, 0.0)

    def pdf(self, days: Floats) -> Floats:
        """Zero: the whole weight stands on one day."""
        return np.zeros_like(days)

    def quantile(self, share: float) -> float:
        """The day itself."""
        return self.days

    def draw(self, uniform: Floats) -> Floats:
        """The day itself, as often as asked."""
        return np.full_like(uniform, self.days)


@dataclass(frozen=True, slots=True, kw_only=True)
class LognormalLag:
    """Age alone decides: F(t) = (1 - r) Phi((ln t - ln median) / sigma)."""

    median_days: float
    sigma: float
    refused: float = 0.0

    def __post_init__(self) -> None:
        _check(
            "lognormal lag",
            ("median_days", self.median_days, 0 < self.median_days < math.inf, "above zero days"),
            ("sigma", self.sigma, 0 < self.sigma < math.inf, "above zero"),
            ("refused", self.refused, 0 <= self.refused <= 1, "a share from 0 to 1"),
        )

    @property
    def starts(self) -> float:
        """Day 0."""
        return 0.0

    @property
    def kinks(self) -> tuple[float, ...]:
        """None: the density is smooth."""
        return ()

    def _z(self, days: Floats) -> Floats:
        with np.errstate(divide="ignore"):
            return np.asarray((np.log(np.maximum(days, 0.0)) - math.log(self.median_days)) / self.sigma)

    def cdf(self, days: Floats) -> Floats:
        """(1 - r) Phi(z)."""
        return np.asarray((1 - self.refused) * ndtr(self._z(days)))

    def pdf(self, days: Floats) -> Floats:
        """(1 - r) phi(z) / (sigma t)."""
        z, safe = self._z(days), np.maximum(days, 1e-300)
        scale = (1 - self.refused) / (self.sigma * math.sqrt(2 * math.pi))
        return np.where(days > 0, scale * np.exp(-0.5 * z**2) / safe, 0.0)

    def quantile(self, share: float) -> float:
        """median exp(sigma Phi^-1(share / (1 - r)))."""
        if share >= 1 - self.refused:
            return math.inf
        return self.median_days * math.exp(self.sigma * float(ndtri(share / (1 - self.refused))))

    def draw(self, uniform: Floats) -> Floats:
        """By inversion."""
        come = 1 - self.refused
        if come == 0:
            return np.full_like(uniform, np.inf)
        inside = np.minimum(uniform / come, 1.0)
        return np.where(uniform < come, self.median_days * np.exp(self.sigma * ndtri(inside)), np.inf)


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardLag:
    """A hazard of decision by calendar day: F(t) = (1 - r) (1 - exp(-H(t))), H(t) = integral of the hazard up to t.

    `days[k]` is the first day of piece k with hazard `rates[k]` per day; before the first it is zero, the last goes on.
    """

    days: tuple[float, ...]
    rates: tuple[float, ...]
    refused: float = 0.0
    _summed: tuple[float, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        rising = len(self.days) == len(self.rates) > 0 and all(np.diff(self.days) > 0)
        _check(
            "hazard lag",
            ("days", self.days, rising, "rising days, one for each rate"),
            ("rates", self.rates, all(0 <= rate < math.inf for rate in self.rates), "zero or more per day"),
            ("refused", self.refused, 0 <= self.refused <= 1, "a share from 0 to 1"),
        )
        steps = np.diff(self.days) * np.array(self.rates[:-1])
        object.__setattr__(self, "_summed", (0.0, *np.cumsum(steps).tolist()))

    @property
    def starts(self) -> float:
        """The first day with a hazard above zero; inf where there is none."""
        if self.refused == 1:
            return math.inf
        return next((day for day, rate in zip(self.days, self.rates, strict=True) if rate > 0), math.inf)

    @property
    def kinks(self) -> tuple[float, ...]:
        """The days on which the hazard changes."""
        return self.days

    def integral(self, days: Floats) -> Floats:
        """H: the hazard summed up to each day, any shape."""
        piece = np.maximum(np.searchsorted(self.days, days, side="right") - 1, 0)
        since = np.maximum(days - np.array(self.days)[piece], 0.0)
        return np.asarray(np.array(self._summed)[piece] + since * np.array(self.rates)[piece])

    def cdf(self, days: Floats) -> Floats:
        """(1 - r) (1 - exp(-H))."""
        return np.asarray(-(1 - self.refused) * np.expm1(-self.integral(days)))

    def pdf(self, days: Floats) -> Floats:
        """(1 - r) h exp(-H)."""
        piece = np.searchsorted(self.days, days, side="right") - 1
        rate = np.where(piece >= 0, np.array(self.rates)[np.maximum(piece, 0)], 0.0)
        return np.asarray((1 - self.refused) * rate * np.exp(-self.integral(days)))

    def quantile(self, share: float) -> float:
        """The day on which H reaches -ln(1 - share / (1 - r))."""
        if share >= 1 - self.refused:
            return math.inf
        return float(self._inverse(np.array([-math.log1p(-share / (1 - self.refused))]))[0])

    def draw(self, uniform: Floats) -> Floats:
        """By inversion."""
        come = 1 - self.refused
        if come == 0:
            return np.full_like(uniform, np.inf)
        with np.errstate(divide="ignore"):
            wanted = -np.log1p(-np.minimum(uniform / come, 1.0))
        return np.where(uniform < come, self._inverse(wanted), np.inf)

    def _inverse(self, wanted: Floats) -> Floats:
        """The day on which H first reaches each value."""
        piece = np.maximum(np.searchsorted(self._summed, wanted, side="left") - 1, 0)
        rate, day = np.array(self.rates)[piece], np.array(self.days)[piece]
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(
                np.where(rate > 0, day + (wanted - np.array(self._summed)[piece]) / rate, np.inf)
            )


def _check(where: str, *wanted: tuple[str, object, bool, str]) -> None:
    faults: Sequence[Fault] = [
        Fault(where=f"{where}, {name}", what=f"'{value}' does not fit", mend=f"Give {mend}")
        for name, value, fits, mend in wanted
        if not fits
    ]
    if faults:
        raise BadInput(faults)


NO_LAG = FixedLag(days=0.0)
"""Nothing is missing: the part needs no licence and arrives as planned."""
NEVER = FixedLag(days=math.inf)
"""It never comes: prohibited, or refused in principle."""
