"""The book: every measure together, how each provision stands on a day as known on a day, and what does not fit.

`Book.assemble` lays the acts of later measures (suspensions, ends, open questions) on the provisions they
name, checks every reference, and refuses rules that contradict each other at the same rank. Nothing here
knows what a fact is worth; that is `determine`.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from monazite.regime import references
from monazite.regime.conditions import Condition, ConditionReader
from monazite.regime.contradictions import contradictions
from monazite.regime.model import (
    CountryGroup,
    Definition,
    ItemList,
    Measure,
    Member,
    PartyList,
    Provision,
    Question,
    ReasonTable,
    Regime,
    Source,
    Status,
    StatusPeriod,
)
from monazite.terms.days import ONE_DAY, Span
from monazite.terms.faults import Fault, near_match
from monazite.terms.kleene import UNKNOWN, YES


@dataclass(frozen=True, slots=True)
class Standing:
    """How a provision stands on a day: its period, and under each reading where the status is uncertain."""

    period: StatusPeriod
    by_reading: Mapping[str, Status]

    def status(self, chosen: Mapping[str, str]) -> Status:
        """The status under the chosen reading of each question."""
        if self.period.status is not Status.UNCERTAIN:
            return self.period.status
        return self.by_reading[chosen[self.period.question]]


@dataclass(frozen=True, eq=False)
class Book:
    """All the law that was read. `version` is a digest of its files; `countries` are all alpha-3 codes.

    Two books are one only if they are the same object, so that what was compiled from a book can be kept.
    """

    measures: dict[str, Measure]
    provisions: dict[str, Provision]
    definitions: dict[str, Definition]
    lists: dict[str, ItemList]
    reasons: dict[str, ReasonTable]
    party_lists: dict[str, PartyList]
    groups: dict[str, CountryGroup]
    questions: dict[str, Question]
    authorities: dict[str, dict[str, object]]
    states: dict[str, Regime]
    countries: tuple[str, ...]
    kinds: dict[str, str]  # kind of equipment, reagent, precursor or technology -> what it is
    version: str

    @classmethod
    def assemble(
        cls,
        measures: Iterable[Measure],
        readers: Iterable[ConditionReader],
        *,
        party_lists: Iterable[PartyList] = (),
        groups: Iterable[CountryGroup] = (),
        authorities: Mapping[str, dict[str, object]] | None = None,
        states: Iterable[Regime] = (),
        countries: tuple[str, ...],
        kinds: Mapping[str, str] | None = None,
        version: str,
    ) -> tuple["Book", list[Fault]]:
        """The book, and the faults between its files. Order of the files does not matter."""
        ordered = sorted(measures, key=lambda m: (m.published, m.id))
        faults: list[Fault] = []
        by_id: dict[str, Measure] = {}
        for measure in ordered:
            if measure.id in by_id:
                faults.append(Fault(where=measure.file, what=f"measure '{measure.id}' stands in {by_id[measure.id].file} too",
                                    mend="Keep one file"))  # fmt: skip
            by_id.setdefault(measure.id, measure)
        provisions = _by_id((p for m in by_id.values() for p in m.provisions), "provision", faults)
        definitions = _by_id((d for m in by_id.values() for d in m.definitions), "definition", faults)
        lists = {item_list.id: item_list for m in by_id.values() for item_list in m.lists}
        reasons = {table.id: table for m in by_id.values() for table in m.reasons}
        questions, more = references.asked(by_id.values())
        party_lists, groups = tuple(party_lists), tuple(groups)
        faults += more
        faults += references.doubled("party list", (p.id for p in party_lists))
        faults += references.doubled("country group", (g.id for g in groups))
        book = cls(
            measures=by_id,
            provisions=_with_acts(provisions, by_id, faults),
            definitions=definitions,
            lists=lists,
            reasons=reasons,
            party_lists={p.id: p for p in party_lists},
            groups={g.id: g for g in groups},
            questions=questions,
            authorities=dict(authorities or {}),
            states={state.id: state for state in states},
            countries=countries,
            kinds=dict(kinds or {}),
            version=version,
        )
        faults += [
            references.missing("kind", kind, line.where, book.kinds)
            for item_list in lists.values()
            for line in item_list.lines
            for kind in line.kinds
            if kind not in book.kinds
        ]
        faults += book._reference_faults(readers, frozenset(n for m in by_id.values() for n in m.doubtful))
        if not faults:
            faults += contradictions(book.provisions.values(), definitions)
        return book, faults

    @cached_property
    def regimes(self) -> tuple[str, ...]:
        """The states whose law the book holds."""
        return tuple(sorted({m.regime for m in self.measures.values()}))

    def is_ever_asked(self, regime: str) -> bool:
        """Can any question come under the law of the state? Not where the book holds it for information alone."""
        return regime not in self.states or self.states[regime].touched_by != Condition("any")

    def holds(self, regime: str, on: date, known_on: date | None = None) -> bool:
        """Does the book hold the law of a state as it stood on a day, and as it was known on a day?"""
        first = self.states[regime].holds_from if regime in self.states else None
        return first is None or min(on, known_on or on) >= first

    def of_regime(self, regime: str) -> tuple[Provision, ...]:
        """The provisions of one state, in the order of publication and of the text."""
        return tuple(p for p in self.provisions.values() if self.measures[p.measure].regime == regime)

    def standing(self, provision: Provision, *, on: date, known_on: date | None = None) -> Standing | None:
        """How the provision stands on a day, by what was known on `known_on` (all that is known, by default).

        Among the periods that cover the day, the one that became known last holds; of two that became known on
        one day, the act of another measure goes before the provision's own words.
        """
        covering = [
            p for p in provision.periods if on in p.span and (known_on is None or p.known <= known_on)
        ]
        if not covering:
            return None
        last = max(covering, key=lambda p: (p.known, p.by != provision.measure))
        question = self.questions.get(last.question)
        readings = {r.id: r.status for r in question.readings if r.status} if question else {}
        return Standing(last, readings)

    def stands_since(self, provision: Provision, *, on: date, known_on: date | None = None) -> date | None:
        """The first of the days without a break on which the provision stands as it does on a day; None if it does not."""
        now = self.standing(provision, on=on, known_on=known_on)
        if now is None:
            return None
        days = {
            d for p in provision.periods for d in (p.span.start, p.span.stop) if d is not None and d <= on
        }
        for day in sorted(days, reverse=True):
            before = self.standing(provision, on=day - ONE_DAY, known_on=known_on) if day > date.min else None
            if before is None or before.period is not now.period:
                return day
        return now.period.span.start

    def cuts(self, provisions: Iterable[Provision], *, known_on: date | None = None) -> tuple[date, ...]:
        """The days on which any of the provisions, party lists or groups changes, sorted; nothing changes between two."""
        spans = {
            (p.span, p.known) for provision in provisions for p in provision.periods
        } | self._register_spans
        return _ends(spans, known_on)

    def changes(self, provision: Provision, *, known_on: date | None = None) -> tuple[date, ...]:
        """The days on which the provision itself may come to stand otherwise, sorted."""
        return _ends({(p.span, p.known) for p in provision.periods}, known_on)

    @cached_property
    def _register_spans(self) -> frozenset[tuple[Span, date]]:
        """Spans of the entries of party lists and of the members of groups, with the day each was known."""
        of_parties = {
            (span, known)
            for party_list in self.party_lists.values()
            for entry in party_list.entries
            for _, span, known in entry.periods
        }
        return frozenset(of_parties | {(m.span, m.known) for g in self.groups.values() for m in g.members})

    def members(
        self, names: Iterable[str], *, on: date, known_on: date | None = None, perhaps: bool = False
    ) -> frozenset[str]:
        """The countries that codes and group ids stand for on a day; with `perhaps`, those that may be among them."""
        surely: set[str] = set()
        maybe: set[str] = set()
        for name in names:
            if name not in self.groups:
                surely.add(name)
                continue
            key = name, on, known_on
            if key not in self._members:
                self._members[key] = _members_of(self.groups[name], on, known_on)
            surely |= self._members[key][0]
            maybe |= self._members[key][1]
        return frozenset(maybe - surely if perhaps else surely)

    @cached_property
    def _members(self) -> dict[tuple[str, date, date | None], tuple[frozenset[str], frozenset[str]]]:
        """Who is surely and who is perhaps in a group on a day, as far as somebody asked."""
        return {}

    def source(self, measure: str, key: str) -> Source:
        """The source that a key of a measure stands for."""
        return self.measures[measure].sources[key]

    def _reference_faults(self, readers: Iterable[ConditionReader], doubtful: frozenset[str]) -> list[Fault]:
        known: dict[str, Collection[str]] = {
            "item list": self.lists,
            "classification list": self.reasons,
            "party list": self.party_lists,
            "definition": self.definitions,
            "country or group": {*self.countries, *self.groups},
        }
        return [
            *references.condition_faults(readers, known),
            *references.circle_faults(self.definitions),
            *references.provision_faults(self.provisions, self.questions, doubtful),
        ]


def _ends(spans: Iterable[tuple[Span, date]], known_on: date | None) -> tuple[date, ...]:
    """First days, and days after the last, of the spans known on a day; sorted."""
    known = (span for span, known in spans if known_on is None or known <= known_on)
    return tuple(sorted({day for span in known for day in (span.start, span.stop) if day is not None}))


def _members_of(
    group: CountryGroup, on: date, known_on: date | None
) -> tuple[frozenset[str], frozenset[str]]:
    """Who is surely, and who is perhaps in a group; of what was said of a country, what was known last holds."""
    said: dict[str, Member] = {}
    for member in group.members:
        if on in member.span and (known_on is None or member.known <= known_on):
            before = said.get(member.country)
            if before is None or (member.known, member.span.start) >= (before.known, before.span.start):
                said[member.country] = member
    return (
        frozenset(c for c, m in said.items() if m.inside == YES),
        frozenset(c for c, m in said.items() if m.inside == UNKNOWN),
    )


def _by_id(things: Iterable[Provision] | Iterable[Definition], kind: str, faults: list[Fault]) -> dict:  # type: ignore[type-arg]
    found: dict[str, Provision | Definition] = {}
    for thing in things:
        if thing.id in found:
            faults.append(Fault(where=thing.where, what=f"{kind} '{thing.id}' is given twice",
                                mend=f"It stands first at {found[thing.id].where}"))  # fmt: skip
        found.setdefault(thing.id, thing)
    return found


def _with_acts(
    provisions: dict[str, Provision], measures: Mapping[str, Measure], faults: list[Fault]
) -> dict[str, Provision]:
    """The provisions with the periods that acts of measures lay on them."""
    laid: dict[str, list[StatusPeriod]] = {}
    for measure in measures.values():
        for act in measure.acts:
            period = StatusPeriod(
                status=act.status,
                span=act.span,
                known=act.known,
                by=measure.id,
                sources=act.sources,
                question=act.question.id if act.question else "",
                where=act.where,
                note=act.note,
                unverified=act.unverified,
            )
            for target in act.targets:
                named = [p for p in provisions if p == target or p.startswith(f"{target}/")]
                if not named:
                    faults.append(Fault(where=act.where, what=f"there is no provision or measure '{target}'",
                                        mend=near_match(target, [*provisions, *measures])
                                        or "Put a measure that the book does not hold under 'also_on'"))  # fmt: skip
                for clause in named:
                    laid.setdefault(clause, []).append(period)
    made: dict[str, Provision] = {}
    for name, provision in provisions.items():
        periods = (
            *provision.periods,
            *sorted(laid.get(name, ()), key=lambda p: (p.known, p.span.start, p.by)),
        )
        for i, one in enumerate(periods):
            for other in periods[i + 1 :]:
                same_rank = one.known == other.known and (one.by == provision.measure) == (
                    other.by == provision.measure
                )
                if same_rank and one.span.meets(other.span) and one.status is not other.status:
                    faults.append(Fault(where=other.where, what=f"'{name}' is '{other.status}' and '{one.status}' on the same days",
                                        mend=f"Both became known on {one.known}; the other stands at {one.where}"))  # fmt: skip
        made[name] = replace(provision, periods=periods)
    return made
