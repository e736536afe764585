"""Tests of the store: a study from a cut, from a report, and what it says of itself; the registry of rules."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from sap_helpers.adam import listing_rules
from sap_helpers.adam.store import ALL_RULES, load_study, once_per_study, open_study, save_study
from sap_helpers.cut.packed import unpack
from sap_helpers.errors import ReportError, UsageError

HAND_WORKED = Path(__file__).parents[1] / "end_to_end" / "hand_worked" / "cut"
VISITS = {1: (10, "EEEEEEEEE", "1.0")}


def test_all_rules__have_an_id_of_r_and_three_digits():
    assert [rule.rule for rule in ALL_RULES if not re.fullmatch(r"R\d{3}", rule.rule)] == []


def test_all_rules__are_unique():
    names = [rule.rule for rule in ALL_RULES]
    assert sorted(set(names)) == names


def test_all_rules__hold_the_id_of_every_rule_used_again_elsewhere():
    again = {listing_rules.RESCUE.rule, listing_rules.R073.rule, listing_rules.R077.rule}
    assert again == {"R054", "R073", "R077"}
    assert again <= {rule.rule for rule in ALL_RULES}


def test_all_rules__have_a_title_and_a_known_severity():
    severities = {"refused", "quarantined", "listed", "noted"}
    assert [rule.rule for rule in ALL_RULES if not rule.title or rule.severity not in severities] == []


@pytest.fixture(scope="module")
def opened():
    return open_study(HAND_WORKED)


def test_open_study__cut_describes_itself(opened):
    assert (opened.cut_id, opened.cut_date, opened.is_synthetic, opened.is_sealed) == (
        "hand-worked", pd.Timestamp("2014-06-30"), True, False,
    )  # fmt: skip
    assert repr(opened) == (
        "NCT02084238, cut hand-worked of 2014-06-30, synthetic data, unsealed; ENR 15, SAF 14, FAS 13, PPS 10, REM 4"
    )


def test_open_study__messages_stand_beside_the_findings(opened):
    assert len(opened.messages) == len(opened.findings)
    assert opened.messages[0][1].startswith("R050 qs.csv line 1893, subject HW-11, 2014-05-15, PGA0101: value 1.0")


def test_open_study__source_columns_are_those_of_the_file(opened):
    assert opened.sources["dv"] == {"rows": 3, "columns": ["DVCAT", "DVDECOD", "DVSTDTC", "USUBJID"], "empty": []}


@pytest.mark.parametrize(
    ("domain", "column", "text", "reason"),
    [
        ("cm", "CMCAT", "", "not available: CM.CMCAT is empty"),
        ("ds", "DSSCAT", "", "not available: DS.DSSCAT is empty"),
        ("cm", "CMCAT", "SUPPORTIVE", "not available: CM.CMCAT is empty"),
        ("dm", "DTHDTC", "", ""), ("dm", "AGE", "", ""),
    ],
)  # fmt: skip
def test_open_study__a_column_without_any_value_is_not_available_but_for_dates_and_numbers(
    tmp_path, domain, column, text, reason
):
    folder = tmp_path / "cut"
    shutil.copytree(HAND_WORKED, folder)
    frame = pd.read_csv(folder / f"{domain}.csv", dtype=str, keep_default_na=False)
    frame.assign(**{column: text}).to_csv(folder / f"{domain}.csv", index=False)
    assert open_study(folder).why_unavailable(f"{domain}.{column}") == reason


def test_open_study__other_folder_is_refused(tmp_path):
    with pytest.raises(UsageError, match=r"neither a data cut \(no cut\.yaml\) nor a report"):
        open_study(tmp_path)


def test_load_study__report_gives_back_the_study(opened, tmp_path):
    save_study(opened, tmp_path / "report")
    found = load_study(tmp_path / "report")
    assert (found.plan, found.marks, found.sources) == (opened.plan, opened.marks, opened.sources)
    assert list(found.findings) == list(opened.findings)
    for name, frame in opened.data.items():
        pd.testing.assert_frame_equal(found[name], frame, check_dtype=False)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("cut_id", "../x"),
        ("cut_date", "2014"),
        ("sealed", "no"),
        ("study", ""),
        ("sources", {"dm": {}}),
        ("study", None),
    ],
)
def test_load_study__description_of_another_form_is_refused(opened, tmp_path, name, value):
    save_study(opened, tmp_path / "report")
    about = json.loads((tmp_path / "report" / "cut.json").read_text(encoding="utf-8"))
    (tmp_path / "report" / "cut.json").write_text(json.dumps(about | {name: value}), encoding="utf-8")
    with pytest.raises(ReportError, match="report: its cut.json is not of the form that sap run writes"):
        load_study(tmp_path / "report")


@pytest.mark.parametrize("text", ["", "[" * 100_000, "[1]", "garbage"])
def test_load_study__description_that_is_no_json_object_is_refused(opened, tmp_path, text):
    save_study(opened, tmp_path / "report")
    (tmp_path / "report" / "cut.json").write_text(text, encoding="utf-8")
    with pytest.raises(ReportError, match=r"report: its cut\.json"):
        load_study(tmp_path / "report")


def test_assessments__are_the_records_of_adqs_but_for_sound_single_items(opened):
    adqs = opened["adqs"]
    expected = adqs.loc[~adqs["PARAMCD"].str.match("SLED01(?!25)|BILA01") | (adqs["QUARFL"] == "Y")]
    pd.testing.assert_frame_equal(opened.assessments, expected)


def test_assessments__are_the_same_of_a_report(opened, tmp_path):
    found = save_study(opened, tmp_path / "report").assessments
    pd.testing.assert_frame_equal(found, opened.assessments, check_dtype=False)


def test_columns__are_the_same_of_a_cut_and_a_report(opened, tmp_path):
    saved = save_study(opened, tmp_path / "report")
    for study in (opened, saved):
        found = study.columns("adqs", "USUBJID", "AVAL")
        pd.testing.assert_frame_equal(found, opened["adqs"][["USUBJID", "AVAL"]], check_dtype=False)


def test_select__is_the_same_of_a_cut_and_a_report(opened, tmp_path):
    expected = opened["adqs"].loc[lambda adqs: adqs["PARAMCD"] == "SRI4", ["USUBJID", "AVALC"]]
    for study in (opened, save_study(opened, tmp_path / "report")):
        found = study.select("adqs", lambda adqs: adqs["PARAMCD"] == "SRI4", ("PARAMCD",), ("USUBJID", "AVALC"))
        pd.testing.assert_frame_equal(unpack(found), expected, check_dtype=False)


def test_open_study__finds_a_report(opened, tmp_path):
    save_study(opened, tmp_path / "report")
    assert open_study(tmp_path / "report").cut_id == "hand-worked"


@pytest.mark.parametrize(
    ("needs", "why"),
    [
        (("qs", "cm.CMCAT"), ""),
        (("cp",), "not available in this cut: no CP domain"),
        (("qs", "cp.CPTESTCD"), "not available in this cut: no CP domain"),
        (("dm.RACE",), "not available: no DM.RACE"),
        (("lb",), "not available in this cut: the LB domain has no record"),
    ],
)
def test_why_unavailable__names_what_is_absent(make_domains, make_study, needs, why):
    domains = make_domains({"A": VISITS})
    domains["lb"] = domains["lb"].iloc[:0]
    assert make_study(domains).why_unavailable(*needs) == why


# week 24 ends on day 182: 1 March 2014 is day 1, 29 August day 182
@pytest.mark.parametrize(("cut", "interim"), [("2014-08-28", True), ("2014-08-29", False)])
def test_is_interim__until_the_last_subject_is_due_at_the_last_week(make_domains, make_study, cut, interim):
    assert make_study(make_domains({"A": VISITS}), cut).is_interim is interim


def test_is_interim__when_nobody_is_treated(make_domains, make_study):
    domains = make_domains({"A": VISITS})
    domains["ex"] = domains["ex"].iloc[:0]
    assert make_study(domains).is_interim is True


def test_subjects__are_those_of_the_set(make_domains, make_study):
    study = make_study(make_domains({"A": VISITS, "B": {}}))
    assert [study.subjects(name)["USUBJID"].tolist() for name in ("SAF", "FAS")] == [["A", "B"], ["A"]]


def test_once_per_study__derives_once_for_each_study_and_each_value():
    calls = []
    count = once_per_study(lambda study, week: calls.append((study.name, week)) or len(calls))
    first, second = (SimpleNamespace(name=name, kept={}) for name in ("first", "second"))
    assert [count(first, 4), count(first, 4), count(first, 8), count(second, 4)] == [1, 1, 2, 3]
