"""Several small catalogues with their moves as one: what many questions share is then found once.

    joined = join([one.catalogue for one in questions])
    moves = join_moves([one.moves for one in questions])

Nothing of one is inside another. Where a fact has a column in some of them only, the others say of it what they said
without the column: that nobody stated it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any

import numpy as np

from monazite.catalogue.model import NOT_KNOWN, Catalogue
from monazite.catalogue.moves import Moves
from monazite.terms.amounts import Amounts

_LINES = ("parent", "child")
"""Columns of positions of nodes, which move up by the nodes before them."""


def join(catalogues: Sequence[Catalogue]) -> Catalogue:
    """One catalogue of all nodes, in order; every node counts as a part. The currencies must be one."""
    first = catalogues[0]
    if {c.currency for c in catalogues} != {first.currency} or any(
        c.countries != first.countries for c in catalogues
    ):
        raise ValueError("catalogues of several currencies or lists of countries cannot be joined")
    sizes = [len(c) for c in catalogues]
    offsets = [sum(sizes[:i]) for i in range(len(sizes))]
    made: dict[str, Any] = {"parts": sum(sizes), "countries": first.countries, "currency": first.currency}
    for one in fields(Catalogue):
        if one.name not in made:
            values = [getattr(c, one.name) for c in catalogues]
            made[one.name] = _joined(one.name, values, sizes, offsets)
    return Catalogue(**made)


def join_moves(several: Sequence[Moves]) -> Moves:
    """The moves of all, in order."""
    sizes = [len(m) for m in several]
    made: dict[str, Any] = {"countries": several[0].countries}
    for one in fields(Moves):
        if one.name not in made:
            values = [getattr(m, one.name) for m in several]
            made[one.name] = _joined(one.name, values, sizes, [0] * len(sizes))
    return Moves(**made)


def _joined(name: str, values: Sequence[Any], sizes: Sequence[int], offsets: Sequence[int]) -> Any:
    """One field of all: a column, positions of nodes, what is said of some nodes, or columns by fact."""
    if name in _LINES:
        return np.concatenate(
            [value + np.int32(offset) for value, offset in zip(values, offsets, strict=True)]
        )
    if not isinstance(values[0], dict):
        return _column(values)
    if isinstance(next((key for value in values for key in value), None), int):
        return _shifted(values, offsets)
    if not any(values):
        return {}
    paths = dict.fromkeys(path for value in values for path in value)
    if any(isinstance(held, dict) for value in values for held in value.values()):
        return {path: _shifted([value.get(path, {}) for value in values], offsets) for path in paths}
    return {
        path: _column([value[path] if path in value else _unstated(name, _like(values, path), size)
                       for value, size in zip(values, sizes, strict=True)])
        for path in paths
    }  # fmt: skip


def _like(values: Sequence[Any], path: str) -> Any:
    """A column of the fact from one that has it."""
    return next(value[path] for value in values if path in value)


def _shifted(values: Iterable[dict[int, Any]], offsets: Sequence[int]) -> dict[int, Any]:
    return {
        node + offset: held
        for value, offset in zip(values, offsets, strict=True)
        for node, held in value.items()
    }


def _column(values: Sequence[Any]) -> Any:
    if isinstance(values[0], Amounts):
        return _amounts(values)
    if isinstance(values[0], np.ndarray):
        return np.concatenate(values)
    return tuple(held for value in values for held in value)


def _amounts(values: Sequence[Amounts]) -> Amounts:
    return Amounts.of(value[row] for value in values for row in range(len(value)))


def _unstated(name: str, like: Any, size: int) -> Any:
    """A column of a fact that nobody stated, of the kind of one that somebody did."""
    if isinstance(like, Amounts):
        return Amounts.unknown(size)
    if isinstance(like, np.ndarray):
        return np.full(size, NOT_KNOWN, dtype=like.dtype)
    return ("" if name == "texts" else None,) * size
