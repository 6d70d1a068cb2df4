"""Faults: one line each, near matches, and no more than twenty of them."""

from monazite.terms.faults import SHOWN, BadInput, Fault, near_match


def test_a_fault_says_where_what_and_how_to_mend() -> None:
    whole = Fault(where="a.csv:12", what="'x' is no form.", mend="Write magnet")
    assert str(whole) == "a.csv:12: 'x' is no form. Write magnet"
    assert str(Fault(where="a.csv:12", what="'x' is no form")) == "a.csv:12: 'x' is no form"


def test_twenty_faults_are_shown_and_the_rest_counted() -> None:
    bad = BadInput(Fault(where=f"a:{n}", what="w") for n in range(SHOWN + 3))
    lines = bad.report().splitlines()
    assert len(lines) == SHOWN + 1
    assert lines[-1] == "... and 3 more"
    assert len(bad.faults) == SHOWN + 3
    assert BadInput(bad.faults[:2]).report() == "a:0: w\na:1: w"


def test_the_nearest_word_is_offered_else_the_words_if_they_are_few() -> None:
    assert near_match("titel", ["title", "number"]) == "Did you mean 'title'?"
    assert near_match("zzz", ["title", "number"]) == "Allowed: title, number"
    assert near_match("zzz", [f"word {n}" for n in range(40)]) == ""
    assert near_match("zzz", []) == ""
