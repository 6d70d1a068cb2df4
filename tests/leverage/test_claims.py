"""Claims of the news: what agrees with a figure, what decides a verdict, and that each variant is what its measure says."""

from collections.abc import Callable
from fractions import Fraction

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monazite.leverage.account import Kind
from monazite.leverage.claim_checks import MEASURES, check_claims
from monazite.leverage.claims import (
    Check,
    Checked,
    Claim,
    Compared,
    Grade,
    ImportSource,
    Role,
    Sources,
    Unit,
    Verdict,
)
from monazite.leverage.flows import Basis, Flows, make_flows
from monazite.leverage.production import Production, Stage
from monazite.leverage.variants import ReportedTotal
from monazite.readers.trade.claims import read_claims, shipped_sources
from monazite.readers.trade.shipped import trade_folder

BASIS = Basis(
    dataset="toy", release="1", side="reconciled", valuation="free on board", unit="thousand current USD",
    nomenclature="HS1992", digits=6,
)  # fmt: skip

# What the United States buys of 280530, in value and tonnes. 2023: 60 of 100 from CHN, 30 of 50 t. 2024: 20 of 200, 40 of 75 t.
# China buys 100 of it from the United States, which no share outside China counts.
TOY = {
    2023: make_flows(2023, BASIS, [
        ("CHN", "USA", "280530", 60.0, 30.0), ("JPN", "USA", "280530", 40.0, 20.0), ("USA", "CHN", "280530", 100.0, 10.0),
    ]),
    2024: make_flows(2024, BASIS, [
        ("CHN", "USA", "280530", 20.0, 40.0), ("JPN", "USA", "280530", 180.0, 35.0), ("USA", "CHN", "280530", 100.0, None),
    ]),
}  # fmt: skip


def read_toy(dataset: str, year: int) -> Flows:
    assert dataset == "toy"
    return TOY[year]


def made(release: str, china: float) -> Production:
    return Production(
        mineral="toy ore", scope="made up", stage=Stage.MINE, year=2024, dataset="toy mines", release=release, unit="t",
        amounts={"CHN": china, "USA": 100.0 - china, "RUS": None}, world=200.0,
    )  # fmt: skip


SOURCES = Sources(
    flows=read_toy, years={"toy": (2023, 2024)}, production=(made("2025", 70.0), made("2026", 60.0)),
    import_sources=(
        ImportSource(what="Toys", country="CHN", importer="USA", years=(2023, 2024), share=0.71, dataset="survey", release="1"),
    ),
)  # fmt: skip


def claim(figure: str = "70", **more: object) -> Claim:
    given = {
        "id": "c", "title": "A claim", "said_by": "somebody", "says": "It is so.", "figure": Fraction(figure), "unit": Unit.PER_CENT,
        "comparator": Compared.IS, "published": "2025-10", "where": "", "grade": Grade.PRESS, "scope": "toys", "stage": "",
        "level": "", "year": "",
    }  # fmt: skip
    return Claim(**(given | more))  # type: ignore[arg-type]


def check(measure: str, **more: object) -> Check:
    given = {"claim": "c", "role": Role.SAME, "dataset": "toy", "exporter": "CHN", "importer": "USA"}
    return Check(measure=measure, **(given | more))  # type: ignore[arg-type]


def found(one: Check, figure: str = "70", **more: object) -> Checked:
    return check_claims([claim(figure, **more)], [one], SOURCES)[0]


def values(checked: Checked) -> dict[str, float | None]:
    return {finding.says: finding.value for finding in checked.findings}


@pytest.mark.parametrize(
    ("figure", "value", "step"),
    [
        ("61", 0.614, 1), ("61", 0.6150000001, None), ("61", 0.6, None),
        ("70", 0.704, 1), ("70", 0.71, 10), ("70", 0.66, 10), ("70", 0.6499999, None), ("70", 0.76, None),
    ],
)  # fmt: skip
def test_a_value_agrees_where_it_rounds_to_the_figure(figure: str, value: float, step: int | None) -> None:
    assert claim(figure).agrees(value) == step


def test_a_bound_is_kept_strictly() -> None:
    bound = claim("50", comparator=Compared.UNDER)
    assert bound.agrees(0.4999) == 0
    assert bound.agrees(0.5) is None


@given(st.integers(1, 99), st.floats(0, 1))
def test_what_agrees_is_never_further_than_half_a_step(figure: int, value: float) -> None:
    step = claim(str(figure)).agrees(value)
    gap = abs(Fraction(value) * 100 - figure)
    if step is not None:
        assert gap <= step / 2
    else:
        assert gap > Fraction(1, 2)


