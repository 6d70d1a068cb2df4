"""Scenario files of the network: YAML with a table, figures, nodes, and what is blocked or lost from when.

    name: One maker's exports blocked
    table: {format: pymrio-test}
    days: 365
    parameters: {psi: 0.8, cover: 90, switch: 30}
    products: {mining: {cover: 30, switch: 180, bind: critical}}
    nodes:
      - {name: magnets, maker: reg1/mining, product: magnet, buyers: {reg2/manufactoring: 1000000}}
    sources: ["where the figures come from, or: made up"]
    scenarios:
      - name: exports of the node wait for licences
        blocked:
          - {suppliers: [magnets], buyers: ["reg2/*"], from: 10, waiting: 0.77, decided: {median: 74, sigma: 0.36}}
      - name: half of a sector lost
        lost: [{industries: ["reg3/mining"], share: {0: 0.5, 60: 0.5, 90: 0}}]

Shares are given by day; between two days they run in a line, and the last one holds on.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from functools import cache
from hashlib import sha256
from pathlib import Path

import numpy as np

from monazite.disruption.network.days import LostCapacity, NetworkScenario, Parameters
from monazite.disruption.network.table import SupplyTable, product_node
from monazite.readers.disruption.control import SCENARIO_FIELDS, control_of, delay_of
from monazite.readers.disruption.permissions import MOST_DAYS, Licences, NetworkFields, permission_of
from monazite.readers.disruption.ranges import Range, read_ranges
from monazite.readers.disruption.tables import MRIO_FORMATS, read_firm_links, read_mrio, read_test_table
from monazite.readers.disruption.trade_table import read_trade_table
from monazite.readers.law import read_book
from monazite.readers.yaml import read_yaml
from monazite.regime.book import Book
from monazite.terms.faults import BadInput, near_match
from monazite.terms.located import Located

BINDS = {"critical": 1.0, "important": 0.5, "other": 0.0}
FIGURES = {"psi": 10, "alpha_max": 100, "alpha_tau": 1e9, "restock": 1e12, "cover": 1e6, "switch": math.inf,
           "step": 365}  # fmt: skip
"""Figures of the model, each with the most that it may be; orders that never move have a switch of inf."""
BY_PRODUCT = ("cover", "switch", "bind")
OF_FIRMS = {"restock": 6.0, "cover": 15.0}
"""Days of firms, where the file gives none, in place of those of sectors. Source: Inoue & Todo, as in `Parameters`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioFile:
    """A scenario file, its table read and its names found."""

    name: str
    says: str
    day_0: date | None
    table: SupplyTable
    steps: int
    parameters: Parameters
    scenarios: tuple[NetworkScenario, ...]
    ranges: tuple[Range, ...]
    sources: tuple[str, ...]
    notes: tuple[str, ...]  # where the law is uncertain, and what was taken for firms
    digest: str  # of the file's bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """The scenario file with one range at one of its ends."""

    range: Range
    end: str
    file: ScenarioFile


def read_scenario_file(path: Path, *, book: Callable[[], Book] = read_book) -> ScenarioFile:
    """The file and the table it names; the regime book is asked for only where the control is that of a measure.

    Raises
    ------
    BadInput with every fault of the file; faults of the table first, for names can only be checked against it
    """
    held, faults = read_yaml(path)
    reading = NetworkFields()
    reading.faults += faults
    if held.fields is None:
        if not faults:
            reading.fault(str(path), "is not a mapping", "Start with name: and table:")
        raise BadInput(reading.faults)
    return _read(held, path, reading, book, [])


def read_variants(path: Path, *, book: Callable[[], Book] = read_book) -> list[Variant]:
    """The file once for each end of each of its ranges, all else as written.

    Raises
    ------
    BadInput where a range names no value of the file, or an end of it does not fit there
    """
    held, _ = read_yaml(path)
    reading = NetworkFields()
    ranges = read_ranges(held, reading)
    if reading.faults:
        raise BadInput(reading.faults)
    once = cache(book)
    found: list[Variant] = []
    known: list[Licences] = []
    table: SupplyTable | None = None
    for one in ranges:
        own_table = one.path.startswith(("table", "nodes"))
        for end, value in (("low", one.low), ("high", one.high)):
            varied = one.laid_on(held, value)
            try:
                file = _read(varied, path, NetworkFields(), once, known, None if own_table else table)
            except BadInput as bad:
                for fault in bad.faults:
                    what = f"{one.path} at its {end} end, {value}: {fault.what}"
                    reading.fault(fault.where, what, fault.mend)
                continue
            found.append(Variant(range=one, end=end, file=file))
            table = table or (None if own_table else file.table)
    if reading.faults:
        raise BadInput(reading.faults)
    return found


