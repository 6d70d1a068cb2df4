"""A table of real trade: makers of an item by exporting country, and the industry that uses it by importing country.

    table:
      format: trade
      countries: 20
      groups: [EU27]
      items:
        - name: rare-earth compounds
          data: baci
          year: 2024
          hs: ["284690"]
          domestic: {CHN: 2}            # sales at home, times exports: not in data of trade
          cost_share: 0.05              # of the item in the users' output: not in them either
          source: who gives those two, or made up
        - name: magnets
          flows: {CHN: {USA: 7444, others: 40000}}
          usd_per_unit: 27000
          domestic: {CHN: 4.16}
          cost_share: 0.02
          source: ...

Makers are called CHN/magnets, users USA/users of magnets. What users make goes to final demand. `classes: {aerospace:
0.05}` parts a class of users off, USA/aerospace users of magnets; `feeds: magnets` sells to the makers of another item, where a country has
them. Countries outside the first so many, by their part in the items' trade, are joined as `others`; none is dropped.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from monazite.disruption.network.table import SupplyTable, Values
from monazite.leverage.flows import Flows, usd_per_unit
from monazite.readers.disruption.fields import Fields
from monazite.readers.reference import read_reference
from monazite.readers.trade.cache import cached_names, default_cache, read_cached_flows
from monazite.readers.trade.shipped import read_groups, read_shipped_flows, shipped_datasets
from monazite.terms.faults import BadInput, near_match
from monazite.terms.located import Located

OTHERS = "others"
COUNTRIES = 20
ITEM_FIELDS = ("name", "data", "year", "hs", "flows", "usd_per_unit", "domestic", "cost_share", "replace", "users",
               "classes", "feeds", "source")  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Item:
    """One item: sales by exporter and importer, USD a year; sales at home stand where both are one."""

    name: str
    users: str
    classes: Mapping[
        str, float
    ]  # part of each country's purchases by class of users; what is left goes to `users`
    feeds: str  # the item whose makers buy this one, where a country has such a maker
    sold: Mapping[tuple[str, str], float]
    domestic: Mapping[str, float]  # times exports
    named: frozenset[str]  # countries that the file names: they are never joined
    cost_share: float
    replace: bool
    source: str


def read_trade_table(held: Located, reading: Fields) -> SupplyTable | None:
    """The table that a scenario file describes; None where it has faults."""
    before = len(reading.faults)
    reading.keys(held, ("format", "countries", "groups", "items"))
    if held.find("items") is None:
        reading.fault(held.where, "a table of trade needs items", "Give items: with name and data or flows")
        return None
    count = reading.number(held.find("countries"), default=COUNTRIES, low=1, high=300)
    groups = [text for text in reading.texts(held.find("groups")) if _known(text, held["groups"], reading)]
    items, names, feeds = [], set(), []
    for place in held["items"].list():
        item = _item(place, groups, reading)
        if item is None:
            continue
        if item.name in names:
            reading.fault(place.where, f"the item '{item.name}' stands twice", "Name each once")
        names.add(item.name)
        items.append(item)
        feeds += [(item, place["feeds"].where)] if item.feeds else []
    for item, where in feeds:
        if item.feeds not in names - {item.name}:
            mend = near_match(item.feeds, names - {item.name})
            reading.fault(where, f"'{item.feeds}' is no other item of the table", mend)
    if len(reading.faults) > before:
        return None
    return _table(items, int(count))


def _known(name: str, held: Located, reading: Fields) -> bool:
    if name in read_groups():
        return True
    reading.fault(held.where, f"'{name}' is no group of countries", near_match(name, read_groups()))
    return False


def _item(held: Located, groups: list[str], reading: Fields) -> _Item | None:
    if not reading.keys(held, ITEM_FIELDS) or not reading.needs(
        held, ("name", "cost_share", "source"), "an item"
    ):
        return None
    if (held.find("data") is None) == (held.find("flows") is None):
        reading.fault(
            held.where, "gives data and flows, or neither", "Give data: with year and hs, or flows:"
        )
        return None
    name = reading.text(held["name"])
    domestic = {}
    for key in held.find("domestic") or ():
        times = reading.number(held["domestic"][key], default=0.0, low=0, high=1e6)
        domestic[_country(key, held["domestic"].key_place(key), reading)] = times
    flows = held.find("flows")
    if flows is not None:
        sold, said = _written(held, flows, reading), "written in the scenario file"
        named = frozenset(code for pair in sold for code in pair)
    else:
        sold, said = _from_data(held, groups, reading)
        named = frozenset()
    if not sold or not any(sold.values()):
        reading.fault(held.where, f"'{name}' has no trade", "Check the codes and the year")
    replaced = held.find("replace")
    classes = {
        key: reading.number(held["classes"][key], default=0.0, low=0, high=1)
        for key in held.find("classes") or ()
    }
    if sum(classes.values()) > 1:
        reading.fault(held["classes"].where, f"the parts sum to {sum(classes.values()):g}", "Give 1 at most")
    return _Item(
        name=name,
        users=reading.text(held.find("users"), f"users of {name}"),
        classes=classes,
        feeds=reading.text(held.find("feeds")),
        sold=sold,
        domestic=domestic,
        named=frozenset(named | set(domestic)) - {OTHERS},
        cost_share=reading.number(held["cost_share"], default=1.0, low=1e-6, high=1),
        replace=replaced is None or replaced.text not in ("no", "false"),
        source=f"{name}: {said}; sales at home and cost share: {reading.text(held['source'])}",
    )


def _written(held: Located, flows: Located, reading: Fields) -> dict[tuple[str, str], float]:
    """Flows of the file in USD."""
    if held.find("usd_per_unit") is None:
        reading.fault(
            held.where, "flows need usd_per_unit", "Give the value of one unit, or 1 for flows in USD"
        )
    each = reading.number(held.find("usd_per_unit"), default=1.0, low=1e-9, high=1e12)
    for name in ("year", "hs"):
        if held.find(name) is not None:
            reading.fault(held[name].where, f"{name} goes with data, not with flows", "Leave it out")
    found: dict[tuple[str, str], float] = {}
    for exporter in flows:
        seller = _country(exporter, flows.key_place(exporter), reading)
        for importer in flows[exporter]:
            buyer = _country(importer, flows[exporter].key_place(importer), reading)
            found[seller, buyer] = each * reading.number(
                flows[exporter][importer], default=0.0, low=0, high=1e15
            )
    return found


def _country(text: str, where: str, reading: Fields) -> str:
    """A code of a country, a group, or `others`."""
    if text == OTHERS or text in read_groups():
        return text
    countries = read_reference().countries
    found = countries.find(text)
    if found is None:
        reading.fault(where, f"'{text}' is no country", countries.near(text))
    return found or text


def _from_data(held: Located, groups: list[str], reading: Fields) -> tuple[dict[tuple[str, str], float], str]:
    """Flows of a data set, shipped or loaded, in USD; and what they rest on."""
    nothing: tuple[dict[tuple[str, str], float], str] = {}, ""
    if not reading.needs(held, ("year", "hs"), "an item from data"):
        return nothing
    data = reading.text(held["data"])
    year = int(reading.number(held["year"], default=0, low=1900, high=2199))
    try:
        if data in shipped_datasets():
            flows = read_shipped_flows(data, year)
        elif data in (loaded := cached_names(default_cache())):
            flows = read_cached_flows(default_cache(), data, year)
        else:
            mend = near_match(data, [*shipped_datasets(), *loaded]) or "Load it: monazite trade load"
            reading.fault(held["data"].where, f"no data set '{data}'", mend)
            return nothing
    except BadInput as bad:
        for fault in bad.faults:
            reading.fault(held["year"].where, fault.what, fault.mend)
        return nothing
    codes = [text.replace(".", "") for text in reading.texts(held["hs"])]
    for item, code in zip(held["hs"].list(), codes, strict=True):
        if not any(product.startswith(code) for product in flows.products):
            mend = near_match(code, flows.products) or f"Codes are those of {flows.basis.nomenclature}"
            reading.fault(item.where, f"'{item.text}' is no code of {data}", mend)
    try:
        each = usd_per_unit(flows.basis.unit)
    except ValueError as error:
        reading.fault(held["data"].where, str(error), "Take a data set in US dollars")
        return nothing
    joined = f"; here {', '.join(groups)} as one trader" if groups else ""
    sold = _pooled(_sums(flows, codes, each), groups, year)
    return sold, f"HS {', '.join(codes)} of {year}, {flows.basis.says()}{joined}"


def _sums(flows: Flows, codes: list[str], each: float) -> dict[tuple[str, str], float]:
    wanted = np.array(
        [any(product.startswith(code) for code in codes) for product in flows.products], dtype=bool
    )
    rows = wanted[flows.product]
    size = len(flows.countries)
    cell = flows.exporter[rows].astype(np.int64) * size + flows.importer[rows]
    sums = np.bincount(cell, weights=flows.value[rows], minlength=size * size)
    names = flows.countries
    return {(names[at // size], names[at % size]): float(sums[at]) * each for at in np.flatnonzero(sums)}


def _pooled(
    sold: Mapping[tuple[str, str], float], groups: list[str], year: int
) -> dict[tuple[str, str], float]:
    """Members of a group as one; what they sell each other is sold at home."""
    of = {country: name for name in groups for country in read_groups()[name].members_in(year)}
    found: dict[tuple[str, str], float] = {}
    for (seller, buyer), value in sold.items():
        pair = of.get(seller, seller), of.get(buyer, buyer)
        found[pair] = found.get(pair, 0.0) + value
    return found


def _table(items: list[_Item], count: int) -> SupplyTable:
    """Makers and users of every item; countries outside the first `count` as others."""
    size: dict[str, float] = {}
    for item in items:
        whole = sum(item.sold.values())
        for pair, value in item.sold.items():
            for code in set(pair):
                size[code] = size.get(code, 0.0) + value / whole
    first = sorted((code for code in size if code != OTHERS), key=lambda code: (-size[code], code))[:count]
    kept = set(first).union(*(item.named for item in items))
    codes = [*sorted(kept & set(size)), OTHERS]
    place = {code: at for at, code in enumerate(codes)}
    names: list[str] = []
    products: list[str] = []
    product: list[int] = []
    cells: list[tuple[int, int, float]] = []
    demand: list[float] = []

    def add(name: str, of: str, final: float) -> int:
        if of not in products:
            products.append(of)
        names.append(name)
        product.append(products.index(of))
        demand.append(final)
        return len(names) - 1

    held: list[tuple[_Item, Values, dict[int, int]]] = []
    for item in items:
        sold: Values = np.zeros((len(codes), len(codes)))
        for (seller, buyer), value in item.sold.items():
            sold[place.get(seller, place[OTHERS]), place.get(buyer, place[OTHERS])] += value
        exports = sold.sum(axis=1) - np.diag(sold)
        for code, times in item.domestic.items():
            if code in place:
                sold[place[code], place[code]] += times * exports[place[code]]
        makers = {at: add(f"{codes[at]}/{item.name}", item.name if item.replace else f"{item.name} of {codes[at]}", 0.0)
                  for at in np.flatnonzero(sold.sum(axis=1)).tolist()}  # fmt: skip
        held.append((item, sold, makers))
    makers_of = {item.name: makers for item, _, makers in held}
    for item, sold, makers in held:
        left = 1 - sum(item.classes.values())
        for at in np.flatnonzero(sold.sum(axis=0)).tolist():
            fed = makers_of.get(item.feeds, {}).get(at)
            if fed is not None:
                cells += [(maker, fed, float(sold[row, at])) for row, maker in makers.items()]
                continue
            bought = float(sold[:, at].sum())
            classes = {f"{name} {item.users}": part for name, part in item.classes.items()}
            for name, part in {item.users: left, **classes}.items():
                if part > 1e-12:
                    user = add(f"{codes[at]}/{name}", name, part * bought / item.cost_share)
                    cells += [(maker, user, part * float(sold[row, at])) for row, maker in makers.items()]
    flows: Values = np.zeros((len(names), len(names)))
    for maker, user, value in cells:
        flows[maker, user] += value
    joined = len(set(size) - set(codes))
    at_home = {
        item.name: [codes[at] for at in sorted(makers) if sold[at, at] > 0] for item, sold, makers in held
    }
    notes = [f"{joined} traders of small part are joined as others"] if joined else []
    notes += [
        f"{name}: sales at home, and inside a group, are held for {', '.join(found) or 'nobody'}; those of other makers are not known"
        for name, found in at_home.items()
    ]
    return SupplyTable(
        flows=flows, final_demand=np.array(demand), product=np.array(product, dtype=np.intp), names=tuple(names),
        products=tuple(products), unit="USD", source="; ".join(item.source for item in items), notes=tuple(notes),
    )  # fmt: skip
