"""The asymmetry of a pair in every variant that the data allow, as one table: none is picked to fit a published figure.

What moves it: the year, the digit level, what stands in the denominator, whether special codes are goods, the
threshold, who stands as one trader, and whether value or quantity decides. Each row carries its basis.

    for row in asymmetry_variants([flows], "CHN", "USA"):
        row.forward, row.backward, row.asymmetry, row.basis.says()
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from functools import partial

import numpy as np

from monazite.leverage.definitions import Comparator
from monazite.leverage.flows import Basis, Flows, Values, choose, coarsen, quantity_coverage, usd_per_unit
from monazite.leverage.groups import Group, YearRule, pool_groups
from monazite.leverage.shares import HALF, DominatedTrade, asymmetry, by_quantity, dominated_trade

LEVELS = (2, 4, 6, 8, 10)
SPECIAL_CODES = ("98", "99")
"""Chapters of the US tariff for special provisions and low-value shipments: lines of it, but no goods."""


class Special(StrEnum):
    """What is done with special codes."""

    ABSENT = "none in the data"
    KEPT = "kept as products"
    IN_TOTAL = "kept in the denominator only"
    DROPPED = "left out"


class Judged(StrEnum):
    """What decides whether a product is dominated, and what its trade counts."""

    VALUE = "by value"
    QUANTITY = "by quantity, counted in tonnes"
    QUANTITY_VALUE = "by quantity, counted in value"


class Denominator(StrEnum):
    """What dominated trade is divided by."""

    FLOWS = "trade in the data"
    REPORTED = "the exporter's own total"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedTotal:
    """What an exporter says he shipped to an importer in a year."""

    exporter: str
    importer: str
    year: int
    amount: float
    unit: str  # current USD, thousand current USD, million or billion
    source: str
    dataset: str = ""  # the only data set that it stands beside; empty: any, which is then of all goods


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One row: the same question under one choice of each kind. None where it is not defined in these data."""

    first: str
    second: str
    year: int
    digits: int
    judged: Judged
    special: Special
    denominator: Denominator
    threshold: Fraction
    comparator: Comparator
    groups: str  # as the basis says it
    forward: float | None  # D(first -> second)
    backward: float | None  # D(second -> first)
    asymmetry: float | None
    forward_products: int | None  # N(first -> second); None where nothing is shipped
    backward_products: int | None
    forward_trade: float | None  # the denominators, in the unit of the basis; in tonnes where these count
    backward_trade: float | None
    coverage: float | None  # share of the two importers' imports, by value, whose quantity is recorded
    basis: Basis
    sources: tuple[str, ...] = ()  # of denominators that are not in the data


def asymmetry_variants(
    samples: Sequence[Flows],
    first: str,
    second: str,
    *,
    digits: Sequence[int] = LEVELS,
    thresholds: Sequence[tuple[Fraction, Comparator]] = ((HALF, Comparator.OVER),),
    special_codes: Collection[str] = SPECIAL_CODES,
    groupings: Sequence[Sequence[Group]] = ((),),
    rule: YearRule = YearRule.MOST,
    reported: Sequence[ReportedTotal] = (),
) -> tuple[Variant, ...]:
    """Every variant of D(first -> second), D(second -> first) and their difference: `shares.ASYMMETRY`.

    A level finer than the data, a treatment of special codes that the data do not hold, a quantity that nobody recorded
    and a denominator that nobody gave make no rows.

    Parameters
    ----------
    samples : flows of different years or data sets; each is taken at each level it allows
    groupings : sets of groups that stand as one trader; the empty one is countries as they are
    special_codes : first digits of codes that are no goods
    reported : exporters' own totals, which are of all goods: give them beside data of all goods only. A row holds them for
        the directions they are given for, and None for the other
    """
    found: list[Variant] = []
    for sample in samples:
        for groups in groupings:
            part = _bought_by(sample, groups, rule, (first, second))
            pooled = pool_groups(part, groups, rule)
            for level in digits:
                if level <= pooled.basis.digits:
                    found += _at_level(
                        pooled, level, (first, second), thresholds, tuple(special_codes), reported
                    )
    return tuple(found)


