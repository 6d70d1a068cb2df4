"""Impact: both answers side by side, what they rest on, and what they are worth."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monazite.determine.asked import Asked, asked_cases
from monazite.determine.cases import decode_cases
from monazite.determine.comparing import Kind, Turn, turn_of
from monazite.determine.impact import Impact, RegimeImpact, impact
from monazite.determine.question import read_question
from monazite.determine.restanding import Point, restanding_runs, restandings, rewordings
from monazite.readers.law import read_book
from monazite.regime.book import Book
from monazite.terms.amounts import NOTHING_KNOWN
from monazite.terms.faults import BadInput
from monazite.terms.located import Located
from monazite.terms.outcomes import Verdict
from tests.determine.asking import EAST, LIST, batch_of, engine_answer
from tests.determine.strategies import DAYS, LEARNT, books, moves, parts
from tests.determine.world import Move, Part, to_catalogue, to_moves
from tests.regime.small_book import FILES, changed, small_book

METAL = {"item": {"name": "dysprosium", "form": "metal", "elements": {"Dy": "yes"}, "value": "100.00 USD"},
         "from": "CHN", "to": "JPN", "end_user": {"lists": "none"}}  # fmt: skip
LAST_DAY, SUSPENDED = date(2030, 2, 28), date(2030, 3, 1)

DRAFT = """\
measure: cn-draft
regime: CN
number: No. 3 of 2030
title: {en: A made-up draft}
authority: cn-mofcom
published: 2030-06-01
reviewed_until: 2030-12-31
sources:
  text: {what: the draft, where: made up, grade: text}
acts:
  - {act: suspended, on: [cn-one], from: 2030-07-01, through: 2030-09-30, source: text}
"""


def asked(book: Book, facts: dict[str, object] | None = None, **item: object) -> Asked:
    """The small book's question: dysprosium metal from China to Japan, with other facts of the item."""
    document = {**METAL, **(facts or {})}
    question = read_question({**document, "item": {**METAL["item"], **item}}, countries=book.countries)  # type: ignore[dict-item]
    return Asked(catalogue=question.catalogue, moves=replace(question.moves, on=(question.on,)))


def compare(book: Book, first: date, second: date, *several: Asked, **more: object) -> RegimeImpact:
    """The Chinese part of an impact between two days of one book."""
    found = impact(Point(book=book, on=first), Point(book=book, on=second), several, **more)  # type: ignore[arg-type]
    return found.regimes["CN"]


@pytest.fixture
def law(tmp_path: Path) -> Book:
    """The small book."""
    return small_book(tmp_path / "law")


def draft(tmp_path: Path, text: str = DRAFT) -> Path:
    path = tmp_path / "draft.yaml"
    path.write_text(text, encoding="utf-8")
    return path


# -- what changes -------------------------------------------------------------------------------------------------


def test_between_days_of_one_cell_nothing_changes(law: Book) -> None:
    found = compare(law, date(2030, 2, 10), date(2030, 2, 20), asked(law), asked(law, value="unknown"))
    assert found.is_nothing
    assert found.changes == ()
    assert [(flow.before, flow.after, flow.answers) for flow in found.flows] == [
        (Verdict.LICENCE, Verdict.LICENCE, 2)
    ]
    assert restandings(Point(book=law, on=date(2030, 2, 10)), Point(book=law, on=date(2030, 2, 20))) == ()


