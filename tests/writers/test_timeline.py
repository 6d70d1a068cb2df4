"""The law in time as text, as plain data and as a page, from a small made-up book."""

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from monazite.determine.cases import Case
from monazite.determine.coverage import Exercise
from monazite.regime.book import Book
from monazite.regime.events import Citation, Direction, Event, parse_span
from monazite.regime.model import Grade, Source, Status
from monazite.regime.timeline import knowledge_days, timeline
from monazite.terms.located import Located
from monazite.writers import timeline_page
from monazite.writers.plain import plain
from monazite.writers.timeline import GLYPHS, Ruler, plain_timeline, timeline_lines
from monazite.writers.timeline_page import render_timeline_page
from monazite.writers.words import word, words
from tests.regime.small_book import small_book
from tests.regime.test_status import LATER
from tests.writers.test_report import Page

FIRST, LAST, ON = date(2029, 11, 1), date(2030, 12, 31), date(2030, 8, 15)
EVENTS = tuple(
    Event(
        printed=printed, span=parse_span(printed), actors=("CHN",), lever=lever, direction=direction, magnitude=f"made up <{lever}>",
        targets=("world",), whom="", status="goes on", unverified="no text was seen", sources=(Citation("made-up", "page 2"),),
    )
    for printed, lever, direction in [
        ("2030-02-03", "deal", Direction.CONCILIATE), ("2030-02-04", "tariff", Direction.ESCALATE), ("2030-09", "call", Direction.NEUTRAL),
    ]
)  # fmt: skip
SOURCES = {"made-up": Source(key="made-up", what="a made-up source", grade=Grade.PRESS, url="http://example.org/e")}  # fmt: skip


@pytest.fixture(scope="module")
def law(tmp_path_factory: pytest.TempPathFactory) -> Book:
    return small_book(tmp_path_factory.mktemp("law"), {"cn/measures/three.yaml": LATER})


def lines(law: Book, known_on: date | None = None, **more: object) -> list[str]:
    lanes = timeline(law, law.provisions.values(), FIRST, LAST, known_on=known_on, measures=law.measures)
    return timeline_lines(law, lanes, FIRST, LAST, on=ON, known_on=known_on, **more)  # type: ignore[arg-type]


# -- text ------------------------------------------------------------------------------------------------------


def test_the_bars_in_a_terminal(law: Book, golden: Callable[[str, str], None]) -> None:
    text = "\n".join(lines(law, provisions=True, days=True, events=EVENTS)) + "\n"
    golden("timeline.txt", text.replace(law.version, "VERSION"))


@pytest.mark.parametrize("width", [60, 100, 140])
def test_no_line_is_wider_than_the_terminal(law: Book, width: int) -> None:
    assert max(map(len, lines(law, provisions=True, days=True, events=EVENTS, width=width))) <= width


def test_what_was_not_known_is_not_shown(law: Book) -> None:
    before = "\n".join(lines(law, date(2030, 2, 28), provisions=True))
    assert "uncertain" not in before
    assert "suspended" not in before
    assert "cn-three" not in before
    assert "Nothing of it was known then." in lines(law, date(2029, 12, 31))


def test_every_status_has_a_sign_of_its_own() -> None:
    assert GLYPHS.keys() == set(Status)
    assert len(set(GLYPHS.values())) == len(Status)


def test_colours_change_no_letter(law: Book) -> None:
    painted = "\n".join(lines(law, provisions=True, colour=True))
    assert re.sub(r"\033\[\d+m", "", painted) == "\n".join(lines(law, provisions=True))


@pytest.mark.parametrize("columns", [7, 68, 1000])
def test_every_day_has_one_column(columns: int) -> None:
    ruler = Ruler(first=FIRST, last=LAST, columns=columns)
    for number in range((LAST - FIRST).days + 1):
        day = date.fromordinal(FIRST.toordinal() + number)
        column = ruler.column(day)
        assert column is not None
        assert day in ruler.days(column)
    assert ruler.column(date.fromordinal(FIRST.toordinal() - 1)) is None


# -- plain data ------------------------------------------------------------------------------------------------


def test_plain_data_says_days_as_files_do(law: Book) -> None:
    lanes = timeline(law, law.provisions.values(), FIRST, LAST)
    days = knowledge_days(law, law.provisions.values())
    made = plain(plain_timeline(law, lanes, FIRST, LAST, on=ON, knowledge_days=days, events=EVENTS))
    found = json.loads(json.dumps(made))
    one = next(p for m in found["measures"] for p in m["provisions"] if p["provision"] == "cn-one/1")
    assert [(s["status"], s["from"], s["through"]) for s in one["stretches"]] == [
        ("announced", "2030-01-01", "2030-01-31"),
        ("in force", "2030-02-01", "2030-02-28"),
        ("suspended", "2030-03-01", "2030-06-30"),
        ("uncertain", "2030-07-01", "2030-09-30"),
        ("in force", "2030-10-01", None),
    ]
    assert one["stretches"][3]["readings"] == {"A": "suspended", "B": "in force"}
    assert found["questions"]["goes-on"]["settled_by"] == "a text"
    assert found["knowledge_days"] == ["2030-01-01", "2030-03-01", "2030-06-15"]
    assert [event["printed"] for event in found["events"]] == ["2030-02-03", "2030-02-04", "2030-09"]


