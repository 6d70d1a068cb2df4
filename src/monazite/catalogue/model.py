"""A catalogue: parts, what is inside them and what is known of each, as columns that line up.

Parts and the materials declared inside them are one kind of thing here, *nodes*: a kilogram of dysprosium
metal in a magnet is a node just as the magnet is, joined to it by a line. What a user calls a part comes
first (`parts` of them), content nodes follow. A determination over one item is a catalogue of a few nodes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from monazite.terms.amounts import Amounts, Interval
from monazite.terms.facts import ACTIVITIES, ELEMENTS, FORMS, SOLID_FORMS
from monazite.terms.kleene import NO, UNKNOWN, Truths

NOT_KNOWN = -1
"""A code nobody stated: of a form, family, origin or technology."""
MIXED = -2
"""An origin split over countries; the shares stand in `Catalogue.mixed_origins`."""
NOT_USED = -3
"""A step of making that was not taken, so no country's technology was used in it."""


class Strength(IntEnum):
    """How good the evidence for a node is, best first."""

    MEASURED = 0
    DECLARED = 1
    CALCULATED = 2
    TYPICAL = 3
    ASSUMED = 4


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """Nodes and the lines between them.

    n nodes, m lines. Enumerations are positions in the tuples of `terms.facts`; countries are positions in
    `countries`. Amounts of money are in `currency`, for one unit of the node; a value is what one unit is
    sold for, not the sum of its parts.
    """

    names: Sequence[str]  # (n,) what the user calls the node; parts are unique, content nodes need not be
    parts: int  # nodes[:parts] are parts, the rest is declared content
    titles: Sequence[str]  # (n,) a name for people
    form: NDArray[np.int8]  # (n,) position in FORMS
    family: NDArray[np.int8]  # (n,) position in FAMILIES
    elements: Truths  # (n, len(ELEMENTS)) does it contain the element
    countries: tuple[str, ...]  # alpha-3 codes that the arrays below point into
    origin: NDArray[np.int16]  # (n,) position in countries, NOT_KNOWN or MIXED
    mixed_origins: dict[int, dict[str, Interval]] = field(default_factory=dict)  # node -> country -> share
    made_with: NDArray[np.int16]  # (n, len(ACTIVITIES)) position in countries, NOT_KNOWN or NOT_USED
    technology_activity: NDArray[np.int8]  # (n,) position in TECHNOLOGY_ACTIVITIES
    technology_subject: NDArray[np.int8]  # (n,) position in TECHNOLOGY_SUBJECTS
    claims: dict[str, Truths] = field(
        default_factory=dict
    )  # fact path -> (n,) truth, or NOT_KNOWN where nobody stated it: public_domain, other_list ...
    properties: dict[str, Amounts] = field(default_factory=dict)  # name in PROPERTIES -> (n,)
    codes: dict[int, tuple[str, ...]] = field(default_factory=dict)  # node -> control codes as stated
    labels: dict[str, dict[int, tuple[str, ...]]] = field(
        default_factory=dict
    )  # fact path -> node -> labels as stated, none of them an empty tuple; a node without is unknown
    places: dict[str, NDArray[np.int16]] = field(
        default_factory=dict
    )  # fact path -> (n,) position in countries or NOT_KNOWN: mined_in, melted_in ...
    value: Amounts  # (n,)
    mass_kg: Amounts  # (n,)
    currency: str
    content_complete: Truths  # (n,) do the lines name everything inside that matters
    strength: NDArray[np.int8]  # (n,) Strength of what is said about the node
    supplier: Sequence[str]  # (n,) who can be asked; empty where unknown
    where: Sequence[str]  # (n,) file and row, or path in the document, that the node comes from
    parent: NDArray[np.int32]  # (m,) node
    child: NDArray[np.int32]  # (m,) node
    quantity: Amounts  # (m,) units of child in one unit of parent
    notes: dict[int, tuple[str, ...]] = field(
        default_factory=dict
    )  # node -> what was filled in, and from where

    def __post_init__(self) -> None:
        n = len(self.names)
        for name in ("titles", "form", "family", "elements", "origin", "made_with", "technology_activity",
                     "technology_subject", "value", "mass_kg", "content_complete", "strength", "supplier", "where"):  # fmt: skip
            if len(getattr(self, name)) != n:
                raise ValueError(f"{name} has {len(getattr(self, name))} rows, the catalogue {n} nodes")
        if self.elements.shape != (n, len(ELEMENTS)) or self.made_with.shape != (n, len(ACTIVITIES)):
            raise ValueError("elements or made_with have the wrong number of columns")
        if not len(self.parent) == len(self.child) == len(self.quantity):
            raise ValueError("parent, child and quantity differ in length")

    def __len__(self) -> int:
        return len(self.names)

    def stated(self, claim: str, node: int) -> int | None:
        """The truth that somebody stated of a claim about a node, by fact path; None where nobody did."""
        truth = NOT_KNOWN if claim not in self.claims else int(self.claims[claim][node])
        return None if truth == NOT_KNOWN else truth

    @cached_property
    def may_hold_more(self) -> NDArray[np.bool_]:
        """(n,) something that nobody declared may be inside the node."""
        solid: NDArray[np.bool_] = np.array([form in SOLID_FORMS for form in FORMS] + [False])[self.form]
        more: NDArray[np.bool_] = (self.content_complete == NO) | (
            (self.content_complete == UNKNOWN) & ~solid
        )
        return more

    def origin_share(self, node: int, inside: frozenset[str]) -> Interval:
        """Share of the node that comes from the countries `inside`, as an interval in 0..1."""
        code = int(self.origin[node])
        if code >= 0:
            share = Fraction(int(self.countries[code] in inside))
            return share, share
        if code == NOT_KNOWN:
            return Fraction(0), Fraction(1)
        stated = self.mixed_origins[node]
        low = sum((low for country, (low, _) in stated.items() if country in inside), Fraction(0))
        out = sum((low for country, (low, _) in stated.items() if country not in inside), Fraction(0))
        high = sum(
            (high or Fraction(1) for country, (_, high) in stated.items() if country in inside), Fraction(0)
        )
        return low, min(high, 1 - out)
