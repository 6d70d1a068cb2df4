"""Ranges of a scenario file: which of its values to try at a low and a high end, one at a time.

    ranges:
      - {set: products.magnets.cover, low: 15, high: 90, source: ...}
      - {set: table.items.magnets.cost_share, low: 0.01, high: 0.05, source: made up}
      - {set: scenarios.*.blocked.*.waiting, low: 0.7, high: 0.85, source: ...}

A value is named by its path; an item of a list by its name, or `*` for every item that has it. A value that the file
leaves out is set in the field where it would stand.
"""

from dataclasses import dataclass, replace

from monazite.readers.disruption.fields import Fields
from monazite.terms.located import Located


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """A value of the file, by its path, and the ends to try."""

    path: str
    low: str  # as written
    high: str
    source: str

    def laid_on(self, held: Located, value: str) -> Located:
        """The document with the value at the path."""
        found, changed = _set(held, self.path.split("."), value)
        assert changed  # `read_ranges` has tried it
        return found


def read_ranges(held: Located, reading: Fields) -> tuple[Range, ...]:
    """The ranges of a scenario document."""
    found = []
    given = held.find("ranges")
    for item in given.list() if given is not None else ():
        if not reading.keys(item, ("set", "low", "high", "source")):
            continue
        if not reading.needs(item, ("set", "low", "high", "source"), "a range"):
            continue
        path = reading.text(item["set"])
        ends = [reading.number(item[end], default=0.0, low=0) for end in ("low", "high")]
        if ends[0] >= ends[1]:
            reading.fault(
                item["low"].where, f"'{item['low'].text}' is not below the high end", "Give low below high"
            )
        if path.startswith("ranges") or not _set(held, path.split("."), "0")[1]:
            reading.fault(item["set"].where, f"'{path}' names no value of the file",
                          "Write a path such as products.magnets.cover; * stands for every item of a list")  # fmt: skip
            continue
        found.append(Range(path=path, low=item["low"].text or "", high=item["high"].text or "",
                           source=reading.text(item["source"])))  # fmt: skip
    return tuple(found)


def _set(held: Located, steps: list[str], value: str) -> tuple[Located, bool]:
    """The document with a value set, and whether there was a place for it."""
    step, rest = steps[0], steps[1:]
    if held.fields is not None:
        fields = dict(held.fields)
        if not rest:
            here = fields.get(step)
            if here is not None and here.text is None and not here.is_empty:
                return held, False
            fields[step] = Located(here.where if here is not None else held.where, text=value)
            return replace(held, fields=fields), True
        if step not in fields:
            return held, False
        fields[step], changed = _set(fields[step], rest, value)
        return replace(held, fields=fields), changed
    if held.items is not None and rest:
        items, any_changed = [], False
        for item in held.items:
            name = item.find("name")
            mine = step == "*" or (name is not None and name.text == step)
            has = mine and (step != "*" or len(rest) > 1 or item.find(rest[0]) is not None)
            new, changed = _set(item, rest, value) if has else (item, False)
            items.append(new)
            any_changed |= changed
        return replace(held, items=tuple(items)), any_changed
    return held, False
