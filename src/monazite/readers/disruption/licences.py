"""Parameters of the licence delay, states of the world of a control, and licence statistics, from their tables."""

import csv
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from monazite.disruption.delay.fitting import Statistic
from monazite.disruption.delay.licences import DelayModel, Spell, World
from monazite.readers.places import find_data
from monazite.readers.reference import read_reference
from monazite.readers.trade.shipped import read_groups
from monazite.regime.book import Book
from monazite.regime.model import REQUIREMENTS, Status
from monazite.terms.days import parse_day
from monazite.terms.faults import BadInput, Fault, near_match


def _rows(path: Path, columns: Sequence[str]) -> list[tuple[str, dict[str, str]]]:
    """Each row with its place.

    Raises
    ------
    BadInput where the file cannot be read or lacks a column
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            rows = [
                (f"{path.name}:{reader.line_num}", {k: v or "" for k, v in row.items() if k})
                for row in reader
            ]
            names = list(reader.fieldnames or ())
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(
            [Fault(where=path.name, what=f"cannot be read: {error}", mend="Check the path")]
        ) from None
    missing = [name for name in columns if name not in names]
    if missing:
        mend = f"Columns: {', '.join(columns)}"
        raise BadInput(
            [Fault(where=path.name, what=f"has no column '{name}'", mend=mend) for name in missing]
        )
    return rows


def read_delay_model(path: Path | None = None) -> DelayModel:
    """The parameters of both models; those of the package by default."""
    path = path or find_data("reference") / "disruption" / "licence-delay.csv"
    found: dict[tuple[str, str], float] = {}
    faults = []
    for where, row in _rows(path, ("parameter", "key", "value", "low", "high", "source")):
        try:
            found[row["parameter"], row["key"]] = float(row["value"])
        except ValueError:
            faults.append(Fault(where=f"{where}, column value", what=f"'{row['value']}' is not a number"))
    for name in ("median", "sigma", "a_min", "refused"):
        if (name, "") not in found:
            faults.append(Fault(where=path.name, what=f"has no parameter '{name}'", mend="Add it"))
    worlds = {key: value for (name, key), value in found.items() if name == "rate"}
    for key in worlds:
        if key not in list(World):
            faults.append(
                Fault(where=path.name, what=f"'{key}' is no state of the world", mend=near_match(key, World))
            )
    if faults:
        raise BadInput(faults)
    return DelayModel(
        median_days=found["median", ""],
        sigma=found["sigma", ""],
        rate_per_day={World(key): value for key, value in worlds.items()},
        a_min_days=found["a_min", ""],
        refused=found["refused", ""],
        destination={key: value for (name, key), value in found.items() if name == "destination"},
        end_use={key: value for (name, key), value in found.items() if name == "end_use"},
        never=frozenset(key for (name, key), value in found.items() if name == "never" and value == 1),
        known_as=_known_as([key for name, key in found if name == "destination"]),
    )


def _known_as(destinations: Sequence[str]) -> dict[str, str]:
    """Other codes and names of countries, and of the members of groups, to the destinations of the parameters."""
    countries, groups = read_reference().countries, read_groups()
    found: dict[str, str] = {}
    for key in destinations:
        group = groups.get("EU27" if key == "EU" else key)
        codes = {m.country for m in group.memberships} | {group.name} if group else {countries.find(key)}
        found |= {name: key for name, code in countries.by_name.items() if code in codes}
        found |= {code.casefold(): key for code in codes if code}
    return {name: key for name, key in found.items() if name not in {key.casefold() for key in destinations}}


def read_spells(book: Book, measure: str) -> tuple[tuple[Spell, ...], tuple[str, ...]]:
    """States of the world of a measure: its standing in the law, and what was agreed meanwhile; notes on both.

    Where the law is uncertain on a day the control is taken to hold, and a note says so.
    """
    provisions = [p for p in book.provisions.values() if p.measure == measure and p.effect in REQUIREMENTS]
    if not provisions:
        near = near_match(measure, book.measures)
        raise BadInput(
            [
                Fault(
                    where="--measure", what=f"'{measure}' has no provision that asks for a licence", mend=near
                )
            ]
        )
    days = sorted({day for p in provisions for s in p.periods for day in (s.span.start, s.span.stop) if day})
    agreed = [
        (parse_day(row["first"]), World(row["world"]))
        for _, row in _rows(
            find_data("reference") / "disruption" / "worlds.csv", ("measure", "first", "world", "source")
        )
        if row["measure"] == measure
    ]
    spells, notes = [Spell(first=date.min, world=World.FREE)], []
    for day in sorted({*days, *(first for first, _ in agreed)}):
        standing = [
            found.period.status for p in provisions if (found := book.standing(p, on=day)) is not None
        ]
        if Status.UNCERTAIN in standing:
            notes.append(f"the law is uncertain from {day}: taken as in force")
        held = Status.IN_FORCE in standing or Status.UNCERTAIN in standing
        later = [world for first, world in agreed if first <= day]
        world = World.IN_FORCE if held else (World.SUSPENDED if Status.SUSPENDED in standing else World.FREE)
        world = later[-1] if later and held else world
        if world is not spells[-1].world:
            spells.append(Spell(first=day, world=world))
    return tuple(spells), tuple(notes)


def read_statistics(path: Path | None = None) -> tuple[Statistic, ...]:
    """Licence statistics that give a count or a share; rows of no number are left out."""
    path = path or find_data("reference") / "disruption" / "licence-statistics.csv"
    found, faults = [], []
    columns = ("as_of", "control_start", "destination", "filed", "approved", "approved_share", "source_url")
    for where, row in _rows(path, columns):
        try:
            as_of, start = parse_day(row["as_of"]), parse_day(row["control_start"])
        except ValueError as error:
            faults.append(Fault(where=where, what=str(error)))
            continue
        filed = int(row["filed"]) if row["filed"].isdigit() else None
        if row["approved"].isdigit() and filed is not None:
            share = int(row["approved"]) / filed
        else:
            try:
                share = float(row["approved_share"])
            except ValueError:
                continue
        found.append(
            Statistic(as_of=as_of, start=start, destination=row["destination"], filed=filed, share=share,
                      source=row["source_url"])
        )  # fmt: skip
    if faults:
        raise BadInput(faults)
    return tuple(found)
