"""Worldwide Governance Indicators: how stable each country is, by year, as the World Bank estimates it.

A table in long form with the columns `iso3` (or `code`), `year` and `estimate`, about -2.5 (worst) to +2.5 (best); where a
column `indicator` tells several apart, the rows of `pv` are taken. A cell without a figure is no estimate. What stands twice for
one country and year cannot be told apart, so it is no estimate either; both values are kept in `doubled`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from monazite.readers.trade.sources import read_table
from monazite.terms.faults import BadInput, Fault

COLUMNS = ("iso3", "year", "estimate")
COUNTRY = ("iso3", "code", "countrycode")  # names of the column, the first that is there
INDICATORS = ("pv", "pv.est")  # Political Stability and Absence of Violence/Terrorism
NO_FIGURE = ("", "..", "#N/A", "NA")
# Codes of the World Bank that are not those of ISO.
OTHER_CODES = {"ROM": "ROU", "ZAR": "COD", "TMP": "TLS", "WBG": "PSE", "ADO": "AND", "KSV": "XKX"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Governance:
    """One indicator by year and country."""

    indicator: str
    release: str
    licence: str
    attribution: str
    estimates: Mapping[int, Mapping[str, float]]  # year -> alpha-3 -> about -2.5 (worst) to +2.5 (best)
    doubled: Mapping[tuple[int, str], tuple[float, ...]] = field(
        default_factory=dict
    )  # in the order of the file
    notes: tuple[str, ...] = ()

    def find(self, country: str, year: int) -> float | None:
        """The estimate; None where there is none for the year."""
        return self.estimates.get(year, {}).get(country)

    @property
    def years(self) -> tuple[int, ...]:
        """The years with estimates: 1996, 1998, 2000, then every year."""
        return tuple(sorted(self.estimates))


def read_governance_file(
    path: Path,
    *,
    indicator: str,
    release: str = "not named",
    licence: str = "",
    attribution: str = "",
    notes: tuple[str, ...] = (),
) -> Governance:
    """The estimates of a CSV file with at least the columns `iso3`, `year` and `estimate`.

    Raises
    ------
    BadInput with every row whose year or estimate cannot be read
    """
    found: dict[tuple[int, str], list[float]] = {}
    faults: list[Fault] = []
    columns, rows = read_table(path.read_bytes(), str(path))
    country = next((name for name in COUNTRY if name in columns), COUNTRY[0])
    missing = [name for name in (country, *COLUMNS[1:]) if name not in columns]
    if missing:
        mend = f"Columns wanted: {', '.join(COLUMNS)}"
        raise BadInput([Fault(where=f"{path}:1", what=f"no column '{name}'", mend=mend) for name in missing])
    for line, row in rows:
        if (
            row.get("indicator", INDICATORS[0]).strip().casefold() not in INDICATORS
            or row["estimate"].strip() in NO_FIGURE
        ):
            continue
        try:
            year, estimate = int(row["year"]), float(row["estimate"])
        except ValueError:
            given = f"year '{row['year']}', estimate '{row['estimate']}'"
            faults.append(Fault(where=f"{path}:{line}", what=f"{given} are no numbers"))
            continue
        if not -5 < estimate < 5:
            what = f"estimate {estimate} is not on the scale of about -2.5 to +2.5"
            faults.append(
                Fault(where=f"{path}:{line}", what=what, mend="Take the column 'Estimate', not the rank")
            )
        found.setdefault((year, OTHER_CODES.get(row[country], row[country])), []).append(estimate)
    if faults:
        raise BadInput(faults)
    estimates: dict[int, dict[str, float]] = {}
    for (year, country), values in found.items():
        if len(values) == 1:
            estimates.setdefault(year, {})[country] = values[0]
    return Governance(
        indicator=indicator, release=release, licence=licence, attribution=attribution, notes=notes, estimates=estimates,
        doubled={key: tuple(values) for key, values in found.items() if len(values) > 1},
    )  # fmt: skip
