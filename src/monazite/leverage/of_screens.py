"""The screens of one importer side by side, over products, with the figures behind them and where they disagree."""

from collections.abc import Sequence
from dataclasses import replace

from monazite.leverage.account import (
    UNWEIGHED,
    Cell,
    Column,
    Kind,
    Note,
    Row,
    Table,
    Undefined,
    ground_of,
    maybe,
)
from monazite.leverage.market import Market
from monazite.leverage.screens import Screen, every
from monazite.leverage.shares import IMPORT_SHARE, SUPPLIER_HHI
from monazite.leverage.side_by_side import SideBySide, disagreements

ONE_IMPORTER = "the data hold the imports of one country alone"
NEED_EXPORTS = frozenset({
    "share-from-outside", "imports-over-all-exports", "imports-over-exports", "world-export-hhi", "world-export-hhi-outside", "years",
})  # fmt: skip
"""Ingredients of screens that data of one importer cannot give."""
NO_IMPORTS = "nothing is imported from outside"
NO_QUANTITY = "no quantity is recorded"


def most_exposed(market: Market, count: int | None = None) -> list[str]:
    """Products by imports from outside times their concentration, the largest first."""
    weights = []
    for product in market.flows.products:
        index = market.figure("import-hhi", product)
        if index.value is not None:
            bought = market.amount(float(market.bought[:, market.place(product)].sum()))
            weights.append((-bought * index.value, product))
    return [product for _, product in sorted(weights)][:count]


def without_exports(record: SideBySide, market: Market) -> SideBySide:
    """The record of data that hold one importer alone: what would compare with exports cannot be said there."""
    screens = []
    for screen in record.screens:
        conditions = tuple(
            replace(condition, figure=None, holds=None, why=ONE_IMPORTER)
            if condition.ingredient in NEED_EXPORTS
            else condition
            for condition in screen.conditions
        )
        flagged = screen.flagged if conditions == screen.conditions else every(c.holds for c in conditions)
        screens.append(replace(screen, conditions=conditions, flagged=flagged))
    return replace(
        record, screens=tuple(screens), world_hhi=None, world_hhi_outside=None,
        disagreements=disagreements(market, record.product, screens, record.supplier),
    )  # fmt: skip


def screens_tables(records: Sequence[SideBySide]) -> tuple[Table, ...]:
    """What each screen says of each product; every condition with its figure; why they disagree."""
    if not records:
        return ()
    kinds = list(dict.fromkeys(screen.definition for record in records for screen in record.screens))
    columns = (
        Column(key="importer", kind=Kind.COUNTRY), Column(key="product", kind=Kind.PRODUCT), Column(key="supplier", kind=Kind.COUNTRY),
        Column(key="top_share", kind=Kind.SHARE, definition=IMPORT_SHARE),
        *(Column(key=f"screen_{definition.name}", kind=Kind.HOLDS, definition=definition) for definition in kinds),
        Column(key="top_share_quantity", kind=Kind.SHARE, definition=IMPORT_SHARE),
        Column(key="coverage", kind=Kind.SHARE),
        Column(key="hhi", kind=Kind.INDEX, definition=SUPPLIER_HHI),
    )  # fmt: skip
    one_importer = len({record.importer for record in records}) == 1
    one_product = len({record.product for record in records}) == 1
    left_out = 0 if one_importer else 1 if one_product else None
    rows = []
    for record in records:
        said = {screen.definition: screen for screen in record.screens}
        cells: tuple[Cell, ...] = (
            record.importer, record.product, record.supplier or Undefined(why=NO_IMPORTS),
            maybe(record.share_value, NO_IMPORTS), *(_flag(said.get(definition)) for definition in kinds),
            _weighed(record.share_quantity), maybe(record.quantity_coverage, NO_IMPORTS),
            maybe(record.hhi_value, NO_IMPORTS),
        )  # fmt: skip
        kept = tuple(cell for i, cell in enumerate(cells) if i != left_out)
        rows.append(Row(kept, ground_of(record.basis, str(record.year))))
    kept_columns = tuple(column for i, column in enumerate(columns) if i != left_out)
    agree = [record.agree for record in records]
    counted = {"agree": agree.count(True), "differ": agree.count(False), "open": agree.count(None)}
    # What is about the whole reading stands once, what is about one product with it.
    made = [
        Table(
            name="screens",
            columns=kept_columns,
            rows=tuple(rows),
            notes=(Note("screens agree", counted),),
            shown=20,
        )
    ]
    sentences = [
        Row((record.importer, record.product, sentence), ground_of(record.basis, str(record.year)))
        for record in records
        for sentence in record.disagreements
    ]
    if sentences:
        of_whom = (
            Column(key="importer", kind=Kind.COUNTRY),
            Column(key="product", kind=Kind.PRODUCT),
            Column(key="says"),
        )
        made.append(Table(name="disagreements", columns=of_whom, rows=tuple(sentences), shown=12))
    measures = _measures(records)
    if measures.rows:
        made.append(measures)
    made.append(_figures(records))
    return tuple(made)


