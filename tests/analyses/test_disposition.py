"""Tests of what stands around the outcomes: flow, sets, baseline, exposure, deviations."""

from __future__ import annotations

import pytest

from sap_helpers.analyses.disposition import (
    PLANNED,
    analyse_baseline,
    analyse_deviations,
    analyse_disposition,
    analyse_exposure,
    analyse_flow,
    analyse_sets,
)

VISITS = {1: (10, "EEEEEEEEE", "1.0")}


@pytest.fixture
def domains(make_domains):
    return flow_of(make_domains)


@pytest.fixture(scope="module")
def study(make_domains, make_study):
    return make_study(flow_of(make_domains))


def flow_of(make_domains):
    """Return domains: A completes, B stops early and dies, C goes on, D fails screening, E is never treated."""
    domains = make_domains(dict.fromkeys("ABC", VISITS) | {"D": {}, "E": {}})
    dm, ds, ex = domains["dm"], domains["ds"], domains["ex"]
    dm.loc[dm["USUBJID"] == "D", "ARMCD"] = "SCRNFAIL"
    dm.loc[dm["USUBJID"] == "B", "DTHDTC"] = "2014-06"
    domains["ex"] = ex.loc[~ex["USUBJID"].isin(["D", "E"])]
    columns = ["DSDECOD", "DSCAT", "DSSCAT", "DSSTDTC"]
    ds.loc[ds["USUBJID"] == "A", columns] = ["COMPLETED", "DISPOSITION EVENT", "STUDY TREATMENT", "2014-05-11"]
    ds.loc[ds["USUBJID"] == "B", columns] = ["Adverse Event", "DISPOSITION EVENT", "STUDY TREATMENT", "2014-03-06"]
    return domains


def shown(results):
    """Return n/N by variable and, where there is one, level of the first group."""
    found = {}
    for row in results:
        name = " ".join(filter(None, (row.key.variable, row.key.group1_level)))
        if row.stat_name in ("n", "N"):
            found[name] = f"{found[name]}/{row.stat}" if name in found else str(row.stat)
    return found


def stats(results, variable):
    return {row.stat_name: row.stat for row in results if row.key.variable == variable}


def test_analyse_flow__from_screening_to_death(study):
    assert shown(analyse_flow(study)) == {
        "SCREENED": "5/5", "SCREEN_FAILURE": "1/5", "ENROLLED": "4/5", "DOSED": "3/4", "COMPLETED": "1/3",
        "STOPPED": "1/3", "STOPPED ADVERSE EVENT": "1/3", "ONGOING": "1/3", "DIED": "1/3",
    }  # fmt: skip


def test_analyse_flow__without_disposition_says_so(domains, make_study):
    del domains["ds"]
    rows = [row for row in analyse_flow(make_study(domains)) if row.key.variable in ("COMPLETED", "ONGOING")]
    assert {(row.stat, row.note) for row in rows} == {(None, "not available in this cut: no DS domain")}


def test_analyse_sets__sizes_and_reasons(study):
    # 3 injections are planned before day 6, and B had all; C and A had 21 of 21
    assert shown(analyse_sets(study)) == {
        "ENR": "4/4", "SAF": "3/4", "FAS": "3/4", "PPS": "3/4", "REM": "0/4", "REM treatment not stopped": "1/4",
        "REM no SELENA-SLEDAI below 4 on treatment": "2/4",
    }  # fmt: skip


def test_analyse_sets__reason_out_has_its_own_row(domains, make_study):
    domains["dv"].loc[domains["dv"]["USUBJID"] == "A", "DVCAT"] = "MAJOR"
    assert shown(analyse_sets(make_study(domains)))["PPS major protocol deviation"] == "1/4"


def test_analyse_baseline__age_and_sex(domains, make_study):
    dm = domains["dm"]
    dm.loc[dm["USUBJID"].isin(["A", "B", "C"]), "AGE"] = [20.0, 30.0, 50.0]
    dm.loc[dm["USUBJID"] == "B", "SEX"] = ""
    found = analyse_baseline(make_study(domains))
    # R: x <- c(20, 30, 50); mean(x), sd(x), quantile(x, c(.25, .5, .75))
    assert stats(found, "AGE") == pytest.approx(
        {"N": 3, "mean": 100 / 3, "sd": 15.275252316519467, "median": 30, "p25": 25, "p75": 40, "min": 20, "max": 50}
    )
    sexes = {(row.key.variable_level, row.stat) for row in found if row.key.variable == "SEX" and row.stat_name == "n"}
    assert sexes == {("F", 2), ("Not recorded", 1)}


def test_analyse_baseline__absent_column_is_named(study):
    notes = {row.note for row in analyse_baseline(study) if row.key.variable == "RACE"}
    assert notes == {"not available: no DM.RACE"}


def test_analyse_baseline__a_test_without_a_record_is_not_available(study):
    rows = [row for row in analyse_baseline(study) if row.key.variable == "C4"]
    assert {(row.stat, row.note) for row in rows} == {(None, "not available in this cut: no C4 record")}


def test_analyse_exposure__injections_dose_and_compliance(study):
    found = analyse_exposure(study)
    assert (stats(found, "INJECTIONS")["median"], stats(found, "CUMULATIVE_DOSE")["max"]) == (21, 21e6)
    assert stats(found, "COMPLIANCE")["min"] == 100


@pytest.mark.parametrize(("route", "count"), [("SC", 0), ("subcutaneous", 0), ("", 0), ("INTRAVENOUS", 3)])
def test_analyse_exposure__routes_other_than_planned(domains, make_study, route, count):
    domains["ex"] = domains["ex"].assign(EXROUTE=route)
    assert stats(analyse_exposure(make_study(domains)), "OTHER_ROUTE")["n"] == count


def test_analyse_deviations__by_category_and_term(study):
    found = {
        (row.key.group1_level, row.key.group2_level): row.stat
        for row in analyse_deviations(study)
        if row.stat_name == "n"
    }
    assert found == {("MAJOR", ""): 0, ("MINOR", ""): 3, ("MINOR", "VISIT WINDOW"): 3}


def test_analyse_deviations__absent_domain_says_so(domains, make_study):
    del domains["dv"]
    found = analyse_deviations(make_study(domains))
    assert {(row.key.group1_level, row.note) for row in found} == {("MAJOR", "not available in this cut: no DV domain")}


def test_analyse_disposition__planned_analyses_in_order_with_unique_ids(study):
    found = analyse_disposition(study)
    assert found.analysis_ids == PLANNED
    assert len({row.result_id for row in found}) == len(found)
