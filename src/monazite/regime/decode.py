"""Located documents of law files into measures, lists and groups, with every fault of form at once.

What one file can say about itself is checked here; references between files are checked by `book`.
"""

import re
from collections.abc import Collection, Mapping
from datetime import date
from fractions import Fraction

from monazite.regime.conditions import COMPARATORS, ConditionReader
from monazite.regime.model import (
    EXCEPTIONS,
    Act,
    CountryGroup,
    Definition,
    Due,
    Effect,
    Grade,
    ItemList,
    Limit,
    ListLine,
    Measure,
    PartyEntry,
    PartyList,
    Provision,
    Question,
    Reading,
    Source,
    Status,
    StatusPeriod,
)
from monazite.regime.shapes import LINE_COLUMNS, SHAPES
from monazite.terms.days import Span, parse_day
from monazite.terms.facts import ELEMENTS, FAMILIES, FORMS, PROPERTIES
from monazite.terms.faults import Fault, near_match
from monazite.terms.located import Located
from monazite.terms.outcomes import OUTCOMES_BY_WORDS, Outcome

_LIMIT = re.compile(r"^(\w+)\s*(>=|<=|>|<)\s*(\d+(?:\.\d+)?|\d+/[1-9]\d*)$")
_SIGNS = dict(zip((">=", ">", "<=", "<"), COMPARATORS, strict=True))


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
            return parse_day(node.text or "")
        except ValueError:
            self.fault(node.where, f"'{_shown(node)}' is not a day", "Write it YYYY-MM-DD")
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


def decode_measure(
    node: Located, tables: Mapping[str, ItemList], file: str
) -> tuple[Measure | None, list[Fault], list[ConditionReader]]:
    """One measure from its document.

    Parameters
    ----------
    node : the document
    tables : the item lists of the measure that were read from their tables, by id within the measure
    file : name of the file

    Returns
    -------
    The measure, or None where it has no id; the faults; and the
    condition readers, which hold the references to check against the book.
    """
    reader = RecordReader()
    top = reader.record(node, "measure")
    name = _text(top.get("measure"))
    published = reader.day(top.get("published"))
    reviewed = reader.day(top.get("reviewed_until"))
    sources = _sources(top.get("sources"), reader)
    conditions = ConditionReader(name)
    decoder = _MeasureDecoder(reader, conditions, name, published or date.min, sources)
    measure = Measure(
        id=name,
        regime=_text(top.get("regime")),
        number=_text(top.get("number")),
        title=_plain_map(top.get("title")),
        authority=_text(top.get("authority")),
        published=published or date.min,
        reviewed_until=reviewed or date.min,
        sources=sources,
        questions=tuple(decoder.question(item) for item in reader.records(top.get("questions"))),
        definitions=tuple(decoder.definition(item) for item in reader.records(top.get("definitions"))),
        provisions=tuple(p for item in reader.records(top.get("provisions")) if (p := decoder.provision(item))),
        acts=tuple(a for item in reader.records(top.get("acts")) if (a := decoder.act(item))),
        lists=tuple(tables.values()),
        also_on={_text(f.get("measure")): _text(f.get("title"))
                 for item in reader.records(top.get("also_on")) for f in [reader.record(item, "outside")]},
        note=_text(top.get("note")),
        file=file,
        doubtful=frozenset(decoder.doubtful),
    )  # fmt: skip
    return measure if name else None, reader.faults + conditions.faults, [conditions]


def _text(node: Located | None) -> str:
    return " ".join((node.text or "").split()) if node else ""


def _shown(node: Located) -> str:
    return node.text if node.text is not None else "a list or mapping"


def _plain_map(node: Located | None) -> dict[str, str]:
    return {key: value.text or "" for key, value in (node.fields or {}).items()} if node else {}


def _sources(node: Located | None, reader: RecordReader) -> dict[str, Source]:
    found: dict[str, Source] = {}
    if node is None or node.fields is None:
        return found
    for key, value in node.fields.items():
        fields = reader.record(value, "source")
        if fields and not (fields.get("url") or fields.get("where")):
            reader.fault(
                value.where, f"source '{key}' says not where it can be read", "Give 'url' or 'where'"
            )
        grade = _text(fields.get("grade"))
        found[key] = Source(key=key, what=_text(fields.get("what")), url=_text(fields.get("url")),
                            grade=Grade(grade) if grade in set(Grade) else Grade.DERIVED,
                            where=_text(fields.get("where")), note=_text(fields.get("note")))  # fmt: skip
    return found


