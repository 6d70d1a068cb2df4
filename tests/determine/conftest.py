"""The book, printed in one line where a property fails."""

import pytest

from monazite.regime.book import Book
from tests.determine.strategies import short_book


@pytest.fixture(scope="session")
def book(book: Book) -> Book:
    """The book of law that the package ships."""
    return short_book(book)
