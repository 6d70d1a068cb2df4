"""Catalogues from tables: the same in any language and format, and what is read from little."""

import csv
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from monazite.catalogue.model import MIXED, NOT_KNOWN, NOT_USED, Catalogue, Strength
from monazite.readers.catalogue import Reading, read_catalogue
from monazite.readers.reference import read_reference
from monazite.terms.facts import ACTIVITIES, ELEMENTS, FAMILIES, FORMS
from monazite.terms.faults import BadInput
from monazite.terms.kleene import NO, UNKNOWN, YES

F = Fraction
REFERENCE = read_reference()
Rows = Sequence[Sequence[str]]

ENGLISH: dict[str, Rows] = {
    "parts": [
        ("part", "name", "form", "family", "elements", "elements_complete", "origin", "value", "currency", "mass",
         "mass_unit", "supplier", "made_with_mining", "made_with_recycling"),
        ("CAR-1", "car", "finished product", "", "", "", "USA", "40000", "USD", "1500", "kg", "", "", ""),
        ("MOT-1", "motor", "component", "", "", "", "JPN", "900..1100", "USD", "53", "kg", "Akiko", "", ""),
        ("MAG-1", "rotor magnet", "magnet", "NdFeB", "Nd;Fe;B;Dy", "yes", "CHN 60 %; JPN 40 %", "12.50", "USD", "100",
         "g", "Ling", "CHN", "none"),
        ("BOLT", "bolt", "plain part", "", "", "", "", "0.1", "USD", "5", "g", "", "", ""),
    ],
    "bom": [
        ("parent", "child", "quantity", "unit"),
        ("CAR-1", "MOT-1", "1", "pcs"),
        ("MOT-1", "MAG-1", "16", "pcs"),
        ("CAR-1", "BOLT", "2", "kg"),
    ],
    "content": [
        ("part", "name", "elements", "amount", "unit", "origin", "value", "currency"),
        ("MAG-1", "Dy metal", "", "3", "g", "CHN", "1.00", "USD"),
        ("MAG-1", "", "Nd", "27-29", "%", "CHN", "8", "USD"),
    ],
}  # fmt: skip

WORDS = {
    "de": {
        "parts": "Teile", "bom": "Stückliste", "content": "Inhaltsstoffe",
        "part": "Teilenummer", "name": "Bezeichnung", "form": "Form", "family": "Magnetfamilie", "elements": "Elemente",
        "elements_complete": "Elemente vollständig", "origin": "Ursprungsland", "value": "Preis", "currency": "Währung",
        "mass": "Gewicht", "mass_unit": "Gewichtseinheit", "supplier": "Lieferant", "made_with_mining": "Abbautechnik",
        "made_with_recycling": "Recyclingtechnik", "parent": "Baugruppe", "child": "Unterteil", "quantity": "Menge",
        "unit": "Einheit", "amount": "Gehalt", "finished product": "Fertigerzeugnis", "component": "Bauteil",
        "magnet": "Dauermagnet", "plain part": "einfaches Teil", "NdFeB": "Neodym-Eisen-Bor", "yes": "ja", "none": "keine",
        "USA": "Vereinigte Staaten", "JPN": "Japan", "CHN": "China", "CHN 60 %; JPN 40 %": "China 60 %; Japan 40 %",
        "pcs": "Stk", "Nd": "Neodym", "40000": "40.000,00", "900..1100": "900 bis 1100", "12.50": "12,50", "0.1": "0,1",
        "Nd;Fe;B;Dy": "Neodym; Eisen; Bor; Dysprosium",
    },
    "zh": {
        "parts": "零件表", "bom": "物料清单", "content": "成分",
        "part": "零件号", "name": "品名", "form": "形态", "family": "磁体种类", "elements": "元素",
        "elements_complete": "元素齐全", "origin": "原产国", "value": "单价", "currency": "币种", "mass": "重量",
        "mass_unit": "重量单位", "supplier": "供应商", "made_with_mining": "开采技术来源", "made_with_recycling": "回收技术来源",
        "parent": "父件", "child": "子件", "quantity": "用量", "unit": "单位", "amount": "含量", "finished product": "成品",
        "component": "部件", "magnet": "永磁体", "plain part": "普通零件", "NdFeB": "钕铁硼", "yes": "是", "none": "无",
        "USA": "美国", "JPN": "日本", "CHN": "中国", "CHN 60 %; JPN 40 %": "中国 60％；日本 40％", "pcs": "个", "Nd": "钕",
        "kg": "公斤", "g": "克", "900..1100": "900至1100", "Nd;Fe;B;Dy": "钕、铁、硼、镝",
    },
    "ja": {
        "parts": "部品表", "bom": "部品構成", "content": "含有物質",
        "part": "品番", "name": "部品名", "form": "形態", "family": "磁石種類", "elements": "含有元素",
        "elements_complete": "元素完備", "origin": "原産国", "value": "単価", "currency": "通貨", "mass": "質量",
        "mass_unit": "質量単位", "supplier": "仕入先", "made_with_mining": "採掘技術の国",
        "made_with_recycling": "リサイクル技術の国", "parent": "親品番", "child": "子品番", "quantity": "員数", "unit": "単位",
        "amount": "含有量", "finished product": "完成品", "component": "部品", "magnet": "永久磁石", "plain part": "単純部品",
        "NdFeB": "ネオジム磁石", "yes": "はい", "none": "なし", "USA": "アメリカ", "JPN": "日本", "CHN": "中国",
        "CHN 60 %; JPN 40 %": "中国 60％；日本 40％", "pcs": "個", "Nd": "ネオジム", "kg": "キログラム", "g": "グラム",
        "900..1100": "900〜1100", "Nd;Fe;B;Dy": "ネオジム、鉄、ホウ素、ジスプロシウム",
    },
}  # fmt: skip


