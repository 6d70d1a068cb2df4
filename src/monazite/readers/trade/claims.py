"""Claims of the news, what is computed for each, and what it is held against: `reference/trade/claims.csv`, `claim-checks.csv`.

claims, checks = read_claims()
check_claims(claims, checks, shipped_sources())
"""

import csv
import re
from collections.abc import Callable
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import TypeVar

from monazite.leverage.claim_checks import MEASURES
from monazite.leverage.claims import (
    Check,
    Claim,
    Compared,
    Grade,
    ImportSource,
    Role,
    Sources,
    Unit,
)
from monazite.readers.reference import read_reference
from monazite.readers.trade.chains import read_reported_totals
from monazite.readers.trade.shipped import (
    read_groups,
    read_production,
    read_shipped_flows,
    shipped_years,
    trade_folder,
)
from monazite.readers.trade.usgs import ATTRIBUTION, DATASET, LICENCE
from monazite.terms.faults import BadInput, Fault, near_match

CLAIM_COLUMNS = (
    "id", "title", "said_by", "says", "figure", "unit", "comparator", "published", "where", "grade", "scope", "stage", "level",
    "year", "cannot", "remark", "unverified",
)  # fmt: skip
CHECK_COLUMNS = (
    "claim", "role", "measure", "dataset", "exporter", "importer", "what", "stage", "years", "given", "note",
)  # fmt: skip
AMOUNT = re.compile(r"(\d+(?:\.\d+)?) (thousand |million |billion |trillion |)current USD$")
SIZES = {"": 1.0, "thousand ": 1e3, "million ": 1e6, "billion ": 1e9, "trillion ": 1e12}

_Word = TypeVar("_Word", bound=StrEnum)


def read_claims(
    claims: Path | None = None, checks: Path | None = None
) -> tuple[tuple[Claim, ...], tuple[Check, ...]]:
    """The claims in the order of the file, and what is to be computed for each.

    Raises
    ------
    BadInput with every cell that cannot be read
    """
    claims, checks = claims or trade_folder() / "claims.csv", checks or trade_folder() / "claim-checks.csv"
    faults: list[Fault] = []
    found: dict[str, Claim] = {}
    for where, row in _rows(claims, CLAIM_COLUMNS, faults):
        name = row["id"]
        if not name or name in found:
            what = f"the claim '{name}' stands twice" if name else "no id"
            faults.append(
                Fault(where=f"{where}, column id", what=what, mend="Give each claim an id of its own")
            )
            continue
        figure = _read(
            row["figure"], Fraction, f"{where}, column figure", "a number, such as 61 or 0.1", faults
        )
        if not re.fullmatch(r"\d{4}-\d{2}(-\d{2})?", row["published"]):
            what = f"'{row['published']}' is no day and no month"
            faults.append(
                Fault(where=f"{where}, column published", what=what, mend="Write 2025-10-09 or 2025-10")
            )
        words = {
            "unit": _word(row, "unit", Unit, where, faults),
            "comparator": _word(row, "comparator", Compared, where, faults),
            "grade": _word(row, "grade", Grade, where, faults),
        }
        if figure is not None and all(words.values()):
            texts = {key: row[key] for key in CLAIM_COLUMNS if key not in ("figure", *words)}
            found[name] = Claim(figure=figure, **words, **texts)  # type: ignore[arg-type]
    made = [_check(row, where, found, faults) for where, row in _rows(checks, CHECK_COLUMNS, faults)]
    if faults:
        raise BadInput(faults)
    return tuple(found.values()), tuple(check for check in made if check is not None)


def _check(row: dict[str, str], where: str, claims: dict[str, Claim], faults: list[Fault]) -> Check | None:
    for column, allowed in (("claim", claims), ("measure", MEASURES)):
        if row[column] not in allowed:
            what = f"no {column} '{row[column]}'"
            faults.append(
                Fault(where=f"{where}, column {column}", what=what, mend=near_match(row[column], allowed))
            )
    role = _word(row, "role", Role, where, faults)
    years = [
        _read(text, int, f"{where}, column years", "years, such as 2023;2024", faults)
        for text in _parts(row["years"])
    ]
    if row["measure"] == "claimed-difference":
        for name in _parts(row["what"]):
            if name not in claims:
                faults.append(
                    Fault(
                        where=f"{where}, column what",
                        what=f"no claim '{name}'",
                        mend=near_match(name, claims),
                    )
                )
    given = None
    if row["given"]:
        amount = AMOUNT.match(row["given"])
        if amount is None:
            mend = "Write 18.7 trillion current USD"
            faults.append(
                Fault(where=f"{where}, column given", what=f"'{row['given']}' is no amount", mend=mend)
            )
        else:
            given = float(amount[1]) * SIZES[amount[2]]
    if role is None or None in years:
        return None
    return Check(
        claim=row["claim"], role=role, measure=row["measure"], dataset=row["dataset"], exporter=row["exporter"],
        importer=row["importer"], what=_parts(row["what"]), stage=row["stage"], years=tuple(y for y in years if y), given=given,
        note=row["note"],
    )  # fmt: skip


def _rows(path: Path, columns: tuple[str, ...], faults: list[Fault]) -> list[tuple[str, dict[str, str]]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        missing = [name for name in columns if name not in (reader.fieldnames or ())]
        faults += [
            Fault(where=f"{path}:1", what=f"no column '{name}'", mend=f"Columns wanted: {', '.join(columns)}")
            for name in missing
        ]
        if missing:
            return []
        return [
            (f"{path}:{reader.line_num}", {name: (row[name] or "").strip() for name in columns})
            for row in reader
        ]


def _word(
    row: dict[str, str], column: str, words: type[_Word], where: str, faults: list[Fault]
) -> _Word | None:
    try:
        return words(row[column])
    except ValueError:
        mend = near_match(row[column], [str(word) for word in words])
        faults.append(
            Fault(where=f"{where}, column {column}", what=f"'{row[column]}' is not a known word", mend=mend)
        )
        return None


_Number = TypeVar("_Number", int, Fraction)


def _read(
    text: str, of: Callable[[str], _Number], where: str, wanted: str, faults: list[Fault]
) -> _Number | None:
    try:
        return of(text)
    except (ValueError, ZeroDivisionError):
        faults.append(Fault(where=where, what=f"'{text}' is no number", mend=f"Write {wanted}"))
        return None


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


# -- what claims are held against -------------------------------------------------------------------------------


def shipped_sources() -> Sources:
    """The data that the package ships."""
    return Sources(
        flows=read_shipped_flows, years=shipped_years(), production=read_production(), import_sources=read_import_sources(),
        reported=read_reported_totals(), groups=read_groups(),
    )  # fmt: skip


def read_import_sources() -> tuple[ImportSource, ...]:
    """Where US imports come from, as the Mineral Commodity Summaries of 2026 print it; rows that are no share are left out."""
    countries = read_reference().countries
    found = []
    with (trade_folder() / "usgs-mcs2026-us-strategic.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            years = re.fullmatch(r"Import sources (\d{4})-(\d{4})", row["Statistics"])
            country = countries.find(row["Country"])
            if years is None or country is None or row["Unit"] != "percent" or not row["Value"].isdecimal():
                continue
            found.append(
                ImportSource(
                    what=row["Statistics_detail"], country=country, importer="USA", years=(int(years[1]), int(years[2])),
                    share=int(row["Value"]) / 100, dataset=DATASET, release="2026", licence=LICENCE,
                    attribution=ATTRIBUTION.format(release="2026"), notes=tuple(n for n in (row["Notes"],) if n),
                )
            )  # fmt: skip
    return tuple(found)
