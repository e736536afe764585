"""Around the outcomes: flow of subjects, analysis sets, baseline, exposure and deviations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sap_helpers.adam.events import is_word
from sap_helpers.adam.exposure import compute_dosing_days, is_amount_known
from sap_helpers.adam.medication import find_daily_prednisone
from sap_helpers.adam.subjects import SET_NEEDS
from sap_helpers.analyses.behind import behind, beside, explain, of_rows, outside, source
from sap_helpers.analyses.blocks import count_results, statistics, touched_text, unavailable
from sap_helpers.analyses.eligibility import analyse_eligibility
from sap_helpers.analyses.scores import baseline_records, with_note
from sap_helpers.records import Records
from sap_helpers.results import Key, Results, join
from sap_helpers.stats import describe

if TYPE_CHECKING:
    from sap_helpers.adam.store import Study

PLANNED = ("DISP.FLOW", "DISP.SETS", "ELIG.CRITERIA", "BASE.TABLE1", "EXP.COMPLIANCE", "DEV.MAJOR")
COUNT = ("n", "N", "p")
SUMMARY = ("N", "mean", "sd", "median", "p25", "p75", "min", "max")
NOBODY = "no subject dosed yet"
NOBODY_SCREENED = "no subject in DM"
NOT_KNOWN = "not recorded at baseline"


def analyse_disposition(study: Study) -> Results:
    """Return every result around the outcomes, in the plan's order."""
    return join(
        [
            analyse_flow(study), analyse_sets(study), analyse_eligibility(study), analyse_baseline(study),
            analyse_exposure(study), analyse_deviations(study),
        ]
    )  # fmt: skip


def analyse_flow(study: Study) -> Results:
    """Return DISP.FLOW: screened, enrolled, dosed, completed, stopped and why, ongoing, died."""
    adsl, enrolled, dosed = study["adsl"], study.subjects("ENR"), study.subjects("SAF")
    key = Key("DISP.FLOW", variable_level="Y")
    is_enrolled = adsl["ENRFL"] == "Y"
    found = [
        _counted(key._replace(variable="SCREENED"), adsl, adsl["USUBJID"].notna(), NOBODY_SCREENED),
        _counted(key._replace(variable="SCREEN_FAILURE"), adsl, ~is_enrolled, NOBODY_SCREENED),
        _counted(key._replace(variable="ENROLLED"), adsl, is_enrolled, NOBODY_SCREENED),
        _counted(
            key._replace(population="ENR", variable="DOSED"), enrolled, enrolled["SAFFL"] == "Y", "no subject enrolled"
        ),
    ]
    key = key._replace(population="SAF")
    note = touched_text(int((dosed["QUARFL"] == "Y").sum()))
    found += [with_note(ends, note) for ends in _ends(study, key, dosed)]
    died = key._replace(variable="DIED")
    why = study.why_unavailable("dm.DTHDTC")
    found.append(unavailable([died], COUNT, why) if why else _counted(died, dosed, dosed["DTHDT"].notna(), NOBODY))
    return join(found)


def _counted(key: Key, rows: pd.DataFrame, holds: pd.Series, why_empty: str) -> Results:
    """Return how many of the rows of ADSL a series marks, with the records behind it."""
    return count_results(key, int(holds.sum()), len(rows), why_empty, records=of_rows("adsl", rows, holds))


def _ends(study: Study, key: Key, dosed: pd.DataFrame) -> list[Results]:
    """Return who completed treatment, who stopped early and why, and who is still on it."""
    stopped = dosed["STOPDT"].notna()
    ended = dosed["EOTDT"].notna() & ~stopped
    marks = {"COMPLETED": ended, "STOPPED": stopped, "ONGOING": ~ended & ~stopped}
    why = study.why_unavailable("ds.DSSCAT")
    if why:
        return [unavailable([key._replace(variable=name)], COUNT, why) for name in marks]
    found = []
    for name, holds in marks.items():
        found.append(_counted(key._replace(variable=name), dosed, holds, NOBODY))
        if name == "STOPPED":
            why_key = key._replace(variable=name, group1="DSDECOD")
            found += [
                _counted(why_key._replace(group1_level=str(reason)), dosed, stopped & (dosed["STOPRSN"] == reason), "")
                for reason in sorted(dosed.loc[stopped, "STOPRSN"].unique())
            ]
    return found


