"""Kaplan-Meier and Aalen-Johansen, worked by hand."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from scipy.stats import norm
from statsmodels.duration.survfunc import CumIncidenceRight  # type: ignore[import-untyped]

from sap_helpers.errors import EstimationError
from sap_helpers.stats import aalen_johansen, kaplan_meier

TIME, EVENT = [2, 3, 5, 5, 8], [1, 0, 1, 1, 0]


def test_kaplan_meier__curve() -> None:
    curve = kaplan_meier(TIME, EVENT)
    # 4/5; unchanged; 4/5 * 1/3; unchanged
    assert [point.estimate for point in curve.points] == pytest.approx([0.8, 0.8, 4 / 15, 4 / 15], rel=1e-12)
    assert [point.n_risk for point in curve.points] == [5, 4, 3, 1]
    assert [point.n_events for point in curve.points] == [1, 1, 3, 3]


def test_kaplan_meier__greenwood_error() -> None:
    # 4/15 sqrt(1/(5 * 4) + 2/(3 * 1))
    expected = 4 / 15 * math.sqrt(1 / 20 + 2 / 3)
    assert kaplan_meier(TIME, EVENT).at(5).std_error == pytest.approx(expected, rel=1e-12)


def test_kaplan_meier__log_log_limits() -> None:
    point = kaplan_meier(TIME, EVENT).at(2)
    width = 1.959963984540054 * math.sqrt(1 / 20) / -math.log(0.8)
    assert point.conf_low == pytest.approx(0.8 ** math.exp(width), rel=1e-12)
    assert point.conf_high == pytest.approx(0.8 ** math.exp(-width), rel=1e-12)


def product_limit(days: list[int], codes: list[int]) -> tuple[list[Fraction], list[float]]:
    """Return the product-limit estimate and Greenwood's error of its logarithm in fractions, at each distinct time."""
    share, total, shares, errors = Fraction(1), Fraction(0), [], []
    for time in sorted(set(days)):
        at_risk = sum(day >= time for day in days)
        events = sum(day == time and code for day, code in zip(days, codes, strict=True))
        share *= Fraction(at_risk - events, at_risk)
        total += Fraction(events, at_risk * (at_risk - events)) if at_risk > events else 0
        shares.append(share)
        errors.append(math.sqrt(total))
    return shares, errors


@pytest.mark.parametrize("level", [0.95, 0.9])
def test_kaplan_meier__is_the_product_limit_in_fractions(level: float) -> None:
    generator, z, compared = np.random.default_rng(7), float(norm.isf((1 - level) / 2)), 0
    for _ in range(60):
        n = int(generator.integers(1, 41))
        # few days: ties of events, of censorings and of both, on day 0 too
        days = generator.integers(0, generator.integers(1, 30), n).tolist()
        codes = (generator.random(n) < generator.random()).astype(int).tolist()
        points = kaplan_meier(days, codes, level).points
        for point, share, error in zip(points, *product_limit(days, codes), strict=True):
            s = float(share)
            assert point.estimate == pytest.approx(s, rel=1e-12)
            assert point.std_error == (None if s == 0 else pytest.approx(s * error, rel=1e-12))
            if 0 < s < 1:
                width = z * error / -math.log(s)
                limits = [s ** math.exp(width), s ** math.exp(-width)]
                assert [point.conf_low, point.conf_high] == pytest.approx(limits, rel=1e-12)
                compared += 1
    assert compared > 300


def test_kaplan_meier__share_with_few_decimals_is_exact() -> None:
    # 93.75 % is shown as 93.8 %; a hair less would be shown as 93.7 %
    estimates = [point.estimate for point in kaplan_meier(range(1, 17), [1] * 16).points]
    assert estimates == [1 - n / 16 for n in range(1, 17)]


def test_kaplan_meier__leaves_the_warnings_of_numpy_on() -> None:
    before = np.geterr()
    kaplan_meier(TIME, EVENT)
    assert np.geterr() == before


def test_kaplan_meier__no_limits_at_one() -> None:
    point = kaplan_meier(TIME, EVENT).at(1)
    assert (point.estimate, point.conf_low, point.conf_high) == (1.0, None, None)
    assert point.note == "limits not estimable where the estimate is 1"


def test_kaplan_meier__no_limits_and_no_error_at_zero() -> None:
    point = kaplan_meier([1, 2], [1, 1]).at(2)
    assert (point.estimate, point.std_error, point.conf_low, point.conf_high) == (0.0, None, None, None)
    assert point.note == "limits not estimable where the estimate is 0"


def test_kaplan_meier__beyond_the_last_subject_is_not_estimable() -> None:
    assert kaplan_meier(TIME, EVENT).at(9).note == "not estimable: nobody at risk on day 9, last at risk on day 8"


def test_kaplan_meier__no_event() -> None:
    curve = kaplan_meier([4, 6], [0, 0])
    assert (curve.n_events, curve.median, curve.at(5).estimate, curve.at(5).n_risk) == (0, None, 1.0, 1)
    assert curve.median_note == "not reached: median, lower limit, upper limit"


def test_kaplan_meier__censored_on_day_zero_was_at_risk_then_only() -> None:
    curve = kaplan_meier([0, 10], [0, 1])
    assert [point.n_risk for point in curve.points] == [2, 1]
    assert curve.at(5).n_risk == 1


def test_kaplan_meier__median_is_the_first_time_at_or_below_a_half() -> None:
    assert kaplan_meier(TIME, EVENT).median == 5.0


def test_kaplan_meier__flat_half_is_the_middle_of_the_stretch() -> None:
    # R: quantile(survfit(Surv(c(1, 2, 3, 4, 7, 9), c(1, 1, 1, 0, 1, 1)) ~ 1), 0.5) is (3 + 7)/2
    assert kaplan_meier([1, 2, 3, 4, 7, 9], [1, 1, 1, 0, 1, 1]).median == 5.0


