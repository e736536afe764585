"""The three instruments as recorded."""

import numpy as np
import pandas as pd
import pytest

from sap_helpers.run.simulate import simulate_trial
from sap_helpers.run.simulate.instruments import derive_assessments
from sap_helpers.run.simulate.streams import Streams
from sap_helpers.run.simulate.visits import Visits


def table(qs: pd.DataFrame) -> pd.DataFrame:
    return qs.pivot(index=["USUBJID", "QSDTC"], columns="QSTESTCD", values="QSSTRESC")


def one_subject(margin_of_rash: list[float]) -> np.ndarray:
    """Margins of one subject in whom only rash (item 15, mucocutaneous) moves."""
    margins = np.full((1, len(margin_of_rash), 25), -1.0)
    margins[0, :, 14] = margin_of_rash
    return margins


@pytest.fixture(scope="module")
def recorded(plan):
    margins = one_subject([0.7, 0.3, 0.1, 0.0, -0.5, 0.3])
    elapsed = np.asarray([[-7, 0, 14, 28, 42, 56]])
    texts = np.full((1, 6), "", dtype=object)
    visits = Visits(elapsed, elapsed, texts, texts, elapsed > -100, elapsed[:, -1])
    return derive_assessments(
        Streams(0, 1), plan.instruments, visits, np.zeros((1, 6)), margins[:, :, :24] > 0, margins
    )


def test_derive_assessments__grades_follow_the_margin(plan, recorded):
    grades = [plan.instruments.bilag.grades[place] for place in recorded.grade[0, :, 1]]
    # above 0.60 A, above 0.20 B, above -0.05 C, below it D once involved
    assert grades == ["A", "B", "C", "C", "D", "B"]


def test_derive_assessments__total_is_the_sum_of_the_weights(recorded):
    # rash weighs 2; subject 0 of this seed has no slip of the pen
    assert recorded.recorded_total[0].tolist() == [2, 2, 2, 0, 0, 2]


def test_derive_assessments__no_activity_leaves_a_score_near_zero(recorded):
    assert recorded.pga_tenths.min() >= 0
    assert recorded.pga_tenths.max() <= 4


def test_derive_qs__every_visit_has_35_records(trial):
    assert set(trial["qs"].groupby(["USUBJID", "QSDTC"]).size()) == {35}


def test_derive_qs__items_are_zero_or_their_weight(plan, trial):
    items = table(trial["qs"][trial["qs"]["QSSTAT"] == ""])[list(plan.instruments.sledai.weights)]
    found = {code: set(items[code].dropna()) - {"0"} for code in items}
    assert all(values <= {str(plan.instruments.sledai.weights[code])} for code, values in found.items())


def test_derive_qs__one_recorded_total_in_forty_subjects_disagrees(plan, trial):
    wide = table(trial["qs"])
    items = wide[list(plan.instruments.sledai.weights)]
    whole = (items != "").all(axis=1)
    assert (items[whole].astype(int).sum(axis=1) != wide.loc[whole, "SLED0125"].astype(int)).sum() == 1


def test_derive_qs__a_system_once_involved_is_never_graded_e_again(plan, large_trial):
    wide = table(large_trial["qs"])[list(plan.instruments.bilag.systems)]
    was_involved = wide.isin(list("ABCD")).groupby("USUBJID").cummax()
    assert not (was_involved & (wide == "E")).to_numpy().any()


def test_derive_qs__scores_lie_between_0_and_3_with_one_decimal(large_trial):
    qs = large_trial["qs"]
    scores = qs.loc[(qs["QSTESTCD"] == "PGA0101") & (qs["QSSTAT"] == ""), "QSSTRESC"]
    assert scores.str.fullmatch(r"[0-3]|[0-2]\.[1-9]").all()


def test_derive_qs__grades_have_no_number(trial):
    qs = trial["qs"]
    assert (qs.loc[qs["QSCAT"] == "BILAG-2004", "QSSTRESN"] == "").all()


def test_derive_qs__a_result_is_empty_where_it_was_not_done_and_nowhere_else(trial):
    qs = trial["qs"]
    assert ((qs["QSSTRESC"] == "") == (qs["QSSTAT"] == "NOT DONE")).all()
    assert (qs["QSSTAT"] == "NOT DONE").sum() > 0


def test_derive_qs__nothing_is_missing_where_none_was_asked_for(plan):
    qs = simulate_trial(plan, subjects=40, missing=0.0)["qs"]
    assert (qs["QSSTAT"] == "").all()


def test_derive_qs__sequence_numbers_follow_the_dates(trial):
    qs = trial["qs"].assign(number=trial["qs"]["QSSEQ"].astype(int))
    ordered = qs.sort_values(["USUBJID", "number"])
    assert ordered.groupby("USUBJID")["QSDTC"].is_monotonic_increasing.all()
    assert not qs.duplicated(["USUBJID", "number"]).any()
