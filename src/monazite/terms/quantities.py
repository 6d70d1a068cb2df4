"""Texts that people write for amounts, read into exact intervals: ranges, bounds, units, money, shares.

Nothing is guessed: a text that may mean two numbers is a fault, a text that says nobody knows is `None`.
Words of other languages for units stand in `reference/units.csv` and come in as an argument.

>>> parse_interval("2-5 %"), parse_interval("n.a.")
((Fraction(1, 50), Fraction(1, 20)), None)
>>> parse_mass("12 g")
(Fraction(3, 250), Fraction(3, 250))
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from monazite.terms.amounts import Interval


class NotAnAmount(ValueError):
    """A text that cannot be read as an amount; `what` says why, `mend` what to write."""

    def __init__(self, what: str, mend: str = "") -> None:
        self.what, self.mend = what, mend
        super().__init__(f"{what}. {mend}" if mend else what)


class Unit(NamedTuple):
    """What a unit measures and how many base units it is."""

    kind: str
    factor: Fraction


UNITS: Mapping[str, Unit] = {
    "kg": Unit("mass", Fraction(1)),
    "g": Unit("mass", Fraction(1, 1000)),
    "mg": Unit("mass", Fraction(1, 10**6)),
    "µg": Unit("mass", Fraction(1, 10**9)),
    "t": Unit("mass", Fraction(1000)),
    "lb": Unit("mass", Fraction(45359237, 10**8)),
    "oz": Unit("mass", Fraction(45359237, 16 * 10**8)),
    "pcs": Unit("count", Fraction(1)),
    "m": Unit("length", Fraction(1)),
    "cm": Unit("length", Fraction(1, 100)),
    "mm": Unit("length", Fraction(1, 1000)),
    "m2": Unit("area", Fraction(1)),
    "cm2": Unit("area", Fraction(1, 10**4)),
    "mm2": Unit("area", Fraction(1, 10**6)),
    "l": Unit("volume", Fraction(1)),
    "ml": Unit("volume", Fraction(1, 1000)),
    "m3": Unit("volume", Fraction(1000)),
    "%": Unit("share", Fraction(1, 100)),
    "ppm": Unit("share", Fraction(1, 10**6)),
    "ppb": Unit("share", Fraction(1, 10**9)),
}
"""Units by symbol. Base units: kg, piece, m, m2, litre, and 1 for shares. Pound and ounce are avoirdupois
(international yard and pound agreement of 1959: exactly 0.45359237 kg)."""

BASE_UNITS = {"mass": "kg", "count": "pcs", "length": "m", "area": "m2", "volume": "l", "share": "1"}

UNKNOWN_WORDS = frozenset(
    "- -- --- ? . / n.a. n.a na n/a nan null unknown unkn. tbd tba t.b.d. "
    "unbekannt k.a. k.a k/a 未知 不明 不详 未定".split()
) | {"", "keine angabe", "not known", "not stated", "not available"}
"""What people write where they do not know; never zero."""

CURRENCIES = frozenset(
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF "
    "CLP CNH CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL "
    "HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL "
    "MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON "
    "RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH "
    "UGX USD UYU UZS VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG".split()
)
"""Currency codes of ISO 4217, and CNH."""

_CURRENCY_SIGNS = {"€": "EUR", "£": "GBP", "US$": "USD", "RMB": "CNY", "人民币": "CNY", "人民幣": "CNY", "元": "CNY",
                   "円": "JPY", "JP¥": "JPY", "CN¥": "CNY", "₩": "KRW", "₹": "INR", "EURO": "EUR"}  # fmt: skip
_UNCLEAR_SIGNS = {"$": "USD", "¥": "CNY or JPY", "圆": "CNY or JPY", "圓": "JPY or TWD"}

_AT_LEAST = {">", ">=", "≥", "=>", "at least", "min", "min.", "mindestens", "from", "ab", "over", "more than", "über",
             "至少", "以上"}  # fmt: skip
_AT_MOST = {"<", "<=", "≤", "=<", "at most", "max", "max.", "up to", "höchstens", "maximal", "bis", "below", "under",
            "less than", "unter", "至多", "以下", "未満"}  # fmt: skip
_ABOUT = {"about", "~", "≈", "ca", "ca.", "circa", "c.", "approx", "approx.", "approximately", "etwa", "rund", "ungefähr",
          "around", "约", "約"}  # fmt: skip
_RANGE = {"-", "..", "...", "~", "to", "bis", "至", "から", "through"}
_PLUS_MINUS = {"±", "+/-", "+-"}

_NUMBER = r"(?:[0-9]{1,3}(?:[ '][0-9]{3})+(?![0-9])|[0-9]+)(?:[.,][0-9]+)*(?:[eE][+-]?[0-9]+)?|[.,][0-9]+(?:[eE][+-]?[0-9]+)?"
_TOKEN = re.compile(
    rf"\s*(?:(?P<number>{_NUMBER})|(?P<sign>\+/-|\+-|\.\.\.?|[<>]=|=[<>]|[-~±<>≥≤≈/+])|(?P<word>%|[^\s0-9<>≥≤≈±~%]+[23]?))"
)
_PLAIN = re.compile(r"([0-9]{1,30})(?:\.([0-9]{1,30}))?")
_LONGEST = 80
_DASHES = str.maketrans({"–": "-", "—": "-", "−": "-", "‐": "-", "‑": "-", "〜": "~", "’": "'", "٫": ".", "…": "...",
                         "⁄": "/", "μ": "µ"})  # fmt: skip


def parse_number(text: str) -> Fraction:
    """One number as written with a decimal point or comma and with or without groups of three digits.

    >>> parse_number("1.234,5") == parse_number("1,234.5") == parse_number("1 234.5") == Fraction(12345, 10)
    True
    >>> parse_number("1,234")  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    monazite.terms.quantities.NotAnAmount: '1,234' may mean 1234 or 1.234. Write 1234 or 1.234
    """
    plain = _PLAIN.fullmatch(text)
    if plain:
        whole, part = plain.groups()
        return Fraction(int(whole + part), 10 ** len(part)) if part else Fraction(int(whole))
    if len(text) > _LONGEST:
        raise NotAnAmount(f"'{text[:20]}...' is too long for a number")
    digits, _, exponent = text.lower().partition("e")
    power = int(exponent) if exponent else 0
    if abs(power) > 30:
        raise NotAnAmount(f"'{text}' is beyond 1e30 or below 1e-30")
    digits = _without_groups(digits.replace(" ", "").replace("'", ""), text)
    whole, _, part = digits.partition(".")
    return Fraction(int((whole or "0") + part), 10 ** len(part)) * Fraction(10) ** power


def _without_groups(digits: str, text: str) -> str:
    """Digits with at most one point, the decimal one."""
    marks = [mark for mark in digits if mark in ".,"]
    if not marks:
        return digits
    last = marks[-1]
    other = "," if last == "." else "."
    if other in marks:
        # Both marks occur: the last one is the decimal mark if it occurs once and the groups before it have three digits.
        whole, part = digits.rsplit(last, 1)
        if last in whole or not _grouped(whole, other):
            raise NotAnAmount(f"'{text}' mixes decimal and thousands marks", "Write it as 1234.5")
        return whole.replace(other, "") + "." + part
    if len(marks) > 1:
        if not _grouped(digits, last):
            raise NotAnAmount(f"'{text}' is not a number", "Write it as 1234.5")
        return digits.replace(last, "")
    if last == ",":
        whole, part = digits.split(",")
        if len(part) == 3 and 1 <= len(whole) <= 3 and not whole.startswith("0"):
            raise NotAnAmount(
                f"'{text}' may mean {whole}{part} or {whole}.{part}", f"Write {whole}{part} or {whole}.{part}"
            )
        return f"{whole}.{part}"
    return digits


def _grouped(digits: str, mark: str) -> bool:
    first, *rest = digits.split(mark)
    return 1 <= len(first) <= 3 and all(len(group) == 3 for group in rest)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


def _tokens(text: str) -> list[_Token]:
    tokens, place = [], 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            if not text[place:].strip():
                break
            raise NotAnAmount(f"'{text}' is not a number")
        kind = match.lastgroup or ""
        tokens.append(_Token(kind, match[kind]))
        place = match.end()
    return tokens


def normal(text: str) -> str:
    """The text with full-width letters, dashes and odd blanks made plain."""
    if text.isascii():
        return text.strip()
    # The micro sign becomes a Greek letter under NFKC; both are written as the micro sign here.
    return unicodedata.normalize("NFKC", text).translate(_DASHES).strip()


def is_unknown(text: str) -> bool:
    """Whether the text says that nobody knows, or nothing at all."""
    return normal(text).casefold() in UNKNOWN_WORDS


def parse_amount(text: str) -> tuple[Interval, str] | None:
    """An interval and the unit or currency as written ('' where none); None where nobody knows.

    >>> parse_amount("USD 900..1100")
    ((Fraction(900, 1), Fraction(1100, 1)), 'USD')
    >>> parse_amount("about 3")
    ((Fraction(5, 2), Fraction(7, 2)), '')
    """
    plain = _PLAIN.fullmatch(text)
    if plain:
        number = parse_number(text)
        return (number, number), ""
    given = normal(text)
    if given.casefold() in UNKNOWN_WORDS:
        return None
    if len(given) > _LONGEST:
        raise NotAnAmount(f"'{given[:20]}...' is too long for an amount")
    tokens = _tokens(given)
    words: list[str] = []
    signs: list[str] = []
    numbers: list[Fraction] = []
    written: list[str] = []
    units: list[str] = []
    shape = ""
    place = 0
    while place < len(tokens):
        token = tokens[place]
        if token.kind == "number":
            number = parse_number(token.text)
            if (
                place + 2 < len(tokens)
                and tokens[place + 1].text == "/"
                and tokens[place + 2].kind == "number"
            ):
                below = parse_number(tokens[place + 2].text)
                if not below:
                    raise NotAnAmount(f"'{text}' divides by zero")
                number, place = number / below, place + 2
            numbers.append(number)
            written.append(token.text)
            shape += "n"
        else:
            two = f"{token.text} {tokens[place + 1].text}".casefold() if place + 1 < len(tokens) else ""
            word = token.text.casefold()
            if two in _AT_LEAST | _AT_MOST:
                words.append(two)
                shape += "w"
                place += 1
            elif word in _PLUS_MINUS | _RANGE | _AT_LEAST | _AT_MOST | _ABOUT:
                signs.append(word)
                shape += "s"
            else:
                _add_unit(units, token.text)
                shape += "u"
        place += 1
    return _interval(text, shape.replace("u", ""), [*words, *signs], numbers, written), " ".join(units)


def _add_unit(units: list[str], unit: str) -> None:
    if unit not in units:
        units.append(unit)


def _interval(
    text: str, shape: str, words: list[str], numbers: list[Fraction], written: list[str]
) -> Interval:
    if shape == "n":
        return numbers[0], numbers[0]
    if shape == "nsn":
        first, second = numbers
        if words[0] in _PLUS_MINUS:
            return max(first - second, Fraction(0)), first + second
        if words[0] in _RANGE:
            if first > second:
                raise NotAnAmount(
                    f"'{text}' runs from the larger to the smaller number", "Write the smaller one first"
                )
            return first, second
    if shape in ("sn", "wn"):
        if words[0] in _AT_LEAST:
            return numbers[0], None
        if words[0] in _AT_MOST:
            return Fraction(0), numbers[0]
        if words[0] in _ABOUT:
            return _about(numbers[0], written[0])
        if words[0] == "-":
            raise NotAnAmount(f"'{text}' is below zero", "Amounts here are zero or more")
        if words[0] == "+":
            return numbers[0], numbers[0]
    if shape == "ns" and words[0] in ("以上", "+"):
        return numbers[0], None
    if shape == "ns" and words[0] in ("以下", "未満"):
        return Fraction(0), numbers[0]
    if not numbers:
        raise NotAnAmount(
            f"'{text}' is not a number", "Write a number, a range 2..5, a bound <0.1, or unknown"
        )
    if len(numbers) == 2 and "s" in shape and shape.startswith("s"):
        raise NotAnAmount(f"'{text}' is below zero or is not a range", "Write a range as 2..5")
    raise NotAnAmount(f"'{text}' is not one amount", "Write a number, a range 2..5 or a bound <0.1")


def _about(number: Fraction, written: str) -> Interval:
    """What was rounded to `number`: half a unit of its last digit that is not zero, to either side."""
    if not number:
        raise NotAnAmount(f"'about {written}' has no size", "Write a bound such as <0.1")
    unit = Fraction(1)
    while (number / unit).denominator > 1:
        unit /= 10
    while unit >= 1 and (number / (unit * 10)).denominator == 1:
        unit *= 10
    return number - unit / 2, number + unit / 2


def parse_interval(text: str) -> Interval | None:
    """A bare number, range or bound; per cent and ppm become fractions of one. None where nobody knows.

    >>> parse_interval("at least 5"), parse_interval("<0.1")
    ((Fraction(5, 1), None), (Fraction(0, 1), Fraction(1, 10)))
    """
    amount = parse_amount(text)
    if amount is None:
        return None
    interval, unit = amount
    if not unit:
        return interval
    if find_unit(unit) not in ("%", "ppm", "ppb"):
        raise NotAnAmount(f"'{text}' has the unit '{unit}', a bare number is wanted")
    return scaled(interval, UNITS[find_unit(unit) or ""].factor)


def scaled(interval: Interval, factor: Fraction) -> Interval:
    """The interval times a factor above zero."""
    low, high = interval
    if factor == 1:
        return interval
    scaled_low = low * factor
    return scaled_low, scaled_low if high is low else None if high is None else high * factor


def find_unit(text: str, words: Mapping[str, str] | None = None) -> str | None:
    """The symbol in UNITS that the text stands for; `words` are more names for symbols, in casefolded form.

    >>> find_unit("KG"), find_unit("Stk", {"stk": "pcs"}), find_unit("furlong")
    ('kg', 'pcs', None)
    """
    given = normal(text)
    if given in UNITS:
        return given
    folded = given.casefold().rstrip(".").replace("μ", "µ")
    if words and folded in words:
        return words[folded]
    # Ledgers write units in capitals; only 'Mg' is a unit of its own, the megagram.
    return folded if folded in UNITS and given != "Mg" else None


def find_currency(text: str) -> str | None:
    """The ISO 4217 code for a code or sign; None where it is not a currency. A sign of several is a fault."""
    given = normal(text).upper()
    if given in CURRENCIES:
        return given
    if given in _UNCLEAR_SIGNS:
        raise NotAnAmount(
            f"'{text}' is the sign of several currencies", f"Write the code, such as {_UNCLEAR_SIGNS[given]}"
        )
    return _CURRENCY_SIGNS.get(given)


def parse_money(text: str, currency: str | None = None) -> tuple[Interval, str] | None:
    """An amount of money and its currency code; None where nobody knows.

    >>> parse_money("900..1100 USD")
    ((Fraction(900, 1), Fraction(1100, 1)), 'USD')
    """
    amount = parse_amount(text)
    if amount is None:
        return None
    interval, sign = amount
    if sign:
        found = find_currency(sign)
        if found is None:
            raise NotAnAmount(
                f"'{sign}' in '{text}' is not a currency", "Write an ISO code, such as USD or CNY"
            )
        return interval, found
    if currency is None:
        raise NotAnAmount(f"'{text}' has no currency", "Write an ISO code after it, such as 10.00 USD")
    return interval, currency


def parse_mass(text: str, unit: str | None = None, words: Mapping[str, str] | None = None) -> Interval | None:
    """A mass in kilograms; `unit` is used where the text names none. None where nobody knows."""
    amount = parse_amount(text)
    if amount is None:
        return None
    interval, written = amount
    given = written or unit
    if not given:
        raise NotAnAmount(f"'{text}' has no unit of mass", "Write kg, g, mg, t, lb or oz after it")
    symbol = find_unit(given, words)
    if symbol is None or UNITS[symbol].kind != "mass":
        raise NotAnAmount(f"'{given}' is not a unit of mass", "Allowed: kg, g, mg, µg, t, lb, oz")
    return scaled(interval, UNITS[symbol].factor)


def parse_share(text: str) -> Interval | None:
    """A share in 0..1, written as per cent or as a fraction of one. None where nobody knows.

    >>> parse_share("49.99 %"), parse_share("0.5")
    ((Fraction(4999, 10000), Fraction(4999, 10000)), (Fraction(1, 2), Fraction(1, 2)))
    """
    interval = parse_interval(text)
    if interval is None:
        return None
    low, high = interval
    if high is None:
        high = Fraction(1)
    if low > 1 or high > 1:
        bare = "%" not in normal(text)
        raise NotAnAmount(
            f"'{text}' is more than the whole",
            "A share runs from 0 to 1; write per cent with its sign" if bare else "",
        )
    return low, high
