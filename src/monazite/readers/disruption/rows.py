"""Rows of a small table: texts, numbers and words of a list, each with its place; all faults at once.

faults: list[Fault] = []
for row in read_rows(path, ("site", "capacity"), faults):
    row.number("capacity")          None where the cell is empty: not known, and never zero
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from monazite.readers.tables import read_tables
from monazite.terms.faults import Fault, near_match


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row: its cells by column, and where its faults go."""

    place: str  # file and row
    cells: Mapping[str, str]
    faults: list[Fault]

    def text(self, column: str, *, wanted: bool = False) -> str:
        """The text of a cell; a fault where it is wanted and empty."""
        found = self.cells.get(column, "")
        if wanted and not found:
            self.fault(column, f"{column} is empty", "Write it, or remove the row")
        return found

    def number(
        self, column: str, *, least: float = -math.inf, most: float = math.inf, wanted: bool = False
    ) -> float | None:
        """The number of a cell, None where it is empty; a fault where it is none or outside least..most."""
        text = self.text(column, wanted=wanted)
        if not text:
            return None
        try:
            found = float(text)
        except ValueError:
            self.fault(column, f"'{text}' is not a number", "Write one such as 12.5, or leave it empty")
            return None
        if not math.isfinite(found) or not least <= found <= most:
            bounds = f"{least:g} to {most:g}" if most < math.inf else f"{least:g} or more"
            self.fault(
                column, f"'{text}' is out of range", f"Write {bounds if least > -math.inf else 'a number'}"
            )
            return None
        return found

    def year(self, column: str) -> int | None:
        """The year of a cell, None where it is empty."""
        found = self.number(column, least=1900, most=2200)
        if found is not None and found != int(found):
            self.fault(column, f"'{self.text(column)}' is no year", "Write one such as 2028")
        return None if found is None else int(found)

    def word(self, column: str, words: Iterable[str]) -> str:
        """A word of a list, as it stands there; a fault where it is none of them."""
        known, found = list(words), self.text(column)
        if found not in known:
            what = f"'{found}' is none of {', '.join(known)}" if found else f"{column} is empty"
            self.fault(column, what, near_match(found, known) if found else f"Allowed: {', '.join(known)}")
        return found

    def words(self, column: str) -> tuple[str, ...]:
        """Texts with `;` between them."""
        return tuple(part.strip() for part in self.text(column).split(";") if part.strip())

    def fault(self, column: str, what: str, mend: str = "") -> None:
        """A fault of a cell."""
        self.faults.append(Fault(where=f"{self.place}, column {column}", what=what, mend=mend))


def read_rows(
    path: Path, columns: Sequence[str], faults: list[Fault], *, optional: Sequence[str] = ()
) -> list[Row]:
    """The rows of a CSV, XLSX or Parquet table that has the columns and no others than `optional`; faults go to `faults`."""
    tables, own, _ = read_tables(path, path.name, (*columns, *optional))
    faults.extend(own)
    found: list[Row] = []
    for table in tables.values():
        places = {header.strip().casefold(): place for place, header in enumerate(table.headers)}
        missing = [column for column in columns if column not in places]
        for column in missing:
            mend = near_match(column, places) if places else ""
            faults.append(
                Fault(where=table.file, what=f"has no column '{column}'", mend=mend or _wanted(columns))
            )
        for column in [name for name in places if name not in (*columns, *optional)]:
            mend = near_match(column, (*columns, *optional)) or "Leave it out"
            faults.append(Fault(where=table.file, what=f"a column '{column}' is not known", mend=mend))
        if missing:
            continue
        texts = {name: table.columns[place].to_pylist() for name, place in places.items()}
        for row in range(len(table)):
            cells = {name: held[row].strip() for name, held in texts.items()}
            found.append(Row(place=table.where(row), cells=cells, faults=faults))
        break  # the first sheet
    return found


def _wanted(columns: Sequence[str]) -> str:
    return f"Columns: {', '.join(columns)}"
