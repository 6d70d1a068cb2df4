"""A scenario's ladders, paths, orders and break-evens as lines to read."""

import math
from dataclasses import dataclass

from monazite.disruption.escalation.ladder import BreakEven, Loss, Range, Scenario
from monazite.disruption.escalation.paths import Paths
from monazite.disruption.escalation.payoffs import Spans, break_even, break_even_spans, unknown_break_even
from monazite.disruption.escalation.sensitivity import Order
from monazite.writers.disruption.escalation_words import (
    LIMITS,
    REFUSED,
    Both,
    amount_text,
    assumption_name,
    at_head,
    refusal,
    side_name,
    strategy_name,
    value_text,
)
from monazite.writers.events import wrap


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A scenario and everything that was found of it."""

    scenario: Scenario
    walked: tuple[Paths, ...]
    orders: tuple[Order, ...]  # none where no loss is known

    @property
    def shown(self) -> Paths:
        """The paths that are shown: those at the middle rate of misperception."""
        return self.walked[-1]

    @property
    def run(self) -> int:
        """The run that is shown: the first in which a move is misread, if there is one."""
        return int(self.shown.misread.any(axis=(1, 2)).argmax())


# -- a scenario -------------------------------------------------------------------------------------------------


def grouped_paths(
    paths: Paths, run: int
) -> list[tuple[list[tuple[str, str]], list[list[int]], list[list[int]]]]:
    """Pairs whose run is the same, with rungs and moves of both sides by round."""
    found: dict[bytes, tuple[list[tuple[str, str]], list[list[int]], list[list[int]]]] = {}
    for place, pair in enumerate(paths.pairs):
        rungs, steps = paths.rungs[place, run], paths.steps[place, run]
        held = found.setdefault(rungs.tobytes() + steps.tobytes(), ([], rungs.T.tolist(), steps.T.tolist()))
        held[0].append(pair)
    return list(found.values())


def scenario_lines(account: Account, width: int) -> list[str]:
    """Everything of a scenario."""
    scenario = account.scenario
    lines = [scenario.name[0] + (" - MADE UP" if scenario.made_up else "")]
    lines += wrap(scenario.says[0], width, indent=0) if scenario.says[0] else []
    for source in scenario.sources:
        lines += wrap(f"source: {source}", width, indent=4)
    lines += [f"    read: {text}" for text in scenario.inputs]
    lines += ["", "Ladders: each rung adds its measure to those below", *_ladder_lines(scenario, width)]
    lines += ["", *_path_lines(account, width)]
    lines += [
        "",
        f"Orders: a side's own losses over {_days(scenario)} days, in {scenario.currency}, at the middle of every range",
    ]
    if not account.orders:
        lines.append(f"  {REFUSED[0]}")
    for sides_orders in grouped_orders(account.orders):
        lines += _order_lines(scenario, sides_orders, width)
    if scenario.break_evens:
        lines += ["", "Break-even: measures stand from day 0 on and are not lifted"]
        for asked in scenario.break_evens:
            lines += wrap(break_even_text(scenario, asked)[0], width, indent=4, first="  ")
    lines += ["", "What this cannot say"]
    for text, _ in LIMITS:
        lines += wrap(text, width, indent=2, first="- ")
    return lines


def _days(scenario: Scenario) -> int:
    return scenario.round_days * scenario.rounds


def _ladder_lines(scenario: Scenario, width: int) -> list[str]:
    lines = []
    for ladder in scenario.ladders:
        patience = ladder.patience_days
        said = (
            "every day counts the same"
            if patience is None
            else f"a loss counts half after {range_text(patience)} days"
        )
        lines.append(
            f"  {at_head(side_name(ladder.side))[0]}: stands on rung {ladder.start} on day 0; {said}"
        )
        for height, rung in enumerate(ladder.rungs, start=1):
            lines += wrap(f"{height} {rung.says[0]} [{rung.example}]", width, indent=6, first="    ")
            for side in scenario.sides:
                lines += wrap(
                    f"costs {side_name(side)[0]} {loss_text(rung.losses[side], scenario)[0]}",
                    width,
                    indent=8,
                    first="      ",
                )
    return lines


def range_text(found: Range) -> str:
    """A range in days or a plain number."""
    return f"{found.low:g}" if found.is_fixed else f"{found.low:g} to {found.high:g}"


def loss_text(loss: Loss, scenario: Scenario) -> Both:
    """What a measure costs one side, in words."""
    source = "; ".join(text for text in (loss.source, "made up" if loss.made_up else "") if text)
    source_zh = "；".join(text for text in (loss.source, "虚构" if loss.made_up else "") if text)
    if loss.per_day is None:
        return (f"unknown [{source}]", f"未知［{source_zh}］") if source else ("unknown", "未知")
    ends = [loss.per_day.low] if loss.per_day.is_fixed else [loss.per_day.low, loss.per_day.high]
    amount, amount_zh = (
        join.join(amount_text(end)[n] for end in ends) for n, join in ((0, " to "), (1, "至"))
    )
    cover, lag = range_text(loss.cover_days), range_text(loss.lag_days)
    cover_zh, lag_zh = (text.replace(" to ", "至") for text in (cover, lag))
    return (
        f"{amount} {scenario.currency} a day, from day {cover} of the measure until {lag} days after its end [{source}]",
        f"每日{amount_zh} {scenario.currency}，自措施第{cover_zh}天起，至结束后{lag_zh}天止［{source_zh}］",
    )


def path_head(account: Account) -> Both:
    """Which run is shown, and which moves are misread in it."""
    scenario, paths = account.scenario, account.shown
    misread = [
        (scenario.sides[side], t + 1)
        for t, row in enumerate(paths.misread[account.run])
        for side in (0, 1)
        if row[side]
    ]
    told = ", ".join(f"{side_name(side)[0]} in round {t}" for side, t in misread) or "none"
    told_zh = "、".join(f"{side_name(side)[1]}第{t}轮" for side, t in misread) or "无"
    return (
        f"The rung of either side by round of {scenario.round_days} days, with {paths.rate:.1%} of moves misperceived; "
        f"run {account.run + 1} of {scenario.runs}, seed {scenario.seed}. Moves misread by the other side: {told}",
        f"按每轮{scenario.round_days}天列出双方所在级别，{paths.rate:.1%}的举动被误判；第{account.run + 1}次模拟"
        f"（共{scenario.runs}次，"
        f"种子{scenario.seed}）。被对方误读的举动：{told_zh}",
    )


def _path_lines(account: Account, width: int) -> list[str]:
    scenario, paths = account.scenario, account.shown
    a, b = scenario.sides
    lines = wrap(f"Paths. {path_head(account)[0]}", width, indent=2)
    lines[0] = lines[0].strip()
    for pairs, rungs, _ in grouped_paths(paths, account.run):
        for first, second in pairs:
            lines.append(f"  {a} {strategy_name(first)[0]} / {b} {strategy_name(second)[0]}")
        for side, row in zip((a, b), rungs, strict=True):
            lines += wrap(" ".join(map(str, row)), width, indent=10, first=f"      {side} ")
    return lines


def grouped_orders(orders: tuple[Order, ...]) -> list[list[Order]]:
    """Orders one by one; those of a side that are refused for the same reason together."""
    found: dict[object, list[Order]] = {}
    for at, order in enumerate(orders):
        found.setdefault(at if order.places else (order.side, order.refused), []).append(order)
    return list(found.values())


def _order_lines(scenario: Scenario, orders: list[Order], width: int) -> list[str]:
    order = orders[0]
    against = ", or ".join(strategy_name(one.against)[0] for one in orders)
    lines = wrap(
        f"{at_head(side_name(order.side))[0]}, when the other plays {against}", width, indent=4, first="  "
    )
    if not order.places:
        return lines + wrap(refusal(scenario, order.refused)[0], width, indent=6, first="    ")
    costs = {cost.strategy: cost for cost in order.costs}
    for place, group in enumerate(order.places, start=1):
        for name in group:
            cost = costs[name]
            ends = f"{amount_text(cost.low)[0]} to {amount_text(cost.high)[0]}"
            lines.append(
                f"    {place} {strategy_name(name)[0]:<26} {amount_text(cost.middle)[0]:>9}  ({ends})"
            )
    for text in turn_texts(scenario, order):
        lines += wrap(text[0], width, indent=6, first="    ")
    return lines


def turn_texts(scenario: Scenario, order: Order) -> list[Both]:
    """What turns the first place of an order round, in words."""
    if len(order.costs) < 2:
        return [("One strategy alone has no order.", "仅一种策略，无次序可言。")]
    if len(order.places) < 2:
        return [("All cost the same.", "损失全同。")]
    made: list[Both] = []
    for flip in order.flips:
        name, value = assumption_name(scenario, flip.assumption), value_text(flip.assumption, flip.at)
        way, way_zh = ("below", "低于") if flip.below else ("above", "高于")
        then = strategy_name(flip.then)
        made.append(
            (f"Turns round {way} {value[0]}: {name[0]}. Then {then[0]} costs least.",
             f"{name[1]}{way_zh}{value[1]}时翻转：此时{then[1]}损失最小。")
        )  # fmt: skip
    if not made:
        made.append(("No assumption turns the first place round alone.", "没有任何单一假设使首位翻转。"))
    looked = order.combinations
    if order.flips_anywhere:
        made.append(
            (
                f"Among {looked} combinations of assumptions some put another strategy first.",
                f"在{looked}种假设组合中，有的使另一策略居首。",
            )
        )
    else:
        made.append(
            (
                f"None of {looked} combinations of assumptions puts another strategy first.",
                f"在{looked}种假设组合中，首位均未改变。",
            )
        )
    if order.effects:
        told = [assumption_name(scenario, effect.assumption) for effect in order.effects[:3]]
        made.append(
            (
                f"The lead moves most with: {'; '.join(name[0] for name in told)}.",
                f"差距主要随下列假设变动：{'；'.join(name[1] for name in told)}。",
            )
        )
    return made


def break_even_text(scenario: Scenario, asked: BreakEven) -> Both:
    """Days until a side has lost more than an amount or the other side."""
    side, other = side_name(asked.side), side_name(next(s for s in scenario.sides if s != asked.side))
    if asked.amount is None:
        than = other
    else:
        marks = "; ".join(text for text in (asked.source, "made up" if asked.made_up else "") if text)
        ends = [asked.amount.low] if asked.amount.is_fixed else [asked.amount.low, asked.amount.high]
        than = (f"{' to '.join(amount_text(end)[0] for end in ends)} {scenario.currency} [{marks}]",
                f"{'至'.join(amount_text(end)[1] for end in ends)} {scenario.currency}［{marks}］")  # fmt: skip
    head = (
        f"{asked.name[0]}: {side[0]} loses more than {than[0]}",
        f"{asked.name[1]}：{side[1]}的损失超过{than[1]}",
    )
    unknown = unknown_break_even(scenario, asked)
    if unknown:
        names = ", ".join(sorted({side_name(one)[0] for _, one in unknown}))
        names_zh = "、".join(sorted({side_name(one)[1] for _, one in unknown}))
        return (
            f"{head[0]}: not known, for the loss of {names} is unknown.",
            f"{head[1]}：未知，因{names_zh}的损失未知。",
        )
    low, high = break_even(scenario, asked)
    if low is None:
        return f"{head[0]}: never, at either end of the ranges.", f"{head[1]}：在各范围两端均不会出现。"
    back = _turns_back(break_even_spans(scenario, asked))
    if high is None:
        return (
            f"{head[0]}: from day {low:.0f} at one end of the ranges, never at the other.{back[0]}",
            f"{head[1]}：在范围一端自第{low:.0f}天起，在另一端不会出现。{back[1]}",
        )
    days = f"{low:.0f}" if round(low) == round(high) else f"{low:.0f} to {high:.0f}"
    return (
        f"{head[0]} after {days} days.{back[0]}",
        f"{head[1]}：{days.replace(' to ', '至')}天之后。{back[1]}",
    )


def _turns_back(found: tuple[Spans, Spans]) -> Both:
    """All days of a comparison that does not hold for good once it holds; nothing where it does."""
    if all(len(spans) < 2 and all(math.isinf(last) for _, last in spans) for spans in found):
        return "", ""
    said = []
    for place, spans in zip((("first", "最早"), ("last", "最晚")), found, strict=True):
        english = [f"from day {a:.0f} " + ("on" if math.isinf(b) else f"to {b:.0f}") for a, b in spans]
        chinese = [f"第{a:.0f}天" + ("起" if math.isinf(b) else f"至第{b:.0f}天") for a, b in spans]
        said.append((f"at the end where it comes {place[0]} it {'holds ' + ' and again '.join(english) if spans else 'never holds'}",
                     f"在出现{place[1]}的一端：{'，再自'.join(chinese) or '不出现'}"))  # fmt: skip
    return (
        f" It turns back: {'; '.join(one for one, _ in said)}.",
        f"此后有反转：{'；'.join(one for _, one in said)}。",
    )
