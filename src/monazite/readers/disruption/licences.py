"""Parameters of the licence delay, states of the world of a control, and licence statistics, from their tables."""

import math
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from monazite.disruption.delay.fitting import Statistic
from monazite.disruption.delay.licences import DelayModel, Spell, World
from monazite.readers.disruption.delay_ranges import read_delay_ranges
from monazite.readers.disruption.rows import read_rows
from monazite.readers.places import find_data
from monazite.readers.reference import read_reference
from monazite.readers.trade.shipped import read_groups
from monazite.regime.book import Book
from monazite.regime.model import REQUIREMENTS, Status
from monazite.terms.days import parse_day
from monazite.terms.faults import BadInput, Fault, near_match


def read_delay_model(path: Path | None = None) -> DelayModel:
    """The parameters of both models; those of the package by default.

    Raises
    ------
    BadInput with every cell that does not fit, and every parameter that lacks
    """
    name = path.name if path else "licence-delay.csv"
    found = {(one.parameter, one.key): one.value for one in read_delay_ranges(path)}
    faults = [
        Fault(where=name, what=f"{' '.join(filter(None, key))} has no value", mend="Give a number")
        for key, value in found.items() if math.isnan(value)
    ]  # fmt: skip
    for parameter in ("median", "sigma", "a_min", "refused"):
        if (parameter, "") not in found:
            faults.append(Fault(where=name, what=f"has no parameter '{parameter}'", mend="Add it"))
    worlds = {key: value for (parameter, key), value in found.items() if parameter == "rate"}
    for key in worlds:
        if key not in list(World):
            faults.append(
                Fault(where=name, what=f"'{key}' is no state of the world", mend=near_match(key, World))
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
    agreed = [(day, world) for name, day, world in _agreed() if name == measure]
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


def _agreed() -> list[tuple[str, date, World]]:
    """Measure, first day and state of the world of what was agreed beside the law."""
    faults: list[Fault] = []
    path = find_data("reference") / "disruption" / "worlds.csv"
    rows = read_rows(path, ("measure", "first", "world", "source"), faults)
    if faults:
        raise BadInput(faults)
    return [(row.text("measure"), parse_day(row.text("first")), World(row.text("world"))) for row in rows]


COUNTED = ("as_of", "control_start", "destination", "filed", "approved", "approved_share", "source_url")
BESIDE = (
    "origin", "applicants", "pending", "rejected", "lag_or_term", "conditions", "quality", "source_title", "note",
)  # fmt: skip


def read_statistics(path: Path | None = None) -> tuple[Statistic, ...]:
    """Licence statistics that give a count or a share; rows of no number are left out."""
    path = path or find_data("reference") / "disruption" / "licence-statistics.csv"
    found, faults = [], list[Fault]()
    for row in read_rows(path, COUNTED, faults, optional=BESIDE):
        try:
            as_of, start = parse_day(row.text("as_of")), parse_day(row.text("control_start"))
        except ValueError as error:
            row.fault("as_of", str(error))
            continue
        # Counts may be words such as 'hundreds'.
        filed, approved = row.text("filed"), row.text("approved")
        count = int(filed) if filed.isdigit() else None
        share = (
            int(approved) / count
            if approved.isdigit() and count
            else row.number("approved_share", least=0, most=1)
        )
        if share is not None:
            found.append(
                Statistic(as_of=as_of, start=start, destination=row.text("destination"), filed=count, share=share,
                          source=row.text("source_url"))
            )  # fmt: skip
    if faults:
        raise BadInput(faults)
    return tuple(found)
