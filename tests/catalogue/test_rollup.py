"""Roll-up: floats level by level beside exact fractions down every path."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monazite.catalogue.model import Catalogue
from monazite.catalogue.rollup import ListedContent, Structure
from monazite.catalogue.structure import Circular
from monazite.terms.amounts import Interval
from monazite.terms.kleene import NO, UNKNOWN, YES
from tests.determine.strategies import intervals, parts
from tests.determine.world import ONE, Part, exactly, to_catalogue

COUNTRIES = ("AUS", "CHN", "DEU", "HKG", "JPN", "USA")
CHINA = frozenset({"CHN"})

worlds = parts(most=6)


def listed_of(catalogue: Catalogue, listed: Sequence[int], may_hold: Sequence[int]) -> ListedContent:
    """What counts, for truths drawn by hand; the share of Chinese origin is read from the catalogue."""
    shares = [catalogue.origin_share(node, CHINA) for node in range(len(catalogue))]
    return ListedContent(
        listed=np.array(listed, dtype=np.int8),
        share_low=np.array([float(low) for low, _ in shares]),
        share_high=np.array([float(high or 0) for _, high in shares]),
        may_hold=np.array(may_hold, dtype=np.int8),
    )


def by_paths(world: Sequence[Part], catalogue: Catalogue, counted: ListedContent, node: int) -> Interval:
    """Low and high content of one node, down every path; None where there is no upper end."""
    low, high = Fraction(0), Fraction(0)
    unbounded = False
    for child, (least, most) in world[node].lines:
        child_low, child_high = by_paths(world, catalogue, counted, child)
        low += least * child_low
        if most == 0 or child_high == 0:
            continue
        if most is None or child_high is None:
            unbounded = True
        else:
            high += most * child_high
    value_low, value_high = world[node].value
    share_low, share_high = catalogue.origin_share(node, CHINA)
    if world[node].may_hold_more and counted.may_hold[node] > NO:
        if value_high is None:
            unbounded = True
        else:
            high += value_high
    if counted.listed[node] == YES:
        low = max(low, value_low * share_low)
    if counted.listed[node] > NO and share_high != 0:
        if value_high is None:
            unbounded = True
        else:
            high = max(high, value_high * share_high)
    return low, None if unbounded else high


@settings(max_examples=60)
@given(data=st.data(), world=worlds)
def test_the_roll_up_gives_what_every_path_by_itself_gives(data: st.DataObject, world: list[Part]) -> None:
    catalogue = to_catalogue(world, COUNTRIES)
    truths = st.lists(st.sampled_from([0, 0, 1, 2]), min_size=len(world), max_size=len(world))
    counted = listed_of(catalogue, data.draw(truths), data.draw(truths))
    structure = Structure(catalogue)
    low, high, _ = structure.content(counted)
    exact = structure.exact_content(range(len(world)), counted, CHINA)
    for node in range(len(world)):
        expected = by_paths(world, catalogue, counted, node)
        assert exact[node] == expected
        assert low[node] == pytest.approx(float(expected[0]), rel=1e-12)
        assert high[node] == pytest.approx(np.inf if expected[1] is None else float(expected[1]), rel=1e-12)


def test_an_unbounded_number_of_things_without_content_adds_none() -> None:
    """'At least two screws' beside a magnet of 5.00: the content is that of the magnet."""
    world = [
        Part(
            form="assembly",
            complete="yes",
            value=exactly(100),
            lines=((1, exactly(1)), (2, (Fraction(2), None))),
        ),
        Part(form="magnet", complete="yes", value=exactly(5), origin="CHN"),
        Part(form="plain part", complete="yes", value=exactly(1), origin="CHN"),
    ]
    catalogue = to_catalogue(world, COUNTRIES)
    counted = listed_of(catalogue, [NO, YES, NO], [NO, NO, NO])
    low, high, _ = Structure(catalogue).content(counted)
    assert (low[0], high[0]) == (5, 5)
    assert Structure(catalogue).exact_content([0], counted, CHINA)[0] == (5, 5)


def test_a_shared_part_counts_once_for_each_time_it_is_used() -> None:
    """Two sub-assemblies with two magnets each: four magnets."""
    inner = Part(form="assembly", complete="yes", value=exactly(10), lines=((2, exactly(2)),))
    world = [
        Part(form="assembly", complete="yes", value=exactly(50), lines=((1, exactly(2)),)),
        inner,
        Part(form="magnet", complete="yes", value=exactly(3), origin="CHN"),
    ]
    catalogue = to_catalogue(world, COUNTRIES)
    counted = listed_of(catalogue, [NO, NO, YES], [NO, NO, NO])
    assert Structure(catalogue).content(counted)[0].tolist() == [12, 6, 3]


def test_a_listed_thing_inside_a_listed_thing_is_not_counted_twice() -> None:
    world = [
        Part(form="alloy", complete="yes", value=exactly(10), origin="CHN", lines=((1, ONE),)),
        Part(form="metal", complete="yes", value=exactly(4), origin="CHN"),
    ]
    catalogue = to_catalogue(world, COUNTRIES)
    counted = listed_of(catalogue, [YES, YES], [NO, NO])
    assert Structure(catalogue).content(counted)[0].tolist() == [10, 4]
    foreign = to_catalogue([replace(world[0], origin="JPN"), world[1]], COUNTRIES)
    assert Structure(foreign).content(listed_of(foreign, [YES, YES], [NO, NO]))[0].tolist() == [4, 4]


def test_a_long_chain_is_no_trouble() -> None:
    depth = 3000
    world = [Part(form="assembly", complete="yes", lines=((n + 1, ONE),)) for n in range(depth)]
    world.append(Part(form="metal", complete="yes", value=exactly(7), origin="CHN"))
    catalogue = to_catalogue(world, COUNTRIES)
    counted = listed_of(catalogue, [NO] * depth + [YES], [NO] * (depth + 1))
    structure = Structure(catalogue)
    assert structure.content(counted)[0][0] == 7
    assert structure.exact_content([0], counted, CHINA)[0] == (7, 7)
    truth = np.array([NO] * depth + [YES], dtype=np.int8)
    assert structure.any_inside(truth, np.zeros(depth + 1, dtype=np.int8)).tolist() == [YES] * depth + [NO]


def test_a_circle_of_lines_is_refused() -> None:
    world = [Part(lines=((1, ONE),)), Part(lines=((0, ONE),))]
    catalogue = to_catalogue(world, COUNTRIES)
    with pytest.raises(Circular):
        Structure(catalogue).content(listed_of(catalogue, [NO, NO], [NO, NO]))


@settings(max_examples=40)
@given(data=st.data(), world=worlds)
def test_any_inside_looks_down_every_path(data: st.DataObject, world: list[Part]) -> None:
    truths = st.lists(st.sampled_from([NO, UNKNOWN, YES]), min_size=len(world), max_size=len(world))
    truth = np.array(data.draw(truths), dtype=np.int8)
    undeclared = np.minimum(np.array(data.draw(truths), dtype=np.int8), UNKNOWN)

    def inside(node: int) -> int:
        below = [max(int(truth[child]), inside(child)) for child, _ in world[node].lines]
        return max([int(undeclared[node]), *below])

    found = Structure(to_catalogue(world, COUNTRIES)).any_inside(truth, undeclared)
    assert found.tolist() == [inside(node) for node in range(len(world))]


@settings(max_examples=20)
@given(world=worlds, quantity=intervals(1, 3))
def test_what_is_below_a_part_comes_in_the_order_of_its_lines(world: list[Part], quantity: Interval) -> None:
    world = [replace(p, lines=tuple((child, quantity) for child, _ in p.lines)) for p in world]
    structure = Structure(to_catalogue(world, COUNTRIES))
    for node, part in enumerate(world):
        assert structure.below(node) == [child for child, _ in part.lines]
        assert structure.has_lines[node] == bool(part.lines)


def test_shares_of_origin_that_are_ranges_bound_each_other() -> None:
    """40 to 60 % Chinese and at least half Australian: at most half is Chinese."""
    mixed = {"CHN": (Fraction(2, 5), Fraction(3, 5)), "AUS": (Fraction(1, 2), Fraction(1))}
    catalogue = to_catalogue([Part(origin=mixed), Part(), Part(origin="CHN")], COUNTRIES)
    assert catalogue.origin_share(0, CHINA) == (Fraction(2, 5), Fraction(1, 2))
    assert catalogue.origin_share(0, frozenset({"CHN", "AUS"})) == (Fraction(9, 10), 1)
    assert catalogue.origin_share(1, CHINA) == (0, 1)
    assert catalogue.origin_share(2, CHINA) == (1, 1)


def test_columns_that_do_not_line_up_are_refused() -> None:
    catalogue = to_catalogue([Part(), Part()], COUNTRIES)
    with pytest.raises(ValueError, match="form has 1 rows, the catalogue 2 nodes"):
        replace(catalogue, form=catalogue.form[:1])


# -- content as received, and content that counts once


def received_by_paths(
    world: Sequence[Part], catalogue: Catalogue, counted: ListedContent, node: int
) -> tuple[Interval, Interval]:
    """Content of one node, and what of it counts in whatever holds the node, down every path."""
    part = world[node]
    low, high = Fraction(0), Fraction(0)
    unbounded = False
    for child, (least, most) in part.lines:
        child_low, child_high = received_by_paths(world, catalogue, counted, child)[1]
        low += least * child_low
        if most == 0 or child_high == 0:
            continue
        if most is None or child_high is None:
            unbounded = True
        else:
            high += most * child_high
    if part.may_hold_more and counted.may_hold[node] > NO:
        if part.value[1] is None:
            unbounded = True
        else:
            high += part.value[1]
    inside: Interval = low, None if unbounded else high
    kept = inside
    if counted.once is not None:
        value_low, value_high = part.value
        if not (value_high is not None and low > counted.once * value_high):
            surely_small = inside[1] is not None and inside[1] <= counted.once * value_low
            kept = Fraction(0), Fraction(0) if surely_small else inside[1]
    listed = counted.listed[node]
    own: Interval = (
        part.value[0] if listed == YES else Fraction(0),
        part.value[1] if listed > NO else Fraction(0),
    )
    from_there, perhaps = catalogue.origin_share(node, CHINA)
    if from_there == 1:
        return own, own
    if perhaps == 0:
        return inside, kept

    def either(found: Interval) -> Interval:
        return min(own[0], found[0]), None if None in (own[1], found[1]) else max(own[1], found[1])  # type: ignore[type-var]

    return either(inside), either(kept)


@settings(max_examples=60)
@given(
    data=st.data(), world=worlds, once=st.sampled_from([None, Fraction(1, 10), Fraction(1, 4), Fraction(1)])
)
def test_content_as_received_is_what_every_path_by_itself_gives(
    data: st.DataObject, world: list[Part], once: Fraction | None
) -> None:
    catalogue = to_catalogue(world, COUNTRIES)
    truths = st.lists(st.sampled_from([0, 0, 1, 2]), min_size=len(world), max_size=len(world))
    counted = replace(listed_of(catalogue, data.draw(truths), data.draw(truths)), as_received=True, once=once)
    structure = Structure(catalogue)
    low, high, near = structure.content(counted)
    exact = structure.exact_content(range(len(world)), counted, CHINA)
    for node in range(len(world)):
        expected = received_by_paths(world, catalogue, counted, node)[0]
        assert exact[node] == expected
        top = np.inf if expected[1] is None else float(expected[1])
        if not near[node]:
            assert low[node] == pytest.approx(float(expected[0]), rel=1e-9)
            assert high[node] == pytest.approx(top, rel=1e-9)
        else:  # floats may not decide whether an intermediate lies on the limit, and then say both
            assert low[node] <= float(expected[0]) * (1 + 1e-9)
            assert high[node] >= top * (1 - 1e-9)


def test_a_part_from_the_origin_counts_as_received_and_not_by_what_is_inside() -> None:
    chip = Part(name="chip", origin="CHN", value=exactly(30), complete="yes")
    board = Part(name="board", origin="CHN", value=exactly(50), complete="yes", lines=((2, ONE),))
    motor = Part(name="motor", origin="JPN", value=exactly(200), complete="yes", lines=((1, ONE),))
    catalogue = to_catalogue([motor, board, chip], COUNTRIES)
    counted = replace(listed_of(catalogue, [0, 0, 2], [0, 0, 0]), as_received=True)
    assert Structure(catalogue).exact_content([0], counted, CHINA)[0] == (0, 0)
    both = replace(listed_of(catalogue, [0, 2, 2], [0, 0, 0]), as_received=True)
    assert Structure(catalogue).exact_content([0], both, CHINA)[0] == (50, 50)


@pytest.mark.parametrize(("value", "expected"), [(40, 0), (39, 10)], ids=["on the limit", "above it"])
def test_an_intermediate_at_the_limit_does_not_count_again(value: int, expected: int) -> None:
    chip = Part(name="chip", origin="CHN", value=exactly(10), complete="yes")
    board = Part(name="board", origin="JPN", value=exactly(value), complete="yes", lines=((2, ONE),))
    motor = Part(name="motor", origin="JPN", value=exactly(200), complete="yes", lines=((1, ONE),))
    catalogue = to_catalogue([motor, board, chip], COUNTRIES)
    counted = replace(listed_of(catalogue, [0, 0, 2], [0, 0, 0]), as_received=True, once=Fraction(1, 4))
    structure = Structure(catalogue)
    assert structure.exact_content([0], counted, CHINA)[0] == (expected, expected)
    # On the limit the board and the motor around it wait for fractions.
    assert structure.content(counted)[2].tolist() == [value == 40, value == 40, False]
