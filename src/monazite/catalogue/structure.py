"""The shape of a bill of materials: which level each node stands on, and whether it runs in a circle.

Arrays in, arrays out; it knows no names. What is inside is rolled up elsewhere.

>>> levels(np.array([0, 1]), np.array([1, 2]), 3)
array([2, 1, 0], dtype=int32)
"""

import numpy as np
from numpy.typing import NDArray

_STARTS = 2000
"""From how many nodes of a knot the shortest circle is looked for; a larger knot is too tangled to matter."""


class Circular(ValueError):
    """Lines run in a circle; `cycle` holds its nodes, each the parent of the next, the last of the first."""

    def __init__(self, cycle: tuple[int, ...]) -> None:
        self.cycle = cycle
        super().__init__(f"nodes {' > '.join(map(str, cycle))} contain one another")


def levels(parent: NDArray[np.integer], child: NDArray[np.integer], count: int) -> NDArray[np.int32]:
    """Level of each node: 0 where nothing is inside, else one above its highest child. O(nodes + lines).

    Parameters
    ----------
    parent, child : (m,) positions in 0..count
    count : number of nodes

    Raises
    ------
    Circular
        with a shortest circle of the first knot
    """
    level, done = _peel(parent, child, count)
    if not done.all():
        cycle = find_cycle(parent, child, count)
        assert cycle is not None
        raise Circular(cycle)
    return level


def _peel(
    parent: NDArray[np.integer], child: NDArray[np.integer], count: int
) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    """Kahn's method from below, a whole level at a time: levels, and which nodes were reached."""
    waiting = np.bincount(parent, minlength=count)  # lines of each parent whose child is not done
    order = np.argsort(child, kind="stable")
    above = np.asarray(parent)[order]
    start = np.zeros(count + 1, dtype=np.int64)
    np.cumsum(np.bincount(child, minlength=count), out=start[1:])
    level = np.zeros(count, dtype=np.int32)
    done = np.zeros(count, dtype=bool)
    front = np.flatnonzero(waiting == 0)
    height = 0
    while len(front):
        level[front] = height
        done[front] = True
        sizes = start[front + 1] - start[front]
        lines = np.repeat(start[front] - (np.cumsum(sizes) - sizes), sizes) + np.arange(sizes.sum())
        parents, times = np.unique(above[lines], return_counts=True)
        waiting[parents] -= times
        front = parents[waiting[parents] == 0]
        height += 1
    return level, done


def find_cycle(parent: NDArray[np.integer], child: NDArray[np.integer], count: int) -> tuple[int, ...] | None:
    """A shortest circle, or None; the smallest node of it comes first."""
    cycles = find_cycles(parent, child, count)
    return min(cycles, key=lambda cycle: (len(cycle), cycle)) if cycles else None


def find_cycles(parent: NDArray[np.integer], child: NDArray[np.integer], count: int) -> list[tuple[int, ...]]:
    """A shortest circle of each knot (strongly connected set of nodes), in the order of their first nodes."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    loops = np.unique(parent[parent == child])
    cycles: list[tuple[int, ...]] = [(int(node),) for node in loops]
    graph = coo_array((np.ones(len(parent), dtype=np.int8), (parent, child)), shape=(count, count)).tocsr()
    _, knot = connected_components(graph, directed=True, connection="strong")
    inner = (knot[parent] == knot[child]) & (parent != child)
    looped = set(knot[loops].tolist())
    below: dict[int, dict[int, list[int]]] = {}
    for above, under in sorted(zip(parent[inner].tolist(), child[inner].tolist(), strict=True)):
        below.setdefault(int(knot[above]), {}).setdefault(above, []).append(under)
    cycles += [_shortest(nodes) for number, nodes in below.items() if number not in looped]
    return sorted(cycles)


def _shortest(below: dict[int, list[int]]) -> tuple[int, ...]:
    """A shortest circle in one knot: breadth first from each node, never deeper than the best so far."""
    best: tuple[int, ...] = ()
    for origin in sorted(below)[:_STARTS]:
        found = _circle_through(origin, below, len(best) or len(below) + 1)
        if found and (not best or len(found) < len(best)):
            best = found
        if len(best) == 2:
            break
    first = best.index(min(best))
    return best[first:] + best[:first]


def _circle_through(origin: int, below: dict[int, list[int]], limit: int) -> tuple[int, ...]:
    came_from = {origin: origin}
    front, depth = [origin], 0
    while front and depth + 1 < limit:
        following = []
        for node in front:
            for under in below.get(node, ()):
                if under == origin:
                    path = [node]
                    while path[-1] != origin:
                        path.append(came_from[path[-1]])
                    return tuple(reversed(path))
                if under not in came_from:
                    came_from[under] = node
                    following.append(under)
        front, depth = following, depth + 1
    return ()
