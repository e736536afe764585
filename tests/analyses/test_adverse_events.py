"""The adverse-event outcome where something is absent or empty: every planned row is there, with its reason or as 0."""

import csv
import io
import shutil
from pathlib import Path

import pytest

from sap_helpers.adam.store import load_study, open_study, save_study
from sap_helpers.analyses import adverse_listings
from sap_helpers.analyses.adverse_events import PLANNED, analyse_adverse_events
from sap_helpers.analyses.checks import check_results
from sap_helpers.cut.seal import seal_cut

CUT = Path(__file__).parents[1] / "end_to_end" / "hand_worked_ae" / "cut"
FIXED = ("AE.OVERVIEW", "AE.AESI", "AE.EAIR", "AE.EAER", "AE.DEATH", "AE.WINDOW30")


@pytest.fixture(scope="module")
def whole():
    return open_study(CUT)


@pytest.fixture
def make_cut(tmp_path):
    """Give a function that copies the hand-worked cut with files left out, columns taken out or text changed."""

    def make(*, without=(), drop=(), texts=None):
        folder = tmp_path / "cut"
        shutil.copytree(CUT, folder)
        for name in without:
            (folder / f"{name}.csv").unlink()
        for place in drop:
            domain, column = place.split(".")
            file = folder / f"{domain}.csv"
            file.write_text(take_out(file.read_text(encoding="utf-8"), column), encoding="utf-8")
        for name, change in (texts or {}).items():
            file = folder / f"{name}.csv"
            file.write_text(change(file.read_text(encoding="utf-8")), encoding="utf-8")
        return folder

    return make


def take_out(text, column):
    header, *rows = csv.reader(io.StringIO(text))
    at = header.index(column)
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(row[:at] + row[at + 1 :] for row in (header, *rows))
    return buffer.getvalue()


def header_only(text):
    return text.splitlines()[0] + "\n"


def put_word(text, column, word):
    """Put a word into a column of the second record, an event on day 180 that is not related."""
    header, first, second, *rows = csv.reader(io.StringIO(text))
    second[header.index(column)] = word
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows((header, first, second, *rows))
    return buffer.getvalue()


def ids(results, *analyses):
    return {row.result_id for row in results.of(*analyses)}


def overview(results, variable):
    return {r.stat_name: (r.stat, r.note) for r in results.of("AE.OVERVIEW") if r.key.variable == variable}


def test_analyse_adverse_events__a_report_gives_the_same_results_as_its_cut(whole, tmp_path):
    save_study(whole, tmp_path / "report")
    assert analyse_adverse_events(load_study(tmp_path / "report")).to_csv() == analyse_adverse_events(whole).to_csv()


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"without": ("ae",)}, "not available in this cut: no AE domain"),
        ({"texts": {"ae": header_only}}, "not available in this cut: the AE domain has no record"),
    ],
)
def test_analyse_adverse_events__without_events_to_read_every_planned_row_gives_the_reason(
    make_cut, whole, options, why
):
    study = open_study(make_cut(**options))
    results = analyse_adverse_events(study)
    assert check_results(results, study, PLANNED) == []
    assert ids(results, *FIXED) == ids(analyse_adverse_events(whole), *FIXED)
    rows = results.of("AE.OVERVIEW", "AE.SOC_PT", "AE.AESI", "AE.EAIR", "AE.EAER", "AE.CUMULATIVE", "AE.LISTING")
    assert {(row.stat, row.note) for row in rows} == {(None, why)}


def test_analyse_adverse_events__an_empty_domain_of_a_sealed_cut_is_no_event_of_everybody(make_cut):
    folder = make_cut(texts={"ae": header_only})
    seal_cut(folder, None)
    study = open_study(folder)
    found = overview(analyse_adverse_events(study), "ANY")
    assert study.is_sealed
    # R: binom.test(0, 7)$conf.int
    assert (found["n"][0], found["N"][0], found["n.events"][0], found["conf.low"][0]) == (0, 7, 0, 0)
    assert found["conf.high"][0] == pytest.approx(0.409616397225, rel=1e-10)


