"""Tests of the eligibility criteria: one subject a case, named by its baseline items."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sap_helpers.analyses.eligibility import analyse_eligibility, is_met

GRADES = "EEEEEEEEE"
# present items of each subject; VASCULITIS 8 points, ARTHRITIS 4 and so on
ITEMS = {
    "vasculitis": ("SLED0108",), "seven points": ("SLED0109", "SLED0115", "SLED0124"), "nothing": (),
    "rash": ("SLED0115",), "pyuria": ("SLED0114",), "arthritis and alopecia": ("SLED0109", "SLED0116"),
    "low complement": ("SLED0120",), "leukopenia": ("SLED0124",), "seizure": ("SLED0101",), "not assessed": (),
    "rash, seizure not assessed": ("SLED0115",),
}  # fmt: skip
# subject, test, result, upper limit
LIVER = [
    ("vasculitis", "ALT", "120", 40), ("vasculitis", "AST", "30", 40), ("rash", "ALT", "30", 40),
    ("rash", "AST", "121", 40), ("pyuria", "ALT", "500", np.nan), ("nothing", "C3", "1", 2),
]  # fmt: skip
# as a rule IE holds what was not met; an export of all criteria says of each whether it was
CRITERIA = [
    ("rash", "INCL06", "N"), ("vasculitis", "INCL06", "Y"), ("vasculitis", "EXCL01", "n"), ("seizure", "EXCL02", "Y"),
    ("pyuria", "INCL01", ""), ("leukopenia", "OTHER", "Y"),
]  # fmt: skip


@pytest.fixture(scope="module")
def study(make_domains, make_study, plan):
    domains = make_domains({subject: {1: (0, GRADES, "1.0")} for subject in ITEMS})
    qs = domains["qs"]
    for subject, codes in ITEMS.items():
        for code in codes:
            mine = (qs["USUBJID"] == subject) & (qs["QSTESTCD"] == code)
            qs.loc[mine, "QSSTRESC"] = str(plan.instruments.sledai.weights[code])
    qs.loc[qs["USUBJID"].str.contains("not assessed") & (qs["QSTESTCD"] == "SLED0101"), "QSSTRESC"] = ""
    total = qs.loc[qs["USUBJID"] == "rash, seizure not assessed"].iloc[[0]]
    domains["qs"] = pd.concat([qs, total.assign(QSTESTCD="SLED0125", QSSTRESC="2", ROW=9000)], ignore_index=True)
    lb = domains["lb"].iloc[[0] * len(LIVER)].reset_index(drop=True)
    lb[["USUBJID", "LBTESTCD", "LBSTRESC", "LBSTNRHI"]] = LIVER
    domains["lb"] = lb.astype({"LBSTNRHI": float}).assign(ROW=range(1, len(lb) + 1))
    domains["ie"] = pd.DataFrame(CRITERIA, columns=["USUBJID", "IETESTCD", "IEORRES"], dtype=object)
    return make_study(domains)


@pytest.mark.parametrize(
    ("criterion", "subject", "met"),
    [
        ("SLEDAI_AT_LEAST_MIN", "vasculitis", 1),
        ("SLEDAI_AT_LEAST_MIN", "seven points", 0),
        ("SLEDAI_AT_LEAST_MIN", "nothing", 0),
        ("SLEDAI_AT_LEAST_MIN", "not assessed", None),
        ("MANIFESTATION", "rash", 1),
        ("MANIFESTATION", "rash, seizure not assessed", 1),  # the total of that day is the recorded one
        ("MANIFESTATION", "pyuria", 1),
        ("MANIFESTATION", "arthritis and alopecia", 0),
        ("POSITIVE_TEST", "low complement", 1),
        ("POSITIVE_TEST", "leukopenia", 1),
        ("POSITIVE_TEST", "seizure", 0),
        ("TRANSAMINASES", "vasculitis", 1),  # exactly three times the limit
        ("TRANSAMINASES", "rash", 0),
        ("TRANSAMINASES", "pyuria", None),
        ("TRANSAMINASES", "nothing", None),
        ("NO_CRITERION_UNMET", "rash", 0),
        ("NO_CRITERION_UNMET", "nothing", 1),
        ("NO_CRITERION_UNMET", "vasculitis", 1),
        ("NO_CRITERION_UNMET", "seizure", 0),
        ("NO_CRITERION_UNMET", "pyuria", 0),
        ("NO_CRITERION_UNMET", "leukopenia", 0),
    ],
)
def test_is_met__criterion_by_subject(study, criterion, subject, met):
    value = is_met(study, criterion)[subject]
    assert (None if np.isnan(value) else value) == met


def test_analyse_eligibility__of_those_whose_data_can_tell(study):
    counts = {row.stat_name: row.stat for row in analyse_eligibility(study) if row.key.variable == "TRANSAMINASES"}
    assert counts == {"n": 1, "N": 2, "p": 0.5}


def test_analyse_eligibility__absent_domain_is_named(make_domains, make_study):
    found = analyse_eligibility(make_study(make_domains({"A": {}})))
    assert {row.note for row in found if row.key.variable == "NO_CRITERION_UNMET"} == {
        "not available in this cut: no IE domain"
    }
