"""Tests of cut.yaml."""

from __future__ import annotations

import datetime

import pytest

from sap_helpers.cut.info import CutInfo, check_cut_id, parse_info
from sap_helpers.errors import CutError

GOOD = "study: NCT02084238\ncut_id: 2015-01-31\ncut_date: 2015-01-31\nsynthetic: true\n"


def parse(text: str) -> CutInfo:
    info, findings = parse_info(text.encode())
    assert findings == []
    return info


def test_parse_info__reads_the_four_values() -> None:
    assert parse(GOOD) == CutInfo("NCT02084238", "2015-01-31", datetime.date(2015, 1, 31), True)


def test_parse_info__comments_quotes_and_a_mark_are_fine() -> None:
    assert parse("\ufeff# a cut\n" + GOOD.replace("2015-01-31\ns", "'2015-01-31' # inclusive\ns")) == parse(GOOD)


@pytest.mark.parametrize("cut_id", ["012", "no", "1e5", "0x1F", "a", "A.b_c-d", "x" * 64, "2015-01-31", "CONTROL"])
def test_parse_info__cut_id_is_the_text_that_was_typed(cut_id: str) -> None:
    assert parse(GOOD.replace("cut_id: 2015-01-31", f"cut_id: {cut_id}")).cut_id == cut_id


def test_parse_info__false_is_false() -> None:
    assert parse(GOOD.replace("true", "false")).synthetic is False


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (GOOD + "study: X\n", r"duplicate key.* at line 5|found duplicate key"),
        (GOOD + "cutdate: 2015\n", "unknown key 'cutdate'; allowed: study, cut_id, cut_date, synthetic"),
        ("study: X\n", "key cut_id is missing; key cut_date is missing; key synthetic is missing"),
        (GOOD.replace("cut_date: 2015-01-31", "cut_date: 2015-01"), "cut_date '2015-01'; allowed: a full date"),
        (GOOD.replace("cut_date: 2015-01-31", "cut_date: 2015-02-30"), "cut_date '2015-02-30'"),
        (GOOD.replace("2015-01-31", "0001-01-01"), "2015-01-31, from 1900 to 2199"),
        (GOOD.replace("2015-01-31", "1899-12-31"), "cut_date '1899-12-31'"),
        (GOOD.replace("2015-01-31", "2262-04-11"), "cut_date '2262-04-11'"),
        (GOOD.replace("2015-01-31", "9999-12-31"), "cut_date '9999-12-31'"),
        (GOOD.replace("cut_date: 2015-01-31", "cut_date: 31/01/2015"), "cut_date '31/01/2015'"),
        (GOOD.replace("true", "yes"), "synthetic 'yes'; allowed: true, false"),
        (GOOD.replace("true", "True"), "synthetic 'True'"),
        (GOOD.replace("NCT02084238", "''"), "study is empty"),
        (GOOD.replace("study: NCT02084238", "study: [a]"), "one line 'key: value'"),
        ("", "one line 'key: value'"),
        ("- a\n", "one line 'key: value'"),
        ("study: [\n", "no valid YAML"),
        (GOOD + "---\n" + GOOD, "no valid YAML"),
        (GOOD + "# " + "x" * 9000, "at most 8192"),
        ("- " * 400, "no valid YAML"),
    ],
)
def test_parse_info__what_is_wrong_is_one_clear_message(text: str, message: str) -> None:
    with pytest.raises(CutError, match=message):
        parse_info(text.encode())


def test_parse_info__gb18030_names_byte_and_line() -> None:
    with pytest.raises(CutError, match="byte 0xB7 at line 5; this file must be UTF-8"):
        parse_info(GOOD.encode() + "# 发".encode("gb18030"))


def test_parse_info__all_problems_come_at_once() -> None:
    with pytest.raises(CutError, match=r"unknown key 'x'.*key study is missing.*cut_date 'y'"):
        parse_info(b"x: 1\ncut_id: a\ncut_date: y\nsynthetic: true\n")


@pytest.mark.parametrize(
    "cut_id",
    ["../x", "/etc", "-rf", ".hidden", "x" * 65, "a/b", "a b", "a\\b", "CON", "con", "nul.txt", "COM1", "é", "a\n", ""],
)
def test_check_cut_id__unsafe_name_is_r016(cut_id: str) -> None:
    assert [(finding.rule, finding.severity) for finding in check_cut_id(cut_id)] == [("R016", "refused")]


@pytest.mark.parametrize(
    ("typed", "shown"), [('"../x"', "../x"), ('"a\\0b"', "a\\x00b"), ('"a\\nb"', "a\\nb"), ('""', "(empty)")]
)
def test_parse_info__unsafe_cut_id_is_a_finding_and_never_handed_on(typed: str, shown: str) -> None:
    info, [finding] = parse_info(GOOD.replace("cut_id: 2015-01-31", f"cut_id: {typed}").encode())
    assert (finding.rule, finding.value) == ("R016", shown)
    assert info.cut_id == "refused"
