"""Persistence: in how many years a finding holds, how long without a break, since when, and how fast findings come and go.

A flag is no, unknown or yes (`terms.kleene`) for each year, along the first axis; the other axes are the reader's:
products, pairs, screens. Unknown is what is undefined in a year: it is neither counted as held nor as not held, and it
breaks a run, for nobody saw the finding hold.

    flags = flag(figures, Fraction(2, 5))          figures[year, importer, product], NaN where undefined
    holds_in(flags, least=2, of=3)                 C4 of CEPII's GeoDep: at least two of three years
    since(flags, years)                            first year of the run that still holds
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from monazite.leverage.definitions import Comparator, Definition
from monazite.leverage.flows import Values
from monazite.terms.kleene import NO, UNKNOWN, YES, Truths

Years = NDArray[np.int16]
NEVER = np.int16(-1)

PERSISTENCE = Definition(
    name="holds-in-years",
    title="Holds in at least m of n years",
    formula="Σ_t 1[flag holds in year t] >= m, over a window of n years",
    unit="yes, no or unknown",
    source="CEPII GeoDep, condition C4: at least two years of a three-year window; m and n are parameters",
)
CHURN = Definition(
    name="churn",
    title="Findings gone after some years",
    formula="Σ 1[holds in t, not in t + lag] / Σ 1[holds in t, known in t + lag]",
    unit="share 0..1",
    source="Vicard and Wibaux, CEPII Policy Brief 2023-41 (the question; own formula)",
)


def flag(figures: Values, threshold: Fraction, comparator: Comparator = Comparator.OVER) -> Truths:
    """Yes where a figure passes the threshold, no where it does not, unknown where it is NaN; as `Comparator.holds` does.

    >>> flag(np.array([0.5, 0.51, np.nan]), Fraction(1, 2)).tolist()
    [0, 2, 1]
    """
    near = float(threshold)
    over = figures > near if comparator is Comparator.OVER else figures >= near
    # The float nearest to the threshold may be a little off it; it counts as the decimal that it is written as.
    over = np.where(figures == near, comparator.holds(near, threshold), over)
    return np.where(np.isnan(figures), UNKNOWN, np.where(over, YES, NO)).astype(np.int8)


def consecutive(flags: Truths, years: Sequence[int]) -> tuple[Truths, tuple[int, ...]]:
    """The flags with a slice of unknown for every year that is left out between the first and the last."""
    held = dict(zip(years, flags, strict=True))
    if list(years) != sorted(held):
        raise ValueError(f"the years {', '.join(map(str, years))} are not in order, or one stands twice")
    every = tuple(range(years[0], years[-1] + 1)) if years else ()
    missing = np.full(flags.shape[1:], UNKNOWN)
    return np.array([held.get(year, missing) for year in every], dtype=np.int8).reshape(
        -1, *flags.shape[1:]
    ), every


@dataclass(frozen=True, slots=True, kw_only=True)
class YearsHeld:
    """Of how many years a flag is yes, and of how many it is unknown."""

    held: NDArray[np.int64]
    unknown: NDArray[np.int64]
    of: int


def years_held(flags: Truths) -> YearsHeld:
    """Counts along the first axis.

    >>> int(years_held(np.array([2, 0, 1, 2], dtype=np.int8)).held)
    2
    """
    return YearsHeld(held=(flags == YES).sum(axis=0), unknown=(flags == UNKNOWN).sum(axis=0), of=len(flags))


def holds_in(flags: Truths, *, least: int, of: int) -> Truths:
    """(T - of + 1, ...) for each window of `of` years, at its last one: does the flag hold in at least `least` of them?

    `PERSISTENCE`. Yes where it does without the unknown years, no where it would not with all of them, else unknown.

    >>> holds_in(np.array([2, 0, 2, 0, 1], dtype=np.int8), least=2, of=3).tolist()
    [2, 0, 1]
    """
    if not 1 <= least <= of:
        raise ValueError(f"at least {least} of {of} years is no rule")
    if len(flags) < of:
        return np.zeros((0, *flags.shape[1:]), dtype=np.int8)
    windows = np.lib.stride_tricks.sliding_window_view(flags, of, axis=0)
    surely, perhaps = (windows == YES).sum(axis=-1), (windows >= UNKNOWN).sum(axis=-1)
    return np.where(surely >= least, YES, np.where(perhaps >= least, UNKNOWN, NO)).astype(np.int8)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Years in a row in which a flag holds, both ends included."""

    first: int
    last: int

    @property
    def length(self) -> int:
        """Years."""
        return self.last - self.first + 1


