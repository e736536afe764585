"""Tests of the journal: what is left of a notebook whose process was killed."""

from __future__ import annotations

import pytest
from nbformat import v4

from sap_helpers.run.journal import Journal, read_journal


@pytest.fixture
def notebook():
    made = v4.new_notebook()
    made.cells = [v4.new_markdown_cell("# Title"), v4.new_code_cell("1"), v4.new_code_cell("2")]
    return made


@pytest.fixture
def journal(tmp_path):
    return Journal(tmp_path / "journal", lambda *_: None)


def done(cell):
    cell.execution_count = 1
    cell.outputs = [v4.new_output("stream", text="é\n")]
    return cell


def test_read_journal__cells_that_ended_and_the_others_as_they_were(journal, notebook):
    journal.begin(notebook)
    journal.note(1, done(notebook.cells[1]))
    came = read_journal(journal.path, v4.new_notebook())
    assert came == notebook
    assert [cell.get("execution_count") for cell in came.cells] == [None, 1, None]


def test_read_journal__line_that_was_cut_off_is_no_cell(journal, notebook):
    journal.begin(notebook)
    with journal.path.open("a") as file:
        file.write('[1, {"cell_type": "code", "sou')
    assert read_journal(journal.path, v4.new_notebook()).cells[1].execution_count is None


@pytest.mark.parametrize("text", [None, "", '{"cells": ['])
def test_read_journal__notebook_that_did_not_begin_is_as_it_was(journal, notebook, text):
    if text is not None:
        journal.path.write_text(text)
    assert read_journal(journal.path, notebook) is notebook


def test_journal__tells_the_code_cells_done(tmp_path, notebook):
    said = []
    journal = Journal(tmp_path / "journal", lambda *numbers: said.append(numbers))
    journal.begin(notebook)
    for index, cell in enumerate(notebook.cells):
        journal.note(index, cell)
    assert said == [(0, 2), (1, 2), (2, 2)]
