"""A plan from a folder: lines, what they use, what is in stock, and which moves need a licence.

    lines.csv           line, margin_per_day, currency
    use.csv             line, part, use_per_day
    stock.csv           part, stock, filed, carried_days, destination, end_use, item_group
    licences.csv        licence, part, through                  where licences are held: for the day to file by;
                        quantity, first, filed, valid_days      for the run by the day
    deliveries.csv      part, day or lag, quantity[, filed, needs_licence]   for the run by the day
    determinations.csv  part, outcome[, at_least, at_most]      as `monazite check` writes its results

Each may be CSV, XLSX or Parquet. `filed` is the day on which the licence was asked for (empty: day 0), `carried_days` the
days of packing, shipping and customs after the decision (empty: 0). A delivery without day and lag waits for the licence
of its part. A licence without `through` is one asked for on `filed`, good for `valid_days` from its grant on. All faults of
all files come at once.
"""

import math
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from monazite.disruption.lines.plan import Plan
from monazite.disruption.lines.setting import Licence, Shipment
from monazite.readers.columns import Columns, Unfit, positions
from monazite.readers.findings import Findings
from monazite.readers.headers import Header
from monazite.readers.reference import Reference, read_reference
from monazite.readers.tables import SUFFIXES, read_tables
from monazite.readers.values import parse_calendar_day, parse_yes_no
from monazite.terms.faults import BadInput, Fault, near_match
from monazite.terms.kleene import NO, YES
from monazite.terms.outcomes import OUTCOMES_BY_WORDS, Outcome

COLUMNS = {
    "lines": (("line", "margin_per_day", "currency"), ("note",)),
    "use": (("line", "part", "use_per_day"), ("note",)),
    "stock": (
        ("part", "stock"),
        ("unit", "filed", "carried_days", "destination", "end_use", "item_group", "papers", "note"),
    ),
    "licences": (("licence", "part", "through"), ("quantity", "first", "filed", "valid_days", "note")),
    "deliveries": (("part", "quantity"), ("day", "lag", "filed", "needs_licence", "note")),
    "determinations": (("part", "outcome"), None),  # more columns are those of `check` and are not read
}
LARGEST = 1e15
"""No figure of a plan is larger."""
OPTIONAL = ("licences", "deliveries", "determinations")
WORDS = {**OUTCOMES_BY_WORDS, "needs evidence": None}


def read_plan(folder: Path, *, determinations: Path | None = None) -> Plan:
    """The plan of a folder.

    Raises
    ------
    BadInput with every fault of all its files
    """
    if not folder.is_dir():
        raise BadInput(
            [Fault(where=str(folder), what="is no folder", mend="Name the folder of a plan's tables")]
        )
    findings, reference = Findings(), read_reference()
    found: dict[str, Columns] = {}
    files: list[tuple[str, int, str]] = []
    for name in COLUMNS:
        path = determinations if name == "determinations" and determinations else _find(folder, name)
        if path is None:
            if name not in OPTIONAL:
                findings.add(Fault(where=str(folder), what=f"holds no {name}.csv", mend=_columns_of(name)))
            continue
        table = _open(path, name, reference, findings)
        if table is not None:
            found[name] = table
            files.append((path.name, len(table), table.table.sha256))
    if findings.faults or not {"lines", "use", "stock"} <= found.keys():
        raise BadInput(findings.faults)
    plan = _plan(found, findings, reference, tuple(files))
    if findings.faults:
        raise BadInput(findings.faults)
    return plan


def _find(folder: Path, name: str) -> Path | None:
    return next((p for suffix in SUFFIXES if (p := folder / f"{name}{suffix}").exists()), None)


def _columns_of(name: str) -> str:
    return f"Columns: {', '.join(COLUMNS[name][0])}"


def _open(path: Path, name: str, reference: Reference, findings: Findings) -> Columns | None:
    wanted, optional = COLUMNS[name]
    tables, faults, notes = read_tables(path, path.name, (*wanted, *(optional or ())))
    findings.extend(faults)
    findings.extend(notes, notes=True)
    table = next(iter(tables.values()), None)
    if table is None:
        return None
    headers: dict[str, Header] = {}
    for place, text in enumerate(table.headers):
        column = text.strip().casefold()
        if column in headers:
            findings.fault(table, None, place, f"column '{text}' is given twice", "Keep one")
        elif optional is not None and column not in (*wanted, *optional):
            findings.fault(
                table, None, place, f"{name} has no column '{text}'", near_match(column, (*wanted, *optional))
            )
        headers.setdefault(column, Header(place))
    for column in wanted:
        if column not in headers:
            findings.fault(table, None, None, f"there is no column '{column}'", _columns_of(name))
    return Columns(table, name, headers, reference, findings)


