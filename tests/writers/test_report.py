import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest

from monazite.determine.survey import Survey
from monazite.terms.outcomes import VERDICTS, Verdict
from monazite.writers.explained import MOST_EXPLAINED
from monazite.writers.report import Shown, prepare, render, write_report


class Page(HTMLParser):
    """Attributes that may fetch something, scripts by id, and text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: list[tuple[str, str, str]] = []
        self.scripts: dict[str, str] = {}
        self.open_tags: list[str] = []
        self._script: str | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.links += [
            (tag, name, value or "")
            for name, value in attrs
            if name in ("src", "href", "srcset", "action", "xlink:href")
        ]
        if tag == "script":
            self._script = found.get("id") or "code"
            self.scripts[self._script] = ""

    def handle_data(self, data: str) -> None:
        if self._script:
            self.scripts[self._script] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._script = None


@pytest.fixture(scope="module")
def page(awkward: Survey, awkward_shown: Shown) -> str:
    return render(awkward, awkward_shown, title="Awkward & <new>", notes=["a note <b>"])


def test_the_page_asks_no_host_for_anything(page: str):
    found = Page(page).links
    assert {(tag, name) for tag, name, value in found if not value.startswith("#")} == {("a", "href")}
    assert "default-src 'none'" in page
    assert "@import" not in page
    assert not re.search(r"url\((?!#)", page)


def test_names_cannot_break_out_of_the_page(page: str):
    assert "<script>alert" not in page
    assert "Awkward &amp; &lt;new&gt;" in page
    assert "a note &lt;b&gt;" in page
    assert set(Page(page).scripts) == {"data", "timeline-spec", "course-cn-spec", "code"}


def test_the_data_of_the_page_holds_every_answer(page: str, awkward: Survey, awkward_shown: Shown):
    data = json.loads(Page(page).scripts["data"])
    rows = data["rows"]
    lines = awkward_shown.picked.lines
    assert {len(column) for column in rows.values()} == {len(lines)}
    for i, line in enumerate(lines):
        assert data["parts"][rows["part"][i]][0] == line.part
        assert data["outcomes"][rows["outcome"][i]] == line.outcome
        assert data["days"][rows["first"][i]] == line.first.isoformat()
        assert data["unders"][rows["under"][i]] == list(line.under)
        assert len(data["gapSets"][rows["gaps"][i]]) == len(awkward_shown.explained.gaps[i])


def test_each_answer_has_its_tree_with_the_values_read(page: str, awkward_shown: Shown):
    data = json.loads(Page(page).scripts["data"])

    def grown(at: int) -> tuple[object, ...]:
        _, truth, says, read, children = data["nodes"][at]
        texts = [data["texts"][i] for i in read]
        pairs = tuple(zip(texts[::2], texts[1::2], strict=True))
        return (
            "no unknown yes".split()[truth],
            data["texts"][says],
            pairs,
            tuple(grown(c) for c in children),
        )

    def given(node: object) -> tuple[object, ...]:
        return (node.truth, node.says, node.read, tuple(given(c) for c in node.children))  # type: ignore[attr-defined]

    for made, one in zip(data["explanations"], awkward_shown.explained.explanations, strict=True):
        assert [grown(at) for at in made["tree"]] == [given(node) for node in one.answer.tree]


def test_the_head_says_what_the_answers_rest_on(page: str, awkward: Survey):
    assert awkward.batch.book.version in page
    assert "2025-03-01 – 2027-02-28" in page
    assert "law reviewed until" in page
    assert "法律核对截至" in page
    assert "no legal advice" in page


def test_the_counts_of_the_head_are_those_of_the_survey(page: str, awkward: Survey):
    tiles = re.findall(
        r'<div class="tile[^"]*"[^>]*><b>([\d,]+)</b><span class="duo"><span lang="en">([^<]+)', page
    )
    counts = awkward.counts("CN")
    assert {words: int(number) for number, words in tiles} == {
        str(v): counts[v] for v in VERDICTS if counts[v]
    }


def test_needs_evidence_says_how_far_it_may_go(page: str, awkward: Survey):
    assert awkward.counts("CN")[Verdict.NEEDS_EVIDENCE]
    assert re.search(r'<span class="en">at most</span>', page)


def test_without_scripts_the_page_still_explains(page: str, awkward_shown: Shown):
    still = page[page.index("<noscript>") : page.index("</noscript>")]
    assert len(re.findall(r'<details class="block" id="e\d+"', still)) == len(
        awkward_shown.explained.explanations
    )
    finding = next(f for one in awkward_shown.explained.explanations for f in one.answer.under)
    assert finding.cite in still


def test_every_provision_tested_is_listed_with_how_it_stands(page: str, awkward: Survey):
    listed = set(re.findall(r'<tr id="p-([^"]+)"', page))
    tested = {
        rule.provision.id
        for regime in awkward.batch.regimes.values()
        for cell in regime.cells
        for rule in cell.state.rules
        if rule.provision.effect.value in ("licence", "ban", "policy", "exemption", "exclusion", "duty")
    }
    assert tested <= listed
    assert "2025-11-07 – 2026-11-10" in page


def test_the_same_survey_gives_the_same_bytes(page: str, awkward: Survey, awkward_shown: Shown):
    assert render(awkward, awkward_shown, title="Awkward & <new>", notes=["a note <b>"]) == page


@pytest.mark.slow
def test_another_process_gives_the_same_bytes(root: Path):
    code = (
        "import hashlib, sys; from pathlib import Path\n"
        "from monazite.determine.survey import survey\n"
        "from monazite.readers.catalogue import read_catalogue\n"
        "from monazite.readers.law import read_book\n"
        "from monazite.readers.reference import read_reference\n"
        "from monazite.writers.report import prepare, render\n"
        "read = read_catalogue(Path(sys.argv[1]), reference=read_reference())\n"
        "found = survey(read_book(), read.catalogue, read.moves, ships=read.shipped)\n"
        "print(hashlib.sha256(render(found, prepare(found), files=read.files).encode()).hexdigest())\n"
    )
    digests = set()
    for seed, zone in (("1", "UTC"), ("2", "America/New_York")):
        ran = subprocess.run(
            [sys.executable, "-c", code, str(root / "examples/ebike-hub-motor")],
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "PYTHONPATH": str(root / "src")},
            capture_output=True,
            text=True,
            check=True,
        )
        digests.add(ran.stdout.strip())
    assert len(digests) == 1


def test_ten_thousand_answers_make_a_page_of_a_few_megabytes(thousands: tuple[Survey, Shown], tmp_path: Path):
    survey, shown = thousands
    assert shown.picked.total == len(shown.picked.lines) == 9_600
    path = write_report(tmp_path / "report.html", survey, shown=shown)
    assert path.stat().st_size < 8_000_000
    data = json.loads(Page(path.read_text(encoding="utf-8")).scripts["data"])
    assert len(data["rows"]["part"]) == shown.picked.total
    assert len(data["explanations"]) <= MOST_EXPLAINED


def test_a_page_that_leaves_answers_out_says_so(make: Callable[..., Survey], monkeypatch: pytest.MonkeyPatch):
    survey = make(tuple(f"P-{i}" for i in range(12)))
    picked = prepare(survey).picked
    monkeypatch.setattr(
        "monazite.writers.report.pick",
        lambda s, regimes: type(picked)(lines=picked.lines[:5], total=picked.total),
    )
    page = render(survey, prepare(survey))
    assert "This page shows the worst 5" in page
    assert "results.parquet holds all of them" in page
