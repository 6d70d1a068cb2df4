"""The small public tables of `reference/`, ready for use: countries, words, units, substances, prices, days.

>>> reference = read_reference()
>>> reference.countries.find("中国"), reference.countries.find("Südkorea"), reference.find_word("yes/no", "はい")
('CHN', 'KOR', 'yes')
"""

import csv
import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property, lru_cache
from pathlib import Path

from monazite.readers.places import find_data
from monazite.terms.amounts import Interval
from monazite.terms.days import parse_day
from monazite.terms.quantities import normal
from monazite.terms.working_days import WorkingDays

LANGUAGES = ("en", "de", "zh", "ja")


def folded(text: str) -> str:
    """The text as words are looked up: plain letters, no case, single blanks, no marks at the ends.

    >>> folded("Part_No. "), folded("ＣＯＵＮＴＲＹ of  origin:")
    ('part no', 'country of origin')
    """
    return " ".join(normal(text).casefold().replace("_", " ").split()).strip(" .:*")


@dataclass(frozen=True, kw_only=True)
class Countries:
    """Countries and customs territories by their codes and names."""

    names: Mapping[str, str]  # alpha-3 -> English name
    by_name: Mapping[str, str]  # folded code or name in any language -> alpha-3
    chinese: Mapping[str, str] = field(default_factory=dict)  # alpha-3 -> Chinese name

    def find(self, text: str) -> str | None:
        """The alpha-3 code for a code or name; None where there is none."""
        given = normal(text)
        if given.upper() in self.names:
            return given.upper()
        # 'no' in small letters is a word far more often than Norway.
        return None if given == "no" else self.by_name.get(folded(given))

    def near(self, text: str) -> str:
        """A sentence that offers the nearest country, or says how to write one."""
        given = folded(text)
        if given == "no":
            return "Write NOR for Norway, or unknown"
        close = difflib.get_close_matches(given, self.by_name, n=1, cutoff=0.7) if len(given) > 3 else []
        if not close:
            return "Write an ISO code, such as CHN, or a name in English, German, Chinese or Japanese"
        code = self.by_name[close[0]]
        return f"Did you mean '{self.names[code]}' ({code})?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Substance:
    """A pure substance or one of a market specification."""

    name: str
    form: str  # '' where the name does not tell
    elements: tuple[str, ...]  # of `terms.facts.ELEMENTS`
    fractions: Mapping[str, Interval]  # element -> mass fraction; oxides of two formulas share a name
    pure: bool  # nothing but the elements named, and elements no list names


@dataclass(frozen=True, slots=True, kw_only=True)
class Typical:
    """What one element usually amounts to in a class of products."""

    element: str
    low: Fraction
    high: Fraction
    per: str  # mass: share of the product's mass; piece: kg in one; MW: kg for each megawatt
    note: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """A dated price of a material on one market."""

    product: str
    form: str
    price_per_kg: Interval
    currency: str
    base: str  # 'China', 'outside China', or '' where the price is kept for the record only
    market: str
    first: date
    last: date  # the day as published may be a month or a year
    source: str

    def distance(self, on: date) -> int:
        """Days between the price and the day."""
        if on < self.first:
            return (self.first - on).days
        return max((on - self.last).days, 0)


@dataclass(frozen=True, kw_only=True)
class Reference:
    """All tables of `reference/` that readers need."""

    countries: Countries
    tables: Mapping[str, str]  # folded name of a file or sheet -> table
    columns: Mapping[str, Mapping[str, str]]  # table -> folded header -> column
    units: Mapping[str, str]  # folded word -> symbol in UNITS
    words: Mapping[str, Mapping[str, str]]  # kind -> folded word -> what it means
    substances: Mapping[str, Substance]  # folded name or CAS number -> substance
    typical: Mapping[str, tuple[Typical, ...]]  # class -> elements
    prices: tuple[Price, ...]
    working_days: Mapping[str, WorkingDays]
    meanings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # kind -> what its words may mean

    def find_word(self, kind: str, text: str) -> str | None:
        """What a word of this kind means; None where it is not known."""
        return self.words[kind].get(folded(text))

    @cached_property
    def greatest_fraction(self) -> Mapping[tuple[str, str], Fraction]:
        """(form, element) -> the greatest mass fraction the element has in any known substance of the form."""
        greatest: dict[tuple[str, str], Fraction] = {}
        for substance in self.substances.values():
            for element, (_, high) in substance.fractions.items():
                key = (substance.form, element)
                greatest[key] = max(high or Fraction(1), greatest.get(key, Fraction(0)))
        return greatest


