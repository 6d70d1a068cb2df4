"""What the commands over a plan share: the lines named, the states of the world, and what to know of the plan."""

import math
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from monazite.disruption.delay.control import Control
    from monazite.disruption.delay.licences import DelayModel
    from monazite.disruption.lines.plan import Plan
    from monazite.disruption.lines.setting import Setting
    from monazite.regime.book import Book
    from monazite.writers.disruption.answers import States

    Known = tuple[States, date, DelayModel | None, list[tuple[str, int, str]], list[str]]

MEASURE = "cn-mofcom-gacc-2025-18"
STALE_DAYS = 180
"""An application open for longer than this on day 0 is worth a question."""


def lines_named(read: "Plan", only: Sequence[str]) -> tuple[int, ...]:
    """The lines asked for by name."""
    from monazite.terms.faults import BadInput, Fault, near_match

    wrong = [name for name in only if name not in read.lines]
    if wrong:
        raise BadInput([Fault(where="--only", what=f"'{name}' is no line", mend=near_match(name, read.lines))
                        for name in wrong])  # fmt: skip
    return tuple(read.lines.index(name) for name in dict.fromkeys(only))


def states_of(book: "Book", measure: str | None, scenario: Path | None, day_0: date | None) -> "Known":
    """The states of the world, day 0, the scenario's own delay, its file, and notes."""
    from monazite.disruption.delay.control import Control
    from monazite.readers.disruption.control import read_control
    from monazite.readers.disruption.licences import read_spells
    from monazite.terms.faults import BadInput, Fault
    from monazite.writers.disruption.answers import States

    if scenario is not None:
        held = read_control(scenario, book)
        states = States(control=held.control, measure="", scenario=held.name, says=held.says,
                        sources=held.sources, spell_sources=held.spell_sources)  # fmt: skip
        return states, day_0 or held.day_0, held.delay, [(scenario.name, 0, held.digest)], [*held.notes]
    assert day_0 is not None
    name = measure or MEASURE
    spells, notes = read_spells(book, name)
    regime = book.measures[name].regime
    if not book.holds(regime, day_0):
        first = book.states[regime].holds_from
        raise BadInput([Fault(where="--from", what=f"the book of law does not hold the law of {regime} on {day_0}",
                              mend=f"Name a day from {first} on, or give --scenario with spells of your own")])  # fmt: skip
    source = "standing in the book of law, and reference/disruption/worlds.csv for what was agreed"
    states = States(control=Control(name=name, spells=spells), measure=name, scenario="", says="",
                    sources=(), spell_sources=(source,) * len(spells))  # fmt: skip
    return states, day_0, None, [], list(notes)


def others_of(texts: Sequence[str], book: "Book") -> "tuple[list[tuple[float, Control]], list[str]]":
    """Other calendars of licences with the odds that their asker gives them, written FILE=ODDS; and a note on each."""
    from monazite.readers.disruption.control import read_control
    from monazite.terms.faults import BadInput, Fault

    found: list[tuple[float, Control]] = []
    notes, faults = [], []
    for text in texts:
        name, _, number = text.rpartition("=")
        try:
            odds = float(number)
        except ValueError:
            odds = math.nan
        if not name or not 0 < odds < 1:
            faults.append(Fault(where="--or-scenario", what=f"'{text}' gives no odds between 0 and 1",
                                mend="Write the file, = and its odds, such as scenarios/six-month-refusal.yaml=0.3"))  # fmt: skip
            continue
        held = read_control(Path(name), book)
        found.append((odds, held.control))
        notes.append(f"with odds of {odds:g}, which are yours, not ours: {held.name}")
    if sum(odds for odds, _ in found) >= 1:
        faults.append(Fault(where="--or-scenario", what="the odds leave nothing for the first calendar",
                            mend="Let them add up to less than 1"))  # fmt: skip
    if faults:
        raise BadInput(faults)
    return found, notes


