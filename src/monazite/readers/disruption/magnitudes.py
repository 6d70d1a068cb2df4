"""Elasticities and published magnitudes, from their tables: what is not known has no number and keeps its row."""

from pathlib import Path

from monazite.disruption.economy.macro import Elasticity, Kind, Magnitude, Range
from monazite.readers.disruption.rows import Row, read_rows
from monazite.readers.places import find_data
from monazite.terms.faults import BadInput, Fault

COMMON = ("quality", "source_url", "note")
"""Columns that may stand in every table."""


def read_elasticities(path: Path | None = None) -> tuple[Elasticity, ...]:
    """The table of elasticities; the package's own by default.

    Raises
    ------
    BadInput with every fault
    """
    path = path or find_data("reference") / "disruption" / "elasticities.csv"
    faults: list[Fault] = []
    columns = ("material", "kind", "low", "high", "source_title")
    found = [
        Elasticity(
            material=row.text("material", wanted=True).casefold(), kind=kind, horizon=row.text("horizon"),
            value=_range(row), of=row.text("of"), quality=row.text("quality"),
            source_title=row.text("source_title", wanted=True), source_url=row.text("source_url"),
            note=row.text("note"),
        )
        for row in read_rows(path, columns, faults, optional=("horizon", "of", *COMMON))
        if (kind := _kind(row)) is not None
    ]  # fmt: skip
    if faults:
        raise BadInput(faults)
    return tuple(found)


def read_magnitudes(path: Path | None = None) -> tuple[Magnitude, ...]:
    """The published figures; the package's own by default.

    Raises
    ------
    BadInput with every fault
    """
    path = path or find_data("reference") / "disruption" / "published-magnitudes.csv"
    faults: list[Fault] = []
    columns = (
        "id",
        "materials",
        "country",
        "shock",
        "measure",
        "value",
        "low",
        "high",
        "unit",
        "source_title",
    )
    found = tuple(
        Magnitude(
            name=row.text("id", wanted=True), materials=row.words("materials"), country=row.text("country"),
            shock=row.text("shock", wanted=True), measure=row.text("measure", wanted=True),
            value=row.number("value"), low=row.number("low"), high=row.number("high"), unit=row.text("unit"),
            quality=row.text("quality"), source_title=row.text("source_title", wanted=True),
            source_url=row.text("source_url"), note=row.text("note"),
        )
        for row in read_rows(path, columns, faults, optional=COMMON)
    )  # fmt: skip
    if faults:
        raise BadInput(faults)
    return found


def _kind(row: Row) -> Kind | None:
    found = row.word("kind", Kind)
    return Kind(found) if found in list(Kind) else None


def _range(row: Row) -> Range | None:
    low, high = row.number("low", least=0), row.number("high", least=0)
    if low is None and high is None:
        return None
    if low is None or high is None or low > high:
        row.fault("high", "low and high are no range", "Give both, the low one first; or neither")
        return None
    return Range(low, high)
