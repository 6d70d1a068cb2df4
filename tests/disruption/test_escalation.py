"""Counts of both lists against published values, losses by hand, refusals, paths, and the command."""

import json
import re
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from monazite.cli.disrupt_escalate import escalate
from monazite.disruption.escalation.ladder import BreakEven, Ladder, Loss, Range, Rung, Scenario, Stated
from monazite.disruption.escalation.ledger import (
    Count,
    Move,
    Pairs,
    both_sides,
    contradictions,
    count_answers,
    most_telling,
    moves_of,
    one_a_day,
    side_by_side,
)
from monazite.disruption.escalation.paths import Paths, rates
from monazite.disruption.escalation.payoffs import (
    assumptions,
    bitten_days,
    break_even,
    days_above,
    losses,
    middles,
    unknown_break_even,
)
from monazite.disruption.escalation.sensitivity import orders
from monazite.disruption.escalation.strategies import Grit, RaiseByOne
from monazite.readers.disruption.escalation import read_escalation
from monazite.readers.disruption.headlines import read_headlines
from monazite.readers.events import read_ledger
from monazite.terms.faults import BadInput
from monazite.writers.disruption.escalation import break_even_text
from monazite.writers.disruption.escalation_counts import count_lines
from monazite.writers.disruption.escalation_page import render_escalation_page
from monazite.writers.disruption.escalation_plain import _plain_break_even

SCENARIOS = Path(__file__).parents[2] / "scenarios"
TELLS_WHAT_COMES = re.compile(r"\b(probabilit\w+|winners?|wins?|will|likely|forecasts?)\b", re.IGNORECASE)


@pytest.fixture(scope="module")
def headlines() -> tuple[Move, ...]:
    return read_headlines()


@pytest.fixture(scope="module")
def ledger() -> tuple[Move, ...]:
    return moves_of(read_ledger().events)


# -- counts -----------------------------------------------------------------------------------------------------

GOLDEN = {
    # coding: China after a raise and a lowering, the United States after a raise and a lowering
    "headlines": ((13, 14, 0.75, 0.99), (0, 8, 0.0, 0.21), (8, 13, 0.39, 0.81), (5, 8, 0.34, 0.85)),
    "headlines, no same-day pairs": (
        (8, 9, 0.64, 0.98),
        (0, 1, None, None),
        (8, 13, 0.39, 0.81),
        (5, 8, 0.34, 0.85),
    ),
    # counted on the list of 149 moves, before the guidance of 31 May 2026 joined it; court rulings count
    "full, one move less": (
        (28, 33, 0.73, 0.93),
        (14, 26, 0.38, 0.69),
        (33, 47, 0.59, 0.80),
        (4, 16, 0.11, 0.45),
    ),
}


@pytest.mark.parametrize("key", GOLDEN)
@pytest.mark.parametrize("outside", [False, True])
def test_counts_are_as_published(headlines, ledger, key, outside):
    coding = next(c for c in side_by_side(headlines, ledger, outside=outside) if c.key == key)
    found = [answers.after[way] for answers in coding.answers for way in (True, False)]
    for count, (k, n, low, high) in zip(found, GOLDEN[key], strict=True):
        assert (count.k, count.n) == (k, n)
        ends = count.interval()
        assert ends is None if low is None else tuple(round(end, 2) for end in ends) == (low, high)


def test_the_list_as_it_stands_counts_otherwise(headlines, ledger):
    assert len(headlines) == 44
    told = ledger[most_telling(ledger)]
    assert (told.printed, told.side, told.says.partition(":")[0]) == ("2026-05-31", "USA", "chip-guidance")
    by_key = {coding.key: coding for coding in side_by_side(headlines, ledger, outside=False)}
    with_rulings = by_key["full, outside events too"].answers
    assert [(c.k, c.n) for a in with_rulings for c in a.after.values()] == [
        (31, 36),
        (11, 23),
        (33, 47),
        (5, 17),
    ]
    plain = by_key["full"].answers
    assert [(c.k, c.n) for a in plain for c in a.after.values()] == [(31, 36), (11, 23), (33, 45), (5, 16)]


