"""Tests of the rules that only list: one subject a planted error, its message, and subjects that none flags."""

from __future__ import annotations

import pandas as pd
import pytest

from sap_helpers.adam.analysis import derive_analysis_data
from sap_helpers.adam.listing_rules import check_analysis_data

CUT = pd.Timestamp("2014-12-31")
BASE, LATER = (10, "EEBEEEEEE", "1.5"), (4, "EECEEEEEE", "1.0")
VISITS = {1: BASE, 15: LATER, 71: LATER}
SUBJECTS = {
    "clean": VISITS, "never asked": {}, "dead before": VISITS, "dead that day": VISITS,
    "outside": VISITS | {5: LATER}, "label 4": VISITS, "label 2": VISITS, "unscheduled": VISITS, "back": VISITS,
    "late dose": VISITS, "two ended": VISITS, "two ongoing": VISITS, "gap": VISITS, "weekly": VISITS,
    "no frequency": VISITS, "no sledai": VISITS | {1: (None, *BASE[1:])}, "no bilag": VISITS | {1: (10, None, "1.5")},
    "no pga": VISITS | {1: (*BASE[:2], None)}, "low": VISITS | {1: (7, *BASE[1:])}, "stands in": VISITS,
    "total right": VISITS, "total wrong": VISITS, "eight": VISITS | {71: (4, "EECEEEEE", "1.0")}, "rescue": VISITS,
    "untreated": {5: LATER},
}  # fmt: skip


def plant(domains):
    """Plant in each subject's records what its name says."""
    dm, ds, qs, cm = (domains[name].set_index("USUBJID", drop=False) for name in ("dm", "ds", "qs", "cm"))
    dm.loc["dead before", "DTHDTC"] = "2014-05-09"
    dm.loc["dead that day", "DTHDTC"] = "2014-05-10"
    ended = {"late dose": "2014-04-25", "two ended": "2014-04-25"}
    for subject, date in ended.items():
        columns = ["DSDECOD", "DSCAT", "DSSCAT", "DSSTDTC"]
        ds.loc[subject, columns] = ["COMPLETED", "DISPOSITION EVENT", "STUDY TREATMENT", date]
    cm.loc["rescue", ["CMCAT", "CMSTDTC"]] = ["RESCUE THERAPY", ""]
    qs["VISITNUM"] = qs["QSDTC"].rank(method="dense")
    qs.loc[(qs.index == "back") & (qs["QSDTC"] == "2014-03-15"), "VISITNUM"] = 99.0
    for subject, label in (("label 4", "WEEK 4"), ("label 2", "week 2"), ("unscheduled", "UNSCHEDULED")):
        qs.loc[(qs.index == subject) & (qs["QSDTC"] == "2014-03-15"), "VISIT"] = label
    gone = (qs.index == "stands in") & (qs["QSTESTCD"] == "SLED0101") & (qs["QSDTC"] == "2014-05-10")
    qs = with_totals(plain(qs.loc[~gone]))
    return domains | {"dm": plain(dm), "ds": plain(ds), "cm": plain(cm), "qs": qs, "ex": doses(domains["ex"])}


def plain(frame):
    return frame.reset_index(drop=True)


def with_totals(qs):
    """Add recorded totals of 10 May as rows 9001 and on."""
    totals = {"stands in": "6", "total right": "4", "total wrong": "6"}
    more = pd.DataFrame({"USUBJID": list(totals), "QSSTRESC": list(totals.values()), "ROW": range(9001, 9004)})
    more = more.assign(
        QSCAT="SELENA-SLEDAI", QSTESTCD="SLED0125", VISIT="", QUARFL="", QSDTC="2014-05-10", VISITNUM=99.0
    )
    return pd.concat([qs, more], ignore_index=True)


def doses(ex):
    """Take doses away, or give others; the rows added are 9001 and on."""
    third = ex["EXSTDTC"] == "2014-04-26"
    ex = ex.loc[~(ex["USUBJID"].isin(["two ended", "two ongoing"]) & third) & ~ex["USUBJID"].isin(["gap", "untreated"])]
    ex = ex.copy()
    first = ex["EXSTDTC"] == "2014-03-01"
    ex.loc[first & (ex["USUBJID"] == "weekly"), ["EXDOSFRQ", "ROW"]] = ["WEEKLY", 9101]
    ex.loc[first & (ex["USUBJID"] == "no frequency"), ["EXDOSFRQ", "ROW"]] = ["", 9102]
    ex.loc[third & (ex["USUBJID"] == "late dose"), "ROW"] = 9103
    days = ["2014-03-01", "2014-03-03", "2014-03-06", "2014-03-29"]
    single = pd.DataFrame({"USUBJID": "gap", "EXDOSE": 1e6, "EXSTDTC": days, "EXENDTC": "", "EXDOSFRQ": "ONCE"})
    return pd.concat([ex, single.assign(QUARFL="", ROW=range(9001, 9005))], ignore_index=True)


def without_coverage(findings):
    """Leave out what is said of tests that these small domains do not measure: it has tests of its own."""
    return [finding for finding in findings if finding.rule != "R097"]


@pytest.fixture(scope="module")
def listed(make_domains, plan):
    """Return the messages of each subject's findings, without the subject itself, in report order."""
    domains = plant(make_domains(SUBJECTS))
    findings = check_analysis_data(derive_analysis_data(domains, CUT, plan), domains, plan)
    found = {subject: [] for subject in ("", *SUBJECTS)}
    for finding in without_coverage(findings):
        found[finding.usubjid].append(finding.message().replace(f", subject {finding.usubjid}", ""))
    return found


