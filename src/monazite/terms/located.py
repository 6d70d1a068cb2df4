"""Documents that know where each of their values stands.

A located value is a text, a list or a mapping as written, with its place ("file:line:column" for YAML, a
dotted path for a document handed over by a program), so that a fault can point at it. Texts stay raw:
`NO` is the text "NO", `0805` the text "0805".

>>> Located.of({"on": "2025-12-01"}, "facts")["on"].where
'facts.on'
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Located:
    """A value and its place. Exactly one of `text`, `items`, `fields` is not None, or all are (nothing given)."""

    where: str
    text: str | None = None
    items: tuple["Located", ...] | None = None
    fields: dict[str, "Located"] | None = None
    key_where: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, value: object, where: str) -> "Located":
        """A located value from plain data, such as what `json` or a calling program gives."""
        if isinstance(value, Located):
            return value
        if value is None:
            return cls(where)
        if isinstance(value, Mapping):
            fields = {
                str(key): cls.of(item, f"{where}.{key}" if where else str(key)) for key, item in value.items()
            }
            return cls(where, fields=fields)
        if isinstance(value, bool):
            return cls(where, text="yes" if value else "no")
        if isinstance(value, date):
            return cls(where, text=value.isoformat())
        if isinstance(value, str):
            return cls(where, text=value)
        if isinstance(value, Sequence):
            return cls(where, items=tuple(cls.of(item, f"{where}[{i}]") for i, item in enumerate(value)))
        return cls(where, text=str(value))

    def __getitem__(self, key: str) -> "Located":
        assert self.fields is not None
        return self.fields[key]

    def find(self, key: str) -> "Located | None":
        """The field, or None where it is not given or empty."""
        given = (self.fields or {}).get(key)
        return None if given is None or given.is_empty else given

    @property
    def is_empty(self) -> bool:
        """Nothing was given."""
        return self.text is None and self.items is None and self.fields is None

    def list(self) -> tuple["Located", ...]:
        """The items of a list; a single value counts as a list of one."""
        if self.items is not None:
            return self.items
        return () if self.is_empty else (self,)

    def key_place(self, key: str) -> str:
        """Where the key itself stands."""
        return self.key_where.get(key, self.where)

    def __iter__(self) -> Iterator[str]:
        return iter(self.fields or {})

    def plain(self) -> object:
        """The value as plain texts, lists and mappings."""
        if self.fields is not None:
            return {key: value.plain() for key, value in self.fields.items()}
        if self.items is not None:
            return [value.plain() for value in self.items]
        return self.text

    def merged(self, over: "Located") -> "Located":
        """This document with `over` laid on it: mappings merge deeply, all else is replaced.

        A field whose text is `unstated` in `over` is taken away.
        """
        if self.fields is None or over.fields is None:
            return over
        fields = dict(self.fields)
        for key, value in over.fields.items():
            if value.text == "unstated":
                fields.pop(key, None)
            else:
                fields[key] = fields[key].merged(value) if key in fields else value
        return Located(over.where, fields=fields, key_where=self.key_where | over.key_where)
