"""Every provision of the book has a worked case, and every test of its conditions is shown true, false and unknown."""

import pytest

from monazite.determine.coverage import Coverage
from monazite.readers.law import read_book
from monazite.writers.coverage import SHOWN_AS, hint

BOOK = read_book()
MEASURES = sorted(name for name, measure in BOOK.measures.items() if BOOK.is_ever_asked(measure.regime))

pytestmark = pytest.mark.xdist_group("coverage")


@pytest.mark.parametrize("measure", MEASURES)
def test_every_limb_is_shown_true_false_and_unknown(coverage: Coverage, measure: str) -> None:
    lacking = [
        f"{limb.where}: {limb.owner}: never {', '.join(SHOWN_AS[t] for t in coverage.missing(limb))}; {hint(coverage, limb)}"
        for limb in coverage.uncovered
        if limb.measure == measure
    ]
    assert lacking == []


@pytest.mark.parametrize("measure", MEASURES)
def test_every_provision_is_exercised_by_a_worked_case(coverage: Coverage, measure: str) -> None:
    idle = [provision.id for provision in coverage.idle if provision.measure == measure]
    assert idle == []


@pytest.mark.parametrize("measure", MEASURES)
def test_every_definition_is_used(coverage: Coverage, measure: str) -> None:
    unused = [definition.id for definition in coverage.unused if definition.id.split("/")[0] == measure]
    assert unused == []
