"""Every kind of fault in law files: found, placed by line and column, with the nearest word."""

from pathlib import Path

import pytest

from monazite.readers.law import find_faults, read_book
from monazite.terms.faults import BadInput
from tests.regime.small_book import FILES, MEASURE, PARTIES, TABLE, changed, faults, write_book

ONE, TWO = "cn/measures/one.yaml", "cn/measures/two.yaml"
ANNEX, PARTY, GROUP = "cn/items/annex.csv", "cn/parties/list.yaml", "cn/groups.yaml"
EXEMPT = "{use.humanitarian: yes}"
ACT = "  - {act: suspended, on: [cn-one], from: 2030-03-01, through: 2030-06-30, source: text}"
LICENCE = "    effect: licence\n"

# (file, as it stands, as it is changed, what is said)
KEYS = [
    (ONE, "number:", "nubmer:", f"""\
{ONE}:1:1: measure wants 'number'. How the authority numbers it
{ONE}:3:1: measure has no 'nubmer'. Did you mean 'number'?"""),
    (ONE, "    cite: clause 1", "    cit: clause 1", f"""\
{ONE}:25:5: provision wants 'cite'. How a lawyer cites it
{ONE}:26:5: provision has no 'cit'. Did you mean 'cite'?"""),
    (ONE, "authority: cn-mofcom\n", "", f"{ONE}:1:1: measure wants 'authority'. Id of the authority"),
    (ONE, "    says: A licence is needed.\n", "", f"{ONE}:25:5: provision wants 'says'. One plain sentence of ours"),
    (ONE, LICENCE, LICENCE + "    effect: ban\n", f"{ONE}:29:5: 'effect' is given twice. Keep one"),
    (ONE, "is: announced", "is: anounced", f"{ONE}:34:14: 'anounced' is not one of the values allowed here. Did you mean 'announced'?"),
    (ONE, "grade: text", "grade: rumour",
     f"{ONE}:9:62: 'rumour' is not one of the values allowed here. Allowed: text, official digest, memo, press, derived"),
    (ONE, 'url: "http://example.org/1", ', "", f"{ONE}:9:9: source 'text' says not where it can be read. Give 'url' or 'where'"),
    (TWO, "acts:", "also_on:\n  - {measure: cn-x, titel: x}\nacts:", f"""\
{TWO}:11:5: outside wants 'title'. What it is
{TWO}:11:21: outside has no 'titel'. Did you mean 'title'?"""),
    (TWO, "act: suspended", "act: suspend", f"{TWO}:11:11: 'suspend' is not one of the values allowed here. Did you mean 'suspended'?"),
    (TWO, "act: suspended", "act: uncertain", f"""\
{TWO}:11:5: an uncertain act wants 'question'
{TWO}:11:5: an uncertain act wants 'readings'
{TWO}:11:5: an uncertain act wants 'settled_by'
{TWO}:11:5: an uncertain act wants 'says'"""),
    (TWO, ACT, "  - {act: uncertain, on: [cn-one], from: 2030-03-01, source: text, question: q, says: s, settled_by: d,\n"
               "     readings: [{id: A, says: s, source: text}, {id: B, is: suspended, says: s, source: text}]}",
     f"{TWO}:11:5: reading A wants 'is'. Say how the provisions stand under it"),
]  # fmt: skip
DAYS = [
    (ONE, "published: 2030-01-01", "published: 2030-1-1", f"{ONE}:6:12: '2030-1-1' is not a day. Write it YYYY-MM-DD"),
    (ONE, "from: 2030-02-01}\n    source: text\n  - id: \"3\"", "from: 1 Feb 2030}\n    source: text\n  - id: \"3\"",
     f"{ONE}:45:30: '1 Feb 2030' is not a day. Write it YYYY-MM-DD"),
    (TWO, "from: 2030-03-01, through: 2030-06-30", "from: 2030-07-01, through: 2030-06-30",
     f"{TWO}:11:63: 'through' 2030-06-30 is before 'from' 2030-07-01. Both are inclusive"),
]  # fmt: skip
CONDITIONS = [
    (ONE, "outside: [CHN]", "outside: [NO]", f"{ONE}:23:27: there is no country or group 'NO'. Did you mean 'NOR'?"),
    (ONE, "outside: [CHN]", "outside: [CHN, eas]", f"{ONE}:23:32: there is no country or group 'eas'. Did you mean 'east'?"),
    (ONE, EXEMPT, "{made_with: {activities: [mining], technology_from: [NO]}}",
     f"{ONE}:53:64: there is no country or group 'NO'. Did you mean 'NOR'?"),
    (ONE, EXEMPT, "{content: {on: annex, origin: [NO], at_least: 1/10}}",
     f"{ONE}:53:42: there is no country or group 'NO'. Did you mean 'NOR'?"),
    (ONE, "{outside: [CHN]}", "{notin: [CHN]}", f"""\
{ONE}:23:16: wants either 'in' or 'outside' with countries
{ONE}:23:17: 'notin' is not an argument here. Allowed: in, outside"""),
    (ONE, "use.humanitarian", "use.humanitarain", f"{ONE}:53:12: 'use.humanitarain' is no predicate. Did you mean 'use.humanitarian'?"),
    (ONE, "use.humanitarian: yes", "use.humanitarian: maybe", f"{ONE}:53:30: 'use.humanitarian' wants yes or no"),
    (ONE, "{item: {on: annex}}", "{item: {on: anex}}", f"{ONE}:32:23: there is no item list 'cn-one/anex'. Did you mean 'cn-one/annex'?"),
    (ONE, "{definition: abroad}", "{definition: aboard}",
     f"{ONE}:31:24: there is no definition 'cn-one/aboard'. Did you mean 'cn-one/abroad'?"),
    (ONE, "on: [cn-list]}}", "on: [cn-lst]}}", f"{ONE}:43:44: there is no party list 'cn-lst'. Did you mean 'cn-list'?"),
    (ONE, "roles: [end_user]", "roles: [enduser]", f"{ONE}:43:12: 'enduser' is no role. Did you mean 'end_user'?"),
    (ONE, "{definition: abroad}", "{definition: abroad, crosses_border: yes}",
     f"{ONE}:31:11: a condition is one of all, any, not or a predicate with its argument. Write one key here; join several with 'all'"),
    (ONE, EXEMPT, "{all: {crosses_border: yes}}", f"{ONE}:53:17: 'all' wants a list of conditions. Write one '- ' item a condition"),
    (ONE, EXEMPT, "{use.memory_layers: {at_least: many}}",
     f"{ONE}:53:42: 'many' is not a number. Write a whole number or a fraction such as 1/1000"),
    (ONE, EXEMPT, "{use.memory_layers: {at_leest: 5}}",
     f"{ONE}:53:32: 'at_leest' is not an argument here. Did you mean 'at_least'?"),
    (ONE, EXEMPT, "{use.memory_layers: {at_least: 5, at_most: 9}}",
     f"{ONE}:53:31: wants one comparator with a limit. Allowed: at_least, more_than, at_most, less_than"),
    (ONE, EXEMPT, "{content: {on: annex, origin: [CHN], at_most: 1/10}}",
     f"{ONE}:53:12: a share of content is at_least or more_than a limit"),
    (ONE, EXEMPT, "{content: {on: annex, origin: [CHN], at_least: 0.1 %}}",
     f"{ONE}:53:58: '0.1 %' is not a number. Write a whole number or a fraction such as 1/1000"),
    (ONE, EXEMPT, "{form: {in: [magnt]}}", f"{ONE}:53:24: 'magnt' is not one of its values. Did you mean 'magnet'?"),
    (ONE, EXEMPT, "{inside: {party: {roles: [end_user], on: [cn-list]}}}",
     f"{ONE}:53:21: 'party' is no fact of an item. Inside 'inside', test the item only"),
    (ONE, EXEMPT, "{inside: {end_user.military: yes}}",
     f"{ONE}:53:21: 'end_user.military' is no fact of an item. Inside 'inside', test the item only"),
    (ONE, EXEMPT, "{made_with: {activities: [minning], technology_from: [CHN]}}",
     f"{ONE}:53:12: 'minning' is no rare-earth activity. Did you mean 'mining'?"),
    (ONE, EXEMPT, "{party: {roles: [end_user], owned_by: [cn-list]}}",
     f"{ONE}:53:19: wants one comparator with a limit. Allowed: at_least, more_than, at_most, less_than"),
    (ONE, EXEMPT, "{mass: {at_least: 5}}",
     f"{ONE}:53:12: 'mass' cannot be tested by itself. Allowed: item, origin, content, reason, inside, made_with, party, definition"),
]  # fmt: skip
REFERENCES = [
    (ONE, '- id: "2"', '- id: "1"', f"{ONE}:37:5: provision 'cn-one/1' is given twice. It stands first at {ONE}:25:5"),
    (ONE, "provisions:", "  - {id: abroad, says: s, source: text, when: {crosses_border: yes}}\nprovisions:",
     f"{ONE}:24:5: definition 'cn-one/abroad' is given twice. It stands first at {ONE}:20:5"),
    (TWO, "measure: cn-two", "measure: cn-one", f"{TWO}: measure 'cn-one' stands in {ONE} too. Keep one file"),
    (ONE, 'on: ["1"]', 'on: ["9"]', f"{ONE}:37:5: there is no provision 'cn-one/9'. Did you mean 'cn-one/3'?"),
    (ONE, 'clears: ["1"]', 'clears: ["2"]', f"{ONE}:47:5: 'cn-one/2' is no requirement. An exception clears licence or ban provisions"),
    (ONE, 'clears: ["1"]', 'clears: ["1"]\n    overrides: ["8"]',
     f"{ONE}:47:5: there is no provision 'cn-one/8'. Did you mean 'cn-one/3'?"),
    (ONE, LICENCE, LICENCE + '    clears: ["2"]\n', f"{ONE}:29:5: a licence takes no 'clears'"),
    (ONE, LICENCE, LICENCE + "    gives: certificate\n", f"{ONE}:29:5: a licence takes no 'gives'"),
    (ONE, "    gives: refused in principle\n", "", f"{ONE}:37:5: a policy wants 'gives'. Name the outcome"),
    (ONE, "      - {is: in force, from: 2030-02-01}\n    source: text", "      - {is: in force, from: 2030-02-01}\n    source: txt",
     f"{ONE}:36:13: 'txt' is no source of this measure. Did you mean 'text'?"),
    (ONE, LICENCE, LICENCE + "    reading: {question: caried, id: A}\n",
     f"{ONE}:25:5: there is no question 'caried'. Did you mean 'carried'?"),
    (ONE, LICENCE, LICENCE + "    reading: {question: carried, id: C}\n", f"{ONE}:25:5: there is no reading 'C'. Allowed: A, B"),
    (TWO, "on: [cn-one]", "on: [cn-oone]", f"{TWO}:11:5: there is no provision or measure 'cn-oone'. Did you mean 'cn-one'?"),
    (TWO, "on: [cn-one]", "on: [cn-one/12]", f"{TWO}:11:5: there is no provision or measure 'cn-one/12'. Did you mean 'cn-one/2'?"),
    (TWO, ACT, ACT + "\n  - {act: lapsed, on: [cn-one/1], from: 2030-05-01, source: text}",
     f"{TWO}:12:5: 'cn-one/1' is 'lapsed' and 'suspended' on the same days. "
     f"Both became known on 2030-03-01; the other stands at {TWO}:11:5"),
    (ONE, "from: 2030-02-01}", "from: 2030-01-31}",
     f"{ONE}:35:9: 'cn-one/1' is 'in force' and 'announced' on the same days. "
     f"Both became known on 2030-01-01; the other stands at {ONE}:34:9"),
]  # fmt: skip
FORM = [
    (ONE, "title: {en: First measure}", "title: &a {en: First measure}\nnote: *a",
     f"{ONE}:4:8: an alias repeats this value elsewhere. Write it out in both places"),
    (ONE, "title: {en: First measure}", "title: {<<: {a: b}, en: x}", f"{ONE}:4:9: '<<' merges another mapping. Write the fields out"),
    (ONE, "items/annex.csv", "items/anex.csv",
     f"{ONE}:11:44: there is no table 'items/anex.csv'. Tables stand in cn/items/"),
    (ONE, "items/annex.csv", "../../other.csv",
     f"{ONE}:11:44: there is no table '../../other.csv'. Tables stand in cn/items/"),
    (TWO, "acts:", "\tacts:", f"{TWO}:10:1: is not YAML: found character that cannot start any token. Indent with spaces"),
    (TWO, "title: {en: Second measure}", "title: {en: Second measure",
     f"{TWO}:5:10: is not YAML: did not find expected ',' or '}}'. Check the indentation and quotes here"),
]  # fmt: skip
TABLES = [
    (ANNEX, "dysprosium,2805", "dysprosium", f"{ANNEX}:2: 10 cells where 11 are wanted. Quote cells that hold a comma"),
    (ANNEX, "metal|alloy", "metall|alloy", f"{ANNEX}:2: 'metall' is no form. Did you mean 'metal'?"),
    (ANNEX, ",Dy,,dys", ",Dyy,,dys", f"{ANNEX}:2: 'Dyy' is no element of the book. Did you mean 'Dy'?"),
    (ANNEX, "NdFeB", "NdFeBo", f"{ANNEX}:3: 'NdFeBo' is no family of magnet. Did you mean 'NdFeB'?"),
    (ANNEX, "magnet,,magnet", "dy,,magnet", f"{ANNEX}:3: line 'dy' is given twice. It stands first at {ANNEX}:2"),
    (ANNEX, "text,,no", "text,,maybe", f"{ANNEX}:3: column certain says 'maybe'. Write no where the wording of the line was not seen"),
    (ANNEX, "line,code", "line,cod", f"{ANNEX}:1: column 'cod' is not known. Did you mean 'code'?"),
    (ANNEX, "dysprosium", "", f"{ANNEX}:2: column says is empty. Every line wants its form, sentence and source"),
    (ANNEX, "2805,text", "2805,txt", f"{ANNEX}:2: 'txt' is no source of the measure. Sources: text"),
    (ANNEX, "dy,1C001", ",1C001", f"{ANNEX}:2: the line has no id. Fill the column 'line'"),
]  # fmt: skip
PARTIES_AND_GROUPS = [
    (PARTY, "from: 2030-01-01", "from: soon", f"{PARTY}:11:33: 'soon' is not a day. Write it YYYY-MM-DD"),
    (PARTY, "is: listed", "is: listd", f"{PARTY}:11:19: 'listd' is not one of the values allowed here. Did you mean 'listed'?"),
    (PARTY, "{en: Nobody Ltd}", "{}", f"{PARTY}:7:5: an entry wants 'name' and 'status'"),
    (GROUP, "from: 2030-01-01", "from: 2030-01", f"{GROUP}:6:30: '2030-01' is not a day. Write it YYYY-MM-DD"),
]  # fmt: skip


