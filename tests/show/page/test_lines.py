"""Records behind numbers, packed."""

import pytest

from sap_helpers.show.page.lines import Line, differences, pack_lines, sort_lines, unpack_lines

LINES = [
    Line("b", "adlb", 12, "ALT", "10", "2014-06-02", "31 H", "LB 40/7"),
    Line("a", "adlb", 3, "ALT", "4", "2014-04-01", "28", "LB 9/2"),
    Line("a", "adlb", 3, "ALT", "4", "2014-04-01", "28", "LB 9/2"),
    Line("a", "adqs", 70, "SRI4", "4", "2014-04-01", "Y", "QS 36-59/36-59 61-70/61-70"),
    Line("b", "adqs", 99, "SRI4", "4", "2014-04-03", "Y", "QS 1086-1109/36-59 1111-1120/61-70"),
    Line("c"),
    Line("a", "adqs", 5, "BILAG", "", "", "", "no record of the cut"),
]


def test_sort_lines__by_data_set_parameter_week_in_numbers_and_subject_each_once():
    assert [(line.usubjid, line.aseq) for line in sort_lines(LINES)] == [
        ("c", 0), ("a", 3), ("b", 12), ("a", 5), ("a", 70), ("b", 99)
    ]  # fmt: skip


def test_pack_lines__come_back_as_they_were():
    lines = sort_lines(LINES)
    packed = pack_lines(lines, {"a": 0, "b": 1, "c": 2})
    assert unpack_lines(packed, ["a", "b", "c"]) == lines


def test_pack_lines__numbers_of_one_form_are_distances():
    lines = [Line("a", "adlb", 3, source="LB 9/2"), Line("a", "adlb", 4, source="LB 12/3")]
    packed = pack_lines(lines, {"a": 0})
    assert (packed["forms"], packed["numbers"], packed["aseq"]) == (["LB #/#"], [9, 2, 3, 1], [3, 1])


@pytest.mark.parametrize(("numbers", "steps"), [([], []), ([5], [5]), ([5, 6, 9, 2], [5, 1, 3, -7])])
def test_differences__the_first_and_then_the_steps(numbers, steps):
    assert differences(numbers) == steps
