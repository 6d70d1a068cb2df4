"""An answer as lines for a terminal: the outcome first, then why, what is missing, what to do."""

import textwrap
from collections.abc import Iterator

from monazite.determine.answer import BreakEven, Determination, Finding, Node, RegimeAnswer, opened_once
from monazite.determine.explain import money
from monazite.terms.outcomes import Verdict

WIDTH = 100
_MOST_TOLD = 6  # provisions that may apply, told in full
_MARKS = {"yes": "+", "no": "-", "unknown": "?"}


def answer_lines(answer: Determination, *, tree: bool = False) -> list[str]:
    """The whole answer, at most `WIDTH` columns wide; with `tree`, every tested condition too."""
    known = f", as known on {answer.known_on}" if answer.known_on else ""
    lines = [f"{answer.item}: {answer.move} on {answer.on}{known}"]
    if len(answer.regimes) > 1:
        lines += ["", *_side_by_side(answer)]
    for regime in answer.regimes.values():
        lines += ["", *_regime(regime, tree)]
    for name, says in answer.untouched.items():
        lines += [
            "",
            *_wrap(f"{name}  NOT ASKED: nothing stated brings it under this law. {says}", "    ", ""),
        ]
    lines += ["", f"law {answer.law_version}, input {answer.input_hash}", *_wrap(answer.disclaimer)]
    return lines


def _side_by_side(answer: Determination) -> Iterator[str]:
    """Every regime's outcome in a line of its own, before the reasons of any."""
    width = max(len(name) for name in (*answer.regimes, *answer.untouched))
    for name, one in answer.regimes.items():
        words = verdict_words(one.outcome, one.at_least.words, one.at_most.words)
        latent = f"; latent {one.latent}" if str(one.latent) != str(one.outcome) else ""
        yield from _wrap(f"{name:<{width}}  {words}{latent}", " " * (width + 4), "  ")
    for name in answer.untouched:
        yield f"  {name:<{width}}  not asked"


def _wrap(text: str, indent: str = "", first: str | None = None) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        break_on_hyphens=False,
        break_long_words=False,
        initial_indent=indent if first is None else first,
        subsequent_indent=indent or "  ",
    )


def verdict_words(outcome: Verdict, at_least: str, at_most: str) -> str:
    """The outcome, with its bounds where evidence is missing."""
    if outcome is Verdict.NEEDS_EVIDENCE:
        return f"needs evidence: at least {at_least}, at most {at_most}"
    return str(outcome)


def _regime(answer: RegimeAnswer, tree: bool) -> Iterator[str]:
    yield f"{answer.regime}  {verdict_words(answer.outcome, answer.at_least.words, answer.at_most.words).upper()}"
    if str(answer.latent) != str(answer.outcome):
        yield f"  if every printed rule had effect: {answer.latent}"
    yield from _findings(answer.under)
    for reading in answer.readings:
        yield from _wrap(f"Open question of law: {reading.says}", "    ", "  ")
        for name, says, outcome in reading.outcomes:
            yield from _wrap(f"{name}: {outcome} - {says}", "       ", "    ")
        yield from _wrap(f"It would be settled by {reading.settled_by}.", "    ")
    yield from _gaps(answer)
    for tip in answer.break_even:
        yield from _break_even(tip)
    if answer.duties:
        yield "  Duties"
        for duty in answer.duties:
            due = f" - by {duty.due}" if duty.due else ""
            says = f" ({duty.due_says})" if duty.due_says else ""
            yield from _wrap(f"* {duty.does}{due}{says} [{duty.provision}]", "      ", "    ")
    for finding in answer.interpretations:
        yield from _wrap(f"{_reading(finding)}: {finding.says} [{finding.provision}]", "    ", "  ")
    if answer.rests_on:
        yield "  Rests on"
        for text in answer.rests_on:
            yield from _wrap(f"* {text}", "      ", "    ")
    if answer.outcome in (Verdict.NOT_CONTROLLED, Verdict.NOT_IN_FORCE):
        yield from _wrap(f"Tested: {', '.join(answer.tested)}.", "    ", "  ")
        for text in answer.remains:
            yield from _wrap(f"Remains: {text}", "    ", "  ")
    for text in answer.unverified:
        yield from _wrap(f"UNVERIFIED {text}", "    ", "  ")
    sources = dict.fromkeys((s.grade, s.what, s.place) for f in answer.under for s in f.sources)
    if sources:
        yield "  Sources"
        for grade, what, place in sources:
            yield from _wrap(f"* {grade}: {what} - {place}", "      ", "    ")
    if answer.is_stale:
        yield from _wrap(
            f"Stale: the law was reviewed until {answer.reviewed_until}; look for later announcements.",
            "    ",
            "  ",
        )
    if tree:
        yield "  Conditions (+ yes, - no, ? unknown)"
        for node in opened_once(answer.tree):
            yield from _tree(node, 4)


