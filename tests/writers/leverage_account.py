"""A made-up account that shows every kind of table and cell; no figure in it is real."""

from fractions import Fraction

from monazite.leverage.account import Account, Column, Ground, Kind, Note, Row, Table, Undefined
from monazite.leverage.definitions import Definition

GROUND = Ground(
    dataset="Toys",
    release="1",
    year="2024",
    side="reconciled",
    valuation="free on board",
    unit="thousand current USD",
    nomenclature="HS1992",
    digits=6,
    licence="made up",
    attribution="Source: nobody; every number is made up.",
    notes=("Magnets are not in it",),
)
FINE = Ground(
    dataset="Fine toys",
    release="2",
    year="2024",
    side="importer-reported",
    valuation="customs value",
    unit="current USD",
    nomenclature="HTSUS 2024",
    digits=10,
    licence="made up",
    attribution="Source: nobody at all.",
)
MINED = Ground(
    dataset="Toy mines",
    release="2026",
    year="2024",
    side="production",
    unit="t",
    nomenclature="all toys, as oxide",
)
DOMINATED = Definition(
    name="dominated-trade-share",
    title="Dominated-trade share",
    formula="Σ v·1[s > θ] / Σ v",
    unit="share 0..1",
    source="made up",
    threshold=Fraction(1, 2),
)
SHARE = Definition(
    name="import-share", title="Import share", formula="v / Σ v", unit="share 0..1", source="made up"
)
HHI = Definition(name="hhi", title="HHI", formula="Σ s²", unit="0..1", source="made up")
FLAG = Definition(
    name="cepii-c1",
    title="C1",
    formula="HHI > 0.4",
    unit="yes or no",
    source="made up",
    threshold=Fraction(2, 5),
    unverified="nobody read the text",
)
NO_TONNES = Undefined(why="no quantity is recorded")
CHINA, USA, JAPAN = ("China", "中国"), ("United States", "美国"), ("Japan", "日本")


