"""An answer as a whole: the same question gives the same bytes, and it says everything it rests on."""

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monazite.determine.answer import DISCLAIMER, Node, opened_once
from monazite.determine.determination import determine, input_digest
from monazite.determine.schema import answer_schema, facts_schema
from monazite.readers.reference import read_reference
from monazite.regime.book import Book
from monazite.terms.faults import BadInput
from monazite.writers.plain import plain, to_json
from tests.determine.asking import REAL_DAYS, ask
from tests.determine.oracle import unfolded
from tests.determine.strategies import moves, parts
from tests.determine.test_properties import CIVIL, MAGNET, METAL, OVERSEAS_RULES
from tests.determine.world import Move, Part, exactly, to_document

RICH = [replace(MAGNET, lines=((1, exactly(1)),)), replace(METAL, value=exactly(1))]
ANSWER = jsonschema.Draft202012Validator(answer_schema())
FACTS_SHAPE = jsonschema.Draft202012Validator(facts_schema())


def shuffled(value: object, rng: random.Random) -> object:
    """The same plain data with the keys of every mapping in another order."""
    if isinstance(value, dict):
        keys = list(value)
        rng.shuffle(keys)
        return {key: shuffled(value[key], rng) for key in keys}
    return [shuffled(item, rng) for item in value] if isinstance(value, list) else value


@settings(max_examples=3)
@given(world=parts(most=3), move=moves(), day=st.sampled_from(REAL_DAYS), seed=st.integers(0, 99))
def test_the_same_question_gives_the_same_bytes(
    book: Book, world: list[Part], move: Move, day: date, seed: int
) -> None:
    facts = to_document(unfolded(world, 0), move)
    FACTS_SHAPE.validate(facts)
    turned = shuffled(facts, random.Random(seed))
    one, two, three = (determine(f, book, on=day) for f in (facts, facts, turned))
    assert to_json(one) == to_json(two)
    assert three.input_hash == one.input_hash
    ANSWER.validate(json.loads(to_json(one)))


def test_shares_of_origin_in_another_order_give_the_same_bytes(book: Book) -> None:
    """The input hash is the same, so the answer must be."""
    day = date(2026, 1, 15)
    shares = {"CHN": "40..60 %", "AUS": "40..60 %"}
    texts = []
    for origin in (shares, dict(reversed(shares.items()))):
        facts = to_document(RICH, CIVIL)
        facts["item"]["origin"] = origin  # type: ignore[index]
        texts.append(to_json(determine(facts, book, on=day)))
    assert texts[0] == texts[1]


def test_the_input_hash_follows_the_content_and_not_the_order_of_keys(book: Book) -> None:
    facts = to_document(RICH, CIVIL)
    day = date(2026, 1, 15)
    one = determine(facts, book, on=day).input_hash
    assert determine(dict(reversed(facts.items())), book, on=day).input_hash == one
    assert determine(facts, book, on=date(2026, 1, 16)).input_hash != one
    assert determine({**facts, "to": "USA"}, book, on=day).input_hash != one
    assert input_digest({"a": 1, "b": 2}) == input_digest({"b": 2, "a": 1})


def test_a_day_in_the_document_counts_unless_another_is_asked(book: Book) -> None:
    facts = {**to_document(RICH, CIVIL), "on": "2025-12-05", "known_on": "2025-10-30"}
    assert str(ask(book, facts, None).outcome) == "licence"  # type: ignore[arg-type]
    assert str(ask(book, facts, date(2025, 10, 8)).outcome) == "not controlled"
    with pytest.raises(BadInput, match="there is no day"):
        determine(to_document(RICH, CIVIL), book)


def test_an_answer_names_provision_status_sources_and_what_could_not_be_checked(book: Book) -> None:
    answer = ask(book, to_document(RICH, CIVIL), date(2026, 1, 15))
    assert (str(answer.outcome), str(answer.latent)) == ("not in force", "licence")
    (finding,) = answer.under
    assert (finding.provision, finding.status) == ("cn-mofcom-2025-61/1.1", "suspended")
    assert (finding.since, finding.known, finding.by) == (
        date(2025, 11, 7),
        date(2025, 11, 7),
        "cn-mofcom-gacc-2025-70",
    )
    assert all(source.what and source.place for source in finding.sources)
    assert any(text.startswith("cn-mofcom-2025-61/1.1: ") for text in answer.unverified)
    assert answer.next_change == date(2026, 11, 11)


def test_every_answer_says_that_it_is_no_legal_advice(book: Book) -> None:
    answer = determine(to_document(RICH, CIVIL), book, on=date(2026, 1, 15))
    assert answer.disclaimer == DISCLAIMER
    assert json.loads(to_json(answer))["law_version"] == book.version


