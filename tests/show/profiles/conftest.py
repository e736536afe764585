"""What the tests of profiles share: a study of three subjects, one of them not treated, and what stands around."""

from __future__ import annotations

import pandas as pd
import pytest

from sap_helpers.analyses.listings import list_response_grid
from sap_helpers.show.page import PageContext
from sap_helpers.show.profiles.courses import gather_courses
from sap_helpers.show.profiles.records import read_records
from sap_helpers.show.profiles.scale import make_axis

GRADES = "EEEEEEEEE"
HOSTILE = 'A<b>"&\u202e'


def numbered(rows, *columns):
    frame = pd.DataFrame(rows, columns=list(columns), dtype=object)
    numbers = [name for name in columns if name.endswith("SEQ")]
    return frame.astype(dict.fromkeys(numbers, float)).assign(ROW=range(1, len(frame) + 1), QUARFL="")


@pytest.fixture(scope="session")
def domains(make_domains):
    """Return domains of A, who stops on day 57; B with a baseline alone; a screen failure whose id is hostile."""
    made = make_domains(
        {
            "A": {
                -7: (12, GRADES, "1.2"),
                1: (10, GRADES, "1.0"),
                15: (4, GRADES, "1.1"),
                29: (10, "AEEEEEEEE", "2.0"),
            },
            "B": {1: (8, GRADES, "1.5")},
        }
    )
    row = ["ADVERSE EVENT", "DISPOSITION EVENT", "STUDY TREATMENT", "2014-04-26"]
    made["ds"].loc[made["ds"]["USUBJID"] == "A", ["DSDECOD", "DSCAT", "DSSCAT", "DSSTDTC"]] = row
    failure = pd.DataFrame({"USUBJID": [HOSTILE], "AGE": [41.0], "SEX": ["M"], "ARMCD": ["SCRNFAIL"], "DTHDTC": [""]})
    made["dm"] = pd.concat([made["dm"], failure.assign(ROW=3, QUARFL="")], ignore_index=True)
    made["ae"] = numbered(
        [("A", 7, "rash <b>", "Rash", "Skin", "3", "Y", "2014-03-10", "2014-03-12"),
         ("A", 8, "cough", "Cough", "Lung", "", "N", "2014-04-01", "")],
        "USUBJID", "AESEQ", "AETERM", "AEDECOD", "AEBODSYS", "AETOXGR", "AESER", "AESTDTC", "AEENDTC",
    )  # fmt: skip
    made["cp"] = numbered(
        [("A", 1, "TREG", "5.5", "2014-03-01"), ("A", 2, "TREG", "<10", "2014-03-15"),
         ("A", 3, "NK", "9", "2014-03-15")],
        "USUBJID", "CPSEQ", "CPTESTCD", "CPSTRESC", "CPDTC",
    ).assign(CPSTRESU="%")  # fmt: skip
    return made


@pytest.fixture(scope="session")
def study(domains, make_study):
    return make_study(domains)


@pytest.fixture(scope="session")
def states(study):
    return list_response_grid(study, "SAF")


@pytest.fixture(scope="session")
def records(study, states):
    return read_records(study, states)


@pytest.fixture(scope="session")
def courses(study, records):
    return {course.name: course for course in gather_courses(records, study["adsl"]["USUBJID"], study.plan)}


@pytest.fixture(scope="session")
def axis(study):
    return make_axis(study)


@pytest.fixture(scope="session")
def present():
    """Nothing is absent."""
    return dict.fromkeys(("qs", "cp", "ae", "cm", "sri"), "")


@pytest.fixture
def context(study):
    return PageContext(
        title="Subject profiles", study="NCT02084238", study_title="A study", cut_id="c", cut_date="2014-12-31",
        plan_version="1.0", synthetic=True, sealed=True, interim=False, pages=(("index.html", "Summary"),),
        file="subjects.html", subjects=tuple(study["adsl"]["USUBJID"]), subjects_on_page=100,
    )  # fmt: skip
