"""The tariff ladder: the plain table of rates day by day, both sides of every border, and how intervals add up."""

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monazite.readers.tariffs import read_ladder
from monazite.regime.tariffs import (
    Ladder,
    PartRate,
    Product,
    Reason,
    TariffRate,
    add,
    find_product,
    ladder_between,
    rate_on,
)
from monazite.terms.amounts import Interval
from monazite.terms.faults import BadInput

# The duty on a typical Chinese good into the United States: first day, fentanyl, reciprocal, section 122, sum.
# Sources: HTS 2026 Revision 6, chapter 99; Executive Orders 14228, 14257, 14259, 14266; 90 FR 50729; Learning
# Resources v. Trump.
INTO_USA = [
    ("2025-01-01", 0, 0, 0, 0),
    ("2025-02-04", 10, 0, 0, 10),
    ("2025-03-04", 20, 0, 0, 20),
    ("2025-04-05", 20, 10, 0, 30),
    ("2025-04-09", 20, 84, 0, 104),
    ("2025-04-10", 20, 125, 0, 145),
    ("2025-05-14", 20, 10, 0, 30),
    ("2025-11-10", 10, 10, 0, 20),
    ("2026-02-24", 0, 0, 10, 10),
]
REPORTED_FROM = date(2026, 7, 24)
"""The section 122 duty has lapsed, and 10 to 12.5 % for forced labour are reported."""

# China's duty in return on a typical US good: 34 was announced and never ran alone.
INTO_CHN = [("2025-01-01", 0), ("2025-04-10", 84), ("2025-04-12", 125), ("2025-05-14", 10)]
LAST_READ = date(2026, 11, 9)
"""The last day for which China's suspension of 24 points is printed without a doubt."""

BORDERS = [date.fromisoformat(day) for day, *_ in INTO_USA[1:]]


@lru_cache
def shipped() -> Ladder:
    return read_ladder()


@pytest.fixture(scope="module")
def ladder() -> Ladder:
    return shipped()


def days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += timedelta(1)


def row(table: list[tuple[object, ...]], day: date) -> tuple[object, ...]:
    return next(entry for entry in reversed(table) if date.fromisoformat(str(entry[0])) <= day)


def ask(
    ladder: Ladder, product: str, on: str | date, into: str | None = None, known_on: str | None = None
) -> TariffRate:
    found, entered = find_product(ladder, product, into)
    day = on if isinstance(on, date) else date.fromisoformat(on)
    known = date.fromisoformat(known_on) if known_on else None
    return rate_on(ladder, found, into=entered, on=day, known_on=known)


def exact(low: object, high: object = "same") -> Interval:
    first = Fraction(str(low))
    return first, first if high == "same" else None if high is None else Fraction(str(high))


def part(rate: TariffRate, name: str) -> PartRate | None:
    return next((found for found in rate.parts if found.part.id == name), None)


def reason(rate: TariffRate, name: str) -> Reason:
    return next(one.reason for one in rate.left if one.part.id == name)


# -- the table, day by day --------------------------------------------------------------------------------------------


def test_a_typical_chinese_good_pays_what_the_table_says_on_every_day(ladder: Ladder) -> None:
    for day in days(date(2025, 1, 1), REPORTED_FROM - timedelta(1)):
        _, fentanyl, reciprocal, surcharge, total = row(INTO_USA, day)  # type: ignore[arg-type]
        rate = ask(ladder, "typical", day)
        assert rate.percent == exact(total), day
        assert (rate.unverified, rate.readings) == ((), ()), day
        shown = {found.part.id: found.percent for found in rate.parts}
        names = ("us-fentanyl", "us-reciprocal", "us-122")
        wanted = zip(names, (fentanyl, reciprocal, surcharge), strict=True)
        assert shown == {name: exact(number) for name, number in wanted if number}, day


def test_from_the_day_of_the_reports_the_rate_is_an_interval_and_not_verified(ladder: Ladder) -> None:
    for day in days(REPORTED_FROM, date(2027, 3, 1)):
        rate = ask(ladder, "typical", day)
        assert rate.percent == exact(10, "12.5"), day
        assert rate.unverified, day