def _read(
    held: Located,
    path: Path,
    reading: NetworkFields,
    book: Callable[[], Book],
    known: list[Licences],
    table: SupplyTable | None = None,
) -> ScenarioFile:
    """The document as a scenario file; its table is read unless it is given."""
    reading.keys(held, SCENARIO_FIELDS)
    for field, mend in (("sources", "Give a list: where figures come from, or 'made up'"),
                        ("scenarios", "Give a list: each with a name, blocked or lost")):  # fmt: skip
        found = held.find(field)
        if found is None or not found.items:
            where = str(path) if found is None else found.where
            reading.fault(where, f"holds no list of {field}", mend)
    name = reading.text(held.find("name"), path.stem)
    licences = _licences(held, name, reading, book, known)
    ranges = read_ranges(held, reading)
    if table is None:
        table = _table(held.find("table"), path, reading)
        if reading.faults or table is None:
            raise BadInput(reading.faults)
        table = _with_nodes(held.find("nodes"), table, reading)
    plain, told = _plain(held)
    parameters = _parameters(held, table, plain, reading)
    days = reading.number(held.find("days"), default=365.0, low=1, high=MOST_DAYS)
    steps = round(days / parameters.step)
    scenarios, seen = [], set()
    scenarios_given = held.find("scenarios")
    for item in scenarios_given.list() if scenarios_given is not None else ():
        scenario = _scenario(item, table, steps, parameters.step, reading, licences)
        if scenario.name in seen:
            reading.fault(item.where, f"the name '{scenario.name}' stands twice", "Name each once")
        seen.add(scenario.name)
        scenarios.append(scenario)
    sources = reading.texts(held.find("sources"))
    if reading.faults:
        raise BadInput(reading.faults)
    return ScenarioFile(
        name=name,
        says=" ".join(reading.text(held.find("says")).split()),
        day_0=reading.day(held.find("day_0")),
        table=table,
        steps=steps,
        parameters=parameters,
        scenarios=tuple(scenarios),
        ranges=ranges,
        sources=sources,
        notes=(*told, *(licences.notes if licences is not None else ())),
        digest=sha256(path.read_bytes()).hexdigest(),
    )


def _licences(
    held: Located, name: str, reading: NetworkFields, book: Callable[[], Book], known: list[Licences]
) -> Licences | None:
    """The control and the parameters of the delay, where the file has them; of those known the one that is the same."""
    found = control_of(held, name, reading, book)
    delay = delay_of(held.find("delay"), reading)
    day_0 = reading.day(held.find("day_0"))
    if held.find("control") is not None and held.find("day_0") is None:
        reading.fault(
            held["control"].where, "a control needs day_0", "Give the day that is day 0, YYYY-MM-DD"
        )
    if found is None or day_0 is None:
        return None
    made = Licences(control=found[0], delay=delay, day_0=day_0, notes=found[2])
    same = [one for one in known if (one.control, one.delay, one.day_0) == (made.control, delay, day_0)]
    known += [] if same else [made]
    return same[0] if same else made


def _table(held: Located | None, file: Path, reading: NetworkFields) -> SupplyTable | None:
    formats = (*MRIO_FORMATS, "firms", "trade", "pymrio-test")
    if held is None or held.find("format") is None:
        reading.fault(
            held.where if held else str(file), "names no table", f"Give format: {', '.join(formats)}"
        )
        return None
    form = held["format"].text or ""
    if form == "trade":
        return read_trade_table(held, reading)
    reading.keys(held, ("format", "path", "links", "firms", "unit", "year"))
    unit = held.find("unit")

    def place(key: str) -> Path | None:
        found = held.find(key)
        if found is None or not found.text:
            reading.fault(
                held.where, f"a table of {form} needs '{key}'", "Paths count from the scenario file"
            )
            return None
        return file.parent / found.text

    if form == "pymrio-test":
        return read_test_table()
    if form == "firms":
        links, firms = place("links"), place("firms")
        return read_firm_links(links, firms) if links and firms else None
    if form not in MRIO_FORMATS:
        mend = near_match(form, formats) or f"Allowed: {', '.join(formats)}"
        reading.fault(held["format"].where, f"'{form}' is no format of tables", mend)
        return None
    found = place("path")
    if not found:
        return None
    year = held.find("year")
    number = int(reading.number(year, default=0, low=1900, high=2199)) if year is not None else None
    return read_mrio(found, form, unit=reading.text(unit), year=number)


