"""Compare a folder of reference tables with the book: every row, its clause, code, limits and days.

    python tools/compare_reference.py FOLDER

The folder holds tables that were gathered apart from the book, one row a controlled line or a status period. It can
be named in the environment variable MONAZITE_REFERENCE instead. A row that the book does not hold, or that says
something else, is printed; docs/law/left-out.md gives a reason for each that is meant. Exit status 1 if a difference has
no reason there, or a reason explains nothing any more; without a folder there is nothing to compare.
"""

import csv
import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path

from monazite.readers.law import read_book
from monazite.regime.book import Book
from monazite.regime.conditions import Condition, ContentTest, DefinitionTest, ItemTest, Test, tests_of
from monazite.regime.model import REQUIREMENTS, Effect, ListLine, Provision, ReasonRow, Status
from monazite.terms.days import ONE_DAY

ROOT = Path(__file__).resolve().parent.parent
REASONS = ROOT / "docs" / "law" / "left-out.md"
VARIABLE = "MONAZITE_REFERENCE"
HORIZON = date(2035, 1, 1)
"""Until when a period without an end is compared."""

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What a row says and the book does not. `key` names the row: table, instrument, clause, code or first words."""

    key: tuple[str, str, str, str]
    what: str

    def __str__(self) -> str:
        return f"{' | '.join(part for part in self.key if part)}: {self.what}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a row is not in the book, or stands there otherwise. An empty clause or code means every one."""

    table: str
    instrument: str
    clause: str
    code: str
    says: str

    def explains(self, difference: Difference) -> bool:
        """Is the difference about a row that this reason names?"""
        table, instrument, clause, code = difference.key
        return (
            self.table == table
            and self.instrument == instrument
            and self.clause in ("", clause)
            and (self.code == "" or f"{code} ".startswith(f"{self.code} "))
        )


# -- which part of the book a row is about ----------------------------------------------------------------------

WHOLE = ("all", "catalogue", "notice", "")
LIMB = re.compile(r"-(no-\d+|before-[\w-]+|clause-\d+|october-lists|overseas[\w-]*)$")
"""Ends of ids of limbs that follow another measure, so that their days are not those of the clause."""

LEGAL = (*REQUIREMENTS, Effect.POLICY, Effect.EXEMPTION, Effect.EXCLUSION, Effect.DUTY)

ENTRIES = {
    "extraction and separation": "separation",
    "rare-earth metals": "metal",
    "samarium-cobalt, NdFeB": "magnet",
    "calcium oxyborate": "calcium-oxyborate",
    "In-situ leaching": "in-situ-leaching",
}
"""Lines of the technology catalogue, which prints no code that was seen, by words of the row."""


def measure_id(instrument: str) -> str:
    """The id of a measure from that of an instrument.

    >>> measure_id("CN-MOFCOM-GACC-2025-18")
    'cn-mofcom-gacc-2025-18'
    """
    return instrument.strip().lower()


def clause_id(clause: str) -> str:
    """The id of a clause in a measure, as far as the rule goes.

    >>> clause_id("1(3)"), clause_id("3 (unnumbered)"), clause_id("1 catch-all")
    ('1.3', '3', '1-catch-all')
    """
    text = re.sub(r"\s*\(unnumbered\)", "", clause.strip())
    text = re.sub(r"\((\w+)\)", r".\1", text)
    return re.sub(r"\s+", "-", text)


def provisions_of(book: Book, measure: str, clause: str) -> list[Provision]:
    """The provisions a clause stands for: those with legal effect, or all of them where none has."""
    mine = [p for p in book.provisions.values() if p.measure == measure]
    wanted = clause_id(clause)
    if clause.strip() not in WHOLE:
        own = {p.id.removeprefix(f"{measure}/"): p for p in mine}
        mine = [p for name, p in own.items() if name == wanted or re.match(re.escape(wanted) + r"[.-]", name)]
    mine = [p for p in mine if not LIMB.search(p.id)]
    return [p for p in mine if p.effect in LEGAL] or mine


