"""Many fact documents as one catalogue and one table of moves, so that one batch answers them all.

The items lie side by side in a crate: a catalogue whose first node holds every item, each with what is inside
it. Nothing of an item's answer depends on the crate around it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monazite.catalogue.model import Catalogue
from monazite.catalogue.moves import Moves
from monazite.determine.question import read_question
from monazite.terms.amounts import NOTHING_KNOWN, Amounts
from monazite.terms.located import Located


def join_documents(
    documents: Sequence[Located], countries: tuple[str, ...]
) -> tuple[Catalogue, Moves, NDArray[np.int32]]:
    """The catalogue of all items, the table of all moves, and the node of each document's item.

    Parameters
    ----------
    documents : fact documents, one move each
    countries : every alpha-3 code

    Returns
    -------
    The catalogue; the moves, (k,) in the order of the documents; (k,) the node of each item.

    Raises
    ------
    BadInput with the faults of the documents; values in more than one currency are such a fault, which a
    document alone need not have.
    """
    items = tuple(document.find("item") or Located(document.where, fields={}) for document in documents)
    crate = Located(
        "crate",
        fields={"item": Located("crate.item", fields={"content": Located("crate.item", items=items)})},
    )
    catalogue = read_question(crate, countries=countries).catalogue
    node = catalogue.child[catalogue.parent == 0].astype(np.int32)
    return catalogue, join_moves([_move_of(document, countries) for document in documents]), node


def _move_of(document: Located, countries: tuple[str, ...]) -> Moves:
    rest = {**(document.fields or {}), "item": Located(document.where, fields={})}
    alone = Located(document.where, fields=rest, key_where=document.key_where)
    return read_question(alone, countries=countries).moves


def join_moves(several: Sequence[Moves]) -> Moves:
    """The moves one after the other; a fact that a table has no column for was stated for none of its moves."""
    made: dict[str, Any] = {"countries": several[0].countries}
    for part in fields(Moves):
        tables = [getattr(moves, part.name) for moves in several]
        if part.default_factory is not MISSING:
            made[part.name] = _joined(tables, [len(moves) for moves in several])
        elif part.name != "countries":
            made[part.name] = tuple(row for table in tables for row in table)
    return Moves(**made)


def _joined(tables: Sequence[Mapping[str, Any]], counts: Sequence[int]) -> dict[str, Any]:
    """Columns by fact path, each from all tables; how an unstated row looks follows from the kind of column."""
    made: dict[str, Any] = {}
    for path in dict.fromkeys(path for table in tables for path in table):
        given = [(table.get(path), count) for table, count in zip(tables, counts, strict=True)]
        kind = next(column for column, _ in given if column is not None)
        if isinstance(kind, np.ndarray):
            made[path] = np.concatenate([np.full(n, -1, kind.dtype) if c is None else c for c, n in given])
            continue
        unstated: Any = None
        if isinstance(kind, Amounts):
            unstated = NOTHING_KNOWN
        elif isinstance(kind[0], str):
            unstated = ""
        rows = [unstated if c is None else c[row] for c, n in given for row in range(n)]
        made[path] = Amounts.of(rows) if isinstance(kind, Amounts) else tuple(rows)
    return made
