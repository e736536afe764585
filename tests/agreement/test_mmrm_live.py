"""Agreement with R run now: generated repeated measures, fitted by nlme::gls (mmrm.R beside this file) and fit_mmrm."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from sap_helpers.stats.mmrm import fit_mmrm

if TYPE_CHECKING:
    from collections.abc import Callable

SEED = 20150131
WEEKS = np.array([0, 2, 4, 6])
# gls codes its variance function and correlations so that its optimiser stops at about this relative distance.
TOLERANCE = 2e-5
CASES = [
    ("us", "y ~ visit", 40, 0.0),
    ("us", "y ~ visit", 40, 0.1),
    ("us", "y ~ visit + base", 30, 0.2),
    ("us", "y ~ arm * visit + base", 60, 0.15),
    ("ar1", "y ~ visit + base", 30, 0.15),
    ("ar1h", "y ~ visit", 40, 0.1),
    ("cs", "y ~ arm * visit", 30, 0.2),
    ("csh", "y ~ visit + base", 40, 0.1),
]


def measures(generator: np.random.Generator, subjects: int, dropout: float) -> pd.DataFrame:
    """Return correlated scores of growing variance; who drops out misses every later week."""
    lags = np.abs(np.subtract.outer(WEEKS, WEEKS))
    deviations = np.array([2.0, 2.5, 3.0, 3.2])
    scores = generator.multivariate_normal(
        12.0 - 0.8 * WEEKS, np.outer(deviations, deviations) * 0.9**lags, size=subjects
    )
    stays = np.cumsum(generator.random(scores.shape) < dropout * (WEEKS > 0), axis=1) == 0
    rows, columns = np.nonzero(stays)
    arm = np.where(np.arange(subjects) % 2 == 0, "A", "B")
    base = generator.normal(0.0, 3.0, size=subjects)
    return pd.DataFrame(
        {"id": rows, "week": WEEKS[columns], "y": scores[rows, columns], "base": base[rows], "arm": arm[rows]}
    )


@pytest.fixture(scope="module")
def pairs(run_r: Callable[..., Any]) -> list[tuple[pd.DataFrame, dict[str, Any]]]:
    """Return the data of every case with what R made of it, fitted in one R session."""
    generator = np.random.default_rng(SEED)
    frames = [measures(generator, subjects, dropout) for _, _, subjects, dropout in CASES]
    payload = [
        {"structure": structure, "formula": formula, "data": frame.to_dict("list")}
        for (structure, formula, _, _), frame in zip(CASES, frames, strict=True)
    ]
    return list(zip(frames, run_r("mmrm.R", payload, ("nlme",)), strict=True))


@pytest.mark.parametrize("number", range(len(CASES)))
def test_fit_mmrm__agrees_with_gls(number: int, pairs: list[tuple[pd.DataFrame, dict[str, Any]]]) -> None:
    structure, formula, _, _ = CASES[number]
    data, expected = pairs[number]
    ours = fit_mmrm(
        data.assign(visit=data["week"]), formula, subject="id", visit="visit", covariance=structure, ddf="satterthwaite"
    )
    assert ours.coefficients is not None, ours.note
    scale = np.abs(ours.coefficients["std.error"].to_numpy())
    np.testing.assert_array_less(np.abs(ours.coefficients["estimate"] - expected["estimate"]) / scale, TOLERANCE)
    np.testing.assert_allclose(ours.coefficients["std.error"], expected["std_error"], rtol=TOLERANCE)
    assert ours.covariance is not None
    assert ours.covariance.iloc[0, 0] == pytest.approx(expected["variance"], rel=10 * TOLERANCE)
    assert ours.log_likelihood == pytest.approx(expected["log_likelihood"], rel=1e-9)
