"""What is behind a page's numbers."""

import pytest

from sap_helpers.results import Key, Result, Results
from sap_helpers.show.page.errors import PageError
from sap_helpers.show.page.lines import Line, unpack_lines
from sap_helpers.show.page.trail import Packer, Part, Trail, result_ids, unpack_trail

KEY = Key("SRI.PRIMARY", "FAS", "AVISITN", "10", variable="SRI4", variable_level="=Y|")
COUNT = Result(KEY, "n", 27)
LIMIT = Result(KEY._replace(method="Clopper-Pearson"), "conf.low", 0.1 + 0.2)
RECORD = Line("01", "adqs", 7, "SRI4", "10", "2014-06-01", "Y", "QS 3-4/3-4")
BEHIND = (Part("Counted", "", (RECORD,)), Part("Not due", "after the cut"))


def ids(*results):
    return [result.result_id for result in results]


def unpacked(packer):
    return unpack_trail(f'<script type="application/octet-stream" id="behind">{packer.packed()}</script>')


@pytest.fixture
def packer():
    return Packer(Trail(Results((COUNT, LIMIT)), behind=lambda _: BEHIND), {"01": "subjects.html#s-01"})


def test_mark__cells_name_their_results_by_place_in_the_order_of_the_page(packer):
    assert packer.mark(ids(LIMIT)) == ' data-r="0"'
    assert packer.mark(ids(COUNT, LIMIT)) == ' data-r="1 0"'
    assert packer.mark(()) == ""


def test_packed__ids_come_back_as_in_results_csv(packer):
    packer.mark(ids(COUNT, LIMIT))
    assert result_ids(unpacked(packer)) == [COUNT.result_id, LIMIT.result_id]


def test_packed__numbers_keep_every_digit(packer):
    packer.mark(ids(LIMIT))
    assert [row[2] for row in unpacked(packer)["results"]] == [0.1 + 0.2]


def test_packed__an_estimate_shares_what_is_behind_its_count(packer):
    packer.mark(ids(COUNT, LIMIT))
    content = unpacked(packer)
    assert content["of"] == [0, 0]
    assert content["behind"] == [[["Counted", "", [0]], ["Not due", "after the cut", []]]]
    assert unpack_lines(content["lines"], ["01"]) == [RECORD]
    assert content["subjects"] == [["01", "subjects.html#s-01"]]


def test_packed__what_the_page_does_not_show_is_left_out(packer):
    assert unpacked(packer)["results"] == unpacked(packer)["behind"] == []


def test_mark__a_number_that_is_no_result_is_refused(packer):
    with pytest.raises(PageError, match="a table shows nothing, which is no result"):
        packer.mark(["nothing"])


def test_unpack_trail__a_page_without_one_is_refused():
    with pytest.raises(PageError, match="holds nothing behind its numbers"):
        unpack_trail("<html></html>")
