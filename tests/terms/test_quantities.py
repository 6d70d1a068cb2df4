"""Amounts as people write them, read into exact intervals."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monazite.terms.quantities import (
    UNITS,
    NotAnAmount,
    find_currency,
    find_unit,
    parse_interval,
    parse_mass,
    parse_money,
    parse_number,
    parse_share,
)

F = Fraction

INTERVALS = {
    "5": (F(5), F(5)),
    "2-5 %": (F(1, 50), F(1, 20)),
    "2 %-5 %": (F(1, 50), F(1, 20)),
    "2..5": (F(2), F(5)),
    "2…5": (F(2), F(5)),
    "2–5": (F(2), F(5)),
    "2 to 5": (F(2), F(5)),
    "2 bis 5": (F(2), F(5)),
    "2〜5": (F(2), F(5)),
    "2至5": (F(2), F(5)),
    "<0.1": (F(0), F(1, 10)),
    "≤ 0,1 %": (F(0), F(1, 1000)),
    "up to 5": (F(0), F(5)),
    "max. 5": (F(0), F(5)),
    "at least 5": (F(5), None),
    ">=5": (F(5), None),
    "5以上": (F(5), None),
    "5 ± 1": (F(4), F(6)),
    "0.5 +/- 1": (F(0), F(3, 2)),
    "about 3": (F(5, 2), F(7, 2)),
    "ca. 3.0": (F(5, 2), F(7, 2)),
    "~250": (F(245), F(255)),
    "约 1000": (F(500), F(1500)),
    "1.234,5": (F(12345, 10), F(12345, 10)),
    "1,234.5": (F(12345, 10), F(12345, 10)),
    "1 234,5": (F(12345, 10), F(12345, 10)),
    "1'234.5": (F(12345, 10), F(12345, 10)),
    "1,234,567": (F(1234567), F(1234567)),
    "1.234.567": (F(1234567), F(1234567)),
    "1.234": (F(1234, 1000), F(1234, 1000)),
    "0,234": (F(234, 1000), F(234, 1000)),
    "1,5": (F(3, 2), F(3, 2)),
    "1.64e+06": (F(1640000), F(1640000)),
    "5.85E-06": (F(585, 10**8), F(585, 10**8)),
    "1/1000": (F(1, 1000), F(1, 1000)),
    "200 ppm": (F(1, 5000), F(1, 5000)),
    "５％": (F(1, 20), F(1, 20)),
    "12,345,678.9": (F(123456789, 10), F(123456789, 10)),
}


@pytest.mark.parametrize(("text", "interval"), INTERVALS.items())
def test_an_interval_is_read_exactly(text: str, interval: tuple[Fraction, Fraction | None]) -> None:
    assert parse_interval(text) == interval


@pytest.mark.parametrize(
    "text",
    ["", " ", "n.a.", "N/A", "-", "–", "?", "unknown", "unbekannt", "k.A.", "未知", "不明", "tbd", "NaN"],
)
def test_what_nobody_knows_is_none_and_never_zero(text: str) -> None:
    assert parse_interval(text) is None
    assert parse_money(text, "USD") is None
    assert parse_mass(text, "g") is None
    assert parse_share(text) is None


FAULTS = {
    "1,234": "'1,234' may mean 1234 or 1.234. Write 1234 or 1.234",
    "-5": "'-5' is below zero. Amounts here are zero or more",
    "−5": "'−5' is below zero. Amounts here are zero or more",
    "5-2": "'5-2' runs from the larger to the smaller number. Write the smaller one first",
    "1.2.3": "'1.2.3' is not a number. Write it as 1234.5",
    "1,23.4": "'1,23.4' mixes decimal and thousands marks. Write it as 1234.5",
    "1.234,5,6": "'1.234,5,6' mixes decimal and thousands marks. Write it as 1234.5",
    "abc": "'abc' is not a number. Write a number, a range 2..5, a bound <0.1, or unknown",
    "none": "'none' is not a number. Write a number, a range 2..5, a bound <0.1, or unknown",
    "1e99": "'1e99' is beyond 1e30 or below 1e-30",
    "3 kg": "'3 kg' has the unit 'kg', a bare number is wanted",
    "1/0": "'1/0' divides by zero",
    "about 0": "'about 0' has no size. Write a bound such as <0.1",
    "2 5": "'2 5' is not one amount. Write a number, a range 2..5 or a bound <0.1",
}


@pytest.mark.parametrize(("text", "report"), FAULTS.items())
def test_what_is_no_amount_is_said_in_the_users_words(text: str, report: str) -> None:
    with pytest.raises(NotAnAmount) as caught:
        parse_interval(text)
    assert str(caught.value) == report


def test_a_fault_is_a_value_error_with_its_mend_apart() -> None:
    with pytest.raises(ValueError, match="may mean") as caught:
        parse_number("1,234")
    assert caught.value.mend == "Write 1234 or 1.234"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "default", "low", "high", "currency"),
    [
        ("900..1100 USD", None, 900, 1100, "USD"),
        ("USD 900..1100", None, 900, 1100, "USD"),
        ("€ 5,50", None, F(11, 2), F(11, 2), "EUR"),
        ("12 元", None, 12, 12, "CNY"),
        ("1 000 000 円", None, 10**6, 10**6, "JPY"),
        ("0.1", "CNY", F(1, 10), F(1, 10), "CNY"),
        ("5 EUR", "USD", 5, 5, "EUR"),
        ("usd5", None, 5, 5, "USD"),
    ],
)
def test_money_keeps_its_currency(
    text: str, default: str | None, low: Fraction, high: Fraction, currency: str
) -> None:
    assert parse_money(text, default) == ((low, high), currency)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("5", "has no currency"),
        ("$5", "sign of several"),
        ("5 XYZ", "not a currency"),
        ("¥5", "sign of several"),
        ("5 USD/kg", "not a currency"),
    ],
)
def test_money_without_a_clear_currency_is_a_fault(text: str, what: str) -> None:
    with pytest.raises(NotAnAmount, match=what):
        parse_money(text)


@pytest.mark.parametrize(
    ("text", "unit", "kg"),
    [("12 g", None, F(3, 250)), ("12", "g", F(3, 250)), ("1 lb", None, F(45359237, 10**8)), ("16 oz", None, F(45359237, 10**8)),
     ("5 µg", None, F(1, 2 * 10**8)), ("5 μg", None, F(1, 2 * 10**8)), ("2 T", None, F(2000)), ("3MG", None, F(3, 10**6))],
)  # fmt: skip
def test_a_mass_comes_in_kilograms(text: str, unit: str | None, kg: Fraction) -> None:
    assert parse_mass(text, unit) == (kg, kg)


@pytest.mark.parametrize(
    ("text", "what"),
    [("12", "no unit of mass"), ("3 m", "not a unit of mass"), ("3 Mg", "not a unit of mass")],
)
def test_a_mass_without_a_unit_of_mass_is_a_fault(text: str, what: str) -> None:
    with pytest.raises(NotAnAmount, match=what):
        parse_mass(text)


def test_a_share_runs_from_0_to_1() -> None:
    assert parse_share("49.99 %") == (F(4999, 10000), F(4999, 10000))
    assert parse_share("0.5") == (F(1, 2), F(1, 2))
    assert parse_share(">10 %") == (F(1, 10), F(1))
    for text in ("50", "101 %", "1.5"):
        with pytest.raises(NotAnAmount, match="more than the whole"):
            parse_share(text)


def test_units_have_words_of_other_languages() -> None:
    assert find_unit("Stk", {"stk": "pcs"}) == "pcs"
    assert find_unit("KG") == "kg"
    assert find_unit("㎏") == "kg"
    assert find_unit("m²") == "m2"
    assert find_unit("furlong") is None
    assert find_currency("人民币") == "CNY"
    assert find_currency("XYZ") is None


def test_factors_lead_to_base_units() -> None:
    assert UNITS["oz"].factor * 16 == UNITS["lb"].factor
    assert UNITS["m3"].factor == 1000 * UNITS["l"].factor


@given(st.decimals(min_value=0, max_value=10**9, places=4, allow_nan=False))
def test_a_decimal_number_is_read_as_it_is(number: object) -> None:
    text = format(number, "f")
    assert parse_number(text) == Fraction(text)


@given(st.integers(0, 10**12), st.integers(0, 99))
def test_groups_of_three_change_nothing(whole: int, cents: int) -> None:
    english = f"{whole:,}.{cents:02d}"
    german = english.translate(str.maketrans(",.", ".,"))
    spaced = english.replace(",", " ")
    assert (
        parse_number(english)
        == parse_number(german)
        == parse_number(spaced)
        == Fraction(f"{whole}.{cents:02d}")
    )


@given(st.text(max_size=30))
def test_any_text_is_an_amount_or_a_fault(text: str) -> None:
    try:
        interval = parse_interval(text)
    except NotAnAmount:
        return
    assert interval is None or interval[0] >= 0
    assert interval is None or interval[1] is None or interval[0] <= interval[1]
