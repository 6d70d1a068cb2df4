"""Which makers buyers turn to: shares w of a product's makers in each buyer's orders, for many scenarios at once.

    w' = w + p (w* - w),   w*_fj = z_fj rho_f q_j,   q_j = 1 / sum_f z_fj rho_f,   z the shares at rest,  p = step / tau_sub

Shares by link and scenario would be a table for each scenario, read and written every day. All scenarios can share the
one table z instead, because

    w_fj = z_fj (a_f b_j + E_fj),   a' = a + p (rho - a),   b' = b + p (q - b),   E' = (1-p) E + p (1-p) (rho - a)(q - b)

is the same equation with the product written out. E grows by products of two small differences: it is kept as a sum
of a few outer products, and left out where it is below `LEFT_OUT`. Buyers that turn at once (p = 1) have a = rho, b = q,
those that never do (p = 0) have a = b = 1, both E = 0. Shares are kept by link where a scenario blocks links of a
product or stops a maker, and from the day on which E needs more terms than that is worth.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monazite.disruption.network.stocks import Rooms
from monazite.disruption.network.table import Places, Values

TILE_BYTES = 3_000_000
"""Of shares that are worked on at once: near a core; smaller ones cost more calls than they save."""
STATE_BYTES = 520_000
"""Of stocks of many scenarios that are worked on at once: several arrays of them stay near."""
LEFT_OUT = 1e-12
"""Part of a share that E may miss, some rounding errors of single precision where that is more. Production was then within
a tenth of it of the equations taken link by link."""
MOST_LOST = 0.9
"""Above this loss of a maker's capacity a_f b_j and E cancel: its product's shares are kept by link."""
MOST_TERMS = 0.2
"""Outer products of E, as a share of the makers, above which shares by link are quicker."""
FEW = 4
"""Outer products above which E is looked at again for fewer."""
LOOK_AGAIN = 60
"""Steps after which it is looked at in any case: what is long past fades."""

Pair = tuple[int, int]
"""Product of a tile, scenario."""


class Links:
    """Shares w of a product by link in one scenario, and lambda, the part of each link that may cross.

    Parameters
    ----------
    base, shares : (makers, buyers) at rest and now
    rules : makers, buyers, share that may cross by day; where two meet the smaller one counts
    """

    def __init__(self, base: Values, shares: Values, rules: list[tuple[Places, Places, Values]]) -> None:
        self._base, self._shares, self._rules = base, shares, rules
        self._makers = np.unique(np.concatenate([*(makers for makers, *_ in rules), np.empty(0, np.intp)]))
        self._links = [np.ix_(np.searchsorted(self._makers, makers), buyers) for makers, buyers, _ in rules]
        self._passes: Values = np.ones((len(self._makers), base.shape[1]), dtype=base.dtype)
        self._key = (1.0,) * len(rules)

    def on(self, day: int) -> None:
        """lambda of that day."""
        key = tuple(float(share[day]) if day < len(share) else 1.0 for *_, share in self._rules)
        if key != self._key:
            self._key = key
            self._passes[:] = 1
            for links, share in zip(self._links, key, strict=True):
                self._passes[links] = np.minimum(self._passes[links], share)

    def arriving(self, part: Values) -> Values:
        """(buyers,): sum of part_f lambda_fj w_fj over makers."""
        free = part.copy()
        free[self._makers] = 0
        crossing = self._shares[self._makers] * self._passes
        found: Values = free @ self._shares + part[self._makers] @ crossing
        return found

    def asked(self, orders: Values) -> Values:
        """(makers,): sum of lambda_fj w_fj O_j over buyers."""
        found: Values = self._shares @ orders
        found[self._makers] = (self._shares[self._makers] * self._passes) @ orders
        return found

    def turn(self, rho: Values, pull: float, rooms: Rooms) -> None:
        """w moves to z rho lambda as shares: what may come today, from makers that can; where nothing may it stays."""
        if not pull:
            return
        wanted = rooms.room("wanted", *self._base.shape)
        np.multiply(self._base, rho[:, None], out=wanted)
        wanted[self._makers] *= self._passes
        pooled = np.ones(len(rho), dtype=rho.dtype) @ wanted
        some = pooled > 0
        wanted *= np.divide(pull, pooled, out=np.zeros_like(pooled), where=some)
        self._shares *= 1 - pull if some.all() else np.where(some, 1 - pull, 1).astype(pooled.dtype)
        self._shares += wanted


@dataclass(slots=True)
class _Rest:
    """E of a product in one scenario: the sum of left[c] right[c]; left is orthonormal."""

    left: Values  # (terms, makers)
    right: Values  # (terms, buyers)
    orders: Values  # (buyers,) O of the day
    most: int = FEW  # terms above which it is made shorter
    age: int = 0

    @classmethod
    def none(cls, makers: int, gap: Values) -> "_Rest":
        """E = 0."""
        return cls(np.empty((0, makers), gap.dtype), np.empty((0, len(gap)), gap.dtype), gap)

    def add(self, fell: Values, gap: Values, pull: float, left_out: float) -> int:
        """(1-p) E + p (1-p) (rho - a)(q - b); the number of terms it now has."""
        beyond = fell
        self.right *= 1 - pull
        if len(self.left):
            part = self.left @ fell
            beyond = fell - part @ self.left
            again = self.left @ beyond  # once more: the first time leaves rounding errors
            beyond -= again @ self.left
            part += again
            self.right += (part * (pull * (1 - pull)))[:, None] * gap
        size = float(np.sqrt(beyond @ beyond))
        if size * float(np.abs(gap).max()) * (1 - pull) > left_out:
            self.left = np.vstack([self.left, beyond / size])
            self.right = np.vstack([self.right, gap * (size * pull * (1 - pull))])
        self.age += 1
        if len(self.left) > self.most or self.age % LOOK_AGAIN == 0:
            self.shorten(left_out)
        return len(self.left)

    def shorten(self, left_out: float) -> None:
        """The same sum with the fewest terms."""
        turned, sizes, right = np.linalg.svd(self.right, full_matrices=False)
        kept = int(np.sum(sizes > left_out))
        self.left = turned[:, :kept].T @ self.left
        self.right = right[:kept] * sizes[:kept, None]
        self.most = 2 * kept + FEW


class Tile:
    """Makers of some products of equal number of makers, and some buyers, in every scenario.

    Parameters
    ----------
    shares : (products, makers of each, buyers), z
    linked : by product and scenario, shares that are kept by link from the start
    """

    def __init__(
        self,
        *,
        products: slice,
        makers: slice,
        buyers: slice,
        shares: Values,
        runs: int,
        pull: float,
        linked: dict[Pair, Links],
    ) -> None:
        self.products, self.makers, self.buyers = products, makers, buyers
        self.shares, self.pull, self.linked = shares, pull, linked
        kinds, each, count = shares.shape
        self._shape = kinds, runs, each
        dtype = shares.dtype
        self._a: Values = np.ones(self._shape, dtype=dtype)
        self._rho, self._pooled = self._a, np.empty(0, dtype=dtype)
        self._all_linked = len(linked) == kinds * runs
        self._moves = 0 < pull < 1 and not self._all_linked
        if self._moves:
            self._b: Values = np.ones((kinds, runs, count), dtype=dtype)
            self._low: Values = np.ones((kinds, runs), dtype=dtype)  # of b
            self._high: Values = self._low.copy()
        self._left_out = max(LEFT_OUT, 8 * float(np.finfo(dtype).eps))
        self._most_terms = int(MOST_TERMS * each)
        self._rests: dict[Pair, _Rest] = {}

    def receive(self, served: Values, rho: Values, orders: Values, rooms: Rooms) -> Values:
        """(products, runs, buyers): what arrives, w_fj O_j x_f / D_f summed over makers; `orders` are yesterday's.

        served : (runs, makers of the tile) x_f / D_f, rho : the same, cap_f / x0_f
        """
        kinds, runs, each = self._shape
        part = served.reshape(runs, kinds, each).transpose(1, 0, 2)
        held = rho.reshape(runs, kinds, each).transpose(1, 0, 2)
        got = rooms.room("got", kinds, runs, self.shares.shape[2])
        if not self._all_linked:
            np.matmul(part * self._a, self.shares, out=got)
            if self.pull:
                with np.errstate(invalid="ignore"):  # makers that all stand still are kept by link, below
                    self._rho = held / held.mean(
                        axis=2, keepdims=True
                    )  # a scale drops out; near 1 E is small
                for pair in self.linked:
                    self._rho[pair] = 1
                self._pooled = rooms.room("pooled", kinds, runs, self.shares.shape[2])
                np.matmul(self._rho, self.shares, out=self._pooled)
            got *= orders
        for (kind, run), rest in self._rests.items():
            sums = (rest.left * part[kind, run]) @ self.shares[kind]
            got[kind, run] += np.einsum("cj,cj->j", sums, rest.right) * rest.orders
        for pair, links in self.linked.items():
            np.multiply(links.arriving(part[pair]), orders[pair], out=got[pair])
            links.turn(held[pair], self.pull, rooms)
            if self.pull and not self._all_linked:
                self._pooled[pair] = 1
        return got

    def turn(self, orders: Values, day: int) -> Values:
        """(runs, makers of the tile): what `day` will ask of each; `orders` O become O b for the next `receive`."""
        if self._moves:
            self._move(orders)
        elif self.pull and not self._all_linked:
            self._a = self._rho
            np.divide(orders, self._pooled, out=orders)
        return self.ask(orders, day)

    def _move(self, orders: Values) -> None:
        pull, rho = self.pull, self._rho
        toward = np.divide(pull, self._pooled, out=self._pooled)  # p q
        fell = rho - self._a
        low, high = (
            1 / np.maximum.reduce(rho, 2),
            1 / np.minimum.reduce(rho, 2),
        )  # q is between: shares sum to 1
        most = np.maximum(high - self._low, self._high - low)
        most *= np.maximum.reduce(np.abs(fell), 2)
        most *= 1 - pull
        some = np.nonzero(most > self._left_out)
        if len(some[0]):  # the bound is far; which of them are felt
            gaps = toward[some] / pull - self._b[some]
            sizes = np.sqrt(np.square(fell[some]).sum(axis=1)) * np.abs(gaps).max(axis=1) * (1 - pull)
            for at in np.flatnonzero(sizes > self._left_out).tolist():
                pair = int(some[0][at]), int(some[1][at])
                self._rests.setdefault(pair, _Rest.none(fell.shape[2], gaps[at]))
        for pair, rest in list(self._rests.items()):
            gap = toward[pair] / pull - self._b[pair]
            if rest.add(fell[pair], gap, pull, self._left_out):
                rest.orders = orders[pair].copy()
            else:
                del self._rests[pair]
        fell *= pull
        self._a += fell
        self._b *= 1 - pull
        self._b += toward
        self._low += pull * (low - self._low)
        self._high += pull * (high - self._high)
        for pair in [pair for pair, rest in self._rests.items() if len(rest.left) > self._most_terms]:
            self._link(pair)
        orders *= self._b

    def _link(self, pair: Pair) -> None:
        """E has become so long that shares by link are quicker: z (a b + E)."""
        rest, base = self._rests.pop(pair), self.shares[pair[0]]
        shares = (np.outer(self._a[pair], self._b[pair]) + rest.left.T @ rest.right) * base
        self.linked[pair] = Links(base, shares, [])
        self._a[pair], self._b[pair], self._low[pair], self._high[pair] = 1, 1, 1, 1
        self._all_linked = len(self.linked) == len(self.shares) * self._shape[1]
        self._moves = not self._all_linked

    def ask(self, orders: Values, day: int) -> Values:
        """(runs, makers of the tile): the orders that may cross on `day`, by maker."""
        asked: Values = np.empty(self._shape, dtype=orders.dtype)
        if not self._all_linked:
            np.matmul(orders, self.shares.transpose(0, 2, 1), out=asked)
            asked *= self._a
        for (kind, run), rest in self._rests.items():
            sums = (rest.right * rest.orders) @ self.shares[kind].T
            asked[kind, run] += np.einsum("cf,cf->f", sums, rest.left)
        for pair, links in self.linked.items():
            links.on(day)
            asked[pair] = links.asked(orders[pair])
        return asked.transpose(1, 0, 2).reshape(self._shape[1], -1)


def cut_tiles(
    shares: Values,
    starts: Places,
    *,
    pull: NDArray[np.float64],
    rules: dict[int, dict[int, list[tuple[Places, Places, Values]]]],
    runs: int,
) -> Iterator[Tile]:
    """Tiles of products of one pull and number of makers, cut to `TILE_BYTES` and `STATE_BYTES`.

    Parameters
    ----------
    shares : (industries, buyers), industries product by product; starts : (products + 1,) first industry of each
    rules : by product and scenario that keeps shares by link, who may ship how much to whom
    """
    count, makers, size = shares.shape[1], np.diff(starts), shares.itemsize
    first = 0
    while first < len(makers):
        each, last, alone = int(makers[first]), first + 1, first in rules
        if not each:
            first += 1
            continue
        row, state = each * count * size, runs * count * size
        most = max(1, min(TILE_BYTES // row, STATE_BYTES // state))
        while not alone and last < len(makers) and last - first < most:
            if makers[last] != each or pull[last] != pull[first] or last in rules:
                break
            last += 1
        rows = slice(int(starts[first]), int(starts[last]))
        pieces = max(1, round(row / TILE_BYTES), round(state / STATE_BYTES)) if last - first == 1 else 1
        cuts = np.linspace(0, count, pieces + 1).astype(int).tolist()
        for begin, end in pairwise(cuts):
            part: Values = np.ascontiguousarray(
                shares[rows, begin:end].reshape(last - first, each, end - begin)
            )
            linked = {
                (0, run): Links(
                    part[0], part[0].copy(), [_cut(rule, rows.start, begin, end) for rule in held]
                )
                for run, held in rules.get(first, {}).items()
            }
            yield Tile(
                products=slice(first, last), makers=rows, buyers=slice(begin, end), shares=part,
                runs=runs, pull=float(pull[first]), linked=linked,
            )  # fmt: skip
        first = last


def _cut(rule: tuple[Places, Places, Values], first: int, begin: int, end: int) -> tuple[Places, Places, Any]:
    """A rule in the places of a tile."""
    makers, buyers, share = rule
    return makers - first, buyers[(buyers >= begin) & (buyers < end)] - begin, share
