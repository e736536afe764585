"""Rules that only list: records that contradict each other, or lack what they are analysed by."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pandas as pd

from sap_helpers.adam.dates import compute_earliest, compute_latest
from sap_helpers.adam.events import is_word
from sap_helpers.adam.exposure import compute_cycle
from sap_helpers.cut.words import allowed_words
from sap_helpers.findings import Finding, Rule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sap_helpers.plan import Plan

R105 = Rule("R105", "listed", "records that contradict each other", (), "", "Analysed as recorded; resolve them.")
R106 = Rule(
    "R106", "listed", "a value out of line with the others of its kind", (), "",
    "Analysed as recorded. Correct the source, or record the query.",
)  # fmt: skip
R107 = Rule("R107", "listed", "a record without what it is analysed by", (), "", "Not analysed. Complete the source.")
RULES = (R105, R106, R107)

# what a record is analysed by, beside what other rules look for
NEEDED = {
    "dm": ("ARMCD",), "ex": ("EXSTDTC",), "ds": ("DSDECOD", "DSCAT", "DSSTDTC"), "qs": ("QSCAT", "QSTESTCD", "QSDTC"),
    "lb": ("LBTESTCD", "LBDTC"), "cp": ("CPTESTCD", "CPDTC"), "cm": ("CMDECOD", "CMCAT"),
}  # fmt: skip
ASSESSED = {"qs": "QSDTC", "lb": "LBDTC", "cp": "CPDTC"}
CYCLE = r"^CYCLE\s+(\d+)$"


def check_consistency(
    data: Mapping[str, pd.DataFrame], domains: Mapping[str, pd.DataFrame], plan: Plan
) -> list[Finding]:
    """Return the findings on contradictions and incomplete records, for the domains of the cut."""
    adsl = data["adsl"].set_index("USUBJID")
    held = {name: domains[name] for name in domains}
    found = _check_needed(held) + check_asked(held, adsl)
    found += check_subjects(held, adsl, plan)
    found += check_dosing_records(held["ex"], data["adex"], plan)
    if "ae" in held:
        found += check_events(held["ae"], plan)
    if "ds" in held:
        found += check_disposition(held, adsl, plan)
    if "cm" in held:
        found += check_medication(held["cm"], data["adcm"], plan)
    for name in (name for name in ASSESSED if name in held):
        found += check_status(name, held[name]) + check_first_visits(name, held[name], adsl, plan)
        found += check_consent(name, held[name], held["dm"])
    return found + (check_labels(held["qs"], plan) if "qs" in held else [])


def check_events(ae: pd.DataFrame, plan: Plan) -> list[Finding]:
    """Return findings on events whose grade, severity, outcome, end and criteria of seriousness do not agree."""
    words = plan.safety.words
    text = {name: _texts(ae, name) for name in ("AETOXGR", "AESEV", "AEOUT", "AESER", "AESDTH", "AEENDTC")}
    grade = pd.to_numeric(text["AETOXGR"], errors="coerce")
    of_severity = text["AESEV"].str.upper().map({name.upper(): grade for name, grade in words.severity_grades.items()})
    # a severe event may be of any grade above
    is_other = (grade.clip(upper=max(words.severity_grades.values()) + 1) - of_severity).abs() > 1
    is_fatal = is_word(text["AEOUT"], words.fatal)
    is_grade_fatal, is_death = grade == 5, is_word(text["AESDTH"], ["Y"])
    has_outcome = text["AEOUT"] != ""
    is_open = is_word(text["AEOUT"], plan.consistency.not_recovered) & (text["AEENDTC"] != "")
    return [
        *list_records(R105, "ae", ae.loc[is_other], "AETOXGR", beside="AESEV"),
        *list_records(R105, "ae", ae.loc[is_grade_fatal & has_outcome & ~is_fatal], "AETOXGR", beside="AEOUT"),
        *list_records(R105, "ae", ae.loc[is_death & has_outcome & ~is_fatal], "AESDTH", beside="AEOUT"),
        *list_records(R105, "ae", ae.loc[is_fatal & grade.notna() & ~is_grade_fatal], "AEOUT", beside="AETOXGR"),
        *list_records(R105, "ae", ae.loc[is_fatal & is_word(text["AESER"], ["N"])], "AESER", beside="AEOUT"),
        *list_records(R105, "ae", ae.loc[is_open], "AEOUT", beside="AEENDTC"),
        *list_records(
            R105, "ae", _entered_twice(ae), "AETERM", problem="overlaps an event of the same term, grade and end"
        ),
    ]


def _entered_twice(ae: pd.DataFrame) -> pd.DataFrame:
    """Return the events that end with another of the same terms, grade and severity, and start within it."""
    same = [name for name in ("USUBJID", "AETERM", "AEDECOD", "AETOXGR", "AESEV", "AEENDTC") if name in ae]
    ordered = ae.sort_values([*same, "AESTDTC", "ROW"])
    return ordered.loc[ordered.duplicated(same) & (ordered["AETERM"] != "")].sort_values("ROW")


def check_asked(domains: Mapping[str, pd.DataFrame], adsl: pd.DataFrame) -> list[Finding]:
    """Return findings on treated subjects without any record of a domain in which most of them have some."""
    treated = pd.DataFrame({"USUBJID": adsl.index[adsl["SAFFL"] == "Y"]})
    found = []
    for domain in ("ds", "lb", "cp"):
        if domain in domains:
            lacks = treated.loc[~treated["USUBJID"].isin(domains[domain]["USUBJID"])]
            if 2 * len(lacks) > len(treated):
                continue
            found += list_records(
                R107, domain, lacks, "USUBJID", problem=f"treated, without a record in {domain.upper()}"
            )
    return found


def check_subjects(domains: Mapping[str, pd.DataFrame], adsl: pd.DataFrame, plan: Plan) -> list[Finding]:
    """Return findings on consent after the first dose, or other than its milestone, on races and arms."""
    found = []
    dm, ds = domains["dm"], domains.get("ds")
    if "RFICDTC" in dm:
        first = dm["USUBJID"].map(adsl["TRTSDT"])
        late = compute_earliest(dm["RFICDTC"]) > first
        found += list_records(
            R105, "dm", dm.loc[late], "RFICDTC", problem="consent after the first dose", allowed=_days(first)
        )
        if ds is not None:
            consents = ds.loc[is_word(ds["DSDECOD"], plan.consistency.consent)]
            by_subject = consents.drop_duplicates("USUBJID").set_index("USUBJID")["DSSTDTC"]
            milestone = dm["USUBJID"].map(by_subject).fillna("").astype(object)
            is_other = (dm["RFICDTC"].str[:10] != milestone.str[:10]) & (dm["RFICDTC"] != "") & (milestone != "")
            problem = "another date of consent than the milestone's"
            found += list_records(R105, "dm", dm.loc[is_other], "RFICDTC", problem=problem, allowed=milestone)
    if "AGE" in dm:
        lowest, highest = plan.consistency.usual_ages
        odd = dm.loc[(dm["AGE"] < lowest) | (dm["AGE"] > highest)]
        found += list_records(R106, "dm", odd, "AGE", allowed=f"{lowest} to {highest}")
    if "RACE" in dm:
        races = plan.consistency.races
        other = dm.loc[(dm["RACE"].str.strip() != "") & ~is_word(dm["RACE"], races)]
        found += list_records(
            R106, "dm", other, "RACE", problem="a race that the plan does not name", allowed=", ".join(races)
        )
    if "ARMCD" in dm:
        named = [*plan.consistency.arms, *plan.sets.screen_failure_arms]
        unnamed = dm.loc[(dm["ARMCD"].str.strip() != "") & ~is_word(dm["ARMCD"], named)].drop_duplicates("ARMCD")
        allowed = ", ".join(named)
        found += list_records(
            R106, "dm", unnamed, "ARMCD", problem="an arm that the plan does not name", allowed=allowed
        )
        is_treated = dm["USUBJID"].map(adsl["SAFFL"]) == "Y"
        never = dm["ARMCD"].isin(dm.loc[is_treated, "ARMCD"]) & (dm["ARMCD"] != "") & ~is_treated
        failed = is_word(dm["ARMCD"], plan.sets.screen_failure_arms) & dm["USUBJID"].isin(domains["ex"]["USUBJID"])
        undosed = dm.loc[never].drop(columns="ROW")
        found += list_records(R105, "ex", undosed, "ARMCD", problem="in a treated arm, without a dose")
        found += list_records(R105, "dm", dm.loc[failed], "ARMCD", problem="dosed, though the arm is not a treated one")
    return found


def check_dosing_records(ex: pd.DataFrame, adex: pd.DataFrame, plan: Plan) -> list[Finding]:
    """Return findings on doses whose cycle, length or route is not what the others of the record say."""
    dosed = adex.set_index("SRCROW")
    length = ex["ROW"].map((dosed["AENDT"] - dosed["ASTDT"]).dt.days)
    epoch, frequency, route = (_texts(ex, name) for name in ("EPOCH", "EXDOSFRQ", "EXROUTE"))
    counted = compute_cycle(pd.Series("", index=dosed.index, dtype=object), dosed["ADY"], plan)
    by_date = ex["ROW"].map(counted).astype(float)
    named = epoch.str.upper().str.extract(CYCLE)[0].astype(float)
    is_other = (
        (named != by_date) & by_date.notna() & ~_is_in_order(named, ex) & (epoch != "") & bool(named.notna().any())
    )
    is_long = (length > plan.design.injection_days[-1]) | (is_word(frequency, ["ONCE"]) & (length > 0))
    is_elsewhere = (route != "") & ~is_word(route, plan.exposure.subcutaneous)
    allowed = by_date.map("CYCLE {:.0f}".format)
    return [
        *list_records(R105, "ex", ex.loc[is_other], "EPOCH", problem="another cycle than its date says",
                      allowed=allowed),
        *list_records(R105, "ex", ex.loc[is_long], "EXENDTC", problem="longer than an injection, or than a cycle's"),
        *list_records(R106, "ex", ex.loc[is_elsewhere], "EXROUTE", problem="another route than planned",
               allowed=", ".join(plan.exposure.subcutaneous)),
    ]  # fmt: skip


def _is_in_order(cycle: pd.Series, ex: pd.DataFrame) -> pd.Series:
    """Return whether each dose's cycle lies between those of the doses before and after it."""
    ordered = cycle.loc[ex.sort_values(["USUBJID", "EXSTDTC", "ROW"]).index]
    of_subject = ordered.groupby(ex["USUBJID"])
    before, after = of_subject.shift().fillna(ordered), of_subject.shift(-1).fillna(ordered)
    return ((before <= ordered) & (ordered <= after)).reindex(ex.index)


