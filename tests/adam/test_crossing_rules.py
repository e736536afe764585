"""Rules across domains: events against the laboratory, dates against the death, labels against dates."""

from __future__ import annotations

import pandas as pd
import pytest

from sap_helpers.adam.analysis import derive_analysis_data
from sap_helpers.adam.crossing_rules import check_crossings

CUT = pd.Timestamp("2014-12-31")
BASE = (10, "EEEEEEEEE", "1.5")
TERM = "Alanine aminotransferase increased"


def numbered(rows, *columns):
    frame = pd.DataFrame(rows, columns=list(columns), dtype=object)
    numbers = [name for name in columns if name.endswith(("SEQ", "NRLO", "NRHI"))]
    return frame.astype(dict.fromkeys(numbers, float)).assign(ROW=range(1, len(frame) + 1), QUARFL="")


@pytest.fixture
def make(make_domains):
    """Return a function from events, laboratory values and other changes to domains; days are those of 2014."""

    def domains(*, events=(), values=(), **others):
        made = make_domains({"S1": {1: BASE}})
        made["ae"] = numbered(
            [("S1", 1, term, term, "Investigations", grade, start, end) for term, grade, start, end in events],
            "USUBJID", "AESEQ", "AETERM", "AEDECOD", "AEBODSYS", "AETOXGR", "AESTDTC", "AEENDTC",
        )  # fmt: skip
        made["lb"] = numbered(
            [("S1", test, value, unit, low, high, day, label) for test, value, unit, low, high, day, label in values],
            "USUBJID", "LBTESTCD", "LBSTRESC", "LBSTRESU", "LBSTNRLO", "LBSTNRHI", "LBDTC", "VISIT",
        )  # fmt: skip
        return made | others

    return domains


@pytest.fixture
def check(plan):
    def found(domains):
        return check_crossings(derive_analysis_data(domains, CUT, plan), domains, plan)

    return found


def alt(value, day, high=40.0):
    return ("ALT", value, "U/L", 7.0, high, day, "")


# ALT by CTCAE: grade 1 above the limit of 40, 2 above 120, 3 above 200
@pytest.mark.parametrize(("grade", "end", "values", "expected"), [
    ("2", "2014-05-10", [alt("121", "2014-05-01")], None),
    ("1", "2014-05-10", [alt("121", "2014-05-01")], None),
    ("3", "2014-05-10", [alt("121", "2014-05-01")], ("a higher grade than the worst value of the laboratory",
                                                    "ALT 121 U/L on 2014-05-01, grade 2")),
    ("3", "2014-05-10", [alt("121", "2014-05-01"), alt("201", "2014-05-17")], None),
    ("3", "2014-05-10", [alt("121", "2014-05-01"), alt("201", "2014-05-18")],
     ("a higher grade than the worst value of the laboratory", "ALT 121 U/L on 2014-05-01, grade 2")),
    ("3", "", [alt("201", "2014-08-18")], None),
    ("3", "2014-05-10", [alt("201", "2014-04-24")], None),
    ("1", "2014-05-10", [alt("201", "2014-04-23")], ("no value of ALT within 7 days", "no value of ALT within 7 days")),
    ("", "2014-05-10", [alt("40", "2014-05-01")], ("no abnormal value of ALT", "ALT 40 U/L on 2014-05-01, grade 0")),
    ("", "2014-05-10", [alt("41", "2014-05-01")], None),
    # what cannot be told is not evaluated: no limit, no value of the test in the cut
    ("3", "2014-05-10", [alt("121", "2014-05-01", float("nan"))], None),
    ("3", "2014-05-10", [("AST", "20", "U/L", 7.0, 40.0, "2014-05-01", "")], None),
])  # fmt: skip
def test_events__a_grade_that_the_laboratory_contradicts_is_listed_with_both(make, check, grade, end, values, expected):
    found = check(make(events=[(TERM, grade, "2014-05-01", end)], values=values))
    assert [(f.rule, f.severity, f.row, f.problem, f.allowed) for f in found] == (
        [] if expected is None else [("R100", "listed", 1, *expected)]
    )
    said = f"{TERM}, grade {grade}" if grade else f"{TERM}, no grade"
    assert [f.value for f in found] == [said] * len(found)


def test_events__a_grade_above_those_that_the_laboratory_has_counts_as_its_highest(make, check):
    # haemoglobin has no laboratory grade above 3, below 80 g/L
    values = [("HGB", "79", "g/L", 115.0, 150.0, "2014-05-01", "")]
    assert check(make(events=[("Anaemia", "4", "2014-05-01", "")], values=values)) == []


def test_events__other_terms_and_events_without_a_laboratory_are_not_evaluated(make, check):
    assert check(make(events=[("Cough", "3", "2014-05-01", "")], values=[alt("20", "2014-05-01")])) == []
    without = make(events=[(TERM, "3", "2014-05-01", "")])
    del without["lb"]
    assert check(without) == []


def test_death__what_is_dated_after_the_latest_day_of_it_is_listed(make, check):
    made = make(
        events=[("Cough", "1", "2014-05-31", ""), ("Cough", "1", "2014-06-01", "")],
        values=[alt("20", "2014-05-31"), alt("20", "2014-06-02"), ("AST", "20", "U/L", 7.0, 40.0, "2014-06-02", "")],
    )  # fmt: skip
    made["dm"]["DTHDTC"] = "2014-05"
    made["cm"] = numbered(
        [("S1", "X", "", 1, "MG", "QD", "2013", ""), ("S1", "X", "", 1, "MG", "QD", "2014-05", "2014-06-09"),
         ("S1", "X", "", 1, "MG", "QD", "2014-06", "")],
        "USUBJID", "CMTRT", "CMCAT", "CMDOSE", "CMDOSU", "CMDOSFRQ", "CMSTDTC", "CMENDTC",
    )  # fmt: skip
    assert [(f.rule, f.severity, f.domain, f.row, f.variable, f.allowed) for f in check(made)] == [
        ("R101", "listed", domain, row, variable, "up to 2014-05-31")
        for domain, row, variable in (
            ("cm", 3, "CMSTDTC"),
            ("cm", 2, "CMENDTC"),
            ("ae", 2, "AESTDTC"),
            ("lb", 2, "LBDTC"),
        )
    ]


def test_labels__of_laboratory_visits_that_the_date_contradicts_are_listed(make, check):
    labels = [("2014-03-15", "WEEK 2"), ("2014-03-29", "week 10"), ("2014-04-12", "WEEK 6"), ("2014-09-30", "WEEK 24"),
              ("2014-03-01", "DAY 1"), ("2014-03-15", "")]  # fmt: skip
    found = check(make(values=[("ALT", "20", "U/L", 7.0, 40.0, day, label) for day, label in labels]))
    assert [(f.rule, f.severity, f.row, f.value, f.allowed) for f in found] == [
        ("R094", "listed", 2, "week 10", "week 4 by its date"), ("R094", "listed", 4, "WEEK 24", "no week"),
    ]  # fmt: skip
