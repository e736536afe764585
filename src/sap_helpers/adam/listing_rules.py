"""Rules that only list: what analysis data show about visits, doses, baselines and totals; nothing is changed here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sap_helpers.adam import adverse_rules, consistency_rules, coverage_rules, crossing_rules, laboratory_rules
from sap_helpers.adam.blocks import is_assessment
from sap_helpers.adam.dates import compute_latest
from sap_helpers.adam.events import is_word
from sap_helpers.adam.outlier_rules import check_outliers
from sap_helpers.cut.packed import columns_of, packed_of, unpack
from sap_helpers.findings import Finding, Rule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sap_helpers.plan import Plan

R046 = Rule("R046", "listed", "a treated subject without questionnaires", ("dm", "ex", "qs"), "", "In SAF, not in FAS.")
R062 = Rule("R062", "listed", "an assessment after the death", ("dm", "qs"), "", "The death counts; resolve the dates.")
R063 = Rule("R063", "listed", "an assessment outside every window", ("qs",), "", "Not analysed by week.")
R064 = Rule("R064", "noted", "more than one assessment in a window", ("qs",), "", "The plan's rule chose one.")
R065 = Rule("R065", "listed", "a visit label that its date contradicts", ("qs",), "", "The date decides.")
R066 = Rule("R066", "listed", "visit dates that do not rise with the visit number", ("qs",), "", "The date decides.")
R068 = Rule(
    "R068", "listed", "a dose after the end of treatment", ("ex", "ds"), "", "Counted as given; resolve the dates."
)
R069 = Rule("R069", "listed", "dosing other than planned", ("ex",), "", "A deviation; analysed as given.")
R070 = Rule("R070", "listed", "no usable baseline", ("qs",), "", "The component cannot be assessed.")
R071 = Rule("R071", "listed", "a baseline below the eligibility limit", ("qs",), "", "Stays in the set.")
R073 = Rule("R073", "listed", "items missing: the recorded total is used", ("qs",), "", "Complete the items.")
R077 = Rule(
    "R077", "listed", "a day with too few BILAG grades", ("qs",), "a usable grade in every system",
    "No assessment; complete the grades.",
)  # fmt: skip
R074 = Rule("R074", "listed", "a recorded total that is not the sum of the items", ("qs",), "", "The items decide.")
RESCUE = Rule("R054", "listed", "a rescue therapy without a start date", ("cm",), "", "Counts from the first dose.")
OWN_RULES = (R046, R062, R063, R064, R065, R066, R068, R069, R070, R071, R074)
LISTING_RULES = (
    *OWN_RULES, *laboratory_rules.RULES, *adverse_rules.RULES, *coverage_rules.RULES, *crossing_rules.RULES,
    *consistency_rules.RULES,
)  # fmt: skip

ASSESSMENTS = {"SLEDAI": "SELENA-SLEDAI", "BILAG": "BILAG-2004"}


def check_analysis_data(
    data: Mapping[str, pd.DataFrame], domains: Mapping[str, pd.DataFrame], plan: Plan
) -> list[Finding]:
    """Return the findings of every rule that only lists, for the domains that the cut has."""
    adsl, adex = data["adsl"], data["adex"]
    found = check_dosing(adsl, adex, domains.get("ds"), plan)
    found += laboratory_rules.check_laboratory(data["adlb"], domains, plan)
    found += adverse_rules.check_adverse_events(data, domains, plan)
    found += consistency_rules.check_consistency(data, domains, plan)
    found += check_outliers(data, domains, plan)
    adqs = packed_of(data, "adqs")
    assessments = unpack(adqs.loc[is_assessment(adqs, plan)])
    if (adsl["SAFFL"] == "Y").any():
        with_records = {name: packed_of(domains, name) for name in domains if len(packed_of(domains, name))}
        scores = coverage_rules.find_scores(assessments, plan)
        tests = coverage_rules.find_tests(columns_of(data, "adlb", "PARAMCD", "AVAL"))
        found += coverage_rules.check_coverage(scores, tests, with_records, plan)
    found += crossing_rules.check_crossings(data, domains, plan)
    if "qs" in domains and len(packed_of(domains, "qs")):
        asked = set(adqs.loc[adqs["SRCDOM"] == "QS", "USUBJID"].unique())
        found += check_assessments(adsl, assessments, asked, plan)
        found += check_deaths(adsl, assessments, domains["dm"], plan)
        found += check_totals(assessments, plan)
        found += check_grades(columns_of(data, "adqs", "USUBJID", "ADT", "PARAMCD", "AVALC", "AVISITN"), plan)
        found += check_visits(
            columns_of(domains, "qs", "USUBJID", "VISITNUM", "QSDTC"),
            columns_of(data, "adqs", "USUBJID", "ADT", "VISIT", "AVISITN"),
        )
    if "cm" in domains and "CMCAT" in domains["cm"]:
        cm = domains["cm"]
        undated = cm.loc[is_word(cm["CMCAT"], [plan.events.rescue_category]) & (cm["CMSTDTC"] == "")]
        found += [_found(RESCUE, "cm", row, "CMSTDTC", row=int(row["ROW"])) for _, row in undated.iterrows()]
    return found


def check_assessments(adsl: pd.DataFrame, adqs: pd.DataFrame, subjects: set[str], plan: Plan) -> list[Finding]:
    """Return findings on baselines and windows; `subjects` are those who have a record of QS."""
    names = _instruments(plan)
    treated = adsl.loc[adsl["SAFFL"] == "Y"]
    asked = treated["USUBJID"].isin(subjects)
    found = [_found(R046, "qs", row, "USUBJID") for _, row in treated.loc[~asked].iterrows()]
    usable = _usable(adqs, plan)
    for code, name in names.items():
        has = usable.loc[(usable["PARAMCD"] == code) & (usable["ABLFL"] == "Y"), "USUBJID"]
        lacks = treated.loc[asked & ~treated["USUBJID"].isin(has)]
        found += [_found(R070, "qs", row, name, week=0) for _, row in lacks.iterrows()]
    low = treated.loc[treated["SLEDBL"] < plan.eligibility.min_sledai]
    allowed = f"at least {plan.eligibility.min_sledai}"
    found += [
        _found(R071, "qs", row, "SLEDAI", value=f"{row['SLEDBL']:g}", allowed=allowed, week=0)
        for _, row in low.iterrows()
    ]
    days = usable.drop_duplicates(["USUBJID", "ADT"])
    outside = days.loc[days["AVISITN"].isna()]
    found += [_found(R063, "qs", row, "QSDTC", value=_day(row["ADT"])) for _, row in outside.iterrows()]
    inside = usable.loc[usable["AVISITN"].notna()]
    is_used = (inside["ANL01FL"] == "Y").groupby([inside["USUBJID"], inside["PARAMCD"], inside["ADT"]]).transform("any")
    unused = inside.loc[~is_used].drop_duplicates(["USUBJID", "ADT"])
    if len(unused):
        found.append(R064.finding(domain="qs", value=str(len(unused)), problem="assessment days in a window unused"))
    return found


def check_deaths(adsl: pd.DataFrame, adqs: pd.DataFrame, dm: pd.DataFrame, plan: Plan) -> list[Finding]:
    """Return the assessments after every day that the date of a known death allows."""
    if "DTHDTC" not in dm:
        return []
    died = dm.loc[dm["USUBJID"].isin(adsl.loc[adsl["DTHDT"].notna(), "USUBJID"])]
    days = _usable(adqs, plan).drop_duplicates(["USUBJID", "ADT"])
    late = days.loc[days["USUBJID"].isin(died["USUBJID"])]
    late = late.loc[late["ADT"] > late["USUBJID"].map(compute_latest(died["DTHDTC"]).set_axis(died["USUBJID"]))]
    return [_found(R062, "qs", row, "QSDTC", value=_day(row["ADT"])) for _, row in late.iterrows()]


def check_totals(adqs: pd.DataFrame, plan: Plan) -> list[Finding]:
    """Return findings on recorded totals: standing in for missing items, or contradicting them."""
    total = adqs.loc[(adqs["PARAMCD"] == "SLEDAI") & adqs["AVAL"].notna()]
    stands_in = total.loc[total["DTYPE"] != "SUM"]
    found = [_found(R073, "qs", row, "SLEDAI", value=f"{row['AVAL']:g}") for _, row in stands_in.iterrows()]
    recorded = adqs.loc[(adqs["PARAMCD"] == plan.instruments.sledai.total) & adqs["AVAL"].notna()]
    both = total.loc[total["DTYPE"] == "SUM"].merge(recorded, on=["USUBJID", "ADT"], suffixes=("", "_R"))
    differ = both.loc[both["AVAL"] != both["AVAL_R"]]
    return found + [
        _found(
            R074, "qs", row, "SLEDAI", value=f"{row['AVAL_R']:g}", allowed=f"{row['AVAL']:g}", row=int(row["SRCROW_R"])
        )
        for _, row in differ.iterrows()
    ]


def check_grades(adqs: pd.DataFrame, plan: Plan) -> list[Finding]:
    """Return findings on days with grades of some BILAG systems, but not a usable one of each."""
    systems = plan.instruments.bilag.systems
    grades = adqs.loc[adqs["PARAMCD"].isin(systems)]
    usable = grades["PARAMCD"].where(grades["AVALC"] != "")
    known = usable.groupby([grades["USUBJID"], grades["ADT"]]).transform("nunique")
    few = grades.assign(KNOWN=known).loc[known < len(systems)].drop_duplicates(["USUBJID", "ADT"])
    return [_found(R077, "qs", row, "BILAG", value=f"{row['KNOWN']} systems") for _, row in few.iterrows()]


def check_visits(qs: pd.DataFrame, adqs: pd.DataFrame) -> list[Finding]:
    """Return findings on visit labels and numbers that their dates contradict."""
    found = [
        _found(R065, "qs", row, "VISIT", value=row["VISIT"], allowed=crossing_rules.week_by_date(row["AVISITN"]))
        for _, row in crossing_rules.find_contradicted_labels(adqs).iterrows()
    ]
    if "VISITNUM" in qs:
        dated = qs[["USUBJID", "VISITNUM", "QSDTC"]].drop_duplicates()
        dated = dated.assign(day=dated["QSDTC"].str[:10]).dropna(subset="VISITNUM").sort_values("day", kind="stable")
        visits = dated.drop_duplicates(["USUBJID", "VISITNUM"]).sort_values(["USUBJID", "VISITNUM"])
        back = visits["day"] < visits.groupby("USUBJID")["day"].shift()
        found += [_found(R066, "qs", row, "QSDTC", value=row["day"]) for _, row in visits.loc[back].iterrows()]
    return found


def check_dosing(adsl: pd.DataFrame, adex: pd.DataFrame, ds: pd.DataFrame | None, plan: Plan) -> list[Finding]:
    """Return findings on cycles, intervals between injections, and doses after the end of treatment."""
    found = []
    design = plan.design
    ended = adsl.loc[(adsl["SAFFL"] == "Y") & (adsl["EOTDT"].notna() | (adsl["NCYCLES"] > design.max_cycles))]
    odd = ended.loc[(ended["NCYCLES"] < design.min_cycles) | (ended["NCYCLES"] > design.max_cycles)]
    allowed = f"{design.min_cycles} to {design.max_cycles} cycles"
    found += [
        _found(R069, "ex", row, "EPOCH", value=f"{row['NCYCLES']} cycles", allowed=allowed) for _, row in odd.iterrows()
    ]
    step = design.injection_days[1] - design.injection_days[0] if len(design.injection_days) > 1 else design.cycle_days
    dosed = adex.loc[adex["AVAL"] > 0]
    single = dosed.loc[dosed["NDAYS"] == 1].drop_duplicates(["USUBJID", "ASTDT"])
    gap = single.groupby(["USUBJID", "CYCLE"])["ASTDT"].diff().dt.days
    for subject, count in single.loc[gap.notna() & (gap != step)].groupby("USUBJID").size().items():
        problem = f"{count} interval{'s' if count > 1 else ''} between injections of a cycle not of {step} days"
        found.append(R069.finding(domain="ex", usubjid=str(subject), variable="EXSTDTC", problem=problem))
    steps = dosed["EXDOSFRQ"].str.upper().map(plan.exposure.frequency_days)
    length = (dosed["AENDT"] - dosed["ASTDT"]).dt.days
    is_known = (steps > 0) & (length < design.cycle_days)
    repeated = [name for name, days in plan.exposure.frequency_days.items() if days]
    allowed = f"{' or '.join(repeated)} where the end is another day, within a cycle"
    found += [
        _found(R069, "ex", row, "EXDOSFRQ", row=int(row["SRCROW"]), value=row["EXDOSFRQ"], allowed=allowed)
        for _, row in dosed.loc[~is_known & (length > 0)].iterrows()
    ]
    if ds is None:
        return found
    # of the record that ended the treatment every day that its date allows
    ends = ds.loc[ds["ROW"].isin(adsl["EOTROW"].dropna())]
    late = dosed.loc[dosed["ASTDT"] > dosed["USUBJID"].map(compute_latest(ends["DSSTDTC"]).set_axis(ends["USUBJID"]))]
    return found + [
        _found(R068, "ex", row, "EXSTDTC", value=_day(row["ASTDT"]), row=int(row["SRCROW"]))
        for _, row in late.iterrows()
    ]


def _instruments(plan: Plan) -> dict[str, str]:
    return ASSESSMENTS | {plan.instruments.pga.code: plan.instruments.pga.category}


def _usable(adqs: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Return the assessments that have a value."""
    return adqs.loc[adqs["PARAMCD"].isin(_instruments(plan)) & (adqs["AVAL"].notna() | (adqs["AVALC"] != ""))]


def _found(
    rule: Rule, domain: str, record: pd.Series, variable: str, *, week: int | None = None, **texts: object
) -> Finding:
    avisitn = week
    if avisitn is None and "AVISITN" in record and not pd.isna(record["AVISITN"]):
        avisitn = int(record["AVISITN"])
    date = _day(record["ADT"]) if "ADT" in record and not pd.isna(record["ADT"]) else ""
    return rule.finding(
        domain=domain, usubjid=str(record["USUBJID"]), variable=variable, avisitn=avisitn, date=date, **texts
    )


def _day(date: pd.Timestamp) -> str:
    return date.date().isoformat()
