"""Tests of the form of manifest.json."""

from __future__ import annotations

import json

import pytest

from sap_helpers.cut.manifest import Manifest, SealedFile, parse_manifest, render_manifest

MANIFEST = Manifest("b" * 64, {"dm.csv": SealedFile("a" * 64, 12, 2), "cut.yaml": SealedFile("c" * 64, 90, None)})


def test_render_manifest__reads_back_the_same() -> None:
    assert parse_manifest(render_manifest(MANIFEST)) == MANIFEST


def test_render_manifest__is_sorted_and_holds_hash_bytes_and_rows() -> None:
    document = json.loads(render_manifest(MANIFEST))
    assert list(document["files"]) == ["cut.yaml", "dm.csv"]
    assert document["files"]["dm.csv"] == {"bytes": 12, "rows": 2, "sha256": "a" * 64}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"rows": 2', b'"rows": -2'), (b'"rows": 2', b'"rows": "2"'), (b'"bytes": 12', b'"bytes": true'),
        (b"a" * 64, b"a" * 63), (b"b" * 64, b"x"), (b'"format": "sealed cut 1"', b'"format": "2"'),
        (b'"rows": 2,', b""),
        (b"{", b"["), (b'"dm.csv"', b'"cut.yaml"'), (b"c" * 64, b"\xff" * 64),
    ],
)  # fmt: skip
def test_parse_manifest__any_other_form_is_refused(old: bytes, new: bytes) -> None:
    data = render_manifest(MANIFEST)
    assert old in data
    with pytest.raises(ValueError, match=r"."):
        parse_manifest(data.replace(old, new, 1))


def test_parse_manifest__no_file_is_refused() -> None:
    with pytest.raises(ValueError, match="files is empty"):
        parse_manifest(render_manifest(Manifest(None, {})))
