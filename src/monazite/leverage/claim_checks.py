"""What is computed for a claim: every variant of the measures that its checks name, each with what it rests on.

    for found in check_claims(claims, checks, sources):
        found.verdict, found.findings[0].value, found.findings[0].says

Nothing is chosen here: a measure yields all its variants, and where the data hold no figure a finding says why.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from monazite.leverage.account import Ground, Kind, ground, production_ground
from monazite.leverage.claims import Check, Checked, Claim, Finding, Sources, judge
from monazite.leverage.definitions import Definition
from monazite.leverage.flows import Flows, choose, quantity_coverage, usd_per_unit
from monazite.leverage.groups import pool_groups
from monazite.leverage.production import PRODUCTION_SHARE, Base, production_shares
from monazite.leverage.shares import DOMINATED_TRADE, IMPORT_SHARE, OUTSIDE_SHARE, by_quantity, outside_shares
from monazite.leverage.variants import Denominator, Judged, Special, Variant, asymmetry_variants

PAIR_TRADE = Definition(
    name="pair-trade",
    title="Value shipped from one country to another",
    formula="Σ_k v[i,j,k]",
    unit="value, as one side reports it or as reconciled",
    source="definition",
)
CLAIM_GAP = Definition(
    name="claim-gap",
    title="What a claimed total has beyond the data",
    formula="claimed total − Σ_k v[i,j,k]",
    unit="current USD",
    source="definition",
)
CLAIMED_DIFFERENCE = Definition(
    name="claimed-difference",
    title="Difference of two claimed figures",
    formula="a − b",
    unit="that of the two",
    source="definition; it says only that three published figures go together",
)
EXPORTS_OVER_GDP = Definition(
    name="exports-over-gdp",
    title="Exports of a good over GDP",
    formula="Σ_k X[i,k] / GDP",
    unit="share; exports are gross and GDP is value added",
    source="definition; GDP is an input with its own source",
)
LEAST_GDP = Definition(
    name="least-gdp",
    title="GDP above which a share of it is under the claimed one",
    formula="Σ_k X[i,k] / claimed share",
    unit="current USD",
    source="definition",
)
IMPORT_SOURCE = Definition(
    name="import-source-published",
    title="Share of a country in imports, as the survey prints it",
    formula="as printed",
    unit="share of imports over four years",
    source="USGS Mineral Commodity Summaries, import sources",
    unverified="by which quantity the survey weighs different compounds",
)


def check_claims(claims: Sequence[Claim], checks: Sequence[Check], sources: Sources) -> tuple[Checked, ...]:
    """Every claim with every variant of every measure that is named for it.

    Raises
    ------
    ValueError where a check names no claim or no measure of `MEASURES`
    """
    known = {claim.id: claim for claim in claims}
    found: dict[str, list[Finding]] = {claim.id: [] for claim in claims}
    for check in checks:
        if check.claim not in known or check.measure not in MEASURES:
            raise ValueError(f"no claim '{check.claim}' or no measure '{check.measure}'")
        for finding in MEASURES[check.measure](check, sources, known):
            decides = finding.value is not None and finding.kind is known[check.claim].unit.kind
            agrees = (
                known[check.claim].agrees(finding.value) if decides and finding.value is not None else None
            )
            found[check.claim].append(replace(finding, agrees=agrees))
    return tuple(judge(claim, tuple(found[claim.id])) for claim in claims)


# -- the measures that a check can name -------------------------------------------------------------------------

Measure = Callable[[Check, Sources, Mapping[str, Claim]], Iterator[Finding]]


def _production_share(check: Check, sources: Sources, claims: Mapping[str, Claim]) -> Iterator[Finding]:
    mineral = ", ".join(check.what)
    tables = [
        p for p in sources.production
        if (p.mineral, str(p.stage), p.of) == (mineral, check.stage, "production") and p.year in (check.years or (p.year,))
    ]  # fmt: skip
    if not tables:
        why = "no table of it is shipped"
        yield Finding(
            check=check, definition=PRODUCTION_SHARE, says=f"{mineral}, {check.stage}", value=None, why=why
        )
    said = int(claims[check.claim].published[:4])
    for table in sorted(tables, key=lambda p: (p.year, p.release)):
        later = (
            ", which came after the claim" if table.release.isdecimal() and int(table.release) > said else ""
        )
        for base in Base:
            share = production_shares(table, base).get(check.exporter)
            yield Finding(
                check=check, definition=PRODUCTION_SHARE, value=share, ground=production_ground(table),
                says=f"{table.year}, release {table.release}{later}; of the {base}",
                why="" if share is not None else f"the table has no figure for {check.exporter}",
            )  # fmt: skip


def _dominated(check: Check, sources: Sources, claims: Mapping[str, Claim]) -> Iterator[Finding]:
    for flows in _flows(check, sources):
        if not _between(flows, check.exporter, check.importer).any():
            yield _no_trade(check, DOMINATED_TRADE, flows)
            continue
        # What states report is of all goods: no base for the extract of some.
        reported = sources.reported if _has_all_goods(flows) else ()
        rows = asymmetry_variants([flows], check.exporter, check.importer, reported=reported)
        rows = tuple(row for row in rows if row.judged is Judged.VALUE and not _is_repeated(row))
        for row in rows:
            if row.forward is None:  # a total that is reported for the other direction alone
                continue
            of = ""
            if row.denominator is Denominator.REPORTED and row.forward_trade is not None:
                of = f", {row.forward_trade * usd_per_unit(row.basis.unit) / 1e9:g} bn USD as quoted"
            yield Finding(
                check=check, definition=DOMINATED_TRADE, value=row.forward, ground=ground(replace(flows, basis=row.basis)),
                says=f"{row.year}, {row.digits} digits{_special(row)}; of {row.denominator}{of}",
            )  # fmt: skip


def _is_repeated(row: Variant) -> bool:
    """With the exporter's own total below it, leaving special codes out or in that total is one variant."""
    return row.denominator is Denominator.REPORTED and row.special is Special.DROPPED


