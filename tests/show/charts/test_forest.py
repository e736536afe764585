"""Forest plots."""

from sap_helpers.show.charts.forest import ForestAxis, ForestRow, draw_forest

ROWS = [
    ForestRow("Primary", 71.1, 54.1, 84.6, ("27/38", "71.1"), is_main=True),
    ForestRow("Sex"),
    ForestRow("a level with a long name that needs a second line", 60.0, 20.0, 90.0, ("3/5", "60.0"), is_indented=True),
    ForestRow("nobody", texts=("0/0", "no subject due yet")),
]


def draw(rows):
    return draw_forest(rows, headings=("n/N", "%"), x_label="Response", reference=71.1)


def test_draw_forest__is_the_same_bytes_each_time():
    assert draw(ROWS) == draw(ROWS)


def test_draw_forest__grows_with_its_rows():
    heights = [float(draw(rows).split(b'height="')[1].split(b"pt")[0]) for rows in (ROWS[:1], ROWS)]
    # 72 * 0.27 inches a row, 0.6 of one more for the second line of a label
    assert round(heights[1] - heights[0], 2) == round(72 * 0.27 * 3.6, 2)


def test_draw_forest__an_estimate_without_interval_is_a_point():
    assert draw([ForestRow("a", 50.0, texts=("1/2", "50.0"))]).startswith(b"<svg")


def test_draw_forest__an_axis_of_its_own_moves_the_points():
    rows = [ForestRow("Treg", 2.0, 1.0, 3.0, ("2.0",))]
    narrow, wide = (ForestAxis(-1, end, ((0, "0"), (end, str(end)))) for end in (4, 8))
    drawn = [draw_forest(rows, headings=("SD",), x_label="Change", axis=axis) for axis in (narrow, wide)]
    assert drawn[0] != drawn[1]
