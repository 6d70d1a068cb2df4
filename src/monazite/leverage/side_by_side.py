"""Every screen of one importer and product beside one another, with what stands behind them; and why they disagree.

    record = screens_side_by_side([make_market(flows, "EU27", members) for flows in three_years], "280530")
    record.share_value, record.share_quantity, record.hhi_value
    record.disagreements        short sentences, each made from the figures

Concentration alone is not leverage, so the record also holds what the importer has at home, how long it lasts, and the
controls that stand. None of it is added up.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from monazite.leverage.definitions import Definition
from monazite.leverage.flows import Basis
from monazite.leverage.market import Market, floored
from monazite.leverage.production import Stage
from monazite.leverage.screens import Condition, Rule, Screen, cdi, cepii, crma, dominated, merics_like

APART = 0.1
"""Shares by value and by quantity that are this far apart are worth a sentence."""
MATTERS = 0.05
"""A rise of an HHI from which a sentence names its cause."""


class ControlInForce(Protocol):
    """What is read of a control; `regime.controls.Control` fits, and so does anything with these words."""

    @property
    def provision(self) -> str: ...
    @property
    def exporter(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def says(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AtHome:
    """What the importer could fall back on, as somebody states it. None: nobody does."""

    source: str
    production_weeks: float | None = None  # of a year's use that is made at home
    stocks_weeks: float | None = None
    substitutes: str | None = None
    months_to_replace: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A measure without a threshold, shown beside the screens."""

    definition: Definition
    value: float | None
    low: float | None = None
    high: float | None = None
    rests_on: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SideBySide:
    """One importer and product: the figures, what stands at home, the controls, and the screens beside one another."""

    importer: str
    product: str
    year: int
    stage: Stage | None
    supplier: str | None  # the largest by value, or the one that was named
    supplier_by_quantity: str | None
    share_value: float | None
    share_quantity: float | None  # of the quantity that is recorded
    quantity_coverage: float | None
    hhi_value: float | None
    hhi_quantity: float | None
    left_without_supplier: float | None  # share of imports by value: 1 − share
    world_hhi: float | None
    world_hhi_outside: float | None  # without what others ship to the supplier
    at_home: AtHome | None
    controls: tuple[ControlInForce, ...]
    screens: tuple[Screen, ...]
    figures: tuple[Figure, ...]
    disagreements: tuple[str, ...]
    basis: Basis

    @property
    def agree(self) -> bool | None:
        """All screens that can be said say the same; None where fewer than two can."""
        said = [screen.flagged for screen in self.screens if screen.flagged is not None]
        return None if len(said) < 2 else len(set(said)) == 1


def screens_side_by_side(
    markets: Sequence[Market],
    product: str,
    *,
    supplier: str | None = None,
    stage: Stage | None = None,
    at_home: AtHome | None = None,
    controls: Sequence[ControlInForce] = (),
    rules: str | Sequence[Rule] = "cut-offs of CDI",
    more: Sequence[Screen] = (),
    figures: Sequence[Figure] = (),
) -> SideBySide:
    """Every screen of one importer and product in the last of the years, and why they disagree.

    Parameters
    ----------
    markets : of one importer; CEPII's screen is among the answers where they are three consecutive years
    supplier : whose share is shown; the largest by value where none is named
    controls : of the supplier's exports that bear on the product, as somebody found them for a day
    more : screens made elsewhere, of the same importer and product
    figures : measures without a threshold: GeoPolRisk, net import reliance
    """
    market = markets[-1]
    chosen = supplier or market.supplier(product)
    years = [m.year for m in markets]
    windowed = len(years) >= 3 and years[-3:] == list(range(years[-1] - 2, years[-1] + 1))
    screens = (
        dominated(market, product),
        cdi(market, product),
        *([cepii(markets[-3:], product)] if windowed else []),
        merics_like(market, product, rules=rules, supplier=supplier),
        crma(market, product, stage=stage),
        *more,
    )

    def value(name: str) -> float | None:
        return market.figure(name, product, chosen).value

    share = value("supplier-share")
    return SideBySide(
        importer=market.importer, product=product, year=market.year, stage=stage, supplier=chosen,
        supplier_by_quantity=market.supplier_by_quantity(product), share_value=share,
        share_quantity=value("supplier-share-quantity"), quantity_coverage=market.quantity_coverage(product),
        hhi_value=value("import-hhi"), hhi_quantity=value("import-hhi-quantity"),
        left_without_supplier=None if share is None else 1.0 - share, world_hhi=value("world-export-hhi"),
        world_hhi_outside=value("world-export-hhi-outside"), at_home=at_home, controls=tuple(controls), screens=screens,
        figures=tuple(figures), disagreements=disagreements(market, product, screens, chosen), basis=market.flows.basis,
    )  # fmt: skip


