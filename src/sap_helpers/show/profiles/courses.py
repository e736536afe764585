"""What a profile is made of: the analysis data of each subject as plain records."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sap_helpers.adam.source_keys import make_key, make_keys
from sap_helpers.results import number_text
from sap_helpers.show.profiles.records import CELL, DOSE, DRUG, EVENT, SOURCE, VALUE, WEEK

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from sap_helpers.adam.source_keys import SourceKey
    from sap_helpers.plan import Plan
    from sap_helpers.show.profiles.records import Records

Record = dict[str, Any]


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

    def last_day(self, last: int | None) -> int | None:
        """Return where what lasts to a day, or goes on (None), ends at the latest: on the day of the death."""
        known = [day for day in (last, self.day_of(self.subject["DTHDT"])) if day is not None]
        return min(known, default=None)


def gather_courses(records: Records, subjects: Collection[str], plan: Plan) -> list[Course]:
    """Return the course of some subjects, by identifier.

    Parameters
    ----------
    records
        Those of all subjects.
    subjects
        Identifiers, each in ADSL.
    plan
        The plan in force.
    """
    adsl = records.subjects.of(subjects)
    courses = {str(row["USUBJID"]): Course(row) for row in records_of(adsl, adsl.columns)}
    for kind, found, columns in (
        ("doses", records.doses, DOSE), ("events", records.events, EVENT), ("drugs", records.drugs, DRUG),
    ):  # fmt: skip
        for record in records_of(found.of(subjects), columns):
            getattr(courses[record["USUBJID"]], kind).append(record)
    _add_measures(courses, records.measures.of(subjects), plan)
    _add_response(courses, records.response.of(subjects))
    _add_items(courses, records.items.of(subjects), plan)
    _add_cells(courses, records.cells.of(subjects), plan)
    states = records.states.of(subjects)
    for subject, week, state, failed in zip(*(states[name] for name in states.columns), strict=True):
        courses[subject].states[int(week)] = (str(state), str(failed))
    return [courses[name] for name in sorted(courses)]


def records_of(frame: pd.DataFrame, columns: Iterable[str]) -> list[Record]:
    """Return the rows of a frame as dictionaries of the columns named; whatever is missing is None."""
    names = list(columns)
    values = [_without_missing(frame[name]) for name in names]
    return [dict(zip(names, row, strict=True)) for row in zip(*values, strict=True)]


def _without_missing(column: pd.Series) -> list[Any]:
    if column.dtype.kind == "M":
        # the same few days again and again, and a Timestamp is slow to make
        places, days = pd.factorize(column)
        known = [*days, None]  # the place of what is missing is -1
        return [known[place] for place in places.tolist()]
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


def _add_measures(courses: Mapping[str, Course], measures: pd.DataFrame, plan: Plan) -> None:
    """Give every subject its totals, grades and PGA."""
    kinds = {"SLEDAI": "index", "BILAG": "grades", plan.instruments.pga.code: "pga"}
    for record in records_of(measures.sort_values(["USUBJID", "ADT"], kind="stable"), VALUE):
        getattr(courses[record["USUBJID"]], kinds[record["PARAMCD"]]).append(record)


def _add_response(courses: Mapping[str, Course], response: pd.DataFrame) -> None:
    """Give every subject the components and the response by week."""
    for record in records_of(response, WEEK):
        of_week = courses[record["USUBJID"]].response.setdefault(int(record["AVISITN"]), {})
        of_week[record["PARAMCD"]] = record


def _add_items(courses: Mapping[str, Course], items: pd.DataFrame, plan: Plan) -> None:
    """Give every subject the items behind its totals and grades, by day.

    They are most of all records: they are brought together by sorting, not one by one.
    """
    kind = np.where(items["PARAMCD"].isin(plan.instruments.sledai.weights), "SLEDAI", "BILAG")
    groups = np.stack([pd.factorize(by)[0] for by in (items["ADT"], kind, items["USUBJID"])])
    order = np.lexsort(groups)
    starts = np.flatnonzero(np.diff(groups[:, order], prepend=-2).any(axis=0))
    keys = make_keys(*(items[name].take(order) for name in SOURCE))
    heads = pd.DataFrame({"USUBJID": items["USUBJID"], "KIND": kind, "ADT": items["ADT"]}).take(order[starts])
    for head, (start, end) in zip(records_of(heads, heads.columns), pairwise([*starts, len(keys)]), strict=True):
        courses[head["USUBJID"]].items[head["KIND"], head["ADT"]] = keys[start:end]


def _add_cells(courses: Mapping[str, Course], cells: pd.DataFrame, plan: Plan) -> None:
    """Give every subject its counts of cells: those that the plan knows in its order, then others."""
    codes = [cell.code for cell in plan.immunology.cells]
    others = sorted(set(cells["PARAMCD"]) - set(codes))
    for record in records_of(cells.sort_values(["USUBJID", "ADT"], kind="stable"), CELL):
        found = courses[str(record["USUBJID"])].cells
        found.setdefault(record["PARAMCD"], []).append(record)
    for course in courses.values():
        course.cells = {code: course.cells[code] for code in (*codes, *others) if code in course.cells}
