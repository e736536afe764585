"""What is said of a damaged cut and what becomes of its data, held against the undamaged one."""

from __future__ import annotations

import traceback
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from damage.bases import place_files, the_plan
from sap_helpers.adam.analysis import derive_analysis_data
from sap_helpers.adam.listing_rules import check_analysis_data
from sap_helpers.cut.read import check_cut
from sap_helpers.errors import CutError
from sap_helpers.plan.home import PLAN_FILE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    import pandas as pd

    from damage.made import Damage
    from sap_helpers.cut.read import Cut
    from sap_helpers.findings import Finding

# the numbers of records, which say nothing of what was analysed
NUMBERS = ("ASEQ", "SRCROW", "SRCSEQ", "SRCDOM")


@dataclass
class Seen:
    """What reading and checking a cut came to, and, once that was asked for, deriving it."""

    findings: list[Finding] = field(default_factory=list)
    is_refused: bool = False
    crash: str = ""
    cut: Cut | None = None
    data: dict[str, pd.DataFrame] = field(default_factory=dict)

    def derive(self) -> Seen:
        """Derive the analysis data, and have the rules on them find what they find; once."""
        if self.cut is not None and not self.data and not self.crash:
            try:
                data = derive_analysis_data(self.cut.domains, self.cut.date, the_plan())
                self.findings += check_analysis_data(data, self.cut.domains, the_plan())
                self.data = {name: _without(data[name], NUMBERS) for name in data}
            except Exception:  # noqa: BLE001 - a crash is what is looked for
                self.crash = traceback.format_exc(limit=-4)
        return self

    @property
    def sources(self) -> dict[str, tuple[bool, frozenset[str]]]:
        """Which domains there are, whether they have a record, and their columns: what is available at all."""
        assert self.cut is not None
        return {n: (self.cut.rows[n] > 0, frozenset(self.cut.domains[n].columns)) for n in self.cut.domains}


def look(folder: Path, files: Mapping[str, bytes]) -> Seen:
    """Read and check a cut of these files."""
    place_files(folder, files)
    try:
        cut = check_cut(folder, the_plan(), PLAN_FILE.read_bytes())
    except CutError:
        return Seen(is_refused=True)
    except Exception:  # noqa: BLE001 - a crash is what is looked for
        return Seen(crash=traceback.format_exc(limit=-4))
    return Seen(list(cut.findings), cut.is_refused, cut=None if cut.is_refused else cut)


def _without(frame: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    return frame.drop(columns=[name for name in columns if name in frame])


def same_records(first: Seen, second: Seen) -> bool:
    """Return whether two cuts come to the same records to be analysed: nothing derived from them can then differ."""
    one, other = first.cut, second.cut
    assert one is not None
    assert other is not None
    return (
        one.date == other.date
        and first.sources == second.sources
        and all(
            _without(one.domains[name], ("ROW",)).equals(_without(other.domains[name], ("ROW",)))
            for name in one.domains
        )
    )


def same_data(first: Seen, second: Seen) -> bool:
    """Return whether two cuts come to the same analysis data, the numbers of records aside."""
    if same_records(first, second):
        return True
    first.derive()
    second.derive()
    return first.sources == second.sources and all(_same(first.data[n], second.data[n]) for n in first.data)


def _same(first: pd.DataFrame, second: pd.DataFrame) -> bool:
    if first.equals(second):
        return True
    if first.shape != second.shape or list(first.columns) != list(second.columns):
        return False
    # a column without any value may be of another type; where two records tie, their order is that of the file
    return _lines(first) == _lines(second)


def _lines(frame: pd.DataFrame) -> Counter[tuple[Any, ...]]:
    texts = frame.astype(object).where(frame.notna(), "").astype(str)
    return Counter(texts.itertuples(index=False, name=None))


def new_findings(before: Iterable[Finding], after: Iterable[Finding]) -> list[Finding]:
    """Return the findings that the undamaged cut does not have, its rows aside: records may have moved."""
    known = Counter(map(_content, before))
    new = []
    for finding in after:
        content = _content(finding)
        if known[content]:
            known[content] -= 1
        else:
            new.append(finding)
    return new


def _content(finding: Finding) -> tuple[str, ...]:
    return (
        finding.rule, finding.severity, finding.problem, finding.domain, finding.usubjid, finding.date,
        finding.variable, finding.value, finding.allowed, finding.action,
    )  # fmt: skip


def names(finding: Finding, damage: Damage, rows: frozenset[int]) -> bool:
    """Return whether a finding names a damage: its record, its subject and domain, its column or its file.

    Parameters
    ----------
    finding
        A new finding of the damaged cut.
    damage
        What was done.
    rows
        Where the damaged records stand in their file now.
    """
    if damage.domain == "*":
        return finding.usubjid in damage.subjects
    if damage.domain == "cut.yaml":
        said = f"{finding.variable} {finding.value} {finding.problem}"
        return finding.file == "cut.yaml" or any(
            word in said for word in (*damage.variables, *damage.texts, "cut date", "after the cut")
        )
    if finding.domain != damage.domain and not finding.file.startswith(f"{damage.domain}."):
        return False
    if finding.row in rows or (finding.usubjid and finding.usubjid in damage.subjects):
        return True
    is_of_all = finding.row is None and not finding.usubjid
    if damage.records or damage.subjects:
        return is_of_all and _tells(finding, damage)
    # a damaged column or file: any finding on the column, or on the file as a whole
    is_named = finding.variable in damage.variables or _is_result(finding, damage)
    return not damage.variables or is_named or _tells(finding, damage)


def _is_result(finding: Finding, damage: Damage) -> bool:
    """Return whether a finding is on a result, which goes by the code of its test, and the damage on its column."""
    prefix = damage.domain.upper()
    parts = {f"{prefix}{part}" for part in ("TESTCD", "ORRES", "ORRESU", "STRESC", "STRESN", "STRESU")}
    return bool(parts & damage.variables) and not finding.variable.startswith((prefix, "VISIT", "USUBJID"))


def _tells(finding: Finding, damage: Damage) -> bool:
    """Return whether the words of a finding hold a damaged value, or it is about the column of numbers."""
    if finding.variable in damage.variables and finding.variable.endswith("SEQ"):
        return True
    said = f"{finding.value} {finding.problem} {finding.allowed}"
    words = damage.texts if damage.records or damage.subjects else damage.variables
    return finding.severity == "refused" or any(word in said for word in words if word)


def leads_to(finding: Finding, damage: Damage) -> bool:
    """Return whether a finding in another domain, more than noted, is on a damaged subject."""
    return finding.severity != "noted" and bool(finding.usubjid) and finding.usubjid in damage.subjects
