"""Fitting: known answers, what must not matter, and the fallback over covariance structures."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sap_helpers.errors import EstimationError
from sap_helpers.stats.mmrm import MmrmFit, fit_mmrm, fit_mmrm_fallback
from sap_helpers.stats.mmrm.covariance import STRUCTURES

# R: sleep$extra[1:10], sleep$extra[11:20]
SLEEP_1 = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
SLEEP_2 = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]


def sleep() -> pd.DataFrame:
    """Return R's sleep data: ten subjects under two drugs."""
    drug = np.repeat(["1", "2"], 10)
    return pd.DataFrame({"ID": np.tile(np.arange(10), 2), "group": drug, "extra": SLEEP_1 + SLEEP_2})


def weekly(subjects: int = 24, seed: int = 3) -> pd.DataFrame:
    """Return scores at weeks 0 to 6 with values missing, a covariate and an arm."""
    generator = np.random.default_rng(seed)
    weeks = np.array([0, 2, 4, 6])
    scores = 12.0 - weeks + 2.0 * generator.normal(size=(subjects, 1)) + generator.normal(size=(subjects, 4))
    data = pd.DataFrame(
        {
            "id": np.repeat([f"S{number:03d}" for number in range(subjects)], 4),
            "week": np.tile(weeks, subjects),
            "age": np.repeat(generator.normal(40.0, 9.0, size=subjects), 4),
            "arm": np.repeat(np.where(np.arange(subjects) % 2, "T", "P"), 4),
            "score": scores.ravel(),
        }
    )
    return data[(generator.random(len(data)) > 0.15) | (data["week"] == 0)].reset_index(drop=True)


def fit(data: pd.DataFrame, formula: str = "score ~ week", covariance: str = "us", **options: object) -> MmrmFit:
    """Fit with the column names of `weekly`."""
    return fit_mmrm(data, formula, subject="id", visit="week", covariance=covariance, **options)  # type: ignore[arg-type]


def coefficients(result: MmrmFit) -> pd.DataFrame:
    """Return the coefficients of a fit that must have converged."""
    assert result.coefficients is not None, result.note
    return result.coefficients


def covariance(result: MmrmFit) -> pd.DataFrame:
    """Return the covariance matrix of a fit that must have converged."""
    assert result.covariance is not None, result.note
    return result.covariance


def test_fit_mmrm__two_complete_visits_are_the_paired_t_test() -> None:
    row = coefficients(fit_mmrm(sleep(), "extra ~ group", subject="ID", visit="group")).loc["group[T.2]"]
    # R: t.test(extra ~ group, sleep, paired = TRUE): t = -4.062128, df = 9, p-value = 0.00283289, mean -1.58
    assert row["estimate"] == pytest.approx(1.58, rel=1e-12)
    assert row["df"] == pytest.approx(9.0, rel=1e-10)
    assert row["statistic"] == pytest.approx(4.062127683382037, rel=1e-10)
    assert row["p.value"] == pytest.approx(0.00283289019738427, rel=1e-9)


def test_fit_mmrm__kenward_roger_error_of_sleep_is_that_of_the_paired_t_test() -> None:
    row = coefficients(fit_mmrm(sleep(), "extra ~ group", subject="ID", visit="group")).loc["group[T.2]"]
    # R: sd(d) / sqrt(10) with d = extra[1:10] - extra[11:20]
    assert row["std.error"] == pytest.approx(0.3889587238883951, rel=1e-10)


def test_fit_mmrm__nearly_identical_visits_keep_the_paired_t_test() -> None:
    data = sleep()
    first, second = np.array(SLEEP_1), np.array(SLEEP_1) + 0.001 * np.array(SLEEP_2)
    data["extra"] = np.r_[first, second]
    row = coefficients(fit_mmrm(data, "extra ~ group", subject="ID", visit="group")).loc["group[T.2]"]
    # R: t.test(0.001 * sleep$extra[11:20])
    assert row["statistic"] == pytest.approx(3.679915894795189, rel=1e-7)
    assert row["df"] == pytest.approx(9.0, rel=1e-6)


def test_fit_mmrm__complete_unstructured_covariance_is_the_sample_covariance() -> None:
    found = covariance(fit_mmrm(sleep(), "extra ~ group", subject="ID", visit="group"))
    np.testing.assert_allclose(found, np.cov(SLEEP_1, SLEEP_2), rtol=1e-10)
    assert found.index.tolist() == ["1", "2"]


def test_fit_mmrm__one_visit_is_the_one_sample_t_test() -> None:
    data = sleep().query("group == '2'")
    row = coefficients(fit_mmrm(data, "extra ~ 1", subject="ID", visit="group")).loc["Intercept"]
    # R: t.test(sleep$extra[11:20]): t = 3.679916, df = 9
    assert row["statistic"] == pytest.approx(3.679915894795189, rel=1e-10)
    assert row["df"] == pytest.approx(9.0, rel=1e-10)


def test_fit_mmrm__without_correlation_cs_has_the_residual_degrees_of_freedom() -> None:
    result = fit(weekly(), covariance="cs", ddf="residual")
    expected = len(weekly()) - 4
    assert coefficients(result)["df"].tolist() == [expected] * 4


@pytest.mark.parametrize("structure", STRUCTURES)
def test_fit_mmrm__row_order_does_not_matter(structure: str) -> None:
    data = weekly()
    shuffled = data.sample(frac=1.0, random_state=1)
    expected = coefficients(fit(data, "score ~ week + age", structure))
    pd.testing.assert_frame_equal(coefficients(fit(shuffled, "score ~ week + age", structure)), expected, rtol=1e-8)


