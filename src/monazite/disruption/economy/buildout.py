"""Capacity outside one country against need: by stage, element, country and year, as bands and not as points.

    band(sites, 2030)                  low: what ships; high: all that is planned, by status; and what cannot be counted
    cover(band, need)                  which part of a need the band is, for capacity that came after the need's year
    build_time(sites)                  months from start to first output: median, range, how many

Nameplates are summed, not output: how fast a plant comes up to its nameplate is not known.
"""

from calendar import monthrange
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from statistics import median


class Status(StrEnum):
    """How far a site was when it was last reported."""

    SHIPPING = "shipping"  # to customers
    PRODUCING = "producing"  # product comes out; whether it is shipped is not said
    OPENED = "opened"
    TRIAL = "trial"
    PLANNED = "planned"
    OUTPUT = "output"  # what was made, not what could be
    VIEW = "view"  # somebody's opinion, no site


class CapacityOf(StrEnum):
    """What a figure of capacity counts."""

    PRODUCT = "product"
    FEED = "feed"  # what goes in: not added to any product
    OUTPUT = "output"
    NONE = "none"  # a way to do without
    UNKNOWN = "unknown"


SURE = (Status.SHIPPING,)
"""Statuses that the low end counts. Trial, opened and planned are in the high end alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A site, or a way to do without, as reported; None where it is not known."""

    name: str
    owner: str
    place: str
    country: str
    stage: str
    product: str
    elements: tuple[str, ...]
    capacity_t: float | None  # tonnes a year
    capacity_of: CapacityOf
    capacity_from: str  # the source's own words
    first_year_low: int | None
    first_year_high: int | None
    status: Status
    status_text: str
    includes: str  # the site whose capacity this figure holds too
    build_months: float | None  # from the start to first output
    counted_from: str  # what that start was: construction, announcement
    quality: str
    source_title: str
    source_url: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What a country needs of a product in a year, tonnes from low through high."""

    name: str
    stage: str
    product: str
    elements: tuple[str, ...]
    country: str
    year: int
    low_t: float
    high_t: float
    what: str  # imports from China
    basis: str  # reported or derived
    derivation: str
    quality: str
    source_title: str
    source_url: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Tonnes a year at the end of a year. Sites whose capacity or year is not known are in neither end."""

    year: int
    low_t: float
    high_t: float
    by_status: tuple[tuple[Status, float], ...]  # what makes up the high end
    counted: tuple[tuple[Site, float], ...]  # with what each adds
    later: tuple[Site, ...]  # first year after this one
    uncounted: tuple[tuple[Site, str], ...]  # and why


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """Part of a need that capacity could meet at its nameplate; capacity of the need's own year and before is left out."""

    need: Need
    low: float
    high: float
    new_low_t: float
    new_high_t: float
    before: tuple[Site, ...]  # ran already in the year of the need, which was there in spite of them


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildTime:
    """Months from start to first output at the sites that say so."""

    stage: str
    months: tuple[float, ...]  # sorted
    sites: tuple[Site, ...]

    @property
    def median(self) -> float:
        """The middle one; of an even number the mean of the middle two."""
        return median(self.months)


def outside(sites: Iterable[Site], country: str) -> tuple[Site, ...]:
    """Sites that are not in the country; views, which are nowhere, are left out."""
    return tuple(s for s in sites if s.country != country and s.status is not Status.VIEW)


def band(sites: Sequence[Site], year: int) -> Band:
    """Capacity at the end of a year.

    low: shipping, and in use by the year for certain (`first_year_high`); high: every site that may be in use by then
    (`first_year_low`), planned ones too. A figure that holds another site's adds only what is on top of it.
    """
    by_name = {site.name: site for site in sites}
    counted, later, uncounted = [], [], []
    for site in sites:
        why = _why_not(site)
        if why:
            uncounted.append((site, why))
            continue
        assert site.capacity_t is not None
        assert site.first_year_low is not None
        if site.first_year_low > year:
            later.append(site)
            continue
        inner = by_name.get(site.includes)
        within = inner.capacity_t if inner is not None and not _why_not(inner) else None
        adds = site.capacity_t - (within or 0.0)
        counted.append((site, adds))
    sums = {status: 0.0 for status in Status}
    for site, adds in counted:
        sums[site.status] += adds
    return Band(
        year=year, low_t=sum(adds for site, adds in counted if _is_sure(site, year)), high_t=sum(adds for _, adds in counted),
        by_status=tuple((status, held) for status, held in sums.items() if held), counted=tuple(counted),
        later=tuple(later), uncounted=tuple(uncounted),
    )  # fmt: skip


