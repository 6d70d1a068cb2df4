"""JSON Schemas of fact documents, case files and answers, made from the tables that the decoders read."""

from dataclasses import fields
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from monazite.determine.answer import Determination
from monazite.determine.cases import EXPECTATIONS
from monazite.determine.question import ITEM_KEYS, MOVE_GROUPS, MOVE_PLAIN
from monazite.terms.facts import ACTIVITIES, ELEMENTS, FACTS, Fact, Kind
from monazite.terms.outcomes import OUTCOME_WORDS, VERDICTS

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_TRUTH: dict[str, Any] = {"enum": ["yes", "no", "unknown", True, False]}
_AMOUNT: dict[str, Any] = {"type": ["string", "number"]}
_COUNTRY: dict[str, Any] = {"type": "string", "pattern": "^([A-Z]{3}|unknown)$"}
_DAY: dict[str, Any] = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}


def _closed(properties: dict[str, Any], says: str = "") -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        **({"description": says} if says else {}),
    }


def _fact(fact: Fact) -> dict[str, Any]:
    shape: dict[str, Any] = {
        Kind.YES_NO: _TRUTH,
        Kind.COUNTRY: _COUNTRY,
        Kind.ENUM: {"enum": [*fact.values, "unknown"]},
        Kind.LISTS: {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]},
        Kind.LABELS: {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]},
        Kind.OWNERS: {
            "anyOf": [{"enum": ["none", "unknown"]}, {"type": "array", "items": {"$ref": "#/$defs/owner"}}]
        },
        Kind.CODES: {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]},
    }.get(fact.kind, _AMOUNT)
    return {**shape, "description": fact.says}


def facts_schema() -> dict[str, Any]:
    """JSON Schema of a fact document."""
    special: dict[str, Any] = {
        "name": {"type": "string"},
        "supplier": {"type": "string"},
        "quantity": _AMOUNT,
        "elements": {
            "anyOf": [
                {"type": "array", "items": {"enum": list(ELEMENTS)}},
                _closed(dict.fromkeys(ELEMENTS, _TRUTH)),
            ]
        },
        "origin": {"anyOf": [_COUNTRY, {"type": "object", "additionalProperties": _AMOUNT}]},
        "made_with": _closed(
            {a: {"type": "string", "pattern": "^([A-Z]{3}|unknown|none)$"} for a in ACTIVITIES}
        ),
        "technology": _closed({n: _fact(FACTS[f"item.technology.{n}"]) for n in ("activity", "subject")}),
        "content": {"type": "array", "items": {"$ref": "#/$defs/item"}},
    }
    item = _closed({key: special.get(key) or _fact(FACTS[f"item.{key}"]) for key in ITEM_KEYS})
    groups = {group: _closed({**({"civil": {"enum": ["yes", True]}} if group == "use" else {}),
                              **{p.split(".")[1]: _fact(f) for p, f in FACTS.items() if p.startswith(f"{group}.")}})
              for group in MOVE_GROUPS}  # fmt: skip
    owner = _closed({"name": {"type": "string"}, "share": _AMOUNT, "lists": _fact(FACTS["end_user.lists"]),
                     "owners": _fact(FACTS["end_user.owners"])})  # fmt: skip
    top = {
        "on": _DAY,
        "known_on": _DAY,
        "item": {"$ref": "#/$defs/item"},
        **{p: _fact(FACTS[p]) for p in MOVE_PLAIN},
        **groups,
    }
    return {
        "$schema": _DRAFT,
        "title": "Monazite fact document",
        **_closed(top),
        "required": ["item"],
        "$defs": {"item": item, "owner": owner},
    }


def case_schema() -> dict[str, Any]:
    """JSON Schema of a case file."""
    texts: dict[str, Any] = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
    outcome = {"enum": [str(v) for v in VERDICTS]}
    several: dict[str, Any] = {"anyOf": [outcome, {"type": "array", "items": outcome}]}
    shapes = {key: {**(several if key in ("outcome", "at_least", "at_most", "latent") else texts), "description": says}
              for key, says in EXPECTATIONS.items()}  # fmt: skip
    shapes["readings"] = {
        "type": "object",
        "additionalProperties": several,
        "description": EXPECTATIONS["readings"],
    }
    shapes["stale"] = {"enum": ["yes", "no", True, False], "description": EXPECTATIONS["stale"]}
    facts = facts_schema()
    loose = {
        "type": "object",
        "description": "a fact document; in a case laid over `given`, a fact `unstated` is taken away",
    }
    case = _closed({"case": {"type": "string"}, "turns_on": {"type": "string"}, "source": {"type": "string"}, "note": {"type": "string"},
                    "made_up": {"type": ["string", "boolean"]}, "facts": loose,
                    "expect": {"type": "object", "additionalProperties": _closed(shapes)}})  # fmt: skip
    case["required"] = ["case", "turns_on", "expect"]
    file = _closed({"given": loose, "note": {"type": "string"}, "cases": {"type": "array", "items": case}})
    return {
        "$schema": _DRAFT,
        "title": "Monazite case file",
        **file,
        "required": ["cases"],
        "$defs": facts["$defs"],
    }


def answer_schema() -> dict[str, Any]:
    """JSON Schema of an answer, from the values it is made of."""
    definitions: dict[str, Any] = {}
    top = _type(Determination, definitions)
    return {"$schema": _DRAFT, "title": "Monazite answer", **top, "$defs": definitions}


def _type(hint: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is UnionType:
        return {"anyOf": [_type(one, definitions) for one in arguments]}
    if hint is type(None):
        return {"type": "null"}
    if origin is tuple:
        return {
            "type": "array",
            **({"items": _type(arguments[0], definitions)} if arguments[-1] is Ellipsis else {}),
        }
    if origin is dict:
        return {"type": "object", "additionalProperties": _type(arguments[1], definitions)}
    name = getattr(hint, "__name__", str(hint))
    if name == "Verdict":
        return {"enum": [str(v) for v in VERDICTS]}
    if name == "Outcome":
        return {"enum": list(OUTCOME_WORDS)}
    if name == "date":
        return _DAY
    if hasattr(hint, "__dataclass_fields__"):
        if name not in definitions:
            definitions[name] = {}
            hints = get_type_hints(hint)
            made = _closed({field.name: _type(hints[field.name], definitions) for field in fields(hint)})
            definitions[name] = {**made, "required": [field.name for field in fields(hint)]}
        return {"$ref": f"#/$defs/{name}"}
    return {"type": {"str": "string", "bool": "boolean", "int": "integer", "Fraction": "string"}[name]}
