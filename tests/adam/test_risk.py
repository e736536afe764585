"""Last contact and the end of the time at risk."""

from pathlib import Path

import pandas as pd
import pytest

from sap_helpers.adam.risk import derive_vars_risk
from sap_helpers.plan import load_plan

PLAN = load_plan(Path(__file__).parents[2] / "sap" / "plan.yaml")
CUT = pd.Timestamp("2014-12-31")


def subjects(*, death=None, last_dose="2014-05-01"):
    return pd.DataFrame(
        {
            "USUBJID": ["S1"], "SAFFL": ["Y"], "TRTSDT": [pd.Timestamp("2014-03-20")],
            "TRTEDT": [pd.Timestamp(last_dose)], "DTHDT": pd.to_datetime(pd.Series([death])),
        }
    )  # fmt: skip


def disposition(*rows):
    return pd.DataFrame(rows, columns=["DSCAT", "DSSCAT", "DSSTDTC"]).assign(USUBJID="S1")


def visits(domain, *days, result="1"):
    return pd.DataFrame({"USUBJID": "S1", f"{domain}DTC": list(days), f"{domain}STRESC": result, "QUARFL": ""})


def left(day):
    return disposition(("DISPOSITION EVENT", "STUDY PARTICIPATION", day))


ENDED = ("Disposition event", "study participation", "2014-06-15")


@pytest.mark.parametrize(
    ("domains", "contact"),
    [
        ({}, "2014-05-01"),
        ({"qs": visits("QS", "2014-05-20", "2014-06-01")}, "2014-06-01"),
        (
            {"qs": visits("QS", "2014-05-20"), "lb": visits("LB", "2014-06-02"), "cp": visits("CP", "2014-06-03")},
            "2014-06-03",
        ),
        ({"ds": disposition(("PROTOCOL MILESTONE", "", "2014-07-01"))}, "2014-07-01"),
        ({"ds": disposition(ENDED), "qs": visits("QS", "2014-08-01")}, "2014-06-15"),
        ({"ds": disposition(ENDED)[["USUBJID", "DSCAT", "DSSTDTC"]]}, "2014-06-15"),
        # a partial end of participation is not before the last dose, nor before the last visit with a result
        ({"ds": left("2014-03")}, "2014-05-01"),
        ({"ds": left("2014"), "qs": visits("QS", "2014-06-01")}, "2014-06-01"),
        ({"ds": left("2014"), "qs": visits("QS", "2014-06-01", result="")}, "2014-05-01"),
        ({"ds": left("2014-07"), "qs": visits("QS", "2014-06-01")}, "2014-07-01"),
    ],
)
def test_derive_vars_risk__last_contact(domains, contact):
    assert derive_vars_risk(subjects(), domains, CUT, PLAN)["LCONTDT"].tolist() == [pd.Timestamp(contact)]


@pytest.mark.parametrize(
    ("last", "death", "cut", "end"),
    [
        ("2014-11-01", None, "2014-12-31", "2014-09-15"),  # day 180
        ("2014-06-15", None, "2014-12-31", "2014-06-15"),  # last contact
        ("2014-06-15", "2014-06-10", "2014-12-31", "2014-06-10"),  # death
        ("2014-06-15", None, "2014-06-01", "2014-06-01"),  # cut
        ("2014-03-01", None, "2014-12-31", "2014-03-20"),  # never before the first dose
    ],
)
def test_derive_vars_risk__ends_with_the_first_of_the_four(last, death, cut, end):
    found = derive_vars_risk(subjects(death=death), {"ds": left(last)}, pd.Timestamp(cut), PLAN)
    assert found["RISKENDT"].tolist() == [pd.Timestamp(end)]


def test_derive_vars_risk__an_untreated_subject_has_none():
    untreated = subjects().assign(SAFFL="", TRTSDT=pd.NaT, TRTEDT=pd.NaT)
    found = derive_vars_risk(untreated, {"qs": visits("QS", "2014-05-20")}, CUT, PLAN)
    assert found[["LCONTDT", "RISKENDT"]].isna().all(axis=None)
