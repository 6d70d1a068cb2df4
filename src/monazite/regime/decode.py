"""Located documents of measures into measures, with every fault of form at once.

What one file can say about itself is checked here; references between files are checked by `book`. Item
tables are decoded by `decode_lists`, party lists and country groups by `decode_registers`.
"""

import re
from collections.abc import Mapping
from datetime import date

from monazite.regime.conditions import ConditionReader
from monazite.regime.model import (
    EXCEPTIONS,
    Act,
    Conflict,
    Definition,
    Due,
    Effect,
    Grade,
    ItemList,
    Measure,
    Provision,
    Question,
    Reading,
    ReasonTable,
    Source,
    Status,
    StatusPeriod,
)
from monazite.regime.records import NO_DAYS, RecordReader, text_of
from monazite.terms.faults import Fault, near_match
from monazite.terms.located import Located
from monazite.terms.outcomes import OUTCOMES_BY_WORDS, Outcome


def decode_measure(
    node: Located, tables: Mapping[str, ItemList], reasons: Mapping[str, ReasonTable], file: str
) -> tuple[Measure | None, list[Fault], list[ConditionReader]]:
    """One measure from its document.

    Parameters
    ----------
    node : the document
    tables : the item lists of the measure that were read from their tables, by id within the measure
    reasons : its classification lists, likewise
    file : name of the file

    Returns
    -------
    The measure, or None where it has no id; the faults; and the
    condition readers, which hold the references to check against the book.
    """
    reader = RecordReader()
    top = reader.record(node, "measure")
    name = text_of(top.get("measure"))
    published = reader.day(top.get("published"))
    reviewed = reader.day(top.get("reviewed_until"))
    sources = _sources(top.get("sources"), reader)
    conditions = ConditionReader(name)
    decoder = _MeasureDecoder(reader, conditions, name, published or date.min, sources)
    measure = Measure(
        id=name,
        regime=text_of(top.get("regime")),
        number=text_of(top.get("number")),
        title=_plain_map(top.get("title")),
        authority=text_of(top.get("authority")),
        published=published or date.min,
        reviewed_until=reviewed or date.min,
        sources=sources,
        questions=tuple(decoder.question(item) for item in reader.records(top.get("questions"))),
        definitions=tuple(decoder.definition(item) for item in reader.records(top.get("definitions"))),
        provisions=tuple(p for item in reader.records(top.get("provisions")) if (p := decoder.provision(item))),
        acts=tuple(a for item in reader.records(top.get("acts")) if (a := decoder.act(item))),
        lists=tuple(tables.values()),
        reasons=tuple(reasons.values()),
        conflicts=tuple(decoder.conflict(item) for item in reader.records(top.get("conflicts"))),
        also_on={text_of(f.get("measure")): text_of(f.get("title"))
                 for item in reader.records(top.get("also_on")) for f in [reader.record(item, "outside")]},
        note=text_of(top.get("note")),
        addressees=reader.texts(top.get("addressees")),
        file=file,
        doubtful=frozenset(decoder.doubtful),
    )  # fmt: skip
    return measure if name else None, reader.faults + conditions.faults, [conditions]


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
        grade = text_of(fields.get("grade"))
        found[key] = Source(key=key, what=text_of(fields.get("what")), url=text_of(fields.get("url")),
                            grade=Grade(grade) if grade in set(Grade) else Grade.DERIVED,
                            where=text_of(fields.get("where")), note=text_of(fields.get("note")))  # fmt: skip
    return found