def test_lists_contradict_each_other_after_a_lowering_only(headlines, ledger):
    codings = side_by_side(headlines, ledger, outside=False)
    assert {(side, way) for side, way, _, _ in contradictions(codings)} == {("CHN", False), ("USA", False)}
    text = " ".join(count_lines(codings, 100))
    assert "The lists contradict each other" in text
    assert "neither list is the right one" in text
    line = next(t for t in count_lines(codings, 100) if "0 of  1" in t)
    assert "(44 moves)" in line
    assert not re.search(r"0\.\d\d", line), "no share below n = 5"


def test_outside_events_are_left_out_unless_asked(headlines, ledger):
    assert sum(move.outside for move in ledger) == 3
    asked = next(c for c in side_by_side(headlines, ledger, outside=True) if c.key == "full")
    assert asked.answers[1].after[True] == Count(33, 47)


def _move(printed: str, side: str, raises: bool) -> Move:
    return Move(printed=printed, side=side, raises=raises)


def test_one_move_a_day():
    moves = [
        _move("2025-04-02", "CHN", True), _move("2025-04-02", "USA", True), _move("2025-04", "USA", False),
        _move("2025-04-03", "USA", True), _move("2025-04-03", "USA", False), _move("2025-04-02", "CHN", True),
    ]  # fmt: skip
    kept = [(move.printed, move.side) for move in one_a_day(moves)]
    assert kept == [("2025-04", "USA"), ("2025-04-02", "USA"), ("2025-04-02", "CHN")]
    assert count_answers(one_a_day(moves), "CHN", "USA", pairs=Pairs.IN_ORDER).after[True] == Count(1, 1)
    assert count_answers(one_a_day(moves), "CHN", "USA", pairs=Pairs.EARLIER).after[False] == Count(1, 1)
    assert count_answers(one_a_day(moves), "CHN", "USA", pairs=Pairs.DROPPED).after == {
        True: Count(0, 0),
        False: Count(0, 0),
    }


@given(st.lists(st.tuples(st.integers(1, 28), st.sampled_from(["CHN", "USA"]), st.booleans()), max_size=25))
def test_counts_add_up(drawn):
    moves = one_a_day(_move(f"2025-03-{day:02}", side, raises) for day, side, raises in drawn)
    for pairs in Pairs:
        for answers in both_sides(moves, pairs=pairs):
            mine = [move for move in moves if move.side == answers.side]
            assert sum(count.n for count in answers.after.values()) <= len(mine)
            for count in answers.after.values():
                ends = count.interval()
                assert (ends is None) == (count.n < 5) == (count.share is None)
                if ends is not None:
                    assert 0 <= ends[0] <= ends[1] <= 1


# -- losses -----------------------------------------------------------------------------------------------------


def _scenario(us_loss: Loss, cn_loss: Loss, **more) -> Scenario:
    def ladder(side: str) -> Ladder:
        rung = Rung(
            key=f"{side}-1",
            says=("a measure", "措施"),
            example="made up",
            losses={"CHN": cn_loss, "USA": us_loss},
        )
        return Ladder(side=side, rungs=(rung,), start=0, strategies=("still", "hard"))

    return Scenario(
        name=("made up", "虚构"), says=("", ""), currency="USD", round_days=10, rounds=3, misperceived=Range(0, 0),
        generosity=1 / 3, seed=1, runs=1, ladders=(ladder("CHN"), ladder("USA")), made_up=True, **more,
    )  # fmt: skip


def _walked() -> Paths:
    """`still` never raises, `hard` always does."""
    pairs = tuple((a, b) for a in ("still", "hard") for b in ("still", "hard"))
    steps = np.array(
        [[[[1 if name == "hard" else -1 for name in pair]] * 3] for pair in pairs], dtype=np.int8
    )
    return Paths(
        pairs=pairs,
        rate=0.0,
        steps=steps,
        rungs=(steps > 0).astype(np.int8),
        misread=np.zeros((1, 3, 2), bool),
    )


def test_losses_by_hand():
    scenario = _scenario(
        us_loss=Loss(per_day=Range(1, 3), cover_days=Range(5, 5), lag_days=Range(0, 0)),
        cn_loss=Loss(per_day=Range(10, 10)),
    )
    found = assumptions(scenario)
    total = losses(scenario, [_walked()], found, middles(found)[None])
    # two money a day for 30 - 5 days and each measure; ten a day for 30 days and each measure
    assert total[:, 0, 1].tolist() == [0, 50, 50, 100]
    assert total[:, 0, 0].tolist() == [0, 300, 300, 600]


