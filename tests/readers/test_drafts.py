"""A draft laid over a book: what it replaces, what it adds, where its tables are, and every fault of both."""

from pathlib import Path

import pytest

from monazite.readers.law import find_faults, read_book
from monazite.terms.faults import BadInput
from tests.regime.small_book import FILES, TABLE, changed, write_book

SECOND = FILES["cn/measures/two.yaml"]
LATER = SECOND.replace("cn-two", "cn-draft").replace("2030-03-01, through: 2030-06-30", "2030-08-01")


@pytest.fixture
def law(tmp_path: Path) -> Path:
    """The folder of the small book."""
    return write_book(tmp_path / "law")


def put(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return folder


def said(law: Path, draft: Path) -> list[str]:
    return [str(fault) for fault in find_faults(law, draft=draft)[1]]


def test_a_measure_of_a_new_name_is_added_and_its_acts_reach_the_whole_book(
    law: Path, tmp_path: Path
) -> None:
    draft = put(tmp_path, {"draft.yaml": LATER}) / "draft.yaml"
    book, drafted = read_book(law), read_book(law, draft=draft)
    assert set(drafted.measures) == {*book.measures, "cn-draft"}
    added = [p for p in drafted.provisions["cn-one/1"].periods if p.by == "cn-draft"]
    assert len(added) == 1
    assert len(book.provisions["cn-one/1"].periods) == len(drafted.provisions["cn-one/1"].periods) - 1


def test_a_measure_of_the_same_name_takes_the_place_of_the_books_own(law: Path, tmp_path: Path) -> None:
    draft = (
        put(tmp_path, {"two.yaml": SECOND.replace("through: 2030-06-30", "through: 2030-07-31")}) / "two.yaml"
    )
    (period,) = (p for p in read_book(law, draft=draft).provisions["cn-one/1"].periods if p.by == "cn-two")
    assert str(period.span.last) == "2030-07-31"


def test_a_draft_mends_a_measure_that_is_at_fault(law: Path, tmp_path: Path) -> None:
    write_book(law, changed("cn/measures/two.yaml", "act: suspended", "act: suspendet"))
    assert len(find_faults(law)[1]) == 1
    draft = put(tmp_path, {"two.yaml": SECOND}) / "two.yaml"
    assert said(law, draft) == []


def test_tables_stand_beside_the_draft_or_else_in_the_book(law: Path, tmp_path: Path) -> None:
    again = FILES["cn/measures/one.yaml"]
    beside = put(
        tmp_path / "beside",
        {"one.yaml": again, "items/annex.csv": TABLE.replace("battery,,battery", "cell,,battery")},
    )
    assert [line.id for line in read_book(law, draft=beside / "one.yaml").lists["cn-one/annex"].lines][
        -1
    ] == "cell"
    alone = put(tmp_path / "alone", {"one.yaml": again})
    assert [line.id for line in read_book(law, draft=alone / "one.yaml").lists["cn-one/annex"].lines][
        -1
    ] == "battery"


def test_a_folder_may_be_laid_out_as_a_book_or_hold_measures_alone(law: Path, tmp_path: Path) -> None:
    groups = FILES["cn/groups.yaml"].replace("JPN", "KOR")
    parties = FILES["cn/parties/list.yaml"].replace("Nobody Ltd", "Somebody Ltd")
    folder = put(tmp_path / "laid", {"cn/measures/three.yaml": LATER, "cn/groups.yaml": groups, "cn/parties/list.yaml": parties,
                                     "cn/items/annex.csv": TABLE.replace("battery,,battery", "cell,,battery"),
                                     "cases/one.yaml": "cases: []\n"})  # fmt: skip
    book = read_book(law, draft=folder)
    assert "cn-draft" in book.measures
    assert [member.country for member in book.groups["east"].members] == ["KOR"]
    assert [entry.names for entry in book.party_lists["cn-list"].entries] == [("Somebody Ltd",)]
    assert book.lists["cn-one/annex"].lines[-1].id == "cell"
    flat = put(tmp_path / "flat", {"three.yaml": LATER})
    assert "cn-draft" in read_book(law, draft=flat).measures


def test_the_version_names_the_book_and_the_draft(law: Path, tmp_path: Path) -> None:
    one = read_book(law, draft=put(tmp_path, {"a.yaml": LATER}) / "a.yaml").version
    other = read_book(law, draft=put(tmp_path, {"b.yaml": LATER + "note: other\n"}) / "b.yaml").version
    assert one != other
    assert {one.split("+")[0], other.split("+")[0]} == {read_book(law).version}


def test_faults_of_draft_and_book_come_at_once_each_with_its_file(law: Path, tmp_path: Path) -> None:
    write_book(law, changed("cn/items/annex.csv", "metal|alloy", "metall"))
    text = LATER.replace("on: [cn-one]", "on: [cn-onne/1]").replace(
        "published: 2030-03-01", "published: 1 March 2030"
    )
    draft = put(tmp_path, {"draft.yaml": text}) / "draft.yaml"
    found = said(law, draft)
    assert found[0] == f"{draft}:6:12: '1 March 2030' is not a day. Write it YYYY-MM-DD"
    assert found[1].startswith(
        f"{draft}:11:5: there is no provision or measure 'cn-onne/1'. Did you mean 'cn-one/1'?"
    )
    assert found[2].startswith("cn/items/annex.csv:2: 'metall' is no form.")
    with pytest.raises(BadInput) as bad:
        read_book(law, draft=draft)
    assert len(bad.value.faults) == 3


def test_a_draft_that_is_not_there_or_holds_no_law_is_a_fault(law: Path, tmp_path: Path) -> None:
    (missing,) = said(law, tmp_path / "missing.yaml")
    assert missing.endswith("missing.yaml: cannot be read: No such file or directory. Check the path")
    empty = tmp_path / "empty"
    empty.mkdir()
    assert said(law, empty) == [
        f"{empty}: holds no law. A draft is a measure file, or a folder with <state>/measures/*.yaml"
    ]


def test_an_authority_that_the_state_does_not_name_is_a_fault_with_the_nearest(
    law: Path, tmp_path: Path
) -> None:
    text = LATER.replace("authority: cn-mofcom", "authority: cn-mofcomm")
    assert "cn-mofcomm" in text
    draft = put(tmp_path, {"draft.yaml": text}) / "draft.yaml"
    assert said(law, draft) == []
    names = "authorities:\n  - {id: cn-mofcom, role: made up}\n  - {id: cn-gacc, role: made up}\n"
    write_book(law, {"cn/authority.yaml": names})
    assert said(law, draft) == [f"{draft}: there is no authority 'cn-mofcomm'. Did you mean 'cn-mofcom'?"]


def test_a_measure_given_twice_in_a_draft_is_a_fault(law: Path, tmp_path: Path) -> None:
    found = said(law, put(tmp_path / "twice", {"a.yaml": LATER, "b.yaml": LATER}))
    assert len(found) >= 1
    assert "measure 'cn-draft' stands in" in found[0]


def test_a_table_outside_the_folder_of_the_draft_is_not_read(law: Path, tmp_path: Path) -> None:
    put(tmp_path, {"outside.csv": TABLE})
    text = FILES["cn/measures/one.yaml"].replace("table: items/annex.csv", "table: ../outside.csv")
    draft = put(tmp_path / "draft", {"one.yaml": text}) / "one.yaml"
    assert any("there is no table '../outside.csv'" in fault for fault in said(law, draft))
