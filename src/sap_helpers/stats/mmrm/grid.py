"""The reference grid of least-squares means: every combination of levels, numeric covariates at their mean."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sap_helpers.errors import EstimationError
from sap_helpers.stats.mmrm.design import evaluate_formula

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sap_helpers.stats.inputs import FloatArray
    from sap_helpers.stats.mmrm.design import Design

MAX_GRID = 1_000_000


def derive_ls_means_grid(design: Design, factors: Sequence[str]) -> tuple[pd.DataFrame, FloatArray]:
    """Return the combinations of `factors` and the weights on the coefficients that give their means.

    Levels of the other categorical variables are averaged with equal weight; numeric covariates are held at their
    mean over the rows of the data.

    Parameters
    ----------
    design
        The model's rows.
    factors
        Categorical variables of the formula.

    Returns
    -------
    tuple
        The combinations (one column per factor, last factor fastest) and float64 weights, combination x term.

    Raises
    ------
    EstimationError
        For a variable that is not a categorical one of the formula, a grid of more than `MAX_GRID` rows, or a variable
        that the formula uses both as a number and as categories.
    """
    unknown = [name for name in factors if name not in design.levels]
    if unknown or not factors or len(set(factors)) != len(factors):
        allowed = ", ".join(design.levels) or "none: the formula has no categorical variable"
        raise EstimationError(f"ls_means of {', '.join(map(str, factors)) or 'nothing'}; allowed, each once: {allowed}")
    averaged = [name for name in design.levels if name not in factors]
    names = [*factors, *averaged]
    size = int(np.prod([len(design.levels[name]) for name in names]))
    if size > MAX_GRID:
        raise EstimationError(
            f"the reference grid has {size} rows, more than {MAX_GRID}: the formula has large factors"
        )
    cells = pd.DataFrame(list(product(*(design.levels[name] for name in names))), columns=names)
    frame = cells.assign(**design.means)
    for name in names:
        frame[name] = pd.Categorical(cells[name], categories=list(design.levels[name]))
    x = np.asarray(evaluate_formula(design.spec, frame), dtype=np.float64)
    per_mean = int(np.prod([len(design.levels[name]) for name in averaged]))
    weights = x.reshape(-1, per_mean, x.shape[1]).mean(axis=1)
    return cells.loc[::per_mean, list(factors)].reset_index(drop=True), weights
