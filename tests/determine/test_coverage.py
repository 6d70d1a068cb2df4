"""What cases show of a small book, by hand; and many cases as one batch beside each alone."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from monazite.determine.cases import Case, decode_cases
from monazite.determine.coverage import TRUTHS, cover, limbs_of
from monazite.regime.book import Book
from monazite.terms.faults import BadInput
from monazite.terms.kleene import NO, UNKNOWN, YES
from monazite.terms.located import Located
from tests.regime.small_book import changed, small_book

FACTS: dict[str, object] = {
    "on": "2030-02-01",
    "item": {"form": "metal", "elements": {"Dy": "yes"}, "elements_complete": "yes"},
    "to": "JPN",
    "end_user": {"lists": "none"},
}


def cases_of(*stated: Mapping[str, object], expect: Mapping[str, object] | None = None) -> list[Case]:
    """Cases that state FACTS with something laid over them."""
    document = {
        "given": FACTS,
        "cases": [
            {
                "case": f"case {i}",
                "turns_on": "on",
                "facts": facts,
                "expect": expect or {"CN": {"outcome": "licence"}},
            }
            for i, facts in enumerate(stated)
        ],
    }
    cases, faults = decode_cases(Located.of(document, "cases"))
    assert faults == []
    return cases


def seen(book: Book, cases: list[Case]) -> dict[str, set[int]]:
    """What is seen of each limb, by the word of its test's kind and its owner."""
    found = cover(book, cases)
    return {
        f"{limb.owner.split('/')[1]} {type(limb.test).__name__}{' inside' if limb.inside else ''}": set(
            found.seen.get(limb.where, ())
        )
        for limb in found.limbs
    }


def test_limbs_are_leaf_tests_at_their_place_with_definitions_opened_once(tmp_path: Path) -> None:
    limbs = limbs_of(small_book(tmp_path))
    assert [(limb.owner, type(limb.test).__name__) for limb in limbs] == [
        ("cn-one/abroad", "CountryTest"),
        ("cn-one/1", "ItemTest"),
        ("cn-one/2", "ListedTest"),
        ("cn-one/3", "TruthTest"),
    ]
    assert all(limb.where.startswith("cn/measures/one.yaml:") and limb.measure == "cn-one" for limb in limbs)


def test_a_limb_is_seen_as_its_test_is_for_the_item_and_move_of_a_case(tmp_path: Path) -> None:
    book = small_book(tmp_path)
    assert seen(book, cases_of({})) == {
        "abroad CountryTest": {int(YES)},
        "1 ItemTest": {int(YES)},
        "2 ListedTest": {int(NO)},
        "3 TruthTest": {int(NO)},
    }
    shown = seen(
        book,
        cases_of(
            {},
            {"to": "CHN", "end_user": {"lists": ["cn-list"]}, "use": {"humanitarian": "yes"}},
            {"to": "unknown", "item": {"elements": {"Dy": "unknown"}}, "end_user": {"lists": "unknown"},
             "use": {"humanitarian": "unknown"}},
            {"item": {"elements": {"Dy": "no"}}},
        ),
    )  # fmt: skip
    assert all(truths == set(TRUTHS) for truths in shown.values())


def test_a_limb_is_not_seen_on_a_day_on_which_its_provision_is_not_printed(tmp_path: Path) -> None:
    shown = seen(small_book(tmp_path), cases_of({"on": "2030-01-15"}))
    assert shown["abroad CountryTest"] == {int(YES)}  # announced is printed
    assert shown["2 ListedTest"] == set()  # in force, and printed, from February on


def test_a_limb_is_not_seen_by_a_case_that_knows_nothing_of_its_provision(tmp_path: Path) -> None:
    assert seen(small_book(tmp_path), cases_of({"known_on": "2029-12-31"}))["1 ItemTest"] == set()


def test_a_case_speaks_only_for_the_regimes_it_expects_an_answer_of(tmp_path: Path) -> None:
    book = small_book(tmp_path)
    found = cover(book, cases_of({}, expect={"US": {"outcome": "licence"}}))
    assert found.cases == ()
    assert len(found.uncovered) == len(found.limbs)


def test_what_is_asked_inside_is_true_of_anything_and_false_of_everything_inside(tmp_path: Path) -> None:
    book = small_book(
        tmp_path, changed("cn/measures/one.yaml", "{item: {on: annex}}", "{inside: {origin: {in: [CHN]}}}")
    )
    part = {"form": "plain part", "elements_complete": "yes", "quantity": 1}
    whole = {"form": "assembly", "origin": "JPN"}

    def inside(complete: str, *origins: str) -> set[int]:
        content = [{**part, "origin": origin} for origin in origins]
        item = {**whole, "content_complete": complete, "content": content}
        shown = seen(book, cases_of({"item": item}))
        assert shown["1 InsideTest"] == shown["1 CountryTest inside"]
        return shown["1 CountryTest inside"]

    assert inside("yes", "JPN", "CHN") == {int(YES)}
    assert inside("yes", "JPN", "DEU") == {int(NO)}
    assert inside("yes") == {int(NO)}
    assert inside("yes", "JPN", "unknown") == {int(UNKNOWN)}
    assert inside("unknown", "JPN") == {int(UNKNOWN)}


def test_a_provision_is_exercised_where_it_may_apply_together_with_what_it_is_about(tmp_path: Path) -> None:
    book = small_book(tmp_path)
    met = cover(book, cases_of({}))
    assert [p.id for p in met.idle] == ["cn-one/2", "cn-one/3"]
    relief = cover(book, cases_of({"use": {"humanitarian": "yes"}}))
    assert [p.id for p in relief.idle] == ["cn-one/2"]
    at_home = cover(book, cases_of({"to": "CHN", "use": {"humanitarian": "yes"}}))
    assert [p.id for p in at_home.idle] == ["cn-one/1", "cn-one/2", "cn-one/3"]


def test_a_provision_that_a_case_names_is_exercised_by_it(tmp_path: Path) -> None:
    book = small_book(tmp_path)
    found = cover(book, cases_of({}, expect={"CN": {"outcome": "licence", "not_under": ["cn-one/2"]}}))
    (exercise,) = found.exercises["cn-one/2"]
    assert (exercise.named, exercise.truth) == (True, int(NO))
    (exercise,) = found.exercises["cn-one/1"]
    assert (exercise.named, exercise.truth) == (False, int(YES))


def test_a_definition_that_no_provision_uses_is_found(tmp_path: Path) -> None:
    dead = "definitions:\n  - {id: dead, says: It is., source: text, when: {definition: abroad}}\n"
    book = small_book(tmp_path, changed("cn/measures/one.yaml", "definitions:\n", dead))
    assert [definition.id for definition in cover(book, cases_of({})).unused] == ["cn-one/dead"]


def test_faults_of_the_facts_of_all_cases_come_at_once(tmp_path: Path) -> None:
    wrong = cases_of({"to": "Japan"}, {}, {"item": {"form": "metall"}}, {"on": "unstated"})
    with pytest.raises(BadInput) as raised:
        cover(small_book(tmp_path), wrong)
    assert sorted(fault.what for fault in raised.value.faults) == [
        "'Japan' is not a country",
        "'metall' is not one of its values",
        "the case has no day",
    ]


def test_cases_of_one_day_in_two_currencies_are_answered_all_the_same(tmp_path: Path) -> None:
    cases = cases_of({"item": {"value": "1.00 USD"}}, {"item": {"value": "1.00 EUR"}, "to": "unknown"})
    assert seen(small_book(tmp_path), cases)["abroad CountryTest"] == {int(YES), int(UNKNOWN)}
