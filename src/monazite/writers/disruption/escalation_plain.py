"""A scenario of escalation with everything that was found of it as plain data; None for what is unknown."""

import math
from typing import Any

import numpy as np

from monazite.disruption.escalation.ladder import BreakEven, Range, Scenario
from monazite.disruption.escalation.payoffs import (
    Assumption,
    break_even,
    break_even_spans,
    unknown_break_even,
)
from monazite.disruption.escalation.sensitivity import Order
from monazite.writers.disruption.escalation import Account, break_even_text
from monazite.writers.disruption.escalation_words import LIMITS, REFUSED, refusal


def plain_scenario(account: Account) -> dict[str, Any]:
    """A scenario and all that was found, as plain data."""
    scenario, paths, run = account.scenario, account.shown, account.run
    return {
        "name": scenario.name[0],
        "made_up": scenario.made_up,
        "currency": scenario.currency,
        "round_days": scenario.round_days,
        "rounds": scenario.rounds,
        "seed": scenario.seed,
        "runs": scenario.runs,
        "sources": list(scenario.sources),
        "inputs": list(scenario.inputs),
        "ladders": [_plain_ladder(scenario, place) for place in (0, 1)],
        "misperceived": {"shown": paths.rate, "run": run + 1, "walked": [one.rate for one in account.walked]},
        "paths": [
            {
                "strategies": dict(zip(scenario.sides, pair, strict=True)),
                "rungs": dict(zip(scenario.sides, paths.rungs[at, run].T.tolist(), strict=True)),
                "moves": dict(zip(scenario.sides, paths.steps[at, run].T.tolist(), strict=True)),
                "mean_rungs": dict(zip(scenario.sides, np.round(paths.rungs[at].mean(axis=0), 6).T.tolist(), strict=True)),
            }
            for at, pair in enumerate(paths.pairs)
        ],
        "misread": dict(zip(scenario.sides, paths.misread[run].T.astype(int).tolist(), strict=True)),
        "ranked": bool(account.orders) and all(order.places for order in account.orders),
        "refused": None if account.orders else REFUSED[0],
        "orders": [_plain_order(scenario, order) for order in account.orders],
        "break_even": [_plain_break_even(scenario, asked) for asked in scenario.break_evens],
        "cannot_say": [text for text, _ in LIMITS],
    }  # fmt: skip


def _plain_ladder(scenario: Scenario, place: int) -> dict[str, Any]:
    ladder = scenario.ladders[place]
    return {
        "side": ladder.side,
        "start": ladder.start,
        "patience_days": _ends(ladder.patience_days),
        "strategies": list(ladder.strategies),
        "rungs": [
            {
                "key": rung.key,
                "says": rung.says[0],
                "example": rung.example,
                "losses": {
                    side: {
                        "per_day": _ends(loss.per_day),
                        "cover_days": _ends(loss.cover_days) if loss.per_day else None,
                        "lag_days": _ends(loss.lag_days) if loss.per_day else None,
                        "source": loss.source,
                        "made_up": loss.made_up,
                    }
                    for side, loss in rung.losses.items()
                },
            }
            for rung in ladder.rungs
        ],
    }


def _plain_order(scenario: Scenario, order: Order) -> dict[str, Any]:
    return {
        "side": order.side,
        "against": order.against,
        "refused": None if order.places else refusal(scenario, order.refused)[0],
        "places": [list(group) for group in order.places],
        "losses": [
            {"strategy": c.strategy, "middle": _plain(c.middle), "low": _plain(c.low), "high": _plain(c.high)}
            for c in order.costs
        ],
        "lead": _plain(order.lead),
        "flips": [
            {
                **_plain_assumption(f.assumption),
                "when": "below" if f.below else "above",
                "at": f.at,
                "then": f.then,
            }
            for f in order.flips
        ],
        "tornado": [
            {**_plain_assumption(s.assumption), "lead_at_low": s.at_low, "lead_at_high": s.at_high}
            for s in order.swings
        ],
        "morris": [
            {**_plain_assumption(e.assumption), "mu_star": e.mu_star, "sigma": e.sigma} for e in order.effects
        ],
        "another_first_somewhere": order.flips_anywhere,
        "combinations": order.combinations,
    }


def _plain_assumption(one: Assumption) -> dict[str, Any]:
    return {
        "assumption": one.kind,
        "measure": one.rung or None,
        "of": one.side or None,
        "range": _ends(one.range),
    }


def _plain_break_even(scenario: Scenario, asked: BreakEven) -> dict[str, Any]:
    unknown = unknown_break_even(scenario, asked)
    low, high = (None, None) if unknown else break_even(scenario, asked)
    spans = ((), ()) if unknown else break_even_spans(scenario, asked)
    first, last = ([[start, _plain(stop)] for start, stop in held] for held in spans)
    return {
        "name": asked.name[0],
        "measures": list(asked.rungs),
        "side": asked.side,
        "more_than": "the other side" if asked.amount is None else _ends(asked.amount),
        "source": asked.source,
        "made_up": asked.made_up,
        "unknown": [{"measure": key, "of": side} for key, side in unknown],
        "days_low": low,
        "days_high": high,
        "holds_where_first": first,
        "holds_where_last": last,
        "says": break_even_text(scenario, asked)[0],
    }


def _ends(found: Range | None) -> list[float] | None:
    return None if found is None else [found.low, found.high]


def _plain(value: float) -> float | None:
    return value if math.isfinite(value) else None
