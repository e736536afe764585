"""What notebooks work with: displays by their ids, and the checks that stop a page."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from sap_helpers import analysis
from sap_helpers.analysis import OWN, Analysis, open_study
from sap_helpers.plan.home import NOTEBOOKS
from sap_helpers.results import Key, Result, Results
from sap_helpers.show.catalogue import load_catalogue

CUT = Path(__file__).parents[1] / "end_to_end" / "hand_worked" / "cut"
SHOWN = re.compile(r'\.show\("([A-Z0-9_.]+)"(?:, "(\w+)")?\)')
# tables that are the numbers of a figure alone
NUMBERS = {"SLEDAI.MMRM_ALL", "SLEDAI.BY_WEEK", "SLEDAI.REMISSION", "REL.EVENTS.MEAN", "AE.CUMULATIVE"}
# shown where the summary's report holds them
OF_SUMMARY = {"DQ.FINDINGS"}


@pytest.fixture(scope="module")
def study():
    return open_study(cut=str(CUT))


@pytest.fixture
def shown(monkeypatch):
    found = []
    monkeypatch.setattr(analysis, "display", lambda *displays: found.extend(displays))
    return found


def test_show__a_table_carries_the_stamp_of_its_cut(study, shown, primary):
    Analysis(study, primary, "SRI").show("SRI.PRIMARY")
    assert [(display.plan_id, display.stamp[:3]) for display in shown] == [("SRI.PRIMARY", "cut")]


def test_show__a_listing_finds_its_frame_and_its_reason(study, shown):
    Analysis(study, Results(), "AE").show("AE.LISTING", "listing")
    assert [row.label for row in shown[0].rows] == ["not available in this cut: no AE domain"]


@pytest.mark.parametrize("kind", ["table", "listing", "figure"])
def test_show__an_id_that_is_not_there_names_the_nearest(study, primary, kind):
    with pytest.raises(KeyError, match=rf"no {kind} SRI\.PRIMAR in displays\.yaml; (nearest|known): "):
        Analysis(study, primary, "SRI").show("SRI.PRIMAR", kind)


def test_check__stops_the_page_on_what_no_result_may_show(study):
    wrong = Results((Result(Key("SRI.PRIMARY", "FAS"), "n", 3), Result(Key("SRI.PRIMARY", "FAS"), "N", 2)))
    with pytest.raises(AssertionError, match="n = 3 of N = 2"):
        Analysis(study, wrong, "SRI", ("SRI.PRIMARY",)).check()


def test_check__stops_the_page_on_a_planned_analysis_that_is_absent(study):
    with pytest.raises(AssertionError, match=r"SRI\.ICE: no result"):
        Analysis(study, Results(), "SRI", ("SRI.ICE",)).check()


def test_notebooks__show_every_display_of_the_catalogue_and_no_other():
    cells = [
        "".join(cell["source"])
        for file in sorted(NOTEBOOKS.glob("*.ipynb"))
        for cell in json.loads(file.read_text(encoding="utf-8"))["cells"]
        if cell["cell_type"] == "code"
    ]
    called = {(name, kind or "table") for cell in cells for name, kind in SHOWN.findall(cell)}
    displays = load_catalogue().displays
    rows = {"table": displays.tables, "listing": displays.listings, "figure": displays.figures}
    present = {(name, kind) for kind, found in rows.items() for name in found}
    apart = {(name, "table") for name in NUMBERS | OF_SUMMARY}
    assert {call for call in called if call[0] not in OWN} == present - apart
    assert {name for name, _ in called if name in OWN} == set(OWN)
