"""Power between two traders: who needs the other more, and what the one could cost the other by withholding.

    dependence(flows)[exporter, importer]              dep(importer on exporter), weighted by import value or criticality
    dependence_of_pair(flows, "CHN", "USA")            both ways, and the difference
    trade_over_gdp(flows, "CHN", "USA", gdp)           their trade over each one's GDP
    ces_table([InputGroup(...)], sigmas)               loss if controlled inputs are withheld, for each elasticity

Indirect dependence and chokepoints are in `network`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from monazite.leverage.definitions import Definition
from monazite.leverage.flows import (
    Flows,
    Values,
    cells,
    import_shares,
    import_totals,
    usd_per_unit,
)

DEPENDENCE = Definition(
    name="hirschman-dependence",
    title="Dependence of an importer on an exporter (Hirschman)",
    formula="dep(j on i) = Σ_k w_k s[i,j,k], w_k = M[j,k] / Σ_k M[j,k], or given criticality over the k that j imports",
    unit="share 0..1",
    source="Hirschman (1945), National Power and the Structure of Foreign Trade: the idea; weights are parameters",
)
DEPENDENCE_ASYMMETRY = Definition(
    name="hirschman-asymmetry",
    title="Asymmetry of dependence (Hirschman)",
    formula="dep(j on i) − dep(i on j)",
    unit="-1..+1; positive where j needs i more",
    source=DEPENDENCE.source,
)
TRADE_OVER_GDP = Definition(
    name="trade-over-gdp",
    title="Bilateral trade over GDP",
    formula="(v[i,j] + v[j,i]) / GDP of each",
    unit="share; trade is gross and GDP is value added, so it may exceed 1",
    source="definition; GDP is an input with its own source",
)
CES_LOSS = Definition(
    name="ces-loss",
    title="Loss if a controlled input is withheld (CES)",
    formula="loss_g = α_g · −ln(1 − ω_g) / (σ_g − 1); power(i over j) = Σ_g loss_g",
    unit="log points of output; infinite at ω = 1",
    source="shape after Clayton, Maggiori and Schreger, A Theory of Economic Coercion and Fragmentation, NBER w33309",
    unverified="the paper's own notation and calibration",
)
CES_MARGINAL = Definition(
    name="ces-marginal-loss",
    title="What one more point of control costs (CES)",
    formula="d loss/dω = α / ((σ − 1)(1 − ω))",
    unit="log points of output for a unit of ω",
    source=CES_LOSS.source,
    unverified=CES_LOSS.unverified,
)

SIGMAS = (1.25, 1.5, 2.0, 3.0, 5.0, 8.0)
"""Elasticities that a table shows where none are given: a range from hard to easy to replace, no estimates."""


# -- Hirschman --------------------------------------------------------------------------------------------------


def dependence(flows: Flows, weights: Values | None = None) -> Values:
    """(n, n) exporter, importer: dep(importer on exporter), `DEPENDENCE`; NaN where the importer buys nothing that counts.

    Parameters
    ----------
    weights : (K,) criticality of each product, at least 0; by import value where none is given
    """
    n, width = len(flows.countries), len(flows.products)
    totals = import_totals(flows)
    pair = cells(flows.exporter, flows.importer, n)
    if weights is None:
        counted, whole = flows.value, totals.sum(axis=1)
    else:
        if weights.shape != (width,) or not np.all(weights >= 0):
            raise ValueError(f"{width} weights of at least 0 are wanted, one for each product")
        counted = import_shares(flows, totals) * weights[flows.product]
        whole = ((totals > 0) * weights).sum(axis=1)
    held = np.bincount(pair, weights=counted, minlength=n * n).reshape(n, n).astype(np.float64)
    found: Values = np.divide(held, whole, out=np.full((n, n), np.nan), where=whole > 0)
    return found


def dependence_asymmetry(found: Values) -> Values:
    """(n, n) [i, j] of `dependence`: dep(j on i) − dep(i on j), `DEPENDENCE_ASYMMETRY`; NaN where one is not defined."""
    return found - found.T


def criticality_weights(flows: Flows, criticality: Mapping[str, float]) -> Values:
    """(K,) weights from criticality by product code; a product without one counts nothing."""
    return np.array([criticality.get(code, 0.0) for code in flows.products], dtype=np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class PairDependence:
    """Who of two needs the other more; None where the data hold no imports of the one in question."""

    first: str
    second: str
    second_on_first: float | None  # dep(second on first): the first's hold on the second
    first_on_second: float | None

    @property
    def asymmetry(self) -> float | None:
        """Positive where the second needs the first more."""
        if self.second_on_first is None or self.first_on_second is None:
            return None
        return self.second_on_first - self.first_on_second


def dependence_of_pair(
    flows: Flows, first: str, second: str, criticality: Mapping[str, float] | None = None
) -> PairDependence:
    """`DEPENDENCE` of two on each other, by import value or by given criticality.

    >>> from monazite.leverage.flows import Basis, make_flows
    >>> basis = Basis(dataset="toy", release="1", side="reconciled", valuation="free on board", unit="USD",
    ...               nomenclature="HS1992", digits=6)
    >>> toy = make_flows(2024, basis, [("CHN", "USA", "000001", 6.0), ("JPN", "USA", "000002", 4.0),
    ...                                ("USA", "CHN", "000003", 1.0), ("BRA", "CHN", "000003", 9.0)])
    >>> found = dependence_of_pair(toy, "CHN", "USA")
    >>> found.second_on_first, found.first_on_second, found.asymmetry
    (0.6, 0.1, 0.5)
    """
    found: list[float | None] = []
    for exporter, importer in ((first, second), (second, first)):
        if importer not in flows.countries:
            found.append(None)
            continue
        bought = flows.only(flows.importer == flows.country(importer))
        weights = None if criticality is None else criticality_weights(flows, criticality)
        here = dependence(bought, weights)[:, flows.country(importer)]
        at = flows.country(exporter) if exporter in flows.countries else None
        share = 0.0 if at is None else float(here[at])
        found.append(None if np.isnan(here).all() else share)
    return PairDependence(first=first, second=second, second_on_first=found[0], first_on_second=found[1])


# -- trade over GDP ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Gdp:
    """Gross domestic product of a year, by trader; a group has its own entry."""

    amounts: Mapping[str, float]
    year: int
    unit: str  # current USD, million current USD
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeOverGdp:
    """What two trade with each other, and how much that is of each one's GDP. None where it is not known."""

    first: str
    second: str
    trade: float | None  # both ways, in the unit of the flows
    over_first: float | None  # of the first's GDP
    over_second: float | None
    source: str  # of the GDP


