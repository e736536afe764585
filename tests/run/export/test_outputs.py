"""The document's own words."""


def test_document__every_page_names_study_cut_date_and_stamps(make_document, make_table):
    head = make_document(make_table([("a", "1")])).running_head
    assert head == "NCT00000000 · cut c1 · data to 2015-01-31 · SYNTHETIC DATA · unsealed cut · interim"


def test_document__first_page_says_sets_and_what_differs_from_the_plan(make_document, make_table):
    facts = dict(make_document(make_table([("a", "1")])).facts)
    assert facts["Subjects in SAF"] == "3"
    assert facts["Value of level"] == "0.9 (in the plan: 0.95)"


def test_heading__number_and_title(make_table):
    assert make_table([]).heading == "Table 14.1.1. A title"
    assert make_table([], label="").heading == "A title"