def _special(row: Variant) -> str:
    if row.special is Special.ABSENT:
        return ""
    if row.denominator is Denominator.REPORTED and row.special is Special.IN_TOTAL:
        return ", special codes not counted as dominated"
    return f", special codes {row.special}"


def _has_all_goods(flows: Flows) -> bool:
    """The data hold goods of nearly every chapter, not an extract."""
    return len({code[:2] for code in flows.products}) > 90


def _pair_trade(check: Check, sources: Sources, claims: Mapping[str, Claim]) -> Iterator[Finding]:
    if check.dataset not in sources.years:
        why = f"{check.dataset} statistics are not shipped"
        yield Finding(
            check=check, definition=PAIR_TRADE, says=check.dataset, value=None, kind=Kind.VALUE, why=why
        )
        return
    for flows in _flows(check, sources):
        own = _between(flows, check.exporter, check.importer)
        if not own.any():
            yield _no_trade(check, PAIR_TRADE, flows, kind=Kind.VALUE)
            continue
        value = float(flows.value[own].sum()) * usd_per_unit(flows.basis.unit)
        yield Finding(check=check, definition=PAIR_TRADE, says=f"{flows.year}, {flows.basis.side}, {flows.basis.valuation}",
                      value=value, kind=Kind.VALUE, ground=ground(flows))  # fmt: skip


def _claim_gap(check: Check, sources: Sources, claims: Mapping[str, Claim]) -> Iterator[Finding]:
    claim = claims[check.claim]
    for found in _pair_trade(check, sources, claims):
        gap = None if found.value is None else float(claim.figure * claim.unit.size) - found.value
        yield replace(found, definition=CLAIM_GAP, value=gap)


def _import_share(check: Check, sources: Sources, claims: Mapping[str, Claim]) -> Iterator[Finding]:
    """Of some products together, over some years together, by value and by quantity."""
    years = [_of(flows, check.what) for flows in _flows(check, sources)]
    years = [replace(one.only(one.importer == one.country(check.importer))) for one in years]
    rests = ground(years[0], year=_span(check.years))
    values = [(one.value, one.exporter == one.country(check.exporter)) for one in years]
    whole = sum(float(value.sum()) for value, _ in values)
    codes = ", ".join(check.what)
    says = f"{_span(check.years)}, {check.exporter}, {codes}"
    if not whole:
        yield _no_trade(check, IMPORT_SHARE, years[0])
        return
    part = sum(float(value[own].sum()) for value, own in values)
    yield Finding(
        check=check, definition=IMPORT_SHARE, says=f"{says}; by value", value=part / whole, ground=rests
    )
    if years[0].quantity is None:
        return
    known = [by_quantity(one) for one in years]
    tonnes = sum(float(one.value.sum()) for one in known)
    mine = sum(float(one.value[one.exporter == one.country(check.exporter)].sum()) for one in known)
    covered = sum((quantity_coverage(one) or 0.0) * float(one.value.sum()) for one in years) / whole
    yield Finding(
        check=check, definition=IMPORT_SHARE, says=f"{says}; by weight where recorded", value=mine / tonnes if tonnes else None,
        ground=replace(rests, unit="tonnes", valuation=known[0].basis.valuation), coverage=covered,
        why="" if tonnes else "no quantity is recorded",
    )  # fmt: skip


def _outside_share(check: Check, sources: Sources, claims: Mapping[str, Claim]) -> Iterator[Finding]:
    """Of some products together, by value and by quantity."""
    codes = ", ".join(check.what)
    for flows in _flows(check, sources):
        held = _of(flows, check.what)
        covered = quantity_coverage(held)
        for one, how in ((held, "by value"), (by_quantity(held), "by weight where recorded")):
            if not len(one):
                continue
            joined = replace(one, products=("",), product=np.zeros(len(one), dtype=np.uint16))
            share = float(outside_shares(joined)[joined.country(check.exporter), 0])
            yield Finding(
                check=check, definition=OUTSIDE_SHARE, says=f"{flows.year}, {codes}; {how}",
                value=None if np.isnan(share) else share, ground=ground(one), coverage=None if one is held else covered,
                why="nobody else imports it" if np.isnan(share) else "",
            )  # fmt: skip


