"""Kenward-Roger, Satterthwaite and joint tests against dense matrices and exact distributions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sap_helpers.errors import EstimationError
from sap_helpers.stats.mmrm import MmrmFit, fit_mmrm
from sap_helpers.stats.mmrm.covariance import structure_of
from sap_helpers.stats.mmrm.design import build_design

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sap_helpers.stats.mmrm.design import Design

FORMULA = "score ~ week + age"


def weekly(subjects: int = 16, *, is_complete: bool = False) -> pd.DataFrame:
    """Return scores at four weeks, some missing unless complete."""
    generator = np.random.default_rng(5)
    scores = 2.0 * generator.normal(size=(subjects, 1)) + generator.normal(size=(subjects, 4)) * [1.0, 1.5, 2.0, 1.0]
    data = pd.DataFrame(
        {
            "id": np.repeat(np.arange(subjects), 4),
            "week": np.tile([0, 2, 4, 6], subjects),
            "age": np.repeat(generator.normal(size=subjects), 4),
            "score": scores.ravel(),
        }
    )
    return data if is_complete else data[(data["id"] % 3 != 0) | (data["week"] < 4)]


def fit(data: pd.DataFrame, formula: str = FORMULA, covariance: str = "us", ddf: str = "kenward-roger") -> MmrmFit:
    """Fit with the column names of `weekly`."""
    return fit_mmrm(data, formula, subject="id", visit="week", covariance=covariance, ddf=ddf)


def dense_hessian(
    first: list[NDArray[np.float64]],
    second: list[list[NDArray[np.float64]]] | None,
    inverse: NDArray[np.float64],
    design: Design,
) -> NDArray[np.float64]:
    """Return the second derivative of minus twice the restricted log-likelihood, from derivatives of one big matrix."""
    left = design.x.T @ inverse
    middle = inverse - left.T @ np.linalg.solve(left @ design.x, left)
    weighted = middle @ design.y
    result = np.empty((len(first), len(first)))
    for i, a in enumerate(first):
        for j, b in enumerate(first):
            result[i, j] = 2.0 * weighted @ a @ middle @ b @ weighted - np.trace(middle @ a @ middle @ b)
            if second is not None:
                result[i, j] += np.trace(middle @ second[i][j]) - weighted @ second[i][j] @ weighted
    return result


def dense_kenward_roger(covariance: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return standard errors and df, written out with one big matrix.

    Kenward and Roger (1997), equations for the adjusted covariance; W is the inverse of the observed information.
    """
    result = fit(weekly(), covariance=covariance)
    assert result.covariance_parameters is not None
    structure = structure_of(covariance, ("0", "2", "4", "6"))
    design = build_design(weekly(), FORMULA, subject="id", visit="week")
    theta = result.covariance_parameters["estimate"].to_numpy()
    same = design.subject[:, None] == design.subject[None]

    def spread(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.where(same, matrix[np.ix_(design.visit, design.visit)], 0.0)

    size = len(theta)
    covariance_matrix: Any = spread(structure.matrix(theta))
    inverse = np.asarray(np.linalg.inv(covariance_matrix), dtype=np.float64)
    phi = np.linalg.inv(design.x.T @ inverse @ design.x)
    left = design.x.T @ inverse
    first = [spread(matrix) for matrix in structure.first(theta)]
    second = structure.second(theta)
    p = [-left @ d @ left.T for d in first]
    weights = 2.0 * np.linalg.inv(
        dense_hessian(
            first, second if second is None else [[spread(m) for m in row] for row in second], inverse, design
        )
    )
    total = np.zeros_like(phi)
    for i in range(size):
        for j in range(size):
            q = left @ first[i] @ inverse @ first[j] @ left.T
            r = 0.0 if second is None else left @ spread(second[i, j]) @ left.T
            total += weights[i, j] * (q - p[i] @ phi @ p[j] - r / 4.0)
    adjusted = phi + 2.0 * phi @ total @ phi
    slopes = np.array([np.diag(phi @ d @ phi) for d in p])
    return np.sqrt(np.diag(adjusted)), 2.0 * np.diag(phi) ** 2 / np.einsum("at,ab,bt->t", slopes, weights, slopes)


@pytest.mark.parametrize("covariance", ["us", "cs", "ar1", "ar1h", "csh", "toeph"])
def test_kenward_roger__equals_the_dense_formula(covariance: str) -> None:
    std_error, df = dense_kenward_roger(covariance)
    found = fit(weekly(), covariance=covariance).coefficients
    assert found is not None
    np.testing.assert_allclose(found["std.error"], std_error, rtol=1e-8)
    np.testing.assert_allclose(found["df"], df, rtol=1e-8)


def test_satterthwaite__has_the_df_but_not_the_error_of_kenward_roger() -> None:
    kenward, satterthwaite = fit(weekly()).coefficients, fit(weekly(), ddf="satterthwaite").coefficients
    assert kenward is not None
    assert satterthwaite is not None
    np.testing.assert_allclose(kenward["df"], satterthwaite["df"], rtol=1e-12)
    ratio = kenward["std.error"] / satterthwaite["std.error"]
    # nobody lacks week 0 or 2: their difference is a mean of pairs, and there is nothing to adjust
    assert ratio["week[T.2]"] == pytest.approx(1.0, rel=1e-12)
    assert (ratio.drop("week[T.2]") > 1.05).all()


def test_f_test__of_complete_visits_is_hotelling() -> None:
    data = weekly(is_complete=True)
    found = fit(data, "score ~ week").f_test(np.eye(4)[1:])
    wide = data.pivot(index="id", columns="week", values="score").to_numpy()
    change = wide[:, 1:] - wide[:, :1]
    n, size = change.shape
    mean = change.mean(axis=0)
    squared = n * mean @ np.linalg.solve(np.cov(change.T), mean)
    statistic = (n - size) / (size * (n - 1)) * squared
    assert found.num_df == 3
    assert found.denom_df == pytest.approx(n - size, rel=1e-8)
    assert found.statistic == pytest.approx(statistic, rel=1e-8)
    assert found.p_value == pytest.approx(float(stats.f.sf(statistic, size, n - size)), rel=1e-7)


@pytest.mark.parametrize("ddf", ["kenward-roger", "satterthwaite", "residual"])
def test_f_test__of_one_contrast_is_the_squared_t(ddf: str) -> None:
    result = fit(weekly(), ddf=ddf)
    row, joint = result.contrast({"age": 1.0}).iloc[0], result.f_test({"age": 1.0})
    assert joint.statistic == pytest.approx(row["statistic"] ** 2, rel=1e-10)
    assert joint.p_value == pytest.approx(row["p.value"], rel=1e-9)


@pytest.mark.parametrize("ddf", ["kenward-roger", "satterthwaite", "residual"])
def test_f_test__does_not_depend_on_how_the_contrasts_are_written(ddf: str) -> None:
    result = fit(weekly(), ddf=ddf)
    simple = np.eye(5)[1:4]
    mixed = np.array([[1.0, 1.0, 0.0], [0.0, 1.0, 1.0], [1.0, 0.0, 3.0]]) @ simple
    first, second = result.f_test(simple), result.f_test(mixed)
    assert second.statistic == pytest.approx(first.statistic, rel=1e-9)
    if ddf != "satterthwaite":
        assert second.denom_df == pytest.approx(first.denom_df, rel=1e-9)


def test_f_test__refuses_dependent_contrasts() -> None:
    with pytest.raises(EstimationError, match="the 2 contrasts are linearly dependent"):
        fit(weekly()).f_test([[0.0, 1.0, 0.0, 0.0, 0.0], [0.0, 2.0, 0.0, 0.0, 0.0]])  # type: ignore[list-item]


def test_contrast__refuses_weights_that_are_all_zero() -> None:
    with pytest.raises(EstimationError, match="at least one of its weights must not be zero"):
        fit(weekly()).contrast({"age": 0.0})