def disagreements(
    market: Market, product: str, screens: Sequence[Screen], supplier: str | None
) -> tuple[str, ...]:
    """Where screens say different things of one product, and which figures make them; empty where they agree."""
    flagging = [s for s in screens if s.flagged]
    passing = [s for s in screens if s.flagged is False]
    silent = [s for s in screens if s.flagged is None]
    said = [
        f"{screen.definition.title} cannot be said: {'; '.join(c.says() for c in screen.conditions if c.holds is None)}."
        for screen in silent
    ]
    if flagging and passing:
        said.append(f"{_titles(flagging, 'flags', 'flag')} it; {_titles(passing, 'does', 'do')} not.")
        said += [f"{screen.definition.title}: {_failures(screen)}." for screen in passing]
        failed = {c.ingredient for s in passing for c in s.conditions if c.holds is False}
        said += [why for ingredients, why in _reasons(market, product, supplier) if ingredients & failed]
    return (*said, *_value_against_quantity(market, product))


def _titles(screens: Sequence[Screen], one: str, more: str) -> str:
    names = [screen.definition.title for screen in screens]
    return f"{names[0]} {one}" if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]} {more}"


def _failures(screen: Screen) -> str:
    """The conditions that fail, each once with its figures of the years."""
    failing: dict[str, list[Condition]] = {}
    for condition in screen.conditions:
        if condition.holds is False:
            failing.setdefault(condition.label, []).append(condition)
    return "; ".join(
        same[0].says()
        if len(same) == 1
        else f"{label} fails in {', '.join(f'{c.year} ({c.figure:.4g})' for c in same)}, needs {_needs(same[0])}"
        for label, same in failing.items()
    )


def _needs(condition: Condition) -> str:
    threshold = condition.definition.threshold
    return "" if threshold is None else f"{condition.definition.comparator} {float(threshold):g}"


def _reasons(market: Market, product: str, supplier: str | None) -> list[tuple[set[str], str]]:
    """What may stand behind conditions that fail, with their ingredients, where the figures show it."""
    k = market.place(product)
    found: list[tuple[set[str], str]] = []
    world = market.figure("world-export-hhi", product).value
    outside = market.figure("world-export-hhi-outside", product, supplier).value
    own = market.figure("import-hhi", product).value
    if supplier and world is not None and outside is not None and own is not None and own > world:
        spread = f"The world's exports are spread over more countries (HHI {world:.2f}) than these imports (HHI {own:.2f})"
        if outside - world >= MATTERS:
            spread += f", not least because others ship to {supplier}: of what everyone else buys the HHI is {outside:.2f}."
        else:
            spread += f"; leaving out what is shipped to {supplier} itself makes it {outside:.2f}."
        found.append(({"world-export-hhi"}, spread))
    bought, sold, inner = float(market.bought[:, k].sum()), float(market.sold[k]), float(market.inner[k])
    if sold + inner >= bought > 0:
        found.append(({"imports-over-all-exports"}, (
            f"All exports are {(sold + inner) / bought:.2f} times imports from outside, {inner / (sold + inner):.0%} of them between "
            "members: the screen takes exports for capacity at home, and goods that pass through count too."
        )))  # fmt: skip
    if 2 * sold > bought > 0:
        found.append(({"imports-over-exports"}, (
            f"Exports to the outside are {sold / bought:.2f} times imports: the screen takes them for capacity at home, and goods that "
            "pass through count too."
        )))  # fmt: skip
    if inner >= bought > 0:
        found.append(({"share-from-outside"}, (
            f"Members buy {inner / (inner + bought):.0%} of it from one another; goods landed in one member and sent on count there."
        )))  # fmt: skip
    share = market.figure("supplier-share", product, supplier).value
    if share is not None and supplier:
        found.append(({"supplier-share", "import-hhi"}, f"{supplier} holds {share:.0%} of imports by value."))
    return found


def _value_against_quantity(market: Market, product: str) -> tuple[str, ...]:
    """One sentence where value and quantity name different largest suppliers, or shares ten points apart."""
    by_value, by_quantity = market.supplier(product), market.supplier_by_quantity(product)
    if by_value is None or by_quantity is None:
        return ()
    one = market.figure("supplier-share", product, by_value).value or 0.0
    same = market.figure("supplier-share-quantity", product, by_value).value or 0.0
    coverage = market.quantity_coverage(product) or 0.0
    of = f" of what is recorded ({floored(coverage)} of the value)" if coverage < 0.9995 else ""
    if by_value != by_quantity:
        other = market.figure("supplier-share-quantity", product, by_quantity).value or 0.0
        return (
            f"By value {by_value} is the largest supplier with {one:.0%}, by quantity {by_quantity} with {other:.0%}{of}.",
        )
    if abs(one - same) >= APART:
        return (f"{by_value} holds {one:.0%} by value and {same:.0%} by quantity{of}.",)
    return ()
