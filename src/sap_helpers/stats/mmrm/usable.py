"""Whether data can carry a covariance structure at all, told before any iteration in words that name the visit."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from sap_helpers.errors import EstimationError
from sap_helpers.stats.mmrm.covariance import HETEROGENEOUS, LABELS

if TYPE_CHECKING:
    from sap_helpers.stats.inputs import BoolArray, IntArray
    from sap_helpers.stats.mmrm.patterns import Patterns

MIN_VALUES = 2
NO_VARIATION = 1e-12


def require_estimable(patterns: Patterns, name: str, n_parameters: int, visits: tuple[str, ...]) -> None:
    """Raise where a covariance structure cannot be estimated from the values there are.

    Parameters
    ----------
    patterns
        The condensed data.
    name
        Short name of the structure.
    n_parameters
        Its number of parameters.
    visits
        Labels of the visits.

    Raises
    ------
    EstimationError
        One subject; fewer values than parameters; for structures with one variance per visit, a visit with a single
        value or without variation; pairs of visits that no subject has, where the structure needs them.
    """
    label = LABELS[name]
    if patterns.counts.sum() < MIN_VALUES:
        raise EstimationError(f"one subject is not enough for the {label} covariance: two or more are needed")
    freedom = patterns.n_observations - patterns.n_terms
    if freedom < n_parameters:
        raise EstimationError(
            f"{patterns.n_observations} values less {patterns.n_terms} coefficients are not enough for the "
            f"{n_parameters} parameter(s) of the {label} covariance"
        )
    if name in HETEROGENEOUS:
        _require_variation(patterns, label, visits)
    _require_pairs(patterns, name, label, visits)


def _require_variation(patterns: Patterns, label: str, visits: tuple[str, ...]) -> None:
    values = patterns.counts @ patterns.observed
    few = [f"{visit} has {int(n)}" for visit, n in zip(visits, values, strict=True) if n < MIN_VALUES]
    if few:
        raise EstimationError(f"visit {', '.join(few)} value: the {label} covariance needs two or more at every visit")
    flat = [visit for i, visit in enumerate(visits) if _is_explained(patterns, i, int(values[i]))]
    if flat:
        raise EstimationError(
            f"visit {', '.join(flat)} does not vary beyond the fixed effects: the {label} covariance needs a "
            "variance above zero at every visit"
        )


def _is_explained(patterns: Patterns, visit: int, n_values: int) -> bool:
    """Return whether the fixed effects fit all values of a visit exactly though they are fewer than its values."""
    x, y = patterns.x[:, visit], patterns.y[:, visit]
    solution, _, rank, _ = np.linalg.lstsq(x, y)
    residual = y - x @ solution
    # The response is in units of its residual standard deviation, but rounding is in those of the fitted values.
    size = np.sqrt(float(y @ y) / n_values) + np.abs(patterns.offset).max() / patterns.scale
    return n_values > int(rank) and bool(np.sqrt(float(residual @ residual) / n_values) <= NO_VARIATION * size)


def _require_pairs(patterns: Patterns, name: str, label: str, visits: tuple[str, ...]) -> None:
    """Raise where no subject has both visits of a pair, or of any pair at a lag, that the structure needs."""
    pairs = np.einsum("g,gs,gt->st", patterns.counts, patterns.observed, patterns.observed)
    if name == "us":
        apart = [f"{visits[i]} and {visits[j]}" for i, j in combinations(range(len(visits)), 2) if pairs[i, j] == 0]
        if apart:
            raise EstimationError(
                f"no subject has both of visits {'; '.join(apart)}: the {label} covariance needs every pair of visits"
            )
    lags = _lags_observed(pairs)
    needed = np.arange(1, len(visits)) if name in {"toep", "toeph"} else np.arange(0)
    absent = [str(lag) for lag in needed if not lags[lag]]
    if absent:
        raise EstimationError(
            f"no subject has two visits {', '.join(absent)} apart: the {label} covariance needs every distance"
        )
    if len(visits) > 1 and not lags[1:].any():
        raise EstimationError(
            f"no subject has two visits: the {label} covariance has nothing to estimate correlation from"
        )


def _lags_observed(pairs: IntArray) -> BoolArray:
    return np.array([np.diagonal(pairs, lag).any() for lag in range(len(pairs))])
