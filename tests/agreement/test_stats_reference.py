"""Agreement with stored R values: every case of the evidence files on what the stats layer offers.

The tolerance is 1e-12 relative for closed forms, rank and binomial p values and curves, 1e-5 for censored likelihoods.
Columns of a case that no planned analysis uses (Jeffreys intervals, asymptotic McNemar tests ...) are not compared.
"""

from __future__ import annotations

import json
import math
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from sap_helpers.errors import EstimationError
from sap_helpers.stats import (
    aalen_johansen,
    censored_normal,
    cochran_q,
    holm,
    kaplan_meier,
    mcnemar_exact,
    paired_t,
    poisson_rate,
    proportion_ci,
    rubin,
    signed_rank,
    tipping_points,
)
from sap_helpers.stats.censored import normal_log_likelihood
from sap_helpers.stats.likelihood import gradient, maximise

if TYPE_CHECKING:
    from numpy.typing import NDArray

EVIDENCE = Path(__file__).parent / "evidence"
TIGHT, LIKELIHOOD = 1e-12, 1e-5


def cases(name: str, prefix: str = "") -> dict[str, dict[str, Any]]:
    """Return the cases of one evidence file whose id starts with `prefix`."""
    read = json.loads((EVIDENCE / f"{name}.json").read_text(encoding="utf-8"))
    return {case["id"]: case for case in read if case["id"].startswith(prefix)}


def close(expected: object, tolerance: float = TIGHT) -> Any:
    """Return `expected` for a comparison that is relative alone: no absolute slack but for an exact zero."""
    return pytest.approx(expected, rel=tolerance, abs=0)


def as_list(value: object) -> list[Any]:
    """Return R's vector as a list: a vector of one was written as a bare number."""
    return value if isinstance(value, list) else [value]


PROPORTIONS = cases("proportions", "a")
MCNEMAR = {key: case for key, case in cases("paired_binary").items() if "mcnemar" in key}
RANKS = cases("ranks")
KAPLAN_MEIER = {key: case for key, case in cases("survival").items() if "_km_" in key}
AALEN_JOHANSEN = {key: case for key, case in cases("survival").items() if "_aj_" in key}
POISSON = {key: case for key, case in cases("rates").items() if "poisson" in key}


@pytest.mark.parametrize("case", PROPORTIONS.values(), ids=PROPORTIONS)
def test_proportion_ci__clopper_pearson_as_binom_test(case: dict[str, Any]) -> None:
    result = proportion_ci(case["data"]["x"], case["data"]["n"])
    assert [result.conf_low, result.conf_high] == close(case["value"]["clopper_pearson"])


@pytest.mark.parametrize("case", PROPORTIONS.values(), ids=PROPORTIONS)
def test_proportion_ci__wilson_as_prop_test(case: dict[str, Any]) -> None:
    result = proportion_ci(case["data"]["x"], case["data"]["n"], "wilson")
    assert [result.conf_low, result.conf_high] == close(case["value"]["wilson"])


def test_proportion_ci__table_of_adverse_events() -> None:
    case = cases("proportions")["h02_ae_table"]
    rows = [proportion_ci(x, case["data"]["n"]) for x in case["data"]["x"]]
    assert [row.conf_low for row in rows] == close(case["value"]["lower"])
    assert [row.conf_high for row in rows] == close(case["value"]["upper"])


def test_proportion_ci__upper_limit_without_events_is_the_rule_of_three_in_full() -> None:
    case = cases("proportions")["h02_ae_table"]
    assert proportion_ci(0, case["data"]["n"]).conf_high == close(case["value"]["rule3"])


def test_tipping_points__lower_limits() -> None:
    case = cases("proportions")["g03_tipping_binary"]
    data = case["data"]
    points = tipping_points(data["x"], data["n_obs"] + data["n_mis"], data["n_mis"])
    assert [point.n - data["x"] for point in points] == case["value"]["k"]
    assert [point.conf_low for point in points] == close(case["value"]["lower"])


@pytest.mark.parametrize("case", MCNEMAR.values(), ids=MCNEMAR)
def test_mcnemar_exact__p_value(case: dict[str, Any]) -> None:
    assert mcnemar_exact(case["data"]["b"], case["data"]["c"]).p_value == close(case["value"]["exact"])


