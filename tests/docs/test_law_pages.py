"""The pages of the law are up to date, and there is none of a measure that the book does not hold."""

from pathlib import Path

import pytest

from monazite.readers.law import read_book
from monazite.writers.law_pages import NOTICE
from tests.docs.test_docs import maker, name

LARGEST_BYTES = 200_000


@pytest.fixture(scope="module")
def pages() -> dict[Path, str]:
    return maker().law_pages()  # type: ignore[no-any-return]


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
