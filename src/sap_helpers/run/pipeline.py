"""One run: read and check the cut, derive once, execute the notebooks, join results, render, publish in one step."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat

from sap_helpers.cut.read import load_cut
from sap_helpers.derive.store import derive_study, save_study
from sap_helpers.errors import NotebookError
from sap_helpers.plan import load_plan
from sap_helpers.plan.home import NOTEBOOKS, PLAN_FILE
from sap_helpers.run.engine import execute
from sap_helpers.run.manifest import (
    combine,
    environment,
    hash_bytes,
    hash_code,
    hash_outputs,
    read_manifest,
    write_manifest,
)
from sap_helpers.run.notebooks import SUMMARY, Notebook, choose, find_notebooks
from sap_helpers.run.pages import collect_results, write_pages
from sap_helpers.run.publish import locked, publish, remove, staging

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sap_helpers.derive.store import Study

FINDINGS_SHOWN = 40


@dataclass(frozen=True)
class Call:
    """What `sap run` was asked to do."""

    cut: Path
    reports: Path = Path("reports")
    only: tuple[str, ...] | None = None
    settings: tuple[str, ...] = ()
    plan: Path = PLAN_FILE
    notebooks: Path = NOTEBOOKS
    force: bool = False
    jobs: int = field(default_factory=lambda: os.cpu_count() or 1)


@dataclass
class Report:
    """A report in the making: its folder, what it is about, and what went wrong so far, by notebook."""

    folder: Path
    study: Study
    keys: dict[str, str]
    published: Path
    problems: dict[str, list[str]] = field(default_factory=dict)

    @property
    def executed(self) -> Path:
        """Where the executed notebooks are."""
        return self.folder / "executed"


def run_plan(call: Call) -> Path:
    """Run the plan on a cut and publish the report.

    Returns
    -------
    Path
        index.html of the published report.

    Raises
    ------
    UsageError, PlanError, CutError, CutRefusedError
        The call, plan, cut or reports folder is unusable; nothing was published.
    NotebookError
        A notebook failed; the previous report stands, the failed run is kept beside it.
    ReportLockedError, PublishError
        Another run holds the reports folder, or the disk does not take the report.
    """
    started = time.monotonic()
    plan, base = load_plan(call.plan, call.settings), load_plan(PLAN_FILE)
    notebooks = find_notebooks(call.notebooks)
    chosen = choose(notebooks, call.only)
    study = derive_study(load_cut(call.cut, plan, call.plan.read_bytes()), plan)
    tell_findings(study)
    place = call.reports / study.cut_id
    with locked(call.reports), staging(call.reports, study.cut_id) as folder:
        save_study(study, folder)
        report = Report(folder, study, _keys(folder, notebooks), place)
        report.executed.mkdir()
        present = execute_all(report, notebooks, chosen, call)
        for name, problem in write_pages(folder, present, study, base).items():
            report.problems.setdefault(name, []).append(problem)
        write_manifest(folder, **_account(call, study, report))
        if report.problems:
            kept = keep_failed(folder, place)
            raise NotebookError(tell_problems(report.problems, kept.name))
        publish(folder, place)
    tell(f"published in {time.monotonic() - started:.1f} s")
    return place / "index.html"


def execute_all(
    report: Report, notebooks: Sequence[Notebook], chosen: Sequence[Notebook], call: Call
) -> list[Notebook]:
    """Execute or take over the notebooks, the summary last; return those whose executed copy is there, in order."""
    outcomes = [notebook for notebook in notebooks if notebook.name != SUMMARY]
    reused = [] if call.force else [n for n in outcomes if take_over(report, n)]
    fresh = [n for n in chosen if n.name != SUMMARY and n not in reused]
    for notebook in reused:
        tell(f"{notebook.name}: unchanged")
    _execute(report, fresh, call.jobs)
    present = [n for n in outcomes if n in fresh or n in reused]
    copies = [nbformat.read(report.executed / f"{n.name}.ipynb", as_version=4) for n in present]
    (report.folder / "results.csv").write_text(collect_results(copies).to_csv(), encoding="utf-8")
    summary = [n for n in notebooks if n.name == SUMMARY]
    _execute(report, summary, call.jobs)
    return [*present, *summary]


def _execute(report: Report, notebooks: Sequence[Notebook], jobs: int) -> None:
    started = time.monotonic()
    for done in execute(notebooks, report.executed, jobs):
        tell(f"{done.name}: {'failed' if done.problems else 'done'} after {time.monotonic() - started:.1f} s")
        if done.problems:
            report.problems[done.name] = list(done.problems)


def take_over(report: Report, notebook: Notebook) -> bool:
    """Copy an executed notebook from the published report where it would come out the same; return whether it was."""
    known = read_manifest(report.published)
    name = f"executed/{notebook.name}.ipynb"
    source = report.published / name
    if known.get("keys", {}).get(notebook.name) != report.keys[notebook.name] or not source.is_file():
        return False
    data = source.read_bytes()
    if known.get("outputs", {}).get(name) != hash_bytes(data):
        return False
    (report.folder / name).write_bytes(data)
    return True


def keep_failed(folder: Path, place: Path) -> Path:
    """Keep a failed run beside the report's place, for reading; an earlier one goes."""
    # no cut_id holds a tilde: this can never be the place of another cut's report
    kept = place.with_name(f"{place.name}~failed")
    remove(kept)
    folder.rename(kept)
    return kept


def _keys(folder: Path, notebooks: Sequence[Notebook]) -> dict[str, str]:
    """Return the key of each notebook: all that its outcome depends on."""
    shared = hash_outputs(folder) | {"code": hash_code(), "environment": combine(environment())}
    return {n.name: combine({**shared, "notebook": hash_bytes(n.path.read_bytes())}) for n in notebooks}


def _account(call: Call, study: Study, report: Report) -> dict[str, object]:
    """Return what the manifest says of this run."""
    return {
        "study": study.plan.study, "cut_id": study.cut_id, "cut_date": study.cut_date.date().isoformat(),
        "inputs": dict(study.hashes), "plan": hash_bytes(call.plan.read_bytes()), "settings": list(call.settings),
        "only": None if call.only is None else list(call.only), "code": hash_code(), "keys": report.keys,
        "environment": environment(), "failed": sorted(report.problems),
    }  # fmt: skip


def tell(line: str) -> None:
    """Say something to the person at the terminal; stdout is for the report's path alone."""
    print(line, file=sys.stderr, flush=True)


def tell_findings(study: Study) -> None:
    """Tell the findings that a person should know of, the gravest first."""
    grave = [message for severity, message in study.messages if severity != "noted"]
    for message in grave[:FINDINGS_SHOWN]:
        tell(message)
    if len(grave) > FINDINGS_SHOWN:
        tell(f"and {len(grave) - FINDINGS_SHOWN} more findings: see findings.csv")


def tell_problems(problems: dict[str, list[str]], kept: str) -> str:
    """Return the message of a failed run."""
    lines = [f"{name}: {problem}" for name, of in sorted(problems.items()) for problem in of]
    return "\n".join([*lines, f"Nothing was published; the failed run is kept in {kept}."])