def test_a_suspension_is_a_flow_and_a_change_with_what_stands_otherwise(law: Book) -> None:
    found = compare(law, LAST_DAY, SUSPENDED, asked(law))
    (flow,), (change,) = found.flows, found.changes
    assert (flow.before, flow.after, flow.answers, flow.items) == (
        Verdict.LICENCE,
        Verdict.NOT_IN_FORCE,
        1,
        1,
    )
    assert (change.kind, change.turn) == (Kind.OUTCOME, Turn.LOOSER)
    assert (change.item, change.origin, change.destination) == ("dysprosium", "CHN", "JPN")
    assert (change.before.on, change.after.on) == (LAST_DAY, SUSPENDED)
    assert change.before.under == change.after.under == ("cn-one/1",)
    (one,) = change.otherwise
    assert one.before is not None
    assert one.after is not None
    assert (str(one.before.period.status), str(one.after.period.status)) == ("in force", "suspended")
    assert (change.before.latent, change.after.latent) == (Verdict.LICENCE, Verdict.LICENCE)


def test_knowledge_is_a_difference_of_its_own(law: Book) -> None:
    day = date(2030, 4, 1)
    before, after = (
        Point(book=law, on=day, known_on=known) for known in (date(2030, 2, 15), date(2030, 3, 1))
    )
    (change,) = impact(before, after, [asked(law)]).regimes["CN"].changes
    assert (change.before.outcome, change.after.outcome) == (Verdict.LICENCE, Verdict.NOT_IN_FORCE)
    assert (change.before.known_on, change.after.known_on) == (date(2030, 2, 15), date(2030, 3, 1))
    assert impact(before, before, [asked(law)]).is_nothing


def test_the_day_and_knowledge_asked_about_go_before_those_a_question_names(law: Book) -> None:
    facts = {"on": "2030-05-05", "known_on": "2030-02-01"}
    (flow,) = compare(law, LAST_DAY, date(2030, 2, 27), asked(law, facts)).flows
    assert (flow.before, flow.after) == (Verdict.LICENCE, Verdict.LICENCE)


def test_a_policy_that_comes_in_is_named_as_deciding_now(tmp_path: Path) -> None:
    book = small_book(tmp_path, changed("cn/measures/one.yaml",
        "    when: {party: {roles: [end_user], on: [cn-list]}}\n    status:\n      - {is: in force, from: 2030-02-01}",
        "    when: {party: {roles: [end_user], on: [cn-list]}}\n    status:\n      - {is: in force, from: 2030-02-10}"))  # fmt: skip
    listed = asked(book, {"end_user": {"lists": ["cn-list"]}})
    (change,) = compare(book, date(2030, 2, 9), date(2030, 2, 10), listed).changes
    assert (change.before.outcome, change.after.outcome) == (Verdict.LICENCE, Verdict.REFUSED_IN_PRINCIPLE)
    assert (change.appeared, change.went, change.turn) == (("cn-one/2",), (), Turn.TIGHTER)


def test_missing_facts_that_come_and_go_are_said(tmp_path: Path) -> None:
    book = small_book(tmp_path)
    open_item = asked(book, elements={"Dy": "unknown"})
    (change,) = compare(book, LAST_DAY, SUSPENDED, open_item).changes
    assert change.before.outcome is Verdict.NEEDS_EVIDENCE
    assert (change.gaps_gone, change.gaps_new) == ((), ())  # still missing for the latent outcome
    (change,) = compare(book, date(2029, 12, 31), date(2030, 2, 1), open_item).changes
    assert ("item.elements.Dy", "dysprosium") in change.gaps_new
    (change,) = compare(book, date(2030, 2, 1), date(2029, 12, 31), open_item).changes
    assert ("item.elements.Dy", "dysprosium") in change.gaps_gone


def test_one_outcome_for_another_reason_is_a_change_of_grounds(tmp_path: Path) -> None:
    second = FILES["cn/measures/two.yaml"].replace("acts:\n  - {act: suspended, on: [cn-one], from: 2030-03-01, "
        "through: 2030-06-30, source: text}\n", """provisions:
  - id: "1"
    cite: clause 1
    says: The same once more.
    effect: licence
    when: {item: {on: cn-one/annex}}
    status: [{is: in force, from: 2030-04-01}]
    source: text
""")  # fmt: skip
    book = small_book(tmp_path, {"cn/measures/two.yaml": second})
    found = compare(book, date(2030, 3, 31), date(2030, 4, 1), asked(book))
    (change,) = found.changes
    assert (change.kind, change.turn, change.appeared) == (Kind.GROUNDS, Turn.SAME, ("cn-two/1",))
    assert not found.is_nothing
    assert (found.changed, found.kinds[Kind.GROUNDS]) == (0, 1)


