"""An answer: the outcome of one item and move on one day under each regime, with everything it rests on.

Plain values that writers print and programs read. It is no legal advice, and says so.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from monazite.terms.amounts import Interval
from monazite.terms.outcomes import Outcome, Verdict

DISCLAIMER = (
    "This answer is no legal advice. It says what the encoded law and the facts as stated give; "
    "a decision needs the legal text and a person who answers for it."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A source behind a statement."""

    what: str
    grade: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A node of the explanation: a provision, a joint of a condition, or a test with what it read."""

    kind: str  # provision, all, any, not, definition, test
    truth: str  # yes, no, unknown
    says: str
    read: tuple[tuple[str, str], ...] = ()  # fact -> value as read
    children: tuple["Node", ...] = ()


def opened_once(trees: Iterable[Node]) -> tuple[Node, ...]:
    """The same trees with each definition opened where it is told first; later it stands by its words alone.

    A definition that many provisions share is one node of all their trees: whoever writes them out whole writes it
    hundreds of times.
    """
    opened: set[int] = set()

    def once(node: Node) -> Node:
        if node.kind == "definition" and node.children:
            if id(node) in opened:
                return replace(node, says=f"{node.says} (opened above)", children=())
            opened.add(id(node))
        return replace(node, children=tuple(once(child) for child in node.children))

    return tuple(once(node) for node in trees)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A provision that applies or may apply, with its standing and sources."""

    provision: str
    measure: str
    cite: str
    says: str
    effect: str
    asks: str  # outcome it asks for
    applies: str  # yes or unknown
    status: str  # on the day; the readings where uncertain
    since: date
    known: date
    by: str  # the measure that made it stand so
    sources: tuple[Citation, ...]
    unverified: str
    is_rebuttable: bool  # a reading that a case may overturn


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingAnswer:
    """A question of law that changes the outcome: what each reading gives, and what would settle it."""

    question: str
    says: str
    outcomes: tuple[tuple[str, str, Verdict], ...]  # id, the reading in a sentence, outcome
    settled_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A missing fact that could change the outcome."""

    fact: str
    part: str  # the part it is about; empty for a fact of the move
    says: str
    supplier: str
    if_no: Verdict
    if_yes: Verdict
    matters_for: str  # outcome, or latent
    provisions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyDue:
    """A duty that comes with the outcome."""

    provision: str
    does: str
    who: str
    applies: str
    due: date | None
    due_says: str
    documents: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakEven:
    """Where a value share tips: the item value at which the content just meets the threshold.

    `content` and `break_even` hold whatever is undeclared may turn out to be; `declared` is what is declared,
    taken wholly from the origin where its origin is open, and `flip` the item values between which the verdict
    turns for it: two ends where the content was valued at two price bases.
    """

    provision: str
    content_of: str
    origin: tuple[str, ...]
    content: Interval
    value: Interval
    comparator: str
    limit: str
    break_even: Interval
    declared: Interval
    flip: Interval
    currency: str
    rests_on: tuple[str, ...]  # how the content was valued, where not declared


@dataclass(frozen=True, slots=True, kw_only=True)
class RegimeAnswer:
    """The answer of one regime."""

    regime: str
    outcome: Verdict
    at_least: Outcome
    at_most: Outcome
    latent: Verdict
    under: tuple[Finding, ...]
    also: tuple[Finding, ...]
    readings: tuple[ReadingAnswer, ...]
    gaps: tuple[Gap, ...]
    duties: tuple[DutyDue, ...]
    interpretations: tuple[Finding, ...]
    break_even: tuple[BreakEven, ...]
    rests_on: tuple[str, ...]
    tested: tuple[str, ...]
    remains: tuple[str, ...]
    unverified: tuple[str, ...]
    reviewed_until: date
    is_stale: bool
    next_change: date | None
    tree: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Determination:
    """Every regime's answer for one item and move on one day."""

    item: str
    move: str
    on: date
    known_on: date | None
    regimes: dict[str, RegimeAnswer]
    untouched: dict[
        str, str
    ]  # regimes that nothing stated touches, and what would bring the question under them
    law_version: str
    input_hash: str
    disclaimer: str = DISCLAIMER
