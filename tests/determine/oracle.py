"""The slow, obvious evaluator: one item, one move, one day at a time, in fractions, down every path.

It shares with the engine the book (provisions, conditions, periods) and the table of facts, and none of the code that
decides. Truth is True, False or None for unknown.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import product

from monazite.regime.book import Book
from monazite.regime.conditions import (
    Condition,
    ContentTest,
    CountryTest,
    DefinitionTest,
    InsideTest,
    ItemTest,
    LabelTest,
    ListedTest,
    MadeWithTest,
    NumberTest,
    OwnedTest,
    ReasonTest,
    TruthTest,
    ValueTest,
)
from monazite.regime.model import Effect, Provision, Status
from monazite.terms.amounts import NOTHING_KNOWN, Interval
from monazite.terms.facts import ELEMENTS, FACTS, Absent
from tests.determine.world import NO, UNKNOWN, Move, Part

Truth = bool | None
RANK = {
    "not controlled": 0,
    "not in force": 1,
    "exempt, report due": 2,
    "certificate": 3,
    "licence": 4,
    "licence, no clock": 5,
    "case by case": 6,
    "refused in principle": 7,
    "prohibited": 8,
}
WORDS = {rank: word for word, rank in RANK.items()}
DECIDING = (Effect.LICENCE, Effect.BAN, Effect.POLICY, Effect.EXEMPTION, Effect.EXCLUSION)


def all_of(truths: Iterable[Truth]) -> Truth:
    """False if one is, else unknown if one is, else true."""
    seen = list(truths)
    if any(t is False for t in seen):
        return False
    return None if any(t is None for t in seen) else True


def any_of(truths: Iterable[Truth]) -> Truth:
    """True if one is, else unknown if one is, else false."""
    seen = list(truths)
    if any(t is True for t in seen):
        return True
    return None if any(t is None for t in seen) else False


def opposite(truth: Truth) -> Truth:
    """Not."""
    return None if truth is None else not truth


def truth_of(word: str) -> Truth:
    """The truth a word of a document stands for."""
    return {"yes": True, "no": False, "unknown": None}[word]


def compares(found: Interval, comparator: str, limit: Fraction) -> Truth:
    """An interval beside a limit."""
    low, high = found
    match comparator:
        case "at_least":
            return True if low >= limit else False if high is not None and high < limit else None
        case "more_than":
            return True if low > limit else False if high is not None and high <= limit else None
        case "at_most":
            return True if high is not None and high <= limit else False if low > limit else None
        case _:
            return True if high is not None and high < limit else False if low >= limit else None


class Oracle:
    """Answers for the parts and moves of one world under one book."""

    def __init__(self, book: Book, parts: Sequence[Part], moves: Sequence[Move]) -> None:
        self.book, self.parts, self.moves = book, list(parts), list(moves)
        self.asked: dict[tuple[int, int, date, date | None], _Asked] = {}

    def answer(
        self, part: int, move: int, on: date, known_on: date | None = None, regime: str = "CN"
    ) -> tuple[str, str, str, str]:
        """Outcome, at least, at most, latent outcome."""
        asked = _Asked(self, self.parts[part], self.moves[move], on, known_on)
        rules = []
        for provision in self.book.provisions.values():
            if self.book.measures[provision.measure].regime != regime or provision.effect not in DECIDING:
                continue
            period = standing(provision, on, known_on)
            if period is not None and period.status not in (
                Status.LAPSED,
                Status.SUPERSEDED,
                Status.REPEALED,
            ):
                rules.append((provision, period, asked.holds(provision.condition, asked.item)))
        questions = sorted(
            {period.question for _, period, _ in rules if period.status is Status.UNCERTAIN}
            | {provision.reading[0] for provision, _, _ in rules if provision.reading}
        )
        choices = [[r.id for r in self.book.questions[q].readings] for q in questions]
        branches = [dict(zip(questions, chosen, strict=True)) for chosen in product(*choices)]
        now = [self._bounds(rules, branch, latent=False) for branch in branches]
        latent = [self._bounds(rules, branch, latent=True) for branch in branches]
        least, most = min(low for low, _ in now), max(high for _, high in now)
        return (
            verdict(least, most),
            WORDS[least],
            WORDS[most],
            verdict(min(low for low, _ in latent), max(high for _, high in latent)),
        )

    def truth(
        self, provision: Provision, part: int, move: int, on: date, known_on: date | None = None
    ) -> Truth:
        """The truth of one provision's condition."""
        key = part, move, on, known_on
        if key not in self.asked:
            self.asked[key] = _Asked(self, self.parts[part], self.moves[move], on, known_on)
        return self.asked[key].holds(provision.condition, self.asked[key].item)

    def _bounds(self, rules: list, branch: Mapping[str, str], *, latent: bool) -> tuple[int, int]:  # type: ignore[type-arg]
        """The worst that surely stands and the worst that may, under one choice of readings."""
        live: dict[str, tuple[Provision, Truth, bool]] = {}
        for provision, period, truth in rules:
            if provision.reading and branch[provision.reading[0]] != provision.reading[1]:
                continue
            status = period.status
            if status is Status.UNCERTAIN:
                question = self.book.questions[period.question]
                status = next(r.status for r in question.readings if r.id == branch[period.question])
            if status in (Status.LAPSED, Status.SUPERSEDED, Status.REPEALED):
                continue
            effective = latent or status is Status.IN_FORCE
            live[provision.id] = provision, truth, effective
        exempting = {
            name: rule
            for name, rule in live.items()
            if rule[0].effect in (Effect.EXEMPTION, Effect.EXCLUSION)
        }
        before = {
            name: all_of([t, *(opposite(u) for o, u, e in exempting.values() if e and name in o.overrides)])
            for name, (_, t, _) in exempting.items()
        }
        exceptions = [(p, before[name]) for name, (p, _, e) in exempting.items() if e]
        outside = [(p, before[name]) for name, (p, _, _) in exempting.items() if p.effect is Effect.EXCLUSION]
        asks: list[tuple[Truth, int]] = []
        stands: dict[str, Truth] = {}
        for name, (provision, truth, effective) in live.items():
            if provision.effect not in (Effect.LICENCE, Effect.BAN):
                continue
            if not effective:
                excluded = any_of(t for p, t in outside if name in p.targets)
                asks.append((all_of([truth, opposite(excluded)]), RANK["not in force"]))
                continue
            cleared = any_of(t for p, t in exceptions if name in p.targets)
            stands[name] = all_of([truth, opposite(cleared)])
            asks.append(
                (stands[name], RANK["licence" if provision.effect is Effect.LICENCE else "prohibited"])
            )
        for provision, truth in exceptions:
            needed = any_of(live[t][1] for t in provision.targets if t in stands)
            asks.append((all_of([truth, needed]), int(provision.gives or 0)))
        for provision, truth, effective in live.values():
            if provision.effect is Effect.POLICY and effective:
                needed = any_of(stands[t] for t in provision.targets if t in stands)
                asks.append((all_of([truth, needed]), int(provision.gives or 0)))
        return (
            max([0, *(rank for truth, rank in asks if truth is True)]),
            max([0, *(rank for truth, rank in asks if truth is not False)]),
        )


