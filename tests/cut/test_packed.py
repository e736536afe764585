"""Tests of packed frames: the same records come back."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sap_helpers.cut.packed import PackedFrames, coded, columns_of, is_coded, join_packed, pack, packed_of, unpack

FRAME = pd.DataFrame({"USUBJID": ["2", "1", "2"], "AVAL": [1.0, np.nan, 3.0], "NOTE": ["", "x", ""]}, index=[4, 2, 9])


def test_pack__unpack_gives_the_same_frame_back():
    pd.testing.assert_frame_equal(unpack(pack(FRAME)), FRAME)


def test_pack__codes_text_alone():
    assert [is_coded(column) for _, column in pack(FRAME).items()] == [True, False, True]


@pytest.mark.parametrize("value", [None, np.nan, True, 1])
def test_pack__leaves_a_column_that_holds_anything_but_text(value):
    mixed = pd.DataFrame({"A": pd.Series(["x", value], dtype=object)})
    pd.testing.assert_frame_equal(unpack(pack(mixed)), mixed)


def test_pack__a_frame_without_records_keeps_its_columns():
    empty = pd.DataFrame({"A": pd.Series(dtype=object), "B": pd.Series(dtype="Int64")})
    pd.testing.assert_frame_equal(unpack(pack(empty)), empty)


def test_coded__texts_that_come_twice_become_one():
    assert list(coded(np.array([0, 1, 2, 1]), ["a", "b", "a"])) == ["a", "b", "a", "b"]


def test_join_packed__is_the_frames_below_one_another():
    joined = unpack(join_packed([pack(FRAME), pack(FRAME.assign(NOTE="y"))]))
    assert joined["NOTE"].tolist() == ["", "x", "", "y", "y", "y"]
    assert joined["USUBJID"].tolist() == ["2", "1", "2", "2", "1", "2"]


def test_join_packed__a_text_that_a_frame_lacks_is_empty_and_a_number_missing():
    joined = unpack(join_packed([pack(FRAME.head(1)), pack(pd.DataFrame({"REASON": ["z"]}))]))
    assert joined["REASON"].tolist() == ["", "z"]
    assert joined["AVAL"].isna().tolist() == [False, True]


def test_join_packed__integers_stay_integers_where_a_frame_lacks_them():
    numbered = pd.DataFrame({"A": ["x"], "N": pd.array([7], dtype="Int64")})
    assert join_packed([pack(numbered), pack(pd.DataFrame({"A": ["y"]}))])["N"].dtype == "Int64"


def test_packed_frames__hand_out_plain_text_anew_each_time():
    frames = PackedFrames({"adqs": pack(FRAME)})
    taken = frames["adqs"]
    taken.loc[4, "NOTE"] = "changed"
    assert frames["adqs"]["NOTE"].tolist() == ["", "x", ""]


def test_packed_of__is_what_is_held():
    held = pack(FRAME)
    assert packed_of(PackedFrames({"adqs": held}), "adqs") is held


@pytest.mark.parametrize("frames", [PackedFrames({"adqs": pack(FRAME)}), {"adqs": FRAME}])
def test_columns_of__gives_those_that_are_there(frames):
    pd.testing.assert_frame_equal(columns_of(frames, "adqs", "NOTE", "ABSENT"), FRAME[["NOTE"]])
