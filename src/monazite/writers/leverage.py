"""An account of who depends on whom as lines for a terminal, as plain rows for tables, and as plain data.

Every table names under it what its figures rest on; at the end stands how each measure is made. A figure that does not
exist is a dash with a letter, and the letter's reason stands below: it is never a zero.
"""

import string
import textwrap
import unicodedata
from collections.abc import Iterator, Sequence

from monazite.leverage.account import (
    Account,
    Cell,
    Column,
    Ground,
    Kind,
    Note,
    Row,
    Table,
    Undefined,
)
from monazite.leverage.definitions import Definition
from monazite.writers.words import word

WIDTH = 100
MOST_ROWS = 12
"""A table shows so many rows on a terminal, unless it says otherwise."""
MOST_TEXT = 44
MOST_NAMED = 5
"""With more columns a country is its code alone."""
LEAST_TEXT = 11
DASH = "-"
_DRAWN = ("course", "world")
"""Tables behind a drawing, whose title says what is drawn."""
_ON_SHARES = frozenset(
    {"dominated-trade-share", "dominated-products", "asymmetry", "dominated-imports", "dominated-since"}
)
"""Measures whose threshold is held against import shares, not against the figure itself."""
_SCALES = ((1e12, "tn"), (1e9, "bn"), (1e6, "m"), (1e3, "k"))
_LEFT = (Kind.TEXT, Kind.COUNTRY, Kind.PRODUCT)


# -- one cell ---------------------------------------------------------------------------------------------------


def cell_text(cell: Cell, kind: Kind, unit: str = "", language: str = "en") -> str:
    """A cell as a person reads it.

    >>> cell_text(0.4127, Kind.SHARE), cell_text(-0.2, Kind.BALANCE), cell_text(0.5, Kind.INDEX)
    ('41.3 %', '-0.200', '0.500')
    >>> cell_text(1234.5, Kind.VALUE, "thousand current USD"), cell_text(31.5, Kind.TONNES)
    ('1.23 m USD', '31.5 t')
    >>> cell_text(Undefined(why="no imports"), Kind.SHARE), cell_text(True, Kind.HOLDS)
    ('-', 'yes')
    """
    if isinstance(cell, Undefined):
        return DASH
    if isinstance(cell, str):
        return cell
    match kind:
        case Kind.HOLDS:
            return word("truth.yes" if cell else "truth.no", language)
        case Kind.SHARE:
            return share_text(float(cell))
        case Kind.BALANCE:
            return f"{cell:+.3f}".replace("-0.000", "+0.000")
        case Kind.INDEX:
            return f"{cell:.3f}"
        case Kind.VALUE:
            return money_text(float(cell), unit)
        case Kind.TONNES:
            return f"{amount_text(float(cell))} t"
        case Kind.YEAR | Kind.LEVEL:
            return str(cell)
        case Kind.COUNT:
            return f"{cell:,}"
        case _:
            return amount_text(float(cell))


def share_text(share: float) -> str:
    """A share in per cent; more digits where one would make it nothing or everything.

    >>> share_text(0.5), share_text(0.00004), share_text(0.99996), share_text(1.0), share_text(0.0)
    ('50.0 %', '0.004 %', '99.996 %', '100.0 %', '0.0 %')
    """
    percent = 100 * share
    if 0 < percent < 0.05:
        return f"{percent:.1g} %" if percent >= 1e-4 else "<0.0001 %"
    if 99.95 <= percent < 100:
        text = f"{percent:.3f}"
        return ">99.999 %" if text == "100.000" else f"{text} %"
    return f"{percent:.1f} %"


def amount_text(number: float) -> str:
    """A number with three or more digits that count.

    >>> amount_text(1234567.8), amount_text(12.345), amount_text(0.001234), amount_text(0), amount_text(float("inf"))
    ('1,234,568', '12.3', '0.00123', '0', 'unbounded')
    """
    if number in (float("inf"), float("-inf")):
        return "unbounded" if number > 0 else "-unbounded"
    size = abs(number)
    if size >= 1000 or number == int(number):
        return f"{number:,.0f}"
    return f"{number:.3g}"


def money_text(value: float, unit: str) -> str:
    """A value in its currency, scaled.

    >>> money_text(73.26, "thousand current USD"), money_text(5.25e11, "current USD"), money_text(3.0, "toys")
    ('73.3 k USD', '525 bn USD', '3 toys')
    """
    number, currency = scaled(value, unit)
    for size, name in _SCALES:
        if abs(number) >= size * 0.9995:
            return f"{number / size:.3g} {name} {currency}"
    return f"{amount_text(number)} {currency}".rstrip()


