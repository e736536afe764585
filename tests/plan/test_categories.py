"""The table of adverse-event categories."""

from pathlib import Path

import pytest

from sap_helpers.errors import PlanError
from sap_helpers.plan.categories import load_categories
from sap_helpers.plan.safety import Categories

TABLE = Path(__file__).parents[2] / "sap" / "aesi.csv"
CODES = ("INJECTION_SITE", "FLU_LIKE", "INFECTION", "FEVER", "TUMOUR", "CARDIOVASCULAR", "LIVER", "KIDNEY")
PLANNED = Categories(file="aesi.csv", version="1.0", codes=CODES)


@pytest.fixture(scope="module")
def table():
    return load_categories(TABLE, PLANNED)


@pytest.mark.parametrize(
    ("term", "system", "codes"),
    [
        ("Injection site erythema", "General disorders", ("INJECTION_SITE",)),
        (" PYREXIA ", "INFECTIONS AND INFESTATIONS", ("INFECTION", "FEVER")),
        ("Injections", "General disorders", ()),
        ("Fever", "General disorders", ()),
        ("Capillary leak syndrome", "Vascular disorders", ("CARDIOVASCULAR",)),
        ("", "", ()),
    ],
)
def test_of__matches_without_letter_case_and_outer_blanks_in_report_order(table, term, system, codes):
    assert table.of(term, system) == codes


def test_load_categories__the_committed_table_has_every_planned_category(table):
    assert {entry.category for entry in table.entries} == set(CODES)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("aesi,match_on,how,text\n", "line 1: columns aesi"),
        ("version,aesi,match_on,how,text\n2.0,FEVER,AEDECOD,exact,Pyrexia\n", "line 2: version '2.0'; allowed: 1.0"),
        ("version,aesi,match_on,how,text\n1.0,FEVER,AETERM,exact,Pyrexia\n", "line 2: match_on 'AETERM'"),
        ("version,aesi,match_on,how,text\n1.0,FEVER,AEDECOD,exact, \n", "line 2: no text"),
        (
            "version,aesi,match_on,how,text\n1.0,FEVER,AEDECOD,exact,Pyrexia\n",
            "no term for the category INJECTION_SITE",
        ),
        ("version,aesi,match_on,how,text\n1.0,FEVER\n", "line 2: 2 fields; allowed: 5"),
    ],
)
def test_load_categories__refuses_what_is_not_the_planned_table(tmp_path, text, problem):
    file = tmp_path / "aesi.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(PlanError, match=problem):
        load_categories(file, PLANNED)


def test_load_categories__a_missing_file_is_named(tmp_path):
    with pytest.raises(PlanError, match=r"aesi\.csv: the table of categories cannot be read"):
        load_categories(tmp_path / "aesi.csv", PLANNED)
