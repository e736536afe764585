"""The numbers behind a profile: small tables, each record with the source record that it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sap_helpers.adam.source_keys import name_sources
from sap_helpers.results import number_text
from sap_helpers.show.display import Cell, Column, Row, Table
from sap_helpers.show.profiles.courses import source_of, value_text
from sap_helpers.show.profiles.lanes import term_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

    from sap_helpers.plan import Plan
    from sap_helpers.show.profiles.courses import Course, Record

NONE, DERIVED = "–", "derived"
UNUSED = "*"
COMPONENTS = {"SLEDRED4": "SELENA-SLEDAI", "BILNONEW": "BILAG", "PGANOWRS": "PGA"}
MET = {"Y": "met", "N": "not met", "": "not assessable"}
EVENTS = {"STOPPED": "treatment stopped", "RESCUE": "rescue therapy", "DEATH": "death", "MISSING": "missing"}
ANSWERS = {"Y": "yes", "N": "no", "": "missing"}


def number_tables(course: Course, plan: Plan, absent: Mapping[str, str]) -> list[Table]:
    """Return the tables of one subject; one of an absent domain is its reason.

    Parameters
    ----------
    course
        The subject.
    plan
        The plan in force.
    absent
        Why a domain ("qs", "cp", "ae", "cm") or the response ("sri") is not available, "" where it is.
    """
    made = (
        ("qs", "Assessments", assessments_table(course, plan)),
        ("sri", "Response by week", response_table(course)),
        ("cp", "Cells", cells_table(course, plan)),
        ("ae", "Adverse events", events_table(course)),
        ("cm", "Medication", drugs_table(course)),
        ("", "Dosing", doses_table(course)),
    )
    return [
        Table("", title, "Reason", (), (Row(absent[key]),), kind="plain") if key and absent[key] else table
        for key, title, table in made
    ]


def assessments_table(course: Course, plan: Plan) -> Table:
    """Return one row a day with any of the three instruments."""
    by_day: dict[pd.Timestamp, dict[str, list[Record]]] = {}
    for kind, records in (("index", course.index), ("grades", course.grades), ("pga", course.pga)):
        for record in records:
            by_day.setdefault(record["ADT"], {}).setdefault(kind, []).append(record)
    rows = [
        (
            date_text(day), *_day_and_week(next(iter(found.values()))[0]),
            *(_values(found.get(kind, ())) for kind in ("index", "grades", "pga")), _sources(course, day, found),
        )
        for day, found in sorted(by_day.items())
    ]  # fmt: skip
    systems = ", ".join(plan.instruments.bilag.systems.values())
    notes = (f"BILAG: {systems}.", f"{UNUSED} does not stand for the week.")
    return _table("Assessments", "Date", ("Day", "Week", "SELENA-SLEDAI", "BILAG", "PGA", "Source"), rows, notes)


def response_table(course: Course) -> Table:
    """Return the components, the response and what it counts as, by week."""
    rows = []
    for week, found in sorted(course.response.items()):
        main = found["SRI4"]
        is_due = main["ANL01FL"] == "Y"
        parts = [MET[found[code]["AVALC"] or ""] for code in COMPONENTS]
        counts = ANSWERS[main["CRIT1FL"] or ""] if is_due else "not due"
        rows.append(
            (
                f"Week {week}", date_text(main["ADT"]), day_text(main["ADY"]), *parts,
                ANSWERS[main["AVALC"] or ""], counts, _reason(main["REASON"]),
            )
        )  # fmt: skip
    heads = ("Date", "Day", *COMPONENTS.values(), "SRI-4", "Counts as response", "Reason")
    return _table(
        "Response by week", "Week", heads, rows, ("Derived from the assessments by the plan's primary rule.",)
    )


def cells_table(course: Course, plan: Plan) -> Table:
    """Return one row a day with a sample, one column a kind of cell."""
    names = {cell.code: f"{cell.short} ({plan.immunology.unit})" for cell in plan.immunology.cells}
    by_day: dict[pd.Timestamp, dict[str, list[Record]]] = {}
    for code, records in course.cells.items():
        for record in records:
            by_day.setdefault(record["ADT"], {}).setdefault(code, []).append(record)
    rows = [
        (
            date_text(day), *_day_and_week(next(iter(found.values()))[0]),
            *(_values(found.get(code, ())) for code in course.cells),
            source_text(record for records in found.values() for record in records),
        )
        for day, found in sorted(by_day.items())
    ]  # fmt: skip
    heads = ("Day", "Week", *(names.get(code, _unplanned(course.cells[code])) for code in course.cells), "Source")
    return _table("Cells", "Date", heads, rows, (f"{UNUSED} does not stand for the week.",))


def _unplanned(records: Sequence[Record]) -> str:
    """Return the name of a cell that the plan does not know, with its units."""
    units = ", ".join(sorted({record["AVALU"] or "no unit" for record in records}))
    return f"{records[0]['PARAM']} ({units})"


def events_table(course: Course) -> Table:
    """Return one row an adverse event."""
    rows = [
        (
            term_of(event), event["AETERM"] or NONE, day_text(event["ATOXGRN"]),
            *_spans(course, event, event["ASTDY"], event["AENDY"]), _flags(event), (event["AEACN"] or NONE).lower(),
            (event["AEOUT"] or NONE).lower(), source_text([event]),
        )
        for event in course.events
    ]  # fmt: skip
    heads = ("Reported as", "Grade", "Dates", "Days", "Flags", "Action", "Outcome", "Source")
    return _table("Adverse events", "Term", heads, rows)


def drugs_table(course: Course) -> Table:
    """Return one row a medication."""
    rows = [
        (
            drug["CMDECOD"] or drug["CMTRT"] or NONE, drug["CMTRT"] or NONE, (drug["CMCAT"] or NONE).lower(),
            *_spans(course, drug, drug["ADY"], course.day_of(drug["AENDT"])), source_text([drug]),
        )
        for drug in course.drugs
    ]  # fmt: skip
    return _table("Medication", "Drug", ("Recorded as", "Category", "Dates", "Days", "Source"), rows)


def doses_table(course: Course) -> Table:
    """Return one row a cycle, with its doses and the records that they come from."""
    cycles: dict[int | None, list[Record]] = {}
    for dose in course.doses:
        cycles.setdefault(dose["CYCLE"], []).append(dose)
    rows = [
        (
            f"Cycle {cycle}" if cycle is not None else "No cycle", str(sum((dose["AVAL"] or 0) > 0 for dose in of)),
            ", ".join(sorted({_amount(dose) for dose in of})), _span(of[0]["ASTDT"], of[-1]["AENDT"]),
            _span_days(of[0]["ADY"], course.day_of(of[-1]["AENDT"])), source_text(of),
        )
        for cycle, of in cycles.items()
    ]  # fmt: skip
    heads = ("Records with a dose", "Dose", "Dates", "Days", "Source")
    return _table("Dosing", "Cycle", heads, rows)


def source_text(records: Iterable[Record]) -> str:
    """Return the source records of analysis records by name; "derived" where there is none."""
    return name_sources(key for record in records for key in source_of(record)) or DERIVED


def date_text(date: pd.Timestamp | None) -> str:
    """Return a date in ISO 8601, a dash for none."""
    return NONE if date is None else date.date().isoformat()


def day_text(day: int | None) -> str:
    """Return a whole number, a dash for none."""
    return NONE if day is None else str(day)


def _reason(recorded: str | None) -> str:
    """Return why a response is none, in words."""
    if not recorded:
        return NONE
    return EVENTS.get(recorded, recorded.replace("FAILED", "failed"))


def _sources(course: Course, day: pd.Timestamp, found: Mapping[str, Sequence[Record]]) -> str:
    """Return the records behind a day: items of what is summed or put together, else the value's own record."""
    behind = [key for records in found.values() for record in records for key in source_of(record)]
    for kind, code in (("index", "SLEDAI"), ("grades", "BILAG")):
        if any(not record["SRCDOM"] for record in found.get(kind, ())):
            behind += course.items.get((code, day), [])
    return name_sources(behind) or DERIVED