# -- instruments: status day by day -----------------------------------------------------------------------------

STATUSES = {
    "in_force": {Status.IN_FORCE},
    "suspended": {Status.SUSPENDED},
    "superseded": {Status.SUPERSEDED},
    "announced": {Status.ANNOUNCED},
}
OPEN = {Status.UNCERTAIN, Status.IN_FORCE}
"""What fits a period of which the table says that its status is not verified: a question, or the text itself."""


def compare_instruments(rows: Iterable[Row], book: Book) -> list[Difference]:
    """Differences of a table of status periods: instrument, clause, issued, effective_from, effective_to, status."""
    found: list[Difference] = []
    seen: set[tuple[str, str]] = set()
    for row in rows:
        instrument, clause = row["instrument"], row["clause"]
        key = ("cn-instruments.csv", instrument, clause, row["effective_from"])
        measure = book.measures.get(measure_id(instrument))
        if measure is None:
            found.append(Difference(key=key, what=f"the book has no measure {measure_id(instrument)}"))
            continue
        if row["issued"] and measure.published.isoformat() != row["issued"]:
            found.append(
                Difference(key=key, what=f"issued {row['issued']}; the book says {measure.published}")
            )
        provisions = provisions_of(book, measure.id, clause)
        if not provisions:
            found.append(Difference(key=key, what=f"{measure.id} has no clause {clause_id(clause)}"))
            continue
        first, last = _day(row["effective_from"]), _day(row["effective_to"]) or HORIZON
        if first is None:
            found.append(Difference(key=key, what=f"{row['status']} without a first day"))
            continue
        unverified = "UNVERIFIED" in row["reason"] and row["status"] == "announced"
        wanted = OPEN if unverified else STATUSES[row["status"]]
        starts = row["status"] == "in_force" and (instrument, clause) not in seen
        seen.add((instrument, clause))
        for provision in provisions:
            off = _first_other_day(book, provision, first, last, wanted)
            if off is not None:
                day, is_ = off
                what = f"{provision.id} is {is_} on {day}, not {' or '.join(sorted(wanted))}"
                found.append(Difference(key=key, what=what))
            elif starts and _status(book, provision, first - ONE_DAY) is Status.IN_FORCE:
                found.append(Difference(key=key, what=f"{provision.id} is in force before {first}"))
    return found


def _first_other_day(
    book: Book, provision: Provision, first: date, last: date, wanted: set[Status]
) -> tuple[date, str] | None:
    """The first day of a span on which the provision stands otherwise; it changes on cuts only."""
    cuts = {day for day in book.cuts([provision]) if first < day <= last}
    for day in sorted({first, *cuts}):
        status = _status(book, provision, day)
        if status not in wanted:
            return day, str(status or "not there")
    return None


def _status(book: Book, provision: Provision, day: date) -> Status | None:
    standing = book.standing(provision, on=day)
    return standing.period.status if standing else None


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text.strip() else None


# -- items: lines of control lists ------------------------------------------------------------------------------


def compare_items(rows: Iterable[Row], book: Book) -> list[Difference]:
    """Differences of a table of controlled lines: instrument, clause, code, elements, customs codes, limits, days."""
    found: list[Difference] = []
    for row in rows:
        instrument, clause = row["instrument"], row["clause"]
        code = row["control_code"] or " ".join(row["description"].split(",")[0].split()[:6])
        key = ("cn-items.csv", instrument, clause, code)
        measure = measure_id(instrument)
        if measure not in book.measures:
            found.append(Difference(key=key, what=f"the book has no measure {measure}"))
            continue
        lines = lines_of(row, book)
        requirements = _requirements(book, measure, clause, lines)
        if not lines and not _is_clause(row, book):
            found.append(Difference(key=key, what="no line of a list of the measure is like it"))
        said = [
            *_line_differences(row, list(lines.values())),
            *_share_differences(row, requirements, book),
            *_day_differences(row, requirements, book),
        ]
        found += [Difference(key=key, what=what) for what in said]
    return found


