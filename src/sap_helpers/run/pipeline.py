"""One run: read and check the cut, derive once, execute the notebooks, join results, publish in one step."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sap_helpers.adam.store import PLAN_COPY, derive_study, save_study
from sap_helpers.cut.folder import read_info
from sap_helpers.cut.read import check_cut, load_cut
from sap_helpers.errors import CutError, CutRefusedError, NotebookError
from sap_helpers.plan import load_plan
from sap_helpers.plan.home import PLAN_FILE
from sap_helpers.results import join, results_csv
from sap_helpers.run.cache import Cache, hash_frame, open_cache, open_published
from sap_helpers.run.call import Call
from sap_helpers.run.compare import Against, open_previous
from sap_helpers.run.engine import Engine, Executed, Execution, Task, open_engine
from sap_helpers.run.manifest import environment, hash_bytes, hash_code, write_manifest
from sap_helpers.run.memory import give_back_memory
from sap_helpers.run.notebooks import Notebook, choose, find_notebooks
from sap_helpers.run.pages import Made, page_frame, read_made, summary_frame
from sap_helpers.run.previous import RESULTS_FILE, find_previous
from sap_helpers.run.profiles import NAME as PROFILES
from sap_helpers.run.profiles import ProfilesTask, profiles_entry, take_over_profiles
from sap_helpers.run.progress import Progress, tell, tell_skipped
from sap_helpers.run.publish import claimed_report, keep_failed, not_written, publish, remove_failed, staging
from sap_helpers.run.terminal import answer_lines, finding_lines
from sap_helpers.run.unchanged import SUMMARY, basis_of, hash_cut
from sap_helpers.show.catalogue import load_catalogue
from sap_helpers.show.references import check_references

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from concurrent.futures import Future
    from pathlib import Path

    from sap_helpers.adam.store import Study
    from sap_helpers.plan import Plan
    from sap_helpers.show.page.render import Entry

__all__ = ["Call", "run_plan"]


@dataclass
class Report:
    """A report in the making: where, of what, what it may take over, and what came of its notebooks so far."""

    folder: Path
    frame: dict[str, Any]
    inputs: Mapping[str, str]
    cache: Cache
    jobs: int
    is_forced: bool
    progress: Progress
    frames: dict[str, dict[str, Any]] = field(default_factory=dict)
    against: Against = field(default_factory=Against)
    kept: list[Notebook] = field(default_factory=list)
    executions: list[Execution] = field(default_factory=list)
    made: dict[str, Future[Made]] = field(default_factory=dict)

    @property
    def problems(self) -> dict[str, tuple[str, ...]]:
        """What went wrong, by notebook."""
        return {done.name: done.problems for done in self.executions if done.problems}

    def frame_of(self, notebook: Notebook) -> dict[str, Any]:
        """Return what stands around a notebook's page."""
        return self.frames.setdefault(notebook.name, self.frame)

    @property
    def provenance(self) -> tuple[tuple[str, str], ...]:
        """What the report was made from, in words and hashes, for its first page."""
        cut = tuple((f"Cut file {name}", f"sha256 {value}") for name, value in self.inputs.items())
        plan, package = f"sha256 {self.plan_hash}", f"sha256 {hash_code()}"
        return (*self.against.provenance, ("Plan in force", plan), ("Package", package), *cut)

    @property
    def plan_hash(self) -> str:
        """The hash of the plan in force."""
        return hash_bytes((self.folder / PLAN_COPY).read_bytes())

    def executed(self, notebook: Notebook) -> Path:
        """Return the file of an executed copy."""
        return self.folder / "executed" / f"{notebook.name}.ipynb"

    def read(self, notebook: Notebook, reader: ThreadPoolExecutor, entries: list[Entry] | None = None) -> None:
        """Have read what a notebook came to, where it left a copy."""
        copy = self.executed(notebook)
        if copy.is_file():
            self.made[notebook.name] = reader.submit(read_made, copy, self.folder / notebook.page, entries)


def run_plan(call: Call, engine: Engine | None = None) -> Path:
    """Run the plan on a cut and publish the report.

    Parameters
    ----------
    call
        What was asked for.
    engine
        What executes the notebooks, where it is open already; else the one that the call names.

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
        Another run of the same cut is writing, or the disk does not take the report.
    """
    started = time.monotonic()
    with nullcontext(engine) if engine else open_engine(call.engine) as opened:
        plan, base = load_plan(call.plan, call.settings), load_plan(PLAN_FILE)
        check_references(load_catalogue(), plan)  # a display that says what it may not is refused before all else
        notebooks = find_notebooks(call.notebooks)
        tell_skipped(call.notebooks)
        chosen = choose(notebooks, call.only)
        basis = basis_of(call)
        # the place first: a run that may not write there, or not now, is told so at once
        with claimed_report(call.cut, call.reports, _find_cut_id(call, plan)) as claim, staging(claim) as folder:
            study = derive_study(load_cut(call.cut, plan, call.plan.read_bytes()), plan)
            if study.cut_id != claim.place.name:
                raise CutError(f"cut.yaml changed while the cut {claim.place.name} was being read. Run again.")
            told = finding_lines(study.messages)
            for line in told:
                tell(line)
            study = save_study(study, folder)  # what is saved need not be held while the notebooks run
            give_back_memory()
            report = make_report(call, study, base, folder, notebooks, chosen)
            found = find_previous(
                call.reports, call.previous, plan.study, study.cut_id, study.cut_date.date().isoformat()
            )
            given = call.previous is not None
            report.against = open_previous(found, basis, study.hashes, report.plan_hash, is_given=given)
            for line in report.against.complaints:
                tell(line)
            execute_all(report, notebooks, chosen, opened)
            answers = answer_lines({name: made.result() for name, made in report.made.items()}, study.messages)
            said = [*told, *report.against.complaints]
            account = _account(call, study, report) | {"basis": basis, "messages": said}
            names = [notebook.name for notebook in notebooks]
            write_manifest(folder, **account, answers=answers, all_notebooks=names)
            if report.problems:
                kept = keep_failed(claim, folder)
                raise NotebookError(tell_problems(report.problems, kept.name))
            publish(claim, folder)
            remove_failed(claim)
    tell(f"published in {time.monotonic() - started:.1f} s")
    for line in answers:
        tell(line)
    return claim.place / "index.html"