def test_the_worst_change_comes_first_and_counts_are_of_all(law: Book) -> None:
    listed = asked(law, {"end_user": {"lists": ["cn-list"]}})
    several = [asked(law), listed, asked(law, elements={"Dy": "unknown"})]
    found = compare(law, LAST_DAY, SUSPENDED, *several, most=1)
    assert found.changed == 3
    (change,) = found.changes
    assert change.before.outcome is Verdict.REFUSED_IN_PRINCIPLE
    assert sum(flow.answers for flow in found.flows) == found.answers == 3
    assert found.turns[Turn.LOOSER] == 3


@pytest.mark.parametrize(
    ("before", "after", "turn"),
    [((0, 0), (0, 0), Turn.SAME), ((0, 4), (4, 4), Turn.TIGHTER), ((0, 4), (0, 0), Turn.LOOSER), ((1, 7), (2, 4), Turn.SURER),
     ((4, 4), (1, 7), Turn.LESS_SURE), ((4, 4), (4, 8), Turn.TIGHTER), ((4, 8), (0, 8), Turn.LOOSER)],
)  # fmt: skip
def test_bounds_turn_one_way(before: tuple[int, int], after: tuple[int, int], turn: Turn) -> None:
    assert turn_of(before, after) is turn


# -- what it is worth ---------------------------------------------------------------------------------------------


def test_an_unknown_value_is_counted_apart_and_is_no_zero(law: Book) -> None:
    values = ["100.00 USD", "900..1100 USD", "unknown"]
    (flow,) = compare(law, LAST_DAY, SUSPENDED, *(asked(law, value=value) for value in values)).flows
    (usd,) = flow.sums
    assert (usd.currency, usd.answers, usd.value) == ("USD", 2, (Fraction(1000), Fraction(1200)))
    assert (flow.answers, flow.unknown) == (3, 1)


def test_only_unknown_values_make_no_sum(law: Book) -> None:
    (flow,) = compare(law, LAST_DAY, SUSPENDED, asked(law, value="unknown")).flows
    assert (flow.sums, flow.unknown) == ((), 1)


def test_a_known_value_of_nothing_is_a_sum_of_nothing(law: Book) -> None:
    (flow,) = compare(law, LAST_DAY, SUSPENDED, asked(law, value="0 USD")).flows
    assert [one.value for one in flow.sums] == [(0, 0)]
    assert flow.unknown == 0


def test_a_value_known_from_below_leaves_the_sum_open_above(law: Book) -> None:
    below = asked(law)
    catalogue = replace(below.catalogue, value=type(below.catalogue.value).of([(Fraction(5), None)]))
    (flow,) = compare(law, LAST_DAY, SUSPENDED, asked(law), replace(below, catalogue=catalogue)).flows
    assert [one.value for one in flow.sums] == [(Fraction(105), None)]
    assert flow.unknown == 0


def test_currencies_are_summed_apart(law: Book) -> None:
    (flow,) = compare(law, LAST_DAY, SUSPENDED, asked(law), asked(law, value="7.00 EUR")).flows
    assert [(one.currency, one.value[0]) for one in flow.sums] == [("EUR", 7), ("USD", 100)]


# -- drafts -------------------------------------------------------------------------------------------------------


