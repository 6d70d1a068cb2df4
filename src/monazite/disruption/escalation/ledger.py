"""Counts over a ledger of moves: given the other's last move, how often did a side raise?

>>> moves = [Move(printed="2025-04-02", side="USA", raises=True), Move(printed="2025-04-04", side="CHN", raises=True)]
>>> count_answers(moves, "CHN", "USA").after[True]
Count(k=1, n=1)
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from monazite.regime.events import Direction, Event

SIDES = ("CHN", "USA")
LEAST = 5
"""Below so many answers no share is given."""
LEVEL = 0.9
_OUTSIDE_LEVERS = frozenset({"court-ruling"})
_NOT_YET = ("open", "scheduled", "reported as planned")


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One side's move on a day or in a month, as printed. `outside`: courts or voters moved, not the side's policy."""

    printed: str
    side: str
    raises: bool
    outside: bool = False
    yet_to_come: bool = False
    says: str = ""


class Pairs(StrEnum):
    """What is done with a move on the same day as one of the other side."""

    IN_ORDER = "as written within a day"
    DROPPED = "without same-day pairs"
    EARLIER = "other's last move on an earlier day"


@dataclass(frozen=True, slots=True)
class Count:
    """k raises among n answers."""

    k: int
    n: int

    @property
    def share(self) -> float | None:
        """k / n; None below LEAST answers."""
        return self.k / self.n if self.n >= LEAST else None

    def interval(self, level: float = LEVEL) -> tuple[float, float] | None:
        """Jeffreys interval: quantiles of Beta(k + 1/2, n - k + 1/2); None below LEAST answers.

        >>> tuple(round(end, 2) for end in Count(13, 14).interval())
        (0.75, 0.99)
        """
        if self.n < LEAST:
            return None
        from scipy.special import betaincinv

        tail = (1 - level) / 2
        a, b = self.k + 0.5, self.n - self.k + 0.5
        return float(betaincinv(a, b, tail)), float(betaincinv(a, b, 1 - tail))


@dataclass(frozen=True, slots=True)
class Answers:
    """How one side answered: counts after a raise (True) and after a lowering (False) of the other."""

    side: str
    after: Mapping[bool, Count]


@dataclass(frozen=True, slots=True, kw_only=True)
class Coding:
    """A list of moves, a rule for pairs, and the counts they give."""

    key: str
    moves: int
    pairs: Pairs
    outside: bool  # outside events were counted
    answers: tuple[Answers, ...]  # in the order of SIDES
    without: str = ""  # the one move left out


def moves_of(events: Iterable[Event], *, first: str = "2018") -> tuple[Move, ...]:
    """The moves of both sides among events, in order; neutral ones are no move, a joint one is one of each."""
    made = [
        Move(
            printed=event.printed,
            side=side,
            raises=event.direction is Direction.ESCALATE,
            outside=event.lever in _OUTSIDE_LEVERS,
            yet_to_come=event.status in _NOT_YET,
            says=f"{event.lever}: {event.magnitude}",
        )
        for event in events
        for side in event.actors
        if side in SIDES and event.direction is not Direction.NEUTRAL and event.printed >= first
    ]
    return tuple(made)


def one_a_day(moves: Iterable[Move]) -> tuple[Move, ...]:
    """One move per side and day; a side's days with both signs are left out. What is known to the month only is a day
    of its own before the days of that month. Within a day the United States come first, an arbitrary order.
    """
    days: dict[tuple[str, bool], list[Move]] = {}
    for move in moves:
        days.setdefault((move.printed, move.side != "USA"), []).append(move)
    return tuple(days[key][0] for key in sorted(days) if len({move.raises for move in days[key]}) == 1)


