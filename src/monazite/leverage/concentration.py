"""How concentrated production is, how much is left without the largest supplier, and how far a country relies on imports.

Two measures are called "N-1". They have different numbers and different names here:

    n1_supply_share(production)             what the others make, of what all make: needs supply alone
    n1_coverage(supply, demand, ...)        what the others make, of what the others need: needs demand as well
"""

from collections.abc import Mapping
from dataclasses import dataclass

from monazite.leverage.definitions import Definition
from monazite.leverage.production import Base, Production, known_sum, missing, production_shares, whole
from monazite.terms.faults import BadInput, Fault

ANTITRUST_SCALE = 10_000
"""The other scale of the HHI: shares in per cent, squared."""

PRODUCTION_HHI = Definition(
    name="production-hhi",
    title="Concentration of production",
    formula="HHI = Σ_c (P_c / Σ P)²; the antitrust scale is 10,000 times that",
    unit="0..1 (1/n for n equal producers)",
    source="Herfindahl-Hirschman index over the printed rows, as GeoPolRisk takes it (doi 10.21105/joss.09600)",
)

TOP_SHARE = Definition(
    name="top-n-share",
    title="Share of the n largest producers",
    formula="Σ of the n largest P_c / Σ P",
    unit="share 0..1, by mineral, metal scope and stage",
    source="IEA, Global Critical Minerals Outlook 2025",
)

N1_SUPPLY_SHARE = Definition(
    name="n1-supply-share",
    title="Supply left without the largest supplier, of all supply",
    formula="1 − max_c s_c",
    unit="share 0..1; not the IEA's N-1, which compares with demand",
    source="complement of the top-1 share; computable from supply alone",
)

N1_COVERAGE = Definition(
    name="n1-coverage",
    title="Supply left without the largest supplier, of the demand left without it",
    formula="(S − S_top) / (D − D_top)",
    unit="ratio; above 1 the others could do without it",
    source="IEA, Global Critical Minerals Outlook 2025 (N-1)",
    unverified="the definition was read as quoted by others, not in the report",
)

