"""`sap derive`: what it writes, where it may write, and that nothing but its own is ever replaced."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from sap_helpers.adam.store import open_study
from sap_helpers.adam.stored import DATA_SETS
from sap_helpers.errors import PublishError
from sap_helpers.run import cli
from sap_helpers.run import derive as derive_module

WHOLE = {"cut.json", "derived.json", "findings.csv", "plan.yaml", *(f"adam/{name}.parquet" for name in DATA_SETS)}


def files_of(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def refuse(cut):
    """Leave nothing of a cut's exposure but its header: more fields than it names then refuse it."""
    with (cut / "ex.csv").open("a", encoding="utf-8") as file:
        file.write("," * 40 + "\n")


@pytest.fixture(scope="module")
def made_cut(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made") / "three"
    assert cli.main(["simulate", str(folder), "--subjects", "3", "--cut-date", "2014-12-31"]) == 0
    return folder


@pytest.fixture
def cut(made_cut, tmp_path):
    return Path(shutil.copytree(made_cut, tmp_path / "cut"))


@pytest.fixture
def derive(cut, tmp_path, capsys):
    """Return a function that derives into a folder, `derived` unless another is named: status, stdout, stderr."""

    def call(*options, into=tmp_path / "derived", of=cut):
        capsys.readouterr()
        status = cli.main(["derive", str(of), str(into), *options])
        return status, *capsys.readouterr()

    return call


def test_derive__writes_a_folder_that_a_study_is_opened_from(derive, cut, tmp_path, plan):
    status, out, err = derive()
    folder = tmp_path / "derived"
    assert (status, out) == (0, f"{folder}\n")
    assert err.startswith("findings: ")
    assert set(files_of(folder)) == WHOLE
    opened, direct = open_study(folder), open_study(cut)
    assert opened.findings[0] == direct.findings[0]
    assert opened.set_sizes == direct.set_sizes
    for name in DATA_SETS:
        pd.testing.assert_frame_equal(opened[name], direct[name], check_dtype=False)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cut", "derived"]


def test_derive__is_repeatable_and_takes_the_settings_of_a_run(derive, tmp_path):
    derive()
    before = files_of(tmp_path / "derived")
    assert derive()[0] == 0
    assert files_of(tmp_path / "derived") == before
    assert derive("--set", "safety.last_day=90")[0] == 0
    assert open_study(tmp_path / "derived").plan.safety.last_day == 90
    status, _, err = derive("--set", "safety.first_day=90")
    assert (status, "unknown key" in err) == (2, True)
    assert open_study(tmp_path / "derived").plan.safety.last_day == 90


def test_derive__of_a_refused_cut_writes_its_findings_alone(derive, cut, tmp_path):
    derive()
    refuse(cut)
    status, out, err = derive()
    assert (status, out) == (2, "")
    assert "R029 ex.csv line " in err
    found = files_of(tmp_path / "derived")
    assert set(found) == {"derived.json", "findings.csv"}
    assert b"R029,refused,ex," in found["findings.csv"]


def test_derive__of_what_is_no_cut_writes_nothing(derive, tmp_path):
    status, _, err = derive(of=tmp_path)
    assert (status, len(err.splitlines())) == (2, 1)
    assert not (tmp_path / "derived").exists()


def add_file(folder):
    (folder / "mine.txt").write_text("mine")


def add_folder(folder):
    (folder / "adam" / "mine").mkdir()


def alter(folder):
    (folder / "findings.csv").write_text("rule\n")


def lose(folder):
    (folder / "adam" / "adae.parquet").unlink()


def link(folder):
    (folder / "adam" / "adae.parquet").unlink()
    (folder / "adam" / "adae.parquet").symlink_to(folder / "adam" / "adsl.parquet")


def forget(folder):
    (folder / "derived.json").unlink()


def believe(folder):
    """Have the account name a file beside the folder."""
    account = json.loads((folder / "derived.json").read_text())
    account["files"]["../cut/dm.csv"] = "0" * 64
    (folder / "derived.json").write_text(json.dumps(account, indent=1) + "\n")


@pytest.mark.parametrize("change", [add_file, add_folder, alter, lose, link, forget, believe])
def test_derive__replaces_its_own_folder_only(derive, tmp_path, change):
    derive()
    change(tmp_path / "derived")
    before = files_of(tmp_path / "derived")
    status, _, err = derive()
    assert (status, files_of(tmp_path / "derived")) == (2, before)
    assert err == (
        f"{tmp_path / 'derived'}: holds what `sap derive` did not write, or what was changed since. "
        "Name a new or empty folder.\n"
    )


@pytest.mark.parametrize("where", ["cut", "cut/derived", ".", "cut/../cut"])
def test_derive__stays_out_of_the_cut_and_does_not_hold_it(derive, cut, tmp_path, where):
    before = files_of(tmp_path)
    status, _, err = derive(into=tmp_path / where)
    assert (status, files_of(tmp_path)) == (2, before)
    assert "is the cut, lies in it or holds it" in err


@pytest.mark.parametrize("kind", ["file", "link"])
def test_derive__refuses_a_place_that_is_no_folder(derive, tmp_path, kind):
    (tmp_path / "elsewhere").mkdir()
    if kind == "file":
        (tmp_path / "derived").write_text("mine")
    else:
        (tmp_path / "derived").symlink_to(tmp_path / "elsewhere")
    status, _, err = derive()
    assert (status, err) == (2, f"{tmp_path / 'derived'}: exists, and is no folder. Name a new one.\n")
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_derive__leaves_the_folder_before_whole_when_it_fails(derive, cut, tmp_path, plan, monkeypatch):
    derive()
    before = files_of(tmp_path / "derived")

    def fail(study, folder):
        (folder / "adam").mkdir()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(derive_module, "save_study", fail)
    with pytest.raises(PublishError, match="the folder derived cannot be written: No space left on device"):
        derive_module.derive_folder(cut, tmp_path / "derived", cli.PLAN_FILE, ())
    assert files_of(tmp_path / "derived") == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cut", "derived"]
