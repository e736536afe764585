"""The search for identifiers."""

import pytest

from sap_helpers.errors import PublishError
from sap_helpers.run.export.identifiers import check_identifiers, pattern_of


@pytest.mark.parametrize(
    ("identifier", "text", "is_found"),
    [
        ("SL-0001", "xSL-0001y", True),
        ("S01", "of S01, and", True),
        ("S01", "hash aS01b", False),
        ("70101", "subject 70101.", False),
        ("70101", "subject 70101 had", True),
        ("70101", "0.70101 and 170101", False),
        ("a&b-c-d", "<td>a&amp;b-c-d</td>", True),
        ('q"uoted-1', '"q\\"uoted-1"', True),
    ],
)
def test_pattern_of__finds_an_identifier_however_a_file_writes_it(identifier, text, is_found):
    assert bool(pattern_of(identifier).search(text)) is is_found


@pytest.mark.parametrize("identifier", ["1", "1234", "S1"])
def test_pattern_of__too_short_is_not_searched(identifier):
    assert pattern_of(identifier) is None


def test_check_identifiers__names_subject_and_file(tmp_path):
    (tmp_path / "executed").mkdir()
    (tmp_path / "executed" / "a.ipynb").write_text("of SL-0002")
    with pytest.raises(PublishError, match=r"would name subject SL-0002 in executed/a.ipynb. Nothing was written"):
        check_identifiers(tmp_path, {"SL-0001", "SL-0002"})


def test_check_identifiers__says_how_many_it_cannot_search(tmp_path, capsys):
    check_identifiers(tmp_path, {"1", "2", "SL-0001"})
    assert "2 identifiers are too short" in capsys.readouterr().err
