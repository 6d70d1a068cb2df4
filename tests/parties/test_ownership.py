"""The fifty per cent rule: worked examples of OFAC's questions, what follows from the definition, and what is not known."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monazite.parties.ownership import Holding, caught, held_truth
from monazite.terms.amounts import Interval
from monazite.terms.kleene import NO, UNKNOWN, YES
from monazite.terms.owners import Owner

HALF = Fraction(1, 2)


def half(share: Fraction) -> bool:
    return share >= HALF


def holding(owner: str, owned: str, per_cent: object) -> Holding:
    share = Fraction(str(per_cent)) / 100
    return Holding(owner=owner, owned=owned, share=(share, share))


@pytest.mark.parametrize(
    ("holdings", "listed", "expected"),
    [
        ([("X", "A", 50), ("A", "B", 50)], "X", "AB"),
        ([("X", "A", 50), ("X", "B", 50), ("A", "C", 25), ("B", "C", 25)], "X", "ABC"),
        ([("X", "A", 50), ("X", "B", 10), ("A", "B", 40)], "X", "AB"),
        ([("X", "A", 25), ("X", "B", 25), ("A", "C", 50), ("B", "C", 50)], "X", ""),
        ([("X", "A", "49.99")], "X", ""),
        ([("X", "A", 25), ("Y", "A", 25)], "XY", "A"),
        ([("A", "B", 100), ("B", "A", 100)], "", ""),
        ([("A", "B", 100), ("B", "A", 100)], "A", "B"),
    ],
    ids=["down a chain", "two branches join", "direct and through another", "minorities do not multiply", "just below half",
         "several owners add up", "a circle of the unlisted", "a circle with one listed"],
)  # fmt: skip
def test_the_worked_examples(holdings: list[tuple[str, str, object]], listed: str, expected: str) -> None:
    found = caught(listed, [holding(*h) for h in holdings], half)
    assert found - set(listed) == set(expected)


def test_without_adding_up_each_owner_is_looked_at_alone() -> None:
    holdings = [holding("X", "A", 25), holding("Y", "A", 25)]
    assert caught("XY", holdings, half, sums=False) == {"X", "Y"}


def naive(listed: set[str], holdings: list[Holding]) -> set[str]:
    """The definition: repeat over every entity until nothing changes."""
    found = set(listed)
    while True:
        owned = {h.owned for h in holdings}
        more = {
            e
            for e in owned
            if min(sum(h.share[0] for h in holdings if h.owned == e and h.owner in found), 1) >= HALF
        }
        if more <= found:
            return found
        found |= more


NAMES = st.sampled_from("ABCDEFG")
HOLDINGS = st.lists(st.tuples(NAMES, NAMES, st.integers(0, 100)), max_size=14)


@given(HOLDINGS, st.sets(NAMES, max_size=3))
def test_the_work_list_finds_the_fixed_point_of_the_definition(
    rows: list[tuple[str, str, int]], listed: set[str]
) -> None:
    holdings = [holding(*row) for row in rows]
    assert caught(listed, holdings, half) == naive(listed, holdings)


@given(HOLDINGS, st.sets(NAMES, max_size=2), NAMES)
def test_one_more_listed_owner_never_frees_anybody(
    rows: list[tuple[str, str, int]], listed: set[str], more: str
) -> None:
    holdings = [holding(*row) for row in rows]
    assert caught(listed, holdings, half) <= caught({*listed, more}, holdings, half)


def exactly(per_cent: object) -> Interval:
    share = Fraction(str(per_cent)) / 100
    return share, share


def owner(
    name: str, per_cent: object, *, owners: tuple[Owner, ...] | None = (), lists: tuple[str, ...] | None = ()
) -> Owner:
    return Owner(name=name, share=exactly(per_cent), owners=owners, lists=lists)


def asked(*owners: Owner, sums: str = "yes") -> int:
    return held_truth(
        owners, names=frozenset({"bad ltd", "worse ltd"}), lists=["list"], reaches=half, sums=sums
    )


@pytest.mark.parametrize(
    ("owners", "sums", "expected"),
    [
        ((owner("Bad Ltd", 50), owner("Good Ltd", 50)), "yes", YES),
        ((owner("Bad Ltd", "49.99"), owner("Good Ltd", "50.01")), "yes", NO),
        ((owner("Bad Ltd", "49.99"),), "yes", UNKNOWN),
        ((owner("Bad Ltd", 25), owner("Worse Ltd", 25), owner("Good Ltd", 50)), "yes", YES),
        ((owner("Bad Ltd", 25), owner("Worse Ltd", 25), owner("Good Ltd", 50)), "no", NO),
        ((owner("Bad Ltd", 25), owner("Worse Ltd", 25), owner("Good Ltd", 50)), "unverified", UNKNOWN),
        ((owner("Holding", 60, owners=(owner("Bad Ltd", 50), owner("Good Ltd", 50))), owner("Good Ltd", 40)), "yes", YES),
        ((owner("Holding", 60, owners=None), owner("Good Ltd", 40)), "yes", UNKNOWN),
        ((owner("Somebody", 60, lists=("list",)), owner("Good Ltd", 40)), "yes", YES),
        ((owner("Somebody", 60, lists=None), owner("Good Ltd", 40)), "yes", UNKNOWN),
        ((Owner(name="Bad Ltd", share=(Fraction(2, 5), Fraction(3, 5)), owners=(), lists=()), owner("Good Ltd", 40)), "yes", UNKNOWN),
        ((), "yes", NO),
    ],
    ids=["half", "just below, the rest clear", "just below, the rest unnamed", "two add up", "two do not add up", "nobody says",
         "through a holding", "a holding of unknown owners", "a stated list", "not screened", "an interval across half", "nobody"],
)  # fmt: skip
def test_what_is_certain_and_what_is_possible(owners: tuple[Owner, ...], sums: str, expected: int) -> None:
    assert asked(*owners, sums=sums) == expected