def check(folder: Path, file: str, old: str, new: str, said: str) -> None:
    assert "\n".join(faults(folder, changed(file, old, new))) == said


def test_the_small_book_has_no_fault(tmp_path: Path) -> None:
    assert faults(tmp_path) == []


@pytest.mark.parametrize(("file", "old", "new", "said"), KEYS)
def test_keys_and_words_are_closed(tmp_path: Path, file: str, old: str, new: str, said: str) -> None:
    check(tmp_path, file, old, new, said)


@pytest.mark.parametrize(("file", "old", "new", "said"), DAYS)
def test_a_day_is_a_whole_iso_day(tmp_path: Path, file: str, old: str, new: str, said: str) -> None:
    check(tmp_path, file, old, new, said)


@pytest.mark.parametrize(("file", "old", "new", "said"), CONDITIONS)
def test_conditions_are_a_closed_language(tmp_path: Path, file: str, old: str, new: str, said: str) -> None:
    check(tmp_path, file, old, new, said)


@pytest.mark.parametrize(("file", "old", "new", "said"), REFERENCES)
def test_references_lead_somewhere_and_ids_are_given_once(
    tmp_path: Path, file: str, old: str, new: str, said: str
) -> None:
    check(tmp_path, file, old, new, said)


@pytest.mark.parametrize(("file", "old", "new", "said"), FORM)
def test_files_are_plain_yaml(tmp_path: Path, file: str, old: str, new: str, said: str) -> None:
    found = faults(tmp_path, changed(file, old, new))
    assert "\n".join(found) == said


