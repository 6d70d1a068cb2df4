"""Who makes a mineral, at which stage: amounts by country, with what nobody printed kept unknown.

A share of production says nothing without its metal scope and its stage: 61 % and 92 % are both China's share of "rare
earths", the one of magnet metals mined, the other of the same metals refined. So both are required fields.

    production.amounts["USA"]               None where the source withholds it or leaves the cell empty; 0 only where it prints none
    production_shares(production)["CHN"]    share of what is printed by country
    missing(production)                     what the shares do not see
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from monazite.leverage.definitions import Definition


class Stage(StrEnum):
    """A stage of processing. Separation of rare earths is their refining."""

    MINE = "mine"
    REFINERY = "refinery"
    METAL = "metal"
    MAGNET = "magnet"


class Base(StrEnum):
    """The whole that a share of production is taken of."""

    SUM = "sum of the rows"  # the known countries and the row of other countries
    PRINTED = "printed world total"  # as the source rounds it; it need not be the sum


@dataclass(frozen=True, slots=True, kw_only=True)
class Production:
    """What each country makes of one mineral at one stage in one year, as one release prints it."""

    mineral: str  # rare earths
    scope: str  # which metals, counted as what: all rare earths, as oxide; magnet metals (Nd, Pr, Dy, Tb)
    stage: Stage
    year: int
    dataset: str  # USGS Mineral Commodity Summaries
    release: str  # 2026
    unit: str  # of the amounts: metric tons
    amounts: Mapping[str, float | None]  # by alpha-3 code; None: withheld, not available or left empty
    rest: float | None = None  # the row of other countries; None: no such row, or no figure in it
    world: float | None = None  # the printed total, often rounded; never computed
    of: str = "production"  # or capacity
    estimated: bool = False
    licence: str = ""
    attribution: str = ""
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name, amount in [*self.amounts.items(), ("the rest", self.rest), ("the world", self.world)]:
            if amount is not None and not 0 <= amount < float("inf"):
                raise ValueError(f"{self.mineral}, {name}: {amount} is not an amount")

    def says(self) -> str:
        """One line under a table.

        >>> Production(mineral="gallium", scope="primary, low purity", stage=Stage.REFINERY, year=2024, dataset="USGS MCS",
        ...            release="2026", unit="kg", amounts={"CHN": 839000.0}, of="capacity").says()
        'gallium (primary, low purity), refinery capacity 2024, kg; USGS MCS, release 2026'
        """
        estimated = ", estimated" if self.estimated else ""
        return (
            f"{self.mineral} ({self.scope}), {self.stage} {self.of} {self.year}, {self.unit}{estimated}; "
            f"{self.dataset}, release {self.release}"
        )


PRODUCTION_SHARE = Definition(
    name="production-share",
    title="Share of world production",
    formula="S_c = P_c / Σ P, of the rows that are printed; or P_c / printed world total, named apart",
    unit="share 0..1, by mineral, metal scope and stage",
    source="USGS Mineral Commodity Summaries, IEA Global Critical Minerals Outlook 2025 (stage and scope as required fields)",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """What the shares of a `Production` do not see."""

    countries: tuple[str, ...]  # that are named without an amount
    rest_share: float | None  # of the rows' sum, made by countries that are not named; None: nothing is made
    world_less_sum: (
        float | None
    )  # printed total less the rows' sum: unknown amounts and rounding; None: no total

    def says(self) -> str:
        """A short sentence; empty where nothing is missing."""
        said = []
        if self.countries:
            said.append(f"no figure for {', '.join(self.countries)}")
        if self.rest_share:
            said.append(f"{self.rest_share:.1%} by countries not named")
        if self.world_less_sum:
            said.append(f"the printed total differs from the sum of the rows by {self.world_less_sum:+,.10g}")
        return "; ".join(said)


def known_sum(production: Production) -> float | None:
    """The sum of the rows that have a figure, that of other countries with them; None where no row has one."""
    known = [amount for amount in (*production.amounts.values(), production.rest) if amount is not None]
    return sum(known) if known else None


def whole(production: Production, base: Base = Base.SUM) -> float | None:
    """What shares are taken of; None where it is unknown or nothing is made."""
    return (known_sum(production) if base is Base.SUM else production.world) or None


def production_shares(production: Production, base: Base = Base.SUM) -> dict[str, float | None]:
    """Each named country's share of the whole: `PRODUCTION_SHARE`.

    A country without a figure has None. Then the others' shares of the sum are upper bounds; of the printed total they
    are as exact as its rounding.

    >>> toy = Production(mineral="toy", scope="made up", stage=Stage.MINE, year=2024, dataset="toy", release="1", unit="t",
    ...                  amounts={"CHN": 60.0, "USA": 20.0, "RUS": None}, rest=20.0, world=120.0)
    >>> production_shares(toy)
    {'CHN': 0.6, 'USA': 0.2, 'RUS': None}
    >>> production_shares(toy, Base.PRINTED)["CHN"]
    0.5
    """
    total = whole(production, base)
    return {
        country: None if amount is None or total is None else amount / total
        for country, amount in production.amounts.items()
    }


def missing(production: Production) -> Missing:
    """Which countries have no figure, what the unnamed make, and what the printed total holds beyond the rows.

    >>> toy = Production(mineral="toy", scope="made up", stage=Stage.MINE, year=2024, dataset="toy", release="1", unit="t",
    ...                  amounts={"CHN": 60.0, "USA": 20.0, "RUS": None}, rest=20.0, world=120.0)
    >>> missing(toy).says()
    'no figure for RUS; 20.0% by countries not named; the printed total differs from the sum of the rows by +20'
    """
    rows = known_sum(production)
    return Missing(
        countries=tuple(country for country, amount in production.amounts.items() if amount is None),
        rest_share=(production.rest or 0.0) / rows if rows else None,
        world_less_sum=None if production.world is None or rows is None else production.world - rows,
    )