def read_reference(root: Path | str | None = None) -> Reference:
    """The tables of a folder; those of the package by default (read once)."""
    return _read(Path(root) if root is not None else find_data("reference"))


@lru_cache(maxsize=2)
def _read(root: Path) -> Reference:
    words, meanings = _words(_rows(root / "words.csv"))
    headers = _rows(root / "headers.csv")
    typical = _rows(root / "typical-content.csv")
    return Reference(
        countries=_countries(_rows(root / "countries.csv")),
        tables=_tables(headers),
        columns=_columns(headers),
        units=_units(_rows(root / "units.csv")),
        words=words,
        meanings=meanings,
        substances=_substances(_rows(root / "substances.csv"), _rows(root / "words.csv")),
        typical={name: tuple(_typical(row) for row in typical if row["class"] == name) for name in {row["class"] for row in typical}},
        prices=tuple(_price(row) for row in _rows(root / "prices.csv")),
        working_days=_working_days(_rows(root / "cn-working-days.csv")),
    )  # fmt: skip


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _synonyms(row: Mapping[str, str], languages: Sequence[str] = LANGUAGES) -> list[str]:
    return [folded(word) for language in languages for word in row[language].split(";") if word.strip()]


def _countries(rows: list[dict[str, str]]) -> Countries:
    names = {row["alpha3"]: row["en"] for row in rows}
    by_name: dict[str, str] = {}
    for row in rows:
        for word in (
            row["alpha3"].casefold(),
            row["alpha2"].casefold(),
            *_synonyms(row, (*LANGUAGES, "other")),
        ):
            by_name.setdefault(word, row["alpha3"])
    chinese = {row["alpha3"]: row["zh"].split(";")[0] for row in rows if row["zh"]}
    return Countries(names=names, by_name=by_name, chinese=chinese)


def _tables(rows: list[dict[str, str]]) -> dict[str, str]:
    return {
        word: row["table"] for row in rows if not row["column"] for word in (row["table"], *_synonyms(row))
    }


def _columns(rows: list[dict[str, str]]) -> dict[str, dict[str, str]]:
    columns: dict[str, dict[str, str]] = {}
    # A column's own name wins over a synonym of another column.
    for row in rows:
        if row["column"]:
            columns.setdefault(row["table"], {})[folded(row["column"])] = row["column"]
    for row in rows:
        if row["column"]:
            for word in _synonyms(row):
                columns[row["table"]].setdefault(word, row["column"])
    # Columns of one name share their synonyms over all tables, where no other column of the table is called so.
    for row in rows:
        for table in columns.values():
            if row["column"] in table.values():
                for word in _synonyms(row):
                    table.setdefault(word, row["column"])
    return columns


def _units(rows: list[dict[str, str]]) -> dict[str, str]:
    return {word: row["unit"] for row in rows for word in (folded(row["unit"]), *_synonyms(row))}


def _words(rows: list[dict[str, str]]) -> tuple[dict[str, dict[str, str]], dict[str, tuple[str, ...]]]:
    words: dict[str, dict[str, str]] = {}
    meanings: dict[str, tuple[str, ...]] = {}
    for row in rows:
        kind = words.setdefault(row["kind"], {})
        kind[folded(row["means"])] = row["means"]
        meanings[row["kind"]] = (*meanings.get(row["kind"], ()), row["means"])
    for row in rows:
        for word in _synonyms(row):
            words[row["kind"]].setdefault(word, row["means"])
    return words, meanings


