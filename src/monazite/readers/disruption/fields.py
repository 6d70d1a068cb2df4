"""Fields of a scenario file: each value as it should be, or a fault with its place, all gathered."""

import math
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import TypeVar

from monazite.terms.days import parse_day
from monazite.terms.faults import Fault, near_match
from monazite.terms.located import Located

Word = TypeVar("Word", bound=StrEnum)


class Fields:
    """The faults of a file, and values that add to them."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def fault(self, where: str, what: str, mend: str = "") -> None:
        """One more."""
        self.faults.append(Fault(where=where, what=what, mend=mend))

    def keys(self, held: Located, allowed: tuple[str, ...], *, needs: tuple[str, ...] = ()) -> bool:
        """It is a mapping with all the fields that it needs; fields of no known name are faults."""
        if held.fields is None:
            self.fault(held.where, "is not a mapping", f"Give {', '.join(needs or allowed)}")
            return False
        for key in held:
            if key not in allowed:
                mend = near_match(key, allowed) or f"Allowed: {', '.join(allowed)}"
                self.fault(held.key_place(key), f"unknown field '{key}'", mend)
        missing = [key for key in needs if held.find(key) is None]
        for key in missing:
            self.fault(held.where, f"has no '{key}'", f"Give {key}:")
        return not missing

    def number(self, held: Located | None, *, default: float, low: float, high: float = math.inf) -> float:
        """A number within bounds."""
        if held is None:
            return default
        try:
            found = math.inf if held.text == ".inf" else float(held.text or "")
        except ValueError:
            found = math.nan
        if not low <= found <= high:
            shown = "what is given" if held.text is None else f"'{held.text}'"
            self.fault(held.where, f"{shown} is no number from {low:g} to {high:g}", "Give a number")
            return default
        return found

    def text(self, held: Located | None, default: str = "") -> str:
        """One text."""
        if held is None:
            return default
        if held.text is None:
            self.fault(held.where, "is not a text", "Give one text")
        return (held.text or "").strip() or default

    def texts(self, held: Located | None) -> tuple[str, ...]:
        """A list of texts, or one."""
        return tuple(self.text(item) for item in held.list()) if held is not None else ()

    def day(self, held: Located | None) -> date | None:
        """A day; None where it is not given, or is a fault."""
        if held is None:
            return None
        try:
            return parse_day(held.text or "")
        except ValueError as error:
            self.fault(held.where, str(error))
            return None

    def word(self, held: Located, words: type[Word]) -> Word | None:
        """One of the words."""
        if held.text in list(words):
            return words(held.text)
        self.fault(held.where, f"'{held.text}' is no {_name(words)}", near_match(held.text or "", words))
        return None

    def needs(self, held: Located, names: Iterable[str], what: str) -> bool:
        """All of these fields are given."""
        missing = [name for name in names if held.find(name) is None]
        if missing:
            self.fault(held.where, f"{what} needs {', '.join(missing)}")
        return not missing


def _name(words: type[StrEnum]) -> str:
    return {"World": "state of the world"}.get(words.__name__, words.__name__.casefold())