@pytest.mark.parametrize(
    ("column", "variable"),
    [("AEREL", "RELATED"), ("AESER", "SERIOUS"), ("AEACN", "WITHDRAWAL"), ("AEOUT", "FATAL")],
)
def test_analyse_overview__a_row_without_its_column_is_not_available_and_the_others_are(make_cut, column, variable):
    results = analyse_adverse_events(open_study(make_cut(drop=(f"ae.{column}",))))
    assert set(overview(results, variable).values()) == {(None, f"not available: no AE.{column}")}
    assert overview(results, "ANY")["n"] == (6, "quarantined records touch 1 subject")


@pytest.mark.parametrize(
    ("column", "variable", "counts"),
    [
        ("AEREL", "RELATED", True),
        ("AESER", "SERIOUS", False),
        ("AEACN", "WITHDRAWAL", False),
        ("AEOUT", "FATAL", False),
    ],
)
def test_analyse_overview__a_word_outside_its_list_is_said_beside_the_count(make_cut, whole, column, variable, counts):
    results = analyse_adverse_events(open_study(make_cut(texts={"ae": lambda text: put_word(text, column, "PERHAPS")})))
    events = [overview(found, variable)["n.events"][0] for found in (analyse_adverse_events(whole), results)]
    assert events[1] == events[0] + counts
    assert "quarantined records touch" in overview(results, variable)["n"][1]


def test_list_adverse_events__one_whose_seriousness_cannot_be_read_is_listed(make_cut):
    study = open_study(make_cut(texts={"ae": lambda text: put_word(text, "AESER", "MAYBE")}))
    kinds = adverse_listings.list_adverse_events(study)["KIND"]
    assert [kind for kind in kinds if "seriousness not known" in kind] == ["seriousness not known"]


@pytest.mark.parametrize(("analysis", "name"), [("AE.EAIR", "n"), ("AE.EAER", "n.events"), ("AE.CUMULATIVE", "n")])
def test_analyse_adverse_events__rates_and_curves_say_which_counts_quarantined_records_touch(whole, analysis, name):
    rows = [r for r in analyse_adverse_events(whole).of(analysis) if r.stat_name == name and not r.key.group2]
    noted = {row.key.group1_level: row.note for row in rows if row.note}
    assert noted == {"": "quarantined records touch 1 subject"}


def test_analyse_overview__without_grades_the_severity_grades(make_cut):
    results = analyse_adverse_events(open_study(make_cut(drop=("ae.AETOXGR",))))
    assert overview(results, "GRADE3")["n"][0] == 5


def test_analyse_overview__without_grade_and_severity_there_is_no_severe_event_to_count(make_cut):
    results = analyse_adverse_events(open_study(make_cut(drop=("ae.AETOXGR", "ae.AESEV"))))
    assert set(overview(results, "GRADE3").values()) == {(None, "not available: no AE.AETOXGR")}
    assert {row.note for row in results.of("AE.SOC_PT_GRADE")} == {"not available: no AE.AETOXGR"}


def test_analyse_adverse_events__without_dates_of_death_nothing_says_that_nobody_died(make_cut):
    results = analyse_adverse_events(open_study(make_cut(drop=("dm.DTHDTC",))))
    rows = [
        *results.of("AE.DEATH", "AE.CUMULATIVE"),
        *(r for r in results.of("AE.OVERVIEW") if r.key.variable == "FATAL"),
    ]
    assert {(row.stat, row.note) for row in rows} == {(None, "not available: no DM.DTHDTC")}


@pytest.mark.parametrize("place", ["ae.AESER", "ae.AEACN", "ae.AEOUT", "dm.DTHDTC"])
def test_analyse_listing__is_not_counted_where_a_kind_of_event_cannot_be_told(make_cut, place):
    results = analyse_adverse_events(open_study(make_cut(drop=(place,))))
    assert {(row.stat, row.note) for row in results.of("AE.LISTING")} == {(None, f"not available: no {place.upper()}")}


def test_analyse_liver__without_any_phosphatase_nobody_is_known_to_be_a_candidate(make_cut):
    study = open_study(make_cut(texts={"lb": lambda text: text.replace(",ALP,", ",GGT,")}))
    rows = {(r.key.variable, r.stat_name): (r.stat, r.note) for r in analyse_adverse_events(study).of("AE.LIVER")}
    assert rows["HYS_LAW", "n"] == (None, "not available: no ALP in LB")
    assert rows["HYS_LAW_NO_ALP", "n"][0] == 3


