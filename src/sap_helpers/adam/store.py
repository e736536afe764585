"""The store that notebooks open: one study at one cut, from a report's analysis data or straight from a cut."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from functools import cached_property, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from sap_helpers.adam.analysis import derive_analysis_data
from sap_helpers.adam.blocks import is_assessment
from sap_helpers.adam.coverage_rules import find_scores, find_tests, score_names
from sap_helpers.adam.events import is_word
from sap_helpers.adam.listing_rules import LISTING_RULES, check_analysis_data
from sap_helpers.adam.parquet import write_parquet
from sap_helpers.adam.stored import StoredData, StoredFindings
from sap_helpers.adam.subjects import SET_NEEDS
from sap_helpers.adam.timing import is_due
from sap_helpers.cut.content import parse_json
from sap_helpers.cut.form import is_count, is_date, is_flag, is_line, is_text, list_of, map_of, record_of
from sap_helpers.cut.names import is_cut_id
from sap_helpers.cut.packed import columns_of, packed_of, unpack
from sap_helpers.cut.read import RULES, Cut, load_cut
from sap_helpers.errors import ReportError, UsageError
from sap_helpers.findings import Rule, finding_rows, findings_csv, sort_findings
from sap_helpers.plan import Plan, load_plan, save_plan
from sap_helpers.plan.home import PLAN_FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence

    from numpy.typing import NDArray

CUT_FILE, FINDINGS_FILE, PLAN_COPY, DATA_FOLDER = "cut.json", "findings.csv", "plan.yaml", "adam"
IS_ABOUT = record_of({
    "study": is_line, "cut_id": is_cut_id, "cut_date": is_date, "synthetic": is_flag, "sealed": is_flag,
    "plan_changed": is_flag, "sources": map_of(is_line, record_of({"rows": is_count, "columns": list_of(is_text)})),
})  # fmt: skip
P = ParamSpec("P")
T = TypeVar("T")
ALL_RULES: tuple[Rule, ...] = tuple(sorted((*RULES, *LISTING_RULES), key=lambda rule: rule.rule))


@dataclass(frozen=True)
class Study:
    """Everything an analysis may read: the plan in force, what the cut is, and its analysis data.

    Parameters
    ----------
    plan
        The plan in force, settings included.
    cut_id, cut_date, is_synthetic, is_sealed, is_plan_changed
        What the cut says of itself.
    sources
        Records and columns of each SDTM domain that the cut has.
    data
        Analysis data sets by name.
    findings
        What the data-quality rules noticed, as rows of findings.csv.
    messages
        Severity and message of each of them, where the cut itself was read.
    hashes
        sha256 of each file of the cut by its name, where the cut itself was read.
    kept
        What was derived from it by functions that are `once_per_study`.
    """

    plan: Plan
    cut_id: str
    cut_date: pd.Timestamp
    is_synthetic: bool
    is_sealed: bool
    is_plan_changed: bool
    sources: Mapping[str, Mapping[str, Any]]
    data: Mapping[str, pd.DataFrame]
    findings: Sequence[Mapping[str, str]]
    messages: tuple[tuple[str, str], ...] = ()
    hashes: Mapping[str, str] = field(default_factory=dict)
    kept: dict[Hashable, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __getitem__(self, name: str) -> pd.DataFrame:
        """Return an analysis data set."""
        return self.data[name]

    @cached_property
    def assessments(self) -> pd.DataFrame:
        """The records of ADQS that are no single item, and the items that were quarantined."""
        return unpack(self.select("adqs", lambda adqs: is_assessment(adqs, self.plan), ("PARAMCD", "QUARFL")))

    def columns(self, name: str, *columns: str) -> pd.DataFrame:
        """Return some columns of all records of an analysis data set."""
        if isinstance(self.data, StoredData):
            return self.data.columns(name, *columns)
        return columns_of(self.data, name, *columns)

    def select(
        self, name: str, keep: Callable[[pd.DataFrame], pd.Series], by: Sequence[str], columns: Sequence[str] = ()
    ) -> pd.DataFrame:
        """Return columns of some records of an analysis data set, packed where it is held so; nothing else is held.

        Parameters
        ----------
        name
            The data set.
        keep
            Tells the records wanted.
        by
            The columns that it needs.
        columns
            The columns wanted; all of them where none is named.
        """
        if isinstance(self.data, StoredData):
            return self.data.select(name, keep, by, columns)
        frame = packed_of(self.data, name)
        return frame.loc[keep(frame), list(columns) or list(frame.columns)]

    def owners(self, name: str) -> NDArray[np.int64]:
        """Return the place in ADSL of the subject of each record of a data set, by ASEQ (place 0 is no record's)."""
        if name not in self._owners:
            frame = self.columns(name, "USUBJID", "ASEQ")
            found = np.zeros(int(frame["ASEQ"].max()) + 1 if len(frame) else 1, dtype=np.int64)
            subjects = pd.Index(self.data["adsl"]["USUBJID"])
            found[frame["ASEQ"].to_numpy(dtype=np.int64)] = subjects.get_indexer(pd.Index(frame["USUBJID"]))
            self._owners[name] = found
        return self._owners[name]

    @cached_property
    def _owners(self) -> dict[str, NDArray[np.int64]]:
        return {}

    @property
    def has_treated(self) -> bool:
        """Whether anybody was treated; as long as nobody was, a domain without a record is no lack."""
        return bool((self.data["adsl"]["SAFFL"] == "Y").any())

    def why_unavailable(self, *needs: str) -> str:
        """Return why an analysis cannot be done on this cut, or "" where all it needs is there.

        Parameters
        ----------
        needs
            Domains ("qs"), columns ("cm.CMCAT"), or what must have been measured: a score ("qs:SLEDAI", "qs:SLEDAI22",
            "qs:BILAG", "qs:PGA") or a test ("lb:C3", "cp:TREG").
        """
        for need in needs:
            place, _, measure = need.partition(":")
            domain, _, column = place.partition(".")
            source = self.sources.get(domain)
            if source is None:
                return f"not available in this cut: no {domain.upper()} domain"
            if column and column not in source["columns"]:
                return f"not available: no {domain.upper()}.{column}"
            if not self.has_treated:
                continue
            if source["rows"] == 0:
                return f"not available in this cut: the {domain.upper()} domain has no record"
            if column in source.get("empty", ()):
                return f"not available: {domain.upper()}.{column} is empty"
            if measure and measure not in _measured(self, "adqs" if domain == "qs" else "adlb"):
                return f"not available in this cut: no {score_names(self.plan).get(measure, measure)} record"
        return ""

    def subjects(self, population: str) -> pd.DataFrame:
        """Return the ADSL records of an analysis set."""
        return _subjects(self, population)

    @property
    def set_sizes(self) -> dict[str, int]:
        """The size of each analysis set that this cut can tell."""
        return {name: len(self.subjects(name)) for name, needs in SET_NEEDS.items() if not self.why_unavailable(*needs)}

    @property
    def is_interim(self) -> bool:
        """Whether a treated subject is not yet due at the last week, or none is treated at all."""
        treated = self.subjects("SAF")
        last = self.plan.time.weeks[-1]
        return treated.empty or not bool(is_due(treated["TRTSDT"], last, self.cut_date, self.plan).all())

    @property
    def marks(self) -> dict[str, Any]:
        """What every table and figure says of its cut."""
        return {
            "cut_id": self.cut_id, "cut_date": self.cut_date.date().isoformat(), "synthetic": self.is_synthetic,
            "sealed": self.is_sealed, "interim": self.is_interim,
        }  # fmt: skip

    def __repr__(self) -> str:
        """Return one line for the notebook."""
        kind = "synthetic data" if self.is_synthetic else "trial data"
        seal = "sealed" if self.is_sealed else "unsealed"
        sizes = ", ".join(f"{name} {size}" for name, size in self.set_sizes.items())
        return f"{self.plan.study}, cut {self.cut_id} of {self.cut_date.date()}, {kind}, {seal}; {sizes}"


def once_per_study(derive: Callable[Concatenate[Study, P], T]) -> Callable[Concatenate[Study, P], T]:
    """Have a function of a study and a few plain values derive what it returns once for each study.

    What it returns is everybody's: nobody may change it in place.
    """

    @wraps(derive)
    def kept(study: Study, /, *args: P.args, **kwargs: P.kwargs) -> T:
        place = (derive, args, tuple(kwargs.items()))
        if place not in study.kept:
            study.kept[place] = derive(study, *args, **kwargs)
        found: T = study.kept[place]
        return found

    return kept


@once_per_study
def _subjects(study: Study, population: str) -> pd.DataFrame:
    adsl = study.data["adsl"]
    return adsl.loc[adsl[f"{population}FL"] == "Y"]


@once_per_study
def _measured(study: Study, name: str) -> frozenset[str]:
    """Return the scores (of ADQS) or tests (of ADLB) of which a treated subject has a usable value."""
    if name == "adqs":
        return find_scores(study.assessments, study.plan)
    return find_tests(study.columns(name, "PARAMCD", "AVAL"))


def derive_study(cut: Cut, plan: Plan) -> Study:
    """Derive the analysis data of a cut."""
    data = derive_analysis_data(cut.domains, cut.date, plan)
    found = sort_findings([*cut.findings, *check_analysis_data(data, cut.domains, plan)])
    held = {name: packed_of(cut.domains, name) for name in sorted(cut.domains)}
    sources = {name: _describe(name, records, cut.rows[name], plan) for name, records in held.items()}
    info = cut.info
    return Study(
        plan, info.cut_id, cut.date, info.synthetic, cut.is_sealed, cut.is_plan_changed, sources, data,
        finding_rows(found), tuple((finding.severity, finding.message()) for finding in found), cut.hashes,
    )  # fmt: skip


def _describe(domain: str, records: pd.DataFrame, rows: int, plan: Plan) -> dict[str, Any]:
    """Return what a study knows of a domain: rows of its file, columns, and those of them without any value.

    Columns of dates and numbers are never among these: no date of death means that nobody died, and what has no number
    is counted as such. The scope of a disposition is asked of disposition events alone.
    """
    columns = sorted({*records.columns} - {"ROW", "QUARFL"})
    asked = records.loc[is_word(records["DSCAT"], [plan.events.disposition_category])] if domain == "ds" else records
    words = [name for name in columns if not name.endswith("DTC") and not is_numeric_dtype(records[name])]
    empty = [name for name in words if set(asked[name].unique()) <= {""}]
    return {"rows": rows, "columns": columns, "empty": empty if len(asked) else []}


def open_study(path: str | Path) -> Study:
    """Open a cut or a report.

    Parameters
    ----------
    path
        A data cut (it is read, checked and derived with the project's plan) or a report folder (its analysis data and
        its own plan are read).

    Raises
    ------
    UsageError
        The folder is neither.
    CutError, CutRefusedError, PlanError
        As of reading a cut and a plan.
    """
    folder = Path(path)
    if (folder / CUT_FILE).is_file():
        return load_study(folder)
    if (folder / "cut.yaml").exists():
        plan = load_plan(PLAN_FILE)
        return derive_study(load_cut(folder, plan, PLAN_FILE.read_bytes()), plan)
    raise UsageError(
        f"{folder.resolve()}: neither a data cut (no cut.yaml) nor a report (no {CUT_FILE}). Name one of them; a path "
        f"is seen from {Path.cwd()}."
    )


def save_study(study: Study, folder: Path) -> Study:
    """Write what `load_study` reads (plan, description, findings, analysis data); return the study with data there."""
    (folder / DATA_FOLDER).mkdir(parents=True)
    save_plan(study.plan, folder / PLAN_COPY)
    about = {
        "study": study.plan.study, "cut_id": study.cut_id, "cut_date": study.cut_date.date().isoformat(),
        "synthetic": study.is_synthetic, "sealed": study.is_sealed, "plan_changed": study.is_plan_changed,
        "sources": study.sources,
    }  # fmt: skip
    (folder / CUT_FILE).write_text(json.dumps(about, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    (folder / FINDINGS_FILE).write_text(findings_csv(study.findings), encoding="utf-8")
    for name in study.data:
        (folder / DATA_FOLDER / f"{name}.parquet").write_bytes(write_parquet(packed_of(study.data, name)))
    return replace(study, data=StoredData(folder / DATA_FOLDER))


def load_study(folder: Path) -> Study:
    """Read a study from a report folder.

    Raises
    ------
    ReportError
        What it says of its cut is not of the form in which `save_study` writes it.
    """
    try:
        about: Any = parse_json((folder / CUT_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ReportError(f"{folder.name}: its {CUT_FILE} cannot be read: {error}.") from error
    if not IS_ABOUT(about):
        raise ReportError(f"{folder.name}: its {CUT_FILE} is not of the form that sap run writes.")
    plan = load_plan(folder / PLAN_COPY)
    return Study(
        plan, about["cut_id"], pd.Timestamp(about["cut_date"]), about["synthetic"], about["sealed"],
        about["plan_changed"], about["sources"], StoredData(folder / DATA_FOLDER),
        StoredFindings(folder / FINDINGS_FILE),
    )  # fmt: skip