@pytest.mark.parametrize(("file", "old", "new", "said"), TABLES)
def test_item_tables_are_whole_and_closed(tmp_path: Path, file: str, old: str, new: str, said: str) -> None:
    check(tmp_path, file, old, new, said)


@pytest.mark.parametrize(("file", "old", "new", "said"), PARTIES_AND_GROUPS)
def test_party_lists_and_groups_are_checked(tmp_path: Path, file: str, old: str, new: str, said: str) -> None:
    check(tmp_path, file, old, new, said)


@pytest.mark.parametrize(
    "limit", ["energy>=300", "energy_density_wh_per_kg>=lots", "energy_density_wh_per_kg=300"]
)
def test_a_limit_is_a_property_a_sign_and_a_number(tmp_path: Path, limit: str) -> None:
    (fault,) = faults(tmp_path, changed(ANNEX, "energy_density_wh_per_kg>=300", limit))
    assert fault.startswith(
        f"{ANNEX}:4: '{limit}' is not a limit. Write property>=number; properties: energy_density_wh_per_kg"
    )


@pytest.mark.parametrize("number", ["1.2.3", "1/0", "."])
def test_a_limit_that_is_no_number_is_a_fault_and_no_crash(tmp_path: Path, number: str) -> None:
    (fault,) = faults(tmp_path, changed(ANNEX, ">=300", f">={number}"))
    assert fault.startswith(f"{ANNEX}:4: 'energy_density_wh_per_kg>={number}' is not a limit")


