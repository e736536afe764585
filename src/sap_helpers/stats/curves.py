"""Step curves over time: the points of a Kaplan-Meier, incidence or mean cumulative curve, read at any time."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace

NO_SUBJECT = "not estimable: no subject"


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """A curve at one time: subjects at risk just before it, events up to and including it, estimate and limits."""

    time: float
    n_risk: int
    n_events: int
    estimate: float | None
    std_error: float | None
    conf_low: float | None
    conf_high: float | None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """A right-continuous step function of time with limits.

    Parameters
    ----------
    n, n_events
        Subjects, and events in all (of the cause in question).
    level
        Confidence level of the limits.
    origin
        The point before the first observed time.
    points
        One per distinct observed time, event or censoring, in order of time.
    note
        Why nothing is estimable, if so.
    """

    n: int
    n_events: int
    level: float
    origin: CurvePoint
    points: tuple[CurvePoint, ...]
    note: str = ""

    def at(self, time: float) -> CurvePoint:
        """Return the curve at `time` (days): the last step up to it, and the number at risk just before it.

        Where nobody is at risk any more the estimate and its limits are None and the note names the last day at risk,
        also where every subject has had the event: of that day the data say nothing.
        """
        times = [point.time for point in self.points]
        ahead, behind = bisect_left(times, time), bisect_right(times, time)
        n_risk = self.points[ahead].n_risk if ahead < len(times) else 0
        step = self.points[behind - 1] if behind else self.origin
        if n_risk:
            return replace(step, time=time, n_risk=n_risk)
        last = f"last at risk on day {times[-1]:g}" if times else "no subject"
        note = f"not estimable: nobody at risk on day {time:g}, {last}"
        return CurvePoint(time, 0, step.n_events, None, None, None, None, note)
