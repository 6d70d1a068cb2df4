"""Parameters of the licence delay as a table that `disrupt line --delay` reads: fitted values in place of the shipped ones."""

import csv
import io
from collections.abc import Mapping, Sequence

from monazite.disruption.delay.fitting import Estimate

COLUMNS = ("parameter", "key", "value", "low", "high", "unit", "kind", "source")


def delay_csv(
    rows: Sequence[Mapping[str, str]], fitted: Mapping[tuple[str, str], tuple[Estimate, str]]
) -> str:
    """The rows with the fitted ones replaced: most likely value, 10 to 90 %, and where they come from."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        found = fitted.get((row["parameter"], row["key"]))
        if found is None:
            writer.writerow([row.get(column, "") for column in COLUMNS])
            continue
        one, source = found
        # The most likely value may lie outside the interval where the likelihood has a long tail.
        low, high = min(one.low, one.value), max(one.high, one.value)
        numbers = [f"{v:.4g}" for v in (one.value, low, high)]
        kind = "fitted" if one.low < one.high else "given"
        writer.writerow([row["parameter"], row["key"], *numbers, row.get("unit", ""), kind, source])
    return out.getvalue()
