"""Tests of sealing a cut and of checking the seal."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sap_helpers.cut.folder import open_folder
from sap_helpers.cut.seal import check_seal, seal_cut
from sap_helpers.errors import CutError, CutRefusedError

if TYPE_CHECKING:
    from sap_helpers.findings import Finding

INFO = "study: NCT02084238\ncut_id: 2015-01-31\ncut_date: 2015-01-31\nsynthetic: true\n"
PLAN = "ab" * 32


@pytest.fixture
def cut(tmp_path: Path) -> Path:
    path = tmp_path / "cut"
    path.mkdir()
    (path / "cut.yaml").write_text(INFO, encoding="utf-8")
    for domain in ("dm", "ex"):
        (path / f"{domain}.csv").write_text("USUBJID\nPKU-001\nPKU-002\n", encoding="utf-8")
    return path


def found(cut: Path, **rows: int) -> list[tuple[str, str]]:
    return [(finding.rule, finding.file) for finding in check_seal(open_folder(cut), rows)]


def test_seal_cut__sealed_cut_has_no_finding(cut: Path) -> None:
    assert seal_cut(cut, PLAN) == cut / "manifest.json"
    folder = open_folder(cut)
    assert folder.findings == ()
    assert check_seal(folder, {"dm": 2, "ex": 2}) == []
    assert (folder.seal, folder.seal_plan_sha256) == ("sealed", PLAN)


def test_seal_cut__manifest_holds_hash_bytes_and_rows(cut: Path) -> None:
    files = json.loads(seal_cut(cut, None).read_bytes())["files"]
    assert list(files) == ["cut.yaml", "dm.csv", "ex.csv"]
    # printf 'USUBJID\nPKU-001\nPKU-002\n' | sha256sum
    digest = "a462da5118d173a530f9c0af76ef848553a4b95f397f392997a804eaafb7425d"
    assert files["dm.csv"] == {"bytes": 24, "rows": 2, "sha256": digest}
    assert files["cut.yaml"]["rows"] is None


def test_seal_cut__same_cut_gives_the_same_bytes(cut: Path) -> None:
    first = seal_cut(cut, PLAN).read_bytes()
    assert seal_cut(cut, PLAN).read_bytes() == first


def test_seal_cut__leaves_nothing_else_behind(cut: Path) -> None:
    seal_cut(cut, PLAN)
    assert sorted(path.name for path in cut.iterdir()) == ["cut.yaml", "dm.csv", "ex.csv", "manifest.json"]


def test_seal_cut__file_that_cannot_be_parsed_is_refused(cut: Path) -> None:
    (cut / "ex.csv").write_text("A,B\n1\n", encoding="utf-8")
    with pytest.raises(CutRefusedError, match=r"R029 ex\.csv line 2"):
        seal_cut(cut, PLAN)
    assert not (cut / "manifest.json").exists()


def test_seal_cut__cut_that_no_longer_matches_is_not_sealed_anew(cut: Path) -> None:
    before = seal_cut(cut, PLAN).read_bytes()
    (cut / "ex.csv").write_text("USUBJID\nPKU-001\n", encoding="utf-8")
    with pytest.raises(CutRefusedError, match="R002"):
        seal_cut(cut, PLAN)
    (cut / "ex.csv").write_bytes(b"A,B\n1\n")
    with pytest.raises(CutRefusedError) as error:
        seal_cut(cut, PLAN)
    assert [finding.rule for finding in error.value.findings] == ["R029", "R002", "R005"]
    assert (cut / "manifest.json").read_bytes() == before


def test_seal_cut__full_disk_is_a_cut_error_and_leaves_no_draft(cut: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(CutError, match="No space left on device"):
        seal_cut(cut, PLAN)
    assert [path.name for path in cut.iterdir() if path.name.startswith(".")] == []


def test_check_seal__unsealed_cut_is_r001(cut: Path) -> None:
    [finding] = check_seal(open_folder(cut), {})
    assert (finding.rule, finding.severity) == ("R001", "noted")


def test_check_seal__unreadable_seal_is_not_called_unsealed(cut: Path) -> None:
    (cut / "manifest.json").write_text("{}", encoding="utf-8")
    assert found(cut) == []


def mismatch(cut: Path) -> list[Finding]:
    findings = check_seal(open_folder(cut), {})
    assert {finding.severity for finding in findings} == {"refused"}
    return findings


def test_check_seal__truncated_csv_is_r002_with_both_hashes_and_r005(cut: Path) -> None:
    sealed = json.loads(seal_cut(cut, PLAN).read_bytes())["files"]["ex.csv"]["sha256"]
    os.truncate(cut / "ex.csv", 16)
    first, second = mismatch(cut)
    now = open_folder(cut).files["ex"].sha256
    assert (first.rule, second.rule) == ("R002", "R005")
    assert f"sha256 {now} (16 bytes), sealed {sealed} (24 bytes)" in first.message()


def test_check_seal__flipped_bit_is_r002_and_r008(cut: Path) -> None:
    seal_cut(cut, PLAN)
    data = bytearray((cut / "dm.csv").read_bytes())
    data[14] ^= 1
    (cut / "dm.csv").write_bytes(data)
    assert [finding.rule for finding in mismatch(cut)] == ["R002", "R008"]


def test_check_seal__changed_cut_yaml_is_r002(cut: Path) -> None:
    seal_cut(cut, PLAN)
    (cut / "cut.yaml").write_text(INFO.replace("true", "false"), encoding="utf-8")
    assert found(cut) == [("R002", "cut.yaml")]


def test_check_seal__other_number_of_records_is_r003(cut: Path) -> None:
    seal_cut(cut, PLAN)
    assert found(cut, dm=2, ex=3) == [("R003", "ex.csv")]


def test_check_seal__file_not_in_the_seal_is_r004(cut: Path) -> None:
    seal_cut(cut, PLAN)
    (cut / "ae.csv").write_text("USUBJID\n", encoding="utf-8")
    assert found(cut) == [("R004", "ae.csv")]


def test_check_seal__sealed_file_that_is_gone_is_r004(cut: Path) -> None:
    (cut / "qs.csv").write_text("USUBJID\n", encoding="utf-8")
    seal_cut(cut, PLAN)
    (cut / "qs.csv").unlink()
    assert found(cut) == [("R004", "qs.csv")]


def test_check_seal__file_refused_on_opening_is_not_also_called_gone(cut: Path) -> None:
    seal_cut(cut, PLAN)
    (cut / "ex.csv").write_bytes(b"")
    folder = open_folder(cut)
    assert [finding.rule for finding in folder.findings] == ["R011"]
    assert check_seal(folder, {}) == []
