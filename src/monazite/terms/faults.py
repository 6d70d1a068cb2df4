"""Faults of input: where, what, and how to mend; collected, sorted and shown all at once.

>>> str(Fault(where="parts.csv:12, column origin", what="'Chian' is not a country", mend="Did you mean 'China' (CHN)?"))
"parts.csv:12, column origin: 'Chian' is not a country. Did you mean 'China' (CHN)?"
"""

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

SHOWN = 20
_LONG = re.compile(r"[^\s']{200,}")
_HEAD = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing to mend in an input."""

    where: str
    what: str
    mend: str = ""

    def __str__(self) -> str:
        what = _LONG.sub(
            lambda word: f"{word[0][:_HEAD]}... ({len(word[0]):,} characters)", self.what.rstrip(".")
        )
        return f"{self.where}: {what}. {self.mend}".rstrip() if self.mend else f"{self.where}: {what}"


class BadInput(Exception):
    """The input cannot be used as it is; `faults` says all that was found, in the order of the place."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(faults)
        super().__init__(self.report())

    def report(self, shown: int = SHOWN) -> str:
        """One line a fault, at most `shown` of them and the rest counted."""
        lines = [str(fault) for fault in self.faults[:shown]]
        if len(self.faults) > shown:
            lines.append(f"... and {len(self.faults) - shown} more")
        return "\n".join(lines)


class NotAllowed(Exception):
    """Right input at the wrong moment or from the wrong person; says what is allowed."""


def near_match(given: str, wanted: Iterable[str]) -> str:
    """A sentence that offers the nearest allowed word, in whatever case it was given, or lists the words if they are few.

    >>> near_match("titel", ["title", "number"]), near_match("TITLE", ["title", "number"])
    ("Did you mean 'title'?", "Did you mean 'title'?")
    """
    words: Sequence[str] = list(wanted)
    folded = {word.casefold(): word for word in reversed(words)}
    close = difflib.get_close_matches(given.casefold(), list(folded)[::-1], n=1, cutoff=0.6)
    if close:
        return f"Did you mean '{folded[close[0]]}'?"
    if 0 < len(words) <= 14:
        return f"Allowed: {', '.join(words)}"
    return ""
