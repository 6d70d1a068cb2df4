"""The cheapest remedy: golden cover, hand-worked toys, every choice tried, identities, faults, and the command."""

import itertools
import json
import math
import re
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from monazite.cli import main
from monazite.disruption.delay.lags import NEVER, FixedLag, LognormalLag
from monazite.disruption.lines.odds import Line, line_odds
from monazite.disruption.remedies.mitigation import (
    Choice,
    Kind,
    Lead,
    Problem,
    Sample,
    Source,
    Stock,
    appraise,
    best_cover,
    cost_by_draw,
    days_lost,
    draw,
    nothing,
)
from monazite.disruption.remedies.offers import Case, Offer, cover_alone, weigh
from monazite.disruption.remedies.programme import solve
from monazite.readers.disruption.remedies import read_remedies
from monazite.terms.faults import BadInput

DEFAULT = LognormalLag(median_days=74, sigma=0.36)


def test_cover_of_one_part_is_the_published_quantile() -> None:
    found = [round(best_cover(DEFAULT, share)) for share in (0.01, 0.02, 0.05, 0.1, 0.2)]
    assert found == [171, 155, 134, 117, 100]
    assert best_cover(DEFAULT, 1.0) == 0
    assert best_cover(replace(DEFAULT, refused=0.05), 0.02) == math.inf  # no stock outlasts a refusal


def test_cover_shown_counts_refusal_and_ends_at_the_horizon() -> None:
    """As the manual says it for the shipped 2 % refusal."""
    parts = Line(covers=np.zeros(1), codes=np.zeros(1, dtype=int), carried_days=np.zeros(1),
                 states=[(1.0, [replace(DEFAULT, refused=0.02)])])  # fmt: skip
    shares = (0.01, 0.02, 0.05, 0.1, 0.2)
    problem = Problem(parts=parts, uses=(np.array([0]),), lost_day=np.array([100.0]), horizon=365.0,
                      stocks=tuple(Stock(part=0, per_day=100 * share, most_days=9.0) for share in shares))  # fmt: skip
    found = [round(cover_alone(case_of(problem), number)[1]) for number in range(5)]
    assert found == [365, 365, 145, 122, 102]


def case_of(problem: Problem) -> Case:
    """A case with something of both kinds on offer."""
    offer = Offer(name="", part=0, kind=Kind.STOCK, cost_per_unit=1.0, fixed_cost=None, lead=None, most_days=1.0,
                  yield_share=None)  # fmt: skip
    places = np.arange(len(problem.parts.covers))
    return Case(model="", reading="", problem=problem, parts=places, stocks=(offer,), sources=(offer,))


@pytest.mark.parametrize("budget", [math.inf, 1500.0])
@pytest.mark.parametrize("seed", range(3))
def test_no_wider_way_and_no_larger_budget_costs_more_on_fresh_draws(seed: int, budget: float) -> None:
    asked = [case_of(made_up(3, seed, h=20.0)), case_of(made_up(3, seed + 100, h=20.0))]
    found = weigh(asked, draws=30, rng=np.random.default_rng(seed), budget=budget)
    for number, weighed in enumerate(found):
        idle, stock, source, together = (way.found.cost for way in weighed.ways)
        assert together <= min(stock, source) <= max(stock, source) <= idle
        costs = [way.found.cost for _, way in weighed.curve]
        assert costs == sorted(costs, reverse=True)
        assert not weighed.ways[1].choice.taken.any()
        assert not weighed.ways[2].choice.extra_days.any()
        assert all(way.choice.fixed_cost(weighed.case.problem) <= budget + 1e-3 for way in weighed.ways)
        assert all(0 <= way.choice.gap < 1 for way in weighed.ways)
        assert weighed.crossed[number] is weighed.best.found
        if budget == math.inf:
            assert min(one.cost for one in weighed.crossed) == together


def made_up(parts: int, seed: int = 0, *, sources: bool = True, lines: int = 1, h: float = 8.0) -> Problem:
    """Lines that share parts with lognormal lags; all numbers made up."""
    rng = np.random.default_rng(seed)
    lags = [LognormalLag(median_days=m, sigma=0.36, refused=0.02) for m in rng.uniform(40, 110, parts)]
    held = Line(covers=rng.uniform(20, 90, parts).round(), codes=np.arange(parts), carried_days=np.zeros(parts),
                states=[(1.0, lags)])  # fmt: skip
    offered = tuple(
        Source(part=p, fixed=float(rng.uniform(200, 900)), per_day=0.0, yield_share=1.0,
               lead=Lead(low=30, median=45, high=80))
        for p in range(parts if sources else 0)
    )  # fmt: skip
    uses = tuple(
        np.array([p for p in range(parts) if lines == 1 or p % lines != line]) for line in range(lines)
    )
    return Problem(parts=held, uses=uses, lost_day=np.array([100.0, 60.0, 30.0])[:lines], horizon=365.0, sources=offered,
                   stocks=tuple(Stock(part=p, per_day=h + p, most_days=60.0) for p in range(parts)))  # fmt: skip


