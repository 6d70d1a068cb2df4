"""Worked cases: facts and what the law should answer. The tests of the law, and a legal team's own.

A case names the fact it turns on and expects, per regime, an outcome (or one of several), provisions, gaps,
readings, duties. Every field that a case can expect stands in `EXPECTATIONS`.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from monazite.determine.answer import Determination, RegimeAnswer
from monazite.determine.determination import determine
from monazite.determine.explain import money
from monazite.regime.book import Book
from monazite.terms.facts import FACTS
from monazite.terms.faults import BadInput, Fault, near_match
from monazite.terms.located import Located
from monazite.terms.outcomes import OUTCOME_WORDS, VERDICTS, Verdict

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One expectation that was not met."""

    regime: str
    field: str
    expected: str
    got: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """What became of a case: differences, or the faults of its facts; the answer where there is one."""

    case: Case
    differences: tuple[Difference, ...]
    faults: tuple[Fault, ...]
    answer: Determination | None

    @property
    def passed(self) -> bool:
        """The law answers as expected."""
        return not self.differences and not self.faults


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


def run_case(case: Case, book: Book, *, on: date | None = None) -> CaseResult:
    """The answer to a case beside what it expects."""
    unknown = _unknown_names(case, book)
    if unknown:
        return CaseResult(case=case, differences=(), faults=tuple(unknown), answer=None)
    try:
        found = determine(case.facts, book, on=on, with_tree=False)
    except BadInput as bad:
        return CaseResult(case=case, differences=(), faults=bad.faults, answer=None)
    differences: list[Difference] = []
    faults: list[Fault] = []
    for regime, wanted in case.expect.items():
        got = found.regimes.get(regime)
        if got is None:
            faults.append(
                Fault(
                    where=wanted.where,
                    what=f"the book holds no regime '{regime}'",
                    mend=f"Regimes: {', '.join(found.regimes)}",
                )
            )
            continue
        differences += [
            Difference(regime=regime, field=f, expected=e, got=g) for f, e, g in _compare(wanted, got)
        ]
    return CaseResult(case=case, differences=tuple(differences), faults=tuple(faults), answer=found)


def _unknown_names(case: Case, book: Book) -> list[Fault]:
    """Provisions, facts and questions that a case expects, or expects not, and that do not exist."""
    facts = [*FACTS, "all"]
    known: dict[str, Collection[str]] = {
        **dict.fromkeys(("under", "not_under", "duties", "interpretations", "remains"), book.provisions),
        "gaps": facts,
        "no_gaps": facts,
        "question": book.questions,
    }
    return [
        Fault(
            where=item.where, what=f"there is no '{item.text}'", mend=near_match(item.text or "", known[key])
        )
        for wanted in case.expect.values()
        for key, value in (wanted.fields or {}).items()
        if key in known
        for item in value.list()
        if item.text not in known[key] and not (item.text or "").startswith("law:")
    ]


def _texts(node: Located) -> tuple[str, ...]:
    return tuple(item.text or "" for item in node.list())


def _compare(wanted: Located, got: RegimeAnswer) -> Iterable[tuple[str, str, str]]:
    deciding = [f.provision for f in got.under]
    touching = [*deciding, *(f.provision for f in got.also)]
    gaps = [g.fact for g in got.gaps]
    words = {"outcome": str(got.outcome), "latent": str(got.latent), "at_least": got.at_least.words, "at_most": got.at_most.words,
             "stale": "yes" if got.is_stale else "no"}  # fmt: skip
    holds = {
        "under": deciding,
        "gaps": gaps,
        "duties": [d.provision for d in got.duties],
        "interpretations": [f.provision for f in got.interpretations],
        "remains": [text.split(":")[0] for text in got.remains],
        "unverified": [text.split(": ")[0] for text in got.unverified],
        "question": [r.question for r in got.readings],
    }
    for key, value in (wanted.fields or {}).items():
        texts = _texts(value)
        if key in words:
            if words[key] not in texts:
                yield key, " or ".join(texts), words[key]
        elif key in holds:
            missing = [text for text in texts if text not in holds[key]]
            if missing:
                yield key, ", ".join(missing), ", ".join(holds[key]) or "none"
        elif key == "not_under":
            present = [text for text in texts if text in touching]
            if present:
                yield key, f"not {', '.join(present)}", ", ".join(touching)
        elif key == "no_gaps":
            present = gaps if texts == ("all",) else [text for text in texts if text in gaps]
            if present:
                yield key, f"no gap {', '.join(texts)}", ", ".join(gaps)
        elif key == "readings":
            yield from _compare_readings(wanted, value, got)
        elif key == "break_even":
            found = [money(b.break_even, b.currency) for b in got.break_even]
            if not set(texts) & set(found):
                yield key, " or ".join(texts), ", ".join(found) or "none"
        elif key == "rests_on":
            missing = [text for text in texts if not any(text in said for said in got.rests_on)]
            if missing:
                yield key, ", ".join(missing), "; ".join(got.rests_on) or "nothing"


def _compare_readings(wanted: Located, value: Located, got: RegimeAnswer) -> Iterable[tuple[str, str, str]]:
    question = (wanted.find("question") or Located("")).text
    for reading in got.readings:
        if question and reading.question != question:
            continue
        outcomes: dict[str, Verdict] = {name: outcome for name, _, outcome in reading.outcomes}
        for name, node in (value.fields or {}).items():
            if str(outcomes.get(name, "none")) not in _texts(node):
                yield f"readings.{name}", " or ".join(_texts(node)), str(outcomes.get(name, "none"))
        return
    yield "readings", f"an open question {question or ''}".strip(), "no reading changes the outcome"
