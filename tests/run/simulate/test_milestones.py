"""Demographics, exposure, disposition, deviations and eligibility."""

import pandas as pd


def test_derive_ds__everyone_consented(trial):
    consents = trial["ds"][trial["ds"]["DSDECOD"] == "INFORMED CONSENT OBTAINED"]
    assert set(consents["USUBJID"]) == set(trial["dm"]["USUBJID"])
    assert set(consents["DSCAT"]) == {"PROTOCOL MILESTONE"}


def test_derive_ds__every_treated_subject_ends_treatment_and_participation_once(large_trial):
    ds, dm = large_trial["ds"], large_trial["dm"]
    treated = set(dm.loc[dm["ARMCD"] == "IL2", "USUBJID"])
    for scope in ("STUDY TREATMENT", "STUDY PARTICIPATION"):
        rows = ds[(ds["DSSCAT"] == scope) & (ds["DSDECOD"] != "SCREEN FAILURE")]
        assert sorted(rows["USUBJID"]) == sorted(treated)


def test_derive_ds__reasons_are_words_of_the_plan(plan, large_trial):
    ends = large_trial["ds"][large_trial["ds"]["DSSCAT"] == "STUDY TREATMENT"]
    assert set(ends["DSDECOD"]) - {"COMPLETED"} <= set(plan.events.known_reasons)


def test_derive_ds__screen_failures_have_no_injection(trial):
    failed = trial["dm"].loc[trial["dm"]["ARMCD"] == "SCRNFAIL", "USUBJID"]
    assert not trial["ex"]["USUBJID"].isin(failed).any()


def test_derive_ex__injections_of_the_first_cycle_fall_on_its_planned_days(plan, trial):
    ex = trial["ex"][trial["ex"]["EPOCH"] == "CYCLE 1"]
    first = pd.to_datetime(ex.groupby("USUBJID")["EXSTDTC"].transform("min"))
    days = (pd.to_datetime(ex["EXSTDTC"]) - first).dt.days + 1
    assert set(days) == set(plan.design.injection_days)


def test_derive_ex__one_injection_in_forty_subjects_takes_another_route(trial):
    assert trial["ex"]["EXROUTE"].value_counts().to_dict() == {"SUBCUTANEOUS": len(trial["ex"]) - 1, "INTRAMUSCULAR": 1}


def test_derive_ex__an_injection_starts_and_ends_on_one_day(trial):
    assert (trial["ex"]["EXSTDTC"] == trial["ex"]["EXENDTC"]).all()


def test_derive_ex__no_dose_after_death(large_trial):
    death = large_trial["dm"].set_index("USUBJID")["DTHDTC"]
    death = death[death != ""]
    last = large_trial["ex"].groupby("USUBJID")["EXSTDTC"].max().reindex(death.index)
    assert (last < death).all()


def test_derive_dm__a_death_is_flagged(large_trial):
    dm = large_trial["dm"]
    assert ((dm["DTHDTC"] != "") == (dm["DTHFL"] == "Y")).all()


def test_derive_dv__seven_deviations_in_forty_subjects_one_of_them_major(trial):
    assert trial["dv"]["DVCAT"].value_counts().to_dict() == {"MINOR": 6, "MAJOR": 1}


def test_derive_ie__one_subject_in_forty_was_not_eligible(trial):
    assert trial["ie"][["IETESTCD", "IEORRES"]].to_numpy().tolist() == [["INCL06", "N"]]
