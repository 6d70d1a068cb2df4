"""The short list of headline moves: which side raised or lowered on which day, in the order written within a day."""

import csv
from pathlib import Path

from monazite.disruption.escalation.ledger import SIDES, Move
from monazite.readers.places import find_data
from monazite.terms.days import parse_day
from monazite.terms.faults import BadInput, Fault, near_match

_WORDS = {"side": SIDES, "direction": ("raise", "lower"), "outside": ("yes", "no")}


def read_headlines(path: Path | None = None) -> tuple[Move, ...]:
    """The moves of a table with date, order, side, direction, outside, says and source; the package's by default.

    Raises
    ------
    BadInput with every fault of the table
    """
    path = path or find_data("reference") / "disruption" / "headline-moves.csv"
    made: list[tuple[str, int, Move]] = []
    faults: list[Fault] = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        missing = [
            name
            for name in ("date", "order", *_WORDS, "says", "source")
            if name not in (reader.fieldnames or ())
        ]
        if missing:
            raise BadInput([Fault(where=path.name, what=f"has no column '{name}'") for name in missing])
        for row in reader:
            where = f"{path.name}:{reader.line_num}"
            try:
                parse_day(row["date"])
            except ValueError as error:
                faults.append(Fault(where=f"{where}, column date", what=str(error)))
            if not row["order"].isdigit():
                faults.append(Fault(where=f"{where}, column order", what=f"'{row['order']}' is no number"))
                continue
            for column, words in _WORDS.items():
                if row[column] not in words:
                    what, mend = f"'{row[column]}' is no {column}", near_match(row[column], words)
                    faults.append(Fault(where=f"{where}, column {column}", what=what, mend=mend))
            move = Move(printed=row["date"], side=row["side"], raises=row["direction"] == "raise",
                        outside=row["outside"] == "yes", says=row["says"])  # fmt: skip
            made.append((row["date"], int(row["order"]), move))
    if faults:
        raise BadInput(faults)
    return tuple(move for _, _, move in sorted(made, key=lambda held: held[:2]))