def _reading(finding: Finding) -> str:
    return "The authority's reading, rebuttable" if finding.is_rebuttable else "How the rule is read"


def _findings(findings: tuple[Finding, ...]) -> Iterator[str]:
    """What applies, then what may; where that is much, the rest of it by name alone."""
    sure = [finding for finding in findings if finding.applies == "yes"]
    perhaps = [finding for finding in findings if finding.applies != "yes"]
    told = perhaps if len(perhaps) <= _MOST_TOLD + 2 else perhaps[:_MOST_TOLD]
    for finding in (*sure, *told):
        foreign = not finding.provision.startswith(f"{finding.by}/")
        by = f", by {finding.by}" if foreign else ""
        prefix = "" if finding.applies == "yes" else "perhaps "
        standing = f"{finding.measure}, {finding.cite}; {finding.status} since {finding.since}{by}"
        yield from _wrap(f"{prefix}{finding.provision} ({standing}): {finding.says}", "    ", "  ")
    rest = [finding.provision for finding in perhaps[len(told) :]]
    if rest:
        yield from _wrap(
            f"perhaps also {', '.join(rest)} (`monazite law show` says what each asks)", "    ", "  "
        )


def _gaps(answer: RegimeAnswer) -> Iterator[str]:
    if not answer.gaps:
        return
    yield "  Missing facts"
    for gap in answer.gaps:
        part = f" of {gap.part}" if gap.part else ""
        latent = " (for the latent outcome)" if gap.matters_for == "latent" else ""
        settles = [f"{word}: {verdict}" for word, verdict in (("if no", gap.if_no), ("if yes", gap.if_yes))
                   if verdict is not Verdict.NEEDS_EVIDENCE]  # fmt: skip
        tail = f" - {', '.join(settles)}" if settles else ""
        yield from _wrap(
            f"? {gap.fact}{part}: {gap.says}; ask {_who(gap.supplier)}{latent}{tail}", "      ", "    "
        )


def _who(supplier: str) -> str:
    roles = {"end_user": "the end user", "importer": "the importer", "exporter": "the exporter", "supplier": "the supplier",
             "intermediate": "the intermediate consignee"}  # fmt: skip
    return roles.get(supplier, supplier)


def _break_even(tip: BreakEven) -> Iterator[str]:
    origin = ", ".join(tip.origin)
    beyond = tip.comparator == "more_than"
    share = f"more than {tip.limit} of the item's value" if beyond else f"{tip.limit} of the item's value"
    if tip.content[1] is None and tip.content[0] == 0:
        yield from _wrap(
            f"Content of {tip.content_of} from {origin}: unknown, some of what is inside is not declared.",
            "    ",
            "  ",
        )
    else:
        yield from _wrap(f"Content of {tip.content_of} from {origin}: {money(tip.content, tip.currency)}, item value "
                         f"{money(tip.value, tip.currency)}; it is {'' if beyond else 'at least '}{share} where the item is worth "
                         f"{'less than ' if beyond else ''}{money(tip.break_even, tip.currency)}{'' if beyond else ' or less'}.",
                         "    ", "  ")  # fmt: skip
    if tip.declared != tip.content and tip.declared[1] != 0:
        yield from _wrap(f"What is declared, were it all from {origin}: {money(tip.declared, tip.currency)}; the verdict "
                         f"flips at an item value of {money(tip.flip, tip.currency)}.", "    ", "  ")  # fmt: skip


def _tree(node: Node, depth: int) -> Iterator[str]:
    read = "; ".join(f"{name} = {value}" for name, value in node.read)
    text = f"{_MARKS[node.truth]} {node.says}" + (f"  [{read}]" if read else "")
    yield from _wrap(text, " " * (depth + 4), " " * depth)
    for child in node.children:
        yield from _tree(child, depth + 2)
