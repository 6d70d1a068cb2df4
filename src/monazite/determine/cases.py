"""Worked cases: facts and what the law should answer. The tests of the law, and a legal team's own.

A case names the fact it turns on and expects, per regime, an outcome (or one of several), provisions, gaps,
readings, duties. Every field that a case can expect stands in `EXPECTATIONS`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from monazite.terms.faults import Fault, near_match
from monazite.terms.located import Located
from monazite.terms.outcomes import OUTCOME_WORDS, VERDICTS

EXPECTATIONS: dict[str, str] = {
    "outcome": "the outcome, or a list of acceptable ones",
    "at_least": "the least that is asked for whatever the open facts are, or a list",
    "at_most": "the most that may be asked for, or a list",
    "latent": "the outcome if every printed rule had effect, or a list",
    "under": "provisions that must be among those the outcome rests on",
    "not_under": "provisions that must not apply, surely or perhaps",
    "gaps": "facts that must be among the missing ones",
    "no_gaps": "facts that must not be missing; 'all' for no gap at all",
    "question": "the question of law that must be open",
    "readings": "the outcome by reading id of that question",
    "duties": "duties that must come with the outcome",
    "interpretations": "readings of the authority that must be shown",
    "stale": "yes where the day lies beyond the last review of the book",
    "break_even": "the item value at which the share tips, as the answer prints it",
    "rests_on": "words that must occur among the statements the answer rests on",
    "remains": "provisions that must be named as remaining, such as the catch-all",
    "unverified": "provisions whose unverified points must be shown",
}
"""Fields of an expectation, by name."""

_CASE_KEYS = ("case", "turns_on", "source", "facts", "expect", "note", "made_up")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One worked case."""

    title: str
    turns_on: str
    source: str
    facts: Located
    expect: Mapping[str, Located]
    where: str


def decode_cases(document: Located) -> tuple[list[Case], list[Fault]]:
    """The cases of one file, `given` laid under each."""
    faults: list[Fault] = []
    cases: list[Case] = []
    for key in document.fields or {}:
        if key not in ("given", "cases", "note"):
            faults.append(
                Fault(
                    where=document.key_place(key),
                    what=f"a case file has no '{key}'",
                    mend=near_match(key, ("given", "cases", "note")),
                )
            )
    given = document.find("given") or Located(document.where, fields={})
    listed = document.find("cases")
    if listed is None or listed.items is None:
        return cases, [
            *faults,
            Fault(
                where=document.where, what="a case file wants 'cases'", mend="Write a list of cases under it"
            ),
        ]
    if not listed.items:
        faults.append(
            Fault(where=listed.where, what="a case file wants cases", mend="Write a case under 'cases:'")
        )
    seen: dict[str, str] = {}
    for node in listed.items:
        fields = node.fields or {}
        faults += [
            Fault(where=node.key_place(k), what=f"a case has no '{k}'", mend=near_match(k, _CASE_KEYS))
            for k in fields
            if k not in _CASE_KEYS
        ]
        faults += [
            Fault(where=node.where, what=f"a case wants '{k}'", mend="")
            for k in ("case", "turns_on", "expect")
            if node.find(k) is None
        ]
        title = " ".join(((node.find("case") or Located("")).text or "").split())
        if title in seen:
            faults.append(
                Fault(
                    where=node.where,
                    what=f"the title '{title}' is used twice",
                    mend=f"The other stands at {seen[title]}",
                )
            )
        seen[title] = node.where
        expect = node.find("expect") or Located(node.where, fields={})
        for regime, wanted in (expect.fields or {}).items():
            faults += _expectation_faults(regime, wanted)
        facts = given.merged(node.find("facts") or Located(node.where, fields={}))
        cases.append(Case(title=title, turns_on=(node.find("turns_on") or Located("")).text or "",
                          source=(node.find("source") or Located("")).text or "", facts=facts,
                          expect=expect.fields or {}, where=node.where))  # fmt: skip
    return cases, faults


def _expectation_faults(regime: str, wanted: Located) -> list[Fault]:
    faults = []
    if wanted.fields is None:
        return [
            Fault(
                where=wanted.where,
                what=f"what {regime} should answer is a mapping",
                mend=f"Fields: {', '.join(EXPECTATIONS)}",
            )
        ]
    for key, value in wanted.fields.items():
        if key not in EXPECTATIONS:
            faults.append(
                Fault(
                    where=wanted.key_place(key),
                    what=f"an expectation has no '{key}'",
                    mend=near_match(key, EXPECTATIONS),
                )
            )
        allowed = {"outcome": [str(v) for v in VERDICTS], "latent": [str(v) for v in VERDICTS],
                   "at_least": list(OUTCOME_WORDS), "at_most": list(OUTCOME_WORDS)}.get(key)  # fmt: skip
        if allowed:
            faults += [Fault(where=item.where, what=f"'{item.text}' is no outcome", mend=near_match(item.text or "", allowed))
                       for item in value.list() if item.text not in allowed]  # fmt: skip
    return faults
