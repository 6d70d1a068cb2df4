"""Control codes as paths of paragraphs: is a stated code one of the law's, perhaps, or not?

A code of the law may hold `?` for any sign of its first part: `?D???` is every entry of product group D.

>>> [relation(stated, "3B001.k") for stated in ("3B001.k.2", "3B001", "3B001.e")]  # yes, unknown, no
[2, 1, 0]
"""

import re

from monazite.terms.kleene import NO, UNKNOWN, YES

ECCN = re.compile(r"^(EAR99|[0-9][A-E][0-9]{3}(\.[a-z0-9]+)*)$")
"""The form of a US classification: an Export Control Classification Number with or without paragraphs, or EAR99."""

ANY_ECCN = "?????"
"""Every classification, EAR99 too."""


def relation(stated: str, code: str) -> int:
    """YES where the stated code is the code or stands below it, UNKNOWN where it stands above it, else NO."""
    if stated == "EAR99":  # no entry, so in no product group
        return int(YES if code in ("EAR99", ANY_ECCN) else NO)
    head, *paragraphs = stated.split(".")
    wanted, *below = code.split(".")
    if len(head) != len(wanted) or any(w not in ("?", h) for h, w in zip(head, wanted, strict=True)):
        return int(NO)
    shared = min(len(paragraphs), len(below))
    if paragraphs[:shared] != below[:shared]:
        return int(NO)
    return int(YES if len(paragraphs) >= len(below) else UNKNOWN)


def code_fits(stated: str, code: str) -> bool:
    """The stated code is the code or stands below it."""
    return relation(stated, code) == YES


def among(stated: str, codes: tuple[str, ...], excepted: tuple[str, ...] = ()) -> int:
    """Is the stated code among the codes, those excepted left out? A truth value."""
    inside = max((relation(stated, code) for code in codes), default=int(NO))
    outside = max((relation(stated, code) for code in excepted), default=int(NO))
    return min(inside, int(YES) - outside)
