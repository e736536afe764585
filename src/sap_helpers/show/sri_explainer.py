"""Why each response is what it is: a table whose every cell opens to the numbers and the rule that decided."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from sap_helpers.results import number_text
from sap_helpers.show.display import Cell, Column, Row, Table
from sap_helpers.show.first_subjects import first_subjects
from sap_helpers.show.labels import KEPT
from sap_helpers.show.listing import LONG_ROWS
from sap_helpers.show.sri_states import LETTERS
from sap_helpers.show.withheld import withheld_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sap_helpers.plan import Plan
    from sap_helpers.results import Results

PLAN_ID = "SRI.PRIMARY"
TITLE = "Why each response is what it is"
EVENTS = {"STOPPED": "stopped early", "RESCUE": "rescue or prohibited therapy", "DEATH": "death"}
RULES = ("not due", "event", "failed", "missing", "response")
MET = {"Y": "✓", "N": "✗", "": "?"}
MINUS = "−"


def explainer(results: Results, frame: pd.DataFrame, plan: Plan, *, stamp: str = "") -> Table:
    """Return one row per treated subject and one column per week, each cell opening to the numbers that decided.

    Parameters
    ----------
    results
        With SRI.PRIMARY, which says why there is nothing to explain.
    frame
        As `list_explained` returns it.
    plan
        The plan in force; of more subjects than it allows the first alone are shown, and a footnote says so.
    stamp
        The stamp of the cut.

    Returns
    -------
    Table
        A listing; or the reason where there is no subject.
    """
    if frame.empty:
        why = next((row.note for row in results.of(PLAN_ID) if row.stat is None and row.note), "nobody was treated")
        return withheld_table(PLAN_ID, TITLE, why, source="adsl, adqs", stamp=stamp)
    kept, note = first_subjects(frame, plan, "adsl, adqs")
    weeks = tuple(sorted({int(week) for week in kept["AVISITN"]}))
    lines: list[dict[str, Any]] = [{str(name): value for name, value in row.items()} for row in kept.to_dict("records")]
    found = {(str(row["USUBJID"]), int(row["AVISITN"])): row for row in lines}
    subjects = sorted({subject for subject, _ in found})
    outside = frozenset(subject for subject in subjects if found[subject, weeks[0]]["FASFL"] != "Y")
    rows = tuple(
        Row(
            subject,
            (_baseline(found[subject, weeks[0]]), *(_cell(found[subject, week], plan) for week in weeks)),
            is_subject=True, is_apart=subject in outside,
        )
        for subject in subjects
    )  # fmt: skip
    columns = (Column("Baseline", is_number=False), *(Column(f"Week {week}", is_number=False) for week in weeks))
    return Table(
        PLAN_ID, TITLE, "Subject", columns, rows, population=_population(len(subjects), len(outside)),
        footnotes=tuple(filter(None, (note, *rules_of(plan)))), source="adsl, adqs", stamp=stamp,
        is_long=len(rows) > LONG_ROWS, kind="listing",
    )  # fmt: skip


def rules_of(plan: Plan) -> tuple[str, ...]:
    """Return the plan's rules as footnotes: the limits, and the cases in the order in which they decide."""
    rule, limits = plan.sri.analyses[0], plan.sri
    join = "and" if rule.bilag == "and" else "or"
    needs = (
        f"Needed, against baseline: SELENA-SLEDAI change ≤{KEPT}{MINUS}{rule.reduction}; BILAG at most "
        f"{limits.max_new_a} new A {join} at most {limits.max_new_b} new B; PGA rise <{KEPT}{limits.pga_rise}. "
        f"✓ met, ✗ not met, ? cannot be assessed."
    )
    missing = "counts as no response" if rule.missing == "failure" else "is left out"
    cases = {
        "not due": "the window of the week ends after the cut",
        "event": "an intercurrent event on or before the assessment: no response",
        "failed": "a component not met: no response",
        "missing": f"a component that cannot be assessed: missing, which {missing}",
        "response": "all components met",
    }
    shown = [name for name in RULES if name != "event" or rule.events == "failure"]
    said = "; ".join(f"({_number(name)}) {cases[name]}" for name in shown)
    letters = ", ".join(f"{letter} {name}" for letter, name in LETTERS.items())
    return needs, f"Rules, the first that applies: {said}.", f"Components: {letters}. Grey: not in the analysis."


