"""Covariance structures: shapes on paper, derivatives against differences, start values inside the allowed region."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from sap_helpers.errors import EstimationError
from sap_helpers.stats.mmrm.covariance import STRUCTURES, smallest_eigenvalue, structure_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sap_helpers.stats.mmrm.covariance import Structure

VISITS = ("0", "2", "4", "6")
MOMENTS = np.array([[4.0, 2.0, 1.5, 1.0], [2.0, 5.0, 3.0, 2.0], [1.5, 3.0, 6.0, 3.5], [1.0, 2.0, 3.5, 7.0]])
STEP = 1e-5


def numeric_first(structure: Structure, theta: NDArray[np.float64]) -> NDArray[np.float64]:
    steps = np.eye(len(theta)) * STEP
    return np.array([(structure.matrix(theta + h) - structure.matrix(theta - h)) / (2 * STEP) for h in steps])


def numeric_second(structure: Structure, theta: NDArray[np.float64]) -> NDArray[np.float64]:
    steps = np.eye(len(theta)) * STEP
    return np.array([(structure.first(theta + h) - structure.first(theta - h)) / (2 * STEP) for h in steps])


@pytest.mark.parametrize("name", STRUCTURES)
def test_first__equals_central_differences(name: str) -> None:
    structure = structure_of(name, VISITS)
    theta = structure.start(MOMENTS)
    np.testing.assert_allclose(structure.first(theta), numeric_first(structure, theta), atol=1e-8)


@pytest.mark.parametrize("name", ["ar1", "ar1h", "csh", "toeph"])
def test_second__equals_central_differences(name: str) -> None:
    structure = structure_of(name, VISITS)
    theta = structure.start(MOMENTS)
    second = structure.second(theta)
    assert second is not None
    np.testing.assert_allclose(second, numeric_second(structure, theta), atol=1e-8)


@pytest.mark.parametrize("name", ["us", "cs", "toep"])
def test_second__is_none_for_linear_structures(name: str) -> None:
    structure = structure_of(name, VISITS)
    assert structure.second(structure.start(MOMENTS)) is None


@pytest.mark.parametrize("name", ["ar1", "ar1h"])
def test_derivatives__are_finite_at_zero_correlation(name: str) -> None:
    structure = structure_of(name, VISITS)
    theta = np.append(np.ones(len(structure.names) - 1), 0.0)
    assert np.isfinite(structure.first(theta)).all()
    second = structure.second(theta)
    assert second is not None
    assert np.isfinite(second).all()


@pytest.mark.parametrize(
    ("name", "theta", "row"),
    [
        ("us", [4.0, 1.0, 5.0, 2.0, 3.0, 6.0], [2.0, 3.0, 6.0]),
        ("cs", [4.0, 1.0], [1.0, 1.0, 4.0]),
        ("toep", [4.0, 2.0, 1.0], [1.0, 2.0, 4.0]),
        ("ar1", [4.0, 0.5], [1.0, 2.0, 4.0]),
        ("csh", [1.0, 4.0, 9.0, 0.5], [1.5, 3.0, 9.0]),
        ("ar1h", [1.0, 4.0, 9.0, 0.5], [0.75, 3.0, 9.0]),
        ("toeph", [1.0, 4.0, 9.0, 0.5, 0.1], [0.3, 3.0, 9.0]),
    ],
)
def test_matrix__last_row_is_as_worked_on_paper(name: str, theta: list[float], row: list[float]) -> None:
    matrix = structure_of(name, ("a", "b", "c")).matrix(np.array(theta))
    np.testing.assert_allclose(matrix[2], row, rtol=1e-14)
    np.testing.assert_array_equal(matrix, matrix.T)


@pytest.mark.parametrize("name", STRUCTURES)
def test_start__is_positive_definite_for_impossible_moments(name: str) -> None:
    moments = np.full((4, 4), 2.0) - 3.0 * np.eye(4)[::-1] + np.eye(4)
    structure = structure_of(name, VISITS)
    assert smallest_eigenvalue(structure.matrix(structure.start(moments)))[0] > 0.01


@pytest.mark.parametrize("name", STRUCTURES)
def test_rescale__multiplies_the_matrix(name: str) -> None:
    structure = structure_of(name, VISITS)
    theta = structure.start(MOMENTS)
    rescaled = structure.matrix(structure.rescale(theta, 9.0))
    np.testing.assert_allclose(rescaled, 9.0 * structure.matrix(theta), rtol=1e-13)


@pytest.mark.parametrize("name", STRUCTURES)
def test_names__one_per_parameter(name: str) -> None:
    structure = structure_of(name, VISITS)
    assert len(structure.names) == len(structure.start(MOMENTS)) == len(set(structure.names))


def test_smallest_eigenvalue__is_that_of_the_correlation_matrix() -> None:
    sigma = np.array([[4.0, 3.0], [3.0, 9.0]])
    assert smallest_eigenvalue(sigma)[0] == pytest.approx(0.5, rel=1e-14)


def test_smallest_eigenvalue__negative_variance_is_not_positive() -> None:
    assert smallest_eigenvalue(np.array([[1.0, 0.0], [0.0, -1.0]]))[0] == -1.0


def test_is_inside__refuses_a_correlation_of_one() -> None:
    structure = structure_of("ar1", VISITS)
    assert not structure.is_inside(np.array([1.0, 1.0]))


def test_structure_of__unknown_name_lists_the_allowed() -> None:
    with pytest.raises(EstimationError, match="covariance 'un' is unknown; allowed: us, toeph"):
        structure_of("un", VISITS)


def test_structure_of__one_visit_needs_us() -> None:
    with pytest.raises(EstimationError, match="'ar1' needs two visits or more; the data have one, 0"):
        structure_of("ar1", ("0",))
