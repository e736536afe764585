"""Which report is the previous one, and in what its inputs differ."""

import json

import pytest

from sap_helpers.errors import UsageError
from sap_helpers.run.previous import cause_of, find_previous

STUDY = "NCT02084238"


@pytest.fixture
def reports(tmp_path):
    """Give a folder and a function that puts a report into it."""

    def make(name, cut_date, *, study=STUDY, cut_id=None, **content):
        folder = tmp_path / name
        folder.mkdir()
        manifest = {"study": study, "cut_id": cut_id or name, "cut_date": cut_date, "outputs": {"a": name}, **content}
        (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        (folder / "results.csv").write_text("", encoding="utf-8")
        return folder

    return tmp_path, make


def found(folder, cut_date="2015-01-31", given=None):
    previous = find_previous(folder, given, STUDY, "now", cut_date)
    return previous and previous.cut_id


def test_find_previous__the_latest_earlier_cut_of_the_study(reports):
    folder, make = reports
    for name, date in (("a", "2014-01-31"), ("b", "2014-08-31"), ("c", "2015-01-31"), ("d", "2015-10-01")):
        make(name, date)
    make("e", "2014-12-31", study="NCT00000000")
    assert found(folder) == "b"


def test_find_previous__without_an_earlier_one_there_is_none(reports):
    folder, make = reports
    make("now", "2014-01-31")
    assert found(folder) is None


def test_find_previous__a_failed_run_and_a_folder_that_is_no_report_do_not_count(reports):
    folder, make = reports
    make("a~failed", "2014-01-31", cut_id="a")
    (folder / "notes").mkdir()
    assert found(folder) is None


def test_find_previous__one_that_is_given_may_be_later_and_elsewhere(reports):
    folder, make = reports
    later = make("z", "2016-01-31")
    assert found(folder, given=later) == "z"


def test_find_previous__one_that_is_given_must_be_a_report_of_the_study(reports):
    folder, make = reports
    with pytest.raises(UsageError, match=r"--previous nothing: not a report \(no manifest.json with results.csv\)"):
        found(folder, given=folder / "nothing")
    other = make("o", "2014-01-31", study="NCT00000000")
    with pytest.raises(UsageError, match="a report of study NCT00000000; expected: NCT02084238"):
        found(folder, given=other)


@pytest.mark.parametrize(
    ("basis", "inputs", "cause"),
    [
        ({"plan": "1", "code": "1"}, {"ae.csv": "1"}, ""),
        ({"plan": "1", "code": "1"}, {"ae.csv": "2"}, "data"),
        ({"plan": "2", "code": "1"}, {"ae.csv": "1"}, "plan"),
        ({"plan": "2", "code": "2"}, {"ae.csv": "2"}, "data, plan, code"),
    ],
)
def test_cause_of__names_what_is_not_the_same(reports, basis, inputs, cause):
    folder, make = reports
    make("a", "2014-01-31", basis={"plan": "1", "code": "1"}, inputs={"ae.csv": "1"})
    previous = find_previous(folder, None, STUDY, "now", "2015-01-31")
    assert cause_of(previous, basis, inputs).cause == cause


def test_cause_of__the_detail_names_the_cut_and_the_files(reports):
    folder, make = reports
    make("a", "2014-01-31", basis={}, inputs={"ae.csv": "1", "dv.csv": "1"})
    previous = find_previous(folder, None, STUDY, "now", "2015-01-31")
    assert cause_of(previous, {}, {"ae.csv": "2", "cp.csv": "1"}).detail == (
        "cut a before; other files: ae.csv, cp.csv, dv.csv"
    )
