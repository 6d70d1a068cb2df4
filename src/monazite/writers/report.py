"""The report: one HTML page that holds everything and asks no host for anything.

    write_report(Path("out/report.html"), survey, files=reading.files, notes=reading.notes, title="Quadruped")

A survey of up to `picks.MOST_SHOWN` answers is shown whole, a bigger one by its worst answers. The same
survey gives the same bytes.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from markupsafe import Markup, escape

from monazite.determine.explain import money
from monazite.determine.survey import Survey
from monazite.terms.outcomes import VERDICTS, Verdict
from monazite.terms.working_days import WorkingDays
from monazite.writers import charts
from monazite.writers.charts import shown_outcome, slug
from monazite.writers.drawing import Drawing
from monazite.writers.explained import Explained, Explanation, explain
from monazite.writers.figures import Figure, figures
from monazite.writers.markup import both, environment, in_both, resource
from monazite.writers.overview import (
    WORST_FIRST,
    asked,
    measures_tested,
    not_asked,
    overview,
    reviewed_until,
    together,
)
from monazite.writers.picks import Doubt, Line, Picked, pick
from monazite.writers.report_data import KINDS, TRUTHS, PageData, script_json
from monazite.writers.requests import LAW, NOBODY, OUTSIDERS, Request, asks, requests_of
from monazite.writers.words import fact_words, with_terms, word

MOST_ASKS = 150
"""So many requests stand on the page; all of them in requests.csv."""


class FileRead(Protocol):
    """A table that was read; as the readers give it."""

    @property
    def file(self) -> str: ...
    @property
    def table(self) -> str: ...
    @property
    def rows(self) -> int: ...
    @property
    def encoding(self) -> str: ...
    @property
    def sha256(self) -> str: ...


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What every page and sheet of one survey shows: its lines, their explanations, the requests behind them."""

    picked: Picked
    explained: Explained
    requests: tuple[Request, ...]
    figures: tuple[Figure, ...]
    drawing: Drawing  # the pictures of the figures, on their way


def prepare(
    survey: Survey,
    *,
    calendars: Mapping[str, WorkingDays] | None = None,
    regimes: Sequence[str] | None = None,
) -> Shown:
    """Pick and explain what is shown; once for all writers."""
    picked = pick(survey, regimes=regimes)
    planned = tuple(
        figures(survey, picked, [name for name in survey.rows if regimes is None or name in regimes])
    )
    drawing = Drawing([picture for figure in planned for picture in (figure.wide, figure.slim)])
    explained = explain(survey, picked.lines, calendars=calendars)
    catalogue = survey.batch.catalogue
    wanted = {gap.part for gaps in explained.gaps for gap in gaps}
    titles = (
        {name: title for name, title in zip(catalogue.names, catalogue.titles, strict=True) if name in wanted}
        if wanted
        else {}
    )
    requests = requests_of(zip(picked.lines, explained.gaps, strict=True), titles)
    return Shown(picked=picked, explained=explained, requests=requests, figures=planned, drawing=drawing)


def write_report(
    path: Path,
    survey: Survey,
    *,
    files: Sequence[FileRead] = (),
    notes: Sequence[object] = (),
    title: str = "",
    calendars: Mapping[str, WorkingDays] | None = None,
    regimes: Sequence[str] | None = None,
    shown: Shown | None = None,
) -> Path:
    """Write the report of a survey.

    Parameters
    ----------
    files, notes : what was read, and what the readers noted
    calendars : working days by country, for due dates
    regimes : the states whose law is reported; all of the survey by default
    shown : what `prepare` gave for the same survey, where other writers share it
    """
    shown = shown or prepare(survey, calendars=calendars, regimes=regimes)
    page = render(survey, shown, files=files, notes=notes, title=title, regimes=regimes)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, encoding="utf-8", newline="\n")
    return path


