"""The comparison of reference tables with the book, on small made-up tables and a small book."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from monazite.readers.law import read_book
from monazite.regime.book import Book

ROOT = Path(__file__).resolve().parents[2]


def _tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("compare_reference", ROOT / "tools/compare_reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


tool = _tool()

MEASURE = """\
measure: cn-made-up-2030-7
regime: CN
number: No. 7 of 2030 (made up)
title: {en: Made up}
authority: cn-mofcom
published: 2030-01-01
reviewed_until: 2030-12-31
sources:
  text: {what: made up, url: "https://example.org/7", grade: text}
lists:
  - {id: annex, title: {en: Annex}, table: items/annex.csv}
provisions:
  - id: "1.1"
    cite: clause 1, item (1)
    says: Lines of the annex need a licence.
    effect: licence
    when: {item: {on: annex}}
    status:
      - {is: announced, from: 2030-01-01, through: 2030-01-31}
      - {is: in force, from: 2030-02-01}
    source: text
  - id: "1.2"
    cite: clause 1, item (2)
    says: Lines of the annex need a licence where a thousandth of their value is Chinese.
    effect: licence
    when: {content: {on: annex, origin: [CHN], at_least: 1/1000}}
    status:
      - {is: in force, from: 2030-02-01}
    source: text
  - id: 1-no-8
    cite: clause 1
    says: A limb that follows another measure.
    effect: ban
    when: {item: {on: annex}}
    status:
      - {is: in force, from: 2030-06-01}
    source: text
  - id: "2"
    cite: clause 2
    says: For information.
    effect: information
    status:
      - {is: in force, from: 2030-02-01}
    source: text
acts:
  - act: suspended
    on: ["1.1"]
    from: 2030-03-01
    through: 2030-04-30
    known: 2030-02-20
    source: text
  - act: uncertain
    on: ["1.1"]
    from: 2030-05-01
    through: 2030-05-31
    known: 2030-02-20
    question: cn-made-up-after-april
    says: Does the suspension go on?
    readings:
      - {id: A, is: suspended, says: it does, source: text}
      - {id: B, is: in force, says: it does not, source: text}
    settled_by: a notice
    source: text