def scaled(value: float, unit: str) -> tuple[float, str]:
    """A value in whole units of its currency, and the currency.

    >>> scaled(2.0, "thousand current USD"), scaled(2.0, "US dollars"), scaled(2.0, "points")
    ((2000.0, 'USD'), (2.0, 'USD'), (2.0, 'points'))
    """
    words = unit.casefold()
    factor = 1e3 if "thousand" in words else 1e6 if "million" in words else 1.0
    dollars = "usd" in words or "dollar" in words
    return value * factor, "USD" if dollars else unit


def heading(column: Column, language: str = "en") -> str:
    """What stands above a column."""
    return column.label or word(f"leverage.{column.key}", language)


def table_title(table: Table, account: Account, language: str = "en") -> str:
    """What stands above a table."""
    title = word(f"leverage.table.{table.name}", language)
    if table.name in _DRAWN and table.definitions:
        title += f", {measure_title(table.definitions[0], language)}"
    return f"{title}: {naming(account, table.of, language)}" if table.of else title


def note_text(note: Note, language: str = "en") -> str:
    """A sentence with its gaps filled."""
    return word(f"leverage.note.{note.key}", language).format(**note.gaps)


def naming(account: Account, code: str, language: str = "en") -> str:
    """A country as one reads it: name and code; a product with what it is; anything else as it stands."""
    if code in account.countries:
        name = account.countries[code][language == "zh"]
        return f"{name} ({code})" if name != code else code
    return account.products.get(code, code) if code in account.products else code


def limit_text(definition: Definition) -> str:
    """The threshold with its comparator and what it is held against; empty where there is none.

    >>> from monazite.leverage.shares import DOMINATED_TRADE
    >>> limit_text(DOMINATED_TRADE)
    's > 1/2'
    """
    says = definition.says()
    return f"s {says}" if says and definition.name in _ON_SHARES else says


def measure_title(definition: Definition, language: str = "en") -> str:
    """The name of a measure in words."""
    key = f"measure.{definition.name}"
    found = word(key, language)
    return definition.title if found == definition.name else found


def account_title(account: Account, language: str = "en") -> str:
    """What the account is about, in a line."""
    names = [naming(account, code, language) for code in account.subject]
    year = f", {account.year}" if account.year else ""
    match account.kind:
        case "pair":
            return word("leverage.title.pair", language).format(*names) + year
        case "product":
            code = account.subject[0]
            what = account.products.get(code, "")
            return f"{code} {what}".rstrip() + year
        case "matrix" | "screens":
            named = f": {', '.join(names)}" if names else ""
            return word(f"leverage.title.{account.kind}", language) + named + year
    return ", ".join(names) + year


# -- lines for a terminal ---------------------------------------------------------------------------------------


def account_lines(account: Account, *, width: int = WIDTH) -> list[str]:
    """The account, at most `width` columns wide."""
    lines = _wrap(account_title(account), width)
    for note in account.lead:
        lines += _wrap(note_text(note), width, "  ", "  ")
    tables = [table for table in account.tables if table.shown != 0]
    for table in tables:
        lines += ["", *table_lines(account, table, width=width)]
    left = dict.fromkeys(table_title(table, account) for table in account.tables if table.shown == 0)
    if left:
        lines += ["", *_wrap(f"{word('leverage.files have')}: {'; '.join(left)}.", width)]
    if account.notes:
        lines += ["", word("leverage.not in the data")]
        for note in account.notes:
            lines += _wrap(note_text(note), width, "    ", "  ")
    made = dict.fromkeys(definition for table in tables for definition in _shown_definitions(table))
    if made:
        lines += ["", word("leverage.how made")]
        for definition in made:
            lines += definition_lines(definition, width)
    sources = dict.fromkeys(
        text for one in grounds(account) for text in (one.attribution, *_own_notes(one)) if text
    )
    if sources:
        lines += ["", word("leverage.data")]
        for text in sources:
            lines += _wrap(text, width, "    ", "  ")
    return lines


def _own_notes(one: Ground) -> tuple[str, ...]:
    """The notes of a set of flows; those of production stand with the rows in files and pages."""
    return one.notes if one.digits else ()


def _shown_definitions(table: Table) -> tuple[Definition, ...]:
    hidden = {c.definition for c in table.columns if c.quiet} - {
        c.definition for c in table.columns if not c.quiet
    }
    return tuple(one for one in table.definitions if one not in hidden)


