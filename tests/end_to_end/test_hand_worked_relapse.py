"""The relapse outcome on the cut that HAND_WORKED.md works on paper: every number here was typed from there."""

from pathlib import Path

import pytest

from sap_helpers.adam.store import open_study
from sap_helpers.analyses import relapse_listings
from sap_helpers.analyses.relapses import PLANNED, analyse_relapses, read_definition

CUT = Path(__file__).parent / "hand_worked_relapse" / "cut"
IN_REMISSION = "01 02 05 06 07 08 09 10 11 14 15 16 19 20"


@pytest.fixture(scope="module")
def study():
    return open_study(CUT)


@pytest.fixture(scope="module")
def results(study):
    return analyse_relapses(study)


def below(key):
    return [key.variable_level] if key.variable_level not in ("", "Y") else []


@pytest.fixture(scope="module")
def groups(results):
    return {
        (k.analysis_id, k.population, k.variable, k.group1_level, *below(k)): {
            name: row.stat for name, row in stats.items()
        }
        for k, stats in results.groups().items()
        if k.group1 != "STEPDAY"
    }


def subjects(numbers):
    return [f"RW-{number}" for number in numbers.split()]


def test_hand_worked_relapse__every_planned_analysis_is_there(results):
    assert results.analysis_ids == PLANNED
    assert results.to_csv().count("\n") == len(results) + 1


def test_hand_worked_relapse__the_set_is_who_stopped_after_a_remission_on_treatment(study):
    assert study.subjects("REM")["USUBJID"].tolist() == subjects(IN_REMISSION)


def test_hand_worked_relapse__the_set_says_why_subjects_are_out_of_it(study):
    out = study.subjects("FAS").set_index("USUBJID")["REMOUT"]
    no_remission = "no SELENA-SLEDAI below 4 on treatment"
    assert out[out != ""].to_dict() == {
        "RW-03": no_remission, "RW-04": "treatment not stopped", "RW-12": no_remission, "RW-13": no_remission,
        "RW-17": "treatment not stopped",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("analysis", "population", "variable", "n", "total"),
    [
        ("REL.PARTICIPANTS", "REM", "RELAPSE", 7, 11), ("REL.PARTICIPANTS", "REM", "RELAPSE_RISE4", 3, 11),
        ("REL.PARTICIPANTS", "FAS", "RELAPSE", 7, 16), ("REL.PARTICIPANTS", "FAS", "RELAPSE_RISE4", 3, 16),
        ("REL.WORST", "REM", "RELAPSE", 9, 13), ("REL.WORST", "REM", "RELAPSE_RISE4", 5, 13),
        ("REL.BEST", "REM", "RELAPSE", 7, 13), ("REL.BEST", "REM", "RELAPSE_RISE4", 3, 13),
        ("REL.AT_STOP", "REM", "RELAPSE", 6, 10), ("REL.AT_STOP", "REM", "RELAPSE_RISE4", 3, 10),
        ("REL.AT_STOP", "REM", "REMISSION_LOST", 1, 11), ("REL.COMPOSITE", "REM", "RELAPSE", 9, 12),
        ("REL.COMPOSITE", "REM", "RELAPSE_RISE4", 5, 12), ("REL.COMPOSITE", "REM", "RESCUE", 1, 14),
        ("REL.COMPOSITE", "REM", "DEATH", 1, 14), ("REL.PARTICIPANTS", "FAS", "NOT_STOPPED", 2, 19),
        ("REL.PARTICIPANTS", "FAS", "STOPPED", 17, 19), ("REL.PARTICIPANTS", "FAS", "NO_REMISSION", 3, 17),
        ("REL.PARTICIPANTS", "FAS", "REMISSION", 14, 17), ("REL.PARTICIPANTS", "REM", "NOT_DUE", 1, 14),
        ("REL.PARTICIPANTS", "REM", "NOT_FOLLOWED", 2, 13), ("REL.PARTICIPANTS", "REM", "EVALUABLE", 11, 13),
    ],
)  # fmt: skip
def test_hand_worked_relapse__counts(groups, analysis, population, variable, n, total):
    stats = groups[analysis, population, variable, ""]
    assert (stats["n"], stats["N"]) == (n, total)
    assert stats["p"] == pytest.approx(n / total, rel=1e-15)


