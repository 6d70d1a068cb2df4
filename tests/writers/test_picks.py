from collections.abc import Callable
from datetime import date

from monazite.determine.survey import Survey
from monazite.terms.outcomes import Verdict
from monazite.writers.explained import explain
from monazite.writers.picks import Doubt, pick


def test_the_worst_answers_come_first(awkward: Survey):
    picked = pick(awkward)
    ranks = [(line.rank, int(line.at_most)) for line in picked.lines]
    assert ranks == sorted(ranks, reverse=True)
    assert picked.is_whole
    assert picked.total == len(picked.lines) == sum(len(rows) for rows in awkward.rows.values())


def test_of_a_big_survey_the_worst_are_shown(awkward: Survey):
    whole, part = pick(awkward), pick(awkward, most=10, worst=4)
    assert part.lines == whole.lines[:4]
    assert (part.total, part.is_whole) == (whole.total, False)


def test_an_answer_that_needs_evidence_says_whether_facts_or_law_are_open(awkward: Survey):
    lines = pick(awkward).lines
    assert {line.doubt for line in lines if line.outcome is not Verdict.NEEDS_EVIDENCE} == {Doubt.NONE}
    assert Doubt.NONE not in {line.doubt for line in lines if line.outcome is Verdict.NEEDS_EVIDENCE}
    for line, answer in zip(lines, explain(awkward, lines).explanations, strict=True):
        if line.outcome is Verdict.NEEDS_EVIDENCE:
            assert (line.doubt in (Doubt.LAW, Doubt.BOTH)) == bool(answer.answer.readings), line


def test_answers_alike_share_an_explanation_and_keep_their_own_gaps(make: Callable[..., Survey]):
    survey = make(tuple(f"P-{i}" for i in range(24)), days=(date(2025, 10, 20), date(2026, 11, 20)))
    lines = pick(survey).lines
    shared = explain(survey, lines, each=0, most=10_000)
    own = explain(survey, lines)
    assert len(shared.explanations) < len(lines)
    assert not shared.is_each
    assert own.is_each
    for i, line in enumerate(lines):
        at = shared.of_line[i]
        assert at is not None
        assert shared.explanations[at].answer.outcome is line.outcome
        assert shared.gaps[i] == own.gaps[i]


def test_what_is_not_explained_says_so(awkward: Survey):
    lines = pick(awkward).lines
    found = explain(awkward, lines, each=0, most=2)
    assert len(found.explanations) == 2
    assert None in found.of_line
    assert all(not gaps for at, gaps in zip(found.of_line, found.gaps, strict=True) if at is None)