@pytest.mark.parametrize("border", BORDERS, ids=str)
def test_a_rate_changes_on_the_first_day_and_not_on_the_one_before(ladder: Ladder, border: date) -> None:
    before, after = (ask(ladder, "typical", day).percent for day in (border - timedelta(1), border))
    at = [date.fromisoformat(str(entry[0])) for entry in INTO_USA].index(border)
    assert (before, after) == (exact(INTO_USA[at - 1][-1]), exact(INTO_USA[at][-1]))


def test_a_typical_us_good_pays_what_the_table_says_on_every_day(ladder: Ladder) -> None:
    for day in days(date(2025, 1, 1), LAST_READ):
        rate = ask(ladder, "typical", day, into="CHN")
        assert rate.percent == exact(row(INTO_CHN, day)[1]), day
        assert bool(rate.unverified) == (day >= date(2026, 2, 24)), day


@pytest.mark.parametrize(
    ("on", "into", "points"),
    [("2025-05-13", "USA", 0), ("2025-05-14", "USA", 24), ("2025-08-12", "USA", 24), ("2026-02-23", "USA", 24),
     ("2025-05-13", "CHN", 0), ("2025-05-14", "CHN", 24), ("2025-11-10", "CHN", 24), ("2026-11-09", "CHN", 24)],
)  # fmt: skip
def test_points_that_rest_are_shown_beside_the_rate(ladder: Ladder, on: str, into: str, points: int) -> None:
    found = part(ask(ladder, "typical", on, into=into), {"USA": "us-reciprocal", "CHN": "cn-counter"}[into])
    assert found is not None
    assert [period.suspended for period in found.periods] == [points]


# -- goods that lists name ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("product", "on", "low", "high"),
    [
        # Rare earths: left out of the reciprocal duty and the section 122 duty, not of the fentanyl duty.
        ("rare-earth-metals", "2025-04-04", 20, 20),
        ("rare-earth-metals", "2025-04-10", 20, 20),
        ("2805.30", "2026-02-23", 10, 10),
        ("2805.30", "2026-02-24", 0, 0),
        ("2846", "2026-07-23", 0, 0),
        ("2846.90.80", "2026-07-24", 0, 12.5),
        # Magnets: 25 % under section 301 from 2026-01-01; one line is left out of the other duties.
        ("8505.11.0070", "2025-12-31", 10, 10),
        ("8505.11.0070", "2026-01-01", 35, 35),
        ("8505.11.0070", "2026-02-24", 25, 25),
        ("8505.11.0050", "2025-12-31", 20, 20),
        ("8505.11.0050", "2026-01-01", 45, 45),
        ("8505.11.0050", "2026-02-24", 35, 35),
        ("magnets", "2026-02-24", 25, 35),
        ("magnets", "2026-07-24", 25, 37.5),
        # What the list held before it was changed was not read.
        ("8505.11.0070", "2025-09-07", 20, 30),
        ("8505.11.0070", "2025-09-08", 20, 20),
        ("natural-graphite", "2025-09-07", 30, 30),
        ("natural-graphite", "2025-09-08", 20, 20),
        ("natural-graphite", "2026-03-01", 25, 25),
        ("tungsten", "2024-12-31", 0, 0),
        ("tungsten", "2025-01-01", 25, 25),
        ("tungsten", "2026-03-01", 35, 35),
        ("8101.10", "2024-09-26", 0, None),
        ("8101.10", "2024-09-27", 25, 25),
        ("2804.61", "2024-12-31", 0, 0),
        ("wafers", "2025-01-01", 50, 50),
        ("polysilicon", "2026-08-05", 50, 62.5),
        ("polysilicon", "2026-08-06", 50, None),
        ("8542.31", "2025-04-10", 70, 70),
        ("8542.31", "2027-06-22", 50, 62.5),
        ("8542.31", "2027-06-23", 50, None),
        ("electronics", "2025-04-10", 20, 20),
        ("solar-cells", "2026-03-01", 60, 60),
        ("lithium-ion-batteries", "2025-12-31", 20, 45),
        ("lithium-ion-batteries", "2026-01-01", 45, 45),
        ("advanced-chips", "2026-01-14", 10, 10),
        ("advanced-chips", "2026-01-15", 25, 25),
        ("ship-to-shore-cranes", "2024-09-27", 25, 25),
        ("ship-to-shore-cranes", "2026-11-09", 25, 37.5),
        ("intermodal-chassis", "2026-11-09", 0, 12.5),
        # Into China: the lists of February and March 2025.
        ("coal", "2025-02-09", 0, 0),
        ("coal", "2025-02-10", 15, 15),
        ("crude-oil", "2025-02-10", 10, 10),
        ("coal", "2025-06-01", 25, 25),
        ("soybeans", "2025-03-09", 0, 0),
        ("soybeans", "2025-03-10", 10, 10),
        ("soybeans", "2025-04-12", 135, 135),
        ("soybeans", "2025-11-09", 20, 20),
        ("soybeans", "2025-11-10", 10, 10),
        ("wheat", "2025-03-10", 15, 15),
        ("1201", "2025-03-10", 0, 10),
    ],
)  # fmt: skip
def test_goods_that_a_list_names_pay_by_their_own_parts(
    ladder: Ladder, product: str, on: str, low: object, high: object
) -> None:
    assert ask(ladder, product, on).percent == exact(low, high)


