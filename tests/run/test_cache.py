"""Tests of the cache: each thing that a notebook depends on, changed, makes it run again, and nothing else does."""

from __future__ import annotations

import json

import nbformat
import pytest

from sap_helpers.run import cache as cache_module
from sap_helpers.run.cache import hash_frame, hash_notebook, open_cache, open_published
from sap_helpers.run.engine import Execution
from sap_helpers.run.manifest import hash_outputs

FRAME = {"cut_id": "c", "set_sizes": (("SAF", 3),), "pages": (("index.html", "Summary"),)}
READS = {"safety": ("adam/adae.parquet", "plan.yaml"), "other": ("adam/adsl.parquet",), "nothing": (), "unknown": None}


class Site:
    """Notebooks, a published report made of them, and the next report in the making."""

    def __init__(self, folder, make_notebook, make_report, put_manifest):
        self.folder, self.make_report = folder, make_report
        self.notebooks = {name: make_notebook(folder, name, f"'{name}'") for name in READS}
        published = make_report(folder / "published")
        for notebook in self.notebooks.values():
            (published / "executed" / f"{notebook.name}.ipynb").write_text(f"executed {notebook.name}")
            (published / notebook.page).write_text(f"page of {notebook.name}")
        entries = self.open(published).entries(
            [Execution(name, (), reads, 1.5) for name, reads in READS.items()], [], dict.fromkeys(READS, FRAME)
        )
        put_manifest(published, notebooks=entries)
        self.published = published
        self.making = make_report(folder / "making")

    def open(self, making=None):
        return open_cache(making or self.making, open_published(self.folder / "published"), self.notebooks.values())

    @property
    def held(self):
        cache = self.open()
        return {name for name, notebook in self.notebooks.items() if cache.holds(notebook)}


KNOWN = {"safety", "other", "nothing"}


@pytest.fixture
def site(tmp_path, make_notebook, make_report, put_manifest):
    return Site(tmp_path, make_notebook, make_report, put_manifest)


def test_holds__everything_while_nothing_changed_but_what_reads_unknown_files(site):
    assert site.held == KNOWN


@pytest.mark.parametrize(
    ("name", "held"),
    [
        ("adam/adae.parquet", {"other", "nothing"}),
        ("adam/adsl.parquet", {"safety", "nothing"}),
        ("cut.json", KNOWN),
        ("findings.csv", KNOWN),
        ("plan.yaml", set()),
    ],
)
def test_holds__changed_file_of_the_report_runs_what_read_it(site, name, held):
    (site.making / name).write_text("something else")
    assert site.held == held


def test_holds__file_that_is_gone_runs_what_read_it(site):
    (site.making / "adam" / "adae.parquet").unlink()
    assert site.held == {"other", "nothing"}


@pytest.mark.parametrize(
    ("name", "value"),
    [("hash_code", "other code"), ("hash_tables", "other tables"), ("environment", {"numpy": "0"})],
)
def test_holds__changed_code_tables_or_environment_run_everything(site, monkeypatch, name, value):
    monkeypatch.setattr(cache_module, name, lambda: value)
    assert site.held == set()


def test_holds__changed_parameters_run_everything(site, monkeypatch):
    monkeypatch.setattr(cache_module, "PARAMETERS", {"cut": "elsewhere"})
    assert site.held == set()


def edit(path, change):
    notebook = nbformat.read(path, as_version=4)
    change(notebook)
    nbformat.write(notebook, path)


@pytest.mark.parametrize(
    "change",
    [
        lambda notebook: notebook.cells[1].update(source="'another'"),
        lambda notebook: notebook.cells[1].metadata.update(tags=["answer"]),
        lambda notebook: notebook.cells.pop(),
        lambda notebook: notebook.cells[0].update(source='cut: str = "another"'),
        lambda notebook: notebook.metadata.kernelspec.update(name="other"),
    ],
    ids=["source", "tag", "fewer cells", "default", "kernel"],
)
def test_holds__changed_notebook_runs_alone(site, change):
    edit(site.notebooks["safety"].path, change)
    assert site.held == KNOWN - {"safety"}


