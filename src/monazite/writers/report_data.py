"""The data of a report's page: lines, explanations and gaps as compact plain data that a script can show.

Everything that occurs twice is kept once and named by its position. The keys are read by `page/report.js`.
"""

import json
from collections.abc import Hashable, Iterable, Sequence
from typing import Any

from monazite.determine.answer import BreakEven, DutyDue, Finding, Gap, Node
from monazite.determine.explain import money
from monazite.terms.amounts import NOTHING_KNOWN
from monazite.terms.outcomes import VERDICTS
from monazite.writers.explained import Explained, Explanation
from monazite.writers.picks import Line
from monazite.writers.words import fact_words, with_terms, word, words

KINDS = ("provision", "all", "any", "not", "definition", "test", "line", "inside")
TRUTHS = ("no", "unknown", "yes")
DOUBTS = ("", "facts", "law", "both")
_SCRIPT_WORDS = (
    "ui.",
    "outcome.",
    "truth.",
    "effect.",
    "status.",
    "why.",
    "grade.",
    "party.",
    "regime.",
    "fact.item.elements",
)


class _Kept:
    """Distinct values in the order of their first mention."""

    def __init__(self) -> None:
        self.values: list[Any] = []
        self._position: dict[Hashable, int] = {}

    def add(self, key: Hashable, value: Any = None) -> int:
        """Position of a value; of its key, where the value itself cannot be one."""
        if key not in self._position:
            self._position[key] = len(self.values)
            self.values.append(key if value is None else value)
        return self._position[key]


