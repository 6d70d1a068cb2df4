"""The report as a workbook: report.xlsx with Summary, Answers, Gaps, Requests, Provisions and Sources.

Every text is written as a text: one that starts with =, +, - or @ never becomes a formula.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from monazite.determine.survey import Survey
from monazite.terms.outcomes import Outcome, Verdict
from monazite.writers.charts import COLOURS, shown_outcome
from monazite.writers.overview import asked, measures_tested, not_asked, overview, reviewed_until, together
from monazite.writers.report import FileRead, Shown
from monazite.writers.tables import Written
from monazite.writers.words import fact_words, with_terms, word

MOST_GAPS = 5_000
"""So many rows of gaps are written; requests join them over all answers."""

_LIGHT = (
    "licence",
    "licence, no clock",
    "certificate",
    "not in force",
    "not controlled",
    "exempt, report due",
)
_MADE = datetime(1980, 1, 1)
_HATCHED = 14  # a pattern of thin diagonal lines


class Workbook:
    """Writes sheets of texts and numbers with frozen headers and filters."""

    def __init__(self, path: Path, *, title: str = "", comments: str = "") -> None:
        import xlsxwriter

        self.book = xlsxwriter.Workbook(
            str(path),
            {
                "strings_to_formulas": False,
                "strings_to_numbers": False,
                "strings_to_urls": False,
                "default_date_format": "yyyy-mm-dd",
            },
        )
        self.book.set_properties(
            {
                "created": _MADE,
                "title": title or word("ui.title"),
                "comments": comments or word("ui.disclaimer"),
            }
        )
        plain = {"valign": "top", "text_wrap": True, "font_size": 10}
        self.text = self.book.add_format(plain)
        self.day = self.book.add_format({**plain, "num_format": "yyyy-mm-dd", "text_wrap": False})
        self.number = self.book.add_format({**plain, "num_format": "#,##0", "text_wrap": False})
        self.float = self.book.add_format({**plain, "num_format": "General", "text_wrap": False})
        self.bold = self.book.add_format({**plain, "bold": True, "text_wrap": False})
        self.head = self.book.add_format({**plain, "bold": True, "bottom": 1, "bg_color": "#eef1f4"})
        self.outcomes = {
            name: self.book.add_format({
                **plain, "text_wrap": False, "bg_color": colour, "font_color": "#1d2126" if name in _LIGHT else "#ffffff",
            })
            for name, colour in COLOURS.items()
        }  # fmt: skip
        self.open = {
            name: self.book.add_format(
                {**plain, "text_wrap": False, "pattern": _HATCHED, "fg_color": colour, "bg_color": "#ffffff"}
            )
            for name, colour in COLOURS.items()
        }

    def sheet(self, name: str, headers: Sequence[tuple[str, int]], rows: Iterable[Sequence[Any]]) -> int:
        """One sheet; a cell may be a value or a value with its format. The number of rows."""
        sheet = self.book.add_worksheet(name)
        for column, (title, width) in enumerate(headers):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, title, self.head)
        count = 0
        for count, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                self.cell(sheet, count, column, cell)
        sheet.freeze_panes(1, 0)
        if headers:
            sheet.autofilter(0, 0, max(count, 1), len(headers) - 1)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        return count

    def cell(self, sheet: Any, row: int, column: int, cell: Any) -> None:
        """A text as a text, a number as a number, a day as a day."""
        value, form = cell if isinstance(cell, tuple) else (cell, None)
        if isinstance(value, date):
            sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), form or self.day)
        elif isinstance(value, bool):
            sheet.write_boolean(row, column, value, form or self.text)
        elif isinstance(value, int) and not isinstance(value, Outcome):
            sheet.write_number(row, column, value, form or self.number)
        elif isinstance(value, float):
            sheet.write_number(row, column, value, form or self.float)
        elif value not in (None, ""):
            sheet.write_string(row, column, str(value)[:32_000], form or self.text)


def write_workbook(
    path: Path,
    survey: Survey,
    shown: Shown,
    *,
    files: Sequence[FileRead] = (),
    title: str = "",
    regimes: Sequence[str] | None = None,
) -> Written:
    """Write the workbook of a survey; the same survey gives the same bytes."""
    from xlsxwriter.exceptions import FileCreateError

    path.parent.mkdir(parents=True, exist_ok=True)
    names = [name for name in survey.rows if regimes is None or name in regimes]
    book = Workbook(path)
    _summary(book, survey, shown, names, files, title, regimes)
    answers = book.sheet("Answers", _ANSWERS, _answers(book, shown))
    book.sheet("Gaps", _GAPS, _gaps(shown))
    book.sheet("Requests", _REQUESTS, _requests(book, shown))
    measures = measures_tested(survey, names)
    book.sheet("Provisions", _PROVISIONS, (
        (m.regime, m.number, p.id, p.cite, p.effect, with_terms(p.says, m.regime), "\n".join(_status(s) for s in p.statuses),
         p.answers, p.unverified)
        for m in measures for p in m.provisions
    ))  # fmt: skip
    book.sheet("Sources", _SOURCES, (
        (m.number, m.title_zh, s.what, str(s.grade), s.url or s.where, s.note) for m in measures for s in m.sources
    ))  # fmt: skip
    try:
        book.book.close()
    except FileCreateError as error:
        raise error.args[0] from None  # the OSError that it wraps, as of every other file
    note = "" if shown.picked.is_whole else f"the worst of {shown.picked.total:,} answers"
    return Written(file=path.name, rows=answers, note=note)


def _both(key: str) -> str:
    return f"{word(key)} {word(key, 'zh')}"


_ANSWERS = (
    (_both("ui.outcome"), 20), (_both("ui.at least"), 18), (_both("ui.at most"), 18), (_both("ui.regime"), 9), (_both("ui.part"), 22),
    ("title 名称", 34), (_both("ui.move"), 16), (_both("ui.from"), 8), ("to 至", 8), ("first day 首日", 12), ("last day 末日", 12),
    (_both("ui.latent"), 18), ("why open 待定原因", 22), (_both("ui.under"), 46), ("missing facts 缺少的事实", 46),
)  # fmt: skip
_GAPS = (
    (_both("ui.part"), 22), (_both("ui.move"), 14), ("first day 首日", 12), (_both("ui.regime"), 9),
    ("about part 涉及零部件", 22), ("fact 事实", 30), ("says 含义", 46), (_both("ui.supplier"), 24),
    (_both("ui.if no"), 20), (_both("ui.if yes"), 20), ("matters for 影响", 12), (_both("ui.provision"), 40),
)  # fmt: skip
_REQUESTS = (
    (_both("ui.supplier"), 28), (_both("ui.part"), 22), ("title 名称", 30), ("fact 事实", 30), ("says 含义", 46),
    (_both("ui.settles says"), 14),
    ("latent only 仅潜在结果", 12), (_both("ui.worst"), 22), (_both("ui.move"), 24), (_both("ui.provision"), 40), (_both("ui.regime"), 9),
)  # fmt: skip
_PROVISIONS = (
    (_both("ui.regime"), 9),
    (_both("ui.measure"), 34), (_both("ui.provision"), 30), ("cite 条款号", 22), (_both("ui.effect"), 12), (_both("ui.says"), 60),
    (_both("ui.status"), 40), (_both("ui.rows resting"), 10), (_both("ui.unverified"), 40),
)  # fmt: skip
_SOURCES = (
    (_both("ui.measure"), 34), ("title 标题", 30), (_both("ui.source"), 46), (_both("ui.grade"), 14), ("address 地址", 50),
    ("note 备注", 40),
)  # fmt: skip


def _summary(
    book: Workbook,
    survey: Survey,
    shown: Shown,
    names: Sequence[str],
    files: Sequence[FileRead],
    title: str,
    regimes: Sequence[str] | None,
) -> None:
    sheet = book.book.add_worksheet("Summary")
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 4, 22)
    known = survey.batch.known_on
    rows: list[Sequence[Any]] = [
        ((title or word("ui.title"), book.bold),),
        (_both("ui.days"), asked(survey)),
        (_both("ui.known on"), known or word("ui.everything known")),
        (_both("ui.law version"), survey.batch.book.version),
        (_both("ui.input"), survey.input_hash),
        (_both("ui.parts"), survey.batch.catalogue.parts),
        (_both("ui.moves"), len(survey.batch.moves)),
        (_both("ui.pairs"), len(survey.batch.node)),
        ("answers 判定数", shown.picked.total),
    ]
    for name in names:
        day = reviewed_until(survey, name)
        rows.append(
            (
                f"{name}: {_both('ui.reviewed until')}",
                day,
                word("ui.stale") if day and survey.last > day else "",
            )
        )
    for name in names:
        rows += [
            (),
            (
                (_regime(name), book.bold),
                ("answers 判定数", book.bold),
            ),
        ]
        found = overview(survey, name)
        rows += [(found.lead_en,), (found.lead_zh,)]
        for tile in found.tiles:
            form = book.open if tile.bounds else book.outcomes
            rows.append(((_both(f"outcome.{tile.outcome}"), form[tile.outcome]), tile.count))
            rows += [(f"    {word(key)} {outcome}", count) for key, outcome, count in tile.bounds]
            rows += [(f"    {word('ui.latent')} {outcome}", count) for outcome, count in tile.latent]
    if len(names) > 1:
        rows += [(), *_together(book, survey, names)]
    left_out = not_asked(survey, regimes)
    if left_out:
        rows += [(), ((_both("ui.not asked"), book.bold), ("pairs 组合数", book.bold))]
        for one in left_out:
            because = f" {one.because}" if one.because else ""
            rows.append((_regime(one.regime), one.pairs, f"{one.says_en}.{because} {one.says_zh}。"))
    if files:
        heads = ("file", "table", "rows", "encoding", "digest")
        rows += [(), tuple((_both(f"ui.{head}"), book.bold) for head in heads)]
        rows += [(file.file, file.table, file.rows, file.encoding, file.sha256[:12]) for file in files]
    rows += [(), (word("ui.disclaimer"),), (word("ui.disclaimer", "zh"),)]
    for i, row in enumerate(rows):
        for column, cell in enumerate(row):
            if isinstance(cell, str) and len(row) == 1:
                cell = (cell, book.book.add_format({"font_size": 10}))
            book.cell(sheet, i, column, cell)


def _regime(name: str) -> str:
    return f"{word(f'regime.{name}')} {word(f'regime.{name}', 'zh')}"


def _together(book: Workbook, survey: Survey, names: Sequence[str]) -> Iterable[Sequence[Any]]:
    """What the regimes say of the same pairs, a column each."""
    yield ((_both("ui.together"), book.bold),)
    yield (*((_regime(name), book.bold) for name in names), ("pairs 组合数", book.bold))
    for one in together(survey, names):
        cells = [
            (outcome, book.outcomes[outcome]) if outcome else (_both("ui.not asked"), None)
            for outcome in one.outcomes
        ]
        yield (*cells, one.pairs)


def _answers(book: Workbook, shown: Shown) -> Iterable[Sequence[Any]]:
    for line, gaps in zip(shown.picked.lines, shown.explained.gaps, strict=True):
        forms = book.open if line.outcome is Verdict.NEEDS_EVIDENCE else book.outcomes
        facts = dict.fromkeys(
            f"{gap.part}: {gap.fact}" if gap.part else gap.fact
            for gap in gaps
            if gap.matters_for == "outcome"
        )
        yield (
            (str(line.outcome), forms[shown_outcome(line)]), (line.at_least.words, book.outcomes[line.at_least.words]),
            (line.at_most.words, book.outcomes[line.at_most.words]), line.regime, line.part, line.title, line.move, line.origin,
            line.destination, line.first, line.last, str(line.latent), word(f"why.{line.doubt}") if line.doubt else "",
            "\n".join(line.under), "\n".join(facts),
        )  # fmt: skip


def _gaps(shown: Shown) -> Iterable[Sequence[Any]]:
    left = MOST_GAPS
    for line, gaps in zip(shown.picked.lines, shown.explained.gaps, strict=True):
        for gap in gaps[: max(left, 0)]:
            yield (
                line.part, line.move, line.first, line.regime, gap.part, gap.fact, fact_words(gap.fact), gap.supplier, str(gap.if_no),
                str(gap.if_yes), gap.matters_for, "\n".join(gap.provisions),
            )  # fmt: skip
        left -= len(gaps)


def _requests(book: Workbook, shown: Shown) -> Iterable[Sequence[Any]]:
    for one in shown.requests:
        yield (
            one.supplier, one.part, one.title, one.fact, fact_words(one.fact), one.answers, one.latent,
            (one.worst.words, book.outcomes[one.worst.words]), "; ".join(one.moves), "\n".join(one.provisions),
            ", ".join(one.regimes),
        )  # fmt: skip


def _status(run: Any) -> str:
    readings = f" ({run.readings})" if run.readings else ""
    return f"{run.status}{readings}: {run.first} – {run.last}"