def whole(problem: Problem, sample: Sample, extra: object, taken: object) -> float:
    choice = Choice(extra_days=np.array(extra, float), taken=np.array(taken, bool), sampled_cost=math.nan)
    lost, _ = days_lost(problem, sample, choice)
    return float(sample.weights @ cost_by_draw(problem, sample, choice, lost)[1])


def fixed(arrival: float, cover: float, **offer: object) -> Problem:
    line = Line(covers=np.array([cover]), codes=np.array([0]), carried_days=np.zeros(1),
                states=[(1.0, [FixedLag(days=arrival)])])  # fmt: skip
    return Problem(parts=line, uses=(np.array([0]),), lost_day=np.array([10.0]), horizon=365.0, **offer)  # type: ignore[arg-type]


def test_days_lost_with_a_source_worked_by_hand() -> None:
    # Arrival on day 100, cover 20: 80 days lost. A source from day 40 that serves half the need takes off 30.
    lead = Lead(low=40, median=40, high=40)
    half = Source(part=0, fixed=50.0, per_day=2.0, yield_share=0.5, lead=lead, kind=Kind.SUBSTITUTION)
    problem = fixed(100, 20, sources=(half,), stocks=(Stock(part=0, per_day=3.0, most_days=25.0),))
    sample = draw(problem, 5, np.random.default_rng(0))
    assert whole(problem, sample, [0], [False]) == pytest.approx(800)
    assert whole(problem, sample, [0], [True]) == pytest.approx(50 + 2 * 30 + 500)
    assert whole(problem, sample, [25], [True]) == pytest.approx(75 + 50 + 60 + 250)
    found = solve(problem, sample)
    assert (found.extra_days.tolist(), found.taken.tolist()) == ([25.0], [True])
    assert found.sampled_cost == pytest.approx(435)


def test_what_never_comes_costs_every_day_up_to_the_horizon() -> None:
    problem = replace(fixed(100, 20), parts=replace(fixed(100, 20).parts, states=[(1.0, [NEVER])]))
    sample = draw(problem, 5, np.random.default_rng(0))
    lost, binds = days_lost(problem, sample, nothing(problem))
    assert lost.tolist() == [[345.0]] * 5
    assert (binds == 0).all()


def test_where_nothing_is_on_offer_or_nothing_waits_nothing_is_bought() -> None:
    stock = (Stock(part=0, per_day=3.0, most_days=25.0),)
    for problem in (fixed(100, 20), fixed(10, 20, stocks=stock), fixed(10, 20, stocks=stock)):
        found = solve(problem, draw(problem, 3, np.random.default_rng(0)), budget=5.0)
        assert not found.extra_days.any()
    assert found.sampled_cost == 0


def test_a_part_takes_one_source_and_the_cheaper_of_two_alike() -> None:
    lead = Lead(low=30, median=30, high=30)
    both = tuple(Source(part=0, fixed=f, per_day=0.0, yield_share=0.5, lead=lead) for f in (90.0, 80.0))
    problem = fixed(100, 20, sources=both)
    assert solve(problem, draw(problem, 3, np.random.default_rng(0))).taken.tolist() == [False, True]