def test_a_quote_that_never_ends_is_a_fault_and_no_crash(tmp_path: Path) -> None:
    found = faults(tmp_path, changed(ANNEX, "dysprosium", '"dysprosium'))
    assert found
    assert found[0].startswith(f"{ANNEX}:")


def test_a_missing_column_is_said_with_all_columns(tmp_path: Path) -> None:
    found = faults(tmp_path, changed(ANNEX, "elements,limits", "elems,limits"))
    assert found == [
        f"{ANNEX}:1: column 'elems' is not known. Did you mean 'elements'?",
        f"{ANNEX}:1: column 'elements' is missing. "
        "Columns: line, code, form, kind, family, elements, limits, says, hs, source, unverified, certain",
    ]


@pytest.mark.parametrize(
    ("file", "old", "new", "word"),
    [
        (PARTY, "    country: JPN", "    contry: JPN", "contry"),
        (PARTY, "    country: JPN", "    country: NO", "NO"),
        (PARTY, "kind: control list", "knd: control list", "knd"),
        (GROUP, "country: JPN", "country: NO", "NO"),
        (GROUP, "    says: the east", "    sais: the east", "sais"),
        (ONE, EXEMPT, "{use.memory_layers: {at_least: 5, foo: 9}}", "foo"),
    ],
)
def test_no_file_of_law_takes_a_word_it_does_not_know(
    tmp_path: Path, file: str, old: str, new: str, word: str
) -> None:
    """Party lists and groups are as closed as measures: a misspelt key is a rule that is not applied."""
    found = faults(tmp_path, changed(file, old, new))
    assert found
    assert file in found[0]
    assert f"'{word}'" in "".join(found)