def _bought_by(flows: Flows, groups: Sequence[Group], rule: YearRule, traders: tuple[str, str]) -> Flows:
    """What the two, or their members, import: nothing else is needed for their shares."""
    members = {group.name: group.members_in(flows.year, rule) for group in groups}
    wanted = {code for trader in traders for code in (trader, *members.get(trader, ()))}
    return choose(flows, importers=wanted & set(flows.countries))


def _at_level(
    flows: Flows,
    level: int,
    pair: tuple[str, str],
    thresholds: Sequence[tuple[Fraction, Comparator]],
    special_codes: tuple[str, ...],
    reported: Sequence[ReportedTotal],
) -> Iterator[Variant]:
    special = np.array([code.startswith(special_codes) for code in flows.products], dtype=bool)[flows.product]
    whole = coarsen(flows, level)
    goods = coarsen(flows.only(~special), level)
    for treatment in (
        (Special.KEPT, Special.IN_TOTAL, Special.DROPPED) if special.any() else (Special.ABSENT,)
    ):
        products = whole if treatment is Special.KEPT else goods
        divided = goods if treatment is Special.DROPPED else whole
        for judged in Judged if quantity_coverage(products) else (Judged.VALUE,):
            amounts, weights = _amounts(products, judged)
            total = _trade(*_amounts(divided, judged), pair)
            for threshold, comparator in thresholds:
                sides = tuple(
                    dominated_trade(
                        amounts, *way, threshold=threshold, comparator=comparator, weights=weights
                    )
                    for way in (pair, pair[::-1])
                )
                row = partial(_variant, sides, level=level, judged=judged, special=treatment, basis=amounts.basis,
                              year=flows.year, coverage=quantity_coverage(products))  # fmt: skip
                yield row(denominator=Denominator.FLOWS, trade=total)
                if judged is Judged.VALUE:
                    said = [_find(reported, flows, *way) for way in (pair, pair[::-1])]
                    if any(said):
                        unit = usd_per_unit(flows.basis.unit)
                        given = tuple(
                            None if r is None else r.amount * usd_per_unit(r.unit) / unit for r in said
                        )
                        sources = tuple(r.source for r in said if r)
                        yield row(denominator=Denominator.REPORTED, trade=given, sources=sources)


def _amounts(flows: Flows, judged: Judged) -> tuple[Flows, Values | None]:
    """The flows with what products are judged by as their amounts, and what they count where that is something else."""
    if judged is Judged.VALUE:
        return flows, None
    known = by_quantity(flows)
    if judged is Judged.QUANTITY or flows.quantity is None:
        return known, None
    return replace(known, basis=flows.basis), flows.value[flows.quantity > 0]


def _trade(flows: Flows, weights: Values | None, pair: tuple[str, str]) -> tuple[float | None, ...]:
    ways = (pair, pair[::-1])
    return tuple(dominated_trade(flows, *way, weights=weights).trade or None for way in ways)


def _find(
    reported: Sequence[ReportedTotal], flows: Flows, exporter: str, importer: str
) -> ReportedTotal | None:
    key = (exporter, importer, flows.year)
    fitting = (r for r in reported if r.dataset in ("", flows.basis.dataset))
    return next((r for r in fitting if (r.exporter, r.importer, r.year) == key), None)


def _variant(
    sides: tuple[DominatedTrade, ...],
    *,
    trade: tuple[float | None, ...],
    year: int,
    level: int,
    judged: Judged,
    special: Special,
    denominator: Denominator,
    coverage: float | None,
    basis: Basis,
    sources: tuple[str, ...] = (),
) -> Variant:
    # Where the data hold no trade there is nothing to divide, whatever the exporter reports.
    shares = [side.value / of if of and side.shipped else None for side, of in zip(sides, trade, strict=True)]
    counts = [len(side.products) if side.shipped else None for side in sides]
    return Variant(
        first=sides[0].exporter, second=sides[0].importer, year=year, digits=level, judged=judged, special=special,
        denominator=denominator, threshold=sides[0].threshold, comparator=sides[0].comparator, groups=basis.groups,
        forward=shares[0], backward=shares[1], asymmetry=asymmetry(*shares),
        forward_products=counts[0], backward_products=counts[1], forward_trade=trade[0], backward_trade=trade[1],
        coverage=coverage, basis=basis, sources=sources,
    )  # fmt: skip
