"""Tests of loading all results."""

from __future__ import annotations

from sap_helpers.analyses.summary import load_results
from sap_helpers.results import Key, Result, Results

VISITS = {1: (10, "EEEEEEEEE", "1.0")}


def test_load_results__reads_those_of_a_report(make_domains, make_study, tmp_path):
    written = Results((Result(Key("SRI.PRIMARY", "FAS"), "n", 7),))
    (tmp_path / "results.csv").write_text(written.to_csv(), encoding="utf-8")
    assert list(load_results(make_study(make_domains({"A": VISITS})), tmp_path)) == list(written)


def test_load_results__computes_those_of_a_cut(make_domains, make_study, tmp_path):
    found = load_results(make_study(make_domains({"A": VISITS})), tmp_path)
    assert [found.analysis_ids[0], found.analysis_ids[-1]] == ["DQ.FINDINGS", "AE.LISTING"]
    assert found.to_csv().startswith("result_id,analysis_id,population")
