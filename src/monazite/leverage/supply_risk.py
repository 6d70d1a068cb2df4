"""The European Union's supply risk and economic importance of a raw material, with the trade factor of each day.

The trade factor t of a country raises its weight where it restricts exports and lowers it where a treaty frees trade. The
law of a day gives it: `trade_factors` turns controls, found by somebody for that day, into factors.

    factors = trade_factors(controls, on, by_effect={"licence": 1.1, "ban": 1.3})      # numbers made up
    supply_risk(global_supply=..., eu_supply=..., governance=..., import_reliance=0.9, recycling=0.01, substitution=0.95,
                trade=factors.factors).score

How the document scales governance and which factor it gives to which restriction could not be read. So every number that is
not in the formula is an input, and a result is not "the EU method" until somebody has checked them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from typing import Protocol

from monazite.leverage.definitions import Comparator, Definition
from monazite.terms.faults import BadInput, Fault

SOURCE = "Methodology for establishing the EU list of critical raw materials (2017); JRC, EUR 28654, doi 10.2760/73303"
UNREAD = "the document was not read: equation, scaling of governance and trade factors are as reported"

SUPPLY_RISK = Definition(
    name="eu-supply-risk", title="EU supply risk",
    formula="SR = [HHI_GS · IR/2 + HHI_EU · (1 − IR/2)] · (1 − EoL_RIR) · SI_SR, HHI = Σ_c S_c² · WGI_c · t_c",
    unit="score, WGI on 0..10", source=SOURCE, threshold=Fraction(1), comparator=Comparator.AT_LEAST, unverified=UNREAD,
)  # fmt: skip
ECONOMIC_IMPORTANCE = Definition(
    name="eu-economic-importance", title="EU economic importance", formula="EI = Σ_s (A_s · Q_s) · SI_EI",
    unit="score, as the value added is scaled", source=SOURCE, threshold=Fraction(14, 5), comparator=Comparator.AT_LEAST,
    unverified=UNREAD,
)  # fmt: skip
TRADE_FACTOR = Definition(
    name="trade-factor", title="Trade factor of a country on a day", unit="factor",
    formula="t_c; 1 where nothing is known to restrict or free its exports",
    source="the input of whoever asks, by the effect of the controls in force on the day", unverified=UNREAD,
)  # fmt: skip
IMPORT_RELIANCE = Definition(
    name="eu-import-reliance", title="EU import reliance", formula="IR = (imports − exports) / (home production + imports − exports)",
    unit="share; below 0 for a net exporter", source=SOURCE, unverified=UNREAD,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyRisk:
    """A score with every part of it; `score` is None where a part is missing, which `lacking` names."""

    score: float | None
    hhi_global: float | None  # governance-weighted, of the world's supply
    hhi_eu: float | None  # of what the Union uses
    import_reliance: float | None
    recycling: float
    substitution: float
    trade: Mapping[str, float]  # factors that are not 1
    on: date | None  # the day of the trade factors
    lacking: tuple[str, ...] = ()

    @property
    def passes(self) -> bool | None:
        """At or above the threshold; None without a score."""
        return None if self.score is None else SUPPLY_RISK.comparator.holds(self.score, Fraction(1))


def scaled_governance(estimate: float) -> float:
    """An estimate of governance, about -2.5 worst to +2.5 best, as 0 good to 10 bad. UNVERIFIED: the scale of the document.

    >>> scaled_governance(-2.5), scaled_governance(0.0), scaled_governance(2.5)
    (10.0, 5.0, 0.0)
    """
    return min(10.0, max(0.0, (2.5 - estimate) * 2))


def import_reliance(*, production: float, imports: float, exports: float) -> float | None:
    """Net imports over what is used: `IMPORT_RELIANCE`; None where nothing is.

    >>> import_reliance(production=20.0, imports=100.0, exports=20.0)
    0.8
    """
    used = production + imports - exports
    return (imports - exports) / used if used > 0 else None


def weighted_hhi(
    shares: Mapping[str, float],
    governance: Mapping[str, float],
    trade: Mapping[str, float] = MappingProxyType({}),
) -> float | None:
    """Σ_c S_c² · WGI_c · t_c; None where there is no share, or no governance figure for a country that has one.

    Half from A (governance 8, factor 1.5), half from B (governance 2): 0.25 · 8 · 1.5 + 0.25 · 2 = 3.5.

    >>> weighted_hhi({"A": 0.5, "B": 0.5}, {"A": 8.0, "B": 2.0}, {"A": 1.5})
    3.5
    """
    held = {country: share for country, share in shares.items() if share}
    if not held or any(country not in governance for country in held):
        return None
    return sum(
        share * share * governance[country] * trade.get(country, 1.0) for country, share in held.items()
    )


def supply_risk(
    *,
    global_supply: Mapping[str, float],
    eu_supply: Mapping[str, float],
    governance: Mapping[str, float],
    import_reliance: float | None,
    recycling: float,
    substitution: float,
    trade: Mapping[str, float] = MappingProxyType({}),
    on: date | None = None,
) -> SupplyRisk:
    """The Union's supply risk of a raw material at a stage: `SUPPLY_RISK`.

    Parameters
    ----------
    global_supply, eu_supply : alpha-3 -> share of the world's supply, of the Union's sourcing; 0..1
    governance : alpha-3 -> 0 good to 10 bad, such as `scaled_governance` of an estimate
    import_reliance : share; None where it is unknown
    recycling : end-of-life recycling input rate, 0..1
    substitution : substitution index of supply risk, 0..1
    trade : alpha-3 -> factor on the day `on`; 1 where none is given

    Raises
    ------
    BadInput where a share, rate or factor is out of its range, or shares add up to more than one
    """
    faults = [
        *_share_faults("global supply", global_supply), *_share_faults("EU supply", eu_supply),
        *(_fault(f"governance of {c}", g, "0 to 10") for c, g in governance.items() if not 0 <= g <= 10),
        *(_fault(f"trade factor of {c}", t, "above 0") for c, t in trade.items() if not t > 0),
        *(_fault(name, x, "0 to 1") for name, x in (("recycling", recycling), ("substitution", substitution)) if not 0 <= x <= 1),
        *([_fault("import reliance", import_reliance, "at most 1")] if import_reliance is not None and not import_reliance <= 1 else []),
    ]  # fmt: skip
    if faults:
        raise BadInput(faults)
    world, union = (weighted_hhi(shares, governance, trade) for shares in (global_supply, eu_supply))
    lacking = sorted(
        {
            f"governance of {c}"
            for shares in (global_supply, eu_supply)
            for c, share in shares.items()
            if share and c not in governance
        }
    )
    lacking += [
        name
        for name, shares in (("global supply", global_supply), ("EU supply", eu_supply))
        if not any(shares.values())
    ]
    score = None
    if import_reliance is None:
        lacking.append("import reliance")
    elif world is not None and union is not None:
        mixed = world * import_reliance / 2 + union * (1 - import_reliance / 2)
        score = mixed * (1 - recycling) * substitution
    return SupplyRisk(
        score=score, hhi_global=world, hhi_eu=union, import_reliance=import_reliance, recycling=recycling, substitution=substitution,
        trade=MappingProxyType({c: t for c, t in trade.items() if t != 1}), on=on, lacking=tuple(lacking),
    )  # fmt: skip


def economic_importance(
    uses: Mapping[str, float], value_added: Mapping[str, float], substitution: float
) -> float | None:
    """What a raw material's uses weigh in the economy: `ECONOMIC_IMPORTANCE`.

    Parameters
    ----------
    uses : sector -> share of the material's end use, 0..1
    value_added : sector -> value added, scaled as the score is wanted
    substitution : substitution index of economic importance

    Returns
    -------
    None where a sector of use has no value added, or there is no use

    >>> economic_importance({"motors": 0.75, "glass": 0.25}, {"motors": 4.0, "glass": 2.0}, 0.9)
    3.15
    """
    faults = _share_faults("use", uses)
    if faults:
        raise BadInput(faults)
    if not any(uses.values()) or any(sector not in value_added for sector, share in uses.items() if share):
        return None
    return sum(share * value_added[sector] for sector, share in uses.items() if share) * substitution


def is_critical(risk: float | None, importance: float | None) -> bool | None:
    """SR >= 1.0 and EI >= 2.8; None where one is unknown and the other passes.

    >>> is_critical(1.0, 2.8), is_critical(0.99, None), is_critical(None, 3.0)
    (True, False, None)
    """
    held = [
        None if figure is None else definition.comparator.holds(figure, definition.threshold)
        for figure, definition in ((risk, SUPPLY_RISK), (importance, ECONOMIC_IMPORTANCE))
        if definition.threshold is not None
    ]
    return False if False in held else None if None in held else True


def _share_faults(what: str, shares: Mapping[str, float]) -> list[Fault]:
    faults = [
        _fault(f"{what}, {name}", share, "0 to 1") for name, share in shares.items() if not 0 <= share <= 1
    ]
    total = sum(shares.values())
    if not faults and total > 1 + 1e-9:
        faults.append(
            Fault(where=what, what=f"the shares add up to {total:g}", mend="Give shares of one whole")
        )
    return faults


def _fault(where: str, given: float, wanted: str) -> Fault:
    return Fault(where=where, what=f"{given:g} is out of range", mend=f"Wanted: {wanted}")


# -- the trade factor of a day ----------------------------------------------------------------------------------


class Control(Protocol):
    """What is read of a control on a day; `regime.controls.Control` fits, and so does anything with these words."""

    @property
    def on(self) -> date: ...
    @property
    def exporter(self) -> str: ...
    @property
    def effect(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def provision(self) -> str: ...
    @property
    def is_general(self) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeFactors:
    """The factors of one day: by what is surely in force, and what uncertain law would make of them."""

    on: date
    factors: Mapping[str, float]  # alpha-3 -> factor, of controls in force
    if_uncertain_holds: Mapping[str, float]  # the same, with controls of uncertain status as if in force
    because: Mapping[str, tuple[str, ...]]  # alpha-3 -> provisions in force or uncertain that were read
    without_factor: tuple[str, ...]  # provisions that were read and whose effect was given no factor
    narrower: tuple[str, ...]  # provisions that bind some destinations, users or uses alone: not counted


def trade_factors(controls: Iterable[Control], on: date, *, by_effect: Mapping[str, float]) -> TradeFactors:
    """The trade factor of each exporter from its controls on a day; of several the largest counts: `TRADE_FACTOR`.

    Parameters
    ----------
    controls : as somebody found them for the day, and chose them for the material; a suspended one changes nothing, and one
        that binds some destinations, users or uses alone is named and not counted
    by_effect : factor by effect (`licence`, `ban`); an input, for no source of its numbers could be read

    Raises
    ------
    ValueError where a control was found for another day
    """
    sure: dict[str, float] = {}
    perhaps: dict[str, float] = {}
    because: dict[str, list[str]] = {}
    without: list[str] = []
    narrower: list[str] = []
    for control in controls:
        if control.on != on:
            raise ValueError(f"{control.provision} was found for {control.on}, not {on}")
        if control.status not in ("in force", "uncertain"):
            continue
        if not control.is_general:
            narrower.append(control.provision)
            continue
        because.setdefault(control.exporter, []).append(control.provision)
        factor = by_effect.get(control.effect)
        if factor is None:
            without.append(control.provision)
            continue
        for found in [perhaps] + ([sure] if control.status == "in force" else []):
            found[control.exporter] = max(factor, found.get(control.exporter, factor))
    return TradeFactors(
        on=on, factors=MappingProxyType(sure), if_uncertain_holds=MappingProxyType(perhaps),
        because=MappingProxyType({c: tuple(dict.fromkeys(p)) for c, p in because.items()}),
        without_factor=tuple(dict.fromkeys(without)), narrower=tuple(dict.fromkeys(narrower)),
    )  # fmt: skip
