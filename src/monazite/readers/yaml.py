"""YAML files as located documents: raw texts with line and column, no guessing of types.

`NO` stays "NO", `2846.10` stays "2846.10", a doubled key is a fault. Anchors, aliases and merge keys are
not accepted: what a file says must stand where it is read.
"""

import re
from pathlib import Path

import yaml

from monazite.terms.faults import Fault
from monazite.terms.located import Located

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MAX_BYTES = 20_000_000
_MAX_DEPTH = 100
"""Lists and mappings inside one another; law, cases and questions nest some twenty deep."""
_MAX_OPEN = 10_000
"""Brackets without their end, at which the text is not handed to the parser: its stack is not without end either."""
TOO_DEEP = "nests too deep"


def read_yaml(path: Path, shown: str | None = None) -> tuple[Located, list[Fault]]:
    """The document of a YAML file and the faults of its form; empty document where it cannot be read.

    Parameters
    ----------
    path : the file
    shown : how the file is called in places; the path itself by default
    """
    name = shown or str(path)
    nothing = Located(name)
    try:
        raw = path.read_bytes()
    except OSError as error:
        return nothing, [Fault(where=name, what=f"cannot be read: {error.strerror}", mend="Check the path")]
    if len(raw) > _MAX_BYTES:
        return nothing, [
            Fault(where=name, what=f"has {len(raw):,} bytes", mend=f"At most {_MAX_BYTES:,} are read")
        ]
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return nothing, [
            Fault(where=f"{name}:{line}", what="is not UTF-8 text", mend="Save the file as UTF-8")
        ]
    return compose(text, name)


def compose(text: str, name: str) -> tuple[Located, list[Fault]]:
    """The document of a YAML text, called `name` in places, and the faults of its form."""
    nothing = Located(name)
    if _most_open(text) > _MAX_OPEN:
        return nothing, [_too_deep(name)]
    try:
        root = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"{name}:{mark.line + 1}:{mark.column + 1}" if mark else name
        problem = " ".join(str(error.problem or error.context or "is not YAML").split())
        line = text.split("\n")[mark.line] if mark else ""
        indent = line[: len(line) - len(line.lstrip())]
        mend = "Indent with spaces" if "\t" in indent else "Check the indentation and quotes here"
        return nothing, [Fault(where=place, what=f"is not YAML: {problem}", mend=mend)]
    except yaml.YAMLError as error:
        return nothing, [Fault(where=name, what=f"is not YAML: {' '.join(str(error).split())}")]
    if root is None:
        return nothing, [Fault(where=name, what="is empty", mend="Write the document, or remove the file")]
    faults: list[Fault] = []
    return _located(root, name, faults, set()), faults


def _most_open(text: str) -> int:
    """How many brackets, or marks of a list, stand open at once; roughly, as a text in quotes may hold some too."""
    most = now = 0
    for mark in re.findall(r"[\[{}\]]|(?:[-?] ){9,}", text):
        now = max(now - 1, 0) if mark in "]}" else now + 1
        most = max(most, now, len(mark) // 2)
    return most


def _too_deep(where: str) -> Fault:
    return Fault(
        where=where, what=TOO_DEEP, mend=f"At most {_MAX_DEPTH} lists and mappings lie inside one another"
    )


def _located(node: yaml.Node, name: str, faults: list[Fault], seen: set[int], depth: int = 0) -> Located:
    where = f"{name}:{node.start_mark.line + 1}:{node.start_mark.column + 1}"
    if depth > _MAX_DEPTH:
        faults.append(_too_deep(where))
        return Located(where)
    if id(node) in seen:
        faults.append(
            Fault(
                where=where, what="an alias repeats this value elsewhere", mend="Write it out in both places"
            )
        )
        return Located(where)
    seen.add(id(node))
    if isinstance(node, yaml.ScalarNode):
        plain_null = node.tag == "tag:yaml.org,2002:null"
        return Located(where) if plain_null else Located(where, text=node.value)
    if isinstance(node, yaml.SequenceNode):
        return Located(
            where, items=tuple(_located(item, name, faults, seen, depth + 1) for item in node.value)
        )
    fields: dict[str, Located] = {}
    places: dict[str, str] = {}
    for key_node, value_node in node.value:
        place = f"{name}:{key_node.start_mark.line + 1}:{key_node.start_mark.column + 1}"
        if not isinstance(key_node, yaml.ScalarNode):
            faults.append(Fault(where=place, what="a key is not a text", mend="Use a plain word as key"))
            continue
        key = key_node.value
        if key == "<<":
            faults.append(Fault(where=place, what="'<<' merges another mapping", mend="Write the fields out"))
            continue
        value = _located(value_node, name, faults, seen, depth + 1)
        if key in fields:
            faults.append(Fault(where=place, what=f"'{key}' is given twice", mend="Keep one"))
            continue
        fields[key] = value
        places[key] = place
    return Located(where, fields=fields, key_where=places)


def place_in_file(where: str) -> tuple[str, int, int]:
    """File, line and column of a place, by which faults are sorted."""
    name, *numbers = where.split(":")
    digits = [int(n) if n.strip().isdigit() else 0 for n in numbers[:2]]
    return name, *(digits + [0, 0])[:2]  # type: ignore[return-value]
