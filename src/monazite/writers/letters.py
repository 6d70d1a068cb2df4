"""Letters to those who can supply missing facts: one plain text each, to be sent as it is or pasted into a form.

A letter names the parts, the facts with the values that are allowed, the provisions that ask for them, and
what would hang on the answer. English, with the standing sentences in Chinese and German.
"""

import csv
import hashlib
import re
import textwrap
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

from monazite.determine.survey import Survey
from monazite.terms.facts import FACTS
from monazite.writers.overview import asked
from monazite.writers.requests import LAW, NOBODY, OUTSIDERS, Request, by_supplier
from monazite.writers.tables import Written
from monazite.writers.words import LANGUAGES, allowed_values, fact_words, word

WIDTH = 92
_OURS = ("exporter", LAW)  # who has to find out alone; no letter is written
_RESERVED = {"con", "prn", "aux", "nul", *(f"com{i}" for i in range(10)), *(f"lpt{i}" for i in range(10))}

OPENING = {
    "en": "We check our products against export-control law. For the parts below, facts are missing that only you can "
    "state. Write each of them behind its line. 'unknown' is an answer; a guess is not. Amounts may be ranges.",
    "zh": "我们正在按出口管制法律核查产品。下列零部件缺少只有贵方能够说明的事实，请逐项填写。“unknown（未知）”也是有效答复，"
    "请勿猜测；数值可填写区间。",
    "de": "Wir prüfen unsere Produkte nach dem Ausfuhrkontrollrecht. Zu den folgenden Teilen fehlen Angaben, die nur Sie "
    "machen können. Tragen Sie jede hinter ihrer Zeile ein. 'unknown' (unbekannt) ist eine Antwort, eine Vermutung nicht; "
    "Beträge dürfen Spannen sein.",
}
CLOSING = {
    "en": "Declared by (name, position, company), day:",
    "zh": "声明人（姓名、职务、公司）及日期：",
    "de": "Erklärt von (Name, Stellung, Firma), Datum:",
}


