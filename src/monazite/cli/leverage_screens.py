"""The screens of `monazite leverage`: markets of an importer, records side by side, and measures that need more inputs."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from monazite.cli.leverage_data import Asked, member_codes, shipped_groups
from monazite.terms.faults import BadInput, Fault

if TYPE_CHECKING:
    from monazite.leverage.account import Table
    from monazite.leverage.flows import Flows
    from monazite.leverage.market import Market
    from monazite.leverage.of_pair import Pair
    from monazite.leverage.production import Production
    from monazite.leverage.side_by_side import Figure, SideBySide
    from monazite.regime.controls import Control

PEERS = ("USA", "EU27", "JPN", "KOR", "DEU", "IND", "CHN")
"""Importers whose screens stand side by side for a product."""
FACTOR_EFFECTS = ("licence", "ban")
"""Effects of controls that a trade factor can be given for."""


def markets_of(asked: Asked, code: str, product: str | None = None) -> list["Market"]:
    """The market of an importer in the three years that end with the one asked, or in that one alone."""
    from monazite.leverage.flows import choose, coarsen
    from monazite.leverage.market import make_market

    years = [y for y in range(asked.year - 2, asked.year + 1) if y in asked.years]
    if len(years) < 3:
        years = [asked.year]
    members = member_codes(asked, code)
    found = []
    for year in years:
        flows = asked.whole(year)
        others = [g for g in asked.groups if g.name != code and g.name not in flows.countries]
        if others:
            from monazite.leverage.groups import pool_groups

            flows = pool_groups(flows, others)
        if product is not None:
            flows = choose(flows, products=[product])
        level = min(len(product), flows.basis.digits) if product else asked.digits or flows.basis.digits
        found.append(
            make_market(coarsen(flows, level) if level < flows.basis.digits else flows, code, members)
        )
    return found


def products_under(market: "Market", codes: Sequence[str], asked: Asked) -> list[str] | None:
    """The products of the market under some codes; None where none was named.

    Raises
    ------
    BadInput where the data hold none under a code
    """
    if not codes:
        return None
    faults = [
        Fault(where="--product", what=f"{asked.name} holds nothing under {code}",
              mend=f"Its codes have {market.flows.basis.digits} digits")
        for code in codes
        if not any(name.startswith(code) for name in market.flows.products)
    ]  # fmt: skip
    if faults:
        raise BadInput(faults)
    return [name for name in market.flows.products if name.startswith(tuple(codes))]


def records_of(
    markets: Sequence["Market"], products: Sequence[str] | None, most: int, *, supplier: str | None = None,
    rules: str = "cut-offs of CDI", risk: "Risk | None" = None,
) -> list["SideBySide"]:  # fmt: skip
    """The screens of the products named, else of the most exposed."""
    from monazite.leverage.of_screens import most_exposed, without_exports
    from monazite.leverage.side_by_side import screens_side_by_side

    chosen = products if products is not None else most_exposed(markets[-1], most)
    found = [
        screens_side_by_side(
            markets, code, supplier=supplier, rules=rules,
            figures=risk.figures(code) if risk is not None else (), controls=risk.controls(code) if risk is not None else (),
        )
        for code in chosen
    ]  # fmt: skip
    one_importer = bool((markets[-1].flows.importer == markets[-1].flows.importer[:1]).all())
    return [without_exports(record, markets[-1]) for record in found] if one_importer else found


def pair_screens(both: "Pair", asked: Asked) -> tuple["Table", ...]:
    """The screens of the importer for what the exporter dominates most."""
    from monazite.leverage.of_screens import screens_tables

    found = next((one for one in both.dominated if one.products), None)
    if found is None:
        return ()
    markets = markets_of(asked, found.importer)
    held = [code for code in found.products[:10] if code in markets[-1].flows.products]
    return screens_tables(records_of(markets, held, 10, supplier=found.exporter))


def product_screens(code: str, asked: Asked, flows: "Flows") -> tuple["Table", ...]:
    """The screens of the largest importers for one product."""
    from monazite.leverage.of_screens import screens_tables

    importers = {flows.countries[int(c)] for c in set(flows.importer.tolist())}
    records = []
    for who in PEERS:
        group = shipped_groups().get(who)
        mine = asked
        if group is not None and who not in asked.whole().countries:
            mine = replace(asked, groups=(*(g for g in asked.groups if g.name != who), group))
        if who not in importers and not (group and set(member_codes(mine, who)) & importers):
            continue
        markets = markets_of(mine, who, code)
        held = markets[-1].flows.products
        records += records_of(markets, [name for name in held if name == code[: len(name)]], 1)
    return screens_tables(records)


class Risk:
    """Measures without a threshold of their own, for one importer: GeoPolRisk, and EU supply risk where its inputs are given."""

    def __init__(
        self, *, asked: Asked, code: str, members: Sequence[str], on: date, book_path: str | None, by_effect: Mapping[str, float],
        recycling: float | None, substitution: float | None,
    ) -> None:  # fmt: skip
        self.asked, self.code, self.members, self.on = asked, code, members, on
        self.book_path, self.by_effect, self.recycling, self.substitution = (
            book_path,
            by_effect,
            recycling,
            substitution,
        )

    @cached_property
    def _standing(self) -> tuple["Control", ...]:
        from monazite.readers.law import read_book
        from monazite.regime.controls import controls_on

        return controls_on(read_book(self.book_path), self.on)

    @cached_property
    def _market(self) -> "Market":
        return markets_of(self.asked, self.code)[-1]

    def controls(self, product: str) -> tuple["Control", ...]:
        """The controls that stand on the day for a customs code."""
        from monazite.regime.controls import controls_for

        return controls_for(self._standing, product)

    def figures(self, product: str) -> tuple["Figure", ...]:
        """The figures of a product whose production is known; none for another."""
        from monazite.leverage.geopolrisk import GEOPOLRISK, STAGE_GEOPOLRISK, geopolrisk, stage_geopolrisk
        from monazite.leverage.side_by_side import Figure
        from monazite.readers.trade.chains import chains_of
        from monazite.readers.trade.shipped import find_production, read_governance

        links = [link for link in chains_of(product) if link.is_production]
        flows = self.asked.whole()
        if not links or flows.quantity is None:
            return ()
        made = find_production(links[0].mineral, links[0].stage, flows.year, scope=links[0].scope)
        estimates = read_governance().estimates.get(flows.year)
        if made is None or estimates is None:
            return ()
        given: dict[str, Any] = {
            "production": made, "estimates": estimates, "entity": self.code, "members": self.members, "codes": (product,),
        }  # fmt: skip
        found = []
        try:
            peer = geopolrisk(flows, **given)
            staged = stage_geopolrisk(flows, **given)
        except BadInput:
            return ()
        found.append(Figure(definition=GEOPOLRISK, value=peer.score, rests_on=peer.production))
        score = staged.score
        ends = f"between {_number(score.low)} and {_number(score.high)}"
        why = f"{staged.production}; {ends}: quantity of {_share(staged.quantity_coverage)} of the value"
        found.append(
            Figure(
                definition=STAGE_GEOPOLRISK, value=score.value, low=score.low, high=score.high, rests_on=why
            )
        )
        risk = self._supply_risk(product, made, estimates)
        return (*found, *([risk] if risk is not None else []))

    def _supply_risk(
        self, product: str, made: "Production", estimates: Mapping[str, float]
    ) -> "Figure | None":
        """EU supply risk with the controls of the day; None where an input is missing."""
        from monazite.leverage.production import production_shares
        from monazite.leverage.side_by_side import Figure
        from monazite.leverage.supply_risk import (
            SUPPLY_RISK,
            import_reliance,
            scaled_governance,
            supply_risk,
            trade_factors,
        )

        if self.recycling is None or self.substitution is None:
            return None
        factors = trade_factors(self.controls(product), self.on, by_effect=self.by_effect)
        market = self._market
        k = market.place(product)
        bought = market.bought[:, k]
        total = float(bought.sum())
        sourcing = (
            {market.flows.countries[n]: float(bought[n]) / total for n in bought.nonzero()[0].tolist()}
            if total
            else {}
        )
        own = sum(made.amounts.get(code) or 0.0 for code in (self.members or [self.code]))
        tonnes = None if market.bought_t is None else float(market.bought_t[:, k].sum())
        reliance = None if tonnes is None else import_reliance(production=own, imports=tonnes, exports=0.0)
        risk = supply_risk(
            global_supply={c: s for c, s in production_shares(made).items() if s is not None}, eu_supply=sourcing,
            governance={c: scaled_governance(e) for c, e in estimates.items()}, import_reliance=reliance,
            recycling=self.recycling, substitution=self.substitution, trade=factors.factors, on=self.on,
        )  # fmt: skip
        because = (
            "; ".join(f"{c} x {t:g}: {', '.join(factors.because.get(c, ()))}" for c, t in risk.trade.items())
            or "no trade factor"
        )
        lacking = f"missing: {', '.join(risk.lacking)}; " if risk.lacking else ""
        says = f"{lacking}{because}; controls on {self.on}; governance rescaled 0..10, exports not subtracted"
        return Figure(definition=SUPPLY_RISK, value=risk.score, rests_on=says)


def _number(value: float | None) -> str:
    return "no bound" if value is None else f"{value:.3g}"


def _share(value: float | None) -> str:
    return "none" if value is None else f"{value:.0%}"


def parse_factor(text: str, faults: list[Fault]) -> tuple[str, float]:
    """A trade factor by effect; a fault where it is none."""
    effect, _, number = (part.strip() for part in text.partition("="))
    try:
        factor = float(Fraction(number))
    except (ValueError, ZeroDivisionError, OverflowError):
        factor = math.nan
    if effect not in FACTOR_EFFECTS or not factor >= 0:
        effects = " or ".join(FACTOR_EFFECTS)
        what = f"'{text}' is no factor: an effect ({effects}) and a number of zero or more are wanted"
        faults.append(Fault(where="--factor", what=what, mend="Write licence=1.1 or ban=1.3"))
    return effect, factor
