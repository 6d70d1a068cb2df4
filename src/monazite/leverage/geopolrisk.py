"""GeoPolRisk: how risky a country's supply of a raw material is, by who makes it in the world and from whom it comes.

Two ways to take the same formula:

    geopolrisk(...)         peer-compatible: the rules of the peer library, oddities and all, so that its figures can be read
    stage_geopolrisk(...)   any stage of production, Taiwan by its own governance estimate, trade inside a group left out,
                            and what nobody recorded kept as a range and not filled with nought or one half

The oddities of the first: a quantity that is missing counts as nothing, while its value stays in the price; a partner
without an estimate counts one half, and Taiwan is such a partner; partners inside the entity count as safe but stay in
the sum; whole tonnes alone enter the concentration; where nothing is imported or made the score is 0.
"""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from monazite.leverage.concentration import Spread, production_hhi
from monazite.leverage.definitions import Definition
from monazite.leverage.flows import Basis, Flows, Values, choose
from monazite.leverage.production import Production
from monazite.terms.faults import BadInput, Fault

RARE_EARTHS = ("280530", "284610", "284690")
"""HS 1992 codes that the peer takes for rare earths; production is counted as oxides."""

COPPER = 0.409412948
"""The method's average factor of copper, 2017-2021, by which the characterisation factor is divided."""

NO_ESTIMATE = frozenset({"TWN"})
"""Partners whose governance estimate the peer cannot find: BACI 490 has no row in its table."""

TONNES = {"t": 1.0, "metr. t": 1.0, "metric tons": 1.0, "tonnes": 1.0, "kg": 1e-3, "kilograms": 1e-3, "kt": 1e3,
          "thousand metric tons": 1e3}  # fmt: skip

GEOPOLRISK = Definition(
    name="geopolrisk",
    title="GeoPolRisk score (peer-compatible)",
    formula="HHI_m · Σ_i q_ic g_i / (Σ_i q_ic + P_c), g_i = min(1, (2.5 − WGI_PV) / 5), missing g 0.5, missing q 0",
    unit="0..1, no unit",
    source="Koyamparambath and others, JOSS, doi 10.21105/joss.09600; rules checked against geopolrisk-py 2.0.1",
)

GEOPOLRISK_CF = Definition(
    name="geopolrisk-cf",
    title="GeoPolRisk characterisation factor (peer-compatible)",
    formula="score · (Σ v / Σ q) / 0.409412948",
    unit="kg Cu-eq per kg",
    source="Koyamparambath and others, JOSS, doi 10.21105/joss.09600; copper's average of 2017-2021",
)

