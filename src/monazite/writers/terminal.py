"""A survey in a few lines for a terminal: counts by regime, the worst parts, what to ask for first, what was not asked."""

import textwrap
from collections.abc import Callable

from monazite.determine.survey import Survey
from monazite.terms.outcomes import Verdict
from monazite.writers.answers import verdict_words
from monazite.writers.overview import not_asked, overview, reviewed_until, together
from monazite.writers.picks import Line
from monazite.writers.report import Shown, prepare
from monazite.writers.requests import NOBODY, asks
from monazite.writers.words import fact_words

WIDTH = 100
_COLOURS = {"prohibited": 31, "refused in principle": 31, "case by case": 33, "licence, no clock": 33, "licence": 33,
            "certificate": 33, "needs evidence": 35, "exempt, report due": 36, "not in force": 34, "not controlled": 32}  # fmt: skip
_FEW = 5


def summary_lines(survey: Survey, *, shown: Shown | None = None, colour: bool = False) -> list[str]:
    """The summary, at most WIDTH columns wide.

    Parameters
    ----------
    shown : what `report.prepare` gave for the survey, where it is at hand
    colour : mark outcomes with the colour codes of terminals
    """
    shown = shown or prepare(survey)
    lines: list[str] = []

    def paint(outcome: str, text: str) -> str:
        return f"\033[{_COLOURS[outcome]}m{text}\033[0m" if colour else text

    for name in survey.rows:
        found = overview(survey, name)
        lines += _wrap(f"{name}  {found.lead_en}")
        for tile in found.tiles:
            mark = paint(tile.outcome, f"{tile.outcome:<22}")
            bounds = "; ".join(
                f"{key.removeprefix('ui.')} {outcome} {count:,}" for key, outcome, count in tile.bounds
            )
            latent = "; ".join(f"latent outcome {outcome} {count:,}" for outcome, count in tile.latent)
            rest = textwrap.shorten(bounds or latent, WIDTH - 36, placeholder=" ...")
            lines.append(f"  {mark}{tile.count:>10,}  {rest}".rstrip())
        day = reviewed_until(survey, name)
        if day is not None and survey.last > day:
            lines += _wrap(
                f"  Law reviewed until {day}: later days are answered by law that nobody has looked at again."
            )
        lines.append("")
    if len(survey.rows) > 1:
        lines += [*_side_by_side(survey), ""]
    left_out = not_asked(survey)
    for one in left_out:
        lines += _wrap(f"{one.regime}  {one.says_en}. {one.because}".rstrip())
    if left_out:
        lines.append("")
    worst = _worst_parts(shown)
    if worst:
        lines.append("Worst parts")
        for found_lines in worst:
            lines += _part_lines(found_lines, len(survey.rows) > 1, paint)
        lines.append("")
    asked = asks(shown.requests)[:_FEW]
    if asked:
        lines.append("Ask first")
        for ask in asked:
            facts = ask.facts
            what = f"{fact_words(facts[0])}" + (f" and {len(facts) - 1} more" if len(facts) > 1 else "")
            about = f" of {ask.part}" if ask.part else ""
            who = "unknown supplier" if ask.supplier == NOBODY else ask.supplier
            number = ask.answers or ask.latent
            hang = "1 answer hangs" if number == 1 else f"{number:,} answers hang"
            lines += _wrap(f"{who}{about}: {what} - {hang} on it, at worst {ask.worst.words}", "    ", "  ")
        lines.append("")
    lines += _wrap("Open report.html for every reason; letters/ holds a text for each supplier.")
    lines += _wrap(f"law {survey.batch.book.version}, input {survey.input_hash or '-'}. No legal advice.")
    return lines


def _side_by_side(survey: Survey) -> list[str]:
    """What the regimes say of the same pairs, worst first."""
    names = list(survey.rows)
    found = together(survey, names)
    lines = ["Side by side, by the worst answer of each pair of item and move"]
    lines.append("  " + "".join(f"{name:<24}" for name in names) + f"{'pairs':>8}")
    for one in found[:_FEW]:
        cells = "".join(f"{outcome or 'not asked':<24}" for outcome in one.outcomes)
        lines.append(f"  {cells}{one.pairs:>8,}")
    if len(found) > _FEW:
        rest = sum(one.pairs for one in found[_FEW:])
        lines.append(f"  {f'{len(found) - _FEW} more combinations':<{24 * len(names)}}{rest:>8,}")
    return lines


def _worst_parts(shown: Shown) -> list[list[Line]]:
    """The worst line of each regime for each of the worst parts, where anything is asked for or open."""
    found: dict[str, dict[str, Line]] = {}
    for line in shown.picked.lines:
        if line.part in found:
            found[line.part].setdefault(line.regime, line)
        elif len(found) < _FEW and line.outcome not in (Verdict.NOT_CONTROLLED, Verdict.NOT_IN_FORCE):
            found[line.part] = {line.regime: line}
    return [list(by_regime.values()) for by_regime in found.values()]


def _part_lines(found: list[Line], several: bool, paint: Callable[[str, str], str]) -> list[str]:
    """One part: its worst answer in a line, or a line for each regime where there are several."""
    lines = [] if len(found) == 1 else [f"  {found[0].part}"]
    for line in found:
        days = f"{line.first}" if line.first == line.last else f"{line.first} to {line.last}"
        words = verdict_words(line.outcome, line.at_least.words, line.at_most.words)
        if len(found) == 1:
            regime = f"{line.regime}: " if several else ""
            wrapped = _wrap(f"{line.part} ({line.move}, {days}): {regime}{words}", "    ", "  ")
        else:
            wrapped = _wrap(f"{line.regime}: {words} ({line.move}, {days})", "      ", "    ")
        lines += [paint(str(line.outcome), text) if i == 0 else text for i, text in enumerate(wrapped)]
    return lines


def _wrap(text: str, indent: str = "    ", first: str = "") -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=indent,
        break_long_words=True,
        break_on_hyphens=False,
    ) or [""]