def _exports(check: Check, flows: Flows) -> float:
    held = _of(flows, check.what)
    own = held.exporter == held.country(check.exporter)
    return float(held.value[own].sum()) * usd_per_unit(held.basis.unit)


def _exports_over_gdp(check: Check, sources: Sources, claims: Mapping[str, Claim]) -> Iterator[Finding]:
    for flows in _flows(check, sources):
        says = f"{flows.year}, exports of {', '.join(check.what)}"
        share = _exports(check, flows) / check.given if check.given else None
        over = f"over a GDP of {(check.given or 0) / 1e12:g} tn USD as quoted"
        yield Finding(
            check=check, definition=EXPORTS_OVER_GDP, says=f"{says} {over}", value=share, ground=ground(flows),
            why="" if check.given else "no GDP is given",
        )  # fmt: skip


def _least_gdp(check: Check, sources: Sources, claims: Mapping[str, Claim]) -> Iterator[Finding]:
    claim = claims[check.claim]
    for flows in _flows(check, sources):
        least = _exports(check, flows) / float(claim.figure * claim.unit.size)
        yield Finding(check=check, definition=LEAST_GDP, says=f"{flows.year}, exports of {', '.join(check.what)}",
                      value=least, kind=Kind.VALUE, ground=ground(flows))  # fmt: skip


def _claimed_difference(check: Check, sources: Sources, claims: Mapping[str, Claim]) -> Iterator[Finding]:
    first, second = (claims[name] for name in check.what)
    value = float((first.figure - second.figure) * first.unit.size)
    yield Finding(check=check, definition=CLAIMED_DIFFERENCE, says=f"`{first.id}` less `{second.id}`, both as published",
                  value=value, kind=first.unit.kind)  # fmt: skip


def _import_source(check: Check, sources: Sources, claims: Mapping[str, Claim]) -> Iterator[Finding]:
    for one in sources.import_sources:
        if (one.what, one.country, one.importer) != (*check.what, check.exporter, check.importer):
            continue
        years = tuple(range(one.years[0], one.years[1] + 1))
        if years != check.years:
            continue
        rests = Ground(dataset=one.dataset, release=one.release, year=_span(years), side="import sources", unit="share as printed",
                       nomenclature=one.what, licence=one.licence, attribution=one.attribution, notes=one.notes)  # fmt: skip
        yield Finding(check=check, definition=IMPORT_SOURCE, says=f"{_span(years)}, release {one.release}, as printed",
                      value=one.share, ground=rests)  # fmt: skip


MEASURES: Mapping[str, Measure] = {
    PRODUCTION_SHARE.name: _production_share,
    DOMINATED_TRADE.name: _dominated,
    PAIR_TRADE.name: _pair_trade,
    CLAIM_GAP.name: _claim_gap,
    IMPORT_SHARE.name: _import_share,
    OUTSIDE_SHARE.name: _outside_share,
    EXPORTS_OVER_GDP.name: _exports_over_gdp,
    LEAST_GDP.name: _least_gdp,
    CLAIMED_DIFFERENCE.name: _claimed_difference,
    IMPORT_SOURCE.name: _import_source,
}
"""What a check can name."""


def _flows(check: Check, sources: Sources) -> Iterator[Flows]:
    """The flows of the years of a check, with a group that it names as one trader."""
    groups = sources.groups or {}
    named = [groups[name] for name in (check.exporter, check.importer) if name in groups]
    for year in check.years or sources.years[check.dataset]:
        flows = sources.flows(check.dataset, year)
        outside = [group for group in named if group.name not in flows.countries]
        yield pool_groups(flows, outside) if outside else flows


def _of(flows: Flows, codes: Sequence[str]) -> Flows:
    return choose(flows, products=codes) if codes else flows


def _between(flows: Flows, exporter: str, importer: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    found = np.zeros(len(flows), dtype=np.bool_)
    if {exporter, importer} <= set(flows.countries):
        found = (flows.exporter == flows.country(exporter)) & (flows.importer == flows.country(importer))
    return found


def _no_trade(check: Check, definition: Definition, flows: Flows, *, kind: Kind = Kind.SHARE) -> Finding:
    way = f"{check.exporter} to {check.importer}"
    return Finding(check=check, definition=definition, says=f"{flows.year}, {way}", value=None, kind=kind, ground=ground(flows),
                   why=f"no flow {way} is in these data")  # fmt: skip


def _span(years: Sequence[int]) -> str:
    if len(years) > 1 and list(years) == list(range(years[0], years[-1] + 1)):
        return f"{years[0]}-{years[-1]}"
    return ", ".join(map(str, years))
