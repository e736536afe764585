"""The form that a value of JSON from elsewhere must have."""

import pytest

from sap_helpers.cut.form import (
    either,
    is_count,
    is_date,
    is_flag,
    is_line,
    is_text,
    list_of,
    map_of,
    record_of,
    row_of,
)

RECORD = record_of({"n": is_count, "of": list_of(is_text)})


@pytest.mark.parametrize(
    ("check", "right", "wrong"),
    [
        (is_line, ("a", "a b", "é"), ("", "a\nb", "\x1b[0m", "x" * 1001, None, 1)),
        (is_text, ("", "a\nb"), (None, 1, [])),
        (is_flag, (True, False), (0, 1, "true", None)),
        (is_count, (0, 1, 10**20), (-1, 1.0, True, "1", None)),
        (is_date, ("2015-01-31",), ("2015-02-30", "2015-1-31", "2015", "20150131", "", 2015, None)),
        (either(is_text, is_flag), ("", True), (1, None)),
        (list_of(is_count), ([], [1, 2]), ([1, "2"], (1,), {"0": 1}, None)),
        (row_of(is_text, is_count), (["a", 1],), (["a"], ["a", 1, 2], [1, "a"], None)),
        (map_of(is_line, is_count), ({}, {"a": 1}), ({"": 1}, {"a": "1"}, [], None)),
        (RECORD, ({"n": 1, "of": ["a"]}, {"n": 1, "of": [], "later": 1}), ({"n": 1}, {"n": -1, "of": []}, [], None)),
    ],
    ids=["line", "text", "flag", "count", "date", "either", "list", "row", "map", "record"],
)
def test_checks__take_what_has_the_form_and_nothing_else(check, right, wrong):
    assert [value for value in right if not check(value)] == []
    assert [value for value in wrong if check(value)] == []
