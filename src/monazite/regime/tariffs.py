"""The additional duties of the trade war as dated parts: what a good pays on a day, as known on a day.

A part is one duty on one legal base. It reaches all goods or some, leaves some out, and has rates by date. As in
the law, of the rates that cover a day the one that became known last holds. Rates are per cent of the value, as
exact intervals; those of all parts that reach the good are added. Nothing here knows the ordinary duty.

What is not known stays open: a good that a part may reach adds `0..rate`, a rate nobody read is `0..None`.

>>> add((Fraction(10), Fraction(25, 2)), (Fraction(25), None))
(Fraction(35, 1), None)
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import TypeVar

from numpy import int8

from monazite.regime.events import Citation
from monazite.regime.model import Question, Source, Status
from monazite.terms.amounts import NOTHING_KNOWN, Interval
from monazite.terms.days import ONE_DAY, Span
from monazite.terms.faults import BadInput, Fault, near_match
from monazite.terms.kleene import NO, UNKNOWN, YES

T = TypeVar("T")

COUNTRIES = ("USA", "CHN")
"""Where goods go into: those of China into the United States, and the other way."""

NOTHING: Interval = (Fraction(0), Fraction(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """A group of goods that parts can name. Where `codes_decide` is false, a code only hints at the group."""

    id: str
    says: str
    into: tuple[str, ...]
    codes: tuple[str, ...] = ()  # digits without dots
    codes_decide: bool = True
    is_unlisted: bool = False  # goods that no list names
    sources: tuple[Citation, ...] = ()
    unverified: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """What is asked about: a group of goods, or a customs code that falls under one."""

    goods: Goods
    code: str = ""  # digits; '' where the group itself is asked about

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes that the product covers."""
        return (self.code,) if self.code else self.goods.codes


@dataclass(frozen=True, slots=True)
class Scope:
    """All goods, or the groups named."""

    goods: tuple[Goods, ...] = ()
    is_all: bool = False

    def covers(self, product: Product) -> int8:
        """Does it cover the product? Kleene: unknown where it covers a part of it, or a code alone does not tell."""
        if self.is_all:
            return YES
        return max((_covers(goods, product) for goods in self.goods), default=NO)


