"""Tests of the command line: wrong calls end with status 2 and one line, an unforeseen error with 3, nothing else."""

from __future__ import annotations

import csv
from importlib.metadata import version

import pytest

from sap_helpers.findings import SEVERITIES
from sap_helpers.plan.home import HOME
from sap_helpers.run import cli

CUT = HOME / "data" / "synthetic" / "2014-08-31"

HINT = "Give the folder that holds cut.yaml."


def refused(capsys, *arguments):
    """Return what argparse says last of a call that it refuses."""
    with pytest.raises(SystemExit) as caught:
        cli.main([str(argument) for argument in arguments])
    assert caught.value.code == 2
    return capsys.readouterr().err.splitlines()[-1]


def told(capsys, *arguments):
    """Return exit status, stdout and stderr of a call."""
    status = cli.main([str(argument) for argument in arguments])
    output = capsys.readouterr()
    return status, output.out, output.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "sap: error: the following arguments are required: COMMAND"),
        (["run"], "sap run: error: the following arguments are required: CUT"),
        (["run", "cut", "--jobs", "0"],
         "sap run: error: argument --jobs: must be a whole number of 1 or more (given: 0)"),
        (["run", "cut", "--jobs", "x"],
         "sap run: error: argument --jobs: must be a whole number of 1 or more (given: x)"),
        (["export", "report"], "sap export: error: one of the arguments --to --aggregate-only is required"),
        (["export", "report", "--to", "odt"],
         "sap export: error: argument --to: invalid choice: 'odt' (choose from 'docx', 'rtf', 'pdf')"),
        (["export", "report", "--aggregate-only", "--split"],
         "sap export: error: argument --split: not allowed with argument --aggregate-only"),
        (["run", "cut", "--only"], "sap run: error: argument --only: expected at least one argument"),
        (["run", "cut", "--set"], "sap run: error: argument --set: expected one argument"),
        (["run", "cut", "--alpha", "0.05"],
         "sap run: error: unrecognized arguments: --alpha 0.05; options: --reports, --only, --force, --jobs, --engine, "
         "--previous, --set, --plan"),
        (["run", "cut", "--ouly", "sri"],
         "sap run: error: unrecognized arguments: --ouly sri; did you mean --only?"),
        (["check", "cut", "--sets=level=0.9"],
         "sap check: error: unrecognized arguments: --sets=level=0.9; did you mean --set?"),
        (["seal", "cut", "another"], "sap seal: error: unrecognized arguments: another; options: --plan"),
        (["simulate", "d", "--subjects", "-1"],
         "sap simulate: error: argument --subjects: must be a whole number of 0 or more (given: -1)"),
        (["simulate", "d", "--subjects", "4.5"],
         "sap simulate: error: argument --subjects: must be a whole number of 0 or more (given: 4.5)"),
        (["simulate", "d", "--seed", "x"],
         "sap simulate: error: argument --seed: must be a whole number of 0 or more (given: x)"),
        (["simulate", "d", "--missing", "1.01"],
         "sap simulate: error: argument --missing: must be a number from 0 to 1 (given: 1.01)"),
        (["simulate", "d", "--missing", "nan"],
         "sap simulate: error: argument --missing: must be a number from 0 to 1 (given: nan)"),
        (["simulate", "d", "--missing", "some"],
         "sap simulate: error: argument --missing: must be a number from 0 to 1 (given: some)"),
        (["simulate", "d", "--cut-date", "2015-13-01"],
         "sap simulate: error: argument --cut-date: must be a date such as 2015-10-01 (given: 2015-13-01)"),
    ],
)  # fmt: skip
def test_main__wrong_argument_is_named_with_what_is_allowed(capsys, arguments, message):
    assert refused(capsys, *arguments) == message


def test_main__version_is_that_of_package_and_plan(capsys, plan):
    with pytest.raises(SystemExit) as caught:
        cli.main(["--version"])
    assert caught.value.code == 0
    assert capsys.readouterr().out == f"sap {version('sap-helpers')}, plan version {plan.version}\n"


@pytest.mark.parametrize("command", ["", "report"])
def test_main__unknown_command_is_refused(capsys, command):
    assert "invalid choice" in refused(capsys, command)


@pytest.mark.parametrize("engine", ["slow", ""])
def test_main__unknown_engine_is_refused_with_those_there_are(capsys, engine):
    message = refused(capsys, "run", "cut", "--engine", engine)
    assert message.startswith(f"sap run: error: argument --engine: invalid choice: '{engine}' (choose from ")


def test_main__unknown_format_is_refused_with_those_there_are(capsys):
    message = refused(capsys, "simulate", "d", "--format", "sas7bdat")
    assert message.endswith("invalid choice: 'sas7bdat' (choose from 'csv', 'parquet', 'xpt', 'json')")


def test_main__unforeseen_error_is_shown_whole_with_status_3(capsys, monkeypatch, tmp_path):
    def fail(*_):
        raise ZeroDivisionError("unforeseen")

    monkeypatch.setattr("sap_helpers.run.check.check_findings", fail)
    status, out, err = told(capsys, "check", tmp_path)
    assert (status, out) == (3, "")
    assert "ZeroDivisionError: unforeseen" in err
    assert err.endswith("This is a fault of the program, not of the cut. Nothing was published.\n")


