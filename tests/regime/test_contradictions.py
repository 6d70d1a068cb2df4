"""Rules of one rank that contradict each other are found at load, and those that cannot meet are let be."""

from pathlib import Path

import pytest

from tests.regime.small_book import MEASURE, SECOND, faults

ONE = "cn/measures/one.yaml"
SECOND_EXEMPTION = """\
  - id: "4"
    cite: clause 4
    says: Something is certified.
    effect: exemption
    clears: ["1"]
    gives: certificate
    when: {when}
    status:
      - {{is: in force, from: {day}}}
    source: text
{more}"""


def with_second(when: str, *, day: str = "2030-02-01", more: str = "", base: str = MEASURE) -> dict[str, str]:
    """The small book with one more exemption, and without any suspension."""
    return {
        ONE: base + SECOND_EXEMPTION.format(when=when, day=day, more=more),
        "cn/measures/two.yaml": SECOND.replace("on: [cn-one]", "on: [cn-one/1]"),
    }


def test_two_exceptions_of_one_rank_that_may_both_hold_contradict_each_other(tmp_path: Path) -> None:
    assert faults(tmp_path, with_second("{to: {in: [JPN]}}")) == [
        f"{ONE}:57:5: 'cn-one/4' and 'cn-one/3' contradict each other on 'cn-one/1': 'certificate' and "
        f"'exempt, report due'. Say 'overrides' in one of them; the other stands at {ONE}:47:5"
    ]


def test_an_exception_that_overrides_the_other_is_no_contradiction(tmp_path: Path) -> None:
    assert faults(tmp_path, with_second("{to: {in: [JPN]}}", more='    overrides: ["3"]\n')) == []


def test_exceptions_that_give_the_same_are_no_contradiction(tmp_path: Path) -> None:
    same = {
        name: text.replace("gives: certificate", "gives: exempt, report due")
        for name, text in with_second("{to: {in: [JPN]}}").items()
    }
    assert faults(tmp_path, same) == []


@pytest.mark.parametrize(
    "when",
    [
        "{use.humanitarian: no}",
        "{not: {use.humanitarian: yes}}",
        "{all: [{use.humanitarian: no}, {to: {in: [JPN]}}]}",
        "{any: []}",
        "{all: [{to: {in: [JPN]}}, {to: {in: [USA]}}]}",
        "{all: [{to: {in: [JPN]}}, {to: {outside: [JPN, USA]}}]}",
        "{all: [{form: {in: [magnet]}}, {form: {in: [metal, alloy]}}]}",
    ],
)
def test_exceptions_that_can_never_both_hold_are_no_contradiction(tmp_path: Path, when: str) -> None:
    assert faults(tmp_path, with_second(when)) == []


@pytest.mark.parametrize(
    "when", ["{any: [{use.humanitarian: no}, {to: {in: [JPN]}}]}", "{definition: abroad}", "{all: []}"]
)
def test_a_way_for_both_to_hold_is_found_through_any_and_definitions(tmp_path: Path, when: str) -> None:
    assert len(faults(tmp_path, with_second(when))) == 1


def test_exceptions_in_print_on_different_days_are_no_contradiction(tmp_path: Path) -> None:
    ended = MEASURE.replace(
        "    when: {use.humanitarian: yes}\n    status:\n      - {is: in force, from: 2030-02-01}",
        "    when: {use.humanitarian: yes}\n    status:\n      - {is: in force, from: 2030-02-01, through: 2030-05-31}\n"
        "      - {is: lapsed, from: 2030-06-01}",
    )
    assert faults(tmp_path / "apart", with_second("{to: {in: [JPN]}}", day="2030-06-01", base=ended)) == []
    assert (
        len(faults(tmp_path / "meeting", with_second("{to: {in: [JPN]}}", day="2030-05-31", base=ended))) == 1
    )