def verdict(least: int, most: int) -> str:
    """The outcome for two bounds: decided where they agree, or where neither asks for anything."""
    return WORDS[most] if least == most or most <= RANK["not in force"] else "needs evidence"


def standing(provision: Provision, on: date, known_on: date | None):  # type: ignore[no-untyped-def]
    """The period that holds: of those that cover the day, the one known last; of two, that of another measure."""
    found = None
    for period in provision.periods:
        starts_later = on < period.span.start
        ended = period.span.stop is not None and on >= period.span.stop
        unheard = known_on is not None and period.known > known_on
        if starts_later or ended or unheard:
            continue
        rank = period.known, period.by != provision.measure
        if found is None or rank > (found.known, found.by != provision.measure):
            found = period
    return found


class _Asked:
    """One question: the item with all that is inside, the move, the day."""

    def __init__(self, oracle: Oracle, item: Part, move: Move, on: date, known_on: date | None) -> None:
        self.book, self.parts, self.item, self.move = oracle.book, oracle.parts, item, move
        self.on, self.known_on = on, known_on
        self.defined: dict[object, tuple[Truth, Part]] = {}  # what was found already: definitions are shared
        self.counted: dict[object, tuple[tuple[Interval, Interval], Part]] = {}
        self.member: dict[tuple[str, str], Truth] = {}

    def holds(self, condition: Condition, part: Part) -> Truth:
        """The truth of a condition; tests of the item are about `part`."""
        test = condition.test
        if test is None:
            children = [self.holds(child, part) for child in condition.children]
            if condition.kind == "not":
                return opposite(children[0])
            return all_of(children) if condition.kind == "all" else any_of(children)
        match test:
            case DefinitionTest():
                key = test.definition, id(part)
                if key not in self.defined:
                    self.defined[key] = (
                        self.holds(self.book.definitions[test.definition].condition, part),
                        part,
                    )
                return self.defined[key][0]
            case ItemTest():
                return self.on_list(part, test.item_list)
            case ContentTest():
                return self.share(part, test)
            case LabelTest():
                return self.labelled(part, test)
            case ReasonTest():
                return self.controlled(part, test)
            case InsideTest():
                return self.inside(part, test.condition)
            case MadeWithTest():
                return any_of(self.technology(part, a, test.countries) for a in test.activities)
            case ListedTest():
                return any_of(self.listed(role, test.lists) for role in self.roles(test.roles))
            case OwnedTest():
                return any_of(
                    compares(
                        self.move.get(f"{role}.{test.share}", NOTHING_KNOWN),
                        test.comparator,
                        test.limit,
                    )  # type: ignore[arg-type]
                    for role in self.roles(test.roles)
                )
        if test.path.startswith("item."):
            return self.item_fact(part, test)
        return self.move_fact(test)

    # -- the item

    def item_fact(self, part: Part, test: CountryTest | TruthTest | ValueTest | NumberTest) -> Truth:
        name = test.path.removeprefix("item.")
        match test:
            case CountryTest() if name != "origin":
                place = part.places.get(name)
                inside = None if place is None else self.is_member(place, test.names)
                return opposite(inside) if test.outside else inside
            case CountryTest() if isinstance(part.origin, str):
                inside = self.is_member(part.origin, test.names)
                return opposite(inside) if test.outside else inside
            case CountryTest():
                low, high = self.from_countries(part, self.members(test.names))
                inside = True if low == 1 else False if high == 0 else None
                return opposite(inside) if test.outside else inside
            case ValueTest():
                word = {
                    "form": part.form,
                    "family": part.family,
                    "technology.activity": part.technology[0],
                    "technology.subject": part.technology[1],
                }[name]
                return None if word is None else word in test.values
            case NumberTest():
                return compares(part.properties.get(name, NOTHING_KNOWN), test.comparator, test.limit)
        if name.startswith("elements."):
            truth = truth_of(part.has(name.removeprefix("elements.")))
        elif name == "content_complete":
            truth = truth_of(part.complete)
        else:
            absent = NO if FACTS[test.path].absent is Absent.NOT_STATED else UNKNOWN
            truth = truth_of(part.claims.get(name, absent))
        return truth if test.wanted else opposite(truth)

    def from_countries(self, part: Part, countries: frozenset[str]) -> tuple[Fraction, Fraction]:
        """Share of the part that comes from the countries."""
        if part.origin is None:
            return Fraction(0), Fraction(1)
        if isinstance(part.origin, str):
            share = Fraction(part.origin in countries)
            return share, share
        low = sum((lo for c, (lo, _) in part.origin.items() if c in countries), Fraction(0))
        high = sum((hi for c, (_, hi) in part.origin.items() if c in countries), Fraction(0))
        elsewhere = sum((lo for c, (lo, _) in part.origin.items() if c not in countries), Fraction(0))
        return low, min(high, 1 - elsewhere)

    def labelled(self, part: Part, test: LabelTest) -> Truth:
        """One of the labels is meant, and not excepted."""
        name = test.path.removeprefix("item.")
        if name not in part.labels:
            return None
        if name == "kind":
            return any(label in test.words for label in part.labels[name])
        return any_of(meant(label, test.words, test.excepted) for label in part.labels[name])

    def controlled(self, part: Part, test: ReasonTest) -> Truth:
        """By the rows of the entry; what they leave open, by what the classifier says."""
        found: Truth = None
        if "eccn" in part.labels:
            found = any_of(self.by_rows(eccn, test) for eccn in part.labels["eccn"])
        if found is None and "reasons" in part.labels:
            return bool({test.scope, f"{test.reason}:{test.scope}"} & set(part.labels["reasons"]))
        return found

    def by_rows(self, eccn: str, test: ReasonTest) -> Truth:
        rows = [row for row in self.book.reasons[test.table].rows if row.entry == eccn[:5]]
        if not rows:
            return None
        return any_of(
            all_of([meant(eccn, row.paragraphs or (row.entry,), row.excepted), True if row.certain else None])
            for row in rows
            if row.reason == test.reason and row.scope == test.scope
        )

    def technology(self, part: Part, activity: str, countries: tuple[str, ...]) -> Truth:
        stated = part.made_with.get(activity, UNKNOWN)
        return None if stated == UNKNOWN else stated in self.members(countries)

    def on_list(self, part: Part, name: str) -> Truth:
        return any_of(self.on_line(part, line) for line in self.book.lists[name].lines)

    def on_line(self, part: Part, line) -> Truth:  # type: ignore[no-untyped-def]
        for code in part.codes:
            bare = code.split(":")[-1].strip()
            if line.code and (bare == line.code or bare.startswith(line.code + ".")):
                return True
        tests: list[Truth] = [None if part.form is None else part.form in line.forms]
        if line.kinds:
            stated = part.labels.get("kind")
            whole = part.form in ("plain part", "component", "assembly", "finished product")
            tests.append(
                (False if whole else None) if stated is None else bool(set(line.kinds) & set(stated))
            )
        if line.family:
            tests.append(None if part.family is None else part.family == line.family)
        tests += [truth_of(part.has(element)) for element in line.elements]
        for limit in line.limits:
            found = part.properties.get(limit.property, NOTHING_KNOWN)
            tests.append(compares(found, limit.comparator, limit.value))
        if not line.certain:
            tests.append(None)
        return all_of(tests)

    # -- what is inside

    def inside(self, part: Part, condition: Condition) -> Truth:
        """Something inside, down every path, declared or not."""
        found: list[Truth] = []
        if part.may_hold_more:
            stranger = Part(
                elements={e: NO if part.has(e) == NO else UNKNOWN for e in ELEMENTS}, complete=UNKNOWN
            )
            found.append(all_of([self.holds(condition, stranger), None]))
        for child, (low, high) in part.lines:
            if high == 0:
                continue
            deeper = any_of(
                [self.holds(condition, self.parts[child]), self.inside(self.parts[child], condition)]
            )
            found.append(deeper if low > 0 else all_of([deeper, None]))
        return any_of(found)

    def share(self, part: Part, test: ContentTest) -> Truth:
        """Content over the part's own value against the limit."""
        low, high = self.content(part, test)[0]
        worth_low, worth_high = part.value
        beyond = (lambda a, b: a >= b) if test.comparator == "at_least" else (lambda a, b: a > b)
        if low > 0 and worth_high is not None and beyond(low, test.limit * worth_high):
            return True
        if high is None or (high > 0 and beyond(high, test.limit * worth_low)):
            return None
        return False

    def content(self, part: Part, test: ContentTest) -> tuple[Interval, Interval]:
        """Value of what counts in one unit, and what of it counts in whatever holds the unit.

        The part itself if it counts, or what is inside, if that is more; with `as_received` a part from the origin is
        judged by itself alone; with `once` what is inside another counts no further where it stays below the limit.
        """
        key = test.of, test.origin, test.as_received, test.once and test.limit, id(part)
        if key not in self.counted:
            self.counted[key] = self.count(part, test), part
        return self.counted[key][0]

    def count(self, part: Part, test: ContentTest) -> tuple[Interval, Interval]:
        """The same, counted."""
        low, high = Fraction(0), Fraction(0)
        unbounded = False
        for child, (least, most) in part.lines:
            child_low, child_high = self.content(self.parts[child], test)[1]
            low += least * child_low
            if most == 0 or child_high == 0:
                continue
            if most is None or child_high is None:
                unbounded = True
            else:
                high += most * child_high
        stranger = Part(
            elements={e: NO if part.has(e) == NO else UNKNOWN for e in ELEMENTS}, complete=UNKNOWN
        )
        if part.may_hold_more and self.holds(test.counted, stranger) is not False:
            if part.value[1] is None:
                unbounded = True
            else:
                high += part.value[1]
        inside: Interval = low, None if unbounded else high
        counts = self.holds(test.counted, part)
        share_low, share_high = self.from_countries(part, self.members(test.origin))
        if test.as_received:
            own: Interval = (
                part.value[0] if counts is True else Fraction(0),
                Fraction(0) if counts is False else part.value[1],
            )
            kept = self.kept(inside, part, test) if test.once else inside
            if share_low == 1:
                return own, own
            return (inside, kept) if share_high == 0 else (widest(own, inside), widest(own, kept))
        own = (
            part.value[0] * share_low if counts is True else Fraction(0),
            Fraction(0)
            if counts is False or share_high == 0
            else None
            if part.value[1] is None
            else part.value[1] * share_high,
        )
        most_of = None if None in (own[1], inside[1]) else max(own[1], inside[1])  # type: ignore[type-var]
        both: Interval = max(own[0], inside[0]), most_of
        return both, both

    def kept(self, inside: Interval, part: Part, test: ContentTest) -> Interval:
        """What is inside a part from elsewhere, as far as it counts further up."""
        low, high = inside
        worth_low, worth_high = part.value
        if worth_high is not None and low > test.limit * worth_high:
            return inside
        small = high is not None and high <= test.limit * worth_low
        return Fraction(0), Fraction(0) if small else high

    # -- the move

    def move_fact(self, test: CountryTest | TruthTest | ValueTest | NumberTest) -> Truth:
        given = self.move.get(test.path)
        claim = FACTS[test.path].absent is Absent.NOT_STATED
        match test:
            case NumberTest():
                return compares(given or NOTHING_KNOWN, test.comparator, test.limit)  # type: ignore[arg-type]
            case CountryTest():
                truth: Truth = None
                if given not in (None, UNKNOWN):
                    truth = self.is_member(str(given), test.names)
                return opposite(truth) if test.outside else truth
            case ValueTest():
                if given is None and claim:
                    return any(
                        word in test.values for word in ("no", "none") if word in FACTS[test.path].values
                    )
                return None if given in (None, UNKNOWN) else given in test.values
        if test.path.startswith("intermediate.") and not self.roles(("intermediate",)):
            truth = False
        elif given is not None:
            truth = truth_of(str(given))
        elif test.path == "crosses_border":
            ends = self.move.get("from", UNKNOWN), self.move.get("to", UNKNOWN)
            truth = None if UNKNOWN in ends else ends[0] != ends[1]
        else:
            truth = False if claim else None
        return truth if test.wanted else opposite(truth)

    def roles(self, roles: tuple[str, ...]) -> list[str]:
        """The roles that somebody plays; all but the intermediate are always played."""
        return [
            r
            for r in roles
            if r != "intermediate" or any(path.startswith("intermediate.") for path in self.move)
        ]

    def listed(self, role: str, lists: tuple[str, ...]) -> Truth:
        name = str(self.move.get(f"{role}.name", ""))
        if name and any(folded(name) == folded(other) for listed in lists for other in self.names_on(listed)):
            return True
        given = self.move.get(f"{role}.lists")
        if given is None or UNKNOWN in given:  # type: ignore[operator]
            return None
        return any(name in given for name in lists)  # type: ignore[operator]

    def names_on(self, name: str) -> Iterator[str]:
        for entry in self.book.party_lists[name].entries:
            covering = [
                (known, i, word)
                for i, (word, span, known) in enumerate(entry.periods)
                if span.start <= self.on
                and (span.stop is None or self.on < span.stop)
                and (self.known_on is None or known <= self.known_on)
            ]
            if covering and max(covering, key=lambda c: c[0])[2] == "listed":
                yield from entry.names

    # -- countries

    def is_member(self, country: str, names: tuple[str, ...]) -> Truth:
        """A code is the country itself; of what is said of a country in a group, what was known last holds."""
        found: list[Truth] = []
        for name in names:
            group = self.book.groups.get(name)
            if group is None:
                found.append(country == name)
                continue
            if (country, name) not in self.member:
                said = [
                    m
                    for m in group.members
                    if m.country == country
                    and m.span.start <= self.on
                    and (m.span.stop is None or self.on < m.span.stop)
                    and (self.known_on is None or m.known <= self.known_on)
                ]
                last = max(said, key=lambda m: (m.known, m.span.start), default=None)
                self.member[country, name] = (
                    False if last is None else {0: False, 1: None, 2: True}[last.inside]
                )
            found.append(self.member[country, name])
        return any_of(found)

    def members(self, names: tuple[str, ...]) -> frozenset[str]:
        """The countries that are surely meant."""
        everybody = {
            *names,
            *(m.country for n in names if n in self.book.groups for m in self.book.groups[n].members),
        }
        return frozenset(c for c in everybody if self.is_member(c, names) is True)


