"""Production: shares by country, with what nobody printed kept unknown."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monazite.leverage.production import Base, Production, Stage, known_sum, missing, production_shares, whole

TOY = Production(
    mineral="toy", scope="made up", stage=Stage.MINE, year=2024, dataset="toy", release="1", unit="t",
    amounts={"CHN": 60.0, "USA": 20.0, "RUS": None, "VNM": 0.0}, rest=20.0, world=120.0,
)  # fmt: skip


def test_a_share_is_of_the_rows_or_of_the_printed_total_and_never_mixes_them():
    # Rows: 60 + 20 + 0 + 20 of others = 100. Printed: 120.
    assert production_shares(TOY) == {"CHN": 0.6, "USA": 0.2, "RUS": None, "VNM": 0.0}
    assert production_shares(TOY, Base.PRINTED) == {"CHN": 0.5, "USA": 20 / 120, "RUS": None, "VNM": 0.0}


def test_a_withheld_amount_has_no_share_and_a_printed_nought_has_one():
    assert production_shares(TOY)["RUS"] is None
    assert production_shares(TOY)["VNM"] == 0.0


def test_the_printed_total_is_kept_apart_from_the_sum():
    assert (known_sum(TOY), TOY.world, missing(TOY).world_less_sum) == (100.0, 120.0, 20.0)


def test_what_the_shares_do_not_see_is_said():
    found = missing(TOY)
    assert found.countries == ("RUS",)
    assert found.rest_share == 0.2
    assert found.says() == (
        "no figure for RUS; 20.0% by countries not named; the printed total differs from the sum of the rows by +20"
    )
    assert missing(replace(TOY, amounts={"CHN": 1.0}, rest=None, world=1.0)).says() == ""


def test_without_a_printed_total_there_is_no_share_of_it():
    none = replace(TOY, world=None)
    assert production_shares(none, Base.PRINTED) == dict.fromkeys(TOY.amounts)
    assert missing(none).world_less_sum is None


def test_where_nothing_is_made_a_share_is_undefined_and_not_nought():
    nothing = replace(TOY, amounts={"CHN": 0.0, "USA": None}, rest=None, world=0.0)
    assert production_shares(nothing) == {"CHN": None, "USA": None}
    assert production_shares(nothing, Base.PRINTED)["CHN"] is None
    assert (whole(nothing), missing(nothing).rest_share) == (None, None)


def test_where_no_row_has_a_figure_the_sum_is_unknown():
    assert known_sum(replace(TOY, amounts={"CHN": None}, rest=None)) is None


def test_stage_and_scope_are_required():
    with pytest.raises(TypeError, match="stage"):
        Production(mineral="toy", scope="all", year=2024, dataset="toy", release="1", unit="t", amounts={})
    with pytest.raises(TypeError, match="scope"):
        Production(
            mineral="toy", stage=Stage.MINE, year=2024, dataset="toy", release="1", unit="t", amounts={}
        )


@pytest.mark.parametrize(
    "wrong", [{"amounts": {"CHN": -1.0}}, {"world": float("nan")}, {"rest": float("inf")}]
)
def test_what_is_no_amount_is_refused(wrong):
    with pytest.raises(ValueError, match="is not an amount"):
        replace(TOY, **wrong)


def test_a_line_names_scope_stage_unit_and_release():
    assert (
        replace(TOY, estimated=True).says()
        == "toy (made up), mine production 2024, t, estimated; toy, release 1"
    )


amounts = st.dictionaries(
    st.sampled_from(["CHN", "USA", "RUS", "AUS", "MMR"]),
    st.one_of(st.none(), st.floats(0, 1e6, allow_subnormal=False)),
)


@given(amounts=amounts, rest=st.one_of(st.none(), st.floats(0, 1e6, allow_subnormal=False)))
def test_shares_and_the_rest_sum_to_one_where_anything_is_made(amounts, rest):
    production = replace(TOY, amounts=amounts, rest=rest)
    shares = [share for share in production_shares(production).values() if share is not None]
    if whole(production) is None:
        assert shares == []
    else:
        assert sum(shares) + (missing(production).rest_share or 0.0) == pytest.approx(1.0)
