"""What takes every worked case and every provision together: the coverage of the law, and the pages made from it.

It is one test because it rests on one long computation, which several processes would otherwise repeat.
"""

import re
from pathlib import Path

import pytest

from monazite.determine.coverage import Coverage, cover
from monazite.readers.cases import read_cases
from monazite.regime.book import Book
from monazite.writers.coverage import SHOWN_AS, hint
from monazite.writers.law_pages import NOTICE, anchor
from tests.docs.test_docs import maker, name

LARGEST_BYTES = 200_000


@pytest.mark.slow
def test_cases_show_all_of_the_law_and_its_pages_are_up_to_date(book: Book) -> None:
    coverage = cover(book, read_cases(), regimes=book.regimes)
    asked = {m.id for m in book.measures.values() if book.is_ever_asked(m.regime)}
    assert limbs_not_shown(coverage, asked) == []
    assert [p.id for p in coverage.idle if p.measure in asked] == [], "no worked case exercises them"
    assert [d.id for d in coverage.unused if d.id.split("/")[0] in asked] == [], "no provision uses them"
    check_pages(book, maker().law_pages(coverage))


def limbs_not_shown(coverage: Coverage, measures: set[str]) -> list[str]:
    """Every test of a condition that no case shows true, or false, or unknown."""
    return [
        f"{limb.where}: {limb.owner}: never {', '.join(SHOWN_AS[t] for t in coverage.missing(limb))}; {hint(coverage, limb)}"
        for limb in coverage.uncovered
        if limb.measure in measures
    ]


def check_pages(book: Book, pages: dict[Path, str]) -> None:
    """A page for each measure and no other, up to date, marked as made, light, each heading with its own anchor."""
    stale = [
        name(path)
        for path, text in pages.items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    assert stale == [], "out of date: make docs"
    assert len(pages) == len(book.measures) + 1
    assert [name(path) for path in maker().leftover_pages(pages)] == [], "of no measure: make docs"
    assert [name(path) for path, text in pages.items() if NOTICE not in text] == []
    assert [name(path) for path, text in pages.items() if len(text.encode()) > LARGEST_BYTES] == []
    for path, text in pages.items():
        marks = [anchor(title) for title in re.findall(r"^#+ (.+)$", text, re.MULTILINE)]
        assert sorted({mark for mark in marks if marks.count(mark) > 1}) == [], name(path)