def test_shares_of_production_take_both_releases_and_both_bases() -> None:
    checked = found(check("production-share", what=("toy ore",), stage="mine"))
    # 70 of 100 and of the printed 200; 60 of 100 and of 200.
    assert values(checked) == {
        "2024, release 2025; of the sum of the rows": 0.7,
        "2024, release 2025; of the printed world total": 0.35,
        "2024, release 2026, which came after the claim; of the sum of the rows": 0.6,
        "2024, release 2026, which came after the claim; of the printed world total": 0.3,
    }
    assert checked.verdict is Verdict.PARTLY
    assert len(checked.agreeing(Fraction(1))) == 1
    assert {f.ground.nomenclature for f in checked.findings if f.ground} == {"made up"}


def test_a_country_without_a_figure_and_a_table_that_is_not_there_say_so() -> None:
    withheld = found(check("production-share", what=("toy ore",), stage="mine", exporter="RUS"))
    assert withheld.verdict is Verdict.CANNOT
    assert {f.why for f in withheld.findings} == {"the table has no figure for RUS"}
    none = found(check("production-share", what=("toy ore",), stage="refinery"))
    assert [(f.value, f.why) for f in none.findings] == [(None, "no table of it is shipped")]
    assert none.verdict is Verdict.CANNOT


def test_import_shares_pool_the_years_and_stand_by_value_and_by_weight() -> None:
    checked = found(check("import-share", what=("280530",), years=(2023, 2024)), "56")
    # Value (60 + 20) / (100 + 200), weight (30 + 40) / (50 + 75) = 0.56; the means of the years would be 0.35 and 0.567.
    assert values(checked) == {
        "2023-2024, CHN, 280530; by value": 80 / 300,
        "2023-2024, CHN, 280530; by weight where recorded": 0.56,
    }
    assert checked.findings[1].coverage == 1.0
    assert checked.verdict is Verdict.PARTLY


def test_outside_shares_leave_out_what_goes_to_the_supplier() -> None:
    checked = found(check("outside-share", what=("280530",), years=(2024,)), "10")
    # Others buy 200, of it 20 from CHN; with the 100 that China buys it would be 20 of 300. Of 75 t outside, 40 t.
    assert values(checked) == {
        "2024, 280530; by value": 0.1,
        "2024, 280530; by weight where recorded": 40 / 75,
    }
    assert checked.findings[1].coverage == 200 / 300  # what China buys has no weight


def test_dominated_trade_stands_at_every_level_and_over_no_total_of_all_goods() -> None:
    reported = (
        ReportedTotal(
            exporter="CHN", importer="USA", year=2023, amount=1.0, unit="million current USD", source="x"
        ),
    )
    sources = Sources(flows=read_toy, years={"toy": (2023,)}, reported=reported)
    (checked,) = check_claims([claim("100")], [check("dominated-trade-share", years=(2023,))], sources)
    # 60 of 100 is over one half: all that China ships. A total of all goods is no base for one product.
    assert [(f.value, f.ground.digits if f.ground else None) for f in checked.findings] == [
        (1.0, 2),
        (1.0, 4),
        (1.0, 6),
    ]
    assert checked.verdict is Verdict.REPRODUCED


def test_a_total_is_in_dollars_and_its_gap_is_the_rest() -> None:
    billions = {"unit": Unit.BILLION_USD}
    trade = found(check("pair-trade", years=(2023,)), "1", **billions)
    assert [(f.value, f.kind) for f in trade.findings] == [(60_000.0, Kind.VALUE)]
    assert trade.verdict is Verdict.NOT
    gap = found(check("claim-gap", years=(2023,), role=Role.BESIDE), "1", **billions)
    assert [f.value for f in gap.findings] == [1e9 - 60_000.0]
    back = found(check("pair-trade", years=(2023,), exporter="JPN", importer="CHN"), "1", **billions)
    assert [(f.value, f.why) for f in back.findings] == [(None, "no flow JPN to CHN is in these data")]
    absent = found(check("pair-trade", dataset="Toyland customs"), "1", **billions)
    assert [f.why for f in absent.findings] == ["Toyland customs statistics are not shipped"]


def test_exports_over_gdp_and_the_least_gdp_that_keeps_the_bound() -> None:
    bound = {"comparator": Compared.UNDER}
    over = found(check("exports-over-gdp", what=("280530",), years=(2023,), given=1e9), "0.1", **bound)
    # 60 thousand USD of a billion is 0.006 %.
    assert [f.value for f in over.findings] == [60_000 / 1e9]
    assert over.verdict is Verdict.REPRODUCED
    least = check("least-gdp", what=("280530",), years=(2023,), role=Role.BESIDE)
    assert [f.value for f in found(least, "0.1", **bound).findings] == [pytest.approx(60e6)]
    smaller = check("exports-over-gdp", what=("280530",), years=(2023,), given=59e6)
    assert found(smaller, "0.1", **bound).verdict is Verdict.NOT
    nothing = found(check("exports-over-gdp", what=("280530",), years=(2023,)), "0.1", **bound)
    assert nothing.verdict is Verdict.CANNOT


