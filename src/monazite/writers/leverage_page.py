"""Who depends on whom as one HTML page that holds everything and asks no host for anything.

Made from an `Account`, whose tables all stand on the page; the drawings show the same numbers. The same account gives
the same bytes.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from monazite.leverage.account import Account, Column, Ground, Kind, Note, Row, Table, Undefined
from monazite.writers.leverage import account_title as titled
from monazite.writers.leverage import (
    cell_text,
    grounds,
    heading,
    limit_text,
    measure_title,
    note_text,
    table_title,
)
from monazite.writers.leverage_drawings import Drawings
from monazite.writers.leverage_words import Both, in_both_languages
from monazite.writers.markup import environment, resource
from monazite.writers.words import word, words

FIRST_ROWS, MOST_ROWS = 12, 60
"""Rows that a table shows at first, and at most; files hold them all."""
_SECTIONS = (
    ("headline", ("headline",)),
    ("stages", ("stages", "stage-shares")),
    ("controls", ("controls",)),
    ("flows", ("flows",)),
    ("dominated", ("dominated",)),
    ("suppliers", ("suppliers",)),
    ("concentrated", ("concentrated",)),
    ("importers", ("importers",)),
    ("course", ("course",)),
    ("world", ("world",)),
    ("screens", ("screens", "disagreements", "measures", "screen-figures")),
    ("variants", ("variants", "levels")),
    ("power", ("dependence", "loss")),
    ("largest", ("largest",)),
)
_FOLDED = frozenset({"world", "course", "stage-shares", "screen-figures", "flows", "variants"})
_LEFT = (Kind.TEXT, Kind.COUNTRY, Kind.PRODUCT)


def write_leverage_page(path: Path, account: Account) -> Path:
    """Write the page of an account."""
    page = render_leverage_page(account)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, encoding="utf-8", newline="\n")
    return path


def render_leverage_page(account: Account) -> str:
    """The page as text."""
    drawing = Drawings(account)
    sections = [made for name, tables in _SECTIONS if (made := _section(account, drawing, name, tables))]
    pictures = drawing.pictures()
    for section in sections:
        section["drawing"] = section["drawing"](pictures)
    known = {name for _, names in _SECTIONS for name in names}
    assert all(table.name in known for table in account.tables), "a table without a section"
    context: dict[str, Any] = {
        "title": (titled(account), titled(account, "zh")),
        "kind": account.kind,
        "css": resource("report.css") + resource("leverage.css"),
        "script": resource("language.js") + resource("leverage.js"),
        "datasets": list(dict.fromkeys(f"{g.dataset}, {g.release}" for g in grounds(account))),
        "lead": [_note(note) for note in account.lead],
        "sections": sections,
        "missing": [_note(note) for note in account.notes],
        "definitions": [
            {
                "name": d.name, "title": (measure_title(d), measure_title(d, "zh")), "formula": d.formula,
                "threshold": limit_text(d), "unit": d.unit, "source": d.source, "unverified": d.unverified,
            }
            for d in dict.fromkeys(d for table in account.tables for d in table.definitions)
        ],
        "sources": list(dict.fromkeys(text for g in grounds(account) for text in (_source(g), *g.notes) if text)),
        "asked": account.asked,
    }  # fmt: skip
    return environment().get_template("leverage.html").render(context)


# -- sections ---------------------------------------------------------------------------------------------------


def _section(account: Account, drawing: "Drawings", name: str, names: Sequence[str]) -> dict[str, Any] | None:
    tables = [table for table in account.tables if table.name in names]
    if not tables:
        return None
    says = f"leverage.says.{name}"
    title = f"leverage.section.{name}"
    return {
        "id": name,
        "title": (word(title), word(title, "zh")),
        "says": (word(says), word(says, "zh")) if says in words() else None,
        "drawing": drawing.of(name, tables),
        "tables": [_table(account, table) for table in tables],
    }


def _table(account: Account, table: Table) -> dict[str, Any]:
    """A table as the template lays it out."""
    rows = list(table.rows)
    below = [i for i, c in enumerate(table.columns) if c.quiet and c.kind is Kind.TEXT]
    columns = [i for i in range(len(table.columns)) if i not in below]
    # What a terminal prints under the table stands under the last text of the row.
    host = max((i for i in columns if table.columns[i].kind is Kind.TEXT), default=0)
    kept = [row for i, row in enumerate(rows) if i < MOST_ROWS or row.mark == "asked"]
    letters: dict[str, str] = {}
    left_out = len(rows) - len(kept)
    more = word("leverage.more rows"), word("leverage.more rows", "zh")
    return {
        "name": f"{table.name}{'-' + table.of if table.of else ''}",
        "title": (table_title(table, account), table_title(table, account, "zh")),
        "heads": [_head(account, table.columns[i]) for i in columns],
        "rows": [
            {
                "asked": row.mark == "asked",
                "cells": [
                    {**_cell(account, table, row, i, letters),
                     "below": [in_both_languages(str(row.cells[b])) for b in below if row.cells[b]] if i == host else []}
                    for i in columns
                ],
            }
            for row in kept
        ],
        "first": FIRST_ROWS if len(kept) > FIRST_ROWS + 4 else len(kept),
        "cards": len(columns) > 4,
        "many": len(columns) > 8,
        "narrow": len(columns) <= 4,
        "folded": table.name in _FOLDED,
        "left_out": tuple(text.format(more=f"{left_out:,}") for text in more) if left_out else None,
        "reasons": [(letter, in_both_languages(why)) for why, letter in letters.items()],
        "notes": [_note(note) for note in table.notes],
        "grounds": [_ground(one) for one in table.grounds],
    }  # fmt: skip


def _head(account: Account, column: Column) -> dict[str, Any]:
    english, chinese = heading(column), heading(column, "zh")
    if column.key in account.countries:
        english, chinese = account.countries[column.key]
    return {
        "en": english,
        "zh": chinese,
        "num": column.kind not in (*_LEFT, Kind.HOLDS),
        "threshold": limit_text(column.definition) if column.definition else "",
    }


def _cell(account: Account, table: Table, row: Row, at: int, letters: dict[str, str]) -> dict[str, Any]:
    cell, kind = row.cells[at], table.kind(row, table.columns[at])
    made: dict[str, Any] = {
        "letter": None, "why": "", "holds": None, "names": None, "code": "", "bar": None, "text": "", "sort": None,
    }  # fmt: skip
    if isinstance(cell, Undefined):
        letter = letters.setdefault(cell.why, chr(ord("a") + len(letters) % 26)) if cell.why else ""
        return {**made, "letter": letter, "why": cell.why}
    if kind is Kind.HOLDS:
        return {**made, "holds": bool(cell), "sort": int(bool(cell))}
    if kind is Kind.COUNTRY and cell in account.countries:
        names = account.countries[str(cell)]
        return {**made, "names": names, "code": cell if cell not in names else "", "sort": names[0]}
    if kind is Kind.PRODUCT and account.products.get(str(cell)):
        text = account.products[str(cell)]
        return {**made, "names": (f"{cell} {text}", f"{cell} {text}"), "sort": cell}
    if kind is Kind.TEXT and isinstance(cell, str):
        return {**made, "names": in_both_languages(cell), "sort": cell}
    text = cell_text(cell, kind, row.ground.unit if row.ground else "")
    bar = round(float(cell), 4) if kind is Kind.SHARE and not isinstance(cell, str) else None
    return {**made, "text": text, "bar": bar, "sort": cell}


def _note(note: Note) -> Both:
    return note_text(note), note_text(note, "zh")


def _ground(one: Ground) -> Both:
    """What figures rest on, in both languages."""
    english = one.says()
    parts = [in_both_languages(text)[1] for text in (one.side, one.valuation, one.unit) if text]
    release = f"{word('leverage.release', 'zh')} {in_both_languages(one.release)[1]}"
    level = (
        f"{one.nomenclature} {one.digits} {word('leverage.digit', 'zh')}" if one.digits else one.nomenclature
    )
    groups = f"{word('leverage.groups', 'zh')}：{in_both_languages(one.groups)[1]}" if one.digits else ""
    chinese = "；".join(
        text for text in (f"{one.dataset}，{release}，{one.year}", "、".join(parts), level, groups) if text
    )
    return english, chinese


def _source(one: Ground) -> str:
    return (
        f"{one.attribution} ({one.licence})"
        if one.attribution and one.licence
        else one.attribution or one.licence
    )
