"""Draws from a posterior by importance sampling in rounds, each proposal a normal fitted to the round before.

The prior is a normal; a parameter with a range is a function of a standard normal. Where the likelihood is narrow, the first
rounds use a power of it below 1, so that a tenth of the draws still carries weight. Chance is a generator argument.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp, ndtri

from monazite.disruption.delay.lags import Floats

COUNT, ROUNDS = 2_000, 12
ENOUGH = 0.1
"""Share of the draws that must carry the weight in each round."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Normal:
    """A normal of several dimensions."""

    mean: Floats  # (dims,)
    cov: Floats  # (dims, dims)

    def draw(self, count: int, rng: np.random.Generator) -> Floats:
        """(count, dims) draws."""
        z = ndtri(np.clip(rng.random((count, len(self.mean))), 1e-12, 1 - 1e-12))
        return np.asarray(self.mean + z @ np.linalg.cholesky(self.cov).T)

    def log_density(self, at: Floats) -> Floats:
        """(count,) ln density."""
        root = np.linalg.cholesky(self.cov)
        z = np.linalg.solve(root, (at - self.mean).T)
        scale = len(self.mean) / 2 * math.log(2 * math.pi) + float(np.log(np.diag(root)).sum())
        return np.asarray(-0.5 * (z**2).sum(axis=0) - scale)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """(kept, dims) draws of equal weight, how many draws carried the weight, and ln of the mean likelihood."""

    draws: Floats
    effective: float
    log_evidence: float


def sample(
    prior: Normal, log_likelihood: Callable[[Floats], Floats], *, kept: int, rng: np.random.Generator
) -> Sample:
    """Draws from prior x likelihood; the proposals always hold a tenth of the prior.

    Parameters
    ----------
    log_likelihood : (count, dims) -> (count,)
    """
    draws = prior.draw(COUNT, rng)
    ahead = prior.log_density(draws)
    proposed, done = ahead, False
    for _ in range(ROUNDS):
        likely = log_likelihood(draws)
        power = _power(likely, ahead - proposed)
        weight = _shares(power * likely + ahead - proposed)
        if power == 1.0 and done:
            break
        done = power == 1.0  # one more round with a proposal of the whole posterior
        mean = weight @ draws
        cov = (draws - mean).T @ ((draws - mean) * weight[:, None])
        near = Normal(mean=mean, cov=1.3 * cov + 1e-6 * np.eye(len(mean)))
        wide = round(COUNT * 0.1)
        draws = np.concatenate([near.draw(COUNT - wide, rng), prior.draw(wide, rng)])
        ahead = prior.log_density(draws)
        proposed = np.logaddexp(math.log(0.9) + near.log_density(draws), math.log(0.1) + ahead)
    else:
        likely = log_likelihood(draws)
        weight = _shares(likely + ahead - proposed)
    evidence = float(logsumexp(likely + ahead - proposed)) - math.log(len(draws))
    places = np.searchsorted(np.cumsum(weight), (np.arange(kept) + rng.random()) / kept)
    return Sample(
        draws=draws[np.minimum(places, len(draws) - 1)],
        effective=float(1 / (weight**2).sum()),
        log_evidence=evidence,
    )


def _shares(logs: Floats) -> Floats:
    weight = np.exp(logs - logs.max())
    return np.asarray(weight / weight.sum())


def _power(likely: Floats, other: Floats) -> float:
    """The largest power of the likelihood, at most 1, under which enough draws carry the weight."""

    def effective(power: float) -> float:
        return 1 / float((_shares(power * likely + other) ** 2).sum())

    if effective(1.0) >= ENOUGH * len(likely):
        return 1.0
    low, high = 0.0, 1.0
    for _ in range(30):
        middle = (low + high) / 2
        low, high = (middle, high) if effective(middle) >= ENOUGH * len(likely) else (low, middle)
    return max(low, 1e-6)
