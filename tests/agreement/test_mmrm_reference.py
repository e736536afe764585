"""Agreement of fit_mmrm with stored values of R's mmrm and nlme (evidence/mmrm.json holds data, R code and values).

Tolerances are relative. Where R's optimiser stopped early the tolerance is wider, and a test shows whose likelihood is
higher: for toeph mmrm's is lower than ours by 1.6e-5, for ar1h by 4e-9.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sap_helpers.stats.mmrm import MmrmFit, fit_mmrm
from sap_helpers.stats.mmrm.covariance import structure_of
from sap_helpers.stats.mmrm.design import build_design
from sap_helpers.stats.mmrm.inference import estimate_inference
from sap_helpers.stats.mmrm.optimise import maximise
from sap_helpers.stats.mmrm.patterns import condense

CASES = {case["id"]: case for case in json.loads((Path(__file__).parent / "evidence" / "mmrm.json").read_text("utf-8"))}
FORMULA = "chg ~ 0 + visit + base"
MMRM: dict[str, dict[str, Any]] = CASES["e02_mmrm_n40x6_mmrm"]["value"]
GLS: dict[str, Any] = CASES["e01_mmrm_n40x6_gls"]["value"]
TOLERANCE = {"us": 1e-6, "csh": 1e-10, "toep": 1e-10, "ar1": 1e-6, "cs": 2e-6, "ar1h": 2e-5, "toeph": 5e-4}


def change() -> pd.DataFrame:
    """Return the stored data as both R programs use it: baseline centred at 13, missing changes left out."""
    data = pd.DataFrame(CASES["e02_mmrm_n40x6_mmrm"]["data"]).dropna()
    return data.assign(base=data["base"] - 13.0)


def fit(structure: str, ddf: str = "kenward-roger") -> MmrmFit:
    """Fit the stored data."""
    return fit_mmrm(change(), FORMULA, subject="id", visit="visit", covariance=structure, ddf=ddf)


def coefficients(result: MmrmFit) -> pd.DataFrame:
    """Return the coefficients of a fit that must have converged."""
    assert result.coefficients is not None, result.note
    return result.coefficients


def assert_agrees(found: pd.DataFrame, expected: dict[str, list[float]], tolerance: float) -> None:
    """Compare estimate, standard error and df of every coefficient."""
    np.testing.assert_allclose(found["estimate"], expected["est"], rtol=tolerance)
    np.testing.assert_allclose(found["std.error"], expected["se"], rtol=tolerance)
    np.testing.assert_allclose(found["df"], expected["df"], rtol=tolerance)


@pytest.mark.parametrize("structure", ["us", "cs", "toep"])
def test_kenward_roger__linear_structures_agree_with_mmrm(structure: str) -> None:
    found = coefficients(fit(structure))
    assert_agrees(found, MMRM[structure]["Kenward-Roger-Linear"], TOLERANCE[structure])


@pytest.mark.parametrize("structure", ["ar1", "ar1h", "csh", "toeph"])
def test_kenward_roger__without_its_second_order_term_agrees_with_mmrm(structure: str) -> None:
    design = build_design(change(), FORMULA, subject="id", visit="visit")
    patterns = condense(design)
    optimum = maximise(patterns, structure_of(structure, design.visit_names), design.visit_names)
    assert optimum.slope is not None
    linear = replace(optimum, slope=replace(optimum.slope, second=None))
    inference = estimate_inference(patterns, linear, "kenward-roger")
    assert inference is not None
    found = inference.estimates(np.eye(7), 0.95)
    frame = pd.DataFrame({"estimate": found.estimate, "std.error": found.std_error, "df": found.df})
    assert_agrees(frame, MMRM[structure]["Kenward-Roger-Linear"], TOLERANCE[structure])


@pytest.mark.parametrize("structure", list(TOLERANCE))
def test_satterthwaite__agrees_with_mmrm(structure: str) -> None:
    assert_agrees(coefficients(fit(structure, "satterthwaite")), MMRM[structure]["Asymptotic"], TOLERANCE[structure])


@pytest.mark.parametrize("structure", list(TOLERANCE))
def test_log_likelihood__is_that_of_mmrm_or_higher(structure: str) -> None:
    found = fit(structure).log_likelihood
    assert found is not None
    gain = MMRM[structure]["m2rll"] + 2.0 * found
    assert -1e-10 < gain < 4e-5


def test_unstructured__agrees_with_gls() -> None:
    result = fit("us", "satterthwaite")
    found = coefficients(result)
    np.testing.assert_allclose(found["estimate"], GLS["coef"], rtol=3e-6)
    np.testing.assert_allclose(found["std.error"], GLS["se"], rtol=3e-6)
    assert result.covariance is not None
    assert np.sqrt(result.covariance.to_numpy()[0, 0]) == pytest.approx(GLS["sigma"], rel=3e-6)
    assert result.log_likelihood == pytest.approx(-GLS["m2rll"] / 2.0, rel=1e-10)
