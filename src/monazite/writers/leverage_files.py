"""An account of who depends on whom as a file: CSV and Parquet with a row for each figure, a workbook with a sheet for
each table. An account of one large table, such as the whole matrix, has a row for each of its rows.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from monazite.leverage.account import Account, Cell, Kind, Table, Undefined
from monazite.writers.leverage import (
    account_title,
    cell_text,
    grounds,
    heading,
    limit_text,
    note_text,
    table_title,
)
from monazite.writers.leverage_rows import (
    columns_of,
    long_columns,
    long_rows,
    plain_account,
    plain_ground,
    wide_columns,
    wide_rows,
)
from monazite.writers.tables import Written
from monazite.writers.words import word

LARGE = 5_000
"""A table with more rows is written as it is, a row for a row."""


def rows_of(account: Account) -> tuple[tuple[str, ...], Iterable[Mapping[str, Any]]]:
    """Columns and rows of the one table that CSV and Parquet hold."""
    large = next((table for table in account.tables if len(table.rows) > LARGE), None)
    if large is not None:
        return wide_columns(large), wide_rows(large)
    return long_columns(account), long_rows(account)


def account_csv(account: Account) -> str:
    """The account as CSV text; what does not exist is empty, and its reason stands in `why_undefined`."""
    names, rows = rows_of(account)
    held = io.StringIO()
    table = csv.DictWriter(held, names, lineterminator="\n", extrasaction="ignore")
    table.writeheader()
    for row in rows:
        table.writerow({name: _text(value) for name, value in row.items()})
    return held.getvalue()


def account_json(account: Account) -> str:
    """The account as JSON text."""
    return json.dumps(plain_account(account), ensure_ascii=False, indent=1) + "\n"


def write_account(path: Path, account: Account, form: str) -> Written:
    """Write the account as csv, json, parquet or xlsx; the same account gives the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if form == "csv":
        text = account_csv(account)
        path.write_text(text, encoding="utf-8", newline="")
        return Written(file=path.name, rows=sum(1 for _ in rows_of(account)[1]))
    if form == "json":
        path.write_text(account_json(account), encoding="utf-8", newline="")
        return Written(file=path.name, rows=sum(len(table.rows) for table in account.tables))
    if form == "parquet":
        return _write_parquet(path, account)
    return _write_workbook(path, account)


def _text(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value


# -- Parquet ----------------------------------------------------------------------------------------------------


def _write_parquet(path: Path, account: Account) -> Written:
    import pyarrow as pa
    import pyarrow.parquet

    names, rows = rows_of(account)
    columns = columns_of(rows, names)
    made = pa.table({name: _column(values) for name, values in columns.items()})
    pyarrow.parquet.write_table(made, path, compression="zstd")
    return Written(file=path.name, rows=len(made))


def _column(values: Sequence[Any]) -> Any:
    """A column of one type: truth, whole numbers, numbers, or text."""
    import pyarrow as pa

    types = {type(value) for value in values if value is not None}
    if types and types <= {bool}:
        return pa.array(values, type=pa.bool_())
    if types and types <= {int}:
        return pa.array(values, type=pa.int64())
    if types and types <= {int, float, bool}:
        return pa.array([None if value is None else float(value) for value in values], type=pa.float64())
    texts = [value if value is None or isinstance(value, str) else str(_text(value)) for value in values]
    return pa.array(texts, type=pa.string()).dictionary_encode() if texts else pa.array([], type=pa.string())


# -- workbook ---------------------------------------------------------------------------------------------------

_WIDTHS = {Kind.TEXT: 34, Kind.COUNTRY: 24, Kind.PRODUCT: 12}


def _write_workbook(path: Path, account: Account) -> Written:
    from monazite.writers.workbook import Workbook

    book = Workbook(path, title=account_title(account), comments=word("leverage.disclaimer"))
    summary = [(account_title(account),), *((note_text(note),) for note in (*account.lead, *account.notes))]
    book.sheet(word("leverage.sheet.about"), [(word("leverage.sheet.about"), 110)], summary)
    share = book.book.add_format({"num_format": "0.0%", "valign": "top", "font_size": 10})
    number = book.book.add_format({"num_format": "#,##0.###", "valign": "top", "font_size": 10})
    formats = {Kind.SHARE: share, Kind.VALUE: number, Kind.TONNES: number}
    used: set[str] = {word("leverage.sheet.about").casefold()}
    count = 0
    for table in account.tables:
        heads = [(_head(table, i), _WIDTHS.get(c.kind, 14)) for i, c in enumerate(table.columns)]
        heads += [(word("leverage.why undefined"), 30), (word("leverage.rests on"), 60)]
        count += book.sheet(
            _sheet_name(table_title(table, account), used),
            heads,
            (_row(table, row, formats) for row in table.rows),
        )
    made = list(dict.fromkeys(one for table in account.tables for one in table.definitions))
    book.sheet(
        word("leverage.how made"),
        [(word(f"leverage.{key}"), width) for key, width in
         (("measure", 30), ("formula", 70), ("threshold", 12), ("unit", 24), ("source", 50), ("unverified", 50))],
        ((d.title, d.formula, limit_text(d), d.unit, d.source, d.unverified) for d in made),
    )  # fmt: skip
    names = list(plain_ground(None))
    book.sheet(
        word("leverage.data"),
        [(name, 22) for name in (*names, "licence", "attribution", "notes")],
        ((*plain_ground(g).values(), g.licence, g.attribution, "\n".join(g.notes)) for g in grounds(account)),
    )
    book.book.close()
    return Written(file=path.name, rows=count)


def _head(table: Table, at: int) -> str:
    column = table.columns[at]
    threshold = limit_text(column.definition) if column.definition else ""
    return f"{heading(column)} {threshold}".rstrip()


def _row(table: Table, row: Any, formats: Mapping[Kind, Any]) -> tuple[Any, ...]:
    cells: list[Any] = []
    for column, cell in zip(table.columns, row.cells, strict=True):
        kind = table.kind(row, column)
        cells.append(_sheet_cell(cell, kind, formats))
    why = dict.fromkeys(cell.why for cell in row.cells if isinstance(cell, Undefined))
    return (*cells, "; ".join(why), row.ground.says() if row.ground else "")


def _sheet_cell(cell: Cell, kind: Kind, formats: Mapping[Kind, Any]) -> Any:
    if isinstance(cell, Undefined):
        return ""
    if isinstance(cell, bool):
        return cell_text(cell, Kind.HOLDS)
    if isinstance(cell, float) and cell in (float("inf"), float("-inf")):
        return cell_text(cell, Kind.NUMBER)
    if kind is Kind.YEAR:
        return str(cell)
    form = formats.get(kind)
    return (float(cell), form) if form is not None and not isinstance(cell, str) else cell


def _sheet_name(title: str, used: set[str]) -> str:
    """A name that Excel takes: at most 31 letters, none of []:*?/\\, and no other sheet's."""
    stem = re.sub(r"[\[\]:*?/\\]", " ", title)[:28].strip()
    name, number = stem, 1
    while name.casefold() in used:
        number += 1
        name = f"{stem} {number}"
    used.add(name.casefold())
    return name