class PageData:
    """Collects what the page shows.

    `asked`: the regimes that are asked about some pair, where every answer is on the page; so one that has no line
    for a pair is not asked about it.
    """

    def __init__(self, lines: Sequence[Line], explained: Explained, asked: Sequence[str] = ()) -> None:
        self.asked = list(asked)
        self.texts, self.days, self.parts, self.moves = _Kept(), _Kept(), _Kept(), _Kept()
        self.unders, self.sources, self.findings, self.nodes = _Kept(), _Kept(), _Kept(), _Kept()
        self.gaps, self.gap_sets, self.facts, self.regimes = _Kept(), _Kept(), _Kept(), _Kept()
        self.duties = _Kept()
        self._placed: dict[int, tuple[Node, int]] = {}  # nodes by identity: what is asked twice is one node
        self.explanations = [self._explanation(one) for one in explained.explanations]
        self.rows = self._rows(lines, explained)

    def _rows(self, lines: Sequence[Line], explained: Explained) -> dict[str, list[int]]:
        code = {verdict: i for i, verdict in enumerate(VERDICTS)}
        sets: dict[int, int] = {}
        gap_set = []
        for gaps in explained.gaps:
            if id(gaps) not in sets:
                key = tuple(self._gap(gap) for gap in gaps)
                sets[id(gaps)] = self.gap_sets.add(key, list(key))
            gap_set.append(sets[id(gaps)])
        return {
            "regime": [self.regimes.add(one.regime) for one in lines],
            "part": [
                self.parts.add((one.part, one.title if one.title != one.part else "", one.supplier))
                for one in lines
            ],
            "move": [self.moves.add((one.move, one.origin, one.destination)) for one in lines],
            "first": [self.days.add(one.first.isoformat()) for one in lines],
            "last": [self.days.add(one.last.isoformat()) for one in lines],
            "outcome": [code[one.outcome] for one in lines],
            "least": [int(one.at_least) for one in lines],
            "most": [int(one.at_most) for one in lines],
            "latent": [code[one.latent] for one in lines],
            "doubt": [DOUBTS.index(one.doubt) for one in lines],
            "under": [self.unders.add(one.under, list(one.under)) for one in lines],
            "explanation": [-1 if found is None else found for found in explained.of_line],
            "gaps": gap_set,
        }

    def _gap(self, gap: Gap) -> int:
        fact = self.facts.add(gap.fact, [gap.fact, fact_words(gap.fact), fact_words(gap.fact, "zh")])
        return self.gaps.add((
            fact, gap.part, gap.supplier, VERDICTS.index(gap.if_no), VERDICTS.index(gap.if_yes),
            int(gap.matters_for == "latent"), self.unders.add(gap.provisions, list(gap.provisions)),
        ))  # fmt: skip

    def _explanation(self, one: Explanation) -> dict[str, Any]:
        answer, line = one.answer, one.line
        return {
            "part": line.part,
            "move": line.move,
            "day": line.first.isoformat(),
            "next": answer.next_change.isoformat() if answer.next_change else "",
            "stale": answer.reviewed_until.isoformat() if answer.is_stale else "",
            "under": [self._finding(f, answer.regime) for f in answer.under],
            "also": [self._finding(f, answer.regime) for f in answer.also],
            "interpretations": [self._finding(f, answer.regime) for f in answer.interpretations],
            "readings": [
                [r.question, r.says, [[i, says, VERDICTS.index(v)] for i, says, v in r.outcomes], r.settled_by]
                for r in answer.readings
            ],
            "duties": [self._duty(d, answer.regime) for d in answer.duties],
            "breaks": [self._break_even(b) for b in answer.break_even],
            "rests": self._texts(answer.rests_on),
            "remains": self._texts(with_terms(text, answer.regime) for text in answer.remains),
            "tree": [self.place(node) for node in answer.tree],
        }  # fmt: skip

    def _texts(self, texts: Iterable[str]) -> list[int]:
        return [self.texts.add(text) for text in texts]

    def _duty(self, d: DutyDue, regime: str) -> int:
        return self.duties.add((
            d.provision, with_terms(d.does, regime), d.who, d.applies, d.due.isoformat() if d.due else "", d.due_says,
            tuple(with_terms(text, regime) for text in d.documents),
        ))  # fmt: skip

    def _break_even(self, b: BreakEven) -> list[Any]:
        open_end = b.content == NOTHING_KNOWN
        further = b.declared != b.content and b.declared[1] != 0
        return [
            b.provision, b.content_of, list(b.origin), money(b.content, b.currency), money(b.value, b.currency),
            [b.comparator == "more_than", b.limit],
            "" if open_end else money(b.break_even, b.currency),
            [money(b.declared, b.currency), money(b.flip, b.currency)] if further else [],
            self._texts(b.rests_on),
        ]  # fmt: skip

    def _finding(self, f: Finding, regime: str) -> int:
        sources = tuple(self.sources.add((s.what, s.grade, s.place)) for s in f.sources)
        return self.findings.add((
            f.provision, f.measure, f.cite, with_terms(f.says, regime), f.effect, f.asks, f.applies, f.status,
            f.since.isoformat(), f.known.isoformat(), "" if f.provision.startswith(f"{f.by}/") else f.by, sources, f.unverified,
        ))  # fmt: skip

    def place(self, node: Node) -> int:
        """Position of a node among those of the page; the same for trees that are alike."""
        if id(node) not in self._placed:
            read = tuple(self.texts.add(text) for pair in node.read for text in pair)
            children = tuple(self.place(child) for child in node.children)
            self._placed[id(node)] = (
                node,
                self.nodes.add(
                    (
                        KINDS.index(node.kind),
                        TRUTHS.index(node.truth),
                        self.texts.add(node.says),
                        read,
                        children,
                    )
                ),
            )
        return self._placed[id(node)][1]

    def plain(self) -> dict[str, Any]:
        """Everything as plain data."""
        return {
            "words": {key: [word(key), word(key, "zh")] for key in words() if key.startswith(_SCRIPT_WORDS)},
            "outcomes": [str(verdict) for verdict in VERDICTS],
            "texts": self.texts.values,
            "days": self.days.values,
            "parts": self.parts.values,
            "moves": self.moves.values,
            "regimes": self.regimes.values,
            "asked": self.asked,
            "unders": self.unders.values,
            "facts": self.facts.values,
            "gaps": self.gaps.values,
            "gapSets": self.gap_sets.values,
            "sources": self.sources.values,
            "findings": self.findings.values,
            "duties": self.duties.values,
            "nodes": self.nodes.values,
            "explanations": self.explanations,
            "rows": self.rows,
        }


def script_json(value: object) -> str:
    """Plain data as JSON that may stand inside a script element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
