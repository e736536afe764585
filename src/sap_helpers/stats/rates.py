"""Event rates: events per time at risk with exact Poisson limits."""

from __future__ import annotations

from dataclasses import dataclass

from statsmodels.stats.rates import confint_poisson

from sap_helpers.errors import EstimationError
from sap_helpers.stats.inputs import check_level, complete_array, count_value


@dataclass(frozen=True, slots=True)
class Rate:
    """Events per ``per`` person-years with exact limits."""

    n_events: int
    person_years: float
    per: float
    estimate: float | None
    conf_low: float | None
    conf_high: float | None
    note: str = ""


def poisson_rate(events: int, person_years: float, level: float = 0.95, per: float = 1.0) -> Rate:
    """Estimate a rate with the exact (Garwood) Poisson interval.

    Parameters
    ----------
    events
        Number of events, or of subjects with an event.
    person_years
        Time at risk, 0 or more.
    level
        Confidence level.
    per
        Unit of the rate: 100.0 for events per 100 person-years.

    Returns
    -------
    Rate
        None where there is no time at risk. Without an event the estimate and the lower limit are 0.

    Raises
    ------
    EstimationError
        A count that is missing, negative or not whole; missing or negative time; a unit of 0 or less.

    Notes
    -----
    Agrees with R 4.2.2 ``poisson.test(events, person_years)`` (estimate, conf.int) to 1e-12 relative.
    """
    count = count_value(events, "events")
    years = float(complete_array([person_years], "person_years")[0])
    alpha = 1 - check_level(level)
    if years < 0 or not per > 0:
        raise EstimationError(f"person_years is {years}, per is {per}; allowed: 0 or more, and more than 0")
    if years == 0:
        return Rate(count, 0.0, per, None, None, None, "not estimable: no time at risk")
    low, high = confint_poisson(count, years, method="exact-c", alpha=alpha)
    return Rate(count, years, per, count / years * per, float(low) * per if count else 0.0, float(high) * per)