class _MeasureDecoder:
    """Decodes the records inside one measure."""

    def __init__(self, reader: RecordReader, conditions: ConditionReader, name: str, published: date,
                 sources: Mapping[str, Source]) -> None:  # fmt: skip
        self.reader, self.conditions, self.name = reader, conditions, name
        self.published, self.sources = published, sources
        self.doubtful: set[str] = set()

    def _cited(self, node: Located | None) -> tuple[str, ...]:
        keys = self.reader.texts(node)
        for key, item in zip(keys, node.list() if node else (), strict=False):
            if key not in self.sources:
                self.reader.fault(
                    item.where, f"'{key}' is no source of this measure", near_match(key, self.sources)
                )
        return keys

    def _whole(self, node: Located | None) -> tuple[str, ...]:
        """Ids of provisions or measures, made whole: '1.1' is of this measure, 'cn-x/1' and 'cn-x' as they are."""
        return tuple(
            text if "/" in text or re.match(r"^[a-z]{2}-", text) else f"{self.name}/{text}"
            for text in self.reader.texts(node)
        )

    def question(self, node: Located) -> Question:
        fields = self.reader.record(node, "question")
        return self._question(node, fields, _text(fields.get("id")))

    def _question(self, node: Located, fields: Mapping[str, Located], name: str) -> Question:
        readings = tuple(self._reading(item) for item in self.reader.records(fields.get("readings")))
        ids = [reading.id for reading in readings]
        if len(ids) < 2 and "readings" in fields:
            self.reader.fault(
                node.where, f"question '{name}' has {len(ids)} readings", "A question has two at least"
            )
        for twice in sorted({i for i in ids if ids.count(i) > 1}):
            self.reader.fault(
                node.where, f"reading '{twice}' of '{name}' is given twice", "Give each an id of its own"
            )
        return Question(
            id=name,
            says=_text(fields.get("says")),
            readings=readings,
            settled_by=_text(fields.get("settled_by")),
            measure=self.name,
        )

    def _reading(self, node: Located) -> Reading:
        fields = self.reader.record(node, "reading")
        status = _text(fields.get("is"))
        return Reading(id=_text(fields.get("id")), says=_text(fields.get("says")),
                       status=Status(status) if status in set(Status) else None,
                       sources=self._cited(fields.get("source")))  # fmt: skip

    def definition(self, node: Located) -> Definition:
        fields = self.reader.record(node, "definition")
        return Definition(id=f"{self.name}/{_text(fields.get('id'))}", says=_text(fields.get("says")),
                          condition=self.conditions.read(fields.get("when")),
                          sources=self._cited(fields.get("source")), where=node.where)  # fmt: skip

    def provision(self, node: Located) -> Provision | None:
        fields = self.reader.record(node, "provision")
        effect_word = _text(fields.get("effect"))
        if not fields:
            return None
        name = _text(fields.get("id"))
        known = effect_word in set(Effect)
        effect = Effect(effect_word) if known else Effect.INFORMATION
        sources = self._cited(fields.get("source"))
        targets = self._targets(effect, fields, node) if known else ()
        periods = tuple(self._period(item, sources) for item in self.reader.records(fields.get("status")))
        if not known or any(period.span == NO_DAYS for period in periods):
            self.doubtful.add(f"{self.name}/{name}")
        chosen = self.reader.record(fields["reading"], "chosen reading") if "reading" in fields else {}
        return Provision(
            id=f"{self.name}/{name}",
            measure=self.name,
            cite=_text(fields.get("cite")),
            says=_text(fields.get("says")),
            effect=effect,
            condition=self.conditions.read(fields.get("when")),
            periods=periods,
            sources=sources,
            gives=self._gives(effect, fields, node) if known else None,
            targets=targets,
            overrides=self._whole(fields.get("overrides")),
            reading=(_text(chosen.get("question")), _text(chosen.get("id"))) if chosen else None,
            does=_text(fields.get("does")),
            who=_text(fields.get("who")),
            due=self._due(fields.get("due")),
            documents=self.reader.texts(fields.get("documents")),
            rebuttable=_text(fields.get("rebuttable")) == "yes",
            unverified=_text(fields.get("unverified")),
            note=_text(fields.get("note")),
            about=_text(fields.get("about")),
            where=node.where,
        )

    def _targets(self, effect: Effect, fields: Mapping[str, Located], node: Located) -> tuple[str, ...]:
        key = {Effect.POLICY: "on", Effect.DUTY: "on", Effect.READING: "of"}.get(effect, "clears")
        needs = effect in (Effect.POLICY, Effect.DUTY, Effect.READING, *EXCEPTIONS)
        for other in ("on", "of", "clears"):
            if other in fields and not (needs and other == key):
                self.reader.fault(node.key_place(other), f"a {effect.value} takes no '{other}'",
                                  f"It takes '{key}'" if needs else "")  # fmt: skip
        if needs and key not in fields:
            self.reader.fault(
                node.where, f"a {effect.value} wants '{key}'", "Name the provisions it is about"
            )
        if effect is Effect.DUTY and "does" not in fields:
            self.reader.fault(node.where, "a duty wants 'does'", "Say what is to be done")
        return self._whole(fields.get(key)) if needs else ()

    def _gives(self, effect: Effect, fields: Mapping[str, Located], node: Located) -> Outcome | None:
        if effect is Effect.EXCLUSION:
            return Outcome.NOT_CONTROLLED
        if effect in (Effect.POLICY, Effect.EXEMPTION):
            if "gives" not in fields:
                self.reader.fault(node.where, f"a {effect.value} wants 'gives'", "Name the outcome")
            return OUTCOMES_BY_WORDS.get(_text(fields.get("gives")))
        if "gives" in fields:
            self.reader.fault(node.key_place("gives"), f"a {effect.value} takes no 'gives'", "")
        return {Effect.LICENCE: Outcome.LICENCE, Effect.BAN: Outcome.PROHIBITED}.get(effect)

    def _period(self, node: Located, inherited: tuple[str, ...]) -> StatusPeriod:
        fields = self.reader.record(node, "status")
        word = _text(fields.get("is"))
        return StatusPeriod(status=Status(word) if word in set(Status) else Status.ANNOUNCED,
                            span=self.reader.span(fields, node.where),
                            known=self.reader.day(fields.get("known")) or self.published, by=self.name,
                            sources=self._cited(fields.get("source")) or inherited, where=node.where,
                            note=_text(fields.get("note")))  # fmt: skip

    def _due(self, node: Located | None) -> Due | None:
        if node is None:
            return None
        fields = self.reader.record(node, "due")
        given = [key for key in ("before", "after", "at") if key in fields]
        if len(given) != 1:
            self.reader.fault(node.where, "due wants one of before, after, at", "Name the event")
            return None

        def number(key: str) -> int | None:
            text = _text(fields.get(key))
            if text and not text.isdigit():
                self.reader.fault(fields[key].where, f"'{text}' is not a whole number", "")
            return int(text) if text.isdigit() else None

        return Due(event=_text(fields[given[0]]), when=given[0], working_days=number("working_days"),
                   years=number("years"), calendar=_text(fields.get("calendar")))  # fmt: skip

    def act(self, node: Located) -> Act | None:
        fields = self.reader.record(node, "act")
        word = _text(fields.get("act"))
        if not fields:
            return None
        question = None
        if word == Status.UNCERTAIN:
            for key in ("question", "readings", "settled_by", "says"):
                if key not in fields:
                    self.reader.fault(node.where, f"an uncertain act wants '{key}'", "")
            question = self._question(node, fields, _text(fields.get("question")))
            for reading in question.readings:
                if reading.status is None:
                    self.reader.fault(
                        node.where,
                        f"reading {reading.id} wants 'is'",
                        "Say how the provisions stand under it",
                    )
        return Act(
            status=Status(word) if word in set(Status) else Status.ANNOUNCED,
            targets=self._whole(fields.get("on")),
            span=self.reader.span(fields, node.where),
            known=self.reader.day(fields.get("known")) or self.published,
            sources=self._cited(fields.get("source")),
            question=question,
            note=_text(fields.get("note")),
            unverified=_text(fields.get("unverified")),
            where=node.where,
        )


