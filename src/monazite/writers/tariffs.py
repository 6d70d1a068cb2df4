"""What a good pays on top of the ordinary duty: the answer for a day, the ladder of rates, and the groups of goods.

Rates are per cent, exact: `25`, `25..35`, `at least 50`. They come as lines for a terminal and as plain data.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from fractions import Fraction

from monazite.regime.events import Citation
from monazite.regime.tariffs import (
    Ladder,
    LeftOut,
    PartLeft,
    PartRate,
    Product,
    RatePeriod,
    Reason,
    Rung,
    Scope,
    TariffRate,
)
from monazite.terms.amounts import Interval
from monazite.terms.kleene import NO, WORDS, YES
from monazite.writers.events import WIDTH, plain_sources, source_lines, wrap

NAMES = {"USA": "the United States", "CHN": "China"}
_BESIDE = (Reason.LEFT_OUT, Reason.ANNOUNCED, Reason.SUSPENDED, Reason.LIFTS, Reason.GONE)
"""Reasons that are told in lines; plain data tell all."""


def percent_text(percent: Interval) -> str:
    """Per cent in figures, exact.

    >>> percent_text((Fraction(10), Fraction(25, 2))), percent_text((Fraction(50), None))
    ('10..12.5', 'at least 50')
    """
    low, high = percent
    if high is None:
        return "unknown" if low == 0 else f"at least {_figure(low)}"
    return _figure(low) if low == high else f"{_figure(low)}..{_figure(high)}"


def _sum_text(percent: Interval) -> str:
    text = percent_text(percent)
    return text if text == "unknown" else f"{text} %"


def _figure(number: Fraction) -> str:
    # What is written in per cent ends after some places, and so does every sum of it.
    whole, rest = divmod(number, 1)
    digits = ""
    while rest:
        digit, rest = divmod(rest * 10, 1)
        digits += str(digit)
    return f"{whole}.{digits}" if digits else str(whole)


def product_text(product: Product) -> str:
    """The product in words."""
    goods = product.goods
    if not product.code:
        return f"{goods.says} ({goods.id})"
    link = "falls under" if goods.codes_decide else "may be"
    return f"{dotted(product.code)}, which {link} {goods.says} ({goods.id})"


def dotted(code: str) -> str:
    """A customs code as the schedules print it.

    >>> dotted("8505110070"), dotted("850511"), dotted("2846")
    ('8505.11.0070', '8505.11', '2846')
    """
    return ".".join(piece for piece in (code[:4], code[4:6], code[6:]) if piece)


def rate_lines(ladder: Ladder, rate: TariffRate, *, width: int = WIDTH) -> list[str]:
    """The answer for a day: the sum, its parts, what is left out and why, what is not verified, sources."""
    lines = [*_heading(rate, f"on {rate.on}", width), ""]
    lines += wrap(f"{_sum_text(rate.percent)} on top of {ladder.on_top_of[rate.into]}", width, indent=2)
    lines += _before(rate, width)
    for question, reading, percent in rate.readings:
        says = next(r.says for r in ladder.questions[question].readings if r.id == reading)
        lines += wrap(f"{reading}: {_sum_text(percent)} if {says}", width, indent=7, first="    ")
    for question in dict.fromkeys(question for question, _, _ in rate.readings):
        lines += wrap(f"settled by: {ladder.questions[question].settled_by}", width, indent=7, first="    ")
    if rate.parts:
        lines += ["", "Parts"]
        for found in rate.parts:
            lines += _part_lines(found, rate.product, width)
    beside = [one for one in rate.left if one.reason in _BESIDE and one.periods]
    if beside:
        lines += ["", "Adds nothing"]
        for one in beside:
            lines += _left_lines(one, width)
    if rate.unverified:
        lines += ["", "UNVERIFIED"]
        for text in rate.unverified:
            lines += wrap(text, width, indent=4, first="  ")
    if rate.sources:
        lines += ["", "Sources", *source_lines(ladder.sources, rate.sources, width)]
    return [*lines, "", *_limits(ladder, rate.into, rate.on, width)]


def ladder_lines(ladder: Ladder, rungs: Sequence[Rung], *, width: int = WIDTH) -> list[str]:
    """The ladder of a product: a line for each run of days with the same rate."""
    first, last = rungs[0].rate, rungs[-1].span.last
    assert last is not None
    lines = [*_heading(first, f"from {rungs[0].span.start} through {last}", width)]
    lines += wrap(f"Per cent on top of {ladder.on_top_of[first.into]}; ? marks what is not verified.",
                  width, indent=0)  # fmt: skip
    lines += ["", f"{'from':<12}{'through':<12}{'rate':<14}parts"]
    for rung in rungs:
        rate = rung.rate
        figure = percent_text(rate.percent) + (" ?" if rate.unverified else "")
        texts = [
            f"{percent_text(found.percent)} {found.part.base}{_rests(found.periods)}" for found in rate.parts
        ]
        texts += [f"{reading}: {percent_text(percent)}" for _, reading, percent in rate.readings]
        start = f"{rung.span.start!s:<12}{rung.span.last!s:<12}{figure:<14}"
        lines += wrap(
            "; ".join(texts) or ("nothing" if rate.is_held else "not held"), width, indent=38, first=start
        )
    lines += _before(first, width)
    questions = dict.fromkeys(question for rung in rungs for question, _, _ in rung.rate.readings)
    for question in (ladder.questions[name] for name in questions):
        lines += ["", *wrap(question.says, width, indent=0)]
        for reading in question.readings:
            lines += wrap(f"{reading.id}: {reading.says}", width, indent=5, first="  ")
    return [*lines, "", *_limits(ladder, first.into, last, width)]


def _before(rate: TariffRate, width: int) -> Iterator[str]:
    """Since when rates are held, where the day asked, or what was known, lies before that."""
    if rate.held_from:
        yield from wrap(f"Rates are held from {rate.held_from} on; of earlier days nothing is known here.",
                        width, indent=4, first="  ")  # fmt: skip
    if rate.known_from:
        yield from wrap(
            f"No rate that is held was known before {rate.known_from}.", width, indent=4, first="  "
        )


def goods_lines(ladder: Ladder, *, width: int = WIDTH) -> list[str]:
    """The groups of goods that can be asked about, with the country they enter and their customs codes."""
    lines = ["Groups of goods. A customs code under one of them can be asked about as well."]
    for into in NAMES:
        lines += ["", f"Into {NAMES[into]}"]
        for goods in ladder.goods.values():
            if into in goods.into:
                codes = ", ".join(map(dotted, goods.codes))
                hint = "" if goods.codes_decide or not goods.codes else "; the code alone does not tell"
                text = goods.says + (f" [{codes}{hint}]" if codes else "")
                lines += wrap(text, width, indent=26, first=f"  {goods.id:<24}")
    return lines


def _heading(rate: TariffRate, when: str, width: int) -> list[str]:
    known = f"as known on {rate.known_on}" if rate.known_on else "as known today"
    text = f"{product_text(rate.product)}, into {NAMES[rate.into]} {when}, {known}."
    return wrap(text[0].upper() + text[1:], width, indent=0)


def _rests(periods: Iterable[RatePeriod]) -> str:
    points = sorted({period.suspended for period in periods if period.suspended})
    return "".join(f" ({_figure(point)} suspended)" for point in points)


def _part_lines(found: PartRate, product: Product, width: int) -> Iterator[str]:
    part, periods = found.part, found.periods
    text = f"{part.base}{_rests(periods)} [{part.id}; {_cited(s for p in periods for s in p.sources)}]"
    yield from wrap(text, width, indent=15, first=f"  {_sum_text(found.percent):<13}")
    for note in dict.fromkeys((part.note, *(period.note for period in periods))):
        if note:
            yield from wrap(note, width, indent=15)
    for period in periods:
        if period.reading:
            yield from wrap(f"{period.reading}: {_period_text(period)}", width, indent=15)
    if found.applies != YES:
        yield from wrap(_why_open(found, product), width, indent=15)


def _why_open(found: PartRate, product: Product) -> str:
    if found.doubts:
        named = [g for entry in found.doubts for g in entry.scope.goods if Scope((g,)).covers(product) != NO]
        names = ", ".join(dict.fromkeys(f"{g.id} ({', '.join(map(dotted, g.codes))})" for g in named))
        return f"May leave this good out: its list names {names}." if names else "May leave this good out."
    if found.part.reaches.covers(product) != NO:
        names = ", ".join(g.id for g in found.part.reaches.goods if Scope((g,)).covers(product) != NO)
        return f"Reaches this good if it is of {names}: then ask for that group."
    return "Reaches some goods of this kind."


def _left_lines(one: PartLeft, width: int) -> Iterator[str]:
    part = one.part
    beside = one.by or one.periods
    what = ""
    if one.reason is Reason.ANNOUNCED:
        what = ", " + ", ".join(f"{_rate_text(period)} from {period.span.start}" for period in one.periods)
    if one.reason is Reason.GONE:
        what = f", from {one.periods[0].span.start} on"
    text = (
        f"{part.base}: {one.reason}{what} [{part.id}; {_cited(s for entry in beside for s in entry.sources)}]"
    )
    yield from wrap(text, width, indent=4, first="  ")
    for note in dict.fromkeys((part.note, *(period.note for period in one.periods))):
        if note and one.reason is not Reason.LEFT_OUT:
            yield from wrap(note, width, indent=4)
    for period in one.periods:
        if period.reading:
            rests = "goes on" if period.status.is_effective else "has ended"
            yield from wrap(f"{period.reading}: {rests}", width, indent=4)


def _period_text(period: RatePeriod) -> str:
    through = f" through {period.span.last}" if period.span.last else ""
    rests = f", {_figure(period.suspended)} suspended" if period.suspended else ""
    return f"{_rate_text(period)}{rests}, from {period.span.start}{through}"


def _rate_text(period: RatePeriod) -> str:
    text = _sum_text(period.percent)
    return "rate unknown" if text == "unknown" else text


def _cited(citations: Iterable[Citation]) -> str:
    return "; ".join(dict.fromkeys(map(str, citations)))


def _limits(ladder: Ladder, into: str, last: date, width: int) -> Iterator[str]:
    yield from wrap(f"Not held: {ladder.not_held[into]}.", width, indent=0)
    reviewed = f"Reviewed until {ladder.reviewed_until}."
    if last > ladder.reviewed_until:
        reviewed = f"Reviewed until {ladder.reviewed_until}: later days rest on what was known by then."
    yield from wrap(f"{reviewed} No legal advice.", width, indent=0)


# -- plain data ---------------------------------------------------------------------------------------------------


def plain_rate(ladder: Ladder, rate: TariffRate) -> dict[str, object]:
    """The answer for a day as plain data; rates are texts, so that no digit is lost."""
    return {
        "product": {
            "goods": rate.product.goods.id,
            "code": dotted(rate.product.code),
            "says": rate.product.goods.says,
        },
        "into": rate.into,
        "on": rate.on.isoformat(),
        "known_on": rate.known_on.isoformat() if rate.known_on else None,
        "percent": plain_percent(rate.percent),
        "held_from": rate.held_from.isoformat() if rate.held_from else None,
        "known_from": rate.known_from.isoformat() if rate.known_from else None,
        "on_top_of": ladder.on_top_of[rate.into],
        "readings": [
            {"question": question, "reading": reading, "percent": plain_percent(percent)}
            for question, reading, percent in rate.readings
        ],
        "parts": [
            {
                "part": found.part.id,
                "base": found.part.base,
                "applies": WORDS[int(found.applies)],
                "percent": plain_percent(found.percent),
                "periods": [_plain_period(ladder, period) for period in found.periods],
                "may_be_left_out_by": [_plain_left_out(ladder, entry) for entry in found.doubts],
                "note": found.part.note,
            }
            for found in rate.parts
        ],
        "left": [
            {
                "part": one.part.id,
                "base": one.part.base,
                "reason": str(one.reason),
                "periods": [_plain_period(ladder, period) for period in one.periods],
                "by": [_plain_left_out(ladder, entry) for entry in one.by],
            }
            for one in rate.left
        ],
        "unverified": list(rate.unverified),
        "not_held": ladder.not_held[rate.into],
        "reviewed_until": ladder.reviewed_until.isoformat(),
        "sources": plain_sources(ladder.sources, rate.sources),
    }


def plain_ladder(ladder: Ladder, rungs: Iterable[Rung]) -> list[dict[str, object]]:
    """The rungs as plain data, each with the answer of its first day."""
    return [
        {
            "from": rung.span.start.isoformat(),
            "through": str(rung.span.last),
            "rate": plain_rate(ladder, rung.rate),
        }
        for rung in rungs
    ]


def plain_goods(ladder: Ladder) -> list[dict[str, object]]:
    """The groups of goods as plain data."""
    return [
        {"id": goods.id, "says": goods.says, "into": list(goods.into), "codes": [dotted(code) for code in goods.codes],
         "codes_decide": goods.codes_decide, "sources": plain_sources(ladder.sources, goods.sources)}
        for goods in ladder.goods.values()
    ]  # fmt: skip


def plain_percent(percent: Interval) -> dict[str, str | None]:
    """Both ends in figures; null where the upper end is not known."""
    low, high = percent
    return {"low": _figure(low), "high": None if high is None else _figure(high)}


def _plain_period(ladder: Ladder, period: RatePeriod) -> dict[str, object]:
    return {
        "percent": plain_percent(period.percent),
        "suspended": _figure(period.suspended),
        "status": str(period.status),
        "from": period.span.start.isoformat(),
        "through": period.span.last.isoformat() if period.span.last else None,
        "known": period.known.isoformat(),
        "question": period.question,
        "reading": period.reading,
        "unverified": period.unverified,
        "note": period.note,
        "sources": plain_sources(ladder.sources, period.sources),
    }


def _plain_left_out(ladder: Ladder, entry: LeftOut) -> dict[str, object]:
    return {
        "goods": "all" if entry.scope.is_all else [goods.id for goods in entry.scope.goods],
        "surely": "yes" if entry.surely else "no",
        "from": entry.span.start.isoformat(),
        "through": entry.span.last.isoformat() if entry.span.last else None,
        "unverified": entry.unverified,
        "sources": plain_sources(ladder.sources, entry.sources),
    }
