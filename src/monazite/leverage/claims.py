"""Figures of the news held against the data: what a claim is, what agrees with it, and what it came to.

A claim is a published figure. A check names a measure with its data; `claim_checks` computes every variant of it, and none
is picked to fit. Checks of the same thing decide the verdict; what stands beside it is of another scope, year or
side, is shown, and decides nothing.

A figure agrees where it rounds to the published one. Of a published figure that ends in nought nobody knows whether it was
rounded to ones or to tens, so both are tried and the page says which it is.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from monazite.leverage.account import Ground, Kind
from monazite.leverage.definitions import Definition
from monazite.leverage.flows import Flows
from monazite.leverage.groups import Group
from monazite.leverage.production import Production
from monazite.leverage.variants import ReportedTotal


class Grade(StrEnum):
    """How near to the claim's own text it was read."""

    TEXT = "the publication itself"
    QUOTED = "quoted by others"
    PRESS = "press"


class Unit(StrEnum):
    """What a published figure counts."""

    PER_CENT = "per cent"
    BILLION_USD = "billion current USD"

    @property
    def size(self) -> Fraction:
        """How much one of it is: of a share, or of a dollar."""
        return Fraction(1, 100) if self is Unit.PER_CENT else Fraction(10**9)

    @property
    def kind(self) -> Kind:
        """What a value that it is compared with is."""
        return Kind.SHARE if self is Unit.PER_CENT else Kind.VALUE


class Compared(StrEnum):
    """What a claim says of its figure."""

    IS = "is"
    UNDER = "under"


class Role(StrEnum):
    """Whether a check is of what the claim says, or of something beside it."""

    SAME = "same"
    BESIDE = "beside"


class Verdict(StrEnum):
    """What a claim came to here."""

    REPRODUCED = "Reproduced"
    PARTLY = "Reproduced under some definitions only"
    FOLLOWS = "Follows from other claims"  # and from nothing in the data
    NOT = "Not reproduced"
    CANNOT = "Cannot be checked here"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A published figure, and what exactly it is of as far as the publication says."""

    id: str
    title: str
    said_by: str
    says: str  # in our words
    figure: Fraction
    unit: Unit
    comparator: Compared
    published: str  # 2025-10-09, or 2025-10 where no day is known
    where: str  # address; empty where it could not be read again
    grade: Grade
    scope: str
    stage: str
    level: str
    year: str
    cannot: str = ""  # why, where it cannot be checked
    remark: str = ""
    unverified: str = ""

    @property
    def steps(self) -> tuple[Fraction, ...]:
        """What it may have been rounded to: the last digit that is printed, and tens where that is a nought.

        Nothing where it is a bound.
        """
        if self.comparator is Compared.UNDER:
            return ()
        return (Fraction(1), Fraction(10)) if self.figure % 10 == 0 else (Fraction(1),)

    def agrees(self, value: float) -> Fraction | None:
        """The finest step at which a value rounds to the figure; 0 where it keeps a bound; None where it does neither.

        A value half-way between two steps may be rounded either way, so it agrees with both.
        """
        given = Fraction(value) / self.unit.size
        if self.comparator is Compared.UNDER:
            return Fraction(0) if given < self.figure else None
        return next((step for step in self.steps if abs(given - self.figure) <= step / 2), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A measure to compute for a claim: all its variants are findings."""

    claim: str
    role: Role
    measure: str  # name of the definition
    dataset: str = ""
    exporter: str = ""  # or the country whose share it is; a group of the data is pooled
    importer: str = ""
    what: tuple[str, ...] = ()  # product codes, a mineral, other claims
    stage: str = ""
    years: tuple[int, ...] = ()  # none: all
    given: float | None = None  # an input that is not in the data, in current USD
    note: str = ""  # how what stands beside the claim differs from it


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One variant. `value` is None where the data do not say it, and `why` says so."""

    check: Check
    definition: Definition
    says: str  # which variant
    value: float | None
    kind: Kind = Kind.SHARE  # or VALUE, in current USD
    ground: Ground | None = None
    coverage: float | None = None  # share of the value whose quantity is recorded, where that decides
    why: str = ""
    agrees: Fraction | None = None  # `Claim.agrees`


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A claim with all that was found."""

    claim: Claim
    findings: tuple[Finding, ...]
    verdict: Verdict

    @property
    def same(self) -> tuple[Finding, ...]:
        """The figures that decide."""
        return tuple(f for f in self.findings if f.check.role is Role.SAME and f.value is not None)

    @property
    def beside(self) -> tuple[Finding, ...]:
        """The figures that are shown and decide nothing."""
        return tuple(f for f in self.findings if f.check.role is Role.BESIDE and f.value is not None)

    def agreeing(self, step: Fraction) -> tuple[Finding, ...]:
        """The figures that decide and round to the claimed one at a step, or at a finer one."""
        return tuple(f for f in self.same if f.agrees is not None and f.agrees <= step)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportSource:
    """A share of imports as a survey prints it."""

    what: str  # Rare-earth compounds and metals
    country: str
    importer: str
    years: tuple[int, int]  # first and last
    share: float
    dataset: str
    release: str
    licence: str = ""
    attribution: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """The data that claims are held against."""

    flows: Callable[[str, int], Flows]
    years: Mapping[str, Sequence[int]]  # of each data set of flows
    production: Sequence[Production] = ()
    import_sources: Sequence[ImportSource] = ()
    reported: Sequence[ReportedTotal] = ()
    groups: Mapping[str, Group] | None = None


def judge(claim: Claim, findings: tuple[Finding, ...]) -> Checked:
    """What a claim came to."""
    made = Checked(claim=claim, findings=findings, verdict=Verdict.CANNOT)
    if not made.same:
        return made
    for step in claim.steps or (Fraction(0),):
        if len(made.agreeing(step)) == len(made.same):
            in_data = any(finding.ground is not None for finding in made.same)
            return replace(made, verdict=Verdict.REPRODUCED if in_data else Verdict.FOLLOWS)
    some = any(finding.agrees is not None for finding in made.same)
    return replace(made, verdict=Verdict.PARTLY if some else Verdict.NOT)
