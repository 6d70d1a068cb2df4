"""Names of parties as lists print them, folded so that case, spaces and full-width letters do not matter.

Only whole names are compared: a name that is not found is not thereby cleared.

>>> same_name("  Lockheed  MARTIN Corporation, ") == same_name("lockheed martin corporation")
True
"""

import unicodedata
from collections.abc import Iterable
from datetime import date

from monazite.terms.days import Span

DatedEntry = tuple[tuple[str, ...], tuple[tuple[str, Span, date], ...]]
"""Names of one party, and its periods on a list: (listed, suspended or ended; days; known since)."""


def same_name(name: str) -> str:
    """The folded name; two spellings of one name fold alike."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return " ".join("".join(c if c.isalnum() else " " for c in folded).split())


def listed_names(entries: Iterable[DatedEntry], *, on: date, known_on: date | None = None) -> frozenset[str]:
    """Folded names that stand on a list on a day, as known on a day.

    Of several dated periods that cover the day, the one known last holds; a suspended or ended entry does not
    stand.
    """
    found: set[str] = set()
    for names, periods in entries:
        covering = [p for p in periods if on in p[1] and (known_on is None or p[2] <= known_on)]
        if covering and max(covering, key=lambda p: p[2])[0] == "listed":
            found.update(same_name(name) for name in names)
    return frozenset(found)
