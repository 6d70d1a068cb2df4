"""Remedies on offer, from a table that a purchaser fills in.

    remedies.csv    remedy, part, kind, cost_per_unit, fixed_cost, currency, lead_days_low, lead_days, lead_days_high,
                    most_days, yield_share[, note]

`kind` is stock, second source or substitution. A cell that does not apply to the kind stays empty. A cell that does and is
empty means that the figure is not known: the remedy is then named and left out, never taken for free.
"""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from monazite.disruption.remedies.mitigation import Kind, Lead
from monazite.disruption.remedies.offers import Offer
from monazite.readers.disruption.rows import Row, read_rows
from monazite.readers.tables import SUFFIXES
from monazite.terms.faults import BadInput, Fault, near_match

COLUMNS = ("remedy", "part", "kind", "cost_per_unit", "fixed_cost", "currency", "lead_days_low", "lead_days",
           "lead_days_high", "most_days", "yield_share")  # fmt: skip
FOR_SOURCES = ("fixed_cost", "lead_days_low", "lead_days", "lead_days_high", "yield_share")
"""Columns that stock has no use for: it is at hand on day 0."""
MOST_MONEY, MOST_DAYS = 1e15, 36_500.0


@dataclass(frozen=True, kw_only=True)
class Remedies:
    """The offers of a table in its order, and whether their notes say made up."""

    offers: tuple[Offer, ...]
    notes: tuple[str, ...]  # of each offer
    file: tuple[str, int, str]  # file, rows, sha256


def find_remedies(folder: Path) -> Path:
    """The table of remedies of a plan's folder.

    Raises
    ------
    BadInput where there is none
    """
    for suffix in SUFFIXES:
        if (path := folder / f"remedies{suffix}").exists():
            return path
    what = "holds no remedies.csv"
    raise BadInput([Fault(where=str(folder), what=what, mend=f"Columns: {', '.join(COLUMNS)}")])


def read_remedies(path: Path, *, parts: Sequence[str], currencies: Collection[str]) -> Remedies:
    """The offers of a table.

    Parameters
    ----------
    parts : of the plan
    currencies : of the lines whose margins the costs are set against: nothing is converted

    Raises
    ------
    BadInput with every fault
    """
    faults: list[Fault] = []
    rows = read_rows(path, COLUMNS, faults, optional=("note",))
    if not rows and not faults:
        faults.append(
            Fault(
                where=path.name, what="lists no remedy", mend="Write a row for each thing that can be bought"
            )
        )
    place = {name: number for number, name in enumerate(parts)}
    seen: dict[str, str] = {}
    offers = []
    for row in rows:
        name = row.text("remedy", wanted=True)
        if name and name in seen:
            row.fault("remedy", f"'{name}' stands at {seen[name]} too", "Give each remedy a name of its own")
        seen.setdefault(name, row.place)
        part = row.text("part", wanted=True)
        if part and part not in place:
            row.fault("part", f"'{part}' is not in stock", near_match(part, list(place)[:5000]))
        word = row.word("kind", tuple(Kind))
        if word not in tuple(Kind):
            continue
        offers.append(_offer(row, name, place.get(part, -1), Kind(word), currencies))
    if faults:
        raise BadInput(faults)
    held = hashlib.sha256(path.read_bytes()).hexdigest()
    return Remedies(
        offers=tuple(offers), notes=tuple(row.text("note") for row in rows), file=(path.name, len(rows), held)
    )


def _offer(row: Row, name: str, part: int, kind: Kind, currencies: Collection[str]) -> Offer:
    """The offer of one row; faults go to the row."""
    stock = kind is Kind.STOCK
    for column in FOR_SOURCES if stock else ("most_days",):
        if row.text(column):
            why = "stock is at hand on day 0" if stock else "a second source goes on once it has begun"
            row.fault(column, f"'{row.text(column)}' has no use for {kind}: {why}", "Leave it empty")
    cost = row.number("cost_per_unit", least=0.0, most=MOST_MONEY)
    fixed = row.number("fixed_cost", least=0.0, most=MOST_MONEY)
    currency = row.text("currency")
    if cost or fixed or currency:
        if not currency:
            row.fault(
                "currency", "currency is empty beside a cost", f"Write {' or '.join(sorted(currencies))}"
            )
        elif currency not in currencies:
            lines = f"the lines' margins are in {' and '.join(sorted(currencies))}"
            row.fault("currency", f"'{currency}' is not that of the lines: {lines}",
                      "Write the cost in that currency: nothing is converted")  # fmt: skip
    share = row.number("yield_share", least=0.0, most=1.0)
    if share == 0:
        row.fault("yield_share", "'0' serves nothing", "Write a share above 0, at most 1, or remove the row")
    return Offer(
        name=name, part=part, kind=kind, cost_per_unit=cost, fixed_cost=None if stock else fixed,
        lead=None if stock else _lead(row), most_days=row.number("most_days", least=0.0, most=MOST_DAYS) if stock else None,
        yield_share=share,
    )  # fmt: skip


def _lead(row: Row) -> Lead | None:
    """Low, median and high; without low and high the median is a fixed number of days."""
    low, median, high = (
        row.number(column, least=0.0, most=MOST_DAYS)
        for column in ("lead_days_low", "lead_days", "lead_days_high")
    )
    if (low is None) != (high is None):
        row.fault("lead_days_low" if low is None else "lead_days_high", "only one of the two ends is given",
                  "Write both, or neither for a fixed number of days")  # fmt: skip
        return None
    if median is None:
        if low is not None:
            row.fault("lead_days", "lead_days is empty beside its two ends", "Write the median")
        return None
    if low is None or high is None:
        return Lead(low=median, median=median, high=median)
    if not 0 < low <= median <= high:
        row.fault(
            "lead_days", f"{low:g}, {median:g}, {high:g} do not rise from above 0", "Write low, median, high"
        )
        return None
    return Lead(low=low, median=median, high=high)
