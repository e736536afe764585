"""What stands around a notebook."""

from dataclasses import replace


def test_stamps__name_what_holds(context):
    assert replace(context, sealed=False, interim=True).stamps == ("SYNTHETIC DATA", "unsealed cut", "interim")


def test_stamps__a_real_sealed_final_cut_has_none(context):
    assert replace(context, synthetic=False).stamps == ()


def test_previous_and_following__are_the_neighbours(context):
    assert (context.previous, context.following) == (("index.html", "Summary"), ("sledai.html", "SLEDAI"))


def test_previous_and_following__end_with_the_pages(context):
    assert replace(context, file="index.html").previous is None
    assert replace(context, file="sledai.html").following is None


def test_previous_and_following__a_page_outside_the_order_has_none(context):
    alone = replace(context, file="other.html")
    assert (alone.previous, alone.following) == (None, None)
