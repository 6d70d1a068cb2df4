"""The macro check: what a cut of one material does to its price, and what power a supplier's share gives. No more than that.

    price_change(0.05, Range(0.1, 0.5), Range(0.0, 0.2))     small-cut formula and constant elasticities, as ranges
    supplier_power(0.9, 3.0)                                  1.15 in logs: the input costs e^1.15 times as much

It is partial equilibrium of one good and algebra of one nest: no stocks, no time, no firms, no policy. Published figures
stand beside it to compare with, not to match.
"""

import math
from dataclasses import dataclass
from enum import StrEnum

from scipy.optimize import brentq

from monazite.leverage.power import ces_loss
from monazite.terms.faults import BadInput, Fault

TOLERATED = 0.1
"""A cut is small where the two formulas differ by no more than this part of the smaller one: a choice, printed with it."""
ALL_GOODS = "all goods"
"""The material of an elasticity that is of no one material."""


@dataclass(frozen=True, slots=True)
class Range:
    """From low through high; high may be infinite.

    >>> str(Range(0.1, 0.5)), str(Range(3, 3))
    ('0.1..0.5', '3')
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.high or math.isnan(self.high):
            mend = "Write LOW..HIGH, both at least 0, the low one first"
            raise BadInput([Fault(where="range", what=f"{self.low:g}..{self.high:g}", mend=mend)])

    def __str__(self) -> str:
        return f"{self.low:g}" if self.low == self.high else f"{self.low:g}..{self.high:g}"

    def __add__(self, other: "Range") -> "Range":
        return Range(self.low + other.low, self.high + other.high)


class Kind(StrEnum):
    """What an elasticity is of."""

    DEMAND = "demand"
    SUPPLY = "supply"
    SUBSTITUTION = "substitution"


@dataclass(frozen=True, slots=True, kw_only=True)
class Elasticity:
    """An estimate of somebody's, in absolute value; `value` is None where it was made but its figure is not known here."""

    material: str
    kind: Kind
    horizon: str
    value: Range | None
    of: str  # what it was estimated on
    quality: str
    source_title: str
    source_url: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Magnitude:
    """A published figure to compare with, not to match. None: not stated."""

    name: str
    materials: tuple[str, ...]  # none: a shock of another kind
    country: str
    shock: str
    measure: str
    value: float | None
    low: float | None
    high: float | None
    unit: str
    quality: str
    source_title: str
    source_url: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceChange:
    """What a cut does to a price: 0.5 is half as much again; infinite where nobody gives way."""

    cut: float
    elasticities: Range  # e_d + e_s
    small: Range  # q / (e_d + e_s)
    constant: Range  # (1 - q)^(-1 / (e_d + e_s)) - 1
    largest_small_cut: Range  # the cut up to which the two agree within TOLERATED, for either end

    @property
    def is_small(self) -> bool:
        """Both formulas agree within `TOLERATED` for every elasticity of the range."""
        return self.cut <= self.largest_small_cut.low


def price_change(cut: float, demand: Range, supply: Range) -> PriceChange:
    """dP/P = q / (e_d + e_s), and beside it the same with curves of constant elasticity.

    Demand P^-e_d meets a supply of (1 - q) P^e_s: P = (1 - q)^(-1/(e_d + e_s)). For small q both are one.

    Parameters
    ----------
    cut : q, 0..1, part of the supply of the buyer's side that is gone
    demand, supply : e_d and e_s, absolute elasticities

    Raises
    ------
    BadInput where q is not in 0..1

    >>> found = price_change(0.05, Range(0.5, 0.5), Range(0.5, 0.5))
    >>> round(found.small.low, 4), round(found.constant.low, 4)
    (0.05, 0.0526)
    """
    _share(cut, "cut")
    both = demand + supply
    return PriceChange(
        cut=cut,
        elasticities=both,
        small=Range(_small(cut, both.high), _small(cut, both.low)),
        constant=Range(_constant(cut, both.high), _constant(cut, both.low)),
        largest_small_cut=Range(_largest_small_cut(both.low), _largest_small_cut(both.high)),
    )


def supplier_power(share: float, substitution: float) -> float:
    """What the input costs more if the supplier withholds, in logs: -ln(1 - w) / (s - 1).

    Infinite where w = 1 or s <= 1: without the supplier the input cannot be had at any price. 0 where w = 0.

    Raises
    ------
    BadInput where w is not in 0..1 or s is negative or no number

    Source: CES algebra; that the last part of a share weighs most is the point of Clayton, Maggiori and Schreger, NBER w33309.

    >>> [round(supplier_power(w, 3.0), 2) for w in (0.3, 0.6, 0.9, 0.95)]
    [0.18, 0.46, 1.15, 1.5]
    """
    _share(share, "share")
    if not substitution >= 0:
        what = f"an elasticity of substitution of {substitution:g}"
        raise BadInput([Fault(where="substitution", what=what, mend="Give 0 or more")])
    if share == 0:
        return 0.0
    if substitution <= 1:
        return math.inf
    return float(ces_loss(1.0, share, substitution))


def why_unbounded(share: float, substitution: float) -> str:
    """The sentence where `supplier_power` is infinite; empty elsewhere."""
    if not math.isinf(supplier_power(share, substitution)):
        return ""
    if share == 1:
        return "unbounded: nobody else supplies it"
    return f"unbounded: with an elasticity of {substitution:g} (1 or less) others cannot take the supplier's place"


def _small(cut: float, elasticities: float) -> float:
    if cut == 0:
        return 0.0
    return cut / elasticities if elasticities > 0 else math.inf


def _constant(cut: float, elasticities: float) -> float:
    if cut == 0:
        return 0.0
    if elasticities == 0 or cut == 1:
        return math.inf
    try:
        return math.expm1(-math.log1p(-cut) / elasticities)
    except OverflowError:
        return math.inf


def _largest_small_cut(elasticities: float) -> float:
    """The q at which (1 - q)^(-1/e) - 1 = (1 + TOLERATED) q / e; 0 where e = 0."""
    if elasticities == 0:
        return 0.0
    if math.isinf(elasticities):
        return 1.0

    def gap(cut: float) -> float:
        return _constant(cut, elasticities) - (1 + TOLERATED) * _small(cut, elasticities)

    # The two differ by about q (1 + 1/e) / 2 of the smaller one, so the place is near 2 TOLERATED e / (1 + e).
    near = 2 * TOLERATED * elasticities / (1 + elasticities)
    low, high = near / 10, min(near * 2, 0.999)
    return float(brentq(gap, low, high)) if gap(low) < 0 < gap(high) else near


def _share(value: float, what: str) -> None:
    if not 0 <= value <= 1:
        raise BadInput([Fault(where=what, what=f"{value:g} is no part of a whole", mend="Give 0 to 1")])