def trade_over_gdp(flows: Flows, first: str, second: str, gdp: Gdp) -> TradeOverGdp:
    """`TRADE_OVER_GDP` of a pair. No trade is known where the data hold no imports of one of the two.

    Raises
    ------
    ValueError where the year of the GDP is not that of the flows, or one of the units is none of dollars
    """
    if gdp.year != flows.year:
        raise ValueError(f"GDP of {gdp.year} beside flows of {flows.year}")
    dollars = usd_per_unit(gdp.unit) / usd_per_unit(flows.basis.unit)
    bought = []
    for exporter, importer in ((first, second), (second, first)):
        own = (
            flows.importer == flows.country(importer)
            if importer in flows.countries
            else np.zeros(len(flows), bool)
        )
        if exporter in flows.countries and own.any():
            bought.append(float(flows.value[own & (flows.exporter == flows.country(exporter))].sum()))
    trade = sum(bought) if len(bought) == 2 else None

    def over(country: str) -> float | None:
        amount = gdp.amounts.get(country)
        return None if trade is None or not amount else trade / (amount * dollars)

    return TradeOverGdp(
        first=first, second=second, trade=trade, over_first=over(first), over_second=over(second), source=gdp.source
    )  # fmt: skip


# -- CES loss ---------------------------------------------------------------------------------------------------


