"""The numbers behind a profile."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from sap_helpers.show.profiles.numbers import (
    assessments_table,
    cells_table,
    doses_table,
    drugs_table,
    events_table,
    number_tables,
    response_table,
    source_text,
)


def rows(table):
    return [(row.label, *(cell.text for cell in row.cells)) for row in table.rows]


def test_source_text__without_a_source_it_is_derived():
    assert source_text([{"SRCDOM": "", "SRCROW": None, "SRCSEQ": None}]) == "derived"


def test_assessments_table__one_row_a_day_with_its_records(courses, plan):
    found = rows(assessments_table(courses["A"], plan))
    assert [row[:6] for row in found] == [
        ("2014-02-22", "-7", "0", "12*", "EEEEEEEEE*", "1.2*"), ("2014-03-01", "1", "0", "10", "EEEEEEEEE", "1.0"),
        ("2014-03-15", "15", "2", "4", "EEEEEEEEE", "1.1"), ("2014-03-29", "29", "4", "10", "AEEEEEEEE", "2.0"),
    ]  # fmt: skip
    assert found[0][6] == "QS row 1-34"


def test_response_table__components_and_what_counts(courses):
    assert rows(response_table(courses["A"]))[:2] == [
        ("Week 2", "2014-03-15", "15", "met", "met", "met", "yes", "yes", "–"),
        ("Week 4", "2014-03-29", "29", "not met", "not met", "not met", "no", "no", "failed: SLEDAI, BILAG, PGA"),
    ]


def test_cells_table__one_row_a_day_one_column_a_cell(courses, plan):
    table = cells_table(courses["A"], plan)
    assert [column.label for column in table.columns] == ["Day", "Week", "Treg (%)", "NK (%)", "Source"]
    assert rows(table) == [
        ("2014-03-01", "1", "0", "5.5", "–", "CPSEQ 1"), ("2014-03-15", "15", "2", "<10", "9", "CPSEQ 2-3"),
    ]  # fmt: skip


def test_events_table__as_recorded(courses):
    assert rows(events_table(courses["A"]))[0] == (
        "Rash", "rash <b>", "3", "2014-03-10 to 2014-03-12", "10 to 12", "serious, related", "–", "–", "AESEQ 7",
    )  # fmt: skip


def test_drugs_table__ongoing_is_said(courses):
    assert rows(drugs_table(courses["A"]))[0][3:] == ("2013-01-01 to ongoing", "-424 to ongoing", "CM row 1")


def test_tables__what_goes_on_goes_on_to_the_death(courses):
    dead = replace(courses["A"], subject=courses["A"].subject | {"DTHDT": pd.Timestamp("2014-04-10")})
    assert rows(drugs_table(dead))[0][3:5] == ("2013-01-01 to death", "-424 to death")
    assert [row[3:5] for row in rows(events_table(dead))] == [
        ("2014-03-10 to 2014-03-12", "10 to 12"), ("2014-04-01 to death", "32 to death"),
    ]  # fmt: skip


def test_doses_table__one_row_a_cycle(courses):
    assert rows(doses_table(courses["A"]))[1] == (
        "Cycle 2", "1", "1000000", "2014-03-29 to 2014-04-10", "29 to 41", "EX row 2",
    )  # fmt: skip


def test_number_tables__absent_domain_is_its_reason(courses, plan, present):
    why = "not available in this cut: no CP domain"
    tables = {table.title: table for table in number_tables(courses["B"], plan, present | {"cp": why})}
    assert rows(tables["Cells"]) == [(why,)]


def test_number_tables__dates_are_dates_of_the_records(courses, plan, present):
    dates = {row[0] for row in rows(number_tables(courses["A"], plan, present)[0])}
    assert dates == {record["ADT"].date().isoformat() for record in courses["A"].index}
    assert pd.Timestamp(min(dates)) == pd.Timestamp("2014-02-22")
