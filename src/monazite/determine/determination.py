"""Determinations: from a batch to the whole answer for one pair on one day, and the single question.

    determine({"item": {...}, "from": "CHN", "to": "DEU", ...}, book, on=date(2026, 11, 21))

A single question is a batch of one.
"""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from fractions import Fraction
from functools import cached_property

import numpy as np

from monazite.determine.answer import (
    BreakEven,
    Citation,
    Determination,
    DutyDue,
    Finding,
    ReadingAnswer,
    RegimeAnswer,
)
from monazite.determine.combine import Applied, applied_branches, as_held, bounds, branch_bounds, hull
from monazite.determine.explain import Explainer
from monazite.determine.gaps import gaps_of, open_tests, try_tests
from monazite.determine.kernel import Batch, RegimeBatch, evaluate, provision_truths
from monazite.determine.moving import is_stated
from monazite.determine.question import read_question
from monazite.determine.states import LawState, Rule, leaf_tests
from monazite.regime.book import Book
from monazite.regime.conditions import Condition, ContentTest, ItemTest, Test, TruthTest
from monazite.regime.model import EXCEPTIONS, REQUIREMENTS, Due, Effect, Status
from monazite.terms.amounts import Interval
from monazite.terms.facts import FACTS, Absent, Axis, Kind
from monazite.terms.faults import BadInput, Fault
from monazite.terms.kleene import NO, YES, Truths, word
from monazite.terms.located import Located
from monazite.terms.outcomes import Outcome, Verdict, outcome_of
from monazite.terms.working_days import WorkingDays


def determine(
    facts: object,
    book: Book,
    *,
    on: date | None = None,
    known_on: date | None = None,
    regimes: tuple[str, ...] | None = None,
    with_tree: bool = True,
    calendars: Mapping[str, WorkingDays] | None = None,
) -> Determination:
    """The answer to one question.

    Parameters
    ----------
    facts : a fact document: nested mapping of the paths of `terms.facts.FACTS`
    on : the day of the move; that of the document by default
    known_on : count only law known on that day; that of the document, else everything the book holds
    with_tree : give every tested condition, too
    calendars : working days by country, for due dates

    Raises
    ------
    BadInput with every fault of the document
    """
    question = read_question(facts, countries=book.countries, kinds=book.kinds)
    day = on or question.on
    if day is None:
        raise BadInput([Fault(where="facts", what="there is no day", mend="Give 'on' as YYYY-MM-DD")])
    known = known_on or question.known_on
    only = np.zeros(1, dtype=np.int32)
    batch = evaluate(book, question.catalogue, question.moves, node=only, move=only, first=day, last=day, known_on=known,
                     regimes=regimes)  # fmt: skip
    digest = input_digest(
        {
            "facts": Located.of(facts, "facts").plain(),
            "on": day.isoformat(),
            "known_on": known and known.isoformat(),
        }
    )
    return answer(batch, 0, day, input_hash=digest, with_tree=with_tree, calendars=calendars)