def _find_cut_id(call: Call, plan: Plan) -> str:
    """Return what a cut calls itself; one that cannot name a folder is refused, with all else that is wrong with it."""
    info, findings = read_info(call.cut)
    if any(finding.severity == "refused" for finding in findings):
        raise CutRefusedError(check_cut(call.cut, plan, call.plan.read_bytes()).findings)
    return info.cut_id


def make_report(
    call: Call, study: Study, base: Plan, folder: Path, notebooks: Sequence[Notebook], chosen: Sequence[Notebook]
) -> Report:
    """Return a report in the making, with what it can take over from the published one."""
    (folder / "executed").mkdir()
    cache = open_cache(folder, open_published(call.reports / study.cut_id), notebooks)
    held = [n for n in notebooks if n.name != SUMMARY and not call.force and cache.holds(n)]
    present = [n for n in notebooks if n in held or n in chosen]
    frame = page_frame(study, base, present)
    progress = Progress([*(n.name for n in present), PROFILES])
    report = Report(folder, frame, study.hashes, cache, call.jobs, call.force, progress)
    report.kept += [n for n in held if cache.take_over(n, frame)]
    for notebook in report.kept:
        report.progress.keep(notebook.name)
    return report


def execute_all(report: Report, notebooks: Sequence[Notebook], chosen: Sequence[Notebook], engine: Engine) -> None:
    """Execute what is not taken over, the longest first; the summary once all results are there."""
    present = {n.name: n for n in notebooks if n.name in report.progress.lines}
    outcomes = [n for n in present.values() if n.name != SUMMARY]
    fresh = sorted((n for n in outcomes if n not in report.kept), key=report.cache.length, reverse=True)
    summary = next((n for n in chosen if n.name == SUMMARY), None)
    missing = {n.name for n in fresh}
    with ThreadPoolExecutor(max_workers=1) as reader:  # reads what is done while the others are executed
        for notebook in report.kept:
            report.read(notebook, reader)

        def follow(executed: Executed) -> list[Task]:
            if executed.name not in missing:
                return []
            report.read(present[executed.name], reader, executed.entries)
            missing.remove(executed.name)
            return [] if missing else _ending(report, outcomes, summary)

        tasks = [Task(n, report.folder, report.frame_of(n)) for n in fresh]
        first = tasks or _ending(report, outcomes, summary)
        with closing(
            engine.execute([*first, *_profiles_wanted(report)], report.jobs, report.progress.cell, follow)
        ) as executions:
            for done in executions:
                report.executions.append(done)
                report.progress.end(done)
                if done.unwritten:
                    raise not_written(report.frame["cut_id"], done.unwritten)


def _ending(report: Report, outcomes: Sequence[Notebook], summary: Notebook | None) -> list[Task]:
    """Join the results of all outcomes; return the summary's task, none where it is not asked for or taken over."""
    found = {n: report.made[n.name].result() for n in outcomes if n.name in report.made}
    results_file = report.folder / RESULTS_FILE
    results_file.write_text(results_csv(made.results for made in found.values()), encoding="utf-8")
    report.against.write(report.folder, join(made.results for made in found.values()))
    frame = report.frames[SUMMARY] = summary_frame(report.frame, found, report.provenance)
    if summary is None:
        return []
    if not report.is_forced and report.cache.holds(summary) and report.cache.take_over(summary, frame):
        report.kept.append(summary)
        report.progress.keep(summary.name)
        return []
    return [Task(summary, report.folder, frame)]


def _profiles_wanted(report: Report) -> list[ProfilesTask]:
    """Return the task of making the subject profiles; none where they could be taken over."""
    if not report.is_forced and take_over_profiles(report.cache, hash_frame(report.frame)):
        report.progress.keep(PROFILES)
        return []
    return [ProfilesTask(report.folder, report.frame)]


def _account(call: Call, study: Study, report: Report) -> dict[str, object]:
    """Return what the manifest says of this run."""
    whole = hash_cut(call.cut)
    executed = [done for done in report.executions if done.name != PROFILES]
    # a file that changed while the run read the cut: nothing may be taken for unchanged
    is_same = dict(study.hashes).items() <= whole.items()
    return {
        "previous": report.against.found.identity,
        "study": study.plan.study, "cut_id": study.cut_id, "cut_date": study.cut_date.date().isoformat(),
        "inputs": dict(study.hashes), "cut": whole if is_same else {},
        "only": None if call.only is None else list(call.only), "environment": environment(),
        "failed": sorted(report.problems),
        "notebooks": report.cache.entries(executed, report.kept, report.frames),
        PROFILES: profiles_entry(report.cache, hash_frame(report.frame)),
    }  # fmt: skip


def tell_problems(problems: dict[str, tuple[str, ...]], kept: str) -> str:
    """Return the message of a failed run."""
    lines = [f"{name}: {problem}" for name, of in sorted(problems.items()) for problem in of]
    return "\n".join([*lines, f"Nothing was published; the failed run is kept in {kept}."])
