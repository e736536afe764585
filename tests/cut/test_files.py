"""Tests of reading one entry of a folder safely."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

import pytest

from sap_helpers.cut.files import RawFile, read_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sap_helpers.findings import Finding

LIMIT = 1000


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[int]:
    descriptor = os.open(tmp_path, os.O_RDONLY | os.O_DIRECTORY)
    yield descriptor
    os.close(descriptor)


def refusal(folder: int, name: str) -> Finding:
    file, [finding] = read_file(folder, name, LIMIT)
    assert file is None
    assert finding.severity == "refused"
    return finding


def test_read_file__gives_bytes_hash_and_size(tmp_path: Path, folder: int) -> None:
    (tmp_path / "AE.CSV").write_bytes(b"USUBJID\n")
    expected = RawFile("AE.CSV", "csv", b"USUBJID\n", hashlib.sha256(b"USUBJID\n").hexdigest(), 8)
    assert read_file(folder, "AE.CSV", LIMIT) == (expected, [])


def test_read_file__link_is_r014(tmp_path: Path, folder: int) -> None:
    (tmp_path / "real.txt").write_bytes(b"x")
    (tmp_path / "ae.csv").symlink_to("real.txt")
    assert refusal(folder, "ae.csv").rule == "R014"


def test_read_file__link_put_there_in_between_is_r014(
    tmp_path: Path, folder: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "real.csv").write_bytes(b"x")
    (tmp_path / "ae.csv").symlink_to("real.csv")
    seen = (tmp_path / "real.csv").stat()
    monkeypatch.setattr(os, "stat", lambda *_, **__: seen)
    assert refusal(folder, "ae.csv").rule == "R014"


def test_read_file__pipe_is_r015_and_not_opened(tmp_path: Path, folder: int) -> None:
    os.mkfifo(tmp_path / "ae.csv")
    assert refusal(folder, "ae.csv").rule == "R015"


def test_read_file__folder_is_r015(tmp_path: Path, folder: int) -> None:
    (tmp_path / "ae.csv").mkdir()
    assert refusal(folder, "ae.csv").rule == "R015"


def test_read_file__change_while_reading_is_r017(tmp_path: Path, folder: int, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "ae.csv"
    path.write_bytes(b"USUBJID\n")
    real, calls = os.fstat, []

    def fstat(descriptor: int) -> os.stat_result:
        calls.append(descriptor)
        if len(calls) == 2:
            path.write_bytes(b"USUBJID\nPKU-001\n")
        return real(descriptor)

    monkeypatch.setattr("sap_helpers.cut.files.os.fstat", fstat)
    file, [finding] = read_file(folder, "ae.csv", LIMIT)
    assert file is not None
    assert file.data == b"USUBJID\n"
    assert (finding.rule, finding.severity) == ("R017", "noted")


@pytest.mark.parametrize(("grown", "is_read"), [(LIMIT, True), (LIMIT + 1, False)])
def test_read_file__one_that_grows_while_it_is_opened_is_read_up_to_the_limit(
    tmp_path: Path, folder: int, monkeypatch: pytest.MonkeyPatch, grown: int, *, is_read: bool
) -> None:
    path = tmp_path / "ae.csv"
    path.write_bytes(b"x")
    real = os.fstat

    def fstat(descriptor: int) -> os.stat_result:
        before = real(descriptor)
        path.write_bytes(b"x" * grown)
        return before

    monkeypatch.setattr("sap_helpers.cut.files.os.fstat", fstat)
    file, [finding] = read_file(folder, "ae.csv", LIMIT)
    assert (file is not None, finding.rule) == ((True, "R017") if is_read else (False, "R018"))
    assert file is None or file.size == grown


def test_read_file__larger_than_the_limit_is_r018(tmp_path: Path, folder: int) -> None:
    (tmp_path / "ae.csv").write_bytes(b"x" * (LIMIT + 1))
    finding = refusal(folder, "ae.csv")
    assert (finding.rule, finding.value, finding.allowed) == ("R018", "1001 bytes", "at most 1000 bytes")


def test_read_file__hole_of_many_gigabytes_is_r018_without_reading(tmp_path: Path, folder: int) -> None:
    with (tmp_path / "ae.csv").open("wb") as file:
        file.truncate(2**33)
    assert refusal(folder, "ae.csv").rule == "R018"


def test_read_file__no_permission_is_r020(tmp_path: Path, folder: int, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ae.csv").write_bytes(b"x")

    def denied(*_: object, **__: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("sap_helpers.cut.files.os.open", denied)
    finding = refusal(folder, "ae.csv")
    assert finding.rule == "R020"
    assert "Permission denied" in finding.problem


def test_read_file__zero_bytes_is_r011(tmp_path: Path, folder: int) -> None:
    (tmp_path / "ae.csv").write_bytes(b"")
    assert refusal(folder, "ae.csv").rule == "R011"


def test_read_file__second_hard_link_is_a_file_like_any_other(tmp_path: Path, folder: int) -> None:
    (tmp_path / "one.csv").write_bytes(b"x")
    (tmp_path / "ae.csv").hardlink_to(tmp_path / "one.csv")
    file, findings = read_file(folder, "ae.csv", LIMIT)
    assert file is not None
    assert findings == []
