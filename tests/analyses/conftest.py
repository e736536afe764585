"""What the tests of the outcomes share: a study of a few hand-typed subjects with laboratory and cells."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from sap_helpers.adam.laboratory import derive_laboratory
from sap_helpers.adam.store import Study
from sap_helpers.plan import load_plan

if TYPE_CHECKING:
    from sap_helpers.results import Results

ROOT = Path(__file__).parents[2]
FIRST_DOSE = pd.Timestamp("2014-03-20")
# days 0 and 71: before the first dose, and the target day of week 10
BEFORE, WEEK_10 = "2014-03-19", "2014-05-29"
COLUMNS = {
    "cp": ["CPSTRESU"], "lb": ["LBSTNRHI", "LBSTNRLO", "LBSTRESU"], "qs": [], "dm": ["DTHDTC"], "ds": ["DSSCAT"],
    "cm": ["CMCAT"], "ex": [],
}  # fmt: skip


@pytest.fixture(scope="session")
def plan():
    return load_plan(ROOT / "sap" / "plan.yaml")


def findings_domain(name, tests, unit, limits):
    """Return a domain from results of subjects S1, S2, ... at both weeks by test; None for no result."""
    rows = []
    for code, pairs in tests.items():
        for number, pair in enumerate(pairs, start=1):
            for day, text in zip((BEFORE, WEEK_10), pair, strict=True):
                if text is not None:
                    rows.append((f"S{number}", code, str(text), day))
    frame = pd.DataFrame(rows, columns=["USUBJID", f"{name}TESTCD", f"{name}STRESC", f"{name}DTC"], dtype=object)
    low, high = limits
    frame = frame.assign(**{f"{name}STRESU": unit, f"{name}STNRLO": low, f"{name}STNRHI": high})
    return frame.assign(QUARFL="", ROW=range(1, len(frame) + 1))


@pytest.fixture
def make_pair_study(plan):
    """Give a function that makes a study of as many subjects of the full analysis set as there are pairs.

    cells, laboratory: by test the pairs of results at weeks 0 and 10. response: SRI-4 at week 10 by subject, a letter
    each. index: change of both indices by subject. doses: days of injection by subject.
    """

    def make(
        cells=None, laboratory=None, *, cut_date="2014-12-31", unit="g/L", limits=(None, None), response="", index=(),
        doses=(), absent=(), deaths=(),
    ):  # fmt: skip
        pairs = [*(cells or {}).values(), *(laboratory or {}).values()]
        count = max((len(found) for found in pairs), default=0)
        names = [f"S{number}" for number in range(1, count + 1)]
        died = [pd.Timestamp(day) if day else pd.NaT for day in (*deaths, *[None] * count)][:count]
        adsl = pd.DataFrame({"USUBJID": names, "FASFL": "Y", "SAFFL": "Y", "ENRFL": "Y", "TRTSDT": FIRST_DOSE})
        adsl["ASEQ"] = range(1, len(adsl) + 1)
        adsl["DTHDT"] = pd.Series(died, dtype="datetime64[ns]")
        adsl["ICEDT"] = pd.Series(pd.NaT, index=adsl.index, dtype="datetime64[ns]")
        cp = findings_domain("CP", cells or {}, "%", (float("nan"), float("nan")))
        lb = findings_domain("LB", laboratory or {}, unit, tuple(float("nan") if x is None else x for x in limits))
        adlb = derive_laboratory(lb, cp, adsl, plan)
        days = [
            (name, FIRST_DOSE + pd.Timedelta(days=day - 1))
            for name, all_days in zip(names, doses, strict=False)
            for day in all_days
        ]
        adex = pd.DataFrame(days or [("S1", FIRST_DOSE)], columns=["USUBJID", "ASTDT"])
        adex = adex.assign(ASEQ=range(1, len(adex) + 1), AENDT=adex["ASTDT"], AVAL=1e6, NDAYS=1, EXDOSFRQ="ONCE")
        adqs = [(name, "SRI4", letter, 10, float("nan")) for name, letter in zip(names, response, strict=False)]
        adqs += [
            (name, code, "", week, score)
            for code in ("SLEDAI", "SLEDAI22")
            for name, change in zip(names, index, strict=False)
            for week, score in ((0, 20.0), (10, 20.0 + change))
        ]
        # a response is of somebody in whom the three instruments were used
        if response and not index:
            adqs += [(names[0], code, "", 0, 1.0) for code in ("SLEDAI", "BILAG", plan.instruments.pga.code)]
        adqs = pd.DataFrame(adqs, columns=["USUBJID", "PARAMCD", "CRIT1FL", "AVISITN", "AVAL"])
        adqs = adqs.astype({"AVISITN": "Int64", "AVAL": float}).assign(AVALC="", ANL01FL="Y", QUARFL="")
        adqs["ADY"] = adqs["AVISITN"] * 7 + 1
        adqs["ADT"] = FIRST_DOSE + pd.to_timedelta(adqs["ADY"].astype(int) - 1, unit="D")
        adqs = adqs.assign(SRCROW=range(1, len(adqs) + 1), ASEQ=range(1, len(adqs) + 1))
        sources = {name: {"rows": 1, "columns": columns} for name, columns in COLUMNS.items() if name not in absent}
        data = {"adsl": adsl, "adex": adex, "adqs": adqs, "adlb": adlb.assign(ASEQ=range(1, len(adlb) + 1))}
        return Study(plan, "cut", pd.Timestamp(cut_date), True, False, False, sources, data, ())

    return make


@pytest.fixture
def pick():
    """Give a function that returns a statistic and its note by analysis, variable, statistic and method."""

    def make(results: Results, analysis_id, variable, stat_name, method="", **levels):
        wanted = {"analysis_id": analysis_id, "variable": variable, "method": method}
        wanted |= dict.fromkeys(("group1_level", "group2_level", "variable_level"), "") | levels
        found = [
            row
            for row in results
            if row.stat_name == stat_name and all(getattr(row.key, name) == text for name, text in wanted.items())
        ]
        assert len(found) == 1, f"{len(found)} rows of {analysis_id} {variable} {stat_name} {method}"
        return found[0].stat, found[0].note

    return make


@pytest.fixture
def make_scores(plan):
    """Give a function that makes a study of the full analysis set from scores by week.

    scores: by parameter and subject the value at each week, assessed on the week's target day (week 0: the first dose);
    numbers, or texts for BILAG. events, deaths: day by subject. absent: domains or columns that the cut lacks.
    """

    def make(scores, *, cut_date="2014-12-31", events=(), deaths=(), absent=(), extra=(), adcm=None):
        names = list(dict.fromkeys(subject for by in scores.values() for subject in by))
        adsl = pd.DataFrame({"USUBJID": names, "FASFL": "Y", "SAFFL": "Y", "ENRFL": "Y", "TRTSDT": FIRST_DOSE})
        adsl["ASEQ"] = range(1, len(adsl) + 1)
        for column, days in (("DTHDT", dict(deaths)), ("ICEDT", dict(events))):
            adsl[column] = pd.to_datetime(adsl["USUBJID"].map(days)).astype("datetime64[ns]")
        adsl["SLEDBL"] = adsl["USUBJID"].map({s: v.get(0) for s, v in scores.get("SLEDAI", {}).items()}).astype(float)
        rows = [
            (subject, code, FIRST_DOSE + pd.Timedelta(days=7 * week), week, value)
            for code, by in scores.items()
            for subject, weeks in by.items()
            for week, value in weeks.items()
        ]
        rows += [(s, code, pd.Timestamp(day), week, value) for s, code, day, week, value in extra]
        adqs = pd.DataFrame(rows, columns=["USUBJID", "PARAMCD", "ADT", "AVISITN", "value"])
        is_text = [isinstance(value, str) for value in adqs["value"]]
        adqs = adqs.assign(
            AVAL=pd.to_numeric(adqs["value"].mask(is_text)).astype(float), AVALC=adqs["value"].where(is_text, ""),
            AVISITN=adqs["AVISITN"].astype("Int64"), ADY=((adqs["ADT"] - FIRST_DOSE).dt.days + 1).astype("Int64"),
            ANL01FL="Y", QUARFL="", PARCAT1="", SRCROW=range(1, len(adqs) + 1), ASEQ=range(1, len(adqs) + 1),
            CRIT1FL="", REASON="",
        )  # fmt: skip
        columns = COLUMNS | {"cm": ["CMCAT", "CMDOSE", "CMDOSU", "CMDOSFRQ"]}
        sources = {
            name: {"rows": 1, "columns": [c for c in found if f"{name}.{c}" not in absent]}
            for name, found in columns.items() if name not in absent
        }  # fmt: skip
        medication = pd.DataFrame(
            adcm or [], columns=["USUBJID", "CMDECOD", "ASTDT", "AENDT", "AVAL", "CRIT1FL"]
        ).assign(CMTRT="")  # fmt: skip
        for column in ("ASTDT", "AENDT"):
            medication[column] = pd.to_datetime(medication[column]).astype("datetime64[ns]")
        medication["AVAL"] = medication["AVAL"].astype(float)
        medication = medication.assign(ASEQ=range(1, len(medication) + 1))
        data = {"adsl": adsl, "adqs": adqs.drop(columns="value"), "adcm": medication}
        return Study(plan, "cut", pd.Timestamp(cut_date), True, False, False, sources, data, ())

    return make
