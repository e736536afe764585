"""The mean cumulative function, worked by hand on three subjects."""

from __future__ import annotations

import math

import pytest

from sap_helpers.errors import EstimationError
from sap_helpers.stats import mean_cumulative_function

ENDS, OWNERS, TIMES = [10, 7, 8.5], [0, 2, 2], [5, 2, 8]


def test_mean_cumulative_function__estimate() -> None:
    curve = mean_cumulative_function(ENDS, OWNERS, TIMES)
    # 1/3, + 1/3, + 1/2 (two at risk on day 8)
    assert [curve.at(day).estimate for day in (2, 5, 8)] == pytest.approx([1 / 3, 2 / 3, 7 / 6], rel=1e-12)
    assert (curve.n, curve.n_events, curve.at(8).n_events) == (3, 3, 3)


def test_mean_cumulative_function__robust_error() -> None:
    # Day 2: influences 2/9 and twice -1/9. Day 5: sums 1/9, -2/9, 1/9.
    curve = mean_cumulative_function(ENDS, OWNERS, TIMES)
    expected = [math.sqrt(6) / 9, math.sqrt(6) / 9]
    assert [curve.at(day).std_error for day in (2, 5)] == pytest.approx(expected, rel=1e-12)


def test_mean_cumulative_function__limits_are_a_ratio_about_the_estimate() -> None:
    point = mean_cumulative_function(ENDS, OWNERS, TIMES).at(2)
    ratio = math.exp(1.959963984540054 * math.sqrt(6) / 9 * 3)
    assert [point.conf_low, point.conf_high] == pytest.approx([1 / 3 / ratio, ratio / 3], rel=1e-12)


def test_mean_cumulative_function__two_events_of_one_subject_on_a_day_both_count() -> None:
    assert mean_cumulative_function([9, 9], [0, 0], [4, 4]).at(4).estimate == 1.0


def test_mean_cumulative_function__no_event() -> None:
    point = mean_cumulative_function([9, 9], [], []).at(9)
    assert (point.estimate, point.std_error, point.conf_low) == (0.0, 0.0, None)
    assert point.note == "limits not estimable where the estimate or its error is 0"


def test_mean_cumulative_function__one_subject_has_no_limits() -> None:
    point = mean_cumulative_function([9], [0], [4]).at(5)
    assert (point.estimate, point.std_error, point.conf_low) == (1.0, 0.0, None)


def test_mean_cumulative_function__nobody_at_risk() -> None:
    assert mean_cumulative_function([9], [0], [4]).at(10).estimate is None


def test_mean_cumulative_function__no_subject() -> None:
    assert mean_cumulative_function([], [], []).note == "not estimable: no subject"


@pytest.mark.parametrize(("owners", "times"), [([0], [11]), ([3], [1]), ([-1], [1])])
def test_mean_cumulative_function__event_outside_follow_up_is_refused(owners: list[int], times: list[float]) -> None:
    with pytest.raises(EstimationError, match="within the follow-up of a subject"):
        mean_cumulative_function(ENDS, owners, times)
