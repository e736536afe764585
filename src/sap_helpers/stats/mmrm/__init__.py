"""Mixed models for repeated measures: fit_mmrm, its fallback over covariance structures, and the fitted model."""

from __future__ import annotations

from sap_helpers.stats.mmrm.fit import FALLBACK_ORDER, fit_mmrm, fit_mmrm_fallback
from sap_helpers.stats.mmrm.inference import FTest
from sap_helpers.stats.mmrm.result import MmrmFit, StructureFailure

__all__ = ["FALLBACK_ORDER", "FTest", "MmrmFit", "StructureFailure", "fit_mmrm", "fit_mmrm_fallback"]
