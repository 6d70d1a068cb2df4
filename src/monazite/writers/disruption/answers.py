"""What one run of `monazite disrupt line` says, gathered: as text, as plain values and as CSV."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from monazite.disruption.delay.control import Control, Rule
from monazite.disruption.delay.licences import Spell
from monazite.disruption.delay.waits import AGE
from monazite.disruption.lines.courses import PlanCourse
from monazite.disruption.lines.plan import Plan
from monazite.disruption.lines.sensitivity import Range, Swing
from monazite.disruption.lines.setting import Answer, Setting, renewal_after_grant
from monazite.writers.disruption.lines import (
    answer_lines,
    answers_csv,
    course_lines,
    plain_answer,
    plain_course,
    plain_range,
    plain_swing,
    swing_lines,
)


@dataclass(frozen=True, kw_only=True)
class States:
    """Where the states of the world come from."""

    control: Control
    measure: str  # of the book of law; empty for a scenario
    scenario: str  # its name; empty for a measure
    says: str
    sources: tuple[str, ...]
    spell_sources: tuple[str, ...]  # of each spell of the control


@dataclass(frozen=True, kw_only=True)
class LineAnswers:
    """Answers about the lines of a plan, and everything that they rest on."""

    title: str
    plan: Plan
    setting: Setting
    states: States
    answers: Sequence[Answer]
    courses: Sequence[PlanCourse]  # none: not run by the day
    seed: int
    swings: Sequence[Swing]  # none: not asked for
    file_by: Sequence[
        Mapping[str, date | None]
    ]  # of each licence held, by model; None: no day is early enough
    files: Sequence[tuple[str, int, str]]  # file, rows (0: no table), sha256
    ranges: Sequence[Range]
    notes: Sequence[str]
    only: Sequence[int]  # lines asked for; none: all

    @property
    def waiting(self) -> tuple[tuple[int, str], ...]:
        """Parts that may wait, with their outcome in words."""
        return tuple(
            (part, " to ".join(dict.fromkeys((supply.at_least.words, supply.at_most.words))))
            for part, supply in enumerate(self.setting.supplies)
            if supply is not None
        )


def in_use(ranges: Sequence[Range], setting: Setting) -> tuple[Range, ...]:
    """The ranges with the values that the answers rest on, where a scenario changed them."""
    delay = setting.delay
    single = {
        "median": delay.median_days,
        "sigma": delay.sigma,
        "a_min": delay.a_min_days,
        "refused": delay.refused,
    }
    keyed = {
        "rate": {str(world): rate for world, rate in delay.rate_per_day.items()},
        "destination": delay.destination,
        "end_use": delay.end_use,
    }
    return tuple(
        replace(one, value=single.get(one.parameter, keyed.get(one.parameter, {}).get(one.key, one.value)))
        for one in ranges
    )


def file_by_text(day: date | None, day_0: date) -> str:
    """The last day to file for the next licence."""
    if day is None:
        return "no day is early enough"
    return f"{day} (before day 0: too late)" if day < day_0 else day.isoformat()


def text_lines(held: LineAnswers) -> list[str]:
    """All of it as lines for a terminal."""
    plan, day_0 = held.plan, held.setting.day_0
    lines = answer_lines(held.answers, plan.lines, plan.parts, plan.currency, day_0=day_0)
    for course in held.courses:
        lines += course_lines(course, plan.lines, plan.parts, plan.currency, day_0=day_0, only=held.only,
                              answers=() if plan.deliveries else held.answers)  # fmt: skip
    lines += swing_lines(held.swings, plan.lines, day_0=day_0, horizon=held.setting.horizon)
    for (name, part, last), by_model in zip(plan.licences, held.file_by, strict=True):
        days = "; ".join(f"{model}: {file_by_text(day, day_0)}" for model, day in by_model.items())
        lines += [f"licence {name} for {plan.parts[part]} ends {last}: file by - {days}"]
    for one in plan.permits:
        if one.through is None:
            days_after = renewal_after_grant(held.setting, one)
            told = "at once is too late" if days_after is None else f"{days_after} days after its grant"
            lines += [
                f"licence {one.name} for {plan.parts[one.part]}, asked for: file for the next - age alone: {told}"
            ]
    return lines


def plain_answers(held: LineAnswers) -> dict[str, Any]:
    """All of it as JSON holds it, inputs first."""
    plan, setting, delay = held.plan, held.setting, held.setting.delay
    day_0 = setting.day_0
    inputs = {
        "day_0": day_0.isoformat(),
        "horizon_days": setting.horizon,
        "files": [{"file": file, "rows": rows or None, "sha256": sha} for file, rows, sha in held.files],
        "measure": held.states.measure or None,
        "scenario": held.states.scenario or None,
        "sources": list(held.states.sources),
        "delay": {
            "median_days": delay.median_days,
            "sigma": delay.sigma,
            "rates_per_day": {str(world): rate for world, rate in delay.rate_per_day.items()},
            "a_min_days": delay.a_min_days,
            "refused": delay.refused,
            "destination": delay.destination,
        },
        "ranges": [plain_range(one) for one in in_use(held.ranges, setting)],
        "states_of_the_world": [
            {"first": spell.first.isoformat(), "world": str(spell.world), "source": source}
            for spell, source in spells_with_sources(held.states)
        ],
        "rules": [rule_words(rule) for rule in held.states.control.rules],
        "otherwise": [
            {
                "odds": odds,
                "name": control.name,
                "rules": [rule_words(rule) for rule in control.rules],
                "states_of_the_world": [
                    {"first": s.first.isoformat(), "world": str(s.world)} for s in control.spells
                ],
            }
            for odds, control in setting.otherwise
        ],
        "parts_that_may_wait": [
            {
                "part": plan.parts[part],
                "outcome": words,
                "filed": plan.asked(part, day_0).filed.isoformat(),
                "carried_days": float(plan.carried_days[part]),
                "destination": plan.destination[part],
                "end_use": plan.end_use[part],
                "item_group": plan.item_group[part],
            }
            for part, words in held.waiting
        ],
        "notes": list(held.notes),
    }
    found: dict[str, Any] = {
        "inputs": inputs,
        "lines": [plain_answer(one, plan.lines, plan.parts, plan.currency, day_0=day_0) for one in held.answers],
        "file_by": [
            {"licence": name, "part": plan.parts[part], "model": model, "day": None if day is None else day.isoformat()}
            for (name, part, _), by_model in zip(plan.licences, held.file_by, strict=True)
            for model, day in by_model.items()
        ],
        "file_after_grant": [
            {"licence": one.name, "model": AGE, "days": renewal_after_grant(setting, one)}
            for one in plan.permits if one.through is None
        ],
    }  # fmt: skip
    if held.courses:
        found["by_the_day"] = {
            "seed": held.seed,
            "runs": [plain_course(one, plan.lines, plan.parts, plan.currency, day_0=day_0) for one in held.courses],
        }  # fmt: skip
    if held.swings:
        found["one_assumption_at_a_time"] = [plain_swing(one, plan.lines, day_0=day_0) for one in held.swings]
    return found


def csv_text(held: LineAnswers) -> str:
    """A row for each line, model, reading and part, in closed form."""
    plan = held.plan
    return answers_csv([plain_answer(one, plan.lines, plan.parts, plan.currency, day_0=held.setting.day_0)
                        for one in held.answers])  # fmt: skip


def spells_with_sources(states: States) -> list[tuple[Spell, str]]:
    """Each spell with where it comes from."""
    spells = states.control.spells
    sources = (*states.spell_sources, *("" for _ in spells))[: len(spells)]
    return list(zip(spells, sources, strict=True))


def rule_words(rule: Rule) -> str:
    """A rule of a control in one line."""
    classes = [
        f"{name}: {', '.join(sorted(words))}"
        for name, words in (
            ("item groups", rule.item_groups),
            ("end uses", rule.end_uses),
            ("destinations", rule.destinations),
        )
        if words
    ]
    until = f" to {rule.last}" if rule.last else " on"
    return f"{rule.first}{until}: {rule.world} for {'; '.join(classes) or 'all'} ({rule.source})"
