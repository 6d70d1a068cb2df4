"""The lattice of outcomes: what a move needs, from nothing to prohibited.

>>> Outcome.LICENCE > Outcome.EXEMPT
True
>>> outcome_of(Outcome.LICENCE, Outcome.PROHIBITED)
<Verdict.NEEDS_EVIDENCE: 'needs evidence'>
"""

from enum import IntEnum, StrEnum


class Outcome(IntEnum):
    """How much the law asks of a move; larger is worse."""

    NOT_CONTROLLED = 0
    NOT_IN_FORCE = 1
    EXEMPT = 2
    CERTIFICATE = 3
    LICENCE = 4
    LICENCE_NO_CLOCK = 5
    CASE_BY_CASE = 6
    REFUSED_IN_PRINCIPLE = 7
    PROHIBITED = 8

    @property
    def words(self) -> str:
        """The outcome as files and people write it."""
        return OUTCOME_WORDS[self]


OUTCOME_WORDS = (
    "not controlled",
    "not in force",
    "exempt, report due",
    "certificate",
    "licence",
    "licence, no clock",
    "case by case",
    "refused in principle",
    "prohibited",
)

OUTCOMES_BY_WORDS = dict(zip(OUTCOME_WORDS, Outcome, strict=True))


class Verdict(StrEnum):
    """An outcome as an answer gives it: a place on the lattice, or that evidence is missing."""

    PROHIBITED = "prohibited"
    REFUSED_IN_PRINCIPLE = "refused in principle"
    CASE_BY_CASE = "case by case"
    LICENCE_NO_CLOCK = "licence, no clock"
    LICENCE = "licence"
    CERTIFICATE = "certificate"
    EXEMPT = "exempt, report due"
    NEEDS_EVIDENCE = "needs evidence"
    NOT_IN_FORCE = "not in force"
    NOT_CONTROLLED = "not controlled"


NEEDS_EVIDENCE = 9
"""Code of "needs evidence" in arrays of outcomes; the other codes are those of Outcome."""

VERDICTS = (*(Verdict(words) for words in OUTCOME_WORDS), Verdict.NEEDS_EVIDENCE)
"""Verdicts by code."""


def outcome_of(at_least: int, at_most: int) -> Verdict:
    """The verdict for bounds on the lattice.

    Decided where the bounds agree. Where neither bound asks for anything, the verdict is the upper one: "not
    in force" says that nothing is needed on the day and that printed law touches or may touch the item.
    """
    if at_least == at_most or at_most <= Outcome.NOT_IN_FORCE:
        return VERDICTS[at_most]
    return Verdict.NEEDS_EVIDENCE