NET_IMPORT_RELIANCE = Definition(
    name="net-import-reliance",
    title="Net import reliance",
    formula="(imports − exports + stock changes) / apparent consumption; "
    "apparent consumption = production + imports − exports + stock changes",
    unit="share of apparent consumption; below 0 for a net exporter",
    source="USGS Mineral Commodity Summaries; some commodities are printed against reported consumption",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """A figure of what is printed, and between which ends it may lie by what is not."""

    value: float | None  # of the countries with a figure, as if there were no others
    low: float | None
    high: float | None  # None: what is unknown has no bound


def hhi(shares: Mapping[str, float | None]) -> float | None:
    """Σ s² of the shares that are known, on the scale 0..1; None where none is."""
    known = [share for share in shares.values() if share is not None]
    return sum(share * share for share in known) if known else None


def production_hhi(production: Production) -> Spread:
    """Concentration of production on the scale 0..1: `PRODUCTION_HHI`.

    `value` takes the named countries with a figure as the whole. For the ends, the row of other countries is spread over
    ever so many (low) or made by one (high). A withheld amount has no bound unless the source prints a total: then the
    withheld countries make at most what the total holds beyond the rows. The ends leave out the rounding of the total.

    Half of 100 in one country, 30 in another, 20 by others: over the named (50² + 30²) / 80² = 0.53125; with the others
    between (50² + 30²) / 100² = 0.34 and (50² + 30² + 20²) / 100² = 0.38.

    >>> from monazite.leverage.production import Stage
    >>> production_hhi(Production(mineral="toy", scope="made up", stage=Stage.MINE, year=2024, dataset="toy", release="1",
    ...                           unit="t", amounts={"A": 50.0, "B": 30.0}, rest=20.0))
    Spread(value=0.53125, low=0.34, high=0.38)
    """
    known = [amount for amount in production.amounts.values() if amount is not None]
    squares, named = sum(amount * amount for amount in known), sum(known)
    value = squares / named**2 if named else None
    rest, rows, withheld = production.rest or 0.0, known_sum(production) or 0.0, missing(production).countries
    if not withheld:
        if not rows:
            return Spread(value=value, low=None, high=None)
        return Spread(value=value, low=squares / rows**2, high=(squares + rest * rest) / rows**2)
    if not production.world:
        return Spread(value=value, low=0.0, high=1.0)
    total = max(production.world, rows)
    hidden = total - rows
    low = (squares + hidden * hidden / len(withheld)) / total**2
    return Spread(value=value, low=low, high=(squares + rest * rest + hidden * hidden) / total**2)


@dataclass(frozen=True, slots=True, kw_only=True)
class TopShare:
    """The largest producers and their share together."""

    n: int
    countries: tuple[str, ...]
    share: float | None
    of: Base


def top_share(production: Production, n: int, base: Base = Base.SUM) -> TopShare:
    """The share of the n largest named producers, fewer where fewer have a figure: `TOP_SHARE`.

    A country whose amount is withheld cannot be among them; `production.missing` names it.
    """
    if n < 1:
        raise ValueError(f"the {n} largest")
    amounts = {country: amount for country, amount in production.amounts.items() if amount}
    largest = sorted(amounts, key=lambda country: (-amounts[country], country))[:n]
    total = whole(production, base)
    share = sum(amounts[country] for country in largest) / total if total and largest else None
    return TopShare(n=n, countries=tuple(largest), share=share, of=base)


def n1_supply_share(production: Production, base: Base = Base.SUM) -> float | None:
    """What is left of all supply without the largest supplier: `N1_SUPPLY_SHARE`. Not the IEA's N-1."""
    known = [share for share in production_shares(production, base).values() if share is not None]
    return 1.0 - max(known) if known else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """The IEA's N-1: what is left of supply, of the demand that is left."""

    without: str | None  # the largest supplier
    supply: float | None  # S − S_top, in the unit of the production
    demand: float | None  # D − D_top
    coverage: float | None


def n1_coverage(production: Production, demand: Mapping[str, float | None], world_demand: float) -> Coverage:
    """Supply without the largest supplier over demand without it: `N1_COVERAGE`.

    Parameters
    ----------
    demand : by alpha-3 code, in the unit of the production; only that of the largest supplier is read
    world_demand : of all countries, in the same unit

    Returns
    -------
    coverage None where the demand of the largest supplier is unknown or nobody else has any; it is never taken for 0

    Supply 100 of which CHN 80; demand 100 of which CHN 60: (100 − 80) / (100 − 60) = 0.5, while the supply share left
    is 0.2.

    >>> from monazite.leverage.production import Stage
    >>> toy = Production(mineral="toy", scope="made up", stage=Stage.REFINERY, year=2024, dataset="toy", release="1",
    ...                  unit="t", amounts={"CHN": 80.0, "MYS": 20.0})
    >>> n1_coverage(toy, {"CHN": 60.0}, 100.0).coverage
    0.5
    """
    top, supply = top_share(production, 1), known_sum(production)
    if not top.countries or supply is None:
        return Coverage(without=None, supply=None, demand=None, coverage=None)
    (largest,) = top.countries
    left = supply - (production.amounts[largest] or 0.0)
    theirs = demand.get(largest)
    if theirs is None:
        return Coverage(without=largest, supply=left, demand=None, coverage=None)
    if theirs > world_demand:
        raise BadInput(
            [Fault(where=f"demand of {largest}", what=f"{theirs:g} is more than the world's {world_demand:g}",
                   mend="Give both in the unit of the production")]
        )  # fmt: skip
    needed = world_demand - theirs
    return Coverage(without=largest, supply=left, demand=needed, coverage=left / needed if needed else None)


# -- net import reliance ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliance:
    """Net import reliance, computed or as published. A bound that is `open` is not reached."""

    share: float | None  # of apparent consumption; None where only bounds, or nothing, is known
    low: float | None = None
    high: float | None = None  # None: no bound
    open: bool = False  # the bounds are strict: > 50
    net_exporter: bool | None = None  # None: not known
    as_published: str = ""


def net_import_reliance(
    *,
    production: float | None,
    imports: float | None,
    exports: float | None,
    stock_change: float | None = 0.0,
) -> Reliance:
    """What a country uses that it neither makes nor sends out: `NET_IMPORT_RELIANCE`.

    Parameters
    ----------
    stock_change : what was taken out of stocks; below 0 where stocks grew

    Returns
    -------
    share None where a part is unknown or nothing is consumed

    >>> net_import_reliance(production=20.0, imports=100.0, exports=25.0, stock_change=5.0).share
    0.8
    """
    if production is None or imports is None or exports is None or stock_change is None:
        return Reliance(share=None)
    net = imports - exports + stock_change
    consumed = production + net
    if consumed <= 0:
        return Reliance(share=None, net_exporter=exports > imports)
    return Reliance(share=net / consumed, low=net / consumed, high=net / consumed, net_exporter=net < 0)


def published_reliance(text: str) -> Reliance:
    """Net import reliance as the tables print it in per cent: a number, `>50`, `<25`, `E` for a net exporter.

    Withheld, not available, a dash or an empty cell say nothing.

    >>> published_reliance(">50")
    Reliance(share=None, low=0.5, high=1.0, open=True, net_exporter=False, as_published='>50')
    >>> published_reliance("E").net_exporter, published_reliance("W").share
    (True, None)
    """
    given = text.strip()
    bare = given.replace(",", "").replace(" ", "")
    if bare in ("", "W", "XX", "NA", "—", "–", "-"):
        return Reliance(share=None, as_published=given)
    if bare == "E":
        return Reliance(share=None, high=0.0, open=True, net_exporter=True, as_published=given)
    try:
        per_cent = float(bare.lstrip("<>"))
    except ValueError:
        per_cent = -1.0
    if not 0 <= per_cent <= 100:
        raise BadInput(
            [Fault(where="net import reliance", what=f"'{text}' is no share in per cent",
                   mend="Write a number up to 100, >50, <25, E, W or nothing")]
        )  # fmt: skip
    share = per_cent / 100
    if bare[0] in "<>":
        low, high = (share, 1.0) if bare[0] == ">" else (0.0, share)
        return Reliance(
            share=None, low=low, high=high, open=True, net_exporter=False, as_published=given
        )  # fmt: skip
    return Reliance(share=share, low=share, high=share, net_exporter=False, as_published=given)
