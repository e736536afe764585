"""Fitting: one structure, or the first of several that can be estimated."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sap_helpers.errors import EstimationError
from sap_helpers.stats.inputs import check_level
from sap_helpers.stats.mmrm.covariance import STRUCTURES, structure_of
from sap_helpers.stats.mmrm.design import build_design
from sap_helpers.stats.mmrm.inference import METHODS, estimate_inference
from sap_helpers.stats.mmrm.optimise import maximise
from sap_helpers.stats.mmrm.patterns import condense
from sap_helpers.stats.mmrm.result import MmrmFit, StructureFailure, estimates_frame
from sap_helpers.stats.mmrm.usable import require_estimable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sap_helpers.stats.mmrm.covariance import Structure
    from sap_helpers.stats.mmrm.design import Design
    from sap_helpers.stats.mmrm.inference import Inference
    from sap_helpers.stats.mmrm.optimise import Optimum
    from sap_helpers.stats.mmrm.patterns import Patterns

FALLBACK_ORDER = ("us", "toeph", "ar1h", "csh", "cs")


def fit_mmrm(
    data: pd.DataFrame,
    formula: str,
    *,
    subject: str,
    visit: str,
    covariance: str = "us",
    ddf: str = "kenward-roger",
    level: float = 0.95,
) -> MmrmFit:
    """Fit a mixed model for repeated measures by restricted maximum likelihood.

    Parameters
    ----------
    data
        One row per subject and visit with a value; columns of the formula, `subject` and `visit`. Visits without a
        value are absent rows. The visit is categorical in the formula whatever its type.
    formula
        Such as ``"FEV1 ~ RACE + SEX + ARMCD * AVISIT"``; terms are named as formulaic names them.
    subject, visit
        Names of the columns; visits are in the order of their categories, numbers or text (numbers in text compared as
        numbers).
    covariance
        us, toeph, toep, ar1h, ar1, csh or cs; lags count visits.
    ddf
        kenward-roger (SAS's ddfm=kr, its second-order term included for the non-linear structures), satterthwaite or
        residual.
    level
        Confidence level, 0.95 for 95 %.

    Returns
    -------
    MmrmFit
        With ``converged=False`` and a ``note`` where the optimiser found no proper maximum.

    Raises
    ------
    EstimationError
        For missing values, repeated subject-visit pairs, terms or visits that the data cannot estimate, unknown
        options.

    Notes
    -----
    Agrees with R mmrm 0.3.18, vcov "Kenward-Roger-Linear" for us, to a relative difference of 1e-6; for two visits,
    complete data and the visit alone, the difference is the paired t test.
    """
    _require_options((covariance,), ddf, level)
    design = build_design(data, formula, subject=subject, visit=visit)
    return _fit(design, condense(design), formula, visit, covariance, ddf, level)


def fit_mmrm_fallback(
    data: pd.DataFrame,
    formula: str,
    *,
    subject: str,
    visit: str,
    ddf: str = "kenward-roger",
    level: float = 0.95,
    order: Sequence[str] = FALLBACK_ORDER,
) -> MmrmFit:
    """Fit the first covariance structure of `order` that converges.

    Parameters
    ----------
    data, formula, subject, visit, ddf, level
        As in `fit_mmrm`.
    order
        Structures to try, declared in advance.

    Returns
    -------
    MmrmFit
        ``structure`` is the one used, ``failures`` holds those before it, each with its reason.

    Raises
    ------
    EstimationError
        As `fit_mmrm` for input that no structure could use; and where every structure fails, with all the reasons.
    """
    _require_options(order, ddf, level)
    design = build_design(data, formula, subject=subject, visit=visit)
    patterns = condense(design)
    failures: list[StructureFailure] = []
    for covariance in order:
        try:
            fit = _fit(design, patterns, formula, visit, covariance, ddf, level)
        except EstimationError as error:
            failures.append(StructureFailure(covariance, str(error)))
            continue
        if fit.converged:
            return replace(fit, failures=tuple(failures))
        failures.append(StructureFailure(covariance, fit.note))
    reasons = "; ".join(f"{failure.structure}: {failure.reason}" for failure in failures)
    raise EstimationError(f"no covariance structure can be estimated - {reasons}")


def _require_options(structures: Sequence[str], ddf: str, level: float) -> None:
    unknown = [name for name in structures if name not in STRUCTURES]
    if unknown or not structures:
        shown = ", ".join(map(repr, unknown)) or "none"
        raise EstimationError(f"covariance {shown} is not one of {', '.join(STRUCTURES)}")
    if ddf not in METHODS:
        raise EstimationError(f"ddf {ddf!r} is not one of {', '.join(METHODS)}")
    check_level(level)


def _fit(
    design: Design, patterns: Patterns, formula: str, visit: str, covariance: str, ddf: str, level: float
) -> MmrmFit:
    structure = structure_of(covariance, design.visit_names)
    require_estimable(patterns, covariance, len(structure.names), design.visit_names)
    optimum = maximise(patterns, structure, design.visit_names)
    inference = None if optimum.note else estimate_inference(patterns, optimum, ddf)
    note = optimum.note
    if not note and inference is None:
        note = "the small-sample covariance of the coefficients is not positive definite: too few subjects"
    fit = MmrmFit(
        formula=formula,
        structure=covariance,
        ddf=ddf,
        level=level,
        converged=not note,
        note=note,
        iterations=optimum.iterations,
        n_subjects=design.n_subjects,
        n_observations=patterns.n_observations,
        visits=design.visits,
    )
    return fit if inference is None else _complete(fit, design, patterns, structure, optimum, inference, visit)


def _complete(
    fit: MmrmFit,
    design: Design,
    patterns: Patterns,
    structure: Structure,
    optimum: Optimum,
    inference: Inference,
    visit: str,
) -> MmrmFit:
    """Return `fit` with everything that a converged optimum gives."""
    index = pd.Index(design.terms, name="term")
    coefficients = estimates_frame(inference.estimates(np.eye(len(index)), fit.level), index)
    variance = patterns.scale**2
    labels = pd.Index(design.visits, name=visit)
    shift = patterns.log_determinant - patterns.n_terms * np.log(patterns.n_observations)
    freedom = patterns.n_observations - patterns.n_terms
    deviance = optimum.reml.deviance + freedom * np.log(variance) + shift
    return replace(
        fit,
        coefficients=coefficients[["estimate", "std.error", "df", "statistic", "p.value"]],
        covariance=pd.DataFrame(variance * structure.matrix(optimum.theta), index=labels, columns=labels),
        covariance_parameters=_parameters(structure, optimum, variance),
        log_likelihood=-float(deviance) / 2.0,
        _design=design,
        _inference=inference,
    )


def _parameters(structure: Structure, optimum: Optimum, variance: float) -> pd.DataFrame:
    slope, along = optimum.slope, optimum.direction_covariance
    if slope is None or along is None:
        raise ArithmeticError("covariance parameters were asked for without a converged optimum")
    errors = np.sqrt(np.diag(slope.directions @ along @ slope.directions.T))
    # Correlations have no unit, variances and covariances that of the squared response.
    unit = structure.rescale(np.ones(len(errors)), variance)
    columns = {"estimate": structure.rescale(optimum.theta, variance), "std.error": errors * unit}
    return pd.DataFrame(columns, index=pd.Index(structure.names, name="parameter"))