def _values(records: Sequence[Record]) -> str:
    shown = [value_text(record) + ("" if record["ANL01FL"] == "Y" else UNUSED) for record in records]
    return ", ".join(shown) or NONE


def _day_and_week(record: Record) -> tuple[str, str]:
    return day_text(record["ADY"]), day_text(record["AVISITN"])


def _span(first: pd.Timestamp | None, last: pd.Timestamp | None, goes_on: str = "ongoing") -> str:
    return f"{date_text(first)} to {goes_on if last is None else date_text(last)}"


def _span_days(first: int | None, last: int | None, goes_on: str = "ongoing") -> str:
    return f"{day_text(first)} to {goes_on if last is None else day_text(last)}"


def _spans(course: Course, record: Record, first: int | None, last: int | None) -> tuple[str, str]:
    """Return the dates and the days of a record; what goes on, goes on to the death where there is one."""
    goes_on = "ongoing" if course.subject["DTHDT"] is None else "death"
    return _span(record["ASTDT"], record["AENDT"], goes_on), _span_days(first, last, goes_on)


def _flags(event: Record) -> str:
    words = {"SERFL": "serious", "RELFL": "related", "FATALFL": "fatal"}
    return ", ".join(word for flag, word in words.items() if event[flag] == "Y") or NONE


def _amount(dose: Record) -> str:
    return NONE if dose["AVAL"] is None else f"{number_text(dose['AVAL'])} {dose['AVALU'] or ''}".strip()


def _table(
    title: str, stub: str, heads: Sequence[str], rows: Iterable[Sequence[str]], notes: Sequence[str] = ()
) -> Table:
    columns = tuple(Column(head, is_number=False) for head in heads)
    lines = tuple(Row(first, tuple(map(Cell, others))) for first, *others in rows)
    return Table("", title, stub, columns, lines, footnotes=tuple(notes), kind="plain")
