"""Answers as plain data for JSON: exact numbers as texts, days as YYYY-MM-DD, outcomes in words.

The same answer gives the same bytes.
"""

import json
from dataclasses import fields, is_dataclass, replace
from datetime import date
from enum import Enum, IntEnum
from fractions import Fraction
from pathlib import Path

from monazite.determine.answer import Determination, opened_once
from monazite.terms.outcomes import Outcome


def plain(value: object) -> object:
    """Plain data for a value of the core."""
    match value:
        case Outcome():
            return value.words
        case IntEnum():
            return int(value)
        case Enum():
            return value.value
        case date():
            return value.isoformat()
        case Fraction():
            return str(value)
        case dict():
            return {str(key): plain(item) for key, item in value.items()}
        case tuple() | list():
            return [plain(item) for item in value]
        case _ if is_dataclass(value) and not isinstance(value, type):
            return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
        case _:
            return value


def to_json(answer: Determination) -> str:
    """A determination as JSON text, ending in a newline; what its trees share is opened once in each regime."""
    regimes = {name: replace(one, tree=opened_once(one.tree)) for name, one in answer.regimes.items()}
    return json.dumps(plain(replace(answer, regimes=regimes)), ensure_ascii=False, indent=2) + "\n"


def write_json(path: Path, value: object) -> None:
    """Any value of the core as a JSON file."""
    path.write_text(json.dumps(plain(value), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
