"""Networks of supply: exposure through third countries, and chokepoints that flows start at, pass or cannot avoid.

indirect_exposure(coefficients, countries, "CHN")      with input-output coefficients: direct, total, passing
trade_only_exposure(bought, supplier, passed_on=0.4, tiers=3)    without them: traced by trade alone, an assumption
out_strength(flows), touching(flows)                   share of world flow that starts at, starts or ends at, a country
betweenness(flow), must_pass(flow, supply, ...)        shortest paths through a country; supply that cannot avoid it
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import dijkstra

from monazite.leverage.definitions import Definition
from monazite.leverage.flows import Flows, Values, cells, export_totals, import_totals

INDIRECT = Definition(
    name="indirect-exposure",
    title="Exposure through third countries (input-output)",
    formula="direct Σ_{r∈i} A[r,c]; total Σ_{r∈i} ((I − A)⁻¹ − I)[r,c]; passing x = a_i + A_{-i}ᵀ x, each path to i counted once",
    unit="input from i for a unit of c's output",
    source="Leontief inverse; coefficients are an input with their own source",
)
TRADE_ONLY = Definition(
    name="trade-only-exposure",
    title="Exposure through third countries (trade alone)",
    formula="x_j = s[i,j] + Σ_{m≠i} s[m,j] ρ_m x_m, over a number of tiers",
    unit="share 0..1 of j's imports that comes from i at one of the tiers",
    source="own variant: ρ, the part of what m ships that it made of imports of the same kind, is an assumption",
)
OUT_STRENGTH = Definition(
    name="out-strength",
    title="Share of world exports",
    formula="X[i,k] / Σ X[·,k]",
    unit="share 0..1",
    source="weighted out-degree, as the jurisdiction over a hub in Farrell and Newman (2019), International Security 44(1)",
)
TOUCHING = Definition(
    name="touching-share",
    title="Share of world flow that starts or ends here",
    formula="(X[i,k] + M[i,k]) / Σ X[·,k]",
    unit="share 0..1; of two countries that trade with each other alone, 1 each",
    source=OUT_STRENGTH.source,
)
BETWEENNESS = Definition(
    name="betweenness",
    title="Betweenness of a country",
    formula="Σ_{s≠m≠t} σ(s,t|m) / σ(s,t) over shortest paths, a flow v being 1/v long; over (n − 1)(n − 2)",
    unit="share 0..1 of ordered pairs",
    source="Freeman; lengths as inverse weights after Opsahl and others",
)
MUST_PASS = Definition(
    name="must-pass-share",
    title="Supply that cannot avoid a country",
    formula="1 − F(without m) / F, F the largest flow from supply to the target, each link carrying at most its trade",
    unit="share 0..1 of what can reach the target",
    source="maximum flow; the cut test for a chokepoint in the sense of Farrell and Newman (2019)",
)


# -- exposure through third countries ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class IndirectExposure:
    """(N,) for each using sector: what of a supplier's goods is in a unit of its output."""

    supplier: str
    direct: Values  # bought from the supplier
    total: Values  # along all paths; what crosses his border twice counts twice
    passing: Values  # what comes from him at least once; never more than `total`

    @property
    def indirect(self) -> Values:
        """Through third countries, or back from the user's own: what direct shares do not see."""
        return self.passing - self.direct


def indirect_exposure(coefficients: Values, countries: Sequence[str], supplier: str) -> IndirectExposure:
    """`INDIRECT`: exposure of each sector to the sectors of one country.

    Parameters
    ----------
    coefficients : (N, N) [r, c] input from sector r for a unit of output of sector c; a sector is one of a country
    countries : (N,) whose sector each is

    Raises
    ------
    ValueError where the shapes differ, a coefficient is below 0, or the economy uses up more than it makes

    >>> chain = np.array([[0, 0.4, 0], [0, 0, 0.5], [0, 0, 0]])    # the first sells to the second, the second to the third
    >>> found = indirect_exposure(chain, ["CHN", "JPN", "USA"], "CHN")
    >>> found.direct.tolist(), found.passing.tolist()              # 0.4 of 0.5
    ([0.0, 0.4, 0.0], [0.0, 0.4, 0.2])
    """
    size = len(countries)
    if coefficients.shape != (size, size):
        raise ValueError(f"{size} sectors and coefficients of shape {coefficients.shape}")
    if not np.all(coefficients >= 0):
        raise ValueError("a coefficient is missing or below 0")
    own = np.array([country == supplier for country in countries])
    direct: Values = coefficients[own].sum(axis=0)
    identity = np.eye(size)
    try:
        # Σ_{r∈i} (L − I)[r, c] solves y (I − A) = 1_i A.
        total = _solved((identity - coefficients).T, direct)
        passing = _solved((identity - np.where(own[:, None], 0.0, coefficients)).T, direct)
        needed = _solved(identity - coefficients, np.ones(size))
    except np.linalg.LinAlgError as error:
        raise ValueError("the sectors use up all that they make: there is no inverse") from error
    if np.any(needed < 1 - 1e-9):  # output that leaves one unit of each is one unit and what it uses up
        raise ValueError("the sectors use up more than they make: no output is left")
    return IndirectExposure(supplier=supplier, direct=direct, total=total, passing=passing)


