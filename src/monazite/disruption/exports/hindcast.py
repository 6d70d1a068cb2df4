"""Exports by month foretold from what was known: the licence delay fitted to exports and counts of approvals together.

    ln y_m = ln L + ln days_m + [after the start] ln(1 + g) + ln phi_m(theta) + e_m,      phi_m the mean over the month of
    phi(t) = (1 - kappa) + kappa (1 - r) W(t; theta),                                      W from `flow`, orders flat
    cov(e_m, e_n) = V (1 if m = n; w if the same calendar month of two years; else 0)

Parameters are drawn from their ranges and weighed by the likelihood of the months known (L integrated out, flat in the log)
and, for the world, of the shares of approvals. A destination's lag starts from the world's posterior; kappa, growth and the
multiplier of the hazard are its own. Each draw gives a normal forecast of ln y_m given the months known; the median
and the interval are those of the mixture. So the interval holds what is not known of the parameters, the noise from month
to month and the share w of it that is season. It holds no change of the law: the states of the world go on.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from scipy.special import ndtr

from monazite.disruption.delay.fitting import (
    EVENLY,
    LAST_DAY,
    WEEK_1,
    Estimate,
    Statistic,
    ages,
    log_likelihood,
)
from monazite.disruption.delay.lags import Floats
from monazite.disruption.delay.licences import Spell
from monazite.disruption.delay.waits import AGE, HAZARD
from monazite.disruption.exports import flow
from monazite.disruption.exports.reported import (
    WORLD,
    Observation,
    Report,
    check_reports,
    days_in,
    first_day,
    month_of,
    observations,
)
from monazite.disruption.exports.sampling import Normal, sample
from monazite.terms.faults import BadInput, Fault

PRIORS: dict[str, tuple[float, float, str]] = {
    "median_days": (30.0, 150.0, "log"),  # wider than the 60-90 of licence-delay.csv: the data decide
    "sigma": (0.05, 1.0, "log"),
    "rate_before": (0.001, 0.2, "log"),
    "rate_after": (0.005, 1.0, "log"),
    "least_age": (
        0.0,
        45.0,
        "flat",
    ),  # never apart from the rates: a rate means nothing without its least age
    "kappa": (0.3, 1.0, "flat"),
    "growth": (0.0, 0.2, "flat"),  # of the world's orders over 2024
    "growth_destination": (-0.2, 0.4, "flat"),  # an assumption: one buyer's orders move more than the world's
    "refused": (0.0, 0.1, "peak at 0.02"),
    "season": (0.1, 0.9, "one of five"),  # w: one year of months cannot tell season from chance
    "factor": (0.1, 1.0, "log"),  # m_dest, 1 for the world, the EU and its members
}
"""Range of each parameter and how it is drawn in it."""
SEASONS = (0.1, 0.3, 0.5, 0.7, 0.9)
"""Values of w that are drawn."""
SPEAKS = ("reported", "derived", "change only")
"""Bases of rows that say something of one destination; a ranking does not."""
KEPT = 800
"""Draws kept of each fit."""
WIDER = 2.0
"""A destination's lag may differ from the world's: by how much its prior is wider in variance, an assumption."""
LOW, HIGH = 0.1, 0.9
CASES = ((AGE, WEEK_1), (AGE, EVENLY), (HAZARD, WEEK_1), (HAZARD, EVENLY))
POOLED = "pooled"
OF_MODEL = {AGE: ("median_days", "sigma"), HAZARD: ("rate_before", "rate_after", "least_age")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """All that a fit may know. `spells` as known on the last day; the last of them goes on."""

    reports: tuple[Report, ...]
    statistics: tuple[Statistic, ...]  # those that speak of the same lag: the EU's
    spells: tuple[Spell, ...]
    unit_factor: frozenset[str]  # destinations whose m_dest is 1
    through: date = LAST_DAY

    def __post_init__(self) -> None:
        check_reports(self.reports, through=self.through)
        late = [s for s in self.statistics if s.as_of > self.through]
        if late:
            raise BadInput([Fault(where=f"licence statistic of {s.as_of}", what=f"is after {self.through}",
                                  mend="Leave it out") for s in late])  # fmt: skip
        if not any(spell.world.decides for spell in self.spells):
            raise BadInput([Fault(where="states of the world", what="no state asks for a licence",
                                  mend="Name a control that is in force")])  # fmt: skip

    @property
    def start(self) -> date:
        """The first day on which a licence is asked for."""
        return min(spell.first for spell in self.spells if spell.world.decides)

    def worlds(self, days: int) -> list[int]:
        """Rate of each day: 0 from the start, 1 from the next state on."""
        later = [s.first for s in self.spells if s.first > self.start]
        jump = (min(later) - self.start).days if later else days
        return [int(day >= jump) for day in range(days)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Posterior:
    """Draws after the data: parameters by name, each (kept,); `log_mean`, `log_sd` (kept, months) of ln tonnes."""

    destination: str
    model: str
    filing: str
    values: dict[str, Floats]
    normal: Floats  # (kept, parameters) the same as standard normals
    log_mean: Floats
    log_sd: Floats
    effective: float  # draws that carry the weight
    log_evidence: float  # ln of the mean likelihood: higher fits better, within one destination

    def estimates(self) -> tuple[Estimate, ...]:
        """Median and 10 to 90 % of each parameter."""
        found = []
        for name, drawn in self.values.items():
            low, middle, high = np.quantile(drawn, (LOW, 0.5, HIGH)).tolist()
            found.append(Estimate(name=name, value=middle, low=low, high=high))
        return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """Median and 80 % interval of a month, in tonnes."""

    month: int
    destination: str
    model: str
    filing: str
    median: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """V, and of how many months it is."""

    variance: float
    months: int
    says: str


def noise_of(reports: Sequence[Report], destination: str, *, start: date) -> Noise:
    """V: the variance of ln tonnes a day over the months known before the control.

    For a destination: pooled within all destinations of two months or more, and no less than the world's.
    """
    groups = [WORLD] if destination == WORLD else sorted({r.destination for r in reports} - {WORLD})
    squares, freedom, months = 0.0, 0, 0
    for name in groups:
        used, _ = observations(reports, name, start=start)
        free = [o for o in used if o.against is None and o.month < month_of(start)]
        if len(free) < 2:
            continue
        logs = np.array([o.log_value - math.log(days_in(o.month)) for o in free])
        squares += float(((logs - logs.mean()) ** 2).sum())
        freedom, months = freedom + len(free) - 1, months + len(free)
    if destination == WORLD:
        if not squares > 1e-8:
            what = (
                "the months before the control do not vary"
                if freedom
                else "fewer than two months before the control are known"
            )
            raise BadInput(
                [Fault(where="exports, world", what=what, mend="Add some: they say how much a month varies")]
            )
        return Noise(variance=squares / freedom, months=months, says=f"{months} months before the control")
    world = noise_of(reports, WORLD, start=start)
    if not freedom or squares / freedom < world.variance:
        return Noise(variance=world.variance, months=world.months, says="the world's, which is larger")
    return Noise(variance=squares / freedom, months=months, says=f"{months} months of all destinations")


def foretell(
    known: Known, months: Sequence[int], rng: np.random.Generator, *, only: Sequence[str] | None = None
) -> tuple[list[Posterior], list[tuple[str, str]]]:
    """The world and each destination (of `only`), by model and filing; and who cannot be foretold, with the reason.

    Chance is `rng` alone: same seed, same numbers, whoever else is asked for.
    """
    others = sorted({r.destination for r in known.reports if r.basis in SPEAKS} - {WORLD})
    left, able = [], []
    for name in others:
        used, _ = observations(known.reports, name, start=known.start)
        if any(o.against is None for o in used):
            able.append(name)
        else:
            left.append((name, "no month in tonnes is known"))
    found: list[Posterior] = []
    for (model, filing), chance in zip(CASES, rng.spawn(len(CASES)), strict=True):
        chances = dict(zip((WORLD, *others), chance.spawn(len(others) + 1), strict=True))
        world = fit_world(known, months, model, filing, chances[WORLD])
        found.append(world)
        asked = [name for name in able if only is None or name in only]
        found += [_of_destination(known, months, world, name, chances[name]) for name in asked]
    return sorted(found, key=lambda p: (p.destination != WORLD, p.destination)), left


def predict(posteriors: Sequence[Posterior], months: Sequence[int]) -> list[Prediction]:
    """Median and interval by month of each, and of all cases of a destination pooled with equal weight."""
    found = []
    for name in dict.fromkeys(p.destination for p in posteriors):
        mine = [p for p in posteriors if p.destination == name]
        mean, sd = np.concatenate([p.log_mean for p in mine]), np.concatenate([p.log_sd for p in mine])
        every = [(POOLED, "", mean, sd), *((p.model, p.filing, p.log_mean, p.log_sd) for p in mine)]
        for model, filing, means, sds in every:
            low, middle, high = (np.exp(mixture_quantile(means, sds, q)) for q in (LOW, 0.5, HIGH))
            found += [Prediction(month=month, destination=name, model=model, filing=filing, median=float(middle[at]),
                                 low=float(low[at]), high=float(high[at])) for at, month in enumerate(months)]  # fmt: skip
    return found


def mixture_quantile(mean: Floats, sd: Floats, share: float) -> Floats:
    """(months,) quantile of an equal mixture of normals, (draws, months) each, by bisection."""
    low, high = (mean - 5 * sd).min(axis=0), (mean + 5 * sd).max(axis=0)
    for _ in range(26):
        middle = (low + high) / 2
        below = ndtr((middle - mean) / sd).mean(axis=0) < share
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return np.asarray((low + high) / 2)


def fit_world(
    known: Known, months: Sequence[int], model: str, filing: str, rng: np.random.Generator
) -> Posterior:
    names = (*OF_MODEL[model], "refused", "kappa", "growth", "season")
    prior = Normal(mean=np.zeros(len(names)), cov=np.eye(len(names)))
    return _posterior(known, months, WORLD, model, filing, names, prior, rng)


def _of_destination(
    known: Known, months: Sequence[int], world: Posterior, name: str, rng: np.random.Generator
) -> Posterior:
    """The lag starts from the normal nearest to the world's posterior, twice as wide in variance."""
    shared = (*OF_MODEL[world.model], "refused")
    own: tuple[str, ...] = ("kappa", "growth_destination", "season")
    if world.model == HAZARD and name not in known.unit_factor:
        own = (*own, "factor")
    held = world.normal[:, : len(shared)]
    cov = np.eye(len(shared) + len(own))
    cov[: len(shared), : len(shared)] = WIDER * np.cov(held.T) + 1e-6 * np.eye(len(shared))
    prior = Normal(mean=np.concatenate([held.mean(axis=0), np.zeros(len(own))]), cov=cov)
    return _posterior(known, months, name, world.model, world.filing, (*shared, *own), prior, rng)