"""

LINES = """\
line,code,form,family,elements,limits,says,hs,source,unverified
1C999.a,1C999.a,oxide,,Ga,purity_percent>=99.9,Gallium oxide,2825909001,text,
1-1-2,,metal,,Sb,,Antimony metal,,text,
"""

INSTRUMENT = {
    "instrument": "CN-MADE-UP-2030-7", "clause": "1(1)", "title": "made up", "issued": "2030-01-01",
    "effective_from": "2030-02-01", "effective_to": "2030-02-28", "status": "in_force", "reason": "", "source": "",
}  # fmt: skip
ITEM = {
    "instrument": "CN-MADE-UP-2030-7", "clause": "1(1)", "part": "", "control_code": "1C999.a",
    "kind": "oxide_compound", "elements": "Ga", "description": "Gallium oxide, made up", "hs_codes": "2825909001",
    "threshold": "purity >= 99.9 %", "effective_from": "2030-02-01", "suspended_from": "2030-03-01",
    "suspended_to": "2030-04-30", "source": "",
}  # fmt: skip


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Book:
    root = tmp_path_factory.mktemp("law")
    for folder in ("measures", "items"):
        (root / "cn" / folder).mkdir(parents=True)
    (root / "cn/measures/2030-007-made-up.yaml").write_text(MEASURE, encoding="utf-8")
    (root / "cn/items/annex.csv").write_text(LINES, encoding="utf-8")
    return read_book(root)


def differing(compare: str, row: dict[str, str], book: Book) -> list[str]:
    return [difference.what for difference in getattr(tool, compare)([row], book)]


def test_ids_follow_from_the_instrument_and_the_clause() -> None:
    assert tool.measure_id("CN-MOFCOM-GACC-2025-18") == "cn-mofcom-gacc-2025-18"
    assert [tool.clause_id(c) for c in ("1(3)", "3 (unnumbered)", "1 catch-all")] == [
        "1.3",
        "3",
        "1-catch-all",
    ]


def test_a_clause_stands_for_its_items_and_not_for_limbs_of_other_measures(small: Book) -> None:
    ids = [p.id.split("/")[1] for p in tool.provisions_of(small, "cn-made-up-2030-7", "1")]
    assert ids == ["1.1", "1.2"]
    ids = [p.id.split("/")[1] for p in tool.provisions_of(small, "cn-made-up-2030-7", "all")]
    assert ids == ["1.1", "1.2"]
    ids = [p.id.split("/")[1] for p in tool.provisions_of(small, "cn-made-up-2030-7", "2")]
    assert ids == ["2"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, []),
        ({"status": "suspended", "effective_from": "2030-03-01", "effective_to": "2030-04-30"}, []),
        (
            {
                "status": "announced",
                "reason": "UNVERIFIED",
                "effective_from": "2030-05-01",
                "effective_to": "",
            },
            [],
        ),
        ({"status": "announced", "effective_from": "2030-01-01", "effective_to": "2030-01-31"}, []),
        (
            {"effective_to": "2030-03-01"},
            ["cn-made-up-2030-7/1.1 is suspended on 2030-03-01, not in force"],
        ),
        (
            {"status": "suspended", "effective_from": "2030-03-01", "effective_to": "2030-05-01"},
            ["cn-made-up-2030-7/1.1 is uncertain on 2030-05-01, not suspended"],
        ),
        ({"effective_from": "2030-02-02"}, ["cn-made-up-2030-7/1.1 is in force before 2030-02-02"]),
        (
            {"effective_from": "2030-01-31", "clause": "1(2)"},
            ["cn-made-up-2030-7/1.2 is not there on 2030-01-31, not in force"],
        ),
        ({"issued": "2030-01-02"}, ["issued 2030-01-02; the book says 2030-01-01"]),
        ({"clause": "9"}, ["cn-made-up-2030-7 has no clause 9"]),
        ({"instrument": "CN-MADE-UP-2030-8"}, ["the book has no measure cn-made-up-2030-8"]),
        ({"effective_from": ""}, ["in_force without a first day"]),
    ],
)
def test_a_status_period_is_compared_day_by_day(
    small: Book, changed: dict[str, str], said: list[str]
) -> None:
    assert differing("compare_instruments", {**INSTRUMENT, **changed}, small) == said


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, []),
        ({"elements": "Ge"}, ["the line asks for Ga, the row for Ge"]),
        ({"hs_codes": "2825909002"}, ["customs codes 2825909001, 2825909002 stand on one side only"]),
        (
            {"threshold": "purity >= 99.99 %"},
            [
                "the limit >= 99.99 of the row stands in no line",
                "the limit >= 99.9 of the line does not stand in the row",
            ],
        ),
        ({"threshold": "purity > 99.9 %"}, ["the limit > 99.9 of the row stands in no line"]),
        ({"threshold": ""}, ["the limit >= 99.9 of the line does not stand in the row"]),
        ({"effective_from": "2030-02-02"}, ["takes effect on 2030-02-02; the book says 2030-02-01"]),
        (
            {"suspended_to": "2030-05-01"},
            ["cn-made-up-2030-7/1.1 is uncertain on 2030-05-01, not suspended"],
        ),
        ({"suspended_from": "2030-03-02"}, ["cn-made-up-2030-7/1.1 is suspended before 2030-03-02"]),
        (
            {"control_code": "1C998.a", "kind": "technology", "threshold": "", "hs_codes": ""},
            ["no line of a list of the measure is like it"],
        ),
        ({"instrument": "CN-MADE-UP-2030-8"}, ["the book has no measure cn-made-up-2030-8"]),
    ],
)
def test_a_controlled_line_is_compared(small: Book, changed: dict[str, str], said: list[str]) -> None:
    assert differing("compare_items", {**ITEM, **changed}, small) == said


def test_a_line_without_a_code_is_found_by_its_clause_or_by_form_and_elements(small: Book) -> None:
    bare = {**ITEM, "control_code": "", "hs_codes": "", "threshold": "", "kind": "material", "elements": "Sb"}
    for clause in ("1(1)2", "1(1)"):
        assert [line.id for line in tool.lines_of({**bare, "clause": clause}, small).values()] == ["1-1-2"]


def test_a_share_of_value_is_compared_with_the_condition(small: Book) -> None:
    bare = {**ITEM, "clause": "1(2)", "control_code": "", "hs_codes": "", "kind": "other", "elements": "",
            "suspended_from": "", "suspended_to": ""}  # fmt: skip
    printed = "value of Chinese-origin items / value of the item >= 0.1 %"
    assert differing("compare_items", {**bare, "threshold": printed}, small) == []
    assert differing("compare_items", {**bare, "threshold": printed.replace("0.1", "0.2")}, small) == [
        "share of value >= 0.200% in the row, >= 0.100% in the book"
    ]
    assert differing("compare_items", {**bare, "threshold": ""}, small) == [
        "share of value none in the row, >= 0.100% in the book"
    ]


US_MEASURE = """\
measure: us-ear-774
regime: US
number: part 774 (made up)
title: {en: Made up}
authority: us-bis
published: 2030-01-01
reviewed_until: 2030-12-31
sources:
  text: {what: made up, url: "https://example.org/774", grade: text}
