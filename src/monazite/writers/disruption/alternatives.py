"""Capacity elsewhere against need, as plain values, lines of text and CSV. The same answer gives the same bytes."""

import csv
import io
import math
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from monazite.disruption.economy.buildout import (
    Band,
    BuildTime,
    CapacityOf,
    Group,
    Met,
    Need,
    Site,
    Status,
    months_after,
)
from monazite.leverage.production import Production
from monazite.writers.disruption.text import wrapped
from monazite.writers.plain import plain

Plain = dict[str, Any]
MARKS = {
    Status.SHIPPING: "S", Status.PRODUCING: "P", Status.OPENED: "o", Status.TRIAL: "t", Status.PLANNED: ".",
}  # fmt: skip
"""Letters of the stacked bars."""
BAR = 40
LIMITS = (
    "Nameplates, not output: how fast a plant comes up to its nameplate is not known and is in no figure here.",
    "Low: sites that ship, in use by the year for certain. High: trial, opened and all planned sites as well.",
    "Listed sites only. Makers that ran before the list was made, such as those in Japan and Germany, are not in it.",
    "A need is met here only by sites that came after its year: it was there in spite of those that ran before.",
    "A figure of magnets says nothing of whether their metals and heavy rare earths come from outside too.",
)


def alternatives_document(
    *, without: str, asked: Mapping[str, Any], groups: Sequence[Group], needs: Sequence[tuple[Need, Sequence[Met]]],
    ways: Sequence[Site], times: Sequence[BuildTime], views: Sequence[Site], made: Sequence[Production],
    notes: Sequence[str], files: Sequence[str], begun: date | None,
) -> Plain:  # fmt: skip
    """Everything that was found, as JSON holds it; None where it is not known."""
    return {
        "asked": plain(dict(asked)),
        "outside": without,
        "groups": [_plain_group(group) for group in groups],
        "needs": [{**_plain_need(need), "met": [_plain_met(one) for one in found]} for need, found in needs],
        "ways_to_do_without": [_plain_site(site) for site in ways],
        "made_outside": [_plain_made(one, without) for one in made],
        "time_to_build": [_plain_time(time, begun, asked.get("year")) for time in times],
        "views": [_plain_site(view) for view in views],
        "limits": list(LIMITS),
        "notes": list(notes),
        "files": list(files),
    }


def alternatives_lines(document: Plain) -> list[str]:
    """The document for a terminal."""
    lines: list[str] = []
    for group in document["groups"]:
        lines += _group_lines(group, document["outside"]) + [""]
    if document["needs"]:
        lines += [
            f"Need, and what new capacity of a country's own could meet of it by {document['asked']['year']}"
        ]
        lines += [line for need in document["needs"] for line in _need_lines(need)] + [""]
    if document["ways_to_do_without"]:
        lines += ["Ways to do without (no capacity, not added)"]
        lines += [f"  {_site_text(site)}" for site in document["ways_to_do_without"]] + [""]
    if document["made_outside"]:
        lines += [f"Made outside {document['outside']}, as the survey prints it"]
        lines += [f"  {_made_text(one)}" for one in document["made_outside"]] + [""]
    lines += _time_lines(document)
    lines += ["", "What to know"]
    lines += [f"  {text}" for text in (*document["limits"], *document["notes"])]
    return [part for line in lines for part in wrapped(line)]


