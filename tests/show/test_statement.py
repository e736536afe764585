"""Sentences with result ids."""

from sap_helpers.show.display import Statement


def test_html__escapes_and_carries_the_ids():
    markup = Statement("27 of 38 <b>", ("caveat",), ("a|n",)).html()
    assert '<p class="sap-answer" data-results="[&quot;a|n&quot;]">27 of 38 &lt;b&gt;</p>' in markup


def test_text__holds_the_caveats():
    assert Statement("a", ("b",)).text() == "a\nb"