def test_a_draft_changes_answers_from_the_day_it_takes_effect(law: Book, tmp_path: Path) -> None:
    drafted = read_book(tmp_path / "law", draft=draft(tmp_path))
    for day, changes in (
        (date(2030, 6, 30), 0),
        (date(2030, 7, 1), 1),
        (date(2030, 9, 30), 1),
        (date(2030, 10, 1), 0),
    ):
        found = impact(Point(book=law, on=day), Point(book=drafted, on=day), [asked(law)])
        assert found.regimes["CN"].changed == changes, day
    assert drafted.version.startswith(f"{law.version}+")


def test_what_a_draft_does_to_provisions_is_said_with_its_days(law: Book, tmp_path: Path) -> None:
    drafted = read_book(tmp_path / "law", draft=draft(tmp_path))
    runs = restanding_runs(Point(book=law), Point(book=drafted))
    assert [(one.provision, span.start, span.last) for span, one in runs] == [
        (f"cn-one/{clause}", date(2030, 7, 1), date(2030, 9, 30)) for clause in "123"
    ]
    assert [(one.what, one.id, one.how) for one in rewordings(law, drafted)] == [
        ("measure", "cn-draft", "new")
    ]


def test_without_a_day_each_question_is_asked_on_its_own(law: Book, tmp_path: Path) -> None:
    drafted = read_book(tmp_path / "law", draft=draft(tmp_path))
    several = [asked(law, {"on": day}) for day in ("2030-02-10", "2030-07-10", "2030-11-10")]
    (change,) = impact(Point(book=law), Point(book=drafted), several).regimes["CN"].changes
    assert change.before.on == change.after.on == date(2030, 7, 10)
    with pytest.raises(ValueError, match="no day"):
        impact(Point(book=law), Point(book=drafted), [asked(law)])
    with pytest.raises(ValueError, match="both points"):
        impact(Point(book=law), Point(book=drafted, on=LAST_DAY), several)


def test_a_question_keeps_its_own_knowledge_on_its_own_day(law: Book, tmp_path: Path) -> None:
    drafted = read_book(tmp_path / "law", draft=draft(tmp_path))
    one = replace(asked(law, {"on": "2030-07-10"}), known_on=date(2030, 5, 31))
    assert impact(Point(book=law), Point(book=drafted), [one]).is_nothing


def test_a_draft_in_other_words_changes_provisions_that_stand_alike(law: Book, tmp_path: Path) -> None:
    text = FILES["cn/measures/one.yaml"].replace(
        "when: {to: {outside: [CHN]}}", "when: {to: {outside: [CHN, JPN]}}"
    )
    text = text.replace("says: A licence is needed.", "says: A licence is needed, but for Japan.")
    drafted = read_book(tmp_path / "law", draft=draft(tmp_path, text))
    found = {(one.what, one.id, one.how) for one in rewordings(law, drafted)}
    assert {("definition", "cn-one/abroad", "changed"), ("provision", "cn-one/1", "changed")} <= found
    day = date(2030, 2, 10)
    before, after = Point(book=law, on=day), Point(book=drafted, on=day)
    assert [(one.provision, one.is_reworded) for one in restandings(before, after)] == [("cn-one/1", True)]
    (change,) = impact(before, after, [asked(law)]).regimes["CN"].changes
    assert (change.after.outcome, change.went) == (Verdict.NOT_CONTROLLED, ("cn-one/1",))


def test_a_regime_that_only_the_draft_brings_is_compared_with_no_law(law: Book, tmp_path: Path) -> None:
    text = FILES["cn/measures/one.yaml"].replace("cn-one", "us-one").replace("regime: CN", "regime: US")
    folder = tmp_path / "draft/us"
    for name, held in (("measures/one.yaml", text.replace("id: carried", "id: borne")),
                       ("items/annex.csv", FILES["cn/items/annex.csv"])):  # fmt: skip
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_text(held, encoding="utf-8")
    drafted = read_book(tmp_path / "law", draft=folder.parent)
    found = impact(Point(book=law, on=LAST_DAY), Point(book=drafted, on=LAST_DAY), [asked(law)])
    assert found.regimes["CN"].is_nothing
    (flow,) = found.regimes["US"].flows
    assert (flow.before, flow.after) == (Verdict.NOT_CONTROLLED, Verdict.LICENCE)


