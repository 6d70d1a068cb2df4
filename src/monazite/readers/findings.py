"""Faults and notes as a reader collects them: in the order of the place, and never a million of one kind."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from monazite.readers.tables import Table
from monazite.terms.faults import Fault

SHOWN_OF_A_KIND = 100
"""So many rows with the same thing to mend are named; the rest is counted."""


class Findings:
    """What is wrong with (faults) and worth knowing of (notes) the tables that are read."""

    def __init__(self) -> None:
        self._faults: list[tuple[tuple[int, int, int], Fault]] = []
        self._notes: list[tuple[tuple[int, int, int], Fault]] = []
        self._files: dict[str, int] = {}

    def add(
        self, fault: Fault, table: Table | None = None, row: int | None = None, column: int | None = None
    ) -> None:
        """A fault with its own words for the place."""
        self._faults.append((self._key(table, row, column), fault))

    def extend(self, faults: Iterable[Fault], *, notes: bool = False) -> None:
        """Faults or notes of a file as a whole, kept in their order."""
        for fault in faults:
            (self._notes if notes else self._faults).append(((-1, 0, 0), fault))

    def fault(self, table: Table, row: int | None, column: int | None, what: str, mend: str = "") -> None:
        """A fault of a cell, a row or a header; a row that does not fit the header has its fault already."""
        if row is not None and int(table.rows[row]) in table.ragged:
            return
        self.add(Fault(where=table.where(row, column), what=what, mend=mend), table, row, column)

    def note(self, table: Table, row: int | None, column: int | None, what: str, mend: str = "") -> None:
        """A note on a cell, a row, a header or, without row and column, the file."""
        where = (
            table.where(row, column)
            if row is not None or column is not None
            else table.file + (f", {table.sheet}" if table.sheet else "")
        )
        self._notes.append((self._key(table, row, column), Fault(where=where, what=what, mend=mend)))

    def faults_at(
        self, table: Table, rows: NDArray[np.integer], column: int | None, what: str, mend: str = ""
    ) -> None:
        """The same fault for many rows."""
        for row in rows[:SHOWN_OF_A_KIND].tolist():
            self.fault(table, row, column, what, mend)
        left = len(rows) - SHOWN_OF_A_KIND
        if left > 0:
            last = int(rows[SHOWN_OF_A_KIND])
            self.fault(
                table, last, column, f"{what} (and in {left - 1} more rows)" if left > 1 else what, mend
            )

    def _key(self, table: Table | None, row: int | None, column: int | None) -> tuple[int, int, int]:
        if table is None:
            return (-1, 0, 0)
        file = self._files.setdefault(f"{table.file}!{table.sheet}", len(self._files))
        return (file, -1 if row is None else int(table.rows[row]), -1 if column is None else column)

    @property
    def faults(self) -> list[Fault]:
        """All faults in the order of their places."""
        return _distinct(self._faults)

    @property
    def notes(self) -> list[Fault]:
        """All notes in the order of their places."""
        return _distinct(self._notes)


def _distinct(found: list[tuple[tuple[int, int, int], Fault]]) -> list[Fault]:
    return list(dict.fromkeys(fault for _, fault in sorted(found, key=lambda item: item[0])))


def counted_things(count: int, thing: str) -> str:
    """A number with its noun.

    >>> counted_things(1, "part"), counted_things(2000, "line")
    ('1 part', '2,000 lines')
    """
    return f"{count:,} {thing}{'' if count == 1 else 's'}"
