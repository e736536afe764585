"""Cumulative incidence as the outcomes use it: with competing events, and exactly 1 where everybody had the event."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sap_helpers.stats import aalen_johansen

if TYPE_CHECKING:
    import pandas as pd

    from sap_helpers.stats import Curve, CurvePoint

# a sum of up to some thousand shares differs from 1 by less
ROUNDING = 1e-9
AT_ONE = "limits not estimable where the estimate is 1"


def incidence_curve(days: pd.Series, causes: pd.Series, of_interest: int, level: float) -> Curve:
    """Return the cumulative incidence of one cause, the others competing.

    Cases for a point, the first that applies: 1 but for the rounding of a sum, exactly 1, without error and limits;
    else as it was estimated.

    Parameters
    ----------
    days, causes
        Time to the first event or censoring, and what ended it: 0 censored, else the number of the cause; one per
        subject.
    of_interest
        The cause whose incidence is wanted.
    level
        Confidence level.
    """
    curve = aalen_johansen(days.to_numpy(), causes.to_numpy(), of_interest, level)
    return replace(curve, points=tuple(_settled(point) for point in curve.points))


def _settled(point: CurvePoint) -> CurvePoint:
    if point.estimate is None or abs(point.estimate - 1) > ROUNDING:
        return point
    return replace(point, estimate=1.0, std_error=0.0, conf_low=None, conf_high=None, note=AT_ONE)
