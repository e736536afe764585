"""Pages and results of a report: bundles joined into results.csv, executed notebooks rendered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import nbformat

from sap_helpers.plan.load import changed_keys
from sap_helpers.results import MIME, Results, from_bundle, join
from sap_helpers.show.page import PageContext, render_page

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sap_helpers.derive.store import Study
    from sap_helpers.plan import Plan
    from sap_helpers.run.notebooks import Notebook


def collect_results(executed: Sequence[nbformat.NotebookNode]) -> Results:
    """Return the results that executed notebooks carry, in the order of the notebooks."""
    return join(
        from_bundle(output.data[MIME])
        for notebook in executed
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if output.output_type in {"display_data", "execute_result"} and MIME in output.data
    )


def write_pages(folder: Path, notebooks: Sequence[Notebook], study: Study, base: Plan) -> dict[str, str]:
    """Render every executed notebook of a report; return, by name, why a page could not be made.

    Parameters
    ----------
    folder
        The report in the making, with ``executed/``.
    notebooks
        Those whose executed copy is there, in order.
    base
        The project's plan, to tell what differs.
    """
    pages = tuple(
        (notebook.page, notebook.title) for notebook in sorted(notebooks, key=lambda n: n.page != "index.html")
    )
    problems = {}
    for notebook in notebooks:
        executed = nbformat.read(folder / "executed" / f"{notebook.name}.ipynb", as_version=4)
        try:
            page = render_page(executed, page_context(study, base, notebook, pages))
        except Exception as error:  # noqa: BLE001 - a failed page fails its notebook alone
            problems[notebook.name] = f"its page could not be made: {error}"
            continue
        (folder / notebook.page).write_text(page, encoding="utf-8")
    return problems


def page_context(study: Study, base: Plan, notebook: Notebook, pages: tuple[tuple[str, str], ...]) -> PageContext:
    """Return what stands around a notebook on its page."""
    plan = study.plan
    differences = tuple((key, before, now) for key, (before, now) in changed_keys(plan, base).items())
    return PageContext(
        title=notebook.title, study=plan.study, study_title=plan.title, cut_id=study.cut_id,
        cut_date=study.cut_date.date().isoformat(), plan_version=plan.version, synthetic=study.is_synthetic,
        sealed=study.is_sealed, interim=study.is_interim, plan_differences=differences,
        set_sizes=tuple(study.set_sizes.items()), pages=pages, file=notebook.page, warnings=warnings_of(study),
    )  # fmt: skip


def warnings_of(study: Study) -> tuple[str, ...]:
    """Return the sentences that every page owes its reader on its first screen."""
    enrolled, planned = len(study.subjects("ENR")), study.plan.design.planned_subjects
    found = []
    if study.is_plan_changed:
        found.append("The plan differs from the plan at sealing.")
    if enrolled != planned:
        found.append(f"{planned} subjects were planned; this cut has {enrolled} enrolled.")
    return tuple(found)
