"""Results as cells."""

import pytest

from sap_helpers.results import Key, Result, Results
from sap_helpers.show.cells import (
    count_cell,
    count_percent_cell,
    interval_cell,
    notes_of,
    p_value_cell,
    percent_cell,
    rate_cells,
    require,
    stat_cell,
)

KEY = Key("X.Y", "FAS", "AVISITN", "10", variable="SRI4", variable_level="Y")


def stats(*rows):
    return {name: Result(KEY, name, stat, note) for name, stat, note in rows}


def test_rate_cells__show_count_percentage_and_interval_with_their_ids(make_proportion):
    # R: 100 * binom.test(34, 40)$conf.int
    group = next(iter(Results(make_proportion("A", 34, 40, 0.7016473, 0.9428977)).groups().values()))
    cells = rate_cells(group)
    assert [cell.text for cell in cells] == ["34/40", "85.0", "70.2 to 94.3"]
    assert [len(cell.result_ids) for cell in cells] == [2, 1, 2]


def test_rate_cells__nobody_due_is_said_once(make_proportion):
    group = next(iter(Results(make_proportion("A", 0, 0, None, None)).groups().values()))
    assert [cell.text for cell in rate_cells(group)] == ["0/0", "no subject due yet", "–"]


def test_rate_cells__a_reason_for_everything_stands_once():
    why = "not available: no CM.CMCAT"
    group = stats(*((name, None, why) for name in ("n", "N", "p", "conf.low", "conf.high")))
    assert [cell.text for cell in rate_cells(group)] == [why, "–", "–"]


def test_percent_cell__without_p_divides_n_by_its_denominator():
    assert percent_cell(stats(("n", 1, ""), ("N", 16, ""))).text == "6.3"


def test_count_percent_cell__puts_both_into_one():
    assert count_percent_cell(stats(("n", 34, ""), ("N", 40, ""), ("p", 0.85, ""))).text == "34/40 (85.0%)"


def test_count_cell__without_denominator_is_the_count():
    assert count_cell(stats(("n", 34, ""))).text == "34"


def test_interval_cell__one_end_may_not_be_reached():
    group = stats(("conf.low", 15, ""), ("conf.high", None, "not reached"))
    assert interval_cell(group, 0, scale=1).text == "15 to not reached"


def test_interval_cell__without_both_ends_gives_the_reason():
    group = stats(("N", 3, ""), ("conf.low", None, "one pair"), ("conf.high", None, "one pair"))
    assert interval_cell(group).text == "not estimable: one pair"


def test_p_value_cell__is_formatted_as_p_value():
    assert p_value_cell(stats(("p.value", 2e-6, ""))).text == "<0.001"


def test_stat_cell__an_absent_statistic_is_a_dash():
    assert stat_cell({}, "n").text == "–"


def test_require__names_what_there_is():
    with pytest.raises(ValueError, match=r"no results of SRI\.ICE; present: X\.Y\. Run the analysis first"):
        require(Results((Result(KEY, "n", 1),)), "SRI.ICE")


def test_notes_of__each_remark_stands_once_with_its_places():
    rows = [Result(KEY._replace(group1_level=week), "n", 1, "records quarantined") for week in ("2", "4")]
    assert notes_of(Results(tuple(rows))) == ("week 2, week 4: records quarantined.",)


def test_notes_of__leaves_out_the_reason_for_an_empty_row(make_proportion):
    assert notes_of(Results(make_proportion("A", 0, 0, None, None))) == ()