def table_lines(account: Account, table: Table, *, width: int = WIDTH) -> list[str]:
    """A table with its heading, the reasons of its dashes, its notes and what it rests on."""
    most = table.shown if table.shown is not None else MOST_ROWS
    shown = _picked(table, most)
    reasons: dict[str, str] = {}
    wanted = [i for i, column in enumerate(table.columns) if not column.quiet]
    seen = (
        wanted
        if table.columns[wanted[-1]].key == "says"
        else _fitting(account, table, shown, wanted, width - 2)
    )
    body = [[_shown(account, table, row, i, reasons, len(seen) > MOST_NAMED) for i in seen] for row in shown]
    heads = [heading(table.columns[i]) for i in seen]
    lines = _wrap(table_title(table, account), width)
    if body:
        left = [table.columns[i].kind in _LEFT for i in seen]
        if table.columns[seen[-1]].key == "says":
            lines += _in_blocks(body, width)
        else:
            lines += _laid_out(heads, body, left, [row.mark for row in shown], width - 2)
    else:
        lines.append("  " + word("leverage.nothing"))
    if len(table.rows) > len(shown):
        lines.append("  " + word("leverage.more rows").format(more=f"{len(table.rows) - len(shown):,}"))
    left_out = [heading(table.columns[i]) for i in wanted if i not in seen]
    if left_out and body:
        lines += _wrap(f"{word('leverage.no room')}: {', '.join(left_out)}", width, "    ", "  ")
    for why, letter in reasons.items():
        lines += _wrap(f"{DASH}{letter} {why}", width, "     ", "  ")
    below = [i for i, column in enumerate(table.columns) if column.quiet and column.kind is Kind.TEXT]
    told = [i for i in seen if table.columns[i].kind in (Kind.TEXT, Kind.PRODUCT)]
    for row in shown if below and table.columns[-1].key != "says" else ():
        text = "; ".join(str(row.cells[i]) for i in below if row.cells[i])
        about = ", ".join(str(row.cells[i]) for i in told)
        lines += _wrap(f"{about}: {text}", width, "    ", "  ")
    for note in table.notes:
        lines += _wrap(note_text(note), width, "  ", "  ")
    for one in [*merged(table.grounds), *_thresholds(table, [table.columns[i] for i in seen], shown)]:
        lines += _wrap(f"[{one}]", width, "   ", "  ")
    return lines


def _thresholds(table: Table, columns: Sequence[Column], rows: Sequence[Row]) -> list[str]:
    """What figures and flags of a table are held against, with the comparator."""
    made = {heading(column): column.definition for column in columns if column.definition}
    if table.columns[0].key == "measure":
        made |= {str(row.cells[0]): row.definition for row in rows if row.definition}
    said: dict[str, list[str]] = {}
    for head, definition in made.items():
        if limit_text(definition):
            said.setdefault(limit_text(definition), []).append(head)
    text = "; ".join(f"{', '.join(heads)}: {says}" for says, heads in said.items())
    return [f"{word('leverage.threshold')}: {text}"] if text else []


def merged(rest_on: Sequence[Ground]) -> list[str]:
    """What a table rests on, a line for each data set: years, levels and units that differ stand together."""
    alike: dict[tuple[str, ...], list[Ground]] = {}
    for one in rest_on:
        key = one.dataset, one.release, one.side, one.groups, "" if one.digits else one.nomenclature
        alike.setdefault(key, []).append(one)
    lines = []
    for them in alike.values():
        first = them[0]
        years = _spans(sorted({one.year for one in them}))
        of = dict.fromkeys(", ".join(t for t in (one.valuation, one.unit) if t) for one in them)
        levels = sorted({one.digits for one in them if one.digits})
        parts = [
            f"{first.dataset}, release {first.release}, {years}",
            ", ".join([first.side, *(" or ".join(of),)]).strip(", "),
        ]
        if levels:
            parts += [
                f"{first.nomenclature} at {', '.join(map(str, levels))} digits",
                f"groups: {first.groups}",
            ]
        elif first.nomenclature:
            parts.append(first.nomenclature)
        lines.append("; ".join(parts))
    return lines


def _spans(years: Sequence[str]) -> str:
    """Years, those in a row by their ends.

    >>> _spans(["1995", "1996", "1997", "2024"]), _spans(["2021 to 2024"])
    ('1995-1997, 2024', '2021 to 2024')
    """
    if not all(year.isdecimal() for year in years):
        return ", ".join(years)
    runs: list[list[int]] = []
    for year in map(int, years):
        if runs and runs[-1][-1] == year - 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def _in_blocks(body: Sequence[Sequence[str]], width: int) -> Iterator[str]:
    """Rows that end in a sentence: what they are about in a line, once, and the sentences below it."""
    last: Sequence[str] = ()
    for *head, says in body:
        if head != last:
            yield from _wrap(" · ".join(text for text in head if text), width, "    ", "  ")
        last = head
        yield from _wrap(says, width, "      ", "    - ")


def definition_lines(definition: Definition, width: int = WIDTH) -> list[str]:
    """How a measure is made, with its threshold and unit. Files and pages name the source as well."""
    parts = [f"{definition.title}: {definition.formula}", limit_text(definition), definition.unit]
    lines = _wrap("; ".join(part for part in parts if part), width, "    ", "  ")
    if definition.unverified:
        lines += _wrap(f"UNVERIFIED: {definition.unverified}", width, "    ", "    ")
    return lines


