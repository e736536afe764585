"""What a profile is made of."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sap_helpers.show.profiles.courses import gather_courses, records_of, value_text
from sap_helpers.show.profiles.records import read_records


def test_records_of__missing_of_any_kind_is_none():
    frame = pd.DataFrame({
        "N": [1.5, float("nan")], "I": pd.array([2, None], dtype="Int64"), "D": pd.to_datetime(["2014-03-01", None]),
        "T": ["x", None],
    })  # fmt: skip
    first, second = records_of(frame, frame.columns)
    assert first == {"N": 1.5, "I": 2, "D": pd.Timestamp("2014-03-01"), "T": "x"}
    assert second == dict.fromkeys(frame.columns)


def test_gather_courses__every_subject_has_one_by_identifier(courses, study):
    assert list(courses) == sorted(study["adsl"]["USUBJID"])


def test_gather_courses__totals_in_order_of_time(courses):
    assert [(record["ADY"], record["AVAL"]) for record in courses["A"].index] == [(-7, 12), (1, 10), (15, 4), (29, 10)]


def test_gather_courses__items_behind_a_total(courses):
    assert len(courses["A"].items["SLEDAI", pd.Timestamp("2014-03-15")]) == 24


def test_gather_courses__items_of_days_recorded_in_any_order(study, states, records, courses):
    order = np.random.default_rng(1).permutation(len(study["adqs"]))
    mixed = replace(study, data={**study.data, "adqs": study["adqs"].take(order)})
    found = {course.name: course for course in gather_courses(read_records(mixed, states), ["A", "B"], study.plan)}
    for name, course in found.items():
        assert {group: set(keys) for group, keys in course.items.items()} == {
            group: set(keys) for group, keys in courses[name].items.items()
        }


def test_gather_courses__planned_cells_stand_before_others(courses):
    assert list(courses["A"].cells) == ["TREG", "NK"]


def test_gather_courses__states_are_those_given(courses):
    assert courses["A"].states == {
        2: ("response", ""), 4: ("failed", "SBP"), 6: ("missing", ""), 8: ("event", ""), 10: ("event", ""),
    }  # fmt: skip


def test_gather_courses__untreated_subject_has_its_record_alone(courses, study):
    name = next(name for name in study["adsl"]["USUBJID"] if name not in "AB")
    course = courses[name]
    assert (course.index, course.doses, course.events, course.states) == ([], [], [], {})


@pytest.mark.parametrize(
    ("record", "text"),
    [
        ({"AVALC": "<10", "AVAL": 5.0, "QUARFL": ""}, "<10"), ({"AVALC": "", "AVAL": 4.0, "QUARFL": ""}, "4"),
        ({"AVALC": "", "AVAL": None, "QUARFL": "Y"}, "quarantined"), ({"AVALC": "", "AVAL": None, "QUARFL": ""}, "–"),
    ],
)  # fmt: skip
def test_value_text__as_reported_else_as_derived(record, text):
    assert value_text(record) == text


@pytest.mark.parametrize(("date", "day"), [("2014-03-01", 1), ("2014-02-28", -1), ("2014-03-02", 2)])
def test_day_of__there_is_no_day_0(courses, date, day):
    assert courses["A"].day_of(pd.Timestamp(date)) == day


def test_gather_courses__of_some_subjects_alone(study, records, courses):
    (found,) = gather_courses(records, ["A"], study.plan)
    assert found == courses["A"]