def supply_shares(flows: Flows) -> Values:
    """(n, n) exporter, importer: share of each exporter in each importer's imports of all these flows; NaN without imports.

    Choose the flows of one product or stage first: a share over all goods says little of any of them.
    """
    bought = flow_matrix(flows)
    total = bought.sum(axis=0)
    found: Values = np.divide(bought, total, out=np.full(bought.shape, np.nan), where=total > 0)
    return found


def trade_only_exposure(
    shares: Values, supplier: int, *, passed_on: float | Values, tiers: int | None = None
) -> Values:
    """(n,) `TRADE_ONLY`: part of each country's imports that comes from a supplier at one of some tiers.

    It knows no production: what a country ships on is taken to be made of its imports for the part `passed_on`, and of
    its own for the rest. One tier is the import share itself. NaN for the supplier and where nothing is imported.

    Parameters
    ----------
    shares : (n, n) exporter, importer: `supply_shares`
    passed_on : ρ, 0..1, one for all or (n,); a country that imports nothing passes nothing on
    tiers : how many; None for all, then every ρ is below 1

    >>> shares = np.array([[np.nan, 0.8, 0.0], [np.nan, 0.0, 1.0], [np.nan, 0.2, 0.0]])
    >>> trade_only_exposure(shares, 0, passed_on=0.5, tiers=1).round(3).tolist()
    [nan, 0.8, 0.0]
    >>> trade_only_exposure(shares, 0, passed_on=0.5, tiers=2).round(3).tolist()         # the third: 1.0 · 0.5 · 0.8
    [nan, 0.8, 0.4]
    """
    rho = np.broadcast_to(np.asarray(passed_on, dtype=np.float64), (len(shares),))
    if not np.all((rho >= 0) & (rho <= 1)):
        raise ValueError("the part passed on lies in 0..1")
    bought = np.nan_to_num(shares)
    direct = bought[supplier]
    step = (bought * rho[:, None]).T  # [importer, exporter]
    step[:, supplier] = 0.0  # what has come from him is traced no further
    if tiers is None:
        if np.any(rho == 1):
            raise ValueError("where all is passed on, name the number of tiers")
        reached = _solved(np.eye(len(shares)) - step, direct)
    else:
        reached = np.zeros(len(shares))
        for _ in range(tiers):
            reached = direct + step @ reached
    bought_nothing = np.isnan(shares).all(axis=0)
    return np.where(bought_nothing | (np.arange(len(shares)) == supplier), np.nan, reached)


def _solved(left: Values, right: Values) -> Values:
    return np.asarray(np.linalg.solve(left, right), dtype=np.float64)


# -- chokepoints ------------------------------------------------------------------------------------------------


def out_strength(flows: Flows) -> Values:
    """(n, K) `OUT_STRENGTH`; NaN where nobody exports the product."""
    return _of_world(export_totals(flows), flows)


def touching(flows: Flows) -> Values:
    """(n, K) `TOUCHING`; NaN where nobody exports the product."""
    return _of_world(export_totals(flows) + import_totals(flows), flows)


def _of_world(amounts: Values, flows: Flows) -> Values:
    world = export_totals(flows).sum(axis=0)
    found: Values = np.divide(amounts, world, out=np.full(amounts.shape, np.nan), where=world > 0)
    return found


def flow_matrix(flows: Flows) -> Values:
    """(n, n) exporter, importer: value shipped, summed over the products."""
    n = len(flows.countries)
    held = np.bincount(cells(flows.exporter, flows.importer, n), weights=flows.value, minlength=n * n)
    return held.reshape(n, n).astype(np.float64)