SECOND_QUESTION = """\
questions:
  - id: carried
    says: another
    readings:
      - {id: "X", says: it does, source: text}
      - {id: "Y", says: it does not, source: text}
    settled_by: an answer
acts:"""


@pytest.mark.parametrize(
    ("file", "old", "new", "word"),
    [
        (TWO, "acts:", SECOND_QUESTION, "carried"),
        (ONE, '{id: "B", says', '{id: "A", says', "A"),
        (
            ONE,
            "questions:",
            "  - {id: annex, title: {en: Annex}, table: items/annex.csv}\nquestions:",
            "annex",
        ),
        (ONE, '- id: "2"', '- id: ""', "id"),
    ],
)
def test_no_two_things_share_an_id(tmp_path: Path, file: str, old: str, new: str, word: str) -> None:
    """Questions of two measures, readings of a question, lists of a measure; and an id is no empty text."""
    found = faults(tmp_path, changed(file, old, new))
    assert found
    assert word in found[0]


def test_no_two_party_lists_share_an_id(tmp_path: Path) -> None:
    assert faults(tmp_path, {"cn/parties/other.yaml": PARTIES})


def test_a_question_has_two_readings_at_least(tmp_path: Path) -> None:
    assert faults(tmp_path / "one", changed(ONE, '      - {id: "B", says: it does not, source: text}\n', ""))
    both = (
        '      - {id: "A", says: it does, source: text}\n      - {id: "B", says: it does not, source: text}\n'
    )
    assert faults(tmp_path / "none", changed(ONE, both, "      []\n"))