STAGE_GEOPOLRISK = Definition(
    name="geopolrisk-stage",
    title="GeoPolRisk by stage, what is missing as a range",
    formula="as geopolrisk; P of the stage; trade inside the entity removed; a missing g lies in 0..1, a missing q between v over "
    "the dearest and v over the cheapest unit value among the entity's recorded imports of the good",
    unit="0..1, no unit; low..high",
    source="variant of doi 10.21105/joss.09600",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class GeoPolRisk:
    """A peer-compatible score with its parts."""

    entity: str
    year: int
    score: float
    factor: float  # kg Cu-eq per kg
    hhi: float  # of world production, 0..1
    import_risk: float  # 0..1
    price: float  # USD per kg; 0 where no quantity is recorded
    imports_t: float  # quantities that are recorded
    production_t: float  # of the entity
    quantity_coverage: (
        float | None
    )  # share of the imported value whose quantity is recorded; None where nothing is imported
    basis: Basis
    production: str  # what the concentration and the entity's own production rest on

    @property
    def is_empty(self) -> bool:
        """Nothing is imported or made: the 0 says nothing."""
        return self.imports_t + self.production_t == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StageGeoPolRisk:
    """A score by stage, between the ends that what is not recorded leaves open; None where nothing is imported or made."""

    entity: str
    year: int
    score: Spread
    hhi: Spread
    import_risk: Spread
    widest: Spread  # the import risk with no bound at all on quantities that are missing
    price: float | None  # USD per kg, of the flows with a quantity
    imports_t: float  # quantities that are recorded, from outside the entity
    production_t: Spread  # of the entity; no value where it is withheld, in no unit of mass, or perhaps among other countries
    quantity_coverage: float | None
    value_without_quantity: float  # in the unit of the basis
    without_estimate: tuple[str, ...]  # partners without a governance estimate
    basis: Basis
    production: str


def governance_risk(estimate: float) -> float:
    """The estimate of political stability as a risk: 0 good to 1 bad, at most 1.

    >>> governance_risk(2.5), governance_risk(0.0), governance_risk(-2.9)
    (0.0, 0.5, 1.0)
    """
    return min(1.0, (2.5 - estimate) / 5)


def mass_t(production: Production, amount: float | None) -> float | None:
    """An amount of production in tonnes; None where it is unknown, or counted in no unit of mass and not nought."""
    if amount is None or amount == 0:
        return amount
    factor = TONNES.get(production.unit)
    return None if factor is None else amount * factor


def _imports(flows: Flows, codes: Collection[str], members: Collection[str]) -> Flows:
    """What the members import of the codes."""
    held = [code for code in members if code in flows.countries]
    return choose(flows, products=tuple(codes), importers=held)


def _checked(production: Production, flows: Flows) -> None:
    faults = []
    if production.year != flows.year:
        faults.append(Fault(where=production.says(), what=f"the trade is of {flows.year}",
                            mend="Give production and trade of one year"))  # fmt: skip
    if flows.quantity is None:
        faults.append(
            Fault(where=flows.basis.says(), what="holds no quantities, and the method weighs by mass")
        )
    if faults:
        raise BadInput(faults)


def geopolrisk(
    flows: Flows,
    *,
    production: Production,
    estimates: Mapping[str, float],
    entity: str,
    members: Sequence[str] = (),
    codes: Collection[str] = RARE_EARTHS,
) -> GeoPolRisk:
    """The score and factor of one country or group, by the rules of the peer library: `GEOPOLRISK`, `GEOPOLRISK_CF`.

    Parameters
    ----------
    flows : of the year of the production, members of a group apart; values in thousand USD, quantities in tonnes
    production : mine or refinery production of the world by country
    estimates : alpha-3 -> estimate of political stability of the year, -2.5 worst to +2.5 best
    entity, members : a country; or the name of a group and its members
    codes : HS codes of the raw material

    Raises
    ------
    BadInput where the years differ, the flows hold no quantities, or production is counted in no unit of mass
    """
    _checked(production, flows)
    inside = frozenset(members) or frozenset({entity})
    found = _imports(flows, codes, inside)
    quantity = np.nan_to_num(found.quantity) if found.quantity is not None else np.zeros(len(found))
    risk = np.array([
        0.0 if code in inside
        else governance_risk(estimates[code]) if code in estimates and code not in NO_ESTIMATE else 0.5
        for code in flows.countries
    ])  # fmt: skip
    amounts = [math.trunc(amount) for amount in production.amounts.values() if amount is not None]
    made = sum(amounts)
    if not made:
        raise BadInput(
            [Fault(where=production.says(), what="nobody makes anything", mend="Give another year")]
        )
    concentration = sum(amount * amount for amount in amounts) / (made * made)
    own = [mass_t(production, production.amounts.get(code, 0.0) or 0.0) for code in inside]
    if None in own:
        raise BadInput([Fault(where=production.says(), what=f"'{production.unit}' is no unit of mass that is known here",
                              mend=f"Known: {', '.join(TONNES)}")])  # fmt: skip
    production_t = math.fsum(amount for amount in own if amount is not None)
    imports_t = float(quantity.sum())
    risky = float(quantity @ risk[found.exporter])
    value = float(found.value.sum())
    import_risk = risky / (imports_t + production_t) if imports_t + production_t else 0.0
    price = value / imports_t if imports_t else 0.0
    score = concentration * import_risk
    return GeoPolRisk(
        entity=entity, year=flows.year, score=score, factor=score * price / COPPER, hhi=concentration,
        import_risk=import_risk, price=price, imports_t=imports_t, production_t=production_t,
        quantity_coverage=_coverage(found), basis=flows.basis, production=production.says(),
    )  # fmt: skip


def geopolrisk_table(
    years: Iterable[Flows],
    productions: Iterable[Production],
    estimates: Mapping[int, Mapping[str, float]],
    entities: Mapping[str, Sequence[str]],
    *,
    codes: Collection[str] = RARE_EARTHS,
) -> tuple[GeoPolRisk, ...]:
    """The peer-compatible score of every entity in every year, year by year.

    Parameters
    ----------
    years, productions : of the same years
    estimates : year -> alpha-3 -> estimate
    entities : name -> members; a country has none, or itself
    """
    of = {production.year: production for production in productions}
    found = []
    for flows in years:
        if flows.year not in of:
            raise BadInput([Fault(where=f"production of {flows.year}", what="is not given")])
        held = choose(flows, products=tuple(codes))
        found += [
            geopolrisk(held, production=of[flows.year], estimates=estimates.get(flows.year, {}), entity=entity,
                       members=members, codes=codes)
            for entity, members in entities.items()
        ]  # fmt: skip
    return tuple(found)


def stage_geopolrisk(
    flows: Flows,
    *,
    production: Production,
    estimates: Mapping[str, float],
    entity: str,
    members: Sequence[str] = (),
    codes: Collection[str],
) -> StageGeoPolRisk:
    """The score at a stage of production, as a range where quantities or estimates are missing: `STAGE_GEOPOLRISK`.

    The import risk is the mean of the partners' risks, weighed by quantity, with the entity's own production at no risk.
    A quantity that nobody recorded is taken to lie between its value over the dearest and over the cheapest unit value among
    the entity's recorded imports of the same good; where there is none, and in `widest` always, it may be anything. An estimate
    that is missing may be anything in 0..1. Production of the entity that is withheld may be so large that no risk is left;
    where the source does not name the entity, it may make all that other countries make, or nothing.

    Parameters
    ----------
    production : of the stage, whose goods `codes` are; shares of production do too, the entity's own is then unknown
    estimates : with an entry for TWN where there is one
    """
    _checked(production, flows)
    inside = frozenset(members) or frozenset({entity})
    found = _imports(flows, codes, inside)
    found = found.only(
        ~np.isin(found.exporter, [flows.countries.index(c) for c in inside if c in flows.countries])
    )
    partners = [flows.countries[n] for n in found.exporter.tolist()]
    quantity = np.full(len(found), np.nan) if found.quantity is None else found.quantity
    known = ~np.isnan(quantity)
    own = _own(production, inside)
    risks = [np.array([_risk(estimates, code, missing) for code in partners]) for missing in (0.0, 1.0)]
    least, most = _missing_quantities(found, quantity)
    anything = np.zeros(int((~known).sum())), np.full(int((~known).sum()), np.inf)
    ends, far = (
        [_mean_risk(quantity, risk, bounds, own, worst=worst) for risk, worst in zip(risks, (False, True), strict=True)]
        for bounds in ((least, most), anything)
    )  # fmt: skip
    if None in ends or None in far:  # nothing is surely imported or made
        ends = far = [None, None]
    lacking = tuple(sorted({code for code in partners if code not in estimates}))
    complete = bool(known.all()) and not lacking and own.value is not None
    imports_t = float(quantity[known].sum())
    value = ends[0] if complete else None
    import_risk = Spread(value=value, low=ends[0], high=ends[1])
    widest = Spread(value=value, low=far[0], high=far[1])
    concentration = production_hhi(production)
    exact = concentration.value if concentration.low == concentration.high else None
    return StageGeoPolRisk(
        entity=entity, year=flows.year, hhi=concentration, import_risk=import_risk, widest=widest,
        score=Spread(
            value=_product(exact, import_risk.value),
            low=_product(concentration.low, import_risk.low), high=_product(concentration.high, import_risk.high),
        ),
        price=float(found.value[known].sum()) / imports_t if imports_t else None,
        imports_t=imports_t, production_t=own, quantity_coverage=_coverage(found),
        value_without_quantity=float(found.value[~known].sum()), without_estimate=lacking,
        basis=flows.basis, production=production.says(),
    )  # fmt: skip


def _risk(estimates: Mapping[str, float], code: str, missing: float) -> float:
    return max(0.0, governance_risk(estimates[code])) if code in estimates else missing


def _own(production: Production, inside: Collection[str]) -> Spread:
    """What the entity makes, in tonnes: nothing where the source names none of its members and no other countries."""
    named = [mass_t(production, production.amounts[code]) for code in inside if code in production.amounts]
    rest = mass_t(production, production.rest or 0.0) if len(named) < len(inside) else 0.0
    low = math.fsum(amount for amount in named if amount is not None)
    if rest is None or None in named:
        return Spread(value=None, low=low, high=None)
    return Spread(value=low if rest == 0 else None, low=low, high=low + rest)


def _missing_quantities(found: Flows, quantity: Values) -> tuple[Values, Values]:
    """The least and the most that each missing quantity can be by the unit values of recorded rows of its product."""
    known = quantity > 0
    unit = found.value[known] / quantity[known]
    dearest, cheapest = np.full(len(found.products), np.inf), np.zeros(len(found.products))
    for k in np.unique(found.product[known]).tolist():
        units = unit[found.product[known] == k]
        dearest[k], cheapest[k] = units.max(), units.min()
    lacking = np.isnan(quantity)
    value, product = found.value[lacking], found.product[lacking]
    with np.errstate(divide="ignore"):
        return value / dearest[product], value / cheapest[product]


def _mean_risk(
    quantity: Values, risk: Values, bounds: tuple[Values, Values], own: Spread, *, worst: bool
) -> float | None:
    """The lowest or the worst mean that is possible by what is missing; None where there is nothing at all.

    The mean moves towards a partner's risk as his quantity grows. So it is at an end where the partners with the highest (or
    lowest) risks have their most and the others their least; one whose most has no bound can bring it to his own risk.
    """
    known = ~np.isnan(quantity)
    at_home = own.low if worst else own.high  # what is made at home carries no risk
    order = np.argsort(-risk[~known] if worst else risk[~known])
    g, least, most = risk[~known][order], bounds[0][order], bounds[1][order]
    possible: list[float] = g[np.isinf(most)].tolist()
    most = np.where(np.isinf(most), least, most)
    whole, risky = float(quantity[known].sum()) + (at_home or 0.0), float(quantity[known] @ risk[known])
    for cut in range(len(g) + 1):
        chosen = np.concatenate([most[:cut], least[cut:]])
        if whole + chosen.sum():
            possible.append((risky + float(chosen @ g)) / (whole + float(chosen.sum())))
    if at_home is None and possible:
        possible.append(0.0)
    if not possible:
        return None
    return max(possible) if worst else min(possible)


def _product(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else one * other


def _coverage(found: Flows) -> float | None:
    total = float(found.value.sum())
    if not total:
        return None
    return 0.0 if found.quantity is None else float(found.value[~np.isnan(found.quantity)].sum()) / total
