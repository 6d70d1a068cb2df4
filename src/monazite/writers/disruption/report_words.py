"""Words of the page on lines in English and in Chinese: models, readings, assumptions, units."""

from monazite.disruption.delay.licences import World
from monazite.disruption.delay.waits import AGE, HAZARD
from monazite.disruption.lines.sensitivity import Range
from monazite.disruption.lines.setting import EACH_OPEN, NONE_OPEN, SETTLED
from monazite.writers.disruption.lines import assumption_name

Both = tuple[str, str]
"""A text in English and in Chinese."""

_MODELS = {AGE: "仅按时长", HAZARD: "风险率"}
_READINGS = {
    SETTLED: "已判定",
    NONE_OPEN: "假定待证零件均无需许可",
    EACH_OPEN: "假定待证零件均需许可",
}
_PARAMETERS = {
    "median": "中位时长",
    "sigma": "离散度 σ",
    "rate": "每日决定率",
    "a_min": "最短时长",
    "refused": "拒绝率",
    "destination": "目的地系数",
    "end_use": "用途系数",
    "never": "政策性拒绝",
    "validity": "许可有效期",
    "customs_hold_share": "海关扣留比例",
    "customs_hold_days": "海关扣留天数",
    "waiting_share": "等待许可的吨数占比",
    "statutory": "法定期限",
    "stock": "库存",
    "carried_days": "决定后的运输天数",
}
_KEYS = {
    "control in force": "管制生效",
    "framework agreed": "已达成框架",
    "suspended": "暂停实施",
    "general licence available": "可用通用许可",
    "EU": "欧盟",
    "US": "美国",
    "India": "印度",
    "Japan": "日本",
    "military": "军事",
    "general licence": "通用许可",
}
_WORLDS = {
    World.FREE: "无管制",
    World.IN_FORCE: "管制生效",
    World.FRAMEWORK: "已达成框架",
    World.SUSPENDED: "暂停实施",
    World.GENERAL: "可用通用许可",
    World.BLOCKED: "目的地受阻",
    World.REFUSED: "一律拒绝",
}
_UNITS = {
    "days": "天",
    "per day": "每天",
    "share": "比例",
    "times": "倍",
    "working days": "工作日",
    "share of tonnes": "吨数占比",
}


def model_words(model: str) -> Both:
    """A model of the delay."""
    return model, _MODELS.get(model, model)


def reading_words(reading: str) -> Both:
    """What is taken for parts whose evidence is missing."""
    return reading, _READINGS.get(reading, reading)


def assumption_words(one: Range) -> Both:
    """A parameter with its key."""
    chinese = _PARAMETERS.get(one.parameter, one.parameter)
    return assumption_name(one), f"{chinese}（{_KEYS.get(one.key, one.key)}）" if one.key else chinese


def unit_words(unit: str) -> Both:
    """A unit."""
    return unit, _UNITS.get(unit, unit)


def world_words(world: World) -> Both:
    """A state of the world."""
    return str(world), _WORLDS.get(world, str(world))