def input_digest(plain: object) -> str:
    """Digest of plain data, the same for the same content whatever the order of keys."""
    return hashlib.sha256(json.dumps(plain, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:12]


def answer(
    batch: Batch,
    pair: int,
    on: date,
    *,
    input_hash: str,
    with_tree: bool = True,
    regimes: Collection[str] | None = None,
    calendars: Mapping[str, WorkingDays] | None = None,
) -> Determination:
    """The whole answer for one pair of a batch on one day.

    Parameters
    ----------
    with_tree : with the trees of conditions
    regimes : only the answers of these, of all that are asked
    """
    node, move = int(batch.node[pair]), int(batch.move[pair])
    explainer = Explainer(batch, node, move)
    answered = {n: r for n, r in batch.regimes.items() if r.is_answered(pair, on)}
    return Determination(
        item=batch.catalogue.titles[node] or batch.catalogue.names[node],
        move=batch.moves.names[move],
        on=on,
        known_on=batch.known_on,
        regimes={
            name: _Answerer(explainer, regime, pair, on, calendars or {}).answer(with_tree)
            for name, regime in answered.items()
            if regimes is None or name in regimes
        },
        untouched={
            n: batch.book.states[n].says for n in (*batch.untouched, *batch.regimes) if n not in answered
        },
        law_version=batch.book.version,
        input_hash=input_hash,
    )


_MOST_WALKED = 5000
"""So many things inside an item are looked at for notes on how they were valued."""


class _Answerer:
    """Builds one regime's answer for one pair on one day."""

    def __init__(
        self,
        explainer: Explainer,
        regime: RegimeBatch,
        pair: int,
        on: date,
        calendars: Mapping[str, WorkingDays],
    ) -> None:
        self.explainer, self.regime, self.on, self.calendars = explainer, regime, on, calendars
        self.book = explainer.batch.book
        self.cell = regime.cell_of(on)
        self.state: LawState = regime.cells[self.cell].state
        self.row: Truths = regime.truths[regime.pattern[pair]]
        self.truths = provision_truths(self.state, regime.tests, self.row[None, :])
        self.applied: list[Applied] = applied_branches(self.state, self.truths)
        self.branch_bounds = [as_held(self.state, bounds(a.contributions, 1)) for a in self.applied]
        found = hull(self.branch_bounds)
        self.at_least, self.at_most = Outcome(int(found.at_least[0])), Outcome(int(found.at_most[0]))
        latent = hull(branch_bounds(self.state, self.truths, latent=True))
        self.latent = outcome_of(int(latent.at_least[0]), int(latent.at_most[0]))
        self._place = self.state.position(regime.tests)
        self._met: dict[int, int] = {}  # by the identity of conditions, which the state keeps
        self._reached: dict[int, tuple[ContentTest, ...]] = {}

    def answer(self, with_tree: bool) -> RegimeAnswer:
        outcome = outcome_of(self.at_least, self.at_most)
        under, also = self._findings()
        readings = self._readings()
        open_now = (
            any(int(b.at_least[0]) != int(b.at_most[0]) for b in self.branch_bounds)
            and outcome is Verdict.NEEDS_EVIDENCE
        )
        found = open_tests(self.state, self.regime.tests, self.row, now=open_now,
                           latent=self.latent is Verdict.NEEDS_EVIDENCE)  # fmt: skip
        gaps = gaps_of(self.explainer, self.regime.law, self.state, found)
        named = {f.provision for f in (*under, *also)}
        duties = self._duties()
        reviewed = min(
            (m.reviewed_until for m in self.book.measures.values() if m.regime == self.regime.law.regime),
            default=self.on,
        )
        return RegimeAnswer(
            regime=self.regime.law.regime,
            outcome=outcome,
            at_least=self.at_least,
            at_most=self.at_most,
            latent=self.latent,
            under=under,
            also=also,
            readings=readings,
            gaps=gaps,
            duties=duties,
            interpretations=tuple(
                self._finding(r, int(self.truths[r.provision.id][0]))
                for r in self.state.of(Effect.READING)
                if self._bears(r)
            ),
            break_even=self._break_even(),
            rests_on=self._rests_on(),
            tested=tuple(r.provision.id for r in self.state.rules if r.provision.effect in REQUIREMENTS),
            remains=self._remains(),
            unverified=self._unverified((*under, *also)),
            reviewed_until=reviewed,
            is_stale=self.on > reviewed,
            next_change=self._next_change(),
            tree=tuple(self.explainer.rule(r) for r in self.state.rules if with_tree
                       if r.provision.id in named or r.provision.effect in (*REQUIREMENTS, *EXCEPTIONS)),
        )  # fmt: skip

    def _bears(self, rule: Rule) -> bool:
        """A reading bears on the answer where what it is about applies or may. A rebuttable one may be why that does not."""
        if self.truths[rule.provision.id][0] == NO:
            return False
        about = [self.truths[t][0] for t in rule.provision.targets if t in self.truths]
        return rule.provision.rebuttable or any(truth > NO for truth in about)

    # -- which provisions ---------------------------------------------------------------------------------

    def _findings(self) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
        """Deciding provisions, and others that apply or may apply."""
        deciding: dict[str, tuple[Rule, int]] = {}
        others: dict[str, tuple[Rule, int]] = {}
        for applied in self.applied:
            for item in applied.contributions:
                truth = int(item.truth[0])
                idle = item.outcome is Outcome.NOT_CONTROLLED and truth != YES
                if truth == NO or idle:
                    continue
                name = item.rule.provision.id
                worst = item.outcome >= max(self.at_least, Outcome.NOT_IN_FORCE) or (
                    item.outcome is self.at_most
                )
                (deciding if worst and item.outcome <= self.at_most else others)[name] = (item.rule, truth)
        for name in list(deciding):  # a policy or exception rests on the requirement it is about
            rule = deciding[name][0]
            if rule.provision.effect in (Effect.POLICY, *EXCEPTIONS):
                for target in rule.provision.targets:
                    truth = int(self.truths[target][0]) if target in self.truths else int(NO)
                    if truth > NO and target not in deciding:
                        base = next(r for r in self.state.rules if r.provision.id == target)
                        if any(target in a.standing for a in self.applied):
                            deciding[target] = (base, truth)
        order = [r.provision.id for r in self.state.rules]
        under = tuple(self._finding(*deciding[n]) for n in sorted(deciding, key=order.index))
        also = tuple(self._finding(*others[n]) for n in sorted(others, key=order.index) if n not in deciding)
        return under, also

    def _finding(self, rule: Rule, truth: int) -> Finding:
        provision, standing = rule.provision, rule.standing
        measure = self.book.measures[provision.measure]
        status = str(standing.period.status)
        if standing.period.status is Status.UNCERTAIN:
            status += " (" + ", ".join(f"{r}: {s}" for r, s in standing.by_reading.items()) + ")"
        sources = [(provision.measure, key) for key in provision.sources]
        sources += [(standing.period.by, key) for key in standing.period.sources]
        return Finding(
            provision=provision.id,
            measure=measure.number,
            cite=provision.cite,
            says=provision.says,
            effect=str(provision.effect),
            asks=provision.gives.words if provision.gives is not None else "",
            applies=word(truth),
            status=status,
            since=self._since(rule),
            known=standing.period.known,
            by=standing.period.by,
            sources=tuple(self._citation(*pair) for pair in dict.fromkeys(sources)),
            unverified=" ".join(filter(None, (provision.unverified, standing.period.unverified))),
            is_rebuttable=provision.rebuttable,
        )

    def _since(self, rule: Rule) -> date:
        law = self.regime.law
        since = self.book.stands_since(rule.provision, on=self.on, known_on=law.known_on)
        return since or rule.standing.period.span.start

    def _unverified(self, findings: tuple[Finding, ...]) -> tuple[str, ...]:
        """What could not be checked in the provisions that count, and in the lines of lists that they read."""
        said = [f"{f.provision}: {f.unverified}" for f in findings if f.unverified]
        named = {f.provision for f in findings}
        tests = [t for r in self.state.rules if r.provision.id in named for t in leaf_tests(r.condition)]
        for test in dict.fromkeys(t for t in tests if isinstance(t, ItemTest)):
            for line, truth in self.explainer.lines(test, self.explainer.node):
                if truth > NO and line.unverified:
                    said.append(f"{test.item_list}, {line.code or line.id}: {line.unverified}")
        return tuple(dict.fromkeys(said))

    def _citation(self, measure: str, key: str) -> Citation:
        source = self.book.source(measure, key)
        return Citation(what=source.what, grade=str(source.grade), place=source.url or source.where)

    # -- readings -----------------------------------------------------------------------------------------

    def _readings(self) -> tuple[ReadingAnswer, ...]:
        made = []
        for name in self.state.questions:
            question = self.book.questions[name]
            outcomes = []
            seen = set()
            for reading in question.readings:
                chosen = [
                    b
                    for b, branch in zip(self.branch_bounds, self.state.branches, strict=True)
                    if branch[name] == reading.id
                ]
                both = hull(chosen)
                seen.add((int(both.at_least[0]), int(both.at_most[0])))
                outcomes.append(
                    (reading.id, reading.says, outcome_of(int(both.at_least[0]), int(both.at_most[0])))
                )
            if len(seen) > 1:
                made.append(
                    ReadingAnswer(
                        question=name,
                        says=question.says,
                        outcomes=tuple(outcomes),
                        settled_by=question.settled_by,
                    )
                )
        return tuple(made)

    # -- what comes with it -------------------------------------------------------------------------------

    def _duties(self) -> tuple[DutyDue, ...]:
        made = []
        for rule in self.state.of(Effect.DUTY):
            truth = max(
                (
                    int(a.standing[rule.provision.id][0])
                    for a in self.applied
                    if rule.provision.id in a.standing
                ),
                default=0,
            )
            if truth == NO:
                continue
            due, says = self._due(rule.provision.due)
            made.append(DutyDue(provision=rule.provision.id, does=rule.provision.does, who=rule.provision.who,
                                applies=word(truth), due=due, due_says=says, documents=rule.provision.documents))  # fmt: skip
        return tuple(made)

    def _due(self, due: Due | None) -> tuple[date | None, str]:
        if due is None:
            return None, ""
        if due.working_days is not None:
            says = f"within {due.working_days} working days after {due.event}"
            calendar = self.calendars.get(due.calendar)
            if calendar is None:
                return None, f"{says}; no calendar of {due.calendar or 'the authority'} was given"
            day, official = calendar.after(self.on, due.working_days)
            return (
                day,
                says if official else f"{says}; not before this day, the calendar is not official so far",
            )
        if due.years is not None:
            try:
                day = self.on.replace(year=self.on.year + due.years)
            except ValueError:
                day = date(self.on.year + due.years, 3, 1)  # 29 February has no namesake: the day after
            return day, f"for {due.years} years after {due.event}"
        return self.on if due.when in ("before", "at") else None, f"{due.when} {due.event}"

    def _break_even(self) -> tuple[BreakEven, ...]:
        made = {}
        catalogue, node = self.explainer.batch.catalogue, self.explainer.node
        for rule in self.state.of(Effect.LICENCE, Effect.BAN):
            for test in self._content_reached(rule.condition):
                if not test.limit or (test.of, test.origin, test.limit) in made:
                    continue
                items = self.explainer.items
                counted = self.explainer.settled(test)
                content = items.exact_content([node], counted)[node]
                declared = items.exact_content([node], counted, declared=True)[node]
                if content[1] == 0:
                    continue
                made[test.of, test.origin, test.limit] = BreakEven(
                    provision=rule.provision.id,
                    content_of=test.of,
                    origin=test.origin,
                    content=content,
                    value=catalogue.value[node],
                    comparator=test.comparator,
                    limit=str(test.limit),
                    break_even=_over(content, test.limit),
                    declared=declared,
                    flip=_over(declared, test.limit),
                    currency=catalogue.currency,
                    rests_on=self._valued,
                )
        return tuple(made.values())

    def _content_reached(self, condition: Condition) -> tuple[ContentTest, ...]:
        """The shares of content on which a condition turns: it would hold, surely or perhaps, if they were met."""
        if id(condition) not in self._reached:
            self._reached[id(condition)] = tuple(dict.fromkeys(self._find_content(condition)))
        return self._reached[id(condition)]

    def _find_content(self, condition: Condition) -> Iterator[ContentTest]:
        if condition.kind == "test":
            if isinstance(condition.test, ContentTest):
                yield condition.test
        elif self._if_met(condition) > NO or condition.kind == "not":
            for child in condition.children:
                yield from self._content_reached(child)

    def _if_met(self, condition: Condition) -> int:
        """The truth of a condition if every share of content in it were met."""
        if condition.kind == "test":
            assert condition.test is not None
            return (
                int(YES)
                if isinstance(condition.test, ContentTest)
                else int(self.row[self._place[condition.test]])
            )
        if id(condition) not in self._met:
            truths = [self._if_met(child) for child in condition.children]
            match condition.kind:
                case "not":
                    found = int(YES) - truths[0]
                case "all":
                    found = min(truths, default=int(YES))
                case _:
                    found = max(truths, default=int(NO))
            self._met[id(condition)] = found
        return self._met[id(condition)]

    @cached_property
    def _valued(self) -> tuple[str, ...]:
        """How what is inside was valued or filled in, where nobody declared it."""
        catalogue, structure = self.explainer.batch.catalogue, self.explainer.items.structure
        found: dict[str, None] = {}
        stack, seen = [self.explainer.node], {self.explainer.node}
        while stack and len(seen) < _MOST_WALKED and catalogue.notes:
            at = stack.pop()
            found.update(
                dict.fromkeys(f"{catalogue.names[at]}: {note}" for note in catalogue.notes.get(at, ()))
            )
            for below in structure.below(at):
                if below not in seen:
                    seen.add(below)
                    stack.append(below)
        return tuple(found)

    def _rests_on(self) -> tuple[str, ...]:
        """Statements and claims that nobody made and that would change the outcome if made; and bounds that were filled in."""
        tried = [self._place[test] for test in self.state.tests if self._unstated(test)]
        flips = try_tests(self.state, self.regime.tests, self.row, tried, latent=False)
        said = [f"not stated: {FACTS[getattr(t.test, 'path', 'item.kind')].says}" for t in flips if t.moves]
        filled = [f"filled in: {note}" for note in self._valued]
        return tuple(dict.fromkeys([*said, *filled]))

    def _unstated(self, test: Test) -> bool:
        if isinstance(test, ItemTest):
            explainer = self.explainer
            return explainer.items.may_be_kind(self.book.lists[test.item_list], explainer.node)
        path = getattr(test, "path", None)
        if path is None or FACTS[path].absent is not Absent.NOT_STATED:
            return False
        if FACTS[path].axis is Axis.ITEM:
            return self.explainer.batch.catalogue.stated(path, self.explainer.node) is None
        return not is_stated(self.explainer.batch.moves, path)[self.explainer.move]

    def _remains(self) -> tuple[str, ...]:
        """Requirements that only the exporter's own knowledge keeps away: the catch-all."""
        known = [self._place[t] for t in self.state.tests
                 if isinstance(t, TruthTest) and t.path.startswith("knows.") and FACTS[t.path].kind is Kind.YES_NO]  # fmt: skip
        rows = np.repeat(self.row[None, :], len(known), axis=0)
        rows[np.arange(len(known)), known] = YES
        truths = provision_truths(self.state, self.regime.tests, rows)
        made = [
            f"{rule.provision.id}: {rule.provision.says}"
            for rule in self.state.of(Effect.LICENCE, Effect.BAN)
            if (truths[rule.provision.id] > self.truths[rule.provision.id][0]).any()
        ]
        return tuple(dict.fromkeys(made))

    def _next_change(self) -> date | None:
        """The next day on which a rule that touches the pair changes its status, as far as known."""
        law = self.regime.law
        names = {
            r.provision.id
            for r in self.state.rules
            if self.truths[r.provision.id][0] > NO and r.provision.effect in REQUIREMENTS
        }
        days = [
            d
            for p in law.provisions
            if p.id in names
            for d in self.book.changes(p, known_on=law.known_on)
            if d > self.on
        ]
        for day in sorted(set(days)):
            for p in law.provisions:
                if p.id in names:
                    now, then = (self.book.standing(p, on=d, known_on=law.known_on) for d in (self.on, day))
                    if (now and now.period.status) != (then and then.period.status):
                        return day
        return None


def _over(content: Interval, limit: Fraction) -> Interval:
    """The item values at which content meets a share."""
    return content[0] / limit, None if content[1] is None else content[1] / limit
