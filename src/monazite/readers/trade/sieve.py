"""Rows of national statistics that are no flow between two countries: left out with the reason, and counted.

Totals of all partners, groups of countries beside their members, coarser codes above finer ones, the other side's report: each
would count the same goods twice. What is left out is told with its rows and value, never dropped in silence.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

import numpy as np

from monazite.leverage.flows import Values
from monazite.readers.reference import Countries, read_reference
from monazite.readers.trade.gather import Coded, Rows
from monazite.readers.trade.shipped import baci_countries, read_groups

_A_DAY_OF_THE_27 = date(2024, 1, 1)

LeftOut = dict[str, tuple[int, float]]  # why -> rows, value

# Codes of the UN beside BACI's own, of which some BACI's table does not hold.
_OTHER_NUMBERS = {"158": "TWN", "250": "FRA", "356": "IND", "380": "ITA", "381": "ITA", "578": "NOR", "579": "NOR", "756": "CHE",
                  "840": "USA", "841": "USA", "732": "ESH", "336": "VAT", "312": "GLP", "474": "MTQ", "638": "REU", "254": "GUF",
                  "850": "VIR", "10": "ATA"}  # fmt: skip
# Areas that are no country, under which trade is recorded whose partner is not named.
UN_AREAS = {"97": "European Union", "129": "Caribbean, nes", "221": "Eastern Europe, nes", "290": "Northern Africa, nes",
            "471": "CACM, nes", "472": "Africa CAMEU region, nes", "473": "LAIA, nes", "492": "Europe EU, nes",
            "527": "Oceania, nes", "536": "Neutral Zone", "568": "Other Europe, nes", "577": "Other Africa, nes",
            "636": "Rest of America, nes", "637": "North America and Central America, nes", "697": "Europe EFTA, nes",
            "837": "Bunkers", "838": "Free Zones", "839": "Special Categories", "879": "Western Asia, nes",
            "899": "Areas, nes"}  # fmt: skip
# Eurostat's letters where they are not those of ISO: Greece, the United Kingdom with and without Northern Ireland, Serbia, Kosovo.
_EUROSTAT = {
    "EL": "GRC",
    "UK": "GBR",
    "XI": "GBR",
    "XU": "GBR",
    "XS": "SRB",
    "XK": "XKX",
    "XC": "ESP",
    "XL": "ESP",
}
_NAMES = {"congo (kinshasa)": "COD", "congo, d.r.": "COD", "congo (brazzaville)": "COG", "congo, rep.": "COG",
          "korea, north": "PRK", "korea, south": "KOR", "trinidad and tobago": "TTO", "bosnia-herzegovina": "BIH",
          "cote d'ivoire": "CIV", "burma": "MMR", "burma (myanmar)": "MMR", "st kitts and nevis": "KNA", "cape verde": "CPV",
          "macedonia": "MKD", "turkey": "TUR", "türkiye": "TUR", "vietnam": "VNM", "laos": "LAO",
          "gaza strip administered by israel": "PSE", "west bank administered by israel": "PSE",
          "european union": "EU27"}  # fmt: skip


@dataclass(slots=True)
class Sieve:
    """The rows that stay, and what was left out why."""

    value: Values
    stay: Rows = field(init=False)
    left_out: LeftOut

    def __post_init__(self) -> None:
        self.stay = np.ones(len(self.value), dtype=bool)

    def leave(self, rows: Rows, why: str) -> None:
        """Leave rows out; those that another reason took already are not counted again."""
        gone = rows & self.stay
        if gone.any():
            before = self.left_out.get(why, (0, 0.0))
            worth = float(np.nansum(self.value[gone]))
            self.left_out[why] = before[0] + int(gone.sum()), before[1] + worth
            self.stay &= ~gone


def texts_that(column: Coded, holds: Callable[[str], bool]) -> Rows:
    """The rows whose text is such a one; each text is looked at once."""
    found: Rows = np.array([holds(text.strip()) for text in column.texts], dtype=bool)[column.at]
    return found


def has_unknown(*columns: Coded) -> bool:
    """Whether a row's text means nothing."""
    return any((rows := column.unknown()) is not None and rows.any() for column in columns)


