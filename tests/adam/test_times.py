"""Times to events as ADTTE."""

from pathlib import Path

import pandas as pd
import pytest

from sap_helpers.adam.times import derive_response_time_records, derive_response_times, derive_times
from sap_helpers.plan import load_plan

FIRST = pd.Timestamp("2014-01-01")


@pytest.fixture(scope="module")
def plan():
    return load_plan(Path(__file__).parents[2] / "sap" / "plan.yaml")


def on(day):
    return FIRST + pd.Timedelta(days=day - 1)


def make_adsl(*events):
    rows = [(f"S{i}", FIRST, pd.NaT if day is None else on(day), "Y", i) for i, day in enumerate(events, start=1)]
    frame = pd.DataFrame(rows, columns=["USUBJID", "TRTSDT", "ICEDT", "FASFL", "ASEQ"])
    return frame.astype({"ICEDT": "datetime64[ns]"})


def make_responses(*rows):
    """Subject, week, day, what was assessed, what it counts as."""
    frame = pd.DataFrame(rows, columns=["USUBJID", "AVISITN", "DAY", "RESPONSE", "COUNTED"])
    return frame.assign(TRTSDT=FIRST, ASSESSDT=[on(day) for day in frame["DAY"]], DUE=True)


def times_of(plan, adsl, *rows):
    found = derive_response_times(adsl, make_responses(*rows), plan)
    return found[["TIME", "EVENT", "CENSORED"]].to_numpy().tolist()


def test_derive_response_times__the_first_response_ends_the_time(plan):
    rows = ("S1", 2, 15, "N", "N"), ("S1", 4, 29, "Y", "Y"), ("S1", 6, 43, "Y", "Y")
    assert times_of(plan, make_adsl(None), *rows) == [[29, 1, ""]]


def test_derive_response_times__an_event_before_a_response_keeps_at_risk_to_the_end(plan):
    rows = ("S1", 2, 15, "N", "N"), ("S1", 4, 29, "Y", "N")
    assert times_of(plan, make_adsl(20), *rows) == [[78, 0, "INTERCURRENT EVENT: AT RISK TO DAY 78"]]


def test_derive_response_times__an_event_after_the_key_week_changes_nothing(plan):
    assert times_of(plan, make_adsl(79), ("S1", 2, 15, "N", "N")) == [[15, 0, "LAST ASSESSED DUE WEEK"]]


def test_derive_response_times__a_week_without_assessment_does_not_prolong_the_time(plan):
    rows = ("S1", 2, 15, "N", "N"), ("S1", 4, 29, "", "N")
    assert times_of(plan, make_adsl(None), *rows) == [[15, 0, "LAST ASSESSED DUE WEEK"]]


def test_derive_response_times__nothing_assessed_is_day_zero(plan):
    assert times_of(plan, make_adsl(None), ("S1", 2, 15, "", "N")) == [[0, 0, "NO ASSESSED DUE WEEK"]]


def test_derive_response_time_records__name_the_record_that_gave_the_time(plan):
    adsl = make_adsl(None, 20, None)
    responses = make_responses(
        ("S1", 2, 15, "Y", "Y"), ("S2", 2, 15, "N", "N"), ("S3", 2, 15, "", "N"), ("S3", 4, 29, "Y", "Y")
    )
    responses.loc[3, "DUE"] = False
    adqs = pd.DataFrame(
        {"USUBJID": ["S1", "S2"], "PARAMCD": "SRI4", "ANL01FL": "Y", "ADT": [on(15), on(15)], "ASEQ": [101, 102]}
    )
    records = derive_times([derive_response_time_records(adsl, adqs, responses, plan)]).set_index("USUBJID")
    assert records["AVAL"].tolist() == [15, 78, 0]
    assert records["CNSR"].tolist() == [0, 1, 1]
    assert records["ADT"].tolist() == [on(15), on(78), on(1)]
    assert records["SRCDOM"].tolist() == ["ADQS", "ADSL", "ADSL"]
    assert records["SRCSEQ"].tolist() == [101, 2, 3]