EXPECTED = {
    "never asked": ["R046 qs, USUBJID: a treated subject without questionnaires. In SAF, not in FAS."],
    "dead before": [
        "R062 qs, week 10, 2014-05-10, QSDTC: value 2014-05-10 an assessment after the death. "
        "The death counts; resolve the dates."
    ],
    "outside": [
        "R063 qs, 2014-03-05, QSDTC: value 2014-03-05 an assessment outside every window. Not analysed by week."
    ],
    "label 4": [
        "R065 qs, week 2, 2014-03-15, VISIT: value WEEK 4 a visit label that its date contradicts; "
        "allowed: week 2 by its date. The date decides."
    ],
    "back": [
        "R066 qs, QSDTC: value 2014-03-15 visit dates that do not rise with the visit number. The date decides."
    ],
    "untreated": [
        "R105 ex, ARMCD: value IL2 in a treated arm, without a dose. "
        "Analysed as recorded; resolve them."
    ],
    "late dose": [
        "R068 ex row 9103, EXSTDTC: value 2014-04-26 a dose after the end of treatment. "
        "Counted as given; resolve the dates."
    ],
    "two ended": [
        "R069 ex, EPOCH: value 2 cycles dosing other than planned; allowed: 3 to 6 cycles. "
        "A deviation; analysed as given."
    ],
    "gap": [
        "R069 ex, EXSTDTC: 1 interval between injections of a cycle not of 2 days. A deviation; analysed as given."
    ],
    "weekly": [
        "R069 ex row 9101, EXDOSFRQ: value WEEKLY dosing other than planned; allowed: QD or QOD where the end is "
        "another day, within a cycle. "
        "A deviation; analysed as given."
    ],
    "no frequency": [
        "R069 ex row 9102, EXDOSFRQ: dosing other than planned; allowed: QD or QOD where the end is "
        "another day, within a cycle. "
        "A deviation; analysed as given."
    ],
    "no sledai": ["R070 qs, week 0, SELENA-SLEDAI: no usable baseline. The component cannot be assessed."],
    "no bilag": ["R070 qs, week 0, BILAG-2004: no usable baseline. The component cannot be assessed."],
    "no pga": ["R070 qs, week 0, PGA: no usable baseline. The component cannot be assessed."],
    "low": [
        "R071 qs, week 0, SLEDAI: value 7 a baseline below the eligibility limit; allowed: at least 8. "
        "Stays in the set."
    ],
    "stands in": [
        "R073 qs, week 10, 2014-05-10, SLEDAI: value 6 items missing: the recorded total is used. Complete the items."
    ],
    "total wrong": [
        "R074 qs row 9003, week 10, 2014-05-10, SLEDAI: value 6 a recorded total that is not the sum of the items; "
        "allowed: 4. The items decide."
    ],
    "eight": [
        "R077 qs, week 10, 2014-05-10, BILAG: value 8 systems a day with too few BILAG grades; "
        "allowed: a usable grade in every system. No assessment; complete the grades."
    ],
    "rescue": ["R054 cm row 24, CMSTDTC: a rescue therapy without a start date. Counts from the first dose."],
}  # fmt: skip


@pytest.mark.parametrize("subject", EXPECTED)
def test_check_analysis_data__planted_error_is_found(listed, subject):
    assert listed[subject] == EXPECTED[subject]


@pytest.mark.parametrize("subject", ["", *(name for name in SUBJECTS if name not in EXPECTED)])
def test_check_analysis_data__clean_subject_is_not_flagged(listed, subject):
    assert listed[subject] == []


@pytest.fixture
def check(make_domains, plan):
    """Return a function from visits of subject A, and a change of the domains, to the messages of the findings."""

    def run(visits=VISITS, change=None):
        domains = make_domains({"A": visits})
        if change:
            change(domains)
        data = derive_analysis_data(domains, CUT, plan)
        return [finding.message() for finding in without_coverage(check_analysis_data(data, domains, plan))]

    return run


@pytest.mark.parametrize(
    ("death", "stop", "rules"),
    [
        # the visits are of 1 and 15 March and 10 May, the last cycle starts on 26 April
        ("2014-05", "2014-04", []),
        ("2014", "2014", []),
        # that cycle ends after the death, too
        ("2014-04", "", ["R101", "R062"]),
        ("", "2014-03", ["R068"]),
    ],
)
def test_check_analysis_data__partial_end_that_no_day_of_it_explains_is_listed(check, death, stop, rules):
    def end(domains):
        domains["dm"]["DTHDTC"] = death
        if stop:
            columns = ["DSDECOD", "DSCAT", "DSSCAT", "DSSTDTC"]
            domains["ds"].loc[:, columns] = ["COMPLETED", "DISPOSITION EVENT", "STUDY TREATMENT", stop]

    assert [message.split()[0] for message in check(change=end)] == rules


def test_check_analysis_data__unused_days_in_windows_are_counted_r064(check):
    assert check(VISITS | {13: LATER, 70: LATER}) == [
        "R064 qs: value 2 assessment days in a window unused. The plan's rule chose one."
    ]


def test_check_analysis_data__equal_result_of_the_chosen_day_is_no_unused_day(check):
    def repeat(domains):
        qs = domains["qs"]
        again = qs.loc[qs["QSTESTCD"] == "PGA0101"].assign(ROW=lambda frame: frame["ROW"] + 1000)
        domains["qs"] = pd.concat([qs, again], ignore_index=True)

    assert check(change=repeat) == []


def test_check_analysis_data__without_questionnaires_dosing_alone(check):
    def drop(domains):
        del domains["qs"]
        domains["ex"]["EXDOSFRQ"] = "WEEKLY"

    assert [message[:4] for message in check(change=drop)] == ["R069"] * 3
