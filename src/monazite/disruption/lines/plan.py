"""A plan as it was read: lines, their parts, stock and use, outcomes, licences and deliveries."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from monazite.disruption.delay.control import Control
from monazite.disruption.delay.licences import Application, DelayModel
from monazite.disruption.lines.setting import Licence, Setting, Shipment, Supply
from monazite.terms.faults import Fault
from monazite.terms.outcomes import Outcome


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Lines and their parts; `at_least` and `at_most` bound the outcome of each part's move, None: not determined."""

    lines: tuple[str, ...]
    margin_per_day: NDArray[np.float64]  # nan: not stated
    currency: tuple[str, ...]
    parts: tuple[str, ...]
    stock: NDArray[np.float64]  # (parts,) units
    filed: tuple[date | None, ...]
    carried_days: NDArray[np.float64]
    destination: tuple[str, ...]
    end_use: tuple[str, ...]
    item_group: tuple[str, ...]
    papers: NDArray[np.float64]  # (parts,) m_papers, 1 where not stated
    use_line: NDArray[np.int64]  # (uses,) line, part and units per running day
    use_part: NDArray[np.int64]
    use_per_day: NDArray[np.float64]
    at_least: dict[str, Outcome]
    at_most: dict[str, Outcome]
    licences: tuple[tuple[str, int, date], ...]  # name, part and last day of each licence held
    permits: tuple[Licence, ...]  # every licence with its quantity, those asked for too
    deliveries: tuple[Shipment, ...]  # none: one delivery a part, after its lag
    files: tuple[tuple[str, int, str], ...]  # file, rows, sha256
    made_up: tuple[tuple[str, int], ...]  # file, rows whose note says that they are
    notes: tuple[Fault, ...]

    def setting(
        self,
        *,
        delay: DelayModel,
        control: Control,
        day_0: date,
        horizon: int,
        otherwise: Sequence[tuple[float, Control]] = (),
    ) -> Setting:
        """What the plan's lines are answered from; parts that nobody determined are open."""
        supplies: list[Supply | None] = []
        for part, name in enumerate(self.parts):
            least = self.at_least.get(name, Outcome.NOT_CONTROLLED)
            most = self.at_most.get(name, Outcome.LICENCE)
            waits = most >= Outcome.LICENCE
            asked = self.asked(part, day_0)
            supplies.append(Supply(at_least=least, at_most=most, asked=asked) if waits else None)
        return Setting(
            margin_per_day=self.margin_per_day, stock=self.stock, carried_days=self.carried_days, supplies=supplies,
            use_line=self.use_line, use_part=self.use_part, use_per_day=self.use_per_day, delay=delay, control=control,
            day_0=day_0, horizon=horizon, shipments=self.deliveries, licences=self.permits, otherwise=otherwise,
        )  # fmt: skip

    def renewing(self, day_0: date) -> list[tuple[date, Application]]:
        """Last day and application of each licence held; papers are taken as in order the next time."""
        return [(through, replace(self.asked(part, day_0), papers=1.0)) for _, part, through in self.licences]

    def asked(self, part: int, day_0: date) -> Application:
        """The application of a part; filed on day 0 where no day is stated."""
        return Application(
            filed=self.filed[part] or day_0,
            item_group=self.item_group[part],
            papers=float(self.papers[part]),
            end_use=self.end_use[part],
            destination=self.destination[part],
        )
