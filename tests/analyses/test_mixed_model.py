"""The mixed model block: which weeks enter, what each row says, and what is said where nothing can be fitted."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sap_helpers.analyses.mixed_model import (
    CONTRAST,
    fit_week_model,
    missing_mixed_model,
    week_model_results,
)
from sap_helpers.errors import EstimationError
from sap_helpers.plan.mixed_model import MixedModel
from sap_helpers.results import Key, Results

KEY = Key("SLEDAI.MMRM", "FAS", variable="SLEDAI")
RULE = MixedModel(min_values=5, structures=("us", "toeph", "ar1h", "csh", "cs"), degrees_of_freedom="kenward-roger")
# R: sleep$extra[1:10], sleep$extra[11:20]
FIRST = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
SECOND = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]


def long(weeks: dict[int, list[float | None]]) -> pd.DataFrame:
    """Return one row per subject and week with a value."""
    rows = [
        (f"S{number:02d}", week, value)
        for week, values in weeks.items()
        for number, value in enumerate(values)
        if value is not None
    ]
    return pd.DataFrame(rows, columns=["USUBJID", "AVISITN", "AVAL"])


def mixed_model_results(key, values, weeks, rule, *, level, absent=None):
    """Return the rows of the model fitted to values."""
    return week_model_results(key, fit_week_model(values, weeks, rule, level=level, absent=absent), weeks, rule)


def value(results: Results, stat: str, week: int | None = None, method: str = "Kenward-Roger") -> float | int | None:
    """Return the one statistic asked for."""
    level = "" if week is None else str(week)
    found = [r for r in results if r.stat_name == stat and r.key.group1_level == level and r.key.method == method]
    assert len(found) == 1, [row.result_id for row in results]
    return found[0].stat


def note(results: Results, stat: str, week: int | None = None, method: str = "Kenward-Roger") -> str:
    """Return the note of the one statistic asked for."""
    level = "" if week is None else str(week)
    return next(
        r.note for r in results if r.stat_name == stat and r.key.group1_level == level and r.key.method == method
    )


def test_week_model_results__two_complete_weeks_are_the_paired_t_test() -> None:
    found = mixed_model_results(KEY, long({0: FIRST, 2: SECOND}), [2], RULE, level=0.95)
    # R: t.test(sleep$extra[11:20], sleep$extra[1:10], paired = TRUE)
    assert value(found, "estimate", 2) == pytest.approx(1.58, rel=1e-10)
    assert value(found, "df", 2) == pytest.approx(9, rel=1e-8)
    assert value(found, "conf.low", 2) == pytest.approx(0.7001142, rel=1e-6)
    assert value(found, "conf.high", 2) == pytest.approx(2.4598858, rel=1e-6)
    assert value(found, "p.value", 2) == pytest.approx(0.00283289019738427, rel=1e-8)


def test_week_model_results__rows_of_a_complete_model() -> None:
    found = mixed_model_results(KEY, long({0: FIRST, 2: SECOND}), [2], RULE, level=0.95)
    assert [(row.key.group1_level, row.key.method, row.stat_name) for row in found] == [
        ("", "", "N"), ("0", "", "n"), ("2", "", "n"), *(("2", "Kenward-Roger", name) for name in CONTRAST),
    ]  # fmt: skip


def test_week_model_results__the_structure_stands_in_the_note_of_n() -> None:
    found = mixed_model_results(KEY, long({0: FIRST, 2: SECOND}), [2], RULE, level=0.95)
    assert note(found, "N", method="") == "covariance: unstructured"


def test_week_model_results__baseline_without_follow_up_moves_the_contrast() -> None:
    # Ten pairs, and an eleventh subject with week 0 alone: REML uses it, the contrast is no more the mean change 1.58.
    found = mixed_model_results(KEY, long({0: [*FIRST, 9.0], 2: SECOND}), [2], RULE, level=0.95)
    assert value(found, "N", method="") == 11
    assert abs(float(value(found, "estimate", 2) or 0) - 1.58) > 0.01


def test_week_model_results__a_week_below_the_least_number_is_left_out() -> None:
    few: list[float | None] = [1.0, 2.0, 3.0, 5.0]
    found = mixed_model_results(KEY, long({0: FIRST, 2: SECOND, 4: few}), [2, 4], RULE, level=0.95)
    assert value(found, "estimate", 2) == pytest.approx(1.58, rel=1e-10)
    assert value(found, "estimate", 4) is None
    assert note(found, "estimate", 4) == "4 values at week 4: a week enters with at least 5"
    assert value(found, "n", 4, method="") == 4


def test_week_model_results__a_week_without_values_gives_the_callers_reason() -> None:
    found = mixed_model_results(
        KEY, long({0: FIRST, 2: SECOND}), [2, 4], RULE, level=0.95, absent={4: "no subject due yet"}
    )
    assert note(found, "p.value", 4) == "no subject due yet"


def test_week_model_results__too_few_at_week_0_leaves_no_model() -> None:
    found = mixed_model_results(KEY, long({0: FIRST[:4], 2: SECOND}), [2], RULE, level=0.95)
    assert value(found, "N", method="") == 0
    assert note(found, "estimate", 2) == "4 values at week 0: a week enters with at least 5"


def test_week_model_results__no_value_at_all() -> None:
    found = mixed_model_results(KEY, long({}), [2], RULE, level=0.95, absent={0: "no subject due yet"})
    assert (value(found, "N", method=""), value(found, "estimate", 2)) == (0, None)
    assert note(found, "estimate", 2) == "no subject due yet"


def test_week_model_results__a_week_that_does_not_vary_falls_to_compound_symmetry() -> None:
    flat: list[float | None] = [0.0] * 10
    found = mixed_model_results(KEY, long({0: FIRST, 2: flat}), [2], RULE, level=0.95)
    assert note(found, "N", method="").startswith("covariance: compound symmetry; unstructured not used: visit 2 does")
    # mean of the ten baselines is 0.75
    assert value(found, "estimate", 2) == pytest.approx(-0.75, rel=1e-10)
    assert value(found, "std.error", 2, "Mancl-DeRouen") is not None


def test_week_model_results__nothing_can_be_fitted_says_so() -> None:
    flat: list[float | None] = [1.0] * 6
    found = mixed_model_results(KEY, long({0: flat, 2: flat}), [2], RULE, level=0.95)
    assert value(found, "estimate", 2) is None
    assert note(found, "estimate", 2).startswith("not estimable: the response does not vary")


def test_fit_week_model__refuses_a_missing_value() -> None:
    values = long({0: FIRST, 2: SECOND})
    values.loc[3, "AVAL"] = np.nan
    with pytest.raises(EstimationError, match="1 rows have no value: S03"):
        fit_week_model(values, [2], RULE, level=0.95)


def test_fit_week_model__refuses_two_values_of_a_subject_in_a_week() -> None:
    values = pd.concat([long({0: FIRST, 2: SECOND}), long({2: SECOND[:1]})])
    with pytest.raises(EstimationError, match="repeat a subject and week: S00"):
        fit_week_model(values, [2], RULE, level=0.95)


def test_missing_mixed_model__plans_the_same_rows_as_a_model() -> None:
    fitted = mixed_model_results(KEY, long({0: FIRST, 2: SECOND}), [2], RULE, level=0.95)
    absent = missing_mixed_model(KEY, [2], "not available in this cut: no QS domain")
    assert [row.result_id for row in absent] == [row.result_id for row in fitted]
    assert {row.stat for row in absent} == {None}


def test_week_model_results__of_a_fallback_the_robust_interval_is_as_wide_as_that_of_the_pairs() -> None:
    # nobody has any activity left after week 0: compound symmetry takes the variance of week 0 for that of later weeks
    start = [8.0, 8, 9, 10, 10, 11, 12, 12, 13, 14, 16, 18]
    values = long({0: start, **{week: [0.0] * len(start) for week in (2, 4, 6)}})
    found = mixed_model_results(KEY, values, [2, 4, 6], RULE, level=0.95)
    width = {
        method: (value(found, "conf.high", 6, method) or 0) - (value(found, "conf.low", 6, method) or 0)
        for method in ("Kenward-Roger", "Mancl-DeRouen")
    }
    # R: diff(t.test(start)$conf.int), the paired t of changes that are -start
    assert width["Mancl-DeRouen"] == pytest.approx(3.9493408175, rel=0.05)
    assert width["Kenward-Roger"] < 0.75 * 3.9493408175
    assert value(found, "df", 6, "Mancl-DeRouen") == 11
