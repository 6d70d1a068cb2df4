"""Words of escalation in English and Chinese: names of codings, strategies, assumptions, and what is not said."""

from collections.abc import Mapping

from monazite.disruption.escalation.ladder import Scenario
from monazite.disruption.escalation.ledger import Coding
from monazite.disruption.escalation.payoffs import Assumption

Both = tuple[str, str]

SIDES: Mapping[str, Both] = {"CHN": ("China", "中国"), "USA": ("the United States", "美国")}
CODINGS: Mapping[str, Both] = {
    "headlines": ("headlines, as written within a day", "要闻，同日按书写顺序"),
    "headlines, no same-day pairs": ("headlines, without same-day pairs", "要闻，不计同日配对"),
    "full": ("full list, answers to an earlier day", "全表，只对前一日之举作答"),
    "full, no same-day pairs": ("full list, without same-day pairs", "全表，不计同日配对"),
    "full, only what was done": ("full list, without what is open or planned", "全表，不计未决与计划之举"),
    "full, outside events too": ("full list, with outside events", "全表，计入外部事件"),
    "full, one move less": ("full list, with outside events, one move less", "全表，计入外部事件，少一举"),
}
STRATEGIES: Mapping[str, Both] = {
    "tit for tat": ("tit for tat", "以牙还牙"),
    "generous tit for tat": ("generous tit for tat", "宽容的以牙还牙"),
    "two tits for tat": ("two tits for tat", "一牙还两牙"),
    "grim": ("grim", "冷酷触发"),
    "GRIT": ("GRIT", "渐进互惠（GRIT）"),
    "raise by one": ("raise by one", "高一级"),
}
STRATEGY_SAYS: Mapping[str, Both] = {
    "tit for tat": ("does what the other was last seen to do; starts with a step down", "照对方上一举行事；先下一级"),
    "generous tit for tat": ("the same, but lets the stated share of raises pass", "同上，但按所述比例放过对方的升级"),
    "two tits for tat": ("answers each raise by two", "对每次升级回以两次"),
    "grim": ("raises for good after the first raise it sees", "一见升级即一直升级"),
    "GRIT": ("one announced small step down, repeated; a raise is answered once, and then the step is made again",
             "宣布并重复单方小步下降；对升级只回应一次，然后再次下降"),
    "raise by one": ("stands one rung above the other", "始终比对方高一级"),
}  # fmt: skip
KINDS: Mapping[str, Both] = {
    "loss": ("loss a day of {side} from: {says}", "{side}因“{says}”的每日损失"),
    "cover": ("days of cover of {side} against: {says}", "{side}对“{says}”的库存天数"),
    "lag": ("days for which {side} still loses after the end of: {says}", "“{says}”结束后{side}仍受损的天数"),
    "patience": ("days after which a loss counts half for {side}", "{side}的损失减半计算的天数"),
    "misperceived": ("share of moves misperceived", "误判比例"),
}
REFUSED: Both = (
    "Not ranked: losses are unknown, and without them no order is given.",
    "不作排序：损失未知，无损失则不给出次序。",
)
CONTRADICTION: Both = (
    "Coding and selection decide, and neither list is the right one.",
    "取决于编码与取舍，两表并无对错之分。",
)
LIMITS: tuple[Both, ...] = (
    ("Counts say what was done and how it was coded. They say nothing of what comes next.",
     "计数只说明做过什么、如何编码，不说明接下来如何。"),
    ("No chance of an outcome is given, no date, and no side that comes out ahead.",
     "不给出任何结局的可能性与日期，也不判断谁占上风。"),
    ("An order counts a side's own losses and nothing else: not what it wants, nor what it does to the other. "
     "It therefore favours those who hold still.",
     "次序只计一方自身的损失，不计其目的，也不计对方所受的损失，因而偏向按兵不动者。"),
    ("Strategies are drawn with a ruler, both sides move at once, rungs are climbed one by one: no state does so.",
     "策略是理想化的，双方同时行动、逐级升降：没有国家如此行事。"),
    ("What is unknown stays unknown: it is neither zero nor guessed.", "未知仍是未知：既不作零，也不猜测。"),
)  # fmt: skip


def side_name(side: str) -> Both:
    """A side's name, or its code."""
    return SIDES.get(side, (side, side))


def at_head(text: Both) -> Both:
    """A text that begins a heading: with a capital."""
    return text[0][:1].upper() + text[0][1:], text[1]


def strategy_name(name: str) -> Both:
    """A strategy's name; one that was stated keeps its own."""
    return STRATEGIES.get(name, (name, name))


def coding_name(coding: Coding) -> Both:
    """What a row of counts rests on, with the number of moves."""
    english, chinese = CODINGS[coding.key]
    if coding.outside and "outside" not in english:
        english, chinese = f"{english}, with outside events", f"{chinese}，计入外部事件"
    return f"{english} ({coding.moves} moves)", f"{chinese}（{coding.moves}举）"


def given_name(side: str, other: str, after_raise: bool) -> Both:
    """The heading of a block of counts."""
    (a, a_zh), (b, b_zh) = side_name(side), side_name(other)
    move, move_zh = ("a raise", "升级") if after_raise else ("a lowering", "降级")
    return f"{a[0].upper()}{a[1:]} after {move} of {b}", f"{b_zh}{move_zh}之后的{a_zh}"


def rung_text(scenario: Scenario, key: str) -> Both:
    """A measure's text."""
    return next(rung.says for ladder in scenario.ladders for rung in ladder.rungs if rung.key == key)


def assumption_name(scenario: Scenario, one: Assumption) -> Both:
    """An assumption in words: of which measure, for which side."""
    side = side_name(one.side)
    says = rung_text(scenario, one.rung) if one.rung else ("", "")
    english, chinese = (text.format(side=side[n], says=says[n]) for n, text in enumerate(KINDS[one.kind]))
    return english, chinese


def amount_text(value: float) -> Both:
    """An amount of money with three figures.

    >>> amount_text(1426000000.0), amount_text(0.0)
    (('1.43 bn', '14.3亿'), ('0', '0'))
    """

    def scaled(units: tuple[tuple[float, str], ...]) -> str:
        for by, word in units:
            if abs(value) >= by:
                part = value / by
                return f"{part:,.0f}{word}" if abs(part) >= 1000 else f"{part:.3g}{word}"
        return f"{value:,.0f}"

    return scaled(((1e9, " bn"), (1e6, " m"))), scaled(((1e8, "亿"), (1e4, "万")))


def value_text(one: Assumption, value: float) -> Both:
    """A value of an assumption with its unit."""
    if one.kind == "loss":
        return amount_text(value)
    if one.kind == "misperceived":
        return f"{value:.1%}", f"{value:.1%}"
    return f"{value:.0f} days", f"{value:.0f}天"


def refusal(scenario: Scenario, unknown: tuple[tuple[str, str], ...]) -> Both:
    """Why an order or a break-even is not given."""
    if not unknown:
        return REFUSED
    side, side_zh = side_name(unknown[0][1])
    english = "; ".join(rung_text(scenario, key)[0] for key, _ in unknown)
    chinese = "；".join(rung_text(scenario, key)[1] for key, _ in unknown)
    return (
        f"Not ranked, for it is unknown what these cost {side}: {english}.",
        f"不作排序，因不知下列措施对{side_zh}的损失：{chinese}。",
    )