# -- the page --------------------------------------------------------------------------------------------------


def page_of(law: Book, **more: object) -> str:
    return render_timeline_page(
        law, law.provisions.values(), FIRST, LAST, on=ON, measures=law.measures, **more
    )  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def page(law: Book) -> str:
    case = Case(
        title="A <made-up> case", turns_on="to", source="", facts=Located(""), expect={}, where="a.yaml:3"
    )
    cases = {"cn-one/1": [Exercise(case=case, truth=2, named=True)] * 9}
    return page_of(law, events=EVENTS, event_sources=SOURCES, cases=cases)


def test_the_page_asks_no_host_for_anything(page: str) -> None:
    found = Page(page).links
    assert {(tag, name) for tag, name, value in found if not value.startswith("#")} == {("a", "href")}
    assert "default-src 'none'" in page
    assert "@import" not in page
    assert not re.search(r"url\((?!#)", page)


def test_every_link_inside_the_page_leads_somewhere(page: str) -> None:
    ids = set(re.findall(r'\bid="([^"]+)"', page))
    inside = [value[1:] for _, name, value in Page(page).links if name == "href" and value.startswith("#")]
    assert inside
    assert set(inside) <= ids


def test_the_data_are_json_and_hold_every_day_of_knowledge(law: Book, page: str) -> None:
    data = json.loads(Page(page).scripts["data"])
    epoch = date(1970, 1, 1).toordinal()
    assert [date.fromordinal(n + epoch) for n in data["days"]] == [
        date(2030, 1, 1), date(2030, 3, 1), date(2030, 6, 15),
    ]  # fmt: skip
    assert data["start"] == 2
    assert data["everything"] is True
    one = next(p for m in data["measures"] for p in m[7] if p[0] == "cn-one/1")
    statuses = [[data["statuses"][data["ways"][what][0]] for _, _, what in bars] for _, bars in one[4]]
    assert statuses == [
        ["announced", "in force"],
        ["announced", "in force", "suspended", "in force"],
        ["announced", "in force", "suspended", "uncertain", "in force"],
    ]


def test_the_slider_stands_where_knowledge_is_asked_for(law: Book) -> None:
    asked = date(2030, 4, 4)
    data = json.loads(Page(page_of(law, known_on=asked)).scripts["data"])
    assert (date(1970, 1, 1).toordinal() + data["days"][data["start"]]) == asked.toordinal()
    assert data["everything"] is False


def test_the_page_stands_in_both_languages(page: str) -> None:
    for key in ("timeline.title", "timeline.known on", "timeline.provisions"):
        assert word(key) in page
        assert word(key, "zh") in page
    assert f'data-hint-zh="{word("timeline.search hint", "zh")}"' in page
    script = (
        Path(timeline_page.__file__).with_name("page").joinpath("timeline.js").read_text(encoding="utf-8")
    )
    used = set(re.findall(r'"((?:timeline|direction|lever)\.[\w -]+)"', script))
    assert used
    assert sorted(key for key in used if key not in words()) == []


def test_every_word_of_the_page_is_chinese_too() -> None:
    from monazite.regime.events import LEVERS

    keys = [key for key in words() if key.startswith(("timeline.", "direction.", "lever."))]
    assert {f"lever.{lever}" for lever in LEVERS} <= set(keys)
    assert {f"direction.{direction}" for direction in Direction} <= set(keys)
    assert [key for key in keys if word(key) == word(key, "zh")] == []


def test_the_page_shows_sources_doubts_cases_and_open_questions(page: str) -> None:
    assert 'href="http://example.org/1"' in page
    assert "A &lt;made-up&gt; case" in page
    assert "<code>a.yaml:3</code>" in page
    assert "+ 5" in page  # four of nine cases stand there
    assert 'id="q-goes-on"' in page
    assert "no text was seen" in page
    assert "made up &lt;tariff&gt;" in page
    assert "a made-up source</a>" in page


def test_the_same_book_gives_the_same_bytes(law: Book, page: str) -> None:
    assert page_of(law, events=EVENTS) == page_of(law, events=EVENTS)
    assert "events" not in Page(page_of(law)).scripts


def test_the_page_of_the_whole_book_stays_small(book: Book) -> None:
    first, last = date(2020, 12, 1), date(2029, 12, 31)
    whole = render_timeline_page(book, book.provisions.values(), first, last, on=date(2026, 11, 22))
    assert len(whole.encode()) < 60_000 + 9_000 * len(book.provisions)
