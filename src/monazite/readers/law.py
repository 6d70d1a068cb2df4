"""The book of law from a folder of measures, item tables, party lists and country groups.

    regimes/cn/measures/*.yaml   regimes/cn/items/*.csv   regimes/cn/parties/*.yaml   regimes/cn/groups.yaml

A draft is laid over a book: one measure file, or a folder of law files. What it holds goes before what the book
holds under the same id (a measure, a party list, a country group, a regime), a table of it before the book's own;
all else of it is added. What its acts and conditions name is looked for in both together.

All faults of all files come at once. The version of the book is a digest of its files, in the order of
their names; that of a book with a draft names both.
"""

import csv
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from monazite.readers.places import find_data
from monazite.readers.yaml import place_in_file, read_yaml
from monazite.regime.book import Book
from monazite.regime.conditions import ConditionReader
from monazite.regime.decode import decode_measure
from monazite.regime.decode_lists import check_columns, decode_list, decode_reasons
from monazite.regime.decode_registers import (
    decode_group_table,
    decode_groups,
    decode_party_list,
    decode_regime,
)
from monazite.regime.model import CountryGroup, ItemList, Measure, PartyList, ReasonTable, Regime
from monazite.regime.references import authority_faults
from monazite.regime.shapes import LINE_COLUMNS, REASON_COLUMNS
from monazite.terms.faults import BadInput, Fault
from monazite.terms.located import Located


def read_book(root: Path | str | None = None, *, draft: Path | str | None = None) -> Book:
    """The book in a folder; that of the package by default.

    Parameters
    ----------
    draft : a measure file or a folder of law files that is laid over the book

    Raises
    ------
    BadInput with every fault of every file.
    """
    book, faults = find_faults(root, draft=draft)
    if faults:
        raise BadInput(faults)
    return book


@lru_cache(maxsize=4)
def _country_codes() -> tuple[str, ...]:
    with (find_data("reference") / "countries.csv").open(encoding="utf-8", newline="") as file:
        return tuple(row["alpha3"] for row in csv.DictReader(file))


@dataclass(frozen=True, slots=True)
class _Shelf:
    """A folder that holds one state's law files, and how it is called in places."""

    folder: Path
    shown: str

    def find(self, name: str) -> Path | None:
        """A file of the folder; nothing outside it."""
        path = self.folder / name
        return path if path.is_file() and self.folder.resolve() in path.resolve().parents else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """One thing that was read, with the faults of its form; a thing of a draft takes the place of its namesake."""

    thing: Measure | PartyList | CountryGroup | Regime | dict[str, object] | None
    faults: list[Fault]
    id: str = ""
    readers: list[ConditionReader] | None = None

    @property
    def key(self) -> tuple[str, str] | None:
        """What it is called; None where it has no name."""
        return (type(self.thing).__name__, self.id) if self.id and self.thing is not None else None


def find_faults(
    root: Path | str | None = None, *, draft: Path | str | None = None
) -> tuple[Book, list[Fault]]:
    """The book as far as it can be read, with a draft over it if one is given, and the faults of all files."""
    folder = Path(root) if root is not None else find_data("regimes")
    if not folder.is_dir():
        raise BadInput(
            [
                Fault(
                    where=str(folder),
                    what="is no folder of law",
                    mend="Name a folder that holds cn/measures/*.yaml",
                )
            ]
        )
    states = _states(folder)
    over = Path(draft) if draft is not None else None
    pieces = [
        piece for state in states for piece in _read_state(_Shelf(state, state.name), _over(over, state))
    ]
    if not states:
        what, mend = "holds no measures", "Measures stand in <state>/measures/*.yaml"
        pieces.append(_Piece(thing=None, faults=[Fault(where=str(folder), what=what, mend=mend)]))
    version = book_version(folder)
    if over is not None:
        drafted = list(_read_draft(over, folder))
        taken = {piece.key for piece in drafted} - {None}
        pieces = [piece for piece in pieces if piece.key not in taken] + drafted
        version = f"{version}+{book_version(over)}"
    things = [piece.thing for piece in pieces]
    book, more = Book.assemble(
        [thing for thing in things if isinstance(thing, Measure)],
        [reader for piece in pieces for reader in piece.readers or ()],
        party_lists=[thing for thing in things if isinstance(thing, PartyList)],
        groups=[thing for thing in things if isinstance(thing, CountryGroup)],
        authorities={piece.id: piece.thing for piece in pieces if isinstance(piece.thing, dict)},
        states=[thing for thing in things if isinstance(thing, Regime)],
        countries=_country_codes(),
        kinds=_kinds(folder),
        version=version,
    )
    more += authority_faults(book.measures.values(), book.authorities)
    faults = [fault for piece in pieces for fault in piece.faults] + more
    return book, sorted(faults, key=lambda fault: place_in_file(fault.where))