def _measures(records: Sequence[SideBySide]) -> Table:
    """Measures beside the screens, which have no flag of their own or need inputs."""
    rows = [
        Row(
            (
                record.importer, record.product, figure.definition.title,
                maybe(figure.value, "a part of it is missing"), maybe(figure.low, "no range is given"),
                maybe(figure.high, "no range is given" if figure.low is None else "no bound"), figure.rests_on,
            ),
            ground_of(record.basis, str(record.year)), kind=Kind.NUMBER, definition=figure.definition,
        )
        for record in records
        for figure in record.figures
    ]  # fmt: skip
    columns = (
        Column(key="importer", kind=Kind.COUNTRY), Column(key="product", kind=Kind.PRODUCT), Column(key="measure"),
        Column(key="figure", kind=Kind.BY_ROW), Column(key="low", kind=Kind.BY_ROW), Column(key="high", kind=Kind.BY_ROW),
        Column(key="rests_on", quiet=True),
    )  # fmt: skip
    return Table(name="measures", columns=columns, rows=tuple(rows), shown=20)


def _weighed(share: float | None) -> Cell:
    """A share by quantity; nought says that the supplier's own quantity is not recorded."""
    return maybe(share or None, NO_QUANTITY if share is None else UNWEIGHED)


def _flag(screen: Screen | None) -> Cell:
    if screen is None:
        return Undefined(why="the screen wants three consecutive years")
    if screen.flagged is None:
        whys = dict.fromkeys(condition.why for condition in screen.conditions if condition.holds is None)
        return Undefined(why="; ".join(why for why in whys if why) or NO_IMPORTS)
    return screen.flagged


def _figures(records: Sequence[SideBySide]) -> Table:
    """Every condition of every screen with its figure."""
    rows = []
    for record in records:
        for screen in record.screens:
            for condition in screen.conditions:
                rows.append(
                    Row(
                        (
                            record.importer, record.product, screen.definition.title, condition.definition.name.upper(),
                            condition.year, maybe(condition.figure, condition.why or NO_IMPORTS),
                            f"{condition.definition.comparator} {float(condition.definition.threshold or 0):g}",
                            Undefined(why=condition.why or NO_IMPORTS) if condition.holds is None else condition.holds,
                            condition.why,
                        ),
                        ground_of(screen.basis, str(condition.year)), kind=Kind.NUMBER, definition=condition.definition,
                    )
                )  # fmt: skip
    columns = (
        Column(key="importer", kind=Kind.COUNTRY), Column(key="product", kind=Kind.PRODUCT), Column(key="screen"),
        Column(key="condition"), Column(key="year", kind=Kind.YEAR), Column(key="figure", kind=Kind.BY_ROW), Column(key="needs"),
        Column(key="holds", kind=Kind.HOLDS), Column(key="why"),
    )  # fmt: skip
    few = len({(record.importer, record.product) for record in records}) == 1
    return Table(name="screen-figures", columns=columns, rows=tuple(rows), shown=20 if few else 0)
