"""The shape of law files, as one table: which keys a record has, which it needs, what each means.

The decoder, the JSON Schema that editors use, and the manual read this table; nothing else says what a
measure looks like.
"""

from dataclasses import dataclass

from monazite.regime.conditions import COMPARATORS, SPECIAL
from monazite.regime.model import Effect, Grade, Status
from monazite.terms.facts import FACTS, Kind
from monazite.terms.outcomes import OUTCOME_WORDS


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a record. `kind`: text, texts, day, words:a|b, record:NAME, records:NAME, condition, map."""

    name: str
    kind: str
    says: str
    required: bool = False


def _words(values: object) -> str:
    return "words:" + "|".join(str(v) for v in values)  # type: ignore[attr-defined]


SHAPES: dict[str, tuple[Key, ...]] = {
    "measure": (
        Key("measure", "text", "id of the measure, unique in the book", True),
        Key("regime", "text", "state whose law it is: CN, US", True),
        Key("number", "text", "how the authority numbers it", True),
        Key("title", "map", "title by language: en, zh", True),
        Key("authority", "text", "id of the authority", True),
        Key("published", "day", "day of publication; of a letter, its day", True),
        Key("reviewed_until", "day", "day up to which somebody looked for changes", True),
        Key("sources", "map:source", "sources by key", True),
        Key("note", "text", "anything a reader should know"),
        Key("addressees", "texts", "to whom alone the measure was sent, where it was never published"),
        Key("questions", "records:question", "points of its text that can be read in more than one way"),
        Key("lists", "records:list", "control lists: tables of items"),
        Key(
            "reasons",
            "records:list",
            "classification lists: tables of entries with their reasons for control",
        ),
        Key("definitions", "records:definition", "named conditions"),
        Key("provisions", "records:provision", "clauses that can apply by themselves"),
        Key("acts", "records:act", "what it does to provisions of other measures"),
        Key("also_on", "records:outside", "measures an act names that the book does not hold"),
        Key(
            "conflicts",
            "records:conflict",
            "points on which sources contradict each other, and how they are read here",
        ),
    ),
    "source": (
        Key("what", "text", "title or description", True),
        Key("grade", _words(Grade), "how near it is to the legal text", True),
        Key("url", "text", "address"),
        Key("where", "text", "place in a repository, book or page"),
        Key("note", "text", "what was taken from it"),
    ),
    "list": (
        Key("id", "text", "id in the measure", True),
        Key("title", "map", "title by language", True),
        Key("table", "text", "file of its lines, beside the folder measures/", True),
    ),
    "definition": (
        Key("id", "text", "id in the measure", True),
        Key("says", "text", "one plain sentence", True),
        Key("when", "condition", "the condition it names", True),
        Key("source", "texts", "keys of sources", True),
    ),
    "status": (
        Key("is", _words(s for s in Status if s is not Status.UNCERTAIN), "how the provision stands", True),
        Key("from", "day", "first day, inclusive", True),
        Key("through", "day", "last day, inclusive; open if absent"),
        Key("known", "day", "since when that was known; the day of publication if absent"),
        Key("source", "texts", "keys of sources; those of the provision if absent"),
        Key("note", "text", "why"),
    ),
    "due": (
        Key("working_days", "text", "number of working days"),
        Key("years", "text", "number of years"),
        Key("after", "text", "event after which it runs"),
        Key("before", "text", "event before which it is due"),
        Key("at", "text", "event at which it is due"),
        Key("calendar", "text", "country whose working days count"),
    ),
    "chosen reading": (
        Key("question", "text", "id of the question", True),
        Key("id", "text", "reading under which alone the provision holds", True),
    ),
    "provision": (
        Key("id", "text", "id in the measure", True),
        Key("cite", "text", "how a lawyer cites it", True),
        Key("says", "text", "one plain sentence of ours", True),
        Key("effect", _words(Effect), "what it does", True),
        Key("when", "condition", "the same sentence for the machine; always if absent"),
        Key("status", "records:status", "how it stands, from when to when", True),
        Key("source", "texts", "keys of sources", True),
        Key("unverified", "text", "what could not be checked; shown in every answer that rests on it"),
        Key("note", "text", "anything a reader should know"),
        Key("reading", "record:chosen reading", "the reading of the text under which alone it holds"),
        Key("gives", "words:" + "|".join(OUTCOME_WORDS), "outcome of a policy or exemption"),
        Key("on", "texts", "requirements that a policy or duty attaches to"),
        Key("of", "texts", "provisions that a reading is about"),
        Key("clears", "texts", "requirements that an exemption or exclusion clears"),
        Key("overrides", "texts", "exceptions it goes before"),
        Key("does", "text", "what a duty asks"),
        Key("who", "text", "who has the duty"),
        Key("due", "record:due", "when a duty falls due"),
        Key("documents", "texts", "documents to file"),
        Key("rebuttable", "words:yes|no", "a reading that a case may overturn"),
        Key("about", "text", "subject of an information"),
        Key("ground", "text", "ground of a requirement"),
    ),
    "reading": (
        Key("id", "text", "short id", True),
        Key("is", _words(s for s in Status if s is not Status.UNCERTAIN), "status under this reading"),
        Key("says", "text", "the reading in one sentence", True),
        Key("source", "texts", "keys of sources", True),
    ),
    "question": (
        Key("id", "text", "id, unique in the book", True),
        Key("says", "text", "the question in one sentence", True),
        Key("readings", "records:reading", "the readings", True),
        Key("settled_by", "text", "the document that would settle it", True),
    ),
    "act": (
        Key("act", _words(Status), "what becomes of the provisions", True),
        Key("on", "texts", "provisions or whole measures", True),
        Key("from", "day", "first day, inclusive", True),
        Key("through", "day", "last day, inclusive; open if absent"),
        Key("known", "day", "since when that was known; the day of publication if absent"),
        Key("source", "texts", "keys of sources", True),
        Key("question", "text", "id of the question that an uncertain act raises"),
        Key("says", "text", "that question in one sentence"),
        Key("readings", "records:reading", "its readings"),
        Key("settled_by", "text", "the document that would settle it"),
        Key("unverified", "text", "what could not be checked"),
        Key("note", "text", "why"),
    ),
    "party list": (
        Key("list", "text", "id of the list", True),
        Key("kind", "text", "kind of list: control list, watch list, entity list", True),
        Key("title", "text", "what it is", True),
        Key("complete", "words:yes|no", "whether a name that is not found is surely not on it", True),
        Key("sources", "map:source", "sources by key", True),
        Key("note", "text", "anything a reader should know"),
        Key("entries", "records:party entry", "the parties", True),
    ),
    "party entry": (
        Key("name", "map", "names by language: en, zh", True),
        Key("country", "text", "alpha-3 code", True),
        Key("by", "text", "measure that lists it", True),
        Key("status", "records:party status", "since when and how it stands", True),
        Key("source", "texts", "keys of sources", True),
        Key("note", "text", "anything a reader should know"),
    ),
    "party status": (
        Key("is", "words:listed|suspended|ended", "how the entry stands", True),
        Key("from", "day", "first day, inclusive", True),
        Key("through", "day", "last day, inclusive; open if absent"),
        Key("known", "day", "since when that was known; the first day if absent"),
    ),
    "groups": (
        Key("groups", "records:group", "country groups of one state", True),
        Key("tables", "records:group table", "tables with one column a group and one row a country"),
    ),
    "group table": (
        Key(
            "table",
            "text",
            "file beside this one: country, from, through, known, as, source, note, and the groups",
            True,
        ),
        Key("prefix", "text", "what comes before a column's name in the id of its group", True),
        Key("says", "text", "what the groups are", True),
        Key("from", "day", "first day of a row that gives none", True),
        Key("known", "day", "since when the rows were known; the first day if absent"),
        Key("source", "texts", "where the table is printed", True),
    ),
    "regime": (
        Key("regime", "text", "the state: CN, US", True),
        Key("says", "text", "what brings a question under its law, in one sentence", True),
        Key("touched_by", "condition", "the same for the machine; always if absent"),
        Key(
            "holds_from",
            "day",
            "first day whose law the book holds; before it answers are open; always if absent",
        ),
    ),
    "group": (
        Key("id", "text", "id, unique in the book", True),
        Key("says", "text", "what the group is", True),
        Key("members", "records:group member", "countries with their days", True),
        Key("source", "texts", "where it is printed", True),
    ),
    "group member": (
        Key("country", "text", "alpha-3 code", True),
        Key("from", "day", "first day, inclusive", True),
        Key("through", "day", "last day, inclusive; open if absent"),
        Key("known", "day", "since when that was known; the first day if absent"),
        Key("perhaps", "words:yes|no", "whether it is in the group on these days is not known"),
    ),
    "conflict": (
        Key("topic", "text", "what it is about", True),
        Key("one", "text", "what one source says, in our words", True),
        Key("other", "text", "what another says", True),
        Key("we_read", "text", "which of them this book follows, and why", True),
        Key("source", "texts", "keys of the sources of both", True),
        Key("on", "texts", "provisions of the measure that it touches; the whole measure if absent"),
    ),
    "outside": (
        Key("measure", "text", "id the measure would have", True),
        Key("title", "text", "what it is", True),
    ),
}

LINE_COLUMNS = (
    "line", "code", "form", "kind", "family", "elements", "limits", "says", "hs", "source", "unverified", "certain",
)  # fmt: skip
"""Columns of an item table."""

REASON_COLUMNS = (
    "entry", "paragraphs", "except", "reason", "scope", "says", "source", "unverified", "certain",
)  # fmt: skip
"""Columns of a classification list with its reasons for control."""


def measure_schema() -> dict[str, object]:
    """JSON Schema (draft 2020-12) of a measure file, for editors that complete and check YAML."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Monazite measure",
        **_record("measure"),
        "$defs": {
            **{name.replace(" ", "_"): _record(name) for name in SHAPES if name != "measure"},
            "condition": _condition(),
            "day": {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"},
            "texts": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]},
        },
    }