def test_new_lines_of_a_list_change_what_is_missing(law: Book, tmp_path: Path) -> None:
    folder = tmp_path / "draft"
    (folder / "cn/items").mkdir(parents=True)
    table = FILES["cn/items/annex.csv"] + "terbium,1C002,metal|alloy,,Tb,,terbium,2805,text,,\n"
    (folder / "cn/items/annex.csv").write_text(table)
    drafted = read_book(tmp_path / "law", draft=folder)
    assert [(one.what, one.id) for one in rewordings(law, drafted)] == [("list", "cn-one/annex")]
    day = date(2030, 2, 10)
    points = Point(book=law, on=day), Point(book=drafted, on=day)
    (change,) = impact(*points, [asked(law, elements={"Dy": "unknown"})]).regimes["CN"].changes
    assert change.kind is Kind.GROUNDS
    assert change.gaps_new == (("item.elements.Tb", "dysprosium"),)
    unlisted = asked(law, elements={"Dy": "no", "Tb": "yes"}, elements_complete="yes")
    (change,) = impact(*points, [unlisted]).regimes["CN"].changes
    assert (change.before.outcome, change.after.outcome) == (Verdict.NOT_CONTROLLED, Verdict.LICENCE)


# -- questions of law, and cases ----------------------------------------------------------------------------------


def test_a_question_that_is_settled_is_said(book: Book) -> None:
    """Nobody knew of the question before the statement that raises it."""
    magnet = {"form": "magnet", "family": "NdFeB", "elements": {"Dy": "yes"}, "elements_complete": "yes", "origin": "CHN",
              "content_complete": "yes", "codes": [], "value": "100.00 USD"}  # fmt: skip
    facts = {"from": "JPN", "to": "DEU", "exporter": {"country": "JPN"}, "item": magnet, "use": {"civil": "yes"},
             **{role: {"country": "DEU", "military": "no", "lists": "none", "listed_owner_share": 0}
                for role in ("importer", "end_user")}}  # fmt: skip
    question = read_question(facts, countries=book.countries)
    one = Asked(catalogue=question.catalogue, moves=question.moves)
    day = date(2026, 11, 20)
    before, after = Point(book=book, on=day), Point(book=book, on=day, known_on=date(2026, 9, 1))
    (change,) = impact(before, after, [one], regimes=["CN"]).regimes["CN"].changes
    assert change.before.questions == ("cn-no-70-after-2026-11-10",)
    assert change.after.questions == ()
    assert change.turn is Turn.TIGHTER


def test_cases_are_asked_with_their_titles_and_all_their_faults_come_at_once(law: Book) -> None:
    given = [{"case": "one", "turns_on": "on", "expect": {}, "facts": {**METAL, "on": "2030-02-10"}},
             {"case": "two", "turns_on": "on", "expect": {}, "facts": METAL}]  # fmt: skip
    cases, faults = decode_cases(Located.of({"cases": given}, "made up"))
    assert faults == []
    assert [[case.title for case in one.cases] for one in asked_cases(cases, law)] == [["one", "two"]]
    with pytest.raises(BadInput, match="the case has no day"):
        asked_cases(cases, law, on_own_days=True)
    found = compare(law, LAST_DAY, SUSPENDED, *asked_cases(cases, law))
    assert [change.case for change in found.changes] == ["one", "two"]
    broken = [
        replace(case, facts=Located.of({**METAL, "to": "JPNN", "from": "CHNN"}, case.title)) for case in cases
    ]
    with pytest.raises(BadInput) as bad:
        asked_cases(broken, law)
    assert len(bad.value.faults) == 4, bad.value.report()