def test_cochran_q__as_coin() -> None:
    case = cases("paired_binary")["b10_cochranQ_n40_w5"]
    result, value = cochran_q(case["data"]["Y"]), case["value"]
    assert result.statistic == close(value["Q"]) == close(value["coin_stat"])
    assert result.df == value["df"]
    assert result.p_value == close(value["p"])


EXACT_BY_R = ["c_signedrank_no_ties", "c_signedrank_all_same_sign", "c_signedrank_n6_zeros"]


@pytest.mark.parametrize("name", EXACT_BY_R)
def test_signed_rank__exact_test_as_wilcox_exact_and_coin(name: str) -> None:
    result, value = signed_rank(RANKS[name]["data"]["d"]), RANKS[name]["value"]
    assert result.statistic == value["wilcox_exact_dropzeros"]["V"]
    assert result.p_value == close(value["wilcox_exact_dropzeros"]["p"])
    assert result.p_value == close(value["coin_wilcoxon_exact"])


@pytest.mark.parametrize("name", [key for key in RANKS if "n1" not in key])
def test_signed_rank__estimate_is_the_median_of_all_walsh_averages(name: str) -> None:
    estimate = signed_rank(RANKS[name]["data"]["d"]).estimate
    assert estimate == close(RANKS[name]["value"]["hl_median_walsh"])


def test_signed_rank__interval_as_wilcox_test_without_ties() -> None:
    case = RANKS["c_signedrank_no_ties"]
    result = signed_rank(case["data"]["d"])
    assert [result.conf_low, result.conf_high] == close(case["value"]["wilcox_test"]["ci"])


def test_signed_rank__zeros_stay_in_the_estimate_by_the_plan_where_r_drops_them() -> None:
    case = RANKS["c_signedrank_n6_zeros"]
    result = signed_rank(case["data"]["d"])
    assert case["value"]["wilcox_exact_dropzeros"]["hl"] == -2.5
    assert result.estimate == -1.0
    # n = 6, zeros included: k = qsignrank(0.025, 6) = 1, so the smallest and the largest difference.
    assert [result.conf_low, result.conf_high] == [-4.0, 3.0]


def test_signed_rank__tied_interval_by_the_plan_where_r_inverts_a_tied_test() -> None:
    case = RANKS["c_signedrank_all_same_sign"]
    result = signed_rank(case["data"]["d"])
    assert case["value"]["wilcox_exact_dropzeros"]["ci"] == [-7, -2]
    # k = qsignrank(0.025, 8) = 4; Walsh averages in order: -8, -7, -6, -6, ... and -1, -1.5, -2.5, -2.5 from above.
    assert [result.conf_low, result.conf_high] == [-6.0, -2.5]


def test_signed_rank__all_zero_is_p_one_by_the_plan_where_r_has_none() -> None:
    case = RANKS["c_signedrank_all_zero"]
    result = signed_rank(case["data"]["d"])
    assert case["value"]["wilcox_test"]["p"] is None
    assert (result.statistic, result.p_value) == (0.0, 1.0)


def test_signed_rank__one_pair_is_no_test_by_the_plan_where_r_gives_p_one() -> None:
    case = RANKS["c_signedrank_n1"]
    result = signed_rank([case["data"]["d"]])
    assert case["value"]["wilcox_test"]["p"] == 1
    assert (result.p_value, result.estimate) == (None, case["value"]["wilcox_test"]["hl"])


def test_signed_rank__float_noise_is_a_zero_by_the_plan_where_r_ranks_it() -> None:
    case = RANKS["c_signedrank_float_zero"]
    result = signed_rank(case["data"]["d"])
    assert case["value"]["wilcox_test"]["p"] == 0.15625
    # Without the noise five differences are left; only {} , {1} are as extreme: 2 * 2/32.
    assert (result.n_nonzero, result.p_value) == (5, 0.125)


def test_paired_t__sledai_complete_pairs() -> None:
    case = cases("change")["d01_paired_t_sledai"]
    pairs = [(x, y) for x, y in zip(case["data"]["x"], case["data"]["y"], strict=True) if y is not None]
    result, value = paired_t([x for x, _ in pairs], [y for _, y in pairs]), case["value"]
    found = [result.estimate, result.statistic, result.p_value, result.conf_low, result.conf_high]
    assert found == close([value["est"], value["t"], value["p"], *value["ci"]])
    assert result.df == value["df"]


