"""Poisson rates, worked by hand."""

from __future__ import annotations

import math

import pytest

from sap_helpers.errors import EstimationError
from sap_helpers.stats import poisson_rate


def test_poisson_rate__no_event() -> None:
    result = poisson_rate(0, 10)
    # exp(-10 r) = 0.025
    assert (result.estimate, result.conf_low) == (0.0, 0.0)
    assert result.conf_high == pytest.approx(-math.log(0.025) / 10, rel=1e-12)


def test_poisson_rate__one_event_lower_limit() -> None:
    # 1 - exp(-2 r) = 0.025
    assert poisson_rate(1, 2).conf_low == pytest.approx(-math.log(0.975) / 2, rel=1e-12)


def test_poisson_rate__per_hundred() -> None:
    plain, hundred = poisson_rate(3, 12.5), poisson_rate(3, 12.5, per=100.0)
    assert hundred.estimate == pytest.approx(24.0, rel=1e-12)
    assert plain.conf_high is not None
    assert hundred.conf_high == pytest.approx(100 * plain.conf_high, rel=1e-12)


def test_poisson_rate__no_time_at_risk_is_not_estimable() -> None:
    result = poisson_rate(0, 0.0)
    assert (result.estimate, result.conf_low, result.conf_high) == (None, None, None)
    assert result.note == "not estimable: no time at risk"


@pytest.mark.parametrize(("events", "years"), [(-1, 1.0), (1.5, 1.0), (1, -1.0), (1, float("nan"))])
def test_poisson_rate__impossible_input_is_refused(events: float, years: float) -> None:
    with pytest.raises(EstimationError):
        poisson_rate(events, years)  # type: ignore[arg-type]


def test_poisson_rate__unit_of_zero_is_refused() -> None:
    with pytest.raises(EstimationError, match="per is 0"):
        poisson_rate(1, 1.0, per=0.0)
