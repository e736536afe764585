"""Questions to a fit: contrasts in every form, and least-squares means over the reference grid."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sap_helpers.errors import EstimationError
from sap_helpers.stats.mmrm import MmrmFit, fit_mmrm


def trial() -> pd.DataFrame:
    """Return two arms, two sexes, three visits and a covariate; unequal numbers and missing values."""
    generator = np.random.default_rng(2)
    subjects = 30
    data = pd.DataFrame(
        {
            "id": np.repeat(np.arange(subjects), 3),
            "visit": np.tile(["V1", "V2", "V3"], subjects),
            "arm": np.repeat(np.where(np.arange(subjects) % 3 == 0, "TRT", "PBO"), 3),
            "sex": np.repeat(np.where(np.arange(subjects) % 2 == 0, "F", "M"), 3),
            "base": np.repeat(generator.normal(10.0, 2.0, size=subjects), 3),
            "y": generator.normal(size=3 * subjects) + np.repeat(generator.normal(size=subjects), 3),
        }
    )
    return data[(data["visit"] != "V3") | (data["id"] % 5 != 0)]


def fit(formula: str = "y ~ base + sex + arm * visit") -> MmrmFit:
    """Fit the trial."""
    return fit_mmrm(trial(), formula, subject="id", visit="visit")


def test_ls_means__columns_and_rows() -> None:
    means = fit().ls_means(["arm", "visit"])
    expected = ["arm", "visit", "estimate", "std.error", "df", "conf.low", "conf.high", "p.value"]
    assert means.columns.tolist() == expected
    arms, visits = means["arm"].tolist(), means["visit"].tolist()
    assert arms == ["PBO", "PBO", "PBO", "TRT", "TRT", "TRT"]
    assert visits == ["V1", "V2", "V3", "V1", "V2", "V3"]


def test_ls_means__average_the_other_factor_equally_at_the_mean_covariate() -> None:
    result = fit()
    names = ["Intercept", "base", "sex[T.M]", "arm[T.TRT]", "visit[T.V2]", "arm[T.TRT]:visit[T.V2]"]
    weights = dict(zip(names, [1.0, trial()["base"].mean(), 0.5, 1.0, 1.0, 1.0], strict=True))
    expected = result.contrast(weights).iloc[0]
    found = result.ls_means(["arm", "visit"]).query("arm == 'TRT' and visit == 'V2'").iloc[0]
    for column in ("estimate", "std.error", "df", "conf.low", "conf.high", "p.value"):
        assert found[column] == pytest.approx(expected[column], rel=1e-10)


def test_ls_means__of_the_visit_alone_are_the_means_of_complete_data() -> None:
    data = trial().query("visit != 'V3'")
    means = fit_mmrm(data, "y ~ visit", subject="id", visit="visit").ls_means("visit")
    np.testing.assert_allclose(means["estimate"], data.groupby("visit")["y"].mean(), rtol=1e-10)
    np.testing.assert_allclose(means["std.error"], data.groupby("visit")["y"].std() / np.sqrt(30), rtol=1e-8)
    np.testing.assert_allclose(means["df"], 29.0, rtol=1e-8)


def test_ls_means__a_coded_number_is_a_factor() -> None:
    data = trial().assign(site=lambda d: d["id"] % 3)
    means = fit_mmrm(data, "y ~ visit + C(site)", subject="id", visit="visit").ls_means("site")
    sites = means["site"].tolist()
    assert sites == [0, 1, 2]


def test_ls_means__a_variable_used_as_number_and_categories_is_refused() -> None:
    data = trial().assign(site=lambda d: d["id"] % 3)
    result = fit_mmrm(data, "y ~ visit + C(site) + np.sqrt(site):base", subject="id", visit="visit")
    with pytest.raises(EstimationError, match="the formula cannot be evaluated"):
        result.ls_means("visit")


def test_ls_means__refuses_a_covariate() -> None:
    with pytest.raises(EstimationError, match="ls_means of base; allowed, each once: arm, sex, visit"):
        fit().ls_means(["base"])


def test_ls_means__refuses_no_factor() -> None:
    with pytest.raises(EstimationError, match="ls_means of nothing"):
        fit().ls_means([])


def test_contrast__mapping_frame_and_array_agree() -> None:
    result = fit("y ~ visit")
    mapping = result.contrast({"visit[T.V2]": -1.0, "visit[T.V3]": 1.0})
    frame = result.contrast(pd.DataFrame({"visit[T.V3]": [1.0], "visit[T.V2]": [-1.0]}))
    array = result.contrast(np.array([0.0, -1.0, 1.0]))
    pd.testing.assert_frame_equal(mapping, frame)
    pd.testing.assert_frame_equal(mapping, array)


def test_contrast__keeps_the_index_of_a_frame() -> None:
    result = fit("y ~ visit")
    weights = pd.DataFrame({"visit[T.V2]": [1.0, 0.0], "visit[T.V3]": [0.0, 1.0]}, index=["V2 - V1", "V3 - V1"])
    found = result.contrast(weights)
    assert found.index.tolist() == ["V2 - V1", "V3 - V1"]
    assert found.columns.tolist() == ["estimate", "std.error", "df", "statistic", "p.value", "conf.low", "conf.high"]


def test_contrast__interval_is_estimate_plus_t_times_error() -> None:
    row = fit("y ~ visit").contrast({"visit[T.V2]": 1.0}).iloc[0]
    # The 97.5 % quantile of t on 29 degrees of freedom, from R.
    assert row["df"] == pytest.approx(29.0, rel=1e-8)
    assert row["conf.high"] - row["estimate"] == pytest.approx(2.045229642132703 * row["std.error"], rel=1e-8)


def test_contrast__unknown_term_lists_the_terms() -> None:
    with pytest.raises(
        EstimationError, match=r"contrast on visit\[V2\]; the model's terms are Intercept, visit\[T.V2\]"
    ):
        fit("y ~ visit").contrast({"visit[V2]": 1.0})


def test_contrast__wrong_length_is_refused() -> None:
    with pytest.raises(EstimationError, match="one weight for each of the 3 terms"):
        fit("y ~ visit").contrast([0.0, 1.0])


def test_fit__is_frozen() -> None:
    with pytest.raises(AttributeError):
        fit("y ~ visit").note = "changed"  # type: ignore[misc]