def _number(what: str, empty: float | None) -> "object":
    def parse(text: str) -> float:
        if not text and empty is not None:
            return empty
        try:
            value = float(text)
        except ValueError:
            raise Unfit(
                f"'{text}' is not a number" if text else f"{what} is empty", "Write a number such as 12.5"
            ) from None
        if not math.isfinite(value) or value < 0:
            raise Unfit(f"'{text}' is below zero or not finite", "Write zero or more")
        if value > LARGEST:
            raise Unfit(f"'{text}' is larger than any plan holds", "Count in larger units")
        return value

    return parse


def _plan(
    found: dict[str, Columns],
    findings: Findings,
    reference: Reference,
    files: tuple[tuple[str, int, str], ...],
) -> Plan:
    lines, use, stock = found["lines"], found["use"], found["stock"]

    def numbers(table: Columns, column: str, empty: float | None) -> NDArray[np.float64]:
        read = table.read(column, _number(column, empty), math.nan)  # type: ignore[arg-type, var-annotated]
        return read.array(np.float64)

    def texts(table: Columns, column: str) -> tuple[str, ...]:
        codes, values = table.texts(column)
        return tuple(values[code] for code in codes.tolist())

    line_ids, part_ids = lines.ids("line"), stock.ids("part")
    for table, column, ids in ((lines, "line", line_ids), (stock, "part", part_ids)):
        _once(table, column, positions(ids, ids), findings)
    used_line, used_part = positions(use.ids("line"), line_ids), positions(use.ids("part"), part_ids)
    for column, place, names in (("line", used_line, "lines"), ("part", used_part, "stock")):
        codes, values = use.texts(column)
        for row in np.flatnonzero(place < 0)[:100].tolist():
            text = values[codes[row]]
            if text:
                near = near_match(text, (line_ids if column == "line" else part_ids).to_pylist()[:5000])
                findings.fault(use.table, row, use.place(column), f"'{text}' is not in {names}", near)
    pairs = used_line * (len(part_ids) + 1) + used_part
    _once(use, "part", np.unique(pairs, return_index=True)[1][np.unique(pairs, return_inverse=True)[1]], findings,
          skip=(used_line < 0) | (used_part < 0))  # fmt: skip
    least, most = _outcomes(found.get("determinations"), findings)
    permits = _permits(found.get("licences"), part_ids, findings)
    filed = stock.read("filed", parse_calendar_day, None)
    return Plan(
        lines=tuple(line_ids.to_pylist()),
        margin_per_day=numbers(lines, "margin_per_day", math.nan),
        currency=texts(lines, "currency"),
        parts=tuple(part_ids.to_pylist()),
        stock=numbers(stock, "stock", None),
        filed=tuple(filed.values[code] for code in filed.codes.tolist()),
        carried_days=numbers(stock, "carried_days", 0.0),
        destination=texts(stock, "destination"),
        end_use=texts(stock, "end_use"),
        item_group=texts(stock, "item_group"),
        papers=numbers(stock, "papers", 1.0),
        use_line=used_line,
        use_part=used_part,
        use_per_day=numbers(use, "use_per_day", None),
        at_least=least,
        at_most=most,
        licences=tuple((one.name, one.part, one.through) for one in permits if one.through is not None),
        permits=permits,
        deliveries=_deliveries(found.get("deliveries"), part_ids, reference, findings),
        files=files,
        made_up=tuple((table.table.file, count) for table in found.values() if (count := _made_up(table))),
        notes=tuple(findings.notes),
    )


def _made_up(table: Columns) -> int:
    """Rows whose note says so."""
    codes, notes = table.texts("note")
    return int(np.array(["made up" in note.casefold() for note in notes], dtype=bool)[codes].sum())


def _permits(table: Columns | None, part_ids: pa.Array, findings: Findings) -> tuple[Licence, ...]:
    """The licences, held and asked for."""
    if table is None:
        return ()
    names, places = table.ids("licence").to_pylist(), positions(table.ids("part"), part_ids)
    days = {name: table.read(name, parse_calendar_day, None) for name in ("through", "first", "filed")}
    figures = {
        name: table.read(name, _figure(name), math.nan).array(np.float64)  # type: ignore[arg-type, var-annotated]
        for name in ("quantity", "valid_days")
    }
    held, seen = [], set()
    for row, (name, place) in enumerate(zip(names, places.tolist(), strict=True)):
        on = {key: read.values[int(read.codes[row])] for key, read in days.items()}
        valid_days = float(figures["valid_days"][row])
        if place < 0:
            near = near_match(table.trimmed("part")[row].as_py(), part_ids.to_pylist()[:5000])
            findings.fault(table.table, row, table.place("part"), "the part is not in stock", near)
        elif (name, place, on["first"]) in seen:
            what = f"licence '{name}' for the same part begins on the same day in an earlier row"
            findings.fault(table.table, row, table.place("licence"), what, "Keep one")
        elif on["through"] is None and (on["filed"] is None or math.isnan(valid_days)):
            mend = "Write its last day; for one asked for, filed and valid_days"
            findings.fault(table.table, row, table.place("through"), "through is empty", mend)
        elif on["through"] is not None and on["first"] is not None and on["first"] > on["through"]:
            what = f"begins on {on['first']}, after its last day {on['through']}"
            findings.fault(table.table, row, table.place("first"), what, "Give a first day before the last")
        else:
            seen.add((name, place, on["first"]))
            held.append(
                Licence(name=name, part=place, quantity=float(figures["quantity"][row]), first=on["first"],
                        through=on["through"], filed=on["filed"], valid_days=valid_days)
            )  # fmt: skip
    return tuple(held)


