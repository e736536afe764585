"""Tests of reading a cut whole: small cuts written to disk, and what is left of them."""

from __future__ import annotations

import hashlib

import pandas as pd
import pytest

from sap_helpers.cut.read import RULES, check_cut, load_cut
from sap_helpers.cut.seal import seal_cut
from sap_helpers.errors import CutError, CutRefusedError

PLAN_BYTES = b"the plan's file"
CLEAN = {
    "cut.yaml": "study: NCT02084238\ncut_id: small\ncut_date: 2014-06-30\nsynthetic: true\n",
    "dm.csv": "STUDYID,USUBJID,ARMCD,DTHDTC\n"
    + "".join(f"NCT02084238,PKU-{number:03d},IL2,\n" for number in range(1, 41)),
    "ex.csv": "USUBJID,EXDOSE,EXSTDTC,EXENDTC\nPKU-001,1000000,2014-03-01,2014-03-01\n",
    "qs.csv": "USUBJID,QSCAT,QSTESTCD,QSSTRESC,QSSTRESN,QSDTC\nPKU-001,PGA,PGA0101,1.1,1.1,2014-03-01\n",
}


@pytest.fixture
def write(tmp_path):
    """Return a function that writes the clean cut with some files replaced, or left out where they are None."""

    def make(**files):
        texts = CLEAN | {name.replace("_", "."): text for name, text in files.items()}
        for name, text in texts.items():
            if text is not None:
                (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path

    return make


def said_of(cut):
    """Return the findings but for the notes on variables, many of which so small a cut does without."""
    return [finding for finding in cut.findings if finding.rule != "R108"]


def found(cut):
    return [(finding.rule, finding.severity, finding.domain, finding.row) for finding in said_of(cut)]


def test_check_cut__clean_cut_has_no_finding_but_the_missing_seal(write, plan):
    cut = check_cut(write(), plan, PLAN_BYTES)
    assert found(cut) == [("R001", "noted", "", None)]
    assert not cut.is_refused


def test_check_cut__clean_sealed_cut_has_no_finding(write, plan):
    folder = write()
    seal_cut(folder, hashlib.sha256(PLAN_BYTES).hexdigest())
    cut = check_cut(folder, plan, PLAN_BYTES)
    assert (found(cut), cut.is_sealed, cut.is_plan_changed) == ([], True, False)


def test_check_cut__plan_changed_since_sealing_is_r088(write, plan):
    folder = write()
    seal_cut(folder, hashlib.sha256(b"another plan").hexdigest())
    cut = check_cut(folder, plan, PLAN_BYTES)
    assert cut.is_plan_changed
    assert [finding.message() for finding in said_of(cut)] == [
        "R088 manifest.json: the plan is not the one at sealing. Every page says so."
    ]


def test_check_cut__typed_domains_with_row_and_flag(write, plan):
    cut = check_cut(write(), plan, PLAN_BYTES)
    assert cut.domains["qs"].to_dict("records") == [
        {
            "ROW": 1, "USUBJID": "PKU-001", "QSCAT": "PGA", "QSTESTCD": "PGA0101", "QSSTRESC": "1.1", "QSSTRESN": 1.1,
            "QSDTC": "2014-03-01", "QUARFL": "",
        }
    ]  # fmt: skip


def test_check_cut__describes_itself(write, plan):
    cut = check_cut(write(), plan, PLAN_BYTES)
    assert (cut.info.cut_id, cut.date, cut.rows) == (
        "small", pd.Timestamp("2014-06-30"), {"dm": 40, "ex": 1, "qs": 1},
    )  # fmt: skip
    assert sorted(cut.hashes) == ["cut.yaml", "dm.csv", "ex.csv", "qs.csv"]


def test_check_cut__quarantined_number_flags_its_record(write, plan):
    text = "USUBJID,EXDOSE,EXSTDTC\nPKU-001,1000000,2014-03-01\nPKU-001,１２,2014-03-03\n"
    cut = check_cut(write(ex_csv=text), plan, PLAN_BYTES)
    assert cut.domains["ex"]["QUARFL"].tolist() == ["", "Y"]
    assert cut.domains["ex"]["EXDOSE"].isna().tolist() == [False, True]


def test_check_cut__rows_keep_their_numbers_when_others_go(write, plan):
    text = CLEAN["qs.csv"].replace("PKU-001,PGA", "PKU-999,PGA,PGA0101,1,1,2014-03-01\nPKU-001,PGA")
    cut = check_cut(write(qs_csv=text), plan, PLAN_BYTES)
    assert cut.domains["qs"]["ROW"].tolist() == [2]
    assert found(cut)[0] == ("R044", "quarantined", "qs", 1)


def test_check_cut__rows_count_what_the_file_has(write, plan):
    text = CLEAN["qs.csv"].replace("2014-03-01\n", "2014-09-01\n")
    cut = check_cut(write(qs_csv=text), plan, PLAN_BYTES)
    assert (cut.rows["qs"], len(cut.domains["qs"])) == (1, 0)


def test_check_cut__another_study_in_cut_yaml_is_r048(write, plan):
    cut = check_cut(write(cut_yaml=CLEAN["cut.yaml"].replace("NCT02084238", "NCT00000001")), plan, PLAN_BYTES)
    assert cut.is_refused
    assert cut.findings[0].message() == (
        "R048 cut.yaml, study: value NCT00000001 another study's data; allowed: NCT02084238. "
        "Use that study's cut, or set study=... on purpose."
    )


def test_check_cut__all_findings_come_in_one_run(write, plan):
    dm = CLEAN["dm.csv"] + "NCT02084238,PKU-001,IL2,2014-02-30\n"
    cut = check_cut(write(dm_csv=dm, qs_csv=CLEAN["qs.csv"].replace("1.1,1.1", "9,9")), plan, PLAN_BYTES)
    assert [row[:2] for row in found(cut)] == [
        ("R045", "refused"), ("R045", "refused"), ("R055", "quarantined"), ("R076", "quarantined"),
        ("R052", "listed"), ("R001", "noted"),
    ]  # fmt: skip


def test_load_cut__refused_cut_raises_with_every_finding(write, plan):
    with pytest.raises(CutRefusedError, match="R009") as caught:
        load_cut(write(ex_csv=None), plan, PLAN_BYTES)
    assert [finding.rule for finding in caught.value.findings if finding.severity == "refused"] == ["R009"]


def test_load_cut__absent_domain_is_no_failure(write, plan):
    cut = load_cut(write(qs_csv=None), plan, PLAN_BYTES)
    assert sorted(cut.domains) == ["dm", "ex"]


def test_load_cut__folder_without_cut_yaml_cannot_be_read(write, plan):
    with pytest.raises(CutError, match=r"has no cut\.yaml"):
        load_cut(write(cut_yaml=None), plan, PLAN_BYTES)


def test_load_cut__refused_before_records_are_looked_at(write, plan):
    cut = check_cut(write(ex_csv=None, dm_csv="USUBJID\nPKU-001\nPKU-001\n"), plan, PLAN_BYTES)
    assert "R045" not in {finding.rule for finding in cut.findings}


def test_rules__are_sorted_and_unique():
    names = [rule.rule for rule in RULES]
    assert names == sorted(set(names))