def runs(flags: Truths, years: Sequence[int]) -> tuple[Run, ...]:
    """The runs of one series of flags. A year left out or unknown breaks a run.

    >>> runs(np.array([2, 2, 0, 2], dtype=np.int8), (2020, 2021, 2022, 2023))
    (Run(first=2020, last=2021), Run(first=2023, last=2023))
    """
    flags, years = consecutive(flags, years)
    turns = np.diff(np.concatenate([[0], (flags == YES).astype(np.int8), [0]]))
    starts, stops = np.flatnonzero(turns == 1), np.flatnonzero(turns == -1)
    return tuple(Run(first=years[a], last=years[b - 1]) for a, b in zip(starts, stops, strict=True))


def run_length(flags: Truths, years: Sequence[int]) -> NDArray[np.int64]:
    """How many years in a row the flag has held up to the last year; 0 where it does not hold in it."""
    flags, _ = consecutive(flags, years)
    return np.asarray(_held_at_end(flags).sum(axis=0), dtype=np.int64)


def longest_run(flags: Truths, years: Sequence[int]) -> NDArray[np.int64]:
    """The most years in a row in which the flag holds; 0 where it never does."""
    flags, _ = consecutive(flags, years)
    length = np.zeros(flags.shape[1:], dtype=np.int64)
    longest = length.copy()
    for slice_ in flags:
        length = np.where(slice_ == YES, length + 1, 0)
        longest = np.maximum(longest, length)
    return longest


def since(flags: Truths, years: Sequence[int]) -> Years:
    """The first year of the run that holds in the last year; -1 where the flag does not hold then.

    A run that reaches back to the first year of the data may be older; one that follows an unknown year too.

    >>> int(since(np.array([2, 0, 2, 2], dtype=np.int8), (2021, 2022, 2023, 2024)))
    2023
    """
    flags, every = consecutive(flags, years)
    length = _held_at_end(flags).sum(axis=0)
    first = (every[-1] if every else 0) + 1 - length
    return np.where(length > 0, first, NEVER).astype(np.int16)


def find_since(flags: Truths, years: Sequence[int]) -> int | None:
    """`since` of one series, None where the flag does not hold in the last year."""
    year = int(since(flags, years))
    return None if year == NEVER else year


def churn(flags: Truths, years: Sequence[int], lag: int) -> tuple[tuple[int, float | None], ...]:
    """(year, share) of what holds in a year and no longer does `lag` years on: `CHURN`.

    What is unknown then is left out; None where nothing is left to compare.

    >>> churn(np.array([[2, 2, 2, 2, 2], [2, 2, 2, 2, 0]], dtype=np.int8), (2018, 2019), 1)
    ((2018, 0.2),)
    """
    flags, every = consecutive(flags, years)
    found = []
    for at, year in enumerate(every[: max(len(every) - lag, 0)]):
        then = flags[at + lag][flags[at] == YES]
        known = int((then != UNKNOWN).sum())
        found.append((year, int((then == NO).sum()) / known if known else None))
    return tuple(found)


def _held_at_end(flags: Truths) -> NDArray[np.bool_]:
    """(T, ...) the years of the run that reaches the last one."""
    found: NDArray[np.bool_] = np.logical_and.accumulate(flags[::-1] == YES, axis=0)
    return found
