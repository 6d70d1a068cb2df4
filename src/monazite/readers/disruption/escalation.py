"""Scenario files of escalation: YAML with two ladders, and what is asked of them.

    name: {en: Licences against tariffs, zh: 许可对关税}
    says: {en: ..., zh: ...}
    currency: USD
    round_days: 30
    rounds: 12
    misperceived: [0, 0.1]        # share of moves taken for the contrary: a number, or [lowest, highest]
    generosity: 0.33
    seed: 1
    runs: 20
    sources: [where the figures come from]
    sides:
      CHN:
        start: 0
        patience_days: [180, 720]   # may be left out: then every day counts the same
        strategies: [tit for tat, GRIT, careful]
        ladder:
          - key: licences
            says: {en: Licences for magnets, zh: 磁体许可}
            example: 2025-04-04, No. 18
            losses:
              USA: {per_day: [1e6, 4e6], cover_days: [20, 60], lag_days: [30, 90], source: made up, made_up: yes}
              CHN: unknown
      USA: ...
    strategies:
      careful: {first: hold, table: {raised: raise, raised above: hold, held: hold, lowered: lower}}
    break_even:
      - {name: {en: ..., zh: ...}, rungs: [licences], side: USA, more_than: {amount: 1e9, source: made up, made_up: yes}}

`per_day` may be read from an answer kept as JSON: `{file: line.json, low: lines.0.margin_lost, high: lines.1.margin_lost,
days: 365}`, the value under each field divided by the days, and multiplied by `times` where units or signs differ; a
null there is an unknown loss.
"""

import json
from hashlib import sha256
from pathlib import Path

from monazite.disruption.escalation.ladder import (
    STEPS,
    STRATEGIES,
    BreakEven,
    Ladder,
    Loss,
    Range,
    Rung,
    Scenario,
    Stated,
)
from monazite.readers.disruption.scenario_values import Values
from monazite.readers.yaml import place_in_file, read_yaml
from monazite.terms.faults import BadInput, Fault, near_match
from monazite.terms.located import Located

TOP = ("name", "says", "made_up", "currency", "round_days", "rounds", "misperceived", "generosity", "seed", "runs",
       "sources", "sides", "strategies", "break_even")  # fmt: skip
STATES = tuple(
    f"{word}{place}" for word in ("raised", "held", "lowered") for place in ("", " above", " level", " below")
)
MOST_MOVES = 5_000_000
"""Pairs of strategies x runs x rounds that are walked at most."""
_MONEY = 1e15
_DAYS = 36_500.0


def read_escalation(path: Path) -> Scenario:
    """The scenario of a YAML file.

    Raises
    ------
    BadInput with every fault of the file
    """
    held, faults = read_yaml(path)
    currency = held.find("currency")
    reading = _Reading(path, faults, (currency.text or "") if currency is not None else "")
    if held.fields is None:
        if not faults:
            reading.fault(str(path), "is not a mapping", "Start with name: and sides:")
        raise BadInput(reading.faults)
    reading.keys(
        held, TOP, needs=("name", "currency", "round_days", "rounds", "misperceived", "sources", "sides")
    )
    if reading.faults:
        raise BadInput(reading.faults)
    stated = reading.stated(held.find("strategies"))
    ladders = reading.ladders(held["sides"], (*STRATEGIES, *(one.name for one in stated)))
    break_evens = reading.break_evens(held.find("break_even"), ladders)
    made_up = reading.yes(held.find("made_up"))
    scenario = Scenario(
        name=reading.both(held["name"]),
        says=reading.both(held.find("says")),
        currency=reading.text(held["currency"]),
        round_days=reading.count(held["round_days"], most=365),
        rounds=reading.count(held["rounds"], most=400),
        misperceived=reading.range(held["misperceived"], most=1.0),
        generosity=reading.range(held.find("generosity"), most=1.0, default=1 / 3).low,
        seed=reading.count(held.find("seed"), most=2**31 - 1, least=0, default=0),
        runs=reading.count(held.find("runs"), most=1000, default=1),
        ladders=ladders if len(ladders) == 2 else (_NO_LADDER, _NO_LADDER),
        stated=stated,
        break_evens=break_evens,
        made_up=made_up,
        sources=tuple(reading.text(item) for item in held["sources"].list()),
        inputs=tuple(reading.inputs),
    )
    moves = (
        len(scenario.ladders[0].strategies)
        * len(scenario.ladders[1].strategies)
        * scenario.runs
        * scenario.rounds
    )
    if moves > MOST_MOVES:
        reading.fault(
            held["rounds"].where, f"asks for {moves:,} moves", f"At most {MOST_MOVES:,}: fewer runs or rounds"
        )
    if reading.faults:
        raise BadInput(sorted(reading.faults, key=lambda fault: place_in_file(fault.where)))
    return scenario


