"""A scenario of two sides: the measures each can take, rung by rung, and what each measure costs either side a day.

Rungs add up: a side that stands on rung 3 keeps the measures of rungs 1 to 3, and each costs what it adds to those
below. A cost is a range with a source, or it is unknown, and then nothing that rests on it is ranked.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

STEPS = {"raise": 1, "hold": 0, "lower": -1}
"""Names of a move and what it does to the rung."""

LIBRARY = ("tit for tat", "generous tit for tat", "two tits for tat", "grim")
"""Strategies as the axelrod library plays them; they raise or lower, and never hold."""
OWN = ("GRIT", "raise by one")
"""Strategies that also hold, written for ladders."""
STRATEGIES = (*LIBRARY, *OWN)


@dataclass(frozen=True, slots=True)
class Range:
    """From `low` through `high`."""

    low: float
    high: float

    def __post_init__(self) -> None:
        if not self.low <= self.high:
            raise ValueError(f"{self.low} is above {self.high}")

    @property
    def middle(self) -> float:
        """Half way."""
        return (self.low + self.high) / 2

    @property
    def is_fixed(self) -> bool:
        """One number."""
        return self.low == self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """What one measure costs one side: money a day once cover is used up, until lag days after it ends.

    `per_day` is None where nobody knows. `cover_days`: days from the start of the measure until it bites; `lag_days`:
    days from its end until it bites no more.
    """

    per_day: Range | None
    cover_days: Range = Range(0, 0)
    lag_days: Range = Range(0, 0)
    source: str = ""
    made_up: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One measure: its text in English and Chinese, a dated example, and its loss for each side."""

    key: str
    says: tuple[str, str]
    example: str
    losses: Mapping[str, Loss]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """The measures of one side, mildest first; `start` measures stand on day 0.

    `patience_days`: days after which a loss counts half as much to this side; None: every day counts the same.
    """

    side: str
    rungs: tuple[Rung, ...]
    start: int
    strategies: tuple[str, ...]
    patience_days: Range | None = None

    @property
    def top(self) -> int:
        """The highest rung."""
        return len(self.rungs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A strategy stated as a table: what the other was last seen to do, and where one stands, to a move.

    A state is `raised`, `held` or `lowered`; or one of them with `above`, `level` or `below` behind it, which says
    where this side's rung is against the other's and goes before the plain one.
    """

    name: str
    first: int
    table: Mapping[str, int]

    def step(self, seen: int | None, own: int, other: int) -> int:
        """The step in a state; the first one where nothing was seen yet."""
        if seen is None:
            return self.first
        word = {1: "raised", 0: "held", -1: "lowered"}[seen]
        place = "above" if own > other else "below" if own < other else "level"
        return self.table.get(f"{word} {place}", self.table.get(word, 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakEven:
    """How long do measures have to stand until `side` has lost more than an amount, or than the other side?"""

    name: tuple[str, str]
    rungs: tuple[str, ...]
    side: str
    amount: Range | None  # None: than what the other side has lost
    source: str = ""
    made_up: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Two ladders and what is asked of them."""

    name: tuple[str, str]
    says: tuple[str, str]
    currency: str
    round_days: int
    rounds: int
    misperceived: Range  # share of moves that the other side takes for the contrary
    generosity: float  # share of raises that generous tit for tat lets pass
    seed: int
    runs: int
    ladders: tuple[Ladder, Ladder]
    stated: tuple[Stated, ...] = ()
    break_evens: tuple[BreakEven, ...] = ()
    made_up: bool = False
    sources: tuple[str, ...] = ()
    inputs: tuple[str, ...] = field(default=())  # files that figures were read from, with their digests

    @property
    def sides(self) -> tuple[str, str]:
        """Who faces whom."""
        return self.ladders[0].side, self.ladders[1].side

    @property
    def has_losses(self) -> bool:
        """Some loss is known."""
        return any(
            loss.per_day for ladder in self.ladders for rung in ladder.rungs for loss in rung.losses.values()
        )
