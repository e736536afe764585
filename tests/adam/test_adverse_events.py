"""Adverse events: onset, grade, fatal outcome, categories."""

from pathlib import Path

import pandas as pd
import pytest

from sap_helpers.adam.adverse_events import (
    compute_grade,
    compute_onset,
    derive_adverse_events,
    has_death_date,
    is_fatal,
    split_categories,
)
from sap_helpers.plan import load_plan

PLAN = load_plan(Path(__file__).parents[2] / "sap" / "plan.yaml")
WORDS = PLAN.safety.words


def text(*cells):
    return pd.Series(list(cells), dtype=object)


@pytest.mark.parametrize(
    ("start", "end", "day"),
    [
        ("2014-03-25", "", "2014-03-25"),  # complete
        ("2014-03-25", "2014-03-01", "2014-03-25"),  # complete, whatever the end says
        ("2014-03", "", "2014-03-20"),  # could be before or after the first dose
        ("2014-03", "2014-03-20", "2014-03-20"),  # the end allows the day of the first dose
        ("2014-03", "2014-03", "2014-03-20"),  # the end allows a later day
        ("2014-03", "2014-03-19", "2014-03-01"),  # ended before
        ("2014-04", "", "2014-04-01"),  # after it on any day
        ("2014-02", "", "2014-02-01"),  # before it on any day
        ("2014", "", "2014-03-20"),
        ("2014", "2014-02", "2014-01-01"),
        ("2015", "", "2015-01-01"),
        ("", "", "2014-03-20"),  # no start
        ("", "2014-03-25", "2014-03-20"),
        ("", "2014-03-19", None),  # no start, ended before
    ],
)
def test_compute_onset__cases(start, end, day):
    found = compute_onset(text(start), text(end), pd.Series([pd.Timestamp("2014-03-20")]))
    assert found.isna().iloc[0] if day is None else found.iloc[0] == pd.Timestamp(day)


def test_compute_onset__a_month_that_ends_on_the_day_of_the_first_dose_takes_it():
    found = compute_onset(text("2014-03"), text(""), pd.Series([pd.Timestamp("2014-03-31")]))
    assert found.iloc[0] == pd.Timestamp("2014-03-31")


def test_compute_grade__the_grade_else_the_severity_else_missing():
    found = compute_grade(
        text("3", "", "", "6", "2.0", "GRADE 3"), text("MILD", "severe ", "ODD", "MODERATE", "", ""), WORDS
    )
    assert found.fillna(0).tolist() == [3, 3, 0, 2, 2, 0]


@pytest.mark.parametrize(
    ("outcome", "grade", "death", "has_date", "end", "fatal"),
    [
        ("FATAL", None, "2014-08-01", True, "", True),
        ("fatal", None, None, True, "2014-08-01", False),  # the date of death is after the cut
        ("FATAL", 5, None, False, "2014-08-01", True),  # no date of death, the event has ended
        ("FATAL", 5, None, False, "", False),  # no date of death, no end by the cut
        ("", 5, "2014-08-01", True, "", True),  # grade 5 alone
        ("RECOVERED/RESOLVED", 4, "2014-08-01", True, "", False),
        ("", None, None, False, "", False),
    ],
)
def test_is_fatal__cases(outcome, grade, death, has_date, end, fatal):
    found = is_fatal(
        {"AEOUT": text(outcome), "AEENDTC": text(end)}, pd.Series([grade], dtype="Int64"),
        pd.Series([pd.Timestamp(death) if death else pd.NaT]), pd.Series([has_date]), WORDS,
    )  # fmt: skip
    assert found.tolist() == [fatal]


def test_has_death_date__asks_dm_whatever_the_cut():
    dm = pd.DataFrame({"USUBJID": ["S1", "S2"], "DTHDTC": ["2099-01-01", ""]})
    assert has_death_date(text("S1", "S2"), dm).tolist() == [True, False]
    assert has_death_date(text("S1"), dm[["USUBJID"]]).tolist() == [False]


def test_split_categories__an_event_of_two_stands_in_both_and_one_of_none_is_kept():
    frame = pd.DataFrame({"AESI": ["INFECTION; FEVER", "", "KIDNEY"]})
    assert split_categories(frame)["AESI"].tolist() == ["INFECTION", "FEVER", "", "KIDNEY"]


def subjects(**columns):
    frame = pd.DataFrame({"USUBJID": ["S1"], "SAFFL": ["Y"], "DTHDT": pd.to_datetime(pd.Series([None]))})
    dates = {"TRTSDT": "2014-03-20", "TRTEDT": "2014-03-20", **columns}
    return frame.assign(**{name: pd.Timestamp(day) for name, day in dates.items()})


def exposure():
    return pd.DataFrame(
        {
            "USUBJID": ["S1"], "AVAL": [1.0], "NDAYS": [1], "EXDOSFRQ": ["ONCE"], "EPOCH": ["CYCLE 1"],
            "ASTDT": [pd.Timestamp("2014-03-20")], "TRTSDT": [pd.Timestamp("2014-03-20")],
        }
    )  # fmt: skip


def test_derive_adverse_events__an_absent_domain_gives_the_columns_and_no_record():
    dm = pd.DataFrame({"USUBJID": ["S1"]})
    frame = derive_adverse_events(None, dm, subjects(), exposure(), PLAN)
    assert len(frame) == 0
    assert {"TRTEMFL", "ATOXGRN", "AESI", "CYCLE", "SRCROW"} <= set(frame.columns)


def test_derive_adverse_events__leaves_its_input_as_it_was_and_needs_the_required_columns_alone():
    ae = pd.DataFrame(
        {
            "ROW": [1], "USUBJID": ["S1"], "AETERM": ["Cough"], "AEDECOD": ["Cough"], "AEBODSYS": ["Respiratory"],
            "AESTDTC": ["2014-04-01"], "QUARFL": [""],
        }
    )  # fmt: skip
    before = ae.copy()
    frame = derive_adverse_events(ae, pd.DataFrame({"USUBJID": ["S1"]}), subjects(), exposure(), PLAN)
    pd.testing.assert_frame_equal(ae, before)
    assert frame.loc[0, ["TRTEMFL", "RELFL", "SERFL", "CYCLE"]].tolist() == ["Y", "Y", "", 1]
