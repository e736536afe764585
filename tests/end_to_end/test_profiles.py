"""Subject profiles and the explanation of responses on the committed cuts: nothing lost, nothing that leads nowhere."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from sap_helpers.adam.parquet import read_parquet
from sap_helpers.adam.store import open_study
from sap_helpers.analyses.explained import list_explained
from sap_helpers.results import Results
from sap_helpers.show.anchors import subject_anchor
from sap_helpers.show.sri_grid import explainer

MOST_BYTES = 60_000
EVENTS = {"STOPPED", "RESCUE", "DEATH"}
# a dot in a cell's drawing is a value; these parameters have one
DRAWN = {"SLEDAI": "SELENA-SLEDAI", "PGA0101": "PGA"}


@pytest.fixture(scope="module")
def soups(final_report):
    return {
        path.name: BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        for path in sorted(final_report.glob("*.html"))
    }


@pytest.fixture(scope="module")
def subjects(final_report):
    return set(read_parquet(final_report / "adam" / "adsl.parquet")["USUBJID"])


def test_report__every_link_leads_to_a_file_and_a_place_in_it(soups):
    ids = {name: {tag["id"] for tag in soup.find_all(id=True)} for name, soup in soups.items()}
    astray = []
    for name, soup in soups.items():
        for tag in soup.find_all("a", href=True):
            file, _, anchor = tag["href"].partition("#")
            if not file.startswith("https:"):
                at = ids.get(file or name)
                astray += [(name, tag["href"])] if at is None or (anchor and anchor not in at) else []
    assert astray == []


def test_report__every_subject_has_a_panel(soups, subjects):
    panels = [panel["id"] for panel in soups["subjects.html"].select("section.profile-panel")]
    assert panels == [subject_anchor(name) for name in sorted(subjects)]


def test_report__ids_are_unique(soups):
    ids = [tag["id"] for tag in soups["subjects.html"].find_all(id=True)]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    "page", ["data_quality", "disposition", "sri", "immunology", "sledai", "relapses", "adverse_events"]
)
def test_report__every_subject_in_a_table_leads_to_its_panel(soups, subjects, page):
    cells = [cell for cell in soups[f"{page}.html"].select("th, td") if cell.get_text() in subjects]
    assert cells
    wrong = [
        cell.get_text()
        for cell in cells
        if cell.a is None or cell.a["href"] != f"subjects.html#{subject_anchor(cell.get_text())}"
    ]
    assert wrong == []


def test_profiles__drawings_hold_as_many_points_as_there_are_values(soups, final_report):
    adqs = read_parquet(final_report / "adam" / "adqs.parquet")
    adlb = read_parquet(final_report / "adam" / "adlb.parquet")
    cells = adlb.loc[(adlb["PARCAT1"] == "CELLS") & (adlb["DTYPE"] != "RATIO")]
    values = pd.concat([adqs.loc[adqs["PARAMCD"].isin(DRAWN)], cells])
    expected = values.loc[values["AVAL"].notna() & (values["ADY"] >= -28)].groupby("USUBJID").size()
    for name, count in expected.items():
        panel = soups["subjects.html"].find(id=subject_anchor(name))
        assert len(panel.svg.find_all("circle")) == count, name


def test_profiles__tables_hold_every_record(soups, final_report):
    adae = read_parquet(final_report / "adam" / "adae.parquet").groupby("USUBJID").size()
    adcm = read_parquet(final_report / "adam" / "adcm.parquet").groupby("USUBJID").size()
    for title, counts in (("Adverse events", adae), ("Medication", adcm)):
        for name, count in counts.items():
            panel = soups["subjects.html"].find(id=subject_anchor(name))
            table = next(t for t in panel.find_all("table") if t.caption.get_text() == title)
            assert len(table.select("tbody tr")) == count, (name, title)


def test_profiles__no_style_attribute_which_the_policy_forbids(soups):
    assert [tag.name for tag in soups["subjects.html"].find_all(True) if tag.has_attr("style")] == []


def recorded(study):
    """Return what the record of the response says by subject and week, in the words of the explanation."""
    adqs = study["adqs"]
    said = {}
    for row in adqs.loc[adqs["PARAMCD"] == "SRI4"].to_dict("records"):
        failed = row["REASON"].removeprefix("FAILED: ")
        letters = " ".join(name[:1] for name in failed.split(", "))
        words = "event" if row["REASON"] in EVENTS else "missing" if row["REASON"] == "MISSING" else f"failed {letters}"
        state = "response" if row["CRIT1FL"] == "Y" else words
        said[row["USUBJID"], int(row["AVISITN"])] = state if row["ANL01FL"] == "Y" else "not due"
    return said


def explained(study):
    """Return the state that each cell of the table shows by subject and week, and the size of the table."""
    html = explainer(Results(()), list_explained(study), study.plan).html()
    table = BeautifulSoup(html, "html.parser").table
    weeks = [int(cell.get_text().removeprefix("Week ")) for cell in table.select("thead th")[2:]]
    shown = {}
    for row in table.select("tbody tr"):
        for week, cell in zip(weeks, row.select("td")[1:], strict=True):
            shown[row.th.get_text(), week] = (cell.summary or cell).get_text()
    return shown, len(html.encode())


@pytest.mark.parametrize("name", ["final_cut", "interim_cut", "hand_worked_cut"])
def test_explainer__every_cell_says_what_the_record_says(request, name):
    study = open_study(request.getfixturevalue(name))
    shown, size = explained(study)
    assert shown == recorded(study)
    assert size <= MOST_BYTES


@pytest.mark.parametrize("name", ["final_cut", "interim_cut", "hand_worked_cut"])
def test_explainer__verdict_of_every_cell_follows_from_the_numbers_that_it_shows(request, name):
    study = open_study(request.getfixturevalue(name))
    html = explainer(Results(()), list_explained(study), study.plan).html()
    for cell in BeautifulSoup(html, "html.parser").select("td[class^=sri-]:has(details)"):
        lines = cell.get_text("|").split("|")[1:]
        words, signs = cell.summary.get_text(), [re.search("[✓✗?]", line)[0] for line in lines[:3]]
        failed = "".join(letter for letter, sign in zip("SBP", signs, strict=True) if sign == "✗")
        if words.startswith("failed"):
            assert words.removeprefix("failed ").replace(" ", "") == failed
        elif words == "missing":
            assert (failed, "?" in signs) == ("", True)
        elif words == "response":
            assert signs == ["✓"] * 3
        else:
            day, event = (int(re.search(r"\d+", line)[0]) for line in lines if "ay " in line)
            assert event <= day
