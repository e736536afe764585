"""Recurrent events: the mean cumulative number per subject over time, with a robust variance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import norm

from sap_helpers.errors import EstimationError
from sap_helpers.stats.curves import NO_SUBJECT, Curve, CurvePoint
from sap_helpers.stats.inputs import check_level, complete_array, paired_arrays, whole_numbers

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from sap_helpers.stats.inputs import FloatArray, IntArray

NO_LIMITS = "limits not estimable where the estimate or its error is 0"


def mean_cumulative_function(
    end: ArrayLike, event_subject: ArrayLike, event_time: ArrayLike, level: float = 0.95
) -> Curve:
    """Estimate the mean number of recurrent events per subject over time, with a robust variance.

    Parameters
    ----------
    end
        Days of follow-up from the origin, one per subject.
    event_subject
        For every event, the position (0, 1 ...) of its subject in `end`.
    event_time
        For every event, its day; not after the subject's end.
    level
        Confidence level of the limits ``estimate * exp(+/- z se / estimate)``, which stay positive.

    Returns
    -------
    Curve
        Points at every distinct event or end time; limits are None where the estimate or its error is 0.

    Raises
    ------
    EstimationError
        Missing values, unknown positions, an event after its subject's end.

    Notes
    -----
    Nelson-Aalen sum of events over subjects at risk, variance of Lawless and Nadeau (1995), subjects as clusters.
    Agrees with R 4.2.2, survival 3.5-3, ``survfit(Surv(start, stop, event) ~ 1, id = id, robust = TRUE)``: ``cumhaz``
    and ``std.chaz`` to 1e-12 relative.
    """
    ends = complete_array(end, "end")
    events, _ = paired_arrays(event_time, event_subject, ("event_time", "event_subject"))
    owners = whole_numbers(event_subject, "event_subject")
    check_level(level)
    if (ends < 0).any() or (owners < 0).any() or (owners >= ends.size).any() or (events > ends[owners]).any():
        raise EstimationError(
            "events must lie within the follow-up of a subject: positions from 0, times of 0 or more, no event after "
            "its subject's end. Cut the events at the end of follow-up first"
        )
    origin = CurvePoint(0.0, ends.size, 0, 0.0, 0.0, None, None, NO_LIMITS)
    if ends.size == 0:
        return Curve(n=0, n_events=0, level=level, origin=origin, points=(), note=NO_SUBJECT)
    points = mean_cumulative_points(ends, owners, events, float(norm.isf((1 - level) / 2)))
    return Curve(n=ends.size, n_events=events.size, level=level, origin=origin, points=points)


def mean_cumulative_points(ends: FloatArray, owners: IntArray, events: FloatArray, z: float) -> tuple[CurvePoint, ...]:
    """Return the points of a mean cumulative function, adding up every subject's influence on it as time goes on."""
    influence = np.zeros(ends.size)
    estimate, so_far, points = 0.0, 0, []
    for time in np.unique(np.concatenate([ends, events])).tolist():
        at_risk = ends >= time
        n_risk = int(at_risk.sum())
        own = np.bincount(owners[events == time], minlength=ends.size)
        so_far += int(own.sum())
        estimate += float(own.sum()) / n_risk
        influence += at_risk * (own - own.sum() / n_risk) / n_risk
        error = float(np.sqrt(np.sum(influence**2)))
        spread = np.exp(z * error / estimate) if estimate > 0 and error > 0 else None
        low, high = (None, None) if spread is None else (float(estimate / spread), float(estimate * spread))
        note = "" if spread is not None else NO_LIMITS
        points.append(CurvePoint(time, n_risk, so_far, estimate, error, low, high, note))
    return tuple(points)
