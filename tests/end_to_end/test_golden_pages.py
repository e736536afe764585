"""What pages and documents of the committed cuts show does not change unless somebody means it to: golden/renew.py."""

from __future__ import annotations

import base64
import json
import re
import zlib
from pathlib import Path

import pytest
from golden.renew import SAMPLE, golden_parts, sample_rows
from golden.snapshot import compare_lines, take_snapshot

GOLDEN = Path(__file__).parents[1] / "golden"


@pytest.fixture(scope="module")
def interim_report(sap, interim_cut, tmp_path_factory):
    run = sap("run", interim_cut, cwd=tmp_path_factory.mktemp("interim"))
    assert run.status == 0, run.stderr
    return run.report


@pytest.mark.parametrize("name", ["final_report", "interim_report"])
def test_golden__pages_and_documents_show_what_is_committed(request, tmp_path, name):
    report = request.getfixturevalue(name)
    folder = GOLDEN / report.name
    before = {path.name: path.read_text(encoding="utf-8").splitlines() for path in folder.iterdir()}
    now = golden_parts(report, tmp_path)
    changed = [
        line
        for file in sorted({*before, *now})
        for line in compare_lines(file, before.get(file, []), now.get(file, []))
    ]
    assert changed == []


@pytest.mark.parametrize("name", SAMPLE)
def test_golden__a_cut_that_lacks_something_shows_what_is_committed(name):
    before = [
        line for line in (GOLDEN / "sample.csv").read_text(encoding="utf-8").splitlines() if line.startswith(f"{name},")
    ]
    assert sample_rows(name) == before


def edited(page, old, new):
    """Return a page in which a text that it holds is another."""
    assert old in page
    return page.replace(old, new, 1)


def without_a_record(page):
    """Return a page in which one of the records behind its first number is gone."""
    packed = re.search(r'(<script\b[^>]* id="behind"[^>]*>)([^<]*)', page)
    data = json.loads(zlib.decompress(base64.b64decode(packed[2]), -15))
    data["behind"][0][0][2].pop()
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    text = packer.compress(json.dumps(data).encode()) + packer.flush()
    return page.replace(packed[2], base64.b64encode(text).decode())


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda page: edited(page, ">13/40<", ">14/40<"), {"sri.displays.jsonl", "sri.txt"}),
        (lambda page: edited(page, 'data-r="0', 'data-r="1'), {"sri.displays.jsonl"}),
        (lambda page: edited(page, "due at the cut.</p>", "due at a cut.</p>"), {"sri.displays.jsonl", "sri.txt"}),
        (lambda page: edited(page, 'alt="', 'alt="No '), {"sri.displays.jsonl"}),
        (lambda page: edited(page, "<strong>Due weeks.", "<strong>Weeks due."), {"sri.txt"}),
        (without_a_record, {"sri.behind.csv"}),
    ],
    ids=["cell", "result of a cell", "note", "alternative text", "prose", "record behind"],
)
def test_snapshot__finds_a_planted_change(final_report, tmp_path, change, found):
    page = (final_report / "sri.html").read_text(encoding="utf-8")
    parts = []
    for name, text in (("before", page), ("after", change(page))):
        (tmp_path / name).mkdir()
        (tmp_path / name / "sri.html").write_text(text, encoding="utf-8")
        parts.append(take_snapshot(tmp_path / name).parts)
    before, after = parts
    assert {name for name in before if compare_lines(name, before[name], after[name])} == found
