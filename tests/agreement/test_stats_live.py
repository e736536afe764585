"""Agreement with R run now: generated data sets, computed by stats.R beside this file and by the stats layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from sap_helpers.stats import (
    aalen_johansen,
    censored_change,
    describe,
    fit_truncated_normal,
    hodges_lehmann_shift,
    kaplan_meier,
    mean_cumulative_function,
    signed_rank,
    spearman_ci,
)
from sap_helpers.stats.logistic import fit_weak_logistic, standardise
from sap_helpers.stats.rank_distributions import rank_sum_quantile, signed_rank_quantile

if TYPE_CHECKING:
    from collections.abc import Callable

TIGHT, LIKELIHOOD = 1e-12, 1e-5
SEED = 20150131
Payload = dict[str, list[dict[str, Any]]]


def close(expected: object, tolerance: float = TIGHT) -> Any:
    """Return `expected` for a comparison that is relative, but for the noise of R's own subtraction at zero."""
    return pytest.approx(expected, rel=tolerance, abs=1e-15)


def signed_rank_sets(generator: np.random.Generator) -> list[dict[str, Any]]:
    """Return differences with ties and zeros, small and large sets."""
    sizes = [3, 5, 6, 7, 9, 13, 20, 28, 40, 55, 80, 100]
    return [{"d": np.round(generator.normal(0.6, 2, n), int(generator.integers(0, 3))).tolist()} for n in sizes]


