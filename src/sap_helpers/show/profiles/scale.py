"""The time axis that all profiles share, and where the lanes of one drawing stand."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sap_helpers.adam.store import Study
    from sap_helpers.show.profiles.courses import Record

WIDTH, LEFT, RIGHT = 800.0, 112.0, 786.0
MOST_TICKS = 12
TYPE, SMALL = 11.0, 9.5


@dataclass(frozen=True, slots=True)
class Axis:
    """Study days as places from left to right, the same in every profile.

    Parameters
    ----------
    first, last
        The first and the last study day drawn.
    top
        The highest SELENA-SLEDAI of all subjects.
    step
        Days between ticks.
    """

    first: int
    last: int
    top: float
    step: int

    def x(self, day: float) -> float:
        """Return the place of a study day; a day beyond the axis stands at its end."""
        from_start = _elapsed(day) - _elapsed(self.first)
        share = from_start / (_elapsed(self.last) - _elapsed(self.first))
        return LEFT + (RIGHT - LEFT) * min(max(share, 0.0), 1.0)

    def holds(self, day: int | None) -> bool:
        """Return whether a day is on the axis."""
        return day is not None and self.first <= day <= self.last

    @property
    def ticks(self) -> list[int]:
        """The days with a tick: the first dose and every so many days after it."""
        return list(range(1, self.last + 1, self.step))


def make_axis(study: Study) -> Axis:
    """Return the axis of all profiles: from the first day of the baseline window to the last contact of anybody."""
    plan, adsl = study.plan, study["adsl"]
    cycle = plan.design.cycle_days
    days = (adsl["LCONTDT"] - adsl["TRTSDT"]).dt.days.dropna()
    last = max([cycle, *(int(day) + (day >= 0) for day in days)])
    step = cycle * max(1, math.ceil(last / cycle / MOST_TICKS))
    totals = study.select("adqs", lambda adqs: adqs["PARAMCD"] == "SLEDAI", ("PARAMCD",), ("AVAL",))["AVAL"].dropna()
    return Axis(plan.time.baseline_window[0], last, max([float(plan.eligibility.min_sledai), *totals]), step)


def shown_values(records: Iterable[Record], axis: Axis) -> list[tuple[int, float, bool]]:
    """Return day, value and whether it is the one of its week, of the records with a value on the axis."""
    return [
        (record["ADY"], float(record["AVAL"]), record["ANL01FL"] == "Y")
        for record in records
        if record["AVAL"] is not None and axis.holds(record["ADY"])
    ]


def _elapsed(day: float) -> float:
    """Return days since the first dose: there is no study day 0."""
    return day - 1 if day > 0 else day
