"""Tests of the checks before and after a run: each thing that papermill lets through without a word."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbformat import v4
from papermill.parameterize import parameterize_path

from sap_helpers.errors import NotebookError, UsageError
from sap_helpers.plan.home import NOTEBOOKS, other_notebooks
from sap_helpers.run.aside import TAG
from sap_helpers.run.notebooks import (
    Notebook,
    check_after,
    check_before,
    choose,
    declared_parameters,
    find_notebooks,
    is_python,
    papermill_path,
    tidy,
    title_of,
)

PARAMETERS = 'cut: str = "../data"'


def code(source, *tags, count=None, outputs=()):
    metadata = {"tags": list(tags)} if tags else {}
    return v4.new_code_cell(source, execution_count=count, metadata=metadata, outputs=list(outputs))


def made(*cells, kernel="python3"):
    notebook = v4.new_notebook(metadata={"kernelspec": {"name": kernel, "display_name": kernel, "language": "python"}})
    notebook.cells = list(cells)
    return notebook


def sound(*sources):
    return made(v4.new_markdown_cell("# Title"), code(PARAMETERS, "parameters"), *map(code, sources))


def stream(text, name="stdout"):
    return v4.new_output("stream", name=name, text=text)


@pytest.fixture
def folder(tmp_path):
    """Return a function that writes notebooks by file name and returns their folder."""

    def write(**notebooks):
        for name, notebook in notebooks.items():
            nbformat.write(notebook, tmp_path / f"{name.removeprefix('_')}.ipynb")
        return tmp_path

    return write


def test_check_before__sound_notebook_has_no_problem():
    assert check_before(sound("x = 1\nx")) == []


def test_check_before__no_parameters_cell():
    problems = check_before(made(code(PARAMETERS)))
    assert problems == ["0 cells are tagged 'parameters'; there must be one"]


def test_check_before__two_parameters_cells():
    problems = check_before(made(code(PARAMETERS, "parameters"), code(PARAMETERS, "parameters")))
    assert problems == ["2 cells are tagged 'parameters'; there must be one"]


@pytest.mark.parametrize(
    ("source", "declared"),
    [
        ('kut: str = "x"', {"kut": "str"}),
        ("cut = 7", {"cut": "int"}),
        ('cut = "x"\nlevel = 0.95', {"cut": "str", "level": "float"}),
        ("cut = default()", {}),
        ("", {}),
    ],
)
def test_check_before__parameters_other_than_those_injected(source, declared):
    problems = check_before(made(code(source, "parameters")))
    assert problems == [f"declares the parameters {declared}; expected: cut, a str"]


@pytest.mark.parametrize("kernel", ["python2", "ir", ""])
def test_check_before__another_kernel(kernel):
    problems = check_before(made(code(PARAMETERS, "parameters"), kernel=kernel))
    assert problems == [f"asks for the kernel {kernel!r}; it must be 'python3'"]


def test_check_before__a_cell_that_only_shows_gives_nothing_that_a_later_one_needs():
    cells = [code("why = 1\nprint(why)", TAG), code("why")]
    assert check_before(made(code(PARAMETERS, "parameters"), *cells)) == [
        f"code cell 2 is tagged '{TAG}', yet a later one needs why"
    ]
    assert check_before(made(code(PARAMETERS, "parameters"), *reversed(cells))) == []


def test_check_before__no_kernel_named():
    notebook = v4.new_notebook()
    notebook.cells = [code(PARAMETERS, "parameters")]
    assert check_before(notebook) == ["asks for the kernel None; it must be 'python3'"]


@pytest.mark.parametrize(
    "source",
    [
        "!false", "x = 1\n  !ls", "x = !ls", "%matplotlib inline", "%%bash\nls", "x = %time 1", "open?", "?open",
        "get_ipython().system('false')", "shell = get_ipython()", "x = (",
    ],
)  # fmt: skip
def test_check_before__what_is_no_plain_python(source):
    assert check_before(sound("1", source)) == [
        "code cell 3 holds a shell line, a magic or a help request, or an error; only plain Python is run"
    ]


@pytest.mark.parametrize(
    "source", ["", "# why not?", "'''\n!not a shell line\n'''", "x = (7\n     % 4)", "print('100%')", "a != 1"]
)
def test_is_python__what_only_looks_like_a_magic(source):
    assert is_python(source)


def test_declared_parameters__by_name_and_type():
    found = declared_parameters('a = "x"\nb: int = 1\nc = [1]\nd: float\n# e = 2')
    assert found == {"a": "str", "b": "int"}


def test_check_after__whole_run_has_no_problem():
    assert check_after(made(code("1", count=1), code("2", count=2, outputs=[stream("2")]))) == []


def test_check_after__error_is_named_with_its_cell():
    error = v4.new_output("error", ename="ZeroDivisionError", evalue="division by zero", traceback=[])
    assert check_after(made(code("1", count=1), code("1/0", count=2, outputs=[error]))) == [
        "code cell 2 failed with ZeroDivisionError: division by zero"
    ]


def test_check_after__exit_with_status_0_is_an_error():
    error = v4.new_output("error", ename="SystemExit", evalue="0", traceback=[])
    assert check_after(made(code("import sys; sys.exit(0)", count=1, outputs=[error]), code("2"))) == [
        "code cell 1 failed with SystemExit: 0",
        "code cell 2 was not executed",
    ]


def test_check_after__cell_without_a_count():
    assert check_after(made(code("1"), code("  \n"))) == ["code cell 1 was not executed"]


def test_tidy__removes_times_paths_and_random_ids():
    first, second = (made(code("1", count=1)) for _ in range(2))
    first.metadata["papermill"] = {"input_path": "/somewhere/b.ipynb", "start_time": "now"}
    first.cells[0].metadata["papermill"] = {"duration": 0.1}
    first.cells[0].metadata["execution"] = {"iopub.execute_input": "now"}
    assert nbformat.writes(tidy(first)) == nbformat.writes(tidy(second))


def test_tidy__keeps_tags_counts_and_outputs():
    cell = tidy(made(code("1", "answer", count=4, outputs=[stream("a")]))).cells[0]
    assert (cell.metadata.tags, cell.execution_count, cell.outputs[0].text) == (["answer"], 4, "a")


def test_tidy__joins_the_pieces_of_one_stream():
    pieces = [stream("a"), stream("b"), stream("c", "stderr"), stream("d")]
    outputs = tidy(made(code("1", outputs=pieces))).cells[0].outputs
    assert [(output.name, output.text) for output in outputs] == [("stdout", "ab"), ("stderr", "c"), ("stdout", "d")]


def test_find_notebooks__in_the_order_of_their_numbers(folder):
    found = find_notebooks(folder(_10_second=sound(), _01_first=sound(), _90_summary=sound()))
    assert [(n.name, n.page, n.title) for n in found] == [
        ("first", "first.html", "Title"), ("second", "second.html", "Title"), ("summary", "index.html", "Title"),
    ]  # fmt: skip


def test_find_notebooks__every_problem_of_a_notebook_is_told(folder):
    with pytest.raises(NotebookError) as caught:
        find_notebooks(folder(_10_bad=made(code("1"), kernel="ir")))
    assert str(caught.value) == (
        "10_bad.ipynb: 0 cells are tagged 'parameters'; there must be one\n"
        "10_bad.ipynb: asks for the kernel 'ir'; it must be 'python3'"
    )


@pytest.mark.parametrize("name", ["sri", "1_sri", "10_SRI", "10-sri", "10_sri copy", "10_sri-Copy1", "Untitled"])
def test_find_notebooks__file_named_otherwise_is_passed_over_unread(folder, name):
    place = folder(_10_sri=sound())
    (place / f"{name}.ipynb").write_text("no notebook")
    assert [notebook.name for notebook in find_notebooks(place)] == ["sri"]
    assert other_notebooks(place) == [f"{name}.ipynb"]


def test_find_notebooks__two_of_one_name_are_refused(folder):
    with pytest.raises(NotebookError, match=r"^11_sri\.ipynb: has the name of 10_sri\.ipynb; rename one of them$"):
        find_notebooks(folder(_10_sri=sound(), _11_sri=sound()))


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"nbformat": 4, "nbformat_minor": 5, "cells": 1}'])
def test_find_notebooks__file_that_is_no_notebook(tmp_path, text):
    (tmp_path / "10_bad.ipynb").write_text(text, encoding="utf-8")
    with pytest.raises(NotebookError, match=r"^10_bad\.ipynb: "):
        find_notebooks(tmp_path)


def test_find_notebooks__none(tmp_path):
    with pytest.raises(NotebookError, match="no notebook to run"):
        find_notebooks(tmp_path)


def test_find_notebooks__the_projects_own_are_sound():
    assert [notebook.name for notebook in find_notebooks(NOTEBOOKS)][-1] == "summary"


def notebooks(tmp_path):
    return tuple(Notebook(name, tmp_path / name, name) for name in ("data_quality", "sri", "summary"))


@pytest.mark.parametrize(
    ("only", "chosen"),
    [
        (None, ["data_quality", "sri", "summary"]),
        (["sri"], ["sri", "summary"]),
        (["summary"], ["summary"]),
        (["sri", "data_quality", "sri"], ["data_quality", "sri", "summary"]),
    ],
)
def test_choose__summary_always_and_in_order(tmp_path, only, chosen):
    assert [notebook.name for notebook in choose(notebooks(tmp_path), only)] == chosen


@pytest.mark.parametrize("name", ["SRI", "10_sri", "sri.ipynb", "", "*"])
def test_choose__unknown_name_is_refused_with_those_allowed(tmp_path, name):
    with pytest.raises(UsageError) as caught:
        choose(notebooks(tmp_path), ["sri", name])
    assert str(caught.value) == f"--only {name}: no notebook of that name. Allowed: data_quality, sri, summary."


def test_title_of__first_heading():
    assert title_of(made(v4.new_markdown_cell("text\n# One\n# Two"))) == "One"


def test_title_of__none():
    assert title_of(made(code("# not a heading"))) == "Untitled"


def test_papermill_path__braces_stay_what_they_are():
    path = Path("a{cut}", "b{}", "{x}.ipynb")
    assert parameterize_path(papermill_path(path), {"cut": ".."}) == str(path)
