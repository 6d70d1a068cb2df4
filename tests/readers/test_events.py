"""Ledger and tariff ladder from files: every fault at once, with file, row and column, and the way to mend it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from monazite.readers.events import read_ledger
from monazite.readers.law import book_version, find_faults
from monazite.readers.places import find_data
from monazite.readers.tariffs import parse_percent, read_ladder
from monazite.terms.faults import BadInput

SOURCES = """\
key,what,grade,url,where
press,a made-up page,press,http://example.org/page,
law,a made-up text,text,,a made-up gazette
"""
EVENTS = """\
date,actor,lever,direction,magnitude,target,whom,status,unverified,source
2030-02-01,CHN,counter-tariff,escalate,10 % (made up),USA,goods,in force,,"law, article 2;press"
2030-01,USA,tariff,escalate,25 % (made up),CHN;HKG,goods,in force,the day was not checked,press
"""
TARIFFS = """\
says: made-up duties
on_top_of: {USA: the ordinary duty, CHN: the ordinary duty}
not_held: {USA: nothing else, CHN: nothing else}
reviewed_until: 2030-12-31
questions:
  - id: goes-on
    says: Does it go on?
    readings: [{id: A, says: it does}, {id: B, says: it does not}]
    settled_by: a text
    source: [law]
goods:
  - {id: typical, into: [USA, CHN], unlisted: yes, says: a typical good}
  - {id: magnets, into: [USA], says: magnets, codes: [8505.11], source: [law]}
parts:
  - id: one
    into: USA
    of: [CHN]
    base: first base
    reaches: all
    leaves_out:
      - {goods: [magnets], from: 2030-01-01, source: [law]}
    rates:
      - {percent: 10, from: 2030-01-01, through: 2030-06-30, source: ["law, article 1"]}
      - {percent: 10..12.5, from: 2030-07-01, known: 2030-06-01, question: goes-on, reading: A, source: [press]}
      - {percent: 0, from: 2030-07-01, known: 2030-06-01, question: goes-on, reading: B, source: [press]}
