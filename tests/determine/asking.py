"""Asking the engine about a made-up world, and what the made-up books name: a group of countries and a party list."""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from monazite.determine.answer import RegimeAnswer
from monazite.determine.determination import determine
from monazite.determine.kernel import Batch, evaluate
from monazite.regime.book import Book
from monazite.regime.model import CountryGroup, Member, PartyEntry, PartyList
from monazite.terms.days import Span
from monazite.terms.outcomes import OUTCOMES_BY_WORDS, VERDICTS, Outcome
from tests.determine.strategies import FIRST
from tests.determine.world import Move, Part, to_catalogue, to_moves

REAL_DAYS = (
    date(2024, 11, 30),
    date(2024, 12, 5),
    date(2025, 4, 4),
    date(2025, 10, 9),
    date(2025, 11, 6),
    date(2025, 11, 7),
    date(2025, 12, 1),
    date(2026, 11, 10),
    date(2026, 11, 11),
    date(2026, 11, 28),
    date(2027, 1, 11),
)
EAST = CountryGroup(
    id="east",
    says="the east",
    members=(
        Member(country="JPN", span=Span.between(FIRST, None), known=FIRST),
        Member(
            country="HKG",
            span=Span.between(FIRST + timedelta(days=4), FIRST + timedelta(days=19)),
            known=FIRST + timedelta(days=5),
        ),
        Member(
            country="DEU",
            span=Span.between(FIRST + timedelta(days=4), FIRST + timedelta(days=19)),
            known=FIRST + timedelta(days=5),
        ),
    ),
)
LIST = PartyList(
    id="cn-control-list",
    kind="control list",
    title="list",
    complete=False,
    entries=(
        PartyEntry(
            names=("TDK Corporation",),
            country="JPN",
            by="cn-one",
            periods=(
                ("listed", Span.between(FIRST, None), FIRST),
                ("suspended", Span.between(FIRST + timedelta(days=12), None), FIRST + timedelta(days=6)),
            ),
        ),
    ),
)


def batch_of(
    book: Book,
    world: Sequence[Part],
    carried: Sequence[Move],
    first: date,
    last: date,
    known_on: date | None = None,
) -> Batch:
    """Every part with every move, on every day from the first through the last."""
    pairs = np.array([(n, m) for n in range(len(world)) for m in range(len(carried))], dtype=np.int32)
    return evaluate(book, to_catalogue(world, book.countries), to_moves(carried, book.countries),
                    node=pairs[:, 0], move=pairs[:, 1], first=first, last=last, known_on=known_on)  # fmt: skip


def engine_answer(batch: Batch, pair: int, on: date) -> tuple[str, str, str, str]:
    """Outcome, at least, at most, latent outcome."""
    regime = batch.regimes["CN"]
    pattern, cell = regime.pattern[pair], regime.cell_of(on)
    found = regime.outcomes
    return (
        str(VERDICTS[found.verdict[pattern, cell]]),
        Outcome(found.at_least[pattern, cell]).words,
        Outcome(found.at_most[pattern, cell]).words,
        str(VERDICTS[found.latent[pattern, cell]]),
    )


def ranks(answer: tuple[str, str, str, str]) -> tuple[int, int]:
    """At least and at most as ranks; that printed law without effect touches an item asks for nothing."""
    low, high = (int(OUTCOMES_BY_WORDS[word]) for word in answer[1:3])
    return max(low, 1), max(high, 1)


def decided_otherwise(before: str, after: str) -> bool:
    """One decided answer became another: 'not in force' may only turn out to be 'not controlled'."""
    return before not in ("needs evidence", after) and (before, after) != ("not in force", "not controlled")


def ask(book: Book, facts: object, on: date, known_on: date | None = None) -> RegimeAnswer:
    """The Chinese answer to one document."""
    return determine(facts, book, on=on, known_on=known_on).regimes["CN"]


def short(answer: RegimeAnswer) -> tuple[str, str, str, str]:
    """Outcome, bounds and latent outcome of an answer."""
    return str(answer.outcome), answer.at_least.words, answer.at_most.words, str(answer.latent)