def test_a_day_after_the_last_review_is_stale(book: Book) -> None:
    reviewed = min(m.reviewed_until for m in book.measures.values())
    last, after = (ask(book, to_document(RICH, CIVIL), day).is_stale for day in (reviewed, date(2030, 1, 1)))
    assert (last, after) == (False, True)


def test_an_unstated_claim_that_would_change_the_outcome_is_said_to_be_rested_on(book: Book) -> None:
    facts = to_document(RICH, CIVIL)
    answer = ask(book, facts, *OVERSEAS_RULES)
    assert any("disaster relief" in text for text in answer.rests_on)
    facts.setdefault("use", {})["humanitarian"] = "no"  # type: ignore[attr-defined]
    assert not any("disaster relief" in text for text in ask(book, facts, *OVERSEAS_RULES).rests_on)
    facts["use"]["humanitarian"] = "unknown"  # type: ignore[index]
    open_now = ask(book, facts, *OVERSEAS_RULES)
    assert "use.humanitarian" in {gap.fact for gap in open_now.gaps}


def test_a_duty_counts_the_working_days_of_its_calendar(book: Book) -> None:
    """Ten working days after Monday 20 October 2025 are over on Monday 3 November."""
    world = [replace(MAGNET, origin="CHN")]
    facts = to_document(world, {**CIVIL, "use.humanitarian": "yes"})
    day = date(2025, 10, 20)
    with_calendar = determine(facts, book, on=day, calendars=read_reference().working_days).regimes["CN"]
    assert str(with_calendar.outcome) == "exempt, report due"
    due = {d.provision: d.due for d in with_calendar.duties}
    assert due["cn-mofcom-2025-61/5-report"] == date(2025, 11, 3)
    without = {d.provision: d.due for d in ask(book, facts, day).duties}
    assert without["cn-mofcom-2025-61/5-report"] is None


def test_the_tree_has_the_truth_of_every_tested_requirement(book: Book) -> None:
    answer = ask(book, to_document(RICH, CIVIL), *OVERSEAS_RULES)
    shown = {node.says.split(":")[0]: node for node in answer.tree}
    assert set(answer.tested) <= set(shown)
    node = shown["cn-mofcom-2025-61/1.1"]
    assert node.truth == "yes"
    read = dict(pair for leaf in _leaves(node) for pair in leaf.read)
    assert (read["share"], read["threshold"]) == ("1 %", "at least 0.1 %")


def _leaves(node):  # type: ignore[no-untyped-def]
    yield node
    for child in node.children:
        yield from _leaves(child)


def test_plain_data_has_outcomes_in_words_and_exact_numbers_as_texts(book: Book) -> None:
    made = plain(ask(book, to_document(RICH, CIVIL), *OVERSEAS_RULES))
    assert (made["outcome"], made["at_least"]) == ("licence", "licence")  # type: ignore[index]
    assert made["break_even"][0]["break_even"] == ["1000", "1000"]  # type: ignore[index]


def test_all_faults_of_a_document_come_at_once_with_their_places(book: Book) -> None:
    facts = {
        "item": {"form": "magnett", "elements": ["Dyy"], "origin": "Chian", "content": [{"valu": "1 USD"}]},
        "frm": "CHN",
        "on": "1 Dec 2025",
        "end_user": {"militry": "no"},
    }
    with pytest.raises(BadInput) as caught:
        determine(facts, book)
    assert sorted(str(fault) for fault in caught.value.faults) == [
        "facts.end_user: there is no fact 'militry'. Did you mean 'military'?",
        "facts.item.content[0]: there is no fact 'valu'. Did you mean 'value'?",
        "facts.item.elements[0]: 'Dyy' is no element of the book. Did you mean 'Dy'?",
        "facts.item.form: 'magnett' is not one of its values. Did you mean 'magnet'?",
        "facts.item.origin: 'Chian' is not a country. Did you mean 'CHN'?",
        "facts.on: '1 Dec 2025' is not a day. Write it YYYY-MM-DD",
        "facts: there is no fact 'frm'. Did you mean 'from'?",
    ]


def test_a_definition_that_provisions_share_is_opened_once(book: Book) -> None:
    """Written out whole, the answer to one question under US law would be thirty times as long."""
    answer = determine(to_document(RICH, CIVIL), book, on=date(2026, 1, 15), regimes=("US",)).regimes["US"]
    opened = [
        node.says
        for tree in opened_once(answer.tree)
        for node in walked(tree)
        if node.kind == "definition" and node.children
    ]
    assert len(opened) == len(set(opened)) > 20
    told = {
        node.says.removesuffix(" (opened above)")
        for tree in opened_once(answer.tree)
        for node in walked(tree)
    }
    assert told == {node.says for tree in answer.tree for node in walked(tree)}


def walked(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from walked(child)