def test_a_code_that_holds_lines_of_both_kinds_says_which_line_decides(ladder: Ladder) -> None:
    rate = ask(ladder, "8505.11", "2026-03-01")
    found = part(rate, "us-122")
    assert found is not None
    assert found.percent == exact(0, 10)
    assert "ndfeb-magnets" in [goods.id for entry in found.doubts for goods in entry.scope.goods]


def test_every_part_that_adds_nothing_says_why(ladder: Ladder) -> None:
    rate = ask(ladder, "2805.30", "2026-03-01")
    assert reason(rate, "us-122") is Reason.LEFT_OUT
    assert reason(rate, "us-fentanyl") is Reason.GONE
    assert reason(rate, "us-301-tungsten") is Reason.OTHER_GOODS
    assert reason(rate, "us-301-forced-labour") is Reason.NO_RATE
    assert reason(rate, "us-301-exclusions") is Reason.LIFTS
    assert reason(ask(ladder, "typical", "2026-09-01"), "us-overcapacity") is Reason.ANNOUNCED
    named = {one.part.id for one in rate.left} | {found.part.id for found in rate.parts}
    assert named == {one.id for one in ladder.parts if one.into == "USA"}


def test_a_threat_and_an_announced_cut_never_count(ladder: Ladder) -> None:
    assert ask(ladder, "typical", "2025-11-05", known_on="2025-10-15").percent == exact(30)
    assert ask(ladder, "typical", "2026-09-28").percent == exact(10, "12.5")


# -- two readings, two times --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("product", "on", "a", "b"),
    [
        ("ship-to-shore-cranes", "2026-11-10", (25, "37.5"), (125, "137.5")),
        ("ship-to-shore-cranes", "2027-01-10", (25, "37.5"), (125, "137.5")),
        ("intermodal-chassis", "2026-11-10", (0, "12.5"), (100, "112.5")),
        ("soybeans", "2026-11-10", (10, 10), (34, 34)),
        ("soybeans", "2027-01-10", (10, 10), (34, 34)),
    ],
)
def test_where_two_readings_stand_both_are_given_and_the_rate_spans_them(
    ladder: Ladder, product: str, on: str, a: tuple[object, object], b: tuple[object, object]
) -> None:
    rate = ask(ladder, product, on)
    assert rate.readings == (
        ("truce-after-2026-11-10", "A", exact(*a)),
        ("truce-after-2026-11-10", "B", exact(*b)),
    )
    assert rate.percent == (exact(*a)[0], exact(*b)[1])
    assert rate.unverified


def test_before_and_after_the_truce_in_doubt_there_is_one_reading(ladder: Ladder) -> None:
    for product in ("ship-to-shore-cranes", "soybeans"):
        for on in ("2026-11-09", "2027-01-11"):
            assert ask(ladder, product, on).readings == ()


def test_exclusions_lift_a_duty_that_is_not_counted_and_keep_their_two_readings(ladder: Ladder) -> None:
    rate = ask(ladder, "magnets", "2026-11-21")
    (lifted,) = (one for one in rate.left if one.part.id == "us-301-exclusions")
    assert [(period.reading, period.status.is_effective) for period in lifted.periods] == [
        ("A", True),
        ("B", False),
    ]
    assert rate.readings == ()