def _kinds(folder: Path) -> dict[str, str]:
    """The vocabulary of kinds, with what each is."""
    path = folder / "kinds.csv"
    return (
        {row["kind"].strip(): row["says"] for _, row in _read_table(path, "kinds.csv")[1]}
        if path.is_file()
        else {}
    )


def _states(folder: Path) -> list[Path]:
    """The folders of states in a folder of law."""
    return [p for p in sorted(folder.iterdir()) if (p / "measures").is_dir()]


def _over(draft: Path | None, state: Path) -> tuple[_Shelf, ...]:
    """Where a draft may hold tables that go before those of a state."""
    held = draft / state.name if draft is not None else None
    return (_Shelf(held, str(held)),) if held is not None and held.is_dir() else ()


def _read_draft(draft: Path, folder: Path) -> Iterator[_Piece]:
    """What a draft holds: one measure, some measures in a folder, or a folder laid out as a book is."""
    if draft.is_dir():
        known = {state.name: _Shelf(state, state.name) for state in _states(folder)}
        own = {state.name for state in _states(draft)}
        states = [p for p in sorted(draft.iterdir()) if p.is_dir() and p.name in own | known.keys()]
        for state in states:
            lower = (known[state.name],) if state.name in known else ()
            yield from _read_state(_Shelf(state, f"{draft}/{state.name}"), lower=lower)
        files = sorted(draft.glob("*.yaml"))
        if not states and not files:
            what, mend = "holds no law", "A draft is a measure file, or a folder with <state>/measures/*.yaml"
            yield _Piece(thing=None, faults=[Fault(where=str(draft), what=what, mend=mend)])
    else:
        files = [draft]
    for path in files:
        measure, found, readers = _read_measure(path, str(path), _near(path, folder))
        yield _Piece(thing=measure, id=measure.id if measure else "", faults=found, readers=readers)


def _near(path: Path, folder: Path) -> tuple[_Shelf, ...]:
    """Where the tables of a measure file that stands by itself may be: beside it, else in the book."""
    beside = path.parent.parent if path.parent.name == "measures" else path.parent
    document, _ = read_yaml(path)
    regime = ((document.find("regime") or Located("")).text or "").lower()
    return (_Shelf(beside, str(beside)), *(_Shelf(p, p.name) for p in _states(folder) if p.name == regime))


def _read_state(
    state: _Shelf, upper: tuple[_Shelf, ...] = (), *, lower: tuple[_Shelf, ...] = ()
) -> Iterator[_Piece]:
    """The law files of one state; tables are looked for in `upper`, then here, then in `lower`."""
    shelves = (*upper, state, *lower)
    for path in sorted((state.folder / "measures").glob("*.yaml")):
        measure, found, readers = _read_measure(path, f"{state.shown}/measures/{path.name}", shelves)
        yield _Piece(thing=measure, id=measure.id if measure else "", faults=found, readers=readers)
    for path in sorted((state.folder / "parties").glob("*.yaml")):
        document, found = read_yaml(path, f"{state.shown}/parties/{path.name}")
        made, more = decode_party_list(document, _country_codes())
        yield _Piece(thing=made, id=made.id, faults=found + more)
    if (state.folder / "groups.yaml").exists():
        yield from _read_groups(state, shelves)
    if (state.folder / "regime.yaml").exists():
        document, found = read_yaml(state.folder / "regime.yaml", f"{state.shown}/regime.yaml")
        regime, more, reader = decode_regime(document)
        yield _Piece(thing=regime, id=regime.id, faults=found + more, readers=[reader])
    if (state.folder / "authority.yaml").exists():
        document, found = read_yaml(state.folder / "authority.yaml", f"{state.shown}/authority.yaml")
        plain = document.plain()
        yield _Piece(thing=plain if isinstance(plain, dict) else {}, id=state.folder.name, faults=found)


def _read_groups(state: _Shelf, shelves: tuple[_Shelf, ...]) -> Iterator[_Piece]:
    """The country groups of one state: those its file lists, and those of the tables it names."""
    document, faults = read_yaml(state.folder / "groups.yaml", f"{state.shown}/groups.yaml")
    made, found = decode_groups(document, _country_codes())
    yield _Piece(thing=None, faults=faults + found)
    for group in made:
        yield _Piece(thing=group, id=group.id, faults=[])
    for node in (document.find("tables") or Located("")).list():
        table = ((node.find("table") or Located("")).text or "") if node.fields else ""
        held = _find_table(shelves, table) if table else None
        if held is None:
            what, mend = f"there is no table '{table}'", f"Write 'table' with a file in {state.shown}/"
            yield _Piece(thing=None, faults=[Fault(where=node.where, what=what, mend=mend)])
            continue
        header, rows, found = _read_table(*held)
        many, more = decode_group_table(node, header, rows, _country_codes())
        yield _Piece(thing=None, faults=found + more)
        for group in many:
            yield _Piece(thing=group, id=group.id, faults=[])


