"""`sap trace`: behind every number of a report, and what it says of some of them."""

from __future__ import annotations

import re
import shutil
from hashlib import sha256

import pytest

from sap_helpers.adam.store import open_study
from sap_helpers.analyses.audit import audit_denominator, counts_records
from sap_helpers.analyses.relapses import analyse_relapses
from sap_helpers.analyses.summary import OUTCOMES
from sap_helpers.results import Key, join
from sap_helpers.run.cli import main
from sap_helpers.run.source_rows import SourceRows
from sap_helpers.run.trace import open_report, plan_section

from .conftest import FINAL, HAND_WORKED, INTERIM

PRIMARY = "SRI.PRIMARY|FAS|AVISITN|10|||SRI4|Y||n"
PLACES = re.compile(r"^subjects: (\d+) in n, (\d+) in N only, (\d+) not in N$", re.MULTILINE)


@pytest.fixture(scope="module")
def report(final_report):
    return open_report(final_report)


@pytest.fixture
def ask(final_report, capsys):
    """Give a function that calls the command on the final report: status, what it printed, what it complained of."""

    def call(*arguments):
        status = main(["trace", str(final_report), *arguments])
        said = capsys.readouterr()
        return status, said.out, said.err

    return call


@pytest.mark.parametrize(
    ("result_id", "places"),
    [
        (PRIMARY, ("35", "5", "0")),
        ("AE.AESI|SAF|AESI|FEVER|||TEAE|Y||n", ("2", "38", "0")),
        ("SLEDAI.MMRM|FAS|AVISITN|10|||SLEDAI||Kenward-Roger|estimate", ("40", "0", "0")),
        ("REL.KM|REM|DAY|28|||RELAPSE|||n", ("28", "3", "0")),
        ("IMM.CHANGE|FAS|||||TREG_TH17|||mean", None),
        ("SLEDAI.BY_WEEK|FAS|AVISITN|10|||SLEDAI|||mean", None),
    ],
)
def test_trace__some_numbers(ask, report, result_id, places):
    status, out, _ = ask(result_id)
    assert status == 0
    counts = PLACES.search(out).groups()
    assert places is None or counts == places
    row = report.find(result_id)
    total = next((r.stat for r in report.results if r.key == row.key and r.stat_name == "N"), None)
    assert total is None or int(counts[0]) + int(counts[1]) == total


def test_trace__the_same_lines_every_time(ask):
    assert ask(PRIMARY) == ask(PRIMARY)


def test_trace__a_method_may_be_left_out(ask):
    whole = ask(PRIMARY.replace("||n", "|Clopper-Pearson|conf.low"))
    assert whole == ask(PRIMARY.replace("||n", "||conf.low"))
    assert whole[0] == 0


def test_trace__a_ratio_leads_to_both_cells(ask):
    _, out, _ = ask("IMM.CHANGE|FAS|||||TREG_TH17|||mean", "--cut", str(FINAL))
    assert "CPTESTCD=TREG" in out
    assert "CPTESTCD=TH17" in out


def test_trace__source_records_are_shown_whole(ask):
    _, out, _ = ask("AE.AESI|SAF|AESI|FEVER|||TEAE|Y||n", "--cut", str(FINAL))
    assert re.search(r"AE \d+: STUDYID=NCT02084238, .*AEDECOD=Pyrexia", out)


def test_trace__unknown_id(ask):
    status, _, err = ask(PRIMARY.replace("PRIMARY", "PRIMRY"))
    assert (status, PRIMARY in err) == (2, True)


def test_trace__several_methods(ask):
    status, _, err = ask("IMM.CHANGE|FAS|||||TREG|||estimate")
    assert (status, "paired t" in err, "Hodges-Lehmann" in err) == (2, True, True)


def test_trace__another_cut(ask):
    status, out, err = ask(PRIMARY, "--cut", str(INTERIM))
    assert (status, out, "not the cut of this report" in err) == (2, "", True)


def test_trace__no_report(tmp_path, capsys):
    assert main(["trace", str(tmp_path), PRIMARY]) == 2
    assert "not a report (no manifest.json). Name a report folder as it was published." in capsys.readouterr().err


@pytest.fixture
def copied(final_report, tmp_path):
    """A copy of the report, and a function that puts another text into one of its files and repairs its hash."""
    folder = shutil.copytree(final_report, tmp_path / "copy")

    def alter(name, text):
        before = (folder / name).read_bytes()
        (folder / name).write_bytes(text)
        manifest = folder / "manifest.json"
        hashes = sha256(before).hexdigest(), sha256(text).hexdigest()
        manifest.write_text(manifest.read_text(encoding="utf-8").replace(*hashes), encoding="utf-8")

    return folder, alter