def write_letters(folder: Path, survey: Survey, requests: Sequence[Request]) -> tuple[Written, ...]:
    """Write a letter for each supplier into `folder`, and letters.csv that says which letter is whose."""
    folder.mkdir(parents=True, exist_ok=True)
    names: set[str] = set()
    written = []
    index = []
    for supplier, mine in by_supplier(requests).items():
        if supplier in _OURS:
            continue
        name = file_name(supplier, names)
        names.add(name)
        (folder / name).write_text(letter(supplier, mine, survey), encoding="utf-8", newline="\n")
        written.append(Written(file=f"{folder.name}/{name}", rows=len(mine)))
        index.append(
            [supplier if supplier != NOBODY else "", name, len(mine), max(one.answers for one in mine)]
        )
    with (folder / "letters.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["supplier", "letter", "facts", "answers"])
        writer.writerows(index)
    return tuple(written)


def file_name(supplier: str, taken: Iterable[str] = ()) -> str:
    """A file name that any system takes, unlike those taken.

    >>> file_name("T-Motor; Globe-Flight 1974"), file_name("supplier"), file_name("CON")
    ('t-motor-globe-flight-1974.txt', 'unknown-supplier.txt', 'con-a3dbc4b6.txt')
    """
    if supplier == NOBODY:
        return "unknown-supplier.txt"
    plain = unicodedata.normalize("NFKD", supplier)
    ascii_only = plain.encode("ascii", "ignore").decode()
    base = re.sub(r"[^a-z0-9]+", "-", ascii_only.lower()).strip("-")[:60].strip("-")
    lossy = any(unicodedata.category(c)[0] in "LN" and not c.isascii() for c in plain)
    if not base or lossy or base in _RESERVED or base == "unknown-supplier" or f"{base}.txt" in set(taken):
        digest = hashlib.sha256(supplier.encode()).hexdigest()[:8]
        base = f"{base}-{digest}" if base else f"supplier-{digest}"
    return f"{base}.txt"


def letter(supplier: str, requests: Sequence[Request], survey: Survey) -> str:
    """The text of one letter."""
    book = survey.batch.book
    parts: dict[str, list[Request]] = {}
    for one in requests:
        parts.setdefault(one.part, []).append(one)
    who = word(f"party.{supplier}") if supplier in OUTSIDERS else supplier
    if supplier == NOBODY:
        who = "(supplier not known: find out who makes these parts)"
    lines = [
        f"To: {who}",
        f"About: facts for export control, {_count(len(parts), 'part')}, {_count(len(requests), 'fact')}",
        f"Reference: input {survey.input_hash or '-'}, law {book.version}, days {asked(survey)}",
        "",
    ]
    for language in LANGUAGES:
        lines += [*_wrap(OPENING[language]), ""]
    for number, (part, mine) in enumerate(parts.items(), start=1):
        title = mine[0].title
        named_part = f"Part {part}: {title}" if title and title != part else f"Part {part}"
        head = f"{number}. {named_part if part else 'The movement and its parties'}"
        lines += ["=" * WIDTH, *_wrap(head), ""]
        for group in _grouped(mine):
            lines += [*_facts(group), ""]
        lines += [*_why(mine, book.provisions, book.measures), ""]
    lines.append("=" * WIDTH)
    for language in LANGUAGES:
        lines.append(CLOSING[language])
    lines += ["", "_" * 60, ""]
    return "\n".join(lines)


def _grouped(requests: Sequence[Request]) -> list[list[Request]]:
    """Each fact by itself; the elements of a part together."""
    elements = [one for one in requests if one.fact.startswith("item.elements.")]
    others = [[one] for one in requests if not one.fact.startswith("item.elements.")]
    return ([elements] if elements else []) + others


def _facts(group: Sequence[Request]) -> list[str]:
    first = group[0]
    if first.fact.startswith("item.elements."):
        lines = _wrap(
            "Does it contain, in whatever amount? 是否含有（不论含量）？ Enthält es, in welcher Menge auch immer?"
        )
        for one in group:
            symbol = one.fact.removeprefix("item.elements.")
            names = " / ".join(dict.fromkeys(word(f"element.{symbol}", language) for language in LANGUAGES))
            lines.append(f"   {symbol:<3} {names}: {'.' * max(4, 50 - len(names))}  (yes / no / unknown)")
        return lines
    words = list(dict.fromkeys(fact_words(first.fact, language) for language in LANGUAGES))
    lines = _wrap(words[0][:1].upper() + words[0][1:] + ":  " + "." * 24)
    for other in words[1:]:
        lines += _wrap(other, "   ")
    fact = FACTS.get(first.fact)
    return [*lines, *_wrap(f"Allowed: {allowed_values(fact)}", "   ")] if fact else lines


def _why(requests: Sequence[Request], provisions: dict, measures: dict) -> list[str]:  # type: ignore[type-arg]
    cited: dict[str, list[str]] = {}
    for name in dict.fromkeys(p for one in requests for p in one.provisions):
        if name in provisions:
            provision = provisions[name]
            cites = cited.setdefault(measures[provision.measure].number, [])
            if provision.cite not in cites:
                cites.append(provision.cite)
    because = "; ".join(f"{number}, {', '.join(cites)}" for number, cites in cited.items())
    most = max(requests, key=lambda one: (one.answers, one.worst))
    moves = list(dict.fromkeys(move for one in requests for move in one.moves))
    shown = ", ".join(moves[:6]) + (f" and {len(moves) - 6} more" if len(moves) > 6 else "")
    worst = max(one.worst for one in requests).words
    hangs = (
        f"{_count(most.answers, 'answer')} of ours, at worst '{worst}'"
        if most.answers
        else f"{_count(most.latent, 'answer')} of ours, should suspended law come back; at worst '{worst}'"
    )
    return [
        *_wrap(f"Asked because of: {because}", "   "),
        *_wrap(f"On it hang: {hangs} (movements {shown})", "   "),
    ]


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _wrap(text: str, indent: str = "") -> list[str]:
    """Lines of at most WIDTH columns; a Chinese sign takes two."""
    if not any(ord(c) > 0x2E80 for c in text):
        return textwrap.wrap(
            text,
            WIDTH,
            initial_indent=indent,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
    lines, line, width = [], indent, len(indent)
    for piece in re.findall(r"[\u2e80-\uffef]|[^\s\u2e80-\uffef]+\s*|\s+", text):
        size = 2 if ord(piece[0]) >= 0x2E80 else len(piece)
        if (
            width + len(piece.rstrip()) * (size // len(piece) or 1) > WIDTH
            and line.strip()
            and piece not in "，。；：、？！）”"
        ):
            lines.append(line.rstrip())
            line, width = indent, len(indent)
        line, width = line + piece, width + size
    return [*lines, line.rstrip()]
