"""Text from elsewhere made fit to be seen."""

from sap_helpers.show.text import LINES, escape, show_unseen, visible


def test_visible__plain_text_stays_as_it_is():
    assert visible("Fièvre 环孢素 ≥ 4") == "Fièvre 环孢素 ≥ 4"


def test_visible__direction_overrides_are_written_out():
    assert visible("a\u202eb\u2066c") == "a<U+202E>b<U+2066>c"


def test_visible__controls_and_zero_width_characters_are_written_out():
    assert visible("a\x00b\x1b\u200bc\ud800\u2028") == "a<U+0000>b<U+001B><U+200B>c<U+D800><U+2028>"


def test_visible__line_ends_stay_where_they_are_asked_for():
    assert visible("a\n\tb", keep=LINES) == "a\n\tb"


def test_visible__line_ends_in_one_line_of_text_are_written_out():
    assert visible("a\nb") == "a<U+000A>b"


def test_escape__escapes_after_writing_out():
    assert escape("<b>\u202e\"'&") == "&lt;b&gt;&lt;U+202E&gt;&quot;&#x27;&amp;"


def test_show_unseen__keeps_the_markup():
    assert show_unseen("<td>a\u202eb</td>\n") == "<td>a&lt;U+202E&gt;b</td>\n"
