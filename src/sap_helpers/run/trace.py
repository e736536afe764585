"""`sap trace`: what stands behind one number, subject by subject, down to the records of the cut."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from sap_helpers.adam.sources import Lineage
from sap_helpers.adam.store import DATA_FOLDER, load_study
from sap_helpers.analyses.audit import Denominator, audit_denominator
from sap_helpers.cut.content import parse_json
from sap_helpers.errors import ReportError, UsageError
from sap_helpers.plan.home import SAP_FOLDER
from sap_helpers.results import Result, Results, join, number_text, split_id
from sap_helpers.run.pages import results_of
from sap_helpers.run.report_folder import open_report_folder
from sap_helpers.run.source_rows import SourceRows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from sap_helpers.adam.source_keys import SourceKey
    from sap_helpers.adam.sources import Row
    from sap_helpers.adam.store import Study
    from sap_helpers.records import Records, Source
    from sap_helpers.results import Key
    from sap_helpers.run.report_folder import ReportFolder

NEAREST = 5
HEADING = re.compile(r"#{2,3} (?P<number>[\d.]+) (?P<title>.+)")
ANALYSIS = re.compile(r"[A-Z][A-Z0-9_]*\.[A-Z][A-Z0-9_]*")


def trace(report: Path, result_id: str, cut: Path | None = None) -> list[str]:
    """Return the lines that `sap trace` prints.

    Parameters
    ----------
    report
        A report folder.
    result_id
        As in results.csv; its method may be left out where only one fits.
    cut
        The cut of the report, whose records are then shown too.

    Raises
    ------
    UsageError
        The folder is no report, it has no such result, or the cut is not the one that the report was made from.
    """
    opened = open_report(report)
    rows = None if cut is None else SourceRows(report, cut)
    return list(opened.lines(opened.find(result_id), rows))


def open_report(folder: Path) -> Report:
    """Return a report with its study and its results; every file of it must be the one that was published."""
    report = _checked(folder)
    executed = [name for name in sorted(report.manifest.outputs) if name.startswith("executed/")]
    if not executed or not (folder / DATA_FOLDER).is_dir():
        raise UsageError(f"{folder.name}: has no {DATA_FOLDER}/, or no executed notebook. Name a whole report.")
    return Report(load_study(folder), join(_results_in(report, name) for name in executed))


def _checked(folder: Path) -> ReportFolder:
    try:
        report = open_report_folder(folder)
        report.check()
    except ReportError as error:
        raise UsageError(f"{error} Name a report folder as it was published.") from error
    return report


def _results_in(report: ReportFolder, name: str) -> Results:
    try:
        return results_of(parse_json(report.read(name).decode("utf-8")))  # type: ignore[arg-type]
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise ReportError(f"{report.path.name}: {name} cannot be read as an executed notebook: {error}.") from error


@dataclass(frozen=True)
class Report:
    """A report as it can be traced: its study and its results with the records behind them."""

    study: Study
    results: Results

    @cached_property
    def lineage(self) -> Lineage:
        """Where the analysis records come from."""
        return Lineage(self.study.data, self.study.plan)

    @cached_property
    def _by_id(self) -> dict[str, Result]:
        return {row.result_id: row for row in self.results}

    @cached_property
    def _by_id_without_method(self) -> dict[str, list[Result]]:
        found: dict[str, list[Result]] = {}
        for row in self.results:
            found.setdefault(row.key._replace(method="").result_id(row.stat_name), []).append(row)
        return found

    def find(self, result_id: str) -> Result:
        """Return the result of an id, whose method may be absent or one that its statistic does not carry."""
        if result_id in self._by_id:
            return self._by_id[result_id]
        *parts, stat_name = split_id(result_id)
        found = self._by_id_without_method.get("|".join((*parts[:-1], "", stat_name)), [])
        if len(found) == 1:
            return found[0]
        if found:
            raise UsageError(f"{result_id}: several methods. Name one of: " + "  ".join(row.result_id for row in found))
        raise UsageError(f"{result_id}: no such result. Nearest: " + "  ".join(self._nearest(result_id)))

    def _nearest(self, result_id: str) -> list[str]:
        analysis = result_id.partition("|")[0].upper()
        names = difflib.get_close_matches(analysis, self.results.analysis_ids, n=1, cutoff=0.0)
        ids = [row.result_id for row in self.results if row.key.analysis_id in names]
        return difflib.get_close_matches(result_id, ids, n=NEAREST, cutoff=0.0)

    def lines(self, row: Result, rows: SourceRows | None = None) -> Iterator[str]:
        """Give the lines about one result: what it is, then a block a subject."""
        one = self.results.records_of(row.key)
        yield from self._head(row)
        if one is None:
            yield f"records: none; {row.note or 'the result has none'}"
        elif one.reason:
            yield f"records: none; {one.reason}"
            yield from self._findings(row.key)
        elif one.made_of:
            yield "records: none of its own; made from the results"
            yield from (f"  {other.result_id} = {_stat(other)}" for key in one.made_of for other in self._of(key))
        else:
            yield from self._subjects(row, one, rows)

    def _of(self, key: Key) -> list[Result]:
        return [row for row in self.results if key in (row.key, row.key._replace(method=""))]

    def _head(self, row: Result) -> Iterator[str]:
        key = row.key
        size = len(self.study.subjects(key.population)) if key.population else len(self.study["adsl"])
        yield f"result: {row.result_id}"
        yield f"statistic: {row.stat_name} = {_stat(row)}"
        yield f"note: {row.note or '-'}"
        yield f"analysis: {key.analysis_id}"
        yield f"population: {key.population or 'all of DM'}, {size} subjects"
        yield f"method: {key.method or '-'}"
        if key.analysis_id in {analysis.id for analysis in self.study.plan.sri.analyses[1:]}:
            yield "reading: its own row of the estimand table; value and reason of a record are those of SRI.PRIMARY"
        yield f"plan: {plan_section(key.analysis_id)}"
        yield f"cut: {self.study.cut_id} of {self.study.cut_date.date()}"

    def _findings(self, key: Key) -> Iterator[str]:
        """Give the findings that a count of findings counted."""
        for found in self.study.findings:
            if (found["rule"], found["severity"]) == (key.group1_level, key.variable_level):
                about = [f"{name} {found[name]}" for name in ("USUBJID", "AVISITN", "variable", "value") if found[name]]
                place = " ".join(text for text in (found["domain"], found["row"]) if text)
                yield f"  {place}: {', '.join(about)}".replace(" : ", " ")

    def _subjects(self, row: Result, one: Records, rows: SourceRows | None) -> Iterator[str]:
        if row.stat_name == "n.events" and one.events:
            one = one._replace(counted=one.events)
        found = audit_denominator(self.study, row.key, one)
        places = _places(found)
        rest = len(found.of - found.counted)
        yield f"subjects: {len(found.counted)} in n, {rest} in N only, {len(found.members - found.of)} not in N"
        behind = self._by_subject((*one.counted, *one.of))
        for subject, place in sorted(places.items()):
            yield f"{subject}: {place}"
            for record in behind.get(subject, ()):
                yield from self._record(row.key, record, rows)

    def _by_subject(self, sources: Sequence[Source]) -> dict[str, list[tuple[str, int]]]:
        found: dict[str, list[tuple[str, int]]] = {}
        for at in sorted({(source.dataset, number) for source in sources for number in source.numbers}):
            found.setdefault(self.lineage.record(*at).USUBJID, []).append(at)
        return found

    def _record(self, key: Key, at: tuple[str, int], rows: SourceRows | None) -> Iterator[str]:
        yield f"  {describe_record(at, self.lineage.record(*at))}"
        for part in self._parts(at, {key.group1_level, key.group2_level}):
            yield f"    of {describe_record(part, self.lineage.record(*part))}"
        sources = self.lineage.sources(*at)
        yield f"    from {describe_sources(sources)}"
        if rows is not None:
            yield from (f"      {source.domain} {source.row}: {rows.text(source)}" for source in sources)

    def _parts(self, at: tuple[str, int], named: set[str]) -> dict[tuple[str, int], None]:
        """Return what a record was derived from, at every step; of totals and grades only the items that are named."""
        found: dict[tuple[str, int], None] = {}
        for part in self.lineage.components(*at):
            if not self.lineage.has_items(*at) or self.lineage.record(*part).get("PARAMCD") in named:
                found |= {part: None} | self._parts(part, named)
        return found


def _places(found: Denominator) -> dict[str, str]:
    """Return where each subject stands: in n, in N only, or not in N and why."""
    places = {subject: f"not in N: {found.reasons.get(subject, 'no reason stated')}" for subject in found.members}
    places |= dict.fromkeys(found.of, "in N only")
    return places | dict.fromkeys(found.counted, "in n")


def describe_record(at: tuple[str, int], row: Any) -> str:
    """Return an analysis record in one line: data set, ASEQ, parameter or term, week, date, value."""
    dataset, aseq = at
    what, week, date, value = record_words(row)
    parts = [what, f"week {week}" if week else "", date, value]
    return " ".join([f"{dataset} {aseq}", *(part for part in parts if part)])


def record_words(row: Row) -> tuple[str, str, str, str]:
    """Return parameter or term, week, date, and value with its reason, of an analysis record; "" for what it lacks."""
    what = " ".join(filter(None, (_text(row, name) for name in ("PARAMCD", "AEDECOD", "CMTRT", "DVDECOD"))))
    date = _text(row, "ADT") or _text(row, "ASTDT") or _text(row, "TRTSDT")
    value = _text(row, "AVALC") or _text(row, "AVAL")
    return what, _text(row, "AVISITN"), date, " ".join(filter(None, (value, _text(row, "REASON"))))


def _text(row: Row, name: str) -> str:
    value = row.get(name)
    if value is None:
        return ""
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    return number_text(value) if isinstance(value, float) else str(value)


def describe_sources(keys: Sequence[SourceKey]) -> str:
    """Return keys of source records in runs: domain, then row/--SEQ, the row alone where --SEQ is not known."""
    runs: list[list[SourceKey]] = []
    for key in keys:
        if runs and _follows(runs[-1][-1], key):
            runs[-1].append(key)
        else:
            runs.append([key])
    by_domain: dict[str, list[str]] = {}
    for run in runs:
        rows, numbers = _span(run[0].row, run[-1].row), _span(run[0].seq, run[-1].seq)
        by_domain.setdefault(run[0].domain, []).append(f"{rows}/{numbers}" if numbers else rows)
    return "; ".join(f"{domain} {' '.join(places)}" for domain, places in by_domain.items()) or "no record of the cut"


def _follows(one: SourceKey, other: SourceKey) -> bool:
    """Return whether two records stand next to each other, in their file and in their sequence."""
    if (one.domain, one.row + 1) != (other.domain, other.row):
        return False
    return one.seq is other.seq if one.seq is None or other.seq is None else one.seq + 1 == other.seq


def _span(first: int | None, last: int | None) -> str:
    return "" if first is None else f"{first}" if first == last else f"{first}-{last}"


def _stat(row: Result) -> str:
    return number_text(row.stat) or "not given"


@cache
def plan_sections() -> dict[str, str]:
    """Return the section of the plan that defines each analysis: the last heading above the table row with its id."""
    found: dict[str, str] = {}
    heading = ""
    for line in (SAP_FOLDER / "sap.md").read_text(encoding="utf-8").splitlines():
        if match := HEADING.fullmatch(line):
            heading = f"section {match['number']}, {match['title']}"
        if line.startswith("|"):
            for name in ANALYSIS.findall(line.split("|")[1]):
                found.setdefault(name, heading)
    return found


def plan_section(analysis_id: str) -> str:
    """Return the section of the plan that defines an analysis."""
    return plan_sections().get(analysis_id, "no section")