def test_paired_t__missing_value_is_refused() -> None:
    data = cases("change")["d01_paired_t_sledai"]["data"]
    with pytest.raises(EstimationError, match="3 of 40 values missing"):
        paired_t(data["x"], data["y"])


def test_holm__as_p_adjust() -> None:
    case = cases("change")["d03_padjust"]
    assert holm(case["data"]["p"]).tolist() == close(case["value"]["holm"])


def test_holm__a_missing_p_is_refused_and_the_others_agree_with_r() -> None:
    case = cases("change")["d04_padjust_na"]
    with pytest.raises(EstimationError, match="1 of 4 values missing"):
        holm(case["data"]["p"])
    complete = holm([p for p in case["data"]["p"] if p is not None])
    assert complete.tolist() == close([p for p in case["value"]["holm"] if p is not None])


def test_censored_normal__as_survreg() -> None:
    case = cases("censored")["d06_survreg_tobit_one_sample"]
    y, limit, value = np.array(case["data"]["y"]), case["data"]["L"], case["value"]
    result = censored_normal(np.log(np.maximum(y, limit)), np.where(y < limit, -1, 0))
    assert result.log_likelihood is not None
    # survreg's likelihood is that of y, ours that of log y.
    log_likelihood = result.log_likelihood - float(np.log(y[y >= limit]).sum())
    found = [result.mean, result.sd, result.std_error, log_likelihood]
    assert found == close([value["mu"], value["sigma"], value["se"], value["logLik"]], LIKELIHOOD)


def test_censored_likelihood__time_effect_with_cluster_robust_errors_as_survreg() -> None:
    case = cases("censored")["d07_survreg_clustered_tobit"]
    limit, value = case["data"]["L"], case["value"]
    raw = [np.array(case["data"][name]) for name in ("x", "y")]
    (x, cx), (y, cy) = [(np.log(np.maximum(v, limit)), -(v < limit).astype(np.int64)) for v in raw]

    def likelihood(theta: NDArray[np.float64], rows: slice = slice(None)) -> float:
        before, after = np.array([theta[0], theta[2]]), np.array([theta[0] + theta[1], theta[2]])
        first = normal_log_likelihood(x[rows], cx[rows], before)
        return first + normal_log_likelihood(y[rows], cy[rows], after)

    best = maximise(likelihood, np.array([4.0, 0.0, 0.0]))
    single = [partial(likelihood, rows=slice(i, i + 1)) for i in range(x.size)]
    scores = np.array([gradient(one, best.point) for one in single])
    robust = best.covariance @ scores.T @ scores @ best.covariance
    assert best.converged
    assert [*best.point[:2], math.exp(best.point[2])] == close([*value["coef"], value["scale"]], LIKELIHOOD)
    assert np.sqrt(np.diag(robust))[:2].tolist() == close(value["se"], LIKELIHOOD)


@pytest.mark.parametrize("case", KAPLAN_MEIER.values(), ids=KAPLAN_MEIER)
@pytest.mark.parametrize(
    ("field", "r_name"),
    [("time", "time"), ("n_risk", "n.risk"), ("estimate", "surv"), ("std_error", "std.err"), ("conf_low", "lower"),
     ("conf_high", "upper")],
)  # fmt: skip
def test_kaplan_meier__curve_as_survfit(case: dict[str, Any], field: str, r_name: str) -> None:
    curve = kaplan_meier(as_list(case["data"]["time"]), as_list(case["data"]["status"])).points
    for point, expected in zip(curve, as_list(case["value"][r_name]), strict=True):
        found = getattr(point, field)
        assert found is None if expected is None else found == close(expected)


@pytest.mark.parametrize("case", KAPLAN_MEIER.values(), ids=KAPLAN_MEIER)
def test_kaplan_meier__median_as_quantile_survfit(case: dict[str, Any]) -> None:
    result = kaplan_meier(as_list(case["data"]["time"]), as_list(case["data"]["status"]))
    found = [result.median, result.median_low, result.median_high]
    assert found == [case["value"]["median"], *case["value"]["median_ci"]]


