"""Data cuts of the synthetic trial."""

import datetime as dt

import pandas as pd
import pytest

from sap_helpers.cut.read import check_cut
from sap_helpers.errors import UsageError
from sap_helpers.plan.home import HOME, PLAN_FILE
from sap_helpers.run.simulate import cut_trial, write_cut
from sap_helpers.run.simulate.cut import ENDS, STARTS

INTERIM, FINAL = dt.date(2014, 8, 31), dt.date(2015, 10, 1)
DAY = dt.date(2014, 7, 15)


def hand_made() -> dict[str, pd.DataFrame]:
    """Four subjects on the way: dead later, rejected later, rejected before, not yet consented."""
    names = ["S-1", "S-2", "S-3", "S-4"]
    columns = {name: ["USUBJID", STARTS[name]] for name in ("ex", "qs", "lb", "cp", "dv", "ie")}
    columns["ex"].append(ENDS["ex"])
    empty = {name: pd.DataFrame(columns=variables, dtype=object) for name, variables in columns.items()}
    dm = pd.DataFrame(
        {
            "USUBJID": names,
            "RFICDTC": ["2014-05-01", "2014-07-10", "2014-05-02", "2014-07-16"],
            "RFSTDTC": ["2014-05-12", "", "", "2014-07-25"],
            "DTHDTC": ["2014-07-20", "", "", ""],
            "DTHFL": ["Y", "", "", ""],
            "ARMCD": ["IL2", "SCRNFAIL", "SCRNFAIL", "IL2"],
            "ARM": ["Interleukin-2", "Screen Failure", "Screen Failure", "Interleukin-2"],
        }
    )
    ds = pd.DataFrame(
        {
            "USUBJID": ["S-2", "S-3", "S-1"],
            "DSDECOD": ["SCREEN FAILURE", "SCREEN FAILURE", "DEATH"],
            "DSSTDTC": ["2014-07-16", "2014-05-09", "2014-07-20"],
        }
    )
    ae = pd.DataFrame(
        {
            "USUBJID": ["S-1"] * 5,
            "AESEQ": ["1", "2", "3", "4", "5"],
            "AESTDTC": ["2014-06-01", "2014-06", "2014-07", "2014-07-13", "2014-07-16"],
            "AEENDTC": ["2014-06-05", "2014-07-16", "2014-07-20", "2014-07-20", ""],
            "AEOUT": ["RECOVERED/RESOLVED"] * 3 + ["FATAL", "NOT RECOVERED/NOT RESOLVED"],
            "AETOXGR": ["1", "2", "1", "5", "1"],
            "AESDTH": ["", "", "", "Y", ""],
        }
    )
    cm = pd.DataFrame(
        {
            "USUBJID": ["S-1", "S-4"],
            "CMSTDTC": ["2013-01", "2013-02-01"],
            "CMENDTC": ["2014-07-15", ""],
        }
    )
    return {"dm": dm, "ds": ds, "ae": ae, "cm": cm, **empty}


@pytest.fixture(scope="module")
def cut():
    return cut_trial(hand_made(), DAY)


def test_cut_trial__subjects_consented_later_are_absent_with_all_their_records(cut):
    assert cut["dm"]["USUBJID"].tolist() == ["S-1", "S-2", "S-3"]
    assert cut["cm"]["USUBJID"].tolist() == ["S-1"]


def test_cut_trial__a_later_death_is_not_known(cut):
    assert cut["dm"].loc[0, ["DTHDTC", "DTHFL"]].tolist() == ["", ""]


def test_cut_trial__a_subject_not_rejected_yet_is_not_assigned(cut):
    assert cut["dm"]["ARMCD"].tolist() == ["IL2", "NOTASSGN", "SCRNFAIL"]


def test_cut_trial__an_event_of_a_month_not_over_is_not_written_down_yet(cut):
    assert cut["ae"]["AESEQ"].tolist() == ["1", "2", "4"]


def test_cut_trial__later_ends_are_empty_and_their_outcomes_open(cut):
    assert cut["ae"]["AEENDTC"].tolist() == ["2014-06-05", "", ""]
    assert cut["ae"]["AEOUT"].tolist() == [
        "RECOVERED/RESOLVED", "NOT RECOVERED/NOT RESOLVED", "NOT RECOVERED/NOT RESOLVED",
    ]  # fmt: skip


def test_cut_trial__an_event_not_fatal_yet_is_of_grade_4(cut):
    assert cut["ae"]["AETOXGR"].tolist() == ["1", "2", "4"]
    assert cut["ae"]["AESDTH"].tolist() == ["", "", ""]


