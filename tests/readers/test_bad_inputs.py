"""Broken inputs, each with the faults it must give; `make golden` (or MONAZITE_GOLDEN=1) rewrites them.

tests/readers/bad/<number>-<what>/catalogue/   or   .../regimes/     what is read
tests/readers/bad/<number>-<what>/faults.txt                         what is said about it, all of it
"""

import os
import re
from pathlib import Path

import pytest

from monazite.readers.catalogue import read_catalogue
from monazite.readers.law import read_book
from monazite.readers.reference import read_reference
from monazite.terms.faults import BadInput

BAD = Path(__file__).parent / "bad"
CASES = sorted(path for path in BAD.iterdir() if path.is_dir())


def read(case: Path) -> object:
    if (case / "regimes").is_dir():
        return read_book(case / "regimes")
    return read_catalogue(case / "catalogue", reference=read_reference())


def report(case: Path) -> str:
    with pytest.raises(BadInput) as caught:
        read(case)
    return caught.value.report(shown=10_000).replace(str(case), ".") + "\n"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_broken_input_gives_all_its_faults(case: Path, request: pytest.FixtureRequest) -> None:
    found, golden = report(case), case / "faults.txt"
    if request.config.getoption("--golden") or os.environ.get("MONAZITE_GOLDEN"):
        golden.write_text(found, encoding="utf-8", newline="\n")
    assert golden.exists(), f"{golden.name} of {case.name} is missing: make golden, then read it"
    assert found == golden.read_text(encoding="utf-8")


def test_there_are_many_broken_inputs_and_each_is_small() -> None:
    assert len(CASES) >= 42
    assert sum(file.stat().st_size for file in BAD.rglob("*") if file.is_file()) < 1_500_000


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_faults_blame_the_text_and_say_where(case: Path) -> None:
    for line in (case / "faults.txt").read_text(encoding="utf-8").splitlines():
        where, _, said = line.partition(": ")
        assert where
        assert said
        assert not re.search(r"\b(invalid|illegal|please|error occurred|Traceback|Exception)\b", said)
