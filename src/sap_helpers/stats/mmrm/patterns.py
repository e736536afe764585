"""Rows condensed by missingness pattern: a few stand-in subjects per pattern carry all that the likelihood needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import qr, solve_triangular

from sap_helpers.errors import EstimationError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sap_helpers.stats.inputs import BoolArray, FloatArray, IntArray
    from sap_helpers.stats.mmrm.design import Design

CHUNK_CELLS = 4_000_000
RANK_TOLERANCE = 1e-14
ALIAS_TOLERANCE = 1e-9


@dataclass(frozen=True)
class Patterns:
    """Design and response of stand-in subjects, standardised.

    Per pattern, the stand-ins' cross-products between pairs of visits equal those of the pattern's real subjects; there
    are never more of them than (terms + 1) x visits, however many subjects there are.

    Parameters
    ----------
    observed
        bool, pattern x visit.
    counts
        int64, real subjects per pattern.
    pattern
        int64, pattern of each stand-in, rising.
    x, y
        float64, stand-in x visit x term and stand-in x visit; zero where not observed. The columns of x are
        orthonormal combinations of the original terms; y is the least-squares residual over its root mean square.
    transform
        float64, term x term: original coefficients = offset + scale * transform @ standardised coefficients.
    offset, scale
        Least-squares coefficients; root mean square of the residuals.
    log_determinant
        Log determinant of X'X of the original terms.
    """

    observed: BoolArray
    counts: IntArray
    pattern: IntArray
    x: FloatArray
    y: FloatArray
    transform: FloatArray
    offset: FloatArray
    scale: float
    log_determinant: float

    @property
    def n_observations(self) -> int:
        """Number of values."""
        return int(self.observed.sum(axis=1) @ self.counts)

    @property
    def n_terms(self) -> int:
        """Number of fixed-effect coefficients."""
        return int(self.x.shape[2])


@dataclass(frozen=True)
class PatternRows:
    """Where the subjects of one missingness pattern are: `rows` is subject x observed visit, indices of the design."""

    observed: BoolArray
    rows: IntArray


def pattern_rows(design: Design) -> list[PatternRows]:
    """Return the rows of the design by missingness pattern, patterns in a fixed order.

    Parameters
    ----------
    design
        Rows sorted by subject and visit.
    """
    starts = np.flatnonzero(np.r_[True, np.diff(design.subject) > 0])
    codes = np.add.reduceat(np.int64(1) << design.visit, starts)
    found, index = np.unique(codes, return_inverse=True)
    order = np.argsort(index, kind="stable")
    bounds = np.searchsorted(index[order], np.arange(len(found) + 1))
    visits = np.arange(len(design.visits))
    result = []
    for number, code in enumerate(found):
        observed = ((code >> visits) & 1).astype(bool)
        first = starts[order[bounds[number] : bounds[number + 1]]]
        result.append(PatternRows(observed, first[:, None] + np.arange(observed.sum())))
    return result


def chunks(rows: IntArray, columns: int) -> Iterator[IntArray]:
    """Yield `rows` in pieces whose design stays within a fixed number of cells."""
    size = max(1, CHUNK_CELLS // (rows.shape[1] * columns))
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def condense(design: Design) -> Patterns:
    """Condense the design by missingness pattern and standardise it.

    Parameters
    ----------
    design
        The model's rows.

    Raises
    ------
    EstimationError
        Where terms are linear combinations of others, the response does not vary beyond the fixed effects, or there
        are no more values than terms.
    """
    groups = pattern_rows(design)
    blocks = [_stand_ins(design, group) for group in groups]
    pattern = np.repeat(np.arange(len(groups)), [len(block) for block in blocks])
    observed = np.array([group.observed for group in groups])
    counts = np.array([len(group.rows) for group in groups], dtype=np.int64)
    return _standardise(np.concatenate(blocks), pattern, observed, counts, design.terms)


def _stand_ins(design: Design, group: PatternRows) -> FloatArray:
    """Return stand-in x visit x (terms and response) with the cross-products of the pattern's subjects."""
    n_columns = design.x.shape[1] + 1
    width = group.rows.shape[1] * n_columns
    triangle: FloatArray = np.empty((0, width))
    for rows in chunks(group.rows, n_columns):
        values = np.concatenate([design.x[rows], design.y[rows][..., None]], axis=2)
        flat = np.concatenate([triangle, values.reshape(len(rows), width)])
        triangle = np.asarray(np.linalg.qr(flat, mode="r")) if len(flat) > width else flat
    if len(group.rows) > width:
        triangle = _drop_dependent_rows(triangle)
    result = np.zeros((len(triangle), len(group.observed), n_columns))
    result[:, group.observed] = triangle.reshape(len(triangle), -1, n_columns)
    return result