def _substances(rows: list[dict[str, str]], words: list[dict[str, str]]) -> dict[str, Substance]:
    found: dict[str, Substance] = {}
    names = {row["means"]: row for row in words if row["kind"] == "element"}
    for row in rows:
        key = folded(row["substance"])
        fractions = dict(found[key].fractions) if key in found else {}
        element, fraction = row["element"], Fraction(row["element_mass_fraction"])
        low, high = fractions.get(element, (fraction, fraction))
        fractions[element] = min(fraction, low), max(fraction, high or fraction)
        elements = tuple(element for element in row["elements"].split(";") if element)
        made = Substance(name=row["substance"], form=row["form"], elements=elements, fractions=fractions,
                         pure=row["form"] in ("metal", "oxide", "compound"))  # fmt: skip
        found[key] = made
        for word in (row["cas"], folded(row["formula"]) if row["form"] != "metal" else ""):
            if word:
                found[word] = made
        if len(elements) == 1 and row["form"] in ("metal", "oxide") and element in names:
            for word in _names_in_languages(row["form"], element, names[element]):
                found[folded(word)] = made
    return found


def _names_in_languages(form: str, element: str, names: Mapping[str, str]) -> list[str]:
    """How the metal or oxide of an element is called: "Dy metal", "Dysprosiumoxid", "氧化镝", "酸化ジスプロシウム"."""
    de, zh, ja = ([name for name in names[language].split(";") if name] for language in ("de", "zh", "ja"))
    if form == "metal":
        return [f"{element} metal", f"{element}-metal", *(f"{n}{tail}" for n in de for tail in ("metall", "-Metall", " Metall")),
                *(f"金属{n}" for n in (*zh, *ja)), *(f"{n}金属" for n in (*zh, *ja))]  # fmt: skip
    return [
        f"{element} oxide",
        f"{element}-oxide",
        *(f"{n}oxid" for n in de),
        *(f"氧化{n}" for n in zh),
        *(f"酸化{n}" for n in ja),
    ]


def _typical(row: dict[str, str]) -> Typical:
    factor = {"kg per kg": Fraction(1), "%": Fraction(1, 100), "kg": Fraction(1), "g": Fraction(1, 1000)}[
        row["unit"]
    ]
    return Typical(element=row["element"], low=Fraction(row["low"]) * factor, high=Fraction(row["high"]) * factor,
                   per=row["per"], note=row["note"], source=row["source"])  # fmt: skip


def _price(row: dict[str, str]) -> Price:
    per_kg = {"kg": Fraction(1), "t": Fraction(1, 1000)}[row["unit"]]
    first, last = _days(row["day"])
    return Price(product=row["product"], form=row["form"], currency=row["currency"], base=row["base"],
                 price_per_kg=(Fraction(row["price_low"]) * per_kg, Fraction(row["price_high"]) * per_kg),
                 market=row["market"], first=first, last=last, source=row["source"])  # fmt: skip


def _days(text: str) -> tuple[date, date]:
    """First and last day of a day, month or year as published."""
    if len(text) == 10:
        return parse_day(text), parse_day(text)
    year, _, month = text.partition("-")
    first = date(int(year), int(month or 1), 1)
    following = date(int(year) + (not month or month == "12"), int(month) % 12 + 1 if month else 1, 1)
    return first, date.fromordinal(following.toordinal() - 1)


def _working_days(rows: list[dict[str, str]]) -> dict[str, WorkingDays]:
    return {
        name: WorkingDays(
            name,
            frozenset(
                parse_day(row["day"]) for row in rows if row["calendar"] == name and row["is"] == "holiday"
            ),
            frozenset(
                parse_day(row["day"])
                for row in rows
                if row["calendar"] == name and row["is"] == "working day"
            ),
            max(parse_day(row["official_through"]) for row in rows if row["calendar"] == name),
        )
        for name in sorted({row["calendar"] for row in rows})
    }