@pytest.mark.parametrize("seed", range(4))
def test_no_choice_that_is_tried_beats_the_programme(seed: int) -> None:
    problem = made_up(2 + seed % 2, seed, lines=1 + seed % 2, h=20.0)
    sample = draw(problem, 7, np.random.default_rng(seed))
    # In whole days the best stock is one of whole days: the rows are differences.
    sample = replace(sample, late=np.round(sample.late / 10) * 10, bridged=np.round(sample.bridged / 10) * 10)
    found = solve(problem, sample, gap=1e-9)
    grid = itertools.product(range(0, 70, 10), repeat=len(problem.stocks))
    flags = list(itertools.product((False, True), repeat=len(problem.sources)))
    tried = min(whole(problem, sample, x, y) for x in grid for y in flags)
    assert found.sampled_cost == pytest.approx(tried, rel=1e-7)
    budget = 900.0
    grid = itertools.product(range(0, 70, 10), repeat=len(problem.stocks))
    prices, fixed_costs = [s.per_day for s in problem.stocks], [s.fixed for s in problem.sources]
    within = min(
        whole(problem, sample, x, y)
        for x in grid
        for y in flags
        if np.dot(prices, x) + np.dot(fixed_costs, y) <= budget
    )
    capped = solve(problem, sample, gap=1e-9, budget=budget)
    assert capped.sampled_cost <= within + 1e-6
    assert capped.fixed_cost(problem) <= budget * (1 + 1e-6)


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 1000), budgets=st.lists(st.floats(0, 4000), min_size=2, max_size=3))
def test_more_budget_never_costs_more(seed: int, budgets: list[float]) -> None:
    problem = made_up(4, seed, lines=2)
    sample = draw(problem, 40, np.random.default_rng(seed))
    costs = [
        solve(problem, sample, budget=budget, gap=1e-9).sampled_cost
        for budget in [0.0, *sorted(budgets), math.inf]
    ]
    assert all(later <= earlier * (1 + 1e-6) + 1e-6 for earlier, later in itertools.pairwise(costs))
    assert costs[0] == pytest.approx(whole(problem, sample, [0] * 4, [False] * 4))


def test_each_kind_alone_costs_at_least_what_both_do() -> None:
    problem = made_up(5, 3)
    sample = draw(problem, 60, np.random.default_rng(3))
    both = solve(problem, sample, gap=1e-9).sampled_cost
    stock = solve(problem, sample, gap=1e-9, without=(Kind.SOURCE, Kind.SUBSTITUTION))
    source = solve(problem, sample, gap=1e-9, without=(Kind.STOCK,))
    assert not stock.taken.any()
    assert not source.extra_days.any()
    assert both <= min(stock.sampled_cost, source.sampled_cost) + 1e-6


def test_the_order_of_parts_does_not_matter() -> None:
    problem = made_up(6, 5, lines=2)
    sample = draw(problem, 50, np.random.default_rng(5))
    order = np.array([4, 0, 5, 2, 1, 3])
    back = np.argsort(order)
    turned = Problem(
        parts=replace(problem.parts, covers=problem.parts.covers[order], codes=problem.parts.codes[order]),
        uses=tuple(back[used] for used in problem.uses), lost_day=problem.lost_day, horizon=problem.horizon,
        stocks=tuple(replace(problem.stocks[p], part=n) for n, p in enumerate(order.tolist())),
        sources=tuple(replace(problem.sources[p], part=n) for n, p in enumerate(order.tolist())),
    )  # fmt: skip
    same = replace(sample, late=sample.late[:, order], bridged=sample.bridged[:, order])
    one, two = solve(problem, sample, gap=1e-9), solve(turned, same, gap=1e-9)
    assert one.sampled_cost == pytest.approx(two.sampled_cost, rel=1e-7)
    assert (one.taken[order] == two.taken).all()


def test_stock_is_bought_until_a_day_costs_what_it_saves() -> None:
    """h_i = pi P(i binds) at the optimum, with the odds in closed form."""
    problem = made_up(3, 1, sources=False)
    found = solve(problem, draw(problem, 15_000, np.random.default_rng(1)))
    inside = [s for s, x in enumerate(found.extra_days) if 0.01 < x < 59.9]
    assert inside
    odds = line_odds(
        replace(problem.parts, covers=problem.parts.covers + found.extra_days), horizon=problem.horizon
    )
    for number in range(3):
        worth = 100 * odds.p_binds[number]
        if number in inside:
            assert worth == pytest.approx(problem.stocks[number].per_day, rel=0.08)
        elif found.extra_days[number] < 1:
            assert worth <= problem.stocks[number].per_day * 1.08
        else:
            assert worth >= problem.stocks[number].per_day * 0.92


def test_doing_nothing_costs_what_the_line_is_said_to_lose() -> None:
    problem = made_up(4, 2)
    (found,) = appraise(problem, [nothing(problem)], 20_000, np.random.default_rng(2))
    exact = line_odds(problem.parts, horizon=365.0)
    half = found.interval[1] - found.cost
    assert found.cost == pytest.approx(100 * exact.mean_days_lost, abs=2.5 * half)
    assert found.days_lost[0] == pytest.approx(found.cost / 100)
    assert found.worth == pytest.approx(100 * exact.p_binds, abs=2)
    assert found.saved == 0


def test_more_draws_shrink_the_interval() -> None:
    problem = made_up(3, 4)
    widths = []
    for draws in (500, 8_000):
        (found,) = appraise(problem, [nothing(problem)], draws, np.random.default_rng(4))
        widths.append(found.interval[1] - found.interval[0])
    assert widths[1] == pytest.approx(widths[0] / 4, rel=0.3)