def lines_of(row: Row, book: Book) -> dict[tuple[str, str], ListLine]:
    """The lines of the book that a row is about, by list and line: by code, by clause, or by form and elements."""
    measure = measure_id(row["instrument"])
    mine = {
        (name, line.id): line
        for name, one in book.lists.items()
        if one.measure == measure
        for line in one.lines
    }
    codes = {code.strip() for code in row["control_code"].split(";") if code.strip()}
    clause = clause_id(row["clause"]).replace(".", "-")
    numbered = re.sub(r"\((\d+)\)(?=\d)", r"-\1-", row["clause"])
    numbered = re.sub(r"\((\d+)\)$", r"-\1", numbered)
    is_item = row["clause"][-1:].isdigit()
    elements = set(filter(None, row["elements"].split(";")))
    kind = row["kind"]
    words = next((line for word, line in ENTRIES.items() if word in row["description"]), "")
    tests: tuple[Callable[[ListLine], bool], ...] = (
        lambda line: line.id == numbered or (is_item and line.id.startswith(f"{numbered}-")),
        lambda line: bool(codes) and line.code in codes,
        lambda line: bool(codes) and any(line.code.startswith(f"{code}.") for code in codes),
        lambda line: clause == "catalogue" and line.id == words,
        lambda line: (
            not codes and kind in _FORM and _FORM[kind] in line.forms and set(line.elements) == elements
        ),
    )
    for test in tests:
        fitting = {place: line for place, line in mine.items() if test(line)}
        if fitting:
            return fitting
    return {}


_FORM = {
    "material": "metal",
    "alloy": "alloy",
    "oxide_compound": "oxide",
    "target": "target",
    "magnet": "magnet",
}
"""Form of a line by the kind of a row that prints no code."""


def _is_clause(row: Row, book: Book) -> bool:
    """Is the row a clause by itself, such as a catch-all, and no line of a list?"""
    return row["kind"] == "other" and bool(provisions_of(book, measure_id(row["instrument"]), row["clause"]))


def _line_differences(row: Row, lines: list[ListLine]) -> list[str]:
    said = []
    if not lines:
        return said
    elements = set(filter(None, row["elements"].split(";"))) - {"REE"}
    beyond = {e for line in lines for e in line.elements} - elements
    if elements and beyond:
        said.append(f"the line asks for {', '.join(sorted(beyond))}, the row for {row['elements']}")
    customs = set(filter(None, row["hs_codes"].split(";")))
    given = {code for line in lines for code in line.hs}
    if customs and customs != given:
        said.append(f"customs codes {', '.join(sorted(customs ^ given))} stand on one side only")
    wanted = limits_in(row["threshold"])
    had = {(limit.comparator, limit.value) for line in lines for limit in line.limits}
    for sign, value in sorted(wanted, key=lambda one: one[1]):
        if not any(value == v and sign in ("", comparator) for comparator, v in had):
            said.append(f"the limit {_SAID.get(sign, '')}{float(value):g} of the row stands in no line")
    for comparator, value in sorted(had, key=lambda one: one[1]):
        is_mark = (comparator, value) == (
            "more_than",
            0,
        )  # "more than nothing" says that the line is of the kind
        if not is_mark and value not in {number for _, number in wanted}:
            said.append(
                f"the limit {_SAID[comparator]}{float(value):g} of the line does not stand in the row"
            )
    return said


_SIGNS = {">=": "at_least", ">": "more_than", "<=": "at_most", "<": "less_than"}
_SAID = {name: f"{sign} " for sign, name in _SIGNS.items()}
_INCH = Fraction(254, 10)