def render(
    survey: Survey,
    shown: Shown,
    *,
    files: Sequence[FileRead] = (),
    notes: Sequence[object] = (),
    title: str = "",
    regimes: Sequence[str] | None = None,
) -> str:
    """The page as text."""
    picked, explained = shown.picked, shown.explained
    batch = survey.batch
    names = [name for name in survey.rows if regimes is None or name in regimes]
    overviews = [overview(survey, name) for name in names]
    reviewed = {name: day for name in names if (day := reviewed_until(survey, name))}
    measures = measures_tested(survey, names)
    drawn = {
        one.ident: charts.picture(svg, title=one.title, ident=one.ident)
        for one, svg in zip(shown.drawing.pictures, shown.drawing.raw(), strict=True)
    }
    outcomes = _outcomes(overviews)
    asked_for = asks(shown.requests)
    data = PageData(picked.lines, explained, names if picked.is_whole else ())
    busiest = sorted(range(len(measures)), key=lambda i: -measures[i].answers)[:2]
    context: dict[str, Any] = {
        "title": title or word("ui.title"),
        "css": resource("report.css"),
        "script": resource("language.js") + resource("report.js"),
        "data": Markup(script_json(data.plain())),
        "asked": asked(survey),
        "known_on": batch.known_on,
        "law_version": batch.book.version,
        "input_hash": survey.input_hash,
        "reviewed": reviewed,
        "reviewed_json": json.dumps(
            {name: day.isoformat() for name, day in reviewed.items()}, sort_keys=True
        ),
        "stale": {name: day for name, day in reviewed.items() if survey.last > day},
        "first": survey.first,
        "last": survey.last,
        "parts": batch.catalogue.parts,
        "moves": len(batch.moves),
        "pairs": len(batch.node),
        "overviews": overviews,
        "together": together(survey, names) if len(names) > 1 else (),
        "not_asked": not_asked(survey, regimes),
        "files": files,
        "notes": [str(note) for note in notes],
        "legend": [str(v) for v in WORST_FIRST if str(v) in outcomes and v is not Verdict.NEEDS_EVIDENCE],
        "doubts": [
            d for d in (Doubt.FACTS, Doubt.LAW, Doubt.BOTH) if any(line.doubt is d for line in picked.lines)
        ],
        "charts": [_chart(figure, drawn) for figure in shown.figures],
        "regimes": names,
        "lines": picked.lines,
        "of_line": explained.of_line,
        "chips": _chips(picked.lines),
        "move_names": list(
            dict.fromkeys(line.move for line in sorted(picked.lines, key=lambda line: line.pair))
        ),
        "shown_says": _shown_says(picked, explained),
        "explanations": [_static(one, data) for one in explained.explanations],
        "nodes": data.nodes.values,
        "said": data.texts.values,
        "truths": TRUTHS,
        "trees": _trees(explained, data),
        "asks": asked_for[:MOST_ASKS],
        "asks_left": max(len(asked_for) - MOST_ASKS, 0),
        "requests_say": _requests_say(picked, explained),
        "measures": [m for m in measures if m.provisions],
        "open_measures": busiest,
        "sources": [(m.number, s.what, str(s.grade), s.url or s.where) for m in measures for s in m.sources],
    }
    calls = {"slug": slug, "money": money, "with_terms": with_terms, "colour_of": shown_outcome,
             "party": party, "facts_of": facts_of}  # fmt: skip
    return environment(**calls).get_template("report.html").render(context)


def party(name: str) -> Markup:
    """Who can supply a fact: a supplier by name, or a role in the move."""
    if name == NOBODY:
        return both("ui.unknown supplier")
    if name == LAW:
        return both("ui.law text")
    return both(f"party.{name}") if name in OUTSIDERS else escape(name)


def facts_of(facts: Iterable[str]) -> Markup:
    """Facts in words; elements of one part, and steps of its making, joined."""
    groups: dict[str, list[str]] = {}
    for fact in facts:
        group = next((one for one in _JOINED if fact.startswith(f"{one}.")), fact)
        groups.setdefault(group, []).append(fact.removeprefix(f"{group}."))
    parts = []
    for group, mine in groups.items():
        if group == "item.made_with":
            parts.append(
                both("fact.item.made_with")
                + ": "
                + Markup(", ").join(both(f"activity.{one}") for one in mine)
            )
        elif group in _JOINED:
            parts.append(both(f"fact.{group}") + ": " + ", ".join(mine))
        else:
            parts.append(in_both(fact_words(group), fact_words(group, "zh")))
    return Markup("; ").join(parts)


_JOINED = ("item.elements", "item.made_with")


def _outcomes(overviews: Iterable[Any]) -> set[str]:
    found = set()
    for one in overviews:
        for tile in one.tiles:
            found.add(tile.outcome)
            found.update(outcome for _, outcome, _ in tile.bounds)
    return found


def _chips(lines: Sequence[Line]) -> list[tuple[str, int, int]]:
    counts = {verdict: 0 for verdict in WORST_FIRST}
    for line in lines:
        counts[line.outcome] += 1
    return [(str(verdict), VERDICTS.index(verdict), count) for verdict, count in counts.items() if count]


