"""Proportions, worked by hand from the binomial distribution."""

from __future__ import annotations

import numpy as np
import pytest

from sap_helpers.errors import EstimationError
from sap_helpers.stats import cochran_q, mcnemar_exact, proportion_ci, tipping_points


def test_proportion_ci__interior() -> None:
    result = proportion_ci(2, 3)
    # R: binom.test(2, 3)$conf.int
    assert [result.p, result.conf_low, result.conf_high] == pytest.approx([2 / 3, 0.0942993, 0.9915962], abs=1e-7)


def test_proportion_ci__none_of_forty() -> None:
    result = proportion_ci(0, 40)
    # (1 - p)^40 = 0.025
    assert (result.p, result.conf_low) == (0.0, 0.0)
    assert result.conf_high == pytest.approx(1 - 0.025 ** (1 / 40), rel=1e-12)


def test_proportion_ci__all_of_forty() -> None:
    result = proportion_ci(40, 40)
    assert (result.p, result.conf_high) == (1.0, 1.0)
    assert result.conf_low == pytest.approx(0.025 ** (1 / 40), rel=1e-12)


def test_proportion_ci__one_subject() -> None:
    assert proportion_ci(1, 1).conf_low == pytest.approx(0.025, rel=1e-12)
    assert proportion_ci(0, 1).conf_high == pytest.approx(0.975, rel=1e-12)


@pytest.mark.parametrize("method", ["clopper-pearson", "wilson"])
def test_proportion_ci__no_subject_is_not_estimable(method: str) -> None:
    result = proportion_ci(0, 0, method)
    assert (result.n, result.N, result.p, result.conf_low, result.conf_high) == (0, 0, None, None, None)
    assert result.note == "not estimable: no subject in the denominator"


def test_proportion_ci__wilson_of_none() -> None:
    result = proportion_ci(0, 10, "wilson")
    # z^2 / (n + z^2) with z = 1.959964
    assert result.conf_low == 0.0
    assert result.conf_high == pytest.approx(3.8414588206941254 / 13.8414588206941254, rel=1e-12)


def test_proportion_ci__method_is_named_as_results_print_it() -> None:
    assert (proportion_ci(1, 2).method, proportion_ci(1, 2, "wilson").method) == ("Clopper-Pearson", "Wilson")


def test_proportion_ci__lower_level_is_narrower() -> None:
    # One subject with the event: the lower limit is alpha / 2.
    assert proportion_ci(1, 1, level=0.9).conf_low == pytest.approx(0.05, rel=1e-12)


def test_proportion_ci__numpy_counts_give_python_numbers() -> None:
    result = proportion_ci(np.int64(1), np.int64(2))  # type: ignore[arg-type]
    assert (type(result.n), type(result.p), type(result.conf_low)) == (int, float, float)


def test_proportion_ci__more_than_all_is_refused() -> None:
    with pytest.raises(EstimationError, match="n is 3 of N = 2"):
        proportion_ci(3, 2)


def test_proportion_ci__unknown_method_is_refused() -> None:
    with pytest.raises(EstimationError, match="'wald' is unknown, allowed: clopper-pearson, wilson"):
        proportion_ci(1, 2, "wald")


def test_mcnemar_exact__hand_worked() -> None:
    # 2 (C(6,0) + C(6,1)) / 2^6 = 14/64
    assert mcnemar_exact(1, 5).p_value == pytest.approx(14 / 64, rel=1e-12)


def test_mcnemar_exact__order_does_not_matter() -> None:
    assert mcnemar_exact(1, 5).p_value == mcnemar_exact(5, 1).p_value


def test_mcnemar_exact__equal_counts_are_p_one() -> None:
    assert mcnemar_exact(4, 4).p_value == 1.0


def test_mcnemar_exact__no_discordant_pair_is_p_one_and_noted() -> None:
    result = mcnemar_exact(0, 0)
    assert (result.p_value, result.note) == (1.0, "no discordant pair: p is 1 by definition")


def test_cochran_q__two_occasions_are_the_mcnemar_statistic() -> None:
    result = cochran_q([[1, 0], [1, 0], [1, 0], [0, 1], [1, 1], [0, 0]])
    # (3 - 1)^2 / (3 + 1) = 1 on one degree of freedom
    assert result.df == 1
    assert result.statistic == pytest.approx(1.0, rel=1e-12)
    assert result.p_value == pytest.approx(0.31731050786291415, rel=1e-12)


@pytest.mark.parametrize("matrix", [[[1, 1], [1, 1]], [[0, 0], [0, 0]], [[1, 1], [0, 0]]])
def test_cochran_q__nobody_changes_is_not_estimable(matrix: list[list[int]]) -> None:
    result = cochran_q(matrix)
    assert (result.statistic, result.p_value) == (None, None)
    assert result.note == "not estimable: no subject's response differs between occasions"


def test_cochran_q__no_subject_is_not_estimable() -> None:
    assert cochran_q(np.empty((0, 5))).note == "not estimable with 0 subjects and 5 occasions"


def test_cochran_q__one_subject_is_estimable() -> None:
    result = cochran_q([[1, 0, 0]])
    # (k - 1)(k sum C^2 - (sum C)^2) / (k sum R - sum R^2) = 2 (3 - 1) / (3 - 1)
    assert result.statistic == pytest.approx(2.0, rel=1e-12)


def test_cochran_q__missing_response_is_refused() -> None:
    with pytest.raises(EstimationError, match="1 of 4 values missing"):
        cochran_q([[1.0, float("nan")], [0.0, 1.0]])


def test_cochran_q__other_codes_are_refused() -> None:
    with pytest.raises(EstimationError, match="allowed: 0 and 1"):
        cochran_q([[1, 2], [0, 1]])


def test_tipping_points__one_row_per_number_of_missing_counted_as_response() -> None:
    points = tipping_points(20, 40, 6)
    assert [(point.n, point.N) for point in points] == [(n, 40) for n in range(20, 27)]


def test_tipping_points__nobody_missing_is_the_plain_proportion() -> None:
    assert tipping_points(20, 40, 0) == (proportion_ci(20, 40),)


def test_tipping_points__more_than_the_denominator_is_refused() -> None:
    with pytest.raises(EstimationError, match="exceed N = 40"):
        tipping_points(38, 40, 3)