def plan_notes(read: "Plan", setting: "Setting") -> list[str]:
    """What a reader of the answers should know of the plan."""
    import numpy as np

    from monazite.disruption.delay.licences import END_USES
    from monazite.readers.findings import counted_things

    def some(names: Sequence[str]) -> str:
        return f"{', '.join(names[:5])}{f' and {len(names) - 5:,} more' if len(names) > 5 else ''}"

    notes = [str(note) for note in read.notes]
    if read.made_up:
        files = {file: rows for file, rows, _ in read.files}
        said = ", ".join(f"{file} {count:,} of {files[file]:,} rows" for file, count in read.made_up)
        notes.append(f"made up, by their own notes: {said}")
    undetermined = [name for name in read.parts if name not in read.at_most]
    if undetermined:
        notes.append(
            f"nobody determined {counted_things(len(undetermined), 'part')}; with a licence and without are both answered: "
            f"{some(undetermined)}"
        )
    several = setting.shared()
    shared = [read.parts[part] for part in several.tolist()]
    if shared:
        notes.append(f"several lines use {counted_things(len(shared), 'part')}, whose stock is shared in proportion to use"
                     f"{' in the closed form, exactly by the day' if read.deliveries else ''}: {some(shared)}")  # fmt: skip
    sharing = sorted(set(setting.use_line[np.isin(setting.use_part, several)].tolist()))
    if len({read.currency[line] for line in sharing}) > 1:
        notes.append("lines that share parts state margins in several currencies; none is converted, so by the day the "
                     "figures decide as they stand")  # fmt: skip
    silent = [read.lines[line] for line in sharing if math.isnan(setting.margin_per_day[line])]
    if silent:
        notes.append(
            f"lines without a stated margin come last by the day where parts are short: {some(silent)}"
        )
    unused = [read.lines[line] for line, uses in enumerate(setting.uses) if not len(uses)]
    if unused:
        notes.append(f"these lines use no part: {some(unused)}")
    idle = [read.parts[part] for part in np.flatnonzero(setting.all_use == 0).tolist()]
    if idle:
        notes.append(f"no line uses {counted_things(len(idle), 'part')}: {some(idle)}")
    strange = sorted(
        {
            s.asked.destination or "(empty)"
            for s in setting.supplies
            if s is not None and setting.delay.place(s.asked.destination) not in setting.delay.destination
        }
    )
    if strange:
        notes.append(f"destinations without a multiplier of their own count as 1: {some(strange)}")
    known = {use.casefold() for use in (*END_USES, *setting.delay.end_use, *setting.delay.never)}
    uses = {s.asked.end_use for s in setting.supplies if s is not None} - {""}
    unknown = sorted(use for use in uses if use.casefold() not in known)
    if unknown:
        notes.append(
            f"end uses that no parameter names count as civil: {some(unknown)}; known are {', '.join(END_USES)}"
        )
    later = [read.parts[part] for part, supply in enumerate(setting.supplies)
             if supply is not None and supply.asked.filed > setting.day_0]  # fmt: skip
    if later:
        notes.append(f"filed only after day 0: {some(later)}")
    open_days = [(read.parts[part], (setting.day_0 - supply.asked.filed).days)
                 for part, supply in enumerate(setting.supplies) if supply is not None]  # fmt: skip
    stale = [f"{name} {days} days" for name, days in open_days if days > STALE_DAYS]
    if stale:
        notes.append(
            f"filed long before day 0 and taken as still open: {some(stale)}; mend filed where it is not so"
        )
    ended = [name for name, _, through in read.licences if through < setting.day_0]
    if ended:
        notes.append(f"licences that ended before day 0: {some(ended)}")
    if read.deliveries:
        notes.append("the closed form takes one delivery a part that lasts, after its lag; the run by the day takes "
                     "deliveries.csv")  # fmt: skip
        last = setting.day_0.toordinal() + setting.horizon
        days = [one.day for one in read.deliveries if one.day is not None]
        if days and min(days).toordinal() >= last:
            notes.append(f"the horizon ends before the first dated delivery, {min(days)}")
    return notes
