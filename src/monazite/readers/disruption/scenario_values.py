"""Values of a scenario file, each checked where it stands: texts in two languages, numbers, counts and ranges."""

import math
from collections.abc import Iterable

from monazite.disruption.escalation.ladder import Range
from monazite.terms.faults import Fault, near_match
from monazite.terms.located import Located


class Values:
    """The faults of a file, and values that add to them."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = list(faults)

    def fault(self, where: str, what: str, mend: str = "") -> None:
        self.faults.append(Fault(where=where, what=what, mend=mend))

    def keys(self, held: Located, allowed: tuple[str, ...], *, needs: tuple[str, ...] = ()) -> bool:
        """Whether it is a mapping of allowed fields with all those that it needs."""
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

    def text(self, held: Located | None) -> str:
        if held is not None and held.text is None:
            self.fault(held.where, "is not a text", "Write one line of text")
        return (held.text or "").strip() if held is not None else ""

    def both(self, held: Located | None) -> tuple[str, str]:
        """A text in English and Chinese; one text stands for both."""
        if held is not None and held.fields is not None:
            self.keys(held, ("en", "zh"), needs=("en",))
            english = self.text(held.find("en"))
            return english, self.text(held.find("zh")) or english
        return (self.text(held),) * 2

    def yes(self, held: Located | None) -> bool:
        if held is not None and held.text not in ("yes", "no", "true", "false"):
            self.fault(held.where, f"'{held.text}' is neither yes nor no", "Write yes or no")
        return held is not None and held.text in ("yes", "true")

    def number(self, held: Located, *, most: float, least: float = 0.0) -> float | None:
        try:
            found = float(held.text or "")
        except ValueError:
            found = math.nan
        if not least <= found <= most:
            shown = "no text" if held.text is None else f"'{held.text}'"
            self.fault(held.where, f"{shown} is no number from {least:g} to {most:g}", "Give a number")
            return None
        return found

    def count(self, held: Located | None, *, most: int, least: int = 1, default: int = 1) -> int:
        if held is None:
            return default
        found = self.number(held, most=most, least=least)
        if found is not None and found != int(found):
            self.fault(held.where, f"'{held.text}' is not a whole number", "Give a whole number")
        return default if found is None else int(found)

    def range(self, held: Located | None, *, most: float, least: float = 0.0, default: float = 0.0) -> Range:
        """A number, or a list of the lowest and the highest."""
        if held is None:
            return Range(default, default)
        if held.items is not None and len(held.items) != 2:
            self.fault(held.where, f"is a list of {len(held.items)}", "Give a number, or [lowest, highest]")
            return Range(default, default)
        ends = [self.number(item, most=most, least=least) for item in held.items or (held,)]
        low, high = ends[0], ends[-1]
        if low is None or high is None:
            return Range(default, default)
        if low > high:
            self.fault(held.where, f"{low:g} is above {high:g}", "Name the lower end first")
            return Range(default, default)
        return Range(low, high)
