"""Reads the records of law files by the table of shapes, with every fault of form at once."""

from collections.abc import Mapping
from datetime import date

from monazite.regime.shapes import SHAPES
from monazite.terms.days import Span, parse_day
from monazite.terms.faults import Fault, near_match
from monazite.terms.located import Located

NO_DAYS = Span(date.min, date.min)
"""What a span at fault reads as: it covers no day and meets no other."""


class RecordReader:
    """Reads records by the table of shapes and collects faults; a field that is at fault reads as absent."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def fault(self, where: str, what: str, mend: str = "") -> None:
        """Remember one more fault."""
        self.faults.append(Fault(where=where, what=what, mend=mend))

    def record(self, node: Located, shape: str) -> dict[str, Located]:
        """The fields of a record, checked for unknown and missing keys."""
        keys = SHAPES[shape]
        if node.fields is None:
            self.fault(
                node.where,
                f"a {shape} is a mapping of keys to values",
                f"Keys: {', '.join(k.name for k in keys)}",
            )
            return {}
        known = {key.name: key for key in keys}
        for name in node.fields:
            if name not in known:
                self.fault(node.key_place(name), f"{shape} has no '{name}'", near_match(name, known))
        for key in keys:
            given = node.find(key.name)
            if key.required and (given is None or given.text == ""):
                self.fault(node.where, f"{shape} wants '{key.name}'", key.says[0].upper() + key.says[1:])
        fields = {name: value for name, value in node.fields.items() if name in known and not value.is_empty}
        for name, value in fields.items():
            kind = known[name].kind
            if kind.startswith("words:"):
                self.choice(value, tuple(kind[6:].split("|")))
            elif kind == "text" and value.text is None:
                self.fault(value.where, f"'{name}' wants a text", "Write one value here")
        return fields

    def choice(self, node: Located, words: tuple[str, ...]) -> str | None:
        """One of the words, or None with a fault."""
        if node.text in words:
            return node.text
        self.fault(
            node.where,
            f"'{_shown(node)}' is not one of the values allowed here",
            near_match(node.text or "", words),
        )
        return None

    def day(self, node: Located | None) -> date | None:
        """A day, or None where absent or at fault."""
        if node is None:
            return None
        try:
            return parse_day(_shown(node))
        except ValueError as error:
            what, _, mend = str(error).partition(". ")
            self.fault(node.where, what, mend)
            return None

    def texts(self, node: Located | None) -> tuple[str, ...]:
        """One text or a list of them."""
        if node is None:
            return ()
        for item in node.list():
            if item.text is None:
                self.fault(item.where, "wants a text", "Write one value here")
        return tuple(item.text for item in node.list() if item.text is not None)

    def records(self, node: Located | None) -> tuple[Located, ...]:
        """The items of a list of records."""
        if node is None:
            return ()
        if node.items is None:
            self.fault(node.where, "wants a list", "Write one '- ' item a record")
            return ()
        return node.items

    def span(self, fields: Mapping[str, Located], where: str) -> Span:
        """The days `from` through `through`; a day of no time where they are at fault."""
        before = len(self.faults)
        first, last = self.day(fields.get("from")), self.day(fields.get("through"))
        if first is not None and last is not None and last < first:
            self.fault(
                fields["through"].where, f"'through' {last} is before 'from' {first}", "Both are inclusive"
            )
        if len(self.faults) > before or first is None:
            return NO_DAYS
        return Span.between(first, last)


def text_of(node: Located | None) -> str:
    """The text of a node with single spaces; empty where it is absent."""
    return " ".join((node.text or "").split()) if node else ""


def _shown(node: Located) -> str:
    return node.text if node.text is not None else "a list or mapping"