def _posterior(
    known: Known, months: Sequence[int], destination: str, model: str, filing: str, names: Sequence[str],
    prior: Normal, rng: np.random.Generator,
) -> Posterior:  # fmt: skip
    used, _ = observations(known.reports, destination, start=known.start)
    variance = noise_of(known.reports, destination, start=known.start).variance
    seen = sorted({m for o in used for m in (o.month, o.against) if m is not None})

    def likely(normal: Floats) -> Floats:
        drawn = values_of(names, normal)
        offsets = log_expected(known, seen, drawn, model, filing)
        logs = condition(used, seen, (), offsets, variance, drawn["season"])[0]
        for statistic in known.statistics if destination == WORLD else ():
            logs = logs + log_likelihood(approved_share(known, statistic, drawn, model, filing), statistic)
        return logs

    found = sample(prior, likely, kept=KEPT, rng=rng)
    values = values_of(names, found.draws)
    every = [*seen, *(m for m in months if m not in seen)]
    offsets = log_expected(known, every, values, model, filing)
    _, mean, sd = condition(used, every, months, offsets, variance, values["season"])
    return Posterior(destination=destination, model=model, filing=filing, values=values, normal=found.draws, log_mean=mean,
                     log_sd=sd, effective=found.effective, log_evidence=found.log_evidence)  # fmt: skip


