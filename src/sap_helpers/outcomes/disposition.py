"""Around the outcomes: flow of subjects, analysis sets, baseline, exposure and deviations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sap_helpers.derive.events import is_word
from sap_helpers.derive.exposure import compute_dosing_days
from sap_helpers.derive.subjects import SET_NEEDS
from sap_helpers.outcomes.blocks import count_results, statistics, unavailable
from sap_helpers.outcomes.eligibility import analyse_eligibility
from sap_helpers.results import Key, Results, join
from sap_helpers.stats import describe

if TYPE_CHECKING:
    import pandas as pd

    from sap_helpers.derive.store import Study

PLANNED = ("DISP.FLOW", "DISP.SETS", "ELIG.CRITERIA", "BASE.TABLE1", "EXP.COMPLIANCE", "DEV.MAJOR")
COUNT = ("n", "N", "p")
SUMMARY = ("N", "mean", "sd", "median", "p25", "p75", "min", "max")
NOBODY = "no subject dosed yet"


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
    adsl = study["adsl"]
    key = Key("DISP.FLOW", "ENR", variable_level="Y")
    enrolled, dosed = study.subjects("ENR"), study.subjects("SAF")
    found = [
        count_results(key._replace(population="", variable="SCREENED"), len(adsl), len(adsl), "no subject in DM"),
        count_results(
            key._replace(population="", variable="SCREEN_FAILURE"),
            len(adsl) - len(enrolled),
            len(adsl),
            "no subject in DM",
        ),
        count_results(key._replace(population="", variable="ENROLLED"), len(enrolled), len(adsl), "no subject in DM"),
        count_results(key._replace(variable="DOSED"), len(dosed), len(enrolled), "no subject enrolled"),
    ]
    key = key._replace(population="SAF")
    names = ("COMPLETED", "STOPPED", "ONGOING")
    why = study.why_unavailable("ds.DSSCAT")
    if why:
        found += [unavailable([key._replace(variable=name)], COUNT, why) for name in names]
    else:
        stopped = dosed["STOPDT"].notna()
        ended = dosed["EOTDT"].notna() & ~stopped
        counts = dict(zip(names, (int(ended.sum()), int(stopped.sum()), int((~ended & ~stopped).sum())), strict=True))
        reasons = dosed.loc[stopped, "STOPRSN"].value_counts().sort_index()
        for name, count in counts.items():
            found.append(count_results(key._replace(variable=name), count, len(dosed), NOBODY))
            if name == "STOPPED":
                why_key = key._replace(variable=name, group1="DSDECOD")
                found += [
                    count_results(why_key._replace(group1_level=str(reason)), int(n), len(dosed))
                    for reason, n in reasons.items()
                ]
    died = key._replace(variable="DIED")
    why = study.why_unavailable("dm.DTHDTC")
    found.append(
        unavailable([died], COUNT, why)
        if why
        else count_results(died, int(dosed["DTHDT"].notna().sum()), len(dosed), NOBODY)
    )
    return join(found)


def analyse_sets(study: Study) -> Results:
    """Return DISP.SETS: the size of each set among the enrolled, and the reasons out of the last two."""
    total = len(study.subjects("ENR"))
    found = []
    for name, needs in SET_NEEDS.items():
        key = Key("DISP.SETS", "ENR", variable=name, variable_level="Y")
        why = study.why_unavailable(*needs)
        if why:
            found.append(unavailable([key], COUNT, why))
            continue
        found.append(count_results(key, len(study.subjects(name)), total, "no subject enrolled"))
        if f"{name}OUT" in study["adsl"]:
            reasons = study.subjects("SAF")[f"{name}OUT"]
            split = reasons[reasons != ""].str.split("; ").explode()
            for reason, count in split.value_counts().sort_index().items():
                out = key._replace(group1="REASON", group1_level=str(reason), variable_level="N")
                found.append(count_results(out, int(count), total))
    return join(found)


def analyse_baseline(study: Study) -> Results:
    """Return BASE.TABLE1: demographics, disease activity, steroids and laboratory at baseline, of treated subjects."""
    treated = study.subjects("SAF")
    key = Key("BASE.TABLE1", "SAF")
    found = [summary(study, key._replace(variable="AGE"), treated["AGE"], "dm.AGE")]
    found += [levels(study, key._replace(variable=name), treated[name], f"dm.{name}") for name in ("SEX", "RACE")]
    found.append(summary(study, key._replace(variable="SLEDAI"), treated["SLEDBL"], "qs"))
    pga = baseline_values(study.assessments, study.plan.instruments.pga.code)
    found.append(summary(study, key._replace(variable="PGA"), pga, "qs"))
    found.append(summary(study, key._replace(variable="PREDNISONE"), treated["PREDBL"], "cm.CMDOSE"))
    cuts = study.plan.sri.subgroups
    tests = {code: baseline_values(study["adlb"], code) for code in (*cuts.complement, cuts.anti_dsdna)}
    found += [summary(study, key._replace(variable=code), values, "lb") for code, values in tests.items()]
    return join(found)


def analyse_exposure(study: Study) -> Results:
    """Return EXP.COMPLIANCE: injections, cumulative dose, cycles, share of planned injections, other routes."""
    treated, adex = study.subjects("SAF"), study["adex"]
    dosed = adex.loc[(adex["AVAL"] > 0) & adex["USUBJID"].isin(treated["USUBJID"])]
    key = Key("EXP.COMPLIANCE", "SAF")
    days = compute_dosing_days(dosed, study.plan).groupby("USUBJID").size()
    total = (dosed["AVAL"] * dosed["NDAYS"]).groupby(dosed["USUBJID"]).sum()
    found = [
        summary(study, key._replace(variable="INJECTIONS"), days),
        summary(study, key._replace(variable="CUMULATIVE_DOSE"), total),
        summary(study, key._replace(variable="CYCLES"), treated["NCYCLES"]),
        levels(study, key._replace(variable="NCYCLES"), treated["NCYCLES"].astype("string").fillna("")),
    ]
    planned = treated.loc[treated["PLANNED"] > 0]
    share = 100 * planned["GIVEN"].astype(float) / planned["PLANNED"].astype(float)
    found.append(summary(study, key._replace(variable="COMPLIANCE"), share, "ds.DSSCAT"))
    other = dosed.loc[~is_word(dosed["EXROUTE"], (*study.plan.exposure.subcutaneous, "")), "USUBJID"].nunique()
    route = key._replace(variable="OTHER_ROUTE", variable_level="Y")
    why = study.why_unavailable("ex.EXROUTE")
    found.append(unavailable([route], COUNT, why) if why else count_results(route, other, len(treated), NOBODY))
    return join(found)


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
        found.append(count_results(here, inside["USUBJID"].nunique(), len(treated), NOBODY))
        for term, subjects in sorted(inside.groupby("DVDECOD")["USUBJID"].nunique().items()):
            found.append(
                count_results(here._replace(group2="DVDECOD", group2_level=str(term)), int(subjects), len(treated))
            )
    return join(found)


def baseline_values(records: pd.DataFrame, code: str) -> pd.Series:
    """Return the baseline values of a parameter."""
    return records.loc[(records["PARAMCD"] == code) & (records["ABLFL"] == "Y"), "AVAL"]


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


def levels(study: Study, key: Key, values: pd.Series, *needs: str) -> Results:
    """Return n of N at each level that occurs, in order; an empty one is "Not recorded"."""
    why = study.why_unavailable(*needs) or ("" if len(values) else NOBODY)
    if why:
        return unavailable([key], COUNT, why)
    named = values.replace("", "Not recorded")
    counts = named.value_counts().sort_index()
    return join(
        count_results(key._replace(variable_level=str(level)), int(n), len(named)) for level, n in counts.items()
    )
