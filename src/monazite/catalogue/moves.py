"""Moves: who sends what from where to whom for what use, as columns that line up."""

from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from monazite.terms.amounts import Amounts
from monazite.terms.kleene import Truths
from monazite.terms.owners import Owner


@dataclass(frozen=True, kw_only=True)
class Moves:
    """k moves; each fact of the move axis of `terms.facts.FACTS` that somebody stated is a column here.

    A fact without a column was stated for no move. In `codes`, a country or enumeration is a position in
    `countries` or in the fact's values, -1 where not stated and -2 where stated as unknown. In `truths`, -1
    is not stated, else 0 no, 1 unknown, 2 yes. In `numbers`, a row nobody stated is `0..None`.
    """

    names: tuple[str, ...]  # (k,) what the user calls the move
    countries: tuple[str, ...]
    codes: dict[str, NDArray[np.int16]] = field(default_factory=dict)  # fact path -> (k,)
    truths: dict[str, Truths] = field(default_factory=dict)  # fact path -> (k,)
    numbers: dict[str, Amounts] = field(default_factory=dict)  # fact path -> (k,)
    texts: dict[str, tuple[str, ...]] = field(default_factory=dict)  # fact path -> (k,) names
    lists: dict[str, tuple[tuple[str, ...] | None, ...]] = field(default_factory=dict)  # None: not screened
    owners: dict[str, tuple[tuple[Owner, ...] | None, ...]] = field(default_factory=dict)  # None: not known
    on: tuple[date | None, ...] = ()  # (k,) the day of the move, where it has one of its own
    part: tuple[str | None, ...] = ()  # (k,) the part that moves; None: every part that ships
    where: tuple[str, ...] = ()  # (k,) file and row

    def __len__(self) -> int:
        return len(self.names)