@pytest.mark.parametrize(
    ("reading", "variable", "n", "total"),
    [
        ("RISE3", "RELAPSE", 4, 11), ("RETURN4", "RELAPSE", 4, 11), ("REMISSION_LE4", "RELAPSE", 8, 12),
        ("REMISSION_LE4", "RELAPSE_RISE4", 4, 12), ("REFERENCE_2", "RELAPSE", 8, 11),
        ("REFERENCE_2", "RELAPSE_RISE4", 3, 11), ("ANY_TIME", "RELAPSE", 9, 12), ("ANY_TIME", "RELAPSE_RISE4", 5, 12),
    ],
)  # fmt: skip
def test_hand_worked_relapse__other_definitions(groups, reading, variable, n, total):
    stats = groups["REL.SENSITIVITY", "REM", variable, reading]
    assert (stats["n"], stats["N"]) == (n, total)


@pytest.mark.parametrize(
    ("case", "variable", "n", "total"),
    [
        ("SETTLED", "RELAPSE", 7, 8), ("SETTLED", "RELAPSE_RISE4", 3, 8), ("WORST", "RELAPSE", 12, 13),
        ("WORST", "RELAPSE_RISE4", 8, 13),
    ],
)  # fmt: skip
def test_hand_worked_relapse__of_those_followed_long_enough_and_the_others_as_relapsed(
    groups, case, variable, n, total
):
    stats = groups["REL.SETTLED", "REM", variable, case]
    assert (stats["n"], stats["N"]) == (n, total)


def test_hand_worked_relapse__days_followed_and_days_between_assessments(results):
    found = {(r.key.variable, r.key.variable_level, r.stat_name): r.stat for r in results if not r.key.group1}
    assert [found["FOLLOWED_DAYS", "", name] for name in ("min", "median", "max")] == [17, 61, 91]
    assert [found["RELAPSE", "GAP", name] for name in ("median", "max")] == [20, 60]
    assert [found["RELAPSE_RISE4", "GAP", name] for name in ("median", "max")] == [12.5, 21]


def test_hand_worked_relapse__exact_limits(groups):
    # R: binom.test(7, 11)$conf.int
    stats = groups["REL.PARTICIPANTS", "REM", "RELAPSE", ""]
    assert stats["conf.low"] == pytest.approx(0.3079047150116772, rel=1e-12)
    assert stats["conf.high"] == pytest.approx(0.8907365561809019, rel=1e-12)


@pytest.mark.parametrize(
    ("reading", "times"),
    [
        # time, whether it ended in a relapse, number of relapses, of them below 4
        ("RELAPSE", {
            "01": (80, True, 1, 1), "02": (20, False, 0, 0), "05": (10, True, 2, 0), "06": (10, True, 1, 1),
            "07": (0, False, 0, 0), "08": (20, True, 2, 0), "09": (43, True, 1, 0), "10": (22, True, 1, 0),
            "11": (10, False, 0, 0), "14": (77, False, 0, 0), "15": (0, False, 0, 0), "16": (40, False, 0, 0),
            "19": (50, True, 1, 1), "20": (40, True, 2, 1),
        }),
        ("RELAPSE_RISE4", {
            "01": (80, False, 0, 0), "02": (20, False, 0, 0), "05": (10, True, 1, 0), "06": (50, False, 0, 0),
            "07": (0, False, 0, 0), "08": (60, False, 0, 0), "09": (43, True, 1, 0), "10": (22, True, 1, 0),
            "11": (10, False, 0, 0), "14": (77, False, 0, 0), "15": (0, False, 0, 0), "16": (40, False, 0, 0),
            "19": (50, False, 0, 0), "20": (75, True, 1, 0),
        }),
    ],
)  # fmt: skip
def test_hand_worked_relapse__time_and_number_of_each_subject(study, reading, times):
    definition = next(row for row in study.plan.relapse.of("primary", "beside") if row.variable == reading)
    members = read_definition(study, definition).members.set_index("USUBJID")
    found = members[["TIME", "RELAPSED", "NREL", "NLOW"]].itertuples(name=None)
    assert {subject.removeprefix("RW-"): (t, bool(r), n, low) for subject, t, r, n, low in found} == times


