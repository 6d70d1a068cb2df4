"""Roll-up: carrying content values up a bill of materials, level by level, low and high ends together.

`X[p] = own[p] + sum over lines (p, c) of q * X[c]`, children before parents: one sparse product a level, each
line read once, a shared sub-assembly computed once. Floats carry the bulk; a share that lies too near a
threshold for floats to decide is computed again with exact fractions (`exact_content`).

A node that is itself listed counts with the part of its value that has the wanted origin, or with what is
inside it where that is more, so that nothing counts twice.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from monazite.catalogue.model import Catalogue
from monazite.catalogue.structure import levels
from monazite.terms.amounts import Interval
from monazite.terms.kleene import NO, UNKNOWN, YES, Truths

Floats = NDArray[np.float64]

NEAR = 1e-9
"""Two amounts this near, relative, are compared again in exact fractions; floats err by far less."""


@dataclass(frozen=True, kw_only=True)
class ListedContent:
    """What counts as content of one control class: per node whether it is listed, and the share of it that counts.

    Arrays (n,). `listed` is a truth value; `share_low`, `share_high` the part of the node that has the wanted
    origin; `may_hold` whether something undeclared inside the node may be of the class.

    With `as_received` a node from the origin counts as its maker received it: itself, or not at all, whatever is
    inside. With `once`, a share, what is inside a node from elsewhere does not count further up while it comes to no
    more than that share of the node's own value.
    """

    listed: Truths
    share_low: Floats
    share_high: Floats
    may_hold: Truths
    as_received: bool = False
    once: Fraction | None = None


@dataclass(frozen=True)
class Structure:
    """The lines of a catalogue in the order of a roll-up: nodes numbered from the leaves up, lines by parent."""

    catalogue: Catalogue

    @cached_property
    def level(self) -> NDArray[np.int32]:
        """(n,) longest way down from each node; 0 for a node without lines."""
        c = self.catalogue
        return levels(c.parent, c.child, len(c))

    @cached_property
    def _sweep(self) -> tuple[NDArray[np.int32], list[tuple[slice, sparse.csr_array, sparse.csr_array]]]:
        """New number of each node, and per level its rows with the quantities (low and high) into what lies below."""
        c = self.catalogue
        order = np.argsort(self.level, kind="stable")
        number = np.empty(len(c), dtype=np.int32)
        number[order] = np.arange(len(c))
        starts = np.searchsorted(self.level[order], np.arange(int(self.level.max(initial=0)) + 2))
        parent, child, low_quantity, high_quantity = (
            c.parent,
            c.child,
            c.quantity.low_float,
            c.quantity.high_float,
        )
        if not high_quantity.all():  # none of a thing that may be unbounded is nothing
            used = high_quantity > 0
            parent, child = parent[used], child[used]
            low_quantity, high_quantity = low_quantity[used], high_quantity[used]
        places, shape = (number[parent], number[child]), (len(c), len(c))
        low = sparse.csr_array((low_quantity, places), shape=shape)
        exact = np.array_equal(c.quantity.low, c.quantity.high)
        bounded = np.where(np.isinf(high_quantity), 0.0, high_quantity)
        high = low if exact else sparse.csr_array((bounded, places), shape=shape)
        steps = []
        for start, stop in zip(starts[1:-1].tolist(), starts[2:].tolist(), strict=True):
            below = low[start:stop, :start]
            steps.append((slice(start, stop), below, below if exact else high[start:stop, :start]))
        return number, steps

    @cached_property
    def _endless(self) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """Per level the lines of unbounded quantity: (parents, children) by their new numbers."""
        c, number = self.catalogue, self._sweep[0]
        lines = np.flatnonzero(np.isinf(c.quantity.high_float))
        of_level = self.level[c.parent[lines]]
        return [
            (number[c.parent[found]].astype(np.int64), number[c.child[found]].astype(np.int64))
            for found in (lines[of_level == level] for level in range(int(self.level.max(initial=0)) + 1))
        ]

    @cached_property
    def has_lines(self) -> NDArray[np.bool_]:
        """(n,) the node has something declared inside."""
        found = np.zeros(len(self.catalogue), dtype=bool)
        found[self.catalogue.parent] = True
        return found

    def content(self, listed: ListedContent) -> tuple[Floats, Floats, NDArray[np.bool_]]:
        """Value of listed content in one unit of each node, low and high end; (n,) each, inf where unbounded.

        And where it rests on an intermediate that lies too near `once` for floats to say whether it counts.
        """
        c = self.catalogue
        number, steps = self._sweep
        with np.errstate(invalid="ignore"):
            whole = 1.0 if listed.as_received else None  # a thing comes from the origin, or does not
            own_low = np.where(listed.listed == YES, c.value.low_float * (whole or listed.share_low), 0.0)
            counts = (listed.listed > NO) & (listed.share_high > 0)
            own_high = np.where(counts, c.value.high_float * (whole or listed.share_high), 0.0)
        undeclared = np.where((listed.may_hold > NO) & c.may_hold_more, c.value.high_float, 0.0)
        own, extra = np.empty((len(c), 2)), np.empty(len(c))
        own[number, 0], own[number, 1], extra[number] = own_low, own_high, undeclared
        ends = np.zeros((len(c), 2))  # what is in each node
        carried = ends if listed.once is None else np.zeros((len(c), 2))  # what of it counts further up
        received = np.empty((len(c), 2), dtype=bool)  # surely, perhaps from the origin
        received[number, 0], received[number, 1] = listed.share_low == 1, listed.share_high > 0
        value = np.empty((len(c), 2))
        value[number, 0], value[number, 1] = c.value.low_float, c.value.high_float
        near = np.zeros(len(c), dtype=bool)
        first = steps[0][0].start if steps else len(c)
        endless = self._endless
        for level, (rows, q_low, q_high) in enumerate([(slice(0, first), None, None), *steps]):
            inside = np.zeros((rows.stop - rows.start, 2))
            if q_low is not None:
                inside = q_low @ carried[: rows.start]
                if q_high is not q_low:
                    inside[:, 1] = q_high @ carried[: rows.start, 1]
            inside[:, 1] += extra[rows]
            parents, children = endless[level]
            inside[parents[carried[children, 1] > 0] - rows.start, 1] = np.inf
            if not listed.as_received:
                np.maximum(own[rows], inside, out=ends[rows])
                continue
            surely, perhaps = received[rows, 0], received[rows, 1]
            both = np.stack(
                [np.minimum(own[rows, 0], inside[:, 0]), np.maximum(own[rows, 1], inside[:, 1])], axis=1
            )
            ends[rows] = np.where(surely[:, None], own[rows], np.where(perhaps[:, None], both, inside))
            if listed.once is not None:
                limit = float(listed.once)
                with np.errstate(invalid="ignore"):
                    limits = limit * value[rows]
                    below = (inside[:, 1] < limits[:, 0]) & ~np.isinf(inside[:, 1])
                    above = inside[:, 0] > limits[:, 1]
                near[rows] = (inside[:, 1] > 0) & (
                    too_near(inside[:, 1], limits[:, 0]) | too_near(inside[:, 0], limits[:, 1])
                )
                if q_high is not None:
                    near[rows] |= (q_low + q_high) @ near[: rows.start] > 0
                kept = inside * ~below[:, None]
                kept[:, 0] = np.where(above, kept[:, 0], 0.0)
                both = np.stack(
                    [np.minimum(own[rows, 0], kept[:, 0]), np.maximum(own[rows, 1], kept[:, 1])], axis=1
                )
                carried[rows] = np.where(surely[:, None], own[rows], np.where(perhaps[:, None], both, kept))
        return ends[number, 0], ends[number, 1], near[number]

    def any_inside(self, truth: Truths, undeclared: Truths) -> Truths:
        """Does something inside each node satisfy what `truth` says of every node? (n,)

        `undeclared` says what may hold of things inside a node that nobody declared.
        """
        c = self.catalogue
        found = undeclared.copy()
        lines = np.flatnonzero(c.quantity.high_float > 0)
        lines = lines[np.argsort(self.level[c.parent[lines]], kind="stable")]
        parent, child = c.parent[lines], c.child[lines]
        surely_there = np.where(c.quantity.low_float[lines] > 0, YES, UNKNOWN)
        cuts = np.flatnonzero(np.diff(self.level[parent])) + 1
        for some in np.split(np.arange(len(lines)), cuts):
            seen = np.maximum(truth[child[some]], found[child[some]])
            np.maximum.at(found, parent[some], np.minimum(seen, surely_there[some]))
        return found

    def below(self, node: int) -> list[int]:
        """The nodes directly inside one node, in the order of the lines."""
        return [int(self.catalogue.child[line]) for line in self.lines_of(node)]

    def lines_of(self, node: int) -> list[int]:
        """The lines of one node."""
        order, start = self._by_parent
        return order[start[node] : start[node + 1]].tolist()  # type: ignore[no-any-return]

    @cached_property
    def _by_parent(self) -> tuple[NDArray[np.int64], list[int]]:
        """Lines in the order of their parents, and where the lines of each node start."""
        c = self.catalogue
        start = np.zeros(len(c) + 1, dtype=np.int64)
        np.cumsum(np.bincount(c.parent, minlength=len(c)), out=start[1:])
        return np.argsort(c.parent, kind="stable"), start.tolist()

    def exact_content(
        self,
        nodes: Iterable[int],
        listed: ListedContent,
        origin: frozenset[str],
        *,
        declared: bool = False,
        done: dict[int, tuple[Interval, Interval]] | None = None,
    ) -> dict[int, Interval]:
        """The same as `content` for some nodes, in exact fractions. O(lines below them).

        Parameters
        ----------
        declared : what is declared alone, and all of it from the origin where that is open
        done : what earlier calls with the same class of content found, and what of it counts further up; kept up
        """
        c = self.catalogue
        nodes = [int(n) for n in nodes]
        done = {} if done is None else done
        wanted: set[int] = set()
        stack = list(nodes)
        while stack:
            node = stack.pop()
            if node not in wanted and node not in done:
                wanted.add(node)
                stack.extend(self.below(node))
        for node in sorted(wanted, key=lambda n: (int(self.level[n]), n)):
            undeclared = not declared and listed.may_hold[node] > NO and c.may_hold_more[node]
            low, high = Fraction(0), c.value[node][1] if undeclared else Fraction(0)
            for line in self.lines_of(node):
                child_low, child_high = done[int(c.child[line])][1]
                if child_high == 0:
                    continue
                q_low, q_high = c.quantity[line]
                low += q_low * child_low
                high = _plus(high, _times(child_high, q_high))
            inside = low, high
            own = self._own_content(node, listed, origin, declared)
            share_low, share_high = c.origin_share(node, origin)
            if not listed.as_received:
                content = max(low, own[0]), _larger(high, own[1])
                done[node] = content, content
            elif share_low == 1 or (declared and share_high):
                done[node] = own, own
            else:
                carried = inside if listed.once is None else _kept(inside, c.value[node], listed.once)
                either = share_high != 0
                content, carried = (
                    (min(own[0], part[0]), _larger(own[1], part[1])) if either else part
                    for part in (inside, carried)
                )
                done[node] = content, carried
        return {node: done[node][0] for node in nodes}

    def _own_content(
        self, node: int, listed: ListedContent, origin: frozenset[str], declared: bool
    ) -> Interval:
        """What a node counts by itself."""
        if listed.listed[node] == NO:
            return Fraction(0), Fraction(0)
        value_low, value_high = self.catalogue.value[node]
        share_low, share_high = self.catalogue.origin_share(node, origin)
        if listed.as_received and share_high:
            share_low = share_high = Fraction(1)
        surely = listed.listed[node] == YES or declared
        low = value_low * (share_high or 0 if declared else share_low) if surely else Fraction(0)
        return low, _times(value_high, share_high)


def too_near(a: Floats, b: Floats) -> NDArray[np.bool_]:
    """So near that floats may put them on the wrong side of each other."""
    finite = np.isfinite(a) & np.isfinite(b)
    return finite & (np.abs(a - b) <= NEAR * np.maximum(np.abs(a), np.abs(b)))


def _kept(inside: Interval, value: Interval, limit: Fraction) -> Interval:
    """What is inside an intermediate, as far as it counts further up: nothing while it comes to no more than the limit."""
    low, high = inside
    if value[1] is not None and low > limit * value[1]:
        return inside
    if high is not None and high <= limit * value[0]:
        return Fraction(0), Fraction(0)
    return Fraction(0), high


def _times(a: Fraction | None, b: Fraction | None) -> Fraction | None:
    if a == 0 or b == 0:
        return Fraction(0)
    return None if a is None or b is None else a * b


def _plus(a: Fraction | None, b: Fraction | None) -> Fraction | None:
    return None if a is None or b is None else a + b


def _larger(a: Fraction | None, b: Fraction | None) -> Fraction | None:
    return None if a is None or b is None else max(a, b)
