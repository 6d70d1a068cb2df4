"""Sites outside one country that could make what it ships, and what others need, from their tables."""

from pathlib import Path

from monazite.disruption.economy.buildout import CapacityOf, Need, Site, Status
from monazite.readers.disruption.magnitudes import COMMON
from monazite.readers.disruption.rows import Row, read_rows
from monazite.readers.places import find_data
from monazite.readers.reference import read_reference
from monazite.terms.faults import BadInput, Fault

WORLD = "WORLD"
"""The country of a need that is everybody's."""
SAID = (
    "site", "country", "stage", "product", "element_codes", "capacity_from", "status_when_reported", "announced",
    "construction_start", "first_output", "months_start_to_first_output", "counted_from", *COMMON,
)  # fmt: skip
"""Columns of sites that may be missing: most are the sources' own words."""


def read_sites(path: Path | None = None) -> tuple[Site, ...]:
    """The table of capacity; the package's own by default. An empty figure is not known, and stays so.

    Raises
    ------
    BadInput with every fault
    """
    path = path or find_data("reference") / "disruption" / "alternatives-capacity.csv"
    faults: list[Fault] = []
    columns = ("id", "owner", "country_code", "stage_code", "capacity_t_per_year", "capacity_of",
               "first_year_low", "first_year_high", "status_code", "includes", "source_title")  # fmt: skip
    rows = read_rows(path, columns, faults, optional=SAID)
    found = [_site(row) for row in rows]
    names = [site.name for site in found]
    by_name = {site.name: site for site in found}
    for row, site in zip(rows, found, strict=True):
        if names.count(site.name) > 1:
            row.fault("id", f"'{site.name}' is given twice", "Keep one")
        if site.includes and site.includes not in names:
            row.fault("includes", f"'{site.includes}' is no site", "Write the id of a row")
        inner = by_name.get(site.includes)
        if inner is site:
            row.fault("includes", "the site holds itself", "Write another's id, or leave it empty")
        elif (
            inner is not None and site.capacity_t is not None and site.capacity_t < (inner.capacity_t or 0.0)
        ):
            what = f"{site.capacity_t:g} t cannot hold the {inner.capacity_t:g} t of '{inner.name}'"
            row.fault("capacity_t_per_year", what, "Write the capacity of both together")
        low, high = site.first_year_low, site.first_year_high
        if low is not None and high is not None and low > high:
            row.fault("first_year_high", f"{high} is before {low}", "Write the later year here")
    if faults:
        raise BadInput(faults)
    return tuple(found)


def read_needs(path: Path | None = None) -> tuple[Need, ...]:
    """The table of needs; the package's own by default.

    Raises
    ------
    BadInput with every fault
    """
    path = path or find_data("reference") / "disruption" / "need.csv"
    faults: list[Fault] = []
    columns = ("id", "stage_code", "product", "country_code", "year", "low_t", "high_t", "what", "basis",
               "source_title")  # fmt: skip
    found = []
    for row in read_rows(path, columns, faults, optional=("element_codes", "derivation", *COMMON)):
        low = row.number("low_t", least=0, wanted=True)
        high = row.number("high_t", least=0, wanted=True)
        year = row.year("year")
        if year is None and not row.text("year"):
            row.fault("year", "year is empty", "Write the year of the figure")
        if low is not None and high is not None and low > high:
            row.fault("high_t", f"{high:g} is below {low:g}", "Write the larger figure here")
        found.append(
            Need(
                name=row.text("id", wanted=True), stage=row.text("stage_code", wanted=True),
                product=row.text("product", wanted=True), elements=row.words("element_codes"),
                country=_country(row, also=(WORLD,)), year=year or 0, low_t=low or 0.0, high_t=high or 0.0,
                what=row.text("what", wanted=True), basis=row.word("basis", ("reported", "derived")),
                derivation=row.text("derivation"), quality=row.text("quality"),
                source_title=row.text("source_title", wanted=True), source_url=row.text("source_url"),
                note=row.text("note"),
            )
        )  # fmt: skip
    if faults:
        raise BadInput(faults)
    return tuple(found)


def _site(row: Row) -> Site:
    status, kind = row.word("status_code", Status), row.word("capacity_of", CapacityOf)
    is_view = status == Status.VIEW
    return Site(
        name=row.text("id", wanted=True), owner=row.text("owner", wanted=True), place=row.text("site"),
        country="" if is_view else _country(row), stage=row.text("stage_code", wanted=True),
        product=row.text("product"), elements=row.words("element_codes"),
        capacity_t=row.number("capacity_t_per_year", least=0),
        capacity_of=CapacityOf(kind) if kind in list(CapacityOf) else CapacityOf.UNKNOWN,
        capacity_from=row.text("capacity_from"), first_year_low=row.year("first_year_low"),
        first_year_high=row.year("first_year_high"),
        status=Status(status) if status in list(Status) else Status.PLANNED,
        status_text=row.text("status_when_reported"), includes=row.text("includes"),
        build_months=row.number("months_start_to_first_output", least=0), counted_from=row.text("counted_from"),
        quality=row.text("quality"), source_title=row.text("source_title", wanted=True),
        source_url=row.text("source_url"), note=row.text("note"),
    )  # fmt: skip


def _country(row: Row, also: tuple[str, ...] = ()) -> str:
    """The alpha-3 code, or the name of a group of countries."""
    from monazite.readers.trade.shipped import read_groups

    text = row.text("country_code", wanted=True)
    groups = (*also, *read_groups())
    if text in groups or not text:
        return text
    countries = read_reference().countries
    found = countries.find(text)
    if found is None:
        row.fault("country_code", f"'{text}' is no country and no group", countries.near(text))
    return found or text