def check_disposition(domains: Mapping[str, pd.DataFrame], adsl: pd.DataFrame, plan: Plan) -> list[Finding]:
    """Return findings on ends that contradict their words, a date of death, or assessments after the end."""
    ds = domains["ds"]
    term, decod = _texts(ds, "DSTERM"), _texts(ds, "DSDECOD")
    words = allowed_words(plan).get("DSDECOD", ())
    is_other = is_word(term, words) & (decod != "") & (term.str.upper() != decod.str.upper())
    no_death = is_word(decod, plan.consistency.death) & ds["USUBJID"].map(adsl["DTHDT"]).isna()
    found = [
        *list_records(R105, "ds", ds.loc[is_other], "DSDECOD", beside="DSTERM"),
        *list_records(R105, "ds", ds.loc[no_death], "DSDECOD", problem="a death without a date of death in DM"),
    ]
    if "DSSCAT" in ds:
        last = _last_assessment(domains)
        latest = ds["USUBJID"].map(last)
        is_end = is_word(ds["DSSCAT"], [plan.events.participation_scope]) & (compute_latest(ds["DSSTDTC"]) < latest)
        problem = "participation ended before the last assessment"
        found += list_records(R105, "ds", ds.loc[is_end], "DSSTDTC", problem=problem, allowed=_days(latest))
    return found


