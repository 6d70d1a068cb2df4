"""What the accounts of `monazite leverage` are put together from: stages, controls, and the sentence that one reads first."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from monazite.cli.leverage_data import BACI, US_IMPORTS, Asked, data_names, open_data

if TYPE_CHECKING:
    from monazite.leverage.account import Note, Table
    from monazite.leverage.flows import Flows
    from monazite.leverage.shares import DominatedTrade
    from monazite.leverage.stages import Seen
    from monazite.readers.trade.chains import Link
    from monazite.regime.controls import Control

ORDER = {"in force": 0, "uncertain": 1}
"""How controls are ordered: what binds today first."""


# -- stages -----------------------------------------------------------------------------------------------------


def seen_stages(links: Iterable["Link"], asked: Asked) -> list["Seen"]:
    """Each stage through production or trade, in the year nearest to the one asked."""
    from monazite.leverage.stages import production_seen, trade_seen
    from monazite.readers.trade.shipped import find_production, shipped_years

    found = []
    for link in links:
        if link.is_production:
            years = (asked.year, *sorted(range(2023, 2026), key=lambda y: (abs(y - asked.year), -y)))
            made = (find_production(link.mineral, link.stage, y, scope=link.scope) for y in years)
            production = next((one for one in made if one is not None), None)
            if production is not None:
                found.append(production_seen(production))
            continue
        year = min(shipped_years()[link.dataset], key=lambda y: abs(y - asked.year))
        flows = open_data(link.dataset, year, None, asked.groups).flows()
        seen = trade_seen(flows, link.stage, link.codes, link.scope)
        if seen is not None:
            found.append(seen)
    return found


def stages_of(links: Iterable["Link"], asked: Asked, countries: Sequence[str]) -> tuple["Table", ...]:
    """The tables of the stages, with a column for each of the countries."""
    from monazite.leverage.stages import stage_tables

    return stage_tables(seen_stages(links, asked), list(dict.fromkeys(countries)))


# -- controls ---------------------------------------------------------------------------------------------------


def controls_of(code: str, on: date, book_path: str | None) -> tuple["Control", ...]:
    """The controls of the book that carry a customs code on a day."""
    from monazite.readers.law import read_book
    from monazite.regime.controls import controls_for, controls_on

    return controls_for(controls_on(read_book(book_path), on), code)


def controls_table(controls: Sequence["Control"], on: date) -> "Table":
    """The controls, what is in force and binds every export first."""
    from monazite.leverage.account import Column, Note, Row, Table

    columns = (
        Column(key="provision"), Column(key="regime"), Column(key="effect"), Column(key="status"), Column(key="reach"),
        Column(key="hints", quiet=True), Column(key="says"),
    )  # fmt: skip
    rows = []
    for one in sorted(controls, key=lambda c: (ORDER.get(str(c.status), 2), not c.is_general, c.provision)):
        readings = "; ".join(f"{name}: {status}" for name, status in one.by_reading)
        status = f"{one.status} ({readings})" if readings else str(one.status)
        limits = [
            *(["abroad too"] if one.abroad else []),
            *(f"to {d}" for d in one.destinations),
            *one.narrowed,
        ]
        says = f"{one.says} UNVERIFIED: {one.unverified}" if one.unverified else one.says
        reach = ", ".join(limits) or "every destination"
        rows.append(
            Row(
                (
                    one.provision,
                    one.exporter,
                    str(one.effect),
                    status,
                    reach,
                    ", ".join(one.code_hints[:6]),
                    says,
                )
            )
        )
    notes = (Note("controls", {"on": on.isoformat()}),)
    return Table(name="controls", columns=columns, rows=tuple(dict.fromkeys(rows)), notes=notes, shown=8)


# -- tables and sentences ---------------------------------------------------------------------------------------


def joined(tables: Sequence["Table"]) -> Iterator["Table"]:
    """Tables of one shape as one."""
    if tables:
        yield replace(tables[0], rows=tuple(row for table in tables for row in table.rows))


def data_notes(asked: Asked) -> list["Note"]:
    """How much of all trade the data hold."""
    from monazite.leverage.account import Note

    flows = asked.whole()
    gaps = {
        "dataset": flows.basis.dataset,
        "products": f"{len(flows.products):,}",
        "countries": len(flows.countries),
    }
    others = [name for name in data_names() if name not in (BACI, US_IMPORTS, asked.name)]
    loaded = [Note("loaded", {"names": ", ".join(others)})] if others else []
    return [Note("data holds", gaps), *loaded]


def pair_lead(found: "DominatedTrade", why: str) -> "Note":
    """What one of two dominates, in a sentence."""
    from monazite.leverage.account import Note
    from monazite.writers.leverage import share_text

    gaps = {"exporter": found.exporter, "importer": found.importer, "why": why}
    if found.share is None:
        return Note("pair nothing", gaps)
    more = {"share": share_text(found.share), "count": f"{len(found.products):,}", "of": f"{found.shipped:,}"}
    return Note("pair", gaps | more)


def product_lead(flows: "Flows", code: str, top: str, importer: str | None) -> "Note":
    """How much of a product its largest supplier supplies, in a sentence."""
    from monazite.leverage.account import Note
    from monazite.leverage.shares import outside_shares, top_suppliers
    from monazite.writers.leverage import share_text

    if importer is not None:
        share = float(top_suppliers(flows).share[flows.country(importer), 0])
        return Note(
            "product one importer",
            {"code": code, "importer": importer, "supplier": top, "share": share_text(share)},
        )
    share = float(outside_shares(flows)[flows.country(top), 0])
    return Note("product", {"code": code, "supplier": top, "share": share_text(share)})


def country_lead(headline: "Table", code: str, year: int) -> "Note":
    """How much of a country's imports comes from dominant suppliers, in a sentence."""
    from monazite.leverage.account import Note, Undefined
    from monazite.writers.leverage import share_text

    share = headline.rows[4].cells[1]
    count = headline.rows[3].cells[1]
    shown = "-" if isinstance(share, Undefined) else share_text(float(share))
    return Note("country", {"country": code, "share": shown, "count": count, "year": year})
