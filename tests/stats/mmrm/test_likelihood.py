"""The restricted likelihood against dense matrices, its derivatives against differences of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from sap_helpers.stats.mmrm.covariance import STRUCTURES, structure_of
from sap_helpers.stats.mmrm.design import build_design
from sap_helpers.stats.mmrm.likelihood import evaluate
from sap_helpers.stats.mmrm.patterns import condense

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sap_helpers.stats.mmrm.covariance import Structure
    from sap_helpers.stats.mmrm.design import Design
    from sap_helpers.stats.mmrm.likelihood import Reml
    from sap_helpers.stats.mmrm.patterns import Patterns

VISITS = ("0", "2", "4", "6")
STEP = 1e-5


@pytest.fixture(scope="module")
def design() -> Design:
    """Return fourteen subjects at four weeks, three patterns of missing values."""
    generator = np.random.default_rng(20150131)
    subjects, visits = 14, 4
    values = generator.normal(size=(subjects, visits)) + generator.normal(size=(subjects, 1))
    frame = pd.DataFrame(
        {
            "id": np.repeat(np.arange(subjects), visits),
            "week": np.tile([0, 2, 4, 6], subjects),
            "x": np.repeat(generator.normal(size=subjects), visits),
            "y": values.ravel(),
        }
    )
    dropped = (frame["id"] % 3 == 1) & (frame["week"] > 2) | (frame["id"] == 5) & (frame["week"] == 2)
    return build_design(frame[~dropped], "y ~ week + x", subject="id", visit="week")


@pytest.fixture(scope="module")
def patterns(design: Design) -> Patterns:
    """Return the condensed design."""
    return condense(design)


def dense(
    design: Design, patterns: Patterns, sigma: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return V, X and y over all rows in the standardised coordinates."""
    same = design.subject[:, None] == design.subject[None]
    covariance = np.where(same, sigma[np.ix_(design.visit, design.visit)], 0.0)
    x = design.x @ patterns.transform
    y = (design.y - design.x @ patterns.offset) / patterns.scale
    return covariance, x, y


def projector(covariance: NDArray[np.float64], x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the matrix P with y'Py the generalised residual sum of squares."""
    inverse = np.linalg.inv(covariance)
    return np.asarray(inverse - inverse @ x @ np.linalg.inv(x.T @ inverse @ x) @ x.T @ inverse)


def evaluated(sigma: NDArray[np.float64], patterns: Patterns) -> Reml:
    """Return the likelihood at a matrix that must be positive definite."""
    reml = evaluate(sigma, patterns)
    assert reml is not None
    return reml


def point(name: str, patterns: Patterns) -> tuple[Structure, NDArray[np.float64], Reml]:
    """Return a structure, parameters away from any optimum, and the likelihood there."""
    structure = structure_of(name, VISITS)
    moments = 0.4 + 0.6 * np.eye(4) + 0.1 * np.diag([0.0, 1.0, 2.0, 3.0])
    theta = structure.start(moments)
    return structure, theta, evaluated(structure.matrix(theta), patterns)


def test_deviance__equals_the_dense_formula(design: Design, patterns: Patterns) -> None:
    structure, theta, reml = point("toeph", patterns)
    covariance, x, y = dense(design, patterns, structure.matrix(theta))
    information = x.T @ np.linalg.inv(covariance) @ x
    expected = (
        np.linalg.slogdet(covariance)[1]
        + np.linalg.slogdet(information)[1]
        + y @ projector(covariance, x) @ y
        + (len(y) - x.shape[1]) * np.log(2 * np.pi)
    )
    assert reml.deviance == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("name", STRUCTURES)
def test_gradient__equals_central_differences(name: str, design: Design, patterns: Patterns) -> None:
    structure, theta, reml = point(name, patterns)
    gradient = reml.gradient(reml.whiten(structure.first(theta)))
    steps = np.eye(len(theta)) * STEP
    numeric = [
        (
            evaluated(structure.matrix(theta + h), patterns).deviance
            - evaluated(structure.matrix(theta - h), patterns).deviance
        )
        / (2 * STEP)
        for h in steps
    ]
    np.testing.assert_allclose(gradient, numeric, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("name", STRUCTURES)
def test_hessian__equals_central_differences_of_the_gradient(name: str, design: Design, patterns: Patterns) -> None:
    structure, theta, reml = point(name, patterns)

    def gradient(at: NDArray[np.float64]) -> NDArray[np.float64]:
        there = evaluated(structure.matrix(at), patterns)
        return there.gradient(there.whiten(structure.first(at)))

    second = structure.second(theta)
    hessian = reml.hessian(reml.whiten(structure.first(theta)), None if second is None else reml.whiten(second))
    numeric = [(gradient(theta + h) - gradient(theta - h)) / (2 * STEP) for h in np.eye(len(theta)) * STEP]
    np.testing.assert_allclose(hessian, numeric, rtol=1e-5, atol=1e-5)


def test_expected__is_the_trace_formula(design: Design, patterns: Patterns) -> None:
    structure, theta, reml = point("ar1h", patterns)
    covariance, x, _ = dense(design, patterns, structure.matrix(theta))
    middle = projector(covariance, x)
    derivatives = [dense(design, patterns, d)[0] for d in structure.first(theta)]
    expected = [[np.trace(middle @ a @ middle @ b) for b in derivatives] for a in derivatives]
    np.testing.assert_allclose(reml.expected(reml.whiten(structure.first(theta))), expected, rtol=1e-10, atol=1e-10)


def test_second_information__is_the_weighted_sum_of_q(design: Design, patterns: Patterns) -> None:
    structure, theta, reml = point("csh", patterns)
    covariance, x, _ = dense(design, patterns, structure.matrix(theta))
    inverse = np.linalg.inv(covariance)
    derivatives = [dense(design, patterns, d)[0] for d in structure.first(theta)]
    weights = np.add.outer(np.arange(5.0), np.arange(5.0)) + np.eye(5)
    root = reml.root
    expected = np.zeros((5, 5))
    for i, a in enumerate(derivatives):
        for j, b in enumerate(derivatives):
            expected += weights[i, j] * root.T @ x.T @ inverse @ a @ inverse @ b @ inverse @ x @ root
    whitened = reml.whiten(structure.first(theta))
    np.testing.assert_allclose(reml.second_information(whitened, weights), expected, rtol=1e-9, atol=1e-9)


def test_evaluate__returns_none_for_an_indefinite_matrix(patterns: Patterns) -> None:
    assert evaluate(np.ones((4, 4)) - 0.5 * np.eye(4), patterns) is None
