"""Reading a cut: folder, seal, formats, types and every check, in one pass that reports all it finds."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from sap_helpers.cut import (
    adverse_checks,
    code_checks,
    consent_checks,
    content,
    coverage_checks,
    csv_format,
    distance_checks,
    extent_checks,
    files,
    instrument_checks,
    key_checks,
    laboratory_checks,
    original_checks,
    record_rules,
    seal,
    text_rules,
    value_checks,
    word_checks,
)
from sap_helpers.cut import domains as domain_rules
from sap_helpers.cut import folder as folder_rules
from sap_helpers.cut import info as info_rules
from sap_helpers.cut.checks import Context, DomainRecords
from sap_helpers.cut.domains import check_domain, load_domains
from sap_helpers.cut.folder import open_folder, take_file
from sap_helpers.cut.formats import read_table
from sap_helpers.cut.order import sort_records
from sap_helpers.cut.packed import PackedFrames, pack, unpack
from sap_helpers.cut.seal import check_seal
from sap_helpers.cut.units import require_units
from sap_helpers.errors import CutRefusedError
from sap_helpers.findings import Rule, sort_findings
from sap_helpers.plan.home import DOMAINS_FILE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sap_helpers.cut.folder import CutFolder
    from sap_helpers.cut.info import CutInfo
    from sap_helpers.findings import Finding
    from sap_helpers.plan import Plan

R088 = Rule("R088", "listed", "the plan is not the one at sealing", (), "", "Every page says so.")
RULES: tuple[Rule, ...] = tuple(
    sorted(
        (
            *adverse_checks.RULES, *code_checks.RULES, *consent_checks.RULES, *content.RULES, *coverage_checks.RULES,
            *csv_format.RULES, *distance_checks.RULES, *domain_rules.RULES, *files.RULES, *folder_rules.RULES,
            *info_rules.RULES, *instrument_checks.RULES, *key_checks.RULES, *laboratory_checks.RULES,
            *original_checks.RULES, *record_rules.RULES, *seal.RULES, *text_rules.RULES, *value_checks.RULES,
            *word_checks.RULES, R088, *extent_checks.RULES,
        ),
        key=lambda rule: rule.rule,
    )
)  # fmt: skip
CHECKS = (
    *instrument_checks.CHECKS,
    *laboratory_checks.CHECKS,
    *adverse_checks.CHECKS,
    *original_checks.CHECKS,
    *value_checks.CHECKS,
)


@dataclass(frozen=True)
class Cut:
    """A cut as it may be analysed.

    Parameters
    ----------
    info
        Study, id, date and whether it is synthetic.
    is_sealed, is_plan_changed
        Whether it has a manifest; whether that names another plan than the one in force.
    domains
        Typed frames by lower-case name after every check: text "" where missing, numbers NaN, ROW the record's number,
        QUARFL "Y" where a field was quarantined; in the order of `sort_records`. Only the domains that the cut has.
        Held packed; each is unpacked when it is asked for.
    rows
        Records in the file of each domain, those included that no analysis uses.
    findings
        All that was noticed, refusals among them, in report order.
    hashes
        sha256 of each file by its name.
    """

    info: CutInfo
    is_sealed: bool
    is_plan_changed: bool
    domains: Mapping[str, pd.DataFrame]
    rows: Mapping[str, int]
    findings: tuple[Finding, ...]
    hashes: Mapping[str, str]

    @property
    def is_refused(self) -> bool:
        """Whether a rule refuses the cut."""
        return any(finding.severity == "refused" for finding in self.findings)

    @property
    def date(self) -> pd.Timestamp:
        """The cut date as a timestamp."""
        return pd.Timestamp(self.info.cut_date)


def load_cut(path: Path, plan: Plan, plan_bytes: bytes) -> Cut:
    """Read a cut that can be analysed.

    Parameters
    ----------
    path
        The cut's folder.
    plan
        The plan in force.
    plan_bytes
        The plan's file, whose hash a seal may hold.

    Raises
    ------
    CutError
        The folder or its cut.yaml cannot be read.
    CutRefusedError
        A rule refuses the cut; the error holds all findings.
    """
    cut = check_cut(path, plan, plan_bytes)
    if cut.is_refused:
        raise CutRefusedError(cut.findings)
    return cut


def check_cut(path: Path, plan: Plan, plan_bytes: bytes) -> Cut:
    """Read a cut and every finding about it, refused or not; parameters and CutError as of `load_cut`."""
    require_units(plan)
    folder = open_folder(path)
    found = [*folder.findings]
    records = {}
    rows = {}
    table_of_domains = load_domains(DOMAINS_FILE)
    for domain in sorted(folder.files):
        file, folder = take_file(folder, domain)
        table, noticed = read_table(file.data, file.extension, file.name)
        found += noticed
        if not any(finding.severity == "refused" for finding in noticed):
            rows[domain] = len(table.frame)
        if domain in table_of_domains.domains:
            frame, typed = check_domain(table, domain, table_of_domains, file.name)
            unreadable = coverage_checks.check_readable(frame, domain, file.name, table_of_domains, plan, typed)
            told = {finding.variable for finding in unreadable}
            found += [*unreadable, *(finding for finding in typed if finding.variable not in told)]
            found += code_checks.check_variables(table.frame.columns, domain, table_of_domains, file.name)
            found += extent_checks.check_filled(table.frame, domain, file.name, table_of_domains)
            frame["QUARFL"] = _quarantined(frame, [*noticed, *typed])
            # the text itself is let go: its lines are enough for what a finding says of a record
            line = replace(table, frame=table.frame.iloc[:0]).line
            records[domain] = DomainRecords(domain, sort_records(pack(frame), domain), file.name, line)
    found += check_seal(folder, rows)
    found += _check_plan(folder, plan, plan_bytes)
    is_whole = not any(finding.severity == "refused" for finding in found)
    if is_whole:
        found += _check_records(records, plan, pd.Timestamp(folder.info.cut_date))
    domains = PackedFrames({name: part.frame.reset_index(drop=True) for name, part in records.items()})
    hashes = {folder.info_file.name: folder.info_file.sha256} | {f.name: f.sha256 for f in folder.files.values()}
    changed = folder.seal_plan_sha256 not in (None, hashlib.sha256(plan_bytes).hexdigest())
    is_sealed = folder.seal == "sealed"
    return Cut(
        folder.info, is_sealed, changed, domains, rows, tuple(sort_findings(found)), dict(sorted(hashes.items()))
    )


def _quarantined(frame: pd.DataFrame, findings: list[Finding]) -> pd.Series:
    """Return "Y" for the records of which reading the text quarantined a field that an analysis knows."""
    rows = {f.row for f in findings if f.severity == "quarantined" and f.variable in frame}
    return frame["ROW"].isin(rows).map({True: "Y", False: ""}).astype(object)


def _check_plan(folder: CutFolder, plan: Plan, plan_bytes: bytes) -> list[Finding]:
    """Return the refusal of another study's cut, and the note on a plan changed since sealing."""
    found = []
    if folder.info.study != plan.study:
        rule = record_rules.R048
        found.append(rule.finding(file="cut.yaml", variable="study", value=folder.info.study, allowed=plan.study))
    if folder.seal_plan_sha256 not in (None, hashlib.sha256(plan_bytes).hexdigest()):
        found.append(R088.finding(file="manifest.json"))
    return found