def test_hand_worked_relapse__rate(groups):
    # R: poisson.test(11, 597 / 365.25), poisson.test(4, 597 / 365.25)
    stats = groups["REL.EVENTS", "REM", "RELAPSE", ""]
    assert stats["n.events"] == 11
    assert stats["person.years"] == pytest.approx(597 / 365.25, rel=1e-15)
    assert stats["estimate"] == pytest.approx(6.729899497487437, rel=1e-12)
    assert stats["conf.low"] == pytest.approx(3.359541581462739, rel=1e-12)
    assert stats["conf.high"] == pytest.approx(12.041649190927201, rel=1e-12)
    rise = groups["REL.EVENTS", "REM", "RELAPSE_RISE4", ""]
    assert (rise["n.events"], rise["person.years"]) == (4, stats["person.years"])
    assert rise["conf.high"] == pytest.approx(6.2658965890974878, rel=1e-12)


def test_hand_worked_relapse__relapses_that_stayed_below_the_limit(groups):
    assert groups["REL.EVENTS", "REM", "RELAPSE", "", "BELOW4"] == {"n": 4}
    assert groups["REL.EVENTS", "REM", "RELAPSE_RISE4", "", "BELOW4"] == {"n": 0}


# R: survfit(Surv(start, stop, event) ~ 1, id = id, robust = TRUE): cumhaz, std.chaz, cumhaz * exp(+/- z se / cumhaz)
@pytest.mark.parametrize(
    ("day", "at_risk", "estimate", "error", "low", "high"),
    [
        ("28", 9, 0.3575757575757575, 0.1420594452858929, 0.1641340011275317, 0.7790002164544185),
        ("56", 5, 0.8794011544011543, 0.2231871266891672, 0.5347574077026774, 1.4461630249955502),
    ],
)
def test_hand_worked_relapse__mean_number(groups, day, at_risk, estimate, error, low, high):
    stats = groups["REL.EVENTS", "REM", "RELAPSE", day]
    assert stats["n"] == at_risk
    found = [stats[name] for name in ("estimate", "std.error", "conf.low", "conf.high")]
    assert found == pytest.approx([estimate, error, low, high], rel=1e-12)


# R: summary(survfit(Surv(time, event) ~ 1, conf.type = "log-log"), times = c(28, 56))
@pytest.mark.parametrize(
    ("variable", "day", "at_risk", "estimate", "low", "high"),
    [
        ("RELAPSE", "28", 6, 40 / 63, 0.28873265614380506, 0.8469550915545572),
        ("RELAPSE", "56", 2, 50 / 189, 0.04365143957942962, 0.5685675087051884),
        ("RELAPSE_RISE4", "28", 8, 0.8148148148148148, 0.4350637462628993, 0.9508550519184397),
        ("RELAPSE_RISE4", "56", 4, 0.6984126984126984, 0.3175510852816608, 0.8937601992545626),
    ],
)
def test_hand_worked_relapse__probability_of_no_relapse(groups, variable, day, at_risk, estimate, low, high):
    stats = groups["REL.KM", "REM", variable, day]
    assert stats["n"] == at_risk
    found = [stats[name] for name in ("estimate", "conf.low", "conf.high")]
    assert found == pytest.approx([estimate, low, high], rel=1e-12)