def _find_table(shelves: tuple[_Shelf, ...], name: str) -> tuple[Path, str] | None:
    """The file of a table, and how it is called in places."""
    for shelf in shelves:
        path = shelf.find(name)
        if path is not None:
            return path, f"{shelf.shown}/{name}"
    return None


def book_version(folder: Path) -> str:
    """Digest of the law files of a folder, or of one file: twelve characters, the same on every machine."""
    digest = hashlib.sha256()
    if folder.is_file():
        digest.update(folder.read_bytes().replace(b"\r\n", b"\n"))
    states = [p for p in folder.glob("*") if (p / "measures").is_dir()]  # cases and the trade war are no law
    found = [*folder.glob("*"), *(p for state in states for p in state.rglob("*"))]
    files = sorted(p for p in found if p.suffix in (".yaml", ".csv"))
    for path in files:
        digest.update(path.relative_to(folder).as_posix().encode())
        digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()[:12]


def _read_measure(
    path: Path, shown: str, shelves: tuple[_Shelf, ...]
) -> tuple[Measure | None, list[Fault], list[ConditionReader]]:
    document, faults = read_yaml(path, shown)
    if document.fields is None and faults:
        return None, faults, []
    name = (document.find("measure") or Located("")).text or ""
    sources = tuple((document.find("sources") or Located("")).fields or ())
    lists: dict[str, ItemList] = {}
    reasons: dict[str, ReasonTable] = {}
    for key, columns, needed in (("lists", LINE_COLUMNS, ("line", "form", "elements", "says", "source")),
                                 ("reasons", REASON_COLUMNS, ("entry", "reason", "scope", "says", "source"))):  # fmt: skip
        for table_id, title, rows, found in _tables(document, key, shelves, columns, needed):
            faults += found
            whole = f"{name}/{table_id}"
            cited: list[tuple[str, tuple[str, ...]]]
            if key == "lists":
                lists[table_id], found = decode_list(whole, title, name, rows)
                cited = [(line.where, line.sources) for line in lists[table_id].lines]
            else:
                reasons[table_id], found = decode_reasons(whole, title, name, rows)
                cited = [(row.where, row.sources) for row in reasons[table_id].rows]
            faults += found
            faults += [Fault(where=where, what=f"'{source}' is no source of the measure", mend=f"Sources: {', '.join(sources)}")
                       for where, keys in cited for source in keys if source not in sources]  # fmt: skip
    measure, more, readers = decode_measure(document, lists, reasons, shown)
    return measure, faults + more, readers


Rows = list[tuple[str, dict[str, str]]]


def _tables(
    document: Located,
    key: str,
    shelves: tuple[_Shelf, ...],
    columns: tuple[str, ...],
    needed: tuple[str, ...],
) -> Iterator[tuple[str, str, Rows, list[Fault]]]:
    """The tables a measure names under a key: id, title, rows with their places, faults."""
    seen: set[str] = set()
    for node in (document.find(key) or Located("")).list():
        fields = node.fields or {}
        name, table = fields.get("id"), fields.get("table")
        if name is None or table is None or not name.text or not table.text:
            what, mend = "a list wants 'id' and 'table'", "Name the file of its lines"
            yield "", "", [], [Fault(where=node.where, what=what, mend=mend)]
            continue
        faults = []
        if name.text in seen:
            faults.append(Fault(where=name.where, what=f"list '{name.text}' is given twice", mend="Keep one"))
        seen.add(name.text)
        held = _find_table(shelves, table.text)
        if held is None:
            what = f"there is no table '{table.text}'"
            faults.append(
                Fault(where=table.where, what=what, mend=f"Tables stand in {shelves[-1].shown}/items/")
            )
            yield name.text, "", [], faults
            continue
        header, rows, found = _read_table(*held)
        faults += found + check_columns(f"{held[1]}:1", header, columns, needed)
        title = fields["title"].fields if "title" in fields else None
        yield name.text, (title or {}).get("en", Located("", text=name.text)).text or "", rows, faults


def _read_table(path: Path, where: str) -> tuple[list[str], Rows, list[Fault]]:
    """Header, rows with their places, and faults of a table of law."""
    text = path.read_bytes().decode("utf-8-sig", errors="replace")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    columns: list[str] = []
    rows: Rows = []
    faults: list[Fault] = []
    try:
        for record in reader:
            place = f"{where}:{reader.line_num}"
            if not columns:
                columns = [c.strip() for c in record]
            elif len(record) != len(columns):
                what = f"{len(record)} cells where {len(columns)} are wanted"
                faults.append(Fault(where=place, what=what, mend="Quote cells that hold a comma"))
            else:
                rows.append((place, dict(zip(columns, record, strict=True))))
    except csv.Error as error:
        what, mend = f"is not CSV: {error}", "Look for a quote that is not closed"
        faults.append(Fault(where=f"{where}:{reader.line_num}", what=what, mend=mend))
    return columns, rows, faults