def _last_assessment(domains: Mapping[str, pd.DataFrame]) -> pd.Series:
    """Return the last day assessed, by USUBJID."""
    dated = [
        domains[n][["USUBJID", name]].set_axis(["USUBJID", "DTC"], axis=1)
        for n, name in ASSESSED.items()
        if n in domains
    ]
    if not dated:
        return pd.Series(dtype="datetime64[ns]")
    both = pd.concat(dated).drop_duplicates()
    return compute_earliest(both["DTC"]).groupby(both["USUBJID"]).max()


def check_medication(cm: pd.DataFrame, adcm: pd.DataFrame, plan: Plan) -> list[Finding]:
    """Return findings on drugs recorded twice for the same days, coded as others, and steroids of unknown dose."""
    known = cm.assign(CMDECOD=_texts(cm, "CMDECOD").str.upper(), START=compute_earliest(cm["CMSTDTC"]))
    known["END"] = compute_latest(_texts(cm, "CMENDTC")).fillna(pd.Timestamp.max.normalize())
    known = known.loc[known["START"].notna() & (known["CMDECOD"] != "")].sort_values(
        ["USUBJID", "CMDECOD", "START", "ROW"]
    )
    # a rescue by the background's own drug is another record
    drug_of = [known["USUBJID"], known["CMDECOD"], _texts(known, "CMCAT")]
    latest = known["END"].groupby(drug_of).cummax().groupby(drug_of).shift()
    again = known.loc[known["START"] < latest].sort_values("ROW")
    by_row = adcm.set_index("SRCROW")["AVAL"]
    coded, treatment = _texts(cm, "CMDECOD"), _texts(cm, "CMTRT")
    drugs = sorted({*plan.steroids.prednisone_equivalent, *plan.events.immunosuppressants, *plan.events.biologics})
    told = treatment.str.upper().str.extract(rf"\b({'|'.join(map(re.escape, drugs))})\b")[0].fillna("")
    is_other = (told != "") & (coded != "") & (coded.str.upper() != told)
    is_steroid = is_word(coded.where(coded != "", treatment), plan.steroids.prednisone_equivalent)
    is_told = {"CMDOSE", "CMDOSU", "CMDOSFRQ"} <= set(cm)
    unknown = cm.loc[is_steroid & cm["ROW"].isin(by_row.index[by_row.isna()]) & is_told]
    return [
        *list_records(R105, "cm", again, "CMSTDTC", problem="overlaps another record of the same drug"),
        *list_records(R105, "cm", cm.loc[is_other], "CMDECOD", problem="another drug than reported", allowed=told),
        *list_records(R107, "cm", unknown, "CMDOSE", problem="a steroid whose dose a day cannot be told",
               allowed=f"a dose in {plan.steroids.unit}; {', '.join(plan.steroids.doses_per_day)}"),
    ]  # fmt: skip


