"""The stats layer: complete arrays in, frozen results out, no CDISC names; not estimable is None with a note."""

from sap_helpers.stats.censored import CensoredChange, CensoredNormal, censored_change, censored_normal
from sap_helpers.stats.curves import Curve, CurvePoint
from sap_helpers.stats.delta import Shifted, conditional_means, shift_contrast
from sap_helpers.stats.imputation import Imputations, Pooled, impute_binary_sequence, rubin, rubin_proportion
from sap_helpers.stats.mmrm import MmrmFit, fit_mmrm, fit_mmrm_fallback
from sap_helpers.stats.paired import Description, PairedChange, describe, geometric_mean_ratio, paired_t
from sap_helpers.stats.proportions import (
    CochranQ,
    McNemar,
    Proportion,
    cochran_q,
    mcnemar_exact,
    proportion_ci,
    tipping_points,
)
from sap_helpers.stats.ranks import Correlation, Shift, SignedRank, hodges_lehmann_shift, holm, signed_rank, spearman_ci
from sap_helpers.stats.rates import Rate, poisson_rate
from sap_helpers.stats.recurrent import mean_cumulative_function
from sap_helpers.stats.survival import KaplanMeier, aalen_johansen, kaplan_meier
from sap_helpers.stats.truncation import ExpectedChange, TruncatedNormal, fit_truncated_normal, regression_to_mean

__all__ = [
    "CensoredChange",
    "CensoredNormal",
    "CochranQ",
    "Correlation",
    "Curve",
    "CurvePoint",
    "Description",
    "ExpectedChange",
    "Imputations",
    "KaplanMeier",
    "McNemar",
    "MmrmFit",
    "PairedChange",
    "Pooled",
    "Proportion",
    "Rate",
    "Shift",
    "Shifted",
    "SignedRank",
    "TruncatedNormal",
    "aalen_johansen",
    "censored_change",
    "censored_normal",
    "cochran_q",
    "conditional_means",
    "describe",
    "fit_mmrm",
    "fit_mmrm_fallback",
    "fit_truncated_normal",
    "geometric_mean_ratio",
    "hodges_lehmann_shift",
    "holm",
    "impute_binary_sequence",
    "kaplan_meier",
    "mcnemar_exact",
    "mean_cumulative_function",
    "paired_t",
    "poisson_rate",
    "proportion_ci",
    "regression_to_mean",
    "rubin",
    "rubin_proportion",
    "shift_contrast",
    "signed_rank",
    "spearman_ci",
    "tipping_points",
]
