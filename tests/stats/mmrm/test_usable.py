"""Awkward data end in a clear state: a sentence that names the visit, or a fit marked as not converged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from sap_helpers.errors import EstimationError
from sap_helpers.stats.mmrm import MmrmFit, fit_mmrm, fit_mmrm_fallback

if TYPE_CHECKING:
    from numpy.typing import NDArray

WEEKS = (0, 2, 4, 6, 8, 10)


def complete(subjects: int, seed: int = 11) -> pd.DataFrame:
    """Return complete scores at six weeks, correlated within subjects."""
    generator = np.random.default_rng(seed)
    scores = 10.0 + generator.normal(size=(subjects, 1)) + generator.normal(size=(subjects, 6))
    return pd.DataFrame(
        {"id": np.repeat(np.arange(subjects), 6), "week": np.tile(WEEKS, subjects), "score": scores.ravel()}
    )


def keep_at_10(data: pd.DataFrame, values: int) -> pd.DataFrame:
    """Return the data with only the first `values` subjects assessed at week 10."""
    return data[(data["week"] != 10) | (data["id"] < values)]


def with_visit(data: pd.DataFrame, week: int, values: float | NDArray[np.float64]) -> pd.DataFrame:
    """Return complete data with the scores of one week replaced."""
    scores = data["score"].to_numpy(copy=True)
    scores[data["week"].to_numpy() == week] = values
    return data.assign(score=scores)


def fit(data: pd.DataFrame, covariance: str = "us") -> MmrmFit:
    """Fit the mean by week."""
    return fit_mmrm(data, "score ~ week", subject="id", visit="week", covariance=covariance)


def assert_unconverged(result: MmrmFit) -> None:
    """Check that nothing but the reason is offered."""
    assert not result.converged
    assert result.note
    assert result.coefficients is None
    assert result.covariance is None
    assert result.covariance_parameters is None
    assert result.log_likelihood is None
    with pytest.raises(EstimationError, match="the model did not converge"):
        result.contrast({"week[T.10]": 1.0})
    with pytest.raises(EstimationError, match="the model did not converge"):
        result.ls_means("week")


@pytest.mark.parametrize("structure", ["us", "toeph", "ar1h", "csh"])
def test_one_value_at_a_visit__is_named(structure: str) -> None:
    with pytest.raises(EstimationError, match=r"visit 10 has 1 value: the .* covariance needs two or more"):
        fit(keep_at_10(complete(40), 1), structure)


@pytest.mark.parametrize("structure", ["ar1", "cs"])
def test_one_value_at_a_visit__is_enough_for_a_common_variance(structure: str) -> None:
    result = fit(keep_at_10(complete(40), 1), structure)
    assert result.converged
    assert np.isfinite(result.contrast({"week[T.10]": 1.0}).to_numpy(dtype=float)).all()


@pytest.mark.parametrize("values", [2, 5])
def test_few_values_at_a_visit__unstructured_is_singular_there(values: int) -> None:
    result = fit(keep_at_10(complete(40), values))
    assert_unconverged(result)
    assert "the covariance matrix became singular: visits" in result.note
    assert "10" in result.note


@pytest.mark.parametrize("values", [2, 5])
def test_few_values_at_a_visit__fall_back_to_fewer_parameters(values: int) -> None:
    data = keep_at_10(complete(40), values)
    result = fit_mmrm_fallback(data, "score ~ week", subject="id", visit="week")
    assert result.structure in {"toeph", "ar1h"}
    assert 0.0 < result.contrast({"week[T.10]": 1.0})["df"].iloc[0] < len(data)


def test_constant_visit__is_named() -> None:
    with pytest.raises(EstimationError, match="visit 6 does not vary beyond the fixed effects"):
        fit(with_visit(complete(40), 6, 3.3))


def test_constant_visit__does_not_stop_a_common_variance() -> None:
    assert fit(with_visit(complete(40), 6, 3.3), "cs").converged


def test_identical_visits__are_named() -> None:
    data = complete(40)
    result = fit(with_visit(data, 8, data.loc[data["week"] == 4, "score"].to_numpy()))
    assert_unconverged(result)
    assert "visits 4, 8 are (nearly) determined by the other values" in result.note


def test_visit_that_sums_others__is_named() -> None:
    data = complete(40)
    scores = data.pivot(index="id", columns="week", values="score")
    result = fit(with_visit(data, 8, (2 * scores[4] + scores[2]).to_numpy()))
    assert_unconverged(result)
    assert "2, 4, 8" in result.note


def test_visit_of_missing_values__is_refused() -> None:
    with pytest.raises(EstimationError, match=r"column score has 40 missing or infinite value\(s\)"):
        fit(with_visit(complete(40), 10, np.nan))


def test_visit_without_rows__is_refused_as_a_category() -> None:
    data = complete(40).query("week != 10")
    with pytest.raises(EstimationError, match="visit 10 has no value"):
        fit(data.assign(week=pd.Categorical(data["week"], categories=WEEKS)))


def test_one_subject__is_refused() -> None:
    with pytest.raises(EstimationError, match=r"6 value\(s\) are not enough for 6 fixed-effect coefficient"):
        fit(complete(1))


def test_one_subject__is_refused_whatever_the_fixed_effects() -> None:
    with pytest.raises(EstimationError, match="one subject is not enough for the compound symmetry covariance"):
        fit_mmrm(complete(1), "score ~ 1", subject="id", visit="week", covariance="cs")


def test_two_subjects__more_parameters_than_values() -> None:
    with pytest.raises(EstimationError, match=r"12 values less 6 coefficients are not enough for the 21 parameter"):
        fit(complete(2))


@pytest.mark.parametrize("subjects", [5, 6])
def test_fewer_subjects_than_the_covariance_needs__is_singular(subjects: int) -> None:
    result = fit(complete(subjects))
    assert_unconverged(result)
    assert "too few subjects" in result.note


def test_five_subjects__have_a_fallback() -> None:
    result = fit_mmrm_fallback(complete(5), "score ~ week", subject="id", visit="week")
    assert result.converged
    assert result.failures[0].structure == "us"
    estimates = result.contrast({"week[T.10]": 1.0}).iloc[0]
    assert 0.0 < estimates["df"] < 30.0
    assert estimates["std.error"] > 0.0


def test_seven_subjects__are_the_fewest_for_six_complete_visits() -> None:
    result = fit(complete(7))
    assert result.converged
    assert result.contrast({"week[T.10]": 1.0})["df"].iloc[0] == pytest.approx(6.0, rel=1e-6)


def test_visits_never_seen_together__are_named() -> None:
    data = complete(40)
    apart = data[((data["week"] != 2) | (data["id"] % 2 == 0)) & ((data["week"] != 8) | (data["id"] % 2 == 1))]
    with pytest.raises(EstimationError, match="no subject has both of visits 2 and 8"):
        fit(apart)


def test_distance_never_seen__is_named() -> None:
    data = complete(40)
    with pytest.raises(EstimationError, match="no subject has two visits 5 apart"):
        fit(
            data[((data["week"] != 0) | (data["id"] % 2 == 0)) & ((data["week"] != 10) | (data["id"] % 2 == 1))], "toep"
        )


def test_one_visit_per_subject__has_no_correlation() -> None:
    data = complete(36)
    with pytest.raises(EstimationError, match="no subject has two visits"):
        fit(data[data["week"] == 2 * (data["id"] % 6)], "cs")


def test_constant_response__is_refused() -> None:
    with pytest.raises(EstimationError, match="the response does not vary beyond the fixed effects"):
        fit(complete(40).assign(score=8.0))


@pytest.mark.parametrize("seed", range(12))
def test_small_random_data__never_give_a_wrong_degree_of_freedom(seed: int) -> None:
    generator = np.random.default_rng(seed)
    data = complete(int(generator.integers(4, 12)), seed)
    data["score"] = data["score"].round(int(generator.integers(0, 2)))
    thinned = data[(generator.random(len(data)) > 0.25) | (data["week"] == 0)]
    present = thinned.groupby("week")["id"].transform("size") >= 2
    result = fit_mmrm_fallback(thinned[present], "score ~ week", subject="id", visit="week")
    means = result.ls_means("week")
    assert np.isfinite(means.to_numpy(dtype=float)).all()
    assert means["df"].between(0.0, len(thinned), inclusive="neither").all()
    assert (means["std.error"] > 0.0).all()