def _covers(goods: Goods, product: Product) -> int8:
    if goods.id == product.goods.id and not product.code:
        return YES
    if not product.codes or not goods.codes:
        return NO
    under = [any(code.startswith(mine) for mine in goods.codes) for code in product.codes]
    above = [any(mine.startswith(code) for mine in goods.codes) for code in product.codes]
    if all(under) and goods.codes_decide:
        return YES
    return UNKNOWN if any(under) or any(above) else NO


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Goods that a part does not reach on some days; not `surely` where that is doubtful."""

    scope: Scope
    span: Span
    known: date
    surely: bool
    sources: tuple[Citation, ...]
    unverified: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RatePeriod:
    """A rate from day to day, and since when it was known; under one reading only where `reading` is given."""

    percent: Interval
    suspended: Fraction  # points that are printed and rest
    status: Status
    span: Span
    known: date
    sources: tuple[Citation, ...]
    question: str = ""
    reading: str = ""
    unverified: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TariffPart:
    """One duty on one legal base. `adds` is false where it only lifts a duty that is not counted here."""

    id: str
    into: str
    of: tuple[str, ...]  # origins that it hits
    base: str
    reaches: Scope
    reaches_some_of: Scope
    leaves_out: tuple[LeftOut, ...]
    rates: tuple[RatePeriod, ...]
    adds: bool = True
    note: str = ""

    def standing(self, *, on: date, known_on: date | None = None) -> tuple[RatePeriod, ...]:
        """The rate that holds on a day: one, or one for each reading; none before the first and after the last."""
        covering = [p for p in self.rates if on in p.span and (known_on is None or p.known <= known_on)]
        last = max((p.known for p in covering), default=None)
        return tuple(p for p in covering if p.known == last)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """Every part, group of goods, open question and source. Parts come on top of what `on_top_of` says."""

    says: str
    parts: tuple[TariffPart, ...]
    goods: Mapping[str, Goods]
    questions: Mapping[str, Question]
    sources: Mapping[str, Source]
    on_top_of: Mapping[str, str]  # by country
    not_held: Mapping[str, str]  # by country: duties and exceptions of which nothing is said here
    reviewed_until: date

    @property
    def first_day(self) -> date:
        """The first day of which a rate is held; of earlier ones nothing is known here."""
        return min((period.span.start for part in self.parts for period in part.rates), default=date.max)

    @property
    def first_known(self) -> date:
        """The first day on which a rate that is held was known."""
        return min((period.known for part in self.parts for period in part.rates), default=date.max)


class Reason(StrEnum):
    """Why a part adds nothing."""

    LEFT_OUT = "leaves this good out"
    OTHER_GOODS = "reaches other goods"
    ANNOUNCED = "announced only"
    SUSPENDED = "suspended"
    GONE = "has ended"
    NO_RATE = "has no rate on this day"
    LIFTS = "lifts a duty that is not counted here"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartRate:
    """What one part adds. `applies` is unknown where it may reach the good; the interval then begins at 0."""

    part: TariffPart
    periods: tuple[RatePeriod, ...]  # one, or one for each reading
    applies: int8
    percent: Interval
    doubts: tuple[LeftOut, ...] = ()  # what may leave the good out

    def under(self, question: str, reading: str) -> Interval:
        """What it adds under a reading of a question; the whole interval where the question does not touch it."""
        for period in self.periods:
            if (period.question, period.reading) == (question, reading):
                return _perhaps(_effective(period), self.applies)
        return self.percent


@dataclass(frozen=True, slots=True, kw_only=True)
class PartLeft:
    """A part that adds nothing, and why."""

    part: TariffPart
    reason: Reason
    periods: tuple[RatePeriod, ...] = ()
    by: tuple[LeftOut, ...] = ()  # the lists that leave the good out


@dataclass(frozen=True, slots=True, kw_only=True)
class TariffRate:
    """The sum for a product on a day, in per cent, with its parts; what every part that adds nothing has against it.

    `readings` are the sums under each reading of each open question that touches the product. Where `held_from` or
    `known_from` is given, the day asked lies before it, or what was known does: then no rate is held, and none known.
    """

    product: Product
    into: str
    on: date
    known_on: date | None
    percent: Interval
    readings: tuple[tuple[str, str, Interval], ...]
    parts: tuple[PartRate, ...]
    left: tuple[PartLeft, ...]
    unverified: tuple[str, ...]
    sources: tuple[Citation, ...]
    held_from: date | None = None
    known_from: date | None = None

    @property
    def is_held(self) -> bool:
        """Something is held of the day, as known on the day asked."""
        return self.held_from is None and self.known_from is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """Days without a break on which a product pays the same, by the same parts; the rate is that of the first day."""

    span: Span
    rate: TariffRate


def rate_on(
    ladder: Ladder, product: Product, *, into: str, on: date, known_on: date | None = None
) -> TariffRate:
    """What a product pays on a day on top of the ordinary duty, by what was known on `known_on`.

    Parameters
    ----------
    product : as `find_product` finds it
    into : the country it enters, one of COUNTRIES; it comes from the other
    known_on : count only what was known on that day; all that is known, by default
    """
    parts: list[PartRate] = []
    left: list[PartLeft] = []
    for part in ladder.parts:
        if part.into == into:
            found = _part_on(part, product, on, known_on)
            if isinstance(found, PartRate):
                parts.append(found)
            else:
                left.append(found)
    beside = list(_beside(parts, left))
    held_from = ladder.first_day if on < ladder.first_day else None
    known_from = ladder.first_known if known_on is not None and known_on < ladder.first_known else None
    return TariffRate(
        product=product,
        into=into,
        on=on,
        known_on=known_on,
        percent=NOTHING_KNOWN if held_from or known_from else _total(found.percent for found in parts),
        readings=tuple(_readings(ladder, parts)),
        parts=tuple(parts),
        left=tuple(left),
        unverified=_distinct(
            [
                product.goods.unverified,
                *(f"{part.base}: {entry.unverified}" for part, entry in beside if entry.unverified),
            ]
        ),
        sources=_distinct(
            [*product.goods.sources, *(source for _, entry in beside for source in entry.sources)]
        ),
        held_from=held_from,
        known_from=known_from,
    )


def _part_on(part: TariffPart, product: Product, on: date, known_on: date | None) -> PartRate | PartLeft:
    reached = _reaches(part, product)
    periods = part.standing(on=on, known_on=known_on)
    if reached == NO:
        return PartLeft(part=part, reason=Reason.OTHER_GOODS, periods=periods)
    if not periods:
        return PartLeft(part=part, reason=Reason.NO_RATE)
    if not part.adds:
        return PartLeft(part=part, reason=Reason.LIFTS, periods=periods)
    if not any(period.status.is_effective for period in periods):
        reasons = {Status.ANNOUNCED: Reason.ANNOUNCED, Status.SUSPENDED: Reason.SUSPENDED}
        return PartLeft(part=part, reason=reasons.get(periods[0].status, Reason.GONE), periods=periods)
    left_out, by = _leaves_out(part, product, on, known_on)
    if left_out == YES:
        return PartLeft(part=part, reason=Reason.LEFT_OUT, periods=periods, by=by)
    applies = min(reached, int8(YES - left_out))
    percent = _perhaps(_hull(_effective(period) for period in periods), applies)
    return PartRate(part=part, periods=periods, applies=applies, percent=percent, doubts=by)


def _reaches(part: TariffPart, product: Product) -> int8:
    # Some lines that nobody read may hold any listed good, and none that no list names.
    some = NO if product.goods.is_unlisted else min(part.reaches_some_of.covers(product), UNKNOWN)
    return max(part.reaches.covers(product), some)


def _leaves_out(
    part: TariffPart, product: Product, on: date, known_on: date | None
) -> tuple[int8, tuple[LeftOut, ...]]:
    """Does a list of the part leave the product out (Kleene), and the lists that do, or may."""
    if product.goods.is_unlisted:
        return NO, ()
    found = [
        (min(entry.scope.covers(product), YES if entry.surely else UNKNOWN), entry)
        for entry in part.leaves_out
        if on in entry.span and (known_on is None or entry.known <= known_on)
    ]
    most = max((truth for truth, _ in found), default=NO)
    return most, tuple(entry for truth, entry in found if truth == most != NO)


def _effective(period: RatePeriod) -> Interval:
    return period.percent if period.status.is_effective else NOTHING


def _perhaps(percent: Interval, applies: int8) -> Interval:
    return percent if applies == YES else (Fraction(0), percent[1])


def add(one: Interval, other: Interval) -> Interval:
    """The sum of two intervals; unbounded where either is."""
    high = None if one[1] is None or other[1] is None else one[1] + other[1]
    return one[0] + other[0], high


def _total(found: Iterable[Interval]) -> Interval:
    total = NOTHING
    for percent in found:
        total = add(total, percent)
    return total


def _hull(found: Iterable[Interval]) -> Interval:
    ends = list(found)
    highs = [high for _, high in ends if high is not None]
    return min(low for low, _ in ends), max(highs) if len(highs) == len(ends) else None


def _readings(ladder: Ladder, parts: list[PartRate]) -> Iterator[tuple[str, str, Interval]]:
    asked = dict.fromkeys(period.question for found in parts for period in found.periods if period.question)
    for question in asked:
        for reading in ladder.questions[question].readings:
            yield question, reading.id, _total(found.under(question, reading.id) for found in parts)


def _shown(left: Iterable[PartLeft]) -> Iterator[PartLeft]:
    """The parts that a reader should see beside the sum: they stand on the day, or have ended, and could reach the good."""
    return (one for one in left if one.periods and one.reason is not Reason.OTHER_GOODS)


def _beside(
    parts: Iterable[PartRate], left: Iterable[PartLeft]
) -> Iterator[tuple[TariffPart, LeftOut | RatePeriod]]:
    """What the sum rests on: the rates that count and what may leave the good out, then why other parts add nothing."""
    for found in parts:
        yield from ((found.part, entry) for entry in found.doubts)
        yield from ((found.part, period) for period in found.periods)
    for one in _shown(left):
        yield from ((one.part, entry) for entry in one.by)
        yield from ((one.part, period) for period in one.periods if not one.by)


def _distinct(found: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(one for one in found if one))


def ladder_between(
    ladder: Ladder, product: Product, first: date, last: date, *, into: str, known_on: date | None = None
) -> tuple[Rung, ...]:
    """The rungs of a product from `first` through `last`, both inclusive, in order and without gaps."""
    borders = (ladder.first_day, *_borders(ladder, into))
    days = sorted({first, *(day for day in borders if first < day <= last)})
    rungs: list[Rung] = []
    for day, stop in zip(days, [*days[1:], last + ONE_DAY], strict=True):
        rate = rate_on(ladder, product, into=into, on=day, known_on=known_on)
        if rungs and _alike(rungs[-1].rate, rate):
            rungs[-1] = Rung(span=Span(rungs[-1].span.start, stop), rate=rungs[-1].rate)
        else:
            rungs.append(Rung(span=Span(day, stop), rate=rate))
    return tuple(rungs)


def _borders(ladder: Ladder, into: str) -> Iterator[date]:
    for part in ladder.parts:
        if part.into == into:
            for span in (*(rate.span for rate in part.rates), *(entry.span for entry in part.leaves_out)):
                yield span.start
                if span.stop is not None:
                    yield span.stop


def _alike(one: TariffRate, other: TariffRate) -> bool:
    def seen(rate: TariffRate) -> object:
        parts = [(p.part.id, p.percent, [r.suspended for r in p.periods]) for p in rate.parts]
        return parts, rate.readings, bool(rate.unverified), rate.is_held

    return seen(one) == seen(other)


def find_product(ladder: Ladder, text: str, into: str | None = None) -> tuple[Product, str]:
    """The product for a group's id or a customs code, and the country it enters.

    A code belongs to the group with the longest code that it begins with, and first to one that codes decide. Where
    no country is named, it is the one that the group is held for; the United States where it is held for both.

    Raises
    ------
    BadInput where no group holds it, with the nearest one
    """
    name = text.strip()
    digits = name.replace(".", "").replace(" ", "")
    if digits.isascii() and digits.isdigit():
        return _by_code(ladder, name, digits, into)
    goods = ladder.goods.get(name.casefold())
    if goods is None:
        raise _bad(f"there is no group of goods '{name}'", near_match(name.casefold(), ladder.goods) or _LIST)
    if into is not None and into not in goods.into:
        what = f"'{goods.id}' is held for goods into {' and '.join(goods.into)}, not into {into}"
        raise _bad(what, f"Ask for 'typical' into {into}: a good that no list names")
    return Product(goods=goods), into or goods.into[0]


def _by_code(ladder: Ladder, name: str, digits: str, into: str | None) -> tuple[Product, str]:
    if not 4 <= len(digits) <= 10:
        raise _bad(f"'{name}' is no customs code", "Write four to ten digits, such as 2846 or 8505.11.0070")
    held = [goods for goods in ladder.goods.values() if into is None or into in goods.into]
    fits = [
        (goods.codes_decide, len(code), goods)
        for goods in held
        for code in goods.codes
        if digits.startswith(code)
    ]
    if fits:
        goods = max(fits, key=lambda fit: fit[:2])[2]
        return Product(goods=goods, code=digits), into or goods.into[0]
    within = [goods.id for goods in held if any(code.startswith(digits) for code in goods.codes)]
    if within:
        raise _bad(f"'{name}' is wider than what is held of it", f"Ask for {' or '.join(within)}")
    raise _bad(
        f"no group of goods holds the code '{name}'",
        f"Ask for 'typical' if no list of the schedule names the good. {_LIST}",
    )


_LIST = "monazite tariff --list shows the groups"


def _bad(what: str, mend: str) -> BadInput:
    return BadInput([Fault(where="tariff", what=what, mend=mend)])