def _shown_says(picked: Picked, explained: Explained) -> Markup:
    shown, total, own = len(picked.lines), picked.total, len(explained.explanations)
    en = f"{total:,} answers; an answer is one item, one move and a run of days with one outcome for one reason."
    zh = f"共{total:,}条判定；一条判定指一个物项、一次流转以及结果和理由不变的一段日期。"
    if not picked.is_whole:
        en += f" This page shows the worst {shown:,}; results.parquet holds all of them."
        zh += f"本页仅列最严重的{shown:,}条，全部结果见 results.parquet。"
    if not explained.is_each:
        en += f" Answers that pass every test alike share one of {own:,} explanations; what is missing is listed for each."
        zh += f"测试结果完全相同的判定共用{own:,}份说明之一；缺少的事实逐条列出。"
    return in_both(en, zh)


def _requests_say(picked: Picked, explained: Explained) -> Markup:
    counted = sum(1 for found in explained.of_line if found is not None)
    en = "Facts that nobody stated and on which answers hang, most answers first. Letters for each supplier stand in letters/."
    zh = "尚未说明且影响判定的事实，按受影响判定数排序。致各供应商的信函见 letters/。"
    if counted < picked.total:
        en += f" Counted over the {counted:,} answers that are explained here, of {picked.total:,}."
        zh += f"按本页已说明的{counted:,}条统计（共{picked.total:,}条）。"
    return in_both(en, zh)


def _chart(figure: Figure, drawn: Mapping[str, str]) -> dict[str, Any]:
    return {
        "name": figure.name,
        "title": in_both(figure.title_en, figure.title_zh),
        "says": in_both(figure.says_en, figure.says_zh),
        "wide": Markup(drawn[figure.wide.ident]),
        "slim": Markup(drawn[figure.slim.ident]),
        "spec": Markup(script_json(figure.spec)),
        "header": [both(key) for key in figure.header],
        "numbers": figure.numbers,
        "table": [
            [both(f"outcome.{cell}") if cell in _OUTCOME_WORDS else cell for cell in row]
            for row in figure.table
        ],
        "left_out": figure.left_out,
    }


_OUTCOME_WORDS = frozenset(str(verdict) for verdict in VERDICTS)


def _trees(explained: Explained, data: PageData) -> list[int]:
    """Trees for a page without scripts: provisions and definitions that are met or open, each once, by position."""
    met = [node for one in explained.explanations for node in one.answer.tree if node.truth != "no"]
    waiting = list(dict.fromkeys(data.place(node) for node in met))
    found = dict.fromkeys(waiting)
    while waiting:
        _, truth, _, _, children = data.nodes.values[waiting.pop(0)]
        for child in children if TRUTHS[truth] != "no" else ():
            if child not in found:
                found[child] = None
                waiting.append(child)
    opened = (KINDS.index("provision"), KINDS.index("definition"))
    return [at for at in found if data.nodes.values[at][0] in opened and data.nodes.values[at][4]
            and TRUTHS[data.nodes.values[at][1]] != "no"]  # fmt: skip


def _static(one: Explanation, data: PageData) -> dict[str, Any]:
    """An explanation for a page without scripts; the trees stand once for all."""
    answer, gaps = one.answer, one.answer.gaps
    facts: dict[tuple[str, str, str, str], list[str]] = {}
    for gap in gaps:
        if gap.matters_for == "outcome":
            facts.setdefault((gap.part, gap.supplier, str(gap.if_no), str(gap.if_yes)), []).append(gap.fact)
    about: dict[tuple[tuple[str, ...], str, str], list[tuple[str, str]]] = {}
    for (part, who, no, yes), mine in facts.items():
        about.setdefault((tuple(mine), no, yes), []).append((part, who))
    return {
        "line": one.line,
        "answer": answer,
        "gaps": [(facts_of(mine), _about(parts), no, yes) for (mine, no, yes), parts in about.items()],
        "met": [(data.place(node), node) for node in answer.tree if node.truth != "no"],
        "unmet": [node.says.partition(":")[0] for node in answer.tree if node.truth == "no"],
    }


def _about(parts: Iterable[tuple[str, str]]) -> Markup:
    return Markup("; ").join(
        Markup("{} ({})").format(part, party(who)) if part else party(who) for part, who in parts
    )
