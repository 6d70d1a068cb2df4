"""Exact numbers as intervals, in columns: what a declaration knows of an amount, never more.

An amount is `low..high`, both exact fractions; an upper end of `None` is unbounded, and an amount nobody
knows is `0..None`. A column keeps each distinct fraction once, so that a million rows stay small, and
shows floats for bulk arithmetic; where a float cannot decide, the fractions do.

>>> column = Amounts.of([(Fraction(1, 1000), Fraction(1, 1000)), (Fraction(0), None)])
>>> column.high_float
array([0.001,   inf])
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Interval = tuple[Fraction, Fraction | None]
"""Both ends included; an upper end of None is unbounded."""

NOTHING_KNOWN: Interval = (Fraction(0), None)


@dataclass(frozen=True, kw_only=True)
class Amounts:
    """A column of intervals: (n,) int32 positions of the ends in a table of distinct fractions."""

    low: NDArray[np.int32]
    high: NDArray[np.int32]
    table: tuple[Fraction | None, ...]

    def __post_init__(self) -> None:
        if self.low.shape != self.high.shape:
            raise ValueError("low and high differ in length")

    @classmethod
    def of(cls, intervals: Iterable[Interval]) -> "Amounts":
        """A column from intervals, one a row."""
        positions: dict[Fraction | None, int] = {}
        ends = [
            (positions.setdefault(low, len(positions)), positions.setdefault(high, len(positions)))
            for low, high in intervals
        ]
        pairs = np.array(ends, dtype=np.int32).reshape(-1, 2)
        return cls(low=pairs[:, 0].copy(), high=pairs[:, 1].copy(), table=tuple(positions))

    @classmethod
    def coded(cls, codes: NDArray[np.integer], intervals: Sequence[Interval]) -> "Amounts":
        """A column from (n,) codes into a short list of distinct intervals."""
        distinct = cls.of(intervals)
        return cls(low=distinct.low[codes], high=distinct.high[codes], table=distinct.table)

    @classmethod
    def unknown(cls, count: int) -> "Amounts":
        """A column of which nothing is known."""
        return cls.coded(np.zeros(count, dtype=np.int32), [NOTHING_KNOWN])

    def __len__(self) -> int:
        return len(self.low)

    def __getitem__(self, row: int) -> Interval:
        low = self.table[self.low[row]]
        assert low is not None
        return low, self.table[self.high[row]]

    @cached_property
    def _floats(self) -> NDArray[np.float64]:
        return np.array(
            [np.inf if end is None else end.numerator / end.denominator for end in self.table],
            dtype=np.float64,
        )

    @cached_property
    def low_float(self) -> NDArray[np.float64]:
        """(n,) lower ends, rounded to nearest."""
        return self._floats[self.low]

    @cached_property
    def high_float(self) -> NDArray[np.float64]:
        """(n,) upper ends, rounded to nearest; inf where unbounded."""
        return self._floats[self.high]

    def join(self, other: "Amounts") -> "Amounts":
        """The rows of this column, then those of `other`."""
        shift = len(self.table)
        return Amounts(
            low=np.concatenate([self.low, other.low + np.int32(shift)]),
            high=np.concatenate([self.high, other.high + np.int32(shift)]),
            table=self.table + other.table,
        )
