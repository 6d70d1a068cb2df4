"""A structural index of firms (ESRI): how much of the economy falls where one firm stops, without time and stocks.

    result = structural_index(Prepared(firms), [firm], eps=0.01)
    result.index, result.downstream, result.upstream, result.steps

It ranks; it dates nothing. `eps` is a choice of the model and not an accuracy: with a smaller one the same network
gives a larger index, so every value carries its eps and its number of steps.

Source: Diem et al. 2022, Quantifying firm-level economic systemic risk from nation-wide supply networks.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from monazite.terms.faults import BadInput, Fault

Values = NDArray[np.float64]
Places = NDArray[np.intp]

NON_ESSENTIAL, ESSENTIAL = 1, 2
EMPTY_MARKET = 1e-10
"""What a market still sells counts as 1 below this."""
MANY = 0.1
"""Share of links from which on all are read in a row instead of only those of firms that changed."""
FEW = 30_000
"""Links up to which reading all of them is quicker than finding those of a few firms."""
MOST_STEPS = 100_000


@dataclass(frozen=True, kw_only=True)
class FirmLinks:
    """Firms and what they sell to each other, in one currency and span of time.

    Parameters
    ----------
    seller, buyer : (L,) firm numbers
    value : (L,) sales; several links of a pair add up
    product : (N,) product that each firm makes
    needs : (products, products) [input, maker of]: 2 essential, 1 not, 0 none
    revenue : (N,) all sales, to final buyers too: weights and denominator of upstream shares; sales in the network
        where not given, and then makers of final goods weigh nothing
    costs : (N,) all purchases: denominator of non-essential inputs; purchases in the network where not given
    market : (N,) firms that can replace each other share a number; not given = no replacement

    Raises
    ------
    BadInput where a number is out of range, a value is negative, or revenue or costs are below the network's
    """

    names: tuple[str, ...]
    seller: Places
    buyer: Places
    value: Values
    product: Places
    needs: NDArray[np.integer]
    revenue: Values | None = None
    costs: Values | None = None
    market: Places | None = None

    def __post_init__(self) -> None:
        count, kinds, faults = len(self), len(self.needs), []
        for what, places, most in (
            ("seller", self.seller, count),
            ("buyer", self.buyer, count),
            ("product", self.product, kinds),
        ):
            if len(places) and (places.min() < 0 or places.max() >= most):
                faults.append(Fault(where="firm links", what=f"a {what} is not in 0..{most - 1}"))
        if not np.all(np.isfinite(self.value) & (self.value >= 0)):
            faults.append(
                Fault(where="firm links", what="a value is negative or missing", mend="Leave it out")
            )
        if not np.isin(self.needs, (0, NON_ESSENTIAL, ESSENTIAL)).all():
            faults.append(Fault(where="firm links", what="needs has other figures", mend="Allowed: 0, 1, 2"))
        if not faults:
            for what, held, least in (
                ("revenue", self.revenue, self.sales),
                ("costs", self.costs, self.bought),
            ):
                if held is not None and not np.all(held >= least * (1 - 1e-9)):
                    mend = "Give all of it, the network's part included"
                    what = f"{what} of a firm is below its part in the network"
                    faults.append(Fault(where="firm links", what=what, mend=mend))
        if faults:
            raise BadInput(faults)

    def __len__(self) -> int:
        return len(self.names)

    @cached_property
    def sales(self) -> Values:
        """(N,) sales in the network."""
        return np.bincount(self.seller, self.value, minlength=len(self)).astype(float)

    @cached_property
    def bought(self) -> Values:
        """(N,) purchases in the network."""
        return np.bincount(self.buyer, self.value, minlength=len(self)).astype(float)


@dataclass(frozen=True, slots=True, kw_only=True)
class Structural:
    """What one shock does. `index` counts a firm by the worse of its two losses."""

    index: float
    downstream: float
    upstream: float
    eps: float
    steps: int
    by_revenue: bool  # weights are revenue, not sales in the network
    h_downstream: Values  # (N,) output left
    h_upstream: Values


class _Links:
    """Shares by link from a firm that changed to what they act on: both a matrix and its rows."""

    def __init__(self, source: Places, target: Places, share: Values, shape: tuple[int, int]) -> None:
        rows = sparse.csr_array((share, (source, target)), shape=shape)
        rows.sum_duplicates()
        self.begin = rows.indptr.astype(np.int64)
        self.target, self.share = rows.indices.astype(np.intp), rows.data
        self.into = sparse.csr_array(rows.T)
        self.each = np.diff(self.begin)
        self.count = len(self.share)

    def spread(self, held: Values, changed: Places, change: Values, sums: Values) -> Places | None:
        """Sums over links brought up to date; the targets that were met, or None where all were."""
        if not len(changed) or not self.count:
            return changed[:0]
        each = self.each[changed]
        total = int(each.sum())
        if total > MANY * self.count:
            sums[:] = self.into @ held
            return None
        ends = np.cumsum(each)
        at = np.arange(total) + np.repeat(self.begin[changed] - ends + each, each)
        met: Places = self.target[at]
        np.add.at(sums, met, self.share[at] * np.repeat(change, each))
        return met


class Prepared:
    """Firms with the shares that every shock uses, made once.

    a_ij = W_ij / j's purchases of i's product where it is essential, W_ij / all of j's costs where not, else 0;
    b_ij = W_ij / revenue of i.
    """

    def __init__(self, firms: FirmLinks) -> None:
        self.firms, count = firms, len(firms)
        seller, buyer, value = firms.seller, firms.buyer, np.asarray(firms.value, dtype=float)
        kinds = len(firms.needs)
        self.revenue = firms.sales if firms.revenue is None else np.asarray(firms.revenue, dtype=float)
        costs = firms.bought if firms.costs is None else np.asarray(firms.costs, dtype=float)
        kept = value > 0
        seller, buyer, value = seller[kept], buyer[kept], value[kept]
        self.upstream = _Links(buyer, seller, value / self.revenue[seller], (count, count))
        need = np.asarray(firms.needs)[firms.product[seller], firms.product[buyer]]
        loose, hard = need == NON_ESSENTIAL, need == ESSENTIAL
        shape = (count, count)
        self.loose = _Links(seller[loose], buyer[loose], value[loose] / costs[buyer[loose]], shape)
        pair = buyer.astype(np.int64) * kinds + firms.product[seller]
        pairs, slot = np.unique(pair[hard], return_inverse=True)
        of_product = np.bincount(slot, value[hard], minlength=len(pairs))
        place, owner, blocks = _blocks((pairs // kinds).astype(np.intp), count)
        self.hard = _Links(seller[hard], place[slot], value[hard] / of_product[slot], (count, len(owner)))
        self.slot_firm, self.blocks = owner, blocks
        self.links = self.loose.count + self.hard.count + self.upstream.count
        if self.links <= FEW:  # all sums of a step in one product
            acting = sparse.vstack([self.loose.into, self.hard.into])
            self.stacked = sparse.csr_array(sparse.block_diag([acting, self.upstream.into]))
        self.market = firms.market
        self.sold = firms.sales
        self.market_sold = (
            np.empty(0) if firms.market is None else np.bincount(firms.market, self.sold).astype(float)
        )
        self.weight = self.revenue / self.revenue.sum()


def _blocks(firm: Places, count: int) -> tuple[Places, Places, list[tuple[Places, slice]]]:
    """An order of firms' essential inputs in which the largest of each firm is found fast.

    Firms of about equally many inputs stand together, with room for 1, 2, 4, 8 ...; the k-th row of a block holds the
    k-th input of each of its firms, and places left over hold nothing.

    Returns
    -------
    place : (inputs,) place of each, owner : (places,) its firm, blocks : firms and their places
    """
    each: Places = np.bincount(firm, minlength=count)
    rank: Places = np.arange(len(firm)) - (np.cumsum(each) - each)[firm]  # firms stand in order
    room: Places = 2 ** np.ceil(np.log2(np.maximum(each, 1))).astype(np.intp)
    first, step = np.zeros(count, dtype=np.intp), np.zeros(count, dtype=np.intp)
    blocks: list[tuple[Places, slice]] = []
    owner: list[Places] = [np.empty(0, dtype=np.intp)]
    begin = 0
    for many in np.unique(room[each > 0]).tolist():
        owners: Places = np.flatnonzero((room == many) & (each > 0))
        first[owners], step[owners] = begin + np.arange(len(owners)), len(owners)
        owner.append(np.tile(owners, many))
        blocks.append((owners, slice(begin, begin + many * len(owners))))
        begin += many * len(owners)
    place: Places = first[firm] + rank * step[firm]
    return place, np.concatenate(owner), blocks


def structural_index(
    prepared: Prepared, shocked: Sequence[int], *, eps: float, psi: float = 1.0
) -> Structural:
    """The index where the firms `shocked` lose the share `psi` of their output together.

    h_d,j <- max(0, min(1 - psi_j, 1 - max over essential k of lack_jk, 1 - sum over others of lack_jk)),
    lack_jk = sum over makers i of k of sigma_i a_ij (1 - h_d,i),  sigma_i = min(1, sold_i / what its market still sells);
    h_u,i <- max(0, min(1 - psi_i, 1 - sum_j b_ij (1 - h_u,j)));  until no h falls by more than eps in a step.

    Raises
    ------
    BadInput where eps is below 0, or psi is not in 0..1
    """
    if not (eps >= 0 and 0 <= psi <= 1):
        what = f"eps {eps}, psi {psi}"
        raise BadInput([Fault(where="structural index", what=what, mend="eps at least 0, psi 0 to 1")])
    count = len(prepared.firms)
    first = np.unique(np.asarray(shocked, dtype=np.intp))
    down, both = np.zeros(count), np.zeros(2 * count)
    waits, up = both[:count], both[count:]  # down = 1 - h_d, up = 1 - h_u, waits = sigma (1 - h_d)
    few = prepared.links <= FEW
    met: Places | None
    down[first] = up[first] = psi
    lack_loose, lack_up = np.zeros(count), np.zeros(count)
    lack_hard, worst_hard = np.zeros(len(prepared.slot_firm)), np.zeros(count)
    left = prepared.market_sold.copy()
    fell_down, by_down = first, down[first]
    fell_up, by_up = first, up[first]
    steps = 0
    while True:
        steps += 1
        turned, change = _replaced(prepared, down, waits, left, fell_down, by_down)
        if few:
            sums = prepared.stacked @ both
            lack_loose, lack_hard, lack_up = sums[:count], sums[count:-count], sums[-count:]
            met = met_slots = None
        else:
            met = prepared.loose.spread(waits, turned, change, lack_loose)
            met_slots = prepared.hard.spread(waits, turned, change, lack_hard)
        if met_slots is None:
            for owners, slots in prepared.blocks:
                worst_hard[owners] = lack_hard[slots].reshape(-1, len(owners)).max(axis=0)
            met = None
        elif len(met_slots):
            owners = prepared.slot_firm[met_slots]
            np.maximum.at(worst_hard, owners, lack_hard[met_slots])
            met = None if met is None else np.concatenate([met, owners])
        fell_down, by_down = _fall(down, met, lack_loose, worst_hard)
        met = None if few else prepared.upstream.spread(up, fell_up, by_up, lack_up)
        fell_up, by_up = _fall(up, met, lack_up, None)
        most = max(by_down.max(initial=0.0), by_up.max(initial=0.0))
        if most <= eps or steps >= MOST_STEPS:
            break
    weight = prepared.weight
    return Structural(
        index=float(weight @ np.maximum(down, up)),
        downstream=float(weight @ down),
        upstream=float(weight @ up),
        eps=eps,
        steps=steps,
        by_revenue=prepared.firms.revenue is not None,
        h_downstream=1 - down,
        h_upstream=1 - up,
    )


def each_firm(prepared: Prepared, *, eps: float, firms: Sequence[int] | None = None) -> Iterator[Structural]:
    """The index of every firm alone, or of the firms named, in order."""
    for firm in range(len(prepared.firms)) if firms is None else firms:
        yield structural_index(prepared, [firm], eps=eps)


def _replaced(
    prepared: Prepared, down: Values, waits: Values, left: Values, fell: Places, by: Values
) -> tuple[Places, Values]:
    """Firms whose sigma (1 - h_d) changed and by how much; `waits` and what markets have `left` are brought up."""
    if prepared.market is None:
        waits[fell] = down[fell]
        return fell, by
    np.subtract.at(left, prepared.market[fell], prepared.sold[fell] * by)
    hurt = down.nonzero()[0]
    market = left[prepared.market[hurt]]
    sigma = np.minimum(1, prepared.sold[hurt] / np.where(market < EMPTY_MARKET, 1, market))
    now = sigma * down[hurt]
    change = now - waits[hurt]
    waits[hurt] = now
    if prepared.links <= FEW:
        return hurt, change
    turned = change != 0
    return hurt[turned], change[turned]


def _fall(lost: Values, met: Places | None, loose: Values, hard: Values | None) -> tuple[Places, Values]:
    """Firms that lose more than before, each once, and by how much; `lost` is brought up."""
    if met is None:
        now = loose if hard is None else np.maximum(loose, hard)
        by = np.minimum(now, 1)
        by -= lost
        fell = (by > 0).nonzero()[0]
        by = by[fell]
        lost[fell] += by
        return fell, by
    now = loose[met] if hard is None else np.maximum(loose[met], hard[met])
    more = np.minimum(now, 1) > lost[met]
    mark = np.zeros(len(lost), dtype=bool)
    mark[met[more]] = True
    fell = np.flatnonzero(mark)
    now = loose[fell] if hard is None else np.maximum(loose[fell], hard[fell])
    now = np.minimum(now, 1)
    by = now - lost[fell]
    lost[fell] = now
    return fell, by