def limits_in(threshold: str) -> set[tuple[str, Fraction]]:
    """Signs and numbers that words on a threshold hold; a range has two, a number without a sign has none.

    >>> sorted((sign, float(value)) for sign, value in limits_in("bore >= 500 mm; power 5.5-37 kW"))
    [('at_least', 5.5), ('at_least', 500.0), ('at_most', 37.0)]
    """
    found: set[tuple[str, Fraction]] = set()
    if re.search(r"no percentage|no percentage floor|presence of|knowledge|value of", threshold):
        return found
    number = r"(\d+(?:\.\d+)?(?:e-?\d+)?)"
    pattern = rf"(>=|<=|>|<)?\s*(?<![\w.]){number}(?:\s*-\s*{number})?\s*(inch)?"
    for match in re.finditer(pattern, re.sub(r"\b\d?[A-Za-z]+\d+", "", threshold)):
        sign, low, high, inch = match.groups()
        scale = _INCH if inch else Fraction(1)
        if high:
            found |= {("at_least", Fraction(low) * scale), ("at_most", Fraction(high) * scale)}
        else:
            found.add((_SIGNS.get(sign or "", ""), Fraction(low) * scale))
    return found


def _share_differences(row: Row, requirements: list[Provision], book: Book) -> list[str]:
    """A share of value that the row prints and that the requirements do not ask for, or another way round."""
    printed = re.search(r"value of .*(>=|>)\s*(\d+(?:\.\d+)?)\s*%", row["threshold"])
    wanted = {(_SIGNS[printed[1]], Fraction(printed[2]) / 100)} if printed else set()
    had = {(test.comparator, test.limit) for one in requirements for test in _tests(one.condition, book)
           if isinstance(test, ContentTest)}  # fmt: skip
    if wanted == had:
        return []
    shown = [
        " or ".join(f"{_SAID[sign]}{float(share):.3%}" for sign, share in sorted(side))
        for side in (wanted, had)
    ]
    return [f"share of value {shown[0] or 'none'} in the row, {shown[1] or 'none'} in the book"]


def _requirements(
    book: Book, measure: str, clause: str, lines: Mapping[tuple[str, str], ListLine]
) -> list[Provision]:
    """The requirements of the measure that read a list of the lines, those of the clause where it names one."""
    lists = {name for name, _ in lines}
    of_clause = {p.id for p in provisions_of(book, measure, clause)}
    mine = [p for p in book.provisions.values() if p.measure == measure and p.effect in REQUIREMENTS]
    reading = [
        p for p in mine if lists & {t.item_list for t in _tests(p.condition, book) if isinstance(t, ItemTest)}
    ]
    named = [p for p in reading if p.id in of_clause]
    return named or reading or [p for p in mine if p.id in of_clause]


def _tests(condition: Condition, book: Book) -> Iterable[Test]:
    """Every test of a condition, definitions opened."""
    for test in tests_of(condition):
        if isinstance(test, DefinitionTest):
            yield from _tests(book.definitions[test.definition].condition, book)
        else:
            yield test


def _day_differences(row: Row, requirements: list[Provision], book: Book) -> list[str]:
    said = []
    starts, stops, ends = (_day(row[name]) for name in ("effective_from", "suspended_from", "suspended_to"))
    if requirements and starts:
        own = {p.span.start for one in requirements for p in one.periods
               if p.status is Status.IN_FORCE and p.by == one.measure}  # fmt: skip
        if starts not in own:
            said.append(
                f"takes effect on {starts}; the book says {', '.join(sorted(map(str, own))) or 'nothing'}"
            )
    for provision in requirements if stops else ():
        if _status(book, provision, stops - ONE_DAY) is Status.SUSPENDED:
            said.append(f"{provision.id} is suspended before {stops}")
        off = _first_other_day(book, provision, stops, ends or HORIZON, {Status.SUSPENDED})
        if off is not None:
            said.append(f"{provision.id} is {off[1]} on {off[0]}, not suspended")
    return said


