"""Columns of text that are stored once, or made when somebody looks."""

import numpy as np
import pytest

from monazite.catalogue.locators import Coded, Places


def test_places_equal_the_texts_they_stand_for() -> None:
    places = Places.of([("parts.csv:", np.array([2, 3])), ("content.xlsx, content!A", np.array([7]))])
    assert places == ("parts.csv:2", "parts.csv:3", "content.xlsx, content!A7")
    assert places[-1] == "content.xlsx, content!A7"
    assert places[1:] == ("parts.csv:3", "content.xlsx, content!A7")
    assert len(Places.of([])) == 0
    with pytest.raises(IndexError):
        places[3]


def test_coded_texts_join() -> None:
    joined = Coded(("a", "b"), np.array([1, 0])).join(Coded(("c",), np.array([0, 0])))
    assert joined == ("b", "a", "c", "c")
    assert joined != ("b", "a", "c")
    assert "first 'b'" in repr(joined)