def test_states_of_the_world_are_drawn_by_their_odds_and_hit_all_parts_at_once() -> None:
    parts = Line(covers=np.full(2, 10.0), codes=np.zeros(2, dtype=int), carried_days=np.zeros(2),
                 states=[(0.9, [FixedLag(days=0)]), (0.1, [FixedLag(days=50)])])  # fmt: skip
    problem = Problem(parts=parts, uses=(np.arange(2),), lost_day=np.array([1.0]), horizon=100.0)
    sample = draw(problem, 100, np.random.default_rng(0))
    assert sample.weights.sum() == pytest.approx(1)
    assert sample.weights[sample.state == 1].sum() == pytest.approx(0.1)
    assert (sample.late[:, 0] == sample.late[:, 1]).all()
    (found,) = appraise(problem, [nothing(problem)], 100, np.random.default_rng(0))
    assert found.cost == pytest.approx(4)  # 40 days in one case of ten
    assert found.interval == pytest.approx((4, 4))  # the odds of a state are given, not drawn


def test_lead_times_have_the_points_they_are_given_by() -> None:
    lead = Lead(low=30, median=45, high=90)
    assert lead.draw(np.array([0.1, 0.5, 0.9])) == pytest.approx([30, 45, 90])
    assert lead.draw(np.array([0.0]))[0] > 0


def test_a_negative_budget_or_yield_is_a_sentence() -> None:
    problem = made_up(2)
    sample = draw(problem, 10, np.random.default_rng(0))
    for budget in (-1.0, math.nan):
        with pytest.raises(BadInput, match="budget"):
            solve(problem, sample, budget=budget)
    with pytest.raises(BadInput, match="yield"):
        replace(problem, sources=(replace(problem.sources[0], yield_share=0.0),))


# -- the table ----------------------------------------------------------------------------------------------------

HEAD = "remedy,part,kind,cost_per_unit,fixed_cost,currency,lead_days_low,lead_days,lead_days_high,most_days,yield_share\n"


def faults(tmp_path: Path, rows: str) -> str:
    path = tmp_path / "remedies.csv"
    path.write_text(HEAD + rows, encoding="utf-8")
    with pytest.raises(BadInput) as bad:
        read_remedies(path, parts=("magnets", "shaft"), currencies={"EUR"})
    return bad.value.report()


def test_all_faults_of_the_table_come_at_once(tmp_path: Path) -> None:
    said = faults(
        tmp_path,
        "a,magnet,stock,1,,EUR,,,,10,\n"
        "a,shaft,stok,1,,EUR,,,,10,\n"
        "b,shaft,stock,1,,USD,,20,,10,\n"
        "c,shaft,second source,-4,1,EUR,50,40,60,,1\n"
        "d,shaft,substitution,1,nan,EUR,,40,60,,1.5\n"
        "e,shaft,stock,1,,,,,,-1,\n",
    )
    for words in (
        "remedies.csv:2, column part: 'magnet' is not in stock. Did you mean 'magnets'?",
        "remedies.csv:3, column remedy: 'a' stands at remedies.csv:2 too",
        "remedies.csv:3, column kind: 'stok' is none of stock, second source, substitution. Did you mean 'stock'?",
        "remedies.csv:4, column currency: 'USD' is not that of the lines: the lines' margins are in EUR. Write the cost in that",
        "remedies.csv:4, column lead_days: '20' has no use for stock: stock is at hand on day 0. Leave it empty",
        "remedies.csv:5, column cost_per_unit: '-4' is out of range. Write 0 to 1e+15",
        "remedies.csv:5, column lead_days: 50, 40, 60 do not rise from above 0",
        "remedies.csv:6, column fixed_cost: 'nan' is out of range",
        "remedies.csv:6, column lead_days_low: only one of the two ends is given",
        "remedies.csv:6, column yield_share: '1.5' is out of range. Write 0 to 1",
        "remedies.csv:7, column currency: currency is empty beside a cost. Write EUR",
        "remedies.csv:7, column most_days: '-1' is out of range",
    ):
        assert words in said, said


def test_an_empty_table_is_a_sentence(tmp_path: Path) -> None:
    assert "remedies.csv: lists no remedy" in faults(tmp_path, "")


def test_a_figure_that_is_not_known_is_named_and_never_zero(tmp_path: Path) -> None:
    path = tmp_path / "remedies.csv"
    path.write_text(HEAD + "a,shaft,second source,,,,,40,,,\nb,shaft,stock,0,,EUR,,,,10,\n", encoding="utf-8")
    first, second = read_remedies(path, parts=("shaft",), currencies={"EUR"}).offers
    assert first.missing == ("cost_per_unit", "fixed_cost", "yield_share")
    assert (second.missing, second.cost_per_unit) == ((), 0.0)


