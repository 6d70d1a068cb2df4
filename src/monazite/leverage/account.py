"""An account: what the measures say of a pair, a product or a country, as tables whose every row names its ground.

Terminal, workbook and page are all made from one account, so that they cannot disagree. Nothing is computed here.

    account.table("dominated").rows[0].cells     ("850511", 0.91, Undefined(why="no quantity recorded"), ...)
    account.table("dominated").rows[0].ground    data set, release, year, side, valuation, level, groups
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from monazite.leverage.definitions import Definition
from monazite.leverage.flows import Basis, Flows
from monazite.leverage.production import Production


class Kind(StrEnum):
    """What stands in a column, and so how it is written."""

    TEXT = "text"
    COUNTRY = "country"  # alpha-3 code or name of a group
    PRODUCT = "product"
    YEAR = "year"
    LEVEL = "level"  # digits of the codes
    SHARE = "share"  # 0..1
    BALANCE = "balance"  # -1..+1
    INDEX = "index"  # 0..1, written as it is: HHI
    NUMBER = "number"  # any scale
    COUNT = "count"
    VALUE = "value"  # in the unit of the row's ground
    TONNES = "tonnes"
    HOLDS = "holds"  # true or false
    BY_ROW = "by row"  # each row says


OTHERS = "the others"
"""In the place of a country or a product: all that are not named."""

SUBJECTS = frozenset({Kind.TEXT, Kind.COUNTRY, Kind.PRODUCT, Kind.YEAR, Kind.LEVEL})
"""Kinds that say what a figure is about; the others are figures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Undefined:
    """No figure, and why."""

    why: str


Cell = str | int | float | bool | Undefined


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What the figures of a row rest on."""

    dataset: str
    release: str
    year: str
    side: str  # reconciled, importer-reported, exporter-reported, or production
    valuation: str = ""
    unit: str = ""
    nomenclature: str = ""
    digits: int | None = None
    groups: str = "none"
    licence: str = ""
    attribution: str = ""
    notes: tuple[str, ...] = ()

    def says(self) -> str:
        """One line under a table.

        >>> Ground(dataset="toy", release="1", year="2024", side="reconciled", valuation="free on board", unit="USD",
        ...        nomenclature="HS1992", digits=6).says()
        'toy, release 1, 2024; reconciled, free on board, USD; HS1992 at 6 digits; groups: none'
        """
        of = ", ".join(text for text in (self.side, self.valuation, self.unit) if text)
        level = f"{self.nomenclature} at {self.digits} digits" if self.digits else self.nomenclature
        groups = f"groups: {self.groups}" if self.digits else ""
        return "; ".join(
            text
            for text in (f"{self.dataset}, release {self.release}, {self.year}", of, level, groups)
            if text
        )


def ground(flows: Flows, *, year: str = "") -> Ground:
    """The ground of figures that are made from the flows of a year, or of the years that `year` names."""
    return ground_of(flows.basis, year or str(flows.year))


def ground_of(basis: Basis, year: str) -> Ground:
    """The ground of figures that rest on a basis."""
    return Ground(
        dataset=basis.dataset, release=basis.release, year=year, side=basis.side, valuation=basis.valuation,
        unit=basis.unit, nomenclature=basis.nomenclature, digits=basis.digits, groups=basis.groups,
        licence=basis.licence, attribution=basis.attribution, notes=basis.notes,
    )  # fmt: skip


def production_ground(production: Production) -> Ground:
    """The ground of shares of production: metal scope and unit stand with it."""
    estimated = "estimated" if production.estimated else ""
    return Ground(
        dataset=production.dataset, release=production.release, year=str(production.year), side=production.of,
        valuation=estimated, unit=production.unit, nomenclature=production.scope,
        licence=production.licence, attribution=production.attribution, notes=production.notes,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column. `key` names its heading; a figure has the definition that says how it is made."""

    key: str
    kind: Kind = Kind.TEXT
    definition: Definition | None = None
    label: str = ""  # what stands above it in place of the key's words
    quiet: bool = False  # left to files and pages: a terminal has no room for it


@dataclass(frozen=True, slots=True)
class Row:
    """One row: a cell for each column, and what its figures rest on; None where it holds no figure."""

    cells: tuple[Cell, ...]
    ground: Ground | None = None
    kind: Kind = Kind.TEXT  # of the columns that are `BY_ROW`
    definition: Definition | None = None  # of the same
    mark: str = ""  # what stands out: 'asked' for the row that was asked about


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence: the key of its words, and what stands in its gaps."""

    key: str
    gaps: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows of one shape."""

    name: str  # as its heading's key and its sheet are called
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[Note, ...] = ()
    of: str = ""  # what a table is about where several share a name: an exporter, a stage
    shown: int | None = None  # rows that a terminal shows; it leaves out a table with 0

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row.cells) != len(self.columns):
                raise ValueError(f"{self.name}: {len(row.cells)} cells for {len(self.columns)} columns")

    def column(self, key: str) -> list[Cell]:
        """The cells of a column."""
        at = [column.key for column in self.columns].index(key)
        return [row.cells[at] for row in self.rows]

    @property
    def grounds(self) -> tuple[Ground, ...]:
        """What its rows rest on, each once."""
        return tuple(dict.fromkeys(row.ground for row in self.rows if row.ground is not None))

    @property
    def definitions(self) -> tuple[Definition, ...]:
        """How its figures are made, each once."""
        made = [c.definition for c in self.columns] + [row.definition for row in self.rows]
        return tuple(dict.fromkeys(one for one in made if one is not None))

    def kind(self, row: Row, column: Column) -> Kind:
        """What stands in a cell."""
        return row.kind if column.kind is Kind.BY_ROW else column.kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """All that is said of one subject."""

    kind: str  # pair, product, country, matrix, screens
    subject: tuple[str, ...]  # codes: exporter and importer, product, country
    year: int | None
    tables: tuple[Table, ...]
    lead: tuple[Note, ...] = ()  # what one reads first
    notes: tuple[Note, ...] = ()  # what the data do not hold
    countries: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # names in English and Chinese
    products: Mapping[str, str] = field(default_factory=dict)  # descriptions as the data set prints them
    members: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict
    )  # of the groups that stand as one trader
    asked: str = ""  # the command that gives the same

    def find(self, name: str, of: str = "") -> Table | None:
        """The table of that name, where the account has it."""
        return next((table for table in self.tables if table.name == name and table.of == of), None)

    def table(self, name: str, of: str = "") -> Table:
        """The table of that name; KeyError where there is none."""
        found = self.find(name, of)
        if found is None:
            raise KeyError(name)
        return found


UNWEIGHED = "the supplier's quantity is not recorded"
"""Why there is no share by quantity of one whose own quantity nobody recorded: it is not nought."""


def maybe(value: float | int | None, why: str) -> Cell:
    """The figure, or why there is none; NaN is none.

    >>> maybe(0.0, "no imports"), maybe(float("nan"), "no imports")
    (0.0, Undefined(why='no imports'))
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return Undefined(why=why)
    return value if isinstance(value, int) else float(value)
