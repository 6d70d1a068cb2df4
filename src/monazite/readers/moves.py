"""The tables of moves and of parties as columns of facts of the move axis."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from monazite.catalogue.locators import Places
from monazite.catalogue.moves import Moves
from monazite.readers.columns import Columns, Read, Unfit, amounts, positions
from monazite.readers.lines import check_known
from monazite.readers.values import parse_calendar_day, parse_country, parse_list, parse_yes_no
from monazite.terms.amounts import NOTHING_KNOWN, Amounts, Interval
from monazite.terms.facts import CIVIL_USE, FACTS, ROLES, Axis, Fact, Kind
from monazite.terms.faults import near_match
from monazite.terms.kleene import NO, YES
from monazite.terms.quantities import is_unknown, parse_interval, parse_share

NOT_STATED, STATED_UNKNOWN = -1, -2
_PARTY_COLUMNS = ("name", "country", "headquarters", "ultimate_parent", "military", "lists", "listed_owner_share",
                  "us_listed_owner_share")  # fmt: skip


def no_moves(countries: tuple[str, ...]) -> Moves:
    """A catalogue that moves nowhere yet."""
    return Moves(names=(), countries=countries)


class _Facts:
    """Columns of facts as they are filled, k rows."""

    def __init__(self, rows: int, countries: tuple[str, ...]) -> None:
        self.rows, self.countries = rows, countries
        self.place = {country: number for number, country in enumerate(countries)}
        self.codes: dict[str, NDArray[np.int16]] = {}
        self.truths: dict[str, NDArray[np.int8]] = {}
        self.numbers: dict[str, Amounts] = {}
        self.texts: dict[str, tuple[str, ...]] = {}
        self.lists: dict[str, tuple[tuple[str, ...] | None, ...]] = {}

    def fill(self, fact: Fact, columns: Columns, column: str, take: NDArray[np.int64] | None = None) -> None:
        """The fact from a column of the table of moves, or of parties through `take` (-1: no party)."""
        reference = columns.reference

        def spread(read: Read, absent: int) -> NDArray:  # type: ignore[type-arg]
            values = (
                np.array(read.values, dtype=np.int64)[read.codes]
                if len(read.codes)
                else np.zeros(0, np.int64)
            )
            if take is None:
                return values
            return np.where(take >= 0, values[np.maximum(take, 0)] if len(values) else absent, absent)

        match fact.kind:
            case Kind.COUNTRY:
                found = columns.read(column, lambda text: self._country(columns, text), NOT_STATED)
                self._keep(self.codes, fact.path, spread(found, NOT_STATED).astype(np.int16))
            case Kind.ENUM:
                found = columns.read(column, lambda text: _enum(fact, text), NOT_STATED)
                self._keep(self.codes, fact.path, spread(found, NOT_STATED).astype(np.int16))
            case Kind.YES_NO:
                read = columns.read(column, lambda text: parse_yes_no(reference, text), None)
                coded = Read(read.codes, [NOT_STATED if value is None else value for value in read.values])
                self._keep(self.truths, fact.path, spread(coded, NOT_STATED).astype(np.int8))
            case Kind.NUMBER | Kind.SHARE:
                parse = parse_share if fact.kind is Kind.SHARE else parse_interval
                numbers = columns.read(column, lambda text: parse(text) or NOTHING_KNOWN, NOTHING_KNOWN)
                self.numbers[fact.path] = self._amounts(numbers, take)
            case Kind.TEXT:
                names = columns.trimmed(column).to_pylist()
                self.texts[fact.path] = tuple(self._rows(names, take, ""))
            case Kind.LISTS:
                lists = columns.read(column, lambda text: _lists(columns, text), None)
                rows = [lists.values[code] for code in lists.codes.tolist()]
                self.lists[fact.path] = tuple(self._rows(rows, take, None))
            case _:
                raise TypeError(f"{fact.path} is no fact of a move")

    def _keep(self, among: dict, path: str, values: NDArray) -> None:  # type: ignore[type-arg]
        """A column stated in two tables: the table of moves wins where it says something."""
        among[path] = (
            values
            if path not in among
            else np.where(among[path] == NOT_STATED, values, among[path]).astype(values.dtype)
        )

    def _rows(self, values: list, take: NDArray[np.int64] | None, absent: object) -> list:  # type: ignore[type-arg]
        return values if take is None else [values[row] if row >= 0 else absent for row in take.tolist()]

    def _amounts(self, read: Read[Interval], take: NDArray[np.int64] | None) -> Amounts:
        codes = (
            read.codes
            if take is None
            else np.where(
                take >= 0, read.codes[np.maximum(take, 0)] if len(read.codes) else 0, len(read.values)
            )
        )
        return amounts(codes, [*read.values, NOTHING_KNOWN])

    def _country(self, columns: Columns, text: str) -> int:
        if text and is_unknown(text):
            return STATED_UNKNOWN
        country = parse_country(columns.reference, text)
        return NOT_STATED if country is None else self.place[country]


def _enum(fact: Fact, text: str) -> int:
    if not text:
        return NOT_STATED
    if text.casefold() in fact.values:
        return fact.values.index(text.casefold())
    if is_unknown(text):
        return STATED_UNKNOWN
    raise Unfit(f"'{text}' is not one of the values", near_match(text.casefold(), fact.values))


def _lists(columns: Columns, text: str) -> tuple[str, ...] | None:
    if not text or is_unknown(text):
        return None
    if columns.reference.find_word("lists", text) == "none":
        return ()
    return parse_list(text)


def read_moves(
    moves: Columns | None, parties: Columns | None, ids: pa.Array, countries: tuple[str, ...]
) -> Moves:
    """The moves of a catalogue, each party's facts joined to the moves it takes part in."""
    if moves is None:
        if parties is not None:
            parties.ids("party")
        return no_moves(countries)
    rows = len(moves)
    facts = _Facts(rows, countries)
    for column in moves.headers:
        fact = FACTS.get(column)
        if fact is not None and fact.axis is Axis.MOVE:
            facts.fill(fact, moves, column)
    _check_countries(moves, facts)
    if "civil" in moves:
        _civil(moves, facts)
    for role in ROLES:
        if role in moves:
            _join_party(moves, parties, role, facts)
    part: tuple[str | None, ...] = (None,) * rows
    if "part" in moves:
        texts = moves.trimmed("part").to_pylist()
        named = np.array([bool(text) for text in texts], dtype=bool)
        if named.any():
            check_known(moves, "part", moves.trimmed("part"), ids)
        part = tuple(text or None for text in texts)
    day = moves.read("on", parse_calendar_day, None)
    names = moves.ids("move").to_pylist()
    return Moves(
        names=tuple(names),
        countries=countries,
        codes=facts.codes,
        truths=facts.truths,
        numbers=facts.numbers,
        texts=facts.texts,
        lists=facts.lists,
        on=tuple(day.values[code] for code in day.codes.tolist()),
        part=part,
        where=tuple(Places.of([(moves.table.place, moves.table.rows)])),
    )


