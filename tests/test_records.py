"""The records behind results: how lists of them are written, and that they come back as they were."""

from __future__ import annotations

import json

import pytest

from sap_helpers.records import Records, Source, decode_records, encode_records
from sap_helpers.results import Key

ONE, TWO = Key("A.ONE", "FAS"), Key("A.TWO", "FAS", method="Wald")


def written(records, keys=(ONE, TWO)):
    return encode_records(records, keys)


def again(records, keys=(ONE, TWO)):
    return decode_records(json.loads(json.dumps(written(records, keys))), list(keys), Key)


def adqs(*numbers):
    return Source("adqs", numbers)


def test_from_numbers__each_once_in_order():
    assert Source.from_numbers("adqs", [7, 3, 7]) == adqs(3, 7)


def test_encode_records__runs():
    assert written({ONE: Records((adqs(3, 4, 5, 9),))})["lists"] == ["adqs 3-5,9"]


def test_encode_records__no_number():
    assert written({ONE: Records((adqs(),))})["lists"] == ["adqs "]


def test_encode_records__a_part_is_written_by_its_places_in_the_whole():
    lists = written({ONE: Records((adqs(1002, 1004),), (adqs(1000, 1002, 1004, 1006),))})["lists"]
    assert lists == ["adqs 1000,1002,1004,1006", "adqs 0+1-2"]


def test_encode_records__nearly_all_is_written_by_the_places_left_out():
    whole = tuple(range(1000, 1040, 4))
    lists = written({ONE: Records((adqs(*whole[:5], *whole[6:]),), (adqs(*whole),))})["lists"]
    assert lists[1] == "adqs 0~5"


def test_encode_records__equal_lists_once():
    data = written({ONE: Records((adqs(3),), (adqs(3),)), TWO: Records((adqs(3),))})
    assert (data["lists"], data["behind"]) == (["adqs 3"], "0:0 1:1")


def test_encode_records__a_record_without_the_method_of_its_row():
    assert written({TWO._replace(method=""): Records(reason="none")})["behind"] == "1*:0"


def test_encode_records__at_risk_over_time_grows_with_the_steps_alone():
    numbers = tuple(range(0, 8000, 2))
    steps = [adqs(*numbers[: len(numbers) - step]) for step in range(100)]
    keys = [ONE._replace(group1_level=str(step)) for step in range(100)]
    records = {key: Records((step,), (steps[0],)) for key, step in zip(keys, steps, strict=True)}
    assert len(json.dumps(written(records, keys)["lists"])) < 23_000


@pytest.mark.parametrize(
    "one",
    [
        Records(),
        Records((adqs(5, 7),), (adqs(3, 4, 5, 7), Source("adcm", (1,))), (("not due", (2, 9)), ("no value", (4,)))),
        Records((adqs(1, 3, 5),), (adqs(1, 2, 3, 4, 5, 6),), events=(Source("adae", (8,)),)),
        Records(made_of=(ONE, TWO)),
        Records(reason="a published rate"),
    ],
)
def test_decode_records__gives_what_was_encoded(one):
    records = {ONE: one, TWO: Records((adqs(5),), one.of)}
    assert again(records) == records
