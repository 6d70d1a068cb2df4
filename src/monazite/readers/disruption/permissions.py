"""Links that are blocked or wait for licences, as a scenario file writes them, and names of the file's table.

blocked:
  - {suppliers: [CHN/magnets], buyers: ["*"], except: ["CHN/*"], share: {0: 1, 10: 0}}
  - {suppliers: [CHN/magnets], buyers: ["JPN/*"], waiting: 0.77, decided: {median: 74, sigma: 0.36}}
  - {suppliers: [CHN/magnets], buyers: ["JPN/*"], waiting: 0.77, decided: by control,
     item_group: magnets, end_use: civil vehicle, destination: Japan, model: hazard}
"""

import math
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatchcase

import numpy as np

from monazite.disruption.delay.control import Control, decided_share
from monazite.disruption.delay.lags import LognormalLag
from monazite.disruption.delay.licences import END_USES, Application, DelayModel
from monazite.disruption.network.days import Permission
from monazite.disruption.network.table import SupplyTable, Values
from monazite.readers.disruption.fields import Fields
from monazite.terms.faults import BadInput, near_match
from monazite.terms.located import Located

CLASS = ("item_group", "end_use", "destination")
BLOCKED_FIELDS = ("name", "suppliers", "buyers", "except", "share", "waiting", "decided", "from", *CLASS, "model",
                  "says")  # fmt: skip
BY_CONTROL = "by control"
MOST_DAYS = 36_500


class NetworkFields(Fields):
    """Fields of a scenario file, with the names of its table."""

    def filled(self, held: Located, allowed: tuple[str, ...]) -> None:
        """It is a mapping of allowed fields, and each that is named holds something."""
        self.keys(held, allowed)
        for key in held:
            if held[key].is_empty and key in allowed:
                self.fault(held.key_place(key), f"'{key}' holds nothing", "Give a value, or leave it out")

    def names(self, held: Located | None, table: SupplyTable, where: str, field: str) -> np.ndarray:
        """Places of the industries that the patterns name; every pattern must name one."""
        if held is None:
            self.fault(where, f"names no {field}", f"Give {field}: a list of names, * stands for any text")
            return np.zeros(0, dtype=np.intp)
        found: dict[int, None] = {}
        if not held.list() or held.fields is not None:
            self.fault(held.where, f"{field} is no list of names", "Give at least one name, or leave it out")
            return np.zeros(0, dtype=np.intp)
        for item in held.list():
            pattern = item.text or ""
            if pattern in table.place:
                found[table.place[pattern]] = None
                continue
            here = [at for at, name in enumerate(table.names) if fnmatchcase(name, pattern)]
            if not here:
                mend = near_match(pattern, table.names[:200]) or "Write names as the table has them"
                self.fault(item.where, f"'{pattern}' is no industry of the table", mend)
            found.update(dict.fromkeys(here))
        return np.array(list(found), dtype=np.intp)

    def points(self, held: Located, steps: int, step: float) -> Values:
        """(steps,) shares: one number, or a mapping of days."""
        if held.fields is None:
            return np.full(steps, self.number(held, default=0.0, low=0, high=1))
        days, shares = [], []
        for key in held:
            try:
                day = float(key)
            except ValueError:
                day = math.nan
            if not 0 <= day <= MOST_DAYS:
                self.fault(
                    held.key_place(key), f"'{key}' is no day from 0 to {MOST_DAYS:,}", "Count days from 0"
                )
                continue
            if days and day <= days[-1]:
                what = f"day {key} stands after day {days[-1]:g}"
                self.fault(held.key_place(key), what, "Write days in their order, each once")
            days.append(day)
            shares.append(self.number(held[key], default=0.0, low=0, high=1))
        if not days:
            if not held.fields:
                self.fault(
                    held.where, "holds no days and shares", "Write such as {0: 1, 10: 0}, or one number"
                )
            return np.zeros(steps)
        return np.interp(np.arange(steps) * step, days, shares)


@dataclass(kw_only=True)
class Licences:
    """Shares decided by day under the control of the file; the same class is worked out once."""

    control: Control
    delay: DelayModel
    day_0: date
    notes: tuple[str, ...]
    _known: dict[tuple[Application, int, bool], Values] = field(default_factory=dict)

    def decided(self, asked: Application, days: int, by_hazard: bool) -> Values:
        """(days,) g(t) of the class."""
        key = asked, days, by_hazard
        if key not in self._known:
            self._known[key] = decided_share(
                self.delay, self.control, asked, day_0=self.day_0, days=days, by_hazard=by_hazard
            )
        return self._known[key]


