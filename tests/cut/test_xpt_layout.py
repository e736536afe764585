"""Tests of the layout of SAS transport files."""

from __future__ import annotations

import pytest

from sap_helpers.cut.tables import build_frame
from sap_helpers.cut.xpt_format import write_xpt
from sap_helpers.cut.xpt_layout import XptColumn, check_count, overwrite_stamps, parse_layout

DATA = write_xpt(build_frame({"USUBJID": ["a", "bcd"], "AGE": ["1", ""]}), "dm", frozenset({"AGE"}), {})


def test_parse_layout__finds_columns_and_records() -> None:
    layout = parse_layout(DATA)
    assert layout.columns == (XptColumn("USUBJID", True, 0, 3), XptColumn("AGE", False, 3, 8))
    assert (layout.record_length, layout.record_count) == (11, 2)


def test_layout__cells_are_the_bytes_of_a_column() -> None:
    layout = parse_layout(DATA)
    assert layout.cells(layout.columns[0]).tobytes() == b"a  bcd"


def test_check_count__fewer_decoded_than_present_is_refused() -> None:
    with pytest.raises(ValueError, match="1 observations of 2"):
        check_count(parse_layout(DATA), 1)


def test_check_count__all_decoded_is_fine() -> None:
    layout = parse_layout(DATA)
    check_count(layout, 2)
    assert layout.record_count == 2


def test_overwrite_stamps__changes_only_the_four_stamps() -> None:
    stamped = bytearray(DATA)
    for offset in (144, 160, 464, 480):
        stamped[offset : offset + 16] = b"23NOV26:12:44:50"
    assert overwrite_stamps(bytes(stamped)) == DATA