def test_kaplan_meier__flat_half_at_the_end_is_the_middle_up_to_the_last_time() -> None:
    # R: quantile(survfit(Surv(c(1, 2, 3, 9), c(1, 1, 0, 0)) ~ 1), 0.5) is (2 + 9)/2
    assert kaplan_meier([1, 2, 3, 9], [1, 1, 0, 0]).median == 5.5


def test_kaplan_meier__upper_median_limit_is_not_the_last_time() -> None:
    curve = kaplan_meier([5], [1])
    assert (curve.median, curve.median_low, curve.median_high) == (5.0, None, None)
    assert curve.median_note == "not reached: lower limit, upper limit"


def test_kaplan_meier__no_subject() -> None:
    curve = kaplan_meier([], [])
    assert (curve.n, curve.points, curve.median, curve.note) == (0, (), None, "not estimable: no subject")
    assert curve.at(28).estimate is None


@pytest.mark.parametrize(
    ("time", "event", "message"),
    [
        ([1, None], [0, 1], "time: 1 of 2 values missing"),
        ([1, -2], [0, 1], "time: 1 negative"),
        ([1, 2], [0, 2], "event: codes .* allowed: 0 to 1"),
        ([1, 2], [1], "time has 2 values, event has 1"),
    ],
)
def test_kaplan_meier__wrong_input_is_refused(time: list[float], event: list[int], message: str) -> None:
    with pytest.raises(EstimationError, match=message):
        kaplan_meier(time, event)


def test_aalen_johansen__incidence() -> None:
    curve = aalen_johansen([1, 2, 3, 4], [1, 2, 1, 0])
    # 1/4; unchanged; + 1/2 * 1/2; unchanged
    assert [point.estimate for point in curve.points] == pytest.approx([0.25, 0.25, 0.5, 0.5], rel=1e-12)
    assert curve.n_events == 2


def test_aalen_johansen__uncensored_error_is_binomial() -> None:
    # R: survfit(Surv(1:4, factor(c(1, 2, 1, 1), 0:2)) ~ 1)$std.err[, 2]
    curve = aalen_johansen([1, 2, 3, 4], [1, 2, 1, 1])
    expected = [math.sqrt(p * (1 - p) / 4) for p in (0.25, 0.25, 0.5, 0.75)]
    assert [point.std_error for point in curve.points] == pytest.approx(expected, rel=1e-12)


def test_aalen_johansen__causes_add_up_to_one_minus_the_event_free_share() -> None:
    time, cause = [1, 2, 2, 3, 5, 6], [1, 2, 0, 1, 0, 2]
    first, second = aalen_johansen(time, cause, 1), aalen_johansen(time, cause, 2)
    free = kaplan_meier(time, [min(c, 1) for c in cause])
    for a, b, s in zip(first.points, second.points, free.points, strict=True):
        assert a.estimate is not None
        assert b.estimate is not None
        assert s.estimate is not None
        assert a.estimate + b.estimate + s.estimate == pytest.approx(1.0, rel=1e-12)


def test_aalen_johansen__without_competing_events_is_the_complement_of_kaplan_meier_limits_included() -> None:
    incidence, free = aalen_johansen(TIME, EVENT).at(5), kaplan_meier(TIME, EVENT).at(5)
    assert free.conf_high is not None
    assert free.conf_low is not None
    assert incidence.std_error == pytest.approx(free.std_error, rel=1e-12)
    expected = [1 - free.conf_high, 1 - free.conf_low]
    assert [incidence.conf_low, incidence.conf_high] == pytest.approx(expected, rel=1e-12)


def test_aalen_johansen__as_statsmodels_where_that_has_a_number() -> None:
    time, cause = [1, 2, 2, 3, 5, 6, 8], [1, 2, 0, 1, 0, 2, 0]
    library = CumIncidenceRight(time, cause)
    ours = aalen_johansen(time, cause).points
    assert [point.estimate for point in ours] == pytest.approx(library.cinc[0].tolist(), rel=1e-12)
    assert [point.std_error for point in ours] == pytest.approx(library.cinc_se[0].tolist(), rel=1e-12)


@pytest.mark.parametrize("causes", [[1, 2], [1, 1], [1, 0]])
def test_aalen_johansen__is_not_estimable_once_nobody_is_at_risk(causes: list[int]) -> None:
    point = aalen_johansen([1, 2], causes).at(180)
    assert (point.estimate, point.std_error) == (None, None)
    assert point.note == "not estimable: nobody at risk on day 180, last at risk on day 2"


@pytest.mark.parametrize("count", [5, 9, 18, 20, 25, 40])
def test_aalen_johansen__is_exactly_one_where_everybody_had_the_event(count: int) -> None:
    last = aalen_johansen(range(1, count + 1), [1] * count).points[-1]
    assert (last.estimate, last.std_error, last.conf_low, last.conf_high) == (1.0, 0.0, None, None)


def test_aalen_johansen__is_not_known_once_the_last_one_is_censored() -> None:
    assert aalen_johansen([1, 2], [1, 0]).at(180).estimate is None


def test_aalen_johansen__cause_that_never_happened() -> None:
    point = aalen_johansen([1, 2], [1, 0], of_interest=2).at(2)
    assert (point.estimate, point.conf_low, point.conf_high, point.n_events) == (0.0, None, None, 0)


def test_aalen_johansen__no_subject() -> None:
    assert aalen_johansen([], []).note == "not estimable: no subject"


def test_aalen_johansen__negative_code_is_refused() -> None:
    with pytest.raises(EstimationError, match="cause: codes"):
        aalen_johansen([1], [-1])
