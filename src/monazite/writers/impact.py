"""What a change of law does, for a terminal, as CSV and as JSON: provisions that stand otherwise, answers that change.

A value that nobody knows is written as unknown, and an empty cell of a table is not a zero.
"""

import csv
import io
import json
import textwrap
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from monazite.determine.comparing import Change, Kind, Side
from monazite.determine.explain import money
from monazite.determine.impact import Flow, Impact, RegimeImpact
from monazite.determine.restanding import (
    Point,
    Restanding,
    Rewording,
    restanding_runs,
    restandings,
    rewordings,
)
from monazite.regime.book import Book
from monazite.regime.model import Effect
from monazite.terms.amounts import NOTHING_KNOWN
from monazite.terms.days import Span
from monazite.terms.outcomes import Verdict
from monazite.writers.law import status_word
from monazite.writers.plain import plain

WIDTH = 100
FEW = 10
"""So many changes of a regime are spelled out on a terminal, where not all are asked for."""

COLUMNS = (
    "of", "regime", "case", "item", "title", "move", "from", "to", "change", "turn", "day_before", "known_before",
    "outcome_before", "at_least_before", "at_most_before", "latent_before", "day_after", "known_after", "outcome_after",
    "at_least_after", "at_most_after", "latent_after", "value_low", "value_high", "currency", "provisions_new",
    "provisions_gone", "provisions_otherwise", "questions_new", "questions_gone", "gaps_new", "gaps_gone", "law_before",
    "law_after",
)  # fmt: skip
"""Columns of the table of changes: one row a change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One thing over which outcomes are compared: the worked cases, or a catalogue by its name."""

    of: str
    impact: Impact


def heading(before: Point, after: Point, draft: str = "") -> str:
    """What is compared, in one sentence."""
    book = f"Book {before.book.version}."
    laid = f" with {draft}" if draft else ""
    if before.on is None:
        return f"What changes{laid}, each question on its own day{_known(before, after)}. {book}"
    first, second = (f"{point.on}{_known_at(point, before, after)}" for point in (before, after))
    if first == second:
        return f"What changes on {first}{laid}. {book}"
    return f"What changes from {first} to {second}{laid}. {book}"


def _known(before: Point, after: Point) -> str:
    if before.known_on == after.known_on:
        return f", as known on {before.known_on}" if before.known_on else ""
    return f", from what was known on {before.known_on or 'today'} to what was on {after.known_on or 'today'}"


def _known_at(point: Point, before: Point, after: Point) -> str:
    if before.known_on is None and after.known_on is None:
        return ""
    return f" as known on {point.known_on}" if point.known_on else " as known today"


# -- how provisions stand -----------------------------------------------------------------------------------------


def standing_lines(
    before: Point, after: Point, *, by_measure: bool = False, regimes: Collection[str] | None = None
) -> list[str]:
    """The provisions that stand otherwise at the second point, one by one or as numbers of each measure.

    Between points without a day, the days on which they do are said as well.

    Parameters
    ----------
    regimes : only the law of these states; of every state by default
    """
    lines = list(_reworded(before, after, regimes))
    found = [(span, one) for span, one in _restood(before, after, regimes)
             if before.on is not None or _matters(one, before, after)]  # fmt: skip
    if by_measure:
        lines += _by_measure(found)
    else:
        lines += [_standing_line(one, span) for span, one in found]
    changed = len({one.provision for _, one in found})
    names = {*before.book.provisions, *after.book.provisions}
    count = sum(_is_of(name, before, after, regimes) for name in names)
    whose = f" of {' and '.join(sorted(set(regimes)))}" if regimes is not None else ""
    return [*lines, f"{changed} of {count} provisions{whose} change."]


def _restood(
    before: Point, after: Point, regimes: Collection[str] | None
) -> list[tuple[Span | None, Restanding]]:
    """What stands otherwise in the law asked about, with its days where the points have none."""
    found: Iterable[tuple[Span | None, Restanding]]
    if before.on is None:
        found = restanding_runs(before, after)
    else:
        found = ((None, one) for one in restandings(before, after))
    return [(span, one) for span, one in found if _is_of(one.provision, before, after, regimes)]


def _is_of(name: str, before: Point, after: Point, regimes: Collection[str] | None) -> bool:
    """A measure, or something named by one and its place in it, belongs to the law of these states.

    What belongs to no measure, such as a group of countries, belongs to every law.
    """
    if regimes is None:
        return True
    whole = name.split("/")[0]
    measure = after.book.measures.get(whole) or before.book.measures.get(whole)
    return measure is None or measure.regime in regimes