# -- country groups and columns: marks country by country -------------------------------------------------------

CHART = "CB1 CB2 CB3 NP1 NP2 NS1 NS2 MT1 RS1 RS2 FC1 CC1 CC2 CC3 AT1 AT2".split()
GROUPS = "A1 A2 A3 A4 A5 A6 B D1 D2 D3 D4 D5 E1 E2".split()


def compare_chart(rows: Iterable[Row], book: Book) -> list[Difference]:
    """Differences of a table of the Country Chart: iso3, one cell a column, edition_date."""
    return _mark_differences(rows, book, "us-country-chart.csv", "us-chart-", CHART)


def compare_groups(rows: Iterable[Row], book: Book) -> list[Difference]:
    """Differences of a table of country groups: iso3, one cell a group, edition_date."""
    return _mark_differences(rows, book, "us-country-groups.csv", "us-", GROUPS)


def _mark_differences(
    rows: Iterable[Row], book: Book, table: str, prefix: str, columns: list[str]
) -> list[Difference]:
    """Each mark of a row against the group of its column, and the countries of a group that have no row."""
    rows = list(rows)
    found: list[Difference] = []
    for column in columns:
        group = f"{prefix}{column.lower()}"
        for row in rows:
            key = (table, row["iso3"], column, "")
            has = bool(row[column].strip())
            if group not in book.groups:
                if has:
                    found.append(Difference(key=key, what=f"a mark; the book has no group {group}"))
                continue
            day = date.fromisoformat(row["edition_date"])
            if row["iso3"] in book.members([group], on=day, perhaps=True):
                found.append(Difference(key=key, what=f"perhaps in {group} on {day}"))
            elif has != (row["iso3"] in book.members([group], on=day)):
                said = "a mark that the book has not" if has else "no mark; the book has one"
                found.append(Difference(key=key, what=said))
        if group in book.groups and rows:
            day = max(date.fromisoformat(row["edition_date"]) for row in rows)
            beyond = book.members([group], on=day) - {row["iso3"] for row in rows}
            found += [
                Difference(key=(table, c, column, ""), what="no row; a mark in the book")
                for c in sorted(beyond)
            ]
    return found


# -- entries of a classification list: reasons, scopes, paragraphs, exceptions ----------------------------------

CCL = "us-ear-774/ccl"
_LIMB_CODE = re.compile(r"^(?:\d[A-E]\d{3})?\.?([a-z](?:\.\d+(?:\.[a-z](?:\.\d+)?)?)?)$")


def compare_entries(rows: Iterable[Row], book: Book) -> list[Difference]:
    """Differences of a table of entries: eccn, reasons_for_control as REASON@SCOPE[limb], lvs, gbs.

    A limb that is written in codes alone is compared code by code; of one in prose, that the reason is there.
    """
    found: list[Difference] = []
    rows = list(rows)
    ours = book.reasons[CCL].by_entry if CCL in book.reasons else {}
    for row in rows:
        entry = row["eccn"]
        lines = ours.get(entry)
        if lines is None:
            found.append(Difference(key=("us-eccn.csv", entry, "", ""), what="the book has no such entry"))
            continue
        wanted: dict[tuple[str, str], list[str]] = {}
        for printed in row["reasons_for_control"].split(" | "):
            match = re.match(r"^(\w+)@([^\[\s]+)\s*(?:\[(.*?)\])?(?: \(UNVERIFIED.*\))?$", printed.strip())
            if match:
                wanted.setdefault((match[1], match[2]), []).append(match[3] or "")
        held = {(line.reason, line.scope) for line in lines if line.reason not in ("", *_EXCEPTIONS)}
        for reason, scope in sorted(set(wanted) ^ held):
            side = "stands in the book alone" if (reason, scope) in held else "stands in no line"
            found.append(
                Difference(key=("us-eccn.csv", entry, f"{reason}@{scope}", ""), what=f"this reason {side}")
            )
        for (reason, scope), limbs in wanted.items():
            mine = [line for line in lines if (line.reason, line.scope) == (reason, scope)]
            codes = limb_codes(entry, limbs[0]) if len(limbs) == 1 and mine else None
            said = {code for line in mine for code in line.paragraphs}, {c for x in mine for c in x.excepted}
            if codes is not None and codes != said:
                shown = ", ".join(sorted((codes[0] ^ said[0]) | (codes[1] ^ said[1])))
                key = ("us-eccn.csv", entry, f"{reason}@{scope}", "")
                found.append(Difference(key=key, what=f"{shown} on one side only"))
        found += _exception_differences(row, entry, lines)
    known = {row["eccn"] for row in rows}
    found += [Difference(key=("us-eccn.csv", e, "", ""), what="no row") for e in sorted(set(ours) - known)]
    return found


