"""An account of who depends on whom as plain rows and plain data: every figure with all that it rests on.

A figure that does not exist is None, with its reason beside it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from monazite.leverage.account import SUBJECTS, Account, Cell, Column, Ground, Kind, Row, Table, Undefined
from monazite.writers.leverage import grounds, heading, limit_text, note_text, table_title

GROUND = (
    "dataset",
    "release",
    "data_year",
    "side",
    "valuation",
    "value_unit",
    "nomenclature",
    "digits",
    "groups",
)
"""Columns that say what a figure rests on."""
FIGURE = ("measure", "title", "value", "unit", "threshold", "why_undefined", "coverage", *GROUND,
          "formula", "source", "unverified", "licence")  # fmt: skip
"""Columns of a long table, after those that say what a figure is about."""


def long_columns(account: Account) -> tuple[str, ...]:
    """Columns of the long table of an account: what a figure is about, then the figure with all it rests on."""
    subjects = dict.fromkeys(c.key for table in account.tables for c in table.columns if c.kind in SUBJECTS)
    return tuple(dict.fromkeys(("account", "table", "of", "column", *subjects, *FIGURE)))


def long_rows(account: Account) -> Iterator[dict[str, Any]]:
    """Every figure of an account as a row that says everything about it; undefined is None, with its reason."""
    about = " ".join((account.kind, *account.subject))
    for table in account.tables:
        covered = next((i for i, c in enumerate(table.columns) if c.key == "coverage"), None)
        for row in table.rows:
            subject = {
                c.key: _bare(cell)
                for c, cell in zip(table.columns, row.cells, strict=True)
                if c.kind in SUBJECTS
            }
            coverage = None if covered is None else _bare(row.cells[covered])
            for column, cell in zip(table.columns, row.cells, strict=True):
                kind = table.kind(row, column)
                if kind in SUBJECTS:
                    continue
                yield {
                    "account": about, "table": table.name, "of": table.of, "column": column.label or column.key, **subject,
                    **_figure(table, row, column, cell), "coverage": coverage, **plain_ground(row.ground),
                }  # fmt: skip


def _figure(table: Table, row: Row, column: Column, cell: Cell) -> dict[str, Any]:
    definition = row.definition if column.kind is Kind.BY_ROW else column.definition
    ground = row.ground
    kind = table.kind(row, column)
    unit = {Kind.VALUE: ground.unit if ground else "", Kind.TONNES: "t"}.get(
        kind, definition.unit if definition else ""
    )
    # A row that no definition makes is called by its own words.
    own = str(row.cells[0]) if column.kind is Kind.BY_ROW else heading(column)
    return {
        "measure": definition.name if definition else own if column.kind is Kind.BY_ROW else column.key,
        "title": definition.title if definition else own,
        "value": _bare(cell),
        "unit": unit,
        "threshold": limit_text(definition) if definition else "",
        "why_undefined": cell.why if isinstance(cell, Undefined) else "",
        "formula": definition.formula if definition else "",
        "source": definition.source if definition else "",
        "unverified": definition.unverified if definition else "",
        "licence": ground.licence if ground else "",
    }


def wide_columns(table: Table) -> tuple[str, ...]:
    """Columns of one table, with what its rows rest on behind them."""
    return (*(column.key for column in table.columns), "thresholds", "why_undefined", *GROUND)


def wide_rows(table: Table) -> Iterator[dict[str, Any]]:
    """The rows of one table, each with what it rests on and what its figures are held against."""
    limits = "; ".join(
        f"{c.key}: {limit_text(c.definition)}"
        for c in table.columns
        if c.definition and limit_text(c.definition)
    )
    for row in table.rows:
        why = dict.fromkeys(cell.why for cell in row.cells if isinstance(cell, Undefined))
        made = {c.key: _bare(cell) for c, cell in zip(table.columns, row.cells, strict=True)}
        yield {**made, "thresholds": limits, "why_undefined": "; ".join(why), **plain_ground(row.ground)}


def plain_ground(one: Ground | None) -> dict[str, Any]:
    """What a row rests on, as columns."""
    if one is None:
        return dict.fromkeys(GROUND)
    return {
        "dataset": one.dataset, "release": one.release, "data_year": one.year, "side": one.side,
        "valuation": one.valuation, "value_unit": one.unit, "nomenclature": one.nomenclature, "digits": one.digits,
        "groups": one.groups,
    }  # fmt: skip


def plain_account(account: Account) -> dict[str, Any]:
    """The account as plain data for JSON: undefined figures are null, with their reason beside them."""
    return {
        "account": account.kind,
        "subject": list(account.subject),
        "year": account.year,
        "asked": account.asked,
        "lead": [note_text(note) for note in account.lead],
        "tables": [_plain_table(account, table) for table in account.tables],
        "not_in_the_data": [note_text(note) for note in account.notes],
        "measures": {
            one.name: {
                "title": one.title, "formula": one.formula, "unit": one.unit, "threshold": limit_text(one),
                "source": one.source, "unverified": one.unverified,
            }
            for table in account.tables
            for one in table.definitions
        },
        "data": [
            {**plain_ground(one), "licence": one.licence, "attribution": one.attribution, "notes": list(one.notes)}
            for one in grounds(account)
        ],
    }  # fmt: skip


def _plain_table(account: Account, table: Table) -> Mapping[str, Any]:
    data = grounds(account)
    rows = []
    for row in table.rows:
        made: dict[str, Any] = {c.key: _bare(cell) for c, cell in zip(table.columns, row.cells, strict=True)}
        why = {
            c.key: x.why for c, x in zip(table.columns, row.cells, strict=True) if isinstance(x, Undefined)
        }
        if why:
            made["why_undefined"] = why
        if row.definition:
            made["by"] = row.definition.name
        made["data"] = data.index(row.ground) if row.ground else None
        rows.append(made)
    return {
        "table": table.name,
        "of": table.of,
        "title": table_title(table, account),
        "measures": {c.key: c.definition.name for c in table.columns if c.definition},
        "rows": rows,
        "notes": [note_text(note) for note in table.notes],
    }


def _bare(cell: Cell) -> str | int | float | bool | None:
    if isinstance(cell, float) and cell in (float("inf"), float("-inf")):
        return str(cell)
    return None if isinstance(cell, Undefined) else cell


def columns_of(rows: Iterable[Mapping[str, Any]], names: Sequence[str]) -> dict[str, list[Any]]:
    """Rows as columns."""
    held = list(rows)
    return {name: [row.get(name) for row in held] for name in names}