def _by_measure(found: Iterable[tuple[Span | None, Restanding]]) -> Iterator[str]:
    counted: dict[str, Counter[str]] = {}
    for span, one in found:
        way = f"{_way(one)}{_days(span)}{_by(one)}"
        counted.setdefault(way, Counter())[one.provision.split("/")[0]] += 1
    for way, numbers in counted.items():
        measures = ", ".join(f"{measure} {number}" for measure, number in numbers.items())
        yield from _wrap(f"{way}: {measures}", "    ", "  ")


def _matters(one: Restanding, before: Point, after: Point) -> bool:
    """Notes and information are left out of the days of a draft."""
    point = after if one.provision in after.book.provisions else before
    return point.book.provisions[one.provision].effect is not Effect.INFORMATION


def _standing_line(one: Restanding, span: Span | None) -> str:
    return f"  {one.provision:<36} {_way(one)}{_days(span)}{_by(one)}"


def _way(one: Restanding) -> str:
    before, after = status_word(one.before), status_word(one.after)
    return f"{before} -> {after}" if before != after else f"{after}, says something else"


def _by(one: Restanding) -> str:
    return f" (by {one.after.period.by}, known since {one.after.period.known})" if one.after else ""


def _days(span: Span | None) -> str:
    if span is None:
        return ""
    return f", from {span.start}" + (f" through {span.last}" if span.last else "")


def _reworded(before: Point, after: Point, regimes: Collection[str] | None) -> Iterator[str]:
    """What a draft adds, leaves out or says otherwise, other than provisions."""
    for one in _rewordings(before, after, regimes):
        if one.what != "provision" and not (one.what == "measure" and one.how == "changed"):
            yield f"  {one.what} {one.id}: {one.how}"


def _rewordings(before: Point, after: Point, regimes: Collection[str] | None) -> list[Rewording]:
    """What says something else, in the law asked about."""
    asked_by = {**before.book.questions, **after.book.questions}
    return [
        one
        for one in rewordings(before.book, after.book)
        if _is_of(asked_by[one.id].measure if one.what == "question" else one.id, before, after, regimes)
    ]


# -- outcomes ------------------------------------------------------------------------------------------------------


def impact_lines(section: Section, *, everything: bool = False) -> list[str]:
    """What changes in outcomes: counts and values first, then the changes, worst first; with `everything`, all of them."""
    lines = [f"Outcomes of {section.of}"]
    for regime in section.impact.regimes.values():
        lines += ["", *_regime(regime, everything), *_stale(section.impact, regime.regime)]
    return lines


def reviewed_until(book: Book, regime: str) -> date | None:
    """The day to which somebody looked for changes of a regime's law; None where the book holds none."""
    return min((m.reviewed_until for m in book.measures.values() if m.regime == regime), default=None)


def _stale(found: Impact, regime: str) -> Iterator[str]:
    """That days lie beyond the last review of the law, where they do."""
    for point in dict.fromkeys((found.before, found.after)):
        day = reviewed_until(point.book, regime)
        if day is not None and point.on is not None and point.on > day:
            yield from _wrap(
                f"Law reviewed until {day}: {point.on} is answered by law that nobody has looked at again.", "    ", "  ",
            )  # fmt: skip
            return


def _regime(regime: RegimeImpact, everything: bool) -> Iterator[str]:
    answers = _count(regime.answers, "answer")
    untouched = f" ({_count(regime.untouched, 'answer')} not touched by its law)" if regime.untouched else ""
    if regime.is_nothing:
        yield f"{regime.regime}: nothing changes in {answers}{untouched}."
        return
    yield from _wrap(f"{regime.regime}: of {answers}{untouched}, {_lead(regime)}.", "    ", "")
    changing = [flow for flow in regime.flows if flow.before is not flow.after]
    if changing:
        ways = [f"{flow.before} -> {flow.after}" for flow in changing]
        width = max(map(len, ways))
        for way, flow in zip(ways, changing, strict=True):
            yield from _wrap(f"{way:<{width}}  {_counted(flow)}", " " * (width + 4), "  ")
    stays = [f"{flow.before} {flow.answers:,}" for flow in regime.flows if flow.before is flow.after]
    if stays:
        yield from _wrap(f"no other outcome: {', '.join(stays)}", "    ", "  ")
    shown = [change for change in regime.changes if everything or change.kind is not Kind.GROUNDS]
    shown = shown if everything else shown[:FEW]
    for change in shown:
        yield ""
        yield from _change(change)
    left = sum(regime.kinds.values()) - len(shown)
    if left:
        yield ""
        yield f"  ... and {_count(left, 'change')} more; --all shows them, --format csv writes them"