def permission_of(
    held: Located,
    table: SupplyTable,
    steps: int,
    step: float,
    reading: NetworkFields,
    licences: Licences | None,
) -> Permission:
    """One entry of `blocked`."""
    reading.filled(held, BLOCKED_FIELDS)
    first = reading.number(held.find("from"), default=0.0, low=0, high=MOST_DAYS)
    share = _crossing(held, steps, step, reading, licences)
    late = round(first / step)
    share = np.concatenate([np.ones(min(late, steps)), share[: max(steps - late, 0)]])
    return Permission(
        suppliers=reading.names(held.find("suppliers"), table, held.where, "suppliers"),
        buyers=_buyers(held, table, reading),
        share=share,
    )


def _buyers(held: Located, table: SupplyTable, reading: NetworkFields) -> np.ndarray:
    """Those named, without those excepted."""
    buyers = reading.names(held.find("buyers"), table, held.where, "buyers")
    spared = held.find("except")
    if spared is None:
        return buyers
    return buyers[~np.isin(buyers, reading.names(spared, table, held.where, "except"))]


def _crossing(
    held: Located, steps: int, step: float, reading: NetworkFields, licences: Licences | None
) -> Values:
    """Share that may cross by day since the block: as given, or 1 - waiting (1 - decided)."""
    share, decided = held.find("share"), held.find("decided")
    if share is not None:
        if decided is not None or held.find("waiting") is not None:
            reading.fault(held.where, "gives share and licences", "Give share, or waiting and decided")
        return reading.points(share, steps, step)
    waiting = reading.number(held.find("waiting"), default=1.0, low=0, high=1)
    if decided is not None and decided.text == BY_CONTROL:
        return 1 - waiting * (1 - _by_control(held, decided, steps, step, reading, licences))
    for name in (*CLASS, "model"):
        if held.find(name) is not None:
            reading.fault(
                held[name].where, f"{name} goes with decided: {BY_CONTROL}", "Write that, or leave it out"
            )
    if decided is None:
        return np.full(steps, 1 - waiting)
    if decided.find("median") is None:
        return 1 - waiting * (1 - reading.points(decided, steps, step))
    reading.filled(decided, ("median", "sigma", "refused"))
    lag = LognormalLag(
        median_days=reading.number(decided.find("median"), default=74.0, low=1e-3, high=MOST_DAYS),
        sigma=reading.number(decided.find("sigma"), default=0.36, low=1e-3, high=10),
        refused=reading.number(decided.find("refused"), default=0.0, low=0, high=1),
    )
    return 1 - waiting * (1 - lag.cdf(np.arange(steps) * step))


def _by_control(
    held: Located,
    decided: Located,
    steps: int,
    step: float,
    reading: NetworkFields,
    licences: Licences | None,
) -> Values:
    """(steps,) g(t) of the class of applications, by the hazard or by age alone; what is released is 1 at most."""
    model = reading.text(held.find("model"), "hazard")
    if model not in ("hazard", "age"):
        reading.fault(held["model"].where, f"'{model}' is no model of the delay", "Allowed: hazard, age")
    if held.find("from") is not None:
        reading.fault(
            held["from"].where, "the control says from when", "Leave it out, or give it a day in the control"
        )
    if licences is None:
        if not reading.faults:
            reading.fault(decided.where, "the file has no control", "Give control: and day_0:")
        return np.ones(steps)
    item_group, end_use, destination = (reading.text(held.find(name)) for name in CLASS)
    asked = Application(filed=licences.day_0, item_group=item_group, end_use=end_use, destination=destination)
    uses = (
        *END_USES,
        *licences.delay.end_use,
        *(use for rule in licences.control.rules for use in rule.end_uses),
    )
    places = (
        *licences.delay.destination,
        *(place for rule in licences.control.rules for place in rule.destinations),
    )
    for name, word, known in (
        ("end_use", end_use, uses),
        ("destination", licences.delay.place(destination), places),
    ):
        if word and word.casefold() not in {one.casefold() for one in known}:
            what = (
                f"'{word}' is no {name.replace('_', ' ')} that the parameters of the delay or the rules name"
            )
            mend = near_match(word, known) or f"Known are {', '.join(dict.fromkeys(known))}"
            reading.fault(held[name].where, what, mend)
    try:
        found = licences.decided(asked, math.ceil(steps * step), model == "hazard")
    except BadInput as bad:
        for fault in bad.faults:
            reading.fault(held.where, f"{fault.where}: {fault.what}", fault.mend)
        return np.ones(steps)
    return found[(np.arange(steps) * step).astype(int)]