def _number(state: str) -> int:
    return RULES.index(state) + 1


def _population(treated: int, outside: int) -> str:
    return f"Treated subjects: {treated}" + (f", {outside} of them not in the full analysis set" if outside else "")


def _words(row: Mapping[str, Any]) -> str:
    return f"failed {' '.join(row['FAILED'])}" if row["STATE"] == "failed" else str(row["STATE"])


def _baseline(row: Mapping[str, Any]) -> Cell:
    """Return the baseline total, which opens to the three values, each with its date; one date of all stands once."""
    values = {
        "SLEDAI": _shown(row["SLEDAI_BASE"]), "BILAG": row["BILAG_BASE"] or "none", "PGA": _shown(row["PGA_BASE"])
    }  # fmt: skip
    details = _dated([(f"{name} {value}", row[f"{name}_BASEDT"]) for name, value in values.items()])
    return Cell(f"SLEDAI {_shown(row['SLEDAI_BASE'])}", details=tuple(details))


def _cell(row: Mapping[str, Any], plan: Plan) -> Cell:
    """Return the state in words, which opens to what decided; nothing for a week that is not due."""
    if row["STATE"] == "not due":
        return Cell(_words(row), state="not due")
    lines = [
        (_index_line(row, plan), row["SLEDAI_ADT"]), (_grades_line(row), row["BILAG_ADT"]),
        (_pga_line(row, plan), row["PGA_ADT"]),
    ]  # fmt: skip
    said = [*_dated(lines), f"Day {row['ADY']}"]
    if row["ICETYPE"]:
        said.append(f"Event day {row['ICEDY']}: {EVENTS[row['ICETYPE']]}")
    said.append(f"Rule {_number(row['STATE'])}")
    return Cell(_words(row), details=tuple(said), state=row["STATE"])


def _index_line(row: Mapping[str, Any], plan: Plan) -> str:
    before, now = row["SLEDAI_BASE"], row["SLEDAI"]
    change = f" ({_signed(now - before)}, needs ≤{MINUS}{plan.sri.analyses[0].reduction})" if row["SLEDAI_MET"] else ""
    return f"SLEDAI {_shown(before)} → {_shown(now)}{change} {MET[row['SLEDAI_MET']]}"


def _grades_line(row: Mapping[str, Any]) -> str:
    if not row["BILAG_MET"]:
        lacking = "no assessment" if row["BILAG_BASE"] else "no baseline"
        return f"BILAG {lacking} {MET['']}"
    new = [f"{grade} {', '.join(row[f'NEW_{grade}'])}" for grade in "AB" if row[f"NEW_{grade}"]]
    return f"BILAG new {'; '.join(new) or 'none'} {MET[row['BILAG_MET']]}"


def _pga_line(row: Mapping[str, Any], plan: Plan) -> str:
    before, now = row["PGA_BASE"], row["PGA"]
    rise = f" ({_signed(now - before)}, needs <{plan.sri.pga_rise})" if row["PGA_MET"] else ""
    return f"PGA {_shown(before)} → {_shown(now)}{rise} {MET[row['PGA_MET']]}"


def _dated(lines: list[tuple[str, pd.Timestamp]]) -> list[str]:
    """Return lines with their dates; one date that all share stands once, at the end."""
    dates = {date for _, date in lines if not pd.isna(date)}
    if len(dates) <= 1:
        return [*(text for text, _ in lines), *(date.date().isoformat() for date in dates)]
    return [text if pd.isna(date) else f"{text} {date.date().isoformat()}" for text, date in lines]


def _shown(value: Any) -> str:
    """Return a total or a PGA as it is stored."""
    if value is None or pd.isna(value):
        return "none"
    return number_text(value) if isinstance(value, float) else str(value)


def _signed(change: Any) -> str:
    text = number_text(change) if isinstance(change, float) else str(change)
    return text.replace("-", MINUS) if change < 0 else f"+{text}" if change > 0 else text
