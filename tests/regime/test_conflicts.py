"""Contradictions between sources, and sources that are named but empty."""

from pathlib import Path

from tests.regime.small_book import FILES, changed, faults, small_book

CONFLICTS = """\
conflicts:
  - topic: the first day
    one: a newspaper gives March
    other: the text gives February
    we_read: the text
    source: text
    on: ["1"]
"""


def with_conflicts(old: str = "", new: str = "") -> dict[str, str]:
    text = FILES["cn/measures/one.yaml"] + CONFLICTS
    assert old in text
    return {"cn/measures/one.yaml": text.replace(old, new) if old else text}


def test_a_conflict_says_both_and_what_is_followed(tmp_path: Path) -> None:
    (conflict,) = small_book(tmp_path, with_conflicts()).measures["cn-one"].conflicts
    assert (conflict.topic, conflict.one, conflict.other) == (
        "the first day", "a newspaper gives March", "the text gives February")  # fmt: skip
    assert (conflict.we_read, conflict.sources, conflict.about) == ("the text", ("text",), ("cn-one/1",))


def test_a_conflict_names_its_sources_and_only_provisions_of_its_measure(tmp_path: Path) -> None:
    assert faults(
        tmp_path, with_conflicts('    source: text\n    on: ["1"]', '    source: txt\n    on: ["4"]')
    ) == [
        "cn/measures/one.yaml:62:13: 'txt' is no source of this measure. Did you mean 'text'?",
        "cn/measures/one.yaml:63:10: 'cn-one/4' is no provision of this measure. Did you mean 'cn-one/3'?",
    ]
    assert faults(tmp_path, with_conflicts("    we_read: the text\n", "")) == [
        "cn/measures/one.yaml:58:5: conflict wants 'we_read'. Which of them this book follows, and why"
    ]


def test_an_empty_list_of_sources_is_no_source(tmp_path: Path) -> None:
    old = "      - {is: announced, from: 2030-01-01, through: 2030-01-31}\n      - {is: in force, from: 2030-02-01}\n    source: text"
    assert faults(
        tmp_path, changed("cn/measures/one.yaml", old, old.replace("source: text", "source: []"))
    ) == ["cn/measures/one.yaml:36:13: no source is named. Name the key of a source of this measure"]


def test_a_line_of_a_list_with_a_mark_and_no_key_has_no_source(tmp_path: Path) -> None:
    assert faults(
        tmp_path, changed("cn/items/annex.csv", "dysprosium,2805,text,,", "dysprosium,2805,;,,")
    ) == ["cn/items/annex.csv:2: column source is empty. Every line wants its form, sentence and source"]
