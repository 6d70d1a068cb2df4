from datetime import date

from monazite.determine.answer import Gap
from monazite.terms.outcomes import Outcome, Verdict
from monazite.writers.picks import Doubt, Line
from monazite.writers.requests import asks, by_supplier, requests_of


def line(move: str = "m1", at_most: Outcome = Outcome.LICENCE) -> Line:
    return Line(regime="CN", row=0, pair=0, part="motor", title="Motor", supplier="", move=move, origin="JPN", destination="USA",
                first=date(2026, 1, 1), last=date(2026, 1, 1), outcome=Verdict.NEEDS_EVIDENCE, at_least=Outcome.NOT_CONTROLLED,
                at_most=at_most, latent=Verdict.LICENCE, under=(), doubt=Doubt.FACTS)  # fmt: skip


def gap(fact: str, part: str = "magnet", supplier: str = "Akiko", matters_for: str = "outcome") -> Gap:
    return Gap(fact=fact, part=part, says=fact, supplier=supplier, if_no=Verdict.NOT_CONTROLLED, if_yes=Verdict.LICENCE,
               matters_for=matters_for, provisions=("m/1",))  # fmt: skip


def test_the_fact_on_which_most_answers_hang_comes_first():
    found = requests_of(
        [(line(), [gap("item.origin"), gap("item.value")]), (line("m2"), [gap("item.value")])]
    )
    assert [(one.fact, one.answers, one.moves) for one in found] == [
        ("item.value", 2, ("m1", "m2")),
        ("item.origin", 1, ("m1",)),
    ]


def test_of_equally_many_the_worse_at_stake_comes_first():
    found = requests_of(
        [(line(), [gap("item.origin")]), (line("m2", Outcome.PROHIBITED), [gap("item.value")])]
    )
    assert [(one.fact, one.worst) for one in found] == [
        ("item.value", Outcome.PROHIBITED),
        ("item.origin", Outcome.LICENCE),
    ]


def test_a_fact_that_matters_for_the_latent_outcome_alone_is_counted_apart():
    [one] = requests_of([(line(), [gap("item.origin", matters_for="latent")])])
    assert (one.answers, one.latent, one.worst) == (0, 1, Outcome.LICENCE)


def test_facts_about_one_part_with_one_weight_are_asked_together():
    found = requests_of([(line(), [gap("item.origin"), gap("item.value"), gap("item.value", part="shaft")])])
    assert [(ask.part, ask.facts) for ask in asks(found)] == [
        ("magnet", ("item.origin", "item.value")),
        ("shaft", ("item.value",)),
    ]


def test_each_supplier_gets_its_own():
    found = requests_of([(line(), [gap("item.origin", supplier="Ling"), gap("item.value")])])
    assert {name: [one.fact for one in mine] for name, mine in by_supplier(found).items()} == {
        "Akiko": ["item.value"],
        "Ling": ["item.origin"],
    }
