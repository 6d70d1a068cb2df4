"""The macro check as plain values and lines of text. The same answer gives the same bytes."""

import csv
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from monazite.disruption.economy.macro import (
    TOLERATED,
    Elasticity,
    Kind,
    Magnitude,
    Range,
    price_change,
    supplier_power,
    why_unbounded,
)
from monazite.writers.disruption.text import wrapped
from monazite.writers.plain import plain

Plain = dict[str, Any]
GIVEN = "given"
LIMITS = (
    "Partial equilibrium of one good: no stocks, no time, no firms, no policy. An order of magnitude and no forecast.",
    "Power is the cost of this input alone. What it is of a product's cost, and what stands still without it, is not in it.",
    "Shares of imports by value are of what crosses the border as this code, not of what is inside other goods.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A supplier's share at one stage."""

    stage: str
    of: str
    share: float
    base: str  # what it is a share of, and where that stands
    is_given: bool


def macro_document(
    *, material: str, chain: str, supplier: str, buyer: str, shares: Sequence[Share], cuts: Sequence[float],
    used: Mapping[Kind, Sequence[Elasticity]], table: Sequence[Elasticity], magnitudes: Sequence[Magnitude],
    notes: Sequence[str],
) -> Plain:  # fmt: skip
    """Everything that was found, as JSON holds it; None where it is unbounded or not known, with the reason beside it."""
    names = {material, chain}
    in_order = sorted(magnitudes, key=lambda m: m.country != buyer)  # of the buyer first
    of_material = [m for m in in_order if names & set(m.materials)]
    others = [m for m in in_order if not m.materials]
    tested = [(cut, GIVEN) for cut in cuts] or [(one.share, f"full stop, {one.stage}") for one in shares]
    return {
        "material": material,
        "data_of": chain,
        "supplier": supplier,
        "buyer": buyer,
        "shares": [plain(one) for one in shares],
        "elasticities": {str(kind): [_plain_elasticity(e) for e in found] for kind, found in used.items()},
        "asked_for": _asked_for(material, chain, used, table),
        "power": [_plain_power(one, e) for one in shares for e in used[Kind.SUBSTITUTION]],
        "price": [
            _plain_price(cut, what, demand, supply)
            for cut, what in tested
            for demand in used[Kind.DEMAND]
            for supply in used[Kind.SUPPLY]
        ],
        "small_means": f"the formula for small cuts and that of constant elasticities differ by at most {TOLERATED:.0%}",
        "published": {
            "says": "to compare with, not to match",
            "of_this_material": [plain(m) for m in of_material],
            "of_other_shocks": [plain(m) for m in others],
        },
        "limits": list(LIMITS),
        "notes": list(notes),
    }


def macro_lines(document: Plain) -> list[str]:
    """The document for a terminal."""
    lines = [f"{document['material']}: {document['supplier']} withholds it from {document['buyer']}", ""]
    lines += _share_lines(document) + [""] + _price_lines(document) + [""]
    lines += ["Published, to compare with and not to match"]
    published = document["published"]
    for title, rows in (
        (f"on {document['material']}", published["of_this_material"]),
        ("on other shocks", published["of_other_shocks"]),
    ):
        if rows:
            lines += [f"  {title}"] + [f"    {_magnitude_text(row)}" for row in rows]
        else:
            lines += [f"  {title}: none is known here"]
    lines += ["", "What to know"]
    lines += [f"  {text}" for text in (*document["limits"], *document["notes"])]
    return [part for line in lines for part in wrapped(line)]


def macro_csv(document: Plain) -> str:
    """A row for each figure: power, price, published; empty where a bound is infinite or not known."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["what", "of", "share_or_cut", "horizon", "value", "low", "high", "unit", "note"])
    for row in document["power"]:
        ends = (
            "",
            row["log_cost_low"],
            row["log_cost_high"],
            f"logs, s = {_range_text(row['substitution'])}",
        )
        writer.writerow(["power", row["stage"], row["share"], row["horizon"], *ends, row["why_unbounded"]])
    for row in document["price"]:
        unit = f"dP/P, e_d = {_range_text(row['demand'])}, e_s = {_range_text(row['supply'])}"
        note = "" if row["is_small"] else "not small"
        for name in ("small_formula", "constant_elasticities"):
            writer.writerow([f"price, {name}", row["of"], row["cut"], "", "", *row[name], unit, note])
    for rows in ("of_this_material", "of_other_shocks"):
        for row in document["published"][rows]:
            what = f"published, {row['country']}, {row['shock']}"
            figures = (row["value"], row["low"], row["high"], f"{row['unit']}, {row['measure']}")
            writer.writerow(
                [
                    what,
                    ", ".join(row["materials"]),
                    "",
                    "",
                    *figures,
                    f"{row['source_title']} {row['source_url']}",
                ]
            )
    return out.getvalue()


# -- plain values -----------------------------------------------------------------------------------------------


def _plain_elasticity(one: Elasticity) -> Plain:
    return {**plain(one), "value": _ends(one.value)}  # type: ignore[dict-item]


def _plain_power(one: Share, e: Elasticity) -> Plain:
    assert e.value is not None
    ends = [(s, supplier_power(one.share, s)) for s in (e.value.high, e.value.low)]
    return {
        "stage": one.stage, "share": one.share, "substitution": _ends(e.value), "horizon": e.horizon,
        "log_cost_low": _finite(ends[0][1]), "log_cost_high": _finite(ends[1][1]),
        "times_low": _times(ends[0][1]), "times_high": _times(ends[1][1]),
        "why_unbounded": why_unbounded(one.share, ends[0][0]) or why_unbounded(one.share, ends[1][0]),
        "all_of_it": math.isinf(ends[0][1]),
    }  # fmt: skip


def _plain_price(cut: float, what: str, demand: Elasticity, supply: Elasticity) -> Plain:
    assert demand.value is not None
    assert supply.value is not None
    found = price_change(cut, demand.value, supply.value)
    return {
        "cut": cut, "of": what, "demand": _ends(demand.value), "supply": _ends(supply.value),
        "small_formula": _ends(found.small), "constant_elasticities": _ends(found.constant),
        "is_small": found.is_small, "largest_small_cut": _ends(found.largest_small_cut),
    }  # fmt: skip


def _asked_for(
    material: str, chain: str, used: Mapping[Kind, Sequence[Elasticity]], table: Sequence[Elasticity]
) -> list[Plain]:
    """Elasticities that are missing, the option that takes them, and who has estimated them."""
    found = []
    for kind, option in ((Kind.DEMAND, "--demand-elasticity"), (Kind.SUPPLY, "--supply-elasticity"),
                         (Kind.SUBSTITUTION, "--substitution")):  # fmt: skip
        if used[kind]:
            continue
        by = [e for e in table if e.kind is kind and e.value is None and e.material in (material, chain)]
        where = [f"{e.source_title}: {e.note}" for e in by]
        found.append({"kind": str(kind), "option": option, "estimated_by": where})
    return found


def _ends(one: Range | None) -> list[float | None] | None:
    return None if one is None else [_finite(one.low), _finite(one.high)]


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _times(log: float) -> float | None:
    """How many times as much; None where that is past all numbers."""
    return math.exp(log) if log < 700 else None


# -- text -------------------------------------------------------------------------------------------------------


def _share_lines(document: Plain) -> list[str]:
    lines = [
        f"Power: what the input costs {document['buyer']} more without {document['supplier']}, -ln(1 - w) / (s - 1)"
    ]
    if not document["shares"]:
        lines += ["  no share is known: give it with --share"]
    for at, one in enumerate(document["shares"]):
        where = f"{one['stage']}, {one['of']}" if not one["is_given"] else "given"
        base = f" ({one['base']})" if not one["is_given"] else ""
        lines += [f"  w = {one['share']:.1%}  {where}{base}"]
        count = len(document["elasticities"]["substitution"])
        for row in document["power"][at * count : (at + 1) * count]:
            lines += [f"    {_power_text(row)}"]
    for e in document["elasticities"]["substitution"]:
        lines += [f"  {_elasticity_text('s', e)}"]
    return lines + _missing_lines(document, ("substitution",))


def _power_text(row: Plain) -> str:
    horizon = f" ({row['horizon']})" if row["horizon"] else ""
    head = f"s = {_range_text(row['substitution'])}{horizon}: "
    if row["all_of_it"]:
        return head + row["why_unbounded"]
    low, high = row["log_cost_low"], row["log_cost_high"]
    if high is None:
        return head + f"{low:.2f} in logs or more; {row['why_unbounded']}"
    if math.isclose(low, high):
        return head + f"{low:.2f} in logs, {_count(row['times_low'])} times as much"
    times = f"{_count(row['times_low'])} to {_count(row['times_high'])} times as much"
    return head + f"{low:.2f} to {high:.2f} in logs, {times}"


def _count(value: float | None) -> str:
    return (
        "more than can be counted" if value is None else f"{value:,.3g}" if value < 1000 else f"{value:.3g}"
    )


def _price_lines(document: Plain) -> list[str]:
    lines = ["Price: dP/P = q / (e_d + e_s) for a small cut q"]
    lines += _missing_lines(document, ("demand", "supply"))
    kinds = document["elasticities"]
    if not document["price"] and kinds["demand"] and kinds["supply"]:
        lines += ["  no cut is known: give it with --cut"]
    for row in document["price"]:
        bound = _bound_text(row)
        lines += [
            f"  q = {row['cut']:.1%} ({row['of']}), e_d = {_range_text(row['demand'])}, e_s = {_range_text(row['supply'])}"
        ]
        lines += [f"    small-cut formula      {_change_text(row['small_formula'])}"]
        lines += [f"    constant elasticities  {_change_text(row['constant_elasticities'])}"]
        lines += [f"    {bound}"]
    for kind, sign in (("demand", "e_d"), ("supply", "e_s")):
        for e in document["elasticities"][kind]:
            lines += [f"  {_elasticity_text(sign, e)}"]
    if document["price"]:
        lines += [f"  Small: {document['small_means']}."]
    return lines


def _bound_text(row: Plain) -> str:
    """Whether the cut is small for these elasticities, in words."""
    low, high = row["largest_small_cut"]
    upto = f"{low:.2%}" if low == high else f"{low:.2%} to {high:.2%}"
    if row["is_small"]:
        return f"small: for these elasticities the formula holds up to q = {upto}"
    return f"NOT SMALL: for these elasticities the formula holds up to q = {upto}; past it these figures are no estimate"


def _missing_lines(document: Plain, kinds: Sequence[str]) -> list[str]:
    lines = []
    for one in document["asked_for"]:
        if one["kind"] in kinds:
            lines += [
                f"  no elasticity of {one['kind']} of {document['material']} is known here: give {one['option']} LOW..HIGH"
            ]
            lines += [f"    {text}" for text in one["estimated_by"]]
    return lines


def _elasticity_text(sign: str, e: Plain) -> str:
    if e["source_title"] == GIVEN:
        return f"{sign} = {_range_text(e['value'])}: given"
    horizon = f", {e['horizon']}" if e["horizon"] else ""
    note = f"; {e['note']}" if e["note"] else ""
    return (
        f"{sign} = {_range_text(e['value'])}{horizon}: {e['of']}; {e['source_title']} [{e['quality']}]{note}"
    )


def _range_text(ends: Sequence[float | None]) -> str:
    low, high = ("inf" if end is None else f"{end:g}" for end in ends)
    return low if low == high else f"{low}..{high}"


def _change_text(ends: Sequence[float | None]) -> str:
    if ends[0] is None:
        return "unbounded: nothing gives way, or nothing is left"
    low = _percent(ends[0])
    if ends[1] is None:
        return f"{low} or more, unbounded at the high end: nothing gives way there, or nothing is left"
    return low if math.isclose(ends[0], ends[1]) else f"{low} to {_percent(ends[1])}"


def _percent(value: float) -> str:
    return f"+{value:.1%}" if value < 10 else f"times {1 + value:,.4g}"


def _magnitude_text(row: Plain) -> str:
    value, low, high, unit = row["value"], row["low"], row["high"], row["unit"]
    span = f"{low:g} to {high:g}" if low is not None and high is not None else ""
    if value is not None:
        figure = f"{value:g} {unit}" + (f" ({span})" if span else "")
    elif span:
        figure = f"{span} {unit}"
    elif low is not None:
        figure = f"above {low:g} {unit}"
    else:
        figure = f"below {high:g} {unit}" if high is not None else "not stated"
    note = f"; {row['note']}" if row["note"] else ""
    of = f"{', '.join(row['materials'])} - " if row["materials"] else ""
    return f"{of}{row['country']}, {row['shock']}: {row['measure']} {figure} [{row['quality']}] ({row['source_title']}{note})"