_SAYS = {
    Kind.OUTCOME: "another outcome",
    Kind.BOUNDS: "other bounds or another latent outcome",
    Kind.GROUNDS: "the same outcome on other grounds",
}


def _lead(regime: RegimeImpact) -> str:
    """How many changes of each kind, and which way they go."""
    kinds = [
        f"{count:,} {'has' if count == 1 else 'have'} {_SAYS[kind]}"
        for kind, count in regime.kinds.items()
        if count
    ]
    turns = [f"{count:,} {turn}" for turn, count in regime.turns.items() if count]
    return ", ".join(kinds) + (f" ({', '.join(turns)})" if turns else "")


def _counted(flow: Flow) -> str:
    items = f" of {_count(flow.items, 'item')}" if flow.items != flow.answers else ""
    return f"{_count(flow.answers, 'answer')}{items}, {worth(flow)}"


def worth(flow: Flow) -> str:
    """What the answers of a flow are worth, one unit of its item each; what is not known is said beside it.

    >>> worth(Flow(before=Verdict.LICENCE, after=Verdict.EXEMPT, answers=2, items=2, sums=(), unknown=2))
    'value unknown'
    """
    if not flow.sums:
        return "value unknown"
    known = " and ".join(money(one.value, one.currency) for one in flow.sums)
    return f"worth {known}" + (f", and {flow.unknown:,} of unknown value" if flow.unknown else "")


def _change(change: Change) -> Iterator[str]:
    if change.case:
        name = change.case
    else:
        way = (
            f", {change.origin or '?'} to {change.destination or '?'}"
            if change.origin or change.destination
            else ""
        )
        name = f"{change.item} ({change.move}{way})"
    yield from _wrap(name, "    ", "  ")
    before, after = _answered(change.before), _answered(change.after)
    yield from _wrap(f"{before} -> {after}" if before != after else f"{after}, as before", "      ", "    ")
    if change.before.latent is not change.after.latent:
        yield f"    latent outcome: {change.before.latent} -> {change.after.latent}"
    yield f"    value: {money(change.value, change.currency)}"
    yield from _said("decides no longer", change.went)
    yield from _said("decides now", change.appeared)
    for way, names in _by_way(change.otherwise).items():
        yield from _said(way, names)
    yield from _said("question of law, settled", _less(change.before.questions, change.after.questions))
    yield from _said("question of law, open now", _less(change.after.questions, change.before.questions))
    yield from _said("missing no longer", map(_gap, change.gaps_gone))
    yield from _said("missing now", map(_gap, change.gaps_new))


def _answered(side: Side) -> str:
    """An outcome, with its bounds where evidence is missing."""
    if side.outcome is not Verdict.NEEDS_EVIDENCE:
        return str(side.outcome)
    return f"{side.outcome} ({side.at_least.words} to {side.at_most.words})"


def _by_way(otherwise: Iterable[Restanding]) -> dict[str, list[str]]:
    """Provisions by how their standing changes."""
    found: dict[str, list[str]] = {}
    for one in otherwise:
        found.setdefault(_way(one), []).append(one.provision)
    return found


def _less(these: Sequence[str], those: Sequence[str]) -> list[str]:
    return [one for one in these if one not in those]


def _gap(gap: tuple[str, str]) -> str:
    fact, part = gap
    return f"{fact} of {part}" if part else fact


def _said(what: str, names: Iterable[str]) -> Iterator[str]:
    text = ", ".join(names)
    if text:
        yield from _wrap(f"{what}: {text}", "      ", "    ")


def _wrap(text: str, indent: str, first: str) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        break_on_hyphens=False,
        break_long_words=False,
        initial_indent=first,
        subsequent_indent=indent,
    )


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


# -- for programs --------------------------------------------------------------------------------------------------


def impact_csv(sections: Iterable[Section]) -> str:
    """The changes as CSV text, one row each, with the columns COLUMNS. An unknown value is two empty cells."""
    held = io.StringIO()
    writer = csv.writer(held, lineterminator="\n")
    writer.writerow(COLUMNS)
    for section in sections:
        for regime in section.impact.regimes.values():
            for change in regime.changes:
                writer.writerow(_row(section, change))
    return held.getvalue()


