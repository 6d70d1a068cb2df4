"""The structural index of firms as plain values, lines of text and CSV; eps and steps stand with every value."""

import csv
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from monazite.disruption.network.firms import Firms
from monazite.disruption.network.structural import MOST_STEPS
from monazite.writers.disruption.text import wrapped

Plain = dict[str, Any]
SAYS = "No time and no stocks: rank with it, do not date with it. eps is a choice of the model and not an accuracy."
COLUMNS = (
    "eps",
    "unknown_needs",
    "replacement",
    "rank",
    "firm",
    "product",
    "index",
    "downstream",
    "upstream",
    "steps",
)
PAIRS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ByEps:
    """Index, downstream, upstream and steps of each chosen firm for one eps."""

    eps: float
    rows: tuple[tuple[float, float, float, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One way to read what is not known, with or without replacement."""

    unknown: str  # how needs are read that no table states; empty where all are stated
    replacement: bool
    by_eps: tuple[ByEps, ...]


def rank_document(held: Firms, chosen: Sequence[int], readings: Sequence[Reading]) -> Plain:
    """Everything that was found, as JSON holds it; firms from the largest index down, by name where they are equal."""
    used = held.used_unknown()
    return {
        "says": SAYS,
        "firms": len(held.names),
        "ranked": len(chosen),
        "links": len(held.value),
        "products": len(held.products),
        "weights": "revenue"
        if held.revenue is not None
        else "sales in the links: makers of final goods weigh nothing",
        "inputs_shared_by": "costs" if held.costs is not None else "purchases in the links",
        "made_up": list(held.made_up),
        "needs_not_stated": [list(pair) for pair in used],
        "files": [{"file": file, "rows": rows, "sha256": sha} for file, rows, sha in held.files],
        "readings": [
            {**_plain_reading(held, chosen, reading),
             "order_against_the_first": _plain_tau(readings[0].by_eps[0], reading.by_eps[0]) if at else None}
            for at, reading in enumerate(readings)
        ],
    }  # fmt: skip


def rank_lines(document: Plain, top: int) -> list[str]:
    """The document for a terminal: a table for each reading, the order by the first eps."""
    lines = wrapped(f"{document['firms']:,} firms, {document['links']:,} links, {document['products']:,} products; "
             f"weights: {document['weights']}; non-essential inputs as parts of: {document['inputs_shared_by']}")  # fmt: skip
    lines += wrapped(document["says"])
    if document["ranked"] < document["firms"]:
        lines += [f"Ranks are among the {document['ranked']:,} firms asked."]
    if document["made_up"]:
        lines += wrapped(f"Made up, as their own notes say: figures of {', '.join(document['made_up'])}.")
    if document["needs_not_stated"]:
        pairs = document["needs_not_stated"]
        shown = ", ".join(f"{i} for makers of {j}" for i, j in pairs[:PAIRS])
        more = f" and {len(pairs) - PAIRS:,} more" if len(pairs) > PAIRS else ""
        says = "Each reading of it is shown; they bound nothing."
        lines += wrapped(f"Not stated whether essential: {shown}{more}. {says}")
    for reading in document["readings"]:
        lines += ["", _title(reading)]
        lines += _table(reading, top)
        lines += [f"  {text}" for text in _order_lines(reading)]
        if reading["order_against_the_first"] is not None:
            lines += [
                f"  order against the first table: Kendall's tau {_tau_text(reading['order_against_the_first'])}"
            ]
    return lines


def rank_csv(document: Plain) -> str:
    """A row for each firm, reading and eps."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for reading in document["readings"]:
        for held in reading["by_eps"]:
            for row in held["firms"]:
                head = (
                    f"{held['eps']:.10g}",
                    reading["unknown_needs"] or "",
                    "yes" if reading["replacement"] else "no",
                )
                figures = (f"{row[name]:.10g}" for name in ("index", "downstream", "upstream"))
                writer.writerow((*head, row["rank"], row["firm"], row["product"], *figures, row["steps"]))
    return out.getvalue()


def _plain_reading(held: Firms, chosen: Sequence[int], reading: Reading) -> Plain:
    names, kinds = held.names, held.products
    by_eps = []
    for one in reading.by_eps:
        rows = sorted(zip(chosen, one.rows, strict=True), key=lambda item: (-item[1][0], names[item[0]]))
        ranks = _ranks([row[1][0] for row in rows])
        by_eps.append({
            "eps": one.eps,
            "mean_index": math.fsum(row[0] for row in one.rows) / len(one.rows),
            "most_steps": max(row[3] for row in one.rows),
            "firms": [
                {"rank": rank, "firm": names[at], "product": kinds[held.product[at]], "index": index,
                 "downstream": down, "upstream": up, "eps": one.eps, "steps": steps}
                for rank, (at, (index, down, up, steps)) in zip(ranks, rows, strict=True)
            ],
        })  # fmt: skip
    first = reading.by_eps[0]
    return {
        "unknown_needs": reading.unknown or None,
        "replacement": reading.replacement,
        "by_eps": by_eps,
        "order": [
            {"eps": [first.eps, other.eps], **_plain_tau(first, other)} for other in reading.by_eps[1:]
        ],
    }


def _ranks(values: Sequence[float]) -> list[int]:
    """Ranks of falling values from 1; equal ones share theirs."""
    found: list[int] = []
    for at, value in enumerate(values):
        found.append(found[-1] if at and math.isclose(value, values[at - 1], abs_tol=1e-12) else at + 1)
    return found


def _plain_tau(one: ByEps, other: ByEps) -> Plain:
    """How alike two orders are: 1 the same, -1 the reverse; None where all values of one are equal."""
    from scipy.stats import kendalltau

    found = float(kendalltau([row[0] for row in one.rows], [row[0] for row in other.rows]).statistic)
    return {"kendall_tau": found if math.isfinite(found) else None}


def _title(reading: Plain) -> str:
    replaced = "makers of a product replace each other" if reading["replacement"] else "nobody is replaced"
    unknown = f"; needs not stated read as {reading['unknown_needs']}" if reading["unknown_needs"] else ""
    return f"{replaced}{unknown}"


def _table(reading: Plain, top: int) -> list[str]:
    first = reading["by_eps"][0]
    others = [{row["firm"]: row for row in held["firms"]} for held in reading["by_eps"][1:]]
    shown = first["firms"][:top]
    width = min(max((len(row["firm"]) for row in shown), default=4), 30)
    head = f"  {'rank':>4} {'firm':<{width}} {_eps(first):>9} {'down':>8} {'up':>8} {'steps':>6}"
    head += "".join(f" | {_eps(held):>10} {'rank':>5} {'steps':>6}" for held in reading["by_eps"][1:])
    lines = [head]
    for row in shown:
        name = row["firm"] if len(row["firm"]) <= width else row["firm"][: width - 1] + "~"
        line = f"  {row['rank']:>4} {name:<{width}} {row['index']:>9.6f} {row['downstream']:>8.6f}"
        line += f" {row['upstream']:>8.6f} {row['steps']:>6}"
        for held in others:
            other = held[row["firm"]]
            line += f" | {other['index']:>10.6f} {other['rank']:>5} {other['steps']:>6}"
        lines += [line]
    left = len(first["firms"]) - len(shown)
    if left:
        lines += [f"  and {left:,} more firms; --format csv has them all"]
    return lines


def _order_lines(reading: Plain) -> list[str]:
    lines = [f"mean index {held['mean_index']:.4f} at eps {held['eps']:g}, at most {held['most_steps']:,} steps"
             + (" (STOPPED at the limit)" if held["most_steps"] >= MOST_STEPS else "")
             for held in reading["by_eps"]]  # fmt: skip
    for one in reading["order"]:
        lines += [f"order at eps {one['eps'][0]:g} against {one['eps'][1]:g}: Kendall's tau {_tau_text(one)}"]
    return lines


def _tau_text(one: Plain) -> str:
    tau = one["kendall_tau"]
    return "not defined: all values of one are equal" if tau is None else f"{tau:.3f} (1: the same order)"


def _eps(held: Plain) -> str:
    return f"eps {held['eps']:g}"
