"""Laboratory safety: worst toxicity grade against baseline, and tests described by week."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sap_helpers.adam.store import once_per_study
from sap_helpers.adam.toxicity import derive_worst_grades
from sap_helpers.analyses.adverse_blocks import NO_GRADE, NOBODY, NOT_EVALUABLE
from sap_helpers.analyses.behind import behind, explain, of_rows
from sap_helpers.analyses.blocks import NOT_DUE, count_results, statistics, unavailable
from sap_helpers.analyses.organ_safety import ValuesBehind, safety_values, why_not_measured
from sap_helpers.analyses.scores import due_subjects, week_cases
from sap_helpers.plan.safety import LowGrades
from sap_helpers.results import Key, Results, join
from sap_helpers.stats import describe

if TYPE_CHECKING:
    import pandas as pd

    from sap_helpers.adam.store import Study
    from sap_helpers.plan.safety import HighGrades

COUNT = ("n", "N", "p")
SUMMARY = ("N", "mean", "sd", "median", "p25", "p75", "min", "max")
NAME_OF = {"N": "n"}
NO_GRADED = "no value after baseline that can be graded"


def analyse_shift(study: Study) -> Results:
    """Return LABS.SHIFT: by test and baseline grade, the subjects by their worst grade after baseline.

    The denominator is every treated subject with a graded value after baseline; the sum over all cells is 1.
    """
    return join(_shift(study, test) for test in study.plan.safety.toxicity.tests)


def _shift(study: Study, test: LowGrades | HighGrades) -> Results:
    key = Key("LABS.SHIFT", "SAF", "PARAMCD", test.code, "BASEGR", variable="WORSTGR")
    grades = [str(grade) for grade in range(test.highest + 1)]
    keys = [key._replace(group2_level=base, variable_level=worst) for base in (*grades, NO_GRADE) for worst in grades]
    limit = "lb.LBSTNRLO" if isinstance(test, LowGrades) else "lb.LBSTNRHI"
    why = study.why_unavailable("lb", limit) or why_not_measured(study, (test.code,))
    if why:
        return unavailable(keys, COUNT, why)
    values = safety_values(study, (test.code,))
    worst = derive_worst_grades(values, test)
    base = worst["BASEGR"].astype("string").fillna(NO_GRADE)
    cells: dict[tuple[str, str], list[str]] = {}
    for subject, first, last in zip(worst["USUBJID"], base, worst["WORSTGR"].astype("string"), strict=True):
        cells.setdefault((first, last), []).append(subject)
    behind_all, found = ValuesBehind(study, values, worst["USUBJID"], NO_GRADED), []
    for one in keys:
        counted = cells.get((one.group2_level, one.variable_level), [])
        records = behind_all.counting(counted)
        found.append(count_results(one, len(counted), len(worst), NOT_EVALUABLE, records=records))
    return join(found)


def analyse_weekly_tests(study: Study) -> Results:
    """Return LABS.OTHER: the tests described at every week, of the treated subjects for whom it was due."""
    weeks = (0, *study.plan.time.weeks)
    return join(_weekly(study, code, week) for code in study.plan.safety.weekly_tests for week in weeks)


@once_per_study
def _chosen(study: Study, code: str) -> pd.DataFrame:
    adlb = study["adlb"]
    return adlb.loc[(adlb["PARAMCD"] == code) & (adlb["ANL01FL"] == "Y")]


def _weekly(study: Study, code: str, week: int) -> Results:
    key = Key("LABS.OTHER", "SAF", "AVISITN", str(week), variable=code)
    why = study.why_unavailable("lb") or why_not_measured(study, (code,))
    if why:
        return unavailable([key], SUMMARY, why)
    due = due_subjects(study, week, "SAF")["USUBJID"]
    chosen = _chosen(study, code)
    known = chosen.loc[(chosen["AVISITN"] == week) & chosen["USUBJID"].isin(due) & chosen["AVAL"].notna()]
    values = known["AVAL"].to_numpy(dtype=float)
    cases = week_cases(study, week, known["USUBJID"], population="SAF")
    if not len(values):
        why_empty = NOBODY if study.subjects("SAF").empty else NOT_DUE if due.empty else "no value recorded"
        none = statistics(key, {name: 0 if name == "N" else None for name in SUMMARY}, why_empty)
        return explain(study, behind(none, of_rows("adlb", known)), cases)
    found = describe(values)
    numbers = {name: getattr(found, NAME_OF.get(name, name)) for name in SUMMARY}
    rows = statistics(key, numbers, found.note or "not estimable with 1 value")
    return explain(study, behind(rows, of_rows("adlb", known)), cases)
