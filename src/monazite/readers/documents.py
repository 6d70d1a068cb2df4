"""Fact documents from files or text: JSON and YAML alike, with the place of every value."""

import json
from pathlib import Path

from monazite.readers.yaml import TOO_DEEP, compose, read_yaml
from monazite.terms.faults import BadInput, Fault
from monazite.terms.located import Located


def read_document(source: Path | str, shown: str) -> Located:
    """A located document from a file, or from a text.

    JSON is a subset of YAML but for tabs between its words, so a text that is valid JSON is read as such.

    Raises
    ------
    BadInput with every fault of its form
    """
    if isinstance(source, Path):
        document, faults = read_yaml(source, shown)
        if _may_be_json(faults) and source.is_file() and source.suffix == ".json":
            document, faults = _json(source.read_text(encoding="utf-8-sig", errors="replace"), shown, faults)
    else:
        document, faults = compose(source, shown)
        if _may_be_json(faults) and source.lstrip().startswith(("{", "[")):
            document, faults = _json(source, shown, faults)
    if faults:
        raise BadInput(faults)
    return document


def _may_be_json(faults: list[Fault]) -> bool:
    return bool(faults) and all(fault.what != TOO_DEEP for fault in faults)


def _json(text: str, shown: str, faults: list[Fault]) -> tuple[Located, list[Fault]]:
    try:
        return Located.of(json.loads(text), "facts"), []
    except json.JSONDecodeError as error:
        found = Fault(
            where=f"{shown}:{error.lineno}:{error.colno}",
            what=f"is not JSON: {error.msg}",
            mend="Mend the text here",
        )
        return Located(shown), [found] if text.strip() else faults
