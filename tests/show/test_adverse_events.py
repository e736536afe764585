"""Tables, listings and figures of adverse events, from the cut worked on paper and from results without numbers."""

import shutil
from pathlib import Path

import pytest

from sap_helpers.adam.store import open_study
from sap_helpers.analyses import adverse_listings as lists
from sap_helpers.analyses.adverse_events import analyse_adverse_events
from sap_helpers.show import adverse_figures
from sap_helpers.show.answers import answer_safety
from sap_helpers.show.listing import make_listing
from sap_helpers.show.tables import make_table

CUT = Path(__file__).parents[1] / "end_to_end" / "hand_worked_ae" / "cut"
TABLES = ("AE.OVERVIEW", "AE.WINDOW30", "AE.DEATH", "AE.BY_CYCLE", "AE.AESI", "AE.RATES", "AE.CUMULATIVE")
LABORATORY = ("AE.LIVER", "AE.LIVER.PEAKS", "AE.KIDNEY", "LABS.SHIFT", "LABS.OTHER")


@pytest.fixture(scope="module")
def study():
    return open_study(CUT)


@pytest.fixture(scope="module")
def results(study):
    return analyse_adverse_events(study)


@pytest.fixture(scope="module")
def without(tmp_path_factory):
    """Return the results of the same cut without AE and LB."""
    folder = tmp_path_factory.mktemp("cut") / "cut"
    shutil.copytree(CUT, folder)
    for name in ("ae", "lb"):
        (folder / f"{name}.csv").unlink()
    return analyse_adverse_events(open_study(folder))


def row(table, label):
    return next([cell.text for cell in row.cells] for row in table.rows if row.label == label)


def test_answer__one_sentence_with_its_numbers_and_their_ids(results, plan):
    said = answer_safety(results, plan)
    assert said.answer == (
        "Up to day 180, 6 of 7 treated subjects had an adverse event (85.7%, 95% confidence interval 42.1 to 99.6); "
        "subjects with a serious one: 4, with a fatal one: 2."
    )
    assert "AE.OVERVIEW|SAF|||||FATAL|Y||n" in said.result_ids


def test_answer__without_events_gives_the_reason(without, plan):
    assert answer_safety(without, plan).answer == "Adverse events: not available in this cut: no AE domain."


def test_overview_table__subjects_interval_and_events(results, plan):
    table = make_table("AE.OVERVIEW", results, plan)
    assert row(table, "Serious") == ["4/7", "57.1", "18.4 to 90.1", "4"]


def test_categories_table__first_onset_is_a_dash_where_there_is_none(results, plan):
    table = make_table("AE.AESI", results, plan)
    assert row(table, "Infection") == ["4/7", "57.1", "18.4 to 90.1", "6", "1", "1", "77 (13, 113)"]
    assert row(table, "Tumour") == ["0/7", "0.0", "0.0 to 41.0", "0", "0", "0", "–"]


def test_categories_table__says_that_names_of_causes_are_no_judgement(results, plan):
    table = make_table("AE.AESI", results, plan)
    (note,) = [note for note in table.footnotes if "judged not related" in note]
    labels = {line.label for line in table.rows}
    assert {"Drug-induced liver damage", "Kidney damage"} <= {label for label in labels if f"'{label}'" in note}
    assert any(column.spanner == "Related" for column in table.columns)


def test_category_grades_table__counts_subjects_by_worst_grade(results, plan):
    assert row(make_table("AE.AESI.GRADES", results, plan), "Infection") == ["0", "0", "2", "2", "0", "0"]


def test_rates_table__both_rates_side_by_side(results, plan):
    cells = row(make_table("AE.RATES", results, plan), "Any adverse event")
    assert cells == ["6", "1.0", "608.8", "223.4 to 1325.0", "13", "2.5", "517.2", "275.4 to 884.5"]


def test_cumulative_table__a_day_without_anybody_at_risk_says_so(results, plan):
    table = make_table("AE.CUMULATIVE", results, plan)
    first = next(i for i, line in enumerate(table.rows) if line.label == "Infection")
    assert [cell.text for cell in table.rows[first].cells][:2] == ["4/7", "57.1"]
    any_event = next(line for line in table.rows if line.label == "Day 180")
    assert [cell.text for cell in any_event.cells] == [
        "0", "not estimable: nobody at risk on day 180, last at risk on day 175", "–"
    ]  # fmt: skip


@pytest.mark.parametrize("name", TABLES)
def test_tables__without_events_show_the_reason_and_no_number(without, plan, name):
    table = make_table(name, without, plan)
    shown = {cell.text for line in table.rows for cell in line.cells}
    if name != "AE.DEATH":
        assert any(text.startswith("not available in this cut: no AE domain") for text in shown)
        assert not any(text[:1].isdigit() for text in shown)
    assert table.html()


@pytest.mark.parametrize("name", LABORATORY)
def test_laboratory_tables__without_a_laboratory_show_the_reason(without, plan, name):
    table = make_table(name, without, plan)
    shown = {cell.text for line in table.rows for cell in line.cells}
    assert any(text.startswith("not available in this cut: no LB domain") for text in shown)
    assert not any(text[:1].isdigit() for text in shown)


def test_terms_table__terms_stand_below_their_class(results, plan):
    table = make_table("AE.SOC_PT", results, plan)
    assert [(line.label, line.depth) for line in table.rows[:3]] == [
        ("Any adverse event", 0), ("Infections and infestations", 1), ("Pneumonia", 2)
    ]  # fmt: skip


