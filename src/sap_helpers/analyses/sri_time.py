"""The primary outcome over time: Cochran's Q, time to the first response, sustained response."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sap_helpers.adam.times import derive_response_times
from sap_helpers.analyses.behind import behind, explain, not_due, of_rows, source
from sap_helpers.analyses.behind_curves import curve_records
from sap_helpers.analyses.blocks import (
    EXACT_LIMITS,
    PROPORTION,
    RESPONSE_NEEDS,
    proportion_results,
    statistics,
    unavailable,
    why_nobody,
)
from sap_helpers.records import Records
from sap_helpers.results import Key, Results, join
from sap_helpers.stats import cochran_q, kaplan_meier

if TYPE_CHECKING:
    import pandas as pd

    from sap_helpers.adam.store import Study
    from sap_helpers.stats import CurvePoint

KAPLAN_MEIER = "Kaplan-Meier"
CURVE = ("estimate", "conf.low", "conf.high")
MEDIAN = ("median", "conf.low", "conf.high")


def analyse_over_time(study: Study, primary: pd.DataFrame) -> Results:
    """Return SRI.OVER_TIME: Cochran's Q over the response weeks, of subjects due at the key week."""
    plan = study.plan
    key = Key("SRI.OVER_TIME", "FAS", variable="SRI4")
    test = key._replace(method="Cochran's Q")
    weeks = [week for week in plan.sri.weeks if week <= plan.sri.key_week]
    due = primary.loc[primary["AVISITN"] == plan.sri.key_week, "USUBJID"]
    why = study.why_unavailable(*RESPONSE_NEEDS)
    if why:
        return unavailable([key], ("N",), why) + unavailable([test], ("statistic", "df", "p.value"), why)
    table = primary.loc[primary["USUBJID"].isin(due)]
    matrix = (table.set_index(["USUBJID", "AVISITN"])["COUNTED"] == "Y").astype(int).unstack().reindex(columns=weeks)
    result = cochran_q(matrix.to_numpy(dtype=int))
    why_none = result.note if len(due) else why_nobody(study, "FAS")
    values = {"statistic": result.statistic, "df": result.df, "p.value": result.p_value}
    found = statistics(key, {"N": len(due)}) + statistics(test, values, why_none)
    cases = (not_due(study, "FAS", plan.sri.key_week),)
    used = of_rows("adqs", table.loc[table["AVISITN"].isin(weeks)])
    return explain(study, behind(found, used), cases)


def analyse_time_to(study: Study, primary: pd.DataFrame) -> Results:
    """Return SRI.TIME_TO: probability of no response yet at each week's target day, the median, sustained response."""
    plan = study.plan
    key = Key("SRI.TIME_TO", "FAS", variable="SRI4", method=KAPLAN_MEIER)
    why = study.why_unavailable(*RESPONSE_NEEDS) or ("" if len(study.subjects("FAS")) else why_nobody(study, "FAS"))
    days = [7 * week + 1 for week in plan.sri.weeks]
    size = key._replace(method="")
    if why:
        planned = [key._replace(group1="DAY", group1_level=str(day)) for day in days]
        rows = unavailable([size], ("N",), why) + unavailable(planned, CURVE, why) + unavailable([key], MEDIAN, why)
        return rows + _sustained(study, primary, why)
    times = derive_response_times(study.subjects("FAS"), primary, plan)
    whole = of_rows("adtte", times.assign(ASEQ=_numbered(study, times)))
    found = [behind(statistics(size, {"N": len(times)}), whole)]
    curve = kaplan_meier(times["TIME"].to_numpy(), times["EVENT"].to_numpy(), plan.level)
    behind_curve = curve_records("adtte", _numbered(study, times), times["TIME"], times["EVENT"] == 1)
    points = [_point(key, "DAY", day, curve.at(day)) for day in days]
    steps = [point for point in curve.points if point.time > 0]
    points += [_point(key, "STEPDAY", int(point.time), point) for point in steps]
    found += [Results(part.rows, behind_curve.of(part)) for part in points]
    values = {"median": curve.median, "conf.low": curve.median_low, "conf.high": curve.median_high}
    median = statistics(key, values, curve.median_note or curve.note or "not reached")
    found.append(behind(median, behind_curve.whole))
    return join([*found, _sustained(study, primary, "")])


def _numbered(study: Study, times: pd.DataFrame) -> pd.Series:
    """Return the ASEQ in ADTTE of the time to response of each subject."""
    adtte = study["adtte"]
    mine = adtte.loc[adtte["PARAMCD"] == "RESPONSE"].set_index("USUBJID")["ASEQ"]
    return times["USUBJID"].map(mine)


def _point(key: Key, group: str, day: int, point: CurvePoint) -> Results:
    here = key._replace(group1=group, group1_level=str(day))
    values = {"estimate": point.estimate, "conf.low": point.conf_low, "conf.high": point.conf_high}
    at_risk = statistics(here._replace(method=""), {"n": point.n_risk})
    return at_risk + statistics(here, values, point.note or "not estimable")


def _sustained(study: Study, primary: pd.DataFrame, why: str) -> Results:
    """Return the proportion with a response at a week and at every later due week up to the key week."""
    plan = study.plan
    weeks = [week for week in plan.sri.weeks if week <= plan.sri.key_week]
    key = Key("SRI.TIME_TO", "FAS", "AVISITN", "", variable="SRI4_SUSTAINED", variable_level="Y")
    keys = {week: key._replace(group1_level=str(week)) for week in weeks}
    if why:
        return unavailable(keys.values(), PROPORTION, why, methods=EXACT_LIMITS)
    found = []
    for week in weeks:
        later = primary.loc[(primary["AVISITN"] >= week) & (primary["AVISITN"] <= plan.sri.key_week)]
        due = primary.loc[primary["AVISITN"] == week, "USUBJID"]
        holds = (later["COUNTED"] == "Y").groupby(later["USUBJID"]).all().reindex(due, fill_value=False)
        used = later.loc[later["USUBJID"].isin(due)]
        counted = used.loc[used["USUBJID"].isin(holds.index[holds])]
        found.append(
            proportion_results(
                keys[week], int(holds.sum()), len(due), interval="clopper-pearson", level=plan.level,
                why_empty=why_nobody(study, "FAS"),
                records=Records((source("adqs", counted),), (source("adqs", used),)),
            )
        )  # fmt: skip
    cases = {str(week): (not_due(study, "FAS", week),) for week in weeks}
    return explain(study, join(found), lambda key: cases[key.group1_level])
