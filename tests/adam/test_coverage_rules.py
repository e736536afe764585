"""What of the plan was measured at all: the rule, and what an analysis says that needs what was not."""

from __future__ import annotations

import pytest

from sap_helpers.adam.coverage_rules import check_coverage
from sap_helpers.analyses.bilag import analyse_bilag
from sap_helpers.analyses.disposition import analyse_flow
from sap_helpers.analyses.immunology import analyse_immunology
from sap_helpers.analyses.relapses import analyse_relapses
from sap_helpers.analyses.sri import analyse_sri

GRADES = "CDEEEEEEE"
EVERY = frozenset({"SLEDAI", "SLEDAI22", "BILAG", "PGA"})


def test_check_coverage__everything_measured_is_clean(plan):
    tests = frozenset([*plan.laboratory.tests, *(cell.code for cell in plan.immunology.cells)])
    assert check_coverage(EVERY, tests, dict.fromkeys(("qs", "lb", "cp")), plan) == []


def test_check_coverage__names_what_lacks_in_each_domain_of_the_cut(plan):
    tests = frozenset(plan.laboratory.tests) - {"C3", "IGG"}
    found = check_coverage(EVERY - {"PGA"}, tests, dict.fromkeys(("qs", "lb")), plan)
    assert [finding.message() for finding in found] == [
        f"R097 {domain}, {code}: value {value} no usable record of what the plan analyses. Given as not available in "
        "this cut. Check the codes, or record that it was not measured."
        for domain, code, value in (("qs", "QSTESTCD", "PGA"), ("lb", "LBTESTCD", "C3, IGG"))
    ]


@pytest.fixture
def study_of(make_domains, make_study):
    """Return a function from one subject's assessment at week 0, and at week 10 the same, to a study."""
    return lambda total, grades, pga: make_study(
        make_domains({"A": {1: (total, grades, pga), 71: (total, grades, pga)}})
    )


@pytest.mark.parametrize(
    ("assessed", "need", "reason"),
    [
        ((10, GRADES, None), "qs:PGA", "no PGA record"), ((10, None, "1"), "qs:BILAG", "no BILAG-2004 record"),
        ((None, GRADES, "1"), "qs:SLEDAI", "no SELENA-SLEDAI record"), ((10, GRADES, "1"), "lb:C4", "no C4 record"),
        ((10, GRADES, "1"), "cp:TREG", "no CP domain"), ((10, GRADES[:8], "1"), "qs:BILAG", "no BILAG-2004 record"),
    ],
)  # fmt: skip
def test_why_unavailable__names_the_instrument_or_test_without_a_usable_record(study_of, assessed, need, reason):
    assert study_of(*assessed).why_unavailable(need) == f"not available in this cut: {reason}"


@pytest.mark.parametrize("need", ["qs:SLEDAI", "qs:SLEDAI22", "qs:BILAG", "qs:PGA", "lb:C3"])
def test_why_unavailable__one_usable_record_is_enough(study_of, need):
    assert study_of(10, GRADES, "1").why_unavailable(need) == ""


def test_why_unavailable__nobody_treated_lacks_nothing(make_domains, make_study):
    domains = make_domains({"A": {1: (10, GRADES, None)}})
    study = make_study(domains | {"ex": domains["ex"].assign(EXDOSE=0.0)})
    assert study.why_unavailable("qs:PGA") == ""


def notes(results, analysis_id, variable):
    rows = [row for row in results if row.key.analysis_id == analysis_id and row.key.variable == variable]
    return {(row.stat is None, row.note) for row in rows}


def test_sri__without_any_pga_is_not_available_and_never_0_of_n(study_of):
    found = analyse_sri(study_of(10, GRADES, None))
    lacking = {(True, "not available in this cut: no PGA record")}
    for name, variable in (("SRI.PRIMARY", "SRI4"), ("SRI.OBSERVED", "SRI4"), ("SRI.ICE", "MISSING"),
                           ("SRI.COMPONENTS", "PGA_NO_WORSE")):  # fmt: skip
        assert notes(found, name, variable) == lacking, name
    assert (False, "") in notes(found, "SRI.COMPONENTS", "SLEDAI_RED4")
    assert not any("due" in row.note for row in found if row.key.variable == "SRI4")


def test_outcomes__without_any_total_name_the_index(study_of):
    lacking = {(True, "not available in this cut: no SELENA-SLEDAI record")}
    study = study_of(None, GRADES, "1")
    assert notes(analyse_sri(study), "SRI.PRIMARY", "SRI4") == lacking
    assert notes(analyse_relapses(study), "REL.PARTICIPANTS", "RELAPSE") == lacking


def test_outcomes__without_any_grade_name_bilag(study_of):
    found = analyse_bilag(study_of(10, None, "1"))
    assert {(row.stat, row.note) for row in found} == {(None, "not available in this cut: no BILAG-2004 record")}


def test_immunology__a_test_without_a_record_is_named(make_domains, make_study):
    domains = make_domains({"A": {1: (10, GRADES, "1"), 71: (8, GRADES, "1")}})
    study = make_study(domains | {"lb": domains["lb"].assign(LBSTRESU="g/L")})
    found = analyse_immunology(study)
    assert notes(found, "LAB.CHANGE", "C4") >= {(True, "not available in this cut: no C4 record")}
    assert "not available" not in " ".join(note for _, note in notes(found, "LAB.CHANGE", "C3"))


@pytest.mark.parametrize(
    ("domain", "column", "text", "flag", "touched"),
    [
        ("ds", "DSSCAT", "", "Y", True), ("ds", "DSDECOD", "", "Y", True), ("ds", "DSCAT", "", "Y", True),
        ("cm", "CMCAT", "", "Y", True), ("ds", "DSSCAT", "", "", False), ("cm", "CMDOSU", "", "Y", False),
    ],
)  # fmt: skip
def test_quarantined_word__of_an_event_touches_responses_and_flow(
    make_domains, make_study, domain, column, text, flag, touched
):
    domains = make_domains({name: {1: (10, GRADES, "1"), 71: (4, GRADES, "1")} for name in "AB"})
    domains["ds"].loc[0, ["DSDECOD", "DSCAT", "DSSCAT"]] = ["COMPLETED", "DISPOSITION EVENT", "STUDY TREATMENT"]
    domains[domain].loc[0, [column, "QUARFL"]] = [text, flag]
    study = make_study(domains)
    told = "quarantined records touch 1 subject" if touched else ""
    rows = analyse_sri(study).of("SRI.PRIMARY")
    (primary,) = (row for row in rows if (row.key.group1_level, row.stat_name) == ("10", "n"))
    (ongoing,) = (row for row in analyse_flow(study) if (row.key.variable, row.stat_name) == ("ONGOING", "n"))
    assert (primary.note, ongoing.note) == (told, told)