def test_order_turns_where_the_assumption_says():
    cheap = Rung(
        key="cheap",
        says=("cheap", ""),
        example="",
        losses={"CHN": Loss(per_day=Range(0, 4)), "USA": Loss(per_day=Range(0, 0))},
    )
    dear = Rung(
        key="dear",
        says=("dear", ""),
        example="",
        losses={"CHN": Loss(per_day=Range(1, 1)), "USA": Loss(per_day=Range(0, 0))},
    )
    scenario = Scenario(
        name=("", ""), says=("", ""), currency="USD", round_days=10, rounds=1, misperceived=Range(0, 0), generosity=0, seed=1,
        runs=1,
        ladders=(
            Ladder(side="CHN", rungs=(cheap,), start=0, strategies=("still", "hard")),
            Ladder(side="USA", rungs=(dear,), start=0, strategies=("answers",)),
        ),
    )  # fmt: skip
    # staying still costs the other's measure, 1 a day; raising costs 0 to 4 a day and no measure of the other
    rungs = np.array([[[[0, 1]]], [[[1, 0]]]], dtype=np.int8)
    walked = Paths(pairs=(("still", "answers"), ("hard", "answers")), rate=0.0, steps=rungs, rungs=rungs,
                   misread=np.zeros((1, 1, 2), bool))  # fmt: skip
    (order, *_) = orders(scenario, [walked], seed=1)
    assert order.places == (("still",), ("hard",))
    (flip,) = order.flips
    assert (flip.assumption.rung, flip.below, flip.then) == ("cheap", True, "hard")
    assert flip.at == pytest.approx(1.0)
    assert order.flips_anywhere
    assert [(cost.low, cost.high) for cost in order.costs] == [(10, 10), (0, 40)]


def test_a_path_of_unknown_cost_is_not_ranked():
    unknown = _scenario(us_loss=Loss(per_day=None), cn_loss=Loss(per_day=Range(1, 1)))
    found = {(order.side, order.against): order for order in orders(unknown, [_walked()], seed=1)}
    refused = found["USA", "hard"]
    assert not refused.places
    assert refused.refused == (("CHN-1", "USA"), ("USA-1", "USA"))
    assert np.isnan(refused.costs[0].middle)
    assert found["CHN", "hard"].places == (("still",), ("hard",))
    assert not _scenario(us_loss=Loss(per_day=None), cn_loss=Loss(per_day=None)).has_losses


