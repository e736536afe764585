"""Tests of opening a cut's folder."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from sap_helpers.cut.folder import CutFolder, classify_name, open_folder, show_name
from sap_helpers.errors import CutError

if TYPE_CHECKING:
    from pathlib import Path

INFO = "study: NCT02084238\ncut_id: 2015-01-31\ncut_date: 2015-01-31\nsynthetic: true\n"


@pytest.fixture
def cut(tmp_path: Path) -> Path:
    path = tmp_path / "cut"
    path.mkdir()
    (path / "cut.yaml").write_text(INFO, encoding="utf-8")
    for domain in ("dm", "ex", "qs"):
        (path / f"{domain}.csv").write_text("USUBJID\nPKU-001\n", encoding="utf-8")
    return path


def found(folder: CutFolder) -> list[tuple[str, str, str]]:
    return [(finding.rule, finding.severity, finding.file or finding.domain) for finding in folder.findings]


def test_open_folder__clean_cut_has_no_finding(cut: Path) -> None:
    folder = open_folder(cut)
    assert folder.findings == ()
    assert list(folder.files) == ["dm", "ex", "qs"]
    assert folder.files["dm"].data == b"USUBJID\nPKU-001\n"
    assert (folder.seal, folder.seal_plan_sha256, folder.info.study) == ("unsealed", None, "NCT02084238")


def test_open_folder__companions_are_ignored(cut: Path) -> None:
    for name in ("README.md", "README", "LICENSE", "notes.txt", "define.xml", ".DS_Store", ".~lock.ae.csv#"):
        (cut / name).write_text("x", encoding="utf-8")
    (cut / ".git").mkdir()
    (cut / "documents").mkdir()
    folder = open_folder(cut)
    assert folder.findings == ()
    assert list(folder.files) == ["dm", "ex", "qs"]


def test_open_folder__domain_that_no_analysis_reads_is_kept(cut: Path) -> None:
    (cut / "suppae.csv").write_text("USUBJID\n", encoding="utf-8")
    assert "suppae" in open_folder(cut).files


def test_open_folder__folder_behind_a_link_is_fine(cut: Path, tmp_path: Path) -> None:
    (tmp_path / "latest").symlink_to(cut)
    assert open_folder(tmp_path / "latest").findings == ()


@pytest.mark.parametrize("domain", ["dm", "ex"])
def test_open_folder__missing_dm_or_ex_is_r009(cut: Path, domain: str) -> None:
    (cut / f"{domain}.csv").unlink()
    assert found(open_folder(cut)) == [("R009", "refused", domain)]


def test_open_folder__missing_other_domain_is_no_finding(cut: Path) -> None:
    (cut / "qs.csv").unlink()
    assert open_folder(cut).findings == ()


def test_open_folder__same_domain_twice_is_r012(cut: Path) -> None:
    (cut / "qs.json").write_text("{}", encoding="utf-8")
    folder = open_folder(cut)
    assert found(folder) == [("R012", "refused", "qs.csv"), ("R012", "refused", "qs.json")]
    assert "qs" not in folder.files


def test_open_folder__upper_case_is_r013_noted(cut: Path) -> None:
    (cut / "qs.csv").rename(cut / "QS.CSV")
    folder = open_folder(cut)
    assert found(folder) == [("R013", "noted", "QS.CSV")]
    assert (folder.files["qs"].name, folder.files["qs"].extension) == ("QS.CSV", "csv")


def test_open_folder__two_names_by_letter_case_are_r013_refused(cut: Path) -> None:
    (cut / "QS.csv").write_text("USUBJID\n", encoding="utf-8")
    folder = open_folder(cut)
    assert found(folder) == [("R013", "refused", "QS.csv"), ("R013", "refused", "qs.csv")]
    assert "qs" not in folder.files


def test_open_folder__manifest_in_other_letters_is_refused(cut: Path) -> None:
    (cut / "Manifest.json").write_text("{}", encoding="utf-8")
    assert found(open_folder(cut)) == [("R013", "refused", "Manifest.json")]


def test_open_folder__link_is_r014(cut: Path) -> None:
    (cut / "ae.csv").symlink_to("qs.csv")
    assert found(open_folder(cut)) == [("R014", "refused", "ae.csv")]


def test_open_folder__link_with_an_ignored_name_is_r014(cut: Path) -> None:
    (cut / "README").symlink_to("/etc/hostname")
    assert found(open_folder(cut)) == [("R014", "refused", "README")]


def test_open_folder__pipe_is_r015(cut: Path) -> None:
    os.mkfifo(cut / "ae.csv")
    assert found(open_folder(cut)) == [("R015", "refused", "ae.csv")]


def test_open_folder__folder_named_like_a_domain_is_r015(cut: Path) -> None:
    (cut / "ae.parquet").mkdir()
    assert found(open_folder(cut)) == [("R015", "refused", "ae.parquet")]


def test_open_folder__refused_dm_is_not_also_missing(cut: Path) -> None:
    (cut / "dm.csv").unlink()
    (cut / "dm.csv").symlink_to("qs.csv")
    assert found(open_folder(cut)) == [("R014", "refused", "dm.csv")]


def test_open_folder__unsafe_cut_id_is_r016(cut: Path) -> None:
    (cut / "cut.yaml").write_text(INFO.replace("cut_id: 2015-01-31", "cut_id: ../x"), encoding="utf-8")
    folder = open_folder(cut)
    assert found(folder) == [("R016", "refused", "cut.yaml")]
    assert folder.info.cut_id == "refused"


def test_open_folder__huge_file_is_r018(cut: Path) -> None:
    with (cut / "ae.csv").open("wb") as file:
        file.truncate(2**31 + 1)
    assert found(open_folder(cut)) == [("R018", "refused", "ae.csv")]


@pytest.mark.parametrize("name", ["ae.csv.gz", "ae.zip", "data.tar", "AE.CSV.ZST"])
def test_open_folder__archive_is_r019(cut: Path, name: str) -> None:
    (cut / name).write_bytes(b"x")
    assert found(open_folder(cut)) == [("R019", "refused", name)]


@pytest.mark.parametrize("name", ["ae_old.csv", "ae (1).csv", "adverse events.parquet", "1ae.json"])
def test_open_folder__data_file_without_a_clear_domain_is_r012(cut: Path, name: str) -> None:
    (cut / name).write_bytes(b"x")
    assert found(open_folder(cut)) == [("R012", "refused", name)]


@pytest.mark.parametrize("name", ["ae.txt", "ae.xlsx", "AE", "ae.csv.bak", "ae.sas7bcat"])
def test_open_folder__domain_in_another_format_is_r023(cut: Path, name: str) -> None:
    (cut / name).write_bytes(b"x")
    assert found(open_folder(cut)) == [("R023", "refused", name)]


def test_open_folder__zero_bytes_is_r011(cut: Path) -> None:
    (cut / "qs.csv").write_bytes(b"")
    assert found(open_folder(cut)) == [("R011", "refused", "qs.csv")]


def test_open_folder__seal_that_cannot_be_read_is_r002(cut: Path) -> None:
    (cut / "manifest.json").write_text("{}", encoding="utf-8")
    folder = open_folder(cut)
    assert found(folder) == [("R002", "refused", "manifest.json")]
    assert (folder.seal, folder.manifest) == ("sealed", None)


def test_open_folder__everything_wrong_is_reported_at_once(cut: Path) -> None:
    (cut / "dm.csv").unlink()
    (cut / "qs.csv").write_bytes(b"")
    (cut / "ae.csv").symlink_to("qs.csv")
    (cut / "lb.csv.gz").write_bytes(b"x")
    assert {rule for rule, _, _ in found(open_folder(cut))} == {"R009", "R011", "R014", "R019"}


@pytest.mark.parametrize("name", ["absent", "a\x00b", "cut/cut.yaml"])
def test_open_folder__what_is_no_folder_is_a_cut_error(cut: Path, name: str) -> None:
    with pytest.raises(CutError, match="cannot open the cut"):
        open_folder(cut.parent / name)


def test_open_folder__without_cut_yaml_is_a_cut_error(cut: Path) -> None:
    (cut / "cut.yaml").unlink()
    with pytest.raises(CutError, match=r"the cut 'cut' has no cut\.yaml"):
        open_folder(cut)


def test_open_folder__linked_cut_yaml_is_a_cut_error(cut: Path) -> None:
    (cut / "cut.yaml").rename(cut / "other.txt")
    (cut / "cut.yaml").symlink_to("other.txt")
    with pytest.raises(CutError, match=r"R014 cut\.yaml: a symbolic link"):
        open_folder(cut)


def test_open_folder__name_that_is_no_utf8_can_be_printed(cut: Path) -> None:
    with open(os.fsencode(cut) + b"/\xb7\xa2.csv", "wb") as file:  # noqa: PTH123 - a Path cannot hold this name
        file.write(b"x")
    [finding] = open_folder(cut).findings
    assert (finding.rule, finding.file) == ("R012", "\\xb7\\xa2.csv")


def test_show_name__spells_out_control_characters() -> None:
    assert show_name("a\nb\x1b") == "a\\nb\\x1b"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("cut.yaml", "reserved"), ("MANIFEST.json", "reserved"), ("qs.csv", "data"), ("QS.XPT", "data"),
        ("relrec.json", "data"), ("readme.json", "ignored"), ("qs.csv.gz", "archive"), ("verylongname.csv", "unclear"),
        ("q\n.csv", "unclear"), ("qs.txt", "foreign"), ("define.xml", "ignored"), (".qs.csv.swp", "ignored"),
    ],
)  # fmt: skip
def test_classify_name__by_name_alone(name: str, kind: str) -> None:
    assert classify_name(name) == kind
