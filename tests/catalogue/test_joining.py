"""Many small catalogues as one: the same nodes, and the same answers."""

from dataclasses import fields, replace
from datetime import date
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monazite.catalogue.joining import join, join_moves
from monazite.catalogue.model import Catalogue
from monazite.catalogue.moves import Moves
from monazite.determine.determination import determine
from monazite.determine.kernel import evaluate
from monazite.determine.question import Question, read_question
from monazite.determine.running import run_cases
from monazite.readers.cases import read_cases
from monazite.regime.book import Book
from tests.determine.asking import EAST, LIST, batch_of, engine_answer
from tests.determine.strategies import DAYS, books, moves, parts
from tests.determine.world import Move, Part, to_catalogue, to_moves

MAGNET = {
    "form": "magnet", "family": "NdFeB", "elements": {"Dy": "yes"}, "origin": {"CHN": "40..60 %", "JPN": "40..60 %"},
    "public_domain": "yes", "value": "10 USD", "made_with": {"magnet": "JPN"},
    "content": [{"form": "metal", "elements": ["Dy"], "origin": "CHN", "value": "1 USD", "quantity": "2"}],
}  # fmt: skip
BATTERY = {"form": "battery", "energy_density_wh_per_kg": "310", "value": "7 USD", "codes": ["3A001"]}


def question(item: dict[str, object], **facts: object) -> Question:
    return read_question({"item": item, "to": "DEU", **facts}, countries=("CHN", "DEU", "JPN", "USA"))


def rows(held: Catalogue | Moves) -> list[dict[str, object]]:
    """What each node or move says of itself, without what was left out or stands for nothing said."""
    made = []
    for row in range(len(held)):
        said: dict[str, object] = {}
        for one in fields(held):
            value = getattr(held, one.name)
            if one.name in ("parts", "countries", "currency", "parent", "child", "quantity"):
                continue
            if not isinstance(value, dict):
                said[one.name] = plain(value[row])
            elif any(isinstance(key, int) for key in value):
                said[one.name] = value.get(row)
            else:
                for path, column in value.items():
                    said[path] = column.get(row) if isinstance(column, dict) else plain(column[row])
        made.append(
            {key: value for key, value in said.items() if value not in (None, "", -1, (Fraction(0), None))}
        )
    return made


def plain(value: object) -> object:
    return value.tolist() if isinstance(value, np.ndarray | np.generic) else value


def test_every_node_and_move_says_what_it_said_alone() -> None:
    several = [question(MAGNET, end_user={"lists": "none", "name": "Akiko"}), question(BATTERY, **{"from": "CHN"}),
               question(MAGNET, knows={"risk": "yes"})]  # fmt: skip
    joined, carried = join([q.catalogue for q in several]), join_moves([q.moves for q in several])
    alone = [row for q in several for row in rows(q.catalogue)]
    together = rows(joined)
    for before, after in zip(alone, together, strict=True):
        assert after == before
    assert rows(carried) == [row for q in several for row in rows(q.moves)]
    assert list(zip(joined.parent.tolist(), joined.child.tolist(), strict=True)) == [(0, 1), (3, 4)]
    assert [joined.quantity[line] for line in (0, 1)] == [(2, 2), (2, 2)]
    assert joined.mixed_origins.keys() == {0, 3}
    assert joined.codes == {2: ("3A001",)}
    assert joined.parts == len(joined) == 5


def test_catalogues_of_several_currencies_are_not_joined() -> None:
    one, other = question(MAGNET).catalogue, question(BATTERY).catalogue
    with pytest.raises(ValueError, match="cannot be joined"):
        join([one, replace(other, currency="EUR")])


@settings(max_examples=30)
@given(
    law=books([LIST], [EAST]),
    several=st.lists(st.tuples(parts(most=3), moves()), min_size=1, max_size=4),
    day=DAYS,
)
def test_together_each_is_answered_as_alone(
    law: Book, several: list[tuple[list[Part], Move]], day: date
) -> None:
    joined = join([to_catalogue(world, law.countries) for world, _ in several])
    carried = join_moves([to_moves([move], law.countries) for _, move in several])
    sizes = [len(world) for world, _ in several]
    move = np.repeat(np.arange(len(several)), sizes).astype(np.int32)
    batch = evaluate(
        law, joined, carried, node=np.arange(len(joined), dtype=np.int32), move=move, first=day, last=day
    )
    together = [engine_answer(batch, pair, day) for pair in range(len(joined))]
    alone = [engine_answer(one, pair, day) for world, move in several
             for one in [batch_of(law, world, [move], day, day)] for pair in range(len(world))]  # fmt: skip
    assert together == alone


def test_worked_cases_are_answered_together_as_alone(book: Book) -> None:
    """To the last word: outcome, provisions, gaps, duties, notes."""
    several = read_cases()[::120]
    answered = {result.case.where: result.answer for result in run_cases(several, book)}
    for case in several:
        alone = determine(case.facts, book, with_tree=False)
        together = answered[case.where]
        assert together is not None
        assert together.regimes == {name: alone.regimes[name] for name in case.expect}, case.where
        assert (together.on, together.known_on, together.untouched) == (
            alone.on,
            alone.known_on,
            alone.untouched,
        )
