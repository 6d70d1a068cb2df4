"""Worked cases against a book: what each expects beside what the law answers."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from monazite.determine.answer import Determination, RegimeAnswer
from monazite.determine.asked import join_cases, read_case
from monazite.determine.cases import Case
from monazite.determine.determination import answer, input_digest
from monazite.determine.explain import money
from monazite.determine.question import Question
from monazite.regime.book import Book
from monazite.terms.facts import FACTS
from monazite.terms.faults import BadInput, Fault, near_match
from monazite.terms.located import Located
from monazite.terms.outcomes import Verdict


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


def run_cases(cases: Iterable[Case], book: Book) -> tuple[CaseResult, ...]:
    """The answers to cases beside what they expect, in their order; each is answered by the regimes it names."""
    cases = tuple(cases)
    found: dict[int, CaseResult] = {}
    read: list[tuple[Case, Question]] = []
    for case in cases:
        faults = tuple(_unknown_names(case, book))
        try:
            question = read_case(case, book, on_own_day=True)
        except BadInput as bad:
            faults += bad.faults
        if faults:
            found[id(case)] = CaseResult(case=case, differences=(), faults=faults, answer=None)
        else:
            read.append((case, question))
    for asked in join_cases(read, on_own_days=True):
        batch = asked.on_own_days(book)
        for pair, (case, on) in enumerate(zip(asked.cases, asked.moves.on, strict=True)):
            assert on is not None
            made = answer(batch, pair, on, input_hash=input_digest(case.facts.plain()), with_tree=False,
                          regimes=case.expect)  # fmt: skip
            found[id(case)] = _compared(case, made, book)
    return tuple(found[id(case)] for case in cases)


def case_faults(cases: Iterable[Case], book: Book) -> list[Fault]:
    """Every fault of what cases state, and every name that they expect and a book does not hold."""
    faults: list[Fault] = []
    for case in cases:
        faults += _unknown_names(case, book)
        try:
            read_case(case, book, on_own_day=True)
        except BadInput as bad:
            faults += bad.faults
    return faults


def _compared(case: Case, found: Determination, book: Book) -> CaseResult:
    differences: list[Difference] = []
    faults: list[Fault] = []
    for regime, wanted in case.expect.items():
        got = found.regimes.get(regime)
        if got is not None:
            differences += [
                Difference(regime=regime, field=f, expected=e, got=g) for f, e, g in _compare(wanted, got)
            ]
        elif regime in book.regimes:
            what = f"nothing stated brings the case under the law of {regime}"
            faults.append(Fault(where=wanted.where, what=what, mend=found.untouched.get(regime, "")))
        else:
            mend = near_match(regime, book.regimes)
            faults.append(Fault(where=wanted.where, what=f"the book holds no regime '{regime}'", mend=mend))
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
