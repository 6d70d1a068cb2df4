"""The engine beside the slow, obvious evaluator under US law: content by destination, classifications, groups with gaps."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monazite.determine.kernel import evaluate, provision_truths
from monazite.regime.book import Book
from monazite.terms.amounts import NOTHING_KNOWN
from monazite.terms.facts import CIVIL_USE
from tests.determine.oracle import Oracle
from tests.determine.strategies import intervals, mostly, moves
from tests.determine.world import NO, ONE, UNKNOWN, YES, Move, Part, exactly, to_catalogue, to_moves

ECCNS = ("EAR99", "3A001", "3A001.a.5.a", "3A090.a", "3A991", "3B001.c", "3B001.k", "3A611.x", "3A611.y", "5D002", "3E001",
         "3D993.b", "9A991", "1C990", "7A103")  # fmt: skip
TO = ("CHN", "HKG", "MAC", "IRN", "PRK", "RUS", "JPN", "DEU", "VNM", "KHM", "ARE", "GUM", "USA")
DAYS = (date(2020, 12, 22), date(2020, 12, 23), date(2025, 10, 1), date(2025, 11, 10), date(2026, 2, 2), date(2026, 2, 3),
        date(2026, 7, 10), date(2026, 7, 23), date(2026, 11, 21))  # fmt: skip
PATHS = ("from", "to", "end_user.country", "end_user.military", "end_user.headquarters", "end_user.lists",
         "end_user.us_listed_owner_share", "exporter.located", "exporter.headquarters", "importer.lists", "through_us",
         "second_incorporation", "order_value_usd", *CIVIL_USE)  # fmt: skip


@st.composite
def us_parts(draw: st.DrawFn) -> list[Part]:
    """A product with a few things inside, most of them classified, some from the United States."""
    count, ignorance = draw(st.integers(1, 4)), draw(st.sampled_from([0, 0, 1, 3]))
    made = []
    for number in range(count):
        below = range(number + 1, count)
        children = draw(st.lists(st.sampled_from(below), max_size=2)) if len(below) else []
        labels = {}
        if draw(st.integers(1, 10)) > ignorance:
            labels["eccn"] = (draw(st.sampled_from(ECCNS)),)
        if draw(st.integers(0, 4)) == 0:
            labels["reasons"] = draw(st.sampled_from([(), ("NS2", "AT1"), ("RS:MO+D5",)]))
        for name in ("direct_product_of", "plant_product_of"):
            if draw(st.integers(1, 10)) > ignorance:
                labels[name] = draw(st.sampled_from([(), (), (), ("3E001",), ("4D001", "5D002"), ("9D515",)]))
        made.append(Part(
            name=f"part {number}",
            form=draw(mostly(st.sampled_from(["component", "assembly", "equipment", "software", "technology", "finished product"]),
                             ignorance)),
            others=NO,
            origin=draw(mostly(st.sampled_from(["USA", "USA", "JPN", "CHN"]), ignorance)),
            value=draw(mostly(intervals(1, 60), ignorance, NOTHING_KNOWN)),
            complete=draw(mostly(st.just(YES), ignorance, UNKNOWN)),
            labels=labels,
            lines=tuple((child, draw(mostly(intervals(1, 2), ignorance, ONE))) for child in children),
        ))  # fmt: skip
    return made


@st.composite
def us_moves(draw: st.DrawFn) -> Move:
    """A move to one of the places that the rules tell apart."""
    made = dict(draw(moves(PATHS)))
    made["to"], made["from"] = draw(st.sampled_from(TO)), draw(st.sampled_from(["USA", "JPN", "NLD", "CHN"]))
    return made


def compare(book: Book, world: Sequence[Part], carried: Sequence[Move], on: date) -> None:
    """The truth of every provision of US law, for every part and move."""
    pairs = np.array([(n, m) for n in range(len(world)) for m in range(len(carried))], dtype=np.int32)
    batch = evaluate(book, to_catalogue(world, book.countries), to_moves(carried, book.countries),
                     node=pairs[:, 0], move=pairs[:, 1], first=on, last=on, regimes=["US"])  # fmt: skip
    oracle, regime = Oracle(book, world, carried), batch.regimes["US"]
    found = provision_truths(regime.cells[0].state, regime.tests, regime.truths)
    for pair, (part, move) in enumerate(pairs.tolist()):
        for name, truths in found.items():
            expected = oracle.truth(book.provisions[name], part, move, on)
            assert int(truths[regime.pattern[pair]]) == {False: 0, None: 1, True: 2}[expected], (
                part,
                move,
                name,
            )


@settings(max_examples=12, deadline=None)
@given(world=us_parts(), carried=st.lists(us_moves(), min_size=1, max_size=2), day=st.sampled_from(DAYS))
def test_every_condition_of_us_law_is_read_as_the_oracle_reads_it(
    book: Book, world: list[Part], carried: list[Move], day: date
) -> None:
    compare(book, world, carried, day)


@pytest.mark.parametrize("to", TO)
@pytest.mark.parametrize("once", [NO, YES])
def test_a_motor_with_us_chips_counts_its_content_by_destination(book: Book, to: str, once: str) -> None:
    """200.00 with 24.00 of 3A001.a.5.a, 18.00 of 3A991, 10.00 of EAR99, one of them inside a board of another country."""

    def part(name: str, origin: str, value: int, eccn: str, *inside: int) -> Part:
        return Part(name=name, form="component", others=NO, origin=origin, value=exactly(value), complete=YES,
                    labels={"eccn": (eccn,), "direct_product_of": (), "plant_product_of": ()},
                    lines=tuple((i, ONE) for i in inside))  # fmt: skip

    world = [
        part("motor", "JPN", 200, "EAR99", 1, 2, 3),
        part("board", "JPN", 96, "EAR99", 4),
        part("computer", "USA", 18, "3A991"),
        part("case", "USA", 10, "EAR99"),
        part("chip", "USA", 24, "3A001.a.5.a"),
    ]
    compare(book, world, [{"from": "JPN", "to": to, "second_incorporation": once}], date(2026, 9, 24))
