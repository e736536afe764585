"""Of more subjects than the plan shows, the first: in listings and in figures, and said in both."""

import math

import pandas as pd
import pytest

from sap_helpers.results import Key, Result, Results
from sap_helpers.show import adverse_figures, immunology_figures, relapse_figures, sledai_subjects, sri_grid
from sap_helpers.show import first_subjects as first


@pytest.fixture
def two(plan):
    """Return the plan with at most two subjects a page."""
    return plan.model_copy(update={"display": plan.display.model_copy(update={"most_subjects": 2})})


def frame(*subjects):
    return pd.DataFrame({"USUBJID": subjects, "LINE": range(len(subjects))})


def test_first_subjects__few_are_all_shown(two):
    given = frame("02", "01", "02")
    kept, note = first.first_subjects(given, two, "adae")
    assert kept is given
    assert note == ""


def test_first_subjects__of_many_the_first_by_identifier_in_the_order_given(two):
    kept, note = first.first_subjects(frame("03", "02", "01", "02", "04"), two, "adsl, adae")
    assert list(kept["LINE"]) == [1, 2, 3]
    assert note == (
        "Not all: 3 of 5 rows, those of the first 2 subjects; there are 4 subjects. "
        "All are in adam/adsl.parquet, adam/adae.parquet."
    )


@pytest.mark.parametrize("nobody", ["", None])
def test_first_subjects__a_row_that_names_no_subject_stays(nobody, two):
    kept, _ = first.first_subjects(frame("01", "02", "03", nobody), two, "findings.csv")
    assert list(kept["LINE"]) == [0, 1, 3]


def test_first_subjects__each_value_of_a_column_has_its_own(two):
    given = frame("01", "02", "03", "03", "04").assign(rule=["A", "A", "A", "B", "B"])
    kept, note = first.first_subjects(given, two, "findings.csv", within="rule")
    assert list(kept["LINE"]) == [0, 1, 3, 4]
    assert note.endswith("those of the first 2 subjects of each rule; there are 4 subjects. All are in findings.csv.")


def test_first_subjects__what_is_not_by_subject_is_whole(two):
    given = pd.DataFrame({"TERM": list("abc")})
    assert first.first_subjects(given, two, "adae") == (given, "")


def test_first_drawn__few_are_all_drawn(two):
    given = frame("02", "01", "02")
    assert first.first_drawn(given, two) == (given, "")


NOTE = "Not all subjects are shown: the first 2 of 3 by identifier."
SUBJECTS = ["03", "02", "01"]


def grid():
    return pd.DataFrame({"USUBJID": SUBJECTS, "AVISITN": 2, "STATE": "response", "FAILED": ""})


def changes():
    return pd.DataFrame({"USUBJID": SUBJECTS, "BASE": 10.0, "AVAL": 5.0, "CHG": -5.0, "SRI4": "response"})


def courses():
    return pd.DataFrame({"USUBJID": SUBJECTS, "SINCE": 14, "AVAL": 2.0, "KIND": "relapse"})


def lanes():
    return pd.DataFrame({"USUBJID": SUBJECTS, "KIND": "followed", "FROM": 1, "TO": 60})


def timeline():
    days = {"RISKEND": 170.0, "DEATH": math.nan, "START": 3.0, "END": 4.0}
    return pd.DataFrame({"USUBJID": SUBJECTS, **days, "GRADE": 1, "SERFL": "", "AEDECOD": "Cough"})


def blocks():
    return pd.DataFrame({"USUBJID": SUBJECTS, "FIRST": 1, "LAST": 13})


def peaks():
    scales = dict.fromkeys(("XULN_T", "XULN_B", "XBASE_T", "XBASE_B"), 1.0)
    return pd.DataFrame({"USUBJID": SUBJECTS, **scales, "HYS_LAW": "no"})


BUILDERS = {
    "grid": lambda plan: sri_grid.subject_grid_figure(grid(), plan),
    "waterfall": lambda plan: sledai_subjects.waterfall_figure(Results(()), changes(), plan),
    "courses": lambda plan: relapse_figures.courses_figure(courses(), plan),
    "lanes": lambda plan: relapse_figures.swimmer_figure(lanes(), plan),
    "timeline": lambda plan: adverse_figures.timeline_figure(timeline(), blocks(), plan),
    "liver": lambda plan: adverse_figures.edish_figure(peaks(), plan),
}


@pytest.mark.parametrize("build", BUILDERS.values(), ids=BUILDERS)
def test_figures__of_many_subjects_the_first_are_listed(two, build):
    assert {row.label for row in build(two).numbers.rows} == {"01", "02"}


@pytest.mark.parametrize("build", BUILDERS.values(), ids=BUILDERS)
def test_figures__of_many_subjects_the_others_are_not_drawn(plan, two, build):
    three = plan.model_copy(update={"display": plan.display.model_copy(update={"most_subjects": 3})})
    assert build(two).svg != build(three).svg


@pytest.mark.parametrize("build", BUILDERS.values(), ids=BUILDERS)
def test_figures__of_many_subjects_say_that_they_show_the_first(two, build):
    figure = build(two)
    assert figure.caption.endswith(NOTE)
    assert figure.alt.endswith(NOTE)
    assert figure.numbers.footnotes[-1].startswith(f"{NOTE} All are in adam/")


@pytest.mark.parametrize("build", BUILDERS.values(), ids=BUILDERS)
def test_figures__of_few_subjects_say_nothing_of_it(plan, build):
    figure = build(plan)
    assert len(figure.numbers.rows) == 3
    assert "Not all" not in figure.caption + figure.alt + "".join(figure.numbers.footnotes)


def test_swimmer_figure__of_many_subjects_the_size_of_the_set_stays(two):
    assert "N = 3." in relapse_figures.swimmer_figure(lanes(), two).caption


def test_onset_figure__of_many_subjects_the_events_of_the_first_are_counted(two):
    onsets = pd.DataFrame({"USUBJID": SUBJECTS, "AESI": "FEVER", "ASTDY": [1, 28, 29], "GRADE": 1})
    figure = adverse_figures.onset_figure(onsets, two)
    assert {row.label: row.cells[0].text for row in figure.numbers.rows}["Fever"] == "2"
    assert figure.alt.endswith(NOTE)


def test_pairs_figure__of_many_subjects_the_pairs_of_all_are_counted(two):
    codes, weeks = two.immunology.cell_codes, ("0", str(two.immunology.week))
    keys = [Key("IMM.CHANGE", "FAS", "AVISITN", week, variable=code) for code in codes for week in weeks]
    pairs = pd.DataFrame({"USUBJID": SUBJECTS, "PARAMCD": codes[0], "FIRST": 5.0, "LAST": [6.0, 7.0, 8.0]})
    results = Results(tuple(Result(key, name, stat) for key in keys for name, stat in (("median", 5.0), ("N", 3))))
    figure = immunology_figures.pairs_figure(results, pairs, two, "IMM.CHANGE")
    assert "Treg: 3 pairs, median" in figure.alt
    assert figure.alt.endswith(NOTE)
