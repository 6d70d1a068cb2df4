"""The ledger of the trade war from a folder: `events.csv`, and `sources.csv`, whose keys its events cite.

    date,actor,lever,direction,magnitude,target,whom,status,unverified,source
    2025-03-04,USA,tariff,escalate,the fentanyl duty goes from 10 % to 20 %,CHN;HKG,goods,...,,"hts, 9903.01.24;eo-14228"

Lists are joined by `;`. A citation is the key of a source and, after a comma, the place in it. All faults of both
files come at once.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from monazite.readers.places import find_data
from monazite.readers.reference import Countries, read_reference
from monazite.readers.tables import Table, read_tables
from monazite.readers.yaml import place_in_file
from monazite.regime.events import GROUPS, LEVERS, Citation, Direction, Event, Ledger, parse_span
from monazite.regime.model import Grade, Source
from monazite.terms.days import Span
from monazite.terms.faults import BadInput, Fault, near_match

COLUMNS = (
    "date",
    "actor",
    "lever",
    "direction",
    "magnitude",
    "target",
    "whom",
    "status",
    "unverified",
    "source",
)
OPTIONAL = ("whom", "unverified")
SOURCE_COLUMNS = ("key", "what", "grade", "url", "where")
SOURCE_OPTIONAL = ("url", "where")


def find_folder(root: Path | str | None = None) -> Path:
    """The folder of the trade war: the one given, or the package's own."""
    return Path(root) if root is not None else find_data("regimes") / "trade-war"


def read_ledger(root: Path | str | None = None) -> Ledger:
    """The ledger of a folder; that of the package by default.

    Raises
    ------
    BadInput with every fault of both files
    """
    folder = find_folder(root)
    sources, faults = read_sources(folder)
    rows, found = _rows(folder / "events.csv", COLUMNS, OPTIONAL)
    faults += found
    countries = read_reference().countries
    events: dict[tuple[object, ...], Event] = {}
    for row in rows:
        event = _event(row, sources, countries)
        faults += row.faults
        same = (event.printed, event.actors, event.lever, event.magnitude)
        if same in events:
            what = f"the event stands at {events[same].where} too"
            faults.append(Fault(where=event.where, what=what, mend="Keep one"))
        events.setdefault(same, event)
    if faults:
        raise BadInput(sorted(faults, key=lambda fault: place_in_file(fault.where.partition(",")[0])))
    return Ledger(events=tuple(sorted(events.values(), key=lambda event: event.first)), sources=sources)


def read_sources(folder: Path) -> tuple[dict[str, Source], list[Fault]]:
    """The sources of a folder by key, and the faults of their file."""
    rows, faults = _rows(folder / "sources.csv", SOURCE_COLUMNS, SOURCE_OPTIONAL)
    sources: dict[str, Source] = {}
    for row in rows:
        key, grade = row.text("key"), row.word("grade", list(Grade), "grade")
        if "," in key or ";" in key:
            row.fault("key", f"'{key}' holds a mark that citations use", "Write it without , and ;")
        if key in sources:
            row.fault("key", f"'{key}' is given twice", "Keep one")
        if not (row.text("url") or row.text("where")):
            row.fault("url", f"source '{key}' says not where it can be read", "Give 'url' or 'where'")
        faults += row.faults
        made = Source(key=key, what=row.text("what"), grade=Grade(grade) if grade else Grade.DERIVED,
                      url=row.text("url"), where=row.text("where"))  # fmt: skip
        sources.setdefault(key, made)
    return sources, faults


def cite(text: str, sources: Collection[str]) -> tuple[Citation, str, str]:
    """The citation that a text stands for; what is wrong with it and how to mend it, where its source is not known."""
    key, _, place = (piece.strip() for piece in text.partition(","))
    wrong = "" if key in sources else f"'{key}' is no source"
    return Citation(key, place), wrong, wrong and (near_match(key, sources) or "Sources stand in sources.csv")


@dataclass(slots=True)
class _Row:
    """A row of a table: its cells by column, its place, and the faults found in it."""

    cells: Mapping[str, str]
    table: Table
    number: int
    faults: list[Fault] = field(default_factory=list)

    def where(self, column: str) -> str:
        return self.table.where(self.number, self.table.headers.index(column))

    def fault(self, column: str, what: str, mend: str) -> None:
        self.faults.append(Fault(where=self.where(column), what=what, mend=mend))

    def text(self, column: str) -> str:
        return self.cells[column]

    def texts(self, column: str) -> tuple[str, ...]:
        return tuple(piece.strip() for piece in self.cells[column].split(";") if piece.strip())

    def word(self, column: str, words: Iterable[str], what: str) -> str:
        """One of the words; '' with a fault, or where the cell is empty, which is a fault already."""
        words, given = [str(word) for word in words], self.text(column)
        if given and given not in words:
            self.fault(column, f"'{given}' is no {what}", near_match(given, words))
        return given if given in words else ""


def _rows(path: Path, columns: tuple[str, ...], optional: tuple[str, ...]) -> tuple[list[_Row], list[Fault]]:
    """The rows of a CSV file that has these columns and no others; cells that must not be empty are checked."""
    tables, faults, _ = read_tables(path, path.name if path.is_file() else str(path), columns)
    table = tables.get("")
    if table is None:
        return [], faults
    for name in columns:
        if name not in table.headers:
            mend = f"Columns: {','.join(columns)}"
            faults.append(Fault(where=table.where(), what=f"has no column '{name}'", mend=mend))
    for position, name in enumerate(table.headers):
        if name not in columns or name in table.headers[:position]:
            what = (
                f"has no use for a column '{name}'"
                if name not in columns
                else f"column '{name}' is given twice"
            )
            faults.append(Fault(where=table.where(), what=what, mend=near_match(name, columns)))
    if faults:
        return [], faults
    made = [
        _Row({name: cell.strip() for name, cell in zip(table.headers, cells, strict=True)}, table, number)
        for number, cells in enumerate(zip(*(column.to_pylist() for column in table.columns), strict=True))
    ]
    for row in made:
        for name in columns:
            if name not in optional and not row.text(name):
                row.fault(name, "is empty", "Every row wants it")
    return made, faults


def _event(row: _Row, sources: Collection[str], countries: Countries) -> Event:
    span = Span.between(parse_span("1900-01").start, None)
    if row.text("date"):
        try:
            span = parse_span(row.text("date"))
        except ValueError as error:
            what, _, mend = str(error).partition(". ")
            row.fault("date", what, mend)
    citations = []
    for text in row.texts("source"):
        citation, wrong, mend = cite(text, sources)
        citations.append(citation)
        if wrong:
            row.fault("source", wrong, mend)
    direction = row.word("direction", list(Direction), "direction")
    return Event(
        printed=row.text("date"),
        span=span,
        actors=_parties(row, "actor", countries),
        lever=row.word("lever", LEVERS, "lever"),
        direction=Direction(direction) if direction else Direction.NEUTRAL,
        magnitude=row.text("magnitude"),
        targets=_parties(row, "target", countries),
        whom=row.text("whom"),
        status=row.text("status"),
        unverified=row.text("unverified"),
        sources=tuple(citations),
        where=row.where("date"),
    )


def _parties(row: _Row, column: str, countries: Countries) -> tuple[str, ...]:
    for name in row.texts(column):
        if name not in countries.names and name not in GROUPS:
            row.fault(
                column,
                f"'{name}' is neither an alpha-3 code nor one of {', '.join(GROUPS)}",
                countries.near(name),
            )
    return row.texts(column)