def _check_records(records: Mapping[str, DomainRecords], plan: Plan, cut_date: pd.Timestamp) -> list[Finding]:
    """Run every rule on records, in the order: who, when, what; the frames are then what may be analysed."""
    records["dm"].frame = unpack(records["dm"].frame)
    key_checks.drop_repeated(records["dm"])
    distance_checks.check_distances(records, plan)
    gone = consent_checks.drop_not_enrolled(records["dm"], cut_date)
    context = Context(plan, cut_date, frozenset(records["dm"].frame["USUBJID"]))
    found = record_rules.check_subjects(records["dm"], context)
    for part in records.values():
        part.frame = unpack(part.frame)  # one domain at a time
        key_checks.check_gaps(part)
        key_checks.drop_repeated(part)
        key_checks.check_unique(part)
        found += record_rules.check_study(part, plan.study)
        consent_checks.drop_records_of(part, gone, cut_date)
        record_rules.drop_strangers(part, context)
        record_rules.apply_date_rules(part, context)
        word_checks.apply_word_rules(part, context)
        code_checks.apply_code_rules(part, context)
        for check in CHECKS:
            if check.domain == part.domain:
                part.run(check, context)
        found += part.findings
        part.frame = pack(part.frame)
    found += extent_checks.check_cut_date(records.values(), cut_date, plan)
    return found + coverage_checks.check_arms(records, plan)
