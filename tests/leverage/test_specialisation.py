"""Revealed comparative advantage."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
from hypothesis import given

from monazite.leverage.flows import Flows, export_totals, make_flows
from monazite.leverage.specialisation import rca, specialised
from monazite.terms.kleene import NO, UNKNOWN, YES
from tests.leverage.test_flows import BASIS, printed_flows


def test_a_toy() -> None:
    # China: magnets 3 of 4, pumps 1 of 4. The world: magnets 3 of 8, pumps 5 of 8. The US: pumps alone.
    flows = make_flows(
        2024,
        BASIS,
        [("CHN", "USA", "850511", 3.0), ("CHN", "USA", "841350", 1.0), ("USA", "CHN", "841350", 4.0)],
    )
    assert flows.products == ("841350", "850511")
    assert rca(flows).tolist() == [[0.4, 2.0], [1.6, 0.0]]
    assert specialised(flows).tolist() == [[NO, YES], [YES, NO]]


def test_who_exports_nothing_has_no_index() -> None:
    flows = make_flows(2024, BASIS, [("CHN", "USA", "850511", 3.0)])
    assert np.isnan(rca(flows)[flows.country("USA"), 0])
    assert specialised(flows)[flows.country("USA"), 0] == UNKNOWN
    assert rca(flows)[flows.country("CHN"), 0] == 1
    nobody = replace(flows, products=(*flows.products, "999999"))
    assert np.isnan(rca(nobody)[flows.country("CHN"), 1])


def test_exactly_the_worlds_mix_is_specialised() -> None:
    # Both export the two in the ratio 1 to 3; 0.1 and 0.3 are no exact floats.
    flows = make_flows(
        2024,
        BASIS,
        [
            ("A", "Z", "010121", 0.1),
            ("A", "Z", "850511", 0.3),
            ("B", "Z", "010121", 0.7),
            ("B", "Z", "850511", 2.1),
        ],
    )
    assert specialised(flows)[:2].tolist() == [[YES, YES], [YES, YES]]


def test_a_hair_below_the_worlds_mix_is_not_specialised() -> None:
    # In thousandths, with a = 10**9: A exports a of one and 1 of the other, B a + 1 and 1. A's index is
    # a (2a + 3) / ((a + 1)(2a + 1)) = 1 - 1 / ((a + 1)(2a + 1)): below 1 by less than floats can tell.
    a = 10**9
    rows = (("A", "010121", a), ("A", "850511", 1), ("B", "010121", a + 1), ("B", "850511", 1))
    flows = make_flows(2024, BASIS, [(who, "Z", what, n / 1000) for who, what, n in rows])
    assert specialised(flows)[:2].tolist() == [[NO, YES], [YES, NO]]


@given(printed_flows())
def test_the_index_is_what_fractions_give(flows: Flows) -> None:
    thousandths = np.zeros(export_totals(flows).shape, dtype=object)
    for i, k, v in zip(flows.exporter, flows.product, flows.value, strict=True):
        thousandths[i, k] += round(v * 1000)
    mine, theirs, found, yes = (
        thousandths.sum(axis=1),
        thousandths.sum(axis=0),
        rca(flows),
        specialised(flows),
    )
    for i, k in np.ndindex(found.shape):
        if not mine[i]:
            assert np.isnan(found[i, k])
            continue
        exact = Fraction(thousandths[i, k], mine[i]) / Fraction(theirs[k], theirs.sum())
        assert np.isclose(found[i, k], float(exact), rtol=1e-12)
        assert bool(yes[i, k] == YES) is (exact >= 1)


@given(printed_flows())
def test_the_mean_weighted_by_the_worlds_mix_is_one(flows: Flows) -> None:
    found, exports = rca(flows), export_totals(flows)
    mix = exports.sum(axis=0) / exports.sum()
    some = exports.sum(axis=1) > 0
    assert np.allclose((found[some] * mix).sum(axis=1), 1)
