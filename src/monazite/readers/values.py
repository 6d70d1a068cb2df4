"""What single cells of a catalogue mean: forms, elements, origins, money, masses, yes and no.

Each reader takes a text and gives a value or raises `Unfit` with what to write instead.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache

from monazite.readers.columns import Unfit
from monazite.readers.reference import Reference, folded
from monazite.terms.amounts import NOTHING_KNOWN, Interval
from monazite.terms.days import parse_day
from monazite.terms.facts import ELEMENTS, RARE_EARTHS
from monazite.terms.faults import near_match
from monazite.terms.kleene import NO, UNKNOWN, YES
from monazite.terms.quantities import (
    NotAnAmount,
    find_currency,
    find_unit,
    is_unknown,
    normal,
    parse_amount,
    parse_mass,
    parse_money,
)

SYMBOLS = frozenset(
    "H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr Rb Sr Y Zr Nb Mo "
    "Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu Hf Ta W Re Os Ir Pt Au Hg Tl "
    "Pb Bi Po At Rn Fr Ra Ac Th Pa U Np Pu Am Cm Bk Cf Es Fm Md No Lr".split()
)
"""Chemical elements; those outside ELEMENTS are named by no list and are read and left aside."""

_FORMULA = re.compile(r"(?:[A-Z][a-z]?[0-9.]*)+")
_RARE_EARTH_WORDS = frozenset({"rare earths", "rare earth", "ree", "re", "rees", "treo", "reo", "seltene erden", "稀土", "希土類",
                               "レアアース", "rare-earth materials"})  # fmt: skip
_ELEMENT_SPLIT = re.compile(r"[;,/|+&\s、，；]+")
_FEW = 14
_LIST_SPLIT = re.compile(r"[;,|、，；\n]+")


def parse_word(reference: Reference, kind: str, text: str) -> str | None:
    """What a word of this kind means; None where the cell is empty or says unknown."""
    if not text:
        return None
    found = reference.find_word(kind, text)
    if found is not None:
        return found
    if is_unknown(text):
        return None
    words = reference.meanings[kind]
    near = near_match(folded(text), reference.words[kind])
    if near.startswith("Did you mean"):
        meant = reference.words[kind][near.split("'", 1)[1].rsplit("'", 1)[0]]
        raise Unfit(f"'{text}' is not a {kind}", f"Did you mean '{meant}'?")
    many = f"Write one of the manual's words, such as {', '.join(words[:4])}"
    raise Unfit(f"'{text}' is not a {kind}", f"Allowed: {', '.join(words)}" if len(words) <= _FEW else many)


def word_reader(
    reference: Reference, kind: str, words: tuple[str, ...], missing: int
) -> Callable[[str], int]:
    """A reader of the positions in `words`; `missing` where nobody knows."""
    place = {word: number for number, word in enumerate(words)}

    def read(text: str) -> int:
        found = parse_word(reference, kind, text)
        return missing if found is None else place[found]

    return read


def parse_yes_no(reference: Reference, text: str) -> int | None:
    """NO, UNKNOWN or YES; None for an empty cell."""
    if not text:
        return None
    found = reference.find_word("yes/no", text)
    if found is None:
        if is_unknown(text):
            return int(UNKNOWN)
        raise Unfit(f"'{text}' is neither yes nor no", "Write yes, no or unknown")
    return {"no": int(NO), "unknown": int(UNKNOWN), "yes": int(YES)}[found]


@dataclass(frozen=True, slots=True)
class Named:
    """Elements a cell names, each with yes, no or unknown."""

    truths: Mapping[str, int]


def parse_elements(reference: Reference, text: str) -> Named:
    """Elements by symbol, name or formula: "Nd;Fe;B", "Dysprosium", "NdFeB", "Tb=no"."""
    truths: dict[str, int] = {}
    if not text or is_unknown(text):
        return Named({})
    whole = reference.find_word("element", text)
    if whole is not None:
        return Named({whole: int(YES)})
    if folded(text) in _RARE_EARTH_WORDS:
        return Named(dict.fromkeys(RARE_EARTHS, int(UNKNOWN)))
    for token in _ELEMENT_SPLIT.split(re.sub(r"\s*[=:]\s*", "=", normal(text))):
        if not token:
            continue
        name, _, said = token.partition("=")
        truth = int(YES) if not said else parse_yes_no(reference, said)
        for element in _elements_of(reference, name, text):
            truths[element] = int(UNKNOWN) if truth is None else truth
    return Named(truths)


def _elements_of(reference: Reference, token: str, text: str) -> list[str]:
    if token in SYMBOLS:
        return [token] if token in ELEMENTS else []
    named = reference.find_word("element", token)
    if named is not None:
        return [named]
    if len(token) == 2 and token.isupper() and token.capitalize() in ELEMENTS:
        return [token.capitalize()]
    if folded(token) in _RARE_EARTH_WORDS:
        raise Unfit(
            f"'{text}' names rare earths without saying which",
            "Name the elements, such as Nd;Dy, or leave it empty",
        )
    if _FORMULA.fullmatch(token):
        symbols = re.findall(r"[A-Z][a-z]?", token)
        if all(symbol in SYMBOLS for symbol in symbols):
            return [symbol for symbol in symbols if symbol in ELEMENTS]
    near = near_match(token.casefold(), reference.words["element"])
    meant = (
        reference.words["element"].get(near.split("'")[1])
        if near.startswith("Did") and len(token) > 2
        else None
    )
    raise Unfit(
        f"'{token}' is not an element",
        f"Did you mean '{meant}'?" if meant else "Write symbols, such as Nd;Fe;B;Dy",
    )


@dataclass(frozen=True, slots=True)
class Origin:
    """An origin as stated: one country, shares of several, or neither."""

    country: str = ""
    shares: tuple[tuple[str, Interval], ...] = ()
    open_rest: bool = False  # the shares stated stay below the whole, so the rest is from nobody knows where


_SHARE_OF = re.compile(r"(?P<who>[^0-9<>~≥≤]+?)[\s:=]*(?P<share>[<>~≥≤]*\s*[0-9].*)")


def parse_origin(reference: Reference, text: str) -> Origin:
    """A country, or shares such as "CHN 40..60 %; AUS 40..60 %"."""
    if not text or is_unknown(text) or reference.find_word("origin", text) == "mixed":
        return Origin()
    country = reference.countries.find(text)
    if country is not None:
        return Origin(country)
    parts = [part.strip() for part in re.split(r"[;|；\n]+", normal(text)) if part.strip()]
    if len(parts) == 1 and "%" not in parts[0]:
        raise Unfit(f"'{text}' is not a country", reference.countries.near(text))
    shares: dict[str, Interval] = {}
    for part in parts:
        match = _SHARE_OF.fullmatch(part)
        if match is None:
            if reference.countries.find(part):
                raise Unfit(
                    f"'{text}' names several countries without shares",
                    "Write CHN 40..60 %; AUS 40..60 %, or unknown",
                )
            raise Unfit(f"'{part}' is not a country", reference.countries.near(part))
        country = reference.countries.find(match["who"])
        if country is None:
            raise Unfit(f"'{match['who'].strip()}' is not a country", reference.countries.near(match["who"]))
        if country in shares:
            raise Unfit(f"'{text}' names {country} twice", "Give each country one share")
        amount = parse_amount(match["share"])
        if amount is None or find_unit(amount[1]) != "%":
            raise Unfit(f"'{match['share']}' is not a share", "Write per cent, such as CHN 40..60 %")
        (low, high), _ = amount
        shares[country] = low / 100, Fraction(1) if high is None else min(high / 100, Fraction(1))
    least = sum((low for low, _ in shares.values()), Fraction(0))
    most = sum((high or Fraction(1) for _, high in shares.values()), Fraction(0))
    if least > 1:
        raise Unfit(
            f"the shares in '{text}' add up to {float(least * 100):g} % or more",
            "Shares of origin add up to 100 %",
        )
    return Origin(shares=tuple(shares.items()), open_rest=most < 1)


def parse_country(reference: Reference, text: str) -> str | None:
    """An alpha-3 code; None where the cell is empty or says unknown."""
    if not text or is_unknown(text):
        return None
    found = reference.countries.find(text)
    if found is None:
        raise Unfit(f"'{text}' is not a country", reference.countries.near(text))
    return found


Money = tuple[Interval, str] | None


def money_reader(default: str | None, header_unit: str) -> Callable[[str, str], Money]:
    """A reader of an amount and its currency; `default` where neither cell nor header names one."""
    in_header = find_currency(header_unit) if header_unit else None

    def read(text: str, currency: str) -> Money:
        if not text:
            return None
        given = in_header
        if currency and not is_unknown(currency):
            given = find_currency(currency)
            if given is None:
                raise Unfit(f"'{currency}' is not a currency", "Write an ISO code, such as USD or CNY")
        money = parse_money(text, given or default)
        if money is not None and given and money[1] != given:
            raise Unfit(f"'{text}' is not in {given}, which the column says", "Write one currency")
        return money

    return read


def mass_reader(reference: Reference, header_unit: str) -> Callable[[str, str], Interval]:
    """A reader of a mass and its unit, in kilograms."""

    def read(text: str, unit: str) -> Interval:
        if not text:
            return NOTHING_KNOWN
        given = unit or header_unit
        mass = parse_mass(text, given or None, reference.units)
        if given and not text[-1:].isdigit():
            check_one_unit(reference, text, given)
        return NOTHING_KNOWN if mass is None else mass

    return read


def check_one_unit(reference: Reference, text: str, given: str) -> None:
    """A cell that names a unit must name that of its column."""
    amount = parse_amount(text)
    written = amount[1] if amount else ""
    if written and find_unit(written, reference.units) != find_unit(given, reference.units):
        raise Unfit(f"'{text}' is not in {given}, which the column says", "Write one unit")


def parse_list(text: str) -> tuple[str, ...]:
    """Words separated by semicolons or commas."""
    return tuple(word.strip() for word in _LIST_SPLIT.split(text) if word.strip())


def parse_calendar_day(text: str) -> date | None:
    """A day written YYYY-MM-DD; None for an empty cell."""
    if not text:
        return None
    try:
        return parse_day(text)
    except ValueError as error:
        what, _, mend = str(error).partition(". ")
        raise Unfit(what, mend) from None


def parse_rate(text: str) -> Fraction:
    """An exchange rate: one number above zero."""
    amount = parse_amount(text)
    if amount is None or amount[1] or amount[0][0] != amount[0][1] or not amount[0][0]:
        raise Unfit(f"'{text}' is not a rate", "Write one number above zero")
    return amount[0][0]


@lru_cache(maxsize=4096)
def unit_or_currency(text: str, units: tuple[tuple[str, str], ...]) -> tuple[str, str]:
    """("unit", symbol) or ("currency", code) for the text of a unit."""
    symbol = find_unit(text, dict(units))
    if symbol is not None:
        return "unit", symbol
    currency = find_currency(text)
    if currency is None:
        raise NotAnAmount(f"'{text}' is not a unit", "Write %, ppm, g, kg, mg, or a currency such as USD")
    return "currency", currency
