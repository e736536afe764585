"""Tests of the long results: ids, numbers as text, guards, uniqueness, and the bundle that notebooks carry."""

from __future__ import annotations

import csv
import io
import json
import math
import struct

import numpy as np
import pytest

from sap_helpers.records import Records, Source
from sap_helpers.results import (
    COLUMNS,
    MIME,
    Key,
    Result,
    Results,
    from_bundle,
    from_csv,
    join,
    number_of,
    number_text,
    results_csv,
    rows_of,
    split_id,
)

KEY = Key("SRI.PRIMARY", "FAS", "AVISITN", "10", variable="SRI4", variable_level="Y")
LIMITS = KEY._replace(method="Clopper-Pearson")


def lines(results):
    return list(csv.reader(io.StringIO(results.to_csv())))


def test_result_id__is_the_columns_joined():
    assert LIMITS.result_id("conf.low") == "SRI.PRIMARY|FAS|AVISITN|10|||SRI4|Y|Clopper-Pearson|conf.low"


@pytest.mark.parametrize(
    ("level", "text"),
    [("a|b", r"a\|b"), ("a\\b", r"a\\b"), ("a\\|b", r"a\\\|b"), ("|", r"\|"), ("\\", r"\\")],
)
def test_result_id__escapes_the_joiner_and_the_escape(level, text):
    assert KEY._replace(group1_level=level).result_id("n") == f"SRI.PRIMARY|FAS|AVISITN|{text}|||SRI4|Y||n"


def test_result_id__levels_that_differ_in_a_joiner_have_different_ids():
    one = KEY._replace(group1="a|b", group1_level="c")
    other = KEY._replace(group1="a", group1_level="b|c")
    assert one.result_id("n") != other.result_id("n")


def test_result__refuses_an_unknown_statistic():
    with pytest.raises(ValueError, match=r"SRI\.PRIMARY: 'percent' is not a statistic's name"):
        Result(KEY, "percent", 71.1)


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_result__refuses_what_is_no_number(number):
    with pytest.raises(ValueError, match=r"\|p: (nan|inf|-inf) is not a number; not estimable is None with a note"):
        Result(KEY, "p", number)


def test_result__refuses_no_number_without_a_note():
    with pytest.raises(ValueError, match=r"\|p: without a number a note must say why"):
        Result(KEY, "p", None)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"), (27, "27"), (27.0, "27"), (-3.0, "-3"), (-0.0, "0"), (0.1, "0.1"), (1 / 3, "0.3333333333333333"),
        (0.285, "0.285"), (5e-324, "5e-324"), (1e22, "1e+22"), (1e15, "1000000000000000"),
        (2.0**53, "9007199254740992.0"), (None, ""),
    ],
)  # fmt: skip
def test_number_text__is_the_shortest_that_reads_back(number, text):
    assert number_text(number) == text


def test_number_text__takes_numpy_numbers():
    assert [number_text(np.float64(0.1)), number_text(np.int64(4)), number_text(np.float64(4))] == ["0.1", "4", "4"]


def test_number_text__reads_back_as_the_same_double():
    numbers = np.random.default_rng(1).integers(0, 2**64, 2000, dtype=np.uint64)
    doubles = [struct.unpack("<d", struct.pack("<Q", int(bits)))[0] for bits in numbers]
    finite = [number for number in doubles if math.isfinite(number)]
    assert [number for number in finite if float(number_text(number)) != number] == []
    assert [number for number in finite if number_of(number_text(number)) != number] == []


@pytest.mark.parametrize(("text", "number"), [("", None), ("4", 4), ("0.25", 0.25), ("1e+22", 1e22)])
def test_number_of__reads_what_was_written(text, number):
    assert (number_of(text), type(number_of(text))) == (number, type(number))


def test_to_csv__header_and_row():
    results = Results((Result(KEY, "n", 27), Result(LIMITS, "conf.low", 0.5409679)))
    assert lines(results) == [
        list(COLUMNS),
        ["SRI.PRIMARY|FAS|AVISITN|10|||SRI4|Y||n", *KEY, "n", "27", ""],
        ["SRI.PRIMARY|FAS|AVISITN|10|||SRI4|Y|Clopper-Pearson|conf.low", *LIMITS, "conf.low", "0.5409679", ""],
    ]


def test_to_csv__ends_lines_with_lf():
    text = Results((Result(KEY, "n", 27, "a note, with a comma"),)).to_csv()
    assert text.endswith('27,"a note, with a comma"\n')
    assert "\r" not in text