def check_status(domain: str, frame: pd.DataFrame) -> list[Finding]:
    """Return findings on results of what the status says was not done."""
    status, result = f"{domain.upper()}STAT", f"{domain.upper()}STRESC"
    if not {status, result} <= set(frame):
        return []
    both = frame.loc[is_word(frame[status], ["NOT DONE"]) & (frame[result] != "")]
    return list_records(R105, domain, both, status, beside=result)


def check_first_visits(domain: str, frame: pd.DataFrame, adsl: pd.DataFrame, plan: Plan) -> list[Finding]:
    """Return findings on labels of visits before treatment on days after the baseline window, one a subject and day."""
    if "VISIT" not in frame:
        return []
    last = frame["USUBJID"].map(adsl["TRTSDT"]) + pd.Timedelta(days=plan.time.baseline_window[1] - 1)
    late = frame.loc[is_word(frame["VISIT"], plan.consistency.first_visits) & (_days_of(frame, domain) > last)]
    first = late.drop_duplicates(["USUBJID", "VISIT", ASSESSED[domain]])
    return list_records(
        R105, domain, first, "VISIT", problem="a visit before treatment by its label, later by its date"
    )


def check_consent(domain: str, frame: pd.DataFrame, dm: pd.DataFrame) -> list[Finding]:
    """Return findings on assessments before consent, one a subject and day."""
    if "RFICDTC" not in dm:
        return []
    consents = pd.Series(compute_earliest(dm["RFICDTC"]).to_numpy(), index=dm["USUBJID"])
    consent = frame["USUBJID"].map(consents[~consents.index.duplicated()])
    early = frame.loc[_days_of(frame, domain) < consent].drop_duplicates(["USUBJID", ASSESSED[domain]])
    return list_records(R105, domain, early, ASSESSED[domain], problem="before consent", allowed=_days(consent))


