"""What a report says first: counts by outcome, products touched, what was not asked, how each provision stands.

Numbers of whole surveys, from their columns; no files.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from monazite.determine.survey import SEVERITY, Survey
from monazite.regime.model import EXCEPTIONS, REQUIREMENTS, Effect, Provision, Source
from monazite.terms.outcomes import VERDICTS, Outcome, Verdict

TESTED = (*REQUIREMENTS, *EXCEPTIONS, Effect.POLICY, Effect.DUTY)
"""Effects of the provisions that a report lists."""

WORST_FIRST = (
    *(
        v
        for v in reversed(VERDICTS)
        if v not in (Verdict.NEEDS_EVIDENCE, Verdict.NOT_IN_FORCE, Verdict.NOT_CONTROLLED)
    ),
    Verdict.NEEDS_EVIDENCE,
    Verdict.NOT_IN_FORCE,
    Verdict.NOT_CONTROLLED,
)
"""Outcomes in the order in which people want to see them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """How many answers have one outcome; how far those that need evidence may go, what the latent outcomes are."""

    outcome: str
    count: int
    bounds: tuple[tuple[str, str, int], ...] = ()  # word, outcome, answers
    latent: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """One regime at a glance. Products are the items that some move carries and that its law is asked about."""

    regime: str
    answers: int
    products: int
    is_whole: bool  # its law is asked about every pair of item and move
    surely: int  # products that surely need a licence or worse on some day
    perhaps: int  # others that may
    tiles: tuple[Tile, ...]

    @property
    def lead_en(self) -> str:
        """The regime in one sentence."""
        rest = self.products - self.surely - self.perhaps
        which = "on the move" if self.is_whole else "that its law is asked about"
        return (
            f"Of {_count(self.products, 'product')} {which}, {self.surely:,} surely {_verb(self.surely)} a licence or worse on "
            f"some day covered, {self.perhaps:,} more may, depending on what is missing, and {rest:,} {_verb(rest)} none."
        )

    @property
    def lead_zh(self) -> str:
        """The same in Chinese."""
        rest = self.products - self.surely - self.perhaps
        which = "流转的" if self.is_whole else "依该法查询的"
        return (
            f"{which}{self.products:,}种产品中，{self.surely:,}种在所涉某日确定需要许可或受更严限制，"
            f"另有{self.perhaps:,}种取决于缺少的事实可能需要，{rest:,}种不需要。"
        )


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _verb(number: int) -> str:
    return "needs" if number == 1 else "need"


def overview(survey: Survey, regime: str) -> Overview:
    """Counts of one regime. O(rows)."""
    rows = survey.rows[regime]
    counts = survey.counts(regime)
    tiles = []
    for verdict in WORST_FIRST:
        if not counts[verdict]:
            continue
        mine = rows.verdict == VERDICTS.index(verdict)
        bounds: list[tuple[str, str, int]] = []
        latent: list[tuple[str, int]] = []
        if verdict is Verdict.NEEDS_EVIDENCE:
            for word, column in (("ui.at least", rows.at_least), ("ui.at most", rows.at_most)):
                bounds += [(word, Outcome(code).words, number) for code, number in _tally(column[mine])]
        elif verdict is Verdict.NOT_IN_FORCE:
            latent = [(str(VERDICTS[code]), number) for code, number in _tally(rows.latent[mine])]
        tiles.append(
            Tile(outcome=str(verdict), count=counts[verdict], bounds=tuple(bounds), latent=tuple(latent))
        )
    node = survey.batch.node[rows.pair]
    surely = np.unique(node[rows.at_least >= Outcome.LICENCE])
    perhaps = np.setdiff1d(np.unique(node[rows.at_most >= Outcome.LICENCE]), surely)
    return Overview(regime=regime, answers=len(rows), products=len(np.unique(node)), is_whole=regime not in survey.untouched,
                    surely=len(surely), perhaps=len(perhaps), tiles=tuple(tiles))  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAsked:
    """How many pairs of item and move a regime's law is not asked about, and why."""

    regime: str
    pairs: int
    of: int
    because: str  # what would bring a pair under this law, in the book's words; empty where other law was asked by name
    named: tuple[str, ...]  # the regimes that were asked by name

    @property
    def says_en(self) -> str:
        """One line."""
        if self.named:
            return f"not asked: the answers wanted were those of {' and '.join(self.named)}"
        verb = "brings it" if self.pairs == 1 else "brings them"
        return f"{self.pairs:,} of {_count(self.of, 'pair')} of item and move not asked: nothing stated {verb} under its law"

    @property
    def says_zh(self) -> str:
        """The same in Chinese."""
        if self.named:
            return f"未查询：只要求查询{'、'.join(self.named)}的法律"
        return f"{self.of:,}个物项与流转组合中有{self.pairs:,}个未查询：所述事实均未使其归入该法"


