"""The pages of the law are up to date, and there is none of a measure that the book does not hold."""

import re
from pathlib import Path

import pytest

from monazite.determine.coverage import Coverage
from monazite.readers.law import read_book
from monazite.writers.law_pages import NOTICE, anchor
from tests.docs.test_docs import maker, name

LARGEST_BYTES = 200_000


pytestmark = pytest.mark.xdist_group("coverage")


@pytest.fixture(scope="module")
def pages(coverage: Coverage) -> dict[Path, str]:
    return maker().law_pages(coverage)  # type: ignore[no-any-return]


def test_every_page_of_the_law_is_up_to_date(pages: dict[Path, str]) -> None:
    stale = [
        name(path)
        for path, text in pages.items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    assert stale == [], "out of date: make docs"


def test_there_is_a_page_for_each_measure_and_no_other(pages: dict[Path, str]) -> None:
    assert len(pages) == len(read_book().measures) + 1
    assert [name(path) for path in maker().leftover_pages(pages)] == [], "of no measure: make docs"


def test_every_page_says_that_it_is_made_and_stays_light(pages: dict[Path, str]) -> None:
    assert [name(path) for path, text in pages.items() if NOTICE not in text] == []
    assert [name(path) for path, text in pages.items() if len(text.encode()) > LARGEST_BYTES] == []


def test_no_two_headings_of_a_page_have_one_anchor(pages: dict[Path, str]) -> None:
    for path, text in pages.items():
        marks = [anchor(title) for title in re.findall(r"^#+ (.+)$", text, re.MULTILINE)]
        assert sorted({mark for mark in marks if marks.count(mark) > 1}) == [], name(path)
