"""The ladder of outcomes, and the verdict for two bounds on it."""

from itertools import combinations_with_replacement

import pytest

from monazite.terms.outcomes import (
    NEEDS_EVIDENCE,
    OUTCOME_WORDS,
    OUTCOMES_BY_WORDS,
    VERDICTS,
    Outcome,
    Verdict,
    outcome_of,
)


def test_every_outcome_has_its_word_and_its_verdict() -> None:
    assert len(OUTCOME_WORDS) == len(Outcome)
    for outcome in Outcome:
        assert OUTCOMES_BY_WORDS[outcome.words] is outcome
        assert VERDICTS[outcome] == outcome.words
    assert VERDICTS[NEEDS_EVIDENCE] is Verdict.NEEDS_EVIDENCE
    assert set(VERDICTS) == set(Verdict)


def test_the_ladder_runs_from_nothing_to_prohibited() -> None:
    assert OUTCOME_WORDS[0] == "not controlled"
    assert OUTCOME_WORDS[-1] == "prohibited"
    assert Outcome.EXEMPT < Outcome.CERTIFICATE < Outcome.LICENCE < Outcome.REFUSED_IN_PRINCIPLE


@pytest.mark.parametrize("bounds", list(combinations_with_replacement(Outcome, 2)))
def test_a_verdict_is_decided_where_bounds_agree_or_neither_asks_for_anything(
    bounds: tuple[Outcome, Outcome],
) -> None:
    low, high = bounds
    found = outcome_of(low, high)
    if low is high or high is Outcome.NOT_IN_FORCE:
        assert found == high.words
    else:
        assert found is Verdict.NEEDS_EVIDENCE
