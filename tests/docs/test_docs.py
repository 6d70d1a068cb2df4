"""The manual is whole, up to date, and its examples are read by the readers they are about."""

import csv
import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from monazite.determine.cases import decode_cases
from monazite.determine.question import read_question
from monazite.determine.running import run_cases
from monazite.readers.catalogue import read_catalogue
from monazite.readers.law import find_faults, read_book
from monazite.readers.reference import read_reference
from monazite.readers.yaml import read_yaml
from monazite.regime import conditions
from monazite.regime.conditions import SPECIAL, ConditionReader
from monazite.regime.model import Effect, Grade, Status
from monazite.regime.shapes import LINE_COLUMNS, SHAPES
from monazite.terms.facts import FACTS
from monazite.terms.located import Located
from monazite.terms.outcomes import OUTCOME_WORDS

ROOT = Path(__file__).resolve().parent.parent.parent
DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md"), ROOT / "src/README.md"])

MEASURE = (DOCS / "how-to/write-a-measure.md").read_text(encoding="utf-8")
CASE = (DOCS / "how-to/write-a-case.md").read_text(encoding="utf-8")
CATALOGUE = (DOCS / "how-to/catalogue.md").read_text(encoding="utf-8")


def maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_maker", ROOT / "tools/docs.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def blocks(text: str, language: str, begins: str = "") -> list[str]:
    """The fenced blocks of a language whose text begins so."""
    found = re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    return [block for block in found if block.startswith(begins)]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


MADE = maker().made_pages()


