"""Pages and results of a report: bundles joined into results.csv, executed notebooks rendered."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import nbformat

from sap_helpers.plan.display import PROFILES_PAGE
from sap_helpers.plan.load import changed_keys
from sap_helpers.results import MIME, Results, from_bundle, from_csv, join, rows_of
from sap_helpers.run.previous import RESULTS_FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from sap_helpers.adam.store import Study
    from sap_helpers.plan import Plan
    from sap_helpers.run.notebooks import Notebook
    from sap_helpers.show.page.render import Entry

ANSWER = "answer"  # the tag of the cell that says it


def results_of(notebook: Mapping[str, Any]) -> Results:
    """Return the results that one executed notebook carries, with the records behind them."""
    return join(from_bundle(bundle) for bundle in _bundles(notebook))


def _bundles(notebook: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from (
        output["data"][MIME]
        for cell in notebook["cells"]
        if cell["cell_type"] == "code"
        for output in cell["outputs"]
        if output["output_type"] in {"display_data", "execute_result"} and MIME in output["data"]
    )


class Made(NamedTuple):
    """What a notebook came to.

    Parameters
    ----------
    results
        Its results.
    entries
        Anchor and text of what can be found on its page, None without one.
    answer
        The lines of the answer that it gives.
    """

    results: Results
    entries: list[Entry] | None
    answer: Sequence[str] = ()


def read_made(copy: Path, page: Path, entries: list[Entry] | None = None) -> Made:
    """Return what an executed copy and its page hold; a page whose entries are known need not be there yet."""
    notebook = json.loads(copy.read_text(encoding="utf-8"))
    if entries is None and page.is_file():
        from sap_helpers.show.page import draft_page

        entries = draft_page(nbformat.from_dict(notebook)).entries
    results = join(rows_of(bundle) for bundle in _bundles(notebook))
    _ = results.lines  # kept with the results: when the last notebook is executed, there is no time to write them all
    return Made(results, entries, _answer(notebook))


def _answer(notebook: Mapping[str, Any]) -> list[str]:
    """Return the lines that the cell tagged as the answer shows as text."""
    cells = [cell for cell in notebook["cells"] if ANSWER in cell["metadata"].get("tags", [])]
    shown = [output["data"].get("text/plain", "") for cell in cells for output in cell["outputs"] if "data" in output]
    return "".join(text for lines in shown for text in lines).splitlines()


def page_frame(study: Study, base: Plan, notebooks: Sequence[Notebook]) -> dict[str, Any]:
    """Return what stands around every page of a report.

    Parameters
    ----------
    study
        What the report is about.
    base
        The project's plan, to tell what differs.
    notebooks
        Those that have a page, in order; the summary's page stands first.
    """
    plan = study.plan
    ordered = sorted(notebooks, key=lambda notebook: notebook.page != "index.html")
    return {
        "study": plan.study, "study_title": plan.title, "cut_id": study.cut_id,
        "cut_date": study.cut_date.date().isoformat(), "plan_version": plan.version, "synthetic": study.is_synthetic,
        "sealed": study.is_sealed, "interim": study.is_interim,
        "plan_differences": tuple((key, *values) for key, values in changed_keys(plan, base).items()),
        "set_sizes": tuple(study.set_sizes.items()), "warnings": warnings_of(study),
        "pages": (*((notebook.page, notebook.title) for notebook in ordered), PROFILES_PAGE),
        "subjects": tuple(sorted(map(str, study["adsl"]["USUBJID"]))),
        "subjects_on_page": plan.display.most_subjects,
    }  # fmt: skip


def write_page(
    folder: Path,
    notebook: Notebook,
    executed: nbformat.NotebookNode,
    frame: Mapping[str, Any],
    on_draft: Callable[[list[Entry]], None] = lambda _: None,
) -> list[str]:
    """Write the page of an executed notebook into a report in the making; return why it could not be made, if so.

    Parameters
    ----------
    folder
        The report in the making.
    notebook, executed
        The notebook and its executed copy.
    frame
        What stands around the page.
    on_draft
        Called with what can be found on the page, before what is behind its numbers is looked up.
    """
    # draws in the whole of show: only a process that renders needs it
    from sap_helpers.adam.store import load_study
    from sap_helpers.run.behind import Behind
    from sap_helpers.run.trace import plan_sections
    from sap_helpers.show.page import PageContext, Trail, draft_page, render_page

    around = {**frame, "title": notebook.title, "file": notebook.page}
    known = around.pop("trail", {})
    try:
        draft = draft_page(executed)
        on_draft(draft.entries)
        context, results = PageContext(**around), _results_shown(folder, executed)
        behind = Behind(partial(load_study, folder), results)
        trail = Trail(results, behind, plan_sections(), set_sizes=dict(context.set_sizes), **known)
        page = render_page(draft, context, trail)
    except Exception as error:  # noqa: BLE001 - a failed page fails its notebook alone
        return [f"its page could not be made: {error}"]
    (folder / notebook.page).write_text(page, encoding="utf-8")
    return []


def _results_shown(folder: Path, executed: nbformat.NotebookNode) -> Results:
    """Return the results that a notebook may show: its own, or all of the report where it has none."""
    own = results_of(executed)
    joined = folder / RESULTS_FILE
    return own if len(own) or not joined.is_file() else from_csv(joined.read_text(encoding="utf-8"))


def summary_frame(
    frame: Mapping[str, Any], found: Mapping[Notebook, Made], provenance: tuple[tuple[str, str], ...]
) -> dict[str, Any]:
    """Return what stands around the summary's page: it leads to the others, and all of them can be searched from it.

    Parameters
    ----------
    frame
        What stands around every page.
    found
        What each notebook that is done came to.
    provenance
        What the report was made from.
    """
    with_page = {notebook: made for notebook, made in found.items() if made.entries is not None}
    search = [
        (notebook.title, f"{notebook.page}#{anchor}", text)
        for notebook, made in with_page.items()
        for anchor, text in made.entries or ()
    ]
    pages = {name: notebook.page for notebook, made in with_page.items() for name in made.results.analysis_ids}
    return {
        **frame, "provenance": provenance,
        "trail": {**frame.get("trail", {}), "pages": pages, "search": tuple(search)},
    }  # fmt: skip


def warnings_of(study: Study) -> tuple[str, ...]:
    """Return the sentences that every page owes its reader on its first screen."""
    enrolled, planned = len(study.subjects("ENR")), study.plan.design.planned_subjects
    found = []
    if study.is_plan_changed:
        found.append("The plan differs from the plan at sealing.")
    if enrolled != planned:
        found.append(f"{planned} subjects were planned; this cut has {enrolled} enrolled.")
    return tuple(found)