def test_cut_trial__an_end_on_the_day_is_known(cut):
    assert cut["cm"]["CMENDTC"].tolist() == ["2014-07-15"]


def test_cut_trial__leaves_the_trial_untouched():
    trial = hand_made()
    cut_trial(trial, DAY)
    pd.testing.assert_frame_equal(trial["dm"], hand_made()["dm"])
    pd.testing.assert_frame_equal(trial["ae"], hand_made()["ae"])


def test_cut_trial__no_date_of_any_domain_is_after_the_cut(trial):
    for name, frame in cut_trial(trial, INTERIM).items():
        for column in (column for column in frame if column.endswith("DTC")):
            assert (frame[column] <= INTERIM.isoformat()).all(), f"{name}.{column}"


def test_cut_trial__sequence_numbers_stay_what_they_are(trial):
    early, late = cut_trial(trial, INTERIM), cut_trial(trial, FINAL)
    for name in ("ex", "ds", "qs", "lb", "cp", "ae", "cm"):
        keys = ["USUBJID", f"{name.upper()}SEQ", STARTS[name]]
        assert len(early[name]) > 0
        assert early[name][keys].merge(late[name][keys]).shape[0] == len(early[name])


def test_cut_trial__week_10_is_due_for_half_of_the_dosed_at_the_interim_cut(trial):
    first = pd.to_datetime(cut_trial(trial, INTERIM)["ex"].groupby("USUBJID")["EXSTDTC"].min())
    is_due = first + pd.Timedelta(days=77) <= pd.Timestamp(INTERIM)
    assert (is_due.sum(), len(first)) == (12, 24)


def written(folder, trial, extension, day=FINAL):
    cut_id = day.isoformat()
    target = folder / cut_id
    write_cut(target, cut_trial(trial, day), cut_id=cut_id, cut_date=day, study="NCT02084238", extension=extension)
    return target


def test_write_cut__says_that_it_is_synthetic(tmp_path, trial):
    text = (written(tmp_path, trial, "csv") / "cut.yaml").read_text(encoding="utf-8")
    assert text == "study: NCT02084238\ncut_id: 2015-10-01\ncut_date: 2015-10-01\nsynthetic: true\n"


@pytest.mark.parametrize("extension", ["csv", "parquet"])
def test_write_cut__writes_one_file_per_domain(tmp_path, trial, extension):
    names = sorted(file.name for file in written(tmp_path, trial, extension).iterdir())
    assert names == sorted([*(f"{name}.{extension}" for name in trial), "cut.yaml"])


@pytest.mark.parametrize("day", [INTERIM, FINAL])
def test_write_cut__nothing_is_refused_or_quarantined(tmp_path, plan, trial, day):
    checked = check_cut(written(tmp_path, trial, "csv", day), plan, PLAN_FILE.read_bytes())
    assert [finding for finding in checked.findings if finding.severity in ("refused", "quarantined")] == []


def test_write_cut__replaces_its_own_files(tmp_path, trial):
    before = (written(tmp_path, trial, "csv") / "ae.csv").read_bytes()
    assert (written(tmp_path, trial, "csv") / "ae.csv").read_bytes() == before


def test_write_cut__refuses_a_folder_with_another_format(tmp_path, trial):
    target = written(tmp_path, trial, "csv")
    with pytest.raises(UsageError, match=r"2015-10-01: holds ae\.csv, .* Name a new or an empty folder\."):
        written(tmp_path, trial, "parquet")
    assert not (target / "dm.parquet").exists()


def test_write_cut__an_unknown_format_leaves_no_folder(tmp_path, trial):
    with pytest.raises(UsageError):
        written(tmp_path, trial, "ods")
    assert list(tmp_path.iterdir()) == []


def test_write_cut__refuses_a_sealed_folder(tmp_path, trial):
    target = written(tmp_path, trial, "csv")
    (target / "manifest.json").write_text("{}", encoding="utf-8")
    with pytest.raises(UsageError, match=r"holds manifest\.json"):
        written(tmp_path, trial, "csv")


def test_write_cut__refuses_a_file_in_the_place_of_the_folder(tmp_path, trial):
    (tmp_path / "2015-10-01").write_text("", encoding="utf-8")
    with pytest.raises(UsageError, match="is not a folder"):
        written(tmp_path, trial, "csv")


@pytest.mark.parametrize("day", [INTERIM, FINAL])
def test_write_cut__committed_cuts_are_the_default_trial(tmp_path, trial, day):
    target = written(tmp_path, trial, "csv", day)
    committed = HOME / "data" / "synthetic" / day.isoformat()
    for file in target.iterdir():
        assert file.read_bytes() == (committed / file.name).read_bytes(), file.name
