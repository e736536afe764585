"""What can be found on a page."""

from sap_helpers.run.search import find_entries


def test_find_entries__headings_tables_and_figures_in_order():
    page = (
        '<h2 id="results">Results &amp; more</h2>'
        '<div id="table-1" class="sap-table">\n<div class="sap-scroll"><table>\n<caption><span class="sap-caption">'
        '<span class="sap-title"><span class="sap-number">Table 1.</span> Rates</span>'
        '<span class="sap-population">FAS</span></span></caption>'
        '<figure id="figure-1" class="sap-figure"><img alt="x"><figcaption><span class="sap-number">Figure 1.1.</span> '
        "Score by week. Points: means.</figcaption></figure>"
    )
    assert find_entries(page) == [
        ("results", "Results & more"),
        ("table-1", "Table 1. Rates"),
        ("figure-1", "Figure 1.1. Score by week"),
    ]


def test_find_entries__a_table_without_a_number_has_no_anchor_to_lead_to():
    assert find_entries('<div class="sap-table sap-plain"><caption><span class="sap-title">T</span></caption>') == []