def test_fit_mmrm__visit_labels_do_not_matter() -> None:
    data = weekly()
    renamed = data.assign(week="Week " + data["week"].astype(str))
    expected = coefficients(fit(data)).to_numpy()
    np.testing.assert_allclose(coefficients(fit(renamed)).to_numpy(), expected, rtol=1e-10)


def test_fit_mmrm__units_do_not_matter() -> None:
    data = weekly()
    expected = coefficients(fit(data, "score ~ week + age"))
    scaled = data.assign(score=data["score"] * 1e6 + 3e7, age=data["age"] * 1e-5 + 2000.0)
    found = coefficients(fit(scaled, "score ~ week + age"))
    names = ["week[T.2]", "week[T.4]", "week[T.6]", "age"]
    np.testing.assert_allclose(found.loc[names, "statistic"], expected.loc[names, "statistic"], rtol=1e-5)
    np.testing.assert_allclose(found.loc[names, "df"], expected.loc[names, "df"], rtol=1e-5)


def test_fit_mmrm__coding_without_intercept_gives_the_same_contrast() -> None:
    change = fit(weekly()).contrast({"week[T.6]": 1.0})
    means = fit(weekly(), "score ~ 0 + week").contrast({"week[6]": 1.0, "week[0]": -1.0})
    pd.testing.assert_frame_equal(change, means, rtol=1e-8)


def test_fit_mmrm__level_widens_the_interval_alone() -> None:
    narrow = fit(weekly(), level=0.9).contrast({"week[T.6]": 1.0}).iloc[0]
    wide = fit(weekly(), level=0.95).contrast({"week[T.6]": 1.0}).iloc[0]
    assert narrow["std.error"] == wide["std.error"]
    assert wide["conf.low"] < narrow["conf.low"] < narrow["conf.high"] < wide["conf.high"]


def test_fit_mmrm__log_likelihood_shifts_with_the_unit() -> None:
    data = weekly()
    first, second = fit(data), fit(data.assign(score=10.0 * data["score"]))
    assert first.log_likelihood is not None
    expected = first.log_likelihood - (len(data) - 4) * np.log(10.0)
    assert second.log_likelihood == pytest.approx(expected, rel=1e-10)


def test_fit_mmrm__richer_structures_fit_no_worse() -> None:
    found = {name: fit(weekly(), covariance=name).log_likelihood for name in STRUCTURES}
    values = {name: value for name, value in found.items() if value is not None}
    assert values["us"] >= values["toeph"] >= values["ar1h"] >= values["ar1"]
    assert values["toeph"] >= values["csh"] >= values["cs"]


@pytest.mark.parametrize("structure", ["toeph", "ar1h", "csh"])
def test_fit_mmrm__with_two_visits_every_heterogeneous_structure_is_unstructured(structure: str) -> None:
    data = weekly().query("week < 4")
    expected, found = fit(data, ddf="satterthwaite"), fit(data, covariance=structure, ddf="satterthwaite")
    assert found.log_likelihood == pytest.approx(expected.log_likelihood, rel=1e-12)
    pd.testing.assert_frame_equal(coefficients(found), coefficients(expected), rtol=1e-7)


def test_fit_mmrm__covariance_parameters_are_named_and_positive() -> None:
    parameters = fit(weekly(), covariance="ar1h").covariance_parameters
    assert parameters is not None
    assert parameters.index.tolist() == ["variance 0", "variance 2", "variance 4", "variance 6", "correlation"]
    assert (parameters["std.error"] > 0.0).all()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"covariance": "un"}, "covariance 'un' is not one of us, toeph"),
        ({"ddf": "kr"}, "ddf 'kr' is not one of kenward-roger, satterthwaite, residual"),
        ({"level": 95}, "level is 95, allowed: between 0 and 1"),
    ],
)
def test_fit_mmrm__refuses_unknown_options(options: dict[str, object], message: str) -> None:
    with pytest.raises(EstimationError, match=message):
        fit(weekly(), **options)  # type: ignore[arg-type]


def test_fit_mmrm_fallback__takes_unstructured_where_it_converges() -> None:
    result = fit_mmrm_fallback(weekly(), "score ~ week", subject="id", visit="week")
    assert (result.structure, result.failures) == ("us", ())
    pd.testing.assert_frame_equal(coefficients(result), coefficients(fit(weekly())))


def test_fit_mmrm_fallback__records_what_failed_and_why() -> None:
    data = weekly()
    constant = data.assign(score=data["score"].where(data["week"] != 4, 7.0))
    result = fit_mmrm_fallback(constant, "score ~ week", subject="id", visit="week", order=("us", "csh", "cs"))
    assert (result.converged, result.structure) == (True, "cs")
    assert [failure.structure for failure in result.failures] == ["us", "csh"]
    assert result.failures[0].reason.startswith("visit 4 does not vary beyond the fixed effects")


def test_fit_mmrm_fallback__raises_with_every_reason() -> None:
    data = weekly().groupby("id").head(1)
    with pytest.raises(EstimationError, match=r"no covariance structure can be estimated - us: .*; cs: "):
        fit_mmrm_fallback(data.assign(week=[0, 2] * 12), "score ~ week", subject="id", visit="week", order=("us", "cs"))


def test_fit_mmrm_fallback__bad_input_is_no_matter_of_structure() -> None:
    data = weekly()
    data.loc[3, "score"] = np.nan
    with pytest.raises(EstimationError, match=r"^column score has 1 missing"):
        fit_mmrm_fallback(data, "score ~ week", subject="id", visit="week")


def test_fit_mmrm_fallback__refuses_an_empty_order() -> None:
    with pytest.raises(EstimationError, match="covariance none is not one of"):
        fit_mmrm_fallback(weekly(), "score ~ week", subject="id", visit="week", order=())