def test_to_csv__no_number_is_empty_beside_its_note():
    assert lines(Results((Result(KEY, "p", None, "no subject due yet"),)))[1][-2:] == ["", "no subject due yet"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_to_csv__guards_what_a_spreadsheet_would_run(start):
    level = f"{start}cmd|'/c calc'!A0"
    row = lines(Results((Result(KEY._replace(group1_level=level), "n", 1, f"{start}note"),)))[1]
    assert (row[4], row[-1]) == (f"'{level}", f"'{start}note")


def test_to_csv__quotes_a_lone_carriage_return():
    rows = lines(Results((Result(KEY._replace(group1_level="a\rb"), "n", 1),)))
    assert (len(rows), rows[1][4]) == (2, "a\rb")


def test_to_csv__never_guards_a_number():
    assert lines(Results((Result(KEY, "estimate", -1.5),)))[1][-2] == "-1.5"


def test_to_csv__id_is_that_of_the_columns_as_they_stand():
    row = lines(Results((Result(KEY._replace(group1_level="=1|1"), "n", 1),)))[1]
    assert row[0] == "SRI.PRIMARY|FAS|AVISITN|'=1\\|1|||SRI4|Y||n"


def test_to_csv__refuses_two_results_of_one_id():
    results = Results((Result(KEY, "n", 1), Result(KEY, "n", 2)))
    with pytest.raises(ValueError, match=r"two results have the id SRI\.PRIMARY\|FAS\|AVISITN\|10\|\|\|SRI4\|Y\|\|n"):
        results.to_csv()


def test_results_csv__parts_stand_in_order_and_no_id_twice():
    first, second = Results((Result(KEY, "n", 1),)), Results((Result(KEY, "N", 2),))
    assert results_csv([second, first]) == join([second, first]).to_csv()
    with pytest.raises(ValueError, match="two results have the id"):
        results_csv([first, second, first])


def test_from_csv__reads_what_was_written():
    results = Results(
        (Result(KEY, "n", 27), Result(KEY, "p", None, "none"), Result(KEY._replace(group1_level="a|\\,\n"), "p", 0.1))
    )
    assert from_csv(results.to_csv()).rows == results.rows


def test_from_csv__written_again_gives_the_same_bytes():
    text = Results((Result(KEY._replace(group1_level="=1+1"), "n", 27, "-"),)).to_csv()
    assert from_csv(text).to_csv() == text


def test_bundle__survives_json_with_every_digit_and_record():
    results = Results(
        (Result(KEY, "n", 27), Result(KEY, "p", 0.1 + 0.2), Result(LIMITS, "conf.low", None, "none")),
        {KEY: Records((Source("adqs", (3, 9)),), (Source("adqs", (3, 5, 9)),))},
    )
    again = from_bundle(json.loads(json.dumps(results.bundle())))
    assert (again.rows, again.records) == (results.rows, results.records)


def test_records_of__limits_rest_on_the_records_of_their_count():
    records = Records((Source("adqs", (3,)),))
    assert Results((Result(LIMITS, "conf.low", 0.5),), {KEY: records}).records_of(LIMITS) == records


def test_records_of__a_method_with_records_of_its_own():
    own = Records((Source("adqs", (3,)),))
    assert Results((), {KEY: Records(), LIMITS: own}).records_of(LIMITS) == own


def test_records_of__nothing_known():
    assert Results((Result(KEY, "n", 1),)).records_of(KEY) is None


def test_split_id__an_escaped_joiner_does_not_split():
    key = Key("AE.SOC_PT", "SAF", "AEBODSYS", "a|b\\", variable="TEAE")
    assert split_id(key.result_id("n")) == ["AE.SOC_PT", "SAF", "AEBODSYS", "a\\|b\\\\", "", "", "TEAE", "", "", "n"]


def test_display__is_one_line_and_the_bundle():
    results = Results((Result(KEY, "n", 27),))
    shown = results._repr_mimebundle_()
    assert shown == {"text/plain": "1 results of 1 analyses: SRI.PRIMARY", MIME: results.bundle()}


def test_repr__names_at_most_four_analyses():
    results = Results(tuple(Result(Key(f"A.{number}"), "n", 1) for number in range(6)))
    assert repr(results) == "6 results of 6 analyses: A.0, A.1, A.2, A.3 and 2 more"


def test_of__keeps_order_and_the_records_of_what_is_kept():
    other = Key("SRI.PPS")
    results = Results((Result(KEY, "n", 1), Result(other, "n", 2)), {KEY: Records(), other: Records()})
    kept = results.of("SRI.PPS")
    assert (kept.analysis_ids, list(kept.records)) == (("SRI.PPS",), [other])


def test_of__several_analyses_stand_as_they_stood():
    rows = tuple(Result(Key(name), stat, 1) for stat in ("n", "N") for name in ("A.1", "A.2", "A.3"))
    kept = Results(rows).of("A.3", "A.1", "A.3", "A.4")
    assert [(row.key.analysis_id, row.stat_name) for row in kept] == [
        ("A.1", "n"), ("A.3", "n"), ("A.1", "N"), ("A.3", "N"),
    ]  # fmt: skip


def test_groups__count_and_interval_stand_together():
    groups = Results((Result(KEY, "n", 27), Result(LIMITS, "conf.low", 0.5))).groups()
    assert {key: list(stats) for key, stats in groups.items()} == {KEY: ["n", "conf.low"]}


def test_groups__by_method_apart():
    groups = Results((Result(KEY, "n", 27), Result(LIMITS, "conf.low", 0.5))).groups(by_method=True)
    assert list(groups) == [KEY, LIMITS]


def test_groups__one_statistic_under_two_methods_is_refused():
    wilson = KEY._replace(method="Wilson")
    with pytest.raises(ValueError, match="stands under two methods; group by method"):
        Results((Result(LIMITS, "conf.low", 0.5), Result(wilson, "conf.low", 0.6))).groups()


def test_frame__has_the_columns_of_the_csv():
    frame = Results((Result(KEY, "n", 27),)).frame
    assert (list(frame.columns), list(frame["stat"])) == (list(COLUMNS), [27])


def test_join__keeps_rows_and_records_in_order():
    one, two = Results((Result(KEY, "n", 1),), {KEY: Records((Source("adqs", (1,)),))}), Results((Result(KEY, "N", 2),))
    joined = join([one, two])
    assert (joined.rows, joined.records, (one + two).rows) == ((*one, *two), one.records, joined.rows)


def test_rows_of__leaves_the_records_out():
    results = Results((Result(KEY, "n", 1),), {KEY: Records((Source("adqs", (7,)),), (Source("adqs", (7, 8)),))})
    assert rows_of(results.bundle()) == Results(results.rows)