def test_main__interrupt_ends_with_status_1(capsys, monkeypatch, tmp_path):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("sap_helpers.run.check.check_findings", stop)
    assert told(capsys, "check", tmp_path) == (1, "", "stopped; nothing was published\n")


def test_seal__plan_that_cannot_be_read_is_refused(capsys, tmp_path):
    status, out, err = told(capsys, "seal", CUT, "--plan", tmp_path / "absent.yaml")
    message = "plan absent.yaml: cannot be read (No such file or directory). Name an existing plan file.\n"
    assert (status, out, err) == (2, "", message)
    assert not (CUT / "manifest.json").exists()


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_simulate__never_writes_over_what_is_there(capsys, tmp_path, kind):
    place = tmp_path / "place"
    if kind == "folder":
        place.mkdir()
        (place / "mine").write_text("kept")
    else:
        place.write_text("kept")
    status, out, err = told(capsys, "simulate", place, "--subjects", "1")
    assert (status, out, err) == (2, "", "place: exists, and is not an empty folder. Name a new one.\n")


@pytest.mark.parametrize("name", ["a cut", "CON", "x" * 65, ".hidden"])
def test_simulate__folder_name_must_be_able_to_name_a_cut(capsys, tmp_path, name):
    status, out, err = told(capsys, "simulate", tmp_path / name, "--subjects", "1")
    assert (status, out) == (2, "")
    assert err.startswith(f"R016 cut.yaml, cut_id: value {name} a name that cannot safely name a report folder")
    assert list(tmp_path.iterdir()) == []


def test_simulate__place_that_cannot_be_written(capsys, tmp_path):
    (tmp_path / "file").write_text("")
    status, out, err = told(capsys, "simulate", tmp_path / "file" / "cut", "--subjects", "1")
    assert (status, out, err) == (2, "", "cut: the cut cannot be written: Not a directory.\n")


def test_simulate__same_arguments_write_the_same_bytes(capsys, tmp_path):
    written = []
    for folder in ("one", "two"):
        options = ["--subjects", "2", "--seed", "5", "--cut-date", "2014-09-30", "--missing", "0.2", "--format", "xpt"]
        status, out, _ = told(capsys, "simulate", tmp_path / folder / "cut", *options)
        assert (status, out) == (0, f"{tmp_path / folder / 'cut'}\n")
        written.append({path.name: path.read_bytes() for path in (tmp_path / folder / "cut").iterdir()})
    assert written[0] == written[1]
    assert b"cut_date: 2014-09-30" in written[0]["cut.yaml"]


def test_check__findings_for_people_and_as_csv(capsys):
    status, out, err = told(capsys, "check", CUT)
    assert (status, out.splitlines()[0]) == (
        0,
        "rule,severity,domain,row,USUBJID,AVISITN,variable,value,allowed,action",
    )
    *findings, counts = err.splitlines()
    rows = list(csv.DictReader(out.splitlines()))
    assert [line[:4] for line in findings] == [row["rule"] for row in rows]
    severities = [row["severity"] for row in rows]
    assert severities == sorted(severities, key=SEVERITIES.index)
    assert counts == f"findings: {severities.count('listed')} listed, {severities.count('noted')} noted"


def test_check__refused_cut_ends_with_status_1(capsys, tmp_path):
    (tmp_path / "cut.yaml").write_text((CUT / "cut.yaml").read_text())
    status, out, err = told(capsys, "check", tmp_path)
    assert status == 1
    assert [line.split(",")[:3] for line in out.splitlines()[1:3]] == [
        ["R009", "refused", "dm"],
        ["R009", "refused", "ex"],
    ]
    assert err.startswith("R009 dm: the cut has no dm file; allowed: dm and ex.")


def test_check__folder_that_is_no_cut_ends_with_status_2(capsys, tmp_path):
    status, out, err = told(capsys, "check", tmp_path / "absent")
    assert (status, out) == (2, "")
    assert err == f"cannot open the cut '{tmp_path / 'absent'}': No such file or directory. {HINT}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "cut", "--set", "a=1", "b=2"], ["run", "cut", "--set", "a=1", "--set", "b=2"],
        ["run", "--set", "a=1", "--set", "b=2", "cut"],
    ],
)  # fmt: skip
def test_main__settings_follow_one_another_or_each_its_option(monkeypatch, arguments):
    asked = []
    monkeypatch.setattr(cli, "_run_anew", lambda call: asked.append(call) or call.cut)
    cli.main(arguments)
    assert [(call.cut.name, call.settings) for call in asked] == [("cut", ("a=1", "b=2"))]


def test_main__only_takes_several_names_and_may_be_repeated(monkeypatch):
    asked = []
    monkeypatch.setattr(cli, "_run_anew", lambda call: asked.append(call) or call.cut)
    cli.main(["run", "cut", "--only", "sri", "sledai", "--only", "relapses"])
    assert [call.only for call in asked] == [("sri", "sledai", "relapses")]


def test_export__another_folder_is_told_in_one_line(tmp_path, capsys):
    status, out, err = told(capsys, "export", tmp_path, "--to", "pdf")
    assert (status, out) == (2, "")
    advice = "Name the folder that sap run printed, the one of index.html."
    assert err == f"{tmp_path.name}: not a report (no manifest.json). {advice}\n"