def survival_sets(generator: np.random.Generator) -> list[dict[str, Any]]:
    """Return tied times of sets from one subject up, and three whose curve is flat at one half."""
    drawn = []
    for n in [1, 2, 3, 4, 6, 8, 10, 15, 20, 30, 40, 60]:
        time, event = generator.integers(1, max(3, n // 2), n), generator.integers(0, 2, n)
        drawn.append({"time": time.tolist(), "event": event.tolist()})
    flat = [
        {"time": [1, 2, 3, 4], "event": [1, 1, 0, 0]},
        {"time": [1, 2, 3, 4], "event": [1, 1, 1, 1]},
        {"time": [0, 2, 5, 9, 9, 11], "event": [1, 1, 1, 0, 0, 1]},
    ]
    return drawn + flat


def cause_sets(generator: np.random.Generator) -> list[dict[str, Any]]:
    """Return tied times with two causes; in the last set the last subjects at risk all have an event."""
    sets = []
    for n in [4, 8, 15, 25, 40, 60]:
        time, cause = generator.integers(1, max(4, n // 2), n), generator.integers(0, 3, n)
        sets.append({"time": [*time.tolist(), 1, 2], "cause": [*cause.tolist(), 1, 2]})
    return [*sets, {"time": [1, 2, 3, 4, 4], "cause": [1, 2, 1, 1, 2]}]


def recurrent_sets(generator: np.random.Generator) -> list[dict[str, Any]]:
    """Return ends of follow-up and up to three distinct event days per subject."""
    sets = []
    for n in [3, 6, 10, 20, 40]:
        end = generator.integers(5, 90, n)
        days = [generator.choice(np.arange(1, e + 1), int(generator.integers(0, 4)), replace=False) for e in end]
        owner = [i for i, own in enumerate(days) for _ in own]
        sets.append({"end": end.tolist(), "event_subject": owner, "event_time": np.concatenate(days).tolist()})
    return sets


def logistic_sets(generator: np.random.Generator) -> list[dict[str, Any]]:
    """Return standardised designs with responses: ordinary ones, complete separation, a constant response."""
    sets = []
    for n in [10, 20, 40]:
        raw = np.column_stack([generator.normal(14, 4, n), generator.integers(0, 2, n)])
        sets.append({"design": standardise(raw, raw).tolist(), "y": generator.integers(0, 2, n).tolist()})
    line = np.arange(8.0)[:, None]
    separated = {"design": standardise(line, line).tolist(), "y": [0, 0, 0, 0, 1, 1, 1, 1]}
    return [*sets, separated, {**separated, "y": [1] * 8}]


def censored_sets(generator: np.random.Generator) -> list[dict[str, Any]]:
    """Return paired log10 titres, censored below and above."""
    sets = []
    for low, high in [(1.6, 9.0), (1.7, 2.5), (-9.0, 2.3)]:
        x = generator.normal(2, 0.4, 20)
        y = 0.7 * x + generator.normal(0.4, 0.25, 20)
        columns = {name: np.clip(v, low, high).tolist() for name, v in (("x", x), ("y", y))}
        codes = {f"c{n}": np.where(v < low, -1, np.where(v > high, 1, 0)).tolist() for n, v in (("x", x), ("y", y))}
        sets.append(columns | codes)
    return sets


@pytest.fixture(scope="module")
def given() -> Payload:
    """Return the generated data sets by method, the same in every run."""
    generator = np.random.default_rng(SEED)
    pairs = [generator.normal(0, 1, (2, n)) for n in (4, 7, 15, 30, 45)]
    scores = np.rint(generator.normal(11, 3, 400))
    return {
        "signed_rank": signed_rank_sets(generator),
        "signed_rank_normal": [{"d": np.round(generator.normal(0.05, 1, n), 1).tolist()} for n in (1150, 2000)],
        "quantiles": [{"n": [*range(1, 61), 200, 700, 1000], "m": [*range(1, 41)], "tail": t} for t in (0.025, 0.05)],
        "shift": [{"x": (x + 0.5).tolist(), "y": y[: max(3, y.size - 2)].tolist()} for x, y in pairs],
        "correlation": [{"x": np.round(x, 1).tolist(), "y": np.round(x + y, 1).tolist()} for x, y in pairs],
        "description": [{"x": x.tolist()} for x, _ in pairs],
        "kaplan_meier": survival_sets(generator),
        "aalen_johansen": cause_sets(generator),
        "mean_cumulative": recurrent_sets(generator),
        "weak_logistic": logistic_sets(generator),
        "censored_change": censored_sets(generator),
        "truncated_normal": [{"x": scores[scores >= 8].tolist(), "threshold": 8}],
    }


@pytest.fixture(scope="module")
def both(given: Payload, run_r: Callable[..., Any]) -> dict[str, list[tuple[dict[str, Any], dict[str, Any]]]]:
    """Return data set and R's answer, paired, by method."""
    computed = run_r("stats.R", given, ("survival", "coin", "exactRankTests"))
    return {method: list(zip(sets, computed[method], strict=True)) for method, sets in given.items()}


Both = dict[str, list[tuple[dict[str, Any], dict[str, Any]]]]


def test_signed_rank__exact_p_with_ties_and_zeros_as_wilcox_exact(both: Both) -> None:
    for data, r in both["signed_rank"]:
        result = signed_rank(data["d"])
        assert [result.p_value] == close(r["p"])
        assert [result.p_value] == close(r["coin_p"], 1e-10)
        assert [result.statistic] == r["statistic"]


def test_signed_rank__estimate_and_limits_as_sorted_walsh_averages(both: Both) -> None:
    for data, r in both["signed_rank"]:
        result = signed_rank(data["d"])
        assert [result.estimate] == close(r["estimate"])
        assert [result.conf_low, result.conf_high] == (r["limits"] if None in r["limits"] else close(r["limits"]))


def test_signed_rank__normal_approximation_as_wilcox_test(both: Both) -> None:
    for data, r in both["signed_rank_normal"]:
        result = signed_rank(data["d"])
        assert result.distribution == "normal"
        assert [result.p_value] == close(r["p"])
        assert [result.statistic] == r["statistic"]


def test_quantiles__as_qsignrank_and_qwilcox(both: Both) -> None:
    for data, r in both["quantiles"]:
        assert [signed_rank_quantile(n, data["tail"]) for n in data["n"]] == r["signed_rank"]
        pairs = zip(data["m"], reversed(data["m"]), strict=True)
        assert [rank_sum_quantile(m, n, data["tail"]) for m, n in pairs] == r["rank_sum"]


def test_hodges_lehmann_shift__as_wilcox_test_without_ties(both: Both) -> None:
    for data, r in both["shift"]:
        result = hodges_lehmann_shift(data["x"], data["y"])
        # Ours is on values rounded to ten decimals.
        assert [result.estimate] == pytest.approx(r["estimate"], abs=2e-10)
        if result.conf_low is not None:
            assert [result.conf_low, result.conf_high] == pytest.approx(r["limits"], abs=2e-10)


def test_spearman_ci__estimate_as_cor(both: Both) -> None:
    for data, r in both["correlation"]:
        assert [spearman_ci(data["x"], data["y"]).estimate] == close(r["estimate"])


def test_describe__as_mean_sd_and_quantile_type_7(both: Both) -> None:
    for data, r in both["description"]:
        result = describe(data["x"])
        assert [result.mean, result.sd, result.median, result.p25, result.p75] == close(r["values"])


@pytest.mark.parametrize("field", ["estimate", "std_error", "conf_low", "conf_high", "n_risk"])
def test_kaplan_meier__curve_as_survfit(both: Both, field: str) -> None:
    for data, r in both["kaplan_meier"]:
        found = [getattr(point, field) for point in kaplan_meier(data["time"], data["event"]).points]
        assert [value is None for value in found] == [value is None for value in r[field]]
        assert [v for v in found if v is not None] == close([v for v in r[field] if v is not None])


def test_kaplan_meier__median_as_quantile_survfit(both: Both) -> None:
    for data, r in both["kaplan_meier"]:
        result = kaplan_meier(data["time"], data["event"])
        assert [result.median, result.median_low, result.median_high] == r["median"], data


def test_aalen_johansen__as_survfit_also_when_nobody_is_left(both: Both) -> None:
    for data, r in both["aalen_johansen"]:
        points = aalen_johansen(data["time"], data["cause"]).points
        assert [point.time for point in points] == r["times"]
        assert [point.estimate for point in points] == close(r["estimate"])
        assert [point.std_error for point in points] == close(r["std_error"])


def test_mean_cumulative_function__robust_error_as_survfit_with_id(both: Both) -> None:
    for data, r in both["mean_cumulative"]:
        points = mean_cumulative_function(data["end"], data["event_subject"], data["event_time"]).points
        assert [point.time for point in points] == r["times"]
        assert [point.estimate for point in points] == close(r["estimate"])
        assert [point.std_error for point in points] == close(r["std_error"])


def test_fit_weak_logistic__mode_and_curvature_as_optim(both: Both) -> None:
    for data, r in both["weak_logistic"]:
        fit = fit_weak_logistic(np.array(data["design"]), np.array(data["y"], dtype=float))
        assert fit.mode == pytest.approx(r["mode"], rel=LIKELIHOOD, abs=1e-6)
        assert fit.root @ fit.root.T == pytest.approx(np.array(r["curvature"]), rel=1e-4, abs=1e-6)


def test_censored_change__as_the_likelihood_written_in_r(both: Both) -> None:
    for data, r in both["censored_change"]:
        result = censored_change(data["x"], data["cx"], data["y"], data["cy"])
        assert result.converged
        found = [result.estimate, result.std_error, result.correlation, result.log_likelihood]
        expected = [r[name][0] for name in ("estimate", "std_error", "correlation", "log_likelihood")]
        assert found == close(expected, LIKELIHOOD)


def test_fit_truncated_normal__as_the_likelihood_written_in_r(both: Both) -> None:
    for data, r in both["truncated_normal"]:
        fit = fit_truncated_normal(data["x"], data["threshold"])
        assert [fit.mean, fit.sd] == close([r["mean"][0], r["sd"][0]], LIKELIHOOD)
