"""Groups of countries as dated data: who belonged to it on a day, who counts as a member in a year of trade.

Trade comes by the year and members join on a day. Croatia joined the European Union on 1 July 2013, so a year needs a
rule; `MOST`, the rule used where none is named, takes who was a member on more than half of its days: Croatia in 2013 (184
of 365), the ten of 1 May 2004 in 2004 (245 of 366), the United Kingdom through 2019 (31 days of 2020).

    union = Group(name="EU", memberships=(Membership("HRV", Span.between(date(2013, 7, 1), None)), ...))
    union.members(on)                        on a day
    union.members_in(2013)                   in a year
    pool_groups(flows, [union])              the flows of that year with the union as one trader
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from monazite.leverage.flows import Flows, pool
from monazite.terms.days import Span


class YearRule(StrEnum):
    """Who counts as a member in a year."""

    MOST = "members on more than half of its days"
    WHOLE = "members on each of its days"
    ANY = "members on any of its days"
    LAST = "members on its last day"


@dataclass(frozen=True, slots=True)
class Membership:
    """A country's time in a group; a span without end still runs, one from `date.min` always has."""

    country: str  # alpha-3
    span: Span
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Countries that may be taken as one trader. One country may have more than one span."""

    name: str  # EU27
    title: str = ""
    memberships: tuple[Membership, ...]

    def members(self, on: date) -> tuple[str, ...]:
        """Who is a member on a day, sorted."""
        return tuple(sorted({m.country for m in self.memberships if on in m.span}))

    def members_in(self, year: int, rule: YearRule = YearRule.MOST) -> tuple[str, ...]:
        """Who counts as a member in a year, sorted.

        >>> croatia = Membership("HRV", Span.between(date(2013, 7, 1), None))
        >>> union = Group(name="EU", memberships=(croatia,))
        >>> union.members_in(2012), union.members_in(2013), union.members_in(2013, YearRule.WHOLE)
        ((), ('HRV',), ())
        """
        whole = Span(date(year, 1, 1), date(year + 1, 1, 1))
        if rule is YearRule.LAST:
            return self.members(date(year, 12, 31))
        days = (date(year + 1, 1, 1) - date(year, 1, 1)).days
        held = {m.country: 0 for m in self.memberships}
        for country in held:
            spans = [m.span for m in self.memberships if m.country == country]
            outside = sum(_days(span, whole) for span in whole.without(spans))
            held[country] = days - outside
        least = {YearRule.MOST: days // 2 + 1, YearRule.WHOLE: days, YearRule.ANY: 1}[rule]
        return tuple(sorted(country for country, count in held.items() if count >= least))


def pool_groups(flows: Flows, groups: Iterable[Group], rule: YearRule = YearRule.MOST) -> Flows:
    """The flows with each group as one trader, by its members in the year of the flows; inner trade is gone.

    The basis names the rule and how many members each has. A group without members in that year is left out of it.

    Raises
    ------
    ValueError where a country would be in two of the groups
    """
    members = {group.name: group.members_in(flows.year, rule) for group in groups}
    members = {name: found for name, found in members.items() if found}
    if not members:
        return flows
    pooled = pool(flows, members)
    counts = ", ".join(f"{name}: {len(found)} {rule}" for name, found in members.items())
    return replace(
        pooled, basis=replace(pooled.basis, groups=f"{pooled.basis.groups} ({flows.year}, {counts})")
    )


def _days(span: Span, within: Span) -> int:
    """Days of a span inside another that ends."""
    shared = span.shared(within)
    return 0 if shared is None or shared.stop is None else (shared.stop - shared.start).days
