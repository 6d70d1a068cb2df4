"""A survey: every item that ships against every move that may carry it, on every day asked.

The rows of a survey are runs of days with one answer. They are built per pattern and spread over the pairs, so
a million rows cost little more than a thousand.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from monazite.catalogue.model import Catalogue
from monazite.catalogue.moves import Moves
from monazite.determine.answer import Determination, Gap
from monazite.determine.combine import applied_branches
from monazite.determine.determination import answer
from monazite.determine.explain import Explainer
from monazite.determine.gaps import OpenTest, gaps_of, open_tests
from monazite.determine.kernel import NOT_TOUCHED, Batch, RegimeBatch, evaluate, provision_truths
from monazite.determine.states import LawState
from monazite.regime.book import Book
from monazite.terms.days import Span
from monazite.terms.outcomes import NEEDS_EVIDENCE, VERDICTS, Outcome, Verdict
from monazite.terms.working_days import WorkingDays

SEVERITY = np.array([*range(NEEDS_EVIDENCE), Outcome.LICENCE], dtype=np.int8)
"""How badly a verdict wants looking at, by code: needs evidence beside licence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Runs of days with one answer; columns of length R that line up.

    `pair` points into the survey's pairs, `pattern` into the regime's patterns, `start` and `stop` are day
    numbers (date.toordinal), half open. Outcomes are codes of VERDICTS and Outcome.
    """

    regime: str
    pair: NDArray[np.int32]
    pattern: NDArray[np.int32]
    cell: NDArray[np.int32]
    start: NDArray[np.int32]
    stop: NDArray[np.int32]
    verdict: NDArray[np.int8]
    at_least: NDArray[np.int8]
    at_most: NDArray[np.int8]
    latent: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.pair)


@dataclass(frozen=True)
class Survey:
    """All answers of a catalogue. `first`..`last` are the days covered; `days` those asked for, if single days were."""

    batch: Batch
    first: date
    last: date
    days: tuple[date, ...]
    input_hash: str

    @cached_property
    def rows(self) -> dict[str, Rows]:
        """The rows of each regime that anything touches: one a day asked, or one a run of days with the same answer."""
        made = {name: self._rows(regime) for name, regime in self.batch.regimes.items()}
        return {name: rows for name, rows in made.items() if len(rows) or not len(self.batch.node)}

    @cached_property
    def untouched(self) -> dict[str, int]:
        """Pairs of item and move that nothing stated brings under a regime, by regime; those without any are left out."""
        counts = dict.fromkeys(self.batch.untouched, len(self.batch.node))
        counts |= {n: int((r.pattern == NOT_TOUCHED).sum()) for n, r in self.batch.regimes.items()}
        return {name: count for name, count in counts.items() if count}

    def _rows(self, regime: RegimeBatch) -> Rows:
        own = np.array([day.toordinal() if day else 0 for day in self.batch.moves.on], dtype=np.int32)[
            self.batch.move
        ]
        pieces = []
        asked = regime.pattern != NOT_TOUCHED
        free = np.flatnonzero(asked & (own == 0))
        if self.days:
            for day in self.days:
                pieces.append(self._on_day(regime, free, np.full(len(free), day.toordinal(), dtype=np.int32)))
        elif len(free):
            spans = self._spans(regime)
            sizes = np.array([len(s) for s in spans], dtype=np.int64)
            flat = np.array([run for runs in spans for run in runs], dtype=np.int32).reshape(-1, 3)
            offset = np.concatenate([[0], np.cumsum(sizes)])
            pattern = regime.pattern[free]
            count = sizes[pattern]
            carried = np.repeat(free, count)
            within = np.arange(len(carried)) - np.repeat(np.cumsum(count) - count, count)
            pieces.append(np.column_stack([carried, flat[np.repeat(offset[pattern], count) + within]]))
        dated = np.flatnonzero(asked & (own > 0))
        if len(dated):
            pieces.append(self._on_day(regime, dated, own[dated]))
        table = np.concatenate(pieces) if pieces else np.zeros((0, 4), dtype=np.int64)
        table = table[regime.answered[regime.pattern[table[:, 0]], table[:, 1]]]
        table = table[np.lexsort((table[:, 2], table[:, 0]))]
        pair: NDArray[np.int32] = table[:, 0].astype(np.int32)
        cell: NDArray[np.int32] = table[:, 1].astype(np.int32)
        pattern = regime.pattern[pair]
        found = regime.outcomes
        return Rows(regime=regime.law.regime, pair=pair, pattern=pattern, cell=cell,
                    start=table[:, 2].astype(np.int32), stop=table[:, 3].astype(np.int32),
                    verdict=found.verdict[pattern, cell], at_least=found.at_least[pattern, cell],
                    at_most=found.at_most[pattern, cell], latent=found.latent[pattern, cell])  # fmt: skip

    def _on_day(
        self, regime: RegimeBatch, pairs: NDArray[np.int64], days: NDArray[np.int32]
    ) -> NDArray[np.int64]:
        starts = np.array([cell.span.start.toordinal() for cell in regime.cells])
        cell = np.searchsorted(starts, days, side="right") - 1
        return np.column_stack([pairs, cell, days, days + 1])

    def _spans(self, regime: RegimeBatch) -> list[list[tuple[int, int, int]]]:
        """Per pattern its runs (cell, start, stop) of cells with one answer for one reason."""
        deciding = self.deciding[regime.law.regime]
        found = regime.outcomes
        starts = [cell.span.start.toordinal() for cell in regime.cells]
        stops = [*starts[1:], self.last.toordinal() + 1]
        runs: list[list[tuple[int, int, int]]] = []
        for pattern in range(len(found.verdict)):
            mine: list[tuple[int, int, int]] = []
            before: object = None
            for cell in range(len(regime.cells)):
                key = (found.verdict[pattern, cell], found.at_least[pattern, cell], found.at_most[pattern, cell],
                       found.latent[pattern, cell], _grounds(regime.cells[cell].state, deciding[pattern][cell]))  # fmt: skip
                if key == before:
                    mine[-1] = (mine[-1][0], mine[-1][1], stops[cell])
                else:
                    mine.append((cell, starts[cell], stops[cell]))
                before = key
            runs.append(mine)
        return runs

    @cached_property
    def deciding(self) -> dict[str, list[list[tuple[str, ...]]]]:
        """Provisions that apply or may apply, by regime, pattern and cell; in the order of the book."""
        made = {}
        for name, regime in self.batch.regimes.items():
            by_state: dict[int, list[tuple[str, ...]]] = {}
            for cell in regime.cells:
                if id(cell.state) not in by_state:
                    by_state[id(cell.state)] = _deciding(cell.state, regime)
            made[name] = [
                [by_state[id(c.state)][pattern] for c in regime.cells]
                for pattern in range(len(regime.truths))
            ]
        return made

    def under(self, rows: Rows, row: int) -> tuple[str, ...]:
        """Provisions behind one row."""
        return self.deciding[rows.regime][int(rows.pattern[row])][int(rows.cell[row])]

    def counts(self, regime: str) -> Counter[Verdict]:
        """Rows by verdict."""
        codes, numbers = np.unique(self.rows[regime].verdict, return_counts=True)
        return Counter({VERDICTS[int(c)]: int(n) for c, n in zip(codes, numbers, strict=True)})

    def worst(self, regime: str, count: int) -> NDArray[np.int64]:
        """Positions of the rows that most want looking at, worst first; ties in the order of the rows."""
        rows = self.rows[regime]
        rank = np.maximum(SEVERITY[rows.verdict], rows.at_least)
        order = np.lexsort(
            (
                np.arange(len(rows)),
                -SEVERITY[rows.latent].astype(np.int64),
                -rows.at_most.astype(np.int64),
                -rank.astype(np.int64),
            )
        )
        return order[:count]

    def explain(
        self,
        pair: int,
        on: date,
        calendars: Mapping[str, WorkingDays] | None = None,
        *,
        regimes: Collection[str] | None = None,
    ) -> Determination:
        """The whole answer for one pair on one day, or that of some regimes alone."""
        return answer(self.batch, pair, on, input_hash=self.input_hash, regimes=regimes, calendars=calendars)

    def gaps(self, rows: Rows, row: int) -> tuple[Gap, ...]:
        """What is missing behind one row. Open tests are found once a pattern and cell, missing facts per item."""
        regime = self.batch.regimes[rows.regime]
        key = (rows.regime, int(rows.pattern[row]), int(rows.cell[row]))
        if key not in self._open:
            self._open[key] = open_tests(
                regime.cells[key[2]].state, regime.tests, regime.truths[key[1]],
                now=VERDICTS[int(rows.verdict[row])] is Verdict.NEEDS_EVIDENCE,
                latent=VERDICTS[int(rows.latent[row])] is Verdict.NEEDS_EVIDENCE,
            )  # fmt: skip
        pair = int(rows.pair[row])
        explainer = Explainer(self.batch, int(self.batch.node[pair]), int(self.batch.move[pair]))
        return gaps_of(explainer, regime.law, regime.cells[key[2]].state, self._open[key])

    @cached_property
    def _open(self) -> dict[tuple[str, int, int], tuple[OpenTest, ...]]:
        return {}

    def span(self, rows: Rows, row: int) -> Span:
        """The days of one row."""
        return Span(date.fromordinal(int(rows.start[row])), date.fromordinal(int(rows.stop[row])))


def _grounds(state: LawState, deciding: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
    """The deciding provisions with the period in which each stands: one answer for another reason is another run."""
    if "periods" not in state.kept:
        state.kept["periods"] = {r.provision.id: id(r.standing.period) for r in state.rules}
    periods = state.kept["periods"]
    return tuple((name, periods[name]) for name in deciding)


def _deciding(state: LawState, regime: RegimeBatch) -> list[tuple[str, ...]]:
    """Per pattern the provisions that contribute at or above what surely stands."""
    truths = provision_truths(state, regime.tests, regime.truths)
    count = len(regime.truths)
    applies: dict[str, NDArray[np.bool_]] = {}
    for one in {id(one): one for one in applied_branches(state, truths)}.values():
        least = np.zeros(count, dtype=np.int8)
        for item in one.contributions:
            least = np.maximum(least, np.where(item.truth == 2, np.int8(item.outcome), np.int8(0)))
        for item in one.contributions:
            name = item.rule.provision.id
            matters = (item.truth > 0) & (
                np.int8(item.outcome) >= np.minimum(least, np.int8(Outcome.LICENCE))
            )
            applies[name] = applies.get(name, np.zeros(count, dtype=bool)) | matters
    order = [rule.provision.id for rule in state.rules if rule.provision.id in applies]
    if not order:
        return [()] * count
    table = np.column_stack([applies[name] for name in order])
    return [tuple(name for name, held in zip(order, row, strict=True) if held) for row in table.tolist()]


def pair_up(
    catalogue: Catalogue, moves: Moves, ships: NDArray[np.bool_] | None = None
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The pairs of item and move: a move that names a part carries that part, any other carries all that ship.

    Parameters
    ----------
    ships : (n,) whether a node ships by itself; by default each part that is in no other part
    """
    if ships is None:
        ships = np.arange(len(catalogue)) < catalogue.parts
        ships[catalogue.child] = False
    everything = np.flatnonzero(ships).astype(np.int32)
    number = {name: i for i, name in enumerate(catalogue.names[: catalogue.parts])} if any(moves.part) else {}
    nodes, carried = [], []
    for move, part in enumerate(moves.part):
        mine = everything if part is None else np.array([number[part]], dtype=np.int32)
        nodes.append(mine)
        carried.append(np.full(len(mine), move, dtype=np.int32))
    if not nodes:
        return np.zeros(0, np.int32), np.zeros(0, np.int32)
    node, move_of = np.concatenate(nodes), np.concatenate(carried)
    order = np.lexsort((move_of, node))
    return node[order], move_of[order]


def survey(
    book: Book,
    catalogue: Catalogue,
    moves: Moves,
    *,
    days: Sequence[date] = (),
    first: date | None = None,
    last: date | None = None,
    known_on: date | None = None,
    ships: NDArray[np.bool_] | None = None,
    regimes: Sequence[str] | None = None,
    input_hash: str = "",
) -> Survey:
    """Every answer of a catalogue: on each of `days`, or on every day from `first` through `last`.

    A move that has a day of its own is answered on that day only. Regimes that are named are asked whether anything
    stated touches them or not.
    """
    node, move = pair_up(catalogue, moves, ships)
    asked = [*days, *(d for d in moves.on if d is not None), *(d for d in (first, last) if d is not None)]
    if not asked:
        raise ValueError("no day was asked for")
    start, end = min(asked), max(asked)
    batch = evaluate(book, catalogue, moves, node=node, move=move, first=start, last=end, known_on=known_on,
                     regimes=regimes)  # fmt: skip
    return Survey(batch, start, end, tuple(sorted(set(days))), input_hash)
