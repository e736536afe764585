"""Tests of deriving everything at once: few subjects, absent domains and columns, inputs untouched."""

from __future__ import annotations

import pandas as pd
import pytest

from sap_helpers.adam.analysis import derive_analysis_data
from sap_helpers.analyses.disposition import analyse_disposition
from sap_helpers.analyses.sri import PLANNED, analyse_row, analyse_sri, measure

CUT = pd.Timestamp("2014-12-31")
BASE, BETTER = (10, "EEBEEEEEE", "1.5"), (4, "EECEEEEEE", "1.0")
VISITS = {1: BASE, 15: BETTER, 29: BETTER, 43: BETTER, 57: BETTER, 71: BETTER}


@pytest.fixture(scope="module", params=[0, 1, 2], ids=["none", "one", "two"])
def few(request, make_domains, make_study):
    """Return how many of three enrolled subjects were dosed, and their study."""
    domains = make_domains({"A": VISITS, "B": VISITS, "C": VISITS})
    domains["ex"] = domains["ex"].loc[domains["ex"]["USUBJID"].isin(["A", "B"][: request.param])]
    return request.param, make_study(domains)


def test_derive_analysis_data__few_dosed_subjects(few):
    count, study = few
    assert {name: len(study.subjects(name)) for name in ("ENR", "SAF", "FAS", "PPS")} == {
        "ENR": 3, "SAF": count, "FAS": count, "PPS": count,
    }  # fmt: skip
    assert len(study["adqs"].query("PARAMCD == 'SRI4'")) == 5 * count


def test_analyse_sri__few_dosed_subjects_give_numbers_or_reasons(few):
    count, study = few
    results = analyse_sri(study) + analyse_disposition(study)
    assert set(PLANNED) <= set(results.analysis_ids)
    assert [row.result_id for row in results if row.stat is None and not row.note] == []
    assert "nan" not in results.to_csv().lower()
    primary = [row for row in results.of("SRI.PRIMARY") if row.stat_name in ("n", "N")]
    assert [row.stat for row in primary] == [count, count] * 5
    assert {row.note for row in primary} == {"" if count else "no subject due yet: nobody in FAS"}


def test_analyse_sri__nobody_due_says_so(make_domains, make_study):
    study = make_study(make_domains({"A": VISITS}), "2014-03-05")
    notes = {row.note for row in analyse_sri(study).of("SRI.PRIMARY", "SRI.TIPPING", "SRI.MI")}
    assert notes == {"no subject due yet"}


@pytest.mark.parametrize(
    ("absent", "reason", "untouched"),
    [
        ("qs", "not available in this cut: no QS domain", ()),
        ("ds", "not available in this cut: no DS domain", ("SRI.OBSERVED", "SRI.TREATMENT_POLICY")),
        ("cm", "not available in this cut: no CM domain", ("SRI.OBSERVED", "SRI.TREATMENT_POLICY")),
    ],
)
def test_analyse_sri__absent_domain_is_no_response_at_all(make_domains, make_study, absent, reason, untouched):
    domains = make_domains({"A": VISITS, "B": VISITS})
    del domains[absent]
    results = analyse_sri(make_study(domains))
    for name in ("SRI.PRIMARY", "SRI.COMPONENTS", "SRI.OBSERVED", "SRI.TREATMENT_POLICY", "SRI.ICE", "SRI.TIPPING"):
        rows = list(results.of(name))
        assert {row.note for row in rows} == ({""} if name in untouched else {reason})
        assert all((row.stat is None) == (name not in untouched) for row in rows)


def test_analyse_sri__absent_deviations_take_the_per_protocol_set_alone(make_domains, make_study):
    domains = make_domains({"A": VISITS, "B": VISITS})
    del domains["dv"]
    results = analyse_sri(make_study(domains))
    assert {row.note for row in results.of("SRI.PPS")} == {"not available in this cut: no DV domain"}
    assert {row.note for row in results.of("SRI.PRIMARY")} == {""}


def test_analyse_sri__absent_laboratory_takes_the_serology_subgroups_alone(make_domains, make_study):
    domains = make_domains({"A": VISITS, "B": VISITS})
    del domains["lb"]
    rows = analyse_sri(make_study(domains)).of("SRI.SUBGROUP")
    lacking = {row.key.group2 for row in rows if row.note == "not available in this cut: no LB domain"}
    assert lacking == {"Anti-dsDNA", "Complement"}


@pytest.mark.parametrize(
    ("domain", "column"), [("cm", "CMCAT"), ("ds", "DSSCAT"), ("dm", "DTHDTC")], ids=["rescue", "stop", "death"]
)
def test_analyse_sri__absent_column_is_named(make_domains, make_study, domain, column):
    domains = make_domains({"A": VISITS, "B": VISITS})
    domains[domain] = domains[domain].drop(columns=column)
    study = make_study(domains)
    rows = analyse_row(study, study.plan.sri.analyses[0], measure(study))
    assert {(row.stat, row.note) for row in rows} == {(None, f"not available: no {domain.upper()}.{column}")}


def test_derive_analysis_data__leaves_its_input_alone(make_domains, plan):
    domains = make_domains({"A": VISITS})
    before = {name: frame.copy(deep=True) for name, frame in domains.items()}
    derive_analysis_data(domains, CUT, plan)
    for name, frame in domains.items():
        pd.testing.assert_frame_equal(frame, before[name])


def test_derive_analysis_data__numbers_its_records(make_domains, plan):
    for frame in derive_analysis_data(make_domains({"A": VISITS}), CUT, plan).values():
        assert frame["ASEQ"].tolist() == list(range(1, len(frame) + 1))


def test_derive_analysis_data__absent_domains_keep_their_columns(make_domains, plan):
    domains = make_domains({"A": VISITS})
    whole = derive_analysis_data(domains, CUT, plan)
    bare = derive_analysis_data({name: domains[name] for name in ("dm", "ex")}, CUT, plan)
    for name in ("adsl", "adex", "adqs", "adlb", "adcm", "addv"):
        assert set(bare[name].columns) == set(whole[name].columns)


def test_derive_analysis_data__order_of_records_changes_nothing(make_domains, plan):
    domains = make_domains({"A": VISITS, "B": {**VISITS, 27: BASE, 31: BETTER}})
    shuffled = {name: frame.sample(frac=1, random_state=3) for name, frame in domains.items()}
    found, expected = derive_analysis_data(shuffled, CUT, plan), derive_analysis_data(domains, CUT, plan)
    for name in ("adsl", "adex", "adqs", "adlb"):
        pd.testing.assert_frame_equal(found[name], expected[name])


def test_derive_analysis_data__criteria_recorded_as_not_met(make_domains, plan):
    domains = make_domains({"A": VISITS, "B": VISITS})
    rows = [("A", "INCL06", "N"), ("A", "INCL07", "N")]
    domains["ie"] = pd.DataFrame(rows, columns=["USUBJID", "IETESTCD", "IEORRES"], dtype=object)
    assert derive_analysis_data(domains, CUT, plan)["adsl"]["IENOTMET"].tolist() == [2, 0]
