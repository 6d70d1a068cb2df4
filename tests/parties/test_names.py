"""Names on party lists: folded alike, and dated on two axes."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monazite.parties.names import listed_names, same_name
from monazite.regime.book import Book
from monazite.terms.days import Span
from tests.determine.asking import ask

DAY = date(2026, 1, 1)
days = st.integers(0, 20).map(lambda n: DAY + timedelta(days=n))
periods = st.lists(
    st.tuples(
        st.sampled_from(["listed", "suspended", "ended"]),
        st.tuples(days, st.none() | st.integers(0, 9)).map(
            lambda p: Span.between(p[0], None if p[1] is None else p[0] + timedelta(days=p[1]))
        ),
        days,
    ),
    max_size=4,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Lockheed Martin Corporation", "  LOCKHEED   martin corporation, "),
        ("TDK株式会社", "ＴＤＫ株式会社"),
        ("Hino Motors, Ltd.", "hino motors ltd"),
        ("Müller GmbH & Co. KG", "MÜLLER GMBH & CO KG"),
        ("O'Brien", "O’Brien"),
    ],
)
def test_two_spellings_of_a_name_fold_alike(one: str, other: str) -> None:
    assert same_name(one) == same_name(other)


@pytest.mark.parametrize(("one", "other"), [("TDK", "TDK Corporation"), ("Müller", "Muller"), ("A B", "AB")])
def test_another_name_does_not_fold_alike(one: str, other: str) -> None:
    assert same_name(one) != same_name(other)


@given(st.text(max_size=30))
def test_folding_twice_is_folding_once(name: str) -> None:
    assert same_name(same_name(name)) == same_name(name)


@given(held=periods, on=days, known_on=st.none() | days)
def test_of_the_periods_that_cover_a_day_the_one_known_last_holds(
    held: list[tuple[str, Span, date]], on: date, known_on: date | None
) -> None:
    newest = None
    for word, span, known in held:
        if on in span and (known_on is None or known <= known_on) and (newest is None or known > newest[1]):
            newest = word, known
    found = listed_names([(("Nobody Ltd", "无名"), tuple(held))], on=on, known_on=known_on)
    assert found == (frozenset({"nobody ltd", "无名"}) if newest and newest[0] == "listed" else frozenset())


def facts(**end_user: object) -> dict[str, object]:
    return {"item": {"form": "magnet", "family": "NdFeB", "elements": {"Dy": "yes"}, "origin": "CHN"},
            "from": "CHN", "to": "JPN", "exporter": {"country": "CHN"}, "use": {"civil": "yes"},
            "importer": {"country": "JPN", "lists": "none", "military": "no", "listed_owner_share": 0},
            "end_user": {"country": "JPN", "military": "no", "listed_owner_share": 0, **end_user}}  # fmt: skip


def test_a_party_found_on_a_list_by_its_name_is_listed_from_that_day_on(book: Book) -> None:
    named = facts(name="tdk CORPORATION", lists="none")
    before, after = (ask(book, named, day) for day in (date(2026, 2, 23), date(2026, 2, 24)))
    plain = ask(book, facts(name="Nobody Ltd", lists="none"), date(2026, 2, 24))
    assert before.outcome == plain.outcome
    assert after.outcome != plain.outcome
    assert ask(book, named, date(2026, 2, 24), date(2026, 2, 23)).outcome == plain.outcome


def test_a_name_that_is_not_found_is_not_thereby_clear(book: Book) -> None:
    answer = ask(book, facts(name="Nobody Ltd"), date(2026, 3, 1))
    assert "end_user.lists" in {gap.fact for gap in answer.gaps}