@pytest.mark.parametrize(
    ("on", "known_on", "percent"),
    [
        ("2025-04-09", "2025-04-01", 20),
        ("2025-04-09", "2025-04-02", 54),
        ("2025-04-09", "2025-04-07", 54),
        ("2025-04-09", "2025-04-08", 104),
        ("2025-04-10", "2025-04-08", 104),
        ("2025-04-10", "2025-04-09", 145),
        ("2025-05-14", "2025-05-11", 145),
        ("2025-05-14", "2025-05-12", 30),
        ("2025-08-12", "2025-08-10", 54),
        ("2025-08-12", "2025-08-11", 30),
        ("2025-11-10", "2025-10-31", 54),
        ("2025-11-10", "2025-11-01", 20),
        ("2026-02-24", "2026-02-19", 20),
        ("2026-02-24", "2026-02-20", 10),
        ("2026-07-24", "2026-07-23", 0),
    ],
)
def test_an_answer_can_be_replayed_as_known_on_an_earlier_day(
    ladder: Ladder, on: str, known_on: str, percent: int
) -> None:
    assert ask(ladder, "typical", on, known_on=known_on).percent == exact(percent)


def test_the_34_points_that_china_announced_never_ran_alone(ladder: Ladder) -> None:
    assert ask(ladder, "typical", "2025-04-10", "CHN", known_on="2025-04-04").percent == exact(34)
    assert ask(ladder, "typical", "2025-04-10", "CHN", known_on="2025-04-09").percent == exact(84)


@pytest.mark.parametrize(
    ("on", "known_on", "held_from", "known_from"),
    [
        ("2024-09-26", None, date(2024, 9, 27), None),
        ("2024-09-27", None, None, None),
        ("2024-09-27", "2024-09-17", None, date(2024, 9, 18)),
        ("2024-09-27", "2024-09-18", None, None),
        ("2017-06-01", "2000-01-01", date(2024, 9, 27), date(2024, 9, 18)),
    ],
)
def test_before_the_first_day_held_the_rate_is_unknown_and_not_nought(
    ladder: Ladder, on: str, known_on: str | None, held_from: date | None, known_from: date | None
) -> None:
    rate = ask(ladder, "typical", on, known_on=known_on)
    assert (rate.held_from, rate.known_from) == (held_from, known_from)
    assert rate.percent == (exact(0) if rate.is_held else exact(0, None))


def test_a_ladder_from_before_the_first_day_held_begins_with_a_rung_of_its_own(ladder: Ladder) -> None:
    for into in ("USA", "CHN"):
        product = find_product(ladder, "typical", into)[0]
        rungs = ladder_between(ladder, product, date(2020, 1, 1), date(2024, 12, 31), into=into)
        assert [(rung.span.start, rung.rate.percent) for rung in rungs] == [
            (date(2020, 1, 1), exact(0, None)),
            (date(2024, 9, 27), exact(0)),
        ]


# -- the ladder ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["typical", "8505.11", "ship-to-shore-cranes", "polysilicon", "soybeans"])
def test_rungs_cover_every_day_once_and_say_what_the_day_says(ladder: Ladder, name: str) -> None:
    product, into = find_product(ladder, name)
    first, last = date(2025, 1, 1), date(2027, 2, 1)
    rungs = ladder_between(ladder, product, first, last, into=into)
    assert [rung.span.start for rung in rungs] == [first, *(rung.span.stop for rung in rungs[:-1])]
    assert rungs[-1].span.last == last
    for rung in rungs:
        assert rung.span.last is not None
        for day in days(rung.span.start, rung.span.last):
            rate = rate_on(ladder, product, into=into, on=day)
            assert (rate.percent, rate.readings) == (rung.rate.percent, rung.rate.readings), day


def test_the_ladder_has_a_rung_for_each_row_of_the_table(ladder: Ladder) -> None:
    rungs = ladder_between(
        ladder, find_product(ladder, "typical")[0], date(2025, 1, 1), date(2026, 11, 21), into="USA"
    )
    assert [rung.span.start for rung in rungs] == [date(2025, 1, 1), *BORDERS, REPORTED_FROM]


# -- products -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "into", "goods", "code", "entered"),
    [
        ("typical", None, "typical", "", "USA"),
        ("Typical ", "CHN", "typical", "", "CHN"),
        ("soybeans", None, "soybeans", "", "CHN"),
        ("8505.11", None, "magnets", "850511", "USA"),
        ("8505110070", None, "ndfeb-magnets", "8505110070", "USA"),
        ("8505.11.0090", None, "magnets", "8505110090", "USA"),
        ("2846.10", "USA", "rare-earth-compounds", "284610", "USA"),
        ("8542", None, "chips", "8542", "USA"),
        ("8471.50", None, "electronics", "847150", "USA"),
        ("8426.19.00", None, "ship-to-shore-cranes", "84261900", "USA"),
        ("2709.00", None, "crude-oil", "270900", "CHN"),
    ],
)
def test_a_product_is_a_group_or_the_group_with_the_longest_code_that_fits(
    ladder: Ladder, text: str, into: str | None, goods: str, code: str, entered: str
) -> None:
    assert find_product(ladder, text, into) == (Product(goods=ladder.goods[goods], code=code), entered)