def analyse_sets(study: Study) -> Results:
    """Return DISP.SETS: the size of each set among the enrolled, and the reasons out of the last two."""
    enrolled = study.subjects("ENR")
    found = []
    for name, needs in SET_NEEDS.items():
        key = Key("DISP.SETS", "ENR", variable=name, variable_level="Y")
        why = study.why_unavailable(*needs)
        if why:
            found.append(unavailable([key], COUNT, why))
            continue
        found.append(_counted(key, enrolled, enrolled[f"{name}FL"] == "Y", "no subject enrolled"))
        if f"{name}OUT" in study["adsl"]:
            reasons = enrolled[f"{name}OUT"].where(enrolled["SAFFL"] == "Y", "").str.split("; ")
            for reason in sorted({reason for some in reasons for reason in some if reason}):
                out = key._replace(group1="REASON", group1_level=reason, variable_level="N")
                found.append(
                    _counted(out, enrolled, pd.Series([reason in some for some in reasons], index=enrolled.index), "")
                )
    return join(found)


def analyse_baseline(study: Study) -> Results:
    """Return BASE.TABLE1: demographics, disease activity, steroids and laboratory at baseline, of treated subjects."""
    treated = study.subjects("SAF")
    key = Key("BASE.TABLE1", "SAF")
    found = [_described(study, key._replace(variable="AGE"), "adsl", treated, "AGE", "dm.AGE")]
    found += [levels(study, key._replace(variable=name), treated, name, f"dm.{name}") for name in ("SEX", "RACE")]
    for name, code in (("SLEDAI", "SLEDAI"), ("PGA", study.plan.instruments.pga.code)):
        rows = baseline_records(study.assessments, code)
        found.append(_described(study, key._replace(variable=name), "adqs", rows, "AVAL", f"qs:{name}"))
    dose = _described(study, key._replace(variable="PREDNISONE"), "adsl", treated, "PREDBL", "cm.CMDOSE")
    taken = find_daily_prednisone(study["adcm"], treated.set_index("USUBJID")["TRTSDT"])
    found.append(beside(dose, source("adcm", taken)))
    cuts = study.plan.sri.subgroups
    for code in (*cuts.complement, cuts.anti_dsdna):
        rows = baseline_records(study["adlb"], code)
        found.append(_described(study, key._replace(variable=code), "adlb", rows, "AVAL", f"lb:{code}"))
    return join(found)


def _described(study: Study, key: Key, dataset: str, rows: pd.DataFrame, column: str, *needs: str) -> Results:
    """Return the description of the values in a column of analysis records, with those that have one behind it."""
    known = rows.loc[rows[column].notna()]
    return _explained(study, summary(study, key, rows[column], *needs), of_rows(dataset, known), known["USUBJID"])


def _explained(study: Study, results: Results, one: Records, subjects: pd.Series, why: str = NOT_KNOWN) -> Results:
    """Return results of one key with the records behind them; the treated subjects without any have one reason."""
    cases = (outside(study, "SAF", subjects, why),)
    return explain(study, behind(results, one), cases)


def analyse_exposure(study: Study) -> Results:
    """Return EXP.COMPLIANCE: injections, cumulative dose, cycles, share of planned injections, other routes."""
    treated, adex = study.subjects("SAF"), study["adex"]
    dosed = adex.loc[(adex["AVAL"] > 0) & adex["USUBJID"].isin(treated["USUBJID"])]
    key = Key("EXP.COMPLIANCE", "SAF")
    days = compute_dosing_days(dosed, study.plan).groupby("USUBJID").size()
    known = dosed.loc[is_amount_known(dosed)]
    total = (known["AVAL"] * known["NDAYS"]).groupby(known["USUBJID"]).sum()
    doses = of_rows("adex", dosed)
    found = [
        behind(summary(study, key._replace(variable="INJECTIONS"), days), doses),
        _explained(
            study,
            summary(study, key._replace(variable="CUMULATIVE_DOSE"), total),
            of_rows("adex", known),
            known["USUBJID"],
            "no dose in a unit that converts to IU",
        ),
        behind(summary(study, key._replace(variable="CYCLES"), treated["NCYCLES"]), doses),
        levels(study, key._replace(variable="NCYCLES"), treated, "NCYCLES"),
        _compliance(study, key._replace(variable="COMPLIANCE"), treated, dosed),
    ]
    is_other = ~is_word(dosed["EXROUTE"], (*study.plan.exposure.subcutaneous, ""))
    route = key._replace(variable="OTHER_ROUTE", variable_level="Y")
    why = study.why_unavailable("ex.EXROUTE")
    return join([*found, unavailable([route], COUNT, why) if why else _with(study, route, "adex", dosed.loc[is_other])])


