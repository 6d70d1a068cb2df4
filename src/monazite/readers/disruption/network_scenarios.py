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
from fnmatch import fnmatchcase
from hashlib import sha256
from pathlib import Path
from statistics import NormalDist

import numpy as np

from monazite.disruption.network import LostCapacity, NetworkScenario, Parameters, Permission
from monazite.disruption.table import SupplyTable, Values, product_node
from monazite.readers.disruption.tables import MRIO_FORMATS, read_firm_links, read_mrio, read_test_table
from monazite.readers.yaml import read_yaml
from monazite.terms.faults import BadInput, Fault, near_match
from monazite.terms.located import Located

BINDS = {"critical": 1.0, "important": 0.5, "other": 0.0}
FIGURES = ("psi", "alpha_max", "alpha_tau", "restock", "cover", "switch", "step")
BY_PRODUCT = ("cover", "switch", "bind")
MOST_DAYS = 36_500


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioFile:
    """A scenario file, its table read and its names found."""

    name: str
    table: SupplyTable
    steps: int
    parameters: Parameters
    scenarios: tuple[NetworkScenario, ...]
    sources: tuple[str, ...]
    digest: str  # of the file's bytes


class _Reading:
    """The faults of a file, and values that add to them."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def fault(self, where: str, what: str, mend: str = "") -> None:
        self.faults.append(Fault(where=where, what=what, mend=mend))

    def keys(self, held: Located, allowed: tuple[str, ...]) -> None:
        if held.fields is None:
            self.fault(held.where, "is not a mapping", f"Give {', '.join(allowed)}")
            return
        for key in held:
            if key not in allowed:
                mend = near_match(key, allowed) or f"Allowed: {', '.join(allowed)}"
                self.fault(held.key_place(key), f"unknown field '{key}'", mend)

    def number(self, held: Located | None, *, default: float, low: float, high: float = math.inf) -> float:
        if held is None:
            return default
        try:
            found = float(held.text or "")
        except ValueError:
            found = math.nan
        if not low <= found <= high:
            self.fault(held.where, f"'{held.text}' is no number from {low:g} to {high:g}", "Give a number")
            return default
        return found

    def names(self, held: Located | None, table: SupplyTable, where: str, field: str) -> np.ndarray:
        """Places of the industries that the patterns name; every pattern must name one."""
        if held is None:
            self.fault(where, f"names no {field}", f"Give {field}: a list of names, * stands for any text")
            return np.zeros(0, dtype=np.intp)
        found: dict[int, None] = {}
        for item in held.list():
            pattern = item.text or ""
            if pattern in table.place:
                found[table.place[pattern]] = None
                continue
            here = [at for at, name in enumerate(table.names) if fnmatchcase(name, pattern)]
            if not here:
                mend = near_match(pattern, table.names[:200]) or "Write names as the table has them"
                self.fault(item.where, f"'{pattern}' is no industry of the table", mend)
            found.update(dict.fromkeys(here))
        return np.array(list(found), dtype=np.intp)

    def points(self, held: Located, steps: int, step: float) -> Values:
        """(steps,) shares: one number, or a mapping of days."""
        if held.fields is None:
            return np.full(steps, self.number(held, default=0.0, low=0, high=1))
        days, shares = [], []
        for key in held:
            try:
                days.append(float(key))
            except ValueError:
                self.fault(held.key_place(key), f"'{key}' is no day", "Count days from 0")
                continue
            shares.append(self.number(held[key], default=0.0, low=0, high=1))
        if not days:
            return np.zeros(steps)
        order = np.argsort(days)
        return np.interp(np.arange(steps) * step, np.array(days)[order], np.array(shares)[order])


def read_scenario_file(path: Path) -> ScenarioFile:
    """The file and the table it names.

    Raises
    ------
    BadInput with every fault of the file; faults of the table first, for names can only be checked against it
    """
    held, faults = read_yaml(path)
    reading = _Reading()
    reading.faults += faults
    if held.fields is None:
        if not faults:
            reading.fault(str(path), "is not a mapping", "Start with name: and table:")
        raise BadInput(reading.faults)
    top = ("name", "table", "days", "parameters", "products", "nodes", "sources", "scenarios", "says")
    reading.keys(held, top)
    if held.find("sources") is None:
        reading.fault(str(path), "names no sources", "Give sources: where figures come from, or 'made up'")
    if held.find("scenarios") is None:
        reading.fault(str(path), "holds no scenarios", "Give scenarios: with names, blocked or lost")
    table = _table(held.find("table"), path, reading)
    if reading.faults or table is None:
        raise BadInput(reading.faults)
    table = _with_nodes(held.find("nodes"), table, reading)
    parameters = _parameters(held, table, reading)
    days = reading.number(held.find("days"), default=365.0, low=1, high=MOST_DAYS)
    steps = round(days / parameters.step)
    scenarios, seen = [], set()
    for item in held["scenarios"].list():
        scenario = _scenario(item, table, steps, parameters.step, reading)
        if scenario.name in seen:
            reading.fault(item.where, f"the name '{scenario.name}' stands twice", "Name each once")
        seen.add(scenario.name)
        scenarios.append(scenario)
    if reading.faults:
        raise BadInput(reading.faults)
    name = held.find("name")
    return ScenarioFile(
        name=(name.text if name is not None else None) or path.stem,
        table=table,
        steps=steps,
        parameters=parameters,
        scenarios=tuple(scenarios),
        sources=tuple(item.text or "" for item in held["sources"].list()),
        digest=sha256(path.read_bytes()).hexdigest(),
    )


def _table(held: Located | None, file: Path, reading: _Reading) -> SupplyTable | None:
    formats = (*MRIO_FORMATS, "firms", "pymrio-test")
    if held is None or held.find("format") is None:
        reading.fault(
            held.where if held else str(file), "names no table", f"Give format: {', '.join(formats)}"
        )
        return None
    reading.keys(held, ("format", "path", "links", "firms", "unit"))
    form = held["format"].text or ""
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
    return read_mrio(found, form, unit=(unit.text or "") if unit else "") if found else None


def _with_nodes(held: Located | None, table: SupplyTable, reading: _Reading) -> SupplyTable:
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


def _parameters(held: Located, table: SupplyTable, reading: _Reading) -> Parameters:
    given = held.find("parameters") or Located(held.where, fields={})
    reading.keys(given, FIGURES)
    plain = Parameters()
    figures = {
        name: reading.number(given.find(name), default=getattr(plain, name), low=0) for name in FIGURES
    }
    kinds = len(table.products)
    by_product = {"cover": np.full(kinds, figures["cover"]), "switch": np.full(kinds, figures["switch"]),
                  "bind": np.ones(kinds)}  # fmt: skip
    products = held.find("products")
    for key in products or ():
        item = products[key] if products is not None else held
        reading.keys(item, BY_PRODUCT)
        if key not in table.products:
            place = products.key_place(key) if products is not None else held.where
            reading.fault(place, f"'{key}' is no product of the table", near_match(key, table.products))
            continue
        at = table.products.index(key)
        for name in ("cover", "switch"):
            by_product[name][at] = reading.number(item.find(name), default=by_product[name][at], low=0)
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
    item: Located, table: SupplyTable, steps: int, step: float, reading: _Reading
) -> NetworkScenario:
    reading.keys(item, ("name", "blocked", "lost", "says"))
    name = item.find("name")
    if name is None:
        reading.fault(item.where, "a scenario has no name", "Give name:")
    blocked, lost = item.find("blocked"), item.find("lost")
    permissions, losses = [], []
    for held in blocked.list() if blocked is not None else ():
        reading.keys(held, ("suppliers", "buyers", "share", "waiting", "decided", "from"))
        first = reading.number(held.find("from"), default=0.0, low=0)
        share = _crossing(held, steps, step, reading)
        late = round(first / step)
        share = np.concatenate([np.ones(min(late, steps)), share[: max(steps - late, 0)]])
        permissions.append(
            Permission(
                suppliers=reading.names(held.find("suppliers"), table, held.where, "suppliers"),
                buyers=reading.names(held.find("buyers"), table, held.where, "buyers"),
                share=share,
            )
        )
    for held in lost.list() if lost is not None else ():
        reading.keys(held, ("industries", "share"))
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


def _crossing(held: Located, steps: int, step: float, reading: _Reading) -> Values:
    """Share that may cross by day since the block: as given, or 1 - waiting (1 - decided)."""
    share, decided = held.find("share"), held.find("decided")
    if share is not None:
        if decided is not None or held.find("waiting") is not None:
            reading.fault(held.where, "gives share and licences", "Give share, or waiting and decided")
        return reading.points(share, steps, step)
    waiting = reading.number(held.find("waiting"), default=1.0, low=0, high=1)
    if decided is None:
        return np.full(steps, 1 - waiting)
    if decided.find("median") is None:
        return 1 - waiting * (1 - reading.points(decided, steps, step))
    reading.keys(decided, ("median", "sigma", "refused"))
    median = reading.number(decided.find("median"), default=74.0, low=1e-9)
    sigma = reading.number(decided.find("sigma"), default=0.36, low=1e-9)
    refused = reading.number(decided.find("refused"), default=0.0, low=0, high=1)
    lag: Callable[[float], float] = NormalDist(math.log(median), sigma).cdf
    days = np.arange(steps) * step
    done = np.array([0.0 if day <= 0 else lag(math.log(day)) for day in days])
    return 1 - waiting * (1 - (1 - refused) * done)