_NO_LADDER = Ladder(side="", rungs=(), start=0, strategies=())


class _Reading(Values):
    """Strategies, ladders and break-evens of a file."""

    def __init__(self, path: Path, faults: list[Fault], currency: str) -> None:
        super().__init__(faults)
        self.path, self.currency = path, currency
        self.inputs: dict[str, None] = {}

    def stated(self, held: Located | None) -> tuple[Stated, ...]:
        """Strategies given as tables."""
        made = []
        for name in held or ():
            assert held is not None
            item = held[name]
            if name in STRATEGIES:
                self.fault(
                    held.key_place(name), f"'{name}' is the name of a known strategy", "Name it otherwise"
                )
            if not self.keys(item, ("first", "table", "says"), needs=("first", "table")):
                continue
            if not self.keys(item["table"], STATES):
                continue
            table = {state: self._step(item["table"][state]) for state in item["table"] if state in STATES}
            for word in ("raised", "held", "lowered"):
                places = [f"{word} {place}" for place in ("above", "level", "below")]
                if word not in table and not all(place in table for place in places):
                    self.fault(
                        item["table"].where, f"says no move for '{word}'", f"Add {word}: raise, hold or lower"
                    )
            made.append(Stated(name=name, first=self._step(item["first"]), table=table))
        return tuple(made)

    def _step(self, held: Located) -> int:
        if held.text not in STEPS:
            shown = held.text or "nothing"
            self.fault(
                held.where,
                f"'{shown}' is no move",
                near_match(shown, STEPS) or f"Allowed: {', '.join(STEPS)}",
            )
        return STEPS.get(held.text or "", 0)

    def ladders(self, held: Located, known: tuple[str, ...]) -> tuple[Ladder, ...]:
        sides = tuple(held)
        if len(sides) != 2:
            self.fault(held.where, f"names {len(sides)} sides", "Name two, such as CHN and USA")
            return ()
        made = []
        keys: dict[str, str] = {}
        for side in sides:
            item = held[side]
            if not self.keys(item, ("start", "patience_days", "strategies", "ladder"), needs=("ladder",)):
                continue
            rungs = tuple(rung for part in item["ladder"].list() if (rung := self._rung(part, sides, keys)))
            if not item["ladder"].list():
                self.fault(
                    item["ladder"].where, "holds no measure", "Give at least one, with key: and losses:"
                )
            start = self.count(item.find("start"), most=len(rungs), least=0, default=0)
            patience = item.find("patience_days")
            strategies = []
            for one in item["strategies"].list() if item.find("strategies") is not None else ():
                if one.text not in known:
                    self.fault(one.where, f"'{one.text}' is no strategy", near_match(one.text or "", known))
                elif one.text in strategies:
                    self.fault(one.where, f"'{one.text}' is given twice", "Keep one")
                else:
                    strategies.append(one.text)
            made.append(
                Ladder(side=side, rungs=rungs, start=start, strategies=tuple(strategies) or known,
                       patience_days=None if patience is None else self.range(patience, least=1, most=_DAYS, default=1))
            )  # fmt: skip
        return tuple(made)

    def _rung(self, held: Located, sides: tuple[str, ...], keys: dict[str, str]) -> Rung | None:
        if not self.keys(
            held, ("key", "says", "example", "losses"), needs=("key", "says", "example", "losses")
        ):
            return None
        key = self.text(held["key"])
        if key in keys:
            self.fault(
                held["key"].where, f"the key '{key}' stands at {keys[key]} too", "Name each measure once"
            )
        keys[key] = held["key"].where
        given = held["losses"]
        self.keys(given, sides, needs=sides)
        losses = {side: self._loss(given.find(side)) for side in sides}
        return Rung(key=key, says=self.both(held["says"]), example=self.text(held["example"]), losses=losses)

    def _loss(self, held: Located | None) -> Loss:
        unknown = Loss(per_day=None)
        if held is None or held.text == "unknown":
            return unknown
        fields = ("per_day", "cover_days", "lag_days", "source", "made_up")
        if not self.keys(held, fields, needs=("per_day",)):
            return unknown
        source, made_up, given = (
            self.text(held.find("source")),
            self.yes(held.find("made_up")),
            held["per_day"],
        )
        if given.text == "unknown":
            return Loss(per_day=None, source=source)
        if given.fields is not None:
            per_day, read = self._from_file(given)
            source = "; ".join(text for text in (read, source) if text)
        else:
            per_day = self.range(given, most=_MONEY)
        if not source and not made_up:
            self.fault(held.where, "is a loss without a source", "Give source:, or made_up: yes")
        if per_day != Range(0, 0):
            for key in ("cover_days", "lag_days"):
                if held.find(key) is None:
                    self.fault(held.where, f"says no {key}", f"Give {key}: days, a range, or 0")
        cover, lag = (self.range(held.find(key), most=_DAYS) for key in ("cover_days", "lag_days"))
        return Loss(per_day=per_day, cover_days=cover, lag_days=lag, source=source, made_up=made_up)

    def _from_file(self, held: Located) -> tuple[Range | None, str]:
        """A range from fields of a JSON file, and the words for its source; None where a field is null."""
        if not self.keys(held, ("file", "low", "high", "days", "times"), needs=("file", "low", "days")):
            return Range(0, 0), ""
        path = self.path.parent / self.text(held["file"])
        days = self.figure(held["days"], least=1, most=_DAYS) or 1.0
        try:
            data = path.read_bytes()
            document = json.loads(data)
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is not JSON"
            self.fault(
                held["file"].where,
                f"'{held['file'].text}' cannot be read: {why}",
                "Paths count from this file",
            )
            return Range(0, 0), ""
        self.inputs[f"{path.name}, sha256 {sha256(data).hexdigest()}"] = None
        times = (
            1.0
            if held.find("times") is None
            else self.figure(held["times"], least=-_MONEY, most=_MONEY) or 1.0
        )
        fields = [held[key] for key in ("low", "high") if held.find(key) is not None]
        found = [self._field(document, field, times) for field in fields]
        read = f"{path.name}, {' and '.join(field.text or '' for field in fields)}"
        read += f", times {times:g}, over {days:g} days" if times != 1 else f", over {days:g} days"
        if None in found:
            return None, read
        low, high = min(f for f in found if f is not None), max(f for f in found if f is not None)
        return Range(low / days, high / days), read

    def _field(self, document: object, held: Located, times: float) -> float | None:
        """The number under a field, names and places of lists joined by dots; None where it is null."""
        at, beside = document, None
        for key in (held.text or "").split("."):
            if isinstance(at, dict) and key in at:
                at, beside = at[key], at.get("currency")
            elif isinstance(at, list) and key.isdigit() and int(key) < len(at):
                at = at[int(key)]
            else:
                names = list(at) if isinstance(at, dict) else []
                self.fault(held.where, f"the file has no '{key}' in '{held.text}'", near_match(key, names))
                return 0.0
        if isinstance(beside, str) and beside and beside != self.currency:
            what = f"'{held.text}' is in {beside}, the scenario in {self.currency}"
            self.fault(held.where, what, "Give both in one currency")
        if at is None:
            return None
        if isinstance(at, bool) or not isinstance(at, int | float) or not 0 <= at * times <= _MONEY:
            what = f"'{held.text}' is {json.dumps(at)[:60]}" + (f" times {times:g}" if times != 1 else "")
            self.fault(
                held.where, what, "Name a field with a loss, a number from 0; 'times' turns units and signs"
            )
            return 0.0
        return float(at * times)

    def break_evens(self, held: Located | None, ladders: tuple[Ladder, ...]) -> tuple[BreakEven, ...]:
        rungs = [rung.key for ladder in ladders for rung in ladder.rungs]
        sides = [ladder.side for ladder in ladders]
        made = []
        for item in held.list() if held is not None else ():
            fields = ("name", "rungs", "side", "more_than")
            if not self.keys(item, fields, needs=fields):
                continue
            if not item["rungs"].list():
                self.fault(item["rungs"].where, "names no measure", "Name at least one by its key")
            for one in item["rungs"].list():
                if one.text not in rungs:
                    self.fault(one.where, f"'{one.text}' is no measure", near_match(one.text or "", rungs))
            side, than = self.text(item["side"]), item["more_than"]
            if side not in sides:
                self.fault(item["side"].where, f"'{side}' is no side", near_match(side, sides))
            amount, source, made_up = None, "", False
            if than.fields is not None:
                if self.keys(than, ("amount", "source", "made_up"), needs=("amount",)):
                    amount = self.range(than["amount"], most=_MONEY)
                source, made_up = self.text(than.find("source")), self.yes(than.find("made_up"))
                if not source and not made_up:
                    self.fault(than.where, "is an amount without a source", "Give source:, or made_up: yes")
            elif than.text not in sides or than.text == side:
                self.fault(
                    than.where, f"'{than.text}' is not the other side", "Name it, or give amount: and source:"
                )
            made.append(BreakEven(name=self.both(item["name"]), rungs=tuple(one.text or "" for one in item["rungs"].list()),
                                  side=side, amount=amount, source=source, made_up=made_up))  # fmt: skip
        return tuple(made)