_EXCEPTIONS = ("LVS", "GBS", "TSR", "IEC", "STA")
"""What the list of entries holds beside reasons for control: the exceptions that an entry opens or shuts."""


def _exception_differences(row: Row, entry: str, lines: Iterable[ReasonRow]) -> list[Difference]:
    """Dollars of LVS and the yes or no of GBS, as far as the cell prints them."""
    found = []
    lines = list(lines)
    printed = {int(d.replace(",", "")) for d in re.findall(r"\$(\d[\d,]*)", row["lvs"])}
    held = {int(line.scope) for line in lines if line.reason == "LVS" and line.scope.isdigit()}
    if printed != held:
        shown = " and ".join(", ".join(map(str, sorted(side))) or "none" for side in (printed, held))
        found.append(
            Difference(key=("us-eccn.csv", entry, "LVS", ""), what=f"dollars: {shown} in row and book")
        )
    cell = row["gbs"].strip()
    opens = bool(cell) and not cell.startswith("N/A")
    if opens != any(line.reason == "GBS" for line in lines):
        found.append(
            Difference(
                key=("us-eccn.csv", entry, "GBS", ""), what=f"GBS '{cell}' in the row; not so in the book"
            )
        )
    return found


def limb_codes(entry: str, limb: str) -> tuple[set[str], set[str]] | None:
    """The paragraphs and the excepted ones that a limb names, in full; nothing where it is prose or cut off.

    >>> limb_codes("3B002", "3B002.a and b")
    ({'3B002.a', '3B002.b'}, set())
    >>> sorted(limb_codes("3B001", "3B001.a.4, k to n, p.2")[0])
    ['3B001.a.4', '3B001.k', '3B001.l', '3B001.m', '3B001.n', '3B001.p.2']
    >>> limb_codes("3A611", "all except 3A611.y")
    (set(), {'3A611.y'})
    >>> limb_codes("3A001", "amplifiers in 3A001.b.2") is None
    True
    """
    if limb == "all":
        return set(), set()
    if limb.startswith("all except"):
        inner = _listed(entry, limb.removeprefix("all except").lstrip(": "))
        return None if inner is None else (set(), inner)
    text = re.sub(r"^(items|software) (controlled )?(by|in) ", "", limb).removesuffix(" only")
    if "(except " in text:
        # "X.b (except .b.5), .c": what is excepted is excepted from all
        outside = re.findall(r"\(except ([^)]*)\)", text)
        own = _listed(entry, re.sub(r"\s*\(except [^)]*\)", "", text))
        excepted = [_listed(entry, one) for one in outside]
        if own is None or any(one is None for one in excepted):
            return None
        return own, set().union(*(one for one in excepted if one is not None))
    inner = _listed(entry, text)
    return None if inner is None else (inner, set())


