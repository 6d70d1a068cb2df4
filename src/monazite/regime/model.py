"""The law as values: measures, provisions, status periods, item lists, party lists, sources.

One measure is one announcement, rule or decision. A provision is one clause of it that can apply by itself.
A status period says from when to when the provision stands how, and since when that was known.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

from monazite.regime.conditions import Condition
from monazite.terms.days import Span
from monazite.terms.kleene import YES
from monazite.terms.outcomes import Outcome


class Effect(StrEnum):
    """What a provision does."""

    LICENCE = "licence"
    BAN = "ban"
    POLICY = "policy"
    EXEMPTION = "exemption"
    EXCLUSION = "exclusion"
    DUTY = "duty"
    READING = "reading"
    INFORMATION = "information"


REQUIREMENTS = {Effect.LICENCE: Outcome.LICENCE, Effect.BAN: Outcome.PROHIBITED}
EXCEPTIONS = (Effect.EXEMPTION, Effect.EXCLUSION)


class Status(StrEnum):
    """How a provision stands. The three flags follow from it."""

    ANNOUNCED = "announced"
    IN_FORCE = "in force"
    SUSPENDED = "suspended"
    STAYED = "stayed"
    NOT_ENFORCED = "not enforced"
    UNCERTAIN = "uncertain"
    LAPSED = "lapsed"
    SUPERSEDED = "superseded"
    REPEALED = "repealed"

    @property
    def is_printed(self) -> bool:
        """The text stands."""
        return self not in (Status.LAPSED, Status.SUPERSEDED, Status.REPEALED)

    @property
    def is_effective(self) -> bool:
        """The text has legal effect."""
        return self in (Status.IN_FORCE, Status.NOT_ENFORCED)

    @property
    def is_enforced(self) -> bool:
        """The authority enforces it."""
        return self is Status.IN_FORCE


class Grade(StrEnum):
    """How near a source is to the legal text."""

    TEXT = "text"
    DIGEST = "official digest"
    MEMO = "memo"
    PRESS = "press"
    DERIVED = "derived"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a statement can be read again."""

    key: str
    what: str
    grade: Grade
    url: str = ""
    where: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One of several honest readings of a status or a text."""

    id: str
    says: str
    status: Status | None = None
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A point on which the law can be read in more than one way, and the document that would settle it."""

    id: str
    says: str
    readings: tuple[Reading, ...]
    settled_by: str
    measure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusPeriod:
    """From when to when a provision stands how, and since when that was known."""

    status: Status
    span: Span
    known: date
    by: str  # the measure that says so
    sources: tuple[str, ...]  # keys in the measure `by`
    question: str = ""
    where: str = ""
    unverified: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """When a duty falls due: `working_days` or `years` after an event, or before it."""

    event: str
    when: str  # "before", "after" or "at"
    working_days: int | None = None
    years: int | None = None
    calendar: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provision:
    """One clause that can apply by itself. `id` is whole: measure/clause."""

    id: str
    measure: str
    cite: str
    says: str
    effect: Effect
    condition: Condition
    periods: tuple[StatusPeriod, ...]
    sources: tuple[str, ...]
    gives: Outcome | None = None
    targets: tuple[str, ...] = ()  # provisions it modifies, clears or attaches to, whole ids
    overrides: tuple[str, ...] = ()
    reading: tuple[str, str] | None = None  # question and reading under which alone it holds
    does: str = ""
    who: str = ""
    due: Due | None = None
    documents: tuple[str, ...] = ()
    rebuttable: bool = False
    unverified: str = ""
    note: str = ""
    about: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What a measure does to provisions: suspends them, ends them, makes them uncertain."""

    status: Status
    targets: tuple[str, ...]
    span: Span
    known: date
    sources: tuple[str, ...]
    question: Question | None = None
    unverified: str = ""
    note: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A point on which sources contradict each other, and how the book reads it."""

    topic: str
    one: str
    other: str
    we_read: str
    sources: tuple[str, ...]
    about: tuple[str, ...] = ()  # provisions that it touches, whole ids; none: the whole measure
    where: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A named condition."""

    id: str
    says: str
    condition: Condition
    sources: tuple[str, ...] = ()
    where: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A numeric limit of a line of a control list."""

    property: str
    comparator: str
    value: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class ListLine:
    """One line of a control list: an item is on it when form, kind, family, every element and every limit fit.

    A line whose wording nobody has seen is not `certain`: an item that fits it may be on it, never surely.
    """

    id: str
    code: str
    forms: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    family: str
    elements: tuple[str, ...]
    limits: tuple[Limit, ...]
    says: str
    hs: tuple[str, ...]
    sources: tuple[str, ...]
    unverified: str
    where: str
    certain: bool = True

    @property
    def is_particular(self) -> bool:
        """It asks for more than form, family and elements."""
        return bool(self.kinds or self.limits)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemList:
    """A control list, or a part of one."""

    id: str
    title: str
    measure: str
    lines: tuple[ListLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyEntry:
    """A party on a list, with dated entries."""

    names: tuple[str, ...]
    country: str
    by: str
    periods: tuple[tuple[str, Span, date], ...]  # (listed | suspended | ended, days, known since)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyList:
    """A dated list of parties. `complete` says whether a name that is not found is surely not on it."""

    id: str
    kind: str
    title: str
    complete: bool
    entries: tuple[PartyEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonRow:
    """One reason for control of an entry of a classification list: for which paragraphs, and in what scope.

    `paragraphs` and `excepted` are codes in full; where what is caught cannot be said in codes the row is not `certain`.
    A row without a reason only says that the list holds the entry.
    """

    entry: str
    paragraphs: tuple[str, ...]
    excepted: tuple[str, ...]
    reason: str
    scope: str
    says: str
    sources: tuple[str, ...]
    unverified: str
    where: str
    certain: bool = True


@dataclass(frozen=True, kw_only=True)
class ReasonTable:
    """A classification list, entry by entry with its reasons for control."""

    id: str
    title: str
    measure: str
    rows: tuple[ReasonRow, ...]

    @cached_property
    def by_entry(self) -> dict[str, tuple[ReasonRow, ...]]:
        """The rows of each entry."""
        return {
            entry: tuple(row for row in self.rows if row.entry == entry)
            for entry in {r.entry for r in self.rows}
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Whether a country is in a group on some days, and since when that was known; what was known last holds."""

    country: str
    span: Span
    known: date
    inside: int = int(YES)  # a truth value


@dataclass(frozen=True, slots=True, kw_only=True)
class CountryGroup:
    """A named group of countries whose members change by date."""

    id: str
    says: str
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Regime:
    """One state's law as a whole: what brings a question under it, and since when the book holds it.

    A regime without `touched_by` is always asked. What the law asked for on a day before `holds_from`, or was known to ask
    for before that day, is not in the book: the answer is open.
    """

    id: str
    says: str
    touched_by: Condition
    holds_from: date | None = None

    @property
    def is_silent(self) -> bool:
        """Nothing can bring a question under it: the book holds too little of it to answer."""
        return self.touched_by.kind == "any" and not self.touched_by.children


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One announcement, rule or decision."""

    id: str
    regime: str
    number: str
    title: dict[str, str]
    authority: str
    published: date
    reviewed_until: date
    sources: dict[str, Source]
    provisions: tuple[Provision, ...]
    definitions: tuple[Definition, ...] = ()
    acts: tuple[Act, ...] = ()
    questions: tuple[Question, ...] = ()
    lists: tuple[ItemList, ...] = ()
    reasons: tuple[ReasonTable, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    also_on: dict[str, str] = field(default_factory=dict)
    note: str = ""
    addressees: tuple[str, ...] = ()  # to whom alone it was sent; it was never published
    file: str = ""
    doubtful: frozenset[str] = (
        frozenset()
    )  # provisions with a fault of their own, about which nothing more is said
