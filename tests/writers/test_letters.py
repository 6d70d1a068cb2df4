import csv
from pathlib import Path

import pytest

from monazite.determine.survey import Survey
from monazite.writers.letters import WIDTH, file_name, write_letters
from monazite.writers.report import Shown
from monazite.writers.requests import LAW, NOBODY


@pytest.fixture(scope="module")
def folder(awkward: Survey, awkward_shown: Shown, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("out") / "letters"
    write_letters(made, awkward, awkward_shown.requests)
    return made


def test_each_supplier_has_one_letter(folder: Path, awkward_shown: Shown):
    with (folder / "letters.csv").open(encoding="utf-8", newline="") as file:
        index = {row["letter"]: row["supplier"] for row in csv.DictReader(file)}
    suppliers = {one.supplier for one in awkward_shown.requests} - {"exporter", LAW}
    assert {name or NOBODY for name in index.values()} == suppliers
    assert {path.name for path in folder.glob("*.txt")} == set(index)
    assert "unknown-supplier.txt" in index


def test_a_letter_names_part_fact_values_provision_and_what_hangs_on_it(
    folder: Path, awkward: Survey, awkward_shown: Shown
):
    request = next(
        one
        for one in awkward_shown.requests
        if one.supplier.startswith("Supplier") and not one.fact.startswith("item.elements")
    )
    text = (folder / file_name(request.supplier)).read_text(encoding="utf-8")
    provision = awkward.batch.book.provisions[request.provisions[0]]
    assert f"Part {request.part}" in text
    assert "Allowed: " in text
    assert awkward.batch.book.measures[provision.measure].number in text.replace("\n   ", " ")
    assert "On it hang:" in text
    assert awkward.batch.book.version in text
    for word in ("我们正在按出口管制法律核查产品", "Wir prüfen unsere Produkte"):
        assert word in text


def test_a_letter_asks_only_for_facts_of_its_own_supplier(folder: Path, awkward_shown: Shown):
    for supplier in {one.supplier for one in awkward_shown.requests if one.supplier.startswith("Supplier")}:
        text = (folder / file_name(supplier)).read_text(encoding="utf-8")
        others = {one.part for one in awkward_shown.requests if one.supplier != supplier} - {
            one.part for one in awkward_shown.requests if one.supplier == supplier
        }
        assert [part for part in others if part and f"Part {part}:" in text] == []


def test_letters_fit_a_page(folder: Path):
    for path in folder.glob("*.txt"):
        assert max(len(line) for line in path.read_text(encoding="utf-8").splitlines()) <= WIDTH, path.name


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "磁材有限公司", "A/B\\C:*?", "CON", "", "x" * 300, "a\nb", "unknown supplier"],
)
def test_file_names_are_safe(name: str):
    made = file_name(name)
    assert made.endswith(".txt")
    assert made.removesuffix(".txt").replace("-", "").isalnum()
    assert made.isascii()
    assert len(made) < 90
    assert made not in ("con.txt", "unknown-supplier.txt")


def test_file_names_differ():
    assert file_name("磁材一厂") != file_name("磁材二厂")
    assert file_name("A-B") != file_name("A B", {file_name("A-B")})
