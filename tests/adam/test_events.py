"""Tests of intercurrent events."""

from __future__ import annotations

import pandas as pd
import pytest

from sap_helpers.adam.events import (
    compute_death,
    derive_early_stops,
    derive_first_event,
    derive_rescues,
    derive_treatment_records,
    is_word,
)
from sap_helpers.adam.exposure import derive_exposure

SUBJECTS = pd.DataFrame(
    {
        "USUBJID": ["A", "B"], "TRTSDT": pd.to_datetime(["2014-03-10", None]),
        "TRTEDT": pd.to_datetime(["2014-04-11", None]),
    }
)  # fmt: skip
CUT = pd.Timestamp("2014-06-30")


def day(value):
    return None if pd.isna(value) else value.date().isoformat()


def test_is_word__ignores_letter_case_and_outer_blanks():
    assert is_word(pd.Series([" Completed ", "COMPLETED", "INCOMPLETE"]), ["completed"]).tolist() == [True, True, False]


def ds(*rows):
    """Return the DS domain of subject A typed as word, date, scope, category."""
    frame = pd.DataFrame(rows, columns=["DSDECOD", "DSSTDTC", "DSSCAT", "DSCAT"])
    return frame.assign(USUBJID="A", ROW=range(1, len(frame) + 1))


def test_derive_treatment_records__of_treatment_alone_in_time_order(plan):
    rows = [
        ("COMPLETED", "2014-06-01", "STUDY PARTICIPATION", "DISPOSITION EVENT"),
        ("INFORMED CONSENT OBTAINED", "2014-03-01", "", "PROTOCOL MILESTONE"),
        ("Adverse event", "2014-05-01", "study treatment", "disposition event"),
        ("OTHER", "2014-04", "STUDY TREATMENT", "DISPOSITION EVENT"),
    ]
    found = derive_treatment_records(ds(*rows), SUBJECTS, plan)
    assert found["SRCROW"].tolist() == [4, 3]
    assert found["DSDECOD"].tolist() == ["OTHER", "ADVERSE EVENT"]
    assert [day(value) for value in found["ADT"]] == ["2014-04-11", "2014-05-01"]  # not before the last dose


def stop(plan, word, date="2014-05-10", cycles=3):
    starts = ["2014-03-10", "2014-04-07", "2014-05-05"][:cycles]
    ex = pd.DataFrame({"USUBJID": "A", "EXDOSE": 1e6, "EXSTDTC": starts, "ROW": range(cycles)})
    treatment = derive_treatment_records(ds((word, date, "STUDY TREATMENT", "DISPOSITION EVENT")), SUBJECTS, plan)
    found = derive_early_stops(treatment, derive_exposure(ex, plan), plan)
    return [[day(row.STOPDT), row.STOPRSN] for row in found.itertuples()]


@pytest.mark.parametrize("word", ["COMPLETED", "completed", "REMISSION", "Response"])
def test_derive_early_stops__completion_is_no_stop(plan, word):
    assert stop(plan, word) == []


@pytest.mark.parametrize("word", ["REMISSION", "RESPONSE"])
def test_derive_early_stops__remission_after_two_cycles_is_a_stop(plan, word):
    assert stop(plan, word, cycles=2) == [["2014-05-10", word]]


def test_derive_early_stops__cycle_that_starts_after_the_record_does_not_count(plan):
    assert stop(plan, "REMISSION", date="2014-05-04") == [["2014-05-04", "REMISSION"]]


def test_derive_early_stops__cycle_that_starts_on_the_day_counts(plan):
    assert stop(plan, "REMISSION", date="2014-05-05") == []


@pytest.mark.parametrize("word", ["ADVERSE EVENT", "ABDUCTED BY ALIENS", ""])
def test_derive_early_stops__any_other_word_is_a_stop(plan, word):
    assert stop(plan, word) == [["2014-05-10", word]]


def test_derive_early_stops__remission_without_a_dose_is_a_stop(plan):
    assert stop(plan, "REMISSION", cycles=0) == [["2014-05-10", "REMISSION"]]


