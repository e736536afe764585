"""Tests of the one strict reader of report folders: whatever stands there, it is a report or a clear refusal."""

from __future__ import annotations

import json
import os

import pytest

from sap_helpers.errors import ReportError
from sap_helpers.run.report_folder import is_report, open_report_folder


@pytest.fixture
def report(tmp_path, put_manifest):
    """A small report with its manifest."""
    folder = tmp_path / "c1"
    for name in ("adam/adsl.parquet", "executed/sri.ipynb", "cut.json", "plan.yaml", "findings.csv", "index.html"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"the text of {name}", encoding="utf-8")
    put_manifest(folder)
    return folder


def rewrite(report, **changed):
    """Change fields of a manifest; None takes one away."""
    path = report / "manifest.json"
    content = json.loads(path.read_text(encoding="utf-8")) | changed
    path.write_text(json.dumps({k: v for k, v in content.items() if v is not None}), encoding="utf-8")


def test_open_report_folder__gives_what_was_written(report):
    opened = open_report_folder(report)
    assert (opened.manifest.study, opened.manifest.cut_id, opened.manifest.failed) == ("NCT02084238", "c1", [])
    assert opened.read("executed/sri.ipynb") == b"the text of executed/sri.ipynb"


@pytest.mark.parametrize(
    "text",
    ["", "{", "null", "[1]", "[" * 100_000, '{"study": ' * 100_000, '{"study": 1e999}', '{"a": 1, "a": 1}', "\udcff"],
)
def test_open_report_folder__manifest_that_is_no_json_object_is_refused(report, text):
    (report / "manifest.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(ReportError, match=r"^c1: .*manifest\.json"):
        open_report_folder(report)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("study", None), ("study", ""), ("study", 1), ("study", "a\nb"), ("cut_id", "../escaped/pwn"),
        ("cut_id", "/etc/passwd"), ("cut_id", "x" * 65), ("cut_id", "CON"), ("cut_id", ["c1"]), ("cut_date", "2015"),
        ("cut_date", "2015-02-30"), ("all_notebooks", "sri"), ("all_notebooks", ["../sri"]), ("failed", [1]),
        ("outputs", None), ("outputs", []), ("outputs", {"index.html": 1}), ("outputs", {"../x": "0" * 64}),
        ("outputs", {"/etc/passwd": "0" * 64}), ("outputs", {"a/../../x": "0" * 64}), ("outputs", {".lock": "0" * 64}),
        ("outputs", {"a\x00b": "0" * 64}), ("inputs", "null"), ("inputs", [None]), ("inputs", {"../x": "0" * 64}),
        ("notebooks", [1]), ("notebooks", {"sri": 1}), ("notebooks", {"sri": {}}),
        ("notebooks", {"sri": {"key": "0" * 64, "reads": None, "frame": "0" * 64, "seconds": -1}}),
        ("notebooks", {"sri": {"key": "0" * 64, "reads": None, "frame": "0" * 64, "seconds": 10**400}}),
        ("subjects", {"basis": "0" * 64, "pages": ["../x.html"]}), ("subjects", []), ("messages", "text"),
        ("basis", [1]), ("previous", "x"), ("about", {"cut_id": "../x"}), ("aggregate_of", "x"),
    ],
)  # fmt: skip
def test_open_report_folder__field_of_another_form_is_refused_and_named(report, name, value):
    rewrite(report, **{name: value})
    with pytest.raises(ReportError, match=rf"not that of a report: .*{name}"):
        open_report_folder(report)


def test_open_report_folder__null_for_inputs_is_refused(report):
    path = report / "manifest.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"study"', '"inputs": null, "study"'), encoding="utf-8")
    with pytest.raises(ReportError, match="inputs"):
        open_report_folder(report)


def test_open_report_folder__field_of_a_later_version_is_left_alone(report):
    rewrite(report, more={"../x": [1]})
    assert open_report_folder(report).manifest.cut_id == "c1"


def by_link(report, name):
    """Put a link in place of an entry, to the very same content."""
    (report / name).symlink_to((report / name).rename(report.parent / "elsewhere"))


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda r: (r / "cut.json").write_text("another"), "cut.json is not the file that was published"),
        (lambda r: (r / "cut.json").unlink(), "cut.json: the file cannot be read: No such file or directory"),
        (lambda r: ((r / "cut.json").unlink(), (r / "cut.json").mkdir()), "cut.json: not a regular file"),
        (lambda r: ((r / "cut.json").unlink(), os.mkfifo(r / "cut.json")), "cut.json: not a regular file"),
        (lambda r: by_link(r, "cut.json"), "cut.json: a symbolic link"),
    ],
    ids=["altered", "gone", "folder", "pipe", "link"],
)
def test_read__file_that_is_not_the_published_one_is_refused(report, damage, reason):
    opened = open_report_folder(report)
    damage(report)
    with pytest.raises(ReportError, match=f"^c1: {reason}"):
        opened.read("cut.json")


def test_read__link_on_the_way_is_not_followed(report):
    opened = open_report_folder(report)
    by_link(report, "executed")
    with pytest.raises(ReportError, match="executed/sri.ipynb cannot be read"):
        opened.read("executed/sri.ipynb")


def test_read__only_what_the_manifest_lists(report):
    (report / "more.html").write_text("more", encoding="utf-8")
    for name in ("more.html", "manifest.json", "../c1/index.html"):
        with pytest.raises(ReportError, match=r"^c1: it has no "):
            open_report_folder(report).read(name)


def test_check__refuses_where_one_of_the_files_is_another(report):
    opened = open_report_folder(report)
    opened.check()
    (report / "index.html").write_text("another", encoding="utf-8")
    with pytest.raises(ReportError, match=r"index\.html"):
        opened.check()


def test_is_report__a_report(report):
    assert is_report(report)


@pytest.mark.parametrize(
    "damage", ["", "garbage", "[" * 100_000, "{}", '{"notebooks": [1]}'], ids=["empty", "text", "deep", "{}", "[1]"]
)
def test_is_report__with_a_damaged_manifest_by_all_that_it_holds(report, damage):
    (report / "manifest.json").write_text(damage, encoding="utf-8")
    assert is_report(report)
    (report / "mine.txt").write_text("mine", encoding="utf-8")
    assert not is_report(report)


@pytest.mark.parametrize(
    "make",
    [
        lambda p: None,
        lambda p: p.write_text("a file", encoding="utf-8"),
        lambda p: p.mkdir(),
        lambda p: (p.mkdir(), (p / "manifest.json").write_text("{}", encoding="utf-8")),
        lambda p: (p.mkdir(), (p / "cut.yaml").write_text("study: S\n", encoding="utf-8")),
        lambda p: p.symlink_to(p.parent / "c1"),
    ],
    ids=["nothing", "file", "empty folder", "manifest alone", "cut", "link to a report"],
)
def test_is_report__anything_else_is_none(report, make):
    place = report.parent / "other"
    make(place)
    assert not is_report(place)


@pytest.mark.parametrize("name", ["adam", "executed", "cut.json", "plan.yaml", "findings.csv", "manifest.json"])
def test_is_report__without_a_manifest_or_with_one_damaged_nothing_may_lack(report, name):
    (report / "manifest.json").write_text("garbage", encoding="utf-8")
    (report / name).rename(report.parent / "elsewhere")
    assert not is_report(report)
