"""The relapse outcome where something is absent: every planned row is there, with its reason."""

import shutil
from pathlib import Path

import pytest

from sap_helpers.adam.store import load_study, open_study, save_study
from sap_helpers.analyses import relapse_listings
from sap_helpers.analyses.checks import check_results
from sap_helpers.analyses.relapses import PLANNED, analyse_relapses

CUT = Path(__file__).parents[1] / "end_to_end" / "hand_worked_relapse" / "cut"


@pytest.fixture(scope="module")
def whole():
    return open_study(CUT)


@pytest.fixture
def make_study(tmp_path):
    """Give a function that opens the hand-worked cut with files left out or their text changed."""

    def make(*, without=(), cut_date=None, **texts):
        folder = tmp_path / "cut"
        shutil.copytree(CUT, folder)
        for name in without:
            (folder / f"{name}.csv").unlink()
        for name, change in texts.items():
            file = folder / f"{name}.csv"
            file.write_text(change(file.read_text(encoding="utf-8")), encoding="utf-8")
        if cut_date:
            text = (folder / "cut.yaml").read_text(encoding="utf-8")
            (folder / "cut.yaml").write_text(text.replace("2014-07-05", cut_date), encoding="utf-8")
        return open_study(folder)

    return make


def planned_ids(results):
    return {row.result_id for row in results if row.key.group1 != "STEPDAY"}


def primary(results):
    return {
        row.stat_name: (row.stat, row.note)
        for row in results.of("REL.PARTICIPANTS")
        if (row.key.population, row.key.variable) == ("REM", "RELAPSE")
    }


def test_analyse_relapses__keeps_the_checks_and_the_plan_order(whole):
    results = analyse_relapses(whole)
    assert check_results(results, whole, PLANNED) == []
    assert results.analysis_ids == PLANNED


@pytest.mark.parametrize(
    ("without", "why"),
    [("qs", "not available in this cut: no QS domain"), ("ds", "not available in this cut: no DS domain")],
)
def test_analyse_relapses__without_a_domain_every_planned_row_says_so(make_study, whole, without, why):
    results = analyse_relapses(make_study(without=[without]))
    assert planned_ids(results) == planned_ids(analyse_relapses(whole))
    assert {(row.stat, row.note) for row in results} == {(None, why)}


def test_analyse_relapses__without_the_scope_of_a_disposition_nobody_is_known_to_have_stopped(make_study):
    study = make_study(ds=lambda text: text.replace("DSSCAT", "OTHER"))
    assert {(row.stat, row.note) for row in analyse_relapses(study)} == {(None, "not available: no DS.DSSCAT")}
    assert study.subjects("REM").empty


def test_analyse_relapses__without_rescue_records_only_the_composite_is_not_available(make_study, whole):
    results = analyse_relapses(make_study(cm=lambda text: text.replace("CMCAT", "OTHER")))
    composite = results.of("REL.COMPOSITE")
    assert {(row.stat, row.note) for row in composite} == {(None, "not available: no CM.CMCAT")}
    others = [row for row in results if row.key.analysis_id != "REL.COMPOSITE"]
    assert others == [row for row in analyse_relapses(whole) if row.key.analysis_id != "REL.COMPOSITE"]


def test_analyse_relapses__nobody_due_is_nought_of_nought_with_the_reason(make_study, whole):
    study = make_study(cut_date="2014-04-13")
    results = analyse_relapses(study)
    assert planned_ids(results) == planned_ids(analyse_relapses(whole))
    assert primary(results)["n"] == primary(results)["N"] == (0, "no subject due yet")
    assert primary(results)["p"] == (None, "no subject due yet")


def test_analyse_relapses__nobody_due_still_counts_relapses_over_time(make_study):
    # 13 April is day 103: the reference of day 80, RW-05 and RW-06 on day 90, RW-08 on day 100
    results = analyse_relapses(make_study(cut_date="2014-04-13"))
    events = {
        row.stat_name: row.stat
        for row in results
        if row.key[:6] == ("REL.EVENTS", "REM", "", "", "", "") and row.key.variable == "RELAPSE"
    }
    assert events["n.events"] == 3


def test_analyse_relapses__nobody_stopped_is_said(make_study, whole):
    results = analyse_relapses(make_study(cut_date="2014-01-10"))
    assert planned_ids(results) == planned_ids(analyse_relapses(whole))
    assert primary(results)["N"] == (0, "no subject has stopped treatment yet")
    at_risk = [row for row in results.of("REL.KM") if row.stat_name == "n"]
    assert {(row.stat, row.note) for row in at_risk} == {(0, "no subject has stopped treatment yet")}


def test_analyse_relapses__nobody_in_remission_is_said(make_study):
    results = analyse_relapses(
        make_study(
            qs=lambda text: (
                text.replace("SELENA-SLEDAI,SLED0125,0,0", "SELENA-SLEDAI,SLED0125,9,9")
                .replace("SLED0125,1,1", "SLED0125,9,9")
                .replace("SLED0125,2,2", "SLED0125,9,9")
                .replace("SLED0125,3,3", "SLED0125,9,9")
            )
        )
    )
    assert primary(results)["N"] == (0, "no subject in REM")
    events = next(row for row in results.of("REL.EVENTS") if row.stat_name == "person.years")
    assert (events.stat, events.note) == (None, "no subject in REM")


def test_analyse_relapses__the_records_behind_a_count_are_the_times_of_its_subjects(whole):
    results = analyse_relapses(whole)
    key, behind = next((key, kept) for key, kept in results.records.items() if key.analysis_id == "REL.PARTICIPANTS")
    adtte = whole["adtte"].set_index("ASEQ")
    ((dataset, counted),), ((_, everyone),) = behind.counted, behind.of
    assert (key.population, dataset) == ("REM", "adtte")
    relapsed = adtte.loc[list(counted)]
    assert set(relapsed["PARAMCD"]) == {"RELAPSE"}
    assert relapsed["USUBJID"].tolist() == [f"RW-{n}" for n in ("01", "05", "06", "08", "10", "19", "20")]
    assert len(everyone) == 11


def test_analyse_relapses__a_saved_study_gives_the_same_results(whole, tmp_path):
    save_study(whole, tmp_path / "report")
    assert analyse_relapses(load_study(tmp_path / "report")).rows == analyse_relapses(whole).rows


def test_list_relapses__is_empty_where_not_available(make_study):
    study = make_study(without=["ds"])
    assert relapse_listings.list_relapses(study).empty
    assert relapse_listings.list_courses(study).empty
