"""The events behind the figures, by category and by subject."""

import math

import pandas as pd

from sap_helpers.show.adverse_numbers import onsets_table, timeline_table


def cells(table):
    return {row.label: [cell.text for cell in row.cells] for row in table.rows}


def test_onsets_table__one_row_a_category_its_events_by_day(plan):
    onsets = pd.DataFrame({"AESI": ["FEVER", "FEVER", "KIDNEY"], "ASTDY": [9, 3, 5], "GRADE": [1, 2, 0]})
    found = cells(onsets_table(onsets, plan))
    assert found["Fever"] == ["2", "3 (2), 9 (1)"]
    assert found["Kidney damage"] == ["1", "5 (0)"]
    assert found["Tumour"] == ["0", "–"]


def test_timeline_table__one_row_a_subject_those_without_an_event_too():
    rows = [
        ("S1", 170.0, 3.0, 9.0, 2.0, "Cough"), ("S1", 170.0, 5.0, 5.0, 0.0, ""),
        ("S1", 170.0, 7.0, math.nan, 1.0, "Rash"), ("S2", 60.0, math.nan, math.nan, 0.0, math.nan),
    ]  # fmt: skip
    columns = ["USUBJID", "RISKEND", "START", "END", "GRADE", "AEDECOD"]
    assert cells(timeline_table(pd.DataFrame(rows, columns=columns))) == {
        "S1": ["170", "Cough: 3 to 9 (2); uncoded: 5 (0); Rash: from 7 (1)"], "S2": ["60", "–"],
    }  # fmt: skip
