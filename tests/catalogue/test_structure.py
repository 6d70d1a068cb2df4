"""Levels and circles of a bill of materials, against slow obvious versions."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monazite.catalogue.structure import Circular, find_cycle, find_cycles, levels

Edges = list[tuple[int, int]]
graphs = st.integers(1, 8).flatmap(
    lambda n: st.tuples(
        st.just(n), st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=20)
    )
)


def arrays(edges: Edges) -> tuple[np.ndarray, np.ndarray]:
    pairs = np.array(edges, dtype=np.int64).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


def slow_shortest_circle(n: int, edges: Edges) -> int | None:
    """Length of the shortest circle, from powers of the matrix of lines."""
    one = np.zeros((n, n), dtype=bool)
    for a, b in edges:
        one[a, b] = True
    power = one.copy()
    for length in range(1, n + 1):
        if power.diagonal().any():
            return length
        power = (power.astype(int) @ one.astype(int)) > 0
    return None


def slow_level(node: int, edges: Edges) -> int:
    below = [b for a, b in edges if a == node]
    return 1 + max(slow_level(b, edges) for b in below) if below else 0


@given(graphs)
def test_a_shortest_circle_is_found_where_there_is_one(graph: tuple[int, Edges]) -> None:
    n, edges = graph
    found = find_cycle(*arrays(edges), n)
    length = slow_shortest_circle(n, edges)
    assert (found is None) == (length is None)
    if found is not None:
        assert len(found) == length
        assert all(pair in edges for pair in pairwise((*found, found[0])))
        assert found[0] == min(found)


@given(graphs)
def test_levels_are_one_above_the_highest_child(graph: tuple[int, Edges]) -> None:
    n, edges = graph
    downward = [(max(a, b), min(a, b)) for a, b in edges if a != b]
    assert levels(*arrays(downward), n).tolist() == [slow_level(node, downward) for node in range(n)]


def test_no_lines_have_no_levels() -> None:
    assert levels(*arrays([]), 3).tolist() == [0, 0, 0]
    assert levels(*arrays([]), 0).tolist() == []
    assert find_cycle(*arrays([]), 3) is None


def test_a_line_given_twice_changes_nothing() -> None:
    assert levels(*arrays([(0, 1), (0, 1), (1, 2)]), 3).tolist() == [2, 1, 0]


def test_levels_of_a_circle_name_it() -> None:
    with pytest.raises(Circular) as caught:
        levels(*arrays([(0, 1), (1, 2), (2, 3), (3, 1), (2, 0)]), 4)
    assert caught.value.cycle == (0, 1, 2)


def test_each_knot_gives_one_circle() -> None:
    assert find_cycles(*arrays([(0, 1), (1, 0), (2, 3), (3, 4), (4, 2), (5, 5), (1, 2)]), 6) == [
        (0, 1),
        (2, 3, 4),
        (5,),
    ]


def test_a_deep_chain_is_no_trouble() -> None:
    n = 20_000
    chain = np.arange(n - 1)
    assert levels(chain, chain + 1, n).tolist() == list(range(n - 1, -1, -1))
