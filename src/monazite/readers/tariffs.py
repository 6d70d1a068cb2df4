"""The tariff ladder from a folder: `tariffs.yaml`, whose parts cite the sources of `sources.csv`.

    parts:
      - id: us-fentanyl
        into: USA
        base: IEEPA, fentanyl
        reaches: all
        rates:
          - {percent: 10, from: 2025-02-04, source: [eo-14195]}

A rate is per cent: `12.5`, an interval `10..12.5`, at least `50..`, or `unknown`. All faults come at once.
"""

import re
from collections import Counter
from collections.abc import Collection, Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path

from monazite.readers.events import cite, find_folder, read_sources
from monazite.readers.yaml import place_in_file, read_yaml
from monazite.regime.events import Citation
from monazite.regime.model import Question, Reading, Status
from monazite.regime.tariffs import COUNTRIES, Goods, Ladder, LeftOut, RatePeriod, Scope, TariffPart
from monazite.terms.amounts import NOTHING_KNOWN, Interval
from monazite.terms.days import Span, parse_day
from monazite.terms.faults import BadInput, Fault, near_match
from monazite.terms.located import Located

KEYS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {  # record -> keys it wants, keys it may have
    "ladder": (("says", "on_top_of", "not_held", "reviewed_until", "goods", "parts"), ("questions",)),
    "question": (("id", "says", "readings", "settled_by", "source"), ()),
    "reading": (("id", "says"), ()),
    "group of goods": (("id", "into", "says"), ("codes", "codes_decide", "unlisted", "source", "unverified")),
    "part": (
        ("id", "into", "of", "base", "rates"),
        ("reaches", "reaches_some_of", "leaves_out", "adds", "note"),
    ),
    "leave-out": (("goods", "from", "source"), ("through", "known", "surely", "unverified")),
    "rate": (
        ("percent", "from", "source"),
        ("through", "known", "is", "suspended", "question", "reading", "unverified", "note"),
    ),
}
STATUSES = (Status.IN_FORCE, Status.ANNOUNCED, Status.SUSPENDED, Status.LAPSED)
_NUMBER = r"[0-9]+(?:\.[0-9]+)?"
_NO_DAYS = Span(date.min, date.min)


def read_ladder(root: Path | str | None = None) -> Ladder:
    """The tariff ladder of a folder; that of the package by default.

    Raises
    ------
    BadInput with every fault of the file and of the sources
    """
    folder = find_folder(root)
    sources, faults = read_sources(folder)
    path = folder / "tariffs.yaml"
    document, found = read_yaml(path, path.name if path.is_file() else str(path))
    reader = _LadderReader(sources)
    top = reader.record(document, "ladder") if not found else {}
    questions = [reader.question(node) for node in reader.items(top.get("questions"))]
    reader.questions = {question.id: question for question in questions}
    goods = [reader.group(node) for node in reader.items(top.get("goods"))]
    reader.goods = {group.id: group for group in goods}
    parts = [reader.part(node) for node in reader.items(top.get("parts"))]
    texts = {name: reader.by_country(top.get(name)) for name in ("on_top_of", "not_held")}
    reviewed_until = reader.day(top.get("reviewed_until"))
    reader.doubled("question", [question.id for question in questions], document.where)
    reader.doubled("group of goods", [group.id for group in goods], document.where)
    reader.doubled("part", [part.id for part in parts], document.where)
    faults += found + reader.faults
    if faults:
        raise BadInput(sorted(faults, key=lambda fault: place_in_file(fault.where.partition(",")[0])))
    return Ladder(
        says=reader.text(top.get("says")),
        parts=tuple(parts),
        goods=reader.goods,
        questions=reader.questions,
        sources=sources,
        on_top_of=texts["on_top_of"],
        not_held=texts["not_held"],
        reviewed_until=reviewed_until or date.min,
    )


def parse_percent(text: str) -> Interval:
    """Per cent as written; ValueError where it is no number, no interval and not `unknown`.

    >>> parse_percent("10..12.5"), parse_percent("50.."), parse_percent("unknown") == NOTHING_KNOWN
    ((Fraction(10, 1), Fraction(25, 2)), (Fraction(50, 1), None), True)
    """
    if text == "unknown":
        return NOTHING_KNOWN
    written = re.fullmatch(rf"({_NUMBER})(?:(\.\.)({_NUMBER})?)?", text)
    if not written:
        raise ValueError(f"'{text}' is no rate. Write per cent, such as 10, 12.5, 10..12.5, 50.. or unknown")
    low = Fraction(written[1])
    high = low if not written[2] else Fraction(written[3]) if written[3] else None
    if high is not None and high < low:
        raise ValueError(f"'{text}' ends below where it begins. Write the lower end first")
    return low, high


