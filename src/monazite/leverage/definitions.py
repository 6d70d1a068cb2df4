"""What a measure is: its formula, unit, threshold and source, printed wherever one of its figures is.

Every module of this package that computes a measure states it as a `Definition`, so that a terminal table, a workbook and
a page say the same of it.
"""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


class Comparator(StrEnum):
    """How a figure is held against a threshold."""

    OVER = ">"
    AT_LEAST = ">="

    def holds(self, figure: float, threshold: Fraction) -> bool:
        """The figure passes, compared exactly as the decimal number that it is written as: 0.4 is not over 2/5.

        >>> Comparator.OVER.holds(0.4, Fraction(2, 5)), Comparator.AT_LEAST.holds(0.4, Fraction(2, 5))
        (False, True)
        """
        exact = Fraction(repr(float(figure)))
        return exact > threshold if self is Comparator.OVER else exact >= threshold


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """One measure. `unverified` says what of it could not be read in a source."""

    name: str  # as commands and columns write it: dominated-trade-share
    title: str
    formula: str
    unit: str
    source: str
    threshold: Fraction | None = None
    comparator: Comparator = Comparator.OVER
    unverified: str = ""

    def says(self) -> str:
        """The threshold in words: `> 1/2`; empty where there is none."""
        return "" if self.threshold is None else f"{self.comparator} {self.threshold}"