def test_hand_worked_relapse__median_time(groups):
    # R: quantile(survfit(...), 0.5): 43, 10, NA
    assert groups["REL.KM", "REM", "RELAPSE", ""] == {"median": 43, "conf.low": 10, "conf.high": None}


def test_hand_worked_relapse__nobody_at_risk_is_not_estimable(results):
    (row,) = [
        row
        for row in results.of("REL.KM")
        if (row.key.variable, row.key.group1_level, row.stat_name) == ("RELAPSE", "84", "estimate")
    ]
    assert row.stat is None
    assert row.note == "not estimable: nobody at risk on day 84, last at risk on day 80"


# R: summary(survfit(Surv(time, factor(cause, 0:2)) ~ 1), times = c(28, 56)); limits: complementary log-log
@pytest.mark.parametrize(
    ("variable", "day", "at_risk", "estimate", "error", "low", "high"),
    [
        ("RELAPSE", "28", 6, 0.3351648351648351, 0.1387031080170310, 0.1392247615773485, 0.6709400012475550),
        ("RELAPSE", "56", 1, 0.6736263736263736, 0.1524960642892954, 0.3899458384642137, 0.9208888784043251),
        ("RESCUE_DEATH", "28", 6, 0.08461538461538462, 0.0808945210263910, 0.01238722956890304, 0.46585940444431495),
        ("RESCUE_DEATH", "56", 1, 0.20549450549450549, 0.1309496654092525, 0.05491691561129619, 0.60814463981093936),
    ],
)
def test_hand_worked_relapse__competing_events(groups, variable, day, at_risk, estimate, error, low, high):
    stats = groups["REL.COMPOSITE", "REM", variable, day]
    assert stats["n"] == at_risk
    found = [stats[name] for name in ("estimate", "std.error", "conf.low", "conf.high")]
    assert found == pytest.approx([estimate, error, low, high], rel=1e-10)


def test_hand_worked_relapse__a_quarantined_total_is_named_beside_the_count(results):
    counted = next(row for row in results.of("REL.PARTICIPANTS") if row.stat_name == "n")
    assert counted.note == "quarantined records touch 1 subject"


def test_hand_worked_relapse__times_are_kept_with_their_source(study):
    adtte, adqs = study["adtte"], study["adqs"].set_index("ASEQ")
    first = adtte.loc[adtte["PARAMCD"] == "RELAPSE"].set_index("USUBJID")
    assert first.index.tolist() == subjects(IN_REMISSION)
    relapse, none = first.loc["RW-05"], first.loc["RW-07"]
    assert (relapse["AVAL"], relapse["CNSR"], str(relapse["ADT"].date())) == (10, 0, "2014-03-31")
    assert relapse["EVNTDESC"] == "SELENA-SLEDAI AT LEAST 1 POINT ABOVE THE REFERENCE"
    source = adqs.loc[int(relapse["SRCSEQ"])]
    assert (source["USUBJID"], source["PARAMCD"], source["AVAL"]) == ("RW-05", "SLEDAI", 6)
    assert (none["AVAL"], none["CNSR"], none["CNSDTDSC"]) == (0, 1, "NO FOLLOW-UP ASSESSMENT")
    assert none["ADT"] == none["STARTDT"]


def test_hand_worked_relapse__listing_shows_value_and_day_of_each_assessment(study):
    listed = relapse_listings.list_relapses(study).set_index("USUBJID")
    assert listed.loc["RW-05", "REFERENCE"] == "2 (+11)"
    assert listed.loc["RW-05", "FOLLOWUP"] == "6 (+21), 2 (+41), 4 (+61), 5 (+81)"
    assert listed.loc["RW-05", "RELAPSE"] == "6 (+21), 4 (+61)"
    assert listed.loc["RW-08", "STATE"] == "remission lost before stopping"
    assert listed.loc[["RW-03", "RW-12", "RW-13"], "RELAPSE"].tolist() == ["", "", ""]
    assert listed.loc[["RW-07", "RW-09"], "ASSESSED"].tolist() == ["no follow-up assessment", "not due yet"]
