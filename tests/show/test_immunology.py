"""Tables, figures and listings of immunology, from hand-typed results."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from sap_helpers.results import Key, Result, Results
from sap_helpers.show import immunology_figures
from sap_helpers.show.answers import answer_immunology
from sap_helpers.show.cells import once
from sap_helpers.show.display import Cell
from sap_helpers.show.immunology_labels import parameter_label
from sap_helpers.show.listing import make_listing
from sap_helpers.show.tables import make_table

if TYPE_CHECKING:
    from sap_helpers.show.display import Table

CHANGE = {
    "": {"N": 32, "mean": 4.43, "sd": 2.48, "median": 4.05, "p25": 2.59, "p75": 6.57},
    "paired t": {
        "estimate": 4.43, "conf.low": 3.54, "conf.high": 5.32, "statistic": 10.1, "df": 31, "p.value": 0.0004,
    },
    "Wilcoxon signed-rank": {"statistic": 528, "p.value": 0.0002},
    "Hodges-Lehmann": {"estimate": 4.32, "conf.low": 3.38, "conf.high": 5.28},
}  # fmt: skip
WEEK = {"mean": 5.29, "sd": 1.61, "median": 5.36, "p25": 3.9, "p75": 6.05}
CELLS = ("TREG", "TH17", "TFH", "TREG_TH17", "TREG_TFH")
MARKERS = ("C3", "C4", "DDNAIGAB")


def rows(key: Key, values: dict[str, float | None], why: str = "") -> list[Result]:
    """Return statistics; with a reason, every one of them without a number."""
    return [Result(key, name, None if why else value, why) for name, value in values.items()]


def change(analysis_id: str, codes: tuple[str, ...], why: str = "") -> list[Result]:
    """Return the rows of a change and of its family's adjustment."""
    found: list[Result] = []
    for code in codes:
        key = Key(analysis_id, "FAS", variable=code)
        for week in ("0", "10"):
            found += rows(key._replace(group1="AVISITN", group1_level=week), WEEK, why)
        for method, values in CHANGE.items():
            found += rows(key._replace(method=method), values, why)
        adjusted = key._replace(analysis_id=analysis_id.replace("CHANGE", "ADJUSTED"), method="Holm")
        found += rows(adjusted, {"p.adjusted": 0.0006}, why)
    found += rows(Key(analysis_id, "FAS", variable="DEATH", variable_level="Y"), {"n": 1, "N": 40, "p": 0.025})
    return found


@pytest.fixture
def results():
    return Results((*change("IMM.CHANGE", CELLS), *change("LAB.CHANGE", MARKERS)))


def text_of(table: Table, label: str) -> list[str]:
    """Return the cells of one row."""
    return next([cell.text for cell in row.cells] for row in table.rows if row.label == label)


def test_parameter_label__has_unit_and_scale(plan):
    labels = [parameter_label(code, plan) for code in ("TREG", "TREG_TFH", "C3", "DDNAIGAB")]
    assert labels == ["Treg (% of CD4+)", "Treg/Tfh", "C3 (g/L)", "anti-dsDNA (log10 IU/mL)"]


def test_values_table__geometric_means_stand_in_the_unit_of_their_own_marker(plan):
    key = Key("LAB.CHANGE", "FAS", "AVISITN", "0", variable="DDNAIGAB", method="geometric mean")
    results = Results((*change("LAB.CHANGE", (*MARKERS, "CREAT")), *rows(key, {"mean": 84.2})))

    def head_and_notes(plan):
        table = make_table("LAB.VALUES", results, plan)
        return table.columns[-1].label, [note for note in table.footnotes if "log10" in note]

    one = "Anti-dsDNA: everything on the log10 scale; geometric means beside it in IU/mL."
    assert head_and_notes(plan) == ("Geometric mean (IU/mL)", [one])
    creatinine = plan.immunology.markers[-1].model_copy(update={"code": "CREAT", "short": "creatinine"})
    rule = plan.immunology.model_copy(update={"markers": (*plan.immunology.markers, creatinine)})
    label, notes = head_and_notes(plan.model_copy(update={"immunology": rule}))
    assert (label, len(notes)) == ("Geometric mean", 2)
    assert "Creatinine: everything on the log10 scale; geometric means beside it in umol/L." in notes


def test_once__a_reason_stands_in_the_first_cell_alone():
    cells = [Cell("0"), Cell("no subject due yet"), Cell("no subject due yet", ("id",)), Cell("not estimable: x")]
    assert [cell.text for cell in once(cells)] == ["0", "no subject due yet", "–", "not estimable: x"]
    assert once(cells)[2].result_ids == ("id",)


