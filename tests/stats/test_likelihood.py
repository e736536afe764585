"""The maximiser of likelihoods, on functions with known maxima."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from sap_helpers.stats.likelihood import gradient, maximise, second_derivative

if TYPE_CHECKING:
    from numpy.typing import NDArray


def hill(theta: NDArray[np.float64]) -> float:
    """Return a quadratic with its maximum 3 at (1, -2) and second derivatives -2, -8."""
    return float(3 - (theta[0] - 1) ** 2 - 4 * (theta[1] + 2) ** 2)


def test_maximise__quadratic() -> None:
    best = maximise(hill, np.zeros(2))
    assert best.converged
    assert best.point == pytest.approx([1, -2], abs=1e-8)
    assert best.value == pytest.approx(3, abs=1e-12)
    assert best.covariance == pytest.approx(np.diag([1 / 2, 1 / 8]), abs=1e-6)


def test_maximise__ridge_without_a_single_top_is_no_convergence() -> None:
    assert not maximise(lambda theta: -float((theta[0] + theta[1]) ** 2), np.ones(2)).converged


def test_gradient__quadratic() -> None:
    assert gradient(hill, np.zeros(2)) == pytest.approx([2, -16], rel=1e-8)


def test_second_derivative__mixed() -> None:
    assert second_derivative(lambda t: float(t[0] * t[1]), np.ones(2)) == pytest.approx(np.eye(2)[::-1], abs=1e-6)