@pytest.mark.parametrize("case", AALEN_JOHANSEN.values(), ids=AALEN_JOHANSEN)
def test_aalen_johansen__incidence_and_error_as_survfit(case: dict[str, Any]) -> None:
    curve = aalen_johansen(case["data"]["time"], case["data"]["ev"])
    points = [curve.at(time) for time in case["data"]["tt"]]
    assert [point.estimate for point in points] == close(case["value"]["survfit_cif1"])
    assert [point.estimate for point in points] == close(case["value"]["cmprsk_est1"])
    assert [point.std_error for point in points] == close(case["value"]["survfit_se1"])


@pytest.mark.parametrize("case", POISSON.values(), ids=POISSON)
def test_poisson_rate__as_poisson_test(case: dict[str, Any]) -> None:
    result = poisson_rate(case["data"]["x"], case["data"]["T"])
    assert result.estimate == close(case["value"]["rate"])
    assert [result.conf_low, result.conf_high] == close(case["value"]["ci"])


def test_poisson_rate__no_event_as_the_chi_squared_form() -> None:
    case = cases("rates")["h03_zero_exposure"]
    result = poisson_rate(case["data"]["x"], case["data"]["py"])
    assert [result.conf_low, result.conf_high] == close(case["value"]["ci"])


def test_poisson_rate__log_is_the_coefficient_of_a_poisson_regression() -> None:
    case = cases("rates")["f31_negbin_underdispersed"]
    estimate = poisson_rate(sum(case["data"]["y"]), sum(case["data"]["t"])).estimate
    assert estimate is not None
    # glm stops at a relative change of the deviance of 1e-8, so its coefficient has about 8 digits.
    assert math.log(estimate) == close(case["value"]["poisson_coef"], 1e-8)


def test_maximise__negative_binomial_regression_as_glm_nb() -> None:
    case = cases("rates")["f30_negbin"]
    y, x, t = (np.array(case["data"][name], dtype=float) for name in "yxt")
    log_gamma = np.vectorize(math.lgamma)

    def likelihood(theta: NDArray[np.float64]) -> float:
        mean, size = t * np.exp(theta[0] + theta[1] * x), math.exp(theta[2])
        choose = log_gamma(y + size) - math.lgamma(size) - log_gamma(y + 1)
        return float(np.sum(choose + size * np.log(size / (size + mean)) + y * np.log(mean / (size + mean))))

    best, value = maximise(likelihood, np.zeros(3)), case["value"]
    assert best.converged
    assert best.point[:2].tolist() == close(value["coef"], LIKELIHOOD)
    assert [math.exp(best.point[2]), best.value] == close([value["theta"], value["logLik"]], LIKELIHOOD)


def test_rubin__as_pool_scalar() -> None:
    case = cases("pooling")["g01_rubin_barnard_rubin"]
    data, value = case["data"], case["value"]
    result = rubin(data["Q"], data["U"], df_complete=data["n"] - data["k"])
    found = [result.estimate, result.within, result.between, result.df, result.fmi, result.conf_low, result.conf_high]
    assert found == close([value["qbar"], value["ubar"], value["b"], value["df"], value["fmi"], *value["ci"]])
    assert result.std_error == close(math.sqrt(value["t"]))


def test_rubin__infinite_complete_degrees_of_freedom_give_the_older_formula() -> None:
    case = cases("pooling")["g01_rubin_barnard_rubin"]
    assert rubin(case["data"]["Q"], case["data"]["U"]).df == close(case["value"]["df_old"])


def test_rubin__equal_sets_take_the_limit_where_mice_clamps_the_missing_share() -> None:
    case = cases("pooling")["g02_rubin_zero_between"]
    result = rubin(case["data"]["Q"], case["data"]["U"], df_complete=39)
    assert case["value"]["df"] == close(37.1391394088533)
    # (39 + 1)/(39 + 3) * 39 = 260/7; mice holds the share of missing variance at 1e-4, which costs 0.0037.
    assert result.df == close(260 / 7)
    assert [result.estimate, result.std_error] == close([case["value"]["qbar"], math.sqrt(case["value"]["t"])])


def test_evidence__is_whole() -> None:
    known = {path.stem for path in EVIDENCE.glob("*.json")}
    used = {"proportions", "paired_binary", "ranks", "change", "censored", "survival", "rates", "pooling"}
    assert used <= known
    assert sum(len(cases(name)) for name in used) == 41