def decode_list(
    list_id: str, title: str, measure: str, rows: list[tuple[str, dict[str, str]]]
) -> tuple[ItemList, list[Fault]]:
    """An item list from the rows of its table, each with its place."""
    faults: list[Fault] = []
    lines: list[ListLine] = []
    seen: dict[str, str] = {}

    def fault(where: str, what: str, mend: str = "") -> None:
        faults.append(Fault(where=where, what=what, mend=mend))

    def words(where: str, text: str, mark: str, allowed: tuple[str, ...], what: str) -> tuple[str, ...]:
        found = tuple(word.strip() for word in text.split(mark) if word.strip())
        for word in found:
            if word not in allowed:
                fault(where, f"'{word}' is no {what}", near_match(word, allowed))
        return found

    for where, row in rows:
        line = row.get("line", "").strip()
        if not line:
            fault(where, "the line has no id", "Fill the column 'line'")
        elif line in seen:
            fault(where, f"line '{line}' is given twice", f"It stands first at {seen[line]}")
        seen.setdefault(line, where)
        for wanted in ("form", "says", "source"):
            if not row.get(wanted, "").strip():
                fault(where, f"column {wanted} is empty", "Every line wants its form, sentence and source")
        limits: list[Limit] = []
        for text in filter(None, (part.strip() for part in row.get("limits", "").split(";"))):
            match = _LIMIT.match(text)
            if match is None or match[1] not in PROPERTIES:
                fault(
                    where,
                    f"'{text}' is not a limit",
                    f"Write property>=number; properties: {', '.join(PROPERTIES)}",
                )
                continue
            limits.append(Limit(property=match[1], comparator=_SIGNS[match[2]], value=Fraction(match[3])))
        if row.get("certain", "").strip() not in ("", "yes", "no"):
            fault(
                where,
                f"column certain says '{row['certain']}'",
                "Write no where the wording of the line was not seen",
            )
        family = row.get("family", "").strip()
        if family and family not in FAMILIES:
            fault(where, f"'{family}' is no family of magnet", near_match(family, FAMILIES))
        lines.append(ListLine(
            id=line, code=row.get("code", "").strip(), forms=words(where, row.get("form", ""), "|", FORMS, "form"),
            family=family, elements=words(where, row.get("elements", ""), ";", ELEMENTS, "element of the book"),
            limits=tuple(limits), says=row.get("says", "").strip(),
            hs=tuple(filter(None, (h.strip() for h in row.get("hs", "").split(";")))),
            sources=tuple(filter(None, (s.strip() for s in row.get("source", "").split(";")))),
            certain=row.get("certain", "").strip() != "no",
            unverified=row.get("unverified", "").strip(), where=where,
        ))  # fmt: skip
    return ItemList(id=list_id, title=title, measure=measure, lines=tuple(lines)), faults