def made_account() -> Account:
    """A pair with every section of the page."""
    share, text = Kind.SHARE, Kind.TEXT
    headline = Table(
        name="headline",
        columns=(
            Column(key="measure"),
            Column(key="out", kind=Kind.BY_ROW, label="CHN → USA"),
            Column(key="back", kind=Kind.BY_ROW, label="USA → CHN"),
        ),
        rows=(
            Row(("Dominated-trade share", 0.412, 0.087), GROUND, kind=share, definition=DOMINATED),
            Row(("Value shipped", 1234.5, 0.25), GROUND, kind=Kind.VALUE),
            Row(("Dominated products", 2, 1), GROUND, kind=Kind.COUNT, definition=DOMINATED),
            Row(("Share by quantity", NO_TONNES, 0.00002), GROUND, kind=share, definition=SHARE),
        ),
    )
    stages = Table(
        name="stage-shares",
        columns=(
            Column(key="stage"),
            Column(key="scope"),
            Column(key="what"),
            Column(key="supplier", kind=Kind.COUNTRY),
            Column(key="share", kind=share, definition=SHARE),
        ),
        rows=tuple(
            Row((stage, scope, what, who, part), ground)
            for stage, scope, what, ground, parts in (
                (
                    "mine",
                    "all toys, as oxide",
                    "mine production, toys",
                    MINED,
                    (("CHN", 0.69), ("USA", 0.12), ("the others", 0.19)),
                ),
                (
                    "magnet",
                    "magnets",
                    "imports of USA: 850511",
                    FINE,
                    (("CHN", 0.91), ("JPN", 0.06), ("the others", 0.03)),
                ),
            )
            for who, part in parts
        ),
    )
    flows = Table(
        name="flows",
        shown=0,
        columns=(
            Column(key="exporter", kind=Kind.COUNTRY),
            Column(key="product", kind=Kind.PRODUCT),
            Column(key="value", kind=Kind.VALUE),
        ),
        rows=tuple(
            Row(cells, GROUND)
            for cells in (
                ("CHN", "000001", 900.0),
                ("CHN", "000002", 300.0),
                ("JPN", "000002", 250.0),
                ("the others", "000001", 40.0),
            )
        ),
    )
    dominated = Table(
        name="dominated",
        of="CHN",
        columns=(
            Column(key="product", kind=Kind.PRODUCT),
            Column(key="share", kind=share, definition=SHARE),
            Column(key="share_quantity", kind=share, definition=SHARE),
            Column(key="hhi", kind=Kind.INDEX, definition=HHI),
            Column(key="value", kind=Kind.VALUE),
            Column(key="tonnes", kind=Kind.TONNES),
            Column(key="coverage", kind=share),
        ),
        rows=(
            Row(("000001", 0.96, 0.99996, 0.923, 900.0, 31.5, 1.0), GROUND),
            Row(("000002", 0.545, NO_TONNES, 0.5, 300.0, NO_TONNES, 0.0), GROUND, mark="asked"),
        ),
        notes=(Note("coverage"),),
    )
    course = Table(
        name="course",
        columns=(
            Column(key="year", kind=Kind.YEAR),
            Column(key="CHN", kind=share, definition=DOMINATED),
            Column(key="USA", kind=share, definition=DOMINATED),
        ),
        rows=tuple(
            Row(
                (year, 0.3 + 0.02 * (year - 2018), Undefined(why="no trade") if year == 2020 else 0.1), GROUND
            )
            for year in range(2018, 2025)
        ),
    )
    world = Table(
        name="world",
        columns=(Column(key="country", kind=Kind.COUNTRY), Column(key="share", kind=share, definition=SHARE)),
        rows=(
            Row(("CHN", 0.7), GROUND),
            Row(("JPN", 0.2), GROUND),
            Row(("EU27", 0.07), GROUND),
            Row(("AUS", Undefined(why="no imports")), GROUND),
        ),
    )
    screens = Table(
        name="screens",
        columns=(
            Column(key="product", kind=Kind.PRODUCT),
            Column(key="c1", kind=Kind.HOLDS, definition=FLAG),
            Column(key="c2", kind=Kind.HOLDS),
        ),
        rows=(
            Row(("000001", True, False), GROUND),
            Row(("000002", Undefined(why="no imports"), True), GROUND),
        ),
    )
    variants = Table(
        name="variants",
        columns=(
            Column(key="dataset"),
            Column(key="year", kind=Kind.YEAR),
            Column(key="digits", kind=Kind.LEVEL),
            Column(key="out", kind=share, definition=DOMINATED, label="CHN → USA"),
            Column(key="back", kind=share, definition=DOMINATED, label="USA → CHN"),
            Column(key="denominator"),
            Column(key="special"),
            Column(key="judged"),
            Column(key="base_value", kind=Kind.VALUE, quiet=True),
        ),
        rows=(
            Row(("Toys", 2024, 6, 0.412, 0.087, "data", "none", "value", 1.0), GROUND),
            Row(("Toys", 2024, 4, 0.3, 0.05, "own", "none", "value", 1.0), GROUND),
            Row(
                (
                    "Fine toys",
                    2024,
                    10,
                    0.55,
                    Undefined(why="one importer alone"),
                    "data",
                    "kept",
                    "value",
                    1.0,
                ),
                FINE,
            ),
        ),
    )
    loss = Table(
        name="loss",
        columns=(Column(key="sigma", kind=Kind.NUMBER), Column(key="loss", kind=Kind.NUMBER)),
        rows=(Row((2.0, 0.0123), GROUND), Row((1.5, float("inf")), GROUND)),
    )
    controls = Table(
        name="controls",
        columns=(Column(key="provision", kind=text), Column(key="hints", quiet=True), Column(key="says")),
        rows=(
            Row(("a provision", "000001", "Nobody may ship toys.")),
            Row(("a provision", "000001", "=1+1 is no formula.")),
        ),
    )
    none = Table(name="disagreements", columns=(Column(key="product"), Column(key="says")), rows=())
    return Account(
        kind="pair",
        subject=("CHN", "USA"),
        year=2024,
        tables=(headline, stages, controls, flows, dominated, course, world, screens, none, variants, loss),
        lead=(Note("coverage"),),
        notes=(Note("coverage"),),
        countries={
            "CHN": CHINA,
            "USA": USA,
            "JPN": JAPAN,
            "AUS": ("Australia", "澳大利亚"),
            "EU27": ("European Union", "欧盟"),
        },
        products={
            "000001": "Toys <of> tin",
            "000002": "Toys of wood & wool, also those that have a very long description",
        },
        members={"EU27": ("DEU", "FRA")},
        asked="monazite leverage pair CHN USA",
    )