def in_language(tables: Mapping[str, Rows], words: Mapping[str, str]) -> dict[str, Rows]:
    translated = {
        name: [[words.get(cell, cell) for cell in row] for row in rows] for name, rows in tables.items()
    }
    if "name" in words:  # the column `name` of content is a synonym of its own in each language
        head = translated["content"][0]
        head[1] = {"Bezeichnung": "Stoff", "品名": "物质", "部品名": "物質名"}[words["name"]]  # type: ignore[index]
    return {words.get(name, name): rows for name, rows in translated.items()}


def write_csv(folder: Path, tables: Mapping[str, Rows], *, encoding: str = "utf-8", mark: str = ",") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", encoding=encoding, newline="") as file:
            csv.writer(file, delimiter=mark, lineterminator="\n").writerows(rows)
    return folder


def write_xlsx(path: Path, tables: Mapping[str, Rows]) -> Path:
    with xlsxwriter.Workbook(str(path), {"strings_to_numbers": True}) as book:
        for name, rows in tables.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path


def write_parquet(folder: Path, tables: Mapping[str, Rows]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, (head, *rows) in tables.items():
        columns = dict(zip(head, map(list, zip(*rows, strict=True)), strict=True))
        pq.write_table(pa.table(columns), folder / f"{name}.parquet")
    return folder


def read(path: Path, currency: str | None = None, on: date | None = None) -> Reading:
    return read_catalogue(path, reference=REFERENCE, currency=currency, on=on)


ARRAYS = (
    "form",
    "family",
    "elements",
    "origin",
    "made_with",
    "content_complete",
    "strength",
    "parent",
    "child",
)
AMOUNTS = ("value", "mass_kg", "quantity")


def plain(catalogue: Catalogue) -> dict[str, object]:
    """All of a catalogue but the places, as plain values."""
    return {
        "names": list(catalogue.names),
        "titles": list(catalogue.titles),
        "supplier": list(catalogue.supplier),
        "currency": catalogue.currency,
        "mixed": catalogue.mixed_origins,
        "notes": catalogue.notes,
        "codes": catalogue.codes,
        **{name: getattr(catalogue, name).tolist() for name in ARRAYS},
        **{name: [column[row] for row in range(len(column))] for name in AMOUNTS for column in [getattr(catalogue, name)]},
    }  # fmt: skip


def small(tmp_path: Path, **tables: str) -> Reading:
    """A catalogue from texts of CSV files."""
    for name, text in tables.items():
        (tmp_path / f"{name}.csv").write_text(
            "\n".join(line.strip() for line in text.strip().splitlines()) + "\n", encoding="utf-8"
        )
    return read(tmp_path)


def element(catalogue: Catalogue, node: int, name: str) -> int:
    return int(catalogue.elements[node, ELEMENTS.index(name)])


@pytest.fixture(scope="module")
def english(tmp_path_factory: pytest.TempPathFactory) -> Reading:
    return read(write_csv(tmp_path_factory.mktemp("english"), ENGLISH))


def test_the_english_catalogue_says_what_its_tables_say(english: Reading) -> None:
    c = english.catalogue
    assert list(c.names) == ["CAR-1", "MOT-1", "MAG-1", "BOLT", "Dy metal", "Nd"]
    assert c.parts == 4
    assert [FORMS[form] if form >= 0 else None for form in c.form] == [
        "finished product",
        "component",
        "magnet",
        "plain part",
        "metal",
        None,
    ]
    assert c.value[1] == (900, 1100)
    assert c.mass_kg[2] == (F(1, 10), F(1, 10))
    assert c.mixed_origins == {2: {"CHN": (F(3, 5), F(3, 5)), "JPN": (F(2, 5), F(2, 5))}}
    assert c.origin[2] == MIXED
    assert c.countries[c.origin[0]] == "USA"
    assert FAMILIES[c.family[2]] == "NdFeB"
    assert c.made_with[2].tolist() == [c.countries.index("CHN"), NOT_KNOWN, NOT_KNOWN, NOT_KNOWN, NOT_USED]
    assert ACTIVITIES[4] == "recycling"
    assert element(c, 2, "Dy") == YES
    assert element(c, 2, "Tb") == NO
    assert element(c, 0, "Dy") == UNKNOWN
    assert c.content_complete.tolist() == [YES, YES, UNKNOWN, YES, YES, YES]
    assert list(c.where) == [
        "parts.csv:2",
        "parts.csv:3",
        "parts.csv:4",
        "parts.csv:5",
        "content.csv:2",
        "content.csv:3",
    ]
    assert c.supplier[5] == "Ling"
    assert english.shipped.tolist() == [True, False, False, False]


def test_lines_by_mass_are_divided_by_the_mass_of_one(english: Reading) -> None:
    c = english.catalogue
    assert [c.quantity[line] for line in range(5)] == [(1, 1), (16, 16), (400, 400), (1, 1), (1, 1)]


def test_a_share_of_the_mass_is_a_mass(english: Reading) -> None:
    assert english.catalogue.mass_kg[5] == (F(27, 1000), F(29, 1000))


@pytest.mark.parametrize(
    ("language", "codec", "mark"),
    [
        ("de", "cp1252", ";"),
        ("zh", "gb18030", ","),
        ("ja", "cp932", ","),
        ("zh", "utf-16", "\t"),
        ("ja", "utf-8-sig", ";"),
    ],
)
def test_headers_and_words_of_four_languages_give_the_same_catalogue(
    tmp_path: Path, english: Reading, language: str, codec: str, mark: str
) -> None:
    reading = read(write_csv(tmp_path, in_language(ENGLISH, WORDS[language]), encoding=codec, mark=mark))
    same, other = plain(english.catalogue), plain(reading.catalogue)
    for texts in ("titles", "names"):  # a bare element is called as it is written
        assert same.pop(texts)[:-1] == other.pop(texts)[:-1]  # type: ignore[index]
    assert other == same
    assert {file.table for file in reading.files} == {"parts", "bom", "content"}


def test_workbook_and_parquet_give_the_same_catalogue_as_csv(tmp_path: Path, english: Reading) -> None:
    book = read(write_xlsx(tmp_path / "book.xlsx", ENGLISH))
    assert plain(book.catalogue) == plain(english.catalogue)
    assert book.catalogue.where[4] == "book.xlsx, content!A2"
    assert book.files[0].file == "book.xlsx, parts"
    parquet = read(write_parquet(tmp_path / "parquet", ENGLISH))
    assert plain(parquet.catalogue) == plain(english.catalogue)
    assert parquet.catalogue.where[0] == "parts.parquet, row 1"
    assert {file.encoding for file in parquet.files} == {"Parquet"}


def test_one_workbook_in_a_folder_is_a_catalogue(tmp_path: Path, english: Reading) -> None:
    write_xlsx(tmp_path / "export of today.xlsx", ENGLISH)
    assert plain(read(tmp_path).catalogue) == plain(english.catalogue)


def test_units_may_stand_in_the_header(tmp_path: Path) -> None:
    c = small(tmp_path, parts="Part No.,Weight [g],Unit price (EUR)\nM-1,12,5\n").catalogue
    assert c.mass_kg[0] == (F(12, 1000), F(12, 1000))
    assert (c.value[0], c.currency) == ((5, 5), "EUR")
    assert small(tmp_path, parts="part,mass_g,value_cny\nM-1,12,5\n").catalogue.currency == "CNY"


def test_a_column_named_by_its_own_name_wins_over_a_synonym(tmp_path: Path) -> None:
    reading = small(tmp_path, parts="part,supplier,manufacturer\nM-1,Ling,Bao\n")
    assert reading.catalogue.supplier[0] == "Ling"
    assert [str(note) for note in reading.notes] == [
        "parts.csv:1, column manufacturer: 'manufacturer' was left out, for 'supplier' is there too"
    ]


def test_an_unknown_column_is_left_out_with_a_note(tmp_path: Path) -> None:
    reading = small(tmp_path, parts="part,orign,colour\nM-1,CHN,red\n")
    assert [str(note) for note in reading.notes] == [
        "parts.csv:1, column orign: 'orign' is not a column of parts and was left out. Did you mean 'origin'?",
        "parts.csv:1, column colour: 'colour' is not a column of parts and was left out",
    ]


def test_parts_alone_are_a_catalogue_of_which_nothing_else_is_known(tmp_path: Path) -> None:
    reading = small(tmp_path, parts="part,name\nM-1,rotor\n")
    c = reading.catalogue
    assert (c.form[0], c.family[0], c.origin[0]) == (NOT_KNOWN, NOT_KNOWN, NOT_KNOWN)
    assert c.value[0] == c.mass_kg[0] == (0, None)
    assert (c.elements == UNKNOWN).all()
    assert c.content_complete.tolist() == [UNKNOWN]
    assert (len(c.parent), len(reading.moves)) == (0, 0)
    assert c.currency == "USD"


@pytest.mark.parametrize(
    ("row", "complete"),
    [
        ("M-1,plain part,,,,", YES),
        ("M-1,other material,Fe;C,yes,,", YES),
        ("M-1,other material,Fe;C,,,", UNKNOWN),
        ("M-1,magnet,Nd;Fe;B,yes,,", UNKNOWN),
        ("M-1,component,Fe,yes,,", UNKNOWN),
        ("M-1,component,,,yes,", YES),
        ("M-1,plain part,,,no,", NO),
    ],
)
def test_a_part_without_lines_is_complete_only_where_its_form_says_so(
    tmp_path: Path, row: str, complete: int
) -> None:
    reading = small(
        tmp_path, parts=f"part,form,elements,elements_complete,content_complete,structure\n{row}\n"
    )
    assert reading.catalogue.content_complete[0] == complete


def test_a_bill_of_materials_is_whole_unless_it_says_partial(tmp_path: Path) -> None:
    reading = small(
        tmp_path, parts="part,structure\nA,\nB,partial\nC,\n", bom="parent,child,quantity\nA,C,1\nB,C,1\n"
    )
    assert reading.catalogue.content_complete.tolist() == [YES, UNKNOWN, UNKNOWN]
    assert str(reading.notes[0]) == (
        "parts.csv: 1 part with lines in bom: the lines are taken as all of them. "
        "Write structure = partial where a bill of materials leaves something out"
    )


def test_content_makes_a_part_hold_its_elements(tmp_path: Path) -> None:
    c = small(
        tmp_path,
        parts="part,form,mass,mass_unit\nM-1,component,1,kg\n",
        content="part,element,amount,unit\nM-1,Dy,0.1,%\nM-1,Tb,<0.1,%\nM-1,Nd,,\nM-1,Sm,n.a.,\n",
    ).catalogue
    assert [element(c, 0, name) for name in ("Dy", "Tb", "Nd", "Sm", "Gd")] == [
        YES,
        UNKNOWN,
        YES,
        UNKNOWN,
        UNKNOWN,
    ]
    assert [element(c, 1 + row, name) for row, name in enumerate(("Dy", "Tb", "Nd", "Sm"))] == [
        YES,
        UNKNOWN,
        YES,
        UNKNOWN,
    ]
    assert c.mass_kg[2] == (0, F(1, 1000))
    assert c.mass_kg[3] == (0, None)


def test_absence_follows_only_from_complete_elements(tmp_path: Path) -> None:
    reading = small(
        tmp_path,
        parts="part,elements,elements_complete\nA,Nd;Tb=no,\nB,Nd,yes\nC,rare earths,yes\nD,Fe,yes\n",
        content="part,element,amount,unit\nD,Dy,1,g\nB,Tb,<1,g\n",
    )
    c = reading.catalogue
    assert [element(c, 0, name) for name in ("Nd", "Tb", "Dy")] == [YES, NO, UNKNOWN]
    assert [element(c, 1, name) for name in ("Nd", "Tb", "Dy")] == [YES, UNKNOWN, NO]
    assert [element(c, 2, name) for name in ("Nd", "Fe")] == [UNKNOWN, NO]
    assert element(c, 3, "Dy") == YES
    assert any("content names Dy, which 'elements' rules out" in note.what for note in reading.notes)


@pytest.mark.parametrize(
    "name", ["dysprosium oxide", "Dy2O3", "Dysprosiumoxid", "氧化镝", "酸化ジスプロシウム", "Dy oxide"]
)
def test_a_substance_is_known_by_its_name(tmp_path: Path, name: str) -> None:
    c = small(
        tmp_path, parts="part\nM-1\n", content=f"part,substance,amount,unit\nM-1,{name},1,g\n"
    ).catalogue
    assert FORMS[c.form[1]] == "oxide"
    assert (element(c, 1, "Dy"), element(c, 1, "Tb")) == (YES, NO)


def test_a_substance_is_known_by_its_number(tmp_path: Path) -> None:
    c = small(tmp_path, parts="part\nM-1\n", content="part,cas,amount,unit\nM-1,7429-91-6,1,g\n").catalogue
    assert FORMS[c.form[1]] == "metal"
    assert c.titles[1] == "dysprosium metal"


def test_a_family_holds_elements_by_its_name(tmp_path: Path) -> None:
    c = small(
        tmp_path,
        parts="part,family\nM-1,SmCo\n",
        content="part,name,form,amount,unit\nM-1,钕铁硼,magnet,1,g\n",
    ).catalogue
    assert (element(c, 0, "Sm"), element(c, 0, "Co")) == (YES, YES)
    assert [element(c, 1, name) for name in ("Nd", "Fe", "B", "Dy")] == [YES, YES, YES, UNKNOWN]


DYSPROSIUM = "part,substance,amount,unit\nM-1,dysprosium oxide,1,g\n"


def test_a_value_from_mass_spans_both_prices(tmp_path: Path) -> None:
    reading = small(tmp_path, parts="part,value,currency\nM-1,500,USD\n", content=DYSPROSIUM)
    c = reading.catalogue
    # FOB China 271 to 311 USD/kg in January 2026, Europe 700 to 1000 USD/kg on 6 May 2025: a gram.
    assert c.value[1] == (F(271, 1000), F(1))
    assert c.strength[1] == Strength.TYPICAL
    assert c.notes[1] == (
        "value from mass and dated prices: China (FOB China, 2026-01) and outside China (Europe, 2025-05-06)",
    )


def test_prices_are_taken_near_the_day(tmp_path: Path) -> None:
    small(tmp_path, parts="part,value,currency\nM-1,500,USD\n", content=DYSPROSIUM)
    assert read(tmp_path, on=date(2025, 4, 10)).catalogue.value[1] == (F(224, 1000), F(310, 1000))
    assert read(tmp_path, on=date(2023, 1, 1)).catalogue.value[1] == (0, None)


def test_no_price_without_a_rate_to_its_currency(tmp_path: Path) -> None:
    reading = small(tmp_path, parts="part,value,currency\nM-1,500,EUR\n", content=DYSPROSIUM)
    assert reading.catalogue.value[1] == (0, None)
    assert (
        reading.notes[-1].mend
        == "State the value, or give a dated rate of CNY, USD per EUR so that prices can be used"
    )
    with_rate = small(tmp_path, rates="currency,per,rate,day\nUSD,EUR,1.25,2026-01-15\n")
    assert with_rate.catalogue.value[1] == (F(271, 1250), F(1000, 1250))


def test_stated_money_is_never_replaced_by_a_price(tmp_path: Path) -> None:
    c = small(
        tmp_path,
        parts="part\nM-1\n",
        content="part,substance,amount,unit,value,currency\nM-1,dysprosium oxide,1,g,2,USD\nM-1,Tb metal,0.5,USD,,\n",
    ).catalogue
    assert [c.value[1], c.value[2]] == [(2, 2), (F(1, 2), F(1, 2))]
    assert c.strength[1:].tolist() == [Strength.DECLARED, Strength.DECLARED]


def test_the_most_frequent_currency_is_that_of_the_catalogue(tmp_path: Path) -> None:
    reading = small(
        tmp_path,
        parts="part,value,currency\nA,10,EUR\nB,20,EUR\nC,30,USD\nD,40,JPY\n",
        rates="currency,per,rate,day\nUSD,EUR,1.25,2026-01-15\n",
    )
    c = reading.catalogue
    assert c.currency == "EUR"
    assert [c.value[row] for row in range(4)] == [(10, 10), (20, 20), (24, 24), (0, None)]
    assert "Add a dated rate of JPY per EUR to rates" in [note.mend for note in reading.notes]
    assert read(tmp_path, currency="USD").catalogue.value[0] == (F(25, 2), F(25, 2))


def test_the_rate_nearest_to_the_day_is_used(tmp_path: Path) -> None:
    small(
        tmp_path,
        parts="part,value,currency\nA,10,EUR\n",
        rates="currency,per,rate,day\nUSD,EUR,1.25,2026-01-15\nUSD,EUR,1.10,2025-03-01\n",
    )
    assert read(tmp_path, currency="USD").catalogue.value[0] == (F(25, 2), F(25, 2))
    assert read(tmp_path, currency="USD", on=date(2025, 4, 1)).catalogue.value[0] == (11, 11)


def test_a_class_gives_typical_content_that_proves_nothing(tmp_path: Path) -> None:
    reading = small(
        tmp_path,
        parts="part,form,class,mass,mass_unit\nM-1,component,Electric traction motor,10,kg\nM-2,component,electric traction motor,,\n",
    )
    c = reading.catalogue
    node = list(c.titles).index("Dy, typical of electric traction motor")
    # The greatest literature value is 0.00679245 kg of dysprosium in a kilogram of motor.
    assert c.mass_kg[node] == (0, F("0.0679245"))
    assert (c.origin[node], c.form[node], c.strength[node]) == (NOT_KNOWN, NOT_KNOWN, Strength.TYPICAL)
    assert (element(c, node, "Dy"), element(c, node, "Nd"), element(c, 0, "Dy")) == (UNKNOWN, NO, UNKNOWN)
    assert c.content_complete[:2].tolist() == [UNKNOWN, UNKNOWN]
    assert c.notes[node][0].startswith("typical of electric traction motor (range of literature values")
    of_second = [row for row, parent in zip(c.child, c.parent, strict=True) if parent == 1]
    assert {c.mass_kg[row] for row in of_second} == {(F(0), None)}


@pytest.mark.parametrize(
    "extra",
    [{"content": "part,element,amount,unit\nM-1,Dy,1,g\n"}, {"bom": "parent,child,quantity\nM-1,M-2,1\n"}],
)
def test_declared_content_and_lines_stand_before_typical_content(
    tmp_path: Path, extra: dict[str, str]
) -> None:
    c = small(tmp_path, parts="part,class\nM-1,electric traction motor\nM-2,\n", **extra).catalogue
    assert not any("typical" in title for title in c.titles)


def test_a_part_counted_by_mass_has_a_kilogram_as_its_unit(tmp_path: Path) -> None:
    reading = small(
        tmp_path,
        parts="part,value,currency\nA,10,USD\nS,2,USD\n",
        bom="parent,child,quantity,unit\nA,S,500,g\n",
    )
    assert reading.catalogue.quantity[0] == (F(1, 2), F(1, 2))
    assert reading.catalogue.mass_kg[1] == (1, 1)
    assert "bom.csv:2, column quantity: 'S' counted in kg: the value in parts is read as that of 1 kg" in map(
        str, reading.notes
    )


def test_shares_of_origin_below_the_whole_leave_it_unknown(tmp_path: Path) -> None:
    reading = small(tmp_path, parts="part,origin\nA,CHN 40 %\nB,CHN 40..60 %; AUS 40..60 %\n")
    assert reading.catalogue.origin.tolist() == [NOT_KNOWN, MIXED]
    assert reading.notes[0].what == "shares of origin stay below 100 %, so the origin counts as unknown"


MOVES = "move,part,from,to,on,exporter,end_user,civil,military_ai,logic_node_nm,knows_risk,transfer\n"


def test_parties_are_joined_to_their_moves(tmp_path: Path) -> None:
    moves = small(
        tmp_path,
        parts="part\nM-1\n",
        parties="party,name,country,military,lists,listed_owner_share\n"
        "L,Ling Exports,China,no,none,\nA,Akiko KK,日本,,cn-watch-list,49.99 %\n",
        moves=MOVES + "1,M-1,CHN,Japan,2026-01-15,L,A,yes,unknown,14,no,sale\n2,,DEU,unknown,,,A,,,,,\n",
    ).moves
    assert moves.names == ("1", "2")
    assert moves.on == (date(2026, 1, 15), None)
    assert moves.part == ("M-1", None)
    place = moves.countries.index
    assert moves.codes["from"].tolist() == [place("CHN"), place("DEU")]
    assert moves.codes["to"].tolist() == [place("JPN"), -2]
    assert moves.codes["exporter.country"].tolist() == [place("CHN"), -1]
    assert moves.codes["transfer"].tolist() == [0, -1]
    assert moves.truths["exporter.military"].tolist() == [NO, -1]
    assert moves.truths["end_user.military"].tolist() == [-1, -1]
    assert moves.truths["use.wmd"].tolist() == [NO, -1]
    assert moves.truths["use.military_ai"].tolist() == [UNKNOWN, -1]
    assert moves.truths["knows.risk"].tolist() == [NO, -1]
    assert moves.numbers["use.logic_node_nm"][0] == (14, 14)
    assert moves.numbers["end_user.listed_owner_share"][0] == (F(4999, 10000), F(4999, 10000))
    assert moves.numbers["exporter.listed_owner_share"][1] == (0, None)
    assert moves.texts["end_user.name"] == ("Akiko KK", "Akiko KK")
    assert moves.lists["exporter.lists"] == ((), None)
    assert moves.lists["end_user.lists"] == (("cn-watch-list",),) * 2
    assert list(moves.where) == ["moves.csv:2", "moves.csv:3"]


def test_all_faults_of_all_tables_come_at_once_in_order(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        small(
            tmp_path,
            parts="part,origin,value\nA,Chian,1 USD\nA,CHN,-1 USD\n",
            bom="parent,child,quantity\nA,B,1\n",
            content="part,element,amount,unit\nA,Dj,1,g\n",
        )
    assert [fault.where for fault in caught.value.faults] == [
        "parts.csv:2, column origin",
        "parts.csv:3, column part",
        "parts.csv:3, column value",
        "bom.csv:2, column child",
        "content.csv:2, column element",
    ]


def test_a_large_catalogue_keeps_many_faults_short(tmp_path: Path) -> None:
    rows = "\n".join(f"P{n},x{n} USD" for n in range(5000))
    with pytest.raises(BadInput) as caught:
        small(tmp_path, parts=f"part,value\n{rows}\n")
    assert len(caught.value.faults) == 101
    assert (
        str(caught.value.faults[-1])
        == "parts.csv:102, column value: 4900 more rows from here on do not fit either"
    )


def test_order_of_rows_changes_nothing_but_the_order(tmp_path: Path, english: Reading) -> None:
    turned = {name: [rows[0], *reversed(rows[1:])] for name, rows in ENGLISH.items()}
    c, d = english.catalogue, read(write_csv(tmp_path, turned)).catalogue
    node = [list(d.names).index(name) for name in c.names]
    assert np.array_equal(d.elements[node], c.elements)
    assert [d.value[row] for row in node] == [c.value[row] for row in range(len(c))]
    lines = {(d.names[a], d.names[b]) for a, b in zip(d.parent, d.child, strict=True)}
    assert lines == {(c.names[a], c.names[b]) for a, b in zip(c.parent, c.child, strict=True)}


def whats(reading: Reading) -> list[str]:
    return [str(note) for note in reading.notes if "lines are taken" not in note.what]


def test_content_and_lines_heavier_or_dearer_than_their_part_are_noted(tmp_path: Path) -> None:
    reading = small(
        tmp_path,
        parts="part,mass,mass_unit,value,currency\nA,1,kg,10,USD\nB,2,kg,8,USD\n",
        bom="parent,child,quantity\nA,B,2\n",
        content="part,element,amount,unit,value,currency\nB,Dy,3000,g,9,USD\n",
    )
    assert whats(reading) == [
        "parts.csv:2, column mass: the lines of 'A' weigh more than the part itself (1 part in all). Look at quantities and units",
        "parts.csv:2, column value: the lines of 'A' are worth more than the part itself (1 part in all). Look at quantities and units",
        "content.csv:2, column amount: the content of 'B' weighs more than the part itself (1 part in all). Look at the units",
        "content.csv:2, column value: the content of 'B' is worth more than the part itself (1 part in all). Look at the units",
    ]


def test_shares_above_the_whole_and_above_the_formula_are_noted(tmp_path: Path) -> None:
    reading = small(
        tmp_path,
        parts="part,form\nA,oxide\nB,alloy\n",
        content="part,element,amount,unit,value,currency\nA,Dy,90,%,1,USD\nB,Nd,60,%,1,USD\nB,Fe,50,%,1,USD\n",
    )
    assert whats(reading) == [
        "content.csv:2, column amount: oxides hold at most 87.13 % Dy by mass. Look at the amount",
        "content.csv:3, column amount: the shares in 'B' add up to 110 % (1 part in all). Look at the units",
    ]


def test_us_classifications_of_parts_and_of_what_is_inside_are_labels(tmp_path: Path) -> None:
    (tmp_path / "parts.csv").write_text(
        "part,form,origin,value,currency,eccn,item kind,melted in,datacentre,made with magnet\n"
        "motor,component,JPN,200,USD,EAR99,other,JPN,,JPN\nchip,component,USA,24,USD,3A001.a.5.a,,,yes,\nboard,component,USA,,USD,none,,,,\n",
        encoding="utf-8",
    )
    (tmp_path / "bom.csv").write_text("parent,child,quantity\nmotor,chip,1\n", encoding="utf-8")
    (tmp_path / "content.csv").write_text(
        "part,name,elements,amount,unit,origin,eccn\nchip,gold wire,,1,mg,USA,EAR99\n", encoding="utf-8"
    )
    catalogue = read(tmp_path).catalogue
    number = {name: i for i, name in enumerate(catalogue.names)}
    eccn = catalogue.labels["item.eccn"]
    assert eccn[number["motor"]] == ("EAR99",)
    assert eccn[number["chip"]] == ("3A001.a.5.a",)
    assert eccn[number["board"]] == ()
    assert eccn[catalogue.parts] == ("EAR99",)
    assert catalogue.labels["item.kind"] == {number["motor"]: ("other",)}
    assert catalogue.countries[catalogue.places["item.melted_in"][number["motor"]]] == "JPN"
    assert catalogue.claims["item.datacentre"].tolist()[: catalogue.parts] == [NOT_KNOWN, YES, NOT_KNOWN]
    assert catalogue.codes == {}
