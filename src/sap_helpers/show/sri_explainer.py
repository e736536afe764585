"""Why each response is what it is: a table whose every cell opens to the numbers and the rule that decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from sap_helpers.results import number_text
from sap_helpers.show.labels import KEPT
from sap_helpers.show.listing import LONG_ROWS
from sap_helpers.show.many import first_subjects
from sap_helpers.show.sri_states import LETTERS
from sap_helpers.show.tables import Cell, Column, Row, Table
from sap_helpers.show.text import escape
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


@dataclass(frozen=True, slots=True)
class Explainer:
    """The explanation of every cell: a table of words for a terminal, and what each of its cells opens to.

    Parameters
    ----------
    table
        Subjects by weeks, the states in words; the first column is the baseline.
    details
        HTML of what each cell opens to, by subject and week, the baseline being week 0; "" for nothing.
    kinds
        The state of each cell, by subject and week.
    outside
        The subjects that are not in the analysis.
    weeks
        The weeks, in the order of the columns after the first.
    """

    table: Table
    details: Mapping[tuple[str, int], str]
    kinds: Mapping[tuple[str, int], str]
    outside: frozenset[str]
    weeks: tuple[int, ...]

    def html(self) -> str:
        """Return the table as HTML, everything escaped."""
        rows = "\n".join(self._row(row) for row in self.table.rows)
        head = "".join(f'<th scope="col">{escape(column.label)}</th>' for column in self.table.columns)
        origin = " · ".join(part for part in (self.table.plan_id, self.table.source, self.table.stamp) if part)
        notes = "".join(f"<p>{escape(note)}</p>" for note in self.table.footnotes)
        kind = "sap-scroll sap-long" if self.table.is_long else "sap-scroll"
        return (
            f'<div class="sap-table sap-listing">\n<div class="{kind}" role="region" tabindex="0" '
            f'aria-label="{escape(self.table.title)}">\n<table>\n<caption><span class="sap-caption">'
            f'<span class="sap-title">{escape(self.table.title)}</span>'
            f'<span class="sap-population">{escape(self.table.population)}</span></span></caption>\n'
            f'<thead>\n<tr><th scope="col">{escape(self.table.stub)}</th>{head}</tr>\n</thead>\n'
            f"<tbody>\n{rows}\n</tbody>\n</table>\n</div>\n"
            f'<div class="sap-notes">{notes}<p class="sap-source">{escape(origin)}</p></div>\n</div>'
        )

    def text(self) -> str:
        """Return the states as plain text."""
        return self.table.text()

    def _row(self, row: Row) -> str:
        subject = row.label
        base, *states = row.cells
        outside = ' class="sri-outside"' if subject in self.outside else ""
        cells = "".join(self._cell(subject, week, cell.text) for week, cell in zip(self.weeks, states, strict=True))
        name = f'<th scope="row" class="sap-short sap-subject">{escape(subject)}</th>'
        return f"<tr{outside}>{name}<td>{_opening(base.text, self.details[subject, 0])}</td>{cells}</tr>"

    def _cell(self, subject: str, week: int, words: str) -> str:
        kind = self.kinds[subject, week].replace(" ", "")
        return f'<td class="sri-{kind}">{_opening(words, self.details[subject, week])}</td>'

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/html": self.html(), "text/plain": self.text()}


def explainer(results: Results, frame: pd.DataFrame, plan: Plan, *, stamp: str = "") -> Explainer | Table:
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
    Explainer or Table
        A table with the reason where there is no subject.
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
            (
                Cell(f"SLEDAI {_shown(found[subject, weeks[0]]['SLEDAI_BASE'])}"),
                *(Cell(_words(found[subject, week])) for week in weeks),
            ),
        )
        for subject in subjects
    )
    columns = (Column("Baseline", is_number=False), *(Column(f"Week {week}", is_number=False) for week in weeks))
    table = Table(
        PLAN_ID, TITLE, "Subject", columns, rows, population=_population(len(subjects), len(outside)),
        footnotes=tuple(filter(None, (note, *rules_of(plan)))), source="adsl, adqs", stamp=stamp,
        is_long=len(rows) > LONG_ROWS, kind="listing",
    )  # fmt: skip
    kinds = {key: str(row["STATE"]) for key, row in found.items()}
    details = {key: _details(row, plan) for key, row in found.items()}
    details |= {(subject, 0): _baseline_details(found[subject, weeks[0]]) for subject in subjects}
    return Explainer(table, details, kinds, outside, weeks)


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


def _baseline_details(row: Mapping[str, Any]) -> str:
    """Return the three baseline values, each with its date; one date of all stands once."""
    values = {
        "SLEDAI": _shown(row["SLEDAI_BASE"]), "BILAG": row["BILAG_BASE"] or "none", "PGA": _shown(row["PGA_BASE"])
    }  # fmt: skip
    return _broken(_dated([(f"{name} {value}", row[f"{name}_BASEDT"]) for name, value in values.items()]))


def _details(row: Mapping[str, Any], plan: Plan) -> str:
    """Return what a cell opens to, as HTML; "" for a week that is not due."""
    if row["STATE"] == "not due":
        return ""
    lines = [
        (_index_line(row, plan), row["SLEDAI_ADT"]), (_grades_line(row), row["BILAG_ADT"]),
        (_pga_line(row, plan), row["PGA_ADT"]),
    ]  # fmt: skip
    said = [*_dated(lines), f"Day {row['ADY']}"]
    if row["ICETYPE"]:
        said.append(f"Event day {row['ICEDY']}: {EVENTS[row['ICETYPE']]}")
    said.append(f"Rule {_number(row['STATE'])}")
    return _broken(said)


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


def _broken(lines: list[str]) -> str:
    return "<br>".join(map(escape, lines))


def _opening(words: str, inside: str) -> str:
    return f"<details><summary>{escape(words)}</summary>{inside}</details>" if inside else escape(words)


def _shown(value: Any) -> str:
    """Return a total or a PGA as it is stored."""
    if value is None or pd.isna(value):
        return "none"
    return number_text(value) if isinstance(value, float) else str(value)


def _signed(change: Any) -> str:
    text = number_text(change) if isinstance(change, float) else str(change)
    return text.replace("-", MINUS) if change < 0 else f"+{text}" if change > 0 else text