def _listed(entry: str, text: str) -> set[str] | None:
    """Codes in full from words such as "a.1 to a.3, b, .x and .y"; nothing where another word stands among them."""
    codes: set[str] = set()
    for part in re.split(r",\s*(?:and\s+|or\s+)?|\s+and\s+|\s+or\s+", text.strip().rstrip(".")):
        ends = re.split(r"\s+(?:to|through)\s+", part.strip())
        matches = [_LIMB_CODE.match(end.strip().removeprefix(entry) or "") for end in ends]
        if not all(matches) or len(ends) > 2:
            return None
        first, last = (m[1] for m in (matches[0], matches[-1]) if m)
        if len(first.split(".")) != len(last.split(".")):
            return None
        stem, _, low = first.rpartition(".")
        high = last.rpartition(".")[2]
        steps = range(int(low), int(high) + 1) if low.isdigit() else map(chr, range(ord(low), ord(high) + 1))
        codes |= {f"{entry}.{stem}.{step}" if stem else f"{entry}.{step}" for step in steps}
    return codes


# -- the tables, the reasons, the report ------------------------------------------------------------------------

TABLES: dict[str, Callable[[Iterable[Row], Book], list[Difference]]] = {
    "cn-instruments.csv": compare_instruments,
    "cn-items.csv": compare_items,
    "us-country-chart.csv": compare_chart,
    "us-country-groups.csv": compare_groups,
    "us-eccn.csv": compare_entries,
}
"""Which function compares which table; a table of another state takes its place here."""


def read_reasons(text: str) -> list[Reason]:
    """The reasons in a page: rows of the tables whose first column names a table that is compared."""
    found = []
    for line in text.splitlines():
        cells = [cell.strip().strip("`") for cell in line.strip().strip("|").split("|")]
        if len(cells) == 5 and cells[0] in TABLES:
            table, instrument, clause, code, says = cells
            found.append(Reason(table=table, instrument=instrument, clause=clause, code=code, says=says))
    return found


def compare(
    tables: Mapping[str, Iterable[Row]], book: Book, reasons: Iterable[Reason]
) -> tuple[list[Difference], list[tuple[Reason, int]]]:
    """Differences that no reason explains, and how many rows each reason of these tables explains."""
    reasons = [reason for reason in reasons if reason.table in tables]
    differences = [d for name, rows in tables.items() for d in TABLES[name](rows, book)]
    counts = [(r, len({d.key for d in differences if r.explains(d)})) for r in reasons]
    return [d for d in differences if not any(r.explains(d) for r in reasons)], counts


def read_tables(folder: Path) -> dict[str, list[dict[str, str]]]:
    """The tables of a folder that can be compared, by name."""
    tables = {}
    for name in TABLES:
        if (folder / name).is_file():
            with (folder / name).open(encoding="utf-8-sig", newline="") as file:
                tables[name] = list(csv.DictReader(file))
    return tables


def main(arguments: list[str]) -> int:
    """Compare the folder that is named and print what differs."""
    named = arguments[0] if arguments else os.environ.get(VARIABLE, "")
    if not named:
        print(f"No folder of reference tables: name one, or set {VARIABLE}. Nothing was compared.")
        return 0
    folder = Path(named)
    tables = read_tables(folder)
    if not tables:
        print(f"{folder} holds none of {', '.join(TABLES)}. Nothing was compared.")
        return 1
    reasons = read_reasons(REASONS.read_text(encoding="utf-8"))
    differences, counts = compare(tables, read_book(), reasons)
    for difference in differences:
        print(f"differs   {difference}")
    idle = [reason for reason, count in counts if not count]
    for reason in idle:
        print(
            f"idle      {reason.table} | {reason.instrument} | {reason.clause} | {reason.code}: explains nothing now"
        )
    for reason, count in counts:
        if count:
            print(
                f"left out  {reason.table} | {reason.instrument} | {reason.clause} | {reason.code}: {count}, {reason.says}"
            )
    rows = ", ".join(f"{len(rows)} rows of {name}" for name, rows in tables.items())
    print(
        f"{rows}: {len(differences)} differences without a reason, {len(idle)} reasons without a difference."
    )
    return 1 if differences or idle else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