def _with_nodes(held: Located | None, table: SupplyTable, reading: NetworkFields) -> SupplyTable:
    for item in held.list() if held is not None else ():
        reading.keys(item, ("name", "maker", "product", "buyers", "replace"))
        missing = [key for key in ("name", "maker", "product", "buyers") if item.find(key) is None]
        if missing:
            reading.fault(item.where, f"a node needs {', '.join(missing)}")
            continue
        maker = reading.names(item["maker"], table, item.where, "maker")
        buyers = {}
        for key in item["buyers"]:
            sold = reading.number(item["buyers"][key], default=0.0, low=0)
            if key in table.place:
                buyers[table.place[key]] = sold
            else:
                place = item["buyers"].key_place(key)
                reading.fault(place, f"'{key}' is no industry of the table", near_match(key, table.names))
        if len(maker) != 1:
            reading.fault(item["maker"].where, f"names {len(maker)} makers", "Name one")
        if reading.faults:
            continue
        replace = item.find("replace")
        try:
            table = product_node(table, maker=int(maker[0]), buyers=buyers, name=item["name"].text or "",
                                 product=item["product"].text or "",
                                 replace=replace is None or replace.text not in ("no", "false"))  # fmt: skip
        except BadInput as bad:
            for fault in bad.faults:
                reading.fault(item.where, f"{fault.where} {fault.what}", fault.mend)
    return table


def _plain(held: Located) -> tuple[Parameters, tuple[str, ...]]:
    """Figures of the model where the file gives none, for sectors or for firms, and a note on those of firms."""
    form, given = held["table"].find("format"), held.find("parameters")
    taken = {name: days for name, days in OF_FIRMS.items() if given is None or given.find(name) is None}
    if form is None or form.text != "firms" or not taken:
        return Parameters(), ()
    said = ", ".join(f"{name} {days:g} days" for name, days in taken.items())
    return Parameters(**taken), (f"the file gives none, and firms take (Inoue & Todo): {said}",)  # type: ignore[arg-type]


def _parameters(held: Located, table: SupplyTable, plain: Parameters, reading: NetworkFields) -> Parameters:
    given = held.find("parameters") or Located(held.where, fields={})
    reading.filled(given, tuple(FIGURES))
    figures = {
        name: reading.number(given.find(name), default=getattr(plain, name), low=0, high=most)
        for name, most in FIGURES.items()
    }
    kinds = len(table.products)
    by_product = {"cover": np.full(kinds, figures["cover"]), "switch": np.full(kinds, figures["switch"]),
                  "bind": np.ones(kinds)}  # fmt: skip
    products = held.find("products")
    for key in products or ():
        item = products[key] if products is not None else held
        reading.filled(item, BY_PRODUCT)
        at = [n for n, product in enumerate(table.products) if product == key or fnmatchcase(product, key)]
        if not at:
            place = products.key_place(key) if products is not None else held.where
            reading.fault(place, f"'{key}' is no product of the table", near_match(key, table.products))
            continue
        for name in ("cover", "switch"):
            value = item.find(name)
            if value is not None:
                by_product[name][at] = reading.number(value, default=1.0, low=0, high=FIGURES[name])
        bind = item.find("bind")
        if bind is not None and bind.text not in BINDS:
            reading.fault(bind.where, f"'{bind.text}' is no criticality", f"Allowed: {', '.join(BINDS)}")
        elif bind is not None:
            by_product["bind"][at] = BINDS[bind.text or ""]
    others = {name: figures[name] for name in FIGURES if name not in BY_PRODUCT}
    try:
        return Parameters(**others, **by_product)  # type: ignore[arg-type]
    except BadInput as bad:
        for fault in bad.faults:
            reading.fault(given.where, fault.what, fault.mend)
        return plain


def _scenario(
    item: Located,
    table: SupplyTable,
    steps: int,
    step: float,
    reading: NetworkFields,
    licences: Licences | None,
) -> NetworkScenario:
    reading.filled(item, ("name", "blocked", "lost", "says"))
    name = item.find("name")
    if name is None:
        reading.fault(item.where, "a scenario has no name", "Give name:")
    blocked, lost = item.find("blocked"), item.find("lost")
    permissions, losses = [], []
    for held in blocked.list() if blocked is not None else ():
        permissions.append(permission_of(held, table, steps, step, reading, licences))
    for held in lost.list() if lost is not None else ():
        reading.filled(held, ("industries", "share"))
        share_given = held.find("share")
        if share_given is None:
            reading.fault(held.where, "says no share", "Give share: a number, or days and shares")
            continue
        places = reading.names(held.find("industries"), table, held.where, "industries")
        losses.append(LostCapacity(industries=places, share=reading.points(share_given, steps, step)))
    return NetworkScenario(
        name=(name.text if name is not None else "") or "",
        permissions=tuple(permissions),
        losses=tuple(losses),
    )
