import csv
import json
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow.parquet
import pytest

from monazite.determine.survey import Survey
from monazite.terms.outcomes import VERDICTS
from monazite.writers import tables
from monazite.writers.report import Shown
from monazite.writers.tables import COLUMNS, write_requests, write_results


def test_the_parquet_file_holds_every_row(awkward: Survey, tmp_path: Path):
    write_results(tmp_path, awkward)
    table = pyarrow.parquet.read_table(tmp_path / "results.parquet")
    rows, batch = awkward.rows["CN"], awkward.batch
    assert table.column_names == list(COLUMNS)
    held = table.to_pydict()
    assert held["part"] == [batch.catalogue.names[n] for n in batch.node[rows.pair]]
    assert held["first_day"] == [date.fromordinal(int(day)) for day in rows.start]
    assert held["last_day"] == [date.fromordinal(int(day) - 1) for day in rows.stop]
    assert held["outcome"] == [str(VERDICTS[code]) for code in rows.verdict]
    assert held["under"] == ["; ".join(awkward.under(rows, row)) for row in range(len(rows))]
    assert set(held["law_version"]) == {batch.book.version}
    assert set(held["known_on"]) == {None}
    assert set(held["from"]) == {"CHN", "JPN"}


def test_a_small_survey_names_the_missing_facts_of_each_row(
    awkward: Survey, awkward_shown: Shown, tmp_path: Path
):
    lines, explained = awkward_shown.picked.lines, awkward_shown.explained
    write_results(tmp_path, awkward, lines=lines, explained=explained)
    held = pyarrow.parquet.read_table(tmp_path / "results.parquet").to_pydict()
    for line, gaps in zip(lines, explained.gaps, strict=True):
        for gap in gaps:
            if gap.matters_for == "outcome":
                assert gap.fact in held["gaps"][line.row]


def test_csv_and_parquet_agree(awkward: Survey, tmp_path: Path):
    write_results(tmp_path, awkward)
    held = pyarrow.parquet.read_table(tmp_path / "results.parquet").to_pylist()
    with (tmp_path / "results.csv").open(encoding="utf-8", newline="") as file:
        read = list(csv.DictReader(file))
    assert [row["part"] for row in read] == [row["part"] for row in held]
    assert [row["first_day"] for row in read] == [row["first_day"].isoformat() for row in held]


def test_a_big_survey_has_its_worst_in_the_csv_file(
    awkward: Survey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(tables, "CSV_ROWS", 10)
    monkeypatch.setattr(tables, "CSV_WORST", 4)
    parquet, flat, _ = write_results(tmp_path, awkward)
    assert (flat.rows, parquet.rows) == (4, len(awkward.rows["CN"]))
    assert "results.parquet holds all" in flat.note
    rows = awkward.rows["CN"]
    with (tmp_path / "results.csv").open(encoding="utf-8", newline="") as file:
        read = [row["outcome"] for row in csv.DictReader(file)]
    assert read == [str(VERDICTS[rows.verdict[row]]) for row in awkward.worst("CN", 4)]


def test_the_json_file_holds_whole_answers_of_a_small_survey(
    awkward: Survey, awkward_shown: Shown, tmp_path: Path
):
    write_results(tmp_path, awkward, lines=awkward_shown.picked.lines, explained=awkward_shown.explained)
    held = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    assert held["answers_in_all"] == len(held["answers"]) == awkward_shown.picked.total
    assert held["answers"][0]["answer"]["under"][0]["sources"]
    assert held["law_version"] == awkward.batch.book.version


def test_the_json_file_holds_rows_of_a_big_one(thousands: tuple[Survey, Shown], tmp_path: Path):
    survey, shown = thousands
    write_results(tmp_path, survey, lines=shown.picked.lines, explained=shown.explained)
    held = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    assert "answer" not in held["answers"][0]
    assert held["answers"][0]["outcome"] == str(shown.picked.lines[0].outcome)


def test_the_same_survey_gives_the_same_tables(awkward: Survey, awkward_shown: Shown, tmp_path: Path):
    for name in ("a", "b"):
        write_results(
            tmp_path / name, awkward, lines=awkward_shown.picked.lines, explained=awkward_shown.explained
        )
        write_requests(tmp_path / name / "requests.csv", awkward_shown.requests)
    for file in sorted(path.name for path in (tmp_path / "a").iterdir()):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes(), file


def test_words_that_are_equal_share_an_entry():
    column = tables._coded(np.array([0, 1, 2, 1]), ["a", "b", "a"])
    assert column.to_pylist() == ["a", "b", "a", "b"]
    assert column.dictionary.to_pylist() == ["a", "b"]