class _MeasureDecoder:
    """Decodes the records inside one measure."""

    def __init__(self, reader: RecordReader, conditions: ConditionReader, name: str, published: date,
                 sources: Mapping[str, Source]) -> None:  # fmt: skip
        self.reader, self.conditions, self.name = reader, conditions, name
        self.published, self.sources = published, sources
        self.doubtful: set[str] = set()
        self.known: set[str] = set()  # the provisions read so far

    def _cited(self, node: Located | None) -> tuple[str, ...]:
        keys = self.reader.texts(node)
        for key, item in zip(keys, node.list() if node else (), strict=False):
            if key not in self.sources:
                self.reader.fault(
                    item.where, f"'{key}' is no source of this measure", near_match(key, self.sources)
                )
        if node is not None and not keys:
            self.reader.fault(node.where, "no source is named", "Name the key of a source of this measure")
        return keys

    def _whole(self, node: Located | None) -> tuple[str, ...]:
        """Ids of provisions or measures, made whole: '1.1' is of this measure, 'cn-x/1' and 'cn-x' as they are."""
        return tuple(
            text if "/" in text or re.match(r"^[a-z]{2}-", text) else f"{self.name}/{text}"
            for text in self.reader.texts(node)
        )

    def question(self, node: Located) -> Question:
        fields = self.reader.record(node, "question")
        return self._question(node, fields, text_of(fields.get("id")))

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
            says=text_of(fields.get("says")),
            readings=readings,
            settled_by=text_of(fields.get("settled_by")),
            measure=self.name,
        )

    def _reading(self, node: Located) -> Reading:
        fields = self.reader.record(node, "reading")
        status = text_of(fields.get("is"))
        return Reading(id=text_of(fields.get("id")), says=text_of(fields.get("says")),
                       status=Status(status) if status in set(Status) else None,
                       sources=self._cited(fields.get("source")))  # fmt: skip

    def conflict(self, node: Located) -> Conflict:
        fields = self.reader.record(node, "conflict")
        about = self._whole(fields.get("on"))
        for name, item in zip(about, fields["on"].list() if "on" in fields else (), strict=False):
            if name not in self.known:
                self.reader.fault(
                    item.where, f"'{name}' is no provision of this measure", near_match(name, self.known)
                )
        return Conflict(topic=text_of(fields.get("topic")), one=text_of(fields.get("one")),
                        other=text_of(fields.get("other")), we_read=text_of(fields.get("we_read")),
                        sources=self._cited(fields.get("source")), about=about, where=node.where)  # fmt: skip

    def definition(self, node: Located) -> Definition:
        fields = self.reader.record(node, "definition")
        return Definition(id=f"{self.name}/{text_of(fields.get('id'))}", says=text_of(fields.get("says")),
                          condition=self.conditions.read(fields.get("when")),
                          sources=self._cited(fields.get("source")), where=node.where)  # fmt: skip

    def provision(self, node: Located) -> Provision | None:
        fields = self.reader.record(node, "provision")
        effect_word = text_of(fields.get("effect"))
        if not fields:
            return None
        name = text_of(fields.get("id"))
        known = effect_word in set(Effect)
        effect = Effect(effect_word) if known else Effect.INFORMATION
        self.known.add(f"{self.name}/{name}")
        sources = self._cited(fields.get("source"))
        targets = self._targets(effect, fields, node) if known else ()
        periods = tuple(self._period(item, sources) for item in self.reader.records(fields.get("status")))
        if not known or any(period.span == NO_DAYS for period in periods):
            self.doubtful.add(f"{self.name}/{name}")
        chosen = self.reader.record(fields["reading"], "chosen reading") if "reading" in fields else {}
        return Provision(
            id=f"{self.name}/{name}",
            measure=self.name,
            cite=text_of(fields.get("cite")),
            says=text_of(fields.get("says")),
            effect=effect,
            condition=self.conditions.read(fields.get("when")),
            periods=periods,
            sources=sources,
            gives=self._gives(effect, fields, node) if known else None,
            targets=targets,
            overrides=self._whole(fields.get("overrides")),
            reading=(text_of(chosen.get("question")), text_of(chosen.get("id"))) if chosen else None,
            does=text_of(fields.get("does")),
            who=text_of(fields.get("who")),
            due=self._due(fields.get("due")),
            documents=self.reader.texts(fields.get("documents")),
            rebuttable=text_of(fields.get("rebuttable")) == "yes",
            unverified=text_of(fields.get("unverified")),
            note=text_of(fields.get("note")),
            about=text_of(fields.get("about")),
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
            return OUTCOMES_BY_WORDS.get(text_of(fields.get("gives")))
        if "gives" in fields:
            self.reader.fault(node.key_place("gives"), f"a {effect.value} takes no 'gives'", "")
        return {Effect.LICENCE: Outcome.LICENCE, Effect.BAN: Outcome.PROHIBITED}.get(effect)

    def _period(self, node: Located, inherited: tuple[str, ...]) -> StatusPeriod:
        fields = self.reader.record(node, "status")
        word = text_of(fields.get("is"))
        return StatusPeriod(status=Status(word) if word in set(Status) else Status.ANNOUNCED,
                            span=self.reader.span(fields, node.where),
                            known=self.reader.day(fields.get("known")) or self.published, by=self.name,
                            sources=self._cited(fields.get("source")) or inherited, where=node.where,
                            note=text_of(fields.get("note")))  # fmt: skip

    def _due(self, node: Located | None) -> Due | None:
        if node is None:
            return None
        fields = self.reader.record(node, "due")
        given = [key for key in ("before", "after", "at") if key in fields]
        if len(given) != 1:
            self.reader.fault(node.where, "due wants one of before, after, at", "Name the event")
            return None

        def number(key: str) -> int | None:
            text = text_of(fields.get(key))
            if text and not text.isdigit():
                self.reader.fault(fields[key].where, f"'{text}' is not a whole number", "")
            return int(text) if text.isdigit() else None

        return Due(event=text_of(fields[given[0]]), when=given[0], working_days=number("working_days"),
                   years=number("years"), calendar=text_of(fields.get("calendar")))  # fmt: skip

    def act(self, node: Located) -> Act | None:
        fields = self.reader.record(node, "act")
        word = text_of(fields.get("act"))
        if not fields:
            return None
        question = None
        if word == Status.UNCERTAIN:
            for key in ("question", "readings", "settled_by", "says"):
                if key not in fields:
                    self.reader.fault(node.where, f"an uncertain act wants '{key}'", "")
            question = self._question(node, fields, text_of(fields.get("question")))
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
            note=text_of(fields.get("note")),
            unverified=text_of(fields.get("unverified")),
            where=node.where,
        )