reasons:
  - {id: ccl, title: {en: Entries}, table: items/ccl.csv}
provisions:
  - {id: "1", cite: supplement 1, says: Entries., effect: information, source: text, status: [{is: in force, from: 2030-01-01}]}
"""

ENTRIES = """\
entry,paragraphs,except,reason,scope,says,source,unverified,certain
3Z001,,,,,made-up devices,text,,
3Z001,3Z001.a.1;3Z001.a.2;3Z001.c,,NS,NS2,made up,text,,
3Z001,,3Z001.y,RS,RS1,made up,text,,
3Z001,3Z001.b,,MT,MT1,made-up missiles,text,,no
3Z001,3Z001.a,,LVS,3000,made up,text,,
"""

US_GROUPS = """\
tables:
  - {table: country-groups.csv, prefix: us-, says: Groups, from: 2030-01-01, source: made up}
groups: []
"""

MARKS = """\
country,from,through,known,as,source,note,A1,D5
JPN,,,,,made up,,X,
CHN,,,,,made up,,,X
HKG,2030-06-01,,,CHN,made up,,,
ARE,,,,,made up,,?,
"""


@pytest.fixture(scope="module")
def small_us(tmp_path_factory: pytest.TempPathFactory) -> Book:
    root = tmp_path_factory.mktemp("us-law")
    for folder in ("measures", "items"):
        (root / "us" / folder).mkdir(parents=True)
    (root / "us/measures/ear-774.yaml").write_text(US_MEASURE, encoding="utf-8")
    (root / "us/items/ccl.csv").write_text(ENTRIES.replace("Z", "A"), encoding="utf-8")
    (root / "us/groups.yaml").write_text(US_GROUPS, encoding="utf-8")
    (root / "us/country-groups.csv").write_text(MARKS, encoding="utf-8")
    return read_book(root)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"iso3": "JPN", "A1": "X"}, []),
        ({"iso3": "JPN"}, ["A1: no mark; the book has one"]),
        ({"iso3": "CHN", "D5": "X", "A1": "X"}, ["A1: a mark that the book has not"]),
        ({"iso3": "HKG", "D5": "X"}, []),
        ({"iso3": "ARE", "A1": "X"}, ["A1: perhaps in us-a1 on 2030-07-01"]),
        ({"iso3": "CHN", "D5": "X", "B": "X"}, ["B: a mark; the book has no group us-b"]),
    ],
)
def test_marks_of_a_country_are_compared_on_the_day_of_the_edition(
    small_us: Book, row: dict[str, str], said: list[str]
) -> None:
    empty = {**dict.fromkeys(tool.GROUPS, ""), "edition_date": "2030-07-01"}
    found = tool.compare_groups([{**empty, **row}], small_us)
    assert [f"{d.key[2]}: {d.what}" for d in found if d.key[1] == row["iso3"]] == said


def test_a_country_of_a_group_without_a_row_is_told(small_us: Book) -> None:
    empty = {**dict.fromkeys(tool.GROUPS, ""), "edition_date": "2030-05-31", "iso3": "CHN", "D5": "X"}
    found = tool.compare_groups([empty], small_us)
    assert [(d.key[1], d.key[2]) for d in found] == [("JPN", "A1")]


ENTRY = {
    "eccn": "3A001",
    "reasons_for_control": "NS@NS2[3A001.a.1 to a.2, c] | RS@RS1[all except 3A001.y] | MT@MT1[b for missiles, made up]",
    "lvs": "$3,000: 3A001.a",
    "gbs": "N/A",
}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, []),
        ({"eccn": "3A002"}, ["the book has no such entry", "no row"]),
        ({"reasons_for_control": ENTRY["reasons_for_control"] + " | AT@AT1[all]"}, ["this reason stands in no line"]),
        ({"reasons_for_control": "NS@NS2[3A001.a.1 to a.2, c] | RS@RS1[all except 3A001.y]"},
         ["this reason stands in the book alone"]),
        ({"reasons_for_control": ENTRY["reasons_for_control"].replace("a.2, c", "a.3")},
         ["3A001.a.3, 3A001.c on one side only"]),
        ({"reasons_for_control": ENTRY["reasons_for_control"].replace("except 3A001.y", "except 3A001.x and .y")},
         ["3A001.x on one side only"]),
        ({"lvs": "$5000"}, ["dollars: 5000 and 3000 in row and book"]),
        ({"gbs": "Yes, for 3A001.a"}, ["GBS 'Yes, for 3A001.a' in the row; not so in the book"]),
    ],
)  # fmt: skip
def test_an_entry_is_compared_reason_by_reason(
    small_us: Book, changed: dict[str, str], said: list[str]
) -> None:
    assert differing("compare_entries", {**ENTRY, **changed}, small_us) == said


def test_limbs_in_codes_are_read_and_prose_is_not() -> None:
    assert tool.limb_codes("5A001", "5A001.b (except .b.5), .c, and .j") == (
        {"5A001.b", "5A001.c", "5A001.j"},
        {"5A001.b.5"},
    )
    assert tool.limb_codes("4A005", "items controlled by 4A005.z.1") == ({"4A005.z.1"}, set())
    assert tool.limb_codes("9A003", "engines of 9A003.a") is None
    assert tool.limb_codes("6A002", "6A002.a.3 (except lead selenide)") is None


def test_limits_are_read_from_words() -> None:
    found = {
        (sign, float(value))
        for sign, value in tool.limits_in("bore >= 3 inch; 5.5-37 kW at 2B104; < 50 /cm2")
    }
    assert found == {("at_least", 76.2), ("at_least", 5.5), ("at_most", 37.0), ("less_than", 50.0)}
    assert tool.limits_in("presence of the element; no percentage floor is printed") == set()


PAGE = """\
| table | instrument | clause | row | reason |
| --- | --- | --- | --- | --- |
| cn-items.csv | CN-MADE-UP-2030-7 | 1(1) | 1C999.a | made up |
| cn-items.csv | CN-MADE-UP-2030-6 | | | made up, and idle |
| cn-instruments.csv | CN-MADE-UP-2030-7 | 9 | | made up, of a table that is not compared |
"""


def test_reasons_explain_differences_and_are_idle_where_there_are_none(small: Book) -> None:
    reasons = tool.read_reasons(PAGE)
    assert [reason.instrument[-1] for reason in reasons] == ["7", "6", "7"]
    rows = [{**ITEM, "elements": "Ge"}, {**ITEM, "control_code": "1C998.a", "kind": "technology"}]
    left, counts = tool.compare({"cn-items.csv": rows}, small, reasons)
    assert [difference.key[3] for difference in left] == ["1C998.a"]
    assert [count for _, count in counts] == [1, 0]


def test_without_a_folder_nothing_is_compared(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv(tool.VARIABLE, raising=False)
    assert tool.main([]) == 0
    assert "Nothing was compared" in capsys.readouterr().out


def test_a_folder_without_tables_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert tool.main([str(tmp_path)]) == 1
    assert "holds none of" in capsys.readouterr().out


def test_a_folder_is_compared_with_the_book_of_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    row = {**INSTRUMENT, "instrument": "CN-SC-785", "clause": "all", "issued": "2024-06-22",
           "effective_from": "2024-10-01", "effective_to": ""}  # fmt: skip
    table = "\n".join([",".join(row), ",".join(row.values()), ""])
    (tmp_path / "cn-instruments.csv").write_text(table, encoding="utf-8")
    page = tmp_path / "left-out.md"
    page.write_text("", encoding="utf-8")
    monkeypatch.setattr(tool, "REASONS", page)
    monkeypatch.setenv(tool.VARIABLE, str(tmp_path))
    assert tool.main([]) == 0
    assert "0 differences without a reason" in capsys.readouterr().out
    (tmp_path / "cn-instruments.csv").write_text(table.replace("in_force", "suspended"), encoding="utf-8")
    assert tool.main([]) == 1
    assert "cn-sc-785/30-rare-earth is in force on 2024-10-01" in capsys.readouterr().out


def test_the_page_of_reasons_reads() -> None:
    reasons = tool.read_reasons((ROOT / "docs/law/left-out.md").read_text(encoding="utf-8"))
    assert len(reasons) >= 10
    assert all(reason.says for reason in reasons)


def test_names_stand_on_a_party_list_as_long_as_its_act_stands(book: Book) -> None:
    """An act that ended takes its parties off; one that is only suspended leaves them on."""
    for measure in book.measures.values():
        entries = [e for one in book.party_lists.values() for e in one.entries if e.by == measure.id]
        ban = book.provisions.get(f"{measure.id}/1")
        if not entries or ban is None:
            continue
        ended = [p.span.start for p in ban.periods if not p.status.is_printed]
        for entry in entries:
            gone = [span.start for how, span, _ in entry.periods if how == "ended"]
            assert gone == ended, f"{measure.id}: {entry.names[0]}"
