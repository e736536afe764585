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


def test_file_name__is_the_number_with_two_digits_in_every_part(make_table, small_figure):
    labels = ("Table 14.2.1.3", "Table 14.2.1.10", "Listing 16.2.6.1.1")
    names = [make_table([], label=label).file_name for label in labels]
    assert names == ["t-14-02-01-03", "t-14-02-01-10", "l-16-02-06-01-01"]
    assert small_figure.file_name == "f-14-01-01"


def test_file_name__leads_nowhere_whatever_the_number_says(make_table):
    assert make_table([], label="Table ../../14/1.NUL:2").file_name == "t-14-01-02"
    assert make_table([], label="").file_name == "further"


def test_parts__no_name_comes_twice_and_no_output_is_lost(make_document, make_table):
    outputs = [make_table([], label=label) for label in ("Table 1.1", "Table 1.1", "", "", "Table 1.2")]
    names, parts = zip(*make_document(*outputs).parts(), strict=True)
    assert names == ("t-01-01", "t-01-01-2", "further", "further-2", "t-01-02")
    assert [part.outputs for part in parts] == [(output,) for output in outputs]


def test_parts__title_is_that_of_the_output(make_document, make_table):
    ((_, part),) = make_document(make_table([])).parts()
    assert part.title == "NCT00000000: Table 14.1.1. A title, cut c1"


def test_cautions__are_said_by_each_output_where_no_first_page_says_them(make_document, make_table):
    document = make_document(make_table([]))
    ((_, part),) = document.parts()
    assert document.cautions == ()
    assert part.cautions == ("A warning.", "Value of level: 0.9 (in the plan: 0.95).")