def test_what_no_law_touches_is_counted_apart(tmp_path: Path) -> None:
    regime = "regime: CN\nsays: it leaves China\ntouched_by: {from: {in: [CHN]}}\n"
    book = small_book(tmp_path, {"cn/regime.yaml": regime})
    several = asked(book), asked(book, {"from": "DEU"})
    found = compare(book, LAST_DAY, SUSPENDED, *several)
    assert (found.answers, found.untouched, found.changed) == (1, 1, 1)
    found = compare(book, LAST_DAY, SUSPENDED, *several, regimes=["CN"])
    assert (found.answers, found.untouched, found.changed) == (2, 0, 2)


# -- for all worlds -----------------------------------------------------------------------------------------------


@settings(max_examples=60)
@given(law=books([LIST], [EAST]), world=parts(most=4), carried=st.lists(moves(), min_size=1, max_size=3),
       days=st.tuples(DAYS, DAYS), known=st.tuples(*[st.sampled_from([None, *LEARNT])] * 2))  # fmt: skip
def test_an_impact_is_the_two_answers_side_by_side(
    law: Book,
    world: list[Part],
    carried: list[Move],
    days: tuple[date, date],
    known: tuple[date | None, date | None],
) -> None:
    one = Asked(catalogue=to_catalogue(world, law.countries), moves=to_moves(carried, law.countries),
                ships=np.ones(len(world), dtype=bool))  # fmt: skip
    points = [Point(book=law, on=day, known_on=k) for day, k in zip(days, known, strict=True)]
    found = impact(*points, [one])
    batches = [batch_of(law, world, carried, day, day, k) for day, k in zip(days, known, strict=True)]
    pairs = range(len(world) * len(carried))
    answers = [[engine_answer(b, pair, day) for pair in pairs] for b, day in zip(batches, days, strict=True)]
    check(found, answers, world, len(carried))
    back = impact(*reversed(points), [one]).regimes["CN"]
    assert {(f.after, f.before, f.answers, f.sums, f.unknown) for f in back.flows} == {
        (f.before, f.after, f.answers, f.sums, f.unknown) for f in found.regimes["CN"].flows
    }
    assert back.kinds == found.regimes["CN"].kinds
    assert impact(points[0], points[0], [one]).is_nothing


def check(
    found: Impact, answers: list[list[tuple[str, str, str, str]]], world: list[Part], carried: int
) -> None:
    regime = found.regimes["CN"]
    before, after = answers
    for flow in regime.flows:
        pairs = [p for p in range(len(before)) if (before[p][0], after[p][0]) == (flow.before, flow.after)]
        values = [world[p // carried].value for p in pairs]
        known = [value for value in values if value != NOTHING_KNOWN]
        assert (flow.answers, flow.unknown) == (len(pairs), len(values) - len(known))
        highs = [high for _, high in known]
        total = (
            sum((low for low, _ in known), Fraction(0)),
            None if None in highs else sum(highs, Fraction(0)),
        )  # type: ignore[arg-type]
        assert [one.value for one in flow.sums] == ([total] if known else [])
    assert sum(flow.answers for flow in regime.flows) == len(before) == regime.answers
    differ = [one for one in zip(before, after, strict=True) if one[0] != one[1]]
    assert regime.kinds[Kind.OUTCOME] == sum(one[0][0] != one[1][0] for one in differ)
    assert regime.kinds[Kind.BOUNDS] == len(differ) - regime.kinds[Kind.OUTCOME]
    assert len(regime.changes) == sum(regime.kinds.values())
    for change in regime.changes:
        side = (
            str(change.before.outcome),
            change.before.at_least.words,
            change.before.at_most.words,
            str(change.before.latent),
        )
        assert side in before
        assert not set(change.appeared) & set(change.before.under)
        assert not set(change.went) & set(change.after.under)
        if change.kind is Kind.GROUNDS:
            assert change.appeared or change.went or change.otherwise or change.gaps_new or change.gaps_gone