def test_a_difference_of_claims_is_no_figure_of_the_data() -> None:
    three = [claim("525", id="a"), claim("164", id="b"), claim("361")]
    (_, _, checked) = check_claims(three, [check("claimed-difference", what=("a", "b"))], SOURCES)
    assert checked.verdict is Verdict.FOLLOWS
    (_, _, other) = check_claims(
        [*three[:2], claim("360")], [check("claimed-difference", what=("a", "b"))], SOURCES
    )
    # 361 rounds to 360 in tens, and still it follows from claims alone.
    assert (other.verdict, other.findings[0].agrees) == (Verdict.FOLLOWS, 10)


def test_a_share_that_a_survey_prints_is_of_its_own_years() -> None:
    printed = check("import-source-published", what=("Toys",), years=(2023, 2024))
    assert [f.value for f in found(printed).findings] == [0.71]
    assert found(check("import-source-published", what=("Toys",), years=(2022, 2023))).findings == ()


def test_what_stands_beside_a_claim_decides_nothing() -> None:
    aside = check("production-share", what=("toy ore",), stage="mine", role=Role.BESIDE)
    checked = found(aside)
    assert checked.verdict is Verdict.CANNOT
    assert len(checked.beside) == 4
    assert checked.same == ()


def test_a_measure_that_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="no measure 'score'"):
        found(check("score"))


# -- the claims that ship ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shipped() -> dict[str, Checked]:
    return {one.claim.id: one for one in check_claims(*read_claims(), shipped_sources())}


def test_every_claim_came_to_what_the_page_says(shipped: dict[str, Checked]) -> None:
    assert {name: one.verdict for name, one in shipped.items()} == {
        "iea-mine-61": Verdict.CANNOT, "iea-refine-92": Verdict.CANNOT, "usgs-mine-70": Verdict.REPRODUCED,
        "process-90": Verdict.CANNOT, "rand-40": Verdict.PARTLY, "rand-12": Verdict.CANNOT, "customs-525": Verdict.CANNOT,
        "customs-164": Verdict.CANNOT, "balance-361": Verdict.FOLLOWS, "magnet-metals-70": Verdict.CANNOT,
        "us-imports-70": Verdict.PARTLY, "gdp-0.1": Verdict.REPRODUCED,
    }  # fmt: skip


def test_every_claim_has_a_check_of_its_own_and_says_why_where_none_has_a_figure(
    shipped: dict[str, Checked],
) -> None:
    for name, one in shipped.items():
        assert any(f.check.role is Role.SAME for f in one.findings), name
        assert (one.claim.cannot != "") is (one.verdict is Verdict.CANNOT), name
        assert all(f.why for f in one.findings if f.value is None), name
        assert all(f.check.note for f in one.findings if f.check.role is Role.BESIDE), name
    assert {f.check.measure for one in shipped.values() for f in one.findings} == set(MEASURES)


def test_the_two_releases_differ_for_the_same_year(shipped: dict[str, Checked]) -> None:
    of = {
        f.ground.release: f.value
        for f in shipped["usgs-mine-70"].same
        if f.ground and f.ground.year == "2024" and "sum" in f.says
    }
    # China 270,000 t in both; the rows sum to 393,950 t in the release of 2025 and to 384,000 t in that of 2026.
    assert of == {"2025": 270_000 / 393_950, "2026": 270_000 / 384_000}


def by_hand(digits: int, special: Callable[[str], bool]) -> tuple[int, int]:
    """What China ships to the United States and what of it is over one half, in whole dollars, from the file itself."""
    table = pq.read_table(trade_folder() / "us-imports-2024-hs10.parquet").to_pydict()
    china: dict[str, int] = {}
    total: dict[str, int] = {}
    for code, partner, value in zip(table["hs10"], table["cty_code"], table["con_val_usd"], strict=True):
        if special(code):
            continue
        head = code[:digits]
        total[head] = total.get(head, 0) + value
        if partner == "5700":
            china[head] = china.get(head, 0) + value
    over = sum(value for head, value in china.items() if 2 * value > total[head])
    return over, sum(china.values())


def test_dominated_trade_is_what_the_file_says_by_hand(shipped: dict[str, Checked]) -> None:
    said = values(shipped["rand-40"])
    over, trade = by_hand(6, lambda code: code[:2] in ("98", "99"))
    assert said["2024, 6 digits, special codes left out; of trade in the data"] == pytest.approx(
        over / trade, rel=1e-12
    )
    whole, all_trade = by_hand(6, lambda code: False)
    assert said["2024, 6 digits, special codes kept as products; of trade in the data"] == pytest.approx(
        whole / all_trade, rel=1e-12
    )
    own = "2024, 6 digits, special codes kept as products; of the exporter's own total, 525 bn USD as quoted"
    assert said[own] == pytest.approx(whole / 525e9, rel=1e-12)


def test_dominated_trade_has_every_level_denominator_and_treatment(shipped: dict[str, Checked]) -> None:
    own = [f for f in shipped["rand-40"].same]
    assert {f.ground.digits for f in own if f.ground} == {2, 4, 6, 8, 10}
    assert len(own) == len({f.says for f in own}) == 5 * (3 + 2)
    assert shipped["rand-12"].same == ()
