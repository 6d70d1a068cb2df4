"""Item lists from the rows of their tables, with every fault of form at once."""

import re
from fractions import Fraction

from monazite.regime.conditions import COMPARATORS
from monazite.regime.model import ItemList, Limit, ListLine, ReasonRow, ReasonTable
from monazite.regime.shapes import REASON_COLUMNS
from monazite.terms.control_codes import code_fits
from monazite.terms.facts import ELEMENTS, FAMILIES, FORMS
from monazite.terms.faults import Fault, near_match
from monazite.terms.properties import PROPERTIES

_LIMIT = re.compile(r"^(\w+)\s*(>=|<=|>|<)\s*(\d+(?:\.\d+)?|\d+/[1-9]\d*)$")
_SIGNS = dict(zip((">=", ">", "<=", "<"), COMPARATORS, strict=True))


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
            if not row.get(wanted, "").strip(" ;"):
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
            kinds=tuple(filter(None, (k.strip() for k in row.get("kind", "").split(";")))),
            family=family, elements=words(where, row.get("elements", ""), ";", ELEMENTS, "element of the book"),
            limits=tuple(limits), says=row.get("says", "").strip(),
            hs=tuple(filter(None, (h.strip() for h in row.get("hs", "").split(";")))),
            sources=tuple(filter(None, (s.strip() for s in row.get("source", "").split(";")))),
            certain=row.get("certain", "").strip() != "no",
            unverified=row.get("unverified", "").strip(), where=where,
        ))  # fmt: skip
    return ItemList(id=list_id, title=title, measure=measure, lines=tuple(lines)), faults


def decode_reasons(
    table_id: str, title: str, measure: str, rows: list[tuple[str, dict[str, str]]]
) -> tuple[ReasonTable, list[Fault]]:
    """A classification list from the rows of its table, each with its place."""
    faults: list[Fault] = []
    made: list[ReasonRow] = []
    for where, row in rows:
        cell = {name: row.get(name, "").strip() for name in REASON_COLUMNS}
        for wanted in ("entry", "says", "source"):
            if not cell[wanted].strip(" ;"):
                faults.append(Fault(where=where, what=f"column {wanted} is empty",
                                    mend="Every row wants its entry, sentence and source"))  # fmt: skip
        for column in ("paragraphs", "except"):
            faults += [Fault(where=where, what=f"'{code}' is no paragraph of {cell['entry']}", mend="Write codes in full")
                       for code in _parts(cell[column]) if not code_fits(code, cell["entry"])]  # fmt: skip
        if cell["certain"] not in ("", "yes", "no"):
            faults.append(Fault(where=where, what=f"column certain says '{cell['certain']}'",
                                mend="Write no where codes cannot say what is caught"))  # fmt: skip
        made.append(ReasonRow(
            entry=cell["entry"], paragraphs=_parts(cell["paragraphs"]), excepted=_parts(cell["except"]),
            reason=cell["reason"], scope=cell["scope"], says=cell["says"], sources=_parts(cell["source"]),
            unverified=cell["unverified"], certain=cell["certain"] != "no", where=where,
        ))  # fmt: skip
    return ReasonTable(id=table_id, title=title, measure=measure, rows=tuple(made)), faults


def _parts(text: str) -> tuple[str, ...]:
    return tuple(filter(None, (part.strip() for part in text.split(";"))))


def check_columns(
    where: str, columns: list[str], known: tuple[str, ...], needed: tuple[str, ...]
) -> list[Fault]:
    """Faults of the header of a table."""
    faults = [Fault(where=where, what=f"column '{c}' is not known", mend=near_match(c, known))
              for c in columns if c not in known]  # fmt: skip
    faults += [Fault(where=where, what=f"column '{c}' is missing", mend=f"Columns: {', '.join(known)}")
               for c in needed if c not in columns]  # fmt: skip
    return faults