def month_note(year: int, months: Collection[int]) -> str:
    """What to say of a year whose months are not all there; empty where they are, or it is given whole (month 0)."""
    held = {int(month) for month in months} - {0}
    return f"{year} holds {len(held)} of 12 months" if held and len(held) < 12 else ""


def only_totals(sieve: Sieve, column: Coded, total: str, of: str) -> None:
    """Where a file holds totals beside the rows that make them up, keep the totals; where it holds none, keep all."""
    totals = texts_that(column, lambda text: text == total)
    if (totals & sieve.stay).any():
        sieve.leave(~totals, f"parts of a total by {of}")


@lru_cache(maxsize=1)
def un_numbers() -> Mapping[str, str]:
    """Numeric code of the UN, as Comtrade and BACI use it -> our code; areas that are no country as `#899`."""
    known = {str(country.number): country.code for country in baci_countries()}
    return {
        **{number: f"#{number}" for number in UN_AREAS if number != "97"},
        "97": "EU27",
        **_OTHER_NUMBERS,
        **known,
    }


def un_code(text: str) -> str | None:
    """Our code for a numeric one of the UN.

    >>> un_code("842"), un_code("490"), un_code("899"), un_code("12345")
    ('USA', 'TWN', '#899', None)
    """
    return un_numbers().get(text.removesuffix(".0").lstrip("0"))


def eurostat_code(text: str) -> str | None:
    """Our code for one of Eurostat: two letters, or the union itself.

    >>> eurostat_code("EL"), eurostat_code("NO"), eurostat_code("EU27_2020"), eurostat_code("QZ")
    ('GRC', 'NOR', 'EU27', '#QZ')
    """
    if text in _EUROSTAT:
        return _EUROSTAT[text]
    if text == "EU27_2020":
        return "EU27"
    if re.fullmatch(r"Q[A-Z]", text) and text != "QA":  # Eurostat's own: stores, secret and unknown partners
        return f"#{text}"
    return read_reference().countries.find(text) if re.fullmatch(r"[A-Z]{2}", text) else None


def country_name(name: str, countries: Countries | None = None) -> str | None:
    """Alpha-3 for a name of a statistical office.

    >>> country_name("KOREA, SOUTH"), country_name("Congo, D.R."), country_name("Atlantis")
    ('KOR', 'COD', None)
    """
    return _NAMES.get(name.strip().casefold()) or (countries or read_reference().countries).find(name)


def same_country(one: Coded, other: Coded) -> Rows:
    """Rows whose two countries are one: re-imports, or trade inside the union where the union is one trader."""
    codes = {code: n for n, code in enumerate({*one.codes, *other.codes} - {None})}
    left = np.array([codes.get(code, -1) for code in one.codes])[one.at]
    right = np.array([codes.get(code, -2) for code in other.codes])[other.at]
    same: Rows = left == right
    for union, member in ((one, other), (other, one)):
        same |= _of(union, {"EU27"}) & _of(member, eu27_members())
    return same


def _of(column: Coded, codes: Collection[str]) -> Rows:
    found: Rows = np.array([code in codes for code in column.codes], dtype=bool)[column.at]
    return found


@lru_cache(maxsize=1)
def eu27_members() -> frozenset[str]:
    """The 27 members of the European Union since 1 February 2020."""
    return frozenset(read_groups()["EU27"].members(_A_DAY_OF_THE_27))


def union_beside_members(sieve: Sieve, column: Coded, what: str) -> str:
    """Leave out the European Union where all its members are there too, or the members where they are not all.

    Gives a note that says which. Whether they are all there is judged by the value: the members' sum is within a thousandth of
    the union's, or above it.
    """
    union = _of(column, {"EU27"}) & sieve.stay
    if not union.any():
        return ""
    inside = _of(column, eu27_members()) & sieve.stay
    if not inside.any():
        return f"The European Union is one {what} (EU27)"
    if float(sieve.value[inside].sum()) >= 0.999 * float(sieve.value[union].sum()):
        sieve.leave(union, f"the European Union as {what} beside its members")
        return ""
    sieve.leave(inside, f"members of the European Union beside it as {what}")
    return f"The European Union is one {what} (EU27); the members that stood beside it are left out"
