"""The adverse-event outcome on the cut that HAND_WORKED.md works on paper: every number here was typed from there."""

from pathlib import Path

import pytest

from sap_helpers.adam.store import open_study
from sap_helpers.analyses import adverse_listings
from sap_helpers.analyses.adverse_events import PLANNED, analyse_adverse_events
from sap_helpers.analyses.checks import check_results

CUT = Path(__file__).parent / "hand_worked_ae" / "cut"
INFECTIONS = "Infections and infestations"


@pytest.fixture(scope="module")
def study():
    return open_study(CUT)


@pytest.fixture(scope="module")
def results(study):
    return analyse_adverse_events(study)


@pytest.fixture(scope="module")
def stats(results):
    """Return the statistics by analysis, group levels, variable and level."""
    return {
        (k.analysis_id, k.group1_level, k.group2_level, k.variable, k.variable_level): {
            n: r.stat for n, r in rows.items()
        }
        for k, rows in results.groups().items()
        if k.group2 != "STEPDAY"
    }


@pytest.fixture(scope="module")
def adae(study):
    return study["adae"].set_index(["USUBJID", "SRCSEQ"])


def test_hand_worked_ae__every_planned_analysis_is_there(study, results):
    assert results.analysis_ids == PLANNED
    assert check_results(results, study, PLANNED) == []
    assert results.to_csv().count("\n") == len(results) + 1


def test_hand_worked_ae__treated_subjects_alone_and_every_event_of_theirs(study):
    assert study["adae"]["USUBJID"].value_counts().to_dict() == {
        "A02": 6,
        "A01": 3,
        "A03": 3,
        "A05": 2,
        "A04": 1,
        "A07": 1,
    }


@pytest.mark.parametrize(
    ("subject", "sequence", "day", "flag"),
    [
        ("A01", 1, 1, "Y"), ("A01", 2, 180, "Y"), ("A01", 3, 181, ""), ("A02", 1, 1, "Y"), ("A02", 3, -19, ""),
        ("A02", 4, 1, "Y"), ("A02", 5, 113, "Y"), ("A02", 6, 22, "Y"), ("A03", 1, 13, "Y"), ("A04", 1, 110, "Y"),
        ("A05", 2, 133, "Y"), ("A07", 1, 43, "Y"),
    ],
)  # fmt: skip
def test_hand_worked_ae__day_and_emergence(adae, subject, sequence, day, flag):
    assert (adae.loc[(subject, sequence), "ASTDY"], adae.loc[(subject, sequence), "TRTEMFL"]) == (day, flag)


def test_hand_worked_ae__no_start_and_an_end_before_the_first_dose_has_no_day_and_is_not_emergent(adae):
    assert adae["ASTDY"].isna().loc[("A02", 2)]
    assert adae.loc[("A02", 2), "TRTEMFL"] == ""


def test_hand_worked_ae__end_before_the_start_is_quarantined(adae):
    assert adae["AENDT"].isna().loc[("A02", 6)]
    assert adae.loc[("A02", 6), "QUARFL"] == "Y"


@pytest.mark.parametrize(
    ("subject", "sequence", "grade", "fatal"),
    [("A04", 1, 4, ""), ("A05", 2, 5, "Y"), ("A07", 1, 4, "Y"), ("A03", 3, 2, "")],
)
def test_hand_worked_ae__grade_and_fatal(adae, subject, sequence, grade, fatal):
    assert (adae.loc[(subject, sequence), "ATOXGRN"], adae.loc[(subject, sequence), "FATALFL"]) == (grade, fatal)


def test_hand_worked_ae__two_categories(adae):
    assert adae.loc[("A03", 3), "AESI"] == "INFECTION; FEVER"


@pytest.mark.parametrize(
    ("variable", "n", "events"),
    [("ANY", 6, 13), ("RELATED", 4, 5), ("SERIOUS", 4, 4), ("GRADE3", 5, 5), ("WITHDRAWAL", 1, 1), ("FATAL", 2, 2)],
)
def test_hand_worked_ae__overview(stats, variable, n, events):
    found = stats["AE.OVERVIEW", "", "", variable, "Y"]
    assert (found["n"], found["N"], found["n.events"]) == (n, 7, events)


