"""Which report is the previous one, and which are not used because they are damaged."""

import os

import pytest

from sap_helpers.errors import UsageError
from sap_helpers.run import previous
from sap_helpers.run.previous import find_previous

STUDY = "NCT02084238"


@pytest.fixture
def reports(tmp_path, put_manifest):
    """Give a folder and a function that puts a report into it."""

    def make(name, cut_date, *, study=STUDY, cut_id=None):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "results.csv").write_text(f"results of {name}", encoding="utf-8")
        put_manifest(folder, study=study, cut_id=cut_id or name, cut_date=cut_date)
        return folder

    return tmp_path, make


def found(folder, cut_date="2015-01-31", given=None):
    previous = find_previous(folder, given, STUDY, "now", cut_date).previous
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
    with pytest.raises(UsageError, match="--previous nothing: manifest.json cannot be read: No such file or directory"):
        found(folder, given=folder / "nothing")
    other = make("o", "2014-01-31", study="NCT00000000")
    with pytest.raises(UsageError, match="a report of study NCT00000000; expected: NCT02084238"):
        found(folder, given=other)


DAMAGES = {
    "results altered": (lambda r: (r / "results.csv").write_text("2 -> 779"), "results.csv is not the file that was"),
    "results gone": (lambda r: (r / "results.csv").unlink(), "results.csv: the file cannot be read"),
    "results a pipe": (
        lambda r: ((r / "results.csv").unlink(), os.mkfifo(r / "results.csv")), "results.csv: not a regular file",
    ),
    "no JSON": (lambda r: (r / "manifest.json").write_text("garbage"), "manifest.json is not that of a report"),
    "deep JSON": (lambda r: (r / "manifest.json").write_text("[" * 100_000), "nested too deeply"),
    "inputs null": (
        lambda r: (r / "manifest.json").write_text((r / "manifest.json").read_text()[:-2] + ', "inputs": null}'),
        "inputs absent or not of the form",
    ),
    "manifest a folder": (
        lambda r: ((r / "manifest.json").unlink(), (r / "manifest.json").mkdir()), "manifest.json: not a regular file",
    ),
}  # fmt: skip


@pytest.fixture(params=DAMAGES)
def damaged(reports, request):
    """A folder with an early report and a later one that is damaged, and why."""
    folder, make = reports
    make("early", "2013-01-31")
    damage, reason = DAMAGES[request.param]
    damage(make("late", "2014-01-31"))
    return folder, reason


def test_find_previous__one_that_is_damaged_is_passed_over_and_named(damaged):
    folder, reason = damaged
    one = find_previous(folder, None, STUDY, "now", "2015-01-31")
    assert one.previous.cut_id == "early"
    (said,) = one.damaged
    assert said.startswith("late: ")
    assert reason in said


def test_find_previous__one_that_is_damaged_is_refused_where_it_was_asked_for(damaged):
    folder, reason = damaged
    with pytest.raises(UsageError, match=rf"--previous late: .*{reason}.* Name a report as it was published"):
        found(folder, given=folder / "late")


def test_find_previous__a_cut_and_a_file_among_the_reports_are_left_alone(reports):
    folder, make = reports
    cut = make("cut", "2014-01-31")
    (cut / "cut.yaml").write_text("study: S", encoding="utf-8")
    (cut / "manifest.json").write_text("{}", encoding="utf-8")
    (folder / "a").write_text("a file", encoding="utf-8")
    assert find_previous(folder, None, STUDY, "now", "2015-01-31") == (None, ())


def test_identity__is_of_what_was_read_and_of_what_is_damaged(reports):
    folder, make = reports
    assert find_previous(folder, None, STUDY, "now", "2015-01-31").identity == ""
    late = make("late", "2014-01-31")
    first = find_previous(folder, None, STUDY, "now", "2015-01-31").identity
    (late / "index.html").write_text("a page that no comparison reads", encoding="utf-8")
    assert find_previous(folder, None, STUDY, "now", "2015-01-31").identity == first
    (late / "results.csv").write_text("altered", encoding="utf-8")
    second = find_previous(folder, None, STUDY, "now", "2015-01-31").identity
    assert len({"", first, second}) == 3


def test_find_previous__report_that_is_replaced_meanwhile_is_read_whole(reports, monkeypatch, put_manifest):
    folder, make = reports
    early, real = make("early", "2014-01-31"), previous.open_report_folder

    def open_and_replace(path):
        report = real(path)
        if path == early and not opened:
            (early / "results.csv").write_text("new results", encoding="utf-8")
            put_manifest(early, study=STUDY, cut_id="early", cut_date="2014-01-31")
        opened.append(path)
        return report

    opened: list = []
    monkeypatch.setattr(previous, "open_report_folder", open_and_replace)
    one = find_previous(folder, None, STUDY, "now", "2015-01-31")
    assert (one.previous.text, one.damaged) == ("new results", ())