# -- the command --------------------------------------------------------------------------------------------------

QUICK = ("--from", "2025-05-01", "--model", "age", "--draws", "60")
SPEND = ("--budget", "300,000")


def run(*words: str) -> str:
    done = CliRunner().invoke(main, ["disrupt", "mitigate", *words])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_the_command_says_the_same_twice_and_writes_one_page(root: Path, tmp_path: Path) -> None:
    plan = str(root / "examples/line-stop")
    said = run(plan, *QUICK, *SPEND, "--json", "--out", str(tmp_path / "out"))
    assert run(plan, *QUICK, *SPEND, "--json", "--out", str(tmp_path / "again")) == said
    for name in ("remedies.html", "remedies.json"):
        assert (tmp_path / "out" / name).read_bytes() == (tmp_path / "again" / name).read_bytes()
    found = json.loads(said)
    assert found == json.loads((tmp_path / "out/remedies.json").read_text(encoding="utf-8"))
    assert [one["reading"].split()[2] for one in found["cases"]] == ["no", "each"]
    assert found["inputs"]["budget"] == 300_000
    assert found["left_out"] == [
        {"remedy": "bearings from a second maker", "not_stated": ["cost_per_unit", "fixed_cost"]}
    ]
    for case in found["cases"]:
        ways = {way["way"]: way for way in case["ways"]}
        assert list(ways) == ["do nothing", "stock only", "second source only", "cheapest together"]
        assert ways["cheapest together"]["cost"] < ways["do nothing"]["cost"]
        for way in case["ways"]:
            assert sum(bought["cost"] for bought in way["buys"]) <= 300_000 * 1.000001
        low, high = ways["cheapest together"]["cost_90"]
        assert low < ways["cheapest together"]["cost"] < high
        worth = {part["part"]: part for part in case["parts"]}["ev-magnets"]
        assert worth["time_to_survive_days"] == pytest.approx(40)
        assert min(worth["one_more_day_then"], worth["one_more_day_now"]) > 0
        assert [point["budget"] for point in case["budget_curve"]] == sorted(
            p["budget"] for p in case["budget_curve"]
        )
    page = (tmp_path / "out/remedies.html").read_text(encoding="utf-8")
    assert not re.search(r'(?:src|href)="(?!https://|#)', page)
    assert "<link" not in page
    for words in (
        "Second source or substitute only",
        "不采取对策",
        "Tomlin 2006",
        "时间",
        "made up",
        "magnets from traders",
    ):
        assert words in page


def test_bad_budgets_are_sentences(root: Path) -> None:
    for budget in ("-1", "nan", "much", "1e400"):
        words = ["disrupt", "mitigate", str(root / "examples/line-stop"), *QUICK, "--budget", budget]
        done = CliRunner().invoke(main, words)
        assert done.exit_code == 2
        assert "no amount of money" in done.stderr


def test_lines_in_two_currencies_or_without_a_margin_are_sentences(root: Path, tmp_path: Path) -> None:
    plan = Path(shutil.copytree(root / "examples/line-stop", tmp_path / "plan"))
    said = []
    for rows in ("motor-line,42000,EUR\nrotor-spares,6500,USD\n", "motor-line,,EUR\nrotor-spares,,EUR\n"):
        (plan / "lines.csv").write_text("line,margin_per_day,currency\n" + rows, encoding="utf-8")
        done = CliRunner().invoke(main, ["disrupt", "mitigate", str(plan), *QUICK])
        assert done.exit_code == 1
        said.append(done.stderr)
    assert "margins are in EUR, USD. Write them in one currency, or weigh lines apart with --only" in said[0]
    assert "no line states what a lost day costs" in said[1]
    (plan / "remedies.csv").unlink()
    (plan / "lines.csv").write_text(
        "line,margin_per_day,currency\nmotor-line,1,EUR\nrotor-spares,,EUR\n", encoding="utf-8"
    )
    done = CliRunner().invoke(main, ["disrupt", "mitigate", str(plan), *QUICK])
    assert "holds no remedies.csv. Columns: remedy, part" in done.stderr


def test_the_manual_shows_what_the_command_says(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    page = (root / "docs/how-to/remedies.md").read_text(encoding="utf-8")
    shown = re.findall(r"```console\n\$ monazite disrupt mitigate ([^\n]*)\n(.*?)\n```", page, re.DOTALL)
    assert shown
    for words, printed in shown:
        assert run(*words.split()).rstrip() == printed