def test_hand_worked_ae__exact_interval(stats):
    # R: binom.test(6, 7)$conf.int
    found = stats["AE.OVERVIEW", "", "", "ANY", "Y"]
    assert (found["conf.low"], found["conf.high"]) == pytest.approx((0.421276802957, 0.996389703138), rel=1e-10)


def test_hand_worked_ae__classes_and_terms_by_falling_count_then_name(results):
    keys = [key for key in results.of("AE.SOC_PT").groups() if key.group1_level in ("", INFECTIONS)]
    assert [key.group2_level or key.group1_level for key in keys] == [
        "", INFECTIONS, "Pneumonia", "Herpes zoster", "PYREXIA", "Septic shock"
    ]  # fmt: skip
    classes = [key.group1_level for key in results.of("AE.SOC_PT").groups() if key.group1 and not key.group2]
    assert classes == [
        INFECTIONS, "General disorders and administration site conditions", "Cardiac disorders",
        "Gastrointestinal disorders", "Nervous system disorders", "Psychiatric disorders",
    ]  # fmt: skip


def test_hand_worked_ae__one_subject_with_a_term_twice_counts_once_with_two_events(stats):
    found = stats["AE.SOC_PT", INFECTIONS, "Herpes zoster", "TEAE", "Y"]
    assert (found["n"], found["n.events"]) == (1, 2)


def test_hand_worked_ae__worst_grades_of_the_total_row(stats):
    found = {
        level: stats["AE.SOC_PT_GRADE", "", "", "ATOXGRN", level] for level in ("1", "2", "3", "4", "5", "MISSING")
    }
    assert [of["n"] for of in found.values()] == [0, 1, 2, 2, 1, 0]
    assert [of["n.events"] for of in found.values()] == [3, 4, 2, 2, 1, 1]


def test_hand_worked_ae__a_term_without_any_grade_is_grade_missing(stats):
    assert stats["AE.SOC_PT_GRADE", "Psychiatric disorders", "Insomnia", "ATOXGRN", "MISSING"]["n"] == 1


@pytest.mark.parametrize(
    ("code", "n", "events"),
    [
        ("INJECTION_SITE", 1, 1), ("FLU_LIKE", 1, 1), ("INFECTION", 4, 6), ("FEVER", 2, 2), ("TUMOUR", 0, 0),
        ("CARDIOVASCULAR", 1, 1), ("LIVER", 0, 0), ("KIDNEY", 0, 0), ("UNCATEGORISED", 3, 3),
    ],
)  # fmt: skip
def test_hand_worked_ae__categories(stats, code, n, events):
    found = stats["AE.AESI", code, "", "TEAE", "Y"]
    assert (found["n"], found["N"], found["n.events"]) == (n, 7, events)


def test_hand_worked_ae__no_event_of_a_category_has_its_exact_interval(stats):
    # R: binom.test(0, 7)$conf.int
    found = stats["AE.AESI", "TUMOUR", "", "TEAE", "Y"]
    assert (found["conf.low"], found["conf.high"]) == pytest.approx((0, 0.409616397225), rel=1e-10)


def test_hand_worked_ae__worst_grade_related_and_first_onset_of_a_category(stats):
    assert [stats["AE.AESI", "INFECTION", "", "ATOXGRN", level]["n"] for level in "12345"] == [0, 0, 2, 2, 0]
    assert stats["AE.AESI", "FEVER", "", "RELATED", "Y"]["n"] == 2
    onset = stats["AE.AESI", "INFECTION", "", "ASTDY", ""]
    assert (onset["N"], onset["min"], onset["median"], onset["max"]) == (4, 13, 76.5, 113)


def test_hand_worked_ae__days_at_risk(study):
    treated = study.subjects("SAF")
    days = (treated["RISKENDT"] - treated["TRTSDT"]).dt.days + 1
    assert days.tolist() == [180, 100, 161, 115, 135, 175, 52]


