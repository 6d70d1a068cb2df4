"""Documents that know where their values stand."""

from datetime import date

from monazite.terms.located import Located


def test_plain_data_keeps_its_values_as_texts_and_says_where_they_stand() -> None:
    node = Located.of({"a": [1, {"b": True}], "on": date(2025, 12, 1), "c": 1.5}, "facts")
    assert node.plain() == {"a": ["1", {"b": "yes"}], "on": "2025-12-01", "c": "1.5"}
    assert node["a"].list()[1]["b"].where == "facts.a[1].b"
    assert Located.of(node, "elsewhere") is node


def test_a_field_that_is_empty_is_not_found() -> None:
    node = Located.of({"a": None, "b": "", "c": "x"}, "facts")
    assert node.find("a") is None
    assert node.find("b") is not None
    assert node.find("d") is None
    assert node["a"].is_empty
    assert list(node) == ["a", "b", "c"]


def test_one_value_counts_as_a_list_of_one() -> None:
    assert [item.text for item in Located.of("x", "").list()] == ["x"]
    assert Located.of(None, "").list() == ()
    assert Located.of([], "").list() == ()


def test_documents_merge_deeply_and_lists_are_replaced() -> None:
    under = Located.of({"item": {"form": "magnet", "elements": ["Dy"]}, "from": "CHN"}, "given")
    over = Located.of({"item": {"elements": ["Tb"], "origin": "JPN"}, "to": "USA"}, "facts")
    assert under.merged(over).plain() == {
        "item": {"form": "magnet", "elements": ["Tb"], "origin": "JPN"},
        "from": "CHN",
        "to": "USA",
    }
    assert under.plain() == {"item": {"form": "magnet", "elements": ["Dy"]}, "from": "CHN"}


def test_a_field_said_to_be_unstated_is_taken_away() -> None:
    under = Located.of({"item": {"form": "magnet", "origin": "CHN"}, "use": {"civil": "yes"}}, "given")
    over = Located.of({"item": {"origin": "unstated"}, "use": "unstated", "gone": "unstated"}, "facts")
    assert under.merged(over).plain() == {"item": {"form": "magnet"}}


def test_a_merged_value_stands_where_it_was_written() -> None:
    under, over = Located.of({"a": "1", "b": "2"}, "given"), Located.of({"b": "3"}, "facts")
    both = under.merged(over)
    assert (both["a"].where, both["b"].where) == ("given.a", "facts.b")
