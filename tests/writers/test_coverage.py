"""Coverage in words: what is missing where, and a hint for every kind of test that a law file can write."""

import json
from pathlib import Path

import pytest

from monazite.determine.coverage import TRUTHS, Coverage, Limb, cover
from monazite.regime import conditions
from monazite.regime.book import Book
from monazite.regime.conditions import ConditionReader
from monazite.terms.kleene import NO, UNKNOWN, YES
from monazite.terms.located import Located
from monazite.writers.coverage import coverage_lines, coverage_text, hint
from tests.determine.test_coverage import cases_of
from tests.regime.small_book import small_book


@pytest.fixture
def small(tmp_path: Path) -> Book:
    return small_book(tmp_path)


def test_the_table_counts_and_each_limb_says_what_is_missing(small: Book) -> None:
    lines = coverage_lines(cover(small, cases_of({})))
    assert lines[0].split() == "measure provisions with a case cases limbs true false unknown".split()
    assert lines[1].split() == "cn-one 3 1 1 4 50 % 50 % 0 %".split()
    text = "\n".join(lines)
    assert "cn-one/abroad: to outside CHN\n  never false, never unknown; state to: a place in CHN" in text
    assert (
        "cn-one/2: end_user on cn-list\n  never true, never unknown; state end_user.lists: [cn-list]" in text
    )
    assert (
        "cn-one/3: no case shows that it applies\n  write one in which it does, on a day from 2030-02-01"
        in text
    )
    assert lines[-1].startswith(
        "0 of 4 limbs shown true, false and unknown; 2 provisions without a case. 1 cases"
    )


def test_one_measure_alone_is_counted_alone(small: Book) -> None:
    lines = coverage_lines(cover(small, cases_of({})), "cn-two")
    assert lines[1].split() == "cn-two 0 0 0 0 - - -".split()
    assert lines[-1].startswith("0 of 0 limbs")


def test_the_same_is_given_as_json(small: Book) -> None:
    held = json.loads(coverage_text(cover(small, cases_of({}))))
    assert held["measures"][0] == {
        "measure": "cn-one", "provisions": 3, "provisions_with_a_case": 1, "cases": 1, "limbs": 4, "true": 2, "false": 2,
        "unknown": 0}  # fmt: skip
    assert [one["never"] for one in held["uncovered"]] == [
        ["false", "unknown"], ["false", "unknown"], ["true", "unknown"], ["true", "unknown"]]  # fmt: skip
    assert [one["provision"] for one in held["without_a_case"]] == ["cn-one/2", "cn-one/3"]


def test_a_limb_that_no_case_reaches_is_said_to_need_a_day(small: Book) -> None:
    text = "\n".join(coverage_lines(cover(small, cases_of({"on": "2030-01-15"}))))
    assert (
        "no case falls on a day on which it is asked, from 2030-02-01; state end_user.lists: [cn-list]"
        in text
    )


CONDITIONS: dict[str, tuple[dict[str, object], str, str, str]] = {
    "yes or no": ({"use.military": "no"}, "use.military: no", "use.military: yes", "use.military: unknown"),
    "country": ({"to": {"in": ["JPN"]}}, "to: a place in JPN", "to: a place outside JPN", "to: unknown"),
    "border": ({"crosses_border": "yes"}, "crosses_border: yes", "crosses_border: no", "from: unknown, or to: unknown"),
    "one of": ({"form": {"in": ["metal"]}}, "item.form: metal", "item.form: alloy", "item.form: unknown"),
    "number": ({"use.memory_layers": {"at_least": "256"}}, "use.memory_layers: at least 256", "use.memory_layers: less than 256",
               "use.memory_layers: unknown"),
    "label": ({"eccn": {"in": ["3B001", "3B002"]}}, "item.eccn: [3B001]", "item.eccn: another one", "item.eccn: unknown"),
    "made with": ({"made_with": {"activities": ["metal"], "technology_from": ["CHN"]}}, "item.made_with: metal: CHN",
                  "item.made_with: metal: none", "item.made_with: metal: unknown"),
    "listed": ({"party": {"roles": ["importer", "end_user"], "on": ["cn-list"]}}, "importer.lists: [cn-list]",
               "each of importer, end_user.lists: none", "importer.lists: unknown"),
    "owned": ({"party": {"roles": ["end_user"], "owned_by": ["cn-list"], "at_least": "1/2"}},
              "end_user.listed_owner_share: at least 50 %", "end_user.listed_owner_share: less than 50 %",
              "end_user.listed_owner_share: unknown"),
    "item": ({"item": {"on": "annex"}}, "an item on cn-one/annex, such as line dy, dysprosium", "an item on no line of cn-one/annex",
             "an item that may be on cn-one/annex: an element, kind or limit unknown"),
    "content": ({"content": {"on": "annex", "origin": ["CHN"], "at_least": "1/1000"}},
                "content of cn-one/annex worth at least 0.1 % of item.value",
                "content of cn-one/annex worth not at least 0.1 % of item.value", "item.value: unknown"),
    "inside": ({"inside": {"form": {"in": ["metal"]}}}, "in item.content something for which it is so",
               "item.content_complete: yes, with nothing inside for which it is so", "item.content_complete: unknown"),
}  # fmt: skip


@pytest.mark.parametrize("kind", CONDITIONS)
def test_every_test_has_a_hint_for_each_truth(small: Book, kind: str) -> None:
    written, if_yes, if_no, if_unknown = CONDITIONS[kind]
    reader = ConditionReader("cn-one")
    test = conditions.tests_of(reader.read(Located.of(written, "when")))[0]
    assert reader.faults == []
    limb = Limb(where="when", test=test, measure="cn-one", owner="cn-one/1")

    def told(missing: int) -> str:
        others = frozenset(TRUTHS) - {missing}
        found = Coverage(
            book=small, cases=(), regimes=("CN",), limbs=(limb,), seen={"when": others}, exercises={}
        )
        return hint(found, limb).removeprefix("state ")

    assert (told(int(YES)), told(int(NO)), told(int(UNKNOWN))) == (if_yes, if_no, if_unknown)


def test_what_is_asked_inside_is_stated_of_the_content(small: Book) -> None:
    test = conditions.tests_of(
        ConditionReader("cn-one").read(Located.of({"form": {"in": ["metal"]}}, "when"))
    )[0]
    limb = Limb(where="when", test=test, measure="cn-one", owner="cn-one/1", inside=True)
    found = Coverage(
        book=small,
        cases=(),
        regimes=("CN",),
        limbs=(limb,),
        seen={"when": frozenset({int(YES)})},
        exercises={},
    )
    assert hint(found, limb) == (
        "state with content_complete: yes, for everything in item.content: item.form: alloy"
    )
