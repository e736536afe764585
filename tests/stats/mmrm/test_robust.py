"""Sandwich standard errors against the formula for one mean and a loop over subjects."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sap_helpers.errors import EstimationError
from sap_helpers.stats.mmrm import MmrmFit, fit_mmrm

BEFORE = [10.0, 12.0, 9.0, 14.0, 11.0, 8.0]
AFTER = [7.0, 8.0, 9.0, 9.0, 6.0, 7.0]


def paired(covariance: str = "us") -> MmrmFit:
    """Return the fit of two complete visits of six subjects."""
    data = pd.DataFrame({"id": np.tile(np.arange(6), 2), "week": np.repeat([0, 10], 6), "y": BEFORE + AFTER})
    return fit_mmrm(data, "y ~ week", subject="id", visit="week", covariance=covariance)


@pytest.mark.parametrize("covariance", ["us", "cs"])
@pytest.mark.parametrize(
    ("correction", "factor"), [("none", 5 / 6), ("kauermann-carroll", 1.0), ("mancl-derouen", 6 / 5)]
)
def test_robust_std_error__of_complete_pairs_is_the_paired_one(covariance: str, correction: str, factor: float) -> None:
    found = paired(covariance).robust_std_error({"week[T.10]": 1.0}, correction)[0]
    change = np.array(AFTER) - np.array(BEFORE)
    assert found == pytest.approx(np.sqrt(factor * change.var(ddof=1) / 6), rel=1e-8)


def incomplete() -> pd.DataFrame:
    """Return scores of twelve subjects at three weeks, the last missing for four."""
    generator = np.random.default_rng(9)
    data = pd.DataFrame(
        {
            "id": np.repeat(np.arange(12), 3),
            "week": np.tile([0, 2, 4], 12),
            "x": np.repeat(generator.normal(size=12), 3),
            "y": generator.normal(size=36) + np.repeat(generator.normal(size=12), 3),
        }
    )
    return data[(data["week"] != 4) | (data["id"] > 3)]


def test_robust_covariance__equals_a_loop_over_subjects() -> None:
    data = incomplete()
    result = fit_mmrm(data, "y ~ week + x", subject="id", visit="week", covariance="ar1")
    assert result.coefficients is not None
    assert result.covariance is not None
    beta, sigma = result.coefficients["estimate"].to_numpy(), result.covariance.to_numpy()
    bread, meat = np.zeros((4, 4)), np.zeros((4, 4))
    for _, rows in data.groupby("id"):
        week = rows["week"].to_numpy()
        x = np.column_stack([np.ones(len(week)), week == 2, week == 4, rows["x"]]).astype(float)
        inverse = np.linalg.inv(sigma[: len(week), : len(week)])
        score = x.T @ inverse @ (rows["y"].to_numpy() - x @ beta)
        bread += x.T @ inverse @ x
        meat += np.outer(score, score)
    expected = np.linalg.solve(bread, np.linalg.solve(bread, meat).T)
    np.testing.assert_allclose(result.robust_covariance("none"), expected, rtol=1e-7)


def test_robust_covariance__is_labelled_by_term() -> None:
    matrix = paired().robust_covariance()
    assert matrix.index.tolist() == matrix.columns.tolist() == ["Intercept", "week[T.10]"]


def test_robust_covariance__refuses_a_coefficient_that_one_subject_determines() -> None:
    data = incomplete().assign(is_first=lambda d: (d["id"] == 5).astype(float))
    result = fit_mmrm(data, "y ~ week + is_first:week", subject="id", visit="week", covariance="cs")
    with pytest.raises(EstimationError, match="one subject alone determines a coefficient"):
        result.robust_covariance()


def test_robust_covariance__refuses_an_unknown_correction() -> None:
    with pytest.raises(EstimationError, match="correction 'HC3' is unknown; allowed: none, kauermann-carroll"):
        paired().robust_covariance("HC3")
