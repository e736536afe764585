"""Tests of the instruments: totals, stand-ins, grades, new A and B, and which records carry a week's flag."""

from __future__ import annotations

import pandas as pd
import pytest

from sap_helpers.adam.instruments import derive_items, derive_questionnaires

SUBJECTS = pd.DataFrame(
    {"USUBJID": ["A", "B"], "TRTSDT": pd.to_datetime(["2014-03-01", "2014-03-01"]), "SAFFL": ["Y", ""]}
)
DAY_1, DAY_71 = "2014-03-01", "2014-05-10"


def qs(*rows, subject="A"):
    """Return the QS domain typed as code, result, date."""
    frame = pd.DataFrame(rows, columns=["QSTESTCD", "QSSTRESC", "QSDTC"], dtype=object)
    category = frame["QSTESTCD"].str[:4].map({"SLED": "SELENA-SLEDAI", "BILA": "BILAG-2004"}).fillna("PGA")
    return frame.assign(USUBJID=subject, QSCAT=category, QUARFL="", ROW=range(1, len(frame) + 1))


def items(plan, date, present=(), total=None, **changed):
    """Return the rows of a SLEDAI day: the items named score their weight, the others 0, `changed` as given."""
    weights = plan.instruments.sledai.weights
    scores = {code: str(weight if code in present else 0) for code, weight in weights.items()} | changed
    rows = [(code, text, date) for code, text in scores.items() if text is not None]
    return rows + ([("SLED0125", str(total), date)] if total is not None else [])


def bilag(date, grades):
    return [(f"BILA01{number:02d}", grade, date) for number, grade in enumerate(grades, start=1)]


def values(frame, code, column="AVAL"):
    return frame.loc[frame["PARAMCD"] == code, column].tolist()


def test_derive_questionnaires__total_is_the_sum_of_24_items(plan):
    present = ("SLED0108", "SLED0113", "SLED0120", "SLED0124")
    found = derive_questionnaires(qs(*items(plan, DAY_1, present)), SUBJECTS, plan)
    assert values(found, "SLEDAI") == [8 + 4 + 2 + 1]
    assert values(found, "SLEDAI", "DTYPE") == ["SUM"]


def test_derive_questionnaires__all_items_present_make_105(plan):
    found = derive_questionnaires(qs(*items(plan, DAY_1, plan.instruments.sledai.weights)), SUBJECTS, plan)
    assert values(found, "SLEDAI") == [105]


def test_derive_questionnaires__second_total_leaves_the_serology_items_out(plan):
    found = derive_questionnaires(qs(*items(plan, DAY_1, ("SLED0109", "SLED0120", "SLED0121"))), SUBJECTS, plan)
    assert (values(found, "SLEDAI"), values(found, "SLEDAI22")) == ([8], [4])


def test_derive_questionnaires__items_win_over_a_recorded_total(plan):
    found = derive_questionnaires(qs(*items(plan, DAY_1, ("SLED0109",), total=12)), SUBJECTS, plan)
    assert values(found, "SLEDAI") == [4]


@pytest.mark.parametrize("gap", ["", None], ids=["empty", "absent"])
def test_derive_questionnaires__recorded_total_stands_in_for_a_missing_item(plan, gap):
    rows = items(plan, DAY_1, ("SLED0109",), total=12, SLED0101=gap)
    found = derive_questionnaires(qs(*rows), SUBJECTS, plan)
    assert (values(found, "SLEDAI"), values(found, "SLEDAI", "DTYPE")) == ([12], [""])
    assert values(found, "SLEDAI", "SRCROW") == [len(rows)]


def test_derive_questionnaires__recorded_total_alone_stands_in(plan):
    found = derive_questionnaires(qs(("SLED0125", "12", DAY_1)), SUBJECTS, plan)
    assert values(found, "SLEDAI") == [12]


def test_derive_questionnaires__recorded_total_never_stands_in_without_serology(plan):
    found = derive_questionnaires(qs(*items(plan, DAY_1, total=12, SLED0101="")), SUBJECTS, plan)
    assert pd.isna(values(found, "SLEDAI22")).tolist() == [True]


def test_derive_questionnaires__missing_serology_item_leaves_the_second_total(plan):
    found = derive_questionnaires(qs(*items(plan, DAY_1, ("SLED0109",), SLED0120="")), SUBJECTS, plan)
    assert pd.isna(values(found, "SLEDAI")).tolist() == [True]
    assert values(found, "SLEDAI22") == [4]


def test_derive_questionnaires__recorded_total_of_another_day_does_not_stand_in(plan):
    rows = [*items(plan, DAY_1, SLED0101=""), ("SLED0125", "12", "2014-02-28")]
    found = derive_questionnaires(qs(*rows), SUBJECTS, plan)
    assert found.loc[found["PARAMCD"] == "SLEDAI", ["ADY", "AVAL"]].fillna(-1).to_numpy().tolist() == [
        [-1, 12],
        [1, -1],
    ]