def count_answers(moves: Sequence[Move], side: str, other: str, *, pairs: Pairs = Pairs.IN_ORDER) -> Answers:
    """Given the other's last move, how often did `side` raise? Moves in order; the first ones answer nothing."""
    found = {True: [0, 0], False: [0, 0]}
    for at, move in enumerate(moves):
        if move.side != side:
            continue
        earlier = pairs is Pairs.EARLIER
        last = next(
            (
                past
                for past in reversed(moves[:at])
                if past.side == other and not (earlier and past.printed >= move.printed)
            ),
            None,
        )
        if last is None or (pairs is Pairs.DROPPED and last.printed == move.printed):
            continue
        counted = found[last.raises]
        counted[0] += move.raises
        counted[1] += 1
    return Answers(side, {way: Count(k, n) for way, (k, n) in found.items()})


def both_sides(moves: Sequence[Move], *, pairs: Pairs) -> tuple[Answers, ...]:
    """The answers of each of SIDES to the other."""
    return tuple(
        count_answers(moves, side, other, pairs=pairs) for side, other in zip(SIDES, SIDES[::-1], strict=True)
    )


def most_telling(moves: Sequence[Move]) -> int:
    """Which one move, left out, changes the counts most: its place among moves before `one_a_day`. O(n^2)."""
    whole = both_sides(one_a_day(moves), pairs=Pairs.EARLIER)

    def shift(at: int) -> int:
        rest = both_sides(one_a_day([*moves[:at], *moves[at + 1 :]]), pairs=Pairs.EARLIER)
        return sum(
            abs(a.after[way].k - b.after[way].k) + abs(a.after[way].n - b.after[way].n)
            for a, b in zip(whole, rest, strict=True)
            for way in (True, False)
        )

    return max(range(len(moves)), key=lambda at: (shift(at), -at))


def side_by_side(headlines: Sequence[Move], ledger: Sequence[Move], *, outside: bool) -> tuple[Coding, ...]:
    """The counts of both lists under several codings.

    Parameters
    ----------
    headlines : the short list, in its order within a day
    ledger : the moves of the full list
    outside : count outside events in each coding; where not, one coding counts them for comparison
    """
    short = [move for move in headlines if outside or not move.outside]
    plain = [move for move in ledger if outside or not move.outside]
    done = [move for move in plain if not move.yet_to_come]
    telling = most_telling(ledger)
    less = [*ledger[:telling], *ledger[telling + 1 :]]
    told = ledger[telling]

    def coding(
        key: str, moves: Sequence[Move], pairs: Pairs, with_outside: bool, without: str = ""
    ) -> Coding:
        held = one_a_day(moves) if key.startswith("full") else tuple(moves)
        return Coding(key=key, moves=len(held), pairs=pairs, outside=with_outside, without=without,
                      answers=both_sides(held, pairs=pairs))  # fmt: skip

    made = [
        coding("headlines", short, Pairs.IN_ORDER, outside),
        coding("headlines, no same-day pairs", short, Pairs.DROPPED, outside),
        coding("full", plain, Pairs.EARLIER, outside),
        coding("full, no same-day pairs", plain, Pairs.DROPPED, outside),
        coding("full, only what was done", done, Pairs.EARLIER, outside),
        coding("full, one move less", less, Pairs.EARLIER, True, f"{told.printed} {told.side} {told.says}"),
    ]
    if not outside:
        made.insert(5, coding("full, outside events too", ledger, Pairs.EARLIER, True))
    return tuple(made)


def contradictions(codings: Sequence[Coding]) -> tuple[tuple[str, bool, str, str], ...]:
    """Where two lists point to opposite sides of one half: side, after a raise?, keys of the lowest and the highest."""
    found = []
    for place, side in enumerate(SIDES):
        for way in (True, False):
            shares = [
                (share, coding.key)
                for coding in codings
                if (share := coding.answers[place].after[way].share) is not None
            ]
            if shares and min(shares)[0] < 0.5 < max(shares)[0]:
                found.append((side, way, min(shares)[1], max(shares)[1]))
    return tuple(found)
