"""Conditions as one graph, and programs that answer many of them at once.

Equal conditions are one node, whatever names them: the definitions that hundreds of provisions share are worked out
once. A program is what some conditions need of the graph, level by level: negation, least and greatest of whole
stretches of rows, so that its cost hardly depends on how many provisions there are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from monazite.regime.conditions import Condition, Test
from monazite.terms.kleene import NO, YES, Truths, negate

_Said = TypeVar("_Said", Test, np.int8)
_LEAF, _NOT, _ALL, _ANY = range(4)
_AT_ONCE = 2048
"""So many cases run together: the rows of a program stay in a cache."""


class Graph:
    """The conditions of a law: tests and constants at the bottom, each node above those it joins."""

    def __init__(self) -> None:
        self.tests: dict[Test, int] = {}
        self.always: dict[np.int8, int] = {}  # what is so, or is not, whatever the case
        self.kinds: list[int] = []
        self.levels: list[int] = []
        self.below: list[tuple[int, ...]] = []
        self._joined: dict[tuple[int, tuple[int, ...]], int] = {}
        # By identity; holds the condition, so that no other takes its id.
        self._added: dict[int, tuple[Condition, int]] = {}

    def add(self, condition: Condition) -> int:
        """The node of a resolved condition."""
        if id(condition) not in self._added:
            self._added[id(condition)] = condition, self._add(condition)
        return self._added[id(condition)][1]

    def _add(self, condition: Condition) -> int:
        if condition.kind == "test":
            assert condition.test is not None
            return self._leaf(self.tests, condition.test)
        children = [self.add(child) for child in condition.children]
        if condition.kind == "definition":
            return children[0]
        if condition.kind == "not":
            return self._join(_NOT, (children[0],))
        if not children:
            return self._leaf(self.always, YES if condition.kind == "all" else NO)
        distinct = tuple(sorted(set(children)))
        return (
            distinct[0]
            if len(distinct) == 1
            else self._join(_ALL if condition.kind == "all" else _ANY, distinct)
        )

    def _leaf(self, known: dict[_Said, int], said: _Said) -> int:
        if said not in known:
            known[said] = self._node(_LEAF, ())
        return known[said]

    def _join(self, kind: int, below: tuple[int, ...]) -> int:
        if (kind, below) not in self._joined:
            self._joined[kind, below] = self._node(kind, below)
        return self._joined[kind, below]

    def _node(self, kind: int, below: tuple[int, ...]) -> int:
        self.kinds.append(kind)
        self.below.append(below)
        self.levels.append(1 + max((self.levels[node] for node in below), default=-1))
        return len(self.kinds) - 1


@dataclass(frozen=True, slots=True)
class _Step:
    """Nodes of one level and kind: what is joined, end to end, and where each node's stretch begins."""

    kind: int
    rows: slice
    joined: NDArray[np.intp]
    starts: NDArray[np.intp]


class Program:
    """The truth of some conditions of a graph from the truth of their tests."""

    def __init__(self, graph: Graph, conditions: Sequence[Condition]) -> None:
        roots = np.array([graph.add(condition) for condition in conditions], dtype=np.intp)
        nodes = _needed(graph, roots)
        nodes.sort(key=lambda node: (graph.levels[node], graph.kinds[node], node))
        row = {node: place for place, node in enumerate(nodes)}
        leaves = sorted(
            ((row[node], test) for test, node in graph.tests.items() if node in row), key=lambda leaf: leaf[0]
        )
        self.tests = tuple(test for _, test in leaves)
        self._leaves = [place for place, _ in leaves]
        self._always = [(row[node], truth) for truth, node in graph.always.items() if node in row]
        self._rows = len(nodes)
        self._roots = np.array([row[node] for node in roots.tolist()], dtype=np.intp)
        self._steps = list(_steps(graph, nodes, row))

    def run(self, leaves: Truths) -> Truths:
        """(conditions, P) truths from those of `tests`, (tests, P)."""
        count = leaves.shape[1]
        found = np.empty((len(self._roots), count), dtype=np.int8)
        for start in range(0, count, _AT_ONCE):
            here = slice(start, start + _AT_ONCE)
            rows = np.empty((self._rows, min(_AT_ONCE, count - start)), dtype=np.int8)
            rows[self._leaves] = leaves[:, here]
            for place, truth in self._always:
                rows[place] = truth
            for step in self._steps:
                if step.kind == _NOT:
                    rows[step.rows] = negate(rows[step.joined])
                else:
                    join = np.minimum if step.kind == _ALL else np.maximum
                    join.reduceat(rows[step.joined], step.starts, axis=0, out=rows[step.rows])
            found[:, here] = rows[self._roots]
        return found


def _needed(graph: Graph, roots: NDArray[np.intp]) -> list[int]:
    """The roots and all below them."""
    seen = set(roots.tolist())
    waiting = list(seen)
    while waiting:
        new = [node for node in graph.below[waiting.pop()] if node not in seen]
        seen.update(new)
        waiting += new
    return list(seen)


def _steps(graph: Graph, nodes: list[int], row: dict[int, int]) -> list[_Step]:
    """The joins of the nodes, which stand in the order of level and kind."""
    made, start = [], 0
    for stop in range(1, len(nodes) + 1):
        at = nodes[start]
        here = graph.levels[at], graph.kinds[at]
        if stop < len(nodes) and (graph.levels[nodes[stop]], graph.kinds[nodes[stop]]) == here:
            continue
        if here[1] != _LEAF:
            below = [graph.below[node] for node in nodes[start:stop]]
            ends = np.cumsum([len(some) for some in below])
            joined = np.array([row[node] for node in chain.from_iterable(below)], dtype=np.intp)
            made.append(_Step(here[1], slice(start, stop), joined, np.concatenate([[0], ends[:-1]])))
        start = stop
    return made