def betweenness(flow: Values) -> Values:
    """(n,) `BETWEENNESS` on a matrix of flows [exporter, importer]; NaN where there are fewer than three countries.

    Pairs without a path count as not passing. O(n³): a second for 230 countries.
    """
    n = len(flow)
    if n < 3:
        return np.full(n, np.nan)
    length = np.divide(1.0, flow, out=np.full((n, n), np.inf), where=flow > 0)
    np.fill_diagonal(length, np.inf)
    edges = np.where(np.isfinite(length), length, 0.0)
    distance: Values = dijkstra(edges, directed=True)
    paths = np.zeros((n, n))  # [s, t] number of shortest paths
    for source in range(n):
        # The last step of a shortest path from the source.
        last = _same(distance[source][:, None] + length, distance[source][None, :])
        count = np.zeros(n)
        count[source] = 1.0
        order = np.argsort(distance[source], kind="stable")
        for node in order[1:]:
            if np.isfinite(distance[source, node]):
                count[node] = count[last[:, node]].sum()
        paths[source] = count
    np.fill_diagonal(paths, 0.0)
    found = np.zeros(n)
    for node in range(n):
        on_path = _same(distance[:, node][:, None] + distance[node][None, :], distance)
        through = np.divide(
            np.outer(paths[:, node], paths[node]), paths, out=np.zeros((n, n)), where=on_path & (paths > 0)
        )
        through[node] = through[:, node] = 0.0
        found[node] = through.sum()
    return found / ((n - 1) * (n - 2))


def _same(one: Values, other: Values) -> NDArray[np.bool_]:
    """Equal lengths, but for the rounding of their sums; what cannot be reached is not."""
    with np.errstate(invalid="ignore"):
        return np.isfinite(one) & (np.abs(one - other) <= 1e-12 * np.abs(other))


def must_pass(flow: Values, supply: Values, *, target: int, node: int) -> float | None:
    """`MUST_PASS`: the part of what can reach the target that is lost without a country; None where nothing reaches it.

    Parameters
    ----------
    flow : (n, n) exporter, importer: what each link carries at most
    supply : (n,) what each country brings into the network at most, its production; without figures of production
        `net_exports` is a stand-in, to be named so

    >>> flow = np.zeros((4, 4))
    >>> flow[0, 1], flow[1, 3], flow[0, 2], flow[2, 3] = 5, 5, 3, 2      # from 0 through 1 or 2 to 3
    >>> must_pass(flow, np.array([10.0, 0, 0, 0]), target=3, node=1)     # 5 of 7
    0.7142857142857143
    """
    if target == node:
        raise ValueError("a country cannot be a chokepoint on the way to itself")
    whole = largest_flow(flow, supply, target)
    if whole == 0:
        return None
    kept = np.arange(len(flow)) != node
    left = largest_flow(flow * np.outer(kept, kept), supply, target)
    return 1 - left / whole


def net_exports(flow: Values) -> Values:
    """(n,) what each country ships beyond what it receives; 0 where it receives more."""
    found: Values = np.maximum(flow.sum(axis=1) - flow.sum(axis=0), 0.0)
    return found


def largest_flow(flow: Values, supply: Values, target: int) -> float:
    """The most that can come to the target from supply along the links, the target's own supply left out."""
    n = len(flow)
    room = np.zeros((n + 1, n + 1))  # what each link can still carry; node n is where supply comes from
    room[:n, :n] = flow
    room[n, :n] = supply
    np.fill_diagonal(room, 0.0)
    room[n, target] = 0.0
    sent = 0.0
    while True:
        before = _shortest_way(room, n, target)
        if before is None:
            return sent
        way = [target]
        while way[-1] != n:
            way.append(int(before[way[-1]]))
        links = way[1:], way[:-1]
        most = room[links].min()
        room[links] -= most
        room[links[::-1]] += most
        sent += float(most)


def _shortest_way(room: Values, start: int, end: int) -> NDArray[np.int64] | None:
    """Where each node is reached from on a way of the fewest links; None where the end is not reached."""
    before = np.full(len(room), -1, dtype=np.int64)
    before[start] = start
    edge = [start]
    while edge and before[end] < 0:
        further = []
        for node in edge:
            new = np.flatnonzero((room[node] > 0) & (before < 0))
            before[new] = node
            further += new.tolist()
        edge = further
    return None if before[end] < 0 else before