def test_definitions_that_name_one_another_in_a_circle_are_a_fault(tmp_path: Path) -> None:
    found = faults(tmp_path, changed(ONE, "when: {to: {outside: [CHN]}}", "when: {definition: abroad}"))
    assert found
    assert "abroad" in found[0]


def test_a_policy_or_duty_attaches_to_requirements_or_exceptions_only(tmp_path: Path) -> None:
    """A policy on a policy would never apply."""
    (fault,) = faults(tmp_path, changed(ONE, 'on: ["1"]', 'on: ["2"]'))
    assert "'cn-one/2' is no requirement" in fault


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("effect: policy", "effect: polcy",
         "40:13: 'polcy' is not one of the values allowed here. Did you mean 'policy'?"),
        ("effect: licence", "effect: license",
         "28:13: 'license' is not one of the values allowed here. Did you mean 'licence'?"),
        ("from: 2030-02-01}", "from: 1 Feb 2030}", "35:30: '1 Feb 2030' is not a day. Write it YYYY-MM-DD"),
        ("through: 2030-01-31", "through: 2029-01-31",
         "34:52: 'through' 2029-01-31 is before 'from' 2030-01-01. Both are inclusive"),
    ],
)  # fmt: skip
def test_one_slip_is_one_fault(tmp_path: Path, old: str, new: str, said: str) -> None:
    """What follows from a word that could not be read is no fault of its own."""
    assert faults(tmp_path, changed(ONE, old, new)) == [f"{ONE}:{said}"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", f"{ONE}: is empty. Write the document, or remove the file"),
        ("- a\n- b\n", f"{ONE}:1:1: a measure is a mapping of keys to values. Keys: measure, regime, number"),
        ("hello\n", f"{ONE}:1:1: a measure is a mapping of keys to values."),
    ],
)
def test_a_file_that_is_no_measure_is_a_fault(tmp_path: Path, text: str, said: str) -> None:
    assert faults(tmp_path, {ONE: text})[0].startswith(said)


def test_a_file_that_is_not_utf_8_says_at_which_line(tmp_path: Path) -> None:
    folder = write_book(tmp_path)
    (folder / ONE).write_bytes(MEASURE.encode().replace(b"First", b"F\xff"))
    assert str(find_faults(folder)[1][0]) == f"{ONE}:4: is not UTF-8 text. Save the file as UTF-8"


def test_all_faults_of_all_files_come_at_once_in_the_order_of_their_places(tmp_path: Path) -> None:
    changes = {
        ONE: FILES[ONE].replace("number:", "nubmer:").replace("use.humanitarian", "use.humanitarain"),
        TWO: FILES[TWO].replace("act: suspended", "act: suspend"),
        ANNEX: TABLE.replace("metal|alloy", "metall"),
    }
    places = [text.split(": ")[0] for text in faults(tmp_path, changes)]
    assert places == [f"{ANNEX}:2", f"{ONE}:1:1", f"{ONE}:3:1", f"{ONE}:53:12", f"{TWO}:11:11"]


def test_a_folder_that_holds_no_law_says_what_is_wanted(tmp_path: Path) -> None:
    with pytest.raises(
        BadInput, match=r"is no folder of law\. Name a folder that holds cn/measures/\*\.yaml"
    ):
        read_book(tmp_path / "nowhere")
    with pytest.raises(BadInput, match="holds no measures"):
        read_book(tmp_path)
