"""Columns of text that are stored once a distinct text, or made when somebody looks.

>>> list(Places.of([("bom.csv:", np.array([12, 13]))]))
['bom.csv:12', 'bom.csv:13']
>>> list(Coded(("a", "b"), np.array([1, 0, 1])))
['b', 'a', 'b']
"""

from collections.abc import Iterable, Sequence
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray


class _Texts(Sequence[str]):
    """What the two have in common: they equal any sequence of the same texts."""

    def _text(self, row: int) -> str:
        raise NotImplementedError

    @overload
    def __getitem__(self, row: int) -> str: ...
    @overload
    def __getitem__(self, row: slice) -> tuple[str, ...]: ...
    def __getitem__(self, row: int | slice) -> str | tuple[str, ...]:
        if isinstance(row, slice):
            return tuple(self._text(number) for number in range(*row.indices(len(self))))
        number = int(row)
        if number < 0:
            number += len(self)
        if not 0 <= number < len(self):
            raise IndexError(f"row {row} of {len(self)}")
        return self._text(number)

    def __eq__(self, other: Any) -> bool:
        if not isinstance(other, Sequence) or isinstance(other, str):
            return NotImplemented
        return len(self) == len(other) and all(
            mine == theirs for mine, theirs in zip(self, other, strict=True)
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<{len(self)} texts, first {self[0]!r}>" if len(self) else "<no texts>"


class Coded(_Texts):
    """A column of texts as positions in a table of distinct ones."""

    def __init__(self, table: Sequence[str], codes: NDArray[np.integer]) -> None:
        self.table, self.codes = table, codes

    def __len__(self) -> int:
        return len(self.codes)

    def _text(self, row: int) -> str:
        return self.table[int(self.codes[row])]

    def join(self, other: "Coded") -> "Coded":
        """The rows of this column, then those of `other`."""
        return Coded((*self.table, *other.table), np.concatenate([self.codes, other.codes + len(self.table)]))


class Places(_Texts):
    """A column of places, each the beginning of its part and a number."""

    def __init__(
        self, starts: Sequence[str], start: NDArray[np.integer], number: NDArray[np.integer]
    ) -> None:
        self._starts, self._start, self._number = starts, start, number

    @classmethod
    def of(cls, parts: Iterable[tuple[str, NDArray[np.integer]]]) -> "Places":
        """The parts one after the other: what stands before the number, and the numbers."""
        listed = list(parts)
        sizes = [len(numbers) for _, numbers in listed]
        start = np.repeat(np.arange(len(listed), dtype=np.int16), sizes)
        number = (
            np.concatenate([np.asarray(numbers, dtype=np.int32) for _, numbers in listed])
            if listed
            else np.zeros(0, np.int32)
        )
        return cls([text for text, _ in listed], start, number)

    def __len__(self) -> int:
        return len(self._number)

    def _text(self, row: int) -> str:
        return f"{self._starts[int(self._start[row])]}{int(self._number[row])}"