def not_asked(survey: Survey, regimes: Sequence[str] | None = None) -> tuple[NotAsked, ...]:
    """What was not asked, by regime in the order of the book; a regime that was asked about every pair is left out."""
    batch, total = survey.batch, len(survey.batch.node)
    held = (*batch.regimes, *batch.untouched)
    made = []
    for name in batch.book.regimes:
        if regimes is not None and name not in regimes:
            continue
        if name not in held:
            made.append(NotAsked(regime=name, pairs=total, of=total, because="", named=tuple(held)))
        elif name in survey.untouched:
            made.append(NotAsked(regime=name, pairs=survey.untouched[name], of=total,
                                 because=batch.book.states[name].says, named=()))  # fmt: skip
    return tuple(made)


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """So many pairs of item and move have these outcomes, one for each regime; empty where it is not asked."""

    outcomes: tuple[str, ...]
    pairs: int


def together(survey: Survey, regimes: Sequence[str]) -> tuple[Together, ...]:
    """What the regimes say of the same pairs, each by its worst answer on the days covered; worst first. O(rows)."""
    worst = np.full((len(survey.batch.node), len(regimes)), -1, dtype=np.int64)
    for column, name in enumerate(regimes):
        rows = survey.rows[name]
        verdict = rows.verdict.astype(np.int64)
        decided = verdict != VERDICTS.index(Verdict.NEEDS_EVIDENCE)
        rank = np.maximum(SEVERITY[verdict], rows.at_least).astype(np.int64)
        np.maximum.at(worst[:, column], rows.pair, (rank * 2 + decided) * _CODES + verdict)
    found, counts = np.unique(worst, axis=0, return_counts=True)
    order = sorted(range(len(found)), key=lambda i: (*(-rank for rank in sorted(found[i], reverse=True)), i))
    return tuple(
        Together(outcomes=tuple("" if code < 0 else str(VERDICTS[code % _CODES]) for code in found[i].tolist()),
                 pairs=int(counts[i]))
        for i in order
    )  # fmt: skip


_CODES = 16  # more than there are verdicts


def _tally(codes: np.ndarray) -> list[tuple[int, int]]:  # type: ignore[type-arg]
    found, numbers = np.unique(codes, return_counts=True)
    return [(int(code), int(number)) for code, number in zip(found[::-1], numbers[::-1], strict=True)]


def reviewed_until(survey: Survey, regime: str) -> date | None:
    """The day to which somebody looked for changes of a regime's law."""
    return min(
        (m.reviewed_until for m in survey.batch.book.measures.values() if m.regime == regime), default=None
    )


