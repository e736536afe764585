"""Tests of the manifest: hashes of exactly what they are to cover, and the mark of who wrote it."""

from __future__ import annotations

import json
import re

import pytest

from sap_helpers.run.account_key import is_own
from sap_helpers.run.manifest import (
    combine,
    environment,
    hash_bytes,
    hash_code,
    hash_files,
    hash_outputs,
    write_manifest,
)

# printf 'a' | sha256sum
SHA_OF_A = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"


@pytest.fixture
def report(tmp_path):
    (tmp_path / "adam").mkdir()
    (tmp_path / "adam" / "adsl.parquet").write_bytes(b"a")
    (tmp_path / "index.html").write_bytes(b"a")
    return tmp_path


def test_hash_bytes__is_sha256():
    assert hash_bytes(b"a") == SHA_OF_A


def test_hash_files__by_path_below_the_folder_in_order(report):
    found = hash_files(report, [report / "index.html", report / "adam" / "adsl.parquet"])
    assert list(found.items()) == [("adam/adsl.parquet", SHA_OF_A), ("index.html", SHA_OF_A)]


def test_hash_outputs__every_file_but_the_manifest(report):
    write_manifest(report)
    assert list(hash_outputs(report)) == ["adam/adsl.parquet", "index.html"]


def test_combine__depends_on_names_and_hashes_not_on_order():
    assert combine({"a": "1", "b": "2"}) == combine({"b": "2", "a": "1"})
    assert len({combine({"a": "1"}), combine({"a": "2"}), combine({"b": "1"}), combine({})}) == 4


def test_hash_code__is_stable():
    assert hash_code() == hash_code()
    assert re.fullmatch("[0-9a-f]{64}", hash_code())


def test_environment__names_python_and_every_distribution():
    found = environment()
    assert re.fullmatch(r"3\.\d+\.\d+", found["python"])
    assert {"numpy", "pandas", "scipy", "sap-helpers"} <= found.keys()


def test_write_manifest__reads_back_with_outputs_and_one_clock(report):
    write_manifest(report, study="NCT02084238", settings=["level=0.9"])
    found = json.loads((report / "manifest.json").read_text(encoding="utf-8"))
    assert (found["study"], found["settings"]) == ("NCT02084238", ["level=0.9"])
    assert found["outputs"] == {"adam/adsl.parquet": SHA_OF_A, "index.html": SHA_OF_A}
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", found["finished"])


def test_write_manifest__carries_the_mark_of_the_account(report):
    write_manifest(report, study="NCT02084238")
    assert is_own(json.loads((report / "manifest.json").read_text(encoding="utf-8")))


def test_hash_outputs__a_link_is_no_file_wherever_it_leads(report):
    (report / "adam").rename(report.parent / "elsewhere")
    (report / "adam").symlink_to(report.parent / "elsewhere")
    (report / "index.html").unlink()
    (report / "index.html").symlink_to(report.parent / "elsewhere" / "adsl.parquet")
    assert hash_outputs(report) == {"adam": "not a file", "index.html": "not a file"}


def test_write_manifest__is_json_text_that_ends_its_line(report):
    write_manifest(report, study="é")
    data = (report / "manifest.json").read_bytes()
    assert data.endswith(b"}\n")
    assert json.loads(data)["study"] == "é"