def _row(section: Section, change: Change) -> list[object]:
    before, after = change.before, change.after
    low, high = change.value
    unknown = change.value == NOTHING_KNOWN
    otherwise = "; ".join(f"{way}: {', '.join(names)}" for way, names in _by_way(change.otherwise).items())
    return [
        section.of, change.regime, change.case, change.item, change.title, change.move, change.origin,
        change.destination, str(change.kind), str(change.turn), *_side_cells(before), *_side_cells(after),
        "" if unknown else low, "" if high is None else high, change.currency, "; ".join(change.appeared),
        "; ".join(change.went), otherwise, "; ".join(_less(after.questions, before.questions)),
        "; ".join(_less(before.questions, after.questions)), "; ".join(map(_gap, change.gaps_new)),
        "; ".join(map(_gap, change.gaps_gone)), section.impact.before.book.version, section.impact.after.book.version,
    ]  # fmt: skip


def _side_cells(side: Side) -> list[object]:
    known = side.known_on.isoformat() if side.known_on else ""
    return [
        side.on.isoformat(),
        known,
        str(side.outcome),
        side.at_least.words,
        side.at_most.words,
        str(side.latent),
    ]


def standing_csv(before: Point, after: Point, *, regimes: Collection[str] | None = None) -> str:
    """The provisions that stand otherwise as CSV text; between points without a day, with the days."""
    held = io.StringIO()
    writer = csv.DictWriter(held, ["provision", "before", "after", "reworded", "by", "known", "from", "through"],
                            lineterminator="\n")  # fmt: skip
    writer.writeheader()
    writer.writerows(plain(row) for row in _provisions(before, after, regimes))  # type: ignore[misc]
    return held.getvalue()


def _provisions(before: Point, after: Point, regimes: Collection[str] | None) -> list[dict[str, object]]:
    return [_standing_plain(one, span) for span, one in _restood(before, after, regimes)]


def impact_json(
    before: Point,
    after: Point,
    sections: Iterable[Section],
    *,
    draft: str = "",
    regimes: Collection[str] | None = None,
) -> str:
    """The whole comparison as JSON text: points, provisions, and per section and regime flows and changes."""
    whole = {
        "before": _point_plain(before, regimes),
        "after": _point_plain(after, regimes),
        "draft": draft or None,
        "provisions": _provisions(before, after, regimes),
        "reworded": _rewordings(before, after, regimes),
        "outcomes": [
            {
                "of": section.of,
                "regimes": {name: _regime_plain(one) for name, one in section.impact.regimes.items()},
            }
            for section in sections
        ],
    }
    return json.dumps(plain(whole), ensure_ascii=False, indent=2) + "\n"


def _point_plain(point: Point, regimes: Collection[str] | None) -> dict[str, object]:
    reviewed = {
        regime: reviewed_until(point.book, regime)
        for regime in point.book.regimes
        if regimes is None or regime in regimes
    }
    return {
        "on": point.on,
        "known_on": point.known_on,
        "law_version": point.book.version,
        "reviewed_until": reviewed,
    }


def _standing_plain(one: Restanding, span: Span | None) -> dict[str, object]:
    days: dict[str, date | None] = {} if span is None else {"from": span.start, "through": span.last}
    return {"provision": one.provision, "before": status_word(one.before), "after": status_word(one.after),
            "reworded": "yes" if one.is_reworded else "no", "by": one.after.period.by if one.after else None,
            "known": one.after.period.known if one.after else None, **days}  # fmt: skip


def _regime_plain(regime: RegimeImpact) -> dict[str, object]:
    return {
        "answers": regime.answers,
        "untouched": regime.untouched,
        "kinds": {str(kind): count for kind, count in regime.kinds.items()},
        "turns": {str(turn): count for turn, count in regime.turns.items()},
        "flows": [
            {"before": flow.before, "after": flow.after, "answers": flow.answers, "items": flow.items,
             "value": [{"currency": s.currency, "answers": s.answers, "low": s.value[0], "high": s.value[1]} for s in flow.sums],
             "unknown_value": flow.unknown}
            for flow in regime.flows
        ],
        "changes": [_change_plain(change) for change in regime.changes],
    }  # fmt: skip


def _change_plain(change: Change) -> dict[str, object]:
    unknown = change.value == NOTHING_KNOWN
    return {
        "case": change.case or None, "item": change.item, "title": change.title, "move": change.move or None,
        "from": change.origin or None, "to": change.destination or None, "change": change.kind, "turn": change.turn,
        "before": change.before, "after": change.after,
        "value": None if unknown else {"currency": change.currency, "low": change.value[0], "high": change.value[1]},
        "provisions_new": change.appeared, "provisions_gone": change.went,
        "provisions_otherwise": [_standing_plain(one, None) for one in change.otherwise],
        "gaps_new": [{"fact": fact, "part": part} for fact, part in change.gaps_new],
        "gaps_gone": [{"fact": fact, "part": part} for fact, part in change.gaps_gone],
    }  # fmt: skip