def rescue(plan, *starts, category="RESCUE THERAPY", subject="A"):
    cm = pd.DataFrame({"USUBJID": subject, "CMCAT": category, "CMTRT": "drug", "CMSTDTC": list(starts)})
    found = derive_rescues(cm.assign(ROW=range(1, len(starts) + 1)), SUBJECTS, plan)
    return [[day(row.RESCDT), row.RESCROW] for row in found.itertuples()]


@pytest.mark.parametrize(
    ("start", "counted"),
    [
        ("2014-03-10", "2014-03-10"),
        ("2014-04", "2014-04-01"),
        ("2014-03", "2014-03-10"),
        ("2014", "2014-03-10"),
        ("", "2014-03-10"),
    ],
)
def test_derive_rescues__start(plan, start, counted):
    assert rescue(plan, start) == [[counted, 1]]


@pytest.mark.parametrize("start", ["2014-03-09", "2014-02", "2013"])
def test_derive_rescues__before_treatment_is_none(plan, start):
    assert rescue(plan, start) == []


def test_derive_rescues__first_of_several(plan):
    assert rescue(plan, "2014-05-01", "2014-04-02", "2014-02-01") == [["2014-04-02", 2]]


def test_derive_rescues__other_category_is_none(plan):
    assert rescue(plan, "2014-05-01", category="BACKGROUND THERAPY") == []


def test_derive_rescues__subject_without_a_dose_has_none(plan):
    assert rescue(plan, "2014-05-01", "", subject="B") == []


# A's last dose is of 11 April
SEEN = {
    "qs": pd.DataFrame({"USUBJID": "A", "QUARFL": "", "QSDTC": ["2014-05-08", "2014-06-20"], "QSSTRESC": ["4", ""]}),
    "lb": pd.DataFrame({"USUBJID": "A", "QUARFL": "", "LBDTC": ["2014-05-02"], "LBSTRESC": ["0.9"]}),
}


@pytest.mark.parametrize(
    ("written", "domains", "death"),
    [
        ("2014-05-03", SEEN, "2014-05-03"),  # complete: it stands
        ("2014-05", SEEN, "2014-05-08"),  # not before the last visit with a result
        ("2014-05", {}, "2014-05-01"),
        ("2014-04", {}, "2014-04-11"),  # nor before the last dose
        ("2014", SEEN, "2014-05-08"),
        ("2014-06", SEEN, "2014-06-01"),
        ("", SEEN, None),
        ("2014-07", SEEN, None),  # after the cut
    ],
)
def test_compute_death__is_not_before_the_subject_was_last_seen(written, domains, death):
    dm = pd.DataFrame({"USUBJID": ["A"], "DTHDTC": [written]}, dtype=object)
    assert [day(value) for value in compute_death(dm, SUBJECTS, domains, CUT)] == [death]


def test_compute_death__without_the_column_nobody_died():
    assert compute_death(pd.DataFrame({"USUBJID": ["A"]}), SUBJECTS, {}, CUT).isna().tolist() == [True]


@pytest.mark.parametrize(
    ("death", "stopped", "rescued", "kind"),
    [
        (None, None, None, ""),
        (None, "2014-05-02", "2014-05-01", "RESCUE"),
        ("2014-05-01", "2014-05-01", "2014-05-01", "DEATH"),
        (None, "2014-05-01", "2014-05-01", "STOPPED"),
        ("2014-05-02", "2014-05-01", None, "STOPPED"),
    ],
)
def test_derive_first_event__earliest_and_on_one_day_death_then_stop(death, stopped, rescued, kind):
    frame = pd.DataFrame({"DTHDT": [death], "STOPDT": [stopped], "RESCDT": [rescued]}).apply(pd.to_datetime)
    found = derive_first_event(frame)
    assert found["ICETYPE"].tolist() == [kind]
    assert found["ICEDT"].notna().tolist() == [kind != ""]