def test_hand_worked_ae__rate_of_subjects_to_their_first_event(stats):
    # R: 100 * poisson.test(6, 360 / 365.25)$conf.int
    found = stats["AE.EAIR", "", "", "TEAE", ""]
    assert (found["n"], found["person.years"]) == (6, pytest.approx(360 / 365.25, rel=1e-12))
    assert (found["estimate"], found["conf.low"], found["conf.high"]) == pytest.approx(
        (608.75, 223.400521135, 1324.992468535), rel=1e-10
    )


def test_hand_worked_ae__an_event_after_the_end_of_the_risk_counts_on_its_last_day(stats):
    # R: 100 * poisson.test(4, 756 / 365.25)$conf.int
    found = stats["AE.EAIR", "INFECTION", "", "TEAE", ""]
    assert (found["n"], found["person.years"]) == (4, pytest.approx(756 / 365.25, rel=1e-12))
    assert (found["conf.low"], found["conf.high"]) == pytest.approx((52.655202079, 494.806913187), rel=1e-10)


def test_hand_worked_ae__rate_of_all_events(stats):
    # R: 100 * poisson.test(13, 918 / 365.25)$conf.int
    found = stats["AE.EAER", "", "", "TEAE", ""]
    assert (found["n.events"], found["estimate"]) == (13, pytest.approx(517.238562092, rel=1e-10))
    assert (found["conf.low"], found["conf.high"]) == pytest.approx((275.407750255, 884.493693803), rel=1e-10)


def test_hand_worked_ae__rate_without_an_event_has_its_exact_upper_limit(stats):
    # R: 100 * poisson.test(0, 918 / 365.25)$conf.int
    found = stats["AE.EAER", "TUMOUR", "", "TEAE", ""]
    assert (found["n.events"], found["estimate"], found["conf.low"]) == (0, 0, 0)
    assert found["conf.high"] == pytest.approx(146.77159266, rel=1e-9)


def test_hand_worked_ae__cumulative_incidence_with_the_death_competing(stats):
    # R: survfit(Surv(c(180, 100, 13, 110, 135, 175, 43), factor(c(0, 1, 1, 1, 2, 0, 1))) ~ 1), times 28 and 112;
    # limits of 4/7 on the complementary log-log scale by hand
    early, late = (stats["AE.CUMULATIVE", "INFECTION", day, "TEAE", ""] for day in ("28", "112"))
    assert (early["n"], early["estimate"], early["std.error"]) == pytest.approx((6, 1 / 7, 0.132260014253), rel=1e-10)
    assert (late["n"], late["estimate"], late["std.error"]) == pytest.approx((3, 4 / 7, 0.187043905917), rel=1e-10)
    assert (late["conf.low"], late["conf.high"]) == pytest.approx((0.2656265829, 0.9022477979), rel=1e-9)


def test_hand_worked_ae__cumulative_incidence_in_all_names_its_last_day(results):
    rows = {r.stat_name: r for r in results if r.key.analysis_id == "AE.CUMULATIVE" and not r.key.group1 + r.key.group2}
    assert (rows["n"].stat, rows["N"].stat) == (6, 7)
    assert rows["estimate"].note == "last at risk on day 175"


@pytest.mark.parametrize(("cycle", "n", "total", "events"), [("1", 4, 7, 7), ("2", 0, 2, 0)])
def test_hand_worked_ae__by_cycle(stats, cycle, n, total, events):
    found = stats["AE.BY_CYCLE", cycle, "", "TEAE", "Y"]
    assert (found["n"], found["N"], found["n.events"]) == (n, total, events)


def test_hand_worked_ae__a_cycle_that_nobody_started_is_there_with_its_reason(results):
    rows = [r for r in results.of("AE.BY_CYCLE") if r.key.group1_level == "6"]
    assert [r.stat for r in rows] == [0, 0, None, None, None, None]
    assert {r.note for r in rows} == {"no subject started this cycle"}


def test_hand_worked_ae__window_after_the_last_dose(stats):
    found = stats["AE.WINDOW30", "", "", "ANY", "Y"]
    assert (found["n"], found["n.events"]) == (5, 8)


