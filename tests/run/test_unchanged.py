"""Tests of the unchanged run: found while every input and every file is as it was, and never otherwise."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import pytest

from sap_helpers.plan.home import NOTEBOOKS, PLAN_FILE
from sap_helpers.run import unchanged
from sap_helpers.run.call import Call
from sap_helpers.run.manifest import hash_outputs, write_manifest
from sap_helpers.run.previous import find_previous
from sap_helpers.run.unchanged import basis_of, find_unchanged, hash_cut, tell_unchanged

NAMES = ("sri", "sledai", "summary")
ENTRY = {"key": "0" * 64, "reads": None, "frame": "0" * 64, "seconds": 1.0}


@pytest.fixture
def call(tmp_path):
    """A call whose report stands published."""
    cut = tmp_path / "cut"
    cut.mkdir()
    (cut / "cut.yaml").write_text("study: S\ncut_id: 2015-01-31  # a comment\nsynthetic: true\n")
    (cut / "dm.csv").write_text("USUBJID\n1\n")
    shutil.copytree(NOTEBOOKS, tmp_path / "notebooks", ignore=shutil.ignore_patterns(".*"))
    shutil.copy(PLAN_FILE, tmp_path / "plan.yaml")
    asked = Call(cut, tmp_path / "reports", plan=tmp_path / "plan.yaml", notebooks=tmp_path / "notebooks")
    publish(asked)
    return asked


def publish(call, names=NAMES, previous=""):
    report = call.reports / "2015-01-31"
    report.mkdir(parents=True, exist_ok=True)
    (report / "index.html").write_text("the report")
    write_manifest(
        report, basis=basis_of(call), cut=hash_cut(call.cut), all_notebooks=list(NAMES), failed=[],
        notebooks=dict.fromkeys(names, ENTRY), messages=["R001 something"],
        study="S", cut_id="2015-01-31", cut_date="2015-01-31", previous=previous,
    )  # fmt: skip


def with_(call, **changed):
    return Call(**{name: getattr(call, name) for name in Call.__dataclass_fields__} | changed)


def test_find_unchanged__the_published_report(call):
    assert find_unchanged(call).path == call.reports / "2015-01-31"


def put_earlier(call):
    earlier = call.reports / "2014-01-31"
    earlier.mkdir()
    (earlier / "results.csv").write_text("result_id\n")
    write_manifest(earlier, study="S", cut_id="2014-01-31", cut_date="2014-01-31", all_notebooks=[], failed=[])
    return earlier


def test_find_unchanged__not_where_another_report_has_become_the_previous_one(call):
    put_earlier(call)
    assert find_unchanged(call) is None
    publish(call, previous=find_previous(call.reports, None, "S", "2015-01-31", "2015-01-31").identity)
    assert find_unchanged(call) is not None


def test_find_unchanged__not_where_the_previous_report_has_been_damaged(call):
    earlier = put_earlier(call)
    publish(call, previous=find_previous(call.reports, None, "S", "2015-01-31", "2015-01-31").identity)
    change_text(earlier / "results.csv")
    assert find_unchanged(call) is None


def change_page_and_hash(call):
    """Alter a page and all that the manifest says of it, as whoever owns the folder can."""
    report = call.reports / "2015-01-31"
    before = hash_outputs(report)["index.html"]
    change_text(report / "index.html")
    text = (report / "manifest.json").read_text(encoding="utf-8")
    (report / "manifest.json").write_text(text.replace(before, hash_outputs(report)["index.html"]), encoding="utf-8")


def test_find_unchanged__page_altered_with_its_hash_is_noticed(call):
    change_page_and_hash(call)
    assert find_unchanged(call) is None


def test_find_unchanged__report_of_another_account_is_not_believed(call, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "other account"))
    assert find_unchanged(call) is None
    publish(call)
    assert find_unchanged(call) is not None


def change_text(path):
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")


def replace_by_link(path):
    path.symlink_to(path.rename(path.parent.parent / path.name))


@pytest.mark.parametrize(
    "change",
    [
        lambda call: change_text(call.cut / "dm.csv"),
        lambda call: change_text(call.cut / "cut.yaml"),
        lambda call: (call.cut / "manifest.json").write_text("{}"),
        lambda call: (call.cut / "dm.csv").unlink(),
        lambda call: (call.cut / "ae.csv").write_text(""),
        lambda call: (call.cut / "more").mkdir(),
        lambda call: replace_by_link(call.cut / "dm.csv"),
        lambda call: change_text(call.plan),
        lambda call: change_text(call.notebooks / "10_sri.ipynb"),
        lambda call: (call.notebooks / "60_more.ipynb").write_text("{}"),
        lambda call: change_text(call.reports / "2015-01-31" / "index.html"),
        lambda call: (call.reports / "2015-01-31" / "index.html").unlink(),
        lambda call: (call.reports / "2015-01-31" / "extra.html").write_text(""),
        lambda call: (call.reports / "2015-01-31" / "manifest.json").unlink(),
        lambda call: (call.reports / "2015-01-31" / "manifest.json").write_text("{}"),
        lambda call: (call.reports / "2015-01-31" / "manifest.json").write_text("[" * 100_000),
        lambda call: replace_by_link(call.reports / "2015-01-31" / "index.html"),
    ],
    ids=[
        "record", "description", "seal", "file gone", "new file", "new folder", "link",
        "plan", "notebook", "new notebook", "page edited",
        "page gone", "page added", "no manifest", "empty manifest", "deep manifest", "link to the page",
    ],
)  # fmt: skip
def test_find_unchanged__any_change_is_noticed(call, change):
    change(call)
    assert find_unchanged(call) is None


@pytest.mark.parametrize(
    ("name", "value"),
    [("hash_code", "other"), ("hash_tables", "other"), ("environment", {"numpy": "0"})],
)
def test_find_unchanged__changed_code_tables_or_environment_are_noticed(call, monkeypatch, name, value):
    monkeypatch.setattr(unchanged, name, lambda: value)
    assert find_unchanged(call) is None


@pytest.mark.parametrize(
    "changed", [{"settings": ("level=0.9",)}, {"plan": PLAN_FILE.parent / "absent.yaml"}], ids=["setting", "no plan"]
)
def test_find_unchanged__another_call_is_noticed(call, changed):
    assert find_unchanged(with_(call, **changed)) is None


@pytest.mark.parametrize(
    ("published", "only", "is_found"),
    [
        (NAMES, ("sri",), True),
        (("sri", "summary"), ("sri",), True),
        (("sri", "summary"), None, False),
        (("sri", "summary"), ("sri", "sledai"), False),
        (NAMES, ("unknown",), False),
    ],
)
def test_find_unchanged__report_must_hold_all_that_is_asked_for(call, published, only, is_found):
    publish(call, published)
    assert (find_unchanged(with_(call, only=only)) is not None) is is_found


@pytest.mark.parametrize("text", ["", "cut_id: ../2015-01-31\n", "cut_id: [1]\n", "other: 1\n"])
def test_find_unchanged__cut_without_a_plain_id_is_left_to_the_run(call, text):
    (call.cut / "cut.yaml").write_text(text)
    assert find_unchanged(call) is None


def test_find_unchanged__no_cut_is_left_to_the_run(call, tmp_path):
    assert find_unchanged(with_(call, cut=tmp_path / "absent")) is None


def test_find_unchanged__pipe_in_place_of_the_description_is_not_waited_for(call):
    (call.cut / "cut.yaml").unlink()
    os.mkfifo(call.cut / "cut.yaml")
    program = (
        "import sys\nfrom pathlib import Path\nfrom sap_helpers.run.call import Call\n"
        "from sap_helpers.run.unchanged import find_unchanged\n"
        "assert find_unchanged(Call(*map(Path, sys.argv[1:]))) is None"
    )
    asked = [sys.executable, "-c", program, str(call.cut), str(call.reports)]
    assert subprocess.run(asked, check=False, timeout=60).returncode == 0


def test_find_unchanged__writes_nothing_where_no_report_stands(call, tmp_path):
    assert find_unchanged(with_(call, reports=tmp_path / "none")) is None
    assert not (tmp_path / "none").exists()


def test_tell_unchanged__says_what_a_run_would_have_said(call, capsys):
    assert tell_unchanged(call) == call.reports / "2015-01-31" / "index.html"
    assert capsys.readouterr().err.splitlines() == [
        "R001 something", "sri: unchanged", "sledai: unchanged", "summary: unchanged",
        "nothing to publish: the report is that of these inputs",
    ]  # fmt: skip


HEAVY = (
    "numpy",
    "pandas",
    "pydantic",
    "ruamel",
    "nbformat",
    "papermill",
    "matplotlib",
    "IPython",
    "importlib.metadata",
)
PROGRAM = """
import sys
from sap_helpers.run import cli
{code}
import json
print(json.dumps([name for name in {heavy!r} if name in sys.modules]))
"""


@pytest.mark.parametrize(
    "code",
    [
        "try:\n    cli.main(['run', '--help'])\nexcept SystemExit:\n    print()",
        "from pathlib import Path\nfrom sap_helpers.run.call import Call\n"
        "from sap_helpers.run.unchanged import tell_unchanged\n"
        "assert tell_unchanged(Call(*map(Path, {cut!r}), plan=Path({plan!r}), notebooks=Path({notebooks!r})))",
    ],
    ids=["help", "unchanged"],
)
def test_main__help_and_unchanged_run_import_nothing_heavy(call, code):
    places = {"cut": (str(call.cut), str(call.reports)), "plan": str(call.plan), "notebooks": str(call.notebooks)}
    program = PROGRAM.format(code=code.format(**places), heavy=HEAVY)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout.splitlines()[-1]) == []
