"""The table that explains every response."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from sap_helpers.results import Key, Result, Results
from sap_helpers.show.sri_explainer import explainer
from sap_helpers.show.sri_grid import explainer as of_the_grid

BASE, DAY = pd.Timestamp("2014-03-01"), pd.Timestamp("2014-05-10")
ROW = {
    "USUBJID": "A-1", "FASFL": "Y", "AVISITN": 10, "STATE": "failed", "FAILED": "SP", "SLEDAI_BASE": 12.0,
    "SLEDAI_BASEDT": BASE, "SLEDAI": 10.0, "SLEDAI_ADT": DAY, "SLEDAI_MET": "N", "BILAG_BASE": "CEEEEEEEE",
    "BILAG_BASEDT": BASE, "BILAG": "BEEEEEEEE", "BILAG_ADT": DAY, "NEW_A": (), "NEW_B": ("Constitutional",),
    "BILAG_MET": "Y", "PGA_BASE": Decimal("1.0"), "PGA_BASEDT": BASE, "PGA": Decimal("1.3"), "PGA_ADT": DAY,
    "PGA_MET": "N", "ADT": DAY, "ADY": 71, "ICETYPE": "", "ICEDT": pd.NaT, "ICEDY": pd.NA,
}  # fmt: skip
NONE = Results(())


def made(plan, *changes, **options):
    return explainer(NONE, pd.DataFrame([ROW | change for change in changes]), plan, **options)


def opened(plan, change):
    cell = BeautifulSoup(made(plan, change).html(), "html.parser").select_one("td[class^=sri-]")
    return cell["class"], cell.summary.get_text(), cell.get_text("|").split("|")[1:]


def test_explainer__is_what_the_grid_calls_so():
    assert explainer is of_the_grid


def test_explainer__cell_opens_to_the_numbers_that_decided(plan):
    kind, words, lines = opened(plan, {})
    assert (kind, words) == (["sri-failed"], "failed S P")
    assert lines == [
        "SLEDAI 12 → 10 (−2, needs ≤−4) ✗", "BILAG new B Constitutional ✓", "PGA 1.0 → 1.3 (+0.3, needs <0.3) ✗",
        "2014-05-10", "Day 71", "Rule 3",
    ]  # fmt: skip


def test_explainer__component_without_a_value(plan):
    change = {
        "STATE": "missing",
        "FAILED": "",
        "PGA": None,
        "PGA_MET": "",
        "PGA_ADT": pd.NaT,
        "BILAG": "",
        "BILAG_MET": "",
    }
    lines = opened(plan, change)[2]
    assert lines[1:3] == ["BILAG no assessment ?", "PGA 1.0 → none ?"]
    assert lines[-1] == "Rule 4"


def test_explainer__event_with_its_day(plan):
    lines = opened(plan, {"STATE": "event", "FAILED": "", "ICETYPE": "STOPPED", "ICEDT": BASE, "ICEDY": 45})[2]
    assert lines[-2:] == ["Event day 45: stopped early", "Rule 2"]


def test_explainer__different_dates_stand_beside_their_values(plan):
    lines = opened(plan, {"PGA_ADT": DAY + pd.Timedelta(days=2)})[2]
    assert lines[0].endswith("✗ 2014-05-10")
    assert lines[2].endswith("✗ 2014-05-12")


def test_explainer__week_that_is_not_due_opens_to_nothing(plan):
    cell = BeautifulSoup(made(plan, {"STATE": "not due"}).html(), "html.parser").select_one("td.sri-notdue")
    assert (cell.get_text(), cell.find("details")) == ("not due", None)


def test_explainer__subject_outside_the_analysis_is_greyed(plan):
    soup = BeautifulSoup(made(plan, {}, {"USUBJID": "B", "FASFL": ""}).html(), "html.parser")
    assert [row.get("class") for row in soup.select("tbody tr")] == [None, ["sri-outside"]]
    assert "1 of them not in the full analysis set" in soup.caption.get_text()


def test_explainer__limits_are_the_plans(plan):
    rule = plan.sri.analyses[0].model_copy(update={"reduction": 6})
    sri = plan.sri.model_copy(update={"analyses": (rule,), "pga_rise": Decimal("0.5"), "max_new_b": 2})
    text = made(plan.model_copy(update={"sri": sri}), {}).html()
    assert "needs ≤−6" in text
    assert "needs &lt;0.5" in text
    assert "at most 2 new B" in text


def test_explainer__text_says_the_states(plan):
    text = made(plan, {}, stamp="cut c").text()
    assert "A-1      SLEDAI 12  failed S P" in text
    assert "cut c" in text


def test_explainer__of_very_many_subjects_the_first_and_a_note(plan):
    display = plan.display.model_copy(update={"most_subjects": 1})
    table = made(plan.model_copy(update={"display": display}), {}, {"USUBJID": "B"})
    assert [row.label for row in table.rows] == ["A-1"]
    assert table.footnotes[0].startswith("Not all: 1 of 2 rows")


def test_explainer__without_a_subject_the_reason(plan):
    results = Results((Result(Key("SRI.PRIMARY", "FAS"), "p", None, "not available in this cut: no QS domain"),))
    table = explainer(results, pd.DataFrame(columns=list(ROW)), plan)
    assert [row.label for row in table.rows] == ["not available in this cut: no QS domain"]


@pytest.mark.parametrize("name", ["A-1", '<img src=x onerror="alert(1)">'])
def test_explainer__every_text_is_escaped(plan, name):
    assert BeautifulSoup(made(plan, {"USUBJID": name}).html(), "html.parser").find("img") is None
