"""How a provision stands on a day as known on a day: by hand, and beside a naive oracle."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monazite.regime.book import Book
from monazite.regime.model import Status
from tests.determine.strategies import FIRST, assemble, measure
from tests.regime.small_book import FILES, SECOND, small_book

LATER = """\
measure: cn-three
regime: CN
number: No. 3 of 2030
title: {en: Third measure}
authority: cn-mofcom
published: 2030-06-15
reviewed_until: 2030-12-31
sources:
  text: {what: the text, url: "http://example.org/3", grade: text}
acts:
  - act: uncertain
    on: [cn-one/1]
    from: 2030-07-01
    through: 2030-09-30
    question: goes-on
    says: Does the suspension go on?
    readings:
      - {id: "A", is: suspended, says: it does, source: text}
      - {id: "B", is: in force, says: it does not, source: text}
    settled_by: a text
    source: text
"""


def stands(book: Book, name: str, on: str, known_on: str | None = None) -> str:
    found = book.standing(
        book.provisions[name],
        on=date.fromisoformat(on),
        known_on=date.fromisoformat(known_on) if known_on else None,
    )
    return str(found.period.status) if found else "not printed"


@pytest.mark.parametrize(
    ("on", "known_on", "expected"),
    [
        ("2029-12-31", None, "not printed"),
        ("2030-01-01", None, "announced"),
        ("2030-01-31", None, "announced"),
        ("2030-02-01", None, "in force"),
        ("2030-02-28", None, "in force"),
        ("2030-03-01", None, "suspended"),
        ("2030-06-30", None, "suspended"),
        ("2030-07-01", None, "uncertain"),
        ("2030-09-30", None, "uncertain"),
        ("2030-10-01", None, "in force"),
        ("2030-04-01", "2030-02-28", "in force"),
        ("2030-04-01", "2030-03-01", "suspended"),
        ("2030-07-01", "2030-06-14", "in force"),
        ("2030-07-01", "2030-06-15", "uncertain"),
        ("2030-02-01", "2029-12-31", "not printed"),
        ("2030-02-01", "2030-01-01", "in force"),
    ],
)
def test_the_act_known_last_holds_on_the_days_it_covers(
    tmp_path: Path, on: str, known_on: str | None, expected: str
) -> None:
    book = small_book(tmp_path, {"cn/measures/three.yaml": LATER})
    assert stands(book, "cn-one/1", on, known_on) == expected


def test_an_act_on_one_clause_leaves_the_others_alone(tmp_path: Path) -> None:
    book = small_book(tmp_path, {"cn/measures/three.yaml": LATER})
    assert stands(book, "cn-one/2", "2030-07-01") == "in force"


def test_an_uncertain_standing_has_a_status_under_each_reading(tmp_path: Path) -> None:
    book = small_book(tmp_path, {"cn/measures/three.yaml": LATER})
    found = book.standing(book.provisions["cn-one/1"], on=date(2030, 8, 1))
    assert found is not None
    assert {name: str(status) for name, status in found.by_reading.items()} == {
        "A": "suspended",
        "B": "in force",
    }
    assert found.status({"goes-on": "B"}) is Status.IN_FORCE
    assert found.status({"goes-on": "A"}) is Status.SUSPENDED


def test_the_act_of_another_measure_goes_before_the_provisions_own_words_of_one_day(tmp_path: Path) -> None:
    same_day = SECOND.replace("published: 2030-03-01", "published: 2030-01-01")
    book = small_book(tmp_path, {"cn/measures/two.yaml": same_day})
    assert stands(book, "cn-one/1", "2030-04-01") == "suspended"


def test_the_flags_follow_from_the_status() -> None:
    flags = {str(s): (s.is_printed, s.is_effective, s.is_enforced) for s in Status}
    assert flags["announced"] == flags["suspended"] == flags["stayed"] == (True, False, False)
    assert flags["in force"] == (True, True, True)
    assert flags["not enforced"] == (True, True, False)
    assert flags["lapsed"] == flags["superseded"] == flags["repealed"] == (False, False, False)


def test_cuts_are_the_days_on_which_something_changes(tmp_path: Path) -> None:
    book = small_book(tmp_path)
    one = [book.provisions["cn-one/1"]]
    days = [date(2030, 1, 1), date(2030, 2, 1), date(2030, 3, 1), date(2030, 7, 1)]
    assert list(book.cuts(one)) == days
    assert list(book.cuts(one, known_on=date(2030, 2, 1))) == days[:2]


def test_members_of_a_group_follow_day_and_knowledge(tmp_path: Path) -> None:
    groups = (
        FILES["cn/groups.yaml"]
        + "      - {country: KOR, from: 2030-05-01, through: 2030-05-31, known: 2030-04-01}\n"
    )
    book = small_book(tmp_path, {"cn/groups.yaml": groups})

    def east(on: date, known_on: date | None = None) -> set[str]:
        return set(book.members(["east", "USA"], on=on, known_on=known_on))

    assert east(date(2030, 4, 30)) == {"JPN", "USA"}
    assert east(date(2030, 5, 31)) == {"JPN", "KOR", "USA"}
    assert east(date(2030, 5, 31), date(2030, 3, 31)) == {"JPN", "USA"}
    assert east(date(2029, 1, 1)) == {"USA"}


# -- the order of files -----------------------------------------------------------------------------------------


def test_the_names_and_the_order_of_files_do_not_matter(tmp_path: Path) -> None:
    one = small_book(tmp_path / "a", {"cn/measures/three.yaml": LATER})
    turned = {
        "cn/measures/three.yaml": FILES["cn/measures/one.yaml"],
        "cn/measures/one.yaml": LATER,
    }
    other = small_book(tmp_path / "b", turned)
    assert list(one.provisions) == list(other.provisions)
    assert list(one.measures) == list(other.measures)
    for name, provision in one.provisions.items():
        same = other.provisions[name]
        assert provision.condition == same.condition
        assert [(p.status, p.span, p.known, p.by) for p in provision.periods] == [
            (p.status, p.span, p.known, p.by) for p in same.periods
        ]


def test_the_version_follows_the_words_and_not_how_lines_end(tmp_path: Path) -> None:
    one, same, windows, other = (tmp_path / name for name in "abcd")
    version = small_book(one).version
    assert small_book(same).version == version
    small_book(windows)
    for path in windows.rglob("*.yaml"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    (windows / "cn" / "notes.txt").write_text("no part of the law", encoding="utf-8")
    (windows / "cases").mkdir()
    (windows / "cases" / "case.yaml").write_text("cases: []\n", encoding="utf-8")
    assert small_book(windows).version == version
    changed = {"cn/measures/two.yaml": SECOND.replace("2030-06-30", "2030-06-29")}
    assert small_book(other, changed).version != version


@settings(max_examples=20)
@given(order=st.permutations([0, 1, 2]))
def test_measures_may_be_handed_over_in_any_order(order: list[int]) -> None:
    rule = {"id": "1", "cite": "c", "says": "s", "effect": "licence", "source": "s",
            "status": [{"is": "in force", "from": FIRST}]}  # fmt: skip
    acts = [
        {
            "act": "suspended",
            "on": ["cn-one"],
            "from": FIRST,
            "known": FIRST + timedelta(days=1),
            "source": "s",
        }
    ]
    ends = [
        {
            "act": "in force",
            "on": ["cn-one"],
            "from": FIRST,
            "known": FIRST + timedelta(days=2),
            "source": "s",
        }
    ]
    plain = [
        measure("cn-one", provisions=[rule]),
        measure("cn-two", acts=acts),
        measure("cn-zero", acts=ends),
    ]
    books = [assemble([plain[i] for i in given_order]) for given_order in ([0, 1, 2], order)]
    assert books[0].provisions == books[1].provisions
    assert list(books[0].measures) == list(books[1].measures)


# -- beside an oracle -------------------------------------------------------------------------------------------

days = st.integers(0, 12).map(lambda n: FIRST + timedelta(days=n))
WORDS = ["announced", "in force", "suspended", "not enforced", "lapsed"]


@st.composite
def rows(draw: st.DrawFn) -> list[dict[str, object]]:
    """Status rows and acts as plain values, each with a day of knowledge of its own."""
    known = draw(st.permutations(range(12)))
    made = []
    for number in range(draw(st.integers(1, 5))):
        first = draw(days)
        last = draw(st.none() | st.integers(0, 6))
        made.append({"is": draw(st.sampled_from(WORDS)), "from": first,
                     **({} if last is None else {"through": first + timedelta(days=last)}),
                     "known": FIRST + timedelta(days=known[number])})  # fmt: skip
    return made


def book_of(own: list[dict[str, object]], acts: list[dict[str, object]]) -> Book:
    provision = {"id": "1", "cite": "c", "says": "s", "effect": "licence", "source": "s", "status": own}
    as_acts = [{**{k: v for k, v in row.items() if k != "is"}, "act": row["is"], "on": ["cn-one/1"], "source": "s"}
               for row in acts]  # fmt: skip
    return assemble([measure("cn-one", provisions=[provision]), measure("cn-two", acts=as_acts)])


def naive(held: list[dict[str, object]], on: date, known_on: date) -> str:
    """Of the rows that cover the day and were known, the one known last, by looking at each."""
    best: dict[str, object] | None = None
    for row in held:
        covers = row["from"] <= on and (row.get("through") is None or on <= row["through"])  # type: ignore[operator]
        if covers and row["known"] <= known_on and (best is None or row["known"] > best["known"]):  # type: ignore[operator]
            best = row
    return str(best["is"]) if best else "not printed"


@settings(max_examples=60)
@given(held=rows(), own=st.integers(1, 5))
def test_the_status_of_a_day_and_a_known_day_is_what_a_look_at_every_row_gives(
    held: list[dict[str, object]], own: int
) -> None:
    book = book_of(held[:own], held[own:])
    for n in range(0, 20, 2):
        for k in range(0, 14, 2):
            on, known_on = FIRST + timedelta(days=n), FIRST + timedelta(days=k)
            found = book.standing(book.provisions["cn-one/1"], on=on, known_on=known_on)
            assert (str(found.period.status) if found else "not printed") == naive(held, on, known_on)


@settings(max_examples=40)
@given(held=rows(), later=st.sampled_from(WORDS), first=days)
def test_what_becomes_known_later_never_changes_what_was_known_before(
    held: list[dict[str, object]], later: str, first: date
) -> None:
    before = book_of(held, [])
    learnt = FIRST + timedelta(days=50)
    after = book_of(held, [{"is": later, "from": first, "known": learnt}])
    for n in range(0, 20, 2):
        on = FIRST + timedelta(days=n)
        for known_on in (FIRST + timedelta(days=4), learnt - timedelta(days=1)):
            old = before.standing(before.provisions["cn-one/1"], on=on, known_on=known_on)
            new = after.standing(after.provisions["cn-one/1"], on=on, known_on=known_on)
            assert (old and old.period.status) == (new and new.period.status)
        if on >= first:
            now = after.standing(after.provisions["cn-one/1"], on=on)
            assert now is not None
            assert str(now.period.status) == later