@pytest.mark.parametrize(
    "change",
    [
        lambda notebook: notebook.cells[1].update(execution_count=7),
        lambda notebook: notebook.cells[1].update(outputs=[nbformat.v4.new_output("stream", text="x")]),
        lambda notebook: notebook.cells[1].update(id="another"),
    ],
    ids=["count", "output", "id"],
)
def test_hash_notebook__what_a_run_leaves_in_it_is_no_change(site, change):
    path = site.notebooks["safety"].path
    before = hash_notebook(path)
    edit(path, change)
    assert hash_notebook(path) == before


@pytest.mark.parametrize("damage", ["edited", "removed"])
def test_holds__executed_copy_that_is_not_the_published_one_is_not_trusted(site, damage):
    path = site.published / "executed" / "safety.ipynb"
    path.write_text("edited") if damage == "edited" else path.unlink()
    assert site.held == KNOWN - {"safety"}


def test_holds__nothing_without_a_published_report(site):
    (site.published / "manifest.json").unlink()
    assert site.held == set()


@pytest.mark.parametrize("content", ["{}", "[]", '{"notebooks": {"safety": 1}}', "{"])
def test_holds__nothing_in_a_manifest_that_says_nothing(site, content):
    (site.published / "manifest.json").write_text(content)
    assert site.held == set()


def test_take_over__copies_notebook_and_page(site):
    assert site.open().take_over(site.notebooks["safety"], FRAME)
    copied = {name: (site.making / name).read_text() for name in ("executed/safety.ipynb", "safety.html")}
    assert copied == {"executed/safety.ipynb": "executed safety", "safety.html": "page of safety"}


@pytest.mark.parametrize("name", FRAME)
def test_take_over__not_where_the_page_would_say_something_else(site, name):
    assert not site.open().take_over(site.notebooks["safety"], FRAME | {name: "other"})
    assert not (site.making / "safety.html").exists()


def test_take_over__not_a_page_that_was_edited(site):
    (site.published / "safety.html").write_text("edited")
    assert not site.open().take_over(site.notebooks["safety"], FRAME)


def repair_hash(published, name, before):
    """Have the manifest say that an altered file is the one that was published."""
    text = (published / "manifest.json").read_text(encoding="utf-8")
    (published / "manifest.json").write_text(text.replace(before, hash_outputs(published)[name]), encoding="utf-8")


@pytest.mark.parametrize("name", ["safety.html", "executed/safety.ipynb"])
def test_holds__nothing_of_a_report_whose_file_and_manifest_were_altered_alike(site, capsys, name):
    before = hash_outputs(site.published)[name]
    (site.published / name).write_text("EVIL")
    repair_hash(site.published, name, before)
    assert site.held == set()
    assert capsys.readouterr().err == (
        "published: its manifest does not carry the mark of this account (plan decision D082). "
        "Nothing is taken over from it.\n"
    )


def test_holds__nothing_of_a_report_of_another_account(site, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "other account"))
    assert site.held == set()


def test_take_over__says_which_file_is_not_as_it_was_published(site, capsys):
    (site.published / "safety.html").write_text("edited")
    assert not site.open().take_over(site.notebooks["safety"], FRAME)
    assert capsys.readouterr().err == ("published: safety.html is not the file that was published. It is made anew.\n")


def test_entries__say_what_the_next_run_needs_and_keep_what_was_taken_over(site):
    known = json.loads((site.published / "manifest.json").read_text())["notebooks"]
    outputs = hash_outputs(site.published)
    assert known["safety"] == {
        "key": site.open().keys["safety"],
        "reads": {name: outputs[name] for name in READS["safety"]},
        "frame": hash_frame(FRAME),
        "seconds": 1.5,
    }
    assert known["unknown"]["reads"] is None
    assert site.open().entries([], [site.notebooks["safety"]], {}) == {"safety": known["safety"]}


def test_length__of_the_last_time_and_unknown_is_long(site):
    cache = site.open()
    assert cache.length(site.notebooks["safety"])[0] == 1.5
    (site.published / "manifest.json").unlink()
    assert site.open().length(site.notebooks["safety"])[0] == float("inf")


def test_length__unknown_ones_by_how_much_they_say(site):
    cache, notebook = site.open(), site.notebooks["safety"]
    assert cache.length(notebook)[1] == len(notebook.path.read_bytes())
