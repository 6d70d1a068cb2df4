"""Counts over lists of moves as lines to read and as plain data, with where the lists contradict each other."""

from collections.abc import Sequence
from typing import Any

from monazite.disruption.escalation.ledger import LEAST, SIDES, Coding, Count, contradictions
from monazite.writers.disruption.escalation_words import CONTRADICTION, LIMITS, Both, coding_name, given_name
from monazite.writers.events import wrap


def count_lines(codings: Sequence[Coding], width: int) -> list[str]:
    """The counts of all codings, a block for each side and move of the other."""
    head = (
        "Given the other's last move, how often did a side raise? k of n, the share, and its 90 % interval "
        f"(Jeffreys). Below n = {LEAST} no share is given."
    )
    lines = wrap(head, width, indent=0)
    names = [coding_name(coding)[0] for coding in codings]
    wide = max(map(len, names))
    for place, (side, other) in enumerate(zip(SIDES, SIDES[::-1], strict=True)):
        for way in (True, False):
            lines += ["", given_name(side, other, way)[0]]
            for name, coding in zip(names, codings, strict=True):
                lines.append(f"  {name:<{wide}} {_count_text(coding.answers[place].after[way])}")
    lines.append("")
    for text, _ in count_notes(codings):
        lines += wrap(text, width, indent=2, first="- ")
    return lines


def _count_text(count: Count) -> str:
    ends, share = count.interval(), count.share
    said = f"{count.k:>3} of {count.n:>2}"
    return said if ends is None or share is None else f"{said}   {share:.2f} ({ends[0]:.2f}-{ends[1]:.2f})"


def count_notes(codings: Sequence[Coding]) -> list[Both]:
    """Where the lists contradict each other, and what one move does."""
    by_key = {coding.key: coding for coding in codings}
    notes: list[Both] = []
    for side, way, low, high in contradictions(codings):
        place = SIDES.index(side)
        counts = [by_key[key].answers[place].after[way] for key in (low, high)]
        names = [coding_name(by_key[key]) for key in (low, high)]
        head = given_name(side, SIDES[1 - place], way)
        parts = [
            "; ".join(
                f"{count.k} of {count.n} in {name[0]}" for count, name in zip(counts, names, strict=True)
            ),
            "；".join(
                f"{name[1]}中{count.n}次有{count.k}次" for count, name in zip(counts, names, strict=True)
            ),
        ]
        notes.append(
            (
                f"The lists contradict each other. {head[0]}: {parts[0]}. {CONTRADICTION[0]}",
                f"两表相互矛盾。{head[1]}：{parts[1]}。{CONTRADICTION[1]}",
            )
        )
    less = by_key["full, one move less"]
    notes.append(
        (
            f"One move alone shifts the counts. Left out in the last line: {less.without}",
            f"单独一举即可改变计数。末行略去：{less.without}",
        )
    )
    outside = any(coding.outside and coding.key != less.key for coding in codings)
    if not all(coding.outside for coding in codings):
        notes.append(
            ("Court rulings are outside events: no side decided them. They are left out where a line does not name them.",
             "法院裁决属外部事件，非任何一方所决定；除注明外不计入。")
        )  # fmt: skip
    elif outside:
        notes.append(("Court rulings are counted as moves, as was asked.", "按要求，法院裁决计为举动。"))
    notes.append(
        ("In the full list a side has one move a day, days with both signs are left out, and a move known to the month only "
         "stands before the days of that month. Within a day of the headlines the United States come first, an arbitrary order.",
         "全表中每方每日计一举，同日升降并存者略去，仅知月份者置于该月各日之前。要闻同日以美国居先，此为任意次序。")
    )  # fmt: skip
    notes.append(LIMITS[0])
    return notes


def plain_counts(codings: Sequence[Coding]) -> list[dict[str, Any]]:
    """The counts as plain data; None for what is not given."""
    return [
        {
            "coding": coding.key,
            "moves": coding.moves,
            "pairs": str(coding.pairs),
            "outside_events": coding.outside,
            "left_out": coding.without or None,
            "answers": [
                {
                    "side": answers.side,
                    "after": "raise" if way else "lowering",
                    "raised": count.k,
                    "n": count.n,
                    "share": count.share,
                    "interval_90": None if (ends := count.interval()) is None else list(ends),
                }
                for answers in coding.answers
                for way, count in answers.after.items()
            ],
        }
        for coding in codings
    ]
