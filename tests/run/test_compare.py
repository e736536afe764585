"""What a report is compared with, why results may differ, and what is written of it."""

from __future__ import annotations

import json

import pytest

from sap_helpers.errors import UsageError
from sap_helpers.results import Key, Result, Results
from sap_helpers.run.compare import cause_of, open_previous
from sap_helpers.run.manifest import hash_bytes
from sap_helpers.run.previous import find_previous

STUDY = "NCT02084238"
KEY = Key("DISP.FLOW", variable="SCREENED", variable_level="Y")


def results_with(n):
    return Results((Result(KEY, "n", n),))


@pytest.fixture
def find(tmp_path, put_manifest):
    """Return a function that publishes a report of an earlier cut and finds it as the previous one."""

    def publish(text=None, **fields):
        folder = tmp_path / "a"
        folder.mkdir()
        (folder / "results.csv").write_text(results_with(2).to_csv() if text is None else text, encoding="utf-8")
        (folder / "plan.yaml").write_text("plan", encoding="utf-8")
        put_manifest(folder, study=STUDY, cut_id="a", cut_date="2014-01-31", **fields)
        return find_previous(tmp_path, None, STUDY, "now", "2015-01-31")

    return publish


CODE = {"code": "1", "environment": "1"}
PLAN, OTHER_PLAN = hash_bytes(b"plan"), hash_bytes(b"other plan")
AE, QS = {"ae.csv": "0" * 64}, {"ae.csv": "1" * 64}


@pytest.mark.parametrize(
    ("basis", "inputs", "plan", "cause"),
    [
        (CODE, AE, PLAN, ""),
        (CODE, QS, PLAN, "data"),
        (CODE, AE, OTHER_PLAN, "plan"),
        ({**CODE, "code": "2"}, QS, OTHER_PLAN, "data, plan, code"),
        # a setting that says the plan's own value in other words makes no other plan in force
        ({**CODE, "settings": ["sri.pga_rise=0.30"]}, AE, PLAN, ""),
    ],
)
def test_cause_of__names_what_is_not_the_same(find, basis, inputs, plan, cause):
    previous = find(basis=CODE, inputs=AE).previous
    assert cause_of(previous, basis, inputs, plan).cause == cause


def test_cause_of__the_detail_names_the_cut_and_the_files(find):
    previous = find(inputs={"ae.csv": "0" * 64, "dv.csv": "0" * 64}).previous
    assert cause_of(previous, {}, {"ae.csv": "1" * 64, "cp.csv": "0" * 64}, PLAN).detail == (
        "cut a before; other files: ae.csv, cp.csv, dv.csv"
    )


def test_write__changes_and_what_was_compared(find, tmp_path):
    against = open_previous(find(inputs=AE), {}, QS, PLAN, is_given=False)
    against.write(tmp_path, results_with(3))
    assert (tmp_path / "changes.csv").read_text(encoding="utf-8").splitlines()[1:] == [
        "DISP.FLOW||||||SCREENED|Y||n,2,3,1,data,cut a before; other files: ae.csv"
    ]
    assert json.loads((tmp_path / "comparison.json").read_text(encoding="utf-8")) == {
        "previous": "a", "compared": 1, "not_in_this": 0, "not_in_previous": 0, "damaged": [],
    }  # fmt: skip
    assert against.complaints == ()


def test_write__nothing_where_there_is_nothing_to_compare_with(tmp_path):
    open_previous(find_previous(tmp_path, None, STUDY, "now", "2015-01-31"), {}, {}, "", is_given=False).write(
        tmp_path, results_with(3)
    )
    assert list(tmp_path.iterdir()) == []


UNREADABLE = ["", "garbage", "a,b\n1,2\n", results_with(2).to_csv() + "x\n", results_with(2).to_csv() + "," * 12 + "\n"]


@pytest.mark.parametrize("text", UNREADABLE, ids=["empty", "text", "other columns", "short row", "row of nothing"])
def test_open_previous__results_that_nobody_can_read_are_told_and_not_compared_with(find, tmp_path, text):
    found = find(text)
    against = open_previous(found, {}, {}, PLAN, is_given=False)
    (said,) = against.complaints
    assert said.startswith("a: ")
    assert said.endswith("This report is not compared with it.")
    against.write(tmp_path, results_with(3))
    assert not (tmp_path / "changes.csv").exists()
    assert json.loads((tmp_path / "comparison.json").read_text(encoding="utf-8"))["damaged"] == list(against.damaged)


@pytest.mark.parametrize("text", UNREADABLE[1:4])
def test_open_previous__results_that_nobody_can_read_are_refused_where_they_were_asked_for(find, text):
    with pytest.raises(UsageError, match=r"--previous a: its results\.csv is not written as sap run writes it"):
        open_previous(find(text), {}, {}, PLAN, is_given=True)