def _check_countries(moves: Columns, facts: _Facts) -> None:
    for column in ("from", "to"):
        if column in moves:
            empty = np.flatnonzero(facts.codes[column] == NOT_STATED)
            texts = moves.trimmed(column)
            blank = empty[[not texts[int(row)].as_py() for row in empty]] if len(empty) else empty
            moves.findings.faults_at(
                moves.table, blank, moves.place(column), f"'{column}' is empty", "Write a country, or unknown"
            )


def _civil(moves: Columns, facts: _Facts) -> None:
    """`civil: yes` denies every use named in CIVIL_USE that the row does not state."""
    read = moves.read("civil", lambda text: parse_yes_no(moves.reference, text), None)
    civil = (
        np.array([value == YES for value in read.values], dtype=bool)[read.codes]
        if len(moves)
        else np.zeros(0, bool)
    )
    for path in CIVIL_USE:
        old = facts.truths.get(path, np.full(len(moves), NOT_STATED, dtype=np.int8))
        facts.truths[path] = np.where(civil & (old == NOT_STATED), NO, old).astype(np.int8)


def _join_party(moves: Columns, parties: Columns | None, role: str, facts: _Facts) -> None:
    texts = moves.trimmed(role)
    named = pc.greater(pc.utf8_length(texts), 0).to_numpy(zero_copy_only=False)
    if parties is None:
        if f"{role}.name" not in facts.texts:
            facts.texts[f"{role}.name"] = tuple(texts.to_pylist())
        moves.findings.note(
            moves.table,
            None,
            moves.place(role),
            f"there is no table of parties, so '{role}' is taken as a name",
        )
        return
    known = parties.ids("party")
    found = positions(texts, known)
    for row in np.flatnonzero(named & (found < 0))[:100].tolist():
        name = texts[row].as_py()
        near = near_match(name, known.to_pylist()) if len(known) < 10_000 else ""
        moves.findings.fault(
            moves.table, row, moves.place(role), f"'{name}' is not in parties", near or "Add it to parties"
        )
    found = np.where(named, found, -1)
    for column in _PARTY_COLUMNS:
        if column in parties:
            facts.fill(FACTS[f"{role}.{column}"], parties, column, found)
