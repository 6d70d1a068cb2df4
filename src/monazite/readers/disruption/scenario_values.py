"""Values of a scenario file, each checked where it stands: texts in two languages, numbers, counts and ranges."""

import math
from collections.abc import Iterable

from monazite.disruption.escalation.ladder import Range
from monazite.readers.disruption.fields import Fields
from monazite.terms.faults import Fault
from monazite.terms.located import Located


class Values(Fields):
    """Fields with texts in two languages, counts and ranges."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        super().__init__()
        self.faults += faults

    def both(self, held: Located | None) -> tuple[str, str]:
        """A text in English and Chinese; one text stands for both."""
        if held is not None and held.fields is not None:
            self.keys(held, ("en", "zh"), needs=("en",))
            english = self.text(held.find("en"))
            return english, self.text(held.find("zh")) or english
        return (self.text(held),) * 2

    def yes(self, held: Located | None) -> bool:
        """Yes; no where it is not given."""
        if held is not None and held.text not in ("yes", "no", "true", "false"):
            self.fault(held.where, f"'{held.text}' is neither yes nor no", "Write yes or no")
        return held is not None and held.text in ("yes", "true")

    def figure(self, held: Located, *, most: float, least: float = 0.0) -> float | None:
        """A number within bounds; None where it is a fault."""
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
        """A whole number within bounds."""
        if held is None:
            return default
        found = self.figure(held, most=most, least=least)
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
        ends = [self.figure(item, most=most, least=least) for item in held.items or (held,)]
        low, high = ends[0], ends[-1]
        if low is None or high is None:
            return Range(default, default)
        if low > high:
            self.fault(held.where, f"{low:g} is above {high:g}", "Name the lower end first")
            return Range(default, default)
        return Range(low, high)