def check_line_columns(where: str, columns: list[str]) -> list[Fault]:
    """Faults of the header of an item table."""
    faults = [Fault(where=where, what=f"column '{c}' is not known", mend=near_match(c, LINE_COLUMNS))
              for c in columns if c not in LINE_COLUMNS]  # fmt: skip
    faults += [Fault(where=where, what=f"column '{c}' is missing", mend=f"Columns: {', '.join(LINE_COLUMNS)}")
               for c in ("line", "form", "elements", "says", "source") if c not in columns]  # fmt: skip
    return faults


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
            periods.append((_text(dated.get("is")), span, reader.day(dated.get("known")) or span.start))
        name = fields.get("name")
        spelt = (name.fields or {"": name}).values() if name else ()
        names = [one.text for one in spelt if one.text]
        if not names or not periods:
            reader.fault(item.where, "an entry wants 'name' and 'status'", "")
        country = _country(reader, fields.get("country"), countries)
        entries.append(PartyEntry(names=tuple(names), country=country, by=_text(fields.get("by")),
                                  periods=tuple(periods)))  # fmt: skip
    made = PartyList(id=_text(top.get("list")), kind=_text(top.get("kind")), title=_text(top.get("title")),
                     complete=_text(top.get("complete")) == "yes", entries=tuple(entries))  # fmt: skip
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
            members.append((country, span, reader.day(dated.get("known")) or span.start))
        groups.append(
            CountryGroup(id=_text(fields.get("id")), says=_text(fields.get("says")), members=tuple(members))
        )
    return tuple(groups), reader.faults


def _country(reader: RecordReader, node: Located | None, countries: Collection[str]) -> str:
    name = _text(node)
    if node is not None and name not in countries:
        reader.fault(node.where, f"'{name}' is not a country", "Write its alpha-3 code, such as CHN")
    return name
