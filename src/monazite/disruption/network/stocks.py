"""Stocks of a network: what arrives is kept and used, what is left limits tomorrow, and what is missing is ordered.

Arrays are (products, runs, buyers); one array of money a day per product, scenario and buyer. A pass is made for some
products and buyers at a time, so that what it works on stays near the processor.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monazite.disruption.network.table import Values


class Rooms:
    """Arrays to work in, the same ones again: new memory costs more than a step of the work."""

    def __init__(self, dtype: np.dtype[Any]) -> None:
        self._dtype = dtype
        self._held: dict[Hashable, Values] = {}

    def room(self, name: str, *shape: int) -> Values:
        """An array of that shape; what it holds is left from before."""
        key = name, shape
        if key not in self._held:
            self._held[key] = np.empty(shape, dtype=self._dtype)
        return self._held[key]


@dataclass(frozen=True, slots=True)
class _Bound:
    """What stocks let a buyer make: S / (psi n A); infinite where an input does not bind."""

    reach: Values  # (products, 1, buyers), 0 where free
    free: Values  # infinite where free, else 0
    some_free: NDArray[np.bool_]  # by product

    @classmethod
    def of(cls, reach: Values, binds: NDArray[np.bool_], dtype: np.dtype[Any]) -> "_Bound":
        """For the inputs that bind."""
        held: Values = np.where(binds, reach, 0).astype(dtype)[:, None, :]
        free: Values = np.where(binds, 0, np.inf).astype(dtype)[:, None, :]
        return cls(held, free, np.any(~binds, axis=1))

    def lower(self, limit: Values, stock: Values, kinds: slice, buyers: slice, work: Values) -> None:
        """`limit` (runs, buyers) brought down to what the stocks of some products allow; `work` is written over."""
        np.multiply(stock, self.reach[kinds, :, buyers], out=work)
        if self.some_free[kinds].any():
            work += self.free[kinds, :, buyers]
        np.minimum(limit, work[0] if len(work) == 1 else work.min(axis=0), out=limit)


class Stocks:
    """Stocks S, orders O and what stocks allow.

    Parameters
    ----------
    inputs : (products, buyers) A, required : where an input binds at all
    target : (products, buyers) n A, days times input per output
    bind : (products, buyers) 1 critical, 0.5 important, 0 never
    production : (runs, buyers) a day at rest
    """

    def __init__(
        self,
        *,
        inputs: Values,
        required: NDArray[np.bool_],
        target: Values,
        bind: Values,
        production: Values,
        psi: float,
        restock: float,
        step: float,
    ) -> None:
        dtype = production.dtype
        reach = np.divide(1, psi * target, out=np.zeros_like(target), where=required)
        half = required & (bind == 0.5)
        self._hard = _Bound.of(reach, required & (bind == 1), dtype)
        self._half = _Bound.of(reach, half, dtype) if half.any() else None
        self._inputs: Values = inputs.astype(dtype)[:, None, :]
        self._target: Values = target.astype(dtype)[:, None, :]
        self._restock, self._step = dtype.type(1 / restock), dtype.type(step)
        self.held: Values = self._target * production
        self.orders: Values = self._inputs * production
        self.rooms = Rooms(dtype)
        self.clear(production.shape)
        for kind in range(len(self.held)):
            here = slice(kind, kind + 1)
            self._lower(here, slice(None), self.held[here], np.empty_like(self.held[here]))

    def clear(self, shape: tuple[int, ...]) -> None:
        """No limit yet: the passes of a day bring it down for the next."""
        self._limit: Values = np.full(shape, np.inf, dtype=self.held.dtype)
        self._half_limit = None if self._half is None else self._limit.copy()

    def allowed(self, best: Values) -> Values:
        """(runs, buyers): x = opt min(1, S / (psi n opt A)) over the inputs that bind; half of the fall where half."""
        made: Values = np.minimum(best, self._limit)
        if self._half_limit is not None:
            np.minimum(made, (best + self._half_limit) / 2, out=made)
        return made

    def _lower(self, kinds: slice, buyers: slice, stock: Values, work: Values) -> None:
        self._hard.lower(self._limit[:, buyers], stock, kinds, buyers, work)
        if self._half is not None and self._half_limit is not None:
            self._half.lower(self._half_limit[:, buyers], stock, kinds, buyers, work)

    def restock(self, kinds: slice, buyers: slice, got: Values, made: Values, best: Values) -> Values:
        """S += got - x A, the limits that sets, and O = max(0, n opt A - S) / tau_inv + x A; `got` is used up."""
        stock, orders = self.held[kinds, :, buyers], self.orders[kinds, :, buyers]
        np.multiply(self._inputs[kinds, :, buyers], made[:, buyers], out=orders)
        got -= orders
        if self._step != 1:
            got *= self._step
        stock += got
        if self._hard.some_free[kinds].any():
            np.maximum(stock, 0, out=stock)  # what does not bind is used only while it lasts
        self._lower(kinds, buyers, stock, got)
        np.multiply(self._target[kinds, :, buyers], best[:, buyers], out=got)
        got -= stock
        np.maximum(got, 0, out=got)
        got *= self._restock
        orders += got
        return orders