class _LadderReader:
    """Reads the records of the file and collects faults; a field at fault reads as absent."""

    def __init__(self, sources: Collection[str]) -> None:
        self.faults: list[Fault] = []
        self.sources = sources
        self.goods: dict[str, Goods] = {}
        self.questions: dict[str, Question] = {}

    def fault(self, where: str, what: str, mend: str = "") -> None:
        self.faults.append(Fault(where=where, what=what, mend=mend))

    def record(self, node: Located, kind: str) -> dict[str, Located]:
        """The fields of a record, checked for unknown and missing keys."""
        wanted, allowed = KEYS[kind]
        if node.fields is None:
            self.fault(node.where, f"a {kind} is a mapping of keys to values", f"Keys: {', '.join(wanted)}")
            return {}
        for name in node.fields:
            if name not in (*wanted, *allowed):
                self.fault(
                    node.key_place(name), f"a {kind} has no '{name}'", near_match(name, (*wanted, *allowed))
                )
        for name in wanted:
            if node.find(name) is None:
                self.fault(node.where, f"a {kind} wants '{name}'", f"Keys it wants: {', '.join(wanted)}")
        return {name: value for name, value in node.fields.items() if not value.is_empty}

    def items(self, node: Located | None) -> tuple[Located, ...]:
        if node is not None and node.items is None:
            self.fault(node.where, "wants a list", "Write one '- ' item a record")
        return node.items or () if node is not None else ()

    def text(self, node: Located | None) -> str:
        if node is not None and node.text is None:
            self.fault(node.where, "wants a text", "Write one value here")
        return " ".join((node.text or "").split()) if node is not None else ""

    def texts(self, node: Located | None) -> tuple[str, ...]:
        return tuple(self.text(item) for item in node.list()) if node is not None else ()

    def word(self, node: Located | None, words: Collection[str], default: str) -> str:
        text = self.text(node) if node is not None else default
        if text in words:
            return text
        assert node is not None
        self.fault(node.where, f"'{text}' is not one of the values allowed here", near_match(text, words))
        return default

    def day(self, node: Located | None) -> date | None:
        if node is None:
            return None
        try:
            return parse_day(self.text(node))
        except ValueError as error:
            what, _, mend = str(error).partition(". ")
            self.fault(node.where, what, mend)
            return None

    def span(self, fields: Mapping[str, Located]) -> Span:
        first, last = self.day(fields.get("from")), self.day(fields.get("through"))
        if first is not None and last is not None and last < first:
            self.fault(
                fields["through"].where, f"'through' {last} is before 'from' {first}", "Both are inclusive"
            )
            return _NO_DAYS
        return _NO_DAYS if first is None else Span.between(first, last)

    def citations(self, node: Located | None) -> tuple[Citation, ...]:
        made = []
        for item in node.list() if node is not None else ():
            citation, wrong, mend = cite(self.text(item), self.sources)
            made.append(citation)
            if wrong:
                self.fault(item.where, wrong, mend)
        return tuple(made)

    def by_country(self, node: Located | None) -> dict[str, str]:
        """A text for each of COUNTRIES."""
        fields = (node.fields or {}) if node is not None else {}
        if node is not None and set(fields) != set(COUNTRIES):
            self.fault(
                node.where,
                f"wants a text for each of {', '.join(COUNTRIES)} and for no other",
                "Write one each",
            )
        return {name: self.text(value) for name, value in fields.items()}

    def doubled(self, what: str, names: list[str], where: str) -> None:
        for name, count in Counter(names).items():
            if count > 1 and name:
                self.fault(where, f"{what} '{name}' is given {count} times", "Keep one")

    def question(self, node: Located) -> Question:
        fields = self.record(node, "question")
        readings = [self.record(item, "reading") for item in self.items(fields.get("readings"))]
        return Question(
            id=self.text(fields.get("id")),
            says=self.text(fields.get("says")),
            readings=tuple(
                Reading(id=self.text(r.get("id")), says=self.text(r.get("says"))) for r in readings
            ),
            settled_by=self.text(fields.get("settled_by")),
            measure="",
        )

    def group(self, node: Located) -> Goods:
        fields = self.record(node, "group of goods")
        for item in fields["into"].list() if "into" in fields else ():
            self.word(item, COUNTRIES, "")
        codes = []
        for item in fields["codes"].list() if "codes" in fields else ():
            digits = self.text(item).replace(".", "")
            codes.append(digits)
            if not (digits.isascii() and digits.isdigit() and 4 <= len(digits) <= 10):
                self.fault(
                    item.where,
                    f"'{item.text}' is no customs code",
                    "Write four to ten digits, such as 8505.11",
                )
        unlisted = self.word(fields.get("unlisted"), ("yes", "no"), "no") == "yes"
        if not unlisted and fields and "source" not in fields:
            self.fault(node.where, "a group of goods wants 'source'", "Say where the group stands")
        return Goods(
            id=self.text(fields.get("id")),
            says=self.text(fields.get("says")),
            into=self.texts(fields.get("into")),
            codes=tuple(codes),
            codes_decide=self.word(fields.get("codes_decide"), ("yes", "no"), "yes") == "yes",
            is_unlisted=unlisted,
            sources=self.citations(fields.get("source")),
            unverified=self.text(fields.get("unverified")),
        )

    def scope(self, node: Located | None) -> Scope:
        if node is None:
            return Scope()
        if node.text == "all":
            return Scope(is_all=True)
        for item in node.list():
            if item.text not in self.goods:
                self.fault(
                    item.where, f"'{item.text}' is no group of goods", near_match(item.text or "", self.goods)
                )
        return Scope(tuple(self.goods[item.text] for item in node.list() if item.text in self.goods))

    def part(self, node: Located) -> TariffPart:
        fields = self.record(node, "part")
        if fields and "reaches" not in fields and "reaches_some_of" not in fields:
            self.fault(
                node.where, "a part wants 'reaches' or 'reaches_some_of'", "Write all, or groups of goods"
            )
        rates = [(item, self.rate(item)) for item in self.items(fields.get("rates"))]
        for place, (item, rate) in enumerate(rates):
            for _, other in rates[:place]:
                if _clash(rate, other):
                    self.fault(item.where, f"two rates of one day became known on {rate.known}",
                               "Give 'through' or 'known', or a reading to each")  # fmt: skip
        return TariffPart(
            id=self.text(fields.get("id")),
            into=self.word(fields.get("into"), COUNTRIES, ""),
            of=self.texts(fields.get("of")),
            base=self.text(fields.get("base")),
            reaches=self.scope(fields.get("reaches")),
            reaches_some_of=self.scope(fields.get("reaches_some_of")),
            leaves_out=tuple(self.leave_out(item) for item in self.items(fields.get("leaves_out"))),
            rates=tuple(rate for _, rate in rates),
            adds=self.word(fields.get("adds"), ("yes", "no"), "yes") == "yes",
            note=self.text(fields.get("note")),
        )

    def leave_out(self, node: Located) -> LeftOut:
        fields = self.record(node, "leave-out")
        span = self.span(fields)
        return LeftOut(
            scope=self.scope(fields.get("goods")),
            span=span,
            known=self.day(fields.get("known")) or span.start,
            surely=self.word(fields.get("surely"), ("yes", "no"), "yes") == "yes",
            sources=self.citations(fields.get("source")),
            unverified=self.text(fields.get("unverified")),
        )

    def percent(self, node: Located | None) -> Interval:
        if node is None:
            return NOTHING_KNOWN
        try:
            return parse_percent(self.text(node))
        except ValueError as error:
            what, _, mend = str(error).partition(". ")
            self.fault(node.where, what, mend)
            return NOTHING_KNOWN

    def rate(self, node: Located) -> RatePeriod:
        fields = self.record(node, "rate")
        span = self.span(fields)
        question, reading = self.text(fields.get("question")), self.text(fields.get("reading"))
        if bool(question) != bool(reading):
            self.fault(node.where, "'question' and 'reading' go together", "Give both or neither")
        elif question and question not in self.questions:
            self.fault(
                fields["question"].where,
                f"there is no question '{question}'",
                near_match(question, self.questions),
            )
        elif question:
            self.word(fields["reading"], [r.id for r in self.questions[question].readings], "")
        suspended = self.percent(fields["suspended"])[0] if "suspended" in fields else Fraction(0)
        return RatePeriod(
            percent=self.percent(fields.get("percent")),
            suspended=suspended,
            status=Status(self.word(fields.get("is"), STATUSES, Status.IN_FORCE)),
            span=span,
            known=self.day(fields.get("known")) or span.start,
            sources=self.citations(fields.get("source")),
            question=question,
            reading=reading,
            unverified=self.text(fields.get("unverified")),
            note=self.text(fields.get("note")),
        )


def _clash(one: RatePeriod, other: RatePeriod) -> bool:
    """Do two rates of a part hold on one day with nothing to tell which goes before?"""
    apart = one.question and one.question == other.question and one.reading != other.reading
    return one.known == other.known and one.span.meets(other.span) and not apart
