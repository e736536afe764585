"""Which names are safe: of a cut, and so of a report folder and of the files made of it."""

import pytest

from sap_helpers.cut.names import is_cut_id


@pytest.mark.parametrize("text", ["2015-01-31", "a", "A.b_c-d", "x" * 64, "CONTROL"])
def test_is_cut_id__plain_name(text):
    assert is_cut_id(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "..",
        "../x",
        "/etc/passwd",
        "a/b",
        "a\\b",
        ".hidden",
        "-rf",
        "a\n",
        "a\x00",
        "é",
        "x" * 65,
        "con",
        None,
        1,
    ],
)  # fmt: skip
def test_is_cut_id__path_hidden_file_device_or_no_text(text):
    assert not is_cut_id(text)
