"""Control codes: at, below and above a code of the law; exceptions; the form of an ECCN."""

import pytest

from monazite.terms.control_codes import ECCN, among, relation
from monazite.terms.kleene import NO, UNKNOWN, YES


@pytest.mark.parametrize(
    ("stated", "code", "expected"),
    [
        ("3A001.a.5.a", "3A001.a.5.a", YES),
        ("3A001.a.5.a", "3A001.a", YES),
        ("3A001", "3A001.a", UNKNOWN),
        ("3A001.b", "3A001.a", NO),
        ("3A0011", "3A001", NO),
        ("3A001.a.50", "3A001.a.5", NO),
        ("9A515.d", "9?515", YES),
        ("3A611.y", "?A6??.y", YES),
        ("3A611", "?A6??.y", UNKNOWN),
        ("EAR99", "?????", YES),
        ("EAR99", "?A???", NO),
        ("EAR99", "EAR99", YES),
        ("3A991", "EAR99", NO),
    ],
)
def test_a_stated_code_stands_at_below_or_above_a_code_of_the_law(
    stated: str, code: str, expected: int
) -> None:
    assert relation(stated, code) == expected


@pytest.mark.parametrize(
    ("stated", "expected"), [("3A611.a", YES), ("3A611.y", NO), ("3A611", UNKNOWN), ("3A001.a", NO)]
)
def test_what_is_excepted_is_out_and_may_be_out_where_the_paragraph_is_missing(
    stated: str, expected: int
) -> None:
    assert among(stated, ("?A6??",), ("?A6??.y",)) == expected


@pytest.mark.parametrize("text", ["3A001", "3A001.a.5.a", "9A515.x", "EAR99", "3A001.z.1.a"])
def test_an_eccn(text: str) -> None:
    assert ECCN.match(text)


@pytest.mark.parametrize("text", ["3a001", "3F001", "3A01", "1C902.A", "ear99", "3A001.", "3A001..a"])
def test_no_eccn(text: str) -> None:
    assert not ECCN.match(text)
