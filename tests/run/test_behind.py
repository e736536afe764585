"""What a page says of a number."""

from dataclasses import replace

import pytest

from sap_helpers.analyses.sri import analyse_sri
from sap_helpers.records import Records
from sap_helpers.results import Key, Result, Results
from sap_helpers.run.behind import BESIDE, COUNTED, LEFT_OUT, MADE, NONE, TOO_MANY, Behind

WEEK_2 = Key("SRI.PRIMARY", "FAS", "AVISITN", "2", variable="SRI4", variable_level="Y")
GOOD, SAME = (2, "EEEEEEEEE", "0.5"), (10, "EEEEEEEEE", "2.0")


@pytest.fixture
def study(make_domains, make_study):
    """01 responds at week 2, 02 does not; 03 has no baseline score."""
    visits = {"01": {1: SAME, 15: GOOD}, "02": {1: SAME, 15: SAME}, "03": {15: GOOD}}
    return make_study(make_domains(visits))


@pytest.fixture
def behind(study):
    return Behind(lambda: study, analyse_sri(study))


def subjects(parts):
    return {part.heading: [line.usubjid for line in part.lines] for part in parts}


def test_behind__tells_who_counted_and_who_did_not(behind):
    assert subjects(behind(WEEK_2)) == {COUNTED: ["01"], BESIDE: ["02"]}


def test_behind__a_record_says_what_when_and_from_where(behind):
    (line,) = behind(WEEK_2)[0].lines
    assert (line.dataset, line.what, line.week, line.date, line.value) == ("adqs", "SRI4", "2", "2014-03-15", "Y")
    assert line.source.startswith("QS ")


def test_behind__those_left_out_stand_with_the_reason(behind):
    key = WEEK_2._replace(analysis_id="SRI.ALL_TREATED", population="SAF")
    parts = {part.heading: part for part in behind(key)}
    assert {line.usubjid for part in parts.values() for line in part.lines} == {"01", "02", "03"}
    assert LEFT_OUT not in parts or parts[LEFT_OUT].note


def test_behind__an_interval_is_told_as_its_count(behind):
    assert behind(WEEK_2._replace(method="Clopper-Pearson")) == behind(WEEK_2)


@pytest.mark.parametrize(
    ("records", "heading", "note"),
    [
        (Records(reason="published elsewhere"), NONE, "published elsewhere"),
        (Records(made_of=(WEEK_2,)), MADE, "SRI.PRIMARY|FAS|AVISITN|2|||SRI4|Y"),
    ],
)
def test_behind__without_records_the_reason_or_the_results_it_was_made_from(study, records, heading, note):
    key = Key("X")
    (part,) = Behind(lambda: study, Results((Result(key, "n", 1),), {key: records}))(key)
    assert (part.heading, part.note, part.lines) == (heading, note, ())


def test_behind__a_result_without_anything_has_no_part(study):
    assert Behind(lambda: study, Results((Result(Key("X"), "n", 1),)))(Key("X")) == ()


def test_behind__of_very_many_subjects_the_command_tells(study, plan):
    many = plan.model_copy(update={"display": plan.display.model_copy(update={"most_subjects": 2})})
    behind = Behind(lambda: replace(study, plan=many), analyse_sri(study))
    (part,) = behind(WEEK_2)
    assert (part.heading, part.note) == (NONE, TOO_MANY)
