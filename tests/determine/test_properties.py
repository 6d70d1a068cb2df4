"""What holds for every item, move and day: knowing more never overturns, more never loosens, form never matters."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monazite.catalogue.moves import Moves
from monazite.determine.kernel import evaluate
from monazite.determine.survey import survey
from monazite.regime.book import Book
from monazite.regime.model import Effect, Status, StatusPeriod
from monazite.terms.days import Span
from monazite.terms.faults import BadInput
from monazite.terms.outcomes import VERDICTS, Outcome
from tests.determine.asking import (
    EAST,
    LIST,
    REAL_DAYS,
    ask,
    batch_of,
    decided_otherwise,
    engine_answer,
    ranks,
    short,
)
from tests.determine.oracle import unfolded
from tests.determine.strategies import (
    DAYS,
    FIRST,
    LAST,
    assemble,
    books,
    coarser,
    coarser_move,
    measure,
    moves,
    parts,
)
from tests.determine.world import Move, Part, exactly, to_catalogue, to_document, to_moves

OVERSEAS_RULES = date(2025, 12, 5), date(2025, 10, 30)
"""A day on which No. 61 has effect whole, and one on which its suspension was not known."""

EVERY_FIVE = [FIRST + timedelta(days=n) for n in range(0, 31, 5)]


def pair_count(world: list[Part], carried: list[Move]) -> int:
    return len(world) * len(carried)


# -- knowing more ---------------------------------------------------------------------------------------------


@settings(max_examples=30)
@given(data=st.data(), world=parts(), move=moves(), day=st.sampled_from(REAL_DAYS))
def test_knowing_more_never_overturns_an_answer_of_the_real_book(
    book: Book, data: st.DataObject, world: list[Part], move: Move, day: date
) -> None:
    less, less_move = data.draw(coarser(world)), data.draw(coarser_move(move))
    check_narrowing(book, less, less_move, world, move, [day], OVERSEAS_RULES[1] if day.month == 12 else None)


@settings(max_examples=100)
@given(data=st.data(), law=books([LIST], [EAST]), world=parts(most=4), move=moves())
def test_knowing_more_never_overturns_an_answer_of_a_made_up_book(
    data: st.DataObject, law: Book, world: list[Part], move: Move
) -> None:
    less, less_move = data.draw(coarser(world)), data.draw(coarser_move(move))
    check_narrowing(law, less, less_move, world, move, EVERY_FIVE, None)


def check_narrowing(
    law: Book,
    less: list[Part],
    less_move: Move,
    world: list[Part],
    move: Move,
    days: list[date],
    known_on: date | None,
) -> None:
    before = batch_of(law, less, [less_move], min(days), max(days), known_on)
    after = batch_of(law, world, [move], min(days), max(days), known_on)
    for pair in range(len(world)):
        for day in days:
            was, now = engine_answer(before, pair, day), engine_answer(after, pair, day)
            (low, high), (now_low, now_high) = (tuple(map(_rank, a[1:3])) for a in (was, now))
            assert low <= now_low <= now_high <= high, (pair, day, was, now)
            assert not decided_otherwise(was[0], now[0]), (pair, day, was, now)
            assert not decided_otherwise(was[3], now[3]), (pair, day, was, now)


def _rank(words: str) -> int:
    return [outcome.words for outcome in Outcome].index(words)


# -- more never loosens ---------------------------------------------------------------------------------------

MAGNET = Part(name="magnet", form="magnet", family="NdFeB", elements={"Nd": "yes", "Fe": "yes", "B": "yes", "Dy": "yes"},
              others="no", origin="JPN", complete="yes", value=exactly(100),
              made_with=dict.fromkeys(["mining", "separation", "metal", "magnet", "recycling"], "JPN"))  # fmt: skip
METAL = Part(name="metal", form="metal", elements={"Dy": "yes"}, others="no", complete="yes", origin="CHN")
CIVIL: Move = {
    "from": "JPN", "to": "DEU", "exporter.country": "JPN", "importer.country": "DEU", "end_user.country": "DEU",
    **{f"{role}.{fact}": value for role in ("importer", "end_user")
       for fact, value in (("military", "no"), ("lists", ()), ("listed_owner_share", exactly(0)))},
    **dict.fromkeys(["use.wmd", "use.terrorism", "use.military", "use.military_potential", "use.military_ai", "use.chips"], "no"),
}  # fmt: skip

contents = st.lists(
    st.tuples(
        st.integers(1, 20).map(lambda cents: Fraction(cents, 100)), st.sampled_from(["CHN", "AUS", None])
    ),
    min_size=1,
    max_size=4,
)


def magnet_with(rows: list[tuple[Fraction, str | None]], form: str = "magnet") -> list[Part]:
    """A magnet of 100.00 with rows of dysprosium metal (value, origin) inside."""
    lines = tuple((n + 1, exactly(1)) for n in range(len(rows)))
    return [
        replace(MAGNET, lines=lines),
        *(replace(METAL, name=f"metal {n}", value=exactly(v), origin=o) for n, (v, o) in enumerate(rows)),
    ]


@settings(max_examples=30)
@given(
    rows=contents,
    which=st.integers(0, 3),
    factor=st.integers(2, 9),
    move=st.sampled_from([CIVIL, {**CIVIL, "end_user.military": "yes"}]),
)
def test_more_chinese_content_never_loosens(
    book: Book, rows: list[tuple[Fraction, str | None]], which: int, factor: int, move: Move
) -> None:
    """More of a row, or a row that turns out to be Chinese, is met by the same rules or by more."""
    row = which % len(rows)
    value, origin = rows[row]
    richer = [*rows[:row], (value * factor, origin), *rows[row + 1 :]]
    chinese = [*rows[:row], (value, "CHN"), *rows[row + 1 :]]
    worlds = [magnet_with(r) for r in (rows, richer, chinese)]
    base, more, from_china = (engine_answer(batch_of(book, w, [move], *(OVERSEAS_RULES[0],) * 2, OVERSEAS_RULES[1]), 0,
                                            OVERSEAS_RULES[0]) for w in worlds)  # fmt: skip
    assert ranks(more)[1] >= ranks(base)[1]
    assert ranks(more)[0] >= ranks(base)[0]
    if origin == "AUS":
        assert ranks(from_china) >= ranks(base)


@settings(max_examples=35)
@given(
    law=books([LIST], [EAST]),
    world=parts(most=3),
    move=moves(),
    first=DAYS,
    length=st.integers(0, 10),
    longer=st.integers(1, 10),
    earlier=st.integers(0, 5),
)
def test_a_wider_suspension_never_tightens(
    law: Book, world: list[Part], move: Move, first: date, length: int, longer: int, earlier: int
) -> None:
    """Suspend the requirements and policies of a book for some days, then for those days and more."""
    last = first + timedelta(days=length)
    narrow = suspended(law, first, last)
    wide = suspended(law, first - timedelta(days=earlier), last + timedelta(days=longer))
    some, more = (batch_of(b, world, [move], FIRST, LAST) for b in (narrow, wide))
    for pair in range(len(world)):
        for day in EVERY_FIVE:
            before, after = engine_answer(some, pair, day), engine_answer(more, pair, day)
            assert ranks(after)[0] <= ranks(before)[0], (day, before, after)
            assert ranks(after)[1] <= ranks(before)[1], (day, before, after)


def suspended(law: Book, first: date, last: date) -> Book:
    """The book with one more act, known last of all."""
    period = StatusPeriod(status=Status.SUSPENDED, span=Span.between(first, last), known=LAST + timedelta(days=99),
                          by="cn-two", sources=("s",))  # fmt: skip
    return replace(law, provisions={
        name: replace(p, periods=(*p.periods, period)) if p.effect in (Effect.LICENCE, Effect.BAN, Effect.POLICY) else p
        for name, p in law.provisions.items()
    })  # fmt: skip


# -- form never matters ---------------------------------------------------------------------------------------


@settings(max_examples=25)
@given(data=st.data(), law=books([LIST], [EAST]), world=parts(most=5), move=moves())
def test_splitting_a_line_in_two_changes_nothing(
    data: st.DataObject, law: Book, world: list[Part], move: Move
) -> None:
    split = []
    for part in world:
        lines: list = []
        for child, (low, high) in part.lines:
            share = Fraction(data.draw(st.integers(1, 9)), 10)
            for weight in (share, 1 - share):
                lines.append((child, (low * weight, None if high is None else high * weight)))
        split.append(replace(part, lines=tuple(lines)))
    same_answers(law, world, split, move)


@settings(max_examples=12)
@given(data=st.data(), rows=contents)
def test_splitting_a_content_row_in_two_changes_nothing(
    book: Book, data: st.DataObject, rows: list[tuple[Fraction, str | None]]
) -> None:
    split = []
    for value, origin in rows:
        share = Fraction(data.draw(st.integers(1, 9)), 10)
        split += [(value * share, origin), (value * (1 - share), origin)]
    day, known = OVERSEAS_RULES
    one, two = (engine_answer(batch_of(book, magnet_with(r), [CIVIL], day, day, known), 0, day) for r in (rows, split))  # fmt: skip
    assert one == two


def same_answers(law: Book, world: list[Part], other: list[Part], move: Move) -> None:
    one, two = (batch_of(law, w, [move], FIRST, LAST) for w in (world, other))
    for pair in range(len(world)):
        for day in EVERY_FIVE:
            assert engine_answer(one, pair, day) == engine_answer(two, pair, day)


@settings(max_examples=25)
@given(
    data=st.data(),
    law=books([LIST], [EAST]),
    world=parts(most=5),
    carried=st.lists(moves(), min_size=1, max_size=3),
)
def test_the_order_of_rows_does_not_matter(
    data: st.DataObject, law: Book, world: list[Part], carried: list[Move]
) -> None:
    at = data.draw(st.permutations(range(len(world))))  # at[i]: where part i stands now
    shuffled: list[Part] = list(world)
    for number, part in enumerate(world):
        lines = data.draw(st.permutations([(at[child], quantity) for child, quantity in part.lines]))
        shuffled[at[number]] = replace(part, lines=tuple(lines))
    move_at = data.draw(st.permutations(range(len(carried))))
    carried_now = [carried[move_at.index(i)] for i in range(len(carried))]
    one, two = (batch_of(law, w, c, FIRST, LAST) for w, c in ((world, carried), (shuffled, carried_now)))
    for part in range(len(world)):
        for move in range(len(carried)):
            for day in EVERY_FIVE:
                assert engine_answer(one, part * len(carried) + move, day) == engine_answer(
                    two, at[part] * len(carried) + move_at[move], day
                )


@settings(max_examples=25)
@given(
    law=books([LIST], [EAST]),
    world=parts(most=4),
    carried=st.lists(moves(), min_size=2, max_size=5),
    size=st.sampled_from([1, 2]),
)
def test_asking_in_chunks_changes_nothing(
    law: Book, world: list[Part], carried: list[Move], size: int
) -> None:
    whole = batch_of(law, world, carried, FIRST, LAST)
    for start in range(0, len(carried), size):
        chunk = carried[start : start + size]
        some = batch_of(law, world, chunk, FIRST, LAST)
        for part in range(len(world)):
            for move in range(len(chunk)):
                for day in EVERY_FIVE:
                    assert engine_answer(some, part * len(chunk) + move, day) == engine_answer(
                        whole, part * len(carried) + start + move, day
                    )


@settings(max_examples=6)
@given(world=parts(most=4), carried=st.lists(moves(), min_size=1, max_size=2), day=st.sampled_from(REAL_DAYS))
def test_a_batch_answers_as_one_question_at_a_time(
    book: Book, world: list[Part], carried: list[Move], day: date
) -> None:
    """The row of a survey, and the document that says the same of one item and one move."""
    catalogue, columns = to_catalogue(world, book.countries), to_moves(carried, book.countries)
    found = survey(book, catalogue, columns, days=[day], ships=np.ones(len(catalogue), dtype=bool))
    rows = found.rows["CN"]
    pairs = found.batch
    for row in range(len(rows)):
        pair = int(rows.pair[row])
        part, move = int(pairs.node[pair]), int(pairs.move[pair])
        tree = unfolded(world, part)
        answer = ask(book, to_document(tree, carried[move]), day)
        assert short(answer) == (
            str(VERDICTS[rows.verdict[row]]),
            Outcome(rows.at_least[row]).words,
            Outcome(rows.at_most[row]).words,
            str(VERDICTS[rows.latent[row]]),
        )
        whole = found.explain(pair, day).regimes["CN"]
        assert short(whole) == short(answer)
        assert [f.provision for f in whole.under] == [f.provision for f in answer.under]
        assert [d.provision for d in whole.duties] == [d.provision for d in answer.duties]
        assert {g.fact for g in found.gaps(rows, row)} == {g.fact for g in answer.gaps}


# -- days -----------------------------------------------------------------------------------------------------


@settings(max_examples=25)
@given(
    law=books([LIST], [EAST]), world=parts(most=3), move=moves(), days=st.lists(DAYS, min_size=1, max_size=6)
)
def test_a_day_asked_by_itself_is_answered_as_in_its_run_of_days(
    law: Book, world: list[Part], move: Move, days: list[date]
) -> None:
    catalogue, columns = to_catalogue(world, law.countries), to_moves([move], law.countries)
    whole = survey(law, catalogue, columns, first=FIRST, last=LAST, ships=np.ones(len(catalogue), dtype=bool))
    rows = whole.rows["CN"]
    assert set(rows.pair.tolist()) == set(range(len(world)))
    for day in days:
        alone = batch_of(law, world, [move], day, day)
        held = [r for r in range(len(rows)) if day in whole.span(rows, r)]
        assert sorted(rows.pair[held].tolist()) == list(range(len(world)))
        for row in held:
            pair = int(rows.pair[row])
            assert engine_answer(alone, int(whole.batch.node[pair]), day) == (
                str(VERDICTS[rows.verdict[row]]),
                Outcome(rows.at_least[row]).words,
                Outcome(rows.at_most[row]).words,
                str(VERDICTS[rows.latent[row]]),
            )


@settings(max_examples=6)
@given(world=parts(most=3), move=moves(), day=st.dates(date(2024, 11, 1), date(2027, 2, 1)))
def test_any_day_of_the_real_timeline_is_answered_as_by_itself(
    book: Book, world: list[Part], move: Move, day: date
) -> None:
    first, last = date(2024, 11, 1), date(2027, 2, 1)
    whole, alone = batch_of(book, world, [move], first, last), batch_of(book, world, [move], day, day)
    for pair in range(len(world)):
        assert engine_answer(whole, pair, day) == engine_answer(alone, pair, day)


def test_runs_of_days_follow_one_another_without_gap_or_overlap(book: Book) -> None:
    first, last = date(2025, 1, 1), date(2027, 3, 1)
    world = magnet_with([(Fraction(1, 10), "CHN")])
    found = survey(
        book, to_catalogue(world, book.countries), to_moves([CIVIL], book.countries), first=first, last=last
    )
    rows = found.rows["CN"]
    assert rows.start[0] == first.toordinal()
    assert rows.stop[-1] == last.toordinal() + 1
    assert (rows.start[1:] == rows.stop[:-1]).all()
    assert len(rows) >= 4


@settings(max_examples=20)
@given(
    world=parts(most=3),
    move=moves(),
    day=st.sampled_from(REAL_DAYS),
    known=st.sampled_from([date(2024, 12, 1), date(2025, 10, 8), date(2025, 10, 9), date(2025, 11, 6), date(2026, 9, 27)]),
)  # fmt: skip
def test_an_answer_as_known_then_is_the_answer_of_the_book_as_it_was_then(
    book: Book, world: list[Part], move: Move, day: date, known: date
) -> None:
    """What became known later, taken out of the book by hand, gives what `known_on` gives."""
    then = replace(
        book,
        provisions={
            name: replace(p, periods=tuple(x for x in p.periods if x.known <= known))
            for name, p in book.provisions.items()
        },
        party_lists={
            name: replace(held, entries=tuple(
                replace(e, periods=tuple(x for x in e.periods if x[2] <= known)) for e in held.entries))
            for name, held in book.party_lists.items()
        },
        groups={
            name: replace(g, members=tuple(m for m in g.members if m.known <= known))
            for name, g in book.groups.items()
        },
    )  # fmt: skip
    now, replayed = batch_of(book, world, [move], day, day, known), batch_of(then, world, [move], day, day)
    for pair in range(len(world)):
        assert engine_answer(now, pair, day) == engine_answer(replayed, pair, day)


def test_what_was_known_before_the_book_begins_is_open(book: Book) -> None:
    answer = ask(book, to_document([MAGNET], CIVIL), date(2026, 1, 15), date(2020, 1, 1))
    assert short(answer) == ("needs evidence", "not controlled", "prohibited", "needs evidence")
    assert [gap.fact for gap in answer.gaps] == ["law:CN before 2020-12-01"]


# -- rules among themselves -----------------------------------------------------------------------------------


def rule(name: str, effect: str, status: str = "in force", **more: object) -> dict[str, object]:
    return {"id": name, "cite": "c", "says": "s", "effect": effect, "source": "s",
            "status": [{"is": status, "from": FIRST}], **more}  # fmt: skip


def outcome_of(*provisions: dict[str, object], move: Move | None = None, **parts: object) -> tuple[str, str]:
    law = assemble([measure("cn-one", provisions=list(provisions), **parts)])
    found = engine_answer(batch_of(law, [Part()], [move or {}], FIRST, FIRST), 0, FIRST)
    return found[0], found[3]


def test_a_bare_requirement_asks_for_its_licence() -> None:
    assert outcome_of(rule("1", "licence")) == ("licence", "licence")
    assert outcome_of(rule("1", "ban")) == ("prohibited", "prohibited")


def test_a_suspended_provision_still_shows_its_latent_outcome() -> None:
    assert outcome_of(rule("1", "licence", "suspended")) == ("not in force", "licence")


def test_the_worst_of_several_requirements_stands() -> None:
    assert outcome_of(rule("1", "licence"), rule("2", "ban")) == ("prohibited", "prohibited")


def test_an_exception_that_is_unknown_leaves_the_requirement_standing_as_a_possibility() -> None:
    found = outcome_of(
        rule("1", "licence"),
        rule("2", "exemption", clears=["1"], gives="exempt, report due", when={"use.humanitarian": "yes"}),
        move={"use.humanitarian": "unknown"},
    )
    assert found == ("needs evidence", "needs evidence")


def test_an_exemption_clears_only_what_it_names() -> None:
    rules = [
        rule("1", "licence"),
        rule("2", "licence"),
        rule("e", "exemption", clears=["1"], gives="exempt, report due"),
    ]
    assert outcome_of(*rules) == ("licence", "licence")
    assert outcome_of(rules[0], rules[2]) == ("exempt, report due", "exempt, report due")


def test_a_policy_alone_asks_for_nothing() -> None:
    asked = [
        rule("1", "licence", when={"to": {"in": ["USA"]}}),
        rule("p", "policy", on=["1"], gives="case by case"),
    ]
    assert outcome_of(*asked, move={"to": "USA"})[0] == "case by case"
    assert outcome_of(*asked, move={"to": "JPN"})[0] == "not controlled"


def test_an_exception_that_overrides_another_goes_before_it() -> None:
    """The exclusion overrides the exemption, so where both hold nothing is left to report."""
    found = outcome_of(
        rule("1", "licence"),
        rule("e", "exemption", clears=["1"], gives="exempt, report due"),
        rule("x", "exclusion", clears=["1"], overrides=["e"]),
    )
    assert found == ("not controlled", "not controlled")


def test_a_reading_under_which_a_rule_has_lapsed_leaves_nothing_of_it() -> None:
    """Lapsed law is no longer printed: it neither touches the item today nor has it a latent outcome."""
    readings = [{"id": name, "is": "lapsed", "says": "s", "source": "s"} for name in "AB"]
    act = {"act": "uncertain", "on": ["cn-one"], "from": FIRST, "known": LAST, "source": "s", "question": "q", "says": "s",
           "settled_by": "d", "readings": readings}  # fmt: skip
    assert outcome_of(rule("1", "licence"), acts=[act]) == ("not controlled", "not controlled")


def test_a_rule_without_effect_that_an_exclusion_clears_touches_nothing() -> None:
    """The exclusion has effect and takes the item out of a rule that is suspended anyway."""
    found = outcome_of(rule("1", "licence", "suspended"), rule("x", "exclusion", clears=["1"]))
    assert found == ("not controlled", "not controlled")


def test_what_may_not_be_inside_at_all_is_inside_at_most_perhaps() -> None:
    """A line with the quantity 0..1, such as one of two alternatives, and one with the quantity 0."""
    law = assemble(
        [measure("cn-one", provisions=[rule("1", "licence", when={"inside": {"form": {"in": ["magnet"]}}})])]
    )
    answers = []
    for quantity in (exactly(1), (Fraction(0), Fraction(1)), exactly(0)):
        world = [
            Part(form="assembly", complete="yes", lines=((1, quantity),)),
            replace(MAGNET, name="inner"),
        ]
        answers.append(engine_answer(batch_of(law, world, [{}], FIRST, FIRST), 0, FIRST)[0])
    assert answers == ["licence", "needs evidence", "not controlled"]


def test_a_catalogue_without_moves_has_no_rows(book: Book) -> None:
    catalogue = to_catalogue([MAGNET], book.countries)
    empty = Moves(names=(), countries=book.countries)
    found = survey(book, catalogue, empty, days=[FIRST])
    assert len(found.rows["CN"]) == 0


def test_a_contradiction_between_elements_and_content_is_a_fault(book: Book) -> None:
    inside = {"form": "metal", "elements": ["Dy"]}
    facts = {"item": {"form": "magnet", "elements": {"Dy": "no"}, "content": [inside]}}
    with pytest.raises(BadInput) as caught:
        ask(book, facts, FIRST)
    assert [str(fault) for fault in caught.value.faults] == [
        "facts.item.elements.Dy: 'Dy: no' contradicts the content at facts.item.content[0]. Mend one of the two"
    ]


def test_evaluate_answers_only_the_regimes_asked(book: Book) -> None:
    only = np.zeros(1, dtype=np.int32)
    day = date(2026, 1, 1)
    batch = evaluate(book, to_catalogue([MAGNET], book.countries), to_moves([CIVIL], book.countries), node=only, move=only,
                     first=day, last=day, regimes=["CN"])  # fmt: skip
    assert list(batch.regimes) == ["CN"]
