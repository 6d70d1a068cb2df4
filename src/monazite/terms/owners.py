"""Owners of a party as somebody states them: names, shares, and their owners in turn."""

from dataclasses import dataclass

from monazite.terms.amounts import Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """One owner. `lists` None: not screened; `owners` None: not known, empty: nobody owns it."""

    name: str
    share: Interval  # in 0..1
    lists: tuple[str, ...] | None = None
    owners: tuple["Owner", ...] | None = None
