"""The count of tables and figures."""

import pytest
from nbformat import v4

from sap_helpers.show.page.check import check_page
from sap_helpers.show.page.errors import PageError
from sap_helpers.show.page.numbering import number_displays
from sap_helpers.show.page.render import draft_page, render_page
from sap_helpers.show.page.trail import Trail

TABLE = "<table><tr><td>1</td></tr></table>"


@pytest.fixture
def notebook(make_notebook, shown, primary, plan):
    from sap_helpers.show.sri_figures import response_figure
    from sap_helpers.show.tables import make_table

    output = v4.new_output("display_data", data={"text/html": TABLE})
    figure, table = response_figure(primary, plan), make_table("SRI.PRIMARY", primary, plan)
    return make_notebook("| a |\n|---|\n| 1 |\n", [shown(figure), shown(table), output])


def test_check_page__a_whole_page_passes(notebook, context, primary):
    page = render_page(draft_page(notebook), context, Trail(primary))
    # the markdown's, the figure's numbers, the response's and the foreign one
    assert page.count("<table>") == 4
    check_page(page, notebook, list(number_displays(notebook)))


def test_check_page__a_lost_table_is_noticed(notebook, context, primary):
    page = render_page(draft_page(notebook), context, Trail(primary))
    with pytest.raises(PageError, match="4 tables in the notebook, 3 on the page"):
        check_page(page.replace("<table>", "<div>", 1), notebook, list(number_displays(notebook)))


def test_check_page__a_lost_figure_is_noticed(notebook, context, primary):
    page = render_page(draft_page(notebook), context, Trail(primary))
    with pytest.raises(PageError, match="1 figures in the notebook, 0 on the page"):
        check_page(page.replace("<img ", "<b "), notebook, list(number_displays(notebook)))


def test_check_page__a_table_too_many_is_noticed(notebook, context, primary):
    page = render_page(draft_page(notebook), context, Trail(primary))
    with pytest.raises(PageError, match="4 tables in the notebook, 5 on the page"):
        check_page(page + TABLE, notebook, list(number_displays(notebook)))


def test_render_page__a_template_that_drops_outputs_is_noticed(notebook, context, primary, monkeypatch):
    import sap_helpers.show.page.render as module

    monkeypatch.setattr(module, "render_output", lambda *_: "")
    with pytest.raises(PageError, match="the page does not show its notebook"):
        render_page(draft_page(notebook), context, Trail(primary))


def test_check_page__tables_inside_what_is_dropped_do_not_count(make_notebook, context):
    output = v4.new_output("display_data", data={"text/html": f"<script>'{TABLE}'</script>{TABLE}"})
    assert render_page(draft_page(make_notebook([output])), context).count("<table>") == 1
