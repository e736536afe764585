"""What tests of several packages share: the project's plan, small domains, and a study made of them."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pandas as pd
import pypdf
import pytest

from sap_helpers.adam.analysis import derive_analysis_data
from sap_helpers.adam.listing_rules import check_analysis_data
from sap_helpers.adam.store import Study
from sap_helpers.findings import finding_rows
from sap_helpers.plan import load_plan

ROOT = Path(__file__).parents[1]
START = pd.Timestamp("2014-03-01")
SUBJECT = "USUBJID"
SLOW = ("agreement", "end_to_end")


def pytest_collection_modifyitems(items):
    """Put the fast unit tests first, then what needs R, then the runs of the whole plan.

    Several workers begin at the other end: no long file is left over for one of them alone.
    """
    folders = (None, *SLOW)
    items.sort(
        key=lambda item: folders.index(next((name for name in SLOW if name in item.path.parts), None)),
        reverse="PYTEST_XDIST_WORKER" in os.environ,
    )


@pytest.fixture(scope="session", autouse=True)
def state_folder(tmp_path_factory):
    """Where this account's key is kept while tests run, theirs and that of the commands they call: not in its home."""
    base = tmp_path_factory.getbasetemp()
    # workers share reports, and so the account whose mark these carry
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    os.environ["XDG_STATE_HOME"] = str(shared / "state")


@pytest.fixture(scope="session")
def plan():
    return load_plan(ROOT / "sap" / "plan.yaml")


def day_text(day):
    """Return the date of a study day of a treatment that starts on 1 March 2014."""
    return (START + pd.Timedelta(days=day - (day > 0))).date().isoformat()


def numbered(rows, *columns):
    """Return a typed domain: object columns, numbers as float64, ROW and QUARFL."""
    frame = pd.DataFrame(rows, columns=list(columns), dtype=object)
    numbers = [name for name in columns if name.endswith(("STRESN", "DOSE", "AGE", "NRLO", "NRHI", "SEQ"))]
    return frame.astype(dict.fromkeys(numbers, float)).assign(ROW=range(1, len(frame) + 1), QUARFL="")


def split_total(total, weights):
    """Return item scores that add up to a total, the first items of each weight taken first."""
    scores = {}
    for code, weight in weights.items():
        scores[code] = weight if weight <= total else 0
        total -= scores[code]
    return scores


@pytest.fixture(scope="session")
def make_domains(plan):
    """Return a function from {subject: {study day: (total, grades, PGA)}}, None for what is not assessed, to domains.

    Every subject has three cycles from 1 March 2014 on and neither event nor deviation nor screen failure.
    """

    def make(visits):
        qs = []
        for subject, by_day in visits.items():
            for day, (total, grades, pga) in by_day.items():
                scores = {} if total is None else split_total(total, plan.instruments.sledai.weights)
                found = [("SELENA-SLEDAI", code, str(score)) for code, score in scores.items()]
                found += [("BILAG-2004", f"BILA01{n:02d}", grade) for n, grade in enumerate(grades or "", start=1)]
                found += [("PGA", "PGA0101", pga)] if pga else []
                qs += [(subject, *row, "", day_text(day)) for row in found]
        ex = [
            (subject, 1e6, day_text(first), day_text(first + 12), "QOD") for subject in visits for first in (1, 29, 57)
        ]
        dm = [(subject, 30, "F", "IL2", "") for subject in visits]
        return {
            "dm": numbered(dm, SUBJECT, "AGE", "SEX", "ARMCD", "DTHDTC"),
            "ex": numbered(ex, SUBJECT, "EXDOSE", "EXSTDTC", "EXENDTC", "EXDOSFRQ"),
            "ds": numbered(
                [(subject, "CONSENT", "PROTOCOL MILESTONE", "", day_text(-5)) for subject in visits],
                SUBJECT, "DSDECOD", "DSCAT", "DSSCAT", "DSSTDTC",
            ),
            "qs": numbered(qs, SUBJECT, "QSCAT", "QSTESTCD", "QSSTRESC", "VISIT", "QSDTC"),
            "cm": numbered(
                [(subject, "PREDNISONE", "BACKGROUND THERAPY", 10, "MG", "QD", "2013", "") for subject in visits],
                SUBJECT, "CMTRT", "CMCAT", "CMDOSE", "CMDOSU", "CMDOSFRQ", "CMSTDTC", "CMENDTC",
            ),
            "dv": numbered(
                [(subject, "MINOR", "VISIT WINDOW", day_text(20)) for subject in visits],
                SUBJECT, "DVCAT", "DVDECOD", "DVSTDTC",
            ),
            "lb": numbered(
                [(subject, "C3", "0.5", 0.8, 1.5, day_text(1)) for subject in visits],
                SUBJECT, "LBTESTCD", "LBSTRESC", "LBSTNRLO", "LBSTNRHI", "LBDTC",
            ),
        }  # fmt: skip

    return make


@pytest.fixture(scope="session")
def make_study(plan):
    """Return a function from domains and a cut date to a study."""

    def make(domains, cut_date="2014-12-31", plan=plan):
        data = derive_analysis_data(domains, pd.Timestamp(cut_date), plan)
        found = check_analysis_data(data, domains, plan)
        sources = {
            name: {"rows": len(frame), "columns": sorted(set(frame.columns) - {"ROW", "QUARFL"})}
            for name, frame in domains.items()
        }
        return Study(
            plan, "small", pd.Timestamp(cut_date), is_synthetic=True, is_sealed=False, is_plan_changed=False,
            sources=sources, data=data, findings=finding_rows(found),
        )  # fmt: skip

    return make


@pytest.fixture
def office_pages(tmp_path):
    """A function from a document to the text of its pages in LibreOffice.

    Without it the test is skipped, or fails where CI is true.
    """
    command = shutil.which("soffice")
    if command is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("LibreOffice (soffice) is not installed")

    def read(path):
        call = [command, "--headless", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--convert-to"]
        subprocess.run([*call, "pdf", "--outdir", tmp_path, path], check=True, capture_output=True)
        return [page.extract_text() for page in pypdf.PdfReader(tmp_path / f"{path.stem}.pdf").pages]

    return read
