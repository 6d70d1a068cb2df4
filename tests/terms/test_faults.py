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


def test_the_nearest_word_is_offered_in_whatever_case_it_was_given() -> None:
    assert near_match("CN-ONE", ["cn-one", "cn-two"]) == "Did you mean 'cn-one'?"
    assert near_match("smco", ["NdFeB", "SmCo"]) == "Did you mean 'SmCo'?"
    assert near_match("CHINA", ["China", "CHINA"]) == "Did you mean 'China'?"


def test_a_word_without_end_is_shortened_and_a_long_sentence_is_not() -> None:
    said = str(Fault(where="law show", what=f"the book holds no '{'x' * 5000}'", mend="Look"))
    assert said == f"law show: the book holds no '{'x' * 60}... (5,000 characters)'. Look"
    sentence = " ".join(["word"] * 100)
    assert str(Fault(where="a:1", what=sentence)) == f"a:1: {sentence}"
