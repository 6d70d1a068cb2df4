"""Missing facts: each one named can matter, and whoever supplies them all gets a decided answer."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from monazite.determine.answer import RegimeAnswer
from monazite.regime.book import Book
from monazite.terms.facts import FACTS, Kind
from monazite.terms.outcomes import Outcome, Verdict
from tests.determine.asking import REAL_DAYS, ask
from tests.determine.oracle import unfolded
from tests.determine.strategies import moves, parts
from tests.determine.test_properties import CIVIL, MAGNET, METAL, OVERSEAS_RULES
from tests.determine.world import Move, Part, consistent, exactly, to_document

ROUNDS = 12


def is_decided_or_rests_on_readings(answer: RegimeAnswer) -> bool:
    return answer.outcome is not Verdict.NEEDS_EVIDENCE or bool(answer.readings)


def named(item: dict, name: str) -> Iterator[dict]:
    """The items with a name, the item itself or inside it."""
    if item.get("name") == name:
        yield item
    for inner in item.get("content", ()):
        yield from named(inner, name)


def supply(facts: dict, path: str, part: str, draw: st.DrawFn) -> bool:
    """Write some definite value where the fact is missing; False where nobody could."""
    if path not in FACTS:
        return False
    fact = FACTS[path]
    value = {
        Kind.YES_NO: lambda: draw(st.sampled_from(["yes", "no"])),
        Kind.COUNTRY: lambda: draw(st.sampled_from(["CHN", "JPN", "USA"])),
        Kind.ENUM: lambda: draw(st.sampled_from(fact.values)),
        Kind.NUMBER: lambda: draw(st.integers(1, 300)),
        Kind.MONEY: lambda: f"{draw(st.integers(1, 5000))} USD",
        Kind.SHARE: lambda: draw(st.sampled_from(["0", "50 %"])),
        Kind.LISTS: lambda: draw(st.sampled_from(["none", "cn-watch-list"])),
        Kind.LABELS: lambda: "none",
    }[fact.kind]()
    if path == "item.content_complete":
        value = "yes"  # to hear that something is missing is no end of the questions
    if path.startswith("item.elements.") and part != facts["item"]["name"]:
        value = "no"  # what is in a part is in the item too, which may have been said to be free of it
    if not path.startswith("item."):
        group, _, name = path.partition(".")
        if name:
            facts.setdefault(group, {})[name] = value
        else:
            facts[path] = value
        return True
    found = False
    for item in named(facts["item"], part):
        keys = path.removeprefix("item.").split(".")
        place = item
        for key in keys[:-1]:
            place = place.setdefault(key, {})
        place[keys[-1]] = value
        found = True
    assert found, (path, part)
    return True


@settings(max_examples=14)
@given(data=st.data(), world=parts(most=3), move=moves(), day=st.sampled_from(REAL_DAYS))
def test_filling_in_every_gap_decides_the_answer(
    book: Book, data: st.DataObject, world: list[Part], move: Move, day: date
) -> None:
    """Round by round, because a fact that is supplied may make another one matter."""
    facts = to_document(unfolded(world, 0), move)
    for _ in range(ROUNDS):
        answer = ask(book, facts, day)
        assert answer.gaps or is_decided_or_rests_on_readings(answer)
        if not answer.gaps:
            return
        supplied = [supply(facts, gap.fact, gap.part, data.draw) for gap in answer.gaps]
        if not any(supplied):  # what is left is the wording of the law
            return
    raise AssertionError(f"still open after {ROUNDS} rounds: {[(g.fact, g.part) for g in answer.gaps]}")


@settings(max_examples=14)
@given(world=parts(most=4), move=moves(), day=st.sampled_from(REAL_DAYS))
def test_an_answer_that_needs_evidence_names_what_is_missing(
    book: Book, world: list[Part], move: Move, day: date
) -> None:
    answer = ask(book, to_document(unfolded(world, 0), move), day)
    now = [gap for gap in answer.gaps if gap.matters_for == "outcome"]
    assert now or is_decided_or_rests_on_readings(answer)
    if answer.outcome is not Verdict.NEEDS_EVIDENCE:
        assert not now
    if answer.latent is not Verdict.NEEDS_EVIDENCE:
        assert not [gap for gap in answer.gaps if gap.matters_for == "latent"]
    assert len({(g.fact, g.part) for g in answer.gaps}) == len(answer.gaps)


@settings(max_examples=8)
@given(data=st.data(), world=parts(most=3), move=moves())
def test_what_is_no_gap_changes_nothing(
    book: Book, data: st.DataObject, world: list[Part], move: Move
) -> None:
    """A fact of the move that is missing and no gap may be supplied either way; the outcome stays."""
    facts = to_document(unfolded(world, 0), move)
    before = ask(book, facts, *OVERSEAS_RULES)
    gaps = {gap.fact for gap in before.gaps}
    idle = [path for path, fact in FACTS.items()
            if fact.kind is Kind.YES_NO and fact.axis == "move" and fact.absent == "unknown"
            and move.get(path, "unknown") == "unknown" and path not in (*gaps, "crosses_border")
            and not path.startswith("intermediate.")]  # fmt: skip
    for path in idle:
        supply(facts, path, "", data.draw)
        after = ask(book, facts, *OVERSEAS_RULES)
        assert after.outcome == before.outcome, path
        break


def test_the_gaps_of_a_magnet_of_unknown_content_are_what_one_asks_the_supplier(book: Book) -> None:
    facts = to_document([MAGNET], CIVIL)
    facts["item"]["content_complete"] = "unknown"  # type: ignore[index]
    answer = ask(book, facts, *OVERSEAS_RULES)
    assert [(g.fact, g.part, str(g.if_no), str(g.if_yes)) for g in answer.gaps] == [
        ("item.content_complete", "magnet", "not controlled", "licence")
    ]
    assert (answer.at_least, answer.at_most) == (Outcome.NOT_CONTROLLED, Outcome.LICENCE)


def test_an_idle_fact_is_not_asked_for(book: Book) -> None:
    """A magnet without any Part 1 content, technology or origin from China: who receives it does not matter."""
    move = {path: value for path, value in CIVIL.items() if not path.startswith("end_user.")}
    answer = ask(book, to_document([MAGNET], {**move, "end_user.country": "DEU"}), *OVERSEAS_RULES)
    assert (str(answer.outcome), answer.gaps) == ("not controlled", ())


def test_the_supplier_of_a_part_is_who_is_asked(book: Book) -> None:
    facts = to_document([MAGNET, METAL], CIVIL)
    facts["item"] |= {"supplier": "Sakura Magnets", "content_complete": "unknown"}  # type: ignore[operator]
    assert {gap.supplier for gap in ask(book, facts, *OVERSEAS_RULES).gaps} == {"Sakura Magnets"}


def test_two_readings_that_disagree_are_no_gap(book: Book) -> None:
    motor = Part(name="motor", form="finished product", others="no", origin="JPN", complete="yes", value=exactly(500),
                 made_with=MAGNET.made_with, lines=((1, exactly(1)),))  # fmt: skip
    world = consistent([motor, replace(MAGNET, origin="CHN")])
    answer = ask(book, to_document(world, CIVIL), date(2025, 10, 20))
    assert (str(answer.outcome), answer.gaps) == ("needs evidence", ())
    (reading,) = answer.readings
    assert reading.question == "cn-61-listed-item-inside-a-product"
    assert {name: str(outcome) for name, _, outcome in reading.outcomes} == {
        "text": "not controlled",
        "carried": "licence",
    }