def test_grades_table__has_a_column_for_every_grade_and_for_a_missing_one(results, plan):
    table = make_table("AE.SOC_PT_GRADE", results, plan)
    assert [column.label for column in table.columns][-1] == "Grade missing"
    assert row(table, "Any adverse event") == ["0", "1", "2", "2", "1", "0"]


def test_liver_table__candidates_and_quadrants_in_both_scales(results, plan):
    table = make_table("AE.LIVER", results, plan)
    assert row(table, "Hy's-law candidate")[0] == "1/5"
    assert [line.label for line in table.rows].count("Both (range of Hy's law)") == 2


def test_kidney_table__stages_with_their_bounds(results, plan):
    table = make_table("AE.KIDNEY", results, plan)
    assert row(table, "Stage 2: at least 2 and below 3 times baseline") == ["1/2", "50.0"]


def test_shift_table__names_the_edition_and_leaves_empty_rows_out(results, plan):
    table = make_table("LABS.SHIFT", results, plan)
    assert table.footnotes[0].startswith("CTCAE version 5.0")
    at = [line.label for line in table.rows].index("Alanine aminotransferase")
    assert [[c.text for c in line.cells] for line in table.rows[at + 1 : at + 3]] == [
        ["0", "1", "3", "0", "0"], ["1", "0", "0", "0", "0"]
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("show", "rows"),
    [("AE.OVERVIEW", 1), ("AE.SOC_PT", 0), ("AE.AESI", 3), ("AE.DEATH", 1)],
)
def test_listings__rows_or_the_reason(study, show, rows):
    frames = {
        "AE.OVERVIEW": lists.list_missing_causality, "AE.SOC_PT": lists.list_lupus_activity,
        "AE.AESI": lists.list_uncategorised, "AE.DEATH": lists.list_deaths,
    }  # fmt: skip
    frame = frames[show](study)
    assert len(make_listing(show, frame, study.plan).rows) == rows
    empty = make_listing(show, frame, study.plan, why="not available")
    assert [line.label for line in empty.rows] == ["not available"]
    assert "not available" in empty.html()


def test_events_listing__says_why_each_event_is_listed(study, plan):
    table = make_listing("AE.LISTING", lists.list_adverse_events(study), plan)
    assert table.rows[0].cells[1].text == "serious; grade >= 3"


def test_events_listing__says_what_it_cannot_tell(study, plan):
    listed = lists.list_adverse_events(study)
    table = make_listing("AE.LISTING", listed, plan, gap="not available: no AE.AESER")
    assert table.footnotes[-1] == "Not complete: not available: no AE.AESER."


def test_incidence_figure__its_numbers_are_those_of_every_row_drawn(results, plan):
    table = adverse_figures.incidence_figure(results, plan).numbers
    assert row(table, "Serious") == ["4/7", "57.1", "18.4 to 90.1"]
    assert row(table, "Tumour") == ["0/7", "0.0", "0.0 to 41.0"]


def test_incidence_figure__the_words_hold_its_numbers(results, plan):
    alt = adverse_figures.incidence_figure(results, plan).alt
    assert "Any adverse event: 6/7, 85.7%, interval 42.1 to 99.6" in alt
    assert "Tumour: 0/7, 0.0%, interval 0.0 to 41.0" in alt


def test_incidence_figure__without_events_the_words_give_the_reason(without, plan):
    assert "Serious: not available in this cut: no AE domain" in adverse_figures.incidence_figure(without, plan).alt


def test_cumulative_figure__the_words_hold_the_last_value_of_each_curve(results, plan):
    assert "Infection: 57.1; Fever: 28.6; Tumour: 0.0" in adverse_figures.cumulative_figure(results, plan).alt


def test_onset_figure__counts_events_and_those_in_a_planned_block(study, plan):
    figure = adverse_figures.onset_figure(lists.list_onsets(study), plan)
    # day 13 twice is in the block of days 1 to 13, day 113 in that of days 113 to 125; 43 twice and 110 are in none
    assert "Infection: 6, 3 of them in a planned block" in figure.alt
    assert row(figure.numbers, "Infection")[0] == "6"


def test_timeline_figure__tells_subjects_by_their_number_of_events(study, plan):
    figure = adverse_figures.timeline_figure(lists.list_timeline(study), lists.list_dosing_blocks(study), plan)
    assert figure.alt.endswith("Subjects by number of events: 1 with 0, 2 with 1, 2 with 2, 1 with 3, 1 with 4.")


def test_edish_figure__counts_the_quadrants_in_both_scales(study, plan):
    alt = adverse_figures.edish_figure(lists.list_liver_peaks(study), plan).alt
    assert "Times the upper limit: both above 4, transaminase alone 1, bilirubin alone 0" in alt


@pytest.mark.parametrize(
    ("make", "frames"),
    [
        ("onset_figure", ("list_onsets",)),
        ("timeline_figure", ("list_timeline", "list_dosing_blocks")),
        ("edish_figure", ("list_liver_peaks",)),
    ],
)
def test_figures__give_the_reason_in_words_and_draw_nothing(study, plan, make, frames):
    given = [getattr(lists, name)(study) for name in frames]
    figure = getattr(adverse_figures, make)(*given, plan, why="not available in this cut: no AE domain")
    assert figure.alt.endswith("not available in this cut: no AE domain.")
    assert [line.label for line in figure.numbers.rows] == ["not available in this cut: no AE domain"]


def test_figures__are_the_same_bytes_each_time(study, results, plan):
    figures = adverse_figures
    assert figures.cumulative_figure(results, plan).svg == figures.cumulative_figure(results, plan).svg
    onsets = lists.list_onsets(study)
    assert figures.onset_figure(onsets, plan).svg == figures.onset_figure(onsets, plan).svg