def test_hand_worked_ae__deaths_known_at_the_cut(stats, study):
    assert (stats["AE.DEATH", "", "", "DEATH", "Y"]["n"], stats["AE.DEATH", "", "", "DEATH", "Y"]["N"]) == (1, 7)
    deaths = adverse_listings.list_deaths(study)
    assert deaths[["USUBJID", "ADY", "SINCE", "AEDECOD"]].to_numpy().tolist() == [
        ["A05", 135, 134, "Myocardial infarction"]
    ]


def test_hand_worked_ae__liver(stats):
    assert [stats["AE.LIVER", "", "", name, "Y"]["n"] for name in ("HYS_LAW", "HYS_LAW_NO_ALP")] == [1, 1]
    assert stats["AE.LIVER", "", "", "HYS_LAW", "Y"]["N"] == 5


def test_hand_worked_ae__liver_candidate_is_the_one_worked_out(study):
    peaks = adverse_listings.list_liver_peaks(study).set_index("USUBJID")
    assert peaks.index[peaks["HYS_LAW"] == "Y"].tolist() == ["A01"]
    assert peaks.index[peaks["HYS_LAW_NO_ALP"] == "Y"].tolist() == ["A05"]


def test_hand_worked_ae__edish_quadrants_in_multiples_of_the_limit_and_of_the_own_baseline(stats):
    by_limit = [
        stats["AE.LIVER", "", "", "EDISH", q]["n"] for q in ("NORMAL", "HYPERBILIRUBINAEMIA", "TEMPLE", "HYS_LAW_RANGE")
    ]
    assert by_limit == [0, 0, 1, 4]
    assert stats["AE.LIVER", "", "", "EDISH_BASE", "HYS_LAW_RANGE"]["N"] == 1


def test_hand_worked_ae__kidney_stages(stats):
    assert [stats["AE.KIDNEY", "", "", "KDIGO", stage]["n"] for stage in "0123"] == [0, 1, 1, 0]


def test_hand_worked_ae__shift_of_a_transaminase(stats):
    cells = {(b, w): stats["LABS.SHIFT", "ALT", b, "WORSTGR", w] for b in "01" for w in "012"}
    assert {place: of["n"] for place, of in cells.items() if of["n"]} == {("0", "1"): 1, ("0", "2"): 3, ("1", "0"): 1}
    assert cells["0", "0"]["N"] == 5


def test_hand_worked_ae__a_test_nobody_has_is_not_available(results):
    rows = [r for r in results.of("LABS.SHIFT") if r.key.group1_level == "PLAT"]
    assert {(r.stat, r.note) for r in rows} == {(None, "not available: no PLAT in LB")}


def test_hand_worked_ae__listing(study, stats):
    listed = adverse_listings.list_adverse_events(study)
    assert list(zip(listed["USUBJID"], listed["KIND"], strict=True)) == [
        ("A02", "serious; grade >= 3"), ("A03", "grade >= 3"), ("A04", "serious; grade >= 3"),
        ("A05", "serious; fatal; grade >= 3"), ("A07", "serious; fatal; withdrawal; grade >= 3"),
    ]  # fmt: skip
    assert stats["AE.LISTING", "", "", "LISTED", "Y"]["n.events"] == 5


def test_hand_worked_ae__missing_relation_and_uncategorised_terms_are_listed(study):
    assert adverse_listings.list_missing_causality(study)["AEDECOD"].tolist() == ["Insomnia"]
    assert adverse_listings.list_uncategorised(study)["AEDECOD"].tolist() == ["Diarrhoea", "Headache", "Insomnia"]


def test_hand_worked_ae__findings(study):
    found = {(f["rule"], f["USUBJID"], f["row"]) for f in study.findings if f["domain"] == "ae" and f["rule"] != "R054"}
    assert found >= {
        ("R060", "A02", "9"),
        ("R061", "A02", "5"),
        ("R061", "A02", "6"),
        ("R084", "A03", "11"),
        ("R085", "A07", "16"),
        ("R105", "A07", "16"),
    }
    assert {rule for rule, _, _ in found} == {"R059", "R060", "R061", "R084", "R085", "R089", "R105", "R108"}
