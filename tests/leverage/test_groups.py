"""Groups as dated data, and who counts as a member in a year of trade."""

from datetime import date

import pytest

from monazite.leverage.flows import Basis, make_flows, pool
from monazite.leverage.groups import Group, Membership, YearRule, pool_groups
from monazite.terms.days import Span


def member(country: str, start: str, through: str | None = None) -> Membership:
    last = date.fromisoformat(through) if through else None
    return Membership(country, Span.between(date.fromisoformat(start), last))


EU = Group(
    name="EU",
    memberships=(
        member("DEU", "1958-01-01"),
        member("POL", "2004-05-01"),
        member("HRV", "2013-07-01"),
        member("GBR", "1973-01-01", "2020-01-31"),
    ),
)


def test_a_member_is_one_from_its_first_day_through_its_last() -> None:
    assert EU.members(date(2004, 4, 30)) == ("DEU", "GBR")
    assert EU.members(date(2004, 5, 1)) == ("DEU", "GBR", "POL")
    assert "GBR" in EU.members(date(2020, 1, 31))
    assert "GBR" not in EU.members(date(2020, 2, 1))


@pytest.mark.parametrize(
    ("rule", "year", "country", "counts"),
    [
        (YearRule.MOST, 2013, "HRV", True),  # 184 of 365 days
        (YearRule.WHOLE, 2013, "HRV", False),
        (YearRule.WHOLE, 2014, "HRV", True),
        (YearRule.MOST, 2004, "POL", True),  # 245 of 366
        (YearRule.MOST, 2020, "GBR", False),  # 31 of 366
        (YearRule.MOST, 2019, "GBR", True),
        (YearRule.ANY, 2020, "GBR", True),
        (YearRule.ANY, 2021, "GBR", False),
        (YearRule.LAST, 2013, "HRV", True),
        (YearRule.LAST, 2020, "GBR", False),
    ],
)
def test_a_year_has_members_by_a_rule(rule: YearRule, year: int, country: str, counts: bool) -> None:
    assert (country in EU.members_in(year, rule)) is counts


@pytest.mark.parametrize(
    ("through", "counts"), [("2021-07-01", False), ("2021-07-02", False), ("2021-07-03", True)]
)
def test_more_than_half_of_the_days_is_more_than_half(through: str, counts: bool) -> None:
    # Of 365 days 182 are less than half and 183 are more. 1 January and 3 January through 2 July are 1 + 181 = 182.
    twice = Group(
        name="X",
        memberships=(member("AAA", "2021-01-01", "2021-01-01"), member("AAA", "2021-01-03", through)),
    )
    assert (twice.members_in(2021) == ("AAA",)) is counts


def test_spans_that_overlap_count_each_day_once() -> None:
    overlap = Group(
        name="X",
        memberships=(member("AAA", "2021-01-01", "2021-05-31"), member("AAA", "2021-03-01", "2021-06-30")),
    )
    assert overlap.members_in(2021) == ()  # 181 of 365 days, though the spans are 151 and 122 long


def test_flows_are_pooled_by_the_members_of_their_own_year() -> None:
    basis = Basis(dataset="toy", release="1", side="reconciled", valuation="free on board", unit="USD",
                  nomenclature="HS1992", digits=6)  # fmt: skip
    rows = [("DEU", "POL", "010121", 1.0), ("DEU", "GBR", "010121", 2.0), ("CHN", "POL", "010121", 4.0)]
    before, after = (make_flows(year, basis, rows) for year in (2003, 2021))
    assert pool_groups(before, [EU]).value.sum() == 5  # Germany to Poland and China to Poland stay
    pooled = pool_groups(after, [EU])
    assert pooled.value.tolist() == pool(after, {"EU": EU.members_in(2021)}).value.tolist() == [4.0, 2.0]
    assert "2021" in pooled.basis.groups
    assert "3 members on more than half of its days" in pooled.basis.groups
    assert pool_groups(make_flows(1950, basis, rows), [EU]).basis.groups == "none"