def values_of(names: Sequence[str], normal: Floats) -> dict[str, Floats]:
    """Parameters by name from their normal draws (draws, names)."""
    return {
        name.removesuffix("_destination"): _value(name, ndtr(normal[:, at])) for at, name in enumerate(names)
    }


def _value(name: str, uniform: Floats) -> Floats:
    low, high, how = PRIORS[name]
    if how == "log":
        return np.asarray(low * (high / low) ** uniform)
    if how == "flat":
        return np.asarray(low + (high - low) * uniform)
    if how == "one of five":
        return np.asarray(SEASONS)[np.minimum((uniform * len(SEASONS)).astype(np.intp), len(SEASONS) - 1)]
    peak = (0.02 - low) / (high - low)  # triangular, by inversion
    rising, falling = np.sqrt(uniform * peak), 1 - np.sqrt((1 - uniform) * (1 - peak))
    return np.asarray(low + (high - low) * np.where(uniform < peak, rising, falling))


def log_expected(
    known: Known, months: Sequence[int], drawn: Mapping[str, Floats], model: str, filing: str
) -> Floats:
    """(draws, months) ln of days, growth and share shipped."""
    start = known.start
    spans = [((first_day(m) - start).days, (first_day(m + 1) - start).days) for m in months]
    days = max(1, *(stop for _, stop in spans))
    if model == AGE:
        by_age = flow.week_1_by_age if filing == WEEK_1 else flow.evenly_by_age
        waiting = by_age(drawn["median_days"], drawn["sigma"], days=days)
    else:
        by_hazard = flow.week_1_by_hazard if filing == WEEK_1 else flow.evenly_by_hazard
        waiting = by_hazard(_rates(drawn), known.worlds(days), drawn["least_age"], days=days)
    shares = flow.month_shares(flow.flow(waiting, drawn["kappa"], refused=drawn["refused"]), spans)
    after = np.array([m >= month_of(start) for m in months])
    growth = np.where(after, np.log1p(drawn["growth"])[:, None], 0.0)
    return np.asarray(np.log(np.maximum(shares, 1e-12)) + growth + np.log([days_in(m) for m in months]))


