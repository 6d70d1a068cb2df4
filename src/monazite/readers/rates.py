"""Exchange rates as given with the catalogue, exact, and dated prices of materials in one currency.

A row of the rates table reads: `rate` units of `currency` for one unit of `per`. No rate is built in.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from monazite.readers.columns import Columns, Unfit
from monazite.readers.reference import Price, Reference
from monazite.readers.values import parse_calendar_day, parse_rate
from monazite.terms.amounts import Interval
from monazite.terms.quantities import find_currency, scaled

FARTHEST_DAYS = 366
"""A price farther than this from the day asked for is not near it."""
BASES = ("China", "outside China")


@dataclass(frozen=True, kw_only=True)
class Rates:
    """What one unit of a currency is worth in another, as far as the catalogue says."""

    steps: Mapping[str, Mapping[str, Fraction]] = field(
        default_factory=dict
    )  # currency -> other -> units of it for one
    rows: int = 0

    def find(self, currency: str, base: str) -> Fraction | None:
        """Units of `base` for one of `currency`, directly or over one other currency."""
        if currency == base:
            return Fraction(1)
        direct = self.steps.get(currency, {})
        if base in direct:
            return direct[base]
        for between, rate in sorted(direct.items()):
            onward = self.steps.get(between, {}).get(base)
            if onward is not None:
                return rate * onward
        return None

    def convert(self, amount: Interval, currency: str, base: str) -> Interval | None:
        """The amount in `base`; None where no rate leads there."""
        if currency == base:
            return amount
        rate = self.find(currency, base)
        return None if rate is None else scaled(amount, rate)


def read_rates(columns: Columns | None, on: date | None) -> Rates:
    """The rates of a table; of several for one pair that nearest to the day, or the latest."""
    if columns is None:
        return Rates()

    def currency(text: str) -> str:
        found = find_currency(text) if text else None
        if found is None:
            raise Unfit(f"'{text}' is not a currency", "Write an ISO code, such as USD or CNY")
        return found

    money, per = columns.read("currency", currency, ""), columns.read("per", currency, "")
    rate = columns.read("rate", parse_rate, Fraction(1))
    day = columns.read("day", parse_calendar_day, None)
    best: dict[tuple[str, str], tuple[int, Fraction]] = {}
    undated = 0
    for row in range(len(columns)):
        pair = money.values[money.codes[row]], per.values[per.codes[row]]
        stated = day.values[day.codes[row]]
        undated += stated is None
        if stated is None:
            weight = 10**7
        else:
            weight = abs((stated - on).days) if on else date.max.toordinal() - stated.toordinal()
        if pair[0] and pair[1] and weight < best.get(pair, (10**8, Fraction(0)))[0]:
            best[pair] = weight, rate.values[rate.codes[row]]
    if undated:
        columns.findings.note(
            columns.table,
            None,
            columns.place("rate"),
            f"{undated} rates have no day",
            "Give the day of each rate",
        )
    steps: dict[str, dict[str, Fraction]] = {}
    for (one, other), (_, value) in best.items():
        steps.setdefault(other, {})[one] = value
        steps.setdefault(one, {}).setdefault(other, 1 / value)
    return Rates(steps=steps, rows=len(columns))


@dataclass(frozen=True, slots=True)
class Priced:
    """A price for a kilogram on both bases, and the words that say whence."""

    per_kg: Interval
    says: str


@dataclass(kw_only=True)
class PriceBook:
    """Dated prices near a day in one currency."""

    reference: Reference
    rates: Rates
    currency: str
    on: date | None
    missing_rates: set[str] = field(default_factory=set)
    _found: dict[tuple[str, str], Priced | None] = field(default_factory=dict)

    def find(self, product: str, form: str) -> Priced | None:
        """The price of a kilogram of a product, low and high over both bases; None unless both are known.

        `form` is a form of the price table, or 'element' for the element in whatever form: priced as the oxide
        that holds it.
        """
        key = (product, form)
        if key not in self._found:
            self._found[key] = self._search(product, form)
        return self._found[key]

    def _search(self, product: str, form: str) -> Priced | None:
        if form != "element":
            sides = [self._near(product, form, base) for base in BASES]
            if sides[0] and sides[1]:
                (low, high), (other_low, other_high) = sides[0].per_kg, sides[1].per_kg
                hull = min(low, other_low), max(high or Fraction(0), other_high or Fraction(0))
                return Priced(hull, f"{sides[0].says} and {sides[1].says}")
            if form != "metal":
                return None
        oxide = self._search(product, "oxide")
        fraction = self._oxide_fraction(product)
        if oxide is None or fraction is None:
            return None
        (low, high), (least, most) = oxide.per_kg, fraction
        return Priced(
            (low / most, None if high is None else high / least), f"priced as the oxide: {oxide.says}"
        )

    def _oxide_fraction(self, element: str) -> tuple[Fraction, Fraction] | None:
        for substance in self.reference.substances.values():
            if substance.form == "oxide" and substance.elements == (element,):
                low, high = substance.fractions[element]
                return low, high or Fraction(1)
        return None

    def _near(self, product: str, form: str, base: str) -> Priced | None:
        usable: list[tuple[Price, Interval]] = []
        for price in self.reference.prices:
            if (price.product, price.form, price.base) != (product, form, base):
                continue
            amount = self.rates.convert(price.price_per_kg, price.currency, self.currency)
            if amount is None:
                self.missing_rates.add(price.currency)
            elif self.on is None or price.distance(self.on) <= FARTHEST_DAYS:
                usable.append((price, amount))
        if not usable:
            return None
        day = self.on or max(price.last for price, _ in usable)
        nearest = min(price.distance(day) for price, _ in usable)
        chosen = [(price, amount) for price, amount in usable if price.distance(day) == nearest]
        low = min(amount[0] for _, amount in chosen)
        high = max(amount[1] or Fraction(0) for _, amount in chosen)
        days = sorted({_day(price) for price, _ in chosen})
        markets = sorted({price.market for price, _ in chosen})
        return Priced((low, high), f"{base} ({' / '.join(markets)}, {' / '.join(days)})")


def _day(price: Price) -> str:
    """The day as published: a day, a month or a year."""
    if price.first == price.last:
        return price.first.isoformat()
    return price.first.isoformat()[: 4 if price.first.month == 1 and price.last.month == 12 else 7]
