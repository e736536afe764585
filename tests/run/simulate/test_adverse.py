"""Adverse events."""

import pandas as pd


def test_derive_ae__five_of_forty_react_at_the_injection_site(trial):
    ae = trial["ae"]
    assert ae.loc[ae["AEDECOD"].str.startswith("Injection site"), "USUBJID"].nunique() == 5


def test_derive_ae__an_end_is_never_before_its_start(large_trial):
    ae = large_trial["ae"]
    ended = ae[(ae["AEENDTC"] != "") & (ae["AESTDTC"].str.len() == 10)]
    assert (ended["AEENDTC"] >= ended["AESTDTC"]).all()


def test_derive_ae__an_event_without_an_end_is_not_resolved(large_trial):
    ae = large_trial["ae"]
    assert set(ae.loc[ae["AEENDTC"] == "", "AEOUT"]) == {"NOT RECOVERED/NOT RESOLVED"}


def test_derive_ae__partial_starts_ongoing_events_and_events_before_treatment_occur(trial):
    ae = trial["ae"]
    first = ae["USUBJID"].map(trial["dm"].set_index("USUBJID")["RFSTDTC"])
    assert (ae["AESTDTC"].str.len() == 7).any()
    assert (ae["AEENDTC"] == "").any()
    assert (ae["AESTDTC"] < first)[ae["AESTDTC"].str.len() == 10].any()


def test_derive_ae__a_death_has_its_fatal_event(large_trial):
    dm, ae = large_trial["dm"], large_trial["ae"]
    died = dm[dm["DTHDTC"] != ""].set_index("USUBJID")["DTHDTC"]
    fatal = ae[ae["AEOUT"] == "FATAL"].set_index("USUBJID")["AEENDTC"]
    assert len(died) > 0
    pd.testing.assert_series_equal(fatal.sort_index(), died.sort_index(), check_names=False)


def test_derive_ae__withdrawal_for_an_event_has_that_event_on_the_day(large_trial):
    ds, ae = large_trial["ds"], large_trial["ae"]
    stops = ds[(ds["DSSCAT"] == "STUDY TREATMENT") & (ds["DSDECOD"] == "ADVERSE EVENT")]
    withdrawn = ae[ae["AEACN"] == "DRUG WITHDRAWN"]
    assert len(stops) > 0
    assert dict(zip(withdrawn["USUBJID"], withdrawn["AESTDTC"], strict=True)) == dict(
        zip(stops["USUBJID"], stops["DSSTDTC"], strict=True)
    )


def test_derive_ae__reactions_to_injections_are_mild_or_moderate(large_trial):
    ae = large_trial["ae"]
    assert set(ae.loc[ae["AEDECOD"].str.startswith("Injection site"), "AETOXGR"]) == {"1", "2"}


def test_derive_ae__severity_says_what_the_grade_says(large_trial):
    words = {"1": "MILD", "2": "MODERATE", "3": "SEVERE", "4": "SEVERE", "5": "SEVERE"}
    assert (large_trial["ae"]["AETOXGR"].map(words) == large_trial["ae"]["AESEV"]).all()


def test_derive_ae__nothing_starts_after_the_end_of_participation(large_trial):
    ds, ae = large_trial["ds"], large_trial["ae"]
    end = ds[ds["DSSCAT"] == "STUDY PARTICIPATION"].set_index("USUBJID")["DSSTDTC"]
    assert (ae["AESTDTC"] <= ae["USUBJID"].map(end)).all()


def test_derive_ae__most_are_mild_or_moderate(large_trial):
    assert (large_trial["ae"]["AETOXGR"].isin(["1", "2"])).mean() > 0.9
