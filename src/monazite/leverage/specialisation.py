"""Specialisation: revealed comparative advantage, who exports more of a product than the world's mix would have it.

rca(flows)[exporter, product]            1 where the product weighs in his exports as it does in the world's
specialised(flows)[exporter, product]    yes, no, or unknown where it is not defined
"""

from fractions import Fraction

import numpy as np

from monazite.leverage.definitions import Comparator, Definition
from monazite.leverage.flows import Flows, Values, export_totals, whole_steps
from monazite.terms.kleene import NO, UNKNOWN, YES, Truths

RCA = Definition(
    name="rca",
    title="Revealed comparative advantage",
    formula="RCA[i,k] = (X[i,k] / Σ_k X[i,k]) / (Σ_i X[i,k] / ΣΣ X)",
    unit="ratio, 0 and up; 1 is the world's own mix",
    source="Balassa's index, as in the literature on economic complexity",
    threshold=Fraction(1),
    comparator=Comparator.AT_LEAST,
)


def rca(flows: Flows) -> Values:
    """(n, K) `RCA`; NaN where the country exports nothing at all, or nobody the product; 0 where only he does not.

    >>> from monazite.leverage.flows import Basis, make_flows
    >>> basis = Basis(dataset="toy", release="1", side="reconciled", valuation="free on board", unit="USD",
    ...               nomenclature="HS1992", digits=6)
    >>> toy = make_flows(2024, basis, [("CHN", "USA", "000001", 3.0), ("CHN", "USA", "000002", 1.0),
    ...                                ("USA", "CHN", "000002", 4.0)])
    >>> rca(toy)        # China: 3/4 of its exports against 3/8 of the world's, 1/4 against 5/8; the US: 0, 1 against 5/8
    array([[2. , 0.4], [0. , 1.6]])
    """
    exports = export_totals(flows)
    mine, theirs, all_of_it = _margins(exports)
    expected = mine * (theirs / all_of_it) if all_of_it else mine * theirs
    found: Values = np.divide(exports, expected, out=np.full(exports.shape, np.nan), where=expected > 0)
    return found


def specialised(flows: Flows) -> Truths:
    """(n, K) yes where RCA >= 1, no below, unknown where it is not defined. Exactly 1 is found where sums are exact."""
    whole = whole_steps(flows.value)
    exports = export_totals(flows, None if whole is None else whole[0])
    mine, theirs, all_of_it = _margins(exports)
    held, wanted = exports * all_of_it, mine * theirs
    found = np.where(held >= wanted, YES, NO).astype(np.int8)
    if whole is not None:
        near = np.abs(held - wanted) <= wanted * 2.0**-48  # the products may be rounded; whole numbers decide
        for i, k in zip(*np.nonzero(near & (wanted > 0)), strict=True):
            exact = int(exports[i, k]) * int(all_of_it) >= int(mine[i, 0]) * int(theirs[k])
            found[i, k] = YES if exact else NO
    return np.where(wanted > 0, found, UNKNOWN).astype(np.int8)


def _margins(exports: Values) -> tuple[Values, Values, float]:
    """(n, 1) of each exporter, (K,) of each product, and all."""
    return exports.sum(axis=1, keepdims=True), exports.sum(axis=0), float(exports.sum())
