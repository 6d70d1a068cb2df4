"""What is asked, many questions at once: a catalogue with its moves, or worked cases joined into one.

Joined cases are answered as each would be alone, in a tenth of the time: what many of them share is found once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from monazite.catalogue.joining import join, join_moves
from monazite.catalogue.model import Catalogue
from monazite.catalogue.moves import Moves
from monazite.determine.cases import Case
from monazite.determine.kernel import Batch, evaluate
from monazite.determine.question import Question, read_question
from monazite.determine.survey import pair_up
from monazite.regime.book import Book
from monazite.terms.faults import BadInput, Fault

_TOGETHER = 900
"""Cases are joined up to so many nodes; the engine decides some shares exactly in small catalogues only."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Items and moves to answer: a catalogue, or worked cases.

    `ships` says which nodes ship by themselves, as `survey.pair_up` wants it. Of worked cases, `cases` has one a move,
    and `node` the item of each. `known_on` holds for questions that say themselves what was known; it counts only
    where they are asked on their own days.
    """

    catalogue: Catalogue
    moves: Moves
    ships: NDArray[np.bool_] | None = None
    cases: tuple[Case, ...] = ()
    node: NDArray[np.int32] | None = None
    known_on: date | None = None

    @property
    def pairs(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """The item and the move of each answer."""
        if self.node is None:
            return pair_up(self.catalogue, self.moves, self.ships)
        return self.node, np.arange(len(self.moves), dtype=np.int32)

    def on_own_days(
        self, book: Book, *, known_on: date | None = None, regimes: Sequence[str] | None = None
    ) -> Batch:
        """Every answer, each move on its own day.

        Raises
        ------
        ValueError where a move has no day
        """
        days = [day for day in self.moves.on if day is not None]
        if len(days) < len(self.moves):
            raise ValueError("a move has no day of its own, and no day was asked for")
        node, move = self.pairs
        return evaluate(book, self.catalogue, self.moves, node=node, move=move, first=min(days, default=date.min),
                        last=max(days, default=date.min), known_on=known_on or self.known_on, regimes=regimes)  # fmt: skip


def read_case(case: Case, book: Book, *, on_own_day: bool = False) -> Question:
    """What a case asks.

    Raises
    ------
    BadInput with every fault of its facts; with `on_own_day` the lack of a day is one
    """
    question = read_question(case.facts, countries=book.countries, kinds=book.kinds, where=case.where)
    if on_own_day and question.on is None:
        raise BadInput([Fault(where=case.where, what="the case has no day", mend="Give 'on' as YYYY-MM-DD")])
    return question


def asked_cases(cases: Iterable[Case], book: Book, *, on_own_days: bool = False) -> tuple[Asked, ...]:
    """Worked cases as what is asked, many at once; what they expect is left aside.

    Parameters
    ----------
    book : says which countries and kinds of item there are
    on_own_days : each is asked on its own day, so that each wants one

    Raises
    ------
    BadInput with every fault of every case
    """
    read: list[tuple[Case, Question]] = []
    faults: list[Fault] = []
    for case in cases:
        try:
            read.append((case, read_case(case, book, on_own_day=on_own_days)))
        except BadInput as bad:
            faults += bad.faults
    if faults:
        raise BadInput(dict.fromkeys(faults))  # what a file gives to all of its cases is at fault once
    return join_cases(read, on_own_days=on_own_days)


def join_cases(read: Iterable[tuple[Case, Question]], *, on_own_days: bool = False) -> tuple[Asked, ...]:
    """Cases that were read, joined as far as they have one currency and, on their own days, one day of knowledge.

    Asked on their own days they are joined in the order of the days, so that few states of the law meet in one.
    """
    together: dict[tuple[str, date | None, int], list[tuple[Case, Question]]] = {}
    part: dict[tuple[str, date | None], tuple[int, int]] = {}  # number and nodes of what is being filled
    if on_own_days:
        read = sorted(read, key=lambda pair: pair[1].on or date.min)
    for case, question in read:
        kind = question.catalogue.currency, question.known_on if on_own_days else None
        number, nodes = part.get(kind, (0, 0))
        if nodes and nodes + len(question.catalogue) > _TOGETHER:
            number, nodes = number + 1, 0
        part[kind] = number, nodes + len(question.catalogue)
        together.setdefault((*kind, number), []).append((case, question))
    return tuple(_joined(group, known_on) for (_, known_on, _), group in together.items())


def _joined(group: Sequence[tuple[Case, Question]], known_on: date | None) -> Asked:
    sizes = [len(question.catalogue) for _, question in group]
    return Asked(
        catalogue=join([question.catalogue for _, question in group]),
        moves=join_moves([replace(question.moves, on=(question.on,)) for _, question in group]),
        cases=tuple(case for case, _ in group),
        node=np.cumsum([0, *sizes[:-1]]).astype(np.int32),
        known_on=known_on,
    )
