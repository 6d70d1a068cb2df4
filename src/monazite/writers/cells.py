"""Cells of the law for a terminal, as CSV and as JSON: days and classes of countries that no provision tells apart."""

import csv
import io
import json
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from monazite.determine.cells import REACH, CountryClass, CountrySet, Division, TimeCell, Turning
from monazite.writers.law import status_word
from monazite.writers.plain import plain

WIDTH = 100
_NAMED = 12
"""A set of more countries is called by its number, where no group of the book has just these members."""
_LISTED = 3
"""So many provisions or groups are named of a set; JSON names all."""
COLUMNS = ("regime", "from", "through", "path", "class", "countries", "members", "told_apart_by", "border")
"""Columns of the table of classes: one row a cell and class."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCell:
    """A time cell with its divisions, one a country fact asked about."""

    cell: TimeCell
    divisions: tuple[Division, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCells:
    """The cells of one regime."""

    regime: str
    known_on: date | None
    version: str
    cells: tuple[ShownCell, ...]


def cells_lines(shown: ShownCells, *, everything: bool = False) -> list[str]:
    """Each cell with the day it begins, what changed there, and the classes of countries.

    The largest class is all other countries: counted, and named only with `everything`.
    """
    known = f"as known on {shown.known_on}" if shown.known_on else "as known today"
    count = len(shown.cells)
    lines = [
        f"{shown.regime}: {count:,} time {'cell' if count == 1 else 'cells'}, {known}. Book {shown.version}."
    ]
    before: dict[str, object] = {}
    for one in shown.cells:
        lines += ["", _days(one.cell), *_turnings(one.cell.turning)]
        for division in one.divisions:
            same = _marks(division)
            if before.get(division.path) == same:
                lines.append(f"  {division.path}: {_classes(division)}, as in the cell before")
            else:
                lines += _division(division, everything)
            before[division.path] = same
    return lines


def _days(cell: TimeCell) -> str:
    if cell.start is None:
        return "every day" if cell.last is None else f"until {cell.last}"
    return f"{cell.start} on" if cell.last is None else f"{cell.start} through {cell.last}"


def _turnings(turning: Sequence[Turning]) -> Iterator[str]:
    if turning:
        yield "  begins as these change:"
    for one in turning:
        before, after = _statuses(one)
        says = after if before == after else f"{before} -> {after}"
        asks = ", other countries or parties" if one.asks_otherwise else ""
        yield f"    {one.provision:<36} {says}{asks}"


def _statuses(one: Turning) -> tuple[str, str]:
    """How it stood and stands; whom a law reaches has no status of its own."""
    if one.provision == REACH:
        return "of the law", "of the law"
    return status_word(one.before), status_word(one.after)


def _marks(division: Division) -> object:
    sets = tuple((one.surely, one.perhaps, one.groups) for one in division.sets)
    return sets, tuple(one.members for one in division.classes), bool(division.border)


def _classes(division: Division) -> str:
    count = len(division.classes)
    return f"{count:,} {'class' if count == 1 else 'classes'} of countries"


def _division(division: Division, everything: bool) -> Iterator[str]:
    yield f"  {division.path}: {_classes(division)}"
    for number, one in enumerate(division.classes, 1):
        members = " ".join(one.members)
        if number == len(division.classes) and number > 1:
            other = f"the other {len(one.members):,} countries"
            members = f"{other}: {members}" if everything or len(one.members) <= _NAMED else other
        yield from _wrap(f"{number}  {members}{_in(one)}", "       ", "    ")
    if division.sets:
        yield "    told apart by"
    for number, held in enumerate(division.sets, 1):
        yield from _wrap(
            f"[{number}] {_called(held)}: {_provisions(held.provisions)}", "          ", "      "
        )
    if division.border:
        yield from _wrap(
            f"and by whether a border is crossed ({_provisions(division.border)}): the country at which the other end "
            "of the move lies is a class of its own", "        ", "      ",
        )  # fmt: skip


def _in(one: CountryClass) -> str:
    return f" [{' '.join(str(number + 1) for number in one.sets)}]" if one.sets else ""


def _called(held: CountrySet) -> str:
    """A set by the group of the book with its members, else by its members if they are few."""
    if held.groups:
        more = f" and {len(held.groups) - _LISTED} more groups" if len(held.groups) > _LISTED else ""
        return " = ".join(held.groups[:_LISTED]) + more
    perhaps = f", perhaps {' '.join(held.perhaps)}" if 0 < len(held.perhaps) <= _NAMED else ""
    if len(held.surely) <= _NAMED:
        return f"{' '.join(held.surely) or 'nobody surely'}{perhaps}"
    return f"{len(held.surely)} countries"


def _provisions(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_LISTED])
    return shown if len(names) <= _LISTED else f"{shown} and {len(names) - _LISTED} more"


def _wrap(text: str, indent: str, first: str) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        break_on_hyphens=False,
        break_long_words=False,
        initial_indent=first,
        subsequent_indent=indent,
    )


def cells_csv(several: Sequence[ShownCells]) -> str:
    """One row a regime, cell, country fact and class, with the columns COLUMNS; an empty day has no end."""
    held = io.StringIO()
    writer = csv.writer(held, lineterminator="\n")
    writer.writerow(COLUMNS)
    for shown in several:
        for one in shown.cells:
            for division in one.divisions:
                for number, kin in enumerate(division.classes, 1):
                    by = dict.fromkeys(name for i in kin.sets for name in division.sets[i].provisions)
                    writer.writerow([
                        shown.regime, one.cell.start or "", one.cell.last or "", division.path, number, len(kin.members),
                        " ".join(kin.members), "; ".join(by), "; ".join(division.border),
                    ])  # fmt: skip
    return held.getvalue()


def cells_json(several: Sequence[ShownCells]) -> str:
    """Everything as JSON text."""
    whole = [
        {
            "regime": shown.regime,
            "known_on": shown.known_on,
            "law_version": shown.version,
            "cells": [
                {
                    "from": one.cell.start,
                    "through": one.cell.last,
                    "changed": [_turning_plain(turning) for turning in one.cell.turning],
                    "countries": [_division_plain(division) for division in one.divisions],
                }
                for one in shown.cells
            ],
        }
        for shown in several
    ]
    return json.dumps(plain(whole), ensure_ascii=False, indent=2) + "\n"


def _turning_plain(one: Turning) -> dict[str, object]:
    before, after = _statuses(one)
    return {
        "provision": one.provision,
        "before": before,
        "after": after,
        "asks_otherwise": "yes" if one.asks_otherwise else "no",
    }


def _division_plain(division: Division) -> dict[str, object]:
    return {
        "path": division.path,
        "sets": division.sets,
        "classes": division.classes,
        "border": division.border,
    }
