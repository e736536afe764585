"""What a profile is made of: the analysis data of each subject as plain records, gathered once for all subjects."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sap_helpers.derive.source_keys import make_key
from sap_helpers.results import number_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    import pandas as pd

    from sap_helpers.derive.source_keys import SourceKey
    from sap_helpers.derive.store import Study
    from sap_helpers.plan import Plan

Record = dict[str, Any]
RESPONSE = ("SLEDRED4", "BILNONEW", "PGANOWRS", "SRI4")
SOURCE = ("SRCDOM", "SRCROW", "SRCSEQ")
VALUE = ("USUBJID", "PARAMCD", "ADT", "ADY", "AVISITN", "AVAL", "AVALC", "DTYPE", "ANL01FL", "QUARFL", *SOURCE)
EVENT = (
    "USUBJID", "AETERM", "AEDECOD", "ASTDT", "ASTDY", "AENDT", "AENDY", "ATOXGRN", "SERFL", "RELFL", "FATALFL",
    "AEACN", "AEOUT", "QUARFL", *SOURCE,
)  # fmt: skip
DRUG = ("USUBJID", "CMTRT", "CMDECOD", "CMCAT", "ASTDT", "ADY", "AENDT", "CRIT1FL", *SOURCE)
DOSE = ("USUBJID", "AVAL", "AVALU", "ASTDT", "AENDT", "ADY", "NDAYS", "CYCLE", *SOURCE)


@dataclass
class Course:
    """One subject: its record of ADSL, and its other records by kind, each a plain dictionary without missing types.

    A missing number, date or day is None.
    """

    subject: Record
    doses: list[Record] = field(default_factory=list)
    index: list[Record] = field(default_factory=list)
    grades: list[Record] = field(default_factory=list)
    pga: list[Record] = field(default_factory=list)
    items: dict[tuple[str, object], list[SourceKey]] = field(default_factory=dict)
    cells: dict[str, list[Record]] = field(default_factory=dict)
    response: dict[int, dict[str, Record]] = field(default_factory=dict)
    states: dict[int, tuple[str, str]] = field(default_factory=dict)
    events: list[Record] = field(default_factory=list)
    drugs: list[Record] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The subject's identifier."""
        return str(self.subject["USUBJID"])

    def day_of(self, date: pd.Timestamp | None) -> int | None:
        """Return the study day of a date, None without one or without a first dose."""
        first = self.subject["TRTSDT"]
        if date is None or first is None:
            return None
        days = int((date - first).days)
        return days + 1 if days >= 0 else days


def gather_courses(study: Study, states: pd.DataFrame, subjects: Collection[str]) -> list[Course]:
    """Return the course of some subjects, by identifier.

    Parameters
    ----------
    study
        The study.
    states
        USUBJID, AVISITN, STATE, FAILED: the state of the primary response of treated subjects by week.
    subjects
        Identifiers, each in ADSL.
    """
    plan = study.plan
    adsl = study.of_subjects("adsl", subjects)
    courses = {str(row["USUBJID"]): Course(row) for row in records_of(adsl, adsl.columns)}
    for kind, name, columns in (("doses", "adex", DOSE), ("events", "adae", EVENT), ("drugs", "adcm", DRUG)):
        for subject, found in by_subject(records_of(study.of_subjects(name, subjects), columns)).items():
            setattr(courses[subject], kind, found)
    _add_assessments(courses, study.of_subjects("adqs", subjects), plan)
    _add_cells(courses, study.of_subjects("adlb", subjects), plan)
    of_these = states.loc[states["USUBJID"].isin(list(courses))]
    for subject, week, state, failed in zip(*(of_these[name] for name in states.columns), strict=True):
        courses[str(subject)].states[int(week)] = (str(state), str(failed))
    return [courses[name] for name in sorted(courses)]


def records_of(frame: pd.DataFrame, columns: Iterable[str]) -> list[Record]:
    """Return the rows of a frame as dictionaries of the columns named; whatever is missing is None."""
    names = list(columns)
    values = [_without_missing(frame[name]) for name in names]
    return [dict(zip(names, row, strict=True)) for row in zip(*values, strict=True)]


def _without_missing(column: pd.Series) -> list[Any]:
    gone = column.isna()
    if not gone.any():
        return column.tolist()
    return [None if is_gone else value for value, is_gone in zip(column.tolist(), gone, strict=True)]


def value_text(record: Record) -> str:
    """Return a value as reported, a derived one as its number; a dash for none, "quarantined" where it was emptied."""
    if record["AVALC"]:
        return str(record["AVALC"])
    if record["AVAL"] is not None:
        return number_text(record["AVAL"])
    return "quarantined" if record["QUARFL"] == "Y" else "–"


def source_of(record: Record) -> list[SourceKey]:
    """Return the source record that an analysis record comes from; none where it was derived."""
    domain, row, seq = (record[name] for name in SOURCE)
    return [make_key(domain, row, seq)] if domain else []


def by_subject(records: Sequence[Record]) -> Mapping[str, list[Record]]:
    """Return records by the subject that they are of, in their order."""
    found: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        found[str(record["USUBJID"])].append(record)
    return found


def _add_assessments(courses: Mapping[str, Course], adqs: pd.DataFrame, plan: Plan) -> None:
    """Give every subject its totals, grades, PGA, the components and the response by week, and the items behind."""
    parts = plan.instruments
    weights = parts.sledai.weights
    kinds = {"SLEDAI": "index", "BILAG": "grades", parts.pga.code: "pga"}
    values = adqs.loc[adqs["PARAMCD"].isin(kinds)].sort_values(["USUBJID", "ADT"], kind="stable")
    for record in records_of(values, VALUE):
        getattr(courses[str(record["USUBJID"])], kinds[record["PARAMCD"]]).append(record)
    items = adqs.loc[adqs["PARAMCD"].isin([*weights, *parts.bilag.systems])]
    items = items.loc[items["SRCDOM"] != ""]
    columns = [_without_missing(items[name]) for name in ("USUBJID", "PARAMCD", "ADT", *SOURCE)]
    for subject, code, date, *source in zip(*columns, strict=True):
        kind = "SLEDAI" if code in weights else "BILAG"
        courses[str(subject)].items.setdefault((kind, date), []).append(make_key(*source))
    response = adqs.loc[adqs["PARAMCD"].isin(RESPONSE)]
    for record in records_of(response, (*VALUE, "REASON", "CRIT1FL")):
        of_week = courses[str(record["USUBJID"])].response.setdefault(int(record["AVISITN"]), {})
        of_week[record["PARAMCD"]] = record


def _add_cells(courses: Mapping[str, Course], adlb: pd.DataFrame, plan: Plan) -> None:
    codes = [cell.code for cell in plan.immunology.cells]
    cells = adlb.loc[(adlb["PARCAT1"] == "CELLS") & (adlb["DTYPE"] != "RATIO")]
    others = sorted(set(cells["PARAMCD"]) - set(codes))
    cells = cells.sort_values(["USUBJID", "ADT"], kind="stable")
    for record in records_of(cells, (*VALUE, "PARAM", "AVALU")):
        found = courses[str(record["USUBJID"])].cells
        found.setdefault(record["PARAMCD"], []).append(record)
    for course in courses.values():
        course.cells = {code: course.cells[code] for code in (*codes, *others) if code in course.cells}