def widest(one: Interval, other: Interval) -> Interval:
    """Whichever of the two it is."""
    return min(one[0], other[0]), None if None in (one[1], other[1]) else max(one[1], other[1])  # type: ignore[type-var]


def meant(stated: str, codes: Iterable[str], excepted: Iterable[str]) -> Truth:
    """A code is meant if it is one of the codes or below it; a code that stands above one of them may be."""

    def one(code: str) -> Truth:
        if stated == "EAR99" or code == "EAR99":
            return stated == code or (stated == "EAR99" and code == "?????")
        mine, theirs = stated.split("."), code.split(".")
        if len(mine[0]) != len(theirs[0]) or any(
            b not in ("?", a) for a, b in zip(mine[0], theirs[0], strict=True)
        ):
            return False
        if any(a != b for a, b in zip(mine[1:], theirs[1:], strict=False)):
            return False
        return True if len(mine) >= len(theirs) else None

    return all_of([any_of(one(code) for code in codes), opposite(any_of(one(code) for code in excepted))])


def folded(name: str) -> str:
    """A plain ASCII name without case, marks and doubled blanks."""
    return " ".join("".join(c if c.isalnum() else " " for c in name.lower()).split())


def unfolded(parts: Sequence[Part], root: int) -> list[Part]:
    """The parts below one, written out once for each path: a tree, the root first."""
    made: list[Part] = []

    def copy(number: int) -> int:
        place = len(made)
        made.append(parts[number])
        lines = tuple((copy(child), quantity) for child, quantity in parts[number].lines)
        made[place] = replace(parts[number], lines=lines)
        return place

    copy(root)
    return made
