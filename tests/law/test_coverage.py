"""Every provision of the book has a worked case, and every test of its conditions is shown true, false and unknown."""

import pytest

from monazite.determine.coverage import Coverage, cover
from monazite.readers.cases import read_cases
from monazite.readers.law import read_book
from monazite.regime.book import Book
from monazite.writers.coverage import SHOWN_AS, hint

STILL_OPEN: set[str] = {
    "eu-2021-821",
    "eu-2024-1252",
    "us-dfars-252-225-7052",
    "us-ear-734",
    "us-ear-740",
    "us-ear-742",
    "us-ear-744",
    "us-ear-746",
    "us-ear-774",
    "us-fr-2025-00636",
    "us-fr-2025-19001",
    "us-fr-2026-00789",
    "us-letter-comac-2025",
    "us-letter-eda-2025",
    "us-letter-ethane-2025",
    "us-letter-h20-2025",
}
"""Measures whose cases are being written: none may stay here."""

MEASURES = sorted(read_book().measures)


@pytest.fixture(scope="module")
def coverage(book: Book) -> Coverage:
    return cover(book, read_cases())


@pytest.mark.parametrize("measure", MEASURES)
def test_every_limb_is_shown_true_false_and_unknown(coverage: Coverage, measure: str) -> None:
    lacking = [
        f"{limb.where}: {limb.owner}: never {', '.join(SHOWN_AS[t] for t in coverage.missing(limb))}; {hint(coverage, limb)}"
        for limb in coverage.uncovered
        if limb.measure == measure
    ]
    if measure in STILL_OPEN:
        others = [p.measure for p in coverage.idle] + [d.id.split("/")[0] for d in coverage.unused]
        assert lacking or measure in others, "nothing is open any more: take it out"
        pytest.skip(f"{len(lacking)} limbs open")
    assert lacking == []


@pytest.mark.parametrize("measure", MEASURES)
def test_every_provision_is_exercised_by_a_worked_case(coverage: Coverage, measure: str) -> None:
    idle = [provision.id for provision in coverage.idle if provision.measure == measure]
    if measure in STILL_OPEN:
        pytest.skip(f"{len(idle)} provisions without a case")
    assert idle == []


@pytest.mark.parametrize("measure", MEASURES)
def test_every_definition_is_used(coverage: Coverage, measure: str) -> None:
    unused = [definition.id for definition in coverage.unused if definition.id.split("/")[0] == measure]
    if measure in STILL_OPEN:
        pytest.skip(f"{len(unused)} definitions unused")
    assert unused == []


def test_only_measures_of_the_book_are_still_open() -> None:
    assert sorted(STILL_OPEN - set(MEASURES)) == []