def test_answer__names_every_parameter_of_the_record_and_no_ratio(results, plan):
    said = answer_immunology(results, plan)
    assert "Treg (% of CD4+) +4.32 (3.38 to 5.28)" in said.answer
    assert "Treg/Th17" not in said.answer
    assert "regression to the mean" in said.caveats[0]


def test_answer__says_why_a_family_is_not_there(plan):
    why = "not available in this cut: no CP domain"
    results = Results((*change("IMM.CHANGE", CELLS, why), *change("LAB.CHANGE", MARKERS)))
    assert answer_immunology(results, plan).answer.endswith(f"Cells: {why}.")


def test_answer__without_any_number_is_the_reason(plan):
    why = "no subject due yet"
    results = Results((*change("IMM.CHANGE", CELLS, why), *change("LAB.CHANGE", MARKERS, why)))
    said = "Change from week 0 to week 10. Cells: no subject due yet. Laboratory: no subject due yet."
    assert answer_immunology(results, plan).answer == said


def test_change_table__one_row_a_parameter(results, plan):
    table = make_table("IMM.CHANGE", results, plan)
    shown = ["32", "4.43 (3.54 to 5.32)", "<0.001", "4.32 (3.38 to 5.28)", "<0.001", "<0.001"]
    assert text_of(table, "Treg (% of CD4+)") == shown
    assert len(table.rows) == 5


def test_change_table__carries_the_caution(results, plan):
    notes = " ".join(make_table("LAB.CHANGE", results, plan).footnotes)
    assert "regression to the mean" in notes
    assert "a p value says that values changed, not why" in notes


def test_values_table__weeks_and_change_below_each_parameter(results, plan):
    table = make_table("IMM.VALUES", results, plan)
    assert [row.label for row in table.rows[:4]] == ["Treg (% of CD4+)", "Week 0", "Week 10", "Change"]
    assert table.population == "Full analysis set (FAS); due at week 10: N = 40"


def test_values_table__deaths_stand_beside(results, plan):
    notes = make_table("IMM.VALUES", results, plan).footnotes
    assert "Deaths by the end of the week's window: 1 of 40; values before a death are used." in notes


def test_pairs_figure__alternative_text_has_pairs_and_medians(results, plan):
    frame = pd.DataFrame({"USUBJID": ["S1"], "PARAMCD": ["TREG"], "FIRST": [5.0], "LAST": [9.0]})
    figure = immunology_figures.pairs_figure(results, frame, plan, "IMM.CHANGE")
    assert "Treg: 1 pair, median 5.4 to 5.4" in figure.alt
    assert figure.svg.startswith(b"<")


def test_pairs_figure__a_logarithmic_median_is_taken_back(plan):
    found = [r for r in change("LAB.CHANGE", MARKERS) if not (r.key.variable == "DDNAIGAB" and r.stat_name == "median")]
    key = Key("LAB.CHANGE", "FAS", "AVISITN", "0", variable="DDNAIGAB")
    found += [Result(key, "median", 2.0), Result(key._replace(group1_level="10"), "median", 1.0)]
    frame = pd.DataFrame({"USUBJID": ["S1"], "PARAMCD": ["DDNAIGAB"], "FIRST": [100.0], "LAST": [10.0]})
    figure = immunology_figures.pairs_figure(Results(tuple(found)), frame, plan, "LAB.CHANGE")
    assert "anti-dsDNA: 1 pair, median 100.0 to 10.0" in figure.alt


def test_standardised_figure__a_parameter_without_a_number_gives_its_reason(plan):
    codes = (*CELLS, *MARKERS)
    values = {"estimate": 2.76, "conf.low": 2.2, "conf.high": 3.32}
    key = Key("IMM.STANDARDISED", "FAS", method="paired t")
    found = [row for code in codes[:-1] for row in rows(key._replace(variable=code), values)]
    found += rows(key._replace(variable=codes[-1]), values, "no subject due yet")
    figure = immunology_figures.standardised_figure(Results(tuple(found)), plan)
    assert "Treg: 2.76 2.20 to 3.32" in figure.alt
    assert "anti-dsDNA: no subject due yet" in figure.alt


def test_cells_listing__headings_name_cell_and_week(plan):
    columns = [f"{code}{week}" for code in ("TREG", "TH17", "TFH") for week in "01"]
    frame = pd.DataFrame([["S1", *["1"] * 6, 71, 2, "yes"]], columns=["USUBJID", *columns, "ADY", "DAYS", "ONDRUG"])
    table = make_listing("IMM.ON_DRUG", frame, plan)
    assert [column.label.replace("\u00a0", " ") for column in table.columns][:2] == ["Treg, week 0", "Treg, week 10"]
    assert table.population == "Full analysis set due at week 10: 1 subject"