def asked(survey: Survey) -> str:
    """The days a survey answers for, in a few words."""
    own = sorted({day for day in survey.batch.moves.on if day is not None})
    words = []
    if survey.days:
        words.append(
            ", ".join(day.isoformat() for day in survey.days[:4])
            + (f" + {len(survey.days) - 4}" if len(survey.days) > 4 else "")
        )
    elif None in survey.batch.moves.on:
        words.append(f"{survey.first} – {survey.last}")
    if own:
        words.append(f"{own[0]} – {own[-1]} ({len(own)})" if len(own) > 1 else own[0].isoformat())
    return "; ".join(words)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusRun:
    """How a provision stands on a run of days."""

    status: str
    readings: str
    first: str
    last: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvisionLine:
    """A provision with its status on the days of a survey and the answers that rest on it."""

    id: str
    cite: str
    says: str
    effect: str
    unverified: str
    statuses: tuple[StatusRun, ...]
    sources: tuple[Source, ...]
    answers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureLines:
    """A measure and its provisions."""

    regime: str
    id: str
    number: str
    title_en: str
    title_zh: str
    answers: int  # the most answers that rest on one of its provisions
    provisions: tuple[ProvisionLine, ...]
    sources: tuple[Source, ...]


def measures_tested(survey: Survey, regimes: Sequence[str]) -> list[MeasureLines]:
    """Every provision that was tested, by measure, with how it stands on the days."""
    book = survey.batch.book
    made = []
    for regime in regimes:
        resting = answers_by_provision(survey, regime)
        for measure in book.measures.values():
            if measure.regime != regime:
                continue
            lines = []
            for given in measure.provisions:
                if given.effect in TESTED:
                    provision = book.provisions[given.id]
                    lines.append(ProvisionLine(
                        id=provision.id, cite=provision.cite, says=provision.says, effect=str(provision.effect),
                        unverified=provision.unverified, statuses=tuple(status_runs(survey, provision)),
                        sources=tuple(measure.sources[key] for key in provision.sources),
                        answers=resting.get(provision.id, 0),
                    ))  # fmt: skip
            made.append(MeasureLines(
                regime=regime,
                id=measure.id, number=measure.number, title_en=measure.title.get("en", ""), title_zh=measure.title.get("zh", ""),
                answers=max((line.answers for line in lines), default=0), provisions=tuple(lines),
                sources=tuple(measure.sources.values()),
            ))  # fmt: skip
    return made


def answers_by_provision(survey: Survey, regime: str) -> Mapping[str, int]:
    """How many answers each provision decides, or may."""
    rows = survey.rows[regime]
    cells = len(survey.batch.regimes[regime].cells)
    keys, numbers = np.unique(rows.pattern.astype(np.int64) * cells + rows.cell, return_counts=True)
    found: dict[str, int] = {}
    deciding = survey.deciding[regime]
    for key, number in zip(keys.tolist(), numbers.tolist(), strict=True):
        for name in deciding[key // cells][key % cells]:
            found[name] = found.get(name, 0) + number
    return found


def status_runs(survey: Survey, provision: Provision) -> list[StatusRun]:
    """How a provision stands on the days of a survey; days on which it does not exist are left out."""
    book, known = survey.batch.book, survey.batch.known_on
    cuts = [day for day in book.changes(provision, known_on=known) if survey.first < day <= survey.last]
    starts = [survey.first, *cuts]
    ends = [*(day - timedelta(days=1) for day in cuts), survey.last]
    runs: list[StatusRun] = []
    for start, end in zip(starts, ends, strict=True):
        standing = book.standing(provision, on=start, known_on=known)
        if standing is None:
            continue
        readings = ", ".join(f"{name}: {status}" for name, status in standing.by_reading.items())
        status = str(standing.period.status)
        before = runs[-1] if runs else None
        if before and (before.status, before.readings, before.last) == (
            status,
            readings,
            (start - timedelta(days=1)).isoformat(),
        ):
            runs[-1] = StatusRun(status=status, readings=readings, first=runs[-1].first, last=end.isoformat())
        else:
            runs.append(
                StatusRun(status=status, readings=readings, first=start.isoformat(), last=end.isoformat())
            )
    return runs