def _record(name: str) -> dict[str, object]:
    keys = SHAPES[name]
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [key.name for key in keys if key.required],
        "properties": {key.name: {**_kind(key.kind), "description": key.says} for key in keys},
    }


def _kind(kind: str) -> dict[str, object]:
    name, _, rest = kind.partition(":")
    reference: dict[str, object] = {"$ref": f"#/$defs/{rest.replace(' ', '_')}"}
    match name:
        case "words":
            return {"enum": [({"yes": True, "no": False}.get(word, word)) for word in rest.split("|")] + [
                word for word in rest.split("|") if word in ("yes", "no")]}  # fmt: skip
        case "record":
            return reference
        case "records":
            return {"type": "array", "items": reference}
        case "map":
            return {"type": "object", "additionalProperties": reference if rest else {"type": "string"}}
        case "condition":
            return {"$ref": "#/$defs/condition"}
        case "day":
            return {"$ref": "#/$defs/day"}
        case "texts":
            return {"$ref": "#/$defs/texts"}
        case _:
            return {"type": ["string", "number"]}


def _condition() -> dict[str, object]:
    condition = {"$ref": "#/$defs/condition"}
    several = {"type": "array", "items": condition}
    texts = {"$ref": "#/$defs/texts"}
    number = {"type": ["string", "number"]}
    countries = {"type": "object", "additionalProperties": False, "properties": {"in": texts, "outside": texts},
                 "minProperties": 1, "maxProperties": 1}  # fmt: skip
    compared = {name: number for name in COMPARATORS}
    properties: dict[str, object] = {
        "all": several,
        "any": several,
        "not": condition,
        "item": {"type": "object", "required": ["on"], "properties": {"on": texts}},
        "origin": countries,
        "content": {
            "type": "object",
            "required": ["origin"],
            "properties": {
                "on": texts,
                "of": texts,
                "origin": texts,
                "as_received": {},
                "once": {},
                **compared,
            },
        },
        "reason": {
            "type": "object",
            "required": ["on", "is", "scope"],
            "properties": {"on": texts, "is": texts, "scope": texts},
        },
        "inside": condition,
        "made_with": {"type": "object", "required": ["activities", "technology_from"]},
        "party": {"type": "object", "required": ["roles"]},
        "definition": {"type": "string"},
    }
    for name in SPECIAL:
        properties[name] = {**properties[name], "description": SPECIAL[name]}  # type: ignore[dict-item]
    for path, fact in FACTS.items():
        key = path.removeprefix("item.")
        if key in properties or key.startswith("made_with."):
            continue
        match fact.kind:
            case Kind.YES_NO:
                shape: dict[str, object] = {"enum": ["yes", "no", True, False]}
            case Kind.COUNTRY:
                shape = countries
            case Kind.ENUM:
                shape = {
                    "type": "object",
                    "properties": {"in": {"type": "array", "items": {"enum": list(fact.values)}}},
                }
            case Kind.LABELS:
                shape = {"type": "object", "required": ["in"], "properties": {"in": texts, "except": texts}}
            case Kind.NUMBER | Kind.SHARE:
                shape = {"type": "object", "properties": compared, "minProperties": 1, "maxProperties": 1}
            case _:
                continue
        properties[key] = {**shape, "description": fact.says}
    return {"type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": False,
            "properties": properties}  # fmt: skip
