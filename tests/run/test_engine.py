"""Tests of both engines: the same notebook gives the same bytes, and what ends it early is told in the same words."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from sap_helpers.plan.home import NOTEBOOKS
from sap_helpers.run import engine as engine_module
from sap_helpers.run.engine import DIED, Executed, Task, can_fork, open_engine, too_long
from sap_helpers.run.kernels import KernelEngine
from sap_helpers.run.notebooks import Notebook

if not can_fork():
    pytest.skip("the fast engine needs fork", allow_module_level=True)

FRAME = {
    "study": "S", "study_title": "A study", "cut_id": "cut", "cut_date": "2015-01-31", "plan_version": "1",
    "synthetic": True, "sealed": False, "interim": False,
}  # fmt: skip
# what a kernel does with a cell, where it is the same every time
SAME = {
    "sound": ["print('as a report', cut)"],
    "values": ["1", "_ + 1", "Out[3], In[3]", "x = 5", "x\n", "None", "'text';"],
    "streams": [
        "import sys\nprint('a')\nprint('b', file=sys.stderr)\nprint('c')\ndisplay('d')\nprint('e', flush=True)\n"
        "print('f', file=sys.stderr)",
        "sys.stdout.write('no end')\nsys.stdout.writelines(['x'])\nprint(sys.stdout.isatty(), sys.stdout.encoding)",
    ],
    "displays": [
        "handle = display({'n': 1}, display_id='one')\nprint('between')",
        "from IPython.display import HTML, Markdown, clear_output, update_display\n"
        "update_display({'n': 2}, display_id='one')",
        "display(HTML('<b>x</b>'))\ndisplay(Markdown('*y*'))\nprint('gone')\nclear_output()\nprint('kept')",
        "print('gone')\nclear_output(wait=True)\nHTML('<i>z</i>')",
        "class Both:\n    def _repr_mimebundle_(self, **_):\n"
        "        return {'text/plain': 'p', 'application/x+json': {1: (2, 3)}}, {'application/x+json': {'m': 1}}\n"
        "display(Both())\nBoth()",
    ],
    "frames": [
        "import numpy as np\nimport pandas as pd\nframe = pd.DataFrame({'a' * 30: range(80), 'b': np.float64(1.5)})",
        "print(frame)\nframe",
        "np.float64(1.5), pd.NaT, [frame]",
    ],
    "figures": [
        "import matplotlib.pyplot as plt\nfrom matplotlib.figure import Figure\nbare = Figure((2, 1))\n"
        "bare.subplots().plot([1, 2])\ntype(bare).__name__",
        "for end in (1, 2):\n    plt.figure(figsize=(2, 1))\n    plt.plot([1, end])\nlast = 3\nlast",
        "display(bare)\nplt.hist([1, 2, 2]);",
        "plt.gcf().number",
    ],
    "warnings": ["import warnings\nwarnings.warn('of a cell')", "warnings.warn('old', DeprecationWarning)\nprint(1)"],
    "awaited": ["import asyncio\nawait asyncio.sleep(0)\nprint('waited')"],
    "results": [
        "from sap_helpers.results import Key, Result, Results\n"
        "results = Results((Result(Key('SRI.PRIMARY', 'FAS'), 'n', 3), Result(Key('SRI.PRIMARY', 'FAS'), 'p', 0.1)))",
        "results",
        "display(results)",
    ],
    "error": ["1 / 0", "1"],
    "deep": ["def inner(x):\n    return 1 / x\n\n\ndef outer():\n    return inner(0)", "print('before')\nouter()", "1"],
    "chained": ["try:\n    {}['k']\nexcept KeyError as error:\n    raise ValueError('v') from error"],
    "library": ["import pandas as pd\npd.DataFrame({'a': [1]})['b']"],
    "exit": ["import sys\nprint('so far')\nsys.exit(0)", "1"],
    "assertion": ["assert not ['a problem'], ['a problem']", "1"],
}  # fmt: skip
# where the outcome is the same, but the text tells of the frames of either engine, or of an address
ENDED = {"killed": ["1", "import os\nos._exit(0)", "2"], "signal": ["import os\nos.kill(os.getpid(), 9)", "2"]}
ASKED = {"input": ["input('name: ')", "1"], "password": ["import getpass\ngetpass.getpass()", "1"]}
# a kernel takes in what is written past Python when it comes to it
PAST_PYTHON = {
    "past_python": ["import os\nos.system('echo from a process')\nprint('after it')", "os.write(2, b'straight\\n')"],
}
INVALID = {"invalid": ["display({'x/y': {'no': 'text'}}, raw=True)", "1"]}
CASES = SAME | ENDED | ASKED | INVALID | PAST_PYTHON
REAL = ("01_disposition", "20_immunology")


def silent(*_):
    """Hear of a cell and say nothing."""


@pytest.fixture(scope="module")
def runs(tmp_path_factory, make_notebook, make_report, run_notebooks):
    """Every case executed once on either engine: (report, executions, what was said of the cells) by engine."""
    folder = tmp_path_factory.mktemp("cases{cut}and{x}")  # braces mean something to papermill
    notebooks = [make_notebook(folder, name, *sources) for name, sources in CASES.items()]
    reports = {name: make_report(folder / name) for name in ("fast", "kernel")}
    return {name: (report, *run_notebooks(name, report, notebooks)) for name, report in reports.items()}


@pytest.mark.parametrize("name", SAME)
def test_execute__same_notebook_gives_the_same_bytes(runs, name):
    fast, kernel = ((runs[engine][0] / "executed" / f"{name}.ipynb").read_bytes() for engine in ("fast", "kernel"))
    assert fast == kernel


@pytest.mark.parametrize("name", CASES)
def test_execute__same_problems_in_the_same_words(runs, name):
    # whether a kernel counted the cell that ended it is chance
    chance = name in ENDED | INVALID
    uncounted = {f"code cell {number} was not executed" for number in range(9)} if chance else set()
    fast, kernel = ([p for p in runs[e][1][name].problems if p not in uncounted] for e in ("fast", "kernel"))
    assert fast == kernel


@pytest.mark.parametrize("engine", ["fast", "kernel"])
@pytest.mark.parametrize(
    ("name", "problems"),
    [
        # the parameters cell and the one injected below it stand first
        ("error", ("code cell 3 failed with ZeroDivisionError: division by zero", "code cell 4 was not executed")),
        ("exit", ("code cell 3 failed with SystemExit: 0", "code cell 4 was not executed")),
        ("assertion", ("code cell 3 failed with AssertionError: ['a problem']", "code cell 4 was not executed")),
        ("sound", ()),
        ("streams", ()),
    ],
)  # fmt: skip
def test_execute__problems_name_the_cell(runs, engine, name, problems):
    assert runs[engine][1][name].problems == problems


@pytest.mark.parametrize("engine", ["fast", "kernel"])
@pytest.mark.parametrize("name", ENDED)
def test_execute__ended_process_is_told_and_what_it_had_done_is_kept(runs, code_cells, engine, name):
    report, executions, _ = runs[engine]
    problems = executions[name].problems
    assert problems[0] == f"could not be executed: {DIED}"
    assert problems[-1] == f"code cell {len(CASES[name]) + 2} was not executed"
    assert code_cells(report, name)[1].execution_count == 2
    assert (report / f"{name}.html").is_file()


def test_execute__outputs_before_a_kill_are_kept(runs, code_cells):
    outputs = [code_cells(runs[engine][0], "killed")[2].outputs for engine in ("fast", "kernel")]
    assert outputs[0] == outputs[1] != []


@pytest.mark.parametrize("engine", ["fast", "kernel"])
@pytest.mark.parametrize("name", ASKED)
def test_execute__question_is_refused(runs, engine, name):
    assert runs[engine][1][name].problems[0].startswith("code cell 3 failed with StdinNotImplementedError: ")


@pytest.mark.parametrize("engine", ["fast", "kernel"])
def test_execute__every_notebook_ends_once_whatever_the_others_do(runs, engine):
    assert runs[engine][1].keys() == CASES.keys()


def test_execute__report_is_injected_as_the_folder_above(runs, code_cells):
    assert code_cells(runs["fast"][0], "sound")[2].outputs[0].text == "as a report ..\n"


def test_execute__figures_are_pictures(runs, code_cells):
    outputs = [output for cell in code_cells(runs["fast"][0], "figures") for output in cell.outputs]
    assert sum("image/png" in output.get("data", {}) for output in outputs) == 4


def test_execute__what_is_written_past_python_is_caught_in_its_order(runs, code_cells):
    cells = code_cells(runs["fast"][0], "past_python")[2:]
    streams = [(o.name, o.text) for cell in cells for o in cell.outputs if o.output_type == "stream"]
    assert streams == [("stdout", "from a process\nafter it\n"), ("stderr", "straight\n")]


def test_execute__cells_are_told_as_they_end(runs):
    assert runs["fast"][2]["error"] == [(0, 4), (1, 4), (2, 4), (3, 4)]


@pytest.mark.parametrize("name", CASES)
def test_execute__copy_on_disk_is_the_tidy_one(runs, name):
    copy = nbformat.read(runs["fast"][0] / "executed" / f"{name}.ipynb", as_version=4)
    assert "papermill" not in copy.metadata
    assert [cell.id for cell in copy.cells] == [f"cell-{number:02d}" for number in range(len(copy.cells))]


@pytest.mark.parametrize("engine", ["fast", "kernel"])
def test_execute__notebook_that_takes_too_long_is_stopped(tmp_path, make_notebook, make_report, run_notebooks, engine):
    late = make_notebook(tmp_path, "late", "import time\ntime.sleep(300)", "1")
    done, _ = run_notebooks(engine, make_report(tmp_path / "report"), [late], limit=15)
    assert done["late"].problems[0] == f"could not be executed: {too_long(15)}"
    assert done["late"].problems[-1] == "code cell 4 was not executed"


@pytest.mark.parametrize("engine", ["fast", "kernel"])
def test_execute__nothing_to_do(tmp_path, run_notebooks, engine):
    assert run_notebooks(engine, tmp_path, []) == ({}, {})


@pytest.mark.parametrize("engine", ["fast", "kernel"])
def test_execute__engine_takes_one_batch_after_the_other(tmp_path, make_notebook, make_report, engine):
    report = make_report(tmp_path / "report")
    tasks = [Task(make_notebook(tmp_path, f"batch_{letter}", "1"), report, FRAME) for letter in "abcd"]
    with open_engine(engine) as made:
        done = [execution for task in tasks for execution in made.execute([task], 2, silent)]
    assert [(execution.name, execution.problems) for execution in done] == [(task.name, ()) for task in tasks]


@pytest.mark.parametrize("engine", ["fast", "kernel"])
def test_execute__what_follows_is_asked_for_once_a_notebook_and_executed(tmp_path, make_notebook, make_report, engine):
    report = make_report(tmp_path / "report")
    sources = {"sound": "1", "failing": "1 / 0", "dying": "import os\nos._exit(1)", "after": "2"}
    tasks = {name: Task(make_notebook(tmp_path, name, source), report, FRAME) for name, source in sources.items()}
    after, asked = tasks.pop("after"), []

    def follow(executed):
        asked.append(executed.name)
        assert (report / "executed" / f"{executed.name}.ipynb").is_file()
        return [after] if len(asked) == len(tasks) else []

    with open_engine(engine) as made:
        done = {execution.name: execution.problems for execution in made.execute([*tasks.values()], 2, silent, follow)}
    assert sorted(asked) == ["dying", "failing", "sound"]
    assert done.keys() == {*asked, "after"}
    assert [name for name, problems in done.items() if not problems] == ["sound", "after"]


def test_execute__entries_are_told_before_the_page_is_there(tmp_path, make_notebook, make_report):
    report = make_report(tmp_path / "report")
    notebook = make_notebook(tmp_path, "headed", "from IPython.display import Markdown\nMarkdown('x')")
    content = nbformat.read(notebook.path, as_version=4)
    content.cells.append(nbformat.v4.new_markdown_cell("# Title\n\n## A & b\n\n## C"))
    nbformat.write(content, notebook.path)
    told = []
    with open_engine("fast") as made:
        assert [done.problems for done in made.execute([Task(notebook, report, FRAME)], 2, silent, told.append)] == [()]
    assert told == [Executed("headed", [("a-b", "A & b"), ("c", "C")])]


def test_execute__what_follows_the_end_of_the_warmed_process_is_told_too(tmp_path, make_notebook, make_report):
    report = make_report(tmp_path / "report")
    ending = "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)\nimport time\ntime.sleep(60)"
    first, second = (Task(make_notebook(tmp_path, name, ending), report, FRAME) for name in ("one", "two"))
    with open_engine("fast") as made:
        done = list(made.execute([first], 1, silent, lambda _: [second]))
    assert [(e.name, e.problems) for e in done] == [(n, (f"could not be executed: {DIED}",)) for n in ("one", "two")]


def test_execute__end_of_the_warmed_process_is_told_of_every_notebook(tmp_path, make_notebook, make_report):
    report = make_report(tmp_path / "report")
    ending = "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)\nimport time\ntime.sleep(60)"
    tasks = [Task(make_notebook(tmp_path, name, ending), report, FRAME) for name in ("one", "two")]
    with open_engine("fast") as made:
        done = list(made.execute(tasks, 1, silent))
    assert [(e.name, e.problems) for e in done] == [(n, (f"could not be executed: {DIED}",)) for n in ("one", "two")]


def test_execute__what_a_cell_started_goes_with_its_notebook(tmp_path, make_notebook, make_report, run_notebooks):
    started = "import subprocess\nchild = subprocess.Popen(['sleep', '300'])\nprint(child.pid)"
    report = make_report(tmp_path / "report")
    done, _ = run_notebooks("fast", report, [make_notebook(tmp_path, "starter", started)])
    assert done["starter"].problems == ()
    copy = nbformat.read(report / "executed" / "starter.ipynb", as_version=4)
    pid = int(copy.cells[2].outputs[0].text)
    state = Path(f"/proc/{pid}/stat")
    assert not state.exists() or state.read_text().split()[2] == "Z"


@pytest.fixture(scope="module")
def real(tmp_path_factory, run_notebooks):
    """Two of the project's notebooks on either engine: executed copies and pages by engine."""
    from sap_helpers.adam.store import derive_study, save_study
    from sap_helpers.cut.read import load_cut
    from sap_helpers.plan import load_plan
    from sap_helpers.plan.home import HOME, PLAN_FILE

    plan = load_plan(PLAN_FILE)
    study = derive_study(load_cut(HOME / "data" / "synthetic" / "2014-08-31", plan, b""), plan)
    notebooks = [Notebook(name.partition("_")[2], NOTEBOOKS / f"{name}.ipynb", name) for name in REAL]
    found = {}
    for engine in ("fast", "kernel"):
        report = tmp_path_factory.mktemp(engine) / "report"
        report.mkdir()
        save_study(study, report)
        (report / "executed").mkdir()
        done, _ = run_notebooks(engine, report, notebooks)
        assert {name: execution.problems for name, execution in done.items()} == {n.name: () for n in notebooks}
        paths = [path for n in notebooks for path in (report / n.page, report / "executed" / f"{n.name}.ipynb")]
        found[engine] = {path.name: path.read_bytes() for path in paths}
    return found


def test_execute__real_notebooks_and_their_pages_are_the_same_on_both(real):
    assert [name for name in real["kernel"] if real["fast"][name] != real["kernel"][name]] == []


def test_open_engine__without_fork_kernels_are_used_and_it_is_said(monkeypatch, capsys):
    monkeypatch.setattr(engine_module, "can_fork", lambda: False)
    with open_engine("fast") as made:
        assert isinstance(made, KernelEngine)
    assert capsys.readouterr().err == "this system cannot fork: notebooks run on Jupyter kernels\n"