def _drop_dependent_rows(triangle: FloatArray) -> FloatArray:
    """Return the fewest rows with the same cross-products as `triangle`."""
    norms = np.linalg.norm(triangle, axis=0)
    norms[norms == 0.0] = 1.0
    reduced, pivots = qr(triangle / norms, mode="r", pivoting=True, check_finite=False)
    rank = max(1, int((np.abs(np.diag(reduced)) > RANK_TOLERANCE * len(norms)).sum()))
    result = np.empty((rank, len(norms)))
    result[:, pivots] = reduced[:rank] * norms[pivots]
    return result


def _standardise(
    values: FloatArray,
    pattern: IntArray,
    observed: BoolArray,
    counts: IntArray,
    terms: tuple[str, ...],
) -> Patterns:
    n_observations, n_terms = int(observed.sum(axis=1) @ counts), len(terms)
    flat = values.reshape(-1, n_terms + 1)
    x, y = flat[:, :-1], flat[:, -1]
    _refuse_aliased(x, terms)
    if n_observations <= n_terms:
        raise EstimationError(f"{n_observations} value(s) are not enough for {n_terms} fixed-effect coefficient(s)")
    orthogonal, triangle = np.linalg.qr(x)
    projected = orthogonal.T @ y
    residual = y - orthogonal @ projected
    residual -= orthogonal @ (orthogonal.T @ residual)
    scale = float(np.sqrt(residual @ residual / n_observations))
    # Rounding alone leaves about 1e-15 of the response; anything near it is no variation.
    if scale <= 1e-12 * float(np.sqrt(y @ y / n_observations)):
        raise EstimationError("the response does not vary beyond the fixed effects: no covariance can be estimated")
    stretch = np.sqrt(n_observations)
    shape = values.shape
    return Patterns(
        observed=observed,
        counts=counts,
        pattern=pattern,
        x=(orthogonal * stretch).reshape(shape[0], shape[1], n_terms),
        y=(residual / scale).reshape(shape[:2]),
        transform=solve_triangular(triangle, np.eye(n_terms)) * stretch,
        offset=solve_triangular(triangle, projected),
        scale=scale,
        log_determinant=2.0 * float(np.log(np.abs(np.diag(triangle))).sum()),
    )


def _refuse_aliased(x: FloatArray, terms: tuple[str, ...]) -> None:
    """Raise where a term is zero throughout or a combination of the others, naming the superfluous terms."""
    basis = np.empty((len(x), 0))
    aliased = []
    for column, values in enumerate(x.T):
        rest = values - basis @ (basis.T @ values)
        rest -= basis @ (basis.T @ rest)
        norm = float(np.linalg.norm(rest))
        if norm <= ALIAS_TOLERANCE * float(np.linalg.norm(values)):
            aliased.append(column)
        else:
            basis = np.column_stack([basis, rest / norm])
    if aliased:
        names = ", ".join(terms[column] for column in aliased)
        raise EstimationError(
            f"not estimable from these data: {names} (no data, or a combination of other terms); simplify the formula"
        )