def ces_loss(expenditure: ArrayLike, controlled: ArrayLike, sigma: ArrayLike) -> Values:
    """`CES_LOSS`, element by element, in log points of output.

    Parameters
    ----------
    expenditure : α, the input group's share of spending, 0..1
    controlled : ω, the part of its supply that is withheld, 0..1, of the controller alone or with a coalition; NaN stays NaN
    sigma : σ, elasticity of substitution between the controlled and the other supply, over 1

    >>> round(float(ces_loss(0.1, 0.5, 2.0)), 4), float(ces_loss(0.1, 1.0, 2.0))     # 0.1 ln 2; no substitute is left
    (0.0693, inf)
    """
    alpha, omega, elasticity = _ces_arguments(expenditure, controlled, sigma)
    with np.errstate(divide="ignore", invalid="ignore"):
        loss = alpha * -np.log1p(-omega) / (elasticity - 1)
    found: Values = np.where(alpha == 0, 0.0, loss)  # what nothing is spent on costs nothing
    return found


def ces_marginal(expenditure: ArrayLike, controlled: ArrayLike, sigma: ArrayLike) -> Values:
    """`CES_MARGINAL`: diversification pays most where control is highest; infinite at ω = 1.

    >>> float(ces_marginal(0.1, 0.5, 2.0)), round(float(ces_marginal(0.1, 0.9, 2.0)), 12)
    (0.2, 1.0)
    """
    alpha, omega, elasticity = _ces_arguments(expenditure, controlled, sigma)
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = alpha / ((elasticity - 1) * (1 - omega))
    found: Values = np.where(alpha == 0, 0.0, slope)
    return found


def _ces_arguments(
    expenditure: ArrayLike, controlled: ArrayLike, sigma: ArrayLike
) -> tuple[Values, Values, Values]:
    alpha, omega, elasticity = (
        np.asarray(given, dtype=np.float64) for given in (expenditure, controlled, sigma)
    )
    for name, given in (("share of spending", alpha), ("controlled share", omega)):
        if np.any((given < 0) | (given > 1)):
            raise ValueError(f"a {name} lies in 0..1")
    if not np.all(elasticity > 1):
        raise ValueError("an elasticity of substitution is over 1 here")
    return alpha, omega, elasticity


@dataclass(frozen=True, slots=True, kw_only=True)
class InputGroup:
    """An input of a country's output, and how much of its supply one controller holds."""

    name: str
    expenditure: float  # α, 0..1
    controlled: float  # ω, 0..1; NaN where it is not known
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CesRow:
    """The loss under one elasticity; `name` is None in the row of the sum, which is the power over the country.

    A loss is infinite where no substitute is left, and None where a share is not known.
    """

    name: str | None
    sigma: float
    loss: float | None  # log points of output
    marginal: float | None  # for a unit of ω; of the sum: by the same addition to every ω


def ces_table(groups: Sequence[InputGroup], sigmas: Sequence[float] = SIGMAS) -> tuple[CesRow, ...]:
    """Loss and marginal loss of each input group and of all, for each elasticity: never show one without its σ."""
    alpha = np.array([group.expenditure for group in groups])
    omega = np.array([group.controlled for group in groups])
    rows = []
    for sigma in sigmas:
        loss, slope = ces_loss(alpha, omega, sigma), ces_marginal(alpha, omega, sigma)
        names: list[str | None] = [*(group.name for group in groups), None]
        figures = zip(
            names, [*loss.tolist(), float(loss.sum())], [*slope.tolist(), float(slope.sum())], strict=True
        )
        rows += [CesRow(name=n, sigma=sigma, loss=_known(a), marginal=_known(b)) for n, a, b in figures]
    return tuple(rows)


def _known(figure: float) -> float | None:
    return None if np.isnan(figure) else figure