@given(
    stands=st.lists(st.booleans(), min_size=1, max_size=7), cover=st.integers(0, 25), lag=st.integers(0, 25),
    half=st.none() | st.integers(5, 400),
)  # fmt: skip
def test_days_that_bite_equal_a_walk_by_the_day(stands, cover, lag, half):
    used, tail, found = 0, 0, 0.0
    for day in range(len(stands) * 4):
        on = stands[day // 4]
        if on:
            bites = used >= cover
            used = min(used + 1, cover)
            # what was bitten stays so for the lag, from the end of a round on
            tail = lag if used >= cover else tail
        else:
            bites = tail > 0
            tail = max(tail - 1, 0)
            # stock is full again at the next round once the tail is over
            if tail == 0 and (day % 4 == 3):
                used = 0
        if bites:
            found += (
                1.0 if half is None else half / np.log(2) * (2 ** (-day / half) - 2 ** (-(day + 1) / half))
            )
    got = bitten_days(
        np.array(stands)[None, None, None], 4, np.array([float(cover)]), np.array([float(lag)]),
        None if half is None else np.array([float(half)]),
    )  # fmt: skip
    assert got[0, 0, 0] == pytest.approx(found, abs=1e-9)


def test_break_even_by_hand():
    us, cn = Loss(per_day=Range(2, 4), cover_days=Range(10, 20)), Loss(per_day=Range(1, 1))
    scenario = _scenario(us_loss=us, cn_loss=cn)

    def asked(side: str, amount: Range | None) -> BreakEven:
        return BreakEven(name=("", ""), rungs=("CHN-1",), side=side, amount=amount)

    assert break_even(scenario, asked("USA", Range(100, 100))) == (
        35.0,
        70.0,
    )  # 10 + 100 / 4 and 20 + 100 / 2
    # 4 (t - 10) > t from 40 / 3 on; 2 (t - 20) > t from 40 on
    assert break_even(scenario, asked("USA", None)) == (pytest.approx(40 / 3), pytest.approx(40))
    assert break_even(scenario, asked("CHN", None)) == (0.0, 0.0)
    nothing = _scenario(us_loss=Loss(per_day=Range(0, 1)), cn_loss=cn)
    assert break_even(nothing, asked("USA", Range(10, 10))) == (10.0, None)
    assert break_even(nothing, asked("USA", None)) == (None, None)
    unknown = _scenario(us_loss=us, cn_loss=Loss(per_day=None))
    assert unknown_break_even(unknown, asked("USA", None)) == (("CHN-1", "CHN"),)
    assert unknown_break_even(unknown, asked("USA", Range(1, 1))) == ()


def test_a_break_even_that_turns_back_is_said():
    """1 t against 3 (t - 10): above until day 15; with a second measure of 5 (t - 40) above again from day 56 2/3."""
    us, cn = Loss(per_day=Range(1, 1)), Loss(per_day=Range(3, 3), cover_days=Range(10, 10))
    later = Loss(per_day=Range(5, 5), cover_days=Range(40, 40))
    assert days_above([us], [cn], None, dear=True) == ((0.0, 15.0),)
    first, again = days_above([us, later], [cn], None, dear=True)
    assert first == (0.0, 15.0)
    assert again == (pytest.approx(170 / 3), float("inf"))
    assert days_above([us, us, us], [Loss(per_day=Range(3, 3))], None, dear=True) == ()
    scenario = _scenario(us_loss=us, cn_loss=cn)
    asked = BreakEven(name=("", ""), rungs=("CHN-1",), side="USA", amount=None)
    assert break_even(scenario, asked) == (0.0, 0.0)
    english, chinese = break_even_text(scenario, asked)
    assert "It turns back: at the end where it comes first it holds from day 0 to 15;" in english
    assert "第0天至第15天" in chinese
    plain = _plain_break_even(scenario, asked)
    assert (plain["holds_where_first"], plain["holds_where_last"]) == ([[0.0, 15.0]], [[0.0, 15.0]])
    assert "turns back" not in break_even_text(scenario, replace(asked, side="CHN"))[0]


def test_rates_and_a_stated_strategy():
    assert rates(Range(0.1, 0.1)).tolist() == [0.1]
    assert rates(Range(0, 0.3)).tolist() == pytest.approx([0, 0.1, 0.2, 0.3, 0.15])
    stated = Stated(name="careful", first=0, table={"raised": 1, "raised above": 0, "held": 0, "lowered": -1})
    assert [stated.step(None, 0, 0), stated.step(1, 0, 1), stated.step(1, 2, 1), stated.step(-1, 2, 1)] == [
        0,
        1,
        0,
        -1,
    ]


def test_grit_makes_its_step_again_after_one_answer():
    grit = Grit(repeats=2)
    seen = [None, -1, 1, 1, 1, 1, 1, 1, 0, 1]
    assert [grit.choose(one, own=1, other=1) for one in seen] == [-1, -1, 1, -1, 1, -1, 1, 1, -1, 1]


def test_raise_by_one():
    assert [RaiseByOne().choose(-1, own=own, other=1) for own in range(4)] == [1, 1, 0, -1]


# -- files ------------------------------------------------------------------------------------------------------


def test_every_fault_of_a_file_at_once(tmp_path):
    text = (SCENARIOS / "escalation-made-up.yaml").read_text(encoding="utf-8")
    for old, new in (
        ("rounds: 12", "rounds: -3"), ("misperceived: [0, 0.1]", "misperceived: nan"), ("seed: 7", "seed: 1e99"),
        ("strategies: [tit for tat, two", "strategies: [tit for tatt, two"), ("per_day: [500000, 2500000]", "per_day: [9, 2]"),
        ("first: hold", "first: jump"), ("rungs: [duty]", "rungs: [dutty]"), ("runs: 20", "runns: 20"),
        ("per_day: [100000, 400000], cover_days: 0, lag_days: 0, made_up: yes", "per_day: 5, lag_days: 0"),
    ):  # fmt: skip
        assert old in text
        text = text.replace(old, new, 1)
    path = tmp_path / "bad.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput) as bad:
        read_escalation(path)
    said = bad.value.report()
    assert "unknown field 'runns'" in said
    path.write_text(text.replace("runns", "runs"), encoding="utf-8")
    with pytest.raises(BadInput) as bad:
        read_escalation(path)
    said = bad.value.report()
    for piece in ("'-3' is no number from 1 to 400", "'nan' is no number from 0 to 1", "'1e99' is no number",
                  "Did you mean 'tit for tat'?", "9 is above 2", "'jump' is no move", "'dutty' is no measure. Did you mean 'duty'?",
                  "is a loss without a source", "says no cover_days", "bad.yaml:"):  # fmt: skip
        assert piece in said, piece


def test_losses_from_an_answer_kept_as_json(tmp_path):
    answer = {"lines": [{"margin_lost": 3650.0}, {"margin_lost": 7300.0}, {"margin_lost": None}]}
    (tmp_path / "line.json").write_text(json.dumps(answer), encoding="utf-8")
    text = (SCENARIOS / "escalation-made-up.yaml").read_text(encoding="utf-8")
    old = "per_day: [500000, 2500000]"
    read = "per_day: {file: line.json, low: lines.0.margin_lost, high: lines.1.margin_lost, days: 365}"
    path = tmp_path / "from-file.yaml"
    path.write_text(text.replace(old, read), encoding="utf-8")
    scenario = read_escalation(path)
    loss = scenario.ladders[1].rungs[0].losses["USA"]
    assert loss.per_day == Range(10, 20)
    assert loss.source == "line.json, lines.0.margin_lost and lines.1.margin_lost, over 365 days"
    assert scenario.inputs[0].startswith("line.json, sha256 ")
    path.write_text(text.replace(old, read.replace("days", "times: 1e3, days")), encoding="utf-8")
    assert read_escalation(path).ladders[1].rungs[0].losses["USA"].per_day == Range(10_000, 20_000)
    path.write_text(text.replace(old, read.replace("days", "times: -1, days")), encoding="utf-8")
    with pytest.raises(BadInput, match=r"3650\.0 times -1"):
        read_escalation(path)
    path.write_text(text.replace(old, read.replace("lines.1", "lines.2")), encoding="utf-8")
    assert read_escalation(path).ladders[1].rungs[0].losses["USA"].per_day is None
    path.write_text(text.replace(old, read.replace("lines.1", "lines.9")), encoding="utf-8")
    with pytest.raises(BadInput, match=r"the file has no '9' in 'lines\.9\.margin_lost'"):
        read_escalation(path)
    (tmp_path / "line.json").write_text(
        json.dumps({"lines": [{"margin_lost": 1, "currency": "EUR"}] * 2}), encoding="utf-8"
    )
    path.write_text(text.replace(old, read), encoding="utf-8")
    with pytest.raises(BadInput, match="is in EUR, the scenario in USD"):
        read_escalation(path)
    path.write_text(text.replace(old, read.replace("line.json", "no.json")), encoding="utf-8")
    with pytest.raises(BadInput, match=r"'no\.json' cannot be read"):
        read_escalation(path)


def test_shipped_scenarios_say_what_is_made_up():
    toy, real = (
        read_escalation(SCENARIOS / f"escalation-{name}.yaml") for name in ("made-up", "rare-earths")
    )
    assert toy.made_up
    assert all(
        loss.made_up for ladder in toy.ladders for rung in ladder.rungs for loss in rung.losses.values()
    )
    assert not real.made_up
    known = [
        loss
        for ladder in real.ladders
        for rung in ladder.rungs
        for loss in rung.losses.values()
        if loss.per_day
    ]
    (gallium,) = known
    assert gallium.per_day is not None
    assert (round(gallium.per_day.low * 365, -6), round(gallium.per_day.high * 365, -6)) == (1.7e9, 9.0e9)


# -- the command ------------------------------------------------------------------------------------------------


def test_command_prints_counts_of_both_lists():
    said = CliRunner().invoke(escalate, [])
    assert said.exit_code == 0
    assert "13 of 14   0.93 (0.75-0.99)" in said.output
    assert "28 of 33   0.85 (0.73-0.93)" in said.output
    assert not TELLS_WHAT_COMES.search(said.output)
    counts = json.loads(CliRunner().invoke(escalate, ["--json"]).stdout)["counts"]
    low = next(a for a in counts[1]["answers"] if (a["side"], a["after"]) == ("CHN", "lowering"))
    assert (low["raised"], low["n"], low["share"], low["interval_90"]) == (0, 1, None, None)


def test_command_says_what_is_wrong(tmp_path):
    for argument in (tmp_path / "no.yaml", tmp_path):
        said = CliRunner().invoke(escalate, [str(argument)])
        assert said.exit_code in (1, 2)
        assert "Traceback" not in said.output
    empty = tmp_path / "empty.yaml"
    empty.write_text("", encoding="utf-8")
    said = CliRunner().invoke(escalate, [str(empty)])
    assert said.exit_code == 1
    assert "is empty" in said.output


def test_page_of_counts_holds_everything(headlines, ledger):
    page = render_escalation_page(side_by_side(headlines, ledger, outside=False), None)
    assert page == render_escalation_page(side_by_side(headlines, ledger, outside=False), None)
    assert "0.93 (0.75–0.99)" in page
    assert 'lang="zh"' in page
    assert not re.search(r'(src|href)="https?:', page)


def _shown_blocks() -> list[tuple[str, str]]:
    """Arguments and what is shown, of each block in the manual."""
    page = (SCENARIOS.parent / "docs/how-to/escalation.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```console\n(.*?)```", page, re.DOTALL)
    found = [
        re.fullmatch(r"\$ monazite disrupt escalate ?([^\n]*)\n(.*)", block, re.DOTALL) for block in blocks
    ]
    return [(one[1], one[2]) for one in found if one]


def _is_what_is_printed(words: str, shown: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Line for line, in this order; `...` stands for lines left out."""
    monkeypatch.chdir(SCENARIOS.parent)
    monkeypatch.setenv("COLUMNS", "100")
    printed = CliRunner().invoke(escalate, words.split()).stdout.splitlines()
    at, left_out = 0, False
    for line in shown.splitlines():
        if line == "...":
            left_out = True
            continue
        at = printed.index(line, at) if left_out else at
        assert printed[at] == line
        at, left_out = at + 1, False
    assert left_out or at == len(printed)


def test_the_manual_shows_what_the_command_says(monkeypatch):
    blocks = _shown_blocks()
    assert len(blocks) == 3
    _is_what_is_printed(*blocks[0], monkeypatch)


def test_a_missing_library_is_named(monkeypatch):
    monkeypatch.setattr("monazite.disruption.escalation.paths.find_spec", lambda name: None)
    said = CliRunner().invoke(escalate, [str(SCENARIOS / "escalation-made-up.yaml")])
    assert said.exit_code == 1
    assert "monazite[escalation]" in said.output


# -- with the axelrod library, which takes seconds to come up ------------------------------------------------------

SMALL = """
name: {en: small (made up), zh: 小例（虚构）}
made_up: yes
currency: USD
round_days: 30
rounds: 10
misperceived: %s
runs: 2
seed: 3
sources: [made up]
sides:
  CHN:
    start: 1
    strategies: [tit for tat, generous tit for tat, two tits for tat, grim, GRIT, raise by one, careful]
    ladder:
      - {key: a, says: first, example: none, losses: {CHN: %s, USA: %s}}
      - {key: b, says: second, example: none, losses: {CHN: %s, USA: %s}}
  USA:
    start: 0
    strategies: [tit for tat, grim, raise by one]
    ladder:
      - {key: c, says: third, example: none, losses: {CHN: %s, USA: %s}}
strategies:
  careful: {first: hold, table: {raised: raise, held: hold, lowered: lower}}
"""
KNOWN = "{per_day: [1, 2], cover_days: [0, 40], lag_days: [0, 10], made_up: yes}"


def _axelrod():
    if find_spec("axelrod") is None:
        pytest.skip("axelrod is not installed: pip install monazite[test]")
    from monazite.disruption.escalation.players import library

    return library()


def _file(folder: Path, loss: str, misperceived: str = "[0, 0.3]") -> Path:
    path = folder / "small.yaml"
    path.write_text(SMALL % (misperceived, *([loss] * 6)), encoding="utf-8")
    return path


@pytest.mark.slow
def test_forgiving_strategies_overtake_tit_for_tat_under_noise():
    axelrod = _axelrod()
    from monazite.disruption.escalation.players import ladder_player

    def scores(noise: float) -> dict[str, float]:
        field = [axelrod.TitForTat(), axelrod.GTFT(p=1 / 3), axelrod.TitFor2Tats(), axelrod.TwoTitsForTat(), axelrod.Grudger(),
                 axelrod.SuspiciousTitForTat(), axelrod.WinStayLoseShift(), axelrod.Prober(), ladder_player()(Grit)]  # fmt: skip
        played = axelrod.Tournament(field, turns=200, repetitions=4, noise=noise, seed=1).play(
            progress_bar=False
        )
        return {p.name: float(np.mean(s)) for p, s in zip(field, played.normalised_scores, strict=True)}

    quiet, noisy = scores(0), scores(0.05)
    first = max(quiet.values())
    assert quiet["Tit For Tat"] == first
    assert all(noisy[name] > noisy["Tit For Tat"] for name in ("GTFT", "Tit For 2 Tats", "Ladder player"))


@pytest.mark.slow
def test_paths_without_misperception(tmp_path):
    _axelrod()
    said = CliRunner().invoke(escalate, [str(_file(tmp_path, "unknown", "0")), "--json"])
    found = json.loads(said.stdout)["scenario"]
    rungs = {
        (p["strategies"]["CHN"], p["strategies"]["USA"]): (p["rungs"]["CHN"], p["rungs"]["USA"])
        for p in found["paths"]
    }
    assert rungs["tit for tat", "tit for tat"] == ([0] * 10, [0] * 10)
    assert rungs["grim", "raise by one"] == ([0, 1, 2, 2, 2, 2, 2, 2, 2, 2], [1] * 10)
    assert rungs["careful", "tit for tat"] == ([1] + [0] * 9, [0] * 10)
    assert rungs["raise by one", "grim"] == ([1] * 10, [0] * 10)
    # without losses there is no order, and the paths stand all the same
    assert not found["ranked"]
    assert not found["orders"]
    assert found["refused"].startswith("Not ranked")


@pytest.mark.slow
def test_the_manual_shows_what_scenarios_say(monkeypatch):
    _axelrod()
    for block in _shown_blocks()[1:]:
        _is_what_is_printed(*block, monkeypatch)


@pytest.mark.slow
def test_same_seed_same_bytes_and_a_page(tmp_path):
    _axelrod()
    path = _file(tmp_path, KNOWN)
    runs = [
        CliRunner().invoke(escalate, [str(path), "--json", "--out", str(tmp_path / name)]) for name in "ab"
    ]
    assert runs[0].exit_code == 0, runs[0].output
    assert runs[0].stdout == runs[1].stdout
    pages = [(tmp_path / name / "escalation.html").read_bytes() for name in "ab"]
    assert pages[0] == pages[1]
    found = json.loads(runs[0].stdout)["scenario"]
    assert found["ranked"]
    assert all(order["morris"] for order in found["orders"] if len(order["places"]) > 1)
    assert len({tuple(p["rungs"]["CHN"]) for p in found["paths"]}) > 3
    text = CliRunner().invoke(escalate, [str(path)]).stdout
    assert "What this cannot say" in text
    assert not TELLS_WHAT_COMES.search(text)
    shown = re.sub(r"<(style|script)>.*?</\1>|<[^>]*>", " ", pages[0].decode(), flags=re.DOTALL)
    assert not TELLS_WHAT_COMES.search(shown)
    other = path.with_name("other.yaml")
    other.write_text(path.read_text(encoding="utf-8").replace("seed: 3", "seed: 4"), encoding="utf-8")
    assert CliRunner().invoke(escalate, [str(other), "--json"]).stdout != runs[0].stdout
