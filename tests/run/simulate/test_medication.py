"""Medication beside the study treatment."""

import numpy as np
import pandas as pd

from sap_helpers.run.simulate.medication import _tapered


def test_tapered__a_fifth_less_in_steps_of_two_and_a_half():
    # 30 * 0.8 = 24 -> 22.5; 22.5 * 0.8 = 18 -> 17.5; no visit without a quiet disease lowers it
    quiet = np.asarray([[True, False, True]])
    assert _tapered(np.asarray([30.0]), quiet).tolist() == [[30.0, 22.5, 22.5, 17.5]]


def test_tapered__stops_at_5_mg_and_raises_nobody():
    quiet = np.asarray([[True, True], [True, True]])
    assert _tapered(np.asarray([7.5, 2.5]), quiet).tolist() == [[7.5, 5.0, 5.0], [2.5, 2.5, 2.5]]


def test_derive_cm__background_is_that_of_the_published_trial(trial):
    cm = trial["cm"][trial["cm"]["CMCAT"] == "BACKGROUND THERAPY"]
    users = cm.groupby("CMDECOD")["USUBJID"].nunique()
    assert users.drop("PREDNISONE").to_dict() == {
        "HYDROXYCHLOROQUINE": 37,
        "MYCOPHENOLATE MOFETIL": 14,
        "CYCLOPHOSPHAMIDE": 6,
        "AZATHIOPRINE": 2,
        "LEFLUNOMIDE": 1,
        "THALIDOMIDE": 1,
    }


def test_derive_cm__median_prednisone_at_baseline_is_30_mg(trial):
    prednisone = trial["cm"][trial["cm"]["CMDECOD"] == "PREDNISONE"]
    assert prednisone.groupby("USUBJID")["CMDOSE"].first().astype(float).median() == 30


def test_derive_cm__prednisone_periods_neither_overlap_nor_leave_a_gap(large_trial):
    prednisone = large_trial["cm"].query("CMDECOD == 'PREDNISONE'")
    following = prednisone.groupby("USUBJID")["CMSTDTC"].shift(-1)
    has_next = following.notna() & (prednisone["CMENDTC"] != "")
    gap = pd.to_datetime(following[has_next]) - pd.to_datetime(prednisone.loc[has_next, "CMENDTC"])
    assert (gap.dt.days == 1).all()
    assert has_next.sum() > 500


def test_derive_cm__rescue_starts_after_the_first_dose(large_trial):
    cm = large_trial["cm"]
    rescue = cm[cm["CMCAT"] == "RESCUE THERAPY"]
    first = large_trial["dm"].set_index("USUBJID")["RFSTDTC"]
    assert (rescue["CMSTDTC"] > rescue["USUBJID"].map(first)).all()
    # two refractory subjects in forty, and the first of those who relapse where there is time left
    assert 20 <= rescue["USUBJID"].nunique() <= 30


def test_derive_cm__some_starts_are_known_to_the_month_only(trial):
    assert (trial["cm"]["CMSTDTC"].str.len() == 7).sum() > 0
