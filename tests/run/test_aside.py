"""Tests of cells that run aside: what they may be, and that the notebook is as if they had run one after the other."""

from __future__ import annotations

import nbformat
import pytest

from sap_helpers.run.aside import TAG, needed_later
from sap_helpers.run.engine import can_fork

WHERE = "import os\npid = os.getpid()\nprint(pid == os.getpid())"
ELSEWHERE = "print(pid == os.getpid())"
# tagged cells are marked by a star; the first cell of each case stays with the notebook's process
CASES = {
    "outputs": [
        "import sys, time\nn = 1",
        "*time.sleep(0.3)\nprint('a', n)\nprint('b', file=sys.stderr)\nm = 2\nm",
        "*display('c')",
        "*m = 3\nprint(m)",
        "n",
        "*print('last')",
    ],
    "first_fails": [
        "import time",
        "*time.sleep(0.3)\nprint('before')\n1 / 0",
        "print('ran, and is forgotten')",
        "{}['also']",
    ],
    "later_fails": ["import time", "*time.sleep(0.3)\nprint('kept')", "1 / 0", "print('never')"],
    "both_in_time": ["*print(1)", "import time\ntime.sleep(0.3)", "*print(2)", "print(3)"],
    "without_code": ["n = 1", "*", "*\n\n", "n", "*n", "n"],
    "exits": ["import sys", "*sys.exit(0)", "print('forgotten')"],
    "past_python": ["import os", "*os.system('echo from a process')\nprint('after it')", "print('end')"],
    "figures": [
        "import matplotlib.pyplot as plt",
        "*plt.figure(figsize=(2, 1))\nplt.plot([1, 2])\nplt.show()",
        "*plt.figure(figsize=(2, 1))\nplt.plot([2, 1])\nplt.show()",
        "print('end')",
    ],
}

needs_fork = pytest.mark.skipif(not can_fork(), reason="only the fast engine has forks")


@pytest.fixture(scope="module")
def make_case(make_notebook):
    """Return a function that writes a notebook some of whose cells are tagged."""

    def make(folder, name, sources):
        notebook = make_notebook(folder, name, *(source.removeprefix("*") for source in sources))
        content = nbformat.read(notebook.path, as_version=4)
        for cell, source in zip(content.cells[1:], sources, strict=True):
            cell.metadata["tags"] = [TAG] if source.startswith("*") else []
        nbformat.write(content, notebook.path)
        return notebook

    return make


@pytest.fixture(scope="module")
def copies(tmp_path_factory, make_case, make_report, run_notebooks):
    """Every case: its executed copy and problems by how it was executed."""
    folder = tmp_path_factory.mktemp("aside")
    found = {}
    # each alone, so that a processor is idle; one at a time, so that none is
    for way, engine, jobs in (("aside", "fast", 2), ("in turn", "fast", 1), ("kernel", "kernel", 1)):
        for name, sources in CASES.items():
            report = make_report(folder / way / name)
            done, _ = run_notebooks(engine, report, [make_case(folder, name, sources)], jobs=jobs)
            found[way, name] = (report / "executed" / f"{name}.ipynb").read_bytes(), done[name].problems
    return found


@needs_fork
@pytest.mark.parametrize("name", CASES)
def test_execute__a_cell_aside_leaves_the_notebook_as_a_kernel_does(copies, name):
    assert copies["aside", name] == copies["in turn", name]
    # a kernel takes in what is written past Python when it comes to it
    assert name == "past_python" or copies["aside", name] == copies["kernel", name]


@needs_fork
@pytest.mark.parametrize(("jobs", "said"), [(2, "False\n"), (1, "True\n")])
def test_execute__a_tagged_cell_has_a_process_of_its_own_where_a_processor_is_idle(
    tmp_path, make_case, make_report, run_notebooks, code_cells, jobs, said
):
    report = make_report(tmp_path / "report")
    run_notebooks("fast", report, [make_case(tmp_path, "where", [WHERE, f"*{ELSEWHERE}", "1"])], jobs=jobs)
    assert [cell.outputs[0].text for cell in code_cells(report, "where")[2:4]] == ["True\n", said]


@needs_fork
@pytest.mark.parametrize(
    ("source", "reads"),
    [
        ("open('../findings.csv').close()", ("findings.csv",)),
        ("open('../executed/other.ipynb', 'w').close()", None),
        ("import subprocess\nsubprocess.run(['true'])", None),
        ("print(1)", ()),
    ],
)
def test_execute__what_a_cell_aside_reads_counts(tmp_path, make_case, make_report, run_notebooks, source, reads):
    case = make_case(tmp_path, "reader", ["from sap_helpers import errors", f"*{source}", "1"])
    done, _ = run_notebooks("fast", make_report(tmp_path / "report"), [case])
    assert done["reader"].reads == reads


@needs_fork
def test_execute__end_of_a_process_aside_is_told(tmp_path, make_case, make_report, run_notebooks, code_cells):
    report = make_report(tmp_path / "report")
    ending = make_case(tmp_path, "ending", ["import os", "*os._exit(0)", "print('after')"])
    done, _ = run_notebooks("fast", report, [ending])
    assert done["ending"].problems[0].startswith("could not be executed: ChildProcessError: its process ended before")
    assert "code cell 4 was not executed" in done["ending"].problems
    assert (report / "ending.html").is_file()


@pytest.mark.parametrize(
    ("cell", "later", "needed"),
    [
        ("why = 1", "print(why)", {"why"}),
        ("why = 1", "why = 2\nprint(why)", set()),
        ("why = 1", "why = why + 1", {"why"}),
        ("why = 1", "why += 1", {"why"}),
        ("why = 1", "if True:\n    why = 2\nprint(why)", {"why"}),
        ("a, (b, *c) = 1, (2, 3)", "b\nc", {"b", "c"}),
        ("for i in range(3):\n    pass", "def f():\n    return i", {"i"}),
        ("import numpy as np\nimport os.path", "np.array(os)", {"np", "os"}),
        ("from os import path as p", "p", {"p"}),
        ("def f():\n    pass\nclass C:\n    pass", "f(C)", {"f", "C"}),
        ("with open('x') as file:\n    pass", "del file", {"file"}),
        ("if (n := 1):\n    pass", "[n for n in range(3)]", {"n"}),
        ("async def f():\n    pass", "f", {"f"}),
        ("match 1:\n    case a:\n        pass", "a", {"a"}),
        ("match [1]:\n    case [*a]:\n        pass", "a", {"a"}),
        ("match {}:\n    case {**a}:\n        pass", "a", {"a"}),
        ("from math import *", "print(pi)", {"pi"}),
        ("1", "_", {"_"}),
        ("1", "Out[2], In, _3, _ih", {"Out", "In", "_3", "_ih"}),
        ("print(why)", "print(why)", set()),
    ],
)  # fmt: skip
def test_needed_later__names_given_and_then_taken(cell, later, needed):
    assert needed_later(["why = 0", cell, "1", later], 1) == needed


def test_needed_later__what_stands_before_does_not_count():
    assert needed_later(["print(why)", "why = 1"], 1) == set()