def _days_of(frame: pd.DataFrame, domain: str) -> pd.Series:
    return compute_earliest(frame[ASSESSED[domain]])


def check_labels(qs: pd.DataFrame, plan: Plan) -> list[Finding]:
    """Return findings on visit labels that the plan does not know, or that others of the visit's number do not have."""
    if not {"VISIT", "VISITNUM"} <= set(qs):
        return []
    named = qs.loc[qs["VISIT"].str.strip() != ""]
    label = named["VISIT"].str.strip().str.upper()
    is_known = label.str.fullmatch(r"WEEK\s+\d+") | is_word(
        label, [*plan.consistency.first_visits, *plan.consistency.visits]
    )
    unknown = named.loc[~is_known].drop_duplicates("VISIT")
    counts = label.rename("LABEL").groupby([named["VISITNUM"], label.rename("LABEL")]).size()
    most = counts.loc[2 * counts > counts.groupby(level=0).transform("sum")]
    expected = named["VISITNUM"].map(most.reset_index("LABEL", name="COUNT")["LABEL"])
    other = named.loc[is_known & expected.notna() & (label != expected)]
    problem = "another label than other records of the visit's number have"
    return [
        *list_records(R106, "qs", unknown, "VISIT", problem="a visit label that the plan does not know",
               allowed=f"WEEK n, {', '.join([*plan.consistency.first_visits, *plan.consistency.visits])}"),
        *list_records(R105, "qs", other.drop_duplicates(["USUBJID", "VISITNUM", "VISIT"]), "VISIT", problem=problem,
               allowed=expected),
    ]  # fmt: skip


def _check_needed(domains: Mapping[str, pd.DataFrame]) -> list[Finding]:
    """Return findings on records without a variable that they are analysed by; not on what was quarantined."""
    found = []
    for domain, names in NEEDED.items():
        frame = domains.get(domain)
        for name in names:
            if frame is not None and name in frame:
                lacks = (frame[name] == "") & (frame["QUARFL"] != "Y")
                found += list_records(R107, domain, frame.loc[lacks], name, problem=f"{R107.title}: no {name}")
    return found


def _texts(frame: pd.DataFrame, name: str) -> pd.Series:
    none = pd.Series("", index=frame.index, dtype=object)
    texts: pd.Series = frame[name].str.strip() if name in frame else none
    return texts


def _days(dates: pd.Series) -> pd.Series:
    texts: pd.Series = dates.dt.strftime("%Y-%m-%d")
    return texts


def list_records(
    rule: Rule, domain: str, records: pd.DataFrame, variable: str, *, beside: str = "", problem: str = "",
    allowed: pd.Series | str = "",
) -> list[Finding]:  # fmt: skip
    """Return one finding a record; beside it another variable that it does not agree with."""
    names = [str(name) for name in records]
    date = next((name for name in names if name.endswith(("STDTC", "DTC")) and name != variable), "")
    given = {"problem": problem} if problem else {}
    found = []
    for index, row in zip(records.index, records.to_dict("records"), strict=True):
        against = f"{beside} {row[beside]}" if beside else allowed if isinstance(allowed, str) else str(allowed[index])
        found.append(
            rule.finding(
                domain=domain, row=int(row["ROW"]) if "ROW" in row else None, usubjid=str(row["USUBJID"]),
                variable=variable, value=_shown(row[variable]), allowed=against, date=str(row.get(date, "")), **given,
            )
        )  # fmt: skip
    return found


def _shown(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
