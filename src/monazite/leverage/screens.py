"""The published screens of import dependence, each with every figure it was made from, and side by side.

A screen is a set of conditions on the ingredients of a market. It says which hold and which are undefined, and is flagged
only where all that it asks hold. There is no index over several screens; `side_by_side` says where and why they disagree.

    markets = [make_market(flows, "EU27", members) for flows in three_years]
    cdi(markets[-1], "280530").flagged
    cepii(markets, "280530").conditions[0].says()
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from monazite.leverage.definitions import Comparator, Definition
from monazite.leverage.flows import Basis
from monazite.leverage.market import INGREDIENTS, Market, floored
from monazite.leverage.production import Stage

SWD = "European Commission, SWD(2021) 352 final, 5 May 2021"
GEODEP = "CEPII, GeoDep, https://cepii.fr/cepii/en/bdd_modele/bdd_modele_item.asp?id=41"
MERICS = "MERICS, Growing asymmetry, annex I, https://blog.merics.org/en/report/growing-asymmetry-mapping-import-dependencies-eu-and-us-trade-china"

CDI1 = Definition(
    name="cdi1", title="Concentration of imports from outside the Union", formula="Σ over extra-EU suppliers of s²",
    unit="0..1", source=SWD, threshold=Fraction(2, 5),
)  # fmt: skip
CDI2 = Definition(
    name="cdi2", title="Weight of imports from outside in all imports", formula="extra-EU imports / (extra-EU + intra-EU imports)",
    unit="share 0..1", source=SWD, threshold=Fraction(1, 2), unverified="the cut-off of 0.5 was not read in the document",
)  # fmt: skip
CDI3 = Definition(
    name="cdi3", title="Imports from outside against exports", formula="extra-EU imports / all EU exports (intra + extra)",
    unit="ratio; exports stand for capacity at home", source=SWD, threshold=Fraction(1),
    unverified="what holds without exports was not read; here imports without exports pass",
)  # fmt: skip
CDI = Definition(
    name="cdi", title="European Commission: core dependency indicators", formula="CDI1 and CDI2 and CDI3",
    unit="yes or no", source=SWD,
)  # fmt: skip
C1 = Definition(
    name="cepii-c1", title="Concentration of the importer's suppliers", formula="HHI[j,k]", unit="0..1", source=GEODEP,
    threshold=Fraction(2, 5),
)  # fmt: skip
C2 = Definition(
    name="cepii-c2", title="Concentration of world exports", formula="Σ_i (X[i,k] / Σ X)²", unit="0..1", source=GEODEP,
    threshold=Fraction(2, 5),
)  # fmt: skip
C3 = Definition(
    name="cepii-c3", title="Imports over exports", formula="M[j,k] / X[j,k]; 9999 where X = 0", unit="ratio", source=GEODEP,
    threshold=Fraction(1),
)  # fmt: skip
CEPII = Definition(
    name="cepii-c4", title="CEPII GeoDep", formula="C1 and C2 and C3 hold in at least two years of a window of three",
    unit="years", source=GEODEP, threshold=Fraction(2), comparator=Comparator.AT_LEAST,
)  # fmt: skip
NO_EXPORTS = 9999.0
"""What GeoDep writes for C3 where nothing is exported."""

MERICS_1 = Definition(
    name="merics-1", title="Imports at least twice exports", formula="M / X", unit="ratio", source=MERICS,
    threshold=Fraction(2), comparator=Comparator.AT_LEAST,
)  # fmt: skip
MERICS_LIKE = Definition(
    name="merics-like", title="MERICS-like: three conditions", formula="M >= 2 X, concentration of suppliers, weight of the supplier",
    unit="yes or no", source=MERICS,
    unverified="conditions 2 and 3 could not be read; presets take the cut-offs of other screens, so this is not MERICS's own list",
)  # fmt: skip
DOMINATED = Definition(
    name="dominated", title="Dominated by one supplier", formula="max_i s[i,j,k]", unit="share 0..1",
    source="DiPippo and Lenain, Testing Self-Reliance, RAND, 10 June 2025", threshold=Fraction(1, 2),
)  # fmt: skip
CRMA_65 = Definition(
    name="crma-65", title="Critical Raw Materials Act: one third country", formula="max_i s[i,EU,k], per stage",
    unit="share 0..1", source="Regulation (EU) 2024/1252, benchmarks for 2030", threshold=Fraction(13, 20),
    unverified="the act counts yearly consumption; an import share leaves out what is made at home and what is exported again",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One condition of a screen, with the figure that it compares."""

    definition: Definition
    ingredient: str  # name in `market.INGREDIENTS`
    year: int
    figure: float | None
    holds: bool | None  # None: undefined
    why: str = ""  # why it is undefined, or what the figure leaves out

    def says(self) -> str:
        """The figure, what it must pass, and whether it does.

        >>> Condition(definition=CDI1, ingredient="import-hhi", year=2024, figure=0.4, holds=False).says()
        'CDI1 2024: 0.4, needs > 0.4: fails'
        """
        threshold = self.definition.threshold
        needs = f"{self.definition.comparator} {float(threshold):g}" if threshold is not None else ""
        held = {True: "holds", False: "fails", None: "undefined"}[self.holds]
        figure = "no figure" if self.figure is None else f"{self.figure:.4g}"
        why = f" ({self.why})" if self.why else ""
        return f"{self.label} {self.year}: {figure}, needs {needs}: {held}{why}"

    @property
    def label(self) -> str:
        """The condition by name, and whether it weighs by quantity."""
        return self.definition.name.upper() + (
            " by quantity" if self.ingredient.endswith("-quantity") else ""
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """What one screen says of an importer and a product. `flagged` None: it cannot be said."""

    definition: Definition
    importer: str
    product: str
    years: tuple[int, ...]
    conditions: tuple[Condition, ...]
    flagged: bool | None
    ingredients: Mapping[str, float | None]  # amounts in the unit of the basis; shares and HHI without one
    basis: Basis
    notes: tuple[str, ...] = ()


def every(truths: Iterable[bool | None]) -> bool | None:
    """All hold: no where one does not, undefined where one is and none fails."""
    held = list(truths)
    return False if False in held else None if None in held else True


# -- the screens ------------------------------------------------------------------------------------------------


def dominated(market: Market, product: str) -> Screen:
    """Whether one country outside supplies more than half of the imports of a good by value: `DOMINATED`."""
    condition = _condition(market, product, DOMINATED, "supplier-share")
    return _screen(DOMINATED, [market], product, (condition,), condition.holds)


def cdi(market: Market, product: str) -> Screen:
    """The Commission's three indicators for a union whose members stand apart in the flows: `CDI1`, `CDI2`, `CDI3`.

    Imports from outside are pooled over the members before shares are taken. Where nothing is exported CDI3 has no figure,
    and imports of anything pass it.
    """
    conditions = (
        _condition(market, product, CDI1, "import-hhi"),
        _condition(market, product, CDI2, "share-from-outside"),
        _condition(market, product, CDI3, "imports-over-all-exports"),
    )
    return _screen(
        CDI, [market], product, conditions, every(c.holds for c in conditions), notes=_of_the_union(market)
    )


def _of_the_union(market: Market) -> tuple[str, ...]:
    """A note where a screen of the Union is taken for one country."""
    if len(market.members) > 1:
        return ()
    return ("made for the European Union; for one country trade between members is nothing",)


def cepii(markets: Sequence[Market], product: str) -> Screen:
    """CEPII's conditions in each of three consecutive years, and C4 over them: `C1`, `C2`, `C3`, `CEPII`.

    Two years in which all three hold flag it whatever the third says; where undefined years could still make two, it is
    undefined.

    Raises
    ------
    ValueError where the markets are not of three consecutive years
    """
    years = [market.year for market in markets]
    if years != list(range(years[0], years[0] + 3)):
        raise ValueError(f"C4 wants three consecutive years in order, not {years}")
    conditions, truths = [], []
    for market in markets:
        three = [
            _condition(market, product, C1, "import-hhi"),
            _condition(market, product, C2, "world-export-hhi"),
            _condition(market, product, C3, "imports-over-exports", without=NO_EXPORTS),
        ]
        truths.append(every(c.holds for c in three))
        conditions += three
    surely = truths.count(True)
    flagged = True if surely >= 2 else None if surely + truths.count(None) >= 2 else False
    conditions.append(
        Condition(definition=CEPII, ingredient="years", year=years[-1], figure=float(surely), holds=flagged,
                  why=f"of {years[0]} to {years[-1]}, {truths.count(None)} undefined" if None in truths else "")
    )  # fmt: skip
    notes = (
        ("countries stand apart in world exports, the group's members too",)
        if len(markets[-1].members) > 1
        else ()
    )
    return _screen(CEPII, markets, product, tuple(conditions), flagged, notes=notes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A condition that a user may set: an ingredient and what it must pass."""

    ingredient: str
    threshold: Fraction
    comparator: Comparator = Comparator.OVER


MERICS_PRESETS: Mapping[str, tuple[Rule, ...]] = MappingProxyType({
    "first condition alone": (),
    "cut-offs of CDI": (Rule(ingredient="import-hhi", threshold=Fraction(2, 5)),
                        Rule(ingredient="supplier-share", threshold=Fraction(1, 2))),
    "cut-offs of CEPII": (Rule(ingredient="import-hhi", threshold=Fraction(2, 5)),
                          Rule(ingredient="world-export-hhi", threshold=Fraction(2, 5))),
})  # fmt: skip
"""What to take for the second and third condition of the MERICS database, which could not be read."""


def merics_like(
    market: Market,
    product: str,
    *,
    rules: str | Sequence[Rule] = "cut-offs of CDI",
    supplier: str | None = None,
) -> Screen:
    """Imports at least twice exports, with two more conditions as a preset or as given: `MERICS_LIKE`.

    Parameters
    ----------
    rules : a name in `MERICS_PRESETS`, or rules of one's own
    supplier : whose weight counts; the largest where none is named
    """
    chosen = MERICS_PRESETS[rules] if isinstance(rules, str) else tuple(rules)
    named = f"preset: {rules}" if isinstance(rules, str) else "rules as given"
    conditions = (
        _condition(market, product, MERICS_1, "imports-over-exports"),
        *(_condition(market, product, _as_definition(n, rule), rule.ingredient, supplier=supplier) for n, rule in enumerate(chosen, 2)),
    )  # fmt: skip
    return _screen(
        MERICS_LIKE,
        [market],
        product,
        conditions,
        every(c.holds for c in conditions),
        supplier=supplier,
        notes=(named,),
    )


def _as_definition(number: int, rule: Rule) -> Definition:
    return Definition(
        name=f"merics-{number}", title=INGREDIENTS[rule.ingredient].says, formula=rule.ingredient, unit="ratio", source="as chosen",
        threshold=rule.threshold, comparator=rule.comparator, unverified=MERICS_LIKE.unverified,
    )  # fmt: skip


def crma(market: Market, product: str, *, stage: Stage | None = None) -> Screen:
    """Whether one country outside supplies more than 65 % of the imports of a good: `CRMA_65`.

    Flagged by value. By quantity it is shown beside, and undefined while a quantity is missing.

    Parameters
    ----------
    stage : of processing that the product stands for, for the record
    """
    coverage = market.quantity_coverage(product)
    by_quantity = _condition(market, product, CRMA_65, "supplier-share-quantity")
    if coverage is not None and coverage < 1:
        by_quantity = Condition(
            definition=CRMA_65, ingredient=by_quantity.ingredient, year=market.year, figure=by_quantity.figure,
            holds=None, why=f"quantity is recorded for {floored(coverage)} of the value",
        )  # fmt: skip
    by_value = _condition(market, product, CRMA_65, "supplier-share")
    notes = (f"stage: {stage}" if stage else "no stage named", *_of_the_union(market))
    return _screen(CRMA_65, [market], product, (by_value, by_quantity), by_value.holds, notes=notes)


def _condition(
    market: Market, product: str, definition: Definition, ingredient: str, *, supplier: str | None = None, without: float | None = None
) -> Condition:  # fmt: skip
    """A condition on an ingredient; `without` is the figure to show for something over nothing."""
    ratio = market.figure(ingredient, product, supplier)
    assert definition.threshold is not None
    holds = ratio.passes(definition.comparator, definition.threshold)
    figure, why = ratio.value, ""
    if figure is None:
        what = "quantity is recorded" if "quantity" in ingredient else "trade is recorded"
        why = "nothing is exported" if holds else f"no {what}"
        figure = without if holds else None
    return Condition(
        definition=definition, ingredient=ingredient, year=market.year, figure=figure, holds=holds, why=why
    )


def _screen(
    definition: Definition, markets: Sequence[Market], product: str, conditions: tuple[Condition, ...], flagged: bool | None,
    *, supplier: str | None = None, notes: tuple[str, ...] = ()
) -> Screen:  # fmt: skip
    market = markets[-1]
    return Screen(
        definition=definition, importer=market.importer, product=product, years=tuple(m.year for m in markets),
        conditions=conditions, flagged=flagged, ingredients=ingredients(market, product, supplier), basis=market.flows.basis, notes=notes,
    )  # fmt: skip


def ingredients(market: Market, product: str, supplier: str | None = None) -> Mapping[str, float | None]:
    """Every amount and ratio of a product that screens are made from; amounts in the unit of the basis."""
    k = market.place(product)
    tonnes = None if market.bought_t is None else float(market.bought_t[:, k].sum())
    return MappingProxyType({
        "imports from outside": market.amount(float(market.bought[:, k].sum())),
        "imports of one another": market.amount(float(market.inner[k])),
        "exports to the outside": market.amount(float(market.sold[k])),
        "world exports": market.amount(float(market.world[:, k].sum())),
        "tonnes from outside": tonnes,
        "quantity coverage": market.quantity_coverage(product),
        **{name: market.figure(name, product, supplier).value for name in INGREDIENTS},
    })  # fmt: skip