@pytest.mark.parametrize(
    ("text", "into", "said"),
    [
        ("typcal", None, "there is no group of goods 'typcal'. Did you mean 'typical'?"),
        ("sand", None, "there is no group of goods 'sand'. monazite tariff --list shows the groups"),
        (
            "soybeans",
            "USA",
            "'soybeans' is held for goods into CHN, not into USA. Ask for 'typical' into USA",
        ),
        ("1201", "USA", "no group of goods holds the code '1201'. Ask for 'typical' if no list"),
        ("8505", None, "'8505' is wider than what is held of it. Ask for magnets or ndfeb-magnets"),
        ("9403.20", None, "no group of goods holds the code '9403.20'"),
        ("850", None, "'850' is no customs code. Write four to ten digits"),
        ("85051100701", None, "'85051100701' is no customs code"),
    ],
)
def test_what_no_group_holds_is_said_with_the_nearest(
    ladder: Ladder, text: str, into: str | None, said: str
) -> None:
    with pytest.raises(BadInput) as bad:
        find_product(ladder, text, into)
    assert f"tariff: {said}" in str(bad.value)


# -- what holds for all ---------------------------------------------------------------------------------------------

ANY_DAY = st.dates(min_value=date(2024, 1, 1), max_value=date(2028, 1, 1))


def within(inner: Interval, outer: Interval) -> bool:
    return outer[0] <= inner[0] and (outer[1] is None or (inner[1] is not None and inner[1] <= outer[1]))


@given(
    ANY_DAY,
    st.sampled_from(
        [("8505.11.0070", "8505.11"), ("8505.11.0050", "8505.11"), ("8542.31", "8542"), ("2846.90", "2846"),
         ("ship-to-shore-cranes", "8426.19"), ("soybeans", "1201"), ("8101.94.00", "tungsten"), ("8471.30", "8471")]
    ),
)  # fmt: skip
def test_knowing_the_good_better_never_leaves_the_interval(day: date, pair: tuple[str, str]) -> None:
    ladder = shipped()
    assert within(ask(ladder, pair[0], day).percent, ask(ladder, pair[1], day).percent)


@given(ANY_DAY, st.sampled_from(["typical", "ship-to-shore-cranes", "intermodal-chassis", "soybeans"]))
def test_every_reading_lies_within_the_rate(day: date, product: str) -> None:
    rate = ask(shipped(), product, day)
    assert all(within(percent, rate.percent) for _, _, percent in rate.readings)


@given(ANY_DAY, st.sampled_from(["typical", "8505.11", "polysilicon", "2805.30"]))
def test_the_sum_is_that_of_its_parts_and_nothing_is_below_zero(day: date, product: str) -> None:
    rate = ask(shipped(), product, day)
    total = exact(0)
    for found in rate.parts:
        assert found.percent[0] >= 0
        total = add(total, found.percent)
    assert rate.percent == (total if rate.is_held else exact(0, None))


@given(ANY_DAY)
def test_what_is_known_at_the_end_of_time_is_all_that_is_known(day: date) -> None:
    ladder = shipped()
    later = ask(ladder, "typical", day, known_on="2099-01-01")
    assert later.percent == ask(ladder, "typical", day).percent


def test_intervals_add_end_by_end_and_stay_open_where_one_is() -> None:
    assert add(exact(20), exact(10, "12.5")) == exact(30, "32.5")
    assert add(exact(50), exact(0, None)) == exact(50, None)
    assert add(exact("0.1"), exact("0.2")) == exact("0.3")


def test_every_part_every_list_and_every_group_has_a_source(ladder: Ladder) -> None:
    for one in ladder.parts:
        assert one.rates, one.id
        for entry in (*one.rates, *one.leaves_out):
            assert entry.sources, one.id
    assert all(goods.sources for goods in ladder.goods.values() if not goods.is_unlisted)
