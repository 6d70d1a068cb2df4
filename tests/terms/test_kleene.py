"""Three truth values: the tables, and that arrays and single values agree."""

from itertools import product

import numpy as np
import pytest

from monazite.terms.kleene import NO, UNKNOWN, YES, between, both, either, negate, word

AND = {"yy": "y", "yu": "u", "yn": "n", "uu": "u", "un": "n", "nn": "n"}
OR = {"yy": "y", "yu": "y", "yn": "y", "uu": "u", "un": "u", "nn": "n"}
CODES = {"n": NO, "u": UNKNOWN, "y": YES}


@pytest.mark.parametrize("pair", AND)
def test_and_and_or_follow_the_tables_of_kleene(pair: str) -> None:
    a, b = CODES[pair[0]], CODES[pair[1]]
    assert both(a, b) == both(b, a) == CODES[AND[pair]]
    assert either(a, b) == either(b, a) == CODES[OR[pair]]


def test_not_turns_yes_and_no_around_and_leaves_unknown() -> None:
    assert [negate(x) for x in (NO, UNKNOWN, YES)] == [YES, UNKNOWN, NO]
    turned = negate(np.array([0, 1, 2], dtype=np.int8))
    assert turned.tolist() == [2, 1, 0]
    assert turned.dtype == np.int8


def test_arrays_give_what_single_values_give() -> None:
    pairs = np.array(list(product((0, 1, 2), repeat=2)), dtype=np.int8)
    for name in (both, either):
        assert name(pairs[:, 0], pairs[:, 1]).tolist() == [int(name(a, b)) for a, b in pairs]


def test_and_or_not_obey_the_laws_of_de_morgan() -> None:
    for a, b in product((NO, UNKNOWN, YES), repeat=2):
        assert negate(both(a, b)) == either(negate(a), negate(b))


def test_between_reads_surely_and_perhaps() -> None:
    surely, perhaps = np.array([True, False, False]), np.array([True, True, False])
    assert between(surely, perhaps).tolist() == [2, 1, 0]
    assert between(True, True) == YES


def test_every_code_has_its_word() -> None:
    assert [word(code) for code in (NO, UNKNOWN, YES)] == ["no", "unknown", "yes"]