"""
FILES = {"sources.csv": SOURCES, "events.csv": EVENTS, "tariffs.yaml": TARIFFS}


def write(folder: Path, **changes: tuple[str, str]) -> Path:
    """The files above with one replacement each; `events=(old, new)` is about `events.csv`."""
    for name, text in FILES.items():
        if (change := changes.get(name.partition(".")[0])) is not None:
            assert text.count(change[0]) >= 1, change
            text = text.replace(*change)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def faults_of(read: Callable[[Path], object], folder: Path) -> list[str]:
    with pytest.raises(BadInput) as bad:
        read(folder)
    return [str(fault) for fault in bad.value.faults]


# -- what is read -----------------------------------------------------------------------------------------------------


def test_events_come_in_the_order_of_their_days_with_their_places(tmp_path: Path) -> None:
    ledger = read_ledger(write(tmp_path))
    assert [(event.printed, event.where) for event in ledger.events] == [
        ("2030-01", "events.csv:3, column date"),
        ("2030-02-01", "events.csv:2, column date"),
    ]
    assert ledger.events[0].targets == ("CHN", "HKG")
    assert [(c.key, c.place) for c in ledger.events[1].sources] == [("law", "article 2"), ("press", "")]
    assert ledger.sources["law"].where == "a made-up gazette"


def test_a_ladder_is_read_with_its_readings(tmp_path: Path) -> None:
    ladder = read_ladder(write(tmp_path))
    assert [rate.reading for rate in ladder.parts[0].rates] == ["", "A", "B"]
    assert ladder.goods["magnets"].codes == ("850511",)


def test_the_files_that_are_shipped_have_no_fault_and_no_source_that_nobody_cites() -> None:
    ledger, ladder = read_ledger(), read_ladder()
    cited = {c.key for event in ledger.events for c in event.sources}
    cited |= {
        c.key for part in ladder.parts for entry in (*part.rates, *part.leaves_out) for c in entry.sources
    }
    cited |= {c.key for goods in ladder.goods.values() for c in goods.sources}
    assert cited == set(ledger.sources)


def test_a_folder_without_measures_is_no_law_and_does_not_change_the_version_of_the_book(
    tmp_path: Path,
) -> None:
    (tmp_path / "cn/measures").mkdir(parents=True)
    (tmp_path / "cn/groups.yaml").write_text("groups: []\n", encoding="utf-8")
    version = book_version(tmp_path)
    (tmp_path / "trade-war").mkdir()
    write(tmp_path / "trade-war")
    assert book_version(tmp_path) == version
    assert not any("trade-war" in fault.where for fault in find_faults(tmp_path)[1])
    (tmp_path / "cn/groups.yaml").write_text("groups:  []\n", encoding="utf-8")
    assert book_version(tmp_path) != version


def test_the_trade_war_lies_beside_the_states_in_the_folder_of_law() -> None:
    folder = find_data("regimes") / "trade-war"
    assert sorted(path.name for path in folder.iterdir()) == ["events.csv", "sources.csv", "tariffs.yaml"]


# -- faults of the ledger ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (("2030-02-01", "1 Feb 2030"),
         "events.csv:2, column date: '1 Feb 2030' is neither a day nor a month. Write it YYYY-MM-DD or YYYY-MM"),
        (("2030-02-01", "2030-02-30"),
         "events.csv:2, column date: '2030-02-30' is neither a day nor a month. Write it YYYY-MM-DD or YYYY-MM"),
        (("2030-01,", "2030-00,"),
         "events.csv:3, column date: '2030-00' is neither a day nor a month. Write it YYYY-MM-DD or YYYY-MM"),
        (("counter-tariff", "counter-tarif"),
         "events.csv:2, column lever: 'counter-tarif' is no lever. Did you mean 'counter-tariff'?"),
        (("tariff,escalate,10", "tariff,escalates,10"),
         "events.csv:2, column direction: 'escalates' is no direction. Did you mean 'escalate'?"),
        ((",CHN;HKG,", ",CHN;Hong Kong,"),
         "events.csv:3, column target: 'Hong Kong' is neither an alpha-3 code nor one of world, EU, WTO, unknown. "
         "Did you mean 'Hong Kong SAR China' (HKG)?"),
        (("2030-01,USA", "2030-01,US"),
         "events.csv:3, column actor: 'US' is neither an alpha-3 code nor one of world, EU, WTO, unknown. "
         "Write an ISO code, such as CHN, or a name in English, German, Chinese or Japanese"),
        ((";press", ";pres"), "events.csv:2, column source: 'pres' is no source. Did you mean 'press'?"),
        (("25 % (made up)", ""), "events.csv:3, column magnitude: is empty. Every row wants it"),
        (("checked,press", "checked,"), "events.csv:3, column source: is empty. Every row wants it"),
        (("in force,,", "in force,"), "events.csv:2: has 9 cells where the header has 10. "
         "Quote cells that hold a comma, and write empty cells too"),
        (("actor,lever", "actor,levr"), "events.csv:1: has no column 'lever'. Columns: date,actor,lever,direction,magnitude,"
         "target,whom,status,unverified,source"),
    ],
)  # fmt: skip
def test_a_bad_row_is_said_with_file_row_and_column(
    tmp_path: Path, change: tuple[str, str], fault: str
) -> None:
    assert fault in faults_of(read_ledger, write(tmp_path, events=change))


def test_all_faults_of_the_ledger_come_at_once_in_the_order_of_their_places(tmp_path: Path) -> None:
    write(tmp_path, sources=(",press,", ",pres,"), events=("escalate", "up"))
    assert faults_of(read_ledger, tmp_path) == [
        "events.csv:2, column direction: 'up' is no direction. Allowed: escalate, conciliate, neutral",
        "events.csv:3, column direction: 'up' is no direction. Allowed: escalate, conciliate, neutral",
        "sources.csv:2, column grade: 'pres' is no grade. Did you mean 'press'?",
    ]


def test_an_event_that_stands_twice_is_a_fault(tmp_path: Path) -> None:
    again = EVENTS.splitlines(keepends=True)[-1]
    write(tmp_path, events=(again, again + again))
    assert faults_of(read_ledger, tmp_path) == [
        "events.csv:4, column date: the event stands at events.csv:3, column date too. Keep one"
    ]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (("law,a", "press,a"), "sources.csv:3, column key: 'press' is given twice. Keep one"),
        (("a made-up gazette", ""), "sources.csv:3, column url: source 'law' says not where it can be read. Give 'url' or 'where'"),
        (("law,a", '"law;2",a'), "sources.csv:3, column key: 'law;2' holds a mark that citations use. Write it without , and ;"),
        (("a made-up text", ""), "sources.csv:3, column what: is empty. Every row wants it"),
    ],
)  # fmt: skip
def test_a_bad_source_is_said_with_file_row_and_column(
    tmp_path: Path, change: tuple[str, str], fault: str
) -> None:
    assert fault in faults_of(read_ledger, write(tmp_path, sources=change))


def test_a_folder_without_the_files_says_which_are_missing(tmp_path: Path) -> None:
    missing = "cannot be read: No such file or directory. Check the path"
    events, sources, tariffs = (
        f"{tmp_path / name}: {missing}" for name in ("events.csv", "sources.csv", "tariffs.yaml")
    )
    assert faults_of(read_ledger, tmp_path) == [events, sources]
    assert faults_of(read_ladder, tmp_path) == [sources, tariffs]


# -- faults of the ladder ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (("percent: 10,", "percent: 10 %,"),
         "tariffs.yaml:23:19: '10 %' is no rate. Write per cent, such as 10, 12.5, 10..12.5, 50.. or unknown"),
        (("10..12.5", "12.5..10"), "tariffs.yaml:24:19: '12.5..10' ends below where it begins. Write the lower end first"),
        (("through: 2030-06-30", "through: 2029-06-30"),
         "tariffs.yaml:23:50: 'through' 2029-06-30 is before 'from' 2030-01-01. Both are inclusive"),
        (("from: 2030-01-01, through", "from: Jan 2030, through"), "tariffs.yaml:23:29: 'Jan 2030' is not a day. Write it YYYY-MM-DD"),
        (("goods: [magnets]", "goods: [magnet]"), "tariffs.yaml:21:18: 'magnet' is no group of goods. Did you mean 'magnets'?"),
        (("reaches: all", "reach: all"), "tariffs.yaml:19:5: a part has no 'reach'. Did you mean 'reaches'?"),
        (("reaches: all", "note: none"), "tariffs.yaml:15:5: a part wants 'reaches' or 'reaches_some_of'. Write all, or groups of goods"),
        (("into: USA", "into: US"), "tariffs.yaml:16:11: 'US' is not one of the values allowed here. Did you mean 'USA'?"),
        (("reading: A", "reading: C"), "tariffs.yaml:24:94: 'C' is not one of the values allowed here. Allowed: A, B"),
        (("question: goes-on, reading: A", "reading: A"), "tariffs.yaml:24:9: 'question' and 'reading' go together. Give both or neither"),
        (("question: goes-on, reading: A", "question: goes-no, reading: A"),
         "tariffs.yaml:24:76: there is no question 'goes-no'. Did you mean 'goes-on'?"),
        (("known: 2030-06-01, question: goes-on, reading: B", "known: 2030-06-01"),
         "tariffs.yaml:25:9: two rates of one day became known on 2030-06-01. Give 'through' or 'known', or a reading to each"),
        (('"law, article 1"', "lw"), "tariffs.yaml:23:71: 'lw' is no source. Did you mean 'law'?"),
        (("codes: [8505.11]", "codes: [magnet]"),
         "tariffs.yaml:13:55: 'magnet' is no customs code. Write four to ten digits, such as 8505.11"),
        (("codes: [8505.11], source: [law]", "codes: [8505.11]"),
         "tariffs.yaml:13:5: a group of goods wants 'source'. Say where the group stands"),
        (("{id: magnets,", "{id: typical,"), "tariffs.yaml:1:1: group of goods 'typical' is given 2 times. Keep one"),
        (("not_held: {USA: nothing else, CHN: nothing else}", "not_held: {USA: nothing else}"),
         "tariffs.yaml:3:11: wants a text for each of USA, CHN and for no other. Write one each"),
        (("reviewed_until: 2030-12-31\n", ""), "tariffs.yaml:1:1: a ladder wants 'reviewed_until'. "
         "Keys it wants: says, on_top_of, not_held, reviewed_until, goods, parts"),
        (("says: made-up duties", "says: [made-up"), "tariffs.yaml:2:10: is not YAML: did not find expected ',' or ']'. "
         "Check the indentation and quotes here"),
    ],
)  # fmt: skip
def test_a_bad_rate_is_said_with_file_line_and_column(
    tmp_path: Path, change: tuple[str, str], fault: str
) -> None:
    assert fault in faults_of(read_ladder, write(tmp_path, tariffs=change))


def test_a_rate_without_an_end_is_no_fault_where_a_later_one_became_known(tmp_path: Path) -> None:
    write(tmp_path, tariffs=("through: 2030-06-30, source", "source"))
    assert read_ladder(tmp_path).parts[0].rates[0].span.stop is None


def test_all_faults_of_the_ladder_come_at_once(tmp_path: Path) -> None:
    write(tmp_path, tariffs=("source: [press]}", "source: [pres], is: stopped}"))
    assert faults_of(read_ladder, tmp_path) == [
        "tariffs.yaml:24:106: 'pres' is no source. Did you mean 'press'?",
        "tariffs.yaml:24:117: 'stopped' is not one of the values allowed here. Allowed: in force, announced, suspended, lapsed",
        "tariffs.yaml:25:99: 'pres' is no source. Did you mean 'press'?",
        "tariffs.yaml:25:110: 'stopped' is not one of the values allowed here. Allowed: in force, announced, suspended, lapsed",
    ]


@pytest.mark.parametrize("text", ["", "ten", "-1", "10%", "..10", "1e2", "10...12", "0.1.2", "10 .. 12"])
def test_a_rate_is_written_in_plain_figures(text: str) -> None:
    with pytest.raises(ValueError, match="is no rate"):
        parse_percent(text)
