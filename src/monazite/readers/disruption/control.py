"""The control of a scenario file: states of the world by day, and rules for classes of applications.

    name: Six months without licences for one end use
    day_0: 2026-01-01
    control:
      measure: cn-mofcom-gacc-2025-18               # its standing in the regime book, or:
      spells: [{first: 2025-12-01, world: control in force, source: ...}]
      rules:
        - {first: 2026-01-01, last: 2026-06-30, world: refused, end_uses: [aerospace], source: made up}
    sources: ["..."]
    says: One or two sentences.

The same file may hold what the network needs; those fields are read by `network_scenarios`.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path

from monazite.disruption.delay.control import Control, Rule
from monazite.disruption.delay.licences import DelayModel, Spell, World
from monazite.readers.disruption.fields import Fields
from monazite.readers.disruption.licences import read_delay_model, read_spells
from monazite.readers.yaml import read_yaml
from monazite.regime.book import Book
from monazite.terms.faults import BadInput, near_match
from monazite.terms.located import Located

SCENARIO_FIELDS = ("name", "says", "sources", "day_0", "control", "delay", "table", "days", "parameters", "ranges", "products",
                   "nodes", "scenarios")  # fmt: skip
DELAY_FIELDS = ("median", "sigma", "a_min", "refused", "rate_factor", "rates", "destinations", "end_uses")
CLASSES = ("item_groups", "end_uses", "destinations")


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlFile:
    """The control of a scenario file, and what stands beside it."""

    name: str
    says: str
    control: Control
    day_0: date
    sources: tuple[str, ...]
    delay: DelayModel  # the package's parameters, with those that the file gives
    spell_sources: tuple[str, ...]  # of each spell of the control, in order: the law, a page, or made up
    notes: tuple[str, ...]  # where the law is uncertain
    digest: str  # of the file's bytes


def read_control(path: Path, book: Book) -> ControlFile:
    """The control of a scenario file.

    Raises
    ------
    BadInput with every fault of the fields that concern the control, and every unknown field
    """
    held, faults = read_yaml(path)
    reading = Fields()
    reading.faults += faults
    if held.fields is None:
        if not faults:
            reading.fault(str(path), "is not a mapping", "Start with name: and control:")
        raise BadInput(reading.faults)
    reading.keys(held, SCENARIO_FIELDS)
    if held.find("sources") is None:
        reading.fault(str(path), "names no sources", "Give sources: where figures come from, or 'made up'")
    if held.find("control") is None:
        reading.fault(str(path), "holds no control", "Give control: with a measure or spells")
    day_0 = reading.day(held.find("day_0"))
    if held.find("day_0") is None:
        reading.fault(str(path), "says no day_0", "Give the day of the stock figures, YYYY-MM-DD")
    name = reading.text(held.find("name"), path.stem)
    found = control_of(held, name, reading, lambda: book)
    delay = delay_of(held.find("delay"), reading)
    if reading.faults or found is None or day_0 is None:
        raise BadInput(reading.faults)
    control, spell_sources, notes = found
    return ControlFile(
        name=name, says=" ".join(reading.text(held.find("says")).split()), control=control, day_0=day_0, delay=delay,
        sources=reading.texts(held.find("sources")), spell_sources=spell_sources, notes=notes,
        digest=sha256(path.read_bytes()).hexdigest(),
    )  # fmt: skip


def control_of(
    file: Located, name: str, reading: Fields, book: Callable[[], Book]
) -> tuple[Control, tuple[str, ...], tuple[str, ...]] | None:
    """The control of a scenario document with the sources of its spells and notes; None where it has none, or faults.

    The book is asked for only where the control is that of a measure.
    """
    held = file.find("control")
    if held is None or not reading.keys(held, ("measure", "spells", "rules")):
        return None
    before = len(reading.faults)
    measure, given = held.find("measure"), held.find("spells")
    spells: tuple[Spell, ...] = ()
    sources: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    if (measure is None) == (given is None):
        what = "gives both a measure and spells" if measure else "gives no measure and no spells"
        reading.fault(held.where, what, "Give measure:, or spells: for a calendar of your own")
    elif measure is not None:
        try:
            spells, notes = read_spells(book(), reading.text(measure))
            sources = tuple(
                f"standing of {measure.text} in the regime book, and what was agreed" for _ in spells
            )
        except BadInput as bad:
            for fault in bad.faults:
                reading.fault(measure.where, fault.what, fault.mend)
    elif given is not None:
        spells, sources = _spells(given, reading)
    rules = [_rule(item, reading) for item in _listed(held.find("rules"))]
    if len(reading.faults) > before:
        return None
    made = Control(name=name, spells=spells, rules=tuple(rule for rule in rules if rule is not None))
    return made, sources, notes


def delay_of(held: Located | None, reading: Fields) -> DelayModel:
    """The parameters of the delay: the package's, with what the file gives in their place.

    `rate_factor` goes on all rates; `rates`, `destinations` and `end_uses` are by world, destination and end use.
    """
    plain = read_delay_model()
    if held is None or not reading.keys(held, DELAY_FIELDS):
        return plain
    rates = dict(plain.rate_per_day)
    for key in held.find("rates") or ():
        value = held["rates"][key]
        if key in list(World):
            rates[World(key)] = reading.number(value, default=0.0, low=0, high=10)
        else:
            where = held["rates"].key_place(key)
            reading.fault(where, f"'{key}' is no state of the world", near_match(key, World))
    factor = reading.number(held.find("rate_factor"), default=1.0, low=0, high=1000)
    factors = {
        name: {
            key: reading.number(held[name][key], default=1.0, low=0, high=100)
            for key in held.find(name) or ()
        }
        for name in ("destinations", "end_uses")
    }
    return replace(
        plain,
        median_days=reading.number(held.find("median"), default=plain.median_days, low=1e-3, high=36_500),
        sigma=reading.number(held.find("sigma"), default=plain.sigma, low=1e-3, high=10),
        a_min_days=reading.number(held.find("a_min"), default=plain.a_min_days, low=0, high=36_500),
        refused=reading.number(held.find("refused"), default=plain.refused, low=0, high=1),
        rate_per_day={world: rate * factor for world, rate in rates.items()},
        destination={**plain.destination, **factors["destinations"]},
        end_use={**plain.end_use, **factors["end_uses"]},
    )


def _spells(given: Located, reading: Fields) -> tuple[tuple[Spell, ...], tuple[str, ...]]:
    """Spells as written, after one without control from the first of all days on."""
    spells, sources = [Spell(first=date.min, world=World.FREE)], ["before the first spell"]
    for item in given.list():
        if not reading.keys(item, ("first", "world", "source")):
            continue
        if not reading.needs(item, ("first", "world", "source"), "a spell"):
            continue
        first, world = reading.day(item["first"]), reading.word(item["world"], World)
        if first is None or world is None:
            continue
        if first <= spells[-1].first:
            what = f"begins on {first}, not after the spell before it"
            reading.fault(item["first"].where, what, "Write spells in the order of their days")
            continue
        spells.append(Spell(first=first, world=world))
        sources.append(reading.text(item["source"]))
    return tuple(spells), tuple(sources)


def _rule(item: Located, reading: Fields) -> Rule | None:
    if not reading.keys(item, ("first", "last", "world", *CLASSES, "source", "says")):
        return None
    if not reading.needs(item, ("first", "world", "source"), "a rule"):
        return None
    first, last = reading.day(item["first"]), reading.day(item.find("last"))
    world = reading.word(item["world"], World)
    classes = {name: frozenset(reading.texts(item.find(name))) for name in CLASSES}
    if first is None or world is None or (last is None and item.find("last") is not None):
        return None
    if last is not None and last < first:
        reading.fault(item["last"].where, f"'{last}' is before the first day {first}", "Give a later day")
        return None
    return Rule(first=first, last=last, world=world, source=reading.text(item["source"]),
                item_groups=classes["item_groups"], end_uses=classes["end_uses"],
                destinations=classes["destinations"])  # fmt: skip


def _listed(held: Located | None) -> tuple[Located, ...]:
    return held.list() if held is not None else ()