def test_analyse_liver__multiples_of_the_own_baseline_need_no_upper_limit(make_cut, whole):
    def unlimited(text):
        header, *rows = csv.reader(io.StringIO(text))
        at = header.index("LBSTNRHI")
        return "\n".join(",".join(row) for row in (header, *([*row[:at], "", *row[at + 1 :]] for row in rows))) + "\n"

    def places(study, scale):
        rows = analyse_adverse_events(study).of("AE.LIVER")
        return {(r.key.variable_level, r.stat_name): r.stat for r in rows if r.key.variable == scale}

    study = open_study(make_cut(texts={"lb": unlimited}))
    assert places(study, "EDISH_BASE") == places(whole, "EDISH_BASE")
    assert places(whole, "EDISH_BASE")["HYS_LAW_RANGE", "N"] == 1
    assert {value for (_, name), value in places(study, "EDISH").items() if name == "N"} == {0}


def test_analyse_adverse_events__without_a_laboratory_the_events_are_there(make_cut):
    results = analyse_adverse_events(open_study(make_cut(without=("lb",))))
    assert overview(results, "ANY")["n"][0] == 6
    rows = results.of("AE.LIVER", "AE.KIDNEY", "LABS.SHIFT", "LABS.OTHER")
    assert {(row.stat, row.note) for row in rows} == {(None, "not available in this cut: no LB domain")}


def test_analyse_adverse_events__with_subjects_doses_and_events_alone(make_cut):
    study = open_study(make_cut(without=("ds", "lb")))
    found = overview(analyse_adverse_events(study), "ANY")
    assert (found["n"][0], found["N"][0], found["n.events"][0]) == (6, 7, 13)
    # without disposition and laboratory the last dose is the last contact: A02's on day 32
    contact = study["adsl"].set_index("USUBJID").loc["A02"]
    assert (contact["RISKENDT"] - contact["TRTSDT"]).days + 1 == 32


def test_analyse_adverse_events__nobody_treated_yet_is_0_of_0_with_the_reason(make_cut):
    folder = make_cut(texts={"ex": lambda text: text.replace(",1000000,", ",0,")})
    study = open_study(folder)
    results = analyse_adverse_events(study)
    assert check_results(results, study, PLANNED) == []
    why = "no subject dosed yet"
    assert overview(results, "ANY") == {
        "n": (0, why), "N": (0, why), "p": (None, why), "conf.low": (None, why), "conf.high": (None, why),
        "n.events": (None, why),
    }  # fmt: skip


def test_analyse_terms__letter_case_and_outer_blanks_do_not_tell_terms_apart(make_cut):
    folder = make_cut(
        texts={"ae": lambda text: text.replace("Shingles again,Herpes zoster,", "Shingles again, HERPES ZOSTER ,")}
    )
    keys = [key.group2_level for key in analyse_adverse_events(open_study(folder)).of("AE.SOC_PT").groups()]
    assert [key for key in keys if key.casefold() == "herpes zoster"] == ["HERPES ZOSTER"]


def test_analyse_terms__an_event_without_a_code_is_visible_and_found(make_cut):
    folder = make_cut(
        texts={"ae": lambda text: text.replace("Sleepless,Insomnia,Psychiatric disorders", "Sleepless,,")}
    )
    study = open_study(folder)
    keys = analyse_adverse_events(study).of("AE.SOC_PT").groups()
    assert [key.group2_level for key in keys if key.group1_level == "Uncoded"] == ["", "Uncoded"]
    assert [(f["row"], f["variable"]) for f in study.findings if f["rule"] == "R086"] == [("14", "AEDECOD")]


def test_list_uncategorised__spellings_of_one_term_are_one_row(make_cut):
    folder = make_cut(
        texts={"ae": lambda text: text.replace("Head ache,Headache,Nervous", "Head ache,INSOMNIA,Nervous")}
    )
    assert len(adverse_listings.list_uncategorised(open_study(folder))) == 3