def _with(study: Study, key: Key, dataset: str, rows: pd.DataFrame) -> Results:
    """Return how many treated subjects have any of the records, with these behind n."""
    treated = study.subjects("SAF")
    one = Records((source(dataset, rows),), (source("adsl", treated),))
    return count_results(key, rows["USUBJID"].nunique(), len(treated), NOBODY, records=one)


def _compliance(study: Study, key: Key, treated: pd.DataFrame, dosed: pd.DataFrame) -> Results:
    """Return the share of planned injections that was given, of the subjects with any planned so far."""
    planned = treated.loc[treated["PLANNED"] > 0]
    share = 100 * planned["GIVEN"].astype(float) / planned["PLANNED"].astype(float)
    rows = summary(study, key, share, "ds.DSSCAT")
    given = source("adex", dosed.loc[dosed["USUBJID"].isin(planned["USUBJID"])])
    both = (source("adsl", planned), given)
    return _explained(study, rows, Records(both, both), planned["USUBJID"], "no injection was planned before the limit")


def analyse_deviations(study: Study) -> Results:
    """Return DEV.MAJOR: treated subjects with a deviation by category and term."""
    treated = study.subjects("SAF")["USUBJID"]
    key = Key("DEV.MAJOR", "SAF", "DVCAT", variable="DEVIATION", variable_level="Y")
    major = [word.upper() for word in study.plan.sets.per_protocol.major_deviation]
    why = study.why_unavailable("dv.DVCAT")
    if why:
        return unavailable([key._replace(group1_level=word) for word in major], COUNT, why)
    addv = study["addv"].loc[study["addv"]["USUBJID"].isin(treated)]
    found = []
    for category in dict.fromkeys([*major, *sorted(addv["DVCAT"].unique())]):
        inside = addv.loc[addv["DVCAT"] == category]
        here = key._replace(group1_level=category)
        found.append(_with(study, here, "addv", inside))
        for term, rows in inside.groupby("DVDECOD"):
            found.append(_with(study, here._replace(group2="DVDECOD", group2_level=str(term)), "addv", rows))
    return join(found)


def summary(study: Study, key: Key, values: pd.Series, *needs: str) -> Results:
    """Return the descriptive statistics of the values that are there."""
    why = study.why_unavailable(*needs) or ("" if len(study.subjects("SAF")) else NOBODY)
    if why:
        return unavailable([key], SUMMARY, why)
    known = values.dropna().astype(float).to_numpy()
    if not len(known):
        return statistics(key, {name: 0 if name == "N" else None for name in SUMMARY}, "no value recorded")
    found = describe(known)
    numbers = {
        "N": found.n, "mean": found.mean, "sd": found.sd, "median": found.median, "p25": found.p25, "p75": found.p75,
        "min": found.min, "max": found.max,
    }  # fmt: skip
    return statistics(key, numbers, found.note or "not estimable with 1 value")


def levels(study: Study, key: Key, rows: pd.DataFrame, column: str, *needs: str) -> Results:
    """Return n of N at each level of a column of ADSL that occurs, in order; an empty one is "Not recorded"."""
    why = study.why_unavailable(*needs) or ("" if len(rows) else NOBODY)
    if why:
        return unavailable([key], COUNT, why)
    named = rows[column].astype("string").fillna("").replace("", "Not recorded")
    return join(
        _counted(key._replace(variable_level=str(level)), rows, named == level, "")
        for level in named.value_counts().sort_index().index
    )