def alternatives_csv(document: Plain) -> str:
    """A row for each product, year and status, and one for the ends of the band."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["stage", "product", "year", "what", "tonnes_a_year"])
    for group in document["groups"]:
        for one in group["years"]:
            head = [group["stage"], group["product"], one["year"]]
            for what in ("low", "high"):
                tonnes = one[f"{what}_t"]
                writer.writerow([*head, what, "" if tonnes is None else f"{tonnes:.10g}"])
            for status, tonnes in one["by_status"].items():
                writer.writerow([*head, status, f"{tonnes:.10g}"])
    return out.getvalue()


# -- plain values -----------------------------------------------------------------------------------------------


def _plain_group(group: Group) -> Plain:
    last = group.bands[-1]
    return {
        "stage": group.stage,
        "product": group.product,
        "unit": "tonnes a year, nameplate, at the end of the year",
        "years": [_plain_band(held) for held in group.bands],
        "counted": [{**_plain_site(site), "adds_t": adds} for site, adds in last.counted],
        "later": [_plain_site(site) for site in last.later],
        "not_counted": [{**_plain_site(site), "why": why} for site, why in last.uncounted],
    }  # fmt: skip


def _plain_band(held: Band) -> Plain:
    known = bool(held.counted) or not held.uncounted
    return {
        "year": held.year,
        "low_t": held.low_t if known else None,
        "high_t": held.high_t if known else None,
        "by_status": {str(status): tonnes for status, tonnes in held.by_status},
        "not_counted": len(held.uncounted),
    }


def _plain_met(one: Met) -> Plain:
    found: Plain = {"product": one.product, "low": None, "high": None, "new_low_t": None, "new_high_t": None,
                    "ran_before": []}  # fmt: skip
    cover = one.cover
    if cover is None or (one.band.uncounted and not one.band.counted):
        return found
    return {
        **found,
        "low": cover.low,
        "high": cover.high if math.isfinite(cover.high) else None,
        "new_low_t": cover.new_low_t,
        "new_high_t": cover.new_high_t,
        "ran_before": [site.name for site in cover.before],
    }


def _plain_site(site: Site) -> Plain:
    kept = ("name", "owner", "place", "country", "stage", "product", "elements", "capacity_t", "capacity_of",
            "capacity_from", "first_year_low", "first_year_high", "status", "status_text", "includes",
            "build_months", "counted_from", "quality", "source_title", "source_url", "note")  # fmt: skip
    return {name: plain(getattr(site, name)) for name in kept}


def _plain_need(need: Need) -> Plain:
    kept = ("name", "stage", "product", "elements", "country", "year", "low_t", "high_t", "what", "basis", "derivation",
            "quality", "source_title", "source_url", "note")  # fmt: skip
    return {name: plain(getattr(need, name)) for name in kept}


def _plain_made(one: Production, without: str) -> Plain:
    known = {name: amount for name, amount in one.amounts.items() if amount is not None and name != without}
    return {
        "mineral": one.mineral, "scope": one.scope, "stage": str(one.stage), "of": one.of, "year": one.year,
        "unit": one.unit, "outside": sum(known.values()) + (one.rest or 0.0), "inside": one.amounts.get(without), "others": one.rest,
        "world_printed": one.world, "largest": sorted(known.items(), key=lambda item: (-item[1], item[0]))[:4],
        "without_a_figure": sorted(name for name, amount in one.amounts.items() if amount is None),
        "estimated": one.estimated, "source": f"{one.dataset}, release {one.release}",
    }  # fmt: skip


def _plain_time(time: BuildTime, begun: date | None, year: Any) -> Plain:
    low, high = time.months[0], time.months[-1]
    made: Plain = {
        "stage": time.stage, "n": len(time.months), "months_low": low, "months_median": time.median,
        "months_high": high,
        "sites": [{"name": s.name, "months": s.build_months, "counted_from": s.counted_from} for s in time.sites],
        "begun": begun.isoformat() if begun else None, "first_output": None, "begin_by": None,
    }  # fmt: skip
    if begun is not None:
        made["first_output"] = [_day(begun, months) for months in (low, time.median, high)]
    if isinstance(year, int):
        made["begin_by"] = [_day(date(year, 12, 31), -months) for months in (high, time.median, low)]
    return made


def _day(day: date, months: float) -> str | None:
    try:
        return months_after(day, months).isoformat()
    except OverflowError:
        return None


# -- text -------------------------------------------------------------------------------------------------------


def _group_lines(group: Plain, without: str) -> list[str]:
    lines = [f"{group['stage']}: {group['product']}, outside {without} (t a year, nameplate, end of year)"]
    most = max((one["high_t"] or 0.0 for one in group["years"]), default=0.0)
    if all(one["high_t"] is None for one in group["years"]):
        lines += ["  not known: no listed site states tonnes and a year that can be counted"]
    else:
        lines += ["  year        low      high  of which"]
        for one in group["years"]:
            bar = "".join(MARKS.get(Status(status), "?") * round(BAR * tonnes / most)
                          for status, tonnes in one["by_status"].items()) if most else ""  # fmt: skip
            lines += [f"  {one['year']} {_tonnes(one['low_t']):>10} {_tonnes(one['high_t']):>9}  {bar}"]
        named = ", ".join(f"{mark} {status}" for status, mark in MARKS.items())
        lines += [f"  bars to the high end: {named}"]
        lines += [f"  counted by {group['years'][-1]['year']}:"]
        for site in group["counted"]:
            lines += [f"    {_tonnes(site['adds_t']):>7}  {_site_text(site)}"]
    for title, sites in (("later", group["later"]), ("not counted", group["not_counted"])):
        if sites:
            lines += [f"  {title}:"]
            lines += [f"    {site.get('why', '')}{': ' if site.get('why') else ''}{_site_text(site)}" for site in sites]  # fmt: skip
    return lines


def _need_lines(need: Plain) -> list[str]:
    tonnes = _tonnes(need["low_t"])
    if need["high_t"] != need["low_t"]:
        tonnes += f" to {_tonnes(need['high_t'])}"
    mark = ", UNVERIFIED" if "UNVERIFIED" in f"{need['note']} {need['source_title']}" else ""
    lines = [
        f"  {need['country']} {need['product']}: {tonnes} t, {need['what']} {need['year']}, {need['basis']} [{need['quality']}{mark}]"
    ]
    lines += [
        f"      {'; '.join(text for text in (need['derivation'], need['note'], _source(need)) if text)}"
    ]
    if not need["met"]:
        lines += ["    met: no listed site"]
    for one in need["met"]:
        if one["low"] is None and one["high"] is None:
            lines += [f"    met by {one['product']}: not known"]
            continue
        high = "without bound" if one["high"] is None else f"{one['high']:.0%}"
        span = f"{_tonnes(one['new_low_t'])} to {_tonnes(one['new_high_t'])} t"
        before = (
            f"; ran by {need['year']}, left out: {', '.join(one['ran_before'])}" if one["ran_before"] else ""
        )
        lines += [f"    met by {one['product']}: {one['low']:.0%} to {high} ({span}){before}"]
    return lines


def _time_lines(document: Plain) -> list[str]:
    lines = ["Time to build: months from start to first output, as recorded"]
    if not document["time_to_build"]:
        lines += ["  no listed site states it"]
    for one in document["time_to_build"]:
        spread = f"{one['months_low']:g} to {one['months_high']:g}, median {one['months_median']:g}"
        lines += [
            f"  {one['stage']}: {spread if one['n'] > 1 else format(one['months_low'], 'g')}, n = {one['n']}"
        ]
        lines += [f"    {s['months']:g} {s['name']}, from {s['counted_from'] or 'a start not stated'}"
                  for s in one["sites"]]  # fmt: skip
        if one["first_output"]:
            lines += [f"    begun {one['begun']}: first output {_span(one['first_output'])}"]
        if one["begin_by"] and document["asked"].get("year"):
            lines += [
                f"    for first output within {document['asked']['year']}: begin by {_span(one['begin_by'])}"
            ]
    for view in document["views"]:
        lines += [f"  view: {view['product']}: {view['status_text']} ({_source(view)})"]
    lines += ["  First output is not full output; qualification by customers is not in these months."]
    return lines


def _span(days: Sequence[str | None]) -> str:
    first, middle, last = (day or "outside the calendar" for day in days)
    return first if first == last else f"{first} to {last}, median {middle}"


def _site_text(site: Plain) -> str:
    first, last = site["first_year_low"], site["first_year_high"]
    years = "year not known" if first is None else f"{first}" if first == last else f"{first}-{last or '?'}"
    where = f"{site['owner']}{', ' + site['place'] if site['place'] else ''} ({site['country']})"
    figure = f", {_tonnes(site['capacity_t'])} t" if site["capacity_t"] is not None else ""
    said = f", {site['capacity_from']}" if site["capacity_from"] else ""
    inside = f", holds {site['includes']}" if site["includes"] else ""
    what = f" - {site['product']}" if site["capacity_of"] == CapacityOf.NONE else ""
    mark = ", UNVERIFIED" if "UNVERIFIED" in site["note"] else ""
    return f"{where}{what}: {site['status_text'] or site['status']}{figure}{said}, {years}{inside} [{site['quality']}{mark}]"


def _made_text(one: Plain) -> str:
    unit = {"metric tons": "t", "kilograms": "kg"}.get(one["unit"], one["unit"])
    largest = ", ".join(f"{name} {amount:,.10g}" for name, amount in one["largest"])
    largest += f", others {one['others']:,.10g}" if one["others"] else ""
    inside = "not stated" if one["inside"] is None else f"{one['inside']:,.10g}"
    missing = f"; no figure for {', '.join(one['without_a_figure'])}" if one["without_a_figure"] else ""
    estimated = ", estimated" if one["estimated"] else ""
    return (f"{one['mineral']} ({one['scope']}), {one['stage']} {one['of']} {one['year']}: {one['outside']:,.10g} {unit} "
            f"({largest}), inside {inside}{missing}{estimated}; {one['source']}")  # fmt: skip


def _source(row: Plain) -> str:
    return row["source_title"]


def _tonnes(value: float | None) -> str:
    return "not known" if value is None else f"{value:,.0f}" if value >= 20 or value == 0 else f"{value:,.3g}"