def test_derive_questionnaires__equal_same_day_items_count_once(plan):
    rows = [*items(plan, DAY_1, ("SLED0109",)), ("SLED0109", "4", DAY_1)]
    found = derive_questionnaires(qs(*rows), SUBJECTS, plan)
    assert values(found, "SLEDAI") == [4]
    assert values(found, "SLED0109", "ANL01FL") == ["Y", ""]


def test_derive_questionnaires__bilag_day_holds_nine_grades_in_order(plan):
    found = derive_questionnaires(qs(*reversed(bilag(DAY_1, "ABCDEEDCB"))), SUBJECTS, plan)
    assert values(found, "BILAG", "AVALC") == ["ABCDEEDCB"]


@pytest.mark.parametrize("grades", ["ABCDEEDC", ["A", "B", "C", "D", "", "E", "D", "C", "B"]], ids=["eight", "empty"])
def test_derive_questionnaires__fewer_than_nine_grades_are_no_assessment(plan, grades):
    found = derive_questionnaires(qs(*bilag(DAY_1, grades)), SUBJECTS, plan)
    assert values(found, "BILAG") == []


@pytest.mark.parametrize(
    ("before", "now", "new_a", "new_b"),
    [
        ("EEEEEEEEE", "AEEEEEEEE", 1, 0),
        ("BEEEEEEEE", "AEEEEEEEE", 1, 0),
        ("AEEEEEEEE", "AEEEEEEEE", 0, 0),
        ("AEEEEEEEE", "BEEEEEEEE", 0, 0),  # improvement
        ("BEEEEEEEE", "BEEEEEEEE", 0, 0),
        ("CDEEEEEEE", "BBBEEEEEE", 0, 3),
        ("EEEEEEEEE", "ABEEEEEEE", 1, 1),
        ("EEEEEEEEE", "CDEEEEEEE", 0, 0),
    ],
)
def test_derive_questionnaires__new_grades(plan, before, now, new_a, new_b):
    found = derive_questionnaires(qs(*bilag(DAY_1, before), *bilag(DAY_71, now)), SUBJECTS, plan)
    assert (values(found, "BILNEWA"), values(found, "BILNEWB")) == ([new_a], [new_b])


def test_derive_questionnaires__no_new_grades_without_a_baseline(plan):
    found = derive_questionnaires(qs(*bilag("2014-01-31", "EEEEEEEEE"), *bilag(DAY_71, "AEEEEEEEE")), SUBJECTS, plan)
    assert values(found, "BILNEWA") == []


def test_derive_questionnaires__items_of_the_chosen_day_carry_its_flag(plan):
    rows = [*items(plan, "2014-02-20"), *items(plan, DAY_1)]
    found = derive_questionnaires(qs(*rows), SUBJECTS, plan)
    flagged = found.loc[(found["PARAMCD"] == "SLED0101") & (found["ANL01FL"] == "Y")]
    assert flagged[["ADY", "ABLFL"]].to_numpy().tolist() == [[1, "Y"]]


def test_derive_questionnaires__assessed_items_beside_a_recorded_total_carry_its_flag(plan):
    found = derive_questionnaires(qs(*items(plan, DAY_1, ("SLED0112",), total=12, SLED0101="")), SUBJECTS, plan)
    flagged = {code: values(found, code, "ABLFL") for code in ("SLED0101", "SLED0102", "SLED0112")}
    assert flagged == {"SLED0101": [""], "SLED0102": ["Y"], "SLED0112": ["Y"]}


def test_derive_questionnaires__untreated_subjects_are_left_out(plan):
    found = derive_questionnaires(qs(("PGA0101", "1.0", DAY_1), subject="B"), SUBJECTS, plan)
    assert found.empty


def test_derive_questionnaires__each_instrument_has_its_own_day(plan):
    rows = [*items(plan, "2014-05-08"), ("PGA0101", "1.0", "2014-05-12")]
    found = derive_questionnaires(qs(*rows), SUBJECTS, plan)
    chosen = found.loc[(found["ANL01FL"] == "Y") & found["PARAMCD"].isin(["SLEDAI", "PGA0101"])]
    assert chosen.set_index("PARAMCD")["ADY"].to_dict() == {"SLEDAI": 69, "PGA0101": 73}


def test_derive_items__unknown_codes_are_left_out(plan):
    found = derive_items(qs(("PGA0101", "1.10", DAY_1), ("OTHER", "7", DAY_1)), plan)
    assert found[["PARAMCD", "AVAL", "AVALC", "SRCROW"]].to_numpy().tolist() == [["PGA0101", 1.1, "1.10", 1]]
