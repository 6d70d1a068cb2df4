"""What the tests of writers share: surveys of a few awkward parts, and of thousands of made-up ones."""

from collections.abc import Callable
from datetime import date
from fractions import Fraction

import numpy as np
import pytest

from monazite.catalogue.model import NOT_KNOWN, Catalogue
from monazite.catalogue.moves import Moves
from monazite.determine.survey import Survey, survey
from monazite.readers.law import read_book
from monazite.readers.reference import read_reference
from monazite.regime.book import Book
from monazite.terms.amounts import Amounts
from monazite.terms.facts import ACTIVITIES, CIVIL_USE, ELEMENTS, FAMILIES, FORMS
from monazite.terms.kleene import NO, UNKNOWN, YES
from monazite.terms.working_days import WorkingDays
from monazite.writers.report import Shown, prepare

AWKWARD = ("=1+1", "</script><script>alert(1)</script>", "@SUM(A1)", "-2+3", "钕铁硼-01", "plain-1")
"""Names that a page or a sheet may trip over."""


@pytest.fixture(scope="session")
def book() -> Book:
    """The law of the package."""
    return read_book()


@pytest.fixture(scope="session")
def calendars() -> dict[str, WorkingDays]:
    """Working days by country."""
    return dict(read_reference().working_days)


def made_up(countries: tuple[str, ...], names: tuple[str, ...], seed: int = 7) -> Catalogue:
    """Parts in turn a product, a component and a magnet, each with the next inside; Chinese metal in the magnets."""
    rng = np.random.default_rng(seed)
    parts = len(names)
    kind = np.arange(parts) % 3
    magnets = np.flatnonzero(kind == 2)
    n = parts + len(magnets)
    code = {country: i for i, country in enumerate(countries)}
    form = np.full(n, FORMS.index("metal"), np.int8)
    form[:parts] = np.array([FORMS.index(f) for f in ("finished product", "component", "magnet")])[kind]
    family = np.full(n, NOT_KNOWN, np.int8)
    family[magnets] = rng.choice([FAMILIES.index("NdFeB"), FAMILIES.index("SmCo"), NOT_KNOWN], len(magnets))
    elements = np.full((n, len(ELEMENTS)), UNKNOWN, np.int8)
    elements[parts:] = NO
    elements[parts:, ELEMENTS.index("Dy")] = YES
    origins = np.array([code["CHN"], code["JPN"], NOT_KNOWN], np.int16)
    origin = rng.choice(origins, n).astype(np.int16)
    origin[parts:] = code["CHN"]
    made_with = np.full((n, len(ACTIVITIES)), NOT_KNOWN, np.int16)
    made_with[magnets] = rng.choice(origins, (len(magnets), len(ACTIVITIES)))
    values = [(Fraction(1), Fraction(1)), (Fraction(100), Fraction(100)), (Fraction(0), None)]
    has_next = np.flatnonzero((kind < 2) & (np.arange(parts) + 1 < parts))
    parent = np.concatenate([has_next, magnets]).astype(np.int32)
    child = np.concatenate([has_next + 1, parts + np.arange(len(magnets))]).astype(np.int32)
    return Catalogue(
        names=(*names, *("Dy metal" for _ in magnets)),
        parts=parts,
        titles=(*(f"Part {i}" for i in range(parts)), *("dysprosium" for _ in magnets)),
        form=form,
        family=family,
        elements=elements,
        countries=countries,
        origin=origin,
        made_with=made_with,
        technology_activity=np.full(n, NOT_KNOWN, np.int8),
        technology_subject=np.full(n, NOT_KNOWN, np.int8),
        value=Amounts.coded(rng.integers(0, len(values), n), values),
        mass_kg=Amounts.unknown(n),
        currency="USD",
        content_complete=rng.choice([NO, UNKNOWN, YES], n).astype(np.int8),
        strength=np.ones(n, np.int8),
        supplier=tuple(("=cmd|磁材", "", f"Supplier {i % 7}")[i % 3] for i in range(n)),
        where=tuple(f"parts.csv:{i + 2}" for i in range(n)),
        parent=parent,
        child=child,
        quantity=Amounts.coded(np.zeros(len(parent), np.int64), [(Fraction(1), Fraction(1))]),
    )


def two_moves(countries: tuple[str, ...]) -> Moves:
    """From China and from Japan, for civil use, the second to an end user of whom nothing is known."""
    code = {country: i for i, country in enumerate(countries)}
    return Moves(
        names=("cn-us", "jp-de"),
        countries=countries,
        codes={
            "from": np.array([code["CHN"], code["JPN"]], np.int16),
            "to": np.array([code["USA"], code["DEU"]], np.int16),
        },
        truths={path: np.array([NO, UNKNOWN], np.int8) for path in CIVIL_USE},
        on=(None, None),
        part=(None, None),
        where=("moves.csv:2", "moves.csv:3"),
    )


@pytest.fixture(scope="session")
def make(book: Book) -> Callable[..., Survey]:
    """A survey of parts with the names given, every part on both moves, from 2025 into 2027."""

    def made(names: tuple[str, ...], **asked: object) -> Survey:
        catalogue = made_up(book.countries, names)
        ships = np.arange(len(catalogue)) < catalogue.parts
        days = asked or {"first": date(2025, 3, 1), "last": date(2027, 2, 28)}
        return survey(book, catalogue, two_moves(book.countries), ships=ships, input_hash="made-up", **days)  # type: ignore[arg-type]

    return made


@pytest.fixture(scope="session")
def awkward(make: Callable[..., Survey]) -> Survey:
    """A small survey of awkward names."""
    return make(AWKWARD)


@pytest.fixture(scope="session")
def awkward_shown(awkward: Survey, calendars: dict[str, WorkingDays]) -> Shown:
    """What its pages show."""
    return prepare(awkward, calendars=calendars)


@pytest.fixture(scope="session")
def thousands(make: Callable[..., Survey]) -> tuple[Survey, Shown]:
    """A survey of 9,600 answers, and what its pages show."""
    found = make(tuple(f"P-{i:05d}" for i in range(2400)), days=(date(2025, 10, 20), date(2026, 11, 20)))
    return found, prepare(found)