def _rates(drawn: Mapping[str, Floats]) -> Floats:
    rates = np.column_stack([drawn["rate_before"], drawn["rate_after"]])
    return np.asarray(rates * drawn["factor"][:, None] if "factor" in drawn else rates)


def approved_share(
    known: Known, statistic: Statistic, drawn: Mapping[str, Floats], model: str, filing: str
) -> Floats:
    """(draws,) share approved by the day of a statistic."""
    age = ages(statistic, filing, points=20)
    if model == AGE:
        z = np.log(age[:, None] / drawn["median_days"]) / drawn["sigma"]
        return np.asarray(ndtr(z).mean(axis=0))
    day = float((statistic.as_of - known.start).days)
    worlds = known.worlds(math.ceil(day) + 1)
    opens = np.minimum(day - age + drawn["least_age"][:, None], day)
    passed = flow.summed_hazard(_rates(drawn), worlds, np.array([day])) - flow.summed_hazard(
        _rates(drawn), worlds, opens
    )
    return np.asarray(-np.expm1(-passed).mean(axis=1))


def condition(
    used: Sequence[Observation], every: Sequence[int], months: Sequence[int], offsets: Floats, variance: float,
    season: Floats,
) -> tuple[Floats, Floats, Floats]:  # fmt: skip
    """Likelihood of the observations with the level integrated out, and the forecast of `months` given them.

    Parameters
    ----------
    every : months of the columns of `offsets` (draws, every); `season` (draws,) w

    Returns
    -------
    (draws,) ln likelihood; (draws, months) mean and standard deviation of ln tonnes
    """
    place = {month: at for at, month in enumerate(every)}
    picks = np.zeros((len(used), len(every)))
    for row, one in enumerate(used):
        picks[row, place[one.month]] = 1.0
        if one.against is not None:
            picks[row, place[one.against]] = -1.0
    level = picks.sum(axis=1)  # 1 for tonnes, 0 for a change
    ahead = np.array([place[m] for m in months], dtype=np.intp)
    left = np.array([o.log_value for o in used]) - offsets @ picks.T
    same = np.equal.outer(np.array(every) % 12, np.array(every) % 12)
    logs = np.zeros(len(offsets))
    mean, sd = np.zeros((len(offsets), len(months))), np.zeros((len(offsets), len(months)))
    for share in SEASONS:
        mine = np.flatnonzero(season == share)
        cov = variance * np.where(np.eye(len(every), dtype=bool), 1.0, share * same)
        seen = picks @ cov @ picks.T + np.diag([o.log_sd**2 for o in used])
        inverse = np.linalg.inv(seen)
        precision = float(level @ inverse @ level)
        middle = left[mine] @ inverse @ level / precision
        rest = left[mine] - np.outer(middle, level)
        squares = np.einsum("di,ij,dj->d", rest, inverse, rest)
        logs[mine] = -0.5 * (squares + float(np.linalg.slogdet(seen)[1]) + math.log(precision))
        gain = cov[ahead] @ picks.T @ inverse
        mean[mine] = middle[:, None] + offsets[np.ix_(mine, ahead)] + rest @ gain.T
        spread = cov[ahead, ahead] - (gain * (picks @ cov)[:, ahead].T).sum(axis=1)
        sd[mine] = np.sqrt(np.maximum(spread + (1 - gain @ level) ** 2 / precision, 1e-12))
    return logs, mean, sd
