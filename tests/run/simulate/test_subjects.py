"""Who takes part."""

import pandas as pd


def test_draw_subjects__one_screen_failure_in_eight_comes_on_top(large_trial):
    assert large_trial["dm"]["ARMCD"].value_counts().to_dict() == {"IL2": 400, "SCRNFAIL": 50}


def test_draw_subjects__consents_within_nine_months_from_the_first(trial):
    consents = trial["dm"]["RFICDTC"]
    assert consents.min() == "2014-03-11"
    assert consents.max() < "2014-12-11"


def test_draw_subjects__first_doses_follow_consent_by_one_to_two_weeks(trial):
    treated = trial["dm"][trial["dm"]["ARMCD"] == "IL2"]
    lag = pd.to_datetime(treated["RFSTDTC"]) - pd.to_datetime(treated["RFICDTC"])
    assert (lag.dt.days.min(), lag.dt.days.max()) == (8, 15)


def test_draw_subjects__women_are_37_of_40(trial):
    treated = trial["dm"][trial["dm"]["ARMCD"] == "IL2"]
    assert (treated["SEX"] == "F").sum() == 37


def test_draw_subjects__ages_are_those_of_the_published_trial(large_trial):
    ages = large_trial["dm"]["AGE"].astype(int)
    assert (ages.min(), ages.max()) == (18, 60)
    assert 29 <= ages.median() <= 33


def test_draw_subjects__numbers_run_on_without_a_gap(trial):
    assert trial["dm"]["USUBJID"].tolist() == [f"SLEIL2-{number:03d}" for number in range(1, 46)]
