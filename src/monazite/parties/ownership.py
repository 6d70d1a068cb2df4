"""Who is held so far by listed parties that a rule on ownership reaches it too.

An entity is caught when owners that are listed, or caught themselves, hold enough of it; then its whole holding counts one
level down. Shares are never multiplied along a chain. The set of the caught is a least fixed point: it begins with the
listed and grows until nothing changes, so circles of ownership end. It is found twice, with what is certain and with
what is possible; between the two lies what to ask for.

    >>> a = Holding(owner="X", owned="A", share=(Fraction(1, 2), Fraction(1, 2)))
    >>> b = Holding(owner="A", owned="B", share=(Fraction(1, 2), Fraction(1, 2)))
    >>> sorted(caught({"X"}, [a, b], lambda share: share >= Fraction(1, 2)))
    ['A', 'B', 'X']

The arithmetic is that of OFAC's questions 398 to 401; which lists count, and whether shares add up, is law and stands in
`regimes/`.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from fractions import Fraction

from monazite.parties.names import same_name
from monazite.terms.amounts import Interval
from monazite.terms.kleene import NO, UNKNOWN, YES
from monazite.terms.owners import Owner

_ALL = Fraction(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """A share of one entity in the hands of another."""

    owner: str
    owned: str
    share: Interval  # in 0..1; no upper end: perhaps all of it


def caught(
    listed: Collection[str],
    holdings: Iterable[Holding],
    reaches: Callable[[Fraction], bool],
    *,
    possibly: bool = False,
    sums: bool = True,
) -> frozenset[str]:
    """The listed and whatever they hold so far that `reaches` says yes of the share.

    Parameters
    ----------
    possibly : count the upper ends of the shares
    sums : the shares of several owners add up; else each is looked at alone
    """
    of_owner: dict[str, list[Holding]] = defaultdict(list)
    for holding in holdings:
        of_owner[holding.owner].append(holding)
    inside: set[str] = set()
    held: dict[str, Fraction] = defaultdict(Fraction)
    waiting = list(dict.fromkeys(listed))
    while waiting:
        name = waiting.pop()
        if name in inside:
            continue
        inside.add(name)
        for holding in of_owner[name]:
            low, high = holding.share
            share = (_ALL if high is None else high) if possibly else low
            held[holding.owned] = min(
                held[holding.owned] + share if sums else max(held[holding.owned], share), _ALL
            )
            if reaches(held[holding.owned]):
                waiting.append(holding.owned)
    return frozenset(inside)


def held_truth(
    owners: tuple[Owner, ...],
    *,
    names: frozenset[str],
    lists: Collection[str],
    reaches: Callable[[Fraction], bool],
    sums: str,
) -> int:
    """Do parties on the lists hold enough of a party with these owners? A truth value.

    Whoever is not named among the owners holds what is left, and may be listed; so may an owner whose owners are not
    known be held by someone who is.

    Parameters
    ----------
    names : folded names on the lists
    lists : ids of the lists, for owners whose lists are stated
    sums : yes, no, or unverified where no text says whether several holdings add up
    """
    graph = _Graph(names, frozenset(lists))
    graph.add("", owners)
    surely = caught(graph.listed, graph.holdings, reaches, sums=sums == "yes")
    if "" in surely:
        return int(YES)
    possibly = caught(
        graph.perhaps, [*graph.holdings, *graph.undisclosed()], reaches, possibly=True, sums=sums != "no"
    )
    return int(UNKNOWN if "" in possibly else NO)


class _Graph:
    """A tree of owners as holdings by name; the asked party is the empty name."""

    def __init__(self, names: frozenset[str], lists: frozenset[str]) -> None:
        self.names, self.lists = names, lists
        self.holdings: list[Holding] = []
        self.listed: set[str] = set()
        self.perhaps: set[str] = set()
        self.open: dict[str, Fraction] = {}  # entity -> share whose holder nobody names

    def add(self, owned: str, owners: tuple[Owner, ...] | None) -> None:
        """The owners of one entity, and theirs."""
        told = sum((owner.share[0] for owner in owners or ()), Fraction(0))
        self.open[owned] = Fraction(0) if owners == () else max(_ALL - told, Fraction(0))
        for i, owner in enumerate(owners or ()):
            name = same_name(owner.name) or f"{owned}/{i}"
            if name in self.names or (owner.lists and self.lists & set(owner.lists)):
                self.listed.add(name)
            if (
                name in self.names
                or owner.lists is None
                or "unknown" in owner.lists
                or self.lists & set(owner.lists)
            ):
                self.perhaps.add(name)
            self.holdings.append(Holding(owner=name, owned=owned, share=owner.share))
            if name not in self.open or owner.owners is not None:
                self.add(name, owner.owners)

    def undisclosed(self) -> list[Holding]:
        """What nobody is named for, held by someone who may be listed."""
        self.perhaps.add("?")
        return [
            Holding(owner="?", owned=name, share=(Fraction(0), rest))
            for name, rest in self.open.items()
            if rest
        ]
