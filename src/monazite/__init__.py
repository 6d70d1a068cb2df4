"""Monazite: export-control law as data, and determinations of whole catalogues against it.

import monazite
book = monazite.read_book()
answer = monazite.determine(facts, book, on=date(2026, 11, 21))
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from monazite.determine.determination import determine
    from monazite.readers.law import read_book

__all__ = ["determine", "read_book"]


def __getattr__(name: str) -> object:
    """The two names a program needs, imported when first used so that the command line starts quickly."""
    if name == "determine":
        from monazite.determine.determination import determine

        return determine
    if name == "read_book":
        from monazite.readers.law import read_book

        return read_book
    raise AttributeError(f"module 'monazite' has no attribute '{name}'")
