"""Stand-in subjects: same cross-products as the real ones, few of them, standardised."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from sap_helpers.errors import EstimationError
from sap_helpers.stats.mmrm.design import build_design
from sap_helpers.stats.mmrm.patterns import condense, pattern_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray


def frame(subjects: int) -> pd.DataFrame:
    """Return values at three weeks; every fourth subject has no last one."""
    generator = np.random.default_rng(7)
    data = pd.DataFrame(
        {
            "id": np.repeat(np.arange(subjects), 3),
            "week": np.tile([0, 2, 4], subjects),
            "x": np.repeat(generator.normal(2000.0, 1.0, size=subjects), 3),
            "y": generator.normal(50.0, 1.0, size=3 * subjects),
        }
    )
    return data[(data["id"] % 4 != 1) | (data["week"] != 4)]


def cross_products(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the cross-products of all columns at all visits."""
    flat = np.concatenate([x, y[..., None]], axis=2).reshape(len(x), -1)
    return np.asarray(flat.T @ flat)


def test_condense__keeps_the_cross_products_of_every_pattern() -> None:
    design = build_design(frame(200), "y ~ week + x", subject="id", visit="week")
    patterns = condense(design)
    for number, group in enumerate(pattern_rows(design)):
        members = patterns.pattern == number
        x = design.x[group.rows] @ patterns.transform
        y = (design.y[group.rows] - design.x[group.rows] @ patterns.offset) / patterns.scale
        inside = np.ix_(members, group.observed)
        found = cross_products(patterns.x[inside], patterns.y[inside])
        np.testing.assert_allclose(found, cross_products(x, y), atol=1e-7)


def test_condense__needs_as_many_stand_ins_as_dimensions_not_subjects() -> None:
    patterns = condense(build_design(frame(2000), "y ~ week + x", subject="id", visit="week"))
    # Per pattern: the intercept, the covariate, and one residual per observed visit.
    assert np.bincount(patterns.pattern).tolist() == [4, 5]
    assert patterns.counts.tolist() == [500, 1500]


def test_condense__keeps_few_subjects_as_they_are() -> None:
    patterns = condense(build_design(frame(8), "y ~ week + x", subject="id", visit="week"))
    assert np.bincount(patterns.pattern).tolist() == [2, 6]


def test_condense__standardises_to_orthonormal_columns() -> None:
    patterns = condense(build_design(frame(50), "y ~ week + x", subject="id", visit="week"))
    flat = patterns.x.reshape(-1, 4)
    np.testing.assert_allclose(flat.T @ flat / patterns.n_observations, np.eye(4), atol=1e-10)


def test_condense__names_the_later_of_two_equal_terms() -> None:
    data = frame(20).assign(z=lambda d: 3.0 * d["x"])
    design = build_design(data, "y ~ week + x + z", subject="id", visit="week")
    with pytest.raises(EstimationError, match="not estimable from these data: z "):
        condense(design)


def test_condense__refuses_a_response_without_residual_variation() -> None:
    data = frame(20).assign(y=lambda d: 1.5 * d["week"])
    design = build_design(data, "y ~ week", subject="id", visit="week")
    with pytest.raises(EstimationError, match="does not vary beyond the fixed effects"):
        condense(design)


def test_condense__refuses_as_many_terms_as_values() -> None:
    data = frame(1)
    design = build_design(data, "y ~ week", subject="id", visit="week")
    with pytest.raises(EstimationError, match=r"3 value\(s\) are not enough for 3 fixed-effect"):
        condense(design)
