"""Codes nearly the plan's, records that the plan does not know, and variables nearly so called."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sap_helpers.cut.checks import Context, DomainRecords
from sap_helpers.cut.code_checks import apply_code_rules, check_variables, load_near_names, planned_codes
from sap_helpers.cut.domains import load_domains
from sap_helpers.cut.spelling import is_alike
from sap_helpers.errors import PlanError
from sap_helpers.plan.home import DOMAINS_FILE


def run(domain, plan, codes, category="PGA", subjects=None):
    """Return the records of a findings domain with these codes after the rules on codes."""
    names = subjects or [f"S{n:02d}" for n in range(1, len(codes) + 1)]
    prefix = domain.upper()
    frame = pd.DataFrame({"USUBJID": names, f"{prefix}TESTCD": codes, f"{prefix}STRESC": "1"}, dtype=object)
    frame = frame.assign(**{f"{prefix}STRESN": 1.0}, ROW=range(1, len(frame) + 1), QUARFL="")
    if domain == "qs":
        frame["QSCAT"] = category
    records = DomainRecords(domain, frame, f"{domain}.csv", lambda row: row + 1)
    apply_code_rules(records, Context(plan, pd.Timestamp("2014-12-31"), frozenset(names)))
    return records


@pytest.mark.parametrize(
    ("domain", "code", "planned"),
    [
        ("lb", "c3", "C3"), ("lb", "C-3", "C3"), ("lb", "\u04213", "C3"), ("lb", "C3 ", "C3"), ("lb", "Alt", "ALT"),
        ("lb", "CREATT", "CREAT"), ("lb", "BIL1", "BILI"), ("lb", "PLATT", "PLAT"), ("lb", "DDNA1GAB", "DDNAIGAB"),
        ("cp", "Treg", "TREG"), ("cp", "TRGE", "TREG"), ("cp", "TH-17", "TH17"), ("cp", "THF", "TFH"),
        ("qs", "PGAO101", "PGA0101"), ("qs", "PGA101", "PGA0101"),
    ],
)  # fmt: skip
def test_codes__almost_the_plans_is_quarantined_under_the_code_that_is_meant(plan, domain, code, planned):
    records = run(domain, plan, [planned, code])
    (finding,) = records.findings
    assert (finding.rule, finding.severity, finding.row, finding.usubjid) == ("R093", "quarantined", 2, "S02")
    assert (finding.value, finding.allowed, finding.problem) == (code, planned, f"almost {planned}; 1 record")
    prefix = domain.upper()
    assert records.frame[f"{prefix}TESTCD"].tolist() == [planned, planned]
    assert records.frame[[f"{prefix}STRESC", "QUARFL"]].to_numpy().tolist() == [["1", ""], ["", "Y"]]
    assert np.isnan(records.frame[f"{prefix}STRESN"].iloc[1])


def test_codes__almost_several_keeps_its_code_and_loses_its_result(plan):
    records = run("lb", plan, ["PLT"])
    assert records.findings[0].allowed == "ALT, PLAT"
    assert records.frame[["LBTESTCD", "LBSTRESC", "QUARFL"]].to_numpy().tolist() == [["PLT", "", "Y"]]


def test_codes__are_told_once_a_subject_and_of_many_subjects_once(plan):
    few = run("lb", plan, ["c3", "c3", "c3"], subjects=["S1", "S2", "S2"])
    assert [(f.usubjid, f.problem) for f in few.findings] == [
        ("S1", "almost C3; 1 record"), ("S2", "almost C3; 2 records"),
    ]  # fmt: skip
    (finding,) = run("lb", plan, ["c3"] * 11).findings
    assert finding.problem == "almost C3; 11 records of 11 subjects"


@pytest.mark.parametrize("domain", ["lb", "cp", "qs"])
def test_codes__of_the_plan_are_clean(plan, domain):
    codes = planned_codes(plan)[domain]
    assert run(domain, plan, list(codes), category=list(codes.values())).findings == []


def test_codes__of_other_tests_are_noted_and_not_taken_for_the_plans(plan):
    for domain in ("lb", "cp"):
        others = sorted(load_near_names()[domain])
        records = run(domain, plan, others)
        assert {(f.rule, f.severity) for f in records.findings} == {("R098", "noted")}
        assert [f.value for f in records.findings] == others
        assert set(records.frame["QUARFL"]) == {""}


def test_near_names__each_is_near_a_name_of_the_plan(plan):
    names = load_domains(DOMAINS_FILE)
    known = {domain: {*codes} for domain, codes in planned_codes(plan).items()}
    idle = {
        (domain, name)
        for domain, near in load_near_names().items()
        for name in near
        if not any(is_alike(name, one) for one in {*known.get(domain, ()), *names.names(domain)})
    }
    assert idle == set()


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("domain,name\n", "near_names.csv line 1: columns domain, name; allowed: domain, name, meaning"),
        ("domain,name,meaning\nlb,ALB,\n", "near_names.csv line 2: 3 fields; allowed: 3, none empty"),
    ],
)
def test_load_near_names__another_form_is_refused(tmp_path, lines, message):
    path = tmp_path / "near_names.csv"
    path.write_text(lines, encoding="utf-8")
    with pytest.raises(PlanError) as caught:
        load_near_names(path)
    assert str(caught.value) == message


def test_unknown__category_is_noted_once_with_its_counts(plan):
    records = run("qs", plan, ["SF360101", "SF360102", "PGA0101"], category=["SF-36", "SF-36", "PGA"])
    assert [finding.message() for finding in records.findings] == [
        "R098 qs.csv, QSCAT: value SF-36 2 records of 2 subjects: a category that the plan does not know. Not analysed."
    ]


def test_unknown__item_of_a_known_instrument_is_listed_with_its_counts(plan):
    records = run("qs", plan, ["PGA01", "PGA01", "PGA0101"])
    (finding,) = records.findings
    assert (finding.severity, finding.value) == ("listed", "PGA01")
    assert finding.problem == "2 records of 2 subjects: an item that the plan's instrument does not have"


def test_unknown__test_of_the_laboratory_is_noted_with_its_counts(plan):
    (finding,) = run("lb", plan, ["GLUC", "GLUC", "C3"]).findings
    assert (finding.rule, finding.severity, finding.value) == ("R098", "noted", "GLUC")
    assert finding.problem == "2 records of 2 subjects: a code that the plan does not know"


def test_category__of_another_instrument_is_listed_and_the_code_decides(plan):
    records = run("qs", plan, ["PGA0101", "PGA0101"], category=["pga", "BILAG-2004"])
    (finding,) = records.findings
    assert (finding.rule, finding.severity, finding.row, finding.allowed) == ("R098", "listed", 2, "PGA")
    assert records.frame["QSSTRESC"].tolist() == ["1", "1"]


@pytest.mark.parametrize(
    ("domain", "columns", "told"),
    [
        ("dm", ["USUBJID", "R\u0410CE"], [("RACE", "R\u0410CE")]), ("ae", ["AETOXGRX"], [("AETOXGR", "AETOXGRX")]),
        ("cm", ["CMCTA"], [("CMCAT", "CMCTA")]), ("cm", ["CMSCAT", "CMDOSFRM"], []), ("ae", ["AESOC", "AESCAT"], []),
        ("dm", ["AGEU", "ETHNIC", "COUNTRY"], []), ("dm", ["RACE", "RACEX"], []), ("xy", ["RACEX"], []),
    ],
)  # fmt: skip
def test_variables__one_nearly_so_called_is_told_where_the_optional_one_is_absent(domain, columns, told):
    found = check_variables(columns, domain, load_domains(DOMAINS_FILE), f"{domain}.csv")
    assert [(finding.variable, finding.value) for finding in found] == told
    assert {(finding.rule, finding.severity) for finding in found} <= {("R103", "listed")}
