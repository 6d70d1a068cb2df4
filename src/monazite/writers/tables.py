"""Answers as tables: results.parquet with every row, results.csv and results.json, regimes.csv, requests.csv.

Columns are built from the survey's own columns and their dictionaries, so three million rows take seconds.
Texts are written as they are, also those that a spreadsheet would take for a formula; people open
report.xlsx, which guards against that.
"""

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from monazite.determine.survey import Rows, Survey
from monazite.terms.outcomes import OUTCOME_WORDS, VERDICTS
from monazite.writers.explained import Explained
from monazite.writers.overview import not_asked, reviewed_until
from monazite.writers.picks import Line, pick
from monazite.writers.plain import plain
from monazite.writers.requests import Request
from monazite.writers.words import fact_words

if TYPE_CHECKING:
    import pyarrow as pa

CSV_ROWS = 1_000_000
"""A survey with more rows has its worst `CSV_WORST` in the CSV file."""

CSV_WORST = 100_000

COLUMNS = (
    "regime", "part", "part_title", "move", "from", "to", "first_day", "last_day", "outcome", "at_least", "at_most", "latent",
    "under", "gaps", "law_version", "known_on",
)  # fmt: skip
"""Columns of results.parquet and results.csv."""

_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A file that was written, how many rows it holds, and what it leaves out."""

    file: str
    rows: int
    note: str = ""

    def __str__(self) -> str:
        return f"{self.file}: {self.rows:,} rows" + (f" ({self.note})" if self.note else "")


def write_results(
    folder: Path,
    survey: Survey,
    *,
    lines: Sequence[Line] | None = None,
    explained: Explained | None = None,
    regimes: Sequence[str] | None = None,
) -> tuple[Written, ...]:
    """Write results.parquet, results.csv and results.json.

    Parameters
    ----------
    lines, explained : what a page shows, with its explanations; where every row has its own, the table names
        the missing facts, and the JSON holds the whole answers but for their trees
    """
    import pyarrow as pa
    import pyarrow.csv
    import pyarrow.parquet

    folder.mkdir(parents=True, exist_ok=True)
    names = [name for name in survey.rows if regimes is None or name in regimes]
    gaps = (
        _gap_texts(lines, explained)
        if lines is not None and explained is not None and explained.is_each
        else None
    )
    tables = [_table(survey, survey.rows[name], gaps.get(name) if gaps else None) for name in names]
    table = (
        pa.concat_tables(tables, promote_options="permissive")
        if tables
        else pa.table({name: [] for name in COLUMNS})
    )
    table = table.unify_dictionaries()
    pyarrow.parquet.write_table(table, folder / "results.parquet", compression="zstd")
    written = [Written(file="results.parquet", rows=len(table))]
    note = ""
    if len(table) > CSV_ROWS:
        table, note = (
            table.take(pa.array(_worst(survey, names, CSV_WORST))),
            f"the worst of {len(table):,}; results.parquet holds all",
        )
    flat = pa.table({name: column.cast(pa.string()) if name not in ("first_day", "last_day") else column
                     for name, column in zip(table.column_names, table.columns, strict=True)})  # fmt: skip
    pyarrow.csv.write_csv(flat, folder / "results.csv", pyarrow.csv.WriteOptions(quoting_style="needed"))
    written.append(Written(file="results.csv", rows=len(flat), note=note))
    return (*written, _write_json(folder, survey, lines, explained, regimes))


def _table(survey: Survey, rows: Rows, gaps: dict[int, str] | None) -> "pa.Table":
    import pyarrow as pa

    batch = survey.batch
    node, move = batch.node[rows.pair], batch.move[rows.pair]
    parts = batch.catalogue.parts
    verdicts, outcomes = [str(v) for v in VERDICTS], list(OUTCOME_WORDS)
    count = len(rows)
    known = batch.known_on.isoformat() if batch.known_on else None
    columns = {
        "regime": _constant(rows.regime, count),
        "part": _coded(node, batch.catalogue.names[:parts]),
        "part_title": _coded(node, batch.catalogue.titles[:parts]),
        "move": _coded(move, batch.moves.names),
        "from": _country(survey, "from", move),
        "to": _country(survey, "to", move),
        "first_day": pa.array(rows.start - np.int32(_EPOCH), type=pa.int32()).cast(pa.date32()),
        "last_day": pa.array(rows.stop - np.int32(_EPOCH + 1), type=pa.int32()).cast(pa.date32()),
        "outcome": _coded(rows.verdict, verdicts),
        "at_least": _coded(rows.at_least, outcomes),
        "at_most": _coded(rows.at_most, outcomes),
        "latent": _coded(rows.latent, verdicts),
        "under": _under(survey, rows),
        "gaps": _constant(None, count)
        if gaps is None
        else pa.array([gaps.get(row, "") for row in range(count)], type=pa.string()).dictionary_encode(),
        "law_version": _constant(batch.book.version, count),
        "known_on": _constant(known, count),
    }
    return pa.table(columns)


def _coded(codes: np.ndarray, words: Sequence[str]) -> "pa.DictionaryArray":  # type: ignore[type-arg]
    """A column of texts from positions in a list of words; words that are equal share one entry."""
    import pyarrow as pa

    entries = pa.array(list(words), type=pa.string()).dictionary_encode()
    positions = entries.indices.to_numpy(zero_copy_only=False)
    indices = positions[codes] if len(positions) else np.zeros(0, np.int32)
    return pa.DictionaryArray.from_arrays(pa.array(indices, type=pa.int32()), entries.dictionary)


def _constant(word: str | None, count: int) -> "pa.DictionaryArray":
    import pyarrow as pa

    if word is None:
        return pa.DictionaryArray.from_arrays(pa.nulls(count, pa.int32()), pa.array([], pa.string()))
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(count, np.int32)), pa.array([word]))


def _country(survey: Survey, fact: str, move: np.ndarray) -> "pa.DictionaryArray":  # type: ignore[type-arg]
    moves = survey.batch.moves
    codes = moves.codes.get(fact)
    words = [
        "" if codes is None or code < 0 else moves.countries[code]
        for code in (codes if codes is not None else [-1] * len(moves))
    ]
    return _coded(move, words)


def _under(survey: Survey, rows: Rows) -> "pa.DictionaryArray":
    """The deciding provisions, joined; one text for each pattern and cell in use."""
    cells = len(survey.batch.regimes[rows.regime].cells)
    keys, position = np.unique(rows.pattern.astype(np.int64) * cells + rows.cell, return_inverse=True)
    deciding = survey.deciding[rows.regime]
    return _coded(position, ["; ".join(deciding[key // cells][key % cells]) for key in keys.tolist()])


def _gap_texts(lines: Sequence[Line], explained: Explained) -> dict[str, dict[int, str]]:
    found: dict[str, dict[int, str]] = {}
    for line, gaps in zip(lines, explained.gaps, strict=True):
        names = dict.fromkeys(
            f"{gap.part}: {gap.fact}" if gap.part else gap.fact
            for gap in gaps
            if gap.matters_for == "outcome"
        )
        found.setdefault(line.regime, {})[line.row] = "; ".join(names)
    return found


def _worst(survey: Survey, names: Sequence[str], count: int) -> np.ndarray:  # type: ignore[type-arg]
    """Positions in the joined table of the worst rows, regime by regime."""
    offset, found = 0, []
    for name in names:
        total = len(survey.rows[name])
        share = -(-count * total // max(sum(len(survey.rows[n]) for n in names), 1))
        found.append(survey.worst(name, share) + offset)
        offset += total
    return np.concatenate(found)[:count]


def _write_json(
    folder: Path,
    survey: Survey,
    lines: Sequence[Line] | None,
    explained: Explained | None,
    regimes: Sequence[str] | None,
) -> Written:
    shown = list(lines) if lines is not None else list(pick(survey, regimes=regimes).lines)
    total = sum(len(survey.rows[name]) for name in survey.rows if regimes is None or name in regimes)
    answers: list[dict[str, Any]] = []
    for i, line in enumerate(shown):
        one: dict[str, Any] = {
            "regime": line.regime, "part": line.part, "part_title": line.title, "move": line.move, "from": line.origin,
            "to": line.destination, "first_day": line.first, "last_day": line.last, "outcome": line.outcome,
            "at_least": line.at_least, "at_most": line.at_most, "latent": line.latent, "under": line.under,
            "needs_evidence_because": str(line.doubt),
        }  # fmt: skip
        if explained is not None and explained.is_each:
            at = explained.of_line[i]
            if at is not None:
                answer = plain(replace(explained.explanations[at].answer, tree=()))
                assert isinstance(answer, dict)
                one["answer"] = {key: value for key, value in answer.items() if key != "tree"}
        answers.append(one)
    whole = {
        "law_version": survey.batch.book.version,
        "input_hash": survey.input_hash,
        "known_on": survey.batch.known_on,
        "first": survey.first,
        "last": survey.last,
        "answers_in_all": total,
        "regimes": {
            name: {"pairs": len(survey.batch.node), "asked": pairs, "why_not_asked": why}
            for name, pairs, why in _asked(survey, regimes)
        },
        "answers": answers,
    }
    text = json.dumps(plain(whole), ensure_ascii=False, indent=1)
    (folder / "results.json").write_text(text + "\n", encoding="utf-8", newline="\n")
    note = "" if len(answers) == total else f"the worst of {total:,}; results.parquet holds all"
    return Written(file="results.json", rows=len(answers), note=note)


def _asked(survey: Survey, regimes: Sequence[str] | None) -> list[tuple[str, int, str]]:
    """Every regime of the book with how many pairs of item and move were asked about, and why not the others."""
    left_out = {one.regime: one for one in not_asked(survey, regimes)}
    total = len(survey.batch.node)
    return [
        (name, total - left_out[name].pairs, f"{left_out[name].says_en}. {left_out[name].because}".rstrip())
        if name in left_out
        else (name, total, "")
        for name in survey.batch.book.regimes
        if regimes is None or name in regimes
    ]


def write_regimes(path: Path, survey: Survey, regimes: Sequence[str] | None = None) -> Written:
    """A line for each regime of the book: pairs asked about and not, why not, answers, how far its law was reviewed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    asked = _asked(survey, regimes)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(
            ["regime", "pairs", "asked", "not_asked", "why_not_asked", "answers", "reviewed_until"]
        )
        for name, pairs, why in asked:
            rows = survey.rows.get(name)
            total = len(survey.batch.node)
            writer.writerow([name, total, pairs, total - pairs, why, len(rows) if rows is not None else 0,
                             reviewed_until(survey, name)])  # fmt: skip
    return Written(file=path.name, rows=len(asked))


def write_requests(path: Path, requests: Sequence[Request]) -> Written:
    """Every missing fact with who can supply it and what hangs on it, as CSV."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(
            [
                "supplier",
                "part",
                "part_title",
                "fact",
                "says",
                "answers",
                "latent",
                "worst",
                "moves",
                "provisions",
                "regimes",
            ]
        )
        for one in requests:
            writer.writerow([one.supplier, one.part, one.title, one.fact, fact_words(one.fact), one.answers, one.latent,
                             one.worst.words, "; ".join(one.moves), "; ".join(one.provisions), "; ".join(one.regimes)])  # fmt: skip
    return Written(file=path.name, rows=len(requests))
