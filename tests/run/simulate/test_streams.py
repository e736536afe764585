"""Named streams of random numbers."""

import numpy as np

from sap_helpers.run.simulate.streams import Streams, weighted


def test_streams__a_subject_keeps_its_numbers_when_there_are_more():
    assert np.array_equal(Streams(1, 50).normal("x", 3)[:7], Streams(1, 7).normal("x", 3))


def test_streams__names_have_streams_of_their_own():
    streams = Streams(1, 5)
    assert not np.array_equal(streams.uniform("a"), streams.uniform("b"))


def test_streams__seeds_differ():
    assert not np.array_equal(Streams(1, 5).uniform("a"), Streams(2, 5).uniform("a"))


def test_uniform__stream_is_the_documented_one():
    # the first two of numpy.random.default_rng seeded with 7 and the CRC-32 of the name
    assert Streams(7, 2).uniform("age").tolist() == [0.4453042281447551, 0.3055035441556836]


def test_days__both_ends_occur_and_nothing_else():
    assert set(Streams(1, 500).days("d", -1, 2).tolist()) == {-1, 0, 1, 2}


def test_rank__every_block_of_forty_holds_each_rank_once():
    ranks = Streams(3, 80).rank("r")
    assert sorted(ranks[:40].tolist()) == sorted(ranks[40:].tolist()) == list(range(40))


def test_rank__part_of_a_block_keeps_its_ranks():
    assert Streams(3, 80).rank("r")[:45].tolist() == Streams(3, 45).rank("r").tolist()


def test_rank__no_subject_gives_none():
    assert Streams(3, 0).rank("r").tolist() == []


def test_weighted__the_interval_is_divided_in_proportion():
    # weights 1, 3 and 4 of 8: ends at 0.125, 0.5 and 1; an end belongs to the next
    assert weighted(np.asarray([0.0, 0.124, 0.125, 0.49, 0.5, 0.999]), [1, 3, 4]).tolist() == [0, 0, 1, 1, 2, 2]
