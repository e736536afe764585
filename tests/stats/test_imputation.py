"""Multiple imputation of binary sequences and Rubin's rules."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sap_helpers.errors import EstimationError
from sap_helpers.stats import impute_binary_sequence, rubin, rubin_proportion

RESPONSES = np.array([[0, 1, 1], [0, 0, 1], [1, 1, 1], [0, 0, 0], [0, 1, 0], [1, 1, 1]])
BASELINE = np.array([8.0, 10.0, 14.0, 9.0, 12.0, 20.0])
ONE_MISSING = np.zeros((6, 3), dtype=bool)
ONE_MISSING[0, 2] = True


def imputed(is_missing: np.ndarray, seed: int = 1, m: int = 20) -> np.ndarray:
    """Return the completed sets of the small example."""
    result = impute_binary_sequence(RESPONSES, is_missing, BASELINE, n_imputations=m, seed=seed)
    assert result.responses is not None
    return result.responses


def test_impute_binary_sequence__nothing_missing_repeats_the_data() -> None:
    sets = imputed(np.zeros((6, 3), dtype=bool))
    assert (sets == RESPONSES).all()
    assert sets.shape == (20, 6, 3)


def test_impute_binary_sequence__observed_cells_stay() -> None:
    assert (imputed(ONE_MISSING)[:, ~ONE_MISSING] == RESPONSES[~ONE_MISSING]).all()


def test_impute_binary_sequence__missing_cell_varies_between_sets() -> None:
    assert set(imputed(ONE_MISSING)[:, 0, 2].tolist()) == {0, 1}


def test_impute_binary_sequence__same_seed_same_sets() -> None:
    assert (imputed(ONE_MISSING, seed=7) == imputed(ONE_MISSING, seed=7)).all()


def test_impute_binary_sequence__other_seed_other_sets() -> None:
    assert (imputed(ONE_MISSING, seed=7) != imputed(ONE_MISSING, seed=8)).any()


def test_impute_binary_sequence__value_in_a_missing_cell_is_ignored() -> None:
    marked = RESPONSES.astype(float)
    marked[0, 2] = math.nan
    other = impute_binary_sequence(marked, ONE_MISSING, BASELINE, n_imputations=20, seed=1).responses
    assert other is not None
    assert (other == imputed(ONE_MISSING)).all()


def test_impute_binary_sequence__gap_before_an_observed_response_is_filled_too() -> None:
    gap = np.zeros((6, 3), dtype=bool)
    gap[1, 0] = gap[1, 1] = True
    assert set(np.unique(imputed(gap))) == {0, 1}


def test_impute_binary_sequence__follows_the_response_before() -> None:
    # 100 subjects keep their response from first to second occasion; of 40 more the second is missing.
    first = np.tile([0, 1], 70)
    responses = np.column_stack([first, first])
    missing = np.zeros((140, 2), dtype=bool)
    missing[100:, 1] = True
    sets = impute_binary_sequence(responses, missing, np.tile([1.0, 2, 3, 4], 35), n_imputations=50, seed=3).responses
    assert sets is not None
    filled = sets[:, 100:, 1]
    assert filled[:, first[100:] == 1].mean() > 0.9
    assert filled[:, first[100:] == 0].mean() < 0.1


def test_impute_binary_sequence__models_use_the_rows_marked_for_them() -> None:
    # Ten responders inform the model, ten non-responders are kept out of it, ten are missing.
    responses = np.repeat([1, 0, 0], 10)[:, None]
    missing = np.repeat([False, False, True], 10)[:, None]
    fitted = np.repeat([True, False, False], 10)[:, None]
    sets = impute_binary_sequence(
        responses, missing, np.tile([1.0, 2.0], 15), n_imputations=50, seed=3, is_fitted=fitted
    ).responses
    assert sets is not None
    assert sets[:, 20:, 0].mean() > 0.85


def test_impute_binary_sequence__nothing_observed_at_an_occasion_is_not_estimable() -> None:
    missing = np.zeros((6, 3), dtype=bool)
    missing[:, 1] = True
    result = impute_binary_sequence(RESPONSES, missing, BASELINE, n_imputations=5, seed=1)
    assert (result.responses, result.n_imputed) == (None, 6)
    assert result.note == "not estimable: no response observed at occasion 2, where some are missing"


def test_impute_binary_sequence__no_subject_gives_empty_sets() -> None:
    none = np.zeros((0, 3))
    result = impute_binary_sequence(none, none.astype(bool), [], n_imputations=2, seed=1)
    assert result.responses is not None
    assert result.responses.shape == (2, 0, 3)


@pytest.mark.parametrize(
    ("responses", "missing", "baseline", "m", "message"),
    [
        ([[2]], [[False]], [1.0], 5, "allowed: 0 and 1"),
        ([[None]], [[False]], [1.0], 5, "responses: 1 of 1 values missing"),
        ([[1]], [[False]], [None], 5, "baseline: 1 of 1 values missing"),
        ([[1]], [[False]], [1.0, 2.0], 5, "baseline has 2 values for 1 subjects"),
        ([[1]], [[False]], [1.0], 0, "at least one set"),
        ([[1, 0]], [[False]], [1.0], 5, "must be of one shape"),
    ],
)
def test_impute_binary_sequence__wrong_input_is_refused(
    responses: object, missing: object, baseline: object, m: int, message: str
) -> None:
    with pytest.raises(EstimationError, match=message):
        impute_binary_sequence(responses, missing, baseline, n_imputations=m, seed=1)  # type: ignore[arg-type]


def test_rubin__hand_worked() -> None:
    result = rubin([1, 2, 3], [1, 1, 1], df_complete=10)
    # within 1, between 1, total 1 + 4/3; share 4/7; old df 2 / (16/49) = 6.125; observed 11/13 * 10 * 3/7 = 330/91
    assert (result.estimate, result.within, result.between) == (2.0, 1.0, 1.0)
    assert result.std_error == pytest.approx(math.sqrt(7 / 3), rel=1e-12)
    assert result.df == pytest.approx(6.125 * (330 / 91) / (6.125 + 330 / 91), rel=1e-12)


def test_rubin__equal_sets_of_infinite_samples_take_the_normal_quantile() -> None:
    result = rubin([0.5, 0.5], [0.01, 0.01])
    assert result.df == math.inf
    assert result.conf_high == pytest.approx(0.5 + 0.1959963984540054, rel=1e-12)


def test_rubin__equal_sets_lose_no_information() -> None:
    assert rubin([0.5, 0.5], [0.01, 0.01], df_complete=39).fmi == 0.0


def test_rubin__no_variance_at_all_has_no_interval() -> None:
    result = rubin([1, 1], [0, 0])
    assert (result.estimate, result.conf_low, result.note) == (1.0, None, "interval not estimable: no variance at all")


@pytest.mark.parametrize("m", [0, 1])
def test_rubin__fewer_than_two_sets_are_not_estimable(m: int) -> None:
    result = rubin([1.0] * m, [1.0] * m)
    assert (result.estimate, result.note) == (None, f"not estimable with {m} completed sets")


def test_rubin__negative_variance_is_refused() -> None:
    with pytest.raises(EstimationError, match="negative found"):
        rubin([1, 2], [1, -1])


def test_rubin_proportion__equal_sets() -> None:
    result = rubin_proportion([10, 10, 10], 40)
    # logit log(10/30), variance 1/10 + 1/30; df (39 + 1)/(39 + 3) * 39; quantile from R: qt(0.975, 260/7)
    assert result.estimate == pytest.approx(0.25, rel=1e-12)
    assert result.std_error == pytest.approx(math.sqrt(4 / 30), rel=1e-12)
    half = 2.025929443 * math.sqrt(4 / 30)
    assert result.conf_low == pytest.approx(1 / (1 + 3 * math.exp(half)), rel=1e-9)
    assert result.conf_high == pytest.approx(1 / (1 + 3 * math.exp(-half)), rel=1e-9)


def test_rubin_proportion__sets_with_none_take_a_half() -> None:
    result = rubin_proportion([0, 0], 9)
    # (0 + 0.5) / (9 + 1); variance 1/0.5 + 1/9.5
    assert result.estimate == pytest.approx(0.05, rel=1e-12)
    assert result.within == pytest.approx(2 + 1 / 9.5, rel=1e-12)


def test_rubin_proportion__sets_with_all_mirror_those_with_none() -> None:
    none, everybody = rubin_proportion([0, 1], 9), rubin_proportion([9, 8], 9)
    assert none.estimate is not None
    assert everybody.estimate == pytest.approx(1 - none.estimate, rel=1e-12)


@pytest.mark.parametrize("total", [0, 1])
def test_rubin_proportion__fewer_than_two_subjects_are_not_estimable(total: int) -> None:
    assert rubin_proportion([0, 0], total).note == f"not estimable with {total} subjects"


def test_rubin_proportion__more_than_all_is_refused() -> None:
    with pytest.raises(EstimationError, match="outside 0 to N = 9"):
        rubin_proportion([10, 1], 9)