def grounds(account: Account) -> tuple[Ground, ...]:
    """What the figures of an account rest on, each once."""
    return tuple(dict.fromkeys(one for table in account.tables for one in table.grounds))


def _picked(table: Table, most: int) -> Sequence[Row]:
    """The first rows, and every row that was asked about."""
    return [row for i, row in enumerate(table.rows) if i < most or row.mark == "asked"]


def _lettered(table: Table, row: Row, at: int, reasons: dict[str, str]) -> str:
    """A cell's text; a dash with the letter of its reason."""
    cell, unit = row.cells[at], row.ground.unit if row.ground else ""
    text = cell_text(cell, table.kind(row, table.columns[at]), unit)
    if isinstance(cell, Undefined) and cell.why:
        letters = string.ascii_lowercase
        number = len(reasons)
        letter = letters[number] if number < len(letters) else str(number + 1)
        text += reasons.setdefault(cell.why, letter)
    return text


def _named(account: Account, text: str, kind: Kind, is_short: bool) -> str:
    if kind is Kind.COUNTRY and text in account.countries and not is_short:
        return naming(account, text)
    if kind is Kind.PRODUCT and text in account.products:
        return f"{text} {account.products[text]}".strip()
    return text


def _fitting(
    account: Account, table: Table, rows: Sequence[Row], columns: Sequence[int], room: int
) -> list[int]:
    """The columns that a line has room for, from the left; texts and countries may be short."""
    seen = list(columns)
    while len(seen) > 2:
        is_short = len(seen) > MOST_NAMED
        body = [[_shown(account, table, row, i, {}, is_short) for i in seen] for row in rows]
        left = [table.columns[i].kind in _LEFT for i in seen]
        wide, _ = _widths([heading(table.columns[i]) for i in seen], body, left, room)
        if sum(wide) + 2 * (len(wide) - 1) <= room:
            break
        seen.pop()
    return seen


def _shown(account: Account, table: Table, row: Row, at: int, reasons: dict[str, str], is_short: bool) -> str:
    return _named(account, _lettered(table, row, at, reasons), table.columns[at].kind, is_short)


def _widths(
    heads: Sequence[str], body: Sequence[Sequence[str]], left: Sequence[bool], room: int
) -> tuple[list[int], list[tuple[str, str]]]:
    """How wide each column is, and its head on two lines; texts give way where the room is small."""
    numbers = [max((_width(row[i]) for row in body), default=0) for i in range(len(heads))]
    broken = [_two_lines(head, numbers[i]) for i, head in enumerate(heads)]
    wide = [max(numbers[i], *(_width(line) for line in broken[i])) for i in range(len(heads))]
    texts = [i for i, is_left in enumerate(left) if is_left]
    for i in texts:
        wide[i] = min(wide[i], MOST_TEXT)
    while texts and sum(wide) + 2 * (len(wide) - 1) > room:
        widest = max(texts, key=lambda i: wide[i])
        if wide[widest] <= LEAST_TEXT:
            break
        wide[widest] -= 1
    return wide, broken


def _laid_out(
    heads: Sequence[str], body: Sequence[Sequence[str]], left: Sequence[bool], marks: Sequence[str], room: int
) -> Iterator[str]:
    """Heads and rows in columns."""
    wide, broken = _widths(heads, body, left, room)
    for line in range(2):
        if line or any(one[0] for one in broken):
            yield "  " + _joined([one[line] for one in broken], wide, left)
    for row, mark in zip(body, marks, strict=True):
        yield ("> " if mark == "asked" else "  ") + _joined(row, wide, left)


def _two_lines(head: str, width: int) -> tuple[str, str]:
    if _width(head) <= max(width, 6) or " " not in head or "→" in head:
        return "", head
    words = head.split(" ")
    cuts = [(" ".join(words[:i]), " ".join(words[i:])) for i in range(1, len(words))]
    return min(cuts, key=lambda cut: max(map(_width, cut)))


def _joined(cells: Sequence[str], wide: Sequence[int], left: Sequence[bool]) -> str:
    padded = []
    for text, width, is_left in zip(cells, wide, left, strict=True):
        text = _cut(text, width) if is_left else text
        space = " " * (width - _width(text))
        padded.append(text + space if is_left else space + text)
    return "  ".join(padded).rstrip()


def _width(text: str) -> int:
    """Columns that a text takes on a terminal."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _cut(text: str, width: int) -> str:
    if _width(text) <= width:
        return text
    while _width(text) > width - 2:
        text = text[:-1]
    return text.rstrip(" ,;:") + ".."


def _wrap(text: str, width: int, indent: str = "", first: str = "") -> list[str]:
    return textwrap.wrap(text, width, initial_indent=first, subsequent_indent=indent,
                         break_long_words=False, break_on_hyphens=False)  # fmt: skip