@pytest.mark.parametrize("path", MADE, ids=name)
def test_what_is_made_from_code_is_up_to_date(path: Path) -> None:
    assert path.exists(), f"{name(path)} is missing: make docs"
    assert path.read_text(encoding="utf-8") == MADE[path], f"{name(path)} is out of date: make docs"


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_every_link_leads_somewhere(path: Path) -> None:
    text = re.sub(r"^```.*?^```$", "", path.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    astray = []
    for target, anchor in re.findall(r"\]\(([^)#\s]*)(#[^)\s]*)?\)", text):
        if "://" in target:
            continue
        page = (path.parent / target).resolve() if target else path
        if not page.exists():
            astray.append(target)
        elif anchor and anchor[1:] not in anchors(page):
            astray.append(target + anchor)
    assert astray == []


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as common renderers make them."""
    heads = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("path", sorted(DOCS.rglob("*.md")), ids=name)
def test_every_page_says_first_what_the_reader_will_have_at_its_end(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# ")
    if path.parent.name != "decisions" or path.name == "README.md":
        assert "At the end of this page you " in text[:400]


def test_every_decision_is_listed_and_has_its_five_parts() -> None:
    index = (DOCS / "decisions/README.md").read_text(encoding="utf-8")
    parts = ["Context", "Decision", "Consequences", "What was measured", "What would change our mind"]
    for number, path in enumerate(sorted((DOCS / "decisions").glob("0*.md")), 1):
        text = path.read_text(encoding="utf-8")
        assert path.name.startswith(f"{number:04}-")
        assert f"({path.name})" in index
        assert [part for part in parts if f"**{part}.**" not in text] == []


def test_every_fact_is_in_the_reference_and_in_the_page_on_cases() -> None:
    reference = (DOCS / "reference/facts.md").read_text(encoding="utf-8")
    assert [path for path in FACTS if f"`{path}`" not in reference] == []
    for path in FACTS:
        stem, _, last = path.rpartition(".")
        folded = {"item.elements": f"`{last}`", "item.made_with": f"`{last}`"}
        roles = ("exporter", "importer", "intermediate", "end_user")
        wanted = folded.get(stem) or (f"`{last}`" if stem in roles else f"`{path}`")
        assert wanted in CASE, path


def test_every_word_of_the_law_files_is_in_the_page_on_measures() -> None:
    wanted = [key.name for keys in SHAPES.values() for key in keys]
    wanted += [
        *SPECIAL,
        *Effect,
        *Grade,
        *LINE_COLUMNS,
        *(status for status in Status if status != "uncertain"),
    ]
    assert sorted({word for word in wanted if f"`{word}`" not in MEASURE}) == []
    assert "uncertain" in MEASURE


def test_every_outcome_is_explained() -> None:
    concepts = (DOCS / "concepts.md").read_text(encoding="utf-8")
    assert [words for words in OUTCOME_WORDS if f"- *{words}*:" not in concepts] == []


def test_every_column_of_a_catalogue_is_in_the_page_on_catalogues() -> None:
    with (ROOT / "reference/headers.csv").open(encoding="utf-8", newline="") as opened:
        columns = {(row["table"], row["column"]) for row in csv.DictReader(opened) if row["column"]}
    sections = {
        section.partition("\n")[0].strip(): section
        for section in re.split(r"^### ", CATALOGUE, flags=re.MULTILINE)
    }
    assert [(t, c) for t, c in sorted(columns) if f"`{c}`" not in sections.get(t, "")] == []


def test_the_two_measures_of_the_manual_make_a_book_without_faults(tmp_path: Path) -> None:
    state = tmp_path / "cn"
    for folder in ("measures", "items", "parties"):
        (state / folder).mkdir(parents=True)
    for number, text in enumerate(blocks(MEASURE, "yaml", "measure: ")):
        (state / "measures" / f"{number}.yaml").write_text(text, encoding="utf-8")
    (table,) = blocks(MEASURE, "csv")
    for listed in re.findall(r"table: (items/[\w.-]+)", MEASURE):
        (state / listed).write_text(
            table if "2031" in listed else table.replace(",annex", ",text"), encoding="utf-8"
        )
    (parties,) = blocks(MEASURE, "yaml", "list: ")
    (state / "parties/list.yaml").write_text(parties, encoding="utf-8")
    (groups,) = blocks(MEASURE, "yaml", "groups:")
    (state / "groups.yaml").write_text(groups, encoding="utf-8")
    book, faults = find_faults(tmp_path)
    assert [str(fault) for fault in faults] == []
    assert set(book.measures) == {"cn-made-up-2030-7", "cn-made-up-2031-9"}
    assert {provision.effect for provision in book.provisions.values()} == set(Effect)
    assert len(book.questions) == 2


def test_the_conditions_of_the_manual_show_every_predicate(tmp_path: Path) -> None:
    shown = set()
    for text in blocks(MEASURE, "yaml", "when:"):
        file = tmp_path / "when.yaml"
        file.write_text(text, encoding="utf-8")
        document, faults = read_yaml(file)
        reader = ConditionReader("cn-made-up-2031-9")
        condition = reader.read(document["when"])
        assert [str(fault) for fault in [*faults, *reader.faults]] == []
        shown |= {type(test).__name__ for test in conditions.tests_of(condition)}
        shown |= {word for word in SPECIAL if re.search(rf"\b{word}:", text)}
    assert set(SPECIAL) <= shown
    assert {"CountryTest", "TruthTest", "ValueTest", "NumberTest"} <= shown


def read_text(text: str, folder: Path) -> Located:
    file = folder / "example.yaml"
    file.write_text(text, encoding="utf-8")
    document, faults = read_yaml(file)
    assert [str(fault) for fault in faults] == []
    return document


def countries() -> tuple[str, ...]:
    with (ROOT / "reference/countries.csv").open(encoding="utf-8", newline="") as opened:
        return tuple(row["alpha3"] for row in csv.DictReader(opened))


def test_the_fact_document_of_the_manual_is_a_question(tmp_path: Path) -> None:
    (text,) = blocks(CASE, "yaml", "on: ")
    question = read_question(read_text(text, tmp_path), countries=countries())
    assert question.known_on is not None
    assert len(question.catalogue) == 2


def test_the_law_of_the_book_answers_the_cases_of_the_manual_as_they_say(tmp_path: Path) -> None:
    (text,) = blocks(CASE, "yaml", "given:")
    cases, faults = decode_cases(read_text(text, tmp_path))
    assert [str(fault) for fault in faults] == []
    results = run_cases(cases, read_book())
    assert [
        (result.case.title, result.faults, result.differences) for result in results if not result.passed
    ] == []


def test_the_small_catalogue_of_the_manual_is_read(tmp_path: Path) -> None:
    for table, text in re.findall(
        r"^`(\w+\.csv)`:\n\n```csv\n(.*?)^```$", CATALOGUE, re.DOTALL | re.MULTILINE
    ):
        (tmp_path / table).write_text(text, encoding="utf-8")
    reading = read_catalogue(tmp_path, reference=read_reference())
    assert len(reading.files) == 5
    assert reading.shipped.tolist() == [True, False, False, False]
