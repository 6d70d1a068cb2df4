"""Coverage as lines for a terminal and as plain data: what no worked case shows of the law, and what to state."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from monazite.determine.coverage import TRUTHS, Coverage, Limb, is_bare
from monazite.determine.explain import decimal, percent, say_test
from monazite.determine.states import axis_of
from monazite.regime.book import Book
from monazite.regime.conditions import (
    ContentTest,
    CountryTest,
    InsideTest,
    ItemTest,
    LabelTest,
    ListedTest,
    MadeWithTest,
    NumberTest,
    OwnedTest,
    ReasonTest,
    Test,
    TruthTest,
    ValueTest,
)
from monazite.terms.facts import FACTS, Axis
from monazite.terms.kleene import NO, UNKNOWN, YES

SHOWN_AS = {int(YES): "true", int(NO): "false", int(UNKNOWN): "unknown"}
"""How a report names the truths of a limb."""

_OPPOSITE = {
    "at_least": "less than",
    "more_than": "at most",
    "at_most": "more than",
    "less_than": "at least",
}
_COMPARE = {"at_least": "at least", "more_than": "more than", "at_most": "at most", "less_than": "less than"}


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureCount:
    """One measure in numbers: its provisions, the cases that meet a condition of one, its limbs, and how many are shown."""

    measure: str
    provisions: int
    exercised: int
    cases: int
    limbs: int
    shown: Mapping[int, int]  # truth -> limbs that some case shows so


def measure_counts(coverage: Coverage) -> list[MeasureCount]:
    """The numbers of every measure of the regimes that were asked about."""
    of_measure: dict[str, list[Limb]] = {}
    for limb in coverage.limbs:
        of_measure.setdefault(limb.measure, []).append(limb)
    made = []
    for measure in coverage.measures:
        limbs = of_measure.get(measure.id, [])
        made.append(
            MeasureCount(
                measure=measure.id,
                provisions=len(measure.provisions),
                exercised=sum(1 for p in measure.provisions if coverage.has_case(p)),
                cases=len(
                    {
                        one.case.where
                        for p in measure.provisions
                        if not is_bare(p)
                        for one in coverage.exercises.get(p.id, ())
                    }
                ),
                limbs=len(limbs),
                shown={
                    truth: sum(1 for limb in limbs if truth not in coverage.missing(limb)) for truth in TRUTHS
                },
            )
        )
    return made


def coverage_lines(coverage: Coverage, measure: str | None = None) -> list[str]:
    """The table of measures, then each limb that is not shown in every way, then each provision without a case."""
    counts = [one for one in measure_counts(coverage) if measure in (None, one.measure)]
    limbs = [limb for limb in coverage.uncovered if measure in (None, limb.measure)]
    idle = [p for p in coverage.idle if measure in (None, p.measure)]
    unused = [d for d in coverage.unused if measure in (None, d.id.split("/")[0])]
    width = max((len(one.measure) for one in counts), default=0)
    lines = [f"{'measure':<{width}}  provisions  with a case  cases  limbs   true  false  unknown"]
    for one in counts:
        shares = (
            f"{share_words(one.shown[truth], one.limbs):>{w}}"
            for truth, w in zip(TRUTHS, (5, 5, 7), strict=True)
        )
        lines.append(f"{one.measure:<{width}}  {one.provisions:>10}  {one.exercised:>11}  {one.cases:>5}  {one.limbs:>5}"
                     f"  {'  '.join(shares)}")  # fmt: skip
    for limb in limbs:
        missing = coverage.missing(limb)
        lines += ["", f"{limb.where}: {limb.owner}: {_inside(limb)}{say_test(limb.test)}"]
        lines.append(
            f"  never {', never '.join(SHOWN_AS[truth] for truth in missing)}; {hint(coverage, limb)}"
        )
    for provision in idle:
        first = min(period.span.start for period in provision.periods)
        lines += ["", f"{provision.where}: {provision.id}: no case shows that it applies",
                  f"  write one in which it does, on a day from {first}"]  # fmt: skip
    for definition in unused:
        lines += [
            "",
            f"{definition.where}: {definition.id}: no provision uses it",
            "  name it in a condition, or take it out",
        ]
    total = sum(one.limbs for one in counts)
    lines += ["", f"{total - len(limbs)} of {total} limbs shown true, false and unknown; {len(idle)} provisions without a case. "
                  f"{len(coverage.cases)} cases, book {coverage.book.version}."]  # fmt: skip
    return lines


def share_words(part: int, whole: int) -> str:
    """How many of the limbs, in whole per cent, rounded down: 100 % says that all are shown."""
    if not whole:
        return "-"
    return f"{100 * part // whole} %"


def _inside(limb: Limb) -> str:
    return "inside the item, " if limb.inside else ""


def coverage_text(coverage: Coverage, measure: str | None = None) -> str:
    """The same as a JSON document."""
    document = {
        "book": coverage.book.version,
        "cases": len(coverage.cases),
        "measures": [
            {"measure": one.measure, "provisions": one.provisions, "provisions_with_a_case": one.exercised,
             "cases": one.cases, "limbs": one.limbs, **{SHOWN_AS[truth]: count for truth, count in one.shown.items()}}
            for one in measure_counts(coverage) if measure in (None, one.measure)
        ],
        "uncovered": [
            {"where": limb.where, "measure": limb.measure, "in": limb.owner, "inside": limb.inside, "says": say_test(limb.test),
             "never": [SHOWN_AS[truth] for truth in coverage.missing(limb)], "hint": hint(coverage, limb)}
            for limb in coverage.uncovered if measure in (None, limb.measure)
        ],
        "unused_definitions": [
            {"where": d.where, "definition": d.id} for d in coverage.unused if measure in (None, d.id.split("/")[0])
        ],
        "without_a_case": [
            {"where": p.where, "provision": p.id} for p in coverage.idle if measure in (None, p.measure)
        ],
    }  # fmt: skip
    return json.dumps(document, indent=2, ensure_ascii=False)


def hint(coverage: Coverage, limb: Limb) -> str:
    """What a case could state to show a limb in the first way that is missing."""
    truth = coverage.missing(limb)[0]
    stated = _statement(coverage.book, limb.test, truth)
    if limb.inside and axis_of(limb.test) is Axis.ITEM:
        stated = {
            int(YES): f"in item.content: {stated}",
            int(NO): f"with content_complete: yes, for everything in item.content: {stated}",
            int(UNKNOWN): f"in item.content: {stated}; or content_complete: unknown",
        }[truth]
    if len(coverage.missing(limb)) == len(TRUTHS):
        first = _first_day(coverage.book, limb)
        return (
            f"no case falls on a day on which it is asked, from {first}; state {stated}"
            if first
            else f"state {stated}"
        )
    return f"state {stated}"


def _first_day(book: Book, limb: Limb) -> date | None:
    provision = book.provisions.get(limb.owner)
    return min(period.span.start for period in provision.periods) if provision else None


def _statement(book: Book, test: Test, truth: int) -> str:
    path = getattr(test, "path", "")
    if truth == UNKNOWN and path == "crosses_border":
        return "from: unknown, or to: unknown"
    if truth == UNKNOWN and path:
        return f"{path}: unknown"
    match test:
        case TruthTest():
            return f"{path}: {'yes' if test.wanted == (truth == YES) else 'no'}"
        case CountryTest():
            inside = test.outside != (truth == YES)
            return f"{path}: {'a place in' if inside else 'a place outside'} {', '.join(test.names)}"
        case ValueTest():
            other = next((value for value in FACTS[path].values if value not in test.values), "another value")
            return f"{path}: {test.values[0] if truth == YES else other}"
        case NumberTest():
            words = _COMPARE if truth == YES else _OPPOSITE
            return f"{path}: {words[test.comparator]} {decimal(test.limit)}"
        case LabelTest():
            return f"{path}: {f'[{test.words[0]}]' if truth == YES else 'another one'}"
        case ReasonTest():
            return {int(YES): f"item.eccn: one controlled for {test.reason} in {test.scope}",
                    int(NO): "item.eccn: one that is not", int(UNKNOWN): "item.eccn: unknown"}[truth]  # fmt: skip
        case ItemTest():
            lines = book.lists[test.item_list].lines
            example = f", such as line {lines[0].id}, {lines[0].says}" if lines else ""
            return {int(YES): f"an item on {test.item_list}{example}",
                    int(NO): f"an item on no line of {test.item_list}",
                    int(UNKNOWN): f"an item that may be on {test.item_list}: an element, kind or limit unknown"}[truth]  # fmt: skip
        case ContentTest():
            threshold = f"{_COMPARE[test.comparator]} {percent((test.limit, test.limit))} of item.value"
            return {int(YES): f"content of {test.of} worth {threshold}",
                    int(NO): f"content of {test.of} worth not {threshold}",
                    int(UNKNOWN): "item.value: unknown"}[truth]  # fmt: skip
        case InsideTest():
            return {int(YES): "in item.content something for which it is so",
                    int(NO): "item.content_complete: yes, with nothing inside for which it is so",
                    int(UNKNOWN): "item.content_complete: unknown"}[truth]  # fmt: skip
        case MadeWithTest():
            word = {int(YES): test.countries[0], int(NO): "none", int(UNKNOWN): "unknown"}[truth]
            return f"item.made_with: {', '.join(f'{activity}: {word}' for activity in test.activities)}"
        case ListedTest():
            word = {int(YES): f"[{test.lists[0]}]", int(NO): "none", int(UNKNOWN): "unknown"}[truth]
            return f"{_roles(test.roles, truth)}.lists: {word}"
        case OwnedTest():
            compare = _COMPARE if truth == YES else _OPPOSITE
            word = (
                f"{compare[test.comparator]} {percent((test.limit, test.limit))}"
                if truth != UNKNOWN
                else "unknown"
            )
            return f"{_roles(test.roles, truth)}.{test.share}: {word}"
        case _:
            return say_test(test)


def _roles(roles: tuple[str, ...], truth: int) -> str:
    """One party that is so makes the test true; to make it false all must be otherwise."""
    return "each of " + ", ".join(roles) if truth == NO and len(roles) > 1 else roles[0]