def _deliveries(
    table: Columns | None,
    part_ids: pa.Array,
    reference: Reference,
    findings: Findings,
) -> tuple[Shipment, ...]:
    """The deliveries."""
    if table is None:
        return ()
    places = positions(table.ids("part"), part_ids).tolist()
    days = {name: table.read(name, parse_calendar_day, None) for name in ("day", "filed")}
    quantity = table.read("quantity", _number("quantity", None), math.nan).array(np.float64)  # type: ignore[arg-type, var-annotated]
    lags = table.read("lag", _figure("lag"), math.nan).array(np.float64)  # type: ignore[arg-type, var-annotated]
    needs = table.read("needs_licence", lambda text: parse_yes_no(reference, text), None)
    made = []
    for row, place in enumerate(places):
        on = {key: read.values[int(read.codes[row])] for key, read in days.items()}
        said = needs.values[int(needs.codes[row])]
        if place < 0:
            near = near_match(table.trimmed("part")[row].as_py(), part_ids.to_pylist()[:5000])
            findings.fault(table.table, row, table.place("part"), "the part is not in stock", near)
        elif on["day"] is not None and not math.isnan(lags[row]):
            what = "gives a day and a lag"
            findings.fault(table.table, row, table.place("lag"), what, "Give one of the two")
        else:
            made.append(
                Shipment(part=place, quantity=float(quantity[row]), day=on["day"], lag_days=float(lags[row]),
                         filed=on["filed"], needs_licence=bool(said == YES) if said in (NO, YES) else None,
                         where=table.table.where(row, table.place("day")))
            )  # fmt: skip
    return tuple(made)


def _figure(what: str) -> "object":
    """A number of zero or more; nan where nothing is stated."""
    number = _number(what, math.nan)

    def parse(text: str) -> float:
        return math.nan if not text else float(number(text))  # type: ignore[operator]

    return parse


def _once(
    table: Columns,
    column: str,
    first: NDArray[np.int64],
    findings: Findings,
    *,
    skip: NDArray[np.bool_] | None = None,
) -> None:
    """A fault for each row whose name stands in an earlier row."""
    again = first != np.arange(len(first))
    if skip is not None:
        again &= ~skip
    codes, values = table.texts(column)
    for row in np.flatnonzero(again & (first >= 0))[:100].tolist():
        text = values[codes[row]]
        if text:
            where = table.table.where(int(first[row]), table.place(column))
            findings.fault(
                table.table, row, table.place(column), f"'{text}' stands at {where} too", "Keep one"
            )


def _outcomes(table: Columns | None, findings: Findings) -> tuple[dict[str, Outcome], dict[str, Outcome]]:
    """The bounds of each part's outcome: the worst over its rows."""
    least: dict[str, Outcome] = {}
    most: dict[str, Outcome] = {}
    if table is None:
        return least, most

    def outcome(text: str) -> Outcome | None:
        if text not in WORDS:
            raise Unfit(f"'{text}' is no outcome", near_match(text, WORDS))
        return WORDS[text]

    def bound(text: str) -> Outcome | None:
        return outcome(text) if text else None

    said = table.read("outcome", outcome, None)
    low, high = table.read("at_least", bound, None), table.read("at_most", bound, None)
    parts = table.ids("part").to_pylist()
    rows = zip(parts, said.codes.tolist(), low.codes.tolist(), high.codes.tolist(), strict=True)
    for part, code, low_code, high_code in rows:
        stated = said.values[code]
        under = stated if stated is not None else low.values[low_code] or Outcome.NOT_CONTROLLED
        over = stated if stated is not None else high.values[high_code]
        worst = Outcome.PROHIBITED if over is None else over  # evidence is missing and no bound is stated
        least[part] = max(least.get(part, under), under)
        most[part] = max(most.get(part, worst), worst)
    return least, most
