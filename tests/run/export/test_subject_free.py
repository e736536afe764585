"""An executed notebook without subjects."""

import json

import pytest
from nbformat import v4

from sap_helpers.records import encode_records
from sap_helpers.results import MIME
from sap_helpers.run.export.subject_free import LEFT_OUT, without_subjects
from sap_helpers.show.display import MIME as DISPLAY
from sap_helpers.show.page.numbering import number_displays

PAGES = {"index.html"}
RESULT = {"rows": [["X"]], "records": [["k", "adsl", [1], [1, 2]]]}


@pytest.fixture
def free(notebook):
    return without_subjects(notebook, PAGES).cells[1].outputs


def display(data, metadata=None):
    return v4.new_output("display_data", data=data, metadata=metadata or {})


def outputs_of(*outputs):
    made = v4.new_notebook(cells=[v4.new_code_cell("x", outputs=list(outputs))])
    return without_subjects(made, PAGES).cells[0].outputs


def test_without_subjects__names_none(notebook):
    assert "S-0001" in json.dumps(notebook)
    assert "S-0001" not in json.dumps(without_subjects(notebook, PAGES))


def test_without_subjects__the_numbers_of_the_others_do_not_move(notebook):
    labels = [shown and shown.label for shown in number_displays(without_subjects(notebook, PAGES))]
    assert labels == ["Table 14.2.1.1", "Figure 14.2.1.1", "Figure 14.2.1.2", None, "", "", None]


def test_without_subjects__figure_of_subjects_leaves_title_and_reason(free):
    said = free[1].data[DISPLAY]
    assert (said["title"], said["numbers"]) == ("Lanes", None)
    assert LEFT_OUT in said["alt"]


def test_without_subjects__figure_of_totals_stays(free, notebook):
    before, after = notebook.cells[1].outputs[2].data, free[2].data
    assert after["image/svg+xml"] == before["image/svg+xml"]
    assert [row.get("href") for row in after[DISPLAY]["numbers"]["rows"]] == [None, None]
    assert [row["label"] for row in after[DISPLAY]["numbers"]["rows"]] == ["Group", "One"]


def test_without_subjects__listing_leaves_number_title_and_reason(free):
    assert free[3].data["text/html"] == f"<p>Listing 16.2.6.1.1. A listing: {LEFT_OUT}.</p>"


def test_without_subjects__plain_table_statement_and_stream_stay(free, notebook):
    assert free[4:] == notebook.cells[1].outputs[4:]


def test_without_subjects__link_to_a_page_that_is_gone_is_text(free):
    assert '<th scope="row" class="sap-depth1 sap-short">One</th>' in free[0].data["text/html"]


def test_without_subjects__the_notebook_itself_is_untouched(notebook):
    before = json.dumps(notebook)
    without_subjects(notebook, PAGES)
    assert json.dumps(notebook) == before


def test_without_subjects__results_lose_the_records_behind_them():
    (output,) = outputs_of(display({MIME: RESULT, "text/plain": "1 result"}))
    assert output.data == {MIME: {"rows": [["X"]], "records": encode_records({}, ())}, "text/plain": "1 result"}


def test_without_subjects__table_of_unknown_make_goes():
    (output,) = outputs_of(display({"text/html": "<table><tr><td>S-0001</td></tr></table>", "text/plain": "S-0001"}))
    assert output.data["text/html"] == f"<p>An output that the package did not make: {LEFT_OUT}.</p>"


def test_without_subjects__figure_without_a_mark_goes():
    (output,) = outputs_of(display({"image/png": "AA=="}, {"image/png": {"alt": "S-0001", "caption": "c"}}))
    assert "S-0001" not in json.dumps(output)
