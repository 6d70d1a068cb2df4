"""Registers of law: dated party lists and country groups from their located documents.

    made, faults = decode_groups(document, countries=("CHN", "JPN", "USA"))

An authority's own file holds no dated facts; the book keeps it as plain data.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from monazite.regime.conditions import ConditionReader
from monazite.regime.model import CountryGroup, Member, PartyEntry, PartyList, Regime
from monazite.regime.records import RecordReader, text_of
from monazite.terms.days import Span
from monazite.terms.faults import Fault
from monazite.terms.kleene import NO, UNKNOWN, YES
from monazite.terms.located import Located


def decode_party_list(node: Located, countries: Collection[str]) -> tuple[PartyList, list[Fault]]:
    """A dated party list from its document."""
    reader = RecordReader()
    top = reader.record(node, "party list")
    entries: list[PartyEntry] = []
    for item in reader.records(top.get("entries")):
        fields = reader.record(item, "party entry")
        periods = []
        for row in fields["status"].list() if "status" in fields else ():
            dated = reader.record(row, "party status")
            span = reader.span(dated, row.where)
            periods.append((text_of(dated.get("is")), span, reader.day(dated.get("known")) or span.start))
        name = fields.get("name")
        spelt = (name.fields or {"": name}).values() if name else ()
        names = [one.text for one in spelt if one.text]
        if not names or not periods:
            reader.fault(item.where, "an entry wants 'name' and 'status'", "")
        country = _country(reader, fields.get("country"), countries)
        entries.append(PartyEntry(names=tuple(names), country=country, by=text_of(fields.get("by")),
                                  periods=tuple(periods)))  # fmt: skip
    made = PartyList(id=text_of(top.get("list")), kind=text_of(top.get("kind")), title=text_of(top.get("title")),
                     complete=text_of(top.get("complete")) == "yes", entries=tuple(entries))  # fmt: skip
    return made, reader.faults


def decode_groups(node: Located, countries: Collection[str]) -> tuple[tuple[CountryGroup, ...], list[Fault]]:
    """The country groups of one state from their document."""
    reader = RecordReader()
    groups: list[CountryGroup] = []
    for item in reader.records(reader.record(node, "groups").get("groups")):
        fields = reader.record(item, "group")
        members = []
        for row in reader.records(fields.get("members")):
            dated = reader.record(row, "group member")
            span = reader.span(dated, row.where)
            country = _country(reader, dated.get("country"), countries)
            members.append(Member(country=country, span=span, known=reader.day(dated.get("known")) or span.start,
                                  inside=int(UNKNOWN if text_of(dated.get("perhaps")) == "yes" else YES)))  # fmt: skip
        groups.append(
            CountryGroup(
                id=text_of(fields.get("id")), says=text_of(fields.get("says")), members=tuple(members)
            )
        )
    return tuple(groups), reader.faults


_ROW = ("country", "from", "through", "known", "as", "source", "note")
_MARKS = {"": NO, "X": YES, "?": UNKNOWN}


def decode_group_table(
    node: Located,
    columns: Sequence[str],
    rows: Iterable[tuple[str, Mapping[str, str]]],
    countries: Collection[str],
) -> tuple[tuple[CountryGroup, ...], list[Fault]]:
    """Country groups from a table with one column a group and one row a country and span of days.

    A cell is `X` (a member), empty (none) or `?` (may be one). `as` gives a row the cells of another country on the
    same days. Of two rows of a country that cover a day, the one known last holds. A country that has no row on a
    day may be in every group.
    """
    reader = RecordReader()
    fields = reader.record(node, "group table")
    prefix, first = text_of(fields.get("prefix")), reader.day(fields.get("from")) or date.min
    known = reader.day(fields.get("known")) or first
    names = [column for column in columns if column not in _ROW]
    marks: dict[str, list[tuple[Span, date, Mapping[str, str]]]] = {}
    heirs: list[tuple[str, str, Span, date, str]] = []
    for where, row in rows:
        place = {key: Located(where, text=value) for key, value in row.items() if value.strip()}
        if "country" not in place:
            reader.fault(where, "the row has no country", "Write its alpha-3 code, such as CHN")
            continue
        country = _country(reader, place["country"], countries)
        span = reader.span({"from": Located(where, text=first.isoformat()), **place}, where)
        since = reader.day(place.get("known")) or (span.start if "from" in place else known)
        for name in names:
            if row[name].strip() not in _MARKS:
                reader.fault(
                    where,
                    f"column {name} says '{row[name]}'",
                    "Write X for a member, ? where it may be one, or nothing",
                )
        if "as" in place:
            heirs.append((country, _country(reader, place["as"], countries), span, since, where))
        else:
            marks.setdefault(country, []).append((span, since, row))
    for country, parent, span, since, where in heirs:
        if parent not in marks:
            reader.fault(where, f"'{parent}' has no row of its own", "Name a country that has one")
        for of_parent, known_parent, row in marks.get(parent, ()):
            if (both := span.shared(of_parent)) is not None:
                marks.setdefault(country, []).append((both, max(since, known_parent), row))
    whole = Span(first, None)
    members: dict[str, list[Member]] = {name: [] for name in names}
    for country in countries:
        dated = marks.get(country, [])
        for span, since, row in dated:
            for name in names:
                inside = int(_MARKS.get(row[name].strip(), UNKNOWN))
                members[name].append(Member(country=country, span=span, known=since, inside=inside))
        for gap in whole.without(span for span, _, _ in dated):
            for name in names:
                members[name].append(Member(country=country, span=gap, known=known, inside=int(UNKNOWN)))
    says = text_of(fields.get("says"))
    groups = (CountryGroup(id=f"{prefix}{name.lower()}", says=f"{says}, column {name}", members=tuple(members[name]))
              for name in names)  # fmt: skip
    return tuple(groups), reader.faults


def decode_regime(node: Located) -> tuple[Regime, list[Fault], ConditionReader]:
    """What brings a question under a state's law."""
    reader = RecordReader()
    fields = reader.record(node, "regime")
    name = text_of(fields.get("regime"))
    conditions = ConditionReader(name)
    touched_by = conditions.read(fields.get("touched_by"))
    made = Regime(id=name, says=text_of(fields.get("says")), touched_by=touched_by,
                  holds_from=reader.day(fields.get("holds_from")))  # fmt: skip
    return made, reader.faults + conditions.faults, conditions


def _country(reader: RecordReader, node: Located | None, countries: Collection[str]) -> str:
    name = text_of(node)
    if node is not None and name not in countries:
        reader.fault(node.where, f"'{name}' is not a country", "Write its alpha-3 code, such as CHN")
    return name