@pytest.mark.parametrize("name", ["executed/sri.ipynb", "adam/adsl.parquet", "cut.json", "findings.csv"])
def test_trace__altered_report_is_refused(copied, capsys, name):
    (copied[0] / name).write_bytes(b"altered")
    assert main(["trace", str(copied[0]), PRIMARY]) == 2
    assert capsys.readouterr().err == (
        f"copy: {name} is not the file that was published. Name a report folder as it was published.\n"
    )


@pytest.mark.parametrize("text", [b"[" * 100_000, b"[1]", b'{"cells": [1]}', b"garbage"])
def test_trace__executed_notebook_that_is_none_is_refused(copied, capsys, text):
    folder, alter = copied
    alter("executed/sri.ipynb", text)
    assert main(["trace", str(folder), PRIMARY]) == 2
    assert "copy: executed/sri.ipynb cannot be read as an executed notebook" in capsys.readouterr().err


def test_trace__copy_made_elsewhere_can_be_traced(copied, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "other account"))
    assert main(["trace", str(copied[0]), PRIMARY]) == 0


def test_trace__findings_behind_their_count(ask, report):
    row = next(r for r in report.results if r.key.analysis_id == "DQ.FINDINGS" and r.stat)
    assert len(ask(row.result_id)[1].split("records: none")[1].splitlines()) == row.stat + 1


def test_plan_section__is_where_the_plan_defines_it():
    assert plan_section("SRI.PRIMARY") == "section 5.3, Analyses"


def test_report__every_result_is_found_and_traced(report):
    seen = set()
    for row in report.results:
        assert report.find(row.result_id) is row
        one = report.results.records_of(row.key)
        assert one is not None or row.note, row.result_id
        if one not in seen:
            seen.add(one)
            first, *_ = report.lines(row)
            assert first == f"result: {row.result_id}"


def test_report__records_give_n_and_N(report):
    for key, stats in report.results.groups(by_method=True).items():
        one = report.results.records_of(key)
        if one is None or one.made_of or one.reason or counts_records(key):
            continue
        found = audit_denominator(report.study, key, one)
        for name, subjects in (("n", found.counted), ("N", found.of)):
            if name in stats and stats[name].stat is not None:
                assert len(subjects) == stats[name].stat, stats[name].result_id


def test_report__every_source_record_is_in_the_cut(report, final_report):
    rows = SourceRows(final_report, FINAL)
    used = {
        (source.dataset, number)
        for one in report.results.records.values()
        for source in (*one.counted, *one.of, *one.events)
        for number in source.numbers
    }
    keys = {key for at in used for key in report.lineage.sources(*at)}
    assert [key for key in sorted(keys, key=str) if not rows.has(key)] == []


@pytest.fixture(scope="module")
def hand_worked():
    study = open_study(HAND_WORKED)
    return study, join(analyse(study) for analyse in OUTCOMES)


def test_audit__hand_worked_rates_are_all_accounted_for(hand_worked):
    study, results = hand_worked
    rates = [
        key
        for key, stats in results.groups(by_method=True).items()
        if stats.keys() >= {"n", "N", "p"} and stats["N"].stat
    ]
    without = [key for key in rates if results.records_of(key) is None]
    assert without == []
    open_ = [
        key
        for key in rates
        if not (one := results.records_of(key)).made_of and not one.reason
        and (found := audit_denominator(study, key, one)) and (found.unexplained or found.strangers)
    ]  # fmt: skip
    assert open_ == []


def reasons(study, results, **key):
    wanted = Key(variable_level="Y", **key)
    return audit_denominator(study, wanted, results.records_of(wanted)).reasons


def test_audit__hand_worked_response_leaves_out_whom_the_paper_does(hand_worked):
    key = {"analysis_id": "SRI.PRIMARY", "population": "FAS", "group1": "AVISITN", "variable": "SRI4"}
    assert reasons(*hand_worked, group1_level="6", **key) == {}
    assert reasons(*hand_worked, group1_level="10", **key) == {"HW-11": "week 10 is not due yet"}


def test_audit__hand_worked_relapses_leave_out_whom_the_paper_does():
    study = open_study(HAND_WORKED.parents[1] / "hand_worked_relapse" / "cut")
    results = analyse_relapses(study)
    key = {"analysis_id": "REL.PARTICIPANTS", "variable": "RELAPSE"}
    assert reasons(study, results, population="REM", **key) == {
        "RW-07": "no follow-up assessment", "RW-09": "follow-up is not due yet", "RW-15": "no follow-up assessment",
    }  # fmt: skip
    assert reasons(study, results, population="FAS", **key) == {
        "RW-04": "treatment not stopped", "RW-09": "follow-up is not due yet", "RW-17": "treatment not stopped",
    }  # fmt: skip