def cover(held: Band, need: Need) -> Cover | None:
    """Part of the need that new capacity could meet: low over the high need, high over the low one; None of no need.

    A site that ran in the year of the need does not count: the need was there on top of what it made.
    """
    if need.high_t == 0:
        return None
    new = [(site, adds) for site, adds in held.counted if not _ran(site, need.year)]
    low = sum(adds for site, adds in new if _is_sure(site, held.year))
    high = sum(adds for _, adds in new)
    return Cover(
        need=need, low=low / need.high_t, high=high / need.low_t if need.low_t else float("inf"), new_low_t=low,
        new_high_t=high, before=tuple(site for site, _ in held.counted if _ran(site, need.year)),
    )  # fmt: skip


def element_need(need: Need, element: str, low: float, high: float, *, stage: str, source: str) -> Need:
    """What a need of a product holds of an element, from its content as parts of mass: a derived need."""
    derivation = (
        f"{need.low_t:g} to {need.high_t:g} t x {100 * low:g} to {100 * high:g} % {element} ({source})"
    )
    return Need(
        name=f"{need.name}-{element.casefold()}", stage=stage, product=f"{element} inside {need.product}",
        elements=(element,), country=need.country, year=need.year, low_t=need.low_t * low,
        high_t=need.high_t * high, what=need.what, basis="derived", derivation=derivation, quality=need.quality,
        source_title=need.source_title, source_url=need.source_url, note=need.note,
    )  # fmt: skip


def build_time(sites: Iterable[Site]) -> tuple[BuildTime, ...]:
    """Months to first output by stage, of the sites that state them."""
    held: dict[str, list[Site]] = {}
    for site in sites:
        if site.build_months is not None:
            held.setdefault(site.stage, []).append(site)
    return tuple(
        BuildTime(stage=stage, months=tuple(sorted(s.build_months for s in found if s.build_months is not None)),
                  sites=tuple(found))
        for stage, found in held.items()
    )  # fmt: skip


def months_after(day: date, months: float) -> date:
    """The day so many months on: whole months, then 30 days for each month of the rest; the last day of a shorter month.

    Raises
    ------
    OverflowError where that is after year 9999 or before year 1

    >>> str(months_after(date(2025, 1, 31), 1)), str(months_after(date(2026, 3, 15), -24))
    ('2025-02-28', '2024-03-15')
    """
    whole = int(months // 1)
    year, month = divmod(day.year * 12 + day.month - 1 + whole, 12)
    if not 1 <= year <= 9999:
        raise OverflowError(f"{day} and {months:g} months is no day of the calendar")
    found = date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
    return date.fromordinal(found.toordinal() + round((months - whole) * 30))


def _why_not(site: Site) -> str:
    if site.capacity_of is CapacityOf.NONE:
        return "a way to do without, no capacity"
    if site.capacity_of is CapacityOf.FEED:
        return "its figure is feed, not product"
    if site.capacity_of is CapacityOf.OUTPUT:
        return "its figure is output, not capacity"
    if site.capacity_t is None or site.capacity_of is CapacityOf.UNKNOWN:
        return "capacity not known"
    if site.first_year_low is None:
        return "first year not known"
    return ""


def _is_sure(site: Site, year: int) -> bool:
    return site.status in SURE and site.first_year_high is not None and site.first_year_high <= year


def _ran(site: Site, year: int) -> bool:
    return site.first_year_low is not None and site.first_year_low <= year


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Sites of one stage that make one product: only such are added up."""

    stage: str
    product: str
    sites: tuple[Site, ...]
    bands: tuple[Band, ...]  # one a year


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """What of a need one group could meet: of its sites, those that count for the need's country."""

    product: str
    band: Band
    cover: Cover | None


def groups(sites: Iterable[Site], year: int) -> tuple[Group, ...]:
    """Capacity by stage and product, in the years in which it changes and in `year`, the last; ways to do without left out."""
    held: dict[tuple[str, str], list[Site]] = {}
    for site in sites:
        if site.capacity_of is not CapacityOf.NONE:
            held.setdefault((site.stage, site.product), []).append(site)
    found = []
    for (stage, product), mine in held.items():
        named = {y for site in mine for y in (site.first_year_low, site.first_year_high) if y is not None}
        years = [*sorted(y for y in named if y < year), year]
        bands = tuple(band(mine, y) for y in years)
        found.append(Group(stage=stage, product=product, sites=tuple(mine), bands=bands))
    return tuple(found)


def met(need: Need, held: Iterable[Group], year: int, countries: Collection[str] | None) -> tuple[Met, ...]:
    """What each group of the need's stage and elements could meet by the year.

    Parameters
    ----------
    countries : whose sites count: those of the need's own country, for a plant that serves one does not serve another;
        None: all sites, where the need is everybody's
    """
    found = []
    for group in held:
        elements = {element for site in group.sites for element in site.elements}
        if need.stage != group.stage or (need.elements and not elements & set(need.elements)):
            continue
        mine = [site for site in group.sites if countries is None or site.country in countries]
        if mine:
            by_then = band(mine, year)
            found.append(Met(product=group.product, band=by_then, cover=cover(by_then, need)))
    return tuple(found)
